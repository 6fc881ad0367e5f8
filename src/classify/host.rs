//! What is known of a host, whatever is asked of it. Worked out once for each host of a recording.

use hashbrown::HashMap;

use crate::rules::{OwnerDomain, RuleSet};
use crate::site::{PageVerdict, Position, Relation, SuffixList};

/// Who is who in an examination, as the operator says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parties {
    /// Registrable domains of the audited organisation.
    pub auditee: Vec<String>,
    /// Index in [`RuleSet::owners`] of the platform's owner.
    pub platform: Option<usize>,
    /// Registrable domains on which the Pages lie, so that the platform itself is known too where the page that a recording is about is another one.
    pub platform_sites: Vec<String>,
    /// Whether a case says some of it.
    pub in_case: bool,
}

/// What is known of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostFacts {
    /// Registrable domain.
    pub site: String,
    /// Owner of the registrable domain.
    pub owner: Option<OwnerDomain>,
    /// Relation to the page.
    pub relation: Relation,
    /// Position in the examination.
    pub position: Position,
    /// Rules about endpoints of this host.
    pub endpoints: Vec<usize>,
}

/// The hosts of a recording.
pub struct Hosts<'r> {
    rules: &'r RuleSet,
    suffixes: &'r SuffixList,
    parties: &'r Parties,
    page: Option<(String, Option<usize>)>,
    page_host: String,
    known: HashMap<String, usize>,
    facts: Vec<HostFacts>,
}

impl<'r> Hosts<'r> {
    /// No hosts yet, seen from a page.
    #[must_use]
    pub fn new(rules: &'r RuleSet, suffixes: &'r SuffixList, parties: &'r Parties, page: &PageVerdict) -> Self {
        let page_host = page.host.clone().or_else(|| page.site.clone()).unwrap_or_default();
        let owner = |site: &str| rules.owner_of(page.host.as_deref().unwrap_or(site), site).map(|domain| domain.owner);
        let page = page.site.as_ref().map(|site| (site.clone(), owner(site)));
        Self { rules, suffixes, parties, page, page_host, known: HashMap::new(), facts: Vec::new() }
    }

    /// Index of a host, for [`Self::facts`].
    pub fn index(&mut self, host: &str) -> usize {
        if let Some(&index) = self.known.get(host) {
            return index;
        }
        let site = self.suffixes.registrable_domain(host).to_owned();
        let owner = self.rules.owner_of(host, &site);
        let owner_index = owner.map(|domain| domain.owner);
        let page = self.page.as_ref().map(|(site, owner)| (site.as_str(), *owner));
        self.facts.push(HostFacts {
            owner,
            relation: Relation::between(page, (&site, owner_index)),
            position: self.position(&site, owner_index),
            endpoints: self.rules.endpoints_at(host),
            site,
        });
        self.known.insert(host.to_owned(), self.facts.len() - 1);
        self.facts.len() - 1
    }

    /// What is known of the host with this index.
    #[must_use]
    pub fn facts(&self, index: usize) -> &HostFacts {
        &self.facts[index]
    }

    /// The registrable domain of a host.
    pub(super) fn site_of<'h>(&self, host: &'h str) -> &'h str {
        self.suffixes.registrable_domain(host)
    }

    /// Whether a rule says that a host of this name belongs to a network.
    pub(super) fn is_in_network(&self, host: &str) -> bool {
        self.rules.network_at(host, None).is_some()
    }

    /// Host of the page, or its registrable domain where the host is not known; empty where the page is not established.
    #[must_use]
    pub fn page_host(&self) -> &str {
        &self.page_host
    }

    /// Registrable domain of the page.
    #[must_use]
    pub fn page_site(&self) -> Option<&str> {
        self.page.as_ref().map(|(site, _)| site.as_str())
    }

    fn position(&self, site: &str, owner: Option<usize>) -> Position {
        let Parties { auditee, platform, platform_sites, .. } = self.parties;
        if auditee.iter().any(|domain| domain == site) {
            return Position::Auditee;
        }
        match (platform, owner) {
            (Some(platform), Some(owner)) if *platform == owner => {
                if self.page_site() == Some(site) || platform_sites.iter().any(|domain| domain == site) {
                    Position::Platform
                } else {
                    Position::PlatformAffiliate
                }
            }
            (None, _) if auditee.is_empty() => Position::NotEstablished,
            _ => Position::Other,
        }
    }
}
