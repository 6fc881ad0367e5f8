//! Remembers which texts were found in a value, within a given memory: browsers send the same values again and again, and to cut them up once is enough.
//! Keeps marks only.

use std::ops::Range;

use hashbrown::HashMap;

use super::shape::LENGTHS;
use super::token::Undone;

/// Longest value whose texts are remembered, in bytes: longer ones seldom come twice.
const LONGEST: usize = 4 << 10;

/// What is counted for a value beside its texts, in texts.
const OVERHEAD: usize = 2;

/// Texts of values, by the mark of the value.
pub(super) struct Texts {
    values: HashMap<u64, Range<usize>>,
    texts: Vec<(u64, Undone)>,
    /// Where the texts of the value begin that is being cut up.
    from: usize,
    /// Texts and values that are remembered at most.
    room: usize,
}

impl Texts {
    /// Room for `memory` bytes.
    pub(super) fn new(memory: usize) -> Self {
        Self { values: HashMap::new(), texts: Vec::new(), from: 0, room: memory / size_of::<(u64, Undone)>() }
    }

    /// Whether the texts of such a value are remembered. In very short ones there are none.
    pub(super) fn remembers(value: &[u8]) -> bool {
        (*LENGTHS.start()..=LONGEST).contains(&value.len())
    }

    /// The texts of the value with this mark, in the order in which they were found.
    pub(super) fn of(&self, whole: u64) -> Option<&[(u64, Undone)]> {
        self.values.get(&whole).map(|range| &self.texts[range.clone()])
    }

    /// Takes the next text of a value.
    pub(super) fn add(&mut self, mark: u64, undone: Undone) {
        self.texts.push((mark, undone));
    }

    /// The value whose texts came since the last one has this mark.
    pub(super) fn keep(&mut self, whole: u64) {
        self.values.insert(whole, self.from..self.texts.len());
        self.from = self.texts.len();
        if self.from + OVERHEAD * self.values.len() >= self.room {
            self.values.clear();
            self.texts.clear();
            self.from = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_remembered_within_the_memory() {
        let mut texts = Texts::new(1_000);
        for value in 0..1_000 {
            assert!(texts.of(value).is_none());
            texts.add(2 * value, Undone::default());
            texts.add(2 * value + 1, Undone(3));
            texts.keep(value);
            assert!(texts.texts.len() * size_of::<(u64, Undone)>() <= 1_000);
        }
        let known: Vec<_> = (0..1_000).filter(|value| texts.of(*value).is_some()).collect();
        assert!(
            !known.is_empty()
                && known.iter().all(|value| texts.of(*value) == Some(&[(2 * value, Undone::default()), (2 * value + 1, Undone(3))]))
        );
    }
}
