//! What must be known of later entries before the first is attributed: which request follows a preflight, when documents were opened, and
//! whether a page went on asking. Keeps some 90 bytes of an entry, no text, and takes entries in any order.

use hashbrown::HashMap;

use crate::model::Timestamp;
use crate::observe::{AddressMark, Observation};

/// A preflight and its request begin within this time of each other, in nanoseconds.
const PAIRED_WITHIN: i64 = 60_000_000_000;

/// Browsers' own exports may give the start of a request before that of its preflight; by no more than this, in nanoseconds.
const EARLIER_BY: i64 = 5_000_000_000;

/// What is kept of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Light {
    at: i64,
    number: u64,
    answered: i64,
    address: AddressMark,
    origin: Option<AddressMark>,
    referer: Option<AddressMark>,
    /// Of a preflight the method it asks for; 0: it does not say.
    method: u32,
    preflight: bool,
    opens: bool,
    /// Whether a page that is being left may send it.
    parting: bool,
}

/// A document that was opened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opening {
    pub(super) at: i64,
    pub(super) referer: Option<AddressMark>,
}

/// What is known of later entries.
#[derive(Clone, Debug, Default)]
pub struct Ahead {
    entries: Vec<Light>,
    pairs: HashMap<u64, u64>,
    openings: Vec<Opening>,
    /// The same by address and time.
    opened: Vec<(AddressMark, i64)>,
    /// Requests with a Referer that no page sends when it is left, by Referer and time.
    activity: Vec<(AddressMark, i64)>,
}

impl Ahead {
    /// Takes an entry, in any order.
    pub fn see(&mut self, observation: &Observation<'_>, at: Timestamp) {
        let leads = &observation.leads;
        let Some(address) = leads.address else { return };
        let at = at.as_nanoseconds();
        let preflight = leads.is_preflight();
        self.entries.push(Light {
            at,
            number: observation.number,
            answered: observation.answered.unwrap_or(at).max(at),
            address,
            origin: leads.origin.as_ref().map(|origin| origin.address),
            referer: leads.referer.as_ref().map(|referer| referer.address),
            method: if preflight { method(&leads.asks) } else { method(&observation.method) },
            preflight,
            opens: observation.opens_page() && !leads.ahead,
            parting: super::trigger::may_part(observation),
        });
    }

    /// Puts everything in order. To be called once, after the last entry and before the first is attributed.
    pub fn settle(&mut self) {
        let mut entries = std::mem::take(&mut self.entries);
        entries.sort_unstable();
        self.pair(&entries);
        let opening = |entry: &Light| Opening { at: entry.at, referer: entry.referer };
        self.openings = entries.iter().filter(|entry| entry.opens).map(opening).collect();
        self.opened = entries.iter().filter(|entry| entry.opens).map(|entry| (entry.address, entry.at)).collect();
        self.opened.sort_unstable();
        let active = entries.iter().filter(|entry| !entry.parting && !entry.opens);
        self.activity = active.filter_map(|entry| Some((entry.referer?, entry.at))).collect();
        self.activity.sort_unstable();
    }

    /// The first request to the same address, from the same origin, with the method asked for, that no other preflight has.
    fn pair(&mut self, entries: &[Light]) {
        let mut requests: HashMap<AddressMark, Vec<usize>> = HashMap::new();
        let wanted: hashbrown::HashSet<AddressMark> = entries.iter().filter(|entry| entry.preflight).map(|entry| entry.address).collect();
        for (place, entry) in entries.iter().enumerate().filter(|(_, entry)| !entry.preflight && wanted.contains(&entry.address)) {
            requests.entry(entry.address).or_default().push(place);
        }
        let mut taken = hashbrown::HashSet::new();
        for preflight in entries.iter().filter(|entry| entry.preflight) {
            let candidates = requests.get(&preflight.address).map_or(&[][..], Vec::as_slice);
            let from = candidates.partition_point(|&place| entries[place].at < preflight.at.saturating_sub(EARLIER_BY));
            let near = candidates[from..].iter().map(|&place| (place, &entries[place]));
            let near = near.take_while(|(_, entry)| entry.at <= preflight.at.saturating_add(PAIRED_WITHIN)).take(1_000);
            let same_origin = |entry: &Light| preflight.origin.is_none() || entry.origin.is_none() || entry.origin == preflight.origin;
            let fits = near.filter(|(place, entry)| {
                (preflight.method == 0 || entry.method == preflight.method) && same_origin(entry) && !taken.contains(place)
            });
            // What began earlier can only be meant if it was still waiting.
            let fits = fits.filter(|(_, entry)| entry.at >= preflight.at || entry.answered > preflight.at);
            let best = fits.min_by_key(|(place, entry)| (entry.at < preflight.at, entry.at.abs_diff(preflight.at), *place));
            if let Some((place, request)) = best {
                taken.insert(place);
                self.pairs.insert(preflight.number, request.number);
                self.pairs.insert(request.number, preflight.number);
            }
        }
    }

    /// The other half of a preflight and its request.
    pub(super) fn paired_with(&self, number: u64) -> Option<u64> {
        self.pairs.get(&number).copied()
    }

    /// The first document that is opened after a moment.
    pub(super) fn next_opening(&self, after: i64) -> Option<Opening> {
        self.openings.get(self.openings.partition_point(|opening| opening.at <= after)).copied()
    }

    /// Whether requests with this Referer begin after a moment, before a document of that address is opened again.
    pub(super) fn goes_on(&self, address: AddressMark, after: i64) -> bool {
        let Some(asks) = first_after(&self.activity, address, after) else { return false };
        first_after(&self.opened, address, after).is_none_or(|opened| opened > asks)
    }
}

/// The first time after a moment at an address, in a list that is in order.
fn first_after(sorted: &[(AddressMark, i64)], address: AddressMark, after: i64) -> Option<i64> {
    let next = sorted.partition_point(|entry| *entry <= (address, after));
    sorted.get(next).filter(|(other, _)| *other == address).map(|(_, at)| *at)
}

/// A number for a method, the same for the same letters; 0 for none.
fn method(name: &str) -> u32 {
    name.bytes().fold(0, |sum: u32, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte.to_ascii_uppercase())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_goes_on_until_it_is_opened_again() {
        let (one, other): (AddressMark, AddressMark) = ([1; 8], [2; 8]);
        let goes_on = |opened: &[(AddressMark, i64)], after| {
            let mut opened = opened.to_vec();
            opened.sort_unstable();
            Ahead { activity: vec![(one, 10), (one, 30), (other, 20)], opened, ..Ahead::default() }.goes_on(one, after)
        };
        assert!(goes_on(&[], 5) && goes_on(&[], 29));
        assert!(!goes_on(&[], 30));
        assert!(goes_on(&[(other, 8), (one, 11), (one, 5)], 5));
        assert!(!goes_on(&[(one, 8)], 5) && !goes_on(&[(one, 10)], 5));
        assert!(!goes_on(&[(one, 20), (other, 31)], 10));
    }
}
