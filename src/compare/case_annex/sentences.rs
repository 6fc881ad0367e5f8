//! The sentences that hold, filled from rows. Each says only what its rows say; where nothing fills one, its list is empty and the page says so.

use std::collections::{BTreeMap, BTreeSet};

use super::tables::{Open, item as endpoint_of, percent};
use super::{CaseAbout, Counted, Part, Told};
use crate::model::{PersonaState, TargetKind, is_special_address};
use crate::report::cookie_policy;
use crate::report::model::Cookie;
use crate::report::model::comparison::{
    AfterDecline, Answer, AnswerRow, BeforeChoice, CaseAnnex, ClassRow, Followed, Item, ItemKind, NotSeen, OpenFields, Sentences, Stamped,
    StampedBy, StatedPurpose, TrailLine, WithPage,
};

/// How often a sentence is filled; the tables hold the rest.
const TIMES: usize = 5;

pub(super) fn sentences(
    annex: &CaseAnnex,
    about: &CaseAbout<'_>,
    counted: Counted<'_>,
    told: &[Told<'_>],
    open: &Open,
    endpoints: &BTreeMap<Item, u64>,
) -> Sentences {
    let of = |id: &str| counted.answers.iter().find(|answer| answer.question == id);
    let answer = |id: &str| of(id).map_or(&[][..], |answer: &Answer| &answer.rows);
    Sentences {
        with_page: with_page(&counted.classes.rows),
        before_choice: before_choice(annex, answer("set-before-choice"), told),
        after_decline: after_decline(annex, answer("sent-after-decline"), of("set-after-decline"), told),
        open_fields: open_fields(open, endpoints, told),
        purposes: purposes(annex),
        on_controls: on_controls(&counted.classes.rows),
        followed: followed(annex, told),
        registered: registered(annex),
        not_public: annex.locations.rows.iter().filter(|row| row.address.parse().is_ok_and(is_special_address)).count() as u64,
        stamped: stamped(about, told),
        not_seen: not_seen(counted, told),
    }
}

/// Requests that every visit to the Page and no control showed come first, then those that carry something of the Page though controls show them too. An
/// endpoint is told once, of the scenario with the most visits.
fn with_page(rows: &[ClassRow]) -> Vec<WithPage> {
    // What other controls held too, or only some of the visits carried, needs more words than the sentence has; its rows say it.
    let whole = |row: &ClassRow| row.carries.first().is_some_and(|carries| carries.recordings == row.page.recorded);
    let elsewhere = |row: &ClassRow| row.controls.recorded == 0 && row.controls_elsewhere > 0;
    let fits = |row: &&ClassRow| matches!(row.class, "A" | "B") && row.item.kind == ItemKind::Endpoint && whole(row) && !elsewhere(row);
    let mut rows: Vec<&ClassRow> = rows.iter().filter(fits).collect();
    // That the Page was asked for by its own address needs no evidence; what else was sent comes first, and what was recorded more than once.
    let by_address = |row: &ClassRow| row.carries.first().is_some_and(|carries| carries.place == "path");
    rows.sort_by_key(|row| (by_address(row), row.page.of < 2, row.class, std::cmp::Reverse((row.page.of, row.controls.of)), row.nr));
    let mut known = BTreeSet::new();
    rows.retain(|row| known.insert(&row.item));
    let told = rows.into_iter().filter_map(|row| {
        let carries = row.carries.first()?;
        Some(WithPage { class_row: row.nr, what: carries.what, place: carries.place.clone(), field: carries.field.clone() })
    });
    told.take(TIMES).collect()
}

/// Rows of an answer, those of the scenario with the most recordings first: of each thing the first is told.
fn most_recordings_first(rows: &[AnswerRow]) -> Vec<&AnswerRow> {
    let mut rows: Vec<&AnswerRow> = rows.iter().collect();
    rows.sort_by_key(|row| (row.buttons.is_empty(), std::cmp::Reverse(row.tally.of), row.nr));
    rows
}

/// The row of the cookies about an item.
fn cookie_row(annex: &CaseAnnex, item: &Item) -> Option<u64> {
    annex.cookies.rows.iter().find(|row| row.name == item.name && row.domain == item.of).map(|row| row.nr)
}

/// The first of the rows, in the order of the table of cookies.
fn in_order_of_cookies<T>(rows: impl Iterator<Item = T>, cookie: impl Fn(&T) -> u64) -> Vec<T> {
    let mut rows: Vec<T> = rows.take(TIMES).collect();
    rows.sort_by_key(cookie);
    rows
}

/// A visitor without an account, with a new profile made for the recording.
fn is_a_first_visit(recording: &super::Recording) -> bool {
    let plan = recording.scenario.as_ref();
    recording.start.profile == "fresh" && plan.is_some_and(|plan| plan.state == PersonaState::NoAccount)
}

/// Whether host and lifetime of the cookie in that recording can only be those of its first Set-Cookie: one host set it, always for as long, and nothing
/// deleted it or should have been refused.
fn is_one_event(of: &Cookie) -> bool {
    let one_lifetime = match &of.asked {
        Some(span) => !of.session && span.max_seconds - span.min_seconds < 86_400,
        None => true,
    };
    of.set_by.len() == 1 && of.deleted == 0 && of.refusal_expected == 0 && one_lifetime
}

fn before_choice(annex: &CaseAnnex, rows: &[AnswerRow], told: &[Told<'_>]) -> Vec<BeforeChoice> {
    let mut known = BTreeSet::new();
    let fill = |row: &AnswerRow| {
        let cookie = cookie_row(annex, &row.item)?;
        // The time is that of the first answer that set it; it is told only where that was the one before the choice.
        row.tally.behind.iter().find_map(|behind| {
            let (recording, part) = told.iter().find(|(recording, _)| recording.nr == behind.recording)?;
            let entry = *behind.entries.first()?;
            // An earlier choice may lie in an account or in a profile that was used before.
            if !is_a_first_visit(recording) {
                return None;
            }
            let fits = |of: &&Cookie| of.name == row.item.name && of.domain == row.item.of && of.first_entry == entry;
            let of = part.cookies.iter().find(fits).filter(|of| is_one_event(of))?;
            Some(BeforeChoice {
                cookie,
                scenario: recording.scenario_name.clone(),
                recording: recording.nr,
                entry,
                time: of.first_set.clone()?,
                hosts: of.set_by.clone(),
                lifetime: of.asked.clone(),
                session: of.session,
            })
        })
    };
    // Each cookie once: the scenarios in which it was set stand in the answer.
    in_order_of_cookies(most_recordings_first(rows).into_iter().filter_map(fill).filter(|found| known.insert(found.cookie)), |row| {
        row.cookie
    })
}

fn after_decline(annex: &CaseAnnex, sent: &[AnswerRow], set: Option<&Answer>, told: &[Told<'_>]) -> Vec<AfterDecline> {
    let mut known = BTreeSet::new();
    let fill = |row: &AnswerRow| {
        let cookie = cookie_row(annex, &row.item)?;
        let of_scenario = || told.iter().filter(|(recording, _)| recording.scenario_name == row.scenario);
        let again =
            |other: &&AnswerRow| (&other.item.name, &other.item.of, &other.scenario) == (&row.item.name, &row.item.of, &row.scenario);
        Some(AfterDecline {
            cookie,
            answer_row: row.nr,
            buttons: row.buttons.clone(),
            scenario: row.scenario.clone(),
            requests: row.times,
            in_transition: of_scenario()
                .filter_map(|(recording, _)| recording.seen.get(&row.item))
                .map(|seen| seen.phases.transition_decline)
                .sum(),
            set_again: set_again(&row.scenario, set)
                .then(|| set.map_or(&[][..], |set| &set.rows).iter().find(again).map_or(0, |row| row.times)),
            tally: row.tally.clone(),
        })
    };
    in_order_of_cookies(most_recordings_first(sent).into_iter().filter_map(fill).filter(|found| known.insert(found.cookie)), |row| {
        row.cookie
    })
}

/// Whether it can be told what was set again in a scenario: nothing kept a recording of it from showing that, and no row was left out.
fn set_again(scenario: &str, set: Option<&Answer>) -> bool {
    set.is_some_and(|set| set.rows_left_out == 0 && set.not_established.iter().all(|open| open.scenario != scenario))
}

fn open_fields(open: &Open, endpoints: &BTreeMap<Item, u64>, told: &[Told<'_>]) -> Vec<OpenFields> {
    let left_out = |item: &Item| -> u64 {
        told.iter().flat_map(|(_, part)| &part.endpoints).filter(|row| endpoint_of(row) == *item).map(|row| row.rows_left_out).sum()
    };
    let mut all: Vec<OpenFields> = open
        .iter()
        .filter(|(_, (_, open, _))| *open > 0)
        .filter_map(|(item, &(fields, open, rows))| {
            let percent = percent(open, fields)?;
            Some(OpenFields { endpoint: *endpoints.get(item)?, fields, open, percent, left_out: left_out(item), rows })
        })
        .collect();
    all.sort_by_key(|row| (std::cmp::Reverse(row.open), row.endpoint));
    all.truncate(TIMES);
    all
}

fn purposes(annex: &CaseAnnex) -> Vec<StatedPurpose> {
    let replies = |cookie: u64| -> Vec<u64> {
        let words = annex.words.iter().flat_map(|words| &words.rows);
        let about =
            |row: &&crate::report::model::WordRow| row.kind == "reply" && row.rows.iter().any(|row| row.table == "D" && row.nr == cookie);
        words.filter(about).map(|row| row.nr).collect()
    };
    let not_consulted = |id: &str| annex.sources.iter().any(|source| source.id == id && !source.consulted);
    let stated = annex.cookies.rows.iter().filter_map(|row| {
        let stated = row.claims.iter().filter(|claim| claim.by == "vendor" && claim.purpose.is_some());
        // One for each cookie; the row has them all.
        let claim = stated.min_by_key(|claim| not_consulted(&claim.source))?;
        Some(StatedPurpose { cookie: row.nr, claim: claim.clone(), replies: replies(row.nr) })
    });
    stated.take(TIMES).collect()
}

/// Cookies that were set with the Page and with controls, each once, of the scenario with the most visits.
fn on_controls(rows: &[ClassRow]) -> Vec<u64> {
    let fits = |row: &&ClassRow| row.item.kind == ItemKind::CookieSet && row.page.recorded > 0 && row.controls.recorded > 0;
    let mut rows: Vec<&ClassRow> = rows.iter().filter(fits).collect();
    rows.sort_by_key(|row| (std::cmp::Reverse((row.page.of, row.controls.of)), row.nr));
    let mut known = BTreeSet::new();
    rows.retain(|row| known.insert(&row.item));
    let mut numbers: Vec<u64> = rows.into_iter().map(|row| row.nr).take(TIMES).collect();
    numbers.sort_unstable();
    numbers
}

/// Values that went out again from another site; each name, recipient and site once, of recordings in which cookies of other sites were not blocked if there
/// are such.
fn followed(annex: &CaseAnnex, told: &[Told<'_>]) -> Vec<Followed> {
    let mut known = BTreeSet::new();
    let is_of_page = |recording: &super::Recording| recording.scenario.as_ref().is_none_or(|plan| plan.kind != TargetKind::SecondSite);
    let of_page = |site: &str| told.iter().any(|(recording, part)| is_of_page(recording) && part.site.as_deref() == Some(site));
    let again = |row: &&TrailLine| matches!(row.row.kind, "sent-again" | "linked-value") && !of_page(&row.row.other.page);
    let fill = |line: &TrailLine| {
        let row = &line.row;
        // A control could have shown it: it sent the same name with the Page, and the other site asked the same recipient.
        let key = (&row.name, &row.recipient, &row.other.page);
        let blocked = || told.iter().filter(|(_, part)| cookie_policy(part.capture.browser.as_deref()) == "blocked");
        let same = |part: &Part| part.trail.iter().any(|of| of.kind == row.kind && (&of.name, &of.recipient, &of.other.page) == key);
        let not_again = |part: &Part| part.not_sent_again.iter().any(|of| (&of.name, &of.recipient, &of.other) == key);
        Followed {
            trail: line.nr,
            blocked: blocked().filter(|(_, part)| same(part) || not_again(part)).count() as u64,
            blocked_recorded: blocked().filter(|(_, part)| same(part)).count() as u64,
        }
    };
    let mut rows: Vec<&TrailLine> = annex.trail.rows.iter().filter(again).collect();
    rows.sort_by_key(|line| (line.row.policy == "blocked", line.nr));
    rows.into_iter()
        .filter(|line| known.insert((&line.row.name, &line.row.recipient, &line.row.other.page)))
        .map(fill)
        .take(TIMES)
        .collect()
}

/// Addresses of which a database says to whom they are registered.
fn registered(annex: &CaseAnnex) -> Vec<u64> {
    let fits = |row: &&crate::report::model::comparison::LocationLine| row.databases.iter().any(|said| said.found);
    annex.locations.rows.iter().filter(fits).map(|row| row.nr).take(TIMES).collect()
}

fn stamped(about: &CaseAbout<'_>, told: &[Told<'_>]) -> Stamped {
    let mut stamped = Stamped::default();
    let mut by: BTreeMap<(&str, &str, Option<&str>), StampedBy> = BTreeMap::new();
    for times in told.iter().filter_map(|(recording, _)| about.stamped.get(&recording.number?)) {
        stamped.recordings += u64::from(!times.held.is_empty());
        stamped.whole += u64::from(times.whole);
        stamped.not_held += times.not_held;
        stamped.unreadable += times.unreadable;
        let mut counted = BTreeSet::new();
        for held in &times.held {
            let key = (&*held.authority, &*held.qualified, held.source.as_deref());
            let of = by.entry(key).or_insert_with(|| StampedBy {
                authority: held.authority.clone(),
                qualified: held.qualified.clone(),
                source: held.source.clone(),
                recordings: 0,
                first: held.time.clone(),
                last: held.time.clone(),
            });
            of.recordings += u64::from(counted.insert(key));
            if held.time < of.first {
                of.first.clone_from(&held.time);
            }
            if held.time > of.last {
                of.last.clone_from(&held.time);
            }
        }
    }
    stamped.by = by.into_values().collect();
    stamped
}

fn not_seen(counted: Counted<'_>, told: &[Told<'_>]) -> NotSeen {
    let custody = || told.iter().filter_map(|(_, part)| part.custody.as_ref());
    NotSeen {
        tunnels: custody().map(|custody| custody.tunnels).sum(),
        tunnel_bytes: custody().map(|custody| custody.tunnel_bytes).sum(),
        without_custody: told.iter().filter(|(_, part)| part.custody.is_none()).count() as u64,
        not_used: counted.register.iter().filter(|row| !row.used).count() as u64,
    }
}
