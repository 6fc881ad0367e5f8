//! Outside filter lists in EasyList syntax, each in an engine of its own, so that each list's verdict is its own.
//!
//! The engine is the crate `adblock`. It answers with one matching rule of a list, its text and line, and the exception that overrules it.

use adblock::Engine;
use adblock::lists::{FilterSet, ParseOptions};
use adblock::request::Request;
use adblock::sourcemap::FilterRuleDebugInfo;

use super::{ListError, ListInfo, ListKind, ListRequest};

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
        let info = ListInfo {
            title: header("Title:"),
            version: header("Version:"),
            rules,
            rejected,
            ..ListInfo::of(name, ListKind::Filter, bytes)
        };
        Ok(Self { info, engine })
    }

    /// What the list says of a request. `None`: no rule matches.
    #[must_use]
    pub fn check(&self, request: ListRequest<'_>) -> Option<Verdict> {
        let ListRequest { url, host, page_host, other_site, kind, method } = request;
        let request = Request::preparsed(url, host, page_host, kind, other_site, method);
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
        let host = crate::model::UrlParts::of(url).host(url).expect("host").host.into_owned();
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
    fn no_list() {
        assert!(FilterList::compile("x", b"! only a comment\n").is_err());
        assert!(FilterList::compile("x", b"\xff\xfe").is_err());
    }
}
