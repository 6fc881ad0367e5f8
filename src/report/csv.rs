//! Tables as CSV (RFC 4180): UTF-8, comma, CRLF, a head line; safe to open in a spreadsheet.

mod attribution;
pub(super) mod beside;
mod beside_wire;
pub(super) mod comparison;
mod fields;
mod lifetimes;
pub(super) mod linkage;
pub(super) mod planted;
mod recipients;

use csv::{Terminator, Writer, WriterBuilder};

use super::SIMULATED_NOTICE;
use super::model::{Choice, ChoiceCookie, Claim, Cookie, End, Flow, GapRow, Moment, Report, TrailRow};
use linkage::state;
use recipients::{ADDRESSES, ALIASES, RECIPIENTS, address, alias, certainty, joined, list_claim, list_match, needed, recipient};

/// Name and bytes of every table.
///
/// # Errors
///
/// A row cannot be written, which would be a mistake in the program.
pub fn render(report: &Report) -> Result<Vec<(&'static str, Vec<u8>)>, csv::Error> {
    let simulated = report.simulated;
    let of_fields = &report.fields;
    let mut out = vec![
        ("recipients.csv", table(&[RECIPIENTS, fields::SENT].concat(), simulated, &report.recipients, recipient)?),
        ("addresses.csv", table(ADDRESSES, simulated, &report.addresses, address)?),
        ("other-names.csv", table(ALIASES, simulated, &report.aliases, alias)?),
        ("cookies.csv", table(&[COOKIES, lifetimes::OF_A_COOKIE].concat(), simulated, &report.cookies, cookie)?),
        ("comparison-lines.csv", table(lifetimes::LINES, simulated, &report.comparison_lines, lifetimes::line)?),
        ("lifetimes.csv", table(lifetimes::LIFETIMES, simulated, &report.lifetimes, lifetimes::lifetime)?),
        ("validators.csv", table(lifetimes::VALIDATORS, simulated, &report.validators, lifetimes::validator)?),
        ("flows.csv", table(&[FLOWS, attribution::OF_A_FLOW].concat(), simulated, &report.flows, flow)?),
        ("endpoints.csv", table(fields::ENDPOINTS, simulated, &of_fields.endpoints, fields::endpoint)?),
        ("fields.csv", table(fields::FIELDS, simulated, &of_fields.fields, |row| fields::field(row, of_fields))?),
        ("detail-ladder.csv", table(fields::LADDER, simulated, &of_fields.ladder, |row| fields::ladder(row, of_fields))?),
        ("client-hints.csv", table(fields::HINTS, simulated, &of_fields.hints, fields::hint)?),
        ("personal-data.csv", table(fields::PERSONAL, simulated, &of_fields.personal_data, |row| fields::personal(row, of_fields))?),
        ("timeline.csv", table(TIMELINE, simulated, &report.timeline, moment)?),
        ("choices.csv", table(CHOICES, simulated, &report.choice_cookies, |row| choice_cookie(row, &report.choices))?),
        ("trail.csv", table(TRAIL, simulated, &report.trail, trail)?),
        ("gaps.csv", table(GAPS, simulated, &report.gaps, gap)?),
    ];
    out.extend(attribution::tables(&report.attribution, simulated)?);
    out.extend(linkage::tables(&report.linkage, simulated)?);
    out.extend(planted::tables(report.planted.as_ref(), simulated)?);
    if let Some(beside) = &report.beside_wire {
        out.extend(beside_wire::tables(beside, simulated)?);
    }
    Ok(out)
}

const COOKIES: &[&str] = &[
    "nr",
    "name",
    "domain",
    "host_only",
    "path",
    "partitioned",
    "relation",
    "owner",
    "origin",
    "set_by",
    "set",
    "renewed",
    "changed",
    "deleted",
    "refusal_expected",
    "first_set",
    "first_entry",
    "secure",
    "http_only",
    "same_site",
    "value_bytes_min",
    "value_bytes_max",
    "fingerprints",
    "values",
    "sent_to",
    "sent",
    "sent_with_other_value",
    "faults",
    "claims",
    "list_claims",
    "not_rederivable_without",
];

const FLOWS: &[&str] = &[
    "nr",
    "method",
    "host",
    "registrable_domain",
    "path",
    "parameters",
    "relation",
    "position",
    "owner",
    "owner_rule",
    "requests",
    "not_sent",
    "refused_by_the_recording_program",
    "first_time",
    "entries",
    "statuses",
    "cookies_sent",
    "cookies_set",
    "body_bytes_sent",
    "redirects_to",
    "causes",
    "claims",
    "lists",
    "not_rederivable_without",
];

const TIMELINE: &[&str] =
    &["nr", "stretch", "time", "offset_ms", "event", "entry", "host", "path", "status", "text", "said_by", "choice", "rule", "certainty"];

const CHOICES: &[&str] = &[
    "nr",
    "stretch",
    "choice",
    "choice_site",
    "button_text",
    "button_text_by",
    "request_says",
    "said_by",
    "choice_entry",
    "asked",
    "answered",
    "name",
    "domain",
    "first_seen",
    "set_before",
    "set_in_transition",
    "set_by_answer",
    "set_after",
    "deleted_before",
    "deleted_in_transition",
    "deleted_after",
    "sent_before",
    "sent_in_transition",
    "sent_after",
    "first_entry_set_before",
    "first_entry_set_in_transition",
    "first_entry_set_after",
    "first_entry_sent_before",
    "first_entry_sent_in_transition",
    "first_entry_sent_after",
];

const TRAIL: &[&str] = &[
    "nr",
    "stretch",
    "kind",
    "name",
    "carrier",
    "carried_by",
    "codings_innermost_first",
    "recipient",
    "pseudonym",
    "entry",
    "time",
    "host",
    "page",
    "choice_for_examined_site",
    "choice_for_own_site",
    "again_entry",
    "again_time",
    "again_host",
    "again_page",
    "again_choice_for_examined_site",
    "again_choice_for_own_site",
    "between_ms",
    "requests",
    "browser",
    "cookie_policy_between_sites",
];

const GAPS: &[&str] = &["nr", "kind", "count", "entries"];

/// The last column of every table: a row is copied out of its table more often than not, and must not lose this on the way.
const SIMULATED: &str = "simulated";

fn table<T>(head: &[&str], simulated: bool, rows: &[T], cells: impl Fn(&T) -> Vec<String>) -> Result<Vec<u8>, csv::Error> {
    let mut writer: Writer<Vec<u8>> = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(head.iter().copied().chain([SIMULATED]))?;
    let mark = if simulated { format!("true: {SIMULATED_NOTICE}") } else { "false".to_owned() };
    for row in rows {
        writer.write_record(cells(row).into_iter().map(harmless).chain([mark.clone()]))?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(std::io::Error::other(error.to_string())))
}

/// A cell that no spreadsheet takes for a formula (OWASP, CSV injection): an apostrophe goes before what could begin one. Control characters
/// other than tab and line ends become visible escapes.
fn harmless(cell: String) -> String {
    // Control characters lie among the first bytes of ASCII, at its end, or behind the byte C2; a cell without any of these is not read twice.
    let may_hold_some = cell.bytes().any(|byte| byte < b' ' || matches!(byte, 0x7F | 0xC2));
    let escaped = if may_hold_some && cell.chars().any(|character| character.is_control() && !matches!(character, '\n' | '\r' | '\t')) {
        let visible = |character: char| match character {
            '\n' | '\r' | '\t' => character.to_string(),
            character if character.is_control() => character.escape_unicode().to_string(),
            character => character.to_string(),
        };
        cell.chars().map(visible).collect()
    } else {
        cell
    };
    // A negative number is one, and no formula.
    if escaped.strip_prefix('-').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())) {
        return escaped;
    }
    if escaped.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{escaped}") } else { escaped }
}

fn cookie(row: &Cookie) -> Vec<String> {
    let sent_to: Vec<String> = row.sent_to.iter().map(|sent| format!("{} ({}): {}", sent.site, sent.relation, sent.requests)).collect();
    let flag = |flag: Option<bool>| flag.map_or_else(String::new, |flag| flag.to_string());
    let mut cells = vec![
        row.nr.to_string(),
        row.name.clone(),
        row.domain.clone(),
        flag(row.host_only),
        row.path.clone().unwrap_or_default(),
        row.partitioned.to_string(),
        row.relation.to_owned(),
        row.owner.as_ref().map(|owner| owner.name.clone()).unwrap_or_default(),
        row.origin.to_owned(),
        row.set_by.join(" "),
        row.set.to_string(),
        row.renewed.to_string(),
        row.changed.to_string(),
        row.deleted.to_string(),
        row.refusal_expected.to_string(),
        row.first_set.clone().unwrap_or_default(),
        row.first_entry.to_string(),
        flag(row.secure),
        flag(row.http_only),
        row.same_site.clone().unwrap_or_default(),
        row.value_bytes.0.to_string(),
        row.value_bytes.1.to_string(),
        row.fingerprints.join(" "),
        row.values.to_string(),
        sent_to.join("; "),
        row.sent.to_string(),
        row.sent_with_other_value.to_string(),
        row.faults.join(" "),
        claims(&row.claims),
        joined(&row.list_claims, list_claim),
        needed(row.list_claims.iter().map(|claim| &claim.not_rederivable_without)),
    ];
    cells.extend(lifetimes::of_a_cookie(row));
    cells
}

fn flow(row: &Flow) -> Vec<String> {
    let mut cells = vec![
        row.nr.to_string(),
        row.method.clone(),
        row.host.clone(),
        row.site.clone(),
        row.path.clone(),
        row.parameters.join(" "),
        row.relation.to_owned(),
        row.position.to_owned(),
        row.owner.as_ref().map(|owner| owner.name.clone()).unwrap_or_default(),
        row.owner.as_ref().map(|owner| owner.rule.clone()).unwrap_or_default(),
        row.requests.to_string(),
        row.not_sent.to_string(),
        row.refused.to_string(),
        row.first_time.clone().unwrap_or_default(),
        numbers(&row.entries),
        row.statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(" "),
        row.cookies_sent.join(" "),
        row.cookies_set.join(" "),
        row.body_bytes_sent.to_string(),
        row.redirects_to.join(" "),
        row.causes.iter().map(|cause| format!("{}: {}", cause.cause, cause.requests)).collect::<Vec<_>>().join("; "),
        claims(&row.claims),
        joined(&row.lists, list_match),
        needed(row.lists.iter().map(|list| &list.not_rederivable_without)),
    ];
    cells.extend(attribution::of_a_flow(&row.attribution));
    cells
}

fn moment(row: &Moment) -> Vec<String> {
    vec![
        row.nr.to_string(),
        row.stretch.to_string(),
        row.time.clone(),
        row.offset_ms.to_string(),
        row.event.to_owned(),
        known(row.entry),
        row.host.clone().unwrap_or_default(),
        row.path.clone().unwrap_or_default(),
        known(row.status),
        row.text.clone().unwrap_or_default(),
        row.said_by.unwrap_or_default().to_owned(),
        known(row.choice),
        row.rule.clone().unwrap_or_default(),
        row.certainty.unwrap_or_default().to_owned(),
    ]
}

fn choice_cookie(row: &ChoiceCookie, choices: &[Choice]) -> Vec<String> {
    let choice = choices.iter().find(|choice| choice.nr == row.choice);
    let of = |cell: &dyn Fn(&Choice) -> String| choice.map(cell).unwrap_or_default();
    vec![
        row.nr.to_string(),
        row.stretch.to_string(),
        row.choice.to_string(),
        of(&|choice| choice.site.clone()),
        of(&|choice| choice.text.clone().unwrap_or_default()),
        of(&|choice| choice.text_by.unwrap_or_default().to_owned()),
        of(&|choice| choice.says.unwrap_or_default().to_owned()),
        of(&|choice| choice.said_by.to_owned()),
        of(&|choice| known(choice.entry)),
        of(&|choice| choice.asked.clone()),
        of(&|choice| choice.answered.clone().unwrap_or_default()),
        row.name.clone(),
        row.domain.clone(),
        row.first_seen.to_owned(),
        row.set.before.count.to_string(),
        row.set.transition.count.to_string(),
        row.set_by_answer.to_string(),
        row.set.after.count.to_string(),
        row.deleted.before.count.to_string(),
        row.deleted.transition.count.to_string(),
        row.deleted.after.count.to_string(),
        row.sent.before.count.to_string(),
        row.sent.transition.count.to_string(),
        row.sent.after.count.to_string(),
        known(row.set.before.first_entry),
        known(row.set.transition.first_entry),
        known(row.set.after.first_entry),
        known(row.sent.before.first_entry),
        known(row.sent.transition.first_entry),
        known(row.sent.after.first_entry),
    ]
}

fn trail(row: &TrailRow) -> Vec<String> {
    let mut cells = vec![
        row.nr.to_string(),
        row.stretch.to_string(),
        row.kind.to_owned(),
        row.name.clone(),
        row.carrier.to_owned(),
        row.carried_by.clone().unwrap_or_default(),
        row.codings.join(" "),
        row.recipient.clone(),
        row.pseudonym.clone(),
    ];
    let end = |end: &End| {
        [end.entry.to_string(), end.time.clone(), end.host.clone(), end.page.clone(), state(&end.page_choice), state(&end.own_choice)]
    };
    cells.extend(end(&row.one));
    cells.extend(end(&row.other));
    cells.extend([row.between_ms.to_string(), row.requests.to_string(), row.browser.clone().unwrap_or_default(), row.policy.to_owned()]);
    cells
}

/// A number, or nothing.
fn known(number: Option<impl ToString>) -> String {
    number.map_or_else(String::new, |number| number.to_string())
}

fn gap(row: &GapRow) -> Vec<String> {
    vec![row.nr.to_string(), row.kind.to_owned(), row.count.to_string(), numbers(&row.entries)]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_harmless() {
        assert_eq!(harmless("=1+1".into()), "'=1+1");
        assert_eq!(harmless("-2+3".into()), "'-2+3");
        assert_eq!(harmless("-2".into()), "-2");
        assert_eq!(harmless("a\u{0}b\u{1b}".into()), "a\\u{0}b\\u{1b}");
        assert_eq!(harmless("plain, \"quoted\"\n".into()), "plain, \"quoted\"\n");
    }

    #[test]
    fn heads_and_rows_have_the_same_width() {
        for (simulated, mark) in [(true, "true: fictitious platform; says nothing about what Meta does"), (false, "false")] {
            let rows = [GapRow { nr: 1, kind: "no-page", count: 2, entries: vec![3, 4] }];
            let text = String::from_utf8(table(GAPS, simulated, &rows, gap).expect("writes")).expect("text");
            assert_eq!(text, format!("nr,kind,count,entries,simulated\r\n1,no-page,2,3 4,{mark}\r\n"));
        }
    }
}
