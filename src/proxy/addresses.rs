//! Which addresses a page on the internet has no business with, and what of a host is an address. It never looks a name up; it judges the
//! address that is about to be dialled.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

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

/// Whether `address` lies in this machine, its networks or nowhere (IANA special-purpose registries, RFC 6890): a page must not reach it
/// through the proxy unless the operator says so.
pub(super) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => private_v4(address),
        IpAddr::V6(address) => private_v6(address),
    }
}

fn private_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || a == 0
        // Shared address space of providers (RFC 6598), protocol assignments, benchmarks (RFC 2544), documentation (RFC 5737), relays for
        // 6to4 (RFC 7526), reserved (RFC 1112).
        || a == 100 && b & 0xc0 == 64
        || matches!((a, b, c), (192, 0, 0 | 2) | (192, 88, 99) | (198, 51, 100) | (203, 0, 113))
        || a == 198 && b & 0xfe == 18
        || a >= 240
}

fn private_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_unique_local()
        || address.is_unicast_link_local()
        // Site-local (deprecated, RFC 3879) and addresses of version 4 in the form of version 6: no resolver answers with those in good faith.
        || parts[0] & 0xffc0 == 0xfec0
        || parts[..5] == [0; 5] && matches!(parts[5], 0 | 0xffff)
        // Translation (RFC 6052, RFC 8215) and 6to4 (RFC 3056) lead to the address of version 4 inside them.
        || parts[..6] == [0x64, 0xff9b, 0, 0, 0, 0] && private_v4(v4(parts[6], parts[7]))
        || parts[..3] == [0x64, 0xff9b, 1]
        || parts[0] == 0x2002 && private_v4(v4(parts[1], parts[2]))
        // Protocol assignments, Teredo among them, which hides an address of version 4 (RFC 2928, RFC 4380); documentation (RFC 3849,
        // RFC 9637); discarded (RFC 6666); segment identifiers (RFC 9602).
        || parts[0] == 0x2001 && (parts[1] < 0x200 || parts[1] == 0xdb8)
        || parts[0] == 0x3fff && parts[1] < 0x1000
        || parts[..4] == [0x100, 0, 0, 0]
        || parts[0] == 0x5f00
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_and_private() {
        let private = |text: &str| is_private(text.parse().expect("an address"));
        for address in [
            "127.0.0.1",
            "127.255.255.255",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "0.1.2.3",
            "224.0.0.1",
            "255.255.255.255",
            "100.64.0.1",
            "100.127.255.255",
            "192.0.0.1",
            "198.19.0.1",
            "240.0.0.1",
            "192.0.2.1",
            "198.51.100.1",
            "203.0.113.1",
            "192.88.99.1",
            "2001::1",
            "2001:db8::1",
            "3fff::1",
            "100::1",
            "::1",
            "::",
            "ff02::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::127.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "2002:7f00:1::1",
        ] {
            assert!(private(address), "{address} is private");
        }
        for address in [
            "8.8.8.8",
            "157.240.1.35",
            "172.15.0.1",
            "172.32.0.1",
            "100.63.0.1",
            "100.128.0.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2a03:2880::1",
            "2001:4860:4860::8888",
            "64:ff9b::8.8.8.8",
            "2002:808:808::1",
        ] {
            assert!(!private(address), "{address} is public");
        }
    }

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
