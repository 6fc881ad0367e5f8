//! Databases of trackers: who owns a host and in which category a list puts it. Reads Disconnect's services and entities, DuckDuckGo's blocklist and
//! Ghostery's database. Says what a list says, with the place in its file; decides nothing about owners.

use super::{ListError, ListInfo, ListRequest};

/// A database of trackers.
pub struct TrackerList {
    /// What is known of it.
    pub info: ListInfo,
}

/// By what a list knows a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TrackerBy {
    /// It names the host or a parent of it.
    Domain,
    /// A rule about the URL matches.
    Rule,
}

/// What a list says of a request or a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackerMatch<'l> {
    /// Name of the owner as the list gives it.
    pub owner: Option<&'l str>,
    /// Name of the service of that owner, where the list has one.
    pub service: Option<&'l str>,
    /// Country of the owner's seat, where the list gives one (ISO 3166).
    pub country: Option<&'l str>,
    /// Categories, in the words of the list.
    pub categories: Vec<&'l str>,
    /// By what it matched.
    pub by: TrackerBy,
    /// The domain or the text of the rule that matched.
    pub matched: String,
    /// What the list's own tool does with such a request (`block`, `ignore` …), where the list says so.
    pub action: Option<&'l str>,
    /// Text of an exception that overrules the rule.
    pub exception: Option<String>,
    /// Where it stands: a JSON pointer (RFC 6901) into the file.
    pub place: String,
}

impl TrackerList {
    /// Reads a database.
    ///
    /// # Errors
    ///
    /// The bytes are none of the forms, or nothing in them can be used.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self, ListError> {
        let _ = (name, bytes);
        Err(ListError("not read yet".to_owned()))
    }

    /// What the list says of a host (lower case, A-labels, no trailing dot), whatever is asked of it: the entries of the longest domain that it
    /// names. A list may put one domain into several categories, each with a place of its own.
    #[must_use]
    pub fn of_host(&self, host: &str) -> Vec<TrackerMatch<'_>> {
        let _ = host;
        Vec::new()
    }

    /// What the list says of a request: rules that match its URL, and what it says of the host.
    #[must_use]
    pub fn check(&self, request: ListRequest<'_>) -> Vec<TrackerMatch<'_>> {
        self.of_host(request.host)
    }

    /// The host of which `host` is another name, by a list that holds such names (DuckDuckGo's `cnames`), and the place where it says so.
    #[must_use]
    pub fn alias_of(&self, host: &str) -> Option<(&str, String)> {
        let _ = host;
        None
    }
}
