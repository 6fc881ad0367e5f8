//! Planted values: what an auditor types on purpose (a mail address that nobody else has, a name, a search term), looked for in everything that
//! was recorded: as typed, in the normal forms of ad platforms, encoded, digested, and in the likely layers of these.
//!
//! A find says that the value, in the form named, was sent to a host or came from one. It does not say what the recipient did with it, nor that what
//! is not found was not sent: values can be encrypted. Values live in memory only; nothing here keeps or prints one.

#[cfg(test)]
mod course_tests;
mod encode;
mod entry;
#[cfg(test)]
mod form_tests;
mod forms;
mod normal;
mod search;
mod survey;
mod table;

use crate::decode::{Field, FieldPlace};
use crate::model::{Locator, Part, Step};

pub use entry::{EntrySearch, PlantedEntry};
pub use forms::{MOST_FORMS, SHORTEST};
pub use survey::{PlantedSurvey, Sightings};
pub use table::{Phase, PlantedRow, PlantedTable, SeedNotSearched, SeedSearched, Submit};

use search::Search;

/// What kind of value a seed is. It decides which normal forms it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SeedKind {
    /// A mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A person's name.
    Name,
    /// A day, such as a date of birth.
    Date,
    /// Any text, such as a search term.
    Text,
    /// A number that identifies, such as a customer number.
    Number,
    /// A postal address.
    Address,
}

impl SeedKind {
    /// Every kind.
    pub const ALL: [Self; 7] = [Self::Email, Self::Phone, Self::Name, Self::Date, Self::Text, Self::Number, Self::Address];

    /// As it stands in files and outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Name => "name",
            Self::Date => "date",
            Self::Text => "text",
            Self::Number => "number",
            Self::Address => "address",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }
}

/// A planted value.
#[derive(Clone, PartialEq, Eq)]
pub struct Seed {
    /// Its name in the case: `seed-1`.
    pub id: String,
    /// What it is.
    pub kind: SeedKind,
    /// What the auditor calls it.
    pub label: String,
    /// The value as it is typed. Spaces around it do not belong to it.
    pub value: String,
}

// Whoever prints a seed to look for a mistake must not write down its value.
impl std::fmt::Debug for Seed {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Seed").field("id", &self.id).field("kind", &self.kind).field("label", &self.label).finish_non_exhaustive()
    }
}

/// What there is to say about the search for a seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SeedNote {
    /// The value as typed may stand somewhere by chance: it has under 8 bytes, or under 12 that are all hexadecimal digits.
    ShortValue,
    /// So many forms have under [`SHORTEST`] bytes and were not looked for.
    TooShort(u32),
    /// So many forms there was no room for.
    TooMany(u32),
    /// The telephone number names no country and does not begin with a zero: it was looked for as typed and as digits only.
    NoCountryCode,
    /// The date could not be read: it was looked for as typed only.
    NoDate,
}

impl SeedNote {
    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::ShortValue => "may-occur-by-chance",
            Self::TooShort(_) => "forms-too-short",
            Self::TooMany(_) => "too-many-forms",
            Self::NoCountryCode => "no-country-code",
            Self::NoDate => "not-read-as-date",
        }
    }

    /// The number of forms it speaks of.
    #[must_use]
    pub const fn count(self) -> Option<u32> {
        match self {
            Self::TooShort(count) | Self::TooMany(count) => Some(count),
            Self::ShortValue | Self::NoCountryCode | Self::NoDate => None,
        }
    }
}

/// A seed found in a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Which seed, in the order given.
    pub seed: usize,
    /// The normal form of the value.
    pub normal: &'static str,
    /// What was done to the value, innermost first: its normal form, then digests and encodings, those included that were undone to read the field.
    pub path: Vec<&'static str>,
    /// Whether so short a form may stand there by chance.
    pub may_be_chance: bool,
    /// Where it stands; a range where it is part of a value. Without one, and without the steps to it, where it stands in a name, because a name that
    /// holds the value must not be printed.
    pub locator: String,
    /// The part of the entry.
    pub part: Part,
    /// Place of the field.
    pub place: FieldPlace,
    /// Name of the field; where the name itself holds a seed, the seed's id in its stead.
    pub name: String,
}

/// All planted values of a case, with every form in which they are looked for.
#[derive(Debug)]
pub struct Planted {
    searched: Vec<SeedSearched>,
    not_searched: Vec<SeedNotSearched>,
    search: Search,
}

impl Planted {
    /// Compiles the forms of all seeds once. `not_searched` are the seeds of the case whose values are not at hand.
    #[must_use]
    pub fn new(seeds: &[Seed], not_searched: Vec<SeedNotSearched>) -> Self {
        let mut all = Vec::new();
        let mut searched = Vec::with_capacity(seeds.len());
        for (number, seed) in seeds.iter().enumerate() {
            let (forms, notes) = forms::forms(seed);
            searched.push(SeedSearched {
                id: seed.id.clone(),
                kind: seed.kind,
                label: seed.label.clone(),
                forms: forms.len() as u32,
                notes,
            });
            all.extend(forms.into_iter().map(|form| (number, form)));
        }
        Self { searched, not_searched, search: Search::new(all) }
    }

    /// Whether there is nothing to look for: seeds may still be named that were not.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.searched.is_empty()
    }

    /// What is looked for in a field: its value as far as it was unpacked, and its name. Says too whether there was more than is kept.
    #[must_use]
    pub fn see(&self, field: &Field<'_>) -> (Vec<Hit>, bool) {
        let (in_value, more) = self.search.find(field.value);
        let (in_name, more_in_name) = self.search.find(field.name.as_bytes());
        if in_value.is_empty() && in_name.is_empty() {
            return (Vec::new(), false);
        }
        let place = Place { locator: field.locator, place: field.place, name: field.name };
        let mut hits = self.hits(&in_value, &place, Some(field.value.len()));
        hits.extend(self.hits(&in_name, &place, None));
        (hits, more || more_in_name)
    }

    /// What is looked for in bytes that no field covers.
    #[must_use]
    pub fn see_raw(&self, locator: &Locator, place: FieldPlace, name: &str, bytes: &[u8]) -> (Vec<Hit>, bool) {
        let (found, more) = self.search.find(bytes);
        if found.is_empty() {
            return (Vec::new(), false);
        }
        (self.hits(&found, &Place { locator, place, name }, Some(bytes.len())), more)
    }

    /// Where they stand in some bytes, in any of their forms; ranges may overlap. All of the bytes where there are more places than are kept.
    #[must_use]
    pub fn ranges(&self, bytes: &[u8]) -> Vec<std::ops::Range<usize>> {
        match self.search.find(bytes) {
            (_, true) => std::iter::once(0..bytes.len()).collect(),
            (found, false) => found.iter().map(|found| found.start..found.end).collect(),
        }
    }

    /// What there is to say about the searches, in the order of the seeds.
    pub fn notes(&self) -> impl Iterator<Item = SeedNote> {
        self.searched.iter().flat_map(|seed| seed.notes.iter().copied())
    }

    /// Names of the seeds that are looked for, and of those that are not.
    #[must_use]
    pub fn names(&self) -> (Vec<&str>, Vec<&str>) {
        (self.searched.iter().map(|seed| seed.id.as_str()).collect(), self.not_searched.iter().map(|seed| seed.id.as_str()).collect())
    }

    /// The id of a seed, by its number in the order given.
    pub(super) fn id(&self, seed: usize) -> &str {
        &self.searched[seed].id
    }

    /// `length`: of the value in which they were found; `None`: they were found in the name.
    fn hits(&self, found: &[search::Found], place: &Place<'_>, length: Option<usize>) -> Vec<Hit> {
        if found.is_empty() {
            return Vec::new();
        }
        let layers = layers(place.locator);
        let name = self.printable(place.name);
        let bare = Locator { part: place.locator.part.clone(), steps: Vec::new() };
        // A locator names members and fields, percent-encoded once.
        let text = place.locator.to_string();
        let shows_none = self.search.find(&percent_encoding::percent_decode_str(&text).collect::<Vec<u8>>()).0.is_empty();
        let base = if length.is_some() && shows_none { place.locator } else { &bare };
        let hit = |found: &search::Found| {
            let form = self.search.form(found.form);
            let mut path = form.path.clone();
            let mut locator = base.clone();
            if length.is_some() {
                path.extend(&layers);
            }
            if shows_none && length.is_some_and(|length| (found.start, found.end) != (0, length)) {
                locator.steps.push(Step::Range(found.start as u64, found.end as u64));
            }
            Hit {
                seed: found.seed,
                normal: form.path[0],
                path,
                may_be_chance: form.may_be_chance(),
                locator: locator.to_string(),
                part: place.locator.part.clone(),
                place: place.place,
                name: name.clone(),
            }
        };
        found.iter().map(hit).collect()
    }

    /// A text with the ids of seeds in the places of their values, in whatever form these stand there.
    #[must_use]
    pub fn printable(&self, name: &str) -> String {
        let (mut found, _) = self.search.find(name.as_bytes());
        found.sort_unstable_by_key(|found| found.start);
        let mut out = Vec::with_capacity(name.len());
        let mut at = 0;
        for found in found {
            if found.start >= at {
                out.extend_from_slice(&name.as_bytes()[at..found.start]);
                out.extend_from_slice(format!("[{}]", self.id(found.seed)).as_bytes());
            }
            at = at.max(found.end);
        }
        out.extend_from_slice(&name.as_bytes()[at..]);
        String::from_utf8_lossy(&out).into_owned()
    }
}

struct Place<'a> {
    locator: &'a Locator,
    place: FieldPlace,
    name: &'a str,
}

/// The encodings that following a locator undoes, innermost first. What only takes a message apart is none, nor is a content coding.
fn layers(locator: &Locator) -> Vec<&'static str> {
    let text = locator.to_string();
    // In the text form a slash inside of a name is encoded, so every piece is a whole step, but for the first, which is a part.
    let layer = |step: &str| match step {
        "percent" | "form" => Some("percent"),
        "hex" => Some("base16"),
        "base64" => Some("base64"),
        "gzip" => Some("gzip"),
        "deflate" => Some("deflate"),
        _ => None,
    };
    text.split('/').rev().filter_map(layer).collect()
}
