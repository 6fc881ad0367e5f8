//! Versions of the flow format: those that are read, and what to do about the others.
//!
//! What the fields that are read here were called, by version. A name has one meaning in all versions that have it, so the newest name is looked
//! for first and the older ones after it.
//!
//! | fact | newest name | before |
//! |---|---|---|
//! | status, reason | `status_code`, `reason` | `code`, `msg` (to 0.13) |
//! | HTTP version | `http_version` | `httpversion`, two numbers (to 0.13) |
//! | content | `content` | `body` (0.14, 0.15) |
//! | address of the server | `peername` | `ip_address` (0.18 to 18), `peer_address` (0.17); a dictionary around the list to 1.0 |
//! | end of the TLS handshake | `timestamp_tls_setup` | `timestamp_ssl_setup` (to 5) |
//! | application protocol | `alpn` | `alpn_proto_negotiated` (to 10) |
//! | cipher suite | `cipher` | `cipher_name` (to 18) |
//! | certificate | `certificate_list` | `cert` (to 9) |
//! | another proxy on the way | `via`, a list | `via2` (10 to 18); `via`, a connection (to 9) |
//! | replays | `is_replay` of the flow | `is_replay` of request or response (to 8) |
//! | WebSocket | `websocket` of the flow | a flow of its own that names its handshake (to 11) |

use super::tnetstring::{Fields, Value};

/// The newest version that is read.
pub(super) const NEWEST: i64 = 21;

/// Versions before 4 are two or three numbers.
const OLD: [(i64, std::ops::RangeInclusive<i64>); 4] = [(0, 11..=19), (1, 0..=0), (2, 0..=0), (3, 0..=0)];

/// A version as it is printed, and whether it is read.
pub(super) enum Version {
    Read(String),
    Older(String),
    Newer(String),
    /// There is none: this is no flow.
    Missing,
}

/// The version of a flow.
pub(super) fn version(flow: Fields<'_, '_>) -> Version {
    match flow.get("version") {
        Some(number @ Value::Number(_)) => match number.whole() {
            Some(number @ 4..=NEWEST) => Version::Read(number.to_string()),
            Some(number) if number > NEWEST => Version::Newer(number.to_string()),
            Some(number) => Version::Older(number.to_string()),
            None => Version::Missing,
        },
        Some(Value::List(numbers)) => {
            let numbers: Vec<i64> = numbers.iter().take(4).filter_map(Value::whole).collect();
            let [major, minor, ..] = numbers[..] else { return Version::Missing };
            let text = numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(".");
            let is_read = OLD.iter().any(|(known, minors)| *known == major && minors.contains(&minor));
            if is_read { Version::Read(text) } else { Version::Older(text) }
        }
        _ => Version::Missing,
    }
}
