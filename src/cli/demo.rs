//! `dataspoor demo`: a simulated platform on loopback, visited through the proxy by a real browser, down to the annex.

mod case;

use std::fs;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use serde_json::json;
use tokio::runtime::Runtime;

use super::Outcome;
use super::browsing;
use super::inputs::JudgedBy;
use super::live::{Done, Live, Opened, Plan, SYNC_INTERVAL, Told, default_folder, record, without_annex};
use super::progress::{Form, Progress};
use super::record::{policy, wall_clock};
use super::recovery::now;
use super::secrets::Secrets;
use super::stamps::StampOptions;
use crate::batch::{Options, PAGE_IDS, PAGE_NAMES, SIMULATED_SEEDS};
use crate::browser::{self, Driver, Profile, Program, Screen, ThirdPartyCookies};
use crate::capture::{CAPTURE_VERSION, EncryptTo, SessionFile};
use crate::demo::case::{Size, files};
use crate::demo::plan::{self, PLAN, Step};
use crate::demo::{Access, NOTICE, World, script};
use crate::model::{Digest, Direction, Mark, MarkKind, SaidBy, Timestamp};
use crate::proxy::{Admission, Authority, Mapping, Settings};
use crate::report::text::Lang;

/// Longest wait for something that the plan says will come.
const PATIENCE: Duration = Duration::from_secs(20);

/// Record a simulated visit on this machine.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folder for the recording; it may exist if it is empty [default: in captures/].
    #[arg(short, long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Record a whole case into this folder, unattended: personas, paths of choices, targets and repetitions by its plan.
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["out", "world_only", "no_browser", "window"])]
    case: Option<PathBuf>,
    /// Of the case: all 48 cells, not the subset in which everything occurs at least once.
    #[arg(long, requires = "case")]
    all_cells: bool,
    /// Of the case: only scenarios of these names (repeat for more).
    #[arg(long = "scenario", value_name = "NAME", requires = "case")]
    scenarios: Vec<String>,
    /// Serve the simulated world until Ctrl-C, for a browser or tool of your own; records nothing.
    #[arg(long)]
    world_only: bool,
    /// Serve the world of the demo case, with accounts and planted differences, and write the case's plan and steps beside the authority: `subset` (14 cells
    /// and what stands beside them) or `full` (48).
    #[arg(long, value_name = "SIZE", requires = "world_only", value_parser = ["subset", "full"])]
    case_world: Option<String>,
    #[command(flatten)]
    stamps: StampOptions,
    /// Visit with the built-in scripted client, not with a browser.
    #[arg(long)]
    no_browser: bool,
    /// The browser to start: chromium, firefox, or the file of one [default: the first that is found, in this order].
    #[arg(long, value_name = "PROGRAM")]
    browser: Option<PathBuf>,
    /// What the browser does with cookies in requests from other sites: default (as it does by itself), allow or block. It is recorded.
    #[arg(long, value_name = "POLICY", default_value_t = browser::ThirdPartyCookies::Allow.id().to_owned())]
    third_party_cookies: String,
    /// Show the browser's window on the screen; without this it is on a virtual screen (Xvfb) where there is one.
    #[arg(long, conflicts_with = "headless")]
    window: bool,
    /// Start the browser without a window, which a server can tell.
    #[arg(long)]
    headless: bool,
    /// Write what the simulated servers logged themselves, one JSON object per request, to compare it with the recording.
    #[arg(long, value_name = "FILE")]
    access_log: Option<PathBuf>,
    /// Language of the HTML annex: nl or en (repeat for both) [default: both].
    #[arg(long = "lang", value_name = "LANG")]
    languages: Vec<Lang>,
    /// Encrypt the recording while it is made, for this public key of age (age1…; repeat for more). No annex is written beside it.
    #[arg(long, value_name = "KEY", conflicts_with_all = ["case", "world_only"])]
    encrypt_to: Vec<EncryptTo>,
    /// Print one JSON object per event on standard output.
    #[arg(long, conflicts_with = "quiet")]
    json: bool,
    /// Print nothing but problems.
    #[arg(short, long)]
    quiet: bool,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().context("the world cannot be started")?;
    let of_case = arguments.case.is_some() || arguments.case_world.is_some();
    let starting = async { if of_case { World::start_case().await } else { World::start().await } };
    let world = runtime.block_on(starting).context("the simulated world cannot be started on loopback")?;
    if arguments.world_only {
        return serve(arguments, &runtime, world);
    }
    let mut inputs = JudgedBy::default().load()?;
    let form = match (arguments.quiet, arguments.json) {
        (true, _) => Form::Quiet,
        (_, true) => Form::Json,
        _ => Form::Line,
    };
    if let Some(folder) = &arguments.case {
        let outcome = case::run(arguments, folder, &world, &mut inputs, form);
        let accesses = world.accesses();
        runtime.block_on(world.stop());
        arguments.keep_log(&accesses)?;
        return outcome;
    }
    let progress = Progress::new(form, &inputs);
    let cookies = policy(&arguments.third_party_cookies)?;
    let program = program(arguments, &progress)?;
    let screen = if arguments.window { Screen::Own } else { browsing::screen(arguments.headless || program.is_none(), true, &progress)? };
    let authority = Authority::generate("dataspoor demo", wall_clock(), 2)?;
    let folder = arguments.out.clone().unwrap_or_else(|| default_folder(now()));
    let certificate = authority.certificate_pem().to_owned();
    let map: Vec<Mapping> =
        world.hosts().iter().map(|host| Mapping { host: (*host).to_owned(), port: None, to: world.address() }).collect();
    let languages = if arguments.languages.is_empty() { vec![Lang::Nl, Lang::En] } else { arguments.languages.clone() };
    let annex_language = languages[0];
    let session = session(&authority, &map, &world, program.as_ref())?;
    let plan = Plan {
        folder: &folder,
        session,
        case: None,
        inputs: &inputs,
        options: Options { languages, ..Options::default() },
        masker: Secrets::default().masker(&inputs.rules, None)?,
        encrypt_to: arguments.encrypt_to.clone(),
        stamps: arguments.stamps.stamps(None)?,
        proxy: Opened::new(Settings {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            authority,
            upstream_roots: world.authority_pem().as_bytes().to_vec(),
            map,
            allow_private_upstream: false,
            only_mapped: true,
            admission: Admission::default(),
            reach: crate::proxy::Reach::default(),
        })?,
        progress: &progress,
    };
    progress.say(&format!("Simulated: {NOTICE}."));
    let done = record(plan, async |live: &Live<'_>| {
        let mut told = Told::listen()?;
        progress.event(&json!({ "event": "listening", "address": live.proxy.address().to_string(), "simulated": true }));
        let visit = async {
            match &program {
                Some(program) => drive((program, &screen), cookies, &certificate, live, &progress).await,
                None => {
                    live.fact("browser", "scripted client of dataspoor, no browser");
                    Ok(script::visit(live.proxy.address(), &certificate, |mark| live.mark(mark)).await?)
                }
            }
        };
        // Whoever stops the visit must not leave its browser behind, which is in a group of processes of its own.
        tokio::select! {
            visited = visit => visited,
            outcome = told.end(live) => outcome.and_then(|()| anyhow::bail!("the visit was stopped before its end")),
        }
    });
    let accesses = world.accesses();
    runtime.block_on(world.stop());
    arguments.keep_log(&accesses)?;
    tell(&done?, accesses.len(), &folder, annex_language, program.is_some(), &progress);
    Ok(Outcome::Done)
}

impl Arguments {
    /// Whether a scenario is to be recorded.
    fn wants(&self, scenario: &str) -> bool {
        self.scenarios.is_empty() || self.scenarios.iter().any(|wanted| wanted == scenario)
    }

    /// Writes what the simulated servers logged, if that is wanted.
    fn keep_log(&self, accesses: &[Access]) -> anyhow::Result<()> {
        let Some(path) = &self.access_log else { return Ok(()) };
        let mut text = Vec::new();
        for access in accesses {
            serde_json::to_writer(&mut text, &row(access))?;
            text.push(b'\n');
        }
        fs::write(path, text).with_context(|| format!("{}: cannot be written", path.display()))
    }
}

/// A request as the simulated servers saw it.
fn row(access: &Access) -> serde_json::Value {
    let message = |(direction, payload): &(Direction, _)| (*direction == Direction::Sent, STANDARD.encode(payload));
    json!({
        "number": access.number, "at": access.at.as_nanoseconds(), "host": access.host, "method": access.method, "path": access.path,
        "version": access.version, "request_headers": access.request_headers, "request_body": STANDARD.encode(&access.request_body), "answered": access.answered.map(Timestamp::as_nanoseconds),
        "status": access.status, "response_headers": access.response_headers, "response_bytes": access.response_bytes,
        "finished": access.finished, "messages": access.messages.iter().map(message).collect::<Vec<_>>(),
    })
}

/// The browser. That there is none is no reason not to show the rest, unless one was named.
fn program(arguments: &Arguments, progress: &Progress<'_>) -> anyhow::Result<Option<Program>> {
    if arguments.no_browser {
        return Ok(None);
    }
    match browser::find(arguments.browser.as_deref()) {
        Ok(program) => Ok(Some(program)),
        Err(error) if arguments.browser.is_some() => Err(error.into()),
        Err(error) => {
            progress.say(&format!("No browser is used: {error}. The built-in scripted client visits; it runs no scripts of pages."));
            Ok(None)
        }
    }
}

fn session(authority: &Authority, map: &[Mapping], world: &World, program: Option<&Program>) -> anyhow::Result<SessionFile> {
    let mut id = [0; 16];
    getrandom::fill(&mut id).map_err(|error| anyhow::anyhow!("the operating system gives no random numbers ({error})"))?;
    let browser = match program {
        Some(program) => format!("{}, driven by a script of dataspoor", program.version),
        None => "scripted client of dataspoor, no browser".to_owned(),
    };
    let planted: Vec<String> = plan::PLANTED.iter().map(|(kind, label, value)| format!("{kind}\t{label}\t{value}")).collect();
    let known = [(PAGE_IDS, plan::PAGE_ID.to_owned()), (PAGE_NAMES, plan::PAGE_NAME.to_owned()), (SIMULATED_SEEDS, planted.join("\n"))];
    let known = known.map(|(name, value)| (name.to_owned(), value));
    Ok(SessionFile {
        format: "dataspoor-capture".to_owned(),
        version: CAPTURE_VERSION,
        id: id.iter().map(|byte| format!("{byte:02x}")).collect(),
        tool: format!("dataspoor {}", env!("CARGO_PKG_VERSION")),
        started: now().to_string(),
        case: None,
        scenario: None,
        page: Some(plan::PAGE.to_owned()),
        auditee: Vec::new(),
        platform: Some("meta".to_owned()),
        simulated: true,
        comment: Some(format!("SIMULATED: {NOTICE}")),
        browser,
        authority: authority.digest().to_string(),
        map: map.iter().map(ToString::to_string).collect(),
        private_upstream: false,
        upstream_roots: Some(Digest::of(world.authority_pem().as_bytes()).to_string()),
        sync_interval: SYNC_INTERVAL.as_millis() as u64,
        salt: String::new(),
        copy: None,
        settings: Secrets::default().settings().chain(known).collect(),
    })
}

/// Walks through the plan with a real browser.
async fn drive(
    (program, screen): (&Program, &Screen),
    cookies: ThirdPartyCookies,
    certificate: &str,
    live: &Live<'_>,
    progress: &Progress<'_>,
) -> anyhow::Result<()> {
    let mark = |kind, text: &str| live.mark(Mark { kind, said_by: SaidBy::Script, text: text.to_owned() });
    let mut options = browser::Options::new(program.clone(), live.proxy.address());
    options.screen = screen.clone();
    let mut driver: Option<Driver> = None;
    for step in PLAN {
        if let Step::Profile(name) = *step {
            if let Some(driver) = driver.take() {
                driver.close().await;
            }
            mark(MarkKind::FreshProfile, name);
            progress.event(&json!({ "event": "profile", "name": name }));
            let profile = Profile::create_for(program.kind, certificate)?.with_third_party_cookies(cookies)?;
            let started = Driver::start(&profile, &options).await?;
            for (name, value) in started.facts().all() {
                live.fact(name, value);
            }
            progress.say(&format!("Profile {name}: {}.", started.facts().sentence()));
            driver = Some(started);
            continue;
        }
        let Some(driver) = &driver else { anyhow::bail!("the plan begins without a profile") };
        let done = async {
            match *step {
                Step::Profile(_) => {}
                Step::Open(url) => driver.goto(url).await?,
                Step::WaitFor(css) => driver.wait_for(css, PATIENCE).await?,
                Step::Click(css) => driver.click(css).await?,
                Step::Choice { css, text } => {
                    let found = driver.text(css).await?;
                    anyhow::ensure!(found.trim() == text, "the button {css} says {found:?}, not {text:?}");
                    mark(MarkKind::Choice, text);
                    driver.click(css).await?;
                }
                Step::Settle(moments) => {
                    driver.wait_settled(&plan::settled(moments), Duration::from_millis(300), PATIENCE).await?;
                }
                Step::Fill { css, text } => driver.fill(css, text).await?,
                Step::Scroll => driver.scroll(700.0).await?,
                Step::Mark(text) => mark(MarkKind::Note, text),
            }
            anyhow::Ok(())
        };
        done.await.with_context(|| format!("the visit stopped at {step:?}"))?;
    }
    if let Some(driver) = driver {
        driver.close().await;
    }
    Ok(())
}

/// Writes the plan and the steps of the demo case: the tables for the end of a `case.toml`, and `steps/`.
fn write_case(folder: &Path, size: Size) -> anyhow::Result<()> {
    for (path, text) in files(size) {
        let path = folder.join(path);
        path.parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&path, text))
            .with_context(|| path.display().to_string())?;
    }
    Ok(())
}

/// Serves the world until Ctrl-C.
fn serve(arguments: &Arguments, runtime: &Runtime, world: World) -> anyhow::Result<Outcome> {
    let folder = arguments.out.clone().unwrap_or_else(|| PathBuf::from("dataspoor-world"));
    fs::create_dir_all(&folder).with_context(|| format!("{}: cannot be made; choose another folder with --out", folder.display()))?;
    let path = folder.join("world-authority.pem");
    fs::write(&path, world.authority_pem()).with_context(|| path.display().to_string())?;
    if let Some(size) = &arguments.case_world {
        write_case(&folder, if size == "full" { Size::Full } else { Size::Subset })?;
    }
    let address = world.address();
    let mut out = io::stdout();
    if arguments.json {
        let line =
            json!({ "event": "serving", "address": address.to_string(), "authority": path.display().to_string(), "hosts": world.hosts() });
        writeln!(out, "{line}")?;
    } else {
        let maps: Vec<String> = world.hosts().iter().map(|host| format!("  --map {host}={address}")).collect();
        let rules: Vec<String> = world.hosts().iter().map(|host| format!("MAP {host}:443 {address}")).collect();
        writeln!(
            out,
            "Simulated: {NOTICE}.\nThe world is served at {address}; its certificates are signed by {}.\nFor dataspoor record:\n  --upstream-ca {} \\\n{}\nFor Chromium without a \
             proxy:\n  --host-resolver-rules=\"{}\"\nBegin at {}; Ctrl-C ends.",
            path.display(),
            path.display(),
            maps.join(" \\\n"),
            rules.join(","),
            plan::PAGE
        )?;
    }
    runtime.block_on(async {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            done = tokio::signal::ctrl_c() => done,
            _ = terminate.recv() => Ok(()),
        }
    })?;
    runtime.block_on(world.stop());
    Ok(Outcome::Done)
}

fn tell(done: &Done, accesses: usize, folder: &Path, language: Lang, with_browser: bool, progress: &Progress<'_>) {
    let annex = done.replayed.folder.as_ref().map(|folder| folder.join(format!("annex.{language}.html")).display().to_string());
    let annex = annex.unwrap_or_else(|| without_annex(folder));
    progress.event(&json!({
        "event": "ended", "entries": done.entries, "accesses": accesses, "browser": with_browser, "custody_head": done.custody_head.to_string(), "annex": done.replayed.folder.as_ref().map(|_| &annex),
    }));
    progress.say(&format!(
        "{} exchanges recorded in {}; the simulated servers logged {accesses} requests; head of custody {}",
        done.entries,
        folder.display(),
        done.custody_head
    ));
    progress.say(&annex);
}
