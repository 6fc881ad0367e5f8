//! A table as the template sets it: every cell in its column, the width of the columns, and what stays on one page: a row, and what is said of it below.

use std::collections::BTreeSet;

use serde::Serialize;

use super::PdfError;
use super::columns::{self, Column, GAP, Said, Width, width};
use super::data::{Maker, Node, Piece, lines, settle, texts};
use super::glyphs::regroup;
use crate::report::document::{Cell, Row, Table};

/// A table without its caption.
#[derive(Debug, Serialize)]
pub(super) struct Grid {
    /// Whether it needs a page in landscape.
    #[serde(skip)]
    pub(super) wide: bool,
    #[serde(skip)]
    measured: Vec<Column>,
    /// The longest line of a cell that spans columns.
    #[serde(skip)]
    across: Width,
    /// Height of the type, in points.
    size: f64,
    /// Widths of the columns, in points.
    columns: Vec<f64>,
    head: Vec<Line>,
    body: Vec<Line>,
}

/// A row.
#[derive(Debug, Serialize)]
struct Line {
    /// Whether it is not broken between pages.
    together: bool,
    /// Whether the row below says more of the same, so that no line stands between them.
    joined: bool,
    cells: Vec<Field>,
    /// Columns that these cells or those of rows before take up.
    #[serde(skip)]
    taken: BTreeSet<usize>,
}

/// A cell: a line, or blocks.
#[derive(Debug, Serialize)]
struct Field {
    header: bool,
    columns: u32,
    rows: u32,
    class: String,
    /// Whether its words must be broken to have room.
    split: bool,
    /// Whether a line stands below it although none stands below its row: it spans the row that says more, too.
    under: bool,
    c: Vec<Piece>,
    blocks: Vec<Node>,
    /// The column in which it begins.
    at: usize,
    /// How wide its lines are. For measuring only.
    #[serde(skip)]
    lines: Vec<Width>,
    /// The words of these lines, as far as they are not broken.
    #[serde(skip)]
    words: Vec<Vec<Width>>,
    #[serde(skip)]
    word: Width,
    #[serde(skip)]
    whole: Width,
}

/// The width up to which columns are made wide enough for a word that may be broken: about 26 characters.
const WHOLE: Width = 13_000;

/// A row of at most so many lines stays on one page. There is room for twice as many on a page in landscape, so that a wrong guess cuts nothing off.
const TOGETHER: u64 = 16;

/// A row and what is said of it below stay on one page up to so many lines; beyond that a list goes on on the next page behind its first item.
const WITH_SAID: u64 = 20;
/// The same for what cannot be taken apart between items.
const WITH_LONG_SAID: u64 = 30;

/// About how wide a character of a digest is.
const FIGURE: Width = 520;

/// About so many rows of a table are looked at to level its columns.
const SAMPLE: usize = 100;

/// Sets the cells of a table.
pub(super) fn grid(maker: &mut Maker, table: &Table) -> Result<Grid, PdfError> {
    let mut spans = Spans::default();
    let mut head = rows(maker, &table.head, &mut spans)?;
    spans.open.clear();
    let mut body = rows(maker, &table.body, &mut spans)?;
    let count = spans.most;
    for line in head.iter_mut().chain(&mut body) {
        fill(line, count);
    }
    let mut measured = vec![Column::default(); count];
    for field in head.iter().chain(&body).flat_map(|line| &line.cells).filter(|field| field.columns == 1) {
        let Some(column) = measured.get_mut(field.at) else { continue };
        column.word = column.word.max(field.word);
        column.whole = column.whole.max(field.whole);
        column.line = column.line.max(field.lines.iter().copied().max().unwrap_or_default());
        column.all += field.lines.iter().sum::<Width>();
    }
    let spanning = head.iter().chain(&body).flat_map(|line| &line.cells).filter(|field| field.columns > 1);
    let across = spanning.flat_map(|field| &field.lines).copied().max().unwrap_or_default();
    let said = |line: &Line| line.cells.iter().any(|field| field.is_of("said"));
    for index in 1..body.len() {
        body[index - 1].joined = said(&body[index]);
    }
    // The head of a column of numbers stands where the numbers stand.
    for field in head.iter_mut().flat_map(|line| &mut line.cells).filter(|field| field.columns == 1) {
        let mut below = body.iter().flat_map(|line| &line.cells).filter(|cell| cell.columns == 1 && cell.at == field.at).peekable();
        if below.peek().is_some() && below.all(|cell| cell.is_of("n")) {
            field.class = "n".to_owned();
        }
    }
    // A table whose one row says that there is nothing needs no more than its head.
    let is_empty = !body.iter().flat_map(|line| &line.cells).any(|field| field.columns == 1);
    let wide = if is_empty { columns::is_crowded(&measured) } else { columns::is_wide(&measured, body.len() as u64) };
    Ok(Grid { wide, measured, across, size: 0.0, columns: Vec::new(), head, body })
}

impl Grid {
    /// About how many lines it has on a page, in landscape if `wide`.
    pub(super) fn height(&self, wide: bool) -> u64 {
        let shares = columns::layout(&self.measured, self.body.len() as u64, self.across, wide).shares;
        let high = |line: &Line| line.cells.iter().map(|field| field.height(room(&shares, field))).max().unwrap_or_default();
        self.head.iter().chain(&self.body).map(|line| high(line) + 1).sum()
    }

    /// Shares out the width of a page, in landscape if `wide`.
    pub(super) fn settle(&mut self, wide: bool) {
        let mut layout = columns::layout(&self.measured, self.body.len() as u64, self.across, wide);
        let rows: Vec<Said> = self
            .body
            .iter()
            .step_by(self.body.len() / SAMPLE + 1)
            .map(|line| {
                line.cells.iter().filter(|field| field.columns == 1).map(|field| (field.at, &field.words[..], field.whole)).collect()
            })
            .collect();
        columns::level(&mut layout.shares, &self.measured, &rows);
        for field in self.head.iter_mut().flat_map(|line| &mut line.cells).filter(|field| field.columns == 1) {
            field.split = layout.shares.get(field.at).is_some_and(|share| field.word + GAP / 4 > *share);
        }
        let room = |field: &Field| room(&layout.shares, field);
        let height = |line: &Line| line.cells.iter().map(|field| field.height(room(field))).max().unwrap_or_default();
        let mut rows = std::mem::take(&mut self.body).into_iter().peekable();
        while let Some(mut line) = rows.next() {
            let high = height(&line);
            line.together = high <= TOGETHER;
            let Some(mut said) = rows.next_if(|said| line.joined && line.can_hold(said)) else {
                self.body.push(line);
                continue;
            };
            let all = high + height(&said);
            said.together = true;
            let rest = if all > WITH_SAID { said.split() } else { None };
            if rest.is_some() || all <= WITH_LONG_SAID {
                line.hold(&mut said, rest.is_some());
            } else {
                said.together = false;
            }
            self.body.extend([line, said].into_iter().chain(rest));
        }
        for field in self.head.iter_mut().chain(&mut self.body).flat_map(|line| &mut line.cells) {
            let figures = room(field) / FIGURE;
            settle(&mut field.blocks, false);
            texts(&mut field.c, &mut field.blocks, &mut |s| *s = regroup(s, figures));
        }
        self.size = f64::from(layout.size) / 10.0;
        self.columns = layout.shares.iter().map(|share| (share * u64::from(layout.size) / 1_000) as f64 / 10.0).collect();
    }
}

/// What a cell has for words in columns that have such shares.
fn room(shares: &[Width], field: &Field) -> Width {
    let share: Width = shares.get(field.at..field.at + field.columns as usize).unwrap_or_default().iter().sum();
    share.saturating_sub(GAP).max(1)
}

impl Line {
    /// Whether the row below can stand in the columns behind the first of this row.
    fn can_hold(&self, said: &Self) -> bool {
        let alone = |field: &Field| field.at == 0 && field.columns == 1 && field.rows == 1;
        let across = |field: &Field| field.at == 0 && field.columns > 1 && field.rows == 1;
        self.cells.len() > 1
            && self.cells.iter().all(|field| field.rows == 1)
            && self.cells.first().is_some_and(alone)
            && said.cells.len() == 1
            && said.cells.first().is_some_and(across)
    }

    /// Lets the first cell span the row below, so that both stay on one page. `goes_on`: a third row says more.
    fn hold(&mut self, said: &mut Self, goes_on: bool) {
        if let Some(number) = self.cells.first_mut() {
            (number.rows, number.under) = (2, !goes_on);
        }
        if let Some(field) = said.cells.first_mut() {
            (field.at, field.columns) = (1, field.columns - 1);
        }
        (self.together, said.joined) = (true, goes_on);
    }

    /// Takes what comes behind the first item of a list off what is said, as a row of its own.
    fn split(&mut self) -> Option<Self> {
        let field = self.cells.first_mut()?;
        let Some(Node::List { ordered, items }) = field.blocks.last_mut() else { return None };
        if items.len() < 2 {
            return None;
        }
        let list = Node::List { ordered: *ordered, items: items.split_off(1) };
        let rest = Field { class: field.class.clone(), columns: field.columns - 1, blocks: vec![list], ..Field::empty(1) };
        Some(Self { together: false, joined: false, cells: vec![Field::empty(0), rest], taken: BTreeSet::new() })
    }
}

/// Columns that cells of rows before still take up.
#[derive(Default)]
struct Spans {
    /// For each column, how many more rows.
    open: Vec<u32>,
    /// The most columns of a row.
    most: usize,
}

impl Spans {
    fn is_open(&self, at: usize) -> bool {
        self.open.get(at).is_some_and(|rows| *rows > 0)
    }
}

fn rows(maker: &mut Maker, rows: &[Row], spans: &mut Spans) -> Result<Vec<Line>, PdfError> {
    let mut out = Vec::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        let left = u32::try_from(rows.len() - index).unwrap_or(u32::MAX);
        let taken = (0..spans.open.len()).filter(|at| spans.is_open(*at)).collect();
        let mut line = Line { together: true, joined: false, cells: Vec::with_capacity(row.cells.len()), taken };
        let mut mark = maker.place(row.id.as_ref());
        let mut at = 0;
        let mut begun: Vec<(usize, u32)> = Vec::new();
        for cell in &row.cells {
            while spans.is_open(at) {
                at += 1;
            }
            let mut field = field(maker, cell, at, mark.take())?;
            field.rows = field.rows.min(left);
            let end = at + field.columns as usize;
            begun.extend((at..end).map(|column| (column, field.rows)));
            line.taken.extend(at..end);
            at = end;
            line.cells.push(field);
        }
        spans.most = spans.most.max(at).max(spans.open.iter().rposition(|rows| *rows > 0).map_or(0, |last| last + 1));
        for rows in &mut spans.open {
            *rows = rows.saturating_sub(1);
        }
        for (column, rows) in begun {
            if spans.open.len() <= column {
                spans.open.resize(column + 1, 0);
            }
            spans.open[column] = rows - 1;
        }
        out.push(line);
    }
    Ok(out)
}

impl Field {
    /// About how many lines it has.
    fn height(&self, room: Width) -> u64 {
        self.lines.iter().map(|line| line.div_ceil(room).max(1)).sum()
    }

    fn is_of(&self, class: &str) -> bool {
        self.class.split_ascii_whitespace().any(|own| own == class)
    }

    fn empty(at: usize) -> Self {
        Self {
            header: false,
            columns: 1,
            rows: 1,
            class: String::new(),
            split: false,
            under: false,
            c: Vec::new(),
            blocks: Vec::new(),
            at,
            lines: Vec::new(),
            words: Vec::new(),
            word: 0,
            whole: 0,
        }
    }
}

fn field(maker: &mut Maker, cell: &Cell, at: usize, mark: Option<String>) -> Result<Field, PdfError> {
    let mark = mark.map(|id| Piece::Mark { id });
    let (mut c, mut blocks) = (Vec::from_iter(mark), maker.nodes(&cell.blocks)?);
    if let [Node::Par { .. }] = blocks.as_slice()
        && let Some(Node::Par { c: content, .. }) = blocks.pop()
    {
        c.extend(content);
    }
    let mut texts = Vec::new();
    lines(&c, &mut texts);
    for block in &blocks {
        block.lines(&mut texts);
    }
    let unbroken = texts.iter().flat_map(|text| text.split([' ', '\u{200b}']).flat_map(|text| text.split_inclusive(['-', '/'])));
    let bold = |of: Width| if cell.header { of * 106 / 100 } else { of };
    let word = bold(unbroken.map(width).max().unwrap_or_default());
    let natural = texts.iter().flat_map(|text| text.split(' ').flat_map(|text| text.split_inclusive(['-', '/'])));
    let whole = natural.map(width).max().map_or(0, |longest| bold(longest.min(WHOLE)));
    let lines = texts.iter().map(|text| bold(width(text))).collect();
    let pieces = |text: &String| text.split_inclusive([' ', '\u{200b}']).map(|word| bold(width(word))).collect();
    let words = texts.iter().map(pieces).collect();
    let class = cell.class.clone().unwrap_or_default();
    Ok(Field {
        header: cell.header,
        columns: cell.columns.max(1),
        rows: cell.rows.max(1),
        class,
        split: false,
        under: false,
        c,
        blocks,
        at,
        lines,
        words,
        word,
        whole,
    })
}

/// Adds cells that a row lacks: typst would take those of the next row instead.
fn fill(line: &mut Line, count: usize) {
    for at in (0..count).filter(|at| !line.taken.contains(at)) {
        line.cells.push(Field::empty(at));
    }
}
