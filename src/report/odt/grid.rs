//! A table as a grid: which cells are covered by others, and how wide its columns should be.

use crate::report::document::{Block, Cell, Inline, Row, Table};

/// A place in a row.
pub(super) enum Place<'t> {
    Cell(&'t Cell),
    /// Covered by a cell before or above it, or left empty by the page.
    Covered,
    Empty,
}

/// How many columns a table has.
pub(super) fn columns(table: &Table) -> usize {
    let mut above = Above::default();
    table.head.iter().chain(&table.body).map(|row| above.places(row, 0).len()).max().unwrap_or_default()
}

/// Cells of the rows above that reach into the next.
#[derive(Default)]
pub(super) struct Above(Vec<u32>);

impl Above {
    /// The places of a row, at least `columns`.
    pub(super) fn places<'t>(&mut self, row: &'t Row, columns: usize) -> Vec<Place<'t>> {
        let mut out = Vec::new();
        let covered = |above: &mut Vec<u32>, at: usize| {
            let rest = above.get_mut(at).filter(|rest| **rest > 0);
            rest.map(|rest| *rest -= 1).is_some()
        };
        for cell in &row.cells {
            while covered(&mut self.0, out.len()) {
                out.push(Place::Covered);
            }
            let first = out.len();
            out.push(Place::Cell(cell));
            out.extend((1..cell.columns).map(|_| Place::Covered));
            if self.0.len() < out.len() {
                self.0.resize(out.len(), 0);
            }
            self.0[first..].iter_mut().take(cell.columns as usize).for_each(|rest| *rest = cell.rows - 1);
        }
        while out.len() < columns.max(self.0.len()) {
            let at = out.len();
            out.push(if covered(&mut self.0, at) { Place::Covered } else { Place::Empty });
        }
        out
    }
}

/// The longest word that a column is made wide enough for; longer ones, such as digests, are broken.
const LONGEST_WORD: usize = 16;

/// Tenths of a millimetre for a character in a table, and in one of facts, whose type is larger.
const CHARACTER: [f64; 2] = [14.5, 17.5];

/// Space between columns and for a character more, in tenths of a millimetre.
const BETWEEN: f64 = 32.0;

/// Characters of the longest line of a cell that count for the width of its column: beyond that a table grows downwards.
const COUNTED: usize = 400;

/// What the heads of its rows get of the width of a table of facts.
const HEADS_OF_FACTS: f64 = 0.28;

/// The width of each column in tenths of a millimetre, together `whole`: each has room for its longest word, and what is left goes to those that say most,
/// so that a number gets little and a sentence much.
pub(super) fn widths(table: &Table, columns: usize, whole: u32, facts: bool) -> Vec<u32> {
    let mut longest = vec![0_usize; columns];
    let (mut length, mut count) = (vec![0_usize; columns], vec![0_usize; columns]);
    let mut above = Above::default();
    for (row, head) in table.head.iter().map(|row| (row, true)).chain(table.body.iter().map(|row| (row, false))) {
        for (at, place) in above.places(row, columns).iter().enumerate() {
            let Place::Cell(cell) = place else { continue };
            if cell.columns > 1 {
                continue;
            }
            let text = text_of(&cell.blocks);
            // Words break behind such characters, and a heading is set in bold.
            let words = text.split(|c: char| c.is_whitespace() || matches!(c, '-' | '/' | '\u{ad}'));
            let word = words.map(|word| word.chars().count() + usize::from(head)).max().unwrap_or_default();
            longest[at] = longest[at].max(word.min(LONGEST_WORD));
            if !head {
                length[at] += text.lines().map(|line| line.trim_ascii().chars().count()).max().unwrap_or_default().min(COUNTED);
                count[at] += 1;
            }
        }
    }
    if facts && columns == 2 {
        let heads = (f64::from(whole) * HEADS_OF_FACTS) as u32;
        return vec![heads, whole - heads];
    }
    let whole = f64::from(whole);
    let character = CHARACTER[usize::from(facts)];
    let least: Vec<f64> = longest.iter().map(|longest| *longest as f64 * character + BETWEEN).collect();
    // Twice the text asks for less than twice the width, else one long cell would leave nothing to the others.
    let wanted = |at: usize| ((length[at] as f64 / count[at].max(1) as f64).powf(0.6) * 1.8 * character - least[at]).max(0.0);
    let wanted: Vec<f64> = (0..columns).map(wanted).collect();
    let (words, more) = (least.iter().sum::<f64>(), wanted.iter().sum::<f64>());
    let width = |at: usize| match () {
        () if words >= whole => least[at] * whole / words,
        () if more > 0.0 => least[at] + wanted[at] * (whole - words) / more,
        () => least[at] * whole / words,
    };
    let mut widths: Vec<u32> = (0..columns).map(|at| width(at) as u32).collect();
    // What rounding left goes to the last column, so that every table is equally wide.
    let rest = (whole as u32).saturating_sub(widths.iter().sum());
    if let Some(last) = widths.last_mut() {
        *last += rest;
    }
    widths
}

/// All text of some blocks, with a line for each that they have.
pub(super) fn text_of(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        match block {
            Block::Heading { content, .. } | Block::Paragraph { content, .. } => line(content, &mut out),
            Block::List { items, .. } => items.iter().for_each(|item| out.push_str(&text_of(&item.blocks))),
            Block::Terms(terms) => terms.iter().for_each(|(term, said)| {
                line(&term.content, &mut out);
                out.push_str(&text_of(said));
            }),
            Block::Preformatted { text, .. } => out.push_str(text),
            Block::Notice { blocks, .. } => out.push_str(&text_of(blocks)),
            Block::Table(_) | Block::Figure { .. } => {}
        }
        out.push('\n');
    }
    out
}

fn line(content: &[Inline], out: &mut String) {
    for inline in content {
        match inline {
            Inline::Text(text) => out.push_str(text),
            Inline::Strong(content) | Inline::Code(content) | Inline::Small(content) => line(content, out),
            Inline::Link { content, .. } | Inline::Span { content, .. } => line(content, out),
            Inline::Break | Inline::Image { .. } => out.push('\n'),
        }
    }
}
