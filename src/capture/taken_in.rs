//! A recording of another program that was taken into a case: a folder that holds the file as it came and a sealed description of it. Reads no
//! recording itself: what stands in the file is for `interop`.

use std::collections::BTreeMap;
use std::fs::{DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use super::{CaptureError, CaseRef, check_free};
use crate::evidence::{seal, verify_seal};
use crate::model::{Digest, TakenIn};

/// File that describes what was taken in.
pub const IMPORT_FILE: &str = "import.json";

/// Version of the description.
const IMPORT_VERSION: u32 = 1;

/// What is known of a recording when it is taken in. Written once, sealed line by line, never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFile {
    /// `dataspoor-import`.
    pub format: String,
    /// Version of this description.
    pub version: u32,
    /// Program and version that took it in.
    pub tool: String,
    /// The case.
    pub case: CaseRef,
    /// Name of the scenario.
    pub scenario: String,
    /// Which repetition of it, from 1.
    pub repetition: u32,
    /// When it was taken in, RFC 3339 UTC.
    pub at: String,
    /// The page that is examined, if the operator named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Who made it and how, as whoever took it in says; empty: nothing was said.
    pub said: String,
    /// Name of the file in this folder.
    pub file: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its SHA-256, hexadecimal.
    pub sha256: String,
    /// Its format, as `interop` names it: `har`, `warc`, `wacz`.
    pub kind: String,
    /// What the file itself says of how it came about, and what it holds and lacks.
    pub fidelity: Fidelity,
}

/// What a file holds of a visit, and what it lacks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fidelity {
    /// Program that wrote it, as it says.
    pub creator: Option<String>,
    /// Browser, as it says.
    pub browser: Option<String>,
    /// Whether it says that its traffic is simulated.
    #[serde(default)]
    pub simulated: bool,
    /// Entries that can be read.
    pub entries: u64,
    /// Entries with a Cookie field or a list of cookies sent. 0: the absence of cookies proves nothing.
    pub with_cookies: u64,
    /// Entries with a Set-Cookie field or a list of cookies set. 0: the absence of cookies proves nothing.
    pub with_set_cookies: u64,
    /// Entries that lack something, by what they lack ([`crate::model::NotCarried::ids`]).
    pub not_carried: BTreeMap<String, u64>,
    /// What the whole file lacks or is wrong with it, by kind ([`crate::model::GapKind::id`]).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub gaps: BTreeMap<String, u64>,
}

/// A recording that was taken in.
#[derive(Clone, Debug)]
pub struct ImportedCapture {
    folder: PathBuf,
    /// Its description.
    pub description: ImportFile,
}

impl ImportFile {
    /// A description with the format's name and version.
    #[must_use]
    pub fn new(tool: String, case: CaseRef, scenario: String, repetition: u32, at: String) -> Self {
        Self {
            format: "dataspoor-import".to_owned(),
            version: IMPORT_VERSION,
            tool,
            case,
            scenario,
            repetition,
            at,
            page: None,
            said: String::new(),
            file: String::new(),
            bytes: 0,
            sha256: String::new(),
            kind: "har".to_owned(),
            fidelity: Fidelity::default(),
        }
    }
}

impl ImportedCapture {
    /// Whether `folder` holds one.
    #[must_use]
    pub fn is_at(folder: &Path) -> bool {
        folder.join(IMPORT_FILE).is_file()
    }

    /// Copies `source` into `folder`, which must be new or empty, and describes it. The copy must be the file that `description` speaks of. Both are
    /// readable by their owner only.
    ///
    /// # Errors
    ///
    /// The folder is in use, the file is another one by now, or something cannot be read or written.
    pub fn create(folder: &Path, source: &Path, description: ImportFile) -> Result<Self, CaptureError> {
        check_free(folder)?;
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(CaptureError::write(folder))?;
        let path = folder.join(&description.file);
        let mut input = File::open(source).map_err(CaptureError::read(source))?;
        let (bytes, digest) = write_new(&path, &mut input)?;
        if (bytes, digest.to_string()) != (description.bytes, description.sha256.clone()) {
            let what = "the file was changed while it was taken in; copy it to a quiet place and take in the copy".to_owned();
            return Err(CaptureError::Damaged { file: source.display().to_string(), place: format!("{bytes} bytes"), what });
        }
        let path = folder.join(IMPORT_FILE);
        let sealed = seal(&description).map_err(|cause| CaptureError::Write { file: path.display().to_string(), cause: cause.into() })?;
        write_new(&path, &mut sealed.as_slice())?;
        Ok(Self { folder: folder.to_owned(), description })
    }

    /// Opens the one in `folder`.
    ///
    /// # Errors
    ///
    /// Its description cannot be read, does not fit its seal, or is of a newer version.
    pub fn open(folder: &Path) -> Result<Self, CaptureError> {
        let path = folder.join(IMPORT_FILE);
        let bytes = std::fs::read(&path).map_err(CaptureError::read(&path))?;
        let damaged = |place: String, what: String| CaptureError::Damaged { file: path.display().to_string(), place, what };
        verify_seal(&bytes).map_err(|problem| damaged(format!("{}, byte {}", problem.record, problem.offset), problem.what.to_owned()))?;
        let description: ImportFile =
            serde_json::from_slice(&bytes).map_err(|error| damaged(format!("line {}", error.line()), error.to_string()))?;
        if description.format != "dataspoor-import" || description.version > IMPORT_VERSION {
            let (format, version) = (&description.format, description.version);
            let what = format!("format {format} version {version}, which this version of dataspoor does not read; use a newer one");
            return Err(damaged("/version".to_owned(), what));
        }
        // A description leads to a file beside it and to no other place.
        if Path::new(&description.file).file_name() != Some(description.file.as_ref()) {
            return Err(damaged("/file".to_owned(), format!("{:?} is no name of a file in this folder", description.file)));
        }
        Ok(Self { folder: folder.to_owned(), description })
    }

    /// The file as it came.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        self.folder.join(&self.description.file)
    }

    /// Checks that the file is the one that was taken in.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is another one.
    pub fn check(&self) -> Result<(), CaptureError> {
        let path = self.file();
        let mut file = File::open(&path).map_err(CaptureError::read(&path))?;
        let (bytes, digest) = copy(&mut file, &mut io::sink()).map_err(CaptureError::read(&path))?;
        if digest.to_string() == self.description.sha256 {
            return Ok(());
        }
        let what = format!("SHA-256 is {digest}, and {IMPORT_FILE} says {}", self.description.sha256);
        Err(CaptureError::Damaged { file: path.display().to_string(), place: format!("{bytes} bytes"), what })
    }

    /// What a session says of it.
    #[must_use]
    pub fn taken_in(&self) -> TakenIn {
        let ImportFile { case, repetition, said, .. } = &self.description;
        TakenIn { case: case.id.clone(), number: case.number, repetition: *repetition, said: said.clone() }
    }
}

/// Writes a file that is not there yet and that nobody but its owner may read, and forces it to the disk. Gives its length and digest.
fn write_new(path: &Path, input: &mut dyn io::Read) -> Result<(u64, Digest), CaptureError> {
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(path).map_err(CaptureError::write(path))?;
    let found = copy(input, &mut file).map_err(CaptureError::write(path))?;
    file.sync_all().map_err(CaptureError::write(path))?;
    Ok(found)
}

/// Copies everything. Gives its length and digest.
fn copy(from: &mut dyn io::Read, to: &mut dyn io::Write) -> io::Result<(u64, Digest)> {
    let (mut hasher, mut bytes, mut buffer) = (sha2::Sha256::new(), 0, vec![0; 1 << 17]);
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok((bytes, Digest(hasher.finalize().into()))),
            Ok(read) => {
                hasher.update(&buffer[..read]);
                to.write_all(&buffer[..read])?;
                bytes += read as u64;
            }
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) => return Err(cause),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn description(bytes: &[u8]) -> ImportFile {
        let case = CaseRef { id: "0123".to_owned(), number: 3 };
        let mut description = ImportFile::new("t".to_owned(), case, "none-page".to_owned(), 1, "2026-11-22T10:00:00Z".to_owned());
        (description.file, description.bytes) = ("visit.har".to_owned(), bytes.len() as u64);
        description.sha256 = Digest::of(bytes).to_string();
        description
    }

    #[test]
    fn a_file_is_kept_as_it_is_and_a_change_is_found() {
        use std::os::unix::fs::PermissionsExt as _;
        let root = tempfile::tempdir().expect("folder");
        let source = root.path().join("elsewhere.har");
        fs::write(&source, "{}").expect("written");
        let folder = root.path().join("0003");
        assert!(!ImportedCapture::is_at(&folder));
        ImportedCapture::create(&folder, &source, description(b"{}")).expect("taken in");
        assert!(matches!(ImportedCapture::create(&folder, &source, description(b"{}")), Err(CaptureError::Occupied { .. })));
        let opened = ImportedCapture::open(&folder).expect("opens");
        opened.check().expect("the same file");
        assert_eq!((opened.taken_in().number, opened.taken_in().repetition), (3, 1));
        for name in ["visit.har", IMPORT_FILE] {
            assert_eq!(fs::metadata(folder.join(name)).expect("there").permissions().mode() & 0o077, 0);
        }
        fs::write(folder.join("visit.har"), "{ }").expect("written");
        assert!(opened.check().expect_err("another file").to_string().contains("visit.har"));
        let path = folder.join(IMPORT_FILE);
        let text = fs::read_to_string(&path).expect("read").replace("none-page", "othr-page");
        fs::write(&path, text).expect("written");
        assert!(matches!(ImportedCapture::open(&folder), Err(CaptureError::Damaged { .. })));
    }

    #[test]
    fn a_file_that_changed_meanwhile_is_not_taken_in() {
        let root = tempfile::tempdir().expect("folder");
        let source = root.path().join("elsewhere.har");
        fs::write(&source, "{\"log\":1}").expect("written");
        let folder = root.path().join("0001");
        let error = ImportedCapture::create(&folder, &source, description(b"{}")).expect_err("another file").to_string();
        assert!(error.contains("changed"), "{error}");
        assert!(!ImportedCapture::is_at(&folder));
    }
}
