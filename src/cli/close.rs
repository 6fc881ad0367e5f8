//! `dataspoor close`: closes a case for good and destroys the key that could vouch for any site to its browsers.

use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use super::Outcome;
use super::recovery::{now, take_up_interrupted, under_way};
use crate::vault::{AUTHORITY_KEY_FILE, Case, KeyFate};

/// Close a case for good.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folder of the case.
    #[arg(value_name = "CASE")]
    case: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let case = Case::open(&arguments.case)?;
    case.check_open()?;
    take_up_interrupted(&case)?;
    let folder = case.folder().display();
    if let Some(recording) = under_way(&case)? {
        bail!("{folder}: the recording in {recording} has not ended; end it, then close the case");
    }
    let key = match case.close(now())? {
        KeyFate::Destroyed => {
            "the key of its authority was overwritten and removed. A file system or disk that keeps earlier blocks, and any copy of the folder, \
             may still hold it"
        }
        KeyFate::LinkRemoved => "its authority.key was a link to another place; the link was removed, and what it led to was left as it is",
        KeyFate::NoneThere => "there was no key of an authority in it",
    };
    writeln!(
        io::stdout(),
        "{folder}: case {} closed; {key}.\nNothing more can be recorded in it; what was recorded can be replayed and verified as before. Take its \
         certificate ({}) out of every browser that was made to trust it.",
        case.file.id,
        AUTHORITY_KEY_FILE.replace(".key", ".pem"),
    )?;
    Ok(Outcome::Done)
}
