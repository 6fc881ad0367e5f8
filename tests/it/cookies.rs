//! Cookies as browsers treat them, against the data of the IETF's http-state working group (`../shared/corpus/cookies`): the dates, and
//! what a browser sends after it has received something. The data follow RFC 6265; where RFC 6265bis decides otherwise, a table says so.

use std::cmp::Reverse;
use std::fs;
use std::path::Path;

use dataspoor::decode::cookie::{CookieFault, SetCookie, cookie_pairs, default_path, domain_match, path_match, set_cookie_lines};
use dataspoor::decode::cookie_date;
use dataspoor::model::{Timestamp, UrlParts};
use serde_json::Value;

const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared");

/// When the cookies of the data are received: some of them expire in 2019 and are to be kept, some expired in 2007.
const NOW: &str = "2011-04-01T00:00:00Z";

/// Where they come from, and where the browser goes next unless a case says otherwise.
const RECEIVED_FROM: &str = "http://home.example.org:8888/cookie-parser";
const SENT_TO: &str = "http://home.example.org:8888/cookie-parser-result";

const OWN_DATES: &str = r#"[
    {"test": "Tue, 05-Mar-2013 07:08:09 GMT", "expected": "Tue, 05 Mar 2013 07:08:09 GMT"},
    {"test": "Tue Mar  5 07:08:09 2013", "expected": "Tue, 05 Mar 2013 07:08:09 GMT"},
    {"test": "5 mars 13 7:8:9 CET", "expected": "Tue, 05 Mar 2013 07:08:09 GMT"},
    {"test": "Tue, 05 Mar 2013 07:08 GMT", "expected": null},
    {"test": "2013-03-05T07:08:09Z", "expected": null}
]"#;

const OWN_CASES: &str = r#"[
    {"test": "OWN1", "received": ["a=1; path=/", "b=2; path=/cookie-parser-result", "c"],
     "sent": [{"name": "b", "value": "2"}, {"name": "a", "value": "1"}, {"name": "", "value": "c"}]},
    {"test": "OWN2", "received": ["a=1", "b=2", "a=3; max-age=0"], "sent": [{"name": "b", "value": "2"}]},
    {"test": "OWN3", "received": ["a=1; domain=.example.org", "b=2", "c=3; domain=example.com"], "sent-to": "http://x.example.org/",
     "sent": [{"name": "a", "value": "1"}]},
    {"test": "OWN4", "received": ["a=1; secure", "b=2\u0001", "=", "c=3; path=/x"], "sent": []},
    {"test": "OWN5", "received": ["a=1; Expires=Fri, 07 Aug 2009 08:04:19 GMT", "b=2; Expires=never"],
     "sent": [{"name": "b", "value": "2"}]}
]"#;

/// A case of the data, what is sent after it by RFC 6265bis, and why.
type Otherwise = (&'static str, &'static [(&'static str, &'static str)], &'static str);

/// Cases of the data that RFC 6265bis decides otherwise than the data.
const DECIDED_OTHERWISE: &[Otherwise] = &[
    ("0004", &[("", "foo")], NAMELESS),
    ("0021", &[("a", "b"), ("", "x"), ("c", "d")], NAMELESS),
    ("0023", &[("", "foo")], NAMELESS),
    ("0024", &[("", "foo")], NAMELESS),
    ("0025", &[("", "foo")], NAMELESS),
    ("0026", &[("", "foo")], NAMELESS),
    ("0027", &[("", "bar")], NAMELESS),
    ("0028", &[("", "foo")], NAMELESS),
    ("CHROMIUM0009", &[("", "BLAHHH")], NAMELESS),
    ("CHROMIUM0010", &[("", "\"BLA\\\"HHH\"")], NAMELESS),
    ("CHROMIUM0012", &[("", "ABC")], NAMELESS),
    ("MOZILLA0012", &[("test", "\"fubar! = foo"), ("", "five")], NAMELESS),
    ("MOZILLA0014", &[("", "six")], NAMELESS),
    ("MOZILLA0015", &[("", "seven")], NAMELESS),
    ("MOZILLA0016", &[("", "eight")], NAMELESS),
    ("MOZILLA0017", &[("", "eight"), ("test", "six")], NAMELESS),
    ("NAME0017", &[("", "a=bar")], NAMELESS),
    ("NAME0023", &[("", "foo")], NAMELESS),
    ("NAME0025", &[("", "==a=bar")], NAMELESS),
    ("NAME0028", &[("", "a")], NAMELESS),
    ("NAME0031", &[("", "\"foo")], NAMELESS),
    ("NAME0032", &[("", "\"foo\\\"bar")], NAMELESS),
    ("NAME0033", &[("", "aaa")], NAMELESS),
    ("DISABLED_CHROMIUM0022", &[], CONTROL),
    ("DISABLED_CHROMIUM0023", &[], CONTROL),
    (
        "OPTIONAL_DOMAIN0042",
        &[("foo", "bar")],
        "an empty Domain counts and takes an earlier one back (section 5.6.3); RFC 6265 left it open",
    ),
    ("DISABLED_PATH0029", &[], "paths are compared as they are, not decoded (section 5.1.4), as PATH0028 has it; disabled in the data too"),
];

const NAMELESS: &str = "without a name it is a cookie all the same (section 5.6 step 3), and all of one host and path are one cookie";
const CONTROL: &str = "a control character refuses the whole line (section 5.6 step 1); once everything from it on was cut off";

#[test]
fn dates_of_the_working_group() {
    let mut texts = Vec::new();
    if Path::new(SHARED).is_dir() {
        for name in ["examples.json", "bsd-examples.json"] {
            texts.push(fs::read_to_string(format!("{SHARED}/corpus/cookies/dates/{name}")).expect("dates can be read"));
        }
    } else {
        println!("../shared is not there: only our own dates were tried");
        texts.push(OWN_DATES.to_owned());
    }
    let mut tried = 0;
    for case in texts.iter().flat_map(|text| cases(text)) {
        let text = case["test"].as_str().expect("a date");
        assert_eq!(cookie_date::parse(text.as_bytes()), case["expected"].as_str().map(expected_date), "{text}");
        tried += 1;
    }
    assert!(tried > 4, "{tried} dates");
}

#[test]
fn what_is_sent_after_what_was_received() {
    let file = Path::new(SHARED).is_dir().then(|| fs::read_to_string(format!("{SHARED}/corpus/cookies/parser.json")).expect("can be read"));
    if file.is_none() {
        println!("../shared is not there: only our own cases were tried");
    }
    let mut otherwise = Vec::new();
    let mut wrong = Vec::new();
    for case in cases(file.as_deref().unwrap_or(OWN_CASES)) {
        let name = case["test"].as_str().expect("a name");
        let in_file: Vec<_> = list(&case["sent"]).iter().map(|pair| (string(&pair["name"]), string(&pair["value"]))).collect();
        let decided = DECIDED_OTHERWISE.iter().find(|(listed, ..)| *listed == name);
        let expected = decided.map_or(in_file.clone(), |(_, sent, _)| sent.to_vec());
        if let Some((_, _, reason)) = decided {
            assert_ne!(in_file, expected, "{name} is decided alike by both («{reason}»): take it off the table");
            otherwise.push(name.to_owned());
        }
        let sent = play(&case);
        let sent: Vec<_> = sent.iter().map(|(name, value)| (&name[..], &value[..])).collect();
        if sent != expected {
            wrong.push(format!("{name}: {} sent {sent:?}, expected {expected:?}", case["received"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    if file.is_some() {
        assert_eq!(otherwise.len(), DECIDED_OTHERWISE.len(), "a case of the table is not in the file; found: {otherwise:?}");
    }
}

/// A cookie in the jar of one case.
struct Stored {
    name: String,
    value: String,
    domain: String,
    host_only: bool,
    path: String,
    /// Number of the line that created it; a renewal keeps it (section 5.7 step 23).
    created: usize,
}

/// Receives the lines of a case and answers with the cookies that would be sent, in order.
fn play(case: &Value) -> Vec<(String, String)> {
    let mut jar = Vec::new();
    for (number, field) in list(&case["received"]).iter().enumerate() {
        let field = string(field);
        for line in set_cookie_lines(field.as_bytes()) {
            receive(&mut jar, SetCookie::parse(&field.as_bytes()[line]), number);
        }
    }
    let target = case["sent-to"].as_str().unwrap_or(SENT_TO);
    let target = if target.starts_with('/') { format!("http://home.example.org:8888{target}") } else { target.to_owned() };
    let (host, path) = host_and_path(&target);
    jar.retain(|cookie| {
        (cookie.domain == host || (!cookie.host_only && domain_match(&host, &cookie.domain))) && path_match(&path, &cookie.path)
    });
    jar.sort_by_key(|cookie| (Reverse(cookie.path.len()), cookie.created));
    let sent: Vec<_> = jar.into_iter().map(|cookie| (cookie.name, cookie.value)).collect();
    check_that_a_server_finds_them(&sent);
    sent
}

/// Section 5.7, for an http URL and with every domain of one label taken for a public suffix.
fn receive(jar: &mut Vec<Stored>, cookie: SetCookie<'_>, number: usize) {
    let ignores_an_attribute_only = |fault: &CookieFault| {
        matches!(fault, CookieFault::AttributeTooLong | CookieFault::ExpiresUnreadable | CookieFault::MaxAgeUnreadable)
    };
    if cookie.secure || !cookie.faults.iter().all(ignores_an_attribute_only) {
        return;
    }
    let text = |range: std::ops::Range<usize>| String::from_utf8(cookie.line[range].to_vec()).expect("the data are UTF-8");
    let (host, url_path) = host_and_path(RECEIVED_FROM);
    let named = cookie.domain.clone().map(|domain| text(domain).to_lowercase());
    if named.as_ref().is_some_and(|domain| !domain.contains('.') || !domain_match(&host, domain)) {
        return;
    }
    let mut new = Stored {
        name: text(cookie.name.clone()),
        value: text(cookie.value.clone()),
        host_only: named.is_none(),
        domain: named.unwrap_or(host),
        path: cookie.path.clone().map_or_else(|| default_path(&url_path).to_owned(), text),
        created: number,
    };
    let key = |cookie: &Stored| (cookie.name.clone(), cookie.domain.clone(), cookie.host_only, cookie.path.clone());
    if let Some(old) = jar.iter().position(|old| key(old) == key(&new)) {
        new.created = jar.remove(old).created;
    }
    if cookie.lifetime_seconds(Timestamp::parse(NOW).expect("valid")).is_none_or(|seconds| seconds > 0) {
        jar.push(new);
    }
}

/// Writes a Cookie field as section 5.8.3 does, and reads it as a server does.
fn check_that_a_server_finds_them(sent: &[(String, String)]) {
    let printed: Vec<_> =
        sent.iter().map(|(name, value)| if name.is_empty() { value.clone() } else { format!("{name}={value}") }).collect();
    let field = printed.join("; ");
    let pairs: Vec<_> = cookie_pairs(field.as_bytes()).collect();
    assert_eq!(pairs.iter().map(|pair| &field[pair.pair.clone()]).collect::<Vec<_>>(), printed);
    for (pair, (name, value)) in pairs.iter().zip(sent) {
        // A nameless cookie with an equals sign in its value comes back as one with a name; no server can tell.
        if !name.is_empty() || !value.contains('=') {
            assert_eq!((&field[pair.name.clone()], &field[pair.value.clone()]), (&name[..], &value[..]));
        }
    }
}

fn host_and_path(url: &str) -> (String, String) {
    let parts = UrlParts::of(url);
    (parts.host(url).expect("a host").host.into_owned(), url[parts.path].to_owned())
}

/// The cases of a file of the data. The larger list of dates begins with its licence, in lines that JSON does not know.
fn cases(text: &str) -> Vec<Value> {
    let json: String = text.lines().filter(|line| !line.starts_with("//")).flat_map(|line| [line, "\n"]).collect();
    serde_json::from_str(&json).expect("a list of cases")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn string(value: &Value) -> &str {
    value.as_str().expect("a string")
}

/// An independent reading of the dates that the data expect, which are all of one form.
fn expected_date(text: &str) -> Timestamp {
    let read = jiff::fmt::strtime::parse("%a, %d %b %Y %H:%M:%S GMT", text).and_then(|parts| parts.to_datetime()).expect("one form");
    let time = read.to_zoned(jiff::tz::TimeZone::UTC).expect("in range").timestamp();
    Timestamp::from_nanoseconds(i64::try_from(time.as_nanosecond()).expect("in range"))
}
