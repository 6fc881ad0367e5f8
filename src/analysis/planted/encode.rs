//! Encodings and digests of bytes, each with its name: those of the detector of "Leaky Forms" (Senol et al., USENIX Security 2022), which took its list from
//! Englehardt et al., PETS 2018. Left out of that list: its one substitution alphabet and its one salted digest, which belong to single companies.
//! Compression is not here: what is compressed is unpacked before it is searched, except for lz-string, which scripts use on texts.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use data_encoding::{BASE32_NOPAD, HEXLOWER};
use sha2::Digest as _;

/// An encoded text, with whether the case of its letters means nothing.
pub(super) struct Encoded {
    pub(super) name: &'static str,
    pub(super) bytes: Vec<u8>,
    pub(super) any_case: bool,
    pub(super) edges: Edges,
}

/// What is known of the characters of base64 beside a text that depends on more than this text: which of their six bits, and what these are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edges {
    pub(super) before: Option<(u8, u8)>,
    pub(super) after: Option<(u8, u8)>,
}

impl Edges {
    /// The range of a find with the characters beside it, if they are as they must be.
    pub(super) fn widen(self, bytes: &[u8], start: usize, end: usize) -> Option<(usize, usize)> {
        let fits = |at: Option<usize>, (mask, bits): (u8, u8)| {
            at.and_then(|at| sextet(*bytes.get(at)?)).is_some_and(|sextet| sextet & mask == bits)
        };
        let before = self.before.is_none_or(|known| fits(start.checked_sub(1), known));
        let after = self.after.is_none_or(|known| fits(Some(end), known));
        (before && after).then_some((start - usize::from(self.before.is_some()), end + usize::from(self.after.is_some())))
    }
}

/// The six bits of a character of base64, in either alphabet.
fn sextet(char: u8) -> Option<u8> {
    Some(match char {
        b'A'..=b'Z' => char - b'A',
        b'a'..=b'z' => char - b'a' + 26,
        b'0'..=b'9' => char - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

fn exact(name: &'static str, bytes: impl Into<Vec<u8>>) -> Encoded {
    Encoded { name, bytes: bytes.into(), any_case: false, edges: Edges::default() }
}

fn any_case(name: &'static str, bytes: impl Into<Vec<u8>>) -> Encoded {
    Encoded { any_case: true, ..exact(name, bytes) }
}

/// A digest, by the name of its function.
pub(super) struct Hash {
    pub(super) name: &'static str,
    pub(super) of: fn(&[u8]) -> Vec<u8>,
}

macro_rules! hash {
    ($name:literal, $function:ty) => {
        Hash { name: $name, of: |bytes| <$function>::digest(bytes).to_vec() }
    };
}

/// The digests that are looked for; the first [`LIKELY`] ones in further layers too.
pub(super) const HASHES: [Hash; 16] = [
    hash!("sha256", sha2::Sha256),
    hash!("md5", md5::Md5),
    hash!("sha1", sha1::Sha1),
    hash!("sha512", sha2::Sha512),
    hash!("sha224", sha2::Sha224),
    hash!("sha384", sha2::Sha384),
    hash!("sha3-224", sha3::Sha3_224),
    hash!("sha3-256", sha3::Sha3_256),
    hash!("sha3-384", sha3::Sha3_384),
    hash!("sha3-512", sha3::Sha3_512),
    hash!("md2", md2::Md2),
    hash!("md4", md4::Md4),
    hash!("ripemd160", ripemd::Ripemd160),
    hash!("whirlpool", whirlpool::Whirlpool),
    // MurmurHash3 is a number; it is printed with its highest digit first.
    Hash {
        name: "murmur3-32",
        of: |mut bytes| murmur3::murmur3_32(&mut bytes, 0).map(|hash| hash.to_be_bytes().to_vec()).unwrap_or_default(),
    },
    Hash { name: "murmur3-128", of: |bytes| murmur128(bytes) },
];

/// How many of [`HASHES`] are looked for on top of encodings and of one another.
pub(super) const LIKELY: usize = 4;

/// The 64-bit variant as scripts print it: both halves as numbers, the first half first.
fn murmur128(mut bytes: &[u8]) -> Vec<u8> {
    let hash = murmur3::murmur3_x64_128(&mut bytes, 0).unwrap_or_default();
    let (first, second) = (hash as u64, (hash >> 64) as u64);
    [first.to_be_bytes(), second.to_be_bytes()].concat()
}

/// Lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// Base64 with padding, as a whole.
pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// What of the base64 of a longer text depends on these bytes alone, for each of the three places at which they can begin in it. Both alphabets.
pub(super) fn base64_anywhere(bytes: &[u8]) -> Vec<Encoded> {
    let mut all = Vec::with_capacity(6);
    for before in 0..3 {
        let padded: Vec<u8> = std::iter::repeat_n(0, before).chain(bytes.iter().copied()).collect();
        // A character can hold bits of the text before or after too: of these only its other bits are known.
        let (from, to) = ((before * 8).div_ceil(6), padded.len() * 8 / 6);
        for (name, engine) in [("base64", &STANDARD_NO_PAD), ("base64url", &URL_SAFE_NO_PAD)] {
            let text = engine.encode(&padded);
            let known = |at: usize, mask: u8| text.as_bytes().get(at).and_then(|&char| sextet(char)).map(|sextet| (mask, sextet & mask));
            let edges = Edges {
                before: [None, Some(0b1111), Some(0b11)][before].and_then(|mask| known(from - 1, mask)),
                after: [None, Some(0b11_0000), Some(0b11_1100)][padded.len() % 3].and_then(|mask| known(to, mask)),
            };
            all.push(Encoded { edges, ..exact(name, text.get(from..to).unwrap_or_default()) });
        }
    }
    all
}

/// How the bytes of a digest are written.
pub(super) fn written(digest: &[u8]) -> Vec<Encoded> {
    vec![
        any_case("base16", hex(digest)),
        exact("base64", STANDARD_NO_PAD.encode(digest)),
        exact("base64url", URL_SAFE_NO_PAD.encode(digest)),
        any_case("base32", BASE32_NOPAD.encode(digest)),
        exact("base58", bs58::encode(digest).into_string()),
    ]
}

/// Every encoding of a text but percent-encoding and the escapes, which keep the letters of the text.
pub(super) fn opaque(text: &str) -> Vec<Encoded> {
    let bytes = text.as_bytes();
    let mut all = vec![
        any_case("base16", hex(bytes)),
        any_case("base32", BASE32_NOPAD.encode(bytes)),
        exact("base58", bs58::encode(bytes).into_string()),
    ];
    all.extend(base64_anywhere(bytes));
    all.push(exact("lz-string", lz_str::compress_to_base64(text)));
    all.push(exact("lz-string", lz_str::compress_to_encoded_uri_component(text)));
    all.push(exact("lz-string", lz_str::compress_to_utf16(text)));
    all.push(exact("lz-string", lz_str::compress_to_uint8_array(text)));
    all
}

/// Which characters stay as they are.
type Stays = fn(u8) -> bool;

/// The sets of characters that encoders leave alone: `encodeURIComponent`, `encodeURI`, RFC 3986 (Python's `quote`), the same and the slash, and none.
const PERCENT: [Stays; 5] = [
    |byte| byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte),
    |byte| byte.is_ascii_alphanumeric() || b"-_.!~*'();/?:@&=+$,#".contains(&byte),
    |byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte),
    |byte| byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte),
    |_| false,
];

/// Percent-encoded (RFC 3986 section 2.1), with digits in either case, and as values of forms (WHATWG URL section 5.1).
pub(super) fn percent(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for upper in [true, false] {
        all.extend(PERCENT.iter().map(|&stays| percent_with(text, stays, upper)));
        let form = |byte: u8| byte.is_ascii_alphanumeric() || b"*-._ ".contains(&byte);
        all.push(percent_with(text, form, upper).replace(' ', "+"));
    }
    all
}

/// Percent-encoded as `encodeURIComponent` does.
pub(super) fn percent_component(text: &str) -> String {
    percent_with(text, PERCENT[0], true)
}

fn percent_with(text: &str, stays: Stays, upper: bool) -> String {
    let mut out = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if stays(byte) {
            out.push(char::from(byte));
        } else {
            let digits = format!("%{byte:02x}");
            out.push_str(&if upper { digits.to_ascii_uppercase() } else { digits });
        }
    }
    out
}

/// With character references of HTML: only where needed, or for everything that is no letter or digit, or for all.
pub(super) fn html(text: &str) -> Vec<String> {
    let named = |apostrophe: &str| {
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
        text.replace('\'', apostrophe)
    };
    let escape = |all: bool, reference: fn(u32) -> String| -> String {
        text.chars().map(|char| if all || !char.is_ascii_alphanumeric() { reference(char.into()) } else { char.into() }).collect()
    };
    let decimal: fn(u32) -> String = |code| format!("&#{code};");
    let lower: fn(u32) -> String = |code| format!("&#x{code:x};");
    let at = |reference: &str| text.replace('@', reference);
    vec![
        named("&#x27;"),
        named("&#39;"),
        named("'"),
        escape(false, decimal),
        escape(false, lower),
        escape(true, decimal),
        escape(true, lower),
        at("&#64;"),
        at("&#064;"),
        at("&#x40;"),
        at("&commat;"),
    ]
}

/// As a string of JSON, without the quotation marks: only what must be escaped, all that is no ASCII, or all that is no letter or digit.
pub(super) fn json(text: &str) -> Vec<String> {
    let unit = |char: char| -> String { char.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect() };
    let least = |char: char| match char {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        _ => char.to_string(),
    };
    let escape =
        |escapes: fn(char) -> bool| -> String { text.chars().map(|char| if escapes(char) { unit(char) } else { least(char) }).collect() };
    let ascii = escape(|char| !char.is_ascii());
    vec![
        escape(|_| false),
        ascii.replace('/', "\\/"),
        ascii,
        // As for inlining in HTML.
        escape(|char| !char.is_ascii() || "<>&'\"@+".contains(char)),
        escape(|char| !char.is_ascii() || "<>&'\"".contains(char)),
        escape(|char| !char.is_ascii() || char == '@'),
        escape(|char| !char.is_ascii_alphanumeric()),
    ]
}
