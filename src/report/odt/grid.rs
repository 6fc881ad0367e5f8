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

/// The longest word that is kept whole where there is room for it.
const WHOLE_WORD: usize = 28;

/// Rows of a table that its widths are taken from.
const LOOKED_AT: usize = 80;

/// How much width is given at once, in tenths of a millimetre.
const STEP: f64 = 20.0;

/// What the heads of its rows get of the width of a table of facts.
const HEADS_OF_FACTS: f64 = 0.28;

/// What the cells of a table ask for.
#[derive(Default)]
struct Asked {
    /// By column: the longest word, as far as it counts at all, and as far as it counts where there is room.
    words: Vec<[usize; 2]>,
    /// Of each row that is looked at: column, and how long each line of its cell is.
    rows: Vec<Vec<(usize, Vec<f64>)>>,
}

fn asked(table: &Table, columns: usize, character: f64) -> Asked {
    let mut out = Asked { words: vec![[0; 2]; columns], rows: Vec::new() };
    let mut above = Above::default();
    for (row, head) in table.head.iter().map(|row| (row, true)).chain(table.body.iter().map(|row| (row, false))) {
        let mut said = Vec::new();
        for (at, place) in above.places(row, columns).iter().enumerate() {
            let Place::Cell(cell) = place else { continue };
            if cell.columns > 1 {
                continue;
            }
            let text = text_of(&cell.blocks);
            // Words break behind such characters, and a heading is set in bold.
            let words = text.split(|c: char| c.is_whitespace() || matches!(c, '-' | '/' | '\u{ad}'));
            let word = words.map(|word| word.chars().count() + usize::from(head)).max().unwrap_or_default();
            let of = &mut out.words[at];
            *of = [of[0].max(word.min(LONGEST_WORD)), of[1].max(word.min(WHOLE_WORD))];
            said.push((
                at,
                text.lines().filter(|line| !line.is_empty()).map(|line| line.trim_ascii().chars().count() as f64 * character).collect(),
            ));
        }
        // A row that says more of the one above it, across all columns, asks for nothing.
        out.rows.extend((!said.is_empty()).then_some(said));
    }
    let every = out.rows.len().div_ceil(LOOKED_AT).max(1);
    out.rows = out.rows.into_iter().step_by(every).collect();
    out
}

/// The width of each column in tenths of a millimetre, together `whole`: each has room for its longest word, and what is left goes, little by little, to
/// the column that makes rows high, so that a number gets little and a sentence much.
pub(super) fn widths(table: &Table, columns: usize, whole: u32, facts: bool) -> Vec<u32> {
    if facts && columns == 2 {
        let heads = (f64::from(whole) * HEADS_OF_FACTS) as u32;
        return vec![heads, whole - heads];
    }
    let character = CHARACTER[usize::from(facts)];
    let asked = asked(table, columns, character);
    let whole = f64::from(whole);
    let mut widths: Vec<f64> = asked.words.iter().map(|[word, _]| *word as f64 * character + BETWEEN).collect();
    let words: f64 = widths.iter().sum();
    if words >= whole {
        widths.iter_mut().for_each(|width| *width *= whole / words);
    } else {
        let more: Vec<f64> = asked.words.iter().map(|[word, longer]| (longer - word) as f64 * character).collect();
        let all: f64 = more.iter().sum();
        let part = ((whole - words) / all.max(1.0)).min(1.0);
        widths.iter_mut().zip(more).for_each(|(width, more)| *width += more * part);
        level(&mut widths, whole, &asked.rows);
    }
    let mut widths: Vec<u32> = widths.into_iter().map(|width| width as u32).collect();
    // What rounding left goes to the last column, so that every table is equally wide.
    let rest = (whole as u32).saturating_sub(widths.iter().sum());
    if let Some(last) = widths.last_mut() {
        *last += rest;
    }
    widths
}

/// Gives what is left of the width to the columns that make rows high: each time to the one of which a little more takes most off the heights of all rows.
fn level(widths: &mut [f64], whole: f64, rows: &[Vec<(usize, Vec<f64>)>]) {
    let count = widths.len();
    let mut rest = whole - widths.iter().sum::<f64>();
    while rest > 0.0 && count > 0 {
        let mut less = vec![0.0; count];
        for row in rows {
            // How many lines a cell takes, and how much of that is due to the width.
            let lines = |(at, lines): &(usize, Vec<f64>)| {
                let room = (widths[*at] - BETWEEN).max(1.0);
                let broken: f64 = lines.iter().map(|line| (line / room - 1.0).max(0.0)).sum();
                (lines.len() as f64 + broken, *at, broken / room)
            };
            let highest = row.iter().map(lines).max_by(|one, other| one.0.total_cmp(&other.0));
            if let Some((_, at, of_width)) = highest {
                less[at] += of_width;
            }
        }
        let step = rest.min(STEP);
        rest -= step;
        match (0..count).max_by(|one, other| less[*one].total_cmp(&less[*other])) {
            Some(at) if less[at] > 0.0 => widths[at] += step,
            // Nothing gets lower: the rest goes to all, as wide as they are.
            _ => {
                let (all, step) = (widths.iter().sum::<f64>(), step + rest);
                widths.iter_mut().for_each(|width| *width += step * *width / all);
                return;
            }
        }
    }
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
