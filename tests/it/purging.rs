//! Recordings whose time is over, by the program: they are removed when somebody says so and not before their day, the ledger says it, and neither `status`
//! nor `verify` takes them for lost.

use std::fs;
use std::path::Path;

use dataspoor::vault::{Case, LedgerLine};
use serde_json::Value;

use super::case_plan::{case, record, record_for, status, verify};
use super::corpus::{Ran, run_in, tree};
use super::encryption::KeyFile;

const CELL: &str = "no-account.none.page";

fn retention(root: &Path, until: &str) {
    let path = root.join("case/case.toml");
    let text = fs::read_to_string(&path).expect("a description");
    let text = text.split("[retention]").next().expect("a text").to_owned();
    let table = format!(
        "[retention]\nuntil = \"{until}\"\naccess = [\"the auditor\", \"the data protection officer\"]\nwhy = \"until the DPIA is adopted\"\n"
    );
    fs::write(path, text + &table).expect("written");
}

fn purge(root: &Path, more: &[&str]) -> Ran {
    run_in(root, [&["purge", "case"], more].concat())
}

fn states(root: &Path) -> Vec<String> {
    let (_, status) = status(root);
    let cell = status["cells"].as_array().expect("cells").iter().find(|cell| cell["name"] == CELL).expect("a cell").clone();
    let recordings =
        cell["slots"].as_array().expect("slots").iter().flat_map(|slot| slot["recordings"].as_array().expect("recordings").clone());
    recordings.map(|recording: Value| recording["states"][0]["state"].as_str().expect("a word").to_owned()).collect()
}

fn purged(root: &Path) -> Vec<LedgerLine> {
    let lines = Case::open(&root.join("case")).expect("a case").read_ledger().expect("a ledger").lines;
    lines.into_iter().filter(|line| matches!(line, LedgerLine::Purged { .. })).collect()
}

#[test]
fn what_is_past_its_day_is_removed_when_somebody_says_so_and_the_ledger_keeps_what_it_knows() {
    let root = case();
    let root = root.path();
    let (folder, key) = (root.join("case"), KeyFile::new());
    record(&folder, CELL, 1, |_| {});
    record_for(&[key.to()], &folder, CELL, 2, |_| {});
    let head = |number: u64| {
        let lines = Case::open(&folder).expect("a case").read_ledger().expect("a ledger").lines;
        lines.iter().find_map(|line| match line {
            LedgerLine::Ended { number: ended, custody_head, .. } if *ended == number => Some(custody_head.clone()),
            _ => None,
        })
    };
    let heads = [head(1), head(2)];
    let before = tree(&folder);

    let ran = purge(root, &["--yes"]);
    assert!(ran.code == 0 && ran.out.contains("Nothing is removed"), "no day is said: {}{}", ran.out, ran.err);
    retention(root, "2999-12-31");
    let ran = purge(root, &["--yes", "--number", "1"]);
    assert!(ran.code == 1 && ran.err.contains("it is kept until 2999-12-31; --before-date REASON"), "{}{}", ran.out, ran.err);
    // What will be past its day then is shown, and nothing is removed.
    let ran = purge(root, &["--yes", "--now-past", "3000-01-01"]);
    assert!(ran.code == 1 && ran.out.contains("2 to be removed on 3000-01-01; that day is still to come"), "{}{}", ran.out, ran.err);
    retention(root, "2020-06-30");
    let ran = purge(root, &[]);
    assert!(
        ran.code == 1 && ran.out.contains("kept until 2020-06-30: until the DPIA is adopted") && ran.out.contains("--yes removes"),
        "{}",
        ran.out
    );
    let recordings =
        |of: &std::collections::BTreeMap<std::path::PathBuf, Vec<u8>>| of.iter().filter(|(path, _)| path.starts_with("captures")).count();
    assert!(recordings(&tree(&folder)) == recordings(&before) && purged(root).is_empty());

    // A second name for the same bytes shows what happened to them.
    let (wrapped, log) = (root.join("key-again"), root.join("log-again"));
    fs::hard_link(folder.join("captures/0002/key.age"), &wrapped).expect("linked");
    fs::hard_link(folder.join("captures/0001/custody.ndjson"), &log).expect("linked");
    let ran = purge(root, &["--yes", "--by", "D. P. Officer"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    for text in ["recording 1 purged", "recording 2 purged", "its key first", "copy-on-write", "backup"] {
        assert!(ran.out.contains(text), "{text:?} is not in {}", ran.out);
    }
    assert!(fs::read(wrapped).expect("there").iter().chain(&fs::read(log).expect("there")).all(|byte| *byte == 0));
    assert!(!folder.join("captures/0001").exists() && !folder.join("captures/0002").exists());
    let noted = purged(root);
    assert_eq!(noted.len(), 2);
    for (line, (number, head)) in noted.iter().zip((1..).zip(heads)) {
        let LedgerLine::Purged { number: purged, by, until, why, custody_head, encrypted, .. } = line else { panic!("{line:?}") };
        assert_eq!(
            (*purged, by.as_str(), until.as_deref(), Some(custody_head)),
            (number, "D. P. Officer", Some("2020-06-30"), head.as_ref())
        );
        assert!(why.contains("until the DPIA is adopted") && *encrypted == (number == 2));
    }

    assert_eq!(states(root), ["purged", "purged"]);
    let ran = verify(root);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    assert!(ran.out.contains("recording 1 was purged at") && !ran.out.contains("is not here: begun"), "{}", ran.out);
    let words = run_in(root, ["status", "--case", "case", "--lang", "en"]);
    for text in ["kept until 2020-06-30", "the data protection officer", "PURGED on"] {
        assert!(words.out.contains(text), "{text:?} is not in {}", words.out);
    }
    let ran = purge(root, &["--yes"]);
    assert!(ran.code == 0 && ran.out.contains("Nothing is removed") && purged(root).len() == 2, "{}", ran.out);
    // Whoever puts something back in its place does not pass for the recording.
    fs::create_dir_all(folder.join("captures/0001")).expect("made");
    assert!(verify(root).code == 1 && verify(root).out.contains("something lies there still"));
}

#[test]
fn before_its_day_only_with_a_reason_and_what_runs_or_is_another_is_left_alone() {
    let root = case();
    let root = root.path();
    let folder = root.join("case");
    record(&folder, CELL, 1, |_| {});
    record(&folder, CELL, 2, |_| {});
    retention(root, "2999-12-31");
    let ran = purge(root, &["--before-date", "asked for", "--yes"]);
    assert!(ran.code == 2 && ran.err.contains("--number"), "{}", ran.err);
    let ran = purge(root, &["--before-date", "  ", "--number", "1", "--yes"]);
    assert!(ran.code == 2 && ran.err.contains("--before-date") && purged(root).is_empty(), "{}{}", ran.out, ran.err);
    let ran = purge(root, &["--before-date", "a person asked for it (art. 17)", "--number", "2", "--yes"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    assert!(
        matches!(&purged(root)[..], [LedgerLine::Purged { number: 2, why, .. }] if why == "before its day: a person asked for it (art. 17)")
    );
    assert!(folder.join("captures/0001").is_dir() && !folder.join("captures/0002").exists());
    let ran = purge(root, &["--number", "9", "--yes"]);
    assert!(ran.code == 2 && ran.err.contains("knows no recording 9"), "{}", ran.err);

    // A copy of recording 2 that lies where recording 1 did is not recording 1.
    retention(root, "2020-06-30");
    record(&folder, CELL, 2, |_| {});
    fs::remove_dir_all(folder.join("captures/0001")).expect("removed");
    fs::rename(folder.join("captures/0003"), folder.join("captures/0001")).expect("moved");
    let ran = purge(root, &["--yes"]);
    assert!(ran.code == 1 && ran.err.contains("recording 1 is not removed") && ran.err.contains("recording 3"), "{}{}", ran.out, ran.err);
    assert!(folder.join("captures/0001").is_dir() && purged(root).len() == 1);
}

#[test]
fn a_description_says_day_reason_and_access_or_is_refused() {
    let root = case();
    let root = root.path();
    record(&root.join("case"), CELL, 1, |_| {});
    for (until, wrong) in [("soon", "is no day"), ("31-12-2027", "is no day")] {
        retention(root, until);
        for ran in [purge(root, &["--yes"]), run_in(root, ["status", "--case", "case"])] {
            assert!(ran.code == 2 && ran.err.contains(wrong) && ran.err.contains("case.toml"), "{}{}", ran.out, ran.err);
        }
    }
    retention(root, "2020-01-01");
    let path = root.join("case/case.toml");
    let text = fs::read_to_string(&path).expect("a description");
    for (part, wrong) in [
        ("why = \"until the DPIA is adopted\"\n", "says no reason"),
        ("access = [\"the auditor\", \"the data protection officer\"]\n", "who may look"),
    ] {
        fs::write(&path, text.replace(part, "")).expect("written");
        let ran = purge(root, &["--yes"]);
        assert!(ran.code == 2 && ran.err.contains(wrong), "{}{}", ran.out, ran.err);
    }
    assert!(purged(root).is_empty());
}

#[test]
fn an_encrypted_recording_is_known_without_its_key_and_looked_into_with_it() {
    let root = case();
    let root = root.path();
    let (folder, key) = (root.join("case"), KeyFile::new());
    record_for(&[key.to()], &folder, CELL, 1, |_| {});
    assert_eq!(states(root), ["locked"]);
    let ran = verify(root);
    assert!(ran.code == 2 && ran.out.contains("recording 1 is encrypted, so nothing in it was checked"), "{}{}", ran.out, ran.err);
    let ran = run_in(root, ["verify", "case", "--identity", &key.path]);
    assert!(ran.code == 0 && ran.out.contains("recording 1: ") && ran.out.contains("as the ledger noted it"), "{}{}", ran.out, ran.err);
    // Another recording in its place is noticed by what stands in clear.
    let header = folder.join("captures/0001/encrypted.json");
    let text = fs::read_to_string(&header).expect("a header");
    fs::write(&header, text.replace("\"number\": 1", "\"number\": 7")).expect("written");
    assert_eq!(states(root), ["changed"]);
}
