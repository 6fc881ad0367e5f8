//! A request of the world taken apart: host, path, parameters, cookies, body. Never refuses one: what cannot be read is left out.

use bytes::Bytes;
use http::HeaderMap;
use http::header::COOKIE;

/// Pairs of a query or a form.
pub(super) type Pairs = Vec<(String, String)>;

/// A request with its body.
pub(super) struct Asked {
    pub(super) method: http::Method,
    pub(super) host: String,
    pub(super) path: String,
    pub(super) query: Pairs,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Asked {
    /// A header field as text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The value of a cookie.
    pub(super) fn cookie(&self, name: &str) -> Option<&str> {
        let pairs = self.headers.get_all(COOKIE).into_iter().filter_map(|field| field.to_str().ok()).flat_map(|field| field.split("; "));
        pairs.filter_map(|pair| pair.split_once('=')).find_map(|(found, value)| (found == name).then_some(value))
    }

    /// The body as a form.
    pub(super) fn form(&self) -> Pairs {
        pairs(&self.body)
    }
}

/// The first value of `name`.
pub(super) fn value<'a>(pairs: &'a Pairs, name: &str) -> Option<&'a str> {
    pairs.iter().find_map(|(found, value)| (found == name).then_some(value.as_str()))
}

/// Reads `application/x-www-form-urlencoded` (URL Standard, section 5.1), which is also the usual form of a query.
pub(super) fn pairs(text: &[u8]) -> Pairs {
    form_urlencoded::parse(text).into_owned().collect()
}

/// Writes `application/x-www-form-urlencoded` (URL Standard, section 5.2).
pub(super) fn form(pairs: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}
