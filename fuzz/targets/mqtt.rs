//! Any bytes as the binary messages after a CONNECT packet of each version of MQTT, and as the first message.
#![no_main]

mod decoded;

use dataspoor::model::Opcode;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for connect in [&b"\x10\x10\x00\x06MQIsdp\x03\x02\x00\x0a\x00\x02me"[..], b"\x10\x0d\x00\x04MQTT\x05\x02\x00\x0a\x00\x00\x00", b""] {
        let mut exchange = decoded::sent(b"", b"", b"");
        decoded::message(&mut exchange, Opcode::Binary, connect);
        decoded::message(&mut exchange, Opcode::Binary, data);
        decoded::hold(&exchange);
    }
});
