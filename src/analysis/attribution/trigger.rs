//! What can make a browser send a request, and what it can be known by. Only words; [`super::Attributor`] decides.

use super::Confidence;
use crate::observe::{FetchDest, FetchMode, Observation, Sends};

/// What made the browser send a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigger {
    /// Which kind.
    pub kind: TriggerKind,
    /// What that rests on.
    pub basis: TriggerBasis,
    /// How sure it is.
    pub confidence: Confidence,
    /// Host of the script, stylesheet or frame; `None`: not known, or of no meaning here.
    pub host: Option<String>,
    /// The entry that redirected, that a preflight asked for, or that named the endpoint of a report.
    pub entry: Option<u64>,
    /// Number of the choice.
    pub choice: Option<u32>,
    /// For how many seconds no action of the visitor had been recorded.
    pub idle_seconds: Option<u64>,
}

impl Trigger {
    pub(super) const fn new(kind: TriggerKind, basis: TriggerBasis, confidence: Confidence) -> Self {
        Self { kind, basis, confidence, host: None, entry: None, choice: None, idle_seconds: None }
    }

    pub(super) fn of_host(self, host: impl Into<String>) -> Self {
        let host = host.into();
        Self { host: (!host.is_empty()).then_some(host), ..self }
    }

    pub(super) const fn none() -> Self {
        Self::new(TriggerKind::NotEstablished, TriggerBasis::None, Confidence::NotEstablished)
    }
}

/// Kinds of triggers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TriggerKind {
    /// An address that was typed, or opened from outside of any page.
    Typed,
    /// A link that was clicked.
    Link,
    /// A form that was sent.
    Form,
    /// A document opened by a page without anybody's click.
    OpenedByPage,
    /// A page fetched without a new document.
    InPage,
    /// A document was opened; by what is not established.
    Opened,
    /// A redirect.
    Redirect,
    /// The parser of the document.
    Parser,
    /// A stylesheet.
    Stylesheet,
    /// A script.
    Script,
    /// A frame.
    Frame,
    /// A choice in a consent screen.
    Choice,
    /// The page was being left.
    Unload,
    /// None of the visitor's: nothing had been done for a while.
    Idle,
    /// The browser asks leave for another request.
    Preflight,
    /// A service worker.
    ServiceWorker,
    /// The browser reports to an endpoint that an answer named.
    Reporting,
    /// Fetched ahead of a possible use.
    Prefetch,
    /// The browser itself.
    Browser,
    /// Not established.
    NotEstablished,
}

impl TriggerKind {
    /// Every kind.
    pub const ALL: [Self; 20] = [
        Self::Typed,
        Self::Link,
        Self::Form,
        Self::OpenedByPage,
        Self::InPage,
        Self::Opened,
        Self::Redirect,
        Self::Parser,
        Self::Stylesheet,
        Self::Script,
        Self::Frame,
        Self::Choice,
        Self::Unload,
        Self::Idle,
        Self::Preflight,
        Self::ServiceWorker,
        Self::Reporting,
        Self::Prefetch,
        Self::Browser,
        Self::NotEstablished,
    ];

    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Typed => "navigation-typed",
            Self::Link => "navigation-link",
            Self::Form => "navigation-form",
            Self::OpenedByPage => "navigation-by-page",
            Self::InPage => "navigation-in-page",
            Self::Opened => "navigation",
            Self::Redirect => "redirect",
            Self::Parser => "document-parser",
            Self::Stylesheet => "stylesheet",
            Self::Script => "script",
            Self::Frame => "frame",
            Self::Choice => "choice",
            Self::Unload => "unload",
            Self::Idle => "idle",
            Self::Preflight => "preflight",
            Self::ServiceWorker => "service-worker",
            Self::Reporting => "reporting",
            Self::Prefetch => "prefetch",
            Self::Browser => "browser",
            Self::NotEstablished => "not-established",
        }
    }
}

/// What a trigger is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TriggerBasis {
    /// Fetch Metadata.
    FetchMetadata,
    /// The recording says so.
    Recording,
    /// The Location of an earlier answer.
    Location,
    /// Access-Control-Request-Method.
    AccessControl,
    /// The media type of what is sent.
    MediaType,
    /// An earlier answer named the address for reports.
    Declared,
    /// Ping-From.
    PingFrom,
    /// A purpose in the request.
    Purpose,
    /// A `Link` field of the document's answer.
    LinkHeader,
    /// A `Link` field of an answer before the answer (103).
    EarlyHints,
    /// The address stands in the document.
    DocumentMention,
    /// The address stands in a stylesheet.
    StylesheetMention,
    /// The document was read whole and does not hold the address.
    NoMention,
    /// Referer.
    Referer,
    /// Origin.
    Origin,
    /// A header field.
    HeaderField,
    /// A signature of the rules.
    Signature,
    /// A rule or the baseline of the idle browser.
    Rule,
    /// Time.
    Time,
    /// Nothing.
    None,
}

impl TriggerBasis {
    /// Every basis.
    pub const ALL: [Self; 20] = [
        Self::FetchMetadata,
        Self::Recording,
        Self::Location,
        Self::AccessControl,
        Self::MediaType,
        Self::Declared,
        Self::PingFrom,
        Self::Purpose,
        Self::LinkHeader,
        Self::EarlyHints,
        Self::DocumentMention,
        Self::StylesheetMention,
        Self::NoMention,
        Self::Referer,
        Self::Origin,
        Self::HeaderField,
        Self::Signature,
        Self::Rule,
        Self::Time,
        Self::None,
    ];

    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::FetchMetadata => "fetch-metadata",
            Self::Recording => "recording",
            Self::Location => "location",
            Self::AccessControl => "access-control",
            Self::MediaType => "media-type",
            Self::Declared => "declared-endpoint",
            Self::PingFrom => "ping-from",
            Self::Purpose => "purpose",
            Self::LinkHeader => "link-header",
            Self::EarlyHints => "early-hints",
            Self::DocumentMention => "document-mention",
            Self::StylesheetMention => "stylesheet-mention",
            Self::NoMention => "no-mention",
            Self::Referer => "referer",
            Self::Origin => "origin",
            Self::HeaderField => "header-field",
            Self::Signature => "signature",
            Self::Rule => "rule",
            Self::Time => "time",
            Self::None => "none",
        }
    }
}

/// Whether a request has the form of what a page sends when it is left: a beacon or a ping. A fetch that may outlive its page looks like any other.
pub(super) fn may_part(observation: &Observation<'_>) -> bool {
    let leads = &observation.leads;
    let beacon = leads.mode == FetchMode::NoCors && leads.dest == FetchDest::Empty;
    let posted = observation.method == "POST";
    leads.sends == Sends::Ping || posted && (beacon || observation.kind.name() == "ping" || leads.sends == Sends::Plain)
}
