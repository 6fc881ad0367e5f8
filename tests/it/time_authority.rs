//! A real authority for timestamps on loopback: `openssl ts -reply` behind a tiny HTTP server, and what such a server may do instead of its duty.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::corpus::scratch;
use tempfile::TempDir;

/// What it does with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Does {
    /// Its duty.
    Stamp,
    /// The same with a certificate whose time is over.
    Expired,
    /// Bytes of no meaning.
    Rubbish,
    /// A page of HTML.
    Page,
    /// A refusal: status 2 with a reason.
    Refuse,
    /// Status 503.
    Unavailable,
    /// Nothing for three seconds.
    Sleep,
    /// More bytes than an answer has.
    Endless,
    /// A time over another digest.
    OtherImprint,
    /// A time with another nonce.
    OtherNonce,
    /// A time by a certificate that is for mail.
    WrongPurpose,
    /// A time whose content was changed after it was signed.
    Changed,
    /// Leads elsewhere.
    Redirect,
}

/// The server with its keys.
pub(crate) struct TimeAuthority {
    pub(crate) folder: TempDir,
    pub(crate) address: SocketAddr,
    does: Arc<Mutex<Does>>,
    asked: Arc<AtomicU32>,
}

/// Runs openssl in `folder`; it must succeed.
pub(crate) fn openssl(folder: &Path, arguments: &[&str]) -> Output {
    let output = Command::new("openssl").args(arguments).current_dir(folder).output().expect("openssl is installed");
    assert!(
        output.status.success(),
        "openssl {arguments:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

const CONFIG: &str = "
[ tsa ]
default_tsa = duty
[ duty ]
serial = serial
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
clock_precision_digits = 3
ess_cert_id_alg = sha256
signer_digest = sha256
[ never ]
serial = serial
default_policy = 1.2.3.4.1
digests = sha512
signer_digest = sha256
[ stamping ]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ mail ]
extendedKeyUsage = emailProtection
keyUsage = critical,digitalSignature
[ ca ]
default_ca = issuing
[ issuing ]
new_certs_dir = .
database = index.txt
rand_serial = yes
default_md = sha256
policy = anything
x509_extensions = stamping
[ anything ]
commonName = supplied
";

/// Makes a root and certificates below it: `tsa.pem`, `expired.pem`, `mail.pem`. `curve`: ECDSA on it, or RSA.
pub(crate) fn make_keys(folder: &Path, curve: Option<&str>) {
    fs::write(folder.join("tsa.cnf"), CONFIG).expect("written");
    fs::write(folder.join("serial"), "01\n").expect("written");
    fs::write(folder.join("index.txt"), "").expect("written");
    let key: Vec<String> = match curve {
        Some(curve) => ["-newkey", "ec", "-pkeyopt"].map(str::to_owned).into_iter().chain([format!("ec_paramgen_curve:{curve}")]).collect(),
        None => ["-newkey", "rsa:2048"].map(str::to_owned).to_vec(),
    };
    let key: Vec<&str> = key.iter().map(String::as_str).collect();
    let root = [
        &["req", "-x509", "-nodes", "-days", "30", "-subj", "/CN=Root for tests", "-keyout", "root.key", "-out", "root.pem"][..],
        &["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"],
        &key,
    ];
    openssl(folder, &root.concat());
    for (name, extensions, days) in [
        ("tsa", "stamping", None),
        ("expired", "stamping", Some(["-startdate", "20200101000000Z", "-enddate", "20210101000000Z"])),
        ("mail", "mail", None),
    ] {
        let (key_file, request, certificate) = (format!("{name}.key"), format!("{name}.csr"), format!("{name}.pem"));
        let subject = format!("/CN=Time for tests ({name})");
        openssl(folder, &[&["req", "-nodes", "-subj", &subject, "-keyout", &key_file, "-out", &request][..], &key].concat());
        let days = days.map_or(vec!["-days", "20"], |days| days.to_vec());
        let issue = ["ca", "-batch", "-config", "tsa.cnf", "-cert", "root.pem", "-keyfile", "root.key", "-notext", "-in", &request];
        openssl(folder, &[&issue[..], &["-out", &certificate, "-extensions", extensions], &days].concat());
    }
}

/// Answers the request in `query.tsq` of `folder` with the certificate of this name, into `answer.tsr`.
fn reply(folder: &Path, name: &str, section: &str) {
    let (key, certificate) = (format!("{name}.key"), format!("{name}.pem"));
    let arguments =
        ["ts", "-reply", "-queryfile", "query.tsq", "-config", "tsa.cnf", "-section", section, "-inkey", &key, "-signer", &certificate];
    openssl(folder, &[&arguments[..], &["-chain", "root.pem", "-out", "answer.tsr"]].concat());
}

impl TimeAuthority {
    /// Starts one that does its duty. `curve`: ECDSA on it, or RSA.
    pub(crate) fn start(curve: Option<&str>) -> Self {
        let folder = scratch();
        make_keys(folder.path(), curve);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let does = Arc::new(Mutex::new(Does::Stamp));
        let asked = Arc::new(AtomicU32::new(0));
        let (duty, at, count) = (Arc::clone(&does), folder.path().to_owned(), Arc::clone(&asked));
        // It ends with the process.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                count.fetch_add(1, Ordering::SeqCst);
                let does = *duty.lock().expect("not poisoned");
                let Some(body) = request(&mut stream) else { continue };
                // Who asked may have gone.
                let _ = stream.write_all(&answer(&at, does, &body));
            }
        });
        Self { folder, address, does, asked }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/tsa", self.address)
    }

    pub(crate) fn does(&self, what: Does) {
        *self.does.lock().expect("not poisoned") = what;
    }

    /// How many connections there were.
    pub(crate) fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("root.pem")
    }
}

/// The body of a POST of the right kind.
fn request(stream: &mut std::net::TcpStream) -> Option<Vec<u8>> {
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let head = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(head) = head {
            let text = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
            assert!(text.starts_with("post /tsa http/1.1"), "{text}");
            assert!(text.contains("content-type: application/timestamp-query"), "{text}");
            assert!(!text.contains("cookie"), "{text}");
            let length: usize = text.split("content-length: ").nth(1)?.lines().next()?.trim().parse().ok()?;
            if bytes.len() >= head + 4 + length {
                return Some(bytes[head + 4..head + 4 + length].to_vec());
            }
        }
        match stream.read(&mut buffer) {
            Ok(read) if read > 0 => bytes.extend_from_slice(&buffer[..read]),
            _ => return None,
        }
    }
}

fn answer(folder: &Path, does: Does, query: &[u8]) -> Vec<u8> {
    let mut query = query.to_vec();
    let http = |status: &str, kind: &str, body: &[u8]| {
        let mut out = format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len())
            .into_bytes();
        out.extend_from_slice(body);
        out
    };
    const REPLY: &str = "application/timestamp-reply";
    match does {
        Does::Rubbish => return http("200 OK", REPLY, &[0x30, 0x82, 0xff, 0xff, 0x02, 0x01]),
        Does::Page => return http("200 OK", "text/html", b"<p>Sign in to this network</p>"),
        Does::Unavailable => return http("503 Service Unavailable", "text/plain", b"later"),
        Does::Sleep => std::thread::sleep(Duration::from_secs(3)),
        Does::Endless => return http("200 OK", REPLY, &vec![0x30; 70_000]),
        Does::Redirect => {
            return b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                .to_vec();
        }
        Does::OtherImprint => {
            let digest = query.windows(2).position(|window| window == [0x04, 0x20]).expect("an imprint") + 2;
            query[digest] ^= 1;
        }
        Does::OtherNonce => {
            // The last byte of the nonce stands before certReq, which is three bytes.
            let at = query.len() - 4;
            query[at] ^= 1;
        }
        Does::Stamp | Does::Expired | Does::Refuse | Does::WrongPurpose | Does::Changed => {}
    }
    fs::write(folder.join("query.tsq"), &query).expect("written");
    match does {
        Does::Expired => reply(folder, "expired", "duty"),
        Does::Refuse => reply(folder, "tsa", "never"),
        _ => reply(folder, "tsa", "duty"),
    }
    let mut bytes = fs::read(folder.join("answer.tsr")).expect("an answer");
    match does {
        Does::Changed => {
            // The policy 1.2.3.4.1 in the content.
            let at = bytes.windows(6).position(|window| window == [0x06, 0x04, 0x2a, 0x03, 0x04, 0x01]).expect("a policy") + 5;
            bytes[at] = 2;
        }
        Does::WrongPurpose => {
            openssl(folder, &["ts", "-reply", "-in", "answer.tsr", "-token_out", "-out", "token.der"]);
            openssl(folder, &["cms", "-verify", "-noverify", "-inform", "DER", "-in", "token.der", "-out", "content.der"]);
            let sign = [
                "cms",
                "-sign",
                "-binary",
                "-nodetach",
                "-outform",
                "DER",
                "-in",
                "content.der",
                "-out",
                "token.der",
                "-cades",
                "-nosmimecap",
            ];
            let by = ["-econtent_type", "1.2.840.113549.1.9.16.1.4", "-signer", "mail.pem", "-inkey", "mail.key"];
            openssl(folder, &[&sign[..], &by].concat());
            let token = fs::read(folder.join("token.der")).expect("a token");
            let inner = [&[0x30, 0x03, 0x02, 0x01, 0x00][..], &token].concat();
            let length = u16::try_from(inner.len()).expect("short").to_be_bytes();
            bytes = [&[0x30, 0x82, length[0], length[1]][..], &inner].concat();
        }
        _ => {}
    }
    http("200 OK", REPLY, &bytes)
}
