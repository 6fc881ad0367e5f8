//! Which requests carry a choice made in a consent screen, and which fetch another page without a document, by the signatures of the rules.

use crate::model::UrlParts;
use crate::observe::Observation;
use crate::redact::printable_path;
use crate::rules::{RequestFacts, RuleSet};

/// Index in [`RuleSet::choices`] of the first signature that a request fits. A request that never left the browser carries nothing.
#[must_use]
pub fn choice_request(rules: &RuleSet, observation: &Observation<'_>) -> Option<usize> {
    let candidates = rules.choices_at(&observation.host);
    if candidates.is_empty() || observation.was_not_sent() {
        return None;
    }
    let url = &*observation.url;
    let parts = UrlParts::of(url);
    let query: Vec<(&str, Option<&str>)> = parts
        .query_parameters(url)
        .map(|range| match url[range.clone()].split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (&url[range], None),
        })
        .collect();
    let form: Vec<(&str, Option<&str>)> = observation.form.iter().map(|field| (&*field.name, field.value.as_deref())).collect();
    candidates.into_iter().find(|&index| rules.choices[index].matches(&observation.method, &url[parts.path.clone()], &query, &form))
}

/// A request by which a page fetched another page of its own without loading a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Navigated {
    /// Index in [`RuleSet::navigations`].
    pub signature: usize,
    /// Path of the page's address as it may be printed, where the signature says where the address stands and it stood there.
    pub path: Option<String>,
}

/// The first signature of such a request that a request fits. A request that never left the browser fetches nothing.
#[must_use]
pub fn navigation_request(rules: &RuleSet, observation: &Observation<'_>) -> Option<Navigated> {
    if rules.navigations.is_empty() || observation.was_not_sent() {
        return None;
    }
    let headers: Vec<&str> = observation.header_names.split('\n').collect();
    let request = RequestFacts::new(&observation.url, &observation.host, &observation.method, &headers);
    let signature = rules.navigations_of(&request).into_iter().next()?;
    let named = rules.navigations[signature].address.as_deref();
    let in_query = named.and_then(|wanted| request.query.iter().find(|(name, _)| name == wanted)).and_then(|(_, value)| value.as_deref());
    // Anything else than a path, or an address on the host that was asked, may be a value that is nobody's business.
    let path = |address: &str| {
        let parts = UrlParts::of(address);
        let own = match parts.host(address) {
            Some(found) => found.host == observation.host && ["http", "https"].contains(&&address[parts.scheme.clone()]),
            None => address.starts_with('/') && !address.starts_with("//"),
        };
        own.then(|| printable_path(&address[parts.path]))
    };
    Some(Navigated { signature, path: in_query.and_then(path) })
}
