//! Finds the audited Page in what a request carries: its address, its identifier or its name, each as a fact of its own. That a request carries
//! one of them does not say why it was sent.

use std::borrow::Cow;

use aho_corasick::{AhoCorasick, MatchKind};
use percent_encoding::percent_decode;
use serde::{Deserialize, Serialize};

use crate::decode::{Field, FieldPlace};
use crate::model::{Locator, Part, Side, Step, UrlParts};

/// The shortest identifier that is looked for, in digits: shorter runs stand everywhere.
const SHORTEST_ID: usize = 6;

/// The shortest name that is looked for: bytes of a path's segment, characters of a name.
const SHORTEST_NAME: usize = 5;

/// Mentions that are kept of one entry.
const KEPT: usize = 32;

/// Addresses, identifiers and names that are looked for, at most.
const NEEDLES: usize = 1_000;

/// Last segments of addresses that name no Page.
const NO_NAMES: [&str; 3] = ["profile.php", "index.php", "index.html"];

/// What of the Page was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum MentionKind {
    /// Its identifier.
    Id,
    /// Its name, in words or as the last part of its address.
    Name,
    /// Its address.
    Address,
}

impl MentionKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Id, Self::Name, Self::Address];

    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Id => "page-id",
            Self::Name => "page-name",
            Self::Address => "page-address",
        }
    }
}

/// What had to be undone at the place to find it, beyond what the locator undoes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum MentionCoding {
    /// Nothing.
    Plain,
    /// Percent-encoding.
    Percent,
}

impl MentionCoding {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::Plain, Self::Percent];

    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Percent => "percent",
        }
    }
}

/// The Page, found in a request.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PageMention {
    /// What was found.
    pub kind: MentionKind,
    /// In what kind of place: an identifier of [`FieldPlace`].
    pub place: String,
    /// Name of the field; empty: it has none.
    pub name: String,
    /// Where: a locator as text.
    pub locator: String,
    /// What was undone there.
    pub coding: MentionCoding,
}

/// What was found in one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentioned {
    /// In the order found, at most 32, each kind once in a field.
    pub mentions: Vec<PageMention>,
    /// How many more there were.
    pub left_out: u64,
}

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needle {
    Id,
    Segment,
    Name,
    Address,
}

/// The Page's address, identifiers and names, as something to look for.
#[derive(Clone, Debug)]
pub struct PageNeedles {
    finder: Option<AhoCorasick>,
    needles: Vec<Needle>,
    /// How many of what was given are too short to be looked for, or too many.
    left_out: u64,
}

impl Default for PageNeedles {
    /// Looks for nothing.
    fn default() -> Self {
        Self::new(None, &[], &[])
    }
}

impl PageNeedles {
    /// Looks for a Page. `address`: its address, or a host, as the operator names it (a host alone is no Page and is not looked for).
    #[must_use]
    pub fn new(address: Option<&str>, ids: &[String], names: &[String]) -> Self {
        let mut wanted: Vec<(String, Needle)> = Vec::new();
        let mut left_out = 0;
        let mut ids: Vec<String> = ids.iter().map(|id| id.trim().to_owned()).collect();
        if let Some((full, segment, id)) = address.and_then(parts_of) {
            ids.extend(id);
            // An address of the form profile.php?id=… is told by its identifier only.
            let told = segment.as_ref().is_none_or(|segment| !NO_NAMES.contains(&segment.as_str()));
            if told {
                wanted.push((full, Needle::Address));
            }
            match segment {
                Some(segment) if segment.bytes().all(|byte| byte.is_ascii_digit()) => ids.push(segment),
                Some(segment) if told && segment.len() >= SHORTEST_NAME => wanted.push((segment, Needle::Segment)),
                _ => {}
            }
        }
        for id in ids {
            let digits = id.len() >= SHORTEST_ID && id.bytes().all(|byte| byte.is_ascii_digit());
            if digits { wanted.push((id, Needle::Id)) } else { left_out += 1 }
        }
        for name in names {
            let name = name.trim().to_lowercase();
            if name.chars().count() >= SHORTEST_NAME { wanted.push((name, Needle::Name)) } else { left_out += 1 }
        }
        wanted.dedup();
        left_out += wanted.len().saturating_sub(NEEDLES) as u64;
        wanted.truncate(NEEDLES);
        let build = || {
            AhoCorasick::builder().ascii_case_insensitive(true).match_kind(MatchKind::Standard).build(wanted.iter().map(|(text, _)| text))
        };
        // What is given is bounded, so building fails only for what is far beyond any name.
        let finder = if wanted.is_empty() { None } else { build().ok() };
        Self { finder, needles: wanted.into_iter().map(|(_, needle)| needle).collect(), left_out }
    }

    /// Whether anything is looked for. If not, outputs say that nothing was.
    #[must_use]
    pub const fn is_searching(&self) -> bool {
        self.finder.is_some()
    }

    /// How many of the identifiers and names given are not looked for, because they are too short or too many.
    #[must_use]
    pub const fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Looks into a field of a request. Fields that hold others are passed over: what is in them comes as fields of its own.
    pub fn in_field(&self, field: &Field<'_>, found: &mut Mentioned) {
        if field.side == Side::Request && !field.holds_fields && field.place != FieldPlace::Path {
            self.find(field.value, (field.place, field.name), field.locator, found);
        }
    }

    /// Looks into the address of a request, without its query, whose parameters are fields.
    pub fn in_address(&self, url: &str, found: &mut Mentioned) {
        let parts = UrlParts::of(url);
        let locator = Locator { part: Part::RequestLine, steps: Vec::new() };
        self.find(&url.as_bytes()[..parts.path.end], (FieldPlace::Path, ""), &locator, found);
    }

    fn find(&self, value: &[u8], (place, name): (FieldPlace, &str), locator: &Locator, found: &mut Mentioned) {
        let Some(finder) = &self.finder else { return };
        let mut kinds = self.kinds_in(finder, value).map(|(kind, range)| (kind, MentionCoding::Plain, Some(range)));
        if memchr::memchr(b'%', value).is_some() {
            let decoded: Cow<'_, [u8]> = percent_decode(value).into();
            let more = self.kinds_in(finder, &decoded);
            for (kind, more) in kinds.0.iter_mut().zip(more.0) {
                if kind.is_none() {
                    *kind = more.map(|(kind, _)| (kind, MentionCoding::Percent, None));
                }
            }
        }
        for (kind, coding, range) in kinds.0.into_iter().flatten() {
            if found.mentions.len() >= KEPT {
                found.left_out += 1;
                continue;
            }
            let mut steps = locator.steps.clone();
            steps.extend(range.flatten().map(|(from, to)| Step::Range(from as u64, to as u64)));
            let locator = Locator { part: locator.part.clone(), steps }.to_string();
            found.mentions.push(PageMention { kind, place: place.id().to_owned(), name: name.to_owned(), locator, coding });
        }
    }

    /// The first sighting of each kind in a text, with its bytes where they are those of the text.
    fn kinds_in(&self, finder: &AhoCorasick, value: &[u8]) -> Kinds<(MentionKind, Option<(usize, usize)>)> {
        let mut kinds = [None; 3];
        // Letters beyond ASCII have other lengths in lower case, so a place in the text as it was sent cannot be given.
        let lowered = match std::str::from_utf8(value) {
            Ok(text) if !text.is_ascii() => Some(text.to_lowercase().into_bytes()),
            _ => None,
        };
        let text = lowered.as_deref().unwrap_or(value);
        for hit in finder.find_overlapping_iter(text) {
            let (start, end) = (hit.start(), hit.end());
            let Some(needle) = self.needles.get(hit.pattern().as_usize()) else { continue };
            let (before, after) = (&text[..start], &text[end..]);
            let (kind, fits) = match needle {
                Needle::Id => (MentionKind::Id, !ends(before, u8::is_ascii_digit) && !begins(after, u8::is_ascii_digit)),
                Needle::Segment => (MentionKind::Name, !ends(before, in_token) && !begins(after, in_token)),
                Needle::Name => (MentionKind::Name, true),
                Needle::Address => (MentionKind::Address, is_host_start(before) && is_path_end(after)),
            };
            let slot = &mut kinds[kind as usize];
            if fits && slot.is_none() {
                *slot = Some((kind, lowered.is_none().then_some((start, end))));
            }
            if kinds.iter().all(Option::is_some) {
                break;
            }
        }
        Kinds(kinds)
    }
}

/// One of each kind.
struct Kinds<T>([Option<T>; 3]);

impl<T> Kinds<T> {
    fn map<U>(self, change: impl FnMut(T) -> U) -> Kinds<U> {
        let mut change = change;
        Kinds(self.0.map(|found| found.map(&mut change)))
    }
}

fn ends(text: &[u8], of: impl Fn(&u8) -> bool) -> bool {
    text.last().is_some_and(of)
}

fn begins(text: &[u8], with: impl Fn(&u8) -> bool) -> bool {
    text.first().is_some_and(with)
}

/// Bytes that make a longer word of what they stand beside.
fn in_token(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.') || !byte.is_ascii()
}

/// Whether a host can begin behind `before`: `www.` and `m.` belong to it.
fn is_host_start(before: &[u8]) -> bool {
    let bare = [&b"www."[..], b"m.", b"web.", b"mobile."];
    let ends_with = |name: &&[u8]| before.len() >= name.len() && before[before.len() - name.len()..].eq_ignore_ascii_case(name);
    let cut = bare.into_iter().find(ends_with).map_or(0, <[u8]>::len);
    let rest = &before[..before.len() - cut];
    !ends(rest, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'@'))
}

/// Whether a path ends before `after`: with a slash at most, or before a query.
fn is_path_end(after: &[u8]) -> bool {
    let after = after.strip_prefix(b"/").unwrap_or(after);
    !begins(after, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/' | b'%') || !byte.is_ascii())
}

/// Host and path of an address in the form that is looked for, the last segment of the path, and an identifier in its query. `None`: it has no path.
fn parts_of(address: &str) -> Option<(String, Option<String>, Option<String>)> {
    let address = address.trim();
    let with_scheme = if address.contains("://") { Cow::Borrowed(address) } else { Cow::Owned(format!("https://{address}")) };
    let parts = UrlParts::of(&with_scheme);
    let host = parts.host(&with_scheme)?.host;
    let host = ["www.", "m.", "web.", "mobile."].iter().find_map(|bare| host.strip_prefix(bare)).unwrap_or(&host);
    let path = percent_decode(with_scheme[parts.path.clone()].as_bytes()).decode_utf8().ok()?.to_lowercase();
    let path = path.trim_end_matches('/');
    if path.is_empty() {
        return None;
    }
    let in_query = parts.query_parameters(&with_scheme).find_map(|range| with_scheme[range].strip_prefix("id=").map(str::to_owned));
    let segment = path.rsplit('/').next().filter(|segment| !segment.is_empty()).map(str::to_owned);
    Some((format!("{host}{path}"), segment, in_query))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn needles(address: Option<&str>) -> PageNeedles {
        PageNeedles::new(address, &["1234567890".to_owned(), "12".to_owned()], &["Ministerie van Één".to_owned(), "BZK".to_owned()])
    }

    fn found(needles: &PageNeedles, value: &str) -> Vec<String> {
        let locator: Locator = "request.query[1]".parse().expect("a locator");
        let field = Field {
            side: Side::Request,
            message: None,
            place: FieldPlace::Query,
            name: "u",
            value: value.as_bytes(),
            locator: &locator,
            depth: 0,
            holds_fields: false,
        };
        let mut mentioned = Mentioned::default();
        needles.in_field(&field, &mut mentioned);
        mentioned.mentions.iter().map(|mention| format!("{} {} {}", mention.kind.id(), mention.locator, mention.coding.id())).collect()
    }

    #[test]
    fn the_page_in_a_value() {
        let needles = needles(Some("https://www.facebook.com/MinBZK/"));
        assert_eq!((needles.is_searching(), needles.left_out()), (true, 2));
        for (value, wanted) in [
            (
                "https://m.facebook.com/minbzk?ref=x",
                &["page-name request.query[1]/range:23-29 plain", "page-address request.query[1]/range:10-29 plain"][..],
            ),
            ("facebook.com/minbzk", &["page-name request.query[1]/range:13-19 plain", "page-address request.query[1]/range:0-19 plain"]),
            ("https://www.facebook.com/minbzk/photos", &["page-name request.query[1]/range:25-31 plain"]),
            ("https://notfacebook.com/minbzk", &["page-name request.query[1]/range:24-30 plain"]),
            ("https://www.facebook.com/minbzk2", &[]),
            ("minbzk.nl", &[]),
            ("{\"page\":1234567890}", &["page-id request.query[1]/range:8-18 plain"]),
            ("51234567890", &[]),
            ("12345678901", &[]),
            ("het MINISTERIE VAN ÉÉN land", &["page-name request.query[1] plain"]),
            ("BZK", &[]),
        ] {
            assert_eq!(found(&needles, value), wanted, "{value}");
        }
        let coded = ["page-name request.query[1] percent", "page-address request.query[1] percent"];
        assert_eq!(found(&needles, "https%3A%2F%2Fwww.facebook.com%2FMinBZK%2F"), coded);
        assert_eq!(found(&needles, "facebook.com%2Fminbzk%3Fa"), coded);
    }

    #[test]
    fn addresses_of_other_forms() {
        let by_id = PageNeedles::new(Some("facebook.com/profile.php?id=100064000000001"), &[], &[]);
        assert_eq!(found(&by_id, "x=100064000000001"), ["page-id request.query[1]/range:2-17 plain"]);
        assert_eq!(found(&by_id, "https://facebook.com/profile.php?id=2"), [] as [&str; 0]);
        let people = PageNeedles::new(Some("https://www.facebook.com/people/X/100064000000001/"), &[], &[]);
        assert_eq!(found(&people, "100064000000001"), ["page-id request.query[1]/range:0-15 plain"]);
        for nothing in [None, Some("https://www.facebook.com/"), Some("facebook.com"), Some("")] {
            assert!(!PageNeedles::new(nothing, &[], &[]).is_searching());
        }
        let mut mentioned = Mentioned::default();
        needles(Some("facebook.com/minbzk")).in_address("https://www.facebook.com/minbzk/?x=facebook.com/minbzk", &mut mentioned);
        assert_eq!(mentioned.mentions.iter().map(|mention| mention.kind.id()).collect::<Vec<_>>(), ["page-name", "page-address"]);
    }

    #[test]
    fn answers_and_holders_are_not_looked_into() {
        let needles = needles(None);
        let locator: Locator = "response.body".parse().expect("a locator");
        let field = Field {
            side: Side::Response,
            message: None,
            place: FieldPlace::Json,
            name: "",
            value: b"1234567890",
            locator: &locator,
            depth: 0,
            holds_fields: false,
        };
        let mut mentioned = Mentioned::default();
        needles.in_field(&field, &mut mentioned);
        needles.in_field(&Field { side: Side::Request, holds_fields: true, ..field }, &mut mentioned);
        assert_eq!(mentioned, Mentioned::default());
        for _ in 0..40 {
            needles.in_field(&Field { side: Side::Request, ..field }, &mut mentioned);
        }
        assert_eq!((mentioned.mentions.len(), mentioned.left_out), (32, 8));
    }

    proptest! {
        /// Whatever stands around it, an identifier is found exactly where it is a whole run of digits.
        #[test]
        fn identifiers_are_whole_runs(before in "[ -~]{0,12}", after in "[ -~]{0,12}") {
            let value = format!("{before}1234567890{after}");
            let whole = value.split(|sign: char| !sign.is_ascii_digit()).any(|run| run == "1234567890");
            let plain = found(&needles(None), &value).iter().any(|text| text.starts_with("page-id") && text.ends_with("plain"));
            prop_assert_eq!(plain, whole);
        }
    }
}
