//! One recording from file to annex.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sha2::Digest as _;

use super::output::OutputFolder;
use super::spool::FileSpool;
use crate::analysis::{Analysis, Counts, Flow, Opening, Settings, Sink};
use crate::classify::Parties;
use crate::evidence::{CaseKey, EntryHasher};
use crate::interop::{ImportError, har};
use crate::model::{CaptureSource, Digest, Entry, Gap, Page};
use crate::report::evidence_log::{EVIDENCE_FILE, EvidenceLog};
use crate::report::{self, Builder, Context, Fanout, text::Lang};
#[cfg(feature = "lists")]
use crate::rules::FilterList;
use crate::rules::RuleSet;
use crate::site::SuffixList;

/// What every recording of a run is judged by. Loaded once.
pub struct Inputs {
    /// Rules.
    pub rules: RuleSet,
    /// Public Suffix List.
    pub suffixes: SuffixList,
    /// Filter lists.
    #[cfg(feature = "lists")]
    pub lists: Vec<FilterList>,
    /// Who is who.
    pub parties: Parties,
}

impl Inputs {
    /// What an analysis works with. `page`: the page, if the operator names it; `full_urls`: print values of query parameters.
    #[must_use]
    pub fn settings<'r>(&'r self, page: Option<&'r str>, full_urls: bool) -> Settings<'r> {
        Settings {
            rules: &self.rules,
            suffixes: &self.suffixes,
            #[cfg(feature = "lists")]
            lists: &self.lists,
            parties: &self.parties,
            page,
            full_urls,
        }
    }

    /// What outputs about `capture` say about how they were made.
    #[must_use]
    pub fn context<'r>(&'r self, capture: &'r CaptureSource, full_urls: bool) -> Context<'r> {
        Context {
            capture,
            rules: &self.rules,
            suffixes: &self.suffixes,
            #[cfg(feature = "lists")]
            lists: &self.lists,
            parties: &self.parties,
            full_urls,
        }
    }
}

/// How to replay.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The page, if the operator names it.
    pub page: Option<String>,
    /// Languages of the HTML annex.
    pub languages: Vec<Lang>,
    /// Print values of query parameters.
    pub full_urls: bool,
    /// How to read HAR files.
    pub har: har::Options,
}

/// What came of a recording.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// The recording.
    pub capture: CaptureSource,
    /// Counts.
    pub counts: Counts,
    /// How the page was found.
    pub page_basis: &'static str,
    /// The candidate that was overruled.
    pub page_overruled: Option<String>,
    /// Whether the recording is simulated.
    pub simulated: bool,
    /// Gaps, by kind.
    pub gaps: BTreeMap<&'static str, u64>,
    /// Length of the recording's text, unpacked, in bytes.
    pub text_bytes: u64,
    /// The folder of the annex, if one was asked for.
    pub folder: Option<PathBuf>,
}

/// Why a recording could not be replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The file cannot be opened or read.
    #[error("{path}: {cause}", path = path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why, with what to do.
        cause: String,
    },
    /// The file is no recording, or a broken one.
    #[error("{path}: {cause}", path = path.display())]
    Import {
        /// The file.
        path: PathBuf,
        /// Why, with the place and what to do.
        cause: ImportError,
    },
    /// The annex cannot be written.
    #[error("{path}: the annex cannot be written ({cause}){remedy}", path = path.display(), remedy = remedy(cause))]
    Output {
        /// The folder.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// The analysis failed.
    #[error("{path}: {cause}", path = path.display())]
    Analysis {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
}

/// What to do, unless `cause` is our own refusal to replace something, which says so itself.
fn remedy(cause: &io::Error) -> &'static str {
    match cause.get_ref() {
        Some(_) if cause.kind() == io::ErrorKind::AlreadyExists => "",
        _ => "; check the folder's permissions and free space, or choose another with --out",
    }
}

/// A recording in memory, for tests and tools that look into its entries.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The recording.
    pub capture: CaptureSource,
    /// What stands in it apart from its entries.
    pub contents: har::Contents,
    /// Its entries.
    pub entries: Vec<Entry>,
}

/// Reads all entries of a recording into memory.
///
/// # Errors
///
/// The file cannot be read or is no recording.
pub fn load(path: &Path, options: har::Options) -> Result<Loaded, ReplayError> {
    let mut entries = Vec::new();
    let (capture, contents) = read(path, options, &mut |entry| {
        entries.push(entry);
        Ok(())
    })?;
    Ok(Loaded { capture, contents, entries })
}

/// The key under which entry digests and fingerprints of a recording without a case are made.
fn key(capture: &CaptureSource) -> CaseKey {
    CaseKey::of_capture(capture.digest)
}

/// Replays a recording and writes its annex into `folder`, if one is given.
///
/// # Errors
///
/// The file cannot be read or is no recording, or the annex cannot be written.
pub fn replay(path: &Path, inputs: &Inputs, options: &Options, folder: Option<&Path>) -> Result<Replayed, ReplayError> {
    let mut output = match folder {
        Some(folder) => {
            let cannot = |cause| ReplayError::Output { path: folder.to_owned(), cause };
            Some(OutputFolder::create(folder).map_err(cannot)?)
        }
        None => None,
    };
    let settings = inputs.settings(options.page.as_deref(), options.full_urls);
    let opened = open(path)?;
    let failed = |cause| ReplayError::Analysis { path: path.to_owned(), cause };
    let mut analysis = Analysis::new(settings, &key(&opened.capture), Box::new(FileSpool::default()));
    let (capture, contents) = read_opened(path, opened, options.har, &mut |entry| analysis.push(&entry))?;
    let context = inputs.context(&capture, options.full_urls);
    let mut summary = Summary::default();
    let counts = match &mut output {
        None => analysis.finish(&contents.session, contents.gaps.clone(), &mut summary).map_err(failed)?,
        Some(output) => {
            let cannot = |cause| ReplayError::Output { path: output.path(""), cause };
            let file = File::create(output.path(EVIDENCE_FILE)).map_err(cannot)?;
            let mut log = EvidenceLog::new(context, BufWriter::with_capacity(1 << 18, Hashing::new(file)));
            let mut builder = Builder::new(context);
            let mut fanout = Fanout(vec![&mut log, &mut builder, &mut summary]);
            let counts = analysis.finish(&contents.session, contents.gaps.clone(), &mut fanout).map_err(cannot)?;
            let (records, head) = log.head();
            let (bytes, digest) = log.into_inner().into_inner().map_err(|error| cannot(error.into_error()))?.finish();
            output.list(EVIDENCE_FILE, bytes, digest);
            let report = builder.finish((EVIDENCE_FILE, records, head)).map_err(failed)?;
            let cannot = |cause| ReplayError::Output { path: folder.unwrap_or(path).to_owned(), cause };
            write_forms(output, &report, options).map_err(cannot)?;
            counts
        }
    };
    let folder = match output {
        Some(output) => {
            let target = folder.unwrap_or(path).to_owned();
            Some(output.finish(&how(&capture, inputs, options)).map_err(|cause| ReplayError::Output { path: target, cause })?)
        }
        None => None,
    };
    tracing::debug!(capture = %capture.name, entries = counts.entries, "replayed");
    Ok(Replayed {
        counts,
        page_basis: summary.basis,
        page_overruled: summary.overruled,
        simulated: contents.session.simulated,
        gaps: summary.gaps,
        text_bytes: contents.text_bytes,
        folder,
        capture,
    })
}

fn write_forms(output: &mut OutputFolder, report: &report::model::Report, options: &Options) -> io::Result<()> {
    output.write("annex.json", &report::json::render(report)?)?;
    for (name, bytes) in report::csv::render(report).map_err(io::Error::other)? {
        output.write(name, &bytes)?;
    }
    for language in &options.languages {
        let html = report::html::render(report, *language).map_err(io::Error::other)?;
        output.write(&format!("annex.{language}.html"), html.as_bytes())?;
    }
    Ok(())
}

/// How an annex was made, so that it can be made again: everything that decides about its bytes.
fn how(capture: &CaptureSource, inputs: &Inputs, options: &Options) -> serde_json::Value {
    #[cfg(feature = "lists")]
    let lists: Vec<_> =
        inputs.lists.iter().map(|list| serde_json::json!({ "name": list.name, "sha256": list.digest.to_string() })).collect();
    #[cfg(not(feature = "lists"))]
    let lists: Vec<serde_json::Value> = Vec::new();
    serde_json::json!({
        "tool": report::TOOL,
        "tool_version": report::TOOL_VERSION,
        "capture": { "name": capture.name, "sha256": capture.digest.to_string(), "bytes": capture.length },
        "rules_sha256": inputs.rules.digest().to_string(),
        "suffix_list": inputs.suffixes.description(),
        "suffix_list_sha256": inputs.suffixes.digest().map(|digest| digest.to_string()),
        "lists": lists,
        "page": options.page,
        "languages": options.languages.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "urls": if options.full_urls { "full" } else { "masked" },
        "auditee": inputs.parties.auditee,
        "platform": inputs.parties.platform.map(|owner| inputs.rules.owners[owner].id.clone()),
        "partial": options.har.partial,
        "max_entry_bytes": options.har.max_entry_bytes,
    })
}

struct Opened {
    file: File,
    capture: CaptureSource,
    /// Length and time of the last change: the file is read twice and must be the same both times.
    state: (u64, Option<SystemTime>),
}

/// Opens a recording and takes its digest.
fn open(path: &Path) -> Result<Opened, ReplayError> {
    let error = |cause: String| ReplayError::Open { path: path.to_owned(), cause };
    let io_error = |cause: io::Error| match cause.kind() {
        io::ErrorKind::NotFound => error("there is no such file; check the path".into()),
        io::ErrorKind::PermissionDenied => error("the file may not be read; change its permissions or run as its owner".into()),
        _ => error(format!("the file cannot be read ({cause}); check the disk and try again")),
    };
    let meta = fs::metadata(path).map_err(io_error)?;
    if meta.is_dir() {
        return Err(error("this is a folder; pass --recursive to read all recordings below it, or name the files".into()));
    }
    let mut file = File::open(path).map_err(io_error)?;
    let mut hasher = sha2::Sha256::new();
    let mut buffer = vec![0_u8; 1 << 18];
    let mut length = 0;
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => {
                hasher.update(&buffer[..read]);
                length += read as u64;
            }
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) => return Err(io_error(cause)),
        }
    }
    io::Seek::rewind(&mut file).map_err(io_error)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let digest = Digest(hasher.finalize().into());
    let capture = CaptureSource { name, format: "har", wrappings: Vec::new(), digest, length };
    Ok(Opened { file, capture, state: (meta.len(), meta.modified().ok()) })
}

type EachEntry<'e> = &'e mut dyn FnMut(Entry) -> io::Result<()>;

fn read(path: &Path, options: har::Options, each: EachEntry<'_>) -> Result<(CaptureSource, har::Contents), ReplayError> {
    read_opened(path, open(path)?, options, each)
}

fn read_opened(
    path: &Path,
    opened: Opened,
    options: har::Options,
    each: EachEntry<'_>,
) -> Result<(CaptureSource, har::Contents), ReplayError> {
    let Opened { file, mut capture, state } = opened;
    let mut hasher = EntryHasher::new(&key(&capture));
    let contents = har::read(&file, options, &mut |imported| {
        let digest = hasher.digest(imported.number, &imported.exchange)?;
        each(Entry { number: imported.number, order: imported.order, digest, exchange: imported.exchange })
    });
    let contents = contents.map_err(|cause| ReplayError::Import { path: path.to_owned(), cause })?;
    let meta = file.metadata().ok();
    if meta.is_none_or(|meta| (meta.len(), meta.modified().ok()) != state) {
        let cause = "the file was changed while it was read; copy it to a quiet place and replay that".to_owned();
        return Err(ReplayError::Open { path: path.to_owned(), cause });
    }
    capture.wrappings.clone_from(&contents.wrappings);
    Ok((capture, contents))
}

/// A writer that takes the digest of what passes.
struct Hashing<W> {
    inner: W,
    hasher: sha2::Sha256,
    bytes: u64,
}

impl<W: Write> Hashing<W> {
    fn new(inner: W) -> Self {
        Self { inner, hasher: sha2::Sha256::new(), bytes: 0 }
    }

    fn finish(self) -> (u64, Digest) {
        (self.bytes, Digest(self.hasher.finalize().into()))
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// What the summary of a run needs.
#[derive(Default)]
struct Summary {
    basis: &'static str,
    overruled: Option<String>,
    gaps: BTreeMap<&'static str, u64>,
}

impl Sink for Summary {
    fn open(&mut self, opening: &Opening<'_>) -> io::Result<()> {
        self.basis = opening.page.basis.id();
        self.overruled.clone_from(&opening.page.overruled);
        Ok(())
    }

    fn page(&mut self, _: &Page) -> io::Result<()> {
        Ok(())
    }

    fn flow(&mut self, _: &Flow<'_>) -> io::Result<()> {
        Ok(())
    }

    fn gap(&mut self, gap: &Gap) -> io::Result<()> {
        *self.gaps.entry(gap.kind.id()).or_default() += gap.count;
        Ok(())
    }

    fn close(&mut self, _: &Counts) -> io::Result<()> {
        Ok(())
    }
}
