//! A recording in the formats of other programs: read as it is, written by `interop::write` and `report::wec`, never over anything that is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::judge::{Inputs, Options};
use super::replay::{ReplayError, read_any, replay_report};
use crate::capture::Capture;
use crate::evidence::CaseKey;
use crate::interop::har as reading;
use crate::interop::write::har::HarWriter;
use crate::interop::write::warc::WarcWriter;
use crate::interop::write::{About, curl as curl_command};
use crate::model::{Entry, ExhibitKind, HeadBytes, Side};
use crate::redact::{BodyKind, Masker, Target, printable_url};
use crate::report::wec::{Beside, INSPECTION_FILE, inspection};
use crate::report::{TOOL, TOOL_VERSION};
use crate::rules::RuleSet;

/// What stands in a command in place of a cookie's value or of credentials.
const MASK: &str = "MASKED";

/// Why a recording was not exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// It cannot be read.
    #[error("{0}")]
    Recording(ReplayError),
    /// The file or folder cannot be written.
    #[error("{path}: cannot be written ({cause}); {remedy}", path = path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        cause: io::Error,
        /// What to do.
        remedy: &'static str,
    },
    /// There is no entry of that number.
    #[error("{path}: there is no entry {entry}; its entries have the numbers {first} to {last}", path = path.display())]
    NoEntry {
        /// The recording.
        path: PathBuf,
        /// The number asked for.
        entry: u64,
        /// The first number there is; 0 where there is none.
        first: u64,
        /// The last number.
        last: u64,
    },
}

impl ExportError {
    fn write(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        |cause| {
            let remedy = match cause.kind() {
                io::ErrorKind::AlreadyExists => "nothing is written over; name another place with --out, or move what is there away",
                _ => "check the folder, its permissions and its free space, or name another place with --out",
            };
            Self::Write { path: path.to_owned(), cause, remedy }
        }
    }
}

impl From<ReplayError> for ExportError {
    fn from(error: ReplayError) -> Self {
        Self::Recording(error)
    }
}

/// How to export.
#[derive(Clone, Default)]
pub struct ExportOptions {
    /// The key of the case that the recording belongs to.
    pub case: Option<CaseKey>,
    /// How to read files.
    pub reading: reading::Options,
    /// Address of the page, where the operator names it.
    pub page: Option<String>,
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exported {
    /// Entries.
    pub entries: u64,
    /// What became of secrets in the recording: `masked`, `kept` or `not-known`.
    pub secrets: &'static str,
}

/// A file in the making, put in place whole and only where nothing stands.
struct NewFile {
    path: PathBuf,
    file: tempfile::NamedTempFile,
}

impl NewFile {
    fn create(path: &Path, source: &Path) -> Result<Self, ExportError> {
        let failed = ExportError::write(path);
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        outside(path, parent, source)?;
        if path.symlink_metadata().is_ok() {
            return Err(failed(io::ErrorKind::AlreadyExists.into()));
        }
        let file = tempfile::Builder::new().prefix(".dataspoor-export-").tempfile_in(parent).map_err(&failed)?;
        Ok(Self { path: path.to_owned(), file })
    }

    fn keep(self) -> Result<(), ExportError> {
        let failed = ExportError::write(&self.path);
        self.file.as_file().sync_all().map_err(&failed)?;
        self.file.persist_noclobber(&self.path).map_err(|error| failed(error.error))?;
        Ok(())
    }
}

/// A recording is a folder in which nobody else writes: a stray file would be found by whoever verifies it.
fn outside(path: &Path, parent: &Path, source: &Path) -> Result<(), ExportError> {
    let inside =
        source.is_dir() && fs::canonicalize(parent).ok().zip(fs::canonicalize(source).ok()).is_some_and(|(to, from)| to.starts_with(from));
    if !inside {
        return Ok(());
    }
    let cause = io::Error::other("it lies inside the recording");
    Err(ExportError::Write { path: path.to_owned(), cause, remedy: "name a place outside of it with --out" })
}

/// Writes a recording as HAR 1.2.
///
/// # Errors
///
/// It cannot be read, or the file not be written; then there is no file.
pub fn har(source: &Path, options: &ExportOptions, to: &Path) -> Result<Exported, ExportError> {
    let new = NewFile::create(to, source)?;
    let failed = ExportError::write(to);
    let spool = tempfile::tempfile_in(new.file.path().parent().unwrap_or(Path::new("."))).map_err(&failed)?;
    let mut writer = HarWriter::new(spool);
    let mut each = |entry: Entry| writer.entry(entry.number, &entry.exchange);
    let (recorded, page) = read_any(source, options.case.as_ref(), options.reading, &mut each)?;
    let about = About {
        capture: &recorded.capture,
        session: &recorded.session,
        gaps: &recorded.gaps,
        page: options.page.as_deref().or(page.as_deref()),
        tool: TOOL,
        tool_version: TOOL_VERSION,
    };
    let mut out = BufWriter::with_capacity(1 << 17, new.file.as_file());
    let entries = writer.finish(&about, &mut out).map_err(&failed)?;
    drop(out);
    let secrets = about.secrets();
    new.keep()?;
    Ok(Exported { entries, secrets })
}

/// Writes a recording as WARC 1.1, one gzip member for each record. It is read twice: what it says of itself stands first.
///
/// # Errors
///
/// As [`har`].
pub fn warc(source: &Path, options: &ExportOptions, to: &Path) -> Result<Exported, ExportError> {
    let new = NewFile::create(to, source)?;
    let failed = ExportError::write(to);
    let read = |each: &mut dyn FnMut(Entry) -> io::Result<()>| read_any(source, options.case.as_ref(), options.reading, each);
    let (recorded, page) = read(&mut |_| Ok(()))?;
    let about = About {
        capture: &recorded.capture,
        session: &recorded.session,
        gaps: &recorded.gaps,
        page: options.page.as_deref().or(page.as_deref()),
        tool: TOOL,
        tool_version: TOOL_VERSION,
    };
    let out = BufWriter::with_capacity(1 << 17, new.file.as_file());
    let mut writer = WarcWriter::new(out, &about).map_err(&failed)?;
    let mut entries = 0;
    read(&mut |entry| {
        entries += 1;
        writer.entry(entry.number, &entry.exchange)
    })?;
    let out = writer.finish().map_err(&failed)?;
    drop(out);
    let secrets = about.secrets();
    new.keep()?;
    Ok(Exported { entries, secrets })
}

/// Writes a folder in the shape of the Website Evidence Collector: `inspection.json` and, of a recording of ours, its pictures.
///
/// # Errors
///
/// The recording cannot be read, or the folder is there and not empty, or cannot be written.
pub fn wec(source: &Path, inputs: &Inputs, options: &Options, to: &Path) -> Result<Exported, ExportError> {
    let failed = ExportError::write(to);
    outside(to, to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")), source)?;
    if fs::read_dir(to).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(failed(io::ErrorKind::AlreadyExists.into()));
    }
    let report = replay_report(source, inputs, options)?;
    let wanted: BTreeSet<u64> = report.flows.iter().filter_map(|flow| flow.entries.first().copied()).collect();
    let mut beside = Beside::default();
    let (mut entries, mut agent) = (0, None::<(u64, String)>);
    let (recorded, _) = read_any(source, options.case.as_ref(), options.har, &mut |entry| {
        entries += 1;
        let request = &entry.exchange.request;
        if wanted.contains(&entry.number) {
            beside.urls.insert(entry.number, printable_url(&request.url, |_| false));
        }
        if let Some(said) = request.headers.first("user-agent")
            && agent.as_ref().is_none_or(|(first, _)| entry.number < *first)
        {
            agent = Some((entry.number, String::from_utf8_lossy(said).into_owned()));
        }
        Ok(())
    })?;
    beside.user_agent = agent.map(|(_, said)| said);
    let mut pictures = BTreeMap::new();
    if Capture::is_at(source) {
        let capture = Capture::open(source).map_err(|cause| ReplayError::Capture { cause })?;
        let shown =
            recorded.session.exhibits.iter().filter(|exhibit| exhibit.kind == ExhibitKind::Screenshot && exhibit.media_type == "image/png");
        for (index, exhibit) in shown.enumerate() {
            // The first shows what the window showed, which is the top of the page; no picture of its foot or of all of it is made.
            let name = if index == 0 { "screenshot-top.png".to_owned() } else { format!("screenshot-exhibit-{}.png", exhibit.number) };
            if let Some((_, bytes)) = capture.exhibit(exhibit.number).map_err(|cause| ReplayError::Capture { cause })? {
                beside.pictures.insert(name.clone(), exhibit.number);
                pictures.insert(name, bytes);
            }
        }
    }
    let mut text = serde_json::to_vec_pretty(&inspection(&report, &beside)).map_err(|error| failed(error.into()))?;
    text.push(b'\n');
    fs::create_dir_all(to).map_err(&failed)?;
    for (name, bytes) in pictures.iter().map(|(name, bytes)| (name.as_str(), bytes)).chain([(INSPECTION_FILE, &text)]) {
        let path = to.join(name);
        let mut file = fs::File::create_new(&path).map_err(ExportError::write(&path))?;
        file.write_all(bytes).map_err(ExportError::write(&path))?;
    }
    let masking = recorded.session.custody.as_ref().and_then(|custody| custody.masking);
    Ok(Exported { entries, secrets: masking.map_or("not-known", |masked| if masked { "masked" } else { "kept" }) })
}

/// A command, and what is to be said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked {
    /// The command, with a line feed.
    pub command: Vec<u8>,
    /// What was masked or is not sent as it was recorded.
    pub notes: Vec<String>,
}

/// One request as a command for curl, with cookies, credentials and whatever rules call a secret masked.
///
/// # Errors
///
/// The recording cannot be read, or has no such entry.
pub fn curl(source: &Path, options: &ExportOptions, rules: &RuleSet, entry: u64) -> Result<Masked, ExportError> {
    let mut found = None;
    let (mut first, mut last) = (u64::MAX, 0);
    read_any(source, options.case.as_ref(), options.reading, &mut |read| {
        (first, last) = (first.min(read.number), last.max(read.number));
        if read.number == entry {
            let body = read.exchange.request.body.bytes()?;
            found = Some((read.exchange.request, body.to_vec()));
        }
        Ok(())
    })?;
    let Some((mut request, mut body)) = found else {
        let first = if last == 0 { 0 } else { first };
        return Err(ExportError::NoEntry { path: source.to_owned(), entry, first, last });
    };
    // Nobody is to follow a secret through commands: all masks of one length look the same.
    let masker = Masker::new(rules.secret_rules().into(), Arc::new(|_: &[u8]| [0; 8]));
    let target = Target::of(&request.url);
    let kind = BodyKind::of(request.headers.first("content-type"), request.headers.first("content-encoding"));
    let (masks, whole) = masker.body(&target, Side::Request, &kind, &mut body);
    let in_head = masker.request_head(&target, &mut request.url, &mut request.headers, &mut HeadBytes::Parsed);
    let (headers, fields) = curl_command::masked(&request.headers, MASK);
    request.headers = headers;
    let mut notes: Vec<String> = fields.iter().map(|name| format!("values in field {name} are masked")).collect();
    let by_rules = masks.len() + in_head.len();
    if by_rules > 0 {
        notes.push(format!("{by_rules} values are masked by rules about secrets"));
    }
    if !body.is_empty() && !whole {
        notes.push("the body could not be taken apart altogether: look for secrets in it yourself".to_owned());
    }
    notes.extend(curl_command::not_sent(&request));
    Ok(Masked { command: curl_command::command(&request, &body), notes })
}
