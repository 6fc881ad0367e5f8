//! Overwrites secrets: in place, with the same length, and says what was overwritten. Nobody learns more from a mask than that two secrets are
//! the same and how long they are in the place where they stand.
//!
//! A mask is made of letters, because letters mean themselves in every place in which a secret stands: an address, a form, a JSON string, a
//! header field, base64. A number in JSON becomes another number. The letters follow from the keyed fingerprint of the secret, every escape
//! undone: equal secrets get equal masks, so that a cookie can still be followed, and without the key nothing can be tried out.

use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use super::head::odd_head;
use super::search::{self, BodyKind, Found, Search};
use super::secrets::{Address, SecretPlace, SecretRules};
use super::text::Text;
use super::{form, head};
use crate::model::{Change, ChangeKind, Digest, HeadBytes, Headers, HostPort, Locator, Message, Part, Side, Step, UrlParts};

/// Makes keyed fingerprints.
pub type Fingerprints = Arc<dyn Fn(&[u8]) -> [u8; 8] + Send + Sync>;

/// Encrypts a secret for whom the operator named: an age file in base64.
pub type Sealing = Arc<dyn Fn(&[u8]) -> Option<String> + Send + Sync>;

/// Reason of a change that overwrote a secret.
pub const REASON: &str = "secrets";

/// What a [`Change`] names in place of a rule where bytes were overwritten of which nobody can tell what they belong to.
pub const REST: &str = "late-part-of-a-body";

/// Bytes of a record that were overwritten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mask {
    /// Where, in the bytes that were handed in.
    pub(super) place: Range<usize>,
    /// Index of the rule that asked for it.
    rule: usize,
    /// Keyed fingerprint of what stood there, every escape undone.
    fingerprint: [u8; 8],
    /// What stood there, where it is kept for somebody.
    original: Vec<u8>,
}

/// Overwrites secrets by a set of rules and a key.
#[derive(Clone)]
pub struct Masker {
    rules: Arc<SecretRules>,
    fingerprints: Fingerprints,
    sealing: Option<Sealing>,
}

impl std::fmt::Debug for Masker {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Masker")
    }
}

/// Host and path of a request, as far as rules ask for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    host: String,
    path: String,
}

impl Target {
    /// Of an absolute URL.
    #[must_use]
    pub fn of(url: &str) -> Self {
        let parts = UrlParts::of(url);
        let host = parts.host(url).map(|found: HostPort<'_>| found.host.into_owned()).unwrap_or_default();
        Self { host, path: url[parts.path].to_owned() }
    }

    fn address(&self) -> Address<'_> {
        Address { host: &self.host, path: &self.path }
    }
}

impl Masker {
    /// Masks by `rules`; `fingerprints` holds the key.
    #[must_use]
    pub fn new(rules: Arc<SecretRules>, fingerprints: Fingerprints) -> Self {
        Self { rules, fingerprints, sealing: None }
    }

    /// The same, with what is overwritten kept in its change, encrypted by `sealing`.
    #[must_use]
    pub fn sealing(self, sealing: Sealing) -> Self {
        Self { sealing: Some(sealing), ..self }
    }

    /// The keyed fingerprint of a value.
    pub(super) fn fingerprint(&self, value: &[u8]) -> [u8; 8] {
        (self.fingerprints)(value)
    }

    /// Whether the JSON of an answer from `target` may hold a secret.
    #[must_use]
    pub fn looks_into_answers(&self, target: &Target) -> bool {
        self.rules.answers(target.address())
    }

    /// The record of a mask.
    fn change(&self, side: Side, part: Part, mask: &Mask) -> Change {
        let range = Step::Range(mask.place.start as u64, mask.place.end as u64);
        self.change_at(side, Locator { part, steps: vec![range] }.to_string(), self.rules.id(mask.rule), mask)
    }

    /// The record of a mask in a place that no locator leads to (trailers of requests, answers before the answer).
    fn change_at(&self, side: Side, locator: String, rule: &str, mask: &Mask) -> Change {
        let mut fingerprint = String::with_capacity(16);
        mask.fingerprint.iter().for_each(|byte| {
            // Writing to a String cannot fail.
            let _ = write!(fingerprint, "{byte:02x}");
        });
        let sealed = self.sealing.as_ref().and_then(|seal| seal(&mask.original));
        let kind = ChangeKind::Masked { locator, rule: rule.to_owned(), length: mask.place.len() as u64, fingerprint, sealed };
        Change { side, kind, reason: REASON.to_owned() }
    }

    /// Masks the head of a request.
    pub fn request_head(&self, target: &Target, url: &mut String, headers: &mut Headers, bytes: &mut HeadBytes) -> Vec<Change> {
        let mut replaced = Vec::new();
        let mut changes: Vec<Change> =
            self.url(target, url, &mut replaced).iter().map(|mask| self.change(Side::Request, Part::RequestLine, mask)).collect();
        let name = |number| Locator { part: Part::RequestHeader(number), steps: Vec::new() }.to_string();
        self.fields(target, Side::Request, headers, &mut replaced, &mut changes, name);
        odd_head(bytes, &replaced);
        changes
    }

    /// Masks the head of a response; `interim`: the how-manieth answer before the answer it is, from 1, or 0.
    pub fn response_head(&self, target: &Target, interim: usize, headers: &mut Headers, bytes: &mut HeadBytes) -> Vec<Change> {
        let (mut replaced, mut changes) = (Vec::new(), Vec::new());
        let name = |number| match interim {
            0 => Locator { part: Part::ResponseHeader(number), steps: Vec::new() }.to_string(),
            interim => format!("response.interim[{interim}].header[{number}]"),
        };
        self.fields(target, Side::Response, headers, &mut replaced, &mut changes, name);
        odd_head(bytes, &replaced);
        changes
    }

    /// Masks trailer fields.
    pub fn trailers(&self, target: &Target, side: Side, headers: &mut Headers) -> Vec<Change> {
        let (mut replaced, mut changes) = (Vec::new(), Vec::new());
        let name = |number| match side {
            Side::Request => format!("request.trailer[{number}]"),
            Side::Response => Locator { part: Part::Trailer(number), steps: Vec::new() }.to_string(),
        };
        self.fields(target, side, headers, &mut replaced, &mut changes, name);
        changes
    }

    /// Masks what another change says of the exchange: it repeats what stands in a head, so that there is nothing more to record.
    pub fn repeated(&self, target: &Target, change: &mut Change) {
        match &mut change.kind {
            ChangeKind::HeaderAdded { name, value, .. } => {
                let found = head::field(&self.rules, target.address(), change.side, name, value);
                self.overwrite(value, found);
            }
            ChangeKind::Target { received, sent } => {
                for text in [received, sent] {
                    let mut search = Search::new(&self.rules, target.address(), SecretPlace::Parameter, text.len());
                    head::address(&mut search, &Text::new(text));
                    let found = search.found;
                    self.overwrite(text, found);
                }
            }
            _ => {}
        }
    }

    /// Masks a body. `true`: all of it could be taken apart, so that every secret that a rule names was found.
    pub fn body(&self, target: &Target, side: Side, kind: &BodyKind, bytes: &mut [u8]) -> (Vec<Change>, bool) {
        let (place, part) = match side {
            Side::Request => (SecretPlace::Parameter, Part::RequestBody),
            Side::Response => (SecretPlace::Answer, Part::ResponseBody),
        };
        let mut search = Search::new(&self.rules, target.address(), place, bytes.len());
        search::body(&mut search, kind, bytes);
        let (found, whole) = (search.found, !search.broken && !search.exhausted);
        let masks = self.overwrite(bytes, found);
        (masks.iter().map(|mask| self.change(side, part.clone(), mask)).collect(), whole)
    }

    /// Masks a message; `number`: its place among those of the exchange, from 1. `None`: it cannot be searched.
    #[must_use]
    pub fn message(&self, target: &Target, number: u32, message: &Message) -> Option<(Vec<u8>, Vec<Change>, bool)> {
        let mut bytes = message.payload.in_memory()?.to_vec();
        let mut search = Search::new(&self.rules, target.address(), SecretPlace::Parameter, bytes.len());
        search::body(&mut search, &BodyKind::Text, &bytes);
        let (found, whole) = (search.found, !search.broken && !search.exhausted);
        let masks = self.overwrite(&mut bytes, found);
        let changes = masks.iter().map(|mask| self.change(Side::Request, Part::Message(number), mask)).collect();
        Some((bytes, changes, whole))
    }

    /// Masks bytes of a request's body altogether, from byte `at` of it on: they came when what stood before them had been written, so that nobody
    /// can tell what they belong to.
    pub fn rest(&self, at: u64, bytes: &mut [u8]) -> Option<Change> {
        let found = Found { place: 0..bytes.len(), rule: 0, number: false, plain: bytes.to_vec() };
        let masks = self.overwrite(bytes, vec![found]);
        let steps = vec![Step::Range(at, at + bytes.len() as u64)];
        let locator = Locator { part: Part::RequestBody, steps }.to_string();
        masks.first().map(|mask| self.change_at(Side::Request, locator, REST, mask))
    }

    fn url(&self, target: &Target, url: &mut String, replaced: &mut Vec<head::Replaced>) -> Vec<Mask> {
        let mut search = Search::new(&self.rules, target.address(), SecretPlace::Parameter, url.len());
        head::address(&mut search, &Text::new(url.as_bytes()));
        if search.found.is_empty() {
            return Vec::new();
        }
        let found = search.found;
        let mut bytes = std::mem::take(url).into_bytes();
        let before = bytes.clone();
        let masks = self.overwrite(&mut bytes, found);
        replaced.extend(masks.iter().map(|mask| head::Replaced::of(None, &before, &bytes, mask)));
        // Whole escapes and whole characters were overwritten by letters, so it is a text as before.
        *url = String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        masks
    }

    fn fields(
        &self,
        target: &Target,
        side: Side,
        headers: &mut Headers,
        replaced: &mut Vec<head::Replaced>,
        changes: &mut Vec<Change>,
        name: impl Fn(u32) -> String,
    ) {
        let mut masked: Vec<(usize, Vec<u8>)> = Vec::new();
        for (index, (field, value)) in headers.iter().enumerate() {
            let found = head::field(&self.rules, target.address(), side, field, value);
            if found.is_empty() {
                continue;
            }
            let mut bytes = value.to_vec();
            let masks = self.overwrite(&mut bytes, found);
            for mask in &masks {
                let locator = format!("{}/range:{}-{}", name(index as u32 + 1), mask.place.start, mask.place.end);
                changes.push(self.change_at(side, locator, self.rules.id(mask.rule), mask));
                replaced.push(head::Replaced::of(Some(field), value, &bytes, mask));
            }
            masked.push((index, bytes));
        }
        if masked.is_empty() {
            return;
        }
        let mut rebuilt = Headers::with_capacity(headers.len(), 0);
        for (index, (field, value)) in headers.iter().enumerate() {
            let value = masked.iter().find(|(other, _)| *other == index).map_or(value, |(_, bytes)| bytes);
            rebuilt.push(field, value);
        }
        *headers = rebuilt;
    }

    /// Overwrites what was found. Where two overlap, both are one.
    fn overwrite(&self, bytes: &mut [u8], mut found: Vec<Found>) -> Vec<Mask> {
        found.sort_by_key(|found| (found.place.start, std::cmp::Reverse(found.place.end)));
        let mut apart: Vec<Found> = Vec::with_capacity(found.len());
        for one in found {
            match apart.last_mut() {
                Some(last) if one.place.start < last.place.end => last.place.end = last.place.end.max(one.place.end),
                _ => apart.push(one),
            }
        }
        let masks = apart.into_iter().filter(|found| !found.place.is_empty()).map(|found| {
            let fingerprint = (self.fingerprints)(&found.plain);
            let place = &mut bytes[found.place.clone()];
            let original = if self.sealing.is_some() { place.to_vec() } else { Vec::new() };
            fill(place, fingerprint, found.number);
            Mask { place: found.place, rule: found.rule, fingerprint, original }
        });
        masks.collect()
    }
}

/// Letters, or digits, that follow from a fingerprint.
pub(super) fn fill(out: &mut [u8], fingerprint: [u8; 8], number: bool) {
    const LETTERS: &[u8; 52] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    for (block, chunk) in (0_u64..).zip(out.chunks_mut(32)) {
        let drawn = Digest::of(&[b"dataspoor mask 1\n", &fingerprint[..], &block.to_be_bytes()].concat());
        for (place, byte) in chunk.iter_mut().zip(drawn.0) {
            // No zero at the beginning: a number with one is no JSON (RFC 8259 section 6).
            *place = if number { b'1' + byte % 9 } else { LETTERS[usize::from(byte % 52)] };
        }
    }
}

/// The fields of a form, for whoever looks into a query.
pub(super) fn query(search: &mut Search<'_>, text: &Text<'_>) {
    form::fields(search, text, 0);
}
