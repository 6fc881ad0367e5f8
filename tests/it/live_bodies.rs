//! Bodies of every coding and length through the running program: what the client got is what the origin sent is what the archive holds,
//! whoever reads it; and two that are larger than the program may become.

use std::collections::BTreeMap;
use std::io::Write as _;

use bytes::Bytes;
use dataspoor::model::Digest;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use http_body_util::BodyExt as _;

use super::corpus::{Draw, run};
use super::live_archive::{Bodies, archive, by_library, by_own_reader, by_warcio, nothing, warcio_check};
use super::live_bench::{Http, Line, Recorded, full};
use super::live_origin::{File, LiveOrigin, Pattern, Ready, receipt};

const HOST: &str = "a.test";

/// Bodies up to this many bytes lie in a segment, longer ones in a file of their own (`docs/capture-format.md`).
const BORDER: usize = 256 * 1024;

/// Lengths of bodies on the wire, in bytes. Codings have no body of 0 or 1: there it is the length before the coding.
const LENGTHS: [usize; 8] = [0, 1, BORDER - 1024, BORDER - 1, BORDER, BORDER + 1, BORDER + 1024, 3 << 20];

/// Codings of content (RFC 9110 section 8.4.1; RFC 7932, RFC 8878).
const CODINGS: [Option<&str>; 5] = [None, Some("gzip"), Some("deflate"), Some("br"), Some("zstd")];

/// What the program may need more for large bodies than for small ones, in bytes.
const MARGIN: u64 = 64 << 20;

/// Length of the large bodies, in bytes.
const LARGE: u64 = 200 << 20;

fn encode(coding: &str, content: &[u8]) -> Vec<u8> {
    let done: std::io::Result<Vec<u8>> = match coding {
        "gzip" => {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
            encoder.write_all(content).and_then(|()| encoder.finish())
        }
        "deflate" => {
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::none());
            encoder.write_all(content).and_then(|()| encoder.finish())
        }
        "br" => {
            let mut out = Vec::new();
            let parameters = brotli::enc::BrotliEncoderParams { quality: 0, ..Default::default() };
            brotli::BrotliCompress(&mut &content[..], &mut out, &parameters).map(|_| out)
        }
        "zstd" => zstd::encode_all(content, 1),
        other => panic!("{other} is no coding"),
    };
    done.expect("in memory")
}

/// Noise, so that no coding makes it shorter; encoded, it has `length` bytes if that is enough for the coding.
fn body(coding: Option<&str>, length: usize, draw: &mut Draw) -> Bytes {
    let content: Vec<u8> = (0..length).map(|_| draw.next() as u8).collect();
    let Some(coding) = coding else { return content.into() };
    if length <= 1 {
        return encode(coding, &content).into();
    }
    let mut inside = length;
    for _ in 0..16 {
        let encoded = encode(coding, &content[..inside]);
        if encoded.len() == length {
            return encoded.into();
        }
        inside = inside + length - encoded.len();
    }
    panic!("no {coding} body has {length} bytes")
}

fn files() -> BTreeMap<String, File> {
    let mut draw = Draw(1);
    let mut files = BTreeMap::new();
    for coding in CODINGS {
        for length in LENGTHS {
            let bytes = body(coding, length, &mut draw);
            for announced in [true, false] {
                let framing = if announced { "announced" } else { "chunked" };
                let path = format!("/file/{}/{framing}/{length}", coding.unwrap_or("plain"));
                files.insert(path, File { bytes: bytes.clone(), coding, announced });
            }
        }
    }
    files
}

/// Gets and sends all files over one connection.
async fn exchange_all(line: &mut Line, tag: &str, files: &BTreeMap<String, File>, expected: &mut Bodies) {
    for (path, file) in files {
        let sum = (Digest::of(&file.bytes), file.bytes.len() as u64);
        let url = format!("https://{HOST}{path}?{tag}");
        let got = line.get(&url, None, &[("accept-encoding", "gzip, deflate, br, zstd")]).await.expect("an answer");
        assert!(got.whole && got.status == 200, "{url}: {got:?}");
        assert_eq!((got.digest, got.length), sum, "{url}");
        expected.insert(url, (nothing(), sum));

        let url = format!("https://{HOST}/take{path}?{tag}");
        let fields: Vec<(&str, &str)> = file.coding.map(|coding| ("content-encoding", coding)).into_iter().collect();
        let got = line.get(&url, Some(Ready::new(file.bytes.clone(), file.announced).boxed()), &fields).await.expect("an answer");
        let text = receipt(sum.0, sum.1);
        assert_eq!((got.digest, got.length), (Digest::of(text.as_bytes()), text.len() as u64), "{url}: the origin took something else");
        expected.insert(url, (sum, (got.digest, got.length)));
    }
}

/// The first URL at which two readings differ; a whole map would fill the screen.
fn assert_same(what: &str, found: &Bodies, expected: &Bodies) {
    for (url, bodies) in expected {
        assert_eq!(found.get(url), Some(bodies), "{what}: {url}");
    }
    let more: Vec<_> = found.keys().filter(|url| !expected.contains_key(*url)).collect();
    assert!(more.is_empty(), "{what}: nobody asked for {more:?}");
}

fn assert_archive(capture: &std::path::Path, expected: &Bodies) {
    assert_same("own reader", &by_own_reader(capture), expected);
    assert_same("library", &by_library(capture), expected);
    assert_same("warcio", &by_warcio(capture), expected);
    let bodies: usize = expected.values().map(|(request, response)| usize::from(request.1 > 0) + usize::from(response.1 > 0)).sum();
    assert_eq!(warcio_check(capture), bodies, "every body has a digest, and it holds");
    let ran = run(["verify", "--quiet", &capture.display().to_string()]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_coding_and_length_is_recorded_as_it_was_sent() {
    let files = files();
    let origin = LiveOrigin::start(files.clone()).await;
    let recorded = Recorded::start(&origin.root, &[(HOST, origin.address)], &[]).await;
    let visitor = recorded.visitor();
    let mut expected = Bodies::new();
    for (http, tag) in [(Http::One, "h1"), (Http::Two, "h2")] {
        let mut line = visitor.line(HOST, http).await.expect("a connection");
        exchange_all(&mut line, tag, &files, &mut expected).await;
    }
    let ended = recorded.program.interrupt().await;
    assert!(ended.status.success() && ended.err.is_empty(), "{ended:?}");
    assert_archive(&recorded.capture, &expected);
    // The border is where it is said to be: what is longer than it streams, in both directions.
    let long = expected.values().flat_map(|(request, response)| [request, response]).filter(|(_, length)| *length > BORDER as u64).count();
    let streams = archive(&recorded.capture).iter().filter(|path| path.to_string_lossy().contains("/stream-")).count();
    assert_eq!(streams, long);
    assert!(recorded.capture.join("report/annex.nl.html").is_file(), "the annex is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn large_bodies_do_not_make_the_program_large() {
    let origin = LiveOrigin::start(BTreeMap::new()).await;
    let recorded = Recorded::start(&origin.root, &[(HOST, origin.address)], &[]).await;
    let visitor = recorded.visitor();
    let mut expected = Bodies::new();
    let mut lines =
        [visitor.line(HOST, Http::One).await.expect("a connection"), visitor.line(HOST, Http::Two).await.expect("a connection")];
    for number in 0..50 {
        let sent = Bytes::from(format!("small {number}"));
        let url = format!("https://{HOST}/take/small/{number}");
        let got = lines[number % 2].get(&url, Some(full(sent.clone())), &[]).await.expect("an answer");
        expected.insert(url, ((Digest::of(&sent), sent.len() as u64), (got.digest, got.length)));
    }
    let small = recorded.program.peak();

    let [one, two] = &mut lines;
    let down = Pattern::new(3, LARGE, true);
    let url = format!("https://{HOST}/pattern/3/{LARGE}");
    let got = two.get(&url, None, &[]).await.expect("an answer");
    assert!(got.whole && (got.digest, got.length) == (down.digest(), LARGE), "{got:?}");
    expected.insert(url, (nothing(), (got.digest, got.length)));

    let up = Pattern::new(5, LARGE, false);
    let url = format!("https://{HOST}/take/large");
    let got = one.get(&url, Some(up.clone().upload()), &[]).await.expect("an answer");
    let text = receipt(up.digest(), LARGE);
    assert_eq!(got.digest, Digest::of(text.as_bytes()), "the origin took something else");
    expected.insert(url, ((up.digest(), LARGE), (got.digest, got.length)));

    let ended = recorded.program.interrupt().await;
    assert!(ended.status.success() && ended.err.is_empty(), "{ended:?}");
    let more = ended.peak.saturating_sub(small);
    eprintln!("memory: {} KiB after small requests, {} KiB more after 2 × {} MiB", small >> 10, more >> 10, LARGE >> 20);
    assert!(more <= MARGIN, "{more} bytes more than {small}");
    assert_archive(&recorded.capture, &expected);
}
