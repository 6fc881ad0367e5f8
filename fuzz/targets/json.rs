//! Any bytes as JSON, on lines, behind prefixes and cut off: sent, and answered.
#![no_main]

mod decoded;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut exchange = decoded::sent(b"application/json", b"", data);
    decoded::answered(&mut exchange, data);
    decoded::hold(&exchange);
});
