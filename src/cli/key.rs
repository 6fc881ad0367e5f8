//! `dataspoor key`: the auditor's keys for signing. Secrets are encrypted at rest, passphrases come from a terminal, a file or a variable, and neither is ever printed.

use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use age::secrecy::SecretString;
use anyhow::{Context as _, bail};
use clap::{Args, Subcommand, ValueEnum};

use super::Outcome;
use super::recovery::now;
use crate::evidence::SigningKeys;
use crate::vault::{KeyFile, Unlocking};

/// Fewest signs of a new passphrase.
const SHORTEST: usize = 12;

/// Longest file with a passphrase or private key, in bytes.
const LONGEST: u64 = 1 << 16;

/// The auditor's keys for signing.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a key for signing, encrypted with a passphrase or for public keys of age.
    New(New),
    /// Show what is public of a key; nothing is opened without --open.
    Show(Show),
    /// Print the public key, for whoever checks signatures.
    Export(Export),
}

/// Where the key lies.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct KeyAt {
    /// File of the key [default: dataspoor/key.toml below $XDG_CONFIG_HOME, or below ~/.config].
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

/// The key with what opens it, for whoever signs.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct SigningKeyOption {
    #[command(flatten)]
    at: KeyAt,
    #[command(flatten)]
    opening: Opening,
}

/// What opens a key for signing that is named otherwise.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Opening {
    #[command(flatten)]
    unlock: Unlock,
    /// File with the private key of age that opens the key, if it is encrypted for one.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["passphrase_file", "passphrase_env"])]
    key_identity: Option<PathBuf>,
}

/// What opens it.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Unlock {
    /// File whose first line is the passphrase; without this, the terminal is asked.
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_env")]
    passphrase_file: Option<PathBuf>,
    /// Name of the environment variable that holds the passphrase.
    #[arg(long, value_name = "NAME")]
    passphrase_env: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct New {
    #[command(flatten)]
    at: KeyAt,
    #[command(flatten)]
    unlock: Unlock,
    /// Encrypt the key for this public key of age (age1…) instead of with a passphrase (repeat for more).
    #[arg(long, value_name = "KEY", conflicts_with_all = ["passphrase_file", "passphrase_env"])]
    to: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    #[command(flatten)]
    key: SigningKeyOption,
    /// Open the key too, to see whether the passphrase or private key is the right one.
    #[arg(long)]
    open: bool,
}

#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(flatten)]
    at: KeyAt,
    /// In which form.
    #[arg(long, value_enum, default_value_t = Form::Pem)]
    form: Form,
}

/// Forms of a public key.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// SubjectPublicKeyInfo in PEM, as openssl reads it.
    Pem,
    /// 64 hexadecimal digits, as `verify --expect-key` takes it.
    Hex,
    /// The second key, for the anonymous form of wacz-auth: SubjectPublicKeyInfo in base64.
    Wacz,
}

pub(super) fn run(command: &Command) -> anyhow::Result<Outcome> {
    match command {
        Command::New(arguments) => new(arguments),
        Command::Show(arguments) => show(arguments),
        Command::Export(arguments) => export(arguments),
    }
}

impl KeyAt {
    /// The file.
    pub(super) fn path(&self) -> anyhow::Result<PathBuf> {
        let found = self.key.clone().or_else(|| {
            let config = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
            let home = || std::env::var_os("HOME").filter(|home| !home.is_empty()).map(|home| Path::new(&home).join(".config"));
            config.or_else(home).map(|folder| folder.join("dataspoor/key.toml"))
        });
        found.context("neither XDG_CONFIG_HOME nor HOME is set, so there is no usual place for a key; name its file with --key")
    }
}

impl SigningKeyOption {
    /// Opens the key for signing.
    pub(super) fn open(&self) -> anyhow::Result<SigningKeys> {
        self.opening.open(&self.at.path()?)
    }
}

impl Opening {
    /// Opens the key in the file at `path`.
    pub(super) fn open(&self, path: &Path) -> anyhow::Result<SigningKeys> {
        let file = KeyFile::read(path)?;
        let unlocking = match &self.key_identity {
            _ if file.by_passphrase() => Unlocking::Passphrase(self.unlock.passphrase(false)?),
            Some(identity) => Unlocking::Identities(secret_file(identity)?),
            None => bail!(
                "{}: this key is encrypted to {}; name the file of the private key of age with --key-identity",
                path.display(),
                file.encrypted_to.join(", ")
            ),
        };
        Ok(file.open(path, &unlocking)?)
    }
}

impl Unlock {
    /// The passphrase. `new`: it is asked for twice, and must be long enough.
    fn passphrase(&self, new: bool) -> anyhow::Result<SecretString> {
        let found = match (&self.passphrase_file, &self.passphrase_env) {
            (Some(path), _) => first_line(path)?,
            (None, Some(name)) => {
                let value = std::env::var_os(name)
                    .with_context(|| format!("the environment variable {name} is not set; set it to the passphrase"))?;
                value.into_string().map_err(|_| anyhow::anyhow!("the environment variable {name} is no UTF-8 text"))?
            }
            (None, None) => asked(new)?,
        };
        if new && found.chars().count() < SHORTEST {
            bail!("the passphrase has fewer than {SHORTEST} signs; whoever gets the file could try all of them, so take a longer one");
        }
        if found.is_empty() {
            bail!("the passphrase is empty");
        }
        Ok(SecretString::from(found))
    }
}

/// Asks the terminal, without showing what is typed.
fn asked(twice: bool) -> anyhow::Result<String> {
    if !io::stdin().is_terminal() {
        bail!("no terminal to ask for the passphrase; name a file with --passphrase-file, or a variable with --passphrase-env");
    }
    let prompt = |text: &str| rpassword::prompt_password(text).context("the passphrase cannot be read from the terminal");
    let first = prompt("Passphrase (it is not shown): ")?;
    if twice && prompt("The same again: ")? != first {
        bail!("the two are not the same; nothing was made");
    }
    Ok(first)
}

fn first_line(path: &Path) -> anyhow::Result<String> {
    use age::secrecy::ExposeSecret as _;
    let text = secret_file(path)?;
    Ok(text.expose_secret().lines().next().unwrap_or_default().to_owned())
}

/// A file with a secret, which nobody else may read.
fn secret_file(path: &Path) -> anyhow::Result<SecretString> {
    use std::os::unix::fs::MetadataExt as _;
    let meta = fs::metadata(path).with_context(|| format!("{}: cannot be read; check the path", path.display()))?;
    if meta.is_file() && meta.mode() & 0o077 != 0 {
        bail!("{}: others than its owner can read this secret; make it private (chmod 600)", path.display());
    }
    if meta.len() > LONGEST {
        bail!("{}: has {} bytes, more than a passphrase or private key", path.display(), meta.len());
    }
    let text = fs::read_to_string(path).with_context(|| format!("{}: cannot be read as text", path.display()))?;
    Ok(SecretString::from(text))
}

fn new(arguments: &New) -> anyhow::Result<Outcome> {
    let path = arguments.at.path()?;
    if path.exists() {
        bail!(crate::vault::KeyFileError::Exists(path.display().to_string()));
    }
    let lock = if arguments.to.is_empty() {
        Unlocking::Passphrase(arguments.unlock.passphrase(true)?)
    } else {
        Unlocking::Recipients(arguments.to.clone())
    };
    let mut random = [0; 80];
    getrandom::fill(&mut random).map_err(|error| anyhow::anyhow!("the operating system gives no random numbers ({error})"))?;
    let file = KeyFile::create(&path, &random, &lock, now())?;
    let mut out = io::stdout().lock();
    writeln!(out, "{}: a new key for signing; its public key is {}", path.display(), file.public_key)?;
    writeln!(
        out,
        "Give the public key to whoever will check your signatures, on a way of its own (a letter, the case's file): a signature shows who holds the key, not who you \
         are. Nobody can restore a lost passphrase; what was signed stays signed."
    )?;
    Ok(Outcome::Done)
}

fn show(arguments: &Show) -> anyhow::Result<Outcome> {
    let path = arguments.key.at.path()?;
    let file = KeyFile::read(&path)?;
    let opened = if arguments.open { Some(arguments.key.open()?) } else { None };
    let mut out = io::stdout().lock();
    writeln!(out, "file\t{}", path.display())?;
    writeln!(out, "made\t{}", super::plain(&file.made))?;
    writeln!(out, "public key (Ed25519)\t{}", file.public_key)?;
    writeln!(out, "public key (wacz-auth, P-384)\t{}", super::plain(&file.wacz_public_key))?;
    writeln!(out, "encrypted to\t{}", super::plain(&file.encrypted_to.join(", ")))?;
    if opened.is_some() {
        writeln!(out, "opened\tyes; its secrets belong to these public keys")?;
    }
    Ok(Outcome::Done)
}

fn export(arguments: &Export) -> anyhow::Result<Outcome> {
    let file = KeyFile::read(&arguments.at.path()?)?;
    let text = match arguments.form {
        Form::Pem => file.signer()?.to_pem(),
        Form::Hex => format!("{}\n", file.public_key),
        Form::Wacz => format!("{}\n", file.wacz_public_key),
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(Outcome::Done)
}
