//! Set-Cookie lines read by our parser and by an independent one, the crate `cookie`: alike wherever RFC 6265bis leaves no room, and where they
//! differ a table says what the standard decides.

use cookie::Cookie;
use dataspoor::decode::cookie::{SameSite, SetCookie};
use proptest::prelude::*;

/// What both say of a line.
#[derive(Debug, PartialEq, Eq)]
struct Read {
    name: String,
    value: String,
    secure: bool,
    http_only: bool,
    partitioned: bool,
    /// Seconds; less than nothing is nothing, as the crate has it.
    max_age: Option<i64>,
    domain: Option<String>,
    path: Option<String>,
    same_site: &'static str,
    /// Seconds since 1970.
    expires: Option<i64>,
}

fn ours(line: &str) -> Read {
    let cookie = SetCookie::parse(line.as_bytes());
    let text = |range: &std::ops::Range<usize>| line[range.clone()].to_owned();
    Read {
        name: text(&cookie.name),
        value: text(&cookie.value),
        secure: cookie.secure,
        http_only: cookie.http_only,
        partitioned: cookie.partitioned,
        max_age: cookie.max_age.map(|seconds| seconds.max(0)),
        domain: cookie.domain.as_ref().map(text),
        path: cookie.path.as_ref().map(text),
        same_site: cookie.same_site.as_str(),
        expires: cookie.expires_at.map(|at| at.as_seconds()),
    }
}

fn theirs(line: &str) -> Option<Read> {
    let cookie = Cookie::parse(line).ok()?;
    Some(Read {
        name: cookie.name().to_owned(),
        value: cookie.value().to_owned(),
        secure: cookie.secure().unwrap_or_default(),
        http_only: cookie.http_only().unwrap_or_default(),
        partitioned: cookie.partitioned().unwrap_or_default(),
        max_age: cookie.max_age().map(|age| age.whole_seconds()),
        domain: cookie.domain().map(str::to_owned),
        path: cookie.path().map(str::to_owned),
        same_site: match cookie.same_site() {
            Some(cookie::SameSite::Strict) => SameSite::Strict.as_str(),
            Some(cookie::SameSite::Lax) => SameSite::Lax.as_str(),
            Some(cookie::SameSite::None) => SameSite::None.as_str(),
            None => SameSite::Default.as_str(),
        },
        expires: cookie.expires_datetime().map(|at| at.unix_timestamp()),
    })
}

/// A date in a form that both know, and its text.
fn date() -> impl Strategy<Value = String> {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let parts = (1_u8..=28, prop::sample::select(months.to_vec()), 1971_u16..2200, 0_u8..24, 0_u8..60, 0_u8..60);
    (parts, any::<bool>()).prop_map(|((day, month, year, hour, minute, second), dashes)| {
        let between = if dashes { '-' } else { ' ' };
        format!("{day:02}{between}{month}{between}{year} {hour:02}:{minute:02}:{second:02} GMT")
    })
}

/// An attribute on which the standard and the crate agree; [`where_they_differ`] has the others.
fn attribute() -> impl Strategy<Value = String> {
    let cased = |name: &'static str| {
        any::<u16>().prop_map(move |bits| {
            let upper = |(at, letter): (usize, char)| if bits >> at & 1 == 1 { letter.to_ascii_uppercase() } else { letter };
            name.chars().enumerate().map(upper).collect::<String>()
        })
    };
    let with = |name: &'static str, value: BoxedStrategy<String>| {
        (cased(name), "[ \t]{0,2}", value, "[ \t]{0,2}").prop_map(|(name, before, value, after)| format!("{name}{before}={after}{value}"))
    };
    prop_oneof![
        (prop_oneof![cased("secure"), cased("httponly"), cased("partitioned")], "(=[a-z0-9]{0,4})?")
            .prop_map(|(name, value)| format!("{name}{value}")),
        with("max-age", prop_oneof!["-?[0-9]{1,25}", "[0-9]{1,3}[a-z.][0-9]?", "[a-z]{1,5}"].boxed()),
        with("domain", "\\.?[a-zA-Z0-9-]{1,10}(\\.[a-z]{1,5}){0,2}".boxed()),
        with("path", "/[!-:<-~]{0,20}".boxed()),
        with("samesite", prop_oneof![cased("strict"), cased("lax"), cased("none")].boxed()),
        with("expires", date().boxed()),
        // What neither knows.
        with("priority", "(Low|High)".boxed()),
        "[a-b =]{0,8}",
    ]
}

proptest! {
    #[test]
    fn two_readers_agree(
        (name, value) in ("[!#$%&'*+.^_`|~0-9A-Za-z\"(){}<>@,?/\u{e9}-]{1,20}", "[!-:<-~ \t\u{e9}]{0,40}"),
        attributes in prop::collection::vec(("[ \t]{0,2}", attribute(), "[ \t]{0,2}"), 0..8),
    ) {
        let mut line = format!("{name}={value}");
        for (before, attribute, after) in attributes {
            line.extend([";", &before, &attribute, &after]);
        }
        prop_assert_eq!(Some(ours(&line)), theirs(&line), "{}", line);
    }
}

/// A line, what of it differs, ours and theirs, and why ours is what browsers do.
type Differs = (&'static str, fn(&Read) -> String, &'static str, &'static str, &'static str);

#[test]
fn where_they_differ() {
    let max_age: fn(&Read) -> String = |read| format!("{:?}", read.max_age);
    let domain: fn(&Read) -> String = |read| format!("{:?}", read.domain);
    let path: fn(&Read) -> String = |read| format!("{:?}", read.path);
    let same_site: fn(&Read) -> String = |read| read.same_site.to_owned();
    let expires: fn(&Read) -> String = |read| format!("{:?}", read.expires);
    let value: fn(&Read) -> String = |read| read.value.escape_unicode().to_string();
    let differences: [Differs; 12] = [
        ("a=b; Max-Age=", max_age, "None", "Some(9223372036854775807)", "no digit, so ignored (section 5.6.2)"),
        ("a=b; Max-Age=-", max_age, "None", "Some(0)", "no digit, so ignored (section 5.6.2)"),
        ("a=b; Domain=x.nl; Domain=", domain, "None", "Some(\"x.nl\")", "the last one counts, also if empty (section 5.6.3)"),
        (
            "a=b; Path=/x; Path",
            path,
            "None",
            "Some(\"/x\")",
            "the last one counts; without a slash the default path applies (section 5.6.4)",
        ),
        ("a=b; Path=x", path, "None", "Some(\"x\")", "without a slash the default path applies (section 5.6.4)"),
        ("a=b; SameSite=Lax; SameSite=odd", same_site, "", "Lax", "the last one counts, also if unknown (section 5.6.7)"),
        ("a=b; Expires=Wed, 21 Jan 2027 07:28:00 UTC", expires, "Some(1800516480)", "None", "the zone is not looked at (section 5.1.1)"),
        ("a=b; Expires=21 January 2027 07:28:00", expires, "Some(1800516480)", "None", "months by their first letters (section 5.1.1)"),
        ("a=b; Expires=Thu, 21 Jan 2027 7:28:0 GMT", expires, "Some(1800516480)", "None", "one digit is enough (section 5.1.1)"),
        ("a=b; Expires=Thu, 21 Jan 2027 07:28:00 +0000", expires, "Some(1800516480)", "None", "the zone is not looked at (section 5.1.1)"),
        ("a=\u{a0}b", value, "\\u{a0}\\u{62}", "\\u{62}", "only spaces and tabs are removed (section 5.6)"),
        (
            "a=b\u{b}",
            value,
            "\\u{62}\\u{b}",
            "\\u{62}",
            "only spaces and tabs are removed (section 5.6); the line is refused for another reason",
        ),
    ];
    for (line, what, ours_says, theirs_says, why) in differences {
        assert_eq!(what(&ours(line)), ours_says, "{line}: {why}");
        assert_eq!(what(&theirs(line).expect("they read it")), theirs_says, "{line}: no difference any more; take it off the table");
    }
    // A cookie without a name is one (section 5.6 step 3); they refuse it.
    for line in ["b", "=b", " =b; Secure"] {
        assert!(theirs(line).is_none() && ours(line).name.is_empty() && ours(line).value == "b", "{line}");
    }
}
