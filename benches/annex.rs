//! The annex of a recording with 5,000 flows and 500 cookies: time and size of each form, in Dutch. The recording is made here, exchange by exchange, and written
//! as HAR by the writer of the program. Prints a table; judges nothing.
//!
//! `cargo bench --bench annex`, with `--features pdf,parquet` for these forms too; `DATASPOOR_ANNEX_KEEP=FOLDER` leaves recording and forms there, for instance for `scripts/annex-speed FOLDER/annex.nl.html`;
//! `DATASPOOR_ANNEX_FLOWS=1000` makes fewer flows, with a tenth of them as cookies.

#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark reads the clock and prints")]

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::Instant;

use dataspoor::batch::{Inputs, Options, replay_report};
use dataspoor::classify::Parties;
use dataspoor::interop::write::{About, har::HarWriter};
use dataspoor::model::{Body, CaptureSource, Digest, Exchange, Fidelity, Headers, Outcome, Request, Response, Session, Timestamp};
use dataspoor::report::document::Document;
use dataspoor::report::model::Report;
#[cfg(feature = "parquet")]
use dataspoor::report::parquet;
#[cfg(feature = "pdf")]
use dataspoor::report::pdf;
use dataspoor::report::text::Lang;
use dataspoor::report::{csv, html, json, odt, xlsx};
use dataspoor::rules::{BUILTIN, RuleSet};
use dataspoor::site::SuffixList;

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PAGE: &str = "https://www.facebook.com/ministerievanvoorbeelden";
const ROUNDS: usize = 3;

/// A form: its name, and what makes its bytes.
type Form<'f> = (&'f str, &'f dyn Fn() -> Vec<u8>);

fn main() {
    let flows = std::env::var("DATASPOOR_ANNEX_FLOWS").ok().and_then(|text| text.parse().ok()).unwrap_or(5_000_u64);
    let scratch = tempfile::tempdir().expect("a temporary folder");
    let kept = std::env::var_os("DATASPOOR_ANNEX_KEEP").map(PathBuf::from);
    let place = kept.as_deref().unwrap_or(scratch.path());
    fs::create_dir_all(place).expect("a folder");
    let recording = record(place, flows, flows / 10);
    let size = fs::metadata(&recording).expect("a recording").len();
    let inputs = Inputs {
        rules: RuleSet::compile(BUILTIN.iter().copied()).expect("the built-in rules have no mistakes"),
        rule_mistakes: 0,
        suffixes: SuffixList::Embedded,
        lists: Vec::new(),
        parties: Parties::default(),
        case: Parties::default(),
        planted: None,
    };
    let options = Options { page: Some(PAGE.to_owned()), ..Options::default() };
    let (report, seconds) = timed(|| replay_report(&recording, &inputs, &options).expect("a report"));
    println!("{} rows of flows, {} cookies; medians of {ROUNDS} rounds, one core", report.flows.len(), report.cookies.len());
    println!("{:24} {:>9} {:>12}", "", "seconds", "bytes");
    println!("{:24} {seconds:>9.2} {size:>12}", "recording to model");
    forms(&report, place);
}

/// Makes each form and prints what it took.
fn forms(report: &Report, place: &Path) {
    let page = || html::render(report, Lang::Nl).expect("a page");
    let in_browsers = || html::for_browsers(&page(), Lang::Nl, None).expect("a page for browsers");
    let document = Document::of_page(&page()).expect("a document");
    let forms: &[Form<'_>] = &[
        ("annex.nl.html", &|| in_browsers().into_bytes()),
        ("page to document", &|| {
            std::hint::black_box(Document::of_page(&page()).expect("a document"));
            Vec::new()
        }),
        ("annex.nl.odt", &|| odt::render(&document).expect("a text document")),
        ("annex.json", &|| json::render(report).expect("JSON")),
        ("all CSV files", &|| csv::render(report).expect("tables").into_iter().flat_map(|(_, bytes)| bytes).collect()),
        ("annex.nl.xlsx", &|| xlsx::render(report, Lang::Nl).expect("a workbook")),
        #[cfg(feature = "parquet")]
        ("all Parquet files", &|| parquet::render(report).expect("tables").into_iter().flat_map(|(_, bytes)| bytes).collect()),
        #[cfg(feature = "pdf")]
        ("annex.nl.pdf", &|| pdf::render(&document, &[], None).expect("a PDF, without attachments")),
    ];
    for &(name, make) in forms {
        let mut rounds: Vec<(Vec<u8>, f64)> = (0..ROUNDS).map(|_| timed(make)).collect();
        rounds.sort_by(|one, other| one.1.total_cmp(&other.1));
        let (bytes, seconds) = &rounds[ROUNDS / 2];
        println!("{name:24} {seconds:>9.2} {:>12}", bytes.len());
        if name.starts_with("annex.") {
            fs::write(place.join(name), bytes).expect("written");
        }
    }
}

fn timed<T>(run: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let result = run();
    (result, start.elapsed().as_secs_f64())
}

/// A recording of as many hosts and paths, each asked for once, with cookies that are set by the first answers and sent with the other requests.
fn record(place: &Path, flows: u64, cookies: u64) -> PathBuf {
    let mut writer = HarWriter::new(Cursor::new(Vec::new()));
    for number in 1..=flows {
        writer.entry(number, &exchange(number, flows, cookies.max(1))).expect("a spool in memory");
    }
    let capture = CaptureSource { name: "big".to_owned(), format: "har", wrappings: Vec::new(), digest: Digest::of(b"big"), length: 0 };
    let session = Session { simulated: true, ..Session::default() };
    let about = About { capture: &capture, session: &session, gaps: &[], page: Some(PAGE), tool: "dataspoor", tool_version: "0.1.0" };
    let mut bytes = Vec::new();
    writer.finish(&about, &mut bytes).expect("in memory");
    let path = place.join("big.har");
    fs::write(&path, bytes).expect("written");
    path
}

fn exchange(number: u64, flows: u64, cookies: u64) -> Exchange {
    let (site, cookie) = (number % 250, number % cookies);
    let host = format!("www.site{site:03}.example");
    let started = Timestamp::parse(&format!("2026-11-21T08:{:02}:{:02}.{:03}Z", number / 600 % 60, number / 10 % 60, number % 10 * 100));
    let (mut asked, mut given) = (Headers::new(), Headers::new());
    let (name, value) = (format!("c{cookie}"), format!("value-{cookie:08}-of-a-visitor"));
    asked.push(b"Host", host.as_bytes());
    asked.push(b"Referer", b"https://www.facebook.com/");
    given.push(b"Content-Type", b"text/plain");
    if number <= cookies.min(flows) {
        let line = format!("{name}={value}; Path=/; Max-Age={}; Secure; HttpOnly; SameSite=None", 86_400 * (1 + cookie));
        given.push(b"Set-Cookie", line.as_bytes());
    } else {
        asked.push(b"Cookie", format!("{name}={value}").as_bytes());
    }
    Exchange {
        started,
        ..Exchange::of(
            Request::of(
                "GET",
                &format!("https://{host}/collect/{number}?id={number}&ev=PageView&dl=https%3A%2F%2Fwww.facebook.com%2F"),
                "HTTP/1.1",
                asked,
                Body::empty(),
            ),
            Outcome::Response(Response::of(200, "OK", "HTTP/1.1", given, Body::empty())),
            Fidelity::AsParsed,
        )
    }
}
