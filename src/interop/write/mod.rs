//! Exchanges written in the formats of other programs. Each writer states what its format cannot hold (`docs/interop.md`); nothing here masks,
//! and nothing here writes a recording of ours.
//!
//! | format | module |
//! |---|---|
//! | HAR 1.2, with `_dataspoor` members that [`super::har`] reads back | [`har`] |
//! | WARC 1.1, one gzip member for each record | [`warc`] |
//! | one request as a command for curl | [`curl`] |

pub mod curl;
pub mod har;
mod har_entry;
mod http;
pub mod warc;

use crate::model::{CaptureSource, Gap, Session};

/// What is said of a recording in the file that it is written to.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The recording.
    pub capture: &'a CaptureSource,
    /// What stands in it apart from its entries.
    pub session: &'a Session,
    /// What it does not show.
    pub gaps: &'a [Gap],
    /// Address of the page that it is about, where it is known.
    pub page: Option<&'a str>,
    /// Name of the program that exports.
    pub tool: &'static str,
    /// Its version.
    pub tool_version: &'static str,
}

impl About<'_> {
    /// What became of secrets: `masked`, `kept` or `not-known`.
    #[must_use]
    pub fn secrets(&self) -> &'static str {
        match self.session.custody.as_ref().and_then(|custody| custody.masking) {
            Some(true) => "masked",
            Some(false) => "kept",
            None => "not-known",
        }
    }

    /// The same in a sentence, and that a simulated recording is one.
    #[must_use]
    pub fn comment(&self) -> String {
        let secrets = match self.secrets() {
            "masked" => {
                let masks: u64 = self.session.custody.iter().flat_map(|custody| &custody.masks).map(|(_, count)| count).sum();
                format!(
                    "Sanitised: passwords and login tokens that rules name were masked before they were recorded ({masks} masks); other values \
                     stand as they were sent."
                )
            }
            "kept" => "Not sanitised: the recording was made with secrets kept, and they stand here.".to_owned(),
            _ => "Not sanitised by this export; what the program that recorded left out or masked is not known.".to_owned(),
        };
        let notice = if self.session.simulated { "Simulated: fictitious platform; says nothing about what Meta does. " } else { "" };
        format!("{notice}Exported from {} ({}). {secrets}", self.capture.name, self.capture.format)
    }
}
