//! Observations in memory up to a bound, beyond it in a temporary file that nobody else can open.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use crate::analysis::Spool;

/// Bytes kept in memory before the first spill, and the size of a written piece afterwards.
const BOUND: usize = 16 << 20;

/// A spool that spills to disk.
#[derive(Debug, Default)]
pub struct FileSpool {
    memory: Vec<u8>,
    /// Bytes that are in the file; `memory` follows them.
    written: u64,
    file: Option<File>,
}

impl Spool for FileSpool {
    fn append(&mut self, bytes: &[u8]) -> io::Result<u64> {
        if self.memory.len() + bytes.len() > BOUND {
            self.spill()?;
        }
        let place = self.written + self.memory.len() as u64;
        self.memory.extend_from_slice(bytes);
        Ok(place)
    }

    fn read(&mut self, place: u64, length: usize, into: &mut Vec<u8>) -> io::Result<()> {
        into.clear();
        if let Some(at) = place.checked_sub(self.written) {
            let at = usize::try_from(at).map_err(io::Error::other)?;
            into.extend_from_slice(self.memory.get(at..at + length).ok_or(io::ErrorKind::UnexpectedEof)?);
            return Ok(());
        }
        into.resize(length, 0);
        self.file.as_ref().ok_or(io::ErrorKind::UnexpectedEof)?.read_exact_at(into, place)
    }

    fn put_away(&mut self) -> io::Result<()> {
        self.spill()?;
        self.memory = Vec::new();
        Ok(())
    }
}

impl FileSpool {
    fn spill(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        file.write_all_at(&self.memory, self.written)?;
        self.written += self.memory.len() as u64;
        self.memory.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spilled_is_read_again() {
        let mut spool = FileSpool::default();
        let mut places = Vec::new();
        for number in 0..40_u8 {
            let bytes = vec![number; 1 << 20];
            places.push((number, spool.append(&bytes).expect("append")));
        }
        assert!(spool.written > 0 && spool.memory.len() <= BOUND);
        let mut buffer = Vec::new();
        for (number, place) in places.into_iter().rev() {
            spool.read(place, 1 << 20, &mut buffer).expect("read");
            assert!(buffer.len() == 1 << 20 && buffer.iter().all(|byte| *byte == number));
        }
        assert!(spool.read(1 << 40, 1, &mut buffer).is_err());
        let last = spool.append(b"last").expect("append");
        spool.put_away().expect("put away");
        assert_eq!(spool.memory.capacity(), 0);
        spool.read(last, 4, &mut buffer).expect("read");
        assert_eq!(buffer, b"last");
    }
}
