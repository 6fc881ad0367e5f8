//! Short keyed marks of very many values, by which equal ones meet in sorted lists. They order and compare inside the program, and are never shown
//! or written to a file that outlives it: for what is shown there is [`super::Fingerprint`].

use siphasher::sip::SipHasher24;

use super::CaseKey;

/// Makes marks under one key: SipHash-2-4 (Aumasson and Bernstein, 2012), 64 bits. Keyed, so that no page can make values that meet by chance.
#[derive(Clone)]
pub struct Marks(SipHasher24);

impl Marks {
    /// A maker of marks for a case (or for a recording without one).
    #[must_use]
    pub fn new(key: &CaseKey) -> Self {
        let mut short = [0; 16];
        short.copy_from_slice(&key.derive(b"marks 1")[..16]);
        Self(SipHasher24::new_with_key(&short))
    }

    /// The mark of `value`.
    #[must_use]
    pub fn of(&self, value: &[u8]) -> u64 {
        self.0.hash(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Digest;

    #[test]
    fn same_values_same_marks_under_one_key_only() {
        let of = |capture: &[u8]| Marks::new(&CaseKey::of_capture(Digest::of(capture)));
        assert_eq!(of(b"one").of(b"value"), of(b"one").of(b"value"));
        assert_ne!(of(b"one").of(b"value"), of(b"one").of(b"Value"));
        assert_ne!(of(b"one").of(b"value"), of(b"other").of(b"value"));
    }
}
