//! Connections of the scripted client: through a proxy (CONNECT, RFC 9110 section 9.3.6) or straight to one address, then TLS that trusts
//! exactly the authority it was given, then HTTP/2 where offered and HTTP/1.1 elsewhere.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{Method, Request, Response, Uri, header};
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// How hosts are reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// By CONNECT through the HTTP proxy at this address.
    Proxy(SocketAddr),
    /// All hosts at this one address: that of a world, without a proxy.
    Straight(SocketAddr),
}

/// Bytes in both directions.
pub(in super::super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// A connection to a host, with TLS.
pub(in super::super) type Secured = TlsStream<Box<dyn Stream>>;

/// The connections of one profile.
pub(in super::super) struct Lines {
    route: Route,
    newer: TlsConnector,
    older: TlsConnector,
    open: Mutex<BTreeMap<String, Line>>,
}

enum Line {
    Newer(http2::SendRequest<Full<Bytes>>),
    Older(http1::SendRequest<Full<Bytes>>),
}

impl Lines {
    /// Trusts the certificates in `authority_pem` and no others.
    ///
    /// # Errors
    /// If that is not a certificate.
    pub(in super::super) fn new(route: Route, authority_pem: &str) -> io::Result<Self> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(authority_pem.as_bytes()) {
            roots.add(certificate.map_err(io::Error::other)?).map_err(io::Error::other)?;
        }
        if roots.is_empty() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the authority that the scripted client should trust holds no certificate",
            ));
        }
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = |alpn: &[&[u8]]| {
            let mut config = config.clone();
            config.alpn_protocols = alpn.iter().map(|protocol| protocol.to_vec()).collect();
            TlsConnector::from(Arc::new(config))
        };
        let (newer, older) = (connector(&[b"h2", b"http/1.1"]), connector(&[b"http/1.1"]));
        Ok(Self { route, newer, older, open: Mutex::default() })
    }

    /// A connection that speaks HTTP/1.1, for a switch to WebSocket.
    pub(in super::super) async fn older(&self, host: &str) -> io::Result<Secured> {
        self.secure(host, &self.older).await
    }

    /// Sends a request with an absolute URL. HTTP/1.1 gets its Host field and its target in origin form (RFC 9112 section 3.2.1); several
    /// Cookie fields become one there (RFC 9113 section 8.2.3).
    pub(in super::super) async fn send(&self, mut request: Request<Full<Bytes>>) -> io::Result<Response<Bytes>> {
        let host = request.uri().host().unwrap_or_default().to_owned();
        // A line of HTTP/1.1 is out of the table while it carries an answer, so whoever comes meanwhile opens another one.
        let kept = self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&host);
        let line = match kept {
            Some(Line::Newer(line)) if !line.is_closed() => Line::Newer(line),
            Some(Line::Older(line)) if !line.is_closed() => Line::Older(line),
            _ => self.open(&host).await?,
        };
        let keep = |line| drop(self.open.lock().unwrap_or_else(PoisonError::into_inner).insert(host.clone(), line));
        match line {
            Line::Newer(mut line) => {
                keep(Line::Newer(line.clone()));
                collected(line.send_request(request).await.map_err(io::Error::other)?).await
            }
            Line::Older(mut line) => {
                let target = request.uri().path_and_query().map_or("/", |target| target.as_str()).to_owned();
                *request.uri_mut() = target.parse::<Uri>().map_err(io::Error::other)?;
                let name = host.parse().map_err(io::Error::other)?;
                request.headers_mut().insert(header::HOST, name);
                let cookies: Vec<&[u8]> = request.headers().get_all(header::COOKIE).into_iter().map(|field| field.as_bytes()).collect();
                if cookies.len() > 1 {
                    let joined = cookies.join(&b"; "[..]).try_into().map_err(io::Error::other)?;
                    request.headers_mut().insert(header::COOKIE, joined);
                }
                line.ready().await.map_err(io::Error::other)?;
                let response = collected(line.send_request(request).await.map_err(io::Error::other)?).await?;
                keep(Line::Older(line));
                Ok(response)
            }
        }
    }

    async fn open(&self, host: &str) -> io::Result<Line> {
        let stream = self.secure(host, &self.newer).await?;
        let newer = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        let stream = TokioIo::new(stream);
        // The tasks end with their connections: at the latest when the last sender is dropped.
        if newer {
            let (line, connection) = http2::handshake(TokioExecutor::new(), stream).await.map_err(io::Error::other)?;
            tokio::spawn(connection);
            Ok(Line::Newer(line))
        } else {
            let (line, connection) = http1::handshake(stream).await.map_err(io::Error::other)?;
            tokio::spawn(connection);
            Ok(Line::Older(line))
        }
    }

    async fn secure(&self, host: &str, connector: &TlsConnector) -> io::Result<Secured> {
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        let stream = self.dial(host).await.map_err(|cause| told(host, &cause))?;
        connector.connect(name, stream).await.map_err(|cause| told(host, &cause))
    }

    async fn dial(&self, host: &str) -> io::Result<Box<dyn Stream>> {
        let (Route::Proxy(address) | Route::Straight(address)) = self.route;
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        if matches!(self.route, Route::Straight(_)) {
            return Ok(Box::new(stream));
        }
        let (mut proxy, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        tokio::spawn(connection.with_upgrades());
        let authority = format!("{host}:443");
        let request = Request::builder().method(Method::CONNECT).uri(&authority).header(header::HOST, &authority);
        let request = request.body(Empty::<Bytes>::new()).map_err(io::Error::other)?;
        let response = proxy.send_request(request).await.map_err(io::Error::other)?;
        if !response.status().is_success() {
            return Err(io::Error::other(format!("the proxy answered CONNECT with {}", response.status())));
        }
        let upgraded = hyper::upgrade::on(response).await.map_err(io::Error::other)?;
        Ok(Box::new(TokioIo::new(upgraded)))
    }
}

async fn collected(response: Response<Incoming>) -> io::Result<Response<Bytes>> {
    let (head, body) = response.into_parts();
    Ok(Response::from_parts(head, body.collect().await.map_err(io::Error::other)?.to_bytes()))
}

fn told(host: &str, cause: &io::Error) -> io::Error {
    io::Error::new(cause.kind(), format!("no connection to {host}: {cause}"))
}
