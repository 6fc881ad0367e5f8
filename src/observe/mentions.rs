//! Addresses that stand literally in an HTML document or a stylesheet, where a browser's parser asks for them without any script. Never runs a
//! script and never keeps an address: only keyed fingerprints, up to a ceiling.

use std::borrow::Cow;

use hashbrown::HashSet;
use serde::{Deserialize, Serialize};

use super::address::{AddressMark, address_mark, resolved};
use crate::decode::resolve;
use crate::evidence::Fingerprinter;
use crate::model::{BodyState, Exchange, Locator, Part, Response, Step};

/// Documents beyond this are not looked through, in bytes.
const LONGEST: usize = 2 << 20;

/// How many addresses of a document are kept.
const KEPT: usize = 5_000;

/// How many different references of a document are looked at. Each costs a keyed digest of a whole address, which may be some kilobytes long.
const LOOKED_AT: usize = 20_000;

/// An address in a document is at most this long (bytes). Longer ones are content of their own (`data:`).
const LONGEST_ADDRESS: usize = 4 << 10;

/// How far a document was looked through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reading {
    /// It is neither HTML nor a stylesheet.
    #[default]
    NoDocument,
    /// Its text is not recorded, too long, or in a coding that is not undone here.
    NotRead,
    /// The first part only, or more addresses than are kept.
    InPart,
    /// From beginning to end.
    Whole,
}

/// The addresses in a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mentions {
    /// How far it was looked through.
    pub reading: Reading,
    /// Those that a parser loads (`src`, `srcset`, `link href`, `url(…)`), sorted.
    pub loads: Vec<AddressMark>,
    /// Those that a click opens (`a href`, `form action`), sorted.
    pub opens: Vec<AddressMark>,
}

impl Mentions {
    /// What the answer of an exchange at `url` mentions.
    pub(super) fn of(exchange: &Exchange, url: &str, fingerprints: &Fingerprinter) -> Self {
        let Some(response) = exchange.outcome.response().filter(|response| response.status == 200) else { return Self::default() };
        let essence = response.media_type_essence().map(str::to_ascii_lowercase).unwrap_or_default();
        let css = essence == "text/css";
        if !css && essence != "text/html" && essence != "application/xhtml+xml" {
            return Self::default();
        }
        let not_read = || Self { reading: Reading::NotRead, ..Self::default() };
        let Some(bytes) = text_of(exchange, response) else { return not_read() };
        if bytes.len() > LONGEST {
            return not_read();
        }
        let text = String::from_utf8_lossy(&bytes);
        let mut found = Found::new(url, fingerprints);
        if css {
            stylesheet(&text, &mut found)
        } else {
            document(&text, &mut found)
        }
        let whole = !found.left_out && matches!(response.body.state(), BodyState::Raw | BodyState::AlreadyDecoded);
        let reading = if whole { Reading::Whole } else { Reading::InPart };
        let sorted = |marks: HashSet<AddressMark>| {
            let mut marks: Vec<AddressMark> = marks.into_iter().collect();
            marks.sort_unstable();
            marks
        };
        Self { reading, loads: sorted(found.loads), opens: sorted(found.opens) }
    }
}

/// The text of an answer with its content codings undone. `None`: there is none, it is too long, or its coding is not known here.
fn text_of<'a>(exchange: &'a Exchange, response: &'a Response) -> Option<Cow<'a, [u8]>> {
    let body = &response.body;
    if body.is_empty() || body.len() > LONGEST as u64 {
        return None;
    }
    let coded = body.state() != BodyState::AlreadyDecoded && response.headers.first("content-encoding").is_some();
    let steps = if coded { vec![Step::Coding] } else { Vec::new() };
    resolve(exchange, &Locator { part: Part::ResponseBody, steps }).ok().filter(|bytes| !bytes.is_empty())
}

/// What is gathered.
struct Found<'a> {
    base: Cow<'a, str>,
    fingerprints: &'a Fingerprinter,
    loads: HashSet<AddressMark>,
    opens: HashSet<AddressMark>,
    /// References that were looked at, without the base that is theirs, and whether a click opens them. Pages name the same ones many times.
    seen: HashSet<(Box<str>, bool)>,
    looked_at: usize,
    rebased: bool,
    left_out: bool,
}

impl<'a> Found<'a> {
    fn new(base: &'a str, fingerprints: &'a Fingerprinter) -> Self {
        Self {
            base: Cow::Borrowed(base),
            fingerprints,
            loads: HashSet::new(),
            opens: HashSet::new(),
            seen: HashSet::new(),
            looked_at: 0,
            rebased: false,
            left_out: false,
        }
    }

    /// From here on references are relative to another address. Only the first element that says so counts (HTML section 4.2.3).
    fn rebase(&mut self, href: &str) {
        if std::mem::replace(&mut self.rebased, true) {
            return;
        }
        self.base = Cow::Owned(resolved(href.trim(), &self.base).into_owned());
        self.seen.clear();
    }

    fn take(&mut self, reference: &str, opens: bool) {
        let reference = reference.trim_matches(|sign: char| sign.is_ascii_whitespace() || sign.is_ascii_control());
        if reference.is_empty() || reference.starts_with('#') {
            return;
        }
        if reference.len() > LONGEST_ADDRESS {
            self.left_out |= !reference.starts_with("data:");
            return;
        }
        // Browsers leave out line breaks and tabs inside an address (WHATWG URL, basic parser, step 3).
        let reference: Cow<'_, str> = match reference.contains(['\t', '\n', '\r']) {
            true => Cow::Owned(reference.replace(['\t', '\n', '\r'], "")),
            false => Cow::Borrowed(reference),
        };
        // What would cost more than it tells is left out: a base beyond every address, and all that follows once enough is kept or was looked at.
        let enough = self.loads.len() + self.opens.len() >= KEPT || self.looked_at >= LOOKED_AT;
        if self.base.len() > LONGEST_ADDRESS || enough {
            self.left_out = true;
            return;
        }
        // The documents themselves are bounded, so what is remembered of them is.
        if !self.seen.insert((Box::from(&*reference), opens)) {
            return;
        }
        self.looked_at += 1;
        let Some(mark) = address_mark(&resolved(&reference, &self.base), self.fingerprints) else { return };
        if opens {
            self.opens.insert(mark)
        } else {
            self.loads.insert(mark)
        };
    }
}

/// Looks through HTML as a browser's tokenizer does, as far as tags and their attributes go (HTML section 13.2.5).
fn document(text: &str, found: &mut Found<'_>) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = behind(comment, "-->");
            continue;
        }
        if !rest.starts_with(|sign: char| sign.is_ascii_alphabetic()) {
            continue;
        }
        let end = rest.find(|sign: char| sign.is_ascii_whitespace() || matches!(sign, '>' | '/')).unwrap_or(rest.len());
        let name = rest[..end].to_ascii_lowercase();
        rest = &rest[end..];
        let attributes = attributes(&mut rest);
        element(&name, &attributes, found);
        // What stands in these is no markup.
        if matches!(name.as_str(), "script" | "style" | "textarea" | "title") {
            let close = closing(rest, &name);
            if name == "style" {
                stylesheet(&rest[..close], found);
            }
            rest = &rest[close..];
        }
    }
}

/// Where the closing tag of `name` begins, or the end.
fn closing(text: &str, name: &str) -> usize {
    let mut from = 0;
    while let Some(at) = text[from..].find("</") {
        let at = from + at;
        if text.as_bytes().get(at + 2..at + 2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes())) {
            return at;
        }
        from = at + 2;
    }
    text.len()
}

fn behind<'t>(text: &'t str, mark: &str) -> &'t str {
    text.find(mark).map_or("", |at| &text[at + mark.len()..])
}

/// The attributes of a tag; `rest` stands behind the tag afterwards.
fn attributes<'t>(rest: &mut &'t str) -> Vec<(String, Cow<'t, str>)> {
    let mut found = Vec::new();
    loop {
        *rest = rest.trim_start_matches(|sign: char| sign.is_ascii_whitespace() || sign == '/');
        if rest.is_empty() || rest.starts_with('>') {
            *rest = rest.strip_prefix('>').unwrap_or(rest);
            return found;
        }
        // A name may begin with an equals sign and with nothing else that ends one (section 13.2.5.32).
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let end = rest[first..].find(|sign: char| sign.is_ascii_whitespace() || matches!(sign, '=' | '>' | '/'));
        let end = end.map_or(rest.len(), |at| at + first);
        let name = rest[..end].to_ascii_lowercase();
        *rest = rest[end..].trim_start();
        let Some(value) = rest.strip_prefix('=') else {
            continue;
        };
        let value = value.trim_start();
        let (value, after) = match value.as_bytes() {
            [quote @ (b'"' | b'\''), ..] => {
                let inner = &value[1..];
                let end = memchr::memchr(*quote, inner.as_bytes());
                (&inner[..end.unwrap_or(inner.len())], end.map_or("", |end| &inner[end + 1..]))
            }
            _ => value.split_at(value.find(|sign: char| sign.is_ascii_whitespace() || sign == '>').unwrap_or(value.len())),
        };
        *rest = after;
        if found.len() < 64 {
            found.push((name, without_references(value)));
        }
    }
}

/// A value with the character references undone that occur in addresses.
fn without_references(value: &str) -> Cow<'_, str> {
    if !value.contains('&') {
        return Cow::Borrowed(value);
    }
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(11).position(|byte| byte == b';');
        let reference = end.map(|end| (&rest[1..end], end + 1));
        let sign = reference.and_then(|(name, length)| {
            let number = match name.strip_prefix("#x").or_else(|| name.strip_prefix("#X")) {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => name.strip_prefix('#').and_then(|decimal| decimal.parse().ok()),
            };
            let sign = match name {
                "amp" | "AMP" => Some('&'),
                "quot" => Some('"'),
                "apos" => Some('\''),
                "lt" => Some('<'),
                "gt" => Some('>'),
                _ => number.and_then(char::from_u32),
            };
            sign.map(|sign| (sign, length))
        });
        let (sign, length) = sign.unwrap_or(('&', 1));
        out.push(sign);
        rest = &rest[length..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The addresses in the attributes of an element.
fn element(name: &str, attributes: &[(String, Cow<'_, str>)], found: &mut Found<'_>) {
    let value = |wanted: &str| attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| &**value);
    if name == "base" {
        if let Some(href) = value("href") {
            found.rebase(href);
        }
        return;
    }
    for (attribute, value) in attributes {
        match (name, attribute.as_str()) {
            ("a" | "area", "href") | ("form", "action") | (_, "formaction") => found.take(value, true),
            (_, "src" | "href" | "xlink:href" | "poster" | "background") | ("object", "data") => found.take(value, false),
            (_, "srcset" | "imagesrcset") => {
                // A candidate ends at a comma with white space or at the end; an address may hold commas itself (HTML section 4.8.4.2.2).
                for candidate in value.split_ascii_whitespace().filter(|part| part.contains(['/', '.'])) {
                    found.take(candidate.trim_matches(','), false);
                }
            }
            (_, "style") => stylesheet(value, found),
            ("meta", "content") if refresh(attributes) => {
                let target = value.split_once(['=']).map(|(_, target)| target.trim().trim_matches(['"', '\'']));
                if let Some(target) = target {
                    found.take(target, true);
                }
            }
            _ => {}
        }
    }
}

fn refresh(attributes: &[(String, Cow<'_, str>)]) -> bool {
    attributes.iter().any(|(name, value)| name == "http-equiv" && value.eq_ignore_ascii_case("refresh"))
}

/// Looks through a stylesheet for `url(…)` and `@import "…"` (CSS Syntax Level 3 section 4.3.6).
fn stylesheet(text: &str, found: &mut Found<'_>) {
    for at in memchr::memchr_iter(b'(', text.as_bytes()) {
        if at < 3 || !text.as_bytes()[at - 3..at].eq_ignore_ascii_case(b"url") {
            continue;
        }
        // Bounded, so that many openings without a close cost no more than a few.
        let inner = &text[at + 1..];
        let inner = inner.trim_start();
        let (close, inner) = match inner.as_bytes() {
            [quote @ (b'"' | b'\''), ..] => (*quote, &inner[1..]),
            _ => (b')', inner),
        };
        let window = &inner.as_bytes()[..inner.len().min(LONGEST_ADDRESS + 1)];
        if let Some(end) = memchr::memchr(close, window) {
            found.take(&inner[..end], false);
        }
    }
    for at in memchr::memchr_iter(b'@', text.as_bytes()) {
        let Some(rest) =
            text.get(at + 1..).filter(|rest| rest.as_bytes().get(..6).is_some_and(|word| word.eq_ignore_ascii_case(b"import")))
        else {
            continue;
        };
        let rest = rest[6..].trim_start();
        let Some(quote @ (b'"' | b'\'')) = rest.as_bytes().first() else { continue };
        let window = &rest.as_bytes()[1..rest.len().min(LONGEST_ADDRESS + 2)];
        if let Some(end) = memchr::memchr(*quote, window) {
            found.take(&rest[1..=end], false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::CaseKey;
    use crate::model::Digest;

    fn looked_through(text: &str, css: bool) -> (Vec<AddressMark>, Vec<AddressMark>, bool) {
        let fingerprints = Fingerprinter::new(&CaseKey::of_capture(Digest::of(b"")));
        let mut found = Found::new("https://a.nl/b/c", &fingerprints);
        if css {
            stylesheet(text, &mut found)
        } else {
            document(text, &mut found)
        }
        let sorted = |marks: HashSet<AddressMark>| {
            let mut marks: Vec<_> = marks.into_iter().collect();
            marks.sort_unstable();
            marks
        };
        (sorted(found.loads), sorted(found.opens), found.left_out)
    }

    fn marks(urls: &[&str]) -> Vec<AddressMark> {
        let fingerprints = Fingerprinter::new(&CaseKey::of_capture(Digest::of(b"")));
        let mut marks: Vec<_> = urls.iter().map(|url| address_mark(url, &fingerprints).expect("a host")).collect();
        marks.sort_unstable();
        marks
    }

    #[test]
    fn what_a_parser_finds() {
        let text = r##"<!doctype html><!-- <img src="/comment"> --><LINK REL=stylesheet HREF='/s.css?a=1&amp;b=2'>
            <script src=//x.nl/y.js async></script><script>var t = '<img src="/in-script">';</script>
            <style>@import "i.css"; .a { background: url( "bg.png" ) }</style>
            <img srcset="s1.png 1x, https://x.nl/s2.png 2x" alt="<img src=/in-attribute>" src="p.png"/>
            <div style="background:URL('/inline.png')"></div><a href="/about">x</a><a href="#top">y</a><form action=send></form>
            <iframe src="https://x.nl/f"></iframe><video poster="po.jpg"></video><title><img src=/in-title></title>"##;
        let (loads, opens, cut) = looked_through(text, false);
        let wanted = [
            "https://a.nl/s.css?a=1&b=2",
            "https://x.nl/y.js",
            "https://a.nl/b/i.css",
            "https://a.nl/b/bg.png",
            "https://a.nl/b/s1.png",
            "https://x.nl/s2.png",
            "https://a.nl/b/p.png",
            "https://a.nl/inline.png",
            "https://x.nl/f",
            "https://a.nl/b/po.jpg",
        ];
        assert_eq!(loads, marks(&wanted));
        assert_eq!(opens, marks(&["https://a.nl/about", "https://a.nl/b/send"]));
        assert!(!cut);
    }

    #[test]
    fn bases_and_refreshes() {
        let (loads, opens, _) = looked_through(
            r#"<base href="https://cdn.nl/v/"><img src="p.png"><meta http-equiv="Refresh" content="0; url='/next'">"#,
            false,
        );
        assert_eq!((loads, opens), (marks(&["https://cdn.nl/v/p.png"]), marks(&["https://cdn.nl/next"])));
    }

    #[test]
    fn stylesheets() {
        let (loads, ..) =
            looked_through("@import 'x.css';@font-face{src:url(f.woff2)}@media{}.a{b:url(data:image/png;base64,AA)}url(", true);
        assert_eq!(loads, marks(&["https://a.nl/b/x.css", "https://a.nl/b/f.woff2"]));
    }

    #[test]
    fn a_reference_is_looked_at_once() {
        let fingerprints = Fingerprinter::new(&CaseKey::of_capture(Digest::of(b"")));
        let look = |text: &str| {
            let mut found = Found::new("https://a.nl/b/c", &fingerprints);
            document(text, &mut found);
            (found.looked_at, found.loads.len() + found.opens.len(), found.left_out)
        };
        let base = format!("<base href=\"https://a.nl/{}/\">", "b".repeat(4_000));
        assert_eq!(look(&format!("{base}<style>{}</style>", "url(c)".repeat(100_000))), (1, 1, false));
        // Loaded and opened is twice; a new base makes another address of the same reference.
        assert_eq!(look("<img src=x><a href=x></a><base href=https://x.nl/><img src=x>"), (3, 3, false));
        // Many that mean one address or none end nevertheless, and a second base changes nothing.
        let dots: String = (0..1_000).map(|n| format!("url({}x)", "./".repeat(n))).collect();
        assert_eq!(look(&format!("<style>{dots}</style>")), (1_000, 1, false));
        let none: String = (0..LOOKED_AT + 1).map(|n| format!("<base href=/{n}/><img src=http:{n}>")).collect();
        assert_eq!(look(&none), (LOOKED_AT, 0, true));
        let long = format!("<base href=\"https://a.nl/{}/\">{}", "b".repeat(500_000), "<base href=c>".repeat(100_000));
        assert_eq!(look(&long), (0, 0, false));
    }

    #[test]
    fn hostile_documents_end() {
        let many: String = (0..KEPT + 10).map(|n| format!("<img src=/{n}>")).collect();
        let (loads, _, cut) = looked_through(&many, false);
        assert_eq!((loads.len(), cut), (KEPT, true));
        for text in [
            "<img src",
            "<img src=",
            "<img src=\"",
            "<a \u{e9}=\u{e9}",
            "<style>",
            "<!--",
            "<",
            "<a =href=x>",
            "&#xffffffff;<a href='&#x110000;&#;&'>",
        ] {
            looked_through(text, false);
            looked_through(text, true);
        }
        // Openings without ends stay linear: with a quadratic scan this would not return within a test's patience.
        looked_through(&"url(".repeat(200_000), true);
        looked_through(&"<style></".repeat(100_000), false);
        looked_through(&"<a href='".repeat(100_000), false);
        let long_base = format!("<base href=\"https://a.nl/{}/\">{}", "b".repeat(500_000), "<img src=c>".repeat(50_000));
        assert_eq!(looked_through(&long_base, false), (vec![], vec![], true));
    }
}
