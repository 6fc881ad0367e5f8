//! Fields of the heads of an exchange: the segments of the path, the parameters of the query, header fields and cookies.

use std::borrow::Cow;

use super::FieldPlace;
use super::form::{self, By};
use super::walk::Walk;
use crate::decode::cookie::{SetCookie, cookie_pairs, set_cookie_lines};
use crate::decode::packed;
use crate::model::{Headers, Part, Side, Step, UrlParts};

/// Line, header fields and cookies of the request.
pub(super) fn request(walk: &mut Walk<'_>) {
    let request = &walk.exchange.request;
    walk.side = Side::Request;
    line(walk, &request.url);
    for (index, (name, value)) in request.headers.iter().enumerate() {
        let part = Part::RequestHeader(index as u32 + 1);
        if name.eq_ignore_ascii_case(b"cookie") {
            cookies(walk, part, value);
        } else {
            header(walk, part, name, value);
        }
    }
    listed(walk, Side::Request);
}

/// Header fields and cookies of the response.
pub(super) fn response(walk: &mut Walk<'_>) {
    (walk.side, walk.message) = (Side::Response, None);
    if let Some(response) = walk.exchange.outcome.response() {
        fields(walk, &response.headers, Part::ResponseHeader);
    }
    listed(walk, Side::Response);
}

/// Trailer fields of the response. Those of a request have no locator.
pub(super) fn trailers(walk: &mut Walk<'_>) {
    if let Some(response) = walk.exchange.outcome.response() {
        fields(walk, &response.trailers, Part::Trailer);
    }
}

fn fields(walk: &mut Walk<'_>, headers: &Headers, part: fn(u32) -> Part) {
    for (index, (name, value)) in headers.iter().enumerate() {
        let part = part(index as u32 + 1);
        if name.eq_ignore_ascii_case(b"set-cookie") {
            walk.go(part, FieldPlace::Cookie);
            for line in set_cookie_lines(value) {
                set_cookie(walk, &value[line.clone()], line.start);
            }
        } else {
            header(walk, part, name, value);
        }
    }
}

/// Path and query. A URL without a host (`data:`, `about:`) was sent to nobody.
fn line(walk: &mut Walk<'_>, url: &str) {
    let parts = UrlParts::of(url);
    if parts.authority.is_none() {
        return;
    }
    walk.go(Part::RequestLine, FieldPlace::Path);
    let mut start = parts.path.start;
    for (index, segment) in url[parts.path.clone()].split('/').enumerate() {
        let place = start..start + segment.len();
        start = place.end + 1;
        if index == 0 || segment.is_empty() {
            continue;
        }
        walk.named(index.to_string().as_bytes(), |walk| {
            walk.range(place.start, place.end, |walk| match packed::percent(segment.as_bytes()) {
                Cow::Borrowed(value) => walk.value(value, 0),
                Cow::Owned(value) => walk.at(Step::Percent, |walk| walk.value(&value, 0)),
            });
        });
    }
    if let Some(query) = parts.query {
        walk.go(Part::RequestLine, FieldPlace::Query);
        form::pairs(walk, url.as_bytes(), query, By::Query, 0);
    }
}

fn header(walk: &mut Walk<'_>, part: Part, name: &[u8], value: &[u8]) {
    // What begins with a colon is the request line or status in another form (RFC 9113 section 8.3).
    if name.starts_with(b":") {
        return;
    }
    walk.go(part, FieldPlace::Header);
    walk.push_lower_name(name);
    walk.value(value, 0);
}

fn cookies(walk: &mut Walk<'_>, part: Part, field: &[u8]) {
    walk.go(part, FieldPlace::Cookie);
    for (index, pair) in cookie_pairs(field).enumerate() {
        let from = pair.pair.start;
        walk.named(&field[pair.name], |walk| {
            walk.at(Step::Cookie(index as u32 + 1), |walk| {
                walk.range(pair.value.start - from, pair.value.end - from, |walk| walk.value(&field[pair.value], 0));
            });
        });
    }
}

fn set_cookie(walk: &mut Walk<'_>, line: &[u8], at: usize) {
    let (name, value) = SetCookie::pair(line);
    walk.named(&line[name], |walk| walk.range(at + value.start, at + value.end, |walk| walk.value(&line[value], 0)));
}

/// Cookies that stand in a list of the recording only.
fn listed(walk: &mut Walk<'_>, side: Side) {
    for cookie in walk.exchange.listed_cookies.iter().filter(|cookie| cookie.side == side) {
        walk.go(Part::Browser(cookie.key()), FieldPlace::Cookie);
        let from = cookie.name.len() + 1;
        walk.named(cookie.name.as_bytes(), |walk| {
            walk.range(from, from + cookie.value.len(), |walk| walk.value(cookie.value.as_bytes(), 0));
        });
    }
}
