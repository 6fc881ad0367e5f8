//! A recording of any content: reading, verifying and taking it up must end in an answer or an error, whatever log, archive and torn end say.
//! What verifies without a problem can be read, and what was taken up once needs it no more.
//!
//! An input is the files of a recording in one: the members of the log's records, one JSON object a line; after a line `---` the first segment,
//! after another one a stream. Chain and digests are made here, so that damage gets past them: a place with `"heads":"*"` has the digest of
//! the heads that lie there. A line that begins with `~` is put into the log as it is, without a line feed.
#![no_main]

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use dataspoor::capture::{Capture, recover, verify};
use dataspoor::evidence::{Chain, seal};
use dataspoor::model::{Digest, Timestamp};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

/// What is known before the first request of every recording here.
static SESSION: LazyLock<Vec<u8>> = LazyLock::new(|| {
    seal(&json!({
        "format": "dataspoor-capture", "version": 2, "id": "00", "tool": "fuzz", "started": "2026-11-22T01:00:00Z", "case": null, "page": null,
        "auditee": [], "platform": null, "simulated": true, "comment": null, "browser": "none", "authority": "00", "map": [],
        "private_upstream": false, "upstream_roots": null, "sync_interval": 1000
    }))
    .expect("an object")
});

fuzz_target!(|data: &[u8]| {
    let mut parts = split(data).into_iter();
    let (log, segment, stream) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let folder = tempfile::tempdir().expect("a folder");
    let archive = folder.path().join("archive");
    fs::create_dir(&archive).expect("made");
    fs::write(folder.path().join("session.json"), &*SESSION).expect("written");
    fs::write(archive.join("segment-000001.warc"), segment).expect("written");
    if !stream.is_empty() {
        fs::write(archive.join("stream-000001-response.warc"), stream).expect("written");
    }
    fs::write(folder.path().join("custody.ndjson"), chained(log, segment, stream)).expect("written");
    look(folder.path());
    let at = Timestamp::from_nanoseconds(5);
    if let Ok(Some(_)) = recover(folder.path(), at) {
        look(folder.path());
        assert_eq!(recover(folder.path(), at).expect("readable"), None, "what was taken up is whole");
    }
});

fn split(data: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut rest = data;
    while let Some(at) = rest.windows(5).position(|window| window == b"\n---\n") {
        parts.push(&rest[..at + 1]);
        rest = &rest[at + 5..];
    }
    parts.push(rest);
    parts
}

/// The log of these records, as if somebody had written them in good order.
fn chained(records: &[u8], segment: &[u8], stream: &[u8]) -> Vec<u8> {
    let mut chain = Chain::default();
    let mut log = Vec::new();
    for line in records.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
        if let Some(torn) = line.strip_prefix(b"~") {
            log.extend_from_slice(torn);
            continue;
        }
        let object = match serde_json::from_slice::<Value>(line) {
            Ok(mut object) => {
                for member in ["info", "request", "response", "record"] {
                    if let Some(place) = object.get_mut(member) {
                        fill(place, if member == "record" || member == "info" { 1 } else { 2 }, segment, stream);
                    }
                }
                if object["session"] == "*" {
                    object["session"] = Digest::of(&SESSION).to_string().into();
                }
                object.to_string().into_bytes()
            }
            Err(_) => line.to_vec(),
        };
        chain.append(&object, &mut log);
    }
    log
}

/// Gives a place the digest of what lies there: so many heads, or all of a description.
fn fill(place: &mut Value, heads: usize, segment: &[u8], stream: &[u8]) {
    if place["heads"] != "*" {
        return;
    }
    let file = if place["file"].as_str().is_some_and(|file| file.starts_with("stream")) { stream } else { segment };
    let at = place["at"].as_u64().and_then(|at| usize::try_from(at).ok()).unwrap_or(usize::MAX);
    let bytes = file.get(at..).unwrap_or_default();
    let mut end = 0;
    for _ in 0..heads {
        end += bytes[end..].windows(4).position(|window| window == b"\r\n\r\n").map_or(0, |found| found + 4);
    }
    if heads == 1 && bytes.starts_with(b"WARC/1.1\r\nWARC-Type: warcinfo") {
        let length = place["length"].as_u64().and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
        end = length.saturating_sub(4).min(bytes.len());
    }
    place["heads"] = Digest::of(&bytes[..end]).to_string().into();
}

fn look(folder: &Path) {
    let checked = verify(folder, None);
    let Ok(capture) = Capture::open(folder) else { return };
    let contents = capture.contents();
    let mut entries = 0;
    let read = capture.read(None, &mut |_| {
        entries += 1;
        Ok(())
    });
    if let Ok(checked) = checked
        && checked.problems.is_empty()
    {
        assert!(read.is_ok() && contents.is_ok(), "it verifies and cannot be read: {:?}", read.err());
        assert_eq!(entries, checked.entries, "every entry was read");
    }
}
