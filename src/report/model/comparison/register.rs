//! The register of recordings: what each was to be, what it was, whether it was used and why not, and what it could not show.

use serde::Serialize;

/// A recording.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RegisterRow {
    /// Row, from 1.
    pub nr: u64,
    /// Its number in the ledger of the case.
    pub number: Option<u64>,
    /// File or folder without what stands before it.
    pub name: String,
    /// SHA-256 of the file, or of the last record of the custody log. `None`: it was not read.
    pub sha256: Option<String>,
    /// Format, as `interop` or `capture` names it.
    pub format: Option<String>,
    /// Start of its first exchange, or of the recording as the ledger says it; RFC 3339 UTC.
    pub started: Option<String>,
    /// Scenario by name.
    pub scenario: Option<String>,
    /// Which of its repetitions.
    pub repetition: Option<u32>,
    /// Persona, by identifier in the plan.
    pub persona: Option<String>,
    /// How it stands to the platform.
    pub state: Option<&'static str>,
    /// Planned path of choices, by identifier in the plan.
    pub choice: Option<String>,
    /// What that path is meant to do.
    pub path: Option<&'static str>,
    /// Target, by identifier in the plan.
    pub target: Option<String>,
    /// What the target is in the examination.
    pub kind: Option<&'static str>,
    /// Who acted in the browser.
    pub operated: Option<&'static str>,
    /// Device.
    pub device: Option<String>,
    /// Where requests left from, and who says so.
    pub egress: Option<String>,
    /// Browser, as the recording says.
    pub browser: Option<String>,
    /// How it began.
    pub start: StartState,
    /// Choices that were recorded, with the literal text of the buttons.
    pub buttons: Vec<Button>,
    /// How the steps of its scenario came out, as the ledger says: `complete`, `stopped at …`, the name of a wall. `None`: it says nothing.
    pub outcome: Option<String>,
    /// Whether it is simulated. `None`: it was not read.
    pub simulated: Option<bool>,
    /// On which side it stands: `one`, `other`; `None`: sides were not asked for, or on neither.
    pub side: Option<&'static str>,
    /// Whether it counts.
    pub used: bool,
    /// Why it does not.
    pub not_used: Option<NotUsed>,
}

/// How a recording began.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StartState {
    /// `fresh`: a new profile made by the tool. `kept`: one that is kept between recordings. `not-known`.
    pub profile: &'static str,
    /// Name of a kept profile, and how many recordings used it before.
    pub kept: Option<(String, u32)>,
    /// Hosts that were asked.
    pub hosts: u64,
    /// Hosts of these to which the first request of a stretch carried a cookie.
    pub first_with_cookies: u64,
}

/// A choice that was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Button {
    /// Registrable domain for which it holds; empty: not established.
    pub site: String,
    /// Literal text. `None`: nobody marked it.
    pub text: Option<String>,
    /// What the request says, as in [`super::super::Choice::says`].
    pub says: Option<&'static str>,
    /// Who says that it was made.
    pub said_by: &'static str,
    /// Entry of the request.
    pub entry: Option<u64>,
}

/// Why a recording does not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotUsed {
    /// `discarded`, `not-selected`, `copy`, `not-readable`, `not-ended`, `baseline`.
    pub why: &'static str,
    /// Who decided it.
    pub by: Option<String>,
    /// When, RFC 3339 UTC.
    pub at: Option<String>,
    /// Why, in their words; or what the reader said.
    pub reason: Option<String>,
}

/// What a recording could not show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GapLine {
    /// Row, from 1.
    pub nr: u64,
    /// Row of the recording in the register.
    pub recording: u64,
    /// Side on which that stands.
    pub side: Option<&'static str>,
    /// Kind (`GapKind::id`), or `rows-left-out`: rows that its report had no room for.
    pub kind: &'static str,
    /// How many, as the kind says.
    pub count: u64,
    /// Kinds of items that the recording cannot show because of it; empty: it keeps nothing from being compared.
    pub hides: Vec<&'static str>,
}
