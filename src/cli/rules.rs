//! `dataspoor rules`: look into rule files.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::bail;
use clap::Subcommand;

use super::inputs::rule_set;
use super::{Outcome, complain};
use crate::rules::{explain_cookie, explain_url};
use crate::site::SuffixList;

/// Look into rule files.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check rule files; every mistake is listed with file, line, column and what to do.
    Check {
        /// Folder with rule files, checked together with the built-in ones.
        #[arg(value_name = "FOLDER")]
        folder: Option<PathBuf>,
    },
    /// Say what the rules say of a URL, or of a cookie as NAME@DOMAIN.
    Explain {
        /// A URL such as https://www.facebook.com/tr/?id=1, or a cookie such as datr@facebook.com.
        #[arg(value_name = "URL|COOKIE")]
        subject: String,
        /// Method of the request.
        #[arg(long, default_value = "GET")]
        method: String,
        /// Folder with rule files to use besides the built-in ones.
        #[arg(long, value_name = "FOLDER")]
        rules: Option<PathBuf>,
    },
}

pub(super) fn run(command: &Command) -> anyhow::Result<Outcome> {
    match command {
        Command::Check { folder } => {
            if let Some(folder) = folder.as_ref().filter(|folder| fs::metadata(folder).is_ok_and(|meta| meta.is_file())) {
                bail!("{}: this is a file; name the folder it lies in, since files are checked against each other", folder.display());
            }
            match rule_set(folder.as_deref())? {
                Ok(rules) => {
                    let mut out = io::stdout().lock();
                    for file in &rules.files {
                        writeln!(out, "{} {} {} {} rules", file.digest, file.name, file.version, file.rules)?;
                    }
                    writeln!(
                        out,
                        "{} files, {} cookies, {} endpoints, {} owners, {} secrets: no mistakes",
                        rules.files.len(),
                        rules.cookies.len(),
                        rules.endpoints.len(),
                        rules.owners.len(),
                        rules.secrets.len()
                    )?;
                    Ok(Outcome::Done)
                }
                Err(mistakes) => {
                    mistakes.iter().for_each(|mistake| complain(&mistake.to_string()));
                    Ok(Outcome::Differs)
                }
            }
        }
        Command::Explain { subject, method, rules } => {
            let rules = match rule_set(rules.as_deref())? {
                Ok(rules) => rules,
                Err(mistakes) => bail!("the rules have {} mistakes; list them with `dataspoor rules check`", mistakes.len()),
            };
            let text = match subject.split_once('@') {
                Some((name, domain)) if !subject.contains('/') => explain_cookie(&rules, name, domain),
                _ => match explain_url(&rules, &SuffixList::Embedded, subject, method) {
                    Some(text) => text,
                    None => bail!("{subject:?} is neither a URL with a host nor a cookie as NAME@DOMAIN"),
                },
            };
            write!(io::stdout(), "{text}")?;
            Ok(Outcome::Done)
        }
    }
}
