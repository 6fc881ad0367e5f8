//! The report about identifiers in several recordings of a case: the same rows as in the annex of one, as a page, as JSON and as tables. Joins
//! nothing itself: which values are equal is for the analysis to say.

use std::io;

use super::csv;
use super::frame::Framed;
use super::html::{House, page_error, render_linkage_in};
use super::linkage_rows::{CaptureRef, Ground, Pseudonyms, recordings, tables};
use super::model::ANNEX_VERSION;
use super::text::Lang;
use crate::analysis::Linkage;
use crate::evidence::seal;
use crate::site::SuffixList;

/// The report in every form, as bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkageDocument {
    /// A self-contained page.
    pub html: String,
    /// The rows as JSON, sealed line by line; this form alone holds keyed fingerprints.
    pub json: Vec<u8>,
    /// File name and bytes of each table.
    pub csv: Vec<(String, Vec<u8>)>,
}

/// The report about what `linkage` found in `captures`, which stand in the order in which it counts them. `full`: texts of the recordings are
/// printed in full.
///
/// # Errors
///
/// A row cannot be written, which would be a mistake in the program.
pub fn linkage_document(
    linkage: &Linkage,
    captures: &[CaptureRef<'_>],
    suffixes: &SuffixList,
    lang: Lang,
    full: bool,
) -> io::Result<LinkageDocument> {
    linkage_document_in(linkage, captures, suffixes, lang, full, None)
}

/// The same in a house style.
///
/// # Errors
///
/// A row cannot be written, which would be a mistake in the program, or a template of the house does not do.
pub fn linkage_document_in(
    linkage: &Linkage,
    captures: &[CaptureRef<'_>],
    suffixes: &SuffixList,
    lang: Lang,
    full: bool,
    house: Option<&House>,
) -> io::Result<LinkageDocument> {
    let ground = Ground { suffixes, captures, full };
    let mut rows = tables(linkage, ground, &mut Pseudonyms::default());
    rows.recordings = recordings(captures);
    let simulated = captures.iter().any(|capture| capture.simulated);
    let document = Framed::new(("dataspoor-linkage", ANNEX_VERSION), simulated, &rows);
    Ok(LinkageDocument {
        html: render_linkage_in(&rows, lang, house).map_err(|error| io::Error::other(page_error(&error)))?,
        json: seal(&document)?,
        csv: csv::files(&super::tables::linkage::tables(&rows, simulated)).map_err(io::Error::other)?,
    })
}
