//! The document of a comparison: the register of all recordings, and everything that is counted over those that are used. The order in which
//! recordings are handed in changes nothing.

use std::collections::BTreeSet;

use super::answers::answers;
use super::case_annex::{CaseAbout, Counted, case_annex};
use super::classes::classes;
use super::matrix::matrices;
use super::recording::Recording;
use super::series::series;
use super::sides::sides;
use crate::model::Scenario;
use crate::report::model::comparison::{COMPARISON_VERSION, CaseName, Comparison, GapLine, NotUsed, RegisterRow, Sides, StartState};
use crate::report::{SIMULATED_NOTICE, TOOL, TOOL_VERSION};

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Rows of a table; beyond that they are counted.
    pub rows: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { rows: 5_000 }
    }
}

/// A recording as it is listed, read or not.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    /// What was read of it. `None`: it was not read, for the reason in `not_used`.
    pub recording: Option<Recording>,
    /// Its number in the ledger.
    pub number: Option<u64>,
    /// Name of the file or folder.
    pub name: String,
    /// When it was begun, as the ledger says.
    pub began: Option<String>,
    /// Scenario and repetition, as the ledger says.
    pub planned: Option<(String, u32)>,
    /// How the steps of its scenario came out, as the ledger says.
    pub outcome: Option<String>,
    /// On which side it stands: 0 or 1. `None`: on neither.
    pub side: Option<usize>,
    /// Why it does not count. `None`: it does.
    pub not_used: Option<NotUsed>,
}

/// What the comparison of `listed` says. `asked`: the sides in the words of the operator; empty: the whole case.
#[must_use]
pub fn document(case: Option<CaseName>, asked: Vec<Vec<String>>, listed: Vec<Listed>, settings: Settings) -> Comparison {
    made(case, asked, listed, None, settings)
}

/// The annex over a case: what the comparison over all of it says, with the rows of its recordings (as [`Recording::with_rows`] kept them) merged.
#[must_use]
pub fn case_document(case: CaseName, about: &CaseAbout<'_>, listed: Vec<Listed>, settings: Settings) -> Comparison {
    made(Some(case), Vec::new(), listed, Some(about), settings)
}

fn made(
    case: Option<CaseName>,
    asked: Vec<Vec<String>>,
    mut listed: Vec<Listed>,
    about: Option<&CaseAbout<'_>>,
    settings: Settings,
) -> Comparison {
    listed.sort_by_cached_key(order);
    let mut known = BTreeSet::new();
    for (one, nr) in listed.iter_mut().zip(1..) {
        let Some(recording) = &mut one.recording else { continue };
        recording.nr = nr;
        if one.not_used.is_none() && !known.insert(recording.sha256.clone()) {
            // A copy is no second recording: it would pass for a repetition that agrees in everything.
            one.not_used = Some(NotUsed { why: "copy", by: None, at: None, reason: None });
        }
    }
    let used: Vec<(&Recording, Option<usize>)> =
        listed.iter().filter(|one| one.not_used.is_none()).filter_map(|one| Some((one.recording.as_ref()?, one.side))).collect();
    let on = |side: usize| -> Vec<&Recording> { used.iter().filter(|(_, on)| *on == Some(side)).map(|(one, _)| *one).collect() };
    let all: Vec<&Recording> = used.iter().map(|(recording, _)| *recording).collect();
    let compared: Option<Sides> = (asked.len() == 2).then(|| sides(&on(0), &on(1), settings));
    let simulated = listed.iter().filter_map(|one| one.recording.as_ref()).any(|recording| recording.simulated);
    let register: Vec<RegisterRow> = listed.iter().zip(1..).map(|(one, nr)| register_row(one, nr)).collect();
    let (classes, answers) = (classes(&all, settings), answers(&all, settings));
    let counted = Counted { register: &register, classes: &classes, answers: &answers };
    let annex = about.map(|about| Box::new(case_annex(about, counted, &all, settings.rows)));
    Comparison {
        format: if annex.is_some() { "dataspoor-case-annex" } else { "dataspoor-comparison" },
        version: COMPARISON_VERSION,
        tool: TOOL,
        tool_version: TOOL_VERSION,
        simulated,
        house_style: None,
        notice: simulated.then_some(SIMULATED_NOTICE),
        case,
        asked,
        gaps: gaps(&listed),
        register,
        sides: compared,
        classes,
        answers,
        matrices: matrices(&all, settings),
        series: series(&all, settings),
        annex,
    }
}

type Order = (Option<u64>, Option<String>, String, String);

/// By number in the ledger, recordings without one last; then by what they are.
fn order(one: &Listed) -> (bool, Order, Option<usize>) {
    let number = one.number.or_else(|| one.recording.as_ref()?.number);
    let started = one.recording.as_ref().and_then(|recording| recording.started.clone()).or_else(|| one.began.clone());
    let sha256 = one.recording.as_ref().map(|recording| recording.sha256.clone()).unwrap_or_default();
    (number.is_none(), (number, started, sha256, one.name.clone()), one.side)
}

const fn side(side: Option<usize>) -> Option<&'static str> {
    match side {
        Some(0) => Some("one"),
        Some(_) => Some("other"),
        None => None,
    }
}

fn register_row(one: &Listed, nr: u64) -> RegisterRow {
    let recording = one.recording.as_ref();
    let plan: Option<&Scenario> = recording.and_then(|recording| recording.scenario.as_ref());
    let told = recording.map(|recording| recording.scenario_name.clone()).filter(|name| !name.is_empty());
    let said = one.planned.as_ref();
    RegisterRow {
        nr,
        number: one.number.or_else(|| recording?.number),
        name: one.name.clone(),
        sha256: recording.map(|recording| recording.sha256.clone()),
        format: recording.map(|recording| recording.format.clone()),
        started: recording.and_then(|recording| recording.started.clone()).or_else(|| one.began.clone()),
        scenario: told.or_else(|| said.map(|(name, _)| name.clone())),
        repetition: plan.map(|plan| plan.repetition).or_else(|| said.map(|(_, repetition)| *repetition)),
        persona: plan.map(|plan| plan.persona.clone()),
        state: plan.map(|plan| plan.state.id()),
        choice: plan.map(|plan| plan.choice.clone()),
        path: plan.map(|plan| plan.path.id()),
        target: plan.map(|plan| plan.target.clone()),
        kind: plan.map(|plan| plan.kind.id()),
        operated: plan.map(|plan| plan.operated.id()),
        device: plan.map(|plan| plan.device.clone()),
        egress: plan.and_then(|plan| plan.egress.clone()),
        browser: recording.and_then(|recording| recording.browser.clone()),
        start: recording.map_or_else(|| StartState { profile: "not-known", ..StartState::default() }, |recording| recording.start.clone()),
        buttons: recording.map(|recording| recording.buttons.clone()).unwrap_or_default(),
        simulated: recording.map(|recording| recording.simulated),
        outcome: one.outcome.clone(),
        side: side(one.side),
        used: one.not_used.is_none() && recording.is_some(),
        not_used: one.not_used.clone(),
    }
}

/// What the recordings that are used could not show.
fn gaps(listed: &[Listed]) -> Vec<GapLine> {
    let mut lines = Vec::new();
    for (one, row) in listed.iter().zip(1..) {
        let Some(recording) = one.recording.as_ref().filter(|_| one.not_used.is_none()) else { continue };
        for (&kind, &count) in &recording.limits.gaps {
            let hides = recording.limits.hidden_by(kind);
            lines.push(GapLine { nr: lines.len() as u64 + 1, recording: row, side: side(one.side), kind, count, hides });
        }
    }
    lines
}
