//! The page about what stands beside the wire.

use std::collections::BTreeMap;

use minijinja::{
    Error, context,
    value::{Serde, Value as Cell},
};

use super::super::beside_document::{BESIDE_VERSION, BesideTables};
use super::super::text::Lang;
use super::super::{TOOL, TOOL_VERSION};
use super::press::press;

/// Rows of a table that a page shows; all of them stand in the other forms.
const ROWS_SHOWN: usize = 300;

/// The report as a page.
///
/// # Errors
///
/// The template does not fit, which would be a mistake in the program.
pub fn render_beside(tables: &BesideTables, lang: Lang) -> Result<String, Error> {
    let mut members: BTreeMap<&str, Cell> = BTreeMap::new();
    members.insert("recordings", Cell::from(Serde(&tables.recordings)));
    members.insert("statements", Cell::from(Serde(&tables.statements)));
    members.insert("answers", Cell::from(Serde(&tables.answers)));
    members.insert("controls", Cell::from(Serde(&tables.controls)));
    let press = press(lang, None)?;
    press.render(
        "beside.html",
        context! {
            lang => lang.to_string(),
            css => press.css(tables.is_simulated()),
            tool => TOOL,
            tool_version => TOOL_VERSION,
            version => BESIDE_VERSION,
            simulated => tables.is_simulated(),
            rows_shown => ROWS_SHOWN,
            b => members,
        },
    )
}
