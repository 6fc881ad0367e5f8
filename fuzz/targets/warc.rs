//! Any bytes as a WARC file or a WACZ archive: reading must end in contents or an error, every entry has a number of its own, what is whole of a damaged file
//! can be asked for, and whatever was read goes through digest and observation.
#![no_main]

use std::collections::BTreeSet;
use std::io::Cursor;
use std::sync::LazyLock;

use dataspoor::evidence::{CaseKey, EntryHasher, Fingerprinter};
use dataspoor::interop::{Contents, ImportError, Options, wacz, warc};
use dataspoor::model::{BodyState, Digest, Entry};
use dataspoor::observe::observe;
use dataspoor::site::SuffixList;
use libfuzzer_sys::fuzz_target;

static KEY: LazyLock<CaseKey> = LazyLock::new(|| CaseKey::of_capture(Digest::of(b"fuzz")));

fuzz_target!(|data: &[u8]| {
    match read(data, false) {
        Ok(contents) => assert_eq!(read(data, true).ok().as_ref(), Some(&contents), "what is whole is the same either way"),
        Err(ImportError::Records { records, .. }) => {
            if let Ok(contents) = read(data, true) {
                assert!(contents.elements >= records);
            }
        }
        Err(_) => {}
    }
});

fn read(data: &[u8], partial: bool) -> Result<Contents, ImportError> {
    let suffixes = SuffixList::Embedded;
    let fingerprints = Fingerprinter::new(&KEY);
    let mut hasher = EntryHasher::new(&KEY);
    let mut numbers = BTreeSet::new();
    let options = Options { max_entry_bytes: 1 << 20, partial };
    let mut each = |imported: dataspoor::interop::Imported| {
        assert!(numbers.insert(imported.number), "two entries have the number {}", imported.number);
        if let Some(response) = imported.exchange.outcome.response() {
            assert!(!matches!(response.body.state(), BodyState::Missing(_)) || response.body.is_empty());
        }
        let digest = hasher.digest(imported.number, &imported.exchange)?;
        let entry = Entry { number: imported.number, order: imported.order, digest, exchange: imported.exchange };
        let _ = observe(&entry, &suffixes, &fingerprints, &mut ());
        Ok(())
    };
    let source = Cursor::new(data);
    let contents =
        if data.starts_with(b"PK") { wacz::read(source, options, &mut each) } else { warc::read(source, options, &mut each) }?;
    assert!(numbers.last().is_none_or(|last| *last <= contents.elements), "a number is that of a record");
    Ok(contents)
}
