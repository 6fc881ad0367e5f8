//! The demo with a real Firefox, and the baseline of an idle browser with one that is a script of ours: what it does and when is then known,
//! and nothing but loopback is asked for. A machine without Firefox fails the first of them; it is never skipped.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use dataspoor::capture::Capture;
use dataspoor::demo::truth::Holds;
use dataspoor::vault::{Case, LedgerLine};
use serde_json::Value;

use super::corpus::{Ran, run_in, scratch};
use super::live_demo::agrees;
use super::live_origin::LiveOrigin;

#[test]
fn annex_truth_and_the_servers_own_log_agree_for_firefox_too() {
    // It sends no client hints.
    agrees("firefox", &[Holds::Always, Holds::IfThirdPartyCookies]);
}

/// A browser that asks for `b.test/pattern/1/10/<number>` of its own accord, and for a page and what is in it if it is given one. Without
/// one it goes on until it is ended.
fn script(folder: &Path, version: &str) -> PathBuf {
    let text = format!(
        r#"#!/bin/bash
if [[ $1 == --version ]]; then echo 'Chromium {version}'; exit 0; fi
for flag in "$@"; do [[ $flag == --proxy-server=* ]] && proxy=${{flag#--proxy-server=}}; done
ask() {{ curl --silent --insecure --output /dev/null --proxy "$proxy" "$@"; }}
page=${{!#}}
ask "https://b.test/pattern/1/10/$((1000000 + RANDOM))"
[[ $page == about:blank ]] && exec sleep 600
ask "$page"
ask --header "Referer: $page" --header 'Sec-Fetch-Site: cross-site' "https://b.test/pattern/1/10/7654321"
"#
    );
    let path = folder.join(format!("browser-{version}"));
    fs::write(&path, text).expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("may be run");
    path
}

/// A recording in the case, or its baseline alone.
fn record(folder: &Path, origin: &LiveOrigin, browser: &Path, more: &[&str]) -> Ran {
    let map = ["a.test", "b.test"].map(|host| format!("--map={host}={}", origin.address));
    let mut arguments: Vec<String> = more.iter().map(|&argument| argument.to_owned()).collect();
    arguments.extend(["--case=case", "--upstream-ca=origin.pem", "--headless"].map(str::to_owned));
    arguments.extend(map);
    arguments.extend([format!("--browser={}", browser.display()), "--baseline-seconds=5".to_owned()]);
    run_in(folder, arguments)
}

/// The recordings of the case that have begun, by number.
fn begun(case: &Path) -> Vec<PathBuf> {
    let case = Case::open(case).expect("a case");
    let ledger = case.ledger().expect("a ledger");
    let folder = |line: &LedgerLine| match line {
        LedgerLine::Begun { folder, .. } => Some(case.folder().join(folder)),
        _ => None,
    };
    ledger.lines().iter().filter_map(folder).collect()
}

fn settings(capture: &Path) -> BTreeMap<String, String> {
    Capture::open(capture).expect("a capture").session.settings
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_baseline_is_recorded_once_and_tells_the_browser_from_the_visit() {
    let scratch = scratch();
    let folder = scratch.path();
    let origin = LiveOrigin::start(BTreeMap::new()).await;
    fs::write(folder.join("origin.pem"), &origin.root).expect("written");
    let page = "https://a.test/pattern/1/100";
    let made = ["init", "case", "--title=Proef", "--auditee=Ministerie", "--auditor=A", "--page", page, "--lang=en"];
    assert_eq!(run_in(folder, made).code, 0);
    let browser = script(folder, "1.0");
    let case = folder.join("case");

    let ran = record(folder, &origin, &browser, &["record", page]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(
        ran.out.contains("recorded for 5 s while it is idle") && ran.out.contains("Baseline of this browser: 1 baseline"),
        "{}",
        ran.out
    );
    let captures = begun(&case);
    assert_eq!(captures.len(), 2, "the baseline has a number of its own in the ledger");
    assert!(settings(&captures[0]).contains_key("baseline-of"));
    let visit = settings(&captures[1]);
    assert_eq!(visit["baseline-requests"], "GET b.test/pattern/1/10/* -");
    let head = Capture::open(&captures[0]).expect("a capture").contents().expect("whole").head.expect("a head");
    assert!(visit["baseline"].contains(&format!("recording 1 of this case (head of custody {head}): 1 requests in 5 s")), "{visit:?}");

    // What the browser also asked for while it was idle stands apart, with the reason; the same from the page does not.
    let report = captures[1].join("report");
    let annex: Value = serde_json::from_slice(&fs::read(report.join("annex.json")).expect("an annex")).expect("JSON");
    let flows: Vec<(&str, &str, u64)> = annex["flows"]
        .as_array()
        .expect("flows")
        .iter()
        .map(|row| {
            let text = |name: &str| row[name].as_str().expect("a text");
            (text("host"), text("position"), row["also_idle"].as_u64().unwrap_or_default())
        })
        .collect();
    assert_eq!(flows.iter().filter(|flow| flow.2 > 0).collect::<Vec<_>>(), [&("b.test", "browser", 1)]);
    assert!(flows.iter().any(|flow| flow.0 == "b.test" && flow.1 != "browser" && flow.2 == 0), "{flows:?}");
    let log = fs::read_to_string(report.join("evidence.ndjson")).expect("a log");
    assert_eq!(log.matches("\"baseline\":\"also recorded while the same browser was idle\"").count(), 1);
    let html = fs::read_to_string(report.join("annex.en.html")).expect("an annex");
    assert!(html.contains("1 of these was also recorded while the same browser was idle") && html.contains("recording 1 of this case"));
    // A replay needs nothing but the recording itself.
    let capture = captures[1].display().to_string();
    let ran = run_in(folder, ["verify", "--case=case", &report.display().to_string(), "--capture", &capture]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);

    // The next recording of the case has its baseline already, another version of the browser has none.
    let ran = record(folder, &origin, &browser, &["baseline"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_eq!(begun(&case).len(), 2, "{}", ran.out);
    let ran = record(folder, &origin, &script(folder, "2.0"), &["record", page, "--no-baseline"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let captures = begun(&case);
    assert_eq!((captures.len(), settings(&captures[2])["baseline"].starts_with("none")), (3, true));
    for (arguments, words) in [(&["baseline", page][..], "visits nothing"), (&["baseline", "--no-browser"][..], "belongs to a case")] {
        let ran = record(folder, &origin, &browser, arguments);
        assert!(ran.code == 2 && ran.err.contains(words), "{}", ran.err);
    }
}
