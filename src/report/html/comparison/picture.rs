//! A kept profile over time as a picture: one lane for each cookie, one mark for each recording, as SVG inside the page. Shapes and the names of values
//! tell what colour would; everything stands in the table below it too.

use std::fmt::Write as _;

use super::super::escaped;
use crate::model::Timestamp;
use crate::report::model::comparison::{Series, SeriesRow};
use crate::report::text::{Texts, Value};

const WIDTH: i64 = 1_000;
const MARGIN: i64 = 20;
/// Where lanes begin, right of the names.
const LEFT: i64 = 230;
const LANE: i64 = 40;
/// Lanes and recordings that are drawn at most; the table has the rest.
const LANES: usize = 25;
const POINTS: usize = 40;

/// The picture of a series, or nothing where it has no cookie. `nr` tells apart the pictures of a page.
pub(super) fn series(series: &Series, nr: usize, simulated: bool, texts: &Texts) -> String {
    let rows: Vec<&SeriesRow> = series.rows.iter().take(LANES).collect();
    if rows.is_empty() {
        return String::new();
    }
    let say = |id: &str, args: &[(&str, Value<'_>)]| plain(&texts.get(id, args));
    let top = if simulated { 46 } else { 24 };
    let height = top + LANE * rows.len() as i64 + 24;
    let args = [
        ("cookies", Value::from(rows.len() as u64)),
        ("recordings", Value::from(series.points.len().min(POINTS) as u64)),
        ("name", Value::from(series.profile.clone())),
    ];
    let notice = if simulated { format!(" {}", say("simulated-line", &[])) } else { String::new() };
    let mut out = format!(
        "<svg class=\"timeline\" role=\"img\" aria-labelledby=\"pic-title-{nr} pic-desc-{nr}\" viewBox=\"0 0 {WIDTH} {height}\" \
         xmlns=\"http://www.w3.org/2000/svg\" preserveAspectRatio=\"xMinYMin meet\"><title id=\"pic-title-{nr}\">{}{notice}</title>\
         <desc id=\"pic-desc-{nr}\">{}</desc>",
        say("cmp-pic-title", &[]),
        say("cmp-pic-desc", &args),
    );
    if simulated {
        // The picture may be copied out of the page. Writing into a String cannot fail; the same holds below.
        let _ = write!(out, "<text class=\"pic-notice\" x=\"{MARGIN}\" y=\"16\">{}</text>", say("simulated-line", &[]));
    }
    let across = places(series);
    for (row, lane) in rows.iter().zip(0..) {
        draw(&mut out, row, top + lane * LANE, &across);
    }
    let base = top + LANE * rows.len() as i64 + 14;
    for (x, anchor, point) in [(LEFT, "start", series.points.first()), (WIDTH - MARGIN, "end", series.points.last())] {
        let day = point.and_then(|point| point.started.as_deref()).and_then(|time| time.get(..10)).unwrap_or_default();
        let _ = write!(out, "<text class=\"pic-time\" x=\"{x}\" y=\"{base}\" text-anchor=\"{anchor}\">{}</text>", plain(day));
    }
    out.push_str("</svg>");
    out
}

/// Where each recording stands: by its time, or side by side where times are not known or all the same.
fn places(series: &Series) -> Vec<i64> {
    let inner = WIDTH - MARGIN - LEFT - 20;
    let points = || series.points.iter().take(POINTS);
    let times: Option<Vec<i64>> = points().map(|point| Some(Timestamp::parse(point.started.as_deref()?)?.as_seconds())).collect();
    let bounds = times.as_deref().and_then(|times| Some((*times.iter().min()?, *times.iter().max()?)));
    match (times, bounds) {
        (Some(times), Some((first, last))) if last > first => {
            times.iter().map(|at| LEFT + 10 + (i128::from(at - first) * i128::from(inner) / i128::from(last - first)) as i64).collect()
        }
        _ => {
            let most = points().count().saturating_sub(1).max(1) as i64;
            points().zip(0..).map(|(_, index)| LEFT + 10 + index * inner / most).collect()
        }
    }
}

/// A circle: the value of before. A diamond: another value. A triangle: for the first time. A ring: not recorded. A question mark: cannot be told.
fn draw(out: &mut String, row: &SeriesRow, top: i64, across: &[i64]) {
    let (y, end) = (top + 18, WIDTH - MARGIN);
    let name: String = row.name.chars().take(26).collect();
    let _ = write!(out, "<g><text class=\"pic-lane\" x=\"{MARGIN}\" y=\"{}\">{}</text>", y + 4, plain(&name));
    let _ = write!(out, "<path class=\"pic-base\" d=\"M{LEFT} {y}H{end}\"></path>");
    for (cell, x) in row.cells.iter().zip(across) {
        let _ = match cell.state {
            "not-recorded" => write!(out, "<circle class=\"pic-note\" cx=\"{x}\" cy=\"{y}\" r=\"4\"></circle>"),
            "cannot-tell" => write!(out, "<text class=\"pic-number\" x=\"{x}\" y=\"{}\" text-anchor=\"middle\">?</text>", y - 6),
            "changed" | "kept-and-changed" => write!(out, "<path class=\"pic-choice\" d=\"M{x} {}l8 8l-8 8l-8 -8z\"></path>", y - 8),
            "first" => write!(out, "<path class=\"pic-opened\" d=\"M{} {}h14l-7 12z\"></path>", x - 7, y - 6),
            _ => write!(out, "<circle class=\"pic-opened\" cx=\"{x}\" cy=\"{y}\" r=\"6\"></circle>"),
        };
        let values = plain(&cell.values.join(" "));
        let _ = write!(out, "<text class=\"pic-time\" x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{values}</text>", y + 18);
    }
    out.push_str("</g>");
}

/// A text as it may stand inside an element.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().filter(|character| !super::super::is_hidden(*character)).for_each(|character| escaped(&mut out, character));
    out
}
