//! A sliding window over a stream: holds the unread part of it and grows only as far as the largest single element needs.

use std::io::{self, Read};

use super::ImportError;

/// Room at the start. Large enough that few elements straddle its end, small enough to stay in the cache of one core.
const INITIAL: usize = 128 * 1024;

/// The unread part of a stream.
pub(super) struct Window<'a> {
    reader: Box<dyn Read + 'a>,
    wrapping: Option<&'static str>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Offset in the stream of the first unread byte.
    offset: u64,
    /// Line feeds before `offset`, and the offset just after the last of them.
    lines: u64,
    line_start: u64,
    ceiling: u64,
    ended: bool,
    /// What went wrong behind the bytes in memory.
    failed: Option<ImportError>,
}

impl<'a> Window<'a> {
    /// An empty window over `reader`. No element may be larger than `ceiling` bytes. `wrapping` names what the reader unpacks.
    pub(super) fn new(reader: Box<dyn Read + 'a>, wrapping: Option<&'static str>, ceiling: u64) -> Self {
        let buffer = vec![0; INITIAL];
        Self { reader, wrapping, buffer, start: 0, end: 0, offset: 0, lines: 0, line_start: 0, ceiling, ended: false, failed: None }
    }

    /// What is in memory and not yet consumed.
    pub(super) fn unread(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Whether the stream has no more bytes than [`Self::unread`] shows.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// Offset in the stream of the first unread byte.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// Line and column (from 1) and offset of the byte `ahead` of the first unread one.
    pub(super) fn place(&self, ahead: usize) -> (u64, u64, u64) {
        let passed = &self.unread()[..ahead.min(self.end - self.start)];
        let lines = self.lines + memchr::memchr_iter(b'\n', passed).count() as u64;
        let line_start = memchr::memrchr(b'\n', passed).map_or(self.line_start, |at| self.offset + at as u64 + 1);
        let offset = self.offset + passed.len() as u64;
        (lines + 1, offset - line_start + 1, offset)
    }

    /// Drops the first `bytes` unread bytes.
    pub(super) fn consume(&mut self, bytes: usize) {
        let bytes = bytes.min(self.end - self.start);
        let passed = &self.buffer[self.start..self.start + bytes];
        if let Some(last) = memchr::memrchr(b'\n', passed) {
            self.lines += memchr::memchr_iter(b'\n', passed).count() as u64;
            self.line_start = self.offset + last as u64 + 1;
        }
        self.start += bytes;
        self.offset += bytes as u64;
    }

    /// Reads more behind the unread bytes; at the end of the stream only sets [`Self::ended`].
    pub(super) fn more(&mut self) -> Result<(), ImportError> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.end == self.buffer.len() {
            if self.buffer.len() as u64 >= self.ceiling {
                return Err(ImportError::TooLarge { offset: self.offset, ceiling: self.ceiling });
            }
            let larger = (self.buffer.len() as u64 * 2).min(self.ceiling) as usize;
            self.buffer.resize(larger, 0);
        }
        let before = self.end;
        // Fill the room completely: a decompressor hands out small pieces, and every call is followed by a new attempt to parse.
        while self.end < self.buffer.len() {
            match self.reader.read(&mut self.buffer[self.end..]) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(read) => self.end += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) => {
                    let offset = self.offset + self.end as u64;
                    let error = match self.wrapping {
                        Some(wrapping) => ImportError::Unpack { wrapping, offset, cause },
                        None => ImportError::Io { offset, cause },
                    };
                    if self.end == before {
                        return Err(error);
                    }
                    // First what came before it.
                    self.failed = Some(error);
                    return Ok(());
                }
            }
        }
        debug_assert!(self.end > before || self.ended);
        Ok(())
    }

    /// Gives back room that one large element needed, once it is no longer needed.
    pub(super) fn shrink(&mut self) {
        if self.buffer.len() > INITIAL * 8 && self.end - self.start < INITIAL {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
            self.buffer.truncate(INITIAL);
            self.buffer.shrink_to_fit();
        }
    }

    /// The next byte that is no JSON white space, without consuming it; `None` at the end.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, ImportError> {
        loop {
            let blank = self.unread().iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
            self.consume(blank);
            if let Some(&byte) = self.unread().first() {
                return Ok(Some(byte));
            }
            if self.ended {
                return Ok(None);
            }
            self.more()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_survive_consuming() {
        let text = "a\nbc\n\ndef";
        let mut window = Window::new(Box::new(text.as_bytes()), None, 1 << 20);
        window.more().expect("reads");
        assert_eq!(window.place(3), (2, 2, 3));
        window.consume(4);
        assert_eq!(window.place(0), (2, 3, 4));
        assert_eq!(window.peek().expect("reads"), Some(b'd'));
        assert_eq!(window.place(2), (4, 3, 8));
        window.consume(100);
        assert_eq!(window.peek().expect("reads"), None);
        assert!(window.ended());
    }

    #[test]
    fn a_ceiling_holds() {
        let mut window = Window::new(Box::new(io::repeat(b'x')), None, 3 * INITIAL as u64);
        for _ in 0..3 {
            window.more().expect("below the ceiling");
        }
        assert!(matches!(window.more(), Err(ImportError::TooLarge { offset: 0, .. })));
        window.consume(window.unread().len());
        window.shrink();
        window.more().expect("room again");
    }
}
