//! Options that `replay` and `verify` share: what recordings are judged by.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;

use super::complain;
use crate::batch::Inputs;
use crate::capture::Capture;
use crate::classify::Parties;
use crate::evidence::CaseKey;
use crate::model::{HostPort, UrlParts};
use crate::rules::{BUILTIN, Diagnostic, FilterList, RuleSet};
use crate::site::SuffixList;
use crate::vault::Case;

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
    /// Filter list in EasyList syntax to hold requests against (repeat for more; each list's verdict stays its own).
    #[arg(long = "list", value_name = "FILE")]
    pub(super) lists: Vec<PathBuf>,
    /// Public Suffix List to use in place of the built-in one.
    #[arg(long, value_name = "FILE")]
    pub(super) psl: Option<PathBuf>,
    /// Domain or address of the audited organisation (repeat for more); requests to it are left out of the evidence log and counted.
    #[arg(long, value_name = "DOMAIN")]
    pub(super) auditee: Vec<String>,
    /// Owner of the platform that carries the Page, by its id in the rules, for instance `meta`.
    #[arg(long, value_name = "OWNER")]
    pub(super) platform: Option<String>,
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
        let suffixes = match &self.psl {
            Some(path) => SuffixList::from_file(&file_name(path), &read(path)?).with_context(|| path.display().to_string())?,
            None => SuffixList::Embedded,
        };
        let compile = |path: &PathBuf| FilterList::compile(&file_name(path), &read(path)?).with_context(|| path.display().to_string());
        let lists = self.lists.iter().map(compile).collect::<anyhow::Result<Vec<_>>>()?;
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
        let parties = Parties { auditee: self.auditee.iter().map(domain).collect::<anyhow::Result<_>>()?, platform };
        Ok(Inputs { rules, rule_mistakes: mistakes.len() as u64, suffixes, lists, parties })
    }
}

/// The key of the case in `folder`, if one is given. Recordings among `paths` must not belong to another case: with its key a sound recording
/// would look like one that was changed.
pub(super) fn case_key(folder: Option<&Path>, paths: &[PathBuf]) -> anyhow::Result<Option<CaseKey>> {
    let Some(folder) = folder else { return Ok(None) };
    let case = Case::open(folder)?;
    for path in paths.iter().filter(|path| Capture::is_at(path)) {
        if let Some(other) = Capture::open(path)?.session.case.filter(|other| other.id != case.file.id) {
            bail!(
                "{}: the recording belongs to case {}, and --case {} names case {}; pass the folder of its own case",
                path.display(),
                other.id,
                folder.display(),
                case.file.id
            );
        }
    }
    Ok(Some(case.key()))
}

/// The host of an address, or of a text that begins with a host name, in the form in which hosts are looked up.
pub(super) fn host_in(text: &str) -> Option<String> {
    let authority = match UrlParts::of(text).authority {
        Some(authority) => &text[authority],
        None => {
            // `https:a.nl` would pass for the host `https` with a port.
            let first = text.split('/').next().unwrap_or_default();
            let port = first.rsplit_once(':').filter(|_| !first.ends_with(']')).map(|(_, port)| port);
            port.is_none_or(|port| port.parse::<u16>().is_ok()).then_some(first).filter(|first| !first.contains('@'))?
        }
    };
    let host = HostPort::of(authority)?.host.into_owned();
    // An IPv6 address stands in brackets, every other host is made of labels.
    let fits = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => host.split('.').all(|label| !label.is_empty() && label.chars().all(|sign| sign.is_alphanumeric() || "-_".contains(sign))),
    };
    fits.then_some(host)
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
    let mut files: Vec<(String, String)> = BUILTIN.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    if let Some(folder) = folder {
        let own = rule_files(folder)?;
        files.retain(|(name, _)| own.iter().all(|(other, _)| other != name));
        files.extend(own);
    }
    Ok(RuleSet::compile_what_holds(files.iter().map(|(name, text)| (name.as_str(), text.as_str()))))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_domains_and_addresses() {
        for (text, host) in [
            ("a.nl", "a.nl"),
            ("A.nl.", "a.nl"),
            ("https://www.a.nl/", "www.a.nl"),
            ("https://user@a.nl:8443/x?y", "a.nl"),
            ("//a.nl/x", "a.nl"),
            ("a.nl:8443/x", "a.nl"),
            ("bücher.nl", "xn--bcher-kva.nl"),
            ("https://bücher.nl/", "xn--bcher-kva.nl"),
            ("192.0.2.1", "192.0.2.1"),
            ("http://[::1]:80/", "[::1]"),
            ("[::1]", "[::1]"),
            ("localhost", "localhost"),
        ] {
            assert_eq!(host_in(text).as_deref(), Some(host), "{text}");
        }
        for text in [
            "",
            " ",
            ".",
            "..",
            "/a.nl",
            "https:///x",
            "https:a.nl",
            "mailto:x@a.nl",
            "x@a.nl",
            "*.a.nl",
            "the ministry",
            "a..nl",
            "::1",
            "?a.nl",
        ] {
            assert_eq!(host_in(text), None, "{text}");
        }
    }
}
