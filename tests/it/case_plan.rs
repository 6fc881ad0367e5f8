//! The plan of a case by the program: what `status` says of it, recordings that are not used, and what `verify` of the case finds when something was
//! removed, changed, copied in or cut off.

use std::fs;
use std::path::{Path, PathBuf};

use dataspoor::capture::{Capture, CaseRef, EncryptTo, Writer};
use dataspoor::model::{Digest, Scenario, Timestamp};
use dataspoor::vault::{Case, KeptKind, LedgerLine, Planned};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::bad_input::says;
use super::capture::session_file;
use super::corpus::{Ran, run_in, scratch, tree};

const PAGE: &str = "https://www.facebook.com/ministerievanvoorbeelden";

/// A case named `case` with the example plan: one persona, two paths of choices, two targets, two recordings each.
pub(super) fn case() -> TempDir {
    let root = scratch();
    init(root.path(), "case");
    root
}

fn init(root: &Path, name: &str) {
    let ran = run_in(
        root,
        ["init", name, "--title", "T", "--auditee", "M", "--page", PAGE, "--auditor", "A. Auditor", "--lang", "en", "--plan-example"],
    );
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.contains("4 scenarios") && ran.out.contains("dataspoor status"), "{}", ran.out);
}

#[allow(clippy::disallowed_methods, reason = "a ledger says when something happened")]
pub(super) fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    Timestamp::from_nanoseconds(i64::try_from(since.as_nanos()).expect("before 2262"))
}

/// A recording of the plan in which nothing was asked, in the ledger with beginning and end. Its number.
pub(super) fn record(folder: &Path, scenario: &str, repetition: u32, change: impl FnOnce(&mut Scenario)) -> u64 {
    record_for(&[], folder, scenario, repetition, change)
}

/// The same, encrypted for whoever is named; without an annex then.
pub(super) fn record_for(to: &[EncryptTo], folder: &Path, scenario: &str, repetition: u32, change: impl FnOnce(&mut Scenario)) -> u64 {
    let case = Case::open(folder).expect("a case");
    let plan = case.plan().expect("a plan");
    let mut carried = plan.cell(scenario).expect("a scenario of the plan").scenario(repetition, 0, None);
    change(&mut carried);
    let mut ledger = case.ledger().expect("a ledger");
    let number = ledger.next_number();
    let below = format!("captures/{number:04}");
    let planned = Some(Planned { scenario: scenario.to_owned(), repetition });
    ledger.append(&LedgerLine::Begun { number, at: now().to_string(), folder: below.clone(), planned, imported: None }).expect("appended");
    let mut session = session_file();
    (session.case, session.scenario) = (Some(CaseRef { id: case.file.id.clone(), number }), Some(carried));
    let path = folder.join(&below);
    let (writer, _) = Writer::create_for(&path, &session, Some(&case.key()), to).expect("a capture");
    writer.finish(now()).expect("ended");
    let head = Capture::open(&path).expect("a capture").contents().expect("contents").head.expect("a head").to_string();
    ledger
        .append(&LedgerLine::Ended {
            number,
            at: now().to_string(),
            entries: 0,
            custody_head: head.clone(),
            interrupted: false,
            outcome: None,
        })
        .expect("appended");
    if to.is_empty() {
        judged(&path, &head, 0);
    }
    number
}

/// What of an annex bears on the start of a recording.
fn judged(recording: &Path, head: &str, with_cookies: u64) {
    fs::create_dir_all(recording.join("report")).expect("made");
    let annex = json!({
        "format": "dataspoor-annex", "stretches": [{ "nr": 1, "hosts": 4, "hosts_first_asked_with_cookies": with_cookies }], "custody": { "head": head },
    });
    fs::write(recording.join("report/annex.json"), annex.to_string()).expect("written");
}

fn head(recording: &Path) -> String {
    Capture::open(recording).expect("a capture").contents().expect("contents").head.expect("a head").to_string()
}

pub(super) fn status(root: &Path) -> (i32, Value) {
    let ran = run_in(root, ["status", "--case", "case", "--json"]);
    assert_eq!(ran.err, "", "{}", ran.out);
    (ran.code, serde_json::from_str(&ran.out).expect("JSON"))
}

/// States of the recordings of a cell, by repetition.
fn states(status: &Value, name: &str) -> Vec<Vec<String>> {
    let cell = status["cells"].as_array().expect("cells").iter().find(|cell| cell["name"] == name).expect("a cell");
    let of = |recording: &Value| {
        let states = recording["states"].as_array().expect("states").iter();
        states.map(|state| state["state"].as_str().expect("a word").to_owned()).collect::<Vec<_>>()
    };
    let slots = cell["slots"].as_array().expect("slots").iter();
    slots.map(|slot| slot["recordings"].as_array().expect("recordings").iter().flat_map(of).collect()).collect()
}

pub(super) fn verify(root: &Path) -> Ran {
    run_in(root, ["verify", "case"])
}

/// The lines of a report of `verify` that begin with a verdict.
fn lines<'a>(ran: &'a Ran, verdict: &str) -> Vec<&'a str> {
    ran.out.lines().filter(|line| line.starts_with(verdict)).collect()
}

#[test]
fn status_tells_each_state_and_when_everything_is_there() {
    let root = case();
    let folder = root.path().join("case");
    let (code, empty) = status(root.path());
    assert_eq!((code, &empty["complete"], &empty["format"]), (1, &json!(false), &json!("dataspoor-status")));
    assert_eq!(states(&empty, "no-account.none.page"), [Vec::<String>::new(), Vec::new()]);

    for cell in ["no-account.none.page", "no-account.none.start", "no-account.declined.page", "no-account.declined.start"] {
        for repetition in [1, 2] {
            record(&folder, cell, repetition, |_| {});
        }
    }
    let (code, whole) = status(root.path());
    assert_eq!((code, &whole["complete"]), (0, &json!(true)), "{whole:#}");
    assert_eq!(whole["cells"][0]["slots"][0]["recordings"][0]["start"], "new");
    let said = run_in(root.path(), ["status", "--case", "case"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    for words in [
        "Persona     Path of choices  page  start",
        "no-account  declined         2/2   2/2",
        "repetition 1: recording 1 (",
        "recorded; see [1]\n",
        "[1] new profile made by the program; first request to each host without cookies, but for those that this recording itself had set before; network address not recorded",
        "8 of 8 planned recordings usable; 8 in the ledger, 0 of them not used.",
    ] {
        assert!(said.out.contains(words), "{words}\n{}", said.out);
    }
    let dutch = run_in(&folder, ["status", "--lang", "nl"]);
    assert!(dutch.code == 0 && dutch.out.contains("eerste verzoek aan elke host zonder cookies"), "{}", dutch.out);

    // One thing after the other goes wrong, each in another recording.
    judged(&folder.join("captures/0001"), &head(&folder.join("captures/0001")), 2);
    fs::remove_dir_all(folder.join("captures/0002/report")).expect("removed");
    fs::remove_dir_all(folder.join("captures/0003")).expect("removed");
    let discarded = run_in(root.path(), ["discard", "4", "--case", "case", "--reason", "another account was logged in"]);
    assert_eq!((discarded.code, discarded.err.as_str()), (0, ""));
    assert!(discarded.out.contains("A. Auditor") && folder.join("captures/0004/session.json").is_file(), "{}", discarded.out);
    record(&folder, "no-account.declined.page", 3, |_| {});
    record(&folder, "no-account.declined.page", 4, |scenario| scenario.url = "https://www.facebook.com/elsewhere".to_owned());
    let custody = folder.join("captures/0007/custody.ndjson");
    let mut log = fs::read(&custody).expect("a log");
    log.push(b'x');
    fs::write(&custody, log).expect("written");
    // An annex of another recording says nothing of this one.
    judged(&folder.join("captures/0008"), &"0".repeat(64), 0);
    let (code, status) = status(root.path());
    assert_eq!(code, 1);
    assert_eq!(states(&status, "no-account.none.page"), [["not-clean"], ["not-judged"]]);
    assert_eq!(states(&status, "no-account.none.start"), [["lost"], ["not-used"]]);
    assert_eq!(states(&status, "no-account.declined.start"), [["changed"], ["not-judged"]]);
    let further = &status["cells"][2]["further"];
    assert_eq!((&further[0]["number"], &further[1]["states"][0]["members"]), (&json!(9), &json!(["url"])), "{further}");
    let not_used = &status["cells"][1]["slots"][1]["recordings"][0]["states"][0];
    assert_eq!((&not_used["by"], &not_used["reason"]), (&json!("A. Auditor"), &json!("another account was logged in")));
    let said = run_in(root.path(), ["status", "--case", "case"]);
    for words in [
        "START NOT CLEAN; new profile made by the program; the first request to 2 hosts carried a cookie that nothing in this recording had set",
        "START NOT JUDGED YET",
        "LOST: it stands in the ledger",
        "NOT USED: A. Auditor",
        "CHANGED: custody.ndjson",
        "RECORDED BY ANOTHER PLAN: different are url",
        "0/2, 2 missing, lost, not used",
    ] {
        assert!(said.out.contains(words), "{words}\n{}", said.out);
    }
}

#[test]
fn discarding_needs_a_number_a_reason_and_happens_once() {
    let root = case();
    let folder = root.path().join("case");
    let discard = |more: &[&str]| run_in(root.path(), [&["discard", "--case", "case"], more].concat());
    let nothing = discard(&["1", "--reason", "x"]);
    assert_eq!(nothing.code, 2);
    says(&nothing, &["ledger.ndjson", "knows no recording 1", "nothing was recorded yet"]);
    record(&folder, "no-account.none.page", 1, |_| {});
    for (arguments, words) in [
        (&["1", "--reason", " "][..], &["the reason is empty"][..]),
        (&["1", "--reason", "a\nb"], &["several lines"]),
        (&["1", "--reason", "a", "--by", ""], &["who decided is empty"]),
        (&["7", "--reason", "a"], &["knows no recording 7", "recording 1 only"]),
    ] {
        let refused = discard(arguments);
        assert_eq!(refused.code, 2, "{arguments:?}");
        says(&refused, words);
    }
    let before = fs::read(folder.join("ledger.ndjson")).expect("a ledger");
    assert_eq!(discard(&["1", "--reason", "the wrong account", "--by", "B. Boss"]).code, 0);
    let again = discard(&["1", "--reason", "a better reason"]);
    assert_eq!(again.code, 2);
    says(&again, &["not used already", "B. Boss", "the wrong account"]);
    let after = fs::read(folder.join("ledger.ndjson")).expect("a ledger");
    assert!(after.starts_with(&before) && after[before.len()..].iter().filter(|&&byte| byte == b'\n').count() == 1, "one record more");

    // One that runs is not discarded.
    let case = Case::open(&folder).expect("a case");
    let begun = LedgerLine::Begun { number: 2, at: now().to_string(), folder: "captures/0002".to_owned(), planned: None, imported: None };
    case.ledger().expect("a ledger").append(&begun).expect("appended");
    let mut session = session_file();
    session.case = Some(CaseRef { id: case.file.id.clone(), number: 2 });
    let (writer, _) = Writer::create(&folder.join("captures/0002"), &session, Some(&case.key())).expect("a capture");
    let running = discard(&["2", "--reason", "x"]);
    assert_eq!(running.code, 2, "{}", running.out);
    says(&running, &["captures/0002", "is being recorded"]);
    let (_, told) = status(root.path());
    assert_eq!(told["outside_the_plan"][0]["states"][0]["state"], "running");
    writer.finish(now()).expect("ended");
}

#[test]
fn verify_of_a_case_holds_the_ledger_against_what_is_there() {
    let root = case();
    let folder = root.path().join("case");
    for repetition in [1, 2, 3] {
        record(&folder, "no-account.none.page", repetition, |_| {});
    }
    fs::create_dir_all(folder.join("beside")).expect("made");
    fs::write(folder.join("beside/policy.html"), "policy").expect("written");
    let kept = LedgerLine::Kept {
        id: "text-1".to_owned(),
        at: now().to_string(),
        what: KeptKind::VendorText,
        file: "beside/policy.html".to_owned(),
        sha256: Digest::of(b"policy").to_string(),
        about: [("title".to_owned(), "Cookie policy".to_owned())].into(),
    };
    Case::open(&folder).expect("a case").ledger().expect("a ledger").append(&kept).expect("appended");
    let holds = verify(root.path());
    assert_eq!((holds.code, holds.err.as_str()), (0, ""), "{}", holds.out);
    assert!(
        holds.out.contains("recordings 1 to 3 of case")
            && holds.out.contains("text-1 is the file")
            && holds.out.contains("What this rests on")
    );
    let ledger_head = holds.out.split("head ").nth(1).expect("a head")[..64].to_owned();
    assert_eq!(run_in(root.path(), ["verify", "case", "--expect-head", &ledger_head]).code, 0);
    assert_eq!(run_in(root.path(), ["verify", "case", "--expect-head", &"0".repeat(64)]).code, 1);
    let one = run_in(root.path(), ["verify", "case/captures/0001", "--case", "case"]);
    assert!(one.out.contains("it is recording 1 of case") && one.out.contains("noted this head for recording 1"), "{}{}", one.out, one.err);

    // Each change in a copy of its own.
    type Change = fn(&Path);
    let changes: [(&str, Change, i32, &str, &[&str]); 10] = [
        (
            "removed",
            |case| fs::remove_dir_all(case.join("captures/0003")).expect("removed"),
            1,
            "DISPROVED",
            &["captures/0003", "recording 3 of the ledger is not here", "scenario no-account.none.page, repetition 3"],
        ),
        (
            "kept changed",
            |case| fs::write(case.join("beside/policy.html"), "other").expect("written"),
            1,
            "DISPROVED",
            &["beside/policy.html", "text-1 is not"],
        ),
        (
            "kept removed",
            |case| fs::remove_file(case.join("beside/policy.html")).expect("removed"),
            1,
            "DISPROVED",
            &["text-1 of the ledger is not here"],
        ),
        (
            "exchanged",
            |case| {
                let at = |name: &str| case.join("captures").join(name);
                fs::rename(at("0001"), at("x")).expect("renamed");
                fs::rename(at("0002"), at("0001")).expect("renamed");
                fs::rename(at("x"), at("0002")).expect("renamed");
            },
            1,
            "DISPROVED",
            &["captures/0001", "says that it is recording 2 of case"],
        ),
        (
            "ledger cut off",
            |case| cut(case, 2),
            1,
            "DISPROVED",
            &["captures/0003", "says that it is recording 3 of this case", "cut off the ledger"],
        ),
        (
            "ledger changed",
            |case| {
                let path = case.join("ledger.ndjson");
                let text = fs::read_to_string(&path).expect("a ledger").replace("\"repetition\":2", "\"repetition\":1");
                fs::write(path, text).expect("written");
            },
            1,
            "DISPROVED",
            &["ledger.ndjson", "record 4"],
        ),
        (
            "ledger removed",
            |case| fs::remove_file(case.join("ledger.ndjson")).expect("removed"),
            1,
            "DISPROVED",
            &["ledger.ndjson", "which recordings there were"],
        ),
        (
            "session changed",
            |case| {
                let path = case.join("captures/0002/session.json");
                let text = fs::read_to_string(&path).expect("a session").replace("\"repetition\":2", "\"repetition\":1");
                fs::write(path, text).expect("written");
            },
            1,
            "DISPROVED",
            &["captures/0002", "session.json"],
        ),
        (
            "begun and gone",
            |case| {
                let begun = LedgerLine::Begun {
                    number: 4,
                    at: now().to_string(),
                    folder: "captures/0004".to_owned(),
                    planned: None,
                    imported: None,
                };
                Case::open(case).expect("a case").ledger().expect("a ledger").append(&begun).expect("appended");
            },
            2,
            "cannot be checked",
            &["captures/0004", "notes no end"],
        ),
        (
            "a hole",
            |case| {
                let begun = LedgerLine::Begun {
                    number: 6,
                    at: now().to_string(),
                    folder: "captures/0006".to_owned(),
                    planned: None,
                    imported: None,
                };
                Case::open(case).expect("a case").ledger().expect("a ledger").append(&begun).expect("appended");
            },
            1,
            "DISPROVED",
            &["ledger.ndjson", "number 4 is missing"],
        ),
    ];
    for (what, change, code, verdict, words) in changes {
        let copy = scratch();
        copy_tree(&folder, &copy.path().join("case"));
        change(&copy.path().join("case"));
        let ran = verify(copy.path());
        assert_eq!(ran.code, code, "{what}: {}{}", ran.out, ran.err);
        assert!(lines(&ran, verdict).iter().any(|line| words.iter().all(|word| line.contains(word))), "{what}: {words:?}\n{}", ran.out);
        assert!(what == "ledger removed" || copy.path().join("case/ledger.ndjson").is_file());
        assert!(what != "ledger removed" || !copy.path().join("case/ledger.ndjson").exists(), "verify makes no ledger");
    }
}

#[test]
fn a_recording_of_another_case_is_named_and_vouched_for_by_nobody_here() {
    let root = case();
    let folder = root.path().join("case");
    record(&folder, "no-account.none.page", 1, |_| {});
    init(root.path(), "other");
    let other = root.path().join("other");
    record(&other, "no-account.none.page", 1, |_| {});
    let id = Case::open(&other).expect("a case").file.id;
    copy_tree(&other.join("captures/0001"), &folder.join("captures/copied"));
    let (_, told) = status(root.path());
    let stranger = &told["not_in_the_ledger"][0];
    assert_eq!((&stranger["folder"], &stranger["case"], &stranger["of_this_case"]), (&json!("captures/copied"), &json!(id), &json!(false)));
    let said = run_in(root.path(), ["status", "--case", "case"]);
    assert!(said.out.contains(&format!("captures/copied: is recording 1 of the case {id}")), "{}", said.out);
    let ran = verify(root.path());
    assert_eq!(ran.code, 2, "{}", ran.out);
    let named = lines(&ran, "cannot be checked");
    assert!(named.iter().any(|line| line.contains("captures/copied") && line.contains(&id)), "{}", ran.out);
    let wrong = run_in(root.path(), ["verify", "case/captures/copied", "--case", "case"]);
    assert_eq!(wrong.code, 2);
    says(&wrong, &["captures/copied", &format!("belongs to case {id}")]);
    let replayed = run_in(root.path(), ["replay", "case/captures/copied"]);
    assert_eq!(replayed.code, 2);
    says(&replayed, &["captures/copied", &format!("belongs to case {id}")]);
    let own = run_in(root.path(), ["replay", "other/captures/0001", "--case", "other"]);
    assert!(own.code == 0 && own.out.contains(&format!("recording 1 of case {id}")), "{}{}", own.out, own.err);
}

#[test]
fn a_plan_with_mistakes_is_refused_with_all_of_them() {
    let root = case();
    let path = root.path().join("case/case.toml");
    let text = fs::read_to_string(&path).expect("a case");
    fs::write(&path, text.replace("personas = [\"no-account\"]", "personas = [\"member\"]").replace("repetitions = 2", "repetitions = 0"))
        .expect("written");
    let ran = run_in(root.path(), ["status", "--case", "case"]);
    assert_eq!(ran.code, 2);
    let text = fs::read_to_string(&path).expect("a case");
    let line = |part: &str| format!("line {}", 1 + text.lines().position(|line| line.contains(part)).expect("a line"));
    says(
        &ran,
        &[
            "case.toml",
            "2 mistakes",
            "[[scenario]] \"{persona}.{choice}.{target}\"",
            &line("[\"member\"]"),
            "no [[persona]] has that id",
            &line("repetitions = 0"),
        ],
    );
    // Whoever only checks or discards is not kept from it.
    assert_eq!(verify(root.path()).code, 0);
    fs::write(&path, text.replace("retention-days", "retention-dayz").replace("# retention", "retention")).expect("written");
    let unknown = run_in(root.path(), ["status", "--case", "case"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("case.toml") && unknown.err.contains("retention-dayz"), "{}", unknown.err);
}

/// Cuts the last records off a ledger.
fn cut(case: &Path, records: usize) {
    let path = case.join("ledger.ndjson");
    let text = fs::read_to_string(&path).expect("a ledger");
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    // The kept file, the end and the beginning of the last recording.
    fs::write(path, lines[..lines.len() - records - 1].concat()).expect("written");
}

pub(super) fn copy_tree(from: &Path, to: &Path) {
    for (path, bytes) in tree(from) {
        let path: PathBuf = to.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, bytes).expect("written");
    }
}
