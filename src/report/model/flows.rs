//! Rows about flows: requests to one endpoint.

use serde::Serialize;

use super::{Claim, FlowAttribution, HandCount, ListMatch, OwnerRef};

/// Requests to one endpoint: host, method and path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Flow {
    /// Row, from 1.
    pub nr: u64,
    /// Method.
    pub method: String,
    /// Host.
    pub host: String,
    /// Registrable domain, or address.
    pub site: String,
    /// Path as it may be printed.
    pub path: String,
    /// Requests of these that, by the recording itself, never left the browser: served from cache, or stopped by the browser.
    pub not_sent: u64,
    /// Of these, requests that the recording program refused to pass on, as the operator set it. They are no word about the browser.
    pub refused: u64,
    /// Requests of these the like of which was also recorded while the same browser was idle.
    #[serde(skip_serializing_if = "is_zero")]
    pub also_idle: u64,
    /// Names of query parameters seen, by name. What has no name of the usual form stands in the recording only.
    pub parameters: Vec<String>,
    /// Relation, as for recipients.
    pub relation: &'static str,
    /// Position, as for recipients.
    pub position: &'static str,
    /// Owner of the domain.
    pub owner: Option<OwnerRef>,
    /// Requests.
    pub requests: u64,
    /// Time of the first, RFC 3339 UTC.
    pub first_time: Option<String>,
    /// Entry numbers, at most the first ten.
    pub entries: Vec<u64>,
    /// Status codes seen, ascending; 0 = no status recorded.
    pub statuses: Vec<u16>,
    /// Names of cookies sent, by name.
    pub cookies_sent: Vec<String>,
    /// Names of cookies set, by name.
    pub cookies_set: Vec<String>,
    /// Bytes of request bodies that were recorded.
    pub body_bytes_sent: u64,
    /// Hosts to which answers redirected, by name.
    pub redirects_to: Vec<String>,
    /// What made the browser ask, as far as recorded: identifier and requests, by identifier.
    pub causes: Vec<CauseCount>,
    /// Requests while a script acted in the browser, while a person did, and of which that is not established.
    pub operated: HandCount,
    /// What they are attributed to.
    pub attribution: FlowAttribution,
    /// What each source says of the endpoint.
    pub claims: Vec<Claim>,
    /// Rules of filter lists that match, without repetition.
    pub lists: Vec<ListMatch>,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Requests with the same cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CauseCount {
    /// `navigation`, `frame`, `document`, `script`, `preflight`, `redirect`, `not-established`.
    pub cause: &'static str,
    /// Requests.
    pub requests: u64,
}
