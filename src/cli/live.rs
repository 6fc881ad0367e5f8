//! A recording from its first byte to its annex: what `record` and `demo` have in common.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::clock_watch::{self, ClockWatch};
use super::complain;
use super::control;
use super::progress::Progress;
use super::recovery::now;
use super::stamps::{self, Stamping, Stamps};
use crate::analysis::Analysis;
use crate::batch::{Inputs, Options, Replayed, conclude, open_output, recorded};
use crate::capture::{Capture, EncryptTo, Finished, REPORT_FOLDER, SessionFile, Writer};
use crate::evidence::{CaseKey, EntryHasher};
use crate::model::{Digest, Entry, Event, Exhibit, Mark, MarkKind, Recorder as _, SaidBy, Stamped, Submission, Timestamp};
use crate::proxy::{self, About, Running};
use crate::recorder::Recording;
use crate::redact::Masker;

/// Longest time for which a record lies with the operating system before it is forced to the disk.
pub(super) const SYNC_INTERVAL: Duration = Duration::from_secs(1);

/// What is to be recorded, and where.
pub(super) struct Plan<'p> {
    /// Folder of the capture.
    pub(super) folder: &'p Path,
    /// What is known before the first request.
    pub(super) session: SessionFile,
    /// The key of the case.
    pub(super) case: Option<CaseKey>,
    /// What the recording is judged by.
    pub(super) inputs: &'p Inputs,
    /// Languages of the annex, and the like.
    pub(super) options: Options,
    /// Who masks secrets before they are recorded.
    pub(super) masker: Option<Masker>,
    /// For whom it is encrypted while it is made; nobody: it is not.
    pub(super) encrypt_to: Vec<EncryptTo>,
    /// The proxy.
    pub(super) proxy: Opened,
    /// Who is asked for outside times.
    pub(super) stamps: Stamps,
    /// Told of every exchange.
    pub(super) progress: &'p Progress<'p>,
}

/// A proxy that has its port, and what it runs on. Made before anything is noted or written, so that a proxy that cannot start leaves no
/// recording behind.
pub(super) struct Opened {
    runtime: Runtime,
    proxy: proxy::Prepared,
}

impl Opened {
    /// Takes the port.
    pub(super) fn new(settings: proxy::Settings) -> anyhow::Result<Self> {
        // Connections and long bodies under way each hold a file; what this fails to raise stays as it was.
        let mut limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
        limit.current = limit.maximum;
        if let Err(error) = rustix::process::setrlimit(rustix::process::Resource::Nofile, limit) {
            tracing::info!(%error, "the number of open files could not be raised");
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("the proxy cannot be started")?;
        let proxy = runtime.block_on(proxy::prepare(settings))?;
        Ok(Self { runtime, proxy })
    }

    /// What of the proxy bears on the recording, for the description of the session.
    pub(super) fn facts(&self) -> impl Iterator<Item = (String, String)> {
        self.proxy.facts().into_iter().map(|(name, value)| (name.to_owned(), value))
    }
}

/// Ctrl-C or a signal to end, heard from the moment on at which this is made: before anybody is told that the recording runs, so that none
/// ends the program in the middle of starting a browser.
pub(super) struct Told {
    interrupt: Signal,
    terminate: Signal,
}

impl Told {
    /// Begins to listen, inside a runtime.
    pub(super) fn listen() -> anyhow::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits for a signal, or for the recording to fail.
    pub(super) async fn end(&mut self, live: &Live<'_>) -> anyhow::Result<()> {
        let mut check = tokio::time::interval(Duration::from_millis(250));
        loop {
            tokio::select! {
                _ = self.interrupt.recv() => return Ok(()),
                _ = self.terminate.recv() => return Ok(()),
                _ = check.tick() => if let Some(why) = live.failure() {
                    bail!("nothing more can be recorded: {why}; what was recorded until then is whole");
                },
            }
        }
    }
}

/// A recording under way, as whoever steers the browser sees it.
pub(super) struct Live<'l> {
    /// The proxy.
    pub(super) proxy: &'l Running,
    recording: &'l Recording,
}

impl Live<'_> {
    /// Marks this moment.
    pub(super) fn mark(&self, mark: Mark) {
        let stamped = Stamped { exchange: 0, at: self.proxy.now(), event: Event::Mark(mark) };
        self.recording.submit(Submission { stamped, receipt: None });
    }

    /// Puts something beside the traffic, at this moment. It is recorded as it is: whoever calls this sees to it that no secret stands in it.
    pub(super) fn exhibit(&self, exhibit: Exhibit) {
        let stamped = Stamped { exchange: 0, at: self.proxy.now(), event: Event::Exhibit(exhibit) };
        self.recording.submit(Submission { stamped, receipt: None });
    }

    /// Notes a fact of the session.
    pub(super) fn fact(&self, name: &'static str, value: &str) {
        self.recording.fact(name, value);
    }

    /// Why nothing more can be recorded, if that has come to pass.
    pub(super) fn failure(&self) -> Option<String> {
        self.recording.failure()
    }
}

/// What came of it.
pub(super) struct Done {
    /// The annex and its counts.
    pub(super) replayed: Replayed,
    /// Exchanges that were recorded.
    pub(super) entries: u64,
    /// Digest of the custody log's last record.
    pub(super) custody_head: Digest,
}

/// Records while `drive` runs, then judges. What was recorded stays whatever `drive` comes to.
pub(super) fn record(plan: Plan<'_>, drive: impl AsyncFnOnce(&Live<'_>) -> anyhow::Result<()>) -> anyhow::Result<Done> {
    let Plan { folder, session, case, inputs, options, masker, encrypt_to, mut proxy, stamps, progress } = plan;
    proxy.proxy.describe(About { folder: control::name_of(folder), page: session.page.clone(), simulated: session.simulated });
    let (writer, key) = Writer::create_for(folder, &session, case.as_ref(), &encrypt_to)?;
    let salts = if case.is_some() { key.for_salts_of(writer.session()) } else { key.clone() };
    let (recording, finished) =
        Recording::start_masked(writer, SYNC_INTERVAL, masker).context("a thread for recording cannot be started")?;
    let recording = Arc::new(recording);
    let stamping = Stamping::begin(&stamps, &recording).context("a thread for outside times cannot be started")?;
    let subject = inputs.subject_of(&session, options.page.as_deref(), options.full_urls);
    let analysis = inputs.analysis(&subject, &key);
    let (outcome, analysis) = std::thread::scope(|scope| {
        let analyst = scope.spawn(|| follow(finished, &recording, EntryHasher::new(&salts), analysis, progress));
        let outcome = drive_proxy(proxy, &recording, (folder, &session.id), drive);
        recording.close(now());
        if let Some(stamping) = stamping {
            stamping.end();
        }
        let analysis = analyst.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (outcome, analysis)
    });
    let kept = recording.finish();
    if kept.is_ok()
        && let Err(error) = stamps::last(folder, &stamps.authorities)
    {
        complain(&format!("{error:#}"));
    }
    progress.end();
    let outcome = kept.map_err(anyhow::Error::from).and(outcome).and_then(|()| {
        let capture = Capture::open(folder)?;
        let contents = capture.contents()?;
        let custody = contents.session.custody.clone().unwrap_or_default();
        // An annex says in clear what an encrypted recording holds: whoever wants one makes it, where they want it.
        let report = folder.join(REPORT_FOLDER);
        let output = open_output(encrypt_to.is_empty().then_some(report.as_path()))?;
        let replayed = conclude(analysis?, recorded(folder, contents), inputs, &subject, &options, output)?;
        Ok(Done { replayed, entries: custody.entries, custody_head: custody.head.unwrap_or(Digest([0; 32])) })
    });
    outcome.with_context(|| format!("{}: what was recorded is kept; `dataspoor replay` on this folder makes the annex", folder.display()))
}

/// Runs the proxy while `drive` runs.
fn drive_proxy(
    Opened { runtime, proxy }: Opened,
    recording: &Arc<Recording>,
    place: (&Path, &str),
    drive: impl AsyncFnOnce(&Live<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let outcome = runtime.block_on(async {
        let shared: Arc<Recording> = Arc::clone(recording);
        let proxy = proxy::run(proxy, shared).await?;
        // As long as the visit lasts; without it the recording is no less a recording.
        let _listening = control::listen(place, proxy.marker());
        let live = Live { proxy: &proxy, recording };
        let outcome = tokio::select! {
            outcome = drive(&live) => outcome,
            never = watch_clock(&live) => match never {},
        };
        proxy.stop().await;
        outcome
    });
    runtime.shutdown_timeout(Duration::from_millis(200));
    outcome
}

/// Marks jumps of the machine's clock, as long as something is recorded.
async fn watch_clock(live: &Live<'_>) -> std::convert::Infallible {
    let mut watch = ClockWatch::default();
    let mut look = tokio::time::interval(clock_watch::LOOK);
    loop {
        look.tick().await;
        if let Some(seconds) = watch.see(now(), live.proxy.now()) {
            let text = clock_watch::sentence(seconds);
            complain(&text);
            live.mark(Mark { kind: MarkKind::Note, said_by: SaidBy::Script, text });
        }
    }
}

/// Analyses what was recorded, and takes the digests that the recorder left to others. May lag behind; ends when the recorder has handed out
/// everything.
fn follow<'r>(
    finished: Receiver<Finished>,
    recording: &Recording,
    mut hasher: EntryHasher,
    mut analysis: Analysis<'r>,
    progress: &Progress<'_>,
) -> std::io::Result<Analysis<'r>> {
    // A failure of the analysis must not end the recording: the annex can be made again from it.
    let mut failed = None;
    for Finished { number, exchange, digest } in finished {
        let digest = match digest {
            Some(digest) => digest,
            None => match hasher.digest(number, &exchange) {
                Ok(digest) => {
                    recording.digest(number, digest);
                    digest
                }
                Err(error) => {
                    failed = Some(error);
                    continue;
                }
            },
        };
        let order = exchange.started.unwrap_or(Timestamp::from_nanoseconds(0));
        let entry = Entry { number, order, digest, exchange };
        progress.see(&entry);
        if failed.is_none()
            && let Err(error) = analysis.push(&entry)
        {
            failed = Some(error);
        }
    }
    failed.map_or(Ok(analysis), Err)
}

/// What is said of an encrypted recording in place of where its annex lies.
pub(super) fn without_annex(folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "Encrypted; no annex was written, because it would say in clear what was recorded. `dataspoor replay {folder} --identity FILE --out FOLDER` makes one, \
         with the private key, where you want it."
    )
}

/// The folder for a recording when none is named.
pub(super) fn default_folder(at: Timestamp) -> PathBuf {
    let stamp: String = at.to_string().chars().take(19).filter(|sign| sign.is_ascii_alphanumeric()).collect();
    PathBuf::from("captures").join(format!("dataspoor-{stamp}Z"))
}
