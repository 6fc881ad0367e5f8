//! From the tables of a plan to the checked plan. Goes on after a mistake, so that all of them are told at once, each with its table, its line and
//! what to write instead. What is only doubtful becomes a notice.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;

use super::case_plan::{CasePlan, Cell, Day, PathOfChoices, Persona, PlanMistake, PlanMistakes, ProfilePlan, Target};
use super::tables::{ChoiceTable, DayWritten, PersonaTable, PlanTables, ScenarioTable, TargetTable, Text};
use crate::model::{ChoicePath, HostPort, Operated, PersonaState, TargetKind, UrlParts};

/// What a passport may say of a persona. Free names would make the same statement appear under several of them.
const STATEMENTS: [&str; 8] = ["account", "made", "country", "age-given", "history", "settings", "advertising-setting", "holder-agreed"];

/// Recordings of one cell on one day, at most: more is a slip of the finger.
const MOST_REPETITIONS: i64 = 1_000;

/// Cells of a plan, at most.
const MOST_CELLS: usize = 10_000;

/// A part of the plan by its identifier: `None` where the part itself has a mistake, so that what names it is not blamed.
type Known<T> = BTreeMap<String, Option<T>>;

struct Checker<'a> {
    tables: &'a PlanTables<'a>,
    text: &'a str,
    mistakes: Vec<PlanMistake>,
    notices: Vec<PlanMistake>,
}

/// One table, as messages name it.
struct Place {
    line: u32,
    name: String,
}

pub(super) fn check(tables: &PlanTables<'_>, text: &str) -> Result<CasePlan, PlanMistakes> {
    let mut checker = Checker { tables, text, mistakes: Vec::new(), notices: Vec::new() };
    let settings = tables.settings.cloned().unwrap_or_default();
    let too_old_after_days = settings.too_old_after_days.as_ref().and_then(|days| checker.days("too-old-after-days", days));
    let retention_days = settings.retention_days.as_ref().and_then(|days| checker.days("retention-days", days));
    let personas = checker.parts(tables.personas, "[[persona]]", |table| table.id.as_ref(), Checker::persona);
    let choices = checker.parts(tables.choices, "[[choice]]", |table| table.id.as_ref(), Checker::choice);
    let targets = checker.parts(tables.targets, "[[target]]", |table| table.id.as_ref(), Checker::target);
    checker.controls_and_pages();
    let mut cells = Vec::new();
    let mut used = BTreeSet::new();
    for scenario in tables.scenarios {
        checker.scenario(scenario, (&personas, &choices, &targets), &mut cells, &mut used);
    }
    checker.collisions(&cells);
    checker.profiles(&cells);
    checker.unused(&used);
    let Checker { mut mistakes, mut notices, .. } = checker;
    notices.sort();
    if mistakes.is_empty() {
        let cells = cells.into_iter().map(|(_, cell)| cell).collect();
        return Ok(CasePlan { too_old_after_days, retention_days, notices, cells });
    }
    mistakes.sort();
    mistakes.dedup();
    Err(PlanMistakes(mistakes))
}

impl<'a> Checker<'a> {
    fn line(&self, at: usize) -> u32 {
        1 + self.text.as_bytes()[..at.min(self.text.len())].iter().filter(|&&byte| byte == b'\n').count() as u32
    }

    fn place<T>(&self, table: &Spanned<T>, kind: &str, name: Option<&Text>) -> Place {
        let name = name.map_or_else(|| kind.to_owned(), |name| format!("{kind} {:?}", name.as_ref()));
        Place { line: self.line(table.span().start), name }
    }

    /// A mistake in a table, at the line of one of its members if that is known.
    fn wrong(&mut self, place: &Place, member: Option<usize>, what: impl Into<String>) {
        let line = member.map_or(place.line, |at| self.line(at));
        self.mistakes.push(PlanMistake { line, table: place.name.clone(), what: what.into() });
    }

    fn doubtful(&mut self, place: &Place, what: impl Into<String>) {
        self.notices.push(PlanMistake { line: place.line, table: place.name.clone(), what: what.into() });
    }

    fn days(&mut self, name: &str, days: &Spanned<i64>) -> Option<u32> {
        let read = u32::try_from(*days.as_ref()).ok().filter(|days| *days > 0);
        if read.is_none() {
            let place = Place { line: self.line(days.span().start), name: "[plan]".to_owned() };
            self.wrong(&place, None, format!("{name} = {}: write a number of days from 1, or leave it away", days.as_ref()));
        }
        read
    }

    /// Reads all parts of one kind. An identifier stands for one part only.
    fn parts<T, P>(
        &mut self,
        tables: &'a [Spanned<T>],
        kind: &str,
        id_of: impl Fn(&T) -> Option<&Text>,
        read: impl Fn(&mut Self, &T, String, &Place) -> Option<P>,
    ) -> Known<P> {
        let mut known: Known<P> = BTreeMap::new();
        let mut lines: BTreeMap<String, u32> = BTreeMap::new();
        for table in tables {
            let id = id_of(table.as_ref());
            let place = self.place(table, kind, id);
            let id = match id {
                None => {
                    self.wrong(&place, None, "has no id; give it one of small letters, digits and hyphens");
                    String::new()
                }
                Some(id) if !is_identifier(id.as_ref()) => {
                    self.wrong(&place, Some(id.span().start), format!("id {:?}: use small letters, digits and hyphens only", id.as_ref()));
                    id.as_ref().clone()
                }
                Some(id) => id.as_ref().clone(),
            };
            let part = read(self, table.as_ref(), id.clone(), &place);
            match lines.get(&id) {
                Some(first) if !id.is_empty() => {
                    self.wrong(&place, None, format!("line {first} has one with this id already; give each an id of its own"));
                }
                _ => {
                    lines.insert(id.clone(), place.line);
                    known.insert(id, part);
                }
            }
        }
        known
    }

    /// The word of a list that a member names.
    fn word<K: Copy>(&mut self, place: &Place, member: &str, given: Option<&Text>, all: &[K], id: fn(K) -> &'static str) -> Option<K> {
        let words = || all.iter().map(|kind| id(*kind)).collect::<Vec<_>>().join(", ");
        match given {
            None => self.wrong(place, None, format!("has no {member}; write one of {}", words())),
            Some(given) => {
                if let Some(kind) = all.iter().copied().find(|kind| id(*kind) == given.as_ref()) {
                    return Some(kind);
                }
                self.wrong(place, Some(given.span().start), format!("{member} {:?} is unknown; write one of {}", given.as_ref(), words()));
            }
        }
        None
    }

    /// A file of steps: it lies in the folder of the case, so that the case can be moved and handed over whole.
    fn steps(&mut self, place: &Place, given: Option<&Text>) -> Option<String> {
        let given = given?;
        let file = given.as_ref();
        let inside = !file.trim().is_empty()
            && !file.starts_with('/')
            && file.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
        if !inside {
            let what = format!("steps {file:?}: name a file in the folder of the case, such as steps/visit.toml");
            self.wrong(place, Some(given.span().start), what);
        }
        Some(file.clone())
    }

    fn persona(&mut self, table: &PersonaTable, id: String, place: &Place) -> Option<Persona> {
        let state = self.word(place, "state", table.state.as_ref(), PersonaState::ALL, PersonaState::id);
        for (statement, said) in &table.passport {
            if !STATEMENTS.contains(&statement.as_str()) {
                let what = format!("the passport says {statement:?}, which is no known statement; write one of {}", STATEMENTS.join(", "));
                self.wrong(place, Some(said.span().start), what);
            }
        }
        let account = table.passport.get("account");
        match (account.map(|said| said.as_ref().as_str()), state) {
            (Some(said), _) if said != "test" && said != "real" => {
                let what = format!("account {said:?}: write \"test\" or \"real\"");
                self.wrong(place, account.map(|said| said.span().start), what);
            }
            (Some(_), Some(PersonaState::NoAccount)) => {
                let what = "has no account, and its passport says of which kind the account is; take one of them away";
                self.wrong(place, account.map(|said| said.span().start), what);
            }
            (Some("real"), _) if !table.passport.contains_key("holder-agreed") => {
                self.doubtful(
                    place,
                    "a real account: the passport does not say that its holder agreed; add holder-agreed with who and when",
                );
            }
            (None, Some(state)) if state != PersonaState::NoAccount => {
                self.doubtful(
                    place,
                    "the passport does not say whether it is a test account or a real one; add account = \"test\" or \"real\"",
                );
            }
            _ => {}
        }
        let steps = self.steps(place, table.steps.as_ref());
        let passport = table.passport.iter().map(|(name, said)| (name.clone(), said.as_ref().clone())).collect();
        Some(Persona { id, state: state?, passport, steps })
    }

    fn choice(&mut self, table: &ChoiceTable, id: String, place: &Place) -> Option<PathOfChoices> {
        let path = self.word(place, "path", table.path.as_ref(), ChoicePath::ALL, ChoicePath::id);
        let steps = self.steps(place, table.steps.as_ref());
        Some(PathOfChoices { id, path: path?, steps })
    }

    fn target(&mut self, table: &TargetTable, id: String, place: &Place) -> Option<Target> {
        let kind = self.word(place, "kind", table.kind.as_ref(), TargetKind::ALL, TargetKind::id);
        let steps = self.steps(place, table.steps.as_ref());
        match &table.url {
            None => self.wrong(place, None, "has no url; give the address that is opened, such as https://www.facebook.com/ministry"),
            Some(url) if !is_address(url.as_ref()) => {
                let what = format!("url {:?} is no address; give one such as https://www.facebook.com/ministry", url.as_ref());
                self.wrong(place, Some(url.span().start), what);
            }
            Some(_) => {}
        }
        Some(Target { id, kind: kind?, url: table.url.as_ref()?.as_ref().clone(), steps })
    }

    /// A control is held against the audited Page, and the Page of the plan should be one of the case.
    fn controls_and_pages(&mut self) {
        let kind = |table: &TargetTable| table.kind.as_ref().map(|kind| kind.as_ref().clone()).unwrap_or_default();
        let audited = |table: &TargetTable| kind(table) == TargetKind::AuditedPage.id();
        let any = self.tables.targets.iter().any(|table| audited(table.as_ref()));
        for table in self.tables.targets {
            let place = self.place(table, "[[target]]", table.as_ref().id.as_ref());
            let control = TargetKind::ALL.iter().any(|known| known.is_control() && known.id() == kind(table.as_ref()));
            if control && !any {
                self.wrong(
                    &place,
                    None,
                    "is a control, and no target is the audited Page that it is held against; add one with kind = \"audited-page\"",
                );
            }
            let named = |url: &Text| self.tables.pages.iter().any(|page| same_address(page, url.as_ref()));
            if audited(table.as_ref()) && table.as_ref().url.as_ref().is_some_and(|url| !named(url)) {
                self.doubtful(&place, "is an audited Page that `pages` of the case does not name; add it there, or correct one of them");
            }
        }
        let visited = |page: &String| {
            let urls = self.tables.targets.iter().filter(|table| audited(table.as_ref())).filter_map(|table| table.as_ref().url.as_ref());
            urls.into_iter().any(|url| same_address(page, url.as_ref()))
        };
        let missing: Vec<&String> = if any { self.tables.pages.iter().filter(|page| !visited(page)).collect() } else { Vec::new() };
        for page in missing {
            let what = format!("the Page {page} of the case is no target of the plan");
            self.notices.push(PlanMistake { line: 0, table: "[[target]]".to_owned(), what });
        }
    }

    fn scenario(
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
    fn collisions(&mut self, cells: &[(Place, Cell)]) {
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
    fn profiles(&mut self, cells: &[(Place, Cell)]) {
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

    /// What no scenario names is not recorded.
    fn unused(&mut self, used: &BTreeSet<(&'static str, String)>) {
        let tables = self.tables;
        let personas = tables.personas.iter().map(|table| (table.span().start, "[[persona]]", table.as_ref().id.as_ref()));
        let choices = tables.choices.iter().map(|table| (table.span().start, "[[choice]]", table.as_ref().id.as_ref()));
        let targets = tables.targets.iter().map(|table| (table.span().start, "[[target]]", table.as_ref().id.as_ref()));
        for (at, kind, id) in personas.chain(choices).chain(targets) {
            let Some(id) = id.filter(|id| !used.contains(&(kind, id.as_ref().clone()))) else { continue };
            let place = Place { line: self.line(at), name: format!("{kind} {:?}", id.as_ref()) };
            self.doubtful(&place, "is named by no scenario, so nothing is recorded with it");
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

fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn is_address(url: &str) -> bool {
    let parts = UrlParts::of(url);
    let scheme = url[parts.scheme.clone()].to_ascii_lowercase();
    (scheme == "http" || scheme == "https") && !url.contains(char::is_whitespace) && parts.host(url).is_some()
}

/// Whether two addresses are the same but for a slash at the end and the letter case of scheme and host.
fn same_address(one: &str, other: &str) -> bool {
    let form = |url: &str| {
        let parts = UrlParts::of(url);
        let rest = url[parts.path.start..].trim_end_matches('/').to_owned();
        let host = parts.host(url).map(|HostPort { host, port }| (host.into_owned(), port));
        (url[parts.scheme.clone()].to_ascii_lowercase(), host, rest)
    };
    form(one) == form(other)
}
