//! What the attack tests stand on: a small recording in a case, sealed, signed and stamped by a local authority, a masked copy of it, ways to take such
//! packages apart and to put them together again as somebody would who hides a change, and every check there is.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dataspoor::analysis::planted::SeedKind;
use dataspoor::capture::{Capture, CaseRef, LogLine, PackedCapture, TimeLine, TimeStamp, Writer};
use dataspoor::evidence::{
    Anchors, CaseKey, Chain, EntryHasher, Fingerprinter, LONGEST_NONCE, SignatureError, SignerKey, SigningKeys, Statement, TimeAnswer,
    check_time,
};
use dataspoor::model::{
    Body, BodyState, Connection, Digest, Direction, Exchange, Exhibit, ExhibitKind, Fidelity, Headers, Mark, MarkKind, Message, Opcode,
    Outcome, Request, Response, SaidBy, Timestamp, Timings,
};
use dataspoor::package::{Extra, ExtraBytes, Sealed, Sealing, own, seal, verify};
use dataspoor::redact::Masker;
use dataspoor::share::{self, CopyOrder, KnownValue, Profile};
use dataspoor::vault::{Asked, Case, LedgerLine, ask};
use serde_json::Value;

use super::capture::session_file;
use super::corpus::{ROOT, builtin_rules, run, scratch};
use super::live_archive::tools;
use super::time_authority::TimeAuthority;

pub(crate) const AT: &str = "2026-11-23T03:00:00Z";
pub(crate) const PHONE: &str = "0612340042";

/// The files of a package, in their order.
pub(crate) type Files = Vec<(String, Vec<u8>)>;

/// Signs as an auditor does.
pub(crate) struct Auditor(pub(crate) SigningKeys);

impl Auditor {
    pub(crate) fn new(seed: u8) -> Self {
        Self(SigningKeys::from_secrets(&[seed; 32], &[seed; 48]).expect("keys"))
    }
}

impl dataspoor::evidence::Signer for Auditor {
    fn public_key(&self) -> [u8; 32] {
        self.0.public().to_string().parse::<Digest>().expect("64 digits").0
    }

    fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message)
    }

    fn public_key_pem(&self) -> String {
        self.0.public().to_pem()
    }

    fn wacz_public_key(&self) -> Result<Vec<u8>, SignatureError> {
        self.0.wacz_public_key()
    }

    fn wacz_sign(&self, message: &[u8]) -> Result<Vec<u8>, SignatureError> {
        self.0.wacz_sign(message)
    }
}

fn headers(fields: &[(&str, &str)]) -> Headers {
    let mut headers = Headers::new();
    fields.iter().for_each(|(name, value)| headers.push(name.as_bytes(), value.as_bytes()));
    headers
}

fn exchange(url: &str, sent: &[(&str, &str)], body: &[u8], answered: &[(&str, &str)], answer: &[u8]) -> Exchange {
    Exchange {
        started: Timestamp::parse("2026-11-22T01:00:01Z"),
        connection: Connection { id: Some("1".into()), server_address: Some("192.0.2.1:443".into()), ..Connection::default() },
        timings: Timings { wait: Some(12.5), ..Timings::default() },
        ..Exchange::of(
            Request::of(
                if body.is_empty() { "GET" } else { "POST" },
                url,
                "HTTP/1.1",
                headers(sent),
                Body::new(BodyState::Raw, body.to_vec()),
            ),
            Outcome::Response(Response::of(200, "OK", "HTTP/1.1", headers(answered), Body::new(BodyState::Raw, answer.to_vec()))),
            Fidelity::ByteExact,
        )
    }
}

/// Exchanges with a page, a cookie, a form in which a number for a telephone stands between other fields, and a chat.
fn exchanges() -> Vec<Exchange> {
    let host = ("Host", "www.facebook.com");
    let page = [host, ("Cookie", "datr=AbCdEfGhIjKl; wd=1200x800"), ("Sec-Fetch-Dest", "document")];
    let answer = b"<html>the page</html>".repeat(40);
    let form = format!("lsd=AVqx8&phone={PHONE}&next=%2Fministry&kind=visit&words={}", "a+word+".repeat(45));
    let typed = [host, ("Content-Type", "application/x-www-form-urlencoded")];
    let mut chat =
        exchange("wss://edge-chat.facebook.com/chat?sid=7", &[host, ("Upgrade", "websocket")], b"", &[("Upgrade", "websocket")], b"");
    if let Outcome::Response(answer) = chat.outcome.clone() {
        chat.outcome = Outcome::Switched(Response { status: 101, ..answer });
    }
    let message = |direction, text: &str| Message {
        direction,
        at: Timestamp::parse("2026-11-22T01:00:02Z"),
        opcode: Opcode::Text,
        payload: Body::new(BodyState::Raw, text.as_bytes().to_vec()),
    };
    chat.messages =
        vec![message(Direction::Sent, "{\"act\":\"like\",\"on\":\"post\"}"), message(Direction::Received, "{\"name\":\"somebody\"}")];
    vec![
        exchange("https://www.facebook.com/ministerievanvoorbeelden", &page, b"", &[("Content-Type", "text/html")], &answer),
        exchange(
            "https://www.facebook.com/ajax/settings",
            &typed,
            form.as_bytes(),
            &[("Content-Type", "application/json")],
            b"{\"ok\":true}",
        ),
        exchange("https://connect.facebook.net/p.gif?id=7&ev=PageView", &[host], b"", &[("Content-Type", "image/gif")], b"GIF89a"),
        chat,
    ]
}

/// Everything that is attacked.
pub(crate) struct Kit {
    root: tempfile::TempDir,
    pub(crate) case: Case,
    pub(crate) folder: PathBuf,
    report: PathBuf,
    pub(crate) authority: TimeAuthority,
    pub(crate) auditor: Auditor,
    /// The package.
    pub(crate) sealed: PathBuf,
    pub(crate) files: Files,
    pub(crate) head: Digest,
    /// The copy with masks.
    pub(crate) copy: PathBuf,
    pub(crate) copy_files: Files,
    pub(crate) proof: Vec<u8>,
    secret: PathBuf,
    python: PathBuf,
}

/// What checks say of a package. Each is a check and what it says.
#[derive(Debug, Default)]
pub(crate) struct Caught {
    /// The package by itself, with the key of its case.
    pub(crate) inside: Vec<(String, String)>,
    /// What lies elsewhere: the key that is expected, the outside time, the head that was kept, the ledger.
    pub(crate) outside: Vec<(&'static str, String)>,
    /// What the Python verifier disproves.
    pub(crate) python: Vec<String>,
}

impl Kit {
    pub(crate) fn new() -> Self {
        let root = scratch();
        let at = |name: &str| root.path().join(name);
        let folder = at("case");
        let init = ["--title", "T", "--auditor", "A", "--auditee", "ministerie.example", "--page", "https://www.facebook.com/m"];
        let ran = run([["init".as_ref(), folder.as_os_str()].as_slice(), &init.map(std::ffi::OsStr::new)].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        let case = Case::open(&folder).expect("a case");
        let authority = TimeAuthority::start(Some("P-256"));
        let auditor = Auditor::new(11);
        let recording = folder.join("captures/1");
        let begun = LedgerLine::Begun { number: 1, at: AT.to_owned(), folder: "captures/1".to_owned(), planned: None, imported: None };
        case.ledger().expect("a ledger").append(&begun).expect("noted");
        recorded(&recording, &case, &authority, &|exchanges| exchanges);
        let reports = at("reports");
        let replay =
            ["replay".as_ref(), recording.as_os_str(), "--case".as_ref(), folder.as_os_str(), "--out".as_ref(), reports.as_os_str()];
        let ran = run(replay);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let report = fs::read_dir(&reports).expect("reports").next().expect("a report").expect("readable").path();
        let mut kit = Self {
            sealed: at("sealed.wacz"),
            copy: at("copy.wacz"),
            secret: at("secret"),
            python: tools().join("python"),
            root,
            case,
            folder,
            report,
            authority,
            auditor,
            files: Vec::new(),
            head: Digest([0; 32]),
            copy_files: Vec::new(),
            proof: Vec::new(),
        };
        let out = kit.sealed.clone();
        let sealed = kit.seal(&recording, &out, &kit.auditor, true);
        let custody = &sealed.statement.custody;
        let line = LedgerLine::Sealed {
            number: 1,
            at: AT.to_owned(),
            file: "sealed.wacz".to_owned(),
            sha256: sealed.sha256.to_string(),
            seal_sha256: sealed.seal_sha256.to_string(),
            custody_head: custody.head.to_string(),
            signer: sealed.statement.signer.as_ref().map(|signer| signer.public_key.to_string()),
        };
        kit.head = custody.head;
        let ended = LedgerLine::Ended {
            number: 1,
            at: AT.to_owned(),
            entries: sealed.statement.entries.count,
            custody_head: custody.head.to_string(),
            interrupted: false,
            outcome: None,
        };
        kit.case.ledger().expect("a ledger").append(&ended).expect("noted");
        kit.case.ledger().expect("a ledger").append(&line).expect("noted");
        kit.files = unpacked(&kit.sealed);
        kit.make_copy(&recording, sealed.seal_sha256);
        kit
    }

    /// A place for a file.
    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Seals a recording with its report and the rule files.
    pub(crate) fn seal(&self, recording: &Path, out: &Path, auditor: &Auditor, stamped: bool) -> Sealed {
        self.seal_with(recording, &self.report, out, auditor, stamped)
    }

    /// The same with another report.
    pub(crate) fn seal_with(&self, recording: &Path, report: &Path, out: &Path, auditor: &Auditor, stamped: bool) -> Sealed {
        let files = |folder: &Path, kind: &str| -> Vec<Extra> {
            let all = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file());
            let of = |path: PathBuf| Extra { name: format!("{kind}.{}", super::corpus::name(&path)), bytes: ExtraBytes::At(path) };
            all.filter(|path| kind == "report" || path.extension().is_some_and(|ending| ending == "toml")).map(of).collect()
        };
        let extras = [files(&Path::new(ROOT).join("rules"), "rules"), files(report, "report")].concat();
        let stamp = |signature: &[u8; 64]| Ok(vec![("seal.tsr".to_owned(), asked(&self.authority, &Digest::of(signature)).answer)]);
        let key = self.case.key();
        let sealing = Sealing {
            tool: "dataspoor test".to_owned(),
            at: Timestamp::parse(AT).expect("a time"),
            case: Some(&key),
            extras,
            signer: Some(auditor),
            stamp: if stamped { Some(&stamp) } else { None },
        };
        seal(recording, out, &sealing).expect("sealed")
    }

    /// A copy for a court, with the telephone number masked, packed like any recording, with what ties it to its original.
    fn make_copy(&mut self, recording: &Path, sealed: Digest) {
        let original = Capture::open(recording).expect("opens");
        let key = self.case.key();
        let rules = builtin_rules();
        let fingerprints = Fingerprinter::of_secrets(&CaseKey::of_case([8; 32]));
        let order = CopyOrder {
            original: &original,
            path: recording,
            case: Some(&key),
            seal: sealed,
            rules: &rules,
            values: vec![KnownValue { label: "phone".to_owned(), kind: SeedKind::Phone, value: PHONE.to_owned() }],
            of_vendor: &|_| true,
            profile: Profile::Court,
            released: [2].into(),
            released_exhibits: [1].into(),
            masker: Masker::new(rules.secret_rules().into(), Arc::new(move |secret| fingerprints.of(secret).0)),
            id: "ffeeddccbbaa99887766554433221100".to_owned(),
            made: Timestamp::parse(AT).expect("a time"),
            settings: BTreeMap::new(),
        };
        let folder = self.at("copied");
        self.proof = share::copy(&order, &folder).expect("copied").proof;
        let from = |name: &str| self.files.iter().find(|(path, _)| *path == own(name)).expect("a file").1.clone();
        let mut extras = vec![Extra { name: "proof.ndjson".to_owned(), bytes: ExtraBytes::Here(self.proof.clone()) }];
        for (name, of) in
            [("original-seal.json", "seal.json"), ("original-seal.ed25519", "seal.ed25519"), ("original-signer.pem", "signer.pem")]
        {
            extras.push(Extra { name: name.to_owned(), bytes: ExtraBytes::Here(from(of)) });
        }
        let sealing = Sealing {
            tool: "dataspoor test".to_owned(),
            at: Timestamp::parse(AT).expect("a time"),
            case: None,
            extras,
            signer: Some(&self.auditor),
            stamp: None,
        };
        seal(&folder, &self.copy, &sealing).expect("sealed");
        self.copy_files = unpacked(&self.copy);
    }

    /// Every check of the package at `path`.
    pub(crate) fn check(&self, path: &Path) -> Caught {
        let mut caught = Caught::default();
        let key = self.case.key();
        match PackedCapture::open(path) {
            Err(error) => caught.inside.push((String::new(), error.to_string())),
            Ok(package) => match verify(&Arc::new(package), Some(&key), Some(&signed)) {
                Err(error) => caught.inside.push((String::new(), format!("cannot be unpacked: {error}"))),
                Ok(checked) => caught.inside.extend(checked.problems.into_iter().map(|told| (told.file, told.what))),
            },
        }
        let files = fs::read(path).ok().and_then(|bytes| files_of(&bytes));
        let file = |name: &str| files.as_ref().and_then(|files| files.iter().find(|(path, _)| *path == own(name))).map(|(_, bytes)| bytes);
        if let Some(text) = file("seal.json") {
            let statement = serde_json::from_slice::<Statement>(text).ok();
            let signer = statement.as_ref().and_then(|statement| statement.signer.as_ref()).map(|signer| signer.public_key.to_string());
            if signer != Some(self.auditor.0.public().to_string()) {
                caught.outside.push(("expected key", format!("{signer:?} signed")));
            }
            if statement.is_none_or(|statement| statement.custody.head != self.head) {
                caught.outside.push(("expected head", "another head of custody".to_owned()));
            }
        }
        let anchors = Anchors::from_pem(&fs::read(self.authority.root()).expect("a root")).expect("anchors");
        let time = file("seal.tsr").zip(file("seal.ed25519")).map(|(answer, signature)| {
            let token = TimeAnswer::read(answer)?.token;
            check_time(token, &Digest::of(signature), None, &anchors).map(drop)
        });
        match time {
            None => caught.outside.push(("outside time", "there is none".to_owned())),
            Some(Err(error)) => caught.outside.push(("outside time", error.to_string())),
            Some(Ok(())) => {}
        }
        let ran = self.program(path, true);
        if ran.lines().any(|line| line.starts_with("DISPROVED") && line.contains("ledger")) {
            caught.outside.push(("ledger", "does not note this package".to_owned()));
        }
        caught.python = self.python(path);
        caught
    }

    /// What `dataspoor verify` prints.
    pub(crate) fn program(&self, path: &Path, case: bool) -> String {
        let mut arguments = vec!["verify".as_ref(), path.as_os_str()];
        if case {
            arguments.extend(["--case".as_ref(), self.folder.as_os_str()]);
        }
        let ran = run(arguments);
        assert!(ran.code >= 0 && !ran.err.contains("panicked"), "{}", ran.err);
        format!("{}{}", ran.out, ran.err)
    }

    /// What the Python verifier disproves, with the secret of the case and the key that is expected.
    pub(crate) fn python(&self, path: &Path) -> Vec<String> {
        if !self.secret.exists() {
            fs::write(&self.secret, fs::read_to_string(self.case.folder().join(dataspoor::vault::KEY_FILE)).expect("a key"))
                .expect("written");
        }
        let script = Path::new(ROOT).join("docs/verify.py");
        let mut command = Command::new(&self.python);
        command.arg(script).arg(path).arg("--expect-key").arg(self.auditor.0.public().to_string());
        let output = command.arg("--case-secret").arg(&self.secret).output().expect("starts");
        let (out, err) = (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned());
        assert!(matches!(output.status.code(), Some(0..=2)) && err.is_empty(), "{out}{err}");
        let disproved: Vec<String> = out.lines().filter_map(|line| line.strip_prefix("disproved: ")).map(str::to_owned).collect();
        assert_eq!(output.status.code() == Some(1), !disproved.is_empty(), "{out}");
        disproved
    }
}

/// Checks Ed25519 as the library does.
pub(crate) fn signed(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    Digest(*key).to_string().parse::<SignerKey>().is_ok_and(|key| key.verify(message, signature).is_ok())
}

/// Asks the authority for a time.
pub(crate) fn asked(authority: &TimeAuthority, imprint: &Digest) -> Asked {
    let clock = super::case_plan::now;
    let named = dataspoor::vault::TimeAuthority { url: authority.url(), ..Default::default() };
    ask(&named, imprint, &[0x5a; LONGEST_NONCE], Duration::from_secs(10), &clock).expect("a time")
}

/// Makes a recording of the case, with an outside time, marks and exhibits. `change` is for whoever tells another story.
pub(crate) fn recorded(folder: &Path, case: &Case, authority: &TimeAuthority, change: &dyn Fn(Vec<Exchange>) -> Vec<Exchange>) {
    let mut session = session_file();
    session.case = Some(CaseRef { id: case.file.id.clone(), number: 1 });
    let (mut writer, _) = Writer::create(folder, &session, Some(&case.key())).expect("a new capture");
    let (record, over) = writer.custody_head();
    let time = asked(authority, &over);
    writer.time(&TimeLine {
        kind: "time".to_owned(),
        at: time.at.as_nanoseconds(),
        record,
        over: over.to_string(),
        stamp: Some(TimeStamp {
            authority: authority.url(),
            token: STANDARD.encode(&time.token),
            time: time.checked.says.time.as_nanoseconds(),
            qualified: "no".to_owned(),
            qualified_source: None,
            clock_offset_ms: time.clock_offset_ms,
            round_trip_ms: time.round_trip_ms,
        }),
        failed: Vec::new(),
    });
    let at = Timestamp::parse("2026-11-22T01:00:01Z").expect("a time");
    writer.fact("browser", "Chromium 142");
    writer.mark(at, &Mark { kind: MarkKind::Note, said_by: SaidBy::Operator, text: "the page is open".to_owned() });
    let mut hasher = EntryHasher::new(&case.key().for_salts_of(writer.session()));
    for (number, exchange) in (1..).zip(change(exchanges())) {
        writer.whole(number, exchange, &mut hasher).expect("written");
    }
    for (about, bytes) in [("window", &b"\x89PNG\r\n\x1a\npicture of the window"[..]), ("screen", b"\x89PNG\r\n\x1a\nanother picture")] {
        let (kind, said_by, media_type) = (ExhibitKind::Screenshot, SaidBy::Operator, "image/png".to_owned());
        writer.exhibit(at, &Exhibit { kind, said_by, about: about.to_owned(), media_type, bytes: bytes.to_vec().into() });
    }
    writer.finish(Timestamp::parse("2026-11-22T02:00:00Z").expect("a time")).expect("ended");
}

/// The files of a package; `None`: it is no ZIP archive that can be read.
pub(crate) fn files_of(bytes: &[u8]) -> Option<Files> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).ok()?;
    (0..archive.len())
        .map(|index| {
            let mut member = archive.by_index(index).ok()?;
            let mut content = Vec::new();
            member.read_to_end(&mut content).ok()?;
            Some((member.name().ok()?.into_owned(), content))
        })
        .collect()
}

pub(crate) fn unpacked(path: &Path) -> Files {
    files_of(&fs::read(path).expect("a package")).expect("an archive")
}

/// Writes files in the form of a sealed package.
pub(crate) fn packed(files: &Files, path: &Path) {
    let mut zip = zip::ZipWriter::new(File::create(path).expect("a file"));
    for (name, bytes) in files {
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored).unix_permissions(0o644);
        zip.start_file(name.as_str(), options).expect("begun");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("written");
}

/// A file of the package, to be changed.
pub(crate) fn file<'f>(files: &'f mut Files, path: &str) -> &'f mut Vec<u8> {
    &mut files.iter_mut().find(|(name, _)| name == path).unwrap_or_else(|| panic!("no {path}")).1
}

/// A sealed document as a value.
pub(crate) fn document(bytes: &[u8]) -> Value {
    let mut value: Value = serde_json::from_slice(bytes).expect("JSON");
    value.as_object_mut().expect("an object").remove("integrity");
    value
}

/// Chains records of a log anew.
pub(crate) fn chained(lines: &[String]) -> Vec<u8> {
    let (mut chain, mut out) = (Chain::default(), Vec::new());
    for line in lines {
        let from = line.match_indices(',').nth(1).expect("members").0 + 1;
        let to = line.rfind(",\"digest\"").expect("a digest");
        chain.append(format!("{{{}}}", &line[from..to]).as_bytes(), &mut out);
    }
    assert!(lines.first().is_none_or(|line| LogLine { record: 1, text: line.as_bytes() }.kind().is_some()));
    out
}

/// Lines of a log.
pub(crate) fn lines(log: &[u8]) -> Vec<String> {
    std::str::from_utf8(log).expect("text").lines().map(str::to_owned).collect()
}

/// Gzip members, one for each stretch of `text` that begins at one of `starts`.
pub(crate) fn members(text: &[u8], starts: &[usize]) -> Vec<u8> {
    let mut out = Vec::new();
    for (at, &start) in starts.iter().enumerate() {
        let end = starts.get(at + 1).copied().unwrap_or(text.len());
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(&text[start..end]).expect("packed");
        out.extend(encoder.finish().expect("packed"));
    }
    out
}
