//! A table as a value, before it has a form: its name, its columns with what their cells are, and its rows. CSV, XLSX and Parquet write the same
//! tables, so no form can say something that another does not.

use std::borrow::Cow;

use crate::model::Timestamp;

/// What the cells of a column are. A cell of any column may be empty: nothing is known, or nothing is to be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words, names, addresses, lists of numbers: whatever is read and not counted with.
    Text,
    /// A whole number: a count, the number of a row or of an entry, a length in the unit that the column's name says.
    Whole,
    /// A decimal that was rounded to a stated number of digits: per cent, days, bits.
    Decimal,
    /// A point in time, RFC 3339 in UTC with milliseconds.
    Time,
    /// `true` or `false`.
    Flag,
}

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name, the same in every form and language.
    pub name: &'static str,
    /// What its cells are.
    pub kind: Kind,
}

/// A column of texts.
pub(super) const fn text(name: &'static str) -> Column {
    Column { name, kind: Kind::Text }
}

/// A column of whole numbers.
pub(super) const fn whole(name: &'static str) -> Column {
    Column { name, kind: Kind::Whole }
}

/// A column of decimals.
pub(super) const fn decimal(name: &'static str) -> Column {
    Column { name, kind: Kind::Decimal }
}

/// A column of points in time.
pub(super) const fn time(name: &'static str) -> Column {
    Column { name, kind: Kind::Time }
}

/// A column of `true` and `false`.
pub(super) const fn flag(name: &'static str) -> Column {
    Column { name, kind: Kind::Flag }
}

/// A cell. Decimals and points in time are kept as the model writes them, so that every form shows the same digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Of a column of [`Kind::Text`], [`Kind::Decimal`] or [`Kind::Time`]. Never empty.
    Text(String),
    /// Of a column of [`Kind::Whole`].
    Whole(i128),
    /// Of a column of [`Kind::Flag`].
    Flag(bool),
}

impl Cell {
    /// Whether the cell may stand in a column of this kind: a form that has types can write it as what the column says.
    #[must_use]
    pub fn is(&self, kind: Kind) -> bool {
        match (self, kind) {
            (Self::Empty, _) | (Self::Text(_), Kind::Text) | (Self::Whole(_), Kind::Whole) | (Self::Flag(_), Kind::Flag) => true,
            (Self::Text(text), Kind::Decimal) => is_decimal(text),
            (Self::Text(text), Kind::Time) => Timestamp::parse(text).is_some(),
            _ => false,
        }
    }

    /// The cell as text: what a form without types writes.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Whole(number) => number.to_string(),
            Self::Flag(flag) => flag.to_string(),
        }
    }
}

/// Whether a text is a decimal as the model writes them: digits, perhaps with a sign before and a fraction behind them.
fn is_decimal(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    match unsigned.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(unsigned),
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Self {
        Self::from(text.clone())
    }
}

macro_rules! of_numbers {
    ($($number:ty)*) => {
        $(impl From<$number> for Cell {
            fn from(number: $number) -> Self {
                Self::Whole(i128::from(number))
            }
        }

        impl From<&$number> for Cell {
            fn from(number: &$number) -> Self {
                Self::from(*number)
            }
        })*
    };
}

of_numbers!(u8 u16 u32 u64 i64);

impl From<usize> for Cell {
    fn from(number: usize) -> Self {
        Self::Whole(number as i128)
    }
}

impl From<bool> for Cell {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(known: Option<T>) -> Self {
        known.map_or(Self::Empty, Into::into)
    }
}

/// A row of cells from values of any kind that can be one.
macro_rules! cells {
    ($($cell:expr),* $(,)?) => {
        vec![$($crate::report::table::Cell::from($cell)),*]
    };
}
pub(super) use cells;

/// A table of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name, which is the name of its file without the ending: `identifier-recipients`.
    pub name: &'static str,
    /// Its columns, from left to right.
    pub columns: Vec<Column>,
    /// Its rows, each with a cell for every column.
    pub rows: Vec<Vec<Cell>>,
}

/// The last column of every table: a row is copied out of its table more often than not, and must not lose this on the way.
const SIMULATED: Column = text("simulated");

impl Table {
    /// A table with a row for each of `rows`, and the column that says whether the recording is simulated.
    pub(super) fn of<T>(name: &'static str, head: &[Column], simulated: bool, rows: &[T], cells: impl Fn(&T) -> Vec<Cell>) -> Self {
        let mark = if simulated { format!("true: {}", super::SIMULATED_NOTICE) } else { "false".to_owned() };
        let row = |row: &T| {
            let mut cells = cells(row);
            debug_assert_eq!(cells.len(), head.len(), "a row of the table {name} has as many cells as its head");
            cells.push(Cell::from(&mark));
            cells
        };
        let table = Self { name, columns: head.iter().copied().chain([SIMULATED]).collect(), rows: rows.iter().map(row).collect() };
        debug_assert!(
            // A time may be what somebody wrote into a report that is read again.
            table.strange_cell().is_none_or(|(_, column)| column.kind == Kind::Time),
            "a cell of the table {name} is not what its column says: {:?}",
            table.strange_cell()
        );
        table
    }

    /// The first cell that is not what its column says: its row from 1, and its column. A mistake in the program.
    #[must_use]
    pub fn strange_cell(&self) -> Option<(usize, Column)> {
        let strange =
            |row: &Vec<Cell>| row.iter().zip(&self.columns).find(|(cell, column)| !cell.is(column.kind)).map(|(_, column)| *column);
        self.rows.iter().zip(1..).find_map(|(row, nr)| strange(row).map(|column| (nr, column)))
    }
}

/// A text as a reader of a table may see it: control characters, but for those that the form can hold, and those that would show a text in another
/// order than it has, become visible escapes (`\u{202e}`).
pub(super) fn visible(text: &str, holds: fn(char) -> bool) -> Cow<'_, str> {
    let hidden = |character: char| {
        character.is_control() && !holds(character)
            // Marks and overrides of direction (Unicode Standard Annex 9), and the two characters that no XML file may hold.
            || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}')
    };
    if !text.contains(hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if hidden(character) { out.extend(character.escape_unicode()) } else { out.push(character) }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_what_their_columns_say() {
        let cells = cells!["", "a", 3_u64, true, None::<u64>, Some("12.5"), "2017-11-13T12:03:02.550Z"];
        assert_eq!(cells[0], Cell::Empty);
        assert_eq!(cells[4], Cell::Empty);
        assert!(cells[1].is(Kind::Text) && !cells[1].is(Kind::Decimal) && !cells[1].is(Kind::Time));
        assert!(cells[2].is(Kind::Whole) && !cells[2].is(Kind::Text) && cells[3].is(Kind::Flag));
        assert!(cells[5].is(Kind::Decimal) && cells[6].is(Kind::Time) && cells[0].is(Kind::Time));
        for odd in ["-", ".5", "5.", "1e3", "+1", "--1", "1.2.3", "NaN"] {
            assert!(!Cell::from(odd).is(Kind::Decimal), "{odd}");
        }
        assert_eq!(cells.iter().map(Cell::to_text).collect::<Vec<_>>().join("|"), "|a|3|true||12.5|2017-11-13T12:03:02.550Z");
    }

    #[test]
    fn a_strange_cell_is_found() {
        let mut table = Table::of("t", &[whole("nr"), time("when")], false, &[1_u64, 2], |nr| cells![*nr, Cell::Empty]);
        assert_eq!(table.strange_cell(), None);
        assert_eq!(table.columns.last().map(|column| column.name), Some("simulated"));
        table.rows[1][1] = "yesterday".into();
        assert_eq!(table.strange_cell(), Some((2, time("when"))));
    }
}
