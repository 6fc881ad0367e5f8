//! What of a recorded value may stand in an output. It only leaves out; it never decides what is recorded.
//!
//! Values of query parameters can be session tokens, e-mail addresses or account numbers, and nobody can tell which from the outside. Outputs
//! therefore print names and leave values out, unless a rule names a parameter whose value is harmless and needed to read the evidence. The
//! entry's digest still commits to the whole, and a locator leads to the bytes for whoever holds the recording.

use crate::model::UrlParts;

/// What stands in place of a value: it cannot occur in a URL (RFC 3986 section 2), so it is not mistaken for one.
pub const MASK: &str = "…";

/// A URL as it may be printed: user information, values of query parameters and of path parameters (`;name=value`) are masked, the fragment
/// is left out. `show` says of a query parameter's name whether its value may be printed.
#[must_use]
pub fn printable_url(url: &str, show: impl Fn(&str) -> bool) -> String {
    let parts = UrlParts::of(url);
    let Some(authority) = parts.authority.clone() else {
        // data:, blob: and the like carry content in their path.
        return format!("{}:{MASK}", &url[parts.scheme]);
    };
    let mut out = String::with_capacity(url.len());
    out.push_str(&url[..authority.start]);
    match url[authority.clone()].rsplit_once('@') {
        Some((_, host)) => {
            out.push_str(MASK);
            out.push('@');
            out.push_str(host);
        }
        None => out.push_str(&url[authority]),
    }
    out.push_str(&printable_path(&url[parts.path.clone()]));
    if parts.query.is_some() {
        let mut mark = '?';
        for range in parts.query_parameters(url) {
            let parameter = &url[range];
            out.push(mark);
            mark = '&';
            match parameter_name(parameter) {
                Some(name) if show(name) => out.push_str(parameter),
                Some(name) => {
                    out.push_str(name);
                    out.push_str(if parameter.len() > name.len() + 1 { "=…" } else { "=" });
                }
                // Without a name of the usual form it may be a bare token.
                None if parameter.is_empty() => {}
                None => out.push_str(MASK),
            }
        }
    }
    out
}

/// The name of a query parameter, if it has one that may be printed: the text before the first `=`, short and of plain characters. A token
/// without `=`, base64 with padding, or JSON as a query has none.
#[must_use]
pub fn parameter_name(parameter: &str) -> Option<&str> {
    let (name, value) = parameter.split_once('=')?;
    let plain = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'[' | b']' | b'%' | b':' | b'~' | b'$' | b'*' | b'@' | b'!')
    };
    let padding = value.bytes().all(|byte| byte == b'=') && name.len() > LONGEST_UNVALUED;
    (!name.is_empty() && name.len() <= LONGEST_NAME && name.bytes().all(plain) && !padding).then_some(name)
}

/// Names of parameters are shorter than this.
const LONGEST_NAME: usize = 64;

/// A name before an empty value is shorter than this: longer, it may be base64, of which `=` is the padding.
const LONGEST_UNVALUED: usize = 15;

/// A text of a recording (a title, a comment, an identifier) as it may be printed: in every word that has one, what stands behind a question
/// mark is masked, as in an address.
#[must_use]
pub fn printable_text(text: &str) -> String {
    let word = |word: &str| match word.split_once('?') {
        Some((before, query)) if query.contains(['=', '&', '%']) || word.contains("://") => {
            let before = if before.contains("://") { printable_url(before, |_| false) } else { printable_path(before) };
            format!("{before}?{MASK}")
        }
        _ if word.contains("://") => printable_url(word, |_| false),
        _ => word.to_owned(),
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// A path as it may be printed: values of `name=value` in it are masked, wherever a sender put them.
#[must_use]
pub fn printable_path(path: &str) -> String {
    if !path.contains('=') {
        return path.to_owned();
    }
    let mut out = String::with_capacity(path.len());
    for piece in path.split_inclusive(['/', ';', '&']) {
        let (text, mark) = match piece.strip_suffix(['/', ';', '&']) {
            Some(text) => (text, &piece[text.len()..]),
            None => (piece, ""),
        };
        match text.split_once('=') {
            Some((name, value)) if !value.is_empty() => {
                out.push_str(name);
                out.push('=');
                out.push_str(MASK);
            }
            _ => out.push_str(text),
        }
        out.push_str(mark);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_left_out() {
        let url = "https://u:p@a.nl/x;jsessionid=9F/y?id=1&ev=View&flag&empty=#frag";
        assert_eq!(printable_url(url, |name| name == "ev"), "https://…@a.nl/x;jsessionid=…/y?id=…&ev=View&…&empty=");
        assert_eq!(printable_url("data:text/html,secret", |_| true), "data:…");
        assert_eq!(printable_url("https://a.nl", |_| false), "https://a.nl");
        assert_eq!(printable_url("https://a.nl/?", |_| false), "https://a.nl/?");
    }

    #[test]
    fn tokens_are_no_names() {
        for token in ["c2VjcmV0c2VjcmV0QUFB=", "QkJCQkJCQkJCQkJCQkI==", "bare", "{\"a\":\"b\"}=x", "", "=x"] {
            assert_eq!(parameter_name(token), None, "{token}");
        }
        assert_eq!(parameter_name("ud[em]=x"), Some("ud[em]"));
        assert_eq!(parameter_name("empty="), Some("empty"));
        assert_eq!(printable_url("https://a.nl/?c2VjcmV0c2VjcmV0QUFB=", |_| false), "https://a.nl/?…");
    }

    #[test]
    fn paths() {
        assert_eq!(printable_path("/a;s=9F/b"), "/a;s=…/b");
        assert_eq!(printable_path("/ibs:dpid=1&dpuuid=ID&redir=http%3A"), "/ibs:dpid=…&dpuuid=…&redir=…");
        assert_eq!(printable_path("/plain/path;x/"), "/plain/path;x/");
    }

    #[test]
    fn texts() {
        assert_eq!(printable_text("Visit of https://u:p@a.nl/x?t=S now"), "Visit of https://…@a.nl/x?… now");
        assert_eq!(printable_text("a.nl/?tok=SECRET"), "a.nl/?…");
        assert_eq!(printable_text("What is this? A title"), "What is this? A title");
    }

    proptest::proptest! {
        #[test]
        fn no_value_gets_through(name in "[a-z]{1,4}", value in "[A-Z0-9]{5,20}") {
            let url = format!("https://h.example/p?{name}={value}&{value}#{value}");
            proptest::prop_assert!(!printable_url(&url, |_| false).contains(&value));
        }
    }
}
