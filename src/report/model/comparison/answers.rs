//! Direct answers and the matrix of personas by paths of choices.

use serde::Serialize;

use super::{Item, Tally};

/// The answer to a question, over all scenarios.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// `set-before-choice`, `recipients-before-choice`, `telemetry-before-choice`, `sent-after-decline`, `set-after-decline`,
    /// `sent-after-withdrawal`, `set-after-withdrawal`, `in-transition`, `members`, `administrators`, `after-logout`, `returning`.
    pub question: &'static str,
    /// What was recorded, by item and scenario.
    pub rows: Vec<AnswerRow>,
    /// Rows there was no room for.
    pub rows_left_out: u64,
    /// Scenarios for which it could not be established.
    pub not_established: Vec<NotEstablished>,
}

/// Something that was recorded in a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnswerRow {
    /// Row, from 1.
    pub nr: u64,
    /// What.
    pub item: Item,
    /// Scenario by name; of `members`, `administrators` and `after-logout`: planned path of choices and target.
    pub scenario: String,
    /// In how many recordings of it.
    pub tally: Tally,
    /// How often in these together, where that is counted.
    pub times: u64,
    /// Of `members`, `administrators` and `after-logout`: in how many recordings of the others.
    pub against: Option<Tally>,
    /// As in [`super::Line::basis`].
    pub basis: &'static str,
    /// Whether it was recorded in some repetitions only.
    pub varying: bool,
    /// Literal texts of the buttons after which it was recorded.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<String>,
    /// Of `returning`: recordings whose value was recorded earlier in the same profile. `None`: values cannot be compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_value: Option<u64>,
}

/// A scenario for which a question could not be answered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NotEstablished {
    /// Scenario by name; empty: recordings that name none. Of `members`, `administrators` and `after-logout` as in [`AnswerRow::scenario`].
    pub scenario: String,
    /// `no-choice-recorded`, `no-logout-recorded`, `no-page`, `no-counterpart`, `cookies-not-recorded`, `set-cookies-not-recorded`,
    /// `no-such-recording`, `rows-left-out`.
    pub why: &'static str,
    /// Recordings concerned.
    pub recordings: u64,
}

/// Personas by planned paths of choices, for one kind of target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Matrix {
    /// What the targets are in the examination.
    pub target: &'static str,
    /// Personas and planned paths of choices.
    pub columns: Vec<MatrixColumn>,
    /// Cookies and recipients.
    pub rows: Vec<MatrixRow>,
    /// Rows there was no room for.
    pub rows_left_out: u64,
}

/// A persona and a planned path of choices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MatrixColumn {
    /// Persona, by identifier in the plan.
    pub persona: String,
    /// How it stands to the platform.
    pub state: &'static str,
    /// Path, by identifier in the plan.
    pub choice: String,
    /// What that path is meant to do.
    pub path: &'static str,
    /// Recordings.
    pub recordings: u64,
}

/// A cookie or a recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MatrixRow {
    /// Row, from 1.
    pub nr: u64,
    /// `cookie` or `recipient`.
    pub kind: &'static str,
    /// Name of the cookie; registrable domain of the recipient.
    pub name: String,
    /// Domain of the cookie; holder of the recipient's domain.
    pub of: String,
    /// For each column.
    pub cells: Vec<MatrixCell>,
}

/// In how many recordings of a column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MatrixCell {
    /// Recordings in which the cookie was set, of how many that could tell. `None`: of a recipient.
    pub set: Option<(u64, u64)>,
    /// Recordings in which the cookie was sent, or the recipient was asked, of how many that could tell.
    pub sent: (u64, u64),
}
