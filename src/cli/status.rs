//! `dataspoor status`: the plan of a case as a matrix, with what there is of each recording. Reads only; what nobody noted is not filled in.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::inventory::{self, Inventory, KeptItem, KeptOnDisk, Stranger};
use super::recovery::now;
use super::{Outcome, complain, plain};
use crate::model::{EMULATED_MOBILE, Timestamp};
use crate::plan::{CasePlan, CellState, Matrix, Recording, Slot, Start, State};
use crate::report::text::{Lang, Texts, Value};
use crate::vault::{CASE_FILE, Case, Retention};

/// Version of the JSON form (`docs/case.md`).
const STATUS_VERSION: u32 = 1;

/// Show what is recorded of the plan of a case.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folder of the case; by default the current folder.
    #[arg(long, value_name = "FOLDER")]
    case: Option<PathBuf>,
    /// Print one JSON object (docs/case.md) in place of the table.
    #[arg(long)]
    json: bool,
    /// Language of the table: nl or en [default: that of the case].
    #[arg(long = "lang", value_name = "LANG")]
    language: Option<Lang>,
}

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    version: u32,
    at: String,
    case: CaseRow<'a>,
    plan: PlanRow<'a>,
    #[serde(flatten)]
    matrix: &'a Matrix,
    kept: &'a [KeptItem],
    not_in_the_ledger: &'a [Stranger],
}

#[derive(Serialize)]
struct CaseRow<'a> {
    id: &'a str,
    title: &'a str,
    closed: Option<&'a str>,
}

#[derive(Serialize)]
struct PlanRow<'a> {
    too_old_after_days: Option<u32>,
    retention_days: Option<u32>,
    retention: Option<&'a Retention>,
    notices: Vec<String>,
    wrong_steps: Vec<String>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let case = Case::open(arguments.case.as_deref().unwrap_or(Path::new(".")))?;
    let plan = case.plan()?;
    case.retention()?;
    let ledger = case.read_ledger()?;
    let inventory = inventory::take(&case, &ledger.lines);
    let at = now();
    let matrix = Matrix::of(&plan, &inventory.known, at);
    let notices: Vec<String> = plan.notices.iter().map(|notice| format!("{}: {notice}", case.folder().join(CASE_FILE).display())).collect();
    let wrong_steps = case.wrong_steps(&plan);
    if arguments.json {
        let document = Document {
            format: "dataspoor-status",
            version: STATUS_VERSION,
            at: at.to_string(),
            case: CaseRow { id: &case.file.id, title: &case.file.title, closed: inventory.closed.as_deref() },
            plan: PlanRow {
                too_old_after_days: plan.too_old_after_days,
                retention_days: plan.retention_days,
                retention: case.file.retention.as_ref(),
                notices,
                wrong_steps,
            },
            matrix: &matrix,
            kept: &inventory.kept,
            not_in_the_ledger: &inventory.strangers,
        };
        writeln!(io::stdout(), "{}", serde_json::to_string_pretty(&document)?)?;
    } else {
        notices.iter().chain(&wrong_steps).for_each(|line| complain(line));
        let language = arguments.language.or_else(|| case.file.language.parse().ok()).unwrap_or(Lang::Nl);
        let words = Words { texts: Texts::of(language), at, shared: RefCell::default() };
        io::stdout().lock().write_all(words.page(&case, &plan, &matrix, &inventory).as_bytes())?;
    }
    let kept_whole = inventory.kept.iter().all(|item| item.disk == KeptOnDisk::There);
    Ok(if matrix.complete && kept_whole { Outcome::Done } else { Outcome::Differs })
}

/// The table in words.
struct Words {
    texts: Texts,
    at: Timestamp,
    /// What many recordings share is said once, below them; they name its number.
    shared: RefCell<Vec<String>>,
}

impl Words {
    fn say(&self, id: &str, args: &[(&str, Value<'_>)]) -> String {
        self.texts.get(id, args)
    }

    fn page(&self, case: &Case, plan: &CasePlan, matrix: &Matrix, inventory: &Inventory) -> String {
        let file = &case.file;
        let mut lines = vec![self.say("status-case", &[("id", file.id.as_str().into()), ("title", plain(&file.title).into())])];
        lines.extend(file.retention.as_ref().map(|retention| {
            let access = plain(&retention.access.join(", "));
            let args = [("day", plain(&retention.until).into()), ("why", plain(&retention.why).into()), ("access", access.into())];
            self.say("status-kept-case-until", &args)
        }));
        lines.extend(inventory.closed.as_deref().map(|at| self.say("status-closed", &[("at", at.into())])));
        if plan.is_empty() {
            lines.push(self.say("status-no-plan", &[]));
        } else {
            lines.push(String::new());
            lines.extend(self.table(matrix));
            lines.push(String::new());
            for cell in &matrix.cells {
                lines.push(self.cell(cell));
                lines.extend(cell.slots.iter().flat_map(|slot| self.slot(slot)));
                lines.extend(
                    cell.further.iter().map(|recording| format!("  {} {}", self.say("status-further", &[]), self.recording(recording))),
                );
            }
        }
        let mut part = |heading: &str, rows: Vec<String>| {
            if !rows.is_empty() {
                lines.extend([String::new(), self.say(heading, &[])]);
                lines.extend(rows.into_iter().map(|row| format!("  {row}")));
            }
        };
        part("status-outside", matrix.outside_the_plan.iter().map(|recording| self.recording(recording)).collect());
        part("status-kept", inventory.kept.iter().map(|item| self.kept(item)).collect());
        part("status-strangers", inventory.strangers.iter().map(|stranger| self.stranger(stranger)).collect());
        let shared = self.shared.take();
        part("status-begins", shared.iter().zip(1..).map(|(text, nr)| format!("[{nr}] {text}")).collect());
        let past: Vec<Value<'_>> =
            matrix.recordings().iter().filter(|recording| recording.kept_until.is_some()).map(|one| one.number.into()).collect();
        lines.push(String::new());
        if !past.is_empty() {
            lines.push(self.say("status-retention", &[("count", past.len().into())]));
        }
        lines.push(self.total(matrix));
        lines.push(String::new());
        lines.join("\n")
    }

    /// Persona and path of choices against target. A square counts usable and wanted recordings, one pair for each cell in it.
    fn table(&self, matrix: &Matrix) -> Vec<String> {
        let mut rows: Vec<(&str, &str)> = Vec::new();
        let mut columns: Vec<&str> = Vec::new();
        for cell in &matrix.cells {
            let row = (cell.persona.as_str(), cell.choice.as_str());
            if !rows.contains(&row) {
                rows.push(row);
            }
            if !columns.contains(&cell.target.as_str()) {
                columns.push(&cell.target);
            }
        }
        let mut table = vec![vec![self.say("status-persona", &[]), self.say("status-choice", &[])]];
        table[0].extend(columns.iter().map(|column| (*column).to_owned()));
        for (persona, choice) in rows {
            let square = |target: &&str| {
                let here = matrix.cells.iter().filter(|cell| cell.persona == persona && cell.choice == choice && cell.target == **target);
                let counts: Vec<String> = here.map(|cell| self.square(cell)).collect();
                if counts.is_empty() { "-".to_owned() } else { counts.join("; ") }
            };
            let mut row = vec![persona.to_owned(), choice.to_owned()];
            row.extend(columns.iter().map(square));
            table.push(row);
        }
        let widths: Vec<usize> = (0..table[0].len()).map(|at| table.iter().map(|row| row[at].chars().count()).max().unwrap_or(0)).collect();
        let line = |row: &Vec<String>| {
            let padded: Vec<String> = row.iter().zip(&widths).map(|(text, width)| format!("{text:width$}")).collect();
            padded.join("  ").trim_end().to_owned()
        };
        let mut lines: Vec<String> = table.iter().map(line).collect();
        lines.insert(0, self.say("status-legend", &[]));
        lines
    }

    fn square(&self, cell: &CellState) -> String {
        let mut said = vec![format!("{}/{}", cell.usable, cell.wanted)];
        if cell.missing() > 0 {
            said.push(self.say("status-square-missing", &[("count", cell.missing().into())]));
        }
        let odd: BTreeSet<&str> = cell
            .slots
            .iter()
            .filter(|slot| !slot.usable)
            .flat_map(|slot| &slot.recordings)
            .flat_map(|recording| &recording.states)
            .map(State::id)
            .collect();
        said.extend(odd.into_iter().map(|state| self.say(&format!("status-short-{state}"), &[])));
        said.join(", ")
    }

    fn cell(&self, cell: &CellState) -> String {
        let args = [("name", cell.name.as_str().into()), ("usable", cell.usable.into()), ("wanted", cell.wanted.into())];
        self.say("status-cell", &args)
    }

    fn slot(&self, slot: &Slot) -> Vec<String> {
        let mut head = self.say("status-repetition", &[("nr", slot.repetition.into())]);
        if let Some(day) = &slot.day {
            head.push_str(&format!(" ({day})"));
        }
        let mut lines: Vec<String> = slot.recordings.iter().map(|recording| format!("  {head}: {}", self.recording(recording))).collect();
        // A recording that cannot be used leaves its place open.
        if !slot.recordings.iter().any(Recording::counts) {
            let id = if slot.to_come { "status-to-come" } else { "status-missing" };
            lines.push(format!("  {head}: {}", self.say(id, &[])));
        }
        lines
    }

    fn recording(&self, recording: &Recording) -> String {
        let day: String = recording.begun.iter().flat_map(|begun| begun.chars().take(10)).collect();
        let mut said = vec![self.say("status-recording", &[("nr", recording.number.into()), ("day", day.into())])];
        if recording.baseline {
            said.push(self.say("status-baseline", &[]));
        }
        if recording.device.as_deref() == Some(EMULATED_MOBILE) {
            said.push(self.say("status-emulated", &[]));
        }
        said.extend(recording.states.iter().map(|state| self.state(state)));
        said.extend(recording.wall.as_deref().map(|wall| self.say("status-wall", &[("name", plain(wall).into())])));
        said.extend(recording.imported.as_deref().map(|by| match by.trim() {
            "" => self.say("status-imported-unsaid", &[]),
            by => self.say("status-imported", &[("by", plain(by).into())]),
        }));
        said.extend(recording.planned_day.as_deref().map(|day| self.say("status-other-day", &[("day", day.into())])));
        said.extend(recording.kept_until.as_deref().map(|day| self.say("status-kept-until", &[("day", day.into())])));
        let there = recording.states.iter().all(|state| {
            !matches!(state, State::Lost | State::Purged { .. } | State::Locked | State::Empty | State::Changed { .. } | State::Running)
        });
        if there && !recording.baseline {
            said.push(self.start(recording));
        }
        said.join("; ")
    }

    fn state(&self, state: &State) -> String {
        let id = format!("status-is-{}", state.id());
        match state {
            State::NotUsed(by) => {
                let args = [("by", plain(&by.by).into()), ("reason", plain(&by.reason).into()), ("at", by.at.as_str().into())];
                self.say(&id, &args)
            }
            State::Changed { what } => self.say(&id, &[("what", plain(what).into())]),
            State::Purged { at, why } => self.say(&id, &[("at", at.as_str().into()), ("why", plain(why).into())]),
            State::Stopped { outcome } => self.say(&id, &[("what", plain(outcome).into())]),
            State::TooOld { days } => self.say(&id, &[("days", (*days).into())]),
            State::OtherPlan { members } => self.say(&id, &[("members", members.join(", ").into())]),
            State::Interrupted { taken_up: false } => self.say("status-is-not-taken-up", &[]),
            _ => self.say(&id, &[]),
        }
    }

    /// How it began, in the words of which each holds by what is recorded. Of the network address nothing is recorded.
    fn start(&self, recording: &Recording) -> String {
        let address = match &recording.egress {
            Some(egress) => self.say("status-address-said", &[("said", plain(egress).into())]),
            None => self.say("status-address", &[]),
        };
        let start = match &recording.start {
            // As it is meant to be, so it need not be read again at each recording; anything else is said in its place.
            Start::New => return self.shared(format!("{}; {address}", self.say("status-start-new", &[]))),
            Start::WithCookies { hosts } => self.say("status-start-with-cookies", &[("count", (*hosts).into())]),
            Start::Kept { name, before } => self.say("status-start-kept", &[("name", plain(name).into()), ("count", (*before).into())]),
            Start::Unknown => self.say("status-start-unknown", &[]),
            Start::NotJudged => self.say("status-start-not-judged", &[]),
        };
        format!("{start}; {}", self.shared(address))
    }

    /// The number under which a text stands below the recordings.
    fn shared(&self, text: String) -> String {
        let mut shared = self.shared.borrow_mut();
        let at = shared.iter().position(|other| *other == text).unwrap_or_else(|| {
            shared.push(text);
            shared.len() - 1
        });
        self.say("status-begin", &[("nr", (at as u64 + 1).into())])
    }

    fn kept(&self, item: &KeptItem) -> String {
        let what = serde_json::to_value(item.what).ok().and_then(|what| what.as_str().map(str::to_owned)).unwrap_or_default();
        let mut said = vec![
            format!("{}: {}", item.id, self.say(&format!("status-what-{what}"), &[])),
            item.at.chars().take(10).collect(),
            item.file.clone(),
        ];
        said.extend(item.about.iter().map(|(name, said)| format!("{}: {}", plain(name), plain(said))));
        match item.disk {
            KeptOnDisk::There => {}
            KeptOnDisk::Lost => said.push(self.say("status-kept-lost", &[])),
            KeptOnDisk::Changed => said.push(self.say("status-kept-changed", &[])),
        }
        said.join("; ")
    }

    fn stranger(&self, stranger: &Stranger) -> String {
        let words = match (&stranger.case, stranger.number) {
            (Some(_), Some(number)) if stranger.of_this_case => self.say("status-stranger-own", &[("nr", number.into())]),
            (Some(case), Some(number)) => self.say("status-stranger-other", &[("case", plain(case).into()), ("nr", number.into())]),
            _ => self.say("status-stranger-none", &[]),
        };
        format!("{}: {words}", plain(&stranger.folder))
    }

    fn total(&self, matrix: &Matrix) -> String {
        let sum = |of: fn(&CellState) -> u32| matrix.cells.iter().map(of).fold(0, u32::saturating_add);
        let recordings = matrix.recordings();
        let not_used =
            recordings.iter().filter(|recording| recording.states.iter().any(|state| matches!(state, State::NotUsed(_)))).count();
        let args = [
            ("at", self.at.to_string().into()),
            ("usable", sum(|cell| cell.usable).into()),
            ("wanted", sum(|cell| cell.wanted).into()),
            ("recordings", recordings.len().into()),
            ("unused", not_used.into()),
        ];
        self.say("status-total", &args)
    }
}
