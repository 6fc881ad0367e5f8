//! What a message must lose or gain to go on: fields that concern one connection only, and what the other version of HTTP writes differently.
//! Every difference is an exact `Change`. It never touches a field that it does not have to, and keeps the order of those that stay.

use bytes::{BufMut, Bytes, BytesMut};
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::request;

use crate::model::{Change, ChangeKind, Side};

/// What happens to one field.
enum Fate {
    Stays,
    /// It is taken out, for the policy of this name.
    Goes(&'static str),
    /// It gets another value, for the policy of this name.
    Becomes(HeaderValue, &'static str),
}

const HOP_BY_HOP: &str = "hop-by-hop";
const PROXY_CREDENTIALS: &str = "proxy-credentials";
const NO_DICTIONARY: &str = "no-dictionary-coding";
const HTTP1_FORM: &str = "http1-form";

/// Fields that concern one connection (RFC 9110 section 7.6.1) besides those that Connection names.
fn is_hop_by_hop(name: &HeaderName) -> bool {
    // `proxy-connection` and `keep-alive` are in no standard's list but in practice on the wire.
    *name == header::CONNECTION || *name == header::UPGRADE || matches!(name.as_str(), "keep-alive" | "proxy-connection")
}

/// The names that Connection lists.
fn named(headers: &HeaderMap) -> Vec<HeaderName> {
    let values = headers.get_all(header::CONNECTION).into_iter();
    let tokens = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    tokens.filter_map(|token| HeaderName::from_bytes(token.trim_ascii()).ok()).collect()
}

/// How a request goes on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Onward<'a> {
    /// Over HTTP/2.
    pub(super) http2: bool,
    /// It asks for a switch of protocols, so the fields that ask for it stay.
    pub(super) upgrade: bool,
    /// Host and port for HTTP/1.1, where the request came without a Host field.
    pub(super) host: &'a str,
    /// It has a body whose length nobody knows.
    pub(super) unknown_length: bool,
}

/// Makes the fields of a request ready to go on; answers what that changed.
pub(super) fn request(parts: &mut request::Parts, onward: Onward<'_>) -> Vec<Change> {
    let headers = &parts.headers;
    let named = named(headers);
    let trailers = headers.get(header::TE).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"trailers"));
    let fate = |name: &HeaderName, value: &HeaderValue| {
        if *name == header::PROXY_AUTHORIZATION {
            return Fate::Goes(PROXY_CREDENTIALS);
        }
        if *name == header::ACCEPT_ENCODING {
            return without_dictionaries(value).map_or(Fate::Stays, |value| Fate::Becomes(value, NO_DICTIONARY));
        }
        if onward.upgrade && (*name == header::CONNECTION || *name == header::UPGRADE) {
            return Fate::Stays;
        }
        // Both sides of HTTP/1.1 read the framing themselves; hyper keeps it right.
        if *name == header::TRANSFER_ENCODING || *name == header::CONTENT_LENGTH {
            return if onward.http2 && *name == header::TRANSFER_ENCODING { Fate::Goes(HOP_BY_HOP) } else { Fate::Stays };
        }
        // Trailer fields do pass, so the wish for them goes on (RFC 9110 section 10.1.4), listed in Connection where that exists.
        if trailers && *name == header::TE {
            return Fate::Stays;
        }
        if trailers && !onward.http2 && *name == header::CONNECTION {
            let own = HeaderValue::from_static("TE");
            return if value.as_bytes().eq_ignore_ascii_case(b"te") { Fate::Stays } else { Fate::Becomes(own, HOP_BY_HOP) };
        }
        if is_hop_by_hop(name) || *name == header::TE || named.contains(name) && *name != header::HOST {
            return Fate::Goes(HOP_BY_HOP);
        }
        if onward.http2 && *name == header::HOST {
            return Fate::Goes("http2-form");
        }
        Fate::Stays
    };
    let mut added = Vec::new();
    let mut joined = None;
    if !onward.http2 {
        if !headers.contains_key(header::HOST)
            && let Ok(host) = HeaderValue::from_str(onward.host)
        {
            added.push((header::HOST, host));
        }
        if onward.unknown_length && !headers.contains_key(header::TRANSFER_ENCODING) {
            added.push((header::TRANSFER_ENCODING, HeaderValue::from_static("chunked")));
        }
        // HTTP/1.1 allows one Cookie field only; browsers cut it into several in HTTP/2 (RFC 9113 section 8.2.3).
        joined = one_cookie(headers);
    }
    let mut first_cookie = true;
    let with_cookies = |name: &HeaderName, value: &HeaderValue| match &joined {
        Some(joined) if *name == header::COOKIE => {
            if std::mem::take(&mut first_cookie) {
                Fate::Becomes(joined.clone(), HTTP1_FORM)
            } else {
                Fate::Goes(HTTP1_FORM)
            }
        }
        _ => fate(name, value),
    };
    rewrite(&mut parts.headers, Side::Request, added, with_cookies)
}

/// Makes the fields of a response ready for the client; answers what that changed. `framed`: the client reads chunks of HTTP/1.1.
pub(super) fn response(headers: &mut HeaderMap, framed: bool, upgrade: bool) -> Vec<Change> {
    let named = named(headers);
    let fate = |name: &HeaderName, _: &HeaderValue| {
        if *name == header::ALT_SVC {
            // A browser that follows it leaves the proxy: HTTP/3 does not pass one.
            return Fate::Goes(Change::NO_OTHER_PROTOCOL);
        }
        if upgrade && (*name == header::CONNECTION || *name == header::UPGRADE) {
            return Fate::Stays;
        }
        if *name == header::TRANSFER_ENCODING || *name == header::CONTENT_LENGTH {
            return if !framed && *name == header::TRANSFER_ENCODING { Fate::Goes(HOP_BY_HOP) } else { Fate::Stays };
        }
        if is_hop_by_hop(name) || *name == header::PROXY_AUTHENTICATE || named.contains(name) {
            return Fate::Goes(HOP_BY_HOP);
        }
        Fate::Stays
    };
    rewrite(headers, Side::Response, Vec::new(), fate)
}

/// Carries the fates out. The map is rebuilt where anything goes, since taking a field out of it moves the last one into its place.
fn rewrite(
    headers: &mut HeaderMap,
    side: Side,
    added: Vec<(HeaderName, HeaderValue)>,
    mut fate: impl FnMut(&HeaderName, &HeaderValue) -> Fate,
) -> Vec<Change> {
    let fates: Vec<Fate> = headers.iter().map(|(name, value)| fate(name, value)).collect();
    if added.is_empty() && fates.iter().all(|fate| matches!(fate, Fate::Stays)) {
        return Vec::new();
    }
    let mut changes = Vec::new();
    let mut note = |kind, reason: &str| changes.push(Change { side, kind, reason: reason.to_owned() });
    let put_in = |index, name: &HeaderName, value: &HeaderValue| ChangeKind::HeaderAdded {
        index,
        name: name.as_str().as_bytes().to_vec(),
        value: value.as_bytes().to_vec(),
    };
    let mut onward = HeaderMap::with_capacity(headers.len() + added.len());
    for (index, (name, value)) in added.iter().enumerate() {
        note(put_in(index, name, value), HTTP1_FORM);
    }
    onward.extend(added);
    for (index, (fate, (name, value))) in fates.into_iter().zip(headers.iter()).enumerate() {
        match fate {
            Fate::Stays => {
                onward.append(name.clone(), value.clone());
            }
            Fate::Goes(reason) => note(ChangeKind::HeaderRemoved { index }, reason),
            Fate::Becomes(value, reason) => {
                note(ChangeKind::HeaderRemoved { index }, reason);
                note(put_in(onward.len(), name, &value), reason);
                onward.append(name.clone(), value);
            }
        }
    }
    *headers = onward;
    changes
}

/// The value of Accept-Encoding without the codings that need a dictionary of the browser's (RFC 9842). `None`: it names none.
fn without_dictionaries(value: &HeaderValue) -> Option<HeaderValue> {
    let coding = |item: &[u8]| {
        let end = item.iter().position(|byte| *byte == b';').unwrap_or(item.len());
        let name = item[..end].trim_ascii();
        name.eq_ignore_ascii_case(b"dcb") || name.eq_ignore_ascii_case(b"dcz")
    };
    let items = || value.as_bytes().split(|byte| *byte == b',');
    if !items().any(coding) {
        return None;
    }
    let kept: Vec<&[u8]> = items().filter(|item| !coding(item)).map(<[u8]>::trim_ascii).collect();
    HeaderValue::from_bytes(&kept.join(&b", "[..])).ok()
}

/// All Cookie fields in one. `None`: there is no more than one.
fn one_cookie(headers: &HeaderMap) -> Option<HeaderValue> {
    let mut cookies = headers.get_all(header::COOKIE).into_iter();
    let first = cookies.next()?;
    let mut joined = BytesMut::from(first.as_bytes());
    let mut more = false;
    for cookie in cookies {
        joined.put_slice(b"; ");
        joined.put_slice(cookie.as_bytes());
        more = true;
    }
    more.then(|| HeaderValue::from_maybe_shared(Bytes::from(joined)).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request_with(fields: &[(&'static str, &'static str)]) -> request::Parts {
        let mut parts = http::Request::new(()).into_parts().0;
        for (name, value) in fields {
            parts.headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        parts
    }

    fn onward(http2: bool) -> Onward<'static> {
        Onward { http2, upgrade: false, host: "a.test", unknown_length: false }
    }

    fn listed(headers: &HeaderMap) -> Vec<String> {
        headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().expect("text"))).collect()
    }

    fn change(kind: ChangeKind, reason: &str) -> Change {
        Change { side: Side::Request, kind, reason: reason.to_owned() }
    }

    #[test]
    fn untouched_where_nothing_must_go() {
        let mut parts = request_with(&[("host", "a.test"), ("accept-encoding", "gzip, br, zstd"), ("cookie", "a=1; b=2")]);
        let before = parts.headers.clone();
        assert_eq!(request(&mut parts, onward(false)), []);
        assert_eq!(parts.headers, before);
    }

    #[test]
    fn what_goes_is_told_with_its_place_and_order_stays() {
        let mut parts = request_with(&[
            ("host", "a.test"),
            ("connection", "keep-alive, x-own"),
            ("x-own", "1"),
            ("accept-encoding", "gzip, dcb, br, dcz;q=1"),
            ("proxy-authorization", "Basic x"),
            ("x-last", "2"),
        ]);
        let changes = request(&mut parts, onward(false));
        assert_eq!(listed(&parts.headers), ["host: a.test", "accept-encoding: gzip, br", "x-last: 2"]);
        let added = ChangeKind::HeaderAdded { index: 1, name: b"accept-encoding".to_vec(), value: b"gzip, br".to_vec() };
        assert_eq!(
            changes,
            [
                change(ChangeKind::HeaderRemoved { index: 1 }, HOP_BY_HOP),
                change(ChangeKind::HeaderRemoved { index: 2 }, HOP_BY_HOP),
                change(ChangeKind::HeaderRemoved { index: 3 }, NO_DICTIONARY),
                change(added, NO_DICTIONARY),
                change(ChangeKind::HeaderRemoved { index: 4 }, PROXY_CREDENTIALS),
            ]
        );
    }

    #[test]
    fn from_two_to_one_cookies_are_joined_and_a_host_put_in() {
        let mut parts = request_with(&[("cookie", "a=1"), ("accept", "*/*"), ("cookie", "b=2"), ("cookie", "c=3")]);
        let changes = request(&mut parts, onward(false));
        assert_eq!(listed(&parts.headers), ["host: a.test", "cookie: a=1; b=2; c=3", "accept: */*"]);
        assert_eq!(changes.len(), 5, "one host, three cookies out, one in: {changes:?}");
        let mut parts = request_with(&[("cookie", "a=1"), ("cookie", "b=2")]);
        assert_eq!(request(&mut parts, onward(true)), [], "HTTP/2 allows several");
    }

    #[test]
    fn responses_lose_the_way_out() {
        let mut headers = request_with(&[
            ("set-cookie", "a=1"),
            ("alt-svc", "h3=\":443\""),
            ("set-cookie", "b=2"),
            ("connection", "close"),
            ("transfer-encoding", "chunked"),
        ])
        .headers;
        assert_eq!(response(&mut headers, true, false).len(), 2);
        assert_eq!(listed(&headers), ["set-cookie: a=1", "set-cookie: b=2", "transfer-encoding: chunked"]);
        assert_eq!(response(&mut headers, false, false).len(), 1);
        assert!(!headers.contains_key(header::TRANSFER_ENCODING));
    }
}
