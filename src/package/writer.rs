//! The files of a package, one after the other, each hashed while it is written. The same files give the same bytes: no time, owner or order of a folder
//! reaches them.

use std::io::{self, Read, Seek, Write};

use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::model::Digest;

/// From this length on a file has the long form of its entry (ZIP64). Gzip makes what cannot be compressed a little longer, so it is below 4 GiB.
const LONG: u64 = 3 << 30;

/// How a file of a package is entered in the archive. `length`: of the file, in an archive unpacked.
pub(super) fn options(length: u64) -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
        .large_file(length >= LONG)
}

/// A file as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) path: String,
    pub(super) bytes: u64,
    pub(super) digest: Digest,
}

/// Writes a package.
pub(super) struct PackageWriter<W: Write + Seek> {
    zip: ZipWriter<W>,
    /// The files so far.
    pub(super) files: Vec<Written>,
    under_way: Option<(String, u64, Sha256)>,
}

impl<W: Write + Seek> PackageWriter<W> {
    pub(super) fn new(to: W) -> Self {
        Self { zip: ZipWriter::new(to), files: Vec::new(), under_way: None }
    }

    /// Begins the file at `path`; what is written from now on is its content. `length`: see [`options`].
    pub(super) fn begin(&mut self, path: &str, length: u64) -> io::Result<()> {
        self.end();
        self.zip.start_file(path, options(length)).map_err(io::Error::other)?;
        self.under_way = Some((path.to_owned(), 0, Sha256::new()));
        Ok(())
    }

    fn end(&mut self) {
        if let Some((path, bytes, hasher)) = self.under_way.take() {
            self.files.push(Written { path, bytes, digest: Digest(hasher.finalize().into()) });
        }
    }

    /// How many bytes of the file under way were written.
    pub(super) fn position(&self) -> u64 {
        self.under_way.as_ref().map_or(0, |(_, bytes, _)| *bytes)
    }

    /// Writes a whole file.
    pub(super) fn file(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.begin(path, bytes.len() as u64)?;
        self.write_all(bytes)?;
        self.end();
        Ok(())
    }

    /// Copies a whole file of that length.
    pub(super) fn copy(&mut self, path: &str, length: u64, from: &mut dyn Read) -> io::Result<()> {
        self.begin(path, length)?;
        let copied = io::copy(from, self)?;
        self.end();
        if copied == length { Ok(()) } else { Err(io::Error::other(format!("{path} changed its length while it was copied"))) }
    }

    /// Ends the file under way and the package.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.end();
        self.zip.finish().map_err(io::Error::other)
    }

    /// Ends the file under way.
    pub(super) fn end_file(&mut self) {
        self.end();
    }
}

impl<W: Write + Seek> Write for PackageWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.zip.write(bytes)?;
        if let Some((_, length, hasher)) = &mut self.under_way {
            hasher.update(&bytes[..written]);
            *length += written as u64;
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.zip.flush()
    }
}
