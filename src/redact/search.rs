//! Looks for secrets in a text, through as many layers of encoding as senders put around them. Lenient: what is cut off or broken is read as
//! far as it goes, and rather too much is called a secret than too little. It never changes a byte.

use std::ops::Range;

use super::secrets::{Address, SecretPlace, SecretRules};
use super::text::Text;
use super::{form, json, multipart};

/// Layers of encoding that are undone.
const DEEPEST: usize = 8;

/// Texts inside texts are looked into as long as they are not together longer than so many times the whole: whoever nests without end must not
/// hold up the recording.
const MOST_TIMES: usize = 24;

/// A secret that was found.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// Where it lies in the record.
    pub(super) place: Range<usize>,
    /// Index of the rule.
    pub(super) rule: usize,
    /// Whether a number stands there that must stay one.
    pub(super) number: bool,
    /// The secret, every escape undone.
    pub(super) plain: Vec<u8>,
}

/// A search under way.
pub(super) struct Search<'r> {
    pub(super) rules: &'r SecretRules,
    pub(super) address: Address<'r>,
    /// Parameters or answers.
    pub(super) place: SecretPlace,
    pub(super) found: Vec<Found>,
    /// Something could not be taken apart.
    pub(super) broken: bool,
    /// Something lies deeper than is looked.
    pub(super) exhausted: bool,
    /// Bytes that may still be looked into.
    budget: usize,
}

impl<'r> Search<'r> {
    /// For a search in `length` bytes.
    pub(super) fn new(rules: &'r SecretRules, address: Address<'r>, place: SecretPlace, length: usize) -> Self {
        Self { rules, address, place, found: Vec::new(), broken: false, exhausted: false, budget: (length + 1024) * MOST_TIMES }
    }

    /// The rule that a name fits.
    pub(super) fn name(&self, name: &[u8]) -> Option<usize> {
        self.rules.name(self.place, self.address, name)
    }

    /// Takes a value, in whatever encoding it stands: a secret by its looks, or a text to look into.
    pub(super) fn value(&mut self, text: &Text<'_>, depth: usize) {
        let looks = if self.place == SecretPlace::Parameter { self.rules.value(self.address, &text.bytes) } else { None };
        match looks {
            Some(rule) => self.secret(text, rule, false),
            None => self.nested(text, depth),
        }
    }

    /// Takes a secret.
    pub(super) fn secret(&mut self, text: &Text<'_>, rule: usize, number: bool) {
        if !text.bytes.is_empty() {
            self.found.push(Found { place: text.place(0..text.bytes.len()), rule, number, plain: text.bytes.to_vec() });
        }
    }

    /// Looks into a text that may be anything: JSON, pairs as in forms and addresses, or either of these percent-encoded once more.
    pub(super) fn nested(&mut self, text: &Text<'_>, depth: usize) {
        if !self.rules.concern(&text.bytes) {
            return;
        }
        if depth >= DEEPEST || self.budget < text.bytes.len() {
            self.exhausted = true;
            return;
        }
        self.budget -= text.bytes.len();
        let before = self.found.len();
        let bytes = &text.bytes;
        if let Some(start) = json_from(bytes) {
            // What is broken here may simply be no JSON.
            let broken = self.broken;
            json::search(self, &text.part(start..bytes.len()), depth + 1);
            self.broken = broken;
        }
        if self.found.len() == before {
            form::pairs(self, text, depth + 1);
        }
        if self.found.len() == before && memchr::memchr(b'%', bytes).is_some() {
            let inner = text.percent(false);
            if inner.bytes.len() < bytes.len() {
                self.nested(&inner, depth + 1);
            }
        }
    }
}

/// Where JSON begins in a text that may hold some: at the first bracket, if there are members behind it.
fn json_from(bytes: &[u8]) -> Option<usize> {
    let start = memchr::memchr2(b'{', b'[', bytes)?;
    let rest = &bytes[start..];
    (memchr::memchr(b'"', rest).is_some() && memchr::memchr(b':', rest).is_some()).then_some(start)
}

/// What a body is, as far as the search for secrets is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// `application/x-www-form-urlencoded`.
    Form,
    /// Multipart, with the boundary if it is named.
    Multipart(Option<Vec<u8>>),
    /// JSON.
    Json,
    /// Another text, or nothing is said: what begins it decides.
    Text,
    /// Images, sound, video, fonts: no fields are expected in them.
    Media,
    /// A content coding or a binary format: it cannot be searched.
    Unsearchable,
}

impl BodyKind {
    /// By what the header fields of a message say: media type and content codings.
    #[must_use]
    pub fn of(media_type: Option<&[u8]>, codings: Option<&[u8]>) -> Self {
        let media_type = media_type.map(String::from_utf8_lossy).unwrap_or_default();
        let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let coded = codings.is_some_and(|codings| {
            let mut named = codings.split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
            named.any(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case(b"identity"))
        });
        let (kind, subtype) = essence.split_once('/').unwrap_or((&essence, ""));
        match (kind, subtype) {
            ("image" | "audio" | "video" | "font", subtype) if subtype != "svg+xml" => Self::Media,
            _ if coded => Self::Unsearchable,
            ("application", "x-www-form-urlencoded") => Self::Form,
            ("multipart", _) => Self::Multipart(multipart::boundary(&media_type)),
            (_, "json" | "csp-report" | "x-json" | "x-ndjson" | "ndjson") => Self::Json,
            (_, subtype) if subtype.ends_with("+json") => Self::Json,
            _ => Self::Text,
        }
    }

    /// Whether a body of this kind cannot be a text although its kind would allow it, going by its first bytes.
    #[must_use]
    pub fn binary(&self, first: &[u8]) -> bool {
        let first = &first[..first.len().min(512)];
        // A part of a multipart body may be anything; its heads are text.
        matches!(self, Self::Form | Self::Json | Self::Text) && first.iter().any(|&byte| byte < 9 || (14..32).contains(&byte) && byte != 27)
    }
}

/// Looks for secrets in a body. Sets [`Search::broken`] where it could not be taken apart.
pub(super) fn body(search: &mut Search<'_>, kind: &BodyKind, bytes: &[u8]) {
    if matches!(kind, BodyKind::Media) || bytes.is_empty() {
        return;
    }
    if *kind == BodyKind::Unsearchable || kind.binary(bytes) {
        search.broken = true;
        return;
    }
    if !search.rules.concern(bytes) {
        return;
    }
    let text = Text::new(bytes);
    let json = matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'[' | b'"')) || matches!(kind, BodyKind::Json);
    match kind {
        BodyKind::Multipart(boundary) => multipart::search(search, &text, boundary.as_deref(), 0),
        // Whatever the head says: some libraries name a form and send JSON.
        _ if json => {
            let start = json_from(bytes).unwrap_or(0);
            json::search(search, &text.part(start..bytes.len()), 0);
            if search.broken {
                form::pairs(search, &text, 0);
            }
        }
        BodyKind::Text if bytes.starts_with(b"--") => multipart::search(search, &text, None, 0),
        BodyKind::Form => form::fields(search, &text, 0),
        _ => form::lines(search, &text, 0),
    }
}
