//! Made-up rules for screens that do not exist.

use super::*;

const TOWN: &str = r##"{
  "name": "town", "cosmetic": false, "comment": "made up",
  "runContext": { "urlPattern": "^https://town\\.example/" },
  "prehideSelectors": ["#bar"],
  "detectCmp": [{ "exists": ["#frame", "#bar"] }],
  "detectPopup": [{ "visible": "#bar .card", "check": "any" }, { "exists": "#paid", "negated": true }],
  "optIn": [{ "waitForThenClick": "#yes" }],
  "optOut": [
    { "click": "#more", "comment": "opens the second layer" },
    { "if": { "exists": "#tabs" }, "then": [{ "click": "#tab", "optional": true }], "else": [{ "wait": 300 }] },
    { "any": [{ "click": "#no" }, { "waitForThenClick": "xpath///button[2]", "timeout": 500 }] }
  ],
  "test": [{ "cookieContains": "choice=no" }]
}"##;

fn one(text: &str) -> ConsentRule {
    ConsentRules::read(text).expect("reads").rules.remove(0)
}

/// A rule with these steps to decline.
fn declining(steps: &str) -> ConsentRule {
    one(&format!(r##"{{"name":"a","detectCmp":[{{"exists":"#a"}}],"detectPopup":[{{"visible":"#a"}}],"optOut":{steps}}}"##))
}

fn chain(selector: &str) -> Vec<String> {
    vec![selector.to_owned()]
}

#[test]
fn a_rule_reads_as_it_stands() {
    let rule = one(TOWN);
    assert_eq!(
        (rule.name.as_str(), rule.address.as_deref(), rule.main, rule.cosmetic),
        ("town", Some(r"^https://town\.example/"), true, false)
    );
    assert_eq!(rule.manager[0].parts, [Part::Ask(Condition::Exists(vec!["#frame".to_owned(), "#bar".to_owned()]))]);
    assert_eq!(rule.screen[0].parts, [Part::Ask(Condition::Visible(chain("#bar .card"), Seen::Any))]);
    assert!(rule.screen[1].negated && !rule.screen[0].negated);
    let Part::Any(ways) = &rule.decline[2].parts[0] else { panic!("{:?}", rule.decline[2]) };
    assert_eq!(ways[1].place, "optOut[2].any[1]");
    assert_eq!(ways[1].parts, [Part::Click(Click { target: chain("xpath///button[2]"), all: false, within: 500 })]);
    assert_eq!(rule.allow[0].parts, [Part::Click(Click { target: chain("#yes"), all: false, within: 10_000 })]);
    assert_eq!(rule.hindrance(RuledPath::Decline), None);
    assert_eq!(rule.screens(), [["#bar .card".to_owned()].as_slice(), &["#paid".to_owned()], &["#frame".to_owned(), "#bar".to_owned()]]);
    // Visible is said of all elements unless the rule says otherwise, and waited for of one.
    let usual = declining(r##"[{"visible":"#a"},{"waitForVisible":"#a"},{"click":"#a"}]"##).decline;
    assert_eq!(usual[0].parts, [Part::Ask(Condition::Visible(chain("#a"), Seen::All))]);
    assert_eq!(usual[1].parts, [Part::Await(Condition::Visible(chain("#a"), Seen::Any), 10_000)]);
}

#[test]
fn a_file_is_read_in_each_of_its_forms() {
    for text in [TOWN.to_owned(), format!("[{TOWN}]"), format!("\u{feff}{{\"autoconsent\":[{TOWN}]}}")] {
        assert_eq!(ConsentRules::read(&text).expect("reads").rules, [one(TOWN)]);
    }
}

#[test]
fn a_mistake_names_rule_place_and_remedy() {
    let with = |part: &str, steps: &str| {
        let good = r##"{"name":"a","detectCmp":[{"exists":"#a"}],"detectPopup":[{"visible":"#a"}],"optOut":[{"click":"#a"}]}"##;
        let mut rule: serde_json::Value = serde_json::from_str(good).expect("JSON");
        rule[part] = serde_json::from_str(steps).expect("JSON");
        format!("[{good},{rule}]").replacen("\"name\":\"a\"", "\"name\":\"first\"", 1)
    };
    for (text, parts) in [
        ("", vec!["not valid JSON", "line 1"]),
        ("{\n  \"autoconsent\": [}", vec!["line 2", "fetch the file again"]),
        ("7", vec!["no rules"]),
        ("[]", vec!["no rules"]),
        (r#"{"autoconsent":{}}"#, vec!["no rules"]),
        (r#"{"v":1,"s":[],"r":[]}"#, vec!["compact", "rules.json"]),
        (&format!("[{TOWN},{TOWN}]"), vec!["rule 2 (town), name", "this name"]),
        (&with("optOut", "{}"), vec!["rule 2 (a), optOut: has to be a list"]),
        (&with("optOut", r#"[{"click":7}]"#), vec!["optOut[0].click: has to be a selector"]),
        (&with("optOut", r#"[{"click":[]}]"#), vec!["optOut[0].click"]),
        (&with("optOut", r##"[{"if":{"exists":"#a"},"then":[{"any":[{"click":" "}]}]}]"##), vec!["optOut[0].then[0].any[0].click"]),
        (&with("optOut", r##"[{"if":{"exists":"#a"}}]"##), vec!["optOut[0].then: is missing"]),
        (&with("optOut", r#"[{"comment":"nothing"}]"#), vec!["optOut[0]: says nothing to do"]),
        (&with("optOut", r#"[{"wait":-1}]"#), vec!["optOut[0].wait: has to be milliseconds"]),
        (&with("optOut", r##"[{"waitFor":"#a","timeout":120001}]"##), vec!["optOut[0].timeout"]),
        (&with("test", r##"[{"visible":"#a","check":"some"}]"##), vec!["test[0].check: has to be any, all or none"]),
        (&with("detectPopup", "[]"), vec!["detectPopup: has no steps"]),
        (&with("runContext", "[]"), vec!["runContext: has to be an object"]),
        (&with("cosmetic", "1"), vec!["cosmetic: has to be true or false"]),
    ] {
        let error = ConsentRules::read(text).expect_err(text).to_string();
        assert!(parts.iter().all(|part| error.contains(part)), "{text}: {error}");
    }
}

#[test]
fn what_is_not_carried_out_is_a_hindrance_unless_the_rule_can_go_without() {
    let why = |steps: &str| declining(steps).hindrance(RuledPath::Decline).unwrap_or_default();
    for (steps, part) in [
        (r##"[{"click":"#a"},{"eval":"EVAL_X"}]"##, "optOut[1]: eval EVAL_X"),
        (r##"[{"click":"#a"},{"if":{"exists":"#b"},"then":[{"hide":"#b"}]}]"##, "optOut[1].then[0]: hide"),
        (r##"[{"any":[{"click":"#a"},{"setStyle":"","selector":"#a"}]}]"##, "setStyle"),
        (r##"[{"click":"aria/No"}]"##, "selector aria/No"),
        (r##"[{"click":"#a"},{"swipe":"#a"}]"##, "swipe"),
        (r##"[{"wait":5}]"##, "click nothing"),
        ("[]", "no steps to decline"),
    ] {
        assert!(why(steps).contains(part), "{steps}: {:?}", why(steps));
    }
    assert_eq!(why(r##"[{"hide":"#b","optional":true},{"click":"#a"}]"##), "");
    assert!(declining(r##"[{"click":"#a"}]"##).hindrance(RuledPath::Allow).is_some_and(|why| why.contains("no steps to allow")));
    let newer = ConsentRule { version: 3, ..one(TOWN) };
    assert!(newer.hindrance(RuledPath::Decline).is_some_and(|why| why.contains("version 3")));
    let framed = ConsentRule { main: false, ..one(TOWN) };
    assert!(framed.hindrance(RuledPath::Decline).is_some_and(|why| why.contains("frames")));
}

#[test]
fn whether_it_fits_is_told_or_not() {
    let rule = one(TOWN);
    let fits = |there: bool, seen: Held, paid: bool| {
        rule.fits(&mut |condition| match condition {
            Condition::Visible(..) => seen,
            Condition::Exists(chain) if chain[0] == "#paid" => {
                if paid {
                    Held::Yes
                } else {
                    Held::No
                }
            }
            Condition::Exists(_) => {
                if there {
                    Held::Yes
                } else {
                    Held::No
                }
            }
            Condition::Cookie(_) => Held::Untold,
        })
    };
    assert_eq!(fits(true, Held::Yes, false), Held::Yes);
    assert_eq!(fits(true, Held::Yes, true), Held::No);
    assert_eq!(fits(false, Held::Untold, false), Held::No);
    assert_eq!(fits(true, Held::Untold, false), Held::Untold);
    assert_eq!(fits(true, Held::Untold, true), Held::No, "what is not told does not hide what is");
    // Code of a page is not run, so that part stays untold; another way to recognise it may tell.
    let acts = |text: &str| one(&TOWN.replace(r##"[{ "cookieContains": "choice=no" }]"##, text)).test;
    let mut yes = |_: &Condition| Held::Yes;
    assert_eq!(holds(&acts(r##"[{"eval":"X"}]"##), &mut yes), Held::Untold);
    assert_eq!(holds(&acts(r##"[{"eval":"X","negated":true}]"##), &mut yes), Held::Untold);
    assert_eq!(holds(&acts(r##"[{"any":[{"eval":"X"},{"exists":"#a"}]}]"##), &mut yes), Held::Yes);
    assert_eq!(holds(&acts(r##"[{"eval":"X","optional":true}]"##), &mut yes), Held::Yes);
    assert_eq!(holds(&acts(r##"[{"if":{"exists":"#a"},"then":[{"exists":"#a","negated":true}]}]"##), &mut yes), Held::No);
    assert_eq!(holds(&acts(r##"[{"if":{"exists":"#a","negated":true},"then":[{"exists":"#a","negated":true}]}]"##), &mut yes), Held::Yes);
}

#[test]
fn a_click_that_is_sure_to_be_followed_by_another_only_leads_on() {
    let sure = |step: &str| declining(&format!("[{step}]")).decline[0].surely_clicks();
    for (step, expected) in [
        (r##"{"click":"#a"}"##, true),
        (r##"{"click":"#a","optional":true}"##, false),
        (r##"{"wait":1}"##, false),
        (r##"{"any":[{"click":"#a"},{"click":"#b"}]}"##, true),
        (r##"{"any":[{"click":"#a"},{"exists":"#b"}]}"##, false),
        (r##"{"if":{"exists":"#a"},"then":[{"click":"#a"}]}"##, false),
        (r##"{"if":{"exists":"#a"},"then":[{"click":"#a"}],"else":[{"wait":1},{"click":"#b"}]}"##, true),
    ] {
        assert_eq!(sure(step), expected, "{step}");
    }
}

#[test]
fn a_survey_counts_what_can_be_done() {
    let hidden = TOWN
        .replace("\"town\"", "\"hidden\"")
        .replace(r##"{ "click": "#more", "comment": "opens the second layer" }"##, r##"{ "hide": "#bar" }"##);
    let coded = TOWN
        .replace("\"town\"", "\"coded\"")
        .replace(r##"{ "cookieContains": "choice=no" }"##, r#"{ "eval": "EVAL_A" }, { "eval": "EVAL_B" }"#);
    let survey = ConsentRules::read(&format!("[{TOWN},{hidden},{coded}]")).expect("reads").survey();
    assert_eq!((survey.rules, survey.decline, survey.allow, survey.tested), (3, 2, 3, 1));
    assert_eq!(survey.not_here, BTreeMap::from([("eval".to_owned(), (2, 1)), ("hide".to_owned(), (1, 1))]));
}
