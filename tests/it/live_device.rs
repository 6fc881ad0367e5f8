//! An emulated telephone, end to end: what a driven Chromium that was told to show itself as one lets servers see, and that the recording never calls it one.

use std::collections::BTreeSet;
use std::fs;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use super::corpus::{run_in, scratch};

/// One more scenario for the plan of the demo.
const SCENARIO: &str = r#"
[[scenario]]
name = "emulated"
personas = ["no-account"]
choices = ["decline"]
targets = ["page"]
profile = "fresh"
operated = "scripted"
device = "emulated-mobile"
third-party-cookies = "allow"
"#;

#[test]
fn an_emulated_telephone_is_one_to_servers_and_never_to_readers() {
    let scratch = scratch();
    let root = scratch.path();
    let made = run_in(root, ["demo", "--case", "case", "--scenario", "no such scenario"]);
    assert_eq!(made.code, 0, "{}{}", made.out, made.err);
    let plan = root.join("case/case.toml");
    let planned = fs::read_to_string(&plan).expect("a plan") + SCENARIO;
    fs::write(&plan, &planned).expect("written");

    // Firefox cannot, and says so before the ledger counts anything.
    let refused = run_in(root, ["demo", "--case", "case", "--scenario", "emulated", "--browser", "firefox"]);
    assert!(refused.code == 1 && refused.err.contains("emulated-mobile") && refused.err.contains("Firefox"), "{}", refused.err);
    fs::write(&plan, planned.replace("device = \"emulated-mobile\"", "device = \"emulated-mobile\"\nbrowser = \"firefox\""))
        .expect("written");
    let refused = run_in(root, ["status", "--case", "case"]);
    assert!(refused.code == 2 && refused.err.contains("only Chromium"), "{}", refused.err);
    fs::write(&plan, planned).expect("written");

    let ran = run_in(root, ["demo", "--case", "case", "--scenario", "emulated", "--browser", "chromium", "--access-log", "log.ndjson"]);
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    assert!(ran.out.contains("Recording 1: "), "the refusals counted nothing: {}", ran.out);

    // What the servers saw: one user agent from the first request to the last words of the page, and client hints that agree with it.
    let log = fs::read_to_string(root.join("log.ndjson")).expect("a log");
    let accesses: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let header = |access: &Value, wanted: &str| -> Option<String> {
        let all = access["request_headers"].as_array().expect("fields");
        all.iter().find(|field| field[0] == wanted).and_then(|field| field[1].as_str()).map(str::to_owned)
    };
    let seen = |name: &str| -> BTreeSet<String> { accesses.iter().filter_map(|access| header(access, name)).collect() };
    let agents: Vec<String> = seen("user-agent").into_iter().collect();
    assert!(accesses.len() > 20 && accesses.iter().all(|access| header(access, "user-agent").is_some()));
    assert!(agents.len() == 1 && agents[0].contains("(Linux; Android 10; K)") && agents[0].contains("Mobile Safari/"), "{agents:?}");
    let version = agents[0].split("Chrome/").nth(1).and_then(|rest| rest.split('.').next()).expect("a version");
    for (name, value) in [
        ("sec-ch-ua-mobile", "?1"),
        ("sec-ch-ua-platform", "\"Android\""),
        ("sec-ch-ua-platform-version", "\"14.0.0\""),
        ("sec-ch-ua-model", "\"K\""),
    ] {
        assert_eq!(seen(name), BTreeSet::from([value.to_owned()]), "{name}");
    }
    assert!(seen("sec-ch-ua").iter().all(|brands| brands.contains(&format!("v=\"{version}\""))), "{:?}", seen("sec-ch-ua"));
    // The page measured its window, its screen and their density, and told.
    let bodies: Vec<String> = accesses
        .iter()
        .map(|access| {
            String::from_utf8(STANDARD.decode(access["request_body"].as_str().expect("a body")).expect("Base64")).unwrap_or_default()
        })
        .collect();
    assert!(bodies.iter().any(|body| body.contains("screen%22%3A%22412x915%22")), "{bodies:?}");
    // What is laid out wider than the screen makes the window of a page wider too, as on a telephone; that of the computer is 1280 wide.
    let measured = bodies.iter().filter_map(|body| body.split("viewport%22%3A%22").nth(1)?.split('x').next()?.parse::<u32>().ok());
    let widths: Vec<u32> = measured.collect();
    assert!(!widths.is_empty() && widths.iter().all(|width| (412..=460).contains(width)), "{widths:?}");
    let densities: BTreeSet<&str> =
        bodies.iter().filter_map(|body| body.split("dpr=").nth(1)).filter_map(|rest| rest.split('&').next()).collect();
    assert_eq!(densities, BTreeSet::from(["2.625"]));

    // What a reader is told.
    let status = run_in(root, ["status", "--case", "case", "--lang", "en"]);
    assert!(status.out.contains("emulated telephone: the browser of a computer"), "{}", status.out);
    let status = run_in(root, ["status", "--case", "case", "--json"]);
    assert!(status.out.contains("\"device\": \"emulated-mobile\""), "{}", status.out);
    let folder = root.join("case/captures/0001");
    let replayed = run_in(root, ["replay", "case/captures/0001", "--case", "case", "--out", "again", "--lang", "nl", "--lang", "en"]);
    assert_eq!(replayed.code, 0, "{}{}", replayed.out, replayed.err);
    for (language, said) in
        [("nl", "geëmuleerde telefoon: de browser van een computer"), ("en", "emulated telephone: the browser of a computer")]
    {
        let page = fs::read_to_string(root.join(format!("again/0001/annex.{language}.html"))).expect("an annex");
        assert!(page.contains(said), "{language}");
    }
    // The record says by what words of its own it was made so, and what that leaves out.
    let custody = fs::read_to_string(folder.join("custody.ndjson")).expect("a custody log");
    let fact = custody.lines().find(|line| line.contains("browser-device")).expect("the device is a fact of the recording");
    assert!(fact.contains("emulated mobile: screen 412×915") && fact.contains("not for frames of other sites"), "{fact}");
}
