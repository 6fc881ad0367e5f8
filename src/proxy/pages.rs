//! The pages the proxy itself answers with, in Dutch and English, as HTML or plain text. They carry `X-Dataspoor: error` so that nobody takes
//! them for an answer of a server, and never repeat a word of a request or an error without escaping it.

use std::fmt::Write as _;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};

use super::body::Outgoing;
use crate::model::{FailureStage, Headers};

/// What the reader of a page can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    /// A browser.
    Html,
    /// A program.
    Plain,
}

impl Reader {
    /// From the Accept field of a request.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        Self::accepting(headers.get(header::ACCEPT).map(HeaderValue::as_bytes))
    }

    /// From the Accept field of a request.
    pub(super) fn of_fields(fields: &Headers) -> Self {
        Self::accepting(fields.first("accept"))
    }

    fn accepting(accept: Option<&[u8]>) -> Self {
        let html = accept.is_some_and(|accept| memchr::memmem::find(accept, b"text/html").is_some());
        if html { Self::Html } else { Self::Plain }
    }
}

/// A request failed at `stage`; `cause` is the recorder's word for it.
pub(super) fn failed(reader: Reader, stage: FailureStage, host: &str, cause: &str) -> Response<Outgoing> {
    let (status, dutch, english) = match stage {
        FailureStage::Dns => (StatusCode::BAD_GATEWAY, "De naam van de server is niet gevonden.", "The name of the server was not found."),
        FailureStage::Refused => (StatusCode::BAD_GATEWAY, "De server is niet bereikbaar.", "The server cannot be reached."),
        FailureStage::Tls => (
            StatusCode::BAD_GATEWAY,
            "Er is geen beveiligde verbinding met de server tot stand gekomen.",
            "No secure connection with the server could be established.",
        ),
        FailureStage::Timeout => {
            (StatusCode::GATEWAY_TIMEOUT, "De server heeft niet op tijd geantwoord.", "The server did not answer in time.")
        }
        FailureStage::Blocked => (
            StatusCode::FORBIDDEN,
            "Dit adres ligt in een besloten netwerk en wordt niet benaderd.",
            "This address lies in a private network and is not contacted.",
        ),
        FailureStage::Reset => {
            (StatusCode::BAD_GATEWAY, "De verbinding met de server is verbroken.", "The connection with the server broke.")
        }
        FailureStage::Protocol => {
            (StatusCode::BAD_GATEWAY, "De server heeft geen geldig antwoord gegeven.", "The server did not give a valid answer.")
        }
        FailureStage::Unknown => (StatusCode::BAD_GATEWAY, "Het antwoord kon niet worden vastgelegd.", "The answer could not be recorded."),
    };
    page(reader, status, dutch, english, &[("host", host), ("oorzaak / cause", cause)])
}

/// A request that is no request to a proxy.
pub(super) fn not_a_proxy_request(reader: Reader) -> Response<Outgoing> {
    page(
        reader,
        StatusCode::BAD_REQUEST,
        "Dit is de opnameproxy. Stel dit adres in als HTTP-proxy van de browser; er is hier geen website.",
        "This is the recording proxy. Set this address as the browser's HTTP proxy; there is no site here.",
        &[],
    )
}

/// CONNECT inside a connection that was already made by CONNECT.
pub(super) fn not_inside(reader: Reader) -> Response<Outgoing> {
    page(
        reader,
        StatusCode::NOT_IMPLEMENTED,
        "Een tunnel binnen een tunnel wordt niet ondersteund.",
        "A tunnel inside a tunnel is not supported.",
        &[],
    )
}

/// A request whose head cannot be read in one way only. The client's wishes are not known, so it is plain text.
pub(super) fn unreadable(status: StatusCode, why: &str) -> Response<Outgoing> {
    page(
        Reader::Plain,
        status,
        "Dit verzoek kan niet worden doorgegeven.",
        "This request cannot be passed on.",
        &[("oorzaak / cause", why)],
    )
}

/// Nothing more can be recorded, so nothing more passes.
pub(super) fn cannot_record(reader: Reader, why: &str) -> Response<Outgoing> {
    page(
        reader,
        StatusCode::SERVICE_UNAVAILABLE,
        "Er kan niets meer worden vastgelegd; daarom wordt niets meer doorgegeven. Wat tot nu toe is vastgelegd, is bewaard.",
        "Nothing more can be recorded, so nothing more is passed on. What was recorded until now is kept.",
        &[("oorzaak / cause", why)],
    )
}

/// A request that leads back to the proxy itself.
pub(super) fn loops(reader: Reader) -> Response<Outgoing> {
    page(
        reader,
        StatusCode::LOOP_DETECTED,
        "Dit is het adres van de opnameproxy zelf; het wordt niet via de proxy benaderd.",
        "This is the address of the recording proxy itself; it is not contacted through the proxy.",
        &[],
    )
}

/// The client holds as many connections as it may.
pub(super) fn too_many(reader: Reader) -> Response<Outgoing> {
    page(
        reader,
        StatusCode::SERVICE_UNAVAILABLE,
        "Er staan te veel verbindingen open vanaf dit adres. Sluit er enkele en probeer het opnieuw.",
        "Too many connections are open from this address. Close some and try again.",
        &[],
    )
}

/// Who uses this proxy must say who they are (RFC 9110 section 11.7).
pub(super) fn who_are_you(reader: Reader) -> Response<Outgoing> {
    let mut page = page(
        reader,
        StatusCode::PROXY_AUTHENTICATION_REQUIRED,
        "Deze opnameproxy vraagt een gebruikersnaam en een wachtwoord.",
        "This recording proxy asks for a user name and a password.",
        &[],
    );
    page.headers_mut().insert(header::PROXY_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"dataspoor\", charset=\"UTF-8\""));
    page
}

/// Too many wrong passwords.
pub(super) fn later(reader: Reader, seconds: u64) -> Response<Outgoing> {
    let mut page = page(
        reader,
        StatusCode::TOO_MANY_REQUESTS,
        "Vanaf dit adres is te vaak een verkeerd wachtwoord gegeven. Wacht even en probeer het opnieuw.",
        "Too many wrong passwords came from this address. Wait a moment and try again.",
        &[],
    );
    page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    page
}

/// The recording is over.
pub(super) fn stopped(reader: Reader) -> Response<Outgoing> {
    page(reader, StatusCode::SERVICE_UNAVAILABLE, "De opname is gestopt.", "The recording has been stopped.", &[])
}

fn page(reader: Reader, status: StatusCode, dutch: &str, english: &str, facts: &[(&str, &str)]) -> Response<Outgoing> {
    let mut text = String::new();
    // Writing to a String does not fail.
    let kind = match reader {
        Reader::Plain => {
            let _ = write!(text, "dataspoor: {status}\n\n{dutch}\n{english}\n\n");
            for (name, value) in facts {
                let _ = writeln!(text, "{name}: {}", printable(value));
            }
            "text/plain; charset=utf-8"
        }
        Reader::Html => {
            let _ = write!(
                text,
                "<!doctype html>\n<html lang=\"nl\"><meta charset=\"utf-8\"><title>dataspoor: {status}</title>\n<h1>dataspoor</h1>\n<p>{dutch}</p>\n<p lang=\"en\">{english}</p>\n<dl>\n"
            );
            for (name, value) in facts {
                let _ = writeln!(text, "<dt>{name}</dt><dd>{}</dd>", escaped(value));
            }
            text.push_str("</dl></html>\n");
            "text/html; charset=utf-8"
        }
    };
    let mut response = Response::new(Outgoing::from(Bytes::from(text)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert("x-dataspoor", HeaderValue::from_static("error"));
    response
}

/// Without control characters, which could forge lines.
fn printable(text: &str) -> String {
    text.chars().map(|sign| if sign.is_control() { '\u{fffd}' } else { sign }).collect()
}

pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in printable(text).chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            sign => out.push(sign),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    #[tokio::test]
    async fn what_comes_from_outside_is_escaped() {
        let page = failed(Reader::Html, FailureStage::Blocked, "<script>alert('1')</script>", "a & \"b\"\r\nc");
        assert_eq!(page.status(), StatusCode::FORBIDDEN);
        assert_eq!(page.headers().get("x-dataspoor").map(HeaderValue::as_bytes), Some(&b"error"[..]));
        let Ok(body) = page.into_body().collect().await else { panic!("a page has a body") };
        let text = String::from_utf8(body.to_bytes().to_vec()).expect("text");
        assert!(!text.contains("<script>") && text.contains("&lt;script&gt;alert(&#39;1&#39;)"), "{text}");
        assert!(text.contains("a &amp; &quot;b&quot;\u{fffd}\u{fffd}c"), "{text}");
    }
}
