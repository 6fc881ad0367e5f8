//! What the browser itself says, set beside what was recorded. A row claims no more than the two together show: a refusal stands only on the
//! browser's own word, and of the time between two marks nothing is said.

use serde::Serialize;

/// The tables.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BesideWire {
    /// When the browser was asked; by time.
    pub reports: Vec<BesideReport>,
    /// Each cookie that was in the jar or had been recorded, for each report; by report, domain, name and path.
    pub cookies: Vec<BesideCookie>,
    /// What the browser says it refused, since it was started until the last report of a stretch.
    pub refusals: Vec<BesideRefusal>,
    /// What lies in the browser's storage, which a proxy does not see; by report, origin and kind.
    pub storage: Vec<BesideStorage>,
    /// How many reports in the recording cannot be read.
    pub unreadable: u64,
    /// Rows that were left out because the tables would have grown past their bound.
    pub left_out: u64,
    /// Cookies of the audited organisation's own domains, of which no row stands here, over all reports.
    pub of_auditee: u64,
}

/// A moment at which the browser was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BesideReport {
    /// Row, from 1.
    pub nr: u64,
    /// Number of the exhibit that holds its answer.
    pub exhibit: u64,
    /// When, RFC 3339 UTC.
    pub time: String,
    /// The mark, in the words of whoever set it.
    pub about: String,
    /// `operator` or `script`.
    pub said_by: &'static str,
    /// Stretch of the recording.
    pub stretch: u64,
    /// The browser.
    pub browser: String,
    /// `cdp` or `bidi`.
    pub protocol: String,
    /// Cookies in its jar. `None`: it did not say.
    pub cookies: Option<u64>,
    /// `reported`; `interrupted`: what was heard of refusals is not all; `not-reported`: this protocol reports no refusals.
    pub refusals: &'static str,
    /// What could not be read, and why, in the browser's words.
    pub not_read: Vec<String>,
}

/// A cookie at a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BesideCookie {
    /// Row, from 1.
    pub nr: u64,
    /// Row of the report.
    pub report: u64,
    /// Name.
    pub name: String,
    /// Domain; of a cookie that was only sent, the host it was sent to.
    pub domain: String,
    /// Whether it is for that host only. `None`: not known.
    pub host_only: Option<bool>,
    /// Path, where it is known.
    pub path: Option<String>,
    /// Site under which the browser keeps it apart; of a cookie that is not in the jar, empty if its line asks to be.
    pub partition_key: Option<String>,
    /// One of: `refused`: the browser says that it did not take it, for `reasons`. `sent-no-set-cookie`: sent, no Set-Cookie recorded.
    /// `not-in-jar`: set by a recorded line, not in the jar at the mark. `jar-as-set`: in the jar as the last recorded line has it. `jar-otherwise`: in
    /// the jar, but not as that line has it (`differs`). `jar-only`: in the jar, and neither set nor sent in what was recorded.
    /// `jar-not-said`: set, and the browser did not say its jar.
    pub state: &'static str,
    /// Why it was refused, in the browser's own words.
    pub reasons: Vec<String>,
    /// Whether it is in the jar. `None`: the browser did not say its jar.
    pub in_jar: Option<bool>,
    /// What differs from the last recorded line: `deleted`, `value-length`, `secure`, `http-only`.
    pub differs: Vec<&'static str>,
    /// Recorded Set-Cookie lines until then, in this stretch.
    pub set: u64,
    /// Recorded requests that carried it, until then in this stretch.
    pub sent: u64,
    /// Entry of the last Set-Cookie, or of the first sending where there is none.
    pub entry: Option<u64>,
    /// Whether the last recorded line asks for a cookie of the session.
    pub asked_session: bool,
    /// Lifetime that the last recorded line asks for, in seconds.
    pub asked_seconds: Option<i64>,
    /// Lifetime as the browser took it: from that line's answer to the expiry in the jar, in seconds, rounded.
    pub kept_seconds: Option<i64>,
    /// Expiry in the jar, RFC 3339 UTC. `None` with `in_jar`: it ends with the browser's session.
    pub expires: Option<String>,
    /// How often the browser says that it refused, withheld or let through by exception a cookie of this name, domain and path: direction, reason, number.
    pub refusals: Vec<(String, String, u64)>,
}

/// Something that the browser refused, or let through by exception.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BesideRefusal {
    /// Row, from 1.
    pub nr: u64,
    /// Row of the report that says so.
    pub report: u64,
    /// `set`, `send`, `set-exempted` or `send-exempted`.
    pub direction: String,
    /// The browser's own word for the reason.
    pub reason: String,
    /// Name of the cookie.
    pub name: String,
    /// Its domain.
    pub domain: String,
    /// Its path, where it is known.
    pub path: Option<String>,
    /// Host of the request.
    pub host: String,
    /// How often.
    pub count: u64,
}

/// A name in the browser's storage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BesideStorage {
    /// Row, from 1.
    pub nr: u64,
    /// Row of the report.
    pub report: u64,
    /// Origin.
    pub origin: String,
    /// The key under which the browser keeps it, where it says so.
    pub storage_key: Option<String>,
    /// `local`, `session`, `database`, `cache` or `service-worker`.
    pub store: &'static str,
    /// Name; of a service worker, its scope.
    pub name: String,
    /// Length of the value in UTF-16 code units, where there is one.
    pub length: Option<u64>,
}
