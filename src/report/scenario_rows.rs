//! Gathers what a recording says of its scenario into rows: start, outcome, consent screens, clicks, pictures, and who acted. Exhibits were written beside
//! hostile pages: what cannot be read is counted and never an error.

use std::collections::BTreeMap;

use super::Context;
use super::builder::NAMED_ENTRIES;
use super::model::{
    ClickedRow, ConsentOptionRow, ConsentRuleRow, ConsentScreenRow, HandCount, OutcomeRow, PictureRow, ScenarioTables, Start,
};
use crate::analysis::{Flow as Found, Lane};
use crate::model::{
    Acting, ConsentOption, Digest, ExhibitKind, Hand, MarkKind, ProfileUse, RecordedExhibit, RuleUse, Session, Timestamp, VisitOutcome,
};

/// Layers of consent screens, clicked buttons and pictures that an annex holds, of each.
const ROWS: usize = 500;

/// Options of a layer that an annex holds.
const OPTIONS: usize = 100;

/// Kinds of options; others are not told apart.
const OPTION_KINDS: [&str; 5] = ["button", "link", "checkbox", "switch", "radio"];

/// What the program says of a browser that it started with a new profile.
const NEW_PROFILE: &str = "started by dataspoor with a new profile";

/// What is gathered of the scenario of a recording.
#[derive(Default)]
pub(super) struct ScenarioRows {
    acting: Acting,
    tables: ScenarioTables,
    has_scenario: bool,
}

impl ScenarioRows {
    /// Takes what the session says.
    pub(super) fn open(session: &Session, context: &Context<'_>) -> Self {
        let mut tables = ScenarioTables { start: start(session, context), ..ScenarioTables::default() };
        pictures(&session.exhibits, context, &mut tables);
        consent_screens(&session.exhibits, context, &mut tables);
        outcome(&session.exhibits, context, &mut tables);
        tables.unreadable_exhibits =
            session.exhibits.iter().filter(|exhibit| exhibit.kind != ExhibitKind::BrowserReport && exhibit.is_unreadable()).count() as u64;
        Self { acting: Acting::of(session), tables, has_scenario: session.planned.is_some() }
    }

    /// Who acted at a moment, in nanoseconds since 1970.
    pub(super) fn hand(&self, at: Option<i64>) -> Hand {
        self.acting.at(at.map(Timestamp::from_nanoseconds))
    }

    /// Takes a request.
    pub(super) fn see(&mut self, found: &Found<'_>) {
        let hand = self.hand(found.observation.started);
        self.tables.operated.see(hand);
    }

    /// Requests that were taken.
    pub(super) fn requests(&self) -> u64 {
        let HandCount { script, person, not_established } = self.tables.operated;
        script + person + not_established
    }

    /// The tables, once the stretches are counted.
    pub(super) fn finish(self, lanes: &[Lane]) -> ScenarioTables {
        let mut tables = self.tables;
        count(&mut tables.start, self.has_scenario, lanes);
        tables
    }
}

/// Says how a recording began, once its stretches are counted. The annex and the evidence log say the same.
pub(super) fn count(start: &mut Start, has_scenario: bool, lanes: &[Lane]) {
    let sum = |of: fn(&Lane) -> u64| lanes.iter().map(of).sum();
    start.hosts = sum(|lane| lane.hosts);
    start.hosts_first_asked_with_cookies = sum(|lane| lane.hosts_first_asked_with_cookies);
    start.with_cookies_set_before = sum(|lane| lane.with_cookies_set_before);
    start.with_cookies_from_elsewhere = sum(|lane| lane.with_cookies_from_elsewhere);
    start.entries_from_elsewhere = lanes.iter().flat_map(|lane| &lane.entries_from_elsewhere).copied().take(NAMED_ENTRIES).collect();
    start.id = match (has_scenario, start.profile, start.with_cookies_from_elsewhere) {
        (false, ..) => "no-scenario",
        (true, "fresh", 0) => "clean",
        (true, "fresh", _) => "cookies-at-start",
        (true, "kept", _) => "kept-profile",
        (true, ..) => "unknown-profile",
    };
    start.warning = !matches!(start.id, "clean" | "no-scenario");
}

/// What is said of the profile and of the network address. The plan of a case says both; without one, the program's word or a mark may say the first.
pub(super) fn start(session: &Session, context: &Context<'_>) -> Start {
    let mut start = Start { profile: "not-established", ..Start::default() };
    match &session.planned {
        Some(planned) => {
            start.profile_said_by = Some("program");
            start.egress = planned.egress.as_deref().map(|egress| context.printable(egress));
            match &planned.profile {
                ProfileUse::Fresh => start.profile = "fresh",
                ProfileUse::Kept { name, before } => {
                    (start.profile, start.kept, start.used_before) = ("kept", Some(context.printable(name)), Some(*before));
                }
                ProfileUse::Unknown => (start.profile, start.profile_said_by) = ("unknown", None),
            }
        }
        None if session.browser.as_deref().is_some_and(|browser| browser.contains(NEW_PROFILE)) => {
            (start.profile, start.profile_said_by) = ("fresh", Some("program"));
        }
        None => {
            if let Some((_, mark)) = session.marks.iter().find(|(_, mark)| mark.kind == MarkKind::FreshProfile) {
                (start.profile, start.profile_said_by) = ("fresh", Some(mark.said_by.id()));
            }
        }
    }
    start
}

fn pictures(exhibits: &[RecordedExhibit], context: &Context<'_>, tables: &mut ScenarioTables) {
    let pictures = exhibits.iter().filter(|exhibit| exhibit.kind == ExhibitKind::Screenshot);
    for exhibit in pictures {
        if tables.pictures.len() >= ROWS {
            tables.pictures_left_out += 1;
            continue;
        }
        tables.pictures.push(PictureRow {
            nr: tables.pictures.len() as u64 + 1,
            label: context.printable(&exhibit.about),
            time: exhibit.at.to_string(),
            said_by: exhibit.said_by.id(),
            bytes: exhibit.length,
            sha256: exhibit.digest.to_string(),
            exhibit: exhibit.number,
        });
    }
}

fn consent_screens(exhibits: &[RecordedExhibit], context: &Context<'_>, tables: &mut ScenarioTables) {
    // The last picture of the same bytes before the screen is the one that was taken with it.
    let mut taken: BTreeMap<String, u64> = BTreeMap::new();
    for exhibit in exhibits {
        if exhibit.kind == ExhibitKind::Screenshot {
            if let Some(picture) = tables.pictures.iter().find(|picture| picture.exhibit == exhibit.number) {
                taken.insert(picture.sha256.clone(), picture.nr);
            }
            continue;
        }
        let Some(screen) = exhibit.consent_screen() else { continue };
        if tables.consent_screens.len() >= ROWS {
            tables.consent_screens_left_out += 1;
            continue;
        }
        let option = |option: &ConsentOption| ConsentOptionRow {
            kind: OPTION_KINDS.into_iter().find(|kind| *kind == option.role).unwrap_or("other"),
            text: context.printable(&option.text),
            on: option.on,
            disabled: option.disabled,
        };
        let text_sha256 = Digest::of(screen.text.as_bytes()).to_string();
        let picture_sha256 =
            screen.picture_sha256.as_deref().and_then(|digest| digest.parse::<Digest>().ok()).map(|digest| digest.to_string());
        tables.consent_screens.push(ConsentScreenRow {
            nr: tables.consent_screens.len() as u64 + 1,
            name: context.printable(&screen.name),
            layer: screen.layer,
            time: exhibit.at.to_string(),
            page: context.printable(screen.page.split(['?', '#']).next().unwrap_or_default()),
            clicks: screen.clicks,
            options: screen.options.iter().take(OPTIONS).map(option).collect(),
            options_left_out: screen.options.len().saturating_sub(OPTIONS) as u64,
            text_differs: !screen.text_sha256.eq_ignore_ascii_case(&text_sha256),
            text_sha256,
            picture: picture_sha256.as_ref().and_then(|digest| taken.get(digest).copied()),
            picture_sha256,
            rule: screen.rule.as_ref().map(|rule| context.printable(&format!("{} ({})", rule.name, rule.kept))),
            exhibit: exhibit.number,
        });
    }
}

/// How the steps came out, as the last exhibit about that says.
fn outcome(exhibits: &[RecordedExhibit], context: &Context<'_>, tables: &mut ScenarioTables) {
    tables.outcome.id = "not-recorded";
    let read = exhibits.iter().rev().find_map(|exhibit| Some((exhibit.number, exhibit.outcome()?)));
    let Some((exhibit, VisitOutcome { outcome, steps_done, handed_to_operator, clicked, consent_rules })) = read else { return };
    let said = |text: &str| Some(context.printable(text)).filter(|text| !text.is_empty());
    let row = OutcomeRow {
        steps_done: Some(steps_done),
        handed_to_operator: Some(handed_to_operator),
        exhibit: Some(exhibit),
        ..OutcomeRow::default()
    };
    let outcome = outcome.unwrap_or_default();
    tables.outcome = match outcome.result.as_str() {
        "complete" => OutcomeRow { id: "complete", ..row },
        "ended" => OutcomeRow { id: "wall", wall: said(&outcome.name), place: said(&outcome.place), ..row },
        "stopped" => OutcomeRow { id: "stopped", place: said(&outcome.place), why: said(&outcome.why), ..row },
        _ => OutcomeRow { id: "not-recorded", ..row },
    };
    tables.clicked_left_out = clicked.len().saturating_sub(ROWS) as u64;
    let clicked = clicked.iter().take(ROWS).zip(1..).map(|(button, nr)| ClickedRow {
        nr,
        text: context.printable(&button.text),
        leads_on: button.leads_on,
        clicks: button.clicks,
        place: context.printable(&button.place),
        exhibit,
    });
    tables.clicked = clicked.collect();
    tables.consent_rules_left_out = consent_rules.len().saturating_sub(ROWS) as u64;
    tables.consent_rules = consent_rules.iter().take(ROWS).zip(1..).map(|(used, nr)| consent_rule(used, (nr, exhibit), context)).collect();
}

/// How a rule of others was used, as the exhibit says it.
fn consent_rule(used: &RuleUse, (nr, exhibit): (u64, u64), context: &Context<'_>) -> ConsentRuleRow {
    let known = |words: &[&'static str], word: &str, otherwise| words.iter().copied().find(|known| *known == word).unwrap_or(otherwise);
    let said = |lines: &[String]| lines.iter().take(OPTIONS).map(|line| context.printable(line)).collect();
    ConsentRuleRow {
        nr,
        rule: Some(context.printable(&used.rule.name)).filter(|name| !name.is_empty()),
        kept: context.printable(&used.rule.kept),
        file: context.printable(&used.rule.file),
        sha256: used.rule.sha256.parse::<Digest>().map(|digest| digest.to_string()).unwrap_or_default(),
        rules: used.rules,
        choice: known(&["decline", "allow"], &used.choice, "not-recorded"),
        place: context.printable(&used.place),
        also: said(&used.also),
        done: said(&used.done),
        clicks: used.clicks,
        test: known(&["passed", "failed", "none", "not-carried-out", "not-for-this-choice"], &used.test, "not-reached"),
        screen: known(&["gone", "there"], &used.screen, "not-told"),
        exhibit,
    }
}

#[cfg(test)]
pub(super) mod tests;
