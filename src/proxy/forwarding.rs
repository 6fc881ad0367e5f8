//! What a message must lose or gain to go on: fields that concern one connection only, and what the other version of HTTP writes differently.
//! Every difference is an exact `Change`. It never touches a field that it does not have to, and keeps the order of those that stay.

use bytes::BytesMut;
use http::header::{HeaderMap, HeaderName, HeaderValue};

use super::trailers::Framed;
use crate::model::{Change, ChangeKind, HeadBytes, Headers, Side};

/// What happens to one field.
enum Fate {
    Stays,
    /// It is taken out, for the policy of this name.
    Goes(&'static str),
    /// It gets another value, for the policy of this name.
    Becomes(Vec<u8>, &'static str),
}

const HOP_BY_HOP: &str = "hop-by-hop";
const PROXY_CREDENTIALS: &str = "proxy-credentials";
const NO_DICTIONARY: &str = "no-dictionary-coding";
const HTTP1_FORM: &str = "http1-form";
const HTTP2_FORM: &str = "http2-form";
const ABSOLUTE_FORM: &str = "absolute-form";
const ONE_LENGTH: &str = "one-length";

/// What stands in the record in place of each byte of proxy credentials.
const HIDDEN: u8 = b'*';

fn is(name: &[u8], wanted: &str) -> bool {
    name.eq_ignore_ascii_case(wanted.as_bytes())
}

/// Fields that concern one connection (RFC 9110 section 7.6.1) besides those that Connection names.
fn is_hop_by_hop(name: &[u8]) -> bool {
    // `proxy-connection` and `keep-alive` are in no standard's list but in practice on the wire.
    ["connection", "upgrade", "keep-alive", "proxy-connection"].iter().any(|known| is(name, known))
}

/// The names that Connection lists.
fn named(fields: &Headers) -> Vec<&[u8]> {
    let values = fields.all("connection");
    values.flat_map(|(_, value)| value.split(|byte| *byte == b',')).map(<[u8]>::trim_ascii).filter(|name| !name.is_empty()).collect()
}

/// How a request goes on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Onward<'a> {
    /// Over HTTP/2.
    pub(super) http2: bool,
    /// It asks for a switch of protocols, so the fields that ask for it stay.
    pub(super) upgrade: bool,
    /// Host and port that the request is for.
    pub(super) host: &'a str,
    /// Its target named them itself, whatever the Host field says (RFC 9112 section 3.2.2).
    pub(super) absolute: bool,
    /// It has a body whose length nobody knows.
    pub(super) unknown_length: bool,
    /// It has no body although its method is for one.
    pub(super) no_body: bool,
}

/// Makes the fields of a request ready to go on; answers what that changed.
pub(super) fn request(fields: &Headers, onward: Onward<'_>) -> (Headers, Vec<Change>) {
    let named = named(fields);
    let trailers = fields.first("te").is_some_and(|value| value.eq_ignore_ascii_case(b"trailers"));
    let mut hosts = 0;
    let mut added: Vec<(&str, Vec<u8>)> = Vec::new();
    let mut joined = None;
    if !onward.http2 {
        if fields.first("host").is_none() {
            added.push(("Host", onward.host.as_bytes().to_vec()));
        }
        if onward.unknown_length && fields.first("transfer-encoding").is_none() {
            added.push(("Transfer-Encoding", b"chunked".to_vec()));
        }
        if onward.no_body && fields.first("content-length").is_none() && fields.first("transfer-encoding").is_none() {
            added.push(("Content-Length", b"0".to_vec()));
        }
        // HTTP/1.1 allows one Cookie field only; browsers cut it into several in HTTP/2 (RFC 9113 section 8.2.3).
        joined = in_one(fields, "cookie", b"; ");
    }
    let fate = |name: &[u8], value: &[u8]| {
        if is(name, "cookie") {
            return fate_of(&mut joined);
        }
        if is(name, "proxy-authorization") {
            return Fate::Goes(PROXY_CREDENTIALS);
        }
        if is(name, "accept-encoding") {
            return without_dictionaries(value).map_or(Fate::Stays, |value| Fate::Becomes(value, NO_DICTIONARY));
        }
        if is(name, "host") {
            hosts += 1;
            return match (onward.http2, onward.absolute && value != onward.host.as_bytes(), hosts) {
                (true, ..) => Fate::Goes(HTTP2_FORM),
                (false, true, 1) => Fate::Becomes(onward.host.as_bytes().to_vec(), ABSOLUTE_FORM),
                (false, true, _) => Fate::Goes(ABSOLUTE_FORM),
                (false, false, _) => Fate::Stays,
            };
        }
        if onward.upgrade && (is(name, "connection") || is(name, "upgrade")) {
            return Fate::Stays;
        }
        // Both sides of HTTP/1.1 read the framing themselves and write it anew.
        if is(name, "transfer-encoding") {
            return if onward.http2 { Fate::Goes(HOP_BY_HOP) } else { Fate::Stays };
        }
        if is(name, "content-length") {
            return Fate::Stays;
        }
        // Trailer fields do pass, so the wish for them goes on (RFC 9110 section 10.1.4), listed in Connection where that exists.
        if trailers && is(name, "te") {
            return Fate::Stays;
        }
        if trailers && !onward.http2 && is(name, "connection") {
            return if value.eq_ignore_ascii_case(b"te") { Fate::Stays } else { Fate::Becomes(b"TE".to_vec(), HOP_BY_HOP) };
        }
        if is_hop_by_hop(name) || is(name, "te") || named.iter().any(|listed| listed.eq_ignore_ascii_case(name)) {
            return Fate::Goes(HOP_BY_HOP);
        }
        Fate::Stays
    };
    rewrite(fields, Side::Request, &added, fate)
}

/// Makes the fields of a response ready for the client; answers what that changed.
pub(super) fn response(fields: &Headers, framed: Framed, upgrade: bool) -> (Headers, Vec<Change>) {
    let named = named(fields);
    let chunked = fields.first("transfer-encoding").is_some();
    // The library would do both by itself, and say so nowhere.
    let library = framed == Framed::LibraryChunks;
    let mut codings = if library { ending_in_chunks(fields) } else { None };
    let mut announced = if library { in_one(fields, "trailer", b", ") } else { None };
    let fate = |name: &[u8], _: &[u8]| {
        if is(name, "alt-svc") {
            // A browser that follows it leaves the proxy: HTTP/3 does not pass one.
            return Fate::Goes(Change::NO_OTHER_PROTOCOL);
        }
        if upgrade && (is(name, "connection") || is(name, "upgrade")) {
            return Fate::Stays;
        }
        if is(name, "transfer-encoding") {
            return match framed {
                Framed::Chunks | Framed::LibraryChunks => fate_of(&mut codings),
                Framed::Streams | Framed::Nothing | Framed::LibraryNothing => Fate::Goes(HOP_BY_HOP),
            };
        }
        if is(name, "content-length") {
            // Two ways to read one length let two readers see two messages (RFC 9112 section 6.3).
            return if chunked { Fate::Goes(ONE_LENGTH) } else { Fate::Stays };
        }
        if is_hop_by_hop(name) || is(name, "proxy-authenticate") || named.iter().any(|listed| listed.eq_ignore_ascii_case(name)) {
            return Fate::Goes(HOP_BY_HOP);
        }
        if is(name, "trailer") {
            return if framed == Framed::LibraryNothing { Fate::Goes(HOP_BY_HOP) } else { fate_of(&mut announced) };
        }
        Fate::Stays
    };
    rewrite(fields, Side::Response, &[], fate)
}

/// Tells a client of HTTP/1.1 that a response without a length comes in chunks, where whoever writes it cuts it into chunks anyway, so that its end
/// can be told from a break; answers what that changed.
pub(super) fn in_chunks(fields: &mut Headers) -> Vec<Change> {
    if fields.first("content-length").is_some() || fields.first("transfer-encoding").is_some() {
        return Vec::new();
    }
    let (name, value) = (b"transfer-encoding", b"chunked");
    let kind = ChangeKind::HeaderAdded { index: fields.len(), name: name.to_vec(), value: value.to_vec() };
    fields.push(name, value);
    vec![Change { side: Side::Response, kind, reason: HTTP1_FORM.to_owned() }]
}

/// Carries the fates out.
fn rewrite(fields: &Headers, side: Side, added: &[(&str, Vec<u8>)], mut fate: impl FnMut(&[u8], &[u8]) -> Fate) -> (Headers, Vec<Change>) {
    let mut changes = Vec::new();
    let mut note = |kind, reason: &str| changes.push(Change { side, kind, reason: reason.to_owned() });
    let put_in = |index, name: &[u8], value: &[u8]| ChangeKind::HeaderAdded { index, name: name.to_vec(), value: value.to_vec() };
    let mut onward = Headers::with_capacity(fields.len() + added.len(), 1024);
    for (name, value) in added {
        note(put_in(onward.len(), name.as_bytes(), value), HTTP1_FORM);
        onward.push(name.as_bytes(), value);
    }
    for (index, (name, value)) in fields.iter().enumerate() {
        match fate(name, value) {
            Fate::Stays => onward.push(name, value),
            Fate::Goes(reason) => note(ChangeKind::HeaderRemoved { index }, reason),
            Fate::Becomes(value, reason) => {
                note(ChangeKind::HeaderRemoved { index }, reason);
                note(put_in(onward.len(), name, &value), reason);
                onward.push(name, &value);
            }
        }
    }
    (onward, changes)
}

/// Overwrites credentials for this proxy, byte for byte, before anything is recorded; answers what that changed. They are not the server's
/// business and not a reader's.
pub(super) fn hide_credentials(fields: &mut Headers, bytes: &mut HeadBytes) -> Vec<Change> {
    if fields.first("proxy-authorization").is_none() {
        return Vec::new();
    }
    let mut changes = Vec::new();
    let mut without = Headers::with_capacity(fields.len(), 1024);
    for (index, (name, value)) in fields.iter().enumerate() {
        if !is(name, "proxy-authorization") {
            without.push(name, value);
            continue;
        }
        without.push(name, &vec![HIDDEN; value.len()]);
        changes.push(Change {
            side: Side::Request,
            kind: ChangeKind::Masked {
                locator: format!("request.header[{}]", index + 1),
                rule: PROXY_CREDENTIALS.to_owned(),
                length: value.len() as u64,
                fingerprint: String::new(),
                sealed: None,
            },
            reason: PROXY_CREDENTIALS.to_owned(),
        });
        if let HeadBytes::Other(raw) = bytes
            && !value.is_empty()
        {
            let mut hidden = BytesMut::from(&raw[..]);
            let places: Vec<usize> = memchr::memmem::find_iter(raw, value).collect();
            places.into_iter().for_each(|at| hidden[at..at + value.len()].fill(HIDDEN));
            *raw = hidden.freeze();
        }
    }
    *fields = without;
    changes
}

/// The fields of a library's map, as it gives them.
pub(super) fn fields(map: &HeaderMap) -> Headers {
    let bytes = map.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    let mut headers = Headers::with_capacity(map.len(), bytes);
    for (name, value) in map {
        headers.push(name.as_str().as_bytes(), value.as_bytes());
    }
    headers
}

/// The fields as a library's map. Names and values came from a parser of HTTP, so what does not fit is not to be expected.
pub(super) fn map(fields: &Headers) -> HeaderMap {
    let mut map = HeaderMap::with_capacity(fields.len());
    for (name, value) in fields.iter() {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value)) {
            map.append(name, value);
        }
    }
    map
}

/// The value of Accept-Encoding without the codings that need a dictionary of the browser's (RFC 9842). `None`: it names none.
fn without_dictionaries(value: &[u8]) -> Option<Vec<u8>> {
    let coding = |item: &[u8]| {
        let end = item.iter().position(|byte| *byte == b';').unwrap_or(item.len());
        let name = item[..end].trim_ascii();
        name.eq_ignore_ascii_case(b"dcb") || name.eq_ignore_ascii_case(b"dcz")
    };
    let items = || value.split(|byte| *byte == b',');
    if !items().any(coding) {
        return None;
    }
    let kept: Vec<&[u8]> = items().filter(|item| !coding(item)).map(<[u8]>::trim_ascii).collect();
    Some(kept.join(&b", "[..]))
}

/// What several fields of one name become.
enum Joined {
    /// The first of them becomes all.
    First(Vec<u8>),
    /// The others go.
    Rest,
}

/// All fields of this name in one. `None`: there is no more than one.
fn in_one(fields: &Headers, name: &str, between: &[u8]) -> Option<Joined> {
    let values: Vec<&[u8]> = fields.all(name).map(|(_, value)| value).collect();
    (values.len() > 1).then(|| Joined::First(values.join(between)))
}

/// All transfer codings in one field, with chunked as the last: the form in which the library writes them. `None`: they stand so already.
fn ending_in_chunks(fields: &Headers) -> Option<Joined> {
    let (_, last) = fields.all("transfer-encoding").last()?;
    let coding = last.rsplit(|byte| *byte == b',').next().unwrap_or_default();
    let joined = in_one(fields, "transfer-encoding", b", ");
    if last.is_ascii() && coding.trim_ascii().eq_ignore_ascii_case(b"chunked") {
        return joined;
    }
    let codings = if let Some(Joined::First(all)) = &joined { all } else { last };
    Some(Joined::First([codings, b", chunked"].concat()))
}

/// The fate of the next of several fields that become one.
fn fate_of(joined: &mut Option<Joined>) -> Fate {
    match joined.replace(Joined::Rest) {
        Some(Joined::First(value)) => Fate::Becomes(value, HTTP1_FORM),
        Some(Joined::Rest) => Fate::Goes(HTTP1_FORM),
        None => {
            *joined = None;
            Fate::Stays
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn headers(fields: &[(&str, &str)]) -> Headers {
        let mut headers = Headers::new();
        fields.iter().for_each(|(name, value)| headers.push(name.as_bytes(), value.as_bytes()));
        headers
    }

    fn onward(http2: bool) -> Onward<'static> {
        Onward { http2, upgrade: false, host: "a.test", absolute: false, unknown_length: false, no_body: false }
    }

    fn listed(headers: &Headers) -> Vec<String> {
        headers.iter().map(|(name, value)| format!("{}: {}", String::from_utf8_lossy(name), String::from_utf8_lossy(value))).collect()
    }

    fn change(kind: ChangeKind, reason: &str) -> Change {
        Change { side: Side::Request, kind, reason: reason.to_owned() }
    }

    /// What was sent on, from what was received and what was changed, as anybody can do with a recording.
    fn rebuilt(fields: &Headers, changes: &[Change]) -> Headers {
        let gone = |index: usize| changes.iter().any(|change| change.kind == ChangeKind::HeaderRemoved { index });
        let mut kept = fields.iter().enumerate().filter(|(index, _)| !gone(*index)).map(|(_, field)| field);
        let mut added: Vec<(usize, &[u8], &[u8])> = Vec::new();
        for change in changes {
            if let ChangeKind::HeaderAdded { index, name, value } = &change.kind {
                added.push((*index, name, value));
            }
        }
        added.sort_by_key(|(index, ..)| *index);
        let mut out = Headers::new();
        for (index, name, value) in added {
            while out.len() < index {
                let Some((name, value)) = kept.next() else { break };
                out.push(name, value);
            }
            out.push(name, value);
        }
        kept.for_each(|(name, value)| out.push(name, value));
        out
    }

    #[test]
    fn untouched_where_nothing_must_go() {
        let before = headers(&[
            ("Host", "a.test"),
            ("X-A", "1"),
            ("x-b", "2"),
            ("X-a", "3"),
            ("Accept-Encoding", "gzip, br, zstd"),
            ("Cookie", "a=1; b=2"),
        ]);
        assert_eq!(request(&before, onward(false)), (before.clone(), vec![]));
    }

    #[test]
    fn what_goes_is_told_with_its_place_and_order_stays() {
        let before = headers(&[
            ("host", "a.test"),
            ("connection", "keep-alive, X-Own"),
            ("x-own", "1"),
            ("accept-encoding", "gzip, dcb, br, dcz;q=1"),
            ("proxy-authorization", "Basic x"),
            ("x-last", "2"),
        ]);
        let (after, changes) = request(&before, onward(false));
        assert_eq!(listed(&after), ["host: a.test", "accept-encoding: gzip, br", "x-last: 2"]);
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
        assert_eq!(rebuilt(&before, &changes), after);
    }

    #[test]
    fn from_two_to_one_cookies_are_joined_and_a_host_put_in() {
        let before = headers(&[("cookie", "a=1"), ("accept", "*/*"), ("cookie", "b=2"), ("cookie", "c=3")]);
        let (after, changes) = request(&before, onward(false));
        assert_eq!(listed(&after), ["Host: a.test", "cookie: a=1; b=2; c=3", "accept: */*"]);
        assert_eq!(changes.len(), 5, "one host, three cookies out, one in: {changes:?}");
        assert_eq!(rebuilt(&before, &changes), after);
        assert_eq!(request(&before, onward(true)).1, [], "HTTP/2 allows several");
    }

    #[test]
    fn an_absolute_target_wins_over_the_host() {
        let before = headers(&[("X-A", "1"), ("Host", "other.test"), ("X-B", "2")]);
        let (after, changes) = request(&before, Onward { absolute: true, ..onward(false) });
        assert_eq!(listed(&after), ["X-A: 1", "Host: a.test", "X-B: 2"]);
        assert_eq!(rebuilt(&before, &changes), after);
        let same = headers(&[("Host", "a.test")]);
        assert_eq!(request(&same, Onward { absolute: true, ..onward(false) }).1, []);
    }

    #[test]
    fn responses_lose_the_way_out() {
        let before = headers(&[
            ("Set-Cookie", "a=1"),
            ("Alt-Svc", "h3=\":443\""),
            ("SET-cookie", "b=2"),
            ("Connection", "close, X-Hop"),
            ("x-hop", "1"),
            ("Content-Length", "3"),
            ("Transfer-Encoding", "chunked"),
        ]);
        let (after, changes) = response(&before, Framed::Chunks, false);
        assert_eq!(listed(&after), ["Set-Cookie: a=1", "SET-cookie: b=2", "Transfer-Encoding: chunked"]);
        assert_eq!(rebuilt(&before, &changes), after);
        for framed in [Framed::Streams, Framed::Nothing, Framed::LibraryNothing] {
            assert!(response(&before, framed, false).0.first("transfer-encoding").is_none());
        }
    }

    #[test]
    fn what_the_library_does_to_codings_is_told() {
        let coded = |values: &[&str]| headers(&values.iter().map(|value| ("transfer-encoding", *value)).collect::<Vec<_>>());
        for (values, expected) in [
            (&["gzip"][..], "gzip, chunked"),
            (&["gzip", "deflate"], "gzip, deflate, chunked"),
            (&["gzip", "Chunked"], "gzip, Chunked"),
            (&["chunked,"], "chunked,, chunked"),
            (&["gzip, chunked"], "gzip, chunked"),
        ] {
            let before = coded(values);
            let (after, changes) = response(&before, Framed::LibraryChunks, false);
            assert_eq!(listed(&after), [format!("transfer-encoding: {expected}")]);
            assert_eq!(changes.is_empty(), before == after);
            assert_eq!(rebuilt(&before, &changes), after);
            assert_eq!(response(&before, Framed::Chunks, false).0, before, "our own engine writes them as they came");
        }
        let before = headers(&[("trailer", "x-a"), ("x-b", "1"), ("trailer", "x-c")]);
        let (after, changes) = response(&before, Framed::LibraryChunks, false);
        assert_eq!((listed(&after), rebuilt(&before, &changes)), (vec!["trailer: x-a, x-c".to_owned(), "x-b: 1".to_owned()], after));
        assert_eq!(listed(&response(&before, Framed::LibraryNothing, false).0), ["x-b: 1"]);
    }

    #[test]
    fn credentials_are_hidden_in_fields_and_bytes() {
        let raw = Bytes::from_static(b"GET / HTTP/1.0\r\nProxy-Authorization: Basic Zm9vOmJhcg==\r\n\r\n");
        let mut fields = headers(&[("Proxy-Authorization", "Basic Zm9vOmJhcg==")]);
        let mut bytes = HeadBytes::Other(raw.clone());
        assert_eq!(hide_credentials(&mut fields, &mut bytes).len(), 1);
        assert_eq!(fields.first("proxy-authorization"), Some(&[HIDDEN; 18][..]));
        let hidden = bytes.other().expect("bytes");
        assert_eq!(hidden.len(), raw.len());
        assert!(memchr::memmem::find(hidden, b"Zm9v").is_none());
    }

    proptest::proptest! {
        #[test]
        fn what_was_sent_on_can_be_rebuilt(
            fields in proptest::collection::vec(
                ("(?i)(host|cookie|connection|te|accept-encoding|proxy-authorization|upgrade|keep-alive|x-a|x-b|content-length|alt-svc|transfer-encoding|trailer)", "(x-a|close|te|trailers|chunked|gzip, dcb|a=1|[a-z]{0,4})"),
                0..12,
            ),
            http2: bool,
            absolute: bool,
            unknown_length: bool,
            framed in proptest::sample::select(vec![
                Framed::Streams, Framed::Chunks, Framed::LibraryChunks, Framed::Nothing, Framed::LibraryNothing,
            ]),
        ) {
            let list: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let before = headers(&list);
            let (after, changes) = request(&before, Onward { absolute, unknown_length, ..onward(http2) });
            proptest::prop_assert_eq!(&rebuilt(&before, &changes), &after);
            let (after, changes) = response(&before, framed, absolute);
            proptest::prop_assert_eq!(&rebuilt(&before, &changes), &after);
        }
    }
}
