//! What is there of a case: its recordings as the ledger, their own files and their annexes know them, what is kept beside them, and what lies among them
//! that the ledger does not know. Reads and compares; changes nothing.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::capture::{
    CUSTODY_FILE, Capture, CaptureError, EncryptedHeader, ImportedCapture, REPORT_FOLDER, SessionFile, is_being_recorded,
};
use crate::evidence::verify_chain;
use crate::model::{Digest, ProfileUse, Timestamp};
use crate::plan::{Asked, Ended, Known, NotUsed, OnDisk};
use crate::vault::{CAPTURES_FOLDER, Case, KeptKind, LedgerLine};

/// The setting by which the session of a baseline says what it is.
const BASELINE_OF: &str = "baseline-of";

/// How the session of a recording without a scenario says that its profile was new.
const NEW_PROFILE: &str = ", started by dataspoor with a new profile";

/// The annex of a recording, in its folder of reports.
const ANNEX_FILE: &str = "annex.json";

/// What is there of a case.
pub(super) struct Inventory {
    /// Its recordings by number.
    pub(super) known: Vec<Known>,
    /// What is kept beside them, in the order of the ledger.
    pub(super) kept: Vec<KeptItem>,
    /// Recordings in its folder that its ledger does not know.
    pub(super) strangers: Vec<Stranger>,
    /// Digest of the last record of the custody log, as the ledger noted it at the end of each recording.
    pub(super) heads: BTreeMap<u64, String>,
    /// When it was closed.
    pub(super) closed: Option<String>,
}

/// Something that is kept beside the recordings.
#[derive(Clone, Debug, Serialize)]
pub(super) struct KeptItem {
    pub(super) id: String,
    pub(super) what: KeptKind,
    pub(super) at: String,
    pub(super) file: String,
    pub(super) about: BTreeMap<String, String>,
    pub(super) disk: KeptOnDisk,
}

/// What is there of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum KeptOnDisk {
    There,
    Lost,
    Changed,
}

/// A recording that lies among those of a case and that its ledger does not know.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Stranger {
    /// Its folder, below that of the case.
    pub(super) folder: String,
    /// The case it says it belongs to, and its number there. `None`: to none, or it cannot be read.
    pub(super) case: Option<String>,
    pub(super) number: Option<u64>,
    /// Whether it names this case: then it was taken out of the ledger, or never stood in it.
    pub(super) of_this_case: bool,
}

/// What the annex of a recording says of its stretches, and of which recording it is.
#[derive(Deserialize)]
struct AnnexFacts {
    #[serde(default)]
    stretches: Vec<StretchFacts>,
    #[serde(default)]
    scenario: Option<ScenarioFacts>,
    #[serde(default)]
    custody: Option<CustodyFacts>,
}

#[derive(Deserialize)]
struct StretchFacts {
    hosts: u64,
    hosts_first_asked_with_cookies: u64,
}

#[derive(Deserialize)]
struct ScenarioFacts {
    start: StartFacts,
}

#[derive(Deserialize)]
struct StartFacts {
    with_cookies_from_elsewhere: u64,
}

#[derive(Deserialize)]
struct CustodyFacts {
    head: Option<String>,
}

/// What the ledger says of a recording, beyond what [`Known`] holds.
#[derive(Default)]
struct Noted {
    head: Option<String>,
    imported: Option<(String, String)>,
    /// When it was removed, and why.
    purged: Option<(String, String)>,
}

/// Collects what is there. `lines`: the ledger.
pub(super) fn take(case: &Case, lines: &[LedgerLine]) -> Inventory {
    let mut all: BTreeMap<u64, (Known, Noted)> = BTreeMap::new();
    let mut kept = Vec::new();
    let mut closed = None;
    for line in lines {
        match line {
            LedgerLine::Begun { number, at, folder, planned, imported } => {
                let (known, noted) = all.entry(*number).or_default();
                (known.number, known.folder, known.begun) = (*number, folder.clone(), Timestamp::parse(at));
                known.planned = planned.as_ref().map(|planned| (planned.scenario.clone(), planned.repetition));
                known.imported = imported.as_ref().map(|imported| imported.said.clone());
                noted.imported = imported.as_ref().map(|imported| (imported.file.clone(), imported.sha256.clone()));
            }
            LedgerLine::Ended { number, entries, custody_head, interrupted, outcome, .. } => {
                let (known, noted) = all.entry(*number).or_default();
                known.number = *number;
                known.ended = Some(Ended { entries: *entries, interrupted: *interrupted, outcome: outcome.clone() });
                noted.head = Some(custody_head.clone()).filter(|head| !head.is_empty());
            }
            LedgerLine::Discarded { number, at, by, reason } => {
                let (known, _) = all.entry(*number).or_default();
                known.number = *number;
                // The first reason stands.
                known.discarded.get_or_insert_with(|| NotUsed { by: by.clone(), at: at.clone(), reason: reason.clone() });
            }
            LedgerLine::Kept { id, at, what, file, sha256, about } => {
                let disk = match sha256_of(&case.folder().join(file)) {
                    Ok(found) if found == *sha256 => KeptOnDisk::There,
                    Ok(_) => KeptOnDisk::Changed,
                    Err(_) => KeptOnDisk::Lost,
                };
                let (id, at, file, about) = (id.clone(), at.clone(), file.clone(), about.clone());
                kept.push(KeptItem { id, what: *what, at, file, about, disk });
            }
            LedgerLine::Purged { number, at, why, .. } => {
                let (known, noted) = all.entry(*number).or_default();
                known.number = *number;
                noted.purged.get_or_insert_with(|| (at.clone(), why.clone()));
            }
            LedgerLine::Closed { at, .. } => closed = Some(at.clone()),
            LedgerLine::Case { .. }
            | LedgerLine::SeedAdded { .. }
            | LedgerLine::Stamped { .. }
            | LedgerLine::Sealed { .. }
            | LedgerLine::Shared { .. }
            | LedgerLine::Opened { .. } => {}
        }
    }
    let folders: Vec<PathBuf> = all.values().map(|(known, _)| case.folder().join(&known.folder)).collect();
    let heads = all.iter().filter_map(|(number, (_, noted))| Some((*number, noted.head.clone()?))).collect();
    let known = all.into_values().map(|(known, noted)| look(case, known, &noted)).collect();
    Inventory { known, kept, strangers: strangers(case, &folders), heads, closed }
}

/// Adds what the recording's own files say to what the ledger says.
fn look(case: &Case, mut known: Known, noted: &Noted) -> Known {
    let folder = case.folder().join(&known.folder);
    if let Some((at, why)) = &noted.purged {
        known.disk = match fs::symlink_metadata(&folder) {
            Err(_) => OnDisk::Purged(at.clone(), why.clone()),
            Ok(_) => OnDisk::Changed(format!(
                "the ledger notes that it was purged at {at}, and something lies there still; `dataspoor purge` removes it"
            )),
        };
        return known;
    }
    let annex = fs::read(folder.join(REPORT_FOLDER).join(ANNEX_FILE)).ok();
    let annex: Option<AnnexFacts> = annex.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    if let Some((file, sha256)) = &noted.imported {
        known.disk = match sha256_of(&folder.join(file)) {
            Ok(found) if found == *sha256 => described(case, &folder, known.number),
            Ok(found) => OnDisk::Changed(format!("{file} has the SHA-256 {found}, and the ledger noted {sha256}")),
            Err(_) if known.ended.as_ref().is_some_and(|ended| ended.interrupted) => OnDisk::Empty,
            Err(_) => OnDisk::Lost,
        };
        known.profile = Some(ProfileUse::Unknown);
        known.asked = annex.map(|annex| asked(&annex));
        return known;
    }
    if !Capture::is_at(&folder) {
        let nothing = known.ended.as_ref().is_some_and(|ended| ended.entries == 0) && noted.head.is_none();
        known.disk = if nothing { OnDisk::Empty } else { OnDisk::Lost };
        return known;
    }
    let session = match SessionFile::read(&folder) {
        Ok((session, _)) => session,
        Err(CaptureError::Locked { .. }) => {
            known.disk = locked(case, &folder, &known);
            return known;
        }
        Err(error) => {
            known.disk = OnDisk::Changed(error.to_string());
            return known;
        }
    };
    match &session.case {
        Some(of) if of.id == case.file.id && of.number == known.number => {}
        other => {
            let words = other.as_ref().map_or_else(|| "of no case".to_owned(), |of| format!("{} of case {}", of.number, of.id));
            known.disk = OnDisk::Another(format!("what lies there says that it is recording {words}"));
            return known;
        }
    }
    known.baseline = session.settings.contains_key(BASELINE_OF);
    known.profile = Some(match &session.scenario {
        Some(scenario) => scenario.profile.clone(),
        None if session.browser.ends_with(NEW_PROFILE) => ProfileUse::Fresh,
        None => ProfileUse::Unknown,
    });
    known.scenario = session.scenario;
    let head = match Capture::open(&folder).and_then(|capture| capture.log()) {
        Ok(log) => verify_chain(&log, |_, _| {}).map(|summary| summary.head.to_string()).map_err(|problem| problem.to_string()),
        Err(error) => Err(error.to_string()),
    };
    known.disk = match (&known.ended, head, &noted.head) {
        (None, _, _) if is_being_recorded(&folder) => OnDisk::Running,
        (None, _, _) => OnDisk::NotTakenUp,
        (Some(_), Err(what), _) => OnDisk::Changed(format!("{CUSTODY_FILE}: {what}")),
        (Some(_), Ok(found), Some(noted)) if found != *noted => {
            OnDisk::Changed(format!("the custody log ends with {found}, and the ledger noted {noted}"))
        }
        (Some(_), Ok(found), _) => {
            // An annex of another recording, or of this one before it was taken up, says nothing of its start.
            let own = |annex: &AnnexFacts| annex.custody.as_ref().and_then(|custody| custody.head.as_deref()) == Some(found.as_str());
            known.asked = annex.filter(own).map(|annex| asked(&annex));
            OnDisk::There
        }
    };
    known
}

/// What can be said of an encrypted recording without its key: whether it is this one, as it says in clear.
fn locked(case: &Case, folder: &Path, known: &Known) -> OnDisk {
    match EncryptedHeader::read(folder) {
        Ok(Some(EncryptedHeader { case: Some(of), .. })) if of.id == case.file.id && of.number == known.number => match known.ended {
            Some(_) => OnDisk::Locked,
            None if is_being_recorded(folder) => OnDisk::Running,
            None => OnDisk::NotTakenUp,
        },
        Ok(_) => OnDisk::Another("what lies there says that it is another recording".to_owned()),
        Err(error) => OnDisk::Changed(error.to_string()),
    }
}

/// Whether the description of a recording of another program, which its file fits, is that of this case and number.
fn described(case: &Case, folder: &Path, number: u64) -> OnDisk {
    match ImportedCapture::open(folder) {
        Err(error) => OnDisk::Changed(error.to_string()),
        Ok(ImportedCapture { description, .. }) if description.case.id == case.file.id && description.case.number == number => {
            OnDisk::There
        }
        Ok(ImportedCapture { description, .. }) => {
            let of = &description.case;
            OnDisk::Another(format!("what lies there says that it is recording {} of case {}", of.number, of.id))
        }
    }
}

fn asked(annex: &AnnexFacts) -> Asked {
    let sum = |of: fn(&StretchFacts) -> u64| annex.stretches.iter().map(of).fold(0, u64::saturating_add);
    // What an answer of the recording set before is no sign of an earlier visit; an annex of an older version does not tell the two apart.
    let from_elsewhere = annex.scenario.as_ref().map(|scenario| scenario.start.with_cookies_from_elsewhere);
    let with_cookies = from_elsewhere.unwrap_or_else(|| sum(|stretch| stretch.hosts_first_asked_with_cookies));
    Asked { hosts: sum(|stretch| stretch.hosts), with_cookies }
}

/// Recordings in the folder of a case that are none of `folders`.
fn strangers(case: &Case, folders: &[PathBuf]) -> Vec<Stranger> {
    let captures = case.folder().join(CAPTURES_FOLDER);
    let mut paths: Vec<PathBuf> = fs::read_dir(captures).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let unknown = paths.into_iter().filter(|path| !folders.contains(path));
    let stranger = |path: PathBuf| {
        let of = if Capture::is_at(&path) {
            let in_clear = EncryptedHeader::read(&path).ok().flatten().and_then(|header| header.case);
            let of = in_clear.or_else(|| SessionFile::read(&path).ok().and_then(|(session, _)| session.case));
            of.map(|of| (of.id, of.number))
        } else if ImportedCapture::is_at(&path) {
            ImportedCapture::open(&path).ok().map(|imported| (imported.description.case.id, imported.description.case.number))
        } else {
            return None;
        };
        Some(Stranger {
            folder: format!("{CAPTURES_FOLDER}/{}", path.file_name().unwrap_or_default().to_string_lossy()),
            of_this_case: of.as_ref().is_some_and(|(id, _)| *id == case.file.id),
            number: of.as_ref().map(|(_, number)| *number),
            case: of.map(|(id, _)| id),
        })
    };
    unknown.filter_map(stranger).collect()
}

/// SHA-256 of a file, hexadecimal.
pub(super) fn sha256_of(path: &Path) -> io::Result<String> {
    Ok(Digest::of(&fs::read(path)?).to_string())
}
