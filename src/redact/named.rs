//! Names of fields as they may be printed. A name is chosen by whoever sends, and some senders put values where names belong: members named after an
//! address or an account, parameters that are tokens. It never looks at a value.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::MASK;

/// Parts of names that are printed are not longer than this (bytes).
const LONGEST: usize = 64;

/// A part that looks like a value is at least this long (bytes).
const SHORTEST_VALUE: usize = 16;

/// The name of a field (names from the outside in, with dots between) with a mask for every part that may be a value.
#[must_use]
pub fn field_name(name: &str) -> Cow<'_, str> {
    // Dots stand between names and within addresses alike, so what looks like an address is masked from its first part on.
    if let Some(at) = name.find('@').filter(|_| is_mail_address(name)) {
        let start = name[..at].rfind(|letter: char| !(letter.is_alphanumeric() || "._%+-".contains(letter))).map_or(0, |before| before + 1);
        return Cow::Owned(format!("{}{MASK}", &name[..start]));
    }
    if is_number_in_groups(name) {
        return Cow::Borrowed(MASK);
    }
    if name.split('.').all(may_be_printed) {
        return Cow::Borrowed(name);
    }
    Cow::Owned(name.split('.').map(|part| if may_be_printed(part) { part } else { MASK }).collect::<Vec<_>>().join("."))
}

/// The text of a locator up to the first step whose name may be a value.
#[must_use]
pub fn field_locator(locator: &str) -> &str {
    let mut at = 0;
    for step in locator.split('/') {
        let names = step.split_once(':').filter(|(kind, _)| ["field", "part", "member", "json", "protobuf"].contains(kind));
        let printed = names.is_none_or(|(_, names)| {
            let names = names.rsplit_once('[').map_or(names, |(names, _)| names);
            !is_mail_address(&percent_decode_str(names).decode_utf8_lossy())
                && names.split('.').all(|name| may_be_printed(&percent_decode_str(name).decode_utf8_lossy()))
        });
        if !printed {
            return locator[..at].trim_end_matches('/');
        }
        at += step.len() + 1;
    }
    locator
}

fn may_be_printed(part: &str) -> bool {
    let bytes = part.as_bytes();
    let plain = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'[' | b']' | b':' | b'~' | b'$' | b'*' | b'@' | b'!' | b'/')
    };
    bytes.len() <= LONGEST && bytes.iter().all(plain) && !is_mail_address(part) && !is_number_in_groups(part) && !looks_like_value(bytes)
}

fn is_mail_address(name: &str) -> bool {
    let host = |host: &str| host.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')).collect::<Vec<_>>();
    name.split_once('@')
        .is_some_and(|(local, rest)| !local.is_empty() && host(rest).contains(&b'.') || local.len() > 2 && host(rest).len() > 3)
}

/// A telephone number, a number of a person or an address of a machine: digits and what people put between them.
fn is_number_in_groups(name: &str) -> bool {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    digits >= 7 && name.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b' ' | b'(' | b')' | b'/'))
}

/// Long, and full of digits, or of letters of both cases with digits among them, as tokens are and words are not.
fn looks_like_value(bytes: &[u8]) -> bool {
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    if digits == bytes.len() && digits >= 6 {
        return true;
    }
    let run = bytes.split(|byte| !byte.is_ascii_alphanumeric()).map(<[u8]>::len).max().unwrap_or(0);
    let [lower, upper] = [u8::is_ascii_lowercase, u8::is_ascii_uppercase].map(|is| bytes.iter().any(is));
    bytes.len() >= SHORTEST_VALUE && (digits * 4 >= bytes.len() || (run >= SHORTEST_VALUE && digits >= 2 && lower && upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_printed_and_values_are_not() {
        for name in [
            "",
            "ev",
            "ud[em]",
            "route_urls[*]",
            "q.*.posts.*.1.viewport",
            "sec-ch-ua-full-version-list",
            "fb_api_req_friendly_name",
            "opt_in[ads]",
            "variables.input.page_id",
            "connect.client_id",
            "1.2.3",
            "x-asbd-id",
            "SubscribedButtonClickCount2",
        ] {
            assert_eq!(field_name(name), name);
        }
        for (name, wanted) in [
            ("users.jan@voorbeeld.example.seen", "…"),
            ("hits[jan.jansen@kb.nl]", "hits[…"),
            ("06-12345678", "…"),
            ("by.06-12345678", "by.…"),
            ("123.456.782", "…"),
            ("192.168.11.12", "…"),
            ("Jan Jansen", "…"),
            ("by_id.100000000000001.name", "by_id.….name"),
            ("a8213d8ed701b715", "…"),
            ("c.123e4567-e89b-12d3-a456-426614174000", "c.…"),
            ("AbCdEfGh12IjKlMnOp", "…"),
            ("caf\u{e9}", "…"),
            ("a\nb", "…"),
        ] {
            assert_eq!(field_name(name), wanted);
        }
    }

    #[test]
    fn a_locator_ends_before_what_may_be_a_value() {
        assert_eq!(field_locator("request.body/field:q[1]/json:0.webSessionId"), "request.body/field:q[1]/json:0.webSessionId");
        assert_eq!(field_locator("request.body/json:by_id.100000000000001.name/base64"), "request.body");
        assert_eq!(field_locator("request.body/field:jan%40voorbeeld%2Eexample[1]"), "request.body");
        assert_eq!(field_locator("request.query[3]/range:3-98/form/range:54-83"), "request.query[3]/range:3-98/form/range:54-83");
    }
}
