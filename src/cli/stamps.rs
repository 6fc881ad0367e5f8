//! Outside times for a recording: which authorities are asked, the thread that asks them while something is recorded, and the one over the last record, which is
//! asked for when the log has ended. Nobody is asked that was not named, and nothing waits for an answer but the end of a recording.

use std::path::Path;
use std::time::Duration;

use clap::Args;

use crate::capture::{FailedAuthority, TIMES_FOLDER, TimeLine, TimeStamp, Times, keep_time};
use crate::evidence::LONGEST_NONCE;
use crate::model::Digest;
use crate::vault::{ASK_WITHIN, Case, InTurn, LedgerLine, Qualified, TimeAuthority, ask_in_turn};

use super::complain;
use super::recovery::now;

/// Which authorities are asked.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct StampAt {
    /// Ask this authority for timestamps (RFC 3161) over the custody log, or when sealing over the signature (repeat for more; they are asked in turn) [default: those of the case, or none].
    #[arg(long, value_name = "URL")]
    stamp_by: Vec<String>,
    /// Whether the authorities named with --stamp-by give qualified timestamps: yes, no or unknown. It is noted as known at stamping.
    #[arg(long, value_name = "ANSWER", default_value = "unknown", requires = "stamp_by")]
    stamp_qualified: Qualified,
    /// Where that is taken from, such as the trusted list and the day of looking; needed with yes.
    #[arg(long, value_name = "TEXT", requires = "stamp_by")]
    stamp_qualified_source: Option<String>,
}

/// When they are asked.
#[derive(Clone, Debug, Args)]
pub(super) struct StampOptions {
    #[command(flatten)]
    pub(super) at: StampAt,
    /// Minutes between two timestamps while something is recorded.
    #[arg(long, value_name = "MINUTES", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1440))]
    stamp_every: u32,
    /// Ask no authority, although the case names some.
    #[arg(long, conflicts_with = "stamp_by")]
    no_stamp: bool,
}

impl Default for StampOptions {
    fn default() -> Self {
        Self { at: StampAt::default(), stamp_every: 10, no_stamp: false }
    }
}

impl StampAt {
    /// Whether somebody is named here.
    pub(super) fn names_some(&self) -> bool {
        !self.stamp_by.is_empty()
    }

    /// The authorities that are named here, or else those of the case.
    pub(super) fn authorities(&self, case: Option<&Case>) -> anyhow::Result<Vec<TimeAuthority>> {
        let named = self.stamp_by.iter().map(|url| TimeAuthority {
            url: url.clone(),
            qualified: self.stamp_qualified,
            source: self.stamp_qualified_source.clone(),
        });
        let mut authorities: Vec<TimeAuthority> = named.collect();
        if authorities.is_empty() {
            authorities = case.map(|case| case.file.time_authorities.clone()).unwrap_or_default();
        }
        authorities.iter().try_for_each(|authority| authority.check().map_err(anyhow::Error::msg))?;
        Ok(authorities)
    }
}

impl StampOptions {
    /// What is to be done in a recording.
    pub(super) fn stamps(&self, case: Option<&Case>) -> anyhow::Result<Stamps> {
        let authorities = if self.no_stamp { Vec::new() } else { self.at.authorities(case)? };
        Ok(Stamps { authorities, every: Duration::from_secs(u64::from(self.stamp_every) * 60) })
    }
}

/// Authorities, and how often they are asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Stamps {
    pub(super) authorities: Vec<TimeAuthority>,
    pub(super) every: Duration,
}

/// Asks authorities in turn for a time over a digest, each with a nonce of its own.
pub(super) fn in_turn(authorities: &[TimeAuthority], digest: &Digest, go_on: &dyn Fn() -> bool) -> InTurn {
    let nonce = || {
        let mut nonce = [0; LONGEST_NONCE];
        getrandom::fill(&mut nonce).map(|()| nonce).map_err(|error| format!("the operating system gives no random numbers ({error})"))
    };
    ask_in_turn(authorities, digest, ASK_WITHIN, &now, &nonce, go_on)
}

/// Asks for a time over a record.
fn over(authorities: &[TimeAuthority], record: u64, digest: Digest, go_on: &dyn Fn() -> bool) -> TimeLine {
    let InTurn { asked, failed } = in_turn(authorities, &digest, go_on);
    let at = asked.as_ref().map_or_else(now, |(_, asked)| asked.at);
    let stamp = asked.map(|(authority, asked)| {
        use base64::Engine as _;
        TimeStamp {
            authority: authority.url,
            token: base64::engine::general_purpose::STANDARD.encode(&asked.token),
            time: asked.checked.says.time.as_nanoseconds(),
            qualified: authority.qualified.id().to_owned(),
            qualified_source: authority.source,
            clock_offset_ms: asked.clock_offset_ms,
            round_trip_ms: asked.round_trip_ms,
        }
    });
    let failed = failed.into_iter().map(|(authority, why)| FailedAuthority { authority, why }).collect();
    TimeLine { kind: "time".to_owned(), at: at.as_nanoseconds(), record, over: digest.to_string(), stamp, failed }
}

/// What failed, in one sentence.
pub(super) fn failures(line: &TimeLine) -> String {
    line.failed.iter().map(|failed| format!("{}: {}", failed.authority, failed.why)).collect::<Vec<_>>().join("; ")
}

/// Asks for a time over the last record of a recording that has ended, and keeps it beside the log. `None`: there is one, or nobody is to be asked.
///
/// # Errors
///
/// No authority gave a time, or it cannot be kept.
pub(super) fn last(folder: &Path, authorities: &[TimeAuthority]) -> anyhow::Result<Option<TimeLine>> {
    let Some((record, digest)) = Times::read(folder)?.wanting() else { return Ok(None) };
    if authorities.is_empty() {
        return Ok(None);
    }
    let line = over(authorities, record, digest, &|| true);
    anyhow::ensure!(
        line.stamp.is_some(),
        "no authority gave a time for the last record ({}); what was recorded is whole, and `dataspoor stamp {}` asks again",
        failures(&line),
        folder.display()
    );
    keep_time(folder, &line)?;
    Ok(Some(line))
}

/// Notes in the ledger of a case the times that lie beside a recording and do not stand there yet.
pub(super) fn note(case: &Case, number: u64, folder: &Path) -> anyhow::Result<()> {
    let times = Times::read(folder)?;
    for found in times.found.iter().filter(|found| found.own_record.is_none()) {
        let Ok(TimeLine { over, stamp: Some(stamp), .. }) = &found.line else { continue };
        let sha256 = Digest::of(&std::fs::read(folder.join(&found.file))?).to_string();
        let mut ledger = case.ledger()?;
        let noted =
            |line: &LedgerLine| matches!(line, LedgerLine::Stamped { number: of, file, .. } if *of == number && *file == found.file);
        if ledger.lines().iter().any(noted) {
            continue;
        }
        ledger.append(&LedgerLine::Stamped {
            number,
            at: now().to_string(),
            file: found.file.clone(),
            sha256,
            over: over.clone(),
            time: crate::model::Timestamp::from_nanoseconds(stamp.time).to_string(),
            authority: stamp.authority.clone(),
        })?;
    }
    Ok(())
}

/// The same after a recording, where a failure is told and no more.
pub(super) fn note_after(case: &Case, number: u64, folder: &Path) {
    if folder.join(TIMES_FOLDER).is_dir()
        && let Err(error) = note(case, number, folder)
    {
        complain(&format!("{error:#}"));
    }
}

#[cfg(all(feature = "proxy", feature = "browser"))]
pub(super) use live::Stamping;

#[cfg(all(feature = "proxy", feature = "browser"))]
mod live {
    //! The thread that asks while something is recorded.

    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
    use std::thread::JoinHandle;

    use super::{Digest, Stamps, complain, failures, over};
    use crate::recorder::Recording;

    /// A thread that asks for times.
    pub(in crate::cli) struct Stamping {
        stop: Sender<()>,
        ended: Arc<AtomicBool>,
        thread: JoinHandle<()>,
    }

    impl Stamping {
        /// Begins, with a time over what the log holds now: nothing was requested yet. `None`: nobody is to be asked.
        pub(in crate::cli) fn begin(stamps: &Stamps, recording: &Arc<Recording>) -> std::io::Result<Option<Self>> {
            if stamps.authorities.is_empty() {
                return Ok(None);
            }
            // Here and not in the thread, so that no request can come before it.
            let Some(first) = recording.head() else { return Ok(None) };
            let (stop, stopped) = channel::<()>();
            let ended = Arc::new(AtomicBool::new(false));
            let (stamps, recording, told) = (stamps.clone(), Arc::clone(recording), Arc::clone(&ended));
            let thread = std::thread::Builder::new().name("timestamps".to_owned()).spawn(move || {
                let ask = |(record, digest): (u64, Digest)| {
                    let line = over(&stamps.authorities, record, digest, &|| !told.load(Ordering::Relaxed));
                    if line.stamp.is_none() {
                        complain(&format!("no authority gave a time for record {record} ({}); recording goes on", failures(&line)));
                    }
                    recording.time(line);
                };
                ask(first);
                // The record that says so is nothing new.
                let mut known = recording.head().map(|(record, _)| record);
                while stopped.recv_timeout(stamps.every) == Err(RecvTimeoutError::Timeout) {
                    let Some(head) = recording.head() else { return };
                    if known != Some(head.0) {
                        ask(head);
                        known = recording.head().map(|(record, _)| record);
                    }
                }
            })?;
            Ok(Some(Self { stop, ended, thread }))
        }

        /// Ends; what is being asked is waited for, as long as one authority is.
        pub(in crate::cli) fn end(self) {
            self.ended.store(true, Ordering::Relaxed);
            drop(self.stop);
            // A panic in it has been printed.
            let _ = self.thread.join();
        }
    }
}
