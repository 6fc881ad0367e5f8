//! What files of people's words (`assessment.toml`, `risks.toml`, `report.toml`) have in common: how what was recorded is named in them, how their texts are
//! read, and how everything that is wrong is said at once, each with its line and what to write instead.

use std::fmt;

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::model::RowRef;

/// Longest text, in bytes. What is longer belongs into a document of its own.
pub(super) const LONGEST: usize = 4_000;

/// What somebody's words are about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// The whole recording or case.
    Everything,
    /// One of the five questions of the ministry, from 1.
    Question(u8),
    /// A recipient, by its registrable domain.
    Recipient(String),
    /// A cookie by its name, and the domain it is kept for if that is said.
    Cookie(String, Option<String>),
    /// Requests, by method, host and path as a row of flows has them.
    Request(String, String, String),
}

impl About {
    /// Its identifier in outputs.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Question(_) => "question",
            Self::Recipient(_) => "recipient",
            Self::Cookie(..) => "cookie",
            Self::Request(..) => "request",
        }
    }

    /// What is named, in one line; empty for everything.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Everything => String::new(),
            Self::Question(number) => number.to_string(),
            Self::Recipient(site) => site.clone(),
            Self::Cookie(name, None) => name.clone(),
            Self::Cookie(name, Some(domain)) => format!("{name} ({domain})"),
            Self::Request(method, host, path) => format!("{method} {host}{path}"),
        }
    }

    /// The rows of `known` that it is about, in their order. `None`: it is about no row, but about everything or a question.
    #[must_use]
    pub fn rows(&self, known: &[Known<'_>]) -> Option<Vec<RowRef>> {
        if matches!(self, Self::Everything | Self::Question(_)) {
            return None;
        }
        Some(known.iter().filter(|known| self.names(known.what)).map(|known| known.row.clone()).collect())
    }

    fn names(&self, what: Named<'_>) -> bool {
        match (self, what) {
            (Self::Recipient(site), Named::Recipient(known)) => site == known,
            (Self::Cookie(name, domain), Named::Cookie(known, kept_for)) => {
                name == known && domain.as_deref().is_none_or(|domain| bare(domain) == bare(kept_for))
            }
            (Self::Request(method, host, path), Named::Request(known, at, to)) => method == known && host == at && path == to,
            _ => false,
        }
    }
}

/// A domain without the dot that some write before it.
fn bare(domain: &str) -> &str {
    domain.trim_start_matches('.')
}

/// Something recorded that people's words can be about, and the row of a table where it stands.
#[derive(Clone, Debug)]
pub struct Known<'a> {
    /// The row.
    pub row: RowRef,
    /// What stands there.
    pub what: Named<'a>,
}

/// Something recorded, by the name that files of people's words have for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named<'a> {
    /// A recipient, by its registrable domain.
    Recipient(&'a str),
    /// A cookie, by its name and the domain it is kept for.
    Cookie(&'a str, &'a str),
    /// A request, by method, host and path.
    Request(&'a str, &'a str, &'a str),
}

/// Something wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// Line of the file, from 1.
    pub line: u32,
    /// What is wrong, and what to write instead.
    pub what: String,
}

/// Everything that is wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Mistakes(pub Vec<Mistake>);

impl fmt::Display for Mistakes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Mistake { line, what }) in self.0.iter().enumerate() {
            if index > 0 {
                out.write_str("; ")?;
            }
            write!(out, "line {line}: {what}")?;
        }
        Ok(())
    }
}

/// The members by which something is named.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NamedTable {
    pub(super) everything: Option<Spanned<bool>>,
    pub(super) question: Option<Spanned<i64>>,
    pub(super) recipient: Option<Spanned<String>>,
    pub(super) cookie: Option<Spanned<String>>,
    pub(super) domain: Option<Spanned<String>>,
    pub(super) request: Option<Spanned<String>>,
}

/// Collects what is wrong in a file.
pub(super) struct Checker<'t> {
    text: &'t str,
    mistakes: Vec<Mistake>,
    /// How messages call the table that is read, such as `[[word]]`.
    pub(super) table: &'static str,
}

impl<'t> Checker<'t> {
    /// Reads the outer table of a file.
    pub(super) fn read<T: for<'de> Deserialize<'de>>(text: &'t str, table: &'static str) -> Result<(Self, T), Mistakes> {
        let mut checker = Self { text, mistakes: Vec::new(), table };
        match toml::from_str(text) {
            Ok(read) => Ok((checker, read)),
            Err(error) => {
                checker.wrong(error.span().map_or(0, |span| span.start), error.message().to_owned());
                Err(Mistakes(checker.mistakes))
            }
        }
    }

    /// What the file says of itself. `what`: how messages call such a file.
    pub(super) fn frame(&mut self, what: &str, (format, version): (&str, i64), said: (Option<&Spanned<String>>, Option<&Spanned<i64>>)) {
        match said.0 {
            Some(said) if said.as_ref() == format => {}
            found => {
                let at = found.map_or(0, |format| format.span().start);
                self.wrong(at, format!("is no file of {what}; it begins with `format = \"{format}\"`"));
            }
        }
        match said.1 {
            Some(said) if (1..=version).contains(said.as_ref()) => {}
            found => {
                let at = found.map_or(0, |version| version.span().start);
                self.wrong(at, format!("`version` is to be 1 to {version}, which this program reads"));
            }
        }
    }

    /// `read`, if nothing was wrong.
    pub(super) fn done<T>(mut self, read: T) -> Result<T, Mistakes> {
        if self.mistakes.is_empty() {
            return Ok(read);
        }
        self.mistakes.sort();
        Err(Mistakes(self.mistakes))
    }

    /// The line of a place, from 1.
    pub(super) fn line(&self, at: usize) -> u32 {
        1 + self.text.as_bytes()[..at.min(self.text.len())].iter().filter(|&&byte| byte == b'\n').count() as u32
    }

    pub(super) fn wrong(&mut self, at: usize, what: impl Into<String>) {
        let line = self.line(at);
        self.mistakes.push(Mistake { line, what: what.into() });
    }

    /// A text that must be there and say something. `begin`: where its table begins.
    pub(super) fn text(&mut self, begin: usize, name: &str, given: Option<&Spanned<String>>) -> Option<String> {
        let Some(given) = given else {
            self.wrong(begin, format!("this {} has no `{name}`; add it", self.table));
            return None;
        };
        self.some(name, given)
    }

    /// A text that says something.
    pub(super) fn some(&mut self, name: &str, given: &Spanned<String>) -> Option<String> {
        let text = given.as_ref().trim();
        if text.is_empty() {
            self.wrong(given.span().start, format!("`{name}` says nothing; write it, or leave the {} out", self.table));
            return None;
        }
        if text.len() > LONGEST {
            let what = format!(
                "`{name}` has {} bytes; at most {LONGEST} are read: shorten it, and name the document that holds the rest",
                text.len()
            );
            self.wrong(given.span().start, what);
            return None;
        }
        Some(text.to_owned())
    }

    /// A text that need not be there. The outer `None`: it is wrong.
    pub(super) fn maybe(&mut self, name: &str, given: Option<&Spanned<String>>) -> Option<Option<String>> {
        match given {
            Some(given) => self.some(name, given).map(Some),
            None => Some(None),
        }
    }

    /// A day that must be there.
    pub(super) fn date(&mut self, begin: usize, given: Option<&Spanned<Datetime>>) -> Option<String> {
        let Some(date) = given else {
            let what = "has no `date`; add the day on which it was written, as `date = 2026-11-23`";
            self.wrong(begin, format!("this {} {what}", self.table));
            return None;
        };
        match (date.as_ref().date, date.as_ref().time) {
            (Some(day), None) => Some(day.to_string()),
            _ => {
                self.wrong(date.span().start, "`date` is a day without a time, as `date = 2026-11-23`");
                None
            }
        }
    }

    /// What is named by exactly one of the members of `table`.
    pub(super) fn about(&mut self, begin: usize, table: &NamedTable) -> Option<About> {
        let named = [
            table.everything.as_ref().map(|given| (given.span().start, "everything")),
            table.question.as_ref().map(|given| (given.span().start, "question")),
            table.recipient.as_ref().map(|given| (given.span().start, "recipient")),
            table.cookie.as_ref().map(|given| (given.span().start, "cookie")),
            table.request.as_ref().map(|given| (given.span().start, "request")),
        ];
        let named: Vec<_> = named.into_iter().flatten().collect();
        if named.len() != 1 {
            let what = "says what it is about by exactly one of `everything = true`, `question`, `recipient`, `cookie` (with `domain`, if it matters) or `request`";
            self.wrong(named.get(1).map_or(begin, |(at, _)| *at), format!("this {} {what}", self.table));
            return None;
        }
        if let (Some(domain), None) = (&table.domain, &table.cookie) {
            self.wrong(domain.span().start, "`domain` belongs to `cookie`; for a recipient write `recipient`");
            return None;
        }
        if let Some(everything) = &table.everything {
            if !everything.as_ref() {
                self.wrong(everything.span().start, "`everything = false` says what it is not about; write what it is about");
                return None;
            }
            return Some(About::Everything);
        }
        if let Some(question) = &table.question {
            let number = u8::try_from(*question.as_ref()).ok().filter(|number| (1..=5).contains(number));
            if number.is_none() {
                self.wrong(question.span().start, "the ministry's questions have the numbers 1 to 5");
            }
            return number.map(About::Question);
        }
        if let Some(recipient) = &table.recipient {
            return self.some("recipient", recipient).map(|site| About::Recipient(site.to_ascii_lowercase()));
        }
        if let Some(cookie) = &table.cookie {
            let domain = self.maybe("domain", table.domain.as_ref())?.map(|domain| domain.to_ascii_lowercase());
            return Some(About::Cookie(self.some("cookie", cookie)?, domain));
        }
        let request = table.request.as_ref()?;
        let text = self.some("request", request)?;
        let parts = text.split_once(' ').and_then(|(method, rest)| {
            let rest = rest.trim_start();
            let at = rest.find('/').unwrap_or(rest.len());
            (!method.is_empty() && at > 0).then(|| (method, &rest[..at], &rest[at..]))
        });
        match parts {
            Some((method, host, path)) => {
                let path = if path.is_empty() { "/" } else { path };
                Some(About::Request(method.to_owned(), host.to_ascii_lowercase(), path.to_owned()))
            }
            None => {
                self.wrong(
                    request.span().start,
                    "a request is named as `POST www.facebook.com/ajax/bz`: method, host and path as in the table of flows",
                );
                None
            }
        }
    }
}
