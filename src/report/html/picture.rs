//! The time line of a visit as a picture: one lane for each stretch, as SVG inside the page. Without script, style sheet or outside resource;
//! everything it shows stands in the table below it too, so nothing rests on seeing it.

use std::fmt::Write as _;

use super::escaped;
use crate::report::model::{Moment, Report, Stretch};
use crate::report::text::{Texts, Value};

/// Width of the picture, of the margin on both sides, and height of a lane, in units of the picture.
const WIDTH: i64 = 1_000;
const MARGIN: i64 = 20;
const LANE: i64 = 118;

/// Where in a lane its parts stand, from its top.
const TITLE: i64 = 16;
const MARKS: i64 = 40;
const BASE: i64 = 92;
const BARS: i64 = 36;
const TIMES: i64 = 108;

/// Lanes and marks that are drawn at most; the table has the rest.
const LANES: usize = 12;
const MARKS_DRAWN: usize = 200;

/// The picture, or nothing where no stretch has a request.
pub(super) fn timeline(report: &Report, texts: &Texts) -> String {
    let lanes: Vec<&Stretch> = report.stretches.iter().filter(|stretch| stretch.requests > 0).take(LANES).collect();
    if lanes.is_empty() {
        return String::new();
    }
    let say = |id: &str, args: &[(&str, Value<'_>)]| plain(&texts.get(id, args));
    let requests: u64 = lanes.iter().map(|lane| lane.requests).sum();
    let choices = report.choices.len() as u64;
    let notice = if report.simulated { format!(" {}", say("simulated-line", &[])) } else { String::new() };
    let top = if report.simulated { 24 } else { 0 };
    let height = top + LANE * lanes.len() as i64;
    let mut out = format!(
        "<svg class=\"timeline\" role=\"img\" aria-labelledby=\"pic-title pic-desc\" viewBox=\"0 0 {WIDTH} {height}\" \
         xmlns=\"http://www.w3.org/2000/svg\" preserveAspectRatio=\"xMinYMin meet\"><title id=\"pic-title\">{}{notice}</title>\
         <desc id=\"pic-desc\">{}</desc>",
        say("pic-title", &[]),
        say("pic-desc", &[("lanes", (lanes.len() as u64).into()), ("requests", requests.into()), ("choices", choices.into())]),
    );
    if report.simulated {
        // The picture may be copied out of the page. Writing into a String cannot fail; the same holds below.
        let _ = write!(out, "<text class=\"pic-notice\" x=\"{MARGIN}\" y=\"16\">{}</text>", say("simulated-line", &[]));
    }
    for (lane, row) in lanes.iter().zip(0..) {
        draw(&mut out, lane, top + row * LANE, report, texts);
    }
    out.push_str("</svg>");
    out
}

fn draw(out: &mut String, lane: &Stretch, top: i64, report: &Report, texts: &Texts) {
    let inner = WIDTH - 2 * MARGIN;
    let across = |offset_ms: i64| match lane.length_ms {
        0 => MARGIN,
        length => MARGIN + (i128::from(offset_ms.clamp(0, length)) * i128::from(inner) / i128::from(length)) as i64,
    };
    let title = plain(&texts.get("pic-lane", &[("n", lane.nr.to_string().into()), ("requests", lane.requests.into())]));
    let _ = write!(out, "<g><text class=\"pic-lane\" x=\"{MARGIN}\" y=\"{}\">{title}</text>", top + TITLE);
    // The time between click and answer lies behind everything else.
    for choice in report.choices.iter().filter(|choice| choice.stretch == lane.nr) {
        let Some(moment) = report.timeline.iter().find(|moment| moment.choice == Some(choice.nr)) else { continue };
        let later = |time: &str| milliseconds_between(&moment.time, time).map(|passed| moment.offset_ms.saturating_add(passed));
        let from = across(choice.clicked.as_deref().and_then(later).unwrap_or(moment.offset_ms));
        let to = across(choice.answered.as_deref().and_then(later).unwrap_or(moment.offset_ms));
        let (y, width, height) = (top + MARKS - 14, (to - from).max(2), BASE - MARKS + 14);
        let _ = write!(out, "<rect class=\"pic-transition\" x=\"{from}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"></rect>");
    }
    let most = lane.density.iter().copied().max().unwrap_or_default().max(1);
    let bins = lane.density.len().max(1) as i64;
    for (&requests, bin) in lane.density.iter().zip(0..).filter(|(requests, _)| **requests > 0) {
        let height = (i64::from(requests) * BARS / i64::from(most)).max(1);
        let (x, width) = (MARGIN + bin * inner / bins, (inner / bins - 1).max(1));
        let y = top + BASE - height;
        let _ = write!(out, "<rect class=\"pic-bar\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"></rect>");
    }
    let (base, end) = (top + BASE, WIDTH - MARGIN);
    let _ = write!(out, "<path class=\"pic-base\" d=\"M{MARGIN} {base}H{end}\"></path>");
    let shown = |moment: &&Moment| moment.stretch == lane.nr && matches!(moment.event, "opened" | "choice" | "note" | "page");
    for moment in report.timeline.iter().filter(shown).take(MARKS_DRAWN) {
        mark(out, moment, across(moment.offset_ms), top);
    }
    let clock = |time: &Option<String>| plain(time.as_deref().and_then(of_day).unwrap_or_default());
    let y = top + TIMES;
    let _ = write!(out, "<text class=\"pic-time\" x=\"{MARGIN}\" y=\"{y}\">{} UTC</text>", clock(&lane.first));
    let _ = write!(out, "<text class=\"pic-time\" x=\"{end}\" y=\"{y}\" text-anchor=\"end\">{} UTC</text></g>", clock(&lane.last));
}

/// Shapes differ, so that nothing rests on colour: a triangle for what was opened, a diamond with its number for a choice, a circle for a note.
fn mark(out: &mut String, moment: &Moment, x: i64, top: i64) {
    let y = top + MARKS;
    let _ = match (moment.event, moment.choice) {
        ("choice", Some(number)) => {
            let base = top + BASE;
            write!(
                out,
                "<path class=\"pic-choice-line\" d=\"M{x} {y}V{base}\"></path><path class=\"pic-choice\" d=\"M{x} {}l9 9l-9 9l-9 -9z\"></path>\
                 <text class=\"pic-number\" x=\"{}\" y=\"{}\">{number}</text>",
                y - 9,
                x + 13,
                y + 4
            )
        }
        ("note", _) => write!(out, "<circle class=\"pic-note\" cx=\"{x}\" cy=\"{}\" r=\"4\"></circle>", y + 12),
        _ => write!(out, "<path class=\"pic-opened\" d=\"M{} {}h10l-5 9z\"></path>", x - 5, y + 8),
    };
}

/// A text as it may stand inside an element.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|character| escaped(&mut out, character));
    out
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
