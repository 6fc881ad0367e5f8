//! The tables of an annex, and of the reports beside it: which columns they have, and what their cells say. No language: identifiers stand as they are in
//! the model. Nothing is decided here.

mod assessment;
mod attribution;
pub(super) mod beside;
mod beside_wire;
mod case_annex;
pub(super) mod comparison;
mod fields;
mod lifetimes;
pub(super) mod linkage;
pub(super) mod planted;
mod recipients;
mod risks;
mod scenario;

use super::model::{Choice, ChoiceCookie, Claim, Cookie, End, Flow, GapRow, Moment, Report, TrailRow};
use super::table::{Cell, Column, Table, cells, decimal, flag, text, time, whole};
use linkage::state;
use recipients::{ADDRESSES, ALIASES, RECIPIENTS, address, alias, certainty, joined, list_claim, list_match, needed, recipient};

/// Every table of an annex, in the order in which forms that hold several of them have them.
#[must_use]
pub fn of_annex(report: &Report) -> Vec<Table> {
    let simulated = report.simulated;
    let of_fields = &report.fields;
    let mut out = vec![
        Table::of("recipients", &[RECIPIENTS, fields::SENT].concat(), simulated, &report.recipients, recipient),
        Table::of("addresses", ADDRESSES, simulated, &report.addresses, address),
        Table::of("other-names", ALIASES, simulated, &report.aliases, alias),
        Table::of("cookies", &[COOKIES, lifetimes::OF_A_COOKIE].concat(), simulated, &report.cookies, cookie),
        Table::of("comparison-lines", lifetimes::LINES, simulated, &report.comparison_lines, lifetimes::line),
        Table::of("lifetimes", lifetimes::LIFETIMES, simulated, &report.lifetimes, lifetimes::lifetime),
        Table::of("validators", lifetimes::VALIDATORS, simulated, &report.validators, lifetimes::validator),
        Table::of("flows", &[FLOWS, attribution::OF_A_FLOW, scenario::OF_A_FLOW].concat(), simulated, &report.flows, flow),
        Table::of("endpoints", fields::ENDPOINTS, simulated, &of_fields.endpoints, fields::endpoint),
        Table::of("fields", fields::FIELDS, simulated, &of_fields.fields, |row| fields::field(row, of_fields)),
        Table::of("detail-ladder", fields::LADDER, simulated, &of_fields.ladder, |row| fields::ladder(row, of_fields)),
        Table::of("client-hints", fields::HINTS, simulated, &of_fields.hints, fields::hint),
        Table::of("personal-data", fields::PERSONAL, simulated, &of_fields.personal_data, |row| fields::personal(row, of_fields)),
        Table::of("timeline", TIMELINE, simulated, &report.timeline, moment),
        Table::of("choices", CHOICES, simulated, &report.choice_cookies, |row| choice_cookie(row, &report.choices)),
        Table::of("trail", TRAIL, simulated, &report.trail, trail),
        Table::of("gaps", GAPS, simulated, &report.gaps, gap),
    ];
    out.extend(attribution::tables(&report.attribution, simulated));
    out.extend(linkage::tables(&report.linkage, simulated));
    out.extend(planted::tables(report.planted.as_ref(), simulated));
    if let Some(beside) = &report.beside_wire {
        out.extend(beside_wire::tables(beside, simulated));
    }
    out.extend(report.assessment.as_ref().map(|rows| assessment::table("assessment", &rows.words, simulated)));
    out.extend(report.risks.iter().flat_map(|rows| risks::tables(rows, simulated)));
    out.extend(scenario::tables(report.capture.planned.as_ref(), &report.scenario, simulated));
    out
}

const COOKIES: &[Column] = &[
    whole("nr"),
    text("name"),
    text("domain"),
    flag("host_only"),
    text("path"),
    flag("partitioned"),
    text("relation"),
    text("owner"),
    text("origin"),
    text("set_by"),
    whole("set"),
    whole("renewed"),
    whole("changed"),
    whole("deleted"),
    whole("refusal_expected"),
    time("first_set"),
    whole("first_entry"),
    flag("secure"),
    flag("http_only"),
    text("same_site"),
    whole("value_bytes_min"),
    whole("value_bytes_max"),
    text("fingerprints"),
    whole("values"),
    text("sent_to"),
    whole("sent"),
    whole("sent_with_other_value"),
    text("faults"),
    text("claims"),
    text("list_claims"),
    text("not_rederivable_without"),
];

const FLOWS: &[Column] = &[
    whole("nr"),
    text("method"),
    text("host"),
    text("registrable_domain"),
    text("path"),
    text("parameters"),
    text("relation"),
    text("position"),
    text("owner"),
    text("owner_rule"),
    whole("requests"),
    whole("not_sent"),
    whole("refused_by_the_recording_program"),
    time("first_time"),
    text("entries"),
    text("statuses"),
    text("cookies_sent"),
    text("cookies_set"),
    whole("body_bytes_sent"),
    text("redirects_to"),
    text("causes"),
    text("claims"),
    text("lists"),
    text("not_rederivable_without"),
];

const TIMELINE: &[Column] = &[
    whole("nr"),
    whole("stretch"),
    time("time"),
    whole("offset_ms"),
    text("event"),
    whole("entry"),
    text("host"),
    text("path"),
    whole("status"),
    text("text"),
    text("said_by"),
    whole("choice"),
    text("rule"),
    text("certainty"),
];

const CHOICES: &[Column] = &[
    whole("nr"),
    whole("stretch"),
    whole("choice"),
    text("choice_site"),
    text("button_text"),
    text("button_text_by"),
    text("request_says"),
    text("said_by"),
    whole("choice_entry"),
    time("asked"),
    time("answered"),
    text("name"),
    text("domain"),
    text("first_seen"),
    whole("set_before"),
    whole("set_in_transition"),
    whole("set_by_answer"),
    whole("set_after"),
    whole("deleted_before"),
    whole("deleted_in_transition"),
    whole("deleted_after"),
    whole("sent_before"),
    whole("sent_in_transition"),
    whole("sent_after"),
    whole("first_entry_set_before"),
    whole("first_entry_set_in_transition"),
    whole("first_entry_set_after"),
    whole("first_entry_sent_before"),
    whole("first_entry_sent_in_transition"),
    whole("first_entry_sent_after"),
];

const TRAIL: &[Column] = &[
    whole("nr"),
    whole("stretch"),
    text("kind"),
    text("name"),
    text("carrier"),
    text("carried_by"),
    text("codings_innermost_first"),
    text("recipient"),
    text("pseudonym"),
    whole("entry"),
    time("time"),
    text("host"),
    text("page"),
    text("choice_for_examined_site"),
    text("choice_for_own_site"),
    whole("again_entry"),
    time("again_time"),
    text("again_host"),
    text("again_page"),
    text("again_choice_for_examined_site"),
    text("again_choice_for_own_site"),
    whole("between_ms"),
    whole("requests"),
    text("browser"),
    text("cookie_policy_between_sites"),
];

const GAPS: &[Column] = &[whole("nr"), text("kind"), whole("count"), text("entries"), text("unit"), whole("of"), decimal("percent")];

fn cookie(row: &Cookie) -> Vec<Cell> {
    let sent_to: Vec<String> = row.sent_to.iter().map(|sent| format!("{} ({}): {}", sent.site, sent.relation, sent.requests)).collect();
    let mut cells = cells![
        row.nr,
        row.name.clone(),
        row.domain.clone(),
        row.host_only,
        row.path.clone(),
        row.partitioned,
        row.relation,
        row.owner.as_ref().map(|owner| owner.name.clone()).unwrap_or_default(),
        row.origin,
        row.set_by.join(" "),
        row.set,
        row.renewed,
        row.changed,
        row.deleted,
        row.refusal_expected,
        row.first_set.clone(),
        row.first_entry,
        row.secure,
        row.http_only,
        row.same_site.clone(),
        row.value_bytes.0,
        row.value_bytes.1,
        row.fingerprints.join(" "),
        row.values,
        sent_to.join("; "),
        row.sent,
        row.sent_with_other_value,
        row.faults.join(" "),
        claims(&row.claims),
        joined(&row.list_claims, list_claim),
        needed(row.list_claims.iter().map(|claim| &claim.not_rederivable_without))
    ];
    cells.extend(lifetimes::of_a_cookie(row));
    cells
}

fn flow(row: &Flow) -> Vec<Cell> {
    let mut cells = cells![
        row.nr,
        row.method.clone(),
        row.host.clone(),
        row.site.clone(),
        row.path.clone(),
        row.parameters.join(" "),
        row.relation,
        row.position,
        row.owner.as_ref().map(|owner| owner.name.clone()).unwrap_or_default(),
        row.owner.as_ref().map(|owner| owner.rule.clone()).unwrap_or_default(),
        row.requests,
        row.not_sent,
        row.refused,
        row.first_time.clone(),
        numbers(&row.entries),
        row.statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(" "),
        row.cookies_sent.join(" "),
        row.cookies_set.join(" "),
        row.body_bytes_sent,
        row.redirects_to.join(" "),
        row.causes.iter().map(|cause| format!("{}: {}", cause.cause, cause.requests)).collect::<Vec<_>>().join("; "),
        claims(&row.claims),
        joined(&row.lists, list_match),
        needed(row.lists.iter().map(|list| &list.not_rederivable_without))
    ];
    cells.extend(attribution::of_a_flow(&row.attribution));
    cells.extend(scenario::of_a_flow(&row.operated));
    cells
}

fn moment(row: &Moment) -> Vec<Cell> {
    cells![
        row.nr,
        row.stretch,
        row.time.clone(),
        row.offset_ms,
        row.event,
        known(row.entry),
        row.host.clone(),
        row.path.clone(),
        known(row.status),
        row.text.clone(),
        row.said_by,
        known(row.choice),
        row.rule.clone(),
        row.certainty
    ]
}

fn choice_cookie(row: &ChoiceCookie, choices: &[Choice]) -> Vec<Cell> {
    let choice = choices.iter().find(|choice| choice.nr == row.choice);
    let of = |cell: &dyn Fn(&Choice) -> Cell| Cell::from(choice.map(cell));
    cells![
        row.nr,
        row.stretch,
        row.choice,
        of(&|choice| choice.site.as_str().into()),
        of(&|choice| choice.text.as_deref().into()),
        of(&|choice| choice.text_by.into()),
        of(&|choice| choice.says.into()),
        of(&|choice| choice.said_by.into()),
        of(&|choice| known(choice.entry)),
        of(&|choice| choice.asked.as_str().into()),
        of(&|choice| choice.answered.as_deref().into()),
        row.name.clone(),
        row.domain.clone(),
        row.first_seen,
        row.set.before.count,
        row.set.transition.count,
        row.set_by_answer,
        row.set.after.count,
        row.deleted.before.count,
        row.deleted.transition.count,
        row.deleted.after.count,
        row.sent.before.count,
        row.sent.transition.count,
        row.sent.after.count,
        known(row.set.before.first_entry),
        known(row.set.transition.first_entry),
        known(row.set.after.first_entry),
        known(row.sent.before.first_entry),
        known(row.sent.transition.first_entry),
        known(row.sent.after.first_entry)
    ]
}

fn trail(row: &TrailRow) -> Vec<Cell> {
    let mut cells = cells![
        row.nr,
        row.stretch,
        row.kind,
        row.name.clone(),
        row.carrier,
        row.carried_by.clone(),
        row.codings.join(" "),
        row.recipient.clone(),
        row.pseudonym.clone()
    ];
    let end = |end: &End| {
        cells![end.entry, end.time.clone(), end.host.clone(), end.page.clone(), state(&end.page_choice), state(&end.own_choice)]
    };
    cells.extend(end(&row.one));
    cells.extend(end(&row.other));
    cells.extend(cells![row.between_ms, row.requests, row.browser.clone(), row.policy]);
    cells
}

/// A number, or nothing.
fn known(value: Option<impl Into<Cell>>) -> Cell {
    Cell::from(value)
}

fn gap(row: &GapRow) -> Vec<Cell> {
    cells![row.nr, row.kind, row.count, numbers(&row.entries), row.unit, known(row.of), row.percent.clone()]
}

fn numbers(entries: &[u64]) -> String {
    entries.iter().map(u64::to_string).collect::<Vec<_>>().join(" ")
}

fn claims(claims: &[Claim]) -> String {
    let claim = |claim: &Claim| {
        let category = claim.category.as_ref().map_or("-", |category| &category.id);
        format!("{} ({}): {category} [{}, {}, {}]", claim.who, claim.by, certainty(claim.certainty), claim.source, claim.place)
    };
    claims.iter().map(claim).collect::<Vec<_>>().join("; ")
}
