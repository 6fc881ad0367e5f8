//! An origin on loopback for the tests of the running program: it says what it sent and what it got, so that a recording can be held against
//! it. Large bodies are made while they are sent; it never holds one. It is no model of a platform.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};
use std::task::{Context, Poll};

use bytes::Bytes;
use dataspoor::model::Digest;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use super::corpus::Draw;
use super::live_bench::Upload;
use super::origin::{Kind, certificates};

/// A prime, so that no buffer has its length.
const PERIOD: u64 = 65_537;

/// What bodies are cut from. It repeats after [`PERIOD`] bytes and looks like noise until then.
static BLOCK: LazyLock<Bytes> = LazyLock::new(|| {
    let mut draw = Draw(7);
    (0..PERIOD).map(|_| draw.next() as u8).collect()
});

/// A body that is made while it is read: `length` bytes, which others from the same `start` have too.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    start: u64,
    at: u64,
    length: u64,
    /// Whether the length is announced; without it, HTTP/1.1 sends chunks.
    announced: bool,
}

impl Pattern {
    pub(crate) fn new(start: u64, length: u64, announced: bool) -> Self {
        Self { start, at: 0, length, announced }
    }

    /// The next bytes; nothing at the end.
    fn piece(&mut self) -> Option<Bytes> {
        let from = (self.start + self.at) % PERIOD;
        let length = (PERIOD - from).min(self.length - self.at).min(20_011);
        self.at += length;
        (length > 0).then(|| BLOCK.slice(from as usize..(from + length) as usize))
    }

    /// The SHA-256 of its first `length` bytes.
    pub(crate) fn digest_of_first(&self, length: u64) -> Digest {
        let mut part = Self { at: 0, length, ..self.clone() };
        let mut hasher = Sha256::new();
        while let Some(piece) = part.piece() {
            hasher.update(&piece);
        }
        Digest(hasher.finalize().into())
    }

    /// The SHA-256 of all of it.
    pub(crate) fn digest(&self) -> Digest {
        self.digest_of_first(self.length)
    }

    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    pub(crate) fn upload(self) -> Upload {
        self.boxed()
    }
}

impl Body for Pattern {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.piece().map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.announced && self.at == self.length
    }

    fn size_hint(&self) -> SizeHint {
        if self.announced { SizeHint::with_exact(self.length - self.at) } else { SizeHint::default() }
    }
}

/// A body that is there already, and whether to announce its length.
pub(crate) struct Ready {
    bytes: Option<Bytes>,
    announced: bool,
}

impl Ready {
    pub(crate) fn new(bytes: Bytes, announced: bool) -> Self {
        Self { bytes: Some(bytes).filter(|bytes| !bytes.is_empty()), announced }
    }
}

impl Body for Ready {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.announced && self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        if self.announced { SizeHint::with_exact(self.bytes.as_ref().map_or(0, Bytes::len) as u64) } else { SizeHint::default() }
    }
}

/// A body whose end never comes: it waits until it is told to break off.
struct Broken {
    pattern: Pattern,
    told: Pin<Box<dyn Future<Output = ()> + Send + Sync>>,
}

impl Body for Broken {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(piece) = self.pattern.piece() {
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        // hyper writes out what it has while a body is pending.
        self.told.as_mut().poll(cx).map(|()| Some(Err(io::Error::other("the origin breaks off"))))
    }
}

/// A body that the origin serves below `/file/`.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) bytes: Bytes,
    /// Value of `Content-Encoding`, if there is one.
    pub(crate) coding: Option<&'static str>,
    pub(crate) announced: bool,
}

/// What an origin knows of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Digest and length of its body, once all of it was there.
    pub(crate) body: Option<(Digest, u64)>,
    /// Whether an answer was begun.
    pub(crate) answered: bool,
}

/// What all connections share.
#[derive(Default)]
struct Scene {
    files: BTreeMap<String, File>,
    seen: Mutex<BTreeMap<String, Seen>>,
    breaking: Arc<Notify>,
}

/// An origin that runs until it is dropped.
pub(crate) struct LiveOrigin {
    pub(crate) address: SocketAddr,
    /// The root to trust, in PEM.
    pub(crate) root: Vec<u8>,
    scene: Arc<Scene>,
    task: JoinHandle<()>,
}

impl Drop for LiveOrigin {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl LiveOrigin {
    /// An origin that serves `files` by their path, and besides:
    ///
    /// | path | answer |
    /// |---|---|
    /// | `/pattern/START/LENGTH/…` | a [`Pattern`], its length announced |
    /// | `/chunks/START/LENGTH/…` | the same without its length |
    /// | `/take/…` | length and digest of the request's body, as text |
    /// | `/broken/START/LENGTH/…` | as `/chunks`, but after the last byte it waits for [`Self::break_off`] and breaks |
    /// | `/hang` | none, ever |
    pub(crate) async fn start(files: BTreeMap<String, File>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (root, config) = certificates(Kind::Trusted);
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let scene = Arc::new(Scene { files, ..Scene::default() });
        let shared = Arc::clone(&scene);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, scene) = (acceptor.clone(), Arc::clone(&shared));
                tokio::spawn(async move {
                    let _ = stream.set_nodelay(true);
                    let Ok(stream) = acceptor.accept(stream).await else { return };
                    let service = service_fn(move |request| answer(request, Arc::clone(&scene)));
                    // A proxy that is killed breaks off, which is not the origin's business.
                    let _ = auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Self { address, root, scene, task }
    }

    /// Lets one `/broken/` body break.
    pub(crate) fn break_off(&self) {
        self.scene.breaking.notify_one();
    }

    /// Requests that came, by path.
    pub(crate) fn seen(&self) -> MutexGuard<'_, BTreeMap<String, Seen>> {
        self.scene.seen.lock().expect("not poisoned")
    }
}

type Answer = BoxBody<Bytes, io::Error>;

fn whole(body: impl Body<Data = Bytes, Error = Infallible> + Send + Sync + 'static) -> Answer {
    body.map_err(|never| match never {}).boxed()
}

/// The text that the origin answers an upload with.
pub(crate) fn receipt(digest: Digest, length: u64) -> String {
    format!("{length} {digest}")
}

async fn answer(request: Request<Incoming>, scene: Arc<Scene>) -> Result<Response<Answer>, hyper::Error> {
    let path = request.uri().path().to_owned();
    let note = |change: &dyn Fn(&mut Seen)| change(scene.seen.lock().expect("not poisoned").entry(path.clone()).or_default());
    note(&|_| ());
    let (mut hasher, mut length) = (Sha256::new(), 0);
    let mut body = request.into_body();
    while let Some(frame) = body.frame().await {
        if let Some(data) = frame?.data_ref() {
            hasher.update(data);
            length += data.len() as u64;
        }
    }
    let digest = Digest(hasher.finalize().into());
    note(&|seen| seen.body = Some((digest, length)));
    let mut response = Response::new(whole(Full::default()));
    if let Some(file) = scene.files.get(&path) {
        *response.body_mut() = whole(Ready::new(file.bytes.clone(), file.announced));
        if let Some(coding) = file.coding {
            response.headers_mut().insert("content-encoding", HeaderValue::from_static(coding));
        }
    } else {
        let mut parts = path.trim_start_matches('/').split('/');
        let what = parts.next().unwrap_or_default();
        let mut number = || parts.next().and_then(|part| part.parse().ok()).unwrap_or(0);
        match what {
            "pattern" => *response.body_mut() = whole(Pattern::new(number(), number(), true)),
            "chunks" => *response.body_mut() = whole(Pattern::new(number(), number(), false)),
            "take" => *response.body_mut() = whole(Full::new(receipt(digest, length).into())),
            "broken" => {
                let (pattern, breaking) = (Pattern::new(number(), number(), false), Arc::clone(&scene.breaking));
                *response.body_mut() = Broken { pattern, told: Box::pin(async move { breaking.notified().await }) }.boxed();
            }
            "hang" => std::future::pending().await,
            _ => *response.status_mut() = StatusCode::NOT_FOUND,
        }
    }
    note(&|seen| seen.answered = true);
    Ok(response)
}
