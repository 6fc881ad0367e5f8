//! What the world answers with: status, header fields and a body whose bytes are counted in the origin's log on their way out.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use serde_json::{Map, Value};

use super::access::{Row, now};
use super::coding::Coding;
use super::parts::Asked;
use super::{NOTICE, NOTICE_NL};

/// An answer before it is put on its way.
pub(super) struct Answer {
    status: StatusCode,
    headers: Vec<(&'static str, String)>,
    body: Vec<Bytes>,
    /// Whether the length is announced; otherwise the body comes in chunks (HTTP/1.1) or until the end of the stream (HTTP/2).
    sized: bool,
}

impl Answer {
    pub(super) fn new(status: StatusCode) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), sized: true }
    }

    pub(super) fn whole(media: &str, body: impl Into<Bytes>) -> Self {
        let mut answer = Self::new(StatusCode::OK).with("content-type", media);
        answer.body.push(body.into());
        answer
    }

    /// A page of the world; `text` already is HTML.
    pub(super) fn page(text: &str) -> Self {
        Self::whole("text/html; charset=utf-8", text.to_owned())
    }

    /// A page that says why there is nothing here. The texts are the world's own; nothing of the request is repeated.
    pub(super) fn nothing(status: StatusCode, title: &str, text: &str) -> Self {
        let page = fill(include_str!("pages/plain.html"), &[("title", title), ("text", text)]);
        Self { status, ..Self::page(&page) }
    }

    /// A JSON object, marked as simulated.
    pub(super) fn json(value: Value) -> Self {
        let mut members = Map::new();
        members.insert("simulated".to_owned(), NOTICE.into());
        if let Value::Object(more) = value {
            members.extend(more);
        }
        Self::whole("application/json; charset=utf-8", Value::Object(members).to_string())
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Puts `coding` on the body if the request offers it.
    pub(super) fn coded(mut self, coding: Coding, asked: &Asked) -> Self {
        let offered = asked.header("accept-encoding").is_some_and(|offer| coding.offered(offer));
        let plain = self.body.concat();
        if let Some(coded) = offered.then(|| coding.encode(&plain)).and_then(Result::ok) {
            self.body = vec![coded];
            self.headers.push(("content-encoding", coding.name().to_owned()));
        }
        self.with("vary", "accept-encoding")
    }

    /// Sends the body in pieces without announcing its length.
    pub(super) fn streamed(mut self) -> Self {
        const PIECE: usize = 512;
        let whole = Bytes::from(self.body.concat());
        self.body = (0..whole.len()).step_by(PIECE).map(|start| whole.slice(start..whole.len().min(start + PIECE))).collect();
        self.sized = false;
        self
    }

    /// Writes the head into the log and hands the answer over.
    pub(super) fn send(self, row: Row) -> Response<Outgoing> {
        let mut response = Response::new(());
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        let notice = ("x-simulated", NOTICE.to_owned());
        for (name, value) in self.headers.into_iter().chain([notice]) {
            // Values are the world's own and ASCII, so none is refused.
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.append(HeaderName::from_static(name), value);
            }
        }
        row.write(|access| {
            access.answered = Some(now());
            access.status = self.status.as_u16();
            access.response_headers = as_text(headers);
        });
        response.map(|()| Outgoing::new(self.body.into(), self.sized, row))
    }
}

/// Header fields as the log keeps them.
pub(super) fn as_text(headers: &http::HeaderMap) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())).collect()
}

/// Puts values into a text with places like `{{name}}`; the notice is known everywhere.
pub(super) fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let notices = [("notice", NOTICE), ("notice_nl", NOTICE_NL)];
    let filled = values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), value));
    notices.iter().fold(filled, |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), value))
}

/// A body on its way out.
pub(super) struct Outgoing {
    pieces: VecDeque<Bytes>,
    sized: bool,
    row: Row,
}

impl Outgoing {
    fn new(mut pieces: VecDeque<Bytes>, sized: bool, row: Row) -> Self {
        pieces.retain(|piece| !piece.is_empty());
        if pieces.is_empty() {
            row.write(|access| access.finished = access.status != StatusCode::SWITCHING_PROTOCOLS.as_u16());
        }
        Self { pieces, sized, row }
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some(piece) = self.pieces.pop_front() else { return Poll::Ready(None) };
        let last = self.pieces.is_empty();
        self.row.write(|access| {
            access.response_bytes += piece.len() as u64;
            access.finished = last;
        });
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        let left = self.pieces.iter().map(|piece| piece.len() as u64).sum();
        if self.sized { SizeHint::with_exact(left) } else { SizeHint::default() }
    }
}
