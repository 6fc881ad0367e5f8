//! The annex as JSON: the report model as it is, sealed line by line so that a changed byte is found and named. `docs/annex.schema.json` is its schema.

use super::model::Report;
use crate::evidence::seal;

/// The annex as a sealed JSON document.
///
/// # Errors
///
/// The model cannot be written as JSON, which would be a mistake in the program.
pub fn render(report: &Report) -> Result<Vec<u8>, serde_json::Error> {
    seal(report)
}

#[cfg(test)]
mod tests;
