//! What many tables have in common: hosts, patterns, dates, sources, claims. Each check says what is wrong and what to do.

use toml::Spanned;

use super::{Compiler, File, SHARED_SOURCES};
use crate::model::Pattern;
use crate::rules::file::Text;
use crate::rules::raw::{RawClaim, RawValues};
use crate::rules::request::{HostName, RequestMatch};
use crate::rules::subject::{Claim, DATA, IDENTIFIES, PERSONAL_TYPES};

/// What a claim is about: which of its keys make sense.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    Cookie,
    Field,
    Else,
}

/// The keys by which rules say which requests they are about.
pub(super) struct RawRequest<'r> {
    pub(super) hosts: &'r [Spanned<String>],
    pub(super) host_names: &'r [Spanned<String>],
    pub(super) paths: &'r [Spanned<String>],
    pub(super) methods: Option<&'r [Spanned<String>]>,
    pub(super) parameters: &'r [Spanned<String>],
    pub(super) query: Option<&'r RawValues>,
    pub(super) headers: &'r [Spanned<String>],
}

impl Compiler {
    /// Host names are compared as they are looked up: lower case, no dot at either end.
    pub(in crate::rules) fn host_name(&mut self, file: &File<'_>, host: &Spanned<String>) {
        self.host_text(file, host, host.get_ref());
    }

    fn host_text(&mut self, file: &File<'_>, at: &Spanned<String>, name: &str) {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_');
        if name.is_empty() || !name.bytes().all(plain) || name.starts_with('.') || name.ends_with('.') {
            let message = format!("{name:?} is no host name as this file needs it");
            let hint = "write it in lower case (xn--… for other scripts), without a dot at either end or a scheme";
            self.mistake(file, at, message, hint);
        }
    }

    /// Hosts with those under them, or alone.
    pub(super) fn hosts(&mut self, file: &File<'_>, hosts: &[Spanned<String>]) -> Vec<HostName> {
        let mut named = Vec::new();
        for host in hosts {
            let (name, alone) = match host.get_ref().strip_prefix("exact:") {
                Some(name) => (name, true),
                None => (host.get_ref().as_str(), false),
            };
            self.host_text(file, host, name);
            named.push(HostName { name: name.to_owned(), alone });
        }
        named
    }

    pub(in crate::rules) fn pattern(&mut self, file: &File<'_>, text: &Spanned<String>) -> Pattern {
        Pattern::parse(text.get_ref()).unwrap_or_else(|error| {
            let message = format!("{:?} is no pattern: {error}", text.get_ref());
            self.mistake(file, text, message, "rules/README.md lists what a pattern may be");
            Pattern::new("")
        })
    }

    pub(super) fn patterns(&mut self, file: &File<'_>, texts: &[Spanned<String>]) -> Vec<Pattern> {
        texts.iter().map(|text| self.pattern(file, text)).collect()
    }

    /// Paths and methods of a rule about requests.
    pub(in crate::rules) fn request_line(&mut self, file: &File<'_>, paths: &[Spanned<String>], methods: Option<&[Spanned<String>]>) {
        for path in paths {
            let text = path.get_ref();
            let text = ["exact:", "prefix:"].iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text);
            if !text.starts_with(['/', '*']) && !text.starts_with("regex:") {
                let message = format!("the path {text:?} begins with neither '/' nor '*'");
                self.mistake(file, path, message, "write the whole path, for instance \"/tr\"");
            }
        }
        for method in methods.into_iter().flatten() {
            if !method.get_ref().bytes().all(|byte| byte.is_ascii_uppercase()) || method.get_ref().is_empty() {
                let message = format!("{:?} is no method", method.get_ref());
                self.mistake(file, method, message, "methods are written in capitals (RFC 9110 section 9.1)");
            }
        }
    }

    pub(super) fn request(&mut self, file: &File<'_>, raw: &RawRequest<'_>) -> RequestMatch {
        self.request_line(file, raw.paths, raw.methods);
        for name in raw.headers {
            let token = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
            if !name.get_ref().starts_with("x-") || !name.get_ref().bytes().all(token) {
                let message = format!("{:?} is no name of a header field that is looked at", name.get_ref());
                self.mistake(file, name, message, "write it in lower case; of header fields only names that begin with \"x-\" are kept");
            }
        }
        let texts = |list: &[Spanned<String>]| list.iter().map(|text| text.get_ref().clone()).collect::<Vec<_>>();
        RequestMatch {
            hosts: self.hosts(file, raw.hosts),
            host_names: self.patterns(file, raw.host_names),
            paths: self.patterns(file, raw.paths),
            methods: raw.methods.map(texts),
            parameters: self.patterns(file, raw.parameters),
            query: raw.query.into_iter().flatten().map(|(name, values)| (name.get_ref().clone(), self.patterns(file, values))).collect(),
            headers: texts(raw.headers),
        }
    }

    pub(super) fn claims(&mut self, file: &File<'_>, rule: &Spanned<String>, claims: &[RawClaim], about: About) -> Vec<Claim> {
        if claims.is_empty() {
            let hint = "say who claims what, with a source; without one there is nothing to say";
            self.mistake(file, rule, "the rule makes no claim".into(), hint);
        }
        claims.iter().filter_map(|claim| self.claim(file, claim, about)).collect()
    }

    fn claim(&mut self, file: &File<'_>, claim: &RawClaim, about: About) -> Option<Claim> {
        if claim.who.get_ref().trim().is_empty() {
            self.mistake(file, &claim.who, "the claim has no speaker".into(), "say who makes it");
        }
        if let Some(purpose) = &claim.purpose {
            self.text(file, &claim.who, purpose);
        }
        let category = claim.category.as_ref().and_then(|id| {
            let found = self.set.categories.iter().position(|category| category.id == *id.get_ref());
            if found.is_none() && !self.broken.contains(id.get_ref()) {
                self.mistake(file, id, format!("the category {:?} does not exist", id.get_ref()), "categories.toml lists them");
            }
            found
        });
        if let Some(lifetime) = &claim.lifetime {
            if about != About::Cookie {
                self.mistake(file, lifetime, "only cookies have a lifetime".into(), "leave the key out");
            } else if !is_lifetime(lifetime.get_ref()) {
                let message = format!("{:?} is no lifetime", lifetime.get_ref());
                self.mistake(file, lifetime, message, "write \"session\" or a number with s, min, h, d, months or years");
            }
        }
        if let Some(at) = claim.login.as_ref().filter(|_| about != About::Cookie) {
            self.mistake(file, at, "only a cookie belongs to being logged in".into(), "leave the key out");
        }
        let keys = [claim.data.as_ref(), claim.identifies.as_ref(), claim.personal_type.as_ref()];
        for key in keys.into_iter().flatten().filter(|_| about == About::Else) {
            self.mistake(file, key, "only claims about fields and cookies have this key".into(), "leave it out");
        }
        let open = claim.open.as_ref().is_some_and(|open| *open.get_ref());
        if let Some(at) = claim.open.as_ref().filter(|_| open && (claim.data.is_some() || claim.identifies.is_some())) {
            let hint = "leave out open, or data and identifies";
            self.mistake(file, at, "the claim leaves the meaning open and gives it".into(), hint);
        }
        for text in [claim.personal.as_ref(), claim.personal_category.as_ref()].into_iter().flatten() {
            self.text(file, text, text.get_ref());
            if about == About::Else {
                self.mistake(file, text, "only claims about fields and cookies have this key".into(), "leave it out");
            }
        }
        let data = claim.data.as_ref().and_then(|word| self.word(file, word, &DATA));
        let identifies = claim.identifies.as_ref().and_then(|word| self.word(file, word, &IDENTIFIES));
        let personal_type = claim.personal_type.as_ref().and_then(|word| self.word(file, word, &PERSONAL_TYPES));
        let source = self.source(file, &claim.source)?;
        let own = |text: &Option<Spanned<Text>>| text.as_ref().map(|text| text.get_ref().clone());
        Some(Claim {
            by: claim.by,
            who: claim.who.get_ref().clone(),
            category,
            purpose: claim.purpose.clone(),
            open,
            login: claim.login.as_ref().is_some_and(|login| *login.get_ref()),
            lifetime: claim.lifetime.as_ref().map(|lifetime| lifetime.get_ref().clone()),
            data,
            identifies,
            personal: own(&claim.personal),
            personal_category: own(&claim.personal_category),
            personal_type,
            source,
            certainty: claim.certainty,
        })
    }

    /// A text has words in both languages.
    pub(super) fn text<T>(&mut self, file: &File<'_>, at: &Spanned<T>, text: &Text) {
        if text.en.trim().is_empty() || text.nl.trim().is_empty() {
            self.mistake(file, at, "a text is empty in one language".into(), "write it in English and in Dutch, or leave the key out");
        }
    }

    /// One of the words that a key may have.
    pub(super) fn word(&mut self, file: &File<'_>, word: &Spanned<String>, words: &[&'static str]) -> Option<&'static str> {
        let found = words.iter().find(|known| *known == word.get_ref()).copied();
        if found.is_none() {
            self.mistake(
                file,
                word,
                format!("{:?} is not one of the words of this key", word.get_ref()),
                &format!("write {}", words.join(", ")),
            );
        }
        found
    }

    pub(in crate::rules) fn source(&mut self, file: &File<'_>, source: &Spanned<String>) -> Option<usize> {
        let own = format!("{}/{}", file.id(), source.get_ref());
        let shared = format!("{SHARED_SOURCES}/{}", source.get_ref());
        let found = self.source_index.get(&own).or_else(|| self.source_index.get(&shared)).copied();
        if found.is_none() && !self.broken.contains(source.get_ref()) {
            let message = format!("the source {:?} is declared neither in this file nor in the file {SHARED_SOURCES:?}", source.get_ref());
            self.mistake(file, source, message, "add a [[source]] with title, publisher, reference and date");
        }
        found
    }

    pub(super) fn owner_reference(&mut self, file: &File<'_>, owner: Option<&Spanned<String>>) -> Option<usize> {
        let owner = owner?;
        let found = self.set.owner_named(owner.get_ref());
        if found.is_none() && !self.broken.contains(owner.get_ref()) {
            self.mistake(file, owner, format!("the owner {:?} does not exist", owner.get_ref()), "add an [[owner]] or mend the spelling");
        }
        found
    }

    pub(super) fn date(&mut self, file: &File<'_>, date: &Spanned<String>) {
        let text = date.get_ref();
        // A year or a month is completed to a day for the check.
        let whole = format!("{text}{}", ["-01-01", "-01", ""].get(text.len().saturating_sub(4) / 3).unwrap_or(&""));
        if ![4, 7, 10].contains(&text.len()) || whole.parse::<jiff::civil::Date>().is_err() {
            self.mistake(file, date, format!("{text:?} is no date"), "write YYYY, YYYY-MM or YYYY-MM-DD");
        }
    }
}

fn is_lifetime(text: &str) -> bool {
    text == "session"
        || text
            .split_once(' ')
            .is_some_and(|(number, unit)| number.parse::<u32>().is_ok() && ["s", "min", "h", "d", "months", "years"].contains(&unit))
}
