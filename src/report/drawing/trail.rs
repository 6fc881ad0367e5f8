//! Values that came back: a lane for the examined visit, one for each other site, and an arc for each value from its first place to its second.

use std::collections::{BTreeMap, BTreeSet};

use super::super::linkage_rows::policy;
use super::super::model::{End, Report, TrailRow};
use super::super::text::{Texts, Value};
use super::kit::{BLUE, Canvas, DEEP, GREEN, LINE, MARGIN, NAME, NOTE, PLUM, RED, VALUE, WHITE, WIDTH, extent};

/// Lanes and arcs that are drawn at most; the table has the rest.
const LANES: usize = 4;
const ARCS: usize = 12;
/// Entries that have room beside each other.
const ENTRIES: usize = 12;
/// Where lanes begin and end; from one to the next.
const LEFT: i64 = 230;
const RIGHT: i64 = WIDTH - 40;
const LANE: i64 = 120;
/// Half the height of the box of an entry.
const HALF: i64 = 10;

/// Values that went from one entry to another in one way.
struct Arc<'r> {
    kind: &'static str,
    earlier: &'r End,
    later: &'r End,
    rows: Vec<&'r TrailRow>,
}

/// Colour and dashes of a kind.
fn looks(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "sent-again" => (DEEP, ""),
        "link-decoration" => (RED, "8 4"),
        "own-cookie" => (GREEN, "2 3"),
        _ => (PLUM, "10 3 2 3"),
    }
}

/// The picture, or nothing where no value came back.
pub(in crate::report) fn trail(report: &Report, texts: &Texts) -> String {
    if report.trail.is_empty() {
        return String::new();
    }
    let lanes = lanes(report);
    let lane_of = |end: &End| lanes.iter().position(|site| *site == end.page);
    let arcs = arcs(&report.trail, &lane_of);
    let mut entries: Vec<(&str, u64, usize)> = arcs
        .iter()
        .flat_map(|arc| [arc.earlier, arc.later])
        .filter_map(|end| Some((end.time.as_str(), end.entry, lane_of(end)?)))
        .collect();
    entries.sort_unstable();
    entries.dedup();
    let step = ((RIGHT - LEFT) / (entries.len().max(2) as i64 - 1)).min(130);
    let places: BTreeMap<(u64, usize), i64> =
        entries.iter().zip(0..).map(|((_, entry, lane), place)| ((*entry, *lane), LEFT + place * step)).collect();
    let mut canvas = Canvas::new("trail", report.simulated, texts);
    // Arcs within the first lane need room above it.
    let above = arcs.iter().any(|arc| lane_of(arc.earlier) == Some(0) && lane_of(arc.later) == Some(0));
    let top = canvas.top() + if above { 64 } else { 30 };
    for (site, lane) in lanes.iter().zip(0..) {
        draw_lane(&mut canvas, site, top + lane * LANE, report.page.site.as_deref() == Some(site));
    }
    // Numbers of rows keep away from the entries and from each other.
    let mut pills: Vec<(i64, i64, i64)> = places.iter().map(|((_, lane), x)| (*x, top + *lane as i64 * LANE, 40)).collect();
    for arc in &arcs {
        let (Some(from), Some(to)) = (lane_of(arc.earlier), lane_of(arc.later)) else { continue };
        let place = |end: &End, lane: usize| (places[&(end.entry, lane)], top + lane as i64 * LANE);
        draw_arc(&mut canvas, arc, place(arc.earlier, from), place(arc.later, to), &mut pills);
    }
    for ((entry, lane), x) in &places {
        let y = top + *lane as i64 * LANE;
        let said = entry.to_string();
        let wide = (extent(&said, 12) + 12).max(26);
        canvas.frame((x - wide / 2, y - HALF), (wide, 2 * HALF), WHITE, BLUE);
        canvas.text((*x, y + 4), &said, VALUE.middle().bold(), wide);
    }
    let mut y = top + (lanes.len() as i64 - 1) * LANE + 66;
    for arc in &arcs {
        explain(&mut canvas, arc, y);
        y += 24;
    }
    let drawn: usize = arcs.iter().map(|arc| arc.rows.len()).sum();
    let said = canvas.word("policy-", policy(report.capture.browser.as_deref()));
    canvas.text((MARGIN, y + 8), &said, NOTE, WIDTH - 2 * MARGIN);
    y += 16;
    if drawn < report.trail.len() {
        let said = canvas.count("pic-trail-rest", (report.trail.len() - drawn) as u64);
        canvas.text((MARGIN, y + 10), &said, NOTE, WIDTH - 2 * MARGIN);
        y += 18;
    }
    let sites = report.trail.iter().flat_map(|row| [&row.one.page, &row.other.page]).collect::<BTreeSet<_>>().len();
    let of = |kind: &str| Value::from(report.trail.iter().filter(|row| row.kind == kind).count() as u64);
    let args = [
        ("rows", Value::from(report.trail.len() as u64)),
        ("sites", Value::from(sites as u64)),
        ("again", of("sent-again")),
        ("decoration", of("link-decoration")),
        ("own", of("own-cookie")),
        ("linked", of("linked-value")),
    ];
    let (title, sentence) = (canvas.say("pic-trail-title", &[]), canvas.say("pic-trail-desc", &args));
    canvas.finish(y + 8, &title, &sentence)
}

/// The sites with a lane: the examined one first, then in the order of the rows.
fn lanes(report: &Report) -> Vec<&str> {
    let ends = || report.trail.iter().flat_map(|row| [row.one.page.as_str(), row.other.page.as_str()]);
    let mut out: Vec<&str> = report.page.site.as_deref().filter(|site| ends().any(|page| page == *site)).into_iter().collect();
    for page in ends() {
        if !out.contains(&page) && out.len() < LANES {
            out.push(page);
        }
    }
    out
}

fn arcs<'r>(rows: &'r [TrailRow], lane_of: &dyn Fn(&End) -> Option<usize>) -> Vec<Arc<'r>> {
    let mut out: Vec<Arc<'r>> = Vec::new();
    let mut entries = BTreeSet::new();
    for row in rows.iter().filter(|row| lane_of(&row.one).is_some() && lane_of(&row.other).is_some()) {
        let (earlier, later) = if row.between_ms < 0 { (&row.other, &row.one) } else { (&row.one, &row.other) };
        let same = |arc: &&mut Arc<'_>| {
            arc.kind == row.kind
                && (arc.earlier.entry, &arc.earlier.page) == (earlier.entry, &earlier.page)
                && (arc.later.entry, &arc.later.page) == (later.entry, &later.page)
        };
        if let Some(arc) = out.iter_mut().find(same) {
            arc.rows.push(row);
            continue;
        }
        let next = entries.iter().copied().chain([earlier, later].map(|end| (end.entry, end.page.as_str()))).collect::<BTreeSet<_>>();
        if out.len() < ARCS && next.len() <= ENTRIES {
            entries = next;
            out.push(Arc { kind: row.kind, earlier, later, rows: vec![row] });
        }
    }
    out
}

fn draw_lane(canvas: &mut Canvas<'_>, site: &str, y: i64, examined: bool) {
    canvas.line((LEFT - 20, y), (RIGHT + 25, y), LINE, 3, "");
    canvas.host((MARGIN, y - 1), site, NAME, LEFT - MARGIN - 30);
    let said = canvas.say(if examined { "pic-trail-examined" } else { "pic-trail-other" }, &[]);
    canvas.text((MARGIN, y + 16), &said, NOTE, LEFT - MARGIN - 30);
}

/// An arc with an arrow at its later end and the numbers of its rows. `pills`: where numbers stand already.
fn draw_arc(canvas: &mut Canvas<'_>, arc: &Arc<'_>, (x, y): (i64, i64), (to_x, to_y): (i64, i64), pills: &mut Vec<(i64, i64, i64)>) {
    let (colour, dashes) = looks(arc.kind);
    let down = to_y > y;
    // From the edge of one box to the edge of the other; within a lane the arc stands above it.
    let (from, to, bow) = match y == to_y {
        true => (y - HALF, to_y - HALF, 26 + ((to_x - x).abs() / 12).min(30)),
        false if down => (y + HALF, to_y - HALF - 6, (to_y - y) / 2),
        false => (y - HALF, to_y + HALF + 6, (y - to_y) / 2),
    };
    let (first, second) = match y == to_y {
        true => (from - bow, to - bow),
        false if down => (from + bow, to - bow),
        false => (from - bow, to + bow),
    };
    // A value that stands twice in one entry has an arc all the same.
    let (x, to_x) = if (x, y) == (to_x, to_y) { (x - 8, x + 8) } else { (x, to_x) };
    let to_end = if y == to_y { to - 6 } else { to };
    canvas.path(&format!("M{x} {from}C{x} {first} {to_x} {second} {to_x} {to_end}"), colour, 2, dashes);
    let head = if down || y == to_y { to_end + 6 } else { to_end - 6 };
    canvas.shape(&format!("M{to_x} {head}L{} {to_end}H{}Z", to_x - 5, to_x + 5), colour, colour);
    let said = numbers(&arc.rows, 70);
    let wide = extent(&said, 12) + 14;
    let at = |part: i64| {
        let rest = 16 - part;
        let weigh = |a: i64, b: i64, c: i64, d: i64| {
            (a * rest * rest * rest + 3 * b * rest * rest * part + 3 * c * rest * part * part + d * part * part * part) / 4_096
        };
        (weigh(x, x, to_x, to_x), weigh(from, first, second, to_end))
    };
    let free = |(px, py): &(i64, i64)| pills.iter().all(|(bx, by, other)| (bx - px).abs() > (wide + other) / 2 || (by - py).abs() > 20);
    // Near the beginning arcs lie further apart than in their middle.
    let parts = if y == to_y { [8, 9, 7, 10, 6, 11, 5, 12, 4] } else { [5, 6, 4, 7, 8, 9, 10, 11, 12] };
    let (px, py) = parts.into_iter().map(at).find(free).unwrap_or_else(|| at(parts[0]));
    pills.push((px, py, wide));
    canvas.pill((px, py), &said);
}

/// Numbers of rows, as many as there is room for.
fn numbers(rows: &[&TrailRow], room: i64) -> String {
    let mut out = String::new();
    for row in rows {
        let next = if out.is_empty() { row.nr.to_string() } else { format!("{out}, {}", row.nr) };
        if extent(&next, 12) > room && !out.is_empty() {
            return out + " …";
        }
        out = next;
    }
    out
}

/// A line below the lanes: the numbers of an arc, its sign, the names of its values and what became of them.
fn explain(canvas: &mut Canvas<'_>, arc: &Arc<'_>, y: i64) {
    let (colour, dashes) = looks(arc.kind);
    let said = numbers(&arc.rows, 60);
    let wide = extent(&said, 12).max(8) + 12;
    canvas.pill((MARGIN + wide / 2, y), &said);
    canvas.line((MARGIN + wide + 6, y), (MARGIN + 118, y), colour, 2, dashes);
    let mut names: Vec<&str> = arc.rows.iter().map(|row| row.name.as_str()).collect();
    names.dedup();
    canvas.text((MARGIN + 128, y + 4), &names.join(", "), NAME, 130);
    let recipient = arc.rows.first().map(|row| row.recipient.as_str()).unwrap_or_default();
    let kind = canvas.word("trail-", arc.kind);
    canvas.text((MARGIN + 266, y + 4), &kind, NOTE, 330);
    canvas.host((MARGIN + 604, y + 4), &format!("→ {recipient}"), NOTE, WIDTH - 2 * MARGIN - 604);
}
