//! Rows for paragraph 2 of the Model DPIA Rijksdienst: what speakers name as personal data, and where fields and cookies of that kind were
//! recorded; and the address from which every connection comes. Never calls
//! anything personal data itself, and never says whose data they are where the recording does not say who acted.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{PersonalFrom, PersonalRow, PersonalSaid, Text};
use crate::analysis::attribution::Actor;
use crate::analysis::dictionary::{EndpointFields, FieldRow};
use crate::rules::{Claim, RuleId, RuleSet};

/// Endpoints that a row names.
const NAMED_ENDPOINTS: usize = 50;

/// Fields that a row names of an endpoint.
const NAMED_FIELDS: usize = 50;

/// What tells speakers of one term apart: category and type that they give, who they are, and on what ground they say so.
type Speaker<'r> = (Option<(&'r str, &'r str)>, Option<&'static str>, &'static str, &'r str, usize, &'static str);

#[derive(Default)]
struct Gathered<'r> {
    said: BTreeMap<Speaker<'r>, (Option<&'r Claim>, BTreeSet<u64>)>,
    endpoints: BTreeMap<u64, From>,
}

struct From {
    host: String,
    fields: BTreeSet<String>,
    first_entry: u64,
    subject: Option<&'static str>,
}

/// What of a value tells somebody apart. The rest says something all the same where it is short, such as one letter for a sex.
const TELLS_APART: [&str; 4] = ["user", "browser", "session", "device"];

/// Whether a claim calls a field an identifier although no value that was sent can be one.
pub(super) fn is_no_identifier(row: &FieldRow, data: Option<&str>, identifies: Option<&str>) -> bool {
    row.is_too_short() && (data == Some("identifier") || identifies.is_some_and(|apart| TELLS_APART.contains(&apart)))
}

/// The rows, numbered, the one about connections first; and how many fields were left out because they hold no identifier. `endpoints` stand in the
/// order of their rows.
pub(super) fn personal_rows(rules: &RuleSet, endpoints: &[&EndpointFields], numbers: &BTreeMap<RuleId, u64>) -> (Vec<PersonalRow>, u64) {
    let mut found: BTreeMap<(&str, &str), Gathered<'_>> = BTreeMap::new();
    let mut too_short = 0;
    for (endpoint, nr) in endpoints.iter().zip(1..) {
        let subject = who_acted(endpoint);
        for row in endpoint.rows.iter().filter(|row| !row.holds_fields) {
            let said = row.rules.iter().flat_map(|&id| rules.claims(id).iter().map(move |claim| (id, claim)));
            let mut is_left_out = false;
            for (id, claim) in said {
                let Some(personal) = &claim.personal else { continue };
                if row.longest == 0 || is_no_identifier(row, claim.data, claim.identifies) {
                    is_left_out = true;
                    continue;
                }
                let category = claim.personal_category.as_ref().map(|text| (&*text.en, &*text.nl));
                let speaker = (category, claim.personal_type, claim.by.id(), &*claim.who, claim.source, claim.certainty.id());
                let gathered = found.entry((&personal.en, &personal.nl)).or_default();
                let by = gathered.said.entry(speaker).or_default();
                by.0 = Some(claim);
                by.1.extend(numbers.get(&id));
                let from = gathered.endpoints.entry(nr).or_insert_with(|| From {
                    host: endpoint.key.host.clone(),
                    fields: BTreeSet::new(),
                    first_entry: row.entry,
                    subject,
                });
                from.first_entry = from.first_entry.min(row.entry);
                if from.fields.len() < NAMED_FIELDS {
                    from.fields.insert(format!("{} {}", row.place.id(), row.name));
                }
            }
            too_short += u64::from(is_left_out);
        }
    }
    let row = |((en, nl), gathered): ((&str, &str), Gathered<'_>)| {
        let (data_subjects, endpoints_without_subject) = subjects(gathered.endpoints.values().map(|from| from.subject));
        let from = |(&endpoint, from): (&u64, &From)| PersonalFrom {
            endpoint,
            host: from.host.clone(),
            fields: from.fields.iter().cloned().collect(),
            first_entry: from.first_entry,
        };
        PersonalRow {
            nr: 0,
            basis: "field",
            personal: Text { en: en.to_owned(), nl: nl.to_owned() },
            data_subjects,
            endpoints_without_subject,
            said: gathered.said.into_values().filter_map(|(claim, of)| Some(said(rules, claim?, of))).collect(),
            endpoints: gathered.endpoints.len() as u64,
            from: gathered.endpoints.iter().take(NAMED_ENDPOINTS).map(from).collect(),
            requests: None,
        }
    };
    let rows = connections(endpoints).into_iter().chain(found.into_iter().map(row));
    (rows.zip(1..).map(|(row, nr)| PersonalRow { nr, ..row }).collect(), too_short)
}

fn said(rules: &RuleSet, claim: &Claim, of: BTreeSet<u64>) -> PersonalSaid {
    PersonalSaid {
        category: claim.personal_category.clone(),
        personal_type: claim.personal_type,
        by: claim.by.id(),
        who: claim.who.clone(),
        source: Some(rules.sources[claim.source].id.clone()),
        source_date: Some(rules.sources[claim.source].date.clone()),
        certainty: claim.certainty.id(),
        rules: of.into_iter().collect(),
    }
}

/// The address from which requests come. It stands in no field, but an answer needs an address to go to, so whoever is asked sees one; behind an
/// exit of a network that several use it is that of the exit.
fn connections(endpoints: &[&EndpointFields]) -> Option<PersonalRow> {
    let requests: u64 = endpoints.iter().map(|endpoint| endpoint.requests).sum();
    if requests == 0 {
        return None;
    }
    let (data_subjects, endpoints_without_subject) = subjects(endpoints.iter().map(|endpoint| who_acted(endpoint)));
    let text = |en: &str, nl: &str| Text { en: en.to_owned(), nl: nl.to_owned() };
    let own = PersonalSaid {
        category: Some(text("device and internet data", "apparaat- en internetgegevens")),
        personal_type: None,
        by: "own",
        who: "dataspoor".to_owned(),
        source: None,
        source_date: None,
        certainty: "derived",
        rules: Vec::new(),
    };
    Some(PersonalRow {
        nr: 0,
        basis: "connection",
        personal: text("IP address", "IP-adres"),
        data_subjects,
        endpoints_without_subject,
        said: vec![own],
        from: Vec::new(),
        endpoints: endpoints.len() as u64,
        requests: Some(requests),
    })
}

/// The different ones, by name, and of how many endpoints none is established.
fn subjects(of: impl Iterator<Item = Option<&'static str>>) -> (Vec<&'static str>, u64) {
    let (mut known, mut without) = (BTreeSet::new(), 0);
    for subject in of {
        match subject {
            Some(subject) => drop(known.insert(subject)),
            None => without += 1,
        }
    }
    (known.into_iter().collect(), without)
}

/// Who acted in the requests to an endpoint, where that was established and is the same of all.
fn who_acted(endpoint: &EndpointFields) -> Option<&'static str> {
    let mut actors = endpoint.actors.keys();
    match (actors.next(), actors.next()) {
        (Some(Actor::NotEstablished) | None, _) | (_, Some(_)) => None,
        (Some(actor), None) => Some(actor.id()),
    }
}
