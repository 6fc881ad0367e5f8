//! Any bytes as a body of any kind, as an address and as header fields of a request that is masked: the length stays, only what a mask names is
//! changed, masks are letters (or a number), and equal bytes get equal masks.
#![no_main]

use std::sync::{Arc, LazyLock};

use dataspoor::model::{Change, ChangeKind, Digest, HeadBytes, Headers, Locator, Side, Step};
use dataspoor::redact::{BodyKind, Masker, Target};
use dataspoor::rules::{BUILTIN, RuleSet};
use libfuzzer_sys::fuzz_target;

static MASKER: LazyLock<Masker> = LazyLock::new(|| {
    let rules = RuleSet::compile(BUILTIN.iter().copied()).expect("the built-in rules");
    let fingerprint = |secret: &[u8]| {
        let mut short = [0; 8];
        short.copy_from_slice(&Digest::of(secret).0[..8]);
        short
    };
    Masker::new(Arc::new(rules.secret_rules()), Arc::new(fingerprint))
});

/// Where the masks lie, which must be apart and in order.
fn places(changes: &[Change]) -> Vec<(usize, usize)> {
    let place = |change: &Change| {
        let ChangeKind::Masked { locator, length, .. } = &change.kind else { panic!("{change:?}") };
        let locator: Locator = locator.parse().expect("a locator");
        let Some(Step::Range(from, to)) = locator.steps.last() else { panic!("{locator}") };
        assert_eq!(to - from, *length);
        (*from as usize, *to as usize)
    };
    let places: Vec<_> = changes.iter().map(place).collect();
    assert!(places.windows(2).all(|two| two[0].1 <= two[1].0), "masks overlap: {places:?}");
    places
}

fn only_masks_differ(before: &[u8], after: &[u8], places: &[(usize, usize)]) {
    assert_eq!(before.len(), after.len(), "the length changed");
    let mut at = 0;
    for &(from, to) in places {
        assert_eq!(before[at..from], after[at..from], "something beside the masks changed");
        assert!(after[from..to].iter().all(u8::is_ascii_alphanumeric), "a mask is letters, or a number");
        at = to;
    }
    assert_eq!(before[at..], after[at..], "something beside the masks changed");
}

fuzz_target!(|data: &[u8]| {
    let Some((&choice, body)) = data.split_first() else { return };
    let target = Target::of("https://www.facebook.com/oauth/access_token");
    let media_type: &[u8] = match choice % 5 {
        0 => b"application/x-www-form-urlencoded",
        1 => b"application/json",
        2 => b"multipart/form-data; boundary=b",
        3 => b"text/plain",
        _ => b"",
    };
    let kind = BodyKind::of(Some(media_type), None);
    for side in [Side::Request, Side::Response] {
        let mut masked = body.to_vec();
        let (changes, _) = MASKER.body(&target, side, &kind, &mut masked);
        only_masks_differ(body, &masked, &places(&changes));
        // Equal bytes get equal masks.
        let mut again = body.to_vec();
        assert_eq!(MASKER.body(&target, side, &kind, &mut again).0, changes);
        assert_eq!(again, masked);
    }
    if let Ok(text) = std::str::from_utf8(body) {
        let (mut url, mut headers) = (text.to_owned(), Headers::new());
        MASKER.request_head(&Target::of(text), &mut url, &mut headers, &mut HeadBytes::Parsed);
        assert_eq!(url.len(), text.len());
    }
    let names = [&b"cookie"[..], b"authorization", b"referer", b"x"];
    let mut headers = Headers::new();
    names.iter().for_each(|name| headers.push(name, body));
    let mut head = HeadBytes::Other([&b"GET / HTTP/1.1\r\ncookie: "[..], body].concat().into());
    let length = head.other().map(|bytes| bytes.len());
    MASKER.request_head(&target, &mut "https://www.facebook.com/".to_owned(), &mut headers, &mut head);
    assert_eq!(head.other().map(|bytes| bytes.len()), length);
    assert!(headers.iter().zip(names).all(|((name, value), known)| name == known && value.len() == body.len()));
});
