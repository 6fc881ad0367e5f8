//! A name server on loopback for tests: it answers over UDP as it is told, and counts what it was asked. It knows nothing of zones.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

/// Numbers of the kinds of records (RFC 1035 section 3.2.2, RFC 3596).
pub(crate) const A: u16 = 1;
const CNAME: u16 = 5;
pub(crate) const AAAA: u16 = 28;

/// What a name server answers.
pub(crate) enum Reply {
    /// These addresses, those of the version that was asked for, at the end of a chain of aliases.
    Addresses(Vec<&'static str>, Vec<IpAddr>),
    /// There is no such name.
    NoSuchName,
    /// Nothing.
    Silence,
}

impl Reply {
    /// These addresses, without an alias.
    pub(crate) fn of(addresses: &[&str]) -> Self {
        Self::Addresses(Vec::new(), addresses.iter().map(|text| text.parse().expect("an address")).collect())
    }
}

/// A name server that runs until it is dropped.
pub(crate) struct NameServer {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<(String, u16)>>>,
    task: JoinHandle<()>,
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl NameServer {
    /// Answers with what `reply` gives for a name and how often it was asked for that name and kind before.
    pub(crate) async fn start(reply: impl Fn(&str, usize) -> Reply + Send + 'static) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
        let address = socket.local_addr().expect("an address");
        let asked = Arc::<Mutex<Vec<(String, u16)>>>::default();
        let noted = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            let mut buffer = [0; 1500];
            while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
                let (name, kind, end) = question(&buffer[..length]);
                let before = {
                    let mut asked = noted.lock().expect("not poisoned");
                    let question = (name.clone(), kind);
                    let before = asked.iter().filter(|known| **known == question).count();
                    asked.push(question);
                    before
                };
                if let Some(answer) = answer(&buffer[..end], &name, kind, reply(&name, before)) {
                    let _ = socket.send_to(&answer, from).await;
                }
            }
        });
        Self { address, asked, task }
    }

    /// How often it was asked for records of a kind.
    pub(crate) fn asked(&self, name: &str, kind: u16) -> usize {
        self.asked.lock().expect("not poisoned").iter().filter(|known| **known == (name.to_owned(), kind)).count()
    }
}

/// The name and kind that are asked for, and where the question ends.
fn question(message: &[u8]) -> (String, u16, usize) {
    let mut labels = Vec::new();
    let mut at = 12;
    while message[at] != 0 {
        let end = at + 1 + usize::from(message[at]);
        labels.push(String::from_utf8_lossy(&message[at + 1..end]).to_lowercase());
        at = end;
    }
    (labels.join("."), u16::from_be_bytes([message[at + 1], message[at + 2]]), at + 5)
}

fn answer(asked: &[u8], name: &str, kind: u16, reply: Reply) -> Option<Vec<u8>> {
    let (code, aliases, addresses) = match reply {
        Reply::Addresses(aliases, addresses) => (0, aliases, addresses),
        Reply::NoSuchName => (3, Vec::new(), Vec::new()),
        Reply::Silence => return None,
    };
    let mut records = Vec::new();
    let mut owner = name;
    for alias in &aliases {
        records.push((owner, CNAME, encoded(alias)));
        owner = *alias;
    }
    for address in addresses {
        match address {
            IpAddr::V4(address) if kind == A => records.push((owner, A, address.octets().to_vec())),
            IpAddr::V6(address) if kind == AAAA => records.push((owner, AAAA, address.octets().to_vec())),
            _ => {}
        }
    }
    let mut message = asked.to_vec();
    // A response, recursion desired and available, with this code, one question and these answers, nothing more.
    message[2..12].copy_from_slice(&[0x81, 0x80 | code, 0, 1, 0, records.len() as u8, 0, 0, 0, 0]);
    for (owner, kind, data) in records {
        message.extend(encoded(owner));
        message.extend(kind.to_be_bytes());
        // Class IN, and not to be kept for any time.
        message.extend([0, 1, 0, 0, 0, 0]);
        message.extend((data.len() as u16).to_be_bytes());
        message.extend(data);
    }
    Some(message)
}

fn encoded(name: &str) -> Vec<u8> {
    let labels = name.split('.').flat_map(|label| std::iter::once(label.len() as u8).chain(label.bytes()));
    labels.chain([0]).collect()
}
