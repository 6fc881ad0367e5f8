//! Tables as CSV (RFC 4180): UTF-8, comma, CRLF, a head line; safe to open in a spreadsheet.

use csv::{Terminator, Writer, WriterBuilder};

use super::model::{Claim, Cookie, Flow, GapRow, Recipient, Report};

/// Name and bytes of every table.
///
/// # Errors
///
/// A row cannot be written, which would be a mistake in the program.
pub fn render(report: &Report) -> Result<Vec<(&'static str, Vec<u8>)>, csv::Error> {
    let simulated = report.simulated;
    Ok(vec![
        ("recipients.csv", table(RECIPIENTS, simulated, &report.recipients, recipient)?),
        ("cookies.csv", table(COOKIES, simulated, &report.cookies, cookie)?),
        ("flows.csv", table(FLOWS, simulated, &report.flows, flow)?),
        ("gaps.csv", table(GAPS, simulated, &report.gaps, gap)?),
    ])
}

const RECIPIENTS: &[&str] = &[
    "nr",
    "registrable_domain",
    "hosts",
    "owner",
    "owner_rule",
    "relation",
    "position",
    "requests",
    "requests_with_cookies",
    "set_cookie_lines",
    "first_entry",
    "claims",
    "lists",
];

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
    "lifetime_days",
    "lifetime_seconds",
    "session",
    "over_400_days",
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
];

const GAPS: &[&str] = &["nr", "kind", "count", "entries"];

/// The last column of every table: a row is copied out of its table more often than not, and must not lose this on the way.
const SIMULATED: &str = "simulated";

fn table<T>(head: &[&str], simulated: bool, rows: &[T], cells: impl Fn(&T) -> Vec<String>) -> Result<Vec<u8>, csv::Error> {
    let mut writer: Writer<Vec<u8>> = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(head.iter().copied().chain([SIMULATED]))?;
    for row in rows {
        writer.write_record(cells(row).into_iter().map(harmless).chain([simulated.to_string()]))?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(std::io::Error::other(error.to_string())))
}

/// A cell that no spreadsheet takes for a formula (OWASP, CSV injection): an apostrophe goes before what could begin one. Control characters
/// other than tab and line ends become visible escapes.
fn harmless(cell: String) -> String {
    let escaped = if cell.chars().any(|character| character.is_control() && !matches!(character, '\n' | '\r' | '\t')) {
        let visible = |character: char| match character {
            '\n' | '\r' | '\t' => character.to_string(),
            character if character.is_control() => character.escape_unicode().to_string(),
            character => character.to_string(),
        };
        cell.chars().map(visible).collect()
    } else {
        cell
    };
    if escaped.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{escaped}") } else { escaped }
}

fn recipient(row: &Recipient) -> Vec<String> {
    let lists: Vec<String> = row.lists.iter().map(|list| format!("{}: {}", list.list, list.requests)).collect();
    vec![
        row.nr.to_string(),
        row.site.clone(),
        row.hosts.join(" "),
        row.owner.as_ref().map(|owner| owner.name.clone()).unwrap_or_default(),
        row.owner.as_ref().map(|owner| owner.rule.clone()).unwrap_or_default(),
        row.relation.to_owned(),
        row.position.to_owned(),
        row.requests.to_string(),
        row.requests_with_cookies.to_string(),
        row.set_cookie_lines.to_string(),
        row.first_entry.to_string(),
        claims(&row.claims),
        lists.join("; "),
    ]
}

fn cookie(row: &Cookie) -> Vec<String> {
    let sent_to: Vec<String> = row.sent_to.iter().map(|sent| format!("{} ({}): {}", sent.site, sent.relation, sent.requests)).collect();
    let flag = |flag: Option<bool>| flag.map_or_else(String::new, |flag| flag.to_string());
    vec![
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
        row.lifetime_days.clone(),
        row.lifetime_seconds.map_or_else(String::new, |seconds| seconds.to_string()),
        row.session.to_string(),
        row.over_cap.to_string(),
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
    ]
}

fn flow(row: &Flow) -> Vec<String> {
    let lists: Vec<String> = row
        .lists
        .iter()
        .map(|matched| {
            let line = matched.line.map_or_else(String::new, |line| format!(":{line}"));
            let exception = matched.exception.as_ref().map_or_else(String::new, |rule| format!(" (exception {rule})"));
            format!("{}{line} {}{exception}", matched.list, matched.rule)
        })
        .collect();
    vec![
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
        row.first_time.clone().unwrap_or_default(),
        numbers(&row.entries),
        row.statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(" "),
        row.cookies_sent.join(" "),
        row.cookies_set.join(" "),
        row.body_bytes_sent.to_string(),
        row.redirects_to.join(" "),
        row.causes.iter().map(|cause| format!("{}: {}", cause.cause, cause.requests)).collect::<Vec<_>>().join("; "),
        claims(&row.claims),
        lists.join("; "),
    ]
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
        format!("{} ({}): {category} [{}, {}, {}]", claim.who, claim.by, claim.certainty, claim.source, claim.place)
    };
    claims.iter().map(claim).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_harmless() {
        assert_eq!(harmless("=1+1".into()), "'=1+1");
        assert_eq!(harmless("-2".into()), "'-2");
        assert_eq!(harmless("a\u{0}b\u{1b}".into()), "a\\u{0}b\\u{1b}");
        assert_eq!(harmless("plain, \"quoted\"\n".into()), "plain, \"quoted\"\n");
    }

    #[test]
    fn heads_and_rows_have_the_same_width() {
        for simulated in [true, false] {
            let rows = [GapRow { nr: 1, kind: "no-page", count: 2, entries: vec![3, 4] }];
            let text = String::from_utf8(table(GAPS, simulated, &rows, gap).expect("writes")).expect("text");
            assert_eq!(text, format!("nr,kind,count,entries,simulated\r\n1,no-page,2,3 4,{simulated}\r\n"));
        }
    }
}
