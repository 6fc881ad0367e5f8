//! What the targets of decoders have in common: exchanges from bytes, and what must hold of their fields.

use dataspoor::decode::{DecodeAnomaly, FieldPlace, Limits, fields, resolve};
use dataspoor::interop::har;
use dataspoor::model::{Body, BodyState, Direction, Exchange, Headers, Message, Opcode, Outcome};
use std::sync::LazyLock;

/// A request and an answer without any field of their own but those of the heads.
static EXCHANGE: LazyLock<Exchange> = LazyLock::new(|| {
    const RECORDING: &str = r#"{"log":{"entries":[{"startedDateTime":"2026-11-16T09:00:00.000Z",
        "request":{"method":"POST","url":"https://h.example/","headers":[]},
        "response":{"status":200,"headers":[],"content":{"mimeType":"application/json","text":""}}}]}}"#;
    let mut exchange = None;
    har::read(RECORDING.as_bytes(), har::Options::default(), &mut |imported| {
        exchange = Some(imported.exchange);
        Ok(())
    })
    .expect("a HAR file");
    exchange.expect("an entry")
});

/// A request with this body.
pub fn sent(media_type: &[u8], coding: &[u8], body: &[u8]) -> Exchange {
    let mut exchange = EXCHANGE.clone();
    let mut headers = Headers::new();
    headers.push(b"content-type", media_type);
    headers.push(b"content-encoding", coding);
    exchange.request.headers = headers;
    exchange.request.body = Body::new(BodyState::Raw, body.to_vec());
    exchange
}

/// The same body in the answer.
#[allow(dead_code, reason = "not every target looks at answers")]
pub fn answered(exchange: &mut Exchange, body: &[u8]) {
    if let Outcome::Response(response) = &mut exchange.outcome {
        response.body = Body::new(BodyState::Raw, body.to_vec());
    }
}

/// The bytes as a message.
#[allow(dead_code, reason = "not every target looks at messages")]
pub fn message(exchange: &mut Exchange, opcode: Opcode, payload: &[u8]) {
    let payload = Body::new(BodyState::Raw, payload.to_vec());
    exchange.messages.push(Message { direction: Direction::Sent, at: None, opcode, payload });
}

/// Every locator leads to its field and has a text, ceilings are kept, also low ones, and what was left out is said.
pub fn hold(exchange: &Exchange) {
    let small = Limits { fields: 50, levels: 3, layers: 2, unpacked: 4096, name: 12, ..Limits::default() };
    for limits in [Limits { unpacked: 1 << 20, ..Limits::default() }, small] {
        let mut count = 0;
        let mut holder: Option<(u8, FieldPlace)> = None;
        let decoded = fields(exchange, &limits, &mut |field| {
            count += 1;
            assert!(field.name.len() <= limits.name && field.depth <= limits.layers, "{field:?}");
            // Following all of many fields of a long document takes long and shows nothing new.
            if count < 500 || count % 100 == 0 {
                let found = resolve(exchange, field.locator).unwrap_or_else(|error| panic!("{}: {error}", field.locator));
                assert!(found == field.value, "{} leads to other bytes", field.locator);
                assert_eq!(field.locator.to_string().parse().as_ref(), Ok(field.locator));
            }
            holder = field.holds_fields.then_some((field.depth, field.place));
        });
        assert!(count <= limits.fields);
        assert!(holder.is_none() || count == limits.fields, "what holds fields has none behind it");
        assert_eq!(decoded.left_out > 0, decoded.anomalies.contains(&DecodeAnomaly::TooManyFields));
        assert!(decoded.anomalies.is_sorted());
    }
}
