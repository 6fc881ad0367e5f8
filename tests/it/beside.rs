//! What stands beside the wire, by the program: recordings made elsewhere taken into a case, texts, answers and controls kept and held against them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;

use super::corpus::{run_in, scratch};

const HAR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/captures/simulated-ministry-page.har");

fn run(folder: &Path, arguments: &[&str]) -> String {
    let ran = run_in(folder, arguments.iter().copied());
    assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.err);
    ran.out
}

fn refused(folder: &Path, arguments: &[&str]) -> String {
    let ran = run_in(folder, arguments.iter().copied());
    assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.out);
    ran.err
}

fn case(folder: &Path) {
    run(folder, &["init", "case", "--title", "T", "--auditee", "M", "--page", "https://www.facebook.com/stad", "--auditor", "A"]);
}

fn import(folder: &Path) -> String {
    run(folder, &["import", HAR, "--case", "case", "--scenario", "none-page", "--said", "exported by A"])
}

#[test]
fn a_recording_made_elsewhere_has_a_number_and_can_be_checked() {
    let scratch = scratch();
    let folder = scratch.path();
    case(folder);
    let said = import(folder);
    assert!(said.contains("recording 1 of the case") && said.contains("tls (64 of 64)"), "{said}");
    let twice = refused(folder, &["import", HAR, "--case", "case", "--scenario", "none-page"]);
    assert!(twice.contains("recording 1"), "{twice}");
    let ledger = fs::read_to_string(folder.join("case/ledger.ndjson")).expect("a ledger");
    assert_eq!(ledger.matches("\"kind\":\"begun\"").count(), 1, "what is refused takes no number");
    let without = refused(folder, &["replay", "case/captures/0001", "-o", "out"]);
    assert!(without.contains("--case"), "{without}");
    run(folder, &["replay", "case/captures/0001", "--case", "case", "-o", "out"]);
    let annex = fs::read_to_string(folder.join("out/0001/annex.json")).expect("an annex");
    let annex: Value = serde_json::from_str(&annex).expect("JSON");
    assert_eq!(annex["capture"]["taken_in"]["ledger_number"], 1);
    assert_eq!(annex["capture"]["scenario"], "none-page");
    assert!(fs::read_to_string(folder.join("out/0001/annex.nl.html")).expect("a page").contains("exported by A"));
    let checked = run(folder, &["verify", "out", "--capture", "case/captures/0001", "--case", "case"]);
    assert!(checked.contains("annex.json: made again from the recording"), "{checked}");
    let checked = run(folder, &["verify", "case/captures/0001", "--case", "case"]);
    assert!(checked.contains("noted this file as number 1"), "{checked}");
    let path = folder.join("case/captures/0001/simulated-ministry-page.har");
    let text = fs::read_to_string(&path).expect("the file").replacen("200", "201", 1);
    fs::write(&path, text).expect("written");
    let changed = run_in(folder, ["verify", "case/captures/0001", "--case", "case"]);
    assert!(changed.code == 1 && changed.out.contains("DISPROVED"), "{}", changed.out);
    let changed = refused(folder, &["replay", "case/captures/0001", "--case", "case", "-o", "again"]);
    assert!(changed.contains("import.json says"), "{changed}");
}

#[test]
fn what_is_neither_is_not_taken() {
    let scratch = scratch();
    let folder = scratch.path();
    case(folder);
    fs::write(folder.join("a.json"), "{\"a\":1}").expect("written");
    fs::write(folder.join("b.bin"), [0_u8, 159, 146, 150]).expect("written");
    let said = ["--title", "T", "--vendor", "V", "--date", "2026-11-20"];
    for (arguments, words) in [
        (vec!["import", "a.json", "--case", "case", "--scenario", "s"], "not a HAR recording"),
        (vec!["keep", "control", "a.json", "--case", "case", "--scenario", "s"], "no NetLog"),
        (vec!["keep", "access-answer", "b.bin", "--case", "case", "--received", "2026-11-20"], "neither JSON nor HTML"),
        (vec!["keep", "access-answer", "a.json", "--case", "case", "--received", "20-11-2026"], "YYYY-MM-DD"),
        ([vec!["keep", "text", "b.bin", "--case", "case"], said.to_vec()].concat(), "plain text"),
        (vec!["import", "a.json", "--case", "nowhere", "--scenario", "s"], "dataspoor init"),
    ] {
        let error = refused(folder, &arguments);
        assert!(error.contains(words), "{arguments:?}: {error}");
    }
    assert!(!fs::read_to_string(folder.join("case/ledger.ndjson")).expect("a ledger").contains("\"kind\":\"kept\""));
}

/// The same recording with one host less and another more stands for a visit that nobody intercepted.
#[test]
fn statements_answers_and_controls_are_held_against_the_recordings() {
    let scratch = scratch();
    let folder = scratch.path();
    case(folder);
    import(folder);
    let mut har: Value = serde_json::from_str(&fs::read_to_string(HAR).expect("read")).expect("JSON");
    let entries = har["log"]["entries"].as_array_mut().expect("entries");
    let host = |entry: &Value| entry["request"]["url"].as_str().and_then(|url| url.split('/').nth(2)).unwrap_or_default().to_owned();
    let gone = "connect.facebook.net";
    assert!(entries.iter().any(|entry| host(entry) == gone), "the recording has changed");
    entries.retain(|entry| host(entry) != gone);
    let mut more = entries[0].clone();
    more["request"]["url"] = "https://only.control.example/x".into();
    entries.push(more);
    fs::write(folder.join("control.har"), har.to_string()).expect("written");
    run(folder, &["keep", "control", "control.har", "--case", "case", "--scenario", "none-page", "--said", "devtools"]);
    // A value that the recording sends, one that it does not, and one that is too short.
    let url = "https://www.facebook.com/ministerievanvoorbeelden";
    let agent = har["log"]["entries"][0]["request"]["headers"].as_array().expect("fields").iter();
    let agent = agent.clone().find(|field| field["name"].as_str().is_some_and(|name| name.eq_ignore_ascii_case("user-agent")));
    let agent = agent.and_then(|field| field["value"].as_str()).expect("a user agent").to_owned();
    let answer =
        serde_json::json!({ "device": { "user_agent": agent }, "secret_note": "nooit verzonden waarde", "on": "yes", "page": url });
    fs::write(folder.join("answer.json"), answer.to_string()).expect("written");
    run(folder, &["keep", "access-answer", "answer.json", "--case", "case", "--received", "2026-11-20"]);
    let kept = folder.join("case/answers/answer-1-answer.json");
    assert_eq!(fs::metadata(&kept).expect("there").permissions().mode() & 0o077, 0);
    let said = run(folder, &["beside", "--case", "case", "--lang", "nl", "--lang", "en"]);
    assert!(said.contains("control-1 (har)") && said.contains("answer-1"), "{said}");
    let text = fs::read_to_string(folder.join("case/beside/beside.json")).expect("a report");
    let report: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(report["simulated"], true);
    let rows = report["controls"][0]["rows"].as_array().expect("rows");
    let on = |what: &str| rows.iter().find(|row| row["aspect"] == "host" && row["what"] == what).map(|row| row["seen_on"].clone());
    assert_eq!(on(gone), Some("only-intercepted".into()));
    assert_eq!(on("only.control.example"), Some("only-control".into()));
    assert_eq!(on("www.facebook.com"), Some("both".into()));
    let rows = report["answers"][0]["rows"].as_array().expect("rows");
    let returned = rows.iter().find(|row| row["name"] == "user-agent" && row["outcome"] == "seen-and-returned").expect("a field");
    assert_eq!(returned["returned_at"][0], "device / user_agent");
    assert!(rows.iter().any(|row| row["name"] == "secret_note" && row["outcome"] == "returned-not-seen"));
    assert_eq!(report["answers"][0]["too_short"], 1);
    let outcome = |rule: &str| {
        let rows = report["statements"].as_array().expect("rows");
        rows.iter().find(|row| row["rule"] == rule).map(|row| row["outcome"].clone())
    };
    assert_eq!(outcome("meta.statement.insights-place"), Some("not-observable".into()));
    assert_eq!(outcome("meta.statement.insights-user"), Some("not-tested".into()), "nobody said who visited");
    assert_eq!(outcome("meta.statement.insights-user-agent"), Some("seen".into()));
    for name in ["beside.nl.html", "beside.en.html", "access-answers.csv", "observer-effect.csv", "statements.csv", "beside.json"] {
        let text = fs::read_to_string(folder.join("case/beside").join(name)).expect(name);
        assert!(!text.contains("nooit verzonden") && !text.contains(&agent), "{name} holds a value");
    }
    for name in ["beside.nl.html", "beside.en.html"] {
        let page = fs::read_to_string(folder.join("case/beside").join(name)).expect("a page");
        assert!(page.contains("is-simulated") && super::report_forms::is_read_whole(&page).simulated.is_some());
    }
    let checked = run_in(folder, ["verify", "case/beside"]);
    assert!(checked.code == 2 && checked.out.contains("beside.json: ") && !checked.out.contains("DISPROVED"), "{}", checked.out);
    run(folder, &["beside", "--case", "case", "--lang", "nl", "--lang", "en", "-o", "again"]);
    for name in ["beside.nl.html", "beside.json", "access-answers.csv", "manifest.json"] {
        let read = |place: &str| fs::read(folder.join(place).join(name)).expect(name);
        assert_eq!(read("case/beside"), read("again"), "{name} is made again byte for byte");
    }
    // What was changed after it was kept is not used.
    fs::write(&kept, "{\"a\":\"something else\"}").expect("written");
    let error = refused(folder, &["beside", "--case", "case"]);
    assert!(error.contains("answer-1"), "{error}");
    let listed = run_in(folder, ["keep", "list", "--case", "case"]);
    assert!(listed.code == 1 && listed.out.contains("DISPROVED"), "{}", listed.out);
}
