//! `dataspoor rules export` and `dataspoor rules import`: our rules about cookies in a form of others, and theirs in ours.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};

use super::Folder;
use crate::cli::recovery::now;
use crate::cli::{Outcome, complain};
use crate::rules::{CookieList, ExchangeForm, ImportedFrom, rule_file};

/// A form of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Form {
    /// CSV of the Open Cookie Database.
    OpenCookieDatabase,
    /// Knowledge base of the EDPB's website auditing tool.
    Edpb,
}

/// Write the rules about cookies in a form of others.
#[derive(Debug, Args)]
pub(in crate::cli) struct Export {
    /// The form.
    #[arg(value_enum, value_name = "FORM")]
    form: Form,
    /// File to write; by default standard output.
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    rules: Folder,
}

pub(super) fn export(arguments: &Export) -> anyhow::Result<Outcome> {
    let rules = arguments.rules.load()?;
    let form = match arguments.form {
        Form::OpenCookieDatabase => ExchangeForm::OpenCookieDatabase,
        Form::Edpb => ExchangeForm::Edpb,
    };
    let exported = rules.export_cookies(form);
    match &arguments.out {
        Some(path) => fs::write(path, &exported.bytes)
            .with_context(|| format!("{}: the file cannot be written; check the path and its permissions", path.display()))?,
        None => io::stdout().write_all(&exported.bytes)?,
    }
    for (rule, why) in &exported.left_out {
        complain(&format!("left out: {rule}: {why}"));
    }
    complain(&format!("{} rows written, {} rules left out", exported.rows, exported.left_out.len()));
    Ok(Outcome::Done)
}

/// Turn a database of cookies of others into a rule file.
#[derive(Debug, Args)]
pub(in crate::cli) struct Import {
    /// The database: Open Cookie Database (CSV, JSON) or a knowledge base of the EDPB's website auditing tool.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Identifier of the rule file: a-z, 0-9 and '-'.
    #[arg(long, value_name = "ID")]
    id: String,
    /// Who publishes the database.
    #[arg(long, value_name = "NAME")]
    publisher: String,
    /// Where it is found.
    #[arg(long, value_name = "TEXT")]
    reference: String,
    /// Its date: YYYY, YYYY-MM or YYYY-MM-DD.
    #[arg(long, value_name = "DATE")]
    date: String,
    /// Its title, if it names none.
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// File to write; by default standard output.
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn import(arguments: &Import) -> anyhow::Result<Outcome> {
    let path = &arguments.file;
    let bytes =
        fs::read(path).with_context(|| format!("{}: the file cannot be read; check the path and its permissions", path.display()))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let list = CookieList::read(&name, &bytes).with_context(|| path.display().to_string())?;
    let from = ImportedFrom {
        id: arguments.id.clone(),
        title: arguments.title.clone().or_else(|| list.info.title.clone()).unwrap_or_else(|| name.into_owned()),
        publisher: arguments.publisher.clone(),
        reference: format!("{}, sha256 {}", arguments.reference, list.info.digest),
        date: arguments.date.clone(),
        today: now().to_string().chars().take(10).collect(),
    };
    let made = rule_file(&list, &from);
    // What was asked for on the command line may be wrong; better now than when the file is used.
    if let Err(mistakes) = super::of_text(&made.text) {
        let list: String = mistakes.iter().map(|mistake| format!("\n  {mistake}")).collect();
        bail!("the rule file that this gives has mistakes; mend the options, or the database:{list}");
    }
    match &arguments.out {
        Some(path) => fs::write(path, &made.text)
            .with_context(|| format!("{}: the file cannot be written; check the path and its permissions", path.display()))?,
        None => io::stdout().write_all(made.text.as_bytes())?,
    }
    for (word, count) in &made.not_taken {
        complain(&format!("not taken over, {count} times: {word}"));
    }
    complain(&format!("{} rules with {} claims; {} rows could not be used", made.rules, made.claims, list.info.rejected));
    Ok(Outcome::Done)
}
