//! Masked copies from the command line: nothing secret gets out in any encoding, the copy proves itself without the key of the case, and single masks can
//! be opened.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use dataspoor::capture::{CaseRef, Writer};
use dataspoor::evidence::EntryHasher;
use dataspoor::model::{
    Body, BodyState, Connection, Digest, Direction, Exchange, Exhibit, ExhibitKind, Fidelity, Headers, Message, Opcode, Outcome, Request,
    Response, SaidBy, Timestamp, Timings,
};
use dataspoor::vault::{Case, LedgerLine};

use super::capture::session_file;
use super::corpus::{Ran, run, scratch};

/// Secrets of each kind.
const OF_EACH: usize = 25;

const AT: i64 = 1_763_000_000_000_000_000;

/// A secret of a kind that stands nowhere by chance.
fn secret(kind: &str, number: usize) -> String {
    let drawn = Digest::of(format!("{kind} {number}").as_bytes()).to_string();
    match kind {
        "account" => format!("1000{}", drawn.bytes().take(11).map(|byte| char::from(b'0' + byte % 10)).collect::<String>()),
        "seed" => format!("proef{}@voorbeeld-{}.example", &drawn[..6], number),
        "name" => format!(
            "Bijstander {}{}",
            drawn[..1].to_uppercase(),
            drawn.bytes().take(9).map(|byte| char::from(b'a' + byte % 26)).collect::<String>()
        ),
        // A password of twelve signs, with some that every encoding writes in another way.
        "password" => format!("Wp+{}/=é{}", &drawn[..4], number),
        _ => format!("{}Zq{}", &drawn[..12], &drawn[20..30]),
    }
}

fn secrets() -> Vec<(String, String)> {
    let kinds = ["cookie", "token", "password", "seed", "account", "name"];
    kinds.iter().flat_map(|kind| (0..OF_EACH).map(move |number| ((*kind).to_owned(), secret(kind, number)))).collect()
}

fn headers(fields: &[(&str, String)]) -> Headers {
    let mut headers = Headers::new();
    fields.iter().for_each(|(name, value)| headers.push(name.as_bytes(), value.as_bytes()));
    headers
}

fn percent(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn json(text: &str) -> String {
    serde_json::to_string(text).expect("JSON")
}

fn exchange(url: String, sent: &[(&str, String)], body: String, answered: &[(&str, String)], answer: Vec<u8>) -> Exchange {
    Exchange {
        started: Some(Timestamp::from_nanoseconds(AT)),
        connection: Connection { id: Some("c1".into()), server_address: Some("192.0.2.1:443".into()), ..Connection::default() },
        timings: Timings { wait: Some(12.0), ..Timings::default() },
        ..Exchange::of(
            Request::of(
                if body.is_empty() { "GET" } else { "POST" },
                &url,
                "HTTP/1.1",
                headers(sent),
                Body::new(BodyState::Raw, body.into_bytes()),
            ),
            Outcome::Response(Response::of(200, "OK", "HTTP/1.1", headers(answered), Body::new(BodyState::Raw, answer))),
            Fidelity::ByteExact,
        )
    }
}

/// Exchanges with secrets of number `n` of every kind.
fn planted(n: usize) -> Vec<Exchange> {
    let of = |kind: &str| secret(kind, n);
    let host = ("Host", "www.facebook.com".to_owned());
    let cookies = format!("datr={}; c_user={}; wd=10x20", of("cookie"), of("account"));
    let page = format!("<html><p>{}</p><script>{}</script></html>", of("name"), json(&of("name")));
    let gzip = {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut out, page.as_bytes()).expect("packed");
        out.finish().expect("packed")
    };
    let nested = STANDARD.encode(format!("{{\"a\":{}}}", json(&STANDARD.encode(of("seed")))));
    let form = format!(
        "lsd=x&email={}&pass={}&access_token={}&u={}&n={}&kind=visit&page=ministerie",
        percent(&of("seed")),
        percent(&of("password")),
        of("token"),
        of("account"),
        percent(&nested)
    );
    let document = format!(
        "{{\"password\":{},\"actor\":{},\"em\":\"{}\",\"raw\":{},\"act\":\"like\"}}",
        json(&of("password")),
        of("account"),
        Digest::of(of("seed").as_bytes()),
        json(&of("seed")),
    );
    let mut socket = exchange(
        format!("wss://www.facebook.com/ws?cid={}", of("account")),
        &[host.clone(), ("Upgrade", "websocket".to_owned()), ("Cookie", cookies.clone())],
        String::new(),
        &[("Upgrade", "websocket".to_owned())],
        Vec::new(),
    );
    if let Outcome::Response(answer) = socket.outcome.clone() {
        socket.outcome = Outcome::Switched(Response { status: 101, ..answer });
    }
    let message = |direction, text: String| Message {
        direction,
        at: Some(Timestamp::from_nanoseconds(AT + 5)),
        opcode: Opcode::Text,
        payload: Body::new(BodyState::Raw, text.into_bytes()),
    };
    socket.messages = vec![
        message(Direction::Sent, format!("{{\"actor\":\"{}\",\"token\":\"{}\"}}", of("account"), of("token"))),
        message(Direction::Received, format!("{{\"name\":{}}}", json(&of("name")))),
    ];
    vec![
        exchange(
            format!("https://www.facebook.com/profile.php?id={}&fb_dtsg={}&next=ministerie", of("account"), of("token")),
            &[host.clone(), ("Cookie", cookies.clone()), ("User-Agent", "Browser 1".to_owned())],
            String::new(),
            &[
                ("Content-Type", "text/html".to_owned()),
                ("Content-Encoding", "gzip".to_owned()),
                ("Set-Cookie", format!("sb={}; Path=/; Secure", of("cookie"))),
                ("Location", format!("https://www.facebook.com/?u={}", percent(&of("seed")))),
            ],
            gzip,
        ),
        exchange(
            "https://www.facebook.com/login".to_owned(),
            &[
                host.clone(),
                ("Content-Type", "application/x-www-form-urlencoded".to_owned()),
                ("Authorization", format!("Bearer {}", of("token"))),
                ("Cookie", cookies),
            ],
            form,
            &[("Content-Type", "text/html".to_owned())],
            page.into_bytes(),
        ),
        exchange(
            format!("https://tracker.example/p?h={}&x={}", hex(&of("seed")), STANDARD.encode(of("seed"))),
            &[("Host", "tracker.example".to_owned()), ("Content-Type", "application/json".to_owned()), ("X-Api-Token", of("token"))],
            document,
            &[],
            b"{}".to_vec(),
        ),
        socket,
    ]
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// A case with one sealed recording in which all secrets stand: folder of the case, package, file with the values that only the operator knows.
fn sealed_case(root: &Path) -> (PathBuf, PathBuf, PathBuf) {
    let case = root.join("case");
    let made = run([
        "init".as_ref(),
        case.as_os_str(),
        "--title".as_ref(),
        "T".as_ref(),
        "--auditor".as_ref(),
        "A. Onderzoeker".as_ref(),
        "--auditee".as_ref(),
        "ministerie.example".as_ref(),
        "--page".as_ref(),
        "https://www.facebook.com/ministerievanvoorbeelden".as_ref(),
    ]);
    assert_eq!(made.code, 0, "{}", made.err);
    let opened = Case::open(&case).expect("opens");
    let folder = case.join("captures/1");
    let mut session = session_file();
    session.simulated = false;
    session.comment = Some(format!("visit as {}", secret("seed", 3)));
    session.case = Some(CaseRef { id: opened.file.id.clone(), number: 1 });
    let begun = LedgerLine::Begun {
        number: 1,
        at: "2026-11-23T03:00:00Z".to_owned(),
        folder: "captures/1".to_owned(),
        planned: None,
        imported: None,
    };
    opened.ledger().expect("a ledger").append(&begun).expect("noted");
    let (mut writer, key) = Writer::create(&folder, &session, Some(&opened.key())).expect("a new capture");
    let mut hasher = EntryHasher::new(&key.for_salts_of(writer.session()));
    let mut number = 0;
    for n in 0..OF_EACH {
        for exchange in planted(n) {
            number += 1;
            writer.whole(number, exchange, &mut hasher).expect("written");
        }
    }
    // A picture that says in its own words whom it shows.
    let picture = format!("\u{89}PNG tEXt Author {}", secret("name", 1)).into_bytes();
    writer.exhibit(
        Timestamp::from_nanoseconds(AT),
        &Exhibit {
            kind: ExhibitKind::Screenshot,
            said_by: SaidBy::Operator,
            about: "the window".to_owned(),
            media_type: "image/png".to_owned(),
            bytes: picture.into(),
        },
    );
    writer.finish(Timestamp::from_nanoseconds(AT + 1_000_000_000)).expect("ended");
    let replayed = run([
        "replay".as_ref(),
        folder.as_os_str(),
        "--case".as_ref(),
        case.as_os_str(),
        "--out".as_ref(),
        folder.join("report").as_os_str(),
    ]);
    assert_eq!(replayed.code, 0, "{}", replayed.err);
    let package = root.join("one.wacz");
    let sealed = run(["seal".as_ref(), folder.as_os_str(), "--case".as_ref(), case.as_os_str(), "--out".as_ref(), package.as_os_str()]);
    assert_eq!(sealed.code, 0, "{}", sealed.err);
    let values = root.join("values.txt");
    let named: String = secrets().iter().filter(|(kind, _)| kind == "seed").map(|(_, value)| format!("{value}\n")).collect();
    fs::write(&values, named).expect("written");
    (case, package, values)
}

fn share(case: &Path, package: &Path, values: &Path, profile: &str, more: &[&str]) -> (Ran, PathBuf) {
    let out = package.with_file_name(format!("copy-{profile}.wacz"));
    let _ = fs::remove_file(&out);
    let arguments = ["share".as_ref(), package.as_os_str(), "--case".as_ref(), case.as_os_str(), "--profile".as_ref(), profile.as_ref()];
    let to = ["--values".as_ref(), values.as_os_str(), "--out".as_ref(), out.as_os_str()];
    (run(arguments.into_iter().chain(to).chain(more.iter().map(AsRef::as_ref))), out)
}

/// Every file of a package, and what is packed inside of it.
fn unpacked(bytes: &[u8], name: &str, each: &mut dyn FnMut(&str, &[u8])) {
    each(name, bytes);
    if bytes.starts_with(b"PK\x03\x04") {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("an archive");
        for index in 0..archive.len() {
            let mut file = archive.by_index(index).expect("a file");
            let mut inner = Vec::new();
            file.read_to_end(&mut inner).expect("reads");
            let path = format!("{name}/{index}");
            drop(file);
            unpacked(&inner, &path, each);
        }
    } else if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut inner = Vec::new();
        flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut inner).expect("unpacks");
        unpacked(&inner, &format!("{name}.unpacked"), each);
    }
}

/// What a secret may look like in a file.
fn forms(secret: &str) -> Vec<Vec<u8>> {
    let bytes = secret.as_bytes();
    let mut forms = vec![
        bytes.to_vec(),
        percent(secret).into_bytes(),
        percent(secret).to_lowercase().into_bytes(),
        hex(secret).into_bytes(),
        hex(secret).to_uppercase().into_bytes(),
        json(secret).trim_matches('"').as_bytes().to_vec(),
        secret.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Digest::of(bytes).to_string().into_bytes(),
        secret.replace('&', "&amp;").into_bytes(),
        secret.chars().rev().collect::<String>().into_bytes(),
    ];
    // Base64 of the secret inside of something longer: what does not depend on what stands before and behind it.
    for shift in 0..3 {
        let padded: Vec<u8> = std::iter::repeat_n(b'x', shift).chain(bytes.iter().copied()).collect();
        for engine in [&STANDARD, &URL_SAFE] {
            let coded = engine.encode(&padded);
            let from = if shift == 0 { 0 } else { 4 };
            let to = coded.trim_end_matches('=').len().saturating_sub(2);
            forms.push(coded.as_bytes()[from..to].to_vec());
        }
    }
    // Whoever looks like this would see that there is something to see.
    forms.retain(|form| form.len() >= 6);
    forms
}

/// Nothing secret remains: 25 of each kind, searched in every file, unpacked, in every encoding.
#[test]
fn nothing_secret_gets_out_in_any_encoding() {
    let root = scratch();
    let (case, package, values) = sealed_case(root.path());
    let all = secrets();
    assert_eq!(all.len(), 6 * OF_EACH);
    // The search finds every one of them in the original, or it would prove nothing.
    let needles: Vec<(usize, Vec<u8>)> =
        all.iter().enumerate().flat_map(|(index, (_, value))| forms(value).into_iter().map(move |form| (index, form))).collect();
    let automaton = aho_corasick::AhoCorasick::new(needles.iter().map(|(_, form)| form)).expect("fits");
    let found_in = |path: &Path| {
        let mut found: BTreeMap<usize, String> = BTreeMap::new();
        unpacked(&fs::read(path).expect("a package"), "package", &mut |name, bytes| {
            for hit in automaton.find_overlapping_iter(bytes) {
                found.entry(needles[hit.pattern().as_usize()].0).or_insert_with(|| name.to_owned());
            }
        });
        found
    };
    // Names stand in packed answers too; those that stand only there are found because one answer of each is not packed.
    assert_eq!(found_in(&package).len(), all.len(), "every secret stands in the original");
    for profile in ["court", "vendor", "publication"] {
        let (ran, out) =
            share(&case, &package, &values, profile, &["--access", "the auditor and the reviewer", "--kept-until", "2027-01-01"]);
        assert_eq!(ran.code, 0, "{profile}: {}", ran.err);
        let found = found_in(&out);
        let told: Vec<_> = found.iter().map(|(index, place)| (&all[*index], place)).collect();
        assert!(told.is_empty(), "{profile}: {} secrets: {told:?}", told.len());
        let verified = run(["verify".as_ref(), out.as_os_str()]);
        assert!(
            verified.code != 1 && verified.out.contains("is the sealed original but for its masks: 100 entries"),
            "{profile}: {}",
            verified.out
        );
        let replayed =
            run(["replay".as_ref(), out.as_os_str(), "--out".as_ref(), root.path().join(format!("report-{profile}")).as_os_str()]);
        assert_eq!(replayed.code, 0, "{profile}: {}", replayed.err);
        let annex = String::from_utf8(file_in(&out, "dataspoor/report.annex.json")).expect("text");
        assert!(annex.contains("copy-masked") && annex.contains("copy-withheld") && annex.contains("copy-exhibits"), "{profile}: gaps");
    }
    let text = file_in(&root.path().join("copy-court.wacz"), "dataspoor/processing.txt");
    let text = String::from_utf8(text).expect("text");
    assert!(
        text.contains("Toegang tot het origineel: the auditor and the reviewer.") && text.contains("Kept until: 2027-01-01."),
        "{text}"
    );
    let checked = run(["verify".as_ref(), case.as_os_str()]);
    assert!(!checked.out.contains("DISPROVED"), "{}", checked.out);
}

fn file_in(package: &Path, name: &str) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(File::open(package).expect("a package")).expect("an archive");
    let mut bytes = Vec::new();
    archive.by_name(name).expect("a file").read_to_end(&mut bytes).expect("reads");
    bytes
}

/// A judge is shown one field, and the file that shows it opens nothing else.
#[test]
fn one_mask_is_opened_for_a_judge() {
    let root = scratch();
    let (case, package, values) = sealed_case(root.path());
    let (ran, copy) = share(&case, &package, &values, "court", &["--release", "3"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let listed = run(["verify".as_ref(), copy.as_os_str(), "--masks".as_ref()]);
    let line =
        listed.out.lines().find(|line| line.contains("entry 2, part ") && line.contains("body of the request")).expect("a masked field");
    let part = line.split("part ").nth(1).and_then(|rest| rest.split(':').next()).expect("a number");
    let opening = root.path().join("opening.json");
    let open = |entry: &str, part: &str, out: &Path| {
        run([
            "open".as_ref(),
            package.as_os_str(),
            "--case".as_ref(),
            case.as_os_str(),
            "--entry".as_ref(),
            entry.as_ref(),
            "--part".as_ref(),
            part.as_ref(),
            "--reason".as_ref(),
            "court order 1".as_ref(),
            "--out".as_ref(),
            out.as_os_str(),
        ])
    };
    let opened = open("2", part, &opening);
    assert_eq!(opened.code, 0, "{}", opened.err);
    let shown = run(["verify".as_ref(), copy.as_os_str(), "--opening".as_ref(), opening.as_os_str()]);
    assert!(shown.code != 1 && shown.out.contains("in the original there stood"), "{}", shown.out);
    assert!(shown.out.contains(&percent(&secret("seed", 0))), "{}", shown.out);
    // Another value in the same file, and the same file for another place, open nothing.
    let text = fs::read_to_string(&opening).expect("text");
    let mut value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let other = STANDARD
        .encode(STANDARD.decode(value["bytes"].as_str().expect("bytes")).expect("base64").iter().rev().copied().collect::<Vec<_>>());
    value["bytes"] = other.into();
    fs::write(&opening, value.to_string()).expect("written");
    let refused = run(["verify".as_ref(), copy.as_os_str(), "--opening".as_ref(), opening.as_os_str()]);
    assert!(refused.code == 1 && refused.out.contains("these bytes did not stand in this place"), "{}", refused.out);
    assert!(open("2", part, &opening).err.contains("choose a new file"), "nothing is written over");
    assert!(open("2", "9999", &root.path().join("none.json")).code == 2, "there is no such part");
    let ledger = fs::read_to_string(case.join("ledger.ndjson")).expect("a ledger");
    assert!(ledger.contains("\"shared\"") && ledger.contains("\"opened\"") && ledger.contains("court order 1"), "the ledger knows both");
}

/// What cannot be shared is refused before anything is written.
#[test]
fn what_cannot_be_shared_is_refused() {
    let root = scratch();
    let (case, package, values) = sealed_case(root.path());
    let (ran, out) = share(&case, &package, &values, "court", &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let again = run([
        "share".as_ref(),
        package.as_os_str(),
        "--case".as_ref(),
        case.as_os_str(),
        "--profile".as_ref(),
        "court".as_ref(),
        "--out".as_ref(),
        out.as_os_str(),
    ]);
    assert!(again.code == 2 && again.err.contains("never written over"), "{}", again.err);
    let profile =
        run(["share".as_ref(), package.as_os_str(), "--case".as_ref(), case.as_os_str(), "--profile".as_ref(), "everybody".as_ref()]);
    assert!(profile.code == 2 && profile.err.contains("court, vendor or publication"), "{}", profile.err);
    let mut bytes = fs::read(&package).expect("a package");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let damaged = root.path().join("damaged.wacz");
    fs::write(&damaged, bytes).expect("written");
    let (refused, out) = share(&case, &damaged, &values, "vendor", &[]);
    assert!(refused.code == 2 && !out.exists(), "{}", refused.err);
}
