//! `dataspoor verify` on signed packages: openssl accepts the same signature and times, what somebody changed is named, the report is made again from the recording
//! in the package, and what cannot be checked is said to be that.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use dataspoor::model::Digest;
use serde_json::Value;

use super::corpus::{ROOT, Ran, run_in, scratch, tree};
use super::live_archive::tools;
use super::time_authority::{Does, TimeAuthority, openssl};

type Files = BTreeMap<String, Vec<u8>>;

fn files(package: &Path) -> Files {
    let mut archive = zip::ZipArchive::new(File::open(package).expect("a package")).expect("an archive");
    let names: Vec<String> = archive.file_names().map(|name| name.expect("a name").into_owned()).collect();
    let mut read = |name: &String| {
        let mut bytes = Vec::new();
        archive.by_name(name).expect("a file").read_to_end(&mut bytes).expect("reads");
        bytes
    };
    names.iter().map(|name| (name.clone(), read(name))).collect()
}

/// Puts a package together anew, with lists of WACZ that fit it; `signed`: whether they keep what they were signed with.
fn put(path: &Path, mut files: Files, signed: bool) {
    if !signed {
        let resources: Vec<Value> = files
            .iter()
            .filter(|(name, _)| !name.starts_with("datapackage"))
            .map(|(name, bytes)| serde_json::json!({ "path": name, "hash": format!("sha256:{}", Digest::of(bytes)), "bytes": bytes.len() }))
            .collect();
        let list = serde_json::json!({ "resources": resources }).to_string().into_bytes();
        let digest = serde_json::json!({ "path": "datapackage.json", "hash": format!("sha256:{}", Digest::of(&list)) });
        files.insert("datapackage.json".to_owned(), list);
        files.insert("datapackage-digest.json".to_owned(), digest.to_string().into_bytes());
    }
    let mut zip = zip::ZipWriter::new(File::create(path).expect("a file"));
    for (name, bytes) in &files {
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored).unix_permissions(0o644);
        zip.start_file(name, options).expect("begun");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("written");
}

/// A simulated recording with times, two keys, and a package that one of them signed.
struct Signed {
    folder: tempfile::TempDir,
    authority: TimeAuthority,
    said: String,
    keys: [String; 2],
}

static SIGNED: LazyLock<Signed> = LazyLock::new(|| {
    let folder = scratch();
    let at = folder.path();
    let authority = TimeAuthority::start(Some("P-256"));
    let url = authority.url();
    let recorded = run_in(at, ["demo", "--no-browser", "--out", "recording", "--stamp-by", &url]);
    assert_eq!(recorded.code, 0, "{}", recorded.err);
    fs::write(at.join("word"), "four words of some length\n").expect("written");
    fs::set_permissions(at.join("word"), fs::Permissions::from_mode(0o600)).expect("private");
    let keys = ["one", "two"].map(|name| {
        let key = format!("{name}.toml");
        assert_eq!(run_in(at, ["key", "new", "--key", &key, "--passphrase-file", "word"]).code, 0);
        let pem = run_in(at, ["key", "export", "--key", &key]).out;
        fs::write(at.join(format!("{name}.pem")), pem).expect("written");
        run_in(at, ["key", "export", "--key", &key, "--form", "hex"]).out.trim().to_owned()
    });
    let sealed = seal(at, "signed.wacz", "one.toml", &["--stamp-by", &url]);
    assert_eq!(sealed.code, 0, "{}", sealed.err);
    Signed { said: sealed.out, folder, authority, keys }
});

fn seal(at: &Path, out: &str, key: &str, more: &[&str]) -> Ran {
    let arguments = ["seal", "recording", "--out", out, "--sign-with", key, "--passphrase-file", "word", "--at", "2026-11-23T03:00:00Z"];
    run_in(at, [&arguments[..], more].concat())
}

impl Signed {
    fn at(&self) -> &Path {
        self.folder.path()
    }

    fn package(&self) -> PathBuf {
        self.at().join("signed.wacz")
    }

    fn verify(&self, path: &str, more: &[&str]) -> Ran {
        let root = self.authority.root();
        run_in(self.at(), [&["verify", path, "--tsa-roots", root.to_str().expect("a path")], more].concat())
    }
}

#[test]
fn what_is_signed_and_stamped_is_accepted_by_openssl_and_proved() {
    let signed = &*SIGNED;
    assert!(!signed.said.contains("Nobody signed it"), "{}", signed.said);
    assert!(signed.said.contains(&format!("Signed with the key {}", signed.keys[0])), "{}", signed.said);
    assert!(signed.said.contains("The signature existed at 20") && signed.said.contains("known at stamping: unknown"), "{}", signed.said);
    let unpacked = scratch();
    let files = files(&signed.package());
    for name in ["seal.json", "seal.ed25519", "signer.pem", "seal.tsr"] {
        fs::write(unpacked.path().join(name), &files[&format!("dataspoor/{name}")]).expect("written");
    }
    let check = ["pkeyutl", "-verify", "-pubin", "-inkey", "signer.pem", "-rawin", "-in", "seal.json", "-sigfile", "seal.ed25519"];
    openssl(unpacked.path(), &check);
    let root = signed.authority.root();
    let root = root.to_str().expect("a path");
    openssl(unpacked.path(), &["ts", "-verify", "-data", "seal.ed25519", "-in", "seal.tsr", "-CAfile", root]);
    let wacz = Command::new(tools().join("wacz")).arg("validate").arg("-f").arg(signed.package()).output().expect("starts");
    let said = format!("{}{}", String::from_utf8_lossy(&wacz.stdout), String::from_utf8_lossy(&wacz.stderr));
    assert!(wacz.status.success() && said.contains("Validation succeeded"), "{said}");

    let before = tree(signed.at());
    for key in [signed.keys[0].as_str(), "one.pem"] {
        let ran = signed.verify("signed.wacz", &["--expect-key", key]);
        assert_eq!(ran.code, 0, "{} {}", ran.out, ran.err);
        for says in [
            "signed.wacz/dataspoor/seal.ed25519: is by the expected key",
            "signed.wacz/dataspoor/signer.pem: is the key that dataspoor/seal.json names",
            "signed.wacz/dataspoor/seal.tsr: the signature dataspoor/seal.ed25519 existed at 20",
            "leads to CN=Root for tests",
            "datapackage-digest.json: /signedData, is a signature over datapackage.json",
            "dataspoor/times.record-",
            "outside times follow the order of the records",
            "rule files, those that the report was made with",
            "dataspoor/report.evidence.ndjson: made again from the recording, byte for byte the same",
            "dataspoor/report.annex.json: made again from the recording, byte for byte the same",
            "What this rests on: The signature over this package existed at 20",
            "changes since then to what it covers can be detected",
            "complete and honest rests on whoever made it",
        ] {
            assert!(ran.out.contains(says), "{says}: {}", ran.out);
        }
    }
    let unknown = run_in(signed.at(), ["verify", "signed.wacz"]);
    assert!(unknown.code == 2 && unknown.out.contains("if its certificate is that of an authority you trust"), "{}", unknown.out);
    let other = signed.verify("signed.wacz", &["--expect-key", &signed.keys[1]]);
    assert!(other.code == 1 && other.out.contains(&format!("{} was expected", signed.keys[1])), "{}", other.out);
    let none = signed.verify("signed.wacz", &["--expect-key", "nowhere.pem"]);
    assert!(none.code == 2 && none.err.contains("64 hexadecimal digits"), "{}", none.err);
    let folder = signed.verify("recording", &["--expect-key", &signed.keys[0]]);
    assert!(folder.code == 2 && folder.err.contains("goes with a sealed package"), "{}", folder.err);
    assert_eq!(tree(signed.at()), before, "verify writes nothing");
}

/// The same key, recording and declared time give the same bytes; without a time over the signature that is said, and an unsigned one says that too.
#[test]
fn sealing_again_gives_the_same_bytes_and_what_is_missing_is_said() {
    let signed = &*SIGNED;
    for out in ["same-1.wacz", "same-2.wacz"] {
        let ran = seal(signed.at(), out, "one.toml", &[]);
        assert!(ran.code == 0 && ran.out.contains("No outside time stands over the signature."), "{} {}", ran.out, ran.err);
    }
    let [one, two] = ["same-1.wacz", "same-2.wacz"].map(|name| fs::read(signed.at().join(name)).expect("a package"));
    assert!(one == two);
    let ran = signed.verify("same-1.wacz", &[]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.contains("No outside time stands over a signature of this package. All "), "{}", ran.out);
    let refused = seal(signed.at(), "none.wacz", "one.toml", &["--stamp-by", "http://127.0.0.1:1/tsa"]);
    assert!(refused.code == 2 && refused.err.contains("no authority gave a time for the signature"), "{}", refused.err);
    assert!(refused.err.contains("nothing was sealed") && !signed.at().join("none.wacz").exists());
    let unsigned = run_in(signed.at(), ["seal", "recording", "--out", "none.wacz", "--stamp-by", "http://127.0.0.1:1/tsa"]);
    assert!(unsigned.code == 2 && unsigned.err.contains("--sign-with"), "{}", unsigned.err);
    let unsigned = run_in(signed.at(), ["seal", "recording", "--out", "unsigned.wacz"]);
    assert!(unsigned.code == 0 && unsigned.out.contains("Nobody signed it"), "{}", unsigned.out);
    let expected = signed.verify("unsigned.wacz", &["--expect-key", &signed.keys[0]]);
    assert!(expected.code == 1 && expected.out.contains("nobody's signature was found"), "{}", expected.out);
}

#[test]
fn what_somebody_changed_about_the_signature_is_named() {
    let signed = &*SIGNED;
    let whole = files(&signed.package());
    let url = signed.authority.url();
    // Another seal over the same recording: its time and signature are sound, only not those of this package.
    let other = seal(signed.at(), "other.wacz", "two.toml", &["--stamp-by", &url]);
    assert_eq!(other.code, 0, "{}", other.err);
    let other = files(&signed.at().join("other.wacz"));
    let taken = |name: &str, from: &Files| {
        let mut files = whole.clone();
        files.insert(name.to_owned(), from[name].clone());
        files
    };
    let mut flipped = whole.clone();
    flipped.get_mut("dataspoor/seal.ed25519").expect("a signature")[9] ^= 4;
    let mut without_key = whole.clone();
    without_key.remove("dataspoor/signer.pem");
    let mut unnamed = whole.clone();
    let digest: Value = serde_json::from_slice(&whole["datapackage-digest.json"]).expect("JSON");
    let mut changed = digest.clone();
    changed["signedData"]["signature"] =
        serde_json::from_slice::<Value>(&other["datapackage-digest.json"]).expect("JSON")["signedData"]["signature"].clone();
    let mut wrong_form = whole.clone();
    wrong_form.insert("datapackage-digest.json".to_owned(), changed.to_string().into_bytes());
    let mut bare = digest;
    bare.as_object_mut().expect("an object").remove("signedData");
    unnamed.insert("datapackage-digest.json".to_owned(), bare.to_string().into_bytes());
    let cases: [(&str, Files, bool, &str, &str); 7] = [
        ("a flipped signature", flipped, false, "dataspoor/seal.ed25519", "is not the signature of"),
        ("another's signature", taken("dataspoor/seal.ed25519", &other), false, "dataspoor/seal.ed25519", "is not the signature of"),
        (
            "another key",
            taken("dataspoor/signer.pem", &other),
            false,
            "dataspoor/signer.pem",
            "is not the key that dataspoor/seal.json names",
        ),
        ("no key", without_key, false, "dataspoor/signer.pem", "is not in the package"),
        ("another's time", taken("dataspoor/seal.tsr", &other), false, "dataspoor/seal.tsr", "over another digest"),
        (
            "a signature of wacz-auth over another list",
            wrong_form,
            true,
            "datapackage-digest.json",
            "is no signature over datapackage.json",
        ),
        ("no signature of wacz-auth", unnamed, true, "datapackage-digest.json", "/signedData, is missing"),
    ];
    for (what, files, keep, file, says) in cases {
        put(&signed.at().join("changed.wacz"), files, keep);
        let ran = signed.verify("changed.wacz", &[]);
        let line = ran.out.lines().any(|line| line.starts_with("DISPROVED") && line.contains(file) && line.contains(says));
        assert!(ran.code == 1 && line, "{what}: {} {}", ran.out, ran.err);
    }
    // All of it by another key fits together: only who knows the key notices.
    let ran = signed.verify("other.wacz", &[]);
    assert!(ran.code == 0 && ran.out.contains("whose key that is, is not said by the package"), "{}", ran.out);
    let ran = signed.verify("other.wacz", &["--expect-key", "one.pem"]);
    assert!(
        ran.code == 1 && ran.out.contains(&format!("is by the key {}; {} was expected", signed.keys[1], signed.keys[0])),
        "{}",
        ran.out
    );
}

/// Whoever seals can edit a report before, lists included: the recording tells.
#[test]
fn an_edited_report_in_a_package_is_held_against_the_recording() {
    let signed = &*SIGNED;
    let edited = |name: &str, change: &dyn Fn(&mut Value, &Path)| {
        let root = scratch();
        super::case_plan::copy_tree(&signed.at().join("recording"), &root.path().join("recording"));
        let report = root.path().join("recording/report");
        let text = fs::read_to_string(report.join("manifest.json")).expect("a manifest");
        let body = text.split("\"integrity\":{").next().expect("a body").to_owned() + "\"end\":0}";
        let mut manifest: Value = serde_json::from_str(&body).expect("JSON");
        manifest.as_object_mut().expect("an object").remove("end");
        change(&mut manifest, &report);
        fs::write(report.join("manifest.json"), dataspoor::evidence::seal(&manifest).expect("JSON")).expect("written");
        let out = signed.at().join(name);
        let ran = run_in(root.path(), ["seal", "recording", "--out", out.to_str().expect("a path")]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        signed.verify(name, &[])
    };
    let ran = edited("edited.wacz", &|manifest, report| {
        let path = fs::read_dir(report)
            .expect("a report")
            .map(|entry| entry.expect("an entry").path())
            .find(|path| path.extension().is_some_and(|ending| ending == "html"))
            .expect("a page");
        let mut bytes = fs::read(&path).expect("a page");
        let at = bytes.len() - 40;
        bytes[at] ^= 1;
        fs::write(&path, &bytes).expect("written");
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let row = manifest["files"].as_array_mut().expect("rows").iter_mut().find(|row| row["name"] == name.as_str()).expect("listed");
        row["sha256"] = Digest::of(&bytes).to_string().into();
    });
    let line = ran.out.lines().find(|line| line.contains("differs from what the recording gives"));
    assert!(
        ran.code == 1 && line.is_some_and(|line| line.contains("edited.wacz/dataspoor/report.") && line.contains("byte ")),
        "{}",
        ran.out
    );
    let ran = edited("older.wacz", &|manifest, _| manifest["made"]["tool_version"] = "0.0.1".into());
    assert!(ran.code == 2 && ran.out.contains("made by version 0.0.1"), "{}", ran.out);
    let ran = edited("ruled.wacz", &|manifest, _| manifest["made"]["rules_sha256"] = "00".repeat(32).into());
    assert!(ran.code == 2 && ran.out.contains("the report was made with other rules (sha256 0000"), "{}", ran.out);
    let ran = edited("listed.wacz", &|manifest, _| {
        manifest["made"]["lists"] =
            serde_json::json!([{ "name": "own", "kind": "filter", "sha256": "00".repeat(32), "may_be_handed_over": false }]);
    });
    assert!(
        ran.code == 2 && ran.out.contains("not re-derivable without list own") && ran.out.contains("whose licence does not let it"),
        "{}",
        ran.out
    );
}

/// One document for everything that can be verified.
#[test]
fn json_says_the_same_as_the_lines() {
    let signed = &*SIGNED;
    let told = |path: &str, more: &[&str]| {
        let (lines, json) = (signed.verify(path, more), signed.verify(path, &[more, &["--json"]].concat()));
        assert_eq!(lines.code, json.code, "{path}: {}", json.err);
        let document: Value = serde_json::from_str(&json.out).expect("one JSON document");
        assert_eq!((&document["format"], &document["version"]), (&"dataspoor-verification".into(), &1.into()));
        assert_eq!(document["summary"]["exit_code"], json.code);
        let checks = document["checks"].as_array().expect("checks");
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for check in checks {
            *counts.entry(check["verdict"].as_str().expect("a verdict")).or_default() += 1;
            let text = check["text"].as_str().expect("a text");
            let words = check["place"]
                .as_str()
                .map_or_else(|| text.to_owned(), |place| format!("{place}{}{text}", if place.starts_with('/') { ", " } else { ": " }));
            let line = format!("{}: {words}", check["file"].as_str().expect("a file"));
            assert!(lines.out.contains(&line), "{line}: {}", lines.out);
        }
        assert_eq!(
            lines.out.lines().filter(|line| !line.starts_with("What this rests on") && !line.starts_with("Outside times")).count(),
            checks.len()
        );
        for (verdict, member) in [("proved", "proved"), ("disproved", "disproved"), ("cannot-be-checked", "cannot_be_checked")] {
            assert_eq!(document["summary"][member].as_u64(), Some(counts.get(verdict).copied().unwrap_or_default()), "{path}");
        }
        match document["rests_on"].as_str() {
            Some(said) => assert!(lines.out.contains(&format!("What this rests on: {said}"))),
            None => assert!(!lines.out.contains("What this rests on")),
        }
        document
    };
    let package = told("signed.wacz", &[]);
    assert_eq!(package["summary"]["verdict"], "proved");
    assert!(package["outside_times"].as_str().is_some_and(|times| times.contains("The signature over this package existed at")));
    assert_eq!(told("signed.wacz", &["--expect-key", &signed.keys[1]])["summary"]["verdict"], "disproved");
    assert!(told("recording", &[])["rests_on"].is_string());
    assert!(told("recording/report", &[])["checks"].as_array().is_some_and(|checks| checks.len() > 5));
    let ran = run_in(
        signed.at(),
        ["init", "json-case", "--title", "T", "--auditor", "A", "--auditee", "ministerie.example", "--page", "https://www.facebook.com/m"],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(told("json-case", &[])["summary"]["verdict"], "proved");
    // A changed record is told with its place.
    super::case_plan::copy_tree(&signed.at().join("recording"), &signed.at().join("broken"));
    let log = signed.at().join("broken/custody.ndjson");
    let text = fs::read_to_string(&log).expect("a log").replacen("\"kind\":\"entry\"", "\"kind\":\"entrx\"", 1);
    fs::write(&log, text).expect("written");
    let broken = told("broken", &[]);
    let checks = broken["checks"].as_array().expect("checks");
    assert!(
        checks.iter().any(|check| check["verdict"] == "disproved" && check["place"].as_str().is_some_and(|place| place.contains("record"))),
        "{broken}"
    );
}

#[test]
fn a_seal_that_an_authority_does_not_answer_goes_to_the_next() {
    let signed = &*SIGNED;
    let refusing = TimeAuthority::start(Some("P-256"));
    refusing.does(Does::Refuse);
    let ran = seal(signed.at(), "turn.wacz", "one.toml", &["--stamp-by", &refusing.url(), "--stamp-by", &signed.authority.url()]);
    assert!(ran.code == 0 && ran.err.contains("the next authority was asked"), "{} {}", ran.out, ran.err);
    assert!(ran.out.contains(&format!("according to {}", signed.authority.url())), "{}", ran.out);
}

/// Crates that can dial.
const DIALLING: [&str; 10] =
    ["tokio", "hyper", "hyper-util", "rustls", "ureq", "hudsucker", "mio", "socket2", "hickory-resolver", "openssl"];

#[test]
fn the_program_that_only_verifies_holds_nothing_that_dials() {
    let crates = |arguments: &[&str]| {
        let tree = ["tree", "--offline", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}"];
        let output = Command::new(env!("CARGO")).args(tree).args(arguments).current_dir(ROOT).output().expect("cargo starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("text");
        text.lines().filter_map(|line| line.split_whitespace().next().map(str::to_owned)).collect::<std::collections::BTreeSet<String>>()
    };
    let verifying = crates(&["--no-default-features", "--features", "verify"]);
    assert!(verifying.contains("clap") && verifying.contains("ed25519-dalek"), "{verifying:?}");
    let found: Vec<_> = DIALLING.iter().filter(|name| verifying.contains(**name)).collect();
    assert!(found.is_empty(), "{found:?}");
    assert!(crates(&[]).contains("tokio"), "the whole program does have them, so this test can see them");
}
