//! What an exchange itself tells about where its request came from and what its answer leads to: Fetch Metadata, Referer, Origin, initiator,
//! what a preflight asks, addresses mentioned, endpoints declared for reports. Draws no conclusion; of addresses only hosts and keyed
//! marks are kept.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::address::{AddressMark, marks};
use super::announced::{KEPT, declared, linked};
use super::form::decoded;
use super::mentions::Mentions;
use crate::evidence::Fingerprinter;
use crate::model::{Exchange, Headers, UrlParts};

/// The first part of a body in which the fields about accounts are looked for, in bytes.
const LOOKED_THROUGH: usize = 64 << 10;

/// Sec-Fetch-Mode (Fetch Metadata section 2.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FetchMode {
    /// Not sent, or not recorded.
    #[default]
    Missing,
    /// A document is opened.
    Navigate,
    /// A request that may be read across origins.
    Cors,
    /// A request whose answer cannot be read across origins.
    NoCors,
    /// A request within one origin.
    SameOrigin,
    /// A WebSocket.
    WebSocket,
    /// Another word.
    Other,
}

/// Sec-Fetch-Dest (Fetch Metadata section 2.1), as far as it tells who asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FetchDest {
    /// Not sent, or not recorded.
    #[default]
    Missing,
    /// A document in a window.
    Document,
    /// A document in a frame.
    Frame,
    /// None: a script's own request, a beacon, a ping.
    Empty,
    /// The script of a service worker.
    ServiceWorker,
    /// A report.
    Report,
    /// What a document or stylesheet is made of.
    Part,
}

/// Sec-Fetch-Site (Fetch Metadata section 2.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FetchSite {
    /// Not sent, or not recorded.
    #[default]
    Missing,
    /// No page asked: the visitor or the browser did.
    None,
    /// A page of the same origin asked.
    SameOrigin,
    /// A page of the same site asked.
    SameSite,
    /// A page of another site asked.
    CrossSite,
}

/// What a request's body is, by its media type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sends {
    /// No media type.
    #[default]
    Nothing,
    /// `text/plain`: what beacons send as text.
    Plain,
    /// `text/ping` (HTML section 4.6.5).
    Ping,
    /// `application/reports+json` (Reporting API section 3.3).
    Reports,
    /// `application/csp-report` (CSP Level 2).
    CspReport,
    /// A form.
    Form,
    /// Anything else.
    Other,
}

/// What the recording calls the initiator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum InitiatorKind {
    /// The recording does not say.
    #[default]
    Missing,
    /// A document's parser.
    Parser,
    /// A `Link` header field, or a preload.
    Link,
    /// A script.
    Script,
    /// The browser, before another request.
    Preflight,
    /// Another word.
    Other,
}

/// An address as far as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot<'a> {
    /// Host.
    #[serde(borrow)]
    pub host: Cow<'a, str>,
    /// Mark of the address without its fragment.
    pub address: AddressMark,
    /// Mark of host and path.
    pub path: AddressMark,
    /// Whether it has neither a path nor a query: browsers cut addresses to their origin before they tell other sites.
    pub origin_only: bool,
}

impl<'a> Spot<'a> {
    fn of(url: &'a str, fingerprints: &Fingerprinter) -> Option<Self> {
        let parts = UrlParts::of(url);
        let host = parts.host(url)?.host;
        let (address, path) = marks(url, fingerprints)?;
        Some(Self { host, address, path, origin_only: matches!(&url[parts.path], "" | "/") && parts.query.is_none() })
    }

    fn in_field(headers: &'a Headers, name: &str, fingerprints: &Fingerprinter) -> Option<Self> {
        Self::of(std::str::from_utf8(headers.first(name)?).ok()?.trim(), fingerprints)
    }
}

/// An account that a request names in a field of its form or query.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Account {
    /// The field is not there.
    #[default]
    Missing,
    /// The field says that there is none: `0`.
    None,
    /// Keyed fingerprint of its identifier.
    Is([u8; 8]),
}

/// What an exchange tells about where it comes from and where it leads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leads<'a> {
    /// Mark of its own address; `None`: it has no host.
    pub address: Option<AddressMark>,
    /// Mark of its own host and path.
    pub path: Option<AddressMark>,
    /// Sec-Fetch-Mode.
    pub mode: FetchMode,
    /// Sec-Fetch-Dest.
    pub dest: FetchDest,
    /// Sec-Fetch-Site.
    pub site: FetchSite,
    /// `Sec-Fetch-User: ?1`: a visitor's click or key opened it (Fetch Metadata section 2.4).
    pub by_user: bool,
    /// `Sec-Purpose` or `Purpose: prefetch`: fetched ahead.
    pub ahead: bool,
    /// `Service-Worker: script`: the script of a service worker (Service Workers section 4.4).
    pub registers_worker: bool,
    /// `X-Requested-With`, which scripts send.
    pub by_script: bool,
    /// What its body is.
    pub sends: Sends,
    /// Referer.
    #[serde(borrow)]
    pub referer: Option<Spot<'a>>,
    /// Origin, where it names one.
    #[serde(borrow)]
    pub origin: Option<Spot<'a>>,
    /// Ping-From: the page on which a link was clicked (HTML section 4.6.5).
    #[serde(borrow)]
    pub ping_from: Option<Spot<'a>>,
    /// The recording's word for what made the browser ask.
    pub initiator: InitiatorKind,
    /// The document or script that asked, as the recording says.
    #[serde(borrow)]
    pub initiator_at: Option<Spot<'a>>,
    /// The method that a preflight asks for (Fetch section 3.2.2).
    #[serde(borrow)]
    pub asks: Cow<'a, str>,
    /// The recorder's identifier of the client's connection; empty where there is none.
    #[serde(borrow)]
    pub client: Cow<'a, str>,
    /// Account under which a request acts (field `av`).
    pub acting: Account,
    /// Account that is logged in (field `__user`).
    pub account: Account,
    /// Whether the answer, taken by itself, gives a document to look at: not 204 or 205, no redirect, no download.
    pub gives_document: bool,
    /// Whether the answer is HTML.
    pub is_html: bool,
    /// Addresses in `Link` header fields that a browser loads ahead, sorted.
    pub linked: Vec<AddressMark>,
    /// The same in answers before the answer (103), sorted.
    pub hinted: Vec<AddressMark>,
    /// Endpoints that the answer names for reports: NEL and Report-To, Reporting-Endpoints, Content-Security-Policy; sorted.
    pub declared: Vec<AddressMark>,
    /// Addresses that the answer's document mentions.
    pub mentions: Mentions,
}

impl<'a> Leads<'a> {
    /// What `exchange` tells.
    #[must_use]
    pub fn of(exchange: &'a Exchange, fingerprints: &Fingerprinter) -> Self {
        let url = &exchange.request.url;
        let headers = &exchange.request.headers;
        let word = |name: &str| headers.first(name).map(<[u8]>::trim_ascii).unwrap_or_default();
        let response = exchange.outcome.response();
        let (acting, account) = accounts(exchange, fingerprints);
        let initiator_url = exchange.initiator.as_ref().map_or("", |initiator| &initiator.url);
        let client = exchange.connection.client.as_deref().or(exchange.connection.id.as_deref());
        let hinted = exchange.interim.iter().flat_map(|interim| linked(&interim.headers, url, fingerprints)).collect();
        let own = marks(url, fingerprints);
        Self {
            address: own.map(|(address, _)| address),
            path: own.map(|(_, path)| path),
            mode: mode(word("sec-fetch-mode")),
            dest: destination(word("sec-fetch-dest")),
            site: site(word("sec-fetch-site")),
            by_user: word("sec-fetch-user") == b"?1",
            ahead: [word("sec-purpose"), word("purpose"), word("x-moz")].iter().any(|word| word.starts_with(b"prefetch")),
            registers_worker: word("service-worker") == b"script",
            by_script: headers.first("x-requested-with").is_some(),
            sends: sends(word("content-type")),
            referer: Spot::in_field(headers, "referer", fingerprints),
            origin: Spot::in_field(headers, "origin", fingerprints),
            ping_from: Spot::in_field(headers, "ping-from", fingerprints),
            initiator: initiator(exchange),
            initiator_at: Spot::of(initiator_url, fingerprints),
            asks: match std::str::from_utf8(word("access-control-request-method")) {
                Ok(method) if exchange.request.method == "OPTIONS" => Cow::Borrowed(method),
                _ => Cow::Borrowed(""),
            },
            client: Cow::Borrowed(client.unwrap_or_default()),
            acting,
            account,
            gives_document: response.is_some_and(|response| {
                let download = response.headers.first("content-disposition");
                let download = download.is_some_and(|value| value.get(..10).is_some_and(|word| word.eq_ignore_ascii_case(b"attachment")));
                !download && !matches!(response.status, 204 | 205 | 301 | 302 | 303 | 307 | 308)
            }),
            is_html: response
                .and_then(crate::model::Response::media_type_essence)
                .is_some_and(|essence| essence.eq_ignore_ascii_case("text/html") || essence.eq_ignore_ascii_case("application/xhtml+xml")),
            linked: sorted(response.map(|response| linked(&response.headers, url, fingerprints)).unwrap_or_default()),
            hinted: sorted(hinted),
            declared: sorted(response.map(|response| declared(&response.headers, url, fingerprints)).unwrap_or_default()),
            mentions: Mentions::of(exchange, url, fingerprints),
        }
    }

    /// Whether it asks leave for another request (Fetch section 4.8).
    #[must_use]
    pub fn is_preflight(&self) -> bool {
        !self.asks.is_empty() || self.initiator == InitiatorKind::Preflight
    }
}

fn sorted(mut marks: Vec<AddressMark>) -> Vec<AddressMark> {
    marks.sort_unstable();
    marks.dedup();
    marks.truncate(KEPT);
    marks
}

fn mode(word: &[u8]) -> FetchMode {
    match word {
        b"" => FetchMode::Missing,
        b"navigate" => FetchMode::Navigate,
        b"cors" => FetchMode::Cors,
        b"no-cors" => FetchMode::NoCors,
        b"same-origin" => FetchMode::SameOrigin,
        b"websocket" => FetchMode::WebSocket,
        _ => FetchMode::Other,
    }
}

fn destination(word: &[u8]) -> FetchDest {
    match word {
        b"" => FetchDest::Missing,
        b"document" => FetchDest::Document,
        b"iframe" | b"frame" | b"fencedframe" => FetchDest::Frame,
        b"empty" => FetchDest::Empty,
        b"serviceworker" => FetchDest::ServiceWorker,
        b"report" => FetchDest::Report,
        _ => FetchDest::Part,
    }
}

fn site(word: &[u8]) -> FetchSite {
    match word {
        b"none" => FetchSite::None,
        b"same-origin" => FetchSite::SameOrigin,
        b"same-site" => FetchSite::SameSite,
        b"cross-site" => FetchSite::CrossSite,
        _ => FetchSite::Missing,
    }
}

fn essence(content_type: &[u8]) -> String {
    let essence = content_type.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii();
    String::from_utf8_lossy(essence).to_ascii_lowercase()
}

fn sends(content_type: &[u8]) -> Sends {
    match essence(content_type).as_str() {
        "" => Sends::Nothing,
        "text/plain" => Sends::Plain,
        "text/ping" => Sends::Ping,
        "application/reports+json" => Sends::Reports,
        "application/csp-report" => Sends::CspReport,
        "application/x-www-form-urlencoded" | "multipart/form-data" => Sends::Form,
        _ => Sends::Other,
    }
}

fn initiator(exchange: &Exchange) -> InitiatorKind {
    match exchange.initiator.as_ref().map(|initiator| initiator.kind.as_str()) {
        None | Some("") => InitiatorKind::Missing,
        Some("parser") => InitiatorKind::Parser,
        Some("link" | "preload") => InitiatorKind::Link,
        Some("script") => InitiatorKind::Script,
        Some("preflight") => InitiatorKind::Preflight,
        Some(_) => InitiatorKind::Other,
    }
}

/// The account under which a request acts and the one that is logged in, by the names that the platform's own requests use. They are looked for in
/// every request, because no rule is known here; what they mean is for whoever knows whose request it is.
fn accounts(exchange: &Exchange, fingerprints: &Fingerprinter) -> (Account, Account) {
    let url = &exchange.request.url;
    let parts = UrlParts::of(url);
    let mut found = (Account::Missing, Account::Missing);
    let mut take = |name: &[u8], value: &[u8]| {
        let place = match name {
            b"av" => &mut found.0,
            b"__user" => &mut found.1,
            _ => return,
        };
        let value = decoded(value);
        if *place == Account::Missing && !value.is_empty() {
            *place = if value == b"0" { Account::None } else { Account::Is(fingerprints.of(&value).0) };
        }
    };
    let mut pairs = |text: &[u8]| {
        for pair in text.split(|&byte| byte == b'&') {
            if let Some(equals) = memchr::memchr(b'=', pair).filter(|equals| *equals <= 8) {
                take(&pair[..equals], &pair[equals + 1..]);
            }
        }
    };
    // The body says more about one request than the address, which is often the same for many.
    let body = exchange.request.body.in_memory().map(|body| &body[..body.len().min(LOOKED_THROUGH)]).unwrap_or_default();
    let content_type = exchange.request.headers.first("content-type").unwrap_or_default();
    match essence(content_type).as_str() {
        "application/x-www-form-urlencoded" => pairs(body),
        "multipart/form-data" => {
            for name in ["av", "__user"] {
                let mark = format!("name=\"{name}\"\r\n\r\n");
                let value = memchr::memmem::find(body, mark.as_bytes()).map(|at| &body[at + mark.len()..]);
                let value = value.and_then(|value| Some(&value[..memchr::memchr(b'\r', value)?]));
                // The value of a part is not percent-encoded; identifiers hold nothing that decoding would change.
                if let Some(value) = value.filter(|value| value.iter().all(u8::is_ascii_alphanumeric)) {
                    pairs(&[name.as_bytes(), b"=", value].concat());
                }
            }
        }
        _ => {}
    }
    pairs(parts.query.map_or("", |query| &url[query]).as_bytes());
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::CaseKey;
    use crate::model::Digest;
    use crate::observe::path_mark;

    fn fingerprints() -> Fingerprinter {
        Fingerprinter::new(&CaseKey::of_capture(Digest::of(b"")))
    }

    fn headers(fields: &[(&str, &str)]) -> Headers {
        let mut headers = Headers::new();
        fields.iter().for_each(|(name, value)| headers.push(name.as_bytes(), value.as_bytes()));
        headers
    }

    #[test]
    fn words_of_the_browser() {
        assert_eq!(mode(b"navigate"), FetchMode::Navigate);
        assert_eq!(mode(b"?"), FetchMode::Other);
        assert_eq!(destination(b"image"), FetchDest::Part);
        assert_eq!(site(b"cross-site"), FetchSite::CrossSite);
        assert_eq!(sends(b"Text/Ping; x"), Sends::Ping);
        assert_eq!(sends(b"multipart/form-data; boundary=x"), Sends::Form);
    }

    #[test]
    fn places_keep_no_address() {
        let fields = headers(&[("Referer", "https://A.nl/b?c=secret"), ("Origin", "https://a.nl"), ("Ping-From", "null")]);
        let fingerprints = fingerprints();
        let referer = Spot::in_field(&fields, "referer", &fingerprints).expect("a host");
        let origin = Spot::in_field(&fields, "origin", &fingerprints).expect("a host");
        assert_eq!((&*referer.host, referer.origin_only, &*origin.host, origin.origin_only), ("a.nl", false, "a.nl", true));
        assert_eq!(Some(referer.path), path_mark("http://a.nl/b/", &fingerprints));
        assert_eq!(Spot::in_field(&fields, "ping-from", &fingerprints), None);
    }
}
