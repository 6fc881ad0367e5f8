//! The forms in which annexes and comparisons are written. A form is one variant of [`Form`], one line of [`FORMS`] and one arm where its files are made.

use std::io;
use std::str::FromStr;

use super::output::OutputFolder;
use crate::report::document::Document;
use crate::report::html::{House, for_browsers, page_error};
use crate::report::model::Report;
use crate::report::model::comparison::Comparison;
#[cfg(feature = "parquet")]
use crate::report::parquet;
use crate::report::{comparison_document, csv, html, json, odt, text::Lang, xlsx};
#[cfg(feature = "pdf")]
use crate::{
    model::Timestamp,
    report::{
        evidence_log::EVIDENCE_FILE,
        pdf::{self, Attachment, Relationship},
        text::Texts,
    },
};

/// A form of an annex or a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// A self-contained page in each language.
    Html,
    /// A text document (ODF 1.3) in each language, made from the page.
    Odt,
    /// PDF/A-3a and PDF/UA-1 in each language, made from the page, with the evidence log and the tables attached.
    #[cfg(feature = "pdf")]
    Pdf,
    /// The report model, sealed line by line.
    Json,
    /// Tables.
    Csv,
    /// The same tables in one workbook, with titles in each language.
    Xlsx,
    /// The same tables as files of columns with types.
    #[cfg(feature = "parquet")]
    Parquet,
}

/// Every form of this build, by name.
const FORMS: &[(&str, Form)] = &[
    ("html", Form::Html),
    ("odt", Form::Odt),
    #[cfg(feature = "pdf")]
    ("pdf", Form::Pdf),
    ("json", Form::Json),
    ("csv", Form::Csv),
    ("xlsx", Form::Xlsx),
    #[cfg(feature = "parquet")]
    ("parquet", Form::Parquet),
];

/// Forms that need a feature which this build was made without: name and feature.
const NOT_BUILT: &[(&str, &str)] = &[
    #[cfg(not(feature = "pdf"))]
    ("pdf", "pdf"),
    #[cfg(not(feature = "parquet"))]
    ("parquet", "parquet"),
];

/// The forms of an annex where nobody asks for others.
const USUAL: &[Form] = &[Form::Json, Form::Csv, Form::Html];

/// Why a form is not written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseFormError {
    /// There is no such form.
    #[error("there is no format {name:?}; write one of {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// Names of those that there are.
        known: String,
    },
    /// This build was made without it.
    #[error(
        "this build was made without the format {name}; build it with `cargo build --release --features {feature}`, or write one of {known}"
    )]
    NotBuilt {
        /// What was asked for.
        name: &'static str,
        /// The feature that it needs.
        feature: &'static str,
        /// Names of those that there are.
        known: String,
    },
}

impl Form {
    /// Its name, as the command line and manifests have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        FORMS.iter().find(|(_, form)| *form == self).map(|(name, _)| *name).unwrap_or_default()
    }

    /// Whether it is made from the page, and so once for each language.
    fn is_of_pages(self) -> bool {
        match self {
            Self::Html | Self::Odt => true,
            #[cfg(feature = "pdf")]
            Self::Pdf => true,
            _ => false,
        }
    }
}

impl FromStr for Form {
    type Err = ParseFormError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text, NOT_BUILT)
    }
}

fn parse(text: &str, not_built: &[(&'static str, &'static str)]) -> Result<Form, ParseFormError> {
    let known = || FORMS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let wanted = text.to_lowercase();
    if let Some((_, form)) = FORMS.iter().find(|(name, _)| *name == wanted) {
        return Ok(*form);
    }
    Err(match not_built.iter().find(|(name, _)| *name == wanted) {
        Some((name, feature)) => ParseFormError::NotBuilt { name, feature, known: known() },
        None => ParseFormError::Unknown { name: text.to_owned(), known: known() },
    })
}

/// The forms to write, where none stands for the usual ones.
pub(super) fn or_usual(forms: &[Form]) -> &[Form] {
    if forms.is_empty() { USUAL } else { forms }
}

/// What is written in forms.
#[derive(Clone, Copy)]
pub(super) enum Told<'r> {
    /// The annex of a recording.
    Annex(&'r Report),
    /// What differs between recordings.
    Comparison(&'r Comparison),
}

impl Told<'_> {
    /// How its files are called, before language and ending.
    fn name(self) -> &'static str {
        match self {
            Self::Annex(_) => "annex",
            Self::Comparison(comparison) if comparison.annex.is_some() => "case-annex",
            Self::Comparison(_) => "comparison",
        }
    }

    fn page(self, lang: Lang, house: Option<&House>) -> io::Result<String> {
        let made = match self {
            Self::Annex(report) => html::render_in(report, lang, house),
            Self::Comparison(comparison) => html::render_comparison_in(comparison, lang, house),
        };
        // What a house's own template cannot do is no fault of the disk.
        made.map_err(|error| match house {
            Some(_) => io::Error::new(io::ErrorKind::InvalidInput, page_error(&error)),
            None => io::Error::other(error),
        })
    }

    fn json(self) -> io::Result<Vec<u8>> {
        match self {
            Self::Annex(report) => Ok(json::render(report)?),
            Self::Comparison(comparison) => Ok(comparison_document(comparison, &[])?.json),
        }
    }

    fn csv(self) -> io::Result<Vec<(String, Vec<u8>)>> {
        match self {
            Self::Annex(report) => csv::render(report).map_err(io::Error::other),
            Self::Comparison(comparison) => Ok(comparison_document(comparison, &[])?.csv),
        }
    }

    fn xlsx(self, lang: Lang, house: Option<&House>) -> io::Result<Vec<u8>> {
        let made = match self {
            Self::Annex(report) => xlsx::render_in(report, lang, house),
            Self::Comparison(comparison) => xlsx::render_comparison_in(comparison, lang, house),
        };
        made.map_err(io::Error::other)
    }

    #[cfg(feature = "parquet")]
    fn parquet(self) -> io::Result<Vec<(String, Vec<u8>)>> {
        let made = match self {
            Self::Annex(report) => parquet::render(report),
            Self::Comparison(comparison) => parquet::render_comparison(comparison),
        };
        made.map_err(io::Error::other)
    }
}

/// Writes what is told in these forms and languages, in the style of a house if there is one.
pub(super) fn write_forms(
    output: &mut OutputFolder,
    told: Told<'_>,
    forms: &[Form],
    languages: &[Lang],
    house: Option<&House>,
) -> io::Result<()> {
    let name = told.name();
    for form in forms.iter().filter(|form| !form.is_of_pages()) {
        match form {
            Form::Json => output.write(&format!("{name}.json"), &told.json()?)?,
            Form::Csv => told.csv()?.iter().try_for_each(|(file, bytes)| output.write(file, bytes))?,
            Form::Xlsx => languages.iter().try_for_each(|&lang| output.write(&format!("{name}.{lang}.xlsx"), &told.xlsx(lang, house)?))?,
            #[cfg(feature = "parquet")]
            Form::Parquet => told.parquet()?.iter().try_for_each(|(file, bytes)| output.write(file, bytes))?,
            _ => {}
        }
    }
    for &lang in languages.iter().filter(|_| forms.iter().any(|form| form.is_of_pages())) {
        let page = told.page(lang, house)?;
        // Every other form for reading is made from the page, so that none says anything else.
        let document = || Document::of_page(&page).map_err(io::Error::other);
        for form in forms {
            match form {
                Form::Html => {
                    output.write(&format!("{name}.{lang}.html"), for_browsers(&page, lang, house).map_err(io::Error::other)?.as_bytes())?
                }
                Form::Odt => output.write(&format!("{name}.{lang}.odt"), &odt::render(&document()?)?)?,
                #[cfg(feature = "pdf")]
                Form::Pdf => {
                    let bytes = pdf_of(output, told, &document()?, lang)?;
                    output.write(&format!("{name}.{lang}.pdf"), &bytes)?;
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// The page as PDF. What it rests on travels inside: the evidence log and the tables.
#[cfg(feature = "pdf")]
fn pdf_of(output: &OutputFolder, told: Told<'_>, document: &Document, lang: Lang) -> io::Result<Vec<u8>> {
    let texts = Texts::of(lang);
    let mut attached = Vec::new();
    let mut attach = |name: &str, media_type: &str, relationship, said: &str, bytes| {
        let (name, media_type, description) = (name.to_owned(), media_type.to_owned(), texts.get(said, &[]));
        attached.push(Attachment { name, media_type, relationship, description, bytes });
    };
    let began = match told {
        Told::Annex(report) => {
            let log = std::fs::read(output.path(EVIDENCE_FILE))?;
            attach(EVIDENCE_FILE, "application/x-ndjson", Relationship::Source, "attached-log", log);
            report.capture.started.as_deref()
        }
        Told::Comparison(comparison) => comparison.annex.as_ref().and_then(|annex| annex.examined.first.as_deref()),
    };
    let made = began.and_then(Timestamp::parse);
    for (file, bytes) in told.csv()? {
        attach(&file, "text/csv", Relationship::Data, "attached-table", bytes);
    }
    pdf::render(document, &attached, made).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_forms() {
        for (name, form) in FORMS {
            assert_eq!((form.name(), name.parse()), (*name, Ok(*form)));
        }
        assert_eq!("ODT".parse(), Ok(Form::Odt));
        let said = |text: &str| parse(text, &[("clay", "pottery")]).expect_err("no form").to_string();
        let known = FORMS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        assert_eq!(said("docx"), format!("there is no format \"docx\"; write one of {known}"));
        #[cfg(not(feature = "parquet"))]
        assert!("parquet".parse::<Form>().expect_err("not built").to_string().contains("--features parquet"));
        #[cfg(not(feature = "pdf"))]
        assert!("pdf".parse::<Form>().expect_err("not built").to_string().contains("--features pdf"));
        let said = said("Clay");
        assert!(said.contains("without the format clay") && said.contains("--features pottery") && said.ends_with(&known), "{said}");
        assert_eq!(or_usual(&[]), USUAL);
        assert_eq!(or_usual(&[Form::Odt]), [Form::Odt]);
    }
}
