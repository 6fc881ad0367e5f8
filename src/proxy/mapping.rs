//! Where a host really lies, as the operator says. It never looks a name up.

use std::net::SocketAddr;
use std::str::FromStr;

/// `HOST[:PORT]=ADDRESS:PORT`: connections to the host (at that port) go to the address instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// Host name or address, without brackets.
    pub host: String,
    /// Port; every port where absent.
    pub port: Option<u16>,
    /// Where it lies.
    pub to: SocketAddr,
}

/// The text is no mapping.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// There is no equals sign.
    #[error("{0:?} has no '='; write HOST[:PORT]=ADDRESS:PORT, for example www.example.com:443=127.0.0.1:8443")]
    NoTarget(String),
    /// The left side is no host with an optional port.
    #[error("{0:?} is no host with an optional port; write HOST or HOST:PORT, and an IPv6 address in brackets")]
    Host(String),
    /// The right side is no address with a port.
    #[error("{0:?} is no address with a port; write for example 127.0.0.1:8443 or [::1]:8443, not a name")]
    Address(String),
}

impl FromStr for Mapping {
    type Err = MappingError;

    fn from_str(text: &str) -> Result<Self, MappingError> {
        let (from, to) = text.split_once('=').ok_or_else(|| MappingError::NoTarget(text.to_owned()))?;
        let to = to.trim().parse().map_err(|_| MappingError::Address(to.to_owned()))?;
        let wrong = || MappingError::Host(from.to_owned());
        let from = from.trim();
        let (host, port) = if let Some(inside) = from.strip_prefix('[') {
            let (host, rest) = inside.split_once(']').ok_or_else(wrong)?;
            if !rest.is_empty() && !rest.starts_with(':') {
                return Err(wrong());
            }
            host.parse::<std::net::Ipv6Addr>().map_err(|_| wrong())?;
            (host, rest.strip_prefix(':'))
        } else {
            from.split_once(':').map_or((from, None), |(host, port)| (host, Some(port)))
        };
        let port = port.map(|port| port.parse().map_err(|_| wrong())).transpose()?;
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b':');
        if host.is_empty() || !host.bytes().all(allowed) {
            return Err(wrong());
        }
        Ok(Self { host: host.trim_end_matches('.').to_ascii_lowercase(), port, to })
    }
}

impl Mapping {
    /// Whether it speaks of this host and port. `host` is in lower case and without brackets.
    pub(super) fn covers(&self, host: &str, port: u16) -> bool {
        self.port.is_none_or(|own| own == port) && self.host.eq_ignore_ascii_case(host.trim_end_matches('.'))
    }
}

/// As it is written on the command line.
impl std::fmt::Display for Mapping {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bracketed = self.host.contains(':');
        let (open, close) = if bracketed { ("[", "]") } else { ("", "") };
        write!(out, "{open}{}{close}", self.host)?;
        if let Some(port) = self.port {
            write!(out, ":{port}")?;
        }
        write!(out, "={}", self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_an_operator_writes() {
        let one: Mapping = "WWW.Example.com:443=127.0.0.1:8443".parse().expect("a mapping");
        assert_eq!(one, Mapping { host: "www.example.com".into(), port: Some(443), to: "127.0.0.1:8443".parse().expect("an address") });
        assert!(one.covers("www.example.com", 443) && one.covers("www.example.com.", 443) && !one.covers("www.example.com", 80));
        let six: Mapping = "[::1]:443=127.0.0.1:8443".parse().expect("a mapping");
        assert_eq!((six.host.as_str(), six.port), ("::1", Some(443)));
        let any: Mapping = "a.test=[::1]:1".parse().expect("a mapping");
        assert_eq!(any.port, None);
        assert!(any.covers("a.test", 1) && any.covers("A.test", 65_535));
    }

    #[test]
    fn says_what_is_wrong() {
        let refused = |text: &str| text.parse::<Mapping>().expect_err("no mapping");
        assert!(matches!(refused("a.test"), MappingError::NoTarget(_)));
        assert!(matches!(refused("a.test=b.test:1"), MappingError::Address(_)));
        assert!(matches!(refused("a.test=127.0.0.1"), MappingError::Address(_)));
        for host in ["", ":443", "a.test:port", "[::1", "[a]:1", "[::1]x", "a b"] {
            assert!(matches!(refused(&format!("{host}=127.0.0.1:1")), MappingError::Host(_)), "{host}");
        }
    }
}
