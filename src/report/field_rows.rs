//! Turns the dictionary of fields into rows: endpoints with the share of what nobody explained, their fields, the rules about them, client hints, and
//! what could not be taken apart. Decides nothing, and prints a value only where the dictionary holds it because a rule lets it.

use std::collections::{BTreeMap, BTreeSet};

use super::builder::Builder;
use super::dpia_rows::{is_no_identifier, personal_rows};
use super::ladder_rows::ladder;
use super::model::{
    ByChoice, DecodeAnomalyRow, EndpointMention, EndpointRow, FieldClaim, FieldEntry, FieldRule, FieldTables, FieldsLeftOut, HintRow, Part,
    ScopeShare, SentFields, Share, ShownValue,
};
use super::recipient_rows::RecipientKey;
use crate::analysis::Dictionary;
use crate::analysis::dictionary::{EndpointFields, FieldRow, Meaning, MentionKey, MentionSeen};
use crate::decode::FieldPlace;
use crate::redact::printable_path;
use crate::rules::{DATA, RuleId};
use crate::site::Position;

/// Rows of fields that an annex holds. The endpoints of the platform come first, so that it is others that are cut.
const FIELD_ROWS: usize = 20_000;

/// Rows of client hints that an annex holds.
const HINT_ROWS: usize = 2_000;

/// What the dictionary gives to the tables, and to the rows of recipients.
#[derive(Default)]
pub(super) struct FieldRows {
    pub(super) tables: FieldTables,
    /// Fields by category, for every recipient.
    pub(super) sent: BTreeMap<RecipientKey, Vec<SentFields>>,
}

impl Builder<'_> {
    /// Takes the dictionary.
    pub(super) fn add_dictionary(&mut self, dictionary: &Dictionary) {
        let mut order: Vec<&EndpointFields> = dictionary.endpoints.iter().collect();
        order.sort_by_key(|endpoint| (!is_platform(endpoint.position), std::cmp::Reverse(endpoint.requests), &endpoint.key));
        let (field_rules, numbers) = self.field_rules(&order);
        let mut left_out =
            FieldsLeftOut { requests: dictionary.left_out, not_read: dictionary.fields_left_out, ..FieldsLeftOut::default() };
        let mut fields: Vec<FieldEntry> = Vec::new();
        let mut endpoints = Vec::with_capacity(order.len());
        for (endpoint, nr) in order.iter().zip(1..) {
            let kept = endpoint.rows.len().min(FIELD_ROWS - fields.len());
            let cut = (endpoint.rows.len() - kept) as u64;
            left_out.rows += cut;
            left_out.not_kept += endpoint.rows_left_out;
            let first = fields.len() as u64 + 1;
            let rows = endpoint.rows.iter().take(kept).zip(first..);
            fields.extend(rows.map(|(row, number)| field_row(row, number, nr, &numbers)));
            endpoints.push(self.endpoint_row(endpoint, nr, kept as u64, cut));
        }
        let (hints, hints_cut) = hints(dictionary, &endpoints, &fields);
        let (personal_data, personal_too_short) = personal_rows(self.context.rules, &order, &numbers);
        (left_out.hints, left_out.personal_too_short) = (hints_cut, personal_too_short);
        let mut to_host: BTreeMap<&str, u64> = BTreeMap::new();
        for endpoint in &order {
            *to_host.entry(&endpoint.key.host).or_default() += endpoint.requests;
        }
        let to_host = |endpoint: &EndpointFields| to_host.get(&*endpoint.key.host).copied().unwrap_or_default();
        let ladder = order.iter().zip(1..).flat_map(|(endpoint, nr)| ladder(endpoint, nr, to_host(endpoint))).zip(1..);
        let ladder = ladder.map(|(row, nr)| super::model::LadderRow { nr, ..row }).collect();
        let anomaly = |((kind, entries), nr): ((&&'static str, &Vec<u64>), u64)| DecodeAnomalyRow { nr, kind, entries: entries.clone() };
        self.fields = FieldRows {
            sent: sent_to_recipients(dictionary),
            tables: FieldTables {
                field_shares: scopes(&order),
                endpoints,
                fields,
                field_rules,
                ladder,
                hints,
                personal_data,
                decode_anomalies: dictionary.anomalies.iter().zip(1..).map(anomaly).collect(),
                fields_left_out: left_out,
            },
        };
    }

    fn endpoint_row(&mut self, endpoint: &EndpointFields, nr: u64, rows: u64, cut: u64) -> EndpointRow {
        let key = &endpoint.key;
        let owner = self.context.rules.owner_of(&key.host, &endpoint.site);
        EndpointRow {
            nr,
            host: key.host.clone(),
            path: printable_path(&key.path),
            operation: Some(key.operation.clone()).filter(|operation| !operation.is_empty()),
            methods: endpoint.methods.iter().cloned().collect(),
            site: endpoint.site.clone(),
            owner: self.owner(owner),
            relation: endpoint.relation.id(),
            position: endpoint.position.id(),
            claims: self.claims(endpoint.rules.iter().copied().map(RuleId::Endpoint)),
            requests: endpoint.requests,
            by_choice: by_choice(&endpoint.states),
            bodies_open: endpoint.bodies_open,
            first_entry: endpoint.first.0,
            first_time: endpoint.first.1.to_string(),
            share: share([endpoint]),
            rows,
            rows_left_out: endpoint.rows_left_out + cut,
            data_kind: None,
            mentions: endpoint.mentions.iter().map(mention).collect(),
        }
    }

    /// The rules about all fields, by identifier, and their numbers. Their sources are then listed.
    fn field_rules(&mut self, endpoints: &[&EndpointFields]) -> (Vec<FieldRule>, BTreeMap<RuleId, u64>) {
        let rules = self.context.rules;
        let used: BTreeSet<RuleId> =
            endpoints.iter().flat_map(|endpoint| &endpoint.rows).flat_map(|row| row.rules.iter().copied()).collect();
        let mut used: Vec<RuleId> = used.into_iter().collect();
        used.sort_by_key(|&id| (rules.rule(id).0, id));
        let row = |(&id, nr): (&RuleId, u64)| {
            let (rule, place) = rules.rule(id);
            let claim = |claim: &crate::rules::Claim| FieldClaim {
                by: claim.by.id(),
                who: claim.who.clone(),
                meaning: claim.purpose.clone(),
                open: claim.open,
                category: claim.category.map(|index| rules.categories[index].label.clone()),
                data: claim.data,
                identifies: claim.identifies,
                source: rules.sources[claim.source].id.clone(),
                source_date: rules.sources[claim.source].date.clone(),
                certainty: claim.certainty.id(),
            };
            FieldRule {
                nr,
                rule: rule.to_owned(),
                place: rules.place(place),
                about: if matches!(id, RuleId::Cookie(_)) { "cookie" } else { "field" },
                claims: rules.claims(id).iter().map(claim).collect(),
                limits: rules.limits(id).cloned(),
            }
        };
        let rows = used.iter().zip(1..).map(row).collect();
        self.sources.extend(used.iter().flat_map(|&id| rules.claims(id)).map(|claim| claim.source));
        (rows, used.into_iter().zip(1..).collect())
    }
}

fn mention(((kind, place, field), (requests, first_entry)): (&MentionKey, &MentionSeen)) -> EndpointMention {
    EndpointMention { kind, place: place.clone(), field: field.clone(), requests: *requests, first_entry: *first_entry }
}

fn is_platform(position: Position) -> bool {
    matches!(position, Position::Platform | Position::PlatformAffiliate)
}

fn field_row(row: &FieldRow, nr: u64, endpoint: u64, numbers: &BTreeMap<RuleId, u64>) -> FieldEntry {
    let value = |(value, times): (&String, &u64)| ShownValue { value: value.clone(), times: *times };
    FieldEntry {
        nr,
        endpoint,
        place: row.place.id(),
        name: row.name.clone(),
        step: row.holds_fields,
        meaning: row.meaning.id(),
        rules: row.rules.iter().filter_map(|rule| numbers.get(rule).copied()).collect(),
        data: row.data.filter(|_| !is_no_identifier(row, row.data, row.identifies)),
        identifies: row.identifies.filter(|_| !is_no_identifier(row, row.data, row.identifies)),
        layers_min: row.depth.0,
        layers_max: row.depth.1,
        looks_like: row.shapes.iter().copied().collect(),
        times: row.times,
        requests: row.requests,
        by_choice: by_choice(&row.states),
        bytes: row.bytes,
        longest: row.longest,
        different_values: row.different,
        marks: row.marks.clone(),
        values: row.values.iter().map(value).collect(),
        first_entry: row.entry,
        locator: row.locator.clone(),
    }
}

/// Requests by the state of the choice; the words are those of [`crate::site::ChoiceState::id`].
fn by_choice(states: &BTreeMap<&'static str, u64>) -> ByChoice {
    let of = |state| states.get(state).copied().unwrap_or_default();
    ByChoice {
        before: of("before-choice"),
        transition: of("transition"),
        after: of("after-choice"),
        no_choice_recorded: of("no-choice-recorded"),
    }
}

/// The shares of the recording and of the platform, with everything and then without what nearly every request has.
fn scopes(endpoints: &[&EndpointFields]) -> Vec<ScopeShare> {
    let platform: Vec<&EndpointFields> = endpoints.iter().copied().filter(|endpoint| is_platform(endpoint.position)).collect();
    let scope = |scope, within: &[&EndpointFields], share: fn(&[&EndpointFields]) -> Share| ScopeShare {
        scope,
        endpoints: within.len() as u64,
        requests: within.iter().map(|endpoint| endpoint.requests).sum(),
        share: share(within),
    };
    vec![
        scope("recording", endpoints, |within| share(within.iter().copied())),
        scope("platform", &platform, |within| share(within.iter().copied())),
        scope("recording-without-headers", endpoints, own_share),
        scope("platform-without-headers", &platform, own_share),
    ]
}

/// What of the fields of these endpoints nobody explained.
pub(super) fn share<'e>(endpoints: impl IntoIterator<Item = &'e EndpointFields>) -> Share {
    of_meanings(endpoints.into_iter().map(|endpoint| (endpoint.fields_by_meaning, endpoint.bytes_by_meaning)))
}

/// The same of what is neither a header field nor a segment of the path. Those are in nearly every request and have a public meaning, so they make the
/// share of what nobody explained small.
fn own_share(endpoints: &[&EndpointFields]) -> Share {
    of_meanings(endpoints.iter().map(|endpoint| (endpoint.own_fields_by_meaning, endpoint.own_bytes_by_meaning)))
}

fn of_meanings(parts: impl Iterator<Item = ([u64; 4], [u64; 4])>) -> Share {
    let (mut by_meaning, mut bytes_by_meaning) = ([0; 4], [0; 4]);
    for (fields, bytes) in parts {
        for (sum, part) in by_meaning.iter_mut().zip(fields) {
            *sum += part;
        }
        for (sum, part) in bytes_by_meaning.iter_mut().zip(bytes) {
            *sum += part;
        }
    }
    let (fields, bytes): (u64, u64) = (by_meaning.iter().sum(), bytes_by_meaning.iter().sum());
    let part = |meaning: Meaning| {
        let (part, part_bytes) = (by_meaning[meaning as usize], bytes_by_meaning[meaning as usize]);
        Part { fields: part, fields_percent: percent(part, fields), bytes: part_bytes, bytes_percent: percent(part_bytes, bytes) }
    };
    Share { fields, bytes, not_established: part(Meaning::None), unverified: part(Meaning::Unverified) }
}

/// Per cent with one decimal, rounded to the nearest; but only nothing is `0.0` and only all is `100.0`, so that a small rest is not rounded away.
pub(super) fn percent(part: u64, all: u64) -> Option<String> {
    if all == 0 {
        return None;
    }
    let (part, all) = (u128::from(part), u128::from(all));
    let rounded = (part * 1_000 + all / 2) / all;
    let tenths = if part > 0 && part < all { rounded.clamp(1, 999) } else { rounded };
    Some(format!("{}.{}", tenths / 10, tenths % 10))
}

/// Client hints asked for and given. What is given is a header field that begins with `sec-ch-` (RFC 8942 section 2), or one of another name that the
/// host asked for.
fn hints(dictionary: &Dictionary, endpoints: &[EndpointRow], fields: &[FieldEntry]) -> (Vec<HintRow>, u64) {
    let mut rows: BTreeMap<(String, String), HintRow> = BTreeMap::new();
    for ((host, hint), &entry) in &dictionary.hints_asked {
        let row = HintRow { host: host.clone(), hint: hint.clone(), asked_entry: Some(entry), ..HintRow::default() };
        rows.insert((host.clone(), hint.clone()), row);
    }
    for field in fields.iter().filter(|field| field.place == FieldPlace::Header.id()) {
        let Some(endpoint) = usize::try_from(field.endpoint).ok().and_then(|nr| endpoints.get(nr - 1)) else { continue };
        let key = (endpoint.host.clone(), field.name.to_ascii_lowercase());
        if !key.1.starts_with("sec-ch-") && !rows.contains_key(&key) {
            continue;
        }
        let row =
            rows.entry(key).or_insert_with_key(|(host, hint)| HintRow { host: host.clone(), hint: hint.clone(), ..HintRow::default() });
        row.requests += field.requests;
        row.first_entry = Some(row.first_entry.map_or(field.first_entry, |first| first.min(field.first_entry)));
        row.fields.push(field.nr);
    }
    let cut = rows.len().saturating_sub(HINT_ROWS) as u64;
    let rows = rows.into_values().take(HINT_ROWS).zip(1..).map(|(row, nr)| HintRow { nr, ..row }).collect();
    (rows, cut)
}

/// Fields by category of the data, for every recipient. A name that is a step in some requests and a field in others counts each time.
fn sent_to_recipients(dictionary: &Dictionary) -> BTreeMap<RecipientKey, Vec<SentFields>> {
    type Names<'d> = BTreeSet<(FieldPlace, &'d str)>;
    let mut found: BTreeMap<RecipientKey, BTreeMap<usize, (SentFields, Names<'_>)>> = BTreeMap::new();
    for endpoint in &dictionary.endpoints {
        let categories = found.entry((endpoint.site.clone(), endpoint.owner)).or_default();
        for row in endpoint.rows.iter().filter(|row| !row.holds_fields) {
            let too_short = is_no_identifier(row, row.data, row.identifies);
            let index = row.data.filter(|_| !too_short).and_then(|data| DATA.iter().position(|known| *known == data)).unwrap_or(DATA.len());
            let (sum, names) = categories.entry(index).or_default();
            sum.data = DATA.get(index).copied();
            sum.fields += row.times;
            sum.unverified += if row.meaning == Meaning::Unverified { row.times } else { 0 };
            sum.too_short += if too_short { row.times } else { 0 };
            names.insert((row.place, &row.name));
        }
        // Fields without a row are fields all the same; of them nothing but their number was kept.
        let with_rows: u64 = endpoint.rows.iter().filter(|row| !row.holds_fields).map(|row| row.times).sum();
        let rest = endpoint.fields.saturating_sub(with_rows);
        if rest > 0 {
            categories.entry(DATA.len()).or_default().0.fields += rest;
        }
    }
    let counted = |(sum, names): (SentFields, Names<'_>)| SentFields { names: names.len() as u64, ..sum };
    found.into_iter().map(|(key, categories)| (key, categories.into_values().map(counted).collect())).collect()
}

#[cfg(test)]
pub(super) mod tests;
