//! Sealed packages: the same recording gives the same bytes, nothing is written twice or over anything, every changed byte is noticed, a package is read
//! like the recording it was made of, and programs of others accept it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use dataspoor::capture::{Capture, PackedCapture, verify as verify_recording};
use dataspoor::evidence::{CaseKey, Signer, SigningKeys};
use dataspoor::model::{Digest, Entry, Timestamp};
use dataspoor::package::{Extra, ExtraBytes, PackageChecked, SEAL_FILE, SealError, Sealed, Sealing, ed25519, own, seal, verify};
use serde_json::Value;
use sha2::Digest as _;

use super::capture::{record, session_file};
use super::corpus::{run, scratch};
use super::live_archive::{archive, tools};

const AT: &str = "2026-11-23T03:00:00Z";

/// Keys that are the same each time.
fn keys() -> SigningKeys {
    SigningKeys::from_secrets(&[7; 32], &[9; 48]).expect("keys")
}

fn extras() -> Vec<Extra> {
    let here = |name: &str, text: &str| Extra { name: name.to_owned(), bytes: ExtraBytes::Here(text.as_bytes().to_vec()) };
    vec![here("rules.b.toml", "b"), here("rules.a.toml", "")]
}

fn sealing<'s>(signer: Option<&'s dyn Signer>) -> Sealing<'s> {
    let at = Timestamp::parse(AT).expect("a time");
    Sealing { tool: "dataspoor test".to_owned(), at, case: None, extras: extras(), signer, stamp: None }
}

fn sealed(folder: &Path, out: &Path) -> Sealed {
    seal(folder, out, &sealing(None)).expect("sealed")
}

fn check(path: &Path) -> PackageChecked {
    verify(&Arc::new(PackedCapture::open(path).expect("opens")), None, Some(&ed25519)).expect("reads")
}

/// Changes files of a package.
type Change<'c> = &'c dyn Fn(&mut BTreeMap<String, Vec<u8>>);

/// A recording with streams, messages and everything else, and its package.
fn recorded(root: &Path, count: u64) -> (PathBuf, PathBuf) {
    let (folder, out) = (root.join("recording"), root.join("recording.wacz"));
    record(&folder, 11, count, |_| {});
    sealed(&folder, &out);
    (folder, out)
}

fn unpacked(package: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(File::open(package).expect("a package")).expect("an archive");
    let names: Vec<String> = archive.file_names().map(|name| name.expect("a name").into_owned()).collect();
    let mut read = |name: &String| {
        let mut bytes = Vec::new();
        archive.by_name(name).expect("a file").read_to_end(&mut bytes).expect("reads");
        bytes
    };
    names.iter().map(|name| (name.clone(), read(name))).collect()
}

#[test]
fn the_same_recording_gives_the_same_bytes_and_nothing_is_written_over() {
    let root = scratch();
    let (folder, out) = recorded(root.path(), 300);
    let before = super::corpus::tree(&folder);
    let first = fs::read(&out).expect("a package");
    let again = root.path().join("again.wacz");
    let second = sealed(&folder, &again);
    assert_eq!(fs::read(&again).expect("a package"), first);
    assert_eq!((second.sha256, second.bytes), (Digest::of(&first), first.len() as u64));
    assert_eq!(super::corpus::tree(&folder), before, "sealing changes nothing in the recording");

    let error = seal(&folder, &out, &sealing(None)).expect_err("it is there");
    assert!(matches!(&error, SealError::Exists(file) if *file == out.display().to_string()), "{error}");
    assert!(error.to_string().contains("never written again"));
    std::os::unix::fs::symlink(root.path().join("nowhere"), root.path().join("link.wacz")).expect("a link");
    assert!(matches!(seal(&folder, &root.path().join("link.wacz"), &sealing(None)), Err(SealError::Exists(_))));
    let left: Vec<_> = fs::read_dir(root.path()).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with('.')), "nothing is left behind: {left:?}");
}

/// What is in it: unpacked, the archive is the recording's own; the lists name everything; exhibits stand beside.
#[test]
fn a_package_holds_the_recording_byte_for_byte() {
    let root = scratch();
    let (folder, out) = recorded(root.path(), 300);
    let files = unpacked(&out);
    let mut records = 0;
    for path in archive(&folder) {
        let name = format!("archive/{}.gz", path.file_name().expect("a name").to_string_lossy());
        let (packed, plain) = (&files[&name], fs::read(&path).expect("a file"));
        let mut unpacked = Vec::new();
        flate2::read::MultiGzDecoder::new(&packed[..]).read_to_end(&mut unpacked).expect("unpacks");
        assert!(unpacked == plain, "{name}");
        // One member for each record: what a member holds begins and ends as a record does.
        let mut rest = &packed[..];
        while !rest.is_empty() {
            let mut member = flate2::bufread::GzDecoder::new(rest);
            let mut record = Vec::new();
            member.read_to_end(&mut record).expect("unpacks");
            rest = member.into_inner();
            assert!(record.starts_with(b"WARC/1.1\r\n") && record.ends_with(b"\r\n\r\n"), "{name}");
            records += 1;
        }
    }
    let checked = verify_recording(&folder, None).expect("verifies");
    assert_eq!(records, checked.archive_records);
    for name in ["session.json", "custody.ndjson"] {
        assert_eq!(files[&own(name)], fs::read(folder.join(name)).expect("a file"), "{name}");
    }
    let exhibits = files.keys().filter(|name| name.starts_with("dataspoor/exhibit-")).count() as u64;
    assert_eq!(exhibits, checked.exhibits);
    let package: Value = serde_json::from_slice(&files["datapackage.json"]).expect("JSON");
    assert_eq!(
        (&package["profile"], &package["wacz_version"], &package["created"]),
        (&"data-package".into(), &"1.1.1".into(), &"2026-11-23T03:00:00.000Z".into())
    );
    assert_eq!(package["resources"].as_array().expect("a list").len(), files.len() - 2);
    // Every line of the index leads to the record of its address.
    let index = std::str::from_utf8(&files["indexes/index.cdxj"]).expect("text");
    let lines: Vec<&str> = index.lines().collect();
    assert!(lines.is_sorted() && lines.len() > 20, "{}", lines.len());
    for line in lines {
        let row: Value = serde_json::from_str(line.splitn(3, ' ').nth(2).expect("an object")).expect("JSON");
        let packed = &files[&format!("archive/{}", row["filename"].as_str().expect("a name"))];
        let at = row["offset"].as_u64().expect("a place") as usize;
        let member = &packed[at..at + row["length"].as_u64().expect("a length") as usize];
        let mut record = Vec::new();
        flate2::read::GzDecoder::new(member).read_to_end(&mut record).expect("unpacks");
        let head = String::from_utf8_lossy(&record[..record.len().min(4096)]).into_owned();
        assert!(head.contains("WARC-Type: response\r\n"), "{line}");
        assert!(head.contains(&format!("WARC-Target-URI: {}\r\n", row["url"].as_str().expect("an address"))), "{line}");
    }
}

/// A package is read in place, and what is read is what the folder gives.
#[test]
fn a_package_is_read_like_its_recording() {
    let root = scratch();
    let (folder, out) = recorded(root.path(), 300);
    let read = |capture: &Capture| {
        let mut entries: Vec<(u64, String, Vec<u8>)> = Vec::new();
        let contents = capture.read(None, &mut |entry: Entry| {
            let body =
                entry.exchange.outcome.response().map(|response| response.body.bytes().expect("a body").to_vec()).unwrap_or_default();
            entries.push((entry.number, entry.digest.0.to_string(), body));
            Ok(())
        });
        let contents = contents.expect("reads");
        (entries, contents.bytes, contents.head, contents.session)
    };
    let package = Arc::new(PackedCapture::open(&out).expect("opens"));
    let packed = Capture::in_package(&package).expect("a recording");
    assert_eq!(read(&packed), read(&Capture::open(&folder).expect("opens")));
    assert!(PackedCapture::is_at(&out) && !PackedCapture::is_at(&folder));
    let again: Vec<String> = [&folder, &out]
        .map(|path| {
            let ran = run(["replay".as_ref(), path.as_os_str(), "--json".as_ref()]);
            assert_eq!(ran.code, 0, "{}", ran.err);
            let mut line: Value = serde_json::from_str(&ran.out).expect("JSON");
            line["capture"] = "".into();
            line.to_string()
        })
        .into();
    assert_eq!(again[0], again[1], "the same is found in both");
}

#[test]
fn what_was_sealed_is_proved_and_the_words_say_what_was_not() {
    let root = scratch();
    let (folder, out) = recorded(root.path(), 100);
    let checked = check(&out);
    assert_eq!(checked.problems, []);
    assert_eq!(checked.open.len(), 1, "{:?}", checked.open);
    assert!(checked.open[0].what.contains("nobody signed"));
    let head = verify_recording(&folder, None).expect("verifies").head;
    assert_eq!(checked.statement.as_ref().map(|statement| statement.custody.head), head);
    assert!(
        checked
            .statement
            .as_ref()
            .is_some_and(|statement| statement.simulated && statement.ended.as_deref() == Some("2026-11-22T02:00:00.000Z"))
    );

    let before = super::corpus::tree(root.path());
    let ran = run(["verify".as_ref(), out.as_os_str()]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(ran.out.contains("cannot be checked") && ran.out.contains("nobody signed"), "{}", ran.out);
    assert!(ran.out.contains("honest rests on whoever made it"), "{}", ran.out);
    let expected = head.expect("a head").to_string();
    let ran = run(["verify".as_ref(), out.as_os_str(), "--expect-head".as_ref(), expected.as_ref()]);
    assert!(ran.out.contains(&format!("its head is {expected}; {expected} was expected")), "{}", ran.out);
    let ran = run(["verify".as_ref(), out.as_os_str(), "--expect-head".as_ref(), "00".repeat(32).as_ref()]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert_eq!(super::corpus::tree(root.path()), before, "verify writes nothing");
}

#[test]
fn whoever_signs_is_asked_to_sign_the_statement_and_the_list() {
    let root = scratch();
    let (folder, _) = recorded(root.path(), 20);
    let out = root.path().join("signed.wacz");
    let signer = keys();
    let stamp = |signature: &[u8; 64]| Ok(vec![("seal.tsr".to_owned(), signature[..8].to_vec())]);
    let done = seal(&folder, &out, &Sealing { stamp: Some(&stamp), ..sealing(Some(&signer)) }).expect("sealed");
    let files = unpacked(&out);
    let statement = &files[&own(SEAL_FILE)];
    assert_eq!(Digest::of(statement), done.seal_sha256);
    assert_eq!(files["dataspoor/seal.ed25519"], signer.sign(statement));
    assert_eq!(files["dataspoor/seal.tsr"], signer.sign(statement)[..8]);
    let digest: Value = serde_json::from_slice(&files["datapackage-digest.json"]).expect("JSON");
    let hash = format!("sha256:{}", Digest::of(&files["datapackage.json"]));
    assert_eq!((&digest["hash"], &digest["signedData"]["hash"]), (&hash.clone().into(), &hash.clone().into()));
    let signature = data_encoding::BASE64.encode(&signer.wacz_sign(hash.as_bytes()).expect("signed"));
    assert_eq!(digest["signedData"]["signature"], signature);
    let checked = check(&out);
    assert_eq!((checked.problems.as_slice(), checked.open.as_slice()), (&[][..], &[][..]));
    let other = verify(&Arc::new(PackedCapture::open(&out).expect("opens")), None, Some(&|_, _, _| false)).expect("reads");
    assert!(
        other.problems.iter().any(|told| told.file == "dataspoor/seal.ed25519" && told.what.contains("is not the signature")),
        "{:?}",
        other.problems
    );
    let none = |_: &[u8; 64]| Err("nobody answered".to_owned());
    let refused = seal(&folder, &root.path().join("bad.wacz"), &Sealing { stamp: Some(&none), ..sealing(Some(&signer)) });
    assert!(matches!(refused, Err(SealError::NotStamped(_))) && !root.path().join("bad.wacz").exists());
    let bad = |_: &[u8; 64]| Ok(vec![("../x.tsr".to_owned(), Vec::new())]);
    let refused = seal(&folder, &root.path().join("bad.wacz"), &Sealing { stamp: Some(&bad), ..sealing(Some(&signer)) });
    assert!(matches!(refused, Err(SealError::Write { .. })) && !root.path().join("bad.wacz").exists());
}

/// Every byte of a package belongs to something that is checked.
#[test]
fn every_changed_byte_is_noticed() {
    let root = scratch();
    let (_, out) = recorded(root.path(), 12);
    let whole = fs::read(&out).expect("a package");
    let changed = root.path().join("changed.wacz");
    let mut dice = super::capture::Dice::new(3);
    let places: Vec<usize> =
        (0..150).map(|_| dice.below(whole.len() as u64) as usize).chain(0..32).chain(whole.len() - 60..whole.len()).collect();
    for at in places {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << dice.below(8);
        fs::write(&changed, &bytes).expect("written");
        let noticed = match PackedCapture::open(&changed) {
            Err(_) => true,
            Ok(package) => verify(&Arc::new(package), None, Some(&ed25519)).map_or(true, |checked| !checked.problems.is_empty()),
        };
        assert!(noticed, "byte {at} of {}", whole.len());
    }
    for bytes in [&whole[..whole.len() - 1], &[&whole[..], b"x"].concat(), &[b"x", &whole[..]].concat()] {
        fs::write(&changed, bytes).expect("written");
        let ran = run(["verify".as_ref(), changed.as_os_str()]);
        assert_ne!(ran.code, 0, "{}", ran.out);
        let package = PackedCapture::open(&changed);
        let noticed =
            package.map_or(true, |package| verify(&Arc::new(package), None, None).map_or(true, |checked| !checked.problems.is_empty()));
        assert!(noticed, "{} bytes", bytes.len());
    }
}

/// A package that somebody puts together anew, with lists that fit.
#[test]
fn a_package_that_was_put_together_anew_is_held_against_its_statement() {
    let root = scratch();
    let (_, out) = recorded(root.path(), 12);
    let whole = unpacked(&out);
    let put = |change: Change<'_>| {
        let mut files = whole.clone();
        change(&mut files);
        let resources: Vec<Value> = files
            .iter()
            .filter(|(name, _)| !name.starts_with("datapackage"))
            .map(|(name, bytes)| serde_json::json!({ "name": name, "path": name, "hash": format!("sha256:{}", Digest::of(bytes)), "bytes": bytes.len() }))
            .collect();
        let list =
            serde_json::json!({ "profile": "data-package", "wacz_version": "1.1.1", "resources": resources }).to_string().into_bytes();
        let digest = serde_json::json!({ "path": "datapackage.json", "hash": format!("sha256:{}", Digest::of(&list)) });
        files.insert("datapackage.json".to_owned(), list);
        files.insert("datapackage-digest.json".to_owned(), digest.to_string().into_bytes());
        let path = root.path().join("anew.wacz");
        let mut zip = zip::ZipWriter::new(File::create(&path).expect("a file"));
        for (name, bytes) in &files {
            let options =
                zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored).unix_permissions(0o644);
            zip.start_file(name, options).expect("begun");
            zip.write_all(bytes).expect("written");
        }
        zip.finish().expect("written");
        check(&path)
    };
    assert_eq!(put(&|_| {}).problems, [], "the order of the files is not what is checked");
    let statement = own(SEAL_FILE);
    let cases: [(&str, &str, Change<'_>); 7] = [
        ("dataspoor/rules.b.toml", "is not the file that was sealed", &|files| {
            drop(files.insert("dataspoor/rules.b.toml".to_owned(), b"c".to_vec()))
        }),
        ("dataspoor/rules.b.toml", "is not in the package", &|files| drop(files.remove("dataspoor/rules.b.toml"))),
        ("dataspoor/new.txt", "not listed in dataspoor/files.json", &|files| {
            drop(files.insert("dataspoor/new.txt".to_owned(), Vec::new()))
        }),
        ("archive/x.warc.gz", "not listed in dataspoor/files.json", &|files| {
            drop(files.insert("archive/x.warc.gz".to_owned(), Vec::new()))
        }),
        ("dataspoor/deep/x.txt", "no file that a sealed package has", &|files| {
            drop(files.insert("dataspoor/deep/x.txt".to_owned(), Vec::new()))
        }),
        (&statement, "is not in the package", &|files| drop(files.remove("dataspoor/seal.json"))),
        (&statement, "does not fit its digest", &|files| {
            let text = String::from_utf8(files["dataspoor/seal.json"].clone()).expect("text").replace("dataspoor test", "dataspoor text");
            files.insert("dataspoor/seal.json".to_owned(), text.into_bytes());
        }),
    ];
    for (file, said, change) in cases {
        let problems = put(change).problems;
        assert!(problems.iter().any(|told| told.file == file && told.what.contains(said)), "{file}, {said}: {problems:?}");
    }
    // A list of files that fits the changed file does not fit the statement; a statement that fits both is another one, and says so by its digest.
    let problems = put(&|files| {
        files.insert("dataspoor/rules.b.toml".to_owned(), b"c".to_vec());
        let text = String::from_utf8(files["dataspoor/files.json"].clone()).expect("text");
        let body = text.split("\"integrity\":{").next().expect("a body").to_owned() + "\"end\":0}";
        let mut list: Value = serde_json::from_str(&body).expect("JSON");
        list.as_object_mut().expect("an object").remove("end");
        for row in list["files"].as_array_mut().expect("a list") {
            if row["path"] == "dataspoor/rules.b.toml" {
                row["sha256"] = Digest::of(b"c").to_string().into();
            }
        }
        files.insert("dataspoor/files.json".to_owned(), dataspoor::evidence::seal(&list).expect("JSON"));
    })
    .problems;
    assert!(
        matches!(&problems[..], [told] if told.file == statement && told.what.contains("/files, does not state this list")),
        "{problems:?}"
    );
}

#[test]
fn what_does_not_verify_is_not_sealed() {
    let root = scratch();
    let (folder, _) = recorded(root.path(), 30);
    let out = root.path().join("out.wacz");
    let path = folder.join("archive/segment-000001.warc");
    let mut bytes = fs::read(&path).expect("a segment");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, &bytes).expect("written");
    let error = seal(&folder, &out, &sealing(None)).expect_err("it was changed");
    assert!(matches!(&error, SealError::Unsound { .. }) && error.to_string().contains("segment-000001.warc, record at byte"), "{error}");
    assert!(!out.exists());
    let ran = run(["seal".as_ref(), folder.as_os_str(), "--out".as_ref(), out.as_os_str()]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("does not verify, so it is not sealed") && !out.exists(), "{}", ran.err);
    bytes[middle] ^= 1;
    fs::write(&path, &bytes).expect("written");

    // While it is being recorded.
    let lock = File::open(folder.join("custody.ndjson")).expect("a log");
    lock.lock().expect("held, as a writer holds it");
    assert!(matches!(seal(&folder, &out, &sealing(None)), Err(SealError::BeingRecorded(_))));
    drop(lock);

    // A recording that was cut off is sealed once it was taken up, and the statement gives it no end.
    let log = fs::read(folder.join("custody.ndjson")).expect("a log");
    let cut = log[..log.len() - 1].iter().rposition(|&byte| byte == b'\n').expect("a line") + 1;
    fs::write(folder.join("custody.ndjson"), &log[..cut]).expect("written");
    assert!(matches!(seal(&folder, &out, &sealing(None)), Err(SealError::Unsound { .. })));
    let ran = run(["seal".as_ref(), folder.as_os_str(), "--out".as_ref(), out.as_os_str(), "--at".as_ref(), AT.as_ref()]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("was interrupted and has been taken up") && ran.err.contains("there is no report"), "{}", ran.err);
    let checked = check(&out);
    assert_eq!(checked.problems, []);
    assert!(checked.recording.interrupted && checked.statement.is_some_and(|statement| statement.ended.is_none()));
    for (arguments, said) in [
        ([root.path().as_os_str(), "--at".as_ref(), AT.as_ref()], "no recording of dataspoor here"),
        ([folder.as_os_str(), "--at".as_ref(), "noon".as_ref()], "is no time such as"),
    ] {
        let ran = run(["seal".as_ref()].into_iter().chain(arguments));
        assert!(ran.code == 2 && ran.err.contains(said), "{}", ran.err);
    }
}

/// A recording of a case: its salts need the key of the case, and its ledger notes the package.
#[test]
fn of_a_case_the_key_is_needed_and_the_ledger_notes_the_package() {
    let root = scratch();
    let case = root.path().join("case");
    let ran = run([
        "init".as_ref(),
        case.as_os_str(),
        "--title".as_ref(),
        "T".as_ref(),
        "--auditor".as_ref(),
        "A".as_ref(),
        "--auditee".as_ref(),
        "ministerie.example".as_ref(),
        "--page".as_ref(),
        "https://www.facebook.com/m".as_ref(),
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let text = root.path().join("policy.txt");
    fs::write(&text, "policy").expect("written");
    let opened = dataspoor::vault::Case::open(&case).expect("opens");
    let folder = case.join("captures/1");
    let mut session = session_file();
    session.case = Some(dataspoor::capture::CaseRef { id: opened.file.id.clone(), number: 1 });
    let begun = dataspoor::vault::LedgerLine::Begun {
        number: 1,
        at: AT.to_owned(),
        folder: "captures/1".to_owned(),
        planned: None,
        imported: None,
    };
    opened.ledger().expect("a ledger").append(&begun).expect("noted");
    opened
        .keep(
            dataspoor::vault::KeptKind::VendorText,
            &mut &b"policy"[..],
            "policy.txt",
            BTreeMap::new(),
            Timestamp::parse(AT).expect("a time"),
        )
        .expect("kept");
    let (writer, _) = dataspoor::capture::Writer::create(&folder, &session, Some(&opened.key())).expect("a new capture");
    writer.finish(Timestamp::parse(AT).expect("a time")).expect("kept");

    let out = root.path().join("one.wacz");
    let needs = run(["seal".as_ref(), folder.as_os_str(), "--out".as_ref(), out.as_os_str()]);
    assert!(needs.code == 2 && needs.err.contains("pass the folder of the case with --case") && !out.exists(), "{}", needs.err);
    let ran = run(["seal".as_ref(), folder.as_os_str(), "--out".as_ref(), out.as_os_str(), "--case".as_ref(), case.as_os_str()]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("The ledger of the case notes it."), "{}", ran.out);
    let files = unpacked(&out);
    assert_eq!(files["dataspoor/kept.text-1-policy.txt"], b"policy");
    assert!(files.contains_key("dataspoor/kept.json") && !files.keys().any(|name| name.contains("key")), "keys stay out");

    let with = |path: &Path| run(["verify".as_ref(), path.as_os_str(), "--case".as_ref(), case.as_os_str()]);
    let ran = with(&out);
    assert!(
        ran.out.contains("notes that this package was sealed") && ran.out.contains("states every line of the custody log"),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains("DISPROVED"), "{}", ran.out);
    let without = run(["verify".as_ref(), out.as_os_str()]);
    assert!(without.code == 2 && without.out.contains("needs the key of the case"), "{}", without.out);
    let key = opened.key();
    let other = root.path().join("other.wacz");
    seal(&folder, &other, &Sealing { case: Some(&key), ..sealing(None) }).expect("sealed past the ledger");
    let ran = with(&other);
    assert!(ran.code == 1 && ran.out.contains("knows no package with this digest"), "{}", ran.out);
    let wrong = verify(&Arc::new(PackedCapture::open(&out).expect("opens")), Some(&CaseKey::of_case([1; 32])), None).expect("reads");
    assert!(wrong.problems.iter().any(|told| told.what.contains("/custody/root")), "{:?}", wrong.problems);
    let ran = run(["verify".as_ref(), case.as_os_str()]);
    assert!(!ran.out.contains("DISPROVED"), "{}", ran.out);
}

/// `wacz validate` and `warcio check` accept a package.
#[test]
fn programs_of_others_accept_a_package() {
    let root = scratch();
    let (_, out) = recorded(root.path(), 300);
    let wacz = Command::new(tools().join("wacz")).arg("validate").arg("-f").arg(&out).output().expect("starts");
    let said = format!("{}{}", String::from_utf8_lossy(&wacz.stdout), String::from_utf8_lossy(&wacz.stderr));
    assert!(wacz.status.success() && said.contains("Validation succeeded"), "{said}");
    let folder = root.path().join("unpacked");
    fs::create_dir(&folder).expect("a folder");
    let mut checked = 0;
    for (name, bytes) in unpacked(&out) {
        let Some(name) = name.strip_prefix("archive/") else { continue };
        let path = folder.join(name);
        fs::write(&path, bytes).expect("written");
        let warcio = Command::new(tools().join("warcio")).args(["check", "-v"]).arg(&path).output().expect("starts");
        let said = String::from_utf8_lossy(&warcio.stdout).into_owned();
        assert!(warcio.status.success() && !said.contains("fail"), "{said}");
        checked += said.lines().filter(|line| line.trim() == "digest pass").count();
    }
    assert!(checked > 300, "{checked} digests");
    // A file that is not the listed one is refused by the same program, so it looks at them.
    let mut bytes = fs::read(&out).expect("a package");
    let at = memchr::memmem::find(&bytes, b"dataspoor/rules.b.toml").expect("a file") + "dataspoor/rules.b.toml".len();
    assert_eq!(bytes[at], b'b');
    let digest = |bytes: &[u8]| sha2::Sha256::digest(bytes);
    assert_ne!(digest(b"b"), digest(b"c"));
    bytes[at] = b'c';
    fs::write(root.path().join("changed.wacz"), &bytes).expect("written");
    let wacz = Command::new(tools().join("wacz")).arg("validate").arg("-f").arg(root.path().join("changed.wacz")).output().expect("starts");
    assert!(!wacz.status.success());
}
