//! What the custody log says of changes made on the way. It states them as they are and applies none.

use serde::{Deserialize, Serialize};

use super::facts::{bytes, text};
use crate::model::{Change, ChangeKind, Side};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Fact {
    HeaderRemoved {
        index: usize,
    },
    HeaderAdded {
        index: usize,
        name: String,
        value: String,
    },
    InterimHeld {
        index: usize,
    },
    /// Written with an empty object, like the others.
    TrailersHeld {},
    Target {
        received: String,
        sent: String,
    },
    Version {
        sent: String,
    },
    Masked {
        locator: String,
        rule: String,
        #[serde(default)]
        length: u64,
        #[serde(default)]
        fingerprint: String,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        sealed: Option<String>,
    },
}

/// A change made on the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ChangeLine {
    response: bool,
    #[serde(flatten)]
    what: Fact,
    pub(super) reason: String,
}

impl ChangeLine {
    pub(super) fn of(change: &Change) -> Self {
        let what = match &change.kind {
            ChangeKind::HeaderRemoved { index } => Fact::HeaderRemoved { index: *index },
            ChangeKind::HeaderAdded { index, name, value } => Fact::HeaderAdded { index: *index, name: text(name), value: text(value) },
            ChangeKind::InterimHeld { index } => Fact::InterimHeld { index: *index },
            ChangeKind::TrailersHeld => Fact::TrailersHeld {},
            ChangeKind::Target { received, sent } => Fact::Target { received: text(received), sent: text(sent) },
            ChangeKind::Version { sent } => Fact::Version { sent: sent.clone() },
            ChangeKind::Masked { locator, rule, length, fingerprint, sealed } => Fact::Masked {
                locator: locator.clone(),
                rule: rule.clone(),
                length: *length,
                fingerprint: fingerprint.clone(),
                sealed: sealed.clone(),
            },
        };
        Self { response: change.side == Side::Response, what, reason: change.reason.clone() }
    }

    /// Whether an answer before the answer was not passed on.
    pub(super) fn is_interim_held(&self) -> bool {
        matches!(self.what, Fact::InterimHeld { .. })
    }

    /// The rule by which a secret was masked, if that is what it says.
    pub(super) fn masked_by(&self) -> Option<&str> {
        match &self.what {
            Fact::Masked { rule, .. } => Some(rule),
            _ => None,
        }
    }

    pub(super) fn read(&self) -> Change {
        let kind = match &self.what {
            Fact::HeaderRemoved { index } => ChangeKind::HeaderRemoved { index: *index },
            Fact::HeaderAdded { index, name, value } => ChangeKind::HeaderAdded { index: *index, name: bytes(name), value: bytes(value) },
            Fact::InterimHeld { index } => ChangeKind::InterimHeld { index: *index },
            Fact::TrailersHeld {} => ChangeKind::TrailersHeld,
            Fact::Target { received, sent } => ChangeKind::Target { received: bytes(received), sent: bytes(sent) },
            Fact::Version { sent } => ChangeKind::Version { sent: sent.clone() },
            Fact::Masked { locator, rule, length, fingerprint, sealed } => ChangeKind::Masked {
                locator: locator.clone(),
                rule: rule.clone(),
                length: *length,
                fingerprint: fingerprint.clone(),
                sealed: sealed.clone(),
            },
        };
        Change { side: if self.response { Side::Response } else { Side::Request }, kind, reason: self.reason.clone() }
    }
}
