//! Fields of protobuf messages, named by their numbers. Without a schema a message within a message can only be guessed, so the guess is a cautious one.

use hashbrown::HashMap;

use super::DecodeAnomaly;
use super::nested::is_text;
use super::walk::Walk;
use crate::decode::protobuf::{WireField, WireValue, fields};
use crate::model::{Step, Tag};

/// Numbers of fields up to which a guess may go; schemas number their fields from 1.
const USUAL: u32 = 2_000;

/// Deepest messages, whatever is asked for: the walk through them recurses.
const DEEPEST: usize = 100;

/// Whether bytes are a message for certain enough, where nobody says so: no text, all of them fields, at least two with usual numbers, and one of them a text.
pub(super) fn is_evident(bytes: &[u8]) -> bool {
    if !begins_like(bytes) || is_text(bytes) {
        return false;
    }
    let (mut count, mut text) = (0, false);
    for field in fields(bytes) {
        let Ok(WireField { number: ..=USUAL, value }) = field else { return false };
        count += 1;
        text |= matches!(value, WireValue::Bytes(place) if is_plain(&bytes[place.clone()]));
    }
    count >= 2 && text
}

/// Whether the first byte may be that of a message whose first field has a number up to 15. Quick, and true of many other bytes.
pub(super) fn begins_like(bytes: &[u8]) -> bool {
    matches!(bytes.first(), Some(&byte) if (8..0x80).contains(&byte) && matches!(byte & 7, 0 | 1 | 2 | 5))
}

/// Whether all of the bytes are fields, whatever their numbers; what the sender's own word needs for it to be believed.
pub(super) fn is_whole(bytes: &[u8]) -> bool {
    !bytes.is_empty() && fields(bytes).all(|field| field.is_ok())
}

/// A text and not a message: a line feed at its beginning is the tag of a message's first field.
fn is_plain(bytes: &[u8]) -> bool {
    is_text(bytes) && bytes[0] >= b' '
}

/// Whether bytes within a message are a message themselves.
fn is_message(bytes: &[u8]) -> bool {
    bytes.len() >= 2 && !is_plain(bytes) && fields(bytes).all(|field| matches!(field, Ok(WireField { number: ..=USUAL, .. })))
}

/// Hands on the fields of a message that is what the locator means.
pub(super) fn message(walk: &mut Walk<'_>, bytes: &[u8], depth: u8) {
    walk.locator.steps.push(Step::Protobuf(Vec::new()));
    inner(walk, bytes, depth, 1);
    walk.locator.steps.pop();
}

fn inner(walk: &mut Walk<'_>, bytes: &[u8], depth: u8, level: usize) {
    let mut seen: HashMap<u32, u32> = HashMap::new();
    let mut all = fields(bytes).map_while(Result::ok);
    while let Some(field) = all.next() {
        if walk.full() {
            walk.leave_out(1 + all.count() as u64);
            return;
        }
        let count = seen.entry(field.number).or_insert(0);
        *count += 1;
        let occurrence = *count;
        if let Some(Step::Protobuf(path)) = walk.locator.steps.last_mut() {
            path.push(Tag { number: field.number, occurrence });
        }
        let before = walk.push_name(field.number.to_string().as_bytes());
        match field.value {
            WireValue::Number(number) => walk.emit(number.to_string().as_bytes(), depth, false),
            WireValue::Bytes(place) => {
                let value = &bytes[place];
                if !is_message(value) {
                    walk.value(value, depth);
                } else if level >= walk.limits.levels.min(DEEPEST) {
                    walk.odd(DecodeAnomaly::TooDeep);
                    walk.emit(value, depth, false);
                } else {
                    inner(walk, value, depth, level + 1);
                }
            }
        }
        walk.pop_name(before);
        if let Some(Step::Protobuf(path)) = walk.locator.steps.last_mut() {
            path.pop();
        }
    }
}
