//! `dataspoor seed`: planted values of a case. Values come from standard input or a prompt and are printed nowhere; the search for them needs the
//! auditor's private key, whose file is named and never copied.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::recovery::now;
use super::{Outcome, complain, plain};
use crate::analysis::planted::{MOST_FORMS, Planted, PlantedTable, SHORTEST, Seed, SeedKind, SeedNotSearched, SeedNote};
use crate::batch::Inputs;
use crate::vault::{Case, SEEDS_FILE, SEEDS_FOLDER, SeedRecord, SeedsKey};

/// Bytes that are read of a value at most; a value that is longer is refused where it is kept.
const MOST_READ: u64 = 1 << 16;

/// Planted values.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Keep a value that you will type on purpose, encrypted for you, so that recordings of the case can be searched for it.
    Add(Add),
    /// List the planted values of a case: names, kinds and labels, never the values.
    List(List),
}

/// Keep a planted value.
#[derive(Debug, Args)]
pub(super) struct Add {
    /// The value; `-`, or nothing, reads it from standard input. WARNING: as an argument it can be read by other users of this machine while the command
    /// runs, and stays in the history of your shell.
    #[arg(value_name = "VALUE")]
    value: Option<String>,
    /// Folder of the case.
    #[arg(long, value_name = "FOLDER")]
    case: PathBuf,
    /// What it is: email, phone, name, date, text, number or address. It decides in which forms it is looked for.
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: SeedKind,
    /// What you call it, and where it will be typed. Stands in outputs, so it must not give the value away.
    #[arg(long, value_name = "TEXT")]
    label: String,
    /// Your public key of age (age1…), for which values are encrypted. The first value of a case needs it.
    #[arg(long, value_name = "KEY")]
    to: Option<String>,
}

/// List planted values.
#[derive(Debug, Args)]
pub(super) struct List {
    /// Folder of the case.
    #[arg(long, value_name = "FOLDER")]
    case: PathBuf,
}

fn kind(text: &str) -> Result<SeedKind, String> {
    SeedKind::from_id(text).ok_or_else(|| format!("write one of {}", SeedKind::ALL.map(SeedKind::id).join(", ")))
}

pub(super) fn run(command: &Command) -> anyhow::Result<Outcome> {
    match command {
        Command::Add(arguments) => add(arguments),
        Command::List(arguments) => list(arguments),
    }
}

fn add(arguments: &Add) -> anyhow::Result<Outcome> {
    let case = Case::open(&arguments.case)?;
    case.check_open()?;
    let value = match arguments.value.as_deref() {
        Some(value) if value != "-" => {
            complain("a value on the command line can be read by other users of this machine and stays in the history of the shell");
            value.to_owned()
        }
        _ => read_value()?,
    };
    let record = case.add_seed(arguments.kind.id(), &arguments.label, &value, arguments.to.as_deref(), now())?;
    let seed = Seed { id: record.id.clone(), kind: arguments.kind, label: record.label.clone(), value };
    for note in Planted::new(&[seed], Vec::new()).notes() {
        complain(&format!("{}: {}", record.id, words(note)));
    }
    writeln!(
        io::stdout(),
        "{}: {} ({}, {}) is kept, encrypted for {}. Recordings are searched for it with --seeds-key FILE, the file of its private key.",
        case.folder().display(),
        record.id,
        record.kind,
        plain(&record.label),
        case.seeds()?.to
    )?;
    Ok(Outcome::Done)
}

/// What the auditor should know before the value is typed anywhere.
fn words(note: SeedNote) -> String {
    match note {
        SeedNote::ShortValue => "so short a value may stand somewhere by chance; a longer one shows more".to_owned(),
        SeedNote::TooShort(forms) => format!("{forms} of its forms have under {SHORTEST} bytes and are not looked for"),
        SeedNote::TooMany(forms) => format!("{forms} of its forms are not looked for, because it has more than {MOST_FORMS}"),
        SeedNote::NoCountryCode => {
            "its country is not known, so it is looked for as typed and as digits; begin it with + and the country code".to_owned()
        }
        SeedNote::NoDate => "it could not be read as a date, so it is looked for as typed; write it as 1990-02-03".to_owned(),
    }
}

/// One line from a terminal, or all of what another program says.
fn read_value() -> anyhow::Result<String> {
    let mut value = String::new();
    let input = io::stdin();
    if input.is_terminal() {
        write!(io::stderr(), "Value (it will be seen on this screen): ")?;
        input.read_line(&mut value).context("the value cannot be read from the terminal")?;
    } else {
        input.lock().take(MOST_READ).read_to_string(&mut value).context("the value on standard input is no UTF-8 text; pass it as such")?;
    }
    Ok(value)
}

fn list(arguments: &List) -> anyhow::Result<Outcome> {
    let case = Case::open(&arguments.case)?;
    let register = case.seeds()?;
    let mut out = io::stdout().lock();
    for SeedRecord { id, kind, label, added } in &register.seeds {
        writeln!(out, "{id}\t{kind}\t{added}\t{}", plain(label))?;
    }
    if register.seeds.is_empty() {
        writeln!(out, "{}: no planted values; `dataspoor seed add` keeps one", case.folder().display())?;
    }
    Ok(Outcome::Done)
}

/// The option of commands that search recordings for planted values.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct SeedsKeyOption {
    /// File with your private key of age (as `age-keygen -o` writes it, readable by you only): opens the planted values of the case, which are then looked
    /// for. Without it, outputs say which were not.
    #[arg(long, value_name = "FILE")]
    pub(super) seeds_key: Option<PathBuf>,
}

impl SeedsKeyOption {
    /// Hands the planted values of the case to what recordings are judged by; without the key, their names only.
    ///
    /// # Errors
    ///
    /// The key or a value cannot be read, or there is no case whose values it could open.
    pub(super) fn plant(&self, inputs: &mut Inputs, case: Option<&Case>) -> anyhow::Result<()> {
        let Some(case) = case else {
            return match &self.seeds_key {
                Some(path) => {
                    Err(anyhow::anyhow!("--seeds-key {}: planted values belong to a case; pass its folder with --case", path.display()))
                }
                None => Ok(()),
            };
        };
        let register = case.seeds()?;
        let key = self.seeds_key.as_deref().map(SeedsKey::read).transpose()?;
        if register.seeds.is_empty() {
            return Ok(());
        }
        let known = |record: &SeedRecord| kind_of(record, case.folder());
        inputs.planted = Some(match key {
            Some(key) => {
                let open = |seed: crate::vault::OpenedSeed| {
                    let kind = known(&seed.record)?;
                    anyhow::Ok(Seed { id: seed.record.id, kind, label: seed.record.label, value: seed.value })
                };
                let seeds = case.open_seeds(&key)?.into_iter().map(open).collect::<anyhow::Result<Vec<_>>>()?;
                Planted::new(&seeds, Vec::new())
            }
            None => {
                let name = |record: &SeedRecord| {
                    anyhow::Ok(SeedNotSearched { id: record.id.clone(), kind: known(record)?, label: record.label.clone() })
                };
                Planted::new(&[], register.seeds.iter().map(name).collect::<anyhow::Result<Vec<_>>>()?)
            }
        });
        Ok(())
    }
}

impl SeedsKeyOption {
    /// The planted values of the case by their identifiers, if their key was named: for steps that type them.
    ///
    /// # Errors
    ///
    /// The key or a value cannot be read.
    #[cfg(all(feature = "proxy", feature = "browser"))]
    pub(super) fn values(&self, case: &Case) -> anyhow::Result<std::collections::BTreeMap<String, String>> {
        let Some(key) = self.seeds_key.as_deref().map(SeedsKey::read).transpose()? else { return Ok(Default::default()) };
        Ok(case.open_seeds(&key)?.into_iter().map(|seed| (seed.record.id, seed.value)).collect())
    }
}

/// What a run says about planted values, as one member of a line of JSON.
pub(super) fn counts(table: &PlantedTable) -> Value {
    let not_searched = table.not_searched.iter();
    json!({
        "searched": table.searched.iter().map(|seed| &seed.id).collect::<Vec<_>>(),
        "not_searched": not_searched.map(|seed| json!({ "id": seed.id, "kind": seed.kind.id(), "label": seed.label })).collect::<Vec<_>>(),
        "sightings": table.sightings,
        "left_out": table.left_out,
    })
}

/// The same in words.
pub(super) fn sentence(table: &PlantedTable) -> String {
    let mut parts = Vec::new();
    if !table.searched.is_empty() {
        let found: BTreeSet<&str> = table.rows.iter().map(|row| row.seed.as_str()).collect();
        parts.push(format!("{} of {} planted values found, in {} places", found.len(), table.searched.len(), table.sightings));
    }
    if !table.not_searched.is_empty() {
        let names: Vec<_> =
            table.not_searched.iter().map(|seed| format!("{} ({}, {})", seed.id, seed.kind.id(), plain(&seed.label))).collect();
        parts.push(format!("not searched for, for want of --seeds-key: {}", names.join("; ")));
    }
    parts.join("; ")
}

fn kind_of(record: &SeedRecord, case: &Path) -> anyhow::Result<SeedKind> {
    SeedKind::from_id(&record.kind).with_context(|| {
        let file = case.join(SEEDS_FOLDER).join(SEEDS_FILE);
        format!("{}: {} is of the kind {:?}, which this version does not know; restore the file", file.display(), record.id, record.kind)
    })
}
