//! A planted password in every place and every encoding: none of it reaches the disk, nothing but it is changed, what is sent stays as it is, and
//! every mask says where it lies and by which rule.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dataspoor::batch::{Options, replay};
use dataspoor::capture::{Capture, CaseRef, KEPT, MASKED, SECRETS, Writer, verify};
use dataspoor::decode::resolve;
use dataspoor::evidence::{CaseKey, EntryHasher, Fingerprinter};
use dataspoor::model::{
    Body, BodyState, ChangeKind, Direction, End, Entry, Event, Exchange, GapKind, HeadBytes, Headers, Locator, Message, Opcode,
    Recorder as _, Side, Stamped, Submission, Timestamp,
};
use dataspoor::recorder::Recording;
use dataspoor::redact::Masker;
use tokio::process::Command;

use super::capture::session_file;
use super::corpus::{builtin_rules, inputs, run, tree};
use super::live_archive::{by_own_reader, nothing};
use super::live_bench::{LONG, Recorded};
use super::live_origin::{LiveOrigin, receipt};

/// Stands in every planted password, so that any of them is found by it.
const CORE: &str = "Zx9Kq7Vt3";

/// With everything that some encoding escapes.
const PASSWORD: &str = "Zx9Kq7Vt3 +&=\"\\/é%;~";

fn percent(text: &str, all: bool, upper: bool) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b' ' if !all => out.push('+'),
            byte if !all && byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            byte if upper => out.push_str(&format!("%{byte:02X}")),
            byte => out.push_str(&format!("%{byte:02x}")),
        }
    }
    out
}

fn json(text: &str, all: bool) -> String {
    if all {
        return text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    }
    let quoted = serde_json::to_string(text).expect("a text");
    quoted[1..quoted.len() - 1].to_owned()
}

/// Every form in which the core could stand in a file.
fn forms() -> Vec<(String, Vec<u8>)> {
    let mut forms = vec![
        ("plain".to_owned(), CORE.to_owned()),
        ("percent, upper case".to_owned(), percent(CORE, true, true)),
        ("percent, lower case".to_owned(), percent(CORE, true, false)),
        ("percent twice".to_owned(), percent(&percent(CORE, true, true), true, true)),
        ("JSON".to_owned(), json(CORE, true)),
        ("JSON, upper case".to_owned(), json(CORE, true).to_uppercase().replace("\\U", "\\u")),
        ("JSON in JSON".to_owned(), json(&json(CORE, true), false)),
        ("digest".to_owned(), dataspoor::model::Digest::of(PASSWORD.as_bytes()).to_string()),
    ];
    for before in 0..3 {
        // The letters that depend on what stands around are left out.
        let encoded = STANDARD.encode(format!("{}{CORE}", &"xxx"[..before]));
        let (from, to) = (if before == 0 { 0 } else { 4 }, encoded.len() / 4 * 4 - 4);
        forms.push((format!("base64 at {before}"), encoded[from..to].to_owned()));
    }
    forms.into_iter().map(|(name, text)| (name, text.into_bytes())).collect()
}

/// Looks for the planted password in every file below a folder.
fn assert_nowhere(folder: &Path) {
    let files = tree(folder);
    assert!(files.len() > 3, "{:?}", files.keys());
    for (path, bytes) in &files {
        for (name, form) in forms() {
            assert!(memchr::memmem::find(bytes, &form).is_none(), "{}: the password stands there ({name})", path.display());
        }
    }
}

fn fields(fields: &[(&str, &str)]) -> Headers {
    let mut headers = Headers::new();
    fields.iter().for_each(|(name, value)| headers.push(name.as_bytes(), value.as_bytes()));
    headers
}

/// What is planted: a name, the exchange's events, and how many masks are expected in it.
struct Planted {
    what: &'static str,
    events: Vec<Event>,
    masks: usize,
}

fn head(method: &str, url: &str, headers: Headers) -> Event {
    Event::RequestHead { method: method.into(), url: url.into(), version: "HTTP/1.1".into(), headers, bytes: HeadBytes::Canonical }
}

fn answer(status: u16, headers: Headers) -> Event {
    Event::ResponseHead { status, reason: "OK".into(), version: "HTTP/1.1".into(), headers, bytes: HeadBytes::Canonical }
}

/// A body sent in pieces of `piece` bytes.
fn sent(what: &'static str, media_type: &str, body: &[u8], piece: usize, masks: usize) -> Planted {
    let length = body.len().to_string();
    let mut events = vec![head("POST", "https://www.facebook.com/x", fields(&[("content-type", media_type), ("content-length", &length)]))];
    events.extend(body.chunks(piece).map(|piece| Event::RequestBytes(piece.to_vec().into())));
    events.push(answer(200, Headers::new()));
    events.push(Event::End(End::Complete));
    Planted { what, events, masks }
}

const FORM: &str = "application/x-www-form-urlencoded;charset=UTF-8";

fn planted() -> Vec<Planted> {
    let (lower, upper, every) = (percent(PASSWORD, false, false), percent(PASSWORD, false, true), percent(PASSWORD, true, true));
    let (text, escaped) = (json(PASSWORD, false), json(PASSWORD, true));
    let simple = |fields: Headers, url: &str| vec![head("GET", url, fields), answer(200, Headers::new()), Event::End(End::Complete)];
    let filler = |length: usize| "lorem ipsum ".repeat(length / 12);
    let nested = percent(&format!(r#"{{"input":{{"email":"a@b.nl","password":{{"sensitive_string_value":"{text}"}}}}}}"#), true, false);
    let multipart = |filler: &str| {
        format!(
            "--XyZ\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\na@b.nl\r\n--XyZ\r\nContent-Disposition: form-data; \
             name=\"note\"; filename=\"n.txt\"\r\n\r\n{filler}\r\n--XyZ\r\nContent-Disposition: form-data; name=\"pass\"\r\n\r\n{PASSWORD}\r\n--XyZ--\r\n"
        )
    };
    let basic = format!("Basic {}", STANDARD.encode(format!("visitor:{PASSWORD}")));
    let mut all = vec![
        sent("form, lower case", FORM, format!("email=a%40b.nl&pass={lower}&login=1").as_bytes(), 4000, 1),
        sent("form, upper case, byte by byte", FORM, format!("email=a%40b.nl&pass={upper}&login=1").as_bytes(), 1, 1),
        sent("form, everything escaped, name too", FORM, format!("p%61ss={every}&x=1").as_bytes(), 7, 1),
        sent("form of records", FORM, format!("user%5Bpass%5D={upper}&login.Password={lower}").as_bytes(), 9, 2),
        sent("by its value", FORM, format!("anything=%23PWD_BROWSER%3A0%3A1700000000%3A{upper}&x=1").as_bytes(), 50, 1),
        sent("form, plain as no browser writes it", FORM, format!("pass={CORE} \u{e9}&x=1").as_bytes(), 50, 1),
        sent("JSON", "application/json", format!(r#"{{"user":{{"Password":"{text}","n":1}}}}"#).as_bytes(), 11, 1),
        sent("JSON, escaped, name too", "application/json", format!(r#"[{{"p\u0061ss":"{escaped}"}}]"#).as_bytes(), 3, 1),
        sent(
            "JSON in JSON",
            "application/json",
            format!(r#"{{"a":"{}"}}"#, json(&format!(r#"{{"passwd":"{escaped}"}}"#), false)).as_bytes(),
            99,
            1,
        ),
        sent("JSON of named fields", "application/json", format!(r#"[{{"name":"pass","value":"{text}"}}]"#).as_bytes(), 99, 1),
        sent("JSON that names itself a form", FORM, format!(r#"{{"password":"{text}"}}"#).as_bytes(), 99, 1),
        sent("JSON in a parameter", FORM, format!("doc_id=1&variables={nested}&x=1").as_bytes(), 99, 1),
        sent(
            "an address in a parameter",
            FORM,
            format!("next={}&x=1", percent(&format!("/login?password={upper}"), true, true)).as_bytes(),
            9,
            1,
        ),
        sent("multipart", "multipart/form-data; boundary=XyZ", multipart("short").as_bytes(), 13, 1),
        sent("multipart without its boundary", "", multipart("short").as_bytes(), 13, 1),
        sent("lines", "text/plain", format!("email=a@b.nl\r\npass={PASSWORD}\r\n").as_bytes(), 13, 1),
        sent(
            "300 KiB of JSON",
            "application/json",
            format!(r#"{{"f":"{}","password":"{text}"}}"#, filler(300 << 10)).as_bytes(),
            16 << 10,
            1,
        ),
        sent("900 KiB of parts", "multipart/form-data; boundary=XyZ", multipart(&filler(900 << 10)).as_bytes(), 64 << 10, 1),
        sent("a megabyte and more", FORM, format!("pass={lower}&f={}", "x".repeat(3 << 20)).as_bytes(), 64 << 10, 1),
        sent(
            "over the border",
            FORM,
            format!("f={}&pass={}{CORE}&g=1", "x".repeat((1 << 20) - 12), "y".repeat(20)).as_bytes(),
            64 << 10,
            2,
        ),
        Planted {
            what: "query, fragmentary address of the page before, and credentials",
            events: simple(
                fields(&[("referer", &format!("https://b.nl/?password={lower}&x=1")), ("Authorization", &basic), ("x-note", "kept")]),
                &format!("https://b.nl/p?x=1&password={upper}&y=2"),
            ),
            masks: 3,
        },
        Planted {
            what: "user information and a parameter of the path",
            events: simple(Headers::new(), &format!("https://u:{CORE}@b.nl/a;jsessionid={CORE}/b")),
            masks: 2,
        },
        Planted {
            what: "login cookies",
            events: vec![
                head("GET", "https://www.facebook.com/", fields(&[("cookie", &format!("datr=kept; xs=12%3A{CORE}; c_user=1000"))])),
                answer(
                    200,
                    fields(&[
                        ("set-cookie", &format!("xs={CORE}; Path=/; Secure")),
                        ("set-cookie", "fr=kept; Path=/"),
                        ("location", &format!("/a#access_token={CORE}&e=1")),
                    ]),
                ),
                Event::End(End::Complete),
            ],
            masks: 3,
        },
        Planted {
            what: "a token in an answer",
            events: vec![
                head("POST", "https://graph.facebook.com/oauth/access_token", Headers::new()),
                answer(200, fields(&[("content-type", "application/json; charset=utf-8")])),
                Event::ResponseBytes(format!(r#"{{"access_token":"{}"#, &CORE[..4]).into_bytes().into()),
                Event::ResponseBytes(format!(r#"{}","expires_in":3600,"refresh_token":"{CORE}"}}"#, &CORE[4..]).into_bytes().into()),
                Event::End(End::Complete),
            ],
            masks: 2,
        },
        Planted {
            what: "messages",
            events: vec![
                head("GET", "wss://chat.example/", fields(&[("upgrade", "websocket")])),
                answer(101, Headers::new()),
                Event::Message(message(Direction::Sent, &format!(r#"{{"op":"login","password":"{escaped}"}}"#))),
                Event::Message(message(Direction::Received, r#"{"ok":true}"#)),
                Event::Message(message(Direction::Sent, &format!("pass={upper}"))),
                Event::End(End::Complete),
            ],
            masks: 2,
        },
        Planted {
            what: "a head of an unusual form",
            events: vec![
                Event::RequestHead {
                    method: "GET".into(),
                    url: format!("http://b.nl/?pwd={CORE}"),
                    version: "HTTP/1.1".into(),
                    headers: fields(&[("host", "b.nl"), ("Authorization", &format!("Bearer {CORE} {CORE}"))]),
                    bytes: HeadBytes::Other(
                        format!("GET /?pwd={CORE} HTTP/1.1\nhost:b.nl\nAuthorization:  Bearer {CORE}\n  {CORE}\n\n").into_bytes().into(),
                    ),
                },
                answer(200, Headers::new()),
                Event::End(End::Complete),
            ],
            masks: 2,
        },
        Planted {
            what: "an answer that streams while the request goes on",
            events: vec![
                head("POST", "https://b.nl/", fields(&[("content-type", FORM)])),
                Event::RequestBytes(b"x=1&pas"[..].into()),
                answer(200, Headers::new()),
                Event::ResponseBytes(vec![b'a'; 300_000].into()),
                Event::RequestBytes(format!("s={lower}").into_bytes().into()),
                Event::End(End::Complete),
            ],
            masks: 1,
        },
        Planted {
            what: "the same, where the request is written early",
            events: vec![
                head("GET", "https://b.nl/", fields(&[("content-type", FORM)])),
                Event::RequestBytes(format!("x=1&pass={}", &CORE[..4]).into_bytes().into()),
                answer(200, Headers::new()),
                Event::RequestBytes(format!("{}&y=2", &CORE[4..]).into_bytes().into()),
                Event::End(End::Complete),
            ],
            masks: 2,
        },
    ];
    for (what, media_type, body, cut) in [
        ("a form that is broken off", FORM, format!("email=a&pass={lower}"), 4),
        ("JSON that is broken off", "application/json", format!(r#"{{"a":1,"pass":"{text}"}}"#), 6),
        ("parts that are broken off", "multipart/form-data; boundary=XyZ", multipart(""), 10),
    ] {
        let body = body.as_bytes();
        let mut begun = sent(what, media_type, &body[..body.len() - cut], 5, 1);
        begun.events.truncate(begun.events.len() - 2);
        begun.events.push(Event::End(End::Abandoned));
        all.push(begun);
    }
    all
}

fn message(direction: Direction, text: &str) -> Message {
    Message { direction, at: None, opcode: Opcode::Text, payload: Body::new(BodyState::Raw, text.as_bytes().to_vec()) }
}

fn masker(key: &CaseKey) -> Masker {
    let fingerprints = Fingerprinter::of_secrets(key);
    Masker::new(builtin_rules().secret_rules().into(), Arc::new(move |secret| fingerprints.of(secret).0))
}

/// Records what is planted in the folder of a case, masked or not, and hands out the exchanges as whoever analyses live gets them.
fn record(folder: &Path, key: &CaseKey, masked: bool) -> BTreeMap<u64, Exchange> {
    let mut session = session_file();
    session.case = Some(CaseRef { id: "case".to_owned(), number: 1 });
    session.settings.insert(SECRETS.to_owned(), if masked { MASKED } else { KEPT }.to_owned());
    let (writer, key) = Writer::create(folder, &session, Some(key)).expect("a new capture");
    let mut hasher = EntryHasher::new(&key.for_salts_of(writer.session()));
    let (recording, finished) = Recording::start_masked(writer, Duration::from_secs(1), masked.then(|| masker(&key))).expect("starts");
    // Side by side, so that exchanges mix.
    let mut waiting: Vec<_> = planted().into_iter().map(|planted| planted.events.into_iter()).collect();
    let mut at = Timestamp::parse("2026-11-22T01:00:01Z").expect("a time").as_nanoseconds();
    loop {
        let mut any = false;
        for (number, events) in (1..).zip(&mut waiting) {
            if let Some(event) = events.next() {
                any = true;
                at += 1_000;
                let stamped = Stamped { exchange: number, at: Timestamp::from_nanoseconds(at), event };
                recording.submit(Submission { stamped, receipt: None });
            }
        }
        if !any {
            break;
        }
    }
    recording.close(Timestamp::from_nanoseconds(at));
    let mut live = BTreeMap::new();
    for entry in finished {
        if entry.digest.is_none() {
            recording.digest(entry.number, hasher.digest(entry.number, &entry.exchange).expect("readable"));
        }
        live.insert(entry.number, entry.exchange);
    }
    recording.finish().expect("kept");
    live
}

fn read(folder: &Path, key: &CaseKey) -> (BTreeMap<u64, Exchange>, dataspoor::capture::Contents) {
    let mut entries = BTreeMap::new();
    let contents = Capture::open(folder).expect("opens").read(Some(key), &mut |Entry { number, exchange, .. }| {
        entries.insert(number, exchange);
        Ok(())
    });
    (entries, contents.expect("reads"))
}

/// What of an exchange a mask can be in: address, fields, bodies, messages.
fn parts(exchange: &Exchange) -> BTreeMap<String, Vec<u8>> {
    let mut parts = BTreeMap::from([("request.line".to_owned(), exchange.request.url.as_bytes().to_vec())]);
    let mut take = |name: String, bytes: &[u8]| parts.insert(name, bytes.to_vec());
    let headers = |headers: &Headers| headers.iter().map(|(_, value)| value.to_vec()).collect::<Vec<_>>();
    (1..).zip(headers(&exchange.request.headers)).for_each(|(n, value)| drop(take(format!("request.header[{n}]"), &value)));
    take("request.body".to_owned(), &exchange.request.body.bytes().expect("readable"));
    if let Some(response) = exchange.outcome.response() {
        (1..).zip(headers(&response.headers)).for_each(|(n, value)| drop(take(format!("response.header[{n}]"), &value)));
        take("response.body".to_owned(), &response.body.bytes().expect("readable"));
    }
    for (n, message) in (1..).zip(&exchange.messages) {
        take(format!("message[{n}]"), &message.payload.bytes().expect("readable"));
    }
    parts
}

#[test]
fn no_planted_password_reaches_the_disk_and_nothing_else_changes() {
    let root = tempfile::tempdir().expect("a folder");
    let (masked, plain) = (root.path().join("case/captures/0001"), root.path().join("plain"));
    let key = CaseKey::of_case([7; 32]);
    let live = record(&masked, &key, true);
    record(&plain, &key, false);
    let languages = ["nl", "en"].map(|language| language.parse().expect("a language")).into();
    let options = Options { languages, case: Some(key.clone()), ..Options::default() };
    replay(&masked, inputs(), &options, Some(&masked.join("report"))).expect("replays");
    assert_nowhere(&root.path().join("case"));
    // The search itself works: unmasked, the password stands there in these forms.
    let unmasked = tree(&plain);
    for (name, form) in
        forms().iter().filter(|(name, _)| ["plain", "percent, upper case", "JSON", "JSON in JSON", "base64 at 2"].contains(&&**name))
    {
        assert!(unmasked.values().any(|bytes| memchr::memmem::find(bytes, form).is_some()), "{name}");
    }

    let (entries, contents) = read(&masked, &key);
    let (originals, kept) = read(&plain, &key);
    // The law: what was seen live is what is read back.
    assert_eq!(live, entries);
    let verified = verify(&masked, Some(&key)).expect("verifies");
    assert!(verified.problems.is_empty() && verified.entry_digests, "{:?}", verified.problems);

    let mut counts = BTreeMap::<String, u64>::new();
    let mut seen = BTreeMap::<String, String>::new();
    for (number, planted) in (1..).zip(planted()) {
        let (exchange, original) = (&entries[&number], &originals[&number]);
        let what = planted.what;
        let mut expected = parts(original);
        let mut masks = 0;
        for change in &exchange.changes {
            let ChangeKind::Masked { locator, rule, length, fingerprint, sealed: None } = &change.kind else {
                panic!("{what}: {change:?}")
            };
            masks += 1;
            *counts.entry(rule.clone()).or_default() += 1;
            let locator: Locator = locator.parse().unwrap_or_else(|error| panic!("{what}: {locator}: {error}"));
            let bytes = resolve(exchange, &locator).unwrap_or_else(|error| panic!("{what}: {locator}: {error}"));
            assert_eq!(bytes.len() as u64, *length, "{what}: {locator}");
            assert!(bytes.iter().all(u8::is_ascii_alphabetic), "{what}: {locator}");
            let before = resolve(original, &locator).expect("the same place");
            let part = locator.part.clone();
            let name = Locator { part, steps: Vec::new() }.to_string();
            let Some(dataspoor::model::Step::Range(from, to)) = locator.steps.last() else { panic!("{locator}") };
            // The original with the mask is the record, so nothing but the mask differs.
            expected.get_mut(&name).expect("a part")[*from as usize..*to as usize].copy_from_slice(&bytes);
            let text = String::from_utf8_lossy(&before).into_owned();
            if let Some(other) = seen.insert(text.clone(), fingerprint.clone()) {
                assert_eq!(other, *fingerprint, "{what}: equal secrets {text:?}");
            }
            assert_eq!(change.side, if name.starts_with("response") { Side::Response } else { Side::Request });
        }
        assert_eq!(masks, planted.masks, "{what}: {:?}", exchange.changes);
        let found = parts(exchange);
        for (name, bytes) in &expected {
            assert!(found[name] == *bytes, "{what}: {name} differs elsewhere than in its masks");
        }
        assert_eq!(exchange.timings, original.timings, "{what}");
        assert_eq!(
            exchange.outcome.response().map(|answer| answer.body.state()),
            original.outcome.response().map(|answer| answer.body.state())
        );
        assert_eq!(exchange.request.body.state(), original.request.body.state(), "{what}");
    }
    // The same password, however it was written, has one fingerprint.
    let of_password: std::collections::BTreeSet<&String> = seen
        .iter()
        .filter(|(text, _)| [percent(PASSWORD, false, true), percent(PASSWORD, true, true), json(PASSWORD, true)].contains(text))
        .map(|(_, print)| print)
        .collect();
    assert_eq!(of_password.len(), 1, "{seen:?}");

    let custody = contents.session.custody.expect("a custody log");
    assert_eq!(custody.masks.into_iter().collect::<BTreeMap<_, _>>(), counts);
    assert!(counts.len() >= 7, "{counts:?}");
    assert_eq!(custody.masking, Some(true));
    let unsearched = contents.gaps.iter().find(|gap| gap.kind == GapKind::UnsearchedBodies).expect("a gap");
    assert!(unsearched.count >= 3 && unsearched.entries.len() as u64 <= unsearched.count, "{unsearched:?}");
    assert!(!contents.gaps.iter().any(|gap| gap.kind == GapKind::SecretsKept));
    assert!(kept.gaps.iter().any(|gap| gap.kind == GapKind::SecretsKept) && kept.session.custody.expect("one").masking == Some(false));
    for language in ["nl", "en"] {
        let annex = std::fs::read_to_string(masked.join(format!("report/annex.{language}.html"))).expect("an annex");
        assert!(annex.contains("secret.password") && annex.contains("unsearched-bodies"), "{language}");
    }
}

/// Header fields, a body, and whether it cannot be searched.
type Case<'c> = (&'c [(&'c str, &'c str)], &'c [u8], bool);

/// Content whose coding keeps it from being masked with the same length is recorded as it is, and counted.
#[test]
fn what_cannot_be_searched_is_a_gap() {
    let root = tempfile::tempdir().expect("a folder");
    let key = CaseKey::of_case([7; 32]);
    let (writer, _) = Writer::create(root.path(), &session_file(), Some(&key)).expect("a new capture");
    let (recording, finished) = Recording::start_masked(writer, Duration::from_secs(1), Some(masker(&key))).expect("starts");
    let long = "x".repeat(2 << 20);
    let cases: [Case<'_>; 9] = [
        (&[("content-type", FORM), ("content-encoding", "gzip")], b"\x1f\x8b\x08", true),
        (&[("content-type", "application/octet-stream")], b"\x00\x01\x02", true),
        (&[("content-type", "application/xml")], b"<password>x</password>", true),
        (&[("content-type", "application/json")], b"{\"password\":\"x\",", true),
        (&[("content-type", FORM)], long.as_bytes(), true),
        (&[("content-type", "image/png")], b"\x89PNG\r\n\x1a\n\x00", false),
        (&[("content-type", "application/xml")], b"<note>x</note>", false),
        (&[("content-type", "application/json")], b"{\"a\":[1,true,null],\"b\":\"x\"}", false),
        (&[("content-type", FORM), ("content-encoding", "identity")], b"a=1", false),
    ];
    for (number, (heads, body, _)) in (1..).zip(cases) {
        for event in [head("POST", "https://b.nl/", fields(heads)), Event::RequestBytes(body.to_vec().into()), Event::End(End::Complete)] {
            recording
                .submit(Submission { stamped: Stamped { exchange: number, at: Timestamp::from_nanoseconds(1), event }, receipt: None });
        }
    }
    recording.close(Timestamp::from_nanoseconds(9));
    assert_eq!(finished.iter().count(), cases.len());
    recording.finish().expect("kept");
    let gaps = Capture::open(root.path()).expect("opens").contents().expect("reads").gaps;
    let gap = gaps.iter().find(|gap| gap.kind == GapKind::UnsearchedBodies).expect("a gap");
    let expected: Vec<u64> = (1..).zip(cases).filter(|(_, (.., gap))| *gap).map(|(number, _)| number).collect();
    assert_eq!((&gap.entries, gap.count), (&expected, expected.len() as u64));
}

/// Every cookie that a rule calls a key to an account is one that is masked.
#[test]
fn what_opens_an_account_is_masked() {
    let rules = builtin_rules();
    let secret: Vec<_> = rules.cookies.iter().filter(|cookie| cookie.secret).collect();
    assert!(secret.len() >= 7);
    for cookie in secret {
        let named = rules.secrets.iter().filter(|secret| secret.rule.id == format!("secret.{}", cookie.id)).count();
        assert_eq!(named, 1, "{} is masked by its own rule", cookie.id);
        // A name that fits: what stands for a star does not matter. Of an expression none is known here.
        let name = cookie.name.pieces().collect::<Vec<_>>().join("x1");
        for domain in cookie.domains.iter().flatten().filter(|_| !cookie.name.is_expression()) {
            let found = rules.secrets_named(dataspoor::redact::SecretPlace::Cookie, &name, domain, "/").count();
            assert!(found > 0, "{name} of {domain} is not masked");
        }
    }
    for name in ["datr", "sb", "fr", "c_user", "_fbp"] {
        let found = rules.secrets_named(dataspoor::redact::SecretPlace::Cookie, name, "www.facebook.com", "/").count();
        assert_eq!(found, 0, "{name} is evidence");
    }
}

const HOST: &str = "a.test";

async fn curl(recorded: &Recorded, arguments: &[&str]) -> Output {
    let mut command = Command::new("curl");
    command.args(["--disable", "--silent", "--show-error", "--noproxy", "", "--proxy"]);
    command.arg(format!("http://{}", recorded.proxy)).arg("--cacert").arg(recorded.capture.join("authority.pem"));
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    tokio::time::timeout(LONG, command.output()).await.expect("curl ends").expect("curl runs")
}

/// Sends the password in five ways through the running program. The origin answers with the digest of what it got.
async fn send(recorded: &Recorded) {
    let data = format!("email=a%40b.nl&pass={}", percent(PASSWORD, false, true));
    let text = format!(r#"{{"password":"{}"}}"#, json(PASSWORD, true));
    let field = format!("pass={CORE}");
    let credentials = format!("visitor:{CORE}");
    let cookie = format!("phpsessid={CORE}; datr=kept");
    let url = format!("https://{HOST}/take/one?access_token={CORE}&x=1");
    for (arguments, body) in [
        (&["--http1.1", "--data-raw", &data, &url][..], Some(&data)),
        (&["--http2", "--json", &text, "https://a.test/take/two"], Some(&text)),
        (&["--http1.1", "--form-string", &field, "https://a.test/take/three"], None),
        (&["--http2", "--user", &credentials, "--cookie", &cookie, "https://a.test/take/four"], Some(&String::new())),
    ] {
        let output = curl(recorded, arguments).await;
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        if let Some(body) = body {
            // What is sent is unchanged.
            let expected = receipt(dataspoor::model::Digest::of(body.as_bytes()), body.len() as u64);
            assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_masks_and_sends_unchanged() {
    let origin = LiveOrigin::start(BTreeMap::new()).await;
    let recorded = Recorded::start(&origin.root, &[(HOST, origin.address)], &[]).await;
    send(&recorded).await;
    let Recorded { program, capture, folder, .. } = recorded;
    let ended = program.interrupt().await;
    assert!(ended.status.success() && ended.err.is_empty(), "{ended:?}");
    assert!(!ended.lines.concat().contains(CORE), "{:?}", ended.lines);
    assert_nowhere(folder.path());
    assert!(by_own_reader(&capture).values().filter(|(request, _)| *request != nothing()).count() >= 3, "the bodies are there");
    let ran = run(["verify", &capture.display().to_string()]);
    assert!(ran.code == 0 && ran.out.contains("In 6 places a secret was masked before it was recorded"), "{}{}", ran.out, ran.err);
    let annex = std::fs::read_to_string(capture.join("report/annex.nl.html")).expect("an annex");
    for rule in ["secret.password", "secret.access-token", "secret.credentials", "secret.cookie.session"] {
        assert!(annex.contains(rule), "{rule}");
    }
}

/// What `age` keeps beside a mask is the original, for who has the private key; nobody else finds it anywhere.
#[tokio::test(flavor = "multi_thread")]
async fn originals_are_kept_for_who_has_the_key() {
    let identity = age::x25519::Identity::generate();
    let recipient = identity.to_public().to_string();
    let origin = LiveOrigin::start(BTreeMap::new()).await;
    let recorded = Recorded::start(&origin.root, &[(HOST, origin.address)], &["--secrets-to", &recipient]).await;
    send(&recorded).await;
    let Recorded { program, capture, folder, .. } = recorded;
    let ended = program.interrupt().await;
    assert!(ended.status.success() && ended.err.is_empty(), "{ended:?}");
    assert_nowhere(folder.path());
    let mut originals = Vec::new();
    let contents = Capture::open(&capture).expect("opens").read(None, &mut |Entry { exchange, .. }| {
        for change in &exchange.changes {
            if let ChangeKind::Masked { length, sealed, .. } = &change.kind {
                let file = STANDARD.decode(sealed.as_ref().expect("the original")).expect("base64");
                let original = age::decrypt(&identity, &file).expect("the key opens it");
                assert_eq!(original.len() as u64, *length);
                originals.push(String::from_utf8(original).expect("text"));
            }
        }
        Ok(())
    });
    contents.expect("reads");
    let session = std::fs::read_to_string(capture.join("session.json")).expect("a session");
    assert!(session.contains(&format!("\"secrets-to\":\"{recipient}\"")), "{session}");
    originals.sort();
    let basic = STANDARD.encode(format!("visitor:{CORE}"));
    let mut expected = [percent(PASSWORD, false, true), json(PASSWORD, true), CORE.to_owned(), CORE.to_owned(), basic, CORE.to_owned()];
    expected.sort();
    assert_eq!(originals, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_kept_only_when_asked_and_it_is_said() {
    let origin = LiveOrigin::start(BTreeMap::new()).await;
    let recorded = Recorded::start(&origin.root, &[(HOST, origin.address)], &["--keep-secrets"]).await;
    send(&recorded).await;
    let Recorded { program, capture, folder, .. } = recorded;
    assert!(program.interrupt().await.status.success());
    let found = tree(folder.path()).values().any(|bytes| memchr::memmem::find(bytes, CORE.as_bytes()).is_some());
    assert!(found, "asked for, the password is in the recording");
    assert_eq!(Capture::open(&capture).expect("opens").session.settings[SECRETS], KEPT);
    let annex = std::fs::read_to_string(capture.join("report/annex.nl.html")).expect("an annex");
    assert!(annex.contains("secrets-kept") && annex.contains("het maskeren was uitgezet"));
}
