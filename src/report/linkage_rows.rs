//! Makes rows of what an analysis found about identifiers: criteria, recipients, sharings, survivals. Serves the annex of one recording and the
//! report about several. Gives every value a pseudonym; writes no value, and says of nobody that they knew one.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{
    CookieRecipientRow, IdentifierRecipientRow, IdentifierRow, LinkageTables, RecordingRow, SharingRow, State, SurvivalRow, ValueRow,
};
use super::visit_rows::state;
use crate::analysis::linkage::{Carrier, Coding, Identifier, Linkage, Sharing, Survival, ValueSeen, Way};
use crate::evidence::Fingerprint;
use crate::model::{Decision, Timestamp};
use crate::redact::printable_text;
use crate::site::{SuffixList, Visit};

/// A recording that a [`Linkage`] speaks of, in the order in which it counts them.
#[derive(Clone, Copy, Debug)]
pub struct CaptureRef<'a> {
    /// Its number in its case.
    pub number: u64,
    /// Its name.
    pub name: &'a str,
    /// Whether it is simulated.
    pub simulated: bool,
    /// Whether its fingerprints are made with the secret of the case. Those of others cannot be compared.
    pub case_key: bool,
    /// Registrable domain of the examined page, where it is established.
    pub page: Option<&'a str>,
    /// Its stretches and choices. `None`: states of choices are then given as not recorded.
    pub visit: Option<&'a Visit>,
    /// The browser, as the recording says; the policy on cookies in requests between sites is read from there.
    pub browser: Option<&'a str>,
    /// That it is not used, as the ledger of the case notes it.
    pub not_used: Option<&'a Decision>,
}

/// Pseudonyms of values, in the order in which they are asked for. The same order of questions gives the same pseudonyms.
#[derive(Debug, Default)]
pub(super) struct Pseudonyms(BTreeMap<[u8; 8], usize>);

impl Pseudonyms {
    /// The pseudonym of a value.
    pub(super) fn of(&mut self, value: [u8; 8]) -> String {
        let next = self.0.len() + 1;
        format!("ID-{}", self.0.entry(value).or_insert(next))
    }
}

/// What rows are made with.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) suffixes: &'a SuffixList,
    pub(super) captures: &'a [CaptureRef<'a>],
    /// Whether texts of the recording are printed in full.
    pub(super) full: bool,
}

impl Ground<'_> {
    /// A text of the recording as it may be printed.
    pub(super) fn printable(&self, text: &str) -> String {
        if self.full { text.to_owned() } else { printable_text(text) }
    }

    /// The states of the choices for the examined page's site and for the site of the page that asks.
    pub(super) fn states(&self, capture: u32, (stretch, at): (u32, Timestamp), from: &str) -> (State, State) {
        let capture = self.captures.get(capture as usize);
        let of = |site: Option<&str>| {
            let visit = capture.and_then(|capture| capture.visit);
            state(site.filter(|site| !site.is_empty()).and_then(|site| visit?.state_for(site, stretch, at)))
        };
        (of(capture.and_then(|capture| capture.page)), of(Some(from)))
    }

    /// Registrable domain to which an identifier belongs.
    pub(super) fn site_of<'i>(&'i self, identifier: &'i Identifier) -> &'i str {
        let (_, _, of, _) = carrier(identifier);
        self.suffixes.registrable_domain(of)
    }
}

/// Kind, name, whose, and what a rule says it tells apart.
pub(super) fn carrier(identifier: &Identifier) -> (&'static str, &str, &str, Option<&'static str>) {
    match &identifier.carrier {
        Carrier::Cookie { name, domain } => ("cookie", name, domain, None),
        Carrier::EntityTag { host } => ("entity-tag", "", host, None),
        Carrier::Decoration { name, site } => ("decoration", name, site, None),
        Carrier::Field { name, host, identifies } => ("field", name, host, Some(identifies)),
    }
}

/// What the browser does with cookies in requests between sites, as a recording of ours says: `allowed`, `blocked`, `browser-default`,
/// `not-recorded`.
#[must_use]
pub fn policy(browser: Option<&str>) -> &'static str {
    let says = |words: &str| browser.is_some_and(|browser| browser.contains(words));
    if says("third-party cookies allowed") {
        "allowed"
    } else if says("third-party cookies blocked") {
        "blocked"
    } else if says("third-party cookies as this browser does by itself") {
        "browser-default"
    } else {
        "not-recorded"
    }
}

/// The rows, without those that come from flows (redirects, cookies not sent again).
pub(super) fn tables(linkage: &Linkage, ground: Ground<'_>, pseudonyms: &mut Pseudonyms) -> LinkageTables {
    let identifiers: Vec<IdentifierRow> =
        linkage.identifiers.iter().zip(1..).map(|(found, nr)| identifier_row(nr, found, ground, pseudonyms)).collect();
    let mut sharings: Vec<SharingRow> = linkage
        .sharings
        .iter()
        .filter_map(|found| Some((found, linkage.identifiers.get(found.identifier)?)))
        .zip(1..)
        .map(|((found, identifier), nr)| sharing_row(nr, found, identifier, ground, pseudonyms))
        .collect();
    point_at_first_carrier(&mut sharings);
    let survivals = linkage
        .survivals
        .iter()
        .filter_map(|found| Some((found, linkage.identifiers.get(found.identifier)?)))
        .zip(1..)
        .map(|((found, identifier), nr)| survival_row(nr, found, identifier, ground, pseudonyms))
        .collect();
    let (cookie_recipients, identifier_recipients) = recipients(linkage, ground);
    LinkageTables {
        recordings: Vec::new(),
        identifiers,
        identifiers_left_out: linkage.identifiers_left_out,
        cookie_recipients,
        identifier_recipients,
        sent_left_out: linkage.sent_left_out,
        sharings,
        sharings_left_out: linkage.sharings_left_out,
        survivals,
        bytes: linkage.bytes,
        bytes_left_out: linkage.bytes_left_out,
        ..LinkageTables::default()
    }
}

/// One row for each recording.
pub(super) fn recordings(captures: &[CaptureRef<'_>]) -> Vec<RecordingRow> {
    let row = |(capture, nr): (&CaptureRef<'_>, u64)| RecordingRow {
        nr,
        number: capture.number,
        name: capture.name.to_owned(),
        simulated: capture.simulated,
        linked: capture.case_key,
        policy: policy(capture.browser),
        not_used: capture.not_used.cloned(),
    };
    captures.iter().zip(1..).map(row).collect()
}

fn identifier_row(nr: u64, found: &Identifier, ground: Ground<'_>, pseudonyms: &mut Pseudonyms) -> IdentifierRow {
    let (kind, name, of, identifies) = carrier(found);
    let criteria = &found.criteria;
    let value = |seen: &ValueSeen| ValueRow {
        pseudonym: pseudonyms.of(seen.fingerprint),
        fingerprint: Fingerprint(seen.fingerprint).to_string(),
        recording: u64::from(seen.capture) + 1,
        stretch: u64::from(seen.stretch),
        first: seen.seen.0.to_string(),
        last: seen.seen.1.to_string(),
        times: seen.times,
    };
    IdentifierRow {
        nr,
        carrier: kind,
        name: ground.printable(name),
        of: of.to_owned(),
        identifies,
        lifetime_days: criteria.lifetime_days.and_then(|days| decimal(days, 1)),
        session: criteria.session_cookie,
        value_bytes: (u64::from(criteria.length.0), u64::from(criteria.length.1)),
        profiles: u64::from(criteria.profiles),
        different_values: u64::from(criteria.different_values),
        values_in_profile: u64::from(criteria.values_in_profile),
        similarity: criteria.similarity.and_then(|similarity| decimal(similarity, 2)),
        entropy_bits: decimal(criteria.entropy_bits, 1).unwrap_or_default(),
        constant_days: decimal(criteria.constant_seconds / 86_400.0, 2).unwrap_or_default(),
        constant_seconds: criteria.constant_seconds.max(0.0) as u64,
        values: found.values.iter().map(value).collect(),
        values_unlisted: found.values_unlisted,
        values_left_out: found.values_left_out,
    }
}

/// A number with at most `places` decimals and no zeros at its end. `None`: it is none.
fn decimal(number: f64, places: usize) -> Option<String> {
    number.is_finite().then(|| {
        let text = format!("{number:.places$}");
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    })
}

fn sharing_row(nr: u64, found: &Sharing, identifier: &Identifier, ground: Ground<'_>, pseudonyms: &mut Pseudonyms) -> SharingRow {
    let (kind, name, of, _) = carrier(identifier);
    let (page_choice, own_choice) = ground.states(found.capture, (found.stretch, found.at), &found.asked_from);
    SharingRow {
        nr,
        identifier: found.identifier as u64 + 1,
        carrier: kind,
        name: ground.printable(name),
        of: of.to_owned(),
        pseudonym: pseudonyms.of(found.fingerprint),
        fingerprint: Fingerprint(found.fingerprint).to_string(),
        part: found.part,
        codings: found.codings.iter().map(|coding: &Coding| coding.id()).collect(),
        way: found.way.id(),
        host: found.host.clone(),
        site: found.site.clone(),
        own_site: found.site == ground.site_of(identifier),
        from: Some(found.asked_from.clone()).filter(|from| !from.is_empty()),
        place: found.place.id(),
        field: ground.printable(&found.field),
        locator: found.locator.clone(),
        recording: u64::from(found.capture) + 1,
        stretch: u64::from(found.stretch),
        entry: found.entry,
        time: found.at.to_string(),
        times: found.times,
        page_choice,
        own_choice,
        across_profiles: found.across_profiles,
        same_value_as: None,
    }
}

fn survival_row(nr: u64, found: &Survival, identifier: &Identifier, ground: Ground<'_>, pseudonyms: &mut Pseudonyms) -> SurvivalRow {
    let (kind, name, of, _) = carrier(identifier);
    let first = found.profiles.first().map(|(capture, _)| *capture);
    SurvivalRow {
        nr,
        identifier: found.identifier as u64 + 1,
        carrier: kind,
        name: ground.printable(name),
        of: of.to_owned(),
        pseudonym: pseudonyms.of(found.fingerprint),
        fingerprint: Fingerprint(found.fingerprint).to_string(),
        profiles: found.profiles.iter().map(|(capture, stretch)| (u64::from(*capture) + 1, u64::from(*stretch))).collect(),
        across_recordings: found.profiles.iter().any(|(capture, _)| Some(*capture) != first),
    }
}

/// A value that several carriers hold is found under each of them, always in the same places but for the carriers' own. Of these the first carrier
/// counts; rows of the others name its identifier.
fn point_at_first_carrier(rows: &mut [SharingRow]) {
    let rank =
        |row: &SharingRow| (["cookie", "entity-tag", "decoration", "field"].iter().position(|kind| *kind == row.carrier), row.identifier);
    let mut first: BTreeMap<String, (Option<usize>, u64)> = BTreeMap::new();
    for row in rows.iter() {
        let known = first.entry(row.fingerprint.clone()).or_insert_with(|| rank(row));
        *known = (*known).min(rank(row));
    }
    for row in rows {
        row.same_value_as = first.get(&row.fingerprint).map(|(_, identifier)| *identifier).filter(|first| *first != row.identifier);
    }
}

/// What one recipient was sent of an identifier.
#[derive(Default)]
struct Sent {
    hosts: BTreeSet<String>,
    stretches: BTreeSet<u64>,
    as_itself: u64,
    elsewhere: u64,
    encoded: u64,
    first: Option<(Timestamp, u64)>,
}

/// Identifier, recipient, page that asked and recording.
type Key<'l> = (usize, &'l str, &'l str, u32);

fn recipients(linkage: &Linkage, ground: Ground<'_>) -> (Vec<CookieRecipientRow>, Vec<IdentifierRecipientRow>) {
    let mut found: BTreeMap<Key<'_>, Sent> = BTreeMap::new();
    for own in &linkage.sent {
        let sent = found.entry((own.identifier, &own.site, &own.asked_from, own.capture)).or_default();
        sent.see(&own.host, own.stretch, (own.seen.0, own.entry));
        sent.as_itself += own.times;
    }
    // Who answers with a value is not sent it; and to where an answer redirects, the request that follows says.
    for sharing in linkage.sharings.iter().filter(|sharing| !matches!(sharing.way, Way::Answer | Way::Redirect)) {
        let sent = found.entry((sharing.identifier, &sharing.site, &sharing.asked_from, sharing.capture)).or_default();
        sent.see(&sharing.host, sharing.stretch, (sharing.at, sharing.entry));
        sent.elsewhere += sharing.times;
        sent.encoded += if sharing.codings.is_empty() { 0 } else { sharing.times };
    }
    let mut cookies: BTreeMap<(usize, &str), CookieRecipientRow> = BTreeMap::new();
    let mut rows = Vec::with_capacity(found.len());
    for ((index, recipient, from, capture), sent) in found {
        let Some(identifier) = linkage.identifiers.get(index) else { continue };
        let (kind, name, of, _) = carrier(identifier);
        let own_site = ground.site_of(identifier) == recipient;
        if kind == "cookie" {
            let row = cookies.entry((index, recipient)).or_insert_with(|| CookieRecipientRow {
                nr: 0,
                identifier: index as u64 + 1,
                name: ground.printable(name),
                domain: of.to_owned(),
                recipient: recipient.to_owned(),
                own_site,
                as_itself: 0,
                elsewhere: 0,
                encoded: 0,
                from: Vec::new(),
            });
            row.as_itself += sent.as_itself;
            row.elsewhere += sent.elsewhere;
            row.encoded += sent.encoded;
            // Keys come in order, so equal pages of several recordings follow on each other.
            if !from.is_empty() && row.from.last().is_none_or(|last| last != from) {
                row.from.push(from.to_owned());
            }
        }
        let (first_time, first_entry) = sent.first.map(|(at, entry)| (at.to_string(), entry)).unwrap_or_default();
        rows.push(IdentifierRecipientRow {
            nr: rows.len() as u64 + 1,
            identifier: index as u64 + 1,
            carrier: kind,
            name: ground.printable(name),
            of: of.to_owned(),
            recording: u64::from(capture) + 1,
            recipient: recipient.to_owned(),
            own_site,
            hosts: sent.hosts.into_iter().collect(),
            from: Some(from.to_owned()).filter(|from| !from.is_empty()),
            as_itself: sent.as_itself,
            elsewhere: sent.elsewhere,
            encoded: sent.encoded,
            stretches: sent.stretches.into_iter().collect(),
            first_entry,
            first_time,
        });
    }
    let cookies = cookies.into_values().zip(1..).map(|(row, nr)| CookieRecipientRow { nr, ..row }).collect();
    (cookies, rows)
}

impl Sent {
    fn see(&mut self, host: &str, stretch: u32, first: (Timestamp, u64)) {
        if !self.hosts.contains(host) {
            self.hosts.insert(host.to_owned());
        }
        self.stretches.insert(u64::from(stretch));
        self.first = Some(self.first.map_or(first, |known| known.min(first)));
    }
}

#[cfg(test)]
pub(super) mod tests;
