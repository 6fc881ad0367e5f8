//! Attacks on a sealed package: seeded manipulations of every kind and those that somebody would think of, by name. For each the table that is printed says
//! which checks caught it. What only something kept elsewhere can show is said to be so, and the Python verifier (`docs/verify.py`) agrees wherever it covers.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use dataspoor::evidence::{SealedFiles, entries_root};
use dataspoor::model::Digest;
use serde_json::Value;

use super::attack_kit::{Auditor, Caught, Files, Kit, chained, document, file, lines, packed};
use super::capture::Dice;

pub(crate) const LOG: &str = "dataspoor/custody.ndjson";
pub(crate) const LIST: &str = "dataspoor/files.json";
pub(crate) const SEAL: &str = "dataspoor/seal.json";
pub(crate) const SESSION: &str = "dataspoor/session.json";
pub(crate) const ARCHIVE: &str = "archive/segment-000001.warc.gz";

/// Names every file anew in the lists of WACZ. Whoever has no key for it leaves the signature out.
pub(crate) fn relist(files: &mut Files) {
    let mut list: Value = serde_json::from_slice(file(files, "datapackage.json")).expect("JSON");
    let there = files.iter().filter(|(path, _)| !path.starts_with("datapackage"));
    let row = |(path, bytes): &(String, Vec<u8>)| {
        let name = path.rsplit('/').next().unwrap_or_default().to_lowercase();
        serde_json::json!({ "name": name, "path": path, "hash": format!("sha256:{}", Digest::of(bytes)), "bytes": bytes.len() })
    };
    list["resources"] = there.map(row).collect();
    let list = serde_json::to_vec_pretty(&list).expect("JSON");
    let digest = serde_json::json!({ "path": "datapackage.json", "hash": format!("sha256:{}", Digest::of(&list)) });
    *file(files, "datapackage.json") = list;
    *file(files, "datapackage-digest.json") = serde_json::to_vec(&digest).expect("JSON");
}

/// The same for the list of dataspoor, with its salts as they stand there.
pub(crate) fn refile(files: &mut Files) {
    let mut list = document(file(files, LIST));
    let mut salts: BTreeMap<String, Value> = BTreeMap::new();
    for row in list["files"].as_array().expect("a list") {
        salts.insert(row["path"].as_str().expect("a path").to_owned(), row["salt"].clone());
    }
    let left_out = ["datapackage", LIST, "dataspoor/seal", "dataspoor/signer.pem"];
    let there = files.iter().filter(|(path, _)| !left_out.iter().any(|begin| path.starts_with(begin)));
    let row = |(path, bytes): &(String, Vec<u8>)| {
        let salt = salts.get(path).cloned().unwrap_or_else(|| "00".repeat(16).into());
        serde_json::json!({ "path": path, "bytes": bytes.len(), "sha256": Digest::of(bytes).to_string(), "salt": salt })
    };
    list["files"] = there.map(row).collect();
    *file(files, LIST) = dataspoor::evidence::seal(&list).expect("JSON");
    relist(files);
}

/// States what is in the package, as far as that goes without the key of the case, and signs with another key (or with none).
pub(crate) fn restate(files: &mut Files, auditor: Option<&Auditor>) {
    refile(files);
    let list: SealedFiles = serde_json::from_slice(file(files, LIST)).expect("a list");
    let log = lines(file(files, LOG));
    let mut digests: BTreeMap<u64, Option<Digest>> = BTreeMap::new();
    for line in &log {
        let record: Value = serde_json::from_str(line).expect("JSON");
        if let (Some(entry), Some(digest)) = (record["entry"].as_u64(), record["digest_of_entry"].as_str()) {
            digests.insert(entry, digest.parse().ok());
        }
    }
    let last: Value = serde_json::from_str(log.last().expect("a record")).expect("JSON");
    let session = file(files, SESSION).clone();
    let mut seal = document(file(files, SEAL));
    seal["files"] = serde_json::to_value(list.rooted().expect("salts")).expect("JSON");
    seal["entries"] = serde_json::to_value(entries_root(digests.into_values())).expect("JSON");
    seal["custody"]["records"] = log.len().into();
    seal["custody"]["head"] = last["digest"].clone();
    seal["session"]["sha256"] = Digest::of(&session).to_string().into();
    seal["started"] = document(&session)["started"].clone();
    seal["signer"] =
        auditor.map_or(Value::Null, |auditor| serde_json::json!({ "algorithm": "Ed25519", "public_key": auditor.0.public().to_string() }));
    let seal = dataspoor::evidence::seal(&seal).expect("JSON");
    match auditor {
        None => {
            files.retain(|(path, _)| !["dataspoor/seal.ed25519", "dataspoor/signer.pem", "dataspoor/seal.tsr"].contains(&path.as_str()))
        }
        Some(auditor) => {
            *file(files, "dataspoor/seal.ed25519") = auditor.0.sign(&seal).to_vec();
            *file(files, "dataspoor/signer.pem") = auditor.0.public().to_pem().into_bytes();
        }
    }
    *file(files, SEAL) = seal;
    relist(files);
}

/// Changes the records of the log and chains them anew.
pub(crate) fn rechain(files: &mut Files, change: &dyn Fn(&mut Vec<String>)) {
    let mut records = lines(file(files, LOG));
    change(&mut records);
    *file(files, LOG) = chained(&records);
}

pub(crate) fn of_kind(records: &[String], kind: &str) -> usize {
    records.iter().position(|record| record.contains(&format!("\"kind\":\"{kind}\""))).unwrap_or_else(|| panic!("no {kind}"))
}

/// Unpacked bytes and the places of the gzip members.
pub(crate) fn unpack(packed: &[u8]) -> (Vec<u8>, Vec<usize>) {
    let (mut out, mut starts, mut rest) = (Vec::new(), Vec::new(), packed);
    while !rest.is_empty() {
        starts.push(out.len());
        let mut member = flate2::bufread::GzDecoder::new(rest);
        std::io::Read::read_to_end(&mut member, &mut out).expect("unpacks");
        rest = member.into_inner();
    }
    (out, starts)
}

/// Changes one value of a JSON document.
fn other_value(value: &mut Value, dice: &mut Dice) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            let which = dice.below(members.len() as u64) as usize;
            other_value(members.values_mut().nth(which).expect("there"), dice);
        }
        Value::Array(elements) if !elements.is_empty() => {
            let which = dice.below(elements.len() as u64) as usize;
            other_value(&mut elements[which], dice);
        }
        Value::String(text) => text.push(char::from(b'a' + dice.below(26) as u8)),
        Value::Number(number) => *value = (number.as_u64().unwrap_or_default() + 1 + dice.below(9)).into(),
        Value::Bool(holds) => *holds = !*holds,
        _ => *value = "something".into(),
    }
}

/// A byte of a file, or a stretch of it, becomes another.
fn damage(bytes: &mut Vec<u8>, dice: &mut Dice, how: u64) -> &'static str {
    let length = bytes.len() as u64;
    let at = dice.below(length) as usize;
    match how {
        0 => {
            bytes[at] ^= 1 << dice.below(8);
            "bit changed"
        }
        1 => {
            let count = 1 + dice.below(20);
            let more = dice.bytes(count);
            bytes.splice(at..at, more);
            "bytes put in"
        }
        2 => {
            let end = (at + 1 + dice.below(20) as usize).min(bytes.len());
            bytes.drain(at..end);
            "bytes taken out"
        }
        _ => {
            let other = dice.below(length) as usize;
            let before = bytes.clone();
            bytes.swap(at, other);
            if *bytes == before {
                bytes[at] = bytes[at].wrapping_add(1);
            }
            "bytes swapped"
        }
    }
}

/// A seeded manipulation: its name and the bytes of the package.
fn seeded(kit: &Kit, dice: &mut Dice, number: u64) -> (String, Vec<u8>) {
    let mut files = kit.files.clone();
    let out = kit.at("seeded.wacz");
    // What speaks of the package is rewritten by whoever hides something; the rest is what is changed.
    let any = |files: &Files, dice: &mut Dice| loop {
        let which = dice.below(files.len() as u64) as usize;
        if !files[which].0.starts_with("datapackage") && !files[which].1.is_empty() {
            return which;
        }
    };
    let how = dice.below(4);
    let name = match number % 10 {
        0 | 1 => {
            let mut bytes = fs::read(&kit.sealed).expect("a package");
            let what = damage(&mut bytes, dice, how);
            return (format!("package: {what}"), bytes);
        }
        2..=4 => {
            let which = any(&files, dice);
            let what = damage(&mut files[which].1, dice, how);
            let lists = match number % 10 {
                2 => "ZIP archive rebuilt",
                3 => {
                    relist(&mut files);
                    "lists of WACZ rewritten"
                }
                _ => {
                    // A list that was damaged itself cannot be read for writing it again.
                    if files[which].0 == LIST {
                        relist(&mut files)
                    } else {
                        refile(&mut files)
                    }
                    "all lists rewritten"
                }
            };
            format!("{}: {what}, {lists}", files[which].0)
        }
        5 => {
            let path = [SESSION, SEAL, LIST][dice.below(3) as usize];
            let mut value = document(file(&mut files, path));
            other_value(&mut value, dice);
            *file(&mut files, path) = dataspoor::evidence::seal(&value).expect("JSON");
            if path == LIST {
                relist(&mut files)
            } else {
                refile(&mut files)
            }
            format!("{path}: value changed, sealed anew, lists rewritten")
        }
        6..=8 => {
            let mut records = lines(file(&mut files, LOG));
            let last = records.len() as u64 - 2;
            let (at, to) = (1 + dice.below(last) as usize, 1 + dice.below(last) as usize);
            let what = match how {
                0 => {
                    records.remove(at);
                    "record removed"
                }
                1 => {
                    records.insert(to, records[at].clone());
                    "record doubled"
                }
                _ => {
                    let to = if at == to { at % last as usize + 1 } else { to };
                    let record = records.remove(at);
                    records.insert(to, record);
                    "record moved"
                }
            };
            let text = |records: &[String]| records.iter().flat_map(|record| format!("{record}\n").into_bytes()).collect();
            *file(&mut files, LOG) = if number % 10 == 6 { text(&records) } else { chained(&records) };
            let rewritten = match number % 10 {
                6 => "lists rewritten",
                7 => "chained anew, lists rewritten",
                _ => "chained anew, all stated and signed by another",
            };
            if number % 10 == 8 {
                restate(&mut files, Some(&Auditor::new(66)))
            } else {
                refile(&mut files)
            }
            format!("{LOG}: {what}, {rewritten}")
        }
        _ => {
            let (one, other) = (any(&files, dice), any(&files, dice));
            let text = if files[one].1 == files[other].1 { b"other".to_vec() } else { files[other].1.clone() };
            files[one].1 = text;
            let path = files[one].0.clone();
            if path != LIST && path != SEAL {
                refile(&mut files)
            } else {
                relist(&mut files)
            }
            format!("{path}: replaced, lists rewritten")
        }
    };
    packed(&files, &out);
    (name, fs::read(&out).expect("a package"))
}

/// A row of the table: what was done and what caught it.
pub(crate) fn row(table: &mut String, name: &str, caught: &Caught) {
    let inside = caught.inside.first().map(|(path, what)| format!("package: {path}: {what}"));
    let outside: Vec<&str> = caught.outside.iter().map(|(check, _)| *check).collect();
    let python = caught.python.first().map_or("-", String::as_str);
    let first = inside.unwrap_or_else(|| "-".to_owned());
    writeln!(table, "| {name} | {first:.150} | {} | {python:.100} |", outside.join(", ")).expect("text");
}

/// Whether what was found is something that the Python verifier looks at: it reads a ZIP archive as its list of files names it, and does not hold every
/// byte of its own form against the one that is written.
pub(crate) fn covered_by_python(caught: &Caught) -> bool {
    // The form of wacz-auth is nothing that it looks at either.
    caught.inside.iter().any(|(path, what)| !path.is_empty() && !what.contains("signedData"))
        || caught.outside.iter().any(|(check, _)| *check == "expected key")
}

#[test]
fn no_seeded_manipulation_goes_unnoticed() {
    let kit = Kit::new();
    let whole = kit.check(&kit.sealed);
    assert!(whole.inside.is_empty() && whole.outside.is_empty() && whole.python.is_empty(), "{whole:?}");
    let count = if std::env::var_os("DATASPOOR_FULL_CASE").is_some() { 500 } else { 60 };
    let (mut dice, mut table) = (Dice::new(8), String::new());
    let original = fs::read(&kit.sealed).expect("a package");
    let (mut by_python, mut by_time) = (0, 0);
    for number in 0..count {
        let (name, bytes) = seeded(&kit, &mut dice, number);
        assert!(bytes != original, "{number}, {name}: changes nothing");
        let path = kit.at("changed.wacz");
        fs::write(&path, &bytes).expect("written");
        let caught = kit.check(&path);
        row(&mut table, &format!("{number}: {name}"), &caught);
        let time = caught.outside.iter().any(|(check, _)| *check == "outside time");
        assert!(!caught.inside.is_empty() || time, "{number}, {name}: {caught:?}");
        assert!(!covered_by_python(&caught) || !caught.python.is_empty(), "{number}, {name}: Python does not agree: {caught:?}");
        by_python += u64::from(!caught.python.is_empty());
        by_time += u64::from(caught.inside.is_empty());
    }
    eprintln!("| manipulation | first finding in the package | found outside | Python |\n|---|---|---|---|\n{table}");
    eprintln!("{count} manipulations, {by_python} disproved by the Python verifier too, {by_time} seen by the outside time only");
    assert!(by_python * 4 >= count * 3, "only {by_python} of {count} by the Python verifier");
}

/// A recording with everything there can be in one (streams, messages, answers before answers, heads of odd forms): the second verifier makes the digests of
/// all its entries again.
#[test]
fn the_python_verifier_proves_what_is_recorded() {
    let root = super::corpus::scratch();
    let (folder, out) = (root.path().join("recording"), root.path().join("recording.wacz"));
    super::capture::record(&folder, 11, 400, |_| {});
    let at = dataspoor::model::Timestamp::parse(super::attack_kit::AT).expect("a time");
    let sealing =
        dataspoor::package::Sealing { tool: "dataspoor test".to_owned(), at, case: None, extras: Vec::new(), signer: None, stamp: None };
    dataspoor::package::seal(&folder, &out, &sealing).expect("sealed");
    let script = std::path::Path::new(super::corpus::ROOT).join("docs/verify.py");
    let ran = std::process::Command::new(super::live_archive::tools().join("python")).arg(&script).arg(&out).output().expect("starts");
    let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.code() == Some(2) && said.contains("the digests of 400 entries") && said.contains("nobody signed"), "{said}");
    assert!(!said.contains("disproved"), "{said}");
    let lines = fs::read_to_string(script).expect("a program").lines().count();
    assert!(lines <= 200, "{lines} lines");
}
