//! `dataspoor doctor`: what it looks at, what it says where something is missing, and that it leaves nothing behind; and `docs/gaps.md`, which
//! repeats the sentences of the annex.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use dataspoor::model::GapKind;
use dataspoor::report::text::{Lang, Texts};
use serde_json::Value;

use super::corpus::{ROOT, Ran, run, run_in, scratch};

/// What it looks at, in order. Additions go here too.
const CHECKS: [&str; 15] = [
    "browser",
    "firefox",
    "certutil",
    "screen",
    "authority",
    "trust",
    "secrets",
    "disk",
    "port",
    "resolver",
    "roots",
    "rules",
    "files",
    "marks",
    "clock",
];

/// The findings of a run with `--json`.
fn findings(ran: &Ran) -> Value {
    serde_json::from_str(ran.out.trim()).unwrap_or_else(|error| panic!("{error}: {ran:?}"))
}

fn check<'v>(findings: &'v Value, id: &str) -> &'v Value {
    findings["checks"].as_array().expect("checks").iter().find(|check| check["id"] == id).expect("a check")
}

#[test]
fn it_looks_at_everything_and_leaves_nothing() {
    let ran = run(["doctor", "--json"]);
    let found = findings(&ran);
    let ids: Vec<&str> = found["checks"].as_array().expect("checks").iter().map(|check| check["id"].as_str().expect("an id")).collect();
    assert_eq!(ids, CHECKS);
    for check in found["checks"].as_array().expect("checks") {
        assert!(check["found"].as_str().is_some_and(|found| !found.is_empty()), "{check}");
        assert_eq!(check["state"] != "good", check["remedy"].is_string(), "what is not good has a remedy: {check}");
    }
    let bad = found["checks"].as_array().expect("checks").iter().any(|check| check["state"] == "bad");
    assert_eq!((found["passed"] == true, ran.code), (!bad, i32::from(bad)), "{ran:?}");
    // This machine has a browser, certutil and a disk, or no other test here would pass.
    for id in ["browser", "certutil", "trust", "rules"] {
        assert_eq!(check(&found, id)["state"], "good", "{}", check(&found, id));
    }
    assert!(check(&found, "browser")["found"].as_str().is_some_and(|found| found.contains("Chrom")));
    // The same for people: a line for each, in the same order.
    let ran = run(["doctor"]);
    let lines: Vec<&str> = ran.out.lines().filter(|line| !line.starts_with(' ')).collect();
    let named: Vec<&str> = lines.iter().filter_map(|line| line.split_whitespace().nth(1)).take(CHECKS.len()).collect();
    assert_eq!(named, CHECKS);
    assert!(lines.last().is_some_and(|line| line.contains("recording can")), "{}", ran.out);
}

#[test]
fn what_is_missing_is_said_with_its_remedy() {
    let folder = scratch();
    let (empty, runtime) = (folder.path().join("empty"), folder.path().join("runtime"));
    for path in [&empty, &runtime] {
        fs::create_dir(path).expect("a folder");
    }
    fs::create_dir(runtime.join("dataspoor")).expect("a folder");
    fs::set_permissions(runtime.join("dataspoor"), fs::Permissions::from_mode(0o755)).expect("a mode");
    fs::write(folder.path().join("file"), "").expect("written");
    let output = Command::new(env!("CARGO_BIN_EXE_dataspoor"))
        .args(["doctor", "--json", "--rules", "nowhere", "--out", "/proc/nowhere"])
        .current_dir(folder.path())
        .env("PATH", &empty)
        .env("XDG_RUNTIME_DIR", &runtime)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(1));
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    for (id, state, remedy) in [
        ("browser", "bad", "Debian package chromium"),
        ("firefox", "note", "Debian package firefox-esr"),
        ("certutil", "bad", "libnss3-tools"),
        ("screen", "note", "xvfb"),
        ("trust", "bad", "libnss3-tools"),
        ("disk", "bad", "--out"),
        ("rules", "bad", "--rules"),
        ("marks", "note", "own page"),
    ] {
        let check = check(&found, id);
        assert!(check["state"] == state && check["remedy"].as_str().is_some_and(|text| text.contains(remedy)), "{check}");
    }
}

#[test]
fn a_case_is_looked_into() {
    let folder = scratch();
    let arguments = ["init", "case", "--title", "t", "--auditee", "a", "--page", "https://www.facebook.com/m", "--auditor", "b"];
    assert_eq!(run_in(folder.path(), arguments).code, 0);
    let found = findings(&run_in(folder.path(), ["doctor", "--json", "--case", "case"]));
    assert!(check(&found, "authority")["found"].as_str().is_some_and(|found| found.contains("next recording makes one")));
    assert!(check(&found, "disk")["found"].as_str().is_some_and(|found| found.contains("case/captures")));
    fs::set_permissions(folder.path().join("case/case.key"), fs::Permissions::from_mode(0o644)).expect("a mode");
    let ran = run_in(folder.path(), ["doctor", "--case", "case"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("BAD   secrets") && ran.out.contains("-> chmod 600 case/case.key"), "{}", ran.out);
    let ran = run_in(folder.path(), ["doctor", "--case", "nowhere"]);
    assert!(ran.code == 2 && ran.err.contains("no case here"), "{ran:?}");
}

/// Where the generated part of `docs/gaps.md` begins and ends.
const MARKS: [&str; 2] = ["<!-- sentences: begin -->\n", "<!-- sentences: end -->\n"];

/// Every kind of gap and every general limit, with its sentences in both languages.
fn sentences() -> String {
    let texts = [Lang::Nl, Lang::En].map(Texts::of);
    let mut out = String::new();
    out.push_str("## Kinds of gaps\n\nEach sentence as the annex prints it for a count of 1 and of 12.\n");
    for kind in GapKind::ALL {
        out.push_str(&format!("\n### `{}`\n\n", kind.id()));
        for texts in &texts {
            for count in [1_u64, 12] {
                let said = texts.get(&format!("gap-{}", kind.id()), &[("n", count.into())]);
                out.push_str(&format!("* {}, {count}: {said}\n", texts.lang()));
            }
        }
    }
    out.push_str("\n## General limits\n\nThese sentences stand in every annex, whatever was recorded.\n");
    let template = fs::read_to_string(Path::new(ROOT).join("src/report/annex.html.j2")).expect("the template");
    let limits = template.split("t('limit-").skip(1).filter_map(|rest| rest.split('\'').next());
    let mut number = 0;
    for limit in limits {
        number += 1;
        out.push_str(&format!("\n### `{limit}`\n\n"));
        for texts in &texts {
            out.push_str(&format!("* {}: {}\n", texts.lang(), texts.get(&format!("limit-{limit}"), &[])));
        }
    }
    assert!(number > 5, "only {number} limits were found in the template");
    out
}

#[test]
fn the_document_of_gaps_repeats_the_annex() {
    let path = Path::new(ROOT).join("docs/gaps.md");
    let text = fs::read_to_string(&path).expect("docs/gaps.md");
    let (before, rest) = text.split_once(MARKS[0]).expect("the mark at which the sentences begin");
    let (there, after) = rest.split_once(MARKS[1]).expect("the mark at which they end");
    let sentences = sentences();
    if there != sentences {
        // Whoever changed a sentence, or added a kind, gets the text to put there.
        let made = std::env::temp_dir().join("dataspoor-gaps.md");
        fs::write(&made, [before, MARKS[0], &sentences, MARKS[1], after].concat()).expect("written");
        panic!("docs/gaps.md does not say what the annex says; compare it with {} and copy that over it", made.display());
    }
    // What is written by hand names every kind too, so that a reader learns where it comes from.
    for kind in GapKind::ALL {
        assert!(before.contains(&format!("`{}`", kind.id())), "the table of docs/gaps.md does not name {}", kind.id());
    }
}
