//! Where the body of an HTTP/1 message ends (RFC 9112 section 6.3), and its pieces. It never guesses: a request whose length can be read in two
//! ways is refused.

use bytes::{Buf, Bytes, BytesMut};

use super::head;
use crate::model::Headers;

/// Longest line with the size of a chunk.
const CHUNK_LINE: usize = 4 * 1024;

/// How a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::proxy) enum Framing {
    /// After so many bytes; 0 is no body.
    Length(u64),
    /// With the last chunk.
    Chunked,
    /// With the connection.
    UntilClose,
}

/// How the body of a request ends.
///
/// # Errors
/// Its length can be read in more than one way.
pub(in crate::proxy) fn of_request(fields: &Headers, minor: u8) -> Result<Framing, &'static str> {
    let length = length(fields)?;
    let mut codings = codings(fields);
    // A coding that is there and empty is none to one reader and some to another.
    if fields.all("transfer-encoding").any(|(_, value)| !value.trim_ascii().eq_ignore_ascii_case(b"chunked")) {
        return Err("the request names a transfer coding other than chunked");
    }
    let Some(_) = codings.next() else { return Ok(Framing::Length(length.unwrap_or(0))) };
    if length.is_some() {
        return Err("the request names both a length and a transfer coding");
    }
    if minor == 0 {
        return Err("a request of HTTP/1.0 names a transfer coding");
    }
    if codings.next().is_some() {
        return Err("the request is chunked twice");
    }
    Ok(Framing::Chunked)
}

/// How the body of a response to `method` ends.
///
/// # Errors
/// It names several lengths.
pub(in crate::proxy) fn of_response(method: &str, status: u16, fields: &Headers) -> Result<Framing, &'static str> {
    if method == "HEAD" || (100..200).contains(&status) || matches!(status, 204 | 304) {
        return Ok(Framing::Length(0));
    }
    match codings(fields).last() {
        Some(last) if last.eq_ignore_ascii_case(b"chunked") => return Ok(Framing::Chunked),
        Some(last) if !last.eq_ignore_ascii_case(b"identity") => return Ok(Framing::UntilClose),
        _ => {}
    }
    Ok(length(fields)?.map_or(Framing::UntilClose, Framing::Length))
}

/// Whether the last transfer coding is chunked.
pub(in crate::proxy) fn is_chunked(fields: &Headers) -> bool {
    codings(fields).last().is_some_and(|last| last.eq_ignore_ascii_case(b"chunked"))
}

fn codings(fields: &Headers) -> impl Iterator<Item = &[u8]> {
    let values = fields.all("transfer-encoding").flat_map(|(_, value)| value.split(|byte| *byte == b','));
    values.map(<[u8]>::trim_ascii).filter(|coding| !coding.is_empty())
}

/// The Content-Length. Several equal ones count as one (RFC 9110 section 8.6).
fn length(fields: &Headers) -> Result<Option<u64>, &'static str> {
    let mut found = None;
    for (_, value) in fields.all("content-length") {
        for number in value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
            let digits = !number.is_empty() && number.len() <= 19 && number.iter().all(u8::is_ascii_digit);
            let number = std::str::from_utf8(number).ok().filter(|_| digits).and_then(|text| text.parse::<u64>().ok());
            let number = number.ok_or("the Content-Length is no number")?;
            if found.replace(number).is_some_and(|earlier| earlier != number) {
                return Err("the message has several lengths");
            }
        }
    }
    Ok(found)
}

/// Takes the framing off a body.
#[derive(Debug)]
pub(in crate::proxy) struct Decoder {
    state: State,
    /// Whether line ends may lack their CR: never in a request.
    lenient: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Length(u64),
    UntilClose,
    Size,
    Data(u64),
    DataEnd,
    Trailers,
    Done,
}

/// What comes next of a body.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::proxy) enum Next {
    /// More bytes are needed.
    More,
    /// Bytes of the body.
    Data(Bytes),
    /// Trailer fields. Then the body is over.
    Trailers(Headers),
    /// The body is over.
    Over,
}

impl Decoder {
    /// A decoder for a body that ends as `framing` says.
    pub(in crate::proxy) fn new(framing: Framing, lenient: bool) -> Self {
        let state = match framing {
            Framing::Length(0) => State::Done,
            Framing::Length(length) => State::Length(length),
            Framing::Chunked => State::Size,
            Framing::UntilClose => State::UntilClose,
        };
        Self { state, lenient }
    }

    /// Whether nothing more is to come.
    pub(in crate::proxy) fn is_over(&self) -> bool {
        self.state == State::Done
    }

    /// Whether the body ends with the connection.
    pub(in crate::proxy) fn ends_with_connection(&self) -> bool {
        self.state == State::UntilClose
    }

    /// Bytes still to come, where that is known.
    pub(in crate::proxy) fn left(&self) -> Option<u64> {
        match self.state {
            State::Length(left) => Some(left),
            State::Done => Some(0),
            _ => None,
        }
    }

    /// Takes the next piece out of `buffer`.
    ///
    /// # Errors
    /// The framing is broken.
    pub(in crate::proxy) fn next(&mut self, buffer: &mut BytesMut) -> Result<Next, &'static str> {
        loop {
            match self.state {
                State::Done => return Ok(Next::Over),
                _ if buffer.is_empty() => return Ok(Next::More),
                State::UntilClose => return Ok(Next::Data(buffer.split().freeze())),
                State::Length(left) => {
                    let data = take(buffer, left);
                    let left = left - data.len() as u64;
                    self.state = if left == 0 { State::Done } else { State::Length(left) };
                    return Ok(Next::Data(data));
                }
                State::Data(left) => {
                    let data = take(buffer, left);
                    let left = left - data.len() as u64;
                    self.state = if left == 0 { State::DataEnd } else { State::Data(left) };
                    return Ok(Next::Data(data));
                }
                State::DataEnd => {
                    let Some(length) = self.line_end(buffer)? else { return Ok(Next::More) };
                    buffer.advance(length);
                    self.state = State::Size;
                }
                State::Size => {
                    let Some(size) = self.size(buffer)? else { return Ok(Next::More) };
                    self.state = if size == 0 { State::Trailers } else { State::Data(size) };
                }
                State::Trailers => return self.trailers(buffer),
            }
        }
    }

    /// The length of the line end that `buffer` begins with.
    fn line_end(&self, buffer: &[u8]) -> Result<Option<usize>, &'static str> {
        match buffer {
            [b'\r', b'\n', ..] => Ok(Some(2)),
            [b'\n', ..] if self.lenient => Ok(Some(1)),
            [] | [b'\r'] => Ok(None),
            _ => Err("a chunk does not end where it should"),
        }
    }

    fn size(&self, buffer: &mut BytesMut) -> Result<Option<u64>, &'static str> {
        let Some(end) = memchr::memchr(b'\n', buffer) else {
            return if buffer.len() > CHUNK_LINE { Err("the line with the size of a chunk is too long") } else { Ok(None) };
        };
        let line = &buffer[..end];
        let line = match line.strip_suffix(b"\r") {
            Some(line) => line,
            None if self.lenient => line,
            None => return Err("the line with the size of a chunk does not end in CR LF"),
        };
        let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let after = line[digits..].trim_ascii_start();
        if !(1..=15).contains(&digits) || !(after.is_empty() || after[0] == b';') || after.contains(&b'\r') {
            return Err("the size of a chunk is no number");
        }
        let size = line[..digits].iter().fold(0_u64, |size, byte| size << 4 | u64::from(char::from(*byte).to_digit(16).unwrap_or(0)));
        buffer.advance(end + 1);
        Ok(Some(size))
    }

    fn trailers(&mut self, buffer: &mut BytesMut) -> Result<Next, &'static str> {
        match &buffer[..] {
            [b'\r'] => return Ok(Next::More),
            [b'\r', b'\n', ..] => {
                buffer.advance(2);
                self.state = State::Done;
                return Ok(Next::Over);
            }
            [b'\n', ..] if !self.lenient => return Err("the last chunk does not end in CR LF"),
            [b'\n', ..] => {
                buffer.advance(1);
                self.state = State::Done;
                return Ok(Next::Over);
            }
            _ => {}
        }
        let Some(end) = head::end(buffer, 0) else {
            return if buffer.len() > head::LONGEST { Err("the trailer fields are too long") } else { Ok(Next::More) };
        };
        let fields = head::trailers(&buffer[..end])?;
        buffer.advance(end);
        self.state = State::Done;
        Ok(Next::Trailers(fields))
    }
}

fn take(buffer: &mut BytesMut, most: u64) -> Bytes {
    let length = usize::try_from(most).unwrap_or(usize::MAX).min(buffer.len());
    buffer.split_to(length).freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(list: &[(&str, &str)]) -> Headers {
        let mut headers = Headers::new();
        list.iter().for_each(|(name, value)| headers.push(name.as_bytes(), value.as_bytes()));
        headers
    }

    #[test]
    fn lengths_of_requests() {
        let of = |list: &[(&str, &str)]| of_request(&fields(list), 1);
        assert_eq!(of(&[]), Ok(Framing::Length(0)));
        assert_eq!(of(&[("Content-Length", "5")]), Ok(Framing::Length(5)));
        assert_eq!(of(&[("content-length", "5"), ("Content-Length", "5, 5")]), Ok(Framing::Length(5)));
        assert_eq!(of(&[("Transfer-Encoding", "Chunked")]), Ok(Framing::Chunked));
        for smuggled in [
            &[("Content-Length", "5"), ("Content-Length", "6")][..],
            &[("Content-Length", "5"), ("Transfer-Encoding", "chunked")],
            &[("Content-Length", "+5")],
            &[("Content-Length", "5 5")],
            &[("Content-Length", "0x5")],
            &[("Content-Length", "")],
            &[("Content-Length", "99999999999999999999")],
            &[("Transfer-Encoding", "chunked, chunked")],
            &[("Transfer-Encoding", "xchunked")],
            &[("Transfer-Encoding", "gzip, chunked")],
            &[("Transfer-Encoding", ""), ("Content-Length", "5")],
            &[("Transfer-Encoding", ",chunked")],
            &[("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")],
            &[("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "identity")],
        ] {
            assert!(of(smuggled).is_err(), "{smuggled:?}");
        }
        assert!(of_request(&fields(&[("Transfer-Encoding", "chunked")]), 0).is_err());
    }

    #[test]
    fn lengths_of_responses() {
        let of = |method, status, list: &[(&str, &str)]| of_response(method, status, &fields(list));
        assert_eq!(of("GET", 200, &[]), Ok(Framing::UntilClose));
        assert_eq!(of("GET", 200, &[("Content-Length", "0")]), Ok(Framing::Length(0)));
        assert_eq!(of("HEAD", 200, &[("Content-Length", "9")]), Ok(Framing::Length(0)));
        assert_eq!(of("GET", 304, &[("Content-Length", "9")]), Ok(Framing::Length(0)));
        assert_eq!(of("GET", 200, &[("Transfer-Encoding", "gzip, chunked")]), Ok(Framing::Chunked));
        assert_eq!(of("GET", 200, &[("Transfer-Encoding", "gzip")]), Ok(Framing::UntilClose));
        assert!(of("GET", 200, &[("Content-Length", "1"), ("Content-Length", "2")]).is_err());
    }

    /// Bytes, trailer fields, whether it is over, and what is left.
    type Decoded = (Vec<u8>, Option<Headers>, bool, Vec<u8>);

    /// Feeds `text` in steps of `step` bytes and answers what came out.
    fn decoded(text: &[u8], framing: Framing, lenient: bool, step: usize) -> Result<Decoded, &'static str> {
        let mut decoder = Decoder::new(framing, lenient);
        let (mut buffer, mut out, mut trailers) = (BytesMut::new(), Vec::new(), None);
        for piece in text.chunks(step) {
            buffer.extend_from_slice(piece);
            loop {
                match decoder.next(&mut buffer)? {
                    Next::Data(data) => out.extend_from_slice(&data),
                    Next::Trailers(fields) => trailers = Some(fields),
                    Next::More | Next::Over => break,
                }
            }
        }
        Ok((out, trailers, decoder.is_over(), buffer.to_vec()))
    }

    #[test]
    fn chunks_however_they_arrive() {
        let text = b"4;ext=\"x\"\r\nWiki\r\n5 \r\npedia\r\nA\r\n0123456789\r\n0\r\nX-Sum: 1\r\nx-b: 2\r\n\r\nGET";
        for step in 1..text.len() {
            let (out, trailers, over, rest) = decoded(text, Framing::Chunked, false, step).expect("chunks");
            assert_eq!((out.as_slice(), over, rest.as_slice()), (&b"Wikipedia0123456789"[..], true, &b"GET"[..]), "step {step}");
            assert_eq!(trailers.map(|fields| fields.len()), Some(2));
        }
        assert_eq!(decoded(b"0\r\n\r\n", Framing::Chunked, false, 1).map(|found| (found.0, found.2)), Ok((vec![], true)));
        assert_eq!(decoded(b"hello", Framing::Length(3), false, 2).map(|found| (found.0, found.3)), Ok((b"hel".to_vec(), b"lo".to_vec())));
    }

    #[test]
    fn broken_chunks_are_told() {
        for bad in [
            &b"x\r\n"[..],
            b"\r\n",
            b"-1\r\nx",
            b"5\nhello",
            b"1\r\nab\r\n",
            b"ffffffffffffffff\r\n",
            b"5 5\r\n",
            b"5\r5\r\n",
            b"0\r\n\nGET / HTTP/1.1\r\n\r\n",
        ] {
            assert!(decoded(bad, Framing::Chunked, false, 64).is_err(), "{:?}", String::from_utf8_lossy(bad));
        }
        assert_eq!(decoded(b"2\nab\n0\n\n", Framing::Chunked, true, 1).map(|found| (found.0, found.2)), Ok((b"ab".to_vec(), true)));
    }
}
