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
    /// Flows of a recording of another program that are no HTTP exchanges and were not examined. Count: elements.
    OtherFlows,
    /// Entries that somebody changed or held back in the program that recorded them, before the recording was saved. Count: entries.
    ChangedByHand,
    /// Entries whose request or answer the recording program itself sent (a replay). Count: entries.
    SentByTool,
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
    /// Messages of WebSockets that were longer than what is kept of one, so that only their first part was recorded, or nothing. Count: messages.
    MessagesCut,
    /// Bytes that were passed on after a switch of protocols and not recorded as messages: another protocol than WebSocket, or something that
    /// cannot be read as messages. Count: bytes.
    MessagesUnread,
    /// The file ends in the middle; what stands before was read. Count: bytes that were not understood.
    CutOff,
    /// The page that was examined could not be established. Count: entries.
    NoPage,
    /// Tunnels through the proxy whose content was not read, without those of [`Self::Pinned`]. Count: tunnels.
    Tunnels,
    /// Connections whose client did not accept the proxy's certificate and said so, as programs do that know their server's certificate (pinning).
    /// Count: connections.
    Pinned,
    /// Bytes that passed in tunnels and connections of the two kinds above, both ways. Count: bytes.
    TunnelBytes,
    /// Exchanges that had begun and whose record was lost in an interruption. Count: exchanges.
    UnderWay,
    /// Recording was interrupted and taken up again. Count: bytes at the point of interruption that were not understood.
    Interrupted,
    /// A proxy sees neither what a browser stores (local storage, IndexedDB) nor what scripts read. Count: recordings, always 1.
    BrowserStorage,
    /// What the browser stores was read at marks, as the browser says; what lay there in between, and what scripts read, was not seen. Count: marks.
    StorageBetweenMarks,
    /// Reports of the browser that are in the recording and cannot be read. Count: reports.
    BrowserReportUnreadable,
    /// Servers were reached through another proxy, which looked their names up and chose their addresses. Count: recordings, always 1.
    UpstreamProxy,
    /// Connections that were asked for and never came to carry anything: refused, or left in the TLS handshake. Count: connections.
    Unopened,
    /// Content in which no secret could be looked for (a content coding, more than 1 MiB, a structure that is not known): it was recorded as it
    /// is. Count: entries.
    UnsearchedBodies,
    /// This is a masked copy: values in it were covered. Count: entries.
    CopyMasked,
    /// This is a masked copy: bodies of requests or answers were left out. Count: entries.
    CopyWithheld,
    /// This is a masked copy: pictures and other exhibits were left out. Count: exhibits.
    CopyExhibits,
    /// The operator had secrets recorded as they are. Count: recordings, always 1.
    SecretsKept,
    /// The operator recorded although the rule files had mistakes: what had one was left out, rules about secrets included. Count: mistakes.
    RulesBroken,
    /// Offers of HTTP/3 were taken out of answers, so that the browser had no cause to use it. Count: offers.
    QuicDisabled,
    /// Answers before the answer (103 Early Hints, say) that were recorded and not passed on to the browser. Count: answers.
    InterimHeld,
    /// Requests to the recorder's own page; they went no further and are no entries. Count: requests.
    OwnPage,
    /// Behind a proxy a browser asks no name server for the keys of Encrypted Client Hello, so it is not used and not seen. Count: recordings,
    /// always 1.
    EncryptedHello,
    /// Traffic that does not go through a proxy (WebRTC and other UDP) is not seen. Count: recordings, always 1.
    WebRtc,
    /// Fields of requests whose meaning no rule states. Count: fields.
    UndecodedFields,
    /// Entries with something that could not be taken apart as it should be. Count: entries.
    DecodeAnomalies,
    /// Exchanges that were given up before an answer, or that the recording ended. Count: entries.
    Aborted,
    /// Requests of which nothing says what made the browser send them. Count: requests.
    Unattributed,
    /// Requests of the browser itself (updates, its maker's services), which are no part of the visit. Count: requests.
    BrowserBackground,
    /// What a browser answers from its own cache or a service worker sends nothing, so it is not seen unless the recording names it. Count:
    /// recordings, always 1.
    CacheAnswers,
    /// Parts of its own storage that the browser did not give when it was asked. Count: parts.
    ReportNotRead,
    /// Exhibits (what was put beside the traffic) that cannot be read, without those of [`Self::BrowserReportUnreadable`]. Count: exhibits.
    UnreadableExhibits,
    /// What a mobile app sends was not examined. Count: recordings, always 1.
    MobileApp,
    /// The recording is a web archive: made to show pages again, perhaps by a program that visits nothing as a person does; without durations and without
    /// what made the browser ask. Count: recordings, always 1.
    WebArchive,
    /// Entries whose bytes do not have the digest that the archive gives for them. Count: entries.
    DigestMismatch,
    /// Entries of which an archive holds a body in part only, as it says itself or as its chunks show. Count: entries.
    BodyCut,
    /// Records of an archive that do not end where they should. Count: elements.
    RecordLength,
    /// Files in a package that are not those that its list names: another length or digest, or not there, or not listed. Count: elements.
    PackageMismatch,
    /// A package has a signature, which was not checked. Count: recordings, always 1.
    SignatureUnchecked,
}

/// What the count of a [`Gap`] counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GapUnit {
    /// Entries of the recording.
    Entries,
    /// Elements of a list.
    Elements,
    /// Exchanges that are no entries.
    Exchanges,
    /// Requests.
    Requests,
    /// Answers.
    Answers,
    /// Messages of WebSockets.
    Messages,
    /// Bytes.
    Bytes,
    /// Tunnels.
    Tunnels,
    /// Connections.
    Connections,
    /// Offers of a protocol.
    Offers,
    /// Fields of requests.
    Fields,
    /// Moments.
    Moments,
    /// Parts of a report.
    Parts,
    /// Reports.
    Reports,
    /// Exhibits.
    Exhibits,
    /// Mistakes.
    Mistakes,
    /// Recordings: the gap concerns all of it and has no other amount.
    Recordings,
}

impl GapUnit {
    /// Every unit.
    pub const ALL: [Self; 17] = [
        Self::Entries,
        Self::Elements,
        Self::Exchanges,
        Self::Requests,
        Self::Answers,
        Self::Messages,
        Self::Bytes,
        Self::Tunnels,
        Self::Connections,
        Self::Offers,
        Self::Fields,
        Self::Moments,
        Self::Parts,
        Self::Reports,
        Self::Exhibits,
        Self::Mistakes,
        Self::Recordings,
    ];

    /// The stable identifier, as it stands in machine-readable outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Entries => "entries",
            Self::Elements => "elements",
            Self::Exchanges => "exchanges",
            Self::Requests => "requests",
            Self::Answers => "answers",
            Self::Messages => "messages",
            Self::Bytes => "bytes",
            Self::Tunnels => "tunnels",
            Self::Connections => "connections",
            Self::Offers => "offers",
            Self::Fields => "fields",
            Self::Moments => "moments",
            Self::Parts => "parts",
            Self::Reports => "reports",
            Self::Exhibits => "exhibits",
            Self::Mistakes => "mistakes",
            Self::Recordings => "recordings",
        }
    }
}

impl GapKind {
    /// Every kind, in the order in which outputs list them.
    pub const ALL: [Self; 60] = [
        Self::CutOff,
        Self::Interrupted,
        Self::UnderWay,
        Self::Tunnels,
        Self::Pinned,
        Self::TunnelBytes,
        Self::NoPage,
        Self::CopyMasked,
        Self::CopyWithheld,
        Self::CopyExhibits,
        Self::SecretsKept,
        Self::RulesBroken,
        Self::UnsearchedBodies,
        Self::NoRequestCookies,
        Self::NoSetCookies,
        Self::NoRequestHeaders,
        Self::NoResponseHeaders,
        Self::NoResponse,
        Self::Aborted,
        Self::NoRequestBody,
        Self::NoResponseBody,
        Self::LossyBody,
        Self::NoMessages,
        Self::MessagesCut,
        Self::MessagesUnread,
        Self::NoStartTime,
        Self::MendedText,
        Self::NotAnEntry,
        Self::OtherFlows,
        Self::ChangedByHand,
        Self::SentByTool,
        Self::BodyCut,
        Self::DigestMismatch,
        Self::RecordLength,
        Self::PackageMismatch,
        Self::SignatureUnchecked,
        Self::WebArchive,
        Self::UnreadableAddress,
        Self::Hostless,
        Self::UndecodedFields,
        Self::DecodeAnomalies,
        Self::Unattributed,
        Self::BrowserBackground,
        Self::FromCache,
        Self::CacheAnswers,
        Self::NoTlsFacts,
        Self::NoServerAddress,
        Self::UpstreamProxy,
        Self::Unopened,
        Self::BrowserStorage,
        Self::StorageBetweenMarks,
        Self::BrowserReportUnreadable,
        Self::ReportNotRead,
        Self::UnreadableExhibits,
        Self::QuicDisabled,
        Self::WebRtc,
        Self::EncryptedHello,
        Self::InterimHeld,
        Self::OwnPage,
        Self::MobileApp,
    ];

    /// What its count counts.
    #[must_use]
    pub const fn unit(self) -> GapUnit {
        match self {
            Self::CutOff | Self::Interrupted | Self::MessagesUnread | Self::TunnelBytes => GapUnit::Bytes,
            Self::UnderWay => GapUnit::Exchanges,
            Self::NotAnEntry | Self::OtherFlows | Self::RecordLength | Self::PackageMismatch => GapUnit::Elements,
            Self::Tunnels => GapUnit::Tunnels,
            Self::Unopened | Self::Pinned => GapUnit::Connections,
            Self::MessagesCut => GapUnit::Messages,
            Self::QuicDisabled => GapUnit::Offers,
            Self::InterimHeld => GapUnit::Answers,
            Self::OwnPage | Self::Unattributed | Self::BrowserBackground => GapUnit::Requests,
            Self::UndecodedFields => GapUnit::Fields,
            Self::StorageBetweenMarks => GapUnit::Moments,
            Self::BrowserReportUnreadable => GapUnit::Reports,
            Self::ReportNotRead => GapUnit::Parts,
            Self::UnreadableExhibits | Self::CopyExhibits => GapUnit::Exhibits,
            Self::RulesBroken => GapUnit::Mistakes,
            Self::BrowserStorage
            | Self::UpstreamProxy
            | Self::SecretsKept
            | Self::EncryptedHello
            | Self::WebRtc
            | Self::CacheAnswers
            | Self::WebArchive
            | Self::SignatureUnchecked
            | Self::MobileApp => GapUnit::Recordings,
            Self::NoRequestCookies
            | Self::CopyMasked
            | Self::CopyWithheld
            | Self::NoSetCookies
            | Self::NoRequestHeaders
            | Self::NoResponseHeaders
            | Self::NoResponse
            | Self::NoRequestBody
            | Self::NoResponseBody
            | Self::LossyBody
            | Self::NoStartTime
            | Self::MendedText
            | Self::Hostless
            | Self::UnreadableAddress
            | Self::NoTlsFacts
            | Self::NoServerAddress
            | Self::FromCache
            | Self::NoMessages
            | Self::NoPage
            | Self::UnsearchedBodies
            | Self::DecodeAnomalies
            | Self::ChangedByHand
            | Self::SentByTool
            | Self::DigestMismatch
            | Self::BodyCut
            | Self::Aborted => GapUnit::Entries,
        }
    }

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
            Self::OtherFlows => "other-flows",
            Self::ChangedByHand => "changed-by-hand",
            Self::SentByTool => "sent-by-tool",
            Self::Hostless => "hostless",
            Self::UnreadableAddress => "unreadable-address",
            Self::NoTlsFacts => "no-tls-facts",
            Self::NoServerAddress => "no-server-address",
            Self::FromCache => "from-cache",
            Self::NoMessages => "no-messages",
            Self::MessagesCut => "messages-cut",
            Self::MessagesUnread => "messages-unread",
            Self::CutOff => "cut-off",
            Self::NoPage => "no-page",
            Self::Tunnels => "tunnels",
            Self::UnderWay => "under-way",
            Self::Interrupted => "interrupted",
            Self::BrowserStorage => "browser-storage",
            Self::StorageBetweenMarks => "storage-between-marks",
            Self::BrowserReportUnreadable => "browser-report-unreadable",
            Self::UpstreamProxy => "upstream-proxy",
            Self::Unopened => "unopened",
            Self::UnsearchedBodies => "unsearched-bodies",
            Self::SecretsKept => "secrets-kept",
            Self::CopyMasked => "copy-masked",
            Self::CopyWithheld => "copy-withheld",
            Self::CopyExhibits => "copy-exhibits",
            Self::RulesBroken => "rules-broken",
            Self::QuicDisabled => "quic-disabled",
            Self::WebRtc => "web-rtc",
            Self::EncryptedHello => "encrypted-hello",
            Self::InterimHeld => "interim-held",
            Self::OwnPage => "own-page",
            Self::Pinned => "pinned",
            Self::TunnelBytes => "tunnel-bytes",
            Self::UndecodedFields => "undecoded-fields",
            Self::DecodeAnomalies => "decode-anomalies",
            Self::Aborted => "aborted",
            Self::Unattributed => "unattributed",
            Self::BrowserBackground => "browser-background",
            Self::CacheAnswers => "cache-answers",
            Self::ReportNotRead => "report-not-read",
            Self::UnreadableExhibits => "unreadable-exhibits",
            Self::MobileApp => "mobile-app",
            Self::WebArchive => "web-archive",
            Self::DigestMismatch => "digest-mismatch",
            Self::BodyCut => "body-cut",
            Self::RecordLength => "record-length",
            Self::PackageMismatch => "package-mismatch",
            Self::SignatureUnchecked => "signature-unchecked",
        }
    }
}
