//! How wide the columns of a table are, and whether it needs a page in landscape. Typst's own way gives every column the same once they do not fit, and so
//! half a page of blanks to a number; here each gets what its longest word needs, and the rest goes to those that say most.

/// Widths are in thousandths of the height of the type.
pub(super) type Width = u64;

/// The space between two columns.
pub(super) const GAP: Width = 1_000;

/// What a column holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Column {
    /// What cannot be broken in it.
    pub(super) word: Width,
    /// Its longest word, up to about 26 characters, if none is broken.
    pub(super) whole: Width,
    /// Its longest cell, if it were one line for each of its lines.
    pub(super) line: Width,
    /// All its cells as one line.
    pub(super) all: Width,
}

/// How a table is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// Height of the type, in tenths of a point.
    pub(super) size: u32,
    /// Shares of the columns in the width.
    pub(super) shares: Vec<Width>,
}

/// Widths between the margins, in tenths of a point: 174 mm and 265 mm.
const PORTRAIT: u64 = 4_932;
const LANDSCAPE: u64 = 7_512;

/// From so many columns on a table is set on a page in landscape, whatever they hold.
const MANY: usize = 7;

/// Heights of the type that are tried, in tenths of a point, for both kinds of pages.
const SIZES: [u32; 2] = [90, 85];
const SIZES_WIDE: [u32; 4] = [85, 80, 75, 70];

/// What such a page has for words, in type of `size`.
fn room(wide: bool, size: u32, columns: usize) -> Width {
    let page = if wide { LANDSCAPE } else { PORTRAIT };
    (page * 1_000 / u64::from(size)).saturating_sub(GAP * columns as u64)
}

/// The largest type in which the longest words have room, and a row does not become three times as high as it must be.
fn size(columns: &[Column], rows: u64, wide: bool) -> Option<u32> {
    let words: Width = columns.iter().map(|column| column.word).sum();
    let wants: Width = columns.iter().map(|column| want(column, rows)).sum();
    let fits = |size: &u32| {
        let room = room(wide, *size, columns.len());
        words <= room && (wide || wants <= 3 * room)
    };
    (if wide { &SIZES_WIDE[..] } else { &SIZES[..] }).iter().copied().find(fits)
}

/// Whether a table with such columns needs a page in landscape.
pub(super) fn is_wide(columns: &[Column], rows: u64) -> bool {
    columns.len() >= MANY || size(columns, rows, false).is_none()
}

/// Whether not even the words have room on an upright page.
pub(super) fn is_crowded(columns: &[Column]) -> bool {
    size(columns, 1, false).is_none()
}

/// How a table with such columns is set on a page, in landscape if `wide`: as large as it can be.
pub(super) fn layout(columns: &[Column], rows: u64, across: Width, wide: bool) -> Layout {
    let smallest = if wide { SIZES_WIDE[SIZES_WIDE.len() - 1] } else { SIZES[SIZES.len() - 1] };
    let size = size(columns, rows, wide).unwrap_or(smallest);
    Layout { size, shares: shares(columns, rows, across, room(wide, size, columns.len())) }
}

/// The width at which a column would neither be mostly blank nor mostly breaks: between its longest cell and its average one.
fn want(column: &Column, rows: u64) -> Width {
    let average = column.all / rows.max(1);
    (column.line.saturating_mul(average.max(1))).isqrt().max(column.word).max(column.whole)
}

/// `across` is the longest line of cells that span columns.
fn shares(columns: &[Column], rows: u64, across: Width, room: Width) -> Vec<Width> {
    let lines: Width = columns.iter().map(|column| column.line).sum();
    if lines <= room {
        // Everything stands on one line; a table of few short columns need not be as wide as the page, but for a cell that spans them.
        let more = across.min(room).saturating_sub(lines) / columns.len().max(1) as u64;
        return columns.iter().map(|column| column.line + more + GAP).collect();
    }
    let words: Width = columns.iter().map(|column| column.word).sum();
    if words > room {
        // Not even the longest words fit in the smallest type. They run into the space between columns, or are broken where they may be.
        let share = |column: &Column| GAP + (u128::from(room) * u128::from(column.word) / u128::from(words)) as Width;
        return columns.iter().map(share).collect();
    }
    // First so much that few words are broken, then by what there is to say.
    let rest = room - words;
    let unbroken = |column: &Column| column.whole.saturating_sub(column.word);
    let wish = |column: &Column| want(column, rows) - column.word.max(column.whole);
    let part = |of: Width, all: Width, rest: Width| (u128::from(rest) * u128::from(of) / u128::from(all.max(1))) as Width;
    let needed: Width = columns.iter().map(unbroken).sum();
    let wishes: Width = columns.iter().map(wish).sum();
    let given = needed.min(rest);
    let share = |column: &Column| column.word + GAP + part(unbroken(column), needed, given) + part(wish(column), wishes, rest - given);
    columns.iter().map(share).collect()
}

/// A row of a table: the column of each cell, its lines as words, and its longest word if none is broken.
pub(super) type Said<'a> = Vec<(usize, &'a [Vec<Width>], Width)>;

/// What a line of a row costs, and what a cell costs in which a word must be broken.
const LINE: u64 = 16;
const BROKEN: u64 = 12;

/// How many parts of the width of a table can be moved from one column to another, how many at once, and how often each is tried. Much is tried first: a
/// little more width often makes a row no lower, where much more does.
const PARTS: Width = 80;
const AT_ONCE: [Width; 4] = [8, 4, 2, 1];
const ROUNDS: usize = 8;

/// Moves width from columns that can spare it to those that make rows high, as long as the rows get lower. No column becomes narrower than what
/// cannot be broken in it, and a word is broken only where rows get lower by it.
pub(super) fn level(shares: &mut [Width], columns: &[Column], rows: &[Said<'_>]) {
    let part = shares.iter().sum::<Width>() / PARTS;
    let count = shares.len().min(columns.len());
    if part == 0 || count < 2 {
        return;
    }
    // For each row how many lines its cell has, and what it costs if a word in it must be broken.
    let tall = |column: usize, share: Width| -> Vec<(u64, u64)> {
        let room = share.saturating_sub(GAP).max(1);
        let of_row = |row: &Said<'_>| {
            let cell = row.iter().find(|(at, ..)| *at == column);
            let lines = |lines: &[Vec<Width>]| lines.iter().map(|words| wrapped(words, room)).sum();
            cell.map_or((0, 0), |(_, said, whole)| (lines(said), if *whole > room { BROKEN } else { 0 }))
        };
        rows.iter().map(of_row).collect()
    };
    // What the table costs in height; between two ways of the same height the one with fewer lines in all.
    let cost = |heights: &[Vec<(u64, u64)>]| -> u64 {
        let of_row = |row: usize| {
            let cells = heights.iter().map(|column| column[row]);
            cells.clone().map(|(lines, _)| lines).max().unwrap_or_default() * LINE
                + cells.map(|(lines, broken)| lines + broken).sum::<u64>()
        };
        (0..rows.len()).map(of_row).sum()
    };
    let mut heights: Vec<Vec<(u64, u64)>> = (0..count).map(|column| tall(column, shares[column])).collect();
    let mut least = cost(&heights);
    let mut idle = false;
    for (step, round) in AT_ONCE.iter().flat_map(|parts| (0..ROUNDS).map(move |round| (parts * part, round))) {
        if round > 0 && idle {
            continue;
        }
        let before = least;
        for to in 0..count {
            let wider = tall(to, shares[to] + step);
            if wider == heights[to] {
                continue;
            }
            let mut best = None;
            let old = std::mem::replace(&mut heights[to], wider);
            for from in (0..count).filter(|from| *from != to) {
                if shares[from] < columns[from].word + GAP + step {
                    continue;
                }
                let narrower = tall(from, shares[from] - step);
                let kept = std::mem::replace(&mut heights[from], narrower);
                let now = cost(&heights);
                let narrower = std::mem::replace(&mut heights[from], kept);
                if now < least {
                    least = now;
                    best = Some((from, narrower));
                }
            }
            match best {
                Some((from, narrower)) => {
                    heights[from] = narrower;
                    shares[from] -= step;
                    shares[to] += step;
                }
                None => heights[to] = old,
            }
        }
        idle = least == before;
    }
}

/// How many lines words take up in a column that has `room`.
fn wrapped(words: &[Width], room: Width) -> u64 {
    let (mut lines, mut used) = (1, 0);
    for word in words {
        if used > 0 && used + word > room {
            lines += 1;
            used = 0;
        }
        used += word;
        lines += used.saturating_sub(1) / room;
        used = if used > room { used % room } else { used };
    }
    lines
}

/// About how wide a text is in the type of the annex. Good enough to share a page among columns.
pub(super) fn width(text: &str) -> Width {
    let one = |character: char| match character {
        'i' | 'j' | 'l' | 't' | 'f' | 'r' | ' ' | '.' | ',' | ':' | ';' | '!' | '|' | '\'' | '(' | ')' | '[' | ']' | '/' => 310,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '—' => 800,
        '\u{200b}' => 0,
        'A'..='Z' => 650,
        'a'..='z' => 490,
        _ => 520,
    };
    text.chars().map(one).sum()
}
