//! Observations + rules → findings with reasons. Sees no bytes of bodies; every finding names the rule and the place it rests on.

mod choice;
mod host;
mod idle;

use hashbrown::HashMap;

pub use choice::choice_request;
pub use host::{HostFacts, Hosts, Parties};
pub use idle::IdleRequests;

use crate::model::{Locator, Part, Step, UrlParts};
use crate::observe::Observation;
use crate::redact::printable_url;
use crate::rules::{OwnerDomain, RequestFacts, RuleId, RuleSet};
use crate::site::Position;

#[cfg(feature = "lists")]
use crate::rules::{FilterList, ListRequest, Verdict};

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
}

/// Why something is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A rule names the owner of the domain.
    Owner(OwnerDomain),
    /// A rule of ours matches.
    Rule(RuleId),
    /// The like of the request was recorded while the same browser was idle.
    Idle,
    /// A rule of the n-th filter list matches, perhaps overruled by an exception.
    #[cfg(feature = "lists")]
    List(usize, Verdict),
}

/// An entry as classified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classified {
    /// Findings, in a fixed order: recipient, endpoint, idle browser, cookies sent, cookies set, lists.
    pub findings: Vec<Finding>,
    /// The URL as it may be printed.
    pub printable_url: String,
    /// Whether it is the browser's own traffic.
    pub background: bool,
}

/// Applies rules and lists to observations of one recording.
pub struct Classifier<'r> {
    rules: &'r RuleSet,
    #[cfg(feature = "lists")]
    lists: &'r [FilterList],
    idle: &'r IdleRequests,
    full_urls: bool,
    cookie_rules: HashMap<(String, String), Vec<usize>>,
}

impl<'r> Classifier<'r> {
    /// A classifier. `idle`: what the same browser asked for while it was idle; `full_urls`: print values of query parameters.
    #[must_use]
    pub fn new(rules: &'r RuleSet, #[cfg(feature = "lists")] lists: &'r [FilterList], idle: &'r IdleRequests, full_urls: bool) -> Self {
        Self {
            rules,
            #[cfg(feature = "lists")]
            lists,
            idle,
            full_urls,
            cookie_rules: HashMap::new(),
        }
    }

    /// Classifies an observation of a host.
    pub fn classify(&mut self, observation: &Observation<'_>, host: &HostFacts, hosts: &Hosts<'_>) -> Classified {
        let url = &*observation.url;
        let parts = UrlParts::of(url);
        let mut findings = Vec::new();
        if let Some(owner) = host.owner {
            findings.push(Finding {
                subject: Subject::Recipient,
                reason: Reason::Owner(owner),
                locator: request_line(host_range(url, &parts)),
                quote: url[host_range(url, &parts)].to_owned(),
            });
        }
        let (matching, mut background) = self.endpoints(observation, host, url, &parts, &mut findings);
        if self.idle.contains(&observation.method, url, &observation.asked_from) {
            background = true;
            let place = quoted_range(url, &parts);
            let quote = url[place.clone()].to_owned();
            findings.push(Finding { subject: Subject::Request, reason: Reason::Idle, locator: request_line(place), quote });
        }
        for (index, cookie) in observation.sent.iter().enumerate() {
            let rules = self.cookie_rules(&cookie.name, &observation.host);
            let sent = |rule: &usize| Finding {
                subject: Subject::CookieSent(index),
                reason: Reason::Rule(RuleId::Cookie(*rule)),
                locator: cookie.name_locator(),
                quote: cookie.name.to_string(),
            };
            findings.extend(rules.iter().map(sent));
        }
        for (index, cookie) in observation.set.iter().enumerate() {
            let rules = self.cookie_rules(&cookie.name, &cookie.domain);
            let set = |rule: &usize| Finding {
                subject: Subject::CookieSet(index),
                reason: Reason::Rule(RuleId::Cookie(*rule)),
                locator: cookie.name_locator(),
                quote: cookie.name.to_string(),
            };
            findings.extend(rules.iter().map(set));
        }
        #[cfg(feature = "lists")]
        self.lists(observation, host, hosts, url, &parts, &mut findings);
        #[cfg(not(feature = "lists"))]
        let _ = hosts;
        let show = |name: &str| matching.iter().any(|&rule| self.rules.endpoints[rule].show.iter().any(|shown| shown == name));
        let printable_url = if self.full_urls { url.to_owned() } else { printable_url(url, show) };
        Classified { findings, printable_url, background }
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

    /// Rules about a cookie. Looked up once for each name and domain.
    fn cookie_rules(&mut self, name: &str, domain: &str) -> &[usize] {
        let rules = self.rules;
        self.cookie_rules.entry((name.to_owned(), domain.to_owned())).or_insert_with(|| rules.cookies_for(name, domain))
    }

    #[cfg(feature = "lists")]
    fn lists(
        &self,
        observation: &Observation<'_>,
        host: &HostFacts,
        hosts: &Hosts<'_>,
        url: &str,
        parts: &UrlParts,
        findings: &mut Vec<Finding>,
    ) {
        let place = quoted_range(url, parts);
        for (index, list) in self.lists.iter().enumerate() {
            let verdict = list.check(ListRequest {
                url,
                host: &observation.host,
                page_host: hosts.page_host(),
                other_site: hosts.page_site().is_some_and(|page| page != host.site),
                kind: observation.kind.name(),
                method: &observation.method,
            });
            findings.extend(verdict.map(|verdict| Finding {
                subject: Subject::Request,
                reason: Reason::List(index, verdict),
                locator: request_line(place.clone()),
                quote: url[place.clone()].to_owned(),
            }));
        }
    }
}

/// Position of a flow: the browser's own traffic is apart from what its host is.
#[must_use]
pub fn position(host: &HostFacts, classified: &Classified) -> Position {
    if classified.background { Position::Browser } else { host.position }
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
