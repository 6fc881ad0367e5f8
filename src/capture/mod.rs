//! Our own recordings on disk: writes them, reads them back, takes up interrupted ones and checks every byte of them. Never decodes a body and
//! never changes a header field.
//!
//! A capture is a folder (`docs/capture-format.md`):
//!
//! | file | what it holds |
//! |---|---|
//! | `session.json` | what was known before the first request; sealed line by line |
//! | `custody.ndjson` | the custody log: one chained record per exchange, message, connection, certificate, tunnel, mark, exhibit, stream, recovery |
//! | `archive/*.warc` | the messages, and what was put beside them: WARC 1.1, small ones in `segment-*.warc`, each large body in a `stream-*.warc` of its own |
//!
//! What is judged (`report/`) is written beside it by others and can be made again at any time.

mod changes;
mod cipher;
mod commit;
mod copying;
mod encryption;
mod exhibits;
mod facts;
mod files;
mod following;
mod interrupted;
mod lines;
mod links;
mod listed;
mod messages;
mod packed;
mod packed_file;
mod reader;
mod records;
mod recover;
mod session_file;
mod source;
mod space;
mod stream;
mod taken_in;
mod times;
mod verify;
mod warc;
mod writer;

pub use cipher::EncryptedFile;
pub use copying::LogLine;
pub use encryption::{ENCRYPTED_FILE, EncryptTo, EncryptedHeader, RECORDING_KEY_FILE, read_with};
pub use files::Dirty;
pub use listed::{Listed, ListedRecord, MessageHeads, RecordOf};
pub use messages::MessageRecords;
pub use packed::{OWN_FOLDER, PackedCapture};
pub use packed_file::PackedFile;
pub use reader::{Capture, Contents};
pub use records::FileRange;
pub use recover::{Recovered, is_being_recorded, recover};
pub use session_file::{CaseRef, CopyOf, KEPT, MASKED, RULES_BROKEN, SECRETS, SECRETS_TO, SessionFile};
pub use source::ArchiveFile;
pub use space::{FLOOR, RESERVE, Room, free_space};
pub use stream::Stream;
pub use taken_in::{Fidelity, IMPORT_FILE, ImportFile, ImportedCapture};
pub use times::{FailedAuthority, FoundTime, PACKED_TIMES, TIMES_FOLDER, TimeLine, TimeStamp, Times, keep_time};
pub use verify::{CaptureProblem, Checked, verify, verify_package};
pub use writer::{BodyStore, Finished, RequestRecord, ResponseRecord, Writer};

/// File that describes the session.
pub const SESSION_FILE: &str = "session.json";

/// The custody log.
pub const CUSTODY_FILE: &str = "custody.ndjson";

/// Folder of the WARC files.
pub const ARCHIVE_FOLDER: &str = "archive";

/// Folder of what was judged, written beside the capture.
pub const REPORT_FOLDER: &str = "report";

/// Version of the format. Version 2 added records of kind `certificate`, `client` and `message`, and members to `connection`, `tunnel` and
/// `entry`; version 3 records of kind `exhibit`, whose bytes in the archive a checker of version 2 would take for strays; version 4 a `salt` in every
/// record of the custody log, without which a masked copy cannot be made, and records of kind `time`. A reader of it reads versions 1 to 3.
pub const CAPTURE_VERSION: u32 = 4;

/// Bodies up to this length in bytes stand in a segment; a larger one streams into a file of its own.
pub const STREAM_FROM: usize = 256 * 1024;

/// Whether a capture can begin in `folder`: it must be empty or not there.
///
/// # Errors
///
/// The folder is in use or not empty.
pub(crate) fn check_free(folder: &std::path::Path) -> Result<(), CaptureError> {
    let occupied = |what| Err(CaptureError::Occupied { folder: folder.display().to_string(), what });
    match std::fs::read_dir(folder).map(|mut entries| entries.next().is_some()) {
        Ok(true) if [SESSION_FILE, ENCRYPTED_FILE].iter().any(|name| folder.join(name).exists()) => {
            occupied("holds a recording already; choose another folder with --out")
        }
        Ok(true) => occupied("is not empty; choose an empty or new folder with --out"),
        Ok(false) | Err(_) => Ok(()),
    }
}

/// Whether a capture can begin in `folder`, with [`FLOOR`] bytes of space or more.
///
/// # Errors
///
/// The folder is in use or not empty, or there is too little space.
pub fn check_room(folder: &std::path::Path) -> Result<(), CaptureError> {
    check_free(folder)?;
    Room::default().check_floor(folder)
}

/// Why a capture cannot be written, read or taken up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaptureError {
    /// The folder is not there or cannot be read.
    #[error("{file}: cannot be read ({cause}); check the path and its permissions")]
    Read {
        /// Path of the file.
        file: String,
        /// Why.
        cause: std::io::Error,
    },
    /// Something cannot be written.
    #[error("{file}: cannot be written ({cause}); check permissions and free space, or choose another folder with --out")]
    Write {
        /// Path of the file.
        file: String,
        /// Why.
        cause: std::io::Error,
    },
    /// The folder is in use or not empty.
    #[error("{folder}: {what}")]
    Occupied {
        /// Path of the folder.
        folder: String,
        /// What is there, and what to do.
        what: &'static str,
    },
    /// Too little space is left.
    #[error("{folder}: {what}")]
    Space {
        /// Path of the folder.
        folder: String,
        /// How much is left and wanted, and what to do.
        what: String,
    },
    /// What is being written was moved, deleted or replaced.
    #[error(
        "{file}: is not there any more, or is another file than the one that was begun, so nothing more is recorded; \
         put the folder back where it was, and leave it alone until its recording has ended"
    )]
    Gone {
        /// Path of the file.
        file: String,
    },
    /// Whoever takes the entries failed.
    #[error("keeping entry {number} failed: {cause}")]
    Keep {
        /// Number of the entry.
        number: u64,
        /// Why.
        cause: std::io::Error,
    },
    /// It is encrypted, and its key is not known here.
    #[error("{folder}: {what}")]
    Locked {
        /// Path of the folder.
        folder: String,
        /// For whom it is encrypted, and what to do.
        what: String,
    },
    /// A file does not hold what it should.
    #[error("{file}, {place}: {what}; `dataspoor verify` on the folder lists everything that does not hold")]
    Damaged {
        /// Path of the file.
        file: String,
        /// Record and byte.
        place: String,
        /// What is wrong.
        what: String,
    },
}

impl CaptureError {
    /// Whether there was no file descriptor left for another file: what failed may succeed later, and files that are open can be written.
    #[must_use]
    pub fn out_of_descriptors(&self) -> bool {
        use rustix::io::Errno;
        matches!(self, Self::Write { cause, .. } if matches!(Errno::from_io_error(cause), Some(Errno::MFILE | Errno::NFILE)))
    }

    /// For `map_err` on reading `path`.
    pub(crate) fn read(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |cause| Self::Read { file: path.display().to_string(), cause }
    }

    /// For `map_err` on writing `path`.
    pub(crate) fn write(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |cause| Self::Write { file: path.display().to_string(), cause }
    }
}
