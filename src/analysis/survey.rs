//! Gathers, entry by entry and in any order, what the course of a visit is made of: requests that carry a choice, documents that were opened, and
//! pages that were fetched without one.

use std::collections::BTreeMap;

use crate::classify::{Navigated, choice_request, navigation_request};
use crate::model::{Entry, Mark, Timestamp};
use crate::observe::Observation;
use crate::redact::printable_path;
use crate::rules::RuleSet;
use crate::site::{ChoiceRequest, Given, Visit};

/// How many of each are kept: the first ones in time. A visit has a handful; a recording that has more is no visit, or means harm.
const KEPT: usize = 512;

/// Time and number of an entry.
type Place = (i64, u64);

/// A document that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opened {
    pub(super) host: String,
    /// As it may be printed.
    pub(super) path: String,
    pub(super) site: String,
    pub(super) status: u16,
}

/// What is gathered.
#[derive(Clone, Debug, Default)]
pub(super) struct Survey {
    requests: BTreeMap<Place, ChoiceRequest>,
    opened: BTreeMap<Place, Opened>,
    navigated: BTreeMap<Place, (String, Navigated)>,
    /// How many were not kept.
    pub(super) left_out: u64,
}

impl Survey {
    /// Takes an entry with a host into account.
    pub(super) fn see(&mut self, rules: &RuleSet, entry: &Entry, observation: &Observation<'_>, site: &str) {
        let place = (entry.order.as_nanoseconds(), entry.number);
        if let Some(signature) = choice_request(rules, observation) {
            let rule = &rules.choices[signature];
            let answered = observation.answered.filter(|_| observation.status != 0).map(Timestamp::from_nanoseconds);
            let request = ChoiceRequest {
                entry: entry.number,
                site: rule.site.clone().unwrap_or_else(|| site.to_owned()),
                scope: rule.scope,
                says: rule.says,
                signature,
                asked_at: entry.order,
                answered_at: answered,
            };
            self.left_out += keep(&mut self.requests, place, request);
        }
        if let Some(navigated) = navigation_request(rules, observation) {
            self.left_out += keep(&mut self.navigated, place, (observation.host.to_string(), navigated));
        }
        if observation.opens_page() {
            let url = &*observation.url;
            let path = printable_path(&url[crate::model::UrlParts::of(url).path]);
            let opened = Opened { host: observation.host.to_string(), path, site: site.to_owned(), status: observation.status };
            self.left_out += keep(&mut self.opened, place, opened);
        }
    }

    /// The course of the visit. `page`: registrable domain of the examined page; `first`: start of the first entry.
    pub(super) fn visit(&mut self, marks: &[(Timestamp, Mark)], page: Option<&str>, first: Option<Timestamp>) -> Visit {
        let opened: Vec<(Timestamp, String)> =
            self.opened.iter().map(|((at, _), opened)| (Timestamp::from_nanoseconds(*at), opened.site.clone())).collect();
        let requests = std::mem::take(&mut self.requests).into_values().collect();
        Visit::new(Given { marks, opened: &opened, page, first }, requests)
    }

    /// The pages that were fetched without a document, in order of time, each with its host.
    pub(super) fn navigated(&mut self) -> impl Iterator<Item = (Timestamp, u64, String, Navigated)> + use<> {
        let navigated = std::mem::take(&mut self.navigated).into_iter();
        navigated.map(|((at, entry), (host, navigated))| (Timestamp::from_nanoseconds(at), entry, host, navigated))
    }

    /// The documents that were opened, in order of time.
    pub(super) fn opened(self) -> impl Iterator<Item = (Timestamp, u64, Opened)> {
        self.opened.into_iter().map(|((at, entry), opened)| (Timestamp::from_nanoseconds(at), entry, opened))
    }
}

/// Keeps the first ones, whatever the order in which they come. Gives how many fell out: 0 or 1.
fn keep<T>(kept: &mut BTreeMap<Place, T>, place: Place, value: T) -> u64 {
    kept.insert(place, value);
    u64::from(kept.len() > KEPT && kept.pop_last().is_some())
}
