//! Bad input: one paragraph that names file, place and remedy, the right exit code, and nothing half written.

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use dataspoor::model::Digest;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::corpus::{ROOT, Ran, run, run_in, scratch, tree};

fn page() -> PathBuf {
    Path::new(ROOT).join("tests/data/har/page.har")
}

fn page_text() -> Vec<u8> {
    fs::read(page()).expect("our own recording")
}

fn gzipped(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).expect("in memory");
    encoder.finish().expect("in memory")
}

/// What is said is one paragraph for people: no panic, no dump, all of `words` in it.
pub(crate) fn says(ran: &Ran, words: &[&str]) {
    let whole = format!("code {}\n{}{}", ran.code, ran.out, ran.err);
    // clap ends with a pointer to --help in a paragraph of its own.
    let text = ran.err.trim_end().trim_end_matches("For more information, try '--help'.").trim_end();
    assert!(!text.is_empty(), "nothing is said\n{whole}");
    assert!(!text.contains("\n\n"), "more than one paragraph\n{whole}");
    assert!(text.starts_with("dataspoor: ") || text.starts_with("error: "), "nobody says who speaks\n{whole}");
    for never in ["panicked", "RUST_BACKTRACE", "Error {", "Os {", "unwrap"] {
        assert!(!text.contains(never), "{never} is no word for people\n{whole}");
    }
    words.iter().for_each(|word| assert!(text.contains(word), "does not say {word:?}\n{whole}"));
}

/// Replays one file with this content: it cannot be done, and no folder is left.
fn refused(name: &str, content: &[u8], more: &[&str], words: &[&str]) {
    let folder = scratch();
    let path = folder.path().join(name);
    fs::write(&path, content).expect("a file");
    let mut arguments: Vec<OsString> = vec!["replay".into(), path.clone().into()];
    arguments.extend(more.iter().map(OsString::from));
    let ran = run_in(folder.path(), arguments);
    assert_eq!(ran.code, 2, "{name}: {}{}", ran.out, ran.err);
    says(&ran, words);
    says(&ran, &[path.to_str().expect("a plain path")]);
    assert_eq!(ran.err.trim_end().lines().count(), 1, "{name}: one line\n{}", ran.err);
    let left: Vec<_> = tree(folder.path()).into_keys().collect();
    assert_eq!(left, [PathBuf::from(name)], "{name}: something was left behind");
    assert!(
        !fs::read_dir(folder.path().join("dataspoor-out")).is_ok_and(|mut entries| entries.next().is_some()),
        "{name}: a folder is left"
    );
}

#[test]
fn what_is_no_recording_is_called_what_it_is() {
    let text = page_text();
    let utf16: Vec<u8> = [0xfeff_u16].into_iter().chain("{\"log\":{}}".encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let entry =
        br#"{"startedDateTime":"2026-11-21T08:00:00Z","request":{"method":"GET","url":"http://a.example/"},"response":{"status":200}}"#;
    for (name, content, words) in [
        ("empty.har", &b""[..], &["the file is empty", "again"][..]),
        ("blank.har", b" \n\t\n", &["the file is empty"]),
        ("bom-only.har", b"\xef\xbb\xbf", &["the file is empty"]),
        ("text.har", b"Dear reader, the recording is attached.", &["not a recording", "\"Dear reader", "HAR"]),
        ("page.har", b"<!doctype html><title>Not found</title>", &["not a recording", "\"<!doctype html>"]),
        ("image.har", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", &["not a recording", "HAR"]),
        ("archive.har", b"PK\x03\x04\x14\0\0\0", &["ZIP archive", "again"]),
        ("web.har", b"WARC/1.0\r\nWARC-Type: warcinfo\r\n", &["byte 0", "ends in the head of a record", "--partial"]),
        ("old.har", b"filedesc://x.arc 0.0.0.0 20260101000000 text/plain 9\n", &["ARC file", "warcio recompress"]),
        ("wide.har", &utf16, &["UTF-16", "HAR"]),
        ("number.har", b"42", &["not a recording", "\"42\""]),
        ("list.har", b"[{\"log\":{}}]", &["not a HAR recording", "a list", "\"entries\""]),
        ("entry.har", entry, &["not a HAR recording", "a single entry", "{\"log\": {\"entries\": [ … ]}}"]),
        ("other.har", b"{\"name\":\"package\",\"version\":\"1\"}", &["not a HAR recording", "name", "\"entries\""]),
        ("nothing.har", b"{}", &["not a HAR recording", "\"entries\""]),
        ("log-text.har", b"{\"log\":\"text\"}", &["not a HAR recording", "log"]),
        ("entries-object.har", b"{\"log\":{\"entries\":{\"0\":{}}}}", &["not a HAR recording", "\"entries\" is no list"]),
        ("comma.har", b"{\"log\":{\"version\":\"1.2\",\n\"entries\":[{},\n]}}", &["not valid JSON", "line 3, column 1", "byte 40", "mend"]),
        ("quotes.har", b"{'log':{}}", &["not valid JSON", "line 1, column 2", "byte 1"]),
        ("no-comma.har", b"{\"log\":{\"entries\":[{} {}]}}", &["not valid JSON", "line 1, column 23", "byte 22"]),
        ("inside.har", b"{\"log\":{\"entries\":[\n{},\n  {\"a\": b}]}}", &["not valid JSON", "line 3, column 9"]),
        (
            "after.har",
            b"{\"log\":{\"entries\":[]}}\n{\"log\":{\"entries\":[]}}",
            &["not valid JSON", "line 2, column 1", "text after the end"],
        ),
        ("cut.har", &text[..text.len() - 400], &["ends in the middle", "after 11 whole entries", "--partial"]),
        ("cut-early.har", &text[..60], &["ends in the middle", "after 0 whole entries"]),
        ("cut.har.gz", &gzipped(&text)[..900], &["gzip data cannot be unpacked", "cut off or damaged", "again"]),
        ("damaged.har.gz", &[&gzipped(&text)[..300], &[0; 300]].concat(), &["gzip data cannot be unpacked"]),
    ] {
        refused(name, content, &[], words);
    }
}

#[test]
fn a_wrong_byte_is_placed_at_its_line_column_and_byte() {
    // Whatever stands before it: the place is counted over the whole text.
    let text = String::from_utf8(page_text()).expect("UTF-8");
    let at = text.rfind("\"status\": 404").expect("the last entry");
    let broken = text.replacen("\"status\": 404", "\"status\": 4o4", 1);
    let offset = at + "\"status\": 4".len();
    let line = 1 + text[..offset].matches('\n').count();
    let column = offset - text[..offset].rfind('\n').expect("several lines");
    let place = format!("line {line}, column {column} (byte {offset})");
    refused("broken.har", broken.as_bytes(), &[], &["not valid JSON", &place]);
}

#[test]
fn what_is_whole_of_a_cut_off_recording_can_be_used() {
    let text = page_text();
    let packed = gzipped(&text);
    for (name, content) in [("cut.har", &text[..text.len() - 400]), ("cut.har.gz", &packed[..packed.len() * 3 / 4])] {
        let folder = scratch();
        let path = folder.path().join(name);
        fs::write(&path, content).expect("a file");
        let out = folder.path().join("out");
        let ran = run([OsString::from("replay"), "--json".into(), "--partial".into(), path.into(), "--out".into(), out.clone().into()]);
        assert_eq!(ran.code, 0, "{name}: {}{}", ran.out, ran.err);
        let line: Value = serde_json::from_str(&ran.out).expect("a line of JSON");
        assert!(line["gaps"]["cut-off"].as_u64().is_some_and(|bytes| bytes > 0), "{name}: {line}");
        let entries = line["entries"].as_u64().expect("entries");
        assert!((5..12).contains(&entries), "{name}: {entries} entries");
        let html = fs::read_to_string(out.join("cut/annex.nl.html")).expect("an annex");
        assert!(html.contains("cut-off"), "{name}: the annex names the gap");
    }
    // Without a single whole entry there is still nothing to use.
    refused("cut-early.har", &text[..8], &["--partial"], &["ends in the middle"]);
}

#[test]
fn folders_need_a_word() {
    let folder = scratch();
    let recordings = folder.path().join("recordings");
    fs::create_dir_all(recordings.join("deeper")).expect("folders");
    let replay = |more: &[&str]| {
        let mut arguments: Vec<OsString> = vec!["replay".into(), "--json".into(), recordings.clone().into()];
        arguments.extend(more.iter().map(OsString::from));
        run(arguments)
    };
    let ran = replay(&["--recursive"]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    says(&ran, &["no recording below this folder", ".har", recordings.to_str().expect("plain")]);
    fs::copy(page(), recordings.join("deeper/Page.HAR")).expect("a copy");
    fs::copy(page(), recordings.join("page.har")).expect("a copy");
    fs::write(recordings.join("notes.txt"), "no recording").expect("a file");
    let ran = replay(&[]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    says(&ran, &["this is a folder", "--recursive", recordings.to_str().expect("plain")]);
    let ran = replay(&["--recursive"]);
    assert_eq!((ran.code, ran.out.lines().count()), (0, 2), "{}{}", ran.out, ran.err);
}

#[test]
fn files_that_are_not_there_are_named() {
    let folder = scratch();
    let missing = folder.path().join("no such file.har");
    let text = missing.to_str().expect("plain");
    for arguments in [
        vec!["replay", text],
        vec!["verify", text],
        vec!["replay", "x.har", "--list", text],
        vec!["replay", "x.har", "--psl", text],
        vec!["replay", "x.har", "--rules", text],
        vec!["rules", "check", text],
    ] {
        let ran = run_in(folder.path(), &arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}{}", ran.out, ran.err);
        says(&ran, &[text]);
        assert!(["check", "name", "there is no such file"].iter().any(|remedy| ran.err.contains(remedy)), "no remedy: {}", ran.err);
    }
}

#[test]
fn places_that_cannot_be_written_are_named_before_the_work() {
    let folder = scratch();
    let file = folder.path().join("file");
    fs::write(&file, "x").expect("a file");
    let mut places = vec![file.join("below"), file.clone()];
    if cfg!(target_os = "linux") {
        places.push("/proc/dataspoor".into());
    }
    for place in places {
        let ran = run_in(folder.path(), [OsString::from("replay"), page().into(), "--out".into(), place.clone().into()]);
        assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
        says(&ran, &[place.to_str().expect("plain"), "--out"]);
        assert_eq!(tree(folder.path()).len(), 1, "nothing was written");
    }
    // Somebody else's folder stands where the annex would go.
    let theirs = folder.path().join("out/page");
    fs::create_dir_all(&theirs).expect("a folder");
    fs::write(theirs.join("thesis.txt"), "three years of work").expect("a file");
    let ran = run_in(folder.path(), [OsString::from("replay"), page().into(), "--out".into(), folder.path().join("out").into()]);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    says(&ran, &[theirs.to_str().expect("plain"), "holds no annex of dataspoor", "--out"]);
    assert_eq!(tree(&theirs).into_keys().collect::<Vec<_>>(), [PathBuf::from("thesis.txt")]);
    // An earlier annex is replaced whole.
    fs::remove_dir_all(&theirs).expect("removed");
    for _ in 0..2 {
        let ran = run_in(folder.path(), [OsString::from("replay"), page().into(), "--out".into(), folder.path().join("out").into()]);
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    }
    let left: Vec<_> = fs::read_dir(folder.path().join("out")).expect("out").map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(left, ["page"]);
}

#[test]
fn wrong_arguments_are_refused_before_the_work() {
    let folder = scratch();
    let write = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, content).expect("a file");
        path.into_os_string()
    };
    let page = page().into_os_string();
    let no_rules = write("comment.txt", b"! only a comment\n");
    let binary = write("binary.txt", b"\xff\xfe\x00");
    let no_suffixes = write("empty.dat", b"// nothing\n");
    let own_rules = scratch();
    let text = "format = 1\nid = \"own\"\nversion = \"2026-11-21\"\ntitle = { en = \"Own\", nl = \"Eigen\" }\n[[cookies]]\n";
    fs::write(own_rules.path().join("own.toml"), text).expect("a rule file");
    let cases: Vec<(Vec<OsString>, &[&str])> = vec![
        (vec!["--page".into(), "".into()], &["--page", "no host", "https://"]),
        (vec!["--page".into(), "/ministerie".into()], &["--page", "no host"]),
        (vec!["--page".into(), "https:///x".into()], &["--page", "no host"]),
        (vec!["--page".into(), "the ministry".into()], &["--page", "no host"]),
        (vec!["--platform".into(), "metta".into()], &["no rule names an owner", "\"metta\"", "for instance meta"]),
        (vec!["--platform".into(), "Goog".into()], &["no rule names an owner", "such as", "google"]),
        (vec!["--auditee".into(), "".into()], &["--auditee \"\"", "no host", "https://"]),
        (vec!["--auditee".into(), "het ministerie".into()], &["--auditee \"het ministerie\"", "no host", "ministerie.nl"]),
        (vec!["--auditee".into(), "https:///x".into()], &["--auditee", "no host"]),
        (vec!["--auditee".into(), "a.nl".into(), "--auditee".into(), "*.b.nl".into()], &["--auditee \"*.b.nl\"", "no host"]),
        (vec!["--lang".into(), "fr".into()], &["'fr'", "`nl` or `en`"]),
        (vec!["--list".into(), no_rules], &["comment.txt", "what kind of list", "--kind"]),
        (vec!["--list".into(), binary], &["binary.txt", "what kind of list", "--kind"]),
        (vec!["--psl".into(), no_suffixes], &["empty.dat", "no", "public_suffix_list.dat"]),
        (vec!["--rules".into(), own_rules.path().into()], &["own.toml:5:3", "there is no table \"cookies\"", "check the spelling"]),
        (vec!["--threads".into(), "many".into()], &["'many'", "--threads"]),
        (vec!["--max-entry-bytes".into(), "few".into()], &["'few'", "--max-entry-bytes"]),
        (vec!["--nonsense".into()], &["--nonsense"]),
    ];
    for (more, words) in cases {
        let arguments: Vec<OsString> = [OsString::from("replay"), page.clone()].into_iter().chain(more.clone()).collect();
        let ran = run_in(folder.path(), arguments);
        assert_eq!(ran.code, 2, "{more:?}: {}{}", ran.out, ran.err);
        assert_eq!(ran.out, "", "{more:?}");
        assert!(!folder.path().join("dataspoor-out").exists(), "{more:?}: the work began");
        if words != ["--nonsense"] {
            says(&ran, words);
        } else {
            words.iter().for_each(|word| assert!(ran.err.contains(word), "{}", ran.err));
        }
    }
    for arguments in [&[][..], &["replay"], &["verify"], &["rules"], &["rules", "explain"]] {
        let ran = run(arguments);
        assert!(ran.code == 2 && !ran.err.contains("panicked"), "{arguments:?}: {}", ran.err);
    }
    let empty = scratch();
    let ran = run([OsString::from("rules"), "check".into(), empty.path().into()]);
    assert_eq!(ran.code, 2);
    says(&ran, &["no rule file", "*.toml"]);
    let ran = run([OsString::from("rules"), "check".into(), own_rules.path().join("own.toml").into()]);
    assert_eq!(ran.code, 2);
    says(&ran, &["own.toml", "this is a file", "folder"]);
    let ran = run([OsString::from("verify"), empty.path().into()]);
    assert_eq!(ran.code, 2);
    says(&ran, &["no annex here", "manifest.json"]);
}

#[test]
fn one_bad_file_never_stops_the_rest() {
    let folder = scratch();
    let bad = folder.path().join("bad.har");
    fs::write(&bad, "{\"log\":{\"entries\":[{}").expect("a file");
    let missing = folder.path().join("missing.har");
    let charles = Path::new(ROOT).join("tests/data/har/charles.har");
    let out = folder.path().join("out");
    for threads in ["1", "4"] {
        let paths = [page(), bad.clone(), missing.clone(), charles.clone()];
        let mut arguments: Vec<OsString> = vec!["replay".into(), "--threads".into(), threads.into(), "--out".into(), out.clone().into()];
        arguments.extend(paths.iter().map(|path| path.clone().into_os_string()));
        let ran = run(&arguments);
        assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
        let said: Vec<&str> = ran.err.lines().collect();
        assert!(said.len() == 2 && said[0].contains("bad.har") && said[1].contains("missing.har"), "{}", ran.err);
        assert!(ran.out.contains("2 of 4 recordings replayed, 2 failed"), "{}", ran.out);
        let mut left: Vec<_> = fs::read_dir(&out).expect("out").map(|entry| entry.expect("an entry").file_name()).collect();
        left.sort();
        assert_eq!(left, ["charles", "page"]);
        // The same as JSON: a line for each file, in order.
        arguments.insert(1, "--json".into());
        let ran = run(&arguments);
        assert_eq!(ran.code, 1);
        let lines: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
        let named: Vec<bool> = lines.iter().map(|line| line["error"].is_string()).collect();
        assert_eq!(named, [false, true, true, false], "{}", ran.out);
        for (path, line) in paths.iter().zip(&lines) {
            assert_eq!(line["capture"], path.display().to_string());
        }
    }
    assert_eq!(run([OsString::from("verify"), out.into()]).code, 0);
}

#[test]
fn annexes_that_cannot_be_checked_are_told_from_disproved_ones() {
    let folder = scratch();
    let out = folder.path().join("out");
    let made =
        run([OsString::from("replay"), page().into(), "--out".into(), out.clone().into(), "--auditee".into(), "ministerie.example".into()]);
    assert_eq!(made.code, 0, "{}", made.err);
    let annex = out.join("page");
    let verify = |more: &[&str]| {
        let mut arguments: Vec<OsString> = vec!["verify".into(), annex.clone().into(), "--capture".into(), page().into()];
        arguments.extend(more.iter().map(OsString::from));
        run(arguments)
    };
    let ran = verify(&[]);
    assert_eq!(ran.code, 2, "nothing is disproved: {}", ran.out);
    assert!(!ran.out.contains("What this rests on"), "{}", ran.out);
    assert!(ran.out.contains("cannot be checked: ") && ran.out.contains("--auditee") && !ran.out.contains("DISPROVED"), "{}", ran.out);
    let ran = verify(&["--auditee", "ministerie.example"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_eq!(verify(&["--auditee", "https://www.ministerie.example/contact"]).code, 0, "an address names the same site");
    // What is disproved weighs more than what cannot be checked.
    let flows = fs::read(annex.join("flows.csv")).expect("a table");
    fs::write(annex.join("flows.csv"), "changed").expect("a change");
    let ran = verify(&[]);
    assert!(ran.code == 1 && ran.out.contains("cannot be checked: "), "{}", ran.out);
    fs::write(annex.join("flows.csv"), flows).expect("as it was");
    let file = run([OsString::from("verify"), annex.join("annex.json").into(), "--capture".into(), page().into()]);
    assert_eq!(file.code, 2);
    says(&file, &["--capture", "folder"]);
}

#[test]
fn names_in_recordings_do_not_steer_the_terminal() {
    let folder = scratch();
    let host = r#"{"log":{"entries":[{"request":{"method":"GET","url":"http://a\u001b[31mb.example/"},"response":{"status":200}}]}}"#;
    let member = r#"{"\u001b]0;title\u0007\nmember":1}"#;
    for (name, content) in [("host.har", host), ("member.har", member)] {
        fs::write(folder.path().join(name), content).expect("a file");
        let ran = run_in(folder.path(), ["replay", name]);
        let steers = |sign: char| sign.is_control() && sign != '\n';
        assert!(!ran.out.contains(steers) && !ran.err.contains(steers), "{name}: {:?} {:?}", ran.out, ran.err);
        assert!(
            ran.out.lines().chain(ran.err.lines()).all(|line| !line.starts_with("member")),
            "{name} made a line of its own: {:?}",
            ran.err
        );
    }
}

#[test]
fn the_auditee_is_named_by_domain_or_address() {
    let folder = scratch();
    let path = folder.path().join("own.har");
    let entry = |url: &str| format!(r#"{{"request":{{"method":"GET","url":"{url}"}},"response":{{"status":200}}}}"#);
    let entries = [entry("https://www.xn--bcher-kva.nl/"), entry("https://a.nl/"), entry("https://b.nl/")].join(",");
    fs::write(&path, format!("{{\"log\":{{\"entries\":[{entries}]}}}}")).expect("a file");
    for (auditee, domain) in [
        ("a.nl", "a.nl"),
        ("https://a.nl/", "a.nl"),
        ("https://www.A.nl.:8443/x?y#z", "a.nl"),
        ("a.nl/contact", "a.nl"),
        ("bücher.nl", "xn--bcher-kva.nl"),
        ("https://www.bücher.nl/", "xn--bcher-kva.nl"),
    ] {
        let out = folder.path().join("out");
        let arguments = [OsString::from("replay"), "--json".into(), path.clone().into(), "--auditee".into(), auditee.into()];
        let ran = run(arguments.into_iter().chain([OsString::from("--out"), out.clone().into()]));
        assert_eq!(ran.code, 0, "{auditee}: {}", ran.err);
        let line: Value = serde_json::from_str(&ran.out).expect("a line of JSON");
        assert_eq!(line["auditee_requests"], 1, "{auditee}: {line}");
        let manifest: Value = serde_json::from_slice(&fs::read(out.join("own/manifest.json")).expect("a manifest")).expect("JSON");
        assert_eq!(manifest["made"]["auditee"], serde_json::json!([domain]), "{auditee}");
    }
}

#[test]
fn an_annex_of_another_recording_is_kept() {
    let folder = scratch();
    let out = folder.path().join("out");
    let (one, other) = (folder.path().join("one"), folder.path().join("other"));
    for (place, file) in [(&one, "tests/data/har/page.har"), (&other, "tests/data/har/charles.har")] {
        fs::create_dir(place).expect("a folder");
        fs::copy(Path::new(ROOT).join(file), place.join("session.har")).expect("a copy");
    }
    let replay = |place: &Path| run([OsString::from("replay"), place.join("session.har").into(), "--out".into(), out.clone().into()]);
    assert_eq!(replay(&one).code, 0);
    let before = tree(&out);
    let ran = replay(&other);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    says(&ran, &["the annex of another recording", "--out", out.join("session").to_str().expect("plain")]);
    assert!(!ran.err.contains("permissions"), "{}", ran.err);
    assert!(tree(&out) == before, "the earlier annex is as it was, and nothing half made is left");
    assert_eq!(replay(&one).code, 0, "the same recording is replaced");
}

#[test]
fn whatever_a_recording_is_called_its_annex_verifies() {
    let folder = scratch();
    for (name, annex) in [("again", "again"), ("..har", "recording"), (".har", "recording-2"), ("manifest.json", "manifest")] {
        let path = folder.path().join(name);
        let out = folder.path().join(format!("out of {annex}"));
        fs::copy(page(), &path).expect("a copy");
        let made = run([OsString::from("replay"), path.clone().into(), "--out".into(), out.clone().into()]);
        assert_eq!(made.code, 0, "{name}: {}", made.err);
        let annex = out.join(annex.trim_end_matches("-2"));
        let ran = run([OsString::from("verify"), annex.into(), "--capture".into(), path.into()]);
        assert_eq!(ran.code, 0, "{name}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn a_filter_list_under_another_name_disproves_nothing() {
    let folder = scratch();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("a list");
        path
    };
    let text = "||facebook.com^\n||example.org^\n";
    let (list, renamed, out) = (write("list.txt", text), write("renamed.txt", text), folder.path().join("out"));
    let other = write("list-of-today.txt", "||facebook.com^\n");
    let made = run([OsString::from("replay"), page().into(), "--list".into(), list.clone().into(), "--out".into(), out.clone().into()]);
    assert_eq!(made.code, 0, "{}", made.err);
    let verify = |list: &Path| {
        run([OsString::from("verify"), out.join("page").into(), "--capture".into(), page().into(), "--list".into(), list.into()])
    };
    // A list is known by its digest, whatever its file is called.
    for list in [&list, &renamed] {
        assert_eq!(verify(list).code, 0, "{}", list.display());
    }
    let ran = verify(&other);
    assert_eq!(ran.code, 2, "{}", ran.out);
    let digest = Digest::of(text.as_bytes());
    let line = ran.out.lines().find(|line| line.starts_with("cannot be checked: ")).expect("a line");
    assert!(line.contains(&format!("not re-derivable without list list.txt (sha256 {digest})")), "{line}");
    assert!(!ran.out.contains("DISPROVED"), "{}", ran.out);
}

/// How large an entry may be decides whether there is an annex at all, so it is kept with it.
#[test]
fn an_annex_made_with_room_for_large_entries_verifies() {
    let folder = scratch();
    let out = folder.path().join("out");
    let bytes = (300_u64 << 20).to_string();
    let room = ["--max-entry-bytes", &bytes];
    let made =
        run([OsString::from("replay"), page().into(), "--out".into(), out.clone().into()].into_iter().chain(room.map(OsString::from)));
    assert_eq!(made.code, 0, "{}", made.err);
    let manifest: Value = serde_json::from_slice(&fs::read(out.join("page/manifest.json")).expect("a manifest")).expect("JSON");
    assert_eq!(manifest["made"]["max_entry_bytes"], 300_u64 << 20);
    let ran = run([OsString::from("verify"), out.join("page").into(), "--capture".into(), page().into()]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}
