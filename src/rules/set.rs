//! The compiled rule set: all files together, checked against each other, with indexes for looking things up.

use hashbrown::HashMap;
use toml::Spanned;

use super::file::{By, Certainty, Diagnostic, Places, RawClaim, RawCookie, RawEndpoint, RawFile, RawOwner, Text, parse};
use super::pattern::Pattern;
use crate::model::Digest;

/// Version of the rule file format that this program reads.
const FORMAT: u32 = 1;

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
    domains: HashMap<String, OwnerDomain>,
    cookies_by_name: HashMap<String, Vec<usize>>,
    cookies_by_pattern: Vec<usize>,
    endpoints_by_host: HashMap<String, Vec<usize>>,
}

impl RuleSet {
    /// Reads and checks `files` (name and text). Order does not matter.
    ///
    /// # Errors
    ///
    /// All mistakes found, by file and line.
    pub fn compile<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Vec<Diagnostic>> {
        let mut files: Vec<_> = files.into_iter().collect();
        files.sort_unstable();
        let mut compiler = Compiler::default();
        let mut parsed = Vec::new();
        for (name, text) in &files {
            match parse(name, text) {
                Ok(raw) => parsed.push((Places::new(name, text), *name, *text, raw)),
                Err(diagnostic) => compiler.diagnostics.push(diagnostic),
            }
        }
        // Owners and categories first: rules of any file may refer to them.
        for (places, name, text, raw) in &parsed {
            compiler.declare(places, name, text, raw);
        }
        for (index, (places, .., raw)) in parsed.iter().enumerate() {
            compiler.fill(places, index, raw);
        }
        if compiler.diagnostics.is_empty() {
            compiler.set.index();
            Ok(compiler.set)
        } else {
            compiler.diagnostics.sort();
            Err(compiler.diagnostics)
        }
    }

    fn index(&mut self) {
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
        let mut found: Vec<usize> = suffixes(host).filter_map(|host| self.endpoints_by_host.get(host)).flatten().copied().collect();
        found.sort_unstable();
        found.dedup();
        found
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

/// `a.b.c`, `b.c`, `c`.
fn suffixes(host: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(host), |host| host.split_once('.').map(|(_, rest)| rest))
}

#[derive(Default)]
struct Compiler {
    set: RuleSet,
    diagnostics: Vec<Diagnostic>,
    /// File and line of every identifier.
    ids: HashMap<String, String>,
    source_index: HashMap<String, usize>,
}

impl Compiler {
    fn mistake<T>(&mut self, places: &Places<'_>, at: &Spanned<T>, message: String, hint: &str) {
        self.diagnostics.push(places.diagnostic(at.span().start, message, hint));
    }

    /// Checks an identifier's letters and that nobody else has it.
    fn id(&mut self, places: &Places<'_>, file: &str, kind: &str, id: &Spanned<String>) {
        let text = id.get_ref();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')) {
            self.mistake(places, id, format!("{text:?} is no identifier"), "use letters, digits, '.', '-' and '_'");
        }
        let here = format!("{file}:{}", places.line_of(id));
        if let Some(earlier) = self.ids.insert(format!("{kind} {text}"), here) {
            self.mistake(places, id, format!("the {kind} {text:?} stands already in {earlier}"), "give every one its own identifier");
        }
    }

    fn declare(&mut self, places: &Places<'_>, name: &str, text: &str, raw: &RawFile) {
        if raw.format != FORMAT {
            let message = format!("format {} is not known", raw.format);
            self.diagnostics.push(places.diagnostic(0, message, "this program reads format 1; a newer one may read this file"));
        }
        self.id(places, name, "file", &raw.id);
        self.date(places, &raw.version);
        for source in &raw.source {
            let id = format!("{}/{}", raw.id.get_ref(), source.id.get_ref());
            self.id(places, name, &format!("source of {}", raw.id.get_ref()), &source.id);
            self.date(places, &source.date);
            for (key, value) in [("title", &source.title), ("publisher", &source.publisher), ("reference", &source.reference)] {
                if value.trim().is_empty() {
                    self.mistake(places, &source.id, format!("the source has an empty {key}"), "a reader must be able to find the work");
                }
            }
            self.source_index.insert(id.clone(), self.set.sources.len());
            self.set.sources.push(Source {
                id,
                title: source.title.clone(),
                publisher: source.publisher.clone(),
                reference: source.reference.clone(),
                date: source.date.get_ref().clone(),
            });
        }
        for category in &raw.category {
            self.id(places, name, "category", &category.id);
            self.set.categories.push(Category {
                id: category.id.get_ref().clone(),
                label: category.label.clone(),
                meaning: category.meaning.clone(),
            });
        }
        let file = self.set.files.len();
        for owner in &raw.owner {
            self.id(places, name, "owner", &owner.id);
            let place = Place { file, line: places.line_of(&owner.id) };
            self.set.owners.push(Owner { id: owner.id.get_ref().clone(), name: owner.name.clone(), place });
        }
        let rules = raw.cookie.len() + raw.endpoint.len() + raw.owner.len() + raw.category.len() + raw.counter.len();
        self.set.files.push(FileInfo {
            name: name.to_owned(),
            id: raw.id.get_ref().clone(),
            version: raw.version.get_ref().clone(),
            digest: Digest::of(text.as_bytes()),
            rules: rules as u64,
        });
    }

    fn fill(&mut self, places: &Places<'_>, file: usize, raw: &RawFile) {
        let name = self.set.files[file].name.clone();
        for counter in &raw.counter {
            self.id(places, &name, "counter", &counter.id);
            self.set.counters.push(Counter { id: counter.id.get_ref().clone(), domains: counter.domains.clone() });
        }
        raw.owner.iter().for_each(|owner| self.owner(places, file, raw, owner));
        for cookie in &raw.cookie {
            self.id(places, &name, "cookie", &cookie.id);
            self.cookie(places, file, raw, cookie);
        }
        for endpoint in &raw.endpoint {
            self.id(places, &name, "endpoint", &endpoint.id);
            self.endpoint(places, file, raw, endpoint);
        }
    }

    fn owner(&mut self, places: &Places<'_>, file: usize, raw: &RawFile, owner: &RawOwner) {
        let Some(index) = self.set.owner_named(owner.id.get_ref()) else { return };
        let own = (&owner.domains, &owner.source, owner.certainty);
        let more = owner.more.iter().map(|more| (&more.domains, &more.source, more.certainty));
        for (domains, source, certainty) in std::iter::once(own).chain(more) {
            let Some(source) = self.source(places, raw, source) else { continue };
            for domain in domains {
                self.host_name(places, domain);
                let place = Place { file, line: places.line_of(domain) };
                let entry = OwnerDomain { owner: index, source, place, certainty };
                if let Some(earlier) = self.set.domains.insert(domain.get_ref().clone(), entry) {
                    let message = format!("the domain {:?} has an owner already in {}", domain.get_ref(), self.set.place(earlier.place));
                    self.mistake(places, domain, message, "leave it to one owner");
                }
            }
        }
    }

    fn cookie(&mut self, places: &Places<'_>, file: usize, raw: &RawFile, cookie: &RawCookie) {
        if cookie.name.get_ref().is_empty() {
            self.mistake(places, &cookie.name, "the cookie has no name".into(), "write the name as browsers send it");
        }
        cookie.domains.iter().flatten().for_each(|domain| self.host_name(places, domain));
        let claims = self.claims(places, raw, &cookie.id, &cookie.claim);
        let owner = self.owner_reference(places, cookie.owner.as_ref());
        self.set.cookies.push(Cookie {
            id: cookie.id.get_ref().clone(),
            place: Place { file, line: places.line_of(&cookie.id) },
            name: Pattern::new(cookie.name.get_ref()),
            domains: cookie.domains.as_ref().map(|domains| domains.iter().map(|domain| domain.get_ref().clone()).collect()),
            owner,
            secret: cookie.secret,
            claims,
        });
    }

    fn endpoint(&mut self, places: &Places<'_>, file: usize, raw: &RawFile, endpoint: &RawEndpoint) {
        endpoint.hosts.iter().for_each(|host| self.host_name(places, host));
        for path in &endpoint.paths {
            if !path.get_ref().starts_with(['/', '*']) {
                let message = format!("the path {:?} begins with neither '/' nor '*'", path.get_ref());
                self.mistake(places, path, message, "write the whole path, for instance \"/tr\"");
            }
        }
        if endpoint.hosts.is_empty() || endpoint.paths.is_empty() {
            self.mistake(places, &endpoint.id, "the endpoint has no host or no path".into(), "name at least one of each");
        }
        let claims = self.claims(places, raw, &endpoint.id, &endpoint.claim);
        let owner = self.owner_reference(places, endpoint.owner.as_ref());
        self.set.endpoints.push(Endpoint {
            id: endpoint.id.get_ref().clone(),
            place: Place { file, line: places.line_of(&endpoint.id) },
            hosts: endpoint.hosts.iter().map(|host| host.get_ref().clone()).collect(),
            paths: endpoint.paths.iter().map(|path| Pattern::new(path.get_ref())).collect(),
            methods: endpoint.methods.clone(),
            parameters: endpoint.parameters.clone(),
            show: endpoint.show.clone(),
            owner,
            background: endpoint.background,
            claims,
        });
    }

    fn claims(&mut self, places: &Places<'_>, raw: &RawFile, rule: &Spanned<String>, claims: &[RawClaim]) -> Vec<Claim> {
        if claims.is_empty() {
            self.mistake(
                places,
                rule,
                "the rule makes no claim".into(),
                "say who claims what, with a source; without one there is nothing to say",
            );
        }
        let mut compiled = Vec::new();
        for claim in claims {
            let category = claim.category.as_ref().and_then(|id| {
                let found = self.set.categories.iter().position(|category| category.id == *id.get_ref());
                if found.is_none() {
                    self.mistake(places, id, format!("the category {:?} does not exist", id.get_ref()), "categories.toml lists them");
                }
                found
            });
            if let Some(lifetime) = &claim.lifetime
                && !is_lifetime(lifetime.get_ref())
            {
                let message = format!("{:?} is no lifetime", lifetime.get_ref());
                self.mistake(places, lifetime, message, "write \"session\" or a number with s, min, h, d, months or years");
            }
            let Some(source) = self.source(places, raw, &claim.source) else { continue };
            compiled.push(Claim {
                by: claim.by,
                who: claim.who.clone(),
                category,
                purpose: claim.purpose.clone(),
                lifetime: claim.lifetime.as_ref().map(|lifetime| lifetime.get_ref().clone()),
                source,
                certainty: claim.certainty,
            });
        }
        compiled
    }

    fn source(&mut self, places: &Places<'_>, raw: &RawFile, source: &Spanned<String>) -> Option<usize> {
        let found = self.source_index.get(&format!("{}/{}", raw.id.get_ref(), source.get_ref())).copied();
        if found.is_none() {
            let message = format!("the source {:?} is not declared in this file", source.get_ref());
            self.mistake(places, source, message, "add a [[source]] with title, publisher, reference and date");
        }
        found
    }

    fn owner_reference(&mut self, places: &Places<'_>, owner: Option<&Spanned<String>>) -> Option<usize> {
        let owner = owner?;
        let found = self.set.owner_named(owner.get_ref());
        if found.is_none() {
            self.mistake(places, owner, format!("the owner {:?} does not exist", owner.get_ref()), "add an [[owner]] or mend the spelling");
        }
        found
    }

    /// Host names are compared as they are looked up: lower case, no dot at either end.
    fn host_name(&mut self, places: &Places<'_>, host: &Spanned<String>) {
        let name = host.get_ref();
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_');
        if name.is_empty() || !name.bytes().all(plain) || name.starts_with('.') || name.ends_with('.') {
            let message = format!("{name:?} is no host name as this file needs it");
            self.mistake(
                places,
                host,
                message,
                "write it in lower case (xn--… for other scripts), without a dot at either end or a scheme",
            );
        }
    }

    fn date(&mut self, places: &Places<'_>, date: &Spanned<String>) {
        let text = date.get_ref();
        let shape = b"0000-00-00";
        let digits = text.bytes().zip(shape).all(|(byte, like)| if *like == b'-' { byte == b'-' } else { byte.is_ascii_digit() });
        if !digits || ![4, 7, 10].contains(&text.len()) {
            self.mistake(places, date, format!("{text:?} is no date"), "write YYYY, YYYY-MM or YYYY-MM-DD");
        }
    }
}

fn is_lifetime(text: &str) -> bool {
    text == "session"
        || text
            .split_once(' ')
            .is_some_and(|(number, unit)| number.parse::<u32>().is_ok() && ["s", "min", "h", "d", "months", "years"].contains(&unit))
}
