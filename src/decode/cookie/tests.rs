//! Cases and properties of Set-Cookie and Cookie fields.

use proptest::prelude::*;

use super::*;

fn text<'a>(cookie: &SetCookie<'a>, range: &Option<Range<usize>>) -> Option<&'a str> {
    range.clone().map(|range| std::str::from_utf8(&cookie.line[range]).expect("UTF-8"))
}

fn faults(line: &str) -> Vec<CookieFault> {
    SetCookie::parse(line.as_bytes()).faults
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("valid")
}

#[test]
fn a_cookie_of_facebook() {
    let line = "fr=0abc..Bc.1.0; expires=Sat, 10-Aug-2024 10:00:00 GMT; Max-Age=7776000; path=/; domain=.facebook.com; secure; \
                httponly; SameSite=None;Partitioned;Priority=High";
    let cookie = SetCookie::parse(line.as_bytes());
    assert_eq!((cookie.name(), cookie.value()), (&b"fr"[..], &b"0abc..Bc.1.0"[..]));
    assert_eq!(text(&cookie, &cookie.expires), Some("Sat, 10-Aug-2024 10:00:00 GMT"));
    assert_eq!(cookie.expires_at, Some(at("2024-08-10T10:00:00Z")));
    assert_eq!(cookie.max_age, Some(7_776_000));
    assert_eq!(text(&cookie, &cookie.path), Some("/"));
    assert_eq!(text(&cookie, &cookie.domain), Some("facebook.com"));
    assert!(cookie.secure && cookie.http_only && cookie.partitioned);
    assert_eq!(cookie.same_site.as_str(), "None");
    assert_eq!(text(&cookie, &cookie.priority), Some("High"));
    assert_eq!(cookie.faults, []);
}

#[test]
fn names_and_values() {
    let pair = |line: &'static str| {
        let cookie = SetCookie::parse(line.as_bytes());
        (std::str::from_utf8(cookie.name()).expect("UTF-8"), std::str::from_utf8(cookie.value()).expect("UTF-8"))
    };
    assert_eq!(pair("\t a \t=\t b c ;d=e"), ("a", "b c"));
    assert_eq!(pair("a=\"b; c\""), ("a", "\"b"));
    assert_eq!(pair("a==b="), ("a", "=b="));
    assert_eq!(pair("a="), ("a", ""));
    assert_eq!(pair("=b"), ("", "b"));
    assert_eq!(pair(" b ; path=/"), ("", "b"));
    assert_eq!(pair("b; a=c"), ("", "b"));
    assert_eq!(pair(""), ("", ""));
}

#[test]
fn the_last_attribute_wins() {
    let cookie = SetCookie::parse(b"a=b; Path=/x; Domain=a.nl; SameSite=Lax; Max-Age=1; max-age=2; PATH=y; domain=.; samesite=odd");
    assert_eq!((cookie.path.clone(), cookie.domain.clone(), cookie.same_site), (None, None, SameSite::Default));
    assert_eq!(cookie.max_age, Some(2));
    let cookie = SetCookie::parse(b"a=b; Domain=; Domain=..A.nl; Path; Path = /z ");
    assert_eq!((text(&cookie, &cookie.domain), text(&cookie, &cookie.path)), (Some(".A.nl"), Some("/z")));
}

#[test]
fn unreadable_lifetimes_leave_the_readable_ones() {
    let cookie = SetCookie::parse(b"a=b; Expires=Sat, 10-Aug-2024 10:00:00 GMT; Expires=never; Max-Age=\"60\"; Max-Age=; Expires");
    assert_eq!(text(&cookie, &cookie.expires), Some("Sat, 10-Aug-2024 10:00:00 GMT"));
    assert_eq!(cookie.lifetime_seconds(at("2024-08-10T09:00:00.5Z")), Some(3600));
    assert_eq!(cookie.lifetime_seconds(at("2024-08-10T10:00:00.5Z")), Some(0));
    assert_eq!(cookie.lifetime_seconds(at("2024-08-10T10:00:01Z")), Some(-1));
    assert_eq!(cookie.faults, [CookieFault::ExpiresUnreadable, CookieFault::MaxAgeUnreadable]);
    let cookie = SetCookie::parse(b"a=b; Expires=never; Expires=0");
    assert_eq!((text(&cookie, &cookie.expires), cookie.expires_at), (Some("0"), None));
    assert_eq!(cookie.lifetime_seconds(at("2024-08-10T09:00:00Z")), None);
}

#[test]
fn max_age() {
    let seconds = |value: &str| SetCookie::parse(format!("a=b; Max-Age={value}").as_bytes()).max_age;
    assert_eq!(seconds("60"), Some(60));
    assert_eq!(seconds("-1"), Some(-1));
    assert_eq!(seconds("-0"), Some(0));
    assert_eq!(seconds("99999999999999999999"), Some(i64::MAX));
    assert_eq!(seconds("-99999999999999999999"), Some(-i64::MAX));
    for invalid in ["", "-", "+1", "--1", "1.5", "1 0", "0x10", "60s", "\"60\""] {
        assert_eq!(seconds(invalid), None, "{invalid}");
    }
    let both = SetCookie::parse(b"a=b; Max-Age=5; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
    assert_eq!(both.lifetime_seconds(at("2024-08-10T09:00:00Z")), Some(5));
}

#[test]
fn refused_lines() {
    assert_eq!(faults(" = ; path=/"), [CookieFault::Empty]);
    assert_eq!(faults("a=b\tc; x=\ty"), []);
    assert_eq!(faults("a=b; x=\0"), [CookieFault::ControlCharacter]);
    assert_eq!(faults("a=\u{7f}"), [CookieFault::ControlCharacter]);
    assert_eq!(faults("\r;"), [CookieFault::ControlCharacter]);
    assert_eq!(faults("a=b; SameSite=none"), [CookieFault::SameSiteNoneInsecure]);
    assert_eq!(faults("a=b; Partitioned"), [CookieFault::PartitionedInsecure]);
    assert_eq!(faults("a=b; Partitioned; SameSite=None; secure=no"), []);
}

#[test]
fn sizes() {
    assert_eq!(faults(&format!("a={}", "b".repeat(4095))), []);
    assert_eq!(faults(&format!("a={}", "b".repeat(4096))), [CookieFault::TooLong]);
    let long = format!("a=b; Secure={0}; Path=/{0}; Path=/x; {0}={0}y; Path=/{0}", "p".repeat(1024));
    let cookie = SetCookie::parse(long.as_bytes());
    assert_eq!((cookie.secure, text(&cookie, &cookie.path)), (true, Some("/x")));
    assert_eq!(cookie.faults, [CookieFault::AttributeTooLong]);
}

#[test]
fn prefixes() {
    assert_eq!(faults("__Secure-a=b; Secure"), []);
    assert_eq!(faults("__secure-a=b"), [CookieFault::NamePrefixSecure]);
    assert_eq!(faults("__Host-a=b; Secure; Path=/"), []);
    assert_eq!(faults("__Host-a=b; Secure; Path=/; Domain="), []);
    for line in ["__HOST-a=b; Path=/", "__Host-a=b; Secure", "__Host-a=b; Secure; Path=/x", "__Host-a=b; Secure; Path=/; Domain=a.nl"] {
        assert_eq!(faults(line), [CookieFault::NamePrefixHost], "{line}");
    }
    assert_eq!(faults("__Host-a; Secure; Path=/"), [CookieFault::NamelessPrefix]);
    assert_eq!(faults("=__secure-a=b; Secure"), [CookieFault::NamelessPrefix]);
    assert_eq!(faults("a=__Host-b"), []);
}

#[test]
fn joined_lines() {
    let lines = |field: &'static str| set_cookie_lines(field.as_bytes()).map(|range| &field[range]).collect::<Vec<_>>();
    assert_eq!(lines("a=b; path=/\r\n\r\n c=d\t\n"), ["a=b; path=/", "c=d"]);
    assert_eq!(lines("a=b, c=d"), ["a=b, c=d"]);
    assert_eq!(lines("a=b\rc"), ["a=b\rc"]);
    assert_eq!(lines(" \n"), [""; 0]);
}

#[test]
fn pairs() {
    let field = " a=b;; c = \"d=e\" ;f;=g; \t;h=";
    let found: Vec<_> = cookie_pairs(field.as_bytes()).map(|pair| (&field[pair.pair], &field[pair.name], &field[pair.value])).collect();
    assert_eq!(found, [("a=b", "a", "b"), ("c = \"d=e\"", "c", "\"d=e\""), ("f", "", "f"), ("=g", "", "g"), ("h=", "h", "")]);
}

#[test]
fn paths() {
    let defaults = [("", "/"), ("x/y", "/"), ("/", "/"), ("/x", "/"), ("/x/", "/x"), ("/x/y", "/x"), ("/x//", "/x/")];
    for (path, expected) in defaults {
        assert_eq!(default_path(path), expected, "{path}");
    }
    assert!(path_match("/a", "/a") && path_match("/a/b", "/a") && path_match("/a/b", "/a/") && path_match("/a", "/"));
    assert!(!path_match("/ab", "/a") && !path_match("/a", "/a/") && !path_match("/A", "/a") && !path_match("/", "/a"));
}

#[test]
fn domains() {
    assert!(domain_match("a.nl", "a.nl") && domain_match("x.a.nl", "a.nl") && domain_match("127.0.0.1", "127.0.0.1"));
    assert!(!domain_match("xa.nl", "a.nl") && !domain_match("a.nl", "x.a.nl") && !domain_match("a.nl", "") && !domain_match("a.", ""));
    assert!(!domain_match("127.0.0.1", "0.0.1") && !domain_match("[::ffff:1.2.3.4]", "3.4]"));
}

/// Bytes with what matters to the parser in abundance.
fn lines() -> impl Strategy<Value = Vec<u8>> {
    let words = ["=", ";", " ", "\t", "\n", "\r", "a", "/", ".", "-", "9", "expires", "Max-Age", "Path", "domain", "SameSite", "None"];
    let longer = ["__Host-", "__Secure-", "Secure", "1 Jan 2030 00:00:00", "\0", "\u{e9}"];
    let word = prop_oneof![
        8 => proptest::sample::select([&words[..], &longer[..]].concat()).prop_map(|word| word.as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..4),
    ];
    proptest::collection::vec(word, 0..40).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn ranges_lie_in_the_line(line in lines()) {
        let cookie = SetCookie::parse(&line);
        let optional = [&cookie.domain, &cookie.expires, &cookie.path, &cookie.priority];
        for range in [&cookie.name, &cookie.value].into_iter().chain(optional.into_iter().flatten()) {
            prop_assert!(range.start <= range.end && range.end <= line.len(), "{:?}", range);
            let part = &line[range.clone()];
            prop_assert!(!part.contains(&b';') && !part.last().is_some_and(|&byte| is_space(byte)));
            // Behind the leading dot of a domain a space stays: the standard removes spaces first and the dot afterwards.
            prop_assert!(Some(range) == cookie.domain.as_ref() || !part.first().is_some_and(|&byte| is_space(byte)));
        }
        prop_assert!(!cookie.name().contains(&b'='));
        prop_assert!(cookie.expires.is_some() || cookie.expires_at.is_none());
        let mut once = cookie.faults.clone();
        once.sort_unstable();
        once.dedup();
        prop_assert_eq!(once.len(), cookie.faults.len());
        let _ = cookie.lifetime_seconds(Timestamp::from_nanoseconds(i64::MIN));
        let _ = cookie.lifetime_seconds(Timestamp::from_nanoseconds(i64::MAX));
    }

    #[test]
    fn fields_are_cut_without_loss(field in lines()) {
        let mut end = 0;
        for line in set_cookie_lines(&field) {
            prop_assert!(line.start >= end && !line.is_empty() && line.end <= field.len());
            prop_assert!(!field[line.clone()].contains(&b'\n'));
            end = line.end;
        }
        let mut end = 0;
        for CookiePair { pair, name, value } in cookie_pairs(&field) {
            prop_assert!(pair.start >= end && !pair.is_empty() && pair.end <= field.len());
            prop_assert!(pair.start <= name.start && name.end <= value.end && value.end == pair.end);
            end = pair.end;
        }
        let counted = field.split(|&byte| byte == b';').filter(|piece| piece.iter().any(|&byte| !is_space(byte))).count();
        prop_assert_eq!(cookie_pairs(&field).count(), counted);
    }

    #[test]
    fn printed_cookies_read_back(
        name in "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}",
        value in "[!#-+.-:<-\\[\\]-~=]{0,40}",
        path in "/[a-z/]{0,10}",
        domain in "[a-z]{1,8}\\.(nl|com)",
        seconds in any::<i32>(),
        space in "[ \t]{0,2}",
    ) {
        let line = format!(
            "{name}{space}={space}{value};{space}PATH{space}={path}{space};Domain=.{domain};max-age={seconds};SECURE; SameSite=lax"
        );
        let cookie = SetCookie::parse(line.as_bytes());
        prop_assert_eq!((cookie.name(), cookie.value()), (name.as_bytes(), value.as_bytes()));
        prop_assert_eq!((text(&cookie, &cookie.path), text(&cookie, &cookie.domain)), (Some(&path[..]), Some(&domain[..])));
        prop_assert_eq!((cookie.max_age, cookie.secure, cookie.same_site), (Some(i64::from(seconds)), true, SameSite::Lax));
        let field = format!("{name}={value}; {name}2={value}");
        let pairs: Vec<_> = cookie_pairs(field.as_bytes()).map(|pair| (&field[pair.name], &field[pair.value])).collect();
        let second = format!("{name}2");
        prop_assert_eq!(pairs, [(&name[..], &value[..]), (&second[..], &value[..])]);
    }

    #[test]
    fn matching_never_panics(one in "[a-c./:\\[é]{0,8}", other in "[a-c./:\\[é]{0,8}") {
        prop_assert!(domain_match(&one, &one) && path_match(&one, &one));
        let _ = domain_match(&one, &other);
        let _ = path_match(&one, &other);
        let path = format!("/{one}");
        prop_assert!(default_path(&one).starts_with('/') && path_match(&path, default_path(&path)));
    }
}
