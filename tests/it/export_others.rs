//! One request as a command that `sh` runs, and the folder of the Website Evidence Collector: what arrives is what was recorded, secrets apart, and
//! what was not examined is said. Nothing is ever written over, nor into a recording.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::capture;
use super::corpus::{ROOT, run, run_in, scratch};
use super::exhibits::{self, exhibit};

/// What a server got: first line, fields, body.
#[derive(Debug)]
struct Arrived {
    line: String,
    fields: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

/// Answers one request and says what it was.
fn one_request(listener: &TcpListener) -> Arrived {
    let (mut stream, _) = listener.accept().expect("a client");
    let mut got = Vec::new();
    let mut buffer = [0; 4096];
    let (head, length) = loop {
        let read = stream.read(&mut buffer).expect("readable");
        assert!(read > 0, "the client went away: {:?}", String::from_utf8_lossy(&got));
        got.extend_from_slice(&buffer[..read]);
        let Some(end) = got.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&got[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |text| text.parse().expect("a length"));
        break (end, length);
    };
    while got.len() < head + 4 + length {
        let read = stream.read(&mut buffer).expect("readable");
        assert!(read > 0, "the body ends early");
        got.extend_from_slice(&buffer[..read]);
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").expect("writable");
    stream.shutdown(Shutdown::Write).expect("open");
    let mut lines = got[..head].split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let line = String::from_utf8(lines.next().expect("a line").to_vec()).expect("UTF-8");
    let field = |line: &[u8]| {
        let colon = line.iter().position(|byte| *byte == b':').expect("a field");
        (String::from_utf8_lossy(&line[..colon]).into_owned(), line[colon + 1..].trim_ascii().to_vec())
    };
    Arrived { line, fields: lines.map(field).collect(), body: got[head + 4..].to_vec() }
}

/// A request as it is recorded and sent again. Fields are given without `Host`, which stands first.
fn sent_again(method: &str, path: &str, fields: &[(&str, &str)], body: &[u8]) -> (Arrived, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let host = listener.local_addr().expect("an address").to_string();
    let mut headers = vec![json!({ "name": "Host", "value": host })];
    headers.extend(fields.iter().map(|(name, value)| json!({ "name": name, "value": value })));
    let mut request = json!({ "method": method, "url": format!("http://{host}{path}"), "httpVersion": "HTTP/1.1", "headers": headers });
    if !body.is_empty() {
        request["postData"] = json!({ "mimeType": "x", "text": STANDARD.encode(body), "encoding": "base64" });
    }
    let entry = json!({ "startedDateTime": "2026-11-22T08:00:00Z", "request": request, "response": { "status": 200 } });
    let folder = scratch();
    let source = folder.path().join("one.har");
    fs::write(&source, json!({ "log": { "entries": [entry] } }).to_string()).expect("written");
    let ran = run(["export", source.to_str().expect("UTF-8"), "--to", "curl", "--entry", "1"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let server = thread::spawn(move || one_request(&listener));
    let mut shell = Command::new("sh");
    shell.args(["-s"]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).env_remove("http_proxy").env("NO_PROXY", "*");
    let mut shell = shell.spawn().expect("sh starts");
    shell.stdin.take().expect("a pipe").write_all(ran.out.as_bytes()).expect("writable");
    let ended = shell.wait_with_output().expect("ends");
    assert!(ended.status.success(), "{}\n{}", ran.out, String::from_utf8_lossy(&ended.stderr));
    (server.join().expect("a request"), ran.out)
}

#[test]
fn what_the_command_sends_is_what_was_recorded() {
    let fields = [
        ("X-First", "it's \"quoted\" $HOME `id` \\ end"),
        ("User-Agent", "Mozilla/5.0 (test)"),
        ("X-Empty", ""),
        ("Accept", "*/*"),
        ("x-lower", "é ü"),
        ("Accept-Language", "nl"),
        ("X-Twice", "1"),
        ("X-Twice", "2"),
    ];
    let (arrived, _) = sent_again("GET", "/a/../b?q=[1-3]&r={a,b}&s='%20", &fields, b"");
    assert_eq!(arrived.line, "GET /a/../b?q=[1-3]&r={a,b}&s='%20 HTTP/1.1");
    let got: Vec<(&str, &str)> =
        arrived.fields[1..].iter().map(|(name, value)| (&**name, std::str::from_utf8(value).expect("UTF-8"))).collect();
    assert_eq!(got, fields, "in their order, and nothing besides");
    assert_eq!(arrived.fields[0].0, "Host");
    // Bodies: plain text, text that other options would take for a file, every byte there is, and more than an argument holds.
    let all: Vec<u8> = (0..=255).collect();
    let long = [all.repeat(2000), b"-%s\\n'".to_vec()].concat();
    for body in [&b"a=1&b='x'\n\ty"[..], b"@/etc/passwd", b"-n %d \\x", &all, &long, "é".repeat(40_000).as_bytes()] {
        let (arrived, command) = sent_again("POST", "/", &[("Content-Type", "application/octet-stream")], body);
        assert!(arrived.body == body, "{} bytes came as {}", body.len(), arrived.body.len());
        let names: Vec<&str> = arrived.fields.iter().map(|(name, _)| &**name).collect();
        assert!(names.iter().all(|name| ["Host", "Content-Type", "Content-Length"].contains(name)), "{names:?}");
        assert!(command.starts_with("curl ") || command.starts_with("printf '"), "{command}");
    }
    let (arrived, _) = sent_again("HEAD", "/", &[], b"");
    assert_eq!((&*arrived.line, arrived.fields.len()), ("HEAD / HTTP/1.1", 1));
    let (arrived, _) = sent_again("DELETE", "/x", &[("Content-Length", "2"), ("Content-Type", "text/plain")], b"ab");
    assert_eq!((&*arrived.line, &*arrived.body), ("DELETE /x HTTP/1.1", &b"ab"[..]));
}

#[test]
fn no_secret_stands_in_a_command() {
    let fields = [
        ("Cookie", "datr=Zq7kettle; xs=Zq7lantern; Zq7nameless"),
        ("Authorization", "Bearer Zq7marble"),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ];
    let (arrived, command) = sent_again("POST", "/login?access_token=Zq7copper&lang=nl", &fields, b"email=a&pass=Zq7harbour&lang=nl");
    assert!(!command.contains("Zq7"), "{command}");
    assert!(!arrived.line.contains("Zq7") && arrived.line.contains("&lang=nl"));
    let field =
        |name: &str| arrived.fields.iter().find(|(field, _)| field == name).map(|(_, value)| String::from_utf8_lossy(value).into_owned());
    assert_eq!(field("Cookie").as_deref(), Some("datr=MASKED; xs=MASKED; MASKED"));
    assert_eq!(field("Authorization").as_deref(), Some("Bearer MASKED"));
    let body = String::from_utf8(arrived.body).expect("UTF-8");
    assert!(
        body.starts_with("email=a&pass=") && body.ends_with("&lang=nl") && body.len() == "email=a&pass=Zq7harbour&lang=nl".len(),
        "{body}"
    );
}

/// Keys that EDPB's Website Auditing Tool reads.
const KEYS: [&str; 15] = [
    "/script/version/npm",
    "/browser/user_agent",
    "/browser/version",
    "/browsing_history",
    "/host",
    "/start_time",
    "/end_time",
    "/hosts/requests/firstParty",
    "/hosts/requests/thirdParty",
    "/hosts/beacons/thirdParty",
    "/hosts/cookies/thirdParty",
    "/hosts/localStorage/firstParty",
    "/hosts/links/firstParty",
    "/localStorage",
    "/secure_connection",
];

#[test]
fn the_folder_of_the_evidence_collector_has_its_shape() {
    let folder = scratch();
    let source = Path::new(ROOT).join("tests/data/har/page.har");
    let out = folder.path().join("wec");
    let ran = run_in(folder.path(), ["export", source.to_str().expect("UTF-8"), "--to", "wec", "--out", "wec"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let text = fs::read_to_string(out.join("inspection.json")).expect("written");
    let inspection: Value = serde_json::from_str(&text).expect("JSON");
    KEYS.iter().for_each(|key| assert!(inspection.pointer(key).is_some_and(|value| !value.is_null()), "{key}"));
    assert_eq!((&inspection["testSSL"], &inspection["unsafeForms"]), (&Value::Null, &json!([])));
    let said: Vec<&str> =
        inspection["_dataspoor"]["not_examined"].as_array().expect("a list").iter().filter_map(|row| row["key"].as_str()).collect();
    assert!(["testSSL", "unsafeForms", "links", "secure_connection", "cookies.value"].iter().all(|key| said.contains(key)), "{said:?}");
    let beacons = inspection["beacons"].as_array().expect("a list");
    let pixel = beacons.iter().find(|beacon| beacon["url"].as_str().is_some_and(|url| url.contains("facebook.com/tr")));
    let pixel = pixel.unwrap_or_else(|| panic!("a pixel among {beacons:?}"));
    assert!(
        pixel["occurrances"].as_u64().is_some_and(|count| count > 0)
            && pixel["listName"].as_str().is_some_and(|list| list.contains(".toml:"))
    );
    let cookies = inspection["cookies"].as_array().expect("a list");
    assert!(!cookies.is_empty());
    for cookie in cookies {
        assert!(cookie["name"].is_string() && cookie["domain"].is_string() && cookie["value"] == "" && cookie["expires"].is_i64());
        assert!(
            cookie["session"].is_boolean() && cookie["log"]["type"].is_string() && cookie["size"].as_u64().is_some_and(|size| size > 0)
        );
    }
    let files: Vec<_> = fs::read_dir(&out).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(files, ["inspection.json"], "no picture is made up");
    // A recording with pictures brings them along, as they are.
    let ours = folder.path().join("recorded");
    let picture = exhibit(0);
    exhibits::record(&ours, &[exhibit(10), picture.clone(), exhibit(1)]);
    let ran = run_in(folder.path(), ["export", "recorded", "--to", "wec", "--out", "pictures"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(fs::read(folder.path().join("pictures/screenshot-top.png")).expect("a picture"), picture.bytes);
    assert!(folder.path().join("pictures/screenshot-exhibit-3.png").is_file());
}

#[test]
fn nothing_is_written_over_nor_into_a_recording() {
    let folder = scratch();
    capture::record(&folder.path().join("recorded"), 2, 8, |_| {});
    let before = super::corpus::tree(&folder.path().join("recorded"));
    fs::write(folder.path().join("there"), "mine").expect("written");
    for (to, out, words) in [
        ("har", "there", "nothing is written over"),
        ("warc", "there", "nothing is written over"),
        ("har", "recorded/x.har", "inside the recording"),
        ("warc", "recorded/archive/x.warc.gz", "inside the recording"),
        ("wec", "recorded/wec", "inside the recording"),
        ("wec", "recorded", "nothing is written over"),
        ("har", "no-such-folder/x.har", "cannot be written"),
    ] {
        let ran = run_in(folder.path(), ["export", "recorded", "--to", to, "--out", out]);
        assert_eq!(ran.code, 2, "{to} {out}: {}", ran.err);
        assert!(ran.err.contains(words), "{to} {out}: {}", ran.err);
    }
    assert_eq!(fs::read_to_string(folder.path().join("there")).expect("there"), "mine");
    assert!(super::corpus::tree(&folder.path().join("recorded")) == before, "the recording is as it was");
    let ran = run_in(folder.path(), ["export", "recorded", "--to", "curl", "--entry", "99"]);
    assert!(ran.code == 2 && ran.err.contains("there is no entry 99; its entries have the numbers 1 to 8"), "{}", ran.err);
    let several = ["export", "recorded", "there", "--to", "har", "--out", "all"];
    let ran = run_in(folder.path(), several);
    assert!(ran.code == 1 && ran.err.contains("there"), "one of two: {} {}", ran.err, ran.out);
    assert!(folder.path().join("all/recorded.har").is_file());
    // The file says that it is simulated, and what became of secrets.
    let text = fs::read_to_string(folder.path().join("all/recorded.har")).expect("written");
    assert!(text.contains("fictitious platform; says nothing about what Meta does") && text.contains("anitised"));
}
