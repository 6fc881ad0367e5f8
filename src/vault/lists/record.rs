//! What the store keeps beside the bytes of a list: where it came from, under which licence, when, and what of it could be read.

use serde::{Deserialize, Serialize};

use super::licence;
use crate::model::{Digest, UrlParts};
use crate::rules::{ListInfo, ListKind, Rejection};

/// Format of a record.
pub(super) const FORMAT: u32 = 1;

/// The record of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListRecord {
    /// Format of this file: 1.
    pub format: u32,
    /// Name of the list.
    pub name: String,
    /// When it was last obtained from its origin, whether or not it had changed; RFC 3339.
    pub checked: String,
    /// The version that its name stands for.
    pub current: ListVersion,
    /// Earlier versions, the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub previous: Vec<ListVersion>,
}

/// One version of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListVersion {
    /// Its kind.
    pub kind: ListKind,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Their number.
    pub bytes: u64,
    /// When it was obtained; RFC 3339.
    pub retrieved: String,
    /// Where from.
    pub origin: Origin,
    /// Title from its header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Version from its header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Its licence, where one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Who says so.
    pub licence_by: LicenceBy,
    /// Whether it may be handed over together with a case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub may_be_handed_over: Option<bool>,
    /// Rules understood.
    pub rules: u64,
    /// Rules that could not be used.
    pub rejected: u64,
    /// The first of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rejections: Vec<Rejection>,
}

/// Where a list came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// A file on this machine, by its whole path.
    File(String),
    /// An address.
    Url {
        /// As it was asked for.
        asked: String,
        /// The address that answered, behind redirects.
        answered: String,
        /// How many redirects there were.
        redirects: u32,
        /// `Last-Modified` of the answer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last_modified: Option<String>,
        /// `ETag` of the answer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        etag: Option<String>,
    },
}

/// Who says under which licence a list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LicenceBy {
    /// Whoever added it.
    Operator,
    /// This program, by title or origin.
    Known,
    /// The header of the list.
    Header,
    /// Nobody.
    Nobody,
}

/// What the operator says of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Its kind, where the bytes do not show it or show the wrong one.
    pub kind: Option<ListKind>,
    /// Its licence.
    pub licence: Option<String>,
    /// Whether it may be handed over.
    pub may_be_handed_over: Option<bool>,
}

impl Origin {
    /// The path or address from which to obtain it again.
    #[must_use]
    pub fn again(&self) -> &str {
        match self {
            Self::File(path) => path,
            Self::Url { asked, .. } => asked,
        }
    }

    /// As it may stand in an annex: an address, or the name of a file without the folders that lead to it.
    #[must_use]
    pub fn printable(&self) -> String {
        match self {
            Self::File(path) => path.rsplit('/').next().unwrap_or_default().to_owned(),
            Self::Url { asked, .. } => without_secrets(asked),
        }
    }

    /// The same for whoever gets a copy: no folders of this machine, and no passwords or keys in addresses.
    #[must_use]
    pub(super) fn without_secrets(&self) -> Self {
        match self {
            Self::File(_) => Self::File(self.printable()),
            Self::Url { asked, answered, redirects, last_modified, etag } => Self::Url {
                asked: without_secrets(asked),
                answered: without_secrets(answered),
                redirects: *redirects,
                last_modified: last_modified.clone(),
                etag: etag.clone(),
            },
        }
    }
}

/// An address without user information, query values and fragment: databases are often fetched with a key in one of them.
fn without_secrets(url: &str) -> String {
    let parts = UrlParts::of(url);
    let Some(authority) = parts.authority.clone() else { return "…".to_owned() };
    let host = url[authority.clone()].rsplit_once('@').map_or(&url[authority.clone()], |(_, host)| host);
    let query = if parts.query.is_some() { "?…" } else { "" };
    format!("{}{host}{}{query}", &url[..authority.start], &url[parts.path])
}

impl ListVersion {
    /// The record of a version that was read.
    pub(super) fn of(info: &ListInfo, origin: Origin, said: &Said, retrieved: String) -> Self {
        let known = licence::known(info, origin.again());
        let (text, by) = match (&said.licence, &known, &info.licence) {
            (Some(said), ..) => (Some(said.clone()), LicenceBy::Operator),
            (None, Some(known), _) => (Some(known.licence.to_owned()), LicenceBy::Known),
            (None, None, Some(header)) => (Some(header.clone()), LicenceBy::Header),
            (None, None, None) => (None, LicenceBy::Nobody),
        };
        // A licence that the operator names may be any: what is known of another one says nothing about it.
        let known = known.filter(|_| said.licence.is_none()).and_then(|known| known.may_be_handed_over);
        Self {
            kind: info.kind,
            sha256: info.digest.to_string(),
            bytes: info.bytes,
            retrieved,
            origin,
            title: info.title.clone(),
            version: info.version.clone(),
            licence: text,
            licence_by: by,
            may_be_handed_over: said.may_be_handed_over.or(known),
            rules: info.rules,
            rejected: info.rejected,
            rejections: info.rejections.clone(),
        }
    }

    /// Its digest.
    #[must_use]
    pub fn digest(&self) -> Option<Digest> {
        self.sha256.parse().ok()
    }

    /// Completes what is known of the list by what stands here.
    pub(super) fn complete(&self, info: &mut ListInfo) {
        info.licence.clone_from(&self.licence);
        info.origin = Some(self.origin.printable());
        info.retrieved = Some(self.retrieved.clone());
        info.may_be_handed_over = self.may_be_handed_over;
    }
}

impl ListRecord {
    /// All versions, the current one first.
    pub fn versions(&self) -> impl Iterator<Item = &ListVersion> {
        std::iter::once(&self.current).chain(&self.previous)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_keys_of_addresses_are_printed() {
        for (address, printed) in [
            ("https://user:word@lists.example:8443/a/b.json?license_key=KEY&x=1#part", "https://lists.example:8443/a/b.json?…"),
            ("https://lists.example/easylist.txt", "https://lists.example/easylist.txt"),
            ("nothing", "…"),
        ] {
            assert_eq!(without_secrets(address), printed);
        }
    }
}
