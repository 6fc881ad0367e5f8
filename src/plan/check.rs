//! From the tables of a plan to the checked plan. Goes on after a mistake, so that all of them are told at once, each with its table, its line and
//! what to write instead. What is only doubtful becomes a notice.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;

use super::case_plan::{CasePlan, PathOfChoices, Persona, PlanMistake, PlanMistakes, Target};
use super::tables::{ChoiceTable, PersonaTable, PlanTables, TargetTable, Text};
use crate::model::{ChoicePath, HostPort, PersonaState, TargetKind, UrlParts};

/// What a passport may say of a persona. Free names would make the same statement appear under several of them.
const STATEMENTS: [&str; 8] = ["account", "made", "country", "age-given", "history", "settings", "advertising-setting", "holder-agreed"];

/// A part of the plan by its identifier: `None` where the part itself has a mistake, so that what names it is not blamed.
pub(super) type Known<T> = BTreeMap<String, Option<T>>;

pub(super) struct Checker<'a> {
    pub(super) tables: &'a PlanTables<'a>,
    text: &'a str,
    mistakes: Vec<PlanMistake>,
    notices: Vec<PlanMistake>,
}

/// One table, as messages name it.
pub(super) struct Place {
    pub(super) line: u32,
    pub(super) name: String,
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
    pub(super) fn line(&self, at: usize) -> u32 {
        1 + self.text.as_bytes()[..at.min(self.text.len())].iter().filter(|&&byte| byte == b'\n').count() as u32
    }

    pub(super) fn place<T>(&self, table: &Spanned<T>, kind: &str, name: Option<&Text>) -> Place {
        let name = name.map_or_else(|| kind.to_owned(), |name| format!("{kind} {:?}", name.as_ref()));
        Place { line: self.line(table.span().start), name }
    }

    /// A mistake in a table, at the line of one of its members if that is known.
    pub(super) fn wrong(&mut self, place: &Place, member: Option<usize>, what: impl Into<String>) {
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
    pub(super) fn word<K: Copy>(
        &mut self,
        place: &Place,
        member: &str,
        given: Option<&Text>,
        all: &[K],
        id: fn(K) -> &'static str,
    ) -> Option<K> {
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
            let named = |url: &Text| self.tables.pages.iter().any(|page| is_of_page(url.as_ref(), page));
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

pub(super) fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn is_address(url: &str) -> bool {
    let parts = UrlParts::of(url);
    let scheme = url[parts.scheme.clone()].to_ascii_lowercase();
    (scheme == "http" || scheme == "https") && !url.contains(char::is_whitespace) && parts.host(url).is_some()
}

/// Whether two addresses are the same but for a slash at the end and the letter case of scheme and host.
fn same_address(one: &str, other: &str) -> bool {
    address_form(one) == address_form(other)
}

/// Whether an address is that of a Page, or lies below it as one of its tabs does.
fn is_of_page(url: &str, page: &str) -> bool {
    let ((scheme, host, rest), (page_scheme, page_host, page_rest)) = (address_form(url), address_form(page));
    let below = || !page_rest.is_empty() && rest.strip_prefix(&*page_rest).is_some_and(|tab| tab.starts_with('/'));
    scheme == page_scheme && host == page_host && (rest == page_rest || below())
}

/// Scheme, host and rest of an address, as two are compared.
fn address_form(url: &str) -> (String, Option<(String, Option<u16>)>, String) {
    let parts = UrlParts::of(url);
    let rest = url[parts.path.start..].trim_end_matches('/').to_owned();
    let host = parts.host(url).map(|HostPort { host, port }| (host.into_owned(), port));
    (url[parts.scheme].to_ascii_lowercase(), host, rest)
}
