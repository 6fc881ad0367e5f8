//! WARC 1.0 and 1.1 (ISO 28500) as crawlers and archiving proxies really write it: plain, or compressed record by record or whole. Our own recordings hold
//! WARC files too; those are read by `capture`, with everything that stands around them.
//!
//! The file is read twice: the first time heads only, to know which request belongs to which answer; the second time one exchange is in memory at a time,
//! with what waits for its counterpart.

mod convert;
mod digests;
mod http;
mod members;
mod pairs;
mod record;

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom};

use self::convert::{Faults, Message};
use self::pairs::{Index, Pairs};
use self::record::{Head, Kind, Records, Stop};
use super::{Contents, ImportError, Imported, Options};
use crate::model::{Gap, GapKind, Session, Timestamp};

/// How many entry numbers a gap names.
const NAMED: usize = 10;

/// Files of records that belong together.
pub(super) trait Parts {
    /// How many there are.
    fn count(&self) -> usize;

    /// How one is called in messages; nothing where there is one only.
    fn name(&self, index: usize) -> Option<String>;

    /// One from its beginning.
    fn open(&mut self, index: usize) -> io::Result<Box<dyn Read + '_>>;
}

/// A file by itself.
struct Single<S>(S);

impl<S: Read + Seek> Parts for Single<S> {
    fn count(&self) -> usize {
        1
    }

    fn name(&self, _: usize) -> Option<String> {
        None
    }

    fn open(&mut self, _: usize) -> io::Result<Box<dyn Read + '_>> {
        self.0.seek(SeekFrom::Start(0))?;
        Ok(Box::new(&mut self.0))
    }
}

/// Whether a file that begins so is a WARC file, as far as its first record goes.
pub(super) fn is_warc(head: &[u8]) -> bool {
    head.starts_with(b"WARC/")
}

/// Whether a file that begins so is an ARC file, the format before WARC.
pub(super) fn is_arc(head: &[u8]) -> bool {
    head.starts_with(b"filedesc:")
}

/// Reads a WARC file from `source` and hands every exchange to `each`. The number of an entry is that of the record with its answer, counted over all
/// records of the file, or that of its request where no answer is recorded.
///
/// # Errors
///
/// Says where the file stops being a WARC file. What was handed to `each` before stays valid.
pub fn read(source: impl Read + Seek, options: Options, each: &mut dyn FnMut(Imported) -> io::Result<()>) -> Result<Contents, ImportError> {
    let contents = read_parts(&mut Single(source), options, each)?;
    Ok(Contents { format: "warc", ..contents })
}

/// The same for several files that belong together.
pub(super) fn read_parts(
    parts: &mut dyn Parts,
    options: Options,
    each: &mut dyn FnMut(Imported) -> io::Result<()>,
) -> Result<Contents, ImportError> {
    let mut survey = Survey::default();
    let walked = walk(parts, options, u64::MAX, &mut |number, head, records| survey.see(number, head, records))?;
    let mut reader = Reader {
        pairs: survey.index.pairs(),
        waiting: BTreeMap::new(),
        held: 0,
        ceiling: options.max_entry_bytes,
        last_start: Timestamp::from_nanoseconds(0),
        counts: Counts::default(),
        each,
    };
    walk(parts, options, walked.records, &mut |number, head, records| reader.take(number, head, records))?;
    // Counterparts that stand behind the damage.
    for (number, message) in std::mem::take(&mut reader.waiting) {
        reader.emit(number, message, None)?;
    }
    let mut contents = Contents {
        session: survey.session,
        types: survey.types,
        elements: walked.records,
        text_bytes: walked.text_bytes,
        ..Contents::default()
    };
    if walked.packed {
        contents.wrappings.push("gzip");
    }
    if walked.loose > 0 {
        contents.wrappings.push("gzip-not-per-record");
    }
    contents.gaps = reader.counts.gaps(&walked);
    Ok(contents)
}

/// What a walk over all records came to.
#[derive(Default)]
struct Walked {
    records: u64,
    text_bytes: u64,
    packed: bool,
    loose: u64,
    misplaced: u64,
    /// Bytes behind the damage, and whether there is any.
    cut: Option<u64>,
}

type EachRecord<'e> = &'e mut dyn FnMut(u64, Head, &mut Records<'_>) -> Result<(), Stop>;

/// Goes through all records of all parts, at most `most`, and stops at damage where that is allowed.
fn walk(parts: &mut dyn Parts, options: Options, most: u64, each: EachRecord<'_>) -> Result<Walked, ImportError> {
    let mut walked = Walked::default();
    for part in 0..parts.count() {
        let name = parts.name(part);
        let opened = parts.open(part).and_then(|source| Records::new(source, options.max_entry_bytes));
        let mut records = opened.map_err(|cause| ImportError::Io { offset: 0, cause })?;
        walked.packed |= records.packed();
        let stop = loop {
            if walked.records >= most {
                break None;
            }
            match records.next() {
                Ok(None) => break None,
                Err(stop) => break Some(stop),
                Ok(Some(head)) => {
                    if let Err(stop) = each(walked.records + 1, head, &mut records) {
                        break Some(stop);
                    }
                    walked.records += 1;
                }
            }
        };
        walked.loose += records.loose;
        walked.misplaced += records.misplaced;
        match stop {
            None => walked.text_bytes += records.offset(),
            Some(Stop::Failed(error)) => return Err(error),
            Some(Stop::Damage { unpacked, .. }) if options.partial && walked.records > 0 => {
                walked.text_bytes += records.offset();
                walked.cut = Some(walked.cut.unwrap_or_default() + records.offset().saturating_sub(unpacked));
            }
            Some(Stop::Damage { place, what, .. }) => {
                let place = name.map_or_else(|| format!("byte {place}"), |name| format!("{}, byte {place}", name.escape_debug()));
                return Err(ImportError::Records { place, what, records: walked.records });
            }
        }
    }
    Ok(walked)
}

/// What the first walk gathers.
#[derive(Default)]
struct Survey {
    index: Index,
    session: Session,
    types: BTreeMap<&'static str, u64>,
}

impl Survey {
    fn see(&mut self, number: u64, head: Head, records: &mut Records<'_>) -> Result<(), Stop> {
        if self.session.format_version.is_none() {
            self.session.format_version = Some(head.version.clone());
        }
        *self.types.entry(head.kind_name()).or_default() += 1;
        match head.kind() {
            Kind::Info => {
                let block = records.block(&head)?;
                let (creator, comment) = info(&String::from_utf8_lossy(&block));
                let session = &mut self.session;
                session.creator = session.creator.take().or(creator);
                session.comment = session.comment.take().or(comment);
            }
            _ => self.index.see(number, &head),
        }
        // A record that is not whole is none; this asks for its end.
        records.pass_over(&head)
    }
}

/// The program and the description that a `warcinfo` record names.
fn info(text: &str) -> (Option<String>, Option<String>) {
    let field = |wanted: &str| {
        let fields = text.lines().filter_map(|line| line.split_once(':'));
        let mut named = fields.filter(|(name, value)| name.trim().eq_ignore_ascii_case(wanted) && !value.trim().is_empty());
        named.next().map(|(_, value)| value.trim().to_owned())
    };
    (field("software"), field("description").or_else(|| field("isPartOf")))
}

/// What is counted for the gaps.
#[derive(Default)]
struct Counts {
    not_entries: u64,
    digests: (u64, Vec<u64>),
    cut: (u64, Vec<u64>),
}

impl Counts {
    fn see(&mut self, number: u64, faults: Faults) {
        for (is_so, (count, entries)) in [(faults.digest, &mut self.digests), (faults.cut, &mut self.cut)] {
            if is_so {
                *count += 1;
                if entries.len() < NAMED {
                    entries.push(number);
                }
            }
        }
    }

    fn gaps(self, walked: &Walked) -> Vec<Gap> {
        let some = |kind, count, entries| (count > 0).then_some(Gap { kind, since: None, entries, count });
        let found = [
            some(GapKind::WebArchive, 1, Vec::new()),
            walked.cut.map(|count| Gap { kind: GapKind::CutOff, since: None, entries: Vec::new(), count }),
            some(GapKind::NotAnEntry, self.not_entries, Vec::new()),
            some(GapKind::RecordLength, walked.misplaced, Vec::new()),
            some(GapKind::DigestMismatch, self.digests.0, self.digests.1),
            some(GapKind::BodyCut, self.cut.0, self.cut.1),
        ];
        found.into_iter().flatten().collect()
    }
}

/// What the second walk needs.
struct Reader<'e> {
    pairs: Pairs,
    /// Messages whose counterpart comes later, by their number.
    waiting: BTreeMap<u64, Message>,
    /// Bytes of their blocks.
    held: u64,
    ceiling: u64,
    last_start: Timestamp,
    counts: Counts,
    each: &'e mut dyn FnMut(Imported) -> io::Result<()>,
}

impl Reader<'_> {
    fn take(&mut self, number: u64, head: Head, records: &mut Records<'_>) -> Result<(), Stop> {
        let is_message = matches!(head.kind(), Kind::Request | Kind::Response | Kind::Revisit | Kind::Resource);
        if !is_message || !head.is_http() {
            // What describes the archive or other records is no loss; anything else is something that is not examined.
            self.counts.not_entries += u64::from(!matches!(head.kind(), Kind::Info | Kind::Metadata));
            return records.pass_over(&head);
        }
        let place = head.place;
        let block = records.block(&head)?;
        let message = Message { head, block };
        match self.pairs.of(number) {
            Some(other) if other > number => {
                self.held += message.block.len() as u64;
                if self.held > self.ceiling {
                    return Err(Stop::Failed(ImportError::TooLarge { offset: place, ceiling: self.ceiling }));
                }
                self.waiting.insert(number, message);
                Ok(())
            }
            Some(other) => {
                let counterpart = self.waiting.remove(&other);
                self.held -= counterpart.as_ref().map_or(0, |message| message.block.len() as u64);
                self.emit(number, message, counterpart.map(|message| (other, message))).map_err(Stop::Failed)
            }
            None => self.emit(number, message, None).map_err(Stop::Failed),
        }
    }

    fn emit(&mut self, number: u64, message: Message, other: Option<(u64, Message)>) -> Result<(), ImportError> {
        let (mut request, mut answer) = (None, None);
        for (number, message) in [Some((number, message)), other].into_iter().flatten() {
            let side = if message.head.kind() == Kind::Request { &mut request } else { &mut answer };
            *side = Some((number, message));
        }
        let number = answer.as_ref().or(request.as_ref()).map_or(number, |(number, _)| *number);
        let (exchange, faults) = convert::exchange(request.map(|(_, message)| message), answer.map(|(_, message)| message));
        self.counts.see(number, faults);
        self.last_start = exchange.started.unwrap_or(self.last_start);
        let imported = Imported { number, order: self.last_start, exchange };
        (self.each)(imported).map_err(|cause| ImportError::Keep { number, cause })
    }
}
