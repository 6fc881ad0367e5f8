//! `dataspoor report`: the annex of recordings, or of a case with its comparison, in the forms and languages that a reader needs.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context as _, bail};
use clap::Args;

use super::compare::{candidates, counted, listed, not_readable};
use super::inputs::{JudgedBy, assessment, case_of, host_in, house, key_and_decisions, risks, take_over};
use super::outside::of_case;
use super::recovery::{take_up, take_up_interrupted};
use super::seed::SeedsKeyOption;
use super::{Outcome, complain, plain, verify_times};
use crate::batch::{
    ASSESSMENT_FILE, CASE_ANNEX_FOLDER, Form, Inputs, Options, RISKS_FILE, folder_names, for_each, replay, write_comparison,
};
use crate::capture::{Capture, Times};
use crate::compare::{CaseAbout, Listed, RecordingTimes, Settings, case_document};
use crate::interop::har;
use crate::report::model::comparison::CaseName;
use crate::report::text::Lang;
use crate::vault::Case;

/// Write annexes.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Recordings: folders made by `dataspoor record`, sealed packages, or files of other programs as `dataspoor replay` takes them; or the folder of one
    /// case: then every recording of it that is used, and the annex over the case.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Forms, with commas between: html, odt, json, csv, xlsx (the tables as a workbook), and pdf and parquet where this program was built with them. The evidence log is always there.
    #[arg(short, long = "format", value_name = "FORMAT", value_delimiter = ',', default_values = ["html"])]
    forms: Vec<Form>,
    /// Languages of the forms for reading, with commas between: nl, en.
    #[arg(long = "lang", value_name = "LANG", value_delimiter = ',', default_values_t = [Lang::Nl])]
    languages: Vec<Lang>,
    /// Folder for what is written, one folder in it for each recording and one for the comparison.
    #[arg(short, long, value_name = "FOLDER", default_value = "dataspoor-report")]
    out: PathBuf,
    /// Folder of the case that the recordings belong to.
    #[arg(long, value_name = "FOLDER")]
    case: Option<PathBuf>,
    /// Address or host of the page that is examined; by default the recording decides and the basis is recorded.
    #[arg(long, value_name = "URL")]
    page: Option<String>,
    /// Print values of query parameters; they may hold secrets.
    #[arg(long)]
    full_urls: bool,
    /// Use what is whole of a recording that is cut off; the annex says so.
    #[arg(long)]
    partial: bool,
    /// File with what people wrote about what was recorded (docs/assessment.md); by default `assessment.toml` in the folder of the case, if there is one.
    #[arg(long, value_name = "FILE")]
    assessment: Option<PathBuf>,
    /// File with the auditor's own risks (docs/risks.md); by default `risks.toml` in the folder of the case, if there is one.
    #[arg(long, value_name = "FILE")]
    risks: Option<PathBuf>,
    /// File with the house style: title, logo, classification, own templates (docs/style.md); by default `report.toml` in the folder of the case, if there is one.
    #[arg(long, value_name = "FILE")]
    style: Option<PathBuf>,
    #[command(flatten)]
    seeds: SeedsKeyOption,
    #[command(flatten)]
    judged_by: JudgedBy,
}

/// Each once, in the order in which they were named.
fn each_once<T: PartialEq + Copy>(named: &[T]) -> Vec<T> {
    let mut once = Vec::new();
    named.iter().for_each(|one| once.extend((!once.contains(one)).then_some(*one)));
    once
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let whole = whole_case(arguments)?;
    if let Some(page) = &arguments.page
        && host_in(page).is_none()
    {
        bail!("--page {page:?} has no host; give an address such as https://www.facebook.com/ministry");
    }
    let mut inputs = arguments.judged_by.load()?;
    let folder = if whole { arguments.paths.first() } else { arguments.case.as_ref() };
    let recordings: &[PathBuf] = if whole { &[] } else { &arguments.paths };
    let case = case_of(folder.map(PathBuf::as_path), recordings)?;
    case.iter().try_for_each(|case| take_over(&mut inputs, case))?;
    case.iter().try_for_each(|case| of_case(&mut inputs, case, &arguments.judged_by.store))?;
    arguments.seeds.plant(&mut inputs, case.as_ref())?;
    let options = Options {
        page: arguments.page.clone(),
        languages: each_once(&arguments.languages),
        forms: each_once(&arguments.forms),
        full_urls: arguments.full_urls,
        har: har::Options { partial: arguments.partial, ..har::Options::default() },
        case: case.as_ref().map(Case::key),
        decisions: key_and_decisions(case.as_ref()).decisions.unwrap_or_default(),
        keep_report: whole,
        assessment: assessment(arguments.assessment.as_deref(), case.as_ref())?,
        risks: risks(arguments.risks.as_deref(), case.as_ref())?,
        house: house(arguments.style.as_deref(), case.as_ref())?,
    };
    let out = &arguments.out;
    let cannot = || format!("{}: the folder cannot be made or written; choose another with --out", out.display());
    fs::create_dir_all(out).with_context(cannot)?;
    tempfile::tempfile_in(out).with_context(cannot)?;
    match case.filter(|_| whole) {
        Some(case) => of_a_case(&case, &inputs, &options, arguments),
        None => {
            let mut failed = 0;
            annexes(&arguments.paths, &inputs, &options, out, |_, result| {
                failed += usize::from(result.is_err());
                result.map_or_else(|error| complain(&format!("{error:#}")), drop);
                Ok(())
            })?;
            Ok(outcome(failed, arguments.paths.len()))
        }
    }
}

/// Whether a whole case was named. It has its own key, and its recordings stand in its ledger, so nothing can stand beside it.
fn whole_case(arguments: &Arguments) -> anyhow::Result<bool> {
    let Some(case) = arguments.paths.iter().find(|path| Case::is_at(path)) else { return Ok(false) };
    if arguments.paths.len() > 1 {
        bail!(
            "{}: this is a case, which is reported by itself; name it alone, or the recordings of it that you want with --case",
            case.display()
        );
    }
    if let Some(other) = arguments.case.as_ref().filter(|other| fs::canonicalize(other).ok() != fs::canonicalize(case).ok()) {
        bail!("{}: this is a case, and --case names another ({}); leave --case out", case.display(), other.display());
    }
    if arguments.page.is_some() {
        bail!("--page names the page of one recording; the case says which page each of its recordings is about, so leave it out");
    }
    Ok(true)
}

fn outcome(failed: usize, of: usize) -> Outcome {
    match failed {
        0 => Outcome::Done,
        _ if failed == of => Outcome::Impossible,
        _ => Outcome::Differs,
    }
}

type Report = Box<crate::report::model::Report>;

/// Writes the annex of every recording, says where, and hands on its report or why there is none.
fn annexes(
    paths: &[PathBuf],
    inputs: &Inputs,
    options: &Options,
    out: &Path,
    mut each: impl FnMut(usize, anyhow::Result<Option<Report>>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let jobs: Vec<(&PathBuf, PathBuf)> = paths.iter().zip(folder_names(paths)).map(|(path, name)| (path, out.join(name))).collect();
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut broken = Ok(());
    for_each(
        &jobs,
        threads,
        |_, (path, folder)| {
            if Capture::is_at(path) {
                take_up(path)?;
            }
            Ok(replay(path, inputs, options, Some(folder))?)
        },
        |index, result: anyhow::Result<_>| {
            if broken.is_ok() {
                let told = result.and_then(|replayed| {
                    if let Some(folder) = &replayed.folder {
                        tell(&jobs[index].0.display().to_string(), folder, replayed.simulated)?;
                    }
                    Ok(replayed.report)
                });
                broken = each(index, told);
            }
        },
    );
    broken
}

fn tell(what: &str, folder: &Path, simulated: bool) -> io::Result<()> {
    let simulated = if simulated { " (simulated, says nothing about real parties)" } else { "" };
    writeln!(io::stdout(), "{}{simulated}: {}", plain(what), folder.display())
}

/// The timestamps of the recordings that are used, by their number in the ledger. What cannot be read is counted, and said here with its place.
fn stamped(places: &[PathBuf], all: &[Listed]) -> BTreeMap<u64, RecordingTimes> {
    let of = |(place, listed): (&PathBuf, &Listed)| {
        let number = listed.number.filter(|_| listed.not_used.is_none() && Capture::is_at(place))?;
        let times = match Times::read(place) {
            Ok(times) => times,
            Err(error) => {
                complain(&format!("{}: its timestamps cannot be read ({error}); the annex says so", place.display()));
                return Some((number, RecordingTimes { unreadable: 1, ..RecordingTimes::default() }));
            }
        };
        for found in &times.found {
            if let Err(why) = &found.line {
                let file = place.join(&found.file);
                complain(&format!("{}: {why}; the annex says so, and `dataspoor verify {}` too", file.display(), place.display()));
            }
        }
        Some((number, verify_times::of_recording(&times)))
    };
    places.iter().zip(all).filter_map(of).collect()
}

/// What a file of people's words is called.
fn called(named: Option<&Path>, usual: &str) -> String {
    let own = named.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    own.unwrap_or_else(|| usual.to_owned())
}

/// Every recording of a case that is used, and the annex over the case.
fn of_a_case(case: &Case, inputs: &Inputs, options: &Options, arguments: &Arguments) -> anyhow::Result<Outcome> {
    take_up_interrupted(case)?;
    let out = &arguments.out;
    let plan = case.plan()?;
    let (places, mut all): (Vec<PathBuf>, Vec<Listed>) = candidates(Some(case))?.into_iter().map(listed).unzip();
    let used: Vec<usize> = (0..all.len()).filter(|&index| all[index].not_used.is_none()).collect();
    if used.is_empty() {
        bail!("{}: no recording of this case is used yet; `dataspoor status` says what is missing", case.folder().display());
    }
    let paths: Vec<PathBuf> = used.iter().map(|&index| places[index].clone()).collect();
    let mut failed = 0;
    annexes(&paths, inputs, options, out, |index, report| {
        let listed = &mut all[used[index]];
        match report {
            Ok(Some(report)) => listed.recording = Some(counted(&report, listed, Some(&plan)).with_rows(&report)),
            Ok(None) => bail!("the report of {} was not kept. Please report this", listed.name),
            Err(error) => {
                failed += 1;
                not_readable(listed, &error);
            }
        }
        Ok(())
    })?;
    let name = CaseName { id: case.file.id.clone(), title: case.file.title.clone() };
    let about = CaseAbout {
        auditor: case.file.auditor.clone(),
        pages: case.file.pages.clone(),
        assessment: options.assessment.as_deref(),
        risks: options.risks.as_deref(),
        file_names: [(&arguments.assessment, ASSESSMENT_FILE), (&arguments.risks, RISKS_FILE)]
            .map(|(named, usual)| called(named.as_deref(), usual)),
        stamped: stamped(&places, &all),
    };
    let mut annex = case_document(name, &about, all, Settings::default());
    let house = options.house.as_deref();
    annex.house_style = house.map(|house| house.style().said.clone());
    let folder = write_comparison(&annex, inputs, &options.languages, &options.forms, house, &out.join(CASE_ANNEX_FOLDER));
    let folder = folder
        .with_context(|| format!("{}: the annex over the case cannot be written; choose another folder with --out", out.display()))?;
    tell(&format!("annex over case {}", case.file.id), &folder, annex.simulated)?;
    Ok(outcome(failed, paths.len()))
}
