//! Writes the document of a comparison into a folder with a manifest, as annexes are written. Compares nothing itself.

use std::io;
use std::path::{Path, PathBuf};

use super::house;
use super::judge::Inputs;
use super::output::OutputFolder;
use super::report::{Form, Told, or_usual, write_forms};
use crate::model::Digest;
use crate::report::html::House;
use crate::report::model::comparison::Comparison;
use crate::report::text::Lang;
use crate::report::{TOOL, TOOL_VERSION};
use crate::rules::OutsideList;

/// What a manifest calls such a folder, and its name in a case.
pub const COMPARISON_FOLDER: &str = "comparison";

/// The same of the annex over a case.
pub const CASE_ANNEX_FOLDER: &str = "case-annex";

/// Writes `comparison` into `folder`, in these languages and forms; none: HTML, JSON and CSV; in the style of a house if there is one. Gives the folder.
///
/// # Errors
///
/// A file cannot be written, or the folder holds something else.
pub fn write_comparison(
    comparison: &Comparison,
    inputs: &Inputs,
    languages: &[Lang],
    forms: &[Form],
    house: Option<&House>,
    folder: &Path,
) -> io::Result<PathBuf> {
    let mut output = OutputFolder::create(folder)?;
    house::keep(&mut output, house)?;
    write_forms(&mut output, Told::Comparison(comparison), or_usual(forms), languages, house)?;
    let captures: Vec<_> = comparison
        .register
        .iter()
        .map(|row| serde_json::json!({ "name": row.name, "sha256": row.sha256, "number": row.number, "side": row.side, "used": row.used }))
        .collect();
    // So that a later run with the same question replaces it, and one with another question does not.
    let kind = if comparison.annex.is_some() { CASE_ANNEX_FOLDER } else { COMPARISON_FOLDER };
    let question = serde_json::json!([comparison.case.as_ref().map(|case| &case.id), comparison.asked]).to_string();
    let lists: Vec<_> = inputs
        .lists
        .iter()
        .map(OutsideList::info)
        .map(|info| serde_json::json!({ "name": info.name, "sha256": info.digest.to_string() }))
        .collect();
    output.finish(&serde_json::json!({
        "kind": kind,
        "tool": TOOL,
        "tool_version": TOOL_VERSION,
        (house::STYLED): house::how(house),
        "languages": languages.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "asked": comparison.asked,
        "case": comparison.case.as_ref().map(|case| &case.id),
        "capture": { "name": kind, "sha256": Digest::of(question.as_bytes()).to_string() },
        "captures": captures,
        "rules_sha256": inputs.rules.digest().to_string(),
        "suffix_list": inputs.suffixes.description(),
        "lists": lists,
    }))
}
