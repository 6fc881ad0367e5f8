//! `dataspoor purge`: removes recordings of a case whose time is over; the ledger keeps what it knows of them and notes that they were removed.

use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;

use super::inventory;
use super::recovery::{now, take_up_interrupted};
use super::{Outcome, complain, plain};
use crate::capture::{ENCRYPTED_FILE, RECORDING_KEY_FILE};
use crate::plan::{Day, Known, OnDisk};
use crate::vault::{Case, LedgerLine};

/// Remove recordings of a case whose time is over.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folder of the case.
    #[arg(value_name = "CASE")]
    case: PathBuf,
    /// Only these recordings, by their numbers in the ledger (repeat for more) [default: all whose time is over].
    #[arg(long = "number", value_name = "NUMBER")]
    numbers: Vec<u64>,
    /// The day that it is taken to be, YYYY-MM-DD in UTC [default: today]; a later day than today shows what will be removed then and removes nothing.
    #[arg(long, value_name = "DATE", value_parser = day)]
    now_past: Option<Day>,
    /// Remove recordings before their time is over, for this reason; it stands in the ledger. Name them with --number.
    #[arg(long, value_name = "REASON", requires = "numbers")]
    before_date: Option<String>,
    /// Who decided it [default: the auditor of the case].
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Remove them; without this, only say what would be removed.
    #[arg(long)]
    yes: bool,
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| "is no day such as 2027-03-31".to_owned())
}

/// A recording that is to be removed.
struct Chosen {
    known: Known,
    line: LedgerLine,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    if arguments.before_date.as_ref().is_some_and(|reason| reason.trim().is_empty()) {
        bail!("--before-date: the reason is empty; write why in words that another reader understands");
    }
    let case = Case::open(&arguments.case)?;
    let (at, today) = (now(), Day::of(now()));
    let taken_as = arguments.now_past.unwrap_or(today);
    // What was interrupted has its end noted first, where that can be done: the ledger then knows its head.
    take_up_interrupted(&case)?;
    let ledger = case.read_ledger()?;
    let inventory = inventory::take(&case, &ledger.lines);
    if let Some(unknown) = arguments.numbers.iter().find(|number| !inventory.known.iter().any(|known| known.number == **number)) {
        bail!("{}: the ledger knows no recording {unknown}; `dataspoor status` lists them", case.folder().display());
    }
    let (mut chosen, mut refused) = (Vec::new(), false);
    for known in inventory.known {
        let (number, named) = (known.number, arguments.numbers.contains(&known.number));
        let began_removal = ledger.lines.iter().find(|line| matches!(line, LedgerLine::Purged { number: purged, .. } if *purged == number));
        let until = case.kept_until(known.begun)?;
        let over = until.is_some_and(|until| until < taken_as);
        if !(named || arguments.numbers.is_empty()) || !(named || over || began_removal.is_some()) {
            continue;
        }
        let held = match &known.disk {
            OnDisk::Lost | OnDisk::Empty | OnDisk::Purged { .. } => {
                if named {
                    complain(&format!("recording {number}: nothing of it is there any more"));
                }
                continue;
            }
            OnDisk::Running => Some("it is being recorded at this moment; end it first".to_owned()),
            OnDisk::Another(what) => Some(format!("{what}; it is left alone")),
            _ if !over && began_removal.is_none() && arguments.before_date.is_none() => {
                let until =
                    until.map_or_else(|| "no day is said until which it is kept".to_owned(), |until| format!("it is kept until {until}"));
                Some(format!("{until}; --before-date REASON removes it all the same, and the ledger says why"))
            }
            _ => None,
        };
        if let Some(why) = held {
            complain(&format!("recording {number} is not removed: {why}"));
            refused = true;
            continue;
        }
        let line = began_removal.cloned().unwrap_or_else(|| LedgerLine::Purged {
            number,
            at: at.to_string(),
            by: arguments.by.as_deref().unwrap_or(&case.file.auditor).trim().to_owned(),
            until: until.map(|until| until.to_string()),
            why: reason(arguments, &case, until),
            custody_head: inventory.heads.get(&number).cloned().unwrap_or_default(),
            encrypted: case.folder().join(&known.folder).join(ENCRYPTED_FILE).is_file(),
        });
        chosen.push(Chosen { known, line });
    }
    let mut out = io::stdout().lock();
    if chosen.is_empty() {
        writeln!(
            out,
            "Nothing is removed: no recording of case {} is past its day on {taken_as}, or named and to be removed.",
            case.file.id
        )?;
        return Ok(if refused { Outcome::Differs } else { Outcome::Done });
    }
    for Chosen { known, line } in &chosen {
        let LedgerLine::Purged { why, custody_head, .. } = line else { continue };
        writeln!(
            out,
            "recording {}: {}, head of custody {}; {}",
            known.number,
            plain(&known.folder),
            if custody_head.is_empty() { "not noted" } else { custody_head },
            plain(why)
        )?;
    }
    if !arguments.yes || taken_as > today && arguments.before_date.is_none() {
        let why = if arguments.yes { "that day is still to come" } else { "nothing was asked to be removed; --yes removes" };
        writeln!(out, "{} to be removed on {taken_as}; {why}. What is removed cannot be restored.", chosen.len())?;
        return Ok(Outcome::Differs);
    }
    for Chosen { known, line } in &chosen {
        let folder = case.folder().join(&known.folder);
        let key = folder.join(RECORDING_KEY_FILE);
        let key = matches!(line, LedgerLine::Purged { encrypted: true, .. }).then_some(key.as_path());
        let removed = case.purge(line, &folder, key).with_context(|| format!("recording {}", known.number))?;
        let first = if key.is_some() { "its key first; " } else { "" };
        let links = if removed.links > 0 { format!("; {} links, of which only the link", removed.links) } else { String::new() };
        writeln!(
            out,
            "recording {} purged: {} files of {} bytes were overwritten and removed ({first}noted in the ledger){links}",
            known.number, removed.files, removed.bytes
        )?;
        packages(&mut out, &ledger.lines, known.number)?;
    }
    writeln!(
        out,
        "A file system or disk that keeps earlier blocks (copy-on-write, snapshots, flash memory) and any copy or backup of the folder may still hold what was \
         overwritten. Of an encrypted recording that rest cannot be read without its key, wherever no copy of {RECORDING_KEY_FILE} was kept."
    )?;
    Ok(if refused { Outcome::Differs } else { Outcome::Done })
}

/// Why it is removed, as the ledger says it.
fn reason(arguments: &Arguments, case: &Case, until: Option<Day>) -> String {
    if let Some(reason) = &arguments.before_date {
        return format!("before its day: {}", reason.trim());
    }
    let day = until.map(|until| until.to_string()).unwrap_or_default();
    match &case.file.retention {
        Some(retention) if retention.until.trim() == day => format!("kept until {day}: {}", retention.why.trim()),
        _ => format!("kept until {day}, by retention-days of the plan"),
    }
}

/// Says which packages were made of it, which are files of their own.
fn packages(out: &mut impl io::Write, lines: &[LedgerLine], purged: u64) -> io::Result<()> {
    for line in lines {
        if let LedgerLine::Sealed { number, file, sha256, .. } = line
            && *number == purged
        {
            writeln!(out, "  the package {} (sha256 {sha256}) was sealed of it and is not touched", plain(file))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_in_one_way() {
        assert_eq!(day("2027-03-31").map(|day| day.to_string()), Ok("2027-03-31".to_owned()));
        assert!(day("31-3-2027").is_err() && day("2027-02-30").is_err());
    }
}
