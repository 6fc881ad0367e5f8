//! Rows about cookies.

use serde::Serialize;

use super::{AboveLine, Claim, ListClaim, OwnerRef, Span};

/// A cookie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Cookie {
    /// Row, from 1.
    pub nr: u64,
    /// Name.
    pub name: String,
    /// Domain it is kept for; for a cookie without recorded Set-Cookie the registrable domain it was sent to.
    pub domain: String,
    /// Whether it goes to that host only. `None`: no Set-Cookie recorded.
    pub host_only: Option<bool>,
    /// Path. `None`: no Set-Cookie recorded.
    pub path: Option<String>,
    /// Whether it is kept apart for each top-level site.
    pub partitioned: bool,
    /// Relation of its domain to the page, as for recipients.
    pub relation: &'static str,
    /// Owner of its domain.
    pub owner: Option<OwnerRef>,
    /// `set-cookie`: at least one Set-Cookie was recorded. `cookie-list`: it stands only in a list of the export. `sent-only`: sent, no Set-Cookie recorded.
    pub origin: &'static str,
    /// Hosts whose answers set it, by name.
    pub set_by: Vec<String>,
    /// How often it was set for the first time (again after a deletion).
    pub set: u64,
    /// How often set again with the same value.
    pub renewed: u64,
    /// How often set again with another value.
    pub changed: u64,
    /// How often deleted by a response.
    pub deleted: u64,
    /// Set-Cookie lines that a browser following RFC 6265bis should not take (reasons in `faults`). Whether it did is not recorded.
    pub refusal_expected: u64,
    /// Time of the first Set-Cookie, RFC 3339 UTC.
    pub first_set: Option<String>,
    /// Entry of the first Set-Cookie, or of the first sending.
    pub first_entry: u64,
    /// Shortest and longest lifetime asked for, from the time of each answer. `None` with `session` = true: ends with the browser session.
    pub asked: Option<Span>,
    /// The same as browsers keep it at most: cut at 400 days (RFC 6265bis section 5.5), without lines that a browser should refuse.
    pub effective: Option<Span>,
    /// Comparison lines that the longest lifetime is above.
    pub above: Vec<AboveLine>,
    /// Whether at least one Set-Cookie asked for a session cookie only.
    pub session: bool,
    /// Set-Cookie lines with an end date whose lifetime cannot be computed, because the time of the answer is not known.
    pub end_not_computable: u64,
    /// `Secure` in the last Set-Cookie.
    pub secure: Option<bool>,
    /// `HttpOnly` in the last Set-Cookie.
    pub http_only: Option<bool>,
    /// `SameSite` in the last Set-Cookie: `Strict`, `Lax`, `None`, or empty.
    pub same_site: Option<String>,
    /// Length of the value in bytes, smallest and largest seen.
    pub value_bytes: (u64, u64),
    /// Keyed fingerprints of the values seen, without repetition, in order of time, at most five.
    pub fingerprints: Vec<String>,
    /// How many different values were seen.
    pub values: u64,
    /// Who it was sent to.
    pub sent_to: Vec<SentTo>,
    /// Requests that carried it.
    pub sent: u64,
    /// Requests that carried it with another value than the last recorded Set-Cookie gave it.
    pub sent_with_other_value: u64,
    /// Faults found in its Set-Cookie lines, as identifiers, by name.
    pub faults: Vec<String>,
    /// What each source says of it. Empty: not established.
    pub claims: Vec<Claim>,
    /// What databases of cookies say of it.
    pub list_claims: Vec<ListClaim>,
}

/// Somebody to whom a cookie was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SentTo {
    /// Registrable domain, or address.
    pub site: String,
    /// Relation of it to the page.
    pub relation: &'static str,
    /// Requests.
    pub requests: u64,
}
