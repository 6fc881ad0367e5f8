//! Any bytes as a multipart body with a short boundary, and with none that fits.
#![no_main]

mod decoded;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for media_type in [&b"multipart/form-data; boundary=b"[..], b"multipart/form-data; boundary=\"other\"", b"text/plain"] {
        decoded::hold(&decoded::sent(media_type, b"", data));
    }
});
