//! One recording from file or folder to annex.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use sha2::Digest as _;

use super::judge::{Inputs, Options, Recorded, Replayed, Subject, conclude, conclude_report, open_output};
use crate::analysis::{Analysis, Counts, Sink};
use crate::capture::{Capture, CaptureError, Contents, Fidelity, ImportedCapture, PackedCapture};
use crate::evidence::{CaseKey, EntryHasher};
use crate::interop::{self, ImportError, har};
use crate::model::{CaptureSource, Digest, Entry};
use crate::report::model::Report;

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
    /// A recording of ours that cannot be read.
    #[error("{cause}")]
    Capture {
        /// Why, with file, place and what to do.
        cause: CaptureError,
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
        Some(_) if matches!(cause.kind(), io::ErrorKind::AlreadyExists | io::ErrorKind::InvalidInput) => "",
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
    let output = open_output(folder)?;
    analyse(path, inputs, options, |analysis, recorded, subject| conclude(analysis, recorded, inputs, subject, options, output))
}

/// Replays a recording and hands what is found to `sink`.
///
/// # Errors
///
/// The file cannot be read or is no recording, or the sink fails.
pub fn replay_into(path: &Path, inputs: &Inputs, options: &Options, sink: &mut dyn Sink) -> Result<Counts, ReplayError> {
    analyse(path, inputs, options, |analysis, recorded, _| {
        let failed = |cause| ReplayError::Analysis { path: path.to_owned(), cause };
        analysis.finish(&recorded.session, recorded.gaps, sink).map(|finished| finished.counts).map_err(failed)
    })
}

/// Replays a recording and hands back its report, without writing anything.
///
/// # Errors
///
/// The file cannot be read or is no recording.
pub fn replay_report(path: &Path, inputs: &Inputs, options: &Options) -> Result<Report, ReplayError> {
    analyse(path, inputs, options, |analysis, recorded, subject| conclude_report(analysis, recorded, inputs, subject))
}

/// Reads a recording into an analysis, and does with it what `then` says.
fn analyse<T>(
    path: &Path,
    inputs: &Inputs,
    options: &Options,
    then: impl FnOnce(Analysis<'_>, Recorded, &Subject) -> Result<T, ReplayError>,
) -> Result<T, ReplayError> {
    let opened = if Capture::is_at(path) {
        Some(Capture::open(path))
    } else if PackedCapture::is_at(path) {
        Some(PackedCapture::open(path).and_then(|package| Capture::in_package(&Arc::new(package))))
    } else {
        None
    };
    if let Some(capture) = opened {
        let capture = capture.map_err(|cause| ReplayError::Capture { cause })?;
        let case = case_key(path, &capture, options)?;
        let subject = inputs.subject_of(&capture.session, options.page.as_deref(), options.full_urls);
        let mut analysis = inputs.analysis(&subject, &capture.key(case));
        let contents = capture.read(case, &mut |entry| analysis.push(&entry)).map_err(|cause| ReplayError::Capture { cause })?;
        return then(analysis, recorded(path, contents), &subject);
    }
    if ImportedCapture::is_at(path) {
        return analyse_imported(path, inputs, options, then);
    }
    let subject = inputs.subject(options.page.as_deref(), options.full_urls);
    let opened = open(path)?;
    let mut analysis = inputs.analysis(&subject, &key(&opened.capture));
    let hasher = EntryHasher::new(&key(&opened.capture));
    let (capture, contents) = read_opened(path, opened, hasher, options.har, &mut |entry| analysis.push(&entry))?;
    let recorded = Recorded { capture, session: contents.session, gaps: contents.gaps, text_bytes: contents.text_bytes };
    then(analysis, recorded, &subject)
}

/// The same for a recording of another program that lies in a case: its file is read under the key of the case.
fn analyse_imported<T>(
    path: &Path,
    inputs: &Inputs,
    options: &Options,
    then: impl FnOnce(Analysis<'_>, Recorded, &Subject) -> Result<T, ReplayError>,
) -> Result<T, ReplayError> {
    let imported = ImportedCapture::open(path).map_err(|cause| ReplayError::Capture { cause })?;
    let description = &imported.description;
    let case = options.case.as_ref().ok_or_else(|| needs_case(path, &description.case.id))?;
    let opened = open(&imported.file())?;
    if opened.capture.digest.to_string() != description.sha256 {
        imported.check().map_err(|cause| ReplayError::Capture { cause })?;
    }
    let subject = inputs.subject(options.page.as_deref().or(description.page.as_deref()), options.full_urls);
    let mut analysis = inputs.analysis(&subject, case);
    // Under the digest of the file, so that no salt of the case is used twice.
    let hasher = EntryHasher::new(&case.for_salts_of(opened.capture.digest));
    let (capture, contents) = read_opened(path, opened, hasher, options.har, &mut |entry| analysis.push(&entry))?;
    let mut session = contents.session;
    session.scenario = Some(description.scenario.clone());
    session.taken_in = Some(imported.taken_in());
    then(analysis, Recorded { capture, session, gaps: contents.gaps, text_bytes: contents.text_bytes }, &subject)
}

/// What a file holds of a visit and what it lacks, before it is taken into a case.
///
/// # Errors
///
/// The file cannot be read or is no recording.
pub fn inspect(path: &Path, options: har::Options) -> Result<(CaptureSource, Fidelity), ReplayError> {
    let mut fidelity = Fidelity::default();
    let (capture, contents) = read(path, options, &mut |entry| {
        let missing = crate::observe::missing(&entry.exchange);
        fidelity.entries += 1;
        fidelity.with_cookies += u64::from(!missing.request_cookies);
        fidelity.with_set_cookies += u64::from(!missing.set_cookies);
        entry.exchange.not_carried.ids().for_each(|id| *fidelity.not_carried.entry(id.to_owned()).or_default() += 1);
        Ok(())
    })?;
    (fidelity.creator, fidelity.browser) = (contents.session.creator, contents.session.browser);
    fidelity.simulated = contents.session.simulated;
    contents.gaps.iter().for_each(|gap| *fidelity.gaps.entry(gap.kind.id().to_owned()).or_default() += gap.count);
    Ok((capture, fidelity))
}

/// The key of the case that a recording belongs to, if it belongs to one.
fn case_key<'o>(path: &Path, capture: &Capture, options: &'o Options) -> Result<Option<&'o CaseKey>, ReplayError> {
    match (&capture.session.case, &options.case) {
        (None, _) => Ok(None),
        (Some(_), Some(key)) => Ok(Some(key)),
        (Some(case), None) => Err(needs_case(path, &case.id)),
    }
}

fn needs_case(path: &Path, case: &str) -> ReplayError {
    let cause = format!("the recording belongs to case {case}, whose key makes its fingerprints; pass the folder of the case with --case");
    ReplayError::Open { path: path.to_owned(), cause }
}

/// What was read of a recording of ours, as everything else takes it.
#[must_use]
pub fn recorded(folder: &Path, contents: Contents) -> Recorded {
    let name = fs::canonicalize(folder).ok().and_then(|path| path.file_name().map(|name| name.to_string_lossy().into_owned()));
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).or(name).unwrap_or_default();
    let digest = contents.head.unwrap_or(Digest([0; 32]));
    let capture = CaptureSource { name, format: "dataspoor", wrappings: Vec::new(), digest, length: contents.bytes };
    Recorded { capture, session: contents.session, gaps: contents.gaps, text_bytes: contents.bytes }
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
    // Its format is known once it is read.
    let capture = CaptureSource { name, format: "", wrappings: Vec::new(), digest, length };
    Ok(Opened { file, capture, state: (meta.len(), meta.modified().ok()) })
}

pub(super) type EachEntry<'e> = &'e mut dyn FnMut(Entry) -> io::Result<()>;

/// Reads any recording without judging it: one of ours, one of others that lies in a case, or a file. `case` is the key of the case that it belongs to.
/// Answers what stands in it apart from its entries, and the page that it was told to be about.
pub(super) fn read_any(
    path: &Path,
    case: Option<&CaseKey>,
    options: har::Options,
    each: EachEntry<'_>,
) -> Result<(Recorded, Option<String>), ReplayError> {
    let of_file = |(capture, contents): (CaptureSource, har::Contents)| Recorded {
        capture,
        session: contents.session,
        gaps: contents.gaps,
        text_bytes: contents.text_bytes,
    };
    if Capture::is_at(path) {
        let capture = Capture::open(path).map_err(|cause| ReplayError::Capture { cause })?;
        let case = match (&capture.session.case, case) {
            (Some(named), None) => return Err(needs_case(path, &named.id)),
            (None, _) => None,
            (Some(_), case) => case,
        };
        let contents = capture.read(case, each).map_err(|cause| ReplayError::Capture { cause })?;
        return Ok((recorded(path, contents), capture.session.page));
    }
    if ImportedCapture::is_at(path) {
        let imported = ImportedCapture::open(path).map_err(|cause| ReplayError::Capture { cause })?;
        imported.check().map_err(|cause| ReplayError::Capture { cause })?;
        let mut read = of_file(read(&imported.file(), options, each)?);
        read.session.scenario = Some(imported.description.scenario.clone());
        return Ok((read, imported.description.page));
    }
    Ok((of_file(read(path, options, each)?), None))
}

fn read(path: &Path, options: har::Options, each: EachEntry<'_>) -> Result<(CaptureSource, har::Contents), ReplayError> {
    let opened = open(path)?;
    let hasher = EntryHasher::new(&key(&opened.capture));
    read_opened(path, opened, hasher, options, each)
}

fn read_opened(
    path: &Path,
    opened: Opened,
    mut hasher: EntryHasher,
    options: har::Options,
    each: EachEntry<'_>,
) -> Result<(CaptureSource, har::Contents), ReplayError> {
    let Opened { file, mut capture, state } = opened;
    let contents = interop::read(&file, options, &mut |imported| {
        let digest = hasher.digest(imported.number, &imported.exchange)?;
        each(Entry { number: imported.number, order: imported.order, digest, exchange: imported.exchange })
    });
    let contents = contents.map_err(|cause| ReplayError::Import { path: path.to_owned(), cause })?;
    let meta = file.metadata().ok();
    if meta.is_none_or(|meta| (meta.len(), meta.modified().ok()) != state) {
        let cause = "the file was changed while it was read; copy it to a quiet place and replay that".to_owned();
        return Err(ReplayError::Open { path: path.to_owned(), cause });
    }
    capture.format = contents.format;
    capture.wrappings.clone_from(&contents.wrappings);
    Ok((capture, contents))
}
