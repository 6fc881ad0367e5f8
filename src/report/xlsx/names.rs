//! What a workbook calls its sheets and columns: the letter or number that the annex gives a table, the name of its sheet, and the heads of its columns in
//! words. The names that programs use stay beside them.

use crate::report::origin::Origin;
use crate::report::text::Texts;

/// A table of an annex: its name, what stands above it in the annex, and the first of these, for its sheet. A table of a workbook may stand in several of
/// the annex, or in a column of one.
type Placed = (&'static str, &'static str, &'static str);

/// Tables of the annex of a recording, in its order.
const OF_ANNEX: &[Placed] = &[
    ("recipients", "2, 2c", "2"),
    ("addresses", "2a", "2a"),
    ("other-names", "2b", "2b"),
    ("cookies", "3", "3"),
    ("comparison-lines", "3a", "3a"),
    ("lifetimes", "3b", "3b"),
    ("validators", "3c", "3c"),
    ("flows", "4", "4"),
    ("attribution", "4a", "4a"),
    ("ways", "4b", "4b"),
    ("page-mentions", "4c", "4c"),
    ("preflights", "4d", "4d"),
    ("timeline", "5", "5"),
    ("choices", "6, 7", "7"),
    ("trail", "8", "8"),
    ("not-sent-again", "8a", "8a"),
    ("cookie-recipients", "8b", "8b"),
    ("identifier-recipients", "8c", "8c"),
    ("sharing", "8d, 8e", "8d"),
    ("redirects", "8f", "8f"),
    ("survivals", "8g", "8g"),
    ("identifiers", "8h", "8h"),
    ("planted-values", "8i", "8i"),
    ("planted", "8j", "8j"),
    ("sent-from-other-sites", "8k", "8k"),
    ("gaps", "9", "9"),
    ("endpoints", "14, 14a", "14a"),
    ("fields", "14b, 14.1b, …", "14b"),
    ("detail-ladder", "14.1a, …", "14.1a"),
    ("client-hints", "14c", "14c"),
    ("personal-data", "14d", "14d"),
    ("browser-reports", "15", "15"),
    ("browser-cookies", "15a", "15a"),
    ("browser-refusals", "15b", "15b"),
    ("browser-storage", "15c", "15c"),
    ("scenario", "16", "16"),
    ("consent-screens", "16a", "16a"),
    ("consent-options", "16a", "16a"),
    ("consent-clicks", "16b", "16b"),
    ("consent-rules", "16d", "16d"),
    ("pictures", "16c", "16c"),
    ("assessment", "17", "17"),
    ("risks", "18", "18"),
    ("risk-evidence", "18", "18"),
    ("risk-measures", "18", "18"),
    ("risk-retests", "18", "18"),
];

/// Tables of the annex over a case, in the order of their letters.
const OF_CASE: &[Placed] = &[
    ("register", "A", "A"),
    ("classes", "B", "B"),
    ("case-fields", "C", "C"),
    ("case-cookies", "D", "D"),
    ("case-parties", "E", "E"),
    ("case-locations", "F", "F"),
    ("case-endpoints", "G", "G"),
    ("case-personal-data", "H", "H"),
    ("case-ways", "I", "I"),
    ("case-ladder", "J", "J"),
    ("case-trail", "K", "K"),
    ("case-consent-screens", "L", "L"),
    ("case-clicks", "M", "M"),
    ("class-groups", "N", "N"),
    ("gaps", "O", "O"),
    ("case-words", "P", "P"),
    ("case-techniques", "Q", "Q"),
    ("case-files", "R, X", "R"),
    ("answers", "S1, S2, …", "S"),
    ("not-established", "S1, S2, …", "S"),
    ("matrix", "T1, T2, …", "T"),
    ("series", "U1, U2, …", "U"),
    ("case-inputs", "V", "V"),
    ("risks", "Y", "Y"),
    ("risk-evidence", "Y", "Y"),
    ("risk-measures", "Y", "Y"),
    ("risk-retests", "Y", "Y"),
];

/// How long the name of a sheet may be (Excel specifications and limits).
pub(super) const SHEET_NAME: usize = 31;

/// The tables that the annex has a letter or a number for; none of a comparison without one, whose tables are numbered as they come.
pub(super) fn placed(format: &str) -> &'static [Placed] {
    match format {
        "dataspoor-annex" => OF_ANNEX,
        "dataspoor-case-annex" => OF_CASE,
        _ => &[],
    }
}

/// Where a table stands in the workbook: in the order of the annex, then as it comes.
pub(super) fn order(origin: &Origin, table: &str) -> usize {
    placed(origin.format).iter().position(|(name, ..)| *name == table).unwrap_or(usize::MAX)
}

/// What a table is in the annex, such as "Bijlage D" or "Tabel 3"; nothing where it has no letter and no number.
pub(super) fn in_annex(origin: &Origin, table: &str, texts: &Texts) -> Option<String> {
    let (_, places, _) = placed(origin.format).iter().find(|(name, ..)| *name == table)?;
    let kind = if origin.format == "dataspoor-case-annex" { "tables-place-letter" } else { "tables-place-number" };
    Some(texts.get(kind, &[("n", (*places).into())]))
}

/// The name of a table's sheet: its letter or number, and a word or two.
pub(super) fn of_sheet(origin: &Origin, table: &str, texts: &Texts) -> String {
    let short = texts.get(&format!("sheet-{table}"), &[]);
    let place = placed(origin.format).iter().find(|(name, ..)| *name == table).map(|(.., first)| format!("{first} "));
    // What a house calls it may hold what the name of a sheet cannot.
    let name = place.unwrap_or_default() + &short.replace(['[', ']', ':', '*', '?', '/', '\\', '\''], " ");
    name.chars().take(SHEET_NAME).collect()
}

/// What stands above a table: its place in the annex, and what its rows are.
pub(super) fn title(origin: &Origin, table: &str, texts: &Texts) -> String {
    let what = texts.get(&format!("table-{table}"), &[]);
    match in_annex(origin, table, texts) {
        Some(place) => format!("{place}. {what}"),
        None => what,
    }
}

/// The message with the words of a column: one of its own where it says something else in this table than in others.
pub(super) fn of_column(table: &str, column: &str, texts: &Texts) -> String {
    let name = column.replace('_', "-");
    let own = format!("column-{table}-{name}");
    if texts.has(&own) { own } else { format!("column-{name}") }
}
