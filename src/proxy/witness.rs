//! Sees what passes in a TLS handshake with a server: our hello as it was sent, and the certificates as they came. It never accepts what the
//! library refuses, and changes nothing.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::hello::Hello;
use crate::model::Offer;

/// Bytes of a first flight that are kept. A hello is a tenth of that.
const MOST: usize = 16 * 1024;

/// A verifier for one handshake that asks the library's and keeps the certificates, whatever the answer.
#[derive(Debug)]
pub(super) struct Witness {
    inner: Arc<WebPkiServerVerifier>,
    seen: OnceLock<Vec<Bytes>>,
}

impl Witness {
    /// A witness of nothing yet.
    pub(super) fn new(inner: &Arc<WebPkiServerVerifier>) -> Arc<Self> {
        Arc::new(Self { inner: Arc::clone(inner), seen: OnceLock::new() })
    }

    /// The certificates as the server sent them, its own first, each in DER. Empty if it came to none.
    pub(super) fn chain(&self) -> Vec<Bytes> {
        self.seen.get().cloned().unwrap_or_default()
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let chain = || std::iter::once(end_entity).chain(intermediates).map(|certificate| Bytes::copy_from_slice(certificate)).collect();
        self.seen.get_or_init(chain);
        self.inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }

    fn root_hint_subjects(&self) -> Option<&[DistinguishedName]> {
        self.inner.root_hint_subjects()
    }
}

/// What was written to a connection before anything came back.
#[derive(Default)]
pub(super) struct FirstFlight(Mutex<Vec<u8>>);

impl FirstFlight {
    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the hello in it offers, as it was sent.
    pub(super) fn offer(&self) -> Offer {
        let bytes = std::mem::take(&mut *self.bytes());
        Hello::read(&bytes).map(|hello| hello.offer()).unwrap_or_default()
    }
}

/// A connection whose first flight is kept.
pub(super) struct Watched {
    stream: TcpStream,
    first: Option<Arc<FirstFlight>>,
}

impl Watched {
    /// Watches `stream` until the first bytes come in.
    pub(super) fn new(stream: TcpStream) -> (Self, Arc<FirstFlight>) {
        let first = Arc::<FirstFlight>::default();
        (Self { stream, first: Some(Arc::clone(&first)) }, first)
    }

    fn wrote(&self, bytes: &[u8]) {
        if let Some(first) = &self.first {
            let mut first = first.bytes();
            let room = MOST.saturating_sub(first.len());
            first.extend_from_slice(&bytes[..bytes.len().min(room)]);
        }
    }
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if read.is_ready() {
            self.first = None;
        }
        read
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
        self.wrote(&bytes[..written]);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, slices: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write_vectored(cx, slices))?;
        let mut left = written;
        for slice in slices {
            let part = slice.len().min(left);
            self.wrote(&slice[..part]);
            left -= part;
        }
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
