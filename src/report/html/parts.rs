//! Long tables stand in parts, of which all but the first are closed, and a browser is let breathe between tables. Every
//! row stays on the page, once, under its name. Other forms have whole tables: they are made from the page before this step, and `document` joins parts.
//!
//! Why: a browser that lays out thousands of rows at once does nothing else meanwhile. What a closed `<details>` holds is not laid out (HTML, 4.11.1 and the
//! rendering section: its slot has `content-visibility: hidden`), yet a link to a row opens it, and it is printed.

use std::borrow::Cow;
use std::fmt::Write as _;

use minijinja::value::Value as Cell;

use super::words::Words;

/// Tables of as many rows stand as one.
const WHOLE: usize = 100;

/// Rows of the first part, which is open and so laid out with the page.
const FIRST: usize = 50;

/// Rows of each other part.
const PART: usize = 100;

/// Bytes of a page after which the next table is followed by [`PAUSE`].
const STRETCH: usize = 16 * 1024;

/// A block of data without any (HTML, 4.12.1): nothing runs and nothing is shown. Chromium, which else reads the rest of a file for up to half a second without
/// doing anything else, takes up other work within 10 ms behind one.
const PAUSE: &str = "\n<script type=\"text/plain\"></script>";

/// Rules for parts, behind the style sheet of the page. The columns of all parts of a table have the same widths, and on paper every part is open.
const CSS: &str = "
.part { max-width: 110rem; margin: 0 0 .5rem }
.part > summary { padding: .5rem 0; min-height: 24px; font-weight: 600; color: var(--blue, #154273); cursor: pointer }
.part-of { display: block; font-weight: 400; font-size: .875rem }
@media screen and (min-width: 62rem) { [data-parts], [data-of] { table-layout: fixed } }
@media print {
  [data-parts], [data-of] { table-layout: fixed }
  .part::details-content { content-visibility: visible; block-size: auto; overflow: visible }
  .part > summary { list-style: none; break-after: avoid; padding: 0 }
  .part .part-of { display: none }
}
";

/// The page with its long tables in parts.
pub(super) fn parted(page: &str, words: &Words) -> String {
    let mut out = String::with_capacity(page.len() + page.len() / 32);
    let (mut rest, mut paused, mut long) = (page, 0, Vec::new());
    while let Some(at) = rest.find("<table") {
        let Some(end) = rest[at..].find(TABLE_END).map(|end| at + end + TABLE_END.len()) else { break };
        let (before, table, behind) = (&rest[..at], &rest[at..end], &rest[end..]);
        out.push_str(before);
        let region = region(before).filter(|_| behind.trim_start().starts_with("</div>"));
        match region.and_then(|region| Long::of(region, table)) {
            Some(found) => {
                found.write(&mut out, &mut paused, words);
                long.push((found.name, found.numbered));
                rest = behind.trim_start().strip_prefix("</div>").unwrap_or(behind);
            }
            None => {
                out.push_str(table);
                rest = behind;
                if region.is_some() {
                    out.push_str("\n</div>");
                    rest = behind.trim_start().strip_prefix("</div>").unwrap_or(behind);
                    pause(&mut out, &mut paused);
                }
            }
        }
    }
    out.push_str(rest);
    if long.is_empty() { out } else { styled(&out, &long) }
}

const TABLE_END: &str = "</table>";

/// The start tag of the part of the page around a table that can be scrolled, which `before` ends with.
fn region(before: &str) -> Option<&str> {
    let tag = before.trim_end();
    let tag = &tag[tag.rfind('<')?..];
    (tag.starts_with("<div class=\"region\"") && tag.ends_with('>')).then_some(tag)
}

/// Lets a browser breathe, unless it just could.
fn pause(out: &mut String, paused: &mut usize) {
    if out.len() - *paused >= STRETCH {
        out.push_str(PAUSE);
        *paused = out.len();
    }
}

/// A table that is long, taken apart.
struct Long<'p> {
    /// Its name, to which links lead.
    name: &'p str,
    /// Its start tag, without the name and without the end.
    more: Cow<'p, str>,
    /// What its caption says.
    caption: &'p str,
    head: &'p str,
    /// The start tag of the body.
    body: &'p str,
    /// Each row, with what is said of it in the row below.
    rows: Vec<&'p str>,
    /// Whether the first column holds the numbers of rows.
    numbered: bool,
}

impl<'p> Long<'p> {
    /// `None`: it is not long, or is put together in another way than tables of ours, which may be in a house's own template. Then it stays as it is.
    fn of(region: &'p str, table: &'p str) -> Option<Self> {
        if table.len() < WHOLE * "<tr></tr>".len() || table.contains("<!--") || table.contains("rowspan") || table[1..].contains("<table") {
            return None;
        }
        let (tag, inside) = table.split_once('>')?;
        let (name, _) = tag.split_once("id=\"")?.1.split_once('"')?;
        let caption_id = format!("{name}-cap");
        let simple = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !simple || !region.contains(&format!("aria-labelledby=\"{caption_id}\"")) {
            return None;
        }
        let (caption, inside) = inside.trim_start().strip_prefix(&format!("<caption id=\"{caption_id}\">"))?.split_once("</caption>")?;
        let (head, inside) = inside.trim_start().split_once("</thead>")?;
        let (body, inside) = inside.trim_start().split_once('>')?;
        let inside = inside.strip_suffix(TABLE_END)?.trim_end().strip_suffix("</tbody>")?;
        if !head.starts_with("<thead")
            || !body.starts_with("<tbody")
            || inside.contains("<tbody")
            || caption.contains(" id=")
            || head.contains(" id=")
        {
            return None;
        }
        let rows = rows(inside)?;
        let more = tag.replacen(&format!(" id=\"{name}\""), "", 1);
        let numbered = rows.first().is_some_and(|row| first_cell(row).is_some());
        (rows.len() > WHOLE && more.len() < tag.len()).then_some(Self { name, more: more.into(), caption, head, body, rows, numbered })
    }

    fn write(&self, out: &mut String, paused: &mut usize, words: &Words) {
        let Self { name, more, caption, head, body, .. } = self;
        let inside = |said: &str, rows: &[&str]| {
            let rows = rows.concat();
            format!(
                "{caption}<small class=\"screen part-of\">{said}</small></caption>\n{head}</thead>\n{body}>{rows}\n</tbody>\n{TABLE_END}\n</div>"
            )
        };
        let (first, others) = self.rows.split_at(FIRST);
        let said = format!("{}; {}", self.said(1, first, words), words.say("part-others"));
        // Writing into a String cannot fail; the same holds below.
        let _ = write!(out, "{more} id=\"{name}\" data-parts>\n<caption id=\"{name}-cap\">{}", inside(&said, first));
        pause(out, paused);
        for (rows, nr) in others.chunks(PART).zip(2..) {
            let said = self.said(1 + FIRST + (nr - 2) * PART, rows, words);
            let part = format!("{name}-p{nr}");
            let _ = write!(
                out,
                "\n<details class=\"part\"><summary id=\"{part}\" data-says=\"part\">{said}</summary>\n\
                 <div class=\"region\" role=\"region\" aria-labelledby=\"{part}-cap\" tabindex=\"0\">\n\
                 {more} data-of=\"{name}\">\n<caption id=\"{part}-cap\">{}\n</details>",
                inside(&said, rows)
            );
            pause(out, paused);
        }
    }

    /// Which rows a part holds: by their numbers where these are no places in the table.
    fn said(&self, first: usize, rows: &[&'p str], words: &Words) -> String {
        let (last, all) = (first + rows.len() - 1, ("n", Cell::from(self.rows.len())));
        let own = |row: Option<&&'p str>| row.and_then(|row| number(row));
        match (own(rows.first()), own(rows.last())) {
            (Some(from), Some(to)) if (from, to) != (first as u64, last as u64) => {
                words.message("part-numbers", &[("count", Cell::from(rows.len())), all, ("from", Cell::from(from)), ("to", Cell::from(to))])
            }
            _ => words.message("part-rows", &[("from", Cell::from(first)), ("to", Cell::from(last)), all]),
        }
    }
}

/// The rows of a body. `None`: there is something else in it.
fn rows(body: &str) -> Option<Vec<&str>> {
    const END: &str = "</tr>";
    let mut rows: Vec<&str> = Vec::new();
    let (mut rest, mut at) = (body, 0);
    // Where the last row begins, so that what is said of it can be put to it.
    let mut begin = 0;
    while !rest.trim_ascii().is_empty() {
        let row = rest.trim_start();
        let end = row.find(END)? + END.len();
        let tag = row.split('>').next().filter(|tag| tag.starts_with("<tr"))?;
        let from = at;
        at += rest.len() - row.len() + end;
        rest = &row[end..];
        if tag.contains("class=\"said\"") && !rows.is_empty() {
            rows.pop();
        } else {
            begin = from;
        }
        rows.push(&body[begin..at]);
    }
    Some(rows)
}

/// What stands in the first cell of a row, if that is its number.
fn first_cell(row: &str) -> Option<&str> {
    let (_, cells) = row.trim_start().split_once('>')?;
    let (tag, cell) = cells.trim_start().split_once('>')?;
    if tag.starts_with("<td") && tag.contains("class=\"nr\"") { Some(cell.split_once("</td>")?.0) } else { None }
}

/// The number of a row, which may be a link.
fn number(row: &str) -> Option<u64> {
    first_cell(row)?.split('<').map(|piece| piece.rsplit('>').next().unwrap_or_default()).collect::<String>().trim().parse().ok()
}

/// The page with rules of style that hold for the parts of each table as for its first.
fn styled(page: &str, long: &[(&str, bool)]) -> String {
    let Some((head, body)) = page.split_once("</head>") else { return page.to_owned() };
    let mut out = String::with_capacity(page.len() + 4096);
    let (mut rest, mut ruled) = (head, false);
    while let Some((before, behind)) = rest.split_once("<style>") {
        let Some((css, behind)) = behind.split_once("</style>") else { break };
        out.push_str(before);
        out.push_str("<style>");
        named(&mut out, css, long);
        if !ruled {
            out.push_str(CSS);
            for (name, _) in long.iter().filter(|(_, numbered)| *numbered) {
                let _ = writeln!(out, "#{name} thead th:first-child, [data-of=\"{name}\"] thead th:first-child {{ width: 3.5rem }}");
                let _ = writeln!(
                    out,
                    "@media screen and (min-width: 62rem) {{ #{name} td.said, [data-of=\"{name}\"] td.said {{ padding-left: 3.5rem }} }}"
                );
            }
            ruled = true;
        }
        out.push_str("</style>");
        rest = behind;
    }
    out.push_str(rest);
    out.push_str("</head>");
    out.push_str(body);
    out
}

/// Rules of style in which the name of a long table means its parts as well. What stands in a string of CSS stays.
fn named(out: &mut String, css: &str, long: &[(&str, bool)]) {
    for (nr, piece) in css.split('"').enumerate() {
        out.push_str(if nr == 0 { "" } else { "\"" });
        let mut names = piece.split('#');
        out.push_str(names.next().filter(|_| nr % 2 == 0).unwrap_or(""));
        if nr % 2 == 1 {
            out.push_str(piece);
            continue;
        }
        for after in names {
            let end = after.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')).count();
            let (name, more) = after.split_at(end);
            if long.iter().any(|(long, _)| *long == name) {
                let _ = write!(out, ":is(#{name}, [data-of=\"{name}\"]){more}");
            } else {
                let _ = write!(out, "#{after}");
            }
        }
    }
}

#[cfg(test)]
mod tests;
