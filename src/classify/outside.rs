//! What outside lists say of cookies, hosts and addresses of a recording. Each list speaks for itself: nothing is merged, ranked or filled in.

use std::net::IpAddr;

use hashbrown::HashMap;

use crate::model::{Locator, Part, Step};
use crate::observe::Observation;
use crate::rules::{AddressFacts, DomainFit, ListRequest, OutsideList, TrackerBy, TrackerMatch};

use super::{Finding, Reason, Subject};

/// What a list says of a request or its host. The words are the list's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackerSays {
    /// Owner.
    pub owner: Option<String>,
    /// Service of that owner.
    pub service: Option<String>,
    /// Country of the owner's seat.
    pub country: Option<String>,
    /// Categories.
    pub categories: Vec<String>,
    /// `domain`: the list names the host or a parent of it; `rule`: a rule about the URL matches.
    pub by: &'static str,
    /// The domain or the text of the rule.
    pub matched: String,
    /// What the list's own tool does with such a request.
    pub action: Option<String>,
    /// Text of an exception that overrules the rule.
    pub exception: Option<String>,
    /// JSON pointer (RFC 6901) into the file.
    pub place: String,
}

impl TrackerSays {
    fn of(found: TrackerMatch<'_>) -> Self {
        let text = |text: Option<&str>| text.map(str::to_owned);
        Self {
            owner: text(found.owner),
            service: text(found.service),
            country: text(found.country),
            categories: found.categories.into_iter().map(str::to_owned).collect(),
            by: match found.by {
                TrackerBy::Domain => "domain",
                TrackerBy::Rule => "rule",
            },
            matched: found.matched,
            action: text(found.action),
            exception: found.exception,
            place: found.place,
        }
    }
}

/// A row of a database of cookies that fits a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListedCookieRow {
    /// Index among the outside lists.
    pub list: usize,
    /// Index of the row ([`crate::rules::CookieList::rows`]).
    pub row: usize,
    /// Whether the row names the domain of the cookie; otherwise it is about every cookie of that name.
    pub names_domain: bool,
}

/// Asks outside lists about one recording. Equal questions are asked once.
pub(super) struct Outside<'r> {
    lists: &'r [OutsideList],
    cookies: HashMap<(String, String), Vec<ListedCookieRow>>,
    addresses: HashMap<IpAddr, Vec<(usize, AddressFacts)>>,
}

impl<'r> Outside<'r> {
    pub(super) fn new(lists: &'r [OutsideList]) -> Self {
        Self { lists, cookies: HashMap::new(), addresses: HashMap::new() }
    }

    /// The lists, in the order given.
    pub(super) fn lists(&self) -> &'r [OutsideList] {
        self.lists
    }

    /// Rows about a cookie of this name that is kept for `domain`.
    pub(super) fn cookie(&mut self, name: &str, domain: &str) -> &[ListedCookieRow] {
        let lists = self.lists;
        self.cookies.entry((name.to_owned(), domain.to_owned())).or_insert_with(|| {
            let mut found = Vec::new();
            for (list, outside) in lists.iter().enumerate() {
                let OutsideList::Cookies(database) = outside else { continue };
                for matched in database.look_up(name, domain) {
                    // A row is known by its place among all rows, so that nothing of it is copied for every cookie that is sent.
                    found.push(ListedCookieRow { list, row: matched.index, names_domain: matched.fit == DomainFit::Named });
                }
            }
            found
        })
    }

    /// What databases of addresses say of the address of the server.
    pub(super) fn address(&mut self, observation: &Observation<'_>) -> &[(usize, AddressFacts)] {
        let Some(address) = observation.server_ip() else { return &[] };
        let lists = self.lists;
        self.addresses.entry(address).or_insert_with(|| {
            let says = |(list, outside): (usize, &OutsideList)| match outside {
                OutsideList::Addresses(database) => database.look_up(address).map(|facts| (list, facts)),
                _ => None,
            };
            lists.iter().enumerate().filter_map(says).collect()
        })
    }

    /// What databases of trackers say of a request.
    pub(super) fn trackers(&self, request: ListRequest<'_>) -> impl Iterator<Item = (usize, TrackerSays)> {
        self.lists.iter().enumerate().flat_map(move |(list, outside)| {
            let found = match outside {
                OutsideList::Trackers(database) => database.check(request),
                _ => Vec::new(),
            };
            found.into_iter().map(move |found| (list, TrackerSays::of(found)))
        })
    }
}

/// A finding about the address of the server.
pub(super) fn address_finding(observation: &Observation<'_>, list: usize, facts: &AddressFacts) -> Finding {
    let address = &*observation.server_address;
    Finding {
        subject: Subject::Recipient,
        reason: Reason::Address(list, facts.clone()),
        locator: Locator { part: Part::Connection, steps: vec![Step::Range(0, address.len() as u64)] },
        quote: address.to_owned(),
    }
}
