//! Locators lead back: the text form of a finding's locator, parsed and resolved in the loaded recording, gives the bytes that it quotes.

use std::collections::BTreeMap;
use std::fs;
use std::io;

use dataspoor::analysis::{Analysis, Counts, Flow, MemorySpool, Opening, Sink};
use dataspoor::batch::{load, replay};
use dataspoor::classify::Subject;
use dataspoor::decode::resolve;
use dataspoor::evidence::CaseKey;
use dataspoor::interop::har;
use dataspoor::model::{Entry, Gap, Locator, Page};
use serde_json::Value;

use super::corpus::{Draw, inputs, name, recording, recordings, scratch, shared};

/// How many findings are drawn.
const DRAWN: usize = 1_000;

/// A place with the bytes that stand there, as an output says them.
struct Quoted {
    kind: &'static str,
    entry: u64,
    locator: String,
    quote: String,
}

/// Keeps every finding and every cookie.
#[derive(Default)]
struct Keep(Vec<Quoted>);

impl Keep {
    fn keep(&mut self, kind: &'static str, entry: u64, locator: &Locator, quote: &str) {
        self.0.push(Quoted { kind, entry, locator: locator.to_string(), quote: quote.to_owned() });
    }
}

impl Sink for Keep {
    fn open(&mut self, _: &Opening<'_>) -> io::Result<()> {
        Ok(())
    }

    fn page(&mut self, _: &Page) -> io::Result<()> {
        Ok(())
    }

    fn flow(&mut self, flow: &Flow<'_>) -> io::Result<()> {
        let number = flow.observation.number;
        for finding in &flow.classified.findings {
            let kind = match finding.subject {
                Subject::Recipient => "owner of the recipient",
                Subject::Endpoint => "endpoint",
                Subject::CookieSent(_) => "rule about a cookie sent",
                Subject::CookieSet(_) => "rule about a cookie set",
                Subject::Request => "filter list",
                Subject::Alias => "filter list, under another name",
            };
            self.keep(kind, number, &finding.locator, &finding.quote);
        }
        flow.observation.sent.iter().for_each(|cookie| self.keep("cookie sent", number, &cookie.name_locator(), &cookie.name));
        flow.observation.set.iter().for_each(|cookie| self.keep("cookie set", number, &cookie.name_locator(), &cookie.name));
        Ok(())
    }

    fn gap(&mut self, _: &Gap) -> io::Result<()> {
        Ok(())
    }

    fn close(&mut self, _: &Counts) -> io::Result<()> {
        Ok(())
    }
}

/// The bytes that a locator's text leads to.
fn lead(entries: &[Entry], number: u64, text: &str) -> Vec<u8> {
    let locator: Locator = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(locator.to_string(), text, "the text form is the only one");
    let entry = entries.iter().find(|entry| entry.number == number).unwrap_or_else(|| panic!("no entry {number}"));
    resolve(&entry.exchange, &locator).unwrap_or_else(|error| panic!("entry {number}, {text}: {error}")).into_owned()
}

#[test]
fn findings_drawn_over_the_corpus_lead_to_the_bytes_they_quote() {
    let inputs = inputs();
    let mut all = Vec::new();
    let mut loaded = Vec::new();
    for path in recordings() {
        // The broken files of the corpus are the business of facts.rs.
        let Ok(recording) = load(&path, har::Options::default()) else { continue };
        let subject = inputs.subject(None, false);
        let settings = inputs.settings(&subject);
        let key = CaseKey::of_capture(recording.capture.digest);
        let mut analysis = Analysis::new(settings, &key, Box::new(MemorySpool::default()));
        recording.entries.iter().for_each(|entry| analysis.push(entry).expect("a spool in memory"));
        let mut keep = Keep::default();
        analysis.finish(&recording.contents.session, Vec::new(), &mut keep).expect("a sink in memory");
        all.extend(keep.0.into_iter().map(|quoted| (loaded.len(), quoted)));
        loaded.push((name(&path), recording.entries));
    }
    let mut draw = Draw(5);
    let wanted = DRAWN.min(all.len());
    for place in 0..wanted {
        let other = place + draw.below(all.len() - place);
        all.swap(place, other);
    }
    // Besides, some of every kind, however rare.
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let mut files = std::collections::BTreeSet::new();
    for (place, (file, quoted)) in all.iter().enumerate() {
        let seen = kinds.entry(quoted.kind).or_default();
        *seen += 1;
        if place >= wanted && *seen > 100 {
            continue;
        }
        let (name, entries) = &loaded[*file];
        let bytes = lead(entries, quoted.entry, &quoted.locator);
        let found = String::from_utf8_lossy(&bytes);
        assert_eq!(found, quoted.quote, "{name}, entry {}, {} ({})", quoted.entry, quoted.locator, quoted.kind);
        assert_eq!(bytes, quoted.quote.as_bytes(), "{name}, entry {}, {}", quoted.entry, quoted.locator);
        assert!(!quoted.quote.is_empty() || quoted.kind.starts_with("cookie"), "{name}, entry {}, {}", quoted.entry, quoted.locator);
        files.insert(*file);
    }
    eprintln!("{wanted} findings drawn of {} in {} recordings: {kinds:?}", all.len(), files.len());
    assert_eq!(kinds.len(), 7, "every kind of finding occurs: {kinds:?}");
    if shared("corpus/har").is_some() {
        assert_eq!(wanted, DRAWN);
        assert!(files.len() > 50, "{} recordings", files.len());
    }
}

#[test]
fn what_the_evidence_log_quotes_stands_at_its_locator() {
    let mut quotes = 0;
    for file in ["pixel988-211palmbeach-contact-form.har", "chromehar2018-case-sensitive-protocol.har", "charles2018-someapi13.har"] {
        let path = recording(file);
        let entries = load(&path, har::Options::default()).expect("a recording").entries;
        let root = scratch();
        let folder = root.path().join("annex");
        replay(&path, inputs(), &Default::default(), Some(&folder)).expect("an annex");
        for line in fs::read_to_string(folder.join("evidence.ndjson")).expect("a log").lines() {
            let record: Value = serde_json::from_str(line).expect("a record");
            let Some(entry) = record["entry"].as_u64() else { continue };
            let text = |value: &Value| value.as_str().expect("a text").to_owned();
            for finding in record["findings"].as_array().into_iter().flatten() {
                assert_eq!(lead(&entries, entry, &text(&finding["locator"])), text(&finding["quote"]).as_bytes(), "{file}: {line}");
                quotes += 1;
            }
            let cookies = record["cookies_sent"].as_array().into_iter().flatten();
            for cookie in cookies.chain((record["kind"] == "cookie").then_some(&record)) {
                assert_eq!(lead(&entries, entry, &text(&cookie["locator"])), text(&cookie["name"]).as_bytes(), "{file}: {line}");
                quotes += 1;
            }
        }
    }
    assert!(quotes > 50, "{quotes} quotes");
}
