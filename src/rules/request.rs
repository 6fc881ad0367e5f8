//! Which requests a rule is about: host, path, method, query and names of header fields. Sees no body and no value of a header field.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::model::{Pattern, UrlParts};

/// A host that a rule names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostName {
    /// The name, as hosts are looked up.
    pub name: String,
    /// Whether hosts under it do not fit.
    pub alone: bool,
}

/// Requests that fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestMatch {
    /// Hosts, with those under them unless they stand alone; none: any.
    pub hosts: Vec<HostName>,
    /// Patterns for the whole name of the host, of which one must fit; none: any.
    pub host_names: Vec<Pattern>,
    /// Paths; none: any.
    pub paths: Vec<Pattern>,
    /// Methods; `None`: any.
    pub methods: Option<Vec<String>>,
    /// Names of query parameters that must be there.
    pub parameters: Vec<Pattern>,
    /// Query parameters that must be there, with values that fit; none: any value.
    pub query: Vec<(String, Vec<Pattern>)>,
    /// Names of header fields that must be there, in lower case.
    pub headers: Vec<String>,
}

/// A request, as far as rules look at it.
#[derive(Clone, Debug)]
pub struct RequestFacts<'a> {
    /// Host, as hosts are looked up.
    pub host: &'a str,
    /// Method.
    pub method: &'a str,
    /// Path, as it was sent.
    pub path: &'a str,
    /// Query parameters in order: name, and value if there is an equals sign, with percent-encoding undone.
    pub query: Vec<(Cow<'a, str>, Option<Cow<'a, str>>)>,
    /// Names of header fields, in lower case, as far as they were kept (those that begin with `x-`).
    pub headers: &'a [&'a str],
}

impl<'a> RequestFacts<'a> {
    /// The request for `url`, whose host was looked up before.
    #[must_use]
    pub fn new(url: &'a str, host: &'a str, method: &'a str, headers: &'a [&'a str]) -> Self {
        let parts = UrlParts::of(url);
        let pair = |range: std::ops::Range<usize>| match url[range.clone()].split_once('=') {
            Some((name, value)) => (decoded(name), Some(decoded(value))),
            None => (decoded(&url[range]), None),
        };
        Self { host, method, path: &url[parts.path.clone()], query: parts.query_parameters(url).map(pair).collect(), headers }
    }
}

impl RequestMatch {
    /// Whether a request fits.
    #[must_use]
    pub fn matches(&self, request: &RequestFacts<'_>) -> bool {
        self.matches_line(request.host, request.method, request.path)
            && self.parameters.iter().all(|wanted| request.query.iter().any(|(name, _)| wanted.matches(name)))
            && self.query.iter().all(|(name, values)| {
                let fits =
                    |value: Option<&str>| values.is_empty() || value.is_some_and(|value| values.iter().any(|wanted| wanted.matches(value)));
                request.query.iter().any(|(other, value)| other == name && fits(value.as_deref()))
            })
            && self.headers.iter().all(|wanted| request.headers.iter().any(|name| name == wanted))
    }

    /// Whether host, method and path fit.
    #[must_use]
    pub fn matches_line(&self, host: &str, method: &str, path: &str) -> bool {
        self.matches_host(host)
            && self.methods.as_ref().is_none_or(|methods| methods.iter().any(|wanted| wanted == method))
            && (self.paths.is_empty() || self.paths.iter().any(|wanted| wanted.matches(path)))
    }

    /// Whether the host fits.
    #[must_use]
    pub fn matches_host(&self, host: &str) -> bool {
        (self.hosts.is_empty() || self.hosts.iter().any(|wanted| wanted.fits(host)))
            && (self.host_names.is_empty() || self.host_names.iter().any(|wanted| wanted.matches(host)))
    }
}

/// A name or value with its percent-encoding undone. What is no UTF-8 then stays as it was sent: no rule names it.
fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8().unwrap_or(Cow::Borrowed(text))
}

impl HostName {
    /// Whether a host fits.
    #[must_use]
    pub fn fits(&self, host: &str) -> bool {
        host.strip_suffix(self.name.as_str()).is_some_and(|before| before.is_empty() || (!self.alone && before.ends_with('.')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_condition_counts() {
        let pattern = |text: &str| Pattern::parse(text).expect("a pattern");
        let at = RequestMatch {
            hosts: vec![HostName { name: "a.test".into(), alone: false }, HostName { name: "b.test".into(), alone: true }],
            host_names: vec![pattern("*a.test"), pattern("regex:b[.]test"), pattern("x.b.test")],
            paths: vec![pattern("/tr/*")],
            methods: Some(vec!["GET".into()]),
            parameters: vec![pattern("cd[*")],
            query: vec![("ev".into(), vec![pattern("Page*")]), ("id".into(), Vec::new())],
            headers: vec!["x-one".into()],
        };
        let fits = |url: &str, method: &str, headers: &[&str]| {
            let host = UrlParts::of(url).host(url).expect("a host").host.into_owned();
            at.matches(&RequestFacts::new(url, &host, method, headers))
        };
        assert!(fits("https://w.a.test/tr/?ev=PageView&id&cd[x]=1", "GET", &["x-one"]));
        assert!(fits("https://w.a.test/tr/?%65v=Page%56iew&id&cd%5Bx%5D=1", "GET", &["x-one"]));
        assert!(fits("https://b.test/tr/?id=1&ev=x&ev=Page&cd[", "GET", &["x-two", "x-one"]));
        for (url, method, headers) in [
            ("https://x.b.test/tr/?ev=PageView&id&cd[x]=1", "GET", &["x-one"][..]),
            ("https://wa.test/tr/?ev=PageView&id&cd[x]=1", "GET", &["x-one"]),
            ("https://a.test/tr?ev=PageView&id&cd[x]=1", "GET", &["x-one"]),
            ("https://a.test/tr/?ev=PageView&id&cd[x]=1", "POST", &["x-one"]),
            ("https://a.test/tr/?ev=PageView&id&cd=1", "GET", &["x-one"]),
            ("https://a.test/tr/?ev=View&id&cd[x]=1", "GET", &["x-one"]),
            ("https://a.test/tr/?ev&id&cd[x]=1", "GET", &["x-one"]),
            ("https://a.test/tr/?ev=PageView&cd[x]=1", "GET", &["x-one"]),
            ("https://a.test/tr/?ev=PageView&id&cd[x]=1", "GET", &["x-on"]),
        ] {
            assert!(!fits(url, method, headers), "{method} {url} {headers:?}");
        }
    }
}
