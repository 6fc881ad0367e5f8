//! What a report says about the course of a visit: its stretches, time line, choices, what was set and sent before and after them, the trail to
//! other sites, and the custody of the recording. Values only; nothing is decided here.

use serde::Serialize;

/// A part of the recording that begins with a new browser profile; the whole recording where none was marked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Stretch {
    /// Row, from 1; also its number.
    pub nr: u64,
    /// Name, as the mark gives it.
    pub name: Option<String>,
    /// When it was marked, RFC 3339 UTC. `None`: no mark began it.
    pub began: Option<String>,
    /// Who marked it: `operator`, `script`.
    pub said_by: Option<&'static str>,
    /// Start of its first request, RFC 3339 UTC.
    pub first: Option<String>,
    /// Start of its last request, RFC 3339 UTC.
    pub last: Option<String>,
    /// Milliseconds from the first to the last request.
    pub length_ms: i64,
    /// Requests that have a host.
    pub requests: u64,
    /// Different hosts that were asked.
    pub hosts: u64,
    /// Hosts whose first request in the stretch carried a cookie.
    pub hosts_first_asked_with_cookies: u64,
    /// Requests in each of 120 equal parts of the time from the first to the last.
    pub density: Vec<u32>,
}

/// A moment of the time line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Moment {
    /// Row, from 1.
    pub nr: u64,
    /// Number of the stretch.
    pub stretch: u64,
    /// When, RFC 3339 UTC.
    pub time: String,
    /// Milliseconds since the first request of the stretch; negative before it.
    pub offset_ms: i64,
    /// `stretch`, `first-request`, `opened`, `navigated`, `page`, `note`, `choice`, `first-to-site`, `last-request`.
    pub event: &'static str,
    /// The entry it rests on, if it rests on one.
    pub entry: Option<u64>,
    /// Host, or for `first-to-site` the registrable domain.
    pub host: Option<String>,
    /// Path of an opened document as it may be printed.
    pub path: Option<String>,
    /// Status of the answer to an opened document; 0 = none recorded.
    pub status: Option<u16>,
    /// Text of a note, name of a stretch, title of a page, literal text of a button.
    pub text: Option<String>,
    /// Who says so: `operator`, `script`, `request`. `None`: the traffic itself.
    pub said_by: Option<&'static str>,
    /// Row of the choice in [`super::Report::choices`].
    pub choice: Option<u64>,
    /// The rule by which it is known, with its place: `id, file.toml:12`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// How the rule follows from its source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certainty: Option<&'static str>,
}

/// A choice made in a consent screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Choice {
    /// Row, from 1; also its number.
    pub nr: u64,
    /// Number of the stretch.
    pub stretch: u64,
    /// Registrable domain for which it holds; empty: not established.
    pub site: String,
    /// `browser` or `account`. `None`: not established.
    pub scope: Option<&'static str>,
    /// Literal text of the button. `None`: nobody marked it.
    pub text: Option<String>,
    /// Who gives the text: `operator`, `script`.
    pub text_by: Option<&'static str>,
    /// What the request says: `decline-optional`, `allow-optional`, `allow-all`, `saved`, `withdrawn`. `None`: no request was recorded.
    pub says: Option<&'static str>,
    /// When the button was clicked, as a mark says; RFC 3339 UTC.
    pub clicked: Option<String>,
    /// Start of the request, or the time of the mark; RFC 3339 UTC.
    pub asked: String,
    /// When the head of the answer came; RFC 3339 UTC.
    pub answered: Option<String>,
    /// Who says that it was made: `request`, `operator`, `script`.
    pub said_by: &'static str,
    /// Entry of the request.
    pub entry: Option<u64>,
    /// The rule by which the request is known, with its place and source.
    pub rule: Option<ChoiceRule>,
}

/// A rule by which a choice request is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ChoiceRule {
    /// Identifier.
    pub rule: String,
    /// Rule file and line.
    pub place: String,
    /// Identifier of the source in [`super::Report::sources`].
    pub source: String,
    /// `stated`, `derived` or `unverified`.
    pub certainty: &'static str,
}

/// How often something happened before a choice, while it was under way, and after it (up to the next choice for the same site).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Phases {
    /// Before the choice.
    pub before: Times,
    /// From the click, or the request, to the answer.
    pub transition: Times,
    /// After the answer.
    pub after: Times,
}

/// How often something happened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Times {
    /// How often.
    pub count: u64,
    /// Number of the first entry in time.
    pub first_entry: Option<u64>,
}

/// A cookie of a stretch, with regard to a choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ChoiceCookie {
    /// Row, from 1.
    pub nr: u64,
    /// Row of the choice in [`super::Report::choices`].
    pub choice: u64,
    /// Number of the stretch.
    pub stretch: u64,
    /// Name.
    pub name: String,
    /// Domain it is kept for; for a cookie without recorded Set-Cookie the registrable domain it was sent to.
    pub domain: String,
    /// Set-Cookie lines that set it, by the state at the start of their request.
    pub set: Phases,
    /// Of those in transition: lines in the answer to the choice request itself.
    pub set_by_answer: u64,
    /// Set-Cookie lines that ask to delete it.
    pub deleted: Phases,
    /// Requests that carried it.
    pub sent: Phases,
    /// When it was first set or sent in this stretch: `before`, `transition`, `after`.
    pub first_seen: &'static str,
}

/// A value seen at two ends: with the platform and with another site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TrailRow {
    /// Row, from 1.
    pub nr: u64,
    /// `sent-again`, `link-decoration`, `own-cookie`; `linked-value`: found in another place or form than its own, at one end at least.
    pub kind: &'static str,
    /// What carries the value: `cookie`, `entity-tag`, `decoration`, `field`.
    pub carrier: &'static str,
    /// Number of the stretch.
    pub stretch: u64,
    /// Name of the cookie; for `link-decoration` of the parameter.
    pub name: String,
    /// Parameter or form field that carried the value of the cookie (`own-cookie`).
    pub carried_by: Option<String>,
    /// What was done to the value at the end where it does not stand in its own place, innermost first; empty: nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub codings: Vec<&'static str>,
    /// Registrable domain to which the request of the second end was addressed.
    pub recipient: String,
    /// Pseudonym of the value, the same at both ends and in all tables of this report.
    pub pseudonym: String,
    /// Keyed fingerprint of the value, the same at both ends.
    pub fingerprint: String,
    /// The first end.
    pub one: End,
    /// The second end.
    pub other: End,
    /// Milliseconds from the first end to the second; negative where the second came first (`own-cookie`).
    pub between_ms: i64,
    /// Requests at the second end.
    pub requests: u64,
    /// The browser, with its policy on cookies in requests between sites where the recording names one. `None`: not established.
    pub browser: Option<String>,
    /// That policy by itself: `allowed`, `blocked`, `browser-default` (as this build does unasked), `not-recorded`.
    pub policy: &'static str,
}

/// An end of a row of the trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct End {
    /// Entry number.
    pub entry: u64,
    /// Start of the request, RFC 3339 UTC.
    pub time: String,
    /// Host that was asked.
    pub host: String,
    /// Registrable domain of the page or frame from which it was asked for.
    pub page: String,
    /// State of the choice for the examined page's site.
    pub page_choice: State,
    /// State of the choice for the site of `page`.
    pub own_choice: State,
}

/// The state of a moment with regard to a choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct State {
    /// `before-choice`, `transition`, `after-choice`; `none`: no choice for that site was recorded.
    pub state: &'static str,
    /// Row of the choice in [`super::Report::choices`].
    pub choice: Option<u64>,
}

/// How many secrets a rule had masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MaskCount {
    /// Identifier of the rule.
    pub rule: String,
    /// How many.
    pub count: u64,
}

/// What the custody log of a recording says in sum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Custody {
    /// When recording began, RFC 3339 UTC.
    pub started: Option<String>,
    /// When it ended, RFC 3339 UTC. `None`: it was interrupted.
    pub ended: Option<String>,
    /// Records in the custody log.
    pub records: u64,
    /// Digest of its last record.
    pub head: Option<String>,
    /// How many exchanges were recorded.
    pub entries: u64,
    /// How many connections to servers.
    pub connections: u64,
    /// How many tunnels whose content was not read.
    pub tunnels: u64,
    /// Bytes in those tunnels, both ways.
    pub tunnel_bytes: u64,
    /// How many changes were made to traffic on its way.
    pub changes: u64,
    /// Secrets that were masked before they were recorded, by rule.
    pub masks: Vec<MaskCount>,
    /// Whether secrets were masked; `None`: the recording does not say.
    pub masking: Option<bool>,
    /// How often recording was taken up again after an interruption.
    pub recoveries: u64,
    /// Longest time in milliseconds for which a record may lie with the operating system before it is forced to the disk.
    pub sync_interval_ms: u64,
    /// SHA-256 of the certificate of the authority that vouched for the proxy towards the browser.
    pub authority: Option<String>,
    /// The case it belongs to.
    pub case: Option<String>,
    /// Its number in the ledger of the case.
    pub ledger_number: Option<u64>,
}
