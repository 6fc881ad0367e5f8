//! Set-Cookie and Cookie fields as browsers read them (RFC 6265bis sections 5.6 and 5.7, draft 22): lenient, and exact about where each
//! part lies, because evidence quotes the bytes and a browser's decision must be explained from them.
//!
//! Nothing here refuses a line. What a browser would refuse or ignore is taken apart like any other and listed in [`SetCookie::faults`];
//! what needs the request (its host, its scheme, the public suffix list, third-party blocking) is left to whoever knows it.

use std::ops::Range;

use super::cookie_date;
use crate::model::Timestamp;

/// Lifetime that browsers keep at most: 400 days (RFC 6265bis section 5.5).
pub const LIFETIME_CAP_SECONDS: i64 = 400 * 86_400;

/// Bytes that name and value may have together (RFC 6265bis section 5.6).
const PAIR_LIMIT: usize = 4096;

/// Bytes that the value of an attribute may have (RFC 6265bis section 5.6).
const ATTRIBUTE_LIMIT: usize = 1024;

/// One Set-Cookie line, taken apart as RFC 6265bis section 5.6 does; every range is into the line's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetCookie<'a> {
    /// The line that was taken apart.
    pub line: &'a [u8],
    /// Name; empty in a nameless cookie (`value` or `=value`).
    pub name: Range<usize>,
    /// Value, quotation marks included: they are part of it.
    pub value: Range<usize>,
    /// Text of the last Expires attribute whose date is readable, or of the last one where none is (section 5.6.1).
    pub expires: Option<Range<usize>>,
    /// The last readable date of an Expires attribute. Later than the year 2262 is the end of [`Timestamp`]'s range.
    pub expires_at: Option<Timestamp>,
    /// The last valid Max-Age in seconds as sent, not capped; zero or less deletes the cookie (section 5.6.2).
    pub max_age: Option<i64>,
    /// The last Domain attribute without its leading dot, in the case in which it was sent. Absent where the last one is empty: the cookie
    /// is then for the host alone, even if an earlier attribute named a domain (section 5.6.3; RFC 6265 ignored the empty one).
    pub domain: Option<Range<usize>>,
    /// The last Path attribute if it begins with a slash; where it does not, the default path applies (section 5.6.4).
    pub path: Option<Range<usize>>,
    /// Whether there is a Secure attribute (section 5.6.5).
    pub secure: bool,
    /// Whether there is an HttpOnly attribute (section 5.6.6).
    pub http_only: bool,
    /// Whether there is a Partitioned attribute (CHIPS, draft-cutler-httpbis-partitioned-cookies).
    pub partitioned: bool,
    /// What the last SameSite attribute says (section 5.6.7).
    pub same_site: SameSite,
    /// The last Priority attribute, which only Chrome reads (draft-west-cookie-priority).
    pub priority: Option<Range<usize>>,
    /// Why a browser refuses the cookie or ignores an attribute, in the order in which it would notice, each once.
    pub faults: Vec<CookieFault>,
}

/// With which requests of other sites a cookie goes along (RFC 6265bis section 5.6.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SameSite {
    /// With none.
    Strict,
    /// With top-level navigations by a safe method.
    Lax,
    /// With all.
    None,
    /// Not said, or in a word that browsers do not know: the browser's own rule applies.
    Default,
}

impl SameSite {
    /// The word as the standard spells it; empty for [`SameSite::Default`].
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "Strict",
            Self::Lax => "Lax",
            Self::None => "None",
            Self::Default => "",
        }
    }
}

/// Why a browser refuses a cookie or ignores one of its attributes, as far as the line alone shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum CookieFault {
    /// Refused: name and value are both empty (section 5.7 step 2).
    Empty,
    /// Refused: a control character other than a tab, anywhere in the line (section 5.6 step 1).
    ControlCharacter,
    /// Refused: name and value have more than 4096 bytes together (section 5.6 step 5).
    TooLong,
    /// Attribute ignored: its value has more than 1024 bytes (section 5.6).
    AttributeTooLong,
    /// Attribute ignored: an Expires without a readable date (section 5.6.1).
    ExpiresUnreadable,
    /// Attribute ignored: a Max-Age that is no whole number (section 5.6.2).
    MaxAgeUnreadable,
    /// Refused: a `__Secure-` name without Secure (section 5.7 step 20).
    NamePrefixSecure,
    /// Refused: a `__Host-` name without Secure, without `Path=/` or with a Domain (section 5.7 step 21).
    NamePrefixHost,
    /// Refused: `SameSite=None` without Secure (section 5.7 step 19).
    SameSiteNoneInsecure,
    /// Refused: Partitioned without Secure (CHIPS).
    PartitionedInsecure,
    /// Refused: no name, and a value that would pass for a prefixed name when it is sent back (section 5.7 step 22).
    NamelessPrefix,
}

impl<'a> SetCookie<'a> {
    /// Takes `line` apart (RFC 6265bis section 5.6). Every line is a cookie in some way; [`SetCookie::faults`] says what is wrong with it.
    #[must_use]
    pub fn parse(line: &'a [u8]) -> Self {
        let (name, value) = Self::pair(line);
        let pieces = pieces(line, b';').skip(1);
        let mut cookie = Self {
            line,
            name,
            value,
            expires: None,
            expires_at: None,
            max_age: None,
            domain: None,
            path: None,
            secure: false,
            http_only: false,
            partitioned: false,
            same_site: SameSite::Default,
            priority: None,
            faults: Vec::new(),
        };
        // Without an early end this compiles to a few vector instructions; nearly every line is free of control characters anyway.
        if line.iter().fold(false, |found, &byte| found | (byte.is_ascii_control() && byte != b'\t')) {
            cookie.fault(CookieFault::ControlCharacter);
        }
        if cookie.name.len() + cookie.value.len() > PAIR_LIMIT {
            cookie.fault(CookieFault::TooLong);
        }
        for piece in pieces {
            let (name, value) = at_equals_sign(line, piece);
            let value = value.unwrap_or(name.end..name.end);
            cookie.attribute(&line[name], value);
        }
        cookie.check_as_a_whole();
        cookie
    }

    /// Name and value alone, as ranges of `line`: what most of those who look for a cookie need of it.
    #[must_use]
    pub fn pair(line: &[u8]) -> (Range<usize>, Range<usize>) {
        name_and_value(line, pieces(line, b';').next().unwrap_or(0..0))
    }

    /// The name's bytes.
    #[must_use]
    pub fn name(&self) -> &'a [u8] {
        &self.line[self.name.clone()]
    }

    /// The value's bytes.
    #[must_use]
    pub fn value(&self) -> &'a [u8] {
        &self.line[self.value.clone()]
    }

    /// For how many seconds the cookie asks to be kept when it is received at `at`; `None` for a session cookie. Max-Age wins over Expires
    /// (RFC 6265bis section 5.7 step 6). Zero or less deletes it. This is what was asked: browsers cut it at [`LIFETIME_CAP_SECONDS`].
    #[must_use]
    pub fn lifetime_seconds(&self, at: Timestamp) -> Option<i64> {
        // Cookie dates are whole seconds. With both cut to seconds the difference is positive exactly if the date still lies ahead.
        self.max_age.or_else(|| Some(self.expires_at?.as_seconds() - at.as_seconds()))
    }

    /// Sections 5.6.1 to 5.6.7: later attributes win over earlier ones of their name.
    fn attribute(&mut self, name: &[u8], value: Range<usize>) {
        let text = &self.line[value.clone()];
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        // The standard looks at the length before it looks at the name: `Secure=` with 2,000 bytes behind it does not make a cookie secure.
        if text.len() > ATTRIBUTE_LIMIT {
            self.fault(CookieFault::AttributeTooLong);
        } else if is("expires") {
            let read = cookie_date::parse(text);
            if read.is_none() {
                self.fault(CookieFault::ExpiresUnreadable);
            }
            if read.is_some() || self.expires_at.is_none() {
                self.expires = Some(value);
                self.expires_at = read;
            }
        } else if is("max-age") {
            match delta_seconds(text) {
                Some(seconds) => self.max_age = Some(seconds),
                None => self.fault(CookieFault::MaxAgeUnreadable),
            }
        } else if is("domain") {
            let start = value.start + usize::from(text.starts_with(b"."));
            self.domain = Some(start..value.end).filter(|domain| !domain.is_empty());
        } else if is("path") {
            self.path = text.starts_with(b"/").then_some(value);
        } else if is("secure") {
            self.secure = true;
        } else if is("httponly") {
            self.http_only = true;
        } else if is("partitioned") {
            self.partitioned = true;
        } else if is("samesite") {
            self.same_site = [SameSite::Strict, SameSite::Lax, SameSite::None]
                .into_iter()
                .find(|known| text.eq_ignore_ascii_case(known.as_str().as_bytes()))
                .unwrap_or(SameSite::Default);
        } else if is("priority") {
            self.priority = Some(value);
        }
    }

    /// What section 5.7 looks at once all attributes are known, as far as the line alone shows it.
    fn check_as_a_whole(&mut self) {
        let (name, value) = (self.name(), self.value());
        if name.is_empty() && value.is_empty() {
            self.fault(CookieFault::Empty);
        }
        if self.same_site == SameSite::None && !self.secure {
            self.fault(CookieFault::SameSiteNoneInsecure);
        }
        if has_prefix(name, "__Secure-") && !self.secure {
            self.fault(CookieFault::NamePrefixSecure);
        }
        let at_root = self.path.clone().is_some_and(|path| &self.line[path] == b"/");
        if has_prefix(name, "__Host-") && !(self.secure && at_root && self.domain.is_none()) {
            self.fault(CookieFault::NamePrefixHost);
        }
        if name.is_empty() && (has_prefix(value, "__Secure-") || has_prefix(value, "__Host-")) {
            self.fault(CookieFault::NamelessPrefix);
        }
        if self.partitioned && !self.secure {
            self.fault(CookieFault::PartitionedInsecure);
        }
    }

    fn fault(&mut self, fault: CookieFault) {
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }
}

/// The lines of a Set-Cookie field value, as ranges of it: exports join several cookies with line feeds, which no field can contain.
/// Spaces, tabs and carriage returns around a line do not count, and empty lines are none.
pub fn set_cookie_lines(field: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    pieces(field, b'\n').map(|line| trimmed(field, line, |byte| matches!(byte, b' ' | b'\t' | b'\r'))).filter(|line| !line.is_empty())
}

/// One `name=value` of a Cookie field; the ranges are into the field's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CookiePair {
    /// The whole pair, without the spaces around it.
    pub pair: Range<usize>,
    /// Name; empty where the pair has no equals sign: browsers send a nameless cookie as its bare value (RFC 6265bis section 5.8.3).
    pub name: Range<usize>,
    /// Value, quotation marks included.
    pub value: Range<usize>,
}

/// The pairs of a Cookie field as a server reads them (RFC 6265bis section 4.2), in order. Empty pairs are skipped.
///
/// A nameless cookie whose value contains an equals sign cannot be told from a cookie with a name here.
pub fn cookie_pairs(field: &[u8]) -> impl Iterator<Item = CookiePair> + '_ {
    pieces(field, b';').map(|piece| trimmed(field, piece, is_space)).filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = name_and_value(field, pair.clone());
        CookiePair { pair, name, value }
    })
}

/// The path that a cookie without a Path attribute gets from the path of the URL that set it (RFC 6265bis section 5.1.4).
#[must_use]
pub fn default_path(url_path: &str) -> &str {
    match url_path.rfind('/') {
        Some(last) if last > 0 && url_path.starts_with('/') => &url_path[..last],
        _ => "/",
    }
}

/// Whether `host` is `domain` or lies under it (RFC 6265bis section 5.1.3). Both in lower case; an address matches only itself.
#[must_use]
pub fn domain_match(host: &str, domain: &str) -> bool {
    host == domain || (!domain.is_empty() && host.strip_suffix(domain).is_some_and(|under| under.ends_with('.')) && !is_address(host))
}

/// Whether a cookie of `cookie_path` goes along with a request for `request_path` (RFC 6265bis section 5.1.4). Neither is decoded first.
#[must_use]
pub fn path_match(request_path: &str, cookie_path: &str) -> bool {
    // `https://a.example?x` is recorded as it was typed, but a browser asks for `/` (RFC 9110 section 4.2.3).
    let request_path = if request_path.is_empty() { "/" } else { request_path };
    request_path.strip_prefix(cookie_path).is_some_and(|rest| rest.is_empty() || cookie_path.ends_with('/') || rest.starts_with('/'))
}

/// The ranges between separators; one more than there are separators.
fn pieces(text: &[u8], separator: u8) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut start = 0;
    memchr::memchr_iter(separator, text).chain(std::iter::once(text.len())).map(move |end| {
        let piece = start..end;
        start = end + 1;
        piece
    })
}

/// Name and value of a pair: without an equals sign all of it is the value (RFC 6265bis section 5.6 step 3).
fn name_and_value(text: &[u8], piece: Range<usize>) -> (Range<usize>, Range<usize>) {
    match at_equals_sign(text, piece) {
        (name, Some(value)) => (name, value),
        (value, None) => (value.start..value.start, value),
    }
}

/// What stands before the first equals sign of `piece` and what after it, without the spaces around each.
fn at_equals_sign(text: &[u8], piece: Range<usize>) -> (Range<usize>, Option<Range<usize>>) {
    match memchr::memchr(b'=', &text[piece.clone()]).map(|at| piece.start + at) {
        Some(at) => (trimmed(text, piece.start..at, is_space), Some(trimmed(text, at + 1..piece.end, is_space))),
        None => (trimmed(text, piece, is_space), None),
    }
}

/// The standard's WSP.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// `range` without the bytes at both its ends that `unwanted` names.
fn trimmed(text: &[u8], range: Range<usize>, unwanted: impl Fn(u8) -> bool) -> Range<usize> {
    let Range { mut start, mut end } = range;
    while start < end && unwanted(text[start]) {
        start += 1;
    }
    while start < end && unwanted(text[end - 1]) {
        end -= 1;
    }
    start..end
}

/// A whole number of seconds (RFC 6265bis section 5.6.2). One too large for an `i64` is the largest: no browser keeps a cookie that long.
fn delta_seconds(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let size = digits.iter().fold(0_i64, |sum, digit| sum.saturating_mul(10).saturating_add(i64::from(digit - b'0')));
    Some(if negative { -size } else { size })
}

/// Prefixes of names count in any case: servers that ignore case would otherwise take `__host-` for the real thing.
fn has_prefix(text: &[u8], prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

/// Whether a host is an IP address: IPv6 has colons, and a browser takes every host that ends in a number for IPv4 (WHATWG URL, host
/// parsing).
fn is_address(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or(host);
    host.contains(':') || (!last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests;
