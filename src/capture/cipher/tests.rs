//! Tests of encrypted files.

use super::*;

const KEY: [u8; 32] = [7; 32];

fn empty() -> Arc<File> {
    Arc::new(tempfile::tempfile().expect("a file"))
}

fn content(file: &EncryptedFile) -> Vec<u8> {
    let mut all = vec![0; file.length() as usize + 1];
    let mut done = 0;
    while let read @ 1.. = file.read_at(&mut all[done..], done as u64).expect("read") {
        done += read;
    }
    all.truncate(done);
    all
}

fn bytes_of(file: &File) -> Vec<u8> {
    let mut bytes = vec![0; file.metadata().expect("there").len() as usize];
    file.read_exact_at(&mut bytes, 0).expect("read");
    bytes
}

fn with(bytes: &[u8]) -> Arc<File> {
    let file = empty();
    (&*file).write_all(bytes).expect("written");
    file
}

#[test]
fn what_is_appended_is_read_at_once_and_again_later_and_not_in_clear() {
    let disk = empty();
    let file = EncryptedFile::begin(Arc::clone(&disk), &KEY).expect("begun");
    let long: Vec<u8> = (0..3 * LONGEST as u32 + 5).map(|at| (at % 251) as u8).collect();
    file.append_beginning(b"000 head").expect("appended");
    file.append(&long, false).expect("appended");
    assert_eq!(content(&file), [b"000 head", &long[..]].concat());
    assert!(EncryptedFile::open(Arc::clone(&disk), &KEY, Wanted::Whole).is_err(), "its last chunk is to come");
    file.complete(b"123 head", b"end").expect("completed");
    let expected = [b"123 head", &long[..], b"end"].concat();
    assert_eq!(content(&file), expected);
    let again = EncryptedFile::open(Arc::clone(&disk), &KEY, Wanted::Whole).expect("whole");
    assert_eq!(content(&again), expected);
    let mut some = [0; 6];
    assert_eq!((again.read_at(&mut some, 5).expect("read"), &some[..3]), (3, &b"ead"[..]), "up to the end of a chunk");
    let bytes = bytes_of(&disk);
    assert!(memchr::memmem::find(&bytes, b"head").is_none() && memchr::memmem::find(&bytes, &long[..32]).is_none());
}

#[test]
fn equal_contents_are_encrypted_differently() {
    let disk = empty();
    let file = EncryptedFile::begin(Arc::clone(&disk), &KEY).expect("begun");
    (0..2).for_each(|_| file.append(b"the same sixteen", false).expect("appended"));
    let bytes = bytes_of(&disk);
    let (one, other) = bytes[MAGIC.len()..].split_at(HEAD + 16 + TAG);
    assert!(one[4..4 + NONCE] != other[4..4 + NONCE] && one[HEAD..] != other[HEAD..]);
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_taken_as_far_as_its_chunks_are_whole() {
    let disk = empty();
    let file = EncryptedFile::begin(Arc::clone(&disk), &KEY).expect("begun");
    let pieces: [&[u8]; 3] = [b"first", b"second piece", b"third"];
    let mut ends = vec![file.lock().end];
    for piece in pieces {
        file.append(piece, false).expect("appended");
        ends.push(file.lock().end);
    }
    let bytes = bytes_of(&disk);
    for cut in 0..=bytes.len() {
        let whole = ends.iter().rposition(|end| *end <= cut as u64);
        // Zeros are what a power cut leaves in place of bytes.
        for filled in [0, 40] {
            let opened = EncryptedFile::open(with(&[&bytes[..cut], &vec![0; filled]].concat()), &KEY, Wanted::AsFarAsItCame);
            if cut < MAGIC.len() && cut > 0 && filled > 0 {
                continue;
            }
            let opened = opened.unwrap_or_else(|error| panic!("cut at {cut}: {error}"));
            assert_eq!(content(&opened), pieces[..whole.unwrap_or(0)].concat(), "cut at {cut}");
            let whole = whole.map_or(0, |whole| ends[whole]);
            assert_eq!(opened.torn(), (cut as u64 + filled as u64 - whole, whole));
        }
    }
}

#[test]
fn every_changed_byte_and_every_moved_chunk_is_noticed() {
    let disk = empty();
    let file = EncryptedFile::begin(Arc::clone(&disk), &KEY).expect("begun");
    file.append(b"first", false).expect("appended");
    let middle = file.lock().end as usize;
    file.append(b"other", false).expect("appended");
    file.append(b"", true).expect("appended");
    let bytes = bytes_of(&disk);
    let fails = |bytes: &[u8]| match EncryptedFile::open(with(bytes), &KEY, Wanted::Whole) {
        Err(_) => true,
        Ok(opened) => (0..opened.length()).any(|at| opened.read_at(&mut [0], at).is_err()),
    };
    assert!(!fails(&bytes));
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert!(fails(&changed), "byte {at}");
    }
    let length = middle - MAGIC.len();
    let (head, chunks) = bytes.split_at(MAGIC.len());
    assert!(fails(&[head, &chunks[length..2 * length], &chunks[..length], &chunks[2 * length..]].concat()), "exchanged");
    assert!(fails(&[head, &chunks[length..]].concat()), "left out");
    assert!(fails(&[head, &chunks[..length], &chunks[2 * length..]].concat()), "left out");
    assert!(fails(&bytes[..bytes.len() - 1]) && fails(&[&bytes[..], &[0]].concat()));
    assert!(EncryptedFile::open(disk, &[8; 32], Wanted::Whole).is_err(), "another key");
}

#[test]
fn what_is_cut_is_gone_and_the_file_goes_on() {
    let disk = empty();
    let file = EncryptedFile::begin(Arc::clone(&disk), &KEY).expect("begun");
    file.append(b"kept and gone", false).expect("appended");
    file.append(b"gone too", false).expect("appended");
    file.cut(4).expect("cut");
    assert_eq!(content(&file), b"kept");
    file.append(b", end", true).expect("appended");
    for file in [file, EncryptedFile::open(disk, &KEY, Wanted::Whole).expect("whole")] {
        assert_eq!(content(&file), b"kept, end");
    }
}
