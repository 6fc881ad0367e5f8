//! Addresses that lie nowhere on the public internet.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether `address` lies in this machine, its networks or nowhere (IANA special-purpose registries, RFC 6890): no registry assigns it to anybody whom a
/// request from elsewhere could reach there.
#[must_use]
pub fn is_special_address(address: IpAddr) -> bool {
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
        let private = |text: &str| is_special_address(text.parse().expect("an address"));
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
}
