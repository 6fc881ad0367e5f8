//! Tables about identifiers as cells. Values are named by pseudonyms; neither values nor fingerprints stand here. Nothing is decided here.

use super::super::model::{
    CookieRecipientRow, IdentifierRecipientRow, IdentifierRow, LinkageTables, NotSentAgainRow, RecordingRow, RedirectRow, SentFromOtherRow,
    SharingRow, State, SurvivalRow, ValueRow,
};
use super::{joined, known, numbers};
use crate::report::table::{Cell, Column, Table, cells, decimal, flag, text, time, whole};

const IDENTIFIERS: &[Column] = &[
    whole("nr"),
    text("carrier"),
    text("name"),
    text("of"),
    text("identifies_by_rule"),
    decimal("lifetime_days"),
    flag("session"),
    whole("value_bytes_min"),
    whole("value_bytes_max"),
    whole("profiles"),
    whole("different_values"),
    whole("values_in_profile"),
    decimal("similarity_ratcliff_obershelp"),
    decimal("entropy_bits_upper_bound"),
    decimal("constant_days"),
    whole("constant_seconds"),
    text("values"),
    whole("values_unlisted"),
    whole("sightings_of_values_not_looked_for"),
];

const COOKIE_RECIPIENTS: &[Column] = &[
    whole("nr"),
    whole("identifier"),
    text("name"),
    text("domain"),
    text("recipient"),
    flag("own_site"),
    whole("sent_as_itself"),
    whole("sent_elsewhere"),
    whole("of_which_encoded"),
    text("from_pages_of"),
];

const IDENTIFIER_RECIPIENTS: &[Column] = &[
    whole("nr"),
    whole("identifier"),
    text("carrier"),
    text("name"),
    text("of"),
    whole("recording"),
    text("recipient"),
    flag("own_site"),
    text("hosts"),
    text("from_pages_of"),
    whole("sent_as_itself"),
    whole("sent_elsewhere"),
    whole("of_which_encoded"),
    text("stretches"),
    whole("first_entry"),
    time("first_time"),
];

const SHARINGS: &[Column] = &[
    whole("nr"),
    whole("identifier"),
    text("carrier"),
    text("name"),
    text("of"),
    text("pseudonym"),
    flag("part"),
    text("codings_innermost_first"),
    text("way"),
    text("host"),
    text("registrable_domain"),
    flag("own_site"),
    text("from_pages_of"),
    text("place"),
    text("field"),
    text("locator"),
    whole("recording"),
    whole("stretch"),
    whole("entry"),
    time("time"),
    whole("times"),
    text("choice_for_examined_site"),
    text("choice_for_site_of_page"),
    flag("across_profiles"),
    whole("same_value_as_identifier"),
    text("table"),
    text("means"),
];

const REDIRECTS: &[Column] = &[
    whole("nr"),
    whole("chain"),
    whole("from_entry"),
    text("from_host"),
    whole("to_entry"),
    text("to_host"),
    text("to_registrable_domain"),
    time("time"),
    whole("stretch"),
    text("parameters_carried"),
    text("identifiers"),
];

const SURVIVALS: &[Column] = &[
    whole("nr"),
    whole("identifier"),
    text("carrier"),
    text("name"),
    text("of"),
    text("pseudonym"),
    text("profiles"),
    flag("across_recordings"),
];

const NOT_SENT_AGAIN: &[Column] = &[
    whole("nr"),
    whole("identifier"),
    text("name"),
    text("domain"),
    text("pseudonyms"),
    text("recipient"),
    text("from_pages_of"),
    whole("stretch"),
    whole("requests"),
    text("outcome"),
    text("cookie_policy_between_sites"),
];

const SENT_FROM_OTHER_SITES: &[Column] = &[
    whole("nr"),
    whole("identifier"),
    text("name"),
    text("domain"),
    text("pseudonym"),
    text("hosts"),
    text("from_pages_of"),
    whole("sent_as_itself"),
    whole("first_entry"),
    time("first_time"),
    whole("stretch"),
    text("set_cookie"),
    text("set_by"),
    text("cookie_policy_between_sites"),
    text("choice_for_examined_site"),
    text("choice_for_site_of_page"),
];

const RECORDINGS: &[Column] = &[
    whole("nr"),
    whole("number"),
    text("name"),
    flag("simulated_recording"),
    text("compared_with_others"),
    text("cookie_policy_between_sites"),
];

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

/// Every table about identifiers.
pub(in crate::report) fn tables(rows: &LinkageTables, simulated: bool) -> Vec<Table> {
    let mut out = vec![
        Table::of("identifiers", IDENTIFIERS, simulated, &rows.identifiers, identifier),
        Table::of("cookie-recipients", COOKIE_RECIPIENTS, simulated, &rows.cookie_recipients, cookie_recipient),
        Table::of("identifier-recipients", IDENTIFIER_RECIPIENTS, simulated, &rows.identifier_recipients, identifier_recipient),
        Table::of("sharing", SHARINGS, simulated, &rows.sharings, sharing),
        Table::of("survivals", SURVIVALS, simulated, &rows.survivals, survival),
    ];
    if rows.recordings.is_empty() {
        out.push(Table::of("redirects", REDIRECTS, simulated, &rows.redirects, redirect));
        let sent = &rows.sent_from_other_sites;
        out.push(Table::of("sent-from-other-sites", SENT_FROM_OTHER_SITES, simulated, sent, sent_from_other_site));
        out.push(Table::of("not-sent-again", NOT_SENT_AGAIN, simulated, &rows.not_sent_again, not_sent_again));
    } else {
        out.push(Table::of("recordings", RECORDINGS, simulated, &rows.recordings, recording));
    }
    out
}

fn identifier(row: &IdentifierRow) -> Vec<Cell> {
    let value = |value: &ValueRow| {
        let ValueRow { pseudonym, recording, stretch, first, last, times, .. } = value;
        format!("{pseudonym}: recording {recording}, stretch {stretch}, {first} to {last}, {times} times")
    };
    cells![
        row.nr,
        row.carrier,
        row.name.clone(),
        row.of.clone(),
        row.identifies,
        row.lifetime_days.clone(),
        row.session,
        row.value_bytes.0,
        row.value_bytes.1,
        row.profiles,
        row.different_values,
        row.values_in_profile,
        row.similarity.clone(),
        row.entropy_bits.clone(),
        row.constant_days.clone(),
        row.constant_seconds,
        joined(&row.values, value),
        row.values_unlisted,
        row.values_left_out
    ]
}

fn cookie_recipient(row: &CookieRecipientRow) -> Vec<Cell> {
    cells![
        row.nr,
        row.identifier,
        row.name.clone(),
        row.domain.clone(),
        row.recipient.clone(),
        row.own_site,
        row.as_itself,
        row.elsewhere,
        row.encoded,
        row.from.join(" ")
    ]
}

fn identifier_recipient(row: &IdentifierRecipientRow) -> Vec<Cell> {
    cells![
        row.nr,
        row.identifier,
        row.carrier,
        row.name.clone(),
        row.of.clone(),
        row.recording,
        row.recipient.clone(),
        row.own_site,
        row.hosts.join(" "),
        row.from.clone(),
        row.as_itself,
        row.elsewhere,
        row.encoded,
        numbers(&row.stretches),
        row.first_entry,
        row.first_time.clone()
    ]
}

/// The state of a choice with the number of that choice.
pub(super) fn state(state: &State) -> String {
    match state.choice {
        Some(choice) => format!("{} {choice}", state.state),
        None => state.state.to_owned(),
    }
}

fn sharing(row: &SharingRow) -> Vec<Cell> {
    cells![
        row.nr,
        row.identifier,
        row.carrier,
        row.name.clone(),
        row.of.clone(),
        row.pseudonym.clone(),
        row.part,
        row.codings.join(" "),
        row.way,
        row.host.clone(),
        row.site.clone(),
        row.own_site,
        row.from.clone(),
        row.place,
        row.field.clone(),
        row.locator.clone(),
        row.recording,
        row.stretch,
        row.entry,
        row.time.clone(),
        row.times,
        state(&row.page_choice),
        state(&row.own_choice),
        row.across_profiles,
        known(row.same_value_as),
        if row.same_value_as.is_some() {
            ""
        } else if row.stays_with_its_site() {
            "8e"
        } else {
            "8d"
        },
        means(row)
    ]
}

fn redirect(row: &RedirectRow) -> Vec<Cell> {
    cells![
        row.nr,
        row.chain,
        row.from_entry,
        row.from_host.clone(),
        row.to_entry,
        row.to_host.clone(),
        row.to_site.clone(),
        known(row.time.as_ref()),
        row.stretch,
        row.carried.join(" "),
        row.pseudonyms.join(" ")
    ]
}

fn survival(row: &SurvivalRow) -> Vec<Cell> {
    cells![
        row.nr,
        row.identifier,
        row.carrier,
        row.name.clone(),
        row.of.clone(),
        row.pseudonym.clone(),
        joined(&row.profiles, |(recording, stretch)| format!("recording {recording}, stretch {stretch}")),
        row.across_recordings
    ]
}

fn not_sent_again(row: &NotSentAgainRow) -> Vec<Cell> {
    let outcome = if row.other_value { "sent with another value" } else { "not sent again in this recording" };
    cells![
        row.nr,
        row.identifier,
        row.name.clone(),
        row.domain.clone(),
        row.pseudonyms.join(" "),
        row.recipient.clone(),
        row.other.clone(),
        row.stretch,
        row.requests,
        outcome,
        row.policy
    ]
}

fn sent_from_other_site(row: &SentFromOtherRow) -> Vec<Cell> {
    let set = if row.set_recorded { "recorded" } else { "not recorded in this recording" };
    cells![
        row.nr,
        row.identifier,
        row.name.clone(),
        row.domain.clone(),
        row.pseudonym.clone(),
        row.hosts.join(" "),
        row.from.clone(),
        row.requests,
        row.first_entry,
        row.first_time.clone(),
        row.stretch,
        set,
        row.set_by.join(" "),
        row.policy,
        state(&row.page_choice),
        state(&row.own_choice)
    ]
}

fn recording(row: &RecordingRow) -> Vec<Cell> {
    cells![row.nr, row.number, row.name.clone(), row.simulated, if row.linked { "true" } else { "false: no key of the case" }, row.policy]
}
