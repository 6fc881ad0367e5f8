//! Neutral facts in an entry, each with its place in the bytes. Knows no rules: new rules can run over old observations.
//!
//! An [`Observation`] is what analysis keeps of an entry. It has a compact serial form, because a recording can have more entries than memory
//! has room for their URLs.

mod address;
mod announced;
mod cause;
mod cookies;
mod fields;
mod form;
mod kind;
mod leads;
mod mentions;
mod validators;

use std::borrow::Cow;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

pub use address::{AddressMark, path_mark};
pub use cause::{CAUSES, Cause};
pub use cookies::{CookieKey, FAULTS, SeenCookie, SentCookie, cookie_key};
pub use fields::{SHAPES, SeenField};
pub use form::{FormField, SHORTEST_IDENTIFIER, decoded};
pub use kind::RequestKind;
pub use leads::{Account, FetchDest, FetchMode, FetchSite, InitiatorKind, Leads, Sends, Spot};
pub use mentions::{Mentions, Reading};
pub use validators::{ContentDigest, SeenValidator, ValidatorKind};

use crate::decode::{self, DecodeAnomaly, Field, Limits};
use crate::evidence::Fingerprinter;
use crate::model::{Anomaly, Body, BodyState, Entry, Exchange, FailureStage, NotCarried, Outcome, Response, UrlParts};
use crate::site::SuffixList;

/// What is known of an entry without any rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation<'a> {
    /// Entry number.
    pub number: u64,
    /// Start in nanoseconds since the epoch, where known.
    pub started: Option<i64>,
    /// When the head of the response came, where known.
    pub answered: Option<i64>,
    /// Entry digest.
    pub digest: [u8; 32],
    /// Method.
    #[serde(borrow)]
    pub method: Cow<'a, str>,
    /// URL as recorded.
    #[serde(borrow)]
    pub url: Cow<'a, str>,
    /// Host for looking things up.
    #[serde(borrow)]
    pub host: Cow<'a, str>,
    /// Page to which the recording gives the entry; empty where it does not.
    #[serde(borrow)]
    pub page: Cow<'a, str>,
    /// Status; 0 = none recorded.
    pub status: u16,
    /// What became of it: an index in [`OUTCOMES`].
    outcome: u8,
    /// Whether the recording says that it was served from the browser's cache.
    pub from_cache: bool,
    /// Kind of the request, with how that is known.
    pub kind: RequestKind,
    /// Address to which the answer redirects; empty where it does not.
    #[serde(borrow)]
    pub redirect: Cow<'a, str>,
    /// What made the browser ask, as far as the exchange itself shows it.
    #[serde(borrow)]
    pub cause: Cause<'a>,
    /// Host of the page or frame from which it was asked for; a document that the visitor opens is its own. Empty where that is not known.
    #[serde(borrow)]
    pub asked_from: Cow<'a, str>,
    /// Names of the request's header fields that begin with `x-`, in lower case, one a line: what scripts and browsers add of their own accord
    /// tells kinds of requests apart. No values.
    #[serde(borrow)]
    pub header_names: Cow<'a, str>,
    /// Address of the server as recorded, with its port where the recording has one; empty where it has none.
    #[serde(borrow)]
    pub server_address: Cow<'a, str>,
    /// Names that the resolver went through from the host to its addresses, the host left out, as recorded. `None`: not recorded.
    pub aliases: Option<Vec<String>>,
    /// Bytes of the request's body that were recorded.
    pub body_bytes: u64,
    /// Bytes of the answer's body as recorded: as they came over the line in a recording of ours, often unpacked in an import.
    pub answer_bytes: u64,
    /// Whether the body of the request is not, or not whole, in the recording.
    pub body_open: bool,
    /// Whether there was an answer, and its body is not, or not whole, in the recording.
    pub answer_open: bool,
    /// Fields of a short form in the request's body.
    #[serde(borrow)]
    pub form: Vec<FormField<'a>>,
    /// Fields that the request and the messages after it carry, in their order; one that holds others stands before them.
    #[serde(borrow)]
    pub fields: Vec<SeenField<'a>>,
    /// Fields that were not read or not kept, at least.
    pub fields_left_out: u64,
    /// What could not be taken apart as it should be: indexes in [`DecodeAnomaly::ALL`].
    undecoded: Vec<u8>,
    /// Name of the operation that the request asks for (GraphQL); empty where it names none.
    #[serde(borrow)]
    pub operation: Cow<'a, str>,
    /// Client hints that the answer asks for (`Accept-CH`, RFC 8942 section 3.1), in lower case, one a line.
    #[serde(borrow)]
    pub hints_asked: Cow<'a, str>,
    /// Cookies sent.
    #[serde(borrow)]
    pub sent: Vec<SentCookie<'a>>,
    /// Cookies in the answer.
    #[serde(borrow)]
    pub set: Vec<SeenCookie<'a>>,
    /// Cache validators, those sent first.
    pub validators: Vec<SeenValidator>,
    /// Keyed fingerprint of the answer's body, where it can be compared with another's.
    pub content: Option<[u8; 8]>,
    /// What it tells about where it comes from and where it leads.
    #[serde(borrow)]
    pub leads: Leads<'a>,
}

/// What can become of a request, as outputs print it.
pub const OUTCOMES: [&str; 11] = [
    "answered",
    "switched-protocols",
    "failed-dns",
    "failed-refused",
    "failed-tls",
    "failed-timeout",
    "failed-reset",
    "failed-protocol",
    "stopped-by-browser",
    "failed",
    "not-recorded",
];

/// Index of `stopped-by-browser`.
const STOPPED: u8 = 8;

fn outcome(exchange: &Exchange) -> u8 {
    match &exchange.outcome {
        Outcome::Response(_) => 0,
        Outcome::Switched(_) => 1,
        Outcome::Failed { stage, .. } => match stage {
            FailureStage::Dns => 2,
            FailureStage::Refused => 3,
            FailureStage::Tls => 4,
            FailureStage::Timeout => 5,
            FailureStage::Reset => 6,
            FailureStage::Protocol => 7,
            FailureStage::Blocked => 8,
            FailureStage::Unknown => 9,
        },
        Outcome::Abandoned => 10,
    }
}

impl Observation<'_> {
    /// What became of the request.
    #[must_use]
    pub fn outcome(&self) -> &'static str {
        OUTCOMES.get(usize::from(self.outcome)).copied().unwrap_or("not-recorded")
    }

    /// What could not be taken apart as it should be, as outputs print it.
    pub fn decode_anomalies(&self) -> impl Iterator<Item = &'static str> {
        self.undecoded.iter().filter_map(|&index| DecodeAnomaly::ALL.get(usize::from(index))).map(|anomaly| anomaly.id())
    }

    /// Whether the recording itself says that nothing went to the host: served from cache, or stopped by the browser.
    #[must_use]
    pub fn was_not_sent(&self) -> bool {
        self.from_cache || self.outcome == STOPPED
    }

    /// Whether a document was opened in a window: not in a frame of a page.
    #[must_use]
    pub fn opens_page(&self) -> bool {
        self.cause.id() == "navigation" && self.asked_from == self.host
    }

    /// Address of the server without port and brackets; `None` where none is recorded, or what is recorded is none.
    #[must_use]
    pub fn server_ip(&self) -> Option<IpAddr> {
        let text = &*self.server_address;
        let bare = text.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(text, |(address, _)| address);
        let bare = if bare.matches(':').count() == 1 { bare.split(':').next().unwrap_or_default() } else { bare };
        // A zone (RFC 4007 section 11) says by which way, not whose address it is.
        bare.split('%').next().unwrap_or_default().parse().ok()
    }

    /// Host to which the answer redirects.
    #[must_use]
    pub fn redirect_host(&self) -> Option<Cow<'_, str>> {
        UrlParts::of(&self.redirect).host(&self.redirect).map(|found| found.host)
    }
}

/// What is missing from an entry, for the gaps of the whole recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// No Cookie header field and no list of request cookies.
    pub request_cookies: bool,
    /// No Set-Cookie header field and no list of response cookies.
    pub set_cookies: bool,
    /// No request header fields at all.
    pub request_headers: bool,
    /// No response header fields at all, though there is a response.
    pub response_headers: bool,
    /// No response.
    pub response: bool,
    /// The request's body is announced and absent.
    pub request_body: bool,
    /// The response's body is announced and absent.
    pub response_body: bool,
    /// A body is lossy.
    pub lossy_body: bool,
    /// No start time.
    pub start_time: bool,
    /// Text was mended.
    pub mended: bool,
    /// No address of the server.
    pub server_address: bool,
    /// No facts of TLS, though the scheme is a secure one.
    pub tls: bool,
    /// Served from cache.
    pub from_cache: bool,
    /// No messages of a WebSocket.
    pub messages: bool,
}

/// Facts that finding the page needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageFacts {
    /// Status of an answer that is an HTML document.
    pub document: Option<u16>,
    /// Host of the Referer.
    pub referer_host: Option<String>,
}

/// What is known of an entry before its fields are handed over.
#[derive(Clone, Copy, Debug)]
pub struct Addressed<'o> {
    /// URL as recorded.
    pub url: &'o str,
    /// Host for looking things up.
    pub host: &'o str,
    /// As [`Observation::asked_from`].
    pub asked_from: &'o str,
    /// As [`Observation::redirect`].
    pub redirect: &'o str,
    /// As [`Observation::header_names`].
    pub header_names: &'o str,
    /// Method.
    pub method: &'o str,
    /// When the head of the response came, in nanoseconds since the epoch, where known.
    pub answered: Option<i64>,
    /// Whether something left the browser, as far as the recording says.
    pub was_sent: bool,
}

/// Takes the fields of entries as they are found, those of answers too.
pub trait FieldListener {
    /// An entry begins; its fields follow.
    fn begin(&mut self, _: &Addressed<'_>) {}
    /// A field of it.
    fn field(&mut self, _: &Field<'_>) {}
    /// Its fields are over.
    fn end(&mut self, _: &decode::Decoded) {}
}

/// Listens to nothing.
impl FieldListener for () {}

/// Fields that are kept of an entry.
const MOST_FIELDS: usize = 5_000;

/// Observes an entry that has a host, and lends every field of it to `listener`. `None` for one that has none (`data:`,
/// `blob:`, `about:`): it was sent to nobody.
#[must_use]
pub fn observe<'a>(
    entry: &'a Entry,
    suffixes: &SuffixList,
    fingerprints: &Fingerprinter,
    listener: &mut dyn FieldListener,
) -> Option<Observation<'a>> {
    let exchange = &entry.exchange;
    let url = &exchange.request.url;
    let parts = UrlParts::of(url);
    let host = parts.host(url)?.host;
    let response = exchange.outcome.response();
    let answered = exchange.started.map(|started| started.plus_milliseconds(exchange.timings.until_response_head()));
    let path = &url[parts.path.clone()];
    let set = cookies::set(exchange, &host, path, answered, suffixes, fingerprints);
    let cause = Cause::of(exchange);
    let (validators, content) = validators::validators(exchange, fingerprints);
    let asked_from = cause::asked_from(exchange, &cause, &host);
    let redirect = redirect(exchange, url);
    let header_names = header_names(exchange);
    let from_cache = exchange.anomalies.contains(&Anomaly::FromCache);
    let outcome = outcome(exchange);
    listener.begin(&Addressed {
        url,
        host: &host,
        asked_from: &asked_from,
        redirect: &redirect,
        header_names: &header_names,
        method: &exchange.request.method,
        answered: answered.map(|time| time.as_nanoseconds()),
        was_sent: !(from_cache || outcome == STOPPED),
    });
    let mut fields = Vec::new();
    let mut fields_left_out = 0;
    let decoded = decode::fields(exchange, &Limits::default(), &mut |field| {
        listener.field(field);
        if let Some(seen) = SeenField::of(field, fingerprints) {
            if fields.len() < MOST_FIELDS {
                fields.push(seen);
            } else {
                fields_left_out += 1;
            }
        }
    });
    listener.end(&decoded);
    let undecoded = decoded.anomalies.iter().filter_map(|anomaly| DecodeAnomaly::ALL.iter().position(|other| other == anomaly));
    Some(Observation {
        number: entry.number,
        started: exchange.started.map(|time| time.as_nanoseconds()),
        answered: answered.map(|time| time.as_nanoseconds()),
        digest: entry.digest.0.0,
        method: Cow::Borrowed(&exchange.request.method),
        outcome,
        from_cache,
        kind: RequestKind::of(exchange, path),
        redirect,
        asked_from,
        cause,
        url: Cow::Borrowed(url),
        host,
        page: Cow::Borrowed(exchange.page.as_deref().unwrap_or_default()),
        status: response.map_or(0, |response| response.status),
        header_names,
        server_address: Cow::Borrowed(exchange.connection.server_address.as_deref().unwrap_or_default()),
        aliases: exchange.connection.aliases.as_deref().map(<[String]>::to_vec),
        body_bytes: exchange.request.body.len(),
        answer_bytes: response.map_or(0, |response| response.body.len()),
        body_open: exchange.not_carried.has(NotCarried::REQUEST_BODY) || !is_whole(&exchange.request.body),
        answer_open: response.is_some_and(|response| exchange.not_carried.has(NotCarried::RESPONSE_BODY) || !is_whole(&response.body)),
        form: form::fields(exchange, fingerprints),
        fields,
        fields_left_out: fields_left_out + decoded.left_out,
        undecoded: undecoded.map(|index| index as u8).collect(),
        operation: Cow::Owned(decoded.operation.unwrap_or_default()),
        hints_asked: hints_asked(response),
        sent: cookies::sent(exchange, fingerprints),
        set,
        validators,
        content,
        leads: Leads::of(exchange, fingerprints),
    })
}

/// Whether all of a body is in the recording.
fn is_whole(body: &Body) -> bool {
    !matches!(body.state(), BodyState::Missing(_) | BodyState::Truncated(_))
}

/// Names of header fields outside the standards. Those of one exchange stay within what a server accepts as a head.
fn header_names(exchange: &Exchange) -> Cow<'static, str> {
    let mut names = String::new();
    for (name, _) in
        exchange.request.headers.iter().filter(|(name, _)| name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case(b"x-")))
    {
        let separator = if names.is_empty() { "" } else { "\n" };
        names.push_str(separator);
        names.extend(name.iter().map(|byte| char::from(byte.to_ascii_lowercase())));
    }
    Cow::Owned(names)
}

/// The tokens of all `Accept-CH` fields (a list of tokens, RFC 8941 section 3.1).
fn hints_asked(response: Option<&Response>) -> Cow<'static, str> {
    let mut hints = String::new();
    for (_, field) in response.into_iter().flat_map(|response| response.headers.all("accept-ch")) {
        for hint in field.split(|&byte| byte == b',').map(<[u8]>::trim_ascii).filter(|hint| !hint.is_empty() && hint.len() <= 64) {
            hints.push_str(if hints.is_empty() { "" } else { "\n" });
            hints.push_str(&String::from_utf8_lossy(hint).to_ascii_lowercase());
        }
    }
    Cow::Owned(hints)
}

/// Where a redirect leads: its Location (RFC 9110 section 10.2.2) against the URL.
fn redirect<'a>(exchange: &'a Exchange, url: &str) -> Cow<'a, str> {
    let response = exchange.outcome.response().filter(|response| matches!(response.status, 301 | 302 | 303 | 307 | 308));
    let location = response.and_then(|response| response.headers.first("location")).and_then(|value| std::str::from_utf8(value).ok());
    location.map_or(Cow::Borrowed(""), |location| address::resolved(location.trim(), url))
}

/// Schemes of addresses that are read without asking anybody.
const LOCAL_SCHEMES: [&str; 8] = ["data", "blob", "about", "javascript", "file", "chrome", "chrome-extension", "moz-extension"];

/// Whether the scheme of an exchange's address says that it was sent to nobody.
#[must_use]
pub fn is_local(exchange: &Exchange) -> bool {
    let url = &exchange.request.url;
    let scheme = &url[UrlParts::of(url).scheme];
    LOCAL_SCHEMES.iter().any(|local| scheme.eq_ignore_ascii_case(local))
}

/// What is missing from an exchange.
#[must_use]
pub fn missing(exchange: &Exchange) -> Missing {
    use crate::model::NotCarried as N;
    let not = |fact| exchange.not_carried.has(fact);
    let listed = |side| exchange.listed_cookies.iter().any(|cookie| cookie.side == side);
    let response = exchange.outcome.response();
    let states = [Some(exchange.request.body.state()), response.map(|response| response.body.state())];
    Missing {
        request_cookies: exchange.request.headers.first("cookie").is_none() && !listed(crate::model::Side::Request),
        set_cookies: response.is_none_or(|response| response.headers.first("set-cookie").is_none())
            && !listed(crate::model::Side::Response),
        request_headers: not(N::REQUEST_HEADERS),
        response_headers: not(N::RESPONSE_HEADERS) && response.is_some(),
        response: matches!(exchange.outcome, Outcome::Failed { .. } | Outcome::Abandoned),
        request_body: not(N::REQUEST_BODY),
        response_body: not(N::RESPONSE_BODY),
        lossy_body: states.contains(&Some(BodyState::Lossy)),
        start_time: exchange.started.is_none(),
        mended: exchange.anomalies.contains(&Anomaly::MendedText),
        server_address: not(N::SERVER_ADDRESS),
        tls: not(N::TLS) && ["https:", "wss:"].iter().any(|scheme| exchange.request.url.starts_with(scheme)),
        from_cache: exchange.anomalies.contains(&Anomaly::FromCache),
        messages: not(N::MESSAGES),
    }
}

/// Facts of an exchange that finding the page needs.
#[must_use]
pub fn page_facts(exchange: &Exchange) -> PageFacts {
    let response = exchange.outcome.response();
    let is_html = response
        .and_then(Response::media_type_essence)
        .is_some_and(|essence| essence.eq_ignore_ascii_case("text/html") || essence.eq_ignore_ascii_case("application/xhtml+xml"));
    let referer = exchange.request.headers.first("referer").and_then(|value| std::str::from_utf8(value).ok());
    PageFacts {
        document: response.filter(|_| is_html).map(|response| response.status),
        referer_host: referer.and_then(|referer| UrlParts::of(referer).host(referer).map(|found| found.host.into_owned())),
    }
}
