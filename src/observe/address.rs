//! Addresses in relation to one another: what a reference means on a page, and when two addresses are the same for a browser. Asks nobody and
//! never changes what was recorded; what is compared is a copy.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::evidence::Fingerprinter;
use crate::model::UrlParts;

/// Keyed mark of an address, or of its host and path. Tells addresses apart within a recording and is never printed.
pub type AddressMark = [u8; 8];

/// Characters that a browser encodes before it sends an address (WHATWG URL, path and query percent-encode sets, what both have).
const ENCODED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>');

/// What `reference` means at the address `base` (RFC 3986 section 5.2, dot segments left as they are). A reference of its own scheme is itself.
pub(super) fn resolved<'a>(reference: &'a str, base: &str) -> Cow<'a, str> {
    if UrlParts::of(reference).scheme.end > 0 || reference.is_empty() {
        return Cow::Borrowed(reference);
    }
    let parts = UrlParts::of(base);
    let path = &base[parts.path.clone()];
    let kept = match reference.as_bytes() {
        [b'/', b'/', ..] => &base[..parts.scheme.end + 1],
        [b'/', ..] => &base[..parts.path.start],
        [b'?', ..] => &base[..parts.path.end],
        [b'#', ..] => &base[..parts.fragment.as_ref().map_or(base.len(), |fragment| fragment.start - 1)],
        // A base without a path has the path "/" (section 5.2.3).
        _ if path.is_empty() => return Cow::Owned(format!("{}/{reference}", &base[..parts.path.start])),
        _ => &base[..parts.path.start + path.rfind('/').map_or(0, |at| at + 1)],
    };
    Cow::Owned(format!("{kept}{reference}"))
}

/// An address in the form in which two that a browser sends alike are equal: host as hosts are looked up, no default port, no dot segments, no
/// fragment, encoded as browsers do. `None`: it names no host.
fn comparable(url: &str) -> Option<String> {
    let parts = UrlParts::of(url);
    let found = parts.host(url)?;
    let scheme = url[parts.scheme.clone()].to_ascii_lowercase();
    let port = found.port.filter(|port| !matches!((scheme.as_str(), port), ("https" | "wss", 443) | ("http" | "ws", 80)));
    let mut out = format!("{scheme}://{}", found.host);
    if let Some(port) = port {
        out.push_str(&format!(":{port}"));
    }
    let path = without_dot_segments(&url[parts.path]);
    out.extend(utf8_percent_encode(&path, ENCODED));
    if let Some(query) = parts.query {
        out.push('?');
        out.extend(utf8_percent_encode(&url[query], ENCODED));
    }
    Some(out)
}

/// A path without `.` and `..` (RFC 3986 section 5.2.4); an empty one is `/`.
fn without_dot_segments(path: &str) -> Cow<'_, str> {
    if path.is_empty() {
        return Cow::Borrowed("/");
    }
    if !path.split('/').any(|segment| matches!(segment, "." | "..")) {
        return Cow::Borrowed(path);
    }
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                if last {
                    kept.push("");
                }
            }
            _ => kept.push(segment),
        }
    }
    Cow::Owned(format!("/{}", kept.join("/")))
}

/// The mark of an address without its fragment. `None`: it names no host.
pub(super) fn address_mark(url: &str, fingerprints: &Fingerprinter) -> Option<AddressMark> {
    comparable(url).map(|text| mark(&text, fingerprints))
}

/// The mark of host and path of an address, whatever its scheme and query. `None`: it names no host.
#[must_use]
pub fn path_mark(url: &str, fingerprints: &Fingerprinter) -> Option<AddressMark> {
    comparable(url).map(|text| of_path(&text, fingerprints))
}

/// Both: [`address_mark`] and [`path_mark`].
pub(super) fn marks(url: &str, fingerprints: &Fingerprinter) -> Option<(AddressMark, AddressMark)> {
    comparable(url).map(|text| (mark(&text, fingerprints), of_path(&text, fingerprints)))
}

fn of_path(comparable: &str, fingerprints: &Fingerprinter) -> AddressMark {
    let start = comparable.find("//").map_or(0, |at| at + 2);
    let end = comparable.find('?').unwrap_or(comparable.len());
    // A path is compared without a slash at its end: servers take both for the same.
    mark(comparable[start..end].trim_end_matches('/'), fingerprints)
}

fn mark(text: &str, fingerprints: &Fingerprinter) -> AddressMark {
    fingerprints.mark(text.as_bytes()).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_on_a_page() {
        let base = "https://a.nl/b/c?d#e";
        for (reference, meant) in [
            ("https://x.nl/", "https://x.nl/"),
            ("//x.nl/y", "https://x.nl/y"),
            ("/y?z", "https://a.nl/y?z"),
            ("y", "https://a.nl/b/y"),
            ("../y", "https://a.nl/b/../y"),
            ("?z", "https://a.nl/b/c?z"),
            ("#f", "https://a.nl/b/c?d#f"),
            ("data:,x", "data:,x"),
            ("", ""),
        ] {
            assert_eq!(resolved(reference, base), meant, "{reference}");
        }
        assert_eq!(resolved("y", "https://a.nl"), "https://a.nl/y");
        assert_eq!(resolved("#f", "https://a.nl/b"), "https://a.nl/b#f");
    }

    #[test]
    fn the_same_for_a_browser() {
        for (one, other) in [
            ("https://A.nl:443", "https://a.nl/#x"),
            ("https://a.nl/b/../c/./d", "https://a.nl/c/d"),
            ("https://a.nl/b/..", "https://a.nl/"),
            ("https://a.nl/../../x/.", "https://a.nl/x/"),
            ("https://a.nl/a b?c=\u{e9}", "https://a.nl/a%20b?c=%C3%A9"),
        ] {
            assert_eq!(comparable(one), comparable(other), "{one}");
        }
        for (one, other) in [("https://a.nl/b", "https://a.nl/b/"), ("https://a.nl/?x", "https://a.nl/"), ("http://a.nl/", "https://a.nl/")]
        {
            assert_ne!(comparable(one), comparable(other), "{one}");
        }
        assert_eq!(comparable("data:,x"), None);
    }
}
