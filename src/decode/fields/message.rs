//! Fields of messages after a switch of protocols: JSON and other texts, and packets of MQTT.

use super::walk::Walk;
use super::{DecodeAnomaly, FieldPlace, body};
use crate::decode::mqtt;
use crate::model::{BodyState, Direction, Opcode, Part, Side};

/// The level of MQTT that a header field says is spoken, until a packet tells.
const USUAL_LEVEL: u8 = 4;

/// All messages, in order.
pub(super) fn all(walk: &mut Walk<'_>) {
    let exchange = walk.exchange;
    let mut mqtt = agreed_on_mqtt(walk).then_some(USUAL_LEVEL);
    for (index, message) in exchange.messages.iter().enumerate() {
        let number = index as u32 + 1;
        walk.side = match message.direction {
            Direction::Sent => Side::Request,
            Direction::Received => Side::Response,
        };
        walk.message = Some(number);
        walk.go(Part::Message(number), FieldPlace::Message);
        let Some(bytes) = body::bytes(walk, &message.payload, None) else { continue };
        match message.opcode {
            Opcode::Text | Opcode::Binary | Opcode::Other(_) => {
                mqtt = mqtt::connects(&bytes).or(mqtt);
                match mqtt {
                    Some(level) if message.opcode == Opcode::Binary => packets(walk, &bytes, level),
                    _ if body::numbered(walk, &bytes, 0) => {}
                    _ => body::content(walk, &bytes, b"", matches!(message.payload.state(), BodyState::Truncated(_)), 0),
                }
            }
            Opcode::Close | Opcode::Ping | Opcode::Pong => walk.emit(&bytes, 0, false),
        }
    }
    walk.message = None;
}

/// Whether the answer to the switch of protocols, or failing that the request, names MQTT as what is spoken (MQTT 5.0 section 6).
fn agreed_on_mqtt(walk: &Walk<'_>) -> bool {
    let request = &walk.exchange.request.headers;
    let named = walk.exchange.outcome.response().and_then(|response| response.headers.first("sec-websocket-protocol"));
    let named = named.or_else(|| request.first("sec-websocket-protocol")).unwrap_or_default();
    named.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"mqtt"))
}

/// The packets in one message.
fn packets(walk: &mut Walk<'_>, bytes: &[u8], level: u8) {
    let mut at = 0;
    while at < bytes.len() {
        let Some(packet) = mqtt::packet(bytes, at, level) else {
            walk.odd(DecodeAnomaly::BrokenSyntax);
            return walk.range(at, bytes.len(), |walk| walk.emit(&bytes[at..], 0, false));
        };
        walk.named(packet.kind.as_bytes(), |walk| {
            for (name, place) in packet.fields {
                walk.named(name.as_bytes(), |walk| {
                    walk.range(place.start, place.end, |walk| walk.value(&bytes[place.clone()], 0));
                });
            }
        });
        at = packet.end;
    }
}
