//! Rules of others for consent screens, end to end: made-up rules in the autoconsent format are added to the demo case, a step uses them in a real browser,
//! and recording and annex say which rule of which file it was. Without the file nothing is recorded.

use std::fs;
use std::path::Path;

use dataspoor::model::Digest;
use serde_json::Value;

use super::corpus::{run_in, scratch};

/// Rules for the simulated platform: of another site, of the same screen but with a step that is not carried out, and one that can be.
const RULES: &str = r##"{"autoconsent": [
  {"name": "elsewhere", "runContext": {"urlPattern": "^https://elsewhere\\.example/"},
   "detectCmp": [{"exists": "#consent"}], "detectPopup": [{"visible": "#consent"}], "optOut": [{"click": "#consent-allow"}], "optIn": []},
  {"name": "with-code", "runContext": {"urlPattern": "^https://www\\.facebook\\.com/"},
   "detectCmp": [{"exists": "#consent"}], "detectPopup": [{"visible": "#consent"}], "optOut": [{"eval": "EVAL_SIMULATED"}, {"click": "#consent-allow"}], "optIn": []},
  {"name": "simulated-platform",
   "detectCmp": [{"any": [{"exists": "#none-such"}, {"exists": "xpath///section[@id='consent']"}]}],
   "detectPopup": [{"visible": "#consent-more", "check": "any"}],
   "optOut": [
     {"if": {"exists": "#none-such"}, "then": [{"click": "#consent-allow"}], "else": [{"waitForThenClick": "#consent-more"}]},
     {"waitForVisible": "#consent-second"},
     {"click": "#consent input:checked", "all": true, "optional": true},
     {"hide": "#consent", "optional": true},
     {"click": ["#consent", "#consent-save"]}
   ],
   "optIn": [{"waitForThenClick": "#consent-allow"}],
   "test": [{"waitForVisible": "#consent", "check": "none", "timeout": 1000}]}
]}"##;

fn json(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).expect("JSON")
}

fn rows<'v>(value: &'v Value, name: &str) -> &'v Vec<Value> {
    value[name].as_array().unwrap_or_else(|| panic!("no {name} in {value}"))
}

/// The case of the demo, in which a path of choices is taken by such a step.
fn made(root: &Path, path: &str, step: &str) {
    let made = run_in(root, ["demo", "--case", "case", "--scenario", "no such scenario"]);
    assert_eq!(made.code, 0, "{}{}", made.out, made.err);
    let file = root.join(format!("case/steps/choice-{path}.toml"));
    let done = "wait-until = { true = \"(document.documentElement.dataset.done ?? '').split(' ').includes('choose')\" }";
    fs::write(file, format!("[[step]]\n{step}\n[[step]]\n{done}\n")).expect("written");
}

fn keep(root: &Path, rules: &str) {
    fs::write(root.join("rules.json"), rules).expect("written");
    let kept = run_in(root, ["keep", "autoconsent", "rules.json", "--case", "case", "--from", "made up for this test"]);
    assert_eq!(kept.code, 0, "{}{}", kept.out, kept.err);
    assert!(kept.out.contains("rules-1 kept/rules-1-rules.json") && kept.out.contains("eval (1 steps, 1 rules)"), "{}", kept.out);
    assert!(
        kept.out.contains("3 rules. Carried out whole here: 2 to decline (of these 1 with their own test), 1 to allow."),
        "{}",
        kept.out
    );
}

#[test]
fn a_rule_of_the_case_declines_and_is_named() {
    let scratch = scratch();
    let root = scratch.path();
    made(root, "decline", "autoconsent = { choice = \"decline\", name = \"cookies\" }");
    keep(root, RULES);
    let ran = run_in(
        root,
        ["demo", "--case", "case", "--scenario", "no-account.decline.other-page", "--headless", "--lang", "nl", "--lang", "en"],
    );
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let folder = root.join("case/captures/0001");
    let annex = json(&folder.join("report/annex.json"));
    let scenario = &annex["scenario"];
    assert_eq!(scenario["outcome"]["id"], "complete", "{}", scenario["outcome"]);
    let digest = Digest::of(RULES.as_bytes()).to_string();

    // Which rule of which file, what it did, and what its own test says.
    let used = &rows(scenario, "consent_rules")[0];
    assert_eq!((&used["rule"], &used["kept"], &used["sha256"]), (&"simulated-platform".into(), &"rules-1".into(), &digest.as_str().into()));
    assert_eq!(
        (&used["choice"], &used["test"], &used["screen"], &used["clicks"]),
        (&"decline".into(), &"passed".into(), &"gone".into(), &2.into())
    );
    assert_eq!(used["place"], "steps/choice-decline.toml, line 1");
    let also = rows(used, "also");
    assert!(also.len() == 1 && also[0].to_string().contains("with-code: optOut[0]: eval EVAL_SIMULATED is not carried out"), "{also:?}");
    let done: Vec<&str> = rows(used, "done").iter().filter_map(Value::as_str).collect();
    for part in ["#none-such there: no", "clicked: Meer opties", "no such element", "hide : not carried out", "clicked: Keuze opslaan"] {
        assert!(done.iter().any(|line| line.contains(part)), "{part}: {done:?}");
    }
    let screens = rows(scenario, "consent_screens");
    assert_eq!((screens.len(), &screens[0]["rule"], &screens[0]["name"]), (1, &"simulated-platform (rules-1)".into(), &"cookies".into()));
    assert!(screens[0]["picture"].is_u64() && screens[0].to_string().contains("Optionele cookies weigeren"), "{}", screens[0]);
    let clicked: Vec<_> = rows(scenario, "clicked").iter().map(|row| (row["text"].as_str(), row["leads_on"] == true)).collect();
    assert_eq!(clicked, [(Some("Meer opties"), true), (Some("Keuze opslaan"), false)]);

    // The script acted, the choice is that of the button, and what only comes after everything was allowed was never set.
    assert!(scenario["operated"]["script"].as_u64() > Some(0) && scenario["operated"]["person"] == 0, "{}", scenario["operated"]);
    let choices = rows(&annex, "choices");
    assert!(
        choices.len() == 1 && choices[0].to_string().contains("Keuze opslaan") && choices[0].to_string().contains("decline-optional"),
        "{choices:?}"
    );
    assert!(rows(&annex, "cookies").iter().any(|row| row["name"] == "datr"));
    assert!(rows(&annex, "cookies").iter().all(|row| row["name"] != "fr"), "fr came without everything allowed");

    // The session names the file from its beginning, and both annexes name the rule.
    let session = json(&folder.join("session.json"));
    assert_eq!(session["settings"]["consent-rules"], format!("rules-1 kept/rules-1-rules.json {digest}"));
    for (lang, words) in [("nl", "zegt dat zij deed waarvoor zij is"), ("en", "says that it did what it is for")] {
        let page = fs::read_to_string(folder.join(format!("report/annex.{lang}.html"))).expect("a page");
        let at = page.find("id=\"t16d\"").expect("the table of rules");
        assert!(page[at..].contains("simulated-platform") && page[at..].contains(&digest) && page[at..].contains(words), "{lang}");
    }
    assert_eq!(run_in(root, ["verify", "case"]).code, 0);
    let status = run_in(root, ["status", "--case", "case", "--lang", "en"]);
    assert!(
        status.out.contains("rules-1: rules of others for cookie screens") && !status.err.contains("steps"),
        "{}{}",
        status.out,
        status.err
    );
}

#[test]
fn firefox_allows_by_a_named_rule() {
    let scratch = scratch();
    let root = scratch.path();
    made(root, "allow", "autoconsent = { choice = \"allow\", rule = \"simulated-platform\", rules = \"rules-1\" }");
    keep(root, RULES);
    let ran = run_in(root, ["demo", "--case", "case", "--scenario", "no-account.allow.start", "--browser", "firefox", "--headless"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let annex = json(&root.join("case/captures/0001/report/annex.json"));
    let used = &rows(&annex["scenario"], "consent_rules")[0];
    assert_eq!((&used["rule"], &used["test"], &used["clicks"]), (&"simulated-platform".into(), &"not-for-this-choice".into(), &1.into()));
    assert!(rows(&annex, "choices")[0].to_string().contains("Alle cookies toestaan"));
}

#[test]
fn where_no_rule_can_be_carried_out_the_step_stops_and_says_what_was_tried() {
    let scratch = scratch();
    let root = scratch.path();
    made(root, "decline", "autoconsent = { choice = \"decline\", within = 1 }");
    // Only the first two are left: one of another site, and one with code.
    let mut rules: Value = serde_json::from_str(RULES).expect("JSON");
    rules["autoconsent"].as_array_mut().expect("rules").truncate(2);
    fs::write(root.join("rules.json"), rules.to_string()).expect("written");
    assert_eq!(run_in(root, ["keep", "autoconsent", "rules.json", "--case", "case"]).code, 0);
    let ran = run_in(root, ["demo", "--case", "case", "--scenario", "no-account.decline.start", "--headless"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    let annex = json(&root.join("case/captures/0001/report/annex.json"));
    let outcome = &annex["scenario"]["outcome"];
    assert_eq!((&outcome["id"], &outcome["place"]), (&"stopped".into(), &"steps/choice-decline.toml, line 1".into()));
    let why = outcome["why"].as_str().expect("why");
    assert!(
        why.contains("with-code: optOut[0]: eval EVAL_SIMULATED") && why.contains("rules-1") && why.contains("write steps of your own"),
        "{why}"
    );
    let used = &rows(&annex["scenario"], "consent_rules")[0];
    assert_eq!((&used["rule"], &used["clicks"], &used["test"]), (&Value::Null, &0.into(), &"not-reached".into()));
    assert!(rows(&annex, "choices").is_empty() && rows(&annex["scenario"], "clicked").is_empty());
    let status = run_in(root, ["status", "--case", "case", "--lang", "en"]);
    assert!(status.out.contains("STEPS STOPPED") && status.out.contains("with-code"), "{}", status.out);
}

#[test]
fn without_the_file_nothing_is_recorded_and_the_remedy_is_said() {
    let scratch = scratch();
    let root = scratch.path();
    made(root, "decline", "autoconsent = { choice = \"decline\" }");
    let refused = |parts: &[&str]| {
        let ran = run_in(root, ["demo", "--case", "case", "--scenario", "no-account.decline.start", "--headless"]);
        assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
        let status = run_in(root, ["status", "--case", "case"]);
        for part in parts {
            assert!(ran.err.contains(part) && status.err.contains(part), "{part}: {}\n{}", ran.err, status.err);
        }
        assert!(!root.join("case/captures/0001").exists());
    };
    refused(&["steps/choice-decline.toml, line 1", "dataspoor keep autoconsent FILE --case case"]);
    keep(root, RULES);
    // What is wrong with the step or with the file is said before anything is recorded, too.
    let file = root.join("case/steps/choice-decline.toml");
    for (step, part) in [
        ("{ choice = \"decline\", rule = \"other\" }", "none of the 3 rules of rules-1"),
        ("{ choice = \"decline\", rule = \"with-code\" }", "eval EVAL_SIMULATED is not carried out here"),
        ("{ choice = \"decline\", rules = \"rules-9\" }", "the case keeps rules-1"),
        ("{ choice = \"allow\" }", "allows, and the path declines"),
        ("{ choice = \"withdraw\" }", "know no withdrawal"),
    ] {
        fs::write(&file, format!("[[step]]\nautoconsent = {step}\n")).expect("written");
        refused(&[part]);
    }
    fs::write(&file, "[[step]]\nautoconsent = { choice = \"decline\" }\n").expect("written");
    fs::write(root.join("second.json"), RULES.replace("elsewhere", "nowhere")).expect("written");
    assert_eq!(run_in(root, ["keep", "autoconsent", "second.json", "--case", "case"]).code, 0);
    refused(&["several (rules-1, rules-2)"]);
    fs::write(root.join("case/kept/rules-2-second.json"), RULES).expect("written");
    fs::write(&file, "[[step]]\nautoconsent = { choice = \"decline\", rules = \"rules-2\" }\n").expect("written");
    refused(&["the ledger noted"]);
}

#[test]
fn a_file_that_holds_no_rules_is_not_kept() {
    let scratch = scratch();
    let root = scratch.path();
    assert_eq!(run_in(root, ["init", "case", "--title", "T", "--auditor", "A", "--auditee", "M", "--page", "https://a.test/page"]).code, 0);
    for (text, part) in [
        ("{", "line 1, column"),
        (r#"{"v":1,"s":[],"r":[]}"#, "compact form"),
        (r##"[{"name":"a","detectCmp":[{"exists":7}],"detectPopup":[{"exists":"#a"}]}]"##, "rule 1 (a), detectCmp[0].exists"),
    ] {
        fs::write(root.join("a.json"), text).expect("written");
        let ran = run_in(root, ["keep", "autoconsent", "a.json", "--case", "case"]);
        assert!(ran.code == 2 && ran.err.contains("a.json") && ran.err.contains(part), "{}{}", ran.out, ran.err);
    }
    assert!(!root.join("case/kept").exists());
}

#[test]
fn a_rule_that_leads_on_is_followed_by_the_next_and_one_that_fails_its_own_test_stops_the_step() {
    let scratch = scratch();
    let root = scratch.path();
    made(root, "decline", "autoconsent = { choice = \"decline\", name = \"cookies\" }");
    let rules = r##"[
      {"name": "second-layer", "detectCmp": [{"exists": "#consent"}], "detectPopup": [{"visible": "#consent-save"}],
       "optOut": [{"click": "#consent-save"}], "test": [{"exists": "#none-such"}]},
      {"name": "first-layer", "intermediate": true, "detectCmp": [{"exists": "#consent"}], "detectPopup": [{"visible": "#consent-more"}],
       "optOut": [{"click": "#consent-more"}]}
    ]"##;
    fs::write(root.join("rules.json"), rules).expect("written");
    assert_eq!(run_in(root, ["keep", "autoconsent", "rules.json", "--case", "case"]).code, 0);
    let ran = run_in(root, ["demo", "--case", "case", "--scenario", "no-account.decline.start", "--headless"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    let annex = json(&root.join("case/captures/0001/report/annex.json"));
    let scenario = &annex["scenario"];
    let used: Vec<_> =
        rows(scenario, "consent_rules").iter().map(|row| (row["rule"].as_str(), row["test"].as_str(), row["screen"].as_str())).collect();
    assert_eq!(used, [(Some("first-layer"), Some("none"), Some("gone")), (Some("second-layer"), Some("failed"), Some("gone"))]);
    let clicked: Vec<_> = rows(scenario, "clicked").iter().map(|row| (row["text"].as_str(), row["leads_on"] == true)).collect();
    assert_eq!(clicked, [(Some("Meer opties"), true), (Some("Keuze opslaan"), false)]);
    let layers: Vec<_> =
        rows(scenario, "consent_screens").iter().map(|row| (row["name"].as_str(), row["layer"].as_u64(), row["clicks"].as_u64())).collect();
    assert_eq!(layers, [(Some("cookies"), Some(1), Some(0)), (Some("cookies"), Some(2), Some(1))]);
    let outcome = &scenario["outcome"];
    assert!(outcome["id"] == "stopped" && outcome["why"].to_string().contains("by its own test"), "{outcome}");
}
