//! Any bytes under each content coding, alone and over one another: what comes out is followed, and ends at the ceiling.
#![no_main]

mod decoded;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for coding in [&b"gzip"[..], b"deflate", b"br", b"zstd", b"br, gzip", b"gzip, x-gzip", b"zstd, deflate"] {
        decoded::hold(&decoded::sent(b"application/json", coding, data));
    }
});
