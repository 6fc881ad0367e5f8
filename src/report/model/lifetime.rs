//! Rows about how long something is kept: comparison lines, lifetimes claimed and observed, and cache validators.

use serde::Serialize;

use super::Text;

/// A line with which lifetimes are compared. It is no norm of ours, and what is above it is not judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ComparisonLine {
    /// Row, from 1.
    pub nr: u64,
    /// Identifier of the rule.
    pub id: String,
    /// Days.
    pub days: u32,
    /// What the line is called.
    pub label: Text,
    /// What the source says, and for which cookies.
    pub meaning: Text,
    /// Identifier of the source in [`super::Report::sources`].
    pub source: String,
    /// `stated`, `derived` or `unverified`.
    pub certainty: &'static str,
    /// Rule file and line.
    pub place: String,
}

/// A comparison line that a lifetime is above.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AboveLine {
    /// Row of the line in [`super::Report::comparison_lines`].
    pub line: u64,
    /// Its identifier.
    pub id: String,
    /// Its days.
    pub days: u32,
    /// Whether the effective lifetime is above it too, and not only the one asked for.
    pub effective: bool,
}

/// The lifetime that somebody states of a cookie, beside the ones that were recorded. Says nothing about who is right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LifetimeRow {
    /// Row, from 1.
    pub nr: u64,
    /// Row of the cookie in [`super::Report::cookies`].
    pub cookie: u64,
    /// Name of the cookie.
    pub name: String,
    /// Its domain.
    pub domain: String,
    /// `vendor`, `independent`, `authority`, `own`.
    pub by: &'static str,
    /// Who states it.
    pub who: String,
    /// Identifier of the source in [`super::Report::sources`].
    pub source: String,
    /// Date of the source.
    pub source_date: String,
    /// `stated`, `derived` or `unverified`.
    pub certainty: &'static str,
    /// Identifier of the rule.
    pub rule: String,
    /// Rule file and line.
    pub place: String,
    /// The lifetime as the rule writes it: `session`, `90 d`, `13 months`.
    pub stated: String,
    /// The same in seconds, a month counted as 30.44 days and a year as 365.25. `None`: the session of the browser.
    pub stated_seconds: Option<i64>,
    /// By how many seconds a recorded lifetime may differ and still count as the same.
    pub tolerance_seconds: Option<i64>,
    /// Where the recorded lifetimes come from, as [`super::Cookie::origin`].
    pub origin: &'static str,
    /// Shortest and longest lifetime asked for.
    pub asked: Option<Span>,
    /// Whether at least one Set-Cookie asked for a session cookie.
    pub session: bool,
    /// Shortest and longest effective lifetime: what a browser keeps of it at most.
    pub effective: Option<Span>,
    /// What is asked for, compared with what is stated: `same`, `longer`, `shorter`, `longer-and-shorter`, `session-asked` (stated is a time),
    /// `time-asked` (stated is a session), `no-set-cookie`, `nothing-kept` (only deletions, or lines that a browser should refuse),
    /// `not-computable` (an end date was given, and the time of the answer is not known).
    pub difference: &'static str,
    /// The same for the effective lifetime.
    pub difference_effective: &'static str,
}

/// A shortest and a longest lifetime.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Span {
    /// Shortest, in seconds.
    pub min_seconds: i64,
    /// Longest, in seconds.
    pub max_seconds: i64,
    /// Shortest, in days as text with at most one decimal (below one day two) and a full stop as its mark.
    pub min_days: String,
    /// Longest, in days as text.
    pub max_days: String,
}

/// The validators of one kind of one resource that a browser sent back, or that differ though the bytes are the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ValidatorRow {
    /// Row, from 1.
    pub nr: u64,
    /// Host.
    pub host: String,
    /// Path as it may be printed.
    pub path: String,
    /// Relation of the host to the page.
    pub relation: &'static str,
    /// `etag` (sent back as `if-none-match`) or `last-modified` (sent back as `if-modified-since`).
    pub kind: &'static str,
    /// Different values, given or sent back.
    pub values: u64,
    /// Keyed fingerprints of the first ten.
    pub fingerprints: Vec<String>,
    /// Length of the shortest and of the longest value, in bytes.
    pub value_bytes: (u32, u32),
    /// Different values that are a SHA-1 or SHA-256 of their answer's body as recorded.
    pub of_content: u64,
    /// Answers that gave a value.
    pub answers: u64,
    /// First entry whose answer gave one.
    pub first_given: Option<u64>,
    /// Requests that sent a value back.
    pub sent_back: u64,
    /// Requests of these whose value no earlier recorded answer of the resource gave in the same stretch.
    pub not_given: u64,
    /// Entries that sent a value back, at most the first ten.
    pub sent_entries: Vec<u64>,
    /// Answers with the same bytes as an earlier answer of the resource and another value.
    pub same_bytes: u64,
    /// The first entry with such bytes, then entries of such answers; at most ten.
    pub same_bytes_entries: Vec<u64>,
    /// Most other resources for which one of the values was seen.
    pub other_resources: u64,
}
