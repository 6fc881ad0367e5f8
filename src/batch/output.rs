//! The folder of an annex: made under another name and put in place whole, so that a reader never finds half of one.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use crate::evidence::seal;
use crate::model::Digest;

/// Name of the file that lists the others.
pub const MANIFEST_FILE: &str = "manifest.json";

/// A folder in the making.
#[derive(Debug)]
pub struct OutputFolder {
    target: PathBuf,
    working: PathBuf,
    files: Vec<FileRow>,
}

#[derive(Debug, Serialize)]
struct FileRow {
    name: String,
    bytes: u64,
    sha256: String,
}

impl OutputFolder {
    /// Opens the place for `target` before the long work begins.
    ///
    /// # Errors
    ///
    /// The place cannot be written, or holds something else than an earlier annex of ours.
    pub fn create(target: &Path) -> io::Result<Self> {
        let occupied = fs::read_dir(target).is_ok_and(|mut entries| entries.next().is_some());
        if occupied && !target.join(MANIFEST_FILE).is_file() {
            let text = "the folder exists and holds no annex of dataspoor; choose another with --out, or move its content away";
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, text));
        }
        let name = target.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the folder has no name"))?;
        let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(parent)?;
        let working = parent.join(format!(".{}.part", name.to_string_lossy()));
        if working.exists() {
            fs::remove_dir_all(&working)?;
        }
        fs::create_dir(&working)?;
        Ok(Self { target: target.to_owned(), working, files: Vec::new() })
    }

    /// Where the folder will stand.
    #[must_use]
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// The path at which a file is written before the folder is put in place.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.working.join(name)
    }

    /// Writes a file.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub fn write(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        fs::write(self.path(name), bytes)?;
        self.list(name, bytes.len() as u64, Digest::of(bytes));
        Ok(())
    }

    /// Lists a file that somebody else wrote at [`Self::path`].
    pub fn list(&mut self, name: &str, bytes: u64, digest: Digest) {
        self.files.push(FileRow { name: name.to_owned(), bytes, sha256: digest.to_string() });
    }

    /// Writes the manifest, with `how` the annex was made, and puts the folder in place of an earlier one of the same recording.
    ///
    /// # Errors
    ///
    /// Something cannot be written or moved, or the earlier annex is of another recording ([`io::ErrorKind::AlreadyExists`]). It is then
    /// still there.
    pub fn finish(mut self, how: &Value) -> io::Result<PathBuf> {
        // Two recordings called `session.har` from two folders get folders of the same name: the later must not wipe out the earlier.
        if let Some(other) = recording_of(&self.target)
            && how["capture"]["sha256"] != other.as_str()
        {
            let text = format!(
                "the folder holds the annex of another recording (sha256 {other}); choose another folder with --out, or move that annex away"
            );
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, text));
        }
        self.files.sort_by(|one, other| one.name.cmp(&other.name));
        let manifest = serde_json::json!({ "format": "dataspoor-manifest", "version": 1, "made": how, "files": self.files });
        // Not synced to the disk: after a power cut the annex can be made again from the recording.
        fs::write(self.path(MANIFEST_FILE), seal(&manifest)?)?;
        if self.target.exists() {
            let name = self.target.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let old = self.target.with_file_name(format!(".{name}.old"));
            if old.exists() {
                fs::remove_dir_all(&old)?;
            }
            fs::rename(&self.target, &old)?;
            fs::rename(&self.working, &self.target)?;
            fs::remove_dir_all(&old)?;
        } else {
            fs::rename(&self.working, &self.target)?;
        }
        Ok(self.target.clone())
    }
}

impl Drop for OutputFolder {
    /// Takes away what was not finished.
    fn drop(&mut self) {
        if self.working.exists()
            && let Err(error) = fs::remove_dir_all(&self.working)
        {
            tracing::warn!(folder = %self.working.display(), %error, "an unfinished folder stays behind");
        }
    }
}

/// The recording that an annex says it was made from. A manifest that cannot be read names none, and its annex can be made again.
fn recording_of(folder: &Path) -> Option<String> {
    let manifest: Value = serde_json::from_slice(&fs::read(folder.join(MANIFEST_FILE)).ok()?).ok()?;
    manifest["made"]["capture"]["sha256"].as_str().map(str::to_owned)
}

/// A folder name for every recording: its file name without the endings of its format and without dots before it, so that it is neither
/// hidden nor a folder above; a number is added where two would be the same.
#[must_use]
pub fn folder_names(paths: &[PathBuf]) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let name = |path: &PathBuf| {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut name = file.as_str();
        for ending in [".gz", ".har", ".zhar", ".json", ".warc", ".wacz"] {
            name = name.strip_suffix(ending).unwrap_or(name);
        }
        let name = name.trim_start_matches('.');
        let name = if name.is_empty() { "recording" } else { name };
        let mut unique = name.to_owned();
        for number in 2.. {
            if taken.insert(unique.clone()) {
                break;
            }
            unique = format!("{name}-{number}");
        }
        unique
    };
    paths.iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let paths = ["a/x.har", "b/x.har.gz", "x.zhar", "y", ".har", "x.warc.gz", "z.wacz"].map(PathBuf::from);
        assert_eq!(folder_names(&paths), ["x", "x-2", "x-3", "y", "recording", "x-4", "z"]);
        let paths = ["..har", "...har", ".hidden.har", "..", "a/...", ".x.har"].map(PathBuf::from);
        assert_eq!(folder_names(&paths), ["recording", "recording-2", "hidden", "recording-3", "recording-4", "x"]);
    }

    #[test]
    fn an_annex_of_another_recording_is_not_replaced() {
        let root = tempfile::tempdir().expect("folder");
        let target = root.path().join("annex");
        let finish = |text: &str, recording: &str| {
            let mut folder = OutputFolder::create(&target).expect("create");
            folder.write("a.txt", text.as_bytes()).expect("write");
            folder.finish(&serde_json::json!({ "capture": { "sha256": recording } }))
        };
        finish("one", "aa").expect("a new folder");
        finish("two", "aa").expect("the same recording");
        let error = finish("three", "bb").expect_err("another recording");
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert!(error.to_string().contains("(sha256 aa)") && error.to_string().contains("--out"), "{error}");
        assert_eq!(fs::read_to_string(target.join("a.txt")).expect("read"), "two");
        let names: Vec<_> = fs::read_dir(root.path()).expect("list").map(|entry| entry.expect("entry").file_name()).collect();
        assert_eq!(names, ["annex"], "nothing half made is left");
    }

    #[test]
    fn a_folder_appears_whole_and_replaces_only_its_own_kind() {
        let root = tempfile::tempdir().expect("folder");
        let target = root.path().join("annex");
        let how = serde_json::json!({});
        for text in ["one", "two"] {
            let mut folder = OutputFolder::create(&target).expect("create");
            folder.write("a.txt", text.as_bytes()).expect("write");
            assert!(text == "two" || !target.exists());
            folder.finish(&how).expect("finish");
            assert_eq!(fs::read_to_string(target.join("a.txt")).expect("read"), text);
        }
        drop(OutputFolder::create(&target).expect("create"));
        let names: Vec<_> = fs::read_dir(root.path()).expect("list").map(|entry| entry.expect("entry").file_name()).collect();
        assert_eq!(names, ["annex"]);
        fs::remove_file(target.join(MANIFEST_FILE)).expect("remove");
        assert_eq!(OutputFolder::create(&target).map_err(|error| error.kind()).err(), Some(io::ErrorKind::AlreadyExists));
    }
}
