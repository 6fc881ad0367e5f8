//! What a report says about the attribution of requests: which page they belong to, what triggered them, who acted, in which of the three ways, and
//! whether they carry the examined Page. Each with what it rests on and how sure it is. Nothing is decided here.

use serde::Serialize;

/// Attribution, counted over the recording.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AttributionTables {
    /// Requests by trigger, actor and how sure both are.
    pub triggers: Vec<TriggerRow>,
    /// Requests by way.
    pub ways: Vec<WayRow>,
    /// Fields of requests that carry the examined Page's identifier, name or address; by host, method, path and locator.
    pub mentions: Vec<MentionRow>,
    /// Rows of these there was no room for.
    pub mentions_left_out: u64,
    /// Pairs of a preflight and the request that it asked leave for, by the entry of the preflight.
    pub preflights: Vec<PreflightRow>,
    /// How many pairs there was no room for.
    pub preflights_left_out: u64,
}

/// Requests with the same trigger and actor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TriggerRow {
    /// Row, from 1.
    pub nr: u64,
    /// What made the browser send them: an identifier of `TriggerKind`.
    pub trigger: &'static str,
    /// How sure that is: `stated`, `derived`, `guessed`, `not-established`.
    pub trigger_confidence: &'static str,
    /// Who acted: `visitor`, `staff`, `auditee-site`, `not-established`.
    pub actor: &'static str,
    /// How sure that is.
    pub actor_confidence: &'static str,
    /// Requests.
    pub requests: u64,
    /// Hosts that were asked.
    pub hosts: u64,
    /// First entry in time.
    pub first_entry: u64,
}

/// Requests that were sent in the same way. The three ways and that of another account always have a row, also where nothing was sent so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct WayRow {
    /// Row, from 1.
    pub nr: u64,
    /// To the platform: `entered-by-auditee`, `visitor-on-platform`, `auditee-sites`, `other-account`, `elsewhere`, `not-established`. To anybody else, in
    /// whichever way: `other-recipients`. Where no platform is named, every request is under `not-established`.
    pub way: &'static str,
    /// Why nothing can be counted: `needs-rules`, `no-own-sites` (the operator named none) or `no-platform` (likewise).
    pub not_counted: Option<&'static str>,
    /// Requests, without preflights.
    pub requests: u64,
    /// How many preflights.
    pub preflights: u64,
    /// Of the requests: how many by confidence `stated`, `derived`, `guessed`, `not-established`.
    pub by_confidence: [u64; 4],
    /// Of the requests: how many by somebody who acts under another account than the one that is logged in.
    pub by_staff: u64,
    /// Of the requests: how many carry the examined Page's identifier, name or address.
    pub with_mention: u64,
    /// Registrable domains that were asked.
    pub recipients: u64,
    /// First entry in time. `None`: no request.
    pub first_entry: Option<u64>,
}

/// A field that carries something of the examined Page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MentionRow {
    /// Row, from 1.
    pub nr: u64,
    /// Host.
    pub host: String,
    /// Method.
    pub method: String,
    /// Path as it may be printed.
    pub path: String,
    /// `page-id`, `page-name`, `page-address`.
    pub kind: &'static str,
    /// Kind of place in which it stands: `path`, `query`, `form`, `json`, `header`, `cookie`, `message`, `body`.
    pub place: String,
    /// Name of the field as it may be printed; empty: it has none.
    pub field: String,
    /// Where it stands.
    pub locator: String,
    /// What was undone there to find it: `plain`, `percent`.
    pub coding: &'static str,
    /// Requests.
    pub requests: u64,
    /// First entry in time.
    pub first_entry: u64,
}

/// A preflight and the request that it asked leave for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PreflightRow {
    /// Row, from 1.
    pub nr: u64,
    /// Entry of the preflight.
    pub preflight: u64,
    /// Entry of the request. `None`: none was recorded.
    pub request: Option<u64>,
    /// Host.
    pub host: String,
}

/// Attribution of the requests of a row of flows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FlowAttribution {
    /// Pages to which they belong, by entry, basis and confidence; at most ten.
    pub pages: Vec<PageCount>,
    /// What triggered them, by kind, basis, confidence and host; at most twenty.
    pub triggers: Vec<TriggerCount>,
    /// Who acted in which way.
    pub acted: Vec<ActedCount>,
    /// How many of them are preflights.
    pub preflights: u64,
    /// How many of them carry the examined Page's identifier, name or address.
    pub with_mention: u64,
}

/// Requests of one page.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PageCount {
    /// Entry that opened the page. `None`: not established.
    pub entry: Option<u64>,
    /// Its host.
    pub host: Option<String>,
    /// Its path as it may be printed.
    pub path: Option<String>,
    /// What it rests on.
    pub basis: &'static str,
    /// How sure it is.
    pub confidence: &'static str,
    /// Requests.
    pub requests: u64,
}

/// Requests with one trigger.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TriggerCount {
    /// Which.
    pub trigger: &'static str,
    /// What it rests on.
    pub basis: &'static str,
    /// How sure it is.
    pub confidence: &'static str,
    /// Host of the script, stylesheet or frame, where known.
    pub host: Option<String>,
    /// Requests.
    pub requests: u64,
}

/// Requests of one actor in one way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ActedCount {
    /// Who.
    pub actor: &'static str,
    /// In which way.
    pub way: &'static str,
    /// What both rest on.
    pub basis: &'static str,
    /// How sure it is.
    pub confidence: &'static str,
    /// Requests.
    pub requests: u64,
}
