//! Holds the ZIP archive of a package against the one that the same files give when they are written again, so that no byte between the files can say
//! something that nobody reads. Nothing is written: what would be is compared.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt as _;
use std::rc::Rc;

use super::writer::{PackageWriter, Written};

/// Bytes of a file that are read at once.
const AT_ONCE: usize = 1 << 17;

/// What a file of the package is: path, length for the form of its entry, and its bytes.
pub(super) type Member<'m> = (String, u64, Box<dyn Read + Send + 'm>);

/// What came of it.
#[derive(Debug)]
pub(super) struct Form {
    /// The files, with the digests of the bytes that were read.
    pub(super) files: Vec<Written>,
    /// The first byte at which the archive is not as it would be written. `None`: every byte is.
    pub(super) differs_at: Option<u64>,
}

/// Reads every member and compares.
pub(super) fn compare<'m>(file: &File, members: impl Iterator<Item = io::Result<Member<'m>>>) -> io::Result<Form> {
    let content = Rc::new(Cell::new(false));
    let comparing = Comparing { file, at: 0, end: 0, content: Rc::clone(&content), entered: Vec::new(), differs: None, buffer: Vec::new() };
    let mut writer = PackageWriter::new(comparing);
    let mut buffer = vec![0; AT_ONCE];
    for member in members {
        let (path, length, mut bytes) = member?;
        writer.begin(&path, length)?;
        content.set(true);
        loop {
            match bytes.read(&mut buffer)? {
                0 => break,
                read => writer.write_all(&buffer[..read])?,
            }
        }
        content.set(false);
    }
    writer.end_file();
    let files = std::mem::take(&mut writer.files);
    let comparing = writer.finish()?;
    let differs_at = comparing.finish()?;
    Ok(Form { files, differs_at })
}

/// Takes what would be written and holds it against what is there.
struct Comparing<'f> {
    file: &'f File,
    at: u64,
    end: u64,
    /// Whether what comes is the content of a file, which is never written twice.
    content: Rc<Cell<bool>>,
    /// Everything else, which is compared at the end: an entry is completed when its file was written.
    entered: Vec<(u64, Vec<u8>)>,
    differs: Option<u64>,
    buffer: Vec<u8>,
}

impl Comparing<'_> {
    /// Compares `bytes` with those that are there at `at`.
    fn hold(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        self.buffer.resize(bytes.len(), 0);
        let mut read = 0;
        while read < bytes.len() {
            match self.file.read_at(&mut self.buffer[read..], at + read as u64) {
                Ok(0) => break,
                Ok(more) => read += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let same = self.buffer[..read].iter().zip(bytes).take_while(|(one, other)| one == other).count();
        if same < bytes.len() {
            self.note(at + same as u64);
        }
        Ok(())
    }

    fn note(&mut self, at: u64) {
        self.differs = Some(self.differs.map_or(at, |known| known.min(at)));
    }

    fn finish(mut self) -> io::Result<Option<u64>> {
        for (at, bytes) in std::mem::take(&mut self.entered) {
            self.hold(at, &bytes)?;
        }
        if self.file.metadata()?.len() != self.end {
            self.note(self.end);
        }
        Ok(self.differs)
    }
}

impl Write for Comparing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let at = self.at;
        if at < self.end {
            // An entry is completed: it was the last one that was entered.
            let (from, entered) = self
                .entered
                .iter_mut()
                .rev()
                .find(|(from, entered)| *from <= at && at + bytes.len() as u64 <= *from + entered.len() as u64)
                .ok_or_else(|| io::Error::other("an entry is written over one that was not"))?;
            let begin = usize::try_from(at - *from).map_err(io::Error::other)?;
            entered[begin..begin + bytes.len()].copy_from_slice(bytes);
        } else if self.content.get() {
            self.hold(at, bytes)?;
        } else {
            match self.entered.last_mut().filter(|(from, entered)| *from + entered.len() as u64 == at) {
                Some((_, entered)) => entered.extend_from_slice(bytes),
                None => self.entered.push((at, bytes.to_vec())),
            }
        }
        self.at += bytes.len() as u64;
        self.end = self.end.max(self.at);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Comparing<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.end.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.filter(|at| *at <= self.end).ok_or_else(|| io::Error::other("a place outside of the archive"))?;
        Ok(self.at)
    }
}
