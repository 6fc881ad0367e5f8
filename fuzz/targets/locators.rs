//! Any text as a locator: what parses prints the same, and following it ends in bytes or an error. What stands behind a first line feed is
//! the body of the request that is looked into.
#![no_main]

use std::sync::LazyLock;

use dataspoor::decode::resolve;
use dataspoor::interop::har;
use dataspoor::model::{Body, BodyState, Exchange, Locator};
use libfuzzer_sys::fuzz_target;

/// With query, cookies, form, messages, listed cookies and an address: a place for every kind of part.
const RECORDING: &str = r#"{"log":{"entries":[{
    "startedDateTime":"2026-11-16T09:00:00.000Z","serverIPAddress":"192.0.2.1","_resourceType":"websocket",
    "request":{"method":"POST","url":"https://h.example/p?q=1&r=YWJj&s=%7B%22a%22%3A1%7D","httpVersion":"h2",
        "headers":[{"name":"Cookie","value":"a=1;  datr=x%41y ; c=3"},{"name":"Content-Encoding","value":"gzip"}],
        "postData":{"mimeType":"application/x-www-form-urlencoded","text":"a=1&b+c=2&b%20c=eyJ1IjpbeyJlIjoieEB5In1dfQ"}},
    "response":{"status":101,"headers":[{"name":"X-Json","value":"{\"u\":[{\"e\":\"x@y\"}],\"n\":1}"}],
        "cookies":[{"name":"n","value":"v","path":"/"}],
        "content":{"mimeType":"application/json","text":"{\"a\":{\"b\":[1,\"two\",{\"c\":null}]}}"}},
    "_webSocketMessages":[{"type":"send","time":1,"opcode":1,"data":"{\"m\":\"aGk=\"}"}]}]}}"#;

static EXCHANGE: LazyLock<Exchange> = LazyLock::new(|| {
    let mut exchange = None;
    har::read(RECORDING.as_bytes(), har::Options::default(), &mut |imported| {
        exchange = Some(imported.exchange);
        Ok(())
    })
    .expect("a HAR file");
    exchange.expect("an entry")
});

fuzz_target!(|data: &[u8]| {
    let end = data.iter().position(|&byte| byte == b'\n').unwrap_or(data.len());
    let Ok(text) = std::str::from_utf8(&data[..end]) else { return };
    match text.parse::<Locator>() {
        Ok(locator) => {
            let printed = locator.to_string();
            assert_eq!(printed, text, "a locator has one text form");
            assert_eq!(printed.parse(), Ok(locator.clone()));
            let _ = resolve(&EXCHANGE, &locator);
            if let Some(body) = data.get(end + 1..) {
                let mut exchange = EXCHANGE.clone();
                exchange.request.body = Body::new(BodyState::Raw, body.to_vec());
                let _ = resolve(&exchange, &locator);
            }
        }
        Err(error) => assert!(error.at <= text.len(), "{error}, but the text has only {} bytes", text.len()),
    }
});
