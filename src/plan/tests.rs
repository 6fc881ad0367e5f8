//! Plans as text: what reads, what each mistake says, and which cells come out.

use serde::Deserialize;
use toml::Spanned;

use super::tables::{ChoiceTable, PersonaTable, ScenarioTable, SettingsTable, TargetTable};
use super::*;
use crate::model::{Operated, ProfileUse, Timestamp};

/// The tables of `case.toml` that make a plan.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    pages: Vec<String>,
    plan: Option<SettingsTable>,
    #[serde(default)]
    persona: Vec<Spanned<PersonaTable>>,
    #[serde(default)]
    choice: Vec<Spanned<ChoiceTable>>,
    #[serde(default)]
    target: Vec<Spanned<TargetTable>>,
    #[serde(default)]
    scenario: Vec<Spanned<ScenarioTable>>,
}

/// The plan of a text, in a case with one planted value.
pub(super) fn plan(text: &str) -> Result<CasePlan, PlanMistakes> {
    let file: File = toml::from_str(text).expect("tables of a plan");
    let tables = PlanTables {
        settings: file.plan.as_ref(),
        personas: &file.persona,
        choices: &file.choice,
        targets: &file.target,
        scenarios: &file.scenario,
        pages: &file.pages,
        seeds: &["seed-1".to_owned()],
    };
    CasePlan::check(&tables, text)
}

/// Line 1 to 16; a test puts its own part behind it.
const PARTS: &str = r#"[[persona]]
id = "no-account"
state = "no-account"
[[choice]]
id = "none"
path = "no-choice"
[[choice]]
id = "declined"
path = "decline"
steps = "steps/declined.toml"
[[target]]
id = "page"
kind = "audited-page"
url = "https://www.facebook.com/page"
steps = "steps/page.toml"
"#;

/// A scenario that holds, which a test makes wrong. From line 16.
const SCENARIO: &str = r#"[[scenario]]
name = "s"
personas = ["no-account"]
choices = ["none"]
targets = ["page"]
"#;

#[test]
fn cells_are_the_product_with_what_holds_for_each() {
    let text = format!(
        r#"{PARTS}
[[target]]
id = "other"
kind = "control-page"
url = "https://www.facebook.com/other"
[[scenario]]
name = "{{persona}}.{{choice}}.{{target}}"
personas = ["no-account"]
choices = ["none", "declined"]
targets = ["page", "other"]
repetitions = 2
days = ["2026-11-23", 2026-11-20]
seeds = ["seed-1"]
egress = "kantoor, zegt A"
third-party-cookies = "block"
[[scenario]]
name = "series"
personas = ["no-account"]
choices = ["none"]
targets = ["page"]
profile = "kept:week"
operated = "mixed"
"#
    );
    let plan = plan(&text).expect("a plan");
    let names: Vec<&str> = plan.cells().iter().map(|cell| cell.name.as_str()).collect();
    assert_eq!(names, ["no-account.none.page", "no-account.none.other", "no-account.declined.page", "no-account.declined.other", "series"]);
    let cell = plan.cell("no-account.declined.page").expect("a cell");
    assert_eq!((cell.wanted(), cell.operated), (4, Operated::Scripted));
    assert_eq!(cell.days.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2026-11-20", "2026-11-23"]);
    assert_eq!(plan.cell("no-account.none.other").expect("a cell").operated, Operated::Manual);
    assert_eq!(plan.files_of_steps().into_keys().collect::<Vec<_>>(), ["steps/declined.toml", "steps/page.toml"]);
    let scenario = plan.cell("series").expect("a cell").scenario(3, 2, Some("ab".to_owned()));
    assert_eq!(scenario.profile, ProfileUse::Kept { name: "week".to_owned(), before: 2 });
    assert_eq!((scenario.repetition, scenario.device.as_str(), scenario.steps.as_deref()), (3, "desktop", Some("ab")));
}

#[test]
fn a_case_without_a_plan_has_an_empty_one() {
    let plan = plan("pages = [\"https://www.facebook.com/page\"]\n").expect("nothing is wrong");
    assert_eq!(plan, CasePlan::default());
    assert!(plan.is_empty());
}

#[test]
fn every_mistake_names_table_line_and_remedy() {
    let scenario = |more: &str| format!("{PARTS}{SCENARIO}{more}\n");
    let instead = |from: &str, to: &str| format!("{PARTS}{}", SCENARIO.replace(from, to));
    let parts = |from: &str, to: &str| format!("{}{SCENARIO}", PARTS.replace(from, to));
    let cases: Vec<(String, u32, &str, &[&str])> = vec![
        (
            instead("[\"no-account\"]", "[\"member\"]"),
            18,
            "[[scenario]] \"s\"",
            &["personas names \"member\"", "no [[persona]]", "there are no-account"],
        ),
        (instead("[\"none\"]", "[\"allowed\"]"), 19, "[[scenario]] \"s\"", &["choices names \"allowed\"", "declined, none"]),
        (instead("[\"page\"]", "[\"page\", \"start\"]"), 20, "[[scenario]] \"s\"", &["targets names \"start\""]),
        (instead("[\"page\"]", "[\"page\", \"page\"]"), 20, "[[scenario]] \"s\"", &["names \"page\" twice", "repetitions"]),
        (instead("personas = [\"no-account\"]\n", ""), 16, "[[scenario]] \"s\"", &["names no personas", "[[persona]]"]),
        (instead("name = \"s\"\n", ""), 16, "[[scenario]]", &["has no name", "{persona}"]),
        (instead("\"s\"", "\"{who}\""), 17, "[[scenario]] \"{who}\"", &["only places"]),
        (instead("\"s\"", "\"a b\""), 17, "[[scenario]] \"a b\"", &["use letters"]),
        (
            format!("{PARTS}[[persona]]\nid = \"no-account\"\nstate = \"no-account\"\n{SCENARIO}"),
            16,
            "[[persona]] \"no-account\"",
            &["line 1 has one"],
        ),
        (
            instead("[\"none\"]", "[\"none\", \"declined\"]"),
            16,
            "[[scenario]] \"s\"",
            &["several recordings with the name \"s\"", "{choice}"],
        ),
        (format!("{PARTS}{SCENARIO}{SCENARIO}"), 21, "[[scenario]] \"s\"", &["makes the name \"s\"", "line 16"]),
        (
            parts("steps = \"steps/page.toml\"", "") + "operated = \"scripted\"\n",
            16,
            "[[scenario]] \"s\"",
            &["target \"page\" has no steps", "manual"],
        ),
        (
            parts("steps = \"steps/declined.toml\"", "").replace("[\"none\"]", "[\"declined\"]"),
            16,
            "[[scenario]] \"s\"",
            &["path of choices \"declined\" (decline) has no steps", "mixed"],
        ),
        (
            scenario(&format!(
                "profile = \"kept:a\"\nbrowser = \"chromium\"\n{}profile = \"kept:a\"\nbrowser = \"firefox\"",
                SCENARIO.replace("\"s\"", "\"t\"")
            )),
            23,
            "[[scenario]] \"t\"",
            &["profile \"a\" for \"firefox\"", "line 16 for \"chromium\"", "one browser"],
        ),
        (parts("kind = \"audited-page\"", "kind = \"start-page\""), 11, "[[target]] \"page\"", &["is a control", "audited-page"]),
        (scenario("days = [\"23-11-2026\"]"), 21, "[[scenario]] \"s\"", &["\"23-11-2026\"", "YYYY-MM-DD"]),
        (scenario("days = [\"2026-02-30\"]"), 21, "[[scenario]] \"s\"", &["\"2026-02-30\" is none"]),
        (scenario("days = [2026-11-23T10:00:00Z]"), 21, "[[scenario]] \"s\"", &["YYYY-MM-DD"]),
        (scenario("days = [\"2026-11-23\", 2026-11-23]"), 21, "[[scenario]] \"s\"", &["twice"]),
        (scenario("repetitions = 0"), 21, "[[scenario]] \"s\"", &["repetitions = 0", "from 1"]),
        (scenario("repetitions = -1"), 21, "[[scenario]] \"s\"", &["repetitions = -1"]),
        (scenario("seeds = [\"seed-2\"]"), 21, "[[scenario]] \"s\"", &["no planted value \"seed-2\"", "dataspoor seed add"]),
        (scenario("profile = \"old\""), 21, "[[scenario]] \"s\"", &["\"kept:NAME\""]),
        (scenario("window = \"big\""), 21, "[[scenario]] \"s\"", &["virtual, headless, own"]),
        (scenario("third-party-cookies = \"no\""), 21, "[[scenario]] \"s\"", &["default, allow, block"]),
        (scenario("operated = \"by hand\""), 21, "[[scenario]] \"s\"", &["manual, scripted, mixed"]),
        (
            scenario("browser = \"firefox\"\ndevice = \"emulated-mobile\""),
            22,
            "[[scenario]] \"s\"",
            &["emulated-mobile", "only Chromium", "browser = \"chromium\""],
        ),
        (
            scenario("operated = \"manual\"\ndevice = \"emulated-mobile\""),
            22,
            "[[scenario]] \"s\"",
            &["emulated-mobile", "operated = \"scripted\""],
        ),
        (scenario("device = \" \""), 21, "[[scenario]] \"s\"", &["device is empty"]),
        (
            parts("\"https://www.facebook.com/page\"", "\"www.facebook.com/page\""),
            14,
            "[[target]] \"page\"",
            &["is no address", "https://"],
        ),
        (parts("url = \"https://www.facebook.com/page\"\n", ""), 11, "[[target]] \"page\"", &["has no url"]),
        (
            parts("state = \"no-account\"", "state = \"member\""),
            3,
            "[[persona]] \"no-account\"",
            &["state \"member\"", "logged-in, administrator"],
        ),
        (parts("state = \"no-account\"\n", ""), 1, "[[persona]] \"no-account\"", &["has no state"]),
        (parts("id = \"no-account\"\nstate", "state"), 1, "[[persona]]", &["has no id"]),
        (parts("id = \"page\"", "id = \"Page\""), 12, "[[target]] \"Page\"", &["small letters"]),
        (parts("steps/page.toml", "../page.toml"), 15, "[[target]] \"page\"", &["in the folder of the case"]),
        (
            parts("state = \"no-account\"", "state = \"no-account\"\npassport.mood = \"good\""),
            4,
            "[[persona]] \"no-account\"",
            &["no known statement", "holder-agreed"],
        ),
        (
            parts("state = \"no-account\"", "state = \"logged-in\"\npassport.account = \"false\""),
            4,
            "[[persona]] \"no-account\"",
            &["\"test\" or \"real\""],
        ),
        (
            parts("state = \"no-account\"", "state = \"no-account\"\npassport.account = \"test\""),
            4,
            "[[persona]] \"no-account\"",
            &["has no account"],
        ),
        (scenario("[plan]\ntoo-old-after-days = 0"), 22, "[plan]", &["too-old-after-days = 0", "from 1"]),
    ];
    for (text, line, table, parts) in &cases {
        let PlanMistakes(mistakes) = plan(text).expect_err(text);
        let found = mistakes.iter().find(|mistake| parts.iter().all(|part| mistake.what.contains(part)));
        let Some(found) = found else { panic!("{text}\nsays {mistakes:#?}, not {parts:?}") };
        assert_eq!((found.line, found.table.as_str()), (*line, *table), "{found}\n{text}");
    }
}

#[test]
fn all_mistakes_are_told_at_once_and_none_is_told_for_another() {
    let text = format!(
        "{}{}repetitions = 0\n",
        PARTS.replace("state = \"no-account\"", "state = \"x\""),
        SCENARIO.replace("[\"none\"]", "[\"nix\"]")
    );
    let mistakes = plan(&text).expect_err("mistakes");
    assert_eq!(mistakes.0.iter().map(|mistake| mistake.line).collect::<Vec<_>>(), [3, 19, 21], "{mistakes}");
    assert!(mistakes.to_string().starts_with("the plan has 3 mistakes:\n  line 3, [[persona]] \"no-account\": state \"x\""), "{mistakes}");
}

#[test]
fn what_is_doubtful_is_a_notice() {
    let pages = "pages = [\"https://www.facebook.com/elsewhere\"]\n";
    let holds = plan(&format!("pages = [\"https://WWW.facebook.com/page/\"]\n{PARTS}{SCENARIO}")).expect("a plan");
    assert_eq!(holds.notices.iter().map(|notice| notice.table.as_str()).collect::<Vec<_>>(), ["[[choice]] \"declined\""]);
    // A tab of a Page belongs to it; another address that only begins alike does not.
    let tab = |path: &str| plan(&format!("pages = [\"https://www.facebook.com/page\"]\n{}{SCENARIO}", PARTS.replace("com/page", path)));
    let foreign = |path: &str| tab(path).expect("a plan").notices.iter().any(|notice| notice.what.contains("does not name"));
    assert!(!foreign("com/page/photos") && foreign("com/pages") && foreign("com/other/page/photos"));
    for (text, part) in [
        (format!("{pages}{PARTS}{SCENARIO}"), "the Page https://www.facebook.com/elsewhere of the case is no target"),
        (format!("{pages}{PARTS}{SCENARIO}"), "`pages` of the case does not name"),
        (format!("{PARTS}{SCENARIO}").replace("state = \"no-account\"", "state = \"logged-in\""), "test account or a real one"),
        (
            format!("{PARTS}{SCENARIO}").replace("state = \"no-account\"", "state = \"logged-in\"\npassport.account = \"real\""),
            "holder agreed",
        ),
        (format!("{PARTS}{SCENARIO}"), "named by no scenario"),
    ] {
        let plan = plan(&text).expect("a plan");
        assert!(plan.notices.iter().any(|notice| notice.what.contains(part)), "{part}: {:?}", plan.notices);
    }
}

#[test]
fn days() {
    for wrong in ["2026-11-31", "20261120", "2026-11-20T00:00Z", "2026-1-20", "", "2026-11-2é"] {
        assert_eq!(Day::parse(wrong), None, "{wrong}");
    }
    let day = Day::parse("2024-02-28").expect("a day");
    assert_eq!(day.plus_days(2).to_string(), "2024-03-01");
    assert_eq!(Day::of(Timestamp::parse("2024-02-29T00:59:00+01:00").expect("a time")), day.plus_days(0));
    assert_eq!(day.plus_days(u32::MAX).to_string().len(), 10);
}

#[test]
fn the_example_holds_and_takes_the_page_over() {
    let page = "https://www.facebook.com/ministerie?locale=nl_NL&x=\"y\"";
    let text = example(page);
    let active = plan(&format!("pages = [{}]\n{text}", toml::Value::String(page.to_owned()))).expect("a plan");
    assert_eq!(active.cells().iter().map(Cell::wanted).collect::<Vec<_>>(), [2, 2, 2, 2]);
    assert_eq!(active.cell("no-account.none.page").expect("a cell").target.url, page);
    assert_eq!(active.cell("no-account.declined.start").expect("a cell").target.url, "https://www.facebook.com/");
    assert_eq!((active.notices.as_slice(), active.too_old_after_days), (&[][..], Some(90)));
    // What is put in comments reads too, once it is none.
    let all: String = text
        .lines()
        .map(|line| line.strip_prefix("# ").filter(|line| line.contains(" = ") || line.starts_with('[')).unwrap_or(line).to_owned() + "\n")
        .collect();
    assert!(all.contains("\n[[persona]]\nid = \"member\"\n") && all.contains("\nprofile = \"kept:series\""), "{all}");
    let all = plan(&all).expect("a plan");
    assert_eq!(all.notices.len(), 3, "{:?}", all.notices);
    assert_eq!((all.cells().len(), all.cells()[0].days.len()), (4, 2));
}
