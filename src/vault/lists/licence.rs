//! What is known of the licences of lists that are in common use: under which terms a list may be handed to somebody else. Facts in our own words, not
//! legal advice; what the operator says goes before.

use crate::rules::{ListInfo, ListKind};

/// A licence, and whether a list under it may be handed over together with a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// Its name and what it asks.
    pub(super) licence: &'static str,
    /// Whether it allows handing over, also commercially and on its conditions.
    pub(super) may_be_handed_over: Option<bool>,
}

/// By what a list is known: a text in its title, or in the address it came from.
struct Fact {
    kind: ListKind,
    /// In the title, letter case apart.
    title: &'static str,
    /// In the origin.
    origin: &'static str,
    known: Known,
}

const EASYLIST: Known =
    Known { licence: "GPL-3.0-or-later or CC BY-SA 3.0 or later: name the authors, share alike", may_be_handed_over: Some(true) };
const NON_COMMERCIAL: Known = Known {
    licence: "CC BY-NC-SA 4.0: non-commercial use only, name the publisher, share alike",
    // Whether an examination, or those who read it, are non-commercial is not for a program to say.
    may_be_handed_over: Some(false),
};

/// The first that fits counts, so the narrower stands first.
const FACTS: &[Fact] = &[
    Fact {
        kind: ListKind::Filter,
        title: "easylist cookie list",
        origin: "easylist-cookie",
        known: Known { licence: "CC BY 3.0: name the authors", may_be_handed_over: Some(true) },
    },
    Fact { kind: ListKind::Filter, title: "easyprivacy", origin: "easyprivacy", known: EASYLIST },
    Fact { kind: ListKind::Filter, title: "easylist", origin: "easylist.to/", known: EASYLIST },
    Fact {
        kind: ListKind::Filter,
        title: "ublock filters",
        origin: "ublockorigin/uassets",
        known: Known { licence: "GPL-3.0: hand over with its licence", may_be_handed_over: Some(true) },
    },
    Fact {
        kind: ListKind::Cookies,
        title: "open cookie database",
        origin: "open-cookie-database",
        known: Known { licence: "Apache-2.0: keep its notice", may_be_handed_over: Some(true) },
    },
    Fact { kind: ListKind::Trackers, title: "disconnect", origin: "disconnectme/", known: NON_COMMERCIAL },
    Fact { kind: ListKind::Trackers, title: "duckduckgo", origin: "duckduckgo/", known: NON_COMMERCIAL },
    Fact { kind: ListKind::Trackers, title: "ghostery", origin: "ghostery/trackerdb", known: NON_COMMERCIAL },
    Fact {
        kind: ListKind::Aliases,
        title: "adguard cname",
        origin: "adguardteam/cname-trackers",
        known: Known { licence: "MIT (Adguard Software): keep its notice", may_be_handed_over: Some(true) },
    },
    Fact {
        kind: ListKind::Suffixes,
        title: "public suffix list",
        origin: "publicsuffix",
        known: Known { licence: "MPL-2.0: the file stays under it", may_be_handed_over: Some(true) },
    },
    Fact {
        kind: ListKind::Addresses,
        title: "geolite2",
        origin: "geolite2",
        known: Known { licence: "GeoLite2 End User License Agreement", may_be_handed_over: Some(false) },
    },
    Fact {
        kind: ListKind::Addresses,
        title: "dbip",
        origin: "db-ip.com",
        known: Known { licence: "CC BY 4.0: name DB-IP", may_be_handed_over: Some(true) },
    },
];

/// What is known of a list by its title or its origin. Its own header tells its licence where nothing is known, and then not whether it may be
/// handed over.
#[must_use]
pub(super) fn known(info: &ListInfo, origin: &str) -> Option<Known> {
    let (title, origin) = (info.title.as_deref().unwrap_or_default().to_lowercase(), origin.to_lowercase());
    let fits = |fact: &&Fact| fact.kind == info.kind && (title.contains(fact.title) || origin.contains(fact.origin));
    let fact = FACTS.iter().find(fits)?;
    // A list that tells another licence in its own header than is known of its title may be somebody else's under a like name.
    let header = info.licence.as_deref().unwrap_or_default().to_lowercase();
    let names = |word: &str| header.contains(&word.to_lowercase());
    let agrees = header.is_empty()
        || names(fact.origin)
        || names("easylist.to")
        || fact.known.licence.split(' ').take(2).any(|word| word.len() > 1 && names(word));
    Some(Known { may_be_handed_over: fact.known.may_be_handed_over.filter(|may| agrees || !may), ..fact.known.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::OutsideList;

    fn of(kind: ListKind, text: &str, origin: &str) -> Option<(&'static str, Option<bool>)> {
        let list = OutsideList::read("x", text.as_bytes(), kind).expect("reads");
        known(list.info(), origin).map(|known| (known.licence.split(':').next().unwrap_or_default(), known.may_be_handed_over))
    }

    #[test]
    fn a_header_that_says_otherwise() {
        let list = "! Title: Acme list, an alternative to EasyList\n! License: All rights reserved, internal use only\n||a.example^\n";
        assert_eq!(of(ListKind::Filter, list, "").map(|(_, may)| may), Some(None));
        let list = "! Title: EasyList\n! Licence: https://easylist.to/pages/licence.html\n||a.example^\n";
        assert_eq!(of(ListKind::Filter, list, "").map(|(_, may)| may), Some(Some(true)));
    }

    #[test]
    fn by_title_or_origin() {
        let filter = |title: &str| format!("! Title: {title}\n||a.example^\n");
        assert_eq!(of(ListKind::Filter, &filter("Easylist Cookie List"), ""), Some(("CC BY 3.0", Some(true))));
        assert_eq!(of(ListKind::Filter, &filter("EasyPrivacy"), "").map(|(_, may)| may), Some(Some(true)));
        assert_eq!(of(ListKind::Filter, &filter("x"), "https://easylist.to/easylist/x.txt").map(|(_, may)| may), Some(Some(true)));
        assert_eq!(of(ListKind::Filter, &filter("My own"), "/home/x/own.txt"), None);
        let services = "{\"license\":\"x\",\"categories\":{\"Social\":[{\"A\":{\"http://a.example\":[\"a.example\"]}}]}}";
        assert_eq!(of(ListKind::Trackers, services, ""), Some(("CC BY-NC-SA 4.0", Some(false))));
    }
}
