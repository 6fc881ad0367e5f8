//! The time line of a visit: one lane for each stretch, with bars for requests and signs for what was opened, noted and chosen.

use std::fmt::Write as _;

use super::super::model::{Moment, Report, Stretch};
use super::super::text::Texts;
use super::kit::{BLUE, Canvas, MARGIN, NAME, NOTE, VALUE, WHITE, WIDTH};

/// Height of a lane, and where in it its parts stand, from its top.
const LANE: i64 = 122;
const TITLE: i64 = 14;
const MARKS: i64 = 42;
const BASE: i64 = 92;
const BARS: i64 = 36;
const TIMES: i64 = 109;

/// Lanes and marks that are drawn at most; the table has the rest.
const LANES: usize = 6;
const MARKS_DRAWN: usize = 200;

/// The colour of choices, and of the ground behind the time that one takes.
const CHOICE: &str = "#7a5a00";
const TRANSITION: &str = "#fff1c2";
const BAR: &str = "#6f8fb3";

/// The picture, or nothing where no stretch has a request.
pub(in crate::report) fn timeline(report: &Report, texts: &Texts) -> String {
    let all = || report.stretches.iter().filter(|stretch| stretch.requests > 0);
    let lanes: Vec<&Stretch> = all().take(LANES).collect();
    if lanes.is_empty() {
        return String::new();
    }
    let mut canvas = Canvas::new("timeline", report.simulated, texts);
    let top = canvas.top();
    for (lane, row) in lanes.iter().zip(0..) {
        draw(&mut canvas, lane, top + row * LANE, report);
    }
    let mut height = top + LANE * lanes.len() as i64;
    let rest = all().count() - lanes.len();
    if rest > 0 {
        let said = canvas.count("pic-time-rest", rest as u64);
        canvas.text((MARGIN, height + 8), &said, NOTE, WIDTH - 2 * MARGIN);
        height += 20;
    }
    let requests: u64 = all().map(|lane| lane.requests).sum();
    let args = [("lanes", (all().count() as u64).into()), ("requests", requests.into()), ("choices", (report.choices.len() as u64).into())];
    let (title, sentence) = (canvas.say("pic-time-title", &[]), canvas.say("pic-time-desc", &args));
    canvas.finish(height, &title, &sentence)
}

fn draw(canvas: &mut Canvas<'_>, lane: &Stretch, top: i64, report: &Report) {
    let inner = WIDTH - 2 * MARGIN;
    let across = |offset_ms: i64| match lane.length_ms {
        0 => MARGIN,
        length => MARGIN + (i128::from(offset_ms.clamp(0, length)) * i128::from(inner) / i128::from(length)) as i64,
    };
    let title = canvas.say("pic-time-lane", &[("n", lane.nr.to_string().into()), ("requests", lane.requests.into())]);
    canvas.text((MARGIN, top + TITLE), &title, NAME, inner);
    // The time between click and answer lies behind everything else.
    for choice in report.choices.iter().filter(|choice| choice.stretch == lane.nr) {
        let Some(moment) = report.timeline.iter().find(|moment| moment.choice == Some(choice.nr)) else { continue };
        let later = |time: &str| milliseconds_between(&moment.time, time).map(|passed| moment.offset_ms.saturating_add(passed));
        let from = across(choice.clicked.as_deref().and_then(later).unwrap_or(moment.offset_ms));
        let to = across(choice.answered.as_deref().and_then(later).unwrap_or(moment.offset_ms));
        let (y, width, height) = (top + MARKS - 16, (to - from).max(2), BASE - MARKS + 16);
        canvas.draw(format_args!(
            "<rect x=\"{from}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{TRANSITION}\" stroke=\"{CHOICE}\" stroke-dasharray=\"4 3\"></rect>"
        ));
    }
    let most = lane.density.iter().copied().max().unwrap_or_default().max(1);
    let bins = lane.density.len().max(1) as i64;
    // Writing into a String cannot fail.
    let mut bars = String::new();
    for (&requests, bin) in lane.density.iter().zip(0..).filter(|(requests, _)| **requests > 0) {
        let height = (i64::from(requests) * BARS / i64::from(most)).max(1);
        let (x, next) = (MARGIN + bin * inner / bins, MARGIN + (bin + 1) * inner / bins);
        let (y, width) = (top + BASE - height, (next - x - 1).max(1));
        let _ = write!(bars, "M{x} {y}h{width}v{height}h-{width}z");
    }
    canvas.draw(format_args!("<path d=\"{bars}\" fill=\"{BAR}\"></path>"));
    let (base, end) = (top + BASE, WIDTH - MARGIN);
    canvas.line((MARGIN, base), (end, base), BLUE, 2, "");
    let shown = |moment: &&Moment| moment.stretch == lane.nr && matches!(moment.event, "opened" | "choice" | "note" | "page");
    for moment in report.timeline.iter().filter(shown).take(MARKS_DRAWN) {
        mark(canvas, moment, across(moment.offset_ms), top);
    }
    let clock = |time: &Option<String>| format!("{} UTC", time.as_deref().and_then(of_day).unwrap_or_default());
    canvas.text((MARGIN, top + TIMES), &clock(&lane.first), NOTE, inner / 2);
    canvas.text((end, top + TIMES), &clock(&lane.last), NOTE.end(), inner / 2);
}

/// Shapes differ, so that nothing rests on colour: a triangle for what was opened, a diamond with its number for a choice, a circle for a note.
fn mark(canvas: &mut Canvas<'_>, moment: &Moment, x: i64, top: i64) {
    let y = top + MARKS;
    match (moment.event, moment.choice) {
        ("choice", Some(number)) => {
            canvas.line((x, y), (x, top + BASE), CHOICE, 1, "");
            canvas.shape(&format!("M{x} {}l9 9l-9 9l-9 -9z", y - 9), CHOICE, WHITE);
            // At the right edge the number stands left of its diamond.
            let (place, style) = if x > WIDTH - 40 { (x - 13, VALUE.end()) } else { (x + 13, VALUE) };
            canvas.text((place, y + 4), &number.to_string(), style.bold(), 30);
        }
        ("note", _) => canvas.circle((x, y + 12), 4, WHITE, BLUE),
        _ => canvas.shape(&format!("M{} {}h10l-5 9z", x - 5, y + 8), BLUE, WHITE),
    }
}

/// The time of day of an RFC 3339 time in UTC, to the second.
fn of_day(time: &str) -> Option<&str> {
    time.split_once('T').and_then(|(_, time)| time.get(..8))
}

/// Milliseconds from one RFC 3339 time to another.
fn milliseconds_between(from: &str, to: &str) -> Option<i64> {
    let [from, to] = [from, to].map(crate::model::Timestamp::parse);
    Some(to?.as_nanoseconds().saturating_sub(from?.as_nanoseconds()) / 1_000_000)
}
