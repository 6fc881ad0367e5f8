//! Copies of a small recording with secrets of every kind, and what is done to them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::*;
use crate::analysis::planted::SeedKind;
use crate::capture::{CAPTURE_VERSION, Capture, CaseRef, SessionFile, Writer};
use crate::evidence::{
    CaseKey, EntryHasher, Fingerprinter, Opening, SEAL_FORMAT, SEAL_VERSION, SealedCustody, SealedSession, Statement, entries_root,
    open_part, seal,
};
use crate::model::{
    Body, BodyState, Change, Connection, Digest, Direction, Exchange, Fidelity, Headers, Mark, MarkKind, Message, Opcode, Outcome, Request,
    Response, SaidBy, Timestamp, Timings,
};
use crate::redact::Masker;
use crate::rules::{BUILTIN, RuleSet};

const SEED: &str = "proefpersoon7@example.org";
const ACCOUNT: &str = "100012345678901";

fn case() -> CaseKey {
    CaseKey::of_case([5; 32])
}

fn session(case: Option<CaseRef>) -> SessionFile {
    SessionFile {
        format: "dataspoor-capture".to_owned(),
        version: CAPTURE_VERSION,
        id: "00112233445566778899aabbccddeeff".to_owned(),
        tool: "dataspoor test".to_owned(),
        started: "2026-11-22T01:00:00Z".to_owned(),
        case,
        scenario: None,
        page: Some("https://www.facebook.com/ministerievanvoorbeelden".to_owned()),
        auditee: vec!["ministerie.example".to_owned()],
        platform: Some("meta".to_owned()),
        simulated: false,
        comment: Some(format!("visit by {SEED}")),
        browser: "Chromium".to_owned(),
        authority: Digest::of(b"authority").to_string(),
        map: Vec::new(),
        private_upstream: false,
        upstream_roots: None,
        sync_interval: 1000,
        salt: String::new(),
        copy: None,
        settings: BTreeMap::from([("secrets".to_owned(), "kept".to_owned())]),
    }
}

fn headers(fields: &[(&str, &str)]) -> Headers {
    let mut headers = Headers::new();
    fields.iter().for_each(|(name, value)| headers.push(name.as_bytes(), value.as_bytes()));
    headers
}

fn exchange(url: &str, sent: &[(&str, &str)], body: &[u8], answered: &[(&str, &str)], answer: Vec<u8>) -> Exchange {
    Exchange {
        started: Some(Timestamp::from_nanoseconds(1_763_000_000_000_000_000)),
        connection: Connection { id: Some("c1".into()), server_address: Some("192.0.2.1".into()), ..Connection::default() },
        timings: Timings { wait: Some(12.0), ..Timings::default() },
        ..Exchange::of(
            Request::of(
                if body.is_empty() { "GET" } else { "POST" },
                url,
                "HTTP/1.1",
                headers(sent),
                Body::new(BodyState::Raw, body.to_vec()),
            ),
            Outcome::Response(Response::of(200, "OK", "HTTP/1.1", headers(answered), Body::new(BodyState::Raw, answer))),
            Fidelity::ByteExact,
        )
    }
}

/// Exchanges in which secrets stand in every usual place and form.
fn exchanges() -> Vec<Exchange> {
    use base64::Engine as _;
    let coded = base64::engine::general_purpose::STANDARD.encode(format!("{{\"email\":\"{SEED}\"}}"));
    let nested = format!("q={}", base64::engine::general_purpose::STANDARD.encode(coded.as_bytes()));
    let cookie = format!("datr=AbCdEfGhIjKl; c_user={ACCOUNT}; xs=44%3AsEcReT; wd=1200x800");
    let host = ("Host", "www.facebook.com");
    let mut socket =
        exchange("wss://www.facebook.com/ws?sid=7", &[host, ("Upgrade", "websocket")], b"", &[("Upgrade", "websocket")], Vec::new());
    if let Outcome::Response(answer) = socket.outcome.clone() {
        socket.outcome = Outcome::Switched(Response { status: 101, ..answer });
    }
    let message = |direction, text: &str| Message {
        direction,
        at: Some(Timestamp::from_nanoseconds(1_763_000_000_500_000_000)),
        opcode: Opcode::Text,
        payload: Body::new(BodyState::Raw, text.as_bytes().to_vec()),
    };
    socket.messages = vec![
        message(Direction::Sent, &format!("{{\"actor\":\"{ACCOUNT}\",\"act\":\"like\"}}")),
        message(Direction::Received, "{\"name\":\"Berta Bijstander\"}"),
    ];
    let set = format!("c_user={ACCOUNT}; Domain=.facebook.com; Path=/; Secure");
    vec![
        exchange(
            &format!("https://www.facebook.com/profile?id={ACCOUNT}&next=%2Fministry"),
            &[host, ("Cookie", &cookie), ("User-Agent", "Browser 1")],
            b"",
            &[("Content-Type", "text/html"), ("Set-Cookie", &set)],
            b"<html>Berta Bijstander likes this</html>".repeat(200),
        ),
        exchange(
            "https://www.facebook.com/login",
            &[host, ("Content-Type", "application/x-www-form-urlencoded"), ("Authorization", "Bearer tOkEnTokEn123")],
            format!("lsd=AVqx8&email=proefpersoon7%40example.org&pass=WachtWoord99&next=%2Fministry&kind=visit&{nested}").as_bytes(),
            &[("Content-Type", "application/json")],
            b"{\"ok\":true}".to_vec(),
        ),
        exchange(
            &format!("https://tracker.example/p?ud%5Bem%5D={}", Digest::of(SEED.as_bytes())),
            &[("Host", "tracker.example"), ("Referer", &format!("https://www.facebook.com/?u={SEED}"))],
            &[0, 1, 2, 3, 255, 254],
            &[("Content-Type", "image/gif")],
            b"GIF89a".to_vec(),
        ),
        socket,
    ]
}

/// The original, in a folder of its own.
fn original(folder: &Path) -> Capture {
    let session = session(Some(CaseRef { id: "c".to_owned(), number: 1 }));
    let (mut writer, _) = Writer::create(folder, &session, Some(&case())).expect("a new capture");
    writer.fact("browser", "Chromium 142");
    let at = Timestamp::from_nanoseconds(1_763_000_000_000_000_000);
    writer.mark(at, &Mark { kind: MarkKind::Note, said_by: SaidBy::Operator, text: "the auditor's own words".to_owned() });
    writer.mark(at, &Mark { kind: MarkKind::Note, said_by: SaidBy::Operator, text: format!("typed {SEED}") });
    let capture_salts = case().for_salts_of(writer.session());
    let mut hasher = EntryHasher::new(&capture_salts);
    for (number, exchange) in (1..).zip(exchanges()) {
        writer.whole(number, exchange, &mut hasher).expect("written");
    }
    writer.finish(Timestamp::from_nanoseconds(1_763_000_100_000_000_000)).expect("ended");
    Capture::open(folder).expect("opens")
}

struct Made {
    _root: tempfile::TempDir,
    copy: Capture,
    folder: PathBuf,
    copied: Copied,
    statement: Vec<u8>,
    original: Capture,
}

fn values() -> Vec<KnownValue> {
    vec![KnownValue { label: "seed-1".to_owned(), kind: SeedKind::Email, value: SEED.to_owned() }]
}

/// The statement under which the original would be sealed. What the copy says of it is not asked.
fn statement_of(capture: &Capture) -> Vec<u8> {
    let mut digests = BTreeMap::new();
    let contents = capture
        .read(Some(&case()), &mut |entry| {
            digests.insert(entry.number, entry.digest);
            Ok(())
        })
        .expect("reads");
    let mut tree = crate::evidence::LinesTree::new(&capture.salts_key(Some(&case())));
    let mut records = 0;
    capture
        .log_lines(&mut |line| {
            records += 1;
            tree.line(line.text);
            Ok(())
        })
        .expect("reads");
    let session = &capture.session;
    let statement = Statement {
        format: SEAL_FORMAT.to_owned(),
        version: SEAL_VERSION,
        tool: session.tool.clone(),
        sealed: session.started.clone(),
        case: None,
        session: SealedSession { id: session.id.clone(), sha256: capture.session_digest },
        started: session.started.clone(),
        ended: None,
        simulated: session.simulated,
        custody: SealedCustody { records, head: contents.head.expect("a head"), root: tree.finish().root },
        entries: entries_root(digests.values().map(|digest: &crate::model::EntryDigest| Some(digest.0))),
        files: entries_root([]),
        signer: None,
    };
    seal(&statement).expect("JSON")
}

fn made(profile: Profile, released: &[u64]) -> Made {
    let root = tempfile::tempdir().expect("folder");
    let original = original(&root.path().join("original"));
    let statement = statement_of(&original);
    let rules = RuleSet::compile(BUILTIN.iter().copied()).expect("sound rules");
    let folder = root.path().join("copy");
    let fingerprints = Fingerprinter::of_secrets(&CaseKey::of_case([8; 32]));
    let order = CopyOrder {
        original: &original,
        path: &root.path().join("original"),
        case: Some(&case()),
        seal: Digest::of(&statement),
        rules: &rules,
        values: values(),
        of_vendor: &|host: &str| host.ends_with("facebook.com"),
        profile,
        released: released.iter().copied().collect(),
        released_exhibits: BTreeSet::new(),
        masker: Masker::new(rules.secret_rules().into(), Arc::new(move |secret| fingerprints.of(secret).0)),
        id: "ffeeddccbbaa99887766554433221100".to_owned(),
        made: Timestamp::from_nanoseconds(1_763_000_200_000_000_000),
        settings: BTreeMap::new(),
    };
    let copied = copy(&order, &folder).expect("copied");
    let opened = Capture::open(&folder).expect("opens");
    Made { _root: root, copy: opened, folder, copied, statement, original }
}

fn all_bytes(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        bytes.extend(if path.is_dir() { all_bytes(&path) } else { std::fs::read(path).expect("a file") });
    }
    bytes
}

fn exchanges_of(capture: &Capture) -> BTreeMap<u64, Exchange> {
    let mut all = BTreeMap::new();
    capture
        .read(None, &mut |entry| {
            all.insert(entry.number, entry.exchange);
            Ok(())
        })
        .expect("reads");
    all
}

#[test]
fn a_copy_is_a_recording_that_proves_itself_and_holds_no_secret() {
    for profile in Profile::ALL {
        let made = made(profile, &[]);
        let checked = check(&made.copy, &made.copied.proof, &made.statement).expect("reads");
        assert_eq!(checked.problems, [], "{}", profile.id());
        assert_eq!((checked.entries, checked.profile.as_str()), (4, profile.id()));
        assert_eq!(crate::capture::verify(&made.folder, None).expect("reads").problems, [], "the copy is whole as a recording");
        let mut bytes = all_bytes(&made.folder);
        bytes.extend(&made.copied.proof);
        let known = Known::new(&[values(), vec![KnownValue { label: "a".into(), kind: SeedKind::Number, value: ACCOUNT.into() }]].concat());
        assert!(!known.stands_in(&bytes), "{}: a known value", profile.id());
        for secret in ["AbCdEfGhIjKl", "sEcReT", "tOkEnTokEn123", "WachtWoord99", "Bijstander", "1200x800"] {
            assert!(memchr::memmem::find(&bytes, secret.as_bytes()).is_none(), "{}: {secret}", profile.id());
        }
        for exchange in exchanges_of(&made.copy).values() {
            assert_eq!(known.places_in(exchange), [], "{}", profile.id());
        }
        assert!(made.copied.accounts >= 1 && made.copied.exhibits == 0, "{}: {} accounts", profile.id(), made.copied.accounts);
    }
}

#[test]
fn the_original_does_hold_them() {
    // Otherwise the test above would hold for a recording of nothing.
    let root = tempfile::tempdir().expect("folder");
    original(&root.path().join("original"));
    let bytes = all_bytes(root.path());
    for secret in ["AbCdEfGhIjKl", "sEcReT", "tOkEnTokEn123", "WachtWoord99", "Bijstander", "1200x800", SEED, ACCOUNT] {
        assert!(memchr::memmem::find(&bytes, secret.as_bytes()).is_some(), "{secret}");
    }
}

#[test]
fn for_a_court_neighbours_stay_readable_and_for_publication_values_do_not() {
    let court = exchanges_of(&made(Profile::Court, &[]).copy);
    let form = court[&2].request.body.bytes().expect("in memory").to_vec();
    let form = String::from_utf8(form).expect("text");
    assert!(form.contains("next=%2Fministry&kind=visit&") && form.starts_with("lsd="), "{form}");
    let cookie = court[&1].request.headers.first("cookie").expect("a cookie").to_vec();
    let cookie = String::from_utf8(cookie).expect("text");
    assert_eq!(
        cookie.split(';').map(|pair| pair.split('=').next().unwrap_or_default().trim()).collect::<Vec<_>>(),
        ["datr", "c_user", "xs", "wd"]
    );
    assert!(court[&1].request.url.contains("next=%2Fministry"));
    // Equal values have equal letters, so that what is followed can still be followed.
    let set = String::from_utf8(court[&1].outcome.response().expect("an answer").headers.first("set-cookie").expect("one").to_vec());
    let value = cookie.split("c_user=").nth(1).and_then(|rest| rest.split(';').next()).expect("a value");
    assert!(set.expect("text").starts_with(&format!("c_user={value};")), "{value}");
    let published = exchanges_of(&made(Profile::Publication, &[]).copy);
    assert!(!published[&1].request.url.contains("ministry"));
    assert_eq!(published[&2].request.body.state(), BodyState::Missing(crate::model::Unrecorded::Withheld));
    let vendor = exchanges_of(&made(Profile::Vendor, &[]).copy);
    assert!(vendor[&1].request.url.contains("next=%2Fministry"), "the vendor knows what it was sent");
    assert_eq!(
        vendor[&3].request.body.state(),
        BodyState::Missing(crate::model::Unrecorded::Withheld),
        "what others were sent it does not"
    );
}

#[test]
fn marks_are_for_a_court_only_and_never_with_a_known_value() {
    for profile in Profile::ALL {
        let made = made(profile, &[]);
        let marks = made.copy.contents().expect("reads").session.marks;
        let texts: Vec<&str> = marks.iter().map(|(_, mark)| mark.text.as_str()).collect();
        let expected: &[&str] = if profile == Profile::Court { &["the auditor's own words"] } else { &[] };
        assert_eq!(texts, expected, "{}", profile.id());
    }
}

#[test]
fn an_answer_that_is_released_is_there_and_proved() {
    let made = made(Profile::Court, &[2]);
    let checked = check(&made.copy, &made.copied.proof, &made.statement).expect("reads");
    assert_eq!(checked.problems, []);
    let copies = exchanges_of(&made.copy);
    assert_eq!(&*copies[&2].outcome.response().expect("an answer").body.bytes().expect("read"), b"{\"ok\":true}");
    assert!(!checked.masked.iter().any(|(entry, part)| *entry == 2 && part.withheld));
    assert!(checked.masked.iter().any(|(entry, part)| *entry == 1 && part.withheld));
}

#[test]
fn what_is_done_to_a_copy_or_its_proof_is_noticed() {
    let made = made(Profile::Court, &[2]);
    let text = String::from_utf8(made.copied.proof.clone()).expect("text");
    let records: Vec<&str> = text.lines().collect();
    // Whoever rewrites the proof can chain it anew; that must not help.
    let chained = |records: &[String]| {
        let (mut chain, mut out) = (crate::evidence::Chain::default(), Vec::new());
        for record in records {
            let log_line = crate::capture::LogLine { record: 0, text: record.as_bytes() };
            chain.append(log_line.says().expect("a record").as_bytes(), &mut out);
        }
        out
    };
    let owned = || records.iter().map(|&record| record.to_owned()).collect::<Vec<String>>();
    assert_eq!(check(&made.copy, &chained(&owned()), &made.statement).expect("reads").problems, [], "chained anew it is the same");
    let is = |record: &String, kind: &str| record.contains(&format!("\"kind\":\"{kind}\""));
    let mut tried = 0;
    let mut noticed = |name: &str, change: &dyn Fn(&mut Vec<String>)| {
        let mut changed = owned();
        change(&mut changed);
        assert!(
            changed.iter().zip(owned()).any(|(one, other)| *one != other) || changed.len() != records.len(),
            "{name} changes something"
        );
        assert_ne!(check(&made.copy, &chained(&changed), &made.statement).expect("reads").problems, [], "{name}");
        tried += 1;
    };
    noticed("an entry without its proof", &|records| records.retain(|record| !is(record, "entry") || !record.contains("\"entry\":2,")));
    noticed("a record of the log that is not shown", &|records| {
        let at = records.iter().position(|record| is(record, "line")).expect("one");
        records.remove(at);
    });
    noticed("a record of the log with other words", &|records| {
        records.iter_mut().for_each(|record| *record = record.replace("the auditor's own words", "the auditor's new words"));
    });
    noticed("proofs that changed places", &|records| {
        records.iter_mut().filter(|record| is(record, "entry")).for_each(|record| {
            *record = record
                .replace("\"entry\":1,", "\"entry\":9,")
                .replace("\"entry\":2,", "\"entry\":1,")
                .replace("\"entry\":9,", "\"entry\":2,");
        });
    });
    noticed("another entry digest", &|records| {
        records.iter_mut().filter(|record| is(record, "entry")).for_each(|record| {
            let at = record.find("\"digest_of_entry\":\"").expect("one") + 19;
            record.replace_range(at..at + 4, "0000");
        });
    });
    noticed("another seal", &|records| {
        records[0] = records[0].replacen(&Digest::of(&made.statement).to_string(), &Digest::of(b"other").to_string(), 1);
    });
    noticed("no last record", &|records| {
        let at = records.iter().position(|record| is(record, "end")).expect("one");
        records[at] = records[at].replace("\"entries\":4", "\"entries\":3");
    });
    assert_eq!(tried, 7);
    // A statement that somebody wrote for the copy's sake has another digest, and one that was changed does not fit itself.
    let mut other = made.statement.clone();
    let at = memchr::memmem::find(&other, b"\"root\":\"").expect("a root") + 8;
    other[at] = if other[at] == b'0' { b'1' } else { b'0' };
    assert_ne!(check(&made.copy, &made.copied.proof, &other).expect("reads").problems, []);
    // A copy that was written anew with another value in a part that is shown.
    let forged = made._root.path().join("forged");
    let (mut writer, key) = Writer::create(&forged, &made.copy.session, None).expect("a new capture");
    let mut hasher = EntryHasher::new(&key);
    for (number, mut exchange) in exchanges_of(&made.copy) {
        exchange.request.url = exchange.request.url.replace("%2Fministry", "%2Fm1nistry");
        writer.whole(number, exchange, &mut hasher).expect("written");
    }
    writer.finish(Timestamp::from_nanoseconds(1_763_000_100_000_000_000)).expect("ended");
    let forged = Capture::open(&forged).expect("opens");
    let problems = check(&forged, &made.copied.proof, &made.statement).expect("reads").problems;
    assert!(problems.iter().any(|problem| problem.place.starts_with("entry 1")), "{problems:?}");
}

#[test]
fn a_mark_that_the_original_does_not_have_is_noticed() {
    let made = made(Profile::Court, &[]);
    let forged = made._root.path().join("forged");
    let (mut writer, key) = Writer::create(&forged, &made.copy.session, None).expect("a new capture");
    let at = Timestamp::from_nanoseconds(1_763_000_000_000_000_000);
    writer.mark(at, &Mark { kind: MarkKind::Note, said_by: SaidBy::Operator, text: "never said".to_owned() });
    let mut hasher = EntryHasher::new(&key);
    for (number, exchange) in exchanges_of(&made.copy) {
        writer.whole(number, exchange, &mut hasher).expect("written");
    }
    writer.finish(at).expect("ended");
    let problems = check(&Capture::open(&forged).expect("opens"), &made.copied.proof, &made.statement).expect("reads").problems;
    assert!(problems.iter().any(|problem| problem.what.contains("kind mark")), "{problems:?}");
}

#[test]
fn the_holder_opens_one_mask_and_no_more() {
    let made = made(Profile::Court, &[]);
    let checked = check(&made.copy, &made.copied.proof, &made.statement).expect("reads");
    let (entry, part) =
        checked.masked.iter().find(|(entry, part)| *entry == 2 && !part.withheld && part.kind == 8).expect("a masked field");
    let mut found = None;
    made.original
        .read(Some(&case()), &mut |read| {
            if read.number == *entry {
                found = Some(open_part(&made.original.salts_key(Some(&case())), *entry, &read.exchange, part.leaf)?);
            }
            Ok(())
        })
        .expect("reads");
    let opening: Opening = found.expect("opened");
    let bytes = checked.proofs[entry].opens(&opening).expect("opens");
    assert_eq!(bytes.len(), part.length);
    assert!(String::from_utf8_lossy(&bytes).contains("proefpersoon7%40example.org"), "{bytes:?}");
    let other =
        checked.masked.iter().find(|(entry, other)| *entry == 2 && !other.withheld && other.leaf != part.leaf).expect("another mask");
    let mut moved = opening;
    moved.leaf = other.1.leaf;
    assert!(checked.proofs[entry].opens(&moved).is_err(), "it opens its own mask only");
}

#[test]
fn changes_on_the_way_lose_what_was_covered() {
    let made = made(Profile::Court, &[]);
    let masked = |change: &&Change| matches!(&change.kind, crate::model::ChangeKind::Masked { sealed: None, .. });
    let copies = exchanges_of(&made.copy);
    assert!(copies[&1].changes.iter().filter(masked).count() >= 6, "four cookies sent, one set, one account number in the address");
}

#[test]
fn recordings_that_cannot_be_copied_are_refused_with_words() {
    let root = tempfile::tempdir().expect("folder");
    let folder = root.path().join("free");
    let (writer, _) = Writer::create(&folder, &session(None), None).expect("a new capture");
    writer.finish(Timestamp::from_nanoseconds(1)).expect("ended");
    let rules = RuleSet::compile(BUILTIN.iter().copied()).expect("sound rules");
    let free = Capture::open(&folder).expect("opens");
    let order = |original, case| CopyOrder {
        original,
        path: Path::new("free"),
        case,
        seal: Digest::of(b"seal"),
        rules: &rules,
        values: Vec::new(),
        of_vendor: &|_: &str| false,
        profile: Profile::Court,
        released: BTreeSet::new(),
        released_exhibits: BTreeSet::new(),
        masker: Masker::new(rules.secret_rules().into(), Arc::new(|_| [0; 8])),
        id: "ff".to_owned(),
        made: Timestamp::from_nanoseconds(2),
        settings: BTreeMap::new(),
    };
    let key = case();
    assert!(matches!(copy(&order(&free, Some(&key)), &root.path().join("a")), Err(ShareError::NoCase(_))));
    let kept = original(&root.path().join("kept"));
    assert!(matches!(copy(&order(&kept, None), &root.path().join("b")), Err(ShareError::NoKey(_))));
    assert!(!root.path().join("a").exists() && !root.path().join("b").exists(), "nothing was written");
}
