//! Which terms of the table for the Model DPIA speakers use for what was sent to whom: a row for each term, a column for each recipient, and in
//! each cell the number of fields.

use std::collections::{BTreeMap, BTreeSet};

use super::super::model::{PersonalRow, Report};
use super::super::text::{Lang, Texts, Value};
use super::kit::{Canvas, Cut, DEEP, HEAD, Hatch, LINE, MARGIN, NAME, NOTE, PALE, SLANTED, VALUE, WHITE, WIDTH};

/// Terms and recipients that are drawn at most; of more recipients, the last column stands for the rest.
const TERMS: usize = 24;
const COLUMNS: usize = 12;
const ROW: i64 = 28;
/// Where the names of terms begin, the breadth of a column, and the room right of the last one, into which its head leans.
const TERM: i64 = 36;
const COLUMN: i64 = 34;
const LEAN: i64 = 100;
/// Height of the heads of columns.
const HEADS: i64 = 110;

/// The fields of a row by recipient, and whether the recipient is known of all of its endpoints.
fn by_recipient<'r>(row: &'r PersonalRow, report: &'r Report) -> BTreeMap<&'r str, BTreeSet<&'r str>> {
    let mut out: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for from in &row.from {
        let endpoint = usize::try_from(from.endpoint).ok().and_then(|nr| report.fields.endpoints.get(nr.checked_sub(1)?));
        let site = endpoint.map_or(from.host.as_str(), |endpoint| endpoint.site.as_str());
        out.entry(site).or_default().extend(from.fields.iter().map(String::as_str));
    }
    out
}

/// The picture, or nothing where no rule names something that was sent.
pub(in crate::report) fn categories(report: &Report, texts: &Texts) -> String {
    let all = &report.fields.personal_data;
    let rows: Vec<_> = all.iter().take(TERMS).map(|row| (row, by_recipient(row, report))).collect();
    // Of a connection the table names no endpoint: every recipient has one.
    let connections = rows.iter().any(|(row, _)| row.basis == "connection");
    let named: BTreeSet<&str> = rows.iter().flat_map(|(_, fields)| fields.keys().copied()).collect();
    let asked = report.fields.endpoints.iter().map(|endpoint| endpoint.site.as_str()).filter(|_| connections);
    let of_any: BTreeSet<&str> = named.iter().copied().chain(asked).collect();
    let mut seen = BTreeSet::new();
    let in_order = report.recipients.iter().map(|row| row.site.as_str()).filter(|site| of_any.contains(site));
    let sites: Vec<&str> = in_order.chain(of_any.iter().copied()).filter(|site| seen.insert(*site)).collect();
    if rows.is_empty() || sites.is_empty() {
        return String::new();
    }
    let drawn = if sites.len() > COLUMNS { COLUMNS - 1 } else { sites.len() };
    let (columns, rest) = sites.split_at(drawn);
    let mut canvas = Canvas::new("categories", report.simulated, texts);
    let top = canvas.top() + HEADS;
    // Where there are few recipients, terms have more room.
    let count = (columns.len() + usize::from(!rest.is_empty())) as i64;
    let left = (WIDTH - LEAN - count * COLUMN).min(430);
    let across = |column: i64| left + column * COLUMN + COLUMN / 2;
    let right = left + count * COLUMN;
    let head = canvas.say("model-dpia-pic-head", &[]);
    canvas.text((MARGIN, top - 10), &head, HEAD, left - MARGIN - 10);
    for (site, column) in columns.iter().zip(0..) {
        canvas.slanted((across(column) + 4, top - 8), site, SLANTED, 132, Cut::Start);
    }
    if !rest.is_empty() {
        let said = canvas.count("pic-terms-others", rest.len() as u64);
        canvas.slanted((across(drawn as i64) + 4, top - 8), &said, NOTE, 132, Cut::End);
    }
    let nl = texts.lang() == Lang::Nl;
    let mut shortened = false;
    for ((row, fields), place) in rows.iter().zip(0..) {
        let y = top + place * ROW;
        if place % 2 == 0 {
            canvas.area((MARGIN, y), (right - MARGIN, ROW), PALE, Hatch::None, PALE);
        }
        canvas.text((MARGIN + 4, y + 18), &row.nr.to_string(), NOTE, TERM - MARGIN - 6);
        let more = row.basis == "field" && row.endpoints > row.from.len() as u64;
        shortened |= more;
        let term = if nl { &row.personal.nl } else { &row.personal.en };
        let term = if more { format!("{term} *") } else { term.clone() };
        canvas.text((TERM, y + 18), &term, NAME, left - TERM - 8);
        for (site, column) in columns.iter().zip(0..) {
            let of = fields.get(site).map_or(0, BTreeSet::len);
            cell(&mut canvas, row, of, (across(column), y + ROW / 2));
        }
        if !rest.is_empty() {
            let of = rest.iter().filter_map(|site| fields.get(site)).flatten().collect::<BTreeSet<_>>().len();
            cell(&mut canvas, row, of, (across(drawn as i64), y + ROW / 2));
        }
    }
    let bottom = top + rows.len() as i64 * ROW;
    for column in 0..=count {
        canvas.line((left + column * COLUMN, top - 4), (left + column * COLUMN, bottom), LINE, 1, "");
    }
    let mut height = bottom + 6;
    let mut below = |canvas: &mut Canvas<'_>, said: String| {
        canvas.text((MARGIN, height + 14), &said, NOTE, WIDTH - 2 * MARGIN);
        height += 18;
    };
    if shortened {
        let said = canvas.say("pic-terms-shortened", &[]);
        below(&mut canvas, said);
    }
    if rows.len() < all.len() {
        let said = canvas.count("pic-terms-rest", (all.len() - rows.len()) as u64);
        below(&mut canvas, said);
    }
    let filled: usize = rows.iter().map(|(_, fields)| fields.len()).sum();
    let args = [
        ("terms", Value::from(all.len() as u64)),
        ("recipients", Value::from(sites.len() as u64)),
        ("filled", Value::from(filled as u64)),
        ("connections", Value::from(rows.iter().filter(|(row, _)| row.basis == "connection").count() as u64)),
    ];
    let (title, sentence) = (canvas.say("model-dpia-pic-title", &[]), canvas.say("pic-terms-desc", &args));
    canvas.finish(height + 6, &title, &sentence)
}

/// A dot with the number of fields; a ring where the connection itself gives it.
fn cell(canvas: &mut Canvas<'_>, row: &PersonalRow, fields: usize, (x, y): (i64, i64)) {
    if row.basis == "connection" {
        return canvas.circle((x, y), 8, WHITE, DEEP);
    }
    if fields == 0 {
        return;
    }
    canvas.circle((x, y), 11, DEEP, DEEP);
    let said = if fields > 99 { "99+".to_owned() } else { fields.to_string() };
    canvas.text((x, y + 4), &said, VALUE.middle().bold().fill(WHITE), 30);
}
