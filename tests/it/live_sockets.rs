//! Where the running program itself dials, as strace sees it: servers through the connector, its browser, and nothing else. The programs that it
//! starts are not followed; what a browser does is held down by its switches (`tests/it/browser.rs`).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use dataspoor::browser::find;
use dataspoor::capture::Capture;
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::time::timeout;

use super::corpus::scratch;
use super::live_bench::{Http, LONG, Program, Visitor, record_arguments};
use super::live_origin::LiveOrigin;

/// Where something was sent to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum To {
    Address(SocketAddr),
    /// A socket of this machine that has a path.
    Path(String),
    /// Anything else, as strace prints it.
    Other(String),
}

/// Sockets of services on this machine that look names up for the C library, with whose they are.
const NAME_SERVICES: [(&str, &str); 2] =
    [("/var/run/nscd/socket", "the name service cache daemon"), ("/run/systemd/resolve/io.systemd.Resolve", "systemd-resolved")];

/// Runs the program under strace, which writes every call that names a peer to `log`. Threads are followed; a child is let go when it becomes
/// another program.
fn traced(folder: &Path, log: &Path, arguments: &[&str]) -> Program {
    let mut command = Command::new("strace");
    command.args(["-f", "-b", "execve", "-s", "0", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-e", "signal=none", "-o"]);
    command.arg(log).arg(env!("CARGO_BIN_EXE_dataspoor")).args(arguments).current_dir(folder);
    Program::spawn(command)
}

/// What stands between two texts.
fn between<'a>(line: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let rest = &line[line.find(before)? + before.len()..];
    rest.find(after).map(|end| &rest[..end])
}

/// The peers that a log names. A call on a connected socket names none.
fn peers(log: &Path) -> BTreeSet<To> {
    let text = fs::read_to_string(log).expect("strace wrote");
    let calls = text.lines().filter(|line| line.contains("sa_family="));
    let peer = |line: &str| {
        let port = || between(line, "htons(", ")")?.parse::<u16>().ok();
        let address = between(line, "inet_addr(\"", "\"").or_else(|| between(line, "inet_pton(AF_INET6, \"", "\""));
        match (between(line, "sa_family=", "}").and_then(|family| family.split(',').next()), address, port()) {
            (Some("AF_INET" | "AF_INET6"), Some(address), Some(port)) => {
                To::Address(SocketAddr::new(address.parse::<IpAddr>().expect("an address"), port))
            }
            (Some("AF_UNIX"), ..) => To::Path(between(line, "sun_path=\"", "\"").unwrap_or(line).to_owned()),
            _ => To::Other(line.to_owned()),
        }
    };
    calls.map(peer).collect()
}

/// Whether this is how the C library looks a name up: it asks a service of this machine or a name server, and asks the kernel for its addresses.
fn is_look_up(to: &To) -> bool {
    match to {
        To::Address(address) => address.port() == 53,
        To::Path(path) => NAME_SERVICES.iter().any(|(known, _)| known == path),
        To::Other(call) => call.contains("AF_NETLINK"),
    }
}

/// A browser that also writes what it says on standard error to a file, where the port of its DevTools stands.
fn noted_browser(folder: &Path) -> (PathBuf, PathBuf) {
    let chromium = find(None).expect("Chromium is installed").path;
    let (script, said) = (folder.join("browser"), folder.join("browser.said"));
    fs::write(&said, "").expect("written");
    let text = format!("#!/bin/bash\nexec '{}' \"$@\" 2> >(exec tee -a '{}' >&2)\n", chromium.display(), said.display());
    fs::write(&script, text).expect("written");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("may be run");
    (script, said)
}

/// Addresses at which browsers offered their DevTools.
fn devtools(said: &Path) -> BTreeSet<SocketAddr> {
    let text = fs::read_to_string(said).expect("what the browsers said");
    text.lines().filter_map(|line| between(line, "DevTools listening on ws://", "/")?.parse().ok()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_with_a_browser_dials_the_servers_and_the_browser_only() {
    let folder = scratch();
    let log = folder.path().join("calls");
    let (browser, said) = noted_browser(folder.path());
    let browser = browser.display().to_string();
    let ended = traced(folder.path(), &log, &["demo", "--out", "capture", "--browser", &browser, "--json"]).ended().await;
    assert!(ended.status.success(), "{}", ended.err);
    let capture = Capture::open(&folder.path().join("capture")).expect("a capture");
    let mapped = |map: &String| map.split_once('=').and_then(|(_, to)| to.parse().ok());
    let world: BTreeSet<SocketAddr> = capture.session.map.iter().map(|map| mapped(map).expect("a mapping")).collect();
    let browsers = devtools(&said);
    let contents = capture.contents().expect("a custody log");
    assert!(contents.session.custody.expect("a custody log").entries > 50, "the visit took place");

    let found = peers(&log);
    for to in &found {
        let allowed = match to {
            // The connector dials the simulated servers, to which every host is mapped; the driver speaks with the browser that it started. The
            // recording may reach no other host, so it looks up no name.
            To::Address(address) => address.ip().is_loopback() && (world.contains(address) || browsers.contains(address)),
            To::Path(_) | To::Other(_) => false,
        };
        assert!(allowed, "{to:?} is neither a server {world:?} nor a browser {browsers:?}");
    }
    let dialled = |addresses: &BTreeSet<SocketAddr>| addresses.iter().filter(|address| found.contains(&To::Address(**address))).count();
    assert!(dialled(&world) > 0 && dialled(&browsers) > 0, "strace saw neither: {found:?}");
}

/// Asks the proxy for an address in the clear and answers with what it says.
async fn ask(proxy: SocketAddr, url: &str, host: &str) -> String {
    let mut stream = TcpStream::connect(proxy).await.expect("it listens");
    let request = format!("GET {url} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("written");
    let mut answer = Vec::new();
    timeout(LONG, stream.read_to_end(&mut answer)).await.expect("it answers").expect("readable");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_dials_what_it_is_asked_for_and_looks_up_names_only() {
    let folder = scratch();
    let (log, capture, root) = (folder.path().join("calls"), folder.path().join("capture"), folder.path().join("origin.pem"));
    let origin = LiveOrigin::start(BTreeMap::new()).await;
    fs::write(&root, &origin.root).expect("written");
    let mut arguments = record_arguments(&capture);
    arguments.extend(["--upstream-ca".to_owned(), root.display().to_string(), "--map".to_owned(), format!("a.test={}", origin.address)]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut program = traced(folder.path(), &log, &arguments);
    let proxy: SocketAddr = program.event("listening").await["address"].as_str().expect("an address").parse().expect("an address");

    let visitor = Visitor::new(proxy, &capture.join("authority.pem"));
    let mut line = visitor.line("a.test", Http::Two).await.expect("a connection");
    assert!(line.get("https://a.test/pattern/1/1000", None, &[]).await.expect("an answer").whole);
    let unknown = ask(proxy, "http://no-such-name.invalid/", "no-such-name.invalid").await;
    assert!(unknown.starts_with("HTTP/1.1 502 "), "{unknown}");
    let here = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let private = ask(proxy, &format!("http://{here}/"), &here.to_string()).await;
    assert!(private.starts_with("HTTP/1.1 403 "), "{private}");

    // strace lets no signal end it; the program is its only child.
    let strace = program.pid();
    let children = fs::read_to_string(format!("/proc/{strace}/task/{strace}/children")).expect("a process");
    let traced = children.trim().parse().ok().and_then(Pid::from_raw).expect("one child");
    kill_process(traced, Signal::INT).expect("it runs");
    let ended = program.ended().await;
    assert!(ended.status.success(), "{}", ended.err);

    let found = peers(&log);
    let (look_ups, dialled): (BTreeSet<To>, BTreeSet<To>) = found.into_iter().partition(is_look_up);
    assert_eq!(dialled, [To::Address(origin.address)].into(), "only the server that was asked for");
    assert!(!look_ups.is_empty(), "the name that is not mapped was looked up, so strace would have seen a look-up in the other test");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_stops_a_visit_leaves_no_browser_behind() {
    let folder = scratch();
    let (browser, said) = noted_browser(folder.path());
    let browser = browser.display().to_string();
    let mut program = Program::start(folder.path(), ["demo", "--out", "capture", "--browser", &browser, "--json"]);
    // An exchange of the first page: the browser runs, and the plan is far from its end.
    program.event("exchange").await;
    program.signal(Signal::INT);
    let ended = program.ended().await;
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    assert!(ended.err.contains("stopped before its end") && ended.err.contains("what was recorded is kept"), "{}", ended.err);
    let devtools = devtools(&said);
    assert!(!devtools.is_empty(), "a browser was started");
    for address in devtools {
        assert!(std::net::TcpStream::connect(address).is_err(), "a browser still listens at {address}");
    }
    let capture = folder.path().join("capture").display().to_string();
    let ran = super::corpus::run(["verify", "--quiet", &capture]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", ""));
}
