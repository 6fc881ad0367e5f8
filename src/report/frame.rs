//! The frame of a report of its own beside the annex: what it is, what made it, whether it is simulated, and its tables.

use serde::Serialize;

use super::{SIMULATED_NOTICE, TOOL, TOOL_VERSION};

/// A report as JSON, to be sealed.
#[derive(Serialize)]
pub(super) struct Framed<'a, T> {
    format: &'static str,
    version: u32,
    tool: &'static str,
    tool_version: &'static str,
    simulated: bool,
    notice: Option<&'static str>,
    #[serde(flatten)]
    tables: &'a T,
}

impl<'a, T> Framed<'a, T> {
    pub(super) const fn new((format, version): (&'static str, u32), simulated: bool, tables: &'a T) -> Self {
        let notice = if simulated { Some(SIMULATED_NOTICE) } else { None };
        Self { format, version, tool: TOOL, tool_version: TOOL_VERSION, simulated, notice, tables }
    }
}
