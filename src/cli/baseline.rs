//! `dataspoor baseline`, and what `record` does of its own accord before the first recording of a case with a browser: that browser is recorded
//! while it is idle, so that its own traffic can be told from that of a visit. Never takes a baseline of another version, of other switches or
//! preferences, or one that was broken off.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;

use super::Outcome;
use super::browsing::Used;
use super::live::{Live, Opened, Plan, Told, record};
use super::progress::{Form, Progress};
use super::record::{self, authority, note_end, number, open_proxy, session};
use crate::batch::{IDLE_REQUESTS, Inputs, Options};
use crate::browser::{self, identity};
use crate::capture::Capture;
use crate::classify::IdleRequests;
use crate::evidence::Fingerprinter;
use crate::model::{Digest, Mark, MarkKind, SaidBy};
use crate::observe::observe;
use crate::proxy::Admission;
use crate::vault::{Case, LedgerLine};

/// The setting of a session that says what its baseline is.
const BASELINE: &str = "baseline";
/// The setting of a baseline that says of which browser: the digest of version, switches, preferences and window.
const BASELINE_OF: &str = "baseline-of";
/// The mark at the end of a baseline that was not broken off.
const WHOLE: &str = "idle baseline: whole";
/// Requests that the session of a visit names; an idle browser makes a few dozen.
const MOST: usize = 500;

/// Options of the baseline.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Baseline")]
pub(super) struct BaselineOptions {
    /// In a case, record no baseline of the idle browser first, and use none.
    #[arg(long)]
    no_baseline: bool,
    /// Seconds for which the idle browser is recorded, once per case and version of the browser.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    baseline_seconds: u64,
    /// Record nothing else.
    #[arg(skip)]
    pub(super) only: bool,
}

/// Record the idle browser.
#[derive(Debug, Args)]
#[group(skip)]
pub(super) struct Arguments {
    #[command(flatten)]
    as_for_record: record::Arguments,
}

pub(super) fn run(mut arguments: Arguments) -> anyhow::Result<Outcome> {
    if arguments.as_for_record.baseline.no_baseline {
        bail!("--no-baseline leaves nothing to do; leave it away");
    }
    arguments.as_for_record.baseline.only = true;
    record::run(&arguments.as_for_record)
}

/// What the session of a recording says of its baseline, which is made if the case has none of this browser.
pub(super) fn ensure(
    arguments: &record::Arguments,
    case: &Case,
    used: &Used<'_>,
    (inputs, form): (&Inputs, Form),
) -> anyhow::Result<BTreeMap<String, String>> {
    let options = &arguments.baseline;
    if options.no_baseline {
        return Ok([(BASELINE.to_owned(), "none, by choice of the operator (--no-baseline)".to_owned())].into());
    }
    let same = Digest::of(identity(&used.options(([127, 0, 0, 1], 0).into()), used.cookies).as_bytes()).to_string();
    let form = if form == Form::Json { Form::Quiet } else { form };
    let progress = Progress::new(form, inputs);
    if let Some(found) = find(case, &same, inputs)? {
        progress.say(&format!("Baseline of this browser: {}.", found[BASELINE]));
        return Ok(found);
    }
    let seconds = options.baseline_seconds;
    progress.say(&format!(
        "This case has no baseline of {} with these settings: first it is recorded for {seconds} s while it is idle. Do nothing in its window.",
        used.program.version
    ));
    make(arguments, case, used, &same, (inputs, &progress))
        .context("the baseline of the idle browser could not be recorded; --no-baseline goes on without one")?;
    match find(case, &same, inputs)? {
        Some(found) => {
            progress.say(&format!("Baseline of this browser: {}.", found[BASELINE]));
            Ok(found)
        }
        None => bail!("the baseline that was just recorded cannot be read back; --no-baseline goes on without one"),
    }
}

/// The newest whole baseline of a browser in a case, as the session of another recording states it.
fn find(case: &Case, same: &str, inputs: &Inputs) -> anyhow::Result<Option<BTreeMap<String, String>>> {
    let begun: Vec<(u64, String)> = case
        .ledger()?
        .lines()
        .iter()
        .filter_map(|line| match line {
            LedgerLine::Begun { number, folder, .. } => Some((*number, folder.clone())),
            _ => None,
        })
        .collect();
    for (number, folder) in begun.into_iter().rev() {
        // Whatever cannot be opened is no baseline; `verify` says what is wrong with it.
        let Ok(capture) = Capture::open(&case.folder().join(folder)) else { continue };
        if capture.session.settings.get(BASELINE_OF).map(String::as_str) != Some(same) {
            continue;
        }
        let fingerprints = Fingerprinter::new(&case.key());
        let mut idle = IdleRequests::default();
        let mut requests: u64 = 0;
        let read = capture.read(Some(&case.key()), &mut |entry| {
            requests += 1;
            if let Some(seen) = observe(&entry, &inputs.suffixes, &fingerprints, &mut ()) {
                idle.insert(&seen.method, &seen.url, &seen.asked_from);
            }
            Ok(())
        });
        let Ok(contents) = read else { continue };
        let whole = contents.session.marks.iter().any(|(_, mark)| mark.text == WHOLE && mark.said_by == SaidBy::Script);
        let Some(head) = contents.head.filter(|_| whole) else { continue };
        let seconds = capture.session.settings.get("baseline-seconds").cloned().unwrap_or_default();
        let (all, kept) = (idle.len(), idle.first(MOST));
        let left_out = if kept.len() < all { format!(", of which the first {MOST} are compared") } else { String::new() };
        let words = format!(
            "1 baseline, recording {number} of this case (head of custody {head}): {requests} requests in {seconds} s without a visit, {all} \
             different ones{left_out}"
        );
        return Ok(Some([(BASELINE.to_owned(), words), (IDLE_REQUESTS.to_owned(), kept.to_string())].into()));
    }
    Ok(None)
}

/// Records the browser while it is idle, as a recording of the case with a number of its own.
fn make(
    arguments: &record::Arguments,
    case: &Case,
    used: &Used<'_>,
    same: &str,
    (inputs, progress): (&Inputs, &Progress<'_>),
) -> anyhow::Result<()> {
    let seconds = arguments.baseline.baseline_seconds;
    // Only the browser that we start comes here, from this machine.
    let admission = Admission { credentials: None, ..arguments.admission.read()? };
    let authority = authority(arguments, Some(case))?;
    let (certificate, digest) = (authority.certificate_pem().to_owned(), authority.digest());
    let stamps = arguments.stamps.stamps(Some(case))?;
    let proxy: Opened = open_proxy(arguments, ([127, 0, 0, 1], 0).into(), authority, admission)?;
    let (folder, number) = number(None, Some(case))?;
    let mut session = session(arguments, Some(case).zip(number), digest, Some(used.program))?;
    session.page = None;
    session.comment = Some(format!("BASELINE: the browser was idle on an empty page for {seconds} s; nobody visited anything"));
    session.settings.insert(BASELINE_OF.to_owned(), same.to_owned());
    session.settings.insert("baseline-seconds".to_owned(), seconds.to_string());
    let id = session.id.clone();
    let masker = arguments.secrets.masker(&inputs.rules, Some(&case.key()))?;
    let (options, encrypt_to) = (Options::default(), arguments.secrets.encrypt_to(Some(case))?);
    let plan = Plan { folder: &folder, session, case: Some(case.key()), inputs, options, masker, encrypt_to, proxy, stamps, progress };
    let done = record(plan, async |live: &Live<'_>| {
        let mut told = Told::listen()?;
        let (profile, options) = used.prepare(&certificate, live)?;
        let mut window = browser::open(&profile, &options).await?;
        for (name, value) in window.facts().all() {
            live.fact(name, value);
        }
        let whole = tokio::select! {
            closed = window.closed() => closed.map_err(anyhow::Error::from).and_then(|()| bail!("the browser was closed before its baseline was whole")),
            outcome = told.end(live) => outcome.and_then(|()| bail!("the baseline was stopped before it was whole")),
            () = tokio::time::sleep(Duration::from_secs(seconds)) => Ok(()),
        };
        if whole.is_ok() {
            live.mark(Mark { kind: MarkKind::Note, said_by: SaidBy::Script, text: WHOLE.to_owned() });
        }
        window.close().await;
        whole
    });
    if let Some(number) = number {
        note_end(case, (number, &id), &folder, &done, None)?;
    }
    done.map(|_| ())
}
