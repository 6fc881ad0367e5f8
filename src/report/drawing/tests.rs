//! Every picture with nothing, one row and five hundred, with names that would like to be more than text: well formed, inside its frame, told in words.

use super::super::html::tests::{HOSTILE, cookie, recipient, sample, text, trail as trail_row};
use super::super::html::unbalanced;
use super::super::model::comparison::{Matrix, MatrixCell, MatrixColumn, MatrixRow, Series, SeriesCell, SeriesPoint, SeriesRow};
use super::super::model::{EndpointRow, PersonalFrom, PersonalRow, Recipient, Report, Span};
use super::super::text::{Lang, Texts};
use super::kit::{Cut, Hatch, NAME, WIDTH, cut, extent, hatched, logarithm};
use super::*;

const RELATIONS: [&str; 5] = ["same-site", "same-owner", "other-owner", "owner-not-established", "page-not-established"];

/// A name that tries to leave its element, to turn what stands around it, and its room.
fn name(nr: usize) -> String {
    format!("{nr}{HOSTILE}\u{0}\u{ffff}{}", "W".repeat(if nr == 3 { 100_000 } else { nr % 40 }))
}

/// A report with so many rows in each table that has a picture.
fn report(rows: usize) -> Report {
    let mut report = sample();
    let requests = |nr: usize| if nr == 0 { u64::MAX / 1_000_000 } else { (rows - nr) as u64 };
    report.page.site = Some(name(1));
    report.recipients = (0..rows)
        .map(|nr| {
            let owner = if nr % 4 == 3 { None } else { sample().recipients[0].owner.clone() };
            let owner = owner.map(|mut owner| {
                owner.name = name(nr / 4);
                owner
            });
            Recipient { owner, ..recipient(nr as u64 + 1, &name(nr), &[], None, RELATIONS[nr % 5], requests(nr)) }
        })
        .collect();
    report.cookies = (0..rows).map(|nr| cookie(nr as u64 + 1, &name(nr), &name(nr + 1), Vec::new())).collect();
    for (nr, cookie) in report.cookies.iter_mut().enumerate() {
        let seconds = [0, 1, 4_000, 86_400, 34_560_000, i64::MAX][nr % 6];
        let span = Span { min_seconds: seconds / 2, max_seconds: seconds, min_days: name(nr), max_days: seconds.to_string() };
        (cookie.session, cookie.asked) = (nr % 5 == 1, (nr % 7 != 1).then_some(span));
        cookie.effective = cookie.asked.clone().filter(|_| nr % 4 > 0);
        cookie.origin = if nr.is_multiple_of(2) { "set-cookie" } else { "sent-only" };
    }
    let line = report.comparison_lines[0].clone();
    report.comparison_lines = (0..rows.min(9)).map(|nr| line.clone_with(nr)).collect();
    report.trail =
        (0..rows).map(|nr| trail_row(nr as u64 + 1, ["sent-again", "link-decoration", "own-cookie", "linked-value"][nr % 4])).collect();
    for (nr, row) in report.trail.iter_mut().enumerate() {
        (row.name, row.recipient, row.between_ms) = (name(nr), name(nr + 1), if nr.is_multiple_of(3) { -5 } else { 5 });
        (row.one.entry, row.other.entry) = (nr as u64 % 7, nr as u64 % 11);
        (row.one.page, row.other.page) = (name(nr % 3), name(nr % 6));
    }
    report.fields.endpoints = (0..rows).map(|nr| EndpointRow { nr: nr as u64 + 1, site: name(nr), ..EndpointRow::default() }).collect();
    let from = |nr: usize| PersonalFrom {
        endpoint: nr as u64 % 60 + 1,
        fields: (0..nr % 130).map(|field| format!("query f{field}")).collect(),
        ..PersonalFrom::default()
    };
    report.fields.personal_data = (0..rows)
        .map(|nr| PersonalRow {
            nr: nr as u64 + 1,
            basis: if nr == 0 { "connection" } else { "field" },
            personal: text(&name(nr), &name(nr)),
            data_subjects: Vec::new(),
            endpoints_without_subject: 0,
            said: Vec::new(),
            from: (0..nr % 50).map(from).collect(),
            endpoints: 60,
            requests: None,
        })
        .collect();
    let stretch = report.stretches[1].clone();
    report.stretches = vec![stretch; rows];
    report
}

trait CloneWith {
    fn clone_with(&self, nr: usize) -> Self;
}

impl CloneWith for super::super::model::ComparisonLine {
    fn clone_with(&self, nr: usize) -> Self {
        Self { label: text(&name(nr), &name(nr)), days: [1, 396, 400, u32::MAX][nr % 4], ..self.clone() }
    }
}

fn case(rows: usize) -> (Matrix, Series) {
    let cell = |nr: usize| MatrixCell { set: nr.is_multiple_of(2).then_some((nr as u64 % 3, 2)), sent: (nr as u64 % 2, nr as u64 % 3) };
    let column = |nr: usize| MatrixColumn {
        persona: name(nr % 30),
        state: "logged-in",
        choice: name(nr / 30),
        path: "allow",
        recordings: nr as u64,
    };
    let thing = |nr: usize| MatrixRow {
        nr: nr as u64 + 1,
        kind: if nr.is_multiple_of(2) { "cookie" } else { "recipient" },
        name: name(nr),
        of: name(nr),
        cells: vec![cell(nr); rows],
    };
    let matrix =
        Matrix { target: "audited-page", columns: (0..rows).map(column).collect(), rows: (0..rows).map(thing).collect(), rows_left_out: 0 };
    let states = ["first", "kept", "changed", "kept-and-changed", "not-recorded", "cannot-tell", "recorded"];
    let cells =
        (0..rows).map(|nr| SeriesCell { state: states[nr % 7], values: vec![name(nr)], renewed: nr as u64 % 2, ..SeriesCell::default() });
    let cells: Vec<SeriesCell> = cells.collect();
    let point = |nr: usize| SeriesPoint { recording: nr as u64, before: 0, started: Some(format!("2026-11-{:02}T10:00:00Z", nr % 28 + 1)) };
    let row = |nr: usize| SeriesRow {
        nr: nr as u64 + 1,
        name: name(nr),
        domain: name(nr),
        cells: cells.clone(),
        values: None,
        constant_days: None,
        expiry: "slides",
    };
    let series =
        Series { profile: name(1), points: (0..rows).map(point).collect(), rows: (0..rows.min(30)).map(row).collect(), rows_left_out: 0 };
    (matrix, series)
}

fn all(rows: usize, simulated: bool, lang: Lang) -> Vec<String> {
    let texts = Texts::of(lang);
    let report = Report { simulated, ..report(rows) };
    let (one, over) = case(rows);
    vec![
        recipients(&report, &texts),
        lifetimes(&report, &texts),
        timeline(&report, &texts),
        trail(&report, &texts),
        categories(&report, &texts),
        matrix(&one, simulated, &texts),
        series(&over, 1, simulated, &texts),
    ]
}

/// Whole numbers that stand as attribute `name` in an element.
fn number(element: &str, name: &str) -> Option<i64> {
    element.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?.parse().ok()
}

/// Everything that is drawn lies inside the frame.
fn inside(svg: &str) {
    let height = number(svg, "height").expect("a height");
    for element in svg.split('<').skip(1) {
        let x = number(element, "x").or_else(|| number(element, "cx"));
        let y = number(element, "y").or_else(|| number(element, "cy"));
        let (right, below) = (number(element, "width").unwrap_or_default(), number(element, "height").unwrap_or_default());
        if let (Some(x), Some(y)) = (x, y) {
            assert!(0 <= x && x + right <= WIDTH && 0 <= y && y + below <= height && right >= 0 && below >= 0, "{height}: {element}");
        }
        for step in element.split(['M', 'L', 'C']).skip(1).filter(|_| element.starts_with("path")) {
            let absolute = step.split(['V', 'H', 'Z', 'l', 'h', 'A', '"']).next().unwrap_or_default();
            let places: Vec<i64> = absolute.split(' ').map_while(|part| part.parse().ok()).collect();
            for place in places.chunks_exact(2) {
                assert!((0..=WIDTH).contains(&place[0]) && (0..=height).contains(&place[1]), "{height}: {element}");
            }
        }
    }
}

#[test]
fn nothing_one_row_and_many_in_both_languages() {
    for lang in [Lang::Nl, Lang::En] {
        for (rows, simulated) in [(1, true), (2, false), (13, true), (500, true)] {
            let drawn = all(rows, simulated, lang);
            for svg in &drawn {
                assert_eq!(unbalanced(svg), Vec::<String>::new(), "{rows}");
                assert_eq!((svg.matches("<svg").count(), svg.matches("<title").count(), svg.matches("<desc").count()), (1, 1, 1));
                assert!(svg.starts_with("<svg role=\"img\" aria-labelledby=\"pic-") && svg.len() < 150_000, "{rows}: {}", svg.len());
                for never in ["<script", "\u{202e}", "\u{7}", "\u{0}", "\u{ffff}", "\n", "class=", "style=", "url(", "href", "NaN"] {
                    assert!(!svg.contains(never), "{rows}: {never:?} in {svg}");
                }
                inside(svg);
                // A picture that is copied out of the page still says what it is of.
                let said = svg.matches("Meta doet").count() + svg.matches("what Meta does").count();
                assert_eq!(said, if simulated { 2 } else { 0 }, "{svg}");
                let sentence = svg.split("<desc").nth(1).and_then(|rest| rest.split("</desc>").next()).expect("a sentence");
                assert!(sentence.bytes().filter(u8::is_ascii_digit).count() >= 3, "{sentence}");
            }
            let mut names: Vec<&str> = drawn.iter().filter_map(|svg| svg.split("-title").next()).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), drawn.len(), "each picture has ids of its own");
            assert_eq!(drawn, all(rows, simulated, lang), "the same values give the same bytes");
        }
        assert!(all(0, true, lang).iter().all(String::is_empty), "a picture of nothing is none");
    }
}

#[test]
fn what_is_not_drawn_is_counted() {
    let drawn = all(500, false, Lang::En);
    for (svg, said) in drawn.iter().zip([
        "489 more domains and addresses",
        "476 more cookies",
        "494 more stretches",
        "more rows are not drawn",
        "476 more rows",
        "488 more rows of the table",
        "480 later recordings",
    ]) {
        assert!(svg.contains(said), "{said}: {svg}");
    }
}

/// The broader of two bands is that with more requests, and all bands that leave the visit are as broad as it.
#[test]
fn bands_are_as_broad_as_there_are_requests() {
    let mut report = sample();
    let row = |nr, requests| recipient(nr, &format!("h{nr}.example"), &[], None, "other-owner", requests);
    report.recipients = vec![row(1, 75), row(2, 24), row(3, 1)];
    let svg = recipients(&report, &Texts::of(Lang::En));
    let broad = |path: &str| {
        let from: i64 = path.strip_prefix("M150 ")?.split('C').next()?.parse().ok()?;
        let below: i64 = path.trim_end_matches('Z').rsplit(' ').next()?.parse().ok()?;
        Some(below - from)
    };
    let bands: Vec<i64> = svg.split("d=\"").skip(1).filter_map(|rest| broad(rest.split('"').next()?)).collect();
    assert_eq!(bands, [150, 48, 2]);
    for said in ["100 requests", "75 requests; other owner", "h1.example", ">not established<"] {
        assert!(svg.contains(said), "{said}: {svg}");
    }
}

/// Bars end in the order of what was asked for, also where that is less than an hour or more than a lifetime.
#[test]
fn bars_end_in_the_order_of_lifetimes() {
    let mut report = sample();
    let days = [0_i64, 1, 7, 30, 400, 800];
    report.cookies = days.iter().zip(1..).map(|(_, nr)| cookie(nr, &format!("c{nr}"), "a.example", Vec::new())).collect();
    for (cookie, days) in report.cookies.iter_mut().zip(days) {
        let seconds = days * 86_400;
        let span = Span { min_seconds: seconds, max_seconds: seconds, min_days: days.to_string(), max_days: days.to_string() };
        (cookie.asked, cookie.effective) = (Some(span.clone()), Some(Span { max_seconds: seconds.min(34_560_000), ..span }));
    }
    let svg = lifetimes(&report, &Texts::of(Lang::Nl));
    let place = |said: &str| {
        let before = svg.split(said).next().expect("a text");
        number(before.rsplit("<text").next().expect("an element"), "x").expect("a place")
    };
    let ends: Vec<i64> = days.map(|days| place(&format!(">{days} dag"))).to_vec();
    assert!(ends.windows(2).all(|pair| pair[0] < pair[1]), "{ends:?}");
    // What browsers do not keep of it is hatched: one more area and its lines, for the longest only.
    assert_eq!(svg.matches("fill=\"#fff\" stroke=\"#0072b2\" stroke-width=\"1\"></rect>").count(), 1);
    assert!(svg.contains("CNIL") || svg.contains(&report.comparison_lines[0].label.nl), "the line has its name");
}

#[test]
fn texts_keep_to_their_room_and_to_what_tells_whose_they_are() {
    assert_eq!(cut("facebook.com", NAME, 200, Cut::End), "facebook.com");
    for room in [20, 60, 133] {
        for (from, name) in [(Cut::End, "W".repeat(500)), (Cut::Start, "w.".repeat(90_000)), (Cut::End, "名前".repeat(40))] {
            let said = cut(&name, NAME, room, from);
            assert!(extent(&said, 14) <= room && said.contains('…'), "{room}: {said}");
        }
    }
    let said = cut("www.facebook.com.login.very-long-name-of-a-host.hostile.example", NAME, 180, Cut::Start);
    assert!(said.starts_with('…') && said.ends_with("hostile.example"), "{said}");
    assert_eq!(cut("a\u{202e}b", NAME, 200, Cut::End), "a\\u{202E}b");
}

#[test]
fn logarithms_are_whole_and_grow() {
    assert_eq!([1, 2, 3, 1 << 40, u64::MAX].map(logarithm), [0, 1 << 10, 1_623, 40 << 10, (64 << 10) - 1]);
    assert_eq!(logarithm(0), 0);
    assert!((1..5_000).all(|number| logarithm(number) <= logarithm(number + 1)));
}

#[test]
fn hatches_stay_in_their_area() {
    for hatch in [Hatch::Horizontal, Hatch::Diagonal, Hatch::Cross, Hatch::Dots] {
        let path = hatched(100, 50, 37, 90, hatch);
        assert!(path.len() > 100, "{hatch:?}");
        for step in path.split(['M', 'L']).skip(1) {
            let mut parts = step.split([' ', 'h']).map(|part| part.parse::<i64>().expect("a number"));
            let (x, y) = (parts.next().expect("x"), parts.next().expect("y"));
            let right = x + parts.next().unwrap_or_default();
            assert!(100 <= x && right <= 137 && (50..=140).contains(&y), "{hatch:?}: {step}");
        }
    }
    assert_eq!(hatched(0, 0, 50, 50, Hatch::None), "");
}

/// Every colour that words are written in can be read on every ground that they stand on (WCAG 2.2, 1.4.3).
#[test]
fn words_can_be_read() {
    let light = |colour: &str| {
        let hex = if colour.len() == 4 { colour[1..].chars().flat_map(|digit| [digit, digit]).collect() } else { colour[1..].to_owned() };
        let part = |at: usize| {
            let part = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).expect("a colour")) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4)
    };
    let contrast = |one: &str, other: &str| {
        let (one, other) = (light(one), light(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    };
    use super::kit::{BLUE, DEEP, INK, MUTED, PALE, WHITE};
    for ink in [INK, MUTED, BLUE, "#5c4400"] {
        assert!(contrast(ink, WHITE) >= 4.5 && contrast(ink, PALE) >= 4.5, "{ink}");
    }
    assert!(contrast(WHITE, BLUE) >= 4.5 && contrast(WHITE, DEEP) >= 4.5);
    // Signs beside words (1.4.11).
    use super::kit::{GREEN, PLUM, RED};
    assert!([DEEP, GREEN, PLUM, RED].iter().all(|sign| contrast(sign, WHITE) >= 3.0));
}
