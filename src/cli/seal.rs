//! `dataspoor seal`: makes one file of a recording and everything that belongs to it.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::Value;

use super::inputs::{case_of, rule_texts};
use super::key::Opening;
use super::outside::StoreAt;
use super::recovery::{now, take_up, take_up_interrupted};
#[cfg(feature = "download")]
use super::stamps::{StampAt, in_turn};
use super::{Outcome, complain, plain};
use crate::batch::MANIFEST_FILE;
use crate::capture::{Capture, PACKED_TIMES, REPORT_FOLDER, TIMES_FOLDER, is_being_recorded};
use crate::evidence::Signer;
use crate::model::{Digest, Timestamp};
use crate::package::{Extra, ExtraBytes, SealError, Sealing, Stamp, seal};
use crate::report::{TOOL, TOOL_VERSION};
use crate::vault::{AUTHORITY_FILE, Case, KeptKind, LISTS_FOLDER, LedgerLine, ListStore, TimeAuthority};

/// What is kept of the vendor's texts, as a list.
const KEPT_LIST: &str = "kept.json";

/// Seal a recording.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folder of the recording.
    #[arg(value_name = "RECORDING")]
    recording: PathBuf,
    /// The file to make [default: the recording's folder with the ending .wacz].
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Folder of the case that the recording belongs to. Its ledger notes the package, and texts of the vendor that it keeps go in.
    #[arg(long, value_name = "FOLDER")]
    case: Option<PathBuf>,
    /// Folder with the rule files that the report was made with, besides the built-in ones.
    #[arg(long, value_name = "FOLDER")]
    rules: Option<PathBuf>,
    /// The time that is declared as that of sealing, RFC 3339 in UTC [default: now].
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<Timestamp>,
    /// Sign the package with the key in this file, as `dataspoor key new` makes it.
    #[arg(long, value_name = "KEYFILE")]
    sign_with: Option<PathBuf>,
    #[command(flatten)]
    opening: Opening,
    #[cfg(feature = "download")]
    #[command(flatten)]
    stamp_at: StampAt,
    /// Ask no authority for a time over the signature, although the case names some.
    #[cfg(feature = "download")]
    #[arg(long, conflicts_with = "stamp_by")]
    no_stamp: bool,
    #[command(flatten)]
    store: StoreAt,
}

impl Arguments {
    /// The authorities that are asked for a time over the signature.
    #[cfg(feature = "download")]
    fn authorities(&self, case: Option<&Case>) -> anyhow::Result<Vec<TimeAuthority>> {
        if self.sign_with.is_none() && self.stamp_at.names_some() {
            bail!("--stamp-by asks for a time over the signature of the package; sign it with --sign-with KEYFILE");
        }
        if self.no_stamp || self.sign_with.is_none() { Ok(Vec::new()) } else { self.stamp_at.authorities(case) }
    }

    /// This build asks nobody.
    #[cfg(not(feature = "download"))]
    fn authorities(&self, _: Option<&Case>) -> anyhow::Result<Vec<TimeAuthority>> {
        Ok(Vec::new())
    }
}

/// What an outside authority said of the signature, for whoever seals.
#[derive(Default)]
struct Stamped {
    /// What it gave, in words; empty: nobody was asked.
    words: String,
    /// Who was asked before and gave none.
    failed: String,
}

/// Asks for a time over the signature.
#[cfg(feature = "download")]
fn stamped(authorities: &[TimeAuthority], signature: &[u8; 64], stamped: &Cell<Stamped>) -> Result<Vec<(String, Vec<u8>)>, String> {
    let found = in_turn(authorities, &Digest::of(signature), &|| true);
    let failed = found.failed.iter().map(|(authority, why)| format!("{authority}: {why}")).collect::<Vec<_>>().join("; ");
    let Some((authority, asked)) = found.asked else { return Err(format!("no authority gave a time for the signature ({failed})")) };
    let source = authority.source.map(|source| format!(" by {source}")).unwrap_or_default();
    let words = format!(
        "The signature existed at {} according to {} (qualified, as known at stamping{source}: {}). ",
        asked.checked.says.time,
        authority.url,
        authority.qualified.id()
    );
    stamped.set(Stamped { words, failed });
    Ok(vec![(crate::package::TIME_FILE.to_owned(), asked.answer)])
}

/// This build asks nobody.
#[cfg(not(feature = "download"))]
fn stamped(_: &[TimeAuthority], _: &[u8; 64], _: &Cell<Stamped>) -> Result<Vec<(String, Vec<u8>)>, String> {
    Ok(Vec::new())
}

fn time(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).ok_or_else(|| "is no time such as 2026-11-23T12:00:00Z".to_owned())
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let folder = &arguments.recording;
    if !Capture::is_at(folder) {
        bail!("{}: no recording of dataspoor here (no session.json); name the folder of one", folder.display());
    }
    if is_being_recorded(folder) {
        return Err(SealError::BeingRecorded(folder.display().to_string()).into());
    }
    let out = match &arguments.out {
        Some(out) => out.clone(),
        None => beside(folder)?,
    };
    let case = case_of(arguments.case.as_deref(), std::slice::from_ref(folder))?;
    take_up(folder)?;
    case.iter().try_for_each(take_up_interrupted)?;
    let capture = Capture::open(folder)?;
    let of_case = capture.session.case.as_ref().map(|of| of.number);
    let case = case.filter(|_| of_case.is_some());
    let authorities = arguments.authorities(case.as_ref())?;
    let keys = arguments.sign_with.as_ref().map(|path| arguments.opening.open(path)).transpose()?;
    let (extras, notes) = gather((arguments.rules.as_deref(), &arguments.store), folder, case.as_ref())?;
    let key = case.as_ref().map(Case::key);
    let tool = format!("{TOOL} {TOOL_VERSION}");
    let at = arguments.at.unwrap_or_else(now);
    // Opened before and held until the package is noted: what cannot be noted is not sealed.
    let mut ledger = case.as_ref().map(Case::ledger).transpose()?;
    let time = Cell::new(Stamped::default());
    let ask = |signature: &[u8; 64]| stamped(&authorities, signature, &time);
    let stamp: Option<Stamp<'_>> = if authorities.is_empty() { None } else { Some(&ask) };
    let signer = keys.as_ref().map(|keys| keys as &dyn Signer);
    let sealing = Sealing { tool, at, case: key.as_ref(), extras, signer, stamp };
    let sealed = seal(folder, &out, &sealing)?;
    let custody = sealed.statement.custody;
    if let (Some(ledger), Some(number)) = (&mut ledger, of_case) {
        let file = out.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let signer = sealed.statement.signer.as_ref().map(|signer| signer.public_key.to_string());
        let (sha256, seal_sha256, custody_head) = (sealed.sha256.to_string(), sealed.seal_sha256.to_string(), custody.head.to_string());
        let noted = ledger.append(&LedgerLine::Sealed { number, at: at.to_string(), file, sha256, seal_sha256, custody_head, signer });
        noted.with_context(|| {
            format!("{}: was written, but the ledger of the case does not note it; remove it and seal again", out.display())
        })?;
    }
    notes.iter().for_each(|note| complain(note));
    let pages = match sealed.pages {
        0 => "no page that could be shown is in it".to_owned(),
        1 => "1 page".to_owned(),
        pages => format!("{pages} pages"),
    };
    let time = time.take();
    if !time.failed.is_empty() {
        complain(&format!("{}; the next authority was asked", time.failed));
    }
    let signed = match &sealed.statement.signer {
        None => "Nobody signed it: keep these digests elsewhere, for instance in a letter. ".to_owned(),
        Some(signer) => {
            let time = if time.words.is_empty() { "No outside time stands over the signature. ".to_owned() } else { plain(&time.words) };
            format!("Signed with the key {}. {time}Keep these digests elsewhere too, for instance in a letter. ", signer.public_key)
        }
    };
    let noted = if ledger.is_some() { "The ledger of the case notes it. " } else { "" };
    writeln!(
        io::stdout(),
        "{}: sealed, {} bytes, {} entries, {} files, {pages}\n  sha256 {}\n  custody head {}\n  statement sha256 {}\n{noted}{signed}It is never written again, and holds what the recording holds: keep it like a password.",
        out.display(),
        sealed.bytes,
        sealed.statement.entries.count,
        sealed.statement.files.count,
        sealed.sha256,
        custody.head,
        sealed.seal_sha256,
    )?;
    Ok(Outcome::Done)
}

/// The recording's folder with another ending.
fn beside(folder: &Path) -> anyhow::Result<PathBuf> {
    let folder = fs::canonicalize(folder).with_context(|| format!("{}: cannot be read", folder.display()))?;
    match folder.file_name() {
        Some(name) => Ok(folder.with_file_name(format!("{}.wacz", name.to_string_lossy()))),
        None => bail!("{}: name the file to make with --out", folder.display()),
    }
}

/// What goes in beside the recording, and what is to be said of that.
/// `with`: folder of rule files besides the built-in ones, and where added lists lie.
pub(super) fn gather(with: (Option<&Path>, &StoreAt), folder: &Path, case: Option<&Case>) -> anyhow::Result<(Vec<Extra>, Vec<String>)> {
    let (mut extras, mut notes) = (Vec::new(), Vec::new());
    let times = folder.join(TIMES_FOLDER);
    if times.is_dir() {
        for entry in fs::read_dir(&times).with_context(|| format!("{}: cannot be read", times.display()))? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            extras.push(Extra { name: format!("{PACKED_TIMES}{name}"), bytes: ExtraBytes::At(path.clone()) });
        }
    }
    let authority = folder.join(AUTHORITY_FILE);
    if authority.is_file() {
        extras.push(Extra { name: AUTHORITY_FILE.to_owned(), bytes: ExtraBytes::At(authority) });
    }
    let rules = rule_texts(with.0)?;
    let report = folder.join(REPORT_FOLDER);
    match fs::read(report.join(MANIFEST_FILE)) {
        Err(_) => notes.push(format!("{}: there is no report, so none is in the package; `dataspoor replay` makes one", report.display())),
        Ok(manifest) => {
            for entry in fs::read_dir(&report).with_context(|| format!("{}: cannot be read", report.display()))? {
                let path = entry?.path();
                if path.is_file() {
                    let name = path.file_name().unwrap_or_default().to_string_lossy();
                    extras.push(Extra { name: format!("report.{name}"), bytes: ExtraBytes::At(path.clone()) });
                }
            }
            let manifest = serde_json::from_slice::<Value>(&manifest).unwrap_or_default();
            let made = &manifest["made"];
            let (used, _) = crate::rules::RuleSet::compile_what_holds(rules.iter().map(|(name, text)| (name.as_str(), text.as_str())));
            if made["rules_sha256"] != used.digest().to_string() {
                notes.push(format!(
                    "{}: the report was made with other rules (sha256 {}) than those in the package; seal with --rules and the folder of those",
                    report.display(),
                    made["rules_sha256"].as_str().unwrap_or_default()
                ));
            }
            lists(with.1, made, case, &mut extras, &mut notes)?;
        }
    }
    extras
        .extend(rules.into_iter().map(|(name, text)| Extra { name: format!("rules.{name}"), bytes: ExtraBytes::Here(text.into_bytes()) }));
    if let Some(case) = case {
        vendor_texts(case, &mut extras)?;
    }
    Ok((extras, notes))
}

/// The outside lists of the report, as far as their licence lets them be handed over.
fn lists(store: &StoreAt, made: &Value, case: Option<&Case>, extras: &mut Vec<Extra>, notes: &mut Vec<String>) -> anyhow::Result<()> {
    let copies = case.map(|case| ListStore::of_case(&case.folder().join(LISTS_FOLDER)));
    let stores: Vec<ListStore> = copies.into_iter().chain(store.open().ok()).collect();
    let mut names = BTreeSet::new();
    for used in made["lists"].as_array().into_iter().flatten() {
        let name = used["name"].as_str().unwrap_or_default();
        let digits = used["sha256"].as_str().unwrap_or_default();
        let Ok(digest) = digits.parse::<Digest>() else { continue };
        if used["may_be_handed_over"] != true {
            notes.push(format!(
                "the list {name} (sha256 {digits}) is not in the package: its licence does not let it be handed over, or is not known"
            ));
            continue;
        }
        let mut found = None;
        for store in &stores {
            found = store.bytes_by_digest(digest)?;
            if found.is_some() {
                break;
            }
        }
        match found {
            // The digest tells versions of one list apart, and lists of one name.
            Some((name, bytes)) if names.insert(digest) => {
                extras.push(Extra { name: format!("list.{name}.{:.16}.list", digest.to_string()), bytes: ExtraBytes::Here(bytes) });
            }
            Some(_) => {}
            None => {
                notes.push(format!("the list {name} (sha256 {digits}) is not in the package: it was not found among those that were added"))
            }
        }
    }
    Ok(())
}

/// Texts of the vendor that the case keeps, with what is said of them.
fn vendor_texts(case: &Case, extras: &mut Vec<Extra>) -> anyhow::Result<()> {
    let mut list = Vec::new();
    for item in case.kept()?.iter().filter(|item| item.what == KeptKind::VendorText) {
        let path = case.check_kept(item)?;
        let name = format!("kept.{}", path.file_name().unwrap_or_default().to_string_lossy());
        list.push(serde_json::json!({ "id": item.id, "at": item.at, "file": name, "sha256": item.sha256, "about": item.about }));
        extras.push(Extra { name, bytes: ExtraBytes::At(path) });
    }
    if !list.is_empty() {
        let mut text = serde_json::to_vec_pretty(&list)?;
        text.push(b'\n');
        extras.push(Extra { name: KEPT_LIST.to_owned(), bytes: ExtraBytes::Here(text) });
    }
    Ok(())
}
