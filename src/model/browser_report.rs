//! What a browser itself says at a moment: the cookies in its jar without their values, names in its storage, and what it refused and why. The
//! form in which it stands in a recording (JSON, an exhibit of kind `browser-report`). Never holds a value of a cookie or of storage.

use serde::{Deserialize, Serialize};

use super::RecordedExhibit;

/// [`JarReport::format`].
pub const BROWSER_REPORT: &str = "dataspoor-browser-report";

/// Version of [`JarReport`].
pub const BROWSER_REPORT_VERSION: u32 = 1;

/// See the head of this file. Whoever reads one takes members that are missing as nothing said, and leaves unknown ones alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct JarReport {
    /// [`BROWSER_REPORT`].
    pub format: String,
    /// [`BROWSER_REPORT_VERSION`].
    pub version: u32,
    /// Name and version as the browser's program says them.
    pub browser: String,
    /// By which protocol it was asked: `cdp` or `bidi`.
    pub protocol: String,
    /// Its jar. `None`: it did not say.
    pub cookies: Option<Vec<JarCookie>>,
    /// What the origins of open frames keep, by frame.
    pub storage: Vec<StoredNames>,
    /// What it refused since it was started. `None`: this protocol reports no refusals.
    pub refusals: Option<Refusals>,
    /// What could not be read.
    pub not_read: Vec<NotRead>,
}

impl JarReport {
    /// The report that an exhibit holds. `None`: it holds none that can be read.
    #[must_use]
    pub fn of(exhibit: &RecordedExhibit) -> Option<Self> {
        let read: Self = serde_json::from_slice(exhibit.content.as_deref()?).ok()?;
        (read.format == BROWSER_REPORT).then_some(read)
    }
}

/// A cookie in the browser's jar.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct JarCookie {
    /// Name.
    pub name: String,
    /// Host; with a leading dot if it is for the hosts below it too.
    pub domain: String,
    /// Path.
    pub path: String,
    /// The site under which it is kept apart (CHIPS), if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition_key: Option<String>,
    /// Whether it is kept apart for a site that has no name.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub partition_opaque: bool,
    /// Expiry as the browser took it, seconds since 1970-01-01T00:00:00Z. `None`: it ends with the browser's session.
    pub expires: Option<f64>,
    /// Not to be seen by scripts.
    pub http_only: bool,
    /// Only over encrypted connections.
    pub secure: bool,
    /// `Strict`, `Lax` or `None`, as the browser says. `None`: it says nothing.
    pub same_site: Option<String>,
    /// Length of the value in bytes.
    pub value_bytes: u64,
}

/// What a frame's origin keeps in the browser: names and lengths.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StoredNames {
    /// Origin of the frame.
    pub origin: String,
    /// Under which key the browser keeps it, if it says so (Chromium: origin, and the site at the top where that is another).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_key: Option<String>,
    /// Whether the frame is the page itself.
    pub top: bool,
    /// `localStorage`: names, and length of each value in UTF-16 code units.
    pub local: Vec<StoredItem>,
    /// `sessionStorage`, alike.
    pub session: Vec<StoredItem>,
    /// Names of IndexedDB databases.
    pub databases: Vec<String>,
    /// Names of caches (Cache Storage).
    pub caches: Vec<String>,
    /// Scopes of registered service workers.
    pub service_workers: Vec<String>,
    /// Names that were left out because there were too many or they were too long.
    pub left_out: u64,
}

/// An item of storage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StoredItem {
    /// Name.
    pub name: String,
    /// Length of its value in UTF-16 code units.
    pub length: u64,
}

/// What the browser refused since it was started.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Refusals {
    /// One element per cookie, reason, direction and host; in that order.
    pub all: Vec<Refusal>,
    /// Refusals that were not counted because there were too many different ones.
    pub left_out: u64,
    /// Whether the browser's word was heard from its start to now without a break.
    pub unbroken: bool,
}

/// A cookie that was refused, or kept by exception.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Refusal {
    /// `set`: a Set-Cookie that was not taken. `send`: a cookie that was not sent with a request. `set-exempted`, `send-exempted`: taken or sent by
    /// an exception from a rule of the browser.
    pub direction: String,
    /// The browser's own words for the reason, such as `SameSiteStrict`.
    pub reason: String,
    /// Name of the cookie; empty if the line has none.
    pub name: String,
    /// Its domain as the browser says it, or as the line does; without one, the host that answered.
    pub domain: String,
    /// Its path, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The site under which it would be kept apart, if so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition_key: Option<String>,
    /// Host of the request.
    pub host: String,
    /// Path of the first such request, without its query, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url_path: Option<String>,
    /// How often.
    pub count: u64,
}

/// Something that could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct NotRead {
    /// What: `jar`, `frame`, `frames-of-a-process`, `local-storage`, `session-storage`, `databases`, `caches`, `service-workers`, `refusals`.
    pub what: String,
    /// Where: an origin or address without its query, where that is known.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// What the browser said.
    pub why: String,
}
