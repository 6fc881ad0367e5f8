//! What is kept beside the recordings of a case: texts of the vendor, answers to requests for access, controls that were not intercepted, rules of others
//! for consent screens. Each is copied into the case, hashed and noted in the ledger before anything is done with it. It overwrites nothing and reads
//! nothing of what a file means.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File};
use std::io::{self, Read};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use sha2::Digest as _;

use super::case::{Case, CaseError};
use super::{KeptKind, LedgerLine};
use crate::model::{Digest, Timestamp};

/// Folder of a case for texts of the vendor, controls and rules for consent screens.
pub const KEPT_FOLDER: &str = "kept";

/// Folder of a case for answers to requests for access. They are the data of a person and never leave the case.
pub const ANSWERS_FOLDER: &str = "answers";

/// Bytes that are taken of the name of a file.
const LONGEST_NAME: usize = 80;

/// Something that is kept, as the ledger has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptItem {
    /// Its identifier in the case: `text-1`, `answer-1`, `control-1`, `rules-1`.
    pub id: String,
    /// When it was put there, RFC 3339 UTC.
    pub at: String,
    /// What it is.
    pub what: KeptKind,
    /// Its file, below the folder of the case.
    pub file: String,
    /// Its SHA-256, hexadecimal.
    pub sha256: String,
    /// What is said of it, by name.
    pub about: BTreeMap<String, String>,
}

/// Why something cannot be kept, or what is kept not be used.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    /// The case.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// The very same bytes are kept already.
    #[error("these very bytes are kept as {id} ({file}) already; nothing was added")]
    Twice {
        /// Its identifier.
        id: String,
        /// Its file.
        file: String,
    },
    /// It cannot be read or written.
    #[error("{file}: {cause}; check the path, its permissions and free space")]
    File {
        /// Path.
        file: String,
        /// Why.
        cause: io::Error,
    },
    /// It is not the file that was kept.
    #[error("{file}: SHA-256 is {found}, and the ledger noted {noted} when {id} was kept; restore the file from a copy")]
    Changed {
        /// Path.
        file: String,
        /// Identifier.
        id: String,
        /// Digest of what is there.
        found: String,
        /// Digest in the ledger.
        noted: String,
    },
}

fn of_file(path: &Path) -> impl FnOnce(io::Error) -> KeptError + '_ {
    move |cause| KeptError::File { file: path.display().to_string(), cause }
}

/// The word with which identifiers of a kind begin.
const fn word(what: KeptKind) -> &'static str {
    match what {
        KeptKind::VendorText => "text",
        KeptKind::AccessAnswer => "answer",
        KeptKind::Control => "control",
        KeptKind::ConsentRules => "rules",
    }
}

const fn folder_of(what: KeptKind) -> &'static str {
    match what {
        KeptKind::AccessAnswer => ANSWERS_FOLDER,
        KeptKind::VendorText | KeptKind::Control | KeptKind::ConsentRules => KEPT_FOLDER,
    }
}

impl Case {
    /// Copies `source` into the case and notes it in the ledger. `name`: what its file is called; `about`: what is said of it; `at`: now. Nobody but its
    /// owner may read the copy.
    ///
    /// # Errors
    ///
    /// The case was closed, the same bytes are kept already, or something cannot be read or written. Then nothing is left behind.
    pub fn keep(
        &self,
        what: KeptKind,
        source: &mut dyn Read,
        name: &str,
        about: BTreeMap<String, String>,
        at: Timestamp,
    ) -> Result<KeptItem, KeptError> {
        // Held until the ledger has it, so that two programs do not take the same identifier.
        let mut ledger = self.ledger()?;
        ledger.check_open()?;
        let before = items(ledger.lines());
        let folder = self.folder().join(folder_of(what));
        DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(of_file(&folder))?;
        let number = free_number(&before, what, &folder)?;
        let id = format!("{}-{number}", word(what));
        let below = format!("{}/{id}-{}", folder_of(what), plain_name(name));
        let path = self.folder().join(&below);
        let mut file = File::options().write(true).create_new(true).mode(0o600).open(&path).map_err(of_file(&path))?;
        let copied = copy(source, &mut file).and_then(|digest| {
            file.sync_all()?;
            Ok(digest)
        });
        let undo = || fs::remove_file(&path).map_err(of_file(&path));
        let digest = match copied {
            Ok(digest) => digest.to_string(),
            Err(cause) => {
                undo()?;
                return Err(of_file(&path)(cause));
            }
        };
        if let Some(same) = before.iter().find(|item| item.sha256 == digest && item.what == what) {
            undo()?;
            return Err(KeptError::Twice { id: same.id.clone(), file: same.file.clone() });
        }
        let item = KeptItem { id, at: at.to_string(), what, file: below, sha256: digest, about };
        ledger.append(&LedgerLine::Kept {
            id: item.id.clone(),
            at: item.at.clone(),
            what,
            file: item.file.clone(),
            sha256: item.sha256.clone(),
            about: item.about.clone(),
        })?;
        Ok(item)
    }

    /// Everything that is kept, in the order of the ledger.
    ///
    /// # Errors
    ///
    /// The ledger cannot be read, or was changed.
    pub fn kept(&self) -> Result<Vec<KeptItem>, CaseError> {
        Ok(items(self.ledger()?.lines()))
    }

    /// The path of something that is kept, once its file was found to be the one that the ledger noted.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is another file.
    pub fn check_kept(&self, item: &KeptItem) -> Result<PathBuf, KeptError> {
        let path = self.folder().join(&item.file);
        let mut file = File::open(&path).map_err(of_file(&path))?;
        let found = copy(&mut file, &mut io::sink()).map_err(of_file(&path))?.to_string();
        if found == item.sha256 {
            return Ok(path);
        }
        Err(KeptError::Changed { file: path.display().to_string(), id: item.id.clone(), found, noted: item.sha256.clone() })
    }
}

pub(super) fn items(lines: &[LedgerLine]) -> Vec<KeptItem> {
    let item = |line: &LedgerLine| match line {
        LedgerLine::Kept { id, at, what, file, sha256, about } => {
            Some(KeptItem { id: id.clone(), at: at.clone(), what: *what, file: file.clone(), sha256: sha256.clone(), about: about.clone() })
        }
        _ => None,
    };
    lines.iter().filter_map(item).collect()
}

/// A number that neither the ledger nor a file in the folder has. A copy that a power cut left before it was noted keeps its name.
fn free_number(before: &[KeptItem], what: KeptKind, folder: &Path) -> Result<u64, KeptError> {
    let of_id = |text: &str| text.strip_prefix(word(what))?.strip_prefix('-')?.split('-').next()?.parse::<u64>().ok();
    let noted = before.iter().filter(|item| item.what == what).filter_map(|item| of_id(&item.id));
    let mut highest = noted.max().unwrap_or_default();
    for entry in fs::read_dir(folder).map_err(of_file(folder))? {
        let name = entry.map_err(of_file(folder))?.file_name();
        highest = highest.max(of_id(&name.to_string_lossy()).unwrap_or_default());
    }
    Ok(highest + 1)
}

/// A name that is one on every file system, and hides nothing from a reader of a list.
fn plain_name(name: &str) -> String {
    let plain = |sign: char| if sign.is_ascii_alphanumeric() || matches!(sign, '.' | '-' | '_') { sign } else { '_' };
    let text: String = name.chars().map(plain).collect();
    let text = text.trim_start_matches('.');
    let from = text.len().saturating_sub(LONGEST_NAME);
    if text.is_empty() { "file".to_owned() } else { text[from..].to_owned() }
}

/// Copies everything and gives its digest.
fn copy(from: &mut dyn Read, to: &mut dyn io::Write) -> io::Result<Digest> {
    let (mut hasher, mut buffer) = (sha2::Sha256::new(), vec![0; 1 << 17]);
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok(Digest(hasher.finalize().into())),
            Ok(read) => {
                hasher.update(&buffer[..read]);
                to.write_all(&buffer[..read])?;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::{Auditee, CaseFile};

    const NOW: Timestamp = Timestamp::from_nanoseconds(1_790_000_000_000_000_000);

    fn case(folder: &Path) -> Case {
        let text = "id = \"0123456789abcdef\"\ntitle = \"T\"\nauditor = \"A\"\nplatform = \"meta\"\nlanguage = \"nl\"\npages = []\n\
                    [auditee]\nname = \"M\"\ndomains = []\n";
        let file: CaseFile = toml::from_str(text).expect("a case");
        assert_eq!(file.auditee, Auditee { name: "M".to_owned(), domains: Vec::new() });
        Case::create(folder, file, [7; 32], NOW).expect("made")
    }

    fn about(name: &str, text: &str) -> BTreeMap<String, String> {
        BTreeMap::from([(name.to_owned(), text.to_owned())])
    }

    #[test]
    fn what_is_kept_is_noted_and_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let root = tempfile::tempdir().expect("folder");
        let case = case(&root.path().join("case"));
        let text =
            case.keep(KeptKind::VendorText, &mut &b"Cookies"[..], "../cookie policy.html", about("title", "Cookies"), NOW).expect("kept");
        assert_eq!((text.id.as_str(), text.file.as_str()), ("text-1", "kept/text-1-_cookie_policy.html"));
        let answer = case.keep(KeptKind::AccessAnswer, &mut &b"{}"[..], ".hidden", BTreeMap::new(), NOW).expect("kept");
        assert_eq!((answer.id.as_str(), answer.file.as_str()), ("answer-1", "answers/answer-1-hidden"));
        assert_eq!(case.kept().expect("a list"), [text.clone(), answer.clone()]);
        for item in [&text, &answer] {
            let path = case.check_kept(item).expect("the same file");
            assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o077, 0);
            assert_eq!(fs::metadata(path.parent().expect("a folder")).expect("there").permissions().mode() & 0o077, 0);
        }
        fs::write(root.path().join("case").join(&text.file), "cookies").expect("written");
        let error = case.check_kept(&text).expect_err("another file").to_string();
        assert!(error.contains("text-1") && error.contains(&text.sha256), "{error}");
    }

    #[test]
    fn nothing_is_overwritten_kept_twice_or_put_into_a_closed_case() {
        let root = tempfile::tempdir().expect("folder");
        let case = case(&root.path().join("case"));
        let keep = |bytes: &[u8]| case.keep(KeptKind::Control, &mut &*bytes, "c.har", BTreeMap::new(), NOW);
        keep(b"one").expect("kept");
        let twice = keep(b"one").expect_err("the same").to_string();
        assert!(twice.contains("control-1"), "{twice}");
        // What a power cut left.
        fs::write(case.folder().join("kept/control-2-other.har"), "two").expect("written");
        assert_eq!(keep(b"three").expect("kept").id, "control-3");
        assert_eq!(fs::read_to_string(case.folder().join("kept/control-2-other.har")).expect("there"), "two");
        let names = fs::read_dir(case.folder().join(KEPT_FOLDER)).expect("list").count();
        assert_eq!(names, 3, "the copy that was refused is gone");
        case.close(NOW).expect("closed");
        assert!(matches!(keep(b"four"), Err(KeptError::Case(CaseError::Closed { .. }))));
    }
}
