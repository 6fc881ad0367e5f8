//! Gaps: what was not seen. A gap is a record like any other, never an omission.

use super::Timestamp;

/// Something a recording does not show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// What kind of thing was not seen.
    pub kind: GapKind,
    /// Since when, where that is known.
    pub since: Option<Timestamp>,
    /// The entries it concerns, by number; empty where it concerns the whole recording.
    pub entries: Vec<u64>,
    /// How many entries, bytes or fields it concerns (the kind says which).
    pub count: u64,
}

/// The kinds of [`Gap`]. Each has a stable identifier that outputs print beside a sentence in the reader's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum GapKind {
    /// No request in the whole recording carries a Cookie header field: exporters leave them out when they sanitise.
    /// Count: entries.
    NoRequestCookies,
    /// No response in the whole recording carries a Set-Cookie header field. Count: entries.
    NoSetCookies,
    /// Entries without the header fields of the request. Count: entries.
    NoRequestHeaders,
    /// Entries without the header fields of the response. Count: entries.
    NoResponseHeaders,
    /// Entries whose response was not recorded, or failed. Count: entries.
    NoResponse,
    /// Request bodies that are announced (by length or type) but not in the recording. Count: entries.
    NoRequestBody,
    /// Response bodies that are announced but not in the recording. Count: entries.
    NoResponseBody,
    /// Bodies that went through a text form that may not hold every byte. Count: entries.
    LossyBody,
    /// Entries whose start time is missing or not readable. Count: entries.
    NoStartTime,
    /// Entries that could be read only after mending invalid text. Count: entries.
    MendedText,
    /// Elements of the entry list that are not entries. Count: elements.
    NotAnEntry,
    /// Entries without a host (`data:`, `blob:`, `about:`): they were sent to nobody. Count: entries.
    Hostless,
    /// Entries whose address cannot be read, so that the recipient is not known. Count: entries.
    UnreadableAddress,
    /// The recording holds no facts about TLS connections and server certificates. Count: entries.
    NoTlsFacts,
    /// Entries without the address of the server. Count: entries.
    NoServerAddress,
    /// Entries served from the browser's cache: nothing was sent for them at that moment. Count: entries.
    FromCache,
    /// WebSocket exchanges without their messages. Count: entries.
    NoMessages,
    /// The file ends in the middle; what stands before was read. Count: bytes that were not understood.
    CutOff,
    /// The page that was examined could not be established. Count: entries.
    NoPage,
    /// Tunnels through the proxy whose content was not read. Count: tunnels.
    Tunnels,
    /// Exchanges that had begun and whose record was lost in an interruption. Count: exchanges.
    UnderWay,
    /// Recording was interrupted and taken up again. Count: bytes at the point of interruption that were not understood.
    Interrupted,
    /// A proxy sees neither what a browser stores (local storage, IndexedDB) nor what scripts read. Count: recordings, always 1.
    BrowserStorage,
    /// Offers of HTTP/3 were taken out of answers, so that the browser had no cause to use it. Count: offers.
    QuicDisabled,
    /// Traffic that does not go through a proxy (WebRTC and other UDP) is not seen. Count: recordings, always 1.
    WebRtc,
}

impl GapKind {
    /// Every kind, in the order in which outputs list them.
    pub const ALL: [Self; 25] = [
        Self::CutOff,
        Self::Interrupted,
        Self::UnderWay,
        Self::Tunnels,
        Self::NoPage,
        Self::NoRequestCookies,
        Self::NoSetCookies,
        Self::NoRequestHeaders,
        Self::NoResponseHeaders,
        Self::NoResponse,
        Self::NoRequestBody,
        Self::NoResponseBody,
        Self::LossyBody,
        Self::NoMessages,
        Self::NoStartTime,
        Self::MendedText,
        Self::NotAnEntry,
        Self::UnreadableAddress,
        Self::Hostless,
        Self::FromCache,
        Self::NoTlsFacts,
        Self::NoServerAddress,
        Self::BrowserStorage,
        Self::QuicDisabled,
        Self::WebRtc,
    ];

    /// The stable identifier, as it stands in machine-readable outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::NoRequestCookies => "no-request-cookies",
            Self::NoSetCookies => "no-set-cookies",
            Self::NoRequestHeaders => "no-request-headers",
            Self::NoResponseHeaders => "no-response-headers",
            Self::NoResponse => "no-response",
            Self::NoRequestBody => "no-request-body",
            Self::NoResponseBody => "no-response-body",
            Self::LossyBody => "lossy-body",
            Self::NoStartTime => "no-start-time",
            Self::MendedText => "mended-text",
            Self::NotAnEntry => "not-an-entry",
            Self::Hostless => "hostless",
            Self::UnreadableAddress => "unreadable-address",
            Self::NoTlsFacts => "no-tls-facts",
            Self::NoServerAddress => "no-server-address",
            Self::FromCache => "from-cache",
            Self::NoMessages => "no-messages",
            Self::CutOff => "cut-off",
            Self::NoPage => "no-page",
            Self::Tunnels => "tunnels",
            Self::UnderWay => "under-way",
            Self::Interrupted => "interrupted",
            Self::BrowserStorage => "browser-storage",
            Self::QuicDisabled => "quic-disabled",
            Self::WebRtc => "web-rtc",
        }
    }
}
