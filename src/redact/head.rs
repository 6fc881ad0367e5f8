//! Secrets in the heads of messages: addresses, credentials, cookies, and the bytes of heads of an unusual form. It finds them; who overwrites
//! is [`super::Masker`].

use memchr::memmem;

use super::mask::{Mask, query};
use super::search::{Found, Search};
use super::secrets::{Address, SecretPlace, SecretRules};
use super::text::Text;
use crate::decode::cookie::{SetCookie, cookie_pairs, set_cookie_lines};
use crate::model::{HeadBytes, Side, UrlParts};

/// Header fields that hold an address.
const ADDRESSES: [&[u8]; 5] = [b"referer", b"location", b"content-location", b"refresh", b"x-referer"];

/// Looks for secrets in an address: the password of its user information, parameters of its path, its query and its fragment.
pub(super) fn address(search: &mut Search<'_>, text: &Text<'_>) {
    let Ok(url) = std::str::from_utf8(&text.bytes) else { return query(search, text) };
    let parts = UrlParts::of(url);
    if let Some(authority) = &parts.authority
        && let Some((user, _)) = url[authority.clone()].rsplit_once('@')
        && let Some(colon) = user.find(':')
        && let Some(rule) = search.rules.name(SecretPlace::Parameter, search.address, b"password")
    {
        search.secret(&text.part(authority.start + colon + 1..authority.start + user.len()), rule, false);
    }
    let path = text.part(parts.path.clone());
    if memchr::memchr(b'=', &path.bytes).is_some() && search.rules.concern(&path.bytes) {
        // `;jsessionid=…` ends where the segment does.
        let mut start = 0;
        for piece in path.bytes.split_inclusive(|&byte| matches!(byte, b'/' | b';')) {
            let end = start + piece.len() - usize::from(piece.ends_with(b"/") || piece.ends_with(b";"));
            super::form::pairs(search, &path.part(start..end), 0);
            start += piece.len();
        }
    }
    for range in [parts.query, parts.fragment].into_iter().flatten() {
        let part = text.part(range);
        if search.rules.concern(&part.bytes) {
            query(search, &part);
        }
    }
}

/// The secrets in the value of a header field.
pub(super) fn field(rules: &SecretRules, address: Address<'_>, side: Side, name: &[u8], value: &[u8]) -> Vec<Found> {
    if value.is_empty() {
        return Vec::new();
    }
    let name = name.trim_ascii();
    let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
    let cookie = |found: &mut Vec<Found>, named: &[u8], place: std::ops::Range<usize>| {
        if let Some(rule) = rules.name(SecretPlace::Cookie, address, named)
            && !place.is_empty()
        {
            found.push(Found { plain: value[place.clone()].to_vec(), place, rule, number: false });
        }
    };
    let mut found = Vec::new();
    match name.len() {
        6 if is(b"cookie") => cookie_pairs(value).for_each(|pair| cookie(&mut found, &value[pair.name], pair.value)),
        10 if is(b"set-cookie") => {
            for line in set_cookie_lines(value) {
                let text = &value[line.clone()];
                let (name, read) = SetCookie::pair(text);
                cookie(&mut found, &text[name], line.start + read.start..line.start + read.end);
            }
        }
        7 | 8 | 9 | 16 if ADDRESSES.iter().any(|known| is(known)) => {
            if !rules.concern(value) && memchr::memchr(b'@', value).is_none() {
                return found;
            }
            let mut search = Search::new(rules, address, SecretPlace::Parameter, value.len());
            self::address(&mut search, &Text::new(value));
            found = search.found;
        }
        _ if side == Side::Request => {
            if let Some(rule) = rules.name(SecretPlace::Header, address, name) {
                // The scheme stays (RFC 9110 section 11.4); a value of one word is all secret.
                let start = value
                    .iter()
                    .position(|&byte| byte == b' ')
                    .map_or(0, |space| space + value[space..].iter().position(|&byte| byte != b' ').unwrap_or(value.len() - space));
                let place = start..value.len();
                found.push(Found { plain: value[place.clone()].to_vec(), place, rule, number: false });
            }
        }
        _ => {}
    }
    found
}

/// What was overwritten in a head, so that the same is done in its bytes.
pub(super) struct Replaced {
    /// Name of the field; `None`: the start line.
    field: Option<Vec<u8>>,
    before: Vec<u8>,
    after: Vec<u8>,
}

impl Replaced {
    pub(super) fn of(field: Option<&[u8]>, before: &[u8], after: &[u8], mask: &Mask) -> Self {
        Self::at(field, before, after, mask.place.clone())
    }

    /// What stood at `place` before, and what stands there now.
    pub(super) fn at(field: Option<&[u8]>, before: &[u8], after: &[u8], place: std::ops::Range<usize>) -> Self {
        let [before, after] = [before, after].map(|bytes| bytes[place.clone()].to_vec());
        Self { field: field.map(<[u8]>::to_vec), before, after }
    }
}

/// Does in the bytes of a head what was done in its fields. Where a secret cannot be found there as it stands in the field (because lines are
/// folded, say), the whole of its field is overwritten.
pub(super) fn odd_head(bytes: &mut HeadBytes, replaced: &[Replaced]) {
    let HeadBytes::Other(head) = bytes else { return };
    if replaced.is_empty() {
        return;
    }
    let mut out = head.to_vec();
    for Replaced { field, before, after } in replaced {
        let mut done = false;
        for line in lines(head) {
            let text = &head[line.clone()];
            let fits = match field {
                None => line.start == 0,
                Some(name) => {
                    let colon = memchr::memchr(b':', text);
                    line.start > 0 && colon.is_some_and(|colon| text[..colon].trim_ascii().eq_ignore_ascii_case(name))
                }
            };
            if !fits {
                continue;
            }
            let places: Vec<usize> = memmem::find_iter(text, before).map(|at| line.start + at).collect();
            done |= !places.is_empty();
            places.iter().for_each(|&at| out[at..at + before.len()].copy_from_slice(after));
        }
        if !done {
            let whole = lines(head).filter(|line| match field {
                None => line.start == 0,
                Some(name) => head[line.clone()].trim_ascii_start().get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)),
            });
            for line in whole {
                let value = line.start + field.as_ref().map_or(0, |name| name.len() + 1);
                out[value.min(line.end)..line.end].iter_mut().filter(|byte| byte.is_ascii_graphic()).for_each(|byte| *byte = b'x');
            }
        }
    }
    *head = out.into();
}

/// The lines of a head, each with those that continue it (RFC 9112 section 5.2).
fn lines(head: &[u8]) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
    let mut start = 0;
    std::iter::from_fn(move || {
        if start >= head.len() {
            return None;
        }
        let begin = start;
        loop {
            start = memchr::memchr(b'\n', &head[start..]).map_or(head.len(), |at| start + at + 1);
            if !matches!(head.get(start), Some(b' ' | b'\t')) {
                return Some(begin..start);
            }
        }
    })
}
