//! `dataspoor import`: takes a recording of another program into a case, with a number of its own in the ledger. The file is copied as it is; what its
//! format cannot carry is written down beside it.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;

use super::inputs::host_in;
use super::recovery::now;
use super::{Outcome, named_scenario, plain};
use crate::batch::inspect;
use crate::capture::{CaseRef, Fidelity, IMPORT_FILE, ImportFile, ImportedCapture, REPORT_FOLDER, SESSION_FILE};
use crate::interop::har;
use crate::vault::{CAPTURES_FOLDER, Case, ImportedFile, Ledger, LedgerLine, Planned};

/// Take a recording into a case.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The recording: a HAR, WARC or WACZ file of any browser or tool, or a flow file of mitmproxy.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Folder of the case.
    #[arg(long, value_name = "FOLDER")]
    case: PathBuf,
    /// Scenario of which it is a recording, by its name in the plan of the case.
    #[arg(long, value_name = "NAME")]
    scenario: String,
    /// Which repetition of the scenario it is; by default the one after the last in the ledger.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    repetition: Option<u32>,
    /// Who made it, when, where and with what: stands in every report.
    #[arg(long, value_name = "TEXT", default_value = "")]
    said: String,
    /// Address of the page that is examined; by default the recording decides and the basis is recorded.
    #[arg(long, value_name = "URL")]
    page: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let case = Case::open(&arguments.case)?;
    case.check_open()?;
    if arguments.scenario.trim().is_empty() {
        bail!("--scenario is empty; name the scenario as the plan of the case does");
    }
    if let Some(page) = arguments.page.as_deref().filter(|page| host_in(page).is_none()) {
        bail!("--page {page:?} has no host; give an address such as https://www.facebook.com/ministry");
    }
    // What cannot be read gets no number: it is no recording.
    let (source, fidelity) = inspect(&arguments.file, har::Options::default())?;
    named_scenario::check(&case, &arguments.scenario)?;
    let name = file_name(&arguments.file)?;
    let mut ledger = case.ledger()?;
    let sha256 = source.digest.to_string();
    if let Some(number) = known(&ledger, &sha256) {
        bail!(
            "{}: this very file is recording {number} of the case already; a copy of a recording is no second recording",
            arguments.file.display()
        );
    }
    let number = ledger.next_number();
    let repetition = arguments.repetition.unwrap_or_else(|| next_repetition(&ledger, &arguments.scenario));
    let below = format!("{CAPTURES_FOLDER}/{number:04}");
    let folder = case.folder().join(&below);
    let at = now().to_string();
    let case_ref = CaseRef { id: case.file.id.clone(), number };
    let tool = format!("dataspoor {}", env!("CARGO_PKG_VERSION"));
    let mut description = ImportFile::new(tool, case_ref, arguments.scenario.clone(), repetition, at.clone());
    description.page.clone_from(&arguments.page);
    description.said.clone_from(&arguments.said);
    (description.file, description.bytes, description.sha256) = (name.clone(), source.length, sha256.clone());
    description.kind = source.format.to_owned();
    description.fidelity = fidelity.clone();
    ledger.append(&LedgerLine::Begun {
        number,
        at,
        folder: below,
        planned: Some(Planned { scenario: arguments.scenario.clone(), repetition }),
        imported: Some(ImportedFile { file: name, format: source.format.to_owned(), sha256, said: arguments.said.clone() }),
    })?;
    let imported = ImportedCapture::create(&folder, &arguments.file, description);
    let (entries, interrupted) = if imported.is_ok() { (fidelity.entries, false) } else { (0, true) };
    // It has no custody log; the number stays in the ledger whatever became of it.
    ledger.append(&LedgerLine::Ended {
        number,
        at: now().to_string(),
        entries,
        custody_head: String::new(),
        interrupted,
        outcome: None,
    })?;
    drop(ledger);
    imported?;
    tell(&folder, &case, number, repetition, arguments, &fidelity)?;
    Ok(Outcome::Done)
}

/// The number of a recording of the case that is this file.
fn known(ledger: &Ledger, sha256: &str) -> Option<u64> {
    let ended = |wanted: u64| {
        ledger.lines().iter().any(|line| matches!(line, LedgerLine::Ended { number, interrupted: false, .. } if *number == wanted))
    };
    ledger.lines().iter().find_map(|line| match line {
        LedgerLine::Begun { number, imported: Some(imported), .. } if imported.sha256 == sha256 && ended(*number) => Some(*number),
        _ => None,
    })
}

/// The repetition after the last one of a scenario that was begun.
fn next_repetition(ledger: &Ledger, scenario: &str) -> u32 {
    let begun = ledger.lines().iter().filter_map(|line| match line {
        LedgerLine::Begun { planned: Some(planned), .. } if planned.scenario == scenario => Some(planned.repetition),
        _ => None,
    });
    begun.max().unwrap_or_default().saturating_add(1)
}

/// The name under which the file lies in its folder, where some names are ours.
fn file_name(path: &Path) -> anyhow::Result<String> {
    let name = path.file_name().with_context(|| format!("{}: the path has no file name; name the file itself", path.display()))?;
    let name = name.to_string_lossy().into_owned();
    Ok(if [IMPORT_FILE, SESSION_FILE, REPORT_FOLDER].contains(&&*name) { format!("imported-{name}") } else { name })
}

fn tell(folder: &Path, case: &Case, number: u64, repetition: u32, arguments: &Arguments, fidelity: &Fidelity) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{}: {} is recording {number} of the case: scenario {}, repetition {repetition}; {} entries",
        folder.display(),
        arguments.file.display(),
        plain(&arguments.scenario),
        fidelity.entries
    )?;
    for (count, what) in [(fidelity.with_cookies, "Cookie"), (fidelity.with_set_cookies, "Set-Cookie")] {
        if count == 0 && fidelity.entries > 0 {
            writeln!(out, "  no entry has a {what} field: the export left them out, or there were none; their absence proves nothing")?;
        }
    }
    let lacks: Vec<String> = fidelity.not_carried.iter().map(|(what, count)| format!("{what} ({count} of {})", fidelity.entries)).collect();
    if !lacks.is_empty() {
        writeln!(out, "  not in the file: {}", lacks.join(", "))?;
    }
    for (kind, count) in &fidelity.gaps {
        writeln!(out, "  gap {kind} ({count}); docs/gaps.md says what it means")?;
    }
    writeln!(out, "  the file lies there as it came: nothing in it is masked, so give the folder to nobody without looking into it")?;
    writeln!(out, "Replay with: dataspoor replay {} --case {}", folder.display(), case.folder().display())
}
