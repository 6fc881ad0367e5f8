//! Closing a case: the key that could vouch for any site to the browsers of the case is destroyed, and the ledger says so. It never touches
//! a key that others gave, a recording, or the key of fingerprints, which is needed to check what was recorded.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::case::{Case, CaseError};
use super::{AUTHORITY_FILE, AUTHORITY_KEY_FILE, LedgerLine};
use crate::model::{Digest, Timestamp};

/// What became of the authority's key when a case was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyFate {
    /// Its bytes were overwritten with zeros, forced to the disk, and the file removed.
    Destroyed,
    /// The file was a link to somewhere else, so only the link was removed: what it led to was not made by us.
    LinkRemoved,
    /// There was none in the folder of the case.
    NoneThere,
}

impl Case {
    /// Closes the case for good: destroys the authority's key, then notes that in the ledger. `at`: now. The certificate stays, as the
    /// recordings name it.
    ///
    /// # Errors
    ///
    /// It is closed already, or a file cannot be written. What failed can be tried again.
    pub fn close(&self, at: Timestamp) -> Result<KeyFate, CaseError> {
        // The ledger is held from before the key goes, so that no recording begins in between and makes another.
        let mut ledger = self.ledger()?;
        ledger.check_open()?;
        let path = self.folder().join(AUTHORITY_KEY_FILE);
        let key = destroy(&path).map_err(CaseError::file(&path))?;
        let authority = fs::read_to_string(self.folder().join(AUTHORITY_FILE)).ok().and_then(|pem| digest(&pem));
        ledger.append(&LedgerLine::Closed { at: at.to_string(), authority: authority.map(|digest| digest.to_string()), key })?;
        Ok(key)
    }

    /// Whether anything may still be recorded in it.
    ///
    /// # Errors
    ///
    /// It was closed, or its ledger cannot be read.
    pub fn check_open(&self) -> Result<(), CaseError> {
        self.ledger()?.check_open()
    }
}

/// Overwrites and removes a file. What file systems that copy on write, and disks that move blocks about, keep of it is out of our hands.
pub(super) fn destroy(path: &Path) -> io::Result<KeyFate> {
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(KeyFate::NoneThere),
        Err(error) => return Err(error),
    };
    let fate = if found.is_file() {
        let mut file = File::options().write(true).open(path)?;
        io::copy(&mut io::repeat(0).take(found.len()), &mut file)?;
        file.sync_all()?;
        KeyFate::Destroyed
    } else {
        KeyFate::LinkRemoved
    };
    fs::remove_file(path)?;
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(fate)
}

/// SHA-256 of the certificate in a PEM text, as recordings name it.
fn digest(pem: &str) -> Option<Digest> {
    let (_, rest) = pem.split_once("-----BEGIN CERTIFICATE-----")?;
    let (text, _) = rest.split_once("-----END CERTIFICATE-----")?;
    let text: String = text.split_whitespace().collect();
    STANDARD.decode(text).ok().map(|der| Digest::of(&der))
}

#[cfg(test)]
mod tests {
    use super::super::{Auditee, CaseFile};
    use super::*;

    fn case(folder: &Path) -> Case {
        let file = CaseFile {
            id: "0123456789abcdef".to_owned(),
            title: "Pages".to_owned(),
            auditor: "A. Auditor".to_owned(),
            platform: "meta".to_owned(),
            language: "nl".to_owned(),
            pages: vec!["https://www.facebook.com/ministerievanvoorbeelden".to_owned()],
            page_ids: Vec::new(),
            page_names: Vec::new(),
            lists: Vec::new(),
            auditee: Auditee { name: "Ministerie".to_owned(), domains: Vec::new() },
            ..CaseFile::default()
        };
        Case::create(folder, file, [7; 32], Timestamp::from_nanoseconds(0)).expect("made")
    }

    const NOW: Timestamp = Timestamp::from_nanoseconds(1);

    fn begun(number: u64) -> LedgerLine {
        LedgerLine::Begun { number, at: NOW.to_string(), folder: "captures/1".to_owned(), planned: None, imported: None }
    }

    #[test]
    fn closing_destroys_the_key_and_nothing_is_begun_afterwards() {
        let root = tempfile::tempdir().expect("folder");
        let case = case(root.path());
        let pem = "-----BEGIN CERTIFICATE-----\nYWJj\n-----END CERTIFICATE-----\n";
        case.keep_authority(pem, "the secret key").expect("kept");
        let key = root.path().join(AUTHORITY_KEY_FILE);
        // A second name for the same bytes shows what happened to them.
        let same = root.path().join("same");
        fs::hard_link(&key, &same).expect("linked");
        case.check_open().expect("open");
        assert_eq!(case.close(NOW).expect("closed"), KeyFate::Destroyed);
        assert!(!key.exists());
        assert_eq!(fs::read(&same).expect("there"), [0; 14]);
        let mut ledger = case.ledger().expect("a ledger that fits");
        let line = LedgerLine::Closed { at: NOW.to_string(), authority: Some(Digest::of(b"abc").to_string()), key: KeyFate::Destroyed };
        assert_eq!(ledger.lines().last(), Some(&line));
        let refused = ledger.append(&begun(1)).expect_err("closed").to_string();
        assert!(refused.contains(&NOW.to_string()) && refused.contains("dataspoor init"), "{refused}");
        drop(ledger);
        assert!(matches!(case.close(NOW), Err(CaseError::Closed { .. })));
        assert!(matches!(case.check_open(), Err(CaseError::Closed { .. })));
        assert!(matches!(case.keep_authority(pem, "another key"), Err(CaseError::Closed { .. })));
        assert!(!key.exists(), "no new key after closing");
        // What was recorded can still be checked.
        assert!(Case::open(root.path()).is_ok());
    }

    #[test]
    fn a_key_that_is_not_ours_stays() {
        let root = tempfile::tempdir().expect("folder");
        let case = case(&root.path().join("case"));
        let others = root.path().join("others.key");
        fs::write(&others, "not ours").expect("written");
        std::os::unix::fs::symlink(&others, case.folder().join(AUTHORITY_KEY_FILE)).expect("linked");
        assert_eq!(case.close(NOW).expect("closed"), KeyFate::LinkRemoved);
        assert_eq!(fs::read_to_string(&others).expect("there"), "not ours");
    }

    #[test]
    fn a_case_without_a_key_is_closed_too_and_a_new_key_destroys_the_old() {
        let root = tempfile::tempdir().expect("folder");
        let first = case(&root.path().join("first"));
        assert_eq!(first.close(NOW).expect("closed"), KeyFate::NoneThere);
        let second = case(&root.path().join("second"));
        second.keep_authority("certificate", "old key").expect("kept");
        let same = root.path().join("same");
        fs::hard_link(second.folder().join(AUTHORITY_KEY_FILE), &same).expect("linked");
        second.keep_authority("certificate", "new key").expect("kept");
        assert_eq!(fs::read(&same).expect("there"), [0; 7]);
    }
}
