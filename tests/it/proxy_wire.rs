//! Raw clients and raw origins on both sides of the proxy, for the tests that compare bytes and ends of connections.

use std::sync::Arc;

use dataspoor::proxy::Mapping;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::origin::{Kind, certificates};
use crate::proxy_bench::{Bench, LONG};

/// One end of a connection.
pub(crate) trait Wire: AsyncRead + AsyncWrite + Send + Unpin {
    /// The socket below.
    fn socket(&self) -> &TcpStream;
}

impl Wire for TcpStream {
    fn socket(&self) -> &TcpStream {
        self
    }
}

impl Wire for tokio_rustls::client::TlsStream<TcpStream> {
    fn socket(&self) -> &TcpStream {
        self.get_ref().0
    }
}

impl Wire for tokio_rustls::server::TlsStream<TcpStream> {
    fn socket(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// What a raw origin does on each connection, in order.
#[derive(Clone)]
pub(crate) enum Step {
    /// Reads until what it has read of this request ends so.
    Until(&'static [u8]),
    /// Sends.
    Send(Vec<u8>),
    /// Waits until the test says so.
    Wait(Arc<Notify>),
    /// Closes.
    Close,
    /// Breaks off with a reset.
    Reset,
    /// Closes without the closing alert of TLS.
    Drop,
}

/// Runs the steps on every connection and hands out what was read in each `Until`. The steps begin again with the next request.
pub(crate) async fn origin(listener: TcpListener, acceptor: Option<TlsAcceptor>, steps: Vec<Step>, read: mpsc::UnboundedSender<Vec<u8>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (acceptor, steps, read) = (acceptor.clone(), steps.clone(), read.clone());
        tokio::spawn(async move {
            let mut wire: Box<dyn Wire> = match acceptor {
                Some(acceptor) => match acceptor.accept(stream).await {
                    Ok(stream) => Box::new(stream),
                    Err(_) => return,
                },
                None => Box::new(stream),
            };
            loop {
                for step in &steps {
                    match step {
                        Step::Until(end) => {
                            let mut text = Vec::new();
                            while !text.ends_with(end) {
                                match wire.read_u8().await {
                                    Ok(byte) => text.push(byte),
                                    Err(_) => {
                                        if !text.is_empty() {
                                            let _ = read.send(text);
                                        }
                                        return;
                                    }
                                }
                            }
                            let _ = read.send(text);
                        }
                        Step::Send(bytes) => {
                            let _ = wire.write_all(bytes).await;
                            let _ = wire.flush().await;
                        }
                        Step::Wait(notify) => notify.notified().await,
                        Step::Close => {
                            let _ = wire.shutdown().await;
                            return;
                        }
                        Step::Reset => {
                            wire.socket().set_zero_linger().expect("a socket");
                            return;
                        }
                        Step::Drop => return,
                    }
                }
            }
        });
    }
}

/// A raw client, the proxy, and a raw origin.
pub(crate) struct Torture {
    pub(crate) bench: Bench,
    pub(crate) client: Box<dyn Wire>,
    /// What the origin read.
    pub(crate) seen: mpsc::UnboundedReceiver<Vec<u8>>,
}

impl Torture {
    /// A client connected through the proxy to a raw origin that follows `steps`.
    pub(crate) async fn new(tls: bool, steps: Vec<Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (root, config) = certificates(Kind::TrustedHttp1);
        let acceptor = tls.then(|| TlsAcceptor::from(Arc::new(config)));
        let (read, seen) = mpsc::unbounded_channel();
        tokio::spawn(origin(listener, acceptor, steps, read));
        let bench = Bench::with(Kind::Plain, |settings, _| {
            settings.upstream_roots = root;
            settings.map = ["a.test", "b.test"].map(|host| Mapping { host: host.into(), port: None, to: address }).into();
        })
        .await;
        let client: Box<dyn Wire> = if tls {
            Box::new(bench.secure("a.test:443", "a.test").await.expect("TLS"))
        } else {
            Box::new(bench.connect("a.test:80").await.0)
        };
        Self { bench, client, seen }
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        self.client.write_all(bytes).await.expect("written");
        self.client.flush().await.expect("flushed");
    }

    pub(crate) async fn saw(&mut self) -> Vec<u8> {
        timeout(LONG, self.seen.recv()).await.expect("the origin reads").expect("an origin")
    }

    /// Reads until what was read ends so.
    pub(crate) async fn until(&mut self, end: &[u8]) -> Vec<u8> {
        let mut text = Vec::new();
        while !text.ends_with(end) {
            match timeout(LONG, self.client.read_u8()).await {
                Ok(Ok(byte)) => text.push(byte),
                _ => panic!("no {:?} in {:?}", String::from_utf8_lossy(end), String::from_utf8_lossy(&text)),
            }
        }
        text
    }

    /// Reads to the end of the connection.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        // How the connection ends does not matter here, only that it does.
        let _ = timeout(LONG, self.client.read_to_end(&mut text)).await.expect("the proxy closes");
        text
    }
}
