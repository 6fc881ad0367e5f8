//! What there is to check of a sealed package: the package itself, and what the ledger of its case says of it.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use sha2::Digest as _;

use super::inputs::case_of;
use super::verify::Arguments;
use super::verify_case::noted_end;
use super::verify_copy;
use super::verify_report;
use super::verify_told::Findings;
use crate::batch::{Check, Verdict};
use crate::capture::{CUSTODY_FILE, PackedCapture, SESSION_FILE};
use crate::evidence::SignerKey;
use crate::model::Digest;
use crate::package::{self, PackageChecked, SEAL_FILE, SIGNATURE_FILE, Told, own};
use crate::vault::{Case, LedgerLine};

/// Checks the package that the arguments name.
pub(super) fn find(arguments: &Arguments, findings: &mut Findings) -> anyhow::Result<()> {
    let (path, expected) = (&*arguments.path, arguments.expect_head);
    let wrong = |text: String| vec![Check { verdict: Verdict::Disproved, file: String::new(), text }];
    let expected_key = arguments.expect_key.as_deref().map(public_key).transpose()?;
    let package = match PackedCapture::open(path) {
        Ok(package) => Arc::new(package),
        Err(error) => {
            findings.add(path, wrong(error.to_string()));
            return Ok(());
        }
    };
    if ![SEAL_FILE, SESSION_FILE, CUSTODY_FILE].iter().any(|name| package.has(&own(name))) {
        bail!(
            "{}: is no package that dataspoor sealed (no {}); `dataspoor replay` reads archives of other tools",
            path.display(),
            own(SEAL_FILE)
        );
    }
    // A session file that cannot be read is said below; then there is no case to be held against.
    let case = if arguments.case.is_some() { case_of(arguments.case.as_deref(), &[path.to_owned()])? } else { None };
    let key = case.as_ref().map(Case::key);
    let cannot = || format!("{}: cannot be read; check the file and its permissions", path.display());
    let checked = match package::verify(&package, key.as_ref(), Some(&package::ed25519)) {
        Ok(checked) => checked,
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof | io::ErrorKind::Other
            ) =>
        {
            findings.add(path, wrong(format!("cannot be unpacked: {error}")));
            return Ok(());
        }
        Err(error) => return Err(error).with_context(cannot),
    };
    let mut checks = Vec::new();
    let mut take =
        |verdict, told: &[Told]| checks.extend(told.iter().map(|told| Check { verdict, file: told.file.clone(), text: told.what.clone() }));
    take(Verdict::Disproved, &checked.problems);
    take(Verdict::Proved, &checked.proved);
    take(Verdict::CannotBeChecked, &checked.open);
    if checked.problems.is_empty() {
        checks.extend(verify_copy::checks(&package, arguments.masks, arguments.opening.as_deref())?);
    }
    checks.extend(expected_key.map(|expected| signed_by(&checked, &expected)));
    if let Some(case) = &case {
        checks.extend(in_ledger(case, &checked, digest_of(path).with_context(cannot)?));
    }
    if let Some(expected) = expected {
        let verdict = if checked.recording.head == Some(expected) { Verdict::Proved } else { Verdict::Disproved };
        let head = checked.recording.head.map_or_else(|| "not established".to_owned(), |head| head.to_string());
        checks.push(Check { verdict, file: own(CUSTODY_FILE), text: format!("its head is {head}; {expected} was expected") });
    }
    let log_holds = checked.recording.head.is_some() && checked.recording.problems.is_empty();
    let (times, sentence) = arguments.times.of_package(&package, log_holds)?;
    checks.extend(times);
    findings.add(path, checks);
    findings.times = sentence;
    let report = verify_report::checks(arguments, &package, case.as_ref(), log_holds)?;
    let (report, without) =
        report.map_or((Vec::new(), "No report is in the package, so no findings were made again. "), |report| (report, ""));
    findings.add(path, report);
    let ledger = match checked.statement.is_some_and(|statement| statement.case.is_some()) {
        true => " and on the ledger of its case",
        false => "",
    };
    findings.rests_on = format!(
        "{without}{}The package fits together, and the recording in it with itself. Whether somebody rewrote all of it shows only against something kept \
         elsewhere: a head of custody (--expect-head), the key of whoever signed (--expect-key), an outside time, the ledger of the case. That the recording is \
         complete and honest rests on whoever made it{ledger}.",
        findings.times
    );
    findings.even_if_open = true;
    Ok(())
}

/// A public key that was handed out: digits, or a file in PEM.
fn public_key(text: &str) -> anyhow::Result<SignerKey> {
    if let Ok(key) = text.parse() {
        return Ok(key);
    }
    let pem = fs::read_to_string(text)
        .with_context(|| format!("--expect-key {text}: is neither a key in 64 hexadecimal digits nor a file that can be read"))?;
    SignerKey::from_pem(&pem).with_context(|| format!("--expect-key {text}: `dataspoor key export` writes such a file"))
}

/// Whether the expected key signed.
fn signed_by(checked: &PackageChecked, expected: &SignerKey) -> Check {
    let signer = checked.statement.as_ref().and_then(|statement| statement.signer.as_ref()).map(|signer| signer.public_key.to_string());
    let signature = own(SIGNATURE_FILE);
    let holds = checked.proved.iter().any(|told| told.file == signature);
    let (verdict, text) = match signer {
        Some(signer) if signer == expected.to_string() && holds => (Verdict::Proved, format!("is by the expected key {expected}")),
        Some(signer) if signer == expected.to_string() => {
            (Verdict::Disproved, format!("{} names the expected key {expected}, but its signature does not hold", own(SEAL_FILE)))
        }
        Some(signer) => (Verdict::Disproved, format!("is by the key {signer}; {expected} was expected")),
        None => (Verdict::Disproved, format!("nobody's signature was found; that of {expected} was expected")),
    };
    Check { verdict, file: signature, text }
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
