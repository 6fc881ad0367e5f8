//! The browser's part of the scripted client: documents, what they load, header fields, cookies and a cache. What the scripts of a page do
//! stands in `behaviour`.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri, header};
use http_body_util::Full;
use tokio_tungstenite::WebSocketStream;

use super::super::coding::{OFFERED, decode};
use super::jar::{Jar, Towards};
use super::lines::{Lines, Route, Secured};

/// Says what it is, in the form of a browser's.
pub(super) const AGENT: &str = concat!("Mozilla/5.0 (dataspoor ", env!("CARGO_PKG_VERSION"), "; scripted client, no browser)");

/// How long one exchange may take before the visit is given up.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// What a request is for: destination, mode and Accept (Fetch Metadata Request Headers, section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Document,
    Style,
    Script,
    Image,
    Fetch,
    /// A request whose answer the script may not read: a beacon, or `no-cors`.
    Opaque,
}

impl Purpose {
    const fn fields(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Document => ("document", "navigate", "text/html,application/xhtml+xml,*/*;q=0.8"),
            Self::Style => ("style", "no-cors", "text/css,*/*;q=0.1"),
            Self::Script => ("script", "no-cors", "*/*"),
            Self::Image => ("image", "no-cors", "image/avif,image/webp,image/*,*/*;q=0.8"),
            Self::Fetch => ("empty", "cors", "*/*"),
            Self::Opaque => ("empty", "no-cors", "*/*"),
        }
    }
}

/// A request in the words of a page.
pub(super) struct Ask {
    method: Method,
    url: String,
    purpose: Purpose,
    body: Bytes,
    fields: Vec<(&'static str, String)>,
}

impl Ask {
    pub(super) fn get(purpose: Purpose, url: impl Into<String>) -> Self {
        Self { method: Method::GET, url: url.into(), purpose, body: Bytes::new(), fields: Vec::new() }
    }

    pub(super) fn post(purpose: Purpose, url: impl Into<String>, media: &str, body: impl Into<Bytes>) -> Self {
        let fields = vec![("content-type", media.to_owned())];
        Self { method: Method::POST, url: url.into(), purpose, body: body.into(), fields }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.fields.push((name, value.into()));
        self
    }
}

/// The answer to a request, its coding taken off.
pub(super) struct Got {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// The document in the window.
pub(super) struct Document {
    pub(super) url: String,
    pub(super) referrer: String,
    html: String,
    /// Moments whose requests have been answered.
    pub(super) settled: u32,
    /// Requests that the page's scripts have numbered.
    pub(super) number: u32,
    pub(super) socket: Option<WebSocketStream<Secured>>,
    /// What was typed, by the field's CSS selector.
    filled: Vec<(&'static str, &'static str)>,
}

impl Document {
    /// The value of an attribute of the root element, where the world's pages keep what their scripts need.
    pub(super) fn data(&self, name: &str) -> String {
        attribute(&self.html, &format!("data-{name}")).unwrap_or_default()
    }

    /// What was typed into a field; nothing is an empty text.
    pub(super) fn typed(&self, css: &str) -> &'static str {
        self.filled.iter().rev().find(|(field, _)| *field == css).map_or("", |(_, text)| text)
    }

    /// The element with this identifier, from its name to its end.
    fn element(&self, css: &str) -> Option<&str> {
        let place = self.html.find(&format!("id=\"{}\"", css.strip_prefix('#')?))?;
        let start = self.html[..place].rfind('<')?;
        let name: String = self.html[start + 1..].chars().take_while(char::is_ascii_alphanumeric).collect();
        let length = self.html[start..].find(&format!("</{name}>"))?;
        Some(&self.html[start..start + length])
    }

    /// Where the link with this identifier leads.
    pub(super) fn link(&self, css: &str) -> Option<String> {
        attribute(self.element(css)?, "href")
    }

    /// What the document loads, in its order.
    fn resources(&self) -> Vec<(Purpose, String)> {
        let tags = self.html.split('<').filter_map(|piece| piece.split_once('>')).map(|(tag, _)| tag);
        let resource = |tag: &str| {
            let (purpose, name) = match tag.split(' ').next()? {
                "link" if tag.contains("rel=\"stylesheet\"") => (Purpose::Style, "href"),
                "script" => (Purpose::Script, "src"),
                "img" => (Purpose::Image, "src"),
                _ => return None,
            };
            Some((purpose, attribute(tag, name)?))
        };
        tags.filter_map(resource).collect()
    }
}

/// A visitor with a profile of its own.
pub(super) struct Visitor {
    pub(super) lines: Lines,
    jar: Mutex<Jar>,
    /// What was loaded already: addresses with their ETag if they have to be asked about again, without one if they may be used as they are.
    cache: Mutex<BTreeMap<String, Option<String>>>,
    pub(super) document: Option<Document>,
}

impl Visitor {
    pub(super) fn new(route: Route, authority_pem: &str) -> io::Result<Self> {
        Ok(Self { lines: Lines::new(route, authority_pem)?, jar: Mutex::default(), cache: Mutex::default(), document: None })
    }

    pub(super) fn jar(&self) -> MutexGuard<'_, Jar> {
        self.jar.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The document in the window.
    pub(super) fn document(&self) -> io::Result<&Document> {
        self.document.as_ref().ok_or_else(|| failed("no document is open"))
    }

    pub(super) fn document_mut(&mut self) -> io::Result<&mut Document> {
        self.document.as_mut().ok_or_else(|| failed("no document is open"))
    }

    /// Opens a document, from a link of the present one or as if typed, follows redirects, loads what it names and lets its scripts arrive.
    pub(super) async fn open(&mut self, url: &str, from: Option<&str>) -> io::Result<()> {
        let mut url = url.to_owned();
        let mut from = from.map(str::to_owned);
        let got = loop {
            let got = self.send(Ask::get(Purpose::Document, url.as_str()), from.as_deref()).await?;
            let Some(next) = got.headers.get(header::LOCATION).filter(|_| got.status.is_redirection()) else { break got };
            url = next.to_str().map_err(io::Error::other)?.to_owned();
            if got.headers.get("referrer-policy").is_some_and(|policy| policy == "origin") {
                from = from.map(|from| format!("{}/", origin(&from)));
            }
        };
        // A page is told that it is left when the next document has begun to arrive.
        self.leave().await?;
        let referrer = from.map(|from| referer(&from, &url)).unwrap_or_default();
        let html = String::from_utf8_lossy(&got.body).into_owned();
        let document = Document { url: url.clone(), referrer, html, settled: 0, number: 0, socket: None, filled: Vec::new() };
        let resources = document.resources();
        self.document = Some(document);
        for (purpose, address) in resources {
            self.load(purpose, &absolute(&url, &address)).await?;
        }
        self.arrive().await
    }

    /// Loads something that the present document names, unless the cache has it.
    pub(super) async fn load(&self, purpose: Purpose, url: &str) -> io::Result<()> {
        let cached = self.cache.lock().unwrap_or_else(PoisonError::into_inner).get(url).cloned();
        let ask = match cached {
            Some(None) => return Ok(()),
            Some(Some(etag)) => Ask::get(purpose, url).with("if-none-match", etag),
            None => Ask::get(purpose, url),
        };
        let from = self.document()?.url.clone();
        let got = self.send(ask, Some(&from)).await?;
        let policy = got.headers.get(header::CACHE_CONTROL).and_then(|policy| policy.to_str().ok()).unwrap_or_default();
        let etag = got.headers.get(header::ETAG).and_then(|etag| etag.to_str().ok()).map(str::to_owned);
        if etag.is_some() || policy.contains("max-age=") && !policy.contains("max-age=0") {
            self.cache.lock().unwrap_or_else(PoisonError::into_inner).insert(url.to_owned(), etag);
        }
        Ok(())
    }

    /// Sends a request of the document at `from`, or of the address bar, keeps the cookies of its answer and takes the coding off.
    pub(super) async fn send(&self, ask: Ask, from: Option<&str>) -> io::Result<Got> {
        let url = ask.url.clone();
        let request = self.dressed(ask, from)?;
        let host = request.uri().host().unwrap_or_default().to_owned();
        let sent = tokio::time::timeout(PATIENCE, self.lines.send(request));
        let response = sent.await.map_err(|_| failed(&format!("{url}: no answer within {} s", PATIENCE.as_secs())))??;
        let (head, body) = response.into_parts();
        if head.status.is_client_error() || head.status.is_server_error() {
            return Err(failed(&format!("{url}: answered with {}", head.status)));
        }
        for line in head.headers.get_all(header::SET_COOKIE) {
            self.jar().take(&host, &String::from_utf8_lossy(line.as_bytes()));
        }
        let coding = head.headers.get(header::CONTENT_ENCODING).and_then(|coding| coding.to_str().ok());
        let body = decode(coding, body)?;
        Ok(Got { status: head.status, headers: head.headers, body })
    }

    /// Puts on the header fields that a browser would.
    fn dressed(&self, ask: Ask, from: Option<&str>) -> io::Result<Request<Full<Bytes>>> {
        let uri: Uri = ask.url.parse().map_err(io::Error::other)?;
        let host = uri.host().unwrap_or_default();
        let (destination, mode, accept) = ask.purpose.fields();
        let navigation = ask.purpose == Purpose::Document;
        let relation = match from.map(host_of) {
            None => "none",
            Some(other) if other == host => "same-origin",
            Some(other) if site(other) == site(host) => "same-site",
            Some(_) => "cross-site",
        };
        let same_site = relation != "cross-site";
        let mut fields = vec![
            ("user-agent", AGENT.to_owned()),
            ("accept", accept.to_owned()),
            ("accept-language", "nl-NL,nl;q=0.9".to_owned()),
            ("accept-encoding", OFFERED.to_owned()),
            ("sec-fetch-site", relation.to_owned()),
            ("sec-fetch-mode", mode.to_owned()),
            ("sec-fetch-dest", destination.to_owned()),
        ];
        if navigation {
            fields.push(("sec-fetch-user", "?1".to_owned()));
            fields.push(("upgrade-insecure-requests", "1".to_owned()));
        }
        if let Some(from) = from {
            if ask.method == Method::POST {
                fields.push(("origin", origin(from).to_owned()));
            }
            fields.push(("referer", referer(from, &ask.url)));
        }
        // Asked for by the platform's first document (Accept-CH), so they come with what follows it.
        if host == super::super::PLATFORM && self.document.as_ref().is_some_and(|document| host_of(&document.url) == host) {
            fields.push(("sec-ch-ua-full-version-list", format!("\"dataspoor scripted client\";v=\"{}\"", env!("CARGO_PKG_VERSION"))));
            fields.push(("sec-ch-ua-model", "\"SIMULATED\"".to_owned()));
            fields.push(("sec-ch-ua-platform-version", "\"SIMULATED\"".to_owned()));
        }
        fields.extend(ask.fields);
        let towards = Towards { host, path: uri.path(), same_site, navigation };
        // In pieces, as browsers do over HTTP/2 (RFC 9113 section 8.2.3).
        fields.extend(self.jar().towards(towards).into_iter().map(|pair| ("cookie", pair)));
        let mut request = Request::new(Full::new(ask.body));
        for (name, value) in fields {
            request.headers_mut().append(HeaderName::from_static(name), HeaderValue::try_from(value).map_err(io::Error::other)?);
        }
        *request.method_mut() = ask.method;
        *request.uri_mut() = uri;
        Ok(request)
    }

    /// Whether the document has an element.
    pub(super) fn expect(&self, css: &str) -> io::Result<()> {
        let document = self.document()?;
        document.element(css).map(drop).ok_or_else(|| failed(&format!("{}: there is no element {css}", document.url)))
    }

    /// Types a text into a field.
    pub(super) fn fill(&mut self, css: &'static str, text: &'static str) -> io::Result<()> {
        let document = self.document_mut()?;
        if !document.html.contains(&format!("<input id=\"{}\"", css.trim_start_matches('#'))) {
            return Err(failed(&format!("{}: there is no field {css}", document.url)));
        }
        document.filled.push((css, text));
        Ok(())
    }

    /// Whether an element of the document has this text.
    pub(super) fn expect_text(&self, css: &str, text: &str) -> io::Result<()> {
        let document = self.document()?;
        let found = document.element(css).and_then(|element| element.split_once('>')).is_some_and(|(_, content)| content == text);
        if found { Ok(()) } else { Err(failed(&format!("{}: {css} does not read {text:?}", document.url))) }
    }

    /// Whether so many moments have settled. The visitor takes its steps one after the other, so there is nothing to wait for.
    pub(super) fn expect_settled(&self, moments: u32) -> io::Result<()> {
        let document = self.document()?;
        let message = || failed(&format!("{}: {} moments have settled, not {moments}", document.url, document.settled));
        if document.settled >= moments { Ok(()) } else { Err(message()) }
    }
}

pub(super) fn failed(text: &str) -> io::Error {
    io::Error::other(format!("the scripted visit failed: {text}"))
}

/// The value of an attribute in a piece of the world's own HTML, which always writes double quotes and escapes only the ampersand.
fn attribute(html: &str, name: &str) -> Option<String> {
    let (_, rest) = html.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value.replace("&amp;", "&"))
}

/// Scheme and host of an address.
pub(super) fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    url[host..].find('/').map_or(url, |end| &url[..host + end])
}

/// The host of an address.
pub(super) fn host_of(url: &str) -> &str {
    origin(url).rsplit('/').next().unwrap_or_default()
}

/// The registrable domain; the world's hosts all have one of two labels.
fn site(host: &str) -> &str {
    host.rmatch_indices('.').nth(1).map_or(host, |(at, _)| &host[at + 1..])
}

/// `strict-origin-when-cross-origin` (Referrer Policy, section 8.3).
fn referer(from: &str, to: &str) -> String {
    if host_of(from) == host_of(to) { from.to_owned() } else { format!("{}/", origin(from)) }
}

fn absolute(base: &str, address: &str) -> String {
    if address.starts_with('/') { format!("{}{address}", origin(base)) } else { address.to_owned() }
}
