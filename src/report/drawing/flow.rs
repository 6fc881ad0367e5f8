//! Who the requests of a recording were addressed to: the visit, the holders of the domains, and the registrable domains, joined by bands that
//! are as broad as there were requests.

use super::super::model::{Recipient, Report};
use super::super::text::Texts;
use super::kit::{BLUE, Canvas, Cut, DEEP, HEAD, Hatch, INK, LINE, MARGIN, MUTED, NAME, NOTE, ORANGE, PALE, SKY, WHITE, WIDTH, short};

/// Bands at most; of more, the last one stands for the rest.
const BANDS: usize = 12;
/// Height of all bands together, and of the least box that holds two lines.
const BROAD: i64 = 200;
const BOX: i64 = 40;

/// Left and right ends of the boxes of each column.
const VISIT: (i64, i64) = (MARGIN, 150);
const HOLDER: (i64, i64) = (225, 410);
const DOMAIN: (i64, i64) = (500, WIDTH - MARGIN);

/// A band: a row of the table, or what was left over.
struct Band<'r> {
    row: Option<&'r Recipient>,
    requests: u64,
    /// Height of the band and of the box at its end.
    broad: i64,
    high: i64,
}

/// Bands to the domains of one holder.
struct Group<'r> {
    holder: Option<&'r str>,
    /// Rows of the table that the last band stands for; of all others none.
    rest: u64,
    bands: Vec<Band<'r>>,
}

impl Group<'_> {
    fn requests(&self) -> u64 {
        self.bands.iter().map(|band| band.requests).sum()
    }

    fn broad(&self) -> i64 {
        self.bands.iter().map(|band| band.broad).sum()
    }
}

/// Colour of the sign of a relation, its hatch, and the colour of the band.
fn sign(relation: &str) -> (&'static str, Hatch, &'static str) {
    match relation {
        "same-site" => (DEEP, Hatch::None, "#cfe3f1"),
        "same-owner" => (SKY, Hatch::Horizontal, "#dff1fb"),
        "other-owner" => (ORANGE, Hatch::Diagonal, "#fae7c3"),
        "owner-not-established" => (WHITE, Hatch::Cross, "#e7e9ec"),
        _ => (WHITE, Hatch::Dots, "#e7e9ec"),
    }
}

/// The picture, or nothing where no request was recorded.
pub(in crate::report) fn recipients(report: &Report, texts: &Texts) -> String {
    let total: u64 = report.recipients.iter().map(|row| row.requests).sum();
    let Some(first) = report.recipients.first().filter(|_| total > 0) else { return String::new() };
    let mut canvas = Canvas::new("recipients", report.simulated, texts);
    let groups = groups(&report.recipients, total);
    let top = canvas.top() + 16;
    for ((from, to), head) in [(VISIT, "pic-flow-visit"), (HOLDER, "pic-flow-holder"), (DOMAIN, "pic-flow-domain")] {
        let head = canvas.say(head, &[]);
        canvas.text((from, top), &head, HEAD, to - from);
    }
    // The boxes at the right give the picture its height; those at the left stand in the middle of theirs.
    let from = top + 14;
    let gaps = groups.iter().map(|group| group.bands.len() as i64 * 8 + 8).sum::<i64>() - 16;
    let height = groups.iter().flat_map(|group| &group.bands).map(|band| band.high).sum::<i64>() + gaps;
    let broad: i64 = groups.iter().map(Group::broad).sum();
    let mut leaves = from + (height - broad) / 2;
    let mut y = from;
    for group in &groups {
        leaves = draw(&mut canvas, group, leaves, &mut y);
    }
    let high = broad.max(BOX);
    let (x, wide) = (VISIT.0, VISIT.1 - VISIT.0);
    let y = from + (height - high) / 2;
    canvas.frame((x, y), (wide, high), PALE, BLUE);
    let middle = y + high / 2;
    match &report.page.site {
        Some(site) => canvas.host((x + 8, middle - 3), site, NAME, wide - 16),
        None => {
            let unknown = canvas.say("relation-page-not-established", &[]);
            canvas.text((x + 8, middle - 3), &unknown, NOTE, wide - 16);
        }
    }
    let said = canvas.count("requests-n", total);
    canvas.text((x + 8, middle + 14), &said, NOTE, wide - 16);
    let holders = report.recipients.iter().filter_map(|row| row.owner.as_ref().map(|owner| &owner.name));
    let holders = holders.collect::<std::collections::BTreeSet<_>>().len() as u64;
    let without = report.recipients.iter().filter(|row| row.owner.is_none()).count() as u64;
    let args = [
        ("requests", total.into()),
        ("rows", (report.recipients.len() as u64).into()),
        ("holders", holders.into()),
        ("without", without.into()),
        ("site", short(&first.site, Cut::Start).into()),
        ("most", first.requests.into()),
    ];
    let (title, sentence) = (canvas.say("pic-flow-title", &[]), canvas.say("pic-flow-desc", &args));
    canvas.finish(from + height + 12, &title, &sentence)
}

/// The bands by holder: the holder with most requests first, then by name; within one as the table has them; the rest last.
fn groups(rows: &[Recipient], total: u64) -> Vec<Group<'_>> {
    let broad = |requests: u64| ((i128::from(requests) * i128::from(BROAD) / i128::from(total.max(1))) as i64).max(2);
    let band = |row, requests| Band { row, requests, broad: broad(requests), high: broad(requests).max(BOX) };
    let drawn = if rows.len() > BANDS { BANDS - 1 } else { rows.len() };
    let mut groups: Vec<Group<'_>> = Vec::new();
    for row in &rows[..drawn] {
        let holder = row.owner.as_ref().map(|owner| owner.name.as_str());
        let band = band(Some(row), row.requests);
        match groups.iter_mut().find(|group| group.holder == holder) {
            Some(group) => group.bands.push(band),
            None => groups.push(Group { holder, rest: 0, bands: vec![band] }),
        }
    }
    groups.sort_by(|one, other| other.requests().cmp(&one.requests()).then(one.holder.cmp(&other.holder)));
    if drawn < rows.len() {
        let requests = rows[drawn..].iter().map(|row| row.requests).sum();
        groups.push(Group { holder: None, rest: (rows.len() - drawn) as u64, bands: vec![band(None, requests)] });
    }
    groups
}

/// The bands and boxes of one holder; gives where the next band leaves the visit. `y`: where its boxes begin, and then where the next ones do.
fn draw(canvas: &mut Canvas<'_>, group: &Group<'_>, mut leaves: i64, y: &mut i64) -> i64 {
    let begins = *y;
    let ends = begins + group.bands.iter().map(|band| band.high + 8).sum::<i64>() - 8;
    let high = group.broad().max(BOX);
    let holder_y = begins + (ends - begins - high) / 2;
    let mut passes = holder_y + (high - group.broad()) / 2;
    for band in &group.bands {
        let relation = band.row.map_or("rest", |row| row.relation);
        let (fill, hatch, tint) = sign(relation);
        ribbon(canvas, (VISIT.1, leaves), (HOLDER.0, passes), band.broad, tint);
        ribbon(canvas, (HOLDER.1, passes), (DOMAIN.0, *y + (band.high - band.broad) / 2), band.broad, tint);
        domain(canvas, band, *y, (fill, hatch), group.rest);
        leaves += band.broad;
        passes += band.broad;
        *y += band.high + 8;
    }
    *y += 8;
    let (x, wide) = (HOLDER.0, HOLDER.1 - HOLDER.0);
    canvas.frame((x, holder_y), (wide, high), WHITE, MUTED);
    let middle = holder_y + high / 2;
    let requests = canvas.count("requests-n", group.requests());
    match group.holder {
        Some(name) => canvas.text((x + 8, middle - 3), name, NAME, wide - 16),
        None => {
            let said = canvas.say(if group.rest > 0 { "pic-flow-several" } else { "pic-flow-unknown" }, &[]);
            canvas.text((x + 8, middle - 3), &said, NAME.fill(MUTED), wide - 16);
        }
    }
    canvas.text((x + 8, middle + 14), &requests, NOTE, wide - 16);
    leaves
}

fn domain(canvas: &mut Canvas<'_>, band: &Band<'_>, y: i64, (fill, hatch): (&str, Hatch), rest: u64) {
    let (x, wide) = (DOMAIN.0, DOMAIN.1 - DOMAIN.0);
    canvas.frame((x, y), (wide, band.high), WHITE, LINE);
    canvas.area((x, y), (14, band.high), fill, hatch, INK);
    let middle = y + band.high / 2;
    let requests = canvas.count("requests-n", band.requests);
    match band.row {
        Some(row) => {
            canvas.host((x + 22, middle - 3), &row.site, NAME, wide - 28);
            // The relation may be unknown although the holder is known: then it is that of the page which is not.
            let relation = match row.relation {
                "same-site" | "same-owner" | "other-owner" => canvas.word("relation-", row.relation),
                _ => canvas.say("pic-flow-relation-unknown", &[]),
            };
            let said = format!("{requests}; {relation}");
            canvas.text((x + 22, middle + 14), &said, NOTE, wide - 28);
        }
        None => {
            let rest = canvas.count("pic-flow-rest", rest);
            canvas.text((x + 22, middle - 3), &rest, NAME.fill(MUTED), wide - 28);
            canvas.text((x + 22, middle + 14), &requests, NOTE, wide - 28);
        }
    }
}

fn ribbon(canvas: &mut Canvas<'_>, (x, y): (i64, i64), (to_x, to_y): (i64, i64), broad: i64, fill: &str) {
    let middle = (x + to_x) / 2;
    let (below, to_below) = (y + broad, to_y + broad);
    let path = format!("M{x} {y}C{middle} {y} {middle} {to_y} {to_x} {to_y}V{to_below}C{middle} {to_below} {middle} {below} {x} {below}Z");
    canvas.shape(&path, fill, "#aab4c0");
}
