//! The page of a comparison: the register of all recordings first, then what was counted over them. Recorded texts get into it only through
//! `recorded` and `code`; a table shows its first rows and says in which file the rest stands.

mod annex;
mod cells;
mod matrix_cells;

use std::collections::BTreeMap;

use minijinja::{Error, context, value::Value as Cell};

use super::super::drawing;
use super::super::model::comparison::{Answer, Classes, Comparison, GapLine, Matrix, RegisterRow, Series, Sides};
use super::super::text::Lang;
use super::super::{TOOL, TOOL_VERSION};
use super::press::press;
use super::{House, Page, glossary};
use annex::Annexed;
use cells::{Cells, safe};

/// Rows of each table that the page shows; beyond that nobody reads a table. Longer tables than some stand in parts there.
const ROWS: usize = 2_000;

/// A table of the page.
struct Sheet {
    id: String,
    heading: Option<String>,
    intro: Option<String>,
    /// A message.
    caption: String,
    /// Texts at the heads of the columns: messages, or of a matrix what a column is.
    heads: Vec<String>,
    /// Messages of the same heads, for narrow screens; none where the heads are no messages.
    ids: Vec<&'static str>,
    /// Texts in place of them.
    labels: Vec<String>,
    rows: Vec<(Vec<String>, Option<String>)>,
    total: usize,
    left_out: u64,
    file: &'static str,
    empty: &'static str,
    picture: String,
    /// What the signs of the picture mean.
    legend: &'static str,
    /// Its letter in an annex over a case. `None`: tables are numbered.
    label: Option<String>,
}

/// A chapter of the page.
struct Section {
    id: &'static str,
    heading: String,
    intro: String,
    /// What stands between that and the tables, as HTML.
    body: String,
    sheets: Vec<Sheet>,
}

/// The page of a comparison.
///
/// # Errors
/// When the template does not fit the model; the tests hold that it does.
pub fn render_comparison(of: &Comparison, lang: Lang) -> Result<String, Error> {
    render_comparison_in(of, lang, None)
}

/// The same in a house style.
///
/// # Errors
/// When a template does not fit the model, or the page that it makes leaves out what no page may.
pub fn render_comparison_in(of: &Comparison, lang: Lang, house: Option<&House>) -> Result<String, Error> {
    let press = press(lang, house)?;
    let page = Cells { words: press.words.clone() };
    let sections = match &of.annex {
        Some(annex) => {
            let sources = super::numbered(&annex.sources);
            Annexed { cells: &page, page: Page { words: press.words.clone(), sources }, of, annex }.sections()
        }
        None => page.sections(of),
    };
    let mut heads: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut labels: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut nr = 0;
    let mut chapters = Vec::new();
    for section in sections {
        let mut tables = Vec::new();
        for sheet in section.sheets {
            nr += 1;
            let sheet_id = sheet.id.clone();
            if !sheet.ids.is_empty() {
                heads.insert(sheet.id.clone(), sheet.ids.clone());
            } else {
                labels.insert(sheet.id.clone(), sheet.labels.clone());
            }
            let rows = |(cells, said): &(Vec<String>, Option<String>)| {
                context! { cells => cells.iter().map(|cell| safe(cell)).collect::<Vec<_>>(), said => said.as_deref().map(safe) }
            };
            tables.push(context! {
                id => &*sheet_id,
                caption => safe(&page.caption(of.simulated, nr, &sheet)),
                heading => sheet.heading.as_deref().map(safe),
                intro => sheet.intro.as_deref().map(safe),
                heads => sheet.heads.iter().map(|head| safe(head)).collect::<Vec<_>>(),
                rows => sheet.rows.iter().map(rows).collect::<Vec<_>>(),
                rest => sheet.total.saturating_sub(sheet.rows.len()),
                left_out => sheet.left_out,
                file => safe(&format!("<code>{}</code>", sheet.file)),
                empty => safe(&page.words.say(sheet.empty)),
                figure => page.words.figure(&sheet.picture, sheet.legend, &sheet_id, sheet.label.as_deref().unwrap_or(&nr.to_string())),
            });
        }
        chapters.push(context! { id => section.id, heading => safe(&section.heading), intro => safe(&section.intro), body => safe(&section.body), tables });
    }
    let title = if of.annex.is_some() { "case-title" } else { "cmp-title" };
    let made = press.render(
        "comparison.html",
        context! {
            lang => lang.to_string(),
            css => press.css(of.simulated),
            tool => TOOL,
            tool_version => TOOL_VERSION,
            version => of.version,
            simulated => of.simulated,
            title => safe(&page.words.say(title)),
            title_id => title,
            footer => if of.annex.is_some() { "case-footer" } else { "cmp-footer" },
            lead => safe(&page.lead(of)),
            heads => heads.iter().map(|(id, ids)| (id.clone(), Cell::from(ids.clone()))).collect::<BTreeMap<_, _>>(),
            labels,
            sections => chapters,
            numbered => of.annex.is_some(),
        },
    )?;
    let must = ["register", "gaps"].map(|id| (format!(" id=\"{id}\""), "the register of recordings, or what they do not hold"));
    let made = glossary::put_into(&made, &press.words);
    House::looked_at(made, &press, of.simulated, &must)
}

impl Cells {
    /// What stands above a table; one with a letter is an annex of its own.
    fn caption(&self, simulated: bool, nr: u64, sheet: &Sheet) -> String {
        let (kind, name) = match &sheet.label {
            Some(label) => ("case-caption", Cell::from_safe_string(label.clone())),
            None => ("caption", Cell::from(nr)),
        };
        self.words.caption(simulated, kind, &name, &sheet.caption, &[])
    }

    fn lead(&self, of: &Comparison) -> String {
        let used = of.register.iter().filter(|row| row.used).count();
        let n = [("n", Cell::from(of.register.len())), ("used", Cell::from(used))];
        let counted = self.words.message("cmp-lead", &n);
        match &of.case {
            Some(case) => format!(
                "{}<br>{counted}",
                self.words.message("cmp-case", &[("title", Cell::from(&*case.title)), ("id", Cell::from(&*case.id))])
            ),
            None => counted,
        }
    }

    fn sections(&self, of: &Comparison) -> Vec<Section> {
        let section = |id, heading: &str, intro: &str, sheets| Section {
            id,
            heading: self.words.say(heading),
            intro: self.words.say(intro),
            body: String::new(),
            sheets,
        };
        let simulated = of.simulated;
        let register = vec![self.register(&of.register)];
        let mut sections = vec![section("register", "cmp-h-register", "cmp-i-register", register)];
        if let Some(sides) = &of.sides {
            let mut sides = section("sides", "cmp-h-sides", "cmp-i-sides", self.sides(sides));
            if let [one, other] = of.asked.as_slice() {
                let words = |side: &[String]| Cell::from(side.join(", "));
                let asked = self.words.message("cmp-asked", &[("one", words(one)), ("other", words(other))]);
                sides.intro = format!("{asked} {}", sides.intro);
            }
            sections.push(sides);
        }
        if !of.classes.groups.is_empty() {
            let sheets = vec![self.groups(&of.classes), self.classes(&of.classes)];
            sections.push(section("classes", "cmp-h-classes", "cmp-i-classes", sheets));
        }
        sections.push(section("answers", "cmp-h-answers", "cmp-i-answers", of.answers.iter().map(|answer| self.answer(answer)).collect()));
        if !of.matrices.is_empty() {
            sections.push(section(
                "matrix",
                "cmp-h-matrix",
                "cmp-i-matrix",
                of.matrices.iter().map(|of| self.matrix(of, simulated)).collect(),
            ));
        }
        if !of.series.is_empty() {
            let sheets = of.series.iter().zip(1..).map(|(one, nr)| self.series(one, nr, of.simulated)).collect();
            sections.push(section("series", "cmp-h-series", "cmp-i-series", sheets));
        }
        sections.push(section("gaps", "cmp-h-gaps", "cmp-i-gaps", vec![self.gaps(of)]));
        sections
    }

    /// A table with these heads and as many of its rows as the page shows.
    fn sheet<T>(
        &self,
        (id, caption, file): (&str, &str, &'static str),
        (ids, empty): (&[&'static str], &'static str),
        all: &[T],
        row: impl Fn(&T) -> (Vec<String>, Option<String>),
    ) -> Sheet {
        Sheet {
            id: id.to_owned(),
            heading: None,
            intro: None,
            caption: caption.to_owned(),
            heads: ids.iter().map(|head| self.words.say(head)).collect(),
            ids: ids.to_vec(),
            labels: Vec::new(),
            rows: all.iter().take(ROWS).map(row).collect(),
            total: all.len(),
            left_out: 0,
            file,
            empty,
            picture: String::new(),
            legend: "cmp-pic-caption",
            label: None,
        }
    }

    fn register(&self, rows: &[RegisterRow]) -> Sheet {
        let heads =
            ["col-nr", "cmp-col-recording", "cmp-col-scenario", "cmp-col-planned", "cmp-col-start", "cmp-col-chosen", "cmp-col-used"];
        // The register is whole, however long it is: none of the recordings may be missing from it.
        let mut sheet = self
            .sheet(("t-register", "cmp-c-register", "register.csv"), (&heads, "cmp-e-register"), &[], |_: &RegisterRow| (Vec::new(), None));
        (sheet.rows, sheet.total) = (rows.iter().map(|row| (self.register_cells(row), None)).collect(), rows.len());
        sheet
    }

    /// One row for each kind of gap, however many recordings have it; the file has a row for each recording.
    fn gaps(&self, of: &Comparison) -> Sheet {
        let heads = ["col-nr", "cmp-col-gap-in", "cmp-col-gap", "cmp-col-hides"];
        let used = of.register.iter().filter(|row| row.used).count();
        let mut kinds: BTreeMap<&str, Vec<&GapLine>> = BTreeMap::new();
        for row in &of.gaps {
            kinds.entry(row.kind).or_default().push(row);
        }
        // What keeps something from being compared stands first.
        let mut kinds: Vec<Vec<&GapLine>> = kinds.into_values().collect();
        kinds.sort_by_key(|rows| rows.iter().all(|row| row.hides.is_empty()));
        let numbered: Vec<(usize, Vec<&GapLine>)> = (1..).zip(kinds).collect();
        self.sheet(("t-gaps", "cmp-c-gaps", "gaps.csv"), (&heads, "cmp-e-gaps"), &numbered, |(nr, rows)| {
            (self.gap_cells(*nr, rows, used), None)
        })
    }

    fn sides(&self, sides: &Sides) -> Vec<Sheet> {
        let counts = self.sheet(
            ("t-counts", "cmp-c-counts", "differences.csv"),
            (&["col-nr", "cmp-col-kind", "cmp-col-statement", "cmp-col-lines"], "cmp-e-sides"),
            &sides.counts.iter().zip(1_u64..).collect::<Vec<_>>(),
            |(row, nr)| {
                let cells =
                    [nr.to_string(), self.word("kind", row.kind.id()), self.word("statement", row.statement), self.number(row.lines)];
                (cells.to_vec(), None)
            },
        );
        let heads = ["col-nr", "cmp-col-what", "cmp-col-one", "cmp-col-other", "cmp-col-statement", "cmp-col-basis"];
        let mut lines = self.sheet(("t-lines", "cmp-c-lines", "differences.csv"), (&heads, "cmp-e-sides"), &sides.lines, |row| {
            (self.line_cells(row), Some(self.line_said(row)))
        });
        lines.left_out = sides.lines_left_out;
        let heads = ["col-nr", "cmp-col-recipient", "cmp-col-one", "cmp-col-other", "cmp-col-statement", "cmp-col-basis"];
        let mut bytes =
            self.sheet(("t-bytes", "cmp-c-bytes", "bytes.csv"), (&heads, "cmp-e-sides"), &sides.bytes, |row| (self.byte_cells(row), None));
        bytes.left_out = sides.bytes_left_out;
        vec![counts, lines, bytes]
    }

    fn groups(&self, classes: &Classes) -> Sheet {
        let heads = ["col-nr", "cmp-col-persona", "cmp-col-pages", "cmp-col-controls", "cmp-col-classes", "cmp-col-basis"];
        self.sheet(("t-groups", "cmp-c-groups", "class-groups.csv"), (&heads, "cmp-e-classes"), &classes.groups, |row| {
            (self.group_cells(row), None)
        })
    }

    fn classes(&self, classes: &Classes) -> Sheet {
        let heads = ["col-nr", "cmp-col-what", "cmp-col-class", "cmp-col-pages", "cmp-col-controls", "cmp-col-basis"];
        let mut sheet = self.sheet(("t-classes", "cmp-c-classes", "classes.csv"), (&heads, "cmp-e-classes"), &classes.rows, |row| {
            (self.class_cells(row, &classes.groups), Some(self.class_said(row)))
        });
        sheet.left_out = classes.rows_left_out;
        sheet
    }

    fn answer(&self, answer: &Answer) -> Sheet {
        let id = format!("t-{}", answer.question);
        let caption = format!("cmp-w-q-{}", answer.question);
        // Some questions set nothing beside what was recorded.
        let others = answer.rows.iter().any(|row| row.against.is_some());
        let all = ["col-nr", "cmp-col-what", "cmp-col-scenario", "cmp-col-recorded", "cmp-col-others", "cmp-col-basis"];
        let heads: Vec<&'static str> = all.into_iter().filter(|head| others || *head != "cmp-col-others").collect();
        let mut sheet = self.sheet((&id, &caption, "answers.csv"), (&heads, "cmp-e-answer"), &answer.rows, |row| {
            let cells = self.answer_cells(answer.question, row);
            (cells.into_iter().zip(all).filter(|(_, head)| others || *head != "cmp-col-others").map(|(cell, _)| cell).collect(), None)
        });
        sheet.heading = Some(self.word("q", answer.question));
        let open = self.not_established(answer);
        sheet.intro = Some(format!("{} {open}", self.word("qi", answer.question)));
        sheet.left_out = answer.rows_left_out;
        sheet
    }

    fn matrix(&self, matrix: &Matrix, simulated: bool) -> Sheet {
        let id = format!("t-matrix-{}", matrix.target);
        let mut sheet =
            self.sheet((&id, "cmp-c-matrix", "matrix.csv"), (&["col-nr", "cmp-col-what"], "cmp-e-matrix"), &matrix.rows, |row| {
                (self.matrix_cells(row), None)
            });
        sheet.heads.extend(matrix.columns.iter().map(|column| self.matrix_head(column)));
        let said = sheet.ids.drain(..).map(|id| self.words.texts.get(id, &[]));
        sheet.labels = said.chain(matrix.columns.iter().map(|column| self.matrix_label(column))).collect();
        sheet.heading = Some(self.word("target", matrix.target));
        sheet.left_out = matrix.rows_left_out;
        sheet.picture = drawing::matrix(matrix, simulated, &self.words.texts);
        sheet.legend = "cmp-pic-matrix-legend";
        sheet
    }

    fn series(&self, series: &Series, nr: usize, simulated: bool) -> Sheet {
        let id = format!("t-series-{nr}");
        let heads = ["col-nr", "col-cookie", "cmp-col-values", "cmp-col-expiry", "cmp-col-course"];
        let mut sheet = self.sheet((&id, "cmp-c-series", "series.csv"), (&heads, "cmp-e-series"), &series.rows, |row| {
            (self.series_cells(row, &series.points), None)
        });
        let name = Cell::from(&*series.profile);
        sheet.heading = Some(self.words.message("cmp-series-of", &[("name", name), ("n", Cell::from(series.points.len()))]));
        sheet.left_out = series.rows_left_out;
        sheet.picture = drawing::series(series, nr, simulated, &self.words.texts);
        sheet
    }
}

#[cfg(test)]
pub(in crate::report) mod tests;
