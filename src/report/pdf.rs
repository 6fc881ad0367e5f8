//! A document as PDF: one file that is PDF/A-3a and PDF/UA-1, tagged, with its fonts in it and with the evidence log and the tables attached. Set with
//! typst as a library, which gets a fixed template (`annex.typ`) and the document as data. No recorded text is ever read as typst's markup, and typst finds
//! no file, network, package or clock (`world`).
//!
//! The export is built with krilla's PDF/A-3a and PDF/UA-1 checks: what breaks them is an error, and no file is written.
//!
//! Characters that the fonts inside cannot show (emoji, Arabic, Chinese and others) are printed as their numbers, `\u{1F600}`, in the way that the page
//! marks characters that nobody sees: neither standard allows a character without a glyph. The tables that are attached hold these characters themselves.

mod columns;
mod data;
mod glyphs;
mod pages;
mod tables;
#[cfg(test)]
mod tests;
mod world;

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};
use typst::diag::{SourceDiagnostic, Warned};
use typst::foundations::{Bytes, Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use super::document::Document;
use super::text::{Lang, Texts};
use crate::model::Timestamp;
use data::{Attached, Data};
use world::Desk;

/// A file that travels inside the PDF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Name of the file, as a reader saves it; each once.
    pub name: String,
    /// Its media type (RFC 6838), as `text/csv`.
    pub media_type: String,
    /// What it is to the document.
    pub relationship: Relationship,
    /// What it holds, in the language of the document.
    pub description: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What an attached file is to the document (ISO 19005-3, `AFRelationship`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relationship {
    /// The document was made from it.
    Source,
    /// What the document shows in tables or pictures.
    Data,
    /// The same in another form.
    Alternative,
    /// More than the document holds.
    Supplement,
}

impl Relationship {
    const fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Data => "data",
            Self::Alternative => "alternative",
            Self::Supplement => "supplement",
        }
    }
}

/// Why there is no PDF.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// A link to a name that nothing in the document has.
    #[error(
        "the page links to \"#{id}\", and nothing in it has that name; give the element that is meant id=\"{id}\" in the template, or take the link out"
    )]
    Target {
        /// The name.
        id: String,
    },
    /// A picture that is no `data:` address in base64.
    #[error("the picture {alt:?} is not given as data:…;base64,…; put a PNG, JPEG, GIF, WebP or SVG file into the page that way")]
    Image {
        /// What it shows.
        alt: String,
    },
    /// Two attached files of the same name.
    #[error("two files named {name:?} cannot both be attached; rename one of them")]
    Twice {
        /// The name.
        name: String,
    },
    /// The document could not be set, or breaks PDF/A-3a or PDF/UA-1.
    #[error("the PDF cannot be made as PDF/A-3a and PDF/UA-1: {}; the other forms hold the same", .messages.join("; "))]
    Refused {
        /// What typst or krilla says, once each.
        messages: Vec<String>,
    },
}

/// Pages of A4 (in landscape where a table needs it), as PDF/A-3a and PDF/UA-1.
///
/// `made` is the time that stands in the file, that of the recording or of the first of a case; without one it is the beginning of 1970. The same values give the same bytes. What the
/// fonts cannot show is printed as the number of the character; see the head of this module.
///
/// # Errors
///
/// A link that leads nowhere, a picture that cannot be read, two attachments of one name, or what the checks of PDF/A-3a and PDF/UA-1 refuse.
pub fn render(document: &Document, attached: &[Attachment], made: Option<Timestamp>) -> Result<Vec<u8>, PdfError> {
    let (parts, mut files) = data::of_document(document)?;
    let mut names = BTreeSet::new();
    let mut listed = Vec::with_capacity(attached.len());
    for (index, one) in attached.iter().enumerate() {
        if !names.insert(one.name.as_str()) {
            return Err(PdfError::Twice { name: one.name.clone() });
        }
        let file = format!("attached-{index}");
        files.insert(file.clone(), Bytes::new(one.bytes.clone()));
        let (name, media_type, description) = (one.name.clone(), one.media_type.clone(), glyphs::plain(&one.description));
        listed.push(Attached { file, name, media_type, relationship: one.relationship.name(), description });
    }
    let texts = Texts::of(document.lang.parse().unwrap_or(Lang::En));
    let said = |names: &'static [&str]| document.meta.iter().filter(|(name, _)| names.contains(&&**name));
    let keyword = |(name, said): &(String, String)| glyphs::plain(&format!("{name}: {said}"));
    let data = Data {
        lang: document.lang.clone(),
        title: glyphs::plain(&document.title),
        line: document.simulated.as_deref().map(glyphs::plain),
        classification: document.classification.as_deref().map(glyphs::plain),
        authors: said(&["author"]).map(|(_, said)| glyphs::plain(said)).collect(),
        keywords: document.meta.iter().filter(|(name, _)| !["author", COLOUR].contains(&&**name)).map(keyword).collect(),
        colour: said(&[COLOUR]).map(|(_, said)| said.clone()).find(|said| is_colour(said)),
        page: texts.get("page-of", &[]),
        parts,
        attached: listed,
    };
    let json = serde_json::to_vec(&data).map_err(|error| PdfError::Refused { messages: vec![error.to_string()] })?;
    let ident = Sha256::digest(&json).iter().map(|byte| format!("{byte:02x}")).collect();
    files.insert("data.json".to_owned(), Bytes::new(json));
    let desk = Desk::new(files).ok_or_else(|| PdfError::Refused { messages: vec!["the template has no name".to_owned()] })?;
    let result = set(&desk, ident, &document.generator, made);
    // Typst keeps what it has set for the next time, for ever; another document shares nothing with this one that would be worth it.
    typst::comemo::evict(0);
    result
}

/// Name under which a page says its colour.
const COLOUR: &str = "theme-color";

/// Whether a text is a colour as the template takes it.
fn is_colour(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn set(desk: &Desk, ident: String, generator: &str, made: Option<Timestamp>) -> Result<Vec<u8>, PdfError> {
    let Warned { output, warnings } = typst::compile::<PagedDocument>(desk);
    let document = output.map_err(|errors| refused(&errors))?;
    if !warnings.is_empty() {
        return Err(refused(&warnings));
    }
    let standards = PdfStandards::new(&[PdfStandard::A_3a, PdfStandard::Ua_1]);
    let standards = standards.map_err(|error| PdfError::Refused { messages: vec![error.message().to_string()] })?;
    let options = PdfOptions {
        ident: Smart::Custom(ident),
        creator: Smart::Custom(Some(glyphs::plain(generator))),
        timestamp: moment(made).map(typst_pdf::Timestamp::new_utc),
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|errors| refused(&errors))
}

fn moment(made: Option<Timestamp>) -> Option<Datetime> {
    let nanoseconds = made.map_or(0, Timestamp::as_nanoseconds);
    let at = jiff::Timestamp::from_nanosecond(i128::from(nanoseconds)).ok()?.to_zoned(jiff::tz::TimeZone::UTC);
    let part = |number: i8| u8::try_from(number).ok();
    let (month, day) = (part(at.month())?, part(at.day())?);
    Datetime::from_ymd_hms(i32::from(at.year()), month, day, part(at.hour())?, part(at.minute())?, part(at.second())?)
}

fn refused(errors: &[SourceDiagnostic]) -> PdfError {
    let message = |error: &SourceDiagnostic| {
        let hints = error.hints.iter().map(|hint| format!(" ({})", hint.v)).collect::<String>();
        format!("{}{hints}", error.message)
    };
    let mut messages: Vec<String> = Vec::new();
    for error in errors {
        let message = message(error);
        if !messages.contains(&message) {
            messages.push(message);
        }
    }
    messages.truncate(MESSAGES);
    PdfError::Refused { messages }
}

/// The most messages of an error: one mistake in a template can be found in every row.
const MESSAGES: usize = 5;
