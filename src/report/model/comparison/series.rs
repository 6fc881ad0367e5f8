//! A profile that was kept over several recordings: what became of each cookie from one to the next.

use serde::Serialize;

/// The recordings of a kept profile, in order of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Series {
    /// Name of the profile in the case.
    pub profile: String,
    /// Its recordings.
    pub points: Vec<SeriesPoint>,
    /// Cookies, by name and domain.
    pub rows: Vec<SeriesRow>,
    /// Rows there was no room for.
    pub rows_left_out: u64,
}

/// A recording of the series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeriesPoint {
    /// Row in the register.
    pub recording: u64,
    /// How many recordings used the profile before, as the recording says.
    pub before: u32,
    /// Start of its first exchange, RFC 3339 UTC.
    pub started: Option<String>,
}

/// A cookie over the series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeriesRow {
    /// Row, from 1.
    pub nr: u64,
    /// Name.
    pub name: String,
    /// Domain.
    pub domain: String,
    /// For each recording.
    pub cells: Vec<SeriesCell>,
    /// Different values over the series. `None`: values of these recordings cannot be compared.
    pub values: Option<u64>,
    /// Whole days from the first to the last recording in which the same value stood, for the value for which that is longest. `None`: see `values`.
    pub constant_days: Option<u64>,
    /// `slides`: the same value was set again later with a later end date each time. `fixed`: set again with the same end date. `mixed`: sometimes so.
    /// `not-set-again`: no later Set-Cookie with the same value. `not-comparable`: values cannot be compared, or end dates were not computable.
    pub expiry: &'static str,
}

/// A cookie in one recording of the series.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SeriesCell {
    /// `first`: recorded here for the first time. `kept`: the value of the recording before. `changed`: another one. `kept-and-changed`: both.
    /// `not-recorded`, `cannot-tell`; `recorded`: values cannot be compared.
    pub state: &'static str,
    /// Values by pseudonym, in order of time: V1, V2 … within this row.
    pub values: Vec<String>,
    /// Set-Cookie lines: set first, again with the same value, with another value, deleted.
    pub set: u64,
    /// Set again with the same value.
    pub renewed: u64,
    /// Set again with another value.
    pub changed: u64,
    /// Deleted.
    pub deleted: u64,
    /// Requests that carried it.
    pub sent: u64,
    /// Day until which it was asked to be kept, by the first Set-Cookie here and its longest lifetime; RFC 3339 UTC. `None`: none, or until the end of
    /// the browser session.
    pub ends: Option<String>,
    /// Row in the table of cookies of the recording's annex, and the first entry.
    pub behind: Option<(u64, u64)>,
}
