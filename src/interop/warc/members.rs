//! Gzip as WARC files use it: one member for each record (WARC 1.1, annex D), read as one stream that knows where its members began.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use flate2::bufread::GzDecoder;

/// Where members begin: offset in the unpacked stream, offset in the file. Read ahead of whoever asks, so that it is a list.
#[derive(Clone, Debug, Default)]
pub(super) struct Starts(Rc<RefCell<VecDeque<(u64, u64)>>>);

impl Starts {
    /// The member that holds the unpacked byte at `offset`: where it begins in the file, and whether that byte is its first. Offsets must not go back.
    pub(super) fn member(&self, offset: u64) -> Option<(u64, bool)> {
        let mut starts = self.0.borrow_mut();
        while starts.get(1).is_some_and(|(unpacked, _)| *unpacked <= offset) {
            starts.pop_front();
        }
        starts.front().map(|(unpacked, packed)| (*packed, *unpacked == offset))
    }
}

/// Counts what is read through it.
struct Counted<R> {
    reader: R,
    passed: u64,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.passed += read as u64;
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        self.passed += bytes as u64;
        self.reader.consume(bytes);
    }
}

/// The unpacked stream.
pub(super) struct Members<R: Read> {
    /// `None` at the end.
    decoder: Option<GzDecoder<Counted<BufReader<R>>>>,
    starts: Starts,
    unpacked: u64,
}

impl<R: Read> Members<R> {
    /// Over a source that begins with a member.
    pub(super) fn new(source: R, starts: Starts) -> Self {
        starts.0.borrow_mut().push_back((0, 0));
        let counted = Counted { reader: BufReader::with_capacity(1 << 17, source), passed: 0 };
        Self { decoder: Some(GzDecoder::new(counted)), starts, unpacked: 0 }
    }
}

impl<R: Read> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(decoder) = &mut self.decoder {
            let read = decoder.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                self.unpacked += read as u64;
                return Ok(read);
            }
            let Some(mut rest) = self.decoder.take().map(GzDecoder::into_inner) else { break };
            // Some writers fill the last block with zeros.
            loop {
                let zeros = rest.fill_buf()?.iter().take_while(|byte| **byte == 0).count();
                if zeros == 0 {
                    break;
                }
                rest.consume(zeros);
            }
            match rest.fill_buf()?.first() {
                None => {}
                Some(0x1f) => {
                    self.starts.0.borrow_mut().push_back((self.unpacked, rest.passed));
                    self.decoder = Some(GzDecoder::new(rest));
                }
                Some(_) => {
                    let what = format!("byte {} is neither the end of the file nor the start of a gzip member", rest.passed);
                    return Err(io::Error::new(io::ErrorKind::InvalidData, what));
                }
            }
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write as _;

    fn member(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).expect("in memory");
        encoder.finish().expect("in memory")
    }

    #[test]
    fn members_are_one_stream_that_knows_their_starts() {
        let (first, second) = (member(b"first"), member(b"second"));
        let whole = [&first[..], &second, &[0; 40]].concat();
        let starts = Starts::default();
        let mut text = String::new();
        Members::new(&whole[..], starts.clone()).read_to_string(&mut text).expect("unpacks");
        assert_eq!(text, "firstsecond");
        assert_eq!(starts.member(0), Some((0, true)));
        assert_eq!(starts.member(3), Some((0, false)));
        assert_eq!(starts.member(5), Some((first.len() as u64, true)));
        assert_eq!(starts.member(9), Some((first.len() as u64, false)));
    }

    #[test]
    fn what_follows_a_member_and_is_none_is_an_error() {
        let whole = [&member(b"first")[..], b"<!doctype html>"].concat();
        let mut text = Vec::new();
        let error = Members::new(&whole[..], Starts::default()).read_to_end(&mut text).expect_err("no gzip").to_string();
        assert_eq!(text, b"first");
        assert!(error.contains("gzip member"), "{error}");
    }
}
