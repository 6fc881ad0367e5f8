//! `dataspoor rules diff`: what a change of rules does to recordings.

use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::Args;

use super::of_folder;
use crate::batch::{Inputs, Options, rule_change};
use crate::classify::Parties;
use crate::cli::inputs::{case_of, take_over};
use crate::cli::{Outcome, complain, plain};
use crate::rules::RuleSet;
use crate::site::SuffixList;
use crate::vault::Case;

/// How many entries are named for a statement.
const NAMED: usize = 10;

/// Show what a change of rules does to recordings.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Folder with the rules before, used besides the built-in ones; `built-in` for those alone.
    #[arg(value_name = "BEFORE")]
    before: PathBuf,
    /// Folder with the rules after, likewise.
    #[arg(value_name = "AFTER")]
    after: PathBuf,
    /// Recordings of ours, or HAR files.
    #[arg(required = true, value_name = "RECORDING")]
    paths: Vec<PathBuf>,
    /// Both folders without the built-in files.
    #[arg(long)]
    alone: bool,
    /// Address or host of the page that is examined.
    #[arg(long, value_name = "URL")]
    page: Option<String>,
    /// Folder of the case that the recordings belong to.
    #[arg(long, value_name = "FOLDER")]
    case: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let rules = |folder: &PathBuf| -> anyhow::Result<RuleSet> {
        let built_in = folder.as_os_str() == "built-in";
        super::sound(of_folder((!built_in).then_some(folder.as_path()), arguments.alone)?)
    };
    let inputs = |rules| Inputs {
        rules,
        rule_mistakes: 0,
        suffixes: SuffixList::Embedded,
        lists: Vec::new(),
        parties: Parties::default(),
        case: Parties::default(),
        planted: None,
    };
    let (mut before, mut after) = (inputs(rules(&arguments.before)?), inputs(rules(&arguments.after)?));
    let case = case_of(arguments.case.as_deref(), &arguments.paths)?;
    if let Some(case) = &case {
        take_over(&mut before, case)?;
        take_over(&mut after, case)?;
    }
    let options = Options { page: arguments.page.clone(), case: case.as_ref().map(Case::key), ..Options::default() };
    let mut out = io::stdout().lock();
    let (mut differ, mut broken) = (0, 0);
    for path in &arguments.paths {
        let change = match rule_change(path, &before, &after, &options) {
            Ok(change) => change,
            Err(error) => {
                complain(&error.to_string());
                broken += 1;
                continue;
            }
        };
        let state = if change.is_nothing() { "both say the same" } else { "they differ" };
        writeln!(out, "{}: {} entries, {state}", plain(&path.display().to_string()), change.entries)?;
        for (sign, said) in [('-', &change.gone), ('+', &change.new), ('~', &change.changed)] {
            for (said, entries) in said {
                writeln!(out, "  {sign} {} ({})", plain(said), named(entries))?;
            }
        }
        differ += u64::from(!change.is_nothing());
    }
    writeln!(out, "{} recordings, {differ} differ, {broken} could not be read", arguments.paths.len())?;
    Ok(if differ + broken == 0 { Outcome::Done } else { Outcome::Differs })
}

/// `3 entries: 1, 7, 12`.
fn named(entries: &BTreeSet<u64>) -> String {
    let first: Vec<String> = entries.iter().take(NAMED).map(ToString::to_string).collect();
    let more = if entries.len() > NAMED { ", …" } else { "" };
    let word = if entries.len() == 1 { "entry" } else { "entries" };
    format!("{} {word}: {}{more}", entries.len(), first.join(", "))
}
