//! The auditor's signing keys at rest: one file (TOML, version 1) with the public keys in clear and the secrets encrypted by age, with a passphrase (scrypt) or for
//! public keys of age. Only its owner can read it. It signs nothing.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use age::secrecy::{ExposeSecret as _, SecretString};
use age::x25519::{Identity, Recipient};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::evidence::{SignerKey, SigningKeys};
use crate::model::Timestamp;

const FORMAT: &str = "dataspoor-key";
const VERSION: u32 = 1;

/// Work factor of scrypt: 2^17 rounds of 8 blocks of 128 bytes take 128 MiB, and about half a second.
const WORK: u8 = 17;

/// Largest work factor that is taken on; more would let a planted file use up memory.
const MOST_WORK: u8 = 20;

/// Longest file of a key, in bytes.
const LONGEST: u64 = 64 << 10;

/// What the file says without being opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFile {
    /// `dataspoor-key`.
    pub format: String,
    /// 1.
    pub version: u32,
    /// When it was made, RFC 3339 UTC.
    pub made: String,
    /// Public key of Ed25519: 64 hexadecimal digits.
    pub public_key: String,
    /// Public key of P-384 for the anonymous form of wacz-auth: SubjectPublicKeyInfo (DER) in base64.
    pub wacz_public_key: String,
    /// How the secrets are encrypted: `passphrase`, or the public keys of age.
    pub encrypted_to: Vec<String>,
    /// An age file in base64.
    pub secrets: String,
}

/// What is encrypted. The public key stands in it too, so that the secrets of one file cannot stand in another unnoticed.
#[derive(Serialize, Deserialize)]
struct Secrets {
    format: String,
    version: u32,
    public_key: String,
    ed25519: String,
    p384: String,
}

/// What opens a key, or locks a new one.
#[derive(Clone)]
pub enum Unlocking {
    /// A passphrase.
    Passphrase(SecretString),
    /// Public keys of age (`age1…`); they lock only.
    Recipients(Vec<String>),
    /// Text of a file with private keys of age; it opens only.
    Identities(SecretString),
}

impl std::fmt::Debug for Unlocking {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::Passphrase(_) => "Passphrase",
            Self::Recipients(_) => "Recipients",
            Self::Identities(_) => "Identities",
        })
    }
}

/// Why a key cannot be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// There is one.
    #[error(
        "{0}: there is a key here already, and a key that has signed is never replaced; name another file with --key, or keep this one"
    )]
    Exists(String),
    /// Not there, or not readable.
    #[error("{file}: {cause}; check the path and its permissions, or make a key with `dataspoor key new`")]
    File {
        /// Path.
        file: String,
        /// Why.
        cause: io::Error,
    },
    /// Others can read it.
    #[error("{0}: others than its owner can read this key; make it private (chmod 600)")]
    Exposed(String),
    /// Another file.
    #[error("{file}: is no key of dataspoor ({why}); name the file that `dataspoor key new` wrote")]
    Form {
        /// Path.
        file: String,
        /// Why.
        why: String,
    },
    /// The wrong passphrase or private key.
    #[error("{file}: does not open ({why}); it is encrypted to: {to}")]
    Locked {
        /// Path.
        file: String,
        /// Why.
        why: String,
        /// What opens it.
        to: String,
    },
    /// Text that is no public key of age.
    #[error("{0:?} is no public key of age; `age-keygen -o key.txt` makes a pair and prints one (age1…)")]
    Recipient(String),
    /// It cannot be encrypted.
    #[error("the key cannot be encrypted ({0}), so none was written")]
    Encrypt(String),
}

impl KeyFileError {
    fn file(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |cause| Self::File { file: path.display().to_string(), cause }
    }
}

impl KeyFile {
    /// Makes a key at `path`, which must be free. `random`: 80 bytes from the operating system's source of randomness; `at`: now.
    ///
    /// # Errors
    ///
    /// There is a file, it cannot be written, or the secrets cannot be encrypted.
    pub fn create(path: &Path, random: &[u8; 80], lock: &Unlocking, at: Timestamp) -> Result<Self, KeyFileError> {
        if path.exists() {
            return Err(KeyFileError::Exists(path.display().to_string()));
        }
        let wrong = |error: crate::evidence::SignatureError| KeyFileError::Encrypt(error.to_string());
        let keys = keys_of(random).map_err(wrong)?;
        let public_key = keys.public().to_string();
        let secrets = Secrets {
            format: FORMAT.to_owned(),
            version: VERSION,
            public_key: public_key.clone(),
            ed25519: STANDARD.encode(&random[..32]),
            p384: STANDARD.encode(&random[32..]),
        };
        let plain = serde_json::to_vec(&secrets).map_err(|error| KeyFileError::Encrypt(error.to_string()))?;
        let (sealed, encrypted_to) = locked(&plain, lock)?;
        let file = Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            made: at.to_string(),
            public_key,
            wacz_public_key: keys.wacz_public().map_err(wrong)?,
            encrypted_to,
            secrets: STANDARD.encode(sealed),
        };
        let text = toml::to_string(&file).map_err(|error| KeyFileError::Encrypt(error.to_string()))?;
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(KeyFileError::file(folder))?;
        }
        let mut out = File::options().write(true).create_new(true).mode(0o600).open(path).map_err(KeyFileError::file(path))?;
        out.write_all(text.as_bytes()).and_then(|()| out.sync_all()).map_err(KeyFileError::file(path))?;
        Ok(file)
    }

    /// Reads what the file says without opening it.
    ///
    /// # Errors
    ///
    /// It cannot be read, is readable by others, or is no key.
    pub fn read(path: &Path) -> Result<Self, KeyFileError> {
        let form = |why: String| KeyFileError::Form { file: path.display().to_string(), why };
        let meta = fs::metadata(path).map_err(KeyFileError::file(path))?;
        if meta.mode() & 0o077 != 0 {
            return Err(KeyFileError::Exposed(path.display().to_string()));
        }
        if meta.len() > LONGEST {
            return Err(form(format!("it has {} bytes", meta.len())));
        }
        let text = fs::read_to_string(path).map_err(KeyFileError::file(path))?;
        let file: Self = toml::from_str(&text).map_err(|error| form(error.message().to_owned()))?;
        if file.format != FORMAT || file.version != VERSION {
            return Err(form(format!(
                "it is of format {:?} version {}, and this program reads {FORMAT:?} version {VERSION}",
                file.format, file.version
            )));
        }
        file.signer().map_err(|error| form(error.to_string()))?;
        Ok(file)
    }

    /// Its public key of Ed25519.
    ///
    /// # Errors
    ///
    /// The text is none.
    pub fn signer(&self) -> Result<SignerKey, crate::evidence::SignatureError> {
        self.public_key.parse()
    }

    /// Whether a passphrase opens it, rather than a private key of age.
    #[must_use]
    pub fn by_passphrase(&self) -> bool {
        self.encrypted_to == [PASSPHRASE]
    }

    /// Opens it for signing. `path`: where it lies, for messages.
    ///
    /// # Errors
    ///
    /// The passphrase or private key is not the one, or what is inside does not belong to the public keys outside.
    pub fn open(&self, path: &Path, unlocking: &Unlocking) -> Result<SigningKeys, KeyFileError> {
        let locked = |why: String| KeyFileError::Locked { file: path.display().to_string(), why, to: self.encrypted_to.join(", ") };
        let form = |why: &str| KeyFileError::Form { file: path.display().to_string(), why: why.to_owned() };
        let sealed = STANDARD.decode(&self.secrets).map_err(|_| form("its secrets are not base64"))?;
        let plain = opened(&sealed, unlocking).map_err(locked)?;
        let secrets: Secrets = serde_json::from_slice(&plain).map_err(|_| form("its secrets are of another form"))?;
        let random = [STANDARD.decode(&secrets.ed25519), STANDARD.decode(&secrets.p384)].into_iter().collect::<Result<Vec<_>, _>>();
        let random: Option<[u8; 80]> = random.ok().and_then(|parts| parts.concat().try_into().ok());
        let keys = random.and_then(|random| keys_of(&random).ok()).ok_or_else(|| form("its secrets are no keys"))?;
        let belongs = keys.public().to_string() == self.public_key
            && secrets.public_key == self.public_key
            && keys.wacz_public().is_ok_and(|public| public == self.wacz_public_key);
        if belongs { Ok(keys) } else { Err(form("its public keys are not those of its secrets")) }
    }
}

const PASSPHRASE: &str = "passphrase";

fn keys_of(random: &[u8; 80]) -> Result<SigningKeys, crate::evidence::SignatureError> {
    let (mut ed25519, mut p384) = ([0; 32], [0; 48]);
    ed25519.copy_from_slice(&random[..32]);
    p384.copy_from_slice(&random[32..]);
    SigningKeys::from_secrets(&ed25519, &p384)
}

fn locked(plain: &[u8], lock: &Unlocking) -> Result<(Vec<u8>, Vec<String>), KeyFileError> {
    let failed = |error: age::EncryptError| KeyFileError::Encrypt(error.to_string());
    match lock {
        Unlocking::Passphrase(passphrase) => {
            let mut recipient = age::scrypt::Recipient::new(passphrase.clone());
            recipient.set_work_factor(WORK);
            Ok((age::encrypt(&recipient, plain).map_err(failed)?, vec![PASSPHRASE.to_owned()]))
        }
        Unlocking::Recipients(texts) => {
            let read = |text: &String| text.trim().parse::<Recipient>().map_err(|_| KeyFileError::Recipient(text.clone()));
            let recipients: Vec<Recipient> = texts.iter().map(read).collect::<Result<_, _>>()?;
            let recipients: Vec<&dyn age::Recipient> = recipients.iter().map(|recipient| recipient as &dyn age::Recipient).collect();
            let encryptor = age::Encryptor::with_recipients(recipients.into_iter()).map_err(failed)?;
            let mut out = Vec::new();
            let write = |error: io::Error| KeyFileError::Encrypt(error.to_string());
            let mut writer = encryptor.wrap_output(&mut out).map_err(write)?;
            writer.write_all(plain).map_err(write)?;
            writer.finish().map_err(write)?;
            Ok((out, texts.iter().map(|text| text.trim().to_owned()).collect()))
        }
        Unlocking::Identities(_) => Err(KeyFileError::Encrypt("private keys open, they do not lock".to_owned())),
    }
}

fn opened(sealed: &[u8], unlocking: &Unlocking) -> Result<Vec<u8>, String> {
    match unlocking {
        Unlocking::Passphrase(passphrase) => {
            let mut identity = age::scrypt::Identity::new(passphrase.clone());
            identity.set_max_work_factor(MOST_WORK);
            age::decrypt(&identity, sealed).map_err(|error| error.to_string())
        }
        Unlocking::Identities(text) => {
            let identities = text.expose_secret().lines().filter_map(|line| line.trim().parse::<Identity>().ok());
            let mut why = "no private key of age stands in the named file".to_owned();
            for identity in identities {
                match age::decrypt(&identity, sealed) {
                    Ok(plain) => return Ok(plain),
                    Err(error) => why = error.to_string(),
                }
            }
            Err(why)
        }
        Unlocking::Recipients(_) => Err("public keys lock, they do not open".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random() -> [u8; 80] {
        let mut random = [3; 80];
        random[5] = 9;
        random
    }

    #[test]
    fn a_key_opens_with_what_locked_it_and_with_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = Timestamp::from_nanoseconds(1_790_000_000_000_000_000);
        let (own, other) = (Identity::generate(), Identity::generate());
        let secret = |text: &str| SecretString::from(text.to_owned());
        let identities =
            |identity: &Identity| Unlocking::Identities(secret(&format!("# a note\n{}\n", identity.to_string().expose_secret())));
        let rows = [
            (
                Unlocking::Passphrase(secret("correct horse")),
                Unlocking::Passphrase(secret("correct horse")),
                Unlocking::Passphrase(secret("wrong horse")),
            ),
            (Unlocking::Recipients(vec![own.to_public().to_string()]), identities(&own), identities(&other)),
        ];
        for (index, (lock, right, wrong)) in rows.into_iter().enumerate() {
            let path = folder.path().join(format!("keys/key-{index}.toml"));
            let made = KeyFile::create(&path, &random(), &lock, at).expect("made");
            assert_eq!(fs::metadata(&path).expect("there").mode() & 0o777, 0o600);
            let text = fs::read_to_string(&path).expect("text");
            assert!(!text.contains(&STANDARD.encode(&random()[..32])) && !text.contains("horse"), "{text}");
            let read = KeyFile::read(&path).expect("read");
            assert_eq!((&read, read.by_passphrase()), (&made, index == 0));
            let keys = read.open(&path, &right).expect("opens");
            assert_eq!(keys.public(), read.signer().expect("a key"));
            let error = read.open(&path, &wrong).expect_err("locked").to_string();
            assert!(error.contains("key-") && error.contains("encrypted to"), "{error}");
            assert!(matches!(KeyFile::create(&path, &random(), &lock, at), Err(KeyFileError::Exists(_))));
            let another = SigningKeys::from_secrets(&[1; 32], &[2; 48]).expect("keys");
            let swapped = KeyFile { public_key: another.public().to_string(), ..read };
            assert!(matches!(swapped.open(&path, &right), Err(KeyFileError::Form { .. })));
        }
    }
}
