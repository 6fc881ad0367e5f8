//! Sentences of the annex over a case, each as the rows that it rests on and what was counted for it.

use serde::Serialize;

use super::super::Tally;
use crate::report::model::{Claim, Span};

/// Sentences that hold, in the order of their numbers. An empty list: there is nothing to fill it with, and the page says so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sentences {
    /// 1: requests that carry something of the Page.
    pub with_page: Vec<WithPage>,
    /// 2: cookies set before anything was chosen.
    pub before_choice: Vec<BeforeChoice>,
    /// 3: cookies still sent after something was declined.
    pub after_decline: Vec<AfterDecline>,
    /// 4: endpoints with fields whose meaning is not established.
    pub open_fields: Vec<OpenFields>,
    /// 5: purposes as a vendor states them.
    pub purposes: Vec<StatedPurpose>,
    /// 6: cookies that controls show too: rows of the classes.
    pub on_controls: Vec<u64>,
    /// 7: rows of the trail.
    pub followed: Vec<Followed>,
    /// 8: rows of the locations with a register entry.
    pub registered: Vec<u64>,
    /// 8: rows of the locations whose address is in no register, as it is one of a machine itself or of a private network (RFC 6890).
    pub not_public: u64,
    /// 9: timestamps of the recordings that are used.
    pub stamped: Stamped,
    /// 10: what was not seen.
    pub not_seen: NotSeen,
}

/// Sentence 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WithPage {
    /// Row of the classes, which holds the tallies.
    pub class_row: u64,
    /// `page-id`, `page-name`, `page-address`.
    pub what: &'static str,
    /// Kind of place.
    pub place: String,
    /// Name of the field; empty: it has none.
    pub field: String,
}

/// Sentence 2.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BeforeChoice {
    /// Row of the cookies.
    pub cookie: u64,
    /// Scenario by name.
    pub scenario: String,
    /// Row of the register.
    pub recording: u64,
    /// Entry whose answer set it.
    pub entry: u64,
    /// Start of the first recorded request whose answer set the cookie in that recording, RFC 3339 UTC.
    pub time: String,
    /// Hosts whose answers set it there.
    pub hosts: Vec<String>,
    /// Longest lifetime asked for there. `None`: the browser session, or not computable.
    pub lifetime: Option<Span>,
    /// Whether one asked for the browser session only.
    pub session: bool,
}

/// Sentence 3.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AfterDecline {
    /// Row of the cookies.
    pub cookie: u64,
    /// Row of the answer `sent-after-decline`.
    pub answer_row: u64,
    /// Literal texts of the buttons.
    pub buttons: Vec<String>,
    /// Scenario by name.
    pub scenario: String,
    /// Requests that carried it after that, over the recordings of the scenario.
    pub requests: u64,
    /// Requests that carried it while that choice was being handled.
    pub in_transition: u64,
    /// Set-Cookie lines after it, over the same recordings. `None`: that could not be established of all of them.
    pub set_again: Option<u64>,
    /// In how many of the recordings it was sent.
    pub tally: Tally,
}

/// Sentence 4.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OpenFields {
    /// Row of the endpoints.
    pub endpoint: u64,
    /// Different fields.
    pub fields: u64,
    /// Of these, fields whose meaning is not established.
    pub open: u64,
    /// How many per cent that is, with one decimal.
    pub percent: String,
    /// Fields of it that have no row in the annexes of the recordings, as there was no room.
    pub left_out: u64,
    /// First and last row of these in the fields. `None`: they were left out.
    pub rows: Option<(u64, u64)>,
}

/// Sentence 5.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatedPurpose {
    /// Row of the cookies.
    pub cookie: u64,
    /// What the vendor says, in our words.
    pub claim: Claim,
    /// Rows of the words that are a reply about the cookie.
    pub replies: Vec<u64>,
}

/// Sentence 7.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Followed {
    /// Row of the trail.
    pub trail: u64,
    /// Recordings in which third-party cookies were blocked, the same name was sent to the same recipient with the Page, and that recipient was asked from the
    /// same other site: how many.
    pub blocked: u64,
    /// In how many of these the same was recorded.
    pub blocked_recorded: u64,
}

/// Sentence 9. A timestamp holds if its token is signed over the record that it names; which authorities deserve trust is for `verify` and its reader.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Stamped {
    /// Recordings with at least one timestamp that holds.
    pub recordings: u64,
    /// Of these, recordings with one over the last record of their log.
    pub whole: u64,
    /// Who gave those that hold.
    pub by: Vec<StampedBy>,
    /// Timestamps that do not hold, or that this program cannot check.
    pub not_held: u64,
    /// Timestamps that could not be read.
    pub unreadable: u64,
}

/// An authority that gave timestamps.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct StampedBy {
    /// Its address, as the recordings name it.
    pub authority: String,
    /// Whether it is a qualified one, as was noted at stamping: `yes`, `no` or `unknown`.
    pub qualified: String,
    /// Where that is taken from, as was noted.
    pub source: Option<String>,
    /// Recordings with at least one timestamp of it.
    pub recordings: u64,
    /// Earliest time in its tokens, RFC 3339 UTC.
    pub first: String,
    /// Latest.
    pub last: String,
}

/// Sentence 10.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NotSeen {
    /// Connections whose content was not read.
    pub tunnels: u64,
    /// Bytes in these, both ways.
    pub tunnel_bytes: u64,
    /// Recordings that are used and say nothing about such connections: made by another program.
    pub without_custody: u64,
    /// Recordings in the register that are not used.
    pub not_used: u64,
}
