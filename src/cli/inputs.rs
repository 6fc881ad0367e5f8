//! Options that `replay` and `verify` share: what recordings are judged by.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;

use crate::batch::Inputs;
use crate::classify::Parties;
use crate::rules::{BUILTIN, Diagnostic, FilterList, RuleSet};
use crate::site::SuffixList;

/// What recordings are judged by.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Rules and lists")]
pub(super) struct JudgedBy {
    /// Folder with rule files (*.toml) to use besides the built-in ones; a file of the same name replaces the built-in one.
    #[arg(long, value_name = "FOLDER")]
    pub(super) rules: Option<PathBuf>,
    /// Filter list in EasyList syntax to hold requests against (repeat for more; each list's verdict stays its own).
    #[arg(long = "list", value_name = "FILE")]
    pub(super) lists: Vec<PathBuf>,
    /// Public Suffix List to use in place of the built-in one.
    #[arg(long, value_name = "FILE")]
    pub(super) psl: Option<PathBuf>,
    /// Domain of the audited organisation (repeat for more); requests to it are left out of the evidence log and counted.
    #[arg(long, value_name = "DOMAIN")]
    pub(super) auditee: Vec<String>,
    /// Owner of the platform that carries the Page, by its id in the rules, for instance `meta`.
    #[arg(long, value_name = "OWNER")]
    pub(super) platform: Option<String>,
}

impl JudgedBy {
    /// Reads and checks everything before the first recording is touched.
    pub(super) fn load(&self) -> anyhow::Result<Inputs> {
        let rules = match rule_set(self.rules.as_deref())? {
            Ok(rules) => rules,
            Err(mistakes) => {
                let list: Vec<String> = mistakes.iter().map(|mistake| format!("\n  {mistake}")).collect();
                bail!("the rules have mistakes; mend them, or check with `dataspoor rules check`:{}", list.concat());
            }
        };
        let suffixes = match &self.psl {
            Some(path) => SuffixList::from_file(&file_name(path), &read(path)?).with_context(|| path.display().to_string())?,
            None => SuffixList::Embedded,
        };
        let compile = |path: &PathBuf| FilterList::compile(&file_name(path), &read(path)?).with_context(|| path.display().to_string());
        let lists = self.lists.iter().map(compile).collect::<anyhow::Result<Vec<_>>>()?;
        let platform = match &self.platform {
            Some(id) => match rules.owner_named(id) {
                Some(owner) => Some(owner),
                None => {
                    bail!("no rule names an owner {id:?}; `dataspoor rules check -v` lists them, and rules/README.md shows how to add one")
                }
            },
            None => None,
        };
        let domain = |name: &String| suffixes.registrable_domain(&name.trim_end_matches('.').to_lowercase()).to_owned();
        let parties = Parties { auditee: self.auditee.iter().map(domain).collect(), platform };
        Ok(Inputs { rules, suffixes, lists, parties })
    }
}

/// The built-in rules with those of a folder, or all mistakes in them.
pub(super) fn rule_set(folder: Option<&Path>) -> anyhow::Result<Result<RuleSet, Vec<Diagnostic>>> {
    let mut files: Vec<(String, String)> = BUILTIN.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    if let Some(folder) = folder {
        let own = rule_files(folder)?;
        files.retain(|(name, _)| own.iter().all(|(other, _)| other != name));
        files.extend(own);
    }
    Ok(RuleSet::compile(files.iter().map(|(name, text)| (name.as_str(), text.as_str()))))
}

fn rule_files(folder: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let cannot = || format!("{}: the folder of rules cannot be read; name a folder that holds *.toml files", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(cannot)? {
        let path = entry.with_context(cannot)?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            let text = String::from_utf8(read(&path)?)
                .with_context(|| format!("{}: a rule file is UTF-8 text; save it as such", path.display()))?;
            files.push((file_name(&path), text));
        }
    }
    if files.is_empty() {
        bail!("{}: the folder holds no rule file (*.toml)", folder.display());
    }
    Ok(files)
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("{}: the file cannot be read; check the path and its permissions", path.display()))
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
