//! Doubts about a rule set that has no mistakes: rules that say the same twice, are never reached, rest on nothing that anybody tries, or that nobody
//! looked at for long. A doubt stops nothing; only whoever writes rules is told.

use std::collections::BTreeMap;

use hashbrown::HashSet;

use super::choice::ChoiceRule;
use super::request::RequestMatch;
use super::set::RuleSet;
use super::subject::{Claim, Place};
use super::{Diagnostic, RuleId};
use crate::site::SuffixList;

/// After how many days without a change somebody should look at a file again.
const STALE_DAYS: i64 = 366;

impl RuleSet {
    /// All doubts, by file and line. `today`: the date of today.
    #[must_use]
    pub fn doubts(&self, suffixes: &SuffixList, today: jiff::civil::Date) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let mut doubt = |place: Place, message: String, hint: &str| found.push(self.diagnostic(place, message, hint));
        self.stale(today, &mut doubt);
        self.duplicates(&mut doubt);
        self.unreachable(suffixes, &mut doubt);
        self.untried(&mut doubt);
        self.unused(&mut doubt);
        self.saying_nothing(&mut doubt);
        found.sort();
        found.dedup();
        found
    }

    fn stale(&self, today: jiff::civil::Date, doubt: &mut impl FnMut(Place, String, &str)) {
        for (file, info) in self.files.iter().enumerate() {
            let whole = format!("{}{}", info.version, ["-01-01", "-01", ""].get(info.version.len().saturating_sub(4) / 3).unwrap_or(&""));
            let Ok(version) = whole.parse::<jiff::civil::Date>() else { continue };
            let days = (today - version).get_days();
            let place = Place { file, line: 1, column: 1 };
            if i64::from(days) > STALE_DAYS {
                doubt(
                    place,
                    format!("stale: the file was last changed on {}, {days} days ago", info.version),
                    "look whether its sources still say so, and write today's date",
                );
            } else if days < 0 {
                doubt(place, format!("the version {} lies in the future", info.version), "write the day of the last change");
            }
        }
    }

    /// Rules that fit exactly the same. Different claims about one thing belong to one rule, so that a reader finds them together.
    fn duplicates(&self, doubt: &mut impl FnMut(Place, String, &str)) {
        let mut seen: BTreeMap<String, (&str, Place)> = BTreeMap::new();
        let sorted = |domains: Option<&Vec<String>>| {
            let mut domains = domains.cloned().unwrap_or_default();
            domains.sort_unstable();
            domains.join(" ")
        };
        let cookies =
            self.cookies.iter().map(|rule| (format!("cookie {} {}", rule.name, sorted(rule.domains.as_ref())), &rule.id, rule.place));
        let storage = self
            .storage
            .iter()
            .map(|rule| (format!("storage {} {} {}", rule.area, rule.key, sorted(rule.domains.as_ref())), &rule.id, rule.place));
        let endpoints = self.endpoints.iter().map(|rule| (format!("endpoint {:?}", rule.at), &rule.id, rule.place));
        let fields = self.fields.iter().map(|rule| {
            let operation = rule.operation.as_ref().map(ToString::to_string);
            (format!("field {} {:?} {operation:?} {:?}", rule.name, rule.places, rule.at), &rule.id, rule.place)
        });
        for (what, id, place) in cookies.chain(storage).chain(endpoints).chain(fields) {
            if let Some((other, earlier)) = seen.insert(what, (id, place)) {
                let message = format!("duplicate: {id} fits exactly what {other} in {} fits", self.place(earlier));
                doubt(place, message, "put the claims of both under one rule");
            }
        }
    }

    fn unreachable(&self, suffixes: &SuffixList, doubt: &mut impl FnMut(Place, String, &str)) {
        for (index, choice) in self.choices.iter().enumerate() {
            if let Some(earlier) = self.choices[..index].iter().find(|earlier| covers(earlier, choice)) {
                let message =
                    format!("shadowed: {} is never reached, because {} in {} fits first", choice.id, earlier.id, self.place(earlier.place));
                doubt(choice.place, message, "put it before the other, or give the other a condition");
            }
        }
        let hosts = self.endpoints.iter().flat_map(|rule| rule.at.hosts.iter().map(|host| (&rule.id, rule.place, &host.name)));
        let hosts = hosts.chain(self.fields.iter().flat_map(|rule| rule.at.hosts.iter().map(|host| (&rule.id, rule.place, &host.name))));
        let hosts = hosts.chain(self.networks.iter().flat_map(|rule| rule.hosts.iter().map(|host| (&rule.id, rule.place, &host.name))));
        let hosts = hosts.chain(self.domains.iter().map(|(name, domain)| (&self.owners[domain.owner].id, domain.place, name)));
        for (id, place, host) in hosts.filter(|(.., host)| !host.contains('.')) {
            doubt(
                place,
                format!("too wide: {id} names {host}, a whole top-level domain"),
                "name the domain of the organisation or service",
            );
        }
        for cookie in self.cookies.iter().filter(|cookie| cookie.secret && cookie.domains.is_none() && cookie.name.matches("")) {
            doubt(cookie.place, format!("too wide: {} masks every cookie of every site", cookie.id), "name the cookie, or its domains");
        }
        let kept = self.cookies.iter().map(|rule| (&rule.id, rule.place, rule.domains.as_deref()));
        let stored = self.storage.iter().map(|rule| (&rule.id, rule.place, rule.domains.as_deref()));
        for (id, place, domain) in
            kept.chain(stored).flat_map(|(id, place, domains)| domains.into_iter().flatten().map(move |domain| (id, place, domain)))
        {
            if suffixes.is_public_suffix(domain) {
                let message = format!("unreachable: {id} names {domain}, a public suffix, for which browsers keep no cookie");
                doubt(place, message, "name the registrable domain, or leave the key out for any");
            }
        }
        let at = self.endpoints.iter().map(|rule| (&rule.id, rule.place, &rule.at));
        let at = at.chain(self.fields.iter().map(|rule| (&rule.id, rule.place, &rule.at)));
        for (id, place, at) in at.chain(self.navigations.iter().map(|rule| (&rule.id, rule.place, &rule.at))) {
            if let Some(why) = never(at) {
                doubt(place, format!("unreachable: {id} {why}"), "no request can fit it; mend the condition");
            }
        }
    }

    /// Rules that no example tries.
    fn untried(&self, doubt: &mut impl FnMut(Place, String, &str)) {
        let tried: HashSet<&String> = self.examples.iter().flat_map(|example| example.rules.iter().chain(&example.fields)).collect();
        let cookies = self.cookies.iter().map(|rule| (&rule.id, rule.place));
        let storage = self.storage.iter().map(|rule| (&rule.id, rule.place));
        let endpoints = self.endpoints.iter().map(|rule| (&rule.id, rule.place));
        let navigations = self.navigations.iter().map(|rule| (&rule.id, rule.place));
        let fields = self.fields.iter().map(|rule| (&rule.id, rule.place));
        for (id, place) in cookies.chain(storage).chain(endpoints).chain(navigations).chain(fields).filter(|(id, _)| !tried.contains(id)) {
            doubt(place, format!("untried: no example names {id}"), "write an [[example]] that it has to fit");
        }
    }

    /// Sources and owners to which nothing refers.
    fn unused(&self, doubt: &mut impl FnMut(Place, String, &str)) {
        let claims = self.all_claims().map(|(_, claim)| claim.source);
        let contracts = self.owners.iter().flat_map(|owner| &owner.contracts).map(|contract| contract.source);
        let used: HashSet<usize> = claims
            .chain(contracts)
            .chain(self.domains.values().map(|domain| domain.source))
            .chain(self.networks.iter().map(|network| network.source))
            .chain(self.navigations.iter().map(|navigation| navigation.source))
            .chain(self.choices.iter().map(|choice| choice.source))
            .chain(self.secrets.iter().map(|secret| secret.source))
            .chain(self.lifetimes.iter().map(|line| line.source))
            .chain(self.statements.iter().map(|statement| statement.source))
            .collect();
        for (_, source) in self.sources.iter().enumerate().filter(|(index, _)| !used.contains(index)) {
            doubt(source.place, format!("unused: no claim rests on the source {}", source.id), "remove it, or say what it says");
        }
        let owners = self.all_rules().filter_map(|rule| self.owner_in(rule)).chain(self.domains.values().map(|domain| domain.owner));
        let named: HashSet<usize> = owners.chain(self.networks.iter().filter_map(|network| network.owner)).collect();
        for (_, owner) in self.owners.iter().enumerate().filter(|(index, _)| !named.contains(index)) {
            doubt(
                owner.place,
                format!("unused: the owner {} has no domain, and no rule names it", owner.id),
                "give it a domain, or remove it",
            );
        }
    }

    /// Claims that hold nothing but a speaker, and texts that were not translated.
    fn saying_nothing(&self, doubt: &mut impl FnMut(Place, String, &str)) {
        for (rule, claim) in self.all_claims() {
            let (id, place) = self.rule(rule);
            let says = [
                claim.category.is_some(),
                claim.purpose.is_some(),
                claim.lifetime.is_some(),
                claim.data.is_some(),
                claim.identifies.is_some(),
                claim.personal.is_some() || claim.personal_category.is_some() || claim.personal_type.is_some(),
            ];
            if !says.contains(&true) {
                doubt(
                    place,
                    format!("a claim of {} about {id} says nothing", claim.who),
                    "give it a category, a purpose or a lifetime, or remove it",
                );
            }
            if claim.purpose.as_ref().is_some_and(|text| text.en == text.nl) {
                doubt(place, format!("a text about {id} is the same in both languages"), "translate it");
            }
        }
    }

    fn all_rules(&self) -> impl Iterator<Item = RuleId> {
        let cookies = (0..self.cookies.len()).map(RuleId::Cookie);
        let storage = (0..self.storage.len()).map(RuleId::Storage);
        let endpoints = (0..self.endpoints.len()).map(RuleId::Endpoint);
        cookies.chain(storage).chain(endpoints).chain((0..self.fields.len()).map(RuleId::Field))
    }

    fn all_claims(&self) -> impl Iterator<Item = (RuleId, &Claim)> {
        self.all_rules().flat_map(|rule| self.claims(rule).iter().map(move |claim| (rule, claim)))
    }
}

/// Whether every request that fits `later` fits `earlier` first, as far as that can be told from what is written.
fn covers(earlier: &ChoiceRule, later: &ChoiceRule) -> bool {
    let under = |host: &String| {
        earlier.hosts.iter().any(|wanted| host == wanted || host.strip_suffix(wanted.as_str()).is_some_and(|before| before.ends_with('.')))
    };
    let path = |path: &crate::model::Pattern| {
        earlier.paths.iter().any(|wanted| wanted == path || path.exact().is_some_and(|text| wanted.matches(text)))
    };
    let method = match (&earlier.methods, &later.methods) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(earlier), Some(later)) => later.iter().all(|method| earlier.contains(method)),
    };
    let conditions = |earlier: &[(String, Vec<String>)], later: &[(String, Vec<String>)]| {
        earlier.iter().all(|(name, values)| {
            later.iter().any(|(other, others)| {
                other == name && (values.is_empty() || (!others.is_empty() && others.iter().all(|value| values.contains(value))))
            })
        })
    };
    let all = later.hosts.iter().all(under) && later.paths.iter().all(path) && method;
    all && conditions(&earlier.query, &later.query) && conditions(&earlier.form, &later.form)
}

/// Why no request can fit.
fn never(at: &RequestMatch) -> Option<String> {
    if at.methods.as_ref().is_some_and(Vec::is_empty) {
        return Some("names no method".to_owned());
    }
    let query_in_path = at.paths.iter().filter_map(|path| path.exact()).find(|path| path.contains(['?', '#']));
    if let Some(path) = query_in_path {
        return Some(format!("has the path {path:?}, and a path holds neither '?' nor '#'"));
    }
    // A pattern that begins and ends with a text that no named host has.
    let outside = at.host_names.iter().find(|pattern| match pattern.exact() {
        Some(host) => !at.hosts.is_empty() && !at.hosts.iter().any(|wanted| wanted.fits(host)),
        None => false,
    });
    if let Some(host) = outside {
        return Some(format!("asks for the host {host}, which is under none of its hosts"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = include_str!("../../tests/data/rules-doubtful/doubtful.toml");

    #[test]
    fn every_kind_of_doubt() {
        let rules = RuleSet::compile([("doubtful.toml", FILE)]).expect("no mistakes");
        let found = rules.doubts(&SuffixList::Embedded, jiff::civil::date(2026, 11, 22));
        let found: String = found.iter().map(|doubt| format!("{doubt}\n")).collect();
        let expected = include_str!("../../tests/data/rules-doubtful/expected.txt");
        assert_eq!(found, expected);
        for word in ["stale", "duplicate", "shadowed", "unreachable", "untried", "unused", "says nothing", "same in both languages"] {
            assert!(expected.contains(word), "{word} is not tried");
        }
    }
}
