//! Hosts as people name them: in an address, or as a domain. Never asks whether such a host exists.

use crate::model::{HostPort, UrlParts};

/// The host of an address, or of a text that begins with a host name, in the form in which hosts are looked up.
#[must_use]
pub fn host_in(text: &str) -> Option<String> {
    let authority = match UrlParts::of(text).authority {
        Some(authority) => &text[authority],
        None => {
            // `https:a.nl` would pass for the host `https` with a port.
            let first = text.split('/').next().unwrap_or_default();
            let port = first.rsplit_once(':').filter(|_| !first.ends_with(']')).map(|(_, port)| port);
            port.is_none_or(|port| port.parse::<u16>().is_ok()).then_some(first).filter(|first| !first.contains('@'))?
        }
    };
    let host = HostPort::of(authority)?.host.into_owned();
    // An IPv6 address stands in brackets, every other host is made of labels.
    let fits = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => address.parse::<core::net::Ipv6Addr>().is_ok(),
        None => host.split('.').all(|label| !label.is_empty() && label.chars().all(|sign| sign.is_alphanumeric() || "-_".contains(sign))),
    };
    fits.then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_domains_and_addresses() {
        for (text, host) in [
            ("a.nl", "a.nl"),
            ("A.nl.", "a.nl"),
            ("https://www.a.nl/", "www.a.nl"),
            ("https://user@a.nl:8443/x?y", "a.nl"),
            ("//a.nl/x", "a.nl"),
            ("a.nl:8443/x", "a.nl"),
            ("bücher.nl", "xn--bcher-kva.nl"),
            ("https://bücher.nl/", "xn--bcher-kva.nl"),
            ("192.0.2.1", "192.0.2.1"),
            ("http://[::1]:80/", "[::1]"),
            ("[::1]", "[::1]"),
            ("localhost", "localhost"),
        ] {
            assert_eq!(host_in(text).as_deref(), Some(host), "{text}");
        }
        for text in [
            "",
            " ",
            ".",
            "..",
            "/a.nl",
            "https:///x",
            "https:a.nl",
            "mailto:x@a.nl",
            "x@a.nl",
            "*.a.nl",
            "the ministry",
            "a..nl",
            "::1",
            "?a.nl",
        ] {
            assert_eq!(host_in(text), None, "{text}");
        }
    }
}
