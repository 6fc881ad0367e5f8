//! What kind of resource a request asks for, and how that is known. Filter lists decide by it, so the basis goes into the evidence.

use serde::{Deserialize, Serialize};

use crate::model::{Exchange, Headers, Response};

/// Kind of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestKind {
    kind: u8,
    basis: u8,
}

/// Names as filter lists use them.
const KINDS: [&str; 12] =
    ["other", "document", "subdocument", "stylesheet", "script", "image", "font", "media", "object", "xmlhttprequest", "websocket", "ping"];

const BASES: [&str; 5] = ["none", "recording", "sec-fetch-dest", "upgrade", "media-type"];

impl RequestKind {
    fn new(kind: &str, basis: &str) -> Self {
        let index = |names: &[&str], wanted: &str| names.iter().position(|name| *name == wanted).unwrap_or(0) as u8;
        Self { kind: index(&KINDS, kind), basis: index(&BASES, basis) }
    }

    /// The kind in the words of filter lists.
    #[must_use]
    pub fn name(self) -> &'static str {
        KINDS.get(usize::from(self.kind)).copied().unwrap_or("other")
    }

    /// How it is known: `recording`, `sec-fetch-dest`, `upgrade`, `media-type` or `none`.
    #[must_use]
    pub fn basis(self) -> &'static str {
        BASES.get(usize::from(self.basis)).copied().unwrap_or("none")
    }

    /// The kind of an exchange. The recording's own word counts first, then what the browser sent (Fetch Metadata), then what came back.
    #[must_use]
    pub fn of(exchange: &Exchange, path: &str) -> Self {
        let headers = &exchange.request.headers;
        Self::stated(exchange.resource_type.as_deref(), headers).unwrap_or_else(|| {
            let media_type = exchange.outcome.response().and_then(Response::media_type_essence);
            match media_type.and_then(|text| answered(text, path)) {
                Some(kind) => Self::new(kind, "media-type"),
                None => Self::new("other", "none"),
            }
        })
    }

    /// The kind that the recording or the request itself states.
    fn stated(resource_type: Option<&str>, headers: &Headers) -> Option<Self> {
        let destination = headers.first("sec-fetch-dest");
        match resource_type.and_then(recorded) {
            // For Chrome what is loaded in a frame is a document, too. Filter lists tell them apart, and so does what the browser sent.
            Some("document") if destination.is_some_and(is_frame) => return Some(Self::new("subdocument", "sec-fetch-dest")),
            Some(kind) => return Some(Self::new(kind, "recording")),
            None => {}
        }
        if headers.first("upgrade").is_some_and(|value| value.eq_ignore_ascii_case(b"websocket")) {
            return Some(Self::new("websocket", "upgrade"));
        }
        let kind = destination.and_then(|value| fetched(value, headers.first("content-type")))?;
        Some(Self::new(kind, "sec-fetch-dest"))
    }
}

/// Chrome's `_resourceType`.
fn recorded(text: &str) -> Option<&'static str> {
    Some(match text.to_ascii_lowercase().as_str() {
        "document" => "document",
        "stylesheet" => "stylesheet",
        "script" => "script",
        "image" => "image",
        "font" => "font",
        "media" | "texttrack" => "media",
        "xhr" | "fetch" | "eventsource" | "preflight" => "xmlhttprequest",
        "websocket" => "websocket",
        "ping" | "beacon" => "ping",
        "object" => "object",
        "iframe" | "frame" => "subdocument",
        _ => return None,
    })
}

/// `Sec-Fetch-Dest` (Fetch Metadata section 2.1). An empty destination is a script's own request, a ping if it has a ping's content.
fn fetched(destination: &[u8], content_type: Option<&[u8]>) -> Option<&'static str> {
    Some(match destination {
        b"document" => "document",
        frame if is_frame(frame) => "subdocument",
        b"style" | b"xslt" => "stylesheet",
        b"script" | b"worker" | b"serviceworker" | b"sharedworker" | b"audioworklet" | b"paintworklet" => "script",
        b"image" => "image",
        b"font" => "font",
        b"audio" | b"video" | b"track" => "media",
        b"embed" | b"object" => "object",
        b"websocket" => "websocket",
        b"empty" if content_type.is_some_and(|value| value.starts_with(b"text/ping")) => "ping",
        b"empty" => "xmlhttprequest",
        _ => return None,
    })
}

/// Whether a `Sec-Fetch-Dest` is that of a frame in a page.
fn is_frame(destination: &[u8]) -> bool {
    matches!(destination, b"iframe" | b"frame" | b"fencedframe")
}

/// By the answer's media type. HTML may be a page or a frame, which an answer does not tell, so it is left open.
fn answered(essence: &str, path: &str) -> Option<&'static str> {
    let essence = essence.to_ascii_lowercase();
    Some(match essence.as_str() {
        "text/css" => "stylesheet",
        "text/javascript" | "application/javascript" | "application/x-javascript" | "text/ecmascript" => "script",
        "application/json" | "text/x-json" => "xmlhttprequest",
        "application/font-woff" | "application/font-woff2" | "application/vnd.ms-fontobject" => "font",
        _ if essence.starts_with("image/") => "image",
        _ if essence.starts_with("font/") => "font",
        _ if essence.starts_with("audio/") || essence.starts_with("video/") => "media",
        _ if path.ends_with(".js") => "script",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_no_document_whatever_the_recording_calls_it() {
        let kind = |recorded: Option<&str>, destination: &str| {
            let mut headers = Headers::new();
            headers.push(b"Sec-Fetch-Dest", destination.as_bytes());
            RequestKind::stated(recorded, &headers).map(|kind| (kind.name(), kind.basis()))
        };
        assert_eq!(kind(Some("document"), "iframe"), Some(("subdocument", "sec-fetch-dest")));
        assert_eq!(kind(Some("document"), "document"), Some(("document", "recording")));
        assert_eq!(kind(Some("Document"), ""), Some(("document", "recording")));
        assert_eq!(kind(Some("image"), "iframe"), Some(("image", "recording")));
        assert_eq!(kind(None, "fencedframe"), Some(("subdocument", "sec-fetch-dest")));
        assert_eq!(kind(None, ""), None);
    }
}
