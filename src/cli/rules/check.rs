//! `dataspoor rules check` and `dataspoor rules test`: mistakes and doubts in rule files, and whether their examples hold.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use anyhow::bail;

use super::of_folder;
use crate::cli::inputs::rule_files;
use crate::cli::{Outcome, complain};
use crate::rules::Diagnostic;
use crate::site::SuffixList;

pub(super) fn check(folder: Option<&Path>, alone: bool, strict: bool) -> anyhow::Result<Outcome> {
    if let Some(folder) = folder.filter(|folder| fs::metadata(folder).is_ok_and(|meta| meta.is_file())) {
        bail!("{}: this is a file; name the folder it lies in, since files are checked against each other", folder.display());
    }
    let rules = match of_folder(folder, alone)? {
        Ok(rules) => rules,
        Err(mistakes) => {
            mistakes.iter().for_each(|mistake| complain(&mistake.to_string()));
            return Ok(Outcome::Differs);
        }
    };
    // Whoever checks a folder can mend what stands in it, and nothing else.
    let own = match folder {
        Some(folder) => Some(rule_files(folder)?.into_iter().map(|(name, _)| name).collect::<Vec<_>>()),
        None => None,
    };
    let is_own = |doubt: &Diagnostic| own.as_ref().is_none_or(|own| own.contains(&doubt.file));
    let doubts: Vec<Diagnostic> = rules.doubts(&SuffixList::Embedded, today()).into_iter().filter(is_own).collect();
    doubts.iter().for_each(|doubt| complain(&format!("doubt: {doubt}")));
    let mut out = io::stdout().lock();
    for file in &rules.files {
        writeln!(out, "{} {} {} {} rules", file.digest, file.name, file.version, file.rules)?;
    }
    writeln!(
        out,
        "{} files, {} cookies, {} storage keys, {} endpoints, {} fields, {} owners, {} networks, {} secrets, {} sources: no mistakes, {} doubts",
        rules.files.len(),
        rules.cookies.len(),
        rules.storage.len(),
        rules.endpoints.len(),
        rules.fields.len(),
        rules.owners.len(),
        rules.networks.len(),
        rules.secrets.len(),
        rules.sources.len(),
        doubts.len()
    )?;
    Ok(if strict && !doubts.is_empty() { Outcome::Differs } else { Outcome::Done })
}

pub(super) fn test(folder: Option<&Path>, alone: bool) -> anyhow::Result<Outcome> {
    let rules = super::sound(of_folder(folder, alone)?)?;
    let failed = rules.failed_examples(&SuffixList::Embedded);
    failed.iter().for_each(|failure| complain(&failure.to_string()));
    writeln!(io::stdout(), "{} examples, {} failed", rules.examples.len(), failed.len())?;
    Ok(if failed.is_empty() { Outcome::Done } else { Outcome::Differs })
}

#[allow(clippy::disallowed_methods, reason = "only the clock of this machine says how old a file is")]
fn today() -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}
