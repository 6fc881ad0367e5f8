//! Asks an authority for a timestamp over HTTP (RFC 3161 section 3.4), and checks its answer against the digest and the nonce before anybody keeps it.

use std::io::Read as _;
use std::time::Duration;

use super::TimeAuthority;
use crate::evidence::{Anchors, CheckedTime, LONGEST_ANSWER, LONGEST_NONCE, TimeAnswer, TimestampError, check_time, time_request};
use crate::model::{Digest, Timestamp};
use crate::vault::web::agent;

/// Longest time for which one authority is waited for.
pub const ASK_WITHIN: Duration = Duration::from_secs(10);

/// Media types of question and answer (RFC 3161 section 3.4).
const QUERY: &str = "application/timestamp-query";
const REPLY: &str = "application/timestamp-reply";

/// Why an authority gave no time that holds.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// It cannot be reached, or speaks otherwise.
    #[error("{0}")]
    Http(String),
    /// Its answer does not hold.
    #[error(transparent)]
    Answer(#[from] TimestampError),
}

/// A time that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The whole answer (TimeStampResp), in DER.
    pub answer: Vec<u8>,
    /// The token in it, in DER.
    pub token: Vec<u8>,
    /// What it says; its chain of certificates was not checked.
    pub checked: CheckedTime,
    /// When the answer was there, by this machine's clock.
    pub at: Timestamp,
    /// The authority's time less this machine's at the middle between question and answer, in milliseconds.
    pub clock_offset_ms: i64,
    /// From question to answer, in milliseconds.
    pub round_trip_ms: u64,
}

/// Asks one authority for a time over `imprint`. `nonce`: drawn for this request; `clock`: this machine's.
///
/// # Errors
///
/// It cannot be reached, is too slow, answers too much or something else, refuses, or its answer does not hold.
pub fn ask(
    authority: &TimeAuthority,
    imprint: &Digest,
    nonce: &[u8; LONGEST_NONCE],
    within: Duration,
    clock: &dyn Fn() -> Timestamp,
) -> Result<Asked, AskError> {
    let http = |why: String| AskError::Http(why);
    // A question that is led elsewhere would be answered by somebody who was not named.
    let agent = agent(&authority.url, 0, within).map_err(http)?;
    let asked = clock();
    let mut answer = agent
        .post(&authority.url)
        .header("content-type", QUERY)
        .header("accept", REPLY)
        .send(&time_request(imprint, nonce)[..])
        .map_err(|error| http(said(&error)))?;
    // A server that leads elsewhere is not followed, and is no error to the library.
    if answer.status().is_redirection() {
        return Err(http("it leads elsewhere; name the address that answers".to_owned()));
    }
    let kind = answer.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let mut bytes = Vec::new();
    let most = LONGEST_ANSWER as u64 + 1;
    let read = answer.body_mut().with_config().limit(u64::MAX).reader().take(most).read_to_end(&mut bytes);
    let at = clock();
    read.map_err(|error| http(format!("its answer broke off ({error})")))?;
    if bytes.len() > LONGEST_ANSWER {
        return Err(http(format!("its answer has more than {LONGEST_ANSWER} bytes")));
    }
    if kind.split(';').next().unwrap_or_default().trim() != REPLY {
        return Err(http(format!("it answers with {kind:?} instead of {REPLY}")));
    }
    let token = TimeAnswer::read(&bytes)?.token.to_vec();
    let checked = check_time(&token, imprint, Some(nonce), &Anchors::default())?;
    let (asked, answered) = (asked.as_nanoseconds(), at.as_nanoseconds());
    let round_trip = answered.saturating_sub(asked).max(0);
    let offset = checked.says.time.as_nanoseconds().saturating_sub(asked.saturating_add(round_trip / 2));
    Ok(Asked {
        answer: bytes,
        token,
        checked,
        at,
        clock_offset_ms: offset / 1_000_000,
        round_trip_ms: u64::try_from(round_trip / 1_000_000).unwrap_or_default(),
    })
}

/// What came of asking several.
#[derive(Debug)]
pub struct InTurn {
    /// The first answer that holds, and by whom.
    pub asked: Option<(TimeAuthority, Asked)>,
    /// Addresses of those before it, and why they gave none.
    pub failed: Vec<(String, String)>,
}

/// Asks authorities one after the other until one gives a time that holds. `nonce` draws a nonce; before each but the first, `go_on` says whether to.
pub fn ask_in_turn(
    authorities: &[TimeAuthority],
    imprint: &Digest,
    within: Duration,
    clock: &dyn Fn() -> Timestamp,
    nonce: &dyn Fn() -> Result<[u8; LONGEST_NONCE], String>,
    go_on: &dyn Fn() -> bool,
) -> InTurn {
    let mut failed = Vec::new();
    for (index, authority) in authorities.iter().enumerate() {
        let asked = if index > 0 && !go_on() {
            Err(AskError::Http("it was not asked, because the recording ended".to_owned()))
        } else {
            nonce().map_err(AskError::Http).and_then(|nonce| ask(authority, imprint, &nonce, within, clock))
        };
        match asked {
            Ok(asked) => return InTurn { asked: Some((authority.clone(), asked)), failed },
            Err(error) => failed.push((authority.url.clone(), error.to_string())),
        }
    }
    InTurn { asked: None, failed }
}

/// What went wrong, in words that say more than the crate's where that is possible.
fn said(error: &ureq::Error) -> String {
    match error {
        ureq::Error::StatusCode(status) => format!("it answers with status {status}"),
        ureq::Error::HostNotFound => "the name of the server is not known".to_owned(),
        ureq::Error::Timeout(_) => "it did not answer in time".to_owned(),
        error => error.to_string(),
    }
}
