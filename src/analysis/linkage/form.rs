//! How a value may be written: percent-encoded, in base64 or hexadecimal, as a digest, and two of these on top of one another. Only what ends in a
//! digest has to be made beforehand; encodings are undone where they are found (see [`super::token`]).

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use md5::{Digest, Md5};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use sha1::Sha1;
use sha2::Sha256;

use super::Coding;
use super::digests::Digests;

/// What RFC 3986 (section 2.3) calls unreserved stays as it is.
const ALL_BUT_UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What ECMAScript's `encodeURIComponent` leaves as it is stays so.
const AS_SCRIPTS_DO: &AsciiSet = &ALL_BUT_UNRESERVED.remove(b'!').remove(b'*').remove(b'\'').remove(b'(').remove(b')');

/// Every way in which one coding may be written, without repetition. First, in this order: percent-encoded but for unreserved characters, base64 of
/// the standard alphabet with padding, lower-case hexadecimal; of a digest, lower-case hexadecimal.
#[must_use]
pub fn variants(value: &[u8], coding: Coding) -> Vec<Vec<u8>> {
    let mut all = match coding {
        Coding::Percent => [ALL_BUT_UNRESERVED, AS_SCRIPTS_DO].map(|set| percent_encode(value, set).to_string().into_bytes()).to_vec(),
        Coding::Base64 => base64s(value),
        Coding::Hex => hexes(value),
        Coding::Md5 | Coding::Sha1 | Coding::Sha256 => {
            let digest = digest(value, coding);
            [hexes(&digest), base64s(&digest), vec![digest]].concat()
        }
    };
    let mut at = 0;
    while at < all.len() {
        if all[..at].contains(&all[at]) {
            all.remove(at);
        } else {
            at += 1;
        }
    }
    all
}

/// The digest's bytes; of a coding that is no digest, the value itself.
fn digest(value: &[u8], coding: Coding) -> Vec<u8> {
    match coding {
        Coding::Md5 => Md5::digest(value).to_vec(),
        Coding::Sha1 => Sha1::digest(value).to_vec(),
        Coding::Sha256 => Sha256::digest(value).to_vec(),
        Coding::Percent | Coding::Base64 | Coding::Hex => value.to_vec(),
    }
}

fn base64s(value: &[u8]) -> Vec<Vec<u8>> {
    [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD].map(|engine| engine.encode(value).into_bytes()).to_vec()
}

fn hexes(value: &[u8]) -> Vec<Vec<u8>> {
    let write =
        |digits: &[u8; 16]| value.iter().flat_map(|byte| [digits[usize::from(byte >> 4)], digits[usize::from(byte & 15)]]).collect();
    vec![write(b"0123456789abcdef"), write(b"0123456789ABCDEF")]
}

const DIGESTS: [Coding; 3] = [Coding::Md5, Coding::Sha1, Coding::Sha256];

/// Hands `value` to `each`, and every digest of it with up to `layers` layers (at most 2) the last of which is one of `digests`, as bytes, with what
/// was done, innermost first. Digests are also made of the value in lower case, as advertising platforms ask for.
pub(super) fn forms(value: &[u8], layers: u8, digests: &Digests, each: &mut dyn FnMut(&[u8], &[Coding])) {
    each(value, &[]);
    let outers: Vec<Coding> = DIGESTS.into_iter().filter(|outer| digests.any(*outer)).collect();
    let lower = value.to_ascii_lowercase();
    for base in [Some(value), Some(&lower[..]).filter(|lower| *lower != value)].into_iter().flatten() {
        for outer in &outers {
            each(&digest(base, *outer), &[*outer]);
        }
        for inner in Coding::ALL.into_iter().filter(|_| layers > 1 && !outers.is_empty()) {
            for written in variants(base, inner).iter().filter(|written| *written != base) {
                for outer in &outers {
                    each(&digest(written, *outer), &[inner, *outer]);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_variants_are_the_usual_ones() {
        let first = |value: &str, coding| String::from_utf8(variants(value.as_bytes(), coding).remove(0)).unwrap();
        assert_eq!(first("a b/c~'", Coding::Percent), "a%20b%2Fc~%27");
        assert_eq!(first("a>?", Coding::Base64), "YT4/");
        assert_eq!(first("\u{e9}", Coding::Hex), "c3a9");
        assert_eq!(first("", Coding::Md5), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(first("", Coding::Sha1), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
        assert_eq!(first("", Coding::Sha256), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(variants(b"abc", Coding::Percent), [b"abc"]);
        assert_eq!(variants(b"a>?", Coding::Base64), [b"YT4/", b"YT4_"]);
        // Two in hexadecimal, two in base64 (there is no `+` or `/` in it), and the bytes.
        assert_eq!(variants(b"", Coding::Md5).len(), 2 + 2 + 1);
    }

    #[test]
    fn digests_of_two_layers_and_of_lower_case() {
        let mut all = Vec::new();
        let mut digests = Digests::default();
        digests.put(&[200; 32], 1);
        forms(b"Ab", 2, &digests, &mut |bytes, codings| all.push((bytes.to_vec(), codings.to_vec())));
        let of = |text: &[u8]| Sha256::digest(text).to_vec();
        for (bytes, codings) in [
            (b"Ab".to_vec(), vec![]),
            (of(b"Ab"), vec![Coding::Sha256]),
            (of(b"ab"), vec![Coding::Sha256]),
            (of(b"QWI="), vec![Coding::Base64, Coding::Sha256]),
            (of(b"4162"), vec![Coding::Hex, Coding::Sha256]),
            (of(&of(b"Ab")), vec![Coding::Sha256, Coding::Sha256]),
        ] {
            assert!(all.contains(&(bytes, codings.clone())), "{codings:?}");
        }
    }
}
