//! The page of a comparison: both languages, whole tables, and recorded texts that would like to be more.

use super::super::super::model::comparison::{
    Answer, AnswerRow, Behind, Button, ByteLine, ByteRange, Carries, CaseName, ClassCount, ClassGroup, ClassRow, Classes, Comparison,
    GapLine, Item, ItemKind, Joined, Line, Matrix, MatrixCell, MatrixColumn, MatrixRow, NotEstablished, NotUsed, RegisterRow,
    ScenarioTally, Series, SeriesCell, SeriesPoint, SeriesRow, Sides, StartState, StatementCount, Tally, Values,
};
use super::super::unbalanced;
use super::*;
use crate::report::comparison_document;

const HOSTILE: &str = "\"'><img src=x onerror=alert(1)></td></table><script>1</script>\u{202e}{{t('title')}}";

fn item(kind: ItemKind) -> Item {
    let text = || HOSTILE.to_owned();
    Item {
        kind,
        site: text(),
        holder: text(),
        host: text(),
        method: text(),
        rule: text(),
        path: text(),
        operation: text(),
        place: "form".to_owned(),
        name: text(),
        of: text(),
        value: text(),
    }
}

fn tally(recorded: u64, of: u64) -> Tally {
    let scenario = |name: &str, recorded| ScenarioTally { scenario: name.to_owned(), recorded, of: 2 };
    Tally {
        recorded,
        of,
        cannot_tell: 1,
        gaps: vec!["no-set-cookies", "rows-left-out"],
        scenarios: vec![scenario(HOSTILE, 1), scenario("", 2)],
        behind: vec![Behind { recording: 1, entries: vec![17, 18], table: "cookies", row: 3 }],
    }
}

fn line(nr: u64, kind: ItemKind, statement: &'static str) -> Line {
    Line {
        nr,
        item: item(kind),
        paths: vec![HOSTILE.to_owned()],
        position: "platform",
        one: tally(2, 2),
        other: tally(0, 2),
        statement,
        basis: "one-recording-only",
        difference: false,
        values: Some(Values { comparable: nr.is_multiple_of(2), one: 2, other: 1, both: 1 }),
    }
}

fn class_row(nr: u64, class: &'static str) -> ClassRow {
    let here = ("form".to_owned(), HOSTILE.to_owned());
    let joined = Joined {
        identifies: "page-load",
        here: here.clone(),
        to: item(ItemKind::Endpoint),
        to_class: "A",
        there: here,
        recordings: 2,
        first: (1, 4, 9),
    };
    ClassRow {
        nr,
        group: 1,
        item: item(ItemKind::Endpoint),
        paths: Vec::new(),
        position: "platform",
        class,
        basis: "one-recording-only",
        page: tally(2, 2),
        controls: tally(1, 3),
        controls_elsewhere: 2,
        carries: vec![Carries { what: "page-id", place: "form".into(), field: HOSTILE.into(), recordings: 2, first: (1, 12) }],
        joined: vec![joined],
    }
}

/// A comparison with a row of everything.
pub(in crate::report) fn sample() -> Comparison {
    let text = || Some(HOSTILE.to_owned());
    let row = |nr, not_used: Option<NotUsed>| RegisterRow {
        nr,
        number: Some(nr),
        name: HOSTILE.to_owned(),
        sha256: text(),
        started: text(),
        scenario: text(),
        repetition: Some(1),
        persona: text(),
        state: Some("no-account"),
        choice: text(),
        path: Some("decline"),
        target: text(),
        kind: Some("audited-page"),
        operated: Some("scripted"),
        device: text(),
        start: StartState { profile: "kept", kept: Some((HOSTILE.to_owned(), 2)), hosts: 9, first_with_cookies: 1 },
        buttons: vec![Button { site: HOSTILE.into(), text: text(), says: Some("decline-optional"), said_by: "request", entry: Some(4) }],
        outcome: text(),
        used: not_used.is_none(),
        not_used,
        ..RegisterRow::default()
    };
    let discarded = NotUsed { why: "discarded", by: text(), at: text(), reason: text() };
    let range = || Some(ByteRange { recordings: 2, sent: (10, 1_200), answered: (5, 7) });
    let counts = ["A", "B", "C", "D", "varying", "not-comparable"].map(|class| ClassCount { class, endpoints: 1, cookies: 2, fields: 3 });
    let answer = |question| Answer {
        question,
        rows: vec![AnswerRow {
            nr: 1,
            item: item(ItemKind::CookieSent),
            scenario: HOSTILE.to_owned(),
            tally: tally(2, 2),
            times: 3,
            against: Some(tally(0, 4)),
            basis: "repetitions",
            varying: true,
            buttons: vec![HOSTILE.to_owned()],
            same_value: Some(1),
        }],
        rows_left_out: 4,
        not_established: vec![NotEstablished { scenario: HOSTILE.to_owned(), why: "no-choice-recorded", recordings: 2 }],
    };
    let states = ["first", "kept", "changed", "not-recorded", "cannot-tell"];
    let cells = states.map(|state| SeriesCell {
        state,
        values: vec!["V1".to_owned()],
        set: 1,
        renewed: 1,
        changed: 1,
        sent: 2,
        ends: Some("2027-12-16T10:00:00Z".to_owned()),
        behind: Some((1, 4)),
        ..SeriesCell::default()
    });
    let points = (0..5).map(|at| SeriesPoint { recording: at + 1, before: at as u32, started: Some(format!("2026-11-2{at}T10:00:00Z")) });
    Comparison {
        format: "dataspoor-comparison",
        version: 1,
        tool: TOOL,
        tool_version: TOOL_VERSION,
        simulated: true,
        house_style: None,
        notice: None,
        case: Some(CaseName { id: HOSTILE.to_owned(), title: HOSTILE.to_owned() }),
        asked: vec![vec![HOSTILE.to_owned()], vec!["b".to_owned()]],
        register: vec![row(1, None), row(2, Some(discarded))],
        gaps: vec![
            GapLine { nr: 1, recording: 1, side: Some("one"), kind: "no-set-cookies", count: 3, hides: vec!["cookie-set"] },
            GapLine { nr: 2, recording: 1, side: None, kind: "rows-left-out", count: 3, hides: vec!["field", "bytes"] },
        ],
        sides: Some(Sides {
            recordings: [vec![1], vec![2]],
            lines: ItemKind::ALL.into_iter().zip(1..).map(|(kind, nr)| line(nr, kind, "one-side-only")).collect(),
            lines_left_out: 2,
            counts: vec![StatementCount { kind: ItemKind::Field, statement: "varying", lines: 4 }],
            bytes: vec![ByteLine {
                nr: 1,
                site: HOSTILE.to_owned(),
                holder: HOSTILE.to_owned(),
                one: range(),
                other: None,
                statement: "one-side-only",
                basis: "repetitions",
                gaps: vec!["no-request-body"],
            }],
            bytes_left_out: 0,
        }),
        classes: Classes {
            groups: vec![ClassGroup {
                nr: 1,
                scenario: HOSTILE.to_owned(),
                persona: HOSTILE.to_owned(),
                state: "no-account",
                choice: HOSTILE.to_owned(),
                path: "no-choice",
                pages: vec![1],
                controls: vec![2],
                basis: "repetitions",
                counts: counts.to_vec(),
            }],
            rows: ["A", "B", "C", "D", "varying", "not-comparable"].into_iter().zip(1..).map(|(class, nr)| class_row(nr, class)).collect(),
            rows_left_out: 1,
        },
        answers: ["set-before-choice", "sent-after-decline", "returning"].map(answer).to_vec(),
        matrices: vec![Matrix {
            target: "audited-page",
            columns: vec![MatrixColumn {
                persona: HOSTILE.to_owned(),
                state: "logged-in",
                choice: HOSTILE.to_owned(),
                path: "allow",
                recordings: 2,
            }],
            rows: vec![
                MatrixRow {
                    nr: 1,
                    kind: "cookie",
                    name: HOSTILE.into(),
                    of: HOSTILE.into(),
                    cells: vec![MatrixCell { set: Some((1, 2)), sent: (0, 0) }],
                },
                MatrixRow {
                    nr: 2,
                    kind: "recipient",
                    name: HOSTILE.into(),
                    of: String::new(),
                    cells: vec![MatrixCell { set: None, sent: (2, 2) }],
                },
            ],
            rows_left_out: 0,
        }],
        series: vec![Series {
            profile: HOSTILE.to_owned(),
            points: points.collect(),
            rows: vec![SeriesRow {
                nr: 1,
                name: HOSTILE.to_owned(),
                domain: HOSTILE.to_owned(),
                cells: cells.to_vec(),
                values: Some(2),
                constant_days: Some(3),
                expiry: "slides",
            }],
            rows_left_out: 0,
        }],
        annex: None,
    }
}

#[test]
fn recorded_texts_stay_texts_in_both_languages() {
    for lang in [Lang::Nl, Lang::En] {
        let html = render_comparison(&sample(), lang).expect("rendered");
        assert_eq!(unbalanced(&html), Vec::<String>::new(), "{lang}");
        for never in ["<img", "<script", "onerror=alert(1)>", "\u{202e}", "cmp-"] {
            assert!(!html.contains(never), "{lang}: {never}");
        }
        let line = if lang == Lang::Nl { "Gesimuleerde vastlegging: fictief platform" } else { "Simulated recording: fictitious platform" };
        let tables = html.matches("<caption").count();
        assert!(html.matches(line).count() > tables, "{lang}: every table and the picture say that it is simulated");
        let captions: Vec<&str> = html.split("<caption").skip(1).filter_map(|after| after.split("</caption>").next()).collect();
        assert!(captions.iter().all(|caption| caption.contains(line)), "{lang}");
    }
}

#[test]
fn a_line_of_one_recording_says_so_and_the_picture_is_told_in_words() {
    let html = render_comparison(&sample(), Lang::En).expect("rendered");
    let said = "chance cannot be ruled out";
    assert!(html.matches(said).count() >= ItemKind::ALL.len(), "in the cell of every line");
    assert_eq!(html.matches("<svg").count(), 2, "the matrix and the series");
    for svg in html.split("<svg").skip(1).filter_map(|after| after.split("</svg>").next()) {
        assert!(svg.contains("role=\"img\"") && svg.contains("<title") && svg.contains("<desc") && svg.contains("<circle"));
    }
    assert!(html.contains("<strong>discarded</strong>"), "what is not used stands in the register");
}

#[test]
fn every_form_has_the_same_rows_and_the_same_bytes_twice() {
    let of = sample();
    let [one, other] = [0, 1].map(|_| comparison_document(&of, &[Lang::Nl, Lang::En]).expect("made"));
    assert_eq!(one, other);
    assert!(crate::evidence::verify_seal(&one.json).is_ok());
    let value: serde_json::Value = serde_json::from_slice(&one.json).expect("JSON");
    assert_eq!((value["format"].as_str(), value["version"].as_u64()), (Some("dataspoor-comparison"), Some(1)));
    for (name, bytes) in &one.csv {
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let columns = reader.headers().expect("a head").len();
        let rows = reader.records().map(|row| row.expect("a row")).inspect(|row| assert_eq!(row.len(), columns, "{name}")).count();
        assert!(rows > 0, "{name}");
    }
    let names: Vec<&str> = one.csv.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.contains(&"differences.csv") && names.contains(&"register.csv"));
}

#[test]
fn a_comparison_of_nothing_is_a_page_too() {
    let of = Comparison {
        simulated: false,
        house_style: None,
        case: None,
        asked: Vec::new(),
        register: Vec::new(),
        gaps: Vec::new(),
        sides: None,
        classes: Classes::default(),
        answers: Vec::new(),
        matrices: Vec::new(),
        series: Vec::new(),
        ..sample()
    };
    let html = render_comparison(&of, Lang::Nl).expect("rendered");
    assert!(unbalanced(&html).is_empty() && !html.contains("Gesimuleerd"));
}
