//! What goes wrong in a case, by the program and with a real browser: a recording that is not used says so in its annex, a start that is not clean is flagged
//! wherever somebody looks, a browser crashes, two recordings want the same thing at once, and names and numbers are missing. What was recorded stays.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use dataspoor::demo::plan::START;
use dataspoor::vault::{Case, LedgerLine};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use super::bad_input::says;
use super::case_plan::{case, copy_tree, now, record, status, verify};
use super::corpus::{Ran, run_in, scratch, tree};

/// Far longer than a browser takes to start and to show a page.
const PATIENCE: Duration = Duration::from_secs(90);

fn json_of(path: &Path) -> Value {
    let text = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&text).expect("JSON")
}

fn text_of(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The records of an evidence log or a ledger.
fn records(path: &Path) -> Vec<Value> {
    text_of(path).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// Judges a recording and puts its annex where a recording by the program has it.
fn judge(root: &Path, name: &str) -> PathBuf {
    let recording = root.join("case/captures").join(name);
    let _ = fs::remove_dir_all(recording.join("report"));
    let arguments =
        ["replay", &format!("case/captures/{name}"), "--case", "case", "--out", "judged", "--lang", "nl", "--lang", "en", "--quiet"];
    let ran = run_in(root, arguments);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    fs::rename(root.join("judged").join(name), recording.join("report")).expect("moved");
    recording.join("report")
}

fn verify_one(root: &Path, path: &str, more: &[&str]) -> Ran {
    run_in(root, [&["verify", path, "--case", "case"], more].concat())
}

#[test]
fn a_discarded_recording_says_so_in_its_annex_and_earlier_annexes_still_hold() {
    let root = case();
    let root = root.path();
    record(&root.join("case"), "no-account.none.page", 1, |_| {});
    record(&root.join("case"), "no-account.none.page", 2, |_| {});
    let report = judge(root, "0001");
    assert_eq!(json_of(&report.join("annex.json"))["scenario"]["not_used"], Value::Null);
    assert_eq!(verify_one(root, "case/captures/0001", &[]).code, 0);
    // As it was handed over, and as it was signed.
    copy_tree(&report, &root.join("handed-over"));

    let reason = "wrong account: <b>A & B</b>";
    let ran = run_in(root, ["discard", "1", "--case", "case", "--reason", reason, "--by", "B. Boss"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    assert!(ran.out.contains("made again and says so: case/captures/0001/report") && ran.out.contains("comparisons"), "{}", ran.out);
    let ledger = records(&root.join("case/ledger.ndjson"));
    let line = ledger.iter().find(|line| line["kind"] == "discarded").expect("a record");
    let annex = json_of(&report.join("annex.json"));
    let expected =
        json!({ "by": "B. Boss", "at": line["at"], "reason": reason, "ledger_record": line["n"], "ledger_digest": line["digest"] });
    assert_eq!(annex["scenario"]["not_used"], expected);
    for (language, title, by) in
        [("nl", "Deze vastlegging wordt niet gebruikt", "Besloten door:"), ("en", "This recording is not used", "Decided by:")]
    {
        let page = text_of(&report.join(format!("annex.{language}.html")));
        for place in ["id=\"c1-not-used\"", "id=\"c16-not-used\""] {
            let notice: String = page.split(place).nth(1).unwrap_or_else(|| panic!("{language}: no {place}")).chars().take(1_500).collect();
            let digest = line["digest"].as_str().expect("a digest");
            for words in [title, by, "B. Boss", "wrong account: &lt;b&gt;A &amp; B&lt;/b&gt;", digest] {
                assert!(notice.contains(words), "{language}, {place}: {words}\n{notice}");
            }
        }
    }
    assert!(text_of(&report.join("scenario.csv")).contains("wrong account"));
    // What was judged is what it was.
    assert_eq!(
        fs::read(report.join("evidence.ndjson")).expect("a log"),
        fs::read(root.join("handed-over/evidence.ndjson")).expect("a log")
    );

    // The annex holds under the ledger as it goes on growing; so does the one from before, which says less.
    record(&root.join("case"), "no-account.none.page", 3, |_| {});
    let holds = verify_one(root, "case/captures/0001", &[]);
    assert!(holds.code == 0 && holds.out.contains("says that the recording is not used, as the ledger does"), "{}{}", holds.out, holds.err);
    assert!(holds.out.contains("annex.json: made again from the recording, byte for byte the same"), "{}", holds.out);
    let before = verify_one(root, "handed-over", &["--capture", "case/captures/0001"]);
    assert_eq!(before.code, 0, "{}{}", before.out, before.err);
    assert!(
        before.out.contains("was made without the decision not to use the recording") && before.out.contains("B. Boss"),
        "{}",
        before.out
    );
    // An annex that is made now says it without being asked.
    let again = json_of(&judge(root, "0001").join("annex.json"));
    assert_eq!(again["scenario"]["not_used"], expected);

    // In the report over the recordings of the case too.
    let over = run_in(root, ["replay", "-r", "case/captures", "--case", "case", "--out", "over", "--lang", "en", "--quiet"]);
    assert_eq!(over.code, 0, "{}{}", over.out, over.err);
    let linkage = json_of(&root.join("over/case-linkage/linkage.json"));
    let rows = linkage["recordings"].as_array().expect("recordings");
    assert_eq!((&rows[0]["not_used"], &rows[1]["not_used"]), (&expected, &Value::Null));
    assert!(text_of(&root.join("over/case-linkage/linkage.en.html")).contains("wrong account: &lt;b&gt;"));

    // A ledger from which the decision was cut off disproves the annex.
    let other = scratch();
    copy_tree(&root.join("case"), &other.path().join("case"));
    let path = other.path().join("case/ledger.ndjson");
    let kept: String = text_of(&path).split_inclusive('\n').take_while(|line| !line.contains("\"kind\":\"discarded\"")).collect();
    fs::write(&path, kept).expect("written");
    let cut = verify_one(other.path(), "case/captures/0001", &[]);
    assert!(cut.code == 1 && cut.out.contains("the ledger notes nothing of the kind"), "{}{}", cut.out, cut.err);

    // Taken away, it is missed with its reason.
    fs::remove_dir_all(root.join("case/captures/0001")).expect("removed");
    let missed = verify(root);
    assert_eq!(missed.code, 1, "{}", missed.out);
    let line = missed.out.lines().find(|line| line.contains("recording 1 of the ledger is not here")).expect("a line");
    assert!(line.starts_with("DISPROVED") && line.contains("B. Boss: wrong account"), "{line}");
}

#[test]
fn an_annex_that_was_changed_is_not_written_over() {
    let root = case();
    let root = root.path();
    record(&root.join("case"), "no-account.none.page", 1, |_| {});
    let report = judge(root, "0001");
    fs::write(report.join("annex.en.html"), "changed").expect("written");
    let before = tree(&report);
    let ran = run_in(root, ["discard", "1", "--case", "case", "--reason", "the wrong day"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    for words in ["case/captures/0001", "does not say it", "not as it was made", "dataspoor replay case/captures/0001 --case case"] {
        assert!(ran.err.contains(words), "{words}\n{}", ran.err);
    }
    assert_eq!(tree(&report), before);
}

/// The case of the demo with a short visit of its own, for the scenarios that a test writes. `more`: further steps of the visit.
fn brief(root: &Path, scenarios: &[(&str, &str, u32)], more: &str) {
    let made = run_in(root, ["demo", "--case", "case", "--scenario", "no such scenario", "--quiet"]);
    assert_eq!(made.code, 0, "{}{}", made.out, made.err);
    let path = root.join("case/case.toml");
    let mut text = text_of(&path);
    text.push_str("\n[[choice]]\nid = \"nothing\"\npath = \"no-choice\"\n");
    text.push_str(&format!("\n[[target]]\nid = \"brief\"\nkind = \"start-page\"\nurl = {START:?}\nsteps = \"steps/brief.toml\"\n"));
    for (name, profile, repetitions) in scenarios {
        text.push_str(&format!(
            "\n[[scenario]]\nname = {name:?}\npersonas = [\"no-account\"]\nchoices = [\"nothing\"]\ntargets = [\"brief\"]\nprofile = {profile:?}\n\
             repetitions = {repetitions}\noperated = \"scripted\"\nthird-party-cookies = \"allow\"\n"
        ));
    }
    fs::write(path, text).expect("written");
    let done = "(document.documentElement.dataset.done ?? '').split(' ').includes('case')";
    let steps = format!("[[step]]\nopen = \"{{target}}\"\n[[step]]\nwait-until = {{ true = \"{done}\" }}\n{more}");
    fs::write(root.join("case/steps/brief.toml"), steps).expect("written");
}

/// An organisation starts its browser through a script that brings a profile along; so a profile that was made for the recording holds cookies of earlier
/// visits when the first request goes out.
#[test]
fn a_start_with_cookies_from_elsewhere_is_flagged_in_status_log_and_annex() {
    let scratch = scratch();
    let root = scratch.path();
    brief(root, &[("earlier", "kept:earlier", 1), ("clean", "fresh", 1), ("brought-along", "fresh", 1)], "");
    let record =
        |more: &[&str]| run_in(root, [&["demo", "--case", "case", "--headless", "--quiet", "--lang", "nl", "--lang", "en"], more].concat());
    let ran = record(&["--scenario", "earlier", "--scenario", "clean"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let cookies = root.join("case/profiles/earlier/data/Default/Cookies");
    assert!(cookies.is_file(), "the browser keeps its cookies elsewhere than this test looks for them");
    fs::copy(&cookies, root.join("Cookies")).expect("copied");
    let browser = root.join("company-browser");
    let script = format!(
        "#!/bin/sh\nfor word in \"$@\"; do case \"$word\" in --user-data-dir=*)\n  to=\"${{word#--user-data-dir=}}/Default\"\n  \
         [ -e \"$to/Cookies\" ] || {{ mkdir -p \"$to\" && cp '{}' \"$to/Cookies\"; }};;\nesac; done\nexec chromium \"$@\"\n",
        root.join("Cookies").display()
    );
    fs::write(&browser, script).expect("written");
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o700)).expect("made a program");
    let ran = record(&["--scenario", "brought-along", "--browser", &browser.display().to_string()]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);

    // Status.
    let told: Value = serde_json::from_str(&run_in(root, ["status", "--case", "case", "--json"]).out).expect("JSON");
    let of = |name: &str| {
        let cell = told["cells"].as_array().expect("cells").iter().find(|cell| cell["name"] == name).expect("a cell");
        cell["slots"][0]["recordings"][0].clone()
    };
    assert_eq!((&of("clean")["states"][0]["state"], &of("clean")["start"]), (&json!("recorded"), &json!("new")));
    let dirty = of("brought-along");
    let hosts = dirty["hosts"].as_u64().expect("a number of hosts");
    assert_eq!((&dirty["states"][0]["state"], &dirty["start"]), (&json!("not-clean"), &json!("with-cookies")), "{dirty}");
    assert!(hosts > 0);
    let said = run_in(root, ["status", "--case", "case", "--lang", "en"]);
    let line = said.out.lines().find(|line| line.contains("START NOT CLEAN")).unwrap_or_else(|| panic!("{}", said.out));
    assert!(line.contains(&format!("the first request to {hosts} host")) && line.contains("carried a cookie"), "{line}");
    let dutch = run_in(root, ["status", "--case", "case", "--lang", "nl"]);
    assert!(dutch.out.contains("BEGIN NIET SCHOON") || dutch.out.contains("NIET SCHOON"), "{}", dutch.out);

    // Evidence log, with the entries it rests on.
    let folder = |recording: &Value| root.join("case").join(recording["folder"].as_str().expect("a folder"));
    let start_of = |recording: &Value| {
        let log = records(&folder(recording).join("report/evidence.ndjson"));
        let starts: Vec<Value> = log.iter().filter(|line| line["kind"] == "start").cloned().collect();
        assert_eq!(starts.len(), 1);
        (starts[0].clone(), log)
    };
    let (start, log) = start_of(&dirty);
    let facts = ["start", "warning", "profile", "profile_said_by", "scenario"].map(|name| start[name].clone());
    assert_eq!(facts, [json!("cookies-at-start"), json!(true), json!("fresh"), json!("program"), json!("brought-along")], "{start}");
    assert_eq!(start["with_cookies_from_elsewhere"], hosts);
    let entries: Vec<u64> = start["entries_from_elsewhere"].as_array().expect("entries").iter().filter_map(Value::as_u64).collect();
    assert_eq!(entries.len() as u64, hosts.min(10));
    for entry in entries {
        let flow = log.iter().find(|line| line["kind"] == "flow" && line["entry"] == entry).expect("a flow");
        let sent = flow["cookies_sent"].as_array().expect("cookies");
        assert!(sent.iter().any(|cookie| cookie["origin"] == "no-set-cookie-recorded"), "{flow}");
    }
    let (clean, _) = start_of(&of("clean"));
    assert_eq!((&clean["start"], &clean["warning"], &clean["with_cookies_from_elsewhere"]), (&json!("clean"), &json!(false), &json!(0)));
    assert_eq!(start_of(&of("earlier")).0["start"], "kept-profile");

    // Annex.
    let report = folder(&dirty).join("report");
    let start = &json_of(&report.join("annex.json"))["scenario"]["start"];
    assert_eq!(
        (&start["id"], &start["warning"], &start["with_cookies_from_elsewhere"]),
        (&json!("cookies-at-start"), &json!(true), &json!(hosts))
    );
    for (language, title) in [("nl", "Waarschuwing over het begin"), ("en", "Warning about the start")] {
        let page = text_of(&report.join(format!("annex.{language}.html")));
        assert!(page.contains("id=\"c1-start\"") && page.matches(title).count() == 2, "{language}");
    }
    let held = run_in(
        root,
        ["verify", dirty["folder"].as_str().map(|folder| format!("case/{folder}")).expect("a folder").as_str(), "--case", "case"],
    );
    assert_eq!(held.code, 0, "{}{}", held.out, held.err);
}

/// The program, ended when the test is.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        if let Ok(None) = self.0.try_wait() {
            let id = i32::try_from(self.0.id()).ok().and_then(Pid::from_raw).expect("an id");
            let _ = kill_process(id, Signal::TERM);
            let _ = self.0.wait();
        }
    }
}

/// Waits until `found` finds something.
#[allow(clippy::disallowed_methods, reason = "only a deadline for something that is waited for")]
fn until<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "{what} did not come");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// The browser that a program started: its child that is no helper of a browser.
fn browser_of(program: u32) -> Option<i32> {
    let tasks = fs::read_dir(format!("/proc/{program}/task")).ok()?.flatten();
    let all: String = tasks.map(|task| fs::read_to_string(task.path().join("children")).unwrap_or_default()).collect();
    let mut ids = all.split_whitespace().filter_map(|id| id.parse::<i32>().ok());
    let is_browser = |id: &i32| {
        let line = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        line.contains("--user-data-dir=") && !line.contains("--type=")
    };
    ids.rfind(is_browser)
}

#[test]
fn a_crash_keeps_what_was_recorded_and_nobody_records_the_same_at_once() {
    let scratch = scratch();
    let root = scratch.path();
    let never = "[[step]]\nwait-for = { selector = \"#never\", within = 120 }\n";
    brief(root, &[("one", "kept:shared", 3), ("other", "kept:shared", 1)], never);
    let arguments = ["demo", "--case", "case", "--headless", "--lang", "en"];
    let child = Command::new(env!("CARGO_BIN_EXE_dataspoor"))
        .args(arguments)
        .args(["--scenario", "one"])
        .current_dir(root)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut running = Running(child);
    // The page has answered: the visit waits for what never comes.
    let recorded = || {
        let segments = fs::read_dir(root.join("case/captures/0001/archive")).into_iter().flatten().flatten();
        segments.filter_map(|segment| segment.metadata().ok()).map(|data| data.len()).sum::<u64>()
    };
    until("the visit", || (recorded() > 20_000).then_some(()));
    let (code, told) = status(root);
    let states = |told: &Value, name: &str| {
        let cell = told["cells"].as_array().expect("cells").iter().find(|cell| cell["name"] == name).expect("a cell").clone();
        cell["slots"][0]["recordings"]
            .as_array()
            .expect("recordings")
            .iter()
            .map(|one| one["states"][0]["state"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!((code, states(&told, "one")), (1, vec![json!("running")]));

    // Its second repetition at the same time, and another scenario with the same profile: neither begins, and the ledger counts neither.
    let same = run_in(root, arguments.iter().copied().chain(["--scenario", "one"]));
    assert_eq!(same.code, 1, "{}", same.out);
    says(
        &same,
        &[
            "scenario one, repetition 2",
            "case/captures/0001",
            "is being recorded at this moment (recording 1)",
            "wait until that has ended",
        ],
    );
    let other = run_in(root, arguments.iter().copied().chain(["--scenario", "other"]));
    assert_eq!(other.code, 1, "{}", other.out);
    says(
        &other,
        &["scenario other, repetition 1", "case/profiles/shared", "another recording uses this kept profile", "wait until it has ended"],
    );
    let begun = |root: &Path| records(&root.join("case/ledger.ndjson")).iter().filter(|line| line["kind"] == "begun").count();
    assert_eq!(begun(root), 1);

    // The browser crashes. The next repetition is begun all the same, and is ended by hand, since it waits as well.
    let program = running.0.id();
    let browser = until("the browser", || browser_of(program));
    kill_process(Pid::from_raw(browser).expect("an id"), Signal::KILL).expect("killed");
    until("the end of the first recording", || {
        let ended = records(&root.join("case/ledger.ndjson"));
        ended.iter().any(|line| line["kind"] == "ended" && line["number"] == 1).then_some(())
    });
    let id = i32::try_from(program).ok().and_then(Pid::from_raw).expect("an id");
    until("the browser of the second", || browser_of(program).filter(|id| *id != browser));
    kill_process(id, Signal::TERM).expect("asked to end");
    let code = running.0.wait().expect("ended").code();
    let mut out = String::new();
    running.0.stdout.take().expect("its output").read_to_string(&mut out).expect("text");
    assert_eq!(code, Some(1), "{out}");
    assert!(out.contains("Recording 2 of scenario one: stopped at the operator") && out.contains("Not begun of this run: 1"), "{out}");
    let said = "Recording 1 of scenario one: stopped at steps/brief.toml, line 5";
    assert!(out.contains(said) && out.contains("What was recorded is kept and says so"), "{out}");

    // Marked in status and annex, missing again, and whole.
    let (code, told) = status(root);
    assert_eq!((code, states(&told, "one")), (1, vec![json!("stopped")]));
    let shown = run_in(root, ["status", "--case", "case", "--lang", "en"]);
    assert!(shown.out.contains("STEPS STOPPED") && shown.out.contains("0/3, 3 missing, stopped"), "{}", shown.out);
    let annex = json_of(&root.join("case/captures/0001/report/annex.json"));
    let outcome = &annex["scenario"]["outcome"];
    assert_eq!((&outcome["id"], &outcome["place"]), (&json!("stopped"), &json!("steps/brief.toml, line 5")), "{outcome}");
    let why = outcome["why"].as_str().expect("a reason");
    assert!(why.contains("the browser") && why.contains("have crashed") && !why.contains("oneshot"), "{why}");
    assert!(annex["totals"]["entries"].as_u64() > Some(2), "{}", annex["totals"]);
    let page = text_of(&root.join("case/captures/0001/report/annex.en.html"));
    assert!(page.contains("id=\"c1-outcome\"") && page.contains("The visit was broken off"));
    let held = verify_one(root, "case/captures/0001", &[]);
    assert_eq!(held.code, 0, "{}{}", held.out, held.err);
    assert_eq!(verify(root).code, 0);
}

#[test]
fn what_status_calls_missing_is_what_is_recorded_again() {
    let root = case();
    let root = root.path();
    let folder = root.join("case");
    for cell in ["no-account.none.page", "no-account.none.start", "no-account.declined.page", "no-account.declined.start"] {
        for repetition in [1, 2] {
            record(&folder, cell, repetition, |_| {});
        }
    }
    // The plan has no steps, so each that is missing is named for a person, and no browser is started.
    let missing = |more: &[&str]| {
        let ran = run_in(root, [&["record", "--missing", "--case", "case"], more].concat());
        let named = |line: &str| Some(line.strip_prefix("Scenario ")?.split(": needs a person").next()?.to_owned());
        let named: Vec<String> = ran.out.lines().chain(ran.err.lines()).filter_map(named).collect();
        assert_eq!(ran.code, i32::from(!named.is_empty()), "{}{}", ran.out, ran.err);
        named
    };
    assert!(missing(&[]).is_empty());
    fs::remove_dir_all(folder.join("captures/0001")).expect("removed");
    let mut log = fs::read(folder.join("captures/0003/custody.ndjson")).expect("a log");
    log.push(b'x');
    fs::write(folder.join("captures/0003/custody.ndjson"), log).expect("written");
    assert_eq!(run_in(root, ["discard", "6", "--case", "case", "--reason", "the wrong account"]).code, 0);
    let expected = ["no-account.none.page, repetition 1", "no-account.none.start, repetition 1", "no-account.declined.page, repetition 2"];
    assert_eq!(missing(&[]), expected);

    // One that came to nothing, and one whose steps stopped.
    let case = Case::open(&folder).expect("a case");
    for (outcome, entries, head) in [(None, 0, String::new()), (Some("stopped at steps/x.toml, line 3: no".to_owned()), 3, "0".repeat(64))]
    {
        let mut ledger = case.ledger().expect("a ledger");
        let number = ledger.next_number();
        let planned = Some(dataspoor::vault::Planned { scenario: "no-account.none.page".to_owned(), repetition: 1 });
        let (at, below) = (now().to_string(), format!("captures/{number:04}"));
        ledger.append(&LedgerLine::Begun { number, at: at.clone(), folder: below, planned, imported: None }).expect("appended");
        ledger.append(&LedgerLine::Ended { number, at, entries, custody_head: head, interrupted: false, outcome }).expect("appended");
    }
    assert_eq!(missing(&[]), expected);

    // What is recorded and not as the plan wants it stands for its repetition, unless it is asked for.
    let number = record(&folder, "no-account.none.page", 1, |scenario| scenario.url = "https://www.facebook.com/other".to_owned());
    assert_eq!(missing(&[]), expected[1..]);
    assert_eq!(missing(&["--again", "other-plan"]), expected, "recording {number} is by another plan");
    assert_eq!(missing(&["--again", "not-clean", "--again", "too-old"]), expected[1..]);
    let (_, told) = status(root);
    let squares: u64 = told["cells"].as_array().expect("cells").iter().map(|cell| cell["wanted"].as_u64().unwrap_or(0)).sum();
    assert_eq!(squares, 8);
    let shown = run_in(root, ["status", "--case", "case"]);
    assert_eq!(shown.out.matches(": missing").count(), 2, "{}", shown.out);
    let wrong = run_in(root, ["record", "--missing", "--case", "case", "--again", "lost"]);
    assert!(wrong.code == 2 && wrong.err.contains("too-old"), "{}", wrong.err);
}

#[test]
fn a_scenario_that_no_plan_has_is_refused_with_the_nearest() {
    let root = case();
    let root = root.path();
    fs::write(root.join("a.har"), "{\"log\": {\"version\": \"1.2\", \"creator\": {\"name\": \"t\", \"version\": \"1\"}, \"entries\": []}}")
        .expect("written");
    let before = tree(&root.join("case"));
    let commands: [&[&str]; 4] = [
        &["import", "a.har", "--case", "case", "--scenario"],
        &["keep", "control", "a.har", "--case", "case", "--scenario"],
        &["control", "--case", "case", "--seconds", "1", "--scenario"],
        &["record", "--case", "case", "--scenario"],
    ];
    for command in commands {
        let slip = run_in(root, command.iter().copied().chain(["no-acount.none.Page"]));
        assert_eq!(slip.code, 2, "{command:?}: {}", slip.out);
        says(&slip, &["case/case.toml", "no scenario \"no-acount.none.Page\"", "the nearest are no-account.none.page"]);
        let other = run_in(root, command.iter().copied().chain(["qqqq"]));
        assert_eq!(other.code, 2, "{command:?}: {}", other.out);
        says(&other, &["case/case.toml", "no scenario \"qqqq\"", "of its 4, for instance", "dataspoor status"]);
    }
    assert_eq!(tree(&root.join("case")), before, "nothing was counted or kept");
    let known = run_in(root, ["import", "a.har", "--case", "case", "--scenario", "no-account.none.page"]);
    assert_eq!((known.code, known.err.as_str()), (0, ""), "{}", known.out);

    // Without a plan any name is taken, and that is said.
    let made = run_in(root, ["init", "bare", "--title", "T", "--auditee", "M", "--page", "https://www.facebook.com/m", "--auditor", "A"]);
    assert_eq!(made.code, 0, "{}", made.err);
    for command in [["import", "a.har", "--case", "bare"].as_slice(), &["keep", "control", "a.har", "--case", "bare"]] {
        let taken = run_in(root, command.iter().copied().chain(["--scenario", "any name"]));
        assert_eq!(taken.code, 0, "{}{}", taken.out, taken.err);
        assert!(
            taken.err.contains("bare/case.toml") && taken.err.contains("has no plan") && taken.err.contains("any name"),
            "{}",
            taken.err
        );
    }
}
