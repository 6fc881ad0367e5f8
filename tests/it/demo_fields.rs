//! What leaves the browser in the demo: the tables of fields, identifiers, planted values, pages and recipients are held against the servers' own
//! log, counted by a program of the Python standard library that knows nothing of ours, and against the truth of the world.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use dataspoor::demo::plan;
use dataspoor::demo::truth::PLANTED;
use serde_json::Value;

use super::corpus::{ROOT, run_in, scratch};

/// A recorded visit: what the annex says, what the evidence log says of flows, and what the oracle counts in the servers' log.
struct Visited {
    annex: Value,
    flows: Vec<Value>,
    log: Value,
    pages: BTreeMap<String, String>,
}

fn visited(more: &[&str]) -> Visited {
    let folder = scratch();
    let arguments = ["demo", "--out", "demo", "--access-log", "servers.ndjson"].iter().chain(more).copied().collect::<Vec<_>>();
    let ran = run_in(folder.path(), arguments);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let planted = folder.path().join("planted.json");
    fs::write(&planted, serde_json::to_vec(&plan::PLANTED).expect("JSON")).expect("written");
    let oracle = Path::new(ROOT).join("tests/oracles/demo_facts.py");
    let counted =
        Command::new("python3").arg(oracle).arg(folder.path().join("servers.ndjson")).arg(&planted).output().expect("python3 runs");
    assert!(counted.status.success(), "{}", String::from_utf8_lossy(&counted.stderr));
    let report = folder.path().join("demo/report");
    let read = |name: &str| fs::read_to_string(report.join(name)).expect("a file of the annex");
    let log = read("evidence.ndjson");
    let flows = log.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")).filter(|line| line["kind"] == "flow").collect();
    let pages = ["nl", "en"].map(|lang| (lang.to_owned(), read(&format!("annex.{lang}.html"))));
    Visited {
        annex: serde_json::from_str(&read("annex.json")).expect("JSON"),
        flows,
        log: serde_json::from_slice(&counted.stdout).expect("JSON"),
        pages: pages.into(),
    }
}

fn rows<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().unwrap_or_else(|| panic!("a table {name}"))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn number(value: &Value) -> u64 {
    value.as_u64().expect("a number")
}

/// Host, place and name of fields, with how often and with how many bytes.
type Fields = BTreeMap<(String, String, String), (u64, u64)>;

impl Visited {
    /// Fields by the annex. Segments of paths, which the oracle takes for part of the endpoint, and binary messages are left out.
    fn fields(&self) -> Fields {
        let hosts: BTreeMap<u64, String> =
            rows(&self.annex, "endpoints").iter().map(|row| (number(&row["nr"]), text(&row["host"]))).collect();
        let mut fields = Fields::new();
        for row in rows(&self.annex, "fields") {
            let (place, name) = (text(&row["place"]), text(&row["name"]));
            if row["step"] == true || place == "path" || name == "host" || (place == "message" && name.is_empty()) {
                continue;
            }
            let sums = fields.entry((hosts[&number(&row["endpoint"])].clone(), place, name)).or_default();
            *sums = (sums.0 + number(&row["times"]), sums.1 + number(&row["bytes"]));
        }
        fields
    }

    /// The same by the servers' log.
    fn logged_fields(&self) -> Fields {
        let mut fields = Fields::new();
        for (times, bytes) in rows(&self.log, "fields").iter().zip(rows(&self.log, "bytes")) {
            assert_eq!(times[4], bytes[4]);
            let sums = fields.entry((text(&times[0]), text(&times[3]), text(&times[4]))).or_default();
            *sums = (sums.0 + number(&times[5]), sums.1 + number(&bytes[5]));
        }
        fields
    }

    /// Whole values of cookies in plain, in other places than their own: cookie, its site, host, place, field, times.
    fn carried(&self) -> BTreeMap<[String; 5], u64> {
        let mut carried = BTreeMap::new();
        for row in rows(&self.annex["linkage"], "sharings") {
            let plain = row["part"] == false && row["codings"].as_array().is_some_and(Vec::is_empty);
            if row["carrier"] == "cookie" && plain && ["request", "message"].contains(&row["way"].as_str().unwrap_or_default()) {
                *carried.entry(["name", "of", "host", "place", "field"].map(|key| text(&row[key]))).or_default() += number(&row["times"]);
            }
        }
        carried
    }

    /// Planted values found in fields of requests: seed, host, field, what was done, before or after the form was sent.
    fn planted(&self) -> BTreeSet<(String, String, String, String, String)> {
        let found = rows(&self.annex["planted"], "found").iter().filter(|row| row["way"] == "request");
        found.map(|row| (text(&row["seed"]), text(&row["host"]), text(&row["field"]), done(&row["path"]), text(&row["phase"]))).collect()
    }

    /// Kind, name and second end of the rows of the trail.
    fn trail(&self) -> BTreeSet<(String, String, String)> {
        rows(&self.annex, "trail").iter().map(|row| (text(&row["kind"]), text(&row["name"]), text(&row["other"]["page"]))).collect()
    }
}

/// What was done to a value, without the names of normal forms, which the oracle does not tell apart.
fn done(path: &Value) -> String {
    let steps = path.as_array().expect("a path").iter().map(text);
    steps.filter(|step| ["sha256", "base64"].contains(&step.as_str())).collect::<Vec<_>>().join("+")
}

#[test]
fn the_tables_agree_with_the_servers_log() {
    let visited = visited(&[]);
    // The field dictionary: every field, as often and with as many bytes.
    let (said, logged) = (visited.fields(), visited.logged_fields());
    let differ: Vec<_> = said.keys().chain(logged.keys()).filter(|key| said.get(key) != logged.get(key)).collect();
    assert!(differ.is_empty(), "{:#?}", differ.iter().map(|key| (key, said.get(key), logged.get(key))).collect::<Vec<_>>());
    assert!(said.len() > 150, "{}", said.len());

    // What nobody explained is at most a tenth of it, and what is only unverified is called so on the page.
    let share = &rows(&visited.annex, "field_shares")[0];
    let (all, unknown) = (number(&share["share"]["fields"]), number(&share["share"]["not_established"]["fields"]));
    println!("undecoded share of the demo: {unknown} of {all} fields");
    assert!(share["scope"] == "recording" && unknown * 10 <= all && unknown > 0, "{share}");
    assert!(number(&share["share"]["unverified"]["fields"]) > 0);
    assert!(visited.pages["nl"].contains("niet aan een bron getoetst") && visited.pages["en"].contains("not checked against a source"));

    // Identifiers in other places than their own. Sizes of windows and screens identify nobody by themselves and are left out.
    let logged: BTreeMap<[String; 5], u64> = rows(&visited.log, "carried")
        .iter()
        .filter(|row| !["wd", "dpr"].contains(&row[0].as_str().unwrap_or_default()))
        .map(|row| ([0, 1, 2, 3, 4].map(|index| text(&row[index])), number(&row[5])))
        .collect();
    assert_eq!(visited.carried(), logged);
    assert!(logged.keys().any(|row| row[0] == "_fbp") && logged.keys().any(|row| row[0] == "_fbc"));

    // Planted values: the truth of the world, and the log.
    let truth: BTreeSet<_> = PLANTED
        .iter()
        .map(|row| {
            let phase = if row.before_submit {
                "before-submit"
            } else if row.codings.is_empty() {
                "submit"
            } else {
                "after-submit"
            };
            (format!("seed-{}", row.seed + 1), row.place.0.to_owned(), row.field.to_owned(), row.codings.join("+"), phase.to_owned())
        })
        .collect();
    assert_eq!(visited.planted(), truth);
    let without_phase: BTreeSet<_> = truth.into_iter().map(|(seed, host, field, done, _)| (seed, host, field, done)).collect();
    let logged: BTreeSet<_> = rows(&visited.log, "planted")
        .iter()
        .map(|row| (format!("seed-{}", number(&row[0]) + 1), text(&row[1]), text(&row[4]), text(&row[5])))
        .collect();
    assert_eq!(without_phase, logged);

    // To which page each request belongs.
    let mut said = BTreeMap::<[String; 4], u64>::new();
    let address = |flow: &Value| {
        let url = text(&flow["url"]);
        let path = url.splitn(4, '/').nth(3).unwrap_or_default().split('?').next().unwrap_or_default();
        (text(&flow["host"]), format!("/{path}"))
    };
    let by_entry: BTreeMap<u64, (String, String)> = visited.flows.iter().map(|flow| (number(&flow["entry"]), address(flow))).collect();
    for flow in visited.flows.iter().filter(|flow| flow["outcome"] == "answered" || flow["outcome"] == "switched-protocols") {
        let (host, path) = address(flow);
        let (page_host, page) = by_entry[&number(&flow["attribution"]["page_entry"])].clone();
        *said.entry([host, path, page_host, page]).or_default() += 1;
    }
    let logged: BTreeMap<[String; 4], u64> =
        rows(&visited.log, "pages").iter().map(|row| ([0, 1, 2, 3].map(|index| text(&row[index])), number(&row[4]))).collect();
    assert_eq!(said, logged);
    let triggers: BTreeSet<String> = visited.flows.iter().map(|flow| text(&flow["attribution"]["trigger"])).collect();
    for trigger in ["navigation-typed", "navigation-link", "redirect", "document-parser", "script", "choice", "unload"] {
        assert!(triggers.contains(trigger), "{trigger}: {triggers:?}");
    }
    let left = visited.flows.iter().filter(|flow| flow["attribution"]["trigger"] == "unload").count();
    assert!(left >= 2, "pages that were left said so: {left}");
    // The examined Page is named in requests to it and from it, and in none of those of the other Page.
    let mentions = |page: &str| {
        let of_page = visited.flows.iter().filter(|flow| {
            flow["attribution"]["page_entry"].as_u64().is_some_and(|entry| by_entry.get(&entry).is_some_and(|(_, path)| path == page))
        });
        of_page.filter(|flow| flow["page_mentions"].as_array().is_some_and(|mentions| !mentions.is_empty())).count()
    };
    assert!(mentions("/ministerievanvoorbeelden") >= 10);
    assert_eq!(mentions("/gemeentevoorbeeldstad"), 0);

    // Recipients: requests, bytes of bodies out and in.
    let hosts = visited.log["hosts"].as_object().expect("hosts");
    for row in rows(&visited.annex, "recipients").iter().filter(|row| row["position"] != "browser") {
        let names: Vec<String> = row["hosts"].as_array().expect("hosts").iter().map(text).collect();
        let sum = |index: usize| names.iter().filter_map(|name| hosts.get(name)).map(|said| number(&said[index])).sum::<u64>();
        if names.iter().all(|name| hosts.contains_key(name)) {
            let sent = &row["sent"];
            assert_eq!((number(&row["requests"]), number(&sent["body_bytes"])), (sum(0), sum(1)), "{names:?}");
            let by_choice = ["before", "transition", "after", "no_choice_recorded"].map(|state| number(&sent["by_choice"][state]));
            assert_eq!(by_choice.iter().sum::<u64>(), sum(0), "{names:?}");
        }
    }

    // The trail: the same browser identifier from the Page and from another website.
    let trail = visited.trail();
    for name in ["datr", "sb", "fr"] {
        let row = ("sent-again".to_owned(), name.to_owned(), "voorbeeldgemeente.example".to_owned());
        assert!(trail.contains(&row), "{trail:?}");
    }
    assert!(rows(&visited.annex, "trail").iter().all(|row| row["policy"] == "allowed"), "{}", visited.annex["trail"]);
}

#[test]
fn with_third_party_cookies_blocked_nothing_is_sent_again() {
    let visited = visited(&["--third-party-cookies", "block"]);
    let trail = visited.trail();
    assert!(!trail.iter().any(|(kind, _, _)| kind == "sent-again"), "{trail:?}");
    assert!(trail.iter().any(|(kind, name, _)| kind == "own-cookie" && name == "_fbp"), "{trail:?}");
    assert!(rows(&visited.annex, "trail").iter().all(|row| row["policy"] == "blocked"), "{}", visited.annex["trail"]);
    let not_again: BTreeSet<String> = rows(&visited.annex["linkage"], "not_sent_again").iter().map(|row| text(&row["name"])).collect();
    assert!(["datr", "sb", "fr"].iter().all(|name| not_again.contains(*name)), "{not_again:?}");
    // Everything else still agrees with the log.
    assert_eq!(visited.fields(), visited.logged_fields());
    assert_eq!(visited.planted().len(), PLANTED.len());
}
