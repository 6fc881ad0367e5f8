//! Any bytes as a flow file of mitmproxy: reading must end in contents or an error, every exchange has a number of its own and goes through digest and
//! observation, and what is whole of half a file stands in the whole one.
#![no_main]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use dataspoor::evidence::{CaseKey, EntryHasher, Fingerprinter};
use dataspoor::interop::{Contents, ImportError, Options, mitm};
use dataspoor::model::{Digest, Entry};
use dataspoor::observe::observe;
use dataspoor::site::SuffixList;
use libfuzzer_sys::fuzz_target;

static KEY: LazyLock<CaseKey> = LazyLock::new(|| CaseKey::of_capture(Digest::of(b"fuzz")));

fuzz_target!(|data: &[u8]| {
    let (whole, entries) = read(data);
    let Ok(whole) = whole else { return };
    assert!(entries.keys().all(|number| (1..=whole.elements).contains(number)));
    if let (Ok(half), in_half) = read(&data[..data.len() / 2]) {
        assert!(half.elements <= whole.elements && in_half.len() <= entries.len());
        for (number, url) in &in_half {
            assert_eq!(entries.get(number), Some(url));
        }
    }
});

fn read(data: &[u8]) -> (Result<Contents, ImportError>, BTreeMap<u64, String>) {
    let suffixes = SuffixList::Embedded;
    let fingerprints = Fingerprinter::new(&KEY);
    let mut hasher = EntryHasher::new(&KEY);
    let mut entries = BTreeMap::new();
    let contents = mitm::read(data, Options { max_entry_bytes: 1 << 20, partial: true }, &mut |imported| {
        let digest = hasher.digest(imported.number, &imported.exchange)?;
        let before = entries.insert(imported.number, imported.exchange.request.url.clone());
        assert_eq!(before, None, "every exchange has a number of its own");
        let entry = Entry { number: imported.number, order: imported.order, digest, exchange: imported.exchange };
        let _ = observe(&entry, &suffixes, &fingerprints, &mut ());
        Ok(())
    });
    (contents, entries)
}
