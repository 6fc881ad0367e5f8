//! The chapter in both languages, with a page that has its way with every text.

use super::super::tests::{HOSTILE, sample, unbalanced};
use super::super::{Lang, render};
use crate::model::ProfileUse;
use crate::report::model::{Report, ScenarioTables, Start};
use crate::report::scenario_rows::tests as rows;

/// A rich report of a planned recording.
fn planned(scenario: ScenarioTables) -> Report {
    let mut report = Report { scenario, ..sample() };
    report.capture.planned = Some(rows::scenario(ProfileUse::Fresh));
    report
}

fn page(report: &Report, lang: Lang) -> String {
    let html = render(report, lang).expect("renders");
    assert_eq!(unbalanced(&html), Vec::<String>::new());
    html
}

fn chapter(html: &str) -> &str {
    let at = html.find("id=\"t16a\"").expect("the table of screens");
    let begin = html[..at].rfind("<section").expect("a section");
    &html[begin..]
}

#[test]
fn hostile_texts_stay_texts() {
    for lang in [Lang::Nl, Lang::En] {
        let html = page(&planned(rows::tables(HOSTILE)), lang);
        assert!(!html.contains("<script>") && !html.contains('\u{202e}'), "{lang}");
        let chapter = chapter(&html);
        assert!(chapter.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{lang}");
        for (id, nr) in [("t16a", 1), ("t16b", 2), ("t16d", 2), ("t16c", 1)] {
            assert!(
                chapter.contains(&format!("id=\"{id}-r{nr}\"")) && !chapter.contains(&format!("id=\"{id}-r{}\"", nr + 1)),
                "{id} {lang}"
            );
        }
    }
}

#[test]
fn a_warning_stands_in_the_head_too() {
    let mut report = planned(rows::tables("Weigeren"));
    let html = page(&report, Lang::En);
    let (head, rest) = html.split_at(html.find("id=\"t1\"").expect("table 1"));
    assert!(head.contains("Warning about the start") && head.contains("The browser began with a kept profile."));
    assert!(head.contains("The visit ended at a wall:"));
    assert!(rest.contains("Warning about the start"));
    assert!(rest.contains("used by 3 earlier recordings"));
    report.scenario.start = Start { id: "clean", profile: "fresh", hosts: 8, ..Start::default() };
    report.scenario.outcome.id = "complete";
    let html = page(&report, Lang::En);
    assert!(!html.contains("Warning about the start") && !html.contains("ended at a wall"));
    let said = [
        "new profile made by the tool.",
        "first request to each host without cookies (8 hosts)",
        "network address: not recorded by the tool",
    ];
    for sentence in said.into_iter().chain(["cache validators, TLS tickets and the network address may still join visits"]) {
        assert!(html.contains(sentence), "{sentence}");
    }
}

#[test]
fn a_recording_without_a_scenario_says_so() {
    let start = Start { id: "no-scenario", profile: "not-established", ..Start::default() };
    let mut report = planned(ScenarioTables { start, ..ScenarioTables::default() });
    report.capture.planned = None;
    report.scenario.outcome.id = "not-recorded";
    let html = page(&report, Lang::Nl);
    let chapter = chapter(&html);
    assert!(chapter.contains("Deze vastlegging hoort bij geen scenario van een dossier.") && chapter.contains("profiel niet vastgesteld"));
    assert!(!html.contains("Waarschuwing over het begin"));
}
