//! Outside lists: what other people say of requests, cookies, hosts and addresses, read from the bytes of their files. Each list answers for itself,
//! under its own name; nothing here merges what lists say, opens a file or asks the network.
//!
//! A reader counts what it understood and what it rejected. A part that it cannot use is never an error; a file that is none of its kind is.

mod address;
mod alias;
mod cookie;
mod cookie_form;
#[cfg(feature = "lists")]
mod filter;
#[cfg(feature = "lists")]
mod filter_cache;
mod json;
mod kind;
#[cfg(test)]
mod mmdb;
mod tally;
mod text;
mod tracker;
mod tracker_form;
mod tracker_rule;

pub use address::{AddressFacts, AddressList};
pub use alias::{AliasList, AliasMatch};
pub use cookie::{CookieList, CookieMatch, CookieRow, DomainFit};
#[cfg(feature = "lists")]
pub use filter::{FilterList, Verdict};
#[cfg(feature = "lists")]
pub use filter_cache::FILTER_CACHE;
pub use kind::ListKind;
pub use tracker::{TrackerBy, TrackerList, TrackerMatch};

use crate::model::Digest;
use crate::site::SuffixList;

/// Bytes of a list that is read; the largest that are in use have some 10 MB.
pub const MOST_BYTES: usize = 64 << 20;

/// Bytes of a database of addresses that is read.
pub const MOST_ADDRESS_BYTES: usize = 512 << 20;

/// Rules, rows or pairs of a list that are read; what goes beyond is rejected and counted.
pub(crate) const MOST_RULES: u64 = 500_000;

/// What is known of every list, whatever its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListInfo {
    /// The name under which it is used: a file name, or the name in the store.
    pub name: String,
    /// Its kind.
    pub kind: ListKind,
    /// Title from its own header, or else the usual name of its format where only one publisher has it.
    pub title: Option<String>,
    /// Version from its header. Packaged copies leave it unfilled, so a list is identified by its digest.
    pub version: Option<String>,
    /// Licence: what the operator said, or what is known of the title or the origin, or what the header says.
    pub licence: Option<String>,
    /// Path or URL from which it was obtained; only lists of the store have one.
    pub origin: Option<String>,
    /// When it was obtained, RFC 3339; only lists of the store have it.
    pub retrieved: Option<String>,
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// Its length in bytes.
    pub bytes: u64,
    /// Rules (rows, domains, networks) understood.
    pub rules: u64,
    /// Rules that could not be used.
    pub rejected: u64,
    /// The first of them.
    pub rejections: Vec<Rejection>,
    /// Whether its licence lets the list be handed to somebody else together with a case. `None`: not established.
    pub may_be_handed_over: Option<bool>,
}

impl ListInfo {
    /// What the bytes alone say. `Err`: they are too many.
    fn of(name: &str, kind: ListKind, bytes: &[u8]) -> Result<Self, ListError> {
        let most = if kind == ListKind::Addresses { MOST_ADDRESS_BYTES } else { MOST_BYTES };
        if bytes.len() > most {
            return Err(ListError(format!("it has {} bytes, and a list of the kind {} may have {most}", bytes.len(), kind.name())));
        }
        Ok(Self {
            name: name.to_owned(),
            kind,
            title: None,
            version: None,
            licence: None,
            origin: None,
            retrieved: None,
            digest: Digest::of(bytes),
            bytes: bytes.len() as u64,
            rules: 0,
            rejected: 0,
            rejections: Vec::new(),
            may_be_handed_over: None,
        })
    }
}

/// A part of a list that could not be used.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Rejection {
    /// Where it stands.
    pub place: ListPlace,
    /// Why it cannot be used.
    pub reason: String,
}

/// Where something stands in the file of a list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ListPlace {
    /// Line of a text, from 1.
    Line(u64),
    /// JSON pointer (RFC 6901).
    Pointer(String),
}

/// A file that is no list of the kind asked for.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ListError(String);

impl ListError {
    fn of(kind: ListKind, why: &str) -> Self {
        let take = match kind {
            ListKind::Filter => "a list in EasyList (Adblock Plus) syntax",
            ListKind::Cookies => "the Open Cookie Database as CSV, as JSON or as knowledge base of the EDPB's tool",
            ListKind::Trackers => {
                "Disconnect's services.json or entities.json, DuckDuckGo's extension-tds.json or Ghostery's trackerdb.json"
            }
            ListKind::Aliases => "a list of AdGuard's cname-trackers as JSON or as text",
            ListKind::Suffixes => "public_suffix_list.dat from publicsuffix.org",
            ListKind::Addresses => "a database in MaxMind DB format (.mmdb)",
        };
        Self(format!("{why}; take {take}"))
    }

    #[cfg(feature = "lists")]
    fn filters(why: String) -> Self {
        Self::of(ListKind::Filter, &why)
    }

    fn cookies(why: String) -> Self {
        Self::of(ListKind::Cookies, &why)
    }

    fn aliases(why: String) -> Self {
        Self::of(ListKind::Aliases, &why)
    }

    fn addresses(why: String) -> Self {
        Self::of(ListKind::Addresses, &why)
    }

    fn trackers(why: String) -> Self {
        Self::of(ListKind::Trackers, &why)
    }
}

/// A request as lists see it.
#[derive(Clone, Copy, Debug)]
pub struct ListRequest<'a> {
    /// URL as recorded.
    pub url: &'a str,
    /// Its host.
    pub host: &'a str,
    /// Host of the page; empty where the page is not established.
    pub page_host: &'a str,
    /// Whether host and page have different registrable domains.
    pub other_site: bool,
    /// Kind of the request in the words of filter lists.
    pub kind: &'a str,
    /// Method.
    pub method: &'a str,
}

/// A list of any kind.
pub enum OutsideList {
    /// Rules in EasyList syntax about requests.
    #[cfg(feature = "lists")]
    Filter(FilterList),
    /// Rows about cookies.
    Cookies(CookieList),
    /// Owners and categories of hosts.
    Trackers(TrackerList),
    /// Hosts that are other names of somebody else's.
    Aliases(AliasList),
    /// Public suffixes.
    Suffixes(SuffixFile),
    /// Countries and networks of addresses.
    Addresses(AddressList),
}

impl OutsideList {
    /// Reads a list of a kind. `name`: the name under which it is used.
    ///
    /// # Errors
    ///
    /// The bytes are no list of that kind.
    pub fn read(name: &str, bytes: &[u8], kind: ListKind) -> Result<Self, ListError> {
        Ok(match kind {
            #[cfg(feature = "lists")]
            ListKind::Filter => Self::Filter(FilterList::compile(name, bytes)?),
            #[cfg(not(feature = "lists"))]
            ListKind::Filter => {
                return Err(ListError("this build has no engine for filter lists; build it with the feature `lists`".to_owned()));
            }
            ListKind::Cookies => Self::Cookies(CookieList::read(name, bytes)?),
            ListKind::Trackers => Self::Trackers(TrackerList::read(name, bytes)?),
            ListKind::Aliases => Self::Aliases(AliasList::read(name, bytes)?),
            ListKind::Suffixes => Self::Suffixes(SuffixFile::read(name, bytes)?),
            ListKind::Addresses => Self::Addresses(AddressList::read(name, bytes)?),
        })
    }

    /// What is known of it.
    #[must_use]
    pub fn info(&self) -> &ListInfo {
        match self {
            #[cfg(feature = "lists")]
            Self::Filter(list) => &list.info,
            Self::Cookies(list) => &list.info,
            Self::Trackers(list) => &list.info,
            Self::Aliases(list) => &list.info,
            Self::Suffixes(list) => &list.info,
            Self::Addresses(list) => &list.info,
        }
    }

    /// The same, to add what the bytes do not say: origin, date, licence.
    #[must_use]
    pub fn info_mut(&mut self) -> &mut ListInfo {
        match self {
            #[cfg(feature = "lists")]
            Self::Filter(list) => &mut list.info,
            Self::Cookies(list) => &mut list.info,
            Self::Trackers(list) => &mut list.info,
            Self::Aliases(list) => &mut list.info,
            Self::Suffixes(list) => &mut list.info,
            Self::Addresses(list) => &mut list.info,
        }
    }

    /// The filter list, if it is one.
    #[cfg(feature = "lists")]
    #[must_use]
    pub fn filter(&self) -> Option<&FilterList> {
        match self {
            Self::Filter(list) => Some(list),
            _ => None,
        }
    }
}

impl SuffixFile {
    /// Reads a Public Suffix List.
    ///
    /// # Errors
    ///
    /// The text is none.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self, ListError> {
        let info = ListInfo::of(name, ListKind::Suffixes, bytes)?;
        let list = SuffixList::from_file(name, bytes).map_err(|error| ListError(error.to_string()))?;
        let text = String::from_utf8_lossy(bytes);
        let rules = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with("//")).count() as u64;
        let version = match &list {
            SuffixList::File { version, .. } => version.clone(),
            SuffixList::Embedded => None,
        };
        Ok(Self { info: ListInfo { title: Some("Public Suffix List".to_owned()), version, rules, ..info }, list })
    }
}

/// A Public Suffix List with what is known of its file.
pub struct SuffixFile {
    /// What is known of it.
    pub info: ListInfo,
    /// The list.
    pub list: SuffixList,
}

#[cfg(all(test, feature = "lists"))]
mod tests;
