//! Gathers finds over a recording, in any order of entries, and makes the table of them. Bounded: the earliest are kept, the others counted.

use std::collections::{BTreeMap, BTreeSet};

use super::entry::{EntrySearch, PlantedEntry};
use super::table::{Phase, PlantedRow, PlantedTable, Submit};
use super::{Hit, Planted};
use crate::analysis::linkage::Way;
use crate::model::{Part, Timestamp};
use crate::site::Visit;

/// Finds that are kept of what was sent, and of what came back.
const KEPT: usize = 20_000;

/// Requests of one value to one site that are kept as possible submits. Only the first of a stretch is one, and where stretches begin is known at the
/// end only.
const SUBMITS: usize = 500;

/// Rows that are kept.
const ROWS: usize = 2_000;

/// Time and number of an entry, and the place of a find in it.
type Order = (i64, u64, u32);

/// A find with whom it went to.
#[derive(Clone, Debug)]
struct Sighting {
    /// Start of the request: what comes back belongs to the stretch of who asked, however late it comes.
    began: Timestamp,
    hit: Hit,
    way: Way,
    times: u64,
    host: String,
    site: String,
    asked_from: String,
    /// Whether it stood in an answer, redirects included.
    came: bool,
}

/// Finds in the order of time, the earliest ones.
#[derive(Clone, Debug, Default)]
pub struct Sightings {
    kept: BTreeMap<Order, Sighting>,
    left_out: u64,
}

impl Sightings {
    fn keep(&mut self, order: Order, sighting: Sighting) {
        self.kept.insert(order, sighting);
        if self.kept.len() > KEPT
            && let Some((_, last)) = self.kept.pop_last()
        {
            self.left_out += last.times;
        }
    }
}

/// Requests that sent a value to the page's own site as it is: by value and site, in the order of time, with the find's locator.
#[derive(Clone, Debug, Default)]
struct Submits {
    by_target: BTreeMap<(usize, String), BTreeMap<Order, String>>,
    /// All of them by time, so that what is dropped is the latest of all and not of the last value or site.
    by_time: BTreeSet<(Order, usize, String)>,
    left_out: u64,
}

impl Submits {
    fn keep(&mut self, seed: usize, site: &str, order: Order, locator: &str) {
        let target = self.by_target.entry((seed, site.to_owned())).or_default();
        // One request is one submit, however often it carries the value: its first find stands for it.
        let of_request = (order.0, order.1, 0)..=(order.0, order.1, u32::MAX);
        if let Some(known) = target.range(of_request).next().map(|(known, _)| *known) {
            if known <= order {
                return;
            }
            target.remove(&known);
            self.by_time.remove(&(known, seed, site.to_owned()));
        }
        target.insert(order, locator.to_owned());
        self.by_time.insert((order, seed, site.to_owned()));
        let latest = (target.len() > SUBMITS).then(|| target.last_key_value().map(|(latest, _)| *latest)).flatten();
        if let Some(latest) = latest {
            self.forget((latest, seed, site.to_owned()));
        }
        if self.by_time.len() > KEPT
            && let Some(latest) = self.by_time.last().cloned()
        {
            self.forget(latest);
        }
    }

    fn forget(&mut self, key: (Order, usize, String)) {
        self.by_time.remove(&key);
        let (order, seed, site) = key;
        self.left_out += 1;
        let target = (seed, site);
        if let Some(kept) = self.by_target.get_mut(&target) {
            kept.remove(&order);
            if kept.is_empty() {
                self.by_target.remove(&target);
            }
        }
    }
}

/// Gathers finds.
#[derive(Clone, Debug, Default)]
pub struct PlantedSurvey {
    sent: Sightings,
    came: Sightings,
    submits: Submits,
    left_out: u64,
    bytes: u64,
    bytes_left_out: u64,
}

impl PlantedSurvey {
    /// Takes what was found in an entry that was sent to a host. Entries that were not sent (from cache, stopped by the browser) are not to be handed in.
    pub fn take(&mut self, entry: &PlantedEntry<'_>, search: EntrySearch<'_>, method: &str) {
        self.bytes += search.bytes;
        self.bytes_left_out += search.bytes_left_out;
        self.left_out += search.left_out;
        let sends_a_form = !["GET", "HEAD", "OPTIONS"].iter().any(|other| method.eq_ignore_ascii_case(other));
        let to_own_site = sends_a_form && !entry.asked_from.is_empty() && entry.asked_from == entry.host.1;
        for (index, sent) in search.into_found().enumerate() {
            let (host, site) = match sent.way {
                Way::Redirect => entry.redirect.unwrap_or(entry.host),
                _ => entry.host,
            };
            let came = matches!(sent.way, Way::Answer | Way::Redirect);
            let at = if came { entry.answered.max(entry.at) } else { entry.at };
            let order = (at.as_nanoseconds(), entry.number, index as u32);
            let submits = to_own_site && sent.hit.part == Part::RequestBody && is_plain(&sent.hit);
            if submits {
                // Kept apart, so that the first submit is known even where earlier finds fill the table.
                self.submits.keep(sent.hit.seed, site, order, &sent.hit.locator);
            }
            let sighting = Sighting {
                began: entry.at,
                way: sent.way,
                times: sent.times,
                host: host.to_owned(),
                site: site.to_owned(),
                asked_from: entry.asked_from.to_owned(),
                came,
                hit: sent.hit,
            };
            if sent.way == Way::Answer { self.came.keep(order, sighting) } else { self.sent.keep(order, sighting) }
        }
    }

    /// The table. `visit` says which stretch a time lies in.
    #[must_use]
    pub fn finish(self, planted: &Planted, visit: &Visit) -> PlantedTable {
        let mut table = PlantedTable {
            searched: planted.searched.clone(),
            not_searched: planted.not_searched.clone(),
            bytes: self.bytes,
            bytes_left_out: self.bytes_left_out,
            left_out: self.left_out + self.sent.left_out + self.came.left_out + self.submits.left_out,
            ..PlantedTable::default()
        };
        let time = |order: &Order| Timestamp::from_nanoseconds(order.0);
        // By seed, site and stretch the first: they are in order of time for each seed and site.
        let mut first: BTreeMap<(usize, String, u32), Order> = BTreeMap::new();
        for ((seed, site), requests) in self.submits.by_target {
            for (order, locator) in requests {
                let stretch = visit.stretch_at(time(&order));
                first.entry((seed, site.clone(), stretch)).or_insert_with(|| {
                    let (seed, at, entry) = (planted.id(seed).to_owned(), time(&order), order.1);
                    table.submits.push(Submit { seed, site: site.clone(), stretch, entry, at, locator });
                    order
                });
            }
        }
        table.submits.sort_by(|one, other| (one.at, one.entry, &one.seed).cmp(&(other.at, other.entry, &other.seed)));
        let mut rows: BTreeMap<RowKey, PlantedRow> = BTreeMap::new();
        let mut all: Vec<(Order, Sighting)> = self.sent.kept.into_iter().chain(self.came.kept).collect();
        all.sort_by_key(|(order, _)| *order);
        for (order, sighting) in all {
            let at = time(&order);
            let stretch = visit.stretch_at(sighting.began);
            let submit = first.get(&(sighting.hit.seed, sighting.asked_from.clone(), stretch));
            let phase = match submit {
                None => Phase::NoSubmitRecorded,
                // The same request may carry the value in other forms too.
                Some(submit) if !sighting.came && (submit.0, submit.1) == (order.0, order.1) => Phase::Submit,
                Some(submit) if (order.0, order.1) < (submit.0, submit.1) => Phase::BeforeSubmit,
                Some(_) => Phase::AfterSubmit,
            };
            let key = RowKey::new(&sighting, stretch, phase);
            table.sightings += sighting.times;
            if let Some(row) = rows.get_mut(&key) {
                row.times += sighting.times;
                row.entries += u64::from(row.last_entry != order.1);
                (row.last, row.last_entry) = (at, order.1);
            } else if rows.len() < ROWS {
                rows.insert(key, row(planted, sighting, (at, order.1), stretch, phase));
            } else {
                table.left_out += sighting.times;
            }
        }
        table.rows = rows.into_values().collect();
        table.rows.sort_by(|one, other| {
            let key = |row: &PlantedRow| (row.stretch, row.at, row.entry);
            key(one).cmp(&key(other)).then_with(|| (&one.seed, &one.path, &one.locator).cmp(&(&other.seed, &other.path, &other.locator)))
        });
        table
    }
}

/// Whether a value was sent as it is or in a normal form: encoded as forms and JSON are, but not digested nor hidden otherwise.
fn is_plain(hit: &Hit) -> bool {
    hit.path[1..].iter().all(|layer| matches!(*layer, "percent" | "json-escape"))
}

/// What makes sightings one row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct RowKey {
    seed: usize,
    path: Vec<&'static str>,
    way: Way,
    host: String,
    asked_from: String,
    place: crate::decode::FieldPlace,
    name: String,
    stretch: u32,
    phase: Phase,
}

impl RowKey {
    fn new(sighting: &Sighting, stretch: u32, phase: Phase) -> Self {
        Self {
            seed: sighting.hit.seed,
            path: sighting.hit.path.clone(),
            way: sighting.way,
            host: sighting.host.clone(),
            asked_from: sighting.asked_from.clone(),
            place: sighting.hit.place,
            name: sighting.hit.name.clone(),
            stretch,
            phase,
        }
    }
}

fn row(planted: &Planted, sighting: Sighting, (at, entry): (Timestamp, u64), stretch: u32, phase: Phase) -> PlantedRow {
    let hit = sighting.hit;
    PlantedRow {
        seed: planted.id(hit.seed).to_owned(),
        normal: hit.normal,
        path: hit.path,
        may_be_chance: hit.may_be_chance,
        way: sighting.way,
        host: sighting.host,
        site: sighting.site,
        asked_from: sighting.asked_from,
        place: hit.place,
        name: hit.name,
        stretch,
        phase,
        entry,
        at,
        locator: hit.locator,
        times: sighting.times,
        entries: 1,
        last: at,
        last_entry: entry,
    }
}
