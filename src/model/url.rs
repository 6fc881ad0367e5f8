//! Where the parts of a recorded URL lie in its text (RFC 3986 appendix B), without changing a byte of it.
//!
//! Evidence quotes URLs as they were recorded, so they are cut into ranges here and never normalised. Only the host name used for looking
//! things up is normalised, in [`HostPort::host`].

use std::borrow::Cow;
use std::ops::Range;

/// The parts of an absolute URL as byte ranges of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlParts {
    /// Scheme, without the colon; empty where the text has none.
    pub scheme: Range<usize>,
    /// User information, host and port, without the slashes; absent for `data:`, `blob:`, `about:` and the like.
    pub authority: Option<Range<usize>>,
    /// Path, with its leading slash.
    pub path: Range<usize>,
    /// Query, without the question mark.
    pub query: Option<Range<usize>>,
    /// Fragment, without the number sign.
    pub fragment: Option<Range<usize>>,
}

impl UrlParts {
    /// Cuts `url`. Every text has parts; a text that is no URL is all path.
    #[must_use]
    pub fn of(url: &str) -> Self {
        let bytes = url.as_bytes();
        let hash = memchr::memchr(b'#', bytes);
        let end = hash.unwrap_or(bytes.len());
        let question = memchr::memchr(b'?', &bytes[..end]);
        let path_end = question.unwrap_or(end);
        let scheme_end = bytes[..path_end]
            .iter()
            .position(|&byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')))
            .filter(|&at| at > 0 && bytes[at] == b':' && bytes[0].is_ascii_alphabetic());
        let rest = scheme_end.map_or(0, |at| at + 1);
        let (authority, path_start) = if bytes[rest..path_end].starts_with(b"//") {
            let start = rest + 2;
            // Browsers take a backslash for a slash (WHATWG URL, special authority state), so a name behind one is no host.
            let stop = bytes[start..path_end].iter().position(|&byte| matches!(byte, b'/' | b'\\')).map_or(path_end, |at| start + at);
            (Some(start..stop), stop)
        } else {
            (None, rest)
        };
        Self {
            scheme: 0..scheme_end.unwrap_or(0),
            authority,
            path: path_start..path_end,
            query: question.map(|at| at + 1..end),
            fragment: hash.map(|at| at + 1..bytes.len()),
        }
    }

    /// Host and port of `url`, which must be the text these parts were cut from. `None` where there is no host.
    #[must_use]
    pub fn host<'a>(&self, url: &'a str) -> Option<HostPort<'a>> {
        HostPort::of(&url[self.authority.clone()?])
    }

    /// The query parameters of `url`: the byte range of each `name=value` between ampersands, in order, empty ones included.
    pub fn query_parameters<'a>(&self, url: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        let query = self.query.clone();
        let mut next = query.as_ref().map(|query| query.start);
        let end = query.map_or(0, |query| query.end);
        std::iter::from_fn(move || {
            let start = next?;
            let stop = memchr::memchr(b'&', &url.as_bytes()[start..end]).map_or(end, |at| start + at);
            next = (stop < end).then_some(stop + 1);
            Some(start..stop)
        })
    }
}

/// Host name and port of an authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPort<'a> {
    /// Host name for looking things up: lower case, IDNA A-labels, no trailing dot; an IPv6 address keeps its brackets.
    pub host: Cow<'a, str>,
    /// Port as written.
    pub port: Option<u16>,
}

impl<'a> HostPort<'a> {
    /// Reads `user@host:port`. `None` where the host is empty.
    #[must_use]
    pub fn of(authority: &'a str) -> Option<Self> {
        let host_port = authority.rsplit_once('@').map_or(authority, |(_, rest)| rest);
        let (host, port) = match (host_port.strip_prefix('[').and_then(|rest| rest.find(']')), host_port.rfind(':')) {
            (Some(bracket), _) => {
                let (host, rest) = host_port.split_at(bracket + 2);
                (host, rest.strip_prefix(':'))
            }
            (None, Some(colon)) => (&host_port[..colon], Some(&host_port[colon + 1..])),
            (None, None) => (host_port, None),
        };
        let host = host.strip_suffix('.').unwrap_or(host);
        if host.is_empty() {
            return None;
        }
        let host = if host.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
            // A name that IDNA cannot map stays as it is, in lower case: it is still the name that was recorded.
            Cow::Owned(idna::domain_to_ascii(host).unwrap_or_else(|_| host.to_lowercase()))
        } else {
            Cow::Borrowed(host)
        };
        Some(Self { host, port: port.and_then(|port| port.parse().ok()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(url: &str) -> (&str, Option<&str>, &str, Option<&str>, Option<&str>) {
        let parts = UrlParts::of(url);
        (
            &url[parts.scheme],
            parts.authority.map(|range| &url[range]),
            &url[parts.path],
            parts.query.map(|range| &url[range]),
            parts.fragment.map(|range| &url[range]),
        )
    }

    #[test]
    fn cuts_as_appendix_b_does() {
        assert_eq!(parts("http://a.b:80/c/d?e=f?g#h?i"), ("http", Some("a.b:80"), "/c/d", Some("e=f?g"), Some("h?i")));
        assert_eq!(parts("https://a.b?x"), ("https", Some("a.b"), "", Some("x"), None));
        assert_eq!(parts("data:text/plain,a//b"), ("data", None, "text/plain,a//b", None, None));
        assert_eq!(parts("no url"), ("", None, "no url", None, None));
        assert_eq!(parts(""), ("", None, "", None, None));
    }

    #[test]
    fn hosts() {
        let host = |url: &str| UrlParts::of(url).host(url).map(|found| (found.host.into_owned(), found.port));
        assert_eq!(host("https://WWW.Example.com.:8443/"), Some(("www.example.com".to_owned(), Some(8443))));
        assert_eq!(host("https://user:pw@a.nl/"), Some(("a.nl".to_owned(), None)));
        assert_eq!(host("http://[::1]:80/"), Some(("[::1]".to_owned(), Some(80))));
        assert_eq!(host("https://bücher.example/"), Some(("xn--bcher-kva.example".to_owned(), None)));
        assert_eq!(host("https://a.nl\\@evil.com/"), Some(("a.nl".to_owned(), None)));
        assert_eq!(host("data:,x"), None);
        assert_eq!(host("file:///etc"), None);
    }

    #[test]
    fn query_parameters_in_order() {
        let url = "https://a/?x=1&&y#z";
        let found: Vec<_> = UrlParts::of(url).query_parameters(url).map(|range| &url[range]).collect();
        assert_eq!(found, ["x=1", "", "y"]);
        assert_eq!(UrlParts::of("https://a/").query_parameters("https://a/").count(), 0);
    }
}
