//! One request on its way: recorded, sent on, answered, the answer recorded. The same path for whatever engine the request came through. It
//! never answers for a server: what it says itself is a page that is marked as such and is no recorded response.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::Uri;
use http_body_util::Full;
use hyper::upgrade::OnUpgrade;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::timeout;

use super::body::{Download, Outgoing, Piece, RequestTap, ResponseTap, Source, receipt};
use super::engine::Engine;
use super::failure::Failure;
use super::forwarding;
use super::http1::head::{self, ResponseHead};
use super::http1::{framing, origin};
use super::journal::{Duty, Journal};
use super::library;
use super::onward;
use super::pages::{self, Reader};
use super::pool::{Channel, Entry};
use super::socket::Rewound;
use super::target;
use super::trailers::{self, Framed, Place};
use super::tunnel;
use super::websocket;
use crate::model::{Change, ChangeKind, End, Event, HeadBytes, Headers, Side};

/// How long a server may take from the last byte of a request to the head of its response. As long as browsers wait: pages poll for minutes.
pub(super) const PATIENCE: Duration = Duration::from_secs(300);
/// How long it may take on a connection on which it has never said anything: whoever accepts a connection and stays silent is no server.
pub(super) const FIRST_PATIENCE: Duration = Duration::from_secs(25);
/// How often a request is sent again after a kept connection turned out to be closed before anything was written.
pub(super) const ATTEMPTS: usize = 4;
/// Answers before the answer that one request may have.
const MOST_INTERIM: usize = 64;

/// The way a request came and where it is to go.
pub(super) struct Via {
    /// `http` or `https`.
    pub(super) scheme: &'static str,
    /// Host and port that the client asked to be connected to.
    pub(super) authority: String,
    /// The connections to it.
    pub(super) entry: Arc<Entry>,
    /// Identifier of the client's connection, where it was taken over (`model::ClientLink::id`).
    pub(super) client: Option<Arc<str>>,
}

/// The target of a request.
pub(super) enum Target {
    /// As it stands in the request line.
    Written(String),
    /// As a library read it.
    Read(Uri),
}

/// A request.
pub(super) struct Asked {
    /// Method.
    pub(super) method: String,
    /// Target.
    pub(super) target: Target,
    /// Version, as the record writes versions.
    pub(super) version: &'static str,
    /// Header fields.
    pub(super) fields: Headers,
    /// How they stand to the bytes on the connection.
    pub(super) bytes: HeadBytes,
    /// Body.
    pub(super) body: Source,
    /// Takes answers before the answer, as bytes for the client; `None` where the client's side has no means to pass them on.
    pub(super) interim: Option<UnboundedSender<Bytes>>,
    /// What the library that read it keeps beside it, on hudsucker's side.
    pub(super) kept: Option<library::Kept>,
}

/// An answer for the client.
pub(super) struct Answer {
    /// Status code.
    pub(super) status: u16,
    /// Reason phrase.
    pub(super) reason: String,
    /// Header fields.
    pub(super) fields: Headers,
    /// Body.
    pub(super) body: Outgoing,
    /// Whether it has none whatever its fields say (HEAD, 204, 304).
    pub(super) bodiless: bool,
    /// The connection with the server after a switch of protocols.
    pub(super) switched: Option<Box<Switched>>,
    /// What a library keeps beside it.
    pub(super) kept: Option<http::Extensions>,
}

/// A connection that switched protocols.
pub(super) struct Switched {
    /// The duty to end its exchange.
    pub(super) duty: Duty,
    /// The server's side.
    pub(super) server: Rewound,
    /// Header fields of the 101, as the server sent them.
    pub(super) fields: Headers,
    /// The client's side, where a library has it.
    pub(super) client: Option<OnUpgrade>,
}

impl From<http::Response<Outgoing>> for Answer {
    /// A page of our own.
    fn from(page: http::Response<Outgoing>) -> Self {
        let (parts, body) = page.into_parts();
        let mut fields = forwarding::fields(&parts.headers);
        if let Some(length) = body.length() {
            fields.push(b"content-length", length.to_string().as_bytes());
        }
        let reason = parts.status.canonical_reason().unwrap_or_default().to_owned();
        Self { status: parts.status.as_u16(), reason, fields, body, bodiless: false, switched: None, kept: None }
    }
}

/// Sends a request on and answers what comes back, recording both.
pub(super) async fn pass_on(engine: &Arc<Engine>, via: &Via, mut asked: Asked, reader: Reader) -> Answer {
    if let Some(why) = engine.refuses() {
        engine.problem();
        return Answer { bodiless: asked.method == "HEAD", ..pages::cannot_record(reader, &why).into() };
    }
    if asked.method == "CONNECT" {
        tunnel::nested(engine, &asked.target);
        return pages::not_inside(reader).into();
    }
    let mut hidden = forwarding::hide_credentials(&mut asked.fields, &mut asked.bytes);
    hidden.extend(target::hide_user(&mut asked));
    let meant = target::meant(&asked, via);
    let head = Event::RequestHead {
        method: asked.method.clone(),
        url: meant.url(via.scheme),
        version: asked.version.to_owned(),
        headers: asked.fields.clone(),
        bytes: asked.bytes.clone(),
    };
    let duty = Journal::begin(engine, head, asked.body.is_over());
    duty.changes(hidden);
    duty.came_by(via.client.clone());
    let head_only = asked.method == "HEAD";
    forward(engine, via, asked, &meant, duty).await.unwrap_or_else(|(failure, duty)| {
        if let Failure::Dial(error) = &failure
            && let Some(connection) = error.connection()
        {
            duty.unready(connection.clone());
        }
        let (stage, cause) = failure.told();
        let page = pages::failed(reader, stage, &meant.host, &cause);
        duty.end(End::Failed { stage, cause }, None);
        Answer { bodiless: head_only, ..page.into() }
    })
}

async fn forward(engine: &Arc<Engine>, via: &Via, mut asked: Asked, meant: &target::Meant, duty: Duty) -> Result<Answer, (Failure, Duty)> {
    if let Some(kept) = asked.kept.take() {
        return library::over_http1(engine, via, asked, meant, kept, duty).await;
    }
    let upgrade = websocket::is_asked_for(&asked);
    let repeatable = asked.body.is_over() && matches!(&*asked.method, "GET" | "HEAD" | "OPTIONS" | "TRACE");
    let leased = async {
        if upgrade { engine.pool.fresh(&via.entry).await.map(Channel::Http1) } else { engine.pool.lease(&via.entry, repeatable).await }
    };
    let channel = match leased.await {
        Ok(channel) => channel,
        Err(error) => return Err((error.into(), duty)),
    };
    let connection = match channel {
        Channel::Http1(connection) => connection,
        Channel::Http2(lease) => return library::over_http2(engine, via, asked, meant, lease, duty).await,
    };
    let fields = onward::fields(&asked, meant, upgrade, &duty);
    if let Some(received) = meant.rewritten(&asked.target) {
        onward::target(&received, &meant.target, &duty);
    }
    let chunked = framing::is_chunked(&fields);
    let request = origin::request_head(&asked.method, &meant.target, &fields);
    let trailers = trailers::are_wanted(&asked.fields);
    let client = Client { version: asked.version, interim: asked.interim, method: asked.method, trailers };
    let mut body = Some(RequestTap::new(asked.body, duty.journal(), Place::behind(&fields)));
    let mut connection = connection;
    for attempt in 1.. {
        duty.ready(&connection.link);
        let once = one(engine, connection, &request, (body.take(), chunked), &client, &duty, via.entry.target.tls.is_some());
        match once.await {
            Ok((head, server)) if head.status == 101 && upgrade => return switched(duty, head, server),
            Ok((head, server)) => return answered(duty, head, server, &client).await,
            // The server closed the connection while it lay idle, so the request goes by another.
            Err(Failure::Stale(_)) if repeatable && attempt < ATTEMPTS => {}
            Err(failure) => return Err((failure, duty)),
        }
        connection = match engine.pool.lease(&via.entry, attempt + 1 < ATTEMPTS).await {
            Ok(Channel::Http1(connection)) => connection,
            Ok(Channel::Http2(_)) => return Err((Failure::Odd("the server speaks another version of HTTP than a moment ago"), duty)),
            Err(error) => return Err((error.into(), duty)),
        };
    }
    unreachable!("the loop ends by returning")
}

/// What there is to know of the client for an answer to it.
pub(super) struct Client {
    /// The version it speaks, as the record writes versions.
    pub(super) version: &'static str,
    /// See [`Asked::interim`].
    pub(super) interim: Option<UnboundedSender<Bytes>>,
    /// The method of its request.
    pub(super) method: String,
    /// Whether it said that it takes trailer fields.
    pub(super) trailers: bool,
}

/// Sends a request once and waits for the head of its answer.
async fn one(
    engine: &Arc<Engine>,
    connection: origin::Connection,
    request: &BytesMut,
    (body, chunked): (Option<RequestTap>, bool),
    client: &Client,
    duty: &Duty,
    tls: bool,
) -> Result<(ResponseHead, origin::Asked), Failure> {
    let mut server = connection.ask(&engine.tasks, request, body, chunked).await?;
    let mut before = 0;
    loop {
        let patience = if tls || server.has_spoken() { PATIENCE } else { FIRST_PATIENCE };
        let head = patient(server.head(), duty, patience).await??;
        if !(100..200).contains(&head.status) || head.status == 101 {
            return Ok((head, server));
        }
        if before == MOST_INTERIM {
            return Err(Failure::Odd("the server sends no end of answers before its answer"));
        }
        interim(duty, head, client, before);
        before += 1;
    }
}

/// Records an answer before the answer and passes it on where the client's side can.
fn interim(duty: &Duty, head: ResponseHead, client: &Client, index: usize) {
    let (fields, changes) = forwarding::response(&head.fields, Framed::Chunks, false);
    duty.interim(event(&head));
    match &client.interim {
        Some(interim) if changes.is_empty() => {
            let mut bytes = BytesMut::new();
            head::write([b"HTTP/1.1", head.status.to_string().as_bytes(), &head::phrase(&head.reason)], &fields, &mut bytes);
            // A client that is gone needs none.
            let _ = interim.send(bytes.freeze());
        }
        // One that would have to be changed is only a hint: it is held rather than told in a form of our own.
        _ => duty.changes(vec![Change { side: Side::Response, kind: ChangeKind::InterimHeld { index }, reason: "no-means".to_owned() }]),
    }
}

fn event(head: &ResponseHead) -> Event {
    Event::ResponseHead {
        status: head.status,
        reason: head.reason.clone(),
        version: version(head.minor).to_owned(),
        headers: head.fields.clone(),
        bytes: head.bytes.clone(),
    }
}

fn version(minor: u8) -> &'static str {
    if minor == 0 { "HTTP/1.0" } else { "HTTP/1.1" }
}

/// Waits for the head of a response, as long as the request itself still moves; then for `patience`.
pub(super) async fn patient<T>(response: impl Future<Output = T>, duty: &Duty, patience: Duration) -> Result<T, Failure> {
    let mut response = std::pin::pin!(response);
    let mut left = patience;
    loop {
        match timeout(left, response.as_mut()).await {
            Ok(result) => return Ok(result),
            Err(_) => {
                let waited = Duration::from_nanos(u64::try_from(duty.waiting_since()).unwrap_or(0));
                left = patience.saturating_sub(waited);
                if left.is_zero() {
                    return Err(Failure::NoHead(patience));
                }
            }
        }
    }
}

fn switched(duty: Duty, head: ResponseHead, server: origin::Asked) -> Result<Answer, (Failure, Duty)> {
    let (fields, changes) = forwarding::response(&head.fields, Framed::Chunks, true);
    duty.changes(changes);
    duty.head(event(&head));
    let server = match server.into_stream() {
        Ok(server) => server,
        Err(silence) => return Err((silence.into(), duty)),
    };
    let (status, reason, body) = (head.status, head.reason, Outgoing::Page(Full::default()));
    let switched = Some(Box::new(Switched { duty, server, fields: head.fields, client: None }));
    Ok(Answer { status, reason, fields, body, bodiless: true, switched, kept: None })
}

async fn answered(duty: Duty, head: ResponseHead, server: origin::Asked, client: &Client) -> Result<Answer, (Failure, Duty)> {
    if head.status == 101 {
        return Err((Failure::Odd("the server switched protocols without being asked to"), duty));
    }
    let body = match server.body(&client.method, &head) {
        Ok(body) => Download::Http1(Box::new(body)),
        Err(silence) => return Err((silence.into(), duty)),
    };
    let told = event(&head);
    finish(duty, told, (head.status, head.reason), &head.fields, body, client).await
}

/// Records the head of an answer and hands its body over to the tap.
pub(super) async fn finish(
    duty: Duty,
    told: Event,
    (status, reason): (u16, String),
    fields: &Headers,
    mut body: Download,
    client: &Client,
) -> Result<Answer, (Failure, Duty)> {
    let bodiless = client.method == "HEAD" || matches!(status, 204 | 304);
    let follows = !bodiless && !body.is_over();
    let framed = match (client.version, matches!(body, Download::Plain(..))) {
        ("HTTP/2", _) => Framed::Streams,
        ("HTTP/1.1", false) => Framed::Chunks,
        ("HTTP/1.1", true) if !bodiless => Framed::LibraryChunks,
        (_, false) => Framed::Nothing,
        (_, true) => Framed::LibraryNothing,
    };
    let (mut fields, changes) = forwarding::response(fields, framed, false);
    duty.changes(changes);
    // hudsucker's side writes such an answer in chunks by itself, and says so nowhere.
    if follows && framed == Framed::LibraryChunks {
        duty.changes(forwarding::in_chunks(&mut fields));
    }
    // An answer goes to a client of HTTP/1 in our own version (RFC 9110 section 6.2).
    let spoken = if client.version == "HTTP/2" { "HTTP/2" } else { "HTTP/1.1" };
    if matches!(&told, Event::ResponseHead { version, .. } if version != spoken) {
        let kind = ChangeKind::Version { sent: spoken.to_owned() };
        duty.changes(vec![Change { side: Side::Response, kind, reason: "own-version".to_owned() }]);
    }
    duty.head(told);
    if follows {
        let body = Outgoing::Tap(Box::new(ResponseTap::new(body, duty, Place::in_answer(&fields, framed, client.trailers))));
        return Ok(Answer { status, reason, fields, body, bodiless, switched: None, kept: None });
    }
    // Nobody asks for the body of such a message, so its end is awaited here, and the head is what is kept back.
    while let Some(piece) = body.piece().await {
        match piece {
            Ok(Piece::Trailers(fields)) => {
                duty.trailers(Side::Response, fields, &Place::Nowhere);
            }
            Ok(Piece::Data(_)) => {}
            Err(error) => return Err((Failure::Broken(error), duty)),
        }
    }
    if duty.is_request_whole() {
        body.park();
    }
    let (receipt, record) = receipt();
    duty.end(End::Complete, Some(receipt));
    match record.await {
        Ok(()) => Ok(Answer { status, reason, fields, body: Outgoing::Page(Full::default()), bodiless, switched: None, kept: None }),
        Err(_) => {
            duty.engine().problem();
            Err((Failure::Unkept, duty))
        }
    }
}

impl From<Bytes> for Outgoing {
    fn from(bytes: Bytes) -> Self {
        Self::Page(Full::new(bytes))
    }
}
