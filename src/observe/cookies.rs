//! Cookies in an exchange: pairs sent, lines set, and under which key a browser keeps them.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::decode::cookie::{CookieFault, LIFETIME_CAP_SECONDS, SetCookie, cookie_pairs, default_path, domain_match, set_cookie_lines};
use crate::evidence::Fingerprinter;
use crate::model::{Exchange, Headers, Locator, Part, Side, Step, Timestamp};
use crate::site::SuffixList;

/// A cookie pair in a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentCookie<'a> {
    /// Name.
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    /// Keyed fingerprint of the value.
    pub fingerprint: [u8; 8],
    /// Length of the value in bytes.
    pub value_bytes: u32,
    place: Place,
}

/// A cookie in a response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenCookie<'a> {
    /// Name.
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    /// Keyed fingerprint of the value.
    pub fingerprint: [u8; 8],
    /// Length of the value in bytes.
    pub value_bytes: u32,
    /// Domain it is kept for.
    #[serde(borrow)]
    pub domain: Cow<'a, str>,
    /// Whether it goes to that host only.
    pub host_only: bool,
    /// Path it is kept for.
    #[serde(borrow)]
    pub path: Cow<'a, str>,
    /// Whether it is kept apart for each top-level site.
    pub partitioned: bool,
    /// Lifetime asked for in seconds from the response; `None`: a session cookie, or the time of the response is not known (see `session`).
    pub lifetime: Option<i64>,
    /// Whether a session cookie was asked for.
    pub session: bool,
    /// Whether the response asks to delete it.
    pub deletes: bool,
    /// Text of Expires; empty where there is none.
    #[serde(borrow)]
    pub expires: Cow<'a, str>,
    /// Max-Age.
    pub max_age: Option<i64>,
    /// Secure.
    pub secure: bool,
    /// HttpOnly.
    pub http_only: bool,
    /// SameSite as sent; empty where absent or not recognised.
    #[serde(borrow)]
    pub same_site: Cow<'a, str>,
    /// Faults, as identifiers.
    #[serde(borrow)]
    pub faults: Vec<Cow<'a, str>>,
    /// Whether a browser refuses it for one of the faults (RFC 6265bis section 5.7).
    pub refused: bool,
    place: Place,
}

/// Where a cookie stands: which part, which pair, and the bytes of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    /// Header field, or element of the recording's own list, from 1.
    number: u32,
    /// Pair in a Cookie field, from 1.
    pair: u32,
    /// Bytes of the name: in the pair, in the Set-Cookie field, or in the listed cookie.
    name: (u32, u32),
    listed: bool,
}

impl SentCookie<'_> {
    /// Whether it stands only in a list of the recording.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        self.place.listed
    }

    /// The place of its name.
    #[must_use]
    pub fn name_locator(&self) -> Locator {
        let Place { number, pair, name: (from, to), listed } = self.place;
        let range = Step::Range(from.into(), to.into());
        if listed {
            return Locator { part: Part::Browser(format!("request.cookies[{number}]")), steps: vec![range] };
        }
        Locator { part: Part::RequestHeader(number), steps: vec![Step::Cookie(pair), range] }
    }
}

impl SeenCookie<'_> {
    /// Whether it stands only in a list of the recording.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        self.place.listed
    }

    /// The place of its name.
    #[must_use]
    pub fn name_locator(&self) -> Locator {
        let Place { number, name: (from, to), listed, .. } = self.place;
        let part = if listed { Part::Browser(format!("response.cookies[{number}]")) } else { Part::ResponseHeader(number) };
        Locator { part, steps: vec![Step::Range(from.into(), to.into())] }
    }

    /// How many seconds a browser keeps it at most: the lifetime asked for, cut at 400 days (RFC 6265bis section 5.5). `None`: it ends with the
    /// session, is deleted, a browser should refuse it, or the lifetime cannot be computed.
    #[must_use]
    pub fn effective_lifetime(&self) -> Option<i64> {
        self.lifetime.filter(|_| !self.deletes && !self.refused).map(|seconds| seconds.min(LIFETIME_CAP_SECONDS))
    }

    /// Under which key a browser keeps it.
    #[must_use]
    pub fn key(&self) -> CookieKey<'_> {
        CookieKey {
            name: Cow::Borrowed(&self.name),
            domain: Cow::Borrowed(&self.domain),
            host_only: self.host_only,
            path: Cow::Borrowed(&self.path),
            partitioned: self.partitioned,
        }
    }
}

/// What tells one kept cookie from another (RFC 6265bis section 5.7; partitions by CHIPS). The history of cookies and every table take it from
/// [`SeenCookie::key`], so that they mean the same cookie.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CookieKey<'a> {
    /// Name.
    pub name: Cow<'a, str>,
    /// Domain.
    pub domain: Cow<'a, str>,
    /// Whether for that host only.
    pub host_only: bool,
    /// Path.
    pub path: Cow<'a, str>,
    /// Whether kept apart for each top-level site.
    pub partitioned: bool,
}

impl CookieKey<'_> {
    /// The same key with texts of its own.
    #[must_use]
    pub fn into_owned(self) -> CookieKey<'static> {
        CookieKey {
            name: Cow::Owned(self.name.into_owned()),
            domain: Cow::Owned(self.domain.into_owned()),
            host_only: self.host_only,
            path: Cow::Owned(self.path.into_owned()),
            partitioned: self.partitioned,
        }
    }
}

/// Domain, host-only flag and path under which a cookie set by `host` at `url_path` is kept, and whether a browser refuses it because the
/// Domain attribute does not cover the host or is a public suffix (RFC 6265bis section 5.7 steps on the domain).
#[must_use]
pub fn cookie_key(line: &SetCookie<'_>, host: &str, url_path: &str, suffixes: &SuffixList) -> (String, bool, String, Option<&'static str>) {
    let text = |range: &std::ops::Range<usize>| String::from_utf8_lossy(&line.line[range.clone()]).into_owned();
    let path = line.path.as_ref().map_or_else(|| default_path(url_path).to_owned(), text);
    let Some(domain) = line.domain.as_ref().map(|range| text(range).to_lowercase()) else {
        return (host.to_owned(), true, path, None);
    };
    if suffixes.is_public_suffix(&domain) {
        // Section 5.7: a public suffix is ignored if it is the host itself, else the cookie is refused.
        return if domain == host { (domain, true, path, None) } else { (host.to_owned(), true, path, Some("domain-is-public-suffix")) };
    }
    if !domain_match(host, &domain) {
        // Anybody can write anybody's name there; the line stays with the host that sent it.
        return (host.to_owned(), true, path, Some("domain-not-of-host"));
    }
    (domain, false, path, None)
}

/// Pairs sent, in order.
pub(super) fn sent<'a>(exchange: &'a Exchange, fingerprints: &Fingerprinter) -> Vec<SentCookie<'a>> {
    let mut cookies = Vec::new();
    for (index, field) in exchange.request.headers.all("cookie") {
        for (pair, number) in cookie_pairs(field).zip(1..) {
            let value = &field[pair.value.clone()];
            let start = pair.pair.start;
            cookies.push(SentCookie {
                name: String::from_utf8_lossy(&field[pair.name.clone()]),
                fingerprint: fingerprints.of(value).0,
                value_bytes: value.len() as u32,
                place: Place {
                    number: index as u32 + 1,
                    pair: number,
                    name: ((pair.name.start - start) as u32, (pair.name.end - start) as u32),
                    listed: false,
                },
            });
        }
    }
    for cookie in exchange.listed_cookies.iter().filter(|cookie| cookie.side == Side::Request) {
        cookies.push(SentCookie {
            name: Cow::Borrowed(&cookie.name),
            fingerprint: fingerprints.of(cookie.value.as_bytes()).0,
            value_bytes: cookie.value.len() as u32,
            place: Place { number: cookie.number, pair: 0, name: (0, cookie.name.len() as u32), listed: true },
        });
    }
    cookies
}

/// Cookies set, in order.
pub(super) fn set(
    exchange: &Exchange,
    host: &str,
    path: &str,
    answered: Option<Timestamp>,
    suffixes: &SuffixList,
    fingerprints: &Fingerprinter,
) -> Vec<SeenCookie<'static>> {
    let Some(response) = exchange.outcome.response() else { return Vec::new() };
    let context = Context { host, path, answered, suffixes, fingerprints };
    let mut cookies = context.of_headers(&response.headers);
    for cookie in exchange.listed_cookies.iter().filter(|cookie| cookie.side == Side::Response) {
        let line = cookie.line();
        let parsed = SetCookie::parse(line.as_bytes());
        let place = Place { number: cookie.number, pair: 0, name: range(&parsed.name), listed: true };
        cookies.push(context.cookie(&parsed, place));
    }
    cookies
}

fn range(range: &std::ops::Range<usize>) -> (u32, u32) {
    (range.start as u32, range.end as u32)
}

struct Context<'c> {
    host: &'c str,
    path: &'c str,
    answered: Option<Timestamp>,
    suffixes: &'c SuffixList,
    fingerprints: &'c Fingerprinter,
}

impl Context<'_> {
    fn of_headers(&self, headers: &Headers) -> Vec<SeenCookie<'static>> {
        let mut cookies = Vec::new();
        for (index, field) in headers.all("set-cookie") {
            for line in set_cookie_lines(field) {
                let parsed = SetCookie::parse(&field[line.clone()]);
                let name = (line.start + parsed.name.start) as u32;
                let place = Place { number: index as u32 + 1, pair: 0, name: (name, name + parsed.name.len() as u32), listed: false };
                cookies.push(self.cookie(&parsed, place));
            }
        }
        cookies
    }

    fn cookie(&self, line: &SetCookie<'_>, place: Place) -> SeenCookie<'static> {
        let text = |bytes: &[u8]| Cow::Owned(String::from_utf8_lossy(bytes).into_owned());
        let (domain, host_only, path, refusal) = cookie_key(line, self.host, self.path, self.suffixes);
        let lifetime = self.answered.and_then(|at| line.lifetime_seconds(at));
        let has_end = line.max_age.is_some() || line.expires_at.is_some();
        // Without the time of the response a date in the past is still one, if it lies before anything was recorded on the web.
        let long_ago = line.expires_at.is_some_and(|at| at.as_seconds() < 86_400 * 365 * 20);
        let deletes = lifetime.map_or(line.max_age.map_or(long_ago, |age| age <= 0), |seconds| seconds <= 0);
        let mut faults: Vec<Cow<'static, str>> = line.faults.iter().map(|fault| Cow::Borrowed(fault_id(*fault))).collect();
        faults.extend(refusal.map(Cow::Borrowed));
        faults.extend(perhaps_joined(line).then_some(Cow::Borrowed("perhaps-joined")));
        SeenCookie {
            name: text(line.name()),
            fingerprint: self.fingerprints.of(line.value()).0,
            value_bytes: line.value().len() as u32,
            domain: Cow::Owned(domain),
            host_only,
            path: until_joined(Cow::Owned(path)),
            partitioned: line.partitioned,
            lifetime,
            session: !has_end,
            deletes,
            expires: line.expires.as_ref().map_or(Cow::Borrowed(""), |range| until_joined(text(&line.line[range.clone()]))),
            max_age: line.max_age,
            secure: line.secure,
            http_only: line.http_only,
            same_site: Cow::Borrowed(line.same_site.as_str()),
            refused: refusal.is_some() || line.faults.iter().any(|fault| refuses(*fault)),
            faults,
            place,
        }
    }
}

/// The text of an attribute up to where a further cookie seems to follow.
fn until_joined(text: Cow<'static, str>) -> Cow<'static, str> {
    match text.rfind('=').and_then(|equals| text[..equals].rfind(',')) {
        Some(comma) => Cow::Owned(text[..comma].to_owned()),
        None => text,
    }
}

/// Whether an attribute looks as if a further cookie followed it behind a comma, as clients join fields of one name (RFC 9110 section 5.3 warns
/// that Set-Cookie cannot be joined so). What follows is then a value of another cookie.
fn perhaps_joined(line: &SetCookie<'_>) -> bool {
    let attributes = [&line.expires, &line.path, &line.domain];
    attributes.into_iter().flatten().any(|range| {
        let text = &line.line[range.clone()];
        memchr::memchr(b',', text).is_some_and(|comma| text[comma..].contains(&b'='))
    })
}

/// Identifiers of all faults that outputs can print.
pub const FAULTS: [&str; 14] = [
    "perhaps-joined",
    "empty",
    "control-character",
    "too-long",
    "attribute-too-long",
    "expires-unreadable",
    "max-age-unreadable",
    "prefix-secure",
    "prefix-host",
    "same-site-none-insecure",
    "partitioned-insecure",
    "nameless-prefix",
    "domain-not-of-host",
    "domain-is-public-suffix",
];

/// Identifier of a fault, as outputs print it.
fn fault_id(fault: CookieFault) -> &'static str {
    match fault {
        CookieFault::Empty => "empty",
        CookieFault::ControlCharacter => "control-character",
        CookieFault::TooLong => "too-long",
        CookieFault::AttributeTooLong => "attribute-too-long",
        CookieFault::ExpiresUnreadable => "expires-unreadable",
        CookieFault::MaxAgeUnreadable => "max-age-unreadable",
        CookieFault::NamePrefixSecure => "prefix-secure",
        CookieFault::NamePrefixHost => "prefix-host",
        CookieFault::SameSiteNoneInsecure => "same-site-none-insecure",
        CookieFault::PartitionedInsecure => "partitioned-insecure",
        CookieFault::NamelessPrefix => "nameless-prefix",
    }
}

/// Whether a browser refuses the cookie for this fault, and does not only ignore an attribute (RFC 6265bis sections 5.6 and 5.7).
fn refuses(fault: CookieFault) -> bool {
    !matches!(fault, CookieFault::AttributeTooLong | CookieFault::ExpiresUnreadable | CookieFault::MaxAgeUnreadable)
}
