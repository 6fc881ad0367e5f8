//! A request for a timestamp (RFC 3161 section 2.4.1).

use super::element::{BOOLEAN, INTEGER, OCTET_STRING, SEQUENCE, encoded};
use crate::model::Digest;

/// Bytes of a nonce that are sent at most.
pub const LONGEST_NONCE: usize = 16;

/// SHA-256 with parameters absent, as RFC 5754 section 2 asks for.
const SHA_256: &[u8] = &[0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];

/// A TimeStampReq in DER: version 1, an imprint by SHA-256, the nonce (bytes of a number, from the operating system's source of randomness; at
/// most the first [`LONGEST_NONCE`] count), and the wish for the authority's certificate in the answer.
#[must_use]
pub fn time_request(imprint: &Digest, nonce: &[u8]) -> Vec<u8> {
    let imprint = encoded(SEQUENCE, &[SHA_256, &encoded(OCTET_STRING, &[&imprint.0])]);
    // A leading zero makes any bytes a number that is not negative; DER wants it only there.
    let nonce = &nonce[..nonce.len().min(LONGEST_NONCE)];
    let nonce = &nonce[nonce.iter().take_while(|&&byte| byte == 0).count()..];
    let sign: &[u8] = if nonce.first().is_none_or(|first| first & 0x80 != 0) { &[0] } else { &[] };
    encoded(SEQUENCE, &[&encoded(INTEGER, &[&[1]]), &imprint, &encoded(INTEGER, &[sign, nonce]), &encoded(BOOLEAN, &[&[0xff]])])
}
