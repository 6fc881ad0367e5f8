//! What whoever steers the browser puts into a recording beside the traffic: pictures of the window, the texts of a consent screen, and what the
//! browser itself says it stores and refuses. An exhibit is no traffic: nobody received it.

use bytes::Bytes;

use super::{Digest, SaidBy, Timestamp};

/// Longest exhibit of a structured kind that is kept in memory when a recording is read, in bytes; longer ones are named by their digest only.
pub const EXHIBIT_IN_MEMORY: usize = 1 << 20;

/// Something put beside the traffic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exhibit {
    /// What it is.
    pub kind: ExhibitKind,
    /// Who put it there.
    pub said_by: SaidBy,
    /// What it shows, in the words of whoever put it there: the label of a picture, the text of the mark at which it was taken.
    pub about: String,
    /// Media type of the bytes.
    pub media_type: String,
    /// The bytes. Of the structured kinds: JSON, as the kind says.
    pub bytes: Bytes,
}

/// The kinds of an [`Exhibit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExhibitKind {
    /// What the window shows (PNG).
    Screenshot,
    /// A consent screen as it was shown: layer, literal options, text, how many clicks led there (JSON, `browser::ConsentScreen`).
    ConsentScreen,
    /// What the browser itself says at a mark: its cookies without their values, names in storage, what it refused and why (JSON,
    /// `browser::JarReport`).
    BrowserReport,
    /// What a script of steps did, and how it came out (JSON).
    Outcome,
}

impl ExhibitKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Screenshot, Self::ConsentScreen, Self::BrowserReport, Self::Outcome];

    /// The stable identifier, as it stands in captures and outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Screenshot => "screenshot",
            Self::ConsentScreen => "consent-screen",
            Self::BrowserReport => "browser-report",
            Self::Outcome => "outcome",
        }
    }

    /// Whether it is JSON that outputs are made from.
    #[must_use]
    pub const fn is_structured(self) -> bool {
        !matches!(self, Self::Screenshot)
    }
}

/// An exhibit as it is found in a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedExhibit {
    /// Its number in the recording, from 1.
    pub number: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// What it is.
    pub kind: ExhibitKind,
    /// Who put it there.
    pub said_by: SaidBy,
    /// What it shows.
    pub about: String,
    /// Media type.
    pub media_type: String,
    /// Length in bytes.
    pub length: u64,
    /// SHA-256 of the bytes.
    pub digest: Digest,
    /// The bytes of a structured kind, unless they are longer than [`EXHIBIT_IN_MEMORY`].
    pub content: Option<Vec<u8>>,
}
