//! Connects to the first of several addresses that answers (RFC 8305 section 5): each gets a head start before the next is tried beside it. It
//! looks nothing up and judges nothing: it is given the addresses that may be dialled.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// How long an address is tried alone (the value that RFC 8305 section 8 recommends).
const HEAD_START: Duration = Duration::from_millis(250);

/// A connection to one of `addresses`, tried in an order that alternates between both versions of IP.
///
/// # Errors
/// The most telling of the refusals, with its address; `None` without addresses.
pub(super) async fn first(addresses: Vec<SocketAddr>) -> Result<(TcpStream, SocketAddr), Option<(SocketAddr, io::Error)>> {
    let mut waiting = alternating(addresses).into_iter().peekable();
    let mut attempts = JoinSet::new();
    let mut refused: Option<(SocketAddr, io::Error)> = None;
    loop {
        if let Some(address) = waiting.next() {
            attempts.spawn(async move { (address, TcpStream::connect(address).await) });
        }
        tokio::select! {
            Some(attempt) = attempts.join_next() => match attempt {
                Ok((address, Ok(stream))) => return Ok((stream, address)),
                Ok((address, Err(error))) => {
                    if refused.as_ref().is_none_or(|(_, known)| weight(&error) >= weight(known)) {
                        refused = Some((address, error));
                    }
                    if attempts.is_empty() && waiting.peek().is_none() {
                        return Err(refused);
                    }
                }
                Err(_) => {}
            },
            () = sleep(HEAD_START), if waiting.peek().is_some() => {}
            else => return Err(refused),
        }
    }
}

/// How much a refusal tells: a machine without IP of one version says so of every such address, which tells nothing of the server.
fn weight(error: &io::Error) -> u8 {
    match error.kind() {
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset | io::ErrorKind::TimedOut => 2,
        io::ErrorKind::HostUnreachable => 1,
        _ => 0,
    }
}

/// One of version 6, one of version 4, and so on; the order within a version stays.
fn alternating(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let (six, four): (Vec<_>, Vec<_>) = addresses.into_iter().partition(SocketAddr::is_ipv6);
    let (mut six, mut four) = (six.into_iter(), four.into_iter());
    let mut order = Vec::with_capacity(six.len() + four.len());
    loop {
        let pair = [six.next(), four.next()];
        if pair == [None, None] {
            return order;
        }
        order.extend(pair.into_iter().flatten());
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    fn address(text: &str) -> SocketAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn versions_alternate() {
        let order = alternating(["1.1.1.1:1", "1.1.1.2:1", "[::1]:1", "1.1.1.3:1", "[::2]:1"].map(address).into());
        assert_eq!(order, ["[::1]:1", "1.1.1.1:1", "[::2]:1", "1.1.1.2:1", "1.1.1.3:1"].map(address));
    }

    #[tokio::test]
    async fn one_that_answers_is_enough() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let (alive, port) = (listener.local_addr().expect("an address"), listener.local_addr().expect("an address").port());
        let dead = [format!("[::1]:{port}"), format!("127.0.0.9:{port}")].map(|text| address(&text));
        let (_stream, reached) = first(vec![dead[1], dead[0], alive]).await.expect("a connection");
        assert_eq!(reached, alive);
        let (at, error) = first(dead.to_vec()).await.expect_err("nobody listens").expect("a refusal");
        assert!(dead.contains(&at) && error.kind() == io::ErrorKind::ConnectionRefused, "{at}: {error}");
        assert!(first(Vec::new()).await.expect_err("no address").is_none());
    }
}
