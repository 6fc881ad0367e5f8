//! The trail to other sites, in its first form: values that are exactly the same (by keyed fingerprint) while the examined page's site is
//! visited and in requests that belong to another site's page, in the same stretch. Nothing is derived, decoded or guessed, and an equal value
//! says only that it is equal.

use hashbrown::HashMap;

use crate::classify::HostFacts;
use crate::evidence::Fingerprinter;
use crate::model::{Timestamp, UrlParts};
use crate::observe::{Observation, SHORTEST_IDENTIFIER, SentCookie, decoded};
use crate::site::{ChoiceState, Position, Relation, Visit};

/// Rows that are kept.
const ROWS: usize = 1_000;

/// Values that are remembered in each table.
const VALUES: usize = 50_000;

/// A parameter that decorates a link is at least this long (bytes): shorter ones say what is asked for, not who asks.
const SHORTEST_DECORATION: usize = 16;

type Value = [u8; 8];

/// What ties the two ends of a row together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TrailKind {
    /// A cookie was sent to a recipient while the page's site was visited, and again from a page of another site.
    SentAgain,
    /// A redirect of the platform put a parameter into an address of another site, and that address was asked for.
    LinkDecoration,
    /// The value of a cookie of another site stood in a parameter or form field of a request to the platform.
    OwnCookie,
}

impl TrailKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::SentAgain, Self::LinkDecoration, Self::OwnCookie];

    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::SentAgain => "sent-again",
            Self::LinkDecoration => "link-decoration",
            Self::OwnCookie => "own-cookie",
        }
    }
}

/// A value seen at two ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrailRow {
    /// What ties the ends together.
    pub kind: TrailKind,
    /// The stretch in which both lie.
    pub stretch: u32,
    /// Name of the cookie; for a decoration, of the parameter.
    pub name: String,
    /// Parameter or form field that carried the cookie's value ([`TrailKind::OwnCookie`]).
    pub carried_by: Option<String>,
    /// Registrable domain to which the request of the second end was addressed.
    pub recipient: String,
    /// Keyed fingerprint of the value.
    pub fingerprint: Value,
    /// Where it was seen with the platform or, for a cookie of another site, with that site.
    pub one: Sighting,
    /// Where it was seen again.
    pub other: Sighting,
    /// Requests at the second end.
    pub requests: u64,
}

/// Where a value was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// Entry number.
    pub entry: u64,
    /// Start of the request.
    pub at: Timestamp,
    /// Host that was asked.
    pub host: String,
    /// Registrable domain of the page or frame from which it was asked for.
    pub page: String,
    /// State of the choice for the examined page's site; `None`: no choice for it was recorded.
    pub page_choice: Option<ChoiceState>,
    /// State of the choice for the site of `page`; `None`: no choice for it was recorded.
    pub own_choice: Option<ChoiceState>,
}

/// What the trail needs to know of an entry.
#[derive(Clone, Copy)]
pub(super) struct Step<'a> {
    pub(super) observation: &'a Observation<'a>,
    pub(super) at: Timestamp,
    /// The host that is asked.
    pub(super) host: &'a HostFacts,
    /// The host of the page or frame that asks, where known.
    pub(super) from: Option<&'a HostFacts>,
    /// The host to which the answer redirects.
    pub(super) to: Option<&'a HostFacts>,
}

/// What the entries are held against.
#[derive(Clone, Copy)]
pub(super) struct Ground<'v> {
    pub(super) visit: &'v Visit,
    pub(super) fingerprints: &'v Fingerprinter,
    /// Registrable domain of the examined page.
    pub(super) page: &'v str,
    /// Whether the operator named the platform; else it is whoever owns the page's site.
    pub(super) platform_named: bool,
}

impl Ground<'_> {
    /// Whether a host belongs to the platform.
    fn is_platform(&self, host: &HostFacts) -> bool {
        if self.platform_named {
            matches!(host.position, Position::Platform | Position::PlatformAffiliate)
        } else {
            matches!(host.relation, Relation::SameSite | Relation::SameOwner)
        }
    }

    fn sighting(&self, step: Step<'_>) -> Sighting {
        let from = step.from.unwrap_or(step.host);
        let stretch = self.visit.stretch_at(step.at);
        let choice = |site: &str| self.visit.state_for(site, stretch, step.at);
        Sighting {
            entry: step.observation.number,
            at: step.at,
            host: step.observation.host.to_string(),
            page: from.site.clone(),
            page_choice: choice(self.page),
            own_choice: choice(&from.site),
        }
    }

    /// Names and fingerprints of the parameters of an address whose decoded values have at least `shortest` bytes.
    fn parameters<'u>(&self, url: &'u str, shortest: usize) -> Vec<(&'u str, Value)> {
        let pairs = UrlParts::of(url).query_parameters(url).filter_map(|range| url[range].split_once('='));
        // Decoding never makes a text longer.
        pairs
            .filter(|(_, value)| value.len() >= shortest)
            .map(|(name, value)| (name, decoded(value.as_bytes())))
            .filter(|(_, value)| value.len() >= shortest)
            .map(|(name, value)| (name, self.fingerprints.of(&value).0))
            .collect()
    }
}

/// A value that was seen.
struct Known {
    stretch: u32,
    /// Of the cookie, parameter or field.
    name: String,
    /// The recipient; for a cookie of a site that site; for a parameter of a page the site of that page.
    site: String,
    /// Registrable domain that was asked.
    recipient: String,
    seen: Sighting,
    requests: u64,
    /// Rows it became, by the site of the other end; `None`: there was no room.
    rows: Vec<(String, Option<usize>)>,
}

/// Values that were seen, by fingerprint.
#[derive(Default)]
struct Table {
    at: HashMap<Value, Vec<usize>>,
    known: Vec<(Value, Known)>,
    left_out: u64,
}

impl Table {
    /// Remembers where a value was first seen, and counts the requests that carry it.
    fn remember(&mut self, value: Value, (name, site): (&str, &str), step: Step<'_>, ground: Ground<'_>) {
        let stretch = ground.visit.stretch_at(step.at);
        let places = self.at.entry(value).or_default();
        let fits =
            |known: &Known| known.stretch == stretch && known.name == name && known.site == site && known.recipient == step.host.site;
        if let Some(&place) = places.iter().find(|&&place| fits(&self.known[place].1)) {
            self.known[place].1.requests += 1;
        } else if self.known.len() >= VALUES {
            self.left_out += 1;
        } else {
            places.push(self.known.len());
            let (name, site, recipient) = (name.to_owned(), site.to_owned(), step.host.site.clone());
            let seen = ground.sighting(step);
            self.known.push((value, Known { stretch, name, site, recipient, seen, requests: 1, rows: Vec::new() }));
        }
    }

    /// What is known of a value in a stretch.
    fn of(&self, value: &Value, stretch: u32) -> Vec<usize> {
        let places = self.at.get(value).into_iter().flatten().copied();
        places.filter(|&place| self.known[place].1.stretch == stretch).collect()
    }
}

/// Gathers the trail. Entries must come in order of time.
pub(super) struct Trail<'v> {
    ground: Ground<'v>,
    /// Cookies sent while the page's site was visited.
    sent: Table,
    /// Parameters that a redirect of the platform put into addresses of other sites.
    decorations: Table,
    /// Cookies of other sites, set by them or sent to them from their own pages.
    own_cookies: Table,
    /// Parameters and form fields of requests to the platform from pages of other sites.
    carried: Table,
    rows: Vec<TrailRow>,
    left_out: u64,
}

impl<'v> Trail<'v> {
    /// No values yet.
    pub(super) fn new(ground: Ground<'v>) -> Self {
        let [sent, decorations, own_cookies, carried] = [(); 4].map(|()| Table::default());
        Self { ground, sent, decorations, own_cookies, carried, rows: Vec::new(), left_out: 0 }
    }

    /// Takes the next entry.
    pub(super) fn see(&mut self, step: Step<'_>) {
        let ground = self.ground;
        if step.observation.was_not_sent() {
            return;
        }
        let to_platform = ground.is_platform(step.host);
        if let Some(from) = step.from {
            if from.site == ground.page {
                for cookie in identifiers(step) {
                    self.sent.remember(cookie.fingerprint, (&cookie.name, &step.host.site), step, ground);
                }
            } else {
                self.sent_again(step, from);
            }
            if to_platform && !ground.is_platform(from) {
                self.carried(step, from);
            }
            if from.site == step.host.site && !to_platform {
                self.own_cookies(step);
            }
        }
        if !to_platform {
            self.arrived(step);
        } else if step.to.is_some_and(|to| !ground.is_platform(to)) {
            for (name, value) in ground.parameters(&step.observation.redirect, SHORTEST_DECORATION) {
                self.decorations.remember(value, (name, ""), step, ground);
            }
        }
    }

    fn sent_again(&mut self, step: Step<'_>, from: &HostFacts) {
        let stretch = self.ground.visit.stretch_at(step.at);
        for cookie in identifiers(step) {
            for place in self.sent.of(&cookie.fingerprint, stretch) {
                let known = &self.sent.known[place].1;
                if known.name == *cookie.name && known.site == step.host.site {
                    let row = self.ground.row(TrailKind::SentAgain, cookie.fingerprint, known, step);
                    self.left_out += add(&mut self.rows, &mut self.sent.known[place].1, &from.site, row);
                }
            }
        }
    }

    fn arrived(&mut self, step: Step<'_>) {
        if self.decorations.known.is_empty() {
            return;
        }
        let stretch = self.ground.visit.stretch_at(step.at);
        for (name, value) in self.ground.parameters(&step.observation.url, SHORTEST_DECORATION) {
            for place in self.decorations.of(&value, stretch) {
                let known = &self.decorations.known[place].1;
                if known.name == name {
                    let row = self.ground.row(TrailKind::LinkDecoration, value, known, step);
                    self.left_out += add(&mut self.rows, &mut self.decorations.known[place].1, &step.host.site, row);
                }
            }
        }
    }

    fn carried(&mut self, step: Step<'_>, from: &HostFacts) {
        for (name, value) in self.ground.parameters(&step.observation.url, SHORTEST_IDENTIFIER) {
            self.carried.remember(value, (name, &from.site), step, self.ground);
        }
        for field in &step.observation.form {
            if let Some(value) = field.fingerprint {
                self.carried.remember(value, (&field.name, &from.site), step, self.ground);
            }
        }
    }

    fn own_cookies(&mut self, step: Step<'_>) {
        for cookie in identifiers(step) {
            self.own_cookies.remember(cookie.fingerprint, (&cookie.name, &step.host.site), step, self.ground);
        }
        let set = step.observation.set.iter().filter(|cookie| !cookie.refused && !cookie.deletes && is_identifier(cookie.value_bytes));
        for cookie in set {
            self.own_cookies.remember(cookie.fingerprint, (&cookie.name, &step.host.site), step, self.ground);
        }
    }

    /// The rows in order of time, and how much there was no room for.
    pub(super) fn finish(mut self) -> (Vec<TrailRow>, u64) {
        // A script may hand a value to the platform before the site itself is asked again, so these are joined last, in either order.
        for (value, carried) in &self.carried.known {
            for place in self.own_cookies.of(value, carried.stretch) {
                let cookie = &self.own_cookies.known[place].1;
                if cookie.site != carried.site {
                    continue;
                }
                if self.rows.len() >= ROWS {
                    self.left_out += 1;
                    continue;
                }
                self.rows.push(TrailRow {
                    kind: TrailKind::OwnCookie,
                    stretch: carried.stretch,
                    name: cookie.name.clone(),
                    carried_by: Some(carried.name.clone()),
                    recipient: carried.recipient.clone(),
                    fingerprint: *value,
                    one: cookie.seen.clone(),
                    other: carried.seen.clone(),
                    requests: carried.requests,
                });
            }
        }
        let tables = [&self.sent, &self.decorations, &self.own_cookies, &self.carried];
        let left_out = self.left_out + tables.into_iter().map(|table| table.left_out).sum::<u64>();
        self.rows.sort_by(|one, other| {
            let key = |row: &TrailRow| (row.stretch, row.other.at, row.other.entry, row.kind);
            key(one)
                .cmp(&key(other))
                .then_with(|| (&one.name, &one.carried_by, &one.recipient).cmp(&(&other.name, &other.carried_by, &other.recipient)))
        });
        (self.rows, left_out)
    }
}

impl Ground<'_> {
    fn row(&self, kind: TrailKind, fingerprint: Value, known: &Known, step: Step<'_>) -> TrailRow {
        TrailRow {
            kind,
            stretch: known.stretch,
            name: known.name.clone(),
            carried_by: None,
            recipient: step.host.site.clone(),
            fingerprint,
            one: known.seen.clone(),
            other: self.sighting(step),
            requests: 1,
        }
    }
}

/// Adds a row for the other end at `site`, or counts one more request for the row that is there. Gives 1 if there is no room.
fn add(rows: &mut Vec<TrailRow>, known: &mut Known, site: &str, row: TrailRow) -> u64 {
    match known.rows.iter().find(|(other, _)| other == site) {
        Some((_, Some(index))) => {
            rows[*index].requests += 1;
            0
        }
        Some((_, None)) => 0,
        None => {
            let index = (rows.len() < ROWS).then_some(rows.len());
            known.rows.push((site.to_owned(), index));
            if index.is_some() {
                rows.push(row);
            }
            u64::from(index.is_none())
        }
    }
}

/// Cookies of a request whose values are long enough to tell one browser from another.
fn identifiers<'a>(step: Step<'a>) -> impl Iterator<Item = &'a SentCookie<'a>> {
    step.observation.sent.iter().filter(|cookie| is_identifier(cookie.value_bytes))
}

fn is_identifier(bytes: u32) -> bool {
    bytes as usize >= SHORTEST_IDENTIFIER
}
