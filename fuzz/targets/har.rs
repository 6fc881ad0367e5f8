//! Any bytes as a HAR file: reading must end in contents or an error, and whatever was read must go through digest, observation and analysis.
//! What an observation quotes must stand where its locator points.
#![no_main]

use std::sync::LazyLock;

use dataspoor::analysis::{Analysis, Flow, MemorySpool, Opening, PageNeedles, Settings, Sink};
use dataspoor::classify::{IdleRequests, Parties};
use dataspoor::decode::resolve;
use dataspoor::evidence::{CaseKey, EntryHasher, Fingerprinter};
use dataspoor::interop::{ImportError, har};
use dataspoor::model::{Digest, Entry, Gap, Locator, Page};
use dataspoor::observe::observe;
use dataspoor::rules::{BUILTIN, RuleSet};
use dataspoor::site::SuffixList;
use libfuzzer_sys::fuzz_target;

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::compile(BUILTIN.iter().copied()).expect("the built-in rules compile"));
static KEY: LazyLock<CaseKey> = LazyLock::new(|| CaseKey::of_capture(Digest::of(b"fuzz")));

fuzz_target!(|data: &[u8]| {
    if let Err(ImportError::CutOff { .. }) = read(data, false) {
        // What is whole of a file that is cut off can be asked for.
        let _ = read(data, true);
    }
});

fn read(data: &[u8], partial: bool) -> Result<(), ImportError> {
    let suffixes = SuffixList::Embedded;
    let parties = Parties::default();
    let idle = IdleRequests::default();
    let needles = PageNeedles::new(Some("https://www.facebook.com/ministerie"), &[], &[]);
    let settings = Settings { rules: &RULES, suffixes: &suffixes, parties: &parties, page: None, lists: &[], idle: &idle, full_urls: true, needles: &needles, planted: None };
    let mut analysis = Analysis::new(settings, &KEY, Box::<MemorySpool>::default()).linking(&KEY, Box::<MemorySpool>::default(), 1 << 20);
    let mut hasher = EntryHasher::new(&KEY);
    let fingerprints = Fingerprinter::new(&KEY);
    let mut last = 0;
    let contents = har::read(data, har::Options { max_entry_bytes: 1 << 20, partial }, &mut |imported| {
        assert!(imported.number > last, "entries are numbered in the order of the file");
        last = imported.number;
        let digest = hasher.digest(imported.number, &imported.exchange)?;
        assert_eq!(digest, hasher.digest(imported.number, &imported.exchange)?, "a digest is the same twice");
        let entry = Entry { number: imported.number, order: imported.order, digest, exchange: imported.exchange };
        if let Some(observation) = observe(&entry, &suffixes, &fingerprints, &mut ()) {
            observation.sent.iter().for_each(|cookie| quoted(&entry, &cookie.name_locator(), &cookie.name));
            observation.set.iter().for_each(|cookie| quoted(&entry, &cookie.name_locator(), &cookie.name));
        }
        analysis.push(&entry)
    })?;
    assert!(contents.elements >= last);
    let counts = analysis.finish(&contents.session, contents.gaps, &mut Nothing).expect("a spool in memory does not fail").counts;
    assert!(counts.hostless_entries <= counts.entries);
    Ok(())
}

fn quoted(entry: &Entry, locator: &Locator, name: &str) {
    let bytes = resolve(&entry.exchange, locator).unwrap_or_else(|error| panic!("{locator}: {error}"));
    assert_eq!(String::from_utf8_lossy(&bytes), name, "{locator}");
}

struct Nothing;

impl Sink for Nothing {
    fn open(&mut self, _: &Opening<'_>) -> std::io::Result<()> {
        Ok(())
    }

    fn page(&mut self, _: &Page) -> std::io::Result<()> {
        Ok(())
    }

    fn flow(&mut self, _: &Flow<'_>) -> std::io::Result<()> {
        Ok(())
    }

    fn gap(&mut self, _: &Gap) -> std::io::Result<()> {
        Ok(())
    }

    fn close(&mut self, _: &dataspoor::analysis::Counts) -> std::io::Result<()> {
        Ok(())
    }
}
