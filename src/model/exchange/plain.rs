//! Exchanges, requests and responses of which little is known: everything that is not named is none, empty, or not recorded.

use super::{Connection, Exchange, Fidelity, NotCarried, OddHeads, Outcome, Request, Response, Timings};
use crate::model::{Body, Headers};

impl Exchange {
    /// An exchange of which nothing is known but these. What it does not name is none, empty, or not recorded.
    #[must_use]
    pub fn of(request: Request, outcome: Outcome, fidelity: Fidelity) -> Self {
        Self {
            started: None,
            page: None,
            connection: Connection::default(),
            request,
            outcome,
            interim: Vec::new(),
            messages: Vec::new(),
            timings: Timings::default(),
            fidelity,
            odd_heads: OddHeads::default(),
            changes: Vec::new(),
            not_carried: NotCarried::default(),
            anomalies: Vec::new(),
            resource_type: None,
            initiator: None,
            listed_cookies: Vec::new(),
        }
    }
}

impl Request {
    /// A request without trailer fields.
    #[must_use]
    pub fn of(method: &str, url: &str, version: &str, headers: Headers, body: Body) -> Self {
        let (method, url, version) = (method.to_owned(), url.to_owned(), version.to_owned());
        Self { method, url, version, headers, body, trailers: Headers::new() }
    }
}

impl Response {
    /// A response without trailer fields, whose media type is what its header says.
    #[must_use]
    pub fn of(status: u16, reason: &str, version: &str, headers: Headers, body: Body) -> Self {
        let (reason, version) = (reason.to_owned(), version.to_owned());
        Self { status, reason, version, headers, body, trailers: Headers::new(), media_type: None }
    }
}
