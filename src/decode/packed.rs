//! Undoes one layer in which a value is packed: percent-encoding, the encoding of forms, base64, hexadecimal digits, gzip, deflate. Whoever takes a
//! message apart and whoever follows a locator call the same functions, so that both see the same bytes. It never unpacks more than it is allowed to.

use std::borrow::Cow;
use std::io::Read;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode;

/// Either alphabet, padded or not, is tried: senders mix them.
const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// What unpacking came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unpacked {
    /// The bytes, all or the first of them.
    pub(crate) bytes: Vec<u8>,
    /// Whether they are all.
    pub(crate) end: End,
}

/// How unpacking ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// These are all bytes.
    Whole,
    /// There are more bytes than allowed.
    Cut,
    /// What is packed is broken, or ends too early.
    Broken,
}

/// Percent-encoding undone; signs that are no encoding stay (WHATWG URL section 1.3).
pub(crate) fn percent(bytes: &[u8]) -> Cow<'_, [u8]> {
    percent_decode(bytes).into()
}

/// The encoding of names and values in forms and queries undone (WHATWG URL section 5.1).
pub(crate) fn form(bytes: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'+', bytes).is_none() {
        return percent(bytes);
    }
    let mut spaced = bytes.to_vec();
    spaced.iter_mut().filter(|byte| **byte == b'+').for_each(|byte| *byte = b' ');
    match percent(&spaced) {
        Cow::Owned(decoded) => Cow::Owned(decoded),
        Cow::Borrowed(_) => Cow::Owned(spaced),
    }
}

/// Base64 undone: standard or URL-safe alphabet, padded or not.
pub(crate) fn base64(bytes: &[u8]) -> Option<Vec<u8>> {
    STANDARD.decode(bytes).or_else(|_| URL_SAFE.decode(bytes)).ok()
}

/// Pairs of hexadecimal digits undone.
pub(crate) fn hex(bytes: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| (byte as char).to_digit(16).map(|digit| digit as u8);
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    bytes.chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

/// One layer of gzip undone, several members included (RFC 1952 section 2.2), up to `ceiling` bytes.
pub(crate) fn gunzip(bytes: &[u8], ceiling: usize) -> Unpacked {
    read(flate2::read::MultiGzDecoder::new(bytes), ceiling)
}

/// One layer of deflate undone, up to `ceiling` bytes: with the wrapping of zlib, or without, which some senders take for the same (RFC 9110
/// section 8.4.1.2).
pub(crate) fn inflate(bytes: &[u8], ceiling: usize) -> Unpacked {
    if is_zlib(bytes) {
        let wrapped = read(flate2::read::ZlibDecoder::new(bytes), ceiling);
        if wrapped.end != End::Broken || !wrapped.bytes.is_empty() {
            return wrapped;
        }
    }
    read(flate2::read::DeflateDecoder::new(bytes), ceiling)
}

/// Whether bytes begin like a gzip member (RFC 1952 section 2.3.1).
pub(crate) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.len() >= 18 && bytes.starts_with(&[0x1f, 0x8b, 8])
}

/// Whether bytes begin like a zlib stream without a preset dictionary (RFC 1950 section 2.2).
pub(crate) fn is_zlib(bytes: &[u8]) -> bool {
    matches!(*bytes, [first, second, _, ..]
        if first & 0x0f == 8 && first >> 4 <= 7 && second & 0x20 == 0 && (u16::from(first) << 8 | u16::from(second)).is_multiple_of(31))
}

/// All that `source` gives, up to `ceiling` bytes.
pub(crate) fn read(source: impl Read, ceiling: usize) -> Unpacked {
    let mut bytes = Vec::new();
    let end = append(source, ceiling, &mut bytes);
    Unpacked { bytes, end }
}

/// Adds all that `source` gives to `bytes`, until these are `ceiling`. It reads in pieces of one size, because decoders that meet broken data drop the piece in which
/// they do: so the first bytes are the same under any ceiling.
pub(crate) fn append(mut source: impl Read, ceiling: usize, bytes: &mut Vec<u8>) -> End {
    let mut piece = [0; 8 << 10];
    loop {
        match source.read(&mut piece) {
            Ok(0) => return End::Whole,
            Ok(length) => bytes.extend_from_slice(&piece[..length]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return End::Broken,
        }
        if bytes.len() > ceiling {
            bytes.truncate(ceiling);
            return End::Cut;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn texts() {
        assert_eq!(&*form(b"a+b%2Bc%zz"), b"a b+c%zz");
        assert!(matches!(form(b"plain"), Cow::Borrowed(_)));
        for text in [&b"-_8="[..], b"-_8", b"+/8=", b"+/8"] {
            assert_eq!(base64(text).as_deref(), Some(&[0xfb, 0xff][..]));
        }
        assert_eq!(base64(b"+_8"), None);
        assert_eq!(hex(b"7b7D").as_deref(), Some(&b"{}"[..]));
        assert_eq!((hex(b"7b7"), hex(b"7g")), (None, None));
    }

    #[test]
    fn streams() {
        let zlib = |bytes: &[u8]| {
            let mut out = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
            out.write_all(bytes).expect("in memory");
            out.finish().expect("in memory")
        };
        let mut raw = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        raw.write_all(b"raw text").expect("in memory");
        let whole = |bytes: &[u8]| Unpacked { bytes: bytes.to_vec(), end: End::Whole };
        assert_eq!(inflate(&zlib(b"wrapped text"), 100), whole(b"wrapped text"));
        assert_eq!(inflate(&raw.finish().expect("in memory"), 100), whole(b"raw text"));
        let packed = zlib(b"wrapped text");
        assert_eq!(inflate(&packed, 12), whole(b"wrapped text"));
        assert_eq!(inflate(&packed, 7), Unpacked { bytes: b"wrapped".to_vec(), end: End::Cut });
        assert_eq!(inflate(&packed[..packed.len() - 1], 100).end, End::Broken);
        assert_eq!(gunzip(b"x", 100).end, End::Broken);
    }

    #[test]
    fn broken_data_begin_alike_under_any_ceiling() {
        let mut noise = 1_u32;
        let text: Vec<u8> = std::iter::repeat_with(|| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            b'a' + (noise >> 29) as u8
        })
        .take(100_000)
        .collect();
        let mut out = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(&text).expect("in memory");
        let packed = out.finish().expect("in memory");
        for broken in (packed.len() / 2..packed.len()).step_by(packed.len() / 16) {
            let mut packed = packed.clone();
            packed[broken..].fill(0xff);
            let all = inflate(&packed, 1 << 20);
            for ceiling in [1, 100, 8_191, 8_192, 8_193, 20_000] {
                let cut = inflate(&packed, ceiling);
                assert!(all.bytes.starts_with(&cut.bytes), "broken at {broken}, cut at {ceiling}");
            }
        }
    }
}
