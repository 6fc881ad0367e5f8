//! `dataspoor verify`: check an annex.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;

use super::Outcome;
use super::inputs::{JudgedBy, case_of, key_and_decisions, take_over};
use super::outside::of_annex;
use super::recovery::take_up;
use super::seed::SeedsKeyOption;
use super::verify_times::TrustedTimes;
use super::verify_told::Findings;
use super::{verify_case, verify_package};
use crate::batch::{Check, MANIFEST_FILE, Verdict, verify_file, verify_folder, verify_head, verify_rederivation};
use crate::capture::{self, Capture, CaptureError, IMPORT_FILE, ImportedCapture, PackedCapture};
use crate::model::Digest;
use crate::vault::{Case, LedgerLine};

/// Check an evidence log and annex.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Sealed package, folder of a case, of a recording, of an annex or of several annexes, or a single evidence.ndjson or annex.json.
    #[arg(value_name = "PATH")]
    pub(super) path: PathBuf,
    /// The recording: make everything again from it and compare every byte.
    #[arg(long, value_name = "FILE")]
    capture: Option<PathBuf>,
    /// Digest of the last record of the log (of a case: of its ledger) as it was kept elsewhere, for instance in a signed letter: shows whether all
    /// files were rewritten.
    #[arg(long, value_name = "DIGEST")]
    pub(super) expect_head: Option<Digest>,
    /// The public key with which a package should be signed: 64 hexadecimal digits, or a file in PEM, as its owner handed it out on a way of its own.
    #[arg(long, value_name = "KEY")]
    pub(super) expect_key: Option<String>,
    /// Of a masked copy: list every mask.
    #[arg(long)]
    pub(super) masks: bool,
    /// Of a masked copy: a file that opens one of its masks, as `dataspoor open` makes it.
    #[arg(long, value_name = "FILE")]
    pub(super) opening: Option<PathBuf>,
    /// Print only what does not hold.
    #[arg(short, long)]
    quiet: bool,
    /// Print one JSON document instead of lines (docs/verify.md).
    #[arg(long, conflicts_with = "quiet")]
    json: bool,
    /// Folder of the case that the recording belongs to: its key makes the digests of entries again.
    #[arg(long, value_name = "FOLDER")]
    pub(super) case: Option<PathBuf>,
    #[command(flatten)]
    pub(super) times: TrustedTimes,
    #[command(flatten)]
    pub(super) seeds: SeedsKeyOption,
    #[command(flatten)]
    pub(super) judged_by: JudgedBy,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let mut findings = Findings::default();
    find(arguments, &mut findings)?;
    Ok(if arguments.json { findings.tell_json(&arguments.path)? } else { findings.tell(arguments.quiet)? })
}

fn find(arguments: &Arguments, findings: &mut Findings) -> anyhow::Result<()> {
    let path = &arguments.path;
    let cannot = || format!("{}: cannot be read; name the folder of an annex, or its evidence.ndjson or annex.json", path.display());
    if PackedCapture::is_archive(path) {
        if arguments.capture.is_some() {
            bail!("--capture goes with an annex, and {} is a package; leave it out", path.display());
        }
        return verify_package::find(arguments, findings);
    }
    if arguments.expect_key.is_some() {
        bail!("--expect-key goes with a sealed package, and {} is none; leave it out", path.display());
    }
    if fs::metadata(path).with_context(cannot)?.is_file() {
        if arguments.capture.is_some() {
            bail!("--capture needs the folder of the annex, not a single file, because the manifest says how it was made");
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if arguments.expect_head.is_some() && !name.ends_with(".ndjson") {
            bail!("--expect-head is about the evidence log; name the folder of the annex, or its evidence.ndjson");
        }
        let mut checks = vec![verify_file(&name, &fs::read(path).with_context(cannot)?)];
        checks.extend(arguments.expect_head.map(|head| verify_head(path, head)));
        findings.add(path.parent().unwrap_or(Path::new("")), checks);
        return Ok(());
    }
    if Case::is_at(path) {
        return whole_case(arguments, findings);
    }
    if Capture::is_at(path) {
        return recording(arguments, findings);
    }
    if ImportedCapture::is_at(path) {
        return taken_in(arguments, findings);
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
    if arguments.expect_head.is_some() && folders.len() > 1 {
        bail!("--expect-head goes with one annex, and {} holds {}; name one of its folders", path.display(), folders.len());
    }
    for folder in &folders {
        let mut checks = verify_folder(folder).with_context(cannot)?;
        checks.extend(arguments.expect_head.map(|head| verify_head(folder, head)));
        if let Some(capture) = &arguments.capture {
            if checks.iter().any(|check| check.file == MANIFEST_FILE && check.verdict == Verdict::Disproved) {
                let text = "the manifest does not hold, so it is not known how the annex was made".to_owned();
                checks.push(Check { verdict: Verdict::CannotBeChecked, file: MANIFEST_FILE.to_owned(), text });
            } else {
                let case = case_of(arguments.case.as_deref(), std::slice::from_ref(capture))?;
                let mut inputs = arguments.judged_by.load()?;
                case.iter().try_for_each(|case| take_over(&mut inputs, case))?;
                arguments.seeds.plant(&mut inputs, case.as_ref())?;
                of_annex(&mut inputs, folder, case.as_ref(), &arguments.judged_by.store)?;
                checks.extend(verify_rederivation(folder, capture, &inputs, &key_and_decisions(case.as_ref()))?);
            }
        }
        findings.add(folder, checks);
    }
    // Whoever can rewrite one file can rewrite all of them, digests included: only what lies elsewhere shows that.
    let rewritten = "Whether somebody rewrote all of them shows only against a head kept elsewhere (--expect-head) or against the recording (--capture). ";
    let rewritten = if arguments.expect_head.is_some() { "" } else { rewritten };
    let repeats = if arguments.capture.is_some() { "The analysis repeats. " } else { "" };
    findings.rests_on =
        format!("the files fit together. {rewritten}{repeats}That the recording is complete and honest rests on whoever made it.");
    Ok(())
}

/// Checks a case: its ledger and all that it knows of.
fn whole_case(arguments: &Arguments, findings: &mut Findings) -> anyhow::Result<()> {
    if arguments.capture.is_some() {
        bail!("--capture goes with an annex, and {} is a case; name a recording of it or an annex", arguments.path.display());
    }
    let case = Case::open(&arguments.path)?;
    findings.add(&arguments.path, verify_case::checks(&case, arguments.expect_head)?);
    findings.rests_on = verify_case::RESTS_ON.to_owned();
    Ok(())
}

/// Checks a recording of ours, and the annex that lies in it.
fn recording(arguments: &Arguments, findings: &mut Findings) -> anyhow::Result<()> {
    let folder = &arguments.path;
    match take_up(folder) {
        // What was damaged otherwise than by an interruption is named below, with its place.
        Err(error) if matches!(error.downcast_ref(), Some(CaptureError::Damaged { .. })) => {}
        taken_up => taken_up?,
    }
    let case = case_of(arguments.case.as_deref(), std::slice::from_ref(folder))?;
    let key = case.as_ref().map(Case::key);
    let cannot = || format!("{}: cannot be read; check the folder and its permissions", folder.display());
    let found = capture::verify(folder, key.as_ref()).with_context(cannot)?;
    let mut checks: Vec<Check> = found
        .problems
        .iter()
        .map(|problem| Check {
            verdict: Verdict::Disproved,
            file: problem.file.clone(),
            text: format!("{}: {}", problem.place, problem.what),
        })
        .collect();
    let holds = checks.is_empty();
    if holds {
        let proved = |file: &str, text: String| Check { verdict: Verdict::Proved, file: file.to_owned(), text };
        let session = Capture::open(folder)?.session;
        let belongs = session.case.as_ref().map(|of| format!("; it is recording {} of case {}", of.number, of.id)).unwrap_or_default();
        checks.push(proved(capture::SESSION_FILE, format!("every line fits its digest, and the custody log names this file{belongs}")));
        let head = found.head.map(|head| head.to_string()).unwrap_or_default();
        checks.push(proved(capture::CUSTODY_FILE, format!("{} records, each fits the one before; head {head}", found.records)));
        checks.push(proved(
            capture::ARCHIVE_FOLDER,
            format!("{} records cover all {} bytes, each as the custody log has it", found.archive_records, found.archive_bytes),
        ));
        let digests = format!("the digests of {} entries", found.entries - found.undigested);
        checks.push(if found.entry_digests {
            let without = match found.undigested {
                0 => String::new(),
                count => format!("; {count} more have none, because the recording was interrupted, but their heads and bodies have theirs"),
            };
            proved(capture::CUSTODY_FILE, format!("{digests} were made again from their messages{without}"))
        } else {
            let text = format!("{digests} need the key of the case; pass its folder with --case");
            Check { verdict: Verdict::CannotBeChecked, file: capture::CUSTODY_FILE.to_owned(), text }
        });
        checks.extend(case.as_ref().zip(session.case).and_then(|(case, of)| verify_case::noted_end(case, of.number, found.head)));
        if let Some(expected) = arguments.expect_head {
            let verdict = if found.head == Some(expected) { Verdict::Proved } else { Verdict::Disproved };
            let text = format!("its head is {head}; {expected} was expected");
            checks.push(Check { verdict, file: capture::CUSTODY_FILE.to_owned(), text });
        }
    }
    if holds {
        let (found, sentence) = arguments.times.checks(folder)?;
        checks.extend(found);
        findings.times = sentence;
    }
    findings.add(folder, checks);
    let report = folder.join(capture::REPORT_FOLDER);
    if report.join(MANIFEST_FILE).is_file() {
        let mut checks = verify_folder(&report).with_context(cannot)?;
        if holds && (found.entry_digests || key.is_some()) {
            let mut inputs = arguments.judged_by.load()?;
            case.iter().try_for_each(|case| take_over(&mut inputs, case))?;
            arguments.seeds.plant(&mut inputs, case.as_ref())?;
            of_annex(&mut inputs, &report, case.as_ref(), &arguments.judged_by.store)?;
            checks.extend(verify_rederivation(&report, folder, &inputs, &key_and_decisions(case.as_ref()))?);
        }
        findings.add(&report, checks);
    }
    if holds {
        let interrupted =
            if found.interrupted { "The recording was interrupted and taken up again; its custody log says what was found. " } else { "" };
        let masked = match masks(folder)? {
            0 => String::new(),
            1 => "In 1 place a secret was masked before it was recorded; what stood there cannot be checked. ".to_owned(),
            masks => format!("In {masks} places a secret was masked before it was recorded; what stood there cannot be checked. "),
        };
        findings.rests_on = format!(
            "{interrupted}{masked}{}The files fit together. Whether somebody rewrote all of them shows only against a head kept elsewhere \
             (--expect-head). That the recording is complete and honest rests on whoever made it.",
            findings.times
        );
    }
    Ok(())
}

/// Checks a recording that was made elsewhere and taken into a case, and the annex that lies in it.
fn taken_in(arguments: &Arguments, findings: &mut Findings) -> anyhow::Result<()> {
    let folder = &arguments.path;
    if arguments.expect_head.is_some() {
        bail!("{}: a recording that was made elsewhere has no custody log and so no head; leave out --expect-head", folder.display());
    }
    let case = case_of(arguments.case.as_deref(), std::slice::from_ref(folder))?;
    let mut checks = Vec::new();
    let mut found = |verdict, file: &str, text: String| checks.push(Check { verdict, file: file.to_owned(), text });
    match ImportedCapture::open(folder) {
        Err(error) => found(Verdict::Disproved, IMPORT_FILE, error.to_string()),
        Ok(imported) => {
            let description = &imported.description;
            found(Verdict::Proved, IMPORT_FILE, "every line fits its digest".to_owned());
            match imported.check() {
                Ok(()) => found(Verdict::Proved, &description.file, format!("is the file that {IMPORT_FILE} describes")),
                Err(error) => found(Verdict::Disproved, &description.file, error.to_string()),
            }
            let number = description.case.number;
            match &case {
                None => {
                    let text = format!("whether the ledger noted this file as number {number} needs the case; pass its folder with --case");
                    found(Verdict::CannotBeChecked, IMPORT_FILE, text);
                }
                Some(case) => {
                    let noted = |line: &LedgerLine| match line {
                        LedgerLine::Begun { number: noted, imported: Some(imported), .. } => {
                            *noted == number && imported.sha256 == description.sha256
                        }
                        _ => false,
                    };
                    let (verdict, text) = match case.ledger()?.lines().iter().any(noted) {
                        true => (Verdict::Proved, format!("the ledger of the case noted this file as number {number}")),
                        false => (Verdict::Disproved, format!("the ledger of the case knows no such file as number {number}")),
                    };
                    found(verdict, IMPORT_FILE, text);
                }
            }
        }
    }
    let sound = checks.iter().all(|check| check.verdict != Verdict::Disproved);
    findings.add(folder, checks);
    let report = folder.join(capture::REPORT_FOLDER);
    if report.join(MANIFEST_FILE).is_file() {
        let mut checks = verify_folder(&report).with_context(|| format!("{}: cannot be read", report.display()))?;
        if let Some(case) = case.as_ref().filter(|_| sound) {
            let mut inputs = arguments.judged_by.load()?;
            take_over(&mut inputs, case)?;
            arguments.seeds.plant(&mut inputs, Some(case))?;
            of_annex(&mut inputs, &report, Some(case), &arguments.judged_by.store)?;
            checks.extend(verify_rederivation(&report, folder, &inputs, &key_and_decisions(Some(case)))?);
        }
        findings.add(&report, checks);
    }
    findings.rests_on =
        "the file is the one that was taken into the case. It was made with another program, and no custody log vouches for what happened \
                         before; that it is complete and honest rests on whoever made it."
            .to_owned();
    Ok(())
}

/// In how many places secrets were masked.
fn masks(folder: &Path) -> anyhow::Result<u64> {
    let custody = Capture::open(folder)?.contents()?.session.custody.unwrap_or_default();
    Ok(custody.masks.iter().map(|(_, count)| count).sum())
}
