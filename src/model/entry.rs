//! An entry: an exchange in its place in a capture.

use super::{Digest, Exchange, Timestamp};

/// An exchange in its place in a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number, from 1. In our own captures numbers follow the start of requests; in an import they follow the order of the file, so that
    /// a reader finds entry *n* as the *n*-th element of the file's list. Order in time is made by the analysis, from `order`.
    pub number: u64,
    /// Where it stands in time: its own start, or that of the entry before it where its own is not known.
    pub order: Timestamp,
    /// Commitment over all its parts.
    pub digest: EntryDigest,
    /// The exchange.
    pub exchange: Exchange,
}

/// Root of the hash tree over the parts of an exchange (`docs/evidence-format.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryDigest(pub Digest);
