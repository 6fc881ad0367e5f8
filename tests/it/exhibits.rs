//! What is put beside the traffic: written into the capture, covered by its chain of custody, read back by us and by others.

use std::fs;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use dataspoor::capture::{Capture, Writer, recover, verify};
use dataspoor::model::{EXHIBIT_IN_MEMORY, Event, Exhibit, ExhibitKind, Recorder as _, SaidBy, Timestamp};
use dataspoor::recorder::Recording;

use super::capture::{note, plain, session_file};
use super::live_archive::warcio_check;

/// An exhibit that differs from others.
pub(crate) fn exhibit(which: u64) -> Exhibit {
    let kind = ExhibitKind::ALL[which as usize / 10 % ExhibitKind::ALL.len()];
    let (media_type, bytes) = match kind {
        ExhibitKind::Screenshot => ("image/png", [b"\x89PNG\r\n\r\n".to_vec(), vec![which as u8; 3000]].concat()),
        _ => ("application/json", format!("{{\"which\":{which}}}").into_bytes()),
    };
    let said_by = SaidBy::ALL[which as usize % 2];
    Exhibit { kind, said_by, about: format!("“{which}”\r\nline"), media_type: media_type.to_owned(), bytes: Bytes::from(bytes) }
}

pub(crate) fn record(folder: &Path, exhibits: &[Exhibit]) {
    let (writer, _) = Writer::create(folder, &session_file(), None).expect("a new capture");
    let (recording, _finished) = Recording::start(writer, Duration::from_secs(1)).expect("starts");
    for (at, exhibit) in exhibits.iter().enumerate() {
        recording.submit(plain(0, at as i64 + 10, Event::Exhibit(exhibit.clone())));
        recording.submit(plain(0, at as i64 + 10, note()));
    }
    recording.close(Timestamp::from_nanoseconds(99));
    recording.finish().expect("kept");
}

fn every_kind() -> Vec<Exhibit> {
    let long = Exhibit {
        kind: ExhibitKind::ConsentScreen,
        said_by: SaidBy::Operator,
        about: String::new(),
        media_type: "application/json; charset=utf-8\r\nX: y".to_owned(),
        bytes: Bytes::from(vec![b' '; EXHIBIT_IN_MEMORY + 1]),
    };
    let empty = Exhibit { media_type: String::new(), bytes: Bytes::new(), ..long.clone() };
    (0..4).map(|kind| exhibit(kind * 10)).chain([long, empty]).collect()
}

#[test]
fn exhibits_are_read_back_as_they_were_put_in() {
    let root = tempfile::tempdir().expect("a folder");
    let folder = root.path().join("capture");
    let all = every_kind();
    record(&folder, &all);
    let checked = verify(&folder, None).expect("verifies");
    assert_eq!((checked.problems.as_slice(), checked.exhibits), (&[][..], all.len() as u64));
    assert_eq!(warcio_check(&folder), all.len() - 1, "another reader finds each digest and that it holds; the empty one has none");
    let capture = Capture::open(&folder).expect("opens");
    let session = capture.contents().expect("reads").session;
    assert_eq!(session.exhibits.len(), all.len());
    for (index, (read, put)) in session.exhibits.iter().zip(&all).enumerate() {
        assert_eq!((read.number, read.at), (index as u64 + 1, Timestamp::from_nanoseconds(index as i64 + 10)));
        assert_eq!((read.kind, read.said_by, &read.about, &read.media_type), (put.kind, put.said_by, &put.about, &put.media_type));
        assert_eq!((read.length, read.digest), (put.bytes.len() as u64, dataspoor::model::Digest::of(&put.bytes)));
        let in_memory = put.kind.is_structured() && put.bytes.len() <= EXHIBIT_IN_MEMORY;
        assert_eq!(read.content.as_deref(), in_memory.then_some(&put.bytes[..]));
        let (again, bytes) = capture.exhibit(read.number).expect("reads").expect("is there");
        assert_eq!((again.digest, bytes.as_slice()), (read.digest, &put.bytes[..]), "any of them can be had, whatever its kind and length");
    }
    assert!(capture.exhibit(all.len() as u64 + 1).expect("reads").is_none());
    assert!(capture.exhibit(0).expect("reads").is_none());
    let archive = fs::read(folder.join("archive/segment-000001.warc")).expect("a segment");
    let archive = String::from_utf8_lossy(&archive);
    assert!(archive.contains("\r\nWARC-Target-URI: urn:exhibit:1:screenshot\r\nContent-Type: image/png\r\n"));
    assert!(!archive.contains("\r\nX: y"), "a media type makes no line of a head");
}

#[test]
fn a_changed_exhibit_is_noticed() {
    let root = tempfile::tempdir().expect("a folder");
    let folder = root.path().join("capture");
    record(&folder, &every_kind());
    let path = folder.join("archive/segment-000001.warc");
    let whole = fs::read(&path).expect("a segment");
    let at = memchr::memmem::find(&whole, b"{\"which\":10}").expect("the second exhibit");
    let mut changed = whole.clone();
    changed[at + 9] = b'2';
    fs::write(&path, changed).expect("written");
    let problems = verify(&folder, None).expect("verifies").problems;
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].place.ends_with(&format!("byte {at}")) && problems[0].what.contains("was changed"), "{problems:?}");
    let capture = Capture::open(&folder).expect("opens");
    let error = capture.contents().expect_err("its bytes do not fit").to_string();
    assert!(error.contains("exhibit 2") && error.contains("digest"), "{error}");
    assert!(capture.exhibit(2).is_err());
    assert!(capture.exhibit(3).expect("reads").is_some(), "the others are as they were");
    fs::write(&path, &whole).expect("written");

    // A log that was chained anew must not get past the digest in the head of the record either, nor past the numbers.
    let log = fs::read_to_string(folder.join("custody.ndjson")).expect("a log");
    let digest = dataspoor::model::Digest::of(b"{\"which\":10}").to_string();
    for (from, to, said) in [
        (digest.as_str(), dataspoor::model::Digest::of(b"another").to_string(), "another digest"),
        ("\"exhibit\",\"number\":2", "\"exhibit\",\"number\":7".to_owned(), "come before it"),
        ("\"exhibits\":6", "\"exhibits\":5".to_owned(), "6 come before it"),
    ] {
        let forged = log.replacen(from, &to, 1);
        assert_ne!(forged, log, "{from}");
        fs::write(folder.join("custody.ndjson"), super::capture::chained_anew(&forged)).expect("written");
        let problems = verify(&folder, None).expect("verifies").problems;
        assert!(problems.iter().any(|problem| problem.what.contains(said)), "{said}: {problems:?}");
    }
}

#[test]
fn exhibits_outlive_an_interruption() {
    let root = tempfile::tempdir().expect("a folder");
    let whole = root.path().join("whole");
    record(&whole, &every_kind());
    let log = fs::read(whole.join("custody.ndjson")).expect("a log");
    let cut = memchr::memmem::find(&log, b"\"number\":4").expect("the fourth exhibit");
    let folder = root.path().join("cut");
    fs::create_dir_all(folder.join("archive")).expect("a folder");
    for file in ["session.json", "archive/segment-000001.warc"] {
        fs::copy(whole.join(file), folder.join(file)).expect("copied");
    }
    fs::write(folder.join("custody.ndjson"), &log[..cut]).expect("written");
    recover(&folder, Timestamp::from_nanoseconds(200)).expect("taken up").expect("it was interrupted");
    let checked = verify(&folder, None).expect("verifies");
    assert_eq!((checked.problems.as_slice(), checked.exhibits, checked.interrupted), (&[][..], 3, true));
    let session = Capture::open(&folder).expect("opens").contents().expect("reads").session;
    assert_eq!(session.exhibits.iter().map(|exhibit| exhibit.number).collect::<Vec<_>>(), [1, 2, 3]);
}

/// A recording of version 2, which has no exhibits, is read as before.
#[test]
fn a_recording_of_version_2_is_read() {
    let root = tempfile::tempdir().expect("a folder");
    let folder = root.path().join("capture");
    let mut session = session_file();
    session.version = 2;
    let (writer, _) = Writer::create(&folder, &session, None).expect("a new capture");
    writer.finish(Timestamp::from_nanoseconds(5)).expect("kept");
    let log = fs::read_to_string(folder.join("custody.ndjson")).expect("a log");
    let older = log.replacen("\"version\":3", "\"version\":2", 1).replacen("\"exhibits\":0,", "", 1);
    assert_ne!(older, log);
    fs::write(folder.join("custody.ndjson"), super::capture::chained_anew(&older)).expect("written");
    assert_eq!(verify(&folder, None).expect("verifies").problems, []);
    let session = Capture::open(&folder).expect("opens").contents().expect("reads").session;
    assert_eq!((session.format_version.as_deref(), session.exhibits.len()), (Some("2"), 0));
}
