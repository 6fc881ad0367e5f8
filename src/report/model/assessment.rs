//! What people say of what was recorded. Values only, in those people's own words; nothing is computed from them.

use serde::Serialize;

/// What a file of assessments holds, and what of it is about something in this recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AssessmentTables {
    /// SHA-256 of the file.
    pub file_sha256: String,
    /// What was written, in the order of the file.
    pub words: Vec<WordRow>,
    /// For each row of recipients, in their order, what was written about it.
    pub recipients: Vec<WordsOf>,
    /// For each row of cookies, in their order, what was written about it.
    pub cookies: Vec<WordsOf>,
    /// Rows of flows that something was written about, in their order.
    pub flows: Vec<WordsOf>,
}

/// Something that a person wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct WordRow {
    /// Row, from 1.
    pub nr: u64,
    /// What kind of thing it is about: `everything`, `question`, `recipient`, `cookie`, `request`.
    pub about: &'static str,
    /// What it is about, as it was written; empty for everything.
    pub name: String,
    /// Rows of this annex that it is about. Empty for everything and for questions, and where nothing of that name was recorded.
    pub rows: Vec<RowRef>,
    /// Whether something of that name was recorded here. `None`: it is about no row.
    pub recorded: Option<bool>,
    /// `purpose`, `legal-basis`, `role`, `necessity`, `data-kind`, `verdict`, `reply`, `note`.
    pub kind: &'static str,
    /// The words.
    pub text: String,
    /// Who wrote them.
    pub by: String,
    /// The day on which they were written, `YYYY-MM-DD`.
    pub date: String,
    /// Where they stand, as their author says.
    pub source: Option<String>,
}

/// A row of a table of this annex.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RowRef {
    /// Number of the table, such as `2`.
    pub table: &'static str,
    /// The row, from 1.
    pub nr: u64,
}

/// What was written about one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct WordsOf {
    /// The row of recipients, cookies or flows.
    pub nr: u64,
    /// What stands there: the domain, the name of the cookie, the request.
    pub name: String,
    /// Rows of [`AssessmentTables::words`] for each kind of [`KINDS`], in that order. An empty list: nobody wrote anything, so it is not established.
    pub words: [Vec<u64>; KINDS.len()],
}

/// Kinds of words that have a column of their own.
pub const KINDS: [&str; 7] = ["role", "purpose", "legal-basis", "necessity", "data-kind", "verdict", "reply"];
