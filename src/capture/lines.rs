//! The records of the custody log besides those of exchanges.

use serde::{Deserialize, Serialize};

use super::Writer;
use super::facts::Place;
use crate::model::{EntryDigest, Gap, Mark, MarkKind, SaidBy, Timestamp, Tunnel, TunnelReason};

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
    /// Application protocols that the client's TLS hello offered.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    protocols: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    server_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    failure: Option<String>,
}

const TUNNEL_REASONS: [(TunnelReason, &str); 5] = [
    (TunnelReason::PassedThrough, "passed-through"),
    (TunnelReason::NotHttp, "not-http"),
    (TunnelReason::ClientRefusedCertificate, "client-refused-certificate"),
    (TunnelReason::HandshakeEnded, "handshake-ended"),
    (TunnelReason::Refused, "refused"),
];

impl TunnelLine {
    pub(super) fn of(tunnel: &Tunnel, ended: Timestamp) -> Self {
        let reason = TUNNEL_REASONS.iter().find(|(known, _)| *known == tunnel.reason).map_or("not-http", |(_, name)| name);
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
            protocols: tunnel.protocols.clone(),
            server_address: tunnel.server_address.clone(),
            failure: tunnel.failure.clone(),
        }
    }

    /// The tunnel and its end; `None` if its reason is unknown.
    pub(super) fn read(self) -> Option<(Timestamp, Tunnel)> {
        let tunnel = Tunnel {
            reason: TUNNEL_REASONS.iter().find(|(_, name)| *name == self.reason).map(|(reason, _)| *reason)?,
            host: self.host,
            port: self.port,
            bytes_up: self.bytes_up,
            bytes_down: self.bytes_down,
            started: Timestamp::from_nanoseconds(self.started),
            server_name: self.server_name,
            protocols: self.protocols,
            server_address: self.server_address,
            failure: self.failure,
        };
        Some((Timestamp::from_nanoseconds(self.ended), tunnel))
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
    /// The entries it concerns, where they are named.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(super) entries: Vec<u64>,
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
    /// What was put beside the traffic. Absent before version 3 of the format.
    #[serde(default)]
    pub(super) exhibits: u64,
    pub(super) interrupted: bool,
}

/// The kind of any record.
#[derive(Debug, Deserialize)]
pub(super) struct AnyLine<'a> {
    #[serde(borrow)]
    pub(super) kind: std::borrow::Cow<'a, str>,
}

impl Writer {
    /// Notes a tunnel that came to its end.
    pub fn tunnel(&mut self, tunnel: &Tunnel, ended: Timestamp) {
        self.counts.tunnels += 1;
        self.custody.append(&TunnelLine::of(tunnel, ended));
    }

    /// Notes a mark.
    pub fn mark(&mut self, at: Timestamp, mark: &Mark) {
        self.custody.append(&MarkLine::of(at, mark));
    }

    /// Notes that something was not recorded.
    pub fn gap(&mut self, gap: &Gap) {
        let (gap, count, entries) = (gap.kind.id().to_owned(), gap.count, gap.entries.clone());
        self.custody.append(&GapLine { kind: "gap".to_owned(), gap, count, entries });
    }

    /// Notes a fact of the session.
    pub fn fact(&mut self, name: &str, value: &str) {
        self.custody.append(&FactLine { kind: "fact".to_owned(), name: name.to_owned(), value: value.to_owned() });
    }

    /// Notes the digest of an entry that was taken after it was written.
    pub fn digest(&mut self, number: u64, digest: EntryDigest) {
        self.custody.append(&DigestLine { kind: "digest".to_owned(), entry: number, digest_of_entry: digest.0.to_string() });
    }
}

/// The places that a record of any kind names.
#[derive(Debug, Deserialize)]
pub(super) struct PlacesLine<'a> {
    #[serde(borrow)]
    pub(super) kind: std::borrow::Cow<'a, str>,
    #[serde(default)]
    info: Option<Place>,
    #[serde(default)]
    request: Option<Place>,
    #[serde(default)]
    response: Option<Place>,
    #[serde(default)]
    record: Option<Place>,
}

impl PlacesLine<'_> {
    /// In the order of the members.
    pub(super) fn places(&self) -> impl Iterator<Item = &Place> {
        [&self.info, &self.request, &self.response, &self.record].into_iter().flatten()
    }
}
