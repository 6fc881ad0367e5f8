//! Speed of replay as ratios within one run: against `serde_json` reading the same bytes into `IgnoredAny`, two cores against one, and cost per
//! entry at 1, 10 and 100 times the entries. Prints a table; judges nothing.
//!
//! `cargo bench --bench replay` reads the corpus at `../shared/corpus/har`, or the recordings in `captures/` where that is not there.

#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark reads the clock and prints")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use dataspoor::batch::{Inputs, Options, for_each, replay};
use dataspoor::classify::Parties;
use dataspoor::evidence::{CaseKey, EntryHasher};
use dataspoor::interop::har;
use dataspoor::report::text::Lang;
use dataspoor::rules::{BUILTIN, FilterList, OutsideList, RuleSet};
use dataspoor::site::SuffixList;
use serde::de::IgnoredAny;

const ROUNDS: usize = 7;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scratch = tempfile::tempdir().expect("a temporary folder");
    let corpus = root.join("../shared/corpus/har");
    let source = if corpus.is_dir() { corpus } else { root.join("captures") };
    println!("recordings: {}", source.display());
    let (files, texts) = unpacked(&source, scratch.path());
    let bytes: usize = texts.iter().map(Vec::len).sum();
    println!("{} files, {:.1} MB of JSON; medians of {ROUNDS} interleaved rounds", files.len(), bytes as f64 / 1e6);

    let inputs = inputs(Vec::new());
    let options = Options { languages: vec![Lang::Nl], ..Options::default() };
    let out = scratch.path().join("out");
    let mut floor = Vec::new();
    let (mut counts, mut annex, mut two, mut hash) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut import, mut digests) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        floor.push(seconds(|| {
            texts.iter().for_each(|text| {
                std::hint::black_box(serde_json::from_slice::<IgnoredAny>(text).expect("JSON"));
            });
        }));
        hash.push(seconds(|| {
            texts.iter().for_each(|text| {
                std::hint::black_box(dataspoor::model::Digest::of(text));
            })
        }));
        import.push(seconds(|| texts.iter().for_each(|text| read(text, false))));
        digests.push(seconds(|| texts.iter().for_each(|text| read(text, true))));
        counts.push(seconds(|| run(&files, &inputs, &options, 1, None)));
        annex.push(seconds(|| run(&files, &inputs, &options, 1, Some(&out))));
        two.push(seconds(|| run(&files, &inputs, &options, 2, None)));
    }
    let floor = median(floor);
    let one = median(counts);
    row("serde_json IgnoredAny, one core", floor, bytes, floor);
    row("SHA-256 of the same bytes, one core", median(hash), bytes, floor);
    row("HAR import alone, from memory, one core", median(import), bytes, floor);
    row("the same with entry digests", median(digests), bytes, floor);
    row("replay without output, one core", one, bytes, floor);
    row("replay with evidence log and annex, one core", median(annex), bytes, floor);
    let two = median(two);
    row("replay without output, two cores", two, bytes, floor);
    println!("two cores against one: {:.2} x", one / two);

    sizes(scratch.path(), &files, &inputs, &options);
    lists(root, &files, &options, bytes, floor);
}

/// The recordings as plain JSON files, and their texts. What is wrapped in JSONP or broken is left out: the floor could not read it.
fn unpacked(source: &Path, scratch: &Path) -> (Vec<PathBuf>, Vec<Vec<u8>>) {
    let mut names: Vec<PathBuf> = fs::read_dir(source).expect("recordings").map(|entry| entry.expect("entry").path()).collect();
    names.sort();
    let (mut files, mut texts) = (Vec::new(), Vec::new());
    for name in names {
        let raw = fs::read(&name).expect("readable");
        let text = if raw.starts_with(&[0x1f, 0x8b]) {
            let mut text = Vec::new();
            std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&raw[..]), &mut text).expect("gzip");
            text
        } else {
            raw
        };
        if text.starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(&text).is_ok() && text.len() > 2_000 {
            let file = scratch.join(format!("{}.har", files.len()));
            fs::write(&file, &text).expect("writable");
            files.push(file);
            texts.push(text);
        }
    }
    (files, texts)
}

fn inputs(lists: Vec<OutsideList>) -> Inputs {
    let rules = RuleSet::compile(BUILTIN.iter().copied()).expect("rules");
    Inputs {
        rules,
        rule_mistakes: 0,
        suffixes: SuffixList::Embedded,
        lists,
        parties: Parties::default(),
        case: Parties::default(),
        planted: None,
    }
}

/// Reads a recording from memory, with or without the digests of its entries.
fn read(text: &[u8], digests: bool) {
    let mut hasher = EntryHasher::new(&CaseKey::of_capture(dataspoor::model::Digest([0; 32])));
    let each = &mut |imported: dataspoor::interop::Imported| {
        if digests {
            std::hint::black_box(hasher.digest(imported.number, &imported.exchange).expect("in memory"));
        }
        Ok(())
    };
    har::read(text, har::Options::default(), each).expect("a recording");
}

fn run(files: &[PathBuf], inputs: &Inputs, options: &Options, threads: usize, out: Option<&Path>) {
    let work = |index: usize, file: &PathBuf| replay(file, inputs, options, out.map(|out| out.join(index.to_string())).as_deref());
    for_each(files, threads, work, |_, result| drop(result.expect("replays")));
}

fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn row(name: &str, seconds: f64, bytes: usize, floor: f64) {
    println!("{name:50} {:8.1} ms {:7.0} MB/s {:6.2} x floor", seconds * 1e3, bytes as f64 / 1e6 / seconds, seconds / floor);
}

/// Cost per entry when one recording has 1, 10 and 100 times the entries.
fn sizes(scratch: &Path, files: &[PathBuf], inputs: &Inputs, options: &Options) {
    let count = |file: &PathBuf| replay(file, inputs, options, None).expect("replays").counts.entries;
    let largest = files.iter().max_by_key(|file| count(file)).expect("a recording");
    let value: serde_json::Value = serde_json::from_slice(&fs::read(largest).expect("readable")).expect("JSON");
    let entries = value["log"]["entries"].as_array().expect("entries").clone();
    let mut first = 0.0;
    for times in [1_usize, 10, 100] {
        let mut log = value.clone();
        log["log"]["entries"] = entries.iter().cycle().take(entries.len() * times).cloned().collect::<Vec<_>>().into();
        let file = scratch.join(format!("times-{times}.har"));
        fs::write(&file, log.to_string()).expect("writable");
        let rounds = (0..5).map(|_| seconds(|| drop(replay(&file, inputs, options, None).expect("replays")))).collect();
        let each = median(rounds) * 1e6 / (entries.len() * times) as f64;
        if times == 1 {
            first = each;
        }
        println!("{:6} entries: {each:6.1} µs each, {:5.2} x the first", entries.len() * times, each / first);
    }
}

/// Filter lists: compiling them, and replay with them.
fn lists(root: &Path, files: &[PathBuf], options: &Options, bytes: usize, floor: f64) {
    let folder = root.join("../shared/lists");
    let mut lists = Vec::new();
    for name in ["easylist.txt", "easyprivacy.txt"] {
        let Ok(text) = fs::read(folder.join(name)) else { return println!("filter lists: not here, not measured") };
        let start = Instant::now();
        lists.push(OutsideList::Filter(FilterList::compile(name, &text).expect("compiles")));
        println!("{name}: compiled in {:.0} ms", start.elapsed().as_secs_f64() * 1e3);
    }
    let inputs = inputs(lists);
    row("replay with both lists, one core", seconds(|| run(files, &inputs, options, 1, None)), bytes, floor);
}
