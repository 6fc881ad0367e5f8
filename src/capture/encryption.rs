//! Recordings that are encrypted while they are made: for whom, under which key, and whose private keys this process was given. A private key and the key
//! of a recording stay in memory.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use age::x25519::{Identity, Recipient};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::cipher::{EncryptedFile, Wanted};
use super::files::new_file;
use super::session_file::{CaseRef, SessionFile};
use super::{ARCHIVE_FOLDER, CUSTODY_FILE, CaptureError, SESSION_FILE};
use crate::model::Digest;

/// File that says in clear that a recording is encrypted, and for whom.
pub const ENCRYPTED_FILE: &str = "encrypted.json";

/// The key of a recording, encrypted for whom it is to be readable (age, age-encryption.org/v1).
pub const RECORDING_KEY_FILE: &str = "key.age";

/// What the names of encrypted files end in.
pub(super) const ENDING: &str = ".enc";

/// Version of [`EncryptedHeader`] and of the form of encrypted files.
const VERSION: u32 = 1;

/// A public key of age for which recordings are encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncryptTo(Recipient);

impl FromStr for EncryptTo {
    type Err = String;

    /// Reads a public key as `age-keygen` prints it: `age1…`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |why| format!("{text:?} is no public key of age ({why}); `age-keygen -o key.txt` makes a pair and prints one (age1…)");
        text.trim().parse().map(Self).map_err(wrong)
    }
}

impl std::fmt::Display for EncryptTo {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}", self.0)
    }
}

/// `encrypted.json`: what is known of an encrypted recording without a key. Everything else of it is encrypted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncryptedHeader {
    /// `dataspoor-encrypted`.
    pub format: String,
    /// Of this file and of the form of encrypted files.
    pub version: u32,
    /// Of the session, drawn at random: by it `dataspoor mark` finds a recording that runs.
    pub id: String,
    /// Program and version.
    pub tool: String,
    /// When recording began, RFC 3339, UTC.
    pub started: String,
    /// The case, and the number of the recording in its ledger, if there is one.
    pub case: Option<CaseRef>,
    /// Public keys of age for which the key of the recording is encrypted.
    pub recipients: Vec<String>,
}

impl EncryptedHeader {
    /// Reads it. `None`: the recording in `folder` is not encrypted, or there is none.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is of a newer version.
    pub fn read(folder: &Path) -> Result<Option<Self>, CaptureError> {
        let path = folder.join(ENCRYPTED_FILE);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Ok(None),
            Err(error) => return Err(CaptureError::read(&path)(error)),
        };
        let damaged = |place: String, what| CaptureError::Damaged { file: path.display().to_string(), place, what };
        let header: Self = serde_json::from_slice(&bytes).map_err(|error| damaged(format!("line {}", error.line()), error.to_string()))?;
        if header.format != "dataspoor-encrypted" || header.version > VERSION {
            let what = format!(
                "format {} version {}, which this version of dataspoor does not read; use a newer one",
                header.format, header.version
            );
            return Err(damaged("/version".to_owned(), what));
        }
        Ok(Some(header))
    }
}

/// The key of a recording.
#[derive(Clone)]
pub(super) struct RecordingKey([u8; 32]);

impl std::fmt::Debug for RecordingKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("RecordingKey(…)")
    }
}

impl RecordingKey {
    /// The key of one of its files, by the file's path in the recording.
    pub(super) fn of_file(&self, name: &str) -> Result<[u8; 32], CaptureError> {
        let mac = Hmac::<Sha256>::new_from_slice(&self.0).map_err(|error| CaptureError::write(Path::new(name))(io::Error::other(error)))?;
        Ok(mac.chain_update(b"dataspoor file key 1\n").chain_update(name).finalize().into_bytes().into())
    }

    /// Begins an encrypted recording in `folder`: draws its key, and writes it down for those who may read it, and what stands in clear.
    pub(super) fn begin(folder: &Path, session: &SessionFile, to: &[EncryptTo]) -> Result<Self, CaptureError> {
        let path = folder.join(RECORDING_KEY_FILE);
        let failed = |error: io::Error| CaptureError::write(&path)(error);
        let mut drawn = [0; 32];
        getrandom::fill(&mut drawn).map_err(|error| failed(error.into()))?;
        let recipients = to.iter().map(|to| &to.0 as &dyn age::Recipient);
        let encryptor = age::Encryptor::with_recipients(recipients).map_err(|error| failed(io::Error::other(error)))?;
        let mut wrapped = Vec::new();
        let mut writer = encryptor.wrap_output(&mut wrapped).map_err(failed)?;
        writer.write_all(&drawn).and_then(|()| writer.finish().map(drop)).map_err(failed)?;
        write_new(&path, &wrapped)?;
        let header = EncryptedHeader {
            format: "dataspoor-encrypted".to_owned(),
            version: VERSION,
            id: session.id.clone(),
            tool: session.tool.clone(),
            started: session.started.clone(),
            case: session.case.clone(),
            recipients: to.iter().map(ToString::to_string).collect(),
        };
        let path = folder.join(ENCRYPTED_FILE);
        let mut text = serde_json::to_vec_pretty(&header).map_err(|error| CaptureError::write(&path)(error.into()))?;
        text.push(b'\n');
        write_new(&path, &text)?;
        let key = Self(drawn);
        // Whoever recorded it reads it until the process ends: its annex is judged, its end noted.
        keyring(|keyring| keyring.keys.insert(Digest::of(&wrapped), key.clone()));
        Ok(key)
    }
}

fn write_new(path: &Path, bytes: &[u8]) -> Result<(), CaptureError> {
    let mut file = new_file(path)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(CaptureError::write(path))
}

/// What this process can open: private keys that it was given, and keys of recordings that it opened or made, by the digest of their encrypted form.
#[derive(Default)]
struct Keyring {
    identities: Vec<Identity>,
    keys: BTreeMap<Digest, RecordingKey>,
}

/// One for the process: a recording is opened in many places, and whether it can be is decided once, by whoever started the program.
static KEYRING: Mutex<Keyring> = Mutex::new(Keyring { identities: Vec::new(), keys: BTreeMap::new() });

fn keyring<T>(with: impl FnOnce(&mut Keyring) -> T) -> T {
    with(&mut KEYRING.lock().unwrap_or_else(PoisonError::into_inner))
}

/// From here on this process opens recordings that are encrypted for these private keys.
pub fn read_with(identities: Vec<Identity>) {
    keyring(|keyring| keyring.identities.extend(identities));
}

/// An encrypted recording whose key is known.
#[derive(Debug)]
pub(super) struct EncryptedCapture {
    folder: PathBuf,
    pub(super) header: EncryptedHeader,
    key: RecordingKey,
}

impl EncryptedCapture {
    /// Opens the encrypted recording in `folder`. `None`: what is there is not encrypted.
    pub(super) fn open(folder: &Path) -> Result<Option<Self>, CaptureError> {
        let Some(header) = EncryptedHeader::read(folder)? else { return Ok(None) };
        let path = folder.join(RECORDING_KEY_FILE);
        let locked = |what: String| CaptureError::Locked { folder: folder.display().to_string(), what };
        let wrapped = match fs::read(&path) {
            Ok(wrapped) => wrapped,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let what = format!(
                    "its key ({RECORDING_KEY_FILE}) is not here, so nobody can read it; restore that file from a copy, if there is one"
                );
                return Err(locked(what));
            }
            Err(error) => return Err(CaptureError::read(&path)(error)),
        };
        let digest = Digest::of(&wrapped);
        let opened = |key| Ok(Some(Self { folder: folder.to_owned(), header: header.clone(), key }));
        let (known, identities) = keyring(|keyring| (keyring.keys.get(&digest).cloned(), keyring.identities.clone()));
        if let Some(key) = known {
            return opened(key);
        }
        let found = identities.iter().find_map(|identity| age::decrypt(identity, &wrapped).ok());
        if let Some(key) = found.and_then(|bytes| bytes.try_into().ok()).map(RecordingKey) {
            keyring(|keyring| keyring.keys.insert(digest, key.clone()));
            return opened(key);
        }
        let interrupted = if is_interrupted(folder) { "and interrupted " } else { "" };
        let given = match identities.len() {
            0 => "pass the file of a private key that fits one of them with --identity FILE".to_owned(),
            _ => "no private key that was given with --identity fits one of them".to_owned(),
        };
        Err(locked(format!("this recording is encrypted {interrupted}(for {}); {given}", header.recipients.join(", "))))
    }

    /// The path of one of its files on the disk, by its path in the recording.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}{ENDING}"))
    }

    /// Its folder.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Opens one of its files.
    pub(super) fn file(&self, name: &str, wanted: Wanted) -> io::Result<Arc<EncryptedFile>> {
        let path = self.path(name);
        let writes = wanted == Wanted::AsFarAsItCame;
        self.file_of(File::options().read(true).write(writes).open(&path)?, name, wanted)
    }

    /// The same with a file that is open.
    pub(super) fn file_of(&self, file: File, name: &str, wanted: Wanted) -> io::Result<Arc<EncryptedFile>> {
        let key = self.key.of_file(name).map_err(io::Error::other)?;
        EncryptedFile::open(Arc::new(file), &key, wanted).map(Arc::new)
    }

    /// Whether the header in clear says of the recording what its encrypted description says.
    pub(super) fn check(&self, session: &SessionFile) -> Result<(), CaptureError> {
        let header = &self.header;
        if (&header.id, &header.case, &header.started) == (&session.id, &session.case, &session.started) {
            return Ok(());
        }
        Err(CaptureError::Damaged {
            file: self.folder.join(ENCRYPTED_FILE).display().to_string(),
            place: "/id, /case, /started".to_owned(),
            what: format!("says otherwise than {SESSION_FILE}{ENDING}, which is authenticated"),
        })
    }

    /// The files in its archive, by the names they have without encryption; what is not encrypted keeps its name and belongs to nothing.
    pub(super) fn archive_names(&self) -> io::Result<Vec<String>> {
        let names = fs::read_dir(self.folder.join(ARCHIVE_FOLDER))?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        names
            .map(|name: io::Result<String>| name.map(|name| name.strip_suffix(ENDING).map_or(format!("{name} (in clear)"), str::to_owned)))
            .collect()
    }

    /// What else lies in its folder.
    pub(super) fn names_beside(&self) -> io::Result<Vec<String>> {
        let own = [SESSION_FILE, CUSTODY_FILE].map(|name| format!("{name}{ENDING}"));
        let names = fs::read_dir(&self.folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        let names: io::Result<Vec<String>> = names.collect();
        let expected = |name: &String| own.contains(name) || [ENCRYPTED_FILE, RECORDING_KEY_FILE].contains(&&**name);
        let plain = |name: String| if [SESSION_FILE, CUSTODY_FILE].contains(&&*name) { format!("{name} (in clear)") } else { name };
        Ok(names?.into_iter().filter(|name| !expected(name)).map(plain).collect())
    }
}

/// Where the custody log of the recording in `folder` lies, encrypted or not.
pub(super) fn log_path(folder: &Path) -> PathBuf {
    let encrypted = folder.join(format!("{CUSTODY_FILE}{ENDING}"));
    if encrypted.is_file() { encrypted } else { folder.join(CUSTODY_FILE) }
}

/// Whether an encrypted recording was interrupted, as far as that shows without its key: nobody writes it, and its log has no last chunk.
pub(super) fn is_interrupted(folder: &Path) -> bool {
    let ended = File::open(log_path(folder)).and_then(|log| super::cipher::ends(&log));
    !super::is_being_recorded(folder) && matches!(ended, Ok(false))
}
