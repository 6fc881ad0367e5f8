//! The text of one rule file, read strictly: an unknown key is a mistake, because a misspelt key would silently say nothing.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use toml::Spanned;

/// A mistake in a rule file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// File name.
    pub file: String,
    /// Line from 1; 0 where the whole file is meant.
    pub line: u64,
    /// Column in characters from 1.
    pub column: u64,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}:{}: {}; {}", self.file, self.line, self.column, self.message, self.hint)
    }
}

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English.
    pub en: String,
    /// Dutch.
    pub nl: String,
}

/// What kind of speaker makes a claim. Claims of different kinds are never merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// Whoever runs the service.
    Vendor,
    /// Researchers, databases, journalists.
    Independent,
    /// A regulator or a court.
    Authority,
    /// We ourselves, from what we measured.
    Own,
}

impl By {
    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Vendor => "vendor",
            Self::Independent => "independent",
            Self::Authority => "authority",
            Self::Own => "own",
        }
    }
}

/// How a claim follows from its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// The source says so.
    Stated,
    /// It follows from what the source shows.
    Derived,
    /// General knowledge of whoever wrote the rule, not checked against a source. Only signatures of choices and of
    /// secrets may be: they make no claim.
    Unverified,
}

impl Certainty {
    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Derived => "derived",
            Self::Unverified => "unverified",
        }
    }
}

/// A rule file as written. The format is described in `rules/README.md`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFile {
    pub(super) format: Spanned<u32>,
    pub(super) id: Spanned<String>,
    pub(super) version: Spanned<String>,
    #[allow(dead_code, reason = "read by people; required so that every file says what it is about")]
    pub(super) title: Text,
    #[serde(default)]
    pub(super) source: Vec<RawSource>,
    #[serde(default)]
    pub(super) cookie: Vec<RawCookie>,
    #[serde(default)]
    pub(super) endpoint: Vec<RawEndpoint>,
    #[serde(default)]
    pub(super) owner: Vec<RawOwner>,
    #[serde(default)]
    pub(super) category: Vec<RawCategory>,
    #[serde(default)]
    pub(super) counter: Vec<RawCounter>,
    #[serde(default)]
    pub(super) choice: Vec<RawChoice>,
    #[serde(default)]
    pub(super) secret: Vec<RawSecret>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSource {
    pub(super) id: Spanned<String>,
    pub(super) title: String,
    pub(super) publisher: String,
    pub(super) reference: String,
    pub(super) date: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawClaim {
    pub(super) by: By,
    pub(super) who: Spanned<String>,
    pub(super) category: Option<Spanned<String>>,
    pub(super) purpose: Option<Text>,
    pub(super) lifetime: Option<Spanned<String>>,
    pub(super) source: Spanned<String>,
    pub(super) certainty: Spanned<Certainty>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCookie {
    pub(super) id: Spanned<String>,
    pub(super) name: Spanned<String>,
    pub(super) domains: Option<Vec<Spanned<String>>>,
    pub(super) owner: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) secret: bool,
    #[serde(default)]
    pub(super) claim: Vec<RawClaim>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEndpoint {
    pub(super) id: Spanned<String>,
    pub(super) hosts: Vec<Spanned<String>>,
    pub(super) paths: Vec<Spanned<String>>,
    pub(super) methods: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    pub(super) parameters: Vec<String>,
    #[serde(default)]
    pub(super) show: Vec<String>,
    pub(super) owner: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) background: bool,
    #[serde(default)]
    pub(super) claim: Vec<RawClaim>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOwner {
    pub(super) id: Spanned<String>,
    pub(super) name: String,
    pub(super) domains: Vec<Spanned<String>>,
    #[allow(dead_code, reason = "shown with the owner once the case names a country of interest")]
    pub(super) country: Option<String>,
    pub(super) source: Spanned<String>,
    pub(super) certainty: Spanned<Certainty>,
    #[serde(default)]
    pub(super) more: Vec<RawMoreDomains>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMoreDomains {
    pub(super) domains: Vec<Spanned<String>>,
    pub(super) source: Spanned<String>,
    pub(super) certainty: Spanned<Certainty>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCategory {
    pub(super) id: Spanned<String>,
    pub(super) label: Text,
    pub(super) meaning: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCounter {
    pub(super) id: Spanned<String>,
    pub(super) domains: Vec<Spanned<String>>,
    #[allow(dead_code, reason = "read by people; required so that every counter says where its set comes from")]
    pub(super) source: String,
}

/// What a parameter or field must be: name and values, of which one must be there.
pub(super) type RawValues = BTreeMap<Spanned<String>, Vec<Spanned<String>>>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawChoice {
    pub(super) id: Spanned<String>,
    pub(super) hosts: Vec<Spanned<String>>,
    pub(super) paths: Vec<Spanned<String>>,
    pub(super) methods: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    pub(super) query: RawValues,
    #[serde(default)]
    pub(super) form: RawValues,
    pub(super) site: Option<Spanned<String>>,
    pub(super) scope: Spanned<String>,
    pub(super) says: Spanned<String>,
    pub(super) source: Spanned<String>,
    pub(super) certainty: Certainty,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSecret {
    pub(super) id: Spanned<String>,
    #[serde(rename = "in")]
    pub(super) place: Spanned<String>,
    #[serde(default)]
    pub(super) names: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) values: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) hosts: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) paths: Vec<Spanned<String>>,
    pub(super) source: Spanned<String>,
    pub(super) certainty: Certainty,
}

/// Lines and columns of byte offsets in a file's text.
pub(super) struct Places<'a> {
    file: &'a str,
    text: &'a str,
    /// Byte at which each line begins.
    lines: Vec<usize>,
}

impl<'a> Places<'a> {
    pub(super) fn new(file: &'a str, text: &'a str) -> Self {
        let lines = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1)).collect();
        Self { file, text, lines }
    }

    /// Line and column (from 1) of a byte.
    pub(super) fn line_column(&self, offset: usize) -> (u64, u64) {
        let line = self.lines.partition_point(|start| *start <= offset);
        let before = self.text.get(self.lines[line - 1]..offset).unwrap_or_default();
        (line as u64, before.chars().count() as u64 + 1)
    }

    pub(super) fn line_of<T>(&self, spanned: &Spanned<T>) -> u64 {
        self.line_column(spanned.span().start).0
    }

    pub(super) fn diagnostic(&self, offset: usize, message: String, hint: &str) -> Diagnostic {
        let (line, column) = self.line_column(offset);
        Diagnostic { file: self.file.to_owned(), line, column, message, hint: hint.to_owned() }
    }
}

/// Reads the text of a rule file.
pub(super) fn parse(file: &str, text: &str) -> Result<RawFile, Diagnostic> {
    toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        let message = error.message().trim().to_owned();
        let hint = match () {
            () if message.starts_with("unknown field") => "check the spelling; rules/README.md lists every key",
            () if message.starts_with("missing field") => "add the key; rules/README.md shows an example",
            () if message.starts_with("unknown variant") => "use one of the words it names",
            () => "mend the TOML at this place",
        };
        Places::new(file, text).diagnostic(offset, message, hint)
    })
}
