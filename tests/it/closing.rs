//! Cases and their authority's key, by the program: where the key lies, that it lies nowhere else, and that closing destroys it; and the
//! options that say who is served and what passes unread.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;

use super::bad_input::says;
use super::corpus::{run, run_in, scratch, tree};
use super::live_bench::{Http, Program, Visitor};
use super::live_origin::LiveOrigin;

const HOST: &str = "a.test";

/// Makes a case named `case` in `folder`.
fn init(folder: &Path) {
    let ran = run_in(folder, ["init", "case", "--title", "T", "--auditee", "M", "--page", "https://a.test/page", "--auditor", "A"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

/// A recording in the case that has begun, with what was said of where it listens.
async fn begin(folder: &Path, origin: &LiveOrigin, more: &[&str]) -> (Program, SocketAddr, Value) {
    fs::write(folder.join("origin.pem"), &origin.root).expect("written");
    let map = format!("{HOST}={}", origin.address);
    let mut arguments = vec!["record", "--no-browser", "--json", "--case", "case", "--upstream-ca", "origin.pem", "--map", &map];
    if !more.contains(&"--listen") {
        arguments.extend(["--listen", "127.0.0.1:0"]);
    }
    arguments.extend(more);
    let mut program = Program::start(folder, arguments);
    let event = program.event("listening").await;
    let proxy = event["address"].as_str().expect("an address").parse().expect("an address");
    (program, proxy, event)
}

fn last_of_ledger(folder: &Path) -> Value {
    let text = fs::read_to_string(folder.join("case/ledger.ndjson")).expect("a ledger");
    serde_json::from_str(text.lines().last().expect("a line")).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_stays_in_its_file_and_closing_destroys_it() {
    let root = scratch();
    init(root.path());
    let origin = LiveOrigin::start(BTreeMap::new()).await;
    let (program, proxy, _) = begin(root.path(), &origin, &[]).await;
    let visitor = Visitor::new(proxy, &root.path().join("case/authority.pem"));
    let mut line = visitor.line(HOST, Http::One).await.expect("a connection");
    assert!(line.get("https://a.test/pattern/1/10", None, &[]).await.expect("an answer").whole);

    let refused = run_in(root.path(), ["close", "case"]);
    assert_eq!(refused.code, 2, "{}", refused.out);
    says(&refused, &["captures/0001", "has not ended"]);
    assert!(program.interrupt().await.status.success());

    let key = root.path().join("case/authority.key");
    assert_eq!(fs::metadata(&key).expect("a key").permissions().mode() & 0o777, 0o600);
    let pem = fs::read_to_string(&key).expect("a key");
    // Lines between the first and the last are the key itself.
    let secret: Vec<&str> = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    assert!(secret.len() > 1 && secret[0].len() > 40);
    for (path, bytes) in tree(root.path()) {
        let holds =
            memchr::memmem::find(&bytes, secret[0].as_bytes()).is_some() || memchr::memmem::find(&bytes, secret[1].as_bytes()).is_some();
        assert_eq!(holds, path == Path::new("case/authority.key"), "{}", path.display());
    }

    // A key that others can read is not used.
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("set");
    let exposed = run_in(root.path(), ["record", "--no-browser", "--listen", "127.0.0.1:0", "--case", "case"]);
    assert_eq!(exposed.code, 2, "{}", exposed.out);
    says(&exposed, &["authority.key", "chmod 600"]);
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("set");

    let session: Value =
        serde_json::from_slice(&fs::read(root.path().join("case/captures/0001/session.json")).expect("a session")).expect("JSON");
    let closed = run_in(root.path(), ["close", "case"]);
    assert_eq!((closed.code, closed.err.as_str()), (0, ""));
    assert!(closed.out.contains("overwritten and removed") && closed.out.contains("authority.pem"), "{}", closed.out);
    assert!(!key.exists());
    let line = last_of_ledger(root.path());
    assert_eq!((&line["kind"], &line["key"]), (&"closed".into(), &"destroyed".into()));
    assert_eq!(line["authority"], session["authority"], "the ledger names the certificate that the recording names");
    for again in [&["record", "--no-browser", "--listen", "127.0.0.1:0", "--case", "case"][..], &["close", "case"]] {
        let refused = run_in(root.path(), again);
        assert_eq!(refused.code, 2, "{}", refused.out);
        says(&refused, &["was closed at", "dataspoor init"]);
    }
    assert!(!key.exists() && !root.path().join("case/captures/0002").exists(), "nothing was begun");
    let one = root.path().join("case/captures/0001").display().to_string();
    let verified = run(["verify", "--quiet", "--case", &root.path().join("case").display().to_string(), &one]);
    assert_eq!((verified.code, verified.err.as_str()), (0, ""), "{}", verified.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_some_hosts_get_an_authority_of_their_own_beside_the_recording() {
    let root = scratch();
    init(root.path());
    let origin = LiveOrigin::start(BTreeMap::new()).await;
    let (program, proxy, event) =
        begin(root.path(), &origin, &["--only", "a.test,*.b.test", "--pass", "c.b.test", "--on-pinned", "pass"]).await;
    let capture = root.path().join(event["folder"].as_str().expect("a folder"));
    let visitor = Visitor::new(proxy, &capture.join("authority.pem"));
    let mut line = visitor.line(HOST, Http::One).await.expect("a connection");
    assert!(line.get("https://a.test/pattern/1/10", None, &[]).await.expect("an answer").whole);
    assert!(program.interrupt().await.status.success());
    let session: Value = serde_json::from_slice(&fs::read(capture.join("session.json")).expect("a session")).expect("JSON");
    for (name, value) in [("only", "a.test,*.b.test"), ("on-pinned", "pass"), ("pass", "c.b.test")] {
        assert_eq!(session["settings"][name], value);
    }
    assert!(!root.path().join("case/authority.key").exists(), "its key was never written, and the case's own not made");
    for path in tree(root.path()).into_keys() {
        assert!(path.extension().is_none_or(|ending| ending != "key") || path == Path::new("case/case.key"), "{}", path.display());
    }
    let refused = run_in(root.path(), ["record", "--no-browser", "--only", "a.test", "--ca-cert", "x", "--ca-key", "y"]);
    assert_eq!(refused.code, 2);
    says(&refused, &["--only", "--ca-cert"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn others_are_served_with_a_password_from_a_file_that_is_recorded_nowhere() {
    const PASSWORD: &str = "correct horse battery";
    let root = scratch();
    init(root.path());
    let elsewhere = ["record", "--no-browser", "--listen", "0.0.0.0:0", "--case", "case"];
    let refused = run_in(root.path(), elsewhere);
    assert_eq!(refused.code, 2);
    says(&refused, &["--listen 0.0.0.0:0", "--proxy-auth"]);
    fs::write(root.path().join("secret"), format!("{PASSWORD}\nmore\n")).expect("written");
    fs::write(root.path().join("short"), "short\n").expect("written");
    for (wrong, words) in [
        ("auditor", "a colon"),
        ("auditor:", "a colon"),
        (":secret", "user name"),
        ("auditor:none", "none"),
        ("auditor:short", "12 characters"),
    ] {
        let refused = run_in(root.path(), [&elsewhere[..], &["--proxy-auth", wrong]].concat());
        assert_eq!(refused.code, 2, "{wrong}");
        says(&refused, &[words]);
    }
    let origin = LiveOrigin::start(BTreeMap::new()).await;
    let (program, proxy, event) = begin(root.path(), &origin, &["--proxy-auth", "auditor:secret"]).await;
    let curl = |user: &str| {
        let mut command = tokio::process::Command::new("curl");
        command.args([
            "--disable",
            "--silent",
            "--show-error",
            "--noproxy",
            "",
            "--proxy",
            &format!("http://{proxy}"),
            "--proxy-user",
            user,
        ]);
        command.arg("--cacert").arg(root.path().join("case/authority.pem")).arg("https://a.test/pattern/1/10").kill_on_drop(true);
        command
    };
    let output = curl(&format!("auditor:{PASSWORD}")).output().await.expect("curl runs");
    assert_eq!(output.stdout.len(), 10, "{}", String::from_utf8_lossy(&output.stderr));
    let output = curl("auditor:wrong").output().await.expect("curl runs");
    assert!(!output.status.success() && String::from_utf8_lossy(&output.stderr).contains("407"));
    let ended = program.interrupt().await;
    assert!(ended.status.success(), "{ended:?}");
    use base64::Engine as _;
    let token = base64::engine::general_purpose::STANDARD.encode(format!("auditor:{PASSWORD}"));
    let folder = event["folder"].as_str().expect("a folder");
    for (path, bytes) in tree(&root.path().join("case")) {
        for secret in [PASSWORD, &token] {
            assert!(memchr::memmem::find(&bytes, secret.as_bytes()).is_none(), "{secret} in {}", path.display());
        }
    }
    assert!(!ended.err.contains(PASSWORD) && ended.lines.iter().all(|line| !line.contains(PASSWORD)));
    let session: Value =
        serde_json::from_slice(&fs::read(root.path().join(folder).join("session.json")).expect("a session")).expect("JSON");
    assert_eq!(session["settings"]["proxy-auth"], "demanded");
}
