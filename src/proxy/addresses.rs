//! What of a host is an address, and which addresses lead back to the proxy. It never looks a name up.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

/// What a host is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Host {
    /// A name, to be looked up.
    Name,
    /// An address.
    Address(IpAddr),
    /// Neither: it must not go to a name server, which could be made to answer anything.
    Odd,
}

impl Host {
    /// Reads a host without brackets. As in browsers (WHATWG URL, "host parsing"), a host whose last part is a number is an address of version 4
    /// or nothing, in whatever of the old ways it is written: `127.1`, `0x7f.0.0.1`, `2130706433`.
    pub(super) fn of(host: &str) -> Self {
        if let Ok(address) = host.parse::<IpAddr>() {
            return Self::Address(address);
        }
        // A zone (RFC 4007 section 11) names an interface of this machine, which no page knows; a colon stands in no name.
        if host.is_empty()
            || host.contains([':', '%', '/', '\\', '@', '[', ']'])
            || host.chars().any(|sign| sign.is_control() || sign == ' ')
        {
            return Self::Odd;
        }
        let parts: Vec<&str> = host.strip_suffix('.').unwrap_or(host).split('.').collect();
        let last = parts.last().copied().unwrap_or_default();
        if last.is_empty() || !last.bytes().all(|byte| byte.is_ascii_digit()) && number(last).is_none() {
            return Self::Name;
        }
        let numbers: Option<Vec<u64>> = parts.iter().map(|part| number(part)).collect();
        numbers.and_then(|numbers| old_form(&numbers)).map_or(Self::Odd, |address| Self::Address(IpAddr::V4(address)))
    }
}

/// A number in decimal, octal (`0…`) or hexadecimal (`0x…`) form.
fn number(part: &str) -> Option<u64> {
    match part.strip_prefix("0x").or_else(|| part.strip_prefix("0X")) {
        Some("") => Some(0),
        Some(rest) => u64::from_str_radix(rest, 16).ok(),
        None if part.len() > 1 && part.starts_with('0') => u64::from_str_radix(part, 8).ok(),
        None => part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok()).flatten(),
    }
}

/// Up to four numbers, the last of which fills what is left.
fn old_form(numbers: &[u64]) -> Option<Ipv4Addr> {
    let (last, first) = numbers.split_last()?;
    if first.len() > 3 || first.iter().any(|part| *part > 255) || *last >= 1_u64 << (8 * (4 - first.len())) {
        return None;
    }
    let high = first.iter().enumerate().fold(0, |sum, (index, part)| sum | part << (8 * (3 - index)));
    u32::try_from(high | last).ok().map(Ipv4Addr::from)
}

/// Whether a connection to `address` would come back to a listener at `own`: nothing may be sent there, whatever else is allowed.
pub(super) fn is_own(address: SocketAddr, own: SocketAddr) -> bool {
    let (ip, at) = (address.ip().to_canonical(), own.ip().to_canonical());
    // The unspecified address leads to this machine, and a listener there hears at every address of this machine.
    address.port() == own.port() && (ip == at || ip.is_unspecified() || at.is_unspecified() && (ip.is_loopback() || is_here(ip)))
}

/// Whether an address is one of this machine: only such an address can be bound.
fn is_here(address: IpAddr) -> bool {
    UdpSocket::bind((address, 0)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_host_is() {
        let address = |text: &str| Host::Address(text.parse().expect("an address"));
        for (host, expected) in [
            ("www.example.com", Host::Name),
            ("www.example.com.", Host::Name),
            ("1.example", Host::Name),
            ("xn--bcher-kva.example", Host::Name),
            ("a_b.example", Host::Name),
            ("192.0.2.7", address("192.0.2.7")),
            ("127.1", address("127.0.0.1")),
            ("127.0.1", address("127.0.0.1")),
            ("2130706433", address("127.0.0.1")),
            ("0x7f.0.0.1", address("127.0.0.1")),
            ("0x7F000001", address("127.0.0.1")),
            ("0177.0.0.1", address("127.0.0.1")),
            ("127.0.0.1.", address("127.0.0.1")),
            ("::1", address("::1")),
            ("::ffff:127.0.0.1", address("::ffff:127.0.0.1")),
            ("fe80::1%eth0", Host::Odd),
            ("fe80::1%25eth0", Host::Odd),
            ("256.0.0.1", Host::Odd),
            ("1.2.3.4.5", Host::Odd),
            ("www.4294967296", Host::Odd),
            ("4294967296", Host::Odd),
            ("08.0.0.1.09", Host::Odd),
            ("a b", Host::Odd),
            ("", Host::Odd),
        ] {
            assert_eq!(Host::of(host), expected, "{host:?}");
        }
    }

    #[test]
    fn what_comes_back() {
        let own = |address: &str, own: &str| is_own(address.parse().expect("an address"), own.parse().expect("an address"));
        assert!(own("127.0.0.1:8787", "127.0.0.1:8787") && own("[::ffff:127.0.0.1]:8787", "127.0.0.1:8787"));
        assert!(own("0.0.0.0:8787", "127.0.0.1:8787"), "which leads to this machine");
        assert!(own("127.0.0.9:8787", "0.0.0.0:8787") && own("[::1]:8787", "[::]:8787"));
        assert!(!own("127.0.0.1:8788", "127.0.0.1:8787") && !own("127.0.0.2:8787", "127.0.0.1:8787"));
        assert!(!own("192.0.2.1:8787", "0.0.0.0:8787"));
    }
}
