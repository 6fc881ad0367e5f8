//! Secrets: what of a recorded value may stand in an output.
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
            match parameter.split_once('=') {
                Some((_, "")) => out.push_str(parameter),
                Some((name, _)) if show(name) => out.push_str(parameter),
                Some((name, _)) => {
                    out.push_str(name);
                    out.push('=');
                    out.push_str(MASK);
                }
                // A query without a name may be a bare token.
                None if parameter.is_empty() => {}
                None => out.push_str(MASK),
            }
        }
    }
    out
}

/// A path as it may be printed.
#[must_use]
pub fn printable_path(path: &str) -> String {
    if !path.contains(';') {
        return path.to_owned();
    }
    let segment = |segment: &str| {
        let mut pieces = segment.split(';');
        let mut out = pieces.next().unwrap_or_default().to_owned();
        for parameter in pieces {
            out.push(';');
            match parameter.split_once('=') {
                Some((name, value)) if !value.is_empty() => out.push_str(&format!("{name}={MASK}")),
                _ => out.push_str(parameter),
            }
        }
        out
    };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
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

    proptest::proptest! {
        #[test]
        fn no_value_gets_through(name in "[a-z]{1,4}", value in "[A-Z0-9]{5,20}") {
            let url = format!("https://h.example/p?{name}={value}&{value}#{value}");
            proptest::prop_assert!(!printable_url(&url, |_| false).contains(&value));
        }
    }
}
