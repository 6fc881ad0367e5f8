//! `dataspoor replay`: recordings in, evidence log and annex out.

use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context as _, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::inputs::{JudgedBy, assessment, case_of, host_in, house, key_and_decisions, risks, take_over};
use super::outside::of_case;
use super::recovery::take_up;
use super::seed::{self, SeedsKeyOption};
use super::{Outcome, complain, plain};
use crate::analysis::Counts;
use crate::batch::{Linked, Options, ReplayError, Replayed, folder_names, for_each, replay};
use crate::capture::{Capture, ImportedCapture, SessionFile};
use crate::interop::har;
use crate::report::text::Lang;
use crate::vault::Case;

/// Endings of files that `--recursive` takes for recordings.
const ENDINGS: [&str; 9] = [".har", ".har.gz", ".zhar", ".har.json", ".warc", ".warc.gz", ".wacz", ".mitm", ".flow"];

/// Replay recordings.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Recordings: folders made by `dataspoor record`; HAR files of any browser or tool, also gzipped or as JSONP; WARC files, also
    /// gzipped, WACZ archives and flow files of mitmproxy.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Folder for the annexes, one folder in it for each recording [default: dataspoor-out].
    #[arg(short, long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Print one JSON line per recording with its counts; annexes are then written only if --out is given.
    #[arg(long)]
    json: bool,
    /// Read all recordings below the folders given.
    #[arg(short, long)]
    recursive: bool,
    /// Language of the HTML annex: nl or en (repeat for both).
    #[arg(long = "lang", value_name = "LANG", default_values_t = [Lang::Nl])]
    languages: Vec<Lang>,
    /// Address or host of the page that is examined; by default the recording decides and the basis is recorded.
    #[arg(long, value_name = "URL")]
    page: Option<String>,
    /// Print values of query parameters in evidence log and annex; they may hold secrets.
    #[arg(long)]
    full_urls: bool,
    /// Use what is whole of a recording that is cut off; the output says so.
    #[arg(long)]
    partial: bool,
    /// How many recordings to work on at once; by default one per core.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Largest single entry, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = har::Options::default().max_entry_bytes)]
    max_entry_bytes: u64,
    /// No progress bar and no lines about recordings that went well.
    #[arg(short, long)]
    quiet: bool,
    /// Folder of the case that the recordings belong to.
    #[arg(long, value_name = "FOLDER")]
    case: Option<PathBuf>,
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

#[derive(Serialize)]
struct Line<'a> {
    capture: String,
    sha256: String,
    bytes: u64,
    simulated: bool,
    #[serde(flatten)]
    counts: &'a Counts,
    page_basis: &'static str,
    page_overruled: Option<&'a str>,
    gaps: &'a std::collections::BTreeMap<&'static str, u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    planted: Option<serde_json::Value>,
    annex: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let mut inputs = arguments.judged_by.load()?;
    if let Some(page) = &arguments.page
        && host_in(page).is_none()
    {
        bail!("--page {page:?} has no host; give an address such as https://www.facebook.com/ministry");
    }
    let mut languages = arguments.languages.clone();
    languages.dedup();
    let paths = expand(&arguments.paths, arguments.recursive)?;
    let case = case_of(arguments.case.as_deref(), &paths)?;
    case.iter().try_for_each(|case| take_over(&mut inputs, case))?;
    case.iter().try_for_each(|case| of_case(&mut inputs, case, &arguments.judged_by.store))?;
    arguments.seeds.plant(&mut inputs, case.as_ref())?;
    let options = Options {
        page: arguments.page.clone(),
        languages,
        full_urls: arguments.full_urls,
        har: har::Options { max_entry_bytes: arguments.max_entry_bytes.max(1 << 20), partial: arguments.partial },
        case: case.as_ref().map(Case::key),
        decisions: key_and_decisions(case.as_ref()).decisions.unwrap_or_default(),
        assessment: assessment(arguments.assessment.as_deref(), case.as_ref())?,
        risks: risks(arguments.risks.as_deref(), case.as_ref())?,
        house: house(arguments.style.as_deref(), case.as_ref())?,
        ..Options::default()
    };
    for path in paths.iter().filter(|path| Capture::is_at(path)) {
        take_up(path)?;
    }
    let out = arguments.out.clone().or_else(|| (!arguments.json).then(|| PathBuf::from("dataspoor-out")));
    if let Some(out) = &out {
        let cannot = || format!("{}: the folder for the annexes cannot be made or written; choose another with --out", out.display());
        fs::create_dir_all(out).with_context(cannot)?;
        tempfile::tempfile_in(out).with_context(cannot)?;
    }
    let jobs: Vec<(PathBuf, Option<PathBuf>)> =
        paths.iter().zip(folder_names(&paths)).map(|(path, name)| (path.clone(), out.as_ref().map(|out| out.join(name)))).collect();
    let threads = arguments.threads.or_else(|| thread::available_parallelism().ok().map(usize::from)).unwrap_or(1);
    let bar = progress_bar(arguments, jobs.len());
    let mut tally = Tally::default();
    let mut broken = Ok(());
    let mut linked = Linked::default();
    let mut indexed = Ok(());
    for_each(
        &jobs,
        threads,
        |_, (path, folder)| replay(path, &inputs, &options, folder.as_deref()),
        |index, result| {
            bar.inc(1);
            if broken.is_ok() {
                broken = bar.suspend(|| tell(arguments, &jobs[index].0, &result));
            }
            tally.add(&result);
            if let (Ok(mut replayed), Ok(())) = (result, &indexed) {
                indexed = linked.take(&mut replayed);
            }
        },
    );
    bar.finish_and_clear();
    broken?;
    indexed.context("what was indexed of the recordings cannot be kept; check the free space for temporary files")?;
    if let (Some(out), Some(case)) = (&out, case.as_ref().filter(|_| linked.is_worthwhile())) {
        let folder = linked.write(&case.file.id, &inputs, &options, out);
        let folder = folder.with_context(|| format!("{}: the report over the case's recordings cannot be written", out.display()))?;
        if !arguments.json && !arguments.quiet {
            writeln!(io::stdout(), "identifiers over all recordings of the case: {}", folder.display())?;
        }
    }
    if !arguments.json && !arguments.quiet && jobs.len() > 1 {
        writeln!(
            io::stdout(),
            "{} of {} recordings replayed, {} failed; {} entries, {} Set-Cookie lines",
            tally.done,
            jobs.len(),
            tally.failed,
            tally.entries,
            tally.set_cookies
        )?;
    }
    Ok(match (tally.done, tally.failed) {
        (_, 0) => Outcome::Done,
        (0, _) => Outcome::Impossible,
        _ => Outcome::Differs,
    })
}

#[derive(Default)]
struct Tally {
    done: u64,
    failed: u64,
    entries: u64,
    set_cookies: u64,
}

impl Tally {
    fn add(&mut self, result: &Result<Replayed, ReplayError>) {
        match result {
            Ok(replayed) => {
                self.done += 1;
                self.entries += replayed.counts.entries;
                self.set_cookies += replayed.counts.set_cookie_count;
            }
            Err(_) => self.failed += 1,
        }
    }
}

/// Says what came of a recording.
fn tell(arguments: &Arguments, path: &Path, result: &Result<Replayed, ReplayError>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let replayed = match result {
        Ok(replayed) => replayed,
        Err(error) => {
            complain(&error.to_string());
            if arguments.json {
                let line = serde_json::json!({ "capture": path.display().to_string(), "error": error.to_string() });
                writeln!(out, "{line}")?;
            }
            return Ok(());
        }
    };
    let annex = annex(arguments, replayed);
    if arguments.json {
        let line = Line {
            capture: path.display().to_string(),
            sha256: replayed.capture.digest.to_string(),
            bytes: replayed.capture.length,
            simulated: replayed.simulated,
            counts: &replayed.counts,
            page_basis: replayed.page_basis,
            page_overruled: replayed.page_overruled.as_deref(),
            gaps: &replayed.gaps,
            planted: replayed.planted.as_ref().map(seed::counts),
            annex: annex.map(|path| path.display().to_string()),
        };
        return writeln!(out, "{}", serde_json::to_string(&line)?);
    }
    if arguments.quiet {
        return Ok(());
    }
    let counts = &replayed.counts;
    let simulated = if replayed.simulated { "simulated recording, says nothing about real parties; " } else { "" };
    writeln!(
        out,
        "{}: {simulated}page {}, {} requests to {} domains, {} to other sites, {} Set-Cookie lines{}",
        path.display(),
        plain(counts.page.as_deref().unwrap_or("not established")),
        counts.entries,
        counts.registrable_domains,
        counts.third_party_requests,
        counts.set_cookie_count,
        if replayed.gaps.contains_key("no-set-cookies") { " (none recorded proves nothing)" } else { "" },
    )?;
    if let Some(of) = Capture::is_at(path).then(|| SessionFile::read(path).ok()).flatten().and_then(|(session, _)| session.case) {
        writeln!(out, "  recording {} of case {}", of.number, plain(&of.id))?;
    }
    if let Some(table) = &replayed.planted {
        writeln!(out, "  {}", seed::sentence(table))?;
    }
    match annex {
        Some(annex) => writeln!(out, "  {}", annex.display()),
        None => Ok(()),
    }
}

fn annex(arguments: &Arguments, replayed: &Replayed) -> Option<PathBuf> {
    let language = arguments.languages.first()?;
    replayed.folder.as_ref().map(|folder| folder.join(format!("annex.{language}.html")))
}

fn progress_bar(arguments: &Arguments, jobs: usize) -> ProgressBar {
    if arguments.quiet || jobs < 2 || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style =
        ProgressStyle::with_template("{bar:40} {pos}/{len} recordings, {eta} left").unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(jobs as u64).with_style(style)
}

/// The files to read: folders only with `--recursive`, then by name.
fn expand(paths: &[PathBuf], recursive: bool) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if recursive && path.is_dir() && !is_recording(path) {
            let before = files.len();
            below(path, &mut files).with_context(|| format!("{}: the folder cannot be read; check its permissions", path.display()))?;
            if files.len() == before {
                bail!("{}: no recording below this folder; recordings end in {}", path.display(), ENDINGS.join(", "));
            }
            files[before..].sort();
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

/// Whether a folder holds one recording, ours or one that was taken into a case.
fn is_recording(folder: &Path) -> bool {
    Capture::is_at(folder) || ImportedCapture::is_at(folder)
}

fn below(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        // A link to a folder may lead round in circles.
        if is_recording(&path) {
            files.push(path);
        } else if path.is_dir() && !path.is_symlink() {
            below(&path, files)?;
        } else if path.is_file() && ENDINGS.iter().any(|ending| name.ends_with(ending)) {
            files.push(path);
        }
    }
    Ok(())
}
