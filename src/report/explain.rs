//! What the rules say of one request, one cookie or one key, in words that name who says it, how surely, and what it does not prove. Reads no
//! recording: whether anything was sent is never answered here.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use super::text::{Lang, Texts, Value};
use crate::model::UrlParts;
use crate::redact::{SecretPlace, printable_url};
use crate::rules::{Certainty, ChoiceRule, Claim, ExampleSubject, Place, RequestFacts, RuleId, RuleSet, Secret, Text};
use crate::site::SuffixList;

/// What the rules say of `subject`, in `lang`. `None`: a URL without a host.
#[must_use]
pub fn explain(rules: &RuleSet, suffixes: &SuffixList, subject: &ExampleSubject, lang: Lang) -> Option<String> {
    let mut explanation = Explanation { rules, suffixes, texts: Texts::of(lang), out: String::new(), limits: Vec::new() };
    match subject {
        ExampleSubject::Request { url, method, headers, names, operation } => {
            explanation.request(url, method, headers, (names, operation.as_deref()))?;
        }
        ExampleSubject::Cookie(name, domain) => explanation.cookie(name, domain),
        ExampleSubject::Storage(key, domain) => explanation.storage(key, domain),
    }
    explanation.limits();
    Some(explanation.out)
}

struct Explanation<'r> {
    rules: &'r RuleSet,
    suffixes: &'r SuffixList,
    texts: Texts,
    out: String,
    /// What is not proved, in words, without repetition.
    limits: Vec<String>,
}

impl Explanation<'_> {
    /// A request, and fields of it beside those of the query: place and name, and the operation that it asks for.
    fn request(&mut self, url: &str, method: &str, headers: &[String], fields: (&[(String, String)], Option<&str>)) -> Option<()> {
        let rules = self.rules;
        let parts = UrlParts::of(url);
        let host = parts.host(url)?.host;
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let request = RequestFacts::new(url, &host, method, &headers);
        let endpoints = rules.endpoints_of(&request);
        let show = |name: &str| endpoints.iter().any(|&rule| rules.endpoints[rule].show.iter().any(|shown| shown == name));
        let printable = printable_url(url, show);
        self.say(0, "explain-request", &[("method", method.into()), ("url", printable.into())]);
        self.owners(&host);
        if endpoints.is_empty() {
            let args = [("method", method.into()), ("host", (&*host).into()), ("path", request.path.into())];
            self.say(0, "explain-none-request", &args);
        }
        for index in endpoints {
            self.rule(RuleId::Endpoint(index));
            if rules.endpoints[index].background {
                self.say(1, "explain-background", &[]);
            }
        }
        let (names, operation) = fields;
        let of_request = rules.fields_of(&request);
        let in_query = request.query.iter().map(|(name, _)| ("query", &**name));
        let mut told = BTreeSet::new();
        for (place, name) in in_query.chain(names.iter().map(|(place, name)| (&**place, &**name))) {
            if !told.insert((place, name)) {
                continue;
            }
            for index in rules.fields_named(&of_request, place, name, operation) {
                self.say(0, "explain-field", &[("name", name.into()), ("place", place.into())]);
                self.rule_at(1, RuleId::Field(index));
            }
        }
        for navigation in rules.navigations_of(&request).into_iter().map(|index| &rules.navigations[index]) {
            self.at(0, "explain-navigation", &navigation.id, navigation.place);
            self.source(1, navigation.certainty, navigation.source);
        }
        let fits = |index: &usize| rules.choices[*index].matches_line(method, request.path);
        for choice in rules.choices_at(&host).into_iter().filter(fits).map(|index| &rules.choices[index]) {
            self.choice(choice);
        }
        for (name, _) in &request.query {
            for secret in rules.secrets_named(SecretPlace::Parameter, name, &host, request.path) {
                let what = self.texts.get("explain-secret-parameter", &[("name", (&**name).into())]);
                self.secret(secret, what);
            }
        }
        for secret in rules.secrets.iter().filter(|at| at.rule.place == SecretPlace::Answer && at.rule.applies(&host, request.path)) {
            let what = self.texts.get("explain-secret-answer", &[]);
            self.secret(secret, what);
        }
        self.limit("limits-endpoint");
        self.limit("limits-owner");
        self.limit("limits-transfer");
        Some(())
    }

    fn cookie(&mut self, name: &str, domain: &str) {
        let rules = self.rules;
        self.say(0, "explain-cookie", &[("name", name.into()), ("domain", domain.into())]);
        self.owners(domain);
        let found = rules.cookies_for(name, domain);
        if found.is_empty() {
            self.say(0, "explain-none-cookie", &[]);
        }
        for index in found {
            self.rule(RuleId::Cookie(index));
            if rules.cookies[index].secret {
                self.say(1, "explain-never-printed", &[]);
            }
        }
        for secret in rules.secrets_named(SecretPlace::Cookie, name, domain, "/") {
            let what = self.texts.get("explain-secret-cookie", &[]);
            self.secret(secret, what);
        }
        self.limit("limits-cookie");
        self.limit("limits-owner");
    }

    fn storage(&mut self, key: &str, domain: &str) {
        self.say(0, "explain-storage", &[("name", key.into()), ("domain", domain.into())]);
        self.owners(domain);
        let found = self.rules.storage_for(key, domain);
        if found.is_empty() {
            self.say(0, "explain-none-storage", &[]);
        }
        for index in found {
            self.rule(RuleId::Storage(index));
            self.say(1, "explain-area", &[("area", self.rules.storage[index].area.into())]);
        }
        self.limit("limits-storage");
        self.limit("limits-owner");
    }

    /// Who is who at a host: three things, each with its own source.
    fn owners(&mut self, host: &str) {
        let rules = self.rules;
        let site = self.suffixes.registrable_domain(host);
        let list = self.suffixes.description();
        self.say(0, "explain-host", &[("host", host.into()), ("site", site.into()), ("list", list.into())]);
        let holder = rules.owner_of(host, site);
        match holder {
            Some(domain) => {
                let owner = &rules.owners[domain.owner];
                self.say(0, "explain-holder", &[("name", (&*owner.name).into())]);
                self.at(1, "explain-rule", &owner.id, domain.place);
                self.source(1, domain.certainty, domain.source);
            }
            None => self.say(0, "explain-holder-none", &[("site", site.into())]),
        }
        match rules.network_at(host, None).map(|index| &rules.networks[index]) {
            Some(network) => {
                self.say(0, "explain-network", &[("name", (&*network.operator).into())]);
                self.at(1, "explain-rule", &network.id, network.place);
                self.source(1, network.certainty, network.source);
            }
            None => self.say(0, "explain-network-none", &[]),
        }
        let contracts: Vec<_> = holder.into_iter().flat_map(|domain| rules.contracts_at(domain.owner, host)).collect();
        if contracts.is_empty() {
            self.say(0, "explain-contract-none", &[]);
        }
        for contract in contracts {
            let service = self.in_language(&contract.service).to_owned();
            self.say(0, "explain-contract", &[("party", (&*contract.party).into()), ("service", service.into())]);
            self.source(1, contract.certainty, contract.source);
        }
    }

    fn rule(&mut self, id: RuleId) {
        self.rule_at(0, id);
    }

    fn rule_at(&mut self, depth: usize, id: RuleId) {
        let rules = self.rules;
        let (name, place) = rules.rule(id);
        self.at(depth, "explain-rule", name, place);
        if let Some(owner) = rules.owner_in(id) {
            self.say(depth + 1, "explain-owner", &[("owner", (&*rules.owners[owner].name).into())]);
        }
        let claims = rules.claims(id);
        claims.iter().for_each(|claim| self.claim(depth + 1, claim));
        self.disagreement(depth + 1, claims);
        if let Some(limits) = rules.limits(id) {
            let text = self.in_language(limits).to_owned();
            self.add_limit(text);
        }
        if let RuleId::Field(index) = id {
            let field = &rules.fields[index];
            if field.secret {
                self.say(depth + 1, "explain-never-printed", &[]);
            }
            if let Some(count) = &field.count {
                self.say(depth + 1, "explain-counted", &[("name", (&**count).into())]);
            }
            self.limit("limits-field");
        }
    }

    fn claim(&mut self, depth: usize, claim: &Claim) {
        let by = self.texts.get(&format!("by-{}", claim.by.id()), &[]);
        let category = match (claim.category, claim.data) {
            (Some(category), _) => self.in_language(&self.rules.categories[category].label).to_owned(),
            (None, Some(data)) => {
                let data = self.texts.get(&format!("data-{data}"), &[]);
                self.texts.get("explain-data", &[("data", data.into())])
            }
            (None, None) => self.texts.get("claim-no-category", &[]),
        };
        self.say(depth, "explain-claim", &[("who", (&*claim.who).into()), ("by", by.into()), ("category", category.into())]);
        if let Some(what) = claim.identifies {
            let what = self.texts.get(&format!("identifies-{what}"), &[]);
            self.say(depth + 1, "explain-identifies", &[("what", what.into())]);
        }
        if let Some(purpose) = &claim.purpose {
            let purpose = self.in_language(purpose).to_owned();
            self.line(depth + 1, &purpose);
        }
        if let Some(personal) = &claim.personal {
            let text = self.in_language(personal).to_owned();
            self.say(depth + 1, "explain-personal", &[("text", text.into())]);
        }
        if let Some(category) = &claim.personal_category {
            let text = self.in_language(category).to_owned();
            self.say(depth + 1, "explain-personal-category", &[("text", text.into())]);
        }
        if let Some(kind) = claim.personal_type {
            let text = self.texts.get(&format!("personal-type-{kind}"), &[]);
            self.say(depth + 1, "explain-personal-type", &[("text", text.into())]);
        }
        if let Some(lifetime) = &claim.lifetime {
            let lifetime = self.texts.lifetime(lifetime);
            self.say(depth + 1, "claim-lifetime", &[("lifetime", lifetime.into())]);
        }
        self.source(depth + 1, claim.certainty, claim.source);
    }

    /// Where the sources name different categories, all of them side by side: nobody decides between them.
    fn disagreement(&mut self, depth: usize, claims: &[Claim]) {
        let named = || claims.iter().filter_map(|claim| claim.category.map(|category| (category, claim)));
        let categories: BTreeSet<usize> = named().map(|(category, _)| category).collect();
        if categories.len() < 2 {
            return;
        }
        self.say(depth, "explain-disagree", &[]);
        for category in categories {
            let mut who: Vec<&str> = named().filter(|(other, _)| *other == category).map(|(_, claim)| &*claim.who).collect();
            who.dedup();
            let label = self.in_language(&self.rules.categories[category].label).to_owned();
            self.line(depth + 1, &format!("{label}: {}", who.join(", ")));
        }
    }

    fn choice(&mut self, choice: &ChoiceRule) {
        self.at(0, "explain-choice", &choice.id, choice.place);
        let says = self.texts.get(&format!("says-{}", choice.says.id()), &[]);
        let scope = self.texts.get(&format!("scope-{}", choice.scope.id()), &[]);
        self.say(1, "explain-choice-says", &[("says", says.into()), ("scope", scope.into())]);
        let query = choice.query.iter().map(|wanted| ("query", wanted));
        let form = choice.form.iter().map(|wanted| ("form", wanted));
        for (kind, (name, values)) in query.chain(form) {
            let which = if values.is_empty() { "none" } else { "other" };
            let args = [("kind", kind.into()), ("name", (&**name).into()), ("values", which.into()), ("list", values.join(", ").into())];
            self.say(1, "explain-choice-if", &args);
        }
        self.source(1, choice.certainty, choice.source);
    }

    /// That something is masked, and by which rule.
    fn secret(&mut self, secret: &Secret, what: String) {
        let place = self.rules.place(secret.place);
        self.say(0, "explain-secret", &[("what", what.into()), ("rule", (&*secret.rule.id).into()), ("place", place.into())]);
        self.source(1, secret.certainty, secret.source);
    }

    /// Who says so, in full: a reader must be able to find the work.
    fn source(&mut self, depth: usize, certainty: Certainty, source: usize) {
        let source = &self.rules.sources[source];
        let certainty = self.texts.get(&format!("certainty-{}", certainty.id()), &[]);
        let args = [
            ("certainty", certainty.into()),
            ("title", (&*source.title).into()),
            ("publisher", (&*source.publisher).into()),
            ("date", (&*source.date).into()),
        ];
        self.say(depth, "explain-source", &args);
        self.line(depth + 1, &source.reference);
    }

    fn at(&mut self, depth: usize, message: &str, rule: &str, place: Place) {
        let place = self.rules.place(place);
        self.say(depth, message, &[("rule", rule.into()), ("place", place.into())]);
    }

    fn limit(&mut self, message: &str) {
        let text = self.texts.get(message, &[]);
        self.add_limit(text);
    }

    fn add_limit(&mut self, text: String) {
        if !self.limits.contains(&text) {
            self.limits.push(text);
        }
    }

    fn limits(&mut self) {
        self.limit("limits-rule");
        self.say(0, "explain-limits", &[]);
        for text in std::mem::take(&mut self.limits) {
            self.line(1, &format!("- {text}"));
        }
    }

    fn in_language<'t>(&self, text: &'t Text) -> &'t str {
        match self.texts.lang() {
            Lang::Nl => &text.nl,
            Lang::En => &text.en,
        }
    }

    fn say(&mut self, depth: usize, message: &str, args: &[(&str, Value<'_>)]) {
        let text = self.texts.get(message, args);
        self.line(depth, &text);
    }

    fn line(&mut self, depth: usize, text: impl fmt::Display + Copy) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.out, "{:1$}{text}", "", depth * 2);
    }
}
