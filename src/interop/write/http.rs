//! What the writers share about HTTP messages: bodies with their codings undone where that is possible, lists of cookies, kinds of resources.

use std::borrow::Cow;
use std::io;

use bytes::Bytes;

use crate::decode::without_codings;
use crate::model::{Body, BodyState, Connection, Exchange, Headers, Outcome};

/// No body is unpacked to more, in bytes; a longer one is written with its codings on.
const CEILING: usize = 256 << 20;

/// A body as it is to be written.
pub(super) struct Shown {
    /// Its bytes.
    pub(super) bytes: Bytes,
    /// Its length as it was recorded.
    pub(super) recorded: u64,
    /// Whether codings were undone that were still on in the recording.
    pub(super) undone: bool,
}

/// The body with the codings undone that its message declares. Where they cannot be undone altogether, it is as recorded.
pub(super) fn shown(headers: &Headers, body: &Body) -> io::Result<Shown> {
    let bytes = body.bytes()?;
    let recorded = body.len();
    if body.state() == BodyState::Raw
        && let Some(Cow::Owned(whole)) = without_codings(headers, &bytes, CEILING)
    {
        return Ok(Shown { bytes: whole.into(), recorded, undone: true });
    }
    Ok(Shown { bytes, recorded, undone: false })
}

/// The kind of a resource in the words of Chrome: the recording's own, else by what the browser said it wanted, else by what came.
pub(super) fn resource_type(exchange: &Exchange) -> Cow<'_, str> {
    if let Some(recorded) = &exchange.resource_type {
        return Cow::Borrowed(recorded);
    }
    let field = |name: &str| exchange.request.headers.first(name).map(<[u8]>::to_ascii_lowercase).unwrap_or_default();
    if matches!(exchange.outcome, Outcome::Switched(_)) || field("upgrade") == b"websocket" {
        return Cow::Borrowed("websocket");
    }
    let by_destination = match &*field("sec-fetch-dest") {
        b"document" | b"iframe" | b"frame" => Some("document"),
        b"script" | b"worker" | b"sharedworker" | b"serviceworker" => Some("script"),
        b"style" => Some("stylesheet"),
        b"image" => Some("image"),
        b"font" => Some("font"),
        b"audio" | b"video" | b"track" => Some("media"),
        b"manifest" => Some("manifest"),
        b"empty" => Some("fetch"),
        _ => None,
    };
    let by_type = || {
        let essence = exchange.outcome.response()?.media_type_essence()?.to_ascii_lowercase();
        let begins = |start: &str| essence.starts_with(start);
        Some(match () {
            () if begins("text/html") || begins("application/xhtml") => "document",
            () if begins("image/") => "image",
            () if begins("text/css") => "stylesheet",
            () if essence.contains("javascript") || essence.contains("ecmascript") => "script",
            () if begins("font/") || essence.contains("font") => "font",
            () if begins("audio/") || begins("video/") => "media",
            () => "other",
        })
    };
    Cow::Borrowed(by_destination.or_else(by_type).unwrap_or("other"))
}

/// The address of the server without a port, where the recording has it as a number.
pub(super) fn server_ip(connection: &Connection) -> Option<String> {
    let text = connection.server_address.as_deref()?;
    let with_port = text.parse::<core::net::SocketAddr>().map(|address| address.ip());
    text.parse::<core::net::IpAddr>().or(with_port).ok().map(|address| address.to_string())
}

/// Whether a text is an address of a page.
pub(super) fn is_web_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/')) && !text.contains(char::is_whitespace)
}

/// Whether an exchange brought a page.
pub(super) fn is_page(exchange: &Exchange) -> bool {
    let response = exchange.outcome.response();
    response.is_some_and(|response| {
        (200..300).contains(&response.status)
            && response.media_type_essence().is_some_and(|essence| essence.eq_ignore_ascii_case("text/html"))
    })
}
