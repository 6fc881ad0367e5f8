//! `dataspoor lists`: keep outside lists with what must be known of them: origin, licence, date, digest, what of them can be read. The only command that
//! asks the network for one, and only when it is told to.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use anyhow::Context as _;
use clap::{Subcommand, ValueEnum};

use super::outside::{StoreAt, bytes_of, most_bytes};
use super::recovery::now;
use super::{Outcome, complain, plain};
use crate::rules::{ListKind, ListPlace, Rejection};
use crate::vault::{LicenceBy, ListRecord, ListStore, ListVersion, Origin, Said};

/// Keep outside lists.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Add a list: copies it into the store, with where it came from, its licence and what of it can be read.
    Add(Box<Add>),
    /// Obtain lists again from where they came from, and say what changed; the version before is kept.
    Update {
        /// Names of lists; all lists if none is given.
        #[arg(value_name = "NAME")]
        names: Vec<String>,
        /// Take a list although it holds less than half of the rules, or is of another kind, than before.
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        obtain: Obtain,
        #[command(flatten)]
        store: StoreAt,
    },
    /// Show the lists, or one of them with its versions and what of it could not be read.
    Show {
        /// Name of a list.
        #[arg(value_name = "NAME")]
        name: Option<String>,
        /// Print everything as JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        store: StoreAt,
    },
    /// Remove a list with all its versions. Annexes that rest on it can then not be made again.
    Remove {
        /// Name of the list.
        #[arg(value_name = "NAME")]
        name: String,
        #[command(flatten)]
        store: StoreAt,
    },
}

/// Add a list.
#[derive(Debug, clap::Args)]
pub(super) struct Add {
    /// Name under which the list is used: a-z, 0-9, '-', '_' and '.'.
    #[arg(value_name = "NAME")]
    name: String,
    /// File, or address that begins with https:// or http://.
    #[arg(value_name = "FILE|URL")]
    from: String,
    /// Kind of the list, where its bytes do not show it.
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// Licence of the list, where more is known of it than the list says itself.
    #[arg(long, value_name = "TEXT")]
    licence: Option<String>,
    /// Whether the list may be handed to others together with a case.
    #[arg(long, value_name = "yes|no")]
    may_be_shared: Option<YesNo>,
    #[command(flatten)]
    obtain: Obtain,
    #[command(flatten)]
    store: StoreAt,
}

/// How a list is obtained.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct Obtain {
    /// Seconds that a download may take.
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    timeout: u64,
}

/// Kinds of lists, as arguments.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// Rules in EasyList syntax.
    Filter,
    /// Open Cookie Database.
    Cookies,
    /// Disconnect, DuckDuckGo, Ghostery.
    Trackers,
    /// AdGuard CNAME trackers.
    Aliases,
    /// Public Suffix List.
    Suffixes,
    /// MaxMind DB.
    Addresses,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum YesNo {
    Yes,
    No,
}

impl From<Kind> for ListKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Filter => Self::Filter,
            Kind::Cookies => Self::Cookies,
            Kind::Trackers => Self::Trackers,
            Kind::Aliases => Self::Aliases,
            Kind::Suffixes => Self::Suffixes,
            Kind::Addresses => Self::Addresses,
        }
    }
}

pub(super) fn run(command: &Command) -> anyhow::Result<Outcome> {
    match command {
        Command::Add(add) => {
            let kind = add.kind.map(ListKind::from);
            let (bytes, origin) = obtain(&add.from, kind, add.obtain)?;
            let may_be_handed_over = add.may_be_shared.map(|said| matches!(said, YesNo::Yes));
            let said = Said { kind, licence: add.licence.clone(), may_be_handed_over };
            let store = add.store.open()?;
            let record = store.add(&add.name, &bytes, origin, &said, now())?;
            tell(&format!("{}: added to {}\n{}", record.name, store.folder().display(), details(&record.current)))?;
            Ok(Outcome::Done)
        }
        Command::Update { names, force, obtain, store } => update(&store.open()?, names, *force, *obtain),
        Command::Show { name, json, store } => show(&store.open()?, name.as_deref(), *json),
        Command::Remove { name, store } => {
            let record = store.open()?.remove(name)?;
            let versions = record.versions().count();
            tell(&format!("{name}: removed, {versions} version{}\n", if versions == 1 { "" } else { "s" }))?;
            Ok(Outcome::Done)
        }
    }
}

/// The bytes of a list and where they came from.
fn obtain(from: &str, kind: Option<ListKind>, how: Obtain) -> anyhow::Result<(Vec<u8>, Origin)> {
    if from.starts_with("https://") || from.starts_with("http://") {
        return downloaded(from, kind, how);
    }
    let path = Path::new(from);
    let bytes = bytes_of(path)?;
    let whole = fs::canonicalize(path).with_context(|| format!("{from}: the path cannot be resolved"))?;
    Ok((bytes, Origin::File(whole.to_string_lossy().into_owned())))
}

#[cfg(feature = "download")]
fn downloaded(from: &str, kind: Option<ListKind>, how: Obtain) -> anyhow::Result<(Vec<u8>, Origin)> {
    let within = std::time::Duration::from_secs(how.timeout.clamp(1, 86_400));
    let obtained = crate::vault::download(from, most_bytes(from, kind), within)?;
    Ok((obtained.bytes, obtained.origin))
}

#[cfg(not(feature = "download"))]
fn downloaded(from: &str, _: Option<ListKind>, _: Obtain) -> anyhow::Result<(Vec<u8>, Origin)> {
    anyhow::bail!("{from}: this build cannot download; fetch the file yourself and give its path")
}

fn update(store: &ListStore, names: &[String], force: bool, how: Obtain) -> anyhow::Result<Outcome> {
    let all = store.names()?;
    let names = if names.is_empty() { &all } else { names };
    if names.is_empty() {
        tell(&format!("{}: no lists were added yet\n", store.folder().display()))?;
    }
    let mut outcome = Outcome::Done;
    for name in names {
        let one = || {
            let record = store.record(name)?;
            let (bytes, origin) = obtain(record.current.origin.again(), Some(record.current.kind), how)?;
            anyhow::Ok(store.update(name, &bytes, origin, force, now())?)
        };
        match one() {
            Ok(updated) if updated.before == updated.after => {
                tell(&format!("{name}: unchanged since {} (sha256 {})\n", updated.after.retrieved, updated.after.sha256))?;
            }
            Ok(updated) => {
                let (before, after) = (&updated.before, &updated.after);
                tell(&format!(
                    "{name}: updated\n  rules    {} → {}\n  rejected {} → {}\n  sha256   {} → {}\n",
                    before.rules, after.rules, before.rejected, after.rejected, before.sha256, after.sha256
                ))?;
            }
            // The others are updated all the same.
            Err(error) => {
                complain(&format!("{error:#}"));
                outcome = Outcome::Differs;
            }
        }
    }
    Ok(outcome)
}

fn show(store: &ListStore, name: Option<&str>, json: bool) -> anyhow::Result<Outcome> {
    let names = name.map_or_else(|| store.names(), |name| Ok(vec![name.to_owned()]))?;
    let records = names.iter().map(|name| store.record(name)).collect::<Result<Vec<ListRecord>, _>>()?;
    if json {
        let text = match (name, &records[..]) {
            (Some(_), [record]) => serde_json::to_string_pretty(record)?,
            _ => serde_json::to_string_pretty(&records)?,
        };
        writeln!(io::stdout(), "{text}")?;
        return Ok(Outcome::Done);
    }
    if records.is_empty() {
        tell(&format!("{}: no lists were added yet\n", store.folder().display()))?;
    }
    for record in &records {
        let ListRecord { checked, current, previous, .. } = record;
        tell(&format!("{}: {}\n{}  checked   {checked}\n", record.name, current.kind.name(), details(current)))?;
        if name.is_some() {
            for version in previous {
                tell(&format!("  before    {}  {} rules  sha256 {}\n", version.retrieved, version.rules, version.sha256))?;
            }
        }
    }
    Ok(Outcome::Done)
}

/// What is known of a version, a line for each fact.
fn details(version: &ListVersion) -> String {
    let ListVersion { kind, title, version: number, licence, rules, rejected, rejections, .. } = version;
    let number = number.as_deref().map(|number| format!(", version {number}")).unwrap_or_default();
    let by = match version.licence_by {
        LicenceBy::Operator => " (as you say)",
        LicenceBy::Known => " (known to this program)",
        LicenceBy::Header => " (as the list says)",
        LicenceBy::Nobody => "",
    };
    let share = match version.may_be_handed_over {
        Some(true) => "yes: a case keeps a copy of the list",
        Some(false) => "no: what rests on it cannot be made again without the list",
        None => "not established, so it is not; say it with --may-be-shared",
    };
    let origin = match &version.origin {
        Origin::File(path) => path.clone(),
        Origin::Url { asked, answered, redirects: 0, .. } if asked == answered => asked.clone(),
        Origin::Url { asked, answered, redirects, .. } => format!("{asked} → {answered} ({redirects} redirects)"),
    };
    let mut text = format!(
        "  kind      {}\n  title     {}{number}\n  origin    {origin}\n  obtained  {}\n  licence   {}{by}\n  shared    {share}\n  sha256    {}\n  size      {} bytes\n  rules     {rules}, {rejected} rejected\n",
        kind.name(),
        title.as_deref().unwrap_or("none"),
        version.retrieved,
        licence.as_deref().unwrap_or("not established; say it with --licence"),
        version.sha256,
        version.bytes,
    );
    for Rejection { place, reason } in rejections.iter().take(5) {
        let place = match place {
            ListPlace::Line(line) => format!("line {line}"),
            ListPlace::Pointer(pointer) => pointer.clone(),
        };
        text.push_str(&format!("            {place}: {reason}\n"));
    }
    if *rejected > 5 {
        text.push_str(&format!("            and {} more\n", rejected - 5));
    }
    text
}

/// Prints text in which something of a list may stand.
fn tell(text: &str) -> io::Result<()> {
    io::stdout().write_all(plain(text).as_bytes())
}
