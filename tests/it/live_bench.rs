//! What the tests of the running program stand on: `dataspoor record` as a user starts it, and clients that go through it. It looks at the
//! program from outside only: arguments, signals, what it prints, and the files it leaves.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use dataspoor::model::Digest;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use http_body_util::combinators::BoxBody;
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustix::process::{Pid, Signal, kill_process};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// Far beyond what anything here takes; only a hanging program meets it.
pub(crate) const LONG: Duration = Duration::from_secs(300);

/// A program under test that runs in the background. Dropping it kills it, and nothing else.
pub(crate) struct Program {
    child: Child,
    /// Lines of standard output, as they come.
    lines: UnboundedReceiver<String>,
    said: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
}

/// What a program that ran in the background came to.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// Lines of standard output that nobody had taken before.
    pub(crate) lines: Vec<String>,
    pub(crate) err: String,
    /// Most bytes of memory that it held, as `/proc` last said (VmHWM in proc_pid_status(5)).
    pub(crate) peak: u64,
}

impl Program {
    /// Starts the program in `folder`.
    pub(crate) fn start<A: AsRef<std::ffi::OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = A>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dataspoor"));
        command.args(arguments).current_dir(folder);
        Self::spawn(command)
    }

    /// Starts any command whose standard output and error are to be read.
    pub(crate) fn spawn(mut command: Command) -> Self {
        let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true).spawn();
        let mut child = spawned.expect("the program starts");
        let (told, lines) = unbounded_channel();
        let mut out = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let reading = tokio::spawn(async move {
            while let Ok(Some(line)) = out.next_line().await {
                // Whoever wants no more lines still wants the program not to wait for a full pipe.
                let _unheard = told.send(line);
            }
        });
        let said = Arc::new(Mutex::new(String::new()));
        let (mut err, all) = (BufReader::new(child.stderr.take().expect("a pipe")).lines(), Arc::clone(&said));
        let hearing = tokio::spawn(async move {
            while let Ok(Some(line)) = err.next_line().await {
                all.lock().expect("not poisoned").push_str(&format!("{line}\n"));
            }
        });
        Self { child, lines, said, readers: vec![reading, hearing] }
    }

    /// The process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id().expect("it has not been waited for")
    }

    /// The next line of standard output, or what it said instead.
    pub(crate) async fn line(&mut self) -> String {
        match timeout(LONG, self.lines.recv()).await.expect("a line comes") {
            Some(line) => line,
            None => panic!("no more lines; it said: {}", self.said.lock().expect("not poisoned")),
        }
    }

    /// The next event of this name among those of `--json`.
    pub(crate) async fn event(&mut self, name: &str) -> Value {
        loop {
            let event: Value = serde_json::from_str(&self.line().await).expect("--json prints JSON");
            if event["event"] == name {
                return event;
            }
        }
    }

    /// Most bytes of memory that it held until now.
    pub(crate) fn peak(&self) -> u64 {
        peak(self.pid()).expect("it runs")
    }

    /// Sends a signal to the program, and to nothing else.
    pub(crate) fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.pid()).ok().and_then(Pid::from_raw).expect("a process number");
        kill_process(pid, signal).expect("it runs");
    }

    /// Ctrl-C, then its end.
    pub(crate) async fn interrupt(self) -> Ended {
        self.signal(Signal::INT);
        self.ended().await
    }

    /// Waits until it ends by itself.
    pub(crate) async fn ended(mut self) -> Ended {
        let pid = self.pid();
        let mut most = 0;
        let status = timeout(LONG, async {
            loop {
                most = most.max(peak(pid).unwrap_or(0));
                // A process that has ended no longer says what it held, so it is asked again and again until then.
                tokio::select! {
                    status = self.child.wait() => return status,
                    () = tokio::time::sleep(Duration::from_millis(20)) => {}
                }
            }
        });
        let status = status.await.unwrap_or_else(|_| panic!("it does not end; it said: {}", self.said.lock().expect("not poisoned")));
        for reader in self.readers.drain(..) {
            // A browser that outlives the program would keep its standard error open.
            timeout(LONG, reader).await.expect("nobody else holds the pipes").expect("a reader does not panic");
        }
        let mut lines = Vec::new();
        while let Ok(line) = self.lines.try_recv() {
            lines.push(line);
        }
        let err = self.said.lock().expect("not poisoned").clone();
        Ended { status: status.expect("it can be waited for"), lines, err, peak: most }
    }
}

fn peak(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// `dataspoor record --no-browser` before an origin of ours.
pub(crate) struct Recorded {
    pub(crate) program: Program,
    pub(crate) proxy: SocketAddr,
    pub(crate) capture: PathBuf,
    /// Holds the capture and the origin's root.
    pub(crate) folder: TempDir,
}

impl Recorded {
    /// Records into a new folder. `root` (PEM) is trusted in servers; `map` says where hosts lie.
    pub(crate) async fn start(root: &[u8], map: &[(&str, SocketAddr)], more: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self::start_in(folder, root, map, more).await
    }

    /// The same, in a folder that may hold what `more` names.
    pub(crate) async fn start_in(folder: TempDir, root: &[u8], map: &[(&str, SocketAddr)], more: &[&str]) -> Self {
        let capture = folder.path().join("capture");
        let authority = folder.path().join("origin.pem");
        std::fs::write(&authority, root).expect("written");
        let mut arguments = record_arguments(&capture);
        arguments.extend(["--upstream-ca".to_owned(), authority.display().to_string()]);
        for (host, address) in map {
            arguments.extend(["--map".to_owned(), format!("{host}={address}")]);
        }
        arguments.extend(more.iter().map(|&one| one.to_owned()));
        let mut program = Program::start(folder.path(), arguments);
        let proxy = program.event("listening").await["address"].as_str().expect("an address").parse().expect("an address");
        Self { program, proxy, capture, folder }
    }

    /// A client that trusts the proxy's own authority, whose certificate lies beside the recording.
    pub(crate) fn visitor(&self) -> Visitor {
        Visitor::new(self.proxy, &self.capture.join("authority.pem"))
    }
}

/// The arguments of a recording into `capture` on a port that the operating system chooses.
pub(crate) fn record_arguments(capture: &Path) -> Vec<String> {
    let out = capture.display().to_string();
    ["record", "--no-browser", "--listen", "127.0.0.1:0", "--json", "--out", &out].map(str::to_owned).into()
}

/// Which HTTP a client speaks with the proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Http {
    One,
    Two,
}

/// The body of a request.
pub(crate) type Upload = BoxBody<Bytes, Infallible>;

/// Somebody who browses through the proxy.
#[derive(Clone)]
pub(crate) struct Visitor {
    proxy: SocketAddr,
    roots: RootCertStore,
}

/// A connection to one host through the proxy.
pub(crate) enum Line {
    One(http1::SendRequest<Upload>),
    Two(http2::SendRequest<Upload>),
}

/// A response as far as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) digest: Digest,
    pub(crate) length: u64,
    /// Whether its end came.
    pub(crate) whole: bool,
}

impl Visitor {
    /// Trusts the authority in a file, which is there when the program says where it listens.
    pub(crate) fn new(proxy: SocketAddr, authority: &Path) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(authority).expect("a certificate")).expect("a root");
        Self { proxy, roots }
    }

    /// Connects to port 443 of `host`. An error: the proxy is gone, or does not want to.
    pub(crate) async fn line(&self, host: &str, http: Http) -> std::io::Result<Line> {
        let mut stream = TcpStream::connect(self.proxy).await?;
        stream.set_nodelay(true)?;
        stream.write_all(format!("CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n").as_bytes()).await?;
        let head = head(&mut stream).await?;
        if !head.starts_with("HTTP/1.1 200 ") {
            return Err(std::io::Error::other(head));
        }
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
        let config = config.with_safe_default_protocol_versions().expect("versions");
        let mut config = config.with_root_certificates(self.roots.clone()).with_no_client_auth();
        config.alpn_protocols = vec![if http == Http::Two { b"h2".to_vec() } else { b"http/1.1".to_vec() }];
        let name = ServerName::try_from(host.to_owned()).expect("a name");
        let stream = TokioIo::new(TlsConnector::from(Arc::new(config)).connect(name, stream).await?);
        // What a connection dies of is told to whoever waits for an answer on it.
        Ok(match http {
            Http::One => {
                let (line, connection) = http1::handshake(stream).await.map_err(std::io::Error::other)?;
                tokio::spawn(async move { drop(connection.await) });
                Line::One(line)
            }
            Http::Two => {
                let (line, connection) = http2::handshake(TokioExecutor::new(), stream).await.map_err(std::io::Error::other)?;
                tokio::spawn(async move { drop(connection.await) });
                Line::Two(line)
            }
        })
    }
}

impl Line {
    /// The same connection for one more request beside others, if its protocol can do that.
    pub(crate) fn beside(&self) -> Option<Self> {
        match self {
            Self::One(_) => None,
            Self::Two(line) => Some(Self::Two(line.clone())),
        }
    }

    /// Sends a request for `url`, `https://HOST/PATH`; a body makes it a POST.
    pub(crate) async fn send(&mut self, url: &str, body: Option<Upload>, fields: &[(&str, &str)]) -> hyper::Result<Response<Incoming>> {
        let (host, path) = url.strip_prefix("https://").and_then(|rest| rest.split_once('/')).expect("an https address");
        let method = if body.is_some() { "POST" } else { "GET" };
        let mut request = Request::builder().method(method);
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        let body = body.unwrap_or_else(|| http_body_util::Empty::new().boxed());
        match self {
            Self::One(line) => {
                line.ready().await?;
                line.send_request(request.uri(format!("/{path}")).header("host", host).body(body).expect("a request")).await
            }
            Self::Two(line) => {
                line.ready().await?;
                line.send_request(request.uri(url).body(body).expect("a request")).await
            }
        }
    }

    /// Sends a request and reads its answer to the end, without keeping it.
    pub(crate) async fn get(&mut self, url: &str, body: Option<Upload>, fields: &[(&str, &str)]) -> hyper::Result<Got> {
        let answer = self.send(url, body, fields).await?;
        Ok(read(answer, || {}).await)
    }
}

/// Reads a response as far as it comes; `piece` is called for each piece.
pub(crate) async fn read(answer: Response<Incoming>, mut piece: impl FnMut()) -> Got {
    let status = answer.status().as_u16();
    let mut body = answer.into_body();
    let (mut hasher, mut length) = (Sha256::new(), 0);
    let whole = loop {
        match body.frame().await {
            None => break true,
            Some(Err(_)) => break false,
            Some(Ok(frame)) => {
                if let Some(data) = frame.data_ref() {
                    hasher.update(data);
                    length += data.len() as u64;
                    piece();
                }
            }
        }
    };
    Got { status, digest: Digest(hasher.finalize().into()), length, whole }
}

/// Reads up to the empty line after a head, or as far as it comes.
pub(crate) async fn head(stream: &mut (impl AsyncRead + Unpin)) -> std::io::Result<String> {
    let mut text = Vec::new();
    while !text.ends_with(b"\r\n\r\n") {
        text.push(stream.read_u8().await?);
    }
    String::from_utf8(text).map_err(std::io::Error::other)
}

/// A small request body.
pub(crate) fn full(bytes: impl Into<Bytes>) -> Upload {
    http_body_util::Full::new(bytes.into()).boxed()
}
