//! What there is to check of a sealed package: the package itself, and what the ledger of its case says of it.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use anyhow::{Context as _, bail};
use sha2::Digest as _;

use super::inputs::case_of;
use super::verify_case::noted_end;
use crate::batch::{Check, Verdict};
use crate::capture::{CUSTODY_FILE, PackedCapture, SESSION_FILE};
use crate::model::Digest;
use crate::package::{self, PackageChecked, SEAL_FILE, Told, own};
use crate::vault::{Case, LedgerLine};

/// What the proof rests on.
pub(super) const RESTS_ON: &str = "What this rests on: the package fits together, and the recording in it with itself. Whether somebody rewrote all of it shows only \
    against something kept elsewhere: a head of custody (--expect-head), a signature whose key is known, the ledger of the case. That the recording is \
    complete and honest rests on whoever made it.";

/// Checks the package at `path`. `case`: the folder of the recording's case; `expected`: the head of custody as it was kept elsewhere.
pub(super) fn checks(path: &Path, case: Option<&Path>, expected: Option<Digest>) -> anyhow::Result<Vec<Check>> {
    let wrong = |text: String| Check { verdict: Verdict::Disproved, file: String::new(), text };
    let package = match PackedCapture::open(path) {
        Ok(package) => package,
        Err(error) => return Ok(vec![wrong(error.to_string())]),
    };
    if ![SEAL_FILE, SESSION_FILE, CUSTODY_FILE].iter().any(|name| package.has(&own(name))) {
        bail!(
            "{}: is no package that dataspoor sealed (no {}); `dataspoor replay` reads archives of other tools",
            path.display(),
            own(SEAL_FILE)
        );
    }
    // A session file that cannot be read is said below; then there is no case to be held against.
    let case = if case.is_some() { case_of(case, &[path.to_owned()])? } else { None };
    let key = case.as_ref().map(Case::key);
    let cannot = || format!("{}: cannot be read; check the file and its permissions", path.display());
    let checked = match package::verify(package, key.as_ref(), None) {
        Ok(checked) => checked,
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof | io::ErrorKind::Other
            ) =>
        {
            return Ok(vec![wrong(format!("cannot be unpacked: {error}"))]);
        }
        Err(error) => return Err(error).with_context(cannot),
    };
    let mut checks = Vec::new();
    let mut take =
        |verdict, told: &[Told]| checks.extend(told.iter().map(|told| Check { verdict, file: told.file.clone(), text: told.what.clone() }));
    take(Verdict::Disproved, &checked.problems);
    take(Verdict::Proved, &checked.proved);
    take(Verdict::CannotBeChecked, &checked.open);
    if let Some(case) = &case {
        checks.extend(in_ledger(case, &checked, digest_of(path).with_context(cannot)?));
    }
    if let Some(expected) = expected {
        let verdict = if checked.recording.head == Some(expected) { Verdict::Proved } else { Verdict::Disproved };
        let head = checked.recording.head.map_or_else(|| "not established".to_owned(), |head| head.to_string());
        checks.push(Check { verdict, file: own(CUSTODY_FILE), text: format!("its head is {head}; {expected} was expected") });
    }
    Ok(checks)
}

/// What the ledger of the case says of the recording and of this package.
fn in_ledger(case: &Case, checked: &PackageChecked, sha256: Digest) -> Vec<Check> {
    let Some(number) = checked.statement.as_ref().and_then(|statement| statement.case.as_ref()).map(|of| of.number) else {
        return Vec::new();
    };
    let mut checks: Vec<Check> =
        noted_end(case, number, checked.recording.head).into_iter().map(|check| Check { file: own(CUSTODY_FILE), ..check }).collect();
    let (sha256, seal) = (sha256.to_string(), checked.seal_sha256.map(|digest| digest.to_string()).unwrap_or_default());
    let noted = |line: &LedgerLine| match line {
        LedgerLine::Sealed { number: noted, sha256: of_package, seal_sha256, .. } => {
            *noted == number && *of_package == sha256 && *seal_sha256 == seal
        }
        _ => false,
    };
    let found = match case.read_ledger() {
        Ok(ledger) if ledger.lines.iter().any(noted) => {
            (Verdict::Proved, format!("the ledger of case {} notes that this package was sealed", case.file.id))
        }
        Ok(_) => (Verdict::Disproved, format!("the ledger of case {} knows no package with this digest ({sha256})", case.file.id)),
        Err(error) => (Verdict::CannotBeChecked, format!("whether the ledger notes this package cannot be said: {error}")),
    };
    checks.push(Check { verdict: found.0, file: String::new(), text: found.1 });
    checks
}

fn digest_of(path: &Path) -> io::Result<Digest> {
    let (mut file, mut hasher, mut buffer) = (File::open(path)?, sha2::Sha256::new(), vec![0; 1 << 17]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(Digest(hasher.finalize().into())),
            read => hasher.update(&buffer[..read]),
        }
    }
}
