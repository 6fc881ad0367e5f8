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

/// Characters that a column asks for at least and at most, however long its texts are.
const LEAST: f64 = 3.0;
const MOST: f64 = 44.0;
/// The longest word that a column is made wide enough for; longer ones, such as digests, are broken.
const LONGEST_WORD: usize = 17;

/// The width of each column in tenths of a millimetre, together `whole`: by the words and the length of what stands in it, so that a number gets little
/// and a sentence much.
pub(super) fn widths(table: &Table, columns: usize, whole: u32) -> Vec<u32> {
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
                length[at] += text.chars().count().min(160);
                count[at] += 1;
            }
        }
    }
    let wanted = |at: usize| {
        let mean = length[at] as f64 / count[at].max(1) as f64;
        (mean * 0.55).max(longest[at] as f64 + 1.5).clamp(LEAST, MOST)
    };
    let wanted: Vec<f64> = (0..columns).map(wanted).collect();
    let sum: f64 = wanted.iter().sum();
    let mut widths: Vec<u32> = wanted.iter().map(|wanted| (wanted / sum * f64::from(whole)) as u32).collect();
    // What rounding left goes to the last column, so that every table is equally wide.
    let rest = whole - widths.iter().sum::<u32>();
    if let Some(last) = widths.last_mut() {
        *last += rest;
    }
    widths
}

/// All text of some blocks.
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
        out.push(' ');
    }
    out
}

fn line(content: &[Inline], out: &mut String) {
    for inline in content {
        match inline {
            Inline::Text(text) => out.push_str(text),
            Inline::Strong(content) | Inline::Code(content) | Inline::Small(content) => line(content, out),
            Inline::Link { content, .. } | Inline::Span { content, .. } => line(content, out),
            Inline::Break | Inline::Image { .. } => out.push(' '),
        }
    }
}
