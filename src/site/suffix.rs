//! Registrable domains by the Public Suffix List (publicsuffix.org), private section included.

use std::borrow::Cow;
use std::net::IpAddr;

use psl::Psl as _;

use crate::model::Digest;

/// The Public Suffix List that decides.
// Two concrete lists, because the trait `Psl` is not dyn compatible.
#[derive(Debug, Default)]
pub enum SuffixList {
    /// The one compiled into the program by the crate `psl`.
    #[default]
    Embedded,
    /// One given by the operator.
    File {
        /// The list.
        list: Box<publicsuffix::List>,
        /// File name.
        name: String,
        /// The list's own `VERSION:` comment, where it has one.
        version: Option<String>,
        /// SHA-256 of the file.
        digest: Digest,
    },
}

/// The text is no Public Suffix List.
#[derive(Debug, thiserror::Error)]
#[error("not a Public Suffix List ({0}); take public_suffix_list.dat from publicsuffix.org")]
pub struct SuffixListError(String);

impl SuffixList {
    /// Version of the crate whose list is embedded. The crate publishes a new version for each new list, and names no other date.
    pub const EMBEDDED: &str = "psl 2.1.247";

    /// Reads the text of a Public Suffix List.
    ///
    /// # Errors
    ///
    /// The text is not one.
    pub fn from_file(name: &str, bytes: &[u8]) -> Result<Self, SuffixListError> {
        let list = publicsuffix::List::from_bytes(bytes).map_err(|error| SuffixListError(error.to_string()))?;
        if list.is_empty() {
            return Err(SuffixListError("it holds no rule".to_owned()));
        }
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]);
        let version = text.lines().find_map(|line| line.strip_prefix("// VERSION:")).map(|version| version.trim().to_owned());
        Ok(Self::File { list: Box::new(list), name: name.to_owned(), version, digest: Digest::of(bytes) })
    }

    /// What decided, for the record: name and version.
    #[must_use]
    pub fn description(&self) -> String {
        match self {
            Self::Embedded => Self::EMBEDDED.to_owned(),
            Self::File { name, version: Some(version), .. } => format!("{name} ({version})"),
            Self::File { name, version: None, .. } => name.clone(),
        }
    }

    /// SHA-256 of the list, where it was a file.
    #[must_use]
    pub fn digest(&self) -> Option<Digest> {
        match self {
            Self::Embedded => None,
            Self::File { digest, .. } => Some(*digest),
        }
    }

    /// The registrable domain of a host name (lower case, A-labels, no trailing dot): its public suffix and one label more. An address, and a
    /// host that is itself a public suffix, stands for itself, and so does a text with a dot at its beginning, which is no host.
    #[must_use]
    pub fn registrable_domain<'a>(&self, host: &'a str) -> &'a str {
        if is_address(host) || host.starts_with('.') {
            return host;
        }
        let domain = match self {
            Self::Embedded => psl::List.domain(host.as_bytes()).map(|domain| domain.as_bytes().len()),
            Self::File { list, .. } => list.domain(host.as_bytes()).map(|domain| domain.as_bytes().len()),
        };
        domain.map_or(host, |length| &host[host.len() - length..])
    }

    /// Whether a host name is a public suffix that the list really names: not an unknown last label.
    #[must_use]
    pub fn is_public_suffix(&self, host: &str) -> bool {
        let suffix = |known: bool, length: usize| known && length == host.len();
        match self {
            Self::Embedded => psl::List.suffix(host.as_bytes()).is_some_and(|found| suffix(found.is_known(), found.as_bytes().len())),
            Self::File { list, .. } => list.suffix(host.as_bytes()).is_some_and(|found| suffix(found.is_known(), found.as_bytes().len())),
        }
    }

    /// Whether a text can be a host name whose suffix the list names.
    #[must_use]
    pub fn has_known_suffix(&self, host: &str) -> bool {
        let label =
            |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if !host.contains('.') || !host.split('.').all(label) {
            return false;
        }
        let host: Cow<'_, str> = if host.bytes().any(|byte| byte.is_ascii_uppercase()) { host.to_lowercase().into() } else { host.into() };
        match self {
            Self::Embedded => psl::List.suffix(host.as_bytes()).is_some_and(|found| found.is_known()),
            Self::File { list, .. } => list.suffix(host.as_bytes()).is_some_and(|found| found.is_known()),
        }
    }
}

/// Whether a host is an IP address. Asked first: `127.0.0.1` would have the domain "0.1".
pub(super) fn is_address(host: &str) -> bool {
    host.starts_with('[') || host.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains() {
        let list = SuffixList::Embedded;
        for (host, domain) in [
            ("www.facebook.com", "facebook.com"),
            ("http2.github.io", "http2.github.io"),
            ("github.io", "github.io"),
            ("a.b.amsterdam.nl", "amsterdam.nl"),
            ("127.0.0.1", "127.0.0.1"),
            ("[::1]", "[::1]"),
            ("legoas", "legoas"),
            ("www.legoas", "www.legoas"),
            ("x.www.ck", "www.ck"),
            (".example.com", ".example.com"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ] {
            assert_eq!(list.registrable_domain(host), domain, "{host}");
        }
        assert!(list.is_public_suffix("co.uk") && list.is_public_suffix("github.io") && !list.is_public_suffix("legoas"));
        assert!(list.has_known_suffix("Cnn.com") && !list.has_known_suffix("Node.js") && !list.has_known_suffix("cnn"));
    }

    #[test]
    fn the_embedded_version_is_the_locked_one() {
        let lock = include_str!("../../Cargo.lock");
        let version = lock.split("name = \"psl\"\nversion = \"").nth(1).and_then(|rest| rest.split('"').next());
        assert_eq!(version.map(|version| format!("psl {version}")).as_deref(), Some(SuffixList::EMBEDDED));
    }

    #[test]
    fn files() {
        let list = SuffixList::from_file(
            "own.dat",
            b"// VERSION: 2026-01-01\n// ===BEGIN ICANN DOMAINS===\nnl\nown.nl\n// ===END ICANN DOMAINS===\n",
        )
        .expect("a list");
        assert_eq!(list.description(), "own.dat (2026-01-01)");
        assert_eq!(list.registrable_domain("a.b.own.nl"), "b.own.nl");
        assert!(SuffixList::from_file("x", b"// nothing\n").is_err());
    }
}
