//! Attacks that somebody would think of, by name, on a sealed package and its case: for each it is said which check must catch it.

use std::fs;
use std::path::Path;

use dataspoor::model::Digest;
use serde_json::Value;

use super::attack_kit::{Auditor, Files, Kit, asked, chained, document, file, files_of, lines, members, packed, recorded, unpacked};
use super::attacks::{ARCHIVE, LIST, LOG, SEAL, SESSION, covered_by_python, of_kind, rechain, refile, relist, restate, row, unpack};
use super::corpus::run;

const SCREENSHOT: &str = "dataspoor/exhibit-0001-screenshot.png";

/// An attack: its name, the check that must catch it (a part of a file's name in the package, or a check outside of it), and what is done to the files.
type Attack<'a> = (&'a str, &'a str, &'a dyn Fn(&Kit, &mut Files));

fn replace(bytes: &mut Vec<u8>, from: &str, to: &str) {
    let text = bytes.clone();
    let at = memchr::memmem::find(&text, from.as_bytes()).unwrap_or_else(|| panic!("no {from}"));
    bytes.splice(at..at + from.len(), to.bytes());
}

/// Rewrites a record of the archive with everything that names it, as far as that goes without the key of the case.
fn rewrite_record(files: &mut Files, from: &str, to: &str) {
    assert_eq!(from.len(), to.len(), "places stay");
    let (mut text, starts) = unpack(file(files, ARCHIVE));
    let at = memchr::memmem::find(&text, from.as_bytes()).unwrap_or_else(|| panic!("no {from}"));
    text[at..at + from.len()].copy_from_slice(to.as_bytes());
    let start = *starts.iter().rev().find(|start| **start <= at).expect("a record");
    let end = starts.iter().copied().find(|next| *next > at).unwrap_or(text.len());
    let record = &text[start..end];
    let head = memchr::memmem::find(record, b"\r\n\r\n").expect("a head") + 4;
    let resource = memchr::memmem::find(&record[..head], b"WARC-Type: resource").is_some();
    let body = if resource { head } else { head + memchr::memmem::find(&record[head..], b"\r\n\r\n").expect("a head") + 4 };
    let payload = payload_of(&record[body..record.len() - 4]);
    let digest_at = start + memchr::memmem::find(&record[..head], b"sha256:").expect("a digest") + 7;
    let sha256 = Digest::of(&text[start + body..end - 4]).to_string();
    text[digest_at..digest_at + payload.len()].copy_from_slice(payload.as_bytes());
    let heads = Digest::of(&text[start..start + body]).to_string();
    *file(files, ARCHIVE) = members(&text, &starts);
    rechain(files, &|records| {
        let place = format!("\"at\":{start},\"length\":{},\"heads\":\"", end - start);
        for record in records.iter_mut() {
            if let Some(found) = record.find(&place) {
                let heads_at = found + place.len();
                record.replace_range(heads_at..heads_at + 64, &heads);
                if let Some(found) = record.find("\"sha256\":\"") {
                    record.replace_range(found + 10..found + 74, &sha256);
                }
            }
        }
    });
}

/// Somebody who has keys, but not the auditor's.
fn stranger() -> Auditor {
    Auditor::new(66)
}

fn payload_of(body: &[u8]) -> String {
    data_encoding::BASE32.encode(&Digest::of(body).0)
}

fn swap_digests(records: &mut [String]) {
    let digest_of = |record: &String| record.find("\"digest_of_entry\":\"").map(|at| (at + 19, record[at + 19..at + 83].to_owned()));
    let found: Vec<(usize, usize, String)> =
        records.iter().enumerate().filter_map(|(index, record)| digest_of(record).map(|(at, digest)| (index, at, digest))).collect();
    let ((one, one_at, first), (other, other_at, second)) = (found[0].clone(), found[1].clone());
    records[one].replace_range(one_at..one_at + 64, &second);
    records[other].replace_range(other_at..other_at + 64, &first);
}

#[test]
fn attacks_by_name_are_caught_by_the_checks_that_should() {
    let kit = Kit::new();
    let attacks: Vec<Attack<'_>> = vec![
        ("two records of the log swapped, lists rewritten", LOG, &|_, files| {
            let mut records = lines(file(files, LOG));
            records.swap(2, 3);
            *file(files, LOG) = records.iter().flat_map(|record| format!("{record}\n").into_bytes()).collect();
            refile(files);
        }),
        ("two records of the log swapped, chained anew", SEAL, &|_, files| {
            rechain(files, &|records| records.swap(4, 5));
            refile(files);
        }),
        ("two records of the archive swapped", "archive", &|_, files| {
            let (text, starts) = unpack(file(files, ARCHIVE));
            let swapped = [&text[..starts[1]], &text[starts[2]..starts[3]], &text[starts[1]..starts[2]], &text[starts[3]..]].concat();
            let second = starts[1] + starts[3] - starts[2];
            let starts: Vec<usize> = [&starts[..2], &[second], &starts[3..]].concat();
            *file(files, ARCHIVE) = members(&swapped, &starts);
            refile(files);
        }),
        ("a mark removed, tail chained anew", SEAL, &|_, files| {
            rechain(files, &|records| drop(records.remove(of_kind(records, "mark"))));
            refile(files);
        }),
        ("a mark removed, all stated and signed by another", SEAL, &|_, files| {
            rechain(files, &|records| drop(records.remove(of_kind(records, "mark"))));
            restate(files, Some(&stranger()));
        }),
        ("last record removed", LOG, &|_, files| {
            rechain(files, &|records| drop(records.pop()));
            refile(files);
        }),
        ("the time in the log removed", SEAL, &|_, files| {
            rechain(files, &|records| drop(records.remove(of_kind(records, "time"))));
            restate(files, None);
        }),
        ("rule file replaced", "rules.meta.toml", &|_, files| *file(files, "dataspoor/rules.meta.toml") = b"# nothing\n".to_vec()),
        ("rule file replaced, lists of WACZ rewritten", "rules.meta.toml", &|_, files| {
            *file(files, "dataspoor/rules.meta.toml") = b"# nothing\n".to_vec();
            relist(files);
        }),
        ("rule file replaced, all lists rewritten", SEAL, &|_, files| {
            *file(files, "dataspoor/rules.meta.toml") = b"# nothing\n".to_vec();
            refile(files);
        }),
        ("clock of the session changed, all lists rewritten", LOG, &|_, files| {
            let mut session = document(file(files, SESSION));
            session["started"] = "2026-11-21T01:00:00Z".into();
            *file(files, SESSION) = dataspoor::evidence::seal(&session).expect("JSON");
            refile(files);
        }),
        ("clock of an entry changed, all stated and signed by another", LOG, &|_, files| {
            rechain(files, &|records| {
                let at = of_kind(records, "entry");
                records[at] = records[at].replacen("\"started\":17", "\"started\":16", 1);
            });
            restate(files, Some(&stranger()));
        }),
        ("signed by another", "expected key", &|_, files| restate(files, Some(&stranger()))),
        ("signed by another and stamped anew", "expected key", &|kit, files| {
            restate(files, Some(&stranger()));
            let signature = Digest::of(file(files, "dataspoor/seal.ed25519"));
            *file(files, "dataspoor/seal.tsr") = asked(&kit.authority, &signature).answer;
            relist(files);
        }),
        ("sealed anew without a signature", "expected key", &|_, files| restate(files, None)),
        ("signature removed", "seal.ed25519", &|_, files| {
            files.retain(|(path, _)| path != "dataspoor/seal.ed25519");
            relist(files);
        }),
        ("signature of something else", "seal.ed25519", &|kit, files| {
            *file(files, "dataspoor/seal.ed25519") = kit.auditor.0.sign(b"something else").to_vec();
            relist(files);
        }),
        ("public key of another beside the signature", "signer.pem", &|_, files| {
            *file(files, "dataspoor/signer.pem") = stranger().0.public().to_pem().into_bytes();
            relist(files);
        }),
        ("screenshot edited, lists rewritten", SEAL, &|_, files| {
            replace(file(files, SCREENSHOT), "picture of the window", "picture of my windows");
            refile(files);
        }),
        ("screenshot edited wherever it stands, all lists rewritten", SEAL, &|_, files| {
            replace(file(files, SCREENSHOT), "picture of the window", "picture of my windows");
            rewrite_record(files, "picture of the window", "picture of my windows");
            refile(files);
        }),
        ("screenshot edited wherever it stands, all stated and signed by another", SEAL, &|_, files| {
            replace(file(files, SCREENSHOT), "picture of the window", "picture of my windows");
            rewrite_record(files, "picture of the window", "picture of my windows");
            restate(files, Some(&stranger()));
        }),
        ("answer edited wherever it stands, all stated and signed by another", LOG, &|_, files| {
            rewrite_record(files, "{\"ok\":true}", "{\"ok\":nope}");
            restate(files, Some(&stranger()));
        }),
        ("exhibit renamed", SEAL, &|_, files| {
            let (path, _) = files.iter_mut().find(|(path, _)| path == SCREENSHOT).expect("a screenshot");
            *path = "dataspoor/exhibit-0009-screenshot.png".to_owned();
            refile(files);
        }),
        ("two exhibits swapped", SEAL, &|_, files| {
            let other = file(files, "dataspoor/exhibit-0002-screenshot.png").clone();
            let one = std::mem::replace(file(files, SCREENSHOT), other);
            *file(files, "dataspoor/exhibit-0002-screenshot.png") = one;
            refile(files);
        }),
        ("index that leads elsewhere, lists rewritten", SEAL, &|_, files| {
            let index = file(files, "indexes/index.cdxj");
            let at = memchr::memmem::find(index, b"\"offset\":").expect("a place") + 9;
            index[at] = if index[at] == b'"' { b'\'' } else { index[at] ^ 1 };
            refile(files);
        }),
        ("page edited, lists rewritten", SEAL, &|_, files| {
            replace(file(files, "pages/pages.jsonl"), "ministerievan", "gemeentevan__");
            refile(files);
        }),
        ("list of WACZ rewritten only", "ledger", &|_, files| {
            let mut list: Value = serde_json::from_slice(file(files, "datapackage.json")).expect("JSON");
            list["title"] = "another title".into();
            *file(files, "datapackage.json") = serde_json::to_vec_pretty(&list).expect("JSON");
            relist(files);
        }),
        ("two entries in one gzip member, lists rewritten", "archive", &|_, files| {
            let (text, starts) = unpack(file(files, ARCHIVE));
            *file(files, ARCHIVE) = members(&text, &[&starts[..2], &starts[3..]].concat());
            refile(files);
        }),
        ("packed again with the same content, lists rewritten", SEAL, &|_, files| {
            let (text, starts) = unpack(file(files, ARCHIVE));
            let mut again = members(&text, &starts);
            // The byte that names an operating system (RFC 1952 section 2.3.1).
            again[9] ^= 1;
            *file(files, ARCHIVE) = again;
            refile(files);
        }),
        ("bytes behind a gzip member, lists rewritten", "", &|_, files| {
            file(files, ARCHIVE).extend(b"more");
            refile(files);
        }),
        ("session edited, log and lists rewritten, signed by another", LOG, &|_, files| {
            let before = Digest::of(file(files, SESSION)).to_string();
            let mut session = document(file(files, SESSION));
            session["comment"] = "nothing of this is simulated".into();
            *file(files, SESSION) = dataspoor::evidence::seal(&session).expect("JSON");
            let after = Digest::of(file(files, SESSION)).to_string();
            rechain(files, &|records| records[0] = records[0].replace(&before, &after));
            restate(files, Some(&stranger()));
        }),
        ("report of another run put in, lists rewritten", SEAL, &|_, files| {
            let older = chained(&lines(file(files, "dataspoor/report.evidence.ndjson"))[..1]);
            *file(files, "dataspoor/report.evidence.ndjson") = older;
            refile(files);
        }),
        ("digests of two entries swapped, chained anew", LOG, &|_, files| {
            rechain(files, &|records| swap_digests(records));
            restate(files, Some(&stranger()));
        }),
        ("outside time removed, lists rewritten", "outside time", &|_, files| {
            files.retain(|(path, _)| path != "dataspoor/seal.tsr");
            relist(files);
        }),
        ("outside time over something else, lists rewritten", "outside time", &|kit, files| {
            *file(files, "dataspoor/seal.tsr") = asked(&kit.authority, &Digest::of(b"something else")).answer;
            relist(files);
        }),
        ("words of a mark changed, chained anew", SEAL, &|_, files| {
            rechain(files, &|records| {
                let at = of_kind(records, "mark");
                records[at] = records[at].replace("the page is open", "consent was given");
            });
            refile(files);
        }),
        ("a file put in, lists rewritten", SEAL, &|_, files| {
            files.insert(3, ("dataspoor/letter.txt".to_owned(), b"we agree".to_vec()));
            refile(files);
        }),
        ("a list of files without a file", LIST, &|_, files| {
            let mut list = document(file(files, LIST));
            list["files"].as_array_mut().expect("a list").pop();
            *file(files, LIST) = dataspoor::evidence::seal(&list).expect("JSON");
            relist(files);
        }),
    ];
    let mut table = String::new();
    let mut tried = 0;
    for (name, by, attack) in attacks {
        let mut files = kit.files.clone();
        attack(&kit, &mut files);
        assert!(files != kit.files, "{name}: changes nothing");
        let path = kit.at("changed.wacz");
        packed(&files, &path);
        tried += 1;
        judge(&kit, &path, name, by, &mut table);
    }
    for (name, by, bytes) in in_the_archive(&kit) {
        let path = kit.at("changed.wacz");
        fs::write(&path, bytes).expect("written");
        tried += 1;
        judge(&kit, &path, name, by, &mut table);
    }
    eprintln!("| attack | first finding in the package | found outside | Python |\n|---|---|---|---|\n{table}");
    assert!(tried >= 40, "{tried} attacks");
}

/// Holds what was caught against what should have caught it.
fn judge(kit: &Kit, path: &Path, name: &str, by: &str, table: &mut String) {
    let caught = kit.check(path);
    row(table, name, &caught);
    let outside = caught.outside.iter().any(|(check, _)| *check == by);
    let inside = caught.inside.iter().any(|(file, what)| if by.is_empty() { true } else { file.contains(by) || what.contains(by) });
    assert!(outside || inside, "{name}: {by} should have caught it: {caught:?}");
    assert!(!covered_by_python(&caught) || !caught.python.is_empty(), "{name}: Python does not agree: {caught:?}");
    assert!(
        caught.outside.iter().any(|(check, _)| *check == "ledger") || !caught.inside.is_empty(),
        "{name}: the ledger knows it: {caught:?}"
    );
}

/// What is done to the ZIP archive itself.
fn in_the_archive(kit: &Kit) -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let whole = fs::read(&kit.sealed).expect("a package");
    let end = whole.len() - 22;
    assert_eq!(&whole[end..end + 4], b"PK\x05\x06");
    let place = |at: usize| u32::from_le_bytes(whole[at..at + 4].try_into().expect("four bytes")) as usize;
    let list = place(end + 16);
    let mut comment = whole.clone();
    comment[end + 20] = 7;
    comment.extend(b"comment");
    let before = [b"#!/bin/sh\n", &whole[..]].concat();
    let mut hidden = [&whole[..list], b"hidden between the files", &whole[list..]].concat();
    let moved = u32::try_from(list + 24).expect("short").to_le_bytes();
    hidden[end + 24 + 16..end + 24 + 20].copy_from_slice(&moved);
    // A second entry of one name, in the list of files and before it.
    let row = list;
    let length = 46 + usize::from(whole[row + 28]) + usize::from(whole[row + 30]) + usize::from(whole[row + 32]);
    let mut twice = [&whole[..end], &whole[row..row + length], &whole[end..]].concat();
    let end_of_twice = end + length;
    for at in [end_of_twice + 8, end_of_twice + 10] {
        let count = u16::from_le_bytes([twice[at], twice[at + 1]]) + 1;
        twice[at..at + 2].copy_from_slice(&count.to_le_bytes());
    }
    let size = u32::try_from(end - list + length).expect("short").to_le_bytes();
    twice[end_of_twice + 12..end_of_twice + 16].copy_from_slice(&size);
    let mut attributes = whole.clone();
    attributes[row + 38] ^= 1;
    let mut deflated = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in &kit.files {
        let way = if name == LOG { zip::CompressionMethod::Deflated } else { zip::CompressionMethod::Stored };
        let options = zip::write::SimpleFileOptions::default().compression_method(way).unix_permissions(0o644);
        deflated.start_file(name.as_str(), options).expect("begun");
        std::io::Write::write_all(&mut deflated, bytes).expect("written");
    }
    vec![
        ("comment in the ZIP archive", "", comment),
        ("bytes before the ZIP archive", "", before),
        ("bytes between the files and their list", "", hidden),
        ("second entry of one name", "", twice),
        ("attributes of an entry changed", "", attributes),
        ("a file compressed", "", deflated.finish().expect("written").into_inner()),
        ("cut off", "", whole[..whole.len() - 1].to_vec()),
    ]
}

/// What nobody can see in the package: the operator tells another story from the beginning, with the key of the case and the key for signing.
#[test]
fn what_the_operator_rewrites_is_seen_from_outside_only_and_said_to_be_so() {
    let kit = Kit::new();
    let recording = kit.at("again");
    recorded(&recording, &kit.case, &kit.authority, &|mut exchanges| {
        exchanges.remove(2);
        exchanges
    });
    let (plain, stamped) = (kit.at("plain.wacz"), kit.at("stamped.wacz"));
    // Whoever rewrites all of it makes its report anew too.
    let reports = kit.at("rewritten-reports");
    let made = run([
        "replay".as_ref(),
        recording.as_os_str(),
        "--case".as_ref(),
        kit.case.folder().as_os_str(),
        "--out".as_ref(),
        reports.as_os_str(),
    ]);
    assert_eq!(made.code, 0, "{}", made.err);
    let report = fs::read_dir(&reports).expect("reports").next().expect("a report").expect("readable").path();
    kit.seal_with(&recording, &report, &plain, &kit.auditor, false);
    kit.seal_with(&recording, &report, &stamped, &kit.auditor, true);
    for (path, time) in [(&plain, true), (&stamped, false)] {
        let caught = kit.check(path);
        assert!(caught.inside.is_empty() && caught.python.is_empty(), "it fits together: {caught:?}");
        let outside: Vec<&str> = caught.outside.iter().map(|(check, _)| *check).collect();
        let expected: &[&str] = if time { &["expected head", "outside time", "ledger"] } else { &["expected head", "ledger"] };
        assert_eq!(outside, expected, "a time that was asked for later vouches for what was sealed later");
        let said = kit.program(path, false);
        assert!(said.contains("rewrote all of it"), "{said}");
        assert!(!said.contains("no manipulation is possible"), "{said}");
    }
    let ran = run(["verify".as_ref(), plain.as_os_str(), "--expect-head".as_ref(), kit.head.to_string().as_ref()]);
    assert!(ran.code == 1 && ran.out.contains("was expected"), "{}", ran.out);
    assert!(files_of(&fs::read(&plain).expect("a package")).is_some() && unpacked(&stamped).len() == unpacked(&plain).len() + 1);
}

/// A recording that disappears from its case, and a ledger that is to hide that.
#[test]
fn a_recording_removed_from_its_case_is_missed() {
    let kit = Kit::new();
    let folder = kit.case.folder().to_owned();
    let verify = || run(["verify".as_ref(), folder.as_os_str()]);
    let recording = folder.join("captures/1");
    fs::rename(&recording, kit.at("away")).expect("moved");
    let gone = verify();
    assert!(gone.code == 1 && gone.out.contains("DISPROVED"), "{} {}", gone.out, gone.err);
    let ledger = folder.join("ledger.ndjson");
    let text = fs::read(&ledger).expect("a ledger");
    let records = lines(&text);
    let kept: Vec<String> = records[..1].to_vec();
    fs::write(&ledger, chained(&kept)).expect("written");
    let head: Value = serde_json::from_str(records.last().expect("a record")).expect("JSON");
    let head = head["digest"].as_str().expect("a digest").to_owned();
    let ran = run(["verify".as_ref(), folder.as_os_str(), "--expect-head".as_ref(), head.as_ref()]);
    assert!(ran.code == 1, "a ledger that was chained anew has another head: {} {}", ran.out, ran.err);
}
