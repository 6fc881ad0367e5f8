//! The folder of a case: what one DPIA is about.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::closing::destroy;
use super::ledger::{Ledger, LedgerRead};
use super::times::TimeAuthority;
use super::{AUTHORITY_FILE, AUTHORITY_KEY_FILE, CAPTURES_FOLDER, CASE_FILE, KEY_FILE, LEDGER_FILE};
use crate::evidence::CaseKey;
use crate::model::Timestamp;
use crate::plan::tables::{ChoiceTable, PersonaTable, ScenarioTable, SettingsTable, TargetTable};

/// Days for which the authority of a case is valid.
pub const AUTHORITY_DAYS: u32 = 30;

/// `case.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    /// Identifier, drawn when the case was made.
    pub id: String,
    /// Title, as it stands on reports.
    pub title: String,
    /// Who examines.
    pub auditor: String,
    /// Owner of the platform, by its id in the rules (`meta`).
    pub platform: String,
    /// Language of the annex: `nl` or `en`.
    pub language: String,
    /// Addresses of the Pages that are examined. The first is the default.
    pub pages: Vec<String>,
    /// Identifiers of these Pages on the platform, as their addresses or the platform's own pages give them; looked for in requests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub page_ids: Vec<String>,
    /// Names of these Pages as the platform shows them; looked for in requests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub page_names: Vec<String>,
    /// Names of added outside lists that its recordings are judged by, or `NAME@DIGEST` for a certain version.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lists: Vec<String>,
    /// Public keys of age for which recordings of the case are encrypted while they are made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub encrypt_to: Vec<String>,
    /// Whose Pages they are.
    pub auditee: Auditee,
    /// For how long its recordings are kept, why, and who may look at them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<Retention>,
    /// Authorities that are asked for outside times while its recordings are made, in this order. None: nobody is asked.
    #[serde(default, rename = "time_authority", skip_serializing_if = "Vec::is_empty")]
    pub time_authorities: Vec<TimeAuthority>,
    /// What holds for all of the plan, unchecked: [`Case::plan`] gives the plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<SettingsTable>,
    /// The plan: who visits.
    #[serde(default, rename = "persona", skip_serializing_if = "Vec::is_empty")]
    pub personas: Vec<Spanned<PersonaTable>>,
    /// The plan: paths of choices.
    #[serde(default, rename = "choice", skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Spanned<ChoiceTable>>,
    /// The plan: what is visited.
    #[serde(default, rename = "target", skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<Spanned<TargetTable>>,
    /// The plan: what is to be recorded.
    #[serde(default, rename = "scenario", skip_serializing_if = "Vec::is_empty")]
    pub scenarios: Vec<Spanned<ScenarioTable>>,
}

/// The audited organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Auditee {
    /// Its name.
    pub name: String,
    /// Its own domains; requests to them are no flows to third parties.
    pub domains: Vec<String>,
}

/// `[retention]`: for how long the recordings of a case are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Last day on which they are kept, `YYYY-MM-DD` in UTC.
    pub until: String,
    /// Who may look at them: names or functions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub access: Vec<String>,
    /// Why until that day.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
}

/// Why a case cannot be made or used.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// There is one already.
    #[error("{0}: there is a case here already; choose another folder, or edit its {CASE_FILE}")]
    Exists(String),
    /// There is none.
    #[error("{0}: no case here (no {CASE_FILE}); make one with `dataspoor init`, or name its folder with --case")]
    Missing(String),
    /// A file cannot be read or written.
    #[error("{file}: {cause}; check the path, its permissions and free space")]
    File {
        /// Path.
        file: String,
        /// Why.
        cause: io::Error,
    },
    /// The description has a mistake.
    #[error("{file}: {cause}")]
    Description {
        /// Path.
        file: String,
        /// Line, column and what is wrong.
        cause: String,
    },
    /// The plan in it has mistakes.
    #[error("{file}: {mistakes}")]
    Plan {
        /// Path of the description.
        file: String,
        /// All of them, each with table and line.
        mistakes: crate::plan::PlanMistakes,
    },
    /// It was closed.
    #[error("{file}: this case was closed at {at}, so nothing more is recorded in it; make another one with `dataspoor init`")]
    Closed {
        /// Its ledger.
        file: String,
        /// When.
        at: String,
    },
    /// Others can read the key of the authority.
    #[error(
        "{0}: others than its owner can read this key, and whoever did can pose as any site to a browser that trusts it; make it private (chmod 600) \
         if nobody did, or remove it together with {AUTHORITY_FILE}, and new ones are made"
    )]
    Exposed(String),
    /// The ledger was changed.
    #[error(
        "{file}, record {record}, byte {offset}: {what}; the ledger was changed, so restore it from a copy before anything is recorded"
    )]
    Ledger {
        /// Path.
        file: String,
        /// Record from 1.
        record: u64,
        /// Byte.
        offset: u64,
        /// What does not fit.
        what: String,
    },
}

impl CaseError {
    pub(super) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |cause| Self::File { file: path.display().to_string(), cause }
    }
}

/// A case.
#[derive(Debug)]
pub struct Case {
    folder: PathBuf,
    /// `case.toml` as it was read, for the numbers of its lines.
    pub(super) text: String,
    /// What it is about.
    pub file: CaseFile,
    secret: Secret,
}

/// Not to be printed.
struct Secret([u8; 32]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("…")
    }
}

impl Case {
    /// Makes a case in `folder`. `secret`: 32 bytes from the operating system's source of randomness; `at`: now.
    ///
    /// # Errors
    ///
    /// There is one already, or the folder cannot be written.
    pub fn create(folder: &Path, file: CaseFile, secret: [u8; 32], at: Timestamp) -> Result<Self, CaseError> {
        let path = folder.join(CASE_FILE);
        if path.exists() {
            return Err(CaseError::Exists(folder.display().to_string()));
        }
        let captures = folder.join(CAPTURES_FOLDER);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&captures).map_err(CaseError::file(&captures))?;
        let text = toml::to_string_pretty(&file)
            .map_err(|error| CaseError::Description { file: path.display().to_string(), cause: error.to_string() })?;
        // As it is read the next time, places of the plan's tables included.
        let file: CaseFile =
            toml::from_str(&text).map_err(|error| CaseError::Description { file: path.display().to_string(), cause: error.to_string() })?;
        let key = folder.join(KEY_FILE);
        let digits: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        owner_only(&key)
            .and_then(|mut key| {
                writeln!(key, "{digits}")?;
                key.sync_all()
            })
            .map_err(CaseError::file(&key))?;
        let mut ledger = Ledger::open(&folder.join(LEDGER_FILE))?;
        ledger.append(&super::LedgerLine::Case { id: file.id.clone(), at: at.to_string(), title: file.title.clone() })?;
        fs::write(&path, &text).map_err(CaseError::file(&path))?;
        Ok(Self { folder: folder.to_owned(), text, file, secret: Secret(secret) })
    }

    /// Opens the case in `folder`.
    ///
    /// # Errors
    ///
    /// There is none, or its description or key cannot be read.
    pub fn open(folder: &Path) -> Result<Self, CaseError> {
        let path = folder.join(CASE_FILE);
        if !path.is_file() {
            return Err(CaseError::Missing(folder.display().to_string()));
        }
        let text = fs::read_to_string(&path).map_err(CaseError::file(&path))?;
        let file = toml::from_str(&text)
            .map_err(|error| CaseError::Description { file: path.display().to_string(), cause: error.to_string().trim_end().to_owned() })?;
        let key = folder.join(KEY_FILE);
        let digits = fs::read_to_string(&key).map_err(CaseError::file(&key))?;
        let wrong = || CaseError::Description {
            file: key.display().to_string(),
            cause: "is no key of 64 hexadecimal digits; restore it".to_owned(),
        };
        let digest: crate::model::Digest = digits.trim().parse().map_err(|_| wrong())?;
        Ok(Self { folder: folder.to_owned(), text, file, secret: Secret(digest.0) })
    }

    /// Whether there is a case in `folder`.
    #[must_use]
    pub fn is_at(folder: &Path) -> bool {
        folder.join(CASE_FILE).is_file()
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The key of fingerprints and salts.
    #[must_use]
    pub fn key(&self) -> CaseKey {
        CaseKey::of_case(self.secret.0)
    }

    /// Its ledger.
    ///
    /// # Errors
    ///
    /// It cannot be read, or was changed.
    pub fn ledger(&self) -> Result<Ledger, CaseError> {
        Ledger::open(&self.folder.join(LEDGER_FILE))
    }

    /// Its ledger as it lies there, without waiting for who records and without changing anything.
    ///
    /// # Errors
    ///
    /// It is not there, cannot be read, or was changed.
    pub fn read_ledger(&self) -> Result<LedgerRead, CaseError> {
        LedgerRead::of(&self.folder.join(LEDGER_FILE))
    }

    /// Certificate and key of the case's authority, if there are some that are valid for two more days at least. `now`: the time.
    ///
    /// # Errors
    ///
    /// They are there and cannot be read, or others can read the key.
    pub fn authority(&self, now: SystemTime) -> Result<Option<(String, String)>, CaseError> {
        let (certificate, key) = (self.folder.join(AUTHORITY_FILE), self.folder.join(AUTHORITY_KEY_FILE));
        let Ok(made) = fs::metadata(&certificate).and_then(|meta| meta.modified()) else { return Ok(None) };
        let days = u64::from(AUTHORITY_DAYS.saturating_sub(2));
        if now.duration_since(made).unwrap_or_default() > Duration::from_secs(days * 86_400) {
            return Ok(None);
        }
        let read = |path: &Path| fs::read_to_string(path).map_err(CaseError::file(path));
        if fs::metadata(&key).map_err(CaseError::file(&key))?.mode() & 0o077 != 0 {
            return Err(CaseError::Exposed(key.display().to_string()));
        }
        Ok(Some((read(&certificate)?, read(&key)?)))
    }

    /// Keeps certificate and key of a new authority.
    ///
    /// # Errors
    ///
    /// They cannot be written, or the case was closed.
    pub fn keep_authority(&self, certificate: &str, key: &str) -> Result<(), CaseError> {
        // Held until the key is there: nobody closes the case in between.
        let ledger = self.ledger()?;
        ledger.check_open()?;
        let path = self.folder.join(AUTHORITY_KEY_FILE);
        destroy(&path).map_err(CaseError::file(&path))?;
        owner_only(&path).and_then(|mut file| file.write_all(key.as_bytes())).map_err(CaseError::file(&path))?;
        let path = self.folder.join(AUTHORITY_FILE);
        fs::write(&path, certificate).map_err(CaseError::file(&path))
    }
}

/// A new file that nobody but its owner may read.
fn owner_only(path: &Path) -> io::Result<File> {
    File::options().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::LedgerLine;

    fn file() -> CaseFile {
        CaseFile {
            id: "0123456789abcdef".to_owned(),
            title: "Pages".to_owned(),
            auditor: "A. Auditor".to_owned(),
            platform: "meta".to_owned(),
            language: "nl".to_owned(),
            pages: vec!["https://www.facebook.com/ministerievanvoorbeelden".to_owned()],
            page_ids: Vec::new(),
            page_names: Vec::new(),
            lists: Vec::new(),
            auditee: Auditee { name: "Ministerie".to_owned(), domains: vec!["ministerie.example".to_owned()] },
            ..CaseFile::default()
        }
    }

    #[test]
    fn a_case_is_made_once_and_keeps_its_secrets() {
        use std::os::unix::fs::PermissionsExt as _;
        let root = tempfile::tempdir().expect("folder");
        let folder = root.path().join("case");
        let at = Timestamp::from_nanoseconds(0);
        let made = Case::create(&folder, file(), [7; 32], at).expect("made");
        assert!(matches!(Case::create(&folder, file(), [8; 32], at), Err(CaseError::Exists(_))));
        let opened = Case::open(&folder).expect("opens");
        assert_eq!(opened.file, made.file);
        let value = |case: &Case| crate::evidence::Fingerprinter::new(&case.key()).of(b"value");
        assert_eq!(value(&opened), value(&made));
        opened.keep_authority("certificate", "key").expect("kept");
        for name in [KEY_FILE, AUTHORITY_KEY_FILE] {
            let mode = fs::metadata(folder.join(name)).expect("there").permissions().mode();
            assert_eq!(mode & 0o077, 0, "{name} is for its owner only");
        }
        let mut ledger = opened.ledger().expect("ledger");
        assert_eq!(ledger.next_number(), 1);
        ledger
            .append(&LedgerLine::Begun { number: 1, at: at.to_string(), folder: "captures/1".to_owned(), planned: None, imported: None })
            .expect("appended");
        // Only one at a time has it.
        drop(ledger);
        assert_eq!(opened.ledger().expect("again").next_number(), 2);
    }

    #[test]
    fn a_description_from_before_there_were_plans_is_written_back_as_it_was() {
        let root = tempfile::tempdir().expect("folder");
        Case::create(root.path(), file(), [7; 32], Timestamp::from_nanoseconds(0)).expect("made");
        let text = "id = \"0123456789abcdef\"\ntitle = \"Pages\"\nauditor = \"A. Auditor\"\nplatform = \"meta\"\nlanguage = \"nl\"\n\
            pages = [\"https://www.facebook.com/ministerievanvoorbeelden\"]\n\n[auditee]\nname = \"Ministerie\"\ndomains = [\"ministerie.example\"]\n";
        assert_eq!(fs::read_to_string(root.path().join(CASE_FILE)).expect("there"), text);
        let case = Case::open(root.path()).expect("opens");
        assert_eq!(toml::to_string_pretty(&case.file).expect("written"), text);
        assert!(case.plan().expect("no mistake").is_empty());
    }

    #[test]
    fn a_plan_is_read_with_its_lines_and_written_back_whole() {
        let root = tempfile::tempdir().expect("folder");
        Case::create(root.path(), file(), [7; 32], Timestamp::from_nanoseconds(0)).expect("made");
        let path = root.path().join(CASE_FILE);
        let description = fs::read_to_string(&path).expect("there");
        let text = description + &crate::plan::example("https://www.facebook.com/ministerievanvoorbeelden");
        fs::write(&path, &text).expect("written");
        let case = Case::open(root.path()).expect("opens");
        let plan = case.plan().expect("a plan");
        assert_eq!((plan.cells().len(), plan.notices.len()), (4, 0), "{:?}", plan.notices);
        assert_eq!(case.wrong_steps(&plan), Vec::<String>::new());
        let again: CaseFile = toml::from_str(&toml::to_string_pretty(&case.file).expect("written")).expect("read");
        assert_eq!(again, case.file);
        let folder = root.path().join("copy");
        let copy = Case::create(&folder, case.file, [8; 32], Timestamp::from_nanoseconds(0)).expect("made");
        assert_eq!(copy.plan().expect("a plan").cells(), plan.cells());

        fs::write(&path, text.replace("targets = [", "seeds = [\"seed-1\"]\ntargets = [")).expect("written");
        let line = 1 + text.lines().position(|line| line.starts_with("targets = [")).expect("a line");
        let error = Case::open(root.path()).expect("opens").plan().expect_err("no such value").to_string();
        assert!(error.contains(&format!("case.toml: line {line}, [[scenario]]")) && error.contains("seed-1"), "{error}");

        fs::write(&path, text.replace("kind = \"start-page\"", "kind = \"start-page\"\nsteps = \"steps/start.toml\"")).expect("written");
        let case = Case::open(root.path()).expect("opens");
        let error = case.plan().expect_err("nothing chooses").to_string();
        assert!(error.contains("\"declined\" (decline) has no steps"), "{error}");
        fs::write(
            &path,
            text.replace("id = \"none\"", "id = \"none\"\n")
                .replace("[\"none\", \"declined\"]", "[\"none\"]")
                .replace("kind = \"start-page\"", "kind = \"start-page\"\nsteps = \"steps/start.toml\""),
        )
        .expect("written");
        let case = Case::open(root.path()).expect("opens");
        let plan = case.plan().expect("a plan");
        let wrong = case.wrong_steps(&plan);
        assert!(matches!(&wrong[..], [one] if one.contains("steps/start.toml") && one.contains("no-account.none.start")), "{wrong:?}");
        fs::create_dir(root.path().join("steps")).expect("made");
        fs::write(root.path().join("steps/start.toml"), "[[step]]\njump = 1\n").expect("written");
        let wrong = case.wrong_steps(&plan);
        assert!(matches!(&wrong[..], [one] if one.contains("steps/start.toml, line 2") && one.contains("jump")), "{wrong:?}");
        fs::write(root.path().join("steps/start.toml"), "[[step]]\ntype = { into = \"#q\", seed = \"seed-1\" }\n").expect("written");
        let wrong = case.wrong_steps(&plan);
        assert!(
            matches!(&wrong[..], [one] if one.contains("line 1: types \"seed-1\"") && one.contains("no-account.none.start")),
            "{wrong:?}"
        );
        fs::write(&path, text.replace("path = \"no-choice\"", "path = \"no-choice\"\nsteps = \"steps/none.toml\"")).expect("written");
        fs::write(root.path().join("steps/none.toml"), "[[step]]\nmark = \"a\"\n[[step]]\nchoose = { button = \"#no\" }\n")
            .expect("written");
        let case = Case::open(root.path()).expect("opens");
        let wrong = case.wrong_steps(&case.plan().expect("a plan"));
        assert!(matches!(&wrong[..], [one] if one.contains("steps/none.toml, line 3: chooses") && one.contains("\"none\"")), "{wrong:?}");
    }

    #[test]
    fn a_mistake_names_its_line() {
        let root = tempfile::tempdir().expect("folder");
        Case::create(root.path(), file(), [7; 32], Timestamp::from_nanoseconds(0)).expect("made");
        fs::write(root.path().join(CASE_FILE), "id = \"x\"\ntitel = \"y\"\n").expect("written");
        let error = Case::open(root.path()).expect_err("a mistake").to_string();
        assert!(error.contains("line 2") && error.contains("titel"), "{error}");
    }
}
