//! A file of gzip members, one for each record, read at any place of its unpacked bytes. Where a member begins is known once the one before it was
//! unpacked, so the file is not unpacked for that alone: whoever reads it in order unpacks it once.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::os::unix::fs::FileExt as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use flate2::bufread::GzDecoder;

/// Bytes that are read of the package at once.
pub(super) const AT_ONCE: usize = 1 << 16;

/// Bytes of the beginning of a member that are kept unpacked: nearly every record as a whole.
const KEPT: u64 = 1 << 20;

/// Members whose beginnings are kept: a check reads request and response of an exchange, then both again for its digest.
const MEMBERS_KEPT: usize = 4;

/// A stretch of a package.
#[derive(Debug)]
pub(super) struct Stretch {
    pub(super) file: Arc<File>,
    pub(super) at: u64,
    pub(super) end: u64,
}

impl Read for Stretch {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.file.read_at(&mut buffer[..left], self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

type Packed = BufReader<Stretch>;

/// The byte of the package that is read next.
fn next_of(packed: &Packed) -> u64 {
    packed.get_ref().at - packed.buffer().len() as u64
}

/// A file of gzip members.
#[derive(Debug)]
pub struct PackedFile {
    file: Arc<File>,
    /// The byte after it in the package.
    end: u64,
    known: Mutex<Known>,
}

/// What is known of it so far.
#[derive(Default)]
struct Known {
    /// Of every member that was found: the byte at which it begins, unpacked and in the package.
    members: Vec<(u64, u64)>,
    /// Length of the file, unpacked, once its last member was unpacked to the end.
    length: Option<u64>,
    /// Members that were read last, the latest first.
    begun: VecDeque<Begun>,
    /// What was read of the package behind a member that was unpacked: mostly the next one.
    behind: Option<Packed>,
}

impl std::fmt::Debug for Known {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} members, {:?} bytes", self.members.len(), self.length)
    }
}

/// A member that is being unpacked.
struct Begun {
    /// Its number, from 0.
    member: usize,
    /// The byte at which it begins, unpacked.
    at: u64,
    /// Its first bytes.
    first: Vec<u8>,
    /// What unpacks the bytes behind them, and how many bytes of the member came out so far. `None`: there are none.
    rest: Option<(GzDecoder<Packed>, u64)>,
}

impl Begun {
    /// Whether the byte at `at` can be had without unpacking the member once more.
    fn reaches(&self, member: usize, at: u64) -> bool {
        let into = at.saturating_sub(self.at);
        self.member == member && (into < self.first.len() as u64 || self.rest.as_ref().is_none_or(|(_, done)| *done <= into))
    }
}

impl PackedFile {
    /// The file at byte `at` of the package, with so many bytes there.
    pub(super) fn new(file: Arc<File>, at: u64, length: u64) -> io::Result<Self> {
        let end = at.checked_add(length).ok_or(io::ErrorKind::InvalidData)?;
        let known = match length {
            0 => Known { length: Some(0), ..Known::default() },
            _ => Known { members: vec![(0, at)], ..Known::default() },
        };
        Ok(Self { file, end, known: Mutex::new(known) })
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its length, unpacked.
    ///
    /// # Errors
    ///
    /// It cannot be read or unpacked.
    pub fn length(&self) -> io::Result<u64> {
        let mut known = self.known();
        loop {
            if let Some(length) = known.length {
                return Ok(length);
            }
            let last = known.members.len() - 1;
            // The end of a member lies behind every byte of it.
            self.read_member(&mut known, last, u64::MAX, &mut [])?;
        }
    }

    /// Keeps no unpacked byte, but what was learned of its members.
    pub(super) fn forget_bytes(&self) {
        let mut known = self.known();
        (known.begun, known.behind) = (VecDeque::new(), None);
    }

    /// Where its members begin, unpacked.
    pub(super) fn places(&self) -> io::Result<Vec<u64>> {
        self.length()?;
        Ok(self.known().members.iter().map(|(at, _)| *at).collect())
    }

    pub(super) fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        let mut known = self.known();
        loop {
            if buffer.is_empty() || known.length.is_some_and(|length| at >= length) {
                return Ok(0);
            }
            let member = known.members.partition_point(|(begins, _)| *begins <= at).saturating_sub(1);
            let read = self.read_member(&mut known, member, at, buffer)?;
            // None: the member ends before, and what follows it is known now.
            if read > 0 {
                return Ok(read);
            }
        }
    }

    /// Reads bytes of a member; none behind its end, and then it is known what follows it.
    fn read_member(&self, known: &mut Known, member: usize, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let held = known.begun.iter().position(|begun| begun.reaches(member, at));
        let mut begun = match held.and_then(|held| known.begun.remove(held)) {
            Some(begun) => begun,
            None => self.begin(known, member)?,
        };
        let into = at - begun.at;
        let mut read = 0;
        if let Some(first) = usize::try_from(into).ok().and_then(|into| begun.first.get(into..)).filter(|first| !first.is_empty()) {
            read = first.len().min(buffer.len());
            buffer[..read].copy_from_slice(&first[..read]);
        } else if let Some((mut unpacking, done)) = begun.rest.take() {
            let skipped = io::copy(&mut (&mut unpacking).take(into - done), &mut io::sink())?;
            if done + skipped == into {
                read = unpacking.read(buffer)?;
            }
            let done = done + skipped + read as u64;
            if read == 0 {
                known.ended(member, begun.at + done, unpacking, self.end);
                // Without its end it is no whole member, and it was read to its end: nobody reads on there.
                return Ok(0);
            }
            begun.rest = Some((unpacking, done));
        }
        known.begun.retain(|other| other.member != member);
        known.begun.push_front(begun);
        known.begun.truncate(MEMBERS_KEPT);
        Ok(read)
    }

    /// Unpacks the beginning of a member.
    fn begin(&self, known: &mut Known, member: usize) -> io::Result<Begun> {
        let (at, packed_at) = known.members[member];
        let packed = known.behind.take().filter(|packed| next_of(packed) == packed_at);
        let packed = packed
            .unwrap_or_else(|| BufReader::with_capacity(AT_ONCE, Stretch { file: Arc::clone(&self.file), at: packed_at, end: self.end }));
        let mut unpacking = GzDecoder::new(packed);
        let mut first = Vec::new();
        (&mut unpacking).take(KEPT).read_to_end(&mut first)?;
        let done = first.len() as u64;
        let rest = if done < KEPT {
            known.ended(member, at + done, unpacking, self.end);
            None
        } else {
            Some((unpacking, done))
        };
        Ok(Begun { member, at, first, rest })
    }
}

impl Known {
    /// Notes what follows a member that was unpacked to its end. `to`: the byte after it, unpacked; `end`: the byte after the file in the package.
    fn ended(&mut self, member: usize, to: u64, unpacking: GzDecoder<Packed>, end: u64) {
        let packed = unpacking.into_inner();
        if member + 1 == self.members.len() && self.length.is_none() {
            match next_of(&packed) {
                next if next >= end => self.length = Some(to),
                next => self.members.push((to, next)),
            }
        }
        self.behind = Some(packed);
        if self.length == Some(to) {
            self.behind = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(members: &[Vec<u8>]) -> (tempfile::TempDir, PackedFile) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("packed");
        let mut bytes = b"before".to_vec();
        for member in members {
            let mut encoder = GzEncoder::new(&mut bytes, Compression::fast());
            encoder.write_all(member).expect("packs");
            encoder.finish().expect("packs");
        }
        let length = bytes.len() as u64 - 6;
        bytes.extend_from_slice(b"behind");
        std::fs::write(&path, &bytes).expect("writes");
        (folder, PackedFile::new(Arc::new(File::open(path).expect("opens")), 6, length).expect("a place"))
    }

    fn members() -> Vec<Vec<u8>> {
        let lengths = [10, 0, KEPT as usize, 3, KEPT as usize * 2 + 77, 1, KEPT as usize - 1, 70_000];
        lengths
            .into_iter()
            .enumerate()
            .map(|(member, length)| (0..length).map(|at| (at * 7 + member * 31 + at / 251) as u8).collect())
            .collect()
    }

    #[test]
    fn every_place_reads_the_same_in_any_order() {
        let members = members();
        let whole = members.concat();
        let (_folder, in_order) = packed(&members);
        let mut read = vec![0; 50_000];
        let mut at = 0;
        loop {
            let got = in_order.read_at(&mut read, at as u64).expect("reads");
            assert_eq!(read[..got], whole[at..at + got], "byte {at}");
            at += got;
            if got == 0 {
                break;
            }
        }
        assert_eq!(at, whole.len());
        let (_folder, anywhere) = packed(&members);
        let mut seed = 7_u64;
        for _ in 0..300 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = (seed >> 33) as usize % (whole.len() + 10);
            let got = anywhere.read_at(&mut read, at as u64).expect("reads");
            assert_eq!(got == 0, at >= whole.len(), "byte {at}");
            assert_eq!(read[..got], whole[at.min(whole.len())..][..got], "byte {at}");
        }
    }

    #[test]
    fn its_length_and_its_members_are_found() {
        let members = members();
        let (_folder, file) = packed(&members);
        assert_eq!(file.length().expect("unpacks"), members.concat().len() as u64);
        let places: Vec<u64> = (0..members.len()).map(|member| members[..member].concat().len() as u64).collect();
        assert_eq!(file.places().expect("unpacks"), places);
        let (_folder, empty) = packed(&[]);
        assert_eq!((empty.length().expect("nothing"), empty.places().expect("nothing")), (0, vec![]));
        assert_eq!(empty.read_at(&mut [0; 9], 0).expect("nothing"), 0);
    }

    #[test]
    fn what_is_cut_off_is_an_error_at_its_place() {
        let members = members();
        let (_folder, whole) = packed(&members);
        let cut = PackedFile::new(Arc::clone(&whole.file), 6, whole.end - 6 - 100).expect("a place");
        let mut read = [0; 9];
        assert_eq!(cut.read_at(&mut read, 3).expect("its beginning is there"), 7);
        assert!(cut.length().is_err());
        assert!(cut.read_at(&mut read, members.concat().len() as u64 - 5).is_err());
        assert_eq!(cut.read_at(&mut read, 3).expect("still"), 7);
    }
}
