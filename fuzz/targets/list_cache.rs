//! Any bytes as the kept form of a compiled filter list: nothing comes back, or a list that answers.
#![no_main]

use dataspoor::model::Digest;
use dataspoor::rules::{FilterList, ListRequest};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let digest = Digest::of(b"||a.example^\n");
    if let Some(list) = FilterList::from_cache("x", digest, data) {
        let request =
            ListRequest { url: "https://a.example/b", host: "a.example", page_host: "news.nl", other_site: true, kind: "script", method: "GET" };
        let _ = list.check(request);
    }
});
