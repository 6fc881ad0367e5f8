//! The proxy's own page: `http://dataspoor.internal/`, for the person at the browser and for nobody else. It shows what is being recorded,
//! hands out the certificate, and takes marks. Its traffic is never an entry, never dialled and never looked up. It judges nothing.
//!
//! **Whom it answers.** A page under examination runs in the same browser and behind the same proxy, so it can send requests here too. It must
//! neither make a mark nor learn that a recorder is there: a platform that could tell would not be observed as it is. A browser sends its
//! `Sec-Fetch-*` fields to trustworthy addresses only (W3C Fetch Metadata), and plain HTTP is none. Measured with Chromium behind a proxy,
//! `tests/it/operator.rs` repeats it: a top-level navigation, an `<iframe>`, an `<object>` and a prefetch of a page that suppresses its
//! Referer differ in nothing by which a server could tell them apart (a prefetch says so in `Sec-Purpose`). So a request without
//! `Sec-Fetch-*` shows by one thing only that a person meant it: it knows a secret. Therefore
//!
//! * the page lies at `http://dataspoor.internal/SECRET/`, drawn for each recording (128 bits), printed in the terminal, sent to nobody by
//!   `Referrer-Policy: same-origin`, and never written into the recording;
//! * the bare address answers only a client that states all three of `Sec-Fetch-Site: none` (or `same-origin`), `-Mode: navigate` and
//!   `-Dest: document`, which no script can set or forge; it offers the certificate and no marks;
//! * a mark needs the secret in the path, an `Origin` that is exactly ours (browsers send it with every POST), and the token of the form, a
//!   second secret that never stands in an address;
//! * whatever says that it comes from elsewhere (an `Origin` or `Referer` of others, another `Sec-Fetch-*`, a prefetch) is refused even with
//!   the secret; so is a Host that is not ours to the letter, another port, and anything inside TLS.
//!
//! A cookie with `SameSite=Strict` would tell a person's navigation from a page's as well; it is not used, since the tool must put nothing into
//! the jar it examines.
//!
//! **How it refuses.** As a host that does not exist: for what it refuses, the proxy tries to reach a name of the same length below the same
//! top-level domain, drawn for each recording, and answers what it would answer for that one, our name in place of the other. So words,
//! status and the time it takes are those of every other absent name on this network, a name server that remembers it included. It costs
//! the network one look-up of a meaningless name, and only if somebody knocks who should not.

mod gate;
mod guide;
mod view;

use std::collections::VecDeque;
use std::convert::Infallible;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header, request};
use http_body::Body;
use http_body_util::{BodyExt as _, Limited};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use subtle::ConstantTimeEq as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::body::{BoxError, Outgoing};
use super::connector::Target;
use super::engine::Engine;
use super::pages::{self, Reader};
use super::{IDLE_CLIENT, Prepared, Running, StartError};
use crate::model::{Event, FailureStage, Gap, GapKind, Mark, MarkKind, SaidBy, Stamped, Submission, Timestamp};
pub use guide::{Asked as GuideStep, Guide};

use gate::{Asked, Place};

/// The name of the page. `internal` is reserved for private use (ICANN resolution 2024.07.29.06), so nobody can own it.
pub const HOST: &str = "dataspoor.internal";
/// Longest text of a mark, in characters.
pub const LONGEST_MARK: usize = 500;
/// Longest form that is read, in bytes: a text of which every character is escaped, and the fields around it.
const LONGEST_FORM: usize = 16 * 1024;
/// How long a form may take to arrive, and a mark to be kept.
const PATIENCE: Duration = Duration::from_secs(10);
/// Marks that the page lists.
const LISTED: usize = 20;

/// What the page says of the recording, beside what the proxy counts itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// Name of the recording's folder, without the path to it.
    pub folder: String,
    /// The page that is examined, if it was named.
    pub page: Option<String>,
    /// Whether what is visited is simulated.
    pub simulated: bool,
}

/// The page, and the secrets that open it.
pub(super) struct Magic {
    about: About,
    /// Part of the address.
    secret: String,
    /// Part of the form.
    token: String,
    /// A name that does not exist.
    decoy: String,
    pem: Bytes,
    der: Bytes,
    since: Timestamp,
    /// Requests that were addressed here, answered or not.
    asked: AtomicU64,
    marks: Mutex<VecDeque<(Timestamp, Mark)>>,
    guide: Guide,
}

/// What a page needs before there is an engine.
pub(super) struct Drawn {
    about: About,
    secret: String,
    token: String,
    decoy: String,
    pem: String,
}

impl Drawn {
    /// Draws the secrets.
    ///
    /// # Errors
    /// There is no randomness.
    pub(super) fn new(certificate: &str, provider: &CryptoProvider) -> Result<Self, StartError> {
        let draw = |signs: &[u8], length: usize| {
            let mut bytes = vec![0; length];
            provider.secure_random.fill(&mut bytes).map_err(|_| StartError::Setup("there is no randomness".to_owned()))?;
            // Both alphabets have 32 or 16 signs, which divide 256: every sign is as likely as every other.
            Ok::<_, StartError>(bytes.iter().map(|byte| char::from(signs[usize::from(*byte) % signs.len()])).collect::<String>())
        };
        const SIGNS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let label = HOST.split('.').next().unwrap_or_default().len();
        let decoy = format!("{}.internal", draw(&SIGNS[..16], label)?);
        // 26 signs of 5 bits are 130 bits.
        Ok(Self { about: About::default(), secret: draw(SIGNS, 26)?, token: draw(SIGNS, 26)?, decoy, pem: certificate.to_owned() })
    }

    /// The page, from this moment on.
    pub(super) fn open(self, since: Timestamp) -> Magic {
        let Self { about, secret, token, decoy, pem } = self;
        // The authority read it before.
        let der = CertificateDer::from_pem_slice(pem.as_bytes()).map(|der| Bytes::from(der.to_vec())).unwrap_or_default();
        Magic {
            about,
            secret,
            token,
            decoy,
            pem: pem.into(),
            der,
            since,
            asked: AtomicU64::new(0),
            marks: Mutex::default(),
            guide: Guide::default(),
        }
    }
}

impl Magic {
    /// Its address, secret included.
    pub(super) fn address(&self) -> String {
        format!("http://{HOST}/{}/", self.secret)
    }

    /// Says that requests to the page are no entries, if there were any.
    pub(super) fn note(&self, engine: &Engine) {
        let count = self.asked.swap(0, Relaxed);
        if count > 0 {
            engine.submit(0, Event::Gap(Gap { kind: GapKind::OwnPage, since: None, entries: Vec::new(), count }), None);
        }
    }

    fn listed(&self) -> Vec<(Timestamp, Mark)> {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

/// Whether a host is the page's. One with a final dot is the same name to every resolver, so it must not reach one.
pub(super) fn is_own(host: &str) -> bool {
    host.strip_suffix('.').unwrap_or(host).eq_ignore_ascii_case(HOST)
}

/// Whether host and port, as an authority writes them, are the page's.
pub(super) fn is_own_authority(authority: &str) -> bool {
    is_own(authority.split_once(':').map_or(authority, |(host, _)| host))
}

/// Serves a connection to the page's name: HTTP/1.1 after CONNECT, inside TLS or not. Nothing of it goes into the engine that records.
pub(super) async fn connection(
    engine: Arc<Engine>,
    authority: String,
    secure: bool,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
) {
    let authority = Arc::new(authority);
    let service = service_fn(|request| {
        let (engine, authority) = (Arc::clone(&engine), Arc::clone(&authority));
        async move { Ok::<_, Infallible>(answer(&engine, &authority, secure, request).await) }
    });
    let mut http1 = hyper::server::conn::http1::Builder::new();
    http1.timer(TokioTimer::new()).header_read_timeout(IDLE_CLIENT).preserve_header_case(true).auto_date_header(false);
    let serving = http1.serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        // How a connection with a client ends concerns nobody here.
        _ = serving => {}
        () = engine.tasks.signal().cancelled() => {}
    }
}

/// Answers a request to the page's name. `authority`: host and port that the client asked for; `secure`: whether it came inside TLS.
pub(super) async fn answer<B>(engine: &Arc<Engine>, authority: &str, secure: bool, request: Request<B>) -> Response<Outgoing>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    let own = &engine.own;
    own.asked.fetch_add(1, Relaxed);
    let (parts, body) = request.into_parts();
    let Some(asked) = gate::asked(&parts, Place { authority, secure, secret: &own.secret }) else {
        return absent(engine, authority, secure, &parts).await;
    };
    let language = view::Language::of(&parts);
    match asked {
        Asked::Pem => file(&own.pem, "application/pem-certificate-chain", "dataspoor-ca.pem"),
        // What browsers and telephones take for an authority that they are asked to trust; `application/pkix-cert` is for any certificate.
        Asked::Der => file(&own.der, "application/x-x509-ca-cert", "dataspoor-ca.cer"),
        Asked::Entrance => view::entrance(language),
        Asked::Page => view::page(engine, own, language, None),
        Asked::Mark => match marked(engine, body).await {
            Marking::Kept => {
                let mut response = Response::new(Outgoing::from(Bytes::new()));
                *response.status_mut() = StatusCode::SEE_OTHER;
                view::guard(response.headers_mut());
                response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("./"));
                response
            }
            Marking::Refused(why) => view::page(engine, own, language, Some(why)),
            Marking::Forged => absent(engine, authority, secure, &parts).await,
        },
    }
}

/// What a form came to.
enum Marking {
    Kept,
    /// It is ours, and no mark.
    Refused(view::Why),
    /// It has not our token.
    Forged,
}

async fn marked<B>(engine: &Arc<Engine>, body: B) -> Marking
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    let body = Limited::new(body, LONGEST_FORM);
    let Ok(Ok(form)) = timeout(PATIENCE, body.collect()).await else { return Marking::Forged };
    let form = form.to_bytes();
    let field =
        |name: &str| form_urlencoded::parse(&form).find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default();
    if !bool::from(field("token").as_bytes().ct_eq(engine.own.token.as_bytes())) {
        return Marking::Forged;
    }
    if field("kind") == view::DONE {
        if let Ok(step) = field("step").parse() {
            engine.own.guide.say_done(step);
        }
        return Marking::Kept;
    }
    let Some(kind) = MarkKind::ALL.into_iter().find(|kind| kind.id() == field("kind")) else { return Marking::Forged };
    match Marker(Arc::clone(engine)).mark(kind, &field("text")).await {
        Ok(_) => Marking::Kept,
        Err(MarkError::Empty) => Marking::Refused(view::Why::Empty),
        Err(MarkError::Long) => Marking::Refused(view::Why::Long),
        Err(MarkError::NotKept) => Marking::Refused(view::Why::NotKept),
    }
}

/// The answer for a host that does not exist.
async fn absent(engine: &Arc<Engine>, authority: &str, secure: bool, parts: &request::Parts) -> Response<Outgoing> {
    let reader = Reader::of(&parts.headers);
    let field = || parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).filter(|host| !host.is_empty());
    let host = parts.uri.authority().map(http::uri::Authority::as_str).or_else(field).unwrap_or(authority);
    let (stage, cause) = verdict(engine, authority, secure).await;
    pages::failed(reader, stage, host, &cause)
}

/// What happens to a client that opens a tunnel to a host that does not exist: it is closed when that has turned out.
pub(super) async fn silence(engine: &Arc<Engine>, authority: &str) {
    engine.own.asked.fetch_add(1, Relaxed);
    verdict(engine, authority, false).await;
}

/// Stage and words of the failure to reach an absent host in place of ours, found by the way that every request goes.
async fn verdict(engine: &Arc<Engine>, authority: &str, secure: bool) -> (FailureStage, String) {
    let asked = authority.parse::<http::uri::Authority>().ok();
    let name = asked.as_ref().map_or_else(|| HOST.to_owned(), |authority| authority.host().to_ascii_lowercase());
    let port = asked.and_then(|authority| authority.port_u16()).unwrap_or(if secure { 443 } else { 80 });
    // A final dot means the same name, and its look-up the same effort.
    let decoy = format!("{}{}", engine.own.decoy, if name.ends_with('.') { "." } else { "" });
    let tls = secure.then(|| decoy.clone());
    let entry = engine.pool.entry(Target { host: decoy.clone(), port, tls, http2: false, tunnel: true });
    match engine.pool.lease(&entry, true).await {
        Err(error) => (error.stage(), error.to_string().replace(&decoy, &name)),
        // A name server that has an answer for every name. Ours must not be the one host that is reached.
        Ok(_) => (FailureStage::Reset, "connection closed before message completed".to_owned()),
    }
}

fn file(bytes: &Bytes, kind: &'static str, name: &'static str) -> Response<Outgoing> {
    let mut response = Response::new(Outgoing::from(bytes.clone()));
    let headers = response.headers_mut();
    view::guard(headers);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// Why a mark was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MarkError {
    /// A note or a choice says something.
    #[error("the mark has no text; write the note, or the literal text of the button that was clicked")]
    Empty,
    /// The text is too long.
    #[error("the text of the mark is longer than {LONGEST_MARK} characters; shorten it, or make two marks")]
    Long,
    /// The recording has failed or ended.
    #[error("the mark could not be kept, because nothing more is recorded; see what the recording says in its own terminal")]
    NotKept,
}

/// Marks a recording under way, from wherever a person speaks.
#[derive(Clone)]
pub struct Marker(Arc<Engine>);

impl Marker {
    /// Of a running proxy.
    pub(super) fn of(engine: &Arc<Engine>) -> Self {
        Self(Arc::clone(engine))
    }

    /// Marks this moment, in a person's name. Returns the time that the recording gives it, once the operating system has the record.
    ///
    /// # Errors
    /// The text is missing or too long, or nothing is recorded any more.
    pub async fn mark(&self, kind: MarkKind, text: &str) -> Result<Timestamp, MarkError> {
        let text = text.trim();
        if text.is_empty() && kind != MarkKind::FreshProfile {
            return Err(MarkError::Empty);
        }
        if text.chars().count() > LONGEST_MARK {
            return Err(MarkError::Long);
        }
        let engine = &self.0;
        let mark = Mark { kind, said_by: SaidBy::Operator, text: text.to_owned() };
        let (sender, kept) = oneshot::channel();
        let receipt = Box::new(move || {
            // Whoever asked may have gone in the meantime.
            let _ = sender.send(());
        });
        let at = engine.clock.now();
        engine
            .recorder
            .submit(Submission { stamped: Stamped { exchange: 0, at, event: Event::Mark(mark.clone()) }, receipt: Some(receipt) });
        let Ok(Ok(())) = timeout(PATIENCE, kept).await else { return Err(MarkError::NotKept) };
        let mut marks = engine.own.marks.lock().unwrap_or_else(PoisonError::into_inner);
        marks.push_front((at, mark));
        marks.truncate(LISTED);
        Ok(at)
    }
}

impl fmt::Debug for Marker {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Marker")
    }
}

impl Prepared {
    /// Says what the proxy's own page is to show of the recording.
    pub fn describe(&mut self, about: About) {
        self.own.about = about;
    }
}

impl Running {
    /// The address of the proxy's own page, for the person who browses. Whoever knows it can make marks.
    #[must_use]
    pub fn own_page(&self) -> String {
        self.engine.own.address()
    }

    /// By which the person at the browser is led.
    #[must_use]
    pub fn guide(&self) -> Guide {
        self.engine.own.guide.clone()
    }

    /// By which the recording can be marked.
    #[must_use]
    pub fn marker(&self) -> Marker {
        Marker::of(&self.engine)
    }
}
