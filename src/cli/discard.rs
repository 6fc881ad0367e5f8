//! `dataspoor discard`: notes in the ledger that a recording is not used, and why. Removes nothing.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Args;

use super::recovery::{now, take_up_interrupted};
use super::{Outcome, plain};
use crate::capture::is_being_recorded;
use crate::vault::{Case, LedgerLine};

/// Note that a recording is not used.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Number of the recording in the ledger of the case, as `dataspoor status` prints it.
    #[arg(value_name = "NUMBER")]
    number: u64,
    /// Why it is not used. Stands in the ledger and wherever the recordings of the case are listed.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who decided it [default: the auditor of the case].
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Folder of the case; by default the current folder.
    #[arg(long, value_name = "FOLDER")]
    case: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let case = Case::open(arguments.case.as_deref().unwrap_or(Path::new(".")))?;
    let number = arguments.number;
    take_up_interrupted(&case)?;
    let lines = case.read_ledger()?.lines;
    let ended = lines.iter().any(|line| matches!(line, LedgerLine::Ended { number: ended, .. } if *ended == number));
    let running = lines.iter().find_map(|line| match line {
        LedgerLine::Begun { number: begun, folder, .. } if *begun == number && !ended => Some(case.folder().join(folder)),
        _ => None,
    });
    if let Some(folder) = running.filter(|folder| is_being_recorded(folder)) {
        bail!("{}: recording {number} is being recorded at this moment; end it first (Ctrl-C), then discard it", folder.display());
    }
    let by = arguments.by.as_deref().unwrap_or(&case.file.auditor);
    let folder = case.discard(number, by, &arguments.reason, now())?;
    writeln!(
        io::stdout(),
        "Recording {number} of case {} is not used: {} ({}). It stays in {}, and the ledger says so; removing it from the disk would show in \
         `dataspoor verify` of the case.",
        case.file.id,
        plain(arguments.reason.trim()),
        plain(by.trim()),
        case.folder().join(folder).display()
    )?;
    Ok(Outcome::Done)
}
