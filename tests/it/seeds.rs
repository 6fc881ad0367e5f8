//! Planted values of a case, by the program: kept encrypted, found with the auditor's key, named as not searched without it, and written nowhere.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use age::secrecy::ExposeSecret as _;
use age::x25519::Identity;
use base64::Engine as _;
use dataspoor::analysis::planted::{Planted, PlantedTable, Seed, SeedKind};
use dataspoor::analysis::{Counts, Flow, Opening, Sink};
use dataspoor::batch::{Inputs, Options, replay_into};
use dataspoor::model::{Gap, Page};
use serde_json::{Value, json};
use sha2::Digest as _;

use super::bad_input::says;
use super::corpus::{inputs, run_in, scratch, tree};
use super::live_bench::{Http, Program, Visitor};
use super::live_origin::LiveOrigin;

const MAIL: &str = "Zaad.Auditor+Gemeente@Voorbeeld.example";
const PHONE: &str = "06-98765432";
const TERM: &str = "zeldzame zoekterm qx7";
const SEEDS: [(&str, &str, &str); 3] =
    [("email", "aanmelding op stad.example", MAIL), ("phone", "afspraak op stad.example", PHONE), ("text", "zoekvak", TERM)];

fn sha256(text: &str) -> String {
    sha2::Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn init(folder: &Path) {
    let arguments = ["init", "case", "--title", "T", "--auditee", "M", "--page", "https://www.facebook.com/stad", "--auditor", "A"];
    let ran = run_in(folder, arguments);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

/// A private key of age in a file for its owner only, and its public key.
fn key(folder: &Path, name: &str) -> (PathBuf, String) {
    let identity = Identity::generate();
    let path = folder.join(name);
    fs::write(&path, format!("# made for a test\n{}\n", identity.to_string().expose_secret())).expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("set");
    (path, identity.to_public().to_string())
}

/// Runs the program with something on standard input.
fn run_with(folder: &Path, arguments: &[&str], input: &str) -> (i32, String, String) {
    use std::io::Write as _;
    let mut child = Command::new(env!("CARGO_BIN_EXE_dataspoor"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("ended");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

fn add_all(folder: &Path, to: &str) {
    for (number, (kind, label, value)) in SEEDS.into_iter().enumerate() {
        let mut arguments = vec!["seed", "add", "--case", "case", "--kind", kind, "--label", label];
        if number == 0 {
            arguments.extend(["--to", to]);
        }
        let (code, out, err) = run_with(folder, &arguments, &format!("{value}\n"));
        assert_eq!(code, 0, "{err}");
        assert!(out.contains(&format!("seed-{}", number + 1)) && !out.contains(value) && !err.contains(value), "{out}{err}");
    }
}

/// A visit to a second site: what is typed goes to a pixel before it is submitted, is submitted, and goes there again.
fn recording(folder: &Path) -> PathBuf {
    let base64 = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let entry = |second: u32, method: &str, url: &str, referer: &str, post: Option<(&str, String)>, answer: String| {
        let mut headers = vec![json!({ "name": "Referer", "value": referer }), json!({ "name": "Host", "value": url.split('/').nth(2) })];
        headers.push(json!({ "name": "Sec-Fetch-Dest", "value": "empty" }));
        let mut request = json!({ "method": method, "url": url, "httpVersion": "h2", "headers": headers, "queryString": [], "cookies": [],
            "headersSize": -1, "bodySize": -1 });
        if let Some((media_type, text)) = post {
            request["headers"].as_array_mut().expect("a list").push(json!({ "name": "Content-Type", "value": media_type }));
            request["postData"] = json!({ "mimeType": media_type, "text": text });
        }
        json!({
            "startedDateTime": format!("2026-11-20T10:00:{second:02}.000Z"), "time": 10, "request": request, "cache": {},
            "response": { "status": 200, "statusText": "", "httpVersion": "h2", "headers": [], "cookies": [], "redirectURL": "",
                "headersSize": -1, "bodySize": -1, "content": { "size": answer.len(), "mimeType": "application/json", "text": answer } },
            "timings": { "send": 1, "wait": 8, "receive": 1 },
        })
    };
    let site = "https://www.stad.example/aanmelden";
    let (mail, phone) = (MAIL.to_lowercase(), "31698765432");
    let form = ("application/x-www-form-urlencoded", format!("email={}&tel=06-98765432", MAIL.replace('@', "%40").replace('+', "%2B")));
    let body = json!({ "events": [{ "ph": sha256(phone), "packed": base64(&format!("{{\"em\":\"{}\"}}", sha256(&mail))) }] }).to_string();
    let entries = [
        entry(1, "GET", &format!("https://pixel.facebook.com/tr?udff%5Bem%5D={}", sha256(&mail)), site, None, String::new()),
        entry(2, "POST", "https://www.stad.example/api/aanmelden", site, Some((form.0, form.1)), "{\"ok\":true}".to_owned()),
        entry(3, "POST", "https://pixel.facebook.com/batch", site, Some(("application/json", body)), String::new()),
        entry(
            4,
            "GET",
            &format!("https://zoek.ander.example/zoek?q={}", TERM.replace(' ', "+")),
            "https://zoek.ander.example/",
            None,
            format!("{{\"voor\":\"{TERM}\"}}"),
        ),
    ];
    let path = folder.join("visit.har");
    let har = json!({ "log": { "version": "1.2", "creator": { "name": "test", "version": "1" }, "pages": [], "entries": entries } });
    fs::write(&path, har.to_string()).expect("written");
    path
}

#[derive(Default)]
struct Keep(Option<PlantedTable>);

impl Sink for Keep {
    fn open(&mut self, _: &Opening<'_>) -> std::io::Result<()> {
        Ok(())
    }
    fn page(&mut self, _: &Page) -> std::io::Result<()> {
        Ok(())
    }
    fn flow(&mut self, _: &Flow<'_>) -> std::io::Result<()> {
        Ok(())
    }
    fn planted(&mut self, table: &PlantedTable) -> std::io::Result<()> {
        self.0 = Some(table.clone());
        Ok(())
    }
    fn gap(&mut self, _: &Gap) -> std::io::Result<()> {
        Ok(())
    }
    fn close(&mut self, _: &Counts) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_table_says_where_how_to_whom_and_when() {
    let root = scratch();
    let path = recording(root.path());
    let seeds: Vec<Seed> = SEEDS
        .iter()
        .zip(1..)
        .map(|((kind, label, value), number)| Seed {
            id: format!("seed-{number}"),
            kind: SeedKind::from_id(kind).expect("a kind"),
            label: (*label).to_owned(),
            value: (*value).to_owned(),
        })
        .collect();
    let known = inputs();
    let inputs = Inputs {
        rules: super::corpus::builtin_rules(),
        rule_mistakes: 0,
        suffixes: dataspoor::site::SuffixList::Embedded,
        lists: Vec::new(),
        parties: known.parties.clone(),
        case: known.case.clone(),
        planted: Some(Planted::new(&seeds, Vec::new())),
    };
    let mut keep = Keep::default();
    replay_into(&path, &inputs, &Options::default(), &mut keep).expect("replayed");
    let table = keep.0.expect("a table");
    let rows: Vec<String> = table
        .rows
        .iter()
        .map(|row| {
            let path = row.path.join(">");
            format!("{} {} {} {} {} {} {}", row.entry, row.seed, row.way.id(), row.host, row.name, path, row.phase.id())
        })
        .collect();
    assert_eq!(
        rows,
        [
            "1 seed-1 request pixel.facebook.com udff[em] lower-case>sha256>base16 before-submit",
            "2 seed-1 request www.stad.example email as-typed>percent submit",
            "2 seed-2 request www.stad.example tel as-typed submit",
            "3 seed-1 request pixel.facebook.com events.*.packed.em lower-case>sha256>base16>base64 after-submit",
            "3 seed-2 request pixel.facebook.com events.*.ph digits-with-country-code>sha256>base16 after-submit",
            "4 seed-3 request zoek.ander.example q as-typed>percent no-submit-recorded",
            "4 seed-3 answer zoek.ander.example voor as-typed no-submit-recorded",
        ]
    );
    let submits: Vec<_> = table.submits.iter().map(|submit| (submit.seed.as_str(), submit.site.as_str(), submit.entry)).collect();
    assert_eq!(submits, [("seed-1", "stad.example", 2), ("seed-2", "stad.example", 2)]);
}

#[test]
fn values_are_searched_with_the_key_named_without_it_and_written_nowhere() {
    let root = scratch();
    let folder = root.path();
    init(folder);
    let (own, to) = key(folder, "own.txt");
    let (other, _) = key(folder, "other.txt");
    let (code, _, err) = run_with(folder, &["seed", "add", "--case", "case", "--kind", "email", "--label", "x"], MAIL);
    assert!(code == 2 && err.contains("--to") && err.contains("age-keygen"), "{err}");
    add_all(folder, &to);
    let list = run_in(folder, ["seed", "list", "--case", "case"]);
    assert_eq!((list.code, list.out.lines().count()), (0, 3), "{}", list.err);
    assert!(list.out.contains("seed-2\tphone\t") && list.out.contains("zoekvak"), "{}", list.out);
    let case = tree(&folder.join("case"));
    assert!(case.contains_key(Path::new("seeds/seed-3.age")) && case.contains_key(Path::new("seeds/seeds.toml")));
    assert!(String::from_utf8_lossy(&case[Path::new("ledger.ndjson")]).contains("\"kind\":\"seed-added\""));

    recording(folder);
    let arguments = |more: &[&str]| -> Vec<String> {
        let fixed = ["replay", "visit.har", "--case", "case", "--json", "--page", "https://www.stad.example/"];
        fixed.iter().chain(more).map(|text| (*text).to_owned()).collect()
    };
    let line = |more: &[&str]| -> Value {
        let ran = run_in(folder, arguments(more));
        assert_eq!(ran.code, 0, "{}", ran.err);
        serde_json::from_str(&ran.out).expect("JSON")
    };
    let with = line(&["--seeds-key", "own.txt", "--out", "with"]);
    assert_eq!(with["planted"]["searched"], json!(["seed-1", "seed-2", "seed-3"]));
    assert_eq!((&with["planted"]["not_searched"], &with["planted"]["sightings"]), (&json!([]), &json!(7)));
    let again = line(&["--seeds-key", "own.txt", "--out", "again", "--threads", "2"]);
    assert_eq!(again["planted"], with["planted"]);
    assert_eq!(tree(&folder.join("with")), tree(&folder.join("again")));
    let without = line(&["--out", "without"]);
    assert_eq!(without["planted"]["searched"], json!([]));
    let named: Vec<_> =
        SEEDS.iter().zip(1..).map(|((kind, label, _), n)| json!({ "id": format!("seed-{n}"), "kind": kind, "label": label })).collect();
    assert_eq!(without["planted"]["not_searched"], json!(named));

    // An annex that was made with the key is made again with it, and with it only.
    let verify = |more: &[&str]| {
        let fixed = ["verify", "with/visit", "--capture", "visit.har", "--case", "case"];
        run_in(folder, fixed.iter().chain(more).copied().collect::<Vec<_>>())
    };
    assert_eq!(verify(&["--seeds-key", "own.txt"]).code, 0, "{}", verify(&["--seeds-key", "own.txt"]).out);
    let ran = verify(&[]);
    assert!(ran.code == 2 && ran.out.contains("seed-1, seed-2, seed-3") && ran.out.contains("--seeds-key"), "{}", ran.out);

    // Wrong keys say which file and what to do.
    let wrong = run_in(folder, arguments(&["--seeds-key", "other.txt"]));
    assert_eq!(wrong.code, 2, "{}", wrong.out);
    says(&wrong, &["other.txt", "seed-1.age", &to]);
    fs::set_permissions(&own, fs::Permissions::from_mode(0o644)).expect("set");
    says(&run_in(folder, arguments(&["--seeds-key", "own.txt"])), &["own.txt", "chmod 600"]);
    fs::set_permissions(&own, fs::Permissions::from_mode(0o600)).expect("set");
    says(&run_in(folder, ["replay", "visit.har", "--json", "--seeds-key", "own.txt"]), &["--seeds-key own.txt", "--case"]);
    fs::write(&other, "nothing\n").expect("written");
    says(&run_in(folder, arguments(&["--seeds-key", "other.txt"])), &["other.txt", "age-keygen"]);

    // Nothing of a value stands anywhere but in the recording itself: found by the search that is tested here, in every form that it knows.
    let seeds: Vec<Seed> = SEEDS
        .iter()
        .map(|(kind, label, value)| Seed {
            id: "seed".to_owned(),
            kind: SeedKind::from_id(kind).expect("a kind"),
            label: (*label).to_owned(),
            value: (*value).to_owned(),
        })
        .collect();
    let planted = Planted::new(&seeds, Vec::new());
    let nowhere = "request.body".parse().expect("a locator");
    let mut searched = 0;
    for (path, bytes) in tree(folder) {
        let (hits, _) = planted.see_raw(&nowhere, dataspoor::decode::FieldPlace::Body, "", &bytes);
        searched += 1;
        assert!(path == Path::new("visit.har") || hits.is_empty(), "{}: {hits:?}", path.display());
    }
    assert!(searched > 20, "only {searched} files");
}

/// What is found while recording is what a replay finds: `verify` makes the annex again, byte for byte.
#[tokio::test(flavor = "multi_thread")]
async fn live_and_replay_find_the_same() {
    let root = scratch();
    let folder = root.path();
    init(folder);
    let (_, to) = key(folder, "own.txt");
    add_all(folder, &to);
    let origin = LiveOrigin::start(BTreeMap::new()).await;
    fs::write(folder.join("origin.pem"), &origin.root).expect("written");
    let map = format!("a.test={}", origin.address);
    let fixed = ["record", "--no-browser", "--json", "--case", "case", "--upstream-ca", "origin.pem", "--map", &map];
    let mut program =
        Program::start(folder, fixed.into_iter().chain(["--listen", "127.0.0.1:0", "--seeds-key", "own.txt"]).collect::<Vec<_>>());
    let proxy = program.event("listening").await["address"].as_str().expect("an address").parse().expect("an address");
    let visitor = Visitor::new(proxy, &folder.join("case/authority.pem"));
    let mut line = visitor.line("a.test", Http::One).await.expect("a connection");
    for value in [sha256(&MAIL.to_lowercase()), sha256("+31698765432"), TERM.replace(' ', "%20")] {
        let url = format!("https://a.test/pattern/1/10?v={value}");
        assert!(line.get(&url, None, &[]).await.expect("an answer").whole);
    }
    drop(line);
    let ended = program.interrupt().await;
    assert!(ended.status.success());
    let said = String::from_utf8_lossy(&ended.stdout);
    let event: Value = said.lines().filter_map(|line| serde_json::from_str(line).ok()).find(|event: &Value| event["event"] == "ended").expect("ended");
    assert_eq!((&event["planted"]["sightings"], &event["planted"]["searched"]), (&json!(3), &json!(["seed-1", "seed-2", "seed-3"])));
    let verify = |more: &[&str]| {
        run_in(folder, ["verify", "case/captures/0001", "--case", "case"].iter().chain(more).copied().collect::<Vec<_>>())
    };
    let with = verify(&["--seeds-key", "own.txt"]);
    assert!(with.code == 0 && with.out.contains("byte for byte"), "{}{}", with.out, with.err);
    let without = verify(&[]);
    assert!(without.code == 2 && without.out.contains("--seeds-key"), "{}", without.out);
    let replay = ["replay", "case/captures/0001", "--case", "case", "--seeds-key", "own.txt", "--json"];
    let line: Value = serde_json::from_str(&run_in(folder, replay).out).expect("JSON");
    assert_eq!(line["planted"], event["planted"]);
}
