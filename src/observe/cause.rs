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

/// Host of the page or frame from which an exchange was asked for, as far as the exchange itself shows it; empty where it does not. A document
/// that a visitor opens counts as asked for by itself: from then on it is the page that is visited. `host` is the one asked.
pub(super) fn asked_from<'a>(exchange: &'a Exchange, cause: &Cause<'a>, host: &str) -> Cow<'a, str> {
    let headers = &exchange.request.headers;
    let host_of = |name: &str| {
        let text = headers.first(name).and_then(|value| std::str::from_utf8(value).ok())?;
        UrlParts::of(text).host(text).map(|found| found.host)
    };
    if cause.id() == "navigation" && cause.basis() == "fetch-metadata" {
        return Cow::Owned(host.to_owned());
    }
    if let Some(found) = host_of("referer").or_else(|| host_of("origin")) {
        return found;
    }
    if !cause.host.is_empty() {
        return cause.host.clone();
    }
    // Sec-Fetch-Site (Fetch Metadata section 2.3) says that no page of another site asked; so does a document without a Referer.
    let own = matches!(headers.first("sec-fetch-site"), Some(b"same-origin" | b"same-site" | b"none"));
    if own || cause.id() == "navigation" { Cow::Owned(host.to_owned()) } else { Cow::Borrowed("") }
}
