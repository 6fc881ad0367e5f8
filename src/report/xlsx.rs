//! Tables as a workbook (XLSX, Office Open XML): a first sheet that says what the file is, then one sheet for each table, the same rows as in the CSV
//! files.
//!
//! What was recorded is text and nothing else: no formula, no link, no number that a spreadsheet made of it. Only columns that the tables count with
//! hold numbers. A cell that does not fit is cut with a mark that can be seen, and named in the first sheet.

use std::sync::Arc;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, IgnoreError, Workbook, Worksheet, XlsxError};

use super::html::House;
use super::model::Report;
use super::model::comparison::Comparison;
use super::origin::Origin;
use super::table::{Cell, Column, Kind, Table, visible};
use super::tables;
use super::text::{Lang, Texts};
use crate::model::Timestamp;

/// How many UTF-16 code units a cell holds (Office Open XML as Excel reads it: "Excel specifications and limits").
const CELL: usize = 32_767;

/// How many rows a sheet holds, its head included (the same source).
const ROWS: usize = 1_048_576;

/// Whole numbers above this are text: a spreadsheet keeps 15 digits and would show others than the table has.
const EXACT: u128 = 999_999_999_999_999;

/// How many cut cells the first sheet names one by one; further ones are counted.
const NAMED: usize = 1_000;

/// The tables of an annex as a workbook; titles and the first sheet in `lang`.
///
/// # Errors
///
/// The workbook cannot be written, which would be a mistake in the program.
pub fn render(report: &Report, lang: Lang) -> Result<Vec<u8>, XlsxError> {
    render_in(report, lang, None)
}

/// The same in a house style.
///
/// # Errors
///
/// The workbook cannot be written, which would be a mistake in the program.
pub fn render_in(report: &Report, lang: Lang, house: Option<&House>) -> Result<Vec<u8>, XlsxError> {
    workbook(&Origin::of_annex(report), &tables::of_annex(report), lang, house)
}

/// The tables of a comparison as a workbook; titles and the first sheet in `lang`.
///
/// # Errors
///
/// The workbook cannot be written, which would be a mistake in the program.
pub fn render_comparison(comparison: &Comparison, lang: Lang) -> Result<Vec<u8>, XlsxError> {
    render_comparison_in(comparison, lang, None)
}

/// The same in a house style.
///
/// # Errors
///
/// The workbook cannot be written, which would be a mistake in the program.
pub fn render_comparison_in(comparison: &Comparison, lang: Lang, house: Option<&House>) -> Result<Vec<u8>, XlsxError> {
    workbook(&Origin::of_comparison(comparison), &tables::comparison::tables(comparison), lang, house)
}

/// A cell that was cut: where it stands, and how many characters it had.
struct Cut {
    sheet: &'static str,
    /// Row of the sheet as a spreadsheet counts them: the head is row 1.
    row: usize,
    column: &'static str,
    characters: usize,
}

/// What a workbook is written with.
struct Form<'t> {
    texts: &'t Texts,
    text: Format,
    bold: Format,
    title: Format,
    whole: Format,
    /// By digits behind the point.
    decimals: Vec<Format>,
}

impl<'t> Form<'t> {
    fn new(texts: &'t Texts) -> Self {
        let top = || Format::new().set_align(FormatAlign::Top);
        // Text stays text when somebody edits the cell.
        let text = || top().set_num_format("@");
        Self {
            texts,
            text: text(),
            bold: text().set_bold(),
            title: text().set_bold().set_font_size(14),
            whole: top().set_num_format("0"),
            decimals: (0..=9)
                .map(|digits| top().set_num_format(if digits == 0 { "0".to_owned() } else { format!("0.{}", "0".repeat(digits)) }))
                .collect(),
        }
    }

    fn say(&self, id: &str) -> String {
        self.texts.get(id, &[])
    }
}

fn workbook(origin: &Origin, tables: &[Table], lang: Lang, house: Option<&House>) -> Result<Vec<u8>, XlsxError> {
    let texts = house.map_or_else(|| Arc::new(Texts::of(lang)), |house| house.texts(lang));
    let form = Form::new(&texts);
    let mut cut = Vec::new();
    let sheets: Vec<Worksheet> = tables.iter().map(|table| sheet(table, origin, &form, &mut cut)).collect::<Result<_, _>>()?;
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(origin, &form, lang)?);
    workbook.push_worksheet(first(origin, tables, &cut, &form)?);
    for sheet in sheets {
        workbook.push_worksheet(sheet);
    }
    workbook.save_to_buffer()
}

/// Title, language and what is simulated, and the time of the recording where a program would put that of its writing.
fn properties(origin: &Origin, form: &Form<'_>, lang: Lang) -> Result<DocProperties, XlsxError> {
    // Without a time the first that a ZIP archive can hold, like the times of the files inside.
    let time = |began: Timestamp| ExcelDateTime::from_timestamp(began.as_seconds());
    let created = origin.began.map(time).and_then(Result::ok).map_or_else(|| ExcelDateTime::from_ymd(1980, 1, 1), Ok)?;
    let simulated = if origin.simulated { form.say("simulated-line") } else { String::new() };
    let properties = DocProperties::new()
        .set_title(title(origin, form))
        .set_author(format!("{} {}", super::TOOL, super::TOOL_VERSION))
        .set_comment(&simulated)
        .set_creation_datetime(&created)
        .set_custom_property("Language", lang.to_string())
        .set_custom_property("Simulated", origin.simulated);
    let recorded = |id: &str| origin.facts.iter().find(|(fact, _)| *fact == id).map(|(_, said)| said.clone());
    let properties = match recorded("recording_sha256") {
        Some(digest) => properties.set_custom_property("Recording SHA-256", digest),
        None => properties,
    };
    Ok(origin.style.iter().fold(properties, |properties, (id, said)| {
        let said = visible(said, |_| false);
        match *id {
            "author" => properties.set_author(said),
            "organisation" => properties.set_company(said),
            "subtitle" => properties.set_subject(said),
            "status" => properties.set_status(said),
            "classification" => properties.set_category(&*said).set_custom_property("Classification", &*said),
            "version" => properties.set_custom_property("Version", &*said),
            _ => properties,
        }
    }))
}

fn title(origin: &Origin, form: &Form<'_>) -> String {
    let own = form.say(&format!("tables-{}", origin.format));
    let of_house = origin.style.iter().find(|(id, _)| *id == "title");
    let title = of_house.map_or_else(|| own.clone(), |(_, title)| format!("{} – {own}", visible(title, |_| false)));
    if origin.simulated { form.texts.get("tables-simulated", &[("title", title.into())]) } else { title }
}

/// What the file is, which sheets it has, and which cells were cut.
fn first(origin: &Origin, tables: &[Table], cut: &[Cut], form: &Form<'_>) -> Result<Worksheet, XlsxError> {
    let mut sheet = Worksheet::new();
    sheet.set_name(form.say("tables-first"))?.set_landscape().set_paper_size(9).set_column_width(0, 30)?.set_column_width(1, 70)?;
    sheet.set_column_width(2, 14)?.set_column_width(3, 14)?;
    let mut row = 0;
    let mut line = |sheet: &mut Worksheet, cells: &[Cell], format: &Format| -> Result<(), XlsxError> {
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Cell::Whole(number) => sheet.write_number_with_format(row, column, *number as f64, &form.whole)?,
                cell => sheet.write_string_with_format(row, column, fitting(&visible(&cell.to_text(), in_xml), form).0, format)?,
            };
        }
        row += 1;
        Ok(())
    };
    let say = |id: &str| Cell::from(form.say(id));
    line(&mut sheet, &[title(origin, form).into()], &form.title)?;
    if origin.simulated {
        line(&mut sheet, &[say("simulated-line")], &form.bold)?;
        line(&mut sheet, &[say("simulated-long")], &form.text)?;
    }
    print_line(&mut sheet, origin, form);
    line(&mut sheet, &[], &form.text)?;
    for (id, said) in origin.style.iter().filter(|(id, _)| *id != "title") {
        let label = if *id == "subtitle" { String::new().into() } else { say(&format!("house-{id}")) };
        line(&mut sheet, &[label, said.into()], &form.text)?;
    }
    for (fact, said) in &origin.facts {
        line(&mut sheet, &[say(&format!("tables-fact-{}", fact.replace('_', "-"))), said.into()], &form.text)?;
    }
    line(&mut sheet, &[], &form.text)?;
    for id in ["tables-note-rows", "tables-note-text", "tables-note-cells"] {
        line(&mut sheet, &[say(id)], &form.text)?;
    }
    line(&mut sheet, &[], &form.text)?;
    line(&mut sheet, &["tables-sheet", "tables-title", "tables-rows", "tables-rows-left-out"].map(say), &form.bold)?;
    for table in tables {
        let kept = table.rows.len().min(ROWS - 1);
        let left_out = table.rows.len() - kept;
        line(&mut sheet, &[table.name.into(), say(&format!("table-{}", table.name)), kept.into(), left_out.into()], &form.text)?;
    }
    line(&mut sheet, &[], &form.text)?;
    line(&mut sheet, &[form.texts.get("tables-cut", &[("n", cut.len().into())]).into()], &form.bold)?;
    if !cut.is_empty() {
        line(&mut sheet, &["tables-sheet", "tables-column", "tables-row", "tables-characters"].map(say), &form.bold)?;
    }
    for cut in cut.iter().take(NAMED) {
        line(&mut sheet, &[cut.sheet.into(), cut.column.into(), cut.row.into(), cut.characters.into()], &form.text)?;
    }
    if cut.len() > NAMED {
        line(&mut sheet, &[form.texts.get("tables-cut-more", &[("n", (cut.len() - NAMED).into())]).into()], &form.text)?;
    }
    Ok(sheet)
}

/// What is simulated says so on every printed page, and so does a classification, beside it.
fn print_line(sheet: &mut Worksheet, origin: &Origin, form: &Form<'_>) {
    // `&` begins a code in such a line.
    let part = |place: &str, text: &str| format!("&{place}{}", text.replace('&', "&&"));
    let simulated = origin.simulated.then(|| part("C", &form.say("simulated-line")));
    let classification = origin.style.iter().find(|(id, _)| *id == "classification");
    let classification = classification.map(|(_, said)| part("R", &visible(said, |_| false)));
    let line: String = [simulated, classification].into_iter().flatten().collect();
    if !line.is_empty() {
        sheet.set_header(line);
    }
}

fn sheet(table: &Table, origin: &Origin, form: &Form<'_>, cut: &mut Vec<Cut>) -> Result<Worksheet, XlsxError> {
    let mut sheet = Worksheet::new();
    sheet.set_name(table.name)?.set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?.set_landscape().set_paper_size(9);
    print_line(&mut sheet, origin, form);
    let rows = &table.rows[..table.rows.len().min(ROWS - 1)];
    for (at, column) in (0..).zip(&table.columns) {
        sheet.write_string_with_format(0, at, column.name, &form.bold)?;
        sheet.set_column_width(at, width(column, rows, usize::from(at)))?;
    }
    for (at, row) in (1_u32..).zip(rows) {
        for ((place, cell), column) in (0..).zip(row).zip(&table.columns) {
            if let Some(characters) = write(&mut sheet, (at, place), cell, column.kind, form)? {
                cut.push(Cut { sheet: table.name, row: at as usize + 1, column: column.name, characters });
            }
        }
    }
    let last = (u32::try_from(rows.len()).unwrap_or(u32::MAX), u16::try_from(table.columns.len().saturating_sub(1)).unwrap_or(u16::MAX));
    sheet.autofilter(0, 0, last.0, last.1)?;
    // Digits that were recorded are meant to be text; no mark in each cell is needed to say so.
    sheet.ignore_error_range(0, 0, last.0, last.1, IgnoreError::NumberStoredAsText)?;
    Ok(sheet)
}

/// Writes a cell; answers how many characters it had if it was cut.
fn write(sheet: &mut Worksheet, (row, at): (u32, u16), cell: &Cell, kind: Kind, form: &Form<'_>) -> Result<Option<usize>, XlsxError> {
    let number = match cell {
        Cell::Empty => return Ok(None),
        Cell::Whole(number) if number.unsigned_abs() <= EXACT => Some((*number as f64, &form.whole)),
        Cell::Text(text) if kind == Kind::Decimal && cell.is(kind) && text.len() <= 15 => {
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
    sheet.write_string_with_format(row, at, text, &form.text)?;
    Ok(cut)
}

/// Whether a character can stand in a cell as it is. XML has no other control characters, and a carriage return would come back as a line feed.
fn in_xml(character: char) -> bool {
    matches!(character, '\n' | '\t')
}

/// A text that fits into a cell, and how many characters it had if it did not.
fn fitting(text: &str, form: &Form<'_>) -> (String, Option<usize>) {
    // A character has at most as many UTF-16 units as bytes.
    if text.len() <= CELL || text.encode_utf16().count() <= CELL {
        return (text.to_owned(), None);
    }
    let characters = text.chars().count();
    let mark = form.texts.get("tables-cell-cut", &[("n", characters.into())]);
    let mut room = CELL - mark.encode_utf16().count() - 1;
    let kept = text.chars().take_while(|character| room.checked_sub(character.len_utf16()).map(|left| room = left).is_some());
    (format!("{} {mark}", kept.collect::<String>()), Some(characters))
}

/// How wide a column is, in characters: wide enough for its name with the sign of the filter, and for what stands in its first rows.
fn width(column: &Column, rows: &[Vec<Cell>], at: usize) -> f64 {
    let of_text = |text: &str| text.lines().map(|line| line.chars().take(60).count()).max().unwrap_or(0);
    let longest = rows.iter().take(200).map(|row| of_text(&row[at].to_text())).max().unwrap_or(0);
    (column.name.chars().count() + 4).max(longest + 1).clamp(6, 60) as f64
}

#[cfg(test)]
mod tests;
