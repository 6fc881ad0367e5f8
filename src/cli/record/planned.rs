//! `dataspoor record --scenario` and `--missing`: recordings by the plan of a case, each counted in its ledger. One that stops half-way is kept, and the
//! next one is recorded all the same.

use anyhow::bail;

use super::super::control;
use super::super::inputs::take_over;
use super::super::inventory;
use super::super::named_scenario;
use super::super::outside::of_case;
use super::super::progress::Progress;
use super::super::recovery::now;
use super::super::scenario::{Ground, record_cell};
use super::super::{Outcome, complain};
use super::{Arguments, form, open_case, open_proxy};
use crate::model::{Digest, Operated};
use crate::plan::{Cell, CellState, Matrix};
use crate::report::text::Lang;
use crate::vault::{Case, LedgerLine};

/// Records by the plan, as the arguments of `record` say.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let mut inputs = arguments.judged_by.load()?;
    let Some(case) = open_case(arguments)? else {
        bail!("a scenario belongs to the plan of a case; name the folder of the case with --case, or make one with `dataspoor init`");
    };
    take_over(&mut inputs, &case)?;
    of_case(&mut inputs, &case, &arguments.judged_by.store)?;
    arguments.seeds.plant(&mut inputs, Some(&case))?;
    let plan = case.plan()?;
    let wanted: Vec<(&Cell, u32)> = match &arguments.scenario {
        Some(name) => {
            let cell = named_scenario::cell(&case, &plan, name)?;
            vec![(cell, arguments.repetition.map_or_else(|| next(&case, cell), Ok)?)]
        }
        None => {
            missing(&case, &arguments.again)?.into_iter().filter_map(|(name, repetition)| Some((plan.cell(&name)?, repetition))).collect()
        }
    };
    let form = form(arguments);
    let progress = Progress::new(form, &inputs);
    let seeds = arguments.seeds.values(&case)?;
    let listen = arguments.listen.unwrap_or_else(|| ([127, 0, 0, 1], 0).into());
    let open = |authority| open_proxy(arguments, listen, authority, arguments.admission.read()?);
    let language = case.file.language.parse::<Lang>().unwrap_or(Lang::Nl);
    let ground = Ground {
        case: &case,
        inputs: &inputs,
        progress: &progress,
        form,
        languages: if arguments.languages.is_empty() { vec![language] } else { arguments.languages.clone() },
        secrets: &arguments.secrets,
        stamps: arguments.stamps.stamps(Some(&case))?,
        seeds,
        open: &open,
        browser: arguments.browser.clone(),
        headless: arguments.headless,
        simulated: None,
        settings: arguments.admission.settings().collect(),
        map: arguments.map.iter().map(ToString::to_string).collect(),
        private_upstream: arguments.allow_private_upstream,
        upstream_roots: arguments.upstream_ca.as_deref().map(super::read).transpose()?.map(|bytes| Digest::of(&bytes).to_string()),
    };
    record_all(&ground, &wanted, arguments.missing)
}

/// Records what is wanted, one after the other. `unattended`: one that cannot be made does not keep the others from being made, and what needs a person is
/// left out and named.
pub(in crate::cli) fn record_all(ground: &Ground<'_>, wanted: &[(&Cell, u32)], unattended: bool) -> anyhow::Result<Outcome> {
    let mut outcome = Outcome::Done;
    for (&(cell, repetition), left) in wanted.iter().zip((0..wanted.len()).rev()) {
        if unattended && cell.operated != Operated::Scripted {
            ground.progress.say(&format!(
                "Scenario {}, repetition {repetition}: needs a person; record it with `dataspoor record --scenario {}`.",
                cell.name, cell.name
            ));
            outcome = Outcome::Differs;
            continue;
        }
        match refuse_if_running(ground.case, cell).and_then(|()| record_cell(ground, cell, repetition)) {
            Ok(recorded) if recorded.is_complete() => {
                let entries = recorded.done.entries;
                ground.progress.say(&format!("Recording {}: {entries} exchanges in {}.", recorded.number, recorded.folder.display()));
            }
            Ok(recorded) => {
                outcome = Outcome::Differs;
                // Whoever ends a recording by hand wants the run to end, not the next one to begin.
                if recorded.is_ended_by_operator() {
                    if left > 0 {
                        ground.progress.say(&format!("Not begun of this run: {left}; what is missing can be recorded later."));
                    }
                    break;
                }
            }
            Err(error) if unattended => {
                complain(&format!("scenario {}, repetition {repetition}: {error:#}", cell.name));
                outcome = Outcome::Differs;
            }
            Err(error) => return Err(error),
        }
    }
    if wanted.is_empty() {
        ground.progress.say("Nothing of the plan is missing.");
    }
    Ok(outcome)
}

/// Two recordings of the same scenario at once would share a persona's account, and each would be in the other's picture.
fn refuse_if_running(case: &Case, cell: &Cell) -> anyhow::Result<()> {
    let running = control::running()?;
    let ledger = case.ledger()?;
    for line in ledger.lines() {
        if let LedgerLine::Begun { number, folder, planned: Some(planned), .. } = line
            && planned.scenario == cell.name
            && let Ok((session, _)) = crate::capture::SessionFile::read(&case.folder().join(folder))
            && running.iter().any(|(id, _)| *id == session.id)
        {
            bail!(
                "{}: scenario {} is being recorded at this moment (recording {number}); wait until that has ended, or end it there with Ctrl-C",
                case.folder().join(folder).display(),
                cell.name
            );
        }
    }
    Ok(())
}

/// What there is of the plan, as `dataspoor status` says it.
fn matrix(case: &Case) -> anyhow::Result<Matrix> {
    let inventory = inventory::take(case, &case.read_ledger()?.lines);
    Ok(Matrix::of(&case.plan()?, &inventory.known, now()))
}

/// The first repetition of a scenario that is missing, or the one after the last.
fn next(case: &Case, cell: &Cell) -> anyhow::Result<u32> {
    Ok(matrix(case)?.cells.iter().find(|state| state.name == cell.name).map_or(1, CellState::next_repetition))
}

/// Scenarios and repetitions of the plan that are missing and whose day has come, in the order of the plan. `again`: states of which a recording is to be
/// made once more.
pub(in crate::cli) fn missing(case: &Case, again: &[String]) -> anyhow::Result<Vec<(String, u32)>> {
    let matrix = matrix(case)?;
    let slots = matrix.cells.iter().flat_map(|cell| cell.slots.iter().map(move |slot| (cell, slot)));
    Ok(slots.filter(|(_, slot)| slot.is_missing(again)).map(|(cell, slot)| (cell.name.clone(), slot.repetition)).collect())
}
