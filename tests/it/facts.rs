//! The counts of `replay --json` against the facts that an independent script found in the same recordings (`../shared/corpus/facts.json`).

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;

use serde_json::Value;

use super::corpus::{name, recordings, run, shared};

/// Counts that have the same name in both.
const SAME: [&str; 9] = [
    "entries",
    "hostless_entries",
    "hosts",
    "registrable_domains",
    "requests_by_domain",
    "set_cookie_count",
    "set_cookie_by_domain",
    "request_cookie_by_name",
    "meta_requests",
];

/// Files that are no recordings, with what the error has to say.
const BROKEN: [(&str, &[&str]); 3] = [
    ("edge-broken-json.har", &["not valid JSON", "line 5, column 1", "byte 22"]),
    ("edge-haralyzer-single_entry.har", &["not a HAR recording", "a single entry", "\"entries\""]),
    ("edge-harviewer-not-json.har", &["not valid JSON", "line 8, column 5"]),
];

#[test]
fn the_counts_of_the_corpus_are_those_of_the_facts() {
    let Some(facts) = shared("corpus/facts.json") else {
        eprintln!("../shared/corpus/facts.json is not there; the counts of our own recordings are checked in har.rs");
        return;
    };
    let facts: Value = serde_json::from_slice(&fs::read(facts).expect("facts")).expect("facts are JSON");
    let paths = recordings();
    let mut arguments: Vec<OsString> = vec!["replay".into(), "--json".into()];
    arguments.extend(paths.iter().map(|path| path.clone().into_os_string()));
    let ran = run(arguments);
    let lines: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    assert_eq!(lines.len(), paths.len(), "one line for each file\n{}", ran.err);

    let mut compared = 0;
    let mut differences = Vec::new();
    let mut broken = BTreeMap::new();
    for (path, line) in paths.iter().zip(&lines) {
        let name = name(path);
        assert_eq!(line["capture"], path.display().to_string(), "lines stand in the order of the files");
        let known = &facts["files"][format!("har/{name}")];
        assert!(known.is_object(), "{name} has no facts");
        if let Some(error) = line["error"].as_str() {
            broken.insert(name, error.to_owned());
            continue;
        }
        let mut differ = |count: &str, ours: &Value, theirs: &Value| {
            if ours != theirs {
                differences.push(format!("{name}: {count} is {ours}, the facts say {theirs}"));
            }
        };
        SAME.iter().for_each(|count| differ(count, &line[*count], &known[*count]));
        let checked = facts["_hand_checked_first_party"][format!("har/{name}")][0].as_str();
        let page = checked.or(known["first_party"].as_str());
        differ("page", &line["page"], &page.map_or(Value::Null, Value::from));
        let others = match checked {
            Some(page) => others(&known["requests_by_domain"], page).into(),
            None => known["third_party_requests"].clone(),
        };
        differ("third_party_requests", &line["third_party_requests"], &others);
        compared += 1;
    }
    eprintln!("{compared} recordings agree with the facts, {} are named as broken", broken.len());
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
    assert_eq!(compared + BROKEN.len(), paths.len());
    for (name, words) in BROKEN {
        let error = broken.get(name).unwrap_or_else(|| panic!("{name} is read although it is broken"));
        words.iter().for_each(|word| assert!(error.contains(word), "{name}: {error:?} does not say {word:?}"));
        assert!(error.contains(name) && ran.err.contains(error), "{name} is named in both outputs");
    }
    assert_eq!(broken.len(), BROKEN.len(), "{broken:?}");
    assert_eq!(ran.code, 1, "some failed");
}

/// Requests to other domains than `page`.
fn others(by_domain: &Value, page: &str) -> u64 {
    let domains = by_domain.as_object().expect("requests by domain");
    domains.iter().filter(|(domain, _)| *domain != page).map(|(_, count)| count.as_u64().expect("a number")).sum()
}
