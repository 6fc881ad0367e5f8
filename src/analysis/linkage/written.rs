//! How a value is written where it stands: on which way it travels, what the decoder undid to reach it, what surrounds an entity tag. Looks at one field
//! only.

use super::{Coding, Way};
use crate::decode::{Field, FieldPlace};
use crate::model::{Locator, Side, Step};

/// An entity tag without the mark of weakness and the quotes (RFC 9110, section 8.8.3).
pub(super) fn opaque_tag(tag: &[u8]) -> &[u8] {
    let tag = tag.trim_ascii();
    let tag = tag.strip_prefix(b"W/").unwrap_or(tag);
    tag.strip_prefix(b"\"").and_then(|tag| tag.strip_suffix(b"\"")).unwrap_or(tag)
}

/// The way on which a field travels. `redirects`: whether the answer does.
pub(super) fn way(field: &Field<'_>, redirects: bool) -> Way {
    let header = |name: &str| field.place == FieldPlace::Header && field.name.split('.').next() == Some(name);
    match (field.side, field.message) {
        (Side::Request, Some(_)) => Way::Message,
        (Side::Request, None) if header("referer") => Way::Referer,
        (Side::Request, None) => Way::Request,
        (Side::Response, None) if redirects && header("location") => Way::Redirect,
        (Side::Response, _) => Way::Answer,
    }
}

/// The codings that the decoder undid on the way to a field, innermost first, as numbers. The percent-encoding of a segment of the path is none,
/// because the place asks for it; that of forms and queries is a step of its own.
pub(super) fn undone_before(locator: &Locator, place: FieldPlace) -> Vec<u8> {
    let codings = locator.steps.iter().enumerate().rev().filter_map(|(at, step)| match step {
        Step::Percent if place != FieldPlace::Path || at > 1 => Some(Coding::Percent),
        Step::Base64 => Some(Coding::Base64),
        Step::Hex => Some(Coding::Hex),
        _ => None,
    });
    codings.map(|coding| coding.number() as u8).collect()
}
