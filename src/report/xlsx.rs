//! Tables as a workbook (XLSX, Office Open XML): a first sheet with the contents, then one sheet for each table, the same rows as in the CSV files under
//! heads in words.
//!
//! What was recorded is text and nothing else: no formula, no link, no number that a spreadsheet made of it. Only columns that the tables count with
//! hold numbers. A cell that does not fit is cut with a mark that can be seen, and named in the first sheet.

mod contents;
mod names;
mod sheet;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use super::html::House;
use super::model::Report;
use super::model::comparison::Comparison;
use super::origin::Origin;
use super::table::{Table, visible};
use super::tables;
use super::text::{Lang, Texts};
use crate::model::Timestamp;

/// How many UTF-16 code units a cell holds (Office Open XML as Excel reads it: "Excel specifications and limits").
const CELL: usize = 32_767;

/// How many rows a sheet holds, its head included (the same source).
const ROWS: usize = 1_048_576;

/// How many UTF-16 code units the lines above and below a printed page hold (the same source).
const LINE_OF_PAGE: usize = 255;

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
    sheet: String,
    /// Row of the sheet as a spreadsheet counts them: from 1.
    row: usize,
    column: &'static str,
    characters: usize,
}

/// What a workbook is written with.
struct Form<'t> {
    texts: &'t Texts,
    /// Of the rows of tables.
    text: Format,
    whole: Format,
    /// By digits behind the point.
    decimals: Vec<Format>,
    mark: Format,
    /// Above them.
    sheet_title: Format,
    line: Format,
    machine: Format,
    head: Format,
    link: Format,
    /// Of the first sheet.
    title: Format,
    bold: Format,
    plain: Format,
    said: Format,
    counted: Format,
}

impl<'t> Form<'t> {
    fn new(texts: &'t Texts) -> Self {
        const BLUE: Color = Color::RGB(0x15_42_73);
        const GREY: Color = Color::RGB(0x59_59_59);
        let thin = |format: Format, line: u32| format.set_border_bottom(FormatBorder::Hair).set_border_bottom_color(Color::RGB(line));
        let cell = || thin(Format::new().set_align(FormatAlign::Top).set_font_size(9), 0xC9_D3_DF);
        // Text stays text when somebody edits the cell.
        let text = || cell().set_num_format("@").set_align(FormatAlign::Left).set_indent(1);
        let top = || Format::new().set_align(FormatAlign::Top).set_num_format("@");
        Self {
            texts,
            text: text().set_text_wrap(),
            whole: cell().set_num_format("0"),
            decimals: (0..=9)
                .map(|digits| cell().set_num_format(if digits == 0 { "0".to_owned() } else { format!("0.{}", "0".repeat(digits)) }))
                .collect(),
            mark: text().set_align(FormatAlign::Fill),
            sheet_title: top().set_bold().set_font_size(13).set_font_color(BLUE),
            line: top().set_bold().set_font_size(9),
            machine: top().set_font_size(7).set_font_color(GREY).set_text_wrap().set_align(FormatAlign::Bottom),
            head: thin(Format::new(), 0x15_42_73)
                .set_border_bottom(FormatBorder::Thin)
                .set_num_format("@")
                .set_align(FormatAlign::Bottom)
                .set_text_wrap()
                .set_bold()
                .set_font_size(9)
                .set_font_color(BLUE)
                .set_background_color(Color::RGB(0xE9_EF_F6)),
            link: top().set_font_size(10).set_font_color(BLUE).set_underline(rust_xlsxwriter::FormatUnderline::Single),
            title: top().set_bold().set_font_size(16).set_font_color(BLUE),
            bold: top().set_bold(),
            plain: top().set_text_wrap(),
            said: top(),
            counted: Format::new().set_align(FormatAlign::Top).set_align(FormatAlign::Left).set_num_format("0"),
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
    // In the order in which a reader of the annex finds them there.
    let mut tables: Vec<&Table> = tables.iter().collect();
    tables.sort_by_key(|table| names::order(origin, table.name));
    let sheets = tables.iter().map(|table| sheet::sheet(table, origin, &form, &mut cut)).collect::<Result<Vec<_>, _>>()?;
    let more = sheets.iter().map(|(_, more)| more).sum();
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(origin, &form, lang)?);
    workbook.push_worksheet(contents::sheet(origin, &tables, (&cut, more), &form)?);
    for (sheet, _) in sheets {
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
    let simulated = [Some(simulated), partial(origin, form), masked(origin, form)].into_iter().flatten().filter(|said| !said.is_empty());
    let simulated = simulated.collect::<Vec<_>>().join(" ");
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

/// That the recording is not whole, where it is not.
fn partial(origin: &Origin, form: &Form<'_>) -> Option<String> {
    origin.partial.then(|| form.say("tables-partial"))
}

/// How many secrets were masked before anything was written, where some were.
fn masked(origin: &Origin, form: &Form<'_>) -> Option<String> {
    (origin.masked > 0).then(|| form.texts.get("tables-masked", &[("n", origin.masked.into())]))
}

/// Above each printed page stand what the sheet is and, where it is so, that the recording is simulated, with the classification beside it; below it what
/// it belongs to and its number.
fn print_lines(sheet: &mut Worksheet, what: &str, origin: &Origin, form: &Form<'_>) {
    let simulated = if origin.simulated { form.say("simulated-line") } else { String::new() };
    let classification = origin.style.iter().find(|(id, _)| *id == "classification");
    let classification = classification.map(|(_, said)| part("R", &visible(said, |_| false))).unwrap_or_default();
    let above = |what: &str| {
        let lines: Vec<&str> = [what, &simulated].into_iter().filter(|line| !line.is_empty()).collect();
        format!("{}{classification}", part("C", &lines.join("\n")))
    };
    let below = |what: &str| format!("{}&R&P / &N", part("L", what));
    // What is longest goes first where such a line does not hold all of it.
    let fits = |line: &String| line.encode_utf16().count() <= LINE_OF_PAGE;
    if let Some(line) = [above(what), above("")].into_iter().find(fits) {
        sheet.set_header(line);
    }
    if let Some(line) = [below(&title(origin, form)), below("")].into_iter().find(fits) {
        sheet.set_footer(line);
    }
    sheet.set_header_footer_scale_with_doc(false);
}

/// A part of such a line, at its place; `&` begins a code there, and so would a digit behind the letter of the place.
fn part(place: &str, text: &str) -> String {
    format!("&{place}{}", text.replace('&', "&&"))
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
