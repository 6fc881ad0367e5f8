//! Where a walk through an exchange stands: the name and the place of what it looks at, what it may still spend, and what it found odd. It hands fields
//! on and never keeps a value.

use std::borrow::Cow;

use hashbrown::HashMap;

use super::{DecodeAnomaly, Decoded, Field, FieldPlace, Limits, nested};
use crate::decode::packed::{End, Unpacked};
use crate::model::{Exchange, Locator, Part, Side, Step};

/// Longest name in the text of a locator, in bytes.
const LONGEST_STEP: usize = 1 << 10;

/// What all names may take in the text of a locator, in bytes.
const LONGEST_NAMES: usize = 4 << 10;

/// The state of a walk through one exchange.
pub(super) struct Walk<'e> {
    pub(super) exchange: &'e Exchange,
    pub(super) limits: &'e Limits,
    each: &'e mut dyn FnMut(&Field<'_>),
    pub(super) locator: Locator,
    name: String,
    /// Names that were added since the name was cut, the one that was cut included; 0: it was not.
    beyond: usize,
    /// Bytes that names take in the text of the locator, at most.
    spelled: usize,
    pub(super) side: Side,
    pub(super) message: Option<u32>,
    pub(super) place: FieldPlace,
    handed_on: usize,
    unpacked: usize,
    operation: Operation,
    pub(super) decoded: Decoded,
}

/// The best word on the operation so far, as a rank and a name.
type Operation = Option<(u8, String)>;

/// The fields that name the operation of a GraphQL request, the most trusted first: Meta's own, the one of the GraphQL over HTTP draft, in a batch
/// of requests the first, and the header field that some of Meta's clients send.
const OPERATIONS: [&str; 4] = ["fb_api_req_friendly_name", "operationName", "*.operationName", "x-fb-friendly-name"];

impl<'e> Walk<'e> {
    pub(super) fn new(exchange: &'e Exchange, limits: &'e Limits, each: &'e mut dyn FnMut(&Field<'_>)) -> Self {
        Self {
            exchange,
            limits,
            each,
            locator: Locator { part: Part::RequestLine, steps: Vec::with_capacity(8) },
            name: String::with_capacity(64),
            beyond: 0,
            spelled: 0,
            side: Side::Request,
            message: None,
            place: FieldPlace::Path,
            handed_on: 0,
            unpacked: 0,
            operation: None,
            decoded: Decoded::default(),
        }
    }

    pub(super) fn finish(mut self) -> Decoded {
        self.decoded.operation = self.operation.map(|(_, name)| name);
        self.decoded
    }

    /// Goes to another part of the exchange.
    pub(super) fn go(&mut self, part: Part, place: FieldPlace) {
        self.locator.part = part;
        self.locator.steps.clear();
        self.name.clear();
        (self.beyond, self.spelled) = (0, 0);
        self.place = place;
    }

    /// Takes a step, does something there, and takes the step back.
    pub(super) fn at<T>(&mut self, step: Step, act: impl FnOnce(&mut Self) -> T) -> T {
        self.locator.steps.push(step);
        let done = act(self);
        self.locator.steps.pop();
        done
    }

    /// As [`Walk::at`] with a range of bytes.
    pub(super) fn range<T>(&mut self, from: usize, to: usize, act: impl FnOnce(&mut Self) -> T) -> T {
        self.at(Step::Range(from as u64, to as u64), act)
    }

    /// Adds a name behind the names so far, does something there, and takes it away.
    pub(super) fn named<T>(&mut self, name: &[u8], act: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.push_name(name);
        let done = act(self);
        self.pop_name(before);
        done
    }

    /// Adds a name; gives what [`Walk::pop_name`] needs to take it away.
    pub(super) fn push_name(&mut self, name: &[u8]) -> usize {
        let before = self.name.len();
        let text = match String::from_utf8_lossy(name) {
            Cow::Borrowed(text) => Cow::Borrowed(text),
            lossy => {
                self.odd(DecodeAnomaly::NotText);
                lossy
            }
        };
        if self.beyond > 0 {
            self.beyond += 1;
        } else if !text.is_empty() {
            self.push_cut(&text);
        }
        before
    }

    /// Adds the name of a header field, whose letter case means nothing.
    pub(super) fn push_lower_name(&mut self, name: &[u8]) -> usize {
        let before = self.push_name(name);
        self.name[before..].make_ascii_lowercase();
        before
    }

    /// Sets the place of what follows. A message is a place of its own, whatever it holds.
    pub(super) fn set_place(&mut self, place: FieldPlace) {
        if self.message.is_none() {
            self.place = place;
        }
    }

    pub(super) fn pop_name(&mut self, before: usize) {
        self.beyond = self.beyond.saturating_sub(1);
        self.name.truncate(before);
    }

    /// Adds a name, or as much of it as there is room for: names end where a part of them does, for half a part may be half of what somebody typed.
    fn push_cut(&mut self, text: &str) {
        let dot = usize::from(!self.name.is_empty());
        let room = self.limits.name.saturating_sub(self.name.len());
        if dot + text.len() <= room {
            self.name.push_str(if dot > 0 { "." } else { "" });
            self.name.push_str(text);
            return;
        }
        self.beyond = 1;
        if dot > 0 {
            return;
        }
        let mut end = room.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        // Brackets hold parts of a name for certain; dots may stand in one.
        let border = text[..end].rfind('[').or_else(|| text[..end].rfind('.')).filter(|at| *at > 0);
        self.name.push_str(&text[..border.unwrap_or(end)]);
    }

    /// The room that a name takes in the text of a locator, if it may stand there; else its place is told by a range of bytes. Senders choose names, and
    /// every field below a name carries it.
    pub(super) fn spells(&self, name: &[u8]) -> Option<usize> {
        if name.len() > LONGEST_STEP {
            return None;
        }
        // Names are percent-encoded there.
        let length = |byte: &u8| if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') { 1 } else { 3 };
        let length = 1 + name.iter().map(length).sum::<usize>();
        (length <= LONGEST_STEP && self.spelled + length <= LONGEST_NAMES).then_some(length)
    }

    /// Bytes that names take in the text of the locator so far.
    pub(super) fn spelled(&self) -> usize {
        self.spelled
    }

    /// Says how many bytes names take in the text of the locator.
    pub(super) fn set_spelled(&mut self, length: usize) {
        self.spelled = length;
    }

    /// As [`Walk::at`], for a step with a name that takes this room.
    pub(super) fn at_name<T>(&mut self, step: Step, length: usize, act: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.spelled;
        self.spelled += length;
        let done = self.at(step, act);
        self.spelled = before;
        done
    }

    /// Adds the name of a form's field: a decimal number in brackets counts something, so all such names are one.
    pub(super) fn push_form_name(&mut self, name: &[u8]) -> usize {
        let before = self.push_name(name);
        if self.name[before..].contains('[') {
            let counted = without_numbers(&self.name[before..]);
            self.name.truncate(before);
            self.name.push_str(&counted);
        }
        before
    }

    /// Hands a field on as it is.
    pub(super) fn emit(&mut self, value: &[u8], depth: u8, holds_fields: bool) {
        if self.handed_on >= self.limits.fields {
            self.decoded.left_out += 1;
            return self.odd(DecodeAnomaly::TooManyFields);
        }
        self.handed_on += 1;
        if self.side == Side::Request && self.message.is_none() {
            self.look_for_operation(value);
        }
        (self.each)(&Field {
            side: self.side,
            message: self.message,
            place: self.place,
            name: &self.name,
            value,
            locator: &self.locator,
            depth,
            holds_fields,
        });
    }

    /// Hands a field on, and what is packed in it.
    pub(super) fn value(&mut self, value: &[u8], depth: u8) {
        if !self.full() && nested::open(self, value, depth) {
            return;
        }
        self.emit(value, depth, false);
    }

    fn look_for_operation(&mut self, value: &[u8]) {
        // Nearly every name has another length or another first letter.
        let Some(rank) = OPERATIONS.iter().position(|known| *known == self.name) else { return };
        let rank = rank as u8;
        // A cookie or a part of a path may be called like this, too, and what it holds is no name.
        if matches!(self.place, FieldPlace::Cookie | FieldPlace::Path) || !is_operation_name(value) {
            return;
        }
        if value.is_empty() || value == b"null" || self.operation.as_ref().is_some_and(|(better, _)| *better <= rank) {
            return;
        }
        let text = String::from_utf8_lossy(value);
        let end = text.char_indices().map(|(at, _)| at).take_while(|&at| at <= self.limits.name).last().unwrap_or(0);
        let end = if text.len() <= self.limits.name { text.len() } else { end };
        self.operation = Some((rank, text[..end].to_owned()));
    }

    /// Whether no more fields are handed on.
    pub(super) fn full(&self) -> bool {
        self.handed_on >= self.limits.fields
    }

    /// How many fields may still be handed on.
    pub(super) fn room(&self) -> usize {
        self.limits.fields - self.handed_on.min(self.limits.fields)
    }

    /// Counts fields that are not read.
    pub(super) fn leave_out(&mut self, fields: u64) {
        if fields > 0 {
            self.decoded.left_out += fields;
            self.odd(DecodeAnomaly::TooManyFields);
        }
    }

    /// Notes an anomaly once.
    pub(super) fn odd(&mut self, anomaly: DecodeAnomaly) {
        if let Err(place) = self.decoded.anomalies.binary_search(&anomaly) {
            self.decoded.anomalies.insert(place, anomaly);
        }
    }

    /// Bytes to which something may unpack.
    pub(super) fn ceiling(&self) -> usize {
        self.limits.unpacked - self.unpacked.min(self.limits.unpacked)
    }

    /// Counts what was unpacked, and notes where it is not all.
    pub(super) fn spend(&mut self, length: usize, end: End) {
        self.unpacked = self.unpacked.saturating_add(length);
        match end {
            End::Whole => {}
            End::Cut => self.odd(DecodeAnomaly::TooLarge),
            End::Broken => self.odd(DecodeAnomaly::BrokenCoding),
        }
    }

    /// Unpacks within the ceiling. What gives nothing was not packed in this way; that costs as much as was tried.
    pub(super) fn unpack(&mut self, unpack: impl FnOnce(usize) -> Unpacked) -> Option<Unpacked> {
        let ceiling = self.ceiling();
        if ceiling == 0 {
            self.odd(DecodeAnomaly::TooLarge);
            return None;
        }
        let unpacked = unpack(ceiling);
        if unpacked.bytes.is_empty() || unpacked.end == End::Broken {
            self.unpacked = self.unpacked.saturating_add(unpacked.bytes.len());
            return None;
        }
        self.spend(unpacked.bytes.len(), unpacked.end);
        Some(unpacked)
    }

    /// Does something with unpacked bytes. What was cut off is named in the locator, so that it leads to these bytes whatever the ceiling.
    pub(super) fn within(&mut self, bytes: &[u8], end: End, act: impl FnOnce(&mut Self, &[u8])) {
        if end == End::Whole {
            act(self, bytes);
        } else {
            self.range(0, bytes.len(), |walk| act(walk, bytes));
        }
    }
}

/// `a[12][b]` as `a[*][b]`.
fn without_numbers(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(open) = rest.find('[') {
        let (before, behind) = rest.split_at(open + 1);
        out.push_str(before);
        let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 && behind.as_bytes().get(digits) == Some(&b']') {
            out.push('*');
            rest = &behind[digits..];
        } else {
            rest = behind;
        }
    }
    out.push_str(rest);
    out
}

/// How often each name occurred among names that stand beside one another.
pub(super) struct Seen<'a> {
    few: Vec<(Cow<'a, [u8]>, u32)>,
    many: HashMap<Cow<'a, [u8]>, u32>,
}

impl<'a> Seen<'a> {
    pub(super) fn new() -> Self {
        Self { few: Vec::new(), many: HashMap::new() }
    }

    /// Which occurrence this is, from 1.
    pub(super) fn next(&mut self, name: Cow<'a, [u8]>) -> u32 {
        /// Up to here comparing all is faster than a table.
        const FEW: usize = 24;
        if let Some((_, count)) = self.few.iter_mut().find(|(known, _)| *known == name) {
            *count += 1;
            return *count;
        }
        if self.few.len() < FEW {
            self.few.push((name, 1));
            return 1;
        }
        let count = self.many.entry(name).or_insert(0);
        *count += 1;
        *count
    }
}

/// A name of GraphQL (specification of October 2021, section 2.1.9), of the length that people give names.
fn is_operation_name(value: &[u8]) -> bool {
    let letter = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
    value.len() <= 100 && value.first().is_some_and(letter) && value.iter().all(|byte| letter(byte) || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names() {
        for (name, wanted) in [("a[0][b][12]", "a[*][b][*]"), ("a[1", "a[1"), ("a[]", "a[]"), ("a[1b]", "a[1b]"), ("[[3]]", "[[*]]")] {
            assert_eq!(without_numbers(name), wanted);
        }
    }

    #[test]
    fn occurrences() {
        let names: Vec<String> = (0..60).map(|number| format!("n{}", number % 30)).collect();
        let mut seen = Seen::new();
        let counts: Vec<u32> = names.iter().map(|name| seen.next(Cow::Borrowed(name.as_bytes()))).collect();
        assert_eq!(counts, [[1; 30], [2; 30]].concat());
    }
}
