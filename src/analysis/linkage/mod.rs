//! Where identifiers go: every value that may tell one browser or person from another, looked for in every place of all recordings of a case.
//!
//! Fields come in while entries are pushed. What they hold is cut into tokens, peeled of encodings, and kept as keyed marks in sorted runs, which
//! are merged at the end; so memory stays bounded and the work is linear in the bytes but for the sorting of marks. That a value is found says
//! who was sent it (Acar et al., CCS 2014, section 5.1: who learns it), never who knew it before.

mod carriers;
mod collect;
mod digests;
mod entropy;
mod form;
mod join;
mod kept;
mod runs;
mod search;
mod shape;
mod sightings;
mod similarity;
#[cfg(test)]
mod tests;
mod texts;
mod token;
mod unsearched;
mod written;

pub use collect::{EntryFacts, Linker, SealedIndex};
pub use entropy::entropy_bits;
pub use form::variants;
pub use join::join;
pub use similarity::ratio;

use crate::decode::FieldPlace;
use crate::model::Timestamp;

/// What kind of thing carries an identifier.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Carrier {
    /// A cookie, or what is packed in one: its name and the registrable domain of the host that set it or to which it was sent. Cookies of one name
    /// on two hosts of one such domain are taken together, because a Cookie field does not say which one it sends.
    Cookie {
        /// Name; of what is packed in a cookie, the names from the outside in, with dots between, those behind the cookie's own with a mask where
        /// they may be values.
        name: String,
        /// Registrable domain.
        domain: String,
    },
    /// An entity tag that a host gave and the browser sent back.
    EntityTag {
        /// Host.
        host: String,
    },
    /// A parameter that a redirect or a link put into an address of another site.
    Decoration {
        /// Name of the parameter.
        name: String,
        /// Registrable domain that put it there.
        site: String,
    },
    /// A field of requests that a rule calls an identifier.
    Field {
        /// Name of the field.
        name: String,
        /// Host it is sent to.
        host: String,
        /// What it tells apart, as the rule says: one of [`crate::rules::IDENTIFIES`].
        identifies: &'static str,
    },
}

/// What was done to a value before it was sent, innermost first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Coding {
    /// Percent-encoded.
    Percent,
    /// Base64, either alphabet, padded or not.
    Base64,
    /// Hexadecimal.
    Hex,
    /// MD5 (RFC 1321).
    Md5,
    /// SHA-1 (FIPS 180-4).
    Sha1,
    /// SHA-256 (FIPS 180-4).
    Sha256,
}

impl Coding {
    /// Every coding.
    pub const ALL: [Self; 6] = [Self::Percent, Self::Base64, Self::Hex, Self::Md5, Self::Sha1, Self::Sha256];

    /// Number in records, from 1.
    const fn number(self) -> u16 {
        self as u16 + 1
    }

    fn numbered(number: u16) -> Option<Self> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }

    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Percent => "percent",
            Self::Base64 => "base64",
            Self::Hex => "hex",
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
        }
    }
}

/// The published criteria for an identifier, as numbers (Acar et al., CCS 2014, section 4.1; Englehardt and Narayanan, CCS 2016). No verdict
/// follows from them here.
#[derive(Clone, Debug, PartialEq)]
pub struct Criteria {
    /// Longest lifetime that an answer gave it, in days, as sent; `None`: no answer that gives one was recorded, or it lives for the session.
    pub lifetime_days: Option<f64>,
    /// Whether an answer set it without a lifetime.
    pub session_cookie: bool,
    /// Shortest and longest value, in bytes.
    pub length: (u32, u32),
    /// Browser profiles (stretches) in which it was seen.
    pub profiles: u32,
    /// Different values over the profiles, taking the first of each.
    pub different_values: u32,
    /// The greatest number of different values within one profile: 1 = constant. At least, where [`Identifier::values_left_out`] is not 0.
    pub values_in_profile: u32,
    /// Greatest similarity between the first values of two profiles (Ratcliff and Obershelp, as Python's `difflib` without junk, the earlier profile's
    /// value first): from 0 to 1. Of the first 12 profiles and the first 200 bytes. `None`: one profile only.
    pub similarity: Option<f64>,
    /// Shannon entropy of the first value over its own bytes, times its length, in bits: an upper bound for what such a text tells apart, and
    /// no measure of how it was made.
    pub entropy_bits: f64,
    /// Longest time from the first to the last sighting of one value, in seconds.
    pub constant_seconds: f64,
}

/// One value of an identifier in one profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueSeen {
    /// Number of the recording, from 0, in the order given.
    pub capture: u32,
    /// Number of the stretch in it.
    pub stretch: u32,
    /// Keyed fingerprint.
    pub fingerprint: [u8; 8],
    /// First and last sighting.
    pub seen: (Timestamp, Timestamp),
    /// Sightings in its own carrier.
    pub times: u64,
}

/// Something that may tell browsers or people apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Identifier {
    /// What carries it.
    pub carrier: Carrier,
    /// The criteria.
    pub criteria: Criteria,
    /// Its values, by recording, stretch and first sighting, at most 50.
    pub values: Vec<ValueSeen>,
    /// Values that are not listed, each in each profile.
    pub values_unlisted: u64,
    /// Sightings in its carrier of values that were not searched for, because the carrier, or all carriers together, had too many before.
    pub values_left_out: u64,
}

/// Who was sent an identifier in its own carrier: as the cookie it is, as the entity tag, as the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnUse {
    /// Index in [`Linkage::identifiers`].
    pub identifier: usize,
    /// Number of the recording.
    pub capture: u32,
    /// Number of the stretch in it.
    pub stretch: u32,
    /// Keyed fingerprint of the value.
    pub fingerprint: [u8; 8],
    /// Host that was sent it.
    pub host: String,
    /// Its registrable domain.
    pub site: String,
    /// Registrable domain of the page or frame that asked; empty: not established.
    pub asked_from: String,
    /// Sightings.
    pub times: u64,
    /// First and last sighting.
    pub seen: (Timestamp, Timestamp),
    /// Number of the first entry.
    pub entry: u64,
}

/// Who learns a value by what was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// It stood in a request: who is asked learns it.
    Request,
    /// It stood in a Referer: who is asked learns it.
    Referer,
    /// It stood in the address to which an answer redirects: who is asked there learns it.
    Redirect,
    /// It stood in an answer: who answers had it.
    Answer,
    /// It stood in a message that was sent after a switch of protocols.
    Message,
}

impl Way {
    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Referer => "referer",
            Self::Redirect => "redirect",
            Self::Answer => "answer",
            Self::Message => "message",
        }
    }
}

/// An identifier's value found outside its own carrier.
#[derive(Clone, Debug, PartialEq)]
pub struct Sharing {
    /// Index in [`Linkage::identifiers`].
    pub identifier: usize,
    /// Number of the recording.
    pub capture: u32,
    /// Keyed fingerprint of the whole value.
    pub fingerprint: [u8; 8],
    /// Whether a part of the value was found and not the whole.
    pub part: bool,
    /// What was done to it, innermost first; empty: nothing. What the place itself asks for (percent-encoding in a query) and compression are not
    /// named, and hexadecimal not where it only writes a digest. Digests of the value in lower case are not told apart.
    pub codings: Vec<Coding>,
    /// How it went.
    pub way: Way,
    /// Host that learns it, or that answered with it.
    pub host: String,
    /// Its registrable domain.
    pub site: String,
    /// Registrable domain of the page or frame that asked; empty: not established.
    pub asked_from: String,
    /// Where it stood.
    pub place: FieldPlace,
    /// Name of the field.
    pub field: String,
    /// Locator of the first sighting.
    pub locator: String,
    /// Number of the first entry.
    pub entry: u64,
    /// When it was sent first.
    pub at: Timestamp,
    /// Stretch of the first sighting.
    pub stretch: u32,
    /// Sightings.
    pub times: u64,
    /// Whether the value was seen in its carrier in another profile than that of this sighting, and not before in this one.
    pub across_profiles: bool,
}

/// Values of one carrier that outlive a profile, or join recordings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survival {
    /// Index in [`Linkage::identifiers`].
    pub identifier: usize,
    /// The value.
    pub fingerprint: [u8; 8],
    /// Recordings and stretches in which it was seen, in order; at least two.
    pub profiles: Vec<(u32, u32)>,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Linkage {
    /// Identifiers, by carrier.
    pub identifiers: Vec<Identifier>,
    /// Identifiers there was no room for, and carriers that were not followed because their names were cut when they were read.
    pub identifiers_left_out: u64,
    /// Sightings in their carriers in requests, by identifier, recording, stretch, value, host and site that asked.
    pub sent: Vec<OwnUse>,
    /// Such sightings there was no room for.
    pub sent_left_out: u64,
    /// Sightings outside their carriers, by identifier, host, place, field and codings.
    pub sharings: Vec<Sharing>,
    /// Sightings there was no room for.
    pub sharings_left_out: u64,
    /// Parameters of redirects that nothing else confirms as identifiers; their sightings are not among the rows.
    pub decorations_unconfirmed: u64,
    /// Values that were seen in more than one profile.
    pub survivals: Vec<Survival>,
    /// Such values there was no room for.
    pub survivals_left_out: u64,
    /// Bytes that were looked through.
    pub bytes: u64,
    /// Bytes of bodies that were not looked through, because they lie outside of memory or beyond a ceiling.
    pub bytes_left_out: u64,
}
