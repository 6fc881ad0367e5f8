//! Observations + rules → findings with reasons. Sees no bytes of bodies; every finding names the rule and the place it rests on.

mod alias;
mod choice;
mod host;
mod idle;
mod outside;

use hashbrown::HashMap;

pub use alias::{Alias, AliasBasis, AliasEnd, AliasKnown, Aliases, place_in_list};
pub use choice::{Navigated, choice_request, navigation_request};
pub use host::{HostFacts, Hosts, Parties};
pub use idle::IdleRequests;
pub use outside::{ListedCookieRow, TrackerSays};

use outside::{Outside, address_finding};

use crate::model::{Locator, Part, Step, UrlParts};
use crate::observe::Observation;
use crate::redact::printable_url;
#[cfg(feature = "lists")]
use crate::rules::Verdict;
use crate::rules::{AddressFacts, ListRequest, OutsideList, OwnerDomain, RequestFacts, RuleId, RuleSet};
use crate::site::Position;

/// A statement about an entry, with its reason and the place in the bytes it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub subject: Subject,
    /// Why.
    pub reason: Reason,
    /// The place of what is quoted.
    pub locator: Locator,
    /// The bytes at that place, as text.
    pub quote: String,
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The recipient.
    Recipient,
    /// The endpoint.
    Endpoint,
    /// The n-th cookie sent, from 0.
    CookieSent(usize),
    /// The n-th cookie in the answer, from 0.
    CookieSet(usize),
    /// The request, as an outside list sees it.
    Request,
    /// The request, as an outside list would see it under a name to which its host leads: the name that is quoted.
    Alias,
}

/// Why something is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A rule names the owner of the domain.
    Owner(OwnerDomain),
    /// A rule names who runs the network: index in [`RuleSet::networks`]; by the number of the autonomous system that a database gives, or by the
    /// name of the host.
    Network(usize, Option<u32>),
    /// The n-th outside list, a database of addresses, knows the address of the server.
    Address(usize, AddressFacts),
    /// The host is another name of somebody else's.
    Alias(Box<Alias>),
    /// A rule of ours matches.
    Rule(RuleId),
    /// The like of the request was recorded while the same browser was idle.
    Idle,
    /// A rule of the n-th outside list, a filter list, matches, perhaps overruled by an exception.
    #[cfg(feature = "lists")]
    List(usize, Verdict),
    /// The n-th outside list, a database of trackers, knows the request or its host.
    Tracker(usize, Box<TrackerSays>),
    /// A row of a database of cookies fits.
    CookieRow(ListedCookieRow),
}

/// An entry as classified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classified {
    /// Findings, in a fixed order: recipient (owner, network, address, alias), endpoint, idle browser, cookies sent, cookies set (each our rules, then
    /// lists), lists about the request.
    pub findings: Vec<Finding>,
    /// The URL as it may be printed.
    pub printable_url: String,
    /// Whether it is the browser's own traffic.
    pub background: bool,
    /// Position of whoever answers under the host's name, where somebody says that this is another organisation.
    pub aliased: Option<Position>,
}

/// Applies rules and lists to observations of one recording.
pub struct Classifier<'r> {
    rules: &'r RuleSet,
    outside: Outside<'r>,
    idle: &'r IdleRequests,
    full_urls: bool,
    cookie_rules: HashMap<(String, String), Vec<usize>>,
    networks: HashMap<(String, Option<u32>), Option<usize>>,
}

impl<'r> Classifier<'r> {
    /// A classifier. `idle`: what the same browser asked for while it was idle; `full_urls`: print values of query parameters.
    #[must_use]
    pub fn new(rules: &'r RuleSet, lists: &'r [OutsideList], idle: &'r IdleRequests, full_urls: bool) -> Self {
        Self { rules, outside: Outside::new(lists), idle, full_urls, cookie_rules: HashMap::new(), networks: HashMap::new() }
    }

    /// Classifies an observation of a host. `alias`: what [`Aliases::find`] says of it.
    pub fn classify(&mut self, observation: &Observation<'_>, host: &HostFacts, hosts: &Hosts<'_>, alias: Option<Alias>) -> Classified {
        let url = &*observation.url;
        let parts = UrlParts::of(url);
        let mut findings = Vec::new();
        self.recipient(observation, host, url, &parts, &mut findings);
        let aliased = alias.as_ref().filter(|alias| alias.is_cloaked()).map(Alias::position);
        if let Some(alias) = alias {
            let range = host_range(url, &parts);
            let (locator, quote) = alias.place(observation, request_line(range.clone()), &url[range]);
            findings.push(Finding { subject: Subject::Recipient, reason: Reason::Alias(Box::new(alias)), locator, quote });
        }
        let (matching, mut background) = self.endpoints(observation, host, url, &parts, &mut findings);
        if self.idle.contains(&observation.method, url, &observation.asked_from) {
            background = true;
            let place = quoted_range(url, &parts);
            let quote = url[place.clone()].to_owned();
            findings.push(Finding { subject: Subject::Request, reason: Reason::Idle, locator: request_line(place), quote });
        }
        for (index, cookie) in observation.sent.iter().enumerate() {
            self.cookie(Subject::CookieSent(index), &cookie.name, &observation.host, &cookie.name_locator(), &mut findings);
        }
        for (index, cookie) in observation.set.iter().enumerate() {
            self.cookie(Subject::CookieSet(index), &cookie.name, &cookie.domain, &cookie.name_locator(), &mut findings);
        }
        self.lists(observation, host, hosts, url, &parts, &mut findings);
        let show = |name: &str| matching.iter().any(|&rule| self.rules.endpoints[rule].show.iter().any(|shown| shown == name));
        let printable_url = if self.full_urls { url.to_owned() } else { printable_url(url, show) };
        Classified { findings, printable_url, background, aliased }
    }

    /// Who holds the domain, who runs the network, what is known of the address: three questions, and none answers another.
    fn recipient(&mut self, observation: &Observation<'_>, host: &HostFacts, url: &str, parts: &UrlParts, findings: &mut Vec<Finding>) {
        let range = host_range(url, parts);
        let of_host = |reason| Finding {
            subject: Subject::Recipient,
            reason,
            locator: request_line(range.clone()),
            quote: url[range.clone()].to_owned(),
        };
        findings.extend(host.owner.map(|owner| of_host(Reason::Owner(owner))));
        let rules = self.rules;
        let known = |networks: &mut HashMap<_, _>, number: Option<u32>| {
            *networks.entry((observation.host.to_string(), number)).or_insert_with(|| rules.network_at(&observation.host, number))
        };
        let addresses = self.outside.address(observation);
        let by_host = known(&mut self.networks, None);
        match by_host {
            Some(network) => findings.push(of_host(Reason::Network(network, None))),
            None => {
                for (number, address) in addresses.iter().filter_map(|(list, facts)| Some((facts.as_number?, (*list, facts)))) {
                    let Some(network) = known(&mut self.networks, Some(number)) else { continue };
                    let reason = Reason::Network(network, Some(number));
                    if findings.iter().all(|finding| finding.reason != reason) {
                        findings.push(Finding { reason, ..address_finding(observation, address.0, address.1) });
                    }
                }
            }
        }
        findings.extend(addresses.iter().map(|(list, facts)| address_finding(observation, *list, facts)));
    }

    /// Rules about endpoints that match, and whether one of them says that it is the browser's own traffic.
    fn endpoints(
        &self,
        observation: &Observation<'_>,
        host: &HostFacts,
        url: &str,
        parts: &UrlParts,
        findings: &mut Vec<Finding>,
    ) -> (Vec<usize>, bool) {
        if host.endpoints.is_empty() {
            return (Vec::new(), false);
        }
        let headers: Vec<&str> = observation.header_names.split('\n').collect();
        let request = RequestFacts::new(url, &observation.host, &observation.method, &headers);
        let fits = |&rule: &usize| self.rules.endpoints[rule].at.matches(&request);
        let matching: Vec<usize> = host.endpoints.iter().copied().filter(fits).collect();
        let place = quoted_range(url, parts);
        findings.extend(matching.iter().map(|&rule| Finding {
            subject: Subject::Endpoint,
            reason: Reason::Rule(RuleId::Endpoint(rule)),
            locator: request_line(place.clone()),
            quote: url[place.clone()].to_owned(),
        }));
        let background = matching.iter().any(|&rule| self.rules.endpoints[rule].background);
        (matching, background)
    }

    /// What rules and lists say of a cookie. Looked up once for each name and domain.
    fn cookie(&mut self, subject: Subject, name: &str, domain: &str, locator: &Locator, findings: &mut Vec<Finding>) {
        let finding = |reason| Finding { subject, reason, locator: locator.clone(), quote: name.to_owned() };
        let rules = self.rules;
        let known = self.cookie_rules.entry((name.to_owned(), domain.to_owned())).or_insert_with(|| rules.cookies_for(name, domain));
        findings.extend(known.iter().map(|&rule| finding(Reason::Rule(RuleId::Cookie(rule)))));
        findings.extend(self.outside.cookie(name, domain).iter().map(|&row| finding(Reason::CookieRow(row))));
    }

    /// What filter lists and databases of trackers say of a request, and again as if it went to each name of another site to which its host leads.
    fn lists(
        &self,
        observation: &Observation<'_>,
        host: &HostFacts,
        hosts: &Hosts<'_>,
        url: &str,
        parts: &UrlParts,
        findings: &mut Vec<Finding>,
    ) {
        if self.outside.lists().is_empty() {
            return;
        }
        let place = quoted_range(url, parts);
        let other_site = |site: &str| hosts.page_site().is_some_and(|page| page != site);
        let request = ListRequest {
            url,
            host: &observation.host,
            page_host: hosts.page_host(),
            other_site: other_site(&host.site),
            kind: observation.kind.name(),
            method: &observation.method,
        };
        let quote = &url[place.clone()];
        self.ask(request, Subject::Request, &request_line(place), quote, findings);
        let range = host_range(url, parts);
        let mut asked = Vec::new();
        for (index, recorded) in observation.aliases.iter().flatten().enumerate() {
            let name = alias::looked_up(recorded);
            let site = hosts.site_of(&name);
            if site == host.site || range.is_empty() || asked.contains(&name) {
                continue;
            }
            let renamed = format!("{}{name}{}", &url[..range.start], &url[range.end..]);
            let request = ListRequest { url: &renamed, host: &name, other_site: other_site(site), ..request };
            self.ask(request, Subject::Alias, &alias::name_place(index, recorded), recorded, findings);
            asked.push(name);
        }
    }

    fn ask(&self, request: ListRequest<'_>, subject: Subject, locator: &Locator, quote: &str, findings: &mut Vec<Finding>) {
        let finding = |reason| Finding { subject, reason, locator: locator.clone(), quote: quote.to_owned() };
        #[cfg(feature = "lists")]
        for (index, list) in self.outside.lists().iter().enumerate() {
            let OutsideList::Filter(list) = list else { continue };
            findings.extend(list.check(request).map(|verdict| finding(Reason::List(index, verdict))));
        }
        findings.extend(self.outside.trackers(request).map(|(list, says)| finding(Reason::Tracker(list, Box::new(says)))));
    }
}

/// Position of a flow: the browser's own traffic is apart from what its host is, and a name of the auditee under which another organisation answers is
/// not the auditee.
#[must_use]
pub fn position(host: &HostFacts, classified: &Classified) -> Position {
    match classified.aliased {
        _ if classified.background => Position::Browser,
        Some(position) if host.position == Position::Auditee => position,
        _ => host.position,
    }
}

fn request_line(range: std::ops::Range<usize>) -> Locator {
    Locator { part: Part::RequestLine, steps: vec![Step::Range(range.start as u64, range.end as u64)] }
}

/// The bytes of a URL that a finding quotes: host and path, the path up to the first parameter or value in it (`;`, `=`), which may be a secret.
fn quoted_range(url: &str, parts: &UrlParts) -> std::ops::Range<usize> {
    let end = url[parts.path.clone()].find([';', '=']).map_or(parts.path.end, |at| parts.path.start + at);
    host_range(url, parts).start..end
}

/// The bytes of the host in a URL, as written, without user information.
fn host_range(url: &str, parts: &UrlParts) -> std::ops::Range<usize> {
    let Some(authority) = parts.authority.clone() else { return 0..0 };
    let start = url[authority.clone()].rfind('@').map_or(authority.start, |at| authority.start + at + 1);
    let host = &url[start..authority.end];
    let length = match host.find(']') {
        Some(bracket) => bracket + 1,
        None => host.find(':').unwrap_or(host.len()),
    };
    start..start + length
}
