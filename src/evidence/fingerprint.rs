//! Keyed fingerprints of values: that two values are the same stays visible while the values do not.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{CaseKey, Marks};

/// The first eight bytes of HMAC-SHA-256 (RFC 2104) over a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub [u8; 8]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:016x}", u64::from_be_bytes(self.0))
    }
}

/// Makes fingerprints under one key.
#[derive(Clone)]
pub struct Fingerprinter(Hmac<Sha256>, Marks);

impl Fingerprinter {
    /// A maker of fingerprints for a case (or for a recording without one).
    #[must_use]
    pub fn new(key: &CaseKey) -> Self {
        Self(Hmac::new(&hmac::digest::Key::<Hmac<Sha256>>::from(block(key.derive(b"fingerprints 1")))), Marks::new(key))
    }

    /// A maker of fingerprints of secrets. They are kept apart from those of identifiers: a page can plant any identifier it likes, and must not
    /// learn from an annex whether it is somebody's password.
    #[must_use]
    pub fn of_secrets(key: &CaseKey) -> Self {
        Self(Hmac::new(&hmac::digest::Key::<Hmac<Sha256>>::from(block(key.derive(b"secrets 1")))), Marks::new(key))
    }

    /// A mark of `value`, which tells values apart while something is counted and is never printed. Made sooner than a fingerprint.
    #[must_use]
    pub fn mark(&self, value: &[u8]) -> u64 {
        self.1.of(value)
    }

    /// The fingerprint of `value`.
    #[must_use]
    pub fn of(&self, value: &[u8]) -> Fingerprint {
        let mut mac = self.0.clone();
        mac.update(value);
        let mut short = [0; 8];
        short.copy_from_slice(&mac.finalize().into_bytes()[..8]);
        Fingerprint(short)
    }
}

/// A key of HMAC's block length, filled with zeros as RFC 2104 does with shorter keys.
fn block(key: [u8; 32]) -> [u8; 64] {
    let mut block = [0; 64];
    block[..32].copy_from_slice(&key);
    block
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Digest;

    #[test]
    fn same_values_same_fingerprints_under_one_key_only() {
        let of = |capture: &[u8]| Fingerprinter::new(&CaseKey::of_capture(Digest::of(capture)));
        let (one, other) = (of(b"one"), of(b"other"));
        assert_eq!(one.of(b"value"), one.of(b"value"));
        assert_ne!(one.of(b"value"), one.of(b"Value"));
        assert_ne!(one.of(b"value"), other.of(b"value"));
        assert_eq!(one.of(b"").to_string().len(), 16);
        let secrets = Fingerprinter::of_secrets(&CaseKey::of_capture(Digest::of(b"one")));
        assert_ne!(one.of(b"value"), secrets.of(b"value"));
    }
}
