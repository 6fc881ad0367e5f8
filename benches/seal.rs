//! Speed of sealing and of `verify`'s integrity part, as ratios within one run: against SHA-256 of the same bytes on one core. The exchanges are those of
//! the corpus, written again and again until the recording is long enough; then as many small ones of 1 KB of JSON. Prints a table; judges nothing.
//!
//! `cargo bench --bench seal` reads the corpus at `../shared/corpus/har`, or the recordings in `captures/` where that is not there.
//! `DATASPOOR_SEAL_MB=1000` makes a longer recording (MB, 200 unless told); `DATASPOOR_SEAL_KEEP=FOLDER` leaves recordings and packages there, for
//! measuring the memory of the program.

#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark reads the clock and prints")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use dataspoor::capture::{self, CAPTURE_VERSION, PackedCapture, SessionFile, Writer};
use dataspoor::evidence::EntryHasher;
use dataspoor::interop::har;
use dataspoor::model::{Body, BodyState, Connection, Exchange, Fidelity, Headers, Outcome, Request, Response, Timestamp, Timings};
use dataspoor::package::{self, Sealing};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const AT: &str = "2026-11-23T03:00:00Z";

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scratch = tempfile::tempdir().expect("a temporary folder");
    let kept = std::env::var_os("DATASPOOR_SEAL_KEEP").map(PathBuf::from);
    let place = kept.as_deref().unwrap_or(scratch.path());
    fs::create_dir_all(place).expect("a folder");
    let wanted = std::env::var("DATASPOOR_SEAL_MB").ok().and_then(|text| text.parse().ok()).unwrap_or(200_u64) * 1_000_000;
    let corpus = root.join("../shared/corpus/har");
    let source = if corpus.is_dir() { corpus } else { root.join("captures") };
    println!("exchanges of {}", source.display());
    let exchanges = exchanges(&source);
    measure("corpus", place, record(&place.join("corpus"), exchanges.iter().cycle(), &|bytes, _| bytes >= wanted / 4));
    let long = long(&source, &exchanges);
    measure("answers of 100 KB of text", place, record(&place.join("long"), long.iter().cycle(), &|bytes, _| bytes >= wanted));
    let small = small(exchanges.iter().find(|exchange| matches!(exchange.outcome, Outcome::Response(_))).expect("an answer"));
    // A tenth of the bytes: what costs here are records, not bytes.
    let count = wanted / 10_000;
    let folder = place.join("small");
    let recorded = record(&folder, std::iter::repeat(&small), &|_, entries| entries >= count);
    let sealed = measure("1 KB of JSON", place, recorded);
    println!("sealed bytes for each exchange with 1 KB of JSON: {}", sealed / count);
}

/// Every exchange of the recordings that can be read.
fn exchanges(source: &Path) -> Vec<Exchange> {
    let mut names: Vec<PathBuf> = fs::read_dir(source).expect("recordings").map(|entry| entry.expect("entry").path()).collect();
    names.sort();
    let mut all = Vec::new();
    for name in names {
        let Ok(text) = fs::read(&name) else { continue };
        // What is wrapped or broken is left out.
        let _ = har::read(&text[..], har::Options::default(), &mut |imported: dataspoor::interop::Imported| {
            all.extend(as_recorded(&imported.exchange));
            Ok(())
        });
    }
    all
}

/// What the recorder would have written of an exchange that was answered. Recordings of others hold what ours cannot, such as bodies without their coding.
fn as_recorded(imported: &Exchange) -> Option<Exchange> {
    let raw = |body: &Body| Some(Body::new(BodyState::Raw, body.bytes().ok()?));
    let response = imported.outcome.response()?;
    // A request line holds nothing else.
    let url = &imported.request.url;
    if !url.starts_with("https://") || !url.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#') {
        return None;
    }
    Some(Exchange {
        started: Timestamp::parse(AT),
        connection: Connection { id: Some("1".into()), server_address: Some("192.0.2.1:443".into()), ..Connection::default() },
        timings: Timings { wait: Some(12.5), ..Timings::default() },
        ..Exchange::of(
            Request {
                body: raw(&imported.request.body)?,
                version: "HTTP/1.1".into(),
                trailers: Headers::new(),
                ..imported.request.clone()
            },
            Outcome::Response(Response {
                body: raw(&response.body)?,
                version: "HTTP/1.1".into(),
                trailers: Headers::new(),
                media_type: None,
                ..response.clone()
            }),
            Fidelity::ByteExact,
        )
    })
}

/// Exchanges with 100 KB of text each as their answer: what the recordings themselves consist of.
fn long(source: &Path, like: &[Exchange]) -> Vec<Exchange> {
    let mut names: Vec<PathBuf> = fs::read_dir(source).expect("recordings").map(|entry| entry.expect("entry").path()).collect();
    names.sort();
    let texts = names.iter().filter_map(|name| fs::read(name).ok()).filter(|text| text.starts_with(b"{"));
    let pieces = texts.flat_map(|text| text.chunks(100_000).map(<[u8]>::to_vec).collect::<Vec<_>>()).take(500);
    let mut answered = like.iter().filter(|exchange| matches!(exchange.outcome, Outcome::Response(_))).cycle();
    let long = |piece: Vec<u8>| {
        let mut long = answered.next().expect("an answer").clone();
        if let Outcome::Response(response) = &mut long.outcome {
            response.body = Body::new(BodyState::Raw, piece);
        }
        long
    };
    pieces.map(long).collect()
}

/// An exchange with 1 KB of JSON as its answer.
fn small(like: &Exchange) -> Exchange {
    let mut small = like.clone();
    if let Outcome::Response(response) = &mut small.outcome {
        let text: String = (0..25).map(|at| format!("{{\"number\":{at},\"name\":\"value {}\"}},", at * 7919 % 1000)).collect();
        response.body = Body::new(BodyState::Raw, text.into_bytes());
    }
    small
}

fn session() -> SessionFile {
    SessionFile {
        format: "dataspoor-capture".to_owned(),
        version: CAPTURE_VERSION,
        id: "00112233445566778899aabbccddeeff".to_owned(),
        tool: "benchmark".to_owned(),
        started: AT.to_owned(),
        case: None,
        scenario: None,
        page: None,
        auditee: Vec::new(),
        platform: None,
        simulated: true,
        comment: None,
        browser: "none".to_owned(),
        authority: "00".repeat(32),
        map: Vec::new(),
        private_upstream: false,
        upstream_roots: None,
        sync_interval: 1000,
        salt: String::new(),
        copy: None,
        settings: BTreeMap::new(),
    }
}

/// Writes a recording until `enough` (bytes, entries) says so.
fn record<'e>(folder: &Path, exchanges: impl Iterator<Item = &'e Exchange>, enough: &dyn Fn(u64, u64) -> bool) -> (PathBuf, u64) {
    let (mut writer, key) = Writer::create(folder, &session(), None).expect("a new capture");
    let mut hasher = EntryHasher::new(&key);
    let (mut bytes, mut entries) = (0, 0);
    for (number, exchange) in (1..).zip(exchanges) {
        bytes += exchange.request.body.len() + exchange.outcome.response().map_or(0, |response| response.body.len());
        writer.whole(number, exchange.clone(), &mut hasher).expect("written");
        entries = number;
        if enough(bytes, entries) {
            break;
        }
    }
    writer.finish(Timestamp::parse(AT).expect("a time")).expect("ended");
    (folder.to_owned(), entries)
}

/// Seals and checks, and prints what it took. Bytes of the package.
fn measure(name: &str, place: &Path, (folder, entries): (PathBuf, u64)) -> u64 {
    let package = place.join(format!("{}.wacz", folder.file_name().expect("a name").to_string_lossy()));
    let mut files = vec![folder.join(capture::SESSION_FILE), folder.join(capture::CUSTODY_FILE)];
    files.extend(fs::read_dir(folder.join(capture::ARCHIVE_FOLDER)).expect("an archive").map(|entry| entry.expect("entry").path()));
    let length = |path: &PathBuf| fs::metadata(path).expect("a file").len();
    let bytes: u64 = files.iter().map(length).sum();
    println!("{name}: {entries} entries, {:.1} MB unpacked in {} files", bytes as f64 / 1e6, files.len());
    let mut floor = Vec::new();
    let mut of_folder = Vec::new();
    let mut of_package = Vec::new();
    let sealing = Sealing {
        tool: "benchmark".to_owned(),
        at: Timestamp::parse(AT).expect("a time"),
        case: None,
        extras: Vec::new(),
        signer: None,
        stamp: None,
    };
    let sealed = seconds(|| drop(package::seal(&folder, &package, &sealing).expect("seals")));
    for _ in 0..5 {
        floor.push(seconds(|| {
            files.iter().for_each(|file| _ = std::hint::black_box(dataspoor::model::Digest::of(&fs::read(file).expect("readable"))))
        }));
        of_folder.push(seconds(|| {
            let checked = capture::verify(&folder, None).expect("readable");
            assert!(checked.problems.is_empty() && checked.entry_digests, "{:?}", checked.problems.first());
        }));
        of_package.push(seconds(|| {
            let opened = Arc::new(PackedCapture::open(&package).expect("opens"));
            let checked = package::verify(&opened, None, Some(&package::ed25519)).expect("readable");
            assert!(checked.problems.is_empty(), "{:?}", checked.problems.first());
        }));
    }
    let floor = median(floor);
    row("SHA-256 of the same bytes, one core", floor, bytes, floor);
    row("integrity of the folder, one core", median(of_folder), bytes, floor);
    row("integrity of the package, one core", median(of_package), bytes, floor);
    row("seal, with check before and after, one core", sealed, bytes, floor);
    let packed = length(&package);
    println!("package: {:.1} MB, {:.2} of the bytes", packed as f64 / 1e6, packed as f64 / bytes as f64);
    packed
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

fn row(name: &str, seconds: f64, bytes: u64, floor: f64) {
    println!("{name:50} {:8.1} ms {:7.0} MB/s {:6.2} x floor", seconds * 1e3, bytes as f64 / 1e6 / seconds, seconds / floor);
}
