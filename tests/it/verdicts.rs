//! What filter lists say of requests, by our engine and by a second one that shares no code with it (npm `@ghostery/adblocker`), on the same URL,
//! page and kind. Every difference stands in `tests/data/verdicts/differences.toml` with its reason; one that does not, and a reason that is
//! no longer needed, fail.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use dataspoor::analysis::{Counts, Flow, Opening, Sink};
use dataspoor::batch::{Inputs, load};
use dataspoor::classify::{Parties, Reason};
use dataspoor::evidence::CaseKey;
use dataspoor::interop::har;
use dataspoor::model::{Entry, Gap, Page, Session};
use dataspoor::rules::{FilterList, OutsideList};
use dataspoor::site::SuffixList;
use serde::{Deserialize, Serialize};

use super::corpus::{ROOT, builtin_rules, name, own_recordings, read_har, recordings, scratch, shared};
use super::live_archive::node_tools;

/// Of a hundred verdicts of a list that many must be the same.
const AGREEMENT: f64 = 99.5;

/// What both engines are asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Triple {
    url: String,
    /// Host of the page; empty where the page is not established.
    page: String,
    /// In the words of filter lists.
    kind: &'static str,
}

/// What an engine answers. Which of several rules it names is its own choice, so only `verdict` is compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Answer {
    /// `none`: no rule matches; `block`: one does; `except`: one does, and an exception overrules it.
    verdict: String,
    rule: Option<String>,
    exception: Option<String>,
}

impl Answer {
    fn none() -> Self {
        Self { verdict: "none".to_owned(), rule: None, exception: None }
    }
}

/// A class of differences and its reason.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Difference {
    list: String,
    ours: Answer,
    theirs: Answer,
    /// How many triples.
    triples: usize,
    right: Right,
    reason: String,
}

/// Who is right, by the syntax that the list is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Right {
    Ours,
    Theirs,
    /// Both readings are possible.
    Open,
}

/// Requests as an analysis judged them: for each triple what each list says.
#[derive(Default)]
struct Judged {
    requests: usize,
    triples: BTreeMap<Triple, Vec<Answer>>,
}

/// Keeps what the lists say of every request of one recording.
struct Keep<'j> {
    judged: &'j mut Judged,
    lists: usize,
    page: String,
}

impl Sink for Keep<'_> {
    fn open(&mut self, opening: &Opening<'_>) -> io::Result<()> {
        self.page = opening.page.host.clone().or_else(|| opening.page.site.clone()).unwrap_or_default();
        Ok(())
    }

    fn page(&mut self, _: &Page) -> io::Result<()> {
        Ok(())
    }

    fn flow(&mut self, flow: &Flow<'_>) -> io::Result<()> {
        let mut answers = vec![Answer::none(); self.lists];
        for finding in &flow.classified.findings {
            let Reason::List(list, verdict) = &finding.reason else { continue };
            let word = if verdict.exception.is_some() { "except" } else { "block" };
            answers[*list] = Answer { verdict: word.to_owned(), rule: Some(verdict.rule.clone()), exception: verdict.exception.clone() };
        }
        let observation = flow.observation;
        let triple = Triple { url: observation.url.to_string(), page: self.page.clone(), kind: observation.kind.name() };
        self.judged.requests += 1;
        let known = self.judged.triples.entry(triple.clone()).or_insert_with(|| answers.clone());
        assert_eq!(*known, answers, "{triple:?}: the same question has two answers");
        Ok(())
    }

    fn gap(&mut self, _: &Gap) -> io::Result<()> {
        Ok(())
    }

    fn close(&mut self, _: &Counts) -> io::Result<()> {
        Ok(())
    }
}

impl Judged {
    /// Judges a recording as a replay does.
    fn add(&mut self, inputs: &Inputs, page: Option<&str>, session: &Session, entries: &[Entry]) {
        let subject = inputs.subject(page, false);
        let key = CaseKey::of_capture(dataspoor::model::Digest([0; 32]));
        let mut analysis = inputs.analysis(&subject, &key);
        entries.iter().for_each(|entry| analysis.push(entry).expect("in memory"));
        let mut keep = Keep { judged: self, lists: inputs.lists.len(), page: String::new() };
        analysis.finish(session, Vec::new(), &mut keep).expect("in memory");
    }

    /// Judges files; those that are no recordings are left out.
    fn add_files(&mut self, inputs: &Inputs, paths: &[PathBuf]) {
        let mut left_out = Vec::new();
        for path in paths {
            match load(path, har::Options::default()) {
                Ok(loaded) => self.add(inputs, None, &loaded.contents.session, &loaded.entries),
                Err(_) => left_out.push(name(path)),
            }
        }
        eprintln!("{} recordings, {} that are none: {}", paths.len() - left_out.len(), left_out.len(), left_out.join(", "));
    }
}

/// What the second engine says of the same triples by the list in this file.
fn second_engine(triples: &Judged, list: &Path) -> Vec<Answer> {
    let folder = scratch();
    let (asked, answered) = (folder.path().join("asked"), folder.path().join("answered"));
    let mut lines = String::new();
    for triple in triples.triples.keys() {
        writeln!(lines, "{}", serde_json::to_string(triple).expect("JSON")).expect("in memory");
    }
    fs::write(&asked, lines).expect("a file of requests");
    let output = Command::new("node")
        .arg(Path::new(ROOT).join("tests/verdicts/second-engine.cjs"))
        .args([node_tools().as_path(), list])
        .stdin(Stdio::from(File::open(&asked).expect("the file of requests")))
        .stdout(Stdio::from(File::create(&answered).expect("a file for answers")))
        .output()
        .expect("node starts");
    assert!(output.status.success(), "{}: {}", list.display(), String::from_utf8_lossy(&output.stderr));
    let answers = fs::read_to_string(&answered).expect("answers");
    let answers: Vec<Answer> = answers.lines().map(|line| serde_json::from_str(line).expect("an answer")).collect();
    assert_eq!(answers.len(), triples.triples.len(), "one answer for each request");
    answers
}

/// Compares the answers by one list, holds the differences against those explained, and answers how many of a hundred verdicts are the same.
fn compare(judged: &Judged, index: usize, list: &Path) -> f64 {
    let theirs = second_engine(judged, list);
    let list = name(list);
    let (mut block, mut except, mut none) = (0, 0, 0);
    let mut differences: BTreeMap<(Answer, Answer), Vec<&Triple>> = BTreeMap::new();
    for ((triple, ours), theirs) in judged.triples.iter().zip(theirs) {
        let ours = &ours[index];
        match (ours.verdict.as_str(), theirs.verdict.as_str()) {
            ("block", "block") => block += 1,
            ("except", "except") => except += 1,
            ("none", "none") => none += 1,
            _ => differences.entry((ours.clone(), theirs)).or_default().push(triple),
        }
    }
    let all = judged.triples.len();
    let differing: usize = differences.values().map(Vec::len).sum();
    let agreement = 100.0 * (all - differing) as f64 / all as f64;
    eprintln!(
        "{list}: {} requests, {all} triples: both block {block}, both except {except}, neither {none}, differences {differing}, agreement {agreement:.3} %",
        judged.requests
    );

    let file = Path::new(ROOT).join("tests/data/verdicts/differences.toml");
    let mut known = explained(&file);
    known.retain(|known| known.list == list);
    let mut right: BTreeMap<Right, usize> = BTreeMap::new();
    known.iter().for_each(|known| *right.entry(known.right).or_default() += known.triples);
    eprintln!("{list}: who is right where they differ, in triples: {right:?}");
    let mut wrong = String::new();
    for ((ours, theirs), triples) in &differences {
        let place = known.iter().position(|known| known.ours == *ours && known.theirs == *theirs);
        match place.map(|place| known.remove(place)) {
            Some(known) if known.triples == triples.len() => {}
            Some(known) => {
                let _ = writeln!(wrong, "{} triples where {} are explained: {ours:?}, {theirs:?}", triples.len(), known.triples);
            }
            None => {
                let _ = writeln!(wrong, "not explained, {} triples:\n  ours   {ours:?}\n  theirs {theirs:?}", triples.len());
                triples.iter().take(4).for_each(|triple| {
                    let _ = writeln!(wrong, "  {triple:?}");
                });
            }
        }
    }
    known.iter().for_each(|known| {
        let _ = writeln!(wrong, "explained, but no longer so: {:?}, {:?}", known.ours, known.theirs);
    });
    assert!(wrong.is_empty(), "{list} ({}):\n{wrong}", file.display());
    agreement
}

/// The differences that are explained.
fn explained(file: &Path) -> Vec<Difference> {
    #[derive(Deserialize)]
    struct Differences {
        difference: Vec<Difference>,
    }
    let text = fs::read_to_string(file).expect("the differences that are explained");
    let differences = toml::from_str::<Differences>(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    for known in &differences.difference {
        assert!(known.reason.len() > 40 && known.ours.verdict != known.theirs.verdict && known.triples > 0, "{known:?}");
    }
    differences.difference
}

/// What a run judges by: the built-in rules and these lists.
fn inputs(lists: &[&Path]) -> Inputs {
    let compile = |path: &&Path| {
        let list = FilterList::compile(&name(path), &fs::read(path).expect("a list")).expect("a list");
        OutsideList::Filter(list)
    };
    Inputs {
        rules: builtin_rules(),
        rule_mistakes: 0,
        suffixes: SuffixList::Embedded,
        lists: lists.iter().map(compile).collect(),
        parties: Parties::default(),
        case: Parties::default(),
        planted: None,
    }
}

#[test]
fn the_verdicts_of_the_lists_are_those_of_a_second_engine() {
    let (Some(easylist), Some(easyprivacy)) = (shared("lists/easylist.txt"), shared("lists/easyprivacy.txt")) else {
        eprintln!("../shared/lists is not there; the list of our own is compared in the test beside this one");
        return;
    };
    if shared("corpus/har").is_none() {
        eprintln!("../shared/corpus is not there; the list of our own is compared in the test beside this one");
        return;
    }
    let lists = [easylist.as_path(), easyprivacy.as_path()];
    let mut judged = Judged::default();
    judged.add_files(&inputs(&lists), &recordings());
    for (index, list) in lists.iter().enumerate() {
        let agreement = compare(&judged, index, list);
        assert!(agreement >= AGREEMENT, "{}: only {agreement:.3} % of the verdicts are the same", list.display());
    }
}

/// Requests that a list decides by something that recordings rarely show: page, kind in the words of Chrome's recorder, URL.
const EDGES: &[(&str, &str, &str)] = &[
    // anchors and patterns
    ("site.example", "Image", "https://tracker.example/x"),
    ("tracker.example", "Image", "https://tracker.example/x"),
    ("www.tracker.example", "Image", "https://a.tracker.example/x"),
    ("site.example", "Image", "https://nottracker.example/x"),
    ("site.example", "Image", "https://tracker.example.org/x"),
    ("site.example", "Image", "https://other.example/?to=https://tracker.example/x"),
    ("site.example", "Image", "https://tracker.example@other.example/pixel"),
    ("site.example", "Image", "https://tracker.example/allowed"),
    ("site.example", "Image", "https://tracker.example/allowed?x"),
    ("site.example", "Image", "https://tracker.example/allowedtoo"),
    ("tracker.example", "Image", "https://tracker.example/pixel"),
    ("tracker.example", "Image", "https://tracker.example:443/pixel"),
    ("tracker.example", "Image", "https://tracker.example:8443/pixel"),
    ("tracker.example", "Image", "https://tracker.example./pixel"),
    ("tracker.example", "Image", "https://user@tracker.example/pixel"),
    ("tracker.example", "Image", "HTTPS://TRACKER.EXAMPLE/PIXEL"),
    ("site.example", "Image", "https://other.example/image?id=1"),
    ("site.example", "Image", "https://other.example/IMAGE?ID=1"),
    ("site.example", "Script", "https://other.example/image?id=1"),
    ("site.example", "Image", "https://plain.example/exact"),
    ("site.example", "Image", "https://plain.example/exact#part"),
    ("site.example", "Image", "https://plain.example/exact/not"),
    ("site.example", "Image", "https://other.example/#/image?id=1"),
    ("site.example", "Fetch", "https://other.example/beacon"),
    ("site.example", "Fetch", "https://other.example/beacon?x"),
    ("site.example", "Image", "https://other.example/a-banner-b.png"),
    ("site.example", "Script", "https://other.example/a-banner-b.js"),
    ("site.example", "XHR", "http://abc.regex.example/123"),
    ("site.example", "XHR", "http://abcd.regex.example/123"),
    ("site.example", "XHR", "https://a.wild.example/"),
    ("site.example", "XHR", "https://wild.example/"),
    ("site.example", "XHR", "https://xn--bcher-kva.example/"),
    ("site.example", "XHR", "https://bücher.example/"),
    ("site.example", "XHR", "https://xn--kse-qla.example/"),
    ("site.example", "XHR", "https://käse.example/"),
    // kinds
    ("site.example", "WebSocket", "wss://socket.example/"),
    ("site.example", "XHR", "https://socket.example/"),
    ("site.example", "Other", "wss://socket.example/"),
    ("site.example", "Ping", "https://counter.example/"),
    ("site.example", "Fetch", "https://counter.example/"),
    ("site.example", "iframe", "https://frame.example/"),
    ("site.example", "Document", "https://frame.example/"),
    ("site.example", "Manifest", "https://rest.example/"),
    ("site.example", "Preflight", "https://rest.example/"),
    ("strict.example", "Document", "https://strict.example/path"),
    ("site.example", "Document", "https://strict.example/"),
    ("site.example", "Document", "https://tracker.example/"),
    ("site.example", "Document", "https://tracker.example/pixel"),
    ("site.example", "Document", "https://whole.example/"),
    ("site.example", "Image", "https://whole.example/"),
    // pages
    ("site.example", "Script", "https://typed.example/"),
    ("www.site.example", "Script", "https://typed.example/"),
    ("sub.site.example", "Script", "https://typed.example/"),
    ("site.example.org", "Script", "https://typed.example/"),
    ("www.shop.co.uk", "Image", "https://img.shop.co.uk/"),
    ("other.co.uk", "Image", "https://img.shop.co.uk/"),
    ("hosted.github.io", "Image", "https://hosted.github.io/"),
    ("another.github.io", "Image", "https://hosted.github.io/"),
    ("www.own.example", "Image", "https://img.own.example/"),
    ("site.example", "Image", "https://img.own.example/"),
    ("192.0.2.1", "Image", "http://192.0.2.1/image?id=1"),
    ("192.0.2.1", "Script", "http://192.0.2.2/x.js"),
    ("192.0.2.1", "Script", "http://192.0.2.1/x.js"),
    ("site.example", "Image", "https://deny.example/"),
    ("site.example", "Image", "https://good.deny.example/"),
    // order
    ("site.example", "Image", "https://important.example/"),
    ("site.example", "Image", "https://gone.example/"),
    // options
    ("page.example", "Image", "https://tracker.example/x"),
    ("page.example", "Document", "https://page.example/"),
    ("site.example", "iframe", "https://page.example/-banner-"),
    ("site.example", "Image", "https://page.example/-banner-"),
    ("hide.example", "Image", "https://hide.example/ad"),
    ("site.example", "Document", "https://param.example/?utm_source=1"),
    ("site.example", "iframe", "https://csp.example/"),
    ("site.example", "Script", "https://redirect.example/x"),
    ("site.example", "Document", "https://popup.example/"),
    ("site.example", "Image", "https://case.example/AbC"),
    ("site.example", "Image", "https://case.example/abc"),
    ("site.example", "Image", "https://method.example/"),
];

#[test]
fn the_verdicts_of_an_own_list_are_those_of_a_second_engine() {
    let list = Path::new(ROOT).join("tests/data/verdicts/own.txt");
    let inputs = inputs(&[&list]);
    let mut judged = Judged::default();
    judged.add_files(&inputs, &own_recordings());
    let mut pages: BTreeMap<&str, Vec<serde_json::Value>> = BTreeMap::new();
    for (page, kind, url) in EDGES {
        pages.entry(page).or_default().push(serde_json::json!({
            "startedDateTime": "2026-11-22T10:00:00.000Z", "time": 1, "_resourceType": kind,
            "request": { "method": "GET", "url": url, "httpVersion": "HTTP/1.1", "headers": [], "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 0 },
            "response": { "status": 204, "statusText": "", "httpVersion": "HTTP/1.1", "headers": [], "cookies": [], "content": { "size": 0, "mimeType": "" },
                "redirectURL": "", "headersSize": -1, "bodySize": 0 },
            "cache": {}, "timings": { "send": 0, "wait": 1, "receive": 0 },
        }));
    }
    for (page, entries) in pages {
        let har = serde_json::json!({ "log": { "version": "1.2", "creator": { "name": "test", "version": "1" }, "entries": entries } });
        let recording = read_har(page, har.to_string().as_bytes());
        judged.add(&inputs, Some(page), &recording.contents.session, &recording.entries);
    }
    let edges = EDGES.iter().filter(|(page, _, url)| judged.triples.keys().any(|asked| asked.page == *page && asked.url == *url)).count();
    assert_eq!(edges, EDGES.len(), "every request was judged for the page it stands beside");
    compare(&judged, 0, &list);
}
