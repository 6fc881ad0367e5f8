//! An authority's answer (RFC 3161 section 2.4.2): a token, or why there is none.

use super::TimestampError;
use super::element::{BIT_STRING, INTEGER, Members, SEQUENCE, elements, number, only};

/// Longest answer that is read, in bytes; with a chain of certificates in it, one has some 10 kB.
pub const LONGEST_ANSWER: usize = 64 << 10;

const STATUS: &str = "the status of the answer";

/// What the numbers of the status mean.
const STATUSES: [&str; 6] =
    ["granted", "granted with modifications", "rejection", "waiting", "revocation warning", "revocation notification"];

/// Reasons that an authority can give, by number of the bit (RFC 3161 section 2.4.2).
const REASONS: [(usize, &str); 8] = [
    (0, "unrecognized or unsupported algorithm"),
    (2, "transaction not permitted or supported"),
    (5, "the data submitted has the wrong format"),
    (14, "its time source is not available"),
    (15, "the requested policy is not supported"),
    (16, "a requested extension is not supported"),
    (17, "the additional information is not understood or not available"),
    (25, "system failure"),
];

/// Characters of an authority's own words that are taken over.
const MOST_WORDS: usize = 300;

/// An answer that grants a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeAnswer<'a> {
    /// The token, in DER.
    pub token: &'a [u8],
}

impl<'a> TimeAnswer<'a> {
    /// Reads a TimeStampResp in DER. The token is looked at by whoever checks it.
    ///
    /// # Errors
    ///
    /// The bytes are no such answer, or the authority refuses.
    pub fn read(bytes: &'a [u8]) -> Result<Self, TimestampError> {
        const ANSWER: &str = "the answer";
        if bytes.len() > LONGEST_ANSWER {
            return Err(TimestampError::Malformed(ANSWER));
        }
        let mut answer = Members::of(only(bytes, SEQUENCE, ANSWER)?.value, ANSWER)?;
        let mut info = Members::of(answer.next(SEQUENCE)?, STATUS)?;
        let status = number(info.next(INTEGER)?).ok_or(TimestampError::Malformed(STATUS))?;
        let words = info.optional(SEQUENCE);
        let reasons = info.optional(BIT_STRING);
        info.end()?;
        let token = answer.optional_element(SEQUENCE);
        answer.end()?;
        match (status, token) {
            (0 | 1, Some(token)) => Ok(Self { token: token.raw }),
            (0 | 1, None) => Err(TimestampError::Malformed("an answer that grants a token but holds none")),
            (status, _) => {
                let meaning = usize::try_from(status).ok().and_then(|status| STATUSES.get(status).copied()).unwrap_or("unknown");
                let mut reasons = reasons.map(reasons_of).unwrap_or_default();
                reasons.extend(words.map(words_of).transpose()?.unwrap_or_default());
                let reasons = if reasons.is_empty() { String::new() } else { format!(": {}", reasons.join("; ")) };
                Err(TimestampError::Refused { status, meaning, reasons })
            }
        }
    }
}

/// The reasons whose bits are set. The first octet says how many bits of the last are unused.
fn reasons_of(bits: &[u8]) -> Vec<String> {
    let bits = bits.get(1..).unwrap_or_default();
    let set = |bit: usize| bits.get(bit / 8).is_some_and(|byte| byte & (0x80 >> (bit % 8)) != 0);
    REASONS.iter().filter(|(bit, _)| set(*bit)).map(|(_, reason)| (*reason).to_owned()).collect()
}

/// The authority's own words, cut short and without signs that steer a terminal.
fn words_of(texts: &[u8]) -> Result<Vec<String>, TimestampError> {
    let texts = elements(texts, STATUS)?;
    let words = texts.iter().map(|text| {
        let text = String::from_utf8_lossy(text.value);
        text.chars().filter(|sign| !sign.is_control()).take(MOST_WORDS).collect::<String>()
    });
    Ok(words.filter(|text| !text.is_empty()).take(4).map(|text| format!("{text:?}")).collect())
}
