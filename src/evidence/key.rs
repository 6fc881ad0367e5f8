//! The key of a case, or of a recording that belongs to none, from which salts and fingerprints are made. It is never shown and never written.

use crate::model::Digest;

/// The secret from which salts and fingerprints of a case (or of a single recording without a case) are made.
#[derive(Clone)]
pub struct CaseKey([u8; 32]);

/// A key is not shown.
impl std::fmt::Debug for CaseKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("CaseKey(…)")
    }
}

impl CaseKey {
    /// The key of a recording that belongs to no case: made from the recording's own digest. Whoever holds the recording can make it too, so
    /// fingerprints under it are linkable, not secret.
    #[must_use]
    pub fn of_capture(capture: Digest) -> Self {
        Self(Digest::of(&[b"dataspoor capture key 1\n", &capture.0[..]].concat()).0)
    }

    /// The key of a case: fingerprints under it are the same in all recordings of the case.
    #[must_use]
    pub fn of_case(secret: [u8; 32]) -> Self {
        Self(Digest::of(&[b"dataspoor case key 1\n", &secret[..]].concat()).0)
    }

    /// The key from which the salts of one recording of the case are made, so that no salt is used twice. `session`: digest of the recording's
    /// session file.
    #[must_use]
    pub fn for_salts_of(&self, session: Digest) -> Self {
        Self(Digest::of(&[b"dataspoor session salts 1\n", &self.0[..], &session.0[..]].concat()).0)
    }

    /// The bytes, for deriving keys of other purposes inside this room.
    pub(super) fn derive(&self, purpose: &[u8]) -> [u8; 32] {
        Digest::of(&[&self.0[..], purpose].concat()).0
    }
}
