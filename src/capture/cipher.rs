//! A file of an encrypted recording: a row of chunks, each encrypted and authenticated on its own (XChaCha20-Poly1305), that only ever grows. What one
//! call appends can be read once the operating system has it; nothing waits for a chunk to be full (`docs/capture-format.md`, "Encrypted").

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::FileExt as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

/// First bytes of every such file.
pub(super) const MAGIC: &[u8; 16] = b"dataspoor-enc-1\n";

/// Bytes of a chunk before its ciphertext: kind and length, nonce.
const HEAD: usize = 4 + NONCE;

/// Bytes of a nonce, which is drawn at random for each chunk: 192 bits never come twice.
const NONCE: usize = 24;

/// Bytes of the authentication tag.
const TAG: usize = 16;

/// Longest content of a chunk of what is appended, in bytes.
const LONGEST: usize = 1 << 20;

/// Kinds of chunks: the next bytes of the file; other bytes for its beginning; the length at which the file ends so far.
const DATA: u32 = 1;
const BEGINNING: u32 = 2;
const CUT: u32 = 3;

/// Bit of the last chunk of a file.
const LAST: u32 = 0x80;

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// As it was ended.
    Whole,
    /// As far as it came: what an interruption left half-written at its end is [`EncryptedFile::torn`].
    AsFarAsItCame,
}

/// A chunk that holds bytes of the file.
#[derive(Clone, Copy, Debug)]
struct Chunk {
    /// Where it stands in the encrypted file.
    at: u64,
    /// Its number in the file, from 0.
    index: u64,
    word: u32,
    /// Where its content stands in the file.
    start: u64,
}

impl Chunk {
    fn length(self) -> usize {
        (self.word & 0x00ff_ffff) as usize
    }

    fn kind(self) -> u32 {
        (self.word >> 24) & !LAST
    }

    fn is_last(self) -> bool {
        (self.word >> 24) & LAST != 0
    }

    fn stands_for(self) -> u64 {
        (HEAD + self.length() + TAG) as u64
    }
}

/// What is known of the chunks.
#[derive(Default)]
struct Chunks {
    /// Those that hold the file's bytes, in order.
    data: Vec<Chunk>,
    /// How many there are, of all kinds.
    count: u64,
    /// Length of the file.
    length: u64,
    /// Length of the encrypted file, as far as its chunks are whole.
    end: u64,
    /// Whether the last chunk is there.
    ended: bool,
    /// Bytes at the end of the encrypted file that are no whole chunk.
    torn: u64,
    /// The chunk that was read last.
    opened: Option<(u64, Vec<u8>)>,
}

/// An encrypted file, opened: for reading at any place of its content, and by whoever writes it for appending.
pub struct EncryptedFile {
    file: Arc<File>,
    cipher: XChaCha20Poly1305,
    chunks: Mutex<Chunks>,
}

/// Neither its key nor its content is shown.
impl std::fmt::Debug for EncryptedFile {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("EncryptedFile").field("file", &self.file).finish_non_exhaustive()
    }
}

fn wrong(what: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.into())
}

impl EncryptedFile {
    /// Begins an empty file. `key`: of this file alone.
    pub(super) fn begin(file: Arc<File>, key: &[u8; 32]) -> io::Result<Self> {
        (&*file).write_all(MAGIC)?;
        let chunks = Chunks { end: MAGIC.len() as u64, ..Chunks::default() };
        Ok(Self { file, cipher: XChaCha20Poly1305::new(key.into()), chunks: Mutex::new(chunks) })
    }

    /// Opens a file that was written.
    pub(super) fn open(file: Arc<File>, key: &[u8; 32], wanted: Wanted) -> io::Result<Self> {
        let mut chunks = Chunks::default();
        let mut magic = [0; MAGIC.len()];
        let length = file.metadata()?.len();
        if length >= magic.len() as u64 {
            file.read_exact_at(&mut magic, 0)?;
        }
        let opened = Self { file, cipher: XChaCha20Poly1305::new(key.into()), chunks: Mutex::default() };
        if magic == *MAGIC {
            chunks.end = magic.len() as u64;
            opened.scan(&mut chunks, length)?;
        } else if wanted == Wanted::Whole || magic != [0; MAGIC.len()] {
            return Err(wrong("does not begin as an encrypted file of a recording does"));
        }
        chunks.torn = length - chunks.end;
        match wanted {
            Wanted::AsFarAsItCame => {}
            Wanted::Whole if chunks.torn > 0 => {
                return Err(wrong(format!("byte {}: {} bytes there are no whole chunk of an encrypted file", chunks.end, chunks.torn)));
            }
            Wanted::Whole if !chunks.ended => {
                return Err(wrong("ends without its last chunk: it was cut off, or its recording was interrupted"));
            }
            Wanted::Whole => {}
        }
        *opened.lock() = chunks;
        Ok(opened)
    }

    /// Finds the chunks. What cannot be the beginning of one ends the search; whether that is an interruption or damage is seen from what follows.
    fn scan(&self, chunks: &mut Chunks, length: u64) -> io::Result<()> {
        let mut kept: Vec<Chunk> = Vec::new();
        let mut at = chunks.end;
        while at + (HEAD + TAG) as u64 <= length {
            let mut word = [0; 4];
            self.file.read_exact_at(&mut word, at)?;
            let chunk = Chunk { at, index: kept.len() as u64, word: u32::from_be_bytes(word), start: 0 };
            if !matches!(chunk.kind(), DATA | BEGINNING | CUT) {
                if word != [0; 4] {
                    return Err(wrong(format!("byte {at}: no chunk of an encrypted file begins there")));
                }
                break;
            }
            if at + chunk.stands_for() > length {
                break;
            }
            at += chunk.stands_for();
            kept.push(chunk);
        }
        // After a power cut the last chunks may be there in their length only.
        while let Some(last) = kept.last()
            && self.decrypt(*last).is_err()
        {
            kept.pop();
        }
        for chunk in kept {
            if chunks.ended && chunk.kind() != CUT {
                return Err(wrong(format!("byte {}: stands after the last chunk", chunk.at)));
            }
            chunks.take(chunk, || self.decrypt(chunk))?;
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Chunks> {
        self.chunks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The file on the disk.
    pub(super) fn file(&self) -> &Arc<File> {
        &self.file
    }

    /// How many bytes it has, decrypted.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.lock().length
    }

    /// Whether its last chunk is there.
    pub(super) fn ended(&self) -> bool {
        self.lock().ended
    }

    /// Bytes at the end of the encrypted file that are no whole chunk, and where they begin.
    pub(super) fn torn(&self) -> (u64, u64) {
        let chunks = self.lock();
        (chunks.torn, chunks.end)
    }

    /// What was torn was moved elsewhere.
    pub(super) fn without_torn(&self) {
        self.lock().torn = 0;
    }

    /// Reads some bytes at `at`; none at its end.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is not what was written under its key.
    pub fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        let mut chunks = self.lock();
        if at >= chunks.length || buffer.is_empty() {
            return Ok(0);
        }
        let after = chunks.data.partition_point(|chunk| chunk.start <= at);
        let chunk = chunks.data[after - 1];
        if !matches!(&chunks.opened, Some((index, _)) if *index == chunk.index) {
            chunks.opened = Some((chunk.index, self.decrypt(chunk)?));
        }
        // What was cut off stands in its chunk still.
        let next = chunks.data.get(after).map_or(chunks.length, |chunk| chunk.start);
        let left = usize::try_from(next - at).unwrap_or(usize::MAX);
        let Some((_, content)) = &chunks.opened else { return Ok(0) };
        let content = &content[(at - chunk.start) as usize..];
        let length = content.len().min(buffer.len()).min(left);
        buffer[..length].copy_from_slice(&content[..length]);
        Ok(length)
    }

    fn decrypt(&self, chunk: Chunk) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; HEAD - 4 + chunk.length() + TAG];
        self.file.read_exact_at(&mut bytes, chunk.at + 4)?;
        let (nonce, text) = bytes.split_at(NONCE);
        let payload = Payload { msg: text, aad: &beside(chunk.index, chunk.word) };
        self.cipher.decrypt(XNonce::from_slice(nonce), payload).map_err(|_| {
            wrong(format!("byte {}: chunk {} is not what was written there under the key of this recording", chunk.at, chunk.index))
        })
    }

    /// Appends bytes. When it has returned, the operating system has them. `last`: nothing follows.
    pub(super) fn append(&self, bytes: &[u8], last: bool) -> io::Result<()> {
        let mut chunks = self.lock();
        let mut writing = Writing::of(self, &chunks);
        writing.data(bytes, last)?;
        writing.write(&mut chunks)
    }

    /// Appends bytes that other bytes will once stand for: one chunk, however long.
    pub(super) fn append_beginning(&self, bytes: &[u8]) -> io::Result<()> {
        let mut chunks = self.lock();
        let mut writing = Writing::of(self, &chunks);
        writing.chunk(DATA, bytes)?;
        writing.write(&mut chunks)
    }

    /// Ends the file: `beginning` stands in place of what [`Self::append_beginning`] began it with, and is as long; `end` follows its last byte.
    pub(super) fn complete(&self, beginning: &[u8], end: &[u8]) -> io::Result<()> {
        let mut chunks = self.lock();
        let mut writing = Writing::of(self, &chunks);
        writing.chunk(BEGINNING, beginning)?;
        writing.data(end, true)?;
        writing.write(&mut chunks)
    }

    /// The content ends at `length`; what stood behind is no part of it any more. It stays in the encrypted file, where nobody reads it.
    pub(super) fn cut(&self, length: u64) -> io::Result<()> {
        let mut chunks = self.lock();
        let mut writing = Writing::of(self, &chunks);
        writing.chunk(CUT, &length.to_be_bytes())?;
        writing.write(&mut chunks)
    }
}

/// Whether the last chunk of a file is there, as far as that shows without its key.
pub(super) fn ends(file: &File) -> io::Result<bool> {
    let length = file.metadata()?.len();
    let (mut at, mut ended) = (MAGIC.len() as u64, false);
    while at + (HEAD + TAG) as u64 <= length {
        let mut word = [0; 4];
        file.read_exact_at(&mut word, at)?;
        let chunk = Chunk { at, index: 0, word: u32::from_be_bytes(word), start: 0 };
        at += chunk.stands_for();
        ended = at == length && chunk.is_last();
    }
    Ok(ended)
}

/// What is authenticated with a chunk: its number, and what it says of itself. Its file is bound by the key.
fn beside(index: u64, word: u32) -> [u8; 12] {
    let mut bytes = [0; 12];
    bytes[..8].copy_from_slice(&index.to_be_bytes());
    bytes[8..].copy_from_slice(&word.to_be_bytes());
    bytes
}

impl Chunks {
    /// Takes the next chunk into account. `content`: decrypts it, where it says more than its length.
    fn take(&mut self, mut chunk: Chunk, content: impl FnOnce() -> io::Result<Vec<u8>>) -> io::Result<()> {
        match chunk.kind() {
            DATA if chunk.length() == 0 => {}
            DATA => {
                chunk.start = self.length;
                self.length += chunk.length() as u64;
                self.data.push(chunk);
            }
            BEGINNING => match self.data.first_mut() {
                Some(first) if first.length() == chunk.length() => *first = chunk,
                _ => return Err(wrong(format!("byte {}: has not the length of the beginning that it stands for", chunk.at))),
            },
            _ => {
                let content = content()?;
                let length = content.try_into().map(u64::from_be_bytes).ok().filter(|length| *length <= self.length);
                self.length = length.ok_or_else(|| wrong(format!("byte {}: says an end that the file never had", chunk.at)))?;
                self.data.retain(|chunk| chunk.start < self.length);
                self.ended = false;
            }
        }
        self.opened = None;
        self.ended |= chunk.is_last();
        self.count = chunk.index + 1;
        self.end = chunk.at + chunk.stands_for();
        Ok(())
    }
}

/// Chunks that wait to be written.
struct Writing<'f> {
    file: &'f EncryptedFile,
    text: Vec<u8>,
    made: Vec<(Chunk, u64)>,
    next: u64,
    at: u64,
}

impl<'f> Writing<'f> {
    fn of(file: &'f EncryptedFile, chunks: &Chunks) -> Self {
        Self { file, text: Vec::new(), made: Vec::new(), next: chunks.count, at: chunks.end }
    }

    /// The next bytes of the file.
    fn data(&mut self, bytes: &[u8], last: bool) -> io::Result<()> {
        let mut rest = bytes;
        loop {
            let (now, after) = rest.split_at(rest.len().min(LONGEST));
            rest = after;
            let ends = last && rest.is_empty();
            if !now.is_empty() || ends {
                self.chunk(if ends { DATA | LAST } else { DATA }, now)?;
            }
            if rest.is_empty() {
                return Ok(());
            }
        }
    }

    fn chunk(&mut self, kind: u32, content: &[u8]) -> io::Result<()> {
        let length = u32::try_from(content.len()).ok().filter(|length| *length < 1 << 24);
        let length = length.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "is longer than a chunk can be"))?;
        let word = kind << 24 | length;
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce)?;
        let payload = Payload { msg: content, aad: &beside(self.next, word) };
        let text = self.file.cipher.encrypt(XNonce::from_slice(&nonce), payload).map_err(|_| io::Error::other("cannot be encrypted"))?;
        let chunk = Chunk { at: self.at, index: self.next, word, start: 0 };
        self.text.extend_from_slice(&word.to_be_bytes());
        self.text.extend_from_slice(&nonce);
        self.text.extend_from_slice(&text);
        let cut = if kind == CUT { content.try_into().map(u64::from_be_bytes).unwrap_or_default() } else { 0 };
        self.made.push((chunk, cut));
        self.next += 1;
        self.at += chunk.stands_for();
        Ok(())
    }

    fn write(self, chunks: &mut Chunks) -> io::Result<()> {
        let mut file = &*self.file.file;
        file.seek(SeekFrom::Start(chunks.end))?;
        file.write_all(&self.text)?;
        for (chunk, cut) in self.made {
            chunks.take(chunk, || Ok(cut.to_be_bytes().to_vec()))?;
        }
        Ok(())
    }
}

/// Reads the content from its beginning.
pub(super) struct FromBeginning {
    pub(super) file: Arc<EncryptedFile>,
    pub(super) at: u64,
}

impl Read for FromBeginning {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests;
