//! Outside filter lists in EasyList syntax, each in an engine of its own, so that each list's verdict is its own.
//!
//! The engine is the crate `adblock`. It answers with one matching rule of a list, its text and line, and the exception that overrules it.

use std::borrow::Cow;

use adblock::Engine;
use adblock::lists::{FilterSet, ParseOptions};
use adblock::request::Request;
use adblock::sourcemap::FilterRuleDebugInfo;

use crate::model::{Digest, HostPort, UrlParts};

/// A compiled filter list.
pub struct FilterList {
    /// File name.
    pub name: String,
    /// Title from its header.
    pub title: Option<String>,
    /// Version from its header. Packaged copies leave it unfilled, so a list is identified by its digest.
    pub version: Option<String>,
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// Network rules understood.
    pub rules: u64,
    /// Lines that the engine could not use.
    pub rejected: u64,
    engine: Engine,
}

/// A text that is no filter list.
#[derive(Debug, thiserror::Error)]
#[error("{0}; take a list in EasyList (Adblock Plus) syntax")]
pub struct ListError(String);

/// What a list says of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Text of a rule that matches.
    pub rule: String,
    /// Its line, from 1.
    pub line: Option<u64>,
    /// Text of the exception that overrules it.
    pub exception: Option<String>,
    /// Its line, from 1.
    pub exception_line: Option<u64>,
}

/// A request as a filter list sees it.
#[derive(Clone, Copy, Debug)]
pub struct ListRequest<'a> {
    /// URL as recorded.
    pub url: &'a str,
    /// Its host.
    pub host: &'a str,
    /// Host of the page; empty where the page is not established.
    pub page_host: &'a str,
    /// Whether host and page have different registrable domains.
    pub other_site: bool,
    /// Kind of the request in the words of filter lists.
    pub kind: &'a str,
    /// Method.
    pub method: &'a str,
}

impl FilterList {
    /// Compiles the text of a list.
    ///
    /// # Errors
    ///
    /// The text is not UTF-8, or holds no network rule.
    pub fn compile(name: &str, bytes: &[u8]) -> Result<Self, ListError> {
        let text =
            std::str::from_utf8(bytes).map_err(|error| ListError(format!("it is not UTF-8 text after byte {}", error.valid_up_to())))?;
        // Debug, so that the text of a rule is kept; no optimisation, because fused rules have no text and line of their own.
        let mut set = FilterSet::new(true);
        set.add_filter_list(text.to_owned(), ParseOptions::default());
        let engine = Engine::new_with_filter_set_no_optimize(set);
        let info = engine.get_debug_info();
        let rules = info.source_info.iter().map(|source| u64::from(source.network_filter_count)).sum();
        // The engine counts comments and blank lines among what it could not parse.
        let is_rule = |line: &&String| !line.trim().is_empty() && !line.trim_start().starts_with(['!', '[']);
        let rejected = info.source_info.iter().flat_map(|source| &source.invalid_lines).filter(is_rule).count() as u64;
        if rules == 0 {
            return Err(ListError("it holds no network rule".to_owned()));
        }
        let header = |key: &str| {
            let lines = text.lines().take(60).filter_map(|line| line.trim_start_matches(['!', '#', ' ']).strip_prefix(key));
            lines.map(str::trim).find(|value| !value.is_empty() && !value.starts_with('%')).map(str::to_owned)
        };
        Ok(Self {
            name: name.to_owned(),
            title: header("Title:"),
            version: header("Version:"),
            digest: Digest::of(bytes),
            rules,
            rejected,
            engine,
        })
    }

    /// What the list says of a request. `None`: no rule matches.
    #[must_use]
    pub fn check(&self, request: ListRequest<'_>) -> Option<Verdict> {
        let ListRequest { url, host, page_host, other_site, kind, method } = request;
        let request = Request::preparsed(&as_browsers_write(url, host), host, page_host, kind, other_site, method);
        let result = self.engine.check_network_request(&request);
        let rule = result.filter?;
        Some(Verdict {
            rule: text(&rule),
            line: line(&rule),
            exception_line: result.exception.as_ref().and_then(line),
            exception: result.exception.as_ref().map(text),
        })
    }
}

/// A URL in the form in which browsers hand it to extensions (WHATWG URL, serialising), which is the form that rules are written for: scheme in
/// lower case, the host as it is looked up, no user information, no default port; and without the fragment, which is never sent. The engine
/// looks for the host in the URL and relies on finding it there.
fn as_browsers_write<'a>(url: &'a str, host: &str) -> Cow<'a, str> {
    let parts = UrlParts::of(url);
    let end = parts.fragment.map_or(url.len(), |fragment| fragment.start - 1);
    let Some(authority) = parts.authority else { return Cow::Borrowed(&url[..end]) };
    let scheme = &url[parts.scheme];
    if &url[authority.clone()] == host && !scheme.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Borrowed(&url[..end]);
    }
    let scheme = scheme.to_ascii_lowercase();
    let port = HostPort::of(&url[authority.clone()]).and_then(|found| found.port);
    let usual = match scheme.as_str() {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        _ => None,
    };
    let port = port.filter(|port| Some(*port) != usual).map(|port| format!(":{port}")).unwrap_or_default();
    Cow::Owned(format!("{scheme}://{host}{port}{}", &url[authority.end..end]))
}

fn text(rule: &FilterRuleDebugInfo) -> String {
    rule.raw_line.as_deref().unwrap_or_default().to_owned()
}

/// The engine counts lines from 0.
fn line(rule: &FilterRuleDebugInfo) -> Option<u64> {
    rule.source_location.as_ref().map(|location| u64::from(location.line_number) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "[Adblock Plus 2.0]\n! Title: Own\n! Version: 7\n||tracker.example^$third-party\n/pixel?$image\n@@||tracker.example/allowed^\nbad$unknown-option\n";

    fn check(list: &FilterList, url: &str, page_host: &str, kind: &str) -> Option<Verdict> {
        let host = UrlParts::of(url).host(url).expect("host").host.into_owned();
        let other_site = !host.ends_with(page_host);
        list.check(ListRequest { url, host: &host, page_host, other_site, kind, method: "GET" })
    }

    #[test]
    fn rule_line_and_exception() {
        let list = FilterList::compile("own.txt", LIST.as_bytes()).expect("compiles");
        assert_eq!((list.title.as_deref(), list.version.as_deref(), list.rejected), (Some("Own"), Some("7"), 1));
        let verdict = check(&list, "https://a.tracker.example/x", "site.nl", "script").expect("matches");
        assert_eq!((verdict.rule.as_str(), verdict.line, verdict.exception), ("||tracker.example^$third-party", Some(4), None));
        let excepted = check(&list, "https://tracker.example/allowed", "site.nl", "script").expect("matches");
        assert_eq!((excepted.exception.as_deref(), excepted.exception_line), (Some("@@||tracker.example/allowed^"), Some(6)));
        assert_eq!(check(&list, "https://tracker.example/x", "tracker.example", "script"), None);
        assert!(check(&list, "https://a.nl/pixel?x", "a.nl", "image").is_some());
        assert_eq!(check(&list, "https://a.nl/pixel?x", "a.nl", "script"), None);
    }

    #[test]
    fn urls_that_no_browser_writes_so() {
        let form = |url: &str| {
            let host = UrlParts::of(url).host(url).expect("host").host.into_owned();
            as_browsers_write(url, &host).into_owned()
        };
        assert_eq!(form("https://a.nl/x?y=Z"), "https://a.nl/x?y=Z");
        assert_eq!(form("https://a.nl/x#part"), "https://a.nl/x");
        assert_eq!(form("HTTPS://u:p@WWW.A.nl.:443/X#part"), "https://www.a.nl/X");
        assert_eq!(form("http://a.nl:443/"), "http://a.nl:443/");
        assert_eq!(form("wss://a.nl:443"), "wss://a.nl");
        assert_eq!(form("https://bücher.example/ü"), "https://xn--bcher-kva.example/ü");
        assert_eq!(form("http://[::1]:80/"), "http://[::1]/");
        assert_eq!(form("https://a.nl\\@b.nl/"), "https://a.nl\\@b.nl/");
    }

    /// The engine compares what follows the host in the URL, and finds no host in a URL that writes it in another way.
    #[test]
    fn a_host_that_the_url_writes_in_another_way() {
        let list = "||xn--bcher-kva.example/ad\n||xn--bcher-kva.example^*/x*y^\n||tracker.example/pixel\n";
        let list = FilterList::compile("own.txt", list.as_bytes()).expect("compiles");
        for url in [
            "https://bücher.example/ad",
            "https://BÜCHER.example/ad",
            "HTTPS://u@bücher.example:443/ad",
            "https://bücher.example/üü/x1y",
            "https://tracker.example./pixel",
            "https://tracker.example:443/pixel",
            "https://tracker.example@tracker.example/pixel",
        ] {
            assert!(check(&list, url, "a.nl", "image").is_some(), "{url}");
        }
        for url in ["https://\u{fdfa}\u{fdfa}/ad", "https://ü/ad", "https://a.nl/#||tracker.example/pixel"] {
            assert_eq!(check(&list, url, "a.nl", "image"), None, "{url}");
        }
    }

    #[test]
    fn no_list() {
        assert!(FilterList::compile("x", b"! only a comment\n").is_err());
        assert!(FilterList::compile("x", b"\xff\xfe").is_err());
    }
}
