//! Our own recordings: what is read back is what was recorded, live and replayed findings are the same bytes, and a recording that was cut off
//! anywhere is taken up without losing what was whole.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use dataspoor::batch::{Options, conclude, open_output, recorded, replay};
use dataspoor::capture::{CAPTURE_VERSION, Capture, EncryptTo, SessionFile, Writer, recover, verify};
use dataspoor::evidence::{CaseKey, EntryHasher};
use dataspoor::model::{
    Body, BodyState, Change, ChangeKind, ClientLink, Connection, Digest, Direction, End, Entry, Event, FailureStage, HeadBytes, Headers,
    Mark, MarkKind, Message, Offer, Opcode, Opened, Outcome, Recorder, SaidBy, ServerLink, ServerTls, Side, Stages, Stamped, Submission,
    Timestamp, Tunnel, TunnelReason, Unrecorded,
};
use dataspoor::recorder::Recording;

use super::corpus::inputs;

/// xorshift64*: the same session from the same seed, on every machine.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % bound
    }

    pub(crate) fn bytes(&mut self, length: u64) -> Vec<u8> {
        let start = self.below(256);
        (0..length).map(|at| ((at * 31 + start) % 251) as u8).collect()
    }
}

pub(crate) fn session_file() -> SessionFile {
    SessionFile {
        format: "dataspoor-capture".to_owned(),
        version: CAPTURE_VERSION,
        id: "00112233445566778899aabbccddeeff".to_owned(),
        tool: "dataspoor test".to_owned(),
        started: "2026-11-22T01:00:00Z".to_owned(),
        case: None,
        scenario: None,
        page: Some("https://www.facebook.com/ministerievanvoorbeelden".to_owned()),
        auditee: Vec::new(),
        platform: Some("meta".to_owned()),
        simulated: true,
        comment: Some("made up by a test".to_owned()),
        browser: "none".to_owned(),
        authority: "00".repeat(32),
        map: Vec::new(),
        private_upstream: false,
        upstream_roots: None,
        sync_interval: 1000,
        salt: String::new(),
        copy: None,
        settings: BTreeMap::new(),
    }
}

const HOSTS: [&str; 6] = [
    "www.facebook.com",
    "static.xx.fbcdn.net",
    "connect.facebook.net",
    "www.voorbeeldgemeente.example",
    "l.facebook.com:8443",
    "meet.voorbeeldmeting.example",
];

fn headers(fields: &[(&str, &str)]) -> Headers {
    let mut headers = Headers::new();
    fields.iter().for_each(|(name, value)| headers.push(name.as_bytes(), value.as_bytes()));
    headers
}

/// The head of a request or response in a form that few servers write.
fn odd_head(dice: &mut Dice) -> HeadBytes {
    match dice.below(8) {
        0 => HeadBytes::Other(b"GET /  HTTP/1.1\nHost:\ta.example\n folded\xe9\r\n\n"[..].into()),
        1 | 2 => HeadBytes::Canonical,
        _ => HeadBytes::Parsed,
    }
}

/// A certificate of a made-up chain; the bytes are none, since nobody here reads them.
fn certificate(which: u64) -> Bytes {
    format!("certificate {which}").into_bytes().into()
}

/// The connection with this number, as it was opened.
pub(crate) fn link(number: u64) -> ServerLink {
    ServerLink {
        id: number.to_string(),
        host: "www.facebook.com".to_owned(),
        port: 443,
        address: Some("192.0.2.7:443".to_owned()),
        aliases: number.is_multiple_of(2).then(|| vec!["star.c10r.example".to_owned()]),
        mapped: number.is_multiple_of(3),
        through: number.is_multiple_of(5).then(|| "proxy.example:3128".to_owned()),
        dns: Some(1_000_000),
        connect: Some(2_000_000),
        tls: (!number.is_multiple_of(7)).then(|| ServerTls {
            took: 3_000_000,
            version: Some("tls/1.3".to_owned()),
            cipher_suite: Some("TLS_AES_128_GCM_SHA256".to_owned()),
            protocol: Some("h2".to_owned()),
            chain: vec![certificate(number % 4), certificate(9)],
            offered: Offer {
                server_name: Some("www.facebook.com".to_owned()),
                protocols: vec!["h2".to_owned(), "http/1.1".to_owned()],
                cipher_suites: vec![0x1301, 0x1302],
                fingerprint: Some("t13d0202h2_0123456789ab_0123456789ab".to_owned()),
            },
        }),
    }
}

/// What exchanges say of that connection.
fn connection(number: u64) -> Connection {
    let link = link(1 + number % 40);
    let tls = link.tls.unwrap_or_default();
    Connection {
        id: Some(link.id.into()),
        client: number.is_multiple_of(2).then(|| format!("c{}", number % 9).into()),
        server_address: link.address.map(Into::into),
        aliases: link.aliases.map(Into::into),
        fresh: number <= 40,
        certificate: tls.chain.first().map(|certificate| Digest::of(certificate)),
        tls_version: tls.version.map(Into::into),
        cipher_suite: tls.cipher_suite.map(Into::into),
        protocol: tls.protocol.map(Into::into),
    }
}

/// Every kind of change.
fn changes() -> Vec<Change> {
    let of = |side, kind| Change { side, kind, reason: "test".to_owned() };
    vec![
        of(Side::Request, ChangeKind::HeaderRemoved { index: 1 }),
        of(Side::Request, ChangeKind::HeaderAdded { index: 2, name: b"x-added".to_vec(), value: vec![0xe9, b'a'] }),
        of(Side::Response, ChangeKind::InterimHeld { index: 0 }),
        of(Side::Request, ChangeKind::TrailersHeld),
        of(Side::Response, ChangeKind::TrailersHeld),
        of(Side::Request, ChangeKind::Target { received: b"http://a.example/\xff".to_vec(), sent: b"/\xff".to_vec() }),
        of(Side::Response, ChangeKind::Version { sent: "HTTP/2".to_owned() }),
        of(
            Side::Request,
            ChangeKind::Masked {
                sealed: Some("YWdl".to_owned()),
                locator: "entry 1, request, body, bytes 0 to 3".to_owned(),
                rule: "password".to_owned(),
                length: 3,
                fingerprint: "ab".repeat(16),
            },
        ),
        Change { side: Side::Response, kind: ChangeKind::HeaderRemoved { index: 0 }, reason: Change::NO_OTHER_PROTOCOL.to_owned() },
    ]
}

/// A message of a made-up chat. One in sixty is longer than a body may be that stays in memory.
pub(crate) fn message(dice: &mut Dice, at: Option<i64>) -> Message {
    let opcode = [1, 1, 2, 8, 9, 10, 7][dice.below(7) as usize];
    let length = if dice.below(60) == 0 { 300_000 } else { dice.below(3) * dice.below(900) };
    let mut payload = dice.bytes(length);
    if dice.below(3) == 0 {
        payload.splice(0..0, *b"{\"a\":1,\"b\":[2,3]}");
    }
    let state = if dice.below(20) == 0 { BodyState::Truncated(Unrecorded::Ceiling) } else { BodyState::Raw };
    Message {
        direction: if dice.below(2) == 0 { Direction::Sent } else { Direction::Received },
        at: at.map(Timestamp::from_nanoseconds),
        opcode: Opcode::from_number(opcode),
        payload: Body::new(state, payload),
    }
}

/// The events of a WebSocket after the head of its request.
fn socket(dice: &mut Dice, number: u64, out: &mut Vec<(u64, Event)>) {
    let fields = headers(&[("upgrade", "websocket"), ("sec-websocket-protocol", "chat"), ("set-cookie", "ws=1; Path=/")]);
    let (reason, version) = ("Switching Protocols".to_owned(), "HTTP/1.1".to_owned());
    out.push((2_000_000, Event::ResponseHead { status: 101, reason, version, headers: fields, bytes: odd_head(dice) }));
    let known = dice.below(2) == 0;
    for index in 0..dice.below(40) {
        out.push((1_000, Event::Message(message(dice, known.then_some((number * 1_000_000 + index) as i64)))));
    }
    out.push((100, Event::End([End::Complete, End::Abandoned][dice.below(2) as usize].clone())));
}

/// The events of one exchange, each with the nanoseconds after the one before.
fn events(dice: &mut Dice, number: u64) -> Vec<(u64, Event)> {
    let host = HOSTS[dice.below(6) as usize];
    let h2 = dice.below(2) == 0;
    let version = if h2 { "HTTP/2" } else { "HTTP/1.1" };
    let mut fields = vec![("user-agent", "test/1"), ("accept", "*/*"), ("x-empty", "")];
    let cookie = format!("datr=SIMULATED{}; wd=1280x900", dice.below(5));
    if dice.below(2) == 0 {
        fields.push(("cookie", &cookie));
    }
    if !h2 {
        fields.insert(0, ("host", host));
    }
    if dice.below(9) == 0 {
        fields.push(("transfer-encoding", "chunked"));
    }
    let post = dice.below(4) == 0;
    if post {
        fields.push(("content-type", "application/x-www-form-urlencoded"));
    }
    let url = format!("https://{host}/p{}?a={}&b=%20", number % 17, dice.below(9));
    let method = if post { "POST" } else { "GET" };
    let bytes = odd_head(dice);
    let mut out = vec![(1, Event::RequestHead { method: method.into(), url, version: version.into(), headers: headers(&fields), bytes })];
    let large = dice.below(400) == 0 || number == 33;
    let body = |dice: &mut Dice, large: bool, out: &mut Vec<(u64, Event)>, make: fn(Bytes) -> Event| {
        for _ in 0..dice.below(4) + u64::from(large) * 12 {
            let length = if large { 60_000 } else { dice.below(2000) };
            out.push((dice.below(1_000_000), make(dice.bytes(length).into())));
        }
    };
    if post {
        let large = large && dice.below(2) == 0;
        body(dice, large, &mut out, Event::RequestBytes);
    }
    if dice.below(20) == 0 {
        let stage = [FailureStage::Dns, FailureStage::Tls, FailureStage::Timeout][dice.below(3) as usize];
        out.push((5_000, Event::End(End::Failed { stage, cause: "made up".to_owned() })));
        return out;
    }
    // What an exchange says of its connection need not be what was said when it was opened.
    let mut used = connection(number);
    if dice.below(50) == 0 {
        used.server_address = Some(format!("192.0.2.{}:443", dice.below(3)).into());
    }
    let ready = Timestamp::parse("2026-11-22T01:00:02Z").expect("a time");
    let stages = (dice.below(2) == 0).then_some(Stages { ready, dns: Some(1), connect: None, tls: Some(3) });
    out.push((700, Event::Connection(used, stages)));
    if dice.below(5) == 0 {
        let all = changes();
        let from = dice.below(all.len() as u64) as usize;
        out.extend(all.into_iter().skip(from).map(|change| (1, Event::Change(change))));
    }
    for _ in 0..dice.below(30).saturating_sub(27) {
        let fields = headers(&[("link", "</a.css>; rel=preload"), ("link", "")]);
        let (reason, version) = ("Early Hints".to_owned(), version.to_owned());
        out.push((50, Event::ResponseHead { status: 103, reason, version, headers: fields, bytes: HeadBytes::Canonical }));
    }
    if dice.below(12) == 0 {
        socket(dice, number, &mut out);
        return out;
    }
    let set = format!("fr=SIMULATED{number}; Path=/; Max-Age=7776000; Secure; HttpOnly; SameSite=None");
    let mut fields = vec![("content-type", "text/html"), ("cache-control", "no-store")];
    if dice.below(3) == 0 {
        fields.push(("set-cookie", &set));
        fields.push(("set-cookie", "wd=1; Path=/"));
    }
    let location = format!("https://{}/next", HOSTS[dice.below(6) as usize]);
    let status = [200, 200, 200, 204, 302, 404][dice.below(6) as usize];
    if status == 302 {
        fields.push(("location", &location));
    }
    let reason = if h2 { "" } else { "As It Was" };
    let bytes = odd_head(dice);
    let (reason, version) = (reason.to_owned(), version.to_owned());
    out.push((2_000_000, Event::ResponseHead { status, reason, version, headers: headers(&fields), bytes }));
    if status != 204 {
        body(dice, large, &mut out, Event::ResponseBytes);
    }
    if dice.below(30) == 0 {
        out.push((10, Event::Trailers(Side::Response, headers(&[("x-checksum", "1")]))));
    }
    if dice.below(25) == 0 {
        out.push((10, Event::RequestCut));
    }
    out.push((100, if dice.below(15) == 0 { Event::End(End::Abandoned) } else { Event::End(End::Complete) }));
    out
}

/// Everything that was opened in a made-up session, in order.
fn opened() -> Vec<Opened> {
    let client = ClientLink {
        id: "c1".to_owned(),
        authority: "www.facebook.com:443".to_owned(),
        tls_version: Some("tls/1.3".to_owned()),
        cipher_suite: None,
        protocol: Some("h2".to_owned()),
        offered: Some(Offer { protocols: vec!["h2".to_owned()], ..Offer::default() }),
    };
    let plain = ClientLink { id: "c2".to_owned(), authority: "a.example:80".to_owned(), ..ClientLink::default() };
    let clients = [client, plain].map(|link| Opened::Client(Box::new(link)));
    // Of the others nobody tells that they were opened.
    clients.into_iter().chain((1..=30).map(|number| Opened::Server(Box::new(link(number))))).collect()
}

/// An event of the session.
pub(crate) fn note() -> Event {
    Event::Mark(Mark { kind: MarkKind::Note, said_by: SaidBy::Script, text: "a note".to_owned() })
}

fn tunnel(started: i64) -> Tunnel {
    Tunnel {
        host: "mail.example".to_owned(),
        port: 25,
        reason: TunnelReason::NotHttp,
        bytes_up: 10,
        bytes_down: 20,
        started: Timestamp::from_nanoseconds(started),
        server_name: None,
        protocols: vec!["imap".to_owned()],
        server_address: None,
        failure: None,
    }
}

/// Submits `count` exchanges, up to sixteen at once, with marks and tunnels in between. `each` is told after every event which exchanges have
/// ended and were acknowledged.
pub(crate) fn submit(recorder: &dyn Recorder, seed: u64, count: u64, mut each: impl FnMut(u64)) {
    let mut dice = Dice::new(seed);
    let mut at = Timestamp::parse("2026-11-22T01:00:01Z").expect("a time").as_nanoseconds();
    let mut open: Vec<(u64, std::vec::IntoIter<(u64, Event)>)> = Vec::new();
    let mut next = 1;
    let mut submitted = 0;
    opened().into_iter().for_each(|opened| recorder.submit(plain(0, at, Event::Opened(opened))));
    while next <= count || !open.is_empty() {
        if next <= count && (open.is_empty() || open.len() < 16 && dice.below(3) == 0) {
            open.push((next, events(&mut dice, next).into_iter()));
            next += 1;
            // The head is submitted at once: numbers follow the starts.
            step(recorder, &mut open, None, &mut at);
        } else {
            let which = dice.below(open.len() as u64) as usize;
            step(recorder, &mut open, Some(which), &mut at);
        }
        if dice.below(300) == 0 {
            let kind = MarkKind::ALL[dice.below(2) as usize];
            let mark = Mark { kind, said_by: SaidBy::Script, text: format!("mark {submitted}") };
            recorder.submit(plain(0, at, Event::Mark(mark)));
        }
        if dice.below(500) == 0 {
            recorder.submit(plain(0, at, Event::Tunnel(tunnel(at))));
        }
        if submitted % 90 == 7 {
            recorder.submit(plain(0, at, Event::Exhibit(super::exhibits::exhibit(submitted))));
        }
        submitted += 1;
        each(submitted);
    }
}

pub(crate) fn plain(exchange: u64, at: i64, event: Event) -> Submission {
    Submission { stamped: Stamped { exchange, at: Timestamp::from_nanoseconds(at), event }, receipt: None }
}

fn step(recorder: &dyn Recorder, open: &mut Vec<(u64, std::vec::IntoIter<(u64, Event)>)>, which: Option<usize>, at: &mut i64) {
    let which = which.unwrap_or(open.len() - 1);
    let (number, events) = &mut open[which];
    match events.next() {
        Some((after, event)) => {
            *at += after as i64;
            recorder.submit(plain(*number, *at, event));
        }
        None => {
            open.remove(which);
        }
    }
}

/// Records a made-up session in `folder` and hands out the entries as whoever analyses live gets them.
pub(crate) fn record(folder: &Path, seed: u64, count: u64, each: impl FnMut(Entry)) {
    record_for(&[], folder, seed, count, each);
}

/// The same, encrypted for whoever is named.
pub(crate) fn record_for(to: &[EncryptTo], folder: &Path, seed: u64, count: u64, mut each: impl FnMut(Entry)) {
    let (writer, key) = Writer::create_for(folder, &session_file(), None, to).expect("a new capture");
    let (recording, finished) = Recording::start(writer, Duration::from_millis(20)).expect("starts");
    let recording = Arc::new(recording);
    let mut hasher = EntryHasher::new(&key);
    std::thread::scope(|scope| {
        let recording = &recording;
        scope.spawn(move || {
            // What is asked for the head writes down what it has: bodies that are under way then lie on both sides of a commit, however fast the machine is.
            submit(&**recording, seed, count, |submitted| {
                if submitted.is_multiple_of(100) {
                    recording.head().expect("recorded");
                }
            });
            recording.close(Timestamp::parse("2026-11-22T02:00:00Z").expect("a time"));
        });
        for entry in finished {
            let digest = entry.digest.unwrap_or_else(|| {
                let digest = hasher.digest(entry.number, &entry.exchange).expect("readable");
                recording.digest(entry.number, digest);
                digest
            });
            let order = entry.exchange.started.expect("a start");
            each(Entry { number: entry.number, order, digest, exchange: entry.exchange });
        }
    });
    recording.finish().expect("kept");
}

#[test]
fn what_is_judged_live_is_what_is_judged_on_replay() {
    let root = tempfile::tempdir().expect("folder");
    let folder = root.path().join("capture");
    let inputs = inputs();
    let subject = inputs.subject_of(&session_file(), None, false);
    let options = Options { languages: vec!["nl".parse().expect("a language")], ..Options::default() };
    let mut live = Vec::new();
    record(&folder, 5, 5_000, |entry| live.push(entry));
    let capture = Capture::open(&folder).expect("opens");
    let mut analysis = inputs.analysis(&subject, &capture.key(None));
    live.iter().for_each(|entry| analysis.push(entry).expect("kept"));
    let contents = capture.contents().expect("reads");
    let output = open_output(Some(&root.path().join("live"))).expect("a folder");
    conclude(analysis, recorded(&folder, contents), inputs, &subject, &options, output).expect("an annex");

    let mut replayed = Vec::new();
    capture
        .read(None, &mut |entry| {
            replayed.push(entry);
            Ok(())
        })
        .expect("reads");
    assert_eq!(replayed.len(), 5_000);
    live.iter().zip(&replayed).for_each(|(live, replayed)| assert_eq!(live, replayed, "entry {}", live.number));
    assert_all_is_there(&replayed);

    replay(&folder, inputs, &options, Some(&root.path().join("replayed"))).expect("replays");
    let mut names: Vec<_> = fs::read_dir(root.path().join("live")).expect("files").map(|file| file.expect("a file").file_name()).collect();
    names.sort();
    assert!(names.len() >= 6, "{names:?}");
    for name in names {
        let read = |folder: &str| fs::read(root.path().join(folder).join(&name)).expect("a file");
        assert!(read("live") == read("replayed"), "{} differs", name.to_string_lossy());
    }
    let checked = verify(&folder, None).expect("verifies");
    assert_eq!(checked.problems, []);
    assert!(checked.entry_digests && checked.entries == 5_000 && !checked.interrupted);
}

/// A law that is held against nothing holds always.
fn assert_all_is_there(entries: &[Entry]) {
    let some = |what: &str, holds: &dyn Fn(&Entry) -> bool| assert!(entries.iter().any(holds), "no {what}");
    some("interim head", &|entry| !entry.exchange.interim.is_empty());
    some("odd head of a request", &|entry| entry.exchange.odd_heads.request.is_some());
    some("odd head of a response", &|entry| entry.exchange.odd_heads.response.is_some());
    some("socket without messages", &|entry| matches!(entry.exchange.outcome, Outcome::Switched(_)) && entry.exchange.messages.is_empty());
    some("socket that was abandoned", &|entry| {
        let Outcome::Switched(answer) = &entry.exchange.outcome else { return false };
        answer.body.state() != BodyState::Raw && !entry.exchange.messages.is_empty()
    });
    some("long message", &|entry| entry.exchange.messages.iter().any(|message| message.payload.len() > 262_144));
    some("empty message", &|entry| entry.exchange.messages.iter().any(|message| message.payload.is_empty()));
    some("message cut", &|entry| entry.exchange.messages.iter().any(|message| message.payload.state() != BodyState::Raw));
    for kind in changes() {
        some("change of a kind", &|entry| entry.exchange.changes.contains(&kind));
    }
}

/// What was opened, tunnelled and shown is read back as it was told, each certificate once; and no changed certificate passes.
#[test]
fn connections_certificates_and_tunnels_are_read_back() {
    let root = tempfile::tempdir().expect("folder");
    let folder = root.path().join("capture");
    let (writer, _) = Writer::create(&folder, &session_file(), None).expect("a new capture");
    let (recording, _finished) = Recording::start(writer, Duration::from_secs(1)).expect("starts");
    let all = opened();
    all.iter().for_each(|opened| recording.submit(plain(0, 1, Event::Opened(opened.clone()))));
    recording.submit(plain(0, 7, Event::Tunnel(tunnel(3))));
    recording.close(Timestamp::from_nanoseconds(9));
    recording.finish().expect("kept");
    let contents = Capture::open(&folder).expect("opens").contents().expect("reads");
    assert_eq!(contents.links, all);
    assert_eq!(contents.tunnels, [(Timestamp::from_nanoseconds(7), tunnel(3))]);
    assert_eq!(contents.session.custody.expect("a log").connections, 30);
    assert_eq!(verify(&folder, None).expect("verifies").problems, []);
    let log = fs::read_to_string(folder.join("custody.ndjson")).expect("a log");
    assert_eq!(log.matches("\"kind\":\"certificate\"").count(), 5, "each is written once");

    // The chain of the log would show a change at once; a log that was chained anew must not get past its certificates either.
    let forged = log.replacen("Y2VydGlmaWNhdGUgMQ==", "Y2VydGlmaWNhdGUgMg==", 1);
    assert_ne!(forged, log);
    fs::write(folder.join("custody.ndjson"), chained_anew(&forged)).expect("written");
    let problems = verify(&folder, None).expect("verifies").problems;
    assert!(problems.iter().any(|problem| problem.what.contains("whose digest is not")), "{problems:?}");
}

/// The log with the numbers and digests that its records would have if they had been written as they are.
pub(crate) fn chained_anew(log: &str) -> Vec<u8> {
    let mut chain = dataspoor::evidence::Chain::default();
    let mut out = Vec::new();
    for line in log.lines() {
        let from = line.find("\"kind\"").expect("a kind");
        let to = line.rfind(",\"digest\"").expect("a digest");
        chain.append(format!("{{{}}}", &line[from..to]).as_bytes(), &mut out);
    }
    out
}

/// Messages are in the archive when their receipts are called, and an interrupted recording keeps them with their handshake.
#[test]
fn messages_outlive_an_interruption() {
    let root = tempfile::tempdir().expect("folder");
    let folder = root.path().join("capture");
    let (writer, _) = Writer::create(&folder, &session_file(), None).expect("a new capture");
    let (recording, finished) = Recording::start(writer, Duration::from_secs(1)).expect("starts");
    let mut dice = Dice::new(2);
    let head = Event::RequestHead {
        method: "GET".into(),
        url: "https://chat.example/socket".into(),
        version: "HTTP/1.1".into(),
        headers: headers(&[("host", "chat.example"), ("upgrade", "websocket")]),
        bytes: HeadBytes::Canonical,
    };
    recording.submit(plain(1, 1, head));
    recording.submit(plain(1, 2, Event::Connection(connection(1), None)));
    let answer = Event::ResponseHead {
        status: 101,
        reason: "Switching Protocols".into(),
        version: "HTTP/1.1".into(),
        headers: headers(&[("upgrade", "websocket")]),
        bytes: HeadBytes::Canonical,
    };
    recording.submit(plain(1, 3, answer));
    let sent: Vec<Message> = (0..90).map(|index| message(&mut dice, Some(100 + index))).collect();
    let (told, kept) = std::sync::mpsc::channel();
    for (index, message) in sent.iter().enumerate() {
        let told = told.clone();
        let receipt: Option<dataspoor::model::Receipt> = Some(Box::new(move || told.send(index).expect("somebody counts")));
        let stamped = Stamped { exchange: 1, at: Timestamp::from_nanoseconds(10 + index as i64), event: Event::Message(message.clone()) };
        recording.submit(Submission { stamped, receipt });
    }
    for index in 0..90 {
        assert_eq!(kept.recv().expect("kept"), index, "in order");
    }
    // What lies on the disk now is what a killed program would leave.
    let copy = root.path().join("copy");
    fs::create_dir_all(copy.join("archive")).expect("a folder");
    for file in ["session.json", "custody.ndjson", "archive/segment-000001.warc"] {
        fs::copy(folder.join(file), copy.join(file)).expect("copied");
    }
    let found = recover(&copy, Timestamp::from_nanoseconds(200)).expect("taken up").expect("it was interrupted");
    assert_eq!((found.entries, found.streams, found.lost, found.moved), (1, vec![1], 0, 0));
    assert_eq!(verify(&copy, None).expect("verifies").problems, []);
    let read = |folder: &Path| {
        let mut read = Vec::new();
        let each = &mut |entry: Entry| {
            read.push(entry.exchange);
            Ok(())
        };
        Capture::open(folder).expect("opens").read(None, each).expect("reads");
        read
    };
    let taken_up = read(&copy);
    assert_eq!(taken_up[0].messages, sent);
    assert!(matches!(&taken_up[0].outcome, Outcome::Switched(answer) if answer.headers.first("upgrade").is_some()));

    recording.submit(plain(1, 300, Event::End(End::Complete)));
    recording.close(Timestamp::from_nanoseconds(301));
    for entry in finished {
        let mut hasher = EntryHasher::new(&CaseKey::of_capture(Capture::open(&folder).expect("opens").session_digest));
        recording.digest(entry.number, hasher.digest(entry.number, &entry.exchange).expect("readable"));
        assert_eq!(entry.exchange.messages, sent);
    }
    recording.finish().expect("kept");
    assert_eq!(read(&folder)[0].messages, sent);
    assert_eq!(verify(&folder, None).expect("verifies").problems, []);
    super::live_archive::warcio_check(&folder);
}

/// What takes long is on the disk before its end: a request without an answer, an answer without an end, a socket without a message, and an event
/// of a stream as soon as its receipt is called.
#[test]
fn what_takes_long_outlives_an_interruption() {
    let root = tempfile::tempdir().expect("folder");
    let folder = root.path().join("capture");
    let (writer, _) = Writer::create(&folder, &session_file(), None).expect("a new capture");
    let (recording, _finished) = Recording::start(writer, Duration::from_millis(10)).expect("starts");
    let request = |number: u64| {
        let (url, version) = (format!("https://a.example/{number}"), "HTTP/1.1".to_owned());
        let head = Event::RequestHead { method: "GET".into(), url, version, headers: headers(&[]), bytes: HeadBytes::Parsed };
        recording.submit(plain(number, 1, head));
    };
    let answer = |number: u64, status: u16, fields: &[(&str, &str)]| {
        let (reason, version) = (String::new(), "HTTP/1.1".to_owned());
        recording.submit(plain(
            number,
            2,
            Event::ResponseHead { status, reason, version, headers: headers(fields), bytes: HeadBytes::Parsed },
        ));
    };
    (1..=4).for_each(request);
    answer(2, 200, &[]);
    recording.submit(plain(2, 3, Event::ResponseBytes(b"the first half"[..].into())));
    answer(3, 101, &[("upgrade", "websocket")]);
    answer(4, 200, &[("content-type", "text/event-stream; charset=utf-8")]);
    let (told, kept) = std::sync::mpsc::channel();
    let receipt: Option<dataspoor::model::Receipt> = Some(Box::new(move || told.send(()).expect("somebody waits")));
    let stamped = Stamped { exchange: 4, at: Timestamp::from_nanoseconds(5), event: Event::ResponseBytes(b"data: 1\n\n"[..].into()) };
    recording.submit(Submission { stamped, receipt });
    kept.recv().expect("kept");
    let copied = |name: &str| {
        let copy = root.path().join(name);
        let copied = std::process::Command::new("cp").arg("-r").arg(&folder).arg(&copy).status().expect("runs");
        assert!(copied.success());
        recover(&copy, Timestamp::from_nanoseconds(9)).expect("taken up").expect("it was interrupted");
        assert_eq!(verify(&copy, None).expect("verifies").problems, []);
        let mut found = BTreeMap::new();
        let read = Capture::open(&copy).expect("opens").read(None, &mut |entry| {
            let body = entry.exchange.outcome.response().map(|answer| answer.body.bytes().expect("readable"));
            found.insert(entry.number, (entry.exchange.outcome.response().map(|answer| answer.status), body.unwrap_or_default()));
            Ok(())
        });
        read.expect("reads");
        found
    };
    assert_eq!(copied("at-once").get(&4), Some(&(Some(200), Bytes::from_static(b"data: 1\n\n"))), "on the disk when the receipt is called");
    // The others follow when somebody looks; the log is what can be waited for.
    let log = || fs::read_to_string(folder.join("custody.ndjson")).expect("a log");
    while log().matches("\"kind\":\"stream\"").count() < 4 {
        std::thread::yield_now();
    }
    // A log names a stream before its first bytes are written: the writer ends its turn after that.
    let (told, kept) = std::sync::mpsc::channel();
    request(5);
    let receipt: Option<dataspoor::model::Receipt> = Some(Box::new(move || told.send(()).expect("somebody waits")));
    let stamped = Stamped { exchange: 5, at: Timestamp::from_nanoseconds(6), event: Event::End(End::Abandoned) };
    recording.submit(Submission { stamped, receipt });
    kept.recv().expect("kept");
    let found = copied("later");
    assert_eq!(found.get(&1), Some(&(None, Bytes::new())));
    assert_eq!(found.get(&2), Some(&(Some(200), Bytes::from_static(b"the first half"))));
    assert_eq!(found.get(&3), Some(&(Some(101), Bytes::new())));
    assert_eq!(found.keys().copied().collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    recording.close(Timestamp::from_nanoseconds(9));
    recording.finish().expect("kept");
}

/// An answer that streams while its request still goes on: what comes later is on record, or known to be missing.
#[test]
fn a_request_that_goes_on_after_its_answer_began_is_not_lost() {
    let root = tempfile::tempdir().expect("folder");
    let folder = root.path().join("capture");
    let (writer, key) = Writer::create(&folder, &session_file(), None).expect("a new capture");
    let (recording, finished) = Recording::start(writer, Duration::from_secs(1)).expect("starts");
    for (number, method) in [(1, "POST"), (2, "GET"), (3, "POST")] {
        let url = format!("https://a.example/{number}");
        let head =
            Event::RequestHead { method: method.into(), url, version: "HTTP/2".into(), headers: Headers::new(), bytes: HeadBytes::Parsed };
        let answer = Event::ResponseHead {
            status: 200,
            reason: String::new(),
            version: "HTTP/2".into(),
            headers: Headers::new(),
            bytes: HeadBytes::Parsed,
        };
        let sent = |length: usize| Event::RequestBytes(vec![b'q'; length].into());
        let later = if number == 3 { 400_000 } else { 100_000 };
        let body = Event::ResponseBytes(vec![b'a'; 300_000].into());
        for (at, event) in [head, sent(50_000), answer, body, sent(later), Event::End(End::Complete)].into_iter().enumerate() {
            recording.submit(plain(number, at as i64, event));
        }
    }
    recording.close(Timestamp::from_nanoseconds(9));
    let mut hasher = EntryHasher::new(&key);
    let mut live = Vec::new();
    for entry in finished {
        let digest = hasher.digest(entry.number, &entry.exchange).expect("readable");
        recording.digest(entry.number, digest);
        live.push(entry.exchange);
    }
    recording.finish().expect("kept");
    let mut read = Vec::new();
    let reading = Capture::open(&folder).expect("opens").read(None, &mut |entry| {
        read.push(entry.exchange);
        Ok(())
    });
    reading.expect("every digest fits");
    assert_eq!(read, live);
    let bodies: Vec<_> = read.iter().map(|exchange| (exchange.request.body.len(), exchange.request.body.state())).collect();
    let cut = BodyState::Truncated(Unrecorded::Disconnected);
    assert_eq!(bodies, [(150_000, BodyState::Raw), (50_000, cut), (450_000, BodyState::Raw)]);
    assert_eq!(verify(&folder, None).expect("verifies").problems, []);
    every_file_is_for_its_owner_only(&folder);
}

fn every_file_is_for_its_owner_only(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let mode = fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", path.display());
        if path.is_dir() {
            every_file_is_for_its_owner_only(&path);
        }
    }
}

#[test]
fn a_recording_cut_off_anywhere_is_taken_up() {
    let root = tempfile::tempdir().expect("folder");
    let whole = root.path().join("whole");
    let mut entries = Vec::new();
    record(&whole, 11, 120, |entry| entries.push(entry));
    let log = fs::read(whole.join("custody.ndjson")).expect("a log");
    let mut dice = Dice::new(3);
    let at = Timestamp::parse("2026-11-22T03:00:00Z").expect("a time");
    for round in 0..40 {
        // What an interruption leaves: the log up to a byte, and messages up to where they were written, which is never less than the log names.
        let cut = 400 + dice.below(log.len() as u64 - 400) as usize;
        let folder = root.path().join(format!("cut-{round}"));
        fs::create_dir_all(folder.join("archive")).expect("a folder");
        fs::copy(whole.join("session.json"), folder.join("session.json")).expect("copied");
        for file in fs::read_dir(whole.join("archive")).expect("files") {
            let file = file.expect("a file");
            fs::copy(file.path(), folder.join("archive").join(file.file_name())).expect("copied");
        }
        fs::write(folder.join("custody.ndjson"), &log[..cut]).expect("written");
        let kept = log[..cut].split_inclusive(|&byte| byte == b'\n').filter(|line| line.ends_with(b"\n"));
        let kept = kept.filter(|line| memchr::memmem::find(line, b"\"kind\":\"entry\"").is_some()).count();
        let found = recover(&folder, at).expect("taken up").expect("it was interrupted");
        assert_eq!(found.entries, (kept + found.streams.len()) as u64, "cut at {cut}");
        let checked = verify(&folder, None).expect("verifies");
        assert_eq!(checked.problems, [], "cut at {cut}");
        assert!(checked.interrupted);
        let mut read = Vec::new();
        let reading = Capture::open(&folder).expect("opens").read(None, &mut |entry| {
            read.push(entry);
            Ok(())
        });
        reading.expect("reads");
        for (read, original) in read.iter().zip(&entries).take(kept) {
            assert_eq!(read, original, "cut at {cut}");
        }
        assert_eq!(recover(&folder, at).expect("nothing to do"), None, "the second time it is whole");
    }
}

#[test]
fn a_receipt_is_called_when_the_record_can_be_read_by_others() {
    let root = tempfile::tempdir().expect("folder");
    let folder = root.path().join("capture");
    let (writer, _) = Writer::create(&folder, &session_file(), None).expect("a new capture");
    let (recording, _finished) = Recording::start(writer, Duration::from_secs(1)).expect("starts");
    let seen = Arc::new(AtomicU64::new(0));
    for number in 1..=50 {
        let mut dice = Dice::new(number);
        let mut at = 1;
        for (_, event) in events(&mut dice, number) {
            at += 1;
            let end = matches!(event, Event::End(_));
            let (sender, receiver) = std::sync::mpsc::channel();
            let (log, seen) = (folder.join("custody.ndjson"), Arc::clone(&seen));
            let receipt = end.then(|| {
                let receipt: dataspoor::model::Receipt = Box::new(move || {
                    let text = fs::read_to_string(log).expect("a log");
                    assert!(text.contains(&format!("\"kind\":\"entry\",\"entry\":{number},")), "entry {number} is in the log");
                    seen.fetch_add(1, Ordering::Relaxed);
                    sender.send(()).expect("somebody waits");
                });
                receipt
            });
            let stamped = Stamped { exchange: number, at: Timestamp::from_nanoseconds(at), event };
            recording.submit(Submission { stamped, receipt });
            if end {
                receiver.recv().expect("acknowledged");
            }
        }
    }
    assert_eq!(seen.load(Ordering::Relaxed), 50);
    recording.finish().expect("kept");
}

#[test]
fn a_recording_under_way_or_there_already_is_not_touched() {
    let root = tempfile::tempdir().expect("folder");
    let (writer, _) = Writer::create(root.path(), &session_file(), None).expect("an empty folder will do");
    let at = Timestamp::from_nanoseconds(5);
    let error = recover(root.path(), at).expect_err("it is being recorded").to_string();
    assert!(error.contains("being recorded right now"), "{error}");
    let error = Writer::create(root.path(), &session_file(), None).expect_err("there is one").to_string();
    assert!(error.contains("holds a recording already") && error.contains("--out"), "{error}");
    writer.finish(at).expect("kept");
    assert_eq!(recover(root.path(), at).expect("nothing to do"), None);
}

#[test]
fn in_a_case_the_key_decides() {
    let root = tempfile::tempdir().expect("folder");
    let mut session = session_file();
    session.case = Some(dataspoor::capture::CaseRef { id: "case".to_owned(), number: 1 });
    let case = CaseKey::of_case([9; 32]);
    let (writer, key) = Writer::create(root.path(), &session, Some(&case)).expect("a new capture");
    let (recording, finished) = Recording::start(writer, Duration::from_secs(1)).expect("starts");
    submit(&recording, 1, 30, |_| {});
    recording.close(Timestamp::from_nanoseconds(7));
    let capture = Capture::open(root.path()).expect("opens");
    let mut hasher = EntryHasher::new(&key.for_salts_of(capture.session_digest));
    for entry in finished {
        let digest = hasher.digest(entry.number, &entry.exchange).expect("readable");
        match entry.digest {
            Some(said) => assert_eq!(said, digest),
            None => recording.digest(entry.number, digest),
        }
    }
    recording.finish().expect("kept");
    assert!(verify(root.path(), Some(&case)).expect("verifies").entry_digests);
    assert!(!verify(root.path(), None).expect("verifies").entry_digests, "without the key nothing is claimed");
    let other = verify(root.path(), Some(&CaseKey::of_case([8; 32]))).expect("verifies");
    assert!(other.problems[0].what.contains("digest of entry"), "{:?}", other.problems);
}

/// The record of an archive file that holds a byte, as the custody log lists them.
fn record_at(folder: &Path, file: &str, offset: u64) -> u64 {
    let log = fs::read_to_string(folder.join("custody.ndjson")).expect("a log");
    let mut found = Vec::new();
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("a record");
        // What was known when a body began to stream; its entry says the same later.
        if line["kind"] == "stream" {
            continue;
        }
        for key in ["info", "request", "response", "record"] {
            let place = &line[key];
            let (at, length) = (place["at"].as_u64(), place["length"].as_u64());
            if let (Some(name), Some(at), Some(length)) = (place["file"].as_str(), at, length)
                && name == file
                && (at..at + length).contains(&offset)
            {
                found.push(at);
            }
        }
    }
    assert_eq!(found.len(), 1, "one record covers byte {offset} of {file}");
    found[0]
}

#[test]
fn every_flipped_byte_is_named_by_file_record_and_offset() {
    let root = tempfile::tempdir().expect("folder");
    let folder = root.path().join("capture");
    let mut streamed = 0;
    record(&folder, 24, 60, |entry| {
        streamed += usize::from(entry.exchange.outcome.response().is_some_and(|answer| answer.body.len() > 262_144))
    });
    let mut files: Vec<String> = vec!["session.json".to_owned(), "custody.ndjson".to_owned()];
    for file in fs::read_dir(folder.join("archive")).expect("files") {
        files.push(format!("archive/{}", file.expect("a file").file_name().to_string_lossy()));
    }
    files.sort();
    assert!(streamed > 0 && files.len() > 3, "{streamed} streams in {files:?}");
    assert_eq!(verify(&folder, None).expect("verifies").problems, []);
    let mut dice = Dice::new(9);
    let mut flips = 0;
    let mut kinds = BTreeMap::<&str, u64>::new();
    for file in &files {
        let path = folder.join(file);
        let whole = fs::read(&path).expect("a file");
        let count = if file.starts_with("archive/segment") { 1_200 } else { 400 };
        for flip in 0..count {
            // Marks that end a record are few among so many bytes; the last byte of a file belongs to one.
            let at = if flip == 0 { whole.len() - 1 } else { dice.below(whole.len() as u64) as usize };
            let mut changed = whole.clone();
            changed[at] ^= 1 << dice.below(8);
            fs::write(&path, &changed).expect("written");
            let problems = verify(&folder, None).expect("verifies").problems;
            let problem = problems.iter().find(|problem| problem.file == *file || problem.file.ends_with(file.as_str()));
            let problem = problem.unwrap_or_else(|| panic!("{file}, byte {at}: not noticed; {problems:?}"));
            let offset = || problem.place.rsplit("byte ").next().and_then(|text| text.parse::<u64>().ok()).expect("a byte");
            assert!(offset() <= at as u64, "{file}, byte {at}: {problem:?}");
            if let Some(name) = file.strip_prefix("archive/") {
                let record = record_at(&folder, name, at as u64);
                assert!(problem.place.starts_with(&format!("record at byte {record},")), "{file}, byte {at}: {problem:?}");
                *kinds.entry(kind_of(&whole, record as usize, at)).or_default() += 1;
            } else if file == "custody.ndjson" {
                let line = 1 + whole[..at].iter().filter(|&&byte| byte == b'\n').count();
                assert!(problem.place.starts_with(&format!("record {line},")), "{file}, byte {at}: {problem:?}");
            }
            flips += 1;
        }
        fs::write(&path, &whole).expect("written");
    }
    assert!(flips >= 2_000, "{flips}");
    assert_eq!(kinds.keys().copied().collect::<Vec<_>>(), ["body", "end", "message head", "record head"], "{kinds:?}");
    assert_eq!(verify(&folder, None).expect("verifies").problems, []);
}

/// Which part of a record a byte belongs to.
fn kind_of(file: &[u8], record: usize, at: usize) -> &'static str {
    let end = |from: usize| from + memchr::memmem::find(&file[from..], b"\r\n\r\n").expect("an empty line") + 4;
    let head = end(record);
    let text = String::from_utf8_lossy(&file[record..head]);
    let length = text.lines().find_map(|line| line.strip_prefix("Content-Length: ")).and_then(|text| text.parse::<usize>().ok());
    let stop = head + length.expect("a length");
    match at {
        at if at < head => "record head",
        at if at >= stop => "end",
        _ if text.contains("WARC-Type: warcinfo") || text.contains("WARC-Type: resource") => "body",
        at if at >= end(head) => "body",
        _ => "message head",
    }
}
