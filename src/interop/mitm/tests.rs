//! Flows made by hand, of every version that matters, and what is read of them.

use super::*;
use crate::model::{BodyState, Direction, FailureStage, Opcode, Unrecorded};

type Members<'m> = &'m [(&'m str, Vec<u8>)];

fn typed(payload: impl AsRef<[u8]>, kind: u8) -> Vec<u8> {
    let payload = payload.as_ref();
    [payload.len().to_string().as_bytes(), b":", payload, &[kind]].concat()
}

fn text(payload: impl AsRef<[u8]>) -> Vec<u8> {
    typed(payload, b',')
}

fn list(items: &[Vec<u8>]) -> Vec<u8> {
    typed(items.concat(), b']')
}

/// A dictionary. Of members of the same name the first stands in it.
fn map(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let first = members.iter().enumerate().filter(|(index, (name, _))| !members[..*index].iter().any(|(before, _)| before == name));
    let pairs: Vec<Vec<u8>> = first.map(|(_, member)| member).map(|(name, value)| [typed(name, b';'), value.clone()].concat()).collect();
    typed(pairs.concat(), b'}')
}

fn number(digits: &str) -> Vec<u8> {
    typed(digits, if digits.contains('.') { b'^' } else { b'#' })
}

fn flag(set: bool) -> Vec<u8> {
    typed(if set { "true" } else { "false" }, b'!')
}

fn null() -> Vec<u8> {
    typed("", b'~')
}

fn header(name: &str, value: &str) -> Vec<u8> {
    list(&[text(name), text(value)])
}

/// A request to `https://site.example/path`, with other members in front of it, which win.
fn request(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let usual = [
        ("method", text("GET")),
        ("scheme", text("https")),
        ("host", text("site.example")),
        ("port", number("443")),
        ("path", text("/path")),
        ("http_version", text("HTTP/1.1")),
        ("headers", list(&[header("Host", "site.example")])),
        ("content", text("")),
        ("timestamp_start", number("1600000000.123456")),
        ("timestamp_end", number("1600000000.223456")),
    ];
    map(&[members, &usual].concat())
}

fn response(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let usual = [
        ("status_code", number("200")),
        ("reason", text("OK")),
        ("http_version", text("HTTP/1.1")),
        ("headers", list(&[header("Content-Type", "text/plain")])),
        ("content", text("hello")),
        ("timestamp_start", number("1600000001.123456")),
        ("timestamp_end", number("1600000001.373456")),
    ];
    map(&[members, &usual].concat())
}

/// An HTTP flow of version 21, with other members in front, which win.
fn flow(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let usual =
        [("version", number("21")), ("type", text("http")), ("id", text("one")), ("request", request(&[])), ("response", response(&[]))];
    map(&[members, &usual].concat())
}

fn try_read(bytes: &[u8], options: Options) -> (Result<Contents, ImportError>, Vec<Imported>) {
    let mut entries = Vec::new();
    let contents = read(bytes, options, &mut |imported| {
        entries.push(imported);
        Ok(())
    });
    (contents, entries)
}

fn read_all(bytes: &[u8]) -> (Contents, Vec<Imported>) {
    let (contents, entries) = try_read(bytes, Options::default());
    (contents.unwrap_or_else(|error| panic!("{error}")), entries)
}

fn only(bytes: &[u8]) -> Imported {
    let (contents, mut entries) = read_all(bytes);
    assert_eq!((contents.elements, entries.len()), (1, 1));
    entries.remove(0)
}

fn gap(contents: &Contents, kind: GapKind) -> u64 {
    contents.gaps.iter().filter(|gap| gap.kind == kind).map(|gap| gap.count).sum()
}

#[test]
fn flow_files_are_told_by_their_first_bytes() {
    assert!(recognises(&flow(&[])));
    assert!(recognises(&text("12:x")), "only the first bytes are looked at");
    for other in [&b"{\"log\":{}}"[..], b"", b"12", b"12:", b"12:{", b"callback({})", b"2020-01-01 12:00:00", b"WARC/1.1\r\n", b"1:2"] {
        assert!(!recognises(other), "{:?}", String::from_utf8_lossy(other));
    }
}

#[test]
fn times_are_exact_and_stages_add_up() {
    let server = map(&[
        ("timestamp_start", number("1600000000.323456")),
        ("timestamp_tcp_setup", number("1600000000.423456")),
        ("timestamp_tls_setup", number("1600000000.623456")),
    ]);
    let exchange = only(&flow(&[("server_conn", server)])).exchange;
    assert_eq!(exchange.started.map(Timestamp::as_nanoseconds), Some(1_600_000_000_123_456_000));
    let timings = exchange.timings;
    assert_eq!((timings.send, timings.connect, timings.tls), (Some(100.0), Some(300.0), Some(200.0)));
    assert_eq!((timings.wait, timings.receive), (Some(600.0), Some(250.0)));
    assert_eq!(timings.until_response_head(), 1000.0, "the head of the answer came a second after the beginning");
    // A connection from before the request was not waited for.
    let server = map(&[("timestamp_start", number("1599999999.0")), ("timestamp_tcp_setup", number("1599999999.5"))]);
    let timings = only(&flow(&[("server_conn", server)])).exchange.timings;
    assert_eq!((timings.connect, timings.until_response_head()), (None, 1000.0));
}

#[test]
fn facts_of_the_connection() {
    let pem = "-----BEGIN CERTIFICATE-----\nYWJj\n-----END CERTIFICATE-----\n";
    let server = map(&[
        ("id", text("s1")),
        ("peername", list(&[text("192.0.2.7"), number("443")])),
        ("tls_version", text("TLSv1.3")),
        ("cipher", text("TLS_AES_128_GCM_SHA256")),
        ("alpn", text("h2")),
        ("certificate_list", list(&[text(pem)])),
        ("via", null()),
    ]);
    let exchange = only(&flow(&[("server_conn", server), ("client_conn", map(&[("id", text("c1"))]))])).exchange;
    let connection = &exchange.connection;
    assert_eq!((connection.id.as_deref(), connection.client.as_deref()), (Some("s1"), Some("c1")));
    assert_eq!((connection.server_address.as_deref(), connection.tls_version.as_deref()), (Some("192.0.2.7"), Some("tls/1.3")));
    assert_eq!((connection.cipher_suite.as_deref(), connection.protocol.as_deref()), (Some("TLS_AES_128_GCM_SHA256"), Some("h2")));
    assert_eq!(connection.certificate, Some(crate::model::Digest::of(b"abc")));
    assert_eq!(exchange.not_carried, NotCarried::HEAD_BYTES);
    // Without them, that is said.
    let exchange = only(&flow(&[])).exchange;
    assert!(exchange.not_carried.has(NotCarried::TLS.and(NotCarried::SERVER_ADDRESS)));
}

#[test]
fn another_proxy_hides_the_address_of_the_server() {
    let server = |via: Vec<u8>| {
        map(&[
            ("peername", list(&[text("192.0.2.7"), number("3128")])),
            ("address", list(&[text("a.example"), number("443")])),
            ("via", via),
        ])
    };
    let hop = |host: &str| map(&[("address", list(&[text(host), number("443")]))]);
    let newer = list(&[text("http"), list(&[text("proxy.example"), number("3128")])]);
    for (via, proxied) in [(newer, true), (hop("proxy.example"), true), (hop("a.example"), false), (null(), false)] {
        let (contents, entries) = read_all(&flow(&[("server_conn", server(via))]));
        assert_eq!(gap(&contents, GapKind::UpstreamProxy), u64::from(proxied));
        assert_eq!(entries[0].exchange.connection.server_address.is_none(), proxied);
    }
}

#[test]
fn addresses_of_requests() {
    let host = |host: &str| ("headers", list(&[header("Host", host)]));
    let cases: [(Members<'_>, &str); 9] = [
        (&[], "https://site.example/path"),
        (&[("port", number("8443"))], "https://site.example:8443/path"),
        (&[("scheme", text("http")), ("port", number("80"))], "http://site.example/path"),
        (&[("host", text("192.0.2.1")), host("site.example:8443")], "https://site.example:8443/path"),
        (&[("host", text("192.0.2.1")), ("authority", text("other.example"))], "https://other.example/path"),
        (&[("host", text("192.0.2.1")), host("192.0.2.2")], "https://192.0.2.1/path"),
        (&[("host", text("192.0.2.1")), host("evil/@x")], "https://192.0.2.1/path"),
        (&[("host", text("2001:db8::1")), host("")], "https://[2001:db8::1]/path"),
        (&[("method", text("OPTIONS")), ("path", text("*"))], "https://site.example"),
    ];
    for (members, url) in cases {
        let exchange = only(&flow(&[("request", request(members))])).exchange;
        assert_eq!((exchange.request.url.as_str(), exchange.anomalies.as_slice()), (url, &[][..]));
    }
    let odd = only(&flow(&[("request", request(&[("scheme", text("")), ("path", text(b"/\xff"))]))])).exchange;
    assert_eq!(odd.request.url, "//site.example:443/\u{fffd}");
    assert!(odd.anomalies.contains(&crate::model::Anomaly::Url) && odd.anomalies.contains(&crate::model::Anomaly::MendedText));
}

#[test]
fn contents_keep_their_codings_and_what_is_not_kept_is_said() {
    let gzip = response(&[("headers", list(&[header("Content-Encoding", "gzip")])), ("content", text(b"\x1f\x8b\x08"))]);
    let exchange = only(&flow(&[("response", gzip)])).exchange;
    let body = &exchange.outcome.response().expect("a response").body;
    assert_eq!((body.state(), body.in_memory()), (BodyState::Raw, Some(&b"\x1f\x8b\x08"[..])));
    let exchange = only(&flow(&[("response", response(&[("content", null())]))])).exchange;
    assert_eq!(exchange.outcome.response().expect("a response").body.state(), BodyState::Missing(Unrecorded::NotInSource));
    assert!(exchange.not_carried.has(NotCarried::RESPONSE_BODY));
    for (headers, missing) in [(list(&[]), false), (null(), true)] {
        let exchange = only(&flow(&[("response", response(&[("headers", headers)]))])).exchange;
        assert_eq!(exchange.not_carried.has(NotCarried::RESPONSE_HEADERS), missing, "no fields are not the same as no list of fields");
    }
    let chunked = response(&[("headers", list(&[header("Transfer-Encoding", "chunked")]))]);
    assert!(only(&flow(&[("response", chunked)])).exchange.not_carried.has(NotCarried::BODY_BYTES));
    let error = map(&[("msg", text("peer closed connection"))]);
    let short = response(&[("headers", list(&[header("Content-Length", "500")]))]);
    let exchange = only(&flow(&[("response", short), ("error", error)])).exchange;
    assert_eq!(exchange.outcome.response().expect("a response").body.state(), BodyState::Truncated(Unrecorded::Disconnected));
}

#[test]
fn failures_are_told_in_mitmproxys_words() {
    for (words, stage) in [
        ("[Errno 60] Connect call failed ('192.0.2.1', 80)", FailureStage::Refused),
        ("[Errno -2] Name or service not known", FailureStage::Dns),
        ("Certificate verify failed: self-signed", FailureStage::Tls),
        ("Client disconnected.", FailureStage::Reset),
        ("Connection killed.", FailureStage::Unknown),
    ] {
        let exchange = only(&flow(&[("response", null()), ("error", map(&[("msg", text(words))]))])).exchange;
        assert_eq!(exchange.outcome, Outcome::Failed { stage, cause: words.to_owned() });
    }
    assert_eq!(only(&flow(&[("response", null())])).exchange.outcome, Outcome::Abandoned);
    let (contents, entries) = read_all(&flow(&[("response", null()), ("intercepted", flag(true))]));
    assert!(matches!(&entries[0].exchange.outcome, Outcome::Failed { cause, .. } if cause.contains("held back")));
    assert_eq!(gap(&contents, GapKind::ChangedByHand), 1);
}

#[test]
fn what_was_changed_by_hand_is_said() {
    let state = |content: &str, comment: &str| {
        [("request", request(&[])), ("response", response(&[("content", text(content))])), ("comment", text(comment))]
    };
    let with = |before: &[(&str, Vec<u8>)], now: &[(&str, Vec<u8>)]| flow(&[&[("backup", map(before))], now].concat());
    // Another order of members is no change, nor is a comment.
    let mut reversed = state("hello", "");
    reversed.reverse();
    for (bytes, changed) in [
        (with(&state("before", ""), &state("after", "")), 1),
        (with(&state("hello", ""), &state("hello", "look")), 0),
        (with(&reversed, &state("hello", "")), 0),
        (flow(&[("backup", null())]), 0),
    ] {
        assert_eq!(gap(&read_all(&bytes).0, GapKind::ChangedByHand), changed);
    }
    let many: Vec<u8> = (0..12).flat_map(|_| with(&state("before", ""), &state("after", ""))).collect();
    let (contents, _) = read_all(&many);
    let said = contents.gaps.iter().find(|gap| gap.kind == GapKind::ChangedByHand).expect("a gap");
    assert_eq!((said.count, said.entries.as_slice()), (12, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10][..]));
}

#[test]
fn replays_are_said() {
    let old = |replayed| ("request", request(&[("is_replay", flag(replayed))]));
    for (members, replayed) in [(("is_replay", text("response")), 1), (("is_replay", null()), 0), (old(true), 1), (old(false), 0)] {
        assert_eq!(gap(&read_all(&flow(&[members])).0, GapKind::SentByTool), replayed);
    }
}

fn message(opcode: &str, from_client: bool, content: &[u8]) -> Vec<u8> {
    list(&[number(opcode), flag(from_client), text(content), number("1600000002.5"), flag(false)])
}

#[test]
fn messages_of_a_websocket() {
    let socket = map(&[("messages", list(&[message("1", true, b"hi"), message("2", false, b"\x00\xff")]))]);
    let switched = ("response", response(&[("status_code", number("101"))]));
    let exchange = only(&flow(&[("websocket", socket), switched.clone()])).exchange;
    assert!(matches!(exchange.outcome, Outcome::Switched(_)));
    let told: Vec<_> = exchange.messages.iter().map(|message| (message.direction, message.opcode, message.payload.in_memory())).collect();
    let expected = [(Direction::Sent, Opcode::Text, Some(&b"hi"[..])), (Direction::Received, Opcode::Binary, Some(&b"\x00\xff"[..]))];
    assert_eq!(told, expected);
    assert_eq!(exchange.messages[0].at.map(Timestamp::as_nanoseconds), Some(1_600_000_002_500_000_000));
    // Without its messages, that is said.
    let exchange = only(&flow(&[switched])).exchange;
    assert!(exchange.not_carried.has(NotCarried::MESSAGES));
}

#[test]
fn messages_of_old_versions_find_their_handshake() {
    let handshake =
        |id: &str| flow(&[("version", number("7")), ("id", text(id)), ("response", response(&[("status_code", number("101"))]))]);
    let messages = |handshake: &str| {
        map(&[
            ("version", number("7")),
            ("type", text("websocket")),
            ("metadata", map(&[("websocket_handshake", text(handshake))])),
            ("messages", list(&[message("1", true, b"hi")])),
        ])
    };
    let plain = flow(&[("id", text("plain"))]);
    let (contents, mut entries) = read_all(&[handshake("a"), handshake("b"), plain, messages("a"), messages("a"), messages("c")].concat());
    entries.sort_by_key(|entry| entry.number);
    let told: Vec<_> = entries.iter().map(|entry| (entry.number, entry.exchange.messages.len())).collect();
    assert_eq!(told, [(1, 1), (2, 0), (3, 0)]);
    assert!(!entries[0].exchange.not_carried.has(NotCarried::MESSAGES) && entries[1].exchange.not_carried.has(NotCarried::MESSAGES));
    assert_eq!((contents.elements, gap(&contents, GapKind::OtherFlows)), (6, 2), "a second time, and without a handshake");
    assert_eq!(contents.session.format_version.as_deref(), Some("21, 7"));
    // Saved again by a newer mitmproxy, the handshake stands there twice.
    let socket = map(&[("messages", list(&[message("1", true, b"hi")]))]);
    let twice = flow(&[
        ("id", text("a")),
        ("metadata", map(&[("duplicated", text("migrated"))])),
        ("websocket", socket),
        ("response", response(&[("status_code", number("101"))])),
    ]);
    let (contents, entries) = read_all(&[handshake("a"), twice].concat());
    assert_eq!((contents.elements, entries.len(), entries[0].number, entries[0].exchange.messages.len()), (2, 1, 1, 1));
}

#[test]
fn other_flows_are_counted() {
    let other = |kind: &str| map(&[("version", number("21")), ("type", text(kind)), ("messages", list(&[]))]);
    let tunnel = flow(&[("request", request(&[("method", text("CONNECT"))]))]);
    let empty = flow(&[("request", null())]);
    let (contents, entries) = read_all(&[other("tcp"), other("udp"), other("dns"), other("new"), tunnel, empty, flow(&[])].concat());
    assert_eq!((contents.elements, entries.len(), entries[0].number), (7, 1, 7));
    assert_eq!((gap(&contents, GapKind::OtherFlows), gap(&contents, GapKind::NotAnEntry)), (5, 1));
}

#[test]
fn versions_that_are_read_and_others() {
    let tuple = |numbers: &[&str]| list(&numbers.iter().map(|digits| number(digits)).collect::<Vec<_>>());
    for version in [tuple(&["0", "11", "3"]), tuple(&["0", "19"]), tuple(&["3", "0", "0"]), number("4"), number("21")] {
        only(&flow(&[("version", version)]));
    }
    for (version, words) in [
        (tuple(&["0", "10", "1"]), "version 0.10.1 of mitmproxy, which is not supported: it reads 0.11 to 21; open the file"),
        (number("3"), "version 3 of mitmproxy, which is not supported"),
        (number("22"), "version 22 of mitmproxy, which is not supported: the newest it reads is 21; please update"),
        (text("21"), "no flow"),
        (null(), "no flow"),
        (tuple(&["0"]), "no flow"),
    ] {
        let bytes = [flow(&[]), flow(&[("version", version)])].concat();
        let error = try_read(&bytes, Options { partial: true, ..Options::default() }).0.expect_err("not read").to_string();
        assert!(error.contains(words) && error.contains(&format!("byte {}", flow(&[]).len())), "{error}");
    }
}

#[test]
fn a_file_that_is_cut_off() {
    let one = flow(&[]);
    let two = [one.clone(), one.clone()].concat();
    for length in (1..one.len()).map(|length| one.len() + length) {
        let (contents, entries) = try_read(&two[..length], Options::default());
        let error = contents.expect_err("cut off").to_string();
        let place = format!("ends at byte {length} in the middle of the flow that begins at byte {}, after 1 whole flows", one.len());
        assert!(error.contains(&place) && error.contains("--partial"), "{error}");
        assert_eq!(entries.len(), 1);
        let (contents, entries) = try_read(&two[..length], Options { partial: true, ..Options::default() });
        assert_eq!((entries.len(), gap(&contents.expect("what is whole"), GapKind::CutOff)), (1, (length - one.len()) as u64));
    }
    let (contents, _) = try_read(&one[..one.len() - 1], Options { partial: true, ..Options::default() });
    assert!(matches!(contents, Err(ImportError::FlowsCutOff { flows: 0, .. })), "nothing of it is whole");
}

#[test]
fn damage_is_told_with_its_place() {
    let one = flow(&[]);
    let mut damaged = [one.clone(), one.clone()].concat();
    let at = one.len() + one.windows(4).position(|four| four == b"200#").expect("a status");
    damaged[at] = b'x';
    let error = try_read(&damaged, Options { partial: true, ..Options::default() }).0.expect_err("damaged").to_string();
    assert!(error.contains(&format!("byte {at}")) && error.contains("a number was expected"), "{error}");
    let error = try_read(&[&one[..], b"rubbish"].concat(), Options::default()).0.expect_err("rubbish").to_string();
    assert!(error.contains(&format!("byte {}", one.len())), "{error}");
    for (bytes, what) in [(&b"99999999999:1:a"[..], "larger than"), (b"0:~", "no version"), (b"3:9:a}", "longer")] {
        let error = try_read(bytes, Options::default()).0.expect_err("no flow").to_string();
        assert!(error.contains(what), "{error}");
    }
    assert!(matches!(try_read(b"", Options::default()).0, Err(ImportError::Empty)));
}
