//! The connection to the server: address, what TLS agreed on, certificate.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::tnetstring::{Fields, Value};
use crate::model::{Connection, Digest, NotCarried};

/// What a flow says of its connections.
pub(super) struct Link {
    pub(super) connection: Connection,
    pub(super) not_carried: NotCarried,
    /// Whether another proxy stood between: what is known of addresses is known of it.
    pub(super) proxied: bool,
}

impl Link {
    /// Reads the connections of `flow`. `secure`: TLS was spoken, or should have been.
    pub(super) fn of(flow: Fields<'_, '_>, secure: bool) -> Self {
        let (client, server) = (flow.of("client_conn"), flow.of("server_conn"));
        let proxied = is_proxied(server);
        let named = server.any(&["peername", "ip_address", "peer_address"]).and_then(host);
        // The oldest versions have no other address than the one that was dialled, which may be a name.
        let address = named.or_else(|| server.get("address").and_then(host)).filter(|host| is_ip(host)).filter(|_| !proxied);
        let mut not_carried = NotCarried::default();
        if address.is_none() {
            not_carried.add(NotCarried::SERVER_ADDRESS);
        }
        let tls_version = server.string(&["tls_version"]).map(|version| record_layer(&version));
        let certificate = certificate(server);
        // A certificate is a fact too: the oldest versions have no other.
        if secure && tls_version.is_none() && certificate.is_none() {
            not_carried.add(NotCarried::TLS);
        }
        let connection = Connection {
            id: server.string(&["id"]).map(Into::into),
            client: client.string(&["id"]).map(Into::into),
            server_address: address.map(Into::into),
            tls_version: tls_version.map(Into::into),
            cipher_suite: server.string(&["cipher", "cipher_name"]).map(|name| iana(&name).into()),
            protocol: server.string(&["alpn", "alpn_proto_negotiated"]).map(Into::into),
            certificate,
            ..Connection::default()
        };
        Self { connection, not_carried, proxied }
    }
}

/// The host of an address: `[host, port, …]`, in the oldest versions inside of a dictionary.
fn host(address: &Value<'_>) -> Option<String> {
    let address = address.fields().get("address").unwrap_or(address);
    let host = address.items().first()?.text()?;
    std::str::from_utf8(host).ok().filter(|host| !host.is_empty()).map(str::to_owned)
}

pub(super) fn is_ip(host: &str) -> bool {
    host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok()
}

/// To version 9 `via` was the connection to the next hop, which in some versions was filled in without another proxy: then both name the same address.
fn is_proxied(server: Fields<'_, '_>) -> bool {
    match server.any(&["via2", "via"]) {
        Some(Value::List(items)) => !items.is_empty(),
        Some(Value::Dictionary(members)) => {
            let hop = Fields(members).get("address").and_then(host);
            hop.is_some() && hop != server.get("address").and_then(host)
        }
        _ => false,
    }
}

/// `TLSv1.3` as `tls/1.3`; what else there is (`QUICv1`, `SSLv3`) in the same form.
fn record_layer(version: &str) -> String {
    match version.split_once('v') {
        Some(("TLS", "1")) => "tls/1.0".to_owned(),
        Some((protocol, number)) => format!("{}/{number}", protocol.to_ascii_lowercase()),
        None => version.to_ascii_lowercase(),
    }
}

/// The IANA name of a cipher suite that is named as OpenSSL does (`openssl ciphers -stdname` prints both). A name that is not known stays as it is.
fn iana(name: &str) -> String {
    let keys = [("ECDHE-RSA-", "ECDHE_RSA"), ("ECDHE-ECDSA-", "ECDHE_ECDSA"), ("DHE-RSA-", "DHE_RSA"), ("", "RSA")];
    let (rest, keys) = keys.iter().find_map(|(prefix, keys)| name.strip_prefix(prefix).map(|rest| (rest, *keys))).unwrap_or((name, "RSA"));
    let bulk = match rest {
        "AES128-GCM-SHA256" => "AES_128_GCM_SHA256",
        "AES256-GCM-SHA384" => "AES_256_GCM_SHA384",
        "CHACHA20-POLY1305" if keys != "RSA" => "CHACHA20_POLY1305_SHA256",
        "AES128-SHA256" => "AES_128_CBC_SHA256",
        "AES256-SHA256" if !keys.starts_with('E') => "AES_256_CBC_SHA256",
        "AES256-SHA384" if keys.starts_with('E') => "AES_256_CBC_SHA384",
        "AES128-SHA" => "AES_128_CBC_SHA",
        "AES256-SHA" => "AES_256_CBC_SHA",
        "DES-CBC3-SHA" => "3DES_EDE_CBC_SHA",
        _ => return name.to_owned(),
    };
    format!("TLS_{keys}_WITH_{bulk}")
}

/// SHA-256 of the server's own certificate, which stands first, as PEM.
fn certificate(server: Fields<'_, '_>) -> Option<Digest> {
    let list = server.get("certificate_list").and_then(|list| list.items().first());
    let pem = std::str::from_utf8(list.or_else(|| server.get("cert"))?.text()?).ok()?;
    let (_, inner) = pem.split_once("-----BEGIN CERTIFICATE-----")?;
    let (inner, _) = inner.split_once("-----END CERTIFICATE-----")?;
    let compact: String = inner.split_ascii_whitespace().collect();
    STANDARD.decode(compact).ok().map(|der| Digest::of(&der))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cipher_suites_by_their_iana_name() {
        for (name, expected) in [
            ("TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384"),
            ("ECDHE-RSA-AES128-GCM-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
            ("ECDHE-ECDSA-CHACHA20-POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
            ("ECDHE-RSA-AES256-SHA384", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384"),
            ("AES128-SHA", "TLS_RSA_WITH_AES_128_CBC_SHA"),
            ("GOST2012-GOST8912-GOST8912", "GOST2012-GOST8912-GOST8912"),
        ] {
            assert_eq!(iana(name), expected);
        }
    }

    #[test]
    fn versions_of_tls() {
        for (version, expected) in [("TLSv1.3", "tls/1.3"), ("TLSv1", "tls/1.0"), ("QUICv1", "quic/1"), ("QUIC", "quic")] {
            assert_eq!(record_layer(version), expected);
        }
    }
}
