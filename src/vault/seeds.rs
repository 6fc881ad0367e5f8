//! The planted values of a case at rest: each encrypted on its own for the auditor (age, age-encryption.org/v1), with its name, kind, label and day in clear
//! beside it. Neither a value nor a digest of one is ever written: the plain SHA-256 of a mail address is itself what pages send. It does not look for them.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use age::x25519::{Identity, Recipient};
use serde::{Deserialize, Serialize};

use super::case::{Case, CaseError};
use super::{LedgerLine, SEEDS_FILE, SEEDS_FOLDER};
use crate::model::{Digest, Timestamp};

/// Longest value, in bytes.
const LONGEST: usize = 4_096;

/// What is encrypted is filled up to a multiple of this (bytes), so that the length of a file does not tell that of the value.
const FILL: usize = 512;

/// `seeds/seeds.toml`: what is known of the planted values without their key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedRegister {
    /// Public key of age for which all values are encrypted; empty where there are none yet.
    #[serde(default)]
    pub to: String,
    /// The values, in the order in which they were added.
    #[serde(default, rename = "seed")]
    pub seeds: Vec<SeedRecord>,
}

/// What is known of one planted value without the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedRecord {
    /// Its name in the case: `seed-1`. Its file is that with `.age` behind it.
    pub id: String,
    /// What it is: `email`, `phone`, …
    pub kind: String,
    /// What the auditor calls it.
    pub label: String,
    /// The day on which it was added, as `YYYY-MM-DD` in UTC.
    pub added: String,
}

/// What is encrypted. The name and kind stand in it too, so that files cannot change places unnoticed.
#[derive(Serialize, Deserialize)]
struct Sealed {
    id: String,
    kind: String,
    value: String,
}

/// A planted value whose file was opened.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenedSeed {
    /// What stands in the register.
    pub record: SeedRecord,
    /// The value.
    pub value: String,
}

// Whoever prints one to look for a mistake must not write down its value.
impl std::fmt::Debug for OpenedSeed {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("OpenedSeed").field("record", &self.record).finish_non_exhaustive()
    }
}

/// Why planted values cannot be kept or opened.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// Something about the case.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// It is not known for whom to encrypt.
    #[error(
        "{0}: the first planted value of a case needs the auditor's public key of age: pass it with --to age1… (`age-keygen -o key.txt` makes a pair and \
         prints one); it is kept in the case"
    )]
    NoRecipient(String),
    /// Another public key than that of the case.
    #[error("{file}: the planted values of this case are encrypted for {kept}, not for {given}; leave --to out, or name that one")]
    OtherRecipient {
        /// The register.
        file: String,
        /// The key that stands there.
        kept: String,
        /// The key that was given.
        given: String,
    },
    /// Text that is no public key.
    #[error("{text:?} is no public key of age ({why}); `age-keygen -o key.txt` makes a pair and prints one (age1…)")]
    NoKey {
        /// The text.
        text: String,
        /// Why.
        why: String,
    },
    /// A value that cannot be planted. It is not printed.
    #[error("the value of a planted value {0}")]
    Value(&'static str),
    /// It cannot be encrypted.
    #[error("the value cannot be encrypted ({0}), so it was not kept")]
    Encrypt(String),
    /// Others can read the private key.
    #[error("{0}: others than its owner can read this private key; make it private (chmod 600)")]
    Exposed(String),
    /// A file without a private key in it.
    #[error("{0}: no private key of age in it (AGE-SECRET-KEY-1…); name the file that `age-keygen -o` wrote")]
    NoIdentity(String),
    /// The private key opens something else.
    #[error(
        "{key}: this private key (of {own}) does not open {file}; the planted values of this case are encrypted for {kept}, so name the file with the private \
         key of that one"
    )]
    OtherKey {
        /// File of the private key.
        key: String,
        /// Public keys of those in it.
        own: String,
        /// File that it does not open.
        file: String,
        /// Public key of the case.
        kept: String,
    },
    /// A file is not what was kept.
    #[error("{file}: {what}; restore it from a copy of the case")]
    Broken {
        /// The file.
        file: String,
        /// What is wrong.
        what: String,
    },
}

/// The auditor's private key, read from a file.
pub struct SeedsKey {
    file: String,
    identities: Vec<Identity>,
}

impl SeedsKey {
    /// Reads a file as `age-keygen -o` writes it.
    ///
    /// # Errors
    ///
    /// It cannot be read, others can read it, or it holds no private key.
    pub fn read(path: &Path) -> Result<Self, SeedError> {
        let file = path.display().to_string();
        let meta = fs::metadata(path).map_err(CaseError::file(path))?;
        if meta.mode() & 0o077 != 0 {
            return Err(SeedError::Exposed(file));
        }
        let text = fs::read_to_string(path).map_err(CaseError::file(path))?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let identities: Result<Vec<Identity>, _> = lines.map(str::parse).collect();
        match identities {
            Ok(identities) if !identities.is_empty() => Ok(Self { file, identities }),
            _ => Err(SeedError::NoIdentity(file)),
        }
    }
}

impl SeedsKey {
    /// The private keys, for what else is encrypted for them.
    #[must_use]
    pub fn into_identities(self) -> Vec<Identity> {
        self.identities
    }
}

impl Case {
    /// What is known of the planted values of the case without their key.
    ///
    /// # Errors
    ///
    /// The register cannot be read or has a mistake.
    pub fn seeds(&self) -> Result<SeedRegister, SeedError> {
        let path = self.folder().join(SEEDS_FOLDER).join(SEEDS_FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(SeedRegister::default()),
            Err(error) => return Err(CaseError::file(&path)(error).into()),
        };
        let broken = |what: String| SeedError::Broken { file: path.display().to_string(), what };
        let register: SeedRegister = toml::from_str(&text).map_err(|error| broken(error.to_string().trim_end().to_owned()))?;
        // An id becomes part of a path.
        match register.seeds.iter().find(|seed| number(&seed.id).is_none()) {
            Some(seed) => Err(broken(format!("{:?} is no name of a planted value (seed-1, seed-2, …)", seed.id))),
            None => Ok(register),
        }
    }

    /// Encrypts a value and keeps it. `to`: the auditor's public key of age, which the first value needs and the others may leave out; `at`: now.
    ///
    /// # Errors
    ///
    /// The case was closed, the value or the key is none, or a file cannot be written. What failed can be tried again.
    pub fn add_seed(&self, kind: &str, label: &str, value: &str, to: Option<&str>, at: Timestamp) -> Result<SeedRecord, SeedError> {
        let value = value.trim();
        let wrong = |why| Err(SeedError::Value(why));
        match () {
            () if value.is_empty() => return wrong("is empty; type it, or pass it on standard input"),
            () if value.len() > LONGEST => return wrong("is longer than 4,096 bytes; plant something shorter"),
            () if value.chars().any(char::is_control) => return wrong("has several lines or other control characters; plant one line"),
            () => {}
        }
        // Held until all is written, so that two programs do not give the same name.
        let mut ledger = self.ledger()?;
        ledger.check_open()?;
        let mut register = self.seeds()?;
        let folder = self.folder().join(SEEDS_FOLDER);
        let register_path = folder.join(SEEDS_FILE);
        let recipient = recipient(&register, to, &register_path)?;
        let known = register.seeds.iter().map(|seed| seed.id.as_str()).chain(ledger.lines().iter().filter_map(|line| match line {
            LedgerLine::SeedAdded { id, .. } => Some(id.as_str()),
            _ => None,
        }));
        let id = format!("seed-{}", known.filter_map(number).max().unwrap_or_default() + 1);
        let sealed = Sealed { id: id.clone(), kind: kind.to_owned(), value: value.to_owned() };
        let mut text = serde_json::to_vec(&sealed).map_err(|error| SeedError::Encrypt(error.to_string()))?;
        text.resize(text.len().next_multiple_of(FILL), b' ');
        let file = age::encrypt(&recipient, &text).map_err(|error| SeedError::Encrypt(error.to_string()))?;
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(CaseError::file(&folder))?;
        let path = folder.join(format!("{id}.age"));
        replace(&path, &file).map_err(CaseError::file(&path))?;
        let day: String = at.to_string().chars().take(10).collect();
        let record = SeedRecord { id: id.clone(), kind: kind.to_owned(), label: label.trim().to_owned(), added: day };
        // The ledger first: what it knows of can be missed, what it does not know of could be slipped in.
        let (what, label) = (record.kind.clone(), record.label.clone());
        ledger.append(&LedgerLine::SeedAdded { id, at: at.to_string(), what, label, file_sha256: Digest::of(&file).to_string() })?;
        register.to = recipient.to_string();
        register.seeds.push(record.clone());
        let text = toml::to_string_pretty(&register)
            .map_err(|error| SeedError::Broken { file: register_path.display().to_string(), what: error.to_string() })?;
        replace(&register_path, text.as_bytes()).map_err(CaseError::file(&register_path))?;
        Ok(record)
    }

    /// Decrypts all planted values, into memory only.
    ///
    /// # Errors
    ///
    /// The key does not open one, or a file is missing or is not the one that the ledger knows.
    pub fn open_seeds(&self, key: &SeedsKey) -> Result<Vec<OpenedSeed>, SeedError> {
        let register = self.seeds()?;
        let ledger = self.ledger()?;
        register.seeds.iter().map(|record| self.open_seed(record, &register.to, key, ledger.lines())).collect()
    }

    fn open_seed(&self, record: &SeedRecord, kept: &str, key: &SeedsKey, ledger: &[LedgerLine]) -> Result<OpenedSeed, SeedError> {
        let path = self.folder().join(SEEDS_FOLDER).join(format!("{}.age", record.id));
        let file = path.display().to_string();
        let broken = |what: &str| SeedError::Broken { file: file.clone(), what: what.to_owned() };
        let bytes = fs::read(&path).map_err(CaseError::file(&path))?;
        let noted = ledger.iter().rev().find_map(|line| match line {
            LedgerLine::SeedAdded { id, file_sha256, .. } if *id == record.id => Some(file_sha256.as_str()),
            _ => None,
        });
        match noted {
            Some(noted) if noted == Digest::of(&bytes).to_string() => {}
            Some(_) => return Err(broken("it is not the file that the ledger noted when the value was planted")),
            None => return Err(broken("the ledger does not know of it")),
        }
        let opened = key.identities.iter().find_map(|identity| age::decrypt(identity, &bytes).ok()).ok_or_else(|| SeedError::OtherKey {
            key: key.file.clone(),
            own: key.identities.iter().map(|identity| identity.to_public().to_string()).collect::<Vec<_>>().join(", "),
            file: file.clone(),
            kept: kept.to_owned(),
        })?;
        let sealed: Sealed = serde_json::from_slice(&opened).map_err(|_| broken("what it holds is no planted value"))?;
        if (&sealed.id, &sealed.kind) != (&record.id, &record.kind) {
            return Err(broken(&format!(
                "it holds {} ({}), and {SEEDS_FILE} says {} ({})",
                sealed.id, sealed.kind, record.id, record.kind
            )));
        }
        Ok(OpenedSeed { record: record.clone(), value: sealed.value })
    }
}

/// For whom to encrypt.
fn recipient(register: &SeedRegister, to: Option<&str>, path: &Path) -> Result<Recipient, SeedError> {
    let file = || path.display().to_string();
    let to = to.map(str::trim);
    let text = match (register.to.as_str(), to) {
        ("", None) => return Err(SeedError::NoRecipient(file())),
        ("", Some(given)) => given,
        (kept, Some(given)) if kept != given => {
            return Err(SeedError::OtherRecipient { file: file(), kept: kept.to_owned(), given: given.to_owned() });
        }
        (kept, _) => kept,
    };
    text.parse().map_err(|why: &str| SeedError::NoKey { text: text.to_owned(), why: why.to_owned() })
}

/// The number in the name of a planted value.
fn number(id: &str) -> Option<u64> {
    id.strip_prefix("seed-").filter(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()
}

/// Writes a file that nobody but its owner may read, in one step: it is whole or not there.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let new: PathBuf = path.with_file_name(name);
    let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&new, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::{Auditee, CaseFile};
    use age::secrecy::ExposeSecret as _;

    const NOW: Timestamp = Timestamp::from_nanoseconds(1_790_000_000_000_000_000);

    fn case(folder: &Path) -> Case {
        let file = CaseFile {
            id: "0123456789abcdef".to_owned(),
            title: "Pages".to_owned(),
            auditor: "A. Auditor".to_owned(),
            platform: "meta".to_owned(),
            language: "nl".to_owned(),
            pages: Vec::new(),
            page_ids: Vec::new(),
            page_names: Vec::new(),
            lists: Vec::new(),
            auditee: Auditee { name: "M".to_owned(), domains: Vec::new() },
            ..CaseFile::default()
        };
        Case::create(folder, file, [7; 32], NOW).expect("made")
    }

    fn key(folder: &Path, identity: &Identity) -> PathBuf {
        let path = folder.join(format!("{}.txt", identity.to_public()));
        replace(&path, format!("# created\n{}\n", identity.to_string().expose_secret()).as_bytes()).expect("written");
        path
    }

    #[test]
    fn values_come_back_with_the_key_and_only_with_it() {
        let root = tempfile::tempdir().expect("folder");
        let case = case(&root.path().join("case"));
        let (own, other) = (Identity::generate(), Identity::generate());
        let to = own.to_public().to_string();
        let without = case.add_seed("email", "stad", "a@b.example", None, NOW).expect_err("no key").to_string();
        assert!(without.contains("--to") && without.contains("age-keygen"), "{without}");
        let first = case.add_seed("email", "stad", " Jan@Voorbeeld.example\n", Some(&to), NOW).expect("kept");
        assert_eq!((first.id.as_str(), first.added.as_str()), ("seed-1", "2026-09-21"));
        let second = case.add_seed("phone", "telefoon", "06-12345678", None, NOW).expect("kept");
        assert_eq!(second.id, "seed-2");
        assert_eq!(case.seeds().expect("register").seeds, [first, second]);
        let wrong = case.add_seed("name", "x", "Jan", Some(&other.to_public().to_string()), NOW).expect_err("another key").to_string();
        assert!(wrong.contains("seeds.toml") && wrong.contains(&to), "{wrong}");

        let opened = case.open_seeds(&SeedsKey::read(&key(root.path(), &own)).expect("a key")).expect("open");
        assert_eq!(opened.iter().map(|seed| seed.value.as_str()).collect::<Vec<_>>(), ["Jan@Voorbeeld.example", "06-12345678"]);
        assert!(!format!("{opened:?}").contains("Jan@"));
        let path = key(root.path(), &other);
        let wrong = case.open_seeds(&SeedsKey::read(&path).expect("a key")).expect_err("another key").to_string();
        assert!(wrong.contains(&path.display().to_string()) && wrong.contains("seed-1.age") && wrong.contains(&to), "{wrong}");
    }

    #[test]
    fn lengths_tell_nothing_and_files_cannot_change_places() {
        let root = tempfile::tempdir().expect("folder");
        let case = case(&root.path().join("case"));
        let own = Identity::generate();
        let to = own.to_public().to_string();
        case.add_seed("text", "a", "Jan", Some(&to), NOW).expect("kept");
        case.add_seed("text", "b", &"lang ".repeat(60), None, NOW).expect("kept");
        let path = |id: &str| case.folder().join(SEEDS_FOLDER).join(format!("{id}.age"));
        let [one, two] = ["seed-1", "seed-2"].map(|id| fs::read(path(id)).expect("there"));
        // An age header carries a stanza of random length besides that of the recipient, so lengths differ by that alone.
        assert!(one.len().abs_diff(two.len()) < 300, "{} and {}", one.len(), two.len());
        fs::write(path("seed-1"), &two).expect("written");
        let key = SeedsKey::read(&key(root.path(), &own)).expect("a key");
        let moved = case.open_seeds(&key).expect_err("another file").to_string();
        assert!(moved.contains("seed-1.age") && moved.contains("ledger"), "{moved}");
        fs::remove_file(path("seed-1")).expect("removed");
        assert!(case.open_seeds(&key).expect_err("missing").to_string().contains("seed-1.age"));
    }

    #[test]
    fn what_is_no_value_and_no_key() {
        let root = tempfile::tempdir().expect("folder");
        let case = case(&root.path().join("case"));
        let own = Identity::generate();
        for value in ["", "  \n", "eerste\ntweede", &"x".repeat(LONGEST + 1)] {
            let error = case.add_seed("text", "a", value, Some(&own.to_public().to_string()), NOW).expect_err("no value");
            assert!(matches!(error, SeedError::Value(_)) && !error.to_string().contains("eerste"), "{error}");
        }
        assert!(matches!(case.add_seed("text", "a", "waarde", Some("age1xyz"), NOW), Err(SeedError::NoKey { .. })));
        assert_eq!(case.seeds().expect("none").seeds, []);
        let path = key(root.path(), &own);
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("set");
        assert!(matches!(SeedsKey::read(&path), Err(SeedError::Exposed(_))));
        fs::write(&path, "no key\n").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("set");
        assert!(matches!(SeedsKey::read(&path), Err(SeedError::NoIdentity(_))));
        case.close(NOW).expect("closed");
        assert!(case.add_seed("text", "a", "waarde", Some(&own.to_public().to_string()), NOW).is_err());
    }
}
