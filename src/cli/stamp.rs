//! `dataspoor stamp`: ask for the outside time that a recording wants, for instance because no authority could be reached when it ended.

use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use super::inputs::case_of;
use super::recovery::take_up;
use super::stamps::{self, StampAt};
use super::{Outcome, plain};
use crate::capture::{Capture, Times};
use crate::model::Timestamp;

/// Ask for the outside time that a recording wants.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folder of the recording.
    #[arg(value_name = "RECORDING")]
    recording: PathBuf,
    /// Folder of its case [default: found from the recording's place].
    #[arg(long, value_name = "FOLDER")]
    case: Option<PathBuf>,
    #[command(flatten)]
    at: StampAt,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let folder = &arguments.recording;
    if !Capture::is_at(folder) {
        bail!("{}: no recording here; name the folder that `dataspoor record` printed", folder.display());
    }
    take_up(folder)?;
    let case = case_of(arguments.case.as_deref(), std::slice::from_ref(folder))?;
    let number = Capture::open(folder)?.session.case.map(|of| of.number);
    let authorities = arguments.at.authorities(case.as_ref())?;
    let mut out = io::stdout().lock();
    let Some((record, _)) = Times::read(folder)?.wanting() else {
        writeln!(out, "{}: there is an outside time over its last record already; nobody was asked", folder.display())?;
        return Ok(Outcome::Done);
    };
    if authorities.is_empty() {
        bail!("no authority is named: name one with --stamp-by URL, or in the case as [[time_authority]]");
    }
    let line = stamps::last(folder, &authorities)?;
    for (case, number) in case.iter().zip(number) {
        stamps::note(case, number, folder)?;
    }
    if let Some(stamp) = line.and_then(|line| line.stamp) {
        writeln!(
            out,
            "{}: record {record}, the last, existed at {} according to {} (qualified, as known at stamping: {})",
            folder.display(),
            Timestamp::from_nanoseconds(stamp.time),
            plain(&stamp.authority),
            stamp.qualified
        )?;
    }
    Ok(Outcome::Done)
}
