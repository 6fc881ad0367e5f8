//! `dataspoor record`: browse through the proxy, and the annex is there when the browser closes.

pub(super) mod planned;

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::json;

use super::admission::AdmissionArguments;
use super::baseline::{self, BaselineOptions};
use super::browsing::{self, Used};
use super::inputs::{JudgedBy, host_in, take_over};
use super::live::{Done, Live, Opened, Plan, SYNC_INTERVAL, Told, default_folder, record, without_annex};
use super::outside::of_case;
use super::progress::{Form, Progress};
use super::recovery::{now, take_up_interrupted};
use super::secrets::Secrets;
use super::seed::{self, SeedsKeyOption};
use super::stamps::{self, StampOptions};
use super::{Outcome, complain};
use crate::batch::{Options, PAGE_IDS, PAGE_NAMES, PLATFORM_SITES};
use crate::browser::{self, Program, ThirdPartyCookies};
use crate::capture::{CAPTURE_VERSION, Capture, CaseRef, RULES_BROKEN, SessionFile, check_room};
use crate::model::Digest;
use crate::proxy::{Admission, Authority, AuthorityError, Mapping, Settings, StartError};
use crate::report::text::Lang;
use crate::vault::{AUTHORITY_DAYS, CAPTURES_FOLDER, Case, LedgerLine};

/// Where the proxy listens when somebody else's browser has to find it.
pub(super) const USUAL_PORT: u16 = 8787;

/// Certificate of the authority, beside a recording without a case.
const AUTHORITY_FILE: &str = "authority.pem";

/// Record a visit.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Address to open; it is also the Page that the annex is about.
    #[arg(value_name = "URL")]
    url: Option<String>,
    /// Folder of the case; by default the current folder, if it is one.
    #[arg(long, value_name = "FOLDER")]
    case: Option<PathBuf>,
    /// Record this scenario of the case's plan: the browser is started in its state, and its steps are taken by a script, or by you as you are asked to.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["url", "out", "no_browser", "missing"])]
    scenario: Option<String>,
    /// Which repetition of the scenario [default: the first that is missing].
    #[arg(long, value_name = "NUMBER", requires = "scenario", value_parser = clap::value_parser!(u32).range(1..))]
    repetition: Option<u32>,
    /// Record everything of the plan that is missing and that a script can record, one after the other; nobody needs to be there.
    #[arg(long, conflicts_with_all = ["url", "out", "no_browser"])]
    missing: bool,
    /// With --missing: record also what is recorded and too-old, not-clean or other-plan, as `dataspoor status` calls it (repeat for more).
    #[arg(long, value_name = "STATE", requires = "missing", value_parser = ["too-old", "not-clean", "other-plan"])]
    again: Vec<String>,
    /// Folder for the recording; it may exist if it is empty [default: in the case, or captures/].
    #[arg(short, long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Where the proxy listens; elsewhere than on this machine only with --proxy-auth [default: 127.0.0.1, any free port; with --no-browser port 8787].
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Start no browser: use your own, as the instructions say that are printed.
    #[arg(long)]
    no_browser: bool,
    /// The browser to start: chromium, firefox, or the file of one [default: the first that is found, in this order].
    #[arg(long, value_name = "PROGRAM")]
    browser: Option<PathBuf>,
    /// Start the browser without a window, which a server can tell. Without this, its window is on the screen, or where there is none on a
    /// virtual one (Xvfb).
    #[arg(long)]
    headless: bool,
    /// What the browser does with cookies in requests from other sites: default (as it does by itself), allow or block. It is recorded.
    #[arg(long, value_name = "POLICY", default_value_t = browser::ThirdPartyCookies::Default.id().to_owned())]
    third_party_cookies: String,
    /// Certificate of an authority of your own to vouch for the proxy (PEM).
    #[arg(long, value_name = "FILE", requires = "ca_key")]
    ca_cert: Option<PathBuf>,
    /// The key of that authority (PEM).
    #[arg(long, value_name = "FILE", requires = "ca_cert")]
    ca_key: Option<PathBuf>,
    /// Further certificates to trust in servers (PEM), beside the public authorities.
    #[arg(long, value_name = "FILE")]
    upstream_ca: Option<PathBuf>,
    /// Reach a host at another address, which may be a private one (repeat for more).
    #[arg(long = "map", value_name = "HOST[:PORT]=ADDR:PORT")]
    map: Vec<Mapping>,
    /// Let pages reach private addresses and this machine.
    #[arg(long)]
    allow_private_upstream: bool,
    /// Language of the HTML annex: nl or en (repeat for both) [default: that of the case, or nl].
    #[arg(long = "lang", value_name = "LANG")]
    languages: Vec<Lang>,
    /// Print one JSON object per event on standard output.
    #[arg(long, conflicts_with = "quiet")]
    json: bool,
    /// Print nothing but problems.
    #[arg(short, long)]
    quiet: bool,
    #[command(flatten)]
    pub(super) admission: AdmissionArguments,
    #[command(flatten)]
    way: super::reach::Way,
    #[command(flatten)]
    pub(super) secrets: Secrets,
    #[command(flatten)]
    pub(super) stamps: StampOptions,
    #[command(flatten)]
    seeds: SeedsKeyOption,
    #[command(flatten)]
    judged_by: JudgedBy,
    #[command(flatten)]
    pub(super) baseline: BaselineOptions,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    if arguments.scenario.is_some() || arguments.missing {
        return planned::run(arguments);
    }
    if arguments.baseline.only && (arguments.url.is_some() || arguments.out.is_some()) {
        bail!("a baseline visits nothing and lies in its case; leave the address and --out away");
    }
    if let Some(url) = &arguments.url
        && (host_in(url).is_none() || !(url.starts_with("http://") || url.starts_with("https://")))
    {
        bail!("{url:?} is no address of a page; give one such as https://www.facebook.com/ministry");
    }
    let listen = arguments.listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], if arguments.no_browser { USUAL_PORT } else { 0 })));
    let admission = arguments.admission.read()?;
    if !listen.ip().is_loopback() && admission.credentials.is_none() {
        bail!(
            "--listen {listen}: whoever reaches that address could browse through the recording; use 127.0.0.1 or [::1], or demand a password with --proxy-auth"
        );
    }
    let mut inputs = arguments.judged_by.load()?;
    let cookies: ThirdPartyCookies = policy(&arguments.third_party_cookies)?;
    let case = open_case(arguments)?;
    case.iter().try_for_each(|case| take_over(&mut inputs, case))?;
    case.iter().try_for_each(|case| of_case(&mut inputs, case, &arguments.judged_by.store))?;
    arguments.seeds.plant(&mut inputs, case.as_ref())?;
    let stamps = arguments.stamps.stamps(case.as_ref())?;
    // Before anything is made: a browser that cannot start must not leave a recording behind.
    let program = if arguments.no_browser { None } else { Some(browser::find(arguments.browser.as_deref())?) };
    if let Some(out) = &arguments.out {
        check_room(out)?;
    }
    let form = form(arguments);
    let screen = browsing::screen(arguments.headless || program.is_none(), false, &Progress::new(form, &inputs))?;
    let used = program.as_ref().map(|program| Used { program, screen: &screen, cookies });
    let known = match (&case, &used) {
        (Some(case), Some(used)) => baseline::ensure(arguments, case, used, (&inputs, form))?,
        _ if arguments.baseline.only => {
            bail!("a baseline is of a browser and belongs to a case: name its folder with --case, without --no-browser")
        }
        _ => BTreeMap::new(),
    };
    if arguments.baseline.only {
        return Ok(Outcome::Done);
    }
    let progress = Progress::new(form, &inputs);
    let authority = authority(arguments, case.as_ref())?;
    let (certificate, authority_digest) = (authority.certificate_pem().to_owned(), authority.digest());
    let proxy = open_proxy(arguments, listen, authority, admission)?;
    let (folder, number) = number(arguments.out.as_deref(), case.as_ref())?;
    let mut session = session(arguments, case.as_ref().zip(number), authority_digest, program.as_ref())?;
    session.settings.extend(known);
    if inputs.rule_mistakes > 0 {
        session.settings.insert(RULES_BROKEN.to_owned(), inputs.rule_mistakes.to_string());
    }
    session.settings.extend(proxy.facts());
    if !inputs.case.platform_sites.is_empty() {
        session.settings.insert(PLATFORM_SITES.to_owned(), inputs.case.platform_sites.join(" "));
    }
    if let Some(case) = &case {
        let listed = [(PAGE_IDS, &case.file.page_ids), (PAGE_NAMES, &case.file.page_names)];
        let given = listed.into_iter().filter(|(_, list)| !list.is_empty());
        session.settings.extend(given.map(|(name, list)| (name.to_owned(), list.join("\n"))));
    }
    let id = session.id.clone();
    let language = case.as_ref().and_then(|case| case.file.language.parse::<Lang>().ok()).unwrap_or(Lang::Nl);
    let mut languages = arguments.languages.clone();
    if languages.is_empty() {
        languages.push(language);
    }
    languages.dedup();
    let masker = arguments.secrets.masker(&inputs.rules, case.as_ref().map(Case::key).as_ref())?;
    let plan = Plan {
        folder: &folder,
        session,
        case: case.as_ref().map(Case::key),
        inputs: &inputs,
        options: Options { languages: languages.clone(), ..Options::default() },
        masker,
        encrypt_to: arguments.secrets.encrypt_to(case.as_ref())?,
        proxy,
        stamps,
        progress: &progress,
    };
    let done = record(plan, async |live: &Live<'_>| {
        let mut told = Told::listen()?;
        let address = live.proxy.address();
        if program.is_none() && made_for_this(arguments, case.as_ref()) {
            let path = folder.join(AUTHORITY_FILE);
            fs::write(&path, &certificate).with_context(|| path.display().to_string())?;
        }
        progress.event(&json!({ "event": "listening", "address": address.to_string(), "folder": folder.display().to_string(), "own_page": live.proxy.own_page() }));
        progress.say(&format!(
            "Marks, and what is being recorded, in the browser: {} (or `dataspoor mark` in another terminal)",
            live.proxy.own_page()
        ));
        match &used {
            Some(used) => browse(arguments, used, &certificate, (live, &mut told), &progress).await,
            None => {
                if let Some(warning) = AdmissionArguments::warning(listen) {
                    progress.say(warning);
                }
                progress.say(&browser::instructions(address, &authority_file(arguments, case.as_ref(), &folder)));
                progress.say("Ctrl-C ends the recording and makes the annex.");
                told.end(live).await
            }
        }
    });
    if let (Some(case), Some(number)) = (&case, number)
        && let Err(error) = note_end(case, (number, &id), &folder, &done, None)
    {
        complain(&format!("{error:#}"));
    }
    tell(&done?, &folder, languages[0], case.is_some(), form, &progress);
    Ok(Outcome::Done)
}

/// The case that is named, or that the current folder is.
fn open_case(arguments: &Arguments) -> anyhow::Result<Option<Case>> {
    let here = Path::new(".");
    let folder = arguments.case.as_deref().or_else(|| Case::is_at(here).then_some(here));
    let case = folder.map(Case::open).transpose()?;
    if let Some(case) = &case {
        case.check_open()?;
        take_up_interrupted(case)?;
    }
    Ok(case)
}

/// Takes the port, trusting what the operator trusts.
pub(super) fn open_proxy(arguments: &Arguments, listen: SocketAddr, authority: Authority, admission: Admission) -> anyhow::Result<Opened> {
    let upstream_roots = arguments.upstream_ca.as_deref().map(read).transpose()?.unwrap_or_default();
    let map = arguments.map.clone();
    let allow_private_upstream = arguments.allow_private_upstream;
    let reach = arguments.way.settings()?;
    let settings = Settings { listen, authority, upstream_roots, map, allow_private_upstream, only_mapped: false, admission, reach };
    Opened::new(settings).map_err(|error| match (&arguments.upstream_ca, error.downcast_ref()) {
        (Some(path), Some(StartError::Roots(_))) => error.context(path.display().to_string()),
        _ => error,
    })
}

/// The authority that vouches for the proxy: the operator's own, that of the case, or one for this recording.
pub(super) fn authority(arguments: &Arguments, case: Option<&Case>) -> anyhow::Result<Authority> {
    let now_at = wall_clock();
    if let Some(limited) = arguments.admission.authority(now_at, arguments.ca_cert.is_some())? {
        return Ok(limited);
    }
    Ok(match (&arguments.ca_cert, &arguments.ca_key, case) {
        (Some(certificate), Some(key), _) => {
            let text = |path: &Path| anyhow::Ok(String::from_utf8_lossy(&read(path)?).into_owned());
            Authority::from_pem(&text(certificate)?, &text(key)?).map_err(|error| {
                let file = if matches!(error, AuthorityError::Key(_)) { key } else { certificate };
                anyhow::Error::new(error).context(file.display().to_string())
            })?
        }
        (_, _, Some(case)) => match case.authority(now_at)? {
            Some((certificate, key)) => Authority::from_pem(&certificate, &key)?,
            None => {
                let made = Authority::generate(&format!("dataspoor case {}", case.file.id), now_at, AUTHORITY_DAYS)?;
                case.keep_authority(made.certificate_pem(), &made.key_pem())?;
                made
            }
        },
        // Without a case the key never leaves the memory.
        _ => Authority::generate("dataspoor recording", now_at, 7)?,
    })
}

/// The folder, and in a case the number of the recording, which stands in the ledger from here on.
pub(super) fn number(out: Option<&Path>, case: Option<&Case>) -> anyhow::Result<(PathBuf, Option<u64>)> {
    let Some(case) = case else {
        return Ok((out.map(Path::to_owned).unwrap_or_else(|| default_folder(now())), None));
    };
    let mut ledger = case.ledger()?;
    let number = ledger.next_number();
    let below = format!("{CAPTURES_FOLDER}/{number:04}");
    let folder = out.map_or_else(|| case.folder().join(&below), Path::to_owned);
    // It need not be there yet, and is looked for later from another folder.
    let named = out.map_or(below, |out| std::path::absolute(out).unwrap_or_else(|_| out.to_owned()).display().to_string());
    ledger.append(&LedgerLine::Begun { number, at: now().to_string(), folder: named, planned: None, imported: None })?;
    Ok((folder, Some(number)))
}

pub(super) fn session(
    arguments: &Arguments,
    case: Option<(&Case, u64)>,
    authority: Digest,
    program: Option<&Program>,
) -> anyhow::Result<SessionFile> {
    let mut id = [0; 16];
    getrandom::fill(&mut id).map_err(|error| anyhow::anyhow!("the operating system gives no random numbers ({error})"))?;
    let first_page = || case.and_then(|(case, _)| case.file.pages.first().cloned());
    let browser = match program {
        Some(program) => format!("{}, started by dataspoor with a new profile", program.version),
        None => "not started by dataspoor".to_owned(),
    };
    let given = &arguments.judged_by;
    Ok(SessionFile {
        format: "dataspoor-capture".to_owned(),
        version: CAPTURE_VERSION,
        id: id.iter().map(|byte| format!("{byte:02x}")).collect(),
        tool: format!("dataspoor {}", env!("CARGO_PKG_VERSION")),
        started: now().to_string(),
        case: case.map(|(case, number)| CaseRef { id: case.file.id.clone(), number }),
        scenario: None,
        page: arguments.url.clone().or_else(first_page),
        auditee: match case {
            Some((case, _)) if given.auditee.is_empty() => case.file.auditee.domains.clone(),
            _ => given.auditee.clone(),
        },
        platform: given.platform.clone().or_else(|| case.map(|(case, _)| case.file.platform.clone())),
        simulated: false,
        comment: None,
        browser,
        authority: authority.to_string(),
        map: arguments.map.iter().map(ToString::to_string).collect(),
        private_upstream: arguments.allow_private_upstream,
        upstream_roots: arguments.upstream_ca.as_deref().map(read).transpose()?.map(|bytes| Digest::of(&bytes).to_string()),
        sync_interval: SYNC_INTERVAL.as_millis() as u64,
        salt: String::new(),
        copy: None,
        settings: arguments.admission.settings().chain(arguments.secrets.settings()).collect(),
    })
}

/// The policy that a text names.
pub(super) fn policy(text: &str) -> anyhow::Result<ThirdPartyCookies> {
    text.parse().map_err(|remedy| anyhow::anyhow!("--third-party-cookies {text:?}: {remedy}"))
}

/// How progress is shown.
fn form(arguments: &Arguments) -> Form {
    match (arguments.quiet, arguments.json) {
        (true, _) => Form::Quiet,
        (_, true) => Form::Json,
        _ => Form::Line,
    }
}

/// Starts the browser and waits until it is closed, or until somebody ends the recording.
async fn browse(
    arguments: &Arguments,
    used: &Used<'_>,
    certificate: &str,
    (live, told): (&Live<'_>, &mut Told),
    progress: &Progress<'_>,
) -> anyhow::Result<()> {
    let (profile, mut options) = used.prepare(certificate, live)?;
    options.url.clone_from(&arguments.url);
    let mut window = tokio::select! {
        window = browser::open(&profile, &options) => window?,
        outcome = told.end(live) => return outcome,
    };
    for (name, value) in window.facts().all() {
        live.fact(name, value);
    }
    progress.say(&format!("Browser: {}.", window.facts().sentence()));
    progress.say("Browse; closing the browser (or Ctrl-C here) ends the recording and makes the annex.");
    let outcome = tokio::select! {
        closed = window.closed() => return Ok(closed?),
        outcome = told.end(live) => outcome,
    };
    window.close().await;
    outcome
}

/// Whether the authority was made for this recording alone, so that its certificate lies beside it.
fn made_for_this(arguments: &Arguments, case: Option<&Case>) -> bool {
    arguments.admission.is_limited() || case.is_none() && arguments.ca_cert.is_none()
}

/// Where the certificate lies that one's own browser has to trust.
fn authority_file(arguments: &Arguments, case: Option<&Case>, folder: &Path) -> PathBuf {
    match (&arguments.ca_cert, case) {
        _ if made_for_this(arguments, case) => folder.join(AUTHORITY_FILE),
        (Some(path), _) => path.clone(),
        (None, Some(case)) => case.folder().join(crate::vault::AUTHORITY_FILE),
        (None, None) => folder.join(AUTHORITY_FILE),
    }
}

/// Notes the end of a recording in the ledger. `outcome`: how the steps of its scenario came out, if it has some.
pub(super) fn note_end(
    case: &Case,
    (number, id): (u64, &str),
    folder: &Path,
    done: &anyhow::Result<Done>,
    outcome: Option<String>,
) -> anyhow::Result<()> {
    let (entries, head) = match done {
        Ok(done) => (done.entries, Some(done.custody_head)),
        // The recording may be whole although its annex could not be made.
        Err(_) => match Capture::open(folder) {
            // What lies in the folder may also be the recording that this one could not begin beside.
            Ok(capture) if capture.session.id == id => match capture.contents() {
                Ok(contents) => (contents.session.custody.map_or(0, |custody| custody.entries), contents.head),
                // It has no end: the next command takes it up and notes what it found.
                Err(_) => return Ok(()),
            },
            _ => (0, None),
        },
    };
    let custody_head = head.map(|head| head.to_string()).unwrap_or_default();
    case.ledger()?.append(&LedgerLine::Ended { number, at: now().to_string(), entries, custody_head, interrupted: false, outcome })?;
    stamps::note_after(case, number, folder);
    Ok(())
}

fn tell(done: &Done, folder: &Path, language: Lang, in_case: bool, form: Form, progress: &Progress<'_>) {
    let annex = done.replayed.folder.as_ref().map(|folder| folder.join(format!("annex.{language}.html")).display().to_string());
    progress.event(&json!({
        "event": "ended", "entries": done.entries, "custody_head": done.custody_head.to_string(), "annex": annex,
        "planted": done.replayed.planted.as_ref().map(seed::counts),
    }));
    if form != Form::Line {
        return;
    }
    progress.say(&format!("{} exchanges recorded in {}; head of custody {}", done.entries, folder.display(), done.custody_head));
    if let Some(table) = &done.replayed.planted {
        progress.say(&seed::sentence(table));
    }
    if !in_case {
        progress.say(
            "Recorded without a case: no ledger shows whether other recordings were made and left out, fingerprints are linkable and not secret, \
             and who examined what on whose behalf is not stated. `dataspoor init` makes a case.",
        );
    }
    progress.say(&annex.unwrap_or_else(|| without_annex(folder)));
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("{}: the file cannot be read; check the path and its permissions", path.display()))
}

#[allow(clippy::disallowed_methods, reason = "certificates are valid from now")]
pub(super) fn wall_clock() -> SystemTime {
    SystemTime::now()
}
