//! Outside filter lists in EasyList syntax, each in an engine of its own, so that each list's verdict is its own.
//!
//! The engine is the crate `adblock`. It answers with one matching rule of a list, its text and line, and the exception that overrules it. Rules
//! about what a page shows are left out: they say nothing of requests. What could keep the engine busy for ever is rejected before it gets there.

use std::borrow::Cow;

use adblock::Engine;
use adblock::filters::network::{FilterPart, NetworkFilter, NetworkFilterMask};
use adblock::lists::{FilterParseError, FilterSet, ParseOptions, ParsedLine, RuleTypes, parse_filter};
use adblock::request::Request;
use adblock::sourcemap::FilterRuleDebugInfo;

use super::tally::{Tally, quoted};
use super::text::lines;
use super::{ListError, ListInfo, ListKind, ListPlace, ListRequest, MOST_RULES};
use crate::model::{HostPort, UrlParts};

/// Lines at the beginning of a list in which its title is looked for.
const HEADER_LINES: usize = 60;

/// Rules that are whole regular expressions. EasyList has 24; every request that no other part of such a rule excludes tries it.
const MOST_EXPRESSIONS: usize = 1_000;

/// Bytes that a compiled expression may take.
const LARGEST_EXPRESSION: usize = 256 * 1024;

/// Bytes of all patterns with wildcards together, which the engine compiles when it first needs them.
const MOST_WILDCARD_BYTES: usize = 4 << 20;

/// Patterns with stars. Each becomes an automaton when it is first needed; EasyList has 1,288 lines with one.
const MOST_STARS: usize = 20_000;

/// Bytes of one pattern.
const LONGEST_PATTERN: usize = 2048;

/// A compiled filter list.
pub struct FilterList {
    /// What is known of it.
    pub info: ListInfo,
    engine: Engine,
}

impl std::ops::Deref for FilterList {
    type Target = ListInfo;

    fn deref(&self) -> &ListInfo {
        &self.info
    }
}

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

impl FilterList {
    /// Compiles the text of a list.
    ///
    /// # Errors
    ///
    /// The text is not UTF-8, or holds no rule about requests.
    pub fn compile(name: &str, bytes: &[u8]) -> Result<Self, ListError> {
        let info = ListInfo::of(name, ListKind::Filter, bytes)?;
        let text = std::str::from_utf8(bytes)
            .map_err(|error| ListError::filters(format!("it is not UTF-8 text after byte {}", error.valid_up_to())))?;
        let mut tally = Tally::default();
        let (engine, rules) = build(text, |line, reason| tally.reject(|| ListPlace::Line(line), || reason));
        if rules == 0 {
            return Err(ListError::filters("it holds no network rule".to_owned()));
        }
        tally.rules = rules;
        let header = |key: &str| {
            let lines = text.lines().take(HEADER_LINES).filter_map(|line| line.trim_start_matches(['!', '#', ' ']).strip_prefix(key));
            lines.map(str::trim).find(|value| !value.is_empty() && !value.starts_with('%')).map(|value| value.chars().take(200).collect())
        };
        let licence = header("Licence:").or_else(|| header("License:"));
        let mut info = ListInfo { title: header("Title:"), version: header("Version:"), licence, ..info };
        tally.into(&mut info);
        Ok(Self { info, engine })
    }

    /// Compiles rules that another list holds, one in each line, and says which lines (from 0) cannot be used.
    pub(super) fn of_rules(text: &str) -> Result<(Self, Vec<(usize, String)>), ListError> {
        let mut rejected = Vec::new();
        let (engine, rules) =
            build(text, |line, reason| rejected.push((usize::try_from(line).unwrap_or_default().saturating_sub(1), reason)));
        Ok((Self { info: ListInfo { rules, ..ListInfo::of("", ListKind::Filter, text.as_bytes())? }, engine }, rejected))
    }

    /// A list that was compiled before: what is known of it, and the engine's own bytes.
    pub(super) fn restored(info: ListInfo, engine: Engine) -> Self {
        Self { info, engine }
    }

    /// The engine's own bytes.
    pub(super) fn engine_bytes(&self) -> Vec<u8> {
        self.engine.serialize()
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

/// An engine with the rules of a text about requests, and how many they are. `reject`: a line, from 1, that cannot be used, and why.
fn build(text: &str, mut reject: impl FnMut(u64, String)) -> (Engine, u64) {
    let options = ParseOptions { rule_types: RuleTypes::NetworkOnly, ..ParseOptions::default() };
    let mut kept = String::with_capacity(text.len());
    let mut limits = Limits::default();
    for (number, line) in lines(text) {
        match line {
            Err(length) => reject(number, format!("the line has {length} bytes")),
            // A comment, a head or a blank line.
            Ok(line) if line.trim().is_empty() || line.trim_start().starts_with(['!', '[']) => {}
            Ok(line) => match parse_filter(line, false, options) {
                Ok(ParsedLine::Network(rule)) => match limits.take(&rule) {
                    Ok(()) => kept.push_str(line),
                    Err(reason) => reject(number, format!("{reason}: {}", quoted(line))),
                },
                Ok(ParsedLine::Cosmetic(_)) => {}
                // Rules about what a page shows, and comments in the manner of other lists.
                Err(FilterParseError::Unsupported) if line.contains('#') => {}
                Err(error) => reject(number, format!("{}: {}", reason(&error), quoted(line))),
            },
        }
        // Each rule keeps its line.
        kept.push('\n');
    }
    // Debug, so that the text of a rule is kept; no optimisation, because fused rules have no text and line of their own.
    let mut set = FilterSet::new(true);
    set.add_filter_list(kept, options);
    (Engine::new_with_filter_set_no_optimize(set), limits.rules)
}

fn reason(error: &FilterParseError) -> String {
    match error {
        FilterParseError::Network(error) => format!("the engine cannot use it ({error})"),
        error => format!("the engine cannot use it ({error})"),
    }
}

/// What was taken so far of what is bounded.
#[derive(Default)]
struct Limits {
    rules: u64,
    expressions: usize,
    wildcard_bytes: usize,
    stars: usize,
}

impl Limits {
    fn take(&mut self, rule: &NetworkFilter<'_>) -> Result<(), String> {
        if self.rules >= MOST_RULES {
            return Err("the list has more rules than are read".to_owned());
        }
        let pattern = match &rule.filter {
            FilterPart::Simple(pattern) => &**pattern,
            _ => "",
        };
        if pattern.len() > LONGEST_PATTERN {
            return Err(format!("the pattern has more than {LONGEST_PATTERN} bytes"));
        }
        if rule.mask.contains(NetworkFilterMask::IS_COMPLETE_REGEX) {
            if self.expressions >= MOST_EXPRESSIONS {
                return Err("the list has more regular expressions than are read".to_owned());
            }
            // Trying costs time whatever comes of it.
            self.expressions += 1;
            // The engine takes an expression that it cannot compile for one that never matches, and says nothing.
            expression(pattern)?;
        } else if rule.mask.contains(NetworkFilterMask::IS_REGEX) {
            self.stars += usize::from(pattern.contains('*'));
            if self.wildcard_bytes + pattern.len() > MOST_WILDCARD_BYTES || self.stars > MOST_STARS {
                return Err("the list has more patterns with wildcards than are read".to_owned());
            }
            self.wildcard_bytes += pattern.len();
        }
        self.rules += 1;
        Ok(())
    }
}

/// Whether the engine can compile `/expression/`, and within bounds.
fn expression(pattern: &str) -> Result<(), String> {
    let inner = pattern.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).ok_or("the expression has no end")?;
    let inner = inner.replace("\\/", "/").replace("\\:", ":");
    let built = regex::bytes::RegexBuilder::new(&inner).unicode(false).size_limit(LARGEST_EXPRESSION).build();
    built.map(drop).map_err(|error| match error {
        regex::Error::CompiledTooBig(limit) => format!("the expression takes more than {limit} bytes when compiled"),
        // The crate draws the expression over several lines; the last one says what is wrong.
        error => error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned(),
    })
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
