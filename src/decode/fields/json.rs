//! Members and elements of JSON as fields, of JSON on lines of its own (NDJSON), and behind the prefixes that keep other sites from running it as a
//! script. It never recurses.

use std::borrow::Cow;

use super::walk::{Seen, Walk};
use super::{DecodeAnomaly, FieldPlace};
use crate::decode::json::{self, Kind, Node, Row};
use crate::model::Step;

/// How much of a document must be JSON.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Trust {
    /// All of it: nobody says that it is JSON.
    Look,
    /// The first of it: the sender says so, or it is known to be cut off.
    Declared,
}

/// Texts before JSON that make it no script, with what may stand between them and it.
const PREFIXES: [&[u8]; 7] = [b"for(;;);", b"for (;;);", b"while(1);", b"while (1);", b"while(true);", b")]}',", b")]}'"];

/// Length of the prefix with which `bytes` begin, spaces around it included; 0 where there is none.
pub(super) fn prefix(bytes: &[u8]) -> usize {
    let start = bytes.len() - bytes.trim_ascii_start().len();
    let Some(prefix) = PREFIXES.iter().find(|prefix| bytes[start..].starts_with(prefix)) else { return 0 };
    let behind = &bytes[start + prefix.len()..];
    bytes.len() - behind.trim_ascii_start().len()
}

/// Whether `bytes` may be an object or a list.
pub(super) fn looks_like(bytes: &[u8]) -> bool {
    let inside = bytes.trim_ascii_end();
    matches!((bytes.trim_ascii_start().first(), inside.last()), (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']'))) && inside.len() > 2
}

/// A whole object or list with something in it, as nodes.
pub(super) fn whole(walk: &Walk<'_>, bytes: &[u8]) -> Option<Row> {
    if !looks_like(bytes) {
        return None;
    }
    let row = json::row(bytes, most(walk), walk.limits.levels);
    let filled = row.nodes.first().is_some_and(|root| matches!(root.kind, Kind::Object | Kind::List) && root.after > 1);
    (row.broken.is_none() && filled).then_some(row)
}

/// Nodes worth keeping: those that hold others take none of the room of fields, and the first field may lie below all levels.
fn most(walk: &Walk<'_>) -> usize {
    walk.room().saturating_mul(2).saturating_add(walk.limits.levels).saturating_add(1)
}

/// A body: JSON, a line of JSON after the other, either behind a prefix. Gives whether it was that.
pub(super) fn body(walk: &mut Walk<'_>, bytes: &[u8], trust: Trust, depth: u8) -> bool {
    let prefix = prefix(bytes);
    if prefix > 0 {
        let (from, to) = (prefix, bytes.len());
        return walk.range(from, to, |walk| unprefixed(walk, &bytes[from..], Trust::Declared, depth));
    }
    unprefixed(walk, bytes, trust, depth)
}

fn unprefixed(walk: &mut Walk<'_>, bytes: &[u8], trust: Trust, depth: u8) -> bool {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let container = matches!(start.first(), Some(b'{' | b'['));
    if start.is_empty() || (!container && trust == Trust::Look) {
        return false;
    }
    let row = json::row(bytes, most(walk), walk.limits.levels);
    match row.broken {
        None if container || trust == Trust::Declared => {
            // `{}` and `[]` have nothing to name.
            document(walk, bytes, &row, depth);
            true
        }
        Some(at) if row.one && container && bytes[..at].iter().rev().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r')) == Some(&b'\n') => {
            lines(walk, bytes, trust, depth)
        }
        Some(at) if trust == Trust::Declared && row.nodes.iter().any(|node| node.whole) => {
            walk.odd(DecodeAnomaly::BrokenSyntax);
            document(walk, bytes, &row, depth);
            rest(walk, bytes, at, depth);
            true
        }
        _ => false,
    }
}

/// What stands behind the place at which JSON ends, as it is.
fn rest(walk: &mut Walk<'_>, bytes: &[u8], at: usize, depth: u8) {
    if !bytes[at..].trim_ascii().is_empty() {
        let place = walk.place;
        walk.set_place(FieldPlace::Body);
        walk.range(at, bytes.len(), |walk| walk.emit(&bytes[at..], depth, false));
        walk.place = place;
    }
}

/// Each line a document of its own, named like the elements of a list.
fn lines(walk: &mut Walk<'_>, bytes: &[u8], trust: Trust, depth: u8) -> bool {
    if trust == Trust::Look && !bytes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii).all(|line| line.is_empty() || looks_like(line)) {
        return false;
    }
    let before = walk.push_name(b"*");
    for (index, line) in bytes.split(|&byte| byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.trim_ascii().is_empty() {
            continue;
        }
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        walk.at(Step::Line(number), |walk| {
            let row = json::row(line, most(walk), walk.limits.levels);
            match row.broken {
                None => document(walk, line, &row, depth),
                Some(_) => {
                    walk.odd(DecodeAnomaly::BrokenSyntax);
                    walk.emit(line, depth, false);
                }
            }
        });
    }
    walk.pop_name(before);
    true
}

/// An open object or list.
struct Level<'a> {
    after: usize,
    /// Where the name was before it; `None` for the root.
    way: Option<Way>,
    list: bool,
    mixed: bool,
    next: usize,
    seen: Seen<'a>,
}

/// How a value was reached, to be undone.
struct Way {
    name: usize,
    step: Taken,
    /// What names took in the locator before.
    spelled: usize,
}

enum Taken {
    /// A name at the end of a path.
    Path,
    /// A member that is not the first of its name, or whose name leaves no trace in a path.
    Member,
    /// Its bytes in the document, because its name is too long for a locator; with the steps that stood there before.
    Range(Vec<Step>),
}

/// The document in which members and elements are reached.
#[derive(Clone, Copy)]
struct Ground<'a> {
    bytes: &'a [u8],
    /// Steps that lead to it.
    base: usize,
    /// What names take in them.
    spelled: usize,
}

/// The values of a document that is what the locator means.
pub(super) fn document(walk: &mut Walk<'_>, bytes: &[u8], row: &Row, depth: u8) {
    // Steps before this one are not those of this document.
    let ground = Ground { bytes, base: walk.locator.steps.len(), spelled: walk.spelled() };
    let mut levels: Vec<Level<'_>> = Vec::new();
    for (index, node) in row.nodes.iter().enumerate() {
        while levels.last().is_some_and(|level| level.after == index) {
            close(walk, &mut levels);
        }
        if walk.full() {
            // Everything that would have been a field, empty objects and lists included.
            let holds = |(at, node): (usize, &Node)| matches!(node.kind, Kind::Object | Kind::List) && node.after > at + 1;
            let left = row.nodes.iter().enumerate().skip(index).filter(|&(at, node)| node.whole && !holds((at, node))).count();
            walk.leave_out(left as u64);
            break;
        }
        let way = levels.last_mut().map(|level| enter(walk, level, node, ground));
        if matches!(node.kind, Kind::Object | Kind::List) && node.after > index + 1 {
            let list = node.kind == Kind::List;
            levels.push(Level { after: node.after, way, list, mixed: node.mixed, next: 0, seen: Seen::new() });
            continue;
        }
        leaf(walk, bytes, node, way.as_ref(), depth);
        if let Some(way) = way {
            leave(walk, way);
        }
    }
    while !levels.is_empty() {
        close(walk, &mut levels);
    }
    walk.leave_out(row.left_out);
}

fn close(walk: &mut Walk<'_>, levels: &mut Vec<Level<'_>>) {
    if let Some(way) = levels.pop().and_then(|level| level.way) {
        leave(walk, way);
    }
}

fn leaf(walk: &mut Walk<'_>, bytes: &[u8], node: &Node, way: Option<&Way>, depth: u8) {
    // What was not read to its end is among what stands behind the place at which JSON ends.
    if !node.whole {
        return;
    }
    if node.too_deep {
        walk.odd(DecodeAnomaly::TooDeep);
    }
    let value = match node.kind {
        Kind::Text => json::unescaped(&bytes[node.place.clone()]),
        _ => Cow::Borrowed(&bytes[node.place.clone()]),
    };
    let hand_on = |walk: &mut Walk<'_>| match node.kind {
        Kind::Text => walk.value(&value, depth),
        _ => walk.emit(&value, depth, false),
    };
    // A text that is a whole document, or stands alone in its bytes, is meant without its quotation marks.
    let alone = way.is_none_or(|way| matches!(way.step, Taken::Range(_)));
    if alone { walk.at(Step::Json(Vec::new()), hand_on) } else { hand_on(walk) }
}

/// Goes to a member or an element.
fn enter<'a>(walk: &mut Walk<'_>, level: &mut Level<'a>, node: &Node, ground: Ground<'a>) -> Way {
    let spelled = walk.spelled();
    if level.list {
        let position = level.next.to_string();
        level.next += 1;
        let name = walk.push_name(if level.mixed { position.as_bytes() } else { b"*" });
        let Some(length) = walk.spells(position.as_bytes()) else { return Way { name, step: onto_range(walk, node, ground), spelled } };
        walk.set_spelled(spelled + length);
        return Way { name, step: onto_path(walk, position, ground.base), spelled };
    }
    let text = json::name(&ground.bytes[node.name.clone()]);
    let name = walk.push_name(json::unescaped(&ground.bytes[node.name.clone()]).as_ref());
    let occurrence = level.seen.next(match text.clone() {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    });
    let Some(length) = walk.spells(text.as_bytes()) else { return Way { name, step: onto_range(walk, node, ground), spelled } };
    walk.set_spelled(spelled + length);
    let open_path = walk.locator.steps.len() > ground.base && matches!(walk.locator.steps.last(), Some(Step::Json(_)));
    // A path of one empty name would be written like a path of none.
    if occurrence > 1 || (text.is_empty() && !open_path) {
        walk.locator.steps.push(Step::Member { name: text.into_owned(), occurrence });
        return Way { name, step: Taken::Member, spelled };
    }
    Way { name, step: onto_path(walk, text.into_owned(), ground.base), spelled }
}

/// Names the bytes of a value in its document, in place of all that led to it there.
fn onto_range(walk: &mut Walk<'_>, node: &Node, ground: Ground<'_>) -> Taken {
    let before = walk.locator.steps.split_off(ground.base);
    let (from, to) = match node.kind {
        Kind::Text => (node.place.start - 1, node.place.end + 1),
        // What is cut off goes on to the end.
        Kind::Object | Kind::List if !node.whole => (node.place.start, ground.bytes.len()),
        _ => (node.place.start, node.place.end),
    };
    walk.locator.steps.push(Step::Range(from as u64, to as u64));
    walk.set_spelled(ground.spelled);
    Taken::Range(before)
}

fn onto_path(walk: &mut Walk<'_>, name: String, base: usize) -> Taken {
    match walk.locator.steps[base..].last_mut() {
        Some(Step::Json(path)) => path.push(name),
        _ => walk.locator.steps.push(Step::Json(vec![name])),
    }
    Taken::Path
}

/// Goes back from where [`enter`] went.
fn leave(walk: &mut Walk<'_>, way: Way) {
    walk.pop_name(way.name);
    walk.set_spelled(way.spelled);
    match way.step {
        Taken::Range(before) => {
            // The range is the first step of this document, and the last that is left of it.
            walk.locator.steps.pop();
            walk.locator.steps.extend(before);
        }
        Taken::Member => {
            walk.locator.steps.pop();
        }
        Taken::Path => {
            if let Some(Step::Json(path)) = walk.locator.steps.last_mut() {
                path.pop();
                if path.is_empty() {
                    walk.locator.steps.pop();
                }
            }
        }
    }
}
