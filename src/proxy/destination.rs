//! Where a client asks to be led: host and port in one form each, so that what is judged, compared and dialled is the same thing. It never
//! looks a name up.

use std::net::{Ipv4Addr, Ipv6Addr};

use http::uri::Authority;

/// Where a client wants to be connected to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Destination {
    /// Host in lower case, without brackets; an address in its usual form.
    pub(super) host: String,
    /// Port.
    pub(super) port: u16,
    /// Both as the client wrote them.
    pub(super) authority: String,
}

impl Destination {
    /// The destination of a CONNECT request (RFC 9110 section 9.3.6). `None` without a port, or where the host is none.
    pub(super) fn of(authority: &Authority) -> Option<Self> {
        let port = authority.port_u16().filter(|port| *port != 0)?;
        Self::with(authority, port)
    }

    /// The destination of a request in absolute form, with the port that its scheme has where it names none.
    pub(super) fn of_absolute(authority: &Authority, default: u16) -> Option<Self> {
        let port = if authority.port().is_some() { authority.port_u16().filter(|port| *port != 0)? } else { default };
        Self::with(authority, port)
    }

    /// The host without the dot at its end, by which hosts are compared.
    pub(super) fn name(&self) -> &str {
        self.host.strip_suffix('.').unwrap_or(&self.host)
    }

    fn with(authority: &Authority, port: u16) -> Option<Self> {
        // A name and password in front of the host would get into the record, and hide which host is meant.
        if authority.as_str().contains('@') {
            return None;
        }
        Some(Self { host: host(authority.host())?, port, authority: authority.as_str().to_owned() })
    }
}

/// A host in its one form. `None`: nothing that can be one.
///
/// What ends in a number is an address of version 4 or nothing (WHATWG URL, "ends in a number"): `127.1`, `0x7f.1` and `2130706433` are
/// ways to write 127.0.0.1 that resolvers understand and that a comparison of texts would miss.
fn host(text: &str) -> Option<String> {
    if let Some(inside) = text.strip_prefix('[') {
        let address: Ipv6Addr = inside.strip_suffix(']')?.parse().ok()?;
        return Some(address.to_string());
    }
    let host = text.to_ascii_lowercase();
    let name = host.strip_suffix('.').unwrap_or(&host);
    let last = name.rsplit('.').next()?;
    let number = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit())
        || last.strip_prefix("0x").is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if number {
        return version_4(name).map(|address| address.to_string());
    }
    (!name.is_empty()).then_some(host)
}

/// An address of version 4 in any form that resolvers read: one to four numbers, decimal, octal or hexadecimal, the last one for the rest.
fn version_4(text: &str) -> Option<Ipv4Addr> {
    let parts: Vec<u64> = text.split('.').map(number).collect::<Option<_>>()?;
    let (last, front) = parts.split_last()?;
    if parts.len() > 4 || front.iter().any(|part| *part > 255) || *last >= 256_u64.pow(5 - u32::try_from(parts.len()).ok()?) {
        return None;
    }
    let front = front.iter().zip(0..).map(|(part, place)| part << (24 - 8 * place)).sum::<u64>();
    u32::try_from(front + last).ok().map(Ipv4Addr::from)
}

fn number(text: &str) -> Option<u64> {
    let (digits, radix) = match text.strip_prefix("0x") {
        Some("") => return Some(0),
        Some(digits) => (digits, 16),
        None if text.len() > 1 && text.starts_with('0') => (text, 8),
        None => (text, 10),
    };
    // A sign in front is read by the library, and is no digit.
    if !digits.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    u64::from_str_radix(digits, radix).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<(String, u16)> {
        Destination::of(&text.parse().expect("an authority")).map(|found| (found.host, found.port))
    }

    #[test]
    fn destinations_need_a_port() {
        assert_eq!(of("WWW.example.test:443"), Some(("www.example.test".to_owned(), 443)));
        assert_eq!(of("[::1]:8443"), Some(("::1".to_owned(), 8443)));
        assert_eq!(of("www.example.test"), None);
        assert_eq!(of("www.example.test:0"), None);
        let absolute = |text: &str| Destination::of_absolute(&text.parse().expect("an authority"), 80).map(|found| found.port);
        assert_eq!(
            (absolute("a.test"), absolute("a.test:81"), absolute("a.test:0"), absolute("u:p@a.test")),
            (Some(80), Some(81), None, None)
        );
    }

    #[test]
    fn every_way_to_write_an_address_is_that_address() {
        for text in [
            "127.0.0.1",
            "127.1",
            "127.0.1",
            "0x7f.1",
            "0X7F.0.0.1",
            "2130706433",
            "0x7f000001",
            "017700000001",
            "0177.0.0.1",
            "127.0.0.1.",
        ] {
            assert_eq!(of(&format!("{text}:1")), Some(("127.0.0.1".to_owned(), 1)), "{text}");
        }
        for (text, address) in
            [("[::FFFF:127.0.0.1]", "::ffff:127.0.0.1"), ("[0:0:0:0:0:0:0:1]", "::1"), ("0", "0.0.0.0"), ("0x.0x", "0.0.0.0")]
        {
            assert_eq!(of(&format!("{text}:1")), Some((address.to_owned(), 1)), "{text}");
        }
        for text in ["256.0.0.1", "1.2.3.4.5", "127.0.0.0x100", "4294967296", "09.1.1.1", "a.test.1", "1.2.3.256", "+1.2.3.4"] {
            assert_eq!(text.parse::<Authority>().ok().and_then(|text| of(&format!("{text}:1"))), None, "{text}");
        }
        assert_eq!(of("x.0xg:1"), Some(("x.0xg".to_owned(), 1)));
        assert_eq!(of("a1:1"), Some(("a1".to_owned(), 1)));
        assert_eq!(of("localhost.:1"), Some(("localhost.".to_owned(), 1)));
        assert_eq!(of("user@127.0.0.1:1"), None);
    }
}
