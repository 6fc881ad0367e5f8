//! Fields of short forms in request bodies: names, fingerprints, and of short plain values the value itself. Never a longer value.
//!
//! A body that does not lie in memory is too large to be such a form, so nothing is observed of it.

use std::borrow::Cow;

use percent_encoding::percent_decode;
use serde::{Deserialize, Serialize};

use crate::evidence::Fingerprinter;
use crate::model::Exchange;

/// Bodies beyond this are not looked into, in bytes.
const LONGEST_BODY: usize = 16 << 10;

/// Fields beyond this are not kept.
const MOST_FIELDS: usize = 64;

/// Names and values that are kept are not longer than these (bytes).
const LONGEST_NAME: usize = 64;
const LONGEST_VALUE: usize = 16;

/// A value that could tell one browser from another is longer than this; shorter ones need no fingerprint. Bytes.
pub const SHORTEST_IDENTIFIER: usize = 8;

/// A field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormField<'a> {
    /// Name, decoded.
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    /// The value, decoded, if it has at most 16 bytes, all of them `a-z`, `0-9`, `_` or `-`.
    #[serde(borrow)]
    pub value: Option<Cow<'a, str>>,
    /// Keyed fingerprint of the decoded value, if it is long enough to be an identifier.
    pub fingerprint: Option<[u8; 8]>,
}

/// The fields of a request's body, if it is a short urlencoded form (URL Standard section 5.1).
pub(super) fn fields(exchange: &Exchange, fingerprints: &Fingerprinter) -> Vec<FormField<'static>> {
    let request = &exchange.request;
    let is_form = request.headers.first("content-type").is_some_and(|value| {
        let essence = value.split(|&byte| byte == b';').next().unwrap_or_default();
        essence.trim_ascii().eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
    });
    let Some(body) = request.body.in_memory().filter(|body| is_form && !body.is_empty() && body.len() <= LONGEST_BODY) else {
        return Vec::new();
    };
    let fields = body.split(|&byte| byte == b'&').filter(|field| !field.is_empty()).take(MOST_FIELDS);
    fields.filter_map(|field| one(field, fingerprints)).collect()
}

fn one(field: &[u8], fingerprints: &Fingerprinter) -> Option<FormField<'static>> {
    let equals = memchr::memchr(b'=', field)?;
    let name = decoded(&field[..equals]);
    let value = decoded(&field[equals + 1..]);
    let name = String::from_utf8(name).ok().filter(|name| !name.is_empty() && name.len() <= LONGEST_NAME)?;
    Some(FormField {
        name: Cow::Owned(name),
        fingerprint: (value.len() >= SHORTEST_IDENTIFIER).then(|| fingerprints.of(&value).0),
        value: short_and_plain(value).map(Cow::Owned),
    })
}

fn short_and_plain(value: Vec<u8>) -> Option<String> {
    let plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
    if value.len() > LONGEST_VALUE || !value.iter().all(plain) {
        return None;
    }
    String::from_utf8(value).ok()
}

/// A name or value of a form or a query with its percent-encoding undone and `+` read as a space (URL Standard section 5.1).
#[must_use]
pub fn decoded(text: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = text.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }).collect();
    percent_decode(&spaced).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::CaseKey;
    use crate::model::{Body, BodySource, BodyState, Digest, Fidelity, Headers, Outcome, Request, Unrecorded};

    #[derive(Debug)]
    struct Elsewhere;

    impl BodySource for Elsewhere {
        fn open(&self) -> std::io::Result<Box<dyn std::io::Read + '_>> {
            panic!("nobody reads a body that does not lie in memory");
        }
    }

    fn posted(media_type: &str, body: Body) -> Vec<FormField<'static>> {
        let mut headers = Headers::default();
        headers.push(b"Content-Type", media_type.as_bytes());
        let exchange = Exchange::of(Request::of("POST", "https://a.nl/", "h2", headers, body), Outcome::Abandoned, Fidelity::Imported);
        fields(&exchange, &Fingerprinter::new(&CaseKey::of_capture(Digest::of(b""))))
    }

    #[test]
    fn only_short_plain_values_are_kept() {
        let body = "accept_only_essential=true&opt_in%5Bads%5D=1&pass=Hunter2&fbp=fb.1.1700000000000.123&x=a+b&bare&=y&n=0123456789abcdefg";
        let found = posted("application/x-www-form-urlencoded; charset=UTF-8", Body::new(BodyState::Raw, body));
        let rows: Vec<_> = found.iter().map(|field| (&*field.name, field.value.as_deref(), field.fingerprint.is_some())).collect();
        assert_eq!(
            rows,
            [
                ("accept_only_essential", Some("true"), false),
                ("opt_in[ads]", Some("1"), false),
                ("pass", None, false),
                ("fbp", None, true),
                ("x", None, false),
                ("n", None, true),
            ]
        );
        assert_eq!(found[3].fingerprint, Some(Fingerprinter::new(&CaseKey::of_capture(Digest::of(b""))).of(b"fb.1.1700000000000.123").0));
    }

    #[test]
    fn other_bodies_are_left_alone() {
        assert_eq!(posted("application/json", Body::new(BodyState::Raw, "a=b")), []);
        assert_eq!(posted("application/x-www-form-urlencoded", Body::missing(Unrecorded::NotInSource)), []);
        let elsewhere = Body::elsewhere(BodyState::Raw, 3, std::sync::Arc::new(Elsewhere));
        assert_eq!(posted("application/x-www-form-urlencoded", elsewhere), []);
        let long = Body::new(BodyState::Raw, "a=b&".repeat(LONGEST_BODY / 4 + 1));
        assert_eq!(posted("application/x-www-form-urlencoded", long), []);
        assert_eq!(posted("application/x-www-form-urlencoded", Body::new(BodyState::Raw, "a=b&".repeat(1000))).len(), MOST_FIELDS);
    }
}
