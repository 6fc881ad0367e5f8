//! Counts what a reader understood and what it rejected, and remembers the first rejections with place and reason.

use super::{ListInfo, ListPlace, Rejection};

/// Rejections that are remembered; all are counted.
const REMEMBERED: usize = 20;

/// Characters of a quoted rule in a reason.
const QUOTED: usize = 80;

/// Counts of a list that is being read.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) rules: u64,
    rejected: u64,
    rejections: Vec<Rejection>,
}

impl Tally {
    /// A part that cannot be used.
    pub(super) fn reject(&mut self, place: impl FnOnce() -> ListPlace, reason: impl FnOnce() -> String) {
        self.rejected += 1;
        if self.rejections.len() < REMEMBERED {
            self.rejections.push(Rejection { place: place(), reason: reason() });
        }
    }

    /// Whether there is room for a rule more.
    pub(super) fn room(&self, most: u64) -> bool {
        self.rules < most
    }

    /// Writes the counts into `info`.
    pub(super) fn into(self, info: &mut ListInfo) {
        info.rules = self.rules;
        info.rejected = self.rejected;
        info.rejections = self.rejections;
    }
}

/// The beginning of a rule, for a message.
pub(super) fn quoted(rule: &str) -> String {
    let cut: String = rule.chars().filter(|sign| !sign.is_control()).take(QUOTED).collect();
    if cut.len() < rule.len() { format!("{cut:?}…") } else { format!("{cut:?}") }
}
