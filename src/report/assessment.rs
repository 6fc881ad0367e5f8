//! What people say of what was recorded: notes, purposes, legal bases, roles, verdicts, and what others replied, as a file `assessment.toml` holds them
//! beside the evidence. Each says who wrote it and when, and is shown as that person's words: nothing of it is computed, and nothing recorded changes by it.
//! What it is about is named as it is recorded (a cookie, a request, a recipient), never by the number of a row, so that it holds for a new run too.

use std::fmt;

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use crate::model::Digest;

/// What the file says of itself.
pub const ASSESSMENT_FORMAT: &str = "dataspoor-assessment";

/// Highest version of the file that is read.
pub const ASSESSMENT_VERSION: i64 = 1;

/// Longest text, in bytes. What is longer belongs into a document of its own.
const LONGEST: usize = 4_000;

/// A checked file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// What was written, in the order of the file.
    pub words: Vec<Word>,
    /// SHA-256 of the file.
    pub sha256: Digest,
    /// The file, as it was read.
    pub text: String,
}

/// Something that a person wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// What it is about.
    pub about: About,
    /// What it is.
    pub kind: WordKind,
    /// The words.
    pub text: String,
    /// Who wrote them.
    pub by: String,
    /// The day, as `2026-11-23`.
    pub date: String,
    /// Where they stand, if they were published or sent.
    pub source: Option<String>,
}

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
}

/// What somebody's words are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WordKind {
    /// A remark.
    Note,
    /// For what data are processed (Model DPIA Rijksdienst, heading 5).
    Purpose,
    /// On which ground (heading 11).
    LegalBasis,
    /// Who is what in the processing (heading 6).
    Role,
    /// Whether it is needed (heading 14).
    Necessity,
    /// Content, functional or diagnostic data.
    DataKind,
    /// A conclusion.
    Verdict,
    /// What the vendor or another party replied.
    Reply,
}

impl WordKind {
    /// All of them, in the order in which tables have them.
    pub const ALL: [Self; 8] =
        [Self::Purpose, Self::LegalBasis, Self::Role, Self::Necessity, Self::DataKind, Self::Verdict, Self::Reply, Self::Note];

    /// Its identifier in the file and in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Purpose => "purpose",
            Self::LegalBasis => "legal-basis",
            Self::Role => "role",
            Self::Necessity => "necessity",
            Self::DataKind => "data-kind",
            Self::Verdict => "verdict",
            Self::Reply => "reply",
        }
    }
}

/// Something wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AssessmentMistake {
    /// Line of the file, from 1.
    pub line: u32,
    /// What is wrong, and what to write instead.
    pub what: String,
}

/// Everything that is wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct AssessmentMistakes(pub Vec<AssessmentMistake>);

impl fmt::Display for AssessmentMistakes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, AssessmentMistake { line, what }) in self.0.iter().enumerate() {
            if index > 0 {
                out.write_str("; ")?;
            }
            write!(out, "line {line}: {what}")?;
        }
        Ok(())
    }
}

/// The file as it stands there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileTable {
    format: Option<Spanned<String>>,
    version: Option<Spanned<i64>>,
    #[serde(default)]
    word: Vec<Spanned<WordTable>>,
}

/// `[[word]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordTable {
    everything: Option<Spanned<bool>>,
    question: Option<Spanned<i64>>,
    recipient: Option<Spanned<String>>,
    cookie: Option<Spanned<String>>,
    domain: Option<Spanned<String>>,
    request: Option<Spanned<String>>,
    kind: Option<Spanned<String>>,
    text: Option<Spanned<String>>,
    by: Option<Spanned<String>>,
    date: Option<Spanned<Datetime>>,
    source: Option<Spanned<String>>,
}

/// Collects what is wrong.
struct Checker<'t> {
    text: &'t str,
    mistakes: Vec<AssessmentMistake>,
}

impl Checker<'_> {
    fn line(&self, at: usize) -> u32 {
        1 + self.text.as_bytes()[..at.min(self.text.len())].iter().filter(|&&byte| byte == b'\n').count() as u32
    }

    fn wrong(&mut self, at: usize, what: impl Into<String>) {
        let line = self.line(at);
        self.mistakes.push(AssessmentMistake { line, what: what.into() });
    }

    /// A text that must be there and say something. `begin`: where its table begins.
    fn text(&mut self, begin: usize, name: &str, given: Option<&Spanned<String>>) -> Option<String> {
        let Some(given) = given else {
            self.wrong(begin, format!("this [[word]] has no `{name}`; add it"));
            return None;
        };
        self.some(name, given)
    }

    fn some(&mut self, name: &str, given: &Spanned<String>) -> Option<String> {
        let text = given.as_ref().trim();
        if text.is_empty() {
            self.wrong(given.span().start, format!("`{name}` says nothing; write it, or leave the [[word]] out"));
            return None;
        }
        if text.len() > LONGEST {
            let what =
                format!("`{name}` has {} bytes; at most {LONGEST} are read: shorten it and name the document in `source`", text.len());
            self.wrong(given.span().start, what);
            return None;
        }
        Some(text.to_owned())
    }

    fn about(&mut self, begin: usize, table: &WordTable) -> Option<About> {
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
            self.wrong(named.get(1).map_or(begin, |(at, _)| *at), format!("this [[word]] {what}"));
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
            let domain = match &table.domain {
                Some(domain) => Some(self.some("domain", domain)?.to_ascii_lowercase()),
                None => None,
            };
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

    fn word(&mut self, given: &Spanned<WordTable>) -> Option<Word> {
        let (begin, table) = (given.span().start, given.as_ref());
        let about = self.about(begin, table);
        let kind = self.text(begin, "kind", table.kind.as_ref()).and_then(|kind| {
            let known = WordKind::ALL.into_iter().find(|known| known.id() == kind);
            if known.is_none() {
                let all: Vec<&str> = WordKind::ALL.iter().map(|kind| kind.id()).collect();
                let at = table.kind.as_ref().map_or(begin, |kind| kind.span().start);
                self.wrong(at, format!("`kind` is none of {}", all.join(", ")));
            }
            known
        });
        let (text, by) = (self.text(begin, "text", table.text.as_ref()), self.text(begin, "by", table.by.as_ref()));
        let date = match &table.date {
            None => {
                self.wrong(begin, "this [[word]] has no `date`; add the day on which it was written, as `date = 2026-11-23`");
                None
            }
            Some(date) => match (date.as_ref().date, date.as_ref().time) {
                (Some(day), None) => Some(day.to_string()),
                _ => {
                    self.wrong(date.span().start, "`date` is a day without a time, as `date = 2026-11-23`");
                    None
                }
            },
        };
        let source = match &table.source {
            Some(source) => Some(self.some("source", source)?),
            None => None,
        };
        if kind == Some(WordKind::Reply) && source.is_none() {
            self.wrong(begin, "a reply says where it stands; add `source`, such as \"letter of 3 November 2026\"");
            return None;
        }
        Some(Word { about: about?, kind: kind?, text: text?, by: by?, date: date?, source })
    }
}

impl Assessment {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Everything that is wrong in it, each with its line and what to write instead.
    pub fn parse(text: &str) -> Result<Self, AssessmentMistakes> {
        let mut checker = Checker { text, mistakes: Vec::new() };
        let table: FileTable = match toml::from_str(text) {
            Ok(table) => table,
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                checker.wrong(at, error.message().to_owned());
                return Err(AssessmentMistakes(checker.mistakes));
            }
        };
        match &table.format {
            Some(format) if format.as_ref() == ASSESSMENT_FORMAT => {}
            found => {
                let at = found.as_ref().map_or(0, |format| format.span().start);
                checker.wrong(at, format!("is no file of assessments; it begins with `format = \"{ASSESSMENT_FORMAT}\"`"));
            }
        }
        match &table.version {
            Some(version) if (1..=ASSESSMENT_VERSION).contains(version.as_ref()) => {}
            found => {
                let at = found.as_ref().map_or(0, |version| version.span().start);
                checker.wrong(at, format!("`version` is to be 1 to {ASSESSMENT_VERSION}, which this program reads"));
            }
        }
        let words: Vec<Word> = table.word.iter().filter_map(|word| checker.word(word)).collect();
        if checker.mistakes.is_empty() {
            return Ok(Self { words, sha256: Digest::of(text.as_bytes()), text: text.to_owned() });
        }
        checker.mistakes.sort();
        Err(AssessmentMistakes(checker.mistakes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "format = \"dataspoor-assessment\"\nversion = 1\n";

    fn mistakes(text: &str) -> Vec<String> {
        let found = Assessment::parse(&format!("{HEAD}{text}")).expect_err("a mistake");
        found.0.iter().map(|mistake| format!("{}: {}", mistake.line, mistake.what)).collect()
    }

    #[test]
    fn words_are_read_with_what_they_are_about() {
        let text = "[[word]]\ncookie = \"datr\"\ndomain = \".Facebook.com\"\nkind = \"purpose\"\ntext = \"  security \"\nby = \"A\"\ndate = 2026-11-23\n\
            [[word]]\nrequest = \"POST WWW.facebook.com/ajax/bz\"\nkind = \"reply\"\ntext = \"t\"\nby = \"Meta\"\ndate = 2026-01-02\nsource = \"letter\"\n\
            [[word]]\nquestion = 3\nkind = \"verdict\"\ntext = \"t\"\nby = \"B\"\ndate = 2026-01-03\n\
            [[word]]\neverything = true\nkind = \"note\"\ntext = \"t\"\nby = \"B\"\ndate = 2026-01-03\n";
        let read = Assessment::parse(&format!("{HEAD}{text}")).expect("a file");
        let about: Vec<&About> = read.words.iter().map(|word| &word.about).collect();
        assert_eq!(
            about,
            [
                &About::Cookie("datr".into(), Some(".facebook.com".into())),
                &About::Request("POST".into(), "www.facebook.com".into(), "/ajax/bz".into()),
                &About::Question(3),
                &About::Everything
            ]
        );
        let first = &read.words[0];
        assert_eq!((first.kind, &*first.text, &*first.by, &*first.date), (WordKind::Purpose, "security", "A", "2026-11-23"));
        assert_eq!(read.words[1].source.as_deref(), Some("letter"));
        assert_eq!(read.words[1].about.name(), "POST www.facebook.com/ajax/bz");
    }

    #[test]
    fn everything_that_is_wrong_is_said_with_its_line() {
        assert_eq!(
            mistakes("[[word]]\nquestion = 6\nkind = \"opinion\"\ntext = \" \"\ndate = 2026-11-23T10:00:00\n"),
            [
                "3: this [[word]] has no `by`; add it",
                "4: the ministry's questions have the numbers 1 to 5",
                "5: `kind` is none of purpose, legal-basis, role, necessity, data-kind, verdict, reply, note",
                "6: `text` says nothing; write it, or leave the [[word]] out",
                "7: `date` is a day without a time, as `date = 2026-11-23`",
            ]
        );
        let two = mistakes("[[word]]\ncookie = \"a\"\nrecipient = \"b\"\nkind = \"note\"\ntext = \"t\"\nby = \"B\"\ndate = 2026-01-03\n");
        assert!(two[0].starts_with("4: this [[word]] says what it is about by exactly one"), "{two:?}");
        assert!(
            mistakes("[[word]]\nquestion = 1\nkind = \"reply\"\ntext = \"t\"\nby = \"B\"\ndate = 2026-01-03\n")[0].contains("add `source`")
        );
        assert!(
            mistakes("[[word]]\nrequest = \"/ajax\"\nkind = \"note\"\ntext = \"t\"\nby = \"B\"\ndate = 2026-01-03\n")[0]
                .contains("method, host and path")
        );
        assert!(mistakes("[[words]]\n")[0].contains("unknown field"));
        assert!(Assessment::parse("").is_err() && Assessment::parse("[").is_err());
    }
}
