//! A row of the dictionary while fields come in: what the rules say of the field, once, and what its values add up to. Counts; decides nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::{FieldRow, Meaning, NEVER_SHOWN, SHOWN, VALUES};
use crate::decode::FieldPlace;
use crate::observe::{Observation, SHAPES, SeenField};
use crate::redact::field_locator;
use crate::rules::{Certainty, RuleId, RuleSet};

/// What is looked up once for every field of a kind.
#[derive(Clone, Default)]
pub(super) struct Known {
    pub(super) rules: Vec<RuleId>,
    pub(super) meaning: Option<Meaning>,
    data: Option<&'static str>,
    identifies: Option<&'static str>,
    show: bool,
}

/// A row about a field while fields are counted.
pub(super) struct Row {
    pub(super) row: FieldRow,
    show: bool,
    values: hashbrown::HashSet<u64>,
    last: u64,
}

impl Row {
    pub(super) fn new(field: &SeenField<'_>, name: &str, observation: &Observation<'_>, known: Known) -> Self {
        let locator = if name == field.name { field_locator(&field.locator) } else { field.locator.split('/').next().unwrap_or_default() };
        Self {
            show: known.show,
            values: hashbrown::HashSet::new(),
            last: 0,
            row: FieldRow {
                place: field.place(),
                name: name.to_owned(),
                rules: known.rules,
                meaning: known.meaning.unwrap_or(Meaning::None),
                data: known.data,
                identifies: known.identifies,
                times: 0,
                requests: 0,
                bytes: 0,
                longest: 0,
                depth: (field.depth, field.depth),
                shapes: BTreeSet::new(),
                different: Some(0),
                marks: Vec::new(),
                values: BTreeMap::new(),
                holds_fields: true,
                states: BTreeMap::new(),
                entry: observation.number,
                locator: locator.to_owned(),
            },
        }
    }

    pub(super) fn see(&mut self, field: &SeenField<'_>, entry: u64, state: &'static str) {
        let row = &mut self.row;
        // What holds fields here and is one there counts as a field only there.
        if row.holds_fields && !field.holds_fields {
            (row.holds_fields, row.times, row.bytes, row.longest) = (false, 0, 0, 0);
        }
        if row.holds_fields == field.holds_fields {
            row.times += 1;
            row.bytes += u64::from(field.bytes);
            row.longest = row.longest.max(field.bytes);
        }
        row.depth = (row.depth.0.min(field.depth), row.depth.1.max(field.depth));
        row.shapes.insert(SHAPES[field.shape()]);
        if self.last != entry || row.requests == 0 {
            row.requests += 1;
            *row.states.entry(state).or_default() += 1;
            self.last = entry;
        }
        if let (Some(value), Some(_)) = (field.mark, row.different) {
            if self.values.len() < VALUES || self.values.contains(&value) {
                self.values.insert(value);
                row.different = Some(self.values.len() as u32);
            } else {
                row.different = None;
            }
        }
        if let Some(value) = field.value.as_deref().filter(|_| self.show && !NEVER_SHOWN.contains(&SHAPES[field.shape()]))
            && (row.values.len() < SHOWN || row.values.contains_key(value))
        {
            *row.values.entry(value.to_owned()).or_default() += 1;
        }
    }

    /// The row, with the marks of its values if they are to tell something apart.
    pub(super) fn finish(mut self) -> FieldRow {
        if self.row.identifies.is_some_and(|what| what != "none") {
            self.row.marks = self.values.into_iter().collect();
            self.row.marks.sort_unstable();
        }
        self.row
    }
}

/// What the rules say about a field.
pub(super) fn known(rules: &RuleSet, of_request: &[usize], observation: &Observation<'_>, field: &SeenField<'_>) -> Known {
    let operation = Some(&*observation.operation).filter(|operation| !operation.is_empty());
    let ids: Vec<RuleId> = if field.place() == FieldPlace::Cookie {
        let of = |index| RuleId::Cookie(index);
        rules.cookies_for(&field.name, &observation.host).into_iter().map(of).collect()
    } else {
        let found = rules.fields_named(of_request, field.place().id(), &field.name, operation);
        found.into_iter().map(RuleId::Field).collect()
    };
    let shown = |id: &RuleId| matches!(*id, RuleId::Field(index) if rules.fields[index].show);
    let mut known = Known { show: ids.iter().any(shown), ..Known::default() };
    let mut claims: Vec<_> = ids.iter().flat_map(|&id| rules.claims(id)).collect();
    claims.sort_by_key(|claim| of_certainty(claim.certainty));
    known.meaning = claims.iter().find(|claim| claim.gives_meaning()).map(|claim| of_certainty(claim.certainty));
    known.data = claims.iter().find_map(|claim| claim.data);
    known.identifies = claims.iter().find_map(|claim| claim.identifies);
    known.rules = ids;
    known
}

fn of_certainty(certainty: Certainty) -> Meaning {
    match certainty {
        Certainty::Stated => Meaning::Stated,
        Certainty::Derived => Meaning::Derived,
        Certainty::Unverified => Meaning::Unverified,
    }
}
