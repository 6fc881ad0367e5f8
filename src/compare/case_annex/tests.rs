//! The annex over a case of two visits and a control, made from the report that has a row of everything.

use std::collections::{BTreeMap, BTreeSet};

use super::super::document::{Listed, Settings, case_document};
use super::super::tests::scenario;
use super::*;
use crate::model::{ChoicePath, PersonaState};
use crate::report::document::Document;
use crate::report::html::render_comparison;
use crate::report::model::comparison::{CaseName, Comparison};
use crate::report::text::Lang;
use crate::report::{comparison_document, html};

const WORDS: &str = r#"
format = "dataspoor-assessment"
version = 1

[[word]]
cookie = "datr"
kind = "reply"
text = "Voor de beveiliging."
by = "Leverancier"
date = 2026-11-03
source = "brief 12"

[[word]]
recipient = "doubleclick.net"
kind = "role"
text = "ontvanger"
by = "A. Jansen"
date = 2026-11-04

[[word]]
cookie = "elders"
kind = "note"
text = "Niet gezien."
by = "A. Jansen"
date = 2026-11-04
"#;

const RISKS: &str = r#"
format = "dataspoor-risks"
version = 1

[[risk]]
risk = "Bezoekers worden herkend."
level = "hoog"
by = "A. Jansen"
date = 2026-11-23
evidence = [ { cookie = "datr" }, { recipient = "doubleclick.net" }, { cookie = "elders" } ]
"#;

fn listed(number: u64, kind: TargetKind) -> Listed {
    let mut report = html::tests::sample();
    report.capture.sha256 = format!("{number:064}");
    let mut recording = Recording::of(&report, Some(number)).with_rows(&report);
    let name = if kind == TargetKind::AuditedPage { "page" } else { "control" };
    recording.planned_as(scenario(name, PersonaState::NoAccount, ChoicePath::Decline, kind, u32::try_from(number).expect("small")));
    Listed { number: Some(number), name: format!("{number:04}"), recording: Some(recording), ..Listed::default() }
}

fn held(qualified: &str, time: &str) -> HeldTime {
    let source = (qualified == "no").then(|| "lijst & dag".to_owned());
    let time = format!("2026-11-23T{time}:00.000Z");
    HeldTime { authority: "https://tsa.example".to_owned(), qualified: qualified.to_owned(), source, time }
}

fn made(settings: Settings) -> Comparison {
    let assessment = Assessment::parse(WORDS).expect("words");
    let risks = Risks::parse(RISKS).expect("risks");
    let about = CaseAbout {
        auditor: "A. Auditor".to_owned(),
        pages: vec!["https://www.facebook.com/ministerie".to_owned()],
        assessment: Some(&assessment),
        risks: Some(&risks),
        file_names: ["eigen woorden.toml".to_owned(), "risks.toml".to_owned()],
        stamped: BTreeMap::from([
            (1, RecordingTimes { held: vec![held("no", "18:00"), held("no", "18:10")], whole: true, not_held: 1, unreadable: 0 }),
            (2, RecordingTimes { held: vec![held("no", "17:00")], unreadable: 2, ..RecordingTimes::default() }),
            (3, RecordingTimes { held: vec![held("unknown", "19:00")], whole: true, ..RecordingTimes::default() }),
        ]),
    };
    let all = vec![listed(3, TargetKind::ControlPage), listed(1, TargetKind::AuditedPage), listed(2, TargetKind::AuditedPage)];
    case_document(CaseName { id: "c1".to_owned(), title: "Dossier".to_owned() }, &about, all, settings)
}

#[test]
fn rows_of_several_recordings_are_one_and_name_them() {
    let of = made(Settings::default());
    let annex = of.annex.as_deref().expect("an annex");
    let report = html::tests::sample();
    assert_eq!((annex.examined.recordings, annex.examined.used, annex.examined.of_pages, annex.examined.of_controls), (3, 3, 2, 1));
    assert_eq!(annex.examined.entries, 3 * report.totals.entries);
    assert_eq!(annex.cookies.rows.len(), report.cookies.len());
    assert_eq!(annex.parties.rows.len(), report.recipients.len());
    for (row, nr) in annex.cookies.rows.iter().zip(1..) {
        let one = report.cookies.iter().find(|one| one.name == row.name && one.domain == row.domain).expect("a cookie of the report");
        assert_eq!((row.nr, row.found.recordings, row.sent, row.set), (nr, 3, 3 * one.sent, 3 * (one.set + one.renewed + one.changed)));
        assert_eq!(row.found.scenarios, ["control", "page"]);
        let behind: Vec<(u64, u64)> = row.found.behind.iter().map(|behind| (behind.recording, behind.row)).collect();
        assert_eq!(behind, [(1, one.nr), (2, one.nr), (3, one.nr)]);
    }
    assert_eq!(annex.trail.rows.len(), 3 * report.trail.len());
    let techniques: Vec<u64> = annex.techniques.rows.iter().map(|row| row.nr).collect();
    assert_eq!(techniques, (1..=8).collect::<Vec<_>>(), "one that was not recorded has its row too");
    assert_eq!(annex.files.rows.iter().filter(|row| row.kind == "recording").count(), 3);
    let words = annex.files.rows.iter().find(|row| row.kind == "assessment").expect("the file of words");
    assert_eq!((&*words.name, &*words.place, words.sha256.len()), ("eigen woorden.toml", "eigen woorden.toml", 64));
}

#[test]
fn sentences_say_what_their_rows_say() {
    let of = made(Settings::default());
    let annex = of.annex.as_deref().expect("an annex");
    let sentences = &annex.sentences;
    let stamped = &sentences.stamped;
    assert_eq!((stamped.recordings, stamped.whole, stamped.not_held, stamped.unreadable), (3, 2, 1, 2));
    let by: Vec<_> =
        stamped.by.iter().map(|by| (&*by.qualified, by.source.is_some(), by.recordings, &by.first[11..16], &by.last[11..16])).collect();
    assert_eq!(by, [("no", true, 2, "17:00", "18:10"), ("unknown", false, 1, "19:00", "19:00")]);
    assert!(!sentences.on_controls.is_empty(), "the same cookies were set with the control");
    for nr in &sentences.on_controls {
        let row = of.classes.rows.iter().find(|row| row.nr == *nr).expect("a row");
        assert!(row.page.recorded == 2 && row.controls.recorded == 1, "{row:?}");
    }
    let datr = annex.cookies.rows.iter().find(|row| row.name == "datr").expect("datr");
    let purpose = sentences.purposes.iter().find(|of| of.cookie == datr.nr).expect("the vendor states a purpose");
    assert_eq!((purpose.claim.by, purpose.replies.as_slice()), ("vendor", &[1][..]));
    for sentence in &sentences.followed {
        let row = &annex.trail.rows.iter().find(|row| row.nr == sentence.trail).expect("a row").row;
        assert!(row.kind == "sent-again" && row.policy != "blocked" && row.other.page != "facebook.com", "{row:?}");
    }
    let words = annex.words.as_ref().expect("words");
    let risk = &annex.risks.as_ref().expect("risks").risks[0];
    assert_eq!(risk.evidence.iter().map(|of| of.recorded).collect::<Vec<_>>(), [Some(true), Some(true), Some(false)]);
    assert_eq!((risk.level.as_deref(), risk.likelihood.as_deref()), (Some("hoog"), None), "what nobody wrote is not established");
    assert_eq!(words.rows.iter().map(|row| row.recorded).collect::<Vec<_>>(), [Some(true), Some(true), Some(false)]);
}

#[test]
fn every_link_of_the_page_leads_somewhere_and_nothing_recorded_is_more_than_text() {
    let of = made(Settings::default());
    for lang in [Lang::Nl, Lang::En] {
        let page = render_comparison(&of, lang).expect("a page");
        let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let known: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(known.len(), ids.len(), "{lang}: an id stands twice");
        let links: Vec<&str> = page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(links.len() > 100);
        for to in links {
            assert!(known.contains(to), "{lang}: nothing has the id {to}");
        }
        for never in ["<script", "case-ten", "case-h-", "case-w-", "\u{202e}", "\u{f8fe}"] {
            assert!(!page.contains(never), "{lang}: {never}");
        }
        // The text document and the PDF are made from it, and take nothing that they do not know.
        let document = Document::of_page(&page).expect("a document");
        assert!(document.title.contains("DPIA"));
        assert!(
            page.contains("Voor de beveiliging.") && page.contains("Bezoekers worden herkend.") && page.contains("<dl class=\"terms\">")
        );
    }
}

#[test]
fn tables_are_bounded_and_say_so_and_two_runs_give_the_same_bytes() {
    let few = made(Settings { rows: 2 });
    let annex = few.annex.as_deref().expect("an annex");
    assert_eq!((annex.cookies.rows.len(), annex.cookies.left_out > 0), (2, true));
    assert!(render_comparison(&few, Lang::Nl).is_ok());
    let [one, other] = [0, 1].map(|_| comparison_document(&made(Settings::default()), &[Lang::Nl, Lang::En]).expect("made"));
    assert_eq!(one, other);
    let names: Vec<&str> = one.csv.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.contains(&"case-cookies.csv") && names.contains(&"case-words.csv"), "{names:?}");
}

#[test]
fn a_recording_that_could_not_show_a_row_is_not_counted_against_it() {
    for (cut_off, of, cannot_tell) in [(true, 1, 1), (false, 2, 0)] {
        let mut report = html::tests::sample();
        report.cookies.clear();
        report.gaps.retain(|gap| cut_off && gap.kind == "cut-off");
        let without = Listed {
            number: Some(2),
            name: "0002".to_owned(),
            recording: Some(Recording::of(&report, Some(2)).with_rows(&report)),
            ..Listed::default()
        };
        let all = vec![listed(1, TargetKind::AuditedPage), without];
        let made =
            case_document(CaseName { id: "c1".to_owned(), title: "Dossier".to_owned() }, &CaseAbout::default(), all, Settings::default());
        let annex = made.annex.as_deref().expect("an annex");
        let datr = annex.cookies.rows.iter().find(|row| row.name == "datr").expect("datr");
        assert_eq!((datr.found.recordings, datr.found.of, datr.found.cannot_tell), (1, of, cannot_tell), "cut off: {cut_off}");
        let page = render_comparison(&made, Lang::En).expect("a page");
        assert!(!cut_off || page.contains("others, in which it could not be seen: 1"));
    }
}
