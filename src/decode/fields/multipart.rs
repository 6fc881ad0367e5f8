//! Parts of multipart bodies as fields: the content of each, and the names of files.

use super::walk::{Seen, Walk};
use super::{DecodeAnomaly, FieldPlace};
use crate::decode::multipart::{Part, parts};
use crate::model::Step;

/// Hands on the parts of a body that is what the locator means. Gives whether it has any.
pub(super) fn body(walk: &mut Walk<'_>, bytes: &[u8], boundary: Option<&[u8]>, depth: u8) -> bool {
    let Some(mut parts) = parts(bytes, boundary) else { return false };
    walk.set_place(FieldPlace::Form);
    let mut seen = Seen::new();
    let mut any = false;
    while let Some(part) = parts.next(bytes) {
        if walk.full() {
            let mut left = 1;
            while parts.next(bytes).is_some() {
                left += 1;
            }
            walk.leave_out(left);
            return true;
        }
        any = true;
        one(walk, bytes, part, &mut seen, depth);
    }
    if !parts.whole {
        walk.odd(DecodeAnomaly::BrokenSyntax);
    }
    any
}

fn one<'a>(walk: &mut Walk<'_>, bytes: &'a [u8], part: Part<'a>, seen: &mut Seen<'a>, depth: u8) {
    let before = walk.push_form_name(&part.name);
    let occurrence = seen.next(part.name.clone());
    if let Some(place) = part.file_name {
        walk.named(b"filename", |walk| walk.range(place.start, place.end, |walk| walk.emit(&bytes[place.clone()], depth, false)));
    }
    let (step, length) = match (std::str::from_utf8(&part.name), walk.spells(&part.name)) {
        (Ok(name), Some(length)) => (Step::Part { name: name.to_owned(), occurrence }, length),
        _ => (Step::Range(part.content.start as u64, part.content.end as u64), 0),
    };
    walk.at_name(step, length, |walk| walk.value(&bytes[part.content], depth));
    walk.pop_name(before);
}
