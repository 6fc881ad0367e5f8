//! Cells and heads of the table of personas and choices.

use minijinja::value::Value as Cell;

use super::super::super::model::comparison::{MatrixColumn, MatrixRow};
use super::super::{SHOWN, code};
use super::cells::{Cells, small};

impl Cells {
    pub(super) fn matrix_head(&self, column: &MatrixColumn) -> String {
        let recordings = small(&self.count("cmp-recordings-n", column.recordings));
        format!(
            "{} ({})<small>{} ({})</small>{recordings}",
            self.word("persona", column.state),
            self.text(&column.persona),
            self.word("path", column.path),
            self.text(&column.choice)
        )
    }

    /// The same as plain text.
    pub(super) fn matrix_label(&self, column: &MatrixColumn) -> String {
        let word = |of: &str, id: &str| {
            let message = format!("cmp-w-{of}-{id}");
            if self.words.texts.has(&message) { self.words.texts.get(&message, &[]) } else { id.to_owned() }
        };
        // Names that a recording gives may hold signs that turn the direction of what stands around them.
        let plain =
            |name: &str| name.chars().filter(|sign| sign.is_alphanumeric() || " -_.".contains(*sign)).take(SHOWN).collect::<String>();
        let (persona, choice) = (plain(&column.persona), plain(&column.choice));
        format!("{} ({persona}), {} ({choice})", word("persona", column.state), word("path", column.path))
    }

    pub(super) fn matrix_cells(&self, row: &MatrixRow) -> Vec<String> {
        let name = match row.kind {
            "cookie" => code(&row.name, &self.words.texts),
            _ => self.text(&row.name),
        };
        let of = if row.of.is_empty() { String::new() } else { small(&self.text(&row.of)) };
        let count = |id: &str, (n, of): (u64, u64)| match of {
            0 => self.words.say("cmp-matrix-cannot-tell"),
            _ => self.words.message(id, &[("n", Cell::from(n)), ("of", Cell::from(of))]),
        };
        let mut cells = vec![row.nr.to_string(), format!("{name}{of}")];
        cells.extend(row.cells.iter().map(|cell| match cell.set {
            Some(set) => format!("{}<br>{}", count("cmp-matrix-set", set), count("cmp-matrix-sent", cell.sent)),
            None => count("cmp-matrix-asked", cell.sent),
        }));
        cells
    }
}
