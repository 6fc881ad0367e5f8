//! In how many of how many recordings something was recorded, by scenario, and whether repetitions of one scenario disagree.

use std::collections::{BTreeMap, BTreeSet};

use super::recording::{Recording, Seen};
use crate::report::model::comparison::{Behind, Item, ScenarioTally, Tally};

/// Recordings that are named behind a tally.
const BEHIND: usize = 10;

/// A scenario was repeated: what differs between its recordings varies.
pub(super) const REPETITIONS: &str = "repetitions";
/// Some scenario was recorded once only.
pub(super) const ONE_ONLY: &str = "one-recording-only";
/// There is nothing to compare.
pub(super) const NOTHING: &str = "none";

/// The tally of `item` over `recordings`.
pub(super) fn tally(item: &Item, recordings: &[&Recording]) -> Tally {
    count(recordings, |recording| recording.state(item), |_, seen| seen.entries.clone())
}

/// The tally of what `state` says of each recording; `entries`: which entries stand behind it.
pub(super) fn count<'r>(
    recordings: &[&'r Recording],
    state: impl Fn(&'r Recording) -> Result<Option<&'r Seen>, &'static str>,
    entries: impl Fn(&'r Recording, &'r Seen) -> Vec<u64>,
) -> Tally {
    let mut tally = Tally::default();
    let mut scenarios: BTreeMap<&str, ScenarioTally> = BTreeMap::new();
    let mut gaps = BTreeSet::new();
    for recording in recordings {
        let scenario = scenarios.entry(&recording.scenario_name).or_default();
        match state(recording) {
            Err(gap) => {
                tally.cannot_tell += 1;
                gaps.insert(gap);
            }
            Ok(seen) => {
                scenario.of += 1;
                tally.of += 1;
                if let Some(seen) = seen {
                    scenario.recorded += 1;
                    tally.recorded += 1;
                    if tally.behind.len() < BEHIND {
                        let entries = entries(recording, seen);
                        tally.behind.push(Behind { recording: recording.nr, entries, table: seen.table, row: seen.row });
                    }
                }
            }
        }
    }
    tally.gaps = gaps.into_iter().collect();
    tally.scenarios = scenarios.into_iter().map(|(name, counted)| ScenarioTally { scenario: name.to_owned(), ..counted }).collect();
    tally
}

/// Whether repetitions of one scenario disagree.
pub(super) fn varies(tally: &Tally) -> bool {
    tally.scenarios.iter().any(|scenario| 0 < scenario.recorded && scenario.recorded < scenario.of)
}

/// What tallies rest on: whether every scenario among them could tell twice or more.
pub(super) fn basis(tallies: &[&Tally]) -> &'static str {
    if tallies.iter().any(|tally| tally.of == 0) {
        return NOTHING;
    }
    let mut scenarios = tallies.iter().flat_map(|tally| &tally.scenarios);
    if scenarios.all(|scenario| scenario.of > 1) { REPETITIONS } else { ONE_ONLY }
}

/// Everything that was recorded in one of `recordings`, in order.
pub(super) fn items(recordings: &[&Recording]) -> BTreeSet<Item> {
    recordings.iter().flat_map(|recording| recording.seen.keys().cloned()).collect()
}

/// Paths under which an endpoint was recorded, where a rule knows it by several, and the position of its recipient.
pub(super) fn about(item: &Item, recordings: &[&Recording]) -> (Vec<String>, &'static str) {
    let seen: Vec<&Seen> = recordings.iter().filter_map(|recording| recording.seen.get(item)).collect();
    let paths: BTreeSet<&String> = seen.iter().map(|seen| &seen.path).filter(|path| !item.rule.is_empty() && !path.is_empty()).collect();
    let position = seen.iter().map(|seen| seen.position).filter(|position| !position.is_empty()).min().unwrap_or_default();
    (paths.into_iter().take(3).cloned().collect(), position)
}
