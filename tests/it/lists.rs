//! Outside lists as a user meets them: added from files and addresses, updated, used by name, kept in a case, and missed by verification.

use std::fs;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::thread;

use serde_json::Value;

use super::corpus::{FILTER_LIST, Ran, own_recordings, run_in, scratch};
use super::origin::{Kind, certificates};

/// Runs the program with a store of its own in `folder`.
fn lists(folder: &Path, arguments: &[&str]) -> Ran {
    run_in(folder, [arguments, &["--store", "store"]].concat())
}

fn record(folder: &Path, name: &str) -> Value {
    let shown = lists(folder, &["lists", "show", name, "--json"]);
    assert_eq!(shown.code, 0, "{}", shown.err);
    serde_json::from_str(&shown.out).expect("JSON")
}

#[test]
fn lists_are_added_shown_updated_and_removed() {
    let folder = scratch();
    let path = folder.path().join("own.txt");
    fs::write(&path, format!("{FILTER_LIST}/(bad/$script\n")).expect("written");
    let added = lists(folder.path(), &["lists", "add", "own", "own.txt", "--licence", "made for tests", "--may-be-shared", "yes"]);
    assert_eq!(added.code, 0, "{}", added.err);
    assert!(
        added.out.contains("1 rejected") && added.out.contains("(bad/") && added.out.contains("made for tests (as you say)"),
        "{}",
        added.out
    );
    let first = record(folder.path(), "own");
    assert_eq!((&first["current"]["kind"], &first["current"]["may_be_handed_over"]), (&"filter".into(), &true.into()));
    assert!(first["current"]["rejections"][0]["place"]["line"].is_u64(), "{first}");
    let again = lists(folder.path(), &["lists", "add", "own", "own.txt"]);
    assert!(again.code == 2 && again.err.contains("lists update own"), "{}", again.err);
    let unchanged = lists(folder.path(), &["lists", "update"]);
    assert!(unchanged.code == 0 && unchanged.out.contains("unchanged"), "{}", unchanged.out);
    fs::write(&path, format!("{FILTER_LIST}||more.example^\n")).expect("written");
    let updated = lists(folder.path(), &["lists", "update", "own"]);
    assert!(updated.code == 0 && updated.out.contains("own: updated") && updated.out.contains("rejected 1 → 0"), "{}", updated.out);
    fs::write(&path, "! nothing\n").expect("written");
    let refused = lists(folder.path(), &["lists", "update", "own"]);
    assert!(refused.code == 1 && refused.err.contains("own.txt"), "{}", refused.err);
    let second = record(folder.path(), "own");
    assert_eq!(second["previous"][0]["sha256"], first["current"]["sha256"]);
    assert_eq!(second["current"]["licence"], "made for tests");
    let shown = lists(folder.path(), &["lists", "show"]);
    assert!(shown.out.starts_with("own: filter\n"), "{}", shown.out);
    assert_eq!(lists(folder.path(), &["lists", "remove", "own"]).code, 0);
    let gone = lists(folder.path(), &["lists", "show", "own"]);
    assert!(gone.code == 2 && gone.err.contains("lists add own"), "{}", gone.err);
}

#[test]
fn lists_that_are_none_name_file_place_and_remedy() {
    let folder = scratch();
    for (name, bytes, says) in [
        ("plain", &b"a.example\n"[..], "--kind"),
        ("empty", b"", "--kind"),
        ("packed", b"\x1f\x8b\x08\0", "unpack"),
        ("deep", &[b'['; 100_000], "--kind"),
        ("wrong", b"{\"trackers\":{\"a.example\":[]}}", "take Disconnect"),
    ] {
        fs::write(folder.path().join(name), bytes).expect("written");
        let ran = lists(folder.path(), &["lists", "add", "x", name]);
        assert!(ran.code == 2 && ran.err.contains(says) && ran.err.contains(name), "{name}: {}", ran.err);
        assert!(!folder.path().join("store/x").exists(), "{name}: nothing is kept");
    }
    let ran = lists(folder.path(), &["lists", "add", "x", "nowhere.txt"]);
    assert!(ran.code == 2 && ran.err.contains("nowhere.txt"), "{}", ran.err);
}

/// A server on loopback that answers by path until the test ends. `tls`: its root in PEM goes to `root.pem` in the folder.
fn serve(folder: &Path, tls: bool) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let config = tls.then(|| {
        let (root, config) = certificates(Kind::TrustedHttp1);
        fs::write(folder.join("root.pem"), root).expect("written");
        Arc::new(config)
    });
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let config = config.clone();
            // A client that goes away is what some of these tests are about.
            thread::spawn(move || match config {
                None => answer(stream),
                Some(config) => answer(rustls::StreamOwned::new(rustls::ServerConnection::new(config).expect("a connection"), stream)),
            });
        }
    });
    address
}

fn answer(stream: impl Read + Write) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    while line.trim_end() != "" {
        line.clear();
        if stream.read_line(&mut line)? == 0 {
            return Ok(());
        }
    }
    let out = stream.get_mut();
    let length = FILTER_LIST.len();
    match &*path {
        "/list.txt" => write!(
            out,
            "HTTP/1.1 200 OK\r\nETag: \"own-1\"\r\nLast-Modified: Sat, 21 Nov 2026 10:00:00 GMT\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{FILTER_LIST}"
        )?,
        "/moved" => write!(out, "HTTP/1.1 302 Found\r\nLocation: /list.txt\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?,
        "/loop" => write!(out, "HTTP/1.1 302 Found\r\nLocation: /loop\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?,
        "/down" => write!(out, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?,
        "/cut" => write!(out, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{FILTER_LIST}", length + 1)?,
        "/endless" => {
            write!(out, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
            let lines = "||own.example^\n".repeat(70_000);
            (0..80).try_for_each(|_| out.write_all(lines.as_bytes()))?;
        }
        "/silent" => {
            write!(out, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")?;
            out.flush()?;
            // Until the client goes away.
            let _ = stream.read_to_end(&mut Vec::new());
            return Ok(());
        }
        _ => write!(out, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?,
    }
    stream.get_mut().flush()
}

fn fetch(folder: &Path, root: Option<&str>, arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dataspoor"));
    for name in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "SSL_CERT_DIR", "SSL_CERT_FILE"] {
        command.env_remove(name);
    }
    if let Some(root) = root {
        command.env("SSL_CERT_FILE", folder.join(root));
    }
    let output = command.args(arguments).args(["--store", "store"]).current_dir(folder).output().expect("the program runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran { code: output.status.code().unwrap_or(-1), out: text(&output.stdout), err: text(&output.stderr) }
}

#[test]
fn lists_are_downloaded_with_what_the_server_says_of_them() {
    let folder = scratch();
    let server = serve(folder.path(), false);
    let url = |path: &str| format!("http://{server}{path}");
    let added = fetch(folder.path(), None, &["lists", "add", "own", &url("/moved")]);
    assert_eq!(added.code, 0, "{}", added.err);
    let origin = &record(folder.path(), "own")["current"]["origin"]["url"];
    assert_eq!((&origin["asked"], &origin["answered"]), (&url("/moved").into(), &url("/list.txt").into()));
    assert_eq!((&origin["redirects"], &origin["etag"]), (&1.into(), &"\"own-1\"".into()), "{origin}");
    assert_eq!(origin["last_modified"], "Sat, 21 Nov 2026 10:00:00 GMT");
    let updated = fetch(folder.path(), None, &["lists", "update"]);
    assert!(updated.code == 0 && updated.out.contains("unchanged"), "{} {}", updated.out, updated.err);
    for (path, says) in
        [("/missing", "404"), ("/loop", "redirects more than 5 times"), ("/cut", "/cut"), ("/endless", "more than 67108864 bytes")]
    {
        let ran = fetch(folder.path(), None, &["lists", "add", "x", &url(path)]);
        assert!(ran.code == 2 && ran.err.contains(says) && ran.err.contains(path), "{path}: {} {}", ran.out, ran.err);
    }
    let slow = fetch(folder.path(), None, &["lists", "add", "x", &url("/silent"), "--timeout", "1"]);
    assert!(slow.code == 2 && slow.err.contains("/silent") && slow.err.contains("time"), "{}", slow.err);
    assert!(!folder.path().join("store/x").exists());
}

#[test]
fn servers_are_verified_against_the_roots_of_the_system() {
    let folder = scratch();
    let server = serve(folder.path(), true);
    let url = |path: &str| format!("https://{server}{path}");
    let added = fetch(folder.path(), Some("root.pem"), &["lists", "add", "own", &url("/list.txt")]);
    assert_eq!(added.code, 0, "{}", added.err);
    let stranger = scratch();
    let _other = serve(stranger.path(), true);
    let wrong = stranger.path().join("root.pem");
    let refused = fetch(folder.path(), wrong.to_str(), &["lists", "add", "x", &url("/list.txt")]);
    assert!(refused.code == 2 && refused.err.contains("certificate"), "{}", refused.err);
    let down = fetch(folder.path(), Some("root.pem"), &["lists", "add", "x", &url("/down")]);
    assert!(down.code == 2 && down.err.contains("https"), "{}", down.err);
    let none = fetch(folder.path(), Some("nowhere.pem"), &["lists", "add", "x", &url("/list.txt")]);
    assert!(none.code == 2 && none.err.contains("SSL_CERT_FILE"), "{}", none.err);
    assert!(!folder.path().join("store/x").exists());
}

#[test]
fn a_list_is_used_by_name_and_verification_finds_it_by_its_digest() {
    let folder = scratch();
    let recording = own_recordings().into_iter().next().expect("a recording of ours");
    let recording = recording.to_str().expect("a path");
    fs::write(folder.path().join("own.txt"), FILTER_LIST).expect("written");
    assert_eq!(lists(folder.path(), &["lists", "add", "own", "own.txt"]).code, 0);
    let none = lists(folder.path(), &["replay", recording, "--list", "nowhere"]);
    assert!(none.code == 2 && none.err.contains("lists add"), "{}", none.err);
    let made = lists(folder.path(), &["replay", recording, "--list", "own", "--out", "out"]);
    assert_eq!(made.code, 0, "{}", made.err);
    let annex = fs::read_dir(folder.path().join("out")).expect("annexes").next().expect("one").expect("an entry").path();
    let annex = annex.to_str().expect("a path");
    let manifest: Value = serde_json::from_slice(&fs::read(Path::new(annex).join("manifest.json")).expect("a manifest")).expect("JSON");
    assert_eq!((&manifest["made"]["lists"][0]["name"], &manifest["made"]["lists"][0]["origin"]), (&"own".into(), &"own.txt".into()));
    // Found in the store, without being named.
    let verified = lists(folder.path(), &["verify", annex, "--capture", recording]);
    assert_eq!(verified.code, 0, "{} {}", verified.out, verified.err);
    // The list moves on; the annex still rests on the version before.
    fs::write(folder.path().join("own.txt"), format!("{FILTER_LIST}||more.example^\n")).expect("written");
    assert_eq!(lists(folder.path(), &["lists", "update", "own"]).code, 0);
    let verified = lists(folder.path(), &["verify", annex, "--capture", recording]);
    assert_eq!(verified.code, 0, "{} {}", verified.out, verified.err);
    assert_eq!(lists(folder.path(), &["lists", "remove", "own"]).code, 0);
    let missed = lists(folder.path(), &["verify", annex, "--capture", recording]);
    let sha256 = manifest["made"]["lists"][0]["sha256"].as_str().expect("a digest");
    assert!(missed.out.contains(&format!("not re-derivable without list own (sha256 {sha256})")), "{} {}", missed.out, missed.err);
    // The file as such is enough, under whatever name.
    fs::write(folder.path().join("copy.txt"), FILTER_LIST).expect("written");
    let verified = lists(folder.path(), &["verify", annex, "--capture", recording, "--list", "copy.txt"]);
    assert_eq!(verified.code, 0, "{} {}", verified.out, verified.err);
}

#[test]
fn a_case_names_its_lists_and_keeps_those_that_may_be_handed_over() {
    let folder = scratch();
    let recording = own_recordings().into_iter().next().expect("a recording of ours");
    let recording = recording.to_str().expect("a path");
    let services = "{\"license\":\"x\",\"categories\":{\"Social\":[{\"Own\":{\"http://own.example\":[\"facebook.com\"]}}]}}";
    for (name, text) in
        [("own.txt", FILTER_LIST), ("services.json", services), ("psl.dat", "// ===BEGIN ICANN DOMAINS===\ncom\nnet\nnl\nexample\n")]
    {
        fs::write(folder.path().join(name), text).expect("written");
    }
    for arguments in [
        &["lists", "add", "own", "own.txt", "--may-be-shared", "yes"][..],
        &["lists", "add", "services", "services.json"],
        &["lists", "add", "psl", "psl.dat"],
    ] {
        let ran = lists(folder.path(), arguments);
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
    let init = [
        "init",
        "case",
        "--title",
        "T",
        "--auditee",
        "A",
        "--auditor",
        "B",
        "--page",
        "https://www.facebook.com/x",
        "--list",
        "own",
        "--list",
        "services",
    ];
    let made = run_in(folder.path(), init);
    assert_eq!(made.code, 0, "{}", made.err);
    let made = lists(folder.path(), &["replay", recording, "--case", "case", "--psl", "psl", "--out", "out"]);
    assert_eq!(made.code, 0, "{}", made.err);
    let copies = folder.path().join("case/lists");
    assert!(copies.join("own/list.json").is_file() && copies.join("psl/list.json").is_file());
    assert!(!copies.join("services").exists(), "its licence does not allow it");
    let annex = fs::read_dir(folder.path().join("out")).expect("annexes").next().expect("one").expect("an entry").path();
    let annex = annex.to_str().expect("a path");
    let verified = lists(folder.path(), &["verify", annex, "--capture", recording, "--case", "case"]);
    assert_eq!(verified.code, 0, "{} {}", verified.out, verified.err);
    // A reviewer has the case and no store.
    fs::rename(folder.path().join("store"), folder.path().join("away")).expect("moved");
    let reviewed = lists(folder.path(), &["verify", annex, "--capture", recording, "--case", "case"]);
    assert!(reviewed.out.contains("not re-derivable without list services (sha256 "), "{} {}", reviewed.out, reviewed.err);
    assert!(!reviewed.out.contains("without list own"), "{}", reviewed.out);
    let reviewed = lists(folder.path(), &["verify", annex, "--capture", recording, "--case", "case", "--list", "services.json"]);
    assert_eq!(reviewed.code, 0, "{} {}", reviewed.out, reviewed.err);
}
