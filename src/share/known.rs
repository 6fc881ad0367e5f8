//! Values that are known to belong to somebody: planted values, account numbers that rules find in the recording, and what the operator names. They are
//! looked for in every form and in every layer, so that none gets out in disguise.

use std::collections::BTreeMap;
use std::ops::Range;

use aho_corasick::AhoCorasick;

use crate::analysis::planted::{Planted, SHORTEST, Seed, SeedKind};
use crate::decode::{Field, FieldPlace, Limits, fields};
use crate::model::{Exchange, Locator, UrlParts};
use crate::rules::{RequestFacts, RuleSet};

/// A value that must not get out.
#[derive(Clone, PartialEq, Eq)]
pub struct KnownValue {
    /// What it is called in messages: never the value.
    pub label: String,
    /// What it is, as far as forms of it follow from that.
    pub kind: SeedKind,
    /// The value.
    pub value: String,
}

// Whoever prints one to look for a mistake must not write down its value.
impl std::fmt::Debug for KnownValue {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("KnownValue").field("label", &self.label).finish_non_exhaustive()
    }
}

/// Looks for known values.
#[derive(Debug)]
pub struct Known {
    planted: Planted,
    /// The values as they are, in either letter case, wherever they stand: also inside of longer words.
    literal: Option<AhoCorasick>,
    labels: Vec<String>,
    /// Labels of values that are too short to be looked for.
    pub too_short: Vec<String>,
}

impl Known {
    /// Looks for `values`.
    #[must_use]
    pub fn new(values: &[KnownValue]) -> Self {
        let (long, short): (Vec<_>, Vec<_>) = values.iter().partition(|known| known.value.trim().len() >= SHORTEST);
        let seeds: Vec<Seed> = long
            .iter()
            .map(|known| Seed {
                id: known.label.clone(),
                kind: known.kind,
                label: known.label.clone(),
                value: known.value.trim().to_owned(),
            })
            .collect();
        let literals: Vec<&str> = long.iter().map(|known| known.value.trim()).collect();
        let literal = (!literals.is_empty()).then(|| AhoCorasick::builder().ascii_case_insensitive(true).build(&literals).ok()).flatten();
        Self {
            planted: Planted::new(&seeds, Vec::new()),
            literal,
            labels: long.iter().map(|known| known.label.clone()).collect(),
            too_short: short.iter().map(|known| known.label.clone()).collect(),
        }
    }

    /// How many are looked for.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is nothing to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Where they stand in some bytes.
    #[must_use]
    pub fn ranges(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        let mut ranges = self.planted.ranges(bytes);
        if let Some(literal) = &self.literal {
            ranges.extend(literal.find_overlapping_iter(bytes).map(|found| found.range()));
        }
        ranges
    }

    /// Whether one stands in some bytes.
    #[must_use]
    pub fn stands_in(&self, bytes: &[u8]) -> bool {
        !self.ranges(bytes).is_empty()
    }

    /// Fields of an exchange in which one stands, behind whatever layers, with its label.
    #[must_use]
    pub fn places_in(&self, exchange: &Exchange) -> Vec<(Locator, String)> {
        let mut found: BTreeMap<String, (Locator, String)> = BTreeMap::new();
        if self.is_empty() {
            return Vec::new();
        }
        let mut see = |field: &Field<'_>| {
            let (hits, _) = self.planted.see(field);
            let literal = self.literal.as_ref().and_then(|literal| literal.find(field.value).or_else(|| literal.find(field.name)));
            let label = hits.first().map(|hit| hit.seed).or_else(|| literal.map(|found| found.pattern().as_usize()));
            if let Some(label) = label {
                found.entry(field.locator.to_string()).or_insert_with(|| (field.locator.clone(), self.labels[label].clone()));
            }
        };
        fields(exchange, &Limits::default(), &mut see);
        found.into_values().collect()
    }
}

/// Account numbers in an exchange: values of cookies and fields of which a rule says that they tell users apart. Each as it stands there, decoded.
pub fn accounts(exchange: &Exchange, rules: &RuleSet, each: &mut dyn FnMut(String)) {
    let parts = UrlParts::of(&exchange.request.url);
    let Some(host) = parts.host(&exchange.request.url) else { return };
    let host = host.host.into_owned();
    let header_names: Vec<String> =
        exchange.request.headers.iter().map(|(name, _)| String::from_utf8_lossy(name).to_ascii_lowercase()).collect();
    let names: Vec<&str> = header_names.iter().map(String::as_str).filter(|name| name.starts_with("x-")).collect();
    let request = RequestFacts::new(&exchange.request.url, &host, &exchange.request.method, &names);
    let of_request = rules.fields_of(&request);
    let mut see = |field: &Field<'_>| {
        let tells_users = match field.place {
            FieldPlace::Cookie => rules
                .cookies_for(field.name, &host)
                .into_iter()
                .any(|index| rules.cookies[index].claims.iter().any(|claim| claim.identifies == Some("user"))),
            _ if of_request.is_empty() => false,
            _ => rules
                .fields_named(&of_request, field.place.id(), field.name, None)
                .into_iter()
                .any(|index| rules.fields[index].claims.iter().any(|claim| claim.identifies == Some("user"))),
        };
        if tells_users
            && field.value.len() >= SHORTEST
            && let Ok(value) = std::str::from_utf8(field.value)
        {
            each(value.to_owned());
        }
    };
    fields(exchange, &Limits::default(), &mut see);
}
