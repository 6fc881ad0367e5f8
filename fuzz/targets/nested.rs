//! Any bytes as the value of a form field, a cookie, a header field and a parameter: whatever is packed in it stands where its locator says.
#![no_main]

mod decoded;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let form: Vec<u8> = b"a=".iter().copied().chain(data.iter().flat_map(|byte| format!("%{byte:02X}").into_bytes())).collect();
    let mut exchange = decoded::sent(b"application/x-www-form-urlencoded", b"", &form);
    exchange.request.headers.push(b"cookie", data);
    exchange.request.headers.push(b"x", data);
    exchange.request.url = format!("https://h.example/?q={}", String::from_utf8_lossy(data));
    decoded::hold(&exchange);
});
