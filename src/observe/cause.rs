//! What made the browser send a request, as far as the exchange itself shows it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::model::{Exchange, UrlParts};

/// What made the browser ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause<'a> {
    kind: u8,
    basis: u8,
    /// Host of the document or script that asked; empty where it is not known.
    #[serde(borrow)]
    pub host: Cow<'a, str>,
}

/// Identifiers of causes, as outputs print them. `redirect` is found by looking at the entries before.
pub const CAUSES: [&str; 7] = ["not-established", "navigation", "frame", "document", "script", "preflight", "redirect"];

const BASES: [&str; 4] = ["none", "fetch-metadata", "recording", "location"];

impl<'a> Cause<'a> {
    fn new(kind: &str, basis: &str, host: Cow<'a, str>) -> Self {
        let index = |names: &[&str], wanted: &str| names.iter().position(|name| *name == wanted).unwrap_or(0) as u8;
        Self { kind: index(&CAUSES, kind), basis: index(&BASES, basis), host }
    }

    /// A redirect by an earlier answer.
    #[must_use]
    pub fn redirect() -> Self {
        Self::new("redirect", "location", Cow::Borrowed(""))
    }

    /// Its identifier.
    #[must_use]
    pub fn id(&self) -> &'static str {
        CAUSES.get(usize::from(self.kind)).copied().unwrap_or(CAUSES[0])
    }

    /// How it is known: `fetch-metadata`, `recording`, `location` or `none`.
    #[must_use]
    pub fn basis(&self) -> &'static str {
        BASES.get(usize::from(self.basis)).copied().unwrap_or(BASES[0])
    }

    /// The cause of an exchange: what the browser sent (Fetch Metadata sections 2.1 and 2.3) counts first, then the recording's own word.
    #[must_use]
    pub fn of(exchange: &'a Exchange) -> Self {
        let headers = &exchange.request.headers;
        let host = || {
            let url = exchange.initiator.as_ref().map_or("", |initiator| &initiator.url);
            UrlParts::of(url).host(url).map_or(Cow::Borrowed(""), |found| found.host)
        };
        if headers.first("sec-fetch-mode") == Some(b"navigate") {
            let kind = if headers.first("sec-fetch-dest") == Some(b"document") { "navigation" } else { "frame" };
            return Self::new(kind, "fetch-metadata", host());
        }
        let kind = match exchange.initiator.as_ref().map(|initiator| initiator.kind.as_str()) {
            Some("script") => "script",
            Some("parser" | "preload" | "link") => "document",
            Some("preflight") => "preflight",
            _ if exchange.request.method == "OPTIONS" && headers.first("access-control-request-method").is_some() => "preflight",
            _ if exchange.resource_type.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("document")) => "navigation",
            _ => return Self::new("not-established", "none", host()),
        };
        Self::new(kind, "recording", host())
    }
}
