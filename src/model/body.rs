//! Bodies of messages: the bytes or where they lie, and what is known about how faithful they are.

use std::fmt;
use std::io;
use std::sync::Arc;

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

/// Where the bytes of a body lie that are too many to hold in memory.
pub trait BodySource: fmt::Debug + Send + Sync {
    /// The bytes from the beginning, each time it is called.
    ///
    /// # Errors
    ///
    /// They cannot be read.
    fn open(&self) -> io::Result<Box<dyn io::Read + '_>>;
}

/// The body of a message as far as it was recorded.
#[derive(Clone, Debug)]
pub struct Body {
    state: BodyState,
    held: Held,
}

#[derive(Clone, Debug)]
enum Held {
    Memory(Bytes),
    Elsewhere { length: u64, source: Arc<dyn BodySource> },
}

impl Body {
    /// A body held in memory.
    #[must_use]
    pub fn new(state: BodyState, bytes: impl Into<Bytes>) -> Self {
        Self { state, held: Held::Memory(bytes.into()) }
    }

    /// A body of `length` bytes that lies elsewhere.
    #[must_use]
    pub fn elsewhere(state: BodyState, length: u64, source: Arc<dyn BodySource>) -> Self {
        Self { state, held: Held::Elsewhere { length, source } }
    }

    /// A body that was recorded and has no bytes.
    #[must_use]
    pub fn empty() -> Self {
        Self::new(BodyState::Raw, Bytes::new())
    }

    /// A body of which nothing was recorded, and why.
    #[must_use]
    pub fn missing(why: Unrecorded) -> Self {
        Self::new(BodyState::Missing(why), Bytes::new())
    }

    /// How faithful the bytes are.
    #[must_use]
    pub fn state(&self) -> BodyState {
        self.state
    }

    /// The same bytes, known to be as faithful as `state` says.
    #[must_use]
    pub fn with_state(self, state: BodyState) -> Self {
        Self { state, ..self }
    }

    /// How many bytes there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        match &self.held {
            Held::Memory(bytes) => bytes.len() as u64,
            Held::Elsewhere { length, .. } => *length,
        }
    }

    /// Whether there are no bytes (which [`BodyState::Missing`] explains, where it is not simply an empty body).
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes, if they are held in memory.
    #[must_use]
    pub fn in_memory(&self) -> Option<&[u8]> {
        match &self.held {
            Held::Memory(bytes) => Some(bytes),
            Held::Elsewhere { .. } => None,
        }
    }

    /// The bytes, read into memory if they are not there.
    ///
    /// # Errors
    ///
    /// They cannot be read, or are fewer than they should be.
    pub fn bytes(&self) -> io::Result<Bytes> {
        match &self.held {
            Held::Memory(bytes) => Ok(bytes.clone()),
            Held::Elsewhere { length, .. } => {
                let mut bytes = Vec::new();
                io::Read::read_to_end(&mut self.reader()?, &mut bytes)?;
                if bytes.len() as u64 == *length { Ok(bytes.into()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
            }
        }
    }

    /// The bytes as a stream.
    ///
    /// # Errors
    ///
    /// They cannot be read.
    pub fn reader(&self) -> io::Result<Box<dyn io::Read + '_>> {
        match &self.held {
            Held::Memory(bytes) => Ok(Box::new(&bytes[..])),
            Held::Elsewhere { source, .. } => source.open(),
        }
    }
}

/// Two bodies are equal if state and bytes are, wherever these lie.
impl PartialEq for Body {
    fn eq(&self, other: &Self) -> bool {
        self.state == other.state
            && self.len() == other.len()
            && match (self.in_memory(), other.in_memory()) {
                (Some(one), Some(other)) => one == other,
                _ => matches!((self.bytes(), other.bytes()), (Ok(one), Ok(other)) if one == other),
            }
    }
}

impl Eq for Body {}
