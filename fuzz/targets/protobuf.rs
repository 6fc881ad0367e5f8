//! Any bytes as protobuf, as frames of gRPC, and where nobody says so.
#![no_main]

mod decoded;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for media_type in [&b"application/x-protobuf"[..], b"application/grpc-web+proto", b"application/octet-stream"] {
        decoded::hold(&decoded::sent(media_type, b"", data));
    }
});
