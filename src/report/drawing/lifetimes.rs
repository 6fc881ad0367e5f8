//! How long cookies were asked to be kept, as bars on a scale of days, with the lines that the rules name for comparison. One colour for all bars: that
//! a bar ends behind a line is a place on the scale and nothing more.

use super::super::model::{Cookie, Report};
use super::super::text::{Lang, Texts, Value};
use super::kit::{BLUE, Canvas, DEEP, HEAD, Hatch, INK, LINE, MARGIN, MUTED, NAME, NOTE, PALE, VALUE, WHITE, WIDTH, extent, logarithm};

/// Cookies and lines that are drawn at most; the tables have the rest.
const COOKIES: usize = 24;
const LINES: usize = 4;
const ROW: i64 = 22;

/// Where the domains, the column of session cookies, and the scale begin and end.
const DOMAIN: i64 = 124;
const SESSION: i64 = 318;
const SCALE: (i64, i64) = (362, 700);

const HOUR: u64 = 3_600;
const DAY: u64 = 86_400;
const YEAR: u64 = 31_557_600;
/// What the scale is labelled with.
const MARKS: [(&str, u64); 7] = [
    ("pic-life-hour", HOUR),
    ("pic-life-day", DAY),
    ("pic-life-week", 7 * DAY),
    ("pic-life-month", 2_629_800),
    ("pic-life-year", YEAR),
    ("pic-life-ten-years", 10 * YEAR),
    ("pic-life-hundred-years", 100 * YEAR),
];
const DASHES: [&str; LINES] = ["7 4", "2 3", "10 3 2 3", "4 2"];

/// The places of the scale, from an hour to its end.
struct Scale {
    end: u64,
}

impl Scale {
    fn at(&self, seconds: i64) -> i64 {
        let seconds = u64::try_from(seconds).unwrap_or_default().clamp(HOUR, self.end);
        let (from, to) = (logarithm(HOUR), logarithm(self.end));
        SCALE.0 + (logarithm(seconds) - from) * (SCALE.1 - SCALE.0) / (to - from).max(1)
    }
}

/// The picture, or nothing where no cookie was recorded.
pub(in crate::report) fn lifetimes(report: &Report, texts: &Texts) -> String {
    if report.cookies.is_empty() {
        return String::new();
    }
    let mut rows: Vec<&Cookie> = report.cookies.iter().collect();
    rows.sort_by_key(|row| (std::cmp::Reverse(row.asked.as_ref().map(|asked| asked.max_seconds)), !row.session, row.nr));
    let longest = rows.iter().filter_map(|row| row.asked.as_ref()).map(|asked| asked.max_seconds).max();
    let days = report.comparison_lines.iter().map(|line| u64::from(line.days) * DAY).max().unwrap_or_default();
    let end = days.max(longest.and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or_default());
    let scale = Scale { end: (end + end / 4).clamp(2 * YEAR, 150 * YEAR) };
    let mut canvas = Canvas::new("lifetimes", report.simulated, texts);
    let lines = report.comparison_lines.iter().take(LINES).count() as i64;
    let top = canvas.top() + lines * 17 + 22;
    let drawn = rows.len().min(COOKIES);
    let bottom = top + drawn as i64 * ROW;
    grid(&mut canvas, &scale, (top, bottom));
    for (row, place) in rows.iter().take(COOKIES).zip(0..) {
        cookie(&mut canvas, row, &scale, top + place * ROW);
    }
    comparison_lines(&mut canvas, report, &scale, bottom);
    for (row, place) in rows.iter().take(COOKIES).zip(0..) {
        number(&mut canvas, row, &scale, top + place * ROW);
    }
    let mut height = bottom + 26;
    if drawn < rows.len() {
        let said = canvas.count("pic-life-rest", (rows.len() - drawn) as u64);
        canvas.text((MARGIN, height + 12), &said, NOTE, WIDTH - 2 * MARGIN);
        height += 20;
    }
    let count = |of: &dyn Fn(&Cookie) -> bool| Value::from(rows.iter().filter(|row| of(row)).count() as u64);
    let longest = rows.first().and_then(|row| row.asked.as_ref()).map_or_else(|| "0".to_owned(), |asked| asked.max_days.clone());
    let args = [
        ("cookies", Value::from(rows.len() as u64)),
        ("asked", count(&|row| row.asked.is_some())),
        ("session", count(&|row| row.session)),
        ("none", count(&|row| row.asked.is_none() && !row.session)),
        ("days", texts.lang().decimal(&longest).into()),
        ("lines", (report.comparison_lines.len() as u64).into()),
    ];
    let (title, sentence) = (canvas.say("pic-life-title", &[]), canvas.say("pic-life-desc", &args));
    canvas.finish(height + 6, &title, &sentence)
}

/// The scale with its words, and the column of cookies that end with the browser session.
fn grid(canvas: &mut Canvas<'_>, scale: &Scale, (top, bottom): (i64, i64)) {
    canvas.area((SESSION - 28, top - 2), (56, bottom - top + 4), PALE, Hatch::None, PALE);
    let mut free = SCALE.0 - 40;
    for (word, seconds) in MARKS.iter().filter(|(_, seconds)| *seconds <= scale.end) {
        let x = scale.at(i64::try_from(*seconds).unwrap_or(i64::MAX));
        canvas.line((x, top - 2), (x, bottom + 4), LINE, 1, "");
        let word = canvas.say(word, &[]);
        let half = extent(&word, 12) / 2;
        // Where the scale is long, some of its words have no room.
        if x - half >= free {
            canvas.text((x, bottom + 18), &word, VALUE.middle(), 2 * half + 8);
            free = x + half + 6;
        }
    }
    let word = canvas.say("pic-life-session", &[]);
    canvas.text((SESSION, bottom + 18), &word, VALUE.middle(), 90);
    canvas.line((SCALE.0, bottom + 4), (SCALE.1, bottom + 4), MUTED, 1, "");
    let head = canvas.say("col-cookie", &[]);
    canvas.text((MARGIN, top - 8), &head, HEAD, DOMAIN - MARGIN);
    let head = canvas.say("pic-life-domain", &[]);
    canvas.text((DOMAIN, top - 8), &head, HEAD, SESSION - DOMAIN - 32);
}

fn cookie(canvas: &mut Canvas<'_>, row: &Cookie, scale: &Scale, top: i64) {
    let y = top + 15;
    canvas.text((MARGIN, y), &row.name, NAME, DOMAIN - MARGIN - 8);
    canvas.host((DOMAIN, y), &row.domain, NOTE, SESSION - DOMAIN - 34);
    if row.session {
        canvas.circle((SESSION, top + 11), 5, WHITE, DEEP);
    }
    let Some(asked) = &row.asked else {
        let said = match row {
            _ if row.session => "lifetime-session",
            _ if row.end_not_computable > 0 => "diff-not-computable",
            _ if row.origin == "set-cookie" => "lifetime-none",
            _ => "diff-no-set-cookie",
        };
        let said = canvas.say(said, &[]);
        return canvas.text((SCALE.0 + 4, y), &said, NOTE, WIDTH - MARGIN - SCALE.0 - 4);
    };
    let to = scale.at(asked.max_seconds).max(SCALE.0 + 3);
    // What is asked for beyond what browsers keep is hatched.
    let kept = match &row.effective {
        Some(kept) if kept.max_seconds >= asked.max_seconds => to,
        Some(kept) => scale.at(kept.max_seconds).clamp(SCALE.0, to),
        None => SCALE.0,
    };
    if kept > SCALE.0 {
        canvas.area((SCALE.0, top + 5), (kept - SCALE.0, 12), DEEP, Hatch::None, DEEP);
    }
    if kept < to {
        canvas.area((kept, top + 5), (to - kept, 12), WHITE, Hatch::Diagonal, DEEP);
    }
    if asked.min_seconds < asked.max_seconds {
        let x = scale.at(asked.min_seconds);
        canvas.line((x, top + 2), (x, top + 20), INK, 2, "");
    }
}

/// The longest lifetime in words, on a ground that keeps the lines for comparison away from it.
fn number(canvas: &mut Canvas<'_>, row: &Cookie, scale: &Scale, top: i64) {
    let Some(asked) = &row.asked else { return };
    let to = scale.at(asked.max_seconds).max(SCALE.0 + 3);
    let n: u64 = if matches!(asked.max_days.as_str(), "1" | "1.0") { 1 } else { 2 };
    let days = canvas.texts().lang().decimal(&asked.max_days);
    let said = canvas.say("duration-days", &[("days", days.into()), ("n", n.into())]);
    canvas.area((to + 3, top + 4), (extent(&said, 12).min(WIDTH - to - 5), 15), WHITE, Hatch::None, WHITE);
    canvas.text((to + 6, top + 15), &said, VALUE, WIDTH - to - 8);
}

/// The lines for comparison, each with its name and dashes of its own.
fn comparison_lines(canvas: &mut Canvas<'_>, report: &Report, scale: &Scale, bottom: i64) {
    let nl = canvas.texts().lang() == Lang::Nl;
    for ((line, dashes), nr) in report.comparison_lines.iter().zip(DASHES).zip(0..) {
        let x = scale.at(i64::from(line.days) * DAY as i64);
        let y = canvas.top() + 12 + nr * 17;
        canvas.line((x, y - 8), (x, bottom + 4), INK, 1, dashes);
        let label = if nl { &line.label.nl } else { &line.label.en };
        if x > (SCALE.0 + SCALE.1) / 2 {
            canvas.line((x - 26, y - 4), (x, y - 4), INK, 1, dashes);
            canvas.text((x - 30, y), label, VALUE.end().fill(BLUE), x - 30 - MARGIN);
        } else {
            canvas.line((x, y - 4), (x + 26, y - 4), INK, 1, dashes);
            canvas.text((x + 30, y), label, VALUE.fill(BLUE), WIDTH - MARGIN - x - 30);
        }
    }
}
