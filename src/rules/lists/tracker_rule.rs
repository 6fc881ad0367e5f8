//! Rules about URLs as DuckDuckGo's blocklist has them: a regular expression, conditions under which it counts, and exceptions. Expressions are
//! matched in linear time; those that ask for more are rejected.

use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};
use serde_json::Value;

use super::ListRequest;
use super::text::with_parents;

/// Bytes of an expression, as written.
const LONGEST: usize = 4096;

/// Bytes that a compiled expression may take, and its automaton while it matches.
const LARGEST: usize = 256 * 1024;

/// A rule about URLs.
pub(super) struct UrlRule {
    /// The expression, as written.
    pub(super) text: Box<str>,
    /// What the list's own tool does; by default it blocks.
    pub(super) action: Option<Box<str>>,
    /// Its index in the list of rules of its domain.
    pub(super) index: u32,
    options: Option<Conditions>,
    exceptions: Option<Conditions>,
    /// Compiled when it is first asked: most of thousands of rules never are.
    compiled: OnceLock<Option<Regex>>,
}

struct Conditions {
    domains: Option<Vec<Box<str>>>,
    types: Option<Vec<Box<str>>>,
    json: String,
}

impl UrlRule {
    /// Reads a rule. `Err`: why it cannot be used.
    pub(super) fn read(index: u32, rule: &Value) -> Result<Self, String> {
        let text = rule["rule"].as_str().ok_or("has no text `rule`")?;
        if text.len() > LONGEST {
            return Err(format!("the expression has more than {LONGEST} bytes"));
        }
        compile(text).map_err(|error| format!("the expression cannot be used: {error}"))?;
        Ok(Self {
            text: text.into(),
            action: rule["action"].as_str().map(Into::into),
            index,
            options: Conditions::read(&rule["options"]),
            exceptions: Conditions::read(&rule["exceptions"]),
            compiled: OnceLock::new(),
        })
    }

    /// Whether the rule fits a request, and with what an exception overrules it.
    pub(super) fn check(&self, request: ListRequest<'_>) -> Option<Option<String>> {
        let expression = self.compiled.get_or_init(|| compile(&self.text).ok()).as_ref()?;
        if !expression.is_match(request.url.as_bytes()) || self.options.as_ref().is_some_and(|options| !options.fit(request)) {
            return None;
        }
        Some(self.exceptions.as_ref().filter(|exceptions| exceptions.fit(request)).map(|exceptions| exceptions.json.clone()))
    }
}

impl Conditions {
    fn read(value: &Value) -> Option<Self> {
        let texts = |key: &str| {
            let texts = value[key].as_array()?.iter().filter_map(Value::as_str);
            Some(texts.map(Into::into).collect())
        };
        value.is_object().then(|| Self { domains: texts("domains"), types: texts("types"), json: value.to_string() })
    }

    /// All that is named must fit: the page's domain and the kind of the request.
    fn fit(&self, request: ListRequest<'_>) -> bool {
        let domains = self
            .domains
            .as_ref()
            .is_none_or(|domains| with_parents(request.page_host).any(|page| domains.iter().any(|domain| **domain == *page)));
        let types = self.types.as_ref().is_none_or(|types| types.iter().any(|kind| **kind == *request.kind));
        domains && types
    }
}

/// Bytes instead of characters, and letter case that does not count, as the list's own tool takes them.
fn compile(text: &str) -> Result<Regex, String> {
    let built = RegexBuilder::new(text).unicode(false).case_insensitive(true).size_limit(LARGEST).dfa_size_limit(LARGEST).build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(limit) => format!("it takes more than {limit} bytes when compiled"),
        // The crate draws the expression over several lines; the last one says what is wrong.
        error => error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request<'a>(url: &'a str, page_host: &'a str, kind: &'a str) -> ListRequest<'a> {
        ListRequest { url, host: "t.example", page_host, other_site: true, kind, method: "GET" }
    }

    #[test]
    fn conditions_and_exceptions() {
        let json = serde_json::json!({
            "rule": "t\\.example/.*/EV\\.js", "options": {"types": ["script"]}, "exceptions": {"domains": ["news.example"]}
        });
        let rule = UrlRule::read(0, &json).expect("a rule");
        let check = |page, kind| rule.check(request("https://t.example/a/ev.js", page, kind));
        assert_eq!(check("a.nl", "script"), Some(None));
        assert_eq!(check("a.nl", "image"), None);
        assert_eq!(check("www.news.example", "script"), Some(Some("{\"domains\":[\"news.example\"]}".to_owned())));
        assert_eq!(rule.check(request("https://t.example/ev.js", "a.nl", "script")), None);
    }

    #[test]
    fn expressions_that_are_rejected() {
        for (text, says) in
            [("(?=a)b", "look-around"), ("(a)\\1", "backreference"), ("a{1000}{1000}{1000}", "when compiled"), ("(", "unclosed")]
        {
            let error = UrlRule::read(0, &serde_json::json!({ "rule": text })).err().expect(text);
            assert!(error.contains(says), "{error}");
        }
        assert!(UrlRule::read(0, &serde_json::json!({ "rule": "a".repeat(LONGEST + 1) })).is_err());
        assert!(UrlRule::read(0, &serde_json::json!([1])).is_err());
    }

    #[test]
    fn what_takes_other_engines_for_ever_takes_this_one_no_time() {
        let rule = UrlRule::read(0, &serde_json::json!({ "rule": "(a+)+$" })).expect("a rule");
        let url = format!("https://t.example/{}!", "a".repeat(1 << 16));
        assert_eq!(rule.check(request(&url, "a.nl", "script")), None);
    }
}
