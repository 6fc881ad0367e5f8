//! One recorded browsing, and the file it lies in.

use super::{Digest, Timestamp};

/// What is known about a recorded session apart from its exchanges.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// The program that wrote the recording, with its version.
    pub creator: Option<String>,
    /// The browser that was used, with its version, as the recording says.
    pub browser: Option<String>,
    /// The pages (top-level documents) that the recording names, in its order.
    pub pages: Vec<Page>,
    /// Which scenario of a case this is, where the recording says so.
    pub scenario: Option<String>,
    /// Whether the traffic is simulated. A simulated recording says so itself, and every output repeats it on every page.
    pub simulated: bool,
    /// The recording's own comment.
    pub comment: Option<String>,
    /// Version of the recording's format as it names itself.
    pub format_version: Option<String>,
}

/// A top-level document as a recording names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The recording's identifier of the page; entries refer to it.
    pub id: String,
    /// Its title. Browsers put the address here, or the document's title, or (Chrome) the address of an earlier page.
    pub title: String,
    /// When it began to load.
    pub started: Option<Timestamp>,
}

/// The file of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptureSource {
    /// File name without its folder.
    pub name: String,
    /// Format, as `interop` names it: `har`.
    pub format: &'static str,
    /// How the file was wrapped around that format, outermost first: `gzip`, `zlib`, `bom`, `jsonp`.
    pub wrappings: Vec<&'static str>,
    /// SHA-256 of the file as it lies on disk.
    pub digest: Digest,
    /// Its length in bytes.
    pub length: u64,
}
