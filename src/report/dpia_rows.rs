//! Rows for paragraph 2 of the Model DPIA Rijksdienst: what speakers name as personal data, and where fields of that kind were recorded. Never calls
//! anything personal data itself, and never says whose data they are where the recording does not say who acted.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{PersonalFrom, PersonalRow};
use crate::analysis::attribution::Actor;
use crate::analysis::dictionary::EndpointFields;
use crate::rules::{Claim, RuleId, RuleSet};

/// Endpoints that a row names.
const NAMED_ENDPOINTS: usize = 50;

/// Fields that a row names of an endpoint.
const NAMED_FIELDS: usize = 50;

/// What tells rows apart: the texts of the claim, who makes it on what ground, and whose data they are.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key<'r> {
    personal: (&'r str, &'r str),
    category: Option<(&'r str, &'r str)>,
    personal_type: Option<&'static str>,
    speaker: (&'static str, &'r str, usize, &'static str),
    data_subject: Option<&'static str>,
}

#[derive(Default)]
struct Gathered<'r> {
    claim: Option<&'r Claim>,
    rules: BTreeSet<u64>,
    endpoints: BTreeMap<u64, (String, BTreeSet<String>, u64)>,
}

/// The rows, numbered. `endpoints` stand in the order of their rows.
pub(super) fn personal_rows(rules: &RuleSet, endpoints: &[&EndpointFields], numbers: &BTreeMap<RuleId, u64>) -> Vec<PersonalRow> {
    let mut found: BTreeMap<Key<'_>, Gathered<'_>> = BTreeMap::new();
    for (endpoint, nr) in endpoints.iter().zip(1..) {
        let data_subject = who_acted(endpoint);
        for row in endpoint.rows.iter().filter(|row| !row.holds_fields) {
            for &id in &row.rules {
                for claim in rules.claims(id) {
                    let Some(personal) = &claim.personal else { continue };
                    let key = Key {
                        personal: (&personal.en, &personal.nl),
                        category: claim.personal_category.as_ref().map(|text| (&*text.en, &*text.nl)),
                        personal_type: claim.personal_type,
                        speaker: (claim.by.id(), &claim.who, claim.source, claim.certainty.id()),
                        data_subject,
                    };
                    let gathered = found.entry(key).or_default();
                    gathered.claim = Some(claim);
                    gathered.rules.extend(numbers.get(&id));
                    let from = gathered.endpoints.entry(nr).or_insert_with(|| (endpoint.key.host.clone(), BTreeSet::new(), row.entry));
                    from.2 = from.2.min(row.entry);
                    if from.1.len() < NAMED_FIELDS {
                        from.1.insert(format!("{} {}", row.place.id(), row.name));
                    }
                }
            }
        }
    }
    let row = |((key, gathered), nr): ((Key<'_>, Gathered<'_>), u64)| {
        let claim = gathered.claim?;
        let from = |(&endpoint, (host, fields, first_entry)): (&u64, &(String, BTreeSet<String>, u64))| PersonalFrom {
            endpoint,
            host: host.clone(),
            fields: fields.iter().cloned().collect(),
            first_entry: *first_entry,
        };
        Some(PersonalRow {
            nr,
            personal: claim.personal.clone()?,
            data_subject: key.data_subject,
            category: claim.personal_category.clone(),
            personal_type: claim.personal_type,
            by: claim.by.id(),
            who: claim.who.clone(),
            source: rules.sources[claim.source].id.clone(),
            source_date: rules.sources[claim.source].date.clone(),
            certainty: claim.certainty.id(),
            rules: gathered.rules.into_iter().collect(),
            endpoints: gathered.endpoints.len() as u64,
            from: gathered.endpoints.iter().take(NAMED_ENDPOINTS).map(from).collect(),
        })
    };
    found.into_iter().zip(1..).filter_map(row).collect()
}

/// Who acted in the requests to an endpoint, where that was established and is the same of all.
fn who_acted(endpoint: &EndpointFields) -> Option<&'static str> {
    let mut actors = endpoint.actors.keys();
    match (actors.next(), actors.next()) {
        (Some(Actor::NotEstablished) | None, _) | (_, Some(_)) => None,
        (Some(actor), None) => Some(actor.id()),
    }
}
