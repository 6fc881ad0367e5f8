//! Reads JSON without a recursion and without a tree of values: as a row of nodes that say where each value lies, or along a path to one value. It
//! takes what senders write (invalid UTF-8, lone surrogates, control characters in texts) and stops where no JSON goes on.

use std::borrow::Cow;
use std::ops::Range;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    List,
    Text,
    Number,
    Truth,
    Null,
}

/// A piece of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// An object or a list begins at this byte.
    Begin { object: bool, at: usize },
    /// It ends before this byte.
    End { at: usize },
    /// The name of a member: what stands between the quotation marks.
    Name(Range<usize>),
    /// A text: what stands between the quotation marks.
    Text(Range<usize>),
    /// Any other value.
    Plain(Range<usize>, Kind),
}

/// What may come next.
#[derive(Clone, Copy, PartialEq)]
enum Next {
    Value,
    ValueOrEnd,
    Name,
    NameOrEnd,
    CommaOrEnd,
    Nothing,
}

/// Walks over a document, piece by piece.
pub(crate) struct Scanner<'a> {
    bytes: &'a [u8],
    /// The byte after the last piece.
    pub(crate) at: usize,
    next: Next,
    /// For each open level whether it is an object.
    open: Vec<bool>,
}

impl<'a> Scanner<'a> {
    /// At the beginning of a document; a byte order mark there does not count.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        let at = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        Self { bytes, at, next: Next::Value, open: Vec::new() }
    }

    fn space(&mut self) -> Option<u8> {
        while let Some(&byte) = self.bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
        None
    }

    /// The next piece; `None` after the document's one value, with only space behind it.
    ///
    /// # Errors
    ///
    /// The byte at which it stops being JSON.
    pub(crate) fn event(&mut self) -> Result<Option<Event>, usize> {
        loop {
            let Some(byte) = self.space() else {
                return if self.next == Next::Nothing { Ok(None) } else { Err(self.at) };
            };
            let at = self.at;
            match (self.next, byte) {
                (Next::CommaOrEnd, b',') => {
                    self.at += 1;
                    self.next = if self.open.last() == Some(&true) { Next::Name } else { Next::Value };
                }
                (Next::CommaOrEnd | Next::NameOrEnd, b'}') if self.open.last() == Some(&true) => return self.end(),
                (Next::CommaOrEnd | Next::ValueOrEnd, b']') if self.open.last() == Some(&false) => return self.end(),
                (Next::Name | Next::NameOrEnd, b'"') => {
                    let inside = self.string()?;
                    if self.space() != Some(b':') {
                        return Err(at);
                    }
                    self.at += 1;
                    self.next = Next::Value;
                    return Ok(Some(Event::Name(inside)));
                }
                (Next::Value | Next::ValueOrEnd, b'{' | b'[') => {
                    let object = byte == b'{';
                    self.at += 1;
                    self.open.push(object);
                    self.next = if object { Next::NameOrEnd } else { Next::ValueOrEnd };
                    return Ok(Some(Event::Begin { object, at }));
                }
                (Next::Value | Next::ValueOrEnd, b'"') => {
                    let inside = self.string()?;
                    self.after_value();
                    return Ok(Some(Event::Text(inside)));
                }
                (Next::Value | Next::ValueOrEnd, _) => {
                    let kind = self.plain()?;
                    self.after_value();
                    return Ok(Some(Event::Plain(at..self.at, kind)));
                }
                _ => return Err(at),
            }
        }
    }

    /// Passes over one value.
    pub(crate) fn skip(&mut self) -> Result<(), usize> {
        let depth = self.open.len();
        loop {
            if self.event()?.is_none() || self.open.len() <= depth {
                return Ok(());
            }
        }
    }

    fn end(&mut self) -> Result<Option<Event>, usize> {
        self.open.pop();
        self.at += 1;
        self.after_value();
        Ok(Some(Event::End { at: self.at }))
    }

    fn after_value(&mut self) {
        self.next = if self.open.is_empty() { Next::Nothing } else { Next::CommaOrEnd };
    }

    fn string(&mut self) -> Result<Range<usize>, usize> {
        let start = self.at + 1;
        let mut at = start;
        while let Some(found) = self.bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)).map(|found| at + found) {
            if self.bytes[found] == b'"' {
                self.at = found + 1;
                return Ok(start..found);
            }
            at = found + 2;
        }
        Err(self.at)
    }

    fn plain(&mut self) -> Result<Kind, usize> {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|byte| b" \t\n\r,]}".contains(byte)).unwrap_or(rest.len());
        let word = &rest[..length];
        let kind = match word {
            b"true" | b"false" => Kind::Truth,
            b"null" => Kind::Null,
            // What a number may consist of; senders write `01` and `.5`, and their meaning is plain.
            [b'-' | b'.' | b'0'..=b'9', ..] if word.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')) => {
                Kind::Number
            }
            _ => return Err(self.at),
        };
        self.at += length;
        Ok(kind)
    }
}

/// A text without its escapes. A lone surrogate becomes U+FFFD; an escape that is none stays.
pub(crate) fn unescaped(inside: &[u8]) -> Cow<'_, [u8]> {
    let Some(mut at) = memchr::memchr(b'\\', inside) else { return Cow::Borrowed(inside) };
    let mut out = Vec::with_capacity(inside.len());
    let mut done = 0;
    loop {
        out.extend_from_slice(&inside[done..at]);
        let (length, plain) = match inside.get(at + 1) {
            Some(b'b') => (2, '\u{8}'),
            Some(b'f') => (2, '\u{c}'),
            Some(b'n') => (2, '\n'),
            Some(b'r') => (2, '\r'),
            Some(b't') => (2, '\t'),
            Some(&sign @ (b'"' | b'\\' | b'/')) => (2, sign as char),
            Some(b'u') => unicode(&inside[at..]),
            _ => (1, '\\'),
        };
        out.extend_from_slice(plain.encode_utf8(&mut [0; 4]).as_bytes());
        done = at + length;
        match memchr::memchr(b'\\', &inside[done..]) {
            Some(next) => at = done + next,
            None => break,
        }
    }
    out.extend_from_slice(&inside[done..]);
    Cow::Owned(out)
}

/// The character of an escape `\uXXXX`, or of two that are a pair of surrogates (RFC 8259 section 7), and the length of it.
fn unicode(escape: &[u8]) -> (usize, char) {
    let unit = |at: usize| -> Option<u32> {
        let digits = escape.get(at..at + 6)?.strip_prefix(b"\\u")?;
        digits.iter().try_fold(0, |sum, &digit| Some(sum << 4 | (digit as char).to_digit(16)?))
    };
    let Some(first) = unit(0) else { return (1, '\\') };
    let pair = (0xd800..0xdc00).contains(&first).then(|| unit(6).filter(|second| (0xdc00..0xe000).contains(second))).flatten();
    match pair {
        Some(second) => (12, char::from_u32(0x10000 + ((first - 0xd800) << 10 | (second - 0xdc00))).unwrap_or('\u{fffd}')),
        None => (6, char::from_u32(first).unwrap_or('\u{fffd}')),
    }
}

/// A name as text: escapes undone, invalid UTF-8 replaced.
pub(crate) fn name(inside: &[u8]) -> Cow<'_, str> {
    match unescaped(inside) {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

/// A value in a row of nodes.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// What it is.
    pub(crate) kind: Kind,
    /// Where it lies: of a text what stands between the quotation marks.
    pub(crate) place: Range<usize>,
    /// The name it has as a member, between its quotation marks; empty in a list.
    pub(crate) name: Range<usize>,
    /// Index of the node after it and all inside it.
    pub(crate) after: usize,
    /// Of a list: whether its elements are of several kinds.
    pub(crate) mixed: bool,
    /// Whether it holds values that are not among the nodes, because they lie too deep.
    pub(crate) too_deep: bool,
    /// Whether its end was found.
    pub(crate) whole: bool,
}

/// The values of a document in the order in which they begin.
pub(crate) struct Row {
    /// The values, as many as were asked for.
    pub(crate) nodes: Vec<Node>,
    /// Where it stops being JSON: the beginning of what could not be read.
    pub(crate) broken: Option<usize>,
    /// Whether one whole value was read, whatever stands behind it.
    pub(crate) one: bool,
    /// Values that are not among the nodes because there are too many.
    pub(crate) left_out: u64,
}

/// An open level while a row is made.
struct Open {
    node: Option<usize>,
    kind: Option<Kind>,
    empty: bool,
}

/// Reads a document into at most `most` nodes of at most `levels` levels.
pub(crate) fn row(bytes: &[u8], most: usize, levels: usize) -> Row {
    let mut row = Row { nodes: Vec::new(), broken: None, one: false, left_out: 0 };
    let mut scanner = Scanner::new(bytes);
    let mut open: Vec<Open> = Vec::new();
    // Levels below the deepest that has nodes.
    let mut below = 0_usize;
    let mut name = 0..0;
    let mut begun = 0;
    loop {
        let event = match scanner.event() {
            Ok(Some(event)) => event,
            Ok(None) => break,
            Err(at) => {
                row.broken = Some(if name.is_empty() { at } else { begun });
                break;
            }
        };
        let (kind, place) = match event {
            Event::Name(inside) => {
                if below == 0 {
                    begun = inside.start - 1;
                    name = inside;
                }
                continue;
            }
            Event::End { at } => {
                if below > 0 {
                    below -= 1;
                    if below > 0 {
                        continue;
                    }
                }
                let Some(closed) = open.pop() else { continue };
                if let Some(index) = closed.node {
                    let after = row.nodes.len();
                    let node = &mut row.nodes[index];
                    (node.place.end, node.whole, node.after) = (at, true, after);
                } else {
                    row.left_out += u64::from(closed.empty);
                }
                row.one |= open.is_empty();
                continue;
            }
            Event::Begin { .. } if below > 0 => {
                below += 1;
                continue;
            }
            Event::Begin { object, at } => (if object { Kind::Object } else { Kind::List }, at..at),
            Event::Text(_) | Event::Plain(..) if below > 0 => continue,
            Event::Text(inside) => (Kind::Text, inside),
            Event::Plain(place, kind) => (kind, place),
        };
        let container = matches!(kind, Kind::Object | Kind::List);
        let too_deep = container && open.len() >= levels;
        if let Some(holder) = open.last_mut() {
            holder.empty = false;
        }
        if let Some(list) = open.last_mut()
            && kind != Kind::Null
        {
            let other = list.kind.replace(kind).is_some_and(|before| before != kind);
            if let Some(index) = list.node.filter(|_| other) {
                row.nodes[index].mixed = true;
            }
        }
        let index = (row.nodes.len() < most).then(|| {
            let after = row.nodes.len() + 1;
            row.nodes.push(Node { kind, place, name: std::mem::take(&mut name), after, mixed: false, too_deep, whole: !container });
            after - 1
        });
        name = 0..0;
        row.left_out += u64::from(index.is_none() && !container);
        if container {
            open.push(Open { node: index, kind: None, empty: true });
            below = usize::from(too_deep);
        } else {
            row.one |= open.is_empty();
        }
    }
    let after = row.nodes.len();
    for index in open.iter().filter_map(|level| level.node) {
        row.nodes[index].after = after;
    }
    row
}

/// The value at a path of member names and positions: a text's own bytes, any other value as it is written. Of members of one name the first.
pub(crate) fn find<'a>(bytes: &'a [u8], path: &[String]) -> Option<Cow<'a, [u8]>> {
    let mut scanner = Scanner::new(bytes);
    for wanted in path {
        match scanner.event().ok()?? {
            Event::Begin { object: true, .. } => to_member(&mut scanner, wanted, 1)?,
            Event::Begin { object: false, .. } => {
                for _ in 0..wanted.parse::<usize>().ok()? {
                    element(&mut scanner)?;
                }
                // `]` here would be taken for a value.
                (scanner.space()? != b']').then_some(())?;
            }
            _ => return None,
        }
    }
    value(&mut scanner)
}

/// The value of the n-th member (from 1) of this name in the object that `bytes` are.
pub(crate) fn member<'a>(bytes: &'a [u8], wanted: &str, occurrence: u32) -> Option<Cow<'a, [u8]>> {
    let mut scanner = Scanner::new(bytes);
    match scanner.event().ok()?? {
        Event::Begin { object: true, .. } => to_member(&mut scanner, wanted, occurrence)?,
        _ => return None,
    }
    value(&mut scanner)
}

fn to_member(scanner: &mut Scanner<'_>, wanted: &str, mut occurrence: u32) -> Option<()> {
    loop {
        match scanner.event().ok()?? {
            Event::Name(inside) => {
                if name(&scanner.bytes[inside]) == wanted {
                    occurrence = occurrence.checked_sub(1)?;
                    if occurrence == 0 {
                        return Some(());
                    }
                }
                scanner.skip().ok()?;
            }
            _ => return None,
        }
    }
}

/// Passes over an element of a list, with the comma behind it.
fn element(scanner: &mut Scanner<'_>) -> Option<()> {
    (scanner.space()? != b']').then_some(())?;
    scanner.skip().ok()?;
    // The comma belongs to the next piece; taken here, what follows is a value or nothing.
    (scanner.space()? == b',').then_some(())
}

/// The value that the scanner stands before. An object or list that is cut off or broken goes on to the end of the bytes: what is whole in it can
/// still be found by the steps that follow.
fn value<'a>(scanner: &mut Scanner<'a>) -> Option<Cow<'a, [u8]>> {
    match scanner.event().ok()?? {
        Event::Text(inside) => Some(unescaped(&scanner.bytes[inside])),
        Event::Plain(place, _) => Some(Cow::Borrowed(&scanner.bytes[place])),
        Event::Begin { at, .. } => {
            let depth = scanner.open.len();
            while scanner.open.len() >= depth {
                let Ok(Some(_)) = scanner.event() else { return Some(Cow::Borrowed(&scanner.bytes[at..])) };
            }
            Some(Cow::Borrowed(&scanner.bytes[at..scanner.at]))
        }
        Event::End { .. } | Event::Name(_) => None,
    }
}
