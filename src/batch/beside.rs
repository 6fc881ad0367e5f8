//! What a recording shows that things beside the wire can be held against: hosts, endpoints and names of cookies, what statements are tested by, and keyed
//! marks of the values that were sent. Reads recordings and controls; keeps no value.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use super::judge::{Inputs, Options};
use super::replay::{ReplayError, replay_into};
use crate::analysis::{Counts, Flow, Opening, Sink};
use crate::compare::observer::{Aspect, Traffic};
use crate::evidence::{CaseKey, Fingerprinter};
use crate::interop::access::forms;
use crate::interop::netlog::NetLog;
use crate::model::{ChoicePath, Gap, GapKind, Page, PersonaState};
use crate::redact::{field_name, printable_url};
use crate::rules::{RequestFacts, RuleSet, Sight, When};
use crate::site::{ChoiceState, Says, Visit, host_in};

/// Fields that are told apart in one recording.
const MOST_FIELDS: usize = 20_000;

/// Different values that are told apart of one field.
const MOST_VALUES: usize = 500;

/// Entries that are named of one thing.
const NAMED: usize = 3;

/// A value that is shorter, in bytes, is not compared: it would be equal by chance.
pub const SHORTEST_COMPARED: usize = 6;

/// A field by the host that was sent it, its place and its name as it may be printed.
pub type FieldKey = (String, &'static str, String);

/// The values of a field, as marks: for each different value all forms it is compared in.
#[derive(Clone, Debug, Default)]
pub struct FieldValues {
    /// Marks of each different value, by the mark of the value as it was sent.
    pub values: BTreeMap<u64, BTreeSet<u64>>,
    /// The first entries.
    pub entries: BTreeSet<u64>,
}

/// What one test of a statement came to in a recording.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tested {
    /// Whether it could have been seen: the persona fits, such a moment came, and the recording holds such things.
    pub counts: bool,
    /// The first entries in which it was seen.
    pub entries: BTreeSet<u64>,
}

/// What a recording shows.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// Scenario.
    pub scenario: Option<String>,
    /// Persona by its identifier in the plan, and how it stands to the platform.
    pub persona: Option<(String, PersonaState)>,
    /// Whether it is simulated.
    pub simulated: bool,
    /// Hosts, endpoints, names of cookies.
    pub traffic: Traffic,
    /// For every statement of the rules, in their order, what its tests came to.
    pub statements: Vec<Vec<Tested>>,
    /// Fields that were sent.
    pub fields: BTreeMap<FieldKey, FieldValues>,
    /// Fields that are not among them, because there were too many.
    pub fields_left_out: u64,
}

/// Looks at a recording of a case, or at a HAR that is a control of one.
///
/// # Errors
///
/// It cannot be read.
pub fn shown(path: &Path, inputs: &Inputs, options: &Options, key: &CaseKey) -> Result<Shown, ReplayError> {
    let mut look = Look {
        rules: &inputs.rules,
        fingerprints: Fingerprinter::new(key),
        shown: Shown {
            statements: inputs.rules.statements.iter().map(|one| vec![Tested::default(); one.tests.len()]).collect(),
            ..Shown::default()
        },
        visit: Visit::default(),
        path: None,
    };
    replay_into(path, inputs, options, &mut look)?;
    Ok(look.finish())
}

/// What a NetLog shows of the same. Requests to the audited organisation are left out, as they are in what a recording shows.
#[must_use]
pub fn netlog_traffic(log: &NetLog, inputs: &Inputs) -> Traffic {
    let mut traffic = Traffic::default();
    traffic.cut_off = log.cut_off;
    if !log.names_cookies() {
        traffic.cannot_show.extend([Aspect::CookieSet, Aspect::CookieSent]);
    }
    for request in log.requests.iter().filter(|request| request.sent) {
        let Some(host) = host_in(&request.url) else { continue };
        if inputs.case.auditee.iter().any(|own| own == inputs.suffixes.registrable_domain(&host)) {
            continue;
        }
        traffic.requests += 1;
        traffic.see(Aspect::Host, &host, request.number);
        traffic.see(Aspect::Endpoint, &endpoint(&request.method, &request.url), request.number);
        request.cookies_set.iter().for_each(|name| traffic.see(Aspect::CookieSet, &format!("{name} {host}"), request.number));
        request.cookies_sent.iter().for_each(|name| traffic.see(Aspect::CookieSent, &format!("{name} {host}"), request.number));
    }
    traffic
}

/// Method, host and path, without what may be a value.
fn endpoint(method: &str, url: &str) -> String {
    let url = printable_url(url, |_| false);
    let url = url.split('?').next().unwrap_or_default();
    let url = url.split_once("://").map_or(url, |(_, rest)| rest);
    format!("{method} {url}")
}

/// Gathers while a recording is judged.
struct Look<'r> {
    rules: &'r RuleSet,
    fingerprints: Fingerprinter,
    shown: Shown,
    visit: Visit,
    /// What the plan says of the path of choices.
    path: Option<ChoicePath>,
}

impl Look<'_> {
    /// Moments as which a state of the choices counts.
    fn moments(&self, state: ChoiceState) -> Vec<When> {
        let mut moments = vec![When::Any];
        match state {
            ChoiceState::Before => moments.push(When::BeforeChoice),
            ChoiceState::After(number) => moments.extend(self.after(number)),
            // From the click to the answer is neither before nor after.
            ChoiceState::Transition(_) => {}
        }
        moments
    }

    /// What the time after a choice is called.
    fn after(&self, number: u32) -> Option<When> {
        let choice = self.visit.choices.iter().find(|choice| choice.number == number)?;
        match (choice.says, self.path) {
            (Some(Says::DeclineOptional), _) | (None, Some(ChoicePath::Decline)) => Some(When::AfterDecline),
            (Some(Says::AllowOptional | Says::AllowAll), _) | (None, Some(ChoicePath::Allow)) => Some(When::AfterAllow),
            (Some(Says::Withdrawn), _) => Some(When::AfterWithdrawal),
            (Some(Says::Saved) | None, _) => None,
        }
    }

    fn finish(mut self) -> Shown {
        let mut moments: BTreeSet<When> = self.visit.choices.iter().filter_map(|choice| self.after(choice.number)).collect();
        moments.extend([When::Any, When::BeforeChoice]);
        let state = self.shown.persona.as_ref().map(|(_, state)| *state);
        for (statement, tested) in self.rules.statements.iter().zip(&mut self.shown.statements) {
            for (test, tested) in statement.tests.iter().zip(tested) {
                let aspect = match test.sight {
                    Sight::CookieSet { .. } => Some(Aspect::CookieSet),
                    Sight::CookieSent { .. } => Some(Aspect::CookieSent),
                    Sight::Request { .. } => None,
                };
                let holds = aspect.is_none_or(|aspect| !self.shown.traffic.cannot_show.contains(&aspect));
                tested.counts = holds && test.counts_for(state) && moments.contains(&test.when);
                if !tested.counts {
                    tested.entries.clear();
                }
            }
        }
        self.shown
    }

    fn statements(&mut self, flow: &Flow<'_>) {
        let observation = flow.observation;
        let state = self.visit.main_site.and_then(|site| flow.choices.get(site)).copied().unwrap_or(ChoiceState::Before);
        let moments = self.moments(state);
        let headers: Vec<&str> = observation.header_names.split('\n').filter(|name| !name.is_empty()).collect();
        let request = RequestFacts::new(&observation.url, &observation.host, &observation.method, &headers);
        for (statement, tested) in self.rules.statements.iter().zip(&mut self.shown.statements) {
            for (test, tested) in statement.tests.iter().zip(tested) {
                let fits = moments.contains(&test.when)
                    && match &test.sight {
                        Sight::CookieSet { .. } => {
                            let kept = observation.set.iter().filter(|cookie| !cookie.deletes);
                            kept.into_iter().any(|cookie| test.is_cookie_set(&cookie.name, &cookie.domain))
                        }
                        Sight::CookieSent { .. } => {
                            observation.sent.iter().any(|cookie| test.is_cookie_sent(&cookie.name, &observation.host))
                        }
                        Sight::Request { .. } => {
                            test.is_request(&request, observation.fields.iter().map(|field| (field.place().id(), &*field.name)))
                        }
                    };
                if fits {
                    tested.entries.insert(observation.number);
                    if tested.entries.len() > NAMED {
                        tested.entries.pop_last();
                    }
                }
            }
        }
    }

    fn fields(&mut self, flow: &Flow<'_>) {
        let observation = flow.observation;
        for field in observation.fields.iter().filter(|field| !field.holds_fields) {
            let Some(mark) = field.mark else { continue };
            let key = (observation.host.to_string(), field.place().id(), field_name(&field.name).into_owned());
            if self.shown.fields.len() >= MOST_FIELDS && !self.shown.fields.contains_key(&key) {
                self.shown.fields_left_out += 1;
                continue;
            }
            let seen = self.shown.fields.entry(key).or_default();
            seen.entries.insert(observation.number);
            if seen.entries.len() > NAMED {
                seen.entries.pop_last();
            }
            if seen.values.len() >= MOST_VALUES && !seen.values.contains_key(&mark) {
                continue;
            }
            let marks = seen.values.entry(mark).or_default();
            if marks.is_empty() {
                marks.insert(mark);
                let written = field.value.iter().flat_map(|value| forms(value));
                marks.extend(written.filter(|form| form.len() >= SHORTEST_COMPARED).map(|form| self.fingerprints.mark(form.as_bytes())));
            }
        }
    }
}

impl Sink for Look<'_> {
    fn open(&mut self, opening: &Opening<'_>) -> io::Result<()> {
        let session = opening.session;
        self.shown.scenario.clone_from(&session.scenario);
        self.shown.simulated = session.simulated;
        self.shown.persona = session.planned.as_ref().map(|planned| (planned.persona.clone(), planned.state));
        self.path = session.planned.as_ref().map(|planned| planned.path);
        Ok(())
    }

    fn page(&mut self, _: &Page) -> io::Result<()> {
        Ok(())
    }

    fn visit(&mut self, visit: &Visit) -> io::Result<()> {
        self.visit = visit.clone();
        Ok(())
    }

    fn flow(&mut self, flow: &Flow<'_>) -> io::Result<()> {
        let observation = flow.observation;
        if observation.was_not_sent() {
            return Ok(());
        }
        let (host, number) = (&*observation.host, observation.number);
        let traffic = &mut self.shown.traffic;
        traffic.requests += 1;
        traffic.see(Aspect::Host, host, number);
        traffic.see(Aspect::Endpoint, &endpoint(&observation.method, &observation.url), number);
        let names = |names: BTreeSet<&str>| names.into_iter().map(|name| format!("{name} {host}")).collect::<Vec<_>>();
        let set = names(observation.set.iter().map(|cookie| &*cookie.name).collect());
        let sent = names(observation.sent.iter().map(|cookie| &*cookie.name).collect());
        set.iter().for_each(|what| traffic.see(Aspect::CookieSet, what, number));
        sent.iter().for_each(|what| traffic.see(Aspect::CookieSent, what, number));
        self.statements(flow);
        self.fields(flow);
        Ok(())
    }

    fn gap(&mut self, gap: &Gap) -> io::Result<()> {
        let traffic = &mut self.shown.traffic;
        match gap.kind {
            GapKind::NoRequestCookies => traffic.cannot_show.extend([Aspect::CookieSent]),
            GapKind::NoSetCookies => traffic.cannot_show.extend([Aspect::CookieSet]),
            GapKind::CutOff => traffic.cut_off = true,
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, _: &Counts) -> io::Result<()> {
        Ok(())
    }
}
