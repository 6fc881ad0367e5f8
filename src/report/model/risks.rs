//! The auditor's risks. Values only, in the words of whoever wrote them; no level is computed.

use serde::Serialize;

use super::RowRef;

/// What a file of risks holds, and which rows of this annex each risk names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RiskTables {
    /// SHA-256 of the file.
    pub file_sha256: String,
    /// The risks, in the order of the file.
    pub risks: Vec<RiskRow>,
}

/// A risk as a person wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RiskRow {
    /// Row, from 1.
    pub nr: u64,
    /// What the risk is.
    pub risk: String,
    /// Where it comes from. `None`: that person did not say, so it is not established.
    pub origin: Option<String>,
    /// How likely it is, in that person's words. `None`: not established.
    pub likelihood: Option<String>,
    /// What it does to the people concerned, in that person's words. `None`: not established.
    pub impact: Option<String>,
    /// At which level that person puts it; never computed. `None`: not established.
    pub level: Option<String>,
    /// What was recorded that it rests on, as that person named it.
    pub evidence: Vec<EvidenceRef>,
    /// Measures against it.
    pub measures: Vec<MeasureRow>,
    /// How it was looked at again.
    pub retests: Vec<RetestRow>,
    /// Who wrote it.
    pub by: String,
    /// The day on which it was written, `YYYY-MM-DD`.
    pub date: String,
}

/// Something recorded that a risk rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct EvidenceRef {
    /// What kind of thing it is: `everything`, `question`, `recipient`, `cookie`, `request`.
    pub about: &'static str,
    /// What it is, as it was written; empty for everything.
    pub name: String,
    /// Rows of this annex where it stands. Empty for everything and for questions, and where nothing of that name was recorded.
    pub rows: Vec<RowRef>,
    /// Whether something of that name was recorded here. `None`: it is about no row.
    pub recorded: Option<bool>,
}

/// A measure against a risk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MeasureRow {
    /// What it is.
    pub text: String,
    /// Who wrote it.
    pub by: String,
    /// The day on which it was written, `YYYY-MM-DD`.
    pub date: String,
}

/// That somebody looked at a risk again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RetestRow {
    /// What was found, or is to be looked at.
    pub text: String,
    /// Who wrote it.
    pub by: String,
    /// The day on which it was written, `YYYY-MM-DD`.
    pub date: String,
    /// Recordings in which it was looked at, as that person names them.
    pub recordings: Vec<String>,
}
