//! Tries the examples of a rule set: which rules fit a request, a cookie or a storage key, and whether those are the ones that an example names.

use super::request::RequestFacts;
use super::set::RuleSet;
use super::subject::{Example, ExampleSubject};
use super::{Diagnostic, Place};
use crate::model::UrlParts;
use crate::site::SuffixList;

/// What a rule set answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Identifiers of the rules about cookies, storage, endpoints, navigation and choices that fit, sorted. Of a choice that depends on the
    /// form in a body, host, method and path are looked at.
    pub rules: Vec<String>,
    /// Identifier of the owner of the host or domain.
    pub owner: Option<String>,
    /// Identifiers of the rules about fields that fit names in the query, and other names that were asked about, sorted.
    pub fields: Vec<String>,
}

impl RuleSet {
    /// What the set answers to `subject`.
    #[must_use]
    pub fn answer(&self, suffixes: &SuffixList, subject: &ExampleSubject) -> Answer {
        let mut answer = Answer::default();
        match subject {
            ExampleSubject::Request { url, method, headers, names, operation } => {
                let Some(host) = UrlParts::of(url).host(url).map(|found| found.host) else { return answer };
                let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
                let request = RequestFacts::new(url, &host, method, &headers);
                answer.rules.extend(self.endpoints_of(&request).into_iter().map(|index| self.endpoints[index].id.clone()));
                answer.rules.extend(self.navigations_of(&request).into_iter().map(|index| self.navigations[index].id.clone()));
                let choices = self.choices_at(&host).into_iter().map(|index| &self.choices[index]);
                answer.rules.extend(choices.filter(|choice| choice.matches_line(method, request.path)).map(|choice| choice.id.clone()));
                let in_query = request.query.iter().map(|(name, _)| ("query", &**name));
                let elsewhere = names.iter().map(|(place, name)| (&**place, &**name));
                let of_request = self.fields_of(&request);
                let fields = in_query.chain(elsewhere);
                let found = fields.flat_map(|(place, name)| self.fields_named(&of_request, place, name, operation.as_deref()));
                let found: std::collections::BTreeSet<usize> = found.collect();
                answer.fields = found.into_iter().map(|index| self.fields[index].id.clone()).collect();
                answer.owner = self.owner_id(suffixes, &host);
            }
            ExampleSubject::Cookie(name, domain) => {
                answer.rules.extend(self.cookies_for(name, domain).into_iter().map(|index| self.cookies[index].id.clone()));
                answer.owner = self.owner_id(suffixes, domain);
            }
            ExampleSubject::Storage(key, domain) => {
                answer.rules.extend(self.storage_for(key, domain).into_iter().map(|index| self.storage[index].id.clone()));
                answer.owner = self.owner_id(suffixes, domain);
            }
        }
        answer.rules.sort_unstable();
        answer.fields.sort_unstable();
        answer
    }

    fn owner_id(&self, suffixes: &SuffixList, host: &str) -> Option<String> {
        self.owner_of(host, suffixes.registrable_domain(host)).map(|domain| self.owners[domain.owner].id.clone())
    }

    /// Examples to which the set answers otherwise than they say.
    #[must_use]
    pub fn failed_examples(&self, suffixes: &SuffixList) -> Vec<Diagnostic> {
        self.examples.iter().filter_map(|example| self.failure(suffixes, example)).collect()
    }

    fn failure(&self, suffixes: &SuffixList, example: &Example) -> Option<Diagnostic> {
        let answer = self.answer(suffixes, &example.subject);
        let mut says = Vec::new();
        let list = |ids: &[String]| if ids.is_empty() { "none".to_owned() } else { ids.join(", ") };
        if answer.rules != example.rules {
            says.push(format!("the rules {} should fit, and {} do", list(&example.rules), list(&answer.rules)));
        }
        if example.owner.is_some() && example.owner != answer.owner {
            let name = |id: &Option<String>| id.clone().unwrap_or_else(|| "nobody".to_owned());
            says.push(format!("the owner should be {}, and is {}", name(&example.owner), name(&answer.owner)));
        }
        let missed: Vec<String> = example.fields.iter().filter(|id| !answer.fields.contains(id)).cloned().collect();
        if !missed.is_empty() {
            says.push(format!("the fields {} should fit, and only {} do", list(&missed), list(&answer.fields)));
        }
        let hint = "mend the rule or the example; `dataspoor rules explain` shows what fits";
        (!says.is_empty()).then(|| self.diagnostic(example.place, format!("{}: {}", example.subject, says.join("; ")), hint))
    }

    pub(super) fn diagnostic(&self, place: Place, message: String, hint: &str) -> Diagnostic {
        Diagnostic { file: self.files[place.file].name.clone(), line: place.line, column: place.column, message, hint: hint.to_owned() }
    }
}

impl std::fmt::Display for ExampleSubject {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Request { url, method, .. } => write!(out, "{method} {url}"),
            Self::Cookie(name, domain) => write!(out, "cookie {name}@{domain}"),
            Self::Storage(key, domain) => write!(out, "storage {key}@{domain}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
format  = 2
id      = "own"
version = "2026-11-22"
title   = { en = "Own", nl = "Eigen" }
[[source]]
id = "S"
title = "t"
publisher = "p"
reference = "r"
date = "2026"
[[owner]]
id = "o"
name = "O"
domains = ["a.test", "cdn.b.test"]
source = "S"
certainty = "stated"
[[cookie]]
id = "c"
name = "regex:_x[0-9]"
  [[cookie.claim]]
  by = "own"
  who = "we"
  source = "S"
  certainty = "unverified"
[[endpoint]]
id = "e"
hosts = ["exact:a.test"]
paths = ["/p"]
query = { ev = ["Page*"] }
headers = ["x-a"]
  [[endpoint.claim]]
  by = "own"
  who = "we"
  source = "S"
  certainty = "unverified"
[[field]]
id = "f"
hosts = ["a.test"]
in = ["query"]
name = "prefix:e"
  [[field.claim]]
  by = "own"
  who = "we"
  data = "behaviour"
  identifies = "none"
  source = "S"
  certainty = "unverified"
[[storage]]
id = "s"
key = "k*"
area = "local"
domains = ["b.test"]
  [[storage.claim]]
  by = "own"
  who = "we"
  source = "S"
  certainty = "unverified"
[[example]]
url = "https://a.test/p?ev=PageView"
headers = ["x-a"]
rules = ["e"]
owner = "o"
fields = ["f"]
[[example]]
cookie = "_x1@cdn.b.test"
rules = ["c"]
owner = "o"
[[example]]
storage = "k1@w.b.test"
rules = ["s"]
"#;

    #[test]
    fn examples_that_hold_and_that_fail() {
        let suffixes = SuffixList::Embedded;
        let sound = RuleSet::compile([("own.toml", FILE)]).expect("sound");
        assert_eq!((sound.examples.len(), sound.failed_examples(&suffixes)), (3, Vec::new()));
        for (from, to, says) in [
            (
                "ev=PageView\"\nheaders = [\"x-a\"]",
                "ev=PageView\"",
                "GET https://a.test/p?ev=PageView: the rules e should fit, and none do",
            ),
            ("https://a.test/p?ev=PageView\"", "https://w.a.test/p?ev=PageView\"", "the rules e should fit, and none do"),
            ("_x1@cdn", "_x@cdn", "cookie _x@cdn.b.test: the rules c should fit, and none do"),
            ("_x1@cdn.b.test", "_x1@b.test", "the owner should be o, and is nobody"),
            ("k1@w.b.test", "k1@a.test", "storage k1@a.test: the rules s should fit, and none do"),
            ("rules = [\"s\"]", "rules = []", "the rules none should fit, and s do"),
            ("prefix:e", "prefix:x", "the fields f should fit, and only none do"),
        ] {
            let changed = FILE.replacen(from, to, 1);
            let failed = RuleSet::compile([("own.toml", changed.as_str())]).expect("sound").failed_examples(&suffixes);
            assert!(failed.len() == 1 && failed[0].message.contains(says), "{from} → {to}: {failed:?}");
            assert!(failed[0].line > 50 && failed[0].column == 9, "{failed:?}");
        }
    }

    #[test]
    fn a_public_suffix_above_belongs_to_somebody_else() {
        let file = FILE.replace("\"cdn.b.test\"", "\"cloudfront.net\"").replace("_x1@cdn.b.test", "_x1@cloudfront.net");
        let rules = RuleSet::compile([("own.toml", file.as_str())]).expect("sound");
        let suffixes = SuffixList::Embedded;
        let owner = |host: &str| rules.owner_of(host, suffixes.registrable_domain(host)).is_some();
        assert!(owner("cloudfront.net") && !owner("d1.cloudfront.net") && owner("www.a.test"));
    }

    #[test]
    fn what_has_a_mistake_is_left_out_and_nothing_else() {
        for (from, to) in [("regex:_x[0-9]", "regex:_x[0-9"), ("name = \"regex:_x", "nam = \"regex:_x"), ("id = \"c\"", "id = \"c c\"")] {
            let file = FILE.replacen(from, to, 1);
            let (rules, mistakes) = RuleSet::compile_what_holds([("own.toml", file.as_str())]);
            assert!(!mistakes.is_empty() && RuleSet::compile([("own.toml", file.as_str())]).is_err(), "{to}");
            assert_eq!((rules.cookies.len(), rules.endpoints.len(), rules.fields.len(), rules.storage.len()), (0, 1, 1, 1), "{to}");
            assert!(rules.owner_of("a.test", "a.test").is_some());
        }
        let (rules, mistakes) =
            RuleSet::compile_what_holds([("own.toml", "= broken"), ("other.toml", &FILE.replace("\"own\"\nv", "\"other\"\nv"))]);
        assert!(!mistakes.is_empty() && mistakes.iter().all(|mistake| mistake.file == "own.toml"), "{mistakes:?}");
        assert_eq!(rules.cookies.len(), 1, "a file whose syntax is broken takes no other with it");
    }
}
