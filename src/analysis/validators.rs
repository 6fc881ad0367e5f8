//! Gathers what became of cache validators over a recording: which values the answers of a resource gave, and which of them the browser sent
//! back. Facts only: that a value identifies anybody is not concluded, and one recording cannot show it.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use crate::classify::HostFacts;
use crate::evidence::Fingerprinter;
use crate::model::UrlParts;
use crate::observe::{Observation, SeenValidator, ValidatorKind};
use crate::redact::printable_path;

/// How many resources are followed.
const RESOURCES: usize = 16_384;

/// How many values are followed in all.
const VALUES: usize = 65_536;

/// How many values, and how many bodies, of one resource are followed.
const OF_A_RESOURCE: usize = 64;

/// How many rows are kept.
const ROWS: usize = 1_000;

/// How many entry numbers and fingerprints a row names.
const NAMED: usize = 10;

/// What became of validators.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValidatorTable {
    /// Resources of which a value was sent back, or of which the same bytes came with different values; by host, path and kind.
    pub rows: Vec<ValidatorRow>,
    /// How many resources have a validator, each kind counted for itself, rows or not.
    pub resources: u64,
    /// Answers that give at least one.
    pub answers: u64,
    /// Requests that send at least one back.
    pub requests: u64,
    /// Values and rows that were left out because the table would have grown past its bounds.
    pub left_out: u64,
}

/// The validators of one kind of one resource: a host and a path, whatever the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidatorRow {
    /// Host.
    pub host: String,
    /// Path as it may be printed.
    pub path: String,
    /// Relation of the host to the page.
    pub relation: &'static str,
    /// Kind.
    pub kind: ValidatorKind,
    /// Different values, given or sent.
    pub values: u64,
    /// Keyed fingerprints of the first ones, in order of time.
    pub fingerprints: Vec<[u8; 8]>,
    /// Length of the shortest and of the longest value, in bytes.
    pub value_bytes: (u32, u32),
    /// Answers that gave a value.
    pub answers: u64,
    /// First entry whose answer gave one.
    pub first_given: Option<u64>,
    /// Different values that are a digest of their answer's body.
    pub of_content: u64,
    /// Requests that sent a value back.
    pub sent_back: u64,
    /// Requests of these whose value no earlier answer in the same stretch gave.
    pub not_given: u64,
    /// Entries that sent a value back, the first ones.
    pub sent_entries: Vec<u64>,
    /// Answers whose body has the same bytes as an earlier answer's of the resource, and another value than that one.
    pub same_bytes: u64,
    /// Entries of such answers, each after the first with these bytes; the first ones.
    pub same_bytes_entries: Vec<u64>,
    /// Other resources for which one of the values was seen.
    pub other_resources: u64,
}

/// Kind and keyed fingerprint of host and path.
type Key = (ValidatorKind, [u8; 8]);

#[derive(Default)]
struct Resource {
    values: Vec<Value>,
    /// Fingerprint of a body, place of the value that came with it, entry.
    bodies: Vec<([u8; 8], u8, u64)>,
    /// Filled once the resource gets a row.
    named: Option<Box<Named>>,
    answers: u64,
    first_given: Option<u64>,
    sent_back: u64,
    not_given: u64,
    sent_entries: Vec<u64>,
    same_bytes: u64,
    same_bytes_entries: Vec<u64>,
}

struct Named {
    host: String,
    path: String,
    relation: &'static str,
}

struct Value {
    fingerprint: [u8; 8],
    bytes: u32,
    of_content: bool,
    /// The last stretch in which an answer gave it; 0: none did.
    stretch: u32,
}

/// Follows validators. Observations must come in order of time.
pub(super) struct Validators<'f> {
    fingerprints: &'f Fingerprinter,
    resources: HashMap<Key, Resource>,
    /// For how many resources a value was seen.
    spread: HashMap<(ValidatorKind, [u8; 8]), u64>,
    values: usize,
    table: ValidatorTable,
}

impl<'f> Validators<'f> {
    pub(super) fn new(fingerprints: &'f Fingerprinter) -> Self {
        Self { fingerprints, resources: HashMap::new(), spread: HashMap::new(), values: 0, table: ValidatorTable::default() }
    }

    /// Takes an entry of `stretch` into account.
    pub(super) fn see(&mut self, observation: &Observation<'_>, host: &HostFacts, stretch: u32) {
        // What the browser took from its own cache was neither asked for nor answered.
        if observation.validators.is_empty() || observation.was_not_sent() {
            return;
        }
        let url = &*observation.url;
        let parts = UrlParts::of(url);
        let path = &url[parts.path.clone()];
        // Browsers keep a copy for each address, query included; printed is the path alone.
        let asked = &url[parts.path.start..parts.query.as_ref().map_or(parts.path.end, |query| query.end)];
        let address = self.fingerprints.of([observation.host.as_bytes(), asked.as_bytes()].join(&b'\n').as_slice()).0;
        self.table.requests += u64::from(observation.validators.iter().any(|validator| validator.sent));
        self.table.answers += u64::from(observation.validators.iter().any(|validator| !validator.sent));
        for kind in [ValidatorKind::EntityTag, ValidatorKind::Date] {
            let of_kind = || observation.validators.iter().filter(|validator| validator.kind == kind);
            if of_kind().next().is_none() {
                continue;
            }
            let key = (kind, address);
            if !self.resources.contains_key(&key) {
                self.table.resources += 1;
                if self.resources.len() >= RESOURCES {
                    self.table.left_out += 1;
                    continue;
                }
            }
            let resource = self.resources.entry(key).or_default();
            let mut places = Places { spread: &mut self.spread, values: &mut self.values, left_out: &mut self.table.left_out };
            let mut sent = of_kind().filter(|validator| validator.sent).peekable();
            if sent.peek().is_some() {
                resource.sent_back += 1;
                keep(&mut resource.sent_entries, observation.number);
                let mut given = true;
                for validator in sent {
                    let place = places.of(resource, validator);
                    given &= place.is_some_and(|place| resource.values[usize::from(place)].stretch == stretch);
                }
                resource.not_given += u64::from(!given);
            }
            // An answer has one validator of a kind; of several the first counts, as the browser can send back only one.
            if let Some(validator) = of_kind().find(|validator| !validator.sent) {
                resource.answers += 1;
                resource.first_given.get_or_insert(observation.number);
                if let Some(place) = places.of(resource, validator) {
                    resource.give(place, validator, stretch, observation);
                }
            }
            if resource.named.is_none() && (resource.sent_back > 0 || resource.same_bytes > 0) {
                let (host, relation) = (observation.host.to_string(), host.relation.id());
                resource.named = Some(Box::new(Named { host, path: printable_path(path), relation }));
            }
        }
    }

    /// The table.
    pub(super) fn finish(self) -> ValidatorTable {
        let Self { resources, spread, mut table, .. } = self;
        let mut rows: BTreeMap<(String, String, ValidatorKind, [u8; 8]), ValidatorRow> = BTreeMap::new();
        for ((kind, address), mut resource) in resources {
            let Some(named) = resource.named.take() else { continue };
            let order = (named.host.clone(), named.path.clone(), kind, address);
            rows.insert(order, resource.row(kind, *named, &spread));
        }
        table.left_out += rows.len().saturating_sub(ROWS) as u64;
        table.rows = rows.into_values().take(ROWS).collect();
        table
    }
}

/// Where values of a resource are kept, with the bounds over all resources.
struct Places<'v> {
    spread: &'v mut HashMap<(ValidatorKind, [u8; 8]), u64>,
    values: &'v mut usize,
    left_out: &'v mut u64,
}

impl Places<'_> {
    /// The place of a value in its resource. `None`: there is no room for it.
    fn of(&mut self, resource: &mut Resource, validator: &SeenValidator) -> Option<u8> {
        if let Some(place) = resource.values.iter().position(|value| value.fingerprint == validator.fingerprint) {
            return u8::try_from(place).ok();
        }
        if resource.values.len() >= OF_A_RESOURCE || *self.values >= VALUES {
            *self.left_out += 1;
            return None;
        }
        *self.values += 1;
        *self.spread.entry((validator.kind, validator.fingerprint)).or_default() += 1;
        let value = Value { fingerprint: validator.fingerprint, bytes: validator.value_bytes, of_content: false, stretch: 0 };
        resource.values.push(value);
        u8::try_from(resource.values.len() - 1).ok()
    }
}

impl Resource {
    /// An answer gives the value at `place`.
    fn give(&mut self, place: u8, validator: &SeenValidator, stretch: u32, observation: &Observation<'_>) {
        let value = &mut self.values[usize::from(place)];
        value.stretch = stretch;
        value.of_content |= validator.of_content.is_some();
        let Some(content) = observation.content else { return };
        let of_content = || self.bodies.iter().filter(|(body, ..)| *body == content);
        if let Some((.., entry)) = of_content().find(|(_, other, _)| *other != place).copied() {
            self.same_bytes += 1;
            if self.same_bytes_entries.is_empty() {
                self.same_bytes_entries.push(entry);
            }
            keep(&mut self.same_bytes_entries, observation.number);
        }
        if !of_content().any(|(_, value, _)| *value == place) && self.bodies.len() < OF_A_RESOURCE {
            self.bodies.push((content, place, observation.number));
        }
    }

    fn row(self, kind: ValidatorKind, named: Named, spread: &HashMap<(ValidatorKind, [u8; 8]), u64>) -> ValidatorRow {
        let lengths = || self.values.iter().map(|value| value.bytes);
        let others = |value: &Value| spread.get(&(kind, value.fingerprint)).copied().unwrap_or(1) - 1;
        ValidatorRow {
            host: named.host,
            path: named.path,
            relation: named.relation,
            kind,
            values: self.values.len() as u64,
            fingerprints: self.values.iter().map(|value| value.fingerprint).take(NAMED).collect(),
            value_bytes: (lengths().min().unwrap_or_default(), lengths().max().unwrap_or_default()),
            answers: self.answers,
            first_given: self.first_given,
            of_content: self.values.iter().filter(|value| value.of_content).count() as u64,
            sent_back: self.sent_back,
            not_given: self.not_given,
            sent_entries: self.sent_entries,
            same_bytes: self.same_bytes,
            same_bytes_entries: self.same_bytes_entries,
            // One resource can share several values with this one, so this is the most that one value shows.
            other_resources: self.values.iter().map(others).max().unwrap_or_default(),
        }
    }
}

/// Keeps the first ones.
fn keep(entries: &mut Vec<u64>, entry: u64) {
    if entries.len() < NAMED {
        entries.push(entry);
    }
}
