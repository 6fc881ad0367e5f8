//! Header fields in which no identifier is looked for. Knows names only and never looks at values.

/// Header fields that say what a browser or a server can do or allows, in words of a fixed grammar, and never who it is. In order.
const NOT_LOOKED_AT: [&str; 52] = [
    "accept",
    "accept-ch",
    "accept-encoding",
    "accept-language",
    "accept-ranges",
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-max-age",
    "access-control-request-headers",
    "access-control-request-method",
    "age",
    "alt-svc",
    "cache-control",
    "connection",
    "content-encoding",
    "content-language",
    "content-length",
    "content-security-policy",
    "content-security-policy-report-only",
    "content-type",
    "cookie",
    "cross-origin-embedder-policy",
    "cross-origin-embedder-policy-report-only",
    "cross-origin-opener-policy",
    "cross-origin-opener-policy-report-only",
    "cross-origin-resource-policy",
    "date",
    "expect-ct",
    "expires",
    "host",
    "if-modified-since",
    "keep-alive",
    "last-modified",
    "origin-trial",
    "p3p",
    "permissions-policy",
    "pragma",
    "referrer-policy",
    "server",
    "set-cookie",
    "strict-transport-security",
    "te",
    "timing-allow-origin",
    "transfer-encoding",
    "user-agent",
    "vary",
    "x-content-type-options",
    "x-frame-options",
    "x-xss-protection",
];

/// Whether the header field with this name (in lower case, with the names of what is inside behind dots) is not looked at.
pub(super) fn never_looked_at(name: &str) -> bool {
    let name = name.split('.').next().unwrap_or_default();
    NOT_LOOKED_AT.binary_search(&name).is_ok() || name.starts_with("sec-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_found() {
        assert!(NOT_LOOKED_AT.is_sorted_by(|one, other| one < other));
        assert!(
            ["accept", "vary", "x-xss-protection", "access-control-allow-origin", "sec-ch-ua", "cookie.a"].into_iter().all(never_looked_at)
        );
        assert!(!["accept-x", "referer", "location", "etag", "x-frame", "authorization"].into_iter().any(never_looked_at));
    }
}
