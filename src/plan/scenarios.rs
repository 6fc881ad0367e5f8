//! The scenarios of a plan: from the product of what they name to cells, and what contradicts itself between cells. Part of the check (`check.rs`).

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;

use super::case_plan::{Cell, Day, PathOfChoices, Persona, ProfilePlan, Target};
use super::check::{Checker, Known, Place, is_identifier};
use super::tables::{DayWritten, ScenarioTable, Text};
use crate::model::{ChoicePath, EMULATED_MOBILE, Operated};

/// Recordings of one cell on one day, at most: more is a slip of the finger.
const MOST_REPETITIONS: i64 = 1_000;

/// Cells of a plan, at most.
const MOST_CELLS: usize = 10_000;

impl Checker<'_> {
    pub(super) fn scenario(
        &mut self,
        spanned: &Spanned<ScenarioTable>,
        (personas, choices, targets): (&Known<Persona>, &Known<PathOfChoices>, &Known<Target>),
        cells: &mut Vec<(Place, Cell)>,
        used: &mut BTreeSet<(&'static str, String)>,
    ) {
        let table = spanned.as_ref();
        let place = self.place(spanned, "[[scenario]]", table.name.as_ref());
        let name = match &table.name {
            None => {
                self.wrong(&place, None, "has no name; write one such as \"{persona}.{choice}.{target}\"");
                None
            }
            Some(name) => match pattern_mistake(name.as_ref()) {
                Some(what) => {
                    self.wrong(&place, Some(name.span().start), what);
                    None
                }
                None => Some(name.as_ref().clone()),
            },
        };
        let personas = self.named(&place, ("personas", "[[persona]]"), &table.personas, personas, used);
        let choices = self.named(&place, ("choices", "[[choice]]"), &table.choices, choices, used);
        let targets = self.named(&place, ("targets", "[[target]]"), &table.targets, targets, used);
        let repetitions = table.repetitions.as_ref().map_or(1, |given| *given.as_ref());
        if !(1..=MOST_REPETITIONS).contains(&repetitions) {
            let at = table.repetitions.as_ref().map(|given| given.span().start);
            self.wrong(&place, at, format!("repetitions = {repetitions}: write a number from 1 to {MOST_REPETITIONS}"));
        }
        let days = self.scheduled(&place, &table.days);
        let profile = self.profile(&place, table.profile.as_ref());
        let operated = table.operated.as_ref().and_then(|given| self.word(&place, "operated", Some(given), Operated::ALL, Operated::id));
        let unread = table.operated.is_some() && operated.is_none();
        self.one_of(&place, "third-party-cookies", table.third_party_cookies.as_ref(), &["default", "allow", "block"]);
        self.one_of(&place, "window", table.window.as_ref(), &["virtual", "headless", "own"]);
        for (member, given) in [("device", &table.device), ("egress", &table.egress), ("browser", &table.browser)] {
            if let Some(given) = given.as_ref().filter(|given| given.as_ref().trim().is_empty()) {
                self.wrong(&place, Some(given.span().start), format!("{member} is empty; say what it is, or leave it away"));
            }
        }
        self.emulated(&place, table, operated);
        for seed in &table.seeds {
            if !self.tables.seeds.contains(seed.as_ref()) {
                let what =
                    format!("the case has no planted value {:?}; add one with `dataspoor seed add`, which prints its name", seed.as_ref());
                self.wrong(&place, Some(seed.span().start), what);
            }
        }
        let several = personas.len() * choices.len() * targets.len();
        if cells.len() + several > MOST_CELLS {
            self.wrong(
                &place,
                None,
                format!("with it the plan has more than {MOST_CELLS} cells; split the examination into several cases"),
            );
            return;
        }
        let text = |given: &Option<Text>| given.as_ref().map(|given| given.as_ref().clone());
        let (Some(name), false) = (name, unread) else { return };
        let mut product = Vec::with_capacity(several);
        for persona in &personas {
            for choice in &choices {
                product.extend(targets.iter().map(|target| (*persona, *choice, *target)));
            }
        }
        for (persona, choice, target) in product {
            let operated = operated.unwrap_or(if target.steps.is_some() { Operated::Scripted } else { Operated::Manual });
            self.scripted(&place, operated, choice, target);
            let name = name.replace("{persona}", &persona.id).replace("{choice}", &choice.id).replace("{target}", &target.id);
            let cell = Cell {
                name,
                persona: persona.clone(),
                choice: choice.clone(),
                target: target.clone(),
                repetitions: u32::try_from(repetitions).unwrap_or(1),
                days: days.clone(),
                profile: profile.clone(),
                operated,
                device: text(&table.device).unwrap_or_else(|| "desktop".to_owned()),
                egress: text(&table.egress),
                browser: text(&table.browser),
                third_party_cookies: text(&table.third_party_cookies),
                window: text(&table.window),
                seeds: table.seeds.iter().map(|seed| seed.as_ref().clone()).collect(),
            };
            cells.push((Place { line: place.line, name: place.name.clone() }, cell));
        }
    }

    /// A telephone is emulated by a Chromium that steps are taken in, and by no other.
    fn emulated(&mut self, place: &Place, table: &ScenarioTable, operated: Option<Operated>) {
        let Some(device) = table.device.as_ref().filter(|device| device.as_ref() == EMULATED_MOBILE) else { return };
        let at = Some(device.span().start);
        if table.browser.as_ref().is_some_and(|browser| browser.as_ref() == "firefox") {
            let what = "device = \"emulated-mobile\": only Chromium can be told to show itself so, and browser names Firefox; \
                        write browser = \"chromium\", or another device";
            self.wrong(place, at, what);
        }
        if operated == Some(Operated::Manual) {
            let what = "device = \"emulated-mobile\": the browser is told so by whoever drives it, and operated = \"manual\" has nobody who does; \
                        write operated = \"scripted\" or \"mixed\", or say in your own words what the device is";
            self.wrong(place, at, what);
        }
    }

    /// The parts that a scenario names.
    fn named<'k, P>(
        &mut self,
        place: &Place,
        (member, kind): (&'static str, &'static str),
        given: &[Text],
        known: &'k Known<P>,
        used: &mut BTreeSet<(&'static str, String)>,
    ) -> Vec<&'k P> {
        if given.is_empty() {
            self.wrong(place, None, format!("names no {member}; write {member} = [\"…\"] with ids of {kind} tables"));
        }
        let mut found = Vec::new();
        let mut seen = BTreeSet::new();
        for id in given {
            if !seen.insert(id.as_ref()) {
                self.wrong(
                    place,
                    Some(id.span().start),
                    format!("{member} names {:?} twice; use repetitions to record it again", id.as_ref()),
                );
                continue;
            }
            match known.get(id.as_ref()) {
                Some(part) => found.extend(part),
                None => {
                    let ids: Vec<&str> = known.keys().filter(|id| !id.is_empty()).map(String::as_str).collect();
                    let there = if ids.is_empty() { "there is none".to_owned() } else { format!("there are {}", ids.join(", ")) };
                    self.wrong(
                        place,
                        Some(id.span().start),
                        format!("{member} names {:?}, and no {kind} has that id; {there}", id.as_ref()),
                    );
                }
            }
            used.insert((kind, id.as_ref().clone()));
        }
        found
    }

    fn scheduled(&mut self, place: &Place, given: &[Spanned<DayWritten>]) -> Vec<Day> {
        let mut days: Vec<Day> = Vec::new();
        for written in given {
            let text = match written.as_ref() {
                DayWritten::Text(text) => text.clone(),
                DayWritten::Date(date) => date.to_string(),
            };
            let at = Some(written.span().start);
            match Day::parse(&text) {
                None => self.wrong(place, at, format!("the day {text:?} is none; write it as YYYY-MM-DD, such as \"2026-11-23\"")),
                Some(day) if days.contains(&day) => {
                    self.wrong(place, at, format!("the day {day} stands there twice; use repetitions to record it again"))
                }
                Some(day) => days.push(day),
            }
        }
        days.sort();
        days
    }

    fn profile(&mut self, place: &Place, given: Option<&Text>) -> ProfilePlan {
        let Some(given) = given else { return ProfilePlan::Fresh };
        match given.as_ref().split_once(':') {
            None if given.as_ref() == "fresh" => return ProfilePlan::Fresh,
            Some(("kept", name)) if is_identifier(name) => return ProfilePlan::Kept(name.to_owned()),
            _ => {}
        }
        let what =
            format!("profile {:?}: write \"fresh\", or \"kept:NAME\" with a name of small letters, digits and hyphens", given.as_ref());
        self.wrong(place, Some(given.span().start), what);
        ProfilePlan::Fresh
    }

    fn one_of(&mut self, place: &Place, member: &str, given: Option<&Text>, words: &[&str]) {
        if let Some(given) = given.filter(|given| !words.contains(&given.as_ref().as_str())) {
            let what = format!("{member} {:?} is unknown; write one of {}", given.as_ref(), words.join(", "));
            self.wrong(place, Some(given.span().start), what);
        }
    }

    /// What acts by itself needs to be told what to do.
    fn scripted(&mut self, place: &Place, operated: Operated, choice: &PathOfChoices, target: &Target) {
        if operated == Operated::Manual {
            return;
        }
        if target.steps.is_none() {
            let what = format!(
                "is {}, and its target {:?} has no steps; give the target steps, or write operated = \"manual\"",
                operated.id(),
                target.id
            );
            self.wrong(place, None, what);
        }
        if operated == Operated::Scripted && choice.steps.is_none() && choice.path != ChoicePath::NoChoice {
            let what = format!(
                "is scripted, and its path of choices {:?} ({}) has no steps; give it steps, or write operated = \"mixed\" and let the operator choose",
                choice.id,
                choice.path.id()
            );
            self.wrong(place, None, what);
        }
    }

    /// A name stands for one cell, as `record --scenario` and the ledger use it.
    pub(super) fn collisions(&mut self, cells: &[(Place, Cell)]) {
        let mut first: BTreeMap<&str, u32> = BTreeMap::new();
        for (place, cell) in cells {
            match first.get(cell.name.as_str()) {
                None => {
                    first.insert(&cell.name, place.line);
                }
                Some(line) if *line == place.line => {
                    let what = format!(
                        "makes several recordings with the name {:?}; put the places {{persona}}, {{choice}} and {{target}} into it",
                        cell.name
                    );
                    self.wrong(place, None, what);
                }
                Some(line) => {
                    let what =
                        format!("makes the name {:?}, and so does the scenario of line {line}; give one of them another name", cell.name);
                    self.wrong(place, None, what);
                }
            }
        }
    }

    /// A profile belongs to one browser: another cannot read it.
    pub(super) fn profiles(&mut self, cells: &[(Place, Cell)]) {
        let mut browsers: BTreeMap<&str, (Option<&str>, u32)> = BTreeMap::new();
        for (place, cell) in cells {
            let ProfilePlan::Kept(profile) = &cell.profile else { continue };
            let browser = cell.browser.as_deref();
            let (first, line) = *browsers.entry(profile).or_insert((browser, place.line));
            if first != browser {
                let words = |browser: Option<&str>| {
                    browser.map_or_else(|| "the first browser that is found".to_owned(), |name| format!("{name:?}"))
                };
                let what = format!(
                    "keeps the profile {profile:?} for {}, and the scenario of line {line} for {}; a profile belongs to one browser, so name the same one, or another \
                     profile",
                    words(browser),
                    words(first)
                );
                self.wrong(place, None, what);
            }
        }
    }
}

/// What is wrong with a pattern of names. A name becomes an argument and a part of messages.
fn pattern_mistake(name: &str) -> Option<String> {
    let filled = ["{persona}", "{choice}", "{target}"].iter().fold(name.to_owned(), |name, place| name.replace(place, "x"));
    if filled.contains(['{', '}']) {
        return Some(format!("name {name:?}: the only places are {{persona}}, {{choice}} and {{target}}"));
    }
    let fits = !filled.is_empty()
        && !filled.starts_with(['-', '.'])
        && filled.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    (!fits).then(|| {
        format!("name {name:?}: use letters, digits, hyphens, underlines, full stops and places only, and begin with none of the marks")
    })
}
