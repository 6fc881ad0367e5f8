//! The records of the custody log besides those of exchanges.

use serde::{Deserialize, Serialize};

use super::facts::Place;
use crate::model::{Connection, Mark, MarkKind, SaidBy, Timestamp, Tunnel, TunnelReason};

/// First record: which session this log is about.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct HeaderLine {
    pub(super) kind: String,
    pub(super) format: String,
    pub(super) version: u32,
    /// SHA-256 of the session file.
    pub(super) session: String,
    pub(super) started: i64,
}

/// A file of the archive was begun; `place` is that of its `warcinfo` record.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FileLine {
    pub(super) kind: String,
    pub(super) info: Place,
}

/// A connection to a server was opened.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ConnectionLine {
    pub(super) kind: String,
    pub(super) connection: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    server_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    tls_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    cipher_suite: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    protocol: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    certificate: Option<String>,
}

impl ConnectionLine {
    pub(super) fn of(id: &str, connection: &Connection) -> Self {
        Self {
            kind: "connection".to_owned(),
            connection: id.to_owned(),
            server_address: connection.server_address.clone(),
            tls_version: connection.tls_version.clone(),
            cipher_suite: connection.cipher_suite.clone(),
            protocol: connection.protocol.clone(),
            certificate: connection.certificate.map(|digest| digest.to_string()),
        }
    }

    pub(super) fn read(&self) -> Connection {
        Connection {
            id: Some(self.connection.clone()),
            client: None,
            server_address: self.server_address.clone(),
            fresh: false,
            tls_version: self.tls_version.clone(),
            cipher_suite: self.cipher_suite.clone(),
            protocol: self.protocol.clone(),
            certificate: self.certificate.as_deref().and_then(|digest| digest.parse().ok()),
        }
    }
}

/// A tunnel whose content was not read came to its end.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct TunnelLine {
    pub(super) kind: String,
    started: i64,
    ended: i64,
    host: String,
    port: u16,
    reason: String,
    pub(super) bytes_up: u64,
    pub(super) bytes_down: u64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    server_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    server_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    failure: Option<String>,
}

impl TunnelLine {
    pub(super) fn of(tunnel: &Tunnel, ended: Timestamp) -> Self {
        let reason = match tunnel.reason {
            TunnelReason::PassedThrough => "passed-through",
            TunnelReason::NotHttp => "not-http",
            TunnelReason::ClientRefusedCertificate => "client-refused-certificate",
        };
        Self {
            kind: "tunnel".to_owned(),
            started: tunnel.started.as_nanoseconds(),
            ended: ended.as_nanoseconds(),
            host: tunnel.host.clone(),
            port: tunnel.port,
            reason: reason.to_owned(),
            bytes_up: tunnel.bytes_up,
            bytes_down: tunnel.bytes_down,
            server_name: tunnel.server_name.clone(),
            server_address: tunnel.server_address.clone(),
            failure: tunnel.failure.clone(),
        }
    }
}

/// A moment was marked.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct MarkLine {
    pub(super) kind: String,
    at: i64,
    mark: String,
    said_by: String,
    text: String,
}

impl MarkLine {
    pub(super) fn of(at: Timestamp, mark: &Mark) -> Self {
        Self {
            kind: "mark".to_owned(),
            at: at.as_nanoseconds(),
            mark: mark.kind.id().to_owned(),
            said_by: mark.said_by.id().to_owned(),
            text: mark.text.clone(),
        }
    }

    pub(super) fn read(&self) -> Option<(Timestamp, Mark)> {
        let kind = MarkKind::ALL.into_iter().find(|kind| kind.id() == self.mark)?;
        let said_by = SaidBy::ALL.into_iter().find(|said_by| said_by.id() == self.said_by)?;
        Some((Timestamp::from_nanoseconds(self.at), Mark { kind, said_by, text: self.text.clone() }))
    }
}

/// The digest of an entry whose body was too long to take it at once.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct DigestLine {
    pub(super) kind: String,
    pub(super) entry: u64,
    pub(super) digest_of_entry: String,
}

/// Something was not recorded.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct GapLine {
    pub(super) kind: String,
    pub(super) gap: String,
    pub(super) count: u64,
}

/// A fact of the session that became known while recording.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FactLine {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) value: String,
}

/// The recording was taken up after an interruption.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RecoverLine {
    pub(super) kind: String,
    pub(super) at: i64,
    /// Bytes after the last whole record of this log that were moved aside.
    pub(super) log_bytes: u64,
    /// Bytes in archive files that no record lists and that were moved aside.
    pub(super) archive_bytes: u64,
    /// Bodies that were under way and are kept as far as they came.
    pub(super) streams: Vec<u64>,
    /// Numbers of exchanges that had begun and of which no record was kept: how many are certain, because later ones were kept.
    pub(super) lost: u64,
}

/// Last record.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct EndLine {
    pub(super) kind: String,
    pub(super) at: i64,
    pub(super) entries: u64,
    pub(super) connections: u64,
    pub(super) tunnels: u64,
    pub(super) interrupted: bool,
}

/// The kind of any record.
#[derive(Debug, Deserialize)]
pub(super) struct AnyLine<'a> {
    #[serde(borrow)]
    pub(super) kind: std::borrow::Cow<'a, str>,
}
