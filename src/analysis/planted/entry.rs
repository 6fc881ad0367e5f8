//! Looks for planted values in one entry: in the fields that the decoder hands over, then in the bytes that no field covers.

use std::collections::BTreeMap;

use super::{Hit, Planted};
use crate::analysis::linkage::Way;
use crate::decode::{Field, FieldPlace, resolve};
use crate::model::{Direction, Exchange, Locator, Part, Side, Step, Timestamp};

/// Bodies of answers and messages are searched up to this length (bytes); what lies beyond is counted.
const LONGEST: usize = 16 << 20;

/// Different finds of one entry that are kept.
const KEPT: usize = 256;

/// What the search must know of an entry apart from its exchange.
#[derive(Clone, Copy, Debug)]
pub struct PlantedEntry<'a> {
    /// Its number.
    pub number: u64,
    /// Start of the request.
    pub at: Timestamp,
    /// When the head of the answer came; the start where that is not known.
    pub answered: Timestamp,
    /// Host that is asked, and its registrable domain.
    pub host: (&'a str, &'a str),
    /// Registrable domain of the page or frame that asked; empty: not established.
    pub asked_from: &'a str,
    /// Host to which the answer redirects, and its registrable domain.
    pub redirect: Option<(&'a str, &'a str)>,
}

/// A find with how it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sent {
    pub(super) hit: Hit,
    pub(super) way: Way,
    /// Places of the entry in which it stood in this form, way and field.
    pub(super) times: u64,
}

/// What makes two finds of an entry one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    seed: usize,
    path: Vec<&'static str>,
    way: Way,
    place: FieldPlace,
    name: String,
}

/// The search of one entry.
pub struct EntrySearch<'p> {
    planted: &'p Planted,
    exchange: &'p Exchange,
    found: BTreeMap<Key, Sent>,
    /// What stands in fields that hold others, of which these may show it more closely.
    in_holders: Vec<Hit>,
    /// Bytes that were searched.
    pub(super) bytes: u64,
    /// Bytes that were not.
    pub(super) bytes_left_out: u64,
    /// Finds there was no room for, at least.
    pub(super) left_out: u64,
}

impl<'p> EntrySearch<'p> {
    /// Nothing searched yet.
    #[must_use]
    pub fn new(planted: &'p Planted, exchange: &'p Exchange) -> Self {
        Self { planted, exchange, found: BTreeMap::new(), in_holders: Vec::new(), bytes: 0, bytes_left_out: 0, left_out: 0 }
    }

    /// Searches a field.
    pub fn field(&mut self, field: &Field<'_>) {
        self.bytes += (field.value.len() + field.name.len()) as u64;
        let (hits, more) = self.planted.see(field);
        if field.holds_fields {
            self.left_out += u64::from(more);
            let room = KEPT.saturating_sub(self.in_holders.len()).min(hits.len());
            self.left_out += (hits.len() - room) as u64;
            self.in_holders.extend(hits.into_iter().take(room));
        } else {
            self.take(hits, more, |_| true);
        }
    }

    /// Searches what fields may not cover: the URL, header fields, bodies and messages, as recorded and with content codings undone. What a field
    /// showed already is not found once more.
    #[must_use]
    pub fn rest(mut self) -> Self {
        let exchange = self.exchange;
        let parts =
            |search: &Self| -> Vec<(usize, Part)> { search.found.values().map(|sent| (sent.hit.seed, whole(&sent.hit.part))).collect() };
        let in_fields = parts(&self);
        let holders = std::mem::take(&mut self.in_holders);
        self.take(holders, false, |hit| !in_fields.contains(&(hit.seed, whole(&hit.part))));
        let in_fields = parts(&self);
        let known = |hit: &Hit| !in_fields.contains(&(hit.seed, whole(&hit.part)));
        let request = &exchange.request;
        self.raw(Part::RequestLine, FieldPlace::Path, "", request.url.as_bytes(), &known);
        self.headers(&request.headers, Part::RequestHeader, &known);
        self.body(Part::RequestBody, &known);
        for number in 1..=exchange.messages.len() {
            self.body(Part::Message(number as u32), &known);
        }
        if let Some(response) = exchange.outcome.response() {
            self.headers(&response.headers, Part::ResponseHeader, &known);
            self.body(Part::ResponseBody, &known);
        }
        self
    }

    /// What was found, in an order that does not depend on that of the fields.
    pub(super) fn into_found(self) -> impl Iterator<Item = Sent> {
        self.found.into_values()
    }

    fn headers(&mut self, headers: &crate::model::Headers, part: fn(u32) -> Part, known: &dyn Fn(&Hit) -> bool) {
        for (index, (name, value)) in headers.iter().enumerate() {
            let name = String::from_utf8_lossy(name).to_ascii_lowercase();
            self.raw(part(index as u32 + 1), FieldPlace::Header, &name, value, known);
        }
    }

    /// A body, with its content codings undone where it has any. Without the steps for that it is searched as it was recorded.
    fn body(&mut self, part: Part, known: &dyn Fn(&Hit) -> bool) {
        let exchange = self.exchange;
        let (body, headers) = match &part {
            Part::RequestBody => (&exchange.request.body, Some(&exchange.request.headers)),
            Part::Message(number) => (&exchange.messages[*number as usize - 1].payload, None),
            _ => match exchange.outcome.response() {
                Some(response) => (&response.body, Some(&response.headers)),
                None => return,
            },
        };
        if body.is_empty() {
            return;
        }
        if body.len() > LONGEST as u64 {
            self.bytes_left_out += body.len();
            return;
        }
        let has_coding = headers.is_some_and(|headers| headers.first("content-encoding").is_some());
        let place = if matches!(part, Part::Message(_)) { FieldPlace::Message } else { FieldPlace::Body };
        let plain = Locator { part, steps: Vec::new() };
        let mut coded = plain.clone();
        coded.steps.push(Step::Coding);
        let unpacked = if place == FieldPlace::Body {
            resolve(exchange, &coded).ok().map(|bytes| (if has_coding { coded } else { plain.clone() }, bytes))
        } else {
            None
        };
        let Some((locator, bytes)) = unpacked.or_else(|| resolve(exchange, &plain).ok().map(|bytes| (plain, bytes))) else {
            self.bytes_left_out += body.len();
            return;
        };
        let searched = bytes.len().min(LONGEST);
        self.bytes_left_out += (bytes.len() - searched) as u64;
        self.bytes += searched as u64;
        let (hits, more) = self.planted.see_raw(&locator, place, "", &bytes[..searched]);
        self.take(hits, more, known);
    }

    fn raw(&mut self, part: Part, place: FieldPlace, name: &str, bytes: &[u8], known: &dyn Fn(&Hit) -> bool) {
        self.bytes += bytes.len() as u64;
        let (hits, more) = self.planted.see_raw(&Locator { part, steps: Vec::new() }, place, name, bytes);
        self.take(hits, more, known);
    }

    fn take(&mut self, hits: Vec<Hit>, more: bool, keep: impl Fn(&Hit) -> bool) {
        self.left_out += u64::from(more);
        for hit in hits.into_iter().filter(|hit| keep(hit)) {
            let way = self.way(&hit.part);
            let key = Key { seed: hit.seed, path: hit.path.clone(), way, place: hit.place, name: hit.name.clone() };
            if let Some(sent) = self.found.get_mut(&key) {
                sent.times += 1;
            } else if self.found.len() < KEPT {
                self.found.insert(key, Sent { hit, way, times: 1 });
            } else {
                self.left_out += 1;
            }
        }
    }

    /// Who learns what stands in a part.
    fn way(&self, part: &Part) -> Way {
        let named = |headers: &crate::model::Headers, number: u32, wanted: &[u8]| {
            headers.get(number as usize - 1).is_some_and(|(name, _)| name.eq_ignore_ascii_case(wanted))
        };
        let response = self.exchange.outcome.response();
        match part {
            Part::RequestHeader(number) if named(&self.exchange.request.headers, *number, b"referer") => Way::Referer,
            Part::RequestLine | Part::Query(_) | Part::RequestHeader(_) | Part::RequestBody => Way::Request,
            Part::ResponseHeader(number)
                if response.is_some_and(|response| {
                    matches!(response.status, 301 | 302 | 303 | 307 | 308) && named(&response.headers, *number, b"location")
                }) =>
            {
                Way::Redirect
            }
            Part::Message(number) => match self.exchange.messages.get(*number as usize - 1).map(|message| message.direction) {
                Some(Direction::Sent) => Way::Message,
                _ => Way::Answer,
            },
            Part::Browser(key) => {
                let listed = self.exchange.listed_cookies.iter().find(|cookie| cookie.key() == *key);
                if listed.is_some_and(|cookie| cookie.side == Side::Request) { Way::Request } else { Way::Answer }
            }
            Part::ResponseHeader(_) | Part::ResponseBody | Part::Trailer(_) | Part::Connection | Part::Alias(_) => Way::Answer,
        }
    }
}

/// The part to which a part belongs: parameters stand in the URL.
fn whole(part: &Part) -> Part {
    match part {
        Part::Query(_) => Part::RequestLine,
        part => part.clone(),
    }
}
