//! The compiled rule set with indexes for looking things up. It answers which rules are about a thing; applying them is for `classify`.

use hashbrown::HashMap;

use super::choice::ChoiceRule;
use super::request::RequestFacts;
use super::secrets::Secret;
use super::statement::Statement;
use super::subject::{
    Category, Claim, Contract, Cookie, Counter, Endpoint, Example, Field, FileInfo, Lifetime, Navigation, Network, Owner, OwnerDomain,
    Place, RuleId, Source, Storage,
};
use crate::model::{Digest, Pattern};

/// A checked set of rules. Lists of rules are in the order of files and lines.
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
    /// Rules about cookies.
    pub cookies: Vec<Cookie>,
    /// Rules about keys in the browser's own storage.
    pub storage: Vec<Storage>,
    /// Rules about endpoints.
    pub endpoints: Vec<Endpoint>,
    /// Rules about fields of requests.
    pub fields: Vec<Field>,
    /// Rules about networks.
    pub networks: Vec<Network>,
    /// Signatures of requests that fetch another page without a document.
    pub navigations: Vec<Navigation>,
    /// Signatures of choice requests.
    pub choices: Vec<ChoiceRule>,
    /// Where secrets stand.
    pub secrets: Vec<Secret>,
    /// Counters.
    pub counters: Vec<Counter>,
    /// Lines with which lifetimes of cookies are compared, shortest first.
    pub lifetimes: Vec<Lifetime>,
    /// Statements of vendors' texts.
    pub statements: Vec<Statement>,
    /// What has to fit.
    pub examples: Vec<Example>,
    pub(super) domains: HashMap<String, OwnerDomain>,
    cookies_by_name: ByName,
    storage_by_key: ByName,
    fields_by_name: ByName,
    /// For every rule about a field, whether more than one name fits.
    fields_like: Vec<bool>,
    /// Rules about fields of the same requests: hundreds of rules ask for a few kinds of requests.
    fields_alike: Vec<Vec<usize>>,
    by_host: ByHost,
}

/// Rules by the one text that fits, and those of which more than one text fits.
#[derive(Clone, Debug, Default)]
struct ByName {
    exact: HashMap<String, Vec<usize>>,
    /// By the byte with which all texts that fit begin.
    beginning: HashMap<u8, Vec<usize>>,
    /// With whatever they begin.
    anything: Vec<usize>,
}

impl ByName {
    fn of<'p>(names: impl Iterator<Item = &'p Pattern>) -> Self {
        let mut index = Self::default();
        for (at, name) in names.enumerate() {
            match name.exact() {
                Some(name) => index.exact.entry(name.to_owned()).or_default().push(at),
                None => match name.first_bytes() {
                    Some(firsts) => firsts.into_iter().for_each(|first| index.beginning.entry(first).or_default().push(at)),
                    None => index.anything.push(at),
                },
            }
        }
        index
    }

    /// Rules that may fit, in no order.
    fn candidates(&self, name: &str) -> impl Iterator<Item = usize> {
        let beginning = name.bytes().next().and_then(|first| self.beginning.get(&first));
        self.exact.get(name).into_iter().chain(beginning).flatten().chain(&self.anything).copied()
    }
}

/// Rules by the names of hosts in them.
#[derive(Clone, Debug, Default)]
struct ByHost {
    endpoints: HashMap<String, Vec<usize>>,
    /// Indexes of groups in `fields_alike`.
    fields: HashMap<String, Vec<usize>>,
    /// Groups that name no host.
    fields_anywhere: Vec<usize>,
    networks: HashMap<String, Vec<usize>>,
    navigations: HashMap<String, Vec<usize>>,
    choices: HashMap<String, Vec<usize>>,
}

impl RuleSet {
    /// Makes the indexes, once all rules are in.
    pub(super) fn index(&mut self) {
        self.lifetimes.sort_by_key(|line| line.days);
        self.cookies_by_name = ByName::of(self.cookies.iter().map(|cookie| &cookie.name));
        self.storage_by_key = ByName::of(self.storage.iter().map(|storage| &storage.key));
        self.fields_by_name = ByName::of(self.fields.iter().map(|field| &field.name));
        self.fields_like = self.fields.iter().map(|field| field.name.exact().is_none()).collect();
        self.fields_alike = alike(&self.fields);
        let requests = || self.fields_alike.iter().map(|group| &self.fields[group[0]].at);
        self.by_host = ByHost {
            endpoints: by_host(self.endpoints.iter().map(|rule| rule.at.hosts.iter().map(|host| &*host.name))),
            fields: by_host(requests().map(|at| at.hosts.iter().map(|host| &*host.name))),
            fields_anywhere: requests().enumerate().filter(|(_, at)| at.hosts.is_empty()).map(|(group, _)| group).collect(),
            networks: by_host(self.networks.iter().map(|rule| rule.hosts.iter().map(|host| &*host.name))),
            navigations: by_host(self.navigations.iter().map(|rule| rule.at.hosts.iter().map(|host| &*host.name))),
            choices: by_host(self.choices.iter().map(|rule| rule.hosts.iter().map(String::as_str))),
        };
    }

    /// Digest over names and texts of all files: two sets with the same digest say the same.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let lines: String = self.files.iter().map(|file| format!("{}  {}\n", file.digest, file.name)).collect();
        Digest::of(lines.as_bytes())
    }

    /// Who holds the domain of a host: what is said of the host itself comes before what is said of names above it, up to its registrable
    /// domain. A public suffix above that belongs to somebody else.
    #[must_use]
    pub fn owner_of(&self, host: &str, registrable_domain: &str) -> Option<OwnerDomain> {
        let within = |name: &&str| name.len() >= registrable_domain.len();
        suffixes(host).take_while(within).find_map(|name| self.domains.get(name)).copied()
    }

    /// All domains that are given to an owner, by name.
    #[must_use]
    pub fn domains_of(&self, owner: usize) -> Vec<&str> {
        let mut domains: Vec<&str> = self.domains.iter().filter(|(_, at)| at.owner == owner).map(|(name, _)| &**name).collect();
        domains.sort_unstable();
        domains
    }

    /// Index of the owner called `id`.
    #[must_use]
    pub fn owner_named(&self, id: &str) -> Option<usize> {
        self.owners.iter().position(|owner| owner.id == id)
    }

    /// The parties that the terms of an owner's services name, as far as `host` belongs to such a service.
    pub fn contracts_at<'a>(&'a self, owner: usize, host: &'a str) -> impl Iterator<Item = &'a Contract> {
        self.owners[owner].contracts.iter().filter(move |contract| is_under(contract.domains.as_deref(), host))
    }

    /// Index of the rule that says who runs the network of a host: by the longest name of a host that fits, else by the number of the autonomous system
    /// of its address.
    #[must_use]
    pub fn network_at(&self, host: &str, autonomous_system: Option<u32>) -> Option<usize> {
        let fits = |index: &usize| self.networks[*index].hosts.iter().any(|name| name.fits(host));
        let named = suffixes(host).filter_map(|name| self.by_host.networks.get(name));
        let by_name = named.flatten().copied().find(fits);
        by_name.or_else(|| {
            let number = autonomous_system?;
            self.networks.iter().position(|network| network.autonomous_systems.contains(&number))
        })
    }

    /// Rules about endpoints under `host` or a parent of it, in the order of the set. Whether the whole of it fits is for
    /// [`super::RequestMatch::matches`].
    #[must_use]
    pub fn endpoints_at(&self, host: &str) -> Vec<usize> {
        at_host(&self.by_host.endpoints, host)
    }

    /// Rules about endpoints that a request fits, in the order of the set.
    #[must_use]
    pub fn endpoints_of(&self, request: &RequestFacts<'_>) -> Vec<usize> {
        self.endpoints_at(request.host).into_iter().filter(|&index| self.endpoints[index].at.matches(request)).collect()
    }

    /// Rules about fields of a request, by host, method and path, in the order of the set. To be asked once for a request.
    #[must_use]
    pub fn fields_of(&self, request: &RequestFacts<'_>) -> Vec<usize> {
        let here = at_host(&self.by_host.fields, request.host).into_iter().chain(self.by_host.fields_anywhere.iter().copied());
        let groups = here.map(|group| &self.fields_alike[group]).filter(|group| self.fields[group[0]].at.matches(request));
        sorted(groups.flatten().copied())
    }

    /// Rules about one field of a request, the most specific first: a name that is written out before an expression, that before a pattern with
    /// stars, a longer one before a shorter one, a rule for certain operations, paths and hosts before one for any. `of_request` is what [`Self::fields_of`] said of the request, `place`
    /// one of [`super::FIELD_PLACES`] (for a cookie [`Self::cookies_for`] is to be asked), `name` the name as the decoder gives it (that of a header field
    /// in lower case), `operation` what a GraphQL request asks for.
    #[must_use]
    pub fn fields_named(&self, of_request: &[usize], place: &str, name: &str, operation: Option<&str>) -> Vec<usize> {
        let fits = |index: usize| {
            let field = &self.fields[index];
            field.places.iter().any(|wanted| *wanted == place || *wanted == "any")
                && field.operation.as_ref().is_none_or(|wanted| operation.is_some_and(|operation| wanted.matches(operation)))
        };
        let named = self.fields_by_name.exact.get(name).into_iter().flatten().copied();
        let named = named.filter(|&index| of_request.binary_search(&index).is_ok() && fits(index));
        // Few of the rules about one request leave their name open, and of those of all requests there are many.
        let like = of_request.iter().copied().filter(|&index| self.fields_like[index]);
        let like = like.filter(|&index| fits(index) && self.fields[index].name.matches(name));
        let mut found: Vec<usize> = named.chain(like).collect();
        if found.len() > 1 {
            found.sort_by_key(|&index| {
                let field = &self.fields[index];
                let form = match field.name.exact() {
                    Some(_) => 0,
                    None if field.name.is_expression() => 1,
                    None => 2,
                };
                let letters: usize = field.name.pieces().map(str::len).sum();
                let at = &field.at;
                (form, std::cmp::Reverse(letters), field.operation.is_none(), at.paths.is_empty(), at.hosts.is_empty(), index)
            });
        }
        found
    }

    /// Names of query parameters that rules about fields say to tell clicks or campaigns apart.
    #[must_use]
    pub fn click_identifiers(&self) -> Vec<String> {
        let tells =
            |field: &&Field| field.places.contains(&"query") && field.claims.iter().any(|claim| claim.identifies == Some("campaign"));
        let mut names: Vec<String> = self.fields.iter().filter(tells).filter_map(|field| field.name.exact().map(str::to_owned)).collect();
        names.sort();
        names.dedup();
        names
    }

    /// Signatures of a request that fetches another page without a document, in the order of the set.
    #[must_use]
    pub fn navigations_of(&self, request: &RequestFacts<'_>) -> Vec<usize> {
        at_host(&self.by_host.navigations, request.host).into_iter().filter(|&index| self.navigations[index].at.matches(request)).collect()
    }

    /// Signatures of choice requests to `host` or a parent of it, in the order of the set.
    #[must_use]
    pub fn choices_at(&self, host: &str) -> Vec<usize> {
        at_host(&self.by_host.choices, host)
    }

    /// Rules about a cookie of this name, kept for `domain`, in the order of the set.
    #[must_use]
    pub fn cookies_for(&self, name: &str, domain: &str) -> Vec<usize> {
        let fits = |index: &usize| self.cookies[*index].name.matches(name) && is_under(self.cookies[*index].domains.as_deref(), domain);
        sorted(self.cookies_by_name.candidates(name).filter(fits))
    }

    /// Rules about a key in the browser's own storage, on a page of `domain`, in the order of the set.
    #[must_use]
    pub fn storage_for(&self, key: &str, domain: &str) -> Vec<usize> {
        let fits = |index: &usize| self.storage[*index].key.matches(key) && is_under(self.storage[*index].domains.as_deref(), domain);
        sorted(self.storage_by_key.candidates(key).filter(fits))
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
            RuleId::Storage(index) => (&self.storage[index].id, self.storage[index].place),
            RuleId::Endpoint(index) => (&self.endpoints[index].id, self.endpoints[index].place),
            RuleId::Field(index) => (&self.fields[index].id, self.fields[index].place),
        }
    }

    /// What a rule says.
    #[must_use]
    pub fn claims(&self, rule: RuleId) -> &[Claim] {
        match rule {
            RuleId::Cookie(index) => &self.cookies[index].claims,
            RuleId::Storage(index) => &self.storage[index].claims,
            RuleId::Endpoint(index) => &self.endpoints[index].claims,
            RuleId::Field(index) => &self.fields[index].claims,
        }
    }

    /// What a rule does not prove, beside what no rule of its kind proves.
    #[must_use]
    pub fn limits(&self, rule: RuleId) -> Option<&super::Text> {
        match rule {
            RuleId::Cookie(index) => self.cookies[index].limits.as_ref(),
            RuleId::Storage(index) => self.storage[index].limits.as_ref(),
            RuleId::Endpoint(index) => self.endpoints[index].limits.as_ref(),
            RuleId::Field(index) => self.fields[index].limits.as_ref(),
        }
    }

    /// Index of the owner that a rule names.
    #[must_use]
    pub fn owner_in(&self, rule: RuleId) -> Option<usize> {
        match rule {
            RuleId::Cookie(index) => self.cookies[index].owner,
            RuleId::Storage(index) => self.storage[index].owner,
            RuleId::Endpoint(index) => self.endpoints[index].owner,
            RuleId::Field(index) => self.fields[index].owner,
        }
    }
}

fn sorted(found: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut found: Vec<usize> = found.collect();
    found.sort_unstable();
    found
}

/// Indexes of rules that are about the same requests, together.
fn alike(fields: &[Field]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        // Such rules mostly stand next to each other, so the last groups are looked at first.
        match groups.iter_mut().rev().find(|group| fields[group[0]].at == field.at) {
            Some(group) => group.push(index),
            None => groups.push(vec![index]),
        }
    }
    groups
}

/// Whether a domain is one of those named, or lies under one. `None`: every domain.
fn is_under(named: Option<&[String]>, domain: &str) -> bool {
    named.is_none_or(|named| suffixes(domain).any(|suffix| named.iter().any(|wanted| wanted == suffix)))
}

fn by_host<'h, H: Iterator<Item = &'h str>>(rules: impl Iterator<Item = H>) -> HashMap<String, Vec<usize>> {
    let mut found: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, hosts) in rules.enumerate() {
        for host in hosts {
            found.entry(host.to_owned()).or_default().push(index);
        }
    }
    found
}

fn at_host(by_host: &HashMap<String, Vec<usize>>, host: &str) -> Vec<usize> {
    let mut found = sorted(suffixes(host).filter_map(|host| by_host.get(host)).flatten().copied());
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::UrlParts;

    /// A rule about a field, and a claim.
    fn field(id: &str, keys: &str) -> String {
        let claim = "[[field.claim]]\nby = \"own\"\nwho = \"we\"\ndata = \"technical\"\nsource = \"S\"\ncertainty = \"stated\"\n";
        format!("[[field]]\nid = \"{id}\"\n{keys}\n{claim}")
    }

    #[test]
    fn fields_by_name_the_most_specific_first() {
        let head = "format = 2\nid = \"own\"\nversion = \"2026-11-22\"\ntitle = { en = \"a\", nl = \"b\" }\n";
        let source = "[[source]]\nid = \"S\"\ntitle = \"t\"\npublisher = \"p\"\nreference = \"r\"\ndate = \"2026\"\n";
        let a = "hosts = [\"a.test\"]";
        let fields = [
            field("all", &format!("{a}\nin = [\"any\"]\nname = \"*\"")),
            field("short", &format!("{a}\nin = [\"form\"]\nname = \"u*\"")),
            field("long", &format!("{a}\nin = [\"form\"]\nname = \"ud[*\"")),
            field("expression", &format!("{a}\nin = [\"json\"]\nname = \"regex:v[.][0-9]+\"")),
            field("anywhere", "in = [\"header\"]\nname = \"referer\""),
            field("here", &format!("{a}\nin = [\"header\"]\nname = \"referer\"")),
            field("exact", &format!("{a}\nin = [\"form\", \"query\"]\nname = \"ud[em]\"")),
            field("path", &format!("{a}\npaths = [\"/tr\"]\nin = [\"form\"]\nname = \"ud[em]\"")),
            field("operation", &format!("{a}\nin = [\"form\"]\nname = \"ud[em]\"\noperation = \"Like*\"")),
            field("elsewhere", "hosts = [\"b.test\"]\nin = [\"form\"]\nname = \"ud[em]\""),
        ];
        let file = [head.to_owned(), source.to_owned(), fields.concat()].concat();
        let rules = RuleSet::compile([("own.toml", file.as_str())]).expect("sound");
        let ask = |url: &str, place: &str, name: &str, operation: Option<&str>| {
            let host = UrlParts::of(url).host(url).expect("a host").host.into_owned();
            let of_request = rules.fields_of(&RequestFacts::new(url, &host, "POST", &[]));
            let found = rules.fields_named(&of_request, place, name, operation);
            found.into_iter().map(|index| rules.fields[index].id.clone()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(ask("https://w.a.test/tr", "form", "ud[em]", Some("LikePage")), "operation path exact long short all");
        assert_eq!(ask("https://w.a.test/tr", "form", "ud[em]", Some("HatePage")), "path exact long short all");
        assert_eq!(ask("https://a.test/t", "form", "ud[em]", None), "exact long short all");
        assert_eq!(ask("https://a.test/tr", "query", "ud[em]", None), "exact all");
        assert_eq!(ask("https://a.test/", "json", "v.12", None), "expression all");
        assert_eq!(ask("https://a.test/", "json", "v.x", None), "all");
        assert_eq!(ask("https://a.test/", "header", "referer", None), "here anywhere all");
        assert_eq!(ask("https://c.test/", "header", "referer", None), "anywhere");
        assert_eq!(ask("https://c.test/", "query", "referer", None), "");
        assert_eq!(ask("https://b.test/", "form", "ud[em]", None), "elsewhere");
    }
}
