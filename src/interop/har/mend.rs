//! Mends JSON text that `serde_json` rightly refuses and that real exporters nevertheless write.

/// The length of the value at the start of `text`, by brackets and strings alone; `None` while its end is not in sight.
pub(super) fn value_length(text: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            b'"' => {
                at += 1;
                loop {
                    at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
                    if text[at] == b'"' {
                        break;
                    }
                    at += 2;
                }
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b'{' | b'[' => depth += 1,
            // What ends the list or object around it ends a number or word too.
            b'}' | b']' if depth == 0 && at > 0 => return Some(at),
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b',' | b' ' | b'\n' | b'\r' | b'\t' if depth == 0 && at > 0 => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// `text` with replacement characters for invalid UTF-8 and for halves of surrogate pairs, escapes for raw control characters in strings, and
/// null for NaN, infinities and numbers too large to be read.
pub(super) fn mended(text: &[u8]) -> Vec<u8> {
    let utf8 = String::from_utf8_lossy(text);
    let utf8 = utf8.as_bytes();
    let mut out = Vec::with_capacity(utf8.len() + 16);
    let mut at = 0;
    let mut in_string = false;
    while at < utf8.len() {
        let byte = utf8[at];
        match byte {
            b'"' => {
                in_string = !in_string;
                out.push(byte);
                at += 1;
            }
            b'\\' if in_string => at += escape(&utf8[at..], &mut out),
            0..0x20 if in_string => {
                out.extend_from_slice(format!("\\u{byte:04x}").as_bytes());
                at += 1;
            }
            b'N' | b'I' | b'-' | b'0'..=b'9' if !in_string => {
                let word = [&b"NaN"[..], b"Infinity", b"-Infinity"].into_iter().find(|word| utf8[at..].starts_with(word));
                let number = utf8[at..].iter().take_while(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')).count();
                let length = word.map_or(number.max(1), <[u8]>::len);
                let token = &utf8[at..at + length];
                out.extend_from_slice(if word.is_some() || out_of_range(token) { b"null" } else { token });
                at += length;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    out
}

/// Whether a text is a number by the grammar (RFC 8259 section 6) that no floating point number is near to, such as `1e999`.
fn out_of_range(number: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(number).is_ok() && serde_json::from_slice::<f64>(number).is_err()
}

/// Copies one escape, replacing what is no valid one, and says how many bytes it took.
fn escape(text: &[u8], out: &mut Vec<u8>) -> usize {
    let unit = |at: usize| -> Option<u16> {
        let digits = text.get(at..at + 6)?;
        let hex = digits.strip_prefix(b"\\u")?;
        hex.iter().all(u8::is_ascii_hexdigit).then(|| std::str::from_utf8(hex).ok())?.and_then(|hex| u16::from_str_radix(hex, 16).ok())
    };
    match (text.get(1), unit(0)) {
        (Some(b'u'), Some(0xd800..0xdc00)) if matches!(unit(6), Some(0xdc00..0xe000)) => {
            out.extend_from_slice(&text[..12]);
            12
        }
        (Some(b'u'), Some(0xd800..0xe000)) => {
            out.extend_from_slice(b"\\ufffd");
            6
        }
        (Some(b'u'), Some(_)) => {
            out.extend_from_slice(&text[..6]);
            6
        }
        (Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't'), _) => {
            out.extend_from_slice(&text[..2]);
            2
        }
        // A backslash that begins no escape stands for itself.
        _ => {
            out.extend_from_slice(b"\\\\");
            1
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths() {
        assert_eq!(value_length(br#"{"a":"}\"]","b":[1]} ,"#), Some(20));
        assert_eq!(value_length(br#""a\\"x"#), Some(5));
        assert_eq!(value_length(b"12,"), Some(2));
        assert_eq!((value_length(b"1e999]}"), value_length(b"NaN}"), value_length(b"}")), (Some(5), Some(3), None));
        assert_eq!(value_length(br#"{"a":"#), None);
        assert_eq!(value_length(b"\"\\"), None);
    }

    #[test]
    fn mending_makes_json() {
        let text = b"{\"a\\ud83d\":\"\xff\x01\\q\\ud83d\\ude00\\ude00\",\"n\":[NaN,-Infinity,-1]}";
        let value: serde_json::Value = serde_json::from_slice(&mended(text)).expect("mended");
        assert_eq!(value["a\u{fffd}"], "\u{fffd}\u{1}\\q\u{1f600}\u{fffd}");
        assert_eq!(value["n"], serde_json::json!([null, null, -1]));
    }

    #[test]
    fn only_numbers_out_of_range_are_replaced() {
        let digits = "9".repeat(4_000);
        let text = format!("[1e999,-1E+999,{digits},-{digits},0.{digits},1e-999,{},-0.5e3,\"1e999\"]", u64::MAX);
        let mended = String::from_utf8(mended(text.as_bytes())).expect("UTF-8");
        assert_eq!(mended, format!("[null,null,null,null,0.{digits},1e-999,{},-0.5e3,\"1e999\"]", u64::MAX));
        // What is no number at all is not made one.
        for text in ["[1e999e]", "[1-2]", "[01e999]", "[-]", "[1e999.]", "[4o4]"] {
            assert_eq!(super::mended(text.as_bytes()), text.as_bytes());
        }
    }

    proptest::proptest! {
        #[test]
        fn valid_json_stays_what_it_is(text in "[ -~\u{80}-\u{ffff}]{0,40}", number in proptest::num::i64::ANY) {
            let value = serde_json::json!({ "t": text, "n": [number, null, true] });
            let json = value.to_string();
            proptest::prop_assert_eq!(value_length(json.as_bytes()), Some(json.len()));
            proptest::prop_assert_eq!(mended(json.as_bytes()), json.into_bytes());
        }

        #[test]
        fn never_panics(text in proptest::collection::vec(proptest::num::u8::ANY, 0..60)) {
            let _ = value_length(&text);
            let _ = mended(&text);
        }
    }
}
