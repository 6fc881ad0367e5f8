//! `dataspoor keep`: puts something beside the recordings of a case. It is copied, hashed and noted before anything is done with it; the network is asked
//! only for an address that the operator gives.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};

use super::recovery::now;
use super::{Outcome, named_scenario, plain};
use crate::batch::inspect;
use crate::interop::{access, har, netlog};
use crate::plan::autoconsent::ConsentRules;
use crate::vault::{Case, KeptItem, KeptKind};

/// Bytes that a text of a vendor or an answer may have.
const MOST_BYTES: u64 = 256 << 20;

/// Files that an answer may consist of.
const MOST_FILES: usize = 10_000;

/// Keep something beside the recordings of a case.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// A text of the vendor as it was on the day: cookie policy, explanation of statistics, terms.
    Text(Box<Text>),
    /// The vendor's answer to a request for access, or a download of one's own information: JSON or HTML. It never leaves the case.
    AccessAnswer(AccessAnswer),
    /// A visit that nobody intercepted: a HAR of a browser's own tools, or a NetLog of Chromium.
    Control(Control),
    /// Rules of others for consent screens, in the JSON format of `@duckduckgo/autoconsent`: used only by steps that say `autoconsent`.
    Autoconsent(Autoconsent),
    /// What is kept.
    List(List),
}

/// Keep a text of the vendor.
#[derive(Debug, Args)]
pub(super) struct Text {
    /// The text: a saved page (HTML), PDF, plain text or picture.
    #[arg(value_name = "FILE", required_unless_present = "url")]
    file: Option<PathBuf>,
    /// Address to fetch it from, once, now: without cookies, as this program and not as a browser.
    #[arg(long, value_name = "URL", conflicts_with = "file")]
    url: Option<String>,
    /// Folder of the case.
    #[arg(long, value_name = "FOLDER")]
    case: PathBuf,
    /// Title of the text.
    #[arg(long, value_name = "TEXT")]
    title: String,
    /// Whose text it is.
    #[arg(long, value_name = "NAME")]
    vendor: String,
    /// Date of the text as it gives it, or of the day on which it was saved (YYYY-MM-DD).
    #[arg(long, value_name = "DATE", value_parser = day)]
    date: String,
    /// Where a saved text came from.
    #[arg(long, value_name = "URL", conflicts_with = "url")]
    from: Option<String>,
    /// Seconds that fetching may take.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    timeout: u64,
}

/// Keep an answer.
#[derive(Debug, Args)]
pub(super) struct AccessAnswer {
    /// A JSON or HTML file, or the folder of an unpacked download: of it, JSON and HTML files are kept.
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// Folder of the case.
    #[arg(long, value_name = "FOLDER")]
    case: PathBuf,
    /// Whose data it is: identifier of the persona in the plan of the case.
    #[arg(long, value_name = "PERSONA")]
    of: Option<String>,
    /// Day on which it was received (YYYY-MM-DD).
    #[arg(long, value_name = "DATE", value_parser = day)]
    received: String,
}

/// Keep a control.
#[derive(Debug, Args)]
pub(super) struct Control {
    /// HAR, or NetLog (JSON), also gzipped.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Folder of the case.
    #[arg(long, value_name = "FOLDER")]
    case: PathBuf,
    /// Scenario of which it is a control, by its name in the plan of the case.
    #[arg(long, value_name = "NAME")]
    scenario: String,
    /// Who made it, when and with what.
    #[arg(long, value_name = "TEXT")]
    said: Option<String>,
}

/// Keep rules for consent screens.
#[derive(Debug, Args)]
pub(super) struct Autoconsent {
    /// JSON: `{"autoconsent": […]}` (rules.json), a list of rules, or one rule.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Folder of the case.
    #[arg(long, value_name = "FOLDER")]
    case: PathBuf,
    /// Where the file came from: package, version, licence.
    #[arg(long, value_name = "TEXT")]
    from: Option<String>,
}

/// List what is kept.
#[derive(Debug, Args)]
pub(super) struct List {
    /// Folder of the case.
    #[arg(long, value_name = "FOLDER")]
    case: PathBuf,
}

fn day(text: &str) -> Result<String, String> {
    text.parse::<jiff::civil::Date>().map(|day| day.to_string()).map_err(|_| "write a day as YYYY-MM-DD".to_owned())
}

pub(super) fn run(command: &Command) -> anyhow::Result<Outcome> {
    match command {
        Command::Text(arguments) => text(arguments),
        Command::AccessAnswer(arguments) => access_answer(arguments),
        Command::Control(arguments) => control(arguments),
        Command::Autoconsent(arguments) => autoconsent(arguments),
        Command::List(arguments) => list(arguments),
    }
}

fn open_case(folder: &Path) -> anyhow::Result<Case> {
    let case = Case::open(folder)?;
    case.check_open()?;
    Ok(case)
}

fn text(arguments: &Text) -> anyhow::Result<Outcome> {
    let case = open_case(&arguments.case)?;
    let mut about = BTreeMap::new();
    let mut say = |name: &str, text: &str| about.extend([(name.to_owned(), text.to_owned())]);
    say("title", &arguments.title);
    say("vendor", &arguments.vendor);
    say("date", &arguments.date);
    let (bytes, name) = match (&arguments.file, &arguments.url) {
        (Some(path), _) => {
            if let Some(from) = &arguments.from {
                say("from", from);
            }
            (bytes_of(path)?, name_of(path))
        }
        (None, Some(url)) => fetched(url, arguments.timeout, &mut say)?,
        (None, None) => bail!("give the file of the text, or --url"),
    };
    let what = arguments.file.as_ref().map_or_else(|| arguments.url.clone().unwrap_or_default(), |path| path.display().to_string());
    let Some(media) = media_of(&bytes) else {
        bail!("{what}: is neither a page, plain text (UTF-8), PDF, PNG nor JPEG; save the text as one of these");
    };
    say("media", media);
    let item = case.keep(KeptKind::VendorText, &mut bytes.as_slice(), &name, about, now())?;
    tell(&case, &[item])
}

/// What the bytes of a text of the vendor are.
fn media_of(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [] => None,
        [b'%', b'P', b'D', b'F', b'-', ..] => Some("application/pdf"),
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        _ => {
            let text = std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0') && !text.trim().is_empty())?;
            Some(if access::is_html(text) { "text/html" } else { "text/plain" })
        }
    }
}

#[cfg(feature = "download")]
fn fetched(url: &str, timeout: u64, say: &mut dyn FnMut(&str, &str)) -> anyhow::Result<(Vec<u8>, String)> {
    use crate::vault::Origin;
    if !url.starts_with("https://") && !url.starts_with("http://") {
        bail!("--url {url:?} begins with neither https:// nor http://; give the whole address");
    }
    let within = std::time::Duration::from_secs(timeout.clamp(1, 3_600));
    let obtained = crate::vault::download(url, usize::try_from(MOST_BYTES)?, within)?;
    say("fetched-from", url);
    say("fetched-at", &now().to_string());
    if let Origin::Url { answered, redirects, last_modified, .. } = &obtained.origin {
        if *redirects > 0 {
            say("answered-by", answered);
        }
        if let Some(modified) = last_modified {
            say("last-modified", modified);
        }
    }
    let name = url.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/').rsplit('/').next().unwrap_or("text").to_owned();
    Ok((obtained.bytes, name))
}

#[cfg(not(feature = "download"))]
fn fetched(url: &str, _: u64, _: &mut dyn FnMut(&str, &str)) -> anyhow::Result<(Vec<u8>, String)> {
    bail!("{url}: this build cannot download; save the text yourself and give the path of the file")
}

fn access_answer(arguments: &AccessAnswer) -> anyhow::Result<Outcome> {
    let case = open_case(&arguments.case)?;
    let path = &arguments.path;
    let mut files = Vec::new();
    if path.is_dir() {
        below(path, &mut files).with_context(|| format!("{}: the folder cannot be read; check its permissions", path.display()))?;
        files.retain(|file| {
            file.extension().is_some_and(|ending| ["json", "html", "htm"].iter().any(|known| ending.eq_ignore_ascii_case(known)))
        });
        files.sort();
        if files.is_empty() {
            bail!("{}: no JSON or HTML file below this folder; name the folder of the unpacked download", path.display());
        }
        if files.len() > MOST_FILES {
            bail!("{}: has {} files, more than {MOST_FILES}; name a folder in it", path.display(), files.len());
        }
    } else {
        files.push(path.clone());
    }
    // Everything is looked at before anything is kept, so that no half of an answer stands in the case.
    let mut checked = Vec::new();
    for file in &files {
        let bytes = bytes_of(file)?;
        let found = access::read(&bytes).with_context(|| format!("{}", file.display()))?;
        checked.push((file, bytes, found.len()));
    }
    let mut items = Vec::new();
    for (file, bytes, fields) in checked {
        let mut about = BTreeMap::from([("received".to_owned(), arguments.received.clone()), ("values".to_owned(), fields.to_string())]);
        if let Some(persona) = &arguments.of {
            about.insert("persona".to_owned(), persona.clone());
        }
        if path.is_dir() {
            let part = file.strip_prefix(path).unwrap_or(file).to_string_lossy().into_owned();
            about.insert("part".to_owned(), part);
        }
        match case.keep(KeptKind::AccessAnswer, &mut bytes.as_slice(), &name_of(file), about, now()) {
            Ok(item) => items.push(item),
            // Parts of a download are often the same, such as empty lists.
            Err(crate::vault::KeptError::Twice { .. }) if path.is_dir() => {}
            Err(error) => return Err(error.into()),
        }
    }
    if items.is_empty() {
        bail!("{}: everything in this folder is kept already; nothing was added", path.display());
    }
    tell(&case, &items)
}

fn below(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        // A link may lead out of the download, or round in circles.
        match path.is_symlink() {
            true => {}
            false if path.is_dir() => below(&path, files)?,
            false => files.push(path),
        }
    }
    Ok(())
}

fn control(arguments: &Control) -> anyhow::Result<Outcome> {
    let case = open_case(&arguments.case)?;
    named_scenario::check(&case, &arguments.scenario)?;
    keep_control(&case, &arguments.file, &arguments.scenario, arguments.said.as_deref())
}

/// Keeps a control of a scenario: a HAR or a NetLog.
pub(super) fn keep_control(case: &Case, path: &Path, scenario: &str, said: Option<&str>) -> anyhow::Result<Outcome> {
    let mut about = BTreeMap::from([("scenario".to_owned(), scenario.to_owned())]);
    if let Some(said) = said {
        about.insert("said".to_owned(), said.to_owned());
    }
    let opened =
        || File::open(path).with_context(|| format!("{}: the file cannot be read; check the path and its permissions", path.display()));
    match netlog::read(opened()?) {
        Ok(log) => {
            about.insert("format".to_owned(), "netlog".to_owned());
            about.insert("requests".to_owned(), log.requests.len().to_string());
            about.extend(log.capture_mode.map(|mode| ("capture-mode".to_owned(), mode)));
            about.extend(log.client.map(|client| ("browser".to_owned(), client)));
        }
        Err(no_netlog) => match inspect(path, har::Options::default()) {
            Ok((source, _)) if source.format != "har" => bail!(
                "{}: this is a recording of format {}, and a control is a HAR or a NetLog; take it in as a recording with `dataspoor import`",
                path.display(),
                source.format
            ),
            Ok((_, fidelity)) => {
                about.insert("format".to_owned(), "har".to_owned());
                about.insert("requests".to_owned(), fidelity.entries.to_string());
                about.extend(fidelity.creator.map(|creator| ("creator".to_owned(), creator)));
                about.extend(fidelity.browser.map(|browser| ("browser".to_owned(), browser)));
                if fidelity.simulated {
                    about.insert("simulated".to_owned(), "yes".to_owned());
                }
            }
            Err(no_har) => bail!("{no_har}\n{}: nor is it a control of the other kind: {no_netlog}", path.display()),
        },
    }
    let item = case.keep(KeptKind::Control, &mut opened()?, &name_of(path), about, now())?;
    tell(case, &[item])
}

fn autoconsent(arguments: &Autoconsent) -> anyhow::Result<Outcome> {
    let case = open_case(&arguments.case)?;
    let path = &arguments.file;
    let bytes = bytes_of(path)?;
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        anyhow::anyhow!("{}: byte {} is no UTF-8; give the JSON file of the rules", path.display(), error.valid_up_to())
    })?;
    let survey = ConsentRules::read(text).with_context(|| format!("{}", path.display()))?.survey();
    let mut about = BTreeMap::from([
        ("format".to_owned(), "autoconsent".to_owned()),
        ("rules".to_owned(), survey.rules.to_string()),
        ("whole-for-decline".to_owned(), survey.decline.to_string()),
        ("whole-for-allow".to_owned(), survey.allow.to_string()),
    ]);
    if let Some(from) = &arguments.from {
        about.insert("from".to_owned(), from.clone());
    }
    let item = case.keep(KeptKind::ConsentRules, &mut bytes.as_slice(), &name_of(path), about, now())?;
    let outcome = tell(&case, &[item])?;
    let mut out = io::stdout();
    writeln!(
        out,
        "{} rules. Carried out whole here: {} to decline (of these {} with their own test), {} to allow. Used only by steps that say autoconsent.",
        survey.rules, survey.decline, survey.tested, survey.allow
    )?;
    if !survey.not_here.is_empty() {
        let not_here: Vec<String> =
            survey.not_here.iter().map(|(what, (steps, rules))| format!("{what} ({steps} steps, {rules} rules)")).collect();
        writeln!(out, "Not carried out: {}. A rule that needs such a step for a choice is not used for it.", plain(&not_here.join(", ")))?;
    }
    Ok(outcome)
}

fn list(arguments: &List) -> anyhow::Result<Outcome> {
    let case = Case::open(&arguments.case)?;
    let items = case.kept()?;
    if items.is_empty() {
        writeln!(io::stdout(), "{}: nothing is kept beside its recordings", case.folder().display())?;
        return Ok(Outcome::Done);
    }
    let mut outcome = Outcome::Done;
    for item in &items {
        let state = match case.check_kept(item) {
            Ok(_) => String::new(),
            Err(error) => {
                outcome = Outcome::Differs;
                format!("\n  DISPROVED {error}")
            }
        };
        writeln!(io::stdout(), "{}{}", line(item), plain(&state))?;
    }
    Ok(outcome)
}

fn tell(case: &Case, items: &[KeptItem]) -> anyhow::Result<Outcome> {
    for item in items {
        writeln!(io::stdout(), "{}: {}", case.folder().display(), line(item))?;
    }
    Ok(Outcome::Done)
}

fn line(item: &KeptItem) -> String {
    let about: Vec<String> = item.about.iter().map(|(name, text)| format!("{name}: {text}")).collect();
    plain(&format!("{} {} ({}) sha256 {}", item.id, item.file, about.join("; "), item.sha256))
}

fn bytes_of(path: &Path) -> anyhow::Result<Vec<u8>> {
    let cannot = || format!("{}: the file cannot be read; check the path and its permissions", path.display());
    let meta = fs::metadata(path).with_context(cannot)?;
    if meta.is_dir() {
        bail!("{}: this is a folder; name a file", path.display());
    }
    if meta.len() > MOST_BYTES {
        bail!("{}: the file has {} bytes, more than the {MOST_BYTES} that are taken; check the path", path.display(), meta.len());
    }
    fs::read(path).with_context(cannot)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
