//! Answers "what do the rules say of this?" for one URL or one cookie, in words that name who says it.

use std::fmt::Write as _;

use super::{ChoiceRule, RequestFacts, RuleId, RuleSet, Secret};
use crate::model::UrlParts;
use crate::redact::SecretPlace;
use crate::site::SuffixList;

/// What the rules say of a URL: owner and endpoints, with who says so. `None`: the text has no host.
#[must_use]
pub fn explain_url(rules: &RuleSet, suffixes: &SuffixList, url: &str, method: &str) -> Option<String> {
    let parts = UrlParts::of(url);
    let host = parts.host(url)?.host;
    let site = suffixes.registrable_domain(&host);
    let mut out = format!("host {host}\nregistrable domain {site} ({})\n", suffixes.description());
    match rules.owner_of(&host, site) {
        Some(domain) => {
            let owner = &rules.owners[domain.owner];
            let source = &rules.sources[domain.source];
            line(&mut out, 0, format_args!("owner {} ({}), {} by {}", owner.name, owner.id, domain.certainty.id(), source.title));
            line(&mut out, 1, format_args!("{} ({}), {}", source.publisher, source.date, source.reference));
            line(&mut out, 1, format_args!("rule at {}", rules.place(domain.place)));
        }
        None => line(&mut out, 0, format_args!("owner not established: no rule names {site}")),
    }
    let request = RequestFacts::new(url, &host, method, &[]);
    let path = request.path;
    let names: Vec<&str> = request.query.iter().map(|(name, _)| *name).collect();
    let found = rules.endpoints_of(&request);
    if found.is_empty() {
        line(&mut out, 0, format_args!("endpoint: nothing established, no rule names {method} {host}{path}"));
    }
    for index in found {
        rule(&mut out, rules, RuleId::Endpoint(index), rules.endpoints[index].owner);
    }
    let fits = |index: &usize| rules.choices[*index].matches_line(method, path);
    for choice in rules.choices_at(&host).into_iter().filter(fits).map(|index| &rules.choices[index]) {
        line(&mut out, 0, format_args!("choice request {} at {}", choice.id, rules.place(choice.place)));
        line(&mut out, 1, format_args!("says {} for the {}{}", choice.says.id(), choice.scope.id(), conditions(choice)));
        let source = &rules.sources[choice.source];
        line(&mut out, 1, format_args!("{}: {}, {} ({})", choice.certainty.id(), source.title, source.publisher, source.date));
    }
    for (name, at) in names.iter().flat_map(|name| rules.secrets_named(SecretPlace::Parameter, name, &host, path).map(move |at| (name, at)))
    {
        secret(&mut out, rules, at, format_args!("query parameter {name}"));
    }
    let answers = rules.secrets.iter().filter(|at| at.rule.place == SecretPlace::Answer && at.rule.applies(&host, path));
    answers.for_each(|at| secret(&mut out, rules, at, format_args!("some members of JSON in the answer")));
    Some(out)
}

/// That something is masked, and by which rule.
fn secret(out: &mut String, rules: &RuleSet, secret: &Secret, what: std::fmt::Arguments<'_>) {
    line(out, 0, format_args!("{what}: masked before it is recorded, rule {} at {}", secret.rule.id, rules.place(secret.place)));
    let source = &rules.sources[secret.source];
    line(out, 1, format_args!("{}: {}, {} ({})", secret.certainty.id(), source.title, source.publisher, source.date));
}

/// What else a choice request must hold, in words.
fn conditions(choice: &ChoiceRule) -> String {
    let query = choice.query.iter().map(|wanted| ("query parameter", wanted));
    let form = choice.form.iter().map(|wanted| ("form field", wanted));
    let words = |(kind, (name, values)): (&str, &(String, Vec<String>))| match &values[..] {
        [] => format!(", if there is a {kind} {name}"),
        values => format!(", if the {kind} {name} is {}", values.join(" or ")),
    };
    query.chain(form).map(words).collect()
}

/// What the rules say of a cookie kept for `domain`.
#[must_use]
pub fn explain_cookie(rules: &RuleSet, name: &str, domain: &str) -> String {
    let mut out = format!("cookie {name} of {domain}\n");
    let found = rules.cookies_for(name, domain);
    if found.is_empty() {
        line(&mut out, 0, format_args!("nothing established, no rule names it"));
    }
    for index in found {
        let cookie = &rules.cookies[index];
        rule(&mut out, rules, RuleId::Cookie(index), cookie.owner);
        if cookie.secret {
            line(&mut out, 1, format_args!("its value opens an account and is never printed"));
        }
    }
    for at in rules.secrets_named(SecretPlace::Cookie, name, domain, "/") {
        secret(&mut out, rules, at, format_args!("its value"));
    }
    out
}

fn rule(out: &mut String, rules: &RuleSet, id: RuleId, owner: Option<usize>) {
    let (name, place) = rules.rule(id);
    line(out, 0, format_args!("rule {name} at {}", rules.place(place)));
    if let Some(owner) = owner {
        line(out, 1, format_args!("of {}", rules.owners[owner].name));
    }
    for claim in rules.claims(id) {
        let category = claim.category.map_or("no category", |category| &rules.categories[category].label.en);
        line(out, 1, format_args!("{} ({}): {category}", claim.who, claim.by.id()));
        if let Some(purpose) = &claim.purpose {
            line(out, 2, format_args!("{}", purpose.en));
        }
        if let Some(lifetime) = &claim.lifetime {
            line(out, 2, format_args!("lifetime stated: {lifetime}"));
        }
        let source = &rules.sources[claim.source];
        line(
            out,
            2,
            format_args!("{}: {}, {} ({}), {}", claim.certainty.id(), source.title, source.publisher, source.date, source.reference),
        );
    }
}

fn line(out: &mut String, depth: usize, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{:1$}{text}", "", depth * 2);
}
