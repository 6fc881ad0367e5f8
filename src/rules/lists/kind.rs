//! Which kind of list some bytes are. Looks at the beginning of a text and at the names in a JSON document; never at the name of a file.

use serde_json::value::RawValue;

use super::{address, cookie_form, json};

/// Bytes at the end of a file in which the mark of an address database is looked for (MaxMind DB specification 2.0).
const MARK_WITHIN: usize = 128 * 1024;

/// Bytes at the beginning of a text that are looked at.
const LOOKED_AT: usize = 64 * 1024;

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

    /// The kind of a list by its bytes. `None`: they are not like any; a plain list of hosts is not either, since it does not say what it is for.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let tail = &bytes[bytes.len().saturating_sub(MARK_WITHIN)..];
        if memchr::memmem::find(tail, address::MARK).is_some() {
            return Some(Self::Addresses);
        }
        let mut start = &bytes[..bytes.len().min(LOOKED_AT)];
        start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
        // Cut within a character at most.
        let start = String::from_utf8_lossy(start);
        if start.starts_with('{') || start.starts_with('[') && !start.starts_with("[Adblock") {
            return json::document(bytes).ok().and_then(of_json);
        }
        let lines = || start.lines().map(str::trim);
        if lines().next()?.contains(cookie_form::NAME_COLUMN) {
            return Some(Self::Cookies);
        }
        if lines().any(|line| line.starts_with("// ===BEGIN ") && line.ends_with(" DOMAINS===")) {
            return Some(Self::Suffixes);
        }
        if lines().take(20).any(|line| line.starts_with(['#', '!']) && line.contains("CNAME")) && !start.starts_with("[Adblock") {
            return Some(Self::Aliases);
        }
        let rule = |line: &str| line.starts_with("||") || line.starts_with("@@") || line.contains("##") || line.contains("$third-party");
        (start.starts_with("[Adblock") || lines().any(rule)).then_some(Self::Filter)
    }
}

fn of_json(raw: &RawValue) -> Option<ListKind> {
    let mut names = Vec::new();
    let mut first = None;
    let object = json::members(raw, |name, value| {
        first = first.or(Some(value));
        if names.len() < 16 {
            names.push(name.into_owned());
        }
    });
    if !object {
        let mut knowledges = false;
        json::elements(raw, |index, base| {
            if index == 0 {
                json::members(base, |name, _| knowledges |= name == "knowledges");
            }
        });
        return knowledges.then_some(ListKind::Cookies);
    }
    let has = |name: &str| names.iter().any(|known| known == name);
    if has("trackers") || has("patterns") || has("license") && (has("categories") || has("entities")) {
        return Some(ListKind::Trackers);
    }
    let first = first?.get();
    if first.starts_with('"') {
        return Some(ListKind::Aliases);
    }
    (first.starts_with('[') && first.contains("\"cookie\"")).then_some(ListKind::Cookies)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_their_bytes() {
        let database = crate::rules::lists::mmdb::database("x", 0, &[]);
        let head = format!("ID,Platform,Category,{},Domain\n", cookie_form::NAME_COLUMN);
        for (bytes, kind) in [
            (&b"[Adblock Plus 2.0]\n! x\n"[..], Some(ListKind::Filter)),
            (b"! own\n||a.example^\n", Some(ListKind::Filter)),
            (b"# Title: AdGuard CNAME original trackers list\na.example\n", Some(ListKind::Aliases)),
            (b"{\"a.example\":\"b.example\"}", Some(ListKind::Aliases)),
            (b"{\"X\":[{\"cookie\":\"fr\"}]}", Some(ListKind::Cookies)),
            (b" [{\"knowledges\":[]}]", Some(ListKind::Cookies)),
            (b"{\"license\":\"x\",\"categories\":{}}", Some(ListKind::Trackers)),
            (b"{\"readme\":\"x\",\"trackers\":{}}", Some(ListKind::Trackers)),
            (b"// ===BEGIN ICANN DOMAINS===\nnl\n", Some(ListKind::Suffixes)),
            (b"a.example\nb.example\n", None),
            (b"", None),
            (b"{", None),
            (b"[]", None),
            (&database, Some(ListKind::Addresses)),
            (head.as_bytes(), Some(ListKind::Cookies)),
        ] {
            assert_eq!(ListKind::of(bytes), kind, "{}", String::from_utf8_lossy(bytes));
        }
    }
}
