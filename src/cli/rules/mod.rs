//! `dataspoor rules`: look into rule files.

mod change;
mod check;
mod exchange;

use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, Subcommand};

use super::Outcome;
use super::inputs::{rule_files, rule_set};
use crate::report::explain::explain;
use crate::report::text::Lang;
use crate::rules::{BUILTIN, Diagnostic, ExampleSubject, RuleSet};
use crate::site::SuffixList;

/// Look into rule files.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check rule files; every mistake and every doubt is listed with file, line, column and what to do.
    Check {
        /// Folder with rule files, checked together with the built-in ones; a file of the same name replaces the built-in one.
        #[arg(value_name = "FOLDER")]
        folder: Option<PathBuf>,
        /// Without the built-in files.
        #[arg(long, requires = "folder")]
        alone: bool,
        /// Doubts count as mistakes.
        #[arg(long)]
        strict: bool,
    },
    /// Try the examples in rule files.
    Test {
        /// Folder with rule files, tried together with the built-in ones.
        #[arg(value_name = "FOLDER")]
        folder: Option<PathBuf>,
        /// Without the built-in files.
        #[arg(long, requires = "folder")]
        alone: bool,
    },
    /// Say what the rules say of a request, a cookie or a key in the browser's storage, who says so, and what it does not prove.
    Explain {
        /// A URL such as https://www.facebook.com/tr/?id=1, a cookie such as datr@facebook.com, or a key such as storage:Session@facebook.com.
        #[arg(value_name = "URL|COOKIE|KEY")]
        subject: String,
        /// Method of the request.
        #[arg(long, default_value = "GET")]
        method: String,
        /// Name of a header field that the request has (repeat for more).
        #[arg(long = "header", value_name = "NAME")]
        headers: Vec<String>,
        /// Language: nl or en.
        #[arg(long, value_name = "LANG", default_value_t = Lang::En)]
        lang: Lang,
        #[command(flatten)]
        rules: Folder,
    },
    /// Show what a change of rules does to recordings: what only one of two rule sets says of them.
    Diff(change::Arguments),
    /// Write the rules about cookies in a form of others.
    Export(exchange::Export),
    /// Turn a database of cookies of others (Open Cookie Database, EDPB knowledge base) into a rule file.
    Import(exchange::Import),
}

/// Which rules.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct Folder {
    /// Folder with rule files to use besides the built-in ones.
    #[arg(long, value_name = "FOLDER")]
    rules: Option<PathBuf>,
}

impl Folder {
    fn load(&self) -> anyhow::Result<RuleSet> {
        sound(rule_set(self.rules.as_deref())?)
    }
}

/// Rules without mistakes, or where to find them.
fn sound(rules: Result<RuleSet, Vec<Diagnostic>>) -> anyhow::Result<RuleSet> {
    match rules {
        Ok(rules) => Ok(rules),
        Err(mistakes) => bail!("the rules have {} mistakes; list them with `dataspoor rules check`", mistakes.len()),
    }
}

/// The rules of a folder with the built-in ones, or alone.
fn of_folder(folder: Option<&std::path::Path>, alone: bool) -> anyhow::Result<Result<RuleSet, Vec<Diagnostic>>> {
    match folder.filter(|_| alone) {
        Some(folder) => {
            let files = rule_files(folder)?;
            Ok(RuleSet::compile(files.iter().map(|(name, text)| (name.as_str(), text.as_str()))))
        }
        None => rule_set(folder),
    }
}

/// A text as a rule file beside the categories.
fn of_text(text: &str) -> Result<RuleSet, Vec<Diagnostic>> {
    let categories = BUILTIN.iter().copied().filter(|(name, _)| *name == "categories.toml");
    RuleSet::compile(categories.chain([("imported.toml", text)]))
}

pub(super) fn run(command: &Command) -> anyhow::Result<Outcome> {
    match command {
        Command::Check { folder, alone, strict } => check::check(folder.as_deref(), *alone, *strict),
        Command::Test { folder, alone } => check::test(folder.as_deref(), *alone),
        Command::Explain { subject, method, headers, lang, rules } => {
            let rules = rules.load()?;
            let parsed = match subject.rsplit_once('@') {
                Some((name, domain)) if !subject.contains('/') => match name.strip_prefix("storage:") {
                    Some(key) => ExampleSubject::Storage(key.to_owned(), domain.to_owned()),
                    None => ExampleSubject::Cookie(name.to_owned(), domain.to_owned()),
                },
                _ => ExampleSubject::Request {
                    url: subject.clone(),
                    method: method.clone(),
                    headers: headers.clone(),
                    names: Vec::new(),
                    operation: None,
                },
            };
            let Some(text) = explain(&rules, &SuffixList::Embedded, &parsed, *lang) else {
                bail!("{subject:?} is neither a URL with a host, nor a cookie as NAME@DOMAIN, nor a key as storage:KEY@DOMAIN");
            };
            write!(io::stdout(), "{text}")?;
            Ok(Outcome::Done)
        }
        Command::Diff(arguments) => change::run(arguments),
        Command::Export(arguments) => exchange::export(arguments),
        Command::Import(arguments) => exchange::import(arguments),
    }
}
