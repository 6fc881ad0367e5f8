//! Lists of aliases: hosts of one site that are another name (CNAME) of somebody else's host, and the hosts that are known to be behind such names.
//! Reads AdGuard's lists as JSON, as domains and in the form of a hosts file. Asks no name server.

use super::{ListError, ListInfo, ListPlace};

/// A list of aliases.
pub struct AliasList {
    /// What is known of it.
    pub info: ListInfo,
}

/// What a list says of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AliasMatch<'l> {
    /// The host as listed: the one that was asked for, or a parent of it.
    pub listed: &'l str,
    /// The host of which it is another name, where the list says so.
    pub target: Option<&'l str>,
    /// The company to which the list assigns it.
    pub company: Option<&'l str>,
    /// Where it stands.
    pub place: &'l ListPlace,
}

impl AliasList {
    /// Reads a list.
    ///
    /// # Errors
    ///
    /// The bytes are none of the forms, or nothing in them can be used.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self, ListError> {
        let _ = (name, bytes);
        Err(ListError("not read yet".to_owned()))
    }

    /// What the list says of `host` as a name in disguise: that very host (lower case, A-labels, no trailing dot) is listed as another name of a
    /// target.
    #[must_use]
    pub fn disguised(&self, host: &str) -> Option<AliasMatch<'_>> {
        let _ = host;
        None
    }

    /// What the list says of `host` as the end of a chain of names: the host or a parent of it is listed as one that others are names of.
    #[must_use]
    pub fn behind(&self, host: &str) -> Option<AliasMatch<'_>> {
        let _ = host;
        None
    }
}
