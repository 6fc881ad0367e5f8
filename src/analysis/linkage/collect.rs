//! Takes the fields of entries, one entry after another, and puts marks of everything in them into sorted runs: values in their own carriers, and
//! texts anywhere. Decides nothing: what is an identifier, and where it was found, is known only when all have been seen.

use std::io;

use hashbrown::{HashMap, HashSet};

use super::Way;
use super::digests::{Digests, may_be_one};
use super::kept::{KeptCarrier, KeptEntry, KeptField, KeptValue, Place, TOKEN, Token, USE, Use, UseKind, keep};
use super::runs::{Runs, Sorted};
use super::shape::LENGTHS;
use super::texts::Texts;
use super::token::{Undone, tokens, tokens_of_code};
use super::unsearched::never_looked_at;
use super::written::{opaque_tag, undone_before, way};
use crate::analysis::Spool;
use crate::decode::{Field, FieldPlace};
use crate::evidence::{CaseKey, Fingerprinter, Marks};
use crate::model::{Locator, Side, Timestamp};
use crate::rules::IDENTIFIES;

/// Memory that is always granted, in bytes: less would only make more runs.
const LEAST_MEMORY: usize = 4 << 10;

/// A parameter that a redirect puts into an address is looked at if it is at least this long, in bytes: shorter ones say what is asked for, not who
/// asks.
const SHORTEST_DECORATION: usize = 16;

/// Names of fields are cut at 200 bytes, between characters: one that is at least this long may stand for several.
const CUT_NAME: usize = 197;

/// Carriers with such names that are told apart when they are counted.
const COUNTED: usize = 10_000;

/// Bodies up to this length, in bytes, are looked through without leaving out what looks like code.
const SMALL_BODY: usize = 512;

/// What the linker needs to know of an entry.
#[derive(Clone, Copy, Debug)]
pub struct EntryFacts<'a> {
    /// Number of the entry.
    pub number: u64,
    /// Start of the request.
    pub at: Timestamp,
    /// Start of the answer; of a request without one, that of the request.
    pub answered: Timestamp,
    /// Host that is asked.
    pub host: &'a str,
    /// Its registrable domain.
    pub site: &'a str,
    /// Registrable domain of the page or frame that asks; empty: not established.
    pub asked_from: &'a str,
    /// Host and registrable domain of the address to which the answer redirects.
    pub redirect: Option<(&'a str, &'a str)>,
    /// Whether the request left the browser's machine; of one that did not, nothing is taken.
    pub was_sent: bool,
}

/// Takes fields. Every recording has its own; [`super::join`] puts together what they took.
pub struct Linker {
    marks: Marks,
    fingerprints: Fingerprinter,
    store: Store,
    /// Values that were put away already, by carrier and fingerprint.
    values: HashMap<(u64, [u8; 8]), Place>,
    most_values: usize,
    /// Texts in values that were cut up already.
    texts: Texts,
    /// Marks of carriers whose names were cut.
    cut: HashSet<u64>,
    entry: Option<Entry>,
    bytes: u64,
    bytes_left_out: u64,
    failed: io::Result<()>,
}

struct Store {
    spool: Box<dyn Spool>,
    memory: usize,
    tokens: Runs<TOKEN>,
    uses: Runs<USE>,
    digests: Digests,
}

struct Entry {
    facts: KeptEntry,
    at: Timestamp,
    was_sent: bool,
    kept: Option<Place>,
    ordinal: u32,
    /// Name of the cookie whose parts follow.
    packed: Option<String>,
    /// Place, depth and name of the last field that holds others and was taken for a value in its own carrier.
    holder: Option<(FieldPlace, u8, String)>,
    /// Whether the parts of the address to which the answer redirects follow.
    redirect_parts: bool,
}

/// What one recording holds, sorted.
pub struct SealedIndex {
    pub(super) spool: Box<dyn Spool>,
    pub(super) memory: usize,
    pub(super) marks: Marks,
    pub(super) tokens: Sorted<TOKEN>,
    pub(super) uses: Sorted<USE>,
    pub(super) digests: Digests,
    /// Carriers that were not followed because their names were cut.
    pub(super) cut: u64,
    pub(super) bytes: u64,
    pub(super) bytes_left_out: u64,
}

impl SealedIndex {
    /// Frees memory until it is joined.
    ///
    /// # Errors
    ///
    /// The spool fails.
    pub fn put_away(&mut self) -> io::Result<()> {
        self.spool.put_away()
    }
}

/// In what a value is at home: mark, mark of the whole of which it is a part, and what it is.
struct Home {
    carrier: KeptCarrier,
    mark: u64,
    outer: u64,
    kind: UseKind,
}

impl Linker {
    /// A linker of one recording, under the key of its case (or its own). `memory`: bytes for records that wait to be sorted; more than 4 KiB are
    /// taken in any case.
    #[must_use]
    pub fn new(key: &CaseKey, spool: Box<dyn Spool>, memory: usize) -> Self {
        let memory = memory.max(LEAST_MEMORY);
        Self {
            marks: Marks::new(key),
            fingerprints: Fingerprinter::new(key),
            store: Store { spool, memory, tokens: Runs::new(memory / 2), uses: Runs::new(memory / 4), digests: Digests::default() },
            texts: Texts::new(memory / 8),
            values: HashMap::new(),
            most_values: memory / 8 / 64,
            cut: HashSet::new(),
            entry: None,
            bytes: 0,
            bytes_left_out: 0,
            failed: Ok(()),
        }
    }

    /// Begins an entry: its fields follow. Entries may come in any order.
    pub fn begin(&mut self, facts: &EntryFacts<'_>) {
        let kept = KeptEntry {
            number: facts.number,
            at: facts.at.as_nanoseconds(),
            answered: facts.answered.as_nanoseconds(),
            host: short(facts.host),
            site: short(facts.site),
            asked_from: short(facts.asked_from),
            redirect: facts.redirect.map(|(host, site)| (short(host), short(site))),
        };
        let (at, was_sent) = (facts.at, facts.was_sent);
        self.entry = Some(Entry { facts: kept, at, was_sent, kept: None, ordinal: 0, packed: None, holder: None, redirect_parts: false });
    }

    /// The lifetime that the entry's answer gives a cookie, in seconds; `None`: it lives for the session. A deletion (0 or less) says nothing.
    pub fn lifetime(&mut self, name: &str, seconds: Option<i64>) {
        let Some(entry) = &mut self.entry else { return };
        if !entry.was_sent || seconds.is_some_and(|seconds| seconds <= 0) {
            return;
        }
        entry.ordinal += 1;
        let (kind, said) = seconds.map_or((UseKind::Session, 0), |seconds| (UseKind::Lifetime, seconds));
        let record = Use {
            carrier: mark(&self.marks, b'c', name, &entry.facts.site),
            at: entry.at,
            entry: entry.facts.number,
            ordinal: entry.ordinal,
            kind,
            fingerprint: said.to_be_bytes(),
            pair: 0,
            value: Place(0),
            kept: Place(0),
        };
        let result = self.store.uses.push(self.store.spool.as_mut(), record.write());
        self.note(result);
    }

    /// Takes a field of the entry. `identifies`: what a rule says that it tells apart, one of [`IDENTIFIES`]. Fields come in the order of
    /// [`crate::decode::fields()`]; a failure of the spool is told by [`Self::end`].
    pub fn field(&mut self, field: &Field<'_>, identifies: Option<&'static str>) {
        let result = self.take(field, identifies);
        self.note(result);
    }

    /// Ends the entry.
    ///
    /// # Errors
    ///
    /// The spool failed since the last entry.
    pub fn end(&mut self) -> io::Result<()> {
        self.entry = None;
        std::mem::replace(&mut self.failed, Ok(()))
    }

    /// Counts bytes of bodies that were not handed over.
    pub fn left_out(&mut self, bytes: u64) {
        self.bytes_left_out += bytes;
    }

    /// Sorts what was taken.
    ///
    /// # Errors
    ///
    /// The spool fails.
    pub fn seal(mut self) -> io::Result<SealedIndex> {
        self.end()?;
        let Store { mut spool, memory, tokens, uses, digests } = self.store;
        let (tokens, uses) = (tokens.seal(spool.as_mut())?, uses.seal(spool.as_mut())?);
        let (marks, cut, bytes, bytes_left_out) = (self.marks, self.cut.len() as u64, self.bytes, self.bytes_left_out);
        Ok(SealedIndex { spool, memory, marks, tokens, uses, digests, cut, bytes, bytes_left_out })
    }

    fn note(&mut self, result: io::Result<()>) {
        if self.failed.is_ok() {
            self.failed = result;
        }
    }

    fn take(&mut self, field: &Field<'_>, identifies: Option<&'static str>) -> io::Result<()> {
        let Some(entry) = self.entry.as_mut().filter(|entry| entry.was_sent) else { return Ok(()) };
        entry.ordinal += 1;
        let again = entry.follow(field);
        if field.place == FieldPlace::Header && never_looked_at(field.name) {
            return Ok(());
        }
        let binary = field.place == FieldPlace::Body && field.value.iter().take(SMALL_BODY).any(|byte| *byte == 0);
        if binary {
            self.bytes_left_out += field.value.len() as u64;
            return Ok(());
        }
        self.bytes += field.value.len() as u64;
        let home = entry.home(&self.marks, field, identifies);
        let owner = home
            .as_ref()
            .filter(|home| !matches!(home.carrier, KeptCarrier::Decoration { .. }))
            .map_or_else(|| mark(&self.marks, of_field(field), field.name, &entry.facts.host), |home| home.outer);
        if !again {
            if field.holds_fields && home.is_some() {
                entry.holder = Some((field.place, field.depth, field.name.to_owned()));
            }
            self.used(field, home)?;
        }
        self.scan(field, owner)
    }

    /// Puts a value in its own carrier away.
    fn used(&mut self, field: &Field<'_>, home: Option<Home>) -> io::Result<()> {
        let (Some(home), Some(entry)) = (home, self.entry.as_mut()) else { return Ok(()) };
        let tags = matches!(home.carrier, KeptCarrier::EntityTag { .. });
        if !tags && field.name.len() >= CUT_NAME {
            if self.cut.len() < COUNTED {
                self.cut.insert(home.mark);
            }
            return Ok(());
        }
        // A comma within quotes is a character of the tag (RFC 9110, section 8.8.3).
        let mut quoted = false;
        let separates = |byte: &u8| {
            quoted ^= *byte == b'"';
            tags && *byte == b',' && !quoted
        };
        for value in field.value.split(separates) {
            let value = if tags { opaque_tag(value) } else { value };
            if value.is_empty() || value.len() > *LENGTHS.end() {
                continue;
            }
            let fingerprint = self.fingerprints.of(value).0;
            let kept = entry.keep(self.store.spool.as_mut())?;
            let place = match self.values.get(&(home.mark, fingerprint)) {
                Some(place) => *place,
                None => {
                    let whole = KeptValue { carrier: home.carrier.clone(), outer: home.outer, value: value.to_vec() };
                    let place = keep(self.store.spool.as_mut(), &whole)?;
                    if self.values.len() >= self.most_values {
                        self.values.clear();
                    }
                    self.values.insert((home.mark, fingerprint), place);
                    place
                }
            };
            let record = Use {
                carrier: home.mark,
                at: entry.at,
                entry: entry.facts.number,
                ordinal: entry.ordinal,
                kind: home.kind,
                fingerprint,
                pair: mark(&self.marks, b'p', &entry.facts.host, &entry.facts.asked_from),
                value: place,
                kept,
            };
            self.store.uses.push(self.store.spool.as_mut(), record.write())?;
        }
        Ok(())
    }

    /// Puts marks of every text in a field away.
    fn scan(&mut self, field: &Field<'_>, owner: u64) -> io::Result<()> {
        let Some(entry) = self.entry.as_mut() else { return Ok(()) };
        let way = way(field, entry.facts.redirect.is_some());
        let code = field.place == FieldPlace::Body && field.side == Side::Response && field.value.len() > SMALL_BODY;
        let (store, texts, marks) = (&mut self.store, &mut self.texts, &self.marks);
        let (mut kept, mut failed) = (None, Ok(()));
        let mut put = |store: &mut Store, mark: u64, undone: Undone| {
            if failed.is_ok() {
                failed = store.token(entry, field, &mut kept, Token { mark, field: Place(0), owner, undone: undone.0 }, way);
            }
        };
        // Most of what a browser sends it has sent before.
        let whole = (!code && !field.holds_fields && Texts::remembers(field.value)).then(|| marks.of(field.value));
        if let Some(before) = whole.and_then(|whole| texts.of(whole)) {
            before.iter().for_each(|(mark, undone)| put(store, *mark, *undone));
            return failed;
        }
        let mut each = |text: &[u8], undone: Undone| {
            let mark = marks.of(text);
            if may_be_one(text) {
                store.digests.put(text, mark);
            }
            put(store, mark, undone);
            if whole.is_some() {
                texts.add(mark, undone);
            }
        };
        if field.holds_fields {
            // What is inside follows; but it may also be a value as it stands.
            if LENGTHS.contains(&field.value.len()) {
                each(field.value, Undone::default());
            }
        } else if code {
            tokens_of_code(field.value, &mut each);
        } else {
            tokens(field.value, &mut each);
        }
        if let Some(whole) = whole {
            texts.keep(whole);
        }
        failed
    }
}

impl Store {
    fn token(&mut self, entry: &mut Entry, field: &Field<'_>, kept: &mut Option<Place>, mut token: Token, way: Way) -> io::Result<()> {
        let place = match *kept {
            Some(place) => place,
            None => *kept.insert(entry.keep_field(self.spool.as_mut(), field, way)?),
        };
        token.field = place;
        self.tokens.push(self.spool.as_mut(), token.write())
    }
}

impl Entry {
    /// Follows what the fields are packed in. Gives whether this is the inside of a field of the same name: its value once more, unpacked.
    fn follow(&mut self, field: &Field<'_>) -> bool {
        let inside = |(place, depth, name): &(FieldPlace, u8, String)| *place == field.place && *depth < field.depth && name == field.name;
        let again = self.holder.as_ref().is_some_and(inside);
        if field.depth == 0 && field.place == FieldPlace::Cookie {
            self.packed = field.holds_fields.then(|| field.name.to_owned());
        }
        if field.holds_fields && !again {
            self.redirect_parts |= field.place == FieldPlace::Header && field.side == Side::Response && field.name == "location";
        }
        again
    }

    fn keep(&mut self, spool: &mut dyn Spool) -> io::Result<Place> {
        match self.kept {
            Some(place) => Ok(place),
            None => Ok(*self.kept.insert(keep(spool, &self.facts)?)),
        }
    }

    fn keep_field(&mut self, spool: &mut dyn Spool, field: &Field<'_>, way: Way) -> io::Result<Place> {
        let entry = self.keep(spool)?;
        let mut kept = KeptField {
            entry: entry.0,
            ordinal: self.ordinal,
            way: way as u8,
            place: field.place as u8,
            name: field.name.to_owned(),
            locator: field.locator.to_string(),
            codings: undone_before(field.locator, field.place),
        };
        match keep(spool, &kept) {
            // Names can be longer than what is kept of a field; its part of the entry is still told.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
                kept.locator = Locator { part: field.locator.part.clone(), steps: Vec::new() }.to_string();
                kept.name = kept.name.chars().take(200).collect();
                keep(spool, &kept)
            }
            result => result,
        }
    }

    /// What the field carries a value of, if it is a place where identifiers live.
    fn home(&self, marks: &Marks, field: &Field<'_>, identifies: Option<&'static str>) -> Option<Home> {
        let Self { facts, .. } = self;
        let sent = if field.side == Side::Request { UseKind::Sent } else { UseKind::Given };
        if field.place == FieldPlace::Cookie {
            let outer = self.packed.as_deref().filter(|packed| is_inside(field.name, packed)).unwrap_or(field.name);
            let own = outer.len() as u32;
            let carrier = KeptCarrier::Cookie { name: field.name.to_owned(), own, domain: facts.site.clone() };
            return Some(Home {
                carrier,
                mark: mark(marks, b'c', field.name, &facts.site),
                outer: mark(marks, b'c', outer, &facts.site),
                kind: sent,
            });
        }
        if field.place == FieldPlace::Header && field.side == Side::Request && field.name == "if-none-match" {
            let mark = mark(marks, b'e', "", &facts.host);
            return Some(Home { carrier: KeptCarrier::EntityTag { host: facts.host.clone() }, mark, outer: mark, kind: sent });
        }
        if let (Some((_, to)), Some(name)) = (&facts.redirect, self.parameter_of_redirect(field))
            && *to != facts.site
            && field.value.len() >= SHORTEST_DECORATION
        {
            let carrier = KeptCarrier::Decoration { name: name.to_owned(), site: facts.site.clone() };
            let mark = mark(marks, b'd', name, &facts.site);
            return Some(Home { carrier, mark, outer: mark, kind: UseKind::Given });
        }
        let number = IDENTIFIES.iter().position(|word| Some(*word) == identifies)?;
        if field.side == Side::Response || matches!(IDENTIFIES[number], "page-load" | "none") {
            return None;
        }
        let mark = mark(marks, of_field(field), field.name, &facts.host);
        let carrier = KeptCarrier::Field { name: field.name.to_owned(), host: facts.host.clone(), identifies: number as u8 };
        Some(Home { carrier, mark, outer: mark, kind: sent })
    }

    /// The name of the parameter that the field is of the address to which the answer redirects.
    fn parameter_of_redirect<'f>(&self, field: &Field<'f>) -> Option<&'f str> {
        let inside = field.place == FieldPlace::Header && field.side == Side::Response && self.redirect_parts;
        let (outer, name) = field.name.split_once('.').filter(|_| inside)?;
        (outer == "location").then_some(name)
    }
}

/// A host name has at most 253 characters; a recording may claim anything.
fn short(host: &str) -> String {
    host.chars().take(255).collect()
}

fn is_inside(name: &str, outer: &str) -> bool {
    name.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.'))
}

/// A mark of two texts for one purpose.
fn mark(marks: &Marks, purpose: u8, one: &str, other: &str) -> u64 {
    let mut bytes = Vec::with_capacity(one.len() + other.len() + 2);
    bytes.push(purpose);
    bytes.extend_from_slice(one.as_bytes());
    bytes.push(0);
    bytes.extend_from_slice(other.as_bytes());
    marks.of(&bytes)
}

/// The purpose of a mark of a field: its place, which is below every letter.
const fn of_field(field: &Field<'_>) -> u8 {
    field.place as u8
}
