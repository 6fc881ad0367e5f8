//! Reads the archive of a recording in three ways that share no code: with a small reader of WARC that stands here, with the library, and with
//! warcio in a Python of its own. It never repairs anything; what is odd fails the test.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::Command;

use dataspoor::capture::Capture;
use dataspoor::model::{BodyState, Digest};
use sha2::{Digest as _, Sha256};

use super::corpus::ROOT;

/// The body of a message: digest and length.
pub(crate) type Sum = (Digest, u64);

/// The bodies of request and response, by URL.
pub(crate) type Bodies = BTreeMap<String, (Sum, Sum)>;

/// The sum of no bytes.
pub(crate) fn nothing() -> Sum {
    (Digest::of(b""), 0)
}

/// The sum of what a reader gives.
pub(crate) fn sum(mut reader: impl Read) -> Sum {
    let (mut hasher, mut length) = (Sha256::new(), 0);
    let mut buffer = vec![0; 1 << 17];
    loop {
        match reader.read(&mut buffer).expect("readable") {
            0 => return (Digest(hasher.finalize().into()), length),
            read => {
                hasher.update(&buffer[..read]);
                length += read as u64;
            }
        }
    }
}

/// The files of the archive, by name.
pub(crate) fn archive(capture: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(capture.join("archive")).expect("an archive");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

/// Puts requests and responses together. Each URL stands for one exchange.
fn pairs(records: impl IntoIterator<Item = (String, String, Sum)>) -> Bodies {
    let mut halves: BTreeMap<String, (Option<Sum>, Option<Sum>)> = BTreeMap::new();
    for (kind, url, sum) in records {
        let both = halves.entry(url.clone()).or_default();
        let half = if kind == "request" { &mut both.0 } else { &mut both.1 };
        assert_eq!(half.replace(sum), None, "two {kind} records for {url}");
    }
    let whole = |(url, (request, response)): (String, (Option<Sum>, Option<Sum>))| {
        let both = (request.unwrap_or_else(|| panic!("no request for {url}")), response.unwrap_or_else(|| panic!("no response for {url}")));
        (url, both)
    };
    halves.into_iter().map(whole).collect()
}

/// Bodies as they stand in the archive, by a reader of WARC 1.1 (ISO 28500:2017 section 4) that knows nothing of ours.
pub(crate) fn by_own_reader(capture: &Path) -> Bodies {
    pairs(archive(capture).iter().flat_map(|path| records(path)))
}

fn records(path: &Path) -> Vec<(String, String, Sum)> {
    let mut file = BufReader::with_capacity(1 << 17, File::open(path).expect("a file of the archive"));
    let mut found = Vec::new();
    while !file.fill_buf().expect("readable").is_empty() {
        let (first, fields) = head(&mut file);
        assert_eq!(first, "WARC/1.1", "{}", path.display());
        let length = fields["content-length"].parse().expect("a length");
        let mut block = file.by_ref().take(length);
        let kind = fields["warc-type"].clone();
        if kind == "warcinfo" {
            sum(&mut block);
        } else {
            let (_, http) = head(&mut block);
            let (digest, bytes) = sum(&mut block);
            if let Some(said) = http.get("content-length") {
                assert_eq!(*said, bytes.to_string(), "the length that {} announces", fields["warc-target-uri"]);
            }
            found.push((kind, fields["warc-target-uri"].clone(), (digest, bytes)));
        }
        assert_eq!(block.limit(), 0, "{}: a record is shorter than it says", path.display());
        let mut end = [0; 4];
        file.read_exact(&mut end).expect("the end of a record");
        assert_eq!(&end, b"\r\n\r\n", "{}", path.display());
    }
    found
}

/// A head: its first line, and its fields with names in lower case; of several with one name the last.
fn head(reader: &mut impl io::BufRead) -> (String, BTreeMap<String, String>) {
    let mut line = || {
        let mut line = Vec::new();
        reader.read_until(b'\n', &mut line).expect("readable");
        String::from_utf8(line).expect("text").strip_suffix("\r\n").expect("a line").to_owned()
    };
    let first = line();
    let mut fields = BTreeMap::new();
    loop {
        let line = line();
        if line.is_empty() {
            return (first, fields);
        }
        let (name, value) = line.split_once(": ").expect("a field");
        fields.insert(name.to_ascii_lowercase(), value.to_owned());
    }
}

/// Bodies as the library reads them back. Every exchange must be whole.
pub(crate) fn by_library(capture: &Path) -> Bodies {
    let mut found = Bodies::new();
    let read = Capture::open(capture).and_then(|capture| {
        capture.read(None, &mut |entry| {
            let exchange = entry.exchange;
            let response = exchange.outcome.response().unwrap_or_else(|| panic!("{}: {:?}", exchange.request.url, exchange.outcome));
            for body in [&exchange.request.body, &response.body] {
                assert_eq!(body.state(), BodyState::Raw, "{}", exchange.request.url);
            }
            let both = (sum(exchange.request.body.reader()?), sum(response.body.reader()?));
            assert_eq!(found.insert(exchange.request.url, both), None, "an exchange that is there twice");
            Ok(())
        })
    });
    read.expect("a capture");
    found
}

/// Prints kind, URL, SHA-256 and length of every message, undecoded.
const READ: &str = r"
import hashlib, sys
from warcio.archiveiterator import ArchiveIterator
for path in sys.argv[1:]:
    with open(path, 'rb') as file:
        for record in ArchiveIterator(file):
            if record.rec_type not in ('request', 'response'):
                continue
            digest, length = hashlib.sha256(), 0
            while piece := record.raw_stream.read(1 << 17):
                digest.update(piece)
                length += len(piece)
            print(record.rec_type, record.rec_headers.get_header('WARC-Target-URI'), digest.hexdigest(), length)
";

/// Bodies as warcio reads them.
pub(crate) fn by_warcio(capture: &Path) -> Bodies {
    let out = run(Command::new(tools().join("python")).arg("-c").arg(READ).args(archive(capture)));
    let record = |line: &str| {
        let parts: Vec<&str> = line.split(' ').collect();
        let [kind, url, digest, length] = parts[..] else { panic!("{line}") };
        (kind.to_owned(), url.to_owned(), (digest.parse().expect("a digest"), length.parse().expect("a length")))
    };
    pairs(out.lines().map(record))
}

/// `warcio check -v`: every digest in the archive holds. Answers how many held.
pub(crate) fn warcio_check(capture: &Path) -> usize {
    let out = run(Command::new(tools().join("warcio")).args(["check", "-v"]).args(archive(capture)));
    assert!(!out.contains("fail"), "{out}");
    out.lines().filter(|line| line.trim() == "digest pass").count()
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {}\n{text}", output.status);
    text
}

/// The folder of the Python tools' commands; they are installed if they are not there.
pub(crate) fn tools() -> PathBuf {
    set_up("python-tools", &[]).join("venv/bin")
}

/// The folder of those Python tools' commands that only the long run needs.
#[cfg(feature = "parquet")]
pub(crate) fn tools_of_the_long_run() -> PathBuf {
    set_up("python-tools", &["full"]).join("venv-full/bin")
}

/// The folder of the Node.js tools; they are installed if they are not there.
pub(crate) fn node_tools() -> PathBuf {
    set_up("node-tools", &[]).join("node")
}

/// Runs a script that installs tools, and answers the folder of all of them.
fn set_up(script: &str, arguments: &[&str]) -> PathBuf {
    let folder = std::env::var_os("DATASPOOR_TOOLS").map_or_else(|| Path::new(ROOT).join(".tools"), PathBuf::from);
    std::fs::create_dir_all(&folder).expect("a folder for the tools");
    // Tests run beside each other: one installs, the others wait and find that all is there.
    let lock = File::create(folder.join("lock")).expect("a lock");
    lock.lock().expect("locked");
    run(Command::new(Path::new(ROOT).join("scripts").join(script)).args(arguments));
    folder
}
