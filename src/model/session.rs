//! One recorded browsing, and the file it lies in.

use super::{Digest, Mark, RecordedExhibit, Scenario, Timestamp};

/// What is known about a recorded session apart from its exchanges.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// The program that wrote the recording, with its version.
    pub creator: Option<String>,
    /// The browser that was used, with its version, as the recording says.
    pub browser: Option<String>,
    /// What the recording says of its baseline: a recording of the same browser while it was idle.
    pub baseline: Option<String>,
    /// The pages (top-level documents) that the recording names, in its order.
    pub pages: Vec<Page>,
    /// Which scenario of a case this is, where the recording says so.
    pub scenario: Option<String>,
    /// The same in full, for recordings that were made by the plan of a case.
    pub planned: Option<Scenario>,
    /// What was put beside the traffic, in order of its number.
    pub exhibits: Vec<RecordedExhibit>,
    /// Whether the traffic is simulated. A simulated recording says so itself, and every output repeats it on every page.
    pub simulated: bool,
    /// The recording's own comment.
    pub comment: Option<String>,
    /// Version of the recording's format as it names itself.
    pub format_version: Option<String>,
    /// Moments that were marked while recording, in order of time.
    pub marks: Vec<(Timestamp, Mark)>,
    /// The chain of custody, for recordings of ours.
    pub custody: Option<Custody>,
    /// For recordings made elsewhere that were taken into a case: what the case knows of that.
    pub taken_in: Option<TakenIn>,
}

/// A recording of another program that was taken into a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenIn {
    /// Identifier of the case.
    pub case: String,
    /// Number in the ledger of the case.
    pub number: u64,
    /// Which repetition of its scenario it is, from 1.
    pub repetition: u32,
    /// Who made it and how, as whoever took it in says.
    pub said: String,
}

/// What the custody log of a recording says in sum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Custody {
    /// When recording began.
    pub started: Option<Timestamp>,
    /// When it ended. `None`: it was interrupted.
    pub ended: Option<Timestamp>,
    /// Records in the custody log.
    pub records: u64,
    /// Digest of its last record.
    pub head: Option<Digest>,
    /// Exchanges that were recorded.
    pub entries: u64,
    /// Connections to servers.
    pub connections: u64,
    /// Tunnels whose content was not read.
    pub tunnels: u64,
    /// Connections that a client asked for and that never came to carry anything: refused, or left in the handshake.
    pub unopened: u64,
    /// Bytes in those tunnels, up and down together.
    pub tunnel_bytes: u64,
    /// Changes made to traffic on its way.
    pub changes: u64,
    /// Secrets that were overwritten before they were recorded: rule and number, by rule.
    pub masks: Vec<(String, u64)>,
    /// Whether secrets were masked, as far as the recording says.
    pub masking: Option<bool>,
    /// How often it was taken up again after an interruption.
    pub recoveries: u64,
    /// Longest time in milliseconds for which a record may lie with the operating system before it is forced to the disk.
    pub sync_interval: u64,
    /// SHA-256 of the certificate of the authority that vouched for the proxy towards the browser.
    pub authority: Option<Digest>,
    /// The case it belongs to: its identifier and the number of this recording in its ledger.
    pub case: Option<(String, u64)>,
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
    /// Format, as `interop` names it: `har`, `warc`, `wacz`.
    pub format: &'static str,
    /// How the file was wrapped around that format, outermost first: `gzip`, `zlib`, `bom`, `jsonp`.
    pub wrappings: Vec<&'static str>,
    /// SHA-256 of the file as it lies on disk.
    pub digest: Digest,
    /// Its length in bytes.
    pub length: u64,
}
