//! The table of planted values: what was looked for, what was not, and where what was found went. It holds no value and no digest of one.

use super::{SeedKind, SeedNote};
use crate::analysis::linkage::Way;
use crate::decode::FieldPlace;
use crate::model::Timestamp;

/// A seed that was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeedSearched {
    /// Its name in the case.
    pub id: String,
    /// What it is.
    pub kind: SeedKind,
    /// What the auditor calls it.
    pub label: String,
    /// Forms that were looked for.
    pub forms: u32,
    /// What there is to say about that.
    pub notes: Vec<SeedNote>,
}

/// A seed of the case that was not looked for, because its value was not at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeedNotSearched {
    /// Its name in the case.
    pub id: String,
    /// What it is.
    pub kind: SeedKind,
    /// What the auditor calls it.
    pub label: String,
}

/// Whether something was sent before or after the value was submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Before it was submitted to the site that asked.
    BeforeSubmit,
    /// It is the request that submits it, as far as the recording shows.
    Submit,
    /// After that.
    AfterSubmit,
    /// No request that submits it to that site is recorded in the same stretch, or the site that asked is not established.
    NoSubmitRecorded,
}

impl Phase {
    /// Every phase.
    pub const ALL: [Self; 4] = [Self::BeforeSubmit, Self::Submit, Self::AfterSubmit, Self::NoSubmitRecorded];

    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::BeforeSubmit => "before-submit",
            Self::Submit => "submit",
            Self::AfterSubmit => "after-submit",
            Self::NoSubmitRecorded => "no-submit-recorded",
        }
    }
}

/// The request that counts as the submit of a seed on a site: the first one of a stretch that is no GET, HEAD or OPTIONS, goes to the registrable domain of the
/// page that asks, and carries the value in its body in a normal form, neither digested nor hidden. A page that sends what is typed while it is typed to
/// itself looks the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submit {
    /// The seed.
    pub seed: String,
    /// Registrable domain.
    pub site: String,
    /// Stretch.
    pub stretch: u32,
    /// Entry.
    pub entry: u64,
    /// Start of the request.
    pub at: Timestamp,
    /// Where in it the value stands.
    pub locator: String,
}

impl Submit {
    /// What it rests on.
    pub const BASIS: &'static str = "sent-to-own-site";
}

/// A seed in one form that went one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlantedRow {
    /// The seed.
    pub seed: String,
    /// The normal form of its value.
    pub normal: &'static str,
    /// What was done to the value, innermost first, its normal form included.
    pub path: Vec<&'static str>,
    /// Whether so short a form may stand there by chance.
    pub may_be_chance: bool,
    /// How it went.
    pub way: Way,
    /// Host that was sent it, to which a redirect sends it, or that answered with it.
    pub host: String,
    /// Its registrable domain.
    pub site: String,
    /// Registrable domain of the page or frame that asked; empty: not established.
    pub asked_from: String,
    /// Place of the field.
    pub place: FieldPlace,
    /// Name of the field.
    pub name: String,
    /// Stretch.
    pub stretch: u32,
    /// Before or after the submit to the site that asked.
    pub phase: Phase,
    /// First entry.
    pub entry: u64,
    /// When: the start of the request, for an answer its head.
    pub at: Timestamp,
    /// Where it stands in the first entry.
    pub locator: String,
    /// Places in which it stood.
    pub times: u64,
    /// Entries in which it stood.
    pub entries: u64,
    /// The last time.
    pub last: Timestamp,
    /// The last entry.
    pub last_entry: u64,
}

/// What was looked for and found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlantedTable {
    /// Seeds that were looked for, in the order given.
    pub searched: Vec<SeedSearched>,
    /// Seeds that were not.
    pub not_searched: Vec<SeedNotSearched>,
    /// What counts as submit, by time.
    pub submits: Vec<Submit>,
    /// What was found, by stretch and time.
    pub rows: Vec<PlantedRow>,
    /// Places in which something was found, rows or not.
    pub sightings: u64,
    /// Finds there was no room for, at least.
    pub left_out: u64,
    /// Bytes that were searched; bytes that stand both in a field and in a whole body count twice.
    pub bytes: u64,
    /// Bytes of bodies that were not searched, because they lie outside of memory or beyond a ceiling.
    pub bytes_left_out: u64,
}
