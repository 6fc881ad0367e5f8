//! A whole case, end to end: the plan of the demo is recorded unattended with a real browser, and its status, what differs and what the servers logged have
//! to agree with the truth of the simulated world. Then recordings are left out, taken away and compared with a visit that nobody intercepted.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use dataspoor::demo::case::{Cell, Size, cells};
use dataspoor::demo::truth::case::{ANSWERS, Answered, CLASSES, Class, Classed, Item, Question, Share, Thing};
use serde_json::Value;

use super::corpus::{run_in, scratch};
use super::live_case_annex::the_annex_over_the_case_says_what_is_true;

pub(super) fn json(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).expect("JSON")
}

pub(super) fn rows<'v>(value: &'v Value, name: &str) -> &'v Vec<Value> {
    value[name].as_array().unwrap_or_else(|| panic!("no {name} in {value}"))
}

/// The endpoint rules by which our items name what the world's truth names by its path.
fn is_item(item: &Value, thing: &Thing) -> bool {
    let text = |name: &str| item[name].as_str().unwrap_or_default();
    let ruled = match text("rule") {
        "meta.endpoint.banzai" => "/ajax/bz",
        "meta.endpoint.loaders" => "/ajax/route-definition/",
        "meta.endpoint.graphql" => "/api/graphql/",
        "meta.endpoint.qm" => "/ajax/qm/",
        "meta.endpoint.host-pixel" => "/simulated/measure",
        "meta.endpoint.rsrc" => "/rsrc.php/v4/yE/r/SIMULATED05.js",
        "meta.endpoint.cookie-consent" => "/cookie/consent/",
        _ => text("path"),
    };
    let at = (thing.host.is_empty() || text("host") == thing.host) && (thing.path.is_empty() || ruled == thing.path);
    match thing.item {
        Item::Host => text("kind") == "host" && text("name") == thing.host || text("kind") == "endpoint" && at,
        Item::Endpoint => text("kind") == "endpoint" && at && item["operation"].is_null(),
        Item::Operation => text("kind") == "endpoint" && text("operation") == thing.name,
        Item::CookieSet => text("kind") == "cookie-set" && text("name") == thing.name,
        Item::CookieSent => text("kind") == "cookie-sent" && text("name") == thing.name,
        Item::Field => text("kind") == "field" && at && text("name").split('.').next_back() == Some(thing.name),
        Item::CookieDeleted => false,
    }
}

fn class(row: &Value) -> &str {
    row["class"].as_str().expect("a class")
}

/// The classes that the truth allows, as the comparison writes them.
fn allowed(truth: &Classed) -> Vec<&'static str> {
    let name = |class: &Class| match class {
        Class::A => "A",
        Class::B => "B",
        Class::C => "C",
        Class::D => "D",
    };
    truth.classes.iter().map(name).collect()
}

/// In every group of the same persona and path of choices, what the truth puts into a class stands there or varies; what is not A is A nowhere.
fn classes_agree(comparison: &Value) {
    let all = rows(&comparison["classes"], "rows");
    for truth in CLASSES {
        let found: Vec<&Value> = all.iter().filter(|row| is_item(&row["item"], &truth.thing)).collect();
        assert!(!found.is_empty(), "no row about {:?}", truth.thing);
        let allowed = allowed(truth);
        for row in &found {
            // The visits to the wall, and of whoever comes back, lie in the group of visits without a choice.
            assert!(allowed.contains(&class(row)) || class(row) == "varying", "{:?}: {row}", truth.thing);
        }
        assert!(found.iter().any(|row| allowed.contains(&class(row))), "{:?} only varies", truth.thing);
    }
    // With both repetitions in which nothing but noise differs, the random element is noise and nothing else is.
    let declined =
        rows(&comparison["classes"], "groups").iter().find(|group| group["persona"] == "no-account" && group["choice"] == "decline");
    let group = declined.expect("a group of those who declined")["nr"].clone();
    let varying: BTreeSet<String> = all
        .iter()
        .filter(|row| row["group"] == group && row["item"]["kind"] == "endpoint" && class(row) == "varying")
        .map(|row| row["item"].to_string())
        .collect();
    assert_eq!(varying.len(), 1, "{varying:?}");
    assert!(varying.iter().all(|item| item.contains("qm")), "{varying:?}");
    let strict = all.iter().filter(|row| row["group"] == group && class(row) == "A" && row["item"]["kind"] == "endpoint");
    for row in strict {
        assert_eq!(
            (&row["page"]["recorded"], &row["page"]["of"], &row["controls"]["recorded"]),
            (&2.into(), &2.into(), &0.into()),
            "{row}"
        );
    }
}

/// The rows of the answer to a question.
fn answer<'v>(comparison: &'v Value, question: &str) -> &'v Vec<Value> {
    let answer = rows(comparison, "answers").iter().find(|answer| answer["question"] == question);
    rows(answer.unwrap_or_else(|| panic!("no answer to {question}")), "rows")
}

/// What the truth says of a direct question stands in the answer to it, if there is one that names such things.
fn answer_agrees(comparison: &Value, truth: &Answered) {
    // Cookies sent before a choice are in the matrix.
    let question = match (truth.question, truth.thing.item) {
        (Question::BeforeChoice, Item::CookieSet) => "set-before-choice",
        (Question::BeforeChoice, Item::Endpoint) => "telemetry-before-choice",
        (Question::AfterRefusal, Item::CookieSent) => "sent-after-decline",
        (Question::AfterRefusal, Item::CookieSet) => "set-after-decline",
        (Question::AfterWithdrawal, Item::CookieSent) => "sent-after-withdrawal",
        (Question::AfterWithdrawal, Item::CookieSet) => "set-after-withdrawal",
        // Whoever logged out sent the cookies of members before that, so by their names alone they are not only of members.
        (Question::Members, Item::Operation) => "members",
        (Question::Administrators, _) => "administrators",
        (Question::AfterLogout, Item::CookieSent) => "after-logout",
        (Question::Returning, Item::CookieSent) => "returning",
        _ => return,
    };
    let found: Vec<&Value> = answer(comparison, question).iter().filter(|row| is_item(&row["item"], &truth.thing)).collect();
    match truth.share {
        Share::Every => {
            assert!(!found.is_empty(), "{question}: nothing about {:?}", truth.thing);
            // Whoever comes back keeps what was set the first time.
            for row in found.iter().filter(|row| row["scenario"] != "terugkerend") {
                assert_eq!(row["tally"]["recorded"], row["tally"]["of"], "{question}: {row}");
            }
        }
        Share::Some => assert!(!found.is_empty(), "{question}: nothing about {:?}", truth.thing),
        Share::None => assert!(found.is_empty(), "{question}: {found:?}"),
    }
}

fn answers_agree(comparison: &Value) {
    let of = |question| answer(comparison, question);
    ANSWERS.iter().for_each(|truth| answer_agrees(comparison, truth));
    assert!(of("in-transition").iter().any(|row| row["item"]["kind"] == "endpoint"), "a flow was under way with the choice");
    let of_administrators = of("administrators").iter().filter(|row| row["item"]["operation"] == "SIMULATEDPageAdminInsightsQuery");
    let of_administrators: Vec<&Value> = of_administrators.filter(|row| row["item"]["kind"] == "endpoint").collect();
    assert!(!of_administrators.is_empty());
    for row in of_administrators {
        assert!(row["against"].is_null() || row["against"]["recorded"] == 0, "{row}");
    }
}

#[test]
fn a_case_is_recorded_unattended_and_equals_its_truth() {
    let scratch = scratch();
    let root = scratch.path();
    let full = std::env::var_os("DATASPOOR_FULL_CASE").is_some();
    let size = if full { Size::Full } else { Size::Subset };
    let mut arguments = vec!["demo", "--case", "case", "--lang", "nl", "--access-log", "world.ndjson"];
    arguments.extend(full.then_some("--all-cells"));
    let ran = run_in(root, arguments);
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    let planned = cells(size);
    assert!(planned.iter().filter(|cell| cell.in_matrix).count() >= 12);
    assert!(planned.iter().filter(|cell| cell.repetitions > 1).count() >= 2);

    // Everything of the plan is there, with its number in the ledger.
    let status = run_in(root, ["status", "--case", "case", "--json"]);
    assert_eq!(status.code, 0, "{}", status.out);
    let status: Value = serde_json::from_str(&status.out).expect("JSON");
    let names: BTreeSet<&str> = rows(&status, "cells").iter().filter_map(|cell| cell["name"].as_str()).collect();
    assert_eq!(names, planned.iter().map(|cell| cell.name.as_str()).collect());
    let text = run_in(root, ["status", "--case", "case", "--lang", "en"]);
    assert!(text.out.contains("no clean start: kept profile terugkerend, used by 1 recording before"), "{}", text.out);
    assert!(text.out.contains("ended by login-wall"), "{}", text.out);

    // What differs, against the truth.
    let compared = run_in(root, ["compare", "--case", "case", "--lang", "nl", "--lang", "en"]);
    assert_eq!(compared.code, 0, "{}\n{}", compared.out, compared.err);
    let comparison = json(&root.join("case/comparison/comparison.json"));
    assert_eq!(comparison["simulated"], true);
    classes_agree(&comparison);
    answers_agree(&comparison);
    let series = rows(&rows(&comparison, "series")[0], "rows");
    let datr = series.iter().find(|row| row["name"] == "datr").expect("datr");
    assert_eq!((&datr["expiry"], &datr["values"]), (&"slides".into(), &1.into()), "{datr}");

    the_annex_over_the_case_says_what_is_true(root);

    // A start that is not clean stands in the annex, with its warning; so does a wall.
    let annex = |number: &Value| json(&root.join(format!("case/captures/{:04}/report/annex.json", number.as_u64().expect("a number"))));
    let registered = |scenario: &str| {
        let row = rows(&comparison, "register").iter().find(|row| row["scenario"] == scenario && row["repetition"] == 1);
        row.unwrap_or_else(|| panic!("{scenario} is not in the register"))["number"].clone()
    };
    let kept = annex(&registered("terugkerend"));
    assert_eq!((&kept["scenario"]["start"]["id"], &kept["scenario"]["start"]["warning"]), (&"kept-profile".into(), &true.into()));
    let fresh = annex(&registered("no-account.decline.page"));
    assert_eq!((&fresh["scenario"]["start"]["id"], &fresh["scenario"]["start"]["warning"]), (&"clean".into(), &false.into()));
    let screens = rows(&fresh["scenario"], "consent_screens");
    assert!(screens.iter().any(|screen| screen.to_string().contains("Optionele cookies weigeren")), "{screens:?}");
    let wall = annex(&registered("login-wall"));
    assert_eq!((&wall["scenario"]["outcome"]["id"], &wall["scenario"]["outcome"]["wall"]), (&"wall".into(), &"login-wall".into()));

    // What is left out stays in sight; what is taken away is missed.
    let second = rows(&comparison, "register").iter().find(|row| row["scenario"] == "no-account.none.page" && row["repetition"] == 2);
    let discarded = second.expect("a second repetition")["number"].to_string();
    let ran = run_in(root, ["discard", &discarded, "--case", "case", "--reason", "de verbinding viel weg", "--by", "B. Beoordelaar"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let status = run_in(root, ["status", "--case", "case", "--lang", "nl"]);
    assert!(status.code == 1 && status.out.contains("de verbinding viel weg") && status.out.contains("B. Beoordelaar"), "{}", status.out);
    let compared = run_in(root, ["compare", "--case", "case"]);
    assert_eq!(compared.code, 0, "{}{}", compared.out, compared.err);
    let again = json(&root.join("case/comparison/comparison.json"));
    let row = rows(&again, "register")
        .iter()
        .find(|row| row["number"].as_u64().is_some_and(|number| number.to_string() == discarded))
        .expect("it stays in the register");
    assert!(row["used"] == false && row["not_used"].to_string().contains("de verbinding viel weg"), "{row}");
    let page = fs::read_to_string(root.join("case/comparison/comparison.nl.html")).expect("a page");
    assert!(page.contains("de verbinding viel weg"));
    assert_eq!(run_in(root, ["verify", "case"]).code, 0);
    fs::remove_dir_all(root.join(format!("case/captures/{:0>4}", discarded))).expect("taken away");
    let verified = run_in(root, ["verify", "case"]);
    assert_eq!(verified.code, 1, "{}", verified.out);
    assert!(verified.out.contains(&format!("recording {discarded}")), "{}", verified.out);
}

/// What the truth says that recordings of these cells can show.
fn shown_by(cells: &[&Cell]) -> (Vec<&'static Classed>, Vec<&'static Answered>) {
    let classes = CLASSES.iter().filter(|row| row.is_shown_by(cells));
    (classes.collect(), ANSWERS.iter().filter(|row| row.is_shown_by(cells)).collect())
}

/// The two cells of the whole plan that can show most of the truth; of equals the first.
fn most_telling(cells: &[Cell]) -> [&Cell; 2] {
    let pairs = cells.iter().enumerate().flat_map(|(at, one)| cells[at + 1..].iter().map(move |other| [one, other]));
    let rows = |pair: &[&Cell; 2]| {
        let (classes, answers) = shown_by(pair);
        classes.len() + answers.len()
    };
    pairs.reduce(|best, next| if rows(&next) > rows(&best) { next } else { best }).expect("two cells")
}

/// A recording as its log of evidence and its annex tell it.
struct Told {
    annex: Value,
    flows: Vec<Value>,
    cookies: Vec<Value>,
}

impl Told {
    fn read(folder: &Path) -> Self {
        let text = fs::read_to_string(folder.join("report/evidence.ndjson")).expect("a log of evidence");
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        let of = |kind: &str| lines.iter().filter(|line| line["kind"] == kind).cloned().collect();
        Self { annex: json(&folder.join("report/annex.json")), flows: of("flow"), cookies: of("cookie") }
    }

    /// Whether a part of the recording holds a thing: that before a choice, that after it, or that after logging out.
    fn holds(&self, question: Question, thing: &Thing) -> bool {
        let path = |flow: &Value| {
            let url = flow["url"].as_str().expect("an address");
            let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
            rest.find('/').map_or("", |at| &rest[at..]).split('?').next().unwrap_or_default().to_owned()
        };
        let entry = |flow: &Value| flow["entry"].as_u64().expect("an entry");
        let logged_out = self.flows.iter().find(|flow| path(flow) == "/logout.php").map(entry);
        let in_part = |flow: &Value| match question {
            Question::AfterLogout => entry(flow) > logged_out.expect("somebody logged out"),
            Question::BeforeChoice => flow["choice_state"] == "before-choice",
            _ => flow["choice_state"] == "after-choice",
        };
        let at = |flow: &Value| {
            (thing.host.is_empty() || flow["host"] == thing.host)
                && (thing.method.is_empty() || flow["method"] == thing.method)
                && (thing.path.is_empty() || path(flow) == thing.path)
        };
        let named = |name: &Value| name == thing.name;
        self.flows.iter().filter(|flow| in_part(flow) && at(flow)).any(|flow| match thing.item {
            Item::Host | Item::Endpoint => true,
            Item::CookieSent => rows(flow, "cookies_sent").iter().any(|cookie| named(&cookie["name"])),
            Item::CookieSet => {
                self.cookies.iter().any(|line| line["entry"] == flow["entry"] && named(&line["name"]) && line["event"] != "deleted")
            }
            Item::Field => rows(&self.annex, "fields").iter().any(|field| {
                let when = if question == Question::BeforeChoice { "before" } else { "after" };
                named(&field["name"]) && field["by_choice"][when].as_u64() > Some(0)
            }),
            Item::Operation | Item::CookieDeleted => panic!("{thing:?} is not looked for here"),
        })
    }
}

#[test]
fn what_two_cells_with_firefox_show_equals_the_truth() {
    let all_cells = cells(Size::Full);
    let chosen = most_telling(&all_cells);
    let (classes, answers) = shown_by(&chosen);
    // Every row about classes, and three of the direct questions.
    assert_eq!(classes.len(), CLASSES.len(), "{chosen:?}");
    for question in [Question::BeforeChoice, Question::AfterRefusal, Question::AfterLogout] {
        assert!(answers.iter().any(|row| row.question == question), "{question:?}: {chosen:?}");
    }
    let scratch = scratch();
    let root = scratch.path();
    let scenarios = ["--scenario", &chosen[0].name, "--scenario", &chosen[1].name];
    let ran = run_in(root, [["demo", "--case", "case", "--browser", "firefox", "--all-cells"].as_slice(), &scenarios].concat());
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    let compared = run_in(root, ["compare", "--case", "case"]);
    assert_eq!(compared.code, 0, "{}{}", compared.out, compared.err);
    let comparison = json(&root.join("case/comparison/comparison.json"));
    let register = rows(&comparison, "register");
    assert_eq!(register.len(), 2);
    assert!(register.iter().all(|row| row["browser"].to_string().contains("Firefox") && row["outcome"] == "complete"), "{register:?}");

    let all = rows(&comparison["classes"], "rows");
    for truth in classes {
        let found: Vec<&Value> = all.iter().filter(|row| is_item(&row["item"], &truth.thing)).collect();
        assert!(truth.page != Share::Every || !found.is_empty(), "no row about {:?}", truth.thing);
        for row in found {
            assert!(allowed(truth).contains(&class(row)), "{:?}: {row}", truth.thing);
            for (said, tally) in [(truth.page, &row["page"]), (truth.controls, &row["controls"])] {
                match said {
                    Share::Every => assert!(tally["recorded"] == 1 && tally["of"] == 1, "{:?}: {row}", truth.thing),
                    Share::None => assert!(tally["recorded"] == 0 && tally["of"] == 1, "{:?}: {row}", truth.thing),
                    Share::Some => {}
                }
            }
        }
    }
    for truth in answers {
        answer_agrees(&comparison, truth);
        for cell in chosen.iter().filter(|cell| truth.question.is_about(cell)) {
            let row = register.iter().find(|row| row["scenario"] == *cell.name).expect("registered");
            let told = Told::read(&root.join(format!("case/captures/{:04}", row["number"].as_u64().expect("a number"))));
            let held = told.holds(truth.question, &truth.thing);
            assert!(held == (truth.share == Share::Every) || truth.share == Share::Some, "{}: {held}: {truth:?}", cell.name);
        }
    }
}

#[test]
fn a_visit_that_nobody_intercepted_shows_what_interception_changes() {
    let scratch = scratch();
    let root = scratch.path();
    let ran = run_in(root, ["demo", "--case", "case", "--scenario", "no-account.none.page"]);
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    // The same world once more, for a browser without proxy and script.
    let mut world = Command::new(env!("CARGO_BIN_EXE_dataspoor"))
        .args(["demo", "--world-only", "--case-world", "subset", "--out", "world", "--json"])
        .current_dir(root)
        .stdout(Stdio::piped())
        .spawn()
        .expect("a world");
    let mut line = String::new();
    BufReader::new(world.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    let told: Value = serde_json::from_str(&line).expect("JSON");
    let address = told["address"].as_str().expect("an address");
    let rules: Vec<String> =
        rows(&told, "hosts").iter().map(|host| format!("MAP {}:443 {address}", host.as_str().expect("a host"))).collect();
    let rules = rules.join(",");
    let controlled = run_in(
        root,
        [
            ["control", "--case", "case", "--scenario", "no-account.none.page", "--seconds", "15"].as_slice(),
            &["--host-resolver-rules", &rules, "--authority", "world/world-authority.pem"],
        ]
        .concat(),
    );
    world.kill().expect("ours to end");
    world.wait().expect("ended");
    assert_eq!(controlled.code, 0, "{}{}", controlled.out, controlled.err);
    let held = run_in(root, ["beside", "--case", "case", "--lang", "nl", "--lang", "en"]);
    assert_eq!(held.code, 0, "{}{}", held.out, held.err);
    let beside = json(&root.join("case/beside/beside.json"));
    let control = &rows(&beside, "controls")[0];
    let seen_on = |aspect: &str, what: &str| {
        let row = rows(control, "rows").iter().find(|row| row["aspect"] == aspect && row["what"] == what);
        row.unwrap_or_else(|| panic!("no row about {what}"))["seen_on"].as_str().expect("a word").to_owned()
    };
    assert_eq!(seen_on("endpoint", "POST www.facebook.com/ajax/automation_check/"), "only-intercepted");
    assert_eq!(seen_on("endpoint", "POST www.facebook.com/ajax/presence_check/"), "only-control");
    for (aspect, what) in
        [("host", "www.facebook.com"), ("cookie-set", "datr www.facebook.com"), ("endpoint", "POST www.facebook.com/ajax/bz")]
    {
        assert_eq!(seen_on(aspect, what), "both", "{what}");
    }
}

#[test]
fn a_step_that_cannot_be_done_is_said_and_what_was_recorded_stays() {
    let scratch = scratch();
    let root = scratch.path();
    // The plan of the demo, with a selector that never appears.
    let made = run_in(root, ["demo", "--case", "case", "--scenario", "no such scenario"]);
    assert_eq!(made.code, 0, "{}{}", made.out, made.err);
    let path = root.join("case/steps/target-start.toml");
    let steps = fs::read_to_string(&path).expect("steps");
    fs::write(&path, steps + "\n[[step]]\nwait-for = { selector = \"#never\", within = 1 }\n").expect("written");
    let ran = run_in(root, ["demo", "--case", "case", "--scenario", "no-account.none.start", "--headless"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("stopped at steps/target-start.toml, line ") && ran.out.contains("#never"), "{}", ran.out);
    let status = run_in(root, ["status", "--case", "case", "--lang", "en"]);
    assert!(status.out.contains("STEPS STOPPED"), "{}", status.out);
    let annex = json(&root.join("case/captures/0001/report/annex.json"));
    assert_eq!(annex["scenario"]["outcome"]["id"], "stopped", "{}", annex["scenario"]["outcome"]);
    assert!(annex["totals"]["entries"].as_u64() > Some(3));
    assert_eq!(run_in(root, ["verify", "case/captures/0001", "--case", "case"]).code, 0);
}
