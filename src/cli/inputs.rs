//! Options that `replay` and `verify` share: what recordings are judged by.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use clap::Args;

use super::complain;
use super::outside::{self, StoreAt};
use crate::batch::{ASSESSMENT_FILE, Inputs, OfCase, RISKS_FILE, STYLE_FILE, load_style};
use crate::capture::{Capture, CaseRef, ImportedCapture, PackedCapture};
use crate::classify::Parties;
use crate::report::assessment::Assessment;
use crate::report::html::House;
use crate::report::people::Mistakes;
use crate::report::risks::Risks;
use crate::rules::{BUILTIN, Diagnostic, RuleSet};
use crate::site::SuffixList;
pub(super) use crate::site::host_in;
use crate::vault::{CASE_FILE, Case};

/// What recordings are judged by.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Rules and lists")]
pub(super) struct JudgedBy {
    /// Folder with rule files (*.toml) to use besides the built-in ones; a file of the same name replaces the built-in one.
    #[arg(long, value_name = "FOLDER")]
    pub(super) rules: Option<PathBuf>,
    /// Go on although rule files have mistakes, without the rules concerned. A recording made so says it.
    #[arg(long)]
    pub(super) broken_rules: bool,
    /// Outside list to use: a file, or the name of a list that was added with `dataspoor lists add`, or NAME@DIGEST for an earlier version of it; a
    /// file of that name goes first (repeat for more; each list's verdict stays its own).
    #[arg(long = "list", value_name = "FILE|NAME")]
    pub(super) lists: Vec<PathBuf>,
    /// Public Suffix List to use in place of the built-in one: a file, or the name of a list that was added.
    #[arg(long, value_name = "FILE|NAME")]
    pub(super) psl: Option<PathBuf>,
    /// Domain or address of the audited organisation (repeat for more); requests to it are left out of the evidence log and counted.
    #[arg(long, value_name = "DOMAIN")]
    pub(super) auditee: Vec<String>,
    /// Owner of the platform that carries the Page, by its id in the rules, for instance `meta`.
    #[arg(long, value_name = "OWNER")]
    pub(super) platform: Option<String>,
    #[command(flatten)]
    pub(super) store: StoreAt,
}

impl JudgedBy {
    /// Reads and checks everything before the first recording is touched.
    pub(super) fn load(&self) -> anyhow::Result<Inputs> {
        let (rules, mistakes) = what_holds(self.rules.as_deref())?;
        let list: String = mistakes.iter().map(|mistake| format!("\n  {mistake}")).collect();
        match () {
            () if mistakes.is_empty() => {}
            () if self.broken_rules => {
                complain(&format!("the rules have mistakes, and what has one is left out, as --broken-rules says:{list}"));
            }
            () => {
                bail!(
                    "the rules have mistakes; mend them, check with `dataspoor rules check`, or go on without them by --broken-rules:{list}"
                )
            }
        }
        self.with_rules(rules, mistakes.len())
    }

    /// The same with rules that come from elsewhere, of which some were left out for their mistakes.
    pub(super) fn with_rules(&self, rules: RuleSet, mistakes: usize) -> anyhow::Result<Inputs> {
        let suffixes = match &self.psl {
            Some(named) => outside::suffixes(named, &self.store)?,
            None => SuffixList::Embedded,
        };
        let lists = self.lists.iter().map(|named| outside::list(named, &self.store)).collect::<anyhow::Result<Vec<_>>>()?;
        let platform = match &self.platform {
            Some(id) => match rules.owner_named(id) {
                Some(owner) => Some(owner),
                None => bail!(
                    "no rule names an owner {id:?}; name one by its id, {}, or add one as rules/README.md shows",
                    owners_like(&rules, id)
                ),
            },
            None => None,
        };
        let domain = |name: &String| match host_in(name) {
            Some(host) => Ok(suffixes.registrable_domain(&host).to_owned()),
            None => {
                bail!("--auditee {name:?} has no host; give a domain such as ministerie.nl, or an address such as https://ministerie.nl/")
            }
        };
        let auditee = self.auditee.iter().map(domain).collect::<anyhow::Result<_>>()?;
        let parties = Parties { auditee, platform, ..Parties::default() };
        Ok(Inputs { rules, rule_mistakes: mistakes as u64, suffixes, lists, parties, case: Parties::default(), planted: None })
    }
}

/// Takes over who is who from what a case is about.
///
/// # Errors
///
/// The case names a platform that no rule knows.
pub(super) fn take_over(inputs: &mut Inputs, case: &Case) -> anyhow::Result<()> {
    let file = &case.file;
    let Some(platform) = inputs.rules.owner_named(&file.platform) else {
        bail!(
            "{}: no rule names an owner {:?}; put the id of one under `platform`, {}, or add one as rules/README.md shows",
            case.folder().join(CASE_FILE).display(),
            file.platform,
            owners_like(&inputs.rules, &file.platform)
        );
    };
    let domains = |names: &[String]| {
        let mut domains: Vec<String> = names.iter().map(|name| inputs.domain_of(name)).collect();
        domains.sort();
        domains.dedup();
        domains
    };
    // A Page on the auditee's own site, which a case may name as well, is not the platform.
    let (auditee, mut platform_sites) = (domains(&file.auditee.domains), domains(&file.pages));
    platform_sites.retain(|site| !auditee.contains(site));
    inputs.case = Parties { auditee, platform: Some(platform), platform_sites, in_case: true };
    Ok(())
}

/// The case in `folder`, if one is given. Recordings among `paths` must not belong to another case: with its key a sound recording
/// would look like one that was changed.
pub(super) fn case_of(folder: Option<&Path>, paths: &[PathBuf]) -> anyhow::Result<Option<Case>> {
    let Some(folder) = folder else { return Ok(None) };
    let case = Case::open(folder)?;
    for path in paths {
        if let Some(other) = belongs_to(path)?.filter(|other| other.id != case.file.id) {
            bail!(
                "{}: the recording belongs to case {}, and --case {} names case {}; pass the folder of its own case",
                path.display(),
                other.id,
                folder.display(),
                case.file.id
            );
        }
    }
    Ok(Some(case))
}

/// What of a case bears on the annexes of its recordings. That its ledger cannot be read is said, and keeps nobody from the recordings.
pub(super) fn key_and_decisions(case: Option<&Case>) -> OfCase {
    let Some(case) = case else { return OfCase::default() };
    let ledger = case.read_ledger().map_err(|error| complain(&format!("{error}; whether a recording is not used cannot be said")));
    OfCase { key: Some(case.key()), decisions: ledger.ok().map(|ledger| ledger.decisions()) }
}

/// What people wrote: `file`, else that of the case, if there is one.
pub(super) fn assessment(file: Option<&Path>, case: Option<&Case>) -> anyhow::Result<Option<Arc<Assessment>>> {
    of_people(file, case, ASSESSMENT_FILE, Assessment::parse)
}

/// The auditor's risks: `file`, else that of the case, if there is one.
pub(super) fn risks(file: Option<&Path>, case: Option<&Case>) -> anyhow::Result<Option<Arc<Risks>>> {
    of_people(file, case, RISKS_FILE, Risks::parse)
}

/// The house style: `file`, else that of the case, if there is one.
pub(super) fn house(file: Option<&Path>, case: Option<&Case>) -> anyhow::Result<Option<Arc<House>>> {
    let Some(path) = of_case_or(file, case, STYLE_FILE) else { return Ok(None) };
    Ok(Some(Arc::new(load_style(&path)?)))
}

/// The file that is named, else that of this name in the folder of the case, if there is one.
fn of_case_or(file: Option<&Path>, case: Option<&Case>, name: &str) -> Option<PathBuf> {
    let of_case = case.map(|case| case.folder().join(name)).filter(|path| path.is_file());
    file.map(Path::to_owned).or(of_case)
}

fn of_people<T>(
    file: Option<&Path>,
    case: Option<&Case>,
    name: &str,
    parse: impl FnOnce(&str) -> Result<T, Mistakes>,
) -> anyhow::Result<Option<Arc<T>>> {
    let Some(path) = of_case_or(file, case, name) else { return Ok(None) };
    let text = String::from_utf8(read(&path)?).with_context(|| format!("{}: is no UTF-8 text; save it as such", path.display()))?;
    let read = parse(&text).map_err(|mistakes| anyhow::anyhow!("{}: {mistakes}", path.display()))?;
    Ok(Some(Arc::new(read)))
}

/// The case that a recording says it belongs to.
fn belongs_to(path: &Path) -> anyhow::Result<Option<CaseRef>> {
    Ok(match () {
        () if Capture::is_at(path) => Capture::open(path)?.session.case,
        () if PackedCapture::is_at(path) => Capture::in_package(&Arc::new(PackedCapture::open(path)?))?.session.case,
        () if ImportedCapture::is_at(path) => Some(ImportedCapture::open(path)?.description.case),
        () => None,
    })
}

/// The ids of owners that somebody who wrote `id` may have meant.
fn owners_like(rules: &RuleSet, id: &str) -> String {
    let id = id.trim().to_lowercase();
    let alike = rules.owners.iter().map(|owner| &*owner.id).filter(|known| !id.is_empty() && known.to_lowercase().contains(&id));
    let alike: Vec<&str> = alike.collect();
    if alike.is_empty() { "for instance meta".to_owned() } else { format!("such as {}", alike.join(", ")) }
}

/// The built-in rules with those of a folder, or all mistakes in them.
pub(super) fn rule_set(folder: Option<&Path>) -> anyhow::Result<Result<RuleSet, Vec<Diagnostic>>> {
    let (rules, mistakes) = what_holds(folder)?;
    Ok(if mistakes.is_empty() { Ok(rules) } else { Err(mistakes) })
}

/// The built-in rules with those of a folder, without those that have mistakes, and the mistakes.
fn what_holds(folder: Option<&Path>) -> anyhow::Result<(RuleSet, Vec<Diagnostic>)> {
    let files = rule_texts(folder)?;
    Ok(RuleSet::compile_what_holds(files.iter().map(|(name, text)| (name.as_str(), text.as_str()))))
}

/// Name and text of every rule file: the built-in ones with those of a folder.
pub(super) fn rule_texts(folder: Option<&Path>) -> anyhow::Result<Vec<(String, String)>> {
    let mut files: Vec<(String, String)> = BUILTIN.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    if let Some(folder) = folder {
        let own = rule_files(folder)?;
        files.retain(|(name, _)| own.iter().all(|(other, _)| other != name));
        files.extend(own);
    }
    Ok(files)
}

pub(super) fn rule_files(folder: &Path) -> anyhow::Result<Vec<(String, String)>> {
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
