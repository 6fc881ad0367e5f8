//! The tables about fields as cells. Same rules as the other tables; every field has a row here, also where the page folds or cuts.

use super::super::model::{
    ByChoice, EndpointRow, FieldClaim, FieldEntry, FieldTables, HintRow, LadderRow, Part, PersonalFrom, PersonalRow, PersonalSaid, Sent,
    SentFields,
};
use super::{certainty, claims, joined, known, numbers};
use crate::report::table::{Cell, Column, cells, decimal, flag, text, time, whole};

pub(super) const ENDPOINTS: &[Column] = &[
    whole("nr"),
    text("host"),
    text("path"),
    text("operation"),
    text("methods"),
    text("registrable_domain"),
    text("owner"),
    text("owner_rule"),
    text("relation"),
    text("position"),
    whole("requests"),
    whole("requests_before_choice"),
    whole("requests_in_transition"),
    whole("requests_after_choice"),
    whole("requests_no_choice_recorded"),
    whole("request_bodies_not_recorded"),
    whole("first_entry"),
    time("first_time"),
    whole("fields"),
    whole("fields_not_established"),
    decimal("fields_not_established_percent"),
    whole("fields_unverified_only"),
    decimal("fields_unverified_only_percent"),
    whole("bytes"),
    whole("bytes_not_established"),
    decimal("bytes_not_established_percent"),
    whole("bytes_unverified_only"),
    decimal("bytes_unverified_only_percent"),
    whole("rows"),
    whole("rows_left_out"),
    text("content_functional_or_diagnostic"),
    text("claims"),
];

pub(super) const FIELDS: &[Column] = &[
    whole("nr"),
    whole("endpoint"),
    text("host"),
    text("path"),
    text("operation"),
    text("place"),
    text("name"),
    flag("step"),
    text("meaning"),
    text("claims"),
    text("data"),
    text("identifies"),
    whole("layers_min"),
    whole("layers_max"),
    text("looks_like"),
    whole("times"),
    whole("requests"),
    whole("requests_before_choice"),
    whole("requests_in_transition"),
    whole("requests_after_choice"),
    whole("requests_no_choice_recorded"),
    whole("bytes"),
    whole("longest_value_bytes"),
    text("different_values"),
    text("values"),
    whole("first_entry"),
    text("locator"),
];

pub(super) const LADDER: &[Column] = &[
    whole("nr"),
    whole("endpoint"),
    text("host"),
    text("level"),
    text("seen"),
    whole("seen_count"),
    whole("counted"),
    whole("hidden_fields"),
    decimal("hidden_fields_percent"),
];

pub(super) const HINTS: &[Column] =
    &[whole("nr"), text("host"), text("hint"), whole("asked_entry"), whole("given_requests"), whole("given_first_entry"), text("fields")];

pub(super) const PERSONAL: &[Column] = &[
    whole("nr"),
    text("basis"),
    text("persoonsgegeven_nl"),
    text("persoonsgegeven_en"),
    text("categorie_betrokkene"),
    text("categorie_persoonsgegevens_nl"),
    text("categorie_persoonsgegevens_en"),
    text("type"),
    text("bron"),
    whole("endpoints"),
    whole("requests"),
    text("fields"),
    text("said_by"),
    text("rules"),
];

/// Columns that a row of recipients has about what was sent.
pub(super) const SENT: &[Column] = &[
    text("fields_by_data_category"),
    text("cookie_names_sent"),
    whole("url_bytes_sent"),
    whole("body_bytes_sent"),
    whole("answer_body_bytes"),
    whole("request_bodies_not_recorded"),
    whole("answer_bodies_not_recorded"),
    whole("requests_before_choice"),
    whole("requests_in_transition"),
    whole("requests_after_choice"),
    whole("requests_no_choice_recorded"),
];

/// Where a field comes from, in the words of the Model DPIA's column, so that it is not lost when a row is copied out of its table.
const FROM: &str = "traffic of the browser, recorded in this recording";

/// What a column says to which nothing is known.
const NOT_ESTABLISHED: &str = "not established";

pub(super) fn endpoint(row: &EndpointRow) -> Vec<Cell> {
    let mut cells = cells![
        row.nr,
        row.host.clone(),
        row.path.clone(),
        row.operation.clone(),
        row.methods.join(" "),
        row.site.clone(),
        row.owner.as_ref().map(|owner| owner.name.clone()).unwrap_or_default(),
        row.owner.as_ref().map(|owner| owner.rule.clone()).unwrap_or_default(),
        row.relation,
        row.position,
        row.requests
    ];
    cells.extend(by_choice(&row.by_choice));
    cells.extend(cells![row.bodies_open, row.first_entry, row.first_time.clone()]);
    let share = &row.share;
    let part = |part: u64, percent: &Option<String>| cells![part, percent.clone()];
    let parts: [&Part; 2] = [&share.not_established, &share.unverified];
    cells.push(Cell::from(share.fields));
    parts.iter().for_each(|of| cells.extend(part(of.fields, &of.fields_percent)));
    cells.push(Cell::from(share.bytes));
    parts.iter().for_each(|of| cells.extend(part(of.bytes, &of.bytes_percent)));
    cells.extend(cells![row.rows, row.rows_left_out]);
    cells.extend(cells![row.data_kind.clone().unwrap_or_else(|| NOT_ESTABLISHED.to_owned()), claims(&row.claims)]);
    cells
}

pub(super) fn field(row: &FieldEntry, tables: &FieldTables) -> Vec<Cell> {
    let endpoint = numbered(&tables.endpoints, row.endpoint);
    let of = |cell: &dyn Fn(&EndpointRow) -> String| endpoint.map(cell).unwrap_or_default();
    let rules = row.rules.iter().filter_map(|&nr| numbered(&tables.field_rules, nr));
    let said = rules.flat_map(|rule| rule.claims.iter().map(|claim| field_claim(claim, &rule.place)));
    let values = row.values.iter().map(|shown| format!("{} ({})", shown.value, shown.times));
    let mut cells = cells![
        row.nr,
        row.endpoint,
        of(&|endpoint| endpoint.host.clone()),
        of(&|endpoint| endpoint.path.clone()),
        of(&|endpoint| endpoint.operation.clone().unwrap_or_default()),
        row.place,
        row.name.clone(),
        row.step,
        certainty(row.meaning),
        said.collect::<Vec<_>>().join("; "),
        row.data.unwrap_or(NOT_ESTABLISHED),
        row.identifies.unwrap_or(NOT_ESTABLISHED),
        row.layers_min,
        row.layers_max,
        row.looks_like.join(" "),
        row.times,
        row.requests
    ];
    cells.extend(by_choice(&row.by_choice));
    cells.extend(cells![
        row.bytes,
        row.longest,
        if row.step {
            "not compared".to_owned()
        } else {
            row.different_values.map_or_else(|| "more than are told apart".to_owned(), |n| n.to_string())
        },
        values.collect::<Vec<_>>().join("; "),
        row.first_entry,
        row.locator.clone()
    ]);
    cells
}

pub(super) fn ladder(row: &LadderRow, tables: &FieldTables) -> Vec<Cell> {
    cells![
        row.nr,
        row.endpoint,
        numbered(&tables.endpoints, row.endpoint).map(|endpoint| endpoint.host.clone()).unwrap_or_default(),
        row.level,
        row.seen.join("; "),
        row.seen_count,
        row.counted,
        row.hidden_fields,
        row.hidden_percent.clone()
    ]
}

pub(super) fn hint(row: &HintRow) -> Vec<Cell> {
    cells![row.nr, row.host.clone(), row.hint.clone(), known(row.asked_entry), row.requests, known(row.first_entry), numbers(&row.fields)]
}

pub(super) fn personal(row: &PersonalRow, tables: &FieldTables) -> Vec<Cell> {
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
    cells![
        row.nr,
        row.basis,
        row.personal.nl.clone(),
        row.personal.en.clone(),
        subjects.join("; "),
        given(&|said| said.category.as_ref().map(|text| text.nl.clone())),
        given(&|said| said.category.as_ref().map(|text| text.en.clone())),
        given(&|said| said.personal_type.map(str::to_owned)),
        if row.from.is_empty() { FROM.to_owned() } else { joined(&row.from, from) },
        row.endpoints,
        known(row.requests),
        joined(&row.from, fields),
        joined(&row.said, said),
        rules.collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
    ]
}

/// Cells under [`SENT`].
pub(super) fn sent(row: &Sent) -> Vec<Cell> {
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
    let mut cells = cells![
        joined(&row.fields, fields),
        row.cookies.join(" "),
        row.url_bytes,
        row.body_bytes,
        row.answer_bytes,
        row.bodies_open,
        row.answers_open
    ];
    cells.extend(by_choice(&row.by_choice));
    cells
}

fn by_choice(row: &ByChoice) -> [Cell; 4] {
    [row.before, row.transition, row.after, row.no_choice_recorded].map(Cell::from)
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
