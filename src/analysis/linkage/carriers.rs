//! What is known of each carrier once all its sightings stand in order: its values, the published criteria, who was sent it, and the forms in which
//! its values are looked for elsewhere.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;

use hashbrown::{HashMap, HashSet};

use super::kept::{KeptCarrier, KeptEntry, KeptProfiles, KeptSearch, KeptValue, Place, Use, UseKind, fetch, keep};
use super::search::has_text;
use super::{Carrier, Criteria, Identifier, OwnUse, ValueSeen, entropy_bits, ratio};
use crate::analysis::Spool;
use crate::model::Timestamp;
use crate::redact::field_name;
use crate::rules::IDENTIFIES;

/// Values of a carrier that are looked for.
const SEARCHED: usize = 1_000;

/// Values of a carrier that are listed, each in each profile.
const LISTED: usize = 50;

/// Bytes of a value that are compared.
const COMPARED_BYTES: usize = 200;

/// Profiles whose first values are compared.
const COMPARED: usize = 12;

/// Profiles in which a value is followed, and profiles of a carrier.
const PROFILES: usize = 10_000;

/// Rows of a carrier that say who was sent it.
const SENT: usize = 20_000;

/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// An identifier before it has its place among the others.
pub(super) struct Draft {
    pub(super) identifier: Identifier,
    /// Number in the order of marks, as forms name it.
    pub(super) number: u32,
    /// Mark of the carrier as a whole.
    pub(super) outer: u64,
    /// Lifetime of the carrier itself; of what is packed in a cookie there is none.
    pub(super) lifetime: Option<Lifetime>,
    /// Place in the first spool of the values that are looked for.
    pub(super) search: Place,
    pub(super) times: u64,
    pub(super) sent: Vec<OwnUse>,
    pub(super) sent_left_out: u64,
    /// Values and the profiles in which they were seen, where these are several.
    pub(super) survivals: Vec<([u8; 8], Vec<Profile>)>,
    pub(super) survivals_left_out: u64,
}

impl Draft {
    /// What it holds in memory, counted in rows.
    pub(super) fn rows(&self) -> usize {
        self.sent.len() + self.survivals.iter().map(|(_, profiles)| profiles.len()).sum::<usize>()
    }

    /// Lets go of its rows and counts them.
    pub(super) fn leave_rows_out(&mut self) {
        self.sent_left_out += std::mem::take(&mut self.sent).iter().map(|sent| sent.times).sum::<u64>();
        self.survivals_left_out += std::mem::take(&mut self.survivals).len() as u64;
    }
}

/// The longest lifetime in seconds, and whether an answer gave none.
#[derive(Clone, Copy, Default)]
pub(super) struct Lifetime {
    pub(super) seconds: Option<i64>,
    pub(super) session: bool,
}

impl Lifetime {
    /// Takes what an answer gave; says nothing of a sighting.
    pub(super) fn take(&mut self, seen: &Use) {
        match seen.kind {
            UseKind::Lifetime => self.seconds = self.seconds.max(Some(i64::from_be_bytes(seen.fingerprint))),
            UseKind::Session => self.session = true,
            UseKind::Given | UseKind::Sent => {}
        }
    }
}

/// Recording and stretch.
pub(super) type Profile = (u32, u32);

#[derive(Default)]
struct Value {
    number: u32,
    capture: usize,
    place: Option<Place>,
    /// First sighting, last sighting and sightings by profile.
    profiles: BTreeMap<Profile, (Timestamp, Timestamp, u64)>,
}

struct Sent {
    times: u64,
    seen: (Timestamp, Timestamp),
    entry: u64,
}

/// Gathers the sightings of one carrier, which come by recording and time.
#[derive(Default)]
pub(super) struct Gathered {
    values: HashMap<[u8; 8], Value>,
    /// First value and all values by profile.
    profiles: BTreeMap<Profile, ([u8; 8], HashSet<[u8; 8]>)>,
    /// By recording, stretch, value, and mark of host and site that asked.
    sent: BTreeMap<(u32, u32, [u8; 8], u64), Sent>,
    /// Place of an entry with such host and site.
    pairs: HashMap<u64, (usize, Place)>,
    pub(super) lifetime: Option<Lifetime>,
    values_left_out: u64,
    sent_left_out: u64,
    times: u64,
}

impl Gathered {
    /// Takes a sighting of recording `capture` in the stretch `stretch`.
    pub(super) fn take(&mut self, capture: usize, stretch: u32, seen: &Use) {
        match seen.kind {
            UseKind::Lifetime | UseKind::Session => {
                self.lifetime.get_or_insert_default().take(seen);
                return;
            }
            UseKind::Given | UseKind::Sent => {}
        }
        self.times += 1;
        let profile = (capture as u32, stretch);
        let number = self.values.len() as u32;
        if !self.values.contains_key(&seen.fingerprint) && self.values.len() >= SEARCHED {
            self.values_left_out += 1;
            return;
        }
        let value = self.values.entry(seen.fingerprint).or_insert_with(|| Value {
            number,
            capture,
            place: Some(seen.value),
            profiles: BTreeMap::new(),
        });
        if let Some(times) = value.profiles.get_mut(&profile) {
            *times = (times.0.min(seen.at), times.1.max(seen.at), times.2 + 1);
        } else if value.profiles.len() < PROFILES {
            value.profiles.insert(profile, (seen.at, seen.at, 1));
        }
        if self.profiles.len() < PROFILES || self.profiles.contains_key(&profile) {
            self.profiles.entry(profile).or_insert_with(|| (seen.fingerprint, HashSet::new())).1.insert(seen.fingerprint);
        }
        if seen.kind == UseKind::Sent {
            self.take_sent(profile, capture, seen);
        }
    }

    fn take_sent(&mut self, profile: Profile, capture: usize, seen: &Use) {
        let key = (profile.0, profile.1, seen.fingerprint, seen.pair);
        if let Some(sent) = self.sent.get_mut(&key) {
            sent.times += 1;
            sent.seen.1 = sent.seen.1.max(seen.at);
        } else if self.sent.len() < SENT {
            self.sent.insert(key, Sent { times: 1, seen: (seen.at, seen.at), entry: seen.entry });
            self.pairs.entry(seen.pair).or_insert((capture, seen.kept));
        } else {
            self.sent_left_out += 1;
        }
    }

    /// Makes an identifier of it, and says nothing of a carrier none of whose values has the shape of one.
    pub(super) fn close(self, number: u32, spools: &mut [Box<dyn Spool>]) -> io::Result<Option<Draft>> {
        let mut values: Vec<(&[u8; 8], &Value)> = self.values.iter().collect();
        values.sort_unstable_by_key(|(_, value)| value.number);
        let (mut search, mut carrier, mut lengths, mut buffer): (Vec<KeptSearch>, _, _, _) = (Vec::new(), None, (u32::MAX, 0), Vec::new());
        let mut compared: HashMap<[u8; 8], Vec<u8>> = HashMap::new();
        let firsts: Vec<[u8; 8]> = self.profiles.values().take(COMPARED).map(|(first, _)| *first).collect();
        for (fingerprint, value) in &values {
            let Some(place) = value.place else { continue };
            let kept: KeptValue = fetch(spools[value.capture].as_mut(), place, &mut buffer)?;
            let length = kept.value.len() as u32;
            lengths = (lengths.0.min(length), lengths.1.max(length));
            if has_text(&kept.value) {
                let profiles: KeptProfiles =
                    value.profiles.iter().take(64).map(|(profile, times)| (profile.0, profile.1, times.0.as_nanoseconds())).collect();
                let profiles = keep(spools[0].as_mut(), &profiles)?;
                search.push(KeptSearch {
                    capture: value.capture as u32,
                    number: value.number,
                    fingerprint: **fingerprint,
                    value: place.0,
                    profiles: profiles.0,
                    times: value.profiles.values().map(|times| times.2).sum(),
                });
            }
            if firsts.contains(*fingerprint) {
                compared.insert(**fingerprint, kept.value[..kept.value.len().min(COMPARED_BYTES)].to_vec());
            }
            carrier.get_or_insert((kept.carrier, kept.outer));
        }
        let Some((carrier, outer)) = carrier.filter(|_| !search.is_empty()) else { return Ok(None) };
        let first = values.first().and_then(|(fingerprint, _)| compared.get(*fingerprint));
        let criteria = Criteria {
            lifetime_days: None,
            session_cookie: false,
            length: lengths,
            profiles: self.profiles.len() as u32,
            different_values: self.profiles.values().map(|(first, _)| first).collect::<HashSet<_>>().len() as u32,
            values_in_profile: self.profiles.values().map(|(_, values)| values.len()).max().unwrap_or(0) as u32,
            similarity: similarity(&firsts, &compared),
            entropy_bits: first.map_or(0.0, |value| entropy_bits(value)),
            constant_seconds: values.iter().filter_map(|(_, value)| constant(value)).fold(0.0, f64::max),
        };
        let survivals = values.iter().filter(|(_, value)| value.profiles.len() > 1);
        let survivals = survivals.map(|(fingerprint, value)| (**fingerprint, value.profiles.keys().copied().collect())).collect();
        let (listed, unlisted) = listed(&values);
        let (times, values_left_out, sent_left_out) = (self.times, self.values_left_out, self.sent_left_out);
        let (lifetime, search) = (self.lifetime, keep(spools[0].as_mut(), &search)?);
        let sent = sent(self.sent, &self.pairs, spools)?;
        let identifier = Identifier { carrier: named(carrier), criteria, values: listed, values_unlisted: unlisted, values_left_out };
        let survivals_left_out = 0;
        Ok(Some(Draft { identifier, number, outer, lifetime, search, times, sent, sent_left_out, survivals, survivals_left_out }))
    }
}

fn constant(value: &Value) -> Option<f64> {
    let first = value.profiles.values().map(|times| times.0).min()?;
    let last = value.profiles.values().map(|times| times.1).max()?;
    Some(last.as_nanoseconds().saturating_sub(first.as_nanoseconds()) as f64 / 1e9)
}

fn similarity(firsts: &[[u8; 8]], values: &HashMap<[u8; 8], Vec<u8>>) -> Option<f64> {
    let texts: Vec<_> = firsts.iter().filter_map(|first| values.get(first)).map(|value| String::from_utf8_lossy(value)).collect();
    let pairs = texts.iter().enumerate().flat_map(|(at, one)| texts[at + 1..].iter().map(move |other| (one, other)));
    pairs.map(|(one, other)| ratio(one, other)).reduce(f64::max)
}

fn listed(values: &[(&[u8; 8], &Value)]) -> (Vec<ValueSeen>, u64) {
    let seen = values.iter().flat_map(|(fingerprint, value)| {
        value.profiles.iter().map(|(&(capture, stretch), &(first, last, times))| ValueSeen {
            capture,
            stretch,
            fingerprint: **fingerprint,
            seen: (first, last),
            times,
        })
    });
    let mut seen: Vec<ValueSeen> = seen.collect();
    seen.sort_by_key(|value| (value.capture, value.stretch, value.seen.0, value.fingerprint));
    let unlisted = seen.len().saturating_sub(LISTED) as u64;
    seen.truncate(LISTED);
    (seen, unlisted)
}

fn sent(
    rows: BTreeMap<(u32, u32, [u8; 8], u64), Sent>,
    pairs: &HashMap<u64, (usize, Place)>,
    spools: &mut [Box<dyn Spool>],
) -> io::Result<Vec<OwnUse>> {
    let (mut known, mut buffer): (HashMap<u64, KeptEntry>, _) = (HashMap::new(), Vec::new());
    let mut all = Vec::with_capacity(rows.len());
    for ((capture, stretch, fingerprint, pair), Sent { times, seen, entry }) in rows {
        let kept = match known.get(&pair) {
            Some(kept) => kept,
            None => {
                let Some((from, place)) = pairs.get(&pair) else { continue };
                known.entry(pair).insert(fetch(spools[*from].as_mut(), *place, &mut buffer)?).into_mut()
            }
        };
        all.push(OwnUse {
            identifier: 0,
            capture,
            stretch,
            fingerprint,
            host: kept.host.clone(),
            site: kept.site.clone(),
            asked_from: kept.asked_from.clone(),
            times,
            seen,
            entry,
        });
    }
    Ok(all)
}

fn named(carrier: KeptCarrier) -> Carrier {
    match carrier {
        KeptCarrier::Cookie { name, own, domain } => {
            // The name of a cookie is what the browser keeps it under; names inside it may be values, as those of other fields.
            let packed = name.get(own as usize..).and_then(|rest| rest.strip_prefix('.')).map(field_name);
            let name = match &packed {
                Some(Cow::Owned(masked)) => format!("{}.{masked}", &name[..own as usize]),
                Some(Cow::Borrowed(_)) | None => name,
            };
            Carrier::Cookie { name, domain }
        }
        KeptCarrier::EntityTag { host } => Carrier::EntityTag { host },
        KeptCarrier::Decoration { name, site } => Carrier::Decoration { name: field_name(&name).into_owned(), site },
        KeptCarrier::Field { name, host, identifies } => Carrier::Field {
            name: field_name(&name).into_owned(),
            host,
            identifies: IDENTIFIES.get(usize::from(identifies)).copied().unwrap_or("none"),
        },
    }
}

/// Writes a lifetime into the criteria.
pub(super) fn put_lifetime(criteria: &mut Criteria, lifetime: Lifetime) {
    criteria.lifetime_days = lifetime.seconds.map(|seconds| seconds as f64 / DAY);
    criteria.session_cookie = lifetime.session;
}
