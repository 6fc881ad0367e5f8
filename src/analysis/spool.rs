//! Where observations wait for the end of a recording.

use std::io;

/// A store of byte strings that only grows. The shell gives one that spills to disk.
pub trait Spool: Send {
    /// Keeps `bytes` and says at which place.
    ///
    /// # Errors
    ///
    /// The store fails.
    fn append(&mut self, bytes: &[u8]) -> io::Result<u64>;

    /// Puts the `length` bytes at `place` into `into`, in place of what it held.
    ///
    /// # Errors
    ///
    /// The store fails, or has no such place.
    fn read(&mut self, place: u64, length: usize, into: &mut Vec<u8>) -> io::Result<()>;

    /// Puts what is held in memory away, as far as there is another place for it.
    ///
    /// # Errors
    ///
    /// The store fails.
    fn put_away(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A spool in memory, for tests and for short recordings.
#[derive(Clone, Debug, Default)]
pub struct MemorySpool(Vec<u8>);

impl Spool for MemorySpool {
    fn append(&mut self, bytes: &[u8]) -> io::Result<u64> {
        let place = self.0.len() as u64;
        self.0.extend_from_slice(bytes);
        Ok(place)
    }

    fn read(&mut self, place: u64, length: usize, into: &mut Vec<u8>) -> io::Result<()> {
        let start = usize::try_from(place).map_err(io::Error::other)?;
        let bytes = self.0.get(start..start + length).ok_or(io::ErrorKind::UnexpectedEof)?;
        into.clear();
        into.extend_from_slice(bytes);
        Ok(())
    }
}
