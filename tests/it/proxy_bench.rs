//! What the tests of the proxy stand on: a recorder that collects, and can be slow or broken; a proxy before an origin; clients.

use std::net::SocketAddr;
use std::process::{Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dataspoor::model::{
    Assembled, Assembly, ClientLink, End, Event, Exchange, Opened, Receipt, Recorder, Stamped, Submission, Tunnel, TunnelReason,
};
use dataspoor::proxy::{Admission, Authority, Mapping, Running, Settings, start};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::origin::{Kind, Origin, now};

/// Far beyond what anything here takes; only a hanging test meets it.
pub(crate) const LONG: Duration = Duration::from_secs(20);

/// Collects events, and can be slow or broken on purpose.
#[derive(Default)]
pub(crate) struct Collector {
    pub(crate) events: Mutex<Vec<Stamped>>,
    changed: Notify,
    /// Keeps the receipts of ends.
    pub(crate) hold_ends: AtomicBool,
    /// Keeps the receipts of bytes.
    pub(crate) hold_bytes: AtomicBool,
    /// Drops every receipt uncalled.
    pub(crate) broken: AtomicBool,
    /// Says that nothing more can be kept.
    pub(crate) full: AtomicBool,
    held: Mutex<Vec<Receipt>>,
}

impl Recorder for Collector {
    fn submit(&self, submission: Submission) {
        let is_end = matches!(submission.stamped.event, Event::End(_));
        self.events.lock().expect("not poisoned").push(submission.stamped);
        if let Some(receipt) = submission.receipt {
            let hold = if is_end { &self.hold_ends } else { &self.hold_bytes };
            if self.broken.load(SeqCst) {
                drop(receipt);
            } else if hold.load(SeqCst) {
                self.held.lock().expect("not poisoned").push(receipt);
            } else {
                receipt();
            }
        }
        self.changed.notify_waiters();
    }

    fn refuses(&self) -> Option<String> {
        self.full.load(SeqCst).then(|| "the disk is full".to_owned())
    }
}

impl Collector {
    pub(crate) fn of(&self, exchange: u64) -> Vec<Event> {
        let events = self.events.lock().expect("not poisoned");
        events.iter().filter(|stamped| stamped.exchange == exchange).map(|stamped| stamped.event.clone()).collect()
    }

    /// Waits until something is true of the events of an exchange.
    pub(crate) async fn until(&self, exchange: u64, what: impl Fn(&[Event]) -> bool) -> Vec<Event> {
        let wait = async {
            loop {
                let changed = self.changed.notified();
                let mut changed = std::pin::pin!(changed);
                changed.as_mut().enable();
                let events = self.of(exchange);
                if what(&events) {
                    return events;
                }
                changed.await;
            }
        };
        timeout(LONG, wait).await.unwrap_or_else(|_| panic!("never came: {:?}", names(&self.of(exchange))))
    }

    pub(crate) async fn ended(&self, exchange: u64) -> Vec<Event> {
        self.until(exchange, |events| events.iter().any(|event| matches!(event, Event::End(_)))).await
    }

    /// Waits for the record of a tunnel.
    pub(crate) async fn tunnel(&self) -> Tunnel {
        let is_tunnel = |event: &Event| matches!(event, Event::Tunnel(_));
        let events = self.until(0, |events| events.iter().any(is_tunnel)).await;
        match events.into_iter().find(is_tunnel) {
            Some(Event::Tunnel(tunnel)) => tunnel,
            _ => panic!("no tunnel"),
        }
    }

    /// Calls the receipts that were held, and holds no more.
    pub(crate) fn release(&self) {
        self.hold_ends.store(false, SeqCst);
        self.hold_bytes.store(false, SeqCst);
        let held = std::mem::take(&mut *self.held.lock().expect("not poisoned"));
        for receipt in held {
            receipt();
        }
    }

    pub(crate) async fn exchange(&self, number: u64) -> Exchange {
        self.ended(number).await;
        let mut assembly = Assembly::new();
        let events = self.events.lock().expect("not poisoned").clone();
        for stamped in events.into_iter().filter(|stamped| stamped.exchange == number) {
            if let Assembled::Done(exchange) = assembly.push(stamped) {
                assert_eq!(exchange.anomalies, [], "the events come in an order that the protocol allows");
                return *exchange;
            }
        }
        panic!("exchange {number} does not end")
    }
}

pub(crate) fn names(events: &[Event]) -> Vec<&'static str> {
    let name = |event: &Event| match event {
        Event::RequestHead { .. } => "request",
        Event::RequestBytes(_) => "sent",
        Event::RequestCut => "cut",
        Event::ResponseHead { .. } => "response",
        Event::ResponseBytes(_) => "received",
        Event::Trailers(..) => "trailers",
        Event::End(End::Complete) => "complete",
        Event::End(End::Failed { .. }) => "failed",
        Event::End(End::Abandoned) => "abandoned",
        Event::Opened(_) => "opened",
        Event::Connection(..) => "connection",
        Event::Tunnel(_) => "tunnel",
        Event::Change(_) => "change",
        Event::Message(_) | Event::Mark(_) | Event::Gap(_) | Event::Exhibit(_) => "other",
    };
    let mut names: Vec<_> = events.iter().map(name).collect();
    names.dedup();
    names
}

/// A proxy in front of an origin that goes by the name `a.test`.
pub(crate) struct Bench {
    pub(crate) origin: Origin,
    pub(crate) collector: Arc<Collector>,
    pub(crate) proxy: Running,
    pub(crate) folder: TempDir,
    pub(crate) roots: RootCertStore,
}

impl Bench {
    pub(crate) async fn new(kind: Kind) -> Self {
        Self::with(kind, |settings, origin| {
            settings.map = vec![Mapping { host: "a.test".into(), port: None, to: origin }];
        })
        .await
    }

    pub(crate) async fn with(kind: Kind, change: impl FnOnce(&mut Settings, SocketAddr)) -> Self {
        let origin = Origin::start(kind).await;
        let collector = Arc::new(Collector::default());
        let authority = Authority::generate("dataspoor test", now(), 3).expect("an authority");
        let folder = TempDir::new().expect("a folder");
        std::fs::write(folder.path().join("ca.pem"), authority.certificate_pem()).expect("a written file");
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(authority.certificate_pem().as_bytes()).expect("a certificate")).expect("a root");
        let mut settings = Settings {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            authority,
            upstream_roots: origin.root.clone(),
            map: Vec::new(),
            allow_private_upstream: false,
            only_mapped: false,
            admission: Admission::default(),
            reach: dataspoor::proxy::Reach::default(),
        };
        change(&mut settings, origin.address);
        let proxy = start(settings, Arc::<Collector>::clone(&collector)).await.expect("a running proxy");
        Self { origin, collector, proxy, folder, roots }
    }

    /// Waits for the record of a tunnel that was not read for this reason.
    pub(crate) async fn tunnel_with(&self, reason: TunnelReason) -> Tunnel {
        let is = |event: &Event| matches!(event, Event::Tunnel(tunnel) if tunnel.reason == reason);
        let events = self.collector.until(0, |events| events.iter().any(is)).await;
        match events.into_iter().rfind(is) {
            Some(Event::Tunnel(tunnel)) => tunnel,
            _ => panic!("no tunnel"),
        }
    }

    /// What was told of connections of clients that were taken over.
    pub(crate) fn client_links(&self) -> Vec<ClientLink> {
        let links = self.collector.of(0).into_iter().filter_map(|event| match event {
            Event::Opened(Opened::Client(link)) => Some(*link),
            _ => None,
        });
        links.collect()
    }

    pub(crate) fn curl(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("curl");
        command
            .args(["--disable", "--silent", "--show-error", "--suppress-connect-headers", "--noproxy", "", "--proxy"])
            .arg(format!("http://{}", self.proxy.address()))
            .arg("--cacert")
            .arg(self.folder.path().join("ca.pem"))
            .args(arguments)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    pub(crate) async fn run(&self, arguments: &[&str]) -> Output {
        timeout(LONG, self.curl(arguments).output()).await.expect("curl ends").expect("curl runs")
    }

    /// A connection after CONNECT, and what the proxy answered to that.
    pub(crate) async fn connect(&self, authority: &str) -> (TcpStream, String) {
        let mut stream = TcpStream::connect(self.proxy.address()).await.expect("a connection");
        stream.write_all(format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n").as_bytes()).await.expect("written");
        let head = head(&mut stream).await;
        (stream, head)
    }

    /// TLS with `name` inside a CONNECT, HTTP/1.1.
    pub(crate) async fn secure(&self, authority: &str, name: &str) -> std::io::Result<TlsStream<TcpStream>> {
        self.secure_with(authority, name, &[b"http/1.1"], self.roots.clone()).await
    }

    pub(crate) async fn secure_with(
        &self,
        authority: &str,
        name: &str,
        protocols: &[&[u8]],
        roots: RootCertStore,
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let (stream, head) = self.connect(authority).await;
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
        let name = ServerName::try_from(name.to_owned()).expect("a name");
        TlsConnector::from(Arc::new(config)).connect(name, stream).await
    }
}

/// Reads up to the empty line after a head.
pub(crate) async fn head(stream: &mut (impl tokio::io::AsyncRead + Unpin)) -> String {
    let mut text = Vec::new();
    while !text.ends_with(b"\r\n\r\n") {
        match timeout(LONG, stream.read_u8()).await.expect("a head comes") {
            Ok(byte) => text.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(text).expect("a head is text")
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
