//! Tables as CSV (RFC 4180): UTF-8, comma, CRLF, a head line; safe to open in a spreadsheet.

use csv::{Terminator, WriterBuilder};

use super::model::Report;
use super::table::{Cell, Table, visible};
use super::tables;

/// Name and bytes of the file of every table of an annex.
///
/// # Errors
///
/// A row cannot be written, which would be a mistake in the program.
pub fn render(report: &Report) -> Result<Vec<(String, Vec<u8>)>, csv::Error> {
    files(&tables::of_annex(report))
}

/// Name and bytes of the file of each table.
pub(super) fn files(tables: &[Table]) -> Result<Vec<(String, Vec<u8>)>, csv::Error> {
    tables.iter().map(|table| Ok((format!("{}.csv", table.name), file(table)?))).collect()
}

fn file(table: &Table) -> Result<Vec<u8>, csv::Error> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(table.columns.iter().map(|column| column.name))?;
    for row in &table.rows {
        row.iter().try_for_each(|cell| match cell {
            Cell::Text(text) => writer.write_field(harmless(text)),
            // A negative number is one, and no formula.
            Cell::Empty | Cell::Whole(_) | Cell::Flag(_) => writer.write_field(cell.to_text()),
        })?;
        writer.write_record(None::<&[u8]>)?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(std::io::Error::other(error.to_string())))
}

/// A cell that no spreadsheet takes for a formula (OWASP, "CSV Injection"): an apostrophe goes before what could begin one. That is the beginning of the
/// cell, and, since a spreadsheet of a country with decimal commas takes semicolons and tabs for the ends of cells and knows no quotation marks in the
/// middle of one, also what stands behind these and behind line ends. Characters that a reader would not see become visible escapes.
fn harmless(cell: &str) -> String {
    let cell = visible(cell, |character| matches!(character, '\n' | '\r' | '\t'));
    // A negative number is one, and no formula.
    if cell.strip_prefix('-').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())) {
        return cell.into_owned();
    }
    let mut out = String::with_capacity(cell.len() + 1);
    if cell.starts_with(['\t', '\r', '\n']) {
        out.push('\'');
    }
    let mut begins = true;
    for character in cell.chars() {
        if begins && is_operator(character) {
            out.push('\'');
        }
        begins = matches!(character, ';' | '\t' | '\r' | '\n') || begins && (character.is_whitespace() || character == '"');
        out.push(character);
    }
    out
}

/// What begins a formula, also in the wide and small forms that some spreadsheets take for the same character.
const fn is_operator(character: char) -> bool {
    matches!(
        character,
        '=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}' | '\u{fe66}' | '\u{fe62}' | '\u{fe63}' | '\u{fe6b}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::model::GapRow;

    #[test]
    fn cells_are_harmless() {
        assert_eq!(harmless("=1+1"), "'=1+1");
        assert_eq!(harmless("-2+3"), "'-2+3");
        assert_eq!(harmless("-2"), "-2");
        assert_eq!(harmless("a\u{0}b\u{1b}"), "a\\u{0}b\\u{1b}");
        assert_eq!(harmless("plain, \"quoted\"\n"), "plain, \"quoted\"\n");
        assert_eq!(harmless("a\u{202e}b\u{2067}"), "a\\u{202e}b\\u{2067}");
    }

    /// Every character of OWASP's list, at every place where a spreadsheet may begin a cell.
    #[test]
    fn nothing_begins_a_formula() {
        for operator in ['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫'] {
            for before in ["", " ", "\t", "\r", "\n", "\u{a0}", "\"", "a;", "a; ", "a;\"", "a\t", "a\r\n", "a\n \""] {
                let cell = harmless(&format!("{before}{operator}cmd|' /C calc'!A0"));
                let begun = if before.starts_with(['\t', '\r', '\n']) { "'" } else { "" };
                assert_eq!(cell, format!("{begun}{before}'{operator}cmd|' /C calc'!A0"));
            }
            let inside = format!("a{operator}b, c {operator} d");
            assert_eq!(harmless(&inside), inside);
        }
        assert_eq!(harmless("\tx"), "'\tx");
        assert_eq!(harmless("-12"), "-12");
    }

    #[test]
    fn heads_and_rows_have_the_same_width() {
        for (simulated, mark) in [(true, "true: fictitious platform; says nothing about what Meta does"), (false, "false")] {
            let part = GapRow { unit: "entries", of: Some(8), percent: Some("25.0".to_owned()), ..GapRow::default() };
            let rows = vec![GapRow { nr: 1, kind: "no-page", count: 2, entries: vec![3, 4], ..part }];
            let report = Report { simulated, gaps: rows, ..crate::report::html::tests::sample() };
            let files = render(&report).expect("writes");
            let (_, bytes) = files.into_iter().find(|(name, _)| name == "gaps.csv").expect("the table");
            let text = String::from_utf8(bytes).expect("text");
            assert_eq!(text, format!("nr,kind,count,entries,unit,of,percent,simulated\r\n1,no-page,2,3 4,entries,8,25.0,{mark}\r\n"));
        }
    }
}
