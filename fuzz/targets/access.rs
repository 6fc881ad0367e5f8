//! Any bytes as an answer to a request for access: taking it apart must end in values or an error, and no value stands as a name in a place.
#![no_main]

use std::collections::BTreeSet;

use dataspoor::interop::access::{forms, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(values) = read(data) else { return };
    let known: BTreeSet<&str> = values.iter().map(|found| found.value().trim()).collect();
    for found in &values {
        assert!(found.place.split(" / ").all(|name| matches!(name, "*" | "…" | "text") || !known.contains(name)));
        assert_eq!(forms(found.value()).first().map(String::as_str), Some(found.value().trim()));
    }
});
