//! A request made of any bytes: the first says the media type, the second the coding; what follows is URL, header fields, cookies, body and
//! messages at once.
#![no_main]

mod decoded;

use dataspoor::model::Opcode;
use libfuzzer_sys::fuzz_target;

const MEDIA_TYPES: [&[u8]; 7] = [
    b"",
    b"application/json",
    b"application/x-www-form-urlencoded",
    b"multipart/form-data; boundary=b",
    b"application/x-protobuf",
    b"application/grpc",
    b"text/plain",
];

fuzz_target!(|data: &[u8]| {
    let [media_type, coding, body @ ..] = data else { return };
    let media_type = MEDIA_TYPES[usize::from(*media_type) % MEDIA_TYPES.len()];
    let coding = [&b""[..], b"gzip", b"deflate", b"br", b"zstd", b"zstd, gzip"][usize::from(*coding) % 6];
    let mut exchange = decoded::sent(media_type, coding, body);
    for name in [&b"cookie"[..], b"x"] {
        exchange.request.headers.push(name, &body[..body.len().min(1024)]);
    }
    exchange.request.url = format!("https://h.example/{}", String::from_utf8_lossy(&body[..body.len().min(1024)]));
    decoded::answered(&mut exchange, body);
    decoded::message(&mut exchange, Opcode::Text, body);
    decoded::hold(&exchange);
});
