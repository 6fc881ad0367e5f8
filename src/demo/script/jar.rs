//! A minimal cookie jar (RFC 6265bis, section 5.6 to 5.8): domain, path and SameSite. Expiry is not watched, for a visit is short.

/// A cookie as kept.
#[derive(Clone, Debug)]
struct Kept {
    name: String,
    value: String,
    domain: String,
    host_only: bool,
    path: String,
    same_site: SameSite,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SameSite {
    None,
    Lax,
    Strict,
}

/// The circumstances of a request that decide which cookies go along.
#[derive(Clone, Copy, Debug)]
pub(super) struct Towards<'a> {
    pub(super) host: &'a str,
    pub(super) path: &'a str,
    /// Whether the request stays inside one site.
    pub(super) same_site: bool,
    /// Whether it opens a top-level document by GET.
    pub(super) navigation: bool,
}

/// The cookies of one profile, in the order in which they were made.
#[derive(Default)]
pub(super) struct Jar(Vec<Kept>);

impl Jar {
    /// Takes a `Set-Cookie` (or what a script writes) for a document at `host`. One that the host may not set is refused, as browsers do.
    pub(super) fn take(&mut self, host: &str, line: &str) {
        let mut parts = line.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { return };
        let attributes: Vec<(String, &str)> =
            parts.map(|part| part.split_once('=').unwrap_or((part, ""))).map(|(key, value)| (key.to_ascii_lowercase(), value)).collect();
        let attribute = |name: &str| attributes.iter().rev().find(|(key, _)| key == name).map(|(_, value)| *value);
        let domain =
            attribute("domain").map(|domain| domain.trim_start_matches('.').to_ascii_lowercase()).filter(|domain| !domain.is_empty());
        let same_site = match attribute("samesite").map(str::to_ascii_lowercase).as_deref() {
            Some("none") => SameSite::None,
            Some("strict") => SameSite::Strict,
            _ => SameSite::Lax,
        };
        let foreign = domain.as_deref().is_some_and(|domain| !covers(domain, host));
        if foreign || same_site == SameSite::None && attribute("secure").is_none() {
            return;
        }
        let kept = Kept {
            name: name.to_owned(),
            value: value.to_owned(),
            host_only: domain.is_none(),
            domain: domain.unwrap_or_else(|| host.to_owned()),
            path: attribute("path").filter(|path| path.starts_with('/')).unwrap_or("/").to_owned(),
            same_site,
        };
        let gone = attribute("max-age").and_then(|age| age.parse::<i64>().ok()).is_some_and(|age| age <= 0);
        let same =
            |old: &Kept| (&old.name, &old.domain, old.host_only, &old.path) == (&kept.name, &kept.domain, kept.host_only, &kept.path);
        match (self.0.iter().position(same), gone) {
            (Some(place), true) => drop(self.0.remove(place)),
            (Some(place), false) => self.0[place] = kept,
            (None, true) => {}
            (None, false) => self.0.push(kept),
        }
    }

    /// The pairs that go along with a request.
    pub(super) fn towards(&self, request: Towards<'_>) -> Vec<String> {
        let fitting = |cookie: &&Kept| {
            let host = if cookie.host_only { cookie.domain == request.host } else { covers(&cookie.domain, request.host) };
            let site = match cookie.same_site {
                SameSite::None => true,
                SameSite::Lax => request.same_site || request.navigation,
                SameSite::Strict => request.same_site,
            };
            host && site && request.path.starts_with(&cookie.path)
        };
        self.0.iter().filter(fitting).map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect()
    }

    /// The value of a cookie that a script of `host` could read, or that it set itself.
    pub(super) fn value(&self, host: &str, name: &str) -> Option<&str> {
        self.0.iter().find(|cookie| cookie.name == name && covers(&cookie.domain, host)).map(|cookie| cookie.value.as_str())
    }
}

fn covers(domain: &str, host: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(jar: &Jar, host: &str, same_site: bool, navigation: bool) -> Vec<String> {
        jar.towards(Towards { host, path: "/a", same_site, navigation })
    }

    #[test]
    fn domain_same_site_and_deletion_decide() {
        let mut jar = Jar::default();
        jar.take("www.facebook.com", "none=1; path=/; domain=.facebook.com; secure; SameSite=None");
        jar.take("www.facebook.com", "lax=2; domain=facebook.com; SameSite=Lax");
        jar.take("www.facebook.com", "host=3");
        jar.take("www.facebook.com", "foreign=4; domain=fbcdn.net");
        jar.take("www.facebook.com", "insecure=5; SameSite=None");
        assert_eq!(sent(&jar, "www.facebook.com", true, false), ["none=1", "lax=2", "host=3"]);
        assert_eq!(sent(&jar, "l.facebook.com", true, false), ["none=1", "lax=2"]);
        assert_eq!(sent(&jar, "www.facebook.com", false, false), ["none=1"]);
        assert_eq!(sent(&jar, "www.facebook.com", false, true), ["none=1", "lax=2", "host=3"]);
        assert!(sent(&jar, "notfacebook.com", true, true).is_empty());
        jar.take("www.facebook.com", "none=9; domain=facebook.com; secure; SameSite=None");
        jar.take("www.facebook.com", "lax=; domain=facebook.com; Max-Age=0");
        assert_eq!(sent(&jar, "l.facebook.com", true, false), ["none=9"]);
        assert_eq!(jar.value("l.facebook.com", "none"), Some("9"));
    }
}
