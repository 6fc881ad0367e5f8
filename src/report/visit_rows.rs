//! Gathers the course of a visit into rows: stretches, time line, choices, what was set and sent before and after them, the trail, custody.

use std::collections::BTreeMap;

use super::builder::Builder;
use super::linkage_rows::{Pseudonyms, policy};
use super::model::{Choice, ChoiceCookie, ChoiceRule, Custody, End, MaskCount, Moment, Phases, State, Stretch, Times, TrailRow};
use crate::analysis::{CookieEvent, Course, Flow as Found, Lane, MomentEvent, SentOrigin, Sighting, TrailKind};
use crate::evidence::Fingerprint;
use crate::model::{self, SaidBy, Session, Timestamp};
use crate::site::{self, ChoiceState, Visit};

/// Rows of cookies by choice that an annex holds.
const COOKIE_ROWS: usize = 2_000;

/// What is gathered of the course of a visit.
#[derive(Default)]
pub(super) struct VisitRows {
    pub(super) visit: Visit,
    pub(super) course: Course,
    custody: Option<model::Custody>,
    pub(super) browser: Option<String>,
    /// For each site that has a choice in a stretch, what became of each cookie.
    cookies: BTreeMap<(u32, usize), Cookies>,
}

/// What became of each cookie, by name and domain.
type Cookies = BTreeMap<(String, String), Phased>;

/// Counts by choice and whether they lie in its transition (false) or after it (true); before the first choice by 0 and true.
type Phased = BTreeMap<(u32, bool), Tally>;

#[derive(Clone, Default)]
struct Tally {
    set: Times,
    set_by_answer: u64,
    deleted: Times,
    sent: Times,
}

/// The rows, as the report holds them.
pub(super) struct Finished {
    pub(super) stretches: Vec<Stretch>,
    pub(super) timeline: Vec<Moment>,
    pub(super) timeline_left_out: u64,
    pub(super) choices: Vec<Choice>,
    pub(super) choice_cookies: Vec<ChoiceCookie>,
    pub(super) choice_cookies_left_out: u64,
    pub(super) trail: Vec<TrailRow>,
    pub(super) trail_left_out: u64,
    pub(super) custody: Option<Custody>,
}

impl VisitRows {
    /// Takes what the session says of its custody and its browser.
    pub(super) fn open(&mut self, session: &Session) {
        self.custody.clone_from(&session.custody);
        self.browser.clone_from(&session.browser);
    }

    /// Takes stretches, marks and choices.
    pub(super) fn begin(&mut self, visit: &Visit) {
        self.visit = visit.clone();
        for choice in &visit.choices {
            if let Ok(site) = visit.sites.binary_search(&choice.site) {
                self.cookies.entry((choice.stretch, site)).or_default();
            }
        }
    }

    /// Takes the cookies of a flow, with regard to every site that has a choice in its stretch.
    pub(super) fn add(&mut self, found: &Found<'_>) {
        let entry = found.observation.number;
        let answers = |choice: u32| self.visit.choices.get(choice as usize - 1).is_some_and(|choice| choice.said_by.entry() == Some(entry));
        let sent = if found.observation.was_not_sent() { &[][..] } else { &found.observation.sent[..] };
        for (site, state) in found.choices.iter().enumerate() {
            let Some(cookies) = self.cookies.get_mut(&(found.stretch, site)) else { continue };
            let phase = (state.choice().unwrap_or_default(), !matches!(state, ChoiceState::Transition(_)));
            // A line that a browser should not take sets nothing.
            let taken = found.observation.set.iter().zip(found.set).filter(|(_, event)| **event != CookieEvent::RefusalExpected);
            for (cookie, event) in taken {
                let tally = tally(cookies, &cookie.name, &cookie.domain, phase);
                if *event == CookieEvent::Deleted {
                    count(&mut tally.deleted, entry);
                } else {
                    count(&mut tally.set, entry);
                    tally.set_by_answer += u64::from(state.choice().is_some_and(answers));
                }
            }
            for (cookie, origin) in sent.iter().zip(found.sent) {
                let domain: &str = match origin {
                    SentOrigin::SetCookie { kept, .. } => &found.jar.kept(*kept).key.domain,
                    SentOrigin::NotRecorded => &found.host.site,
                };
                count(&mut tally(cookies, &cookie.name, domain, phase).sent, entry);
            }
        }
    }
}

fn tally<'m>(cookies: &'m mut Cookies, name: &str, domain: &str, phase: (u32, bool)) -> &'m mut Tally {
    cookies.entry((name.to_owned(), domain.to_owned())).or_default().entry(phase).or_default()
}

/// Flows come in order of time, so the first entry counted is the first.
pub(super) fn count(times: &mut Times, entry: u64) {
    times.count += 1;
    times.first_entry.get_or_insert(entry);
}

impl Builder<'_> {
    /// The rows, numbered.
    pub(super) fn finish_visit(&mut self, pseudonyms: &mut Pseudonyms) -> Finished {
        let VisitRows { visit, course, custody, browser, cookies } = std::mem::take(&mut self.visit);
        let (choice_cookies, choice_cookies_left_out) = cookie_rows(&visit, &cookies);
        let rules = self.context.rules;
        self.sources.extend(course.moments.iter().filter_map(|moment| match moment.event {
            MomentEvent::Navigated(_, _, signature) => Some(rules.navigations[signature].source),
            _ => None,
        }));
        Finished {
            stretches: visit.stretches.iter().map(|stretch| self.stretch(stretch, &course)).collect(),
            timeline: course.moments.iter().zip(1..).map(|(moment, nr)| self.moment(nr, moment, &visit, &course)).collect(),
            timeline_left_out: course.moments_left_out,
            choices: visit.choices.iter().map(|choice| self.choice(choice)).collect(),
            choice_cookies,
            choice_cookies_left_out,
            trail: course.trail.iter().zip(1..).map(|(row, nr)| trail_row(nr, row, browser.as_deref(), pseudonyms)).collect(),
            trail_left_out: course.trail_left_out,
            custody: custody.map(custody_row),
        }
    }

    fn stretch(&self, stretch: &site::Stretch, course: &Course) -> Stretch {
        let lane = course.lanes.iter().find(|lane| lane.stretch == stretch.number);
        let period = lane.and_then(|lane| lane.period);
        Stretch {
            nr: u64::from(stretch.number),
            name: stretch.name.as_deref().map(|name| self.context.printable(name)),
            began: stretch.began.map(|at| at.to_string()),
            said_by: stretch.said_by.map(SaidBy::id),
            first: period.map(|(first, _)| first.to_string()),
            last: period.map(|(_, last)| last.to_string()),
            length_ms: period.map_or(0, |(first, last)| milliseconds(first, last)),
            requests: lane.map_or(0, |lane| lane.requests),
            hosts: lane.map_or(0, |lane| lane.hosts),
            hosts_first_asked_with_cookies: lane.map_or(0, |lane| lane.hosts_first_asked_with_cookies),
            density: lane.map_or_else(Vec::new, |lane| lane.bins.clone()),
        }
    }

    fn moment(&self, nr: u64, moment: &crate::analysis::Moment, visit: &Visit, course: &Course) -> Moment {
        let first = course.lanes.iter().find(|lane| lane.stretch == moment.stretch).and_then(|lane: &Lane| lane.period);
        let mut row = Moment {
            nr,
            stretch: u64::from(moment.stretch),
            time: moment.at.to_string(),
            offset_ms: first.map_or(0, |(first, _)| milliseconds(first, moment.at)),
            event: moment.event.id(),
            entry: moment.entry,
            host: None,
            path: None,
            status: None,
            text: None,
            said_by: None,
            choice: None,
            rule: None,
            certainty: None,
        };
        match &moment.event {
            MomentEvent::Stretch => {
                let stretch = visit.stretches.iter().find(|stretch| stretch.number == moment.stretch);
                row.text = stretch.and_then(|stretch| stretch.name.as_deref()).map(|name| self.context.printable(name));
                row.said_by = stretch.and_then(|stretch| stretch.said_by).map(SaidBy::id);
            }
            MomentEvent::FirstRequest(host) | MomentEvent::FirstTo(host) => row.host = Some(host.clone()),
            MomentEvent::Opened(host, path, status) => {
                (row.host, row.path, row.status) = (Some(host.clone()), Some(path.clone()), Some(*status));
            }
            MomentEvent::Navigated(host, path, signature) => {
                let rule = &self.context.rules.navigations[*signature];
                (row.host, row.path, row.said_by) = (Some(host.clone()), path.clone(), Some("request"));
                row.rule = Some(format!("{}, {}", rule.id, self.context.rules.place(rule.place)));
                row.certainty = Some(rule.certainty.id());
            }
            MomentEvent::Named(_, title) => row.text = Some(self.context.printable(title)),
            MomentEvent::Note(text, by_script) => {
                row.text = Some(self.context.printable(text));
                row.said_by = Some(if *by_script { SaidBy::Script.id() } else { SaidBy::Operator.id() });
            }
            MomentEvent::Choice(number) => {
                row.choice = Some(u64::from(*number));
                if let Some(choice) = visit.choices.get(*number as usize - 1) {
                    row.host = Some(choice.site.clone()).filter(|site| !site.is_empty());
                    row.text = choice.text.as_ref().map(|(text, _)| self.context.printable(text));
                    row.said_by = Some(choice.said_by.id());
                }
            }
            MomentEvent::LastRequest => {}
        }
        row
    }

    fn choice(&mut self, choice: &site::Choice) -> Choice {
        let rules = self.context.rules;
        let rule = choice.signature.map(|index| &rules.choices[index]);
        self.sources.extend(rule.map(|rule| rule.source));
        let time = |at: Timestamp| at.to_string();
        Choice {
            nr: u64::from(choice.number),
            stretch: u64::from(choice.stretch),
            site: choice.site.clone(),
            scope: choice.scope.map(site::Scope::id),
            text: choice.text.as_ref().map(|(text, _)| self.context.printable(text)),
            text_by: choice.text.as_ref().map(|(_, by)| by.id()),
            says: choice.says.map(site::Says::id),
            clicked: choice.clicked_at.map(time),
            asked: time(choice.asked_at),
            answered: choice.answered_at.map(time),
            said_by: choice.said_by.id(),
            entry: choice.said_by.entry(),
            rule: rule.map(|rule| ChoiceRule {
                rule: rule.id.clone(),
                place: rules.place(rule.place),
                source: rules.sources[rule.source].id.clone(),
                certainty: rule.certainty.id(),
            }),
        }
    }
}

/// One row for each choice and cookie, by choice, name and domain, and how many there was no room for.
fn cookie_rows(visit: &Visit, cookies: &BTreeMap<(u32, usize), Cookies>) -> (Vec<ChoiceCookie>, u64) {
    let mut rows = Vec::new();
    let mut left_out = 0;
    for choice in &visit.choices {
        let Ok(site) = visit.sites.binary_search(&choice.site) else { continue };
        for ((name, domain), phases) in cookies.get(&(choice.stretch, site)).into_iter().flatten() {
            // Seen only after a later choice, it says nothing about this one.
            let last = (choice.number, true);
            if phases.keys().all(|phase| *phase > last) {
                continue;
            }
            if rows.len() >= COOKIE_ROWS {
                left_out += 1;
                continue;
            }
            let of = |times: fn(&Tally) -> &Times| Phases {
                before: sum(phases.range(..(choice.number, false)).map(|(_, tally)| times(tally))),
                transition: sum(phases.get(&(choice.number, false)).into_iter().map(times)),
                after: sum(phases.get(&last).into_iter().map(times)),
            };
            let first_seen = match phases.keys().next() {
                Some(phase) if *phase < (choice.number, false) => "before",
                Some(phase) if *phase < last => "transition",
                _ => "after",
            };
            rows.push(ChoiceCookie {
                nr: rows.len() as u64 + 1,
                choice: u64::from(choice.number),
                stretch: u64::from(choice.stretch),
                name: name.clone(),
                domain: domain.clone(),
                set: of(|tally| &tally.set),
                set_by_answer: phases.get(&(choice.number, false)).map_or(0, |tally| tally.set_by_answer),
                deleted: of(|tally| &tally.deleted),
                sent: of(|tally| &tally.sent),
                first_seen,
            });
        }
    }
    (rows, left_out)
}

/// All together; the first entry is that of the first part, since they stand in order of time.
fn sum<'t>(parts: impl Iterator<Item = &'t Times>) -> Times {
    parts.fold(Times::default(), |sum, part| Times { count: sum.count + part.count, first_entry: sum.first_entry.or(part.first_entry) })
}

fn trail_row(nr: u64, row: &crate::analysis::TrailRow, browser: Option<&str>, pseudonyms: &mut Pseudonyms) -> TrailRow {
    TrailRow {
        nr,
        kind: row.kind.id(),
        carrier: if row.kind == TrailKind::LinkDecoration { "decoration" } else { "cookie" },
        stretch: u64::from(row.stretch),
        name: row.name.clone(),
        carried_by: row.carried_by.clone(),
        codings: Vec::new(),
        recipient: row.recipient.clone(),
        pseudonym: pseudonyms.of(row.fingerprint),
        fingerprint: Fingerprint(row.fingerprint).to_string(),
        one: end(&row.one),
        other: end(&row.other),
        between_ms: milliseconds(row.one.at, row.other.at),
        requests: row.requests,
        browser: browser.map(str::to_owned),
        policy: policy(browser),
    }
}

/// The state of a choice, as the report holds it.
pub(super) fn state(state: Option<ChoiceState>) -> State {
    State { state: state.map_or("none", ChoiceState::id), choice: state.and_then(ChoiceState::choice).map(u64::from) }
}

fn end(sighting: &Sighting) -> End {
    End {
        entry: sighting.entry,
        time: sighting.at.to_string(),
        host: sighting.host.clone(),
        page: sighting.page.clone(),
        page_choice: state(sighting.page_choice),
        own_choice: state(sighting.own_choice),
    }
}

fn custody_row(custody: model::Custody) -> Custody {
    let (case, ledger_number) = custody.case.unzip();
    Custody {
        started: custody.started.map(|at| at.to_string()),
        ended: custody.ended.map(|at| at.to_string()),
        records: custody.records,
        head: custody.head.map(|digest| digest.to_string()),
        entries: custody.entries,
        connections: custody.connections,
        tunnels: custody.tunnels,
        tunnel_bytes: custody.tunnel_bytes,
        changes: custody.changes,
        masks: custody.masks.into_iter().map(|(rule, count)| MaskCount { rule, count }).collect(),
        masking: custody.masking,
        recoveries: custody.recoveries,
        sync_interval_ms: custody.sync_interval,
        authority: custody.authority.map(|digest| digest.to_string()),
        case,
        ledger_number,
    }
}

/// Milliseconds from one moment to another.
pub(super) fn milliseconds(from: Timestamp, to: Timestamp) -> i64 {
    to.as_nanoseconds().saturating_sub(from.as_nanoseconds()) / 1_000_000
}
