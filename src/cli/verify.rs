//! `dataspoor verify`: check an annex.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;

use super::Outcome;
use super::inputs::JudgedBy;
use crate::batch::{Check, MANIFEST_FILE, Verdict, verify_file, verify_folder, verify_rederivation};

/// Check an evidence log and annex.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folder of an annex, folder of several, or a single evidence.ndjson or annex.json.
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// The recording: make everything again from it and compare every byte.
    #[arg(long, value_name = "FILE")]
    capture: Option<PathBuf>,
    /// Print only what does not hold.
    #[arg(short, long)]
    quiet: bool,
    #[command(flatten)]
    judged_by: JudgedBy,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let path = &arguments.path;
    let cannot = || format!("{}: cannot be read; name the folder of an annex, or its evidence.ndjson or annex.json", path.display());
    if fs::metadata(path).with_context(cannot)?.is_file() {
        if arguments.capture.is_some() {
            bail!("--capture needs the folder of the annex, not a single file, because the manifest says how it was made");
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let checks = [verify_file(&name, &fs::read(path).with_context(cannot)?)];
        return tell(arguments, path.parent().unwrap_or(Path::new("")), &checks).map_err(Into::into);
    }
    let mut folders = Vec::new();
    if path.join(MANIFEST_FILE).is_file() {
        folders.push(path.clone());
    } else {
        for entry in fs::read_dir(path).with_context(cannot)? {
            let folder = entry.with_context(cannot)?.path();
            if folder.join(MANIFEST_FILE).is_file() {
                folders.push(folder);
            }
        }
        folders.sort();
    }
    if folders.is_empty() {
        bail!("{}: no annex here (no {MANIFEST_FILE}); name the folder that `dataspoor replay` printed", path.display());
    }
    if arguments.capture.is_some() && folders.len() > 1 {
        bail!("--capture goes with one annex, and {} holds {}; name one of its folders", path.display(), folders.len());
    }
    let mut outcome = Outcome::Done;
    for folder in &folders {
        let mut checks = verify_folder(folder).with_context(cannot)?;
        if let Some(capture) = &arguments.capture {
            if checks.iter().any(|check| check.file == MANIFEST_FILE && check.verdict == Verdict::Disproved) {
                let text = "the manifest does not hold, so it is not known how the annex was made".to_owned();
                checks.push(Check { verdict: Verdict::CannotBeChecked, file: MANIFEST_FILE.to_owned(), text });
            } else {
                checks.extend(verify_rederivation(folder, capture, &arguments.judged_by.load()?)?);
            }
        }
        if tell(arguments, folder, &checks)? == Outcome::Differs {
            outcome = Outcome::Differs;
        }
    }
    if outcome == Outcome::Done && !arguments.quiet {
        let rests = "What this rests on: the files fit together and were not changed since they were made. ";
        let more = if arguments.capture.is_some() { "The analysis repeats. " } else { "" };
        writeln!(io::stdout(), "{rests}{more}That the recording is complete and honest rests on whoever made it.")?;
    }
    Ok(outcome)
}

fn tell(arguments: &Arguments, folder: &Path, checks: &[Check]) -> io::Result<Outcome> {
    let mut out = io::stdout().lock();
    for check in checks {
        if !arguments.quiet || check.verdict != Verdict::Proved {
            writeln!(out, "{}: {}: {}", check.verdict.words(), folder.join(&check.file).display(), check.text)?;
        }
    }
    let holds = checks.iter().all(|check| check.verdict == Verdict::Proved);
    Ok(if holds { Outcome::Done } else { Outcome::Differs })
}
