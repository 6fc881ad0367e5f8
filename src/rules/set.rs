//! The compiled rule set with indexes for looking things up.

use hashbrown::HashMap;

use super::choice::ChoiceRule;
use super::file::{By, Certainty, Text};
use super::secrets::Secret;
use crate::model::Digest;
use crate::model::Pattern;

/// Where a rule stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Index in [`RuleSet::files`].
    pub file: usize,
    /// Line from 1.
    pub line: u64,
}

/// A rule file that is part of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileInfo {
    /// File name.
    pub name: String,
    /// Its `id`.
    pub id: String,
    /// Its `version`.
    pub version: String,
    /// SHA-256 of its text.
    pub digest: Digest,
    /// How many rules it holds.
    pub rules: u64,
}

/// A work that claims refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// `file-id/SOURCE-ID`.
    pub id: String,
    /// Title.
    pub title: String,
    /// Publisher.
    pub publisher: String,
    /// Where it is found.
    pub reference: String,
    /// Date.
    pub date: String,
}

/// A category of purposes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// Identifier.
    pub id: String,
    /// Label.
    pub label: Text,
    /// What is meant.
    pub meaning: Text,
}

/// What somebody says about a cookie or an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// What kind of speaker.
    pub by: By,
    /// Who.
    pub who: String,
    /// Index in [`RuleSet::categories`].
    pub category: Option<usize>,
    /// What they say.
    pub purpose: Option<Text>,
    /// Lifetime they state.
    pub lifetime: Option<String>,
    /// Index in [`RuleSet::sources`].
    pub source: usize,
    /// How it follows from the source.
    pub certainty: Certainty,
}

/// A rule about a cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cookie {
    /// Identifier.
    pub id: String,
    /// Where it stands.
    pub place: Place,
    /// Names that fit.
    pub name: Pattern,
    /// Domains that fit, with their subdomains; `None`: any.
    pub domains: Option<Vec<String>>,
    /// Index in [`RuleSet::owners`] of whose cookie it is.
    pub owner: Option<usize>,
    /// Whether the value opens an account.
    pub secret: bool,
    /// What is said.
    pub claims: Vec<Claim>,
}

/// A rule about an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Identifier.
    pub id: String,
    /// Where it stands.
    pub place: Place,
    /// Hosts that fit, with their subdomains.
    pub hosts: Vec<String>,
    /// Paths that fit.
    pub paths: Vec<Pattern>,
    /// Methods that fit; `None`: any.
    pub methods: Option<Vec<String>>,
    /// Query parameters that must be there.
    pub parameters: Vec<String>,
    /// Query parameters whose value may be printed.
    pub show: Vec<String>,
    /// Index in [`RuleSet::owners`].
    pub owner: Option<usize>,
    /// Whether it is the browser's own traffic.
    pub background: bool,
    /// What is said.
    pub claims: Vec<Claim>,
}

/// An owner of domains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Where it stands.
    pub place: Place,
}

/// A domain of an owner, with who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnerDomain {
    /// Index in [`RuleSet::owners`].
    pub owner: usize,
    /// Index in [`RuleSet::sources`].
    pub source: usize,
    /// Where the domain stands.
    pub place: Place,
    /// How it follows from the source.
    pub certainty: Certainty,
}

/// A named set of registrable domains that is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    /// Name of the count in outputs.
    pub id: String,
    /// Registrable domains.
    pub domains: Vec<String>,
}

/// A line with which lifetimes of cookies are compared; never a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// Identifier.
    pub id: String,
    /// Where it stands.
    pub place: Place,
    /// Days.
    pub days: u32,
    /// What it is called.
    pub label: Text,
    /// What the source says, and for which cookies.
    pub meaning: Text,
    /// Index in [`RuleSet::sources`].
    pub source: usize,
    /// How it follows from the source.
    pub certainty: Certainty,
}

/// What a rule is about, with its index in the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleId {
    /// Index in [`RuleSet::cookies`].
    Cookie(usize),
    /// Index in [`RuleSet::endpoints`].
    Endpoint(usize),
}

/// A checked set of rules.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    /// The files, by name.
    pub files: Vec<FileInfo>,
    /// All sources.
    pub sources: Vec<Source>,
    /// All categories.
    pub categories: Vec<Category>,
    /// All owners.
    pub owners: Vec<Owner>,
    /// Rules about cookies, in the order of files and lines.
    pub cookies: Vec<Cookie>,
    /// Rules about endpoints, in the order of files and lines.
    pub endpoints: Vec<Endpoint>,
    /// Counters.
    pub counters: Vec<Counter>,
    /// Signatures of choice requests, in the order of files and lines.
    pub choices: Vec<ChoiceRule>,
    /// Where secrets stand, in the order of files and lines.
    pub secrets: Vec<Secret>,
    /// Lines with which lifetimes are compared, in the order of files and lines.
    pub lifetimes: Vec<Lifetime>,
    pub(super) domains: HashMap<String, OwnerDomain>,
    cookies_by_name: HashMap<String, Vec<usize>>,
    cookies_by_pattern: Vec<usize>,
    endpoints_by_host: HashMap<String, Vec<usize>>,
    choices_by_host: HashMap<String, Vec<usize>>,
}

impl RuleSet {
    /// Makes the indexes, once all rules are in.
    pub(super) fn index(&mut self) {
        for (index, cookie) in self.cookies.iter().enumerate() {
            match cookie.name.exact() {
                Some(name) => self.cookies_by_name.entry(name.to_owned()).or_default().push(index),
                None => self.cookies_by_pattern.push(index),
            }
        }
        for (index, endpoint) in self.endpoints.iter().enumerate() {
            for host in &endpoint.hosts {
                self.endpoints_by_host.entry(host.clone()).or_default().push(index);
            }
        }
        for (index, choice) in self.choices.iter().enumerate() {
            for host in &choice.hosts {
                self.choices_by_host.entry(host.clone()).or_default().push(index);
            }
        }
    }

    /// Digest over names and texts of all files: two sets with the same digest say the same.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let lines: String = self.files.iter().map(|file| format!("{}  {}\n", file.digest, file.name)).collect();
        Digest::of(lines.as_bytes())
    }

    /// The owner of a registrable domain.
    #[must_use]
    pub fn owner_of(&self, registrable_domain: &str) -> Option<OwnerDomain> {
        self.domains.get(registrable_domain).copied()
    }

    /// Index of the owner called `id`.
    #[must_use]
    pub fn owner_named(&self, id: &str) -> Option<usize> {
        self.owners.iter().position(|owner| owner.id == id)
    }

    /// Rules about endpoints under `host` or a parent of it, in the order of the set.
    #[must_use]
    pub fn endpoints_at(&self, host: &str) -> Vec<usize> {
        at_host(&self.endpoints_by_host, host)
    }

    /// Signatures of choice requests to `host` or a parent of it, in the order of the set.
    #[must_use]
    pub fn choices_at(&self, host: &str) -> Vec<usize> {
        at_host(&self.choices_by_host, host)
    }

    /// Rules about a cookie of this name, kept for `domain`, in the order of the set.
    #[must_use]
    pub fn cookies_for(&self, name: &str, domain: &str) -> Vec<usize> {
        let exact = self.cookies_by_name.get(name).into_iter().flatten().copied();
        let by_pattern = self.cookies_by_pattern.iter().copied().filter(|&index| self.cookies[index].name.matches(name));
        let fits = |index: &usize| {
            let domains = self.cookies[*index].domains.as_ref();
            domains.is_none_or(|domains| suffixes(domain).any(|suffix| domains.iter().any(|wanted| wanted == suffix)))
        };
        let mut found: Vec<usize> = exact.chain(by_pattern).filter(fits).collect();
        found.sort_unstable();
        found
    }

    /// `file.toml:12`.
    #[must_use]
    pub fn place(&self, place: Place) -> String {
        format!("{}:{}", self.files[place.file].name, place.line)
    }

    /// Identifier and place of a rule.
    #[must_use]
    pub fn rule(&self, rule: RuleId) -> (&str, Place) {
        match rule {
            RuleId::Cookie(index) => (&self.cookies[index].id, self.cookies[index].place),
            RuleId::Endpoint(index) => (&self.endpoints[index].id, self.endpoints[index].place),
        }
    }

    /// What a rule says.
    #[must_use]
    pub fn claims(&self, rule: RuleId) -> &[Claim] {
        match rule {
            RuleId::Cookie(index) => &self.cookies[index].claims,
            RuleId::Endpoint(index) => &self.endpoints[index].claims,
        }
    }
}

impl Endpoint {
    /// Whether a request fits, whose host fits already. `parameters` are the names in its query.
    pub fn matches<'a>(&self, method: &str, path: &str, parameters: impl Iterator<Item = &'a str> + Clone) -> bool {
        self.methods.as_ref().is_none_or(|methods| methods.iter().any(|wanted| wanted == method))
            && self.paths.iter().any(|wanted| wanted.matches(path))
            && self.parameters.iter().all(|wanted| parameters.clone().any(|name| name == wanted))
    }
}

fn at_host(by_host: &HashMap<String, Vec<usize>>, host: &str) -> Vec<usize> {
    let mut found: Vec<usize> = suffixes(host).filter_map(|host| by_host.get(host)).flatten().copied().collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Bytes that the text of a host name may have (RFC 1035 section 2.3.4, without the trailing dot).
const LONGEST_HOST: usize = 253;

/// `a.b.c`, `b.c`, `c`. A name that is too long for DNS stands for itself alone: nobody owns a part of it, and looking up each of some
/// hundred thousand labels with all that follows it would let one request hold up the whole recording.
fn suffixes(host: &str) -> impl Iterator<Item = &str> {
    let has_parents = host.len() <= LONGEST_HOST;
    std::iter::successors(Some(host), move |host| host.split_once('.').filter(|_| has_parents).map(|(_, rest)| rest))
}
