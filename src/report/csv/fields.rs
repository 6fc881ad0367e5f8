//! The tables about fields as CSV cells. Same rules as the other tables; every field has a row here, also where the page folds or cuts.

use super::super::model::{
    ByChoice, EndpointRow, FieldClaim, FieldEntry, FieldTables, HintRow, LadderRow, Part, PersonalFrom, PersonalRow, PersonalSaid, Sent,
    SentFields,
};
use super::{certainty, claims, joined, known, numbers};

pub(super) const ENDPOINTS: &[&str] = &[
    "nr",
    "host",
    "path",
    "operation",
    "methods",
    "registrable_domain",
    "owner",
    "owner_rule",
    "relation",
    "position",
    "requests",
    "requests_before_choice",
    "requests_in_transition",
    "requests_after_choice",
    "requests_no_choice_recorded",
    "first_entry",
    "first_time",
    "fields",
    "fields_not_established",
    "fields_not_established_percent",
    "fields_unverified_only",
    "fields_unverified_only_percent",
    "bytes",
    "bytes_not_established",
    "bytes_not_established_percent",
    "bytes_unverified_only",
    "bytes_unverified_only_percent",
    "rows",
    "rows_left_out",
    "content_functional_or_diagnostic",
    "claims",
];

pub(super) const FIELDS: &[&str] = &[
    "nr",
    "endpoint",
    "host",
    "path",
    "operation",
    "place",
    "name",
    "step",
    "meaning",
    "claims",
    "data",
    "identifies",
    "layers_min",
    "layers_max",
    "looks_like",
    "times",
    "requests",
    "requests_before_choice",
    "requests_in_transition",
    "requests_after_choice",
    "requests_no_choice_recorded",
    "bytes",
    "longest_value_bytes",
    "different_values",
    "values",
    "first_entry",
    "locator",
];

pub(super) const LADDER: &[&str] =
    &["nr", "endpoint", "host", "level", "seen", "seen_count", "counted", "hidden_fields", "hidden_fields_percent"];

pub(super) const HINTS: &[&str] = &["nr", "host", "hint", "asked_entry", "given_requests", "given_first_entry", "fields"];

pub(super) const PERSONAL: &[&str] = &[
    "nr",
    "basis",
    "persoonsgegeven_nl",
    "persoonsgegeven_en",
    "categorie_betrokkene",
    "categorie_persoonsgegevens_nl",
    "categorie_persoonsgegevens_en",
    "type",
    "bron",
    "endpoints",
    "requests",
    "fields",
    "said_by",
    "rules",
];

/// Columns that a row of recipients has about what was sent.
pub(super) const SENT: &[&str] = &[
    "fields_by_data_category",
    "cookie_names_sent",
    "url_bytes_sent",
    "body_bytes_sent",
    "answer_body_bytes",
    "requests_before_choice",
    "requests_in_transition",
    "requests_after_choice",
    "requests_no_choice_recorded",
];

/// Where a field comes from, in the words of the Model DPIA's column, so that it is not lost when a row is copied out of its table.
const FROM: &str = "traffic of the browser, recorded in this recording";

/// What a column says to which nothing is known.
const NOT_ESTABLISHED: &str = "not established";

pub(super) fn endpoint(row: &EndpointRow) -> Vec<String> {
    let mut cells = vec![
        row.nr.to_string(),
        row.host.clone(),
        row.path.clone(),
        row.operation.clone().unwrap_or_default(),
        row.methods.join(" "),
        row.site.clone(),
        row.owner.as_ref().map(|owner| owner.name.clone()).unwrap_or_default(),
        row.owner.as_ref().map(|owner| owner.rule.clone()).unwrap_or_default(),
        row.relation.to_owned(),
        row.position.to_owned(),
        row.requests.to_string(),
    ];
    cells.extend(by_choice(&row.by_choice));
    cells.extend([row.first_entry.to_string(), row.first_time.clone()]);
    let share = &row.share;
    let part = |part: u64, percent: &Option<String>| [part.to_string(), percent.clone().unwrap_or_default()];
    let parts: [&Part; 2] = [&share.not_established, &share.unverified];
    cells.push(share.fields.to_string());
    parts.iter().for_each(|of| cells.extend(part(of.fields, &of.fields_percent)));
    cells.push(share.bytes.to_string());
    parts.iter().for_each(|of| cells.extend(part(of.bytes, &of.bytes_percent)));
    cells.extend([row.rows.to_string(), row.rows_left_out.to_string()]);
    cells.extend([row.data_kind.clone().unwrap_or_else(|| NOT_ESTABLISHED.to_owned()), claims(&row.claims)]);
    cells
}

pub(super) fn field(row: &FieldEntry, tables: &FieldTables) -> Vec<String> {
    let endpoint = numbered(&tables.endpoints, row.endpoint);
    let of = |cell: &dyn Fn(&EndpointRow) -> String| endpoint.map(cell).unwrap_or_default();
    let rules = row.rules.iter().filter_map(|&nr| numbered(&tables.field_rules, nr));
    let said = rules.flat_map(|rule| rule.claims.iter().map(|claim| field_claim(claim, &rule.place)));
    let values = row.values.iter().map(|shown| format!("{} ({})", shown.value, shown.times));
    let mut cells = vec![
        row.nr.to_string(),
        row.endpoint.to_string(),
        of(&|endpoint| endpoint.host.clone()),
        of(&|endpoint| endpoint.path.clone()),
        of(&|endpoint| endpoint.operation.clone().unwrap_or_default()),
        row.place.to_owned(),
        row.name.clone(),
        row.step.to_string(),
        certainty(row.meaning),
        said.collect::<Vec<_>>().join("; "),
        row.data.unwrap_or(NOT_ESTABLISHED).to_owned(),
        row.identifies.unwrap_or(NOT_ESTABLISHED).to_owned(),
        row.layers_min.to_string(),
        row.layers_max.to_string(),
        row.looks_like.join(" "),
        row.times.to_string(),
        row.requests.to_string(),
    ];
    cells.extend(by_choice(&row.by_choice));
    cells.extend([
        row.bytes.to_string(),
        row.longest.to_string(),
        if row.step {
            "not compared".to_owned()
        } else {
            row.different_values.map_or_else(|| "more than are told apart".to_owned(), |n| n.to_string())
        },
        values.collect::<Vec<_>>().join("; "),
        row.first_entry.to_string(),
        row.locator.clone(),
    ]);
    cells
}

pub(super) fn ladder(row: &LadderRow, tables: &FieldTables) -> Vec<String> {
    vec![
        row.nr.to_string(),
        row.endpoint.to_string(),
        numbered(&tables.endpoints, row.endpoint).map(|endpoint| endpoint.host.clone()).unwrap_or_default(),
        row.level.to_owned(),
        row.seen.join("; "),
        row.seen_count.to_string(),
        row.counted.to_string(),
        row.hidden_fields.to_string(),
        row.hidden_percent.clone().unwrap_or_default(),
    ]
}

pub(super) fn hint(row: &HintRow) -> Vec<String> {
    vec![
        row.nr.to_string(),
        row.host.clone(),
        row.hint.clone(),
        known(row.asked_entry),
        row.requests.to_string(),
        known(row.first_entry),
        numbers(&row.fields),
    ]
}

pub(super) fn personal(row: &PersonalRow, tables: &FieldTables) -> Vec<String> {
    let from = |from: &PersonalFrom| format!("{FROM}: endpoint {} ({}), entry {}", from.endpoint, from.host, from.first_entry);
    let fields = |from: &PersonalFrom| format!("endpoint {}: {}", from.endpoint, from.fields.join(", "));
    let rules =
        row.said.iter().flat_map(|said| &said.rules).filter_map(|&nr| numbered(&tables.field_rules, nr)).map(|rule| rule.place.clone());
    // What several speakers give is each speaker's own; the cell names who gives what.
    let given = |of: &dyn Fn(&PersonalSaid) -> Option<String>| {
        let cell = |said: &PersonalSaid| format!("{} ({})", of(said).unwrap_or_else(|| NOT_ESTABLISHED.to_owned()), said.who);
        let cells: std::collections::BTreeSet<String> = row.said.iter().map(cell).collect();
        cells.into_iter().collect::<Vec<_>>().join("; ")
    };
    let said = |said: &PersonalSaid| {
        let ground = match (&said.source, &said.source_date) {
            (Some(source), Some(date)) => format!("{source}, {date}"),
            _ => "the traffic itself".to_owned(),
        };
        format!("{} ({}) [{}, {ground}]", said.who, said.by, certainty(said.certainty))
    };
    let mut subjects: Vec<String> = row.data_subjects.iter().map(|&subject| subject.to_owned()).collect();
    if row.endpoints_without_subject > 0 {
        subjects.push(format!("{NOT_ESTABLISHED} ({} endpoints)", row.endpoints_without_subject));
    }
    vec![
        row.nr.to_string(),
        row.basis.to_owned(),
        row.personal.nl.clone(),
        row.personal.en.clone(),
        subjects.join("; "),
        given(&|said| said.category.as_ref().map(|text| text.nl.clone())),
        given(&|said| said.category.as_ref().map(|text| text.en.clone())),
        given(&|said| said.personal_type.map(str::to_owned)),
        if row.from.is_empty() { FROM.to_owned() } else { joined(&row.from, from) },
        row.endpoints.to_string(),
        known(row.requests),
        joined(&row.from, fields),
        joined(&row.said, said),
        rules.collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" "),
    ]
}

/// Cells under [`SENT`].
pub(super) fn sent(row: &Sent) -> Vec<String> {
    let fields = |fields: &SentFields| {
        let data = fields.data.unwrap_or(NOT_ESTABLISHED);
        let unverified = if fields.unverified == 0 { String::new() } else { format!(", {} unverified", fields.unverified) };
        let short = if fields.too_short == 0 {
            String::new()
        } else {
            format!(", {} named an identifier with values of at most 1 byte", fields.too_short)
        };
        format!("{data}: {} ({} names{unverified}{short})", fields.fields, fields.names)
    };
    let mut cells = vec![
        joined(&row.fields, fields),
        row.cookies.join(" "),
        row.url_bytes.to_string(),
        row.body_bytes.to_string(),
        row.answer_bytes.to_string(),
    ];
    cells.extend(by_choice(&row.by_choice));
    cells
}

fn by_choice(row: &ByChoice) -> [String; 4] {
    [row.before, row.transition, row.after, row.no_choice_recorded].map(|requests| requests.to_string())
}

fn field_claim(claim: &FieldClaim, place: &str) -> String {
    let meaning = claim.meaning.as_ref().or(claim.category.as_ref()).map_or("-", |text| &text.en);
    let source = format!("{}, {}", claim.source, claim.source_date);
    let open = if claim.open { " (leaves the meaning open)" } else { "" };
    format!("{} ({}): {meaning}{open} [{}, {source}, {place}]", claim.who, claim.by, certainty(claim.certainty))
}

/// The row with a number; rows are numbered from 1 in their order.
fn numbered<T>(rows: &[T], nr: u64) -> Option<&T> {
    usize::try_from(nr).ok()?.checked_sub(1).and_then(|index| rows.get(index))
}
