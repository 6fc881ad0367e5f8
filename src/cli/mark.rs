//! `dataspoor mark`: marks this moment in a recording that runs in another terminal. It writes nothing itself; the recording does.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Args;

use super::control::{self, Answer};
use super::{Outcome, plain};
use crate::capture::{Capture, CaptureError, EncryptedHeader, SessionFile};
use crate::model::MarkKind;
use crate::vault::{Case, LedgerLine};

/// Mark this moment.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folder of the case whose recording runs; by default the current folder, if it is one.
    #[arg(long, value_name = "FOLDER", conflicts_with = "recording")]
    case: Option<PathBuf>,
    /// Folder of the recording [default: the one that runs].
    #[arg(long, value_name = "FOLDER")]
    recording: Option<PathBuf>,
    /// note; choice, if something was chosen on a screen just now; or fresh-profile, if a browser with a new profile begins.
    #[arg(long, value_name = "KIND", default_value = "note", value_parser = kind)]
    kind: MarkKind,
    /// The note, the literal text of the button, or the name of the stretch that begins.
    #[arg(value_name = "TEXT")]
    text: String,
}

fn kind(text: &str) -> Result<MarkKind, String> {
    MarkKind::ALL.into_iter().find(|kind| kind.id() == text).ok_or_else(|| "write note, choice or fresh-profile".to_owned())
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let answer = match (&arguments.recording, &arguments.case) {
        (Some(folder), _) => in_recording(arguments, folder)?,
        (None, Some(folder)) => in_case(arguments, &Case::open(folder)?)?,
        (None, None) if Case::is_at(Path::new(".")) => in_case(arguments, &Case::open(Path::new("."))?)?,
        (None, None) => in_the_one_that_runs(arguments)?,
    };
    let Answer { at: Some(at), folder, .. } = answer else {
        bail!("{}", answer.error.as_deref().unwrap_or("the recording gave no answer; it may be of another version of dataspoor"));
    };
    writeln!(io::stdout(), "{} marked at {at} in {}", arguments.kind.id(), plain(&folder))?;
    Ok(Outcome::Done)
}

fn in_recording(arguments: &Arguments, folder: &Path) -> anyhow::Result<Answer> {
    if !Capture::is_at(folder) {
        bail!("{}: no recording here (no session.json); name the folder that `dataspoor record` printed", folder.display());
    }
    match control::mark(&session_id(folder)?, arguments.kind, &arguments.text)? {
        Some(answer) => Ok(answer),
        None => bail!("{}: this recording does not run (any more); marks are made while it runs, by the same user", folder.display()),
    }
}

/// The identifier of a recording's session. That of an encrypted one stands in clear beside it.
fn session_id(folder: &Path) -> Result<String, CaptureError> {
    match EncryptedHeader::read(folder)? {
        Some(header) => Ok(header.id),
        None => SessionFile::read(folder).map(|(session, _)| session.id),
    }
}

fn in_case(arguments: &Arguments, case: &Case) -> anyhow::Result<Answer> {
    let here = case.folder().display();
    let begun: Vec<PathBuf> = {
        let ledger = case.ledger()?;
        let ended = |wanted: u64| ledger.lines().iter().any(|line| matches!(line, LedgerLine::Ended { number, .. } if *number == wanted));
        let begun = ledger.lines().iter().filter_map(|line| match line {
            LedgerLine::Begun { number, folder, .. } if !ended(*number) => Some(case.folder().join(folder)),
            _ => None,
        });
        begun.collect()
    };
    let running = control::running()?;
    let runs = |folder: &PathBuf| {
        let session = session_id(folder).ok()?;
        running.iter().any(|(id, _)| *id == session).then_some(session)
    };
    let ids: Vec<(String, &PathBuf)> = begun.iter().filter_map(|folder| Some((runs(folder)?, folder))).collect();
    match &ids[..] {
        [(id, _)] => match control::mark(id, arguments.kind, &arguments.text)? {
            Some(answer) => Ok(answer),
            None => bail!("{here}: the recording of this case has just ended; nothing was marked"),
        },
        [] => bail!(
            "{here}: no recording of this case runs; start one with `dataspoor record --case {here}`, or name another with --recording"
        ),
        several => {
            let folders: Vec<String> = several.iter().map(|(_, folder)| folder.display().to_string()).collect();
            bail!("{here}: {} recordings of this case run; name one with --recording: {}", several.len(), folders.join(", "))
        }
    }
}

fn in_the_one_that_runs(arguments: &Arguments) -> anyhow::Result<Answer> {
    let running = control::running()?;
    match &running[..] {
        [(id, _)] => match control::mark(id, arguments.kind, &arguments.text)? {
            Some(answer) => Ok(answer),
            None => bail!("the recording has just ended; nothing was marked"),
        },
        [] => bail!("no recording of yours runs on this machine; start one with `dataspoor record`, or mark as the user who did"),
        several => {
            let folders: Vec<String> = several.iter().map(|(_, folder)| plain(folder)).collect();
            bail!("{} recordings run; name one with --recording: {}", several.len(), folders.join(", "))
        }
    }
}
