//! `dataspoor open`: shows what stood in the place of one mask, in a way that can be checked against the copy. The key of the case stays where it is.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::json;

use super::Outcome;
use super::inputs::case_of;
use super::recovery::now;
use crate::capture::{Capture, PackedCapture};
use crate::evidence::open_part;
use crate::model::Digest;
use crate::share::OPENING_FORMAT;
use crate::vault::LedgerLine;

/// Open a mask.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The sealed package of the original.
    #[arg(value_name = "PACKAGE")]
    package: PathBuf,
    /// Folder of the case that the recording belongs to.
    #[arg(long, value_name = "FOLDER")]
    case: PathBuf,
    /// Number of the entry.
    #[arg(long, value_name = "NUMBER")]
    entry: u64,
    /// Number of the masked part, as `dataspoor verify --masks` lists it for the copy.
    #[arg(long, value_name = "NUMBER")]
    part: u64,
    /// For whom and why. Stands in the ledger.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// The file to make.
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let path = &arguments.package;
    let Some(case) = case_of(Some(&arguments.case), std::slice::from_ref(path))? else { bail!("name the folder of the case with --case") };
    let original = Capture::in_package(&Arc::new(PackedCapture::open(path)?))?;
    let Some(of) = original.session.case.clone() else {
        bail!("{}: belongs to no case, so no copy with masks was made of it", path.display())
    };
    let key = case.key();
    let salts = original.salts_key(Some(&key));
    let mut opening = None;
    original.read(Some(&key), &mut |entry| {
        if entry.number == arguments.entry {
            opening = Some(open_part(&salts, entry.number, &entry.exchange, arguments.part)?);
        }
        Ok(())
    })?;
    let Some(opening) = opening else { bail!("{}: has no entry {}", path.display(), arguments.entry) };
    let document = json!({
        "format": OPENING_FORMAT, "version": 1, "session": original.session.id,
        "entry": opening.entry, "leaf": opening.leaf, "kind": opening.kind, "salt": opening.salt, "bytes": opening.bytes,
    });
    let mut text = serde_json::to_vec_pretty(&document)?;
    text.push(b'\n');
    let mut ledger = case.ledger()?;
    let cannot = || format!("{}: cannot be written; choose a new file in a folder that exists", arguments.out.display());
    let mut file = File::options().write(true).create_new(true).open(&arguments.out).with_context(cannot)?;
    file.write_all(&text).and_then(|()| file.sync_all()).with_context(cannot)?;
    ledger.append(&LedgerLine::Opened {
        number: of.number,
        at: now().to_string(),
        entry: opening.entry,
        part: opening.leaf,
        sha256: Digest::of(&text).to_string(),
        reason: arguments.reason.clone(),
    })?;
    writeln!(
        io::stdout(),
        "{}: opens part {} of entry {} and nothing else; the ledger of the case notes it. `dataspoor verify COPY --opening {}` checks it.",
        arguments.out.display(),
        opening.leaf,
        opening.entry,
        arguments.out.display(),
    )?;
    Ok(Outcome::Done)
}
