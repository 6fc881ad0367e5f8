//! Digests that records carry: `sha1:` and base32 as nearly all tools write them, and what else is in use.

use data_encoding::{BASE32_NOPAD, BASE64_NOPAD, HEXLOWER_PERMISSIVE};
use sha2::Digest as _;

/// Whether `bytes` have the digest that `labelled` names. `None`: its algorithm is not one of those that are checked.
pub(super) fn fits(labelled: &str, bytes: &[u8]) -> Option<bool> {
    let (label, value) = labelled.split_once(':')?;
    let digest: Vec<u8> = match label.trim().to_ascii_lowercase().as_str() {
        "md5" => md5::Md5::digest(bytes).to_vec(),
        "sha1" | "sha-1" => sha1::Sha1::digest(bytes).to_vec(),
        "sha256" | "sha-256" => sha2::Sha256::digest(bytes).to_vec(),
        "sha512" | "sha-512" => sha2::Sha512::digest(bytes).to_vec(),
        _ => return None,
    };
    let value = value.trim().trim_end_matches('=');
    // Which encoding it is follows from its length; each algorithm has another length in each.
    Some(match value.len() {
        length if length == digest.len() * 2 => HEXLOWER_PERMISSIVE.decode(value.as_bytes()).is_ok_and(|read| read == digest),
        length if length == BASE32_NOPAD.encode_len(digest.len()) => {
            BASE32_NOPAD.decode(value.to_ascii_uppercase().as_bytes()).is_ok_and(|read| read == digest)
        }
        _ => BASE64_NOPAD.decode(value.as_bytes()).is_ok_and(|read| read == digest),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_checked_in_every_encoding() {
        // Of the empty input, as RFC 1321 and FIPS 180-4 give them.
        for right in [
            "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ",
            "SHA-1:da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "sha1:2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
            "md5:d41d8cd98f00b204e9800998ecf8427e",
            "sha256:4OYMIQUY7QOBJGX36TEJS35ZEQT24QPEMSNZGTFESWMRW6CSXBKQ====",
            "sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
        ] {
            assert_eq!(fits(right, b""), Some(true), "{right}");
            assert_eq!(fits(right, b"x"), Some(false), "{right}");
        }
        assert_eq!(fits("sha1:G7HRM7BGOKSKMSXZAHMU======", b""), Some(false));
        assert_eq!(fits("crc32:00000000", b""), None);
        assert_eq!(fits("3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", b""), None);
    }
}
