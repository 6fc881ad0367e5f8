//! `verify` notices every change of an evidence log or annex and names the file, the record and the byte.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use dataspoor::batch::{Options, Verdict, replay, verify_file, verify_folder};
use dataspoor::evidence::{Chain, seal};
use dataspoor::model::Digest;
use dataspoor::report::text::Lang;
use serde_json::{Value, json};

use super::corpus::{Draw, ROOT, inputs, recording, run, scratch, shared};

const LOG: &str = "evidence.ndjson";
const ANNEX: &str = "annex.json";
const MANIFEST: &str = "manifest.json";

/// Replays a recording into a folder called `annex` inside `root`.
fn annex(root: &Path, recording: &Path) -> PathBuf {
    let folder = root.join("annex");
    let languages = vec![Lang::Nl, Lang::En];
    let options = Options { languages, ..Options::default() };
    replay(recording, inputs(), &options, Some(&folder)).expect("a recording");
    folder
}

/// The sealed files of recordings: a small one first, one with other letters than ASCII, and some of the corpus where it is there.
static FILES: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let mut files = Vec::new();
    let own = |name: &str| Path::new(ROOT).join("tests/data/har").join(name);
    let real = ["alexa2013-www.facebook.com-single.har", "pixel988-211palmbeach-contact-form.har"];
    let real = real.into_iter().filter_map(|name| shared(&format!("corpus/har/{name}")));
    let recordings = [own("charles.har"), own("page.har"), own("newline-cookies.har")].into_iter().chain(real);
    for recording in recordings {
        let root = scratch();
        let folder = annex(root.path(), &recording);
        let names = [LOG, ANNEX, MANIFEST];
        files.extend(names.iter().map(|name| ((*name).to_owned(), fs::read(folder.join(name)).expect("a file of the annex"))));
    }
    files
});

/// The kinds of bytes that a change may hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    DigestDigit,
    Digit,
    Letter,
    Quote,
    Bracket,
    Comma,
    Newline,
    NotAscii,
    Other,
}

/// The kind of every byte.
fn kinds(text: &[u8]) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = text
        .iter()
        .map(|byte| match byte {
            b'0'..=b'9' => Kind::Digit,
            b'a'..=b'z' | b'A'..=b'Z' => Kind::Letter,
            b'"' => Kind::Quote,
            b'{' | b'}' | b'[' | b']' => Kind::Bracket,
            b',' | b':' => Kind::Comma,
            b'\n' => Kind::Newline,
            0x80.. => Kind::NotAscii,
            _ => Kind::Other,
        })
        .collect();
    let mut start = 0;
    for run in text.split_inclusive(|byte| !matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        let digits = run.len().saturating_sub(1);
        if matches!(digits, 16 | 64) {
            kinds[start..start + digits].fill(Kind::DigestDigit);
        }
        start += run.len();
    }
    kinds
}

/// A record: where it begins, and its name in a message.
struct Record {
    start: usize,
    name: String,
    /// Where the name of a member ends, with its colon.
    named_until: usize,
    /// The line that ends a list is part of no element; it may go under the name of the list.
    list: Option<String>,
}

/// The records of a file: the lines of a log, by number; the lines of a sealed document, by JSON pointer.
fn records(name: &str, text: &[u8]) -> Vec<Record> {
    let mut start = 0;
    let mut member = String::new();
    let mut element = 0;
    let mut records = Vec::new();
    for (index, line) in text.split_inclusive(|&byte| byte == b'\n').enumerate() {
        let mut list = None;
        let mut named_until = start;
        let record = if name == LOG {
            format!("record {}", index + 1)
        } else if let Some(name) = line.strip_prefix(b"\"") {
            let end = name.iter().position(|&byte| byte == b'"').expect("a member name");
            member = format!("/{}", String::from_utf8_lossy(&name[..end]));
            element = 0;
            named_until = start + end + 3;
            member.clone()
        } else if member.is_empty() {
            "/".to_owned()
        } else {
            list = line.starts_with(b"]").then(|| member.clone());
            element += 1;
            format!("{member}/{}", element - 1)
        };
        records.push(Record { start, name: record, named_until, list });
        start += line.len();
        if member == "/integrity" {
            // The whole section is one record.
            break;
        }
    }
    records
}

/// The record that `at` lies in.
fn record_at(records: &[Record], at: usize) -> &Record {
    &records[records.partition_point(|record| record.start <= at) - 1]
}

/// Record and byte that a message names.
fn named(text: &str) -> (String, usize) {
    let (record, rest) = text.split_once(", byte ").unwrap_or_else(|| panic!("{text:?} names no byte"));
    let byte = rest.split(':').next().and_then(|byte| byte.parse().ok()).unwrap_or_else(|| panic!("{text:?} names no byte"));
    (record.to_owned(), byte)
}

/// Changes a byte, and holds what `verify_file` says against where it is. What is wrong goes to `wrong`.
fn flip(name: &str, text: &[u8], records: &[Record], at: usize, byte: u8, wrong: &mut Vec<String>) {
    let mut changed = text.to_vec();
    changed[at] = byte;
    let check = verify_file(name, &changed);
    let what = format!("{name} byte {at} {:?} became {:?}: {:?} {}", char::from(text[at]), char::from(byte), check.verdict, check.text);
    if (check.verdict, check.file.as_str()) != (Verdict::Disproved, name) {
        wrong.push(what);
        return;
    }
    wrong.extend(records_differ(records, at, &check.text).map(|why| format!("{what} ({why})")));
}

/// Why a message does not name the record that `at` lies in, or a byte of it up to there.
fn records_differ(records: &[Record], at: usize, text: &str) -> Option<String> {
    let (record, offset) = named(text);
    let expected = record_at(records, at);
    if let Some(sign) = text.chars().find(|sign| sign.is_control()) {
        return Some(format!("the message holds {sign:?} of the file"));
    }
    // A member whose own name was changed is called by no name, or by what its name has become; never by that of another record.
    let nameless = at < expected.named_until && (record == "/" || records.iter().all(|other| other.name != record));
    if record != expected.name && Some(&record) != expected.list.as_ref() && !nameless {
        return Some(format!("the record is {}", expected.name));
    }
    (!(expected.start..=at).contains(&offset)).then(|| format!("the record begins at {}", expected.start))
}

/// No more than a few lines of what is wrong.
fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} changes are not named as they should be:\n{}", wrong.len(), wrong[..wrong.len().min(12)].join("\n"));
}

#[test]
fn unchanged_files_verify() {
    for (name, text) in FILES.iter() {
        let check = verify_file(name, text);
        assert_eq!(check.verdict, Verdict::Proved, "{name}: {}", check.text);
    }
}

#[test]
fn every_changed_byte_of_a_small_annex_is_named() {
    let mut draw = Draw(4);
    let mut flips = 0;
    let mut wrong = Vec::new();
    for (name, text) in &FILES[..3] {
        let records = records(name, text);
        for at in 0..text.len() {
            flip(name, text, &records, at, draw.other(text[at]), &mut wrong);
            flips += 1;
        }
    }
    assert_none(&wrong);
    eprintln!("{flips} flips, one of every byte");
    assert!(flips > 8_000);
}

#[test]
fn changed_bytes_of_every_kind_and_place_are_named() {
    let mut draw = Draw(2_000);
    let mut count: BTreeMap<Kind, u64> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (name, text) in FILES.iter() {
        let records = records(name, text);
        let mut places: BTreeMap<Kind, Vec<usize>> = BTreeMap::new();
        for (at, kind) in kinds(text).into_iter().enumerate() {
            places.entry(kind).or_default().push(at);
        }
        for (kind, places) in &places {
            for _ in 0..50 {
                let at = places[draw.below(places.len())];
                // By another byte of its own kind as often as by any: a changed digit leaves the JSON as sound as it was.
                let byte = match (kind, draw.below(2)) {
                    (Kind::Digit | Kind::DigestDigit, 0) if text[at].is_ascii_digit() => {
                        b'0' + (text[at] - b'0' + 1 + draw.below(9) as u8) % 10
                    }
                    (Kind::Letter, 0) => text[at] ^ 0x20,
                    _ => draw.other(text[at]),
                };
                flip(name, text, &records, at, byte, &mut wrong);
                *count.entry(*kind).or_default() += 1;
            }
        }
        // First line, last line, the line feed at the end, and the borders between lines.
        let last_line = text[..text.len() - 1].iter().rposition(|&byte| byte == b'\n').expect("several lines") + 1;
        let borders = (0..text.len()).filter(|&at| text[at] == b'\n').flat_map(|at| [at, (at + 1).min(text.len() - 1)]);
        for at in (0..40).chain(last_line.max(text.len() - 100)..text.len()).chain(borders) {
            flip(name, text, &records, at, draw.other(text[at]), &mut wrong);
            *count.entry(Kind::Other).or_default() += 1;
        }
    }
    assert_none(&wrong);
    eprintln!("flips by kind of byte: {count:?}");
    assert_eq!(count.len(), 9, "every kind of byte occurs: {count:?}");
    assert!(count.values().sum::<u64>() >= 2_000);
}

#[test]
fn cut_off_longer_and_mixed_up_files_are_noticed() {
    let mut draw = Draw(7);
    for (name, text) in FILES.iter() {
        let disproved = |changed: &[u8], what: &str| {
            let check = verify_file(name, changed);
            assert_eq!(check.verdict, Verdict::Disproved, "{name} {what}: {}", check.text);
            let (_, byte) = named(&check.text);
            assert!(byte <= changed.len(), "{name} {what}: {}", check.text);
        };
        let step = 1 + text.len() / 1_500;
        for length in (0..text.len()).step_by(step).chain(text.len() - 200..text.len()) {
            disproved(&text[..length], &format!("cut off after {length} bytes"));
        }
        for more in [&b"\n"[..], b" ", b"\0", b"}", b"{}\n", &text[..text.len() / 2], text] {
            disproved(&[text.as_slice(), more].concat(), &format!("with {} bytes more", more.len()));
        }
        let lines: Vec<&[u8]> = text.split_inclusive(|&byte| byte == b'\n').collect();
        for lost in 0..lines.len() {
            let without: Vec<&[u8]> = lines.iter().enumerate().filter(|(at, _)| *at != lost).map(|(_, line)| *line).collect();
            disproved(&without.concat(), &format!("without line {}", lost + 1));
        }
        for _ in 0..100 {
            let (one, other) = (draw.below(lines.len()), draw.below(lines.len()));
            if lines[one] != lines[other] {
                let mut mixed = lines.clone();
                mixed.swap(one, other);
                disproved(&mixed.concat(), &format!("with lines {} and {} in each other's place", one + 1, other + 1));
            }
        }
        let twice = draw.below(lines.len());
        let doubled = [&lines[..=twice], &lines[twice..]].concat().concat();
        disproved(&doubled, &format!("with line {} twice", twice + 1));
    }
}

#[test]
fn the_program_names_file_record_and_byte() {
    let root = scratch();
    let folder = annex(root.path(), &recording("alexa2013-www.facebook.com-single.har"));
    let arguments = |path: &Path| -> [OsString; 2] { ["verify".into(), path.into()] };
    let sound = run(arguments(&folder));
    assert_eq!(sound.code, 0, "{}{}", sound.out, sound.err);
    assert!(!sound.out.contains("DISPROVED"), "{}", sound.out);
    let mut draw = Draw(11);
    for name in [LOG, ANNEX, MANIFEST] {
        let path = folder.join(name);
        let text = fs::read(&path).expect("a file of the annex");
        let records = records(name, &text);
        for turn in 0..16 {
            let at = if turn == 0 { text.len() - 1 } else { draw.below(text.len()) };
            let mut changed = text.clone();
            changed[at] = draw.other(text[at]);
            fs::write(&path, &changed).expect("a change");
            // A single file and a whole folder by turns.
            let ran = run(arguments(if turn % 2 == 0 { &path } else { &folder }));
            assert_eq!(ran.code, 1, "{name} byte {at}: {}{}", ran.out, ran.err);
            let head = format!("DISPROVED: {}: ", path.display());
            let lines: Vec<&str> = ran.out.lines().filter_map(|line| line.strip_prefix(head.as_str())).collect();
            let line = lines.first().unwrap_or_else(|| panic!("{name} is not named: {}", ran.out));
            assert_eq!(records_differ(&records, at, line), None, "{name} byte {at}: {}", ran.out);
        }
        fs::write(&path, &text).expect("as it was");
    }
    assert_eq!(run(arguments(&folder)).code, 0, "as it was");
}

#[test]
fn with_the_recording_the_byte_itself_is_named() {
    let root = scratch();
    // A copy, and without the filter list, so that the program's own defaults are what the annex was made with.
    let capture = root.path().join("capture.har");
    fs::copy(recording("alexa2013-www.facebook.com-single.har"), &capture).expect("a copy");
    let made = run([OsString::from("replay"), capture.clone().into(), "--out".into(), root.path().join("out").into()]);
    assert_eq!(made.code, 0, "{}", made.err);
    let folder = root.path().join("out/capture");
    let verify = || run([OsString::from("verify"), folder.clone().into(), "--capture".into(), capture.clone().into()]);
    let sound = verify();
    assert_eq!(sound.code, 0, "{}{}", sound.out, sound.err);
    let mut draw = Draw(13);
    for name in [LOG, ANNEX, "annex.nl.html", "cookies.csv", "flows.csv", "recipients.csv", "gaps.csv"] {
        let path = folder.join(name);
        let text = fs::read(&path).expect("a file of the annex");
        for turn in 0..2 {
            let at = if turn == 0 { draw.below(text.len()) } else { text.len() - 1 };
            let mut changed = text.clone();
            changed[at] = draw.other(text[at]);
            fs::write(&path, &changed).expect("a change");
            let ran = verify();
            let line = 1 + changed[..at].iter().filter(|&&byte| byte == b'\n').count();
            let expected = format!("DISPROVED: {}: record {line}, byte {at}:", path.display());
            assert_eq!(ran.code, 1, "{name} byte {at}");
            assert!(ran.out.contains(&expected), "{name}: no {expected:?} in\n{}", ran.out);
        }
        fs::write(&path, &text).expect("as it was");
    }
    // Another recording is told from a changed annex.
    let mut other = fs::read(&capture).expect("the recording");
    other.push(b'\n');
    fs::write(&capture, other).expect("a change");
    let ran = verify();
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.contains("is another recording"), "{}", ran.out);
}

#[test]
fn the_folder_is_checked_against_its_manifest() {
    let root = scratch();
    let folder = annex(root.path(), &recording("alexa2013-www.facebook.com-single.har"));
    let disproved = |file: &str, words: &str| {
        let checks = verify_folder(&folder).expect("a folder");
        let found = checks.iter().any(|check| check.verdict == Verdict::Disproved && check.file == file && check.text.contains(words));
        assert!(found, "{file} {words:?} is not among {checks:?}");
        assert_eq!(run([OsString::from("verify"), folder.clone().into()]).code, 1, "{file}");
    };
    let mut draw = Draw(17);
    for name in ["annex.nl.html", "annex.en.html", "cookies.csv", "flows.csv", "recipients.csv", "gaps.csv"] {
        let path = folder.join(name);
        let text = fs::read(&path).expect("a file of the annex");
        let mut changed = text.clone();
        let at = draw.below(text.len());
        changed[at] = draw.other(text[at]);
        fs::write(&path, &changed).expect("a change");
        disproved(name, "differs from what the manifest lists (the length is right)");
        fs::write(&path, &text[..text.len() - 1]).expect("a change");
        disproved(name, &format!("({} bytes were written)", text.len()));
        fs::remove_file(&path).expect("removed");
        disproved(name, "cannot be read");
        fs::write(&path, &text).expect("as it was");
    }
    fs::write(folder.join("more.txt"), "x").expect("one more");
    disproved("more.txt", "not in the manifest");
    fs::remove_file(folder.join("more.txt")).expect("removed");

    // A log that is whole in itself, but of another recording.
    let elsewhere = scratch();
    let other = annex(elsewhere.path(), &Path::new(ROOT).join("tests/data/har/charles.har"));
    let log = fs::read(folder.join(LOG)).expect("the log");
    fs::copy(other.join(LOG), folder.join(LOG)).expect("another log");
    disproved(LOG, "differs from what the manifest lists");
    disproved(ANNEX, "names another evidence log");
    fs::write(folder.join(LOG), log).expect("as it was");
    assert!(verify_folder(&folder).expect("a folder").iter().all(|check| check.verdict == Verdict::Proved));
}

/// Rewrites a sealed document the way somebody would who knows the format.
fn resealed(path: &Path, change: impl FnOnce(&mut Value)) {
    let mut document: Value = serde_json::from_slice(&fs::read(path).expect("a file of the annex")).expect("JSON");
    document.as_object_mut().expect("an object").shift_remove("integrity");
    change(&mut document);
    fs::write(path, seal(&document).expect("JSON")).expect("a change");
}

/// Chains records anew, the way somebody would who knows the format.
fn rechained(records: &[Value]) -> Vec<u8> {
    let mut chain = Chain::default();
    let mut log = Vec::new();
    for record in records {
        let mut record = record.clone();
        for member in ["n", "prev", "digest"] {
            record.as_object_mut().expect("a record").shift_remove(member);
        }
        chain.append(record.to_string().as_bytes(), &mut log);
    }
    log
}

#[test]
fn a_manifest_that_does_not_list_the_annex_does_not_hold() {
    let root = scratch();
    let folder = annex(root.path(), &Path::new(ROOT).join("tests/data/har/charles.har"));
    let path = folder.join(MANIFEST);
    let before = fs::read(&path).expect("the manifest");
    for missing in [LOG, ANNEX] {
        resealed(&path, |manifest| manifest["files"].as_array_mut().expect("a list").retain(|row| row["name"] != missing));
        let ran = run([OsString::from("verify"), folder.clone().into()]);
        let line = format!("DISPROVED: {}: is missing from the manifest", folder.join(missing).display());
        assert!(ran.code == 1 && ran.out.contains(&line), "{}", ran.out);
        assert!(!ran.out.contains("What this rests on"), "{}", ran.out);
        fs::write(&path, &before).expect("as it was");
    }
    // A folder that holds nothing but a manifest, which lists nothing.
    let bare = root.path().join("bare");
    fs::create_dir(&bare).expect("a folder");
    let empty = seal(&json!({ "format": "dataspoor-manifest", "version": 1, "made": {}, "files": [] })).expect("JSON");
    fs::write(bare.join(MANIFEST), &empty).expect("a manifest");
    assert_eq!(verify_file(MANIFEST, &empty).verdict, Verdict::Proved, "its own seal holds");
    let checks = verify_folder(&bare).expect("a folder");
    let disproved: Vec<_> = checks.iter().filter(|check| check.verdict == Verdict::Disproved).map(|check| check.file.as_str()).collect();
    assert_eq!(disproved, [LOG, ANNEX]);
    assert_eq!(run([OsString::from("verify"), bare.into()]).code, 1);
}

#[test]
fn a_head_kept_elsewhere_shows_that_everything_was_rewritten() {
    let root = scratch();
    let capture = Path::new(ROOT).join("tests/data/har/page.har");
    let made = run([OsString::from("replay"), capture.clone().into(), "--out".into(), root.path().join("out").into()]);
    assert_eq!(made.code, 0, "{}", made.err);
    let folder = root.path().join("out/page");
    let log = folder.join(LOG);
    let verify =
        |path: &Path, more: &[&str]| run([OsString::from("verify"), path.into()].into_iter().chain(more.iter().map(OsString::from)));
    let head_of = |log: &[u8]| -> String {
        let last = log.strip_suffix(b"\n").expect("a line").rsplit(|&byte| byte == b'\n').next().expect("a record");
        let record: Value = serde_json::from_slice(last).expect("JSON");
        record["digest"].as_str().expect("a digest").to_owned()
    };
    let text = fs::read(&log).expect("the log");
    let head = head_of(&text);
    let (first, warning, repeats, end) = (
        "What this rests on: the files fit together. ",
        "Whether somebody rewrote all of them shows only against a head kept elsewhere (--expect-head) or against the recording (--capture). ",
        "The analysis repeats. ",
        "That the recording is complete and honest rests on whoever made it.\n",
    );
    let capture = capture.to_str().expect("plain");
    for (more, rests) in [
        (&[][..], [first, warning, end].concat()),
        (&["--expect-head", &head], [first, end].concat()),
        (&["--capture", capture], [first, warning, repeats, end].concat()),
        (&["--capture", capture, "--expect-head", &head], [first, repeats, end].concat()),
    ] {
        let ran = verify(&folder, more);
        assert!(ran.code == 0 && ran.out.ends_with(&format!("\n{rests}")), "{more:?}: {}{}", ran.out, ran.err);
    }
    assert_eq!(verify(&log, &["--expect-head", &head]).code, 0);
    for (path, digest, words) in [
        (&folder, "1234", "64 lower-case hexadecimal digits"),
        (&folder.join(ANNEX), head.as_str(), "--expect-head"),
        (&folder.join(MANIFEST), &head, "--expect-head"),
    ] {
        let ran = verify(path, &["--expect-head", digest]);
        assert!(ran.code == 2 && ran.err.contains(words), "{}{}", ran.out, ran.err);
    }

    // Everything is rewritten so that it fits: only the head gives it away.
    let mut records: Vec<Value> =
        text.split_inclusive(|&byte| byte == b'\n').map(|line| serde_json::from_slice(line).expect("JSON")).collect();
    records[1]["time"] = json!("2001-01-01T00:00:00Z");
    let forged = rechained(&records);
    fs::write(&log, &forged).expect("a change");
    resealed(&folder.join(ANNEX), |annex| annex["method"]["evidence_head"] = json!(head_of(&forged)));
    resealed(&folder.join(MANIFEST), |manifest| {
        for row in manifest["files"].as_array_mut().expect("a list") {
            let bytes = fs::read(folder.join(row["name"].as_str().expect("a name"))).expect("a file of the annex");
            row["bytes"] = json!(bytes.len());
            row["sha256"] = json!(Digest::of(&bytes).to_string());
        }
    });
    let ran = verify(&folder, &[]);
    assert!(ran.code == 0 && ran.out.contains(warning), "{}", ran.out);
    for path in [&folder, &log] {
        let ran = verify(path, &["--expect-head", &head]);
        let line = format!("DISPROVED: {}: its head is {}, not {head} as expected", log.display(), head_of(&forged));
        assert!(ran.code == 1 && ran.out.contains(&line), "{}", ran.out);
    }
    assert_eq!(verify(&folder, &["--capture", capture]).code, 1);
    fs::remove_file(&log).expect("removed");
    assert!(verify(&folder, &["--expect-head", &head]).out.contains("so its head is not"));
}
