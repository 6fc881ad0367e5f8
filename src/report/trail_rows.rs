//! Gathers from flows what the tables of identifiers need beside the linkage: redirects that were followed, and how often recipients were asked from
//! pages of other sites. Adds to the trail the values that linkage found in another form, and says which cookies were not sent again. That
//! something was not sent again is a statement about this recording, never about the browser or the recipient.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;

use super::builder::{Builder, time};
use super::linkage_rows::{CaptureRef, Ground, Pseudonyms, carrier, policy, tables};
use super::model::{Cookie, End, LinkageTables, NotSentAgainRow, RedirectRow, TrailRow};
use super::other_site_rows::sent_from_other_sites;
use super::visit_rows::milliseconds;
use crate::analysis::Flow as Found;
use crate::analysis::linkage::{Carrier, Linkage, Sharing, Way};
use crate::decode::FieldPlace;
use crate::evidence::Fingerprint;
use crate::model::{Digest, Timestamp, UrlParts};
use crate::observe::decoded;
use crate::redact::parameter_name;

/// Redirects that a report holds.
const REDIRECTS: usize = 2_000;

/// Answers that redirect and are remembered until what they led to is asked for.
const REDIRECTING: usize = 20_000;

/// Pairs of recipient and asking site that are counted.
const PAIRS: usize = 50_000;

/// Rows of the trail that linkage adds.
const LINKED: usize = 1_000;

/// Rows about cookies that were not sent again.
const NOT_AGAIN: usize = 1_000;

/// A parameter whose value is shorter (bytes) is not said to be carried along: equal short values are too often chance.
const SHORTEST: usize = 8;

/// An answer that redirects.
struct Redirecting {
    host: String,
    parameters: BTreeSet<(String, Digest)>,
}

/// What is gathered.
#[derive(Default)]
pub(super) struct LinkageRows {
    pub(super) found: Linkage,
    redirecting: HashMap<u64, Redirecting>,
    redirects: Vec<RedirectRow>,
    redirects_left_out: u64,
    /// Chain of each entry that a redirect led to.
    chains: HashMap<u64, u64>,
    /// Requests by stretch, recipient and site of the page that asked.
    asked: BTreeMap<(u32, String, String), u64>,
}

impl Builder<'_> {
    /// Takes what a flow says of redirects and of who asked whom.
    pub(super) fn add_linkage(&mut self, found: &Found<'_>) {
        let observation = found.observation;
        let rows = &mut self.linkage;
        if !observation.was_not_sent() && !observation.asked_from.is_empty() {
            let from = self.context.suffixes.registrable_domain(&observation.asked_from);
            let key = (found.stretch, found.host.site.clone(), from.to_owned());
            if rows.asked.len() < PAIRS || rows.asked.contains_key(&key) {
                *rows.asked.entry(key).or_default() += 1;
            }
        }
        if let Some(from) = found.redirected_from {
            rows.follow(from, found);
        }
        if !observation.redirect.is_empty() && rows.redirecting.len() < REDIRECTING {
            let redirecting = Redirecting { host: observation.host.to_string(), parameters: parameters(&observation.url) };
            rows.redirecting.insert(observation.number, redirecting);
        }
    }

    /// The tables about identifiers, and the rows that linkage adds to the trail with how many there was no room for.
    pub(super) fn finish_linkage(
        &mut self,
        page: Option<&str>,
        cookies: &[Cookie],
        pseudonyms: &mut Pseudonyms,
    ) -> (LinkageTables, Vec<TrailRow>, u64) {
        let LinkageRows { found, redirects, redirects_left_out, asked, .. } = std::mem::take(&mut self.linkage);
        let browser = self.visit.browser.as_deref();
        let captures = [CaptureRef {
            number: 1,
            name: "",
            simulated: false,
            case_key: true,
            page,
            visit: Some(&self.visit.visit),
            browser,
            not_used: None,
        }];
        let ground = Ground { suffixes: self.context.suffixes, captures: &captures, full: self.context.full_urls };
        let mut rows = tables(&found, ground, pseudonyms);
        rows.redirects = with_pseudonyms(redirects, &found, pseudonyms);
        rows.redirects_left_out = redirects_left_out;
        let (sent, left_out) = sent_from_other_sites(&found, cookies, ground, browser, pseudonyms);
        (rows.sent_from_other_sites, rows.sent_from_other_sites_left_out) = (sent, left_out);
        let Some(page) = page else { return (rows, Vec::new(), 0) };
        rows.not_sent_again = not_sent_again(&found, &asked, (page, browser), pseudonyms);
        let (positions, named) = (&self.recipients, self.context.parties.platform.is_some());
        let platform = |site: &str| {
            let of = positions.range((site.to_owned(), None)..).take_while(|((domain, _), _)| domain == site);
            of.into_iter().any(|(_, row)| row.is_platform(named))
        };
        let (trail, left_out) = linked(&found, ground, (page, browser), &platform, pseudonyms);
        (rows, trail, left_out)
    }
}

impl LinkageRows {
    fn follow(&mut self, from: u64, found: &Found<'_>) {
        let observation = found.observation;
        if self.redirects.len() >= REDIRECTS {
            self.redirects_left_out += 1;
            return;
        }
        let next = self.redirects.last().map_or(1, |last| last.nr + 1);
        let chain = self.chains.get(&from).copied().unwrap_or(next);
        self.chains.insert(observation.number, chain);
        let before = self.redirecting.get(&from);
        let carried = before.map(|before| {
            let after = parameters(&observation.url);
            before.parameters.intersection(&after).map(|(name, _)| name.clone()).collect::<BTreeSet<_>>()
        });
        self.redirects.push(RedirectRow {
            nr: next,
            chain,
            from_entry: from,
            from_host: before.map(|before| before.host.clone()),
            to_entry: observation.number,
            to_host: observation.host.to_string(),
            to_site: found.host.site.clone(),
            time: time(observation.started),
            stretch: u64::from(found.stretch),
            carried: carried.into_iter().flatten().collect(),
            pseudonyms: Vec::new(),
        });
    }
}

/// Names of the parameters of an address that may be printed, with the digests of their values.
fn parameters(url: &str) -> BTreeSet<(String, Digest)> {
    let pairs = UrlParts::of(url).query_parameters(url).filter_map(|range| {
        let pair = &url[range];
        Some((parameter_name(pair)?, decoded(pair.split_once('=')?.1.as_bytes())))
    });
    pairs.filter(|(_, value)| value.len() >= SHORTEST).map(|(name, value)| (name.to_owned(), Digest::of(&value))).collect()
}

/// Redirects with the identifiers that stood in the addresses to which they lead.
fn with_pseudonyms(mut redirects: Vec<RedirectRow>, found: &Linkage, pseudonyms: &mut Pseudonyms) -> Vec<RedirectRow> {
    let mut by_entry: BTreeMap<u64, Vec<[u8; 8]>> = BTreeMap::new();
    for sharing in found.sharings.iter().filter(|sharing| sharing.way == Way::Redirect) {
        by_entry.entry(sharing.entry).or_default().push(sharing.fingerprint);
    }
    for row in &mut redirects {
        let values: BTreeSet<[u8; 8]> = by_entry.get(&row.from_entry).into_iter().flatten().copied().collect();
        row.pseudonyms = values.into_iter().map(|value| pseudonyms.of(value)).collect();
    }
    redirects
}

/// Cookies that a recipient was sent from the page's site, and whose values it was not sent from another site from which it was asked too.
fn not_sent_again(
    found: &Linkage,
    asked: &BTreeMap<(u32, String, String), u64>,
    (page, browser): (&str, Option<&str>),
    pseudonyms: &mut Pseudonyms,
) -> Vec<NotSentAgainRow> {
    // Values by identifier, stretch, recipient and site that asked.
    let mut values: BTreeMap<(usize, u32, &str, &str), BTreeSet<[u8; 8]>> = BTreeMap::new();
    for own in &found.sent {
        values.entry((own.identifier, own.stretch, &own.site, &own.asked_from)).or_default().insert(own.fingerprint);
    }
    let mut rows = Vec::new();
    for ((index, stretch, recipient, from), sent) in &values {
        let Some(Carrier::Cookie { name, domain }) = found.identifiers.get(*index).map(|identifier| &identifier.carrier) else { continue };
        if *from != page {
            continue;
        }
        let to = (*stretch, (*recipient).to_owned(), String::new());
        let others = asked.range(to..).take_while(|((at, site, _), _)| at == stretch && site == recipient);
        for ((_, _, other), requests) in others.filter(|((.., other), _)| other != page) {
            let again = values.get(&(*index, *stretch, *recipient, other.as_str()));
            if rows.len() >= NOT_AGAIN || again.is_some_and(|again| !again.is_disjoint(sent)) {
                continue;
            }
            rows.push(NotSentAgainRow {
                nr: rows.len() as u64 + 1,
                identifier: *index as u64 + 1,
                name: name.clone(),
                domain: domain.clone(),
                pseudonyms: sent.iter().map(|value| pseudonyms.of(*value)).collect(),
                recipient: (*recipient).to_owned(),
                other: other.clone(),
                stretch: u64::from(*stretch),
                requests: *requests,
                other_value: again.is_some(),
                policy: policy(browser),
            });
        }
    }
    rows
}

/// A sighting of a value, in its own place or in another.
#[derive(Clone, Copy)]
struct Seen<'l> {
    at: Timestamp,
    entry: u64,
    host: &'l str,
    site: &'l str,
    from: &'l str,
    times: u64,
    /// Where it was found, if not in its own place.
    sharing: Option<&'l Sharing>,
}

/// Rows of the trail whose two ends are the same value, at least one of them in another place than its own: on the page's site and on another
/// site; or, of a cookie of another site, there and in a request to the platform.
fn linked(
    found: &Linkage,
    ground: Ground<'_>,
    (page, browser): (&str, Option<&str>),
    platform: &dyn Fn(&str) -> bool,
    pseudonyms: &mut Pseudonyms,
) -> (Vec<TrailRow>, u64) {
    let mut seen: BTreeMap<(u32, usize, [u8; 8]), Vec<Seen<'_>>> = BTreeMap::new();
    for own in &found.sent {
        let sighting = Seen {
            at: own.seen.0,
            entry: own.entry,
            host: &own.host,
            site: &own.site,
            from: &own.asked_from,
            times: own.times,
            sharing: None,
        };
        seen.entry((own.stretch, own.identifier, own.fingerprint)).or_default().push(sighting);
    }
    // A part of a value may be shared by many values, so it joins nothing.
    let sent = |sharing: &&Sharing| !sharing.part && !matches!(sharing.way, Way::Answer | Way::Redirect);
    for sharing in found.sharings.iter().filter(sent) {
        let sighting = Seen {
            at: sharing.at,
            entry: sharing.entry,
            host: &sharing.host,
            site: &sharing.site,
            from: &sharing.asked_from,
            times: sharing.times,
            sharing: Some(sharing),
        };
        seen.entry((sharing.stretch, sharing.identifier, sharing.fingerprint)).or_default().push(sighting);
    }
    let (mut rows, mut left_out) = (Vec::new(), 0);
    for ((stretch, index, value), mut sightings) in seen {
        let Some(identifier) = found.identifiers.get(index) else { continue };
        sightings.sort_by_key(|seen| (seen.at, seen.entry));
        let own_site = ground.site_of(identifier);
        let mut ends: BTreeMap<(&'static str, &str, &str), (Seen<'_>, Seen<'_>)> = BTreeMap::new();
        for other in sightings.iter().filter(|other| other.from != page && !other.from.is_empty()) {
            // The page's end in its own place if there is one, so that the row says first what the value is.
            let at_page = |own: bool| sightings.iter().find(|seen| seen.from == page && seen.sharing.is_none() == own);
            if let Some(one) = at_page(true).or_else(|| at_page(false))
                && (one.sharing.is_some() || other.sharing.is_some())
            {
                ends.entry(("linked-value", other.from, other.site)).or_insert((*one, *other));
            }
            // In a parameter or a form, and as it is, the trail has it already.
            let new = |sharing: &Sharing| !sharing.codings.is_empty() || !matches!(sharing.place, FieldPlace::Query | FieldPlace::Form);
            if other.sharing.is_some_and(new) && own_site == other.from && platform(other.site) && !platform(own_site) {
                let own = sightings.iter().find(|seen| seen.sharing.is_none() && seen.from == own_site);
                if let Some(own) = own {
                    ends.entry(("own-cookie", other.from, other.site)).or_insert((*own, *other));
                }
            }
        }
        let (kind_of_carrier, name, ..) = carrier(identifier);
        for ((kind, ..), (one, other)) in ends {
            if rows.len() >= LINKED {
                left_out += 1;
                continue;
            }
            let end = |seen: Seen<'_>| {
                let (page_choice, own_choice) = ground.states(0, (stretch, seen.at), seen.from);
                End {
                    entry: seen.entry,
                    time: seen.at.to_string(),
                    host: seen.host.to_owned(),
                    page: seen.from.to_owned(),
                    page_choice,
                    own_choice,
                }
            };
            let codings = |seen: Seen<'_>| seen.sharing.map(|sharing| sharing.codings.iter().map(|coding| coding.id()).collect());
            rows.push(TrailRow {
                nr: 0,
                kind,
                carrier: kind_of_carrier,
                stretch: u64::from(stretch),
                name: ground.printable(name),
                carried_by: other.sharing.or(one.sharing).map(|sharing| ground.printable(&sharing.field)).filter(|name| !name.is_empty()),
                codings: codings(other).or_else(|| codings(one)).unwrap_or_default(),
                recipient: other.site.to_owned(),
                pseudonym: pseudonyms.of(value),
                fingerprint: Fingerprint(value).to_string(),
                one: end(one),
                other: end(other),
                between_ms: milliseconds(one.at, other.at),
                requests: other.times,
                browser: browser.map(str::to_owned),
                policy: policy(browser),
            });
        }
    }
    (rows, left_out)
}

#[cfg(test)]
mod tests;
