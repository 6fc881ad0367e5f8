//! Clients of the running program that do everything that clients do, mixed, until they are told to stop: they ask, send, talk, listen, break off,
//! knock and go. They hold every answer that they had in full against what the server sent, and remember it. They know nothing of the recording.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use dataspoor::model::Digest;
use http::Response;
use http_body::{Body, Frame};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Notify;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{MissedTickBehavior, interval};

use super::corpus::Draw;
use super::live_bench::{Http, Line, Visitor, head, read};
use super::live_chat::{CHAT, chat, open, talk};
use super::live_origin::{LiveOrigin, Pattern};

/// A client does something no more often than this, so that ten minutes of it fit on a disk. On a slow machine it does so less often.
const PACE: Duration = Duration::from_millis(40);

/// Clients that ask and have their answers in full, for each version of HTTP.
pub(crate) const ASKING: usize = 3;

/// Requests that are under way at once on a connection of HTTP/2.
const STREAMS: usize = 3;

/// Requests on one connection, at most.
const REQUESTS: usize = 25;

/// Clients that talk over WebSockets.
const TALKING: usize = 2;

/// Names of hosts, besides the first; one more is visited after every so many requests.
pub(crate) const HOSTS: u64 = 12;
const NEW_HOST_AFTER: u64 = 100;

/// A host whose server takes and gives anything, in no language.
const TUNNEL: &str = "t.test";

/// A host at whose port nobody listens.
const REFUSED: &str = "r.test";

/// The servers, which run until this is dropped.
pub(crate) struct Servers {
    pub(crate) origin: LiveOrigin,
    chat: (SocketAddr, JoinHandle<()>),
    echo: (SocketAddr, JoinHandle<()>),
    /// Has the port, so that nobody else gets it, and does not listen.
    refusing: (SocketAddr, TcpSocket),
}

impl Drop for Servers {
    fn drop(&mut self) {
        self.chat.1.abort();
        self.echo.1.abort();
    }
}

impl Servers {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let echo = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut from, mut to) = stream.split();
                    // Whoever breaks off may do so.
                    let _ = tokio::io::copy(&mut from, &mut to).await;
                });
            }
        });
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a free port");
        let refusing = (socket.local_addr().expect("an address"), socket);
        Self { origin: LiveOrigin::start(BTreeMap::new()).await, chat: chat().await, echo: (address, echo), refusing }
    }

    /// Where every host lies.
    pub(crate) fn map(&self) -> Vec<(String, SocketAddr)> {
        let named = [(CHAT, self.chat.0), (TUNNEL, self.echo.0), (REFUSED, self.refusing.0)].map(|(host, at)| (host.to_owned(), at));
        (0..=HOSTS).map(|index| (host(index), self.origin.address)).chain(named).collect()
    }

    /// Where somebody listens.
    pub(crate) fn addresses(&self) -> [SocketAddr; 3] {
        [self.origin.address, self.chat.0, self.echo.0]
    }
}

fn host(index: u64) -> String {
    if index == 0 { "a.test".to_owned() } else { format!("h{index}.a.test") }
}

/// What a client sent and had in full.
#[derive(Clone, Debug)]
pub(crate) struct Had {
    pub(crate) sent: Option<Pattern>,
    pub(crate) answer: Pattern,
}

/// How often what was done.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// Requests with answers in full.
    pub(crate) requests: AtomicU64,
    /// Bytes of bodies in both directions.
    pub(crate) bytes: AtomicU64,
    /// Messages of WebSockets in both directions.
    pub(crate) messages: AtomicU64,
    /// Streams, uploads and downloads that the client broke off.
    pub(crate) broken_off: AtomicU64,
    /// Connections that brought nothing.
    pub(crate) knocks: AtomicU64,
    pub(crate) tunnels: AtomicU64,
    pub(crate) refused: AtomicU64,
}

/// What all clients share.
pub(crate) struct Load {
    visitor: Visitor,
    proxy: SocketAddr,
    next: AtomicU64,
    over: AtomicBool,
    pub(crate) had: Mutex<BTreeMap<String, Had>>,
    /// WebSockets, with how many messages came back on each.
    pub(crate) sockets: Mutex<BTreeMap<String, u64>>,
    pub(crate) done: Done,
}

/// Few bytes in most bodies, and in some more than a recording keeps in memory.
fn length(draw: &mut Draw) -> u64 {
    let (from, to) = match draw.below(16) {
        0 => (300_000, 1_000_000),
        1..4 => (4_000, 100_000),
        _ => (0, 4_000),
    };
    (from + draw.below(to - from)) as u64
}

fn add(counter: &AtomicU64, more: u64) {
    counter.fetch_add(more, SeqCst);
}

impl Load {
    pub(crate) fn new(visitor: Visitor, proxy: SocketAddr) -> Arc<Self> {
        let (next, over) = (AtomicU64::new(0), AtomicBool::new(false));
        Arc::new(Self { visitor, proxy, next, over, had: Mutex::default(), sockets: Mutex::default(), done: Done::default() })
    }

    /// Lets the clients come.
    pub(crate) fn begin(self: &Arc<Self>) -> JoinSet<()> {
        self.over.store(false, SeqCst);
        let mut clients = JoinSet::new();
        for http in [Http::One, Http::Two] {
            for _ in 0..ASKING {
                clients.spawn(Arc::clone(self).ask(http));
            }
            clients.spawn(Arc::clone(self).break_off(http));
        }
        for _ in 0..TALKING {
            clients.spawn(Arc::clone(self).talk());
        }
        clients.spawn(Arc::clone(self).knock());
        clients
    }

    /// Tells the clients to finish what they began and to go.
    pub(crate) async fn end(&self, clients: JoinSet<()>) {
        self.over.store(true, SeqCst);
        clients.join_all().await;
    }

    /// Waits for the moment to do one more thing. `false`: there is none.
    async fn turn(&self, pace: &mut tokio::time::Interval) -> bool {
        pace.tick().await;
        !self.over.load(SeqCst)
    }

    /// The number of what is done next, and what chooses in it.
    fn draw(&self) -> (u64, Draw) {
        let number = self.next.fetch_add(1, SeqCst);
        (number, Draw(number + 1))
    }

    /// Makes requests on one connection after the other, and has every answer in full.
    async fn ask(self: Arc<Self>, http: Http) {
        let mut pace = pace();
        while self.turn(&mut pace).await {
            let (number, mut draw) = self.draw();
            let host = host(draw.next() % (1 + (number / NEW_HOST_AFTER).min(HOSTS)));
            let line = self.visitor.line(&host, http).await.expect("a connection");
            let mut lines: Vec<Line> = (1..STREAMS).filter_map(|_| line.beside()).collect();
            lines.push(line);
            for _ in 0..1 + draw.below(REQUESTS) {
                if !self.turn(&mut pace).await {
                    return;
                }
                futures_util::future::join_all(lines.iter_mut().map(|line| self.one(line, &host))).await;
            }
        }
    }

    /// One request, whose answer must come as it was sent.
    async fn one(&self, line: &mut Line, host: &str) {
        let (number, mut draw) = self.draw();
        let (start, announced) = (draw.next() % 60_000, draw.below(2) == 0);
        let answer = Pattern::new(start, length(&mut draw), announced);
        let sent = (draw.below(3) == 0).then(|| Pattern::new(draw.next() % 60_000, length(&mut draw), draw.below(2) == 0));
        let what = if announced { "pattern" } else { "chunks" };
        let url = format!("https://{host}/{what}/{start}/{}/{number}", answer.length());
        let got = read(line.send(&url, sent.clone().map(Pattern::upload), &[]).await.expect("an answer"), || {}).await;
        assert!(got.whole && got.status == 200, "{url}: {got:?}");
        assert_eq!((got.digest, got.length), (answer.digest(), answer.length()), "{url}: the client got something else");
        add(&self.done.requests, 1);
        add(&self.done.bytes, got.length + sent.as_ref().map_or(0, Pattern::length));
        self.had.lock().expect("not poisoned").insert(url, Had { sent, answer });
    }

    /// Breaks off streams without an end, downloads and uploads, each on a connection of its own.
    async fn break_off(self: Arc<Self>, http: Http) {
        let mut pace = pace();
        while self.turn(&mut pace).await {
            let (number, mut draw) = self.draw();
            let mut line = self.visitor.line(&host(0), http).await.expect("a connection");
            let start = draw.next() % 60_000;
            let some = draw.below(400_000) as u64;
            let pattern = Pattern::new(start, some, false);
            match draw.below(3) {
                0 => {
                    let url = format!("https://a.test/broken/{start}/{some}/{number}");
                    let answer = line.send(&url, None, &[]).await.expect("an answer");
                    assert_eq!(first(answer, some).await, (pattern.digest(), some), "{url}: the client got something else");
                }
                1 => {
                    let url = format!("https://a.test/pattern/{start}/{}/{number}", some + 2_000_000);
                    let (_, length) = first(line.send(&url, None, &[]).await.expect("an answer"), some).await;
                    assert!(length >= some, "{url}: {length} bytes came");
                }
                _ => {
                    let (url, told) = (format!("https://a.test/take/{number}"), Arc::new(Notify::new()));
                    let body = Unfinished { pattern, told: Arc::clone(&told) }.boxed();
                    tokio::select! {
                        answer = line.send(&url, Some(body), &[]) => panic!("half an upload got {answer:?}"),
                        () = told.notified() => {}
                    }
                }
            }
            add(&self.done.bytes, some);
            add(&self.done.broken_off, 1);
        }
    }

    /// Talks over one WebSocket after the other. Some are closed, some are dropped.
    async fn talk(self: Arc<Self>) {
        let mut pace = pace();
        while self.turn(&mut pace).await {
            let (number, mut draw) = self.draw();
            let url = format!("http://{CHAT}/{number}");
            let mut socket = open(self.proxy, &url).await.expect("a socket");
            let count = draw.below(30) as u64;
            assert!(talk(&mut socket, &url, count, || add(&self.done.messages, 2)).await, "{url}: it ended before its end");
            self.sockets.lock().expect("not poisoned").insert(url, count);
            if draw.below(2) == 0 {
                // Whoever says good-bye need not wait for the answer.
                let _ = socket.close(None).await;
            }
        }
    }

    /// Opens connections that bring nothing, that lead nowhere, or that are no HTTP.
    async fn knock(self: Arc<Self>) {
        let mut pace = pace();
        while self.turn(&mut pace).await {
            let (number, mut draw) = self.draw();
            match draw.below(5) {
                0 => drop(TcpStream::connect(self.proxy).await.expect("it listens")),
                1 => drop(self.connect("a.test:443").await),
                2 => {
                    // The first bytes of a TLS hello that never gets any further.
                    let mut stream = self.connect("a.test:443").await;
                    stream.write_all(&[0x16, 3, 1, 2, 0, 1]).await.expect("written");
                }
                3 => {
                    let mut stream = self.connect(&format!("{TUNNEL}:7")).await;
                    // Zero begins neither TLS nor a request.
                    let said: Vec<u8> = (0..1 + draw.below(50_000)).map(|at| if at == 0 { 0 } else { draw.next() as u8 }).collect();
                    let (mut from, mut to) = stream.split();
                    let mut back = vec![0; said.len()];
                    let (wrote, had) = tokio::join!(to.write_all(&said), from.read_exact(&mut back));
                    wrote.expect("written");
                    had.expect("as much as was said");
                    assert!(back == said, "what came back through tunnel {number} is something else");
                    add(&self.done.tunnels, 1);
                    continue;
                }
                _ => {
                    let http = if draw.below(2) == 0 { Http::One } else { Http::Two };
                    let mut line = self.visitor.line(REFUSED, http).await.expect("the proxy's own side");
                    let got = line.get(&format!("https://{REFUSED}/{number}"), None, &[]).await.expect("an answer");
                    assert_eq!((got.status, got.whole), (502, true), "nobody listens there");
                    add(&self.done.refused, 1);
                    continue;
                }
            }
            add(&self.done.knocks, 1);
        }
    }

    /// A connection through the proxy on which nothing was said.
    async fn connect(&self, to: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.proxy).await.expect("it listens");
        stream.write_all(format!("CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n\r\n").as_bytes()).await.expect("written");
        let answer = head(&mut stream).await.expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        stream
    }
}

fn pace() -> tokio::time::Interval {
    let mut pace = interval(PACE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    pace
}

/// Reads an answer until so many bytes are there and breaks it off: their digest and how many came.
async fn first(answer: Response<Incoming>, least: u64) -> (Digest, u64) {
    let mut body = answer.into_body();
    let (mut hasher, mut length) = (Sha256::new(), 0);
    while length < least {
        let frame = body.frame().await.expect("it goes on").expect("it goes on");
        if let Some(data) = frame.data_ref() {
            hasher.update(data);
            length += data.len() as u64;
        }
    }
    (Digest(hasher.finalize().into()), length)
}

/// The body of an upload that stops without an end, and tells when.
struct Unfinished {
    pattern: Pattern,
    told: Arc<Notify>,
}

impl Body for Unfinished {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match Pin::new(&mut self.pattern).poll_frame(cx) {
            Poll::Ready(None) => {
                self.told.notify_one();
                Poll::Pending
            }
            more => more,
        }
    }
}
