//! Who may ask what of the proxy's own page, decided by the head of a request alone. It never reads a body and never answers.

use http::{HeaderMap, HeaderName, Method, header, request};
use subtle::ConstantTimeEq as _;

use super::HOST;

/// What somebody asks who may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// The page with marks and counters.
    Page,
    /// The page of the bare address: the certificate, and where the rest is.
    Entrance,
    /// The certificate in PEM.
    Pem,
    /// The certificate in DER.
    Der,
    /// To make a mark; the form still has to show its token.
    Mark,
}

/// Where a request came in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    /// Host and port that the client asked for.
    pub(super) authority: &'a str,
    /// Whether it came inside TLS.
    pub(super) secure: bool,
    /// The secret part of the address.
    pub(super) secret: &'a str,
}

/// The page's origin as browsers write it (RFC 6454 section 6.2).
fn origin() -> String {
    format!("http://{HOST}")
}

/// What a request may have. `None`: it is to be refused. See the head of [`super`] for the reasons.
pub(super) fn asked(parts: &request::Parts, place: Place<'_>) -> Option<Asked> {
    let headers = &parts.headers;
    let at = [HOST, &format!("{HOST}:80")].contains(&place.authority) && !place.secure;
    let addressed = parts.uri.authority().is_none_or(|authority| [HOST, &format!("{HOST}:80")].contains(&authority.as_str()));
    if !at || !addressed || only(headers, &header::HOST)? != Some(HOST) {
        return None;
    }
    // A browser that fetches in advance says so; nobody has asked for anything yet.
    if ["sec-purpose", "purpose", "x-moz"].iter().any(|name| headers.contains_key(*name)) {
        return None;
    }
    let origin = origin();
    let stated = only(headers, &header::ORIGIN)?;
    if stated.is_some_and(|stated| stated != origin) {
        return None;
    }
    if let Some(referer) = only(headers, &header::REFERER)?
        && !referer.strip_prefix(&origin).is_some_and(|rest| rest.starts_with('/'))
    {
        return None;
    }
    let meant = meant_by_a_person(headers)?;
    let path = parts.uri.path().strip_prefix('/')?;
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    let opened = path.contains('/') && bool::from(first.as_bytes().ct_eq(place.secret.as_bytes()));
    let reads = matches!(parts.method, Method::GET | Method::HEAD);
    match (opened, rest) {
        (true, "") if reads => Some(Asked::Page),
        (true, "ca.pem") if reads => Some(Asked::Pem),
        (true, "ca.cer") if reads => Some(Asked::Der),
        // Without an Origin it is no form of a browser.
        (true, "mark") if parts.method == Method::POST && stated.is_some() => Some(Asked::Mark),
        (false, "") if reads && meant => match path {
            "" => Some(Asked::Entrance),
            "ca.pem" => Some(Asked::Pem),
            "ca.cer" => Some(Asked::Der),
            _ => None,
        },
        _ => None,
    }
}

/// Whether `Sec-Fetch-*` says that a person navigates here. `None`: it says something else. `Some(false)`: it is not there.
fn meant_by_a_person(headers: &HeaderMap) -> Option<bool> {
    let field = |name: &'static str| only(headers, &HeaderName::from_static(name));
    match (field("sec-fetch-site")?, field("sec-fetch-mode")?, field("sec-fetch-dest")?) {
        (None, None, None) => Some(false),
        (Some("none" | "same-origin"), Some("navigate"), Some("document")) => Some(true),
        _ => None,
    }
}

/// The value of a field. `None`: it stands there twice, or is no text; `Some(None)`: it is not there.
fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<Option<&'h str>> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() {
        return None;
    }
    match first {
        Some(value) => value.to_str().ok().map(Some),
        None => Some(None),
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    const SECRET: &str = "abcdefghijkmnpqrstuvwxyz23";
    const OWN: &str = "http://dataspoor.internal";

    /// The answer to a method and target with these fields, each `Name: value`, beside the right Host.
    fn of(line: &str, fields: &[&str]) -> Option<Asked> {
        at(HOST, false, line, &[&["Host: dataspoor.internal"], fields].concat())
    }

    fn at(authority: &str, secure: bool, line: &str, fields: &[&str]) -> Option<Asked> {
        let (method, target) = line.split_once(' ').expect("method and target");
        let mut request = Request::builder().method(method).uri(target.replace("SECRET", SECRET));
        for field in fields {
            let (name, value) = field.split_once(": ").expect("a field");
            request = request.header(name, value);
        }
        asked(&request.body(()).expect("a request").into_parts().0, Place { authority, secure, secret: SECRET })
    }

    const PERSON: [&str; 3] = ["Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"];

    #[test]
    fn who_knows_the_secret_is_answered() {
        for (line, fields, expected) in [
            ("GET /SECRET/", &[][..], Asked::Page),
            ("GET http://dataspoor.internal/SECRET/", &[], Asked::Page),
            ("HEAD /SECRET/?lang=en", &PERSON, Asked::Page),
            ("GET /SECRET/", &["Referer: http://dataspoor.internal/SECRET/"], Asked::Page),
            ("GET /SECRET/ca.pem", &[], Asked::Pem),
            ("GET /SECRET/ca.cer", &[], Asked::Der),
            ("POST /SECRET/mark", &["Origin: http://dataspoor.internal"], Asked::Mark),
            ("GET /", &PERSON, Asked::Entrance),
            ("GET /ca.pem", &PERSON, Asked::Pem),
            ("GET /ca.cer", &["Sec-Fetch-Site: same-origin", PERSON[1], PERSON[2]], Asked::Der),
        ] {
            assert_eq!(of(line, fields), Some(expected), "{line} {fields:?}");
        }
    }

    #[test]
    fn everybody_else_is_not() {
        for (line, fields) in [
            // What a browser sends for a person and for a hidden frame alike.
            ("GET /", &[][..]),
            ("GET /", &["Upgrade-Insecure-Requests: 1"]),
            ("GET /ca.pem", &[]),
            ("GET /SECRET", &[]),
            ("GET /secret/", &[]),
            ("GET /SECRETx/", &[]),
            ("GET /SECRET/mark", &[]),
            ("GET /SECRET/other", &[]),
            ("GET //SECRET/", &PERSON),
            ("PUT /SECRET/", &["Origin: http://dataspoor.internal"]),
            ("OPTIONS /SECRET/mark", &["Origin: http://dataspoor.internal"]),
            ("POST /SECRET/", &["Origin: http://dataspoor.internal"]),
            ("POST /SECRET/mark", &[]),
            ("POST /mark", &PERSON),
            ("POST /SECRET/mark", &["Origin: null"]),
            ("POST /SECRET/mark", &["Origin: https://dataspoor.internal"]),
            ("POST /SECRET/mark", &["Origin: http://dataspoor.internal:8080"]),
            ("POST /SECRET/mark", &["Origin: http://dataspoor.internal", "Origin: http://evil.test"]),
            ("GET /SECRET/", &["Origin: http://evil.test"]),
            ("GET /SECRET/", &["Referer: http://evil.test/"]),
            ("GET /SECRET/", &["Referer: http://dataspoor.internal.evil.test/"]),
            ("GET /SECRET/", &["Referer: https://dataspoor.internal/"]),
            ("GET /SECRET/", &["Sec-Purpose: prefetch"]),
            ("GET /SECRET/", &["Purpose: prefetch"]),
            ("GET /SECRET/", &["Sec-Fetch-Site: cross-site", PERSON[1], PERSON[2]]),
            ("GET /SECRET/", &["Sec-Fetch-Site: same-site", PERSON[1], PERSON[2]]),
            ("GET /SECRET/", &[PERSON[0], "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image"]),
            ("GET /SECRET/", &[PERSON[0], PERSON[1], "Sec-Fetch-Dest: iframe"]),
            ("GET /", &[PERSON[0], PERSON[1]]),
            ("GET http://dataspoor.internal:81/SECRET/", &[]),
            ("GET http://evil.test/SECRET/", &[]),
        ] {
            assert_eq!(of(line, fields), None, "{line} {fields:?}");
        }
        assert_eq!(of("GET /", &[&PERSON[..], &["Origin: http://evil.test"]].concat()), None);
    }

    #[test]
    fn only_under_its_own_name_and_port_and_without_tls() {
        let own = ["Host: dataspoor.internal"];
        assert_eq!(at("dataspoor.internal:80", false, "GET /SECRET/", &own), Some(Asked::Page));
        for (authority, secure, fields) in [
            ("dataspoor.internal", true, &own[..]),
            ("dataspoor.internal:443", false, &own),
            ("dataspoor.internal.", false, &own),
            ("DATASPOOR.internal", false, &own),
            ("dataspoor.internal", false, &[]),
            ("dataspoor.internal", false, &["Host: evil.test"]),
            ("dataspoor.internal", false, &["Host: dataspoor.internal."]),
            ("dataspoor.internal", false, &["Host: dataspoor.internal:8080"]),
            ("dataspoor.internal", false, &["Host: dataspoor.internal", "Host: evil.test"]),
        ] {
            assert_eq!(at(authority, secure, "GET /SECRET/", fields), None, "{authority} {secure} {fields:?}");
        }
        assert_eq!(origin(), OWN);
    }
}
