//! Which flows are joined to flows of class A or B: the value of an identifier of page load, session or browser stands in both, in one recording. What
//! is compared are keyed marks of values that a rule says tell something apart; equal names alone join nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::recording::Recording;
use crate::report::model::comparison::{Item, Joined};

/// By what flows are joined, the closest first.
const JOINS: [&str; 3] = ["page-load", "session", "browser"];

/// Joins that are named for a flow.
const JOINS_NAMED: usize = 10;

/// What tells joins of a flow apart: how close, by which field here, to which flow, by which field there.
type JoinId = (usize, Named, Item, Named);

/// Place and name of a field.
type Named = (String, String);

/// A key of a flow of class A or B.
type Held<'r> = (&'r Item, &'static str, &'r str, &'r str, u64);

/// Joins of each endpoint in `recordings` to the endpoints in `anchors`, which have a class. An endpoint is not joined to itself.
pub(super) fn joins(recordings: &[&Recording], anchors: &BTreeMap<Item, &'static str>) -> BTreeMap<Item, Vec<Joined>> {
    let mut found: BTreeMap<Item, BTreeMap<JoinId, Joined>> = BTreeMap::new();
    for recording in recordings {
        let mut held: BTreeMap<(&'static str, u64), Vec<Held<'_>>> = BTreeMap::new();
        for (item, class) in anchors {
            for key in recording.keys.get(item).into_iter().flatten().filter(|key| JOINS.contains(&key.identifies)) {
                for mark in &key.marks {
                    held.entry((key.identifies, *mark)).or_default().push((item, class, &key.place, &key.name, key.entry));
                }
            }
        }
        for (item, keys) in recording.keys.iter().filter(|(item, _)| !anchors.contains_key(*item)) {
            let mut once = BTreeSet::new();
            for key in keys {
                let Some(order) = JOINS.iter().position(|join| *join == key.identifies) else { continue };
                let here = (key.place.clone(), key.name.clone());
                let others = key.marks.iter().filter_map(|mark| held.get(&(key.identifies, *mark))).flatten();
                for (to, class, place, name, entry) in others {
                    let there = ((*place).to_owned(), (*name).to_owned());
                    let id = (order, here.clone(), (*to).clone(), there.clone());
                    if !once.insert(id.clone()) {
                        continue;
                    }
                    let joined = found.entry(item.clone()).or_default().entry(id).or_insert_with(|| Joined {
                        identifies: key.identifies,
                        here: here.clone(),
                        to: (*to).clone(),
                        to_class: class,
                        there,
                        recordings: 0,
                        first: (recording.nr, key.entry, *entry),
                    });
                    joined.recordings += 1;
                }
            }
        }
    }
    found.into_iter().map(|(item, joined)| (item, joined.into_values().take(JOINS_NAMED).collect())).collect()
}
