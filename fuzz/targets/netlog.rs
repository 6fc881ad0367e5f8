//! Any bytes as a NetLog: reading must end in a log or an error, requests must be numbered in order, and what is read of a log that is cut off must be
//! what is read of the whole one.
#![no_main]

use dataspoor::interop::netlog::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(log) = read(data) else { return };
    for (request, number) in log.requests.iter().zip(1..) {
        assert_eq!(request.number, number);
    }
    if let Ok(half) = read(&data[..data.len() / 2]) {
        assert!(half.requests.len() <= log.requests.len());
        for (request, whole) in half.requests.iter().zip(&log.requests) {
            assert_eq!((&request.url, &request.method), (&whole.url, &whole.method));
        }
    }
});
