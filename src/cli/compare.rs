//! `dataspoor compare`: what differs between recordings, or over a whole case; counted over their reports, with what could not be told.

mod choosing;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;

use super::inputs::{JudgedBy, case_of, take_over};
use super::outside::of_case;
use super::recovery::{take_up, take_up_interrupted};
use super::seed::SeedsKeyOption;
use super::{Outcome, complain};
use crate::batch::{COMPARISON_FOLDER, Inputs, Options, replay_report, write_comparison};
use crate::capture::Capture;
use crate::compare::{Listed, Recording, Settings, document};
use crate::interop::har;
use crate::model::ProfileUse;
use crate::plan::{CasePlan, Day};
use crate::report::model::Report;
use crate::report::model::comparison::{CaseName, Comparison, NotUsed};
use crate::report::text::Lang;
use crate::vault::Case;
use choosing::chosen;
pub(super) use choosing::{Candidate, candidates};

/// Compare recordings.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// One side: recordings (folders, or HAR files), or of a case its scenarios by name or pattern (`no-account.*.page`) or by day (2026-11-20).
    /// Without any, the whole case is compared.
    #[arg(value_name = "RECORDING|SCENARIO|DAY")]
    one: Vec<String>,
    /// The other side, likewise.
    #[arg(long, value_name = "RECORDING|SCENARIO|DAY", num_args = 1..)]
    against: Vec<String>,
    /// Folder of the case.
    #[arg(long, value_name = "FOLDER")]
    case: Option<PathBuf>,
    /// Only recordings of the case that began on these days (UTC), on both sides.
    #[arg(long, value_name = "DAY", num_args = 1..)]
    days: Vec<String>,
    /// Folder for the document [default: CASE/comparison, or dataspoor-comparison].
    #[arg(short, long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Print the comparison as JSON; files are then written only if --out is given.
    #[arg(long)]
    json: bool,
    /// Language of the page: nl or en (repeat for both).
    #[arg(long = "lang", value_name = "LANG", default_values_t = [Lang::Nl])]
    languages: Vec<Lang>,
    #[command(flatten)]
    seeds: SeedsKeyOption,
    #[command(flatten)]
    judged_by: JudgedBy,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let sides = [arguments.one.as_slice(), arguments.against.as_slice()];
    match sides.map(<[String]>::is_empty) {
        [false, true] => bail!("there is only one side; name the other with --against"),
        [true, false] => bail!("--against has nothing to stand against; name recordings or scenarios before it"),
        [true, true] if arguments.case.is_none() => {
            bail!("nothing to compare; name recordings and others after --against, or the folder of a case with --case")
        }
        _ => {}
    }
    if let Some(day) = arguments.days.iter().find(|day| Day::parse(day).is_none()) {
        bail!("--days {day:?} is no day; write it as 2026-11-20");
    }
    let paths: Vec<PathBuf> = sides.iter().flat_map(|side| side.iter()).map(PathBuf::from).filter(|path| path.exists()).collect();
    let mut inputs = arguments.judged_by.load()?;
    let case = case_of(arguments.case.as_deref(), &paths)?;
    let plan = case.as_ref().map(Case::plan).transpose()?;
    case.iter().try_for_each(|case| take_over(&mut inputs, case))?;
    case.iter().try_for_each(|case| of_case(&mut inputs, case, &arguments.judged_by.store))?;
    arguments.seeds.plant(&mut inputs, case.as_ref())?;
    case.iter().try_for_each(take_up_interrupted)?;
    let mut candidates = candidates(case.as_ref())?;
    chosen(&mut candidates, case.as_ref(), sides, &arguments.days)?;
    let options = Options { case: case.as_ref().map(Case::key), har: har::Options::default(), ..Options::default() };
    let (mut listed, mut failed) = (Vec::new(), 0);
    for candidate in candidates {
        let one = read(candidate, &inputs, &options, plan.as_ref());
        failed += u64::from(one.not_used.as_ref().is_some_and(|why| why.why == "not-readable"));
        listed.push(one);
    }
    of_one_case(&listed)?;
    let asked =
        if arguments.one.is_empty() { Vec::new() } else { sides.map(|side| side.iter().map(|word| named(word)).collect()).to_vec() };
    let name = case.as_ref().map(|case| CaseName { id: case.file.id.clone(), title: case.file.title.clone() });
    let comparison = document(name, asked, listed, Settings::default());
    tell(arguments, case.as_ref(), &comparison, &inputs)?;
    Ok(if failed == 0 { Outcome::Done } else { Outcome::Differs })
}

/// What was asked for, without the folders in which a recording lies: the document says the same wherever it is made.
fn named(word: &str) -> String {
    let path = Path::new(word);
    let name = path.file_name().filter(|_| path.exists());
    name.map_or_else(|| word.to_owned(), |name| name.to_string_lossy().into_owned())
}

/// Replays a candidate that counts; one that cannot be read is listed with the reason.
fn read(candidate: Candidate, inputs: &Inputs, options: &Options, plan: Option<&CasePlan>) -> Listed {
    let (path, mut listed) = listed(candidate);
    if listed.not_used.is_some() {
        return listed;
    }
    let taken_up = if Capture::is_at(&path) { take_up(&path) } else { Ok(()) };
    match taken_up.and_then(|()| Ok(replay_report(&path, inputs, options)?)) {
        Ok(report) => listed.recording = Some(counted(&report, &listed, plan)),
        Err(error) => not_readable(&mut listed, &error),
    }
    listed
}

/// A candidate as the document lists it, before it is read, and where it lies.
pub(super) fn listed(candidate: Candidate) -> (PathBuf, Listed) {
    let Candidate { path, number, name, began, planned, outcome, side, not_used, .. } = candidate;
    (path, Listed { recording: None, number, name, began, planned, outcome, side, not_used })
}

/// What of the report of a recording is compared.
pub(super) fn counted(report: &Report, listed: &Listed, plan: Option<&CasePlan>) -> Recording {
    let mut recording = Recording::of(report, listed.number);
    // A recording of another program carries no plan; what it is to be stands in the ledger, and what that means in the plan.
    if let (None, Some((scenario, repetition))) = (&recording.scenario, &listed.planned)
        && let Some(cell) = plan.and_then(|plan| plan.cell(scenario))
    {
        let mut scenario = cell.scenario(*repetition, 0, None);
        scenario.profile = ProfileUse::Unknown;
        recording.planned_as(scenario);
    }
    recording
}

/// Lists a recording that cannot be read with the reason, and says it.
pub(super) fn not_readable(listed: &mut Listed, error: &anyhow::Error) {
    complain(&format!("{error:#}"));
    listed.not_used = Some(NotUsed { why: "not-readable", by: None, at: None, reason: Some(format!("{error:#}")) });
}

/// Recordings of two cases have values that fit nobody else's, and plans that mean different things.
fn of_one_case(listed: &[Listed]) -> anyhow::Result<()> {
    let mut cases = listed.iter().filter_map(|one| Some((one.recording.as_ref()?.case.as_deref()?, &one.name)));
    let Some((first, name)) = cases.next() else { return Ok(()) };
    match cases.find(|(case, _)| *case != first) {
        None => Ok(()),
        Some((other, another)) => {
            bail!("{name} belongs to case {first} and {another} to case {other}; compare recordings of one case")
        }
    }
}

fn tell(arguments: &Arguments, case: Option<&Case>, comparison: &Comparison, inputs: &Inputs) -> anyhow::Result<()> {
    let mut languages = arguments.languages.clone();
    languages.dedup();
    let default = || match case {
        Some(case) => case.folder().join(COMPARISON_FOLDER),
        None => PathBuf::from("dataspoor-comparison"),
    };
    let folder = arguments.out.clone().or_else(|| (!arguments.json).then(default));
    let written = folder.as_deref().map(|folder| write(comparison, inputs, &languages, folder)).transpose()?;
    let mut out = io::stdout().lock();
    if arguments.json {
        out.write_all(&crate::evidence::seal(comparison)?)?;
        return Ok(());
    }
    let used = comparison.register.iter().filter(|row| row.used).count();
    writeln!(out, "{used} of {} recordings are counted", comparison.register.len())?;
    if comparison.simulated {
        writeln!(out, "simulated recordings among them: they say nothing about real parties")?;
    }
    if let Some(sides) = &comparison.sides {
        let differences = sides.lines.iter().filter(|line| line.difference).count();
        let of = |statement: &str| sides.counts.iter().filter(|count| count.statement == statement).map(|count| count.lines).sum::<u64>();
        let lines: u64 = sides.counts.iter().map(|count| count.lines).sum();
        let (varying, hidden) = (of("varying"), of("not-comparable"));
        let alone = sides.lines.iter().any(|line| line.basis == "one-recording-only");
        writeln!(out, "{lines} lines: {differences} differ, {varying} vary between repetitions, {hidden} cannot be compared")?;
        if alone {
            writeln!(out, "one recording only of some scenario: repetitions are needed to tell a difference from chance")?;
        }
    }
    for group in &comparison.classes.groups {
        let counts: Vec<String> = group.counts.iter().map(|count| format!("{} {}", count.class, count.endpoints)).collect();
        let counts = if counts.is_empty() { "no control was recorded".to_owned() } else { format!("endpoints: {}", counts.join(", ")) };
        writeln!(out, "{}: {counts}", super::plain(&group.scenario))?;
    }
    if let (Some(folder), Some(language)) = (written, languages.first()) {
        writeln!(out, "  {}", folder.join(format!("comparison.{language}.html")).display())?;
    }
    Ok(())
}

fn write(comparison: &Comparison, inputs: &Inputs, languages: &[Lang], folder: &Path) -> anyhow::Result<PathBuf> {
    write_comparison(comparison, inputs, languages, &[], None, folder)
        .with_context(|| format!("{}: the comparison cannot be written; choose another folder with --out", folder.display()))
}
