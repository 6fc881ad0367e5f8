//! `dataspoor discard`: notes in the ledger that a recording is not used, and why, and makes its annex again so that it says so. Removes nothing.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Args;

use super::inputs::{JudgedBy, key_and_decisions, take_over};
use super::outside::of_annex;
use super::recovery::{now, take_up_interrupted};
use super::seed::SeedsKeyOption;
use super::{Outcome, complain, plain};
use crate::batch::{MANIFEST_FILE, Verdict, remake, verify_folder};
use crate::capture::{Capture, ImportedCapture, REPORT_FOLDER, is_being_recorded};
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
    #[command(flatten)]
    seeds: SeedsKeyOption,
    #[command(flatten)]
    judged_by: JudgedBy,
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
    let folder = case.folder().join(case.discard(number, by, &arguments.reason, now())?);
    writeln!(
        io::stdout(),
        "Recording {number} of case {} is not used: {} ({}). It stays in {}, and the ledger says so; removing it from the disk would show in \
         `dataspoor verify` of the case.",
        case.file.id,
        plain(arguments.reason.trim()),
        plain(by.trim()),
        folder.display()
    )?;
    // The decision stands in the ledger whatever becomes of the annex.
    let remedy = format!(
        "was made before the decision and does not say it; `dataspoor replay {} --case {}` makes one that does",
        folder.display(),
        case.folder().display()
    );
    match made_again(arguments, &case, &folder) {
        Ok(None) => {}
        Ok(Some(Ok(annex))) => writeln!(io::stdout(), "Its annex was made again and says so: {}", annex.display())?,
        Ok(Some(Err(why))) => complain(&format!("{}: the annex {remedy}. It was left as it is: {why}", folder.display())),
        Err(error) => complain(&format!("{}: the annex {remedy}. It could not be made again: {error:#}", folder.display())),
    }
    writeln!(
        io::stdout(),
        "Copies of its annex elsewhere, comparisons and reports over the case that were made before do not say it; make them again."
    )?;
    Ok(Outcome::Done)
}

/// Makes the annex that lies with a recording again, so that it says what was decided. `None`: none lies there. The inner error: why it was left as it is.
fn made_again(arguments: &Arguments, case: &Case, folder: &Path) -> anyhow::Result<Option<Result<PathBuf, String>>> {
    let annex = folder.join(REPORT_FOLDER);
    if !annex.join(MANIFEST_FILE).is_file() || !(Capture::is_at(folder) || ImportedCapture::is_at(folder)) {
        return Ok(None);
    }
    // What was changed by hand is to be found as it is, and not written over.
    if verify_folder(&annex)?.iter().any(|check| check.verdict == Verdict::Disproved) {
        return Ok(Some(Err("it is not as it was made; `dataspoor verify` says what differs".to_owned())));
    }
    let mut inputs = arguments.judged_by.load()?;
    take_over(&mut inputs, case)?;
    arguments.seeds.plant(&mut inputs, Some(case))?;
    of_annex(&mut inputs, &annex, Some(case), &arguments.judged_by.store)?;
    Ok(Some(remake(&annex, folder, &inputs, &key_and_decisions(Some(case)))?.map(|()| annex)))
}
