//! Hits of the Meta Pixel in real recordings: counts, identifiers, event names and names of advanced matching against the facts of an independent
//! script and against a program of the Python standard library; and cookies of the platform sent from pages of other sites, in words that hold.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::corpus::{ROOT, name, recordings, run, run_in, scratch, shared};

const COUNTS: [&str; 4] = ["pixel_requests", "pixel_privacy_sandbox_requests", "pixel_ids", "pixel_events"];

/// What the oracle counts, by path.
fn oracle(paths: &[PathBuf]) -> Value {
    let program = Path::new(ROOT).join("tests/oracles/pixel_counts.py");
    let counted = Command::new("python3").arg(program).args(paths).output().expect("python3 runs");
    assert!(counted.status.success(), "{}", String::from_utf8_lossy(&counted.stderr));
    serde_json::from_slice(&counted.stdout).expect("JSON")
}

#[test]
fn the_counts_of_the_pixel_are_those_of_the_facts_and_of_the_oracle() {
    let paths = recordings();
    let mut arguments: Vec<OsString> = vec!["replay".into(), "--json".into()];
    arguments.extend(paths.iter().map(|path| path.clone().into_os_string()));
    let ran = run(arguments);
    let counted = oracle(&paths);
    let facts: Option<Value> =
        shared("corpus/facts.json").map(|path| serde_json::from_slice(&fs::read(path).expect("facts")).expect("JSON"));
    if facts.is_none() {
        eprintln!("../shared/corpus/facts.json is not there; only the oracle is compared, with our own recordings");
    }
    let (mut compared, mut hits) = (0, 0);
    for (path, line) in paths.iter().zip(ran.out.lines()) {
        let line: Value = serde_json::from_str(line).expect("a line of JSON");
        if line["error"].is_string() {
            continue;
        }
        for count in COUNTS {
            assert_eq!(line[count], counted[path.to_str().expect("a path")][count], "{}: {count}, by the oracle", path.display());
            if let Some(facts) = &facts {
                assert_eq!(line[count], facts["files"][format!("har/{}", name(path))][count], "{}: {count}, by the facts", path.display());
            }
        }
        compared += 1;
        hits += line["pixel_requests"].as_u64().expect("a count");
    }
    println!("{compared} recordings, {hits} hits of the pixel: counts, ids and events are equal");
    assert!(compared > 0 && (facts.is_none() || hits >= 50), "{compared} recordings, {hits} hits");
}

/// The annex of a recording of the corpus.
fn annexed(path: &Path) -> (Value, BTreeMap<&'static str, String>) {
    let folder = scratch();
    let ran = run_in(
        folder.path(),
        [OsString::from("replay"), path.into(), "--out".into(), "out".into(), "--lang".into(), "nl".into(), "--lang".into(), "en".into()],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    let made = fs::read_dir(folder.path().join("out")).expect("annexes").next().expect("one").expect("a folder").path();
    let read = |name: &str| fs::read_to_string(made.join(name)).expect("a file");
    let pages = ["nl", "en"].map(|lang| (lang, read(&format!("annex.{lang}.html"))));
    (serde_json::from_str(&read("annex.json")).expect("JSON"), pages.into())
}

#[test]
fn names_of_advanced_matching_are_those_of_the_oracle() {
    let paths: Vec<PathBuf> = recordings().into_iter().filter(|path| name(path).starts_with("pixel")).collect();
    if paths.is_empty() {
        eprintln!("../shared/corpus is not there; the demo holds advanced matching to the servers' log");
        return;
    }
    let counted = oracle(&paths);
    let mut found = 0;
    for path in &paths {
        let (annex, _) = annexed(path);
        let pixel: Vec<u64> = annex["endpoints"]
            .as_array()
            .expect("endpoints")
            .iter()
            .filter(|row| row["host"] == "www.facebook.com" && ["/tr", "/tr/"].contains(&row["path"].as_str().unwrap_or_default()))
            .filter_map(|row| row["nr"].as_u64())
            .collect();
        let mut names = BTreeMap::<String, u64>::new();
        for row in annex["fields"].as_array().expect("fields") {
            let field = row["name"].as_str().unwrap_or_default();
            let matching = field.starts_with("ud[") || field.starts_with("udff[");
            if matching && row["step"] == false && row["endpoint"].as_u64().is_some_and(|endpoint| pixel.contains(&endpoint)) {
                *names.entry(field.to_owned()).or_default() += row["requests"].as_u64().expect("a count");
            }
        }
        found += names.len();
        assert_eq!(json!(names), counted[path.to_str().expect("a path")]["matching_fields"], "{}", path.display());
    }
    assert!(found >= 9, "{found} names of advanced matching");
}

#[test]
fn cookies_of_the_platform_sent_from_other_sites_are_found_and_worded() {
    let paths: Vec<PathBuf> = recordings().into_iter().filter(|path| name(path).starts_with("pixel988-")).collect();
    if paths.is_empty() {
        eprintln!("../shared/corpus is not there; the demo shows the trail");
        return;
    }
    let facts = shared("corpus/facts.json").map(|path| serde_json::from_slice::<Value>(&fs::read(path).expect("facts")).expect("JSON"));
    for path in &paths {
        let (annex, pages) = annexed(path);
        let known = &facts.as_ref().expect("facts stand beside the recordings")["files"][format!("har/{}", name(path))];
        let rows = annex["linkage"]["sent_from_other_sites"].as_array().expect("a table");
        for cookie in ["datr", "fr", "sb"] {
            let sent = known["meta_request_cookie_names"][cookie].as_u64().unwrap_or_default();
            let told: Vec<&Value> = rows.iter().filter(|row| row["name"] == cookie && row["domain"] == "facebook.com").collect();
            assert_eq!(!told.is_empty(), sent > 0, "{}: {cookie}: {rows:#?}", path.display());
            for row in told {
                assert_ne!(row["from"], "facebook.com", "{row}");
            }
            if sent > 0 {
                for (lang, words) in [("nl", "meegezonden"), ("en", "was sent")] {
                    let table = pages[lang].split_once("id=\"t8k\"").and_then(|(_, rest)| rest.split_once("</table>")).expect("a table").0;
                    let row = table.split("<tr").find(|row| row.contains(cookie) && row.contains(words));
                    let row = row.unwrap_or_else(|| panic!("{}: no sentence about {cookie} in {lang}", path.display()));
                    for claim in ["third party", "derde partij", "received by", "ontvangen door", "personal data", "persoonsgegeven"] {
                        assert!(!row.to_lowercase().contains(claim), "{claim}: {row}");
                    }
                }
            }
        }
    }
}
