//! Finds the forms of all planted values in bytes: one automaton over their beginnings, then a comparison with the rest. The work is linear in the
//! bytes. It never keeps what it searches.

use aho_corasick::{AhoCorasick, MatchKind};

use super::forms::Form;

/// How many bytes of a form go into the automaton: enough that a match of these is nearly always one of the whole form, and few enough that the
/// automaton of a case with many seeds stays small.
const BEGINNING: usize = 16;

/// Finds that are kept of one place. More come only from who means harm, or from a seed that is no unique value.
const KEPT: usize = 4_096;

/// A find.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub(super) seed: usize,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Which form, in the order of all.
    pub(super) form: usize,
}

/// The automaton.
#[derive(Debug)]
pub(super) struct Search {
    automaton: Option<AhoCorasick>,
    /// Every form with the seed that it belongs to.
    forms: Vec<(usize, Form)>,
}

impl Search {
    /// Builds the automaton. An automaton that would need more states than can be numbered is not built, which takes gigabytes of forms.
    pub(super) fn new(forms: Vec<(usize, Form)>) -> Self {
        let beginnings = forms.iter().map(|(_, form)| &form.bytes[..form.bytes.len().min(BEGINNING)]);
        let automaton = if forms.is_empty() {
            None
        } else {
            AhoCorasick::builder().ascii_case_insensitive(true).match_kind(MatchKind::Standard).build(beginnings).ok()
        };
        Self { automaton, forms }
    }

    /// A form by its number.
    pub(super) fn form(&self, number: usize) -> &Form {
        &self.forms[number].1
    }

    /// What is found in `bytes`, by seed and place. Of finds of one seed that lie inside one another the outermost counts; of those in the same place, the
    /// plainest. Says too whether there was more than is kept.
    pub(super) fn find(&self, bytes: &[u8]) -> (Vec<Found>, bool) {
        let Some(automaton) = &self.automaton else { return (Vec::new(), false) };
        let mut all: Vec<Found> = Vec::new();
        let mut more = false;
        for found in automaton.find_overlapping_iter(bytes) {
            let number = found.pattern().as_usize();
            let (seed, form) = &self.forms[number];
            let (start, end) = (found.start(), found.start() + form.bytes.len());
            let Some(there) = bytes.get(start..end) else { continue };
            let same = if form.any_case { there.eq_ignore_ascii_case(&form.bytes) } else { there == form.bytes };
            let Some((start, end)) = form.edges.widen(bytes, start, end).filter(|_| same) else { continue };
            if all.len() >= KEPT {
                more = true;
                // What begins so near to here may lie inside of a find whose beginning is not over yet.
                all.retain(|known| known.start + BEGINNING < found.end());
                break;
            }
            all.push(Found { seed: *seed, start, end, form: number });
        }
        all.sort_unstable_by_key(|found| (found.seed, found.start, std::cmp::Reverse(found.end), found.form));
        let mut reach = (usize::MAX, 0);
        all.retain(|found| {
            let inside = reach.0 == found.seed && found.end <= reach.1;
            if !inside {
                reach = (found.seed, found.end);
            }
            !inside
        });
        (all, more)
    }
}
