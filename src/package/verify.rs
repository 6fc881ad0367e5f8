//! Checks a sealed package where it lies: its ZIP archive, its lists, its statement, and the recording in it. Writes nothing and needs no key, except for
//! what the key of a case hides.

mod signed;

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::sync::Arc;

use serde_json::Value;

use super::form::{self, Member};
use super::writer::Written;
use super::{FILES_FILE, SEAL_FILE, own, speaks_of_the_package};
use crate::capture::{self, ARCHIVE_FOLDER, CUSTODY_FILE, Capture, Listed, PackedCapture, SESSION_FILE};
use crate::evidence::{
    CaseKey, FILES_FORMAT, LinesTree, SEAL_FORMAT, SEAL_VERSION, SealedFiles, SignerKey, Statement, entries_root, verify_seal,
};
use crate::interop::datapackage::{DATAPACKAGE, DATAPACKAGE_DIGEST};
use crate::model::{Digest, Timestamp};

/// No list or statement of a package is longer, in bytes.
const LONGEST_LIST: u64 = 1 << 30;

/// Checks an Ed25519 signature: public key, message, signature.
pub type CheckSignature<'c> = &'c dyn Fn(&[u8; 32], &[u8], &[u8; 64]) -> bool;

/// The one that is to be used: RFC 8032 by strict rules.
#[must_use]
pub fn ed25519(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    SignerKey::from_bytes(key).is_ok_and(|key| key.verify(message, signature).is_ok())
}

/// Something about a file of the package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The file, by its path in the package; empty: the package itself.
    pub file: String,
    /// What there is to say, with its place.
    pub what: String,
}

impl fmt::Display for Told {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.file.is_empty() { out.write_str(&self.what) } else { write!(out, "{}: {}", self.file, self.what) }
    }
}

/// What was checked.
#[derive(Clone, Debug, Default)]
pub struct PackageChecked {
    /// What does not hold.
    pub problems: Vec<Told>,
    /// What holds.
    pub proved: Vec<Told>,
    /// What could not be checked, with what it would need.
    pub open: Vec<Told>,
    /// The statement, if there is one that can be read.
    pub statement: Option<Statement>,
    /// SHA-256 of the statement.
    pub seal_sha256: Option<Digest>,
    /// What the check of the recording came to.
    pub recording: capture::Checked,
}

impl PackageChecked {
    fn wrong(&mut self, file: &str, what: impl Into<String>) {
        self.problems.push(Told { file: file.to_owned(), what: what.into() });
    }

    fn holds(&mut self, file: &str, what: impl Into<String>) {
        self.proved.push(Told { file: file.to_owned(), what: what.into() });
    }

    fn unchecked(&mut self, file: &str, what: impl Into<String>) {
        self.open.push(Told { file: file.to_owned(), what: what.into() });
    }
}

/// Checks `package`. `case`: the key of the recording's case, without which salts cannot be made again; `signature`: what checks a signature.
///
/// # Errors
///
/// The package cannot be read. What does not hold is no error.
pub fn verify(package: &Arc<PackedCapture>, case: Option<&CaseKey>, signature: Option<CheckSignature<'_>>) -> io::Result<PackageChecked> {
    let mut checking = Checking { package, checked: PackageChecked::default() };
    // First, because it unpacks the archive, and the form of the package depends on lengths that only this shows.
    let there = [SESSION_FILE, CUSTODY_FILE].iter().all(|name| package.has(&own(name)));
    let capture = if there { Capture::in_package(package).ok() } else { None };
    let mut tree = capture.as_ref().map(|capture| LinesTree::new(&capture.salts_key(case)));
    let mut line = |line: &[u8]| {
        if let Some(tree) = &mut tree {
            tree.line(line);
        }
    };
    let checked = if there { Some(capture::verify_package(package, case, &mut line)?) } else { None };
    let recording = checked.map(|(checked, listed)| Recording { checked, found: capture.zip(listed).zip(tree) });
    let files = checking.form()?;
    checking.lists(&files)?;
    checking.files(&files)?;
    checking.statement(recording, case)?;
    checking.signature(signature)?;
    checking.anonymous_form()?;
    checking.unknown(&files);
    Ok(checking.checked)
}

/// What the check of the recording came to.
struct Recording {
    checked: capture::Checked,
    /// If it holds: the recording, what its custody log lists, and the tree over the records of that log.
    found: Option<((Capture, Listed), LinesTree)>,
}

struct Checking<'p> {
    package: &'p Arc<PackedCapture>,
    checked: PackageChecked,
}

impl Checking<'_> {
    /// The ZIP archive, byte for byte; every file in it with its digest.
    fn form(&mut self) -> io::Result<BTreeMap<String, Written>> {
        let file = File::open(self.package.path())?;
        let package = self.package;
        let member = |path: &str, length: u64| -> io::Result<Member<'static>> {
            // The form of an entry depends on the unpacked length; what cannot be unpacked is said where the recording is checked.
            let unpacked = path.strip_prefix(ARCHIVE_FOLDER).and_then(|rest| rest.strip_prefix('/')?.strip_suffix(".gz"));
            let unpacked = unpacked.and_then(|name| package.unpacked_length(name).ok()).unwrap_or(length);
            Ok((path.to_owned(), unpacked, package.open_file(path)?))
        };
        let members = package.in_order().map(|(path, length)| member(path, length));
        let form = form::compare(&file, members)?;
        let bytes = file.metadata()?.len();
        match form.differs_at {
            None => self.checked.holds("", format!("{bytes} bytes, every one of them of a file in it or of the archive's own form")),
            Some(at) => self.checked.wrong(
                "",
                format!(
                    "byte {at}: the archive is not written as a sealed package is, so something stands between or \
                behind its files, or its list of files was changed"
                ),
            ),
        }
        Ok(form.files.into_iter().map(|file| (file.path.clone(), file)).collect())
    }

    /// A list of the package, if it is there and not longer than one can be.
    fn text(&mut self, path: &str) -> io::Result<Option<Vec<u8>>> {
        if !self.package.has(path) {
            self.checked.wrong(path, "is not in the package");
            return Ok(None);
        }
        let mut bytes = Vec::new();
        self.package.open_file(path)?.take(LONGEST_LIST + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > LONGEST_LIST {
            self.checked.wrong(path, "is longer than such a list can be");
            return Ok(None);
        }
        Ok(Some(bytes))
    }

    /// The lists of WACZ.
    fn lists(&mut self, files: &BTreeMap<String, Written>) -> io::Result<()> {
        let before = self.checked.problems.len();
        let Some(list) = self.text(DATAPACKAGE)? else { return Ok(()) };
        let Some(digest) = self.text(DATAPACKAGE_DIGEST)? else { return Ok(()) };
        let (read, of_list) =
            (serde_json::from_slice::<Value>(&list).unwrap_or_default(), serde_json::from_slice::<Value>(&digest).unwrap_or_default());
        if of_list["hash"] != format!("sha256:{}", Digest::of(&list)) || of_list["path"] != DATAPACKAGE {
            self.checked.wrong(DATAPACKAGE_DIGEST, format!("does not name this {DATAPACKAGE}"));
        }
        let mut listed = BTreeMap::new();
        for resource in read["resources"].as_array().into_iter().flatten() {
            let path = resource["path"].as_str().unwrap_or_default();
            if listed.insert(path.to_owned(), ()).is_some() {
                self.checked.wrong(DATAPACKAGE, format!("lists {path:?} twice"));
            }
            match files.get(path) {
                None => self.checked.wrong(path, format!("is listed in {DATAPACKAGE} but is not in the package")),
                Some(file) if resource["bytes"] != file.bytes || resource["hash"] != format!("sha256:{}", file.digest) => {
                    self.checked.wrong(
                        path,
                        format!("is not the file that {DATAPACKAGE} lists: it has {} bytes and the SHA-256 {}", file.bytes, file.digest),
                    );
                }
                Some(_) => {}
            }
        }
        for path in files.keys().filter(|path| ![DATAPACKAGE, DATAPACKAGE_DIGEST].contains(&path.as_str()) && !listed.contains_key(*path)) {
            self.checked.wrong(path, format!("is in the package but not listed in {DATAPACKAGE}"));
        }
        if self.checked.problems.len() == before {
            self.checked.holds(
                DATAPACKAGE,
                format!("lists {} files, each with its length and digest; {DATAPACKAGE_DIGEST} names it", listed.len()),
            );
        }
        Ok(())
    }

    /// A sealed document of ours, as a value; its format and version are ours.
    fn document<T: serde::de::DeserializeOwned>(&mut self, path: &str, format: &str) -> io::Result<Option<(T, Vec<u8>)>> {
        let Some(text) = self.text(path)? else { return Ok(None) };
        if let Err(problem) = verify_seal(&text) {
            self.checked.wrong(path, problem.to_string());
            return Ok(None);
        }
        let value: Value = serde_json::from_slice(&text).unwrap_or_default();
        if value["format"] != format || value["version"].as_u64().is_none_or(|version| version > u64::from(SEAL_VERSION)) {
            let what = format!(
                "format {} version {}, which this version of dataspoor does not read; use a newer one",
                value["format"], value["version"]
            );
            self.checked.wrong(path, what);
            return Ok(None);
        }
        drop(value);
        match serde_json::from_slice(&text) {
            Ok(read) => Ok(Some((read, text))),
            Err(error) => {
                self.checked.wrong(path, format!("line {}: {error}", error.line()));
                Ok(None)
            }
        }
    }

    /// The list of files with their salts.
    fn files(&mut self, files: &BTreeMap<String, Written>) -> io::Result<()> {
        let path = own(FILES_FILE);
        let Some((list, _)) = self.document::<SealedFiles>(&path, FILES_FORMAT)? else { return Ok(()) };
        let before = self.checked.problems.len();
        let mut listed = BTreeMap::new();
        for sealed in &list.files {
            if listed.insert(sealed.path.as_str(), ()).is_some() {
                self.checked.wrong(&path, format!("lists {:?} twice", sealed.path));
            }
            match files.get(&sealed.path) {
                None => self.checked.wrong(&sealed.path, format!("is listed in {path} but is not in the package")),
                Some(file) if file.bytes != sealed.bytes || file.digest != sealed.sha256 => {
                    self.checked.wrong(
                        &sealed.path,
                        format!(
                            "is not the file that was sealed: it has {} bytes and the SHA-256 {}, and {} bytes with the \
                        SHA-256 {} were sealed",
                            file.bytes, file.digest, sealed.bytes, sealed.sha256
                        ),
                    );
                }
                Some(_) => {}
            }
        }
        for name in files.keys().filter(|name| !speaks_of_the_package(name) && !listed.contains_key(name.as_str())) {
            self.checked.wrong(name, format!("is in the package but not listed in {path}"));
        }
        let rooted = list.rooted();
        if rooted.is_none() {
            self.checked.wrong(&path, "a salt in it is none");
        }
        if self.checked.problems.len() == before {
            self.checked.holds(&path, format!("{} files, each the one that was sealed", list.files.len()));
        }
        if let (Some((statement, _)), Some(rooted)) = (self.statement_there()?, rooted) {
            match statement.files == rooted {
                true => self.checked.holds(&own(SEAL_FILE), format!("states this list of files: root {}", rooted.root)),
                false => {
                    self.checked.wrong(&own(SEAL_FILE), format!("/files, does not state this list of files: its root is {}", rooted.root))
                }
            }
        }
        Ok(())
    }

    /// The statement, if it holds; what is wrong with it is said once, by [`Self::statement`].
    fn statement_there(&mut self) -> io::Result<Option<(Statement, Vec<u8>)>> {
        let before = self.checked.problems.len();
        let found = self.document(&own(SEAL_FILE), SEAL_FORMAT)?;
        self.checked.problems.truncate(before);
        Ok(found)
    }

    /// The statement and the recording.
    fn statement(&mut self, recording: Option<Recording>, case: Option<&CaseKey>) -> io::Result<()> {
        let seal = own(SEAL_FILE);
        let stated = self.document::<Statement>(&seal, SEAL_FORMAT)?;
        if let Some((_, text)) = &stated {
            self.checked.holds(&seal, "every line fits its digest");
            self.checked.seal_sha256 = Some(Digest::of(text));
        }
        let Some(recording) = recording else {
            let missing = [SESSION_FILE, CUSTODY_FILE].map(own).into_iter().find(|name| !self.package.has(name)).unwrap_or_default();
            self.checked.wrong(&missing, "is not in the package, so there is no recording to check");
            return Ok(());
        };
        for problem in &recording.checked.problems {
            self.checked.wrong(&PackedCapture::member(&problem.file), format!("{}: {}", problem.place, problem.what));
        }
        self.checked.recording = recording.checked;
        let Some(((capture, listed), tree)) = recording.found else { return Ok(()) };
        self.recording_holds(&capture);
        let key = capture.session.case.is_none() || case.is_some();
        self.members(&listed)?;
        let Some((statement, _)) = stated else { return Ok(()) };
        self.stated(&statement, &capture, &listed);
        if key {
            let found = tree.finish();
            match statement.custody.root == found.root {
                true => self.checked.holds(&seal, format!("states every line of the custody log: root {}", found.root)),
                false => self.checked.wrong(&seal, format!("/custody/root, is not that of this custody log, which is {}", found.root)),
            }
        } else {
            self.checked
                .unchecked(&seal, "the root over the lines of the custody log needs the key of the case; pass its folder with --case");
        }
        self.checked.statement = Some(statement);
        Ok(())
    }

    fn recording_holds(&mut self, capture: &Capture) {
        let found = &self.checked.recording;
        let head = found.head.map(|head| head.to_string()).unwrap_or_default();
        let belongs =
            capture.session.case.as_ref().map(|of| format!("; it is recording {} of case {}", of.number, of.id)).unwrap_or_default();
        let told = [
            (own(SESSION_FILE), format!("every line fits its digest, and the custody log names this file{belongs}")),
            (own(CUSTODY_FILE), format!("{} records, each fits the one before; head {head}", found.records)),
            (
                ARCHIVE_FOLDER.to_owned(),
                format!(
                    "unpacked, {} records cover all {} bytes, each as the custody log has it",
                    found.archive_records, found.archive_bytes
                ),
            ),
        ];
        let digests = format!("the digests of {} entries", found.entries - found.undigested);
        let made_again = found.entry_digests;
        told.into_iter().for_each(|(file, what)| self.checked.holds(&file, what));
        match made_again {
            true => self.checked.holds(&own(CUSTODY_FILE), format!("{digests} were made again from their messages")),
            false => self.checked.unchecked(&own(CUSTODY_FILE), format!("{digests} need the key of the case; pass its folder with --case")),
        }
    }

    /// Each record must be a gzip member of its own, or other programs find other records than we do.
    fn members(&mut self, listed: &Listed) -> io::Result<()> {
        for (name, records) in &listed.archive {
            let members = self.package.member_places(name)?;
            if !members.iter().copied().eq(records.iter().map(|record| record.at)) {
                let path = PackedCapture::member(&format!("{ARCHIVE_FOLDER}/{name}"));
                self.checked.wrong(&path, "is not packed record by record, so programs that go by the index find other bytes");
            }
        }
        Ok(())
    }

    /// What the statement says of the recording.
    fn stated(&mut self, statement: &Statement, capture: &Capture, listed: &Listed) {
        let seal = own(SEAL_FILE);
        let session = &capture.session;
        let entries = entries_root(listed.entries.values().copied());
        let case = session.case.as_ref().map(|case| (case.id.as_str(), case.number));
        let stated_case = statement.case.as_ref().map(|case| (case.id.as_str(), case.number));
        let ended = listed.ended.map(|ended| ended.to_string());
        let of_session =
            [statement.session.id == session.id, statement.started == session.started, statement.simulated == session.simulated];
        let points = [
            ("/session", statement.session.sha256 == capture.session_digest && of_session.into_iter().all(|same| same)),
            ("/case", case == stated_case),
            ("/ended", statement.ended == ended),
            ("/custody", statement.custody.records == listed.records && Some(statement.custody.head) == listed.head),
            ("/entries", statement.entries == entries),
            ("/sealed", Timestamp::parse(&statement.sealed).is_some()),
        ];
        let wrong: Vec<&str> = points.iter().filter(|(_, holds)| !holds).map(|(name, _)| *name).collect();
        if wrong.is_empty() {
            self.checked.holds(&seal, format!("states this session, custody log and {} entries: root {}", entries.count, entries.root));
        }
        wrong.into_iter().for_each(|name| self.checked.wrong(&seal, format!("{name}, is not what the recording in the package says")));
    }

    /// Files in folders that a package does not have.
    fn unknown(&mut self, files: &BTreeMap<String, Written>) {
        use crate::interop::datapackage::{INDEX, PAGES};
        let folders = [ARCHIVE_FOLDER, capture::OWN_FOLDER];
        let fits = |path: &str| {
            [DATAPACKAGE, DATAPACKAGE_DIGEST, INDEX, PAGES].contains(&path)
                || path
                    .split_once('/')
                    .is_some_and(|(folder, name)| folders.contains(&folder) && !name.is_empty() && !name.contains(['/', '\\']))
        };
        let strangers: Vec<String> = files.keys().filter(|path| !fits(path)).cloned().collect();
        strangers.iter().for_each(|path| self.checked.wrong(path, "is no file that a sealed package has"));
    }
}
