//! Which requests carry a choice made in a consent screen, by the signatures of the rules.

use crate::model::UrlParts;
use crate::observe::Observation;
use crate::rules::RuleSet;

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
