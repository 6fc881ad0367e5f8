//! Speed of rules and lists: what a filter list needs for a request, compiling a list against taking up its compiled form, compiling the rule
//! files, and explaining. Prints times; judges nothing.
//!
//! `cargo bench --bench lists` asks the requests of the corpus at `../shared/corpus/har` of EasyList and EasyPrivacy at `../shared/lists`. Where these are
//! not there, it asks those of our own recordings of the list in `tests/data/verdicts`.

#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark reads the clock and prints")]

use std::collections::BTreeSet;
use std::fs;
use std::hint::black_box;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use adblock::Engine;
use adblock::lists::{FilterSet, ParseOptions};
use criterion::Criterion;
use dataspoor::analysis::{Analysis, Counts, Flow, MemorySpool, Opening, Sink};
use dataspoor::batch::{Inputs, load};
use dataspoor::classify::Parties;
use dataspoor::evidence::CaseKey;
use dataspoor::interop::har;
use dataspoor::model::{Digest, Gap, Page};
use dataspoor::report::{explain::explain, text::Lang};
use dataspoor::rules::{BUILTIN, ExampleSubject, FilterList, ListRequest, RuleSet};
use dataspoor::site::SuffixList;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let requests = requests(root);
    let texts = texts(root);
    println!("{} distinct requests (URL, page, kind, method)", requests.len());
    let lists: Vec<FilterList> = texts.iter().map(|(name, text)| first(name, text, &requests)).collect();

    let mut criterion =
        Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(4)).configure_from_args();
    for list in &lists {
        let mut next = requests.iter().cycle();
        criterion.bench_function(&format!("one request, {}", list.name), |bencher| {
            bencher.iter(|| list.check(next.next().expect("endless").asked()));
        });
    }
    for (name, text) in &texts {
        let compiled = engine(text).serialize();
        criterion.bench_function(&format!("compile {name}"), |bencher| bencher.iter(|| FilterList::compile(name, text.as_bytes())));
        criterion.bench_function(&format!("take up the compiled form of {name}"), |bencher| bencher.iter(|| taken_up(&compiled)));
    }
    criterion.bench_function("compile the rule files", |bencher| bencher.iter(|| RuleSet::compile(BUILTIN.iter().copied())));
    let rules = RuleSet::compile(BUILTIN.iter().copied()).expect("the built-in rules have no mistakes");
    let url = "https://www.facebook.com/tr/?id=1&ev=PageView&dl=https%3A%2F%2Fwww.example.nl%2F";
    let subjects = [
        (
            "explain a URL",
            ExampleSubject::Request {
                url: url.to_owned(),
                method: "GET".to_owned(),
                headers: Vec::new(),
                names: Vec::new(),
                operation: None,
            },
        ),
        ("explain a cookie", ExampleSubject::Cookie("datr".to_owned(), "facebook.com".to_owned())),
    ];
    for (name, subject) in &subjects {
        criterion.bench_function(name, |bencher| bencher.iter(|| explain(&rules, &SuffixList::Embedded, black_box(subject), Lang::Nl)));
    }
    criterion.final_summary();
}

/// Compiles a list, takes up its compiled form and asks everything for the first time, each once, as at the start of the program. Then asks each
/// request alone, to show how far they lie apart.
fn first(name: &str, text: &str, requests: &[Asked]) -> FilterList {
    let (list, compiling) = timed(|| FilterList::compile(name, text.as_bytes()).expect("compiles"));
    let compiled = engine(text).serialize();
    let ((), taking_up) = timed(|| drop(taken_up(&compiled)));
    let (found, asking) = timed(|| requests.iter().filter(|request| list.check(request.asked()).is_some()).count());
    println!(
        "{name}: {} rules, {} lines rejected, text {} kB, compiled form {} kB; once each: compile {compiling:.1?}, take up {taking_up:.1?}, \
         all requests for the first time {asking:.1?} ({found} with a rule)",
        list.rules,
        list.rejected,
        text.len() / 1000,
        compiled.len() / 1000,
    );
    // Of five rounds the quickest, so that what the machine did meanwhile is not taken for the cost of a request.
    let mut each: Vec<Duration> = requests
        .iter()
        .map(|request| (0..5).map(|_| timed(|| black_box(list.check(request.asked()))).1).min().unwrap_or_default())
        .collect();
    each.sort();
    let at = |percent: usize| each[(each.len() * percent / 100).min(each.len() - 1)];
    println!("{name}: a request p50 {:.1?}, p90 {:.1?}, p99 {:.1?}, slowest {:.1?}", at(50), at(90), at(99), at(100));
    list
}

/// The engine of a list as [`FilterList`] builds it.
fn engine(text: &str) -> Engine {
    let mut set = FilterSet::new(true);
    set.add_filter_list(text.to_owned(), ParseOptions::default());
    Engine::new_with_filter_set_no_optimize(set)
}

fn taken_up(compiled: &[u8]) -> Engine {
    let mut engine = Engine::default();
    engine.deserialize(compiled).expect("what the same program wrote");
    engine
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let made = work();
    (made, start.elapsed())
}

/// The lists by name.
fn texts(root: &Path) -> Vec<(String, String)> {
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        fs::read_to_string(&path).ok().map(|text| (name, text))
    };
    let shared: Vec<_> =
        ["easylist.txt", "easyprivacy.txt"].iter().filter_map(|name| read(root.join("../shared/lists").join(name))).collect();
    if shared.is_empty() { read(root.join("tests/data/verdicts/own.txt")).into_iter().collect() } else { shared }
}

/// A request with everything that lists look at.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Asked {
    url: String,
    host: String,
    page_host: String,
    other_site: bool,
    kind: &'static str,
    method: String,
}

impl Asked {
    fn asked(&self) -> ListRequest<'_> {
        let Self { url, host, page_host, other_site, kind, method } = self;
        ListRequest { url, host, page_host, other_site: *other_site, kind, method }
    }
}

/// The distinct requests of all recordings, as an analysis asks them of lists.
fn requests(root: &Path) -> Vec<Asked> {
    let corpus = root.join("../shared/corpus/har");
    let folder = if corpus.is_dir() { corpus } else { root.join("tests/data/har") };
    println!("recordings: {}", folder.display());
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).expect("recordings").map(|entry| entry.expect("entry").path()).collect();
    paths.sort();
    let rules = RuleSet::compile(BUILTIN.iter().copied()).expect("rules");
    let (parties, case) = <(Parties, Parties)>::default();
    let inputs = Inputs { rules, rule_mistakes: 0, suffixes: SuffixList::Embedded, lists: Vec::new(), parties, case, planted: None };
    let mut found = Found::default();
    // What is no recording is left out: the corpus holds broken ones on purpose.
    for loaded in paths.iter().filter_map(|path| load(path, har::Options::default()).ok()) {
        let subject = inputs.subject(None, false);
        let key = CaseKey::of_capture(Digest([0; 32]));
        let mut analysis = Analysis::new(inputs.settings(&subject), &key, Box::new(MemorySpool::default()));
        loaded.entries.iter().for_each(|entry| analysis.push(entry).expect("in memory"));
        analysis.finish(&loaded.contents.session, Vec::new(), &mut found).expect("in memory");
    }
    found.requests.into_iter().collect()
}

#[derive(Default)]
struct Found {
    page_host: String,
    page_site: Option<String>,
    requests: BTreeSet<Asked>,
}

impl Sink for Found {
    fn open(&mut self, opening: &Opening<'_>) -> io::Result<()> {
        self.page_host = opening.page.host.clone().or_else(|| opening.page.site.clone()).unwrap_or_default();
        self.page_site.clone_from(&opening.page.site);
        Ok(())
    }

    fn page(&mut self, _: &Page) -> io::Result<()> {
        Ok(())
    }

    fn flow(&mut self, flow: &Flow<'_>) -> io::Result<()> {
        let observation = flow.observation;
        self.requests.insert(Asked {
            url: observation.url.to_string(),
            host: observation.host.to_string(),
            page_host: self.page_host.clone(),
            other_site: self.page_site.as_ref().is_some_and(|page| *page != flow.host.site),
            kind: observation.kind.name(),
            method: observation.method.to_string(),
        });
        Ok(())
    }

    fn gap(&mut self, _: &Gap) -> io::Result<()> {
        Ok(())
    }

    fn close(&mut self, _: &Counts) -> io::Result<()> {
        Ok(())
    }
}
