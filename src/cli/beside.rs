//! `dataspoor beside`: holds what is kept beside the recordings of a case against them, and writes the report into the case.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;

use super::inputs::{JudgedBy, take_over};
use super::{Outcome, complain};
use crate::batch::{
    Answer, BESIDE_KIND, Inputs, Options, OutputFolder, Shown, answer_table, control_table, netlog_traffic, shown, statement_rows,
};
use crate::capture::{Capture, ImportedCapture};
use crate::compare::observer::Traffic;
use crate::interop::{access, har, netlog};
use crate::model::Digest;
use crate::report::beside_document::{AnswerTable, BesideRecording, BesideTables, ControlTable, beside_document};
use crate::report::html::for_browsers;
use crate::report::text::Lang;
use crate::report::{TOOL, TOOL_VERSION};
use crate::vault::{Case, KeptItem, KeptKind, LedgerLine};

/// Folder of the report in the case.
const BESIDE_FOLDER: &str = "beside";

/// Hold what is kept beside the recordings against them.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folder of the case.
    #[arg(long, value_name = "FOLDER")]
    case: PathBuf,
    /// Folder for the report [default: beside, in the case].
    #[arg(short, long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Language of the page: nl or en (repeat for both).
    #[arg(long = "lang", value_name = "LANG", default_values_t = [Lang::Nl])]
    languages: Vec<Lang>,
    #[command(flatten)]
    judged_by: JudgedBy,
}

/// A recording of the ledger.
struct Noted {
    number: u64,
    folder: PathBuf,
    scenario: Option<String>,
    discarded: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let case = Case::open(&arguments.case)?;
    let mut inputs = arguments.judged_by.load()?;
    take_over(&mut inputs, &case)?;
    let target = arguments.out.clone().unwrap_or_else(|| case.folder().join(BESIDE_FOLDER));
    let mut output = OutputFolder::create(&target).with_context(|| format!("{}: the report cannot be written", target.display()))?;
    let options = Options { case: Some(case.key()), ..Options::default() };
    let mut outcome = Outcome::Done;
    let mut recordings: Vec<(u64, Shown)> = Vec::new();
    let mut tables = BesideTables { case: case.file.id.clone(), ..BesideTables::default() };
    let mut digests = Vec::new();
    for noted in noted(&case)? {
        let mut row = BesideRecording {
            number: noted.number,
            scenario: noted.scenario.clone(),
            persona: None,
            simulated: false,
            discarded: noted.discarded.clone(),
        };
        if noted.discarded.is_none() {
            match shown(&noted.folder, &inputs, &options, &case.key()) {
                Ok(mut found) => {
                    found.scenario = found.scenario.take().or(noted.scenario);
                    row.scenario.clone_from(&found.scenario);
                    row.persona = found.persona.as_ref().map(|(persona, _)| persona.clone());
                    row.simulated = found.simulated;
                    digests.push(noted.number);
                    recordings.push((noted.number, found));
                }
                // The others are compared all the same; the report names it with its reason.
                Err(error) => {
                    complain(&error.to_string());
                    row.discarded = Some(error.to_string());
                    outcome = Outcome::Differs;
                }
            }
        }
        tables.recordings.push(row);
    }
    let kept = case.kept()?;
    let texts: BTreeMap<String, String> =
        kept.iter().filter(|item| item.what == KeptKind::VendorText).map(|item| (item.sha256.clone(), item.id.clone())).collect();
    tables.statements = statement_rows(&inputs.rules, &recordings, &texts);
    tables.answers = answers(&case, &kept, &recordings)?;
    for item in kept.iter().filter(|item| item.what == KeptKind::Control) {
        tables.controls.push(control(&case, item, &recordings, &inputs, &options)?);
    }
    let mut languages = arguments.languages.clone();
    languages.dedup();
    for (index, language) in languages.into_iter().enumerate() {
        let document = beside_document(&tables, language)?;
        output.write(&format!("beside.{language}.html"), for_browsers(&document.html, language, None)?.as_bytes())?;
        if index == 0 {
            output.write("beside.json", &document.json)?;
            document.csv.iter().try_for_each(|(name, bytes)| output.write(name, bytes))?;
        }
    }
    let folder = output.finish(&serde_json::json!({
        "kind": BESIDE_KIND,
        "tool": TOOL,
        "tool_version": TOOL_VERSION,
        // So that it replaces the report of the same case only.
        "capture": { "name": case.file.id, "sha256": Digest::of(case.file.id.as_bytes()).to_string() },
        "recordings": digests,
        "kept": kept.iter().map(|item| serde_json::json!({ "id": item.id, "sha256": item.sha256 })).collect::<Vec<_>>(),
        "rules_sha256": inputs.rules.digest().to_string(),
    }))?;
    tell(&tables, &folder)?;
    Ok(outcome)
}

/// The recordings of the ledger that have begun and hold something, in its order.
fn noted(case: &Case) -> anyhow::Result<Vec<Noted>> {
    let ledger = case.ledger()?;
    let mut noted = Vec::new();
    for line in ledger.lines() {
        let LedgerLine::Begun { number, folder, planned, .. } = line else { continue };
        let folder = case.folder().join(folder);
        let discarded = ledger.lines().iter().rev().find_map(|line| match line {
            LedgerLine::Discarded { number: other, reason, by, .. } if other == number => Some(format!("{reason} ({by})")),
            _ => None,
        });
        let missing = || format!("{}: there is no recording here", folder.display());
        let there = Capture::is_at(&folder) || ImportedCapture::is_at(&folder);
        noted.push(Noted {
            number: *number,
            scenario: planned.as_ref().map(|planned| planned.scenario.clone()),
            discarded: discarded.or_else(|| (!there).then(missing)),
            folder,
        });
    }
    Ok(noted)
}

/// Files of one persona are one answer: a download comes in many.
fn answers(case: &Case, kept: &[KeptItem], recordings: &[(u64, Shown)]) -> anyhow::Result<Vec<AnswerTable>> {
    let mut by_persona: BTreeMap<Option<&String>, Vec<&KeptItem>> = BTreeMap::new();
    for item in kept.iter().filter(|item| item.what == KeptKind::AccessAnswer) {
        by_persona.entry(item.about.get("persona")).or_default().push(item);
    }
    let mut tables = Vec::new();
    for (persona, items) in by_persona {
        let (mut returned, mut received) = (Vec::new(), BTreeSet::new());
        for item in &items {
            let path = case.check_kept(item)?;
            let bytes = fs::read(&path).with_context(|| format!("{}: cannot be read", path.display()))?;
            returned.extend(access::read(&bytes).with_context(|| path.display().to_string())?);
            received.extend(item.about.get("received").cloned());
        }
        let answer = Answer {
            ids: items.iter().map(|item| item.id.clone()).collect(),
            persona: persona.cloned(),
            received: received.into_iter().collect(),
            returned: &returned,
        };
        tables.push(answer_table(&answer, recordings, &case.key()));
    }
    Ok(tables)
}

fn control(case: &Case, item: &KeptItem, recordings: &[(u64, Shown)], inputs: &Inputs, options: &Options) -> anyhow::Result<ControlTable> {
    let path = case.check_kept(item)?;
    let said = |name: &str| item.about.get(name).cloned();
    let (Some(scenario), Some(format)) = (said("scenario"), said("format")) else {
        bail!("{}: the ledger does not say of which scenario {} is a control, and in which format", path.display(), item.id);
    };
    let (traffic, quic, simulated) = match format.as_str() {
        "netlog" => {
            let file = File::open(&path).with_context(|| format!("{}: cannot be read", path.display()))?;
            let log = netlog::read(file).with_context(|| path.display().to_string())?;
            (netlog_traffic(&log, inputs), log.quic_sessions.into_iter().collect(), false)
        }
        _ => {
            let found =
                shown(&path, inputs, &Options { har: har::Options { partial: true, ..options.har }, ..options.clone() }, &case.key())?;
            (found.traffic, Vec::new(), found.simulated)
        }
    };
    let of_scenario = recordings.iter().filter(|(_, shown)| shown.scenario.as_ref() == Some(&scenario));
    let of_scenario: Vec<(u64, Traffic)> = of_scenario.map(|(number, shown)| (*number, shown.traffic.clone())).collect();
    if of_scenario.is_empty() {
        complain(&format!("{}: the case has no recording of scenario {scenario:?}, so there is nothing to hold it against", item.id));
    }
    let (table, rows) = control_table(&traffic, &of_scenario);
    Ok(ControlTable {
        control: item.id.clone(),
        format,
        scenario,
        said: said("said"),
        recordings: table.recordings,
        requests: traffic.requests,
        cannot_show: table.cannot_show.iter().map(|aspect| aspect.id()).collect(),
        recordings_cannot_show: table.recordings_cannot_show.iter().map(|(number, aspect)| (*number, aspect.id())).collect(),
        cut_off: table.cut_off,
        quic,
        simulated,
        rows,
    })
}

fn tell(tables: &BesideTables, folder: &Path) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let of = |outcome: &str| tables.statements.iter().filter(|row| row.outcome == outcome).count();
    writeln!(
        out,
        "{} statements: {} recorded, {} not recorded in these scenarios, {} not tested, {} not observable by a proxy",
        tables.statements.len(),
        of("seen"),
        of("not-seen"),
        of("not-tested"),
        of("not-observable")
    )?;
    for table in &tables.answers {
        let of = |outcome: &str| table.rows.iter().filter(|row| row.outcome == outcome).count();
        writeln!(
            out,
            "{}: {} fields seen leaving and returned, {} seen leaving, not returned, {} places returned, not seen leaving",
            table.answers.join(", "),
            of("seen-and-returned"),
            of("seen-not-returned"),
            of("returned-not-seen")
        )?;
    }
    for table in &tables.controls {
        let of = |seen: &str| table.rows.iter().filter(|row| row.seen_on == seen).count();
        writeln!(
            out,
            "{} ({}): {} rows in recordings only, {} in the control only, {} that it cannot show",
            table.control,
            table.format,
            of("only-intercepted"),
            of("only-control"),
            of("control-cannot-show")
        )?;
    }
    writeln!(out, "{}", folder.display())
}
