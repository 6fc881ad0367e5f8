//! The first sheet of a workbook: what the file is, which sheets it has and what they are in the annex, and how to read them.

use rust_xlsxwriter::{Format, Url, Worksheet, XlsxError};

use super::sheet::FIRST;
use super::{Cut, Form, NAMED, ROWS, fitting, in_xml, masked, names, partial, print_lines, title};
use crate::report::origin::Origin;
use crate::report::table::{Cell, Table, visible};

/// Widths of its columns.
const WIDTHS: [f64; 6] = [32.0, 22.0, 72.0, 10.0, 28.0, 12.0];

/// Characters of a line across all of them, in the usual type.
const ACROSS: usize = 165;

/// Height of a line in points.
const LINE: f64 = 15.0;

/// A sheet that is written from the top down.
struct Down<'f, 't> {
    sheet: Worksheet,
    row: u32,
    form: &'f Form<'t>,
}

impl Down<'_, '_> {
    fn line(&mut self, cells: &[Cell], format: &Format) -> Result<(), XlsxError> {
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Cell::Empty => {}
                Cell::Whole(number) => {
                    self.sheet.write_number_with_format(self.row, column, *number as f64, &self.form.counted)?;
                }
                cell => {
                    let text = fitting(&visible(&cell.to_text(), in_xml), self.form).0;
                    self.sheet.write_string_with_format(self.row, column, text, format)?;
                }
            }
        }
        self.row += 1;
        Ok(())
    }

    fn heads(&mut self, ids: &[&str]) -> Result<(), XlsxError> {
        let heads: Vec<Cell> = ids.iter().map(|id| self.form.say(id).into()).collect();
        self.line(&heads, &self.form.head)
    }

    /// A sentence over the whole width.
    fn note(&mut self, text: &str, format: &Format) -> Result<(), XlsxError> {
        let lines = text.chars().count().div_ceil(ACROSS).max(1);
        self.sheet.merge_range(self.row, 0, self.row, WIDTHS.len() as u16 - 1, text, format)?;
        self.sheet.set_row_height(self.row, lines as f64 * LINE)?;
        self.row += 1;
        Ok(())
    }

    fn heading(&mut self, id: &str) -> Result<(), XlsxError> {
        self.row += 1;
        self.sheet.set_row_height(self.row, 22)?;
        self.line(&[self.form.say(id).into()], &self.form.sheet_title)
    }
}

/// The sheet. `cut`: the cells that were cut, and the number of rows that hold more than they show.
pub(super) fn sheet(origin: &Origin, tables: &[&Table], (cut, more): (&[Cut], usize), form: &Form<'_>) -> Result<Worksheet, XlsxError> {
    let mut down = Down { sheet: Worksheet::new(), row: 0, form };
    down.sheet.set_name(form.say("tables-contents"))?.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    down.sheet.set_margins(0.4, 0.4, 0.75, 0.75, 0.3, 0.3);
    for (column, width) in (0..).zip(WIDTHS) {
        down.sheet.set_column_width(column, width)?;
    }
    print_lines(&mut down.sheet, "", origin, form);
    let wrapped_bold = form.bold.clone().set_text_wrap();
    down.sheet.set_row_height(0, 26)?;
    down.line(&[title(origin, form).into()], &form.title)?;
    if origin.simulated {
        down.note(&form.say("simulated-line"), &wrapped_bold)?;
        down.note(&form.say("simulated-long"), &form.plain)?;
    }
    for said in [partial(origin, form), masked(origin, form)].into_iter().flatten() {
        down.note(&said, &wrapped_bold)?;
    }
    down.heading("tables-sheets")?;
    sheets(&mut down, origin, tables)?;
    down.heading("tables-about")?;
    for (id, said) in origin.style.iter().filter(|(id, _)| *id != "title") {
        let label = if *id == "subtitle" { String::new() } else { form.say(&format!("house-{id}")) };
        down.line(&[label.into(), said.into()], &form.said)?;
    }
    for (fact, said) in &origin.facts {
        down.line(&[form.say(&format!("tables-fact-{}", fact.replace('_', "-"))).into(), said.into()], &form.said)?;
    }
    down.heading("tables-reading")?;
    for id in ["tables-note-heads", "tables-note-rows", "tables-note-values", "tables-note-text", "tables-note-cells"] {
        down.note(&form.say(id), &form.plain)?;
    }
    if more > 0 {
        down.note(&form.texts.get("tables-more", &[("n", more.into())]), &form.plain)?;
    }
    down.row += 1;
    down.note(&form.texts.get("tables-cut", &[("n", cut.len().into())]), &wrapped_bold)?;
    if !cut.is_empty() {
        down.heads(&["tables-sheet", "tables-column", "tables-row", "tables-characters"])?;
    }
    for cut in cut.iter().take(NAMED) {
        down.line(&[cut.sheet.as_str().into(), cut.column.into(), cut.row.into(), cut.characters.into()], &form.said)?;
    }
    if cut.len() > NAMED {
        down.line(&[form.texts.get("tables-cut-more", &[("n", (cut.len() - NAMED).into())]).into()], &form.said)?;
    }
    Ok(down.sheet)
}

/// The sheets, each with a link to it.
fn sheets(down: &mut Down<'_, '_>, origin: &Origin, tables: &[&Table]) -> Result<(), XlsxError> {
    let form = down.form;
    let most = ROWS - FIRST as usize;
    let mut heads = vec!["tables-sheet", "tables-place", "tables-title", "tables-rows", "tables-name"];
    let left_out = |table: &Table| table.rows.len().saturating_sub(most);
    let any_left_out = tables.iter().any(|table| left_out(table) > 0);
    heads.extend(any_left_out.then_some("tables-rows-left-out"));
    down.heads(&heads)?;
    for table in tables {
        let name = names::of_sheet(origin, table.name, form.texts);
        let place = names::in_annex(origin, table.name, form.texts).unwrap_or_default();
        let what = form.say(&format!("table-{}", table.name));
        let mut cells: Vec<Cell> = vec![Cell::Empty, place.into(), what.into(), table.rows.len().min(most).into(), table.name.into()];
        cells.extend(any_left_out.then(|| left_out(table).into()));
        // The name of the sheet is ours, and holds no apostrophe.
        let link = Url::new(format!("internal:'{name}'!A1")).set_text(&name);
        down.sheet.write_url_with_format(down.row, 0, link, &form.link)?;
        down.line(&cells, &form.plain)?;
    }
    Ok(())
}
