//! Findings → report model → bytes in a form and a language. Never classifies, opens files or asks the clock.
//!
//! Registry of forms:
//!
//! | form | module | language |
//! |---|---|---|
//! | evidence log (`evidence.ndjson`), one chained record per flow, cookie event, page, stretch, mark, choice and gap | [`evidence_log`] | none |
//! | annex as HTML | [`html`] | Dutch, English |
//! | annex as JSON, sealed line by line | [`json`] | none |
//! | tables ([`tables`]) as CSV | [`csv`] | none |
//! | the same tables as a workbook (XLSX) | [`xlsx`] | Dutch, English |
//! | the same tables as Parquet files | `parquet`, a feature of its name | none |
//! | a page as PDF, with files attached (feature `pdf`) | `pdf` | that of the page |
//! | a page as a document, from which other forms for reading are made | [`document`] | that of the page |
//! | text document (ODF), from a page | [`odt`] | that of the page |
//! | comparison of recordings as HTML, JSON and CSV | [`comparison_document()`] | Dutch, English |
//! | what the rules say of one thing, as text | [`explain`] | Dutch, English |
//! | the folder of the Website Evidence Collector | [`wec`] | none |

mod alias_rows;
pub mod assessment;
mod assessment_rows;
mod attribution_rows;
pub mod beside_document;
mod beside_wire_rows;
mod builder;
mod comparison_document;
mod cookie_rows;
pub mod csv;
pub mod document;
mod dpia_rows;
mod drawing;
pub mod evidence_log;
mod evidence_record;
pub mod explain;
mod field_rows;
mod finding_record;
mod flow_rows;
mod frame;
mod gap_rows;
pub mod html;
pub mod json;
mod ladder_rows;
mod lifetime_rows;
mod linkage_document;
mod linkage_rows;
mod list_rows;
mod logout_rows;
pub mod model;
pub mod odt;
mod origin;
mod other_site_rows;
#[cfg(feature = "parquet")]
pub mod parquet;
#[cfg(feature = "pdf")]
pub mod pdf;
pub mod people;
mod planted_rows;
mod recipient_rows;
pub mod risks;
mod scenario_rows;
mod source_rows;
pub mod style;
pub mod table;
pub mod tables;
pub mod text;
mod trail_rows;
mod validator_rows;
mod visit_rows;
pub mod wec;
pub mod xlsx;

use std::io;

pub use builder::Builder;
pub use comparison_document::{ComparisonDocument, comparison_document};
pub use linkage_document::{LinkageDocument, linkage_document, linkage_document_in};
pub use linkage_rows::{CaptureRef, policy as cookie_policy};

use crate::analysis::{Counts, Course, Dictionary, Flow, Linkage, Opening, PlantedTable, Sink, ValidatorTable};
use crate::classify::Parties;
use crate::model::{CaptureSource, Gap, Page, Session};
use crate::redact::printable_text;
use crate::rules::{OutsideList, RuleSet};
use crate::site::{SuffixList, Visit};

/// Name of the program, as outputs print it.
pub const TOOL: &str = env!("CARGO_PKG_NAME");

/// Version of the program, as outputs print it.
pub const TOOL_VERSION: &str = env!("CARGO_PKG_VERSION");

/// What every output about a simulated recording says.
pub const SIMULATED_NOTICE: &str = "fictitious platform; says nothing about what Meta does";

/// What outputs say about how they were made.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The recording.
    pub capture: &'a CaptureSource,
    /// The rules.
    pub rules: &'a RuleSet,
    /// The Public Suffix List.
    pub suffixes: &'a SuffixList,
    /// The outside lists, in the order given.
    pub lists: &'a [OutsideList],
    /// Who is who.
    pub parties: &'a Parties,
    /// Whether values of query parameters are printed.
    pub full_urls: bool,
}

/// What the key of fingerprints of a recording is made from; see [`model::Method::fingerprints`].
fn keyed_by(session: &Session) -> &'static str {
    match &session.custody {
        None if session.taken_in.is_some() => "case",
        None => "recording",
        Some(custody) if custody.case.is_none() => "session",
        Some(_) => "case",
    }
}

impl Context<'_> {
    /// `full` or `masked`.
    fn urls(&self) -> &'static str {
        if self.full_urls { "full" } else { "masked" }
    }

    /// The list without which a result cannot be made again, where nothing says that it may be handed over together with the result.
    fn needs(&self, list: usize) -> Option<String> {
        let info = self.lists[list].info();
        (info.may_be_handed_over != Some(true)).then(|| format!("{} (sha256 {})", info.name, info.digest))
    }

    /// A text of the recording as it may be printed.
    fn printable(&self, text: &str) -> String {
        if self.full_urls { text.to_owned() } else { printable_text(text) }
    }
}

/// Hands everything to several sinks, in order.
pub struct Fanout<'s>(pub Vec<&'s mut dyn Sink>);

impl Sink for Fanout<'_> {
    fn open(&mut self, opening: &Opening<'_>) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|sink| sink.open(opening))
    }

    fn page(&mut self, page: &Page) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|sink| sink.page(page))
    }

    fn visit(&mut self, visit: &Visit) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|sink| sink.visit(visit))
    }

    fn flow(&mut self, flow: &Flow<'_>) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|sink| sink.flow(flow))
    }

    fn course(&mut self, course: &Course) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|sink| sink.course(course))
    }

    fn validators(&mut self, table: &ValidatorTable) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|sink| sink.validators(table))
    }

    fn dictionary(&mut self, dictionary: &Dictionary) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|sink| sink.dictionary(dictionary))
    }

    fn linkage(&mut self, linkage: &Linkage) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|sink| sink.linkage(linkage))
    }

    fn planted(&mut self, table: &PlantedTable) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|sink| sink.planted(table))
    }

    fn gap(&mut self, gap: &Gap) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|sink| sink.gap(gap))
    }

    fn close(&mut self, counts: &Counts) -> io::Result<()> {
        self.0.iter_mut().try_for_each(|sink| sink.close(counts))
    }
}
