//! Which kind of list some bytes are. Looks at the beginning of a text and at the names in a JSON document; never at the name of a file.

/// What a list is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ListKind {
    /// Requests, by rules in EasyList syntax.
    Filter,
    /// Cookies: Open Cookie Database in one of its three forms.
    Cookies,
    /// Owners and categories of hosts: Disconnect, DuckDuckGo, Ghostery.
    Trackers,
    /// Hosts that are other names (CNAME) of somebody else's: AdGuard.
    Aliases,
    /// The Public Suffix List.
    Suffixes,
    /// Countries and networks of addresses: MaxMind DB.
    Addresses,
}

impl ListKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [Self::Filter, Self::Cookies, Self::Trackers, Self::Aliases, Self::Suffixes, Self::Addresses];

    /// Its name in files and arguments.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Filter => "filter",
            Self::Cookies => "cookies",
            Self::Trackers => "trackers",
            Self::Aliases => "aliases",
            Self::Suffixes => "suffixes",
            Self::Addresses => "addresses",
        }
    }
}
