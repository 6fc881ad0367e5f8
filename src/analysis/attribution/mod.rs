//! Which page a request belongs to, what made the browser send it, and who acted; each with what that rests on. Guesses are called guesses.
//!
//! Entries are looked at twice: [`Ahead`] takes them in any order while they are pushed and keeps a few marks of each, so that a preflight finds
//! the request it asked leave for; [`Attributor`] takes them in order of time. What a page is about, whether anything was allowed and in which
//! role somebody acted is never said here.

mod actor;
mod ahead;
mod attributor;
mod locating;
mod needles;
mod pages;
mod trigger;
mod triggering;

#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use actor::{Actor, ActorBasis, Way};
pub use ahead::Ahead;
pub use attributor::{Attributor, Ground, Step};
pub use needles::{MentionCoding, MentionKind, Mentioned, PageMention, PageNeedles};
pub use trigger::{Trigger, TriggerBasis, TriggerKind};

/// What a statement rests on and how sure it is, in this order of strength.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// The browser or the recording says so.
    Stated,
    /// It follows from several facts.
    Derived,
    /// It only fits in time or place.
    Guessed,
    /// Nothing speaks for it.
    NotEstablished,
}

impl Confidence {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Stated, Self::Derived, Self::Guessed, Self::NotEstablished];

    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Derived => "derived",
            Self::Guessed => "guessed",
            Self::NotEstablished => "not-established",
        }
    }
}

/// A document that was opened in a window, or a page that one fetched without a new document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopPage {
    /// The entry that opened it.
    pub entry: u64,
    /// Host.
    pub host: String,
    /// Registrable domain.
    pub site: String,
    /// Path as it may be printed, at most 200 characters.
    pub path: String,
    /// Whether it was fetched without a new document.
    pub in_document: bool,
}

/// What it rests on that a request belongs to a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PageBasis {
    /// It opens the page itself.
    NavigationItself,
    /// It fetches the page without a document, by a signature of the rules.
    NavigationSignature,
    /// The recording gives it to the page.
    RecordingPage,
    /// The recording names the document or script that asked.
    Initiator,
    /// Its Referer is the page's address.
    Referer,
    /// Its Referer names the page's host only.
    RefererOrigin,
    /// Its Origin names the page's host.
    Origin,
    /// Its Ping-From is the page's address.
    PingFrom,
    /// Sec-Fetch-Site says that a page of the same origin or site asked.
    FetchSite,
    /// It was asked for by a frame that belongs to the page.
    FrameChain,
    /// An answer to the page named its address for reports.
    Declared,
    /// It came on a connection on which the page was busy shortly before.
    ConnectionAndTime,
    /// The page is the last that was opened before.
    Time,
    /// The page was being left when it was sent.
    Unload,
    /// Nothing.
    None,
}

impl PageBasis {
    /// Every basis.
    pub const ALL: [Self; 15] = [
        Self::NavigationItself,
        Self::NavigationSignature,
        Self::RecordingPage,
        Self::Initiator,
        Self::Referer,
        Self::RefererOrigin,
        Self::Origin,
        Self::PingFrom,
        Self::FetchSite,
        Self::FrameChain,
        Self::Declared,
        Self::ConnectionAndTime,
        Self::Time,
        Self::Unload,
        Self::None,
    ];

    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::NavigationItself => "navigation-itself",
            Self::NavigationSignature => "navigation-signature",
            Self::RecordingPage => "recording-page",
            Self::Initiator => "initiator",
            Self::Referer => "referer",
            Self::RefererOrigin => "referer-origin",
            Self::Origin => "origin",
            Self::PingFrom => "ping-from",
            Self::FetchSite => "fetch-site",
            Self::FrameChain => "frame-chain",
            Self::Declared => "declared-endpoint",
            Self::ConnectionAndTime => "connection-and-time",
            Self::Time => "time",
            Self::Unload => "unload",
            Self::None => "none",
        }
    }
}

/// Which page a request belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageOf {
    /// The page; `None`: not established.
    pub page: Option<Arc<TopPage>>,
    /// What that rests on.
    pub basis: PageBasis,
    /// How sure it is.
    pub confidence: Confidence,
    /// The entry of the frame's document from which it was asked for, where a frame of the page asked.
    pub frame: Option<u64>,
}

/// Who acted and in which of the three ways data came to the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acted {
    /// Who.
    pub actor: Actor,
    /// In which way.
    pub way: Way,
    /// What both rest on.
    pub basis: ActorBasis,
    /// How sure it is.
    pub confidence: Confidence,
}

/// Everything about one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribution {
    /// Page.
    pub page: PageOf,
    /// Trigger.
    pub trigger: Trigger,
    /// Who acted.
    pub acted: Acted,
    /// Whether it only asks leave for another request: counts of data flows leave it out.
    pub is_preflight: bool,
    /// Of a preflight the request that it asked leave for, and the other way round.
    pub paired_with: Option<u64>,
}
