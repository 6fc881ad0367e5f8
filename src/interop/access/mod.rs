//! Answers to requests for access (art. 15 GDPR), and downloads of one's own information, taken apart into values with the place where each stands. JSON of
//! any structure, and HTML by its tables, definition lists and labels. It prints no value, and no name of a place that looks like one.

mod html;
mod json;
mod place;

pub use html::is_html;

/// Values that are taken of one file.
pub const MOST_VALUES: usize = 1_000_000;

/// Something that was returned.
#[derive(Clone, PartialEq, Eq)]
pub struct Returned {
    /// Where it stands: names from the outside in, with ` / ` between, `*` for a position in a list, and `…` for a name that may itself be a value.
    pub place: String,
    /// The value. Never printed.
    value: String,
}

/// The value is not shown.
impl std::fmt::Debug for Returned {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}: …", self.place)
    }
}

impl Returned {
    /// The value, to be compared and for nothing else.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// Why a file is no answer that can be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AccessError {
    /// It has no text.
    #[error("the file is empty; ask for it or unpack it again")]
    Empty,
    /// A ZIP archive.
    #[error("this is a ZIP archive; unpack it and give the folder")]
    Zip,
    /// Not text.
    #[error("this is neither JSON nor HTML in UTF-8 ({0}); give the download in one of these forms")]
    Neither(String),
    /// JSON with a mistake.
    #[error("not valid JSON at line {line}, column {column} ({cause}); unpack or fetch the file again")]
    Json {
        /// Line from 1.
        line: usize,
        /// Column from 1.
        column: usize,
        /// What is wrong.
        cause: String,
    },
    /// Nothing was returned in it.
    #[error("no value can be found in this file; give the parts of the answer that hold data")]
    NoValues,
}

/// The values of an answer, in the order of the file. Truth values and nothing (`null`) tell nobody apart and are left out.
///
/// # Errors
///
/// The file is neither JSON nor HTML, or holds no value.
pub fn read(bytes: &[u8]) -> Result<Vec<Returned>, AccessError> {
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(AccessError::Zip);
    }
    let text = std::str::from_utf8(bytes).map_err(|error| AccessError::Neither(format!("byte {} is no UTF-8", error.valid_up_to())))?;
    let mut values = match text.trim_start().chars().next() {
        None => return Err(AccessError::Empty),
        Some('{' | '[') => json::values(text)?,
        Some('<') if is_html(text) => html::values(text),
        Some(_) => return Err(AccessError::Neither("it begins otherwise".to_owned())),
    };
    if values.is_empty() {
        return Err(AccessError::NoValues);
    }
    place::mask_values_in_places(&mut values);
    Ok(values)
}

/// What a returned value is compared as: itself without spaces around it, an e-mail address also in lower case, and a point in time (seconds,
/// milliseconds or RFC 3339 with an offset) also as the same instant in the other forms. A day without a time, or a time without an offset, is no
/// instant and equals only itself.
#[must_use]
pub fn forms(value: &str) -> Vec<String> {
    let value = value.trim();
    let mut forms = vec![value.to_owned()];
    let mut add = |form: String| {
        if !forms.contains(&form) {
            forms.push(form);
        }
    };
    if value.contains('@') && !value.contains(char::is_whitespace) {
        add(value.to_lowercase());
    }
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    let milliseconds = match value.len() {
        10 if digits => value.parse::<i64>().ok().map(|seconds| seconds * 1000),
        13 if digits => value.parse::<i64>().ok(),
        20..=35 => value.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond),
        _ => None,
    };
    if let Some(at) = milliseconds.and_then(|at| jiff::Timestamp::from_millisecond(at).ok()) {
        add(at.as_millisecond().to_string());
        if at.as_millisecond() % 1000 == 0 {
            add(at.as_second().to_string());
        }
        let text = at.to_string();
        let whole = text.trim_end_matches('Z').split('.').next().unwrap_or_default().to_owned();
        add(text);
        add(format!("{whole}.{:03}Z", at.as_millisecond().rem_euclid(1000)));
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn found(text: &str) -> Vec<(String, String)> {
        let values = read(text.as_bytes()).expect("an answer");
        values.into_iter().map(|found| (found.place.clone(), found.value)).collect()
    }

    #[test]
    fn what_is_no_answer_is_said() {
        for (bytes, words) in [
            (&b""[..], "empty"),
            (b"  \n", "empty"),
            (b"PK\x03\x04xx", "unpack"),
            (b"\xff\xfe", "UTF-8"),
            (b"name,value", "neither"),
            (b"{\"a\":", "line 1"),
            (b"{\"a\":null,\"b\":[]}", "no value"),
            (b"<html><body></body></html>", "no value"),
            (b"<svg>x</svg>", "neither"),
        ] {
            let error = read(bytes).expect_err("no answer").to_string();
            assert!(error.contains(words), "{bytes:?}: {error}");
        }
        assert!(!format!("{:?}", read(b"{\"mail\":\"a@b.example\"}").expect("an answer")).contains("a@b"));
    }

    #[test]
    fn the_same_instant_and_the_same_address_are_equal_and_nothing_else_is() {
        assert_eq!(forms(" Jan@B.example "), ["Jan@B.example", "jan@b.example"]);
        assert_eq!(forms("1700000000"), ["1700000000", "1700000000000", "2023-11-14T22:13:20Z", "2023-11-14T22:13:20.000Z"]);
        assert!(forms("2023-11-14T23:13:20+01:00").contains(&"1700000000".to_owned()));
        assert!(forms("2023-11-14T22:13:20.123Z").contains(&"1700000000123".to_owned()));
        assert!(!forms("2023-11-14T22:13:20.123Z").contains(&"1700000000".to_owned()));
        assert_eq!(forms("2023-11-14"), ["2023-11-14"], "a day is no instant");
        assert_eq!(forms("2023-11-14T22:13:20").len(), 1, "nor is a time without an offset");
        assert_eq!(forms("Jan Jansen"), ["Jan Jansen"]);
    }
}
