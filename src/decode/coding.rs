//! Undoes the content codings that a message declares (RFC 9110 section 8.4): gzip, deflate, br, zstd, one over the other. It never unpacks more than
//! it is allowed to, and says whether what it gives is all.

use std::borrow::Cow;

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

use super::packed::{self, End, Unpacked};
use crate::model::Headers;

/// Codings of one message that are undone: nobody honest uses more than two.
const MOST: usize = 8;

/// Bytes to which any coding but the innermost may unpack. It is the same whoever asks, so that what the coding below makes of them is, too.
const BETWEEN: usize = 64 << 20;

/// Largest window of a zstd frame, in bytes. RFC 9659 allows 8 MiB in content codings; senders that do not know it use more.
const ZSTD_WINDOW: u64 = 32 << 20;

/// What became of a body when its codings were undone.
pub(crate) struct Uncoded<'a> {
    /// The bytes, all or the first of them.
    pub(crate) bytes: Cow<'a, [u8]>,
    /// Whether they are all.
    pub(crate) end: End,
    /// Whether the message declares a coding at all, other than `identity`.
    pub(crate) coded: bool,
}

/// The codings that these fields declare, in the order in which they were applied.
fn declared(headers: &Headers) -> impl DoubleEndedIterator<Item = &[u8]> {
    let values: Vec<&[u8]> = headers.all("content-encoding").map(|(_, value)| value).collect();
    let codings: Vec<&[u8]> = values.into_iter().flat_map(|value| value.split(|&byte| byte == b',')).collect();
    codings.into_iter().map(<[u8]>::trim_ascii).filter(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case(b"identity"))
}

/// Undoes the codings that `headers` declare, the last one first, and gives at most `ceiling` bytes. The first of them are the same under any ceiling.
pub(crate) fn undo<'a>(headers: &Headers, bytes: &'a [u8], ceiling: usize) -> Uncoded<'a> {
    let mut done = Uncoded { bytes: Cow::Borrowed(bytes), end: End::Whole, coded: false };
    if headers.first("content-encoding").is_none() {
        return done;
    }
    let mut codings = declared(headers).rev().enumerate().peekable();
    while let Some((number, coding)) = codings.next() {
        done.coded = true;
        let ceiling = if codings.peek().is_some() { BETWEEN } else { ceiling };
        let unpacked = if number < MOST { one(coding, &done.bytes, ceiling) } else { None };
        let Some(unpacked) = unpacked else {
            return Uncoded { bytes: Cow::Borrowed(b""), end: End::Broken, coded: true };
        };
        done.bytes = Cow::Owned(unpacked.bytes);
        // What is left of a broken outer coding is cut off inside the inner one, too.
        if done.end == End::Whole || unpacked.end == End::Cut {
            done.end = unpacked.end;
        }
    }
    done
}

/// All of `bytes` without the codings that `headers` declare; borrowed where they declare none. `None`: a coding is unknown or broken, or they are more than
/// `ceiling` bytes.
pub(crate) fn without_codings<'a>(headers: &Headers, bytes: &'a [u8], ceiling: usize) -> Option<Cow<'a, [u8]>> {
    let undone = undo(headers, bytes, ceiling);
    match undone.end {
        End::Whole if undone.coded => Some(Cow::Owned(undone.bytes.into_owned())),
        End::Whole => Some(undone.bytes),
        End::Cut | End::Broken => None,
    }
}

/// Undoes one coding; `None`: nobody knows it.
fn one(coding: &[u8], bytes: &[u8], ceiling: usize) -> Option<Unpacked> {
    let is = |name: &str| coding.eq_ignore_ascii_case(name.as_bytes());
    Some(if is("gzip") || is("x-gzip") {
        packed::gunzip(bytes, ceiling)
    } else if is("deflate") {
        packed::inflate(bytes, ceiling)
    } else if is("br") {
        packed::read(brotli_decompressor::Decompressor::new(bytes, 16 << 10), ceiling)
    } else if is("zstd") {
        zstd(bytes, ceiling)
    } else {
        return None;
    })
}

/// Every frame, one after the other; skippable frames hold no content (RFC 8878 sections 3.1 and 3.1.2).
fn zstd(mut bytes: &[u8], ceiling: usize) -> Unpacked {
    let mut out = Unpacked { bytes: Vec::new(), end: End::Whole };
    while !bytes.is_empty() {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(ZSTD_WINDOW);
        match StreamingDecoder::new_with_decoder(&mut bytes, decoder) {
            Ok(frame) => {
                out.end = packed::append(frame, ceiling, &mut out.bytes);
                if out.end != End::Whole {
                    return out;
                }
            }
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                let Some(rest) = bytes.get(length as usize..) else {
                    return Unpacked { end: End::Broken, ..out };
                };
                bytes = rest;
            }
            Err(_) => return Unpacked { end: End::Broken, ..out },
        }
    }
    out
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::io::Write as _;

    pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(bytes).expect("in memory");
        out.finish().expect("in memory")
    }

    pub(crate) fn deflate(bytes: &[u8]) -> Vec<u8> {
        let mut out = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(bytes).expect("in memory");
        out.finish().expect("in memory")
    }

    fn brotli(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        brotli::BrotliCompress(&mut &*bytes, &mut out, &Default::default()).expect("in memory");
        out
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::bulk::compress(bytes, 3).expect("in memory")
    }

    fn undone(codings: &[&str], bytes: &[u8], ceiling: usize) -> (Vec<u8>, End, bool) {
        let mut headers = Headers::new();
        codings.iter().for_each(|coding| headers.push(b"Content-Encoding", coding.as_bytes()));
        let done = undo(&headers, bytes, ceiling);
        (done.bytes.into_owned(), done.end, done.coded)
    }

    #[test]
    fn every_coding_alone_and_over_another() {
        let text = b"text that is longer than its frames".repeat(9);
        let skippable = [&[0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"xyz"].concat();
        let mut raw = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        raw.write_all(&text).expect("in memory");
        let twice = text.repeat(2);
        let cases: Vec<(&[&str], Vec<u8>, &[u8])> = vec![
            (&["gzip"], gzip(&text), &text),
            (&["X-GZip"], gzip(&text), &text),
            (&["gzip"], [gzip(&text), gzip(&text)].concat(), &twice),
            (&["deflate"], deflate(&text), &text),
            (&["deflate"], raw.finish().expect("in memory"), &text),
            (&["br"], brotli(&text), &text),
            (&["zstd"], zstd(&text), &text),
            (&["zstd"], [zstd(&text), skippable.clone(), zstd(&text), skippable].concat(), &twice),
            (&["gzip, br"], brotli(&gzip(&text)), &text),
            (&["identity, deflate", " zstd ,"], zstd(&deflate(&text)), &text),
        ];
        for (codings, packed, wanted) in cases {
            assert_eq!(undone(codings, &packed, 1 << 20), (wanted.to_vec(), End::Whole, true), "{codings:?}");
            assert_eq!(undone(codings, &packed, 100).1, End::Cut, "{codings:?}");
            assert_eq!(undone(codings, &packed[..packed.len() - 5], 1 << 20).1, End::Broken, "{codings:?}");
        }
        assert_eq!(undone(&["identity"], b"x", 100), (b"x".to_vec(), End::Whole, false));
        assert_eq!(undone(&[], b"x", 100), (b"x".to_vec(), End::Whole, false));
    }

    #[test]
    fn bombs_and_rubbish_end() {
        let bomb = zstd(&vec![0; 64 << 20]);
        assert_eq!(undone(&["zstd"], &bomb, 1 << 20), (vec![0; 1 << 20], End::Cut, true));
        let bomb = gzip(&gzip(&vec![0; 64 << 20]));
        assert_eq!(undone(&["gzip, gzip"], &bomb, 1 << 20), (vec![0; 1 << 20], End::Cut, true));
        assert_eq!(undone(&["secret"], b"x", 100), (Vec::new(), End::Broken, true));
        assert_eq!(undone(&[&"gzip,".repeat(9)], b"x", 100), (Vec::new(), End::Broken, true));
        for coding in ["gzip", "deflate", "br", "zstd"] {
            assert_eq!(undone(&[coding], b"not packed at all", 100).1, End::Broken, "{coding}");
        }
        // A frame that asks for a window of 2 GiB.
        assert_eq!(undone(&["zstd"], &[0x28, 0xb5, 0x2f, 0xfd, 0, 21 << 3, 1, 0, 0], 100).1, End::Broken);
    }
}
