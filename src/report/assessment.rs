//! What people say of what was recorded: notes, purposes, legal bases, roles, verdicts, and what others replied, as a file `assessment.toml` holds them
//! beside the evidence. Each says who wrote it and when, and is shown as that person's words: nothing of it is computed, and nothing recorded changes by it.
//! What it is about is named as it is recorded (a cookie, a request, a recipient), never by the number of a row, so that it holds for a new run too.

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

pub use super::people::{About, Known, Mistake, Mistakes, Named};
use super::people::{Checker, NamedTable};
use crate::model::Digest;

/// What the file says of itself.
pub const ASSESSMENT_FORMAT: &str = "dataspoor-assessment";

/// Highest version of the file that is read.
pub const ASSESSMENT_VERSION: i64 = 1;

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

fn word(checker: &mut Checker<'_>, given: Spanned<WordTable>) -> Option<Word> {
    let begin = given.span().start;
    let WordTable { everything, question, recipient, cookie, domain, request, kind: kind_given, text, by, date, source } =
        given.into_inner();
    let about = checker.about(begin, &NamedTable { everything, question, recipient, cookie, domain, request });
    let kind = checker.text(begin, "kind", kind_given.as_ref()).and_then(|kind| {
        let known = WordKind::ALL.into_iter().find(|known| known.id() == kind);
        if known.is_none() {
            let all: Vec<&str> = WordKind::ALL.iter().map(|kind| kind.id()).collect();
            let at = kind_given.as_ref().map_or(begin, |kind| kind.span().start);
            checker.wrong(at, format!("`kind` is none of {}", all.join(", ")));
        }
        known
    });
    let (text, by) = (checker.text(begin, "text", text.as_ref()), checker.text(begin, "by", by.as_ref()));
    let date = checker.date(begin, date.as_ref());
    let source = checker.maybe("source", source.as_ref())?;
    if kind == Some(WordKind::Reply) && source.is_none() {
        checker.wrong(begin, "a reply says where it stands; add `source`, such as \"letter of 3 November 2026\"");
        return None;
    }
    Some(Word { about: about?, kind: kind?, text: text?, by: by?, date: date?, source })
}

impl Assessment {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Everything that is wrong in it, each with its line and what to write instead.
    pub fn parse(text: &str) -> Result<Self, Mistakes> {
        let (mut checker, table) = Checker::read::<FileTable>(text, "[[word]]")?;
        let frame = (ASSESSMENT_FORMAT, ASSESSMENT_VERSION);
        checker.frame("assessments", frame, (table.format.as_ref(), table.version.as_ref()));
        let words = table.word.into_iter().filter_map(|given| word(&mut checker, given)).collect();
        checker.done(Self { words, sha256: Digest::of(text.as_bytes()), text: text.to_owned() })
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
