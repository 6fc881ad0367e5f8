//! Finds when somebody logged out, and gathers what was set and sent after it. The moment is read off the wire alone: a rule says which cookies belong to
//! being logged in, and an answer deletes the last of those that were recorded before. What a script or an operator says of it is not asked.

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use super::builder::{Builder, time};
use super::cookie_rows::rules_of;
use super::model::{LoginCookie, Logout, LogoutCookie, LogoutRecipient, LogoutTables, Times};
use super::recipient_rows::RecipientKey;
use super::visit_rows::count;
use crate::analysis::{CookieEvent, Flow as Found, SentOrigin};
use crate::classify::Subject;
use crate::rules::{RuleId, RuleSet};

/// Rows of cookies after logging out that an annex holds.
const COOKIE_ROWS: usize = 2_000;

/// What is gathered, by stretch and registrable domain of the cookies of being logged in.
#[derive(Default)]
pub(super) struct LogoutRows {
    sites: BTreeMap<(u32, String), Site>,
}

#[derive(Default)]
struct Site {
    /// Cookies of being logged in that were set or sent, by name.
    held: BTreeMap<String, Held>,
    /// When the head of the answer came that deleted the last of them, and its entry.
    out: Option<(i64, u64)>,
    cookies: BTreeMap<(String, String), After>,
    recipients: BTreeMap<RecipientKey, Times>,
}

#[derive(Default)]
struct Held {
    /// When the last answer came that set it.
    set: Option<i64>,
    deleted: Option<Deleted>,
}

#[derive(Clone, Copy)]
struct Deleted {
    at: i64,
    entry: u64,
    rule: usize,
}

#[derive(Default)]
struct After {
    set: Times,
    deleted: Times,
    sent: Times,
}

impl LogoutRows {
    /// Takes a flow. They come in the order in which their requests began.
    pub(super) fn see(&mut self, found: &Found<'_>, context: &Context<'_>) {
        let observation = found.observation;
        let began = observation.started;
        for (_, site) in self.sites.range_mut((found.stretch, String::new())..(found.stretch + 1, String::new())) {
            if site.out.is_some_and(|(out, _)| began.is_some_and(|began| began >= out)) {
                site.add(found);
            }
        }
        let sent = if observation.was_not_sent() { 0 } else { observation.sent.len() };
        for (index, cookie) in observation.sent.iter().enumerate().take(sent) {
            if login_rule(found, Subject::CookieSent(index), context.rules).is_some() {
                let site = self.sites.entry((found.stretch, found.host.site.clone())).or_default();
                // What is sent after logging out is counted there and undoes nothing.
                if site.out.is_none() {
                    site.held.entry(cookie.name.to_string()).or_default();
                }
            }
        }
        for (index, (cookie, event)) in observation.set.iter().zip(found.set).enumerate() {
            let Some(rule) = login_rule(found, Subject::CookieSet(index), context.rules) else { continue };
            // A line that a browser should not take does nothing.
            if *event == CookieEvent::RefusalExpected {
                continue;
            }
            let domain = context.suffixes.registrable_domain(&cookie.domain).to_owned();
            let site = self.sites.entry((found.stretch, domain)).or_default();
            if *event == CookieEvent::Deleted {
                site.delete(&cookie.name, observation.answered.map(|at| Deleted { at, entry: observation.number, rule }));
            } else {
                site.set(&cookie.name, observation.answered);
            }
        }
    }
}

impl Site {
    /// A line deletes a cookie. One that nothing recorded before was there says nothing of logging out: servers send such lines to visitors too.
    fn delete(&mut self, name: &str, deleted: Option<Deleted>) {
        let (Some(held), Some(deleted)) = (self.held.get_mut(name), deleted) else { return };
        if held.deleted.is_none() && held.set.is_none_or(|set| set <= deleted.at) {
            held.deleted = Some(deleted);
            self.settle();
        }
    }

    /// A line sets a cookie: whoever had logged out is logged in again, unless that answer came before.
    fn set(&mut self, name: &str, at: Option<i64>) {
        let held = self.held.entry(name.to_owned()).or_default();
        held.set = held.set.max(at);
        if held.deleted.is_some_and(|deleted| at.is_none_or(|at| deleted.at <= at)) {
            held.deleted = None;
        }
        self.settle();
    }

    fn settle(&mut self) {
        let deleted: Option<Vec<Deleted>> = self.held.values().map(|held| held.deleted).collect();
        let out = deleted.and_then(|all| all.iter().map(|deleted| (deleted.at, deleted.entry)).max());
        if out != self.out {
            self.out = out;
            (self.cookies, self.recipients) = Default::default();
        }
    }

    /// Counts a flow that began after logging out.
    fn add(&mut self, found: &Found<'_>) {
        let (observation, entry) = (found.observation, found.observation.number);
        for (cookie, event) in observation.set.iter().zip(found.set).filter(|(_, event)| **event != CookieEvent::RefusalExpected) {
            let after = self.after(&cookie.name, &cookie.domain);
            count(if *event == CookieEvent::Deleted { &mut after.deleted } else { &mut after.set }, entry);
        }
        if observation.was_not_sent() {
            return;
        }
        for (cookie, origin) in observation.sent.iter().zip(found.sent) {
            let domain: &str = match origin {
                SentOrigin::SetCookie { kept, .. } => &found.jar.kept(*kept).key.domain,
                SentOrigin::NotRecorded => &found.host.site,
            };
            count(&mut self.after(&cookie.name, domain).sent, entry);
        }
        let recipient = (found.host.site.clone(), found.host.owner.map(|domain| domain.owner));
        count(self.recipients.entry(recipient).or_default(), entry);
    }

    fn after(&mut self, name: &str, domain: &str) -> &mut After {
        self.cookies.entry((name.to_owned(), domain.to_owned())).or_default()
    }
}

/// The rule by which a cookie of a flow belongs to being logged in.
fn login_rule(found: &Found<'_>, subject: Subject, rules: &RuleSet) -> Option<usize> {
    rules_of(found, subject).into_iter().find(|&rule| rules.claims(RuleId::Cookie(rule)).iter().any(|claim| claim.login))
}

impl Builder<'_> {
    /// The rows, numbered.
    pub(super) fn finish_logout(&mut self) -> LogoutTables {
        let mut sites: Vec<((u32, String), Site)> =
            std::mem::take(&mut self.logout).sites.into_iter().filter(|(_, site)| site.out.is_some()).collect();
        sites.sort_by(|(key, site), (other_key, other)| (site.out, key).cmp(&(other.out, other_key)));
        let mut tables = LogoutTables::default();
        let mut used = BTreeSet::new();
        for (((stretch, domain), site), nr) in sites.into_iter().zip(1..) {
            let Some((out, entry)) = site.out else { continue };
            let deleted = site.held.into_iter().filter_map(|(name, held)| Some((name, held.deleted?)));
            tables.moments.push(Logout {
                nr,
                stretch: u64::from(stretch),
                site: domain,
                answered: time(Some(out)).unwrap_or_default(),
                entry,
                deleted: deleted.filter_map(|(name, deleted)| self.login_cookie(name, deleted, &mut used)).collect(),
            });
            for ((name, domain), After { set, deleted, sent }) in site.cookies {
                if tables.cookies.len() >= COOKIE_ROWS {
                    tables.cookies_left_out += 1;
                    continue;
                }
                let row = tables.cookies.len() as u64 + 1;
                tables.cookies.push(LogoutCookie { nr: row, logout: nr, name, domain, set, deleted, sent });
            }
            for ((site, owner), requests) in site.recipients {
                let row = tables.recipients.len() as u64 + 1;
                let holder = owner.map(|owner| self.context.rules.owners[owner].name.clone());
                tables.recipients.push(LogoutRecipient { nr: row, logout: nr, site, holder, requests });
            }
        }
        self.sources.extend(used);
        tables
    }

    fn login_cookie(&self, name: String, deleted: Deleted, used: &mut BTreeSet<usize>) -> Option<LoginCookie> {
        let rules = self.context.rules;
        let id = RuleId::Cookie(deleted.rule);
        let claim = rules.claims(id).iter().find(|claim| claim.login)?;
        used.insert(claim.source);
        let (rule, place) = rules.rule(id);
        Some(LoginCookie {
            name,
            entry: deleted.entry,
            rule: rule.to_owned(),
            place: rules.place(place),
            source: rules.sources[claim.source].id.clone(),
            certainty: claim.certainty.id(),
        })
    }
}

#[cfg(test)]
mod tests;
