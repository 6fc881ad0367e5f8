//! Records of a WARC file (ISO 28500, versions 1.0 and 1.1), one after the other.

use std::io::{self, BufRead, BufReader, Read};

use super::members::{Members, Starts};
use crate::interop::ImportError;
use crate::model::Timestamp;

/// No head of a record is longer, in bytes. An address may be long, but not that long.
const LONGEST_HEAD: u64 = 1 << 20;

/// How far the next record is searched where it does not begin where the one before it ends.
const SEARCH: usize = 256 << 10;

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Info,
    Request,
    Response,
    /// An answer whose body stands in another record.
    Revisit,
    /// Something at an address, without the messages that brought it.
    Resource,
    /// About another record.
    Metadata,
    /// A conversion, a continuation, or what the standard does not name.
    Other,
}

/// The head of a record.
#[derive(Clone, Debug, Default)]
pub(super) struct Head {
    /// `WARC/1.0`.
    pub(super) version: String,
    /// Fields in order.
    fields: Vec<(String, String)>,
    /// Length of the block.
    pub(super) length: u64,
    /// Where it begins in the unpacked text.
    pub(super) offset: u64,
    /// Where it begins in the file, or the gzip member does that holds it.
    pub(super) place: u64,
}

impl Head {
    /// The first field of that name.
    pub(super) fn field<'h>(&'h self, name: &'h str) -> Option<&'h str> {
        self.all(name).next()
    }

    /// All fields of that name.
    pub(super) fn all<'h>(&'h self, name: &'h str) -> impl Iterator<Item = &'h str> + 'h {
        self.fields.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(super) fn kind(&self) -> Kind {
        self.named_kind().1
    }

    /// Its type as the standard names it, or `other`.
    pub(super) fn kind_name(&self) -> &'static str {
        self.named_kind().0
    }

    fn named_kind(&self) -> (&'static str, Kind) {
        const KINDS: [(&str, Kind); 8] = [
            ("warcinfo", Kind::Info),
            ("request", Kind::Request),
            ("response", Kind::Response),
            ("revisit", Kind::Revisit),
            ("resource", Kind::Resource),
            ("metadata", Kind::Metadata),
            ("conversion", Kind::Other),
            ("continuation", Kind::Other),
        ];
        let named = self.field("WARC-Type").unwrap_or_default();
        KINDS.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(named)).unwrap_or(("other", Kind::Other))
    }

    /// The address, without the angle brackets of Wget.
    pub(super) fn target(&self) -> &str {
        let target = self.field("WARC-Target-URI").unwrap_or_default();
        target.strip_prefix('<').and_then(|inner| inner.strip_suffix('>')).unwrap_or(target)
    }

    /// Whether it is about something that is asked for over a network in HTTP.
    pub(super) fn is_http(&self) -> bool {
        let scheme = self.target().split_once(':').map_or("", |(scheme, _)| scheme);
        ["http", "https", "ws", "wss"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
    }

    pub(super) fn date(&self) -> Option<Timestamp> {
        Timestamp::parse(self.field("WARC-Date")?)
    }
}

/// The records of one file.
pub(super) struct Records<'a> {
    reader: BufReader<Box<dyn Read + 'a>>,
    /// `None`: the file is not compressed.
    starts: Option<Starts>,
    /// Of the unpacked text.
    offset: u64,
    /// Bytes of the block of the last record that were not read yet.
    left: u64,
    ceiling: u64,
    /// Records that begin within a gzip member.
    pub(super) loose: u64,
    /// Records whose end was not where their head says.
    pub(super) misplaced: u64,
    /// Bytes between records that belong to none.
    pub(super) strays: u64,
}

/// Why reading stopped: what is wrong and where, without the name of the file or the count of records.
pub(super) enum Stop {
    /// What `--partial` goes around.
    Damage {
        place: u64,
        unpacked: u64,
        what: String,
    },
    Failed(ImportError),
}

impl<'a> Records<'a> {
    /// The records in `source`, which may be compressed. No block may be longer than `ceiling`.
    pub(super) fn new(mut source: impl Read + 'a, ceiling: u64) -> io::Result<Self> {
        let mut magic = Vec::new();
        (&mut source).take(2).read_to_end(&mut magic)?;
        let packed = magic == [0x1f, 0x8b];
        let whole = io::Cursor::new(magic).chain(source);
        let starts = packed.then(Starts::default);
        let reader: Box<dyn Read + 'a> = match &starts {
            Some(starts) => Box::new(Members::new(whole, starts.clone())),
            None => Box::new(whole),
        };
        let reader = BufReader::with_capacity(1 << 17, reader);
        Ok(Self { reader, starts, offset: 0, left: 0, ceiling, loose: 0, misplaced: 0, strays: 0 })
    }

    /// Whether the file is compressed.
    pub(super) fn packed(&self) -> bool {
        self.starts.is_some()
    }

    /// Unpacked bytes that were read so far.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// The head of the next record; `None` at the end. The block of the one before must have been read or passed over.
    pub(super) fn next(&mut self) -> Result<Option<Head>, Stop> {
        debug_assert_eq!(self.left, 0);
        if !self.find_record()? {
            return Ok(None);
        }
        let offset = self.offset;
        let place = self.place();
        if let Some((_, false)) = self.starts.as_ref().and_then(|starts| starts.member(offset)) {
            self.loose += 1;
        }
        let mut head = Head { offset, place, ..Head::default() };
        let mut room = LONGEST_HEAD;
        let mut text = Vec::new();
        loop {
            text.clear();
            let read = (&mut self.reader).take(room).read_until(b'\n', &mut text).map_err(|cause| self.unreadable(cause))? as u64;
            self.offset += read;
            room -= read;
            if text.last() != Some(&b'\n') {
                let what = if room == 0 { "the head of a record is longer than 1 MiB" } else { "the file ends in the head of a record" };
                return Err(Stop::Damage { place, unpacked: offset, what: what.to_owned() });
            }
            let line = String::from_utf8_lossy(&text);
            let line = line.trim_end_matches(['\r', '\n']);
            if head.version.is_empty() {
                if !line.starts_with("WARC/") {
                    return Err(Stop::Damage { place, unpacked: offset, what: "no WARC record begins here".to_owned() });
                }
                head.version = line.to_owned();
            } else if line.is_empty() {
                break;
            } else if line.starts_with([' ', '\t'])
                && let Some((_, value)) = head.fields.last_mut()
            {
                value.push(' ');
                value.push_str(line.trim());
            } else if let Some((name, value)) = line.split_once(':') {
                head.fields.push((name.trim().to_owned(), value.trim().to_owned()));
            }
        }
        let length = head.field("Content-Length").and_then(|length| length.parse().ok());
        let Some(length) = length else {
            let what = "a record has no readable Content-Length, so that nobody knows where it ends".to_owned();
            return Err(Stop::Damage { place, unpacked: offset, what });
        };
        if length > self.ceiling {
            return Err(Stop::Failed(ImportError::TooLarge { offset: place, ceiling: self.ceiling }));
        }
        (head.length, self.left) = (length, length);
        Ok(Some(head))
    }

    /// The block of the record whose head was read last.
    pub(super) fn block(&mut self, head: &Head) -> Result<Vec<u8>, Stop> {
        // A head may lie about its block; what is not there takes no room.
        let mut block = Vec::with_capacity(self.left.min(1 << 20) as usize);
        let read = (&mut self.reader).take(self.left).read_to_end(&mut block).map_err(|cause| damaged(head, &cause))? as u64;
        self.offset += read;
        if read < self.left {
            return Err(cut(head.place, head.offset, self.left - read));
        }
        self.left = 0;
        Ok(block)
    }

    /// Goes to the end of the block of the record whose head was read last.
    pub(super) fn pass_over(&mut self, head: &Head) -> Result<(), Stop> {
        let wanted = self.left;
        let passed = io::copy(&mut (&mut self.reader).take(wanted), &mut io::sink()).map_err(|cause| damaged(head, &cause))?;
        self.offset += passed;
        self.left -= passed;
        if self.left > 0 { Err(cut(head.place, head.offset, self.left)) } else { Ok(()) }
    }

    /// Goes to the start of the next record. Two line ends should stand before it; where a length was wrong by some bytes, it is searched.
    fn find_record(&mut self) -> Result<bool, Stop> {
        let (started, first) = (self.offset, self.offset == 0);
        let mut passed = 0;
        loop {
            if let Err(cause) = self.reader.fill_buf() {
                return Err(self.unreadable(cause));
            }
            let window = self.reader.buffer();
            if window.is_empty() {
                if passed > 0 {
                    self.stray(passed);
                }
                return Ok(false);
            }
            let blank = window.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            if blank > 0 {
                self.skip(blank);
                passed += if passed > 0 { blank } else { 0 };
                continue;
            }
            if begins(window) {
                if passed > 0 {
                    self.stray(passed);
                } else if !first && self.offset < started + 4 {
                    // The block took some of the line ends with it.
                    self.misplaced += 1;
                }
                return Ok(true);
            }
            if first || passed > SEARCH {
                let what = if first { "no WARC record begins here" } else { "no record begins where the one before it ends" };
                return Err(Stop::Damage { place: self.place(), unpacked: started, what: what.to_owned() });
            }
            // A record begins a line.
            let line = memchr::memchr(b'\n', window).map_or(window.len(), |end| end + 1);
            self.skip(line);
            passed += line;
        }
    }

    fn stray(&mut self, bytes: usize) {
        self.misplaced += 1;
        self.strays += bytes as u64;
    }

    fn skip(&mut self, bytes: usize) {
        self.reader.consume(bytes);
        self.offset += bytes as u64;
    }

    /// Where the present byte lies in the file.
    fn place(&self) -> u64 {
        self.starts.as_ref().and_then(|starts| starts.member(self.offset)).map_or(self.offset, |(place, _)| place)
    }

    fn unreadable(&self, cause: io::Error) -> Stop {
        Stop::Damage { place: self.place(), unpacked: self.offset, what: unpacking(&cause) }
    }
}

/// Whether a record begins here, as far as can be seen.
fn begins(window: &[u8]) -> bool {
    let magic = b"WARC/";
    let seen = window.len().min(magic.len());
    window[..seen] == magic[..seen]
}

fn damaged(head: &Head, cause: &io::Error) -> Stop {
    Stop::Damage { place: head.place, unpacked: head.offset, what: unpacking(cause) }
}

fn unpacking(cause: &io::Error) -> String {
    format!("the data cannot be read on ({cause})")
}

fn cut(place: u64, unpacked: u64, missing: u64) -> Stop {
    Stop::Damage { place, unpacked, what: format!("the file ends in a record, {missing} bytes before its end") }
}
