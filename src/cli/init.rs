//! `dataspoor init`: makes a case.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;

use super::Outcome;
use super::inputs::{host_in, rule_set};
use super::recovery::now;
use crate::plan::example;
use crate::report::text::Lang;
use crate::vault::{Auditee, CASE_FILE, Case, CaseFile, KEY_FILE, LEDGER_FILE};

/// Make a case.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folder for the case.
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// Title, as it stands on reports.
    #[arg(long, value_name = "TEXT")]
    title: String,
    /// Name of the audited organisation.
    #[arg(long, value_name = "NAME")]
    auditee: String,
    /// Domain of the audited organisation (repeat for more); requests to it are left out of the evidence log and counted.
    #[arg(long = "domain", value_name = "DOMAIN")]
    domains: Vec<String>,
    /// Address of a Page that is examined (repeat for more; the first is the default).
    #[arg(long = "page", value_name = "URL", required = true)]
    pages: Vec<String>,
    /// Owner of the platform, by its id in the rules.
    #[arg(long, value_name = "OWNER", default_value = "meta")]
    platform: String,
    /// Outside list that recordings are judged by: the name of one that was added with `dataspoor lists add` (repeat for more).
    #[arg(long = "list", value_name = "NAME")]
    lists: Vec<String>,
    /// Who examines.
    #[arg(long, value_name = "NAME")]
    auditor: String,
    /// Language of the annex: nl or en.
    #[arg(long = "lang", value_name = "LANG", default_value_t = Lang::Nl)]
    language: Lang,
    /// Write a plan to begin with into case.toml, with comments that say what else can stand there.
    #[arg(long)]
    plan_example: bool,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    for page in &arguments.pages {
        if !page.starts_with("https://") && !page.starts_with("http://") || host_in(page).is_none() {
            bail!("--page {page:?} is no address of a Page; give one such as https://www.facebook.com/ministry");
        }
    }
    for domain in &arguments.domains {
        if host_in(domain).is_none() {
            bail!("--domain {domain:?} has no host; give a domain such as ministerie.nl");
        }
    }
    if let Ok(rules) = rule_set(None)?
        && rules.owner_named(&arguments.platform).is_none()
    {
        bail!("no rule names an owner {:?}; name one by its id, for instance meta", arguments.platform);
    }
    let (mut secret, mut id) = ([0; 32], [0; 8]);
    for bytes in [&mut secret[..], &mut id[..]] {
        getrandom::fill(bytes)
            .map_err(|error| io::Error::other(error.to_string()))
            .context("the operating system gives no random numbers")?;
    }
    let file = CaseFile {
        id: id.iter().map(|byte| format!("{byte:02x}")).collect(),
        title: arguments.title.clone(),
        auditor: arguments.auditor.clone(),
        platform: arguments.platform.clone(),
        language: arguments.language.to_string(),
        pages: arguments.pages.clone(),
        page_ids: Vec::new(),
        page_names: Vec::new(),
        lists: arguments.lists.clone(),
        auditee: Auditee { name: arguments.auditee.clone(), domains: arguments.domains.clone() },
        ..CaseFile::default()
    };
    let mut case = Case::create(&arguments.folder, file, secret, now())?;
    if arguments.plan_example {
        let path = case.folder().join(CASE_FILE);
        let append = |text: &str| fs::File::options().append(true).open(&path)?.write_all(text.as_bytes());
        append(&example(&arguments.pages[0])).with_context(|| format!("{}: the plan cannot be written", path.display()))?;
        case = Case::open(&arguments.folder)?;
    }
    let cells = case.plan()?.cells().len();
    let folder = case.folder().display();
    let plan = match cells {
        0 => format!(
            "Plan what is to be recorded: put [[persona]], [[choice]], [[target]] and [[scenario]] tables into {CASE_FILE} (`dataspoor init --plan-example` writes \
             them with comments into a new case; docs/case.md explains them)"
        ),
        cells => format!("{CASE_FILE} holds a plan to begin with ({cells} scenarios); make it yours"),
    };
    writeln!(
        io::stdout(),
        "{folder}: case {} made.\n  {CASE_FILE}: what it is about; edit it as you like, but for the id\n  {KEY_FILE}: the secret behind fingerprints; keep a copy, \
         give it to nobody\n  {LEDGER_FILE}: the register of all recordings\n{plan}; then see what is recorded of it with: dataspoor status --case {folder}\n\
         Record with: dataspoor record --case {folder}",
        case.file.id
    )?;
    Ok(Outcome::Done)
}
