//! Follows a locator to the bytes it means.

use std::borrow::Cow;

use super::cookie::cookie_pairs;
use super::packed::{self, End, Unpacked};
use super::{coding, json, multipart, protobuf};
use crate::model::{Body, Exchange, Headers, Locator, Part, Step, UrlParts};

/// No step may unpack to more, in bytes: a small body must not fill the memory.
const CEILING: usize = 64 << 20;

/// Why a locator leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// The entry has no such part.
    #[error("the entry has no {0}")]
    NoPart(String),
    /// A step cannot be taken.
    #[error("step {step} ({name}) leads nowhere")]
    NoStep {
        /// Which step, from 1.
        step: usize,
        /// Its kind.
        name: &'static str,
    },
    /// A step would unpack more than 64 MiB.
    #[error("step {step} unpacks to more than 64 MiB")]
    TooLarge {
        /// Which step, from 1.
        step: usize,
    },
}

/// The bytes that `locator` means in `exchange`.
///
/// # Errors
///
/// Says which part or step is not there.
pub fn resolve<'a>(exchange: &'a Exchange, locator: &Locator) -> Result<Cow<'a, [u8]>, ResolveError> {
    let absent = || ResolveError::NoPart(Locator { part: locator.part.clone(), steps: Vec::new() }.to_string());
    let mut bytes = part(exchange, &locator.part).ok_or_else(absent)?;
    for (index, step) in locator.steps.iter().enumerate() {
        let number = index + 1;
        let taken = match bytes {
            Cow::Borrowed(bytes) => take(exchange, locator, index, bytes)?,
            Cow::Owned(bytes) => take(exchange, locator, index, &bytes)?.map(|taken| Cow::Owned(taken.into_owned())),
        };
        bytes = taken.ok_or(ResolveError::NoStep { step: number, name: name(step) })?;
    }
    Ok(bytes)
}

fn name(step: &Step) -> &'static str {
    match step {
        Step::Coding => "coding",
        Step::Cookie(_) => "cookie",
        Step::Field { .. } => "field",
        Step::Part { .. } => "part",
        Step::Line(_) => "line",
        Step::Percent => "percent",
        Step::Form => "form",
        Step::Hex => "hex",
        Step::Deflate => "deflate",
        Step::Member { .. } => "member",
        Step::Protobuf(_) => "protobuf",
        Step::Base64 => "base64",
        Step::Gzip => "gzip",
        Step::Json(_) => "json",
        Step::Range(..) => "range",
    }
}

fn part<'a>(exchange: &'a Exchange, part: &Part) -> Option<Cow<'a, [u8]>> {
    let field = |headers: &'a Headers, number: u32| headers.get(index(number)?).map(|(_, value)| value);
    let request = &exchange.request;
    let response = exchange.outcome.response();
    Some(Cow::Borrowed(match part {
        Part::RequestLine => request.url.as_bytes(),
        Part::Query(number) => {
            let range = UrlParts::of(&request.url).query_parameters(&request.url).nth(index(*number)?)?;
            request.url[range].as_bytes()
        }
        Part::RequestHeader(number) => field(&request.headers, *number)?,
        Part::RequestBody => return body(&request.body),
        Part::ResponseHeader(number) => field(&response?.headers, *number)?,
        Part::ResponseBody => return body(&response?.body),
        Part::Trailer(number) => field(&response?.trailers, *number)?,
        Part::Message(number) => return body(&exchange.messages.get(index(*number)?)?.payload),
        Part::Connection => exchange.connection.server_address.as_deref()?.as_bytes(),
        Part::Alias(number) => exchange.connection.aliases.as_deref()?.get(index(*number)?)?.as_bytes(),
        Part::Browser(key) => {
            let cookie = exchange.listed_cookies.iter().find(|cookie| cookie.key() == *key)?;
            return Some(Cow::Owned(cookie.line().into_bytes()));
        }
    }))
}

/// The bytes of a body; up to the ceiling, where they are not in memory.
fn body(body: &Body) -> Option<Cow<'_, [u8]>> {
    if let Some(bytes) = body.in_memory() {
        return Some(Cow::Borrowed(bytes));
    }
    if body.len() > CEILING as u64 {
        return None;
    }
    body.bytes().ok().map(|bytes| Cow::Owned(bytes.into()))
}

fn index(number: u32) -> Option<usize> {
    number.checked_sub(1).map(|index| index as usize)
}

type Taken<'a> = Result<Option<Cow<'a, [u8]>>, ResolveError>;

fn take<'a>(exchange: &'a Exchange, locator: &Locator, index: usize, bytes: &'a [u8]) -> Taken<'a> {
    let (step, next) = (&locator.steps[index], locator.steps.get(index + 1));
    Ok(match step {
        Step::Range(from, to) => slice(bytes, *from, *to).map(Cow::Borrowed),
        Step::Cookie(wanted) => {
            let pair = self::index(*wanted).and_then(|index| cookie_pairs(bytes).nth(index));
            pair.map(|pair| Cow::Borrowed(&bytes[pair.pair]))
        }
        Step::Field { name, occurrence } => form_field(bytes, name, *occurrence).map(Cow::Borrowed),
        Step::Part { name, occurrence } => {
            let boundary = headers(exchange, &locator.part).and_then(|headers| headers.first("content-type")).and_then(multipart::boundary);
            multipart::find(bytes, boundary, name, *occurrence).map(Cow::Borrowed)
        }
        Step::Line(wanted) => {
            let line = self::index(*wanted).and_then(|index| bytes.split(|&byte| byte == b'\n').nth(index));
            line.map(|line| Cow::Borrowed(line.strip_suffix(b"\r").unwrap_or(line)))
        }
        Step::Percent => Some(packed::percent(bytes)),
        Step::Form => Some(packed::form(bytes)),
        Step::Base64 => packed::base64(bytes).map(Cow::Owned),
        Step::Hex => packed::hex(bytes).map(Cow::Owned),
        Step::Gzip => {
            let Unpacked { bytes, end } = packed::gunzip(bytes, CEILING);
            return all(Cow::Owned(bytes), end, next, index);
        }
        Step::Deflate => {
            let Unpacked { bytes, end } = packed::inflate(bytes, CEILING);
            return all(Cow::Owned(bytes), end, next, index);
        }
        Step::Coding => {
            let Some(headers) = headers(exchange, &locator.part) else { return Ok(None) };
            let undone = coding::undo(headers, bytes, CEILING);
            return all(undone.bytes, undone.end, next, index);
        }
        Step::Json(path) => json::find(bytes, path),
        Step::Member { name, occurrence } => json::member(bytes, name, *occurrence),
        Step::Protobuf(path) => protobuf::find(bytes, path),
    })
}

/// The header fields of the message that a body belongs to.
fn headers<'a>(exchange: &'a Exchange, part: &Part) -> Option<&'a Headers> {
    match part {
        Part::RequestBody => Some(&exchange.request.headers),
        Part::ResponseBody => exchange.outcome.response().map(|response| &response.headers),
        _ => None,
    }
}

/// What was unpacked, if it is all, or if all that the next step needs is there.
fn all<'a>(bytes: Cow<'a, [u8]>, end: End, next: Option<&Step>, index: usize) -> Taken<'a> {
    let enough = matches!(next, Some(Step::Range(_, to)) if *to <= bytes.len() as u64);
    match end {
        _ if enough && !bytes.is_empty() => Ok(Some(bytes)),
        End::Whole => Ok(Some(bytes)),
        End::Cut => Err(ResolveError::TooLarge { step: index + 1 }),
        End::Broken => Ok(None),
    }
}

fn slice(bytes: &[u8], from: u64, to: u64) -> Option<&[u8]> {
    bytes.get(usize::try_from(from).ok()?..usize::try_from(to).ok()?)
}

/// The value, still encoded, of a field of a urlencoded form (WHATWG URL section 5.1). What is empty between two ampersands is no field.
fn form_field<'a>(bytes: &'a [u8], wanted: &str, occurrence: u32) -> Option<&'a [u8]> {
    let fields = bytes.split(|&byte| byte == b'&').filter(|field| !field.is_empty()).map(|field| {
        let equals = memchr::memchr(b'=', field).unwrap_or(field.len());
        (&field[..equals], field.get(equals + 1..).unwrap_or_default())
    });
    fields.filter(|(name, _)| *packed::form(name) == *wanted.as_bytes()).nth(index(occurrence)?).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{BodyState, Connection, Event, HeadBytes, Headers, ListedCookie, Side, Stamped, Timestamp};
    use std::io::{Read as _, Write as _};

    fn exchange(body: &[u8]) -> Exchange {
        let mut assembly = crate::model::Assembly::new();
        let mut headers = Headers::new();
        headers.push(b"Cookie", b"a=1;  datr=x%41y ; c=3");
        headers.push(b"Content-Encoding", b"gzip");
        let events = [
            Event::RequestHead {
                method: "GET".into(),
                url: "https://h.example/p?q=1&r=YWJj".into(),
                version: "h2".into(),
                headers,
                bytes: HeadBytes::Parsed,
            },
            Event::Connection(
                Connection {
                    server_address: Some("192.0.2.1".into()),
                    aliases: Some(["a.example".to_owned(), "edge.cdn.example".to_owned()].into()),
                    ..Connection::default()
                },
                None,
            ),
            Event::End(crate::model::End::Complete),
        ];
        let mut done = None;
        for event in events {
            if let crate::model::Assembled::Done(exchange) =
                assembly.push(Stamped { exchange: 1, at: Timestamp::from_nanoseconds(0), event })
            {
                done = Some(*exchange);
            }
        }
        let mut exchange = done.expect("ended");
        exchange.request.body = Body::new(BodyState::Raw, body.to_vec());
        exchange.listed_cookies.push(ListedCookie {
            side: Side::Response,
            number: 1,
            name: "n".into(),
            value: "v".into(),
            attributes: "; Secure".into(),
        });
        exchange
    }

    fn at(body: &[u8], locator: &str) -> Result<String, ResolveError> {
        let exchange = exchange(body);
        let locator: Locator = locator.parse().expect("a locator");
        resolve(&exchange, &locator).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    #[test]
    fn parts_and_steps() {
        assert_eq!(at(b"", "request.line/range:0-5").as_deref(), Ok("https"));
        assert_eq!(at(b"", "request.query[2]/range:2-6/base64").as_deref(), Ok("abc"));
        assert_eq!(at(b"", "request.header[1]/cookie[2]").as_deref(), Ok("datr=x%41y"));
        assert_eq!(at(b"", "request.header[1]/cookie[2]/range:5-10/percent").as_deref(), Ok("xAy"));
        assert_eq!(at(b"a=1&b+c=2&b%20c=3", "request.body/field:b%20c[2]").as_deref(), Ok("3"));
        assert_eq!(at(br#"{"u":[{"e":"x@y"}],"n":1}"#, "request.body/json:u.0.e").as_deref(), Ok("x@y"));
        assert_eq!(at(br#"{"u":[{"e":"x@y"}],"n":1}"#, "request.body/json:u.0").as_deref(), Ok(r#"{"e":"x@y"}"#));
        assert_eq!(at(b"", "connection").as_deref(), Ok("192.0.2.1"));
        assert_eq!(at(b"", "connection.alias[2]").as_deref(), Ok("edge.cdn.example"));
        assert_eq!(at(b"", "connection.alias[3]"), Err(ResolveError::NoPart("connection.alias[3]".into())));
        assert_eq!(at(b"", "browser:response%2Ecookies%5B1%5D").as_deref(), Ok("n=v; Secure"));
    }

    #[test]
    fn unpacking() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(b"{\"a\":2}").expect("in memory");
        let packed = encoder.finish().expect("in memory");
        assert_eq!(at(&packed, "request.body/gzip/json:a").as_deref(), Ok("2"));
        assert_eq!(at(&packed, "request.body/coding").as_deref(), Ok("{\"a\":2}"));
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::copy(&mut std::io::repeat(0).take(CEILING as u64 + 10), &mut encoder).expect("in memory");
        let bomb = encoder.finish().expect("in memory");
        assert_eq!(at(&bomb, "request.body/gzip"), Err(ResolveError::TooLarge { step: 1 }));
    }

    #[test]
    fn nowhere() {
        assert_eq!(at(b"", "response.body"), Err(ResolveError::NoPart("response.body".into())));
        assert_eq!(at(b"", "request.header[9]").map_err(|error| error.to_string()), Err("the entry has no request.header[9]".into()));
        assert_eq!(at(b"x", "request.body/range:0-2"), Err(ResolveError::NoStep { step: 1, name: "range" }));
        assert_eq!(at(b"x", "request.body/gzip"), Err(ResolveError::NoStep { step: 1, name: "gzip" }));
    }
}
