//! The text of one rule file: where what stands in it, and every mistake in how it is written. What it means is for `compile`.

use std::fmt;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::raw::RawFile;

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
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
    /// General knowledge of whoever wrote the rule, not checked against a source. Every output says so.
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

    /// What the reader of the text says.
    fn of_error(&self, error: &toml::de::Error) -> Diagnostic {
        let offset = error.span().map_or(0, |span| span.start);
        let message = error.message().trim().to_owned();
        let hint = match () {
            () if message.starts_with("unknown field") => "check the spelling; rules/README.md lists every key",
            () if message.starts_with("missing field") => "add the key; rules/README.md shows an example",
            () if message.starts_with("unknown variant") => "use one of the words it names",
            () => "mend the TOML at this place",
        };
        self.diagnostic(offset, message, hint)
    }

    pub(super) fn diagnostic(&self, offset: usize, message: String, hint: &str) -> Diagnostic {
        let (line, column) = self.line_column(offset);
        Diagnostic { file: self.file.to_owned(), line, column, message, hint: hint.to_owned() }
    }
}

/// Reads the text of a rule file. What cannot be read is left out and listed; a file whose syntax is broken gives nothing.
pub(super) fn parse(file: &str, text: &str) -> (RawFile, Vec<Diagnostic>) {
    let places = Places::new(file, text);
    let mut raw = RawFile::default();
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut found: Vec<Diagnostic> = errors.iter().map(|error| places.of_error(error)).collect();
    if !found.is_empty() {
        return (raw, found);
    }
    let mut head = DeTable::new();
    for (key, value) in table.into_inner() {
        let mut reader = Reader { places: &places, found: &mut found, broken: &mut raw.broken };
        match key.get_ref().as_ref() {
            "source" => raw.source = reader.list(value),
            "cookie" => raw.cookie = reader.list(value),
            "storage" => raw.storage = reader.list(value),
            "endpoint" => raw.endpoint = reader.list(value),
            "field" => raw.field = reader.list(value),
            "owner" => raw.owner = reader.list(value),
            "network" => raw.network = reader.list(value),
            "navigation" => raw.navigation = reader.list(value),
            "choice" => raw.choice = reader.list(value),
            "secret" => raw.secret = reader.list(value),
            "example" => raw.example = reader.list(value),
            "category" => raw.category = reader.list(value),
            "counter" => raw.counter = reader.list(value),
            "lifetime" => raw.lifetime = reader.list(value),
            "statement" => raw.statement = reader.list(value),
            name if name != "title" && matches!(value.get_ref(), DeValue::Array(_) | DeValue::Table(_)) => {
                let message = format!("there is no table {name:?}");
                found.push(places.diagnostic(key.span().start, message, "rules/README.md lists the tables; check the spelling"));
            }
            _ => {
                head.insert(key, value);
            }
        }
    }
    let mut reader = Reader { places: &places, found: &mut found, broken: &mut raw.broken };
    raw.head = reader.table(Spanned::new(0..0, DeValue::Table(head)));
    (raw, found)
}

/// Reads tables one by one, so that a mistake in one does not hide those in others.
struct Reader<'r> {
    places: &'r Places<'r>,
    found: &'r mut Vec<Diagnostic>,
    broken: &'r mut Vec<String>,
}

impl Reader<'_> {
    fn list<T: DeserializeOwned>(&mut self, value: Spanned<DeValue<'_>>) -> Vec<T> {
        let span = value.span();
        match value.into_inner() {
            DeValue::Array(tables) => tables.into_iter().filter_map(|table| self.table(table)).collect(),
            _ => {
                let hint = "rules/README.md shows how rules are written";
                self.found.push(self.places.diagnostic(span.start, "rules stand in [[double brackets]]".to_owned(), hint));
                Vec::new()
            }
        }
    }

    /// One table. A key that is not known is taken out, and so is a table in it that has mistakes, and the rest is read again: what is wrong
    /// with it is a mistake of its own.
    fn table<T: DeserializeOwned>(&mut self, mut value: Spanned<DeValue<'_>>) -> Option<T> {
        let before = self.found.len();
        loop {
            let error = match T::deserialize(ValueDeserializer::from(value.clone())) {
                Ok(table) if self.found.len() == before => return Some(table),
                Ok(_) => break,
                Err(error) => error,
            };
            self.found.push(self.places.of_error(&error));
            let Some(span) = error.span() else { break };
            // What is wrong with a claim does not hide what is wrong with the rule around it.
            if !remove_key(value.get_mut(), &span) && !remove_table(value.get_mut(), &span) {
                break;
            }
        }
        if let Some(id) = value.get_ref().get("id").and_then(|id| id.get_ref().as_str()) {
            self.broken.push(id.to_owned());
        }
        None
    }
}

/// Takes the key that stands at `span` out of a table or of a table in it.
fn remove_key(value: &mut DeValue<'_>, span: &std::ops::Range<usize>) -> bool {
    match value {
        DeValue::Table(table) => {
            let found = table.iter().find(|(key, _)| key.span() == *span).map(|(key, _)| key.clone());
            match found {
                Some(key) => table.remove(&key).is_some(),
                None => table.iter_mut().any(|(_, value)| remove_key(value.get_mut(), span)),
            }
        }
        DeValue::Array(list) => list.iter_mut().any(|value| remove_key(value.get_mut(), span)),
        _ => false,
    }
}

/// Takes the table that stands at `span` out of a list in a table.
fn remove_table(value: &mut DeValue<'_>, span: &std::ops::Range<usize>) -> bool {
    let DeValue::Table(table) = value else { return false };
    table.iter_mut().any(|(_, value)| match value.get_mut() {
        DeValue::Array(list) => match list.iter().position(|table| table.span() == *span && table.get_ref().is_table()) {
            Some(at) => {
                *list = list.iter().enumerate().filter(|(index, _)| *index != at).map(|(_, table)| table.clone()).collect();
                true
            }
            None => false,
        },
        _ => false,
    })
}
