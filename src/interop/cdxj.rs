//! CDXJ: the index by which a program that plays an archive back finds the record of an address. One line for each answer: a key that sorts pages of one
//! site together, the time in 14 digits, and a JSON object (as `pywb` and `wabac.js` read it; WACZ 1.1.1 section 5.2).

use serde::Serialize;

use crate::model::UrlParts;

/// What a line says of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CdxjRow<'r> {
    /// Address of the request.
    pub url: &'r str,
    /// Media type of the answer.
    pub mime: &'r str,
    /// Its status.
    pub status: &'r str,
    /// Digest of its body, with the name of the algorithm before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<&'r str>,
    /// Bytes of the record's gzip member ...
    pub length: u64,
    /// ... and the byte of its file at which that begins.
    pub offset: u64,
    /// Name of the file, below `archive/`.
    pub filename: &'r str,
}

impl CdxjRow<'_> {
    /// The line, without a line feed. `date`: RFC 3339, UTC. `None`: the address is none of the web, or the date is none.
    #[must_use]
    pub fn line(&self, date: &str) -> Option<String> {
        let digits: String = date.chars().filter(char::is_ascii_digit).take(14).collect();
        let json = serde_json::to_string(self).ok()?;
        (digits.len() == 14).then(|| surt(self.url))?.map(|key| format!("{key} {digits} {json}"))
    }
}

/// The sort-friendly form of an address (SURT): host backwards, without `www`, then path and query, all in lower case and parameters in order.
/// `None`: it is no address of the web.
#[must_use]
pub fn surt(url: &str) -> Option<String> {
    let url = url.to_lowercase();
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let authority = &url[UrlParts::of(&url).authority?];
    let behind = rest.get(authority.len()..)?;
    let host_and_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = match host_and_port.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => (host, Some(port)),
        _ => (host_and_port, None),
    };
    let host = without_www(host);
    let host = if host.starts_with('[') { host.to_owned() } else { host.rsplit('.').collect::<Vec<_>>().join(",") };
    let usual = if url.starts_with("https:") { "443" } else { "80" };
    let port = port.filter(|port| *port != usual).map(|port| format!(":{port}")).unwrap_or_default();
    let behind = behind.split('#').next().unwrap_or_default();
    let (path, query) = behind.split_once('?').map_or((behind, None), |(path, query)| (path, Some(query)));
    let path = if path.is_empty() { "/" } else { path };
    let query = query.filter(|query| !query.is_empty()).map(|query| {
        let mut parameters: Vec<&str> = query.split('&').collect();
        parameters.sort_by_key(|parameter| parameter.split('=').next().unwrap_or_default());
        format!("?{}", parameters.join("&"))
    });
    // A space ends the key.
    Some(format!("{host}{port}){path}{}", query.unwrap_or_default()).replace(' ', "%20"))
}

/// The host without `www.`, `www2.` and the like.
fn without_www(host: &str) -> &str {
    let rest = host.strip_prefix("www").and_then(|rest| rest.trim_start_matches(|sign: char| sign.is_ascii_digit()).strip_prefix('.'));
    rest.filter(|rest| !rest.is_empty()).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_as_other_tools_make_them() {
        for (url, key) in [
            ("https://www.facebook.com/Page", "com,facebook)/page"),
            ("https://www2.example.nl", "nl,example)/"),
            ("http://example.com:80/a?b=2&a=1&a=0", "com,example)/a?a=1&a=0&b=2"),
            ("https://example.com:8443/a?#f", "com,example:8443)/a"),
            ("https://user@example.com/", "com,example)/"),
            ("https://[::1]:8080/x", "[::1]:8080)/x"),
            ("https://www/", "www)/"),
        ] {
            assert_eq!(surt(url).as_deref(), Some(key), "{url}");
        }
        assert_eq!(surt("urn:exhibit:1:screenshot"), None);
    }

    #[test]
    fn a_line_has_key_time_and_object() {
        let row = CdxjRow {
            url: "https://a.example/",
            mime: "text/html",
            status: "200",
            digest: Some("sha256:X"),
            length: 10,
            offset: 5,
            filename: "s.warc.gz",
        };
        let object = r#"{"url":"https://a.example/","mime":"text/html","status":"200","digest":"sha256:X","length":10,"offset":5,"filename":"s.warc.gz"}"#;
        assert_eq!(row.line("2026-11-23T01:02:03.456789Z"), Some(format!("example,a)/ 20261123010203 {object}")));
        assert_eq!(row.line("yesterday"), None);
    }
}
