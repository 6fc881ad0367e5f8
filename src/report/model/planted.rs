//! What a report says about planted values: which were looked for, which were not, and where what was found went. Holds no value and no digest of one.

use serde::Serialize;

/// Planted values of the case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PlantedTables {
    /// The values, those that were not looked for last.
    pub seeds: Vec<SeedRow>,
    /// What was found, by stretch and time.
    pub found: Vec<PlantedFound>,
    /// Places in which something was found.
    pub sightings: u64,
    /// How many finds there was no room for, at least.
    pub left_out: u64,
    /// Bytes that were searched.
    pub bytes: u64,
    /// Bytes of bodies that were not searched.
    pub bytes_left_out: u64,
}

/// A planted value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SeedRow {
    /// Row, from 1.
    pub nr: u64,
    /// Its name in the case.
    pub seed: String,
    /// `email`, `phone`, `name`, `date`, `text`, `number`, `address`.
    pub kind: &'static str,
    /// What the auditor calls it.
    pub label: String,
    /// How many forms were looked for. `None`: it was not looked for, because the key to it was not given.
    pub forms: Option<u64>,
    /// What there is to say about that: identifier, and the number of forms it speaks of.
    pub notes: Vec<(&'static str, Option<u64>)>,
    /// Requests that count as its submit.
    pub submits: Vec<SubmitRef>,
    /// Rows in which it was found.
    pub rows: u64,
}

/// A request that counts as the submit of a planted value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SubmitRef {
    /// Registrable domain.
    pub site: String,
    /// Stretch.
    pub stretch: u64,
    /// Entry.
    pub entry: u64,
    /// Start of the request, RFC 3339 UTC.
    pub time: String,
    /// Where in it the value stands.
    pub locator: String,
    /// What it rests on.
    pub basis: &'static str,
}

/// A planted value in one form that went one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PlantedFound {
    /// Row, from 1.
    pub nr: u64,
    /// Its name in the case.
    pub seed: String,
    /// What was done to it, innermost first, its normal form included.
    pub path: Vec<&'static str>,
    /// Whether so short a form may stand there by chance.
    pub may_be_chance: bool,
    /// `request`, `referer`, `redirect`, `answer`, `message`.
    pub way: &'static str,
    /// Host that was sent it; for `answer`: that answered with it.
    pub host: String,
    /// Its registrable domain.
    pub site: String,
    /// Registrable domain of the page or frame that asked. `None`: not established.
    pub from: Option<String>,
    /// Place of the field.
    pub place: &'static str,
    /// Name of the field; empty: it has none.
    pub field: String,
    /// Where it stands in the first entry.
    pub locator: String,
    /// Stretch.
    pub stretch: u64,
    /// `before-submit`, `submit`, `after-submit`, `no-submit-recorded`.
    pub phase: &'static str,
    /// First entry.
    pub entry: u64,
    /// When, RFC 3339 UTC.
    pub time: String,
    /// Entries in which it stood.
    pub entries: u64,
    /// Places in which it stood.
    pub times: u64,
    /// Last entry.
    pub last_entry: u64,
    /// When, RFC 3339 UTC.
    pub last_time: String,
}
