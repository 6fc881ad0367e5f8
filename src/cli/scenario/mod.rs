//! Records scenarios of a case's plan: a browser in the right state, the steps of a script or of a person led by sentences, marks and exhibits on the way,
//! and in the ledger how it came out. Never decides what a recording shows.

mod acting;
mod consent;
mod guided;
mod scripts;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::pin::Pin;

use anyhow::{Context as _, bail};
use serde_json::json;

use self::acting::{AsyncRestart, Outcome, Stage, Visit};
use self::guided::Operator;
use self::scripts::Scripts;
use super::browsing;
use super::live::{Done, Live, Opened, Plan, SYNC_INTERVAL, Told, record};
use super::progress::{Form, Progress};
use super::record::{note_end, wall_clock};
use super::recovery::now;
use super::secrets::Secrets;
use super::stamps::Stamps;
use crate::batch::{Inputs, Options, PAGE_IDS, PAGE_NAMES, PLATFORM_SITES};
use crate::browser::{self, Driver, Kind, Profile, Program, Screen, ThirdPartyCookies};
use crate::capture::{CAPTURE_VERSION, CaseRef, RULES_BROKEN, SessionFile};
use crate::model::{Digest, EMULATED_MOBILE, Mark, MarkKind, Operated, SaidBy, Scenario, TargetKind};
use crate::plan::{Cell, ProfilePlan};
use crate::proxy::Authority;
use crate::report::text::Lang;
use crate::vault::{AUTHORITY_DAYS, CAPTURES_FOLDER, Case, LedgerLine, Planned};

/// Folder of the kept browser profiles of a case.
const PROFILES_FOLDER: &str = "profiles";

/// Where a visit stopped that somebody ended with a signal.
const OPERATOR: &str = "the operator";

/// The setting by which a session says which kept files of rules for consent screens its steps use, one a line: identifier, file, SHA-256.
const CONSENT_RULES: &str = "consent-rules";

/// Takes the port of a proxy that the authority vouches for.
type OpenProxy<'g> = &'g dyn Fn(Authority) -> anyhow::Result<Opened>;

/// What all recordings of a run have in common.
pub(super) struct Ground<'g> {
    pub(super) case: &'g Case,
    pub(super) inputs: &'g Inputs,
    pub(super) progress: &'g Progress<'g>,
    /// How progress is shown.
    pub(super) form: Form,
    pub(super) languages: Vec<Lang>,
    pub(super) secrets: &'g Secrets,
    /// Who is asked for outside times.
    pub(super) stamps: Stamps,
    /// Planted values that are open, by identifier.
    pub(super) seeds: BTreeMap<String, String>,
    pub(super) open: OpenProxy<'g>,
    /// The browser, where the plan names none.
    pub(super) browser: Option<PathBuf>,
    /// Without a window, whatever the plan says.
    pub(super) headless: bool,
    /// What a simulated case says of itself; nothing for a real one.
    pub(super) simulated: Option<String>,
    /// Further settings of the session file.
    pub(super) settings: BTreeMap<String, String>,
    /// Names that are mapped to other addresses, as given.
    pub(super) map: Vec<String>,
    /// Whether private addresses can be reached.
    pub(super) private_upstream: bool,
    /// SHA-256 of further trust anchors for servers.
    pub(super) upstream_roots: Option<String>,
}

/// What came of a recording.
pub(super) struct Recorded {
    /// Its number in the ledger.
    pub(super) number: u64,
    /// Its folder.
    pub(super) folder: PathBuf,
    /// How its steps came out; `None`: a person was led, and nothing went wrong.
    pub(super) outcome: Option<Outcome>,
    /// The recording and its annex.
    pub(super) done: Done,
}

impl Recorded {
    /// Whether all steps were done.
    pub(super) fn is_complete(&self) -> bool {
        !matches!(self.outcome, Some(Outcome::Stopped { .. }))
    }

    /// Whether somebody ended it.
    pub(super) fn is_ended_by_operator(&self) -> bool {
        matches!(&self.outcome, Some(Outcome::Stopped { place, .. }) if place == OPERATOR)
    }
}

/// Records one repetition of a scenario.
pub(super) fn record_cell(ground: &Ground<'_>, cell: &Cell, repetition: u32) -> anyhow::Result<Recorded> {
    let Ground { case, inputs, form, .. } = *ground;
    // Its counts are of this recording.
    let progress = &Progress::new(form, inputs);
    // Everything that can be wrong is found before the ledger counts a recording.
    let scripts = Scripts::of(cell, case)?;
    if scripts.is_none() && cell.operated != Operated::Manual {
        bail!(
            "scenario {}: its target {} has no steps, so no script can record it; plan it with operated = \"manual\"",
            cell.name,
            cell.target.id
        );
    }
    let named = ground.browser.clone().or_else(|| cell.browser.as_ref().map(PathBuf::from));
    let program = browser::find(named.as_deref())?;
    if cell.device == EMULATED_MOBILE && (program.kind != Kind::Chromium || cell.operated == Operated::Manual) {
        bail!(
            "scenario {}: device = \"{EMULATED_MOBILE}\" can be shown by a Chromium that steps are taken in only, and this would be {}, operated = {:?}; \
             name another browser with --browser chromium, or plan another device",
            cell.name,
            program.version,
            cell.operated.id()
        );
    }
    let cookies: ThirdPartyCookies = super::record::policy(cell.third_party_cookies.as_deref().unwrap_or(ThirdPartyCookies::Default.id()))?;
    let seen = cell.operated != Operated::Scripted;
    let screen = match cell.window.as_deref() {
        Some("own") => Screen::Own,
        Some("headless") => browsing::screen(true, !seen, progress)?,
        _ => browsing::screen(ground.headless, !seen, progress)?,
    };
    let authority = authority(case)?;
    let (certificate, authority_digest) = (authority.certificate_pem().to_owned(), authority.digest());
    let proxy = (ground.open)(authority)?;
    let profile = profile(cell, case, &program, &certificate)?.with_third_party_cookies(cookies)?;
    let (number, before) = begin(case, cell, repetition)?;
    let folder = case.folder().join(folder_of(number));
    let scenario = cell.scenario(repetition, before, scripts.as_ref().map(|scripts| scripts.digest().to_string()));
    let mut session = session(ground, (cell, number), authority_digest, &program, scenario.clone())?;
    session.settings.extend(proxy.facts());
    session.settings.extend(scripts.as_ref().and_then(Scripts::rules_used).map(|used| (CONSENT_RULES.to_owned(), used)));
    let id = session.id.clone();
    progress.say(&format!("Recording {number}: scenario {}, repetition {repetition}.", cell.name));
    progress.event(&json!({ "event": "scenario", "number": number, "scenario": cell.name, "repetition": repetition, "folder": folder.display().to_string() }));
    let plan = Plan {
        folder: &folder,
        session,
        case: Some(case.key()),
        inputs,
        options: Options { languages: ground.languages.clone(), ..Options::default() },
        masker: ground.secrets.masker(&inputs.rules, Some(&case.key()))?,
        encrypt_to: ground.secrets.encrypt_to(Some(case))?,
        proxy,
        stamps: ground.stamps.clone(),
        progress,
    };
    let mut outcome = None;
    let done = record(plan, async |live: &Live<'_>| {
        let mut told = Told::listen()?;
        let mut options = browser::Options::new(program.clone(), live.proxy.address());
        options.screen = screen.clone();
        options.emulates_mobile = cell.device == EMULATED_MOBILE;
        begin_marks(live, cell, before);
        if cell.operated == Operated::Manual {
            return guide(ground, (cell, &scenario), scripts.as_ref(), (&profile, &options), (live, &mut told)).await;
        }
        let Some(scripts) = &scripts else { bail!("there are no steps") };
        let visit = act(ground, cell, scripts, (&profile, &options), live);
        let acted = tokio::select! {
            acted = visit => acted?,
            ended = told.end(live) => {
                ended?;
                Outcome::Stopped { place: OPERATOR.to_owned(), why: "the visit was stopped before its end".to_owned() }
            }
        };
        live.fact("outcome", &acted.line());
        outcome = Some(acted);
        Ok(())
    });
    let line = match (&outcome, &done) {
        (Some(outcome), _) => Some(outcome.line()),
        (None, Err(error)) => Some(format!("stopped: {error:#}")),
        (None, Ok(_)) => Some(Outcome::Complete.line()),
    };
    note_end(case, (number, &id), &folder, &done, line)?;
    let done = done?;
    let recorded = Recorded { number, folder, outcome, done };
    if let Some(outcome @ (Outcome::Stopped { .. } | Outcome::Ended { .. })) = &recorded.outcome {
        progress.say(&format!("Recording {number} of scenario {}: {}. What was recorded is kept and says so.", cell.name, outcome.line()));
    }
    Ok(recorded)
}

/// The authority of the case, made if there is none that is valid.
fn authority(case: &Case) -> anyhow::Result<Authority> {
    let at = wall_clock();
    Ok(match case.authority(at)? {
        Some((certificate, key)) => Authority::from_pem(&certificate, &key)?,
        None => {
            let made = Authority::generate(&format!("dataspoor case {}", case.file.id), at, AUTHORITY_DAYS)?;
            case.keep_authority(made.certificate_pem(), &made.key_pem())?;
            made
        }
    })
}

fn profile(cell: &Cell, case: &Case, program: &Program, certificate: &str) -> anyhow::Result<Profile> {
    Ok(match &cell.profile {
        ProfilePlan::Fresh => Profile::create_for(program.kind, certificate)?,
        ProfilePlan::Kept(name) => Profile::keep_in(&case.folder().join(PROFILES_FOLDER).join(name), program.kind, certificate)?,
    })
}

fn folder_of(number: u64) -> String {
    format!("{CAPTURES_FOLDER}/{number:04}")
}

/// Counts the recording in the ledger, before its first request. Its number, and how many recordings used its kept profile before.
fn begin(case: &Case, cell: &Cell, repetition: u32) -> anyhow::Result<(u64, u32)> {
    let mut ledger = case.ledger()?;
    let number = ledger.next_number();
    let before = match &cell.profile {
        ProfilePlan::Fresh => 0,
        ProfilePlan::Kept(name) => {
            let plan = case.plan()?;
            let same =
                |scenario: &str| plan.cell(scenario).is_some_and(|other| matches!(&other.profile, ProfilePlan::Kept(kept) if kept == name));
            let used = ledger
                .lines()
                .iter()
                .filter(|line| matches!(line, LedgerLine::Begun { planned: Some(planned), .. } if same(&planned.scenario)));
            u32::try_from(used.count()).unwrap_or(u32::MAX)
        }
    };
    let planned = Some(Planned { scenario: cell.name.clone(), repetition });
    ledger.append(&LedgerLine::Begun { number, at: now().to_string(), folder: folder_of(number), planned, imported: None })?;
    Ok((number, before))
}

/// Says with what profile the recording begins.
fn begin_marks(live: &Live<'_>, cell: &Cell, before: u32) {
    let (kind, text) = match &cell.profile {
        ProfilePlan::Fresh => (MarkKind::FreshProfile, cell.name.clone()),
        ProfilePlan::Kept(name) => (MarkKind::Note, format!("Kept profile {name}; recordings that used it before: {before}")),
    };
    live.mark(Mark { kind, said_by: SaidBy::Script, text });
}

/// The page that a recording of a cell is about. A second site is visited to see what of the visit to the Page comes back there, so there it is the Page of the
/// case; everywhere else it is the target itself.
fn page_of(cell: &Cell, pages: &[String]) -> String {
    let of_case = pages.first().filter(|_| cell.target.kind == TargetKind::SecondSite);
    of_case.unwrap_or(&cell.target.url).clone()
}

fn session(
    ground: &Ground<'_>,
    (cell, number): (&Cell, u64),
    authority: Digest,
    program: &Program,
    scenario: Scenario,
) -> anyhow::Result<SessionFile> {
    let mut id = [0; 16];
    getrandom::fill(&mut id).map_err(|error| anyhow::anyhow!("the operating system gives no random numbers ({error})"))?;
    let file = &ground.case.file;
    let mut settings: BTreeMap<String, String> = ground.secrets.settings().collect();
    settings.extend(ground.settings.clone());
    let listed = [(PAGE_IDS, &file.page_ids), (PAGE_NAMES, &file.page_names)];
    settings.extend(listed.into_iter().filter(|(_, list)| !list.is_empty()).map(|(name, list)| (name.to_owned(), list.join("\n"))));
    if !ground.inputs.case.platform_sites.is_empty() {
        settings.insert(PLATFORM_SITES.to_owned(), ground.inputs.case.platform_sites.join(" "));
    }
    if ground.inputs.rule_mistakes > 0 {
        settings.insert(RULES_BROKEN.to_owned(), ground.inputs.rule_mistakes.to_string());
    }
    let profile = match &cell.profile {
        ProfilePlan::Fresh => "a new profile",
        ProfilePlan::Kept(_) => "a kept profile",
    };
    Ok(SessionFile {
        format: "dataspoor-capture".to_owned(),
        version: CAPTURE_VERSION,
        id: id.iter().map(|byte| format!("{byte:02x}")).collect(),
        tool: format!("dataspoor {}", env!("CARGO_PKG_VERSION")),
        started: now().to_string(),
        case: Some(CaseRef { id: file.id.clone(), number }),
        scenario: Some(scenario),
        page: Some(page_of(cell, &file.pages)),
        auditee: file.auditee.domains.clone(),
        platform: Some(file.platform.clone()),
        simulated: ground.simulated.is_some(),
        comment: ground.simulated.as_ref().map(|notice| format!("SIMULATED: {notice}")),
        browser: format!("{}, started by dataspoor with {profile}", program.version),
        authority: authority.to_string(),
        map: ground.map.clone(),
        private_upstream: ground.private_upstream,
        upstream_roots: ground.upstream_roots.clone(),
        sync_interval: SYNC_INTERVAL.as_millis() as u64,
        salt: String::new(),
        copy: None,
        settings,
    })
}

/// Starts the browser of a visit, and again when a step asks for that.
struct Starting<'s> {
    profile: &'s Profile,
    options: &'s browser::Options,
    live: &'s Live<'s>,
    progress: &'s Progress<'s>,
}

impl AsyncRestart for Starting<'_> {
    fn start(&mut self) -> Pin<Box<dyn Future<Output = anyhow::Result<Driver>> + '_>> {
        Box::pin(async {
            let driver = Driver::start(self.profile, self.options).await?;
            for (name, value) in driver.facts().all() {
                self.live.fact(name, value);
            }
            if self.options.emulates_mobile {
                self.live.fact("browser-device", &driver.emulate_mobile().await?);
            }
            self.progress.say(&format!("Browser: {}.", driver.facts().sentence()));
            Ok(driver)
        })
    }
}

/// Takes the steps of a script.
async fn act(
    ground: &Ground<'_>,
    cell: &Cell,
    scripts: &Scripts,
    (profile, options): (&Profile, &browser::Options),
    live: &Live<'_>,
) -> anyhow::Result<Outcome> {
    let mut starting = Starting { profile, options, live, progress: ground.progress };
    let mut driver = Some(starting.start().await.context("the browser of the scenario could not be started")?);
    let mut operator = Operator::new(live, ground.progress);
    let stage = Stage { live, scripts, target: &cell.target.url, seeds: &ground.seeds, operator: &mut operator };
    let outcome = Visit::new(stage).take(&mut driver, &mut starting).await;
    if let Some(driver) = driver {
        driver.close().await;
    }
    Ok(outcome)
}

/// Opens a window for a person and leads them through the scenario.
async fn guide(
    ground: &Ground<'_>,
    planned: (&Cell, &Scenario),
    scripts: Option<&Scripts>,
    (profile, options): (&Profile, &browser::Options),
    (live, told): (&Live<'_>, &mut Told),
) -> anyhow::Result<()> {
    ground.progress.say(&format!("Steps and marks in the browser: {}", live.proxy.own_page()));
    let mut window = tokio::select! {
        window = browser::open(profile, options) => window?,
        ended = told.end(live) => return ended,
    };
    for (name, value) in window.facts().all() {
        live.fact(name, value);
    }
    let led = tokio::select! {
        led = guided::lead(planned, scripts, live, told, ground.progress) => led,
        closed = window.closed() => { closed?; bail!("the browser was closed before the last step of the scenario") }
    };
    window.close().await;
    led
}
