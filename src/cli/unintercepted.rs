//! `dataspoor control`: visits the target of a scenario with a browser that no proxy intercepts and no script drives, and keeps the browser's own log of
//! it (NetLog) in the case, so that what the interception changes can be seen. It records no traffic itself.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;

use super::inputs::JudgedBy;
use super::keep::keep_control;
use super::progress::{Form, Progress};
use super::{Outcome, browsing, named_scenario};
use crate::browser::{self, Direct, Kind, Profile};
use crate::vault::Case;

/// Make an unintercepted control.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folder of the case.
    #[arg(long, value_name = "FOLDER")]
    case: PathBuf,
    /// Scenario whose target is visited, by its name in the plan.
    #[arg(long, value_name = "NAME")]
    scenario: String,
    /// Seconds after which the browser is closed; before that, closing it yourself ends the visit [default: until you close it].
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    seconds: Option<u64>,
    /// The browser to start: chromium, or the file of one.
    #[arg(long, value_name = "PROGRAM")]
    browser: Option<PathBuf>,
    /// Start it without a window, which a server can tell.
    #[arg(long)]
    headless: bool,
    /// What the browser does with cookies in requests from other sites: default, allow or block.
    #[arg(long, value_name = "POLICY")]
    third_party_cookies: Option<String>,
    /// Names that are mapped to other addresses, as Chromium's switch of this name takes them; for a simulated world.
    #[arg(long, value_name = "RULES", requires = "authority")]
    host_resolver_rules: Option<String>,
    /// Certificate (PEM) of the authority of a simulated world, which the browser is to trust.
    #[arg(long, value_name = "FILE")]
    authority: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let case = Case::open(&arguments.case)?;
    case.check_open()?;
    let plan = case.plan()?;
    let cell = named_scenario::cell(&case, &plan, &arguments.scenario)?;
    let program = browser::find(arguments.browser.as_deref().or(Some("chromium".as_ref())))?;
    if program.kind != Kind::Chromium {
        bail!(
            "{}: a control is made with a Chromium, which keeps a NetLog; save a HAR from another browser's own tools and use `dataspoor keep control`",
            program.version
        );
    }
    let inputs = JudgedBy::default().load()?;
    let progress = Progress::new(Form::Line, &inputs);
    let policy = arguments.third_party_cookies.as_deref().or(cell.third_party_cookies.as_deref()).unwrap_or("default");
    let profile = match &arguments.authority {
        Some(path) => {
            let pem = std::fs::read_to_string(path).with_context(|| format!("{}: the certificate cannot be read", path.display()))?;
            Profile::create_for(program.kind, &pem)?
        }
        None => Profile::create_plain(program.kind)?,
    };
    let profile = profile.with_third_party_cookies(super::record::policy(policy)?)?;
    let log =
        tempfile::Builder::new().prefix("dataspoor-control-").tempdir().context("the folder for temporary files cannot be written")?;
    let path = log.path().join("netlog.json");
    let mut options = browser::Options::new(program, ([127, 0, 0, 1], 0).into());
    options.screen = browsing::screen(arguments.headless, arguments.seconds.is_some(), &progress)?;
    options.url = Some(cell.target.url.clone());
    options.direct = Some(Direct { net_log: path.clone(), resolver_rules: arguments.host_resolver_rules.clone() });
    let said = format!(
        "{}, {}, no proxy, not driven by a script, new profile, {}",
        options.program.version,
        options.screen.words(),
        profile.third_party_cookies().words()
    );
    progress.say(&format!("Control of scenario {}: {said}.", cell.name));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("the browser cannot be waited for")?;
    runtime.block_on(async {
        let mut window = browser::open(&profile, &options).await?;
        let long = arguments.seconds.map_or(Duration::MAX, Duration::from_secs);
        if arguments.seconds.is_none() {
            progress.say("Do what the scenario says, then close the browser.");
        }
        match tokio::time::timeout(long, window.closed()).await {
            Ok(closed) => closed?,
            Err(_) => window.close().await,
        }
        anyhow::Ok(())
    })?;
    if !path.is_file() {
        bail!("the browser left no log at {}; nothing is kept", path.display());
    }
    keep_control(&case, &path, &cell.name, Some(&said))
}
