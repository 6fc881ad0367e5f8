//! Chained logs: newline-delimited JSON in which every record carries the digest of the one before and its own.
//!
//! A record is one line: `{"n":N,"prev":"…",` its own members `,"digest":"…"}`. The digest is SHA-256 over the line's bytes before
//! `,"digest"`. The last record is of kind `end`, so that a log cut off between two records is noticed.

use crate::model::Digest;

/// Builds the records of a chained log.
#[derive(Clone, Debug)]
pub struct Chain {
    records: u64,
    head: Digest,
}

impl Default for Chain {
    fn default() -> Self {
        Self { records: 0, head: Digest([0; 32]) }
    }
}

impl Chain {
    /// Appends the record whose members are those of `object` (a JSON object in compact form, not empty) to `out`, as one line.
    pub fn append(&mut self, object: &[u8], out: &mut Vec<u8>) {
        self.records += 1;
        let start = out.len();
        let members = object.strip_prefix(b"{").and_then(|rest| rest.strip_suffix(b"}")).unwrap_or(object);
        begin(self.records, self.head, out);
        out.extend_from_slice(members);
        self.head = Digest::of(&out[start..]);
        out.extend_from_slice(SUFFIX);
        out.extend_from_slice(&self.head.digits());
        out.extend_from_slice(b"\"}\n");
    }

    /// How many records there are.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.records
    }

    /// Digest of the last record; 32 zero bytes before the first.
    #[must_use]
    pub fn head(&self) -> Digest {
        self.head
    }
}

const SUFFIX: &[u8] = b",\"digest\":\"";

/// Bytes after the record's own members: the suffix, 64 digits, `"}` and the line feed.
const TAIL: usize = SUFFIX.len() + 64 + 3;

/// Appends what a record begins with.
fn begin(number: u64, previous: Digest, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"n\":");
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
    out.extend_from_slice(b",\"prev\":\"");
    out.extend_from_slice(&previous.digits());
    out.extend_from_slice(b"\",");
}

fn prefix(number: u64, previous: Digest) -> Vec<u8> {
    let mut prefix = Vec::with_capacity(96);
    begin(number, previous, &mut prefix);
    prefix
}

/// What [`verify_chain`] found in an intact log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainSummary {
    /// How many records.
    pub records: u64,
    /// Digest of the last one.
    pub head: Digest,
}

/// The first place at which a chained log does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("record {record}, byte {offset}: {what}")]
pub struct ChainProblem {
    /// Number of the record (line), from 1.
    pub record: u64,
    /// Byte of the file: of the wrong byte where that is known, else of the beginning of the record.
    pub offset: u64,
    /// What does not fit.
    pub what: &'static str,
}

/// Checks every record of `log` and calls `each` with its number and its text without the line feed.
///
/// # Errors
///
/// Names the first record that does not fit.
pub fn verify_chain(log: &[u8], mut each: impl FnMut(u64, &[u8])) -> Result<ChainSummary, ChainProblem> {
    let mut reader = ChainReader::default();
    let mut rest = log;
    while !rest.is_empty() {
        let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
        let (line, next) = rest.split_at(length);
        reader.line(line, next)?;
        each(reader.chain.records, &line[..line.len() - 1]);
        rest = next;
    }
    reader.finish()
}

/// Checks the records of a chained log one after the other.
#[derive(Clone, Debug, Default)]
pub struct ChainReader {
    chain: Chain,
    offset: u64,
    ended: bool,
}

impl ChainReader {
    /// Checks the next record: `line` with its line feed. `next`: what follows it, as far as known; it helps to name the wrong byte.
    ///
    /// # Errors
    ///
    /// The record does not fit.
    pub fn line(&mut self, line: &[u8], next: &[u8]) -> Result<(), ChainProblem> {
        let record = self.chain.records + 1;
        let offset = self.offset;
        let problem = |at: usize, what| Err(ChainProblem { record, offset: offset + at as u64, what });
        if self.ended {
            return problem(0, "stands after the record of kind end");
        }
        let start = prefix(record, self.chain.head);
        if let Some(at) = first_difference(line, &start) {
            return problem(at, "does not begin with its number and the digest of the record before");
        }
        if line.len() < start.len() + TAIL {
            return problem(line.strip_suffix(b"\n").unwrap_or(line).len(), "ends in the middle");
        }
        let (covered, tail) = line.split_at(line.len() - TAIL);
        let head = Digest::of(covered);
        let digits = head.to_string();
        // If the next record still names this record's digest, the record itself is whole and its own copy of the digest was changed.
        let whole = next.starts_with(&prefix(record + 1, head)) || tail[SUFFIX.len()..].starts_with(digits.as_bytes());
        if whole && let Some(at) = first_difference(tail, &[SUFFIX, digits.as_bytes(), b"\"}\n"].concat()) {
            return problem(covered.len() + at, "its digest is not written as it should be");
        }
        if !whole {
            return problem(0, "its content does not fit its digest");
        }
        self.ended = covered[start.len()..].starts_with(b"\"kind\":\"end\"");
        self.chain = Chain { records: record, head };
        self.offset += line.len() as u64;
        Ok(())
    }

    /// The chain as far as it was read, for going on with it.
    #[must_use]
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// Bytes of the records that were read.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether the last record was of kind `end`.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// After the last record.
    ///
    /// # Errors
    ///
    /// The last record was not of kind `end`.
    pub fn finish(self) -> Result<ChainSummary, ChainProblem> {
        if self.ended {
            return Ok(ChainSummary { records: self.chain.records, head: self.chain.head });
        }
        let what = "the log ends without a record of kind end; records are missing";
        Err(ChainProblem { record: self.chain.records + 1, offset: self.offset, what })
    }
}

/// The first byte at which `text` does not begin with `expected`.
fn first_difference(text: &[u8], expected: &[u8]) -> Option<usize> {
    (0..expected.len()).find(|&at| text.get(at) != Some(&expected[at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(records: usize) -> Vec<u8> {
        let mut chain = Chain::default();
        let mut log = Vec::new();
        for index in 0..records {
            chain.append(format!("{{\"kind\":\"flow\",\"x\":{index}}}").as_bytes(), &mut log);
        }
        chain.append(b"{\"kind\":\"end\",\"records\":1}", &mut log);
        log
    }

    #[test]
    fn intact_logs_verify() {
        let log = log(3);
        let mut seen = Vec::new();
        let summary = verify_chain(&log, |record, _| seen.push(record)).expect("intact");
        assert_eq!((summary.records, seen), (4, vec![1, 2, 3, 4]));
        assert_eq!(verify_chain(b"", |_, _| {}).map_err(|problem| problem.record), Err(1));
    }

    #[test]
    fn every_flip_names_its_record() {
        let log = log(3);
        for at in 0..log.len() {
            let record = 1 + log[..at].iter().filter(|&&byte| byte == b'\n').count() as u64;
            for bit in 0..8 {
                let mut changed = log.clone();
                changed[at] ^= 1 << bit;
                let problem = verify_chain(&changed, |_, _| {}).expect_err("noticed");
                assert_eq!(problem.record, record, "byte {at} bit {bit}: {problem}");
                assert!(problem.offset <= at as u64, "byte {at}: {problem}");
            }
        }
    }

    #[test]
    fn every_cut_and_every_lost_line_is_noticed() {
        let log = log(3);
        for length in 0..log.len() {
            assert!(verify_chain(&log[..length], |_, _| {}).is_err(), "cut at {length}");
        }
        let lines: Vec<&[u8]> = log.split_inclusive(|&byte| byte == b'\n').collect();
        for lost in 0..lines.len() {
            let without: Vec<u8> = lines.iter().enumerate().filter(|(at, _)| *at != lost).flat_map(|(_, line)| line.to_vec()).collect();
            assert!(verify_chain(&without, |_, _| {}).is_err(), "without {lost}");
        }
    }
}
