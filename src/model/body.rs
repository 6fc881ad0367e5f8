//! Bodies of messages: the bytes, and what is known about how faithful they are.

use std::io;

use bytes::Bytes;

use super::Unrecorded;

/// How the bytes of a body relate to those on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyState {
    /// The bytes as transferred, content codings still on.
    Raw,
    /// The bytes after the content codings were undone by whoever recorded them: a header may name a coding that is no longer there.
    AlreadyDecoded,
    /// Went through a text form that could not hold every byte (invalid UTF-8 became U+FFFD, for example).
    Lossy,
    /// Not there at all.
    Missing(Unrecorded),
    /// The first part only.
    Truncated(Unrecorded),
}

/// The body of a message as far as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    state: BodyState,
    bytes: Bytes,
}

impl Body {
    /// A body held in memory.
    #[must_use]
    pub fn new(state: BodyState, bytes: impl Into<Bytes>) -> Self {
        Self { state, bytes: bytes.into() }
    }

    /// A body that was recorded and has no bytes.
    #[must_use]
    pub fn empty() -> Self {
        Self { state: BodyState::Raw, bytes: Bytes::new() }
    }

    /// A body of which nothing was recorded, and why.
    #[must_use]
    pub fn missing(why: Unrecorded) -> Self {
        Self { state: BodyState::Missing(why), bytes: Bytes::new() }
    }

    /// How faithful the bytes are.
    #[must_use]
    pub fn state(&self) -> BodyState {
        self.state
    }

    /// How many bytes are held.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// Whether no bytes are held (which [`BodyState::Missing`] explains, where it is not simply an empty body).
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes as a stream.
    #[must_use]
    pub fn reader(&self) -> impl io::Read + '_ {
        &self.bytes[..]
    }
}
