//! What waits in the spool: records of a fixed length for sorting, and what they point to. In sorted records numbers are big-endian, so that their
//! bytes sort as they do.

use std::io;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::analysis::Spool;
use crate::model::Timestamp;

/// Length of a [`Use`], in bytes.
pub(super) const USE: usize = 61;
/// Length of a [`Token`], in bytes.
pub(super) const TOKEN: usize = 26;
/// Length of a [`Form`], in bytes.
pub(super) const FORM: usize = 34;
/// Length of a [`Hit`], in bytes.
pub(super) const HIT: usize = 70;

/// Where something was put: place in the spool (48 bits) and length in bytes (16 bits).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place(pub(super) u64);

/// Puts `value` into the spool. Longer than 65,535 bytes is an error of kind `InvalidInput`.
pub(super) fn keep(spool: &mut dyn Spool, value: &impl Serialize) -> io::Result<Place> {
    let bytes = postcard::to_stdvec(value).map_err(io::Error::other)?;
    let length = u16::try_from(bytes.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    let place = spool.append(&bytes)?;
    if place >> 48 != 0 {
        return Err(io::Error::other("the spool is full"));
    }
    Ok(Place(place << 16 | u64::from(length)))
}

/// Takes it out again.
pub(super) fn fetch<T: DeserializeOwned>(spool: &mut dyn Spool, place: Place, bytes: &mut Vec<u8>) -> io::Result<T> {
    spool.read(place.0 >> 16, usize::from(place.0 as u16), bytes)?;
    postcard::from_bytes(bytes).map_err(io::Error::other)
}

/// An entry.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct KeptEntry {
    pub(super) number: u64,
    /// Nanoseconds since 1970.
    pub(super) at: i64,
    /// Nanoseconds since 1970.
    pub(super) answered: i64,
    pub(super) host: String,
    pub(super) site: String,
    pub(super) asked_from: String,
    /// Host and registrable domain to which the answer redirects.
    pub(super) redirect: Option<(String, String)>,
}

/// A field in which something was found to look at.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct KeptField {
    /// Place of the entry.
    pub(super) entry: u64,
    /// Number of the field in the entry.
    pub(super) ordinal: u32,
    pub(super) way: u8,
    pub(super) place: u8,
    pub(super) name: String,
    pub(super) locator: String,
    /// Codings that the decoder undid, innermost first, as numbers.
    pub(super) codings: Vec<u8>,
}

/// What carries a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum KeptCarrier {
    Cookie {
        name: String,
        /// Bytes of the cookie's own name, with which the name begins.
        own: u32,
        domain: String,
    },
    EntityTag {
        host: String,
    },
    Decoration {
        name: String,
        site: String,
    },
    /// With the number of what it tells apart in [`crate::rules::IDENTIFIES`].
    Field {
        name: String,
        host: String,
        identifies: u8,
    },
}

/// A value of a carrier.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct KeptValue {
    pub(super) carrier: KeptCarrier,
    /// Mark of the carrier as a whole: of what is packed in a cookie, the cookie's.
    pub(super) outer: u64,
    pub(super) value: Vec<u8>,
}

/// Recordings, stretches and first sightings (nanoseconds since 1970) of a value in its carrier.
pub(super) type KeptProfiles = Vec<(u32, u32, i64)>;

/// A value that is looked for, while it is not yet known whether its carrier is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct KeptSearch {
    pub(super) capture: u32,
    /// Number of the value in the carrier.
    pub(super) number: u32,
    pub(super) fingerprint: [u8; 8],
    /// Place of the value in the spool of its recording.
    pub(super) value: u64,
    /// Place of its [`KeptProfiles`] in the first spool.
    pub(super) profiles: u64,
    /// Sightings in its carrier.
    pub(super) times: u64,
}

/// What a [`Use`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UseKind {
    /// An answer gave the value.
    Given,
    /// A request sent it.
    Sent,
    /// An answer gave the lifetime in seconds that stands instead of the fingerprint.
    Lifetime,
    /// An answer set the cookie without a lifetime.
    Session,
}

/// A value in its own carrier. Sorts by carrier and time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Use {
    pub(super) carrier: u64,
    pub(super) at: Timestamp,
    pub(super) entry: u64,
    pub(super) ordinal: u32,
    pub(super) kind: UseKind,
    pub(super) fingerprint: [u8; 8],
    /// Mark of the host asked and the site that asked.
    pub(super) pair: u64,
    pub(super) value: Place,
    pub(super) kept: Place,
}

/// A text in a field. Sorts by its mark.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) mark: u64,
    pub(super) field: Place,
    /// Mark of the carrier whose own place this is.
    pub(super) owner: u64,
    pub(super) undone: u16,
}

/// A form of a value that is looked for. Sorts by its mark.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    pub(super) mark: u64,
    /// Number of the carrier in the order of marks.
    pub(super) carrier: u32,
    /// Number of the value in the carrier.
    pub(super) value: u32,
    pub(super) fingerprint: [u8; 8],
    pub(super) profiles: Place,
    pub(super) part: bool,
    /// Codings, the innermost in the lower four bits.
    pub(super) codings: u8,
}

/// A value found in a field. Sorts by recording, time, entry and field, then by identifier, and there the best first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    pub(super) capture: u32,
    pub(super) at: Timestamp,
    pub(super) entry: u64,
    pub(super) ordinal: u32,
    pub(super) identifier: u32,
    pub(super) part: bool,
    pub(super) layers: u8,
    pub(super) value: u32,
    /// Codings, four bits each, the innermost in the lowest ones.
    pub(super) codings: u32,
    pub(super) mark: u64,
    pub(super) fingerprint: [u8; 8],
    pub(super) field: Place,
    pub(super) profiles: Place,
}

/// Puts numbers one after another.
struct Writer<const N: usize>([u8; N], usize);

impl<const N: usize> Writer<N> {
    const fn new() -> Self {
        Self([0; N], 0)
    }

    fn put<const M: usize>(mut self, bytes: [u8; M]) -> Self {
        self.0[self.1..self.1 + M].copy_from_slice(&bytes);
        self.1 += M;
        self
    }
}

/// Takes them out again.
struct Taker<'r>(&'r [u8]);

impl Taker<'_> {
    fn take<const M: usize>(&mut self) -> [u8; M] {
        let mut bytes = [0; M];
        let (now, rest) = self.0.split_at(M);
        bytes.copy_from_slice(now);
        self.0 = rest;
        bytes
    }

    fn long(&mut self) -> u64 {
        u64::from_be_bytes(self.take())
    }

    fn short(&mut self) -> u32 {
        u32::from_be_bytes(self.take())
    }

    fn byte(&mut self) -> u8 {
        self.take::<1>()[0]
    }
}

/// Bytes that sort as points in time do.
const fn time(at: Timestamp) -> [u8; 8] {
    (at.as_nanoseconds() as u64 ^ 1 << 63).to_be_bytes()
}

const fn time_of(number: u64) -> Timestamp {
    Timestamp::from_nanoseconds((number ^ 1 << 63) as i64)
}

impl Use {
    pub(super) fn write(&self) -> [u8; USE] {
        let out = Writer::new().put(self.carrier.to_be_bytes()).put(time(self.at)).put(self.entry.to_be_bytes());
        let out = out.put(self.ordinal.to_be_bytes()).put([self.kind as u8]).put(self.fingerprint).put(self.pair.to_be_bytes());
        out.put(self.value.0.to_be_bytes()).put(self.kept.0.to_be_bytes()).0
    }

    pub(super) fn read(record: &[u8; USE]) -> Self {
        let mut from = Taker(record);
        Self {
            carrier: from.long(),
            at: time_of(from.long()),
            entry: from.long(),
            ordinal: from.short(),
            kind: match from.byte() {
                0 => UseKind::Given,
                1 => UseKind::Sent,
                2 => UseKind::Lifetime,
                _ => UseKind::Session,
            },
            fingerprint: from.take(),
            pair: from.long(),
            value: Place(from.long()),
            kept: Place(from.long()),
        }
    }
}

impl Token {
    pub(super) fn write(&self) -> [u8; TOKEN] {
        let out = Writer::new().put(self.mark.to_be_bytes()).put(self.field.0.to_be_bytes());
        out.put(self.owner.to_be_bytes()).put(self.undone.to_be_bytes()).0
    }

    pub(super) fn read(record: &[u8; TOKEN]) -> Self {
        let mut from = Taker(record);
        Self { mark: from.long(), field: Place(from.long()), owner: from.long(), undone: u16::from_be_bytes(from.take()) }
    }
}

impl Form {
    pub(super) fn write(&self) -> [u8; FORM] {
        let out = Writer::new().put(self.mark.to_be_bytes()).put(self.carrier.to_be_bytes()).put(self.value.to_be_bytes());
        out.put(self.fingerprint).put(self.profiles.0.to_be_bytes()).put([self.part.into(), self.codings]).0
    }

    pub(super) fn read(record: &[u8; FORM]) -> Self {
        let mut from = Taker(record);
        Self {
            mark: from.long(),
            carrier: from.short(),
            value: from.short(),
            fingerprint: from.take(),
            profiles: Place(from.long()),
            part: from.byte() != 0,
            codings: from.byte(),
        }
    }
}

impl Hit {
    pub(super) fn write(&self) -> [u8; HIT] {
        let out = Writer::new().put(self.capture.to_be_bytes()).put(time(self.at)).put(self.entry.to_be_bytes());
        let out = out.put(self.ordinal.to_be_bytes()).put(self.identifier.to_be_bytes()).put([self.part.into(), self.layers]);
        let out = out.put(self.value.to_be_bytes()).put(self.codings.to_be_bytes()).put(self.mark.to_be_bytes());
        out.put(self.fingerprint).put(self.field.0.to_be_bytes()).put(self.profiles.0.to_be_bytes()).0
    }

    pub(super) fn read(record: &[u8; HIT]) -> Self {
        let mut from = Taker(record);
        Self {
            capture: from.short(),
            at: time_of(from.long()),
            entry: from.long(),
            ordinal: from.short(),
            identifier: from.short(),
            part: from.byte() != 0,
            layers: from.byte(),
            value: from.short(),
            codings: from.short(),
            mark: from.long(),
            fingerprint: from.take(),
            field: Place(from.long()),
            profiles: Place(from.long()),
        }
    }
}
