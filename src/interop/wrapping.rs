//! What stands around a recording: gzip (RFC 1952), zlib (RFC 1950), a byte order mark.

use std::io::{self, Read};

use flate2::read::{MultiGzDecoder, ZlibDecoder};

use super::ImportError;

/// How much of a recording is looked at to recognise its format.
const HEAD: u64 = 512;

/// The first bytes of a recording, gzip or zlib taken off: what its format is recognised by. Empty where nothing can be unpacked.
pub(super) fn head(source: &mut dyn Read) -> Result<Vec<u8>, ImportError> {
    fn some(source: &mut dyn Read) -> (Vec<u8>, io::Result<usize>) {
        let mut head = Vec::new();
        let outcome = source.take(HEAD).read_to_end(&mut head);
        (head, outcome)
    }
    let (packed, outcome) = some(source);
    outcome.map_err(|cause| ImportError::Io { offset: packed.len() as u64, cause })?;
    Ok(match packed[..] {
        // Whatever of it can be unpacked; why the rest cannot is told by whoever reads on.
        [0x1f, 0x8b, ..] => some(&mut MultiGzDecoder::new(&packed[..])).0,
        _ => packed,
    })
}

/// A reader without the wrapping, and the wrappings that were taken off, outermost first.
pub(super) struct Unwrapped<'a> {
    pub(super) reader: Box<dyn Read + 'a>,
    pub(super) wrappings: Vec<&'static str>,
}

/// Looks at the first bytes of `source` and takes off compression. One layer only: nobody compresses an export twice, but a bomb does.
pub(super) fn unwrap<'a>(mut source: impl Read + 'a) -> Result<Unwrapped<'a>, ImportError> {
    let mut head = [0_u8; 4];
    let mut filled = 0;
    while filled < head.len() {
        match source.read(&mut head[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) => return Err(ImportError::Io { offset: filled as u64, cause }),
        }
    }
    if filled == 0 {
        return Err(ImportError::Empty);
    }
    let whole = io::Cursor::new(head).take(filled as u64).chain(source);
    let unknown = |found: &str| ImportError::Unknown { found: found.to_owned() };
    match &head[..filled] {
        [0x1f, 0x8b, ..] => Ok(Unwrapped { reader: Box::new(MultiGzDecoder::new(whole)), wrappings: vec!["gzip"] }),
        // RFC 1950 section 2.2: method 8 with the window of 32 KiB that every compressor writes, no preset dictionary, and the first two
        // bytes a multiple of 31. Other windows are legal, but their first bytes are letters: `X({…})` and `hbCallback(…)` are JSONP.
        [0x78, second, ..] if second & 0x20 == 0 && (0x7800 + u16::from(*second)).is_multiple_of(31) => {
            Ok(Unwrapped { reader: Box::new(ZlibDecoder::new(whole)), wrappings: vec!["zlib"] })
        }
        [b'P', b'K', 3, 4] => Err(unknown("a ZIP archive (a WACZ, or a Playwright HAR with side files)")),
        [b'W', b'A', b'R', b'C'] => Err(unknown("a WARC file")),
        [0x28, 0xb5, 0x2f, 0xfd] => Err(unknown("a Zstandard archive")),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Err(unknown("UTF-16 text")),
        _ => Ok(Unwrapped { reader: Box::new(whole), wrappings: Vec::new() }),
    }
}
