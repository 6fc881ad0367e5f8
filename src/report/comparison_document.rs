//! The document of a comparison in every form: a page, JSON sealed line by line, and tables. Compares nothing itself.

use std::io;

use super::html::render_comparison;
use super::model::comparison::Comparison;
use super::text::Lang;
use super::{csv, tables};
use crate::evidence::seal;

/// The pages of a comparison, one for each language, and the forms that have none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparisonDocument {
    /// A self-contained page in each language that was asked for.
    pub html: Vec<(Lang, String)>,
    /// The comparison as JSON, sealed line by line.
    pub json: Vec<u8>,
    /// File name and bytes of each table.
    pub csv: Vec<(String, Vec<u8>)>,
}

/// The forms of `comparison`.
///
/// # Errors
///
/// A row cannot be written, which would be a mistake in the program.
pub fn comparison_document(comparison: &Comparison, languages: &[Lang]) -> io::Result<ComparisonDocument> {
    let page = |lang: &Lang| Ok((*lang, render_comparison(comparison, *lang).map_err(io::Error::other)?));
    Ok(ComparisonDocument {
        html: languages.iter().map(page).collect::<io::Result<_>>()?,
        json: seal(comparison)?,
        csv: csv::files(&tables::comparison::tables(comparison)).map_err(io::Error::other)?,
    })
}
