//! Tables about identifiers as CSV cells. Values are named by pseudonyms; neither values nor fingerprints stand here. Nothing is decided here.

use super::super::model::{
    CookieRecipientRow, IdentifierRecipientRow, IdentifierRow, LinkageTables, NotSentAgainRow, RecordingRow, RedirectRow, SentFromOtherRow,
    SharingRow, State, SurvivalRow, ValueRow,
};
use super::{joined, known, numbers, table};

const IDENTIFIERS: &[&str] = &[
    "nr",
    "carrier",
    "name",
    "of",
    "identifies_by_rule",
    "lifetime_days",
    "session",
    "value_bytes_min",
    "value_bytes_max",
    "profiles",
    "different_values",
    "values_in_profile",
    "similarity_ratcliff_obershelp",
    "entropy_bits_upper_bound",
    "constant_days",
    "constant_seconds",
    "values",
    "values_unlisted",
    "sightings_of_values_not_looked_for",
];

const COOKIE_RECIPIENTS: &[&str] = &[
    "nr",
    "identifier",
    "name",
    "domain",
    "recipient",
    "own_site",
    "sent_as_itself",
    "sent_elsewhere",
    "of_which_encoded",
    "from_pages_of",
];

const IDENTIFIER_RECIPIENTS: &[&str] = &[
    "nr",
    "identifier",
    "carrier",
    "name",
    "of",
    "recording",
    "recipient",
    "own_site",
    "hosts",
    "from_pages_of",
    "sent_as_itself",
    "sent_elsewhere",
    "of_which_encoded",
    "stretches",
    "first_entry",
    "first_time",
];

const SHARINGS: &[&str] = &[
    "nr",
    "identifier",
    "carrier",
    "name",
    "of",
    "pseudonym",
    "part",
    "codings_innermost_first",
    "way",
    "host",
    "registrable_domain",
    "own_site",
    "from_pages_of",
    "place",
    "field",
    "locator",
    "recording",
    "stretch",
    "entry",
    "time",
    "times",
    "choice_for_examined_site",
    "choice_for_site_of_page",
    "across_profiles",
    "same_value_as_identifier",
    "table",
    "means",
];

const REDIRECTS: &[&str] = &[
    "nr",
    "chain",
    "from_entry",
    "from_host",
    "to_entry",
    "to_host",
    "to_registrable_domain",
    "time",
    "stretch",
    "parameters_carried",
    "identifiers",
];

const SURVIVALS: &[&str] = &["nr", "identifier", "carrier", "name", "of", "pseudonym", "profiles", "across_recordings"];

const NOT_SENT_AGAIN: &[&str] = &[
    "nr",
    "identifier",
    "name",
    "domain",
    "pseudonyms",
    "recipient",
    "from_pages_of",
    "stretch",
    "requests",
    "outcome",
    "cookie_policy_between_sites",
];

const SENT_FROM_OTHER_SITES: &[&str] = &[
    "nr",
    "identifier",
    "name",
    "domain",
    "pseudonym",
    "hosts",
    "from_pages_of",
    "sent_as_itself",
    "first_entry",
    "first_time",
    "stretch",
    "set_cookie",
    "set_by",
    "cookie_policy_between_sites",
    "choice_for_examined_site",
    "choice_for_site_of_page",
];

const RECORDINGS: &[&str] = &["nr", "number", "name", "simulated_recording", "compared_with_others", "cookie_policy_between_sites"];

/// What a row says of its host, so that it is not lost when the row is copied out of its table.
fn means(row: &SharingRow) -> &'static str {
    match (row.way, row.part) {
        ("answer", false) => "the host answered with the value",
        ("answer", true) => "the host answered with a part of the value",
        ("redirect", false) => "an answer redirects to the host with the value in the address",
        ("redirect", true) => "an answer redirects to the host with a part of the value in the address",
        (_, false) => "the host was sent the value; not who knew it before",
        (_, true) => "the host was sent a part of the value; not who knew it before",
    }
}

/// Name and bytes of every table about identifiers.
pub(in crate::report) fn tables(rows: &LinkageTables, simulated: bool) -> Result<Vec<(&'static str, Vec<u8>)>, csv::Error> {
    let mut out = vec![
        ("identifiers.csv", table(IDENTIFIERS, simulated, &rows.identifiers, identifier)?),
        ("cookie-recipients.csv", table(COOKIE_RECIPIENTS, simulated, &rows.cookie_recipients, cookie_recipient)?),
        ("identifier-recipients.csv", table(IDENTIFIER_RECIPIENTS, simulated, &rows.identifier_recipients, identifier_recipient)?),
        ("sharing.csv", table(SHARINGS, simulated, &rows.sharings, sharing)?),
        ("survivals.csv", table(SURVIVALS, simulated, &rows.survivals, survival)?),
    ];
    if rows.recordings.is_empty() {
        out.push(("redirects.csv", table(REDIRECTS, simulated, &rows.redirects, redirect)?));
        let sent = &rows.sent_from_other_sites;
        out.push(("sent-from-other-sites.csv", table(SENT_FROM_OTHER_SITES, simulated, sent, sent_from_other_site)?));
        out.push(("not-sent-again.csv", table(NOT_SENT_AGAIN, simulated, &rows.not_sent_again, not_sent_again)?));
    } else {
        out.push(("recordings.csv", table(RECORDINGS, simulated, &rows.recordings, recording)?));
    }
    Ok(out)
}

fn identifier(row: &IdentifierRow) -> Vec<String> {
    let value = |value: &ValueRow| {
        let ValueRow { pseudonym, recording, stretch, first, last, times, .. } = value;
        format!("{pseudonym}: recording {recording}, stretch {stretch}, {first} to {last}, {times} times")
    };
    vec![
        row.nr.to_string(),
        row.carrier.to_owned(),
        row.name.clone(),
        row.of.clone(),
        row.identifies.unwrap_or_default().to_owned(),
        row.lifetime_days.clone().unwrap_or_default(),
        row.session.to_string(),
        row.value_bytes.0.to_string(),
        row.value_bytes.1.to_string(),
        row.profiles.to_string(),
        row.different_values.to_string(),
        row.values_in_profile.to_string(),
        row.similarity.clone().unwrap_or_default(),
        row.entropy_bits.clone(),
        row.constant_days.clone(),
        row.constant_seconds.to_string(),
        joined(&row.values, value),
        row.values_unlisted.to_string(),
        row.values_left_out.to_string(),
    ]
}

fn cookie_recipient(row: &CookieRecipientRow) -> Vec<String> {
    vec![
        row.nr.to_string(),
        row.identifier.to_string(),
        row.name.clone(),
        row.domain.clone(),
        row.recipient.clone(),
        row.own_site.to_string(),
        row.as_itself.to_string(),
        row.elsewhere.to_string(),
        row.encoded.to_string(),
        row.from.join(" "),
    ]
}

fn identifier_recipient(row: &IdentifierRecipientRow) -> Vec<String> {
    vec![
        row.nr.to_string(),
        row.identifier.to_string(),
        row.carrier.to_owned(),
        row.name.clone(),
        row.of.clone(),
        row.recording.to_string(),
        row.recipient.clone(),
        row.own_site.to_string(),
        row.hosts.join(" "),
        row.from.clone().unwrap_or_default(),
        row.as_itself.to_string(),
        row.elsewhere.to_string(),
        row.encoded.to_string(),
        numbers(&row.stretches),
        row.first_entry.to_string(),
        row.first_time.clone(),
    ]
}

/// The state of a choice with the number of that choice.
pub(super) fn state(state: &State) -> String {
    match state.choice {
        Some(choice) => format!("{} {choice}", state.state),
        None => state.state.to_owned(),
    }
}

fn sharing(row: &SharingRow) -> Vec<String> {
    vec![
        row.nr.to_string(),
        row.identifier.to_string(),
        row.carrier.to_owned(),
        row.name.clone(),
        row.of.clone(),
        row.pseudonym.clone(),
        row.part.to_string(),
        row.codings.join(" "),
        row.way.to_owned(),
        row.host.clone(),
        row.site.clone(),
        row.own_site.to_string(),
        row.from.clone().unwrap_or_default(),
        row.place.to_owned(),
        row.field.clone(),
        row.locator.clone(),
        row.recording.to_string(),
        row.stretch.to_string(),
        row.entry.to_string(),
        row.time.clone(),
        row.times.to_string(),
        state(&row.page_choice),
        state(&row.own_choice),
        row.across_profiles.to_string(),
        known(row.same_value_as),
        if row.same_value_as.is_some() {
            ""
        } else if row.stays_with_its_site() {
            "8e"
        } else {
            "8d"
        }
        .to_owned(),
        means(row).to_owned(),
    ]
}

fn redirect(row: &RedirectRow) -> Vec<String> {
    vec![
        row.nr.to_string(),
        row.chain.to_string(),
        row.from_entry.to_string(),
        row.from_host.clone().unwrap_or_default(),
        row.to_entry.to_string(),
        row.to_host.clone(),
        row.to_site.clone(),
        known(row.time.as_ref()),
        row.stretch.to_string(),
        row.carried.join(" "),
        row.pseudonyms.join(" "),
    ]
}

fn survival(row: &SurvivalRow) -> Vec<String> {
    vec![
        row.nr.to_string(),
        row.identifier.to_string(),
        row.carrier.to_owned(),
        row.name.clone(),
        row.of.clone(),
        row.pseudonym.clone(),
        joined(&row.profiles, |(recording, stretch)| format!("recording {recording}, stretch {stretch}")),
        row.across_recordings.to_string(),
    ]
}

fn not_sent_again(row: &NotSentAgainRow) -> Vec<String> {
    let outcome = if row.other_value { "sent with another value" } else { "not sent again in this recording" };
    vec![
        row.nr.to_string(),
        row.identifier.to_string(),
        row.name.clone(),
        row.domain.clone(),
        row.pseudonyms.join(" "),
        row.recipient.clone(),
        row.other.clone(),
        row.stretch.to_string(),
        row.requests.to_string(),
        outcome.to_owned(),
        row.policy.to_owned(),
    ]
}

fn sent_from_other_site(row: &SentFromOtherRow) -> Vec<String> {
    let set = if row.set_recorded { "recorded" } else { "not recorded in this recording" };
    vec![
        row.nr.to_string(),
        row.identifier.to_string(),
        row.name.clone(),
        row.domain.clone(),
        row.pseudonym.clone(),
        row.hosts.join(" "),
        row.from.clone(),
        row.requests.to_string(),
        row.first_entry.to_string(),
        row.first_time.clone(),
        row.stretch.to_string(),
        set.to_owned(),
        row.set_by.join(" "),
        row.policy.to_owned(),
        state(&row.page_choice),
        state(&row.own_choice),
    ]
}

fn recording(row: &RecordingRow) -> Vec<String> {
    vec![
        row.nr.to_string(),
        row.number.to_string(),
        row.name.clone(),
        row.simulated.to_string(),
        if row.linked { "true".to_owned() } else { "false: no key of the case".to_owned() },
        row.policy.to_owned(),
    ]
}
