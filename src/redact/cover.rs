//! Covers, in a copy of a recording that is handed to others, what is nobody's business there: values of cookies, credentials, values that are known to
//! belong to somebody (account numbers, planted values), bodies of answers. With the same length and in place, as [`Masker`] does while recording, so that
//! every part of the exchange stays where it is and its neighbours can still be proved. What cannot be searched is left out.

use std::ops::Range;

use super::head::{Replaced, odd_head};
use super::mask::{Masker, Target, fill};
use super::search::BodyKind;
use crate::decode::cookie::{SetCookie, cookie_pairs, set_cookie_lines};
use crate::model::{
    Body, Change, ChangeKind, Direction, Exchange, HeadBytes, Headers, Locator, Outcome, Part, Response, Side, Unrecorded, UrlParts,
};

/// Rule named by a mask over the value of a cookie.
pub const COOKIE: &str = "copy.cookie";
/// Rule named by a mask over a value that is known to belong to somebody.
pub const KNOWN: &str = "copy.known-value";
/// Rule named by a mask over a value that no rule allows to show.
pub const VALUE: &str = "copy.value";
/// Reason of a change that covered something in a copy.
pub const COPY_REASON: &str = "copy";

/// A request's body, or an answer's that is released, is searched up to this length; a longer one is left out. Bytes.
const LONGEST: u64 = 4 << 20;

/// What is covered.
pub struct Extent<'e> {
    /// Where values that are known to belong to somebody stand in some bytes, in any form.
    pub known: &'e dyn Fn(&[u8]) -> Vec<Range<usize>>,
    /// Whether every value is covered that [`Self::shown`] does not allow to show.
    pub values: bool,
    /// Whether the value of a query parameter of this name may be shown where `values` are covered.
    pub shown: &'e dyn Fn(&str) -> bool,
    /// Whether the answer's body, and messages received, stay.
    pub released: bool,
    /// Parts that are covered altogether, because something known stands in them behind layers of encoding; of a body only a range, where one is given.
    pub whole: &'e [(Part, Option<Range<usize>>)],
}

/// Header fields whose values say nothing about anybody; all others are covered where values are.
const PLAIN_FIELDS: [&str; 42] = [
    "accept-ranges",
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "age",
    "allow",
    "alt-svc",
    "cache-control",
    "connection",
    "content-encoding",
    "content-language",
    "content-length",
    "content-range",
    "content-type",
    "date",
    "expires",
    "host",
    "if-modified-since",
    "last-modified",
    "origin",
    "pragma",
    "priority",
    "proxy-status",
    "range",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
    "sec-fetch-user",
    "sec-gpc",
    "dnt",
    "server",
    "strict-transport-security",
    "te",
    "timing-allow-origin",
    "transfer-encoding",
    "upgrade",
    "upgrade-insecure-requests",
    "vary",
    "x-content-type-options",
    "x-frame-options",
    "x-xss-protection",
    "accept",
];

/// Header fields that hold an address.
const ADDRESSES: [&str; 5] = ["referer", "location", "content-location", "refresh", "x-referer"];

impl Extent<'_> {
    fn is_whole(&self, part: &Part) -> bool {
        self.whole.iter().any(|(whole, range)| whole == part && range.is_none())
    }

    /// Ranges of a body that are covered altogether.
    fn ranges_of(&self, part: &Part) -> impl Iterator<Item = Range<usize>> {
        self.whole.iter().filter(move |(whole, _)| whole == part).filter_map(|(_, range)| range.clone())
    }
}

impl Masker {
    /// Covers an exchange. What was covered stands in its changes afterwards.
    ///
    /// # Errors
    ///
    /// A body cannot be read.
    pub fn cover(&self, exchange: &mut Exchange, extent: &Extent<'_>) -> std::io::Result<()> {
        let target = Target::of(&exchange.request.url);
        let mut covering = Covering { masker: self, extent, target: &target, made: Vec::new() };
        for change in &mut exchange.changes {
            covering.repeated(change);
        }
        covering.request(exchange)?;
        for (index, interim) in exchange.interim.iter_mut().enumerate() {
            covering.made.extend(self.response_head(&target, index + 1, &mut interim.headers, &mut HeadBytes::Parsed));
            covering.fields(&mut interim.headers, Side::Response, &mut Vec::new(), |number| {
                Err(format!("response.interim[{}].header[{number}]", index + 1))
            });
            covering.text(&mut interim.reason);
        }
        match &mut exchange.outcome {
            Outcome::Response(answer) | Outcome::Switched(answer) => {
                covering.answer(answer, &mut exchange.odd_heads.response)?;
            }
            Outcome::Failed { cause, .. } => covering.text(cause),
            Outcome::Abandoned => {}
        }
        covering.messages(exchange)?;
        for cookie in &mut exchange.listed_cookies {
            let mut bytes = std::mem::take(&mut cookie.value).into_bytes();
            covering.over(&mut bytes, std::iter::once(0..usize::MAX), COOKIE);
            cookie.value = String::from_utf8_lossy(&bytes).into_owned();
        }
        let made = covering.made;
        exchange.changes.extend(made);
        Ok(())
    }
}

/// Takes the bytes of a head of an unusual form.
fn head_bytes(odd: &mut Option<bytes::Bytes>) -> HeadBytes {
    odd.take().map_or(HeadBytes::Parsed, HeadBytes::Other)
}

fn odd_again(head: HeadBytes) -> Option<bytes::Bytes> {
    match head {
        HeadBytes::Other(bytes) => Some(bytes),
        HeadBytes::Parsed | HeadBytes::Canonical => None,
    }
}

/// One exchange while it is covered.
struct Covering<'c> {
    masker: &'c Masker,
    extent: &'c Extent<'c>,
    target: &'c Target,
    made: Vec<Change>,
}

impl Covering<'_> {
    /// Overwrites ranges of `bytes`, joined where they overlap; returns what was overwritten.
    fn over(&self, bytes: &mut [u8], ranges: impl Iterator<Item = Range<usize>>, rule: &'static str) -> Vec<Covered> {
        let mut ranges: Vec<Range<usize>> = ranges.map(|range| range.start.min(bytes.len())..range.end.min(bytes.len())).collect();
        ranges.retain(|range| !range.is_empty());
        ranges.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
        let mut apart: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match apart.last_mut() {
                Some(last) if range.start < last.end => last.end = last.end.max(range.end),
                _ => apart.push(range),
            }
        }
        let cover = |place: Range<usize>| {
            let value = &mut bytes[place.clone()];
            let fingerprint = self.masker.fingerprint(value);
            // A number in JSON stays one, so that the rest can still be read.
            let number = value.iter().all(u8::is_ascii_digit);
            fill(value, fingerprint, number);
            Covered { place, rule, fingerprint }
        };
        apart.into_iter().map(cover).collect()
    }

    fn note(&mut self, side: Side, locator: &str, covered: &[Covered]) {
        for one in covered {
            let kind = ChangeKind::Masked {
                locator: format!("{locator}/range:{}-{}", one.place.start, one.place.end),
                rule: one.rule.to_owned(),
                length: one.place.len() as u64,
                fingerprint: one.fingerprint.iter().map(|byte| format!("{byte:02x}")).collect(),
                sealed: None,
            };
            self.made.push(Change { side, kind, reason: COPY_REASON.to_owned() });
        }
    }

    /// Covers known values in a text that is part of no message.
    fn text(&mut self, text: &mut String) {
        let ranges = (self.extent.known)(text.as_bytes());
        if !ranges.is_empty() {
            let mut bytes = std::mem::take(text).into_bytes();
            self.over(&mut bytes, ranges.into_iter(), KNOWN);
            *text = String::from_utf8_lossy(&bytes).into_owned();
        }
    }

    /// What another change repeats of a head is covered there too. A mask of the recording loses what others must not have.
    fn repeated(&mut self, change: &mut Change) {
        self.masker.repeated(self.target, change);
        match &mut change.kind {
            ChangeKind::HeaderAdded { name, value, .. } => {
                let ranges = self.in_field(change.side, name, value);
                ranges.into_iter().for_each(|(rule, ranges)| {
                    self.over(value, ranges.into_iter(), rule);
                });
            }
            ChangeKind::Target { received, sent } => {
                for text in [received, sent] {
                    let ranges = self.in_address(text);
                    ranges.into_iter().for_each(|(rule, ranges)| {
                        self.over(text, ranges.into_iter(), rule);
                    });
                }
            }
            ChangeKind::Masked { fingerprint, sealed, .. } => {
                *sealed = None;
                *fingerprint = self.masker.fingerprint(fingerprint.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
            }
            _ => {}
        }
    }

    fn request(&mut self, exchange: &mut Exchange) -> std::io::Result<()> {
        let mut head = head_bytes(&mut exchange.odd_heads.request);
        let request = &mut exchange.request;
        let made = self.masker.request_head(self.target, &mut request.url, &mut request.headers, &mut head);
        self.made.extend(made);
        let mut replaced = Vec::new();
        let mut in_address = self.in_address(request.url.as_bytes());
        in_address.push((KNOWN, self.whole_of_address(&request.url)));
        for (rule, ranges) in in_address {
            let mut bytes = std::mem::take(&mut request.url).into_bytes();
            let before = bytes.clone();
            let covered = self.over(&mut bytes, ranges.into_iter(), rule);
            replaced.extend(covered.iter().map(|one| Replaced::at(None, &before, &bytes, one.place.clone())));
            request.url = String::from_utf8_lossy(&bytes).into_owned();
            self.note(Side::Request, "request.line", &covered);
        }
        self.fields(&mut request.headers, Side::Request, &mut replaced, |number| Ok(Part::RequestHeader(number)));
        odd_head(&mut head, &replaced);
        exchange.odd_heads.request = odd_again(head);
        let made = self.masker.trailers(self.target, Side::Request, &mut request.trailers);
        self.made.extend(made);
        self.fields(&mut request.trailers, Side::Request, &mut Vec::new(), |number| Err(format!("request.trailer[{number}]")));
        if !request.body.is_empty() {
            let kind = BodyKind::of(request.headers.first("content-type"), request.headers.first("content-encoding"));
            request.body = match self.extent.values || self.extent.is_whole(&Part::RequestBody) {
                true => Body::missing(Unrecorded::Withheld),
                false => self.body(Side::Request, Part::RequestBody, &kind, &request.body)?,
            };
        }
        Ok(())
    }

    fn answer(&mut self, answer: &mut Response, odd: &mut Option<bytes::Bytes>) -> std::io::Result<()> {
        let mut head = head_bytes(odd);
        let made = self.masker.response_head(self.target, 0, &mut answer.headers, &mut head);
        self.made.extend(made);
        let mut replaced = Vec::new();
        self.fields(&mut answer.headers, Side::Response, &mut replaced, |number| Ok(Part::ResponseHeader(number)));
        odd_head(&mut head, &replaced);
        *odd = odd_again(head);
        let made = self.masker.trailers(self.target, Side::Response, &mut answer.trailers);
        self.made.extend(made);
        self.fields(&mut answer.trailers, Side::Response, &mut Vec::new(), |number| Ok(Part::Trailer(number)));
        self.text(&mut answer.reason);
        if !answer.body.is_empty() {
            let kind = BodyKind::of(answer.headers.first("content-type"), answer.headers.first("content-encoding"));
            answer.body = match (self.extent.released, &kind) {
                (false, _) => Body::missing(Unrecorded::Withheld),
                (true, _) if self.extent.is_whole(&Part::ResponseBody) => Body::missing(Unrecorded::Withheld),
                // Whoever releases an answer has looked at it; a picture holds no fields to search.
                (true, BodyKind::Media) => answer.body.clone(),
                (true, _) => self.body(Side::Response, Part::ResponseBody, &kind, &answer.body)?,
            };
        }
        Ok(())
    }

    /// A body with what is known in it covered; left out where it cannot be searched.
    fn body(&mut self, side: Side, part: Part, kind: &BodyKind, body: &Body) -> std::io::Result<Body> {
        if body.len() > LONGEST {
            return Ok(Body::missing(Unrecorded::Withheld));
        }
        let mut bytes = body.bytes()?.to_vec();
        let (made, whole) = self.masker.body(self.target, side, kind, &mut bytes);
        if !whole || matches!(kind, BodyKind::Media | BodyKind::Unsearchable) || kind.binary(&bytes) {
            return Ok(Body::missing(Unrecorded::Withheld));
        }
        self.made.extend(made);
        let ranges: Vec<Range<usize>> = (self.extent.known)(&bytes).into_iter().chain(self.extent.ranges_of(&part)).collect();
        let covered = self.over(&mut bytes, ranges.into_iter(), KNOWN);
        self.note(side, &Locator { part, steps: Vec::new() }.to_string(), &covered);
        Ok(Body::new(body.state(), bytes))
    }

    /// Messages keep their length: which were sent is part of what is proved.
    fn messages(&mut self, exchange: &mut Exchange) -> std::io::Result<()> {
        for (number, message) in (1_u32..).zip(&mut exchange.messages) {
            if message.payload.is_empty() {
                continue;
            }
            let sent = message.direction == Direction::Sent;
            let mut bytes = message.payload.bytes()?.to_vec();
            let mut all = (if sent { self.extent.values } else { !self.extent.released }) || self.extent.is_whole(&Part::Message(number));
            if !all {
                match self.masker.message(self.target, number, message) {
                    Some((masked, made, true)) => {
                        bytes = masked;
                        self.made.extend(made);
                    }
                    _ => all = true,
                }
            }
            let (rule, ranges) = if all { (VALUE, words(&bytes)) } else { (KNOWN, (self.extent.known)(&bytes)) };
            let covered = self.over(&mut bytes, ranges.into_iter(), rule);
            let side = if sent { Side::Request } else { Side::Response };
            self.note(side, &Locator { part: Part::Message(number), steps: Vec::new() }.to_string(), &covered);
            message.payload = Body::new(message.payload.state(), bytes);
        }
        Ok(())
    }

    fn fields(&mut self, headers: &mut Headers, side: Side, replaced: &mut Vec<Replaced>, place: impl Fn(u32) -> Result<Part, String>) {
        let mut rebuilt = Headers::with_capacity(headers.len(), 0);
        for (number, (name, value)) in (1_u32..).zip(headers.iter()) {
            let mut bytes = value.to_vec();
            let (locator, whole) = match place(number) {
                Ok(part) => {
                    let whole = self.extent.is_whole(&part);
                    (Locator { part, steps: Vec::new() }.to_string(), whole)
                }
                Err(locator) => (locator, false),
            };
            let ranges = if whole { vec![(KNOWN, vec![0..value.len()])] } else { self.in_field(side, name, value) };
            for (rule, ranges) in ranges {
                let before = bytes.clone();
                let covered = self.over(&mut bytes, ranges.into_iter(), rule);
                replaced.extend(covered.iter().map(|one| Replaced::at(Some(name), &before, &bytes, one.place.clone())));
                self.note(side, &locator, &covered);
            }
            rebuilt.push(name, &bytes);
        }
        *headers = rebuilt;
    }

    /// What is covered in the value of a header field, by rule.
    fn in_field(&self, side: Side, name: &[u8], value: &[u8]) -> Vec<(&'static str, Vec<Range<usize>>)> {
        let name = String::from_utf8_lossy(name.trim_ascii()).to_ascii_lowercase();
        let own = match name.as_str() {
            "cookie" if side == Side::Request => (COOKIE, cookie_pairs(value).map(|pair| pair.value).collect()),
            "set-cookie" => {
                let lines = set_cookie_lines(value).map(|line| {
                    let (_, read) = SetCookie::pair(&value[line.clone()]);
                    line.start + read.start..line.start + read.end
                });
                (COOKIE, lines.collect())
            }
            name if ADDRESSES.contains(&name) => return self.in_address(value),
            name if self.extent.values && !PLAIN_FIELDS.contains(&name) => (VALUE, vec![0..value.len()]),
            _ => (KNOWN, Vec::new()),
        };
        vec![own, (KNOWN, (self.extent.known)(value))]
    }

    /// Parts of the request's own address that are covered altogether.
    fn whole_of_address(&self, url: &str) -> Vec<Range<usize>> {
        let parts = UrlParts::of(url);
        let mut ranges = Vec::new();
        for (part, _) in self.extent.whole {
            match part {
                Part::Query(number) => {
                    let parameter = parts.query_parameters(url).nth((*number as usize).saturating_sub(1));
                    ranges.extend(parameter.map(|range| {
                        let name = super::parameter_name(&url[range.clone()]).map_or(0, |name| name.len() + 1);
                        (range.start + name).min(range.end)..range.end
                    }));
                }
                // What stands in the path, each segment by itself: its slashes stay.
                Part::RequestLine => {
                    let mut start = parts.path.start;
                    for piece in url[parts.path.clone()].split_inclusive('/') {
                        ranges.push(start..start + piece.trim_end_matches('/').len());
                        start += piece.len();
                    }
                    ranges.extend(parts.fragment.clone());
                }
                _ => {}
            }
        }
        ranges
    }

    /// What is covered in an address, by rule: user information, and where values are covered those of parameters and the fragment.
    fn in_address(&self, value: &[u8]) -> Vec<(&'static str, Vec<Range<usize>>)> {
        let mut ranges = Vec::new();
        if let Ok(url) = std::str::from_utf8(value) {
            let parts = UrlParts::of(url);
            if let Some(authority) = &parts.authority
                && let Some((user, _)) = url[authority.clone()].rsplit_once('@')
            {
                ranges.push(authority.start..authority.start + user.len());
            }
            if self.extent.values {
                parameters(url, &parts, self.extent.shown, &mut ranges);
            }
        } else if self.extent.values {
            ranges.push(0..value.len());
        }
        vec![(VALUE, ranges), (KNOWN, (self.extent.known)(value))]
    }
}

/// Values of parameters in an address: of its query, of its path, and all of its fragment.
fn parameters(url: &str, parts: &UrlParts, shown: &dyn Fn(&str) -> bool, ranges: &mut Vec<Range<usize>>) {
    for range in parts.query_parameters(url) {
        let parameter = &url[range.clone()];
        match super::parameter_name(parameter) {
            Some(name) if shown(name) => {}
            Some(name) => ranges.push((range.start + name.len() + 1).min(range.end)..range.end),
            None => ranges.push(range),
        }
    }
    ranges.extend(parts.fragment.clone());
    let mut start = parts.path.start;
    for piece in url[parts.path.clone()].split_inclusive(['/', ';', '&']) {
        let text = piece.trim_end_matches(['/', ';', '&']);
        if let Some((name, value)) = text.split_once('=') {
            let at = start + name.len() + 1;
            ranges.push(at..at + value.len());
        }
        start += piece.len();
    }
}

/// All of a message but the signs that JSON is built of: it is cut into parts where these stand, and the parts must stay where they are.
fn words(bytes: &[u8]) -> Vec<Range<usize>> {
    let json = matches!(bytes.first(), Some(b'{' | b'['));
    let built = |byte: &u8| json && matches!(byte, b'{' | b'}' | b'[' | b']' | b':' | b',' | b'"' | b'\\');
    let mut ranges = Vec::new();
    let mut start = 0;
    while start < bytes.len() {
        let end = bytes[start..].iter().position(built).map_or(bytes.len(), |at| start + at);
        if start < end {
            ranges.push(start..end);
        }
        start = end + 1;
    }
    ranges
}

/// Something that was covered.
struct Covered {
    place: Range<usize>,
    rule: &'static str,
    fingerprint: [u8; 8],
}
