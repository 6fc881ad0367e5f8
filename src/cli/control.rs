//! The channel between `dataspoor mark` and a recording under way: a Unix-domain socket that only the same user can open, in a folder that only
//! that user can enter. It never listens on the network, never lies in the folder of the recording, and does nothing but mark.
//!
//! A recording only listens here and connects to nobody. The socket is called after the identifier that stands in the recording's `session.json`, so that whoever has the folder finds it, and
//! a socket that a killed recording left behind never answers for another one. It carries one line of JSON each way.

use std::fs;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::UnixStream as Caller;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader as Incoming};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::record::wall_clock;
use crate::model::MarkKind;
use crate::proxy::Marker;

/// Longest line, in bytes.
const LINE: u64 = 16 * 1024;
/// How long the other side may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// A socket younger than this may be one that nobody listens on yet.
const YOUNG: Duration = Duration::from_secs(10);
/// Ending of the sockets' names.
const ENDING: &str = "sock";
/// Connections that are served at the same time.
const TOGETHER: usize = 8;

/// What is asked of a recording.
#[derive(Debug, Serialize, Deserialize)]
struct Question {
    kind: String,
    text: String,
}

/// What a recording says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Answer {
    /// The time of the mark, RFC 3339 in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) at: Option<String>,
    /// Why there is no mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
    /// Folder of the recording.
    #[serde(default)]
    pub(super) folder: String,
}

/// A socket that listens until it is dropped, and is gone then.
pub(super) struct Listening {
    path: PathBuf,
    task: JoinHandle<()>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
        // What is left behind answers nobody, and is swept away by the next `dataspoor mark`.
        let _ = fs::remove_file(&self.path);
    }
}

/// Last part of a path, as it may be shown without the rest.
pub(super) fn name_of(folder: &Path) -> String {
    let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    whole.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Lets the recording in `folder` with this identifier be marked, inside a runtime. `None`, with a warning, if there is no place for a socket.
pub(super) fn listen((folder, id): (&Path, &str), marker: Marker) -> Option<Listening> {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned()).display().to_string();
    let opened = place().and_then(|place| {
        let path = place.join(format!("{id}.{ENDING}"));
        let listener = UnixListener::bind(&path).with_context(|| path.display().to_string())?;
        // The folder keeps others out already, also between these two calls.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).with_context(|| path.display().to_string())?;
        Ok((listener, path))
    });
    match opened {
        Ok((listener, path)) => Some(Listening { path, task: tokio::spawn(serve(listener, marker, folder)) }),
        Err(error) => {
            tracing::warn!("this recording cannot be marked by `dataspoor mark` ({error:#}); its own page takes marks all the same");
            None
        }
    }
}

async fn serve(listener: UnixListener, marker: Marker, folder: String) {
    let room = std::sync::Arc::new(tokio::sync::Semaphore::new(TOGETHER));
    loop {
        let Ok(permit) = std::sync::Arc::clone(&room).acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            // No descriptor is free, say; others will close some.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let (marker, folder) = (marker.clone(), folder.clone());
        tokio::spawn(async move {
            // Whoever hangs up learns nothing more.
            let _ = timeout(PATIENCE, converse(stream, &marker, folder)).await;
            drop(permit);
        });
    }
}

async fn converse(mut stream: UnixStream, marker: &Marker, folder: String) -> io::Result<()> {
    // The administrator may open any socket; a mark in the operator's name is the operator's all the same.
    if stream.peer_cred()?.uid() != rustix::process::geteuid().as_raw() {
        return Ok(());
    }
    let mut line = Vec::new();
    Incoming::new((&mut stream).take(LINE)).read_until(b'\n', &mut line).await?;
    let answer = match serde_json::from_slice::<Question>(&line) {
        Ok(question) => match MarkKind::ALL.into_iter().find(|kind| kind.id() == question.kind) {
            Some(kind) => match marker.mark(kind, &question.text).await {
                Ok(at) => Answer { at: Some(at.to_string()), error: None, folder },
                Err(error) => Answer { at: None, error: Some(error.to_string()), folder },
            },
            None => Answer { at: None, error: Some(format!("{:?} is no kind of mark that this recording knows", question.kind)), folder },
        },
        // A connection that only asks whether somebody is there.
        Err(_) => Answer { folder, ..Answer::default() },
    };
    let mut line = serde_json::to_vec(&answer)?;
    line.push(b'\n');
    stream.write_all(&line).await
}

/// The recordings that run, by the sockets of this user that answer: identifier and folder.
pub(super) fn running() -> anyhow::Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for path in places()?.iter().flat_map(|place| sockets(place)) {
        let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        match ask(&path, b"\n") {
            Ok(answer) => found.push((id, answer.folder)),
            Err(error) if is_nobody(&error) => sweep(&path),
            Err(_) => {}
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// Marks this moment in the recording with this identifier. `None`: no such recording runs.
pub(super) fn mark(id: &str, kind: MarkKind, text: &str) -> anyhow::Result<Option<Answer>> {
    let mut question = serde_json::to_vec(&Question { kind: kind.id().to_owned(), text: text.to_owned() })?;
    question.push(b'\n');
    for place in places()? {
        let path = place.join(format!("{id}.{ENDING}"));
        if !is_ours(&path) {
            continue;
        }
        return match ask(&path, &question) {
            Ok(answer) => Ok(Some(answer)),
            Err(error) if is_nobody(&error) => {
                sweep(&path);
                Ok(None)
            }
            Err(error) => Err(anyhow::Error::new(error).context(format!("{}: the recording does not answer", path.display()))),
        };
    }
    Ok(None)
}

fn ask(path: &Path, question: &[u8]) -> io::Result<Answer> {
    let mut stream = Caller::connect(path)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(question)?;
    let mut line = String::new();
    BufReader::new((&stream).take(LINE)).read_line(&mut line)?;
    serde_json::from_str(&line).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

fn is_nobody(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound)
}

/// Takes away the socket of a recording that was killed: nobody listens there, and it is too old to be one that is just being made.
fn sweep(path: &Path) {
    let made = fs::symlink_metadata(path).and_then(|data| data.modified());
    if made.is_ok_and(|made| wall_clock().duration_since(made).is_ok_and(|age| age > YOUNG)) {
        // Another command may have been faster.
        let _ = fs::remove_file(path);
    }
}

fn sockets(place: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(place).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let mut paths: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|ending| ending == ENDING) && is_ours(path)).collect();
    paths.sort();
    paths
}

fn is_ours(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    fs::symlink_metadata(path).is_ok_and(|data| data.file_type().is_socket() && data.uid() == rustix::process::geteuid().as_raw())
}

/// The folder for sockets, made if need be.
pub(super) fn place() -> anyhow::Result<PathBuf> {
    let candidates = candidates();
    let Some(first) = candidates.first() else { bail!("there is no folder for temporary files") };
    match fs::DirBuilder::new().mode(0o700).create(first) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            return Err(anyhow::Error::new(error).context(format!("{}: cannot be made", first.display())));
        }
        _ => {}
    }
    check(first)?;
    Ok(first.clone())
}

/// The folders for sockets that are there. Both, since the other terminal may have another environment than this one.
fn places() -> anyhow::Result<Vec<PathBuf>> {
    let there: Vec<PathBuf> = candidates().into_iter().filter(|path| fs::symlink_metadata(path).is_ok()).collect();
    there.iter().try_for_each(|path| check(path))?;
    Ok(there)
}

/// Somebody else could have made a folder of that name first, and would then see and take every mark.
fn check(folder: &Path) -> anyhow::Result<()> {
    let data = fs::symlink_metadata(folder).with_context(|| folder.display().to_string())?;
    if !data.is_dir() || data.uid() != rustix::process::geteuid().as_raw() || data.mode() & 0o077 != 0 {
        bail!("{}: this folder is not yours alone, so marks do not go through it; remove it, or see who made it", folder.display());
    }
    Ok(())
}

/// Where sockets may lie, best first: the user's own folder for such things (XDG Base Directory Specification), else one below that for
/// temporary files. Both are short, since the path of a socket has room for 107 bytes.
fn candidates() -> Vec<PathBuf> {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_absolute() && path.is_dir());
    let temporary = std::env::temp_dir().join(format!("dataspoor-{}", rustix::process::geteuid().as_raw()));
    runtime.map(|path| path.join("dataspoor")).into_iter().chain([temporary]).collect()
}
