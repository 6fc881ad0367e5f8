//! Recipients as a user sees them: a visit to the auditee's own site, one of whose hosts is another name of somebody else's, recorded by the program
//! before a name server of ours, and judged with a list of ours of each kind.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::corpus::{run_in, scratch};
use super::live_bench::Recorded;
use super::mmdb::{Data, database};
use super::name_server::{NameServer, Reply};
use super::origin::{Kind, certificates};

const RULES: &str = r#"
format = 2
id = "own"
version = "2026-11-22"
title = { en = "Rules for a test", nl = "Regels voor een test" }

[[source]]
id = "REG"
title = "A register"
publisher = "Somebody"
reference = "https://register.example/"
date = "2026"

[[owner]]
id = "followers"
name = "Followers Inc."
domains = ["tracker.example"]
source = "REG"
certainty = "unverified"
  [[owner.contract]]
  party = "Followers Europe B.V."
  service = { en = "measuring", nl = "meten" }
  source = "REG"
  certainty = "stated"

[[owner]]
id = "shop"
name = "Shop N.V."
domains = ["www.shared.example"]
source = "REG"
certainty = "stated"

[[owner]]
id = "sharer"
name = "Sharer N.V."
domains = ["shared.example"]
source = "REG"
certainty = "stated"

[[network]]
id = "network.cdn"
operator = "Delivery Inc."
hosts = ["cdn.example"]
source = "REG"
certainty = "derived"

[[network]]
id = "network.loopback"
operator = "Loopback by rule"
as = [64500]
source = "REG"
certainty = "derived"

[[cookie]]
id = "own.cookie"
name = "visitor"
domains = ["ministerie.example"]
limits = { en = "It is not known who reads it.", nl = "Niet bekend is wie het leest." }
  [[cookie.claim]]
  by = "own"
  who = "testers"
  purpose = { en = "We think that it counts.", nl = "Wij denken dat het telt." }
  source = "REG"
  certainty = "unverified"
"#;

const COOKIES: &str = "ID,Platform,Category,Cookie / Data Key name,Domain,Description,Retention period,Data Controller,\
    User Privacy & GDPR Rights Portals,Wildcard match\n\
    1,Followers,Analytics,visitor,,Counts visitors <b>well</b>,2 years,Followers Inc.,https://x.example/,0\n";

const TRACKERS: &str =
    r#"{"license":"x","categories":{"Advertising":[{"Followers (list)":{"https://tracker.example/":["tracker.example"]}}]}}"#;

/// Answers every request with a cookie and a few bytes.
async fn origin() -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let task = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    match stream.read_u8().await {
                        Ok(byte) => head.push(byte),
                        Err(_) => return,
                    }
                }
                let answer = "HTTP/1.1 200 OK\r\nContent-Type: text/javascript\r\nSet-Cookie: visitor=abcdefgh12345678; Max-Age=600\r\n\
                    Content-Length: 2\r\nConnection: close\r\n\r\nok";
                // Who has gone away needs no answer.
                let _gone = stream.write_all(answer.as_bytes()).await;
            });
        }
    });
    (address, task)
}

async fn get(proxy: SocketAddr, url: &str) {
    let host = url.split('/').nth(2).expect("a host");
    let mut stream = TcpStream::connect(proxy).await.expect("the proxy");
    let head = format!(
        "GET {url} HTTP/1.1\r\nHost: {host}\r\nReferer: http://www.ministerie.example/\r\nSec-Fetch-Dest: script\r\n\
         Cookie: visitor=abcdefgh12345678\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{url}: {answer}");
}

/// The lists, as files in `folder`; one of each kind.
fn write_lists(folder: &Path) {
    let map = |fields: &[(&str, Data)]| Data::Map(fields.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect());
    let text = |text: &str| Data::Text(text.to_owned());
    let network = map(&[
        ("country", map(&[("iso_code", text("NL"))])),
        ("autonomous_system_number", Data::Number(64_500)),
        ("autonomous_system_organization", text("Loopback by database")),
    ]);
    let addresses = database("Own-ASN", 1_767_225_600, &[("127.0.0.0", 8, network)]);
    for (name, bytes) in [
        ("filter.txt", b"[Adblock Plus 2.0]\n||tracker.example^\n".to_vec()),
        ("cookies.csv", COOKIES.as_bytes().to_vec()),
        ("trackers.json", TRACKERS.as_bytes().to_vec()),
        ("aliases.json", br#"{"metrics.ministerie.example":"ministerie.tracker.example"}"#.to_vec()),
        ("addresses.mmdb", addresses),
    ] {
        fs::write(folder.join(name), bytes).expect("written");
    }
}

const LISTS: [&str; 5] = ["filter.txt", "cookies.csv", "trackers.json", "aliases.json", "addresses.mmdb"];

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))).expect("JSON")
}

/// Every file of an annex, by name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entry = |entry: std::io::Result<fs::DirEntry>| {
        let entry = entry.expect("an entry");
        (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).expect("a file"))
    };
    fs::read_dir(folder).expect("a folder").map(entry).collect()
}

#[tokio::test]
async fn a_name_of_the_auditee_under_which_somebody_else_answers() {
    let home = scratch();
    let folder = home.path();
    write_lists(folder);
    fs::create_dir(folder.join("rules")).expect("made");
    fs::write(folder.join("rules/own.toml"), RULES).expect("written");
    let made = [
        "init",
        "case",
        "--title=Proef",
        "--auditee=Ministerie",
        "--auditor=A",
        "--page=https://www.facebook.com/ministerie",
        "--domain=https://www.ministerie.example/",
    ];
    assert_eq!(run_in(folder, made).code, 0);
    let (address, origin) = origin().await;
    let here = || vec!["127.0.0.1".parse().expect("an address")];
    let names = NameServer::start(move |name, _| match name {
        "metrics.ministerie.example" => Reply::Addresses(vec!["ministerie.tracker.example", "edge.tracker.example"], here()),
        "static.ministerie.example" => Reply::Addresses(vec!["d1.cdn.example"], here()),
        _ => Reply::Addresses(vec![], here()),
    })
    .await;
    let (name_server, case, rules) = (names.address.to_string(), folder.join("case"), folder.join("rules"));
    let judged = |more: &[&str]| {
        let mut arguments: Vec<String> = more.iter().map(|&one| one.to_owned()).collect();
        arguments.extend(["--case".to_owned(), case.display().to_string(), "--rules".to_owned(), rules.display().to_string()]);
        arguments.extend(["--lang", "nl", "--lang", "en"].map(str::to_owned));
        arguments.extend(LISTS.iter().flat_map(|name| ["--list".to_owned(), folder.join(name).display().to_string()]));
        arguments
    };
    let arguments = judged(&["--allow-private-upstream", "--name-server", &name_server]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (root, _) = certificates(Kind::Trusted);
    let recorded = Recorded::start(&root, &[], &arguments).await;
    for (host, path) in [
        ("www.ministerie.example", "page"),
        ("static.ministerie.example", "logo.js"),
        ("metrics.ministerie.example", "count.js?visitor=1"),
        ("www.shared.example", "a.js"),
        ("other.shared.example", "b.js"),
    ] {
        get(recorded.proxy, &format!("http://{host}:{}/{path}", address.port())).await;
    }
    let capture = recorded.capture.clone();
    let ended = recorded.program.interrupt().await;
    assert!(ended.status.success(), "{}", ended.err);
    origin.abort();

    let live = capture.join("report");
    let annex = json(&live.join("annex.json"));
    assert_eq!(annex["version"], 4);
    // What the auditee itself answers is counted and left out, also where it lies with a network for hire.
    assert_eq!(annex["totals"]["auditee_requests"], 2, "{}", annex["totals"]);
    assert_eq!(annex["method"]["auditee"], serde_json::json!(["ministerie.example"]));
    assert_eq!(annex["method"]["platform_sites"], serde_json::json!(["facebook.com"]));
    let flows = annex["flows"].as_array().expect("flows");
    let hosts: Vec<&str> = flows.iter().map(|flow| flow["host"].as_str().expect("a host")).collect();
    assert_eq!(hosts, ["metrics.ministerie.example", "www.shared.example", "other.shared.example"]);
    assert_eq!(
        (&flows[0]["position"], &flows[0]["lists"][0]["name"]),
        (&"other".into(), &"ministerie.tracker.example".into()),
        "{}",
        flows[0]
    );

    // Holders of hosts of one domain differ, so it has two rows.
    let recipients = annex["recipients"].as_array().expect("recipients");
    let row = |host: &str| {
        let has = |row: &&Value| row["hosts"].as_array().expect("hosts").iter().any(|known| known == host);
        recipients.iter().find(has).unwrap_or_else(|| panic!("no row for {host}"))
    };
    let (shop, sharer, metrics) = (row("www.shared.example"), row("other.shared.example"), row("metrics.ministerie.example"));
    assert_eq!((&shop["owner"]["name"], &sharer["owner"]["name"]), (&"Shop N.V.".into(), &"Sharer N.V.".into()));
    // Three questions: nothing is filled in from another.
    assert_eq!((&metrics["owner"], &metrics["contracts"]), (&Value::Null, &serde_json::json!([])));
    let operators: Vec<&str> =
        metrics["networks"].as_array().expect("networks").iter().filter_map(|one| one["operator"].as_str()).collect();
    assert_eq!(operators, ["Loopback by rule", "Loopback by database"]);
    assert_eq!(metrics["list_owners"][0]["owner"], "Followers (list)");
    assert_eq!(metrics["aliases"], serde_json::json!([1]));

    let alias = &annex["aliases"][0];
    assert_eq!(annex["aliases"].as_array().expect("rows").len(), 1, "a host of a network for hire belongs to the auditee");
    assert_eq!(alias["chain"], serde_json::json!(["ministerie.tracker.example", "edge.tracker.example"]));
    assert_eq!((&alias["basis"], &alias["ends"][0]["owner"]["name"]), (&"recorded-names".into(), &"Followers Inc.".into()));
    assert_eq!(alias["ends"][0]["owner"]["certainty"], "unverified");
    let known: Vec<&str> = alias["known"].as_array().expect("lists").iter().filter_map(|known| known["list"].as_str()).collect();
    assert!(known.contains(&"aliases.json") && known.contains(&"trackers.json"), "{known:?}");
    assert_eq!(alias["lists"][0]["rule"], "||tracker.example^");

    let said = &annex["addresses"][0]["databases"][0];
    assert_eq!((&said["country"], &said["as_number"], &said["date"]), (&"NL".into(), &64_500.into(), &"2026-01-01".into()));
    let cookie =
        &annex["cookies"].as_array().expect("cookies").iter().find(|row| row["list_claims"] != serde_json::json!([])).expect("a row");
    let claim = &cookie["list_claims"][0];
    assert_eq!((&claim["by"], &claim["category"], &claim["names_domain"]), (&"independent".into(), &"Analytics".into(), &false.into()));
    assert!(claim["not_rederivable_without"].as_str().is_some_and(|text| text.starts_with("cookies.csv (sha256 ")), "{claim}");
    let kinds: Vec<&str> = annex["method"]["lists"].as_array().expect("lists").iter().filter_map(|list| list["kind"].as_str()).collect();
    assert_eq!(kinds, ["filter", "cookies", "trackers", "aliases", "addresses"]);
    let counted = |list: usize| (&annex["method"]["lists"][list]["matched"], &annex["method"]["lists"][list]["matched_by_name"]);
    assert_eq!(counted(0), (&0.into(), &1.into()), "the filter list knows the other name only");
    assert_eq!([1, 2, 3, 4].map(|list| counted(list).0.as_u64()), [Some(3), Some(1), Some(1), Some(3)]);

    evidence(&live);
    pages(&live);

    // A replay with the case says the same, and one without lists says that nothing was looked up.
    let out = folder.join("again");
    let arguments = judged(&["replay", "--quiet", "--out", &out.display().to_string(), &capture.display().to_string()]);
    let ran = run_in(folder, &arguments);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let again = fs::read_dir(&out).expect("a folder").next().expect("an annex").expect("an entry").path();
    let (live_files, again_files) = (files(&live), files(&again));
    for name in ["annex.json", "evidence.ndjson", "annex.nl.html", "recipients.csv", "other-names.csv", "addresses.csv"] {
        assert!(live_files[name] == again_files[name], "{name} differs between recording and replay");
    }
    let bare = folder.join("bare");
    let (bare_text, capture_text, case_text) = (bare.display().to_string(), capture.display().to_string(), case.display().to_string());
    let ran = run_in(folder, ["replay", "--quiet", "--lang=en", "--out", &bare_text, "--case", &case_text, &capture_text]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let bare = fs::read_dir(&bare).expect("a folder").next().expect("an annex").expect("an entry").path();
    let html = fs::read_to_string(bare.join("annex.en.html")).expect("a page");
    assert!(html.contains("not looked up: no database of addresses was used"));
    let annex = json(&bare.join("annex.json"));
    // Without rules and lists nobody says who answers under the name, so it stays the auditee's.
    assert_eq!((&annex["totals"]["auditee_requests"], &annex["aliases"]), (&3.into(), &serde_json::json!([])));
}

/// The evidence log says each of it with its place.
fn evidence(folder: &Path) {
    let log = fs::read_to_string(folder.join("evidence.ndjson")).expect("a log");
    let records: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!((&records[0]["version"], &records[0]["lists"][4]["kind"]), (&4.into(), &"addresses".into()));
    let flow = records.iter().find(|record| record["kind"] == "flow" && record["host"] == "metrics.ministerie.example").expect("a flow");
    assert_eq!((&flow["request_kind"], &flow["request_kind_basis"]), (&"script".into(), &"sec-fetch-dest".into()));
    assert_eq!(flow["host_leads_to"], serde_json::json!(["ministerie.tracker.example", "edge.tracker.example"]));
    let finding = |fits: &dyn Fn(&Value) -> bool| {
        let found = flow["findings"].as_array().expect("findings").iter().find(|finding| fits(finding));
        found.unwrap_or_else(|| panic!("not among {:#}", flow["findings"])).clone()
    };
    let alias = finding(&|finding| finding["alias"] == "recorded-names");
    assert_eq!((&alias["locator"], &alias["quote"]), (&"connection.alias[2]/range:0-20".into(), &"edge.tracker.example".into()));
    assert_eq!(alias["ends"][0]["owner"]["certainty"], serde_json::json!(["unverified"]));
    let by_name = finding(&|finding| finding["subject"] == "request-by-other-name" && finding["list"] == "filter.txt");
    assert_eq!((&by_name["locator"], &by_name["quote"]), (&"connection.alias[1]/range:0-26".into(), &"ministerie.tracker.example".into()));
    let address = finding(&|finding| finding["organisation"] == "Loopback by database");
    assert!(address["locator"].as_str().is_some_and(|place| place.starts_with("connection/range:0-")), "{address}");
    let cookie = finding(&|finding| finding["subject"] == "cookie-sent" && finding["list"] == "cookies.csv");
    assert_eq!((&cookie["cookie"], &cookie["category"]), (&1.into(), &"Analytics".into()));
    let network = finding(&|finding| finding["rule"] == "network.loopback");
    assert_eq!(network["as_number"], 64_500);
    assert!(cookie["not_rederivable_without"].as_str().is_some_and(|list| list.contains("(sha256 ")), "{cookie}");
}

/// The pages say it in words, in both languages.
fn pages(folder: &Path) {
    for (lang, words) in [
        (
            "en",
            [
                "neither where the data were stored nor whether they were transferred",
                "not checked against a source",
                "in list <bdi dir=\"ltr\">trackers.json</bdi>: owner <bdi dir=\"ltr\">Followers (list)</bdi>",
                "Not re-derivable without list",
                "in the words of the list, not translated",
                "from the answer of the name server, as recorded",
                "What this does not show: It is not known who reads it.",
            ],
        ),
        (
            "nl",
            [
                "niet waar de gegevens zijn opgeslagen, en ook niet of zij zijn doorgegeven",
                "niet aan een bron getoetst",
                "in lijst <bdi dir=\"ltr\">trackers.json</bdi>: eigenaar <bdi dir=\"ltr\">Followers (list)</bdi>",
                "Niet opnieuw af te leiden zonder lijst",
                "in de woorden van de lijst, niet vertaald",
                "uit het antwoord van de naamserver, zoals vastgelegd",
                "Wat hieruit niet blijkt: Niet bekend is wie het leest.",
            ],
        ),
    ] {
        let html = fs::read_to_string(folder.join(format!("annex.{lang}.html"))).expect("a page");
        for word in words {
            assert!(html.contains(word), "{lang}: {word}");
        }
        assert!(!html.contains("<b>well</b>") && html.contains("&lt;b&gt;well&lt;/b&gt;"), "what a list says is text");
    }
}

/// An import holds no names, so only a list of hosts can tell; a domain of the auditee comes from the case.
#[test]
fn a_list_alone_knows_another_name() {
    let home = scratch();
    let folder = home.path();
    write_lists(folder);
    fs::create_dir(folder.join("rules")).expect("made");
    fs::write(folder.join("rules/own.toml"), RULES).expect("written");
    let made = ["init", "case", "--title=Proef", "--auditee=Ministerie", "--auditor=A", "--page=https://www.facebook.com/m"];
    assert_eq!(run_in(folder, made.iter().copied().chain(["--domain=ministerie.example"])).code, 0);
    let entry = |number: u32, url: &str, address: &str| {
        serde_json::json!({
            "startedDateTime": format!("2026-11-22T08:00:0{number}.000Z"),
            "serverIPAddress": address,
            "request": {"method": "GET", "url": url, "headers": [{"name": "Referer", "value": "https://www.ministerie.example/"}]},
            "response": {"status": 200, "headers": []},
        })
    };
    let har = serde_json::json!({"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": [
        entry(1, "https://www.ministerie.example/", "[2001:db8::1]"),
        entry(2, "https://metrics.ministerie.example/count?x=1", "127.0.0.1"),
        entry(3, "https://www.facebook.com/tr/?id=1", "192.0.2.7"),
        entry(4, "https://static.xx.fbcdn.net/x.js", "192.0.2.7"),
    ]}});
    fs::write(folder.join("visit.har"), har.to_string()).expect("written");
    let common = ["replay", "--quiet", "--lang=en", "--case", "case", "--rules", "rules", "--page", "https://www.ministerie.example/"];
    let lists: Vec<&str> = LISTS.iter().flat_map(|name| ["--list", *name]).collect();
    let ran = run_in(folder, [&common[..], &lists, &["--out", "out", "visit.har"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let out = folder.join("out/visit");
    let annex = json(&out.join("annex.json"));
    assert_eq!((&annex["method"]["case"], &annex["totals"]["auditee_requests"]), (&true.into(), &1.into()), "{}", annex["totals"]);
    let alias = &annex["aliases"][0];
    assert_eq!((&alias["basis"], &alias["chain"]), (&"list-of-hosts".into(), &serde_json::json!(["ministerie.tracker.example"])));
    assert_eq!((&alias["known"][0]["list"], &alias["ends"][0]["owner"]["id"]), (&"aliases.json".into(), &"followers".into()));
    // The page is the auditee's own: the platform stays the platform, by the Pages that the case names.
    let flows = annex["flows"].as_array().expect("flows");
    let position = |host: &str| flows.iter().find(|flow| flow["host"] == host).map(|flow| flow["position"].as_str().expect("a word"));
    assert_eq!(position("www.facebook.com"), Some("platform"));
    assert_eq!(position("static.xx.fbcdn.net"), Some("platform-affiliate"));
    assert_eq!(position("metrics.ministerie.example"), Some("other"));
    // A database that does not hold an address says nothing of it.
    let addresses = annex["addresses"].as_array().expect("addresses");
    let held: Vec<(&str, bool)> = addresses
        .iter()
        .map(|row| (row["address"].as_str().expect("an address"), row["databases"][0]["found"].as_bool().expect("yes or no")))
        .collect();
    assert!(held.contains(&("127.0.0.1", true)) && held.contains(&("192.0.2.7", false)), "{held:?}");
    let html = fs::read_to_string(out.join("annex.en.html")).expect("a page");
    assert!(html.contains("according to a list only: the recording holds no names") && html.contains("not in this database"));
    // It can be made again with the case and the lists, and not without the case.
    let check = |more: &[&str]| {
        let common = ["verify", "out/visit", "--capture", "visit.har", "--rules", "rules"];
        run_in(folder, [&common[..], &lists, more].concat())
    };
    let again = check(&["--case", "case"]);
    assert_eq!(again.code, 0, "{} {}", again.out, again.err);
    let without = check(&[]);
    assert!(without.code != 0 && without.out.contains("another --case") && !without.out.contains("DISPROVED"), "{}", without.out);
}
