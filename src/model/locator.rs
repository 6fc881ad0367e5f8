//! Locators: places in an entry, with a text form that parses back.
//!
//! A locator is a part of the entry and a list of steps into it: `request.header[3]/cookie[2]/range:0-4`. Numbers in brackets count from 1, as
//! people do; a range counts bytes from 0 and excludes its end. The grammar stands in `docs/evidence-format.md`.

use std::fmt;
use std::str::FromStr;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// A place in an entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Locator {
    /// The part of the entry.
    pub part: Part,
    /// Steps from the part's bytes to the bytes meant, outermost first.
    pub steps: Vec<Step>,
}

/// A part of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Method, URL and version of the request. Its bytes are the URL.
    RequestLine,
    /// The n-th query parameter, from 1: the bytes between two ampersands.
    Query(u32),
    /// The value of the n-th header field of the request, from 1.
    RequestHeader(u32),
    /// The body of the request.
    RequestBody,
    /// The value of the n-th header field of the response, from 1.
    ResponseHeader(u32),
    /// The body of the response.
    ResponseBody,
    /// The value of the n-th trailer field of the response, from 1.
    Trailer(u32),
    /// The payload of the n-th message, from 1.
    Message(u32),
    /// The connection; its bytes are the server's address as recorded.
    Connection,
    /// The n-th name, from 1, between the host and its addresses, as the connection's record gives it.
    Alias(u32),
    /// Something the browser itself reported, by its key.
    Browser(String),
}

/// A step from bytes to bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Undo the content codings that the message declares.
    Coding,
    /// The n-th pair of a Cookie field, from 1, without the spaces around it.
    Cookie(u32),
    /// The value of the n-th occurrence (from 1) of a form field.
    Field {
        /// Its name, decoded.
        name: String,
        /// Which occurrence, from 1.
        occurrence: u32,
    },
    /// The content of the n-th part (from 1) of a multipart body whose field has this name.
    Part {
        /// Its name; empty for parts that name none.
        name: String,
        /// Which occurrence, from 1.
        occurrence: u32,
    },
    /// The n-th line, from 1. Lines end with a line feed, which does not belong to them, nor does a carriage return before it.
    Line(u32),
    /// Undo percent-encoding.
    Percent,
    /// Undo the encoding of values in forms: a plus sign is a space, then percent-encoding (WHATWG URL section 5.1).
    Form,
    /// Undo hexadecimal digits in pairs.
    Hex,
    /// Undo base64 (standard or URL-safe alphabet, padded or not).
    Base64,
    /// Undo one layer of gzip.
    Gzip,
    /// Undo one layer of deflate, with the wrapping of zlib (RFC 1950) or without (RFC 1951).
    Deflate,
    /// A value in a JSON document: member names and array positions (from 0) from the root. Of members of one name the first is meant.
    Json(Vec<String>),
    /// The n-th member (from 1) of this name in the JSON object that the bytes are.
    Member {
        /// Its name.
        name: String,
        /// Which occurrence, from 1.
        occurrence: u32,
    },
    /// A field of a message in protobuf's wire format, by the numbers from the outermost message inwards; never empty. A number in the message stands for
    /// its decimal digits.
    Protobuf(Vec<Tag>),
    /// A range of bytes: from the first up to, not including, the second.
    Range(u64, u64),
}

/// A field of a message in protobuf's wire format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tag {
    /// Its number, from 1.
    pub number: u32,
    /// Which occurrence in its message, from 1.
    pub occurrence: u32,
}

/// A text that is no locator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a locator at byte {at}: expected {expected}")]
pub struct LocatorError {
    /// Byte of the text at which it stops being one.
    pub at: usize,
    /// What should stand there.
    pub expected: &'static str,
}

/// Everything that means something in the text form is percent-encoded inside names.
const IN_NAMES: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'%').add(b'/').add(b'.').add(b'[').add(b']').add(b':').add(b'<').add(b'>').add(b'&');

impl fmt::Display for Locator {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.part {
            Part::RequestLine => out.write_str("request.line")?,
            Part::Query(n) => write!(out, "request.query[{n}]")?,
            Part::RequestHeader(n) => write!(out, "request.header[{n}]")?,
            Part::RequestBody => out.write_str("request.body")?,
            Part::ResponseHeader(n) => write!(out, "response.header[{n}]")?,
            Part::ResponseBody => out.write_str("response.body")?,
            Part::Trailer(n) => write!(out, "response.trailer[{n}]")?,
            Part::Message(n) => write!(out, "message[{n}]")?,
            Part::Connection => out.write_str("connection")?,
            Part::Alias(n) => write!(out, "connection.alias[{n}]")?,
            Part::Browser(key) => write!(out, "browser:{}", utf8_percent_encode(key, IN_NAMES))?,
        }
        for step in &self.steps {
            match step {
                Step::Coding => out.write_str("/coding")?,
                Step::Cookie(n) => write!(out, "/cookie[{n}]")?,
                Step::Field { name, occurrence } => {
                    write!(out, "/field:{}[{occurrence}]", utf8_percent_encode(name, IN_NAMES))?;
                }
                Step::Part { name, occurrence } => {
                    write!(out, "/part:{}[{occurrence}]", utf8_percent_encode(name, IN_NAMES))?;
                }
                Step::Member { name, occurrence } => {
                    write!(out, "/member:{}[{occurrence}]", utf8_percent_encode(name, IN_NAMES))?;
                }
                Step::Line(n) => write!(out, "/line[{n}]")?,
                Step::Percent => out.write_str("/percent")?,
                Step::Form => out.write_str("/form")?,
                Step::Hex => out.write_str("/hex")?,
                Step::Deflate => out.write_str("/deflate")?,
                Step::Protobuf(path) => {
                    out.write_str("/protobuf:")?;
                    for (index, tag) in path.iter().enumerate() {
                        write!(out, "{}{}", if index == 0 { "" } else { "." }, tag.number)?;
                        if tag.occurrence != 1 {
                            write!(out, "[{}]", tag.occurrence)?;
                        }
                    }
                }
                Step::Base64 => out.write_str("/base64")?,
                Step::Gzip => out.write_str("/gzip")?,
                Step::Json(path) => {
                    out.write_str("/json:")?;
                    for (index, name) in path.iter().enumerate() {
                        let dot = if index == 0 { "" } else { "." };
                        write!(out, "{dot}{}", utf8_percent_encode(name, IN_NAMES))?;
                    }
                }
                Step::Range(from, to) => write!(out, "/range:{from}-{to}")?,
            }
        }
        Ok(())
    }
}

impl FromStr for Locator {
    type Err = LocatorError;

    fn from_str(text: &str) -> Result<Self, LocatorError> {
        let mut at = 0;
        let mut pieces = text.split('/').map(|piece| {
            let start = at;
            at += piece.len() + 1;
            (start, piece)
        });
        let (_, first) = pieces.next().unwrap_or_default();
        let part = parse_part(first)?;
        let steps = pieces.map(|(start, piece)| parse_step(start, piece)).collect::<Result<_, _>>()?;
        Ok(Self { part, steps })
    }
}

fn parse_part(text: &str) -> Result<Part, LocatorError> {
    Ok(match text {
        "request.line" => Part::RequestLine,
        "request.body" => Part::RequestBody,
        "response.body" => Part::ResponseBody,
        "connection" => Part::Connection,
        _ => {
            if let Some(key) = text.strip_prefix("browser:") {
                return Ok(Part::Browser(name(8, key)?));
            }
            let expected = "a part such as request.line, request.header[1] or response.body";
            let bracket = text.find('[').ok_or(LocatorError { at: 0, expected })?;
            let n = number_in_brackets(bracket, &text[bracket..])?;
            match &text[..bracket] {
                "request.query" => Part::Query(n),
                "request.header" => Part::RequestHeader(n),
                "response.header" => Part::ResponseHeader(n),
                "response.trailer" => Part::Trailer(n),
                "message" => Part::Message(n),
                "connection.alias" => Part::Alias(n),
                _ => return Err(LocatorError { at: 0, expected }),
            }
        }
    })
}

fn parse_step(at: usize, text: &str) -> Result<Step, LocatorError> {
    Ok(match text {
        "coding" => Step::Coding,
        "percent" => Step::Percent,
        "base64" => Step::Base64,
        "form" => Step::Form,
        "hex" => Step::Hex,
        "gzip" => Step::Gzip,
        "deflate" => Step::Deflate,
        _ => {
            if let Some(path) = text.strip_prefix("json:") {
                let mut start = at + 5;
                let path = if path.is_empty() { None } else { Some(path.split('.')) };
                let names = path.into_iter().flatten().map(|piece| {
                    let here = start;
                    start += piece.len() + 1;
                    name(here, piece)
                });
                Step::Json(names.collect::<Result<_, _>>()?)
            } else if let Some(range) = text.strip_prefix("range:") {
                let bad = LocatorError { at: at + 6, expected: "two byte positions, FROM-TO, with FROM not after TO" };
                let (from, to) = range.split_once('-').ok_or(bad.clone())?;
                let (from, to) = (decimal(from).ok_or(bad.clone())?, decimal(to).ok_or(bad.clone())?);
                if from > to {
                    return Err(bad);
                }
                Step::Range(from, to)
            } else if text.starts_with("cookie[") {
                Step::Cookie(number_in_brackets(at + 6, &text[6..])?)
            } else if text.starts_with("line[") {
                Step::Line(number_in_brackets(at + 4, &text[4..])?)
            } else if let Some(rest) = text.strip_prefix("field:") {
                let (name, occurrence) = numbered_name(at + 6, rest)?;
                Step::Field { name, occurrence }
            } else if let Some(rest) = text.strip_prefix("part:") {
                let (name, occurrence) = numbered_name(at + 5, rest)?;
                Step::Part { name, occurrence }
            } else if let Some(rest) = text.strip_prefix("member:") {
                let (name, occurrence) = numbered_name(at + 7, rest)?;
                Step::Member { name, occurrence }
            } else if let Some(path) = text.strip_prefix("protobuf:") {
                let mut start = at + 9;
                let tags = path.split('.').map(|piece| {
                    let here = start;
                    start += piece.len() + 1;
                    tag(here, piece)
                });
                Step::Protobuf(tags.collect::<Result<_, _>>()?)
            } else {
                let expected = "a step: coding, cookie[n], field:NAME[n], part:NAME[n], line[n], percent, form, base64, hex, gzip, deflate, \
                    json:PATH, member:NAME[n], protobuf:PATH or range:FROM-TO";
                return Err(LocatorError { at, expected });
            }
        }
    })
}

/// A name with the number of its occurrence.
fn numbered_name(at: usize, text: &str) -> Result<(String, u32), LocatorError> {
    let bracket = text.find('[').ok_or(LocatorError { at, expected: "NAME[n]" })?;
    let occurrence = number_in_brackets(at + bracket, &text[bracket..])?;
    Ok((name(at, &text[..bracket])?, occurrence))
}

/// A number of a field with the number of its occurrence, which is left out where it is the first.
fn tag(at: usize, text: &str) -> Result<Tag, LocatorError> {
    let bad = LocatorError { at, expected: "a number from 1, with [n] from 2 behind it or nothing" };
    let bracket = text.find('[').unwrap_or(text.len());
    let number = decimal(&text[..bracket]).and_then(|number| u32::try_from(number).ok()).filter(|&number| number > 0);
    let occurrence = if bracket == text.len() { 1 } else { number_in_brackets(at + bracket, &text[bracket..])? };
    match number {
        Some(number) if bracket == text.len() || occurrence > 1 => Ok(Tag { number, occurrence }),
        _ => Err(bad),
    }
}

/// A decimal number in its one canonical form: no sign, no leading zero.
fn decimal(text: &str) -> Option<u64> {
    let canonical = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    canonical.then(|| text.parse().ok()).flatten()
}

fn number_in_brackets(at: usize, text: &str) -> Result<u32, LocatorError> {
    let number = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).and_then(decimal);
    let number = number.and_then(|number| u32::try_from(number).ok()).filter(|&number| number > 0);
    number.ok_or(LocatorError { at, expected: "a number from 1 in brackets" })
}

/// A percent-encoded name in the one form that [`Locator`]'s `Display` writes.
fn name(at: usize, text: &str) -> Result<String, LocatorError> {
    let bad = || LocatorError { at, expected: "a percent-encoded name" };
    let decoded = percent_decode_str(text).decode_utf8().map_err(|_| bad())?.into_owned();
    if utf8_percent_encode(&decoded, IN_NAMES).to_string() == text { Ok(decoded) } else { Err(bad()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_forms() {
        for text in [
            "request.line",
            "request.query[3]/percent/json:user.e%2Email.0/base64",
            "request.header[2]/cookie[7]/range:0-4",
            "request.body/gzip/field:ud%5Bem%5D[1]",
            "request.body/json:",
            "browser:jar%2F1",
            "message[1]/coding",
            "request.body/part:a%20b[2]/line[3]/hex/deflate/member:[1]/form",
            "request.body/protobuf:1.2[3].4",
            "connection.alias[2]/range:0-4",
        ] {
            assert_eq!(text.parse::<Locator>().map(|locator| locator.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn mistakes_are_placed() {
        let at = |text: &str| text.parse::<Locator>().map_err(|error| error.at);
        assert_eq!(at("request.header[0]"), Err(14));
        assert_eq!(at("request.header[01]"), Err(14));
        assert_eq!(at("request.body/range:5-4"), Err(19));
        assert_eq!(at("request.body/zip"), Err(13));
        assert_eq!(at("request.body/field:a%2e[1]"), Err(19));
        assert_eq!(at("request.body/protobuf:1.2[1]"), Err(24));
        assert_eq!(at("request.body/protobuf:"), Err(22));
        assert_eq!(at("request.body/part:a"), Err(18));
        assert_eq!(at(""), Err(0));
    }

    fn any_locator() -> impl Strategy<Value = Locator> {
        let n = 1_u32..=u32::MAX;
        let part = prop_oneof![
            Just(Part::RequestLine),
            n.clone().prop_map(Part::Query),
            n.clone().prop_map(Part::RequestHeader),
            Just(Part::RequestBody),
            n.clone().prop_map(Part::ResponseHeader),
            Just(Part::ResponseBody),
            n.clone().prop_map(Part::Trailer),
            n.clone().prop_map(Part::Message),
            Just(Part::Connection),
            n.clone().prop_map(Part::Alias),
            any::<String>().prop_map(Part::Browser),
        ];
        let step = prop_oneof![
            Just(Step::Coding),
            n.clone().prop_map(Step::Cookie),
            (any::<String>(), n.clone()).prop_map(|(name, occurrence)| Step::Field { name, occurrence }),
            (any::<String>(), n.clone()).prop_map(|(name, occurrence)| Step::Part { name, occurrence }),
            (any::<String>(), n.clone()).prop_map(|(name, occurrence)| Step::Member { name, occurrence }),
            n.clone().prop_map(Step::Line),
            prop::collection::vec((n.clone(), n).prop_map(|(number, occurrence)| Tag { number, occurrence }), 1..4)
                .prop_map(Step::Protobuf),
            Just(Step::Percent),
            Just(Step::Form),
            Just(Step::Hex),
            Just(Step::Deflate),
            Just(Step::Base64),
            Just(Step::Gzip),
            // A path with one empty name has the same text as the root; JSON member names that are empty stand deeper or not at all.
            prop::collection::vec(any::<String>(), 0..4)
                .prop_filter("one empty name", |path| path.len() != 1 || !path[0].is_empty())
                .prop_map(Step::Json),
            (any::<u32>(), any::<u32>()).prop_map(|(from, more)| Step::Range(from.into(), u64::from(from) + u64::from(more))),
        ];
        (part, prop::collection::vec(step, 0..5)).prop_map(|(part, steps)| Locator { part, steps })
    }

    proptest! {
        #[test]
        fn every_locator_parses_back(locator in any_locator()) {
            prop_assert_eq!(locator.to_string().parse::<Locator>(), Ok(locator));
        }

        #[test]
        fn what_parses_prints_the_same(text in "(request|response)\\.(body|header\\[[0-9]{1,3}\\])(/(gzip|form|line\\[[0-9]\\]|protobuf:[0-9.]{1,4}(\\[[0-9]\\])?|member:[a-z]?\\[[0-9]\\]|range:[0-9]{1,2}-[0-9]{1,2}|json:[a-z%.0-9]{0,6}|cookie\\[[0-9]\\])){0,3}") {
            if let Ok(locator) = text.parse::<Locator>() {
                prop_assert_eq!(locator.to_string(), text);
            }
        }
    }
}
