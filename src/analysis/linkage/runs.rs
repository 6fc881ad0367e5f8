//! Records of one length, sorted outside of memory: full buffers are sorted and put away as runs, runs are merged until one is left, and readers of
//! several such go through them side by side. Memory stays within what it is given, whatever the number of records. Knows nothing of what records mean.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;

use crate::analysis::Spool;

/// Most runs that are merged at once.
const FAN_IN: usize = 64;

/// Longest block, in bytes.
const BLOCK: usize = 64 << 10;

/// Records in order, in blocks: place in the spool and number of records.
#[derive(Clone, Debug, Default)]
pub(super) struct Sorted<const N: usize>(Vec<(u64, u32)>);

/// Takes records and sorts them.
pub(super) struct Runs<const N: usize> {
    buffer: Vec<[u8; N]>,
    /// Records that the buffer holds at most.
    room: usize,
    /// Records of a block.
    block: usize,
    fan_in: usize,
    runs: Vec<Sorted<N>>,
}

impl<const N: usize> Runs<N> {
    /// Room for `memory` bytes, of which some records are always granted.
    pub(super) fn new(memory: usize) -> Self {
        let room = (memory / N).max(16);
        let block = (room / (FAN_IN + 2)).clamp(4, (BLOCK / N).max(4));
        Self { buffer: Vec::new(), room, block, fan_in: (room / block).clamp(3, FAN_IN + 1) - 1, runs: Vec::new() }
    }

    /// Takes a record.
    pub(super) fn push(&mut self, spool: &mut dyn Spool, record: [u8; N]) -> io::Result<()> {
        if self.buffer.len() == self.room {
            self.spill(spool)?;
        }
        self.buffer.push(record);
        Ok(())
    }

    fn spill(&mut self, spool: &mut dyn Spool) -> io::Result<()> {
        // Two records rarely have the same first eight bytes, and two numbers are compared faster than bytes.
        self.buffer.sort_unstable_by(|one, other| {
            u64::from_be_bytes(head(one)).cmp(&u64::from_be_bytes(head(other))).then_with(|| one.cmp(other))
        });
        self.buffer.dedup();
        let mut run = Sorted::default();
        for block in self.buffer.chunks(self.block) {
            run.0.push((spool.append(block.as_flattened())?, block.len() as u32));
        }
        self.buffer.clear();
        self.runs.push(run);
        Ok(())
    }

    /// Everything that was taken, in order, equal records once.
    pub(super) fn seal(mut self, spool: &mut dyn Spool) -> io::Result<Sorted<N>> {
        if !self.buffer.is_empty() {
            self.spill(spool)?;
        }
        self.buffer = Vec::new();
        while self.runs.len() > 1 {
            let mut merged = Vec::new();
            for group in std::mem::take(&mut self.runs).chunks_mut(self.fan_in) {
                merged.push(if let [one] = group { std::mem::take(one) } else { self.merge(spool, group)? });
            }
            self.runs = merged;
        }
        Ok(self.runs.pop().unwrap_or_default())
    }

    fn merge(&self, spool: &mut dyn Spool, group: &mut [Sorted<N>]) -> io::Result<Sorted<N>> {
        let mut readers: Vec<_> = group.iter_mut().map(|run| Reader::new(std::mem::take(run))).collect();
        let mut heap = BinaryHeap::with_capacity(readers.len());
        for (index, reader) in readers.iter_mut().enumerate() {
            heap.extend(reader.next(spool)?.map(|record| Reverse((record, index))));
        }
        let (mut out, mut block) = (Sorted::default(), Vec::with_capacity(self.block));
        let mut last = None;
        while let Some(Reverse((record, index))) = heap.pop() {
            heap.extend(readers[index].next(spool)?.map(|record| Reverse((record, index))));
            if last == Some(record) {
                continue;
            }
            last = Some(record);
            block.push(record);
            if block.len() == self.block {
                out.0.push((spool.append(block.as_flattened())?, block.len() as u32));
                block.clear();
            }
        }
        if !block.is_empty() {
            out.0.push((spool.append(block.as_flattened())?, block.len() as u32));
        }
        Ok(out)
    }
}

/// Goes through sorted records, holding one block.
pub(super) struct Reader<const N: usize> {
    blocks: std::vec::IntoIter<(u64, u32)>,
    block: Vec<u8>,
    at: usize,
}

impl<const N: usize> Reader<N> {
    pub(super) fn new(sorted: Sorted<N>) -> Self {
        Self { blocks: sorted.0.into_iter(), block: Vec::new(), at: 0 }
    }

    /// The next record; `spool`: the one that it was put into.
    pub(super) fn next(&mut self, spool: &mut dyn Spool) -> io::Result<Option<[u8; N]>> {
        if self.at == self.block.len() {
            let Some((place, records)) = self.blocks.next() else { return Ok(None) };
            spool.read(place, records as usize * N, &mut self.block)?;
            self.at = 0;
        }
        let mut record = [0; N];
        record.copy_from_slice(self.block.get(self.at..self.at + N).ok_or(io::ErrorKind::UnexpectedEof)?);
        self.at += N;
        Ok(Some(record))
    }
}

/// The first eight bytes of a record, where it came from, and the record.
type Headed<const N: usize> = ([u8; 8], usize, [u8; N]);

/// Goes through the records of several spools by their first eight bytes, then by spool, then by the rest.
pub(super) struct Merge<const N: usize> {
    readers: Vec<Reader<N>>,
    heap: BinaryHeap<Reverse<Headed<N>>>,
}

impl<const N: usize> Merge<N> {
    /// `sorted` and `spools` belong together, one by one.
    pub(super) fn new(sorted: Vec<Sorted<N>>, spools: &mut [Box<dyn Spool>]) -> io::Result<Self> {
        let mut merge = Self { readers: sorted.into_iter().map(Reader::new).collect(), heap: BinaryHeap::new() };
        for index in 0..merge.readers.len() {
            merge.refill(index, spools)?;
        }
        Ok(merge)
    }

    fn refill(&mut self, index: usize, spools: &mut [Box<dyn Spool>]) -> io::Result<()> {
        if let Some(record) = self.readers[index].next(spools[index].as_mut())? {
            self.heap.push(Reverse((head(&record), index, record)));
        }
        Ok(())
    }

    /// The first eight bytes of the record that comes next.
    pub(super) fn peek(&self) -> Option<[u8; 8]> {
        self.heap.peek().map(|Reverse((head, ..))| *head)
    }

    /// The next record and the number of its spool.
    pub(super) fn next(&mut self, spools: &mut [Box<dyn Spool>]) -> io::Result<Option<(usize, [u8; N])>> {
        let Some(Reverse((_, index, record))) = self.heap.pop() else { return Ok(None) };
        self.refill(index, spools)?;
        Ok(Some((index, record)))
    }
}

fn head<const N: usize>(record: &[u8; N]) -> [u8; 8] {
    let mut head = [0; 8];
    head.copy_from_slice(&record[..8]);
    head
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::analysis::MemorySpool;

    proptest! {
        #[test]
        fn as_a_sort_in_memory(records: Vec<[u8; 9]>, memory in 0_usize..2_000) {
            let mut spool = MemorySpool::default();
            let mut runs = Runs::new(memory);
            records.iter().for_each(|record| runs.push(&mut spool, *record).unwrap());
            let mut reader = Reader::new(runs.seal(&mut spool).unwrap());
            let mut sorted = Vec::new();
            while let Some(record) = reader.next(&mut spool).unwrap() {
                sorted.push(record);
            }
            let mut expected = records;
            expected.sort_unstable();
            expected.dedup();
            prop_assert_eq!(sorted, expected);
        }
    }

    #[test]
    fn several_spools_by_head_then_spool() {
        let mut spools: Vec<Box<dyn Spool>> = vec![Box::new(MemorySpool::default()), Box::new(MemorySpool::default())];
        let sorted = [[b"aaaaaaaa9", b"bbbbbbbb1"], [b"aaaaaaaa1", b"aaaaaaaa2"]].iter().zip(&mut spools);
        let sorted = sorted.map(|(records, spool)| {
            let mut runs = Runs::new(0);
            records.iter().for_each(|record| runs.push(spool.as_mut(), **record).unwrap());
            runs.seal(spool.as_mut()).unwrap()
        });
        let sorted = sorted.collect();
        let mut merge = Merge::new(sorted, &mut spools).unwrap();
        assert_eq!(merge.peek(), Some(*b"aaaaaaaa"));
        let mut all = Vec::new();
        while let Some((from, record)) = merge.next(&mut spools).unwrap() {
            all.push((from, record));
        }
        assert_eq!(all, [(0, *b"aaaaaaaa9"), (1, *b"aaaaaaaa1"), (1, *b"aaaaaaaa2"), (0, *b"bbbbbbbb1")]);
    }
}
