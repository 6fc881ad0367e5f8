//! The words by which our exports name what the model has types for.

use crate::model::{Anomaly, BodyState, FailureStage, Fidelity, NotCarried, Unrecorded};

pub(super) const FIDELITIES: [(Fidelity, &str); 5] = [
    (Fidelity::ByteExact, "byte-exact"),
    (Fidelity::ResponseExact, "response-exact"),
    (Fidelity::RequestExact, "request-exact"),
    (Fidelity::AsParsed, "as-parsed"),
    (Fidelity::Imported, "imported"),
];

pub(super) const STAGES: [(FailureStage, &str); 8] = [
    (FailureStage::Dns, "dns"),
    (FailureStage::Refused, "refused"),
    (FailureStage::Tls, "tls"),
    (FailureStage::Timeout, "timeout"),
    (FailureStage::Reset, "reset"),
    (FailureStage::Protocol, "protocol"),
    (FailureStage::Blocked, "blocked"),
    (FailureStage::Unknown, "unknown"),
];

pub(super) const ANOMALIES: [(Anomaly, &str); 7] = [
    (Anomaly::StartTime, "start-time"),
    (Anomaly::MendedText, "mended-text"),
    (Anomaly::Base64, "base64"),
    (Anomaly::Url, "url"),
    (Anomaly::AfterEnd, "after-end"),
    (Anomaly::EventOrder, "event-order"),
    (Anomaly::FromCache, "from-cache"),
];

pub(super) fn id_of<T: PartialEq>(table: &[(T, &'static str)], value: &T) -> &'static str {
    table.iter().find(|(known, _)| known == value).map_or("", |(_, id)| id)
}

pub(super) fn named<T: Copy>(table: &[(T, &'static str)], id: &str) -> Option<T> {
    table.iter().find(|(_, known)| *known == id).map(|(value, _)| *value)
}

/// A state of a body in words: `raw`, `missing not-in-source`.
pub(in crate::interop) fn state_id(state: BodyState) -> String {
    match state {
        BodyState::Raw => "raw".to_owned(),
        BodyState::AlreadyDecoded => "already-decoded".to_owned(),
        BodyState::Lossy => "lossy".to_owned(),
        BodyState::Missing(why) => format!("missing {}", why.id()),
        BodyState::Truncated(why) => format!("truncated {}", why.id()),
    }
}

pub(super) fn state_named(id: &str) -> Option<BodyState> {
    let (word, why) = id.split_once(' ').unwrap_or((id, ""));
    Some(match word {
        "raw" => BodyState::Raw,
        "already-decoded" => BodyState::AlreadyDecoded,
        "lossy" => BodyState::Lossy,
        "missing" => BodyState::Missing(Unrecorded::from_id(why)?),
        "truncated" => BodyState::Truncated(Unrecorded::from_id(why)?),
        _ => return None,
    })
}

/// The facts with these identifiers; what is not known is left out.
pub(super) fn not_carried_named(ids: &[String]) -> NotCarried {
    let mut all = NotCarried::default();
    for bit in 0..u16::BITS {
        let fact = NotCarried::from_bits(1 << bit);
        if fact.ids().next().is_some_and(|id| ids.iter().any(|given| given == id)) {
            all.add(fact);
        }
    }
    all
}
