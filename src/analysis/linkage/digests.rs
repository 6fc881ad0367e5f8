//! Which digests may stand in the texts of a recording: a filter of fixed size, so that digests that stand nowhere are neither made nor sorted.
//! It may say that a digest stands there which does not, and never the other way round.

use super::Coding;

/// Words of the filter: 32 KiB.
const WORDS: usize = 4 << 10;

/// Lengths of digests (MD5, SHA-1, SHA-256), in bytes.
pub(super) const LENGTHS: [usize; 3] = [16, 20, 32];

/// Remembers marks of texts that may be the bytes of a digest, each as two bits of its mark (Bloom, Communications of the ACM 13(7), 1970).
#[derive(Clone, Default)]
pub(super) struct Digests {
    /// Empty until there is something to remember.
    bits: Vec<u64>,
    /// Whether there was one of each length.
    lengths: [bool; 3],
}

/// Whether a text may be the bytes of a digest. Such bytes that are all printable ASCII occur once in ten million digests and are not looked for.
pub(super) fn may_be_one(text: &[u8]) -> bool {
    LENGTHS.contains(&text.len()) && !text.iter().all(|byte| matches!(byte, b' '..=b'~'))
}

fn places(mark: u64) -> [(usize, u64); 2] {
    [mark, mark >> 32].map(|half| ((half as usize >> 6) % WORDS, 1 << (half & 63)))
}

impl Digests {
    /// Remembers a text for which [`may_be_one`] holds.
    pub(super) fn put(&mut self, text: &[u8], mark: u64) {
        self.bits.resize(WORDS, 0);
        places(mark).iter().for_each(|(word, bit)| self.bits[*word] |= bit);
        LENGTHS.iter().zip(&mut self.lengths).filter(|(length, _)| **length == text.len()).for_each(|(_, seen)| *seen = true);
    }

    /// Takes over what `other` remembers.
    pub(super) fn add(&mut self, other: &Self) {
        self.bits.resize(self.bits.len().max(other.bits.len()), 0);
        self.bits.iter_mut().zip(&other.bits).for_each(|(bits, more)| *bits |= more);
        self.lengths.iter_mut().zip(other.lengths).for_each(|(seen, more)| *seen |= more);
    }

    /// Whether a digest of this kind may stand anywhere.
    pub(super) const fn any(&self, coding: Coding) -> bool {
        match coding {
            Coding::Md5 => self.lengths[0],
            Coding::Sha1 => self.lengths[1],
            Coding::Sha256 => self.lengths[2],
            Coding::Percent | Coding::Base64 | Coding::Hex => false,
        }
    }

    /// Whether a digest with this mark may stand anywhere.
    pub(super) fn has(&self, mark: u64) -> bool {
        places(mark).iter().all(|(word, bit)| self.bits.get(*word).is_some_and(|bits| bits & bit != 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_is_there_and_little_else() {
        let mut digests = Digests::default();
        assert!(!digests.has(7) && !digests.any(Coding::Sha1));
        let mark = |number: u64| (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (0..1_000).for_each(|number| digests.put(&[200; 20], mark(number)));
        assert!(digests.any(Coding::Sha1) && !digests.any(Coding::Md5) && !digests.any(Coding::Hex));
        let mut all = Digests::default();
        all.add(&digests);
        all.add(&Digests::default());
        assert!((0..1_000).all(|number| all.has(mark(number))));
        let wrong = (1_000..11_000).filter(|number| all.has(mark(*number))).count();
        assert!(wrong < 100, "{wrong} of 10,000");
        assert!(may_be_one(&[200; 16]) && !may_be_one(&[200; 17]) && !may_be_one(b"sixteen letters."));
    }
}
