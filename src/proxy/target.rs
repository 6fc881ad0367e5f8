//! Whom a request is for, whatever form its target has (RFC 9112 sections 3.2 and 3.3). It names; it does not connect.

use bytes::BytesMut;

use super::exchange::{Asked, Target, Via};
use crate::model::{Change, ChangeKind, HeadBytes, Side};

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Meant {
    /// Host and port, as the request says.
    pub(super) host: String,
    /// The target as a server of HTTP/1.1 is asked: path and query, or `*`.
    pub(super) target: String,
    /// Whether the target itself named the host.
    pub(super) absolute: bool,
}

/// What `asked` asks for: the host of an absolute target, else that of the Host field, else what the client asked to be connected to.
pub(super) fn meant(asked: &Asked, via: &Via) -> Meant {
    let field = || asked.fields.first("host").and_then(|host| std::str::from_utf8(host).ok()).filter(|host| !host.is_empty());
    let otherwise = || field().unwrap_or(&via.authority).to_owned();
    match &asked.target {
        Target::Written(written) => match absolute(written) {
            Some((host, rest)) => {
                let target = if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") };
                Meant { host: host.to_owned(), target, absolute: true }
            }
            None => Meant { host: otherwise(), target: written.clone(), absolute: false },
        },
        Target::Read(uri) => {
            let target = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
            let target = if target.starts_with(['/', '*']) { target.to_owned() } else { format!("/{target}") };
            let host = uri.authority().map(|authority| authority.as_str().to_owned());
            let absolute = host.is_some();
            Meant { host: host.unwrap_or_else(otherwise), target, absolute }
        }
    }
}

/// Overwrites user name and password in an absolute target, byte for byte, before anything is recorded: they have no place in a request (RFC
/// 9110 section 4.2.4) and do not go on.
pub(super) fn hide_user(asked: &mut Asked) -> Option<Change> {
    let Target::Written(written) = &mut asked.target else { return None };
    let start = written.find("://")? + 3;
    let end = written[start..].find(['/', '?', '#']).map_or(written.len(), |end| start + end);
    let user = start..start + written[start..end].rfind('@')?;
    let hidden = "*".repeat(user.len());
    if let HeadBytes::Other(raw) = &mut asked.bytes
        && let Some(at) = memchr::memmem::find(raw, written.as_bytes())
    {
        let mut bytes = BytesMut::from(&raw[..]);
        bytes[at + user.start..at + user.end].copy_from_slice(hidden.as_bytes());
        *raw = bytes.freeze();
    }
    let length = user.len() as u64;
    written.replace_range(user, &hidden);
    let (locator, rule) = ("request.line".to_owned(), "user-information".to_owned());
    let kind = ChangeKind::Masked { locator, rule, length, fingerprint: String::new(), sealed: None };
    Some(Change { side: Side::Request, kind, reason: "user-information".to_owned() })
}

/// Host with port, and the rest, of a target in absolute form.
fn absolute(written: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = written.split_once("://")?;
    if !(scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")) {
        return None;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    // User information has no place in a request (RFC 9110 section 4.2.4).
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    (!host.is_empty()).then_some((host, rest))
}

impl Meant {
    /// The absolute URL; the default port of the scheme is left out.
    pub(super) fn url(&self, scheme: &str) -> String {
        let port = if scheme == "https" { ":443" } else { ":80" };
        let slash = if self.target.starts_with('/') { "" } else { "/" };
        format!("{scheme}://{}{slash}{}", self.host.strip_suffix(port).unwrap_or(&self.host), self.target)
    }

    /// The target as it was written, where another one is sent, or where the URL does not show it (`*`).
    pub(super) fn rewritten(&self, target: &Target) -> Option<String> {
        match target {
            Target::Written(written) => (*written != self.target || !written.starts_with('/')).then(|| written.clone()),
            // A library gives HTTP/2's parts of a target, which have no written form.
            Target::Read(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_targets() {
        assert_eq!(absolute("http://a.test:81/x?y"), Some(("a.test:81", "/x?y")));
        assert_eq!(absolute("HTTPS://a.test"), Some(("a.test", "")));
        assert_eq!(absolute("http://u:p@a.test?x"), Some(("a.test", "?x")));
        assert_eq!(absolute("http://[::1]:8/"), Some(("[::1]:8", "/")));
        for other in ["/x", "*", "ftp://a/", "http:///x", "a.test:443", "/x?u=http://a/"] {
            assert_eq!(absolute(other), None, "{other}");
        }
    }

    #[test]
    fn urls_leave_the_default_port_out() {
        let meant = |host: &str, target: &str| Meant { host: host.into(), target: target.into(), absolute: false };
        assert_eq!(meant("a.test:443", "/x").url("https"), "https://a.test/x");
        assert_eq!(meant("a.test:443", "/x").url("http"), "http://a.test:443/x");
        assert_eq!(meant("a.test", "*").url("http"), "http://a.test/*");
    }
}
