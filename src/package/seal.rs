//! Makes a sealed package of a recording: checks the recording, packs it, states what was packed, and reads the package again before it gets its name.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

use super::index::{Index, PackedAt};
use super::verify::verify;
use super::writer::PackageWriter;
use super::{FILES_FILE, SEAL_FILE, SIGNATURE_FILE, SIGNER_FILE, own, speaks_of_the_package};
use crate::capture::{
    self, ArchiveFile, CUSTODY_FILE, Capture, CaptureError, Listed, ListedRecord, MessageHeads, PackedCapture, RecordOf, SESSION_FILE,
};
use crate::evidence::{
    self, CaseKey, LinesTree, SEAL_FORMAT, SEAL_VERSION, Salts, SealedBy, SealedCase, SealedCustody, SealedFiles, SealedSession,
    SignatureError, Signer, Statement, entries_root,
};
use crate::interop::datapackage::{
    DATAPACKAGE, DATAPACKAGE_DIGEST, DataPackage, DataPackageDigest, INDEX, PAGES, PageRow, Resource, page_list,
};
use crate::model::{BodySource as _, Digest, Timestamp};

/// Bytes of a record that are read at once.
const AT_ONCE: usize = 1 << 17;

/// No record's heads are longer.
const LONGEST_HEADS: usize = 4 << 20;

/// Why a recording is not sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// There is such a file already.
    #[error("{0}: is there already, and a sealed package is never written again; choose another name with --out")]
    Exists(String),
    /// The recording is still going on.
    #[error("{0}: is being recorded right now; end that recording first (Ctrl-C), then seal it")]
    BeingRecorded(String),
    /// The recording belongs to a case.
    #[error(
        "{folder}: the recording belongs to case {case}, whose key makes the salts of the seal; pass the folder of the case with --case"
    )]
    NeedsCase {
        /// Its folder.
        folder: String,
        /// The case.
        case: String,
    },
    /// The recording does not hold.
    #[error(
        "{folder}: the recording does not verify, so it is not sealed: {problem}; `dataspoor verify {folder}` lists everything that does not hold"
    )]
    Unsound {
        /// Its folder.
        folder: String,
        /// The first thing that does not hold.
        problem: String,
    },
    /// The package that was written is not what was to be written.
    #[error("{file}: what was written does not read back as it should ({problem}), so it was removed; check the disk and seal again")]
    NotReadBack {
        /// Its path.
        file: String,
        /// The first thing that does not hold.
        problem: String,
    },
    /// No outside time was given for the signature, and a package gets none later.
    #[error(
        "{0}; nothing was sealed, because a sealed package is never written again: seal again when an authority can be reached, or without asking one"
    )]
    NotStamped(String),
    /// The signer cannot sign.
    #[error("the key cannot sign: {0}")]
    Signature(#[from] SignatureError),
    /// The recording cannot be read.
    #[error(transparent)]
    Capture(#[from] CaptureError),
    /// A file cannot be read.
    #[error("{file}: cannot be read ({cause}); check the path and its permissions")]
    Read {
        /// Its path.
        file: String,
        /// Why.
        cause: io::Error,
    },
    /// The package cannot be written.
    #[error("{file}: cannot be written ({cause}); check permissions and free space, or choose another place with --out")]
    Write {
        /// Its path.
        file: String,
        /// Why.
        cause: io::Error,
    },
}

/// A file that goes into the package beside the recording.
#[derive(Clone, Debug)]
pub struct Extra {
    /// Its name below `dataspoor/`, without a further folder: readers of WACZ compare the last two parts of a path only.
    pub name: String,
    /// Its content.
    pub bytes: ExtraBytes,
}

/// Content of an [`Extra`].
#[derive(Clone, Debug)]
pub enum ExtraBytes {
    /// In a file.
    At(PathBuf),
    /// In memory.
    Here(Vec<u8>),
}

/// Takes a signature and answers the files that outside authorities gave for it, by name; or why there are none.
pub type Stamp<'s> = &'s dyn Fn(&[u8; 64]) -> Result<Vec<(String, Vec<u8>)>, String>;

/// How to seal.
pub struct Sealing<'s> {
    /// Program and version.
    pub tool: String,
    /// The time that is declared.
    pub at: Timestamp,
    /// The key of the case, if the recording belongs to one.
    pub case: Option<&'s CaseKey>,
    /// What goes in beside the recording; written in the order of the names.
    pub extras: Vec<Extra>,
    /// Who signs. `None`: the statement says that nobody does.
    pub signer: Option<&'s dyn Signer>,
    /// Asks outside authorities for a time over the signature: files `seal*.tsr`.
    pub stamp: Option<Stamp<'s>>,
}

/// What was sealed.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// SHA-256 of the package.
    pub sha256: Digest,
    /// Its length in bytes.
    pub bytes: u64,
    /// SHA-256 of `dataspoor/seal.json`.
    pub seal_sha256: Digest,
    /// The statement.
    pub statement: Statement,
    /// Pages that are listed.
    pub pages: u64,
}

/// Seals the recording in `folder` as the file `out`.
///
/// # Errors
///
/// There is such a file already; the recording is being recorded, does not verify, or belongs to a case whose key is not given; or something cannot be
/// read or written. Then there is no such file afterwards.
pub fn seal(folder: &Path, out: &Path, sealing: &Sealing<'_>) -> Result<Sealed, SealError> {
    let place = folder.display().to_string();
    let write = |cause| SealError::Write { file: out.display().to_string(), cause };
    if out.symlink_metadata().is_ok() {
        return Err(SealError::Exists(out.display().to_string()));
    }
    if capture::is_being_recorded(folder) {
        return Err(SealError::BeingRecorded(place));
    }
    let recording = Capture::open(folder)?;
    if let (Some(case), None) = (&recording.session.case, sealing.case) {
        return Err(SealError::NeedsCase { folder: place, case: case.id.clone() });
    }
    let checked = capture::verify(folder, sealing.case).map_err(|cause| SealError::Read { file: place.clone(), cause })?;
    if let Some(problem) = checked.problems.first() {
        let problem = format!("{}, {}: {}", problem.file, problem.place, problem.what);
        return Err(SealError::Unsound { folder: place, problem });
    }
    let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".sealing-").suffix(".wacz").tempfile_in(parent).map_err(write)?;
    let (statement, seal_sha256, pages) = {
        let mut packing =
            Packing { recording, sealing, out, writer: PackageWriter::new(BufWriter::with_capacity(AT_ONCE, file.as_file_mut())) };
        let stated = packing.pack()?;
        packing.writer.finish().and_then(|mut to| to.flush()).map_err(write)?;
        stated
    };
    file.as_file().sync_all().map_err(write)?;
    let package = Arc::new(PackedCapture::open(file.path())?);
    let read_back = verify(&package, sealing.case, None).map_err(write)?;
    if let Some(told) = read_back.problems.first() {
        return Err(SealError::NotReadBack { file: out.display().to_string(), problem: told.to_string() });
    }
    let (sha256, bytes) = digest_of(file.path()).map_err(write)?;
    file.persist_noclobber(out).map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => SealError::Exists(out.display().to_string()),
        _ => write(error.error),
    })?;
    File::open(parent).and_then(|folder| folder.sync_all()).map_err(write)?;
    Ok(Sealed { sha256, bytes, seal_sha256, statement, pages })
}

fn digest_of(path: &Path) -> io::Result<(Digest, u64)> {
    let (mut file, mut hasher, mut buffer, mut bytes) = (File::open(path)?, Sha256::new(), vec![0; AT_ONCE], 0);
    loop {
        match io::Read::read(&mut file, &mut buffer)? {
            0 => return Ok((Digest(hasher.finalize().into()), bytes)),
            read => {
                hasher.update(&buffer[..read]);
                bytes += read as u64;
            }
        }
    }
}

struct Packing<'p, 's> {
    recording: Capture,
    sealing: &'p Sealing<'s>,
    out: &'p Path,
    writer: PackageWriter<BufWriter<&'p mut File>>,
}

impl Packing<'_, '_> {
    fn pack(&mut self) -> Result<(Statement, Digest, u64), SealError> {
        let key = self.recording.salts_key(self.sealing.case);
        let (mut tree, file_salts) = (LinesTree::new(&key), Salts::new(&key));
        let listed = self.recording.listed(&mut |line| {
            tree.line(line);
        })?;
        let custody = tree.finish();
        let mut index = Index::default();
        for (name, records) in &listed.archive {
            self.archive_file(name, records, &mut index)?;
        }
        let (index, pages) = index.finish(self.recording.session.page.as_deref());
        self.write(INDEX, &index)?;
        drop(index);
        self.write(PAGES, &page_list(&pages).map_err(|error| self.cannot(error.into()))?)?;
        self.own_files(&listed)?;
        let files =
            SealedFiles::new(self.writer.files.iter().map(|file| (file.path.clone(), file.bytes, file.digest)).collect(), &file_salts);
        let rooted = files.rooted().ok_or_else(|| self.cannot(io::Error::other("a salt that is none")))?;
        self.write(&own(FILES_FILE), &evidence::seal(&files).map_err(|error| self.cannot(error.into()))?)?;
        drop(files);

        let session = &self.recording.session;
        let at = self.sealing.at.to_string();
        let statement = Statement {
            format: SEAL_FORMAT.to_owned(),
            version: SEAL_VERSION,
            tool: self.sealing.tool.clone(),
            sealed: at.clone(),
            case: session.case.as_ref().map(|case| SealedCase { id: case.id.clone(), number: case.number }),
            session: SealedSession { id: session.id.clone(), sha256: self.recording.session_digest },
            started: session.started.clone(),
            ended: listed.ended.map(|ended| ended.to_string()),
            simulated: session.simulated,
            custody: SealedCustody { records: custody.count, head: listed.head.unwrap_or(Digest([0; 32])), root: custody.root },
            entries: entries_root(listed.entries.values().copied()),
            files: rooted,
            signer: self.sealing.signer.map(SealedBy::of),
        };
        let sealed = evidence::seal(&statement).map_err(|error| self.cannot(error.into()))?;
        self.write(&own(SEAL_FILE), &sealed)?;
        if let Some(signer) = self.sealing.signer {
            let signature = signer.sign(&sealed);
            self.write(&own(SIGNATURE_FILE), &signature)?;
            self.write(&own(SIGNER_FILE), signer.public_key_pem().as_bytes())?;
            let stamped = self.sealing.stamp.map(|stamp| stamp(&signature)).transpose().map_err(SealError::NotStamped)?;
            for (name, token) in stamped.unwrap_or_default() {
                let path = own(&name);
                if !speaks_of_the_package(&path) {
                    return Err(self.cannot(io::Error::other(format!("{name} is no name for a time of an authority"))));
                }
                self.write(&path, &token)?;
            }
        }
        self.lists(&pages, &at)?;
        Ok((statement, Digest::of(&sealed), pages.len() as u64))
    }

    /// The lists by which other programs read the package.
    fn lists(&mut self, pages: &[PageRow], at: &str) -> Result<(), SealError> {
        let session = &self.recording.session;
        let main = pages.iter().find(|page| Some(&page.url) == session.page.as_ref()).or_else(|| pages.first());
        let package = DataPackage {
            profile: DataPackage::PROFILE,
            wacz_version: DataPackage::VERSION,
            title: format!("Recording {}", session.case.as_ref().map_or_else(|| session.id.clone(), |case| case.number.to_string())),
            description: session.simulated.then(|| "Simulated traffic: fictitious platform; says nothing about what Meta does.".to_owned()),
            created: at.to_owned(),
            software: self.sealing.tool.clone(),
            main_page_url: main.map(|page| page.url.clone()),
            main_page_date: main.map(|page| page.ts.clone()),
            resources: self.writer.files.iter().map(|file| Resource::new(&file.path, file.bytes, file.digest)).collect(),
        };
        let list = serde_json::to_vec(&package).map_err(|error| self.cannot(error.into()))?;
        self.write(DATAPACKAGE, &list)?;
        let mut digest = DataPackageDigest::of(&list);
        if let Some(signer) = self.sealing.signer {
            let signature = signer.wacz_sign(digest.to_be_signed())?;
            digest = digest.signed(at, &self.sealing.tool, &signature, &signer.wacz_public_key()?);
        }
        let digest = serde_json::to_vec(&digest).map_err(|error| self.cannot(error.into()))?;
        self.write(DATAPACKAGE_DIGEST, &digest)
    }

    /// Session, custody log, exhibits, and what goes in besides, in the order of their names.
    fn own_files(&mut self, listed: &Listed) -> Result<(), SealError> {
        for name in [SESSION_FILE, CUSTODY_FILE] {
            // As the recording holds it, wherever and however it lies: a package is in clear.
            let (length, mut bytes) = self.recording.own_file(name)?;
            let copied = self.writer.copy(&own(name), length, &mut bytes);
            copied.map_err(|cause| self.cannot(cause))?;
        }
        for (exhibit, range) in &listed.exhibits {
            let ending = match exhibit.media_type.split(';').next().unwrap_or_default().trim() {
                "image/png" => "png",
                "image/jpeg" => "jpg",
                "application/json" => "json",
                "text/plain" => "txt",
                _ => "bin",
            };
            let name = own(&format!("exhibit-{:04}-{}.{ending}", exhibit.number, exhibit.kind.id()));
            let copied = range.open().and_then(|mut bytes| self.writer.copy(&name, exhibit.length, &mut bytes));
            copied.map_err(|cause| self.cannot(cause))?;
        }
        let mut extras: Vec<&Extra> = self.sealing.extras.iter().collect();
        extras.sort_by(|one, other| one.name.cmp(&other.name));
        for extra in extras {
            match &extra.bytes {
                ExtraBytes::At(path) => self.copy_file(&own(&extra.name), path)?,
                ExtraBytes::Here(bytes) => self.write(&own(&extra.name), bytes)?,
            }
        }
        Ok(())
    }

    fn copy_file(&mut self, name: &str, path: &Path) -> Result<(), SealError> {
        let read = |cause| SealError::Read { file: path.display().to_string(), cause };
        let mut file = File::open(path).map_err(read)?;
        let length = file.metadata().map_err(read)?.len();
        self.writer.copy(name, length, &mut file).map_err(|cause| self.cannot(cause))
    }

    fn write(&mut self, path: &str, bytes: &[u8]) -> Result<(), SealError> {
        self.writer.file(path, bytes).map_err(|cause| self.cannot(cause))
    }

    fn cannot(&self, cause: io::Error) -> SealError {
        SealError::Write { file: self.out.display().to_string(), cause }
    }

    /// Packs a file of the archive record by record.
    fn archive_file(&mut self, name: &str, records: &[ListedRecord], index: &mut Index) -> Result<(), SealError> {
        let file = self.recording.archive_file(name)?;
        let path = PackedCapture::member(&format!("{}/{name}", capture::ARCHIVE_FOLDER));
        let packed = path.rsplit('/').next().unwrap_or_default();
        let length = file.length().map_err(|cause| self.cannot(cause))?;
        self.writer.begin(&path, length).map_err(|cause| self.cannot(cause))?;
        for record in records {
            let offset = self.writer.position();
            let beginning = pack_record(&file, record, &mut self.writer).map_err(|cause| self.cannot(cause))?;
            let length = self.writer.position() - offset;
            match (record.holds, MessageHeads::of(&beginning)) {
                (RecordOf::Request(entry), Some(heads)) => index.request(entry, &heads),
                (RecordOf::Response(entry), Some(heads)) => index.response(entry, &heads, &PackedAt { file: packed, offset, length }),
                _ => {}
            }
        }
        self.writer.end_file();
        Ok(())
    }
}

/// Writes a record as a gzip member of its own. The beginning of the record, with its heads where it holds a message.
fn pack_record(file: &ArchiveFile, record: &ListedRecord, to: &mut impl io::Write) -> io::Result<Vec<u8>> {
    let message = matches!(record.holds, RecordOf::Request(_) | RecordOf::Response(_));
    let mut encoder = GzEncoder::new(to, Compression::default());
    let (mut buffer, mut beginning) = (vec![0; AT_ONCE], Vec::new());
    let (mut at, end) = (record.at, record.at.saturating_add(record.length));
    while at < end {
        let part = usize::try_from(end - at).unwrap_or(usize::MAX).min(AT_ONCE);
        file.read_exact_at(&mut buffer[..part], at)?;
        encoder.write_all(&buffer[..part])?;
        // Nearly all heads are in the first part.
        if message && beginning.len() < LONGEST_HEADS && (beginning.is_empty() || MessageHeads::of(&beginning).is_none()) {
            beginning.extend_from_slice(&buffer[..part]);
        }
        at += part as u64;
    }
    encoder.finish()?;
    Ok(beginning)
}
