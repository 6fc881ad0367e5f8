//! Compiles the texts of rule files into one set: all files together, checked against each other, every mistake with its place.

use hashbrown::HashMap;
use toml::Spanned;

use super::choice::{ChoiceRule, is_visible};
use super::file::{Certainty, Diagnostic, Places, RawChoice, RawClaim, RawCookie, RawEndpoint, RawFile, RawOwner, RawValues, parse};
use super::set::{Category, Claim, Cookie, Counter, Endpoint, FileInfo, Owner, OwnerDomain, Place, RuleSet, Source};
use crate::model::Digest;
use crate::model::Pattern;
use crate::site::{Says, Scope};

/// Version of the rule file format that this program reads.
const FORMAT: u32 = 1;

/// The other members of a line of `replay --json` (docs/replay-json.md). A counter stands among them under its own name, and a member
/// that is there twice is read as either of the two.
const TAKEN_BY_COUNTS: &[&str] = &[
    "annex",
    "auditee_requests",
    "bytes",
    "capture",
    "entries",
    "error",
    "flows",
    "gaps",
    "hostless_entries",
    "hosts",
    "page",
    "page_basis",
    "page_overruled",
    "registrable_domains",
    "request_cookie_by_name",
    "requests_by_domain",
    "set_cookie_by_domain",
    "set_cookie_count",
    "sha256",
    "simulated",
    "third_party_requests",
];

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
}

#[derive(Default)]
pub(super) struct Compiler {
    pub(super) set: RuleSet,
    diagnostics: Vec<Diagnostic>,
    /// File and line of every identifier.
    ids: HashMap<String, String>,
    source_index: HashMap<String, usize>,
}

impl Compiler {
    pub(super) fn mistake<T>(&mut self, places: &Places<'_>, at: &Spanned<T>, message: String, hint: &str) {
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
        if *raw.format.get_ref() != FORMAT {
            let message = format!("format {} is not known", raw.format.get_ref());
            self.mistake(places, &raw.format, message, "this program reads format 1; a newer one may read this file");
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
        let statements = raw.cookie.len() + raw.endpoint.len() + raw.owner.len();
        let rules = statements + raw.category.len() + raw.counter.len() + raw.choice.len() + raw.secret.len();
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
            if TAKEN_BY_COUNTS.contains(&counter.id.get_ref().as_str()) {
                let message = format!("{:?} is the name of another count in `replay --json`", counter.id.get_ref());
                self.mistake(
                    places,
                    &counter.id,
                    message,
                    "choose a name that docs/replay-json.md does not use, such as \"meta_requests\"",
                );
            }
            counter.domains.iter().for_each(|domain| self.host_name(places, domain));
            let domains = counter.domains.iter().map(|domain| domain.get_ref().clone()).collect();
            self.set.counters.push(Counter { id: counter.id.get_ref().clone(), domains });
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
        for choice in &raw.choice {
            self.id(places, &name, "choice", &choice.id);
            self.choice(places, file, raw, choice);
        }
        for secret in &raw.secret {
            self.id(places, &name, "secret", &secret.id);
            self.secret(places, file, raw, secret);
        }
    }

    fn owner(&mut self, places: &Places<'_>, file: usize, raw: &RawFile, owner: &RawOwner) {
        let Some(index) = self.set.owner_named(owner.id.get_ref()) else { return };
        let own = (&owner.domains, &owner.source, &owner.certainty);
        let more = owner.more.iter().map(|more| (&more.domains, &more.source, &more.certainty));
        for (domains, source, certainty) in std::iter::once(own).chain(more) {
            let certainty = self.certainty(places, certainty);
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
        self.request_line(places, &endpoint.hosts, &endpoint.paths, endpoint.methods.as_deref());
        for lifetime in endpoint.claim.iter().filter_map(|claim| claim.lifetime.as_ref()) {
            self.mistake(places, lifetime, "an endpoint has no lifetime".into(), "leave the key out; only cookies have one");
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
            methods: endpoint.methods.as_ref().map(|methods| methods.iter().map(|method| method.get_ref().clone()).collect()),
            parameters: endpoint.parameters.clone(),
            show: endpoint.show.clone(),
            owner,
            background: endpoint.background,
            claims,
        });
    }

    /// Hosts, paths and methods of a rule about requests.
    pub(super) fn request_line(
        &mut self,
        places: &Places<'_>,
        hosts: &[Spanned<String>],
        paths: &[Spanned<String>],
        methods: Option<&[Spanned<String>]>,
    ) {
        hosts.iter().for_each(|host| self.host_name(places, host));
        for path in paths {
            if !path.get_ref().starts_with(['/', '*']) {
                let message = format!("the path {:?} begins with neither '/' nor '*'", path.get_ref());
                self.mistake(places, path, message, "write the whole path, for instance \"/tr\"");
            }
        }
        for method in methods.into_iter().flatten() {
            if !method.get_ref().bytes().all(|byte| byte.is_ascii_uppercase()) || method.get_ref().is_empty() {
                let message = format!("{:?} is no method", method.get_ref());
                self.mistake(places, method, message, "methods are written in capitals (RFC 9110 section 9.1)");
            }
        }
    }

    fn choice(&mut self, places: &Places<'_>, file: usize, raw: &RawFile, choice: &RawChoice) {
        self.request_line(places, &choice.hosts, &choice.paths, choice.methods.as_deref());
        if choice.hosts.is_empty() || choice.paths.is_empty() {
            self.mistake(places, &choice.id, "the choice has no host or no path".into(), "name at least one of each");
        }
        choice.site.iter().for_each(|site| self.host_name(places, site));
        let query = self.values(places, &choice.query, false);
        let form = self.values(places, &choice.form, true);
        let scope = Scope::ALL.into_iter().find(|scope| scope.id() == choice.scope.get_ref());
        if scope.is_none() {
            let message = format!("the scope {:?} does not exist", choice.scope.get_ref());
            self.mistake(places, &choice.scope, message, "write \"browser\" or \"account\"");
        }
        let says = Says::ALL.into_iter().find(|says| says.id() == choice.says.get_ref());
        if says.is_none() {
            let message = format!("a choice cannot say {:?}", choice.says.get_ref());
            self.mistake(places, &choice.says, message, "rules/README.md lists what it can say");
        }
        let (Some(scope), Some(says), Some(source)) = (scope, says, self.source(places, raw, &choice.source)) else { return };
        let texts = |list: &[Spanned<String>]| list.iter().map(|text| text.get_ref().clone()).collect::<Vec<_>>();
        self.set.choices.push(ChoiceRule {
            id: choice.id.get_ref().clone(),
            place: Place { file, line: places.line_of(&choice.id) },
            hosts: texts(&choice.hosts),
            paths: choice.paths.iter().map(|path| Pattern::new(path.get_ref())).collect(),
            methods: choice.methods.as_deref().map(texts),
            query,
            form,
            site: choice.site.as_ref().map(|site| site.get_ref().clone()),
            scope,
            says,
            source,
            certainty: choice.certainty,
        });
    }

    /// What parameters or fields must be. Of form fields only short plain values are kept, so a longer one would never fit.
    fn values(&mut self, places: &Places<'_>, wanted: &RawValues, form: bool) -> Vec<(String, Vec<String>)> {
        for value in wanted.values().flatten().filter(|value| form && !is_visible(value.get_ref())) {
            let message = format!("the value {:?} is never seen", value.get_ref());
            self.mistake(places, value, message, "of form fields only values of up to 16 of a-z, 0-9, '_' and '-' are kept");
        }
        let texts = |values: &[Spanned<String>]| values.iter().map(|value| value.get_ref().clone()).collect();
        wanted.iter().map(|(name, values)| (name.get_ref().clone(), texts(values))).collect()
    }

    /// A claim has to rest on something that somebody can look up.
    fn certainty(&mut self, places: &Places<'_>, certainty: &Spanned<Certainty>) -> Certainty {
        if *certainty.get_ref() == Certainty::Unverified {
            let hint = "write \"stated\" or \"derived\"; what nobody has checked stays not established";
            self.mistake(places, certainty, "a claim cannot be unverified".into(), hint);
        }
        *certainty.get_ref()
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
            if claim.who.get_ref().trim().is_empty() {
                self.mistake(places, &claim.who, "the claim has no speaker".into(), "say who makes it");
            }
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
            let certainty = self.certainty(places, &claim.certainty);
            let Some(source) = self.source(places, raw, &claim.source) else { continue };
            compiled.push(Claim {
                by: claim.by,
                who: claim.who.get_ref().clone(),
                category,
                purpose: claim.purpose.clone(),
                lifetime: claim.lifetime.as_ref().map(|lifetime| lifetime.get_ref().clone()),
                source,
                certainty,
            });
        }
        compiled
    }

    pub(super) fn source(&mut self, places: &Places<'_>, raw: &RawFile, source: &Spanned<String>) -> Option<usize> {
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
        // A year or a month is completed to a day for the check.
        let whole = format!("{text}{}", ["-01-01", "-01", ""].get(text.len().saturating_sub(4) / 3).unwrap_or(&""));
        if ![4, 7, 10].contains(&text.len()) || whole.parse::<jiff::civil::Date>().is_err() {
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
