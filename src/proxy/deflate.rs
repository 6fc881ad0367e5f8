//! permessage-deflate (RFC 7692) undone, for one direction of a WebSocket: what was agreed on, and the decoder. It never compresses, and decodes
//! no further than a ceiling.

use flate2::{Decompress, FlushDecompress, Status};

/// What every compressed message has lost at its end (RFC 7692 section 7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];
/// Bytes that are decoded at once.
const STEP: usize = 8 * 1024;

/// The parameters that a server accepted (RFC 7692 section 7.1). How large the windows are need not be known: a decoder with the largest one,
/// 32 KiB, reads what was made with any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Deflate {
    /// Whether a message from the client may refer to those before it.
    pub(super) client_takeover: bool,
    /// Whether a message from the server may refer to those before it.
    pub(super) server_takeover: bool,
}

impl Deflate {
    /// What one Sec-WebSocket-Extensions field of an answer (RFC 6455 section 9.1) says of it. `None`: it does not name the extension.
    pub(super) fn of(field: &[u8]) -> Option<Self> {
        let mut extensions = field.split(|byte| *byte == b',');
        let mut words = extensions.find_map(|extension| {
            let mut words = extension.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
            words.next().is_some_and(|name| name.eq_ignore_ascii_case(b"permessage-deflate")).then_some(words)
        })?;
        let mut deflate = Self { client_takeover: true, server_takeover: true };
        for word in &mut words {
            if word.eq_ignore_ascii_case(b"client_no_context_takeover") {
                deflate.client_takeover = false;
            } else if word.eq_ignore_ascii_case(b"server_no_context_takeover") {
                deflate.server_takeover = false;
            }
        }
        Some(deflate)
    }
}

/// How far the decoder came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Undone {
    /// It read everything it was given.
    Read,
    /// The bytes are no DEFLATE (RFC 1951).
    Invalid,
    /// What it reads is lost, because a message before went past the ceiling, or this one does now.
    Lost,
}

/// The decoder of one direction. Its 32 KiB are taken when the first compressed message comes.
pub(super) struct Inflater {
    takeover: bool,
    inner: Option<Decompress>,
    /// What later messages may refer to is not there.
    lost: bool,
    /// Bytes that the present message came to.
    decoded: u64,
    ceiling: u64,
}

impl Inflater {
    /// A decoder for messages that may refer to those before them, if `takeover`. A message is read up to `ceiling` bytes.
    pub(super) fn new(takeover: bool, ceiling: u64) -> Self {
        Self { takeover, inner: None, lost: false, decoded: 0, ceiling }
    }

    /// A compressed message begins.
    pub(super) fn begin(&mut self) {
        self.decoded = 0;
        if !self.takeover {
            self.lost = false;
            if let Some(inner) = &mut self.inner {
                inner.reset(false);
            }
        }
    }

    /// Decodes bytes of the present message and hands out what they come to, piece by piece.
    pub(super) fn push(&mut self, bytes: &[u8], out: &mut impl FnMut(&[u8])) -> Undone {
        if self.lost {
            return Undone::Lost;
        }
        let inner = self.inner.get_or_insert_with(|| Decompress::new(false));
        let mut rest = bytes;
        let mut piece = [0; STEP];
        loop {
            let (read, made) = (inner.total_in(), inner.total_out());
            let status = inner.decompress(rest, &mut piece, FlushDecompress::Sync);
            // Both are bounded by the lengths of the slices.
            let (read, made) = ((inner.total_in() - read) as usize, (inner.total_out() - made) as usize);
            rest = &rest[read..];
            out(&piece[..made]);
            self.decoded += made as u64;
            if self.decoded > self.ceiling {
                (self.lost, self.inner) = (true, None);
                return Undone::Lost;
            }
            match status {
                Err(_) => return Undone::Invalid,
                // The sender ended the stream (RFC 7692 section 7.2.3.4); the next block begins another, as in browsers.
                Ok(Status::StreamEnd) => inner.reset(false),
                Ok(Status::Ok | Status::BufError) if read == 0 && made == 0 && !rest.is_empty() => return Undone::Invalid,
                Ok(Status::Ok | Status::BufError) => {}
            }
            if rest.is_empty() && made < STEP {
                return Undone::Read;
            }
        }
    }

    /// The present message ends: what its sender left out is put back.
    pub(super) fn end(&mut self, out: &mut impl FnMut(&[u8])) -> Undone {
        self.push(&TAIL, out)
    }
}

#[cfg(test)]
mod tests {
    use flate2::{Compress, Compression, FlushCompress};

    use super::Undone::{Invalid, Lost, Read};
    use super::*;

    fn message(inflater: &mut Inflater, compressed: &[u8]) -> (Vec<u8>, Undone) {
        let mut bytes = Vec::new();
        let mut out = |piece: &[u8]| bytes.extend_from_slice(piece);
        inflater.begin();
        let mut undone = inflater.push(compressed, &mut out);
        if undone == Read {
            undone = inflater.end(&mut out);
        }
        (bytes, undone)
    }

    /// Compresses a message as RFC 7692 section 7.2.1 says.
    fn compressed(compress: &mut Compress, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len() + 1024);
        assert_eq!(compress.compress_vec(bytes, &mut out, FlushCompress::Sync).expect("compresses"), Status::Ok);
        assert!(out.ends_with(&TAIL));
        out.truncate(out.len() - TAIL.len());
        out
    }

    #[test]
    fn the_examples_of_rfc_7692_section_7_2_3() {
        let hello = |bytes: &[u8]| {
            let mut inflater = Inflater::new(true, 100);
            assert_eq!(message(&mut inflater, bytes), (b"Hello".to_vec(), Read), "{bytes:x?}");
            inflater
        };
        // 7.2.3.1, and 7.2.3.2 where the second message refers to the first.
        let mut inflater = hello(&[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]);
        assert_eq!(message(&mut inflater, &[0xf2, 0x00, 0x11, 0x00, 0x00]), (b"Hello".to_vec(), Read));
        // 7.2.3.3: a block without compression.
        hello(&[0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00]);
        // 7.2.3.4: a block with BFINAL set to 1.
        let mut inflater = hello(&[0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00]);
        assert_eq!(message(&mut inflater, &[0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00]), (b"Hello".to_vec(), Read));
        // 7.2.3.5: two blocks.
        hello(&[0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00]);
        // 7.2.3.6: an empty message.
        assert_eq!(message(&mut Inflater::new(true, 100), &[0x00]), (Vec::new(), Read));
    }

    #[test]
    fn every_window_size_is_read_by_the_largest() {
        let text: Vec<u8> = (0..200_000_u32).flat_map(|at| (at / 7 % 977).to_be_bytes()).collect();
        for bits in 9..=15 {
            let mut compress = Compress::new_with_window_bits(Compression::best(), false, bits);
            let mut inflater = Inflater::new(true, 1 << 20);
            for _ in 0..3 {
                assert!(message(&mut inflater, &compressed(&mut compress, &text)) == (text.clone(), Read), "{bits}");
            }
        }
    }

    #[test]
    fn past_the_ceiling_nothing_is_read_until_messages_stand_alone_again() {
        let (long, short) = (vec![0; 100_000], b"short".repeat(3));
        for takeover in [true, false] {
            let mut compress = Compress::new(Compression::best(), false);
            let mut inflater = Inflater::new(takeover, 50_000);
            assert_eq!(message(&mut inflater, &compressed(&mut compress, &short)), (short.clone(), Read));
            if !takeover {
                compress.reset();
            }
            let (bytes, undone) = message(&mut inflater, &compressed(&mut compress, &long));
            assert!(undone == Lost && bytes.len() <= 50_000 + STEP && bytes.iter().all(|byte| *byte == 0));
            if !takeover {
                compress.reset();
            }
            let expected = if takeover { (Vec::new(), Lost) } else { (short.clone(), Read) };
            assert_eq!(message(&mut inflater, &compressed(&mut compress, &short)), expected);
        }
    }

    #[test]
    fn what_is_no_deflate_is_invalid() {
        for bytes in [&[0x07][..], &[0x00, 0x05, 0x00, 0x00, 0x00], b"\xf2\x00\x11\x00\x00"] {
            assert_eq!(message(&mut Inflater::new(true, 100), bytes).1, Invalid, "{bytes:x?}");
        }
    }

    #[test]
    fn what_was_agreed_on() {
        let of = |field: &str| Deflate::of(field.as_bytes()).map(|deflate| (deflate.client_takeover, deflate.server_takeover));
        assert_eq!(of("permessage-deflate"), Some((true, true)));
        assert_eq!(of("x-other; a=1 , PerMessage-Deflate;server_max_window_bits=10; client_no_context_takeover"), Some((false, true)));
        assert_eq!(of("permessage-deflate; server_no_context_takeover; client_max_window_bits=\"9\""), Some((true, false)));
        assert_eq!(of("permessage-bzip2"), None);
        assert_eq!(of(""), None);
    }
}
