//! The cookies that the browser itself says it keeps (Chrome DevTools Protocol, `Storage.getCookies`; WebDriver BiDi, `storage.getCookies`).
//! Never judges them, and never prints a value.

use std::borrow::Cow;
use std::fmt;

use chromiumoxide::types::{Command, Method};
use serde::{Deserialize, Serialize};

/// A cookie in the browser's jar. What this holds beyond a Set-Cookie header is what the browser made of it: the expiry as it took it, and
/// the partition. Field names in JSON are those of the protocol.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredCookie {
    /// Name.
    pub name: String,
    /// Value. A secret as often as not.
    pub value: String,
    /// Host, with a leading dot if the cookie is for the hosts below it too.
    pub domain: String,
    /// Path.
    pub path: String,
    /// Expiry in seconds since the Unix epoch; -1 or nothing for a cookie of the session.
    #[serde(default)]
    pub expires: Option<f64>,
    /// Not to be seen by scripts.
    #[serde(default)]
    pub http_only: bool,
    /// Only over encrypted connections.
    #[serde(default)]
    pub secure: bool,
    /// Gone when the browser ends.
    #[serde(default)]
    pub session: bool,
    /// `Strict`, `Lax` or `None`; absent if the cookie says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_site: Option<String>,
    /// The site under which the cookie is kept apart (CHIPS), if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_key: Option<PartitionKey>,
    /// Kept apart for a site that has no name, such as one in a sandboxed frame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_key_opaque: Option<bool>,
    /// `Secure`, `NonSecure` or `Unset`: the scheme over which it was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_scheme: Option<String>,
    /// The port over which it was set, or -1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_port: Option<i64>,
}

/// The key of a partitioned cookie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PartitionKey {
    /// Site of the page at the top, with its scheme.
    pub top_level_site: String,
    /// Whether a frame of another site stood between that page and the cookie's host.
    pub has_cross_site_ancestor: bool,
}

impl fmt::Debug for StoredCookie {
    /// Without the value: what is debugged lands in logs.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("StoredCookie")
            .field("name", &self.name)
            .field("value", &format_args!("{} bytes", self.value.len()))
            .field("domain", &self.domain)
            .field("path", &self.path)
            .field("expires", &self.expires)
            .field("partition_key", &self.partition_key)
            .finish_non_exhaustive()
    }
}

/// `Storage.getCookies`. Beside the command of the same name in `chromiumoxide`, because that one fails on the whole jar if one cookie's
/// expiry is `null` or its priority unheard of.
#[derive(Debug, Serialize)]
pub(super) struct GetCookies {}

/// The answer.
#[derive(Debug, Deserialize)]
pub(super) struct Jar {
    /// Every cookie of the browser.
    pub(super) cookies: Vec<StoredCookie>,
}

impl Method for GetCookies {
    fn identifier(&self) -> Cow<'static, str> {
        Cow::Borrowed("Storage.getCookies")
    }
}

impl Command for GetCookies {
    type Response = Jar;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_of_an_unknown_shape_does_not_hide_the_others() {
        let text = r#"{"cookies":[
            {"name":"a","value":"geheim","domain":".x.test","path":"/","expires":null,"priority":"Novel","novel":{}},
            {"name":"b","value":"","domain":"y.test","path":"/","expires":1.5,"httpOnly":true,"sameSite":"None",
             "partitionKey":{"topLevelSite":"https://z.test","hasCrossSiteAncestor":true}}]}"#;
        let jar: Jar = serde_json::from_str(text).expect("both cookies");
        assert_eq!(jar.cookies.len(), 2);
        assert_eq!(jar.cookies[0].expires, None);
        let key = jar.cookies[1].partition_key.as_ref().expect("a partition key");
        assert_eq!((key.top_level_site.as_str(), key.has_cross_site_ancestor), ("https://z.test", true));
        assert!(jar.cookies[1].http_only);
        assert!(!format!("{:?}", jar.cookies[0]).contains("geheim"));
    }
}
