//! A table as a sheet: what it is, the names of its columns for programs and in words, then its rows; laid out to be read, filtered and printed.

use rust_xlsxwriter::{Color, IgnoreError, Url, Worksheet, XlsxError};

use super::names;
use super::{CELL, Cut, Form, ROWS, fitting, in_xml, print_lines};
use crate::report::origin::Origin;
use crate::report::table::{Cell, Column, Kind, Table, visible};

/// Row of a sheet with the names of the columns as programs know them, counted from 0.
pub(super) const NAMES: u32 = 2;

/// Row with the same in words, which has the filters.
pub(super) const WORDS: u32 = 3;

/// First row of the table.
pub(super) const FIRST: u32 = 4;

/// What fits across a page on its side, in units of the width of columns (a digit of the usual type), as the type is.
const ACROSS: f64 = 148.0;

/// No page is made smaller than this part: below it the type is under five points. A wider sheet goes on beside.
const SMALLEST: f64 = 0.55;

/// Lines that a row shows at most. The cell holds all the same.
const LINES: usize = 14;

/// Height in points of a line of the rows, and of one of the names for programs.
const LINE: f64 = 12.0;
const SMALL_LINE: f64 = 9.5;

/// Characters of the type of the rows, and of the names for programs, to a unit of width. Fonts differ, so this is on the safe side.
const ROW_TYPE: f64 = 1.15;
const SMALL_TYPE: f64 = 1.3;

/// No column is wider.
const WIDEST: f64 = 75.0;

/// Rows that the widths of columns are taken from.
const LOOKED_AT: usize = 500;

/// A sheet, and how many of its rows hold more than they show.
pub(super) fn sheet(table: &Table, origin: &Origin, form: &Form<'_>, cut: &mut Vec<Cut>) -> Result<(Worksheet, usize), XlsxError> {
    let mut sheet = Worksheet::new();
    let name = names::of_sheet(origin, table.name, form.texts);
    let title = names::title(origin, table.name, form.texts);
    let has_number = table.columns.first().is_some_and(|column| column.name == "nr");
    sheet.set_name(&name)?.set_freeze_panes(FIRST, u16::from(has_number))?;
    sheet.write_string_with_format(0, 0, &title, &form.sheet_title)?;
    let back = Url::new(format!("internal:'{}'!A1", form.say("tables-contents"))).set_text(form.say("tables-back"));
    sheet.write_url_with_format(1, 0, back, &form.link)?;
    if origin.simulated {
        sheet.write_string_with_format(1, 2, form.say("simulated-line"), &form.line)?;
    }
    let rows = &table.rows[..table.rows.len().min(ROWS - FIRST as usize)];
    let words: Vec<String> = table.columns.iter().map(|column| form.say(&names::of_column(table.name, column.name, form.texts))).collect();
    let widths: Vec<f64> =
        (0..).zip(table.columns.iter().zip(&words)).map(|(at, (column, words))| width(column, words, rows, at)).collect();
    for ((at, column), (words, width)) in (0..).zip(&table.columns).zip(words.iter().zip(&widths)) {
        sheet.write_string_with_format(NAMES, at, column.name, &form.machine)?;
        sheet.write_string_with_format(WORDS, at, words, &form.head)?;
        sheet.set_column_width(at, *width)?;
    }
    let highest = |of: &dyn Fn(usize) -> usize| (0..widths.len()).map(of).max().unwrap_or(1) as f64;
    sheet.set_default_row_height(LINE + 1.0).set_row_height(0, 20)?;
    sheet.set_row_height(NAMES, highest(&|at| lines(table.columns[at].name, widths[at] * SMALL_TYPE)) * SMALL_LINE + 2.0)?;
    // The sign of the filter takes a corner of the last line.
    sheet.set_row_height(WORDS, highest(&|at| lines(&format!("{} ___", words[at]), widths[at])) * LINE + 3.0)?;
    let mut more = 0;
    for (at, row) in (FIRST..).zip(rows) {
        let mut high = 1;
        for (((place, cell), column), width) in (0..).zip(row).zip(&table.columns).zip(&widths) {
            if let Some(characters) = write(&mut sheet, (at, place), cell, column, form)? {
                cut.push(Cut { sheet: name.clone(), row: at as usize + 1, column: column.name, characters });
            }
            if let (Cell::Text(text), Kind::Text) = (cell, column.kind)
                && !is_mark(column)
            {
                high = high.max(lines(text, (width - 1.0) * ROW_TYPE));
            }
        }
        more += usize::from(high > LINES);
        if high > 1 {
            sheet.set_row_height(at, high.min(LINES) as f64 * LINE + 1.0)?;
        }
    }
    let last =
        (WORDS + u32::try_from(rows.len()).unwrap_or_default(), u16::try_from(table.columns.len().saturating_sub(1)).unwrap_or_default());
    sheet.autofilter(WORDS, 0, last.0, last.1)?;
    // Digits that were recorded are meant to be text; no mark in each cell is needed to say so.
    sheet.ignore_error_range(0, 0, last.0, last.1, IgnoreError::NumberStoredAsText)?;
    if rows.is_empty() {
        sheet.set_tab_color(Color::RGB(0xBF_BF_BF));
    }
    paper(&mut sheet, &widths)?;
    // What stands above the heads stands above the page when it is printed.
    sheet.set_print_area(WORDS, 0, last.0, last.1)?;
    print_lines(&mut sheet, &title, origin, form);
    Ok((sheet, more))
}

/// On A4 on its side, as many pages beside each other as keep the type readable; then each has the first columns.
fn paper(sheet: &mut Worksheet, widths: &[f64]) -> Result<(), XlsxError> {
    sheet.set_landscape().set_paper_size(9).set_margins(0.4, 0.4, 0.75, 0.75, 0.3, 0.3).set_repeat_rows(WORDS, WORDS)?;
    let pages = (widths.iter().sum::<f64>() * SMALLEST / ACROSS).ceil().max(1.0);
    sheet.set_print_fit_to_pages(pages as u16, 0).set_page_order(true);
    if pages > 1.0 {
        // As many as say which row it is, and no more than a fifth of the page.
        let mut room = ACROSS / SMALLEST / 5.0;
        let kept = widths.iter().take_while(|width| {
            room -= **width;
            room >= 0.0
        });
        let kept = kept.take(4).count().max(1);
        sheet.set_repeat_columns(0, kept as u16 - 1)?;
    }
    Ok(())
}

/// Whether this is the column that says in every row the same: whether the recording is simulated.
fn is_mark(column: &Column) -> bool {
    column.name == "simulated"
}

/// Writes a cell; answers how many characters it had if it was cut.
fn write(sheet: &mut Worksheet, (row, at): (u32, u16), cell: &Cell, column: &Column, form: &Form<'_>) -> Result<Option<usize>, XlsxError> {
    let number = match cell {
        Cell::Empty => {
            // So that the line below a row goes on.
            sheet.write_blank(row, at, &form.text)?;
            return Ok(None);
        }
        Cell::Whole(number) if number.unsigned_abs() <= super::EXACT => Some((*number as f64, &form.whole)),
        Cell::Text(text) if column.kind == Kind::Decimal && cell.is(column.kind) && text.len() <= 15 => {
            let digits = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
            text.parse().ok().zip(form.decimals.get(digits))
        }
        _ => None,
    };
    if let Some((number, format)) = number {
        sheet.write_number_with_format(row, at, number, format)?;
        return Ok(None);
    }
    let (text, cut) = fitting(&visible(&cell.to_text(), in_xml), form);
    // The mark says the same in every row, and need not make it higher; it does not run out of its column either.
    let format = if is_mark(column) && text.starts_with("true") { &form.mark } else { &form.text };
    sheet.write_string_with_format(row, at, text, format)?;
    Ok(cut)
}

/// How many lines a text takes where a line holds so many characters: words go to the next line as a whole, and are broken where they fill more than one.
fn lines(text: &str, across: f64) -> usize {
    let across = across.max(3.0) as usize;
    let of_line = |line: &str| {
        let (mut count, mut used) = (1, 0);
        for word in line.split(' ') {
            let length = word.chars().take(CELL).count();
            if used > 0 && used + 1 + length > across {
                count += 1;
                used = 0;
            }
            count += length.saturating_sub(1) / across;
            used = if length > across { length % across } else { used + usize::from(used > 0) + length };
        }
        count
    };
    text.lines().map(of_line).sum()
}

/// How wide a column is: no word of its head is broken, nor what is short in its rows; a long text gets more lines, and more width the longer it is.
fn width(column: &Column, words: &str, rows: &[Vec<Cell>], at: usize) -> f64 {
    // No more than about four lines, with the sign of the filter in the corner of the last one.
    let word = words.split([' ', '-']).map(|word| word.chars().count()).max().unwrap_or_default();
    let head = word.max(words.chars().count() / 4).min(24) + 2;
    if is_mark(column) {
        return head as f64;
    }
    let mut lengths: Vec<usize> =
        rows.iter().take(LOOKED_AT).map(|row| longest_line(&row[at].to_text())).filter(|length| *length > 0).collect();
    lengths.sort_unstable();
    let longest = lengths.last().copied().unwrap_or_default();
    let usual = lengths.get(lengths.len() * 9 / 10).copied().unwrap_or_default();
    let wanted = match column.kind {
        Kind::Text if longest <= 16 => longest as f64,
        // A text of four times the length is about twice as wide and twice as high.
        Kind::Text => 16.0 + ((usual as f64).sqrt() - 4.0).max(0.0) * 4.0,
        _ => longest as f64,
    };
    (wanted + 2.0).max(head as f64).clamp(5.0, WIDEST)
}

fn longest_line(text: &str) -> usize {
    text.lines().map(|line| line.chars().take(1_000).count()).max().unwrap_or_default()
}
