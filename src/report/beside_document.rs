//! The report about what stands beside the wire in a case: statements of the vendor's texts, answers to requests for access, and controls that nobody
//! intercepted, each held against the recordings. Rows come ready; it prints no value and decides nothing.

use std::io;

use serde::Serialize;

use super::frame::Framed;
use super::model::Text;
use super::text::Lang;
use super::{csv, html};
use crate::evidence::seal;

/// Version of the JSON form.
pub const BESIDE_VERSION: u32 = 1;

/// A recording that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BesideRecording {
    /// Its number in the case.
    pub number: u64,
    /// Its scenario, where it has one.
    pub scenario: Option<String>,
    /// Persona of the plan, where it was made by one.
    pub persona: Option<String>,
    /// Whether it is simulated.
    pub simulated: bool,
    /// Why it is not used, in the words of whoever decided that. `None`: it is used.
    pub discarded: Option<String>,
}

/// Where something was seen in one recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeenAt {
    /// Number of the recording.
    pub recording: u64,
    /// The first entries.
    pub entries: Vec<u64>,
}

/// One test of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatementTest {
    /// What was looked for, in the terms of the rule.
    pub sight: String,
    /// When: `any`, `before-choice`, `after-decline`, `after-allow`, `after-withdrawal`.
    pub when: &'static str,
    /// `seen`, `not-seen`, `not-tested`.
    pub outcome: &'static str,
    /// Recordings in which it could have been seen.
    pub recordings: u64,
    /// Their scenarios.
    pub scenarios: Vec<String>,
    /// Where it was seen.
    pub seen: Vec<SeenAt>,
}

/// A statement and what was seen of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatementRow {
    /// Identifier of the rule.
    pub rule: String,
    /// File and line of the rule.
    pub place: String,
    /// Who says it.
    pub who: String,
    /// Kind of speaker: `vendor`, `independent`, `authority`, `own`.
    pub by: &'static str,
    /// What is said, in our words.
    pub text: Text,
    /// The same literally.
    pub quotation: Option<String>,
    /// `stated`, `derived`, `unverified`.
    pub certainty: &'static str,
    /// Title of the text that is the source.
    pub source: String,
    /// Where it is found.
    pub reference: String,
    /// Its date.
    pub date: String,
    /// SHA-256 of the text from which the rule was written, if one is named, and the identifier under which the case keeps it.
    pub kept: Option<(String, Option<String>)>,
    /// `seen`, `not-seen`, `not-tested`, `not-observable`.
    pub outcome: &'static str,
    /// Its tests.
    pub tests: Vec<StatementTest>,
}

/// A field or a place of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnswerRow {
    /// `seen-and-returned`, `seen-not-returned`, `returned-not-seen`.
    pub outcome: &'static str,
    /// Host that was sent the field; empty for what was only returned.
    pub host: String,
    /// Where the field stood in requests.
    pub place: &'static str,
    /// Its name.
    pub name: String,
    /// Different values of it that were compared, or values in the place of the answer.
    pub values: u64,
    /// Of these, how many are on both sides.
    pub equal: u64,
    /// Places in the answer where an equal value stands, at most five.
    pub returned_at: Vec<String>,
    /// Where the field was seen.
    pub seen: Vec<SeenAt>,
}

/// What an answer is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnswerTable {
    /// Identifiers of its files in the case.
    pub answers: Vec<String>,
    /// Whose data it is, as was said when it was kept.
    pub persona: Option<String>,
    /// Days on which it was received, as was said.
    pub received: Vec<String>,
    /// Recordings that were compared.
    pub recordings: Vec<u64>,
    /// Whether all recordings of the case were compared, because it is not said whose they are or whose data it is.
    pub all_recordings: bool,
    /// Values in the answer.
    pub values: u64,
    /// Of these, too short to be compared.
    pub too_short: u64,
    /// Different fields that were compared.
    pub fields: u64,
    /// Fields that were not compared, because there were too many.
    pub fields_left_out: u64,
    /// Rows, by outcome, host and name.
    pub rows: Vec<AnswerRow>,
}

/// A host, an endpoint or the name of a cookie, on either side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ControlRow {
    /// `host`, `endpoint`, `cookie-set`, `cookie-sent`.
    pub aspect: &'static str,
    /// What was seen.
    pub what: String,
    /// `both`, `both-not-always`, `only-intercepted`, `control-cannot-show`, `only-control`.
    pub seen_on: &'static str,
    /// Where in recordings.
    pub seen: Vec<SeenAt>,
    /// The first entries or requests of the control, by number.
    pub control: Vec<u64>,
}

/// A control held against recordings of its scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ControlTable {
    /// Identifier in the case.
    pub control: String,
    /// `har` or `netlog`.
    pub format: String,
    /// Its scenario.
    pub scenario: String,
    /// Who made it, as was said.
    pub said: Option<String>,
    /// Recordings of that scenario.
    pub recordings: Vec<u64>,
    /// Requests in the control.
    pub requests: u64,
    /// Aspects that the control cannot show.
    pub cannot_show: Vec<&'static str>,
    /// Recordings that cannot show an aspect.
    pub recordings_cannot_show: Vec<(u64, &'static str)>,
    /// Whether the control ends in the middle.
    pub cut_off: bool,
    /// Hosts with which it spoke QUIC, which the proxy does not let through.
    pub quic: Vec<String>,
    /// Whether the control is simulated.
    pub simulated: bool,
    /// Rows, by aspect and text.
    pub rows: Vec<ControlRow>,
}

/// Everything beside the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BesideTables {
    /// Identifier of the case.
    pub case: String,
    /// Recordings of the case.
    pub recordings: Vec<BesideRecording>,
    /// Statements.
    pub statements: Vec<StatementRow>,
    /// Answers.
    pub answers: Vec<AnswerTable>,
    /// Controls.
    pub controls: Vec<ControlTable>,
}

impl BesideTables {
    /// Whether anything in it is simulated.
    #[must_use]
    pub fn is_simulated(&self) -> bool {
        self.recordings.iter().any(|recording| recording.simulated) || self.controls.iter().any(|control| control.simulated)
    }
}

/// The report in every form, as bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BesideDocument {
    /// A self-contained page.
    pub html: String,
    /// The rows as JSON, sealed line by line.
    pub json: Vec<u8>,
    /// File name and bytes of each table.
    pub csv: Vec<(String, Vec<u8>)>,
}

/// The report about `tables`.
///
/// # Errors
///
/// A row cannot be written, which would be a mistake in the program.
pub fn beside_document(tables: &BesideTables, lang: Lang) -> io::Result<BesideDocument> {
    let simulated = tables.is_simulated();
    let document = Framed::new(("dataspoor-beside", BESIDE_VERSION), simulated, tables);
    Ok(BesideDocument {
        html: html::render_beside(tables, lang).map_err(io::Error::other)?,
        json: seal(&document)?,
        csv: csv::files(&super::tables::beside::tables(tables, simulated)).map_err(io::Error::other)?,
    })
}
