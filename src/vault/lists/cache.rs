//! Compiled filter lists, kept by the digest of the list. A cache is only ever a shortcut: what is missing, foreign, changed or open to others is made
//! again from the list.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use crate::model::Digest;

/// Folder of the store in which compiled lists lie.
const FOLDER: &str = ".compiled";

/// Bytes of a digest.
const DIGEST: usize = 32;

fn path(store: &Path, digest: Digest) -> PathBuf {
    store.join(FOLDER).join(digest.to_string())
}

/// What was kept for a list. `None`: nothing that can be relied on.
pub(super) fn read(store: &Path, digest: Digest) -> Option<Vec<u8>> {
    let path = path(store, digest);
    // The folder is the owner's alone: whoever can write there could as well change the program's own files.
    let private = |path: &Path| {
        let meta = fs::symlink_metadata(path).ok()?;
        (meta.mode() & 0o077 == 0 && meta.uid() == rustix::process::geteuid().as_raw() && !meta.is_symlink()).then_some(())
    };
    private(path.parent()?)?;
    private(&path)?;
    let mut bytes = fs::read(&path).ok()?;
    let (said, kept) = bytes.split_at_checked(DIGEST)?;
    if said != Digest::of(kept).0 {
        return None;
    }
    bytes.drain(..DIGEST);
    Some(bytes)
}

/// Keeps a compiled list. A store that cannot be written costs time, nothing else.
pub(super) fn write(store: &Path, digest: Digest, bytes: &[u8]) {
    let path = path(store, digest);
    let Some(folder) = path.parent() else { return };
    if !folder.is_dir() && fs::DirBuilder::new().mode(0o700).create(folder).is_err() {
        return;
    }
    let kept = tempfile::Builder::new().prefix(".new").tempfile_in(folder).and_then(|mut file| {
        file.write_all(&Digest::of(bytes).0)?;
        file.write_all(bytes)?;
        // Temporary files are made for their owner only, so the mode is right already.
        file.persist(&path).map_err(|error| error.error)
    });
    if let Err(error) = kept {
        tracing::debug!("{}: the compiled list is not kept: {error}", path.display());
    }
}

/// Forgets a compiled list.
pub(super) fn remove(store: &Path, digest: Digest) {
    // It may never have been there.
    let _ = fs::remove_file(path(store, digest));
}

/// A file of the store itself, written whole or not at all.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".new").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    fs::File::open(folder)?.sync_all()
}
