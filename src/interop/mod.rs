//! Other people's recording formats, read into exchanges, and written from them ([`mod@write`]). Works over `Read` and `Write`; opens no file, never writes
//! our own capture.
//!
//! Registry of formats, in the order in which they are tried:
//!
//! | format | module | recognised by |
//! |---|---|---|
//! | WACZ 1.x of Browsertrix, ArchiveWeb.page, Scoop and others | [`wacz`] | a ZIP archive |
//! | WARC 1.0 and 1.1 of crawlers and archiving proxies | [`warc`] | `WARC/`, also behind gzip |
//! | HAR 1.1–1.3 in the dialects of browsers, proxies and test tools | [`har`] | a JSON object, also behind a BOM, gzip, zlib or a JSONP call |
//! | flow files of mitmproxy, format versions 0.11 to 21 | [`mitm`] | a length in digits and a colon, twice, also behind gzip |
//! | NetLog of Chromium, as a control of a recording and never as one | [`netlog`] | a JSON object whose `constants` number event types, also behind gzip |

pub mod access;
pub mod cdxj;
pub mod datapackage;
pub mod har;
pub mod mitm;
pub mod netlog;
mod own;
pub mod wacz;
pub mod warc;
mod window;
mod wrapping;
pub mod write;

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom};

use crate::model::{Exchange, Gap, Session, Timestamp};

/// How to read.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// No single element may be larger, in bytes.
    pub max_entry_bytes: u64,
    /// Use what is whole of a file that ends in the middle; the missing end becomes a gap.
    pub partial: bool,
}

impl Default for Options {
    /// One GiB, whole files only.
    fn default() -> Self {
        Self { max_entry_bytes: 1 << 30, partial: false }
    }
}

/// What stands in a recording apart from its entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Its format, as the registry above names it: `har`, `warc`, `wacz`, `mitmproxy-flows`.
    pub format: &'static str,
    /// The session.
    pub session: Session,
    /// What the file does not hold.
    pub gaps: Vec<Gap>,
    /// Elements of the list of entries, readable or not.
    pub elements: u64,
    /// The same by type, where the format has types.
    pub types: BTreeMap<&'static str, u64>,
    /// Wrappings that were taken off, outermost first.
    pub wrappings: Vec<&'static str>,
    /// Length in bytes of what was read, wrappings taken off.
    pub text_bytes: u64,
}

/// Reads a recording of any format in the registry and hands every exchange to `each`. The format is recognised by what the file holds, never by its
/// name.
///
/// # Errors
///
/// Says what the file is instead of a recording, or where it stops being one. What was handed to `each` before stays valid.
pub fn read(
    mut source: impl Read + Seek,
    options: Options,
    each: &mut dyn FnMut(Imported) -> io::Result<()>,
) -> Result<Contents, ImportError> {
    let head = wrapping::head(&mut source)?;
    source.seek(SeekFrom::Start(0)).map_err(|cause| ImportError::Io { offset: 0, cause })?;
    match &head[..] {
        head if mitm::recognises(head) => mitm::read(source, options, each),
        [b'P', b'K', 3 | 5, 4 | 6, ..] => wacz::read(source, options, each),
        head if warc::is_warc(head) => warc::read(source, options, each),
        head if warc::is_arc(head) => Err(ImportError::Unsupported {
            found: "an ARC file, the format before WARC",
            remedy: "convert it to WARC, for example with \"warcio recompress FILE.arc.gz FILE.warc.gz\", and use that file",
        }),
        _ => har::read(source, options, each),
    }
}

/// An exchange as an importer found it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Its place in the file's own list, from 1.
    pub number: u64,
    /// Its start, or that of the exchange before it in the file where its own is not known.
    pub order: Timestamp,
    /// The exchange.
    pub exchange: Exchange,
}

/// Why a recording could not be read. Says where; the file's name is the caller's to add.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The file has no bytes.
    #[error("the file is empty; record or export the session again")]
    Empty,
    /// Reading failed.
    #[error("reading failed at byte {offset}: {cause}")]
    Io {
        /// Bytes read before.
        offset: u64,
        /// The operating system's words.
        cause: io::Error,
    },
    /// A compressed file ends early or is damaged.
    #[error(
        "the {wrapping} data cannot be unpacked after {offset} unpacked bytes ({cause}); the file is cut off or damaged, so fetch it again"
    )]
    Unpack {
        /// `gzip` or `zlib`.
        wrapping: &'static str,
        /// Unpacked bytes before the damage.
        offset: u64,
        /// What the decoder says.
        cause: io::Error,
    },
    /// The text is no JSON.
    #[error("not valid JSON at line {line}, column {column} (byte {offset}): {cause}; export the recording again, or mend that place")]
    Json {
        /// Line from 1.
        line: u64,
        /// Column in bytes from 1.
        column: u64,
        /// Byte from 0.
        offset: u64,
        /// What is wrong.
        cause: String,
    },
    /// The text ends in the middle.
    #[error(
        "the JSON ends in the middle at line {line}, column {column} (byte {offset}), after {entries} whole entries; the export was cut \
         off, so export it again, or pass --partial to use what is whole (the output will say so)"
    )]
    CutOff {
        /// Line from 1.
        line: u64,
        /// Column in bytes from 1.
        column: u64,
        /// Byte from 0.
        offset: u64,
        /// Whole entries before.
        entries: u64,
    },
    /// Bytes that are no flow of mitmproxy.
    #[error("the flow file is damaged at byte {offset}: {cause}; copy it again, or open it in mitmproxy and save what that can read of it")]
    Flows {
        /// Byte from 0.
        offset: u64,
        /// What is wrong.
        cause: &'static str,
    },
    /// A flow file of mitmproxy ends in the middle.
    #[error(
        "the flow file ends at byte {offset} in the middle of the flow that begins at byte {began}, after {flows} whole flows; the copy was cut \
         off, or mitmproxy was while it wrote, so copy it again, or pass --partial to use what is whole (the output will say so)"
    )]
    FlowsCutOff {
        /// Byte from 0 at which the file ends.
        offset: u64,
        /// Byte at which the flow begins that is not whole.
        began: u64,
        /// Whole flows before.
        flows: u64,
    },
    /// A flow of mitmproxy in a version of its format that is not read.
    #[error("flow {flow} (byte {offset}) has format version {version} of mitmproxy, which is not supported: {remedy}")]
    FlowVersion {
        /// Its number in the file, from 1.
        flow: u64,
        /// Byte at which it begins.
        offset: u64,
        /// The version, as it names itself.
        version: String,
        /// Which versions are read, and what to do.
        remedy: String,
    },
    /// JSON, but not a recording.
    #[error("this is JSON but not a HAR recording: {found}; a HAR file is an object with a member \"log\" that holds a list \"entries\"")]
    NotHar {
        /// What it is instead.
        found: String,
    },
    /// Not text at all, or of a format we do not read.
    #[error(
        "this is not a recording dataspoor can read: {found}; it reads HAR files (JSON, also gzip, zlib or JSONP), WARC files (also gzip), \
         WACZ archives and flow files of mitmproxy"
    )]
    Unknown {
        /// What it looks like.
        found: String,
    },
    /// An archive is damaged, or ends in the middle.
    #[error(
        "{place}: {what}; {records} whole records stand before it, so fetch the file again, or pass --partial to use what is whole (the output will \
         say so)"
    )]
    Records {
        /// Where.
        place: String,
        /// What is wrong there.
        what: String,
        /// Whole records before.
        records: u64,
    },
    /// A format that is known and not read.
    #[error("dataspoor does not read {found}; {remedy}")]
    Unsupported {
        /// What it is.
        found: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// A ZIP archive that is damaged or holds no records.
    #[error("this ZIP archive cannot be used as a WACZ: {found}; {remedy}")]
    Package {
        /// What it is instead.
        found: String,
        /// What to do.
        remedy: &'static str,
    },
    /// One entry is larger than the ceiling.
    #[error("one element at byte {offset} is larger than {ceiling} bytes; raise --max-entry-bytes or split the file")]
    TooLarge {
        /// Byte at which the element begins.
        offset: u64,
        /// The ceiling in bytes.
        ceiling: u64,
    },
    /// The receiver of exchanges failed.
    #[error("keeping entry {number} failed: {cause}")]
    Keep {
        /// Number of the entry.
        number: u64,
        /// Why.
        cause: io::Error,
    },
}
