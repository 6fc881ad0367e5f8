//! Rows of several recordings as one: by what they are about, with the recordings in which they stand.

use std::collections::{BTreeMap, BTreeSet};

use super::super::recording::Recording;
use super::Told;
use crate::report::model::comparison::{Behind, Found, Lines};

/// Recordings that are named behind a row.
const BEHIND: usize = 3;

/// Entries that are named in each.
const ENTRIES: usize = 3;

/// Where something stands.
#[derive(Clone, Debug, Default)]
struct Places {
    recordings: BTreeSet<u64>,
    scenarios: BTreeSet<String>,
    behind: Vec<Behind>,
}

impl Places {
    fn add(&mut self, recording: &Recording, table: &'static str, row: u64, entries: &[u64]) {
        if self.recordings.insert(recording.nr) && self.behind.len() < BEHIND {
            let entries = entries.iter().take(ENTRIES).copied().collect();
            self.behind.push(Behind { recording: recording.nr, entries, table, row });
        }
        if !recording.scenario_name.is_empty() {
            self.scenarios.insert(recording.scenario_name.clone());
        }
    }

    fn found(self, told: &[Told<'_>], hidden: impl Fn(&Told<'_>) -> bool) -> Found {
        let recordings = self.recordings.len() as u64;
        // What holds it can tell, whatever else it lacks.
        let silent = told.iter().filter(|one| !self.recordings.contains(&one.0.nr) && hidden(one)).count() as u64;
        let (of, scenarios) = (told.len() as u64 - silent, self.scenarios.into_iter().collect());
        Found { recordings, of, cannot_tell: silent, scenarios, behind: self.behind }
    }
}

/// Rows by what they are about.
#[derive(Debug)]
pub(super) struct Merge<K, T>(BTreeMap<K, (T, Places)>);

impl<K: Ord, T: Default> Merge<K, T> {
    pub(super) const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// The row about `key`, which stands in this row of a table of `recording` too.
    pub(super) fn at(&mut self, key: K, recording: &Recording, (table, row, entries): (&'static str, u64, &[u64])) -> &mut T {
        let (line, places) = self.0.entry(key).or_default();
        places.add(recording, table, row, entries);
        line
    }

    /// The rows, by key, at most `room`; `hidden`: whether a recording could not have shown a row; `number` puts number and places into each. Gives the numbers
    /// by key too.
    pub(super) fn lines(
        self,
        (told, room): (&[Told<'_>], usize),
        hidden: impl Fn(&T, &Told<'_>) -> bool,
        mut number: impl FnMut(&mut T, u64, Found),
    ) -> (Lines<T>, BTreeMap<K, u64>) {
        let left_out = self.0.len().saturating_sub(room) as u64;
        let (mut rows, mut numbers) = (Vec::new(), BTreeMap::new());
        for ((key, (mut line, places)), nr) in self.0.into_iter().take(room).zip(1_u64..) {
            let found = places.found(told, |one| hidden(&line, one));
            number(&mut line, nr, found);
            rows.push(line);
            numbers.insert(key, nr);
        }
        (Lines { rows, left_out }, numbers)
    }
}

/// What stands nowhere.
pub(super) fn nowhere(told: &[Told<'_>], hidden: impl Fn(&Told<'_>) -> bool) -> Found {
    Places::default().found(told, hidden)
}

/// Adds `new` to a list of different things.
pub(super) fn once<T: PartialEq + Clone>(known: &mut Vec<T>, new: &[T]) {
    new.iter().for_each(|one| known.extend((!known.contains(one)).then(|| one.clone())));
}

/// The same with order by value.
pub(super) fn in_order<T: Ord + Clone>(known: &mut Vec<T>, new: &[T]) {
    known.extend(new.iter().cloned());
    known.sort();
    known.dedup();
}

/// What all recordings agree on, else `varying`.
pub(super) fn agree(known: &mut &'static str, new: &'static str) {
    if known.is_empty() {
        *known = new;
    } else if *known != new {
        *known = "varying";
    }
}
