//! Where bodies are cut, so that a single field can be masked later while the rest still proves itself.

/// How a body is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// After every ampersand of a urlencoded form.
    Form,
    /// After every comma of a JSON document that stands outside strings.
    Json,
    /// After every line of a multipart form.
    Lines,
    /// Into pieces of equal length.
    Even(usize),
}

/// Bodies up to this length are cut finely.
const FINE: u64 = 64 * 1024;

impl Cut {
    /// How to cut a request's body (or a message sent) of a media type and length.
    pub(super) fn sent(media_type: &[u8], length: u64) -> Self {
        let has = |word: &[u8]| media_type.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word));
        match () {
            () if length > FINE => Self::received(length),
            () if has(b"x-www-form-urlencoded") => Self::Form,
            () if has(b"json") => Self::Json,
            () if has(b"multipart/form-data") => Self::Lines,
            () => Self::received(length),
        }
    }

    /// How to cut a response's body of a length.
    pub(super) fn received(length: u64) -> Self {
        Self::Even(if length > FINE { 1024 } else { 128 })
    }

    /// Hands each piece of `bytes` to `each`, in order. Together they are `bytes`.
    pub(super) fn pieces<'a>(self, bytes: &'a [u8], mut each: impl FnMut(&'a [u8])) {
        match self {
            Self::Even(length) => bytes.chunks(length).for_each(each),
            Self::Form => bytes.split_inclusive(|&byte| byte == b'&').for_each(each),
            Self::Lines => bytes.split_inclusive(|&byte| byte == b'\n').for_each(each),
            Self::Json => {
                let mut start = 0;
                let mut at = 0;
                while let Some(found) = memchr::memchr2(b',', b'"', &bytes[at..]) {
                    at += found + 1;
                    if bytes[at - 1] == b'"' {
                        at += string_length(&bytes[at..]);
                    } else {
                        each(&bytes[start..at]);
                        start = at;
                    }
                }
                if start < bytes.len() {
                    each(&bytes[start..]);
                }
            }
        }
    }
}

/// Bytes up to and with the quotation mark that ends the string; all of them, if none does.
fn string_length(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found + 1;
        if bytes[at - 1] == b'"' {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(cut: Cut, text: &str) -> Vec<&str> {
        let mut pieces = Vec::new();
        cut.pieces(text.as_bytes(), |piece| pieces.push(std::str::from_utf8(piece).expect("cut inside a character")));
        pieces
    }

    #[test]
    fn borders() {
        assert_eq!(cut(Cut::Form, "a=1&b=2&"), ["a=1&", "b=2&"]);
        assert_eq!(cut(Cut::Json, r#"{"a,\"b":1,"c":[2,3]}"#), [r#"{"a,\"b":1,"#, r#""c":[2,"#, "3]}"]);
        assert_eq!(cut(Cut::Json, r#"{"open,"#), [r#"{"open,"#]);
        assert_eq!(cut(Cut::Lines, "--b\r\nx\r\n--b--"), ["--b\r\n", "x\r\n", "--b--"]);
        assert_eq!(cut(Cut::Even(2), "abcde"), ["ab", "cd", "e"]);
        assert_eq!(cut(Cut::Even(2), ""), [""; 0]);
        assert_eq!(Cut::sent(b"application/JSON; charset=x", 10), Cut::Json);
        assert_eq!(Cut::sent(b"text/plain", FINE + 1), Cut::Even(1024));
    }

    proptest::proptest! {
        #[test]
        fn pieces_are_the_whole(bytes in proptest::collection::vec(proptest::prop_oneof![
            proptest::num::u8::ANY, proptest::prelude::Just(b','), proptest::prelude::Just(b'"'), proptest::prelude::Just(b'\\')], 0..200)) {
            for cut in [Cut::Form, Cut::Json, Cut::Lines, Cut::Even(7)] {
                let mut whole = Vec::new();
                cut.pieces(&bytes, |piece| { assert!(!piece.is_empty()); whole.extend_from_slice(piece); });
                proptest::prop_assert_eq!(&whole, &bytes);
            }
        }
    }
}
