//! A token as it lies in an answer: a CMS message (RFC 5652) around a TSTInfo (RFC 3161 section 2.4.2). Reads it; what it says is checked elsewhere.

use super::TimestampError;
use super::algorithm::Hash;
use super::element::{
    BOOLEAN, Element, GENERALIZED_TIME, IN_ONE, IN_ZERO, INTEGER, Members, OBJECT_IDENTIFIER, OCTET_STRING, ONE, SEQUENCE, SET, ZERO,
    dotted, elements, number, only, unsigned,
};
use crate::model::{Digest, Timestamp};

/// Object identifiers, content octets.
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const TST_INFO: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];
const CONTENT_TYPE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03];
const MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04];
/// RFC 2634 section 5.4, with SHA-1.
const SIGNING_CERTIFICATE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x0c];
/// RFC 5035 section 3, with any hash.
const SIGNING_CERTIFICATE_V2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x2f];
/// RFC 3739 section 3.2.6, and in it the statement of ETSI EN 319 422 section 9.1.
const QC_STATEMENTS: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x03];
const QUALIFIED_TIMESTAMP: &[u8] = &[0x04, 0x00, 0x81, 0x97, 0x5e, 0x01, 0x01];

/// Certificates that a token may hold.
const MOST_CERTIFICATES: usize = 16;

/// Longest token that is read, in bytes.
const LONGEST: usize = 64 << 10;

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeToken {
    /// The time that it gives.
    pub time: Timestamp,
    /// How far that may be off, in microseconds either way; `None`: it does not say.
    pub accuracy_us: Option<u64>,
    /// The digest that it is over, if it is one by SHA-256.
    pub imprint: Option<Digest>,
    /// Its number at the authority, hexadecimal.
    pub serial: String,
    /// The policy under which it was made, an object identifier.
    pub policy: String,
    /// The number that the request gave, without leading zeros; `None`: it has none.
    pub nonce: Option<Vec<u8>>,
    /// Whether it calls itself a qualified electronic timestamp (ETSI EN 319 422 section 9.1). That it is one shows only in a trusted list.
    pub claims_qualified: bool,
}

/// A token with all that is needed to check it.
#[derive(Debug)]
pub(super) struct Parsed<'a> {
    pub(super) says: TimeToken,
    /// The bytes of the TSTInfo.
    pub(super) content: &'a [u8],
    /// Certificates in DER, in the order in which they lie there.
    pub(super) certificates: Vec<&'a [u8]>,
    pub(super) signer: SignerId<'a>,
    /// The hash of the content, as the signer names it.
    pub(super) digest: Hash,
    /// Content octets of the signed attributes.
    pub(super) signed: &'a [u8],
    /// Content octets of the signature's algorithm identifier, and its object identifier alone.
    pub(super) algorithm: (&'a [u8], &'a [u8]),
    pub(super) signature: &'a [u8],
    /// The digest of the content, as it was signed.
    pub(super) message_digest: &'a [u8],
    /// The digest of the signer's certificate, as it was signed.
    pub(super) certificate: (Hash, &'a [u8]),
}

/// How the signer's certificate is named.
#[derive(Debug)]
pub(super) enum SignerId<'a> {
    /// Issuer (DER) and content octets of the serial number.
    Issuer(&'a [u8], &'a [u8]),
    /// Identifier of the key.
    Key(&'a [u8]),
}

impl TimeToken {
    /// Reads what a token (DER) says, without checking anything.
    ///
    /// # Errors
    ///
    /// The bytes are no token, or one that names what this program does not know.
    pub fn read(token: &[u8]) -> Result<Self, TimestampError> {
        Parsed::read(token).map(|parsed| parsed.says)
    }
}

impl<'a> Parsed<'a> {
    pub(super) fn read(token: &'a [u8]) -> Result<Self, TimestampError> {
        const TOKEN: &str = "the token";
        if token.len() > LONGEST {
            return Err(TimestampError::Malformed(TOKEN));
        }
        let mut outer = Members::of(only(token, SEQUENCE, TOKEN)?.value, TOKEN)?;
        let kind = outer.next(OBJECT_IDENTIFIER)?;
        let inside = outer.next(IN_ZERO)?;
        outer.end()?;
        if kind != SIGNED_DATA {
            return Err(TimestampError::Malformed("the kind of the token"));
        }
        let mut data = Members::of(only(inside, SEQUENCE, TOKEN)?.value, "the signed data")?;
        data.next(INTEGER)?;
        data.next(SET)?;
        let content = content(data.next(SEQUENCE)?)?;
        let certificates = data.optional(IN_ZERO).map(certificates).transpose()?.unwrap_or_default();
        data.optional(IN_ONE);
        let signers = data.next(SET)?;
        data.end()?;
        let says = info(content)?;
        signer(only(signers, SEQUENCE, "the one signer")?.value, Frame { says, content, certificates })
    }
}

/// What is known before the signer is read.
struct Frame<'a> {
    says: TimeToken,
    content: &'a [u8],
    certificates: Vec<&'a [u8]>,
}

/// The bytes of the TSTInfo in an EncapsulatedContentInfo.
fn content(value: &[u8]) -> Result<&[u8], TimestampError> {
    const CONTENT: &str = "the content of the token";
    let mut members = Members::of(value, CONTENT)?;
    let kind = members.next(OBJECT_IDENTIFIER)?;
    let inside = members.next(IN_ZERO)?;
    members.end()?;
    if kind != TST_INFO {
        return Err(TimestampError::Malformed("the kind of the content"));
    }
    Ok(only(inside, OCTET_STRING, CONTENT)?.value)
}

/// The certificates; other kinds of them (RFC 5652 section 10.2.2) are passed over.
fn certificates(value: &[u8]) -> Result<Vec<&[u8]>, TimestampError> {
    const CERTIFICATES: &str = "the list of certificates";
    let found: Vec<&[u8]> =
        elements(value, CERTIFICATES)?.into_iter().filter(|element| element.identifier == SEQUENCE).map(|element| element.raw).collect();
    if found.len() > MOST_CERTIFICATES { Err(TimestampError::Malformed(CERTIFICATES)) } else { Ok(found) }
}

/// Reads a TSTInfo.
fn info(content: &[u8]) -> Result<TimeToken, TimestampError> {
    const INFO: &str = "what the token says";
    let malformed = TimestampError::Malformed;
    let mut info = Members::of(only(content, SEQUENCE, INFO)?.value, INFO)?;
    if number(info.next(INTEGER)?) != Some(1) {
        return Err(malformed("the version of the token"));
    }
    let policy = dotted(info.next(OBJECT_IDENTIFIER)?);
    let imprint = imprint(info.next(SEQUENCE)?)?;
    let serial = info.next(INTEGER)?;
    let time = time(info.next(GENERALIZED_TIME)?).ok_or(malformed("the time of the token"))?;
    let accuracy_us = info.optional(SEQUENCE).map(accuracy).transpose()?;
    info.optional(BOOLEAN);
    let nonce = info.optional(INTEGER).map(|value| unsigned(value).map(<[u8]>::to_vec).ok_or(malformed("the nonce"))).transpose()?;
    info.optional(IN_ZERO);
    let claims_qualified = info.optional(IN_ONE).map(extensions).transpose()?.unwrap_or_default();
    info.end()?;
    let serial = unsigned(serial).ok_or(malformed("the number of the token"))?;
    let serial: String = serial.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(TimeToken { time, accuracy_us, imprint, serial, policy, nonce, claims_qualified })
}

fn imprint(value: &[u8]) -> Result<Option<Digest>, TimestampError> {
    const IMPRINT: &str = "the imprint";
    let mut members = Members::of(value, IMPRINT)?;
    let algorithm = elements(members.next(SEQUENCE)?, IMPRINT)?;
    let digest = members.next(OCTET_STRING)?;
    members.end()?;
    let oid = algorithm.first().filter(|oid| oid.identifier == OBJECT_IDENTIFIER).ok_or(TimestampError::Malformed(IMPRINT))?;
    Ok(if Hash::of(oid.value) == Some(Hash::Sha256) { digest.try_into().ok().map(Digest) } else { None })
}

/// A GeneralizedTime as RFC 3161 section 2.4.2 restricts it: in UTC, with seconds and perhaps fractions of them.
fn time(value: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(value).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').map_or((text, ""), |(whole, fraction)| (whole, fraction));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 14 || !digits(whole) || !digits(fraction) || fraction.len() > 9 || fraction.is_empty() && text.contains('.') {
        return None;
    }
    let point = if fraction.is_empty() { "" } else { "." };
    let (day, clock) = whole.split_at(8);
    let text = format!("{}-{}-{}T{}:{}:{}{point}{fraction}Z", &day[..4], &day[4..6], &day[6..], &clock[..2], &clock[2..4], &clock[4..]);
    Timestamp::parse(&text)
}

/// Seconds, milliseconds and microseconds, each perhaps absent.
fn accuracy(value: &[u8]) -> Result<u64, TimestampError> {
    const ACCURACY: &str = "the accuracy";
    let mut members = Members::of(value, ACCURACY)?;
    let mut sum = 0_u64;
    for (identifier, unit) in [(INTEGER, 1_000_000), (ZERO, 1_000), (ONE, 1)] {
        if let Some(value) = members.optional(identifier) {
            let value = number(value).ok_or(TimestampError::Malformed(ACCURACY))?;
            sum = sum.saturating_add(value.saturating_mul(unit));
        }
    }
    members.end()?;
    Ok(sum)
}

/// Whether the extensions hold the statement of a qualified timestamp. One that must be understood (critical) is not known here.
fn extensions(value: &[u8]) -> Result<bool, TimestampError> {
    const EXTENSIONS: &str = "the extensions";
    let mut qualified = false;
    for extension in elements(value, EXTENSIONS)? {
        let mut members = Members::of(extension.value, EXTENSIONS)?;
        let oid = members.next(OBJECT_IDENTIFIER)?;
        let critical = members.optional(BOOLEAN).is_some_and(|value| value != [0]);
        let value = members.next(OCTET_STRING)?;
        if oid == QC_STATEMENTS {
            let statements = elements(only(value, SEQUENCE, EXTENSIONS)?.value, EXTENSIONS)?;
            for statement in statements {
                qualified |= elements(statement.value, EXTENSIONS)?.first().is_some_and(|oid| oid.value == QUALIFIED_TIMESTAMP);
            }
        } else if critical {
            return Err(TimestampError::Unknown(format!("the critical extension {} of the token", dotted(oid))));
        }
    }
    Ok(qualified)
}

/// Reads a SignerInfo (RFC 5652 section 5.3).
fn signer<'a>(value: &'a [u8], frame: Frame<'a>) -> Result<Parsed<'a>, TimestampError> {
    const SIGNER: &str = "the signer";
    let mut members = Members::of(value, SIGNER)?;
    members.next(INTEGER)?;
    let signer = match members.optional(ZERO) {
        Some(key) => SignerId::Key(key),
        None => {
            let mut named = Members::of(members.next(SEQUENCE)?, SIGNER)?;
            let issuer = named.optional_element(SEQUENCE).ok_or(TimestampError::Malformed(SIGNER))?;
            let serial = named.next(INTEGER)?;
            named.end()?;
            SignerId::Issuer(issuer.raw, serial)
        }
    };
    let (digest, _) = algorithm(members.next(SEQUENCE)?)?;
    let digest = Hash::of(digest).ok_or_else(|| TimestampError::Unknown(format!("the hash {} of the token", dotted(digest))))?;
    let signed = members.next(IN_ZERO)?;
    let algorithm_value = members.next(SEQUENCE)?;
    let (oid, _) = algorithm(algorithm_value)?;
    let signature = members.next(OCTET_STRING)?;
    members.optional(IN_ONE);
    members.end()?;
    let (message_digest, certificate) = attributes(signed)?;
    let Frame { says, content, certificates } = frame;
    let algorithm = (algorithm_value, oid);
    Ok(Parsed { says, content, certificates, signer, digest, signed, algorithm, signature, message_digest, certificate })
}

/// Object identifier of an algorithm identifier, and what follows it.
fn algorithm(value: &[u8]) -> Result<(&[u8], Vec<Element<'_>>), TimestampError> {
    const ALGORITHM: &str = "an algorithm";
    let mut found = elements(value, ALGORITHM)?;
    match found.first() {
        Some(oid) if oid.identifier == OBJECT_IDENTIFIER => {
            let oid = oid.value;
            Ok((oid, found.split_off(1)))
        }
        _ => Err(TimestampError::Malformed(ALGORITHM)),
    }
}

/// The signed digests of the content and of the signer's certificate, and its hash.
type Signed<'a> = (&'a [u8], (Hash, &'a [u8]));

/// Reads the signed attributes: each that counts must be there once.
fn attributes(value: &[u8]) -> Result<Signed<'_>, TimestampError> {
    const ATTRIBUTES: &str = "what was signed";
    let malformed = TimestampError::Malformed(ATTRIBUTES);
    let (mut kind, mut digest, mut older, mut newer) = (None, None, None, None);
    for attribute in elements(value, ATTRIBUTES)? {
        let mut members = Members::of(attribute.value, ATTRIBUTES)?;
        let oid = members.next(OBJECT_IDENTIFIER)?;
        let values = members.next(SET)?;
        members.end()?;
        let slot = match oid {
            CONTENT_TYPE => &mut kind,
            MESSAGE_DIGEST => &mut digest,
            SIGNING_CERTIFICATE => &mut older,
            SIGNING_CERTIFICATE_V2 => &mut newer,
            _ => continue,
        };
        if slot.replace(values).is_some() {
            return Err(malformed);
        }
    }
    let kind = only(kind.ok_or_else(|| malformed.clone())?, OBJECT_IDENTIFIER, ATTRIBUTES)?;
    if kind.value != TST_INFO {
        return Err(malformed);
    }
    let digest = only(digest.ok_or_else(|| malformed.clone())?, OCTET_STRING, ATTRIBUTES)?.value;
    let certificate = match (newer, older) {
        (Some(newer), _) => named_certificate(newer, true)?,
        (None, Some(older)) => named_certificate(older, false)?,
        (None, None) => return Err(TimestampError::Malformed("the signed name of the certificate")),
    };
    Ok((digest, certificate))
}

/// The first certificate that a SigningCertificate or SigningCertificateV2 names: the signer's own.
fn named_certificate(value: &[u8], any_hash: bool) -> Result<(Hash, &[u8]), TimestampError> {
    const NAMED: &str = "the signed name of the certificate";
    let mut named = Members::of(only(value, SEQUENCE, NAMED)?.value, NAMED)?;
    let list = elements(named.next(SEQUENCE)?, NAMED)?;
    let first = list.first().filter(|first| first.identifier == SEQUENCE).ok_or(TimestampError::Malformed(NAMED))?;
    let mut members = Members::of(first.value, NAMED)?;
    let mut hash = if any_hash { Hash::Sha256 } else { Hash::Sha1 };
    if any_hash && let Some(value) = members.optional(SEQUENCE) {
        let (oid, _) = algorithm(value)?;
        hash = Hash::of(oid).ok_or_else(|| TimestampError::Unknown(format!("the hash {} of the certificate's name", dotted(oid))))?;
    }
    Ok((hash, members.next(OCTET_STRING)?))
}
