//! Any bytes as a Set-Cookie field, a Cookie field and a cookie date.
#![no_main]

use dataspoor::decode::cookie::{SetCookie, cookie_pairs, default_path, domain_match, path_match, set_cookie_lines};
use dataspoor::decode::cookie_date;
use dataspoor::model::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    line(data);
    let mut end = 0;
    for range in set_cookie_lines(data) {
        assert!(range.start >= end && range.end <= data.len(), "lines lie in order and in the field");
        end = range.end;
        line(&data[range]);
    }
    let mut end = 0;
    for pair in cookie_pairs(data) {
        assert!(pair.pair.start >= end && pair.pair.end <= data.len(), "pairs lie in order and in the field");
        end = pair.pair.end;
        assert!(pair.name.start >= pair.pair.start && pair.name.end <= pair.pair.end, "a name lies in its pair");
        assert!(pair.value.start >= pair.name.end && pair.value.end <= pair.pair.end, "a value lies behind the name and in its pair");
    }
    let _ = cookie_date::parse(data);
});

fn line(line: &[u8]) {
    let cookie = SetCookie::parse(line);
    assert_eq!(cookie, SetCookie::parse(line), "the same twice");
    let _ = (cookie.name(), cookie.value());
    for range in [&cookie.expires, &cookie.domain, &cookie.path, &cookie.priority].into_iter().flatten() {
        assert!(range.start <= range.end && range.end <= line.len(), "an attribute's value lies in the line");
    }
    for at in [i64::MIN, 0, i64::MAX] {
        let _ = cookie.lifetime_seconds(Timestamp::from_nanoseconds(at));
    }
    if let Some(date) = cookie.expires_at {
        let text = &line[cookie.expires.clone().expect("a date was read from the text that is kept")];
        assert_eq!(cookie_date::parse(text), Some(date), "the text that is kept is the one that was read");
    }
    if let Ok(text) = std::str::from_utf8(line) {
        let path = default_path(text);
        assert!(path.starts_with('/'), "a default path is a path");
        assert!(path_match(path, path));
        assert!(domain_match(text, text));
    }
}
