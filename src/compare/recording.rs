//! A report, reduced to what can be counted over recordings: items with the entries and rows behind them. Nothing of it is decided anew; rows that a
//! report left out are gaps of the recording.

use std::collections::BTreeMap;

use super::case_annex::Part;
use super::limits::{Limits, limits};
use super::logout::Logout;
use crate::model::Scenario;
use crate::report::model::comparison::{Button, Item, ItemKind, StartState};
use crate::report::model::{Choice, EndpointMention, EndpointRow, Phases, Report, Times};

/// Entries that are named behind an item in one recording.
const ENTRIES: usize = 3;

/// Categories by which a named source calls an endpoint diagnostic.
const TELEMETRY: [&str; 2] = ["analytics", "diagnostic"];

/// A recording as it is compared.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    /// Its number in the ledger of its case.
    pub number: Option<u64>,
    /// Name of the file or folder.
    pub name: String,
    /// SHA-256 of the file, or of the last record of the custody log.
    pub sha256: String,
    /// Format.
    pub format: String,
    /// The case it belongs to.
    pub case: Option<String>,
    /// Start of its first exchange, RFC 3339 UTC.
    pub started: Option<String>,
    /// What it was to be, by the plan.
    pub scenario: Option<Scenario>,
    /// Name of the scenario, as the recording says.
    pub scenario_name: String,
    /// Browser, as it says.
    pub browser: Option<String>,
    /// Whether it is simulated.
    pub simulated: bool,
    /// How it began.
    pub start: StartState,
    /// Choices that were recorded.
    pub buttons: Vec<Button>,
    /// Whether its fingerprints are made under the key of a case.
    pub keyed_by_case: bool,
    /// Row in the register; 0 until there is one.
    pub nr: u64,
    /// What was recorded.
    pub(super) seen: BTreeMap<Item, Seen>,
    /// Bytes sent and answered, by registrable domain and holder.
    pub(super) bytes: BTreeMap<(String, String), (u64, u64)>,
    /// Cookies, by name and domain.
    pub(super) cookies: BTreeMap<(String, String), CookieSeen>,
    /// Of endpoints: what in them can join them to others.
    pub(super) keys: BTreeMap<Item, Vec<JoinKey>>,
    /// Of endpoints: what of the examined Page they carry.
    pub(super) mentions: BTreeMap<Item, Vec<EndpointMention>>,
    /// What it cannot show.
    pub(super) limits: Limits,
    /// How its choices stand to its plan.
    pub(super) chosen: Chosen,
    /// What was recorded after logging out.
    pub(super) logout: Logout,
    /// Its rows as they are, for the annex over a case. `None`: there is to be none.
    pub(super) part: Option<Box<Part>>,
}

/// An item of a recording.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) table: &'static str,
    pub(super) row: u64,
    pub(super) entries: Vec<u64>,
    pub(super) position: &'static str,
    pub(super) path: String,
    pub(super) phases: Phased,
    /// Whether a named source calls the endpoint diagnostic.
    pub(super) telemetry: bool,
    /// Keyed fingerprints of values, of identifiers.
    pub(super) fingerprints: Vec<String>,
}

/// How often something was recorded, by the state of the choice for the examined site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Phased {
    pub(super) before: u64,
    pub(super) transition: u64,
    pub(super) after: u64,
    pub(super) no_choice: u64,
    /// First entry before the choice, where the report names one.
    pub(super) first_before: Option<u64>,
    pub(super) first_transition: Option<u64>,
    /// While optional things were being declined.
    pub(super) transition_decline: u64,
    /// After optional things were declined.
    pub(super) after_decline: (u64, Option<u64>),
    /// After an earlier choice was withdrawn.
    pub(super) after_withdrawal: (u64, Option<u64>),
}

/// What a recording says about choices for the examined site.
#[derive(Clone, Debug, Default)]
pub(super) struct Chosen {
    /// Whether any was recorded.
    pub(super) any: bool,
    /// Literal texts of buttons by which optional things were declined.
    pub(super) declined: Vec<String>,
    /// Whether such a choice was recorded.
    pub(super) has_declined: bool,
    /// Literal texts of buttons by which an earlier choice was withdrawn.
    pub(super) withdrawn: Vec<String>,
    pub(super) has_withdrawn: bool,
    /// Whether the examined site was established.
    pub(super) page: bool,
}

/// A cookie as a series needs it.
#[derive(Clone, Debug, Default)]
pub(super) struct CookieSeen {
    pub(super) row: u64,
    pub(super) first_entry: u64,
    pub(super) fingerprints: Vec<String>,
    pub(super) set: u64,
    pub(super) renewed: u64,
    pub(super) changed: u64,
    pub(super) deleted: u64,
    pub(super) sent: u64,
    pub(super) first_set: Option<String>,
    pub(super) longest: Option<i64>,
}

/// A field by which an endpoint may be joined to others.
#[derive(Clone, Debug)]
pub(super) struct JoinKey {
    pub(super) identifies: &'static str,
    pub(super) place: String,
    pub(super) name: String,
    pub(super) entry: u64,
    /// Marks of its values, sorted.
    pub(super) marks: Vec<u64>,
}

impl Recording {
    /// What of `report` is compared. `number`: its number in the ledger, where it has one.
    #[must_use]
    pub fn of(report: &Report, number: Option<u64>) -> Self {
        let capture = &report.capture;
        let scenario = capture.planned.clone();
        let name = scenario.as_ref().map(|scenario| scenario.name.clone()).or_else(|| capture.scenario.clone());
        let (custody, taken) = (report.custody.as_ref(), capture.taken_in.as_ref());
        let mut recording = Self {
            number: number.or_else(|| custody.and_then(|custody| custody.ledger_number)).or_else(|| taken.map(|taken| taken.ledger_number)),
            name: capture.name.clone(),
            sha256: capture.sha256.clone(),
            format: capture.format.clone(),
            case: custody.and_then(|custody| custody.case.clone()).or_else(|| taken.map(|taken| taken.case.clone())),
            started: capture.started.clone(),
            scenario_name: name.unwrap_or_default(),
            browser: capture.browser.clone(),
            simulated: report.simulated,
            start: start(report),
            buttons: report.choices.iter().map(button).collect(),
            keyed_by_case: report.method.fingerprints == "case",
            limits: limits(report),
            chosen: chosen(report, scenario.as_ref()),
            logout: Logout::of(report),
            scenario,
            ..Self::default()
        };
        recording.add_recipients(report);
        recording.add_endpoints(report);
        recording.add_cookies(report);
        recording.add_identifiers(report);
        recording
    }

    /// Keeps its rows too, for the annex over a case.
    #[must_use]
    pub fn with_rows(mut self, report: &Report) -> Self {
        self.part = Some(Box::new(Part::of(report)));
        self
    }

    /// Says which recording of a plan it is, where it carries no plan itself.
    pub fn planned_as(&mut self, scenario: Scenario) {
        self.scenario_name.clone_from(&scenario.name);
        self.scenario = Some(scenario);
    }

    fn add_recipients(&mut self, report: &Report) {
        for row in &report.recipients {
            let holder = row.owner.as_ref().map(|owner| owner.name.clone()).unwrap_or_default();
            let by = &row.sent.by_choice;
            let phases = phased(by.before, by.transition, by.after, by.no_choice_recorded);
            let seen = Seen {
                table: "recipients",
                row: row.nr,
                entries: vec![row.first_entry],
                position: row.position,
                phases,
                ..Seen::default()
            };
            let total = self.bytes.entry((row.site.clone(), holder.clone())).or_default();
            total.0 += row.sent.url_bytes + row.sent.body_bytes;
            total.1 += row.sent.answer_bytes;
            let item = Item { kind: ItemKind::Recipient, site: row.site.clone(), holder, ..Item::default() };
            self.seen.insert(item, seen);
        }
        // A host is named by its flows: they alone say which entry it was first asked in.
        for row in &report.flows {
            let item = Item { kind: ItemKind::Host, host: row.host.clone(), ..Item::default() };
            if row.not_sent < row.requests {
                let entries = row.entries.iter().take(ENTRIES).copied().collect();
                let seen = || Seen { table: "flows", row: row.nr, entries, position: row.position, ..Seen::default() };
                self.seen.entry(item).or_insert_with(seen);
            }
        }
    }

    fn add_endpoints(&mut self, report: &Report) {
        let tables = &report.fields;
        let mut items: BTreeMap<u64, Vec<Item>> = BTreeMap::new();
        for row in &tables.endpoints {
            let telemetry = row.claims.iter().any(|claim| claim.category.as_ref().is_some_and(|known| TELEMETRY.contains(&&*known.id)));
            let by = &row.by_choice;
            for method in &row.methods {
                let item = endpoint_item(row, method);
                let seen = Seen {
                    table: "endpoints",
                    row: row.nr,
                    entries: vec![row.first_entry],
                    position: row.position,
                    path: row.path.clone(),
                    phases: phased(by.before, by.transition, by.after, by.no_choice_recorded),
                    telemetry,
                    ..Seen::default()
                };
                self.mentions.insert(item.clone(), row.mentions.clone());
                self.seen.insert(item.clone(), seen);
                items.entry(row.nr).or_default().push(item);
            }
        }
        for row in tables.fields.iter().filter(|row| !row.step) {
            for endpoint in items.get(&row.endpoint).into_iter().flatten() {
                let position = self.seen.get(endpoint).map_or("", |seen| seen.position);
                let by = &row.by_choice;
                let seen = Seen {
                    table: "fields",
                    row: row.nr,
                    entries: vec![row.first_entry],
                    position,
                    phases: phased(by.before, by.transition, by.after, by.no_choice_recorded),
                    ..Seen::default()
                };
                let field = Item { kind: ItemKind::Field, place: row.place.to_owned(), name: row.name.clone(), ..endpoint.clone() };
                for shown in &row.values {
                    let item = Item { kind: ItemKind::Value, value: shown.value.clone(), ..field.clone() };
                    // Which of the requests carried this value the table does not say, so it says nothing of when either.
                    self.seen.insert(item, Seen { phases: Phased::default(), ..seen.clone() });
                }
                if let Some(identifies) = row.identifies.filter(|_| !row.marks.is_empty()) {
                    self.keys.entry(endpoint.clone()).or_default().push(JoinKey {
                        identifies,
                        place: row.place.to_owned(),
                        name: row.name.clone(),
                        entry: row.first_entry,
                        marks: row.marks.clone(),
                    });
                }
                self.seen.insert(field, seen);
            }
        }
    }

    fn add_cookies(&mut self, report: &Report) {
        let page = report.page.site.as_deref();
        let item = |kind, name: &str, domain: &str| Item { kind, name: name.to_owned(), of: domain.to_owned(), ..Item::default() };
        let mut phases: BTreeMap<(String, String), [Phased; 2]> = BTreeMap::new();
        if self.chosen.any {
            for row in &report.choice_cookies {
                let choice = report.choices.iter().find(|choice| choice.nr == row.choice);
                let Some(choice) = choice.filter(|choice| Some(&*choice.site) == page) else { continue };
                // Before the first choice of its stretch is before any; before a later one something was chosen already.
                let earlier = |other: &&Choice| other.stretch == choice.stretch && other.site == choice.site && other.asked < choice.asked;
                let first = !report.choices.iter().any(|other| earlier(&other));
                let what = what_was_chosen(choice.says, self.scenario.as_ref());
                let [set, sent] = phases.entry((row.name.clone(), row.domain.clone())).or_default();
                add(set, &row.set, first, what);
                add(sent, &row.sent, first, what);
            }
        }
        for row in &report.cookies {
            let key = (row.name.clone(), row.domain.clone());
            let lines = row.set + row.renewed + row.changed;
            let [mut set, mut sent] = phases.get(&key).copied().unwrap_or_default();
            if !self.chosen.any {
                (set.no_choice, sent.no_choice) = (lines, row.sent);
            }
            let seen = |phases| Seen { table: "cookies", row: row.nr, entries: vec![row.first_entry], phases, ..Seen::default() };
            for (kind, count, phases) in [(ItemKind::CookieSet, lines, set), (ItemKind::CookieSent, row.sent, sent)] {
                let item = item(kind, &row.name, &row.domain);
                match self.seen.get_mut(&item) {
                    // Phases are told by name and domain already; only the count without a choice goes by rows.
                    Some(known) => known.phases.no_choice += phases.no_choice,
                    None if count > 0 => {
                        self.seen.insert(item, seen(phases));
                    }
                    None => {}
                }
            }
            let cookie = self.cookies.entry(key).or_insert_with(|| CookieSeen {
                row: row.nr,
                first_entry: row.first_entry,
                ..CookieSeen::default()
            });
            // Cookies of one name and domain may differ in path; what is asked of each stands in a row of its own.
            cookie.first_set = cookie.first_set.take().into_iter().chain(row.first_set.clone()).min();
            cookie.set += row.set;
            cookie.renewed += row.renewed;
            cookie.changed += row.changed;
            cookie.deleted += row.deleted;
            cookie.sent += row.sent;
            cookie.longest = cookie.longest.max(row.asked.as_ref().map(|span| span.max_seconds));
            for value in &row.fingerprints {
                if !cookie.fingerprints.contains(value) {
                    cookie.fingerprints.push(value.clone());
                }
            }
        }
    }

    fn add_identifiers(&mut self, report: &Report) {
        for row in &report.linkage.identifiers {
            let uses = &report.linkage.identifier_recipients;
            let first = uses.iter().filter(|used| used.identifier == row.nr).map(|used| used.first_entry).min();
            let mut fingerprints: Vec<String> = row.values.iter().map(|value| value.fingerprint.clone()).collect();
            fingerprints.sort();
            fingerprints.dedup();
            let item = Item {
                kind: ItemKind::Identifier,
                place: row.carrier.to_owned(),
                name: row.name.clone(),
                of: row.of.clone(),
                ..Item::default()
            };
            let seen = Seen { table: "identifiers", row: row.nr, entries: first.into_iter().collect(), fingerprints, ..Seen::default() };
            self.seen.insert(item, seen);
        }
    }

    /// Whether `item` was recorded, or why that cannot be told.
    pub(super) fn state(&self, item: &Item) -> Result<Option<&Seen>, &'static str> {
        match (self.seen.get(item), self.limits.hides(item)) {
            (Some(seen), _) => Ok(Some(seen)),
            (None, Some(gap)) => Err(gap),
            (None, None) => Ok(None),
        }
    }
}

/// The item of an endpoint, with one of its methods.
pub(super) fn endpoint_item(row: &EndpointRow, method: &str) -> Item {
    // Requests that a rule knows are one endpoint, and the path in the row is that of the first of them only.
    let rule = row.claims.first().map(|claim| claim.rule.clone()).unwrap_or_default();
    Item {
        kind: ItemKind::Endpoint,
        host: row.host.clone(),
        method: method.to_owned(),
        path: if rule.is_empty() { row.path.clone() } else { String::new() },
        rule,
        operation: row.operation.clone().unwrap_or_default(),
        ..Item::default()
    }
}

fn phased(before: u64, transition: u64, after: u64, no_choice: u64) -> Phased {
    Phased { before, transition, after, no_choice, ..Phased::default() }
}

/// What a choice was, as far as a request or the plan says it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Declined,
    Withdrawn,
    Other,
}

/// A recorded request decides; only where there is none, the plan says which button a mark is about.
fn what_was_chosen(says: Option<&str>, planned: Option<&Scenario>) -> What {
    use crate::model::ChoicePath;
    match (says, planned.map(|scenario| scenario.path)) {
        (Some("decline-optional"), _) | (None, Some(ChoicePath::Decline)) => What::Declined,
        (Some("withdrawn"), _) => What::Withdrawn,
        _ => What::Other,
    }
}

fn add(sum: &mut Phased, row: &Phases, first: bool, what: What) {
    let earliest = |known: Option<u64>, times: &Times| match (known, times.first_entry) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
    if first {
        sum.before += row.before.count;
        sum.first_before = earliest(sum.first_before, &row.before);
    }
    sum.transition += row.transition.count;
    sum.first_transition = earliest(sum.first_transition, &row.transition);
    if what == What::Declined {
        sum.transition_decline += row.transition.count;
    }
    sum.after += row.after.count;
    let after = match what {
        What::Declined => &mut sum.after_decline,
        What::Withdrawn => &mut sum.after_withdrawal,
        What::Other => return,
    };
    after.0 += row.after.count;
    after.1 = earliest(after.1, &row.after);
}

fn chosen(report: &Report, planned: Option<&Scenario>) -> Chosen {
    let page = report.page.site.as_deref();
    let mut chosen = Chosen { page: page.is_some(), ..Chosen::default() };
    for choice in report.choices.iter().filter(|choice| Some(&*choice.site) == page) {
        chosen.any = true;
        let (texts, has) = match what_was_chosen(choice.says, planned) {
            What::Declined => (&mut chosen.declined, &mut chosen.has_declined),
            What::Withdrawn => (&mut chosen.withdrawn, &mut chosen.has_withdrawn),
            What::Other => continue,
        };
        *has = true;
        texts.extend(choice.text.clone());
    }
    chosen
}

fn button(choice: &Choice) -> Button {
    Button { site: choice.site.clone(), text: choice.text.clone(), says: choice.says, said_by: choice.said_by, entry: choice.entry }
}

fn start(report: &Report) -> StartState {
    use crate::model::ProfileUse;
    let profile = report.capture.planned.as_ref().map(|scenario| &scenario.profile);
    StartState {
        profile: match profile {
            Some(ProfileUse::Fresh) => "fresh",
            Some(ProfileUse::Kept { .. }) => "kept",
            Some(ProfileUse::Unknown) | None => "not-known",
        },
        kept: match profile {
            Some(ProfileUse::Kept { name, before }) => Some((name.clone(), *before)),
            _ => None,
        },
        hosts: report.stretches.iter().map(|stretch| stretch.hosts).sum(),
        first_with_cookies: report.scenario.start.with_cookies_from_elsewhere,
    }
}
