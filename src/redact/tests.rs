//! What masking does to bodies, addresses and fields: the length stays, nothing but the secret changes, and the result means what it meant.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::model::{Change, ChangeKind, Digest, HeadBytes, Headers, Locator, Pattern, Side, Step};

fn masker() -> Masker {
    let rule = |id: &str, place, names: &[&str], values: &[&str]| SecretRule {
        id: id.to_owned(),
        place,
        names: names.iter().map(|name| Pattern::new(name)).collect(),
        values: values.iter().map(|value| Pattern::new(value)).collect(),
        hosts: Vec::new(),
        paths: Vec::new(),
    };
    let rules = SecretRules::new(vec![
        rule("password", SecretPlace::Parameter, &["*password*", "pass", "pin"], &["#pwd_*"]),
        rule("session", SecretPlace::Cookie, &["sid"], &[]),
        rule("credentials", SecretPlace::Header, &["authorization"], &[]),
        rule("token", SecretPlace::Answer, &["access_token"], &[]),
    ]);
    let fingerprint = |secret: &[u8]| {
        let mut short = [0; 8];
        short.copy_from_slice(&Digest::of(secret).0[..8]);
        short
    };
    Masker::new(Arc::new(rules), Arc::new(fingerprint))
}

/// The body with every masked byte as `*`, and whether all of it could be searched.
fn hashed(media_type: &str, body: &str) -> (String, bool) {
    let mut masked = body.as_bytes().to_vec();
    let kind = BodyKind::of(Some(media_type.as_bytes()), None);
    let (changes, whole) = masker().body(&Target::of("https://b.nl/"), Side::Request, &kind, &mut masked);
    let mut text = body.as_bytes().to_vec();
    for (from, to) in places(&changes) {
        assert!(masked[from..to].iter().all(u8::is_ascii_alphanumeric));
        text[from..to].fill(b'*');
        masked[from..to].fill(b'*');
    }
    assert_eq!(text, masked, "nothing but the masks differs");
    (String::from_utf8_lossy(&text).into_owned(), whole)
}

fn places(changes: &[Change]) -> Vec<(usize, usize)> {
    let place = |change: &Change| {
        let ChangeKind::Masked { locator, length, .. } = &change.kind else { panic!("{change:?}") };
        let locator: Locator = locator.parse().expect("a locator");
        let Some(Step::Range(from, to)) = locator.steps.last() else { panic!("{locator}") };
        assert_eq!(to - from, *length);
        (*from as usize, *to as usize)
    };
    changes.iter().map(place).collect()
}

#[test]
fn bodies() {
    const FORM: &str = "application/x-www-form-urlencoded";
    const JSON: &str = "application/json";
    for (media_type, body, expected) in [
        (FORM, "a=1&pass=x%20y+z&b=2", "a=1&pass=*******&b=2"),
        (FORM, "pass=&password", "pass=&password"),
        (FORM, "x=%23PWD_BROWSER%3A0%3A1%3Ax", "x=**************************"),
        (
            FORM,
            "x=%7B%22a%22%3A%22%7B%5C%22pass%5C%22%3A%5C%22y%5C%22%7D%22%7D",
            "x=%7B%22a%22%3A%22%7B%5C%22pass%5C%22%3A%5C%22*%5C%22%7D%22%7D",
        ),
        (FORM, "u=https%3A%2F%2Fb.nl%2F%3Fpass%3Dx%26y%3D1", "u=https%3A%2F%2Fb.nl%2F%3Fpass%3D*%26y%3D1"),
        (FORM, "u=%2Fa%3Fb%3D%252Fc%253Fpass%253Dx%2526y", "u=%2Fa%3Fb%3D%252Fc%253Fpass%253D*%2526y"),
        (
            JSON,
            r#"{"pin":-12.5e1,"n":{"password":["a",{"b":"c"},true,null,7]},"z":1}"#,
            r#"{"pin":*******,"n":{"password":["*",{"b":"*"},true,null,*]},"z":1}"#,
        ),
        (JSON, r#"{"next":"/login?pass=x\u0026y=1"}"#, r#"{"next":"/login?pass=*\u0026y=1"}"#),
        (JSON, r#"[{"value":"v","name":"pass"},{"name":"a","value":"b"}]"#, r#"[{"value":"*","name":"pass"},{"name":"a","value":"b"}]"#),
        ("", "for (;;);{\"password\":\"x\"}", "for (;;);{\"password\":\"*\"}"),
        ("text/plain", "a=1\r\npass=x & y\r\nb=2\r\n", "a=1\r\npass=*****\r\nb=2\r\n"),
        ("text/plain", "see /x?pass=y&z=1 for more", "see /x?pass=*&z=1 for more"),
        (
            "multipart/mixed; boundary=\"b\"",
            "--b\r\ncontent-disposition: form-data; name=pass\r\n\r\n\r\n--b\r\n\r\nx\r\n--b--",
            "--b\r\ncontent-disposition: form-data; name=pass\r\n\r\n\r\n--b\r\n\r\nx\r\n--b--",
        ),
        (
            "multipart/form-data; boundary=b",
            "--b\r\nContent-Disposition: form-data; filename=\"pass\"; name=\"x\"\r\n\r\ny\r\n--b--",
            "--b\r\nContent-Disposition: form-data; filename=\"pass\"; name=\"x\"\r\n\r\ny\r\n--b--",
        ),
        (FORM, "compass=1&passive=2&a=pass", "compass=1&passive=2&a=pass"),
    ] {
        assert_eq!(hashed(media_type, body), (expected.to_owned(), true), "{body}");
    }
}

#[test]
fn what_is_broken_is_masked_as_far_as_it_goes_and_said() {
    for (media_type, body, expected) in [
        ("application/json", r#"{"a":{"pass":"x\"y"#, r#"{"a":{"pass":"****"#),
        ("application/json", r#"{"pass":unquoted,"b":1}"#, r#"{"pass":********,"b":1}"#),
        ("application/json", r#"{pass:'x'}"#, r#"{pass:'*'}"#),
        ("application/json", "pass=x&y=1", "pass=*&y=1"),
        (
            "multipart/form-data; boundary=b",
            "--b\r\nContent-Disposition: form-data; name=\"pass\"\r\n\r\nx\r\n-",
            "--b\r\nContent-Disposition: form-data; name=\"pass\"\r\n\r\n****",
        ),
        ("application/xml", "<pass>x</pass>", "<pass>x</pass>"),
        ("multipart/form-data; boundary=b", "pass", "pass"),
    ] {
        assert_eq!(hashed(media_type, body), (expected.to_owned(), false), "{body}");
    }
    // A form that was cut off is no less a form.
    assert_eq!(hashed("application/x-www-form-urlencoded", "a=1&pass=x%4"), ("a=1&pass=***".to_owned(), true));
}

#[test]
fn heads() {
    let (mut url, mut headers) = ("https://u:pw@b.nl/a/b;pass=x/c?pin=1&q=2#password=y".to_owned(), Headers::new());
    for (name, value) in [("Cookie", "a=1; sid=\"x y\"; b=2"), ("Authorization", "Bearer  abc"), ("referer", "/x?pass=1"), ("x-pass", "1")]
    {
        headers.push(name.as_bytes(), value.as_bytes());
    }
    let raw = "GET /a/b;pass=x/c?pin=1&q=2 HTTP/1.1\r\nCookie: a=1; sid=\"x y\"; b=2\r\nAuthorization:Bearer\r\n  abc\r\n\r\n";
    let mut bytes = HeadBytes::Other(raw.as_bytes().into());
    let changes = masker().request_head(&Target::of(&url.clone()), &mut url, &mut headers, &mut bytes);
    assert_eq!(changes.len(), 7, "{changes:?}");
    let plain = |text: &str| ["pw@", "pass=x", "pin=1", "=y", "\"x y\"", "abc", "pass=1"].iter().any(|secret| text.contains(secret));
    let raw_masked = String::from_utf8_lossy(bytes.other().expect("other bytes")).into_owned();
    assert!(!plain(&url) && !plain(&raw_masked) && raw_masked.len() == raw.len(), "{url} {raw_masked}");
    assert!(headers.iter().all(|(_, value)| !plain(&String::from_utf8_lossy(value))));
    assert_eq!(headers.first("authorization").map(|value| &value[..8]), Some(&b"Bearer  "[..]));
    assert_eq!(headers.first("x-pass"), Some(&b"1"[..]));
    assert!(url.starts_with("https://u:") && url.contains("@b.nl/a/b;pass=") && url.contains("/c?pin=") && url.contains("&q=2#password="));

    let mut headers = Headers::new();
    headers.push(b"Set-Cookie", b"sid=abc; Path=/; Secure");
    headers.push(b"Authorization", b"of an answer");
    let changes = masker().response_head(&Target::default(), 0, &mut headers, &mut HeadBytes::Parsed);
    assert_eq!(places(&changes), [(4, 7)]);
    assert!(headers.first("set-cookie").is_some_and(|line| line.ends_with(b"; Path=/; Secure") && line.starts_with(b"sid=")));
}

#[test]
fn other_changes_do_not_tell_what_was_masked() {
    let target = Target::of("https://b.nl/");
    let of = |kind| Change { side: Side::Request, kind, reason: String::new() };
    let mut added = of(ChangeKind::HeaderAdded { index: 0, name: b"cookie".to_vec(), value: b"a=1; sid=abc".to_vec() });
    let mut moved = of(ChangeKind::Target { received: b"http://b.nl/?pass=abc".to_vec(), sent: b"/?pass=abc".to_vec() });
    for change in [&mut added, &mut moved] {
        masker().repeated(&target, change);
        assert!(!format!("{change:?}").contains("97, 98, 99"), "{change:?}");
    }
}

/// Nesting without end, and a body of nothing but marks, take no more than their length many times over.
#[test]
fn hostile_bodies_come_to_an_end() {
    for unit in ["=", "&pass", "{\"a\":", "[", "\\\"", "%25", "pass=%25&", "\"", "--b\r\n"] {
        let body = unit.repeat((1 << 18) / unit.len());
        for media_type in ["application/x-www-form-urlencoded", "application/json", "text/plain", "multipart/form-data; boundary=b"] {
            hashed(media_type, &body);
            hashed(media_type, &format!("x=pass{body}"));
        }
    }
    let mut nested = "pass=secret".to_owned();
    for _ in 0..12 {
        nested = format!("x={}", nested.replace('%', "%25").replace('=', "%3D"));
    }
    assert!(!hashed("application/x-www-form-urlencoded", &nested).1, "deeper than is looked, and said");
}

/// A value of a form, percent-encoded as its second half says.
fn encoded(text: &str, dice: u64) -> String {
    let escape = |(index, byte): (usize, u8)| match byte {
        byte if byte.is_ascii_alphanumeric() && dice >> (index % 64) & 1 == 0 => char::from(byte).to_string(),
        byte if dice & 1 == 0 => format!("%{byte:02x}"),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().enumerate().map(escape).collect()
}

proptest! {
    #[test]
    fn of_a_form_only_secrets_change(before in "[a-z0-9]{0,8}", secret in "\\PC{1,12}", after in "\\PC{0,8}", dice in any::<u64>()) {
        let (secret, after) = (encoded(&secret, dice), encoded(&after, dice >> 7));
        let body = format!("{before}=1&user%5Bpassword%5D={secret}&z={after}");
        let (hashed, _) = hashed("application/x-www-form-urlencoded", &body);
        let expected = format!("{before}=1&user%5Bpassword%5D={}&z=", "*".repeat(secret.len()));
        prop_assert!(hashed.starts_with(&expected), "{} {}", hashed, body);
        let unchanged = hashed.ends_with(&format!("&z={after}"));
        prop_assert!(after.contains('%') || unchanged);
    }

    #[test]
    fn of_json_only_secrets_change(key in "[a-o]{1,5}", secret in "\\PC{1,12}", other in "[ -~]{0,12}", number in any::<i64>()) {
        let before = serde_json::json!({ key: other, "list": [{ "Password": secret, "n": number }], "end": [true, null] });
        let text = before.to_string();
        let mut masked = text.clone().into_bytes();
        let (changes, whole) = masker().body(&Target::default(), Side::Request, &BodyKind::Json, &mut masked);
        prop_assert!(whole && masked.len() == text.len());
        let mut after: serde_json::Value = serde_json::from_slice(&masked).expect("still JSON");
        prop_assert!(after["list"][0]["Password"].as_str().is_some_and(|mask| mask.bytes().all(|byte| byte.is_ascii_alphabetic())));
        after["list"][0]["Password"] = secret.into();
        if changes.len() == 1 {
            prop_assert_eq!(after, before);
        }
    }

    #[test]
    fn no_body_is_too_odd(body in prop::collection::vec(any::<u8>(), 0..200), kind in 0..5_usize) {
        let media_type = ["application/x-www-form-urlencoded", "application/json", "text/plain", "multipart/form-data; boundary=b", ""][kind];
        let kind = BodyKind::of(Some(media_type.as_bytes()), None);
        let mut masked = body.clone();
        let (changes, _) = masker().body(&Target::default(), Side::Request, &kind, &mut masked);
        let mut at = 0;
        for (from, to) in places(&changes) {
            prop_assert_eq!(&body[at..from], &masked[at..from]);
            at = to;
        }
        prop_assert_eq!(&body[at..], &masked[at..]);
    }
}
