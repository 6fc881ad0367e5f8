//! A kept profile over time: one lane for each cookie, one sign for each recording. Shapes and the names of values tell what colour would.

use super::super::model::comparison::{Series, SeriesCell, SeriesRow};
use super::super::text::{Texts, Value};
use super::kit::{BLUE, Canvas, Cut, DEEP, HEAD, Hatch, LINE, MARGIN, NAME, NOTE, ORANGE, VALUE, WHITE, WIDTH, short};
use crate::model::Timestamp;

/// Lanes and recordings that are drawn at most; the table has the rest.
const LANES: usize = 16;
const POINTS: usize = 20;
const LANE: i64 = 44;
/// Where the signs begin and end, right of the names.
const LEFT: i64 = 250;
const RIGHT: i64 = WIDTH - 40;
/// The least room between two signs.
const APART: i64 = 25;

/// The picture of a series, or nothing where it has no cookie. `nr` tells apart the pictures of a page.
pub(in crate::report) fn series(series: &Series, nr: usize, simulated: bool, texts: &Texts) -> String {
    let rows: Vec<&SeriesRow> = series.rows.iter().take(LANES).collect();
    if rows.is_empty() || series.points.is_empty() {
        return String::new();
    }
    let mut canvas = Canvas::new(&format!("series-{nr}"), simulated, texts);
    let across = places(series);
    let top = canvas.top() + 34;
    let head = canvas.say("cmp-col-recording", &[]);
    canvas.text((MARGIN, canvas.top() + 14), &head, HEAD, LEFT - MARGIN - 40);
    let bottom = top + LANE * rows.len() as i64;
    let mut day_before = (LEFT - 100, "");
    for (point, &x) in series.points.iter().zip(&across) {
        canvas.text((x, canvas.top() + 14), &point.recording.to_string(), HEAD.middle(), 40);
        canvas.line((x, canvas.top() + 20), (x, bottom - 8), LINE, 1, "");
        let day = point.started.as_deref().and_then(|time| time.get(..10)).unwrap_or_default();
        if x - day_before.0 >= 80 && day != day_before.1 {
            canvas.text((x, bottom + 8), day, NOTE.middle(), 80);
            day_before = (x, day);
        }
    }
    for (row, lane) in rows.iter().zip(0..) {
        draw(&mut canvas, row, top + lane * LANE, &across);
    }
    let mut y = bottom + 10;
    let rest = series.rows.len() - rows.len();
    let not_drawn = series.points.len() - across.len();
    for (n, said) in [(rest, "cmp-pic-series-rest"), (not_drawn, "cmp-pic-series-points")] {
        if n > 0 {
            y += 18;
            let said = canvas.count(said, n as u64);
            canvas.text((MARGIN, y), &said, NOTE, WIDTH - 2 * MARGIN);
        }
    }
    let of = |states: &[&str]| {
        let is = |row: &&SeriesRow| row.cells.iter().any(|cell| states.contains(&cell.state));
        Value::from(series.rows.iter().filter(is).count() as u64)
    };
    let renewed = series.rows.iter().filter(|row| row.cells.iter().any(set_again)).count() as u64;
    let args = [
        ("name", Value::from(short(&series.profile, Cut::End))),
        ("cookies", Value::from(series.rows.len() as u64)),
        ("recordings", Value::from(series.points.len() as u64)),
        ("kept", of(&["kept", "kept-and-changed"])),
        ("changed", of(&["changed", "kept-and-changed"])),
        ("renewed", Value::from(renewed)),
    ];
    let (title, sentence) = (canvas.say("cmp-pic-title", &[]), canvas.say("cmp-pic-desc", &args));
    canvas.finish(y + 12, &title, &sentence)
}

/// Where each recording stands: by its time, or side by side where times are not known or would leave no room between signs.
fn places(series: &Series) -> Vec<i64> {
    let points = || series.points.iter().take(POINTS);
    let beside = || {
        let step = ((RIGHT - LEFT) / points().count().saturating_sub(1).max(1) as i64).min(110);
        points().zip(0..).map(|(_, place)| LEFT + place * step).collect::<Vec<_>>()
    };
    let times: Option<Vec<i64>> = points().map(|point| Some(Timestamp::parse(point.started.as_deref()?)?.as_seconds())).collect();
    let Some(times) = times else { return beside() };
    let (first, last) = (times.iter().min().copied().unwrap_or_default(), times.iter().max().copied().unwrap_or_default());
    // Within one day the distance says nothing that anybody would look for.
    if last - first < 86_400 {
        return beside();
    }
    let at = |time: &i64| LEFT + (i128::from(time - first) * i128::from(RIGHT - LEFT) / i128::from(last - first)) as i64;
    let places: Vec<i64> = times.iter().map(at).collect();
    if places.windows(2).all(|pair| pair[1] - pair[0] >= APART) { places } else { beside() }
}

fn draw(canvas: &mut Canvas<'_>, row: &SeriesRow, top: i64, across: &[i64]) {
    let y = top + 12;
    canvas.text((MARGIN, y + 2), &row.name, NAME, LEFT - MARGIN - 40);
    canvas.host((MARGIN, y + 18), &row.domain, NOTE, LEFT - MARGIN - 40);
    let end = across.last().copied().unwrap_or(LEFT);
    canvas.line((LEFT - 12, y), (end + 12, y), BLUE, 1, "");
    let wide = across.windows(2).map(|pair| pair[1] - pair[0]).min().unwrap_or(110);
    for (cell, &x) in row.cells.iter().zip(across) {
        sign(canvas, cell, (x, y));
        canvas.text((x, y + 24), &cell.values.join(" "), VALUE.middle(), wide - 3);
    }
}

/// Whether it was set again with the same value: here, or by an answer of this recording after an earlier one.
fn set_again(cell: &SeriesCell) -> bool {
    cell.renewed > 0 || (cell.state == "kept" && cell.set > 0)
}

/// A filled circle: the value of before. A diamond: another value. A triangle: for the first time. A square: recorded, values not comparable. A ring: not
/// recorded. A question mark: cannot be told. A frame around it: set again with the same value.
fn sign(canvas: &mut Canvas<'_>, cell: &SeriesCell, (x, y): (i64, i64)) {
    if set_again(cell) {
        canvas.area((x - 11, y - 11), (22, 22), WHITE, Hatch::None, BLUE);
    }
    match cell.state {
        "not-recorded" => canvas.circle((x, y), 5, WHITE, BLUE),
        "cannot-tell" => {
            canvas.circle((x, y), 8, WHITE, WHITE);
            canvas.text((x, y + 5), "?", NAME.middle(), 20);
        }
        "changed" | "kept-and-changed" => canvas.shape(&format!("M{x} {}l8 8l-8 8l-8 -8z", y - 8), ORANGE, BLUE),
        "first" => canvas.shape(&format!("M{} {}h14l-7 13z", x - 7, y - 6), BLUE, BLUE),
        "recorded" => canvas.area((x - 6, y - 6), (12, 12), DEEP, Hatch::None, BLUE),
        _ => canvas.circle((x, y), 6, DEEP, BLUE),
    }
}
