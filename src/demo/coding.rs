//! Content codings of the world: puts them on what it answers, and takes them off again in the scripted client.

use std::io::{self, Read, Write};

use bytes::Bytes;
use flate2::Compression;
use flate2::read::{GzDecoder, ZlibDecoder};
use flate2::write::{GzEncoder, ZlibEncoder};

/// What the scripted client offers, in the order of Chromium.
pub(super) const OFFERED: &str = "gzip, deflate, br, zstd";

/// A content coding (RFC 9110 section 8.4.1, RFC 7932, RFC 8878).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Coding {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }

    fn of(name: &str) -> Option<Self> {
        [Self::Gzip, Self::Deflate, Self::Brotli, Self::Zstd].into_iter().find(|coding| coding.name().eq_ignore_ascii_case(name.trim()))
    }

    /// Whether an Accept-Encoding offers it (RFC 9110 section 12.5.3).
    pub(super) fn offered(self, accept_encoding: &str) -> bool {
        accept_encoding.split(',').any(|offer| {
            let (name, parameters) = offer.split_once(';').unwrap_or((offer, ""));
            let refused =
                parameters.trim().strip_prefix("q=").is_some_and(|weight| weight.trim().parse::<f32>().is_ok_and(|weight| weight == 0.0));
            Self::of(name) == Some(self) && !refused
        })
    }

    pub(super) fn encode(self, plain: &[u8]) -> io::Result<Bytes> {
        let coded = match self {
            Self::Gzip => {
                let mut writer = GzEncoder::new(Vec::new(), Compression::default());
                writer.write_all(plain)?;
                writer.finish()?
            }
            Self::Deflate => {
                let mut writer = ZlibEncoder::new(Vec::new(), Compression::default());
                writer.write_all(plain)?;
                writer.finish()?
            }
            Self::Brotli => {
                let mut coded = Vec::new();
                brotli::CompressorReader::new(plain, 4096, 5, 20).read_to_end(&mut coded)?;
                coded
            }
            Self::Zstd => zstd::encode_all(plain, 3)?,
        };
        Ok(coded.into())
    }
}

/// Takes off what a Content-Encoding names; without one the bytes are as they are.
pub(super) fn decode(content_encoding: Option<&str>, coded: Bytes) -> io::Result<Bytes> {
    let Some(name) = content_encoding else { return Ok(coded) };
    let mut plain = Vec::new();
    match Coding::of(name) {
        Some(Coding::Gzip) => GzDecoder::new(&coded[..]).read_to_end(&mut plain)?,
        Some(Coding::Deflate) => ZlibDecoder::new(&coded[..]).read_to_end(&mut plain)?,
        Some(Coding::Brotli) => brotli::Decompressor::new(&coded[..], 4096).read_to_end(&mut plain)?,
        Some(Coding::Zstd) => {
            plain = zstd::decode_all(&coded[..])?;
            plain.len()
        }
        None => return Err(io::Error::other(format!("an answer has the content coding {name:?}, which was not offered"))),
    };
    Ok(plain.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codings_come_off_again_and_only_offered_ones_count() {
        let plain = Bytes::from("SIMULATED ".repeat(100));
        for coding in [Coding::Gzip, Coding::Deflate, Coding::Brotli, Coding::Zstd] {
            let coded = coding.encode(&plain).unwrap();
            assert!(coded.len() < plain.len() / 2, "{coding:?}");
            assert_eq!(decode(Some(coding.name()), coded).unwrap(), plain, "{coding:?}");
            assert!(coding.offered(OFFERED));
        }
        assert!(!Coding::Brotli.offered("gzip, deflate"));
        assert!(!Coding::Gzip.offered("br, gzip;q=0"));
        assert!(Coding::Gzip.offered("br,gzip;q=0.5"));
        assert!(decode(Some("x-fb-dz"), plain).is_err());
    }
}
