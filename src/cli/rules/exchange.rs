//! `dataspoor rules export`: our rules about cookies in a form of others.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, ValueEnum};

use super::Folder;
use crate::cli::{Outcome, complain};
use crate::rules::ExchangeForm;

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
