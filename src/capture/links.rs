//! What the custody log says of connections: to servers, with their certificates, each of which is written once, and from clients. It states
//! what was agreed and offered, and judges no certificate.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use super::Writer;
use crate::model::{ClientLink, Connection, Digest, Offer, Opened, ServerLink, ServerTls};

/// What a TLS hello offered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct OfferLine {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    server_name: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    protocols: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    cipher_suites: Vec<u16>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    fingerprint: Option<String>,
}

impl OfferLine {
    fn of(offer: &Offer) -> Self {
        Self {
            server_name: offer.server_name.clone(),
            protocols: offer.protocols.clone(),
            cipher_suites: offer.cipher_suites.clone(),
            fingerprint: offer.fingerprint.clone(),
        }
    }

    fn read(&self) -> Offer {
        Offer {
            server_name: self.server_name.clone(),
            protocols: self.protocols.clone(),
            cipher_suites: self.cipher_suites.clone(),
            fingerprint: self.fingerprint.clone(),
        }
    }
}

/// A connection to a server. In version 1 of the format, and where nobody told that it was opened, only what exchanges say of it: then it has
/// no `host`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct ConnectionLine {
    pub(super) kind: String,
    pub(super) connection: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    host: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    port: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    server_address: Option<String>,
    /// Names between the host and its addresses.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    aliases: Option<Vec<String>>,
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    mapped: bool,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    through: Option<String>,
    /// Nanoseconds, as those that follow.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    dns: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    connect: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    tls: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    tls_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    cipher_suite: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    protocol: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    certificate: Option<String>,
    /// SHA-256 of each certificate as the server sent them, its own first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(super) chain: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    offered: Option<OfferLine>,
}

impl ConnectionLine {
    fn of(id: &str, Facts(facts): &Facts) -> Self {
        let text = |text: &Option<Arc<str>>| text.as_deref().map(str::to_owned);
        Self {
            kind: "connection".to_owned(),
            connection: id.to_owned(),
            server_address: text(&facts.server_address),
            aliases: facts.aliases.as_deref().map(<[String]>::to_vec),
            tls_version: text(&facts.tls_version),
            cipher_suite: text(&facts.cipher_suite),
            protocol: text(&facts.protocol),
            certificate: facts.certificate.map(|digest| digest.to_string()),
            ..Self::default()
        }
    }

    fn opened(link: &ServerLink, facts: &Facts, chain: &[Digest]) -> Self {
        Self {
            host: Some(link.host.clone()),
            port: Some(link.port),
            mapped: link.mapped,
            through: link.through.clone(),
            dns: link.dns,
            connect: link.connect,
            tls: link.tls.as_ref().map(|tls| tls.took),
            chain: chain.iter().map(Digest::to_string).collect(),
            offered: link.tls.as_ref().map(|tls| OfferLine::of(&tls.offered)),
            ..Self::of(&link.id, facts)
        }
    }

    /// What exchanges say of it.
    pub(super) fn read(&self) -> Connection {
        Connection {
            id: Some(self.connection.as_str().into()),
            client: None,
            server_address: self.server_address.clone().map(Into::into),
            aliases: self.aliases.clone().map(Into::into),
            fresh: false,
            tls_version: self.tls_version.clone().map(Into::into),
            cipher_suite: self.cipher_suite.clone().map(Into::into),
            protocol: self.protocol.clone().map(Into::into),
            certificate: self.certificate.as_deref().and_then(|digest| digest.parse().ok()),
        }
    }

    /// The connection as it was opened, if the log says so, its certificates put back.
    pub(super) fn link(&self, certificates: &HashMap<Digest, Bytes>) -> Result<Option<ServerLink>, String> {
        let Some(host) = &self.host else { return Ok(None) };
        let certificate = |text: &String| {
            let known = text.parse().ok().and_then(|digest: Digest| certificates.get(&digest));
            known.cloned().ok_or_else(|| format!("names certificate {text}, which no record before it holds"))
        };
        let chain = self.chain.iter().map(certificate).collect::<Result<Vec<Bytes>, String>>()?;
        let tls = self.tls.map(|took| ServerTls {
            took,
            version: self.tls_version.clone(),
            cipher_suite: self.cipher_suite.clone(),
            protocol: self.protocol.clone(),
            chain,
            offered: self.offered.as_ref().map(OfferLine::read).unwrap_or_default(),
        });
        Ok(Some(ServerLink {
            id: self.connection.clone(),
            host: host.clone(),
            port: self.port.unwrap_or_default(),
            address: self.server_address.clone(),
            aliases: self.aliases.clone(),
            mapped: self.mapped,
            through: self.through.clone(),
            dns: self.dns,
            connect: self.connect,
            tls,
        }))
    }
}

/// A certificate, written once however many connections showed it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct CertificateLine {
    pub(super) kind: String,
    /// SHA-256 of its DER form.
    pub(super) certificate: String,
    /// Its DER form in base64.
    der: String,
}

impl CertificateLine {
    fn of(digest: Digest, der: &[u8]) -> Self {
        Self { kind: "certificate".to_owned(), certificate: digest.to_string(), der: STANDARD.encode(der) }
    }

    /// The certificate, held against its digest.
    pub(super) fn read(&self) -> Result<(Digest, Bytes), String> {
        let der = STANDARD.decode(&self.der).map_err(|_| "holds a certificate that is no base64".to_owned())?;
        let digest = Digest::of(&der);
        if digest.to_string() != self.certificate {
            return Err(format!("holds a certificate whose digest is not {}", self.certificate));
        }
        Ok((digest, der.into()))
    }
}

/// A connection from a client.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ClientLine {
    pub(super) kind: String,
    client: String,
    authority: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    tls_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    cipher_suite: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    protocol: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    offered: Option<OfferLine>,
}

impl ClientLine {
    fn of(link: &ClientLink) -> Self {
        Self {
            kind: "client".to_owned(),
            client: link.id.clone(),
            authority: link.authority.clone(),
            tls_version: link.tls_version.clone(),
            cipher_suite: link.cipher_suite.clone(),
            protocol: link.protocol.clone(),
            offered: link.offered.as_ref().map(OfferLine::of),
        }
    }

    pub(super) fn read(&self) -> ClientLink {
        ClientLink {
            id: self.client.clone(),
            authority: self.authority.clone(),
            tls_version: self.tls_version.clone(),
            cipher_suite: self.cipher_suite.clone(),
            protocol: self.protocol.clone(),
            offered: self.offered.as_ref().map(OfferLine::read),
        }
    }
}

/// What entries take from the record of their connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts(Connection);

impl Facts {
    /// Of a connection, without what differs between the exchanges on it.
    pub(super) fn of(connection: &Connection) -> Self {
        Self(Connection { id: None, client: None, fresh: false, ..connection.clone() })
    }

    fn are_those_of(&self, connection: &Connection) -> bool {
        let same = |own: &Option<Arc<str>>, other: &Option<Arc<str>>| match (own, other) {
            (Some(own), Some(other)) => Arc::ptr_eq(own, other) || own == other,
            (own, other) => own.is_none() && other.is_none(),
        };
        same(&self.0.server_address, &connection.server_address)
            && same(&self.0.tls_version, &connection.tls_version)
            && same(&self.0.cipher_suite, &connection.cipher_suite)
            && same(&self.0.protocol, &connection.protocol)
            && self.0.aliases == connection.aliases
            && self.0.certificate == connection.certificate
    }
}

impl Writer {
    /// Notes a connection that was opened; each certificate that was not seen before stands in a record of its own before it.
    pub fn opened(&mut self, opened: &Opened) {
        let link = match opened {
            Opened::Client(link) => return self.custody.append(&ClientLine::of(link)),
            Opened::Server(link) => link,
        };
        let mut chain = Vec::new();
        for der in link.tls.iter().flat_map(|tls| &tls.chain) {
            let digest = Digest::of(der);
            if self.certificates.insert(digest) {
                self.custody.append(&CertificateLine::of(digest, der));
            }
            chain.push(digest);
        }
        let tls = link.tls.as_ref();
        let text = |text: Option<&String>| text.map(|text| text.as_str().into());
        let facts = Facts(Connection {
            server_address: text(link.address.as_ref()),
            aliases: link.aliases.clone().map(Into::into),
            tls_version: text(tls.and_then(|tls| tls.version.as_ref())),
            cipher_suite: text(tls.and_then(|tls| tls.cipher_suite.as_ref())),
            protocol: text(tls.and_then(|tls| tls.protocol.as_ref())),
            certificate: chain.first().copied(),
            ..Connection::default()
        });
        self.custody.append(&ConnectionLine::opened(link, &facts, &chain));
        if self.connections.insert(link.id.clone(), facts).is_none() {
            self.counts.connections += 1;
        }
    }

    /// Notes the connection of an exchange, unless the log says the same of it already.
    pub fn connection(&mut self, connection: &Connection) {
        let Some(id) = &connection.id else { return };
        if self.connections.get(&**id).is_some_and(|facts| facts.are_those_of(connection)) {
            return;
        }
        let facts = Facts::of(connection);
        self.custody.append(&ConnectionLine::of(id, &facts));
        if self.connections.insert(id.to_string(), facts).is_none() {
            self.counts.connections += 1;
        }
    }
}
