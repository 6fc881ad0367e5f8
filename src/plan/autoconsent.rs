//! Consent rules in the JSON format of `@duckduckgo/autoconsent`, which an auditor may add to a case: how a consent screen is recognised, and what is
//! clicked in it. Text in, checked rules out. Nothing of that package is part of this program. What its runner does in a page's own code (`eval`), and what
//! only hides a screen, is not carried out here and is named, so that no rule is carried out in part.

mod read;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

pub use read::ConsentRulesError;

use super::steps::RuledPath;

/// Version of the format whose steps are known.
pub const STEP_VERSION: u64 = 2;

/// A file of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentRules {
    /// The rules, in the order of the file; their names differ.
    pub rules: Vec<ConsentRule>,
}

/// A rule for one kind of consent screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentRule {
    /// Its name.
    pub name: String,
    /// Whether it is for the page itself, and not only for frames in it.
    pub main: bool,
    /// A regular expression (JavaScript) of the addresses it is for. `None`: any.
    pub address: Option<String>,
    /// Whether it says of itself that it only hides a screen.
    pub cosmetic: bool,
    /// Whether it only leads on to another screen, which another rule is for.
    pub leads_on: bool,
    /// The version of the format that it needs.
    pub version: u64,
    /// By what the consent manager is recognised (`detectCmp`).
    pub manager: Vec<Act>,
    /// By what its screen is (`detectPopup`).
    pub screen: Vec<Act>,
    /// What declines (`optOut`).
    pub decline: Vec<Act>,
    /// What allows (`optIn`).
    pub allow: Vec<Act>,
    /// By what the rule itself tells that declining worked.
    pub test: Vec<Act>,
}

/// One step of a rule. It came true if all its parts did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// Where it stands: `optOut[2].then[0]`.
    pub place: String,
    /// Whether the rule goes on if it does not come true.
    pub optional: bool,
    /// Whether it comes true if its parts do not.
    pub negated: bool,
    /// Its parts.
    pub parts: Vec<Part>,
}

/// A part of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// True if it holds now.
    Ask(Condition),
    /// True if it holds within so many milliseconds.
    Await(Condition, u32),
    /// Clicks; true if there was an element.
    Click(Click),
    /// Waits for so many milliseconds.
    Wait(u32),
    /// Goes one way or the other.
    If {
        /// What is asked.
        condition: Box<Act>,
        /// If it came true.
        then: Vec<Act>,
        /// If not; without it, that is true too.
        otherwise: Option<Vec<Act>>,
    },
    /// True if one of them comes true; those after it are not tried.
    Any(Vec<Act>),
    /// Is not carried out here: what the format calls it, and, if it says more, that.
    NotHere(String, String),
}

/// A click.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Click {
    /// On what.
    pub target: Vec<String>,
    /// On every element that matches, and not only on the first.
    pub all: bool,
    /// For how many milliseconds it is waited for first; 0: not at all.
    pub within: u32,
}

/// Something that holds of a page at a moment, or does not. Elements are given by a chain of selectors (CSS, or XPath behind `xpath/`), each looked for
/// in the shadow tree or document of the first element that the one before it matches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// An element matches.
    Exists(Vec<String>),
    /// Elements that match can be seen.
    Visible(Vec<String>, Seen),
    /// The page's own view of its cookies holds this text.
    Cookie(String),
}

/// How many of the elements that match have to be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// One.
    Any,
    /// All, and there is one.
    All,
    /// Not one.
    None,
}

impl Seen {
    /// As the format calls it.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::All => "all",
            Self::None => "none",
        }
    }
}

/// What came of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// That cannot be told here.
    Untold,
}

/// What can be done with a file of rules here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// Rules in it.
    pub rules: usize,
    /// Of these, rules of which everything is carried out that declining needs.
    pub decline: usize,
    /// The same for allowing.
    pub allow: usize,
    /// Of the rules that can decline, those whose own test is carried out too.
    pub tested: usize,
    /// What is not carried out, as the format calls it: in how many steps, and in how many rules.
    pub not_here: BTreeMap<String, (usize, usize)>,
}

impl ConsentRules {
    /// Reads a file: `{"autoconsent": […]}`, a list of rules, or one rule.
    ///
    /// # Errors
    ///
    /// It is no JSON, or no rules; the first mistake, with its place and what to do.
    pub fn read(text: &str) -> Result<Self, ConsentRulesError> {
        read::rules(text).map(|rules| Self { rules })
    }

    /// What can be done with them.
    #[must_use]
    pub fn survey(&self) -> Survey {
        let mut survey = Survey { rules: self.rules.len(), ..Survey::default() };
        for rule in &self.rules {
            let told = !rule.recognition().any(Act::is_not_whole);
            let decline = told && rule.hindrance(RuledPath::Decline).is_none();
            survey.decline += usize::from(decline);
            survey.allow += usize::from(told && rule.hindrance(RuledPath::Allow).is_none());
            survey.tested += usize::from(decline && !rule.test.is_empty() && !rule.test.iter().any(Act::is_not_whole));
            let mut of_rule = BTreeSet::new();
            for acts in [&rule.manager, &rule.screen, &rule.decline, &rule.allow, &rule.test] {
                walk(acts, &mut |part| {
                    if let Part::NotHere(what, _) = part {
                        survey.not_here.entry(what.clone()).or_default().0 += 1;
                        of_rule.insert(what.clone());
                    }
                });
            }
            for what in of_rule {
                survey.not_here.entry(what).or_default().1 += 1;
            }
        }
        survey
    }
}

impl ConsentRule {
    /// By what it is recognised that the rule fits: everything has to come true.
    pub fn recognition(&self) -> impl Iterator<Item = &Act> {
        self.manager.iter().chain(&self.screen)
    }

    /// Everything that has to be asked of a page to tell whether the rule fits.
    #[must_use]
    pub fn asked(&self) -> Vec<&Condition> {
        let mut asked = Vec::new();
        for acts in [&self.manager, &self.screen] {
            conditions(acts, &mut asked);
        }
        asked
    }

    /// Whether it fits, by what is answered.
    pub fn fits(&self, ask: &mut dyn FnMut(&Condition) -> Held) -> Held {
        match holds(&self.manager, ask) {
            Held::No => Held::No,
            manager => manager.and(holds(&self.screen, ask)),
        }
    }

    /// The steps of a choice.
    #[must_use]
    pub fn steps_of(&self, choice: RuledPath) -> &[Act] {
        match choice {
            RuledPath::Decline => &self.decline,
            RuledPath::Allow => &self.allow,
            RuledPath::Withdraw => &[],
        }
    }

    /// Why the rule cannot be carried out for a choice. `None`: it can. A step that the rule itself can go without does not count.
    #[must_use]
    pub fn hindrance(&self, choice: RuledPath) -> Option<String> {
        let steps = self.steps_of(choice);
        if self.version > STEP_VERSION {
            return Some(format!("it needs version {} of the format, and {STEP_VERSION} is known", self.version));
        }
        if !self.main {
            return Some("it is for frames of other sites, which are not acted in".to_owned());
        }
        if steps.is_empty() {
            return Some(format!("it has no steps to {}", choice.id()));
        }
        if let Some(what) = steps.iter().find_map(Act::not_here) {
            return Some(what);
        }
        let mut clicks = false;
        walk(steps, &mut |part| clicks |= matches!(part, Part::Click(_)));
        (!clicks).then(|| format!("its steps to {} click nothing", choice.id()))
    }

    /// The selectors by which its screen is found, those that have to be seen first.
    #[must_use]
    pub fn screens(&self) -> Vec<&[String]> {
        let asked = self.asked();
        let seen = asked.iter().filter_map(|condition| match condition {
            Condition::Visible(chain, Seen::Any | Seen::All) => Some(chain.as_slice()),
            _ => None,
        });
        let there = asked.iter().rev().filter_map(|condition| match condition {
            Condition::Exists(chain) => Some(chain.as_slice()),
            _ => None,
        });
        seen.chain(there).collect()
    }
}

impl Held {
    /// Both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Untold,
        }
    }

    /// One of them.
    #[must_use]
    const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, Self::No) => Self::No,
            _ => Self::Untold,
        }
    }

    const fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Untold => Self::Untold,
        }
    }
}

impl Act {
    /// What of it is not carried out here and cannot be gone without.
    fn not_here(&self) -> Option<String> {
        if self.optional {
            return None;
        }
        self.parts.iter().find_map(|part| match part {
            Part::NotHere(what, more) => {
                Some(format!("{}: {what}{}{more} is not carried out here", self.place, if more.is_empty() { "" } else { " " }))
            }
            Part::If { condition, then, otherwise } => {
                condition.not_here().or_else(|| then.iter().chain(otherwise.iter().flatten()).find_map(Self::not_here))
            }
            Part::Any(acts) => acts.iter().find_map(Self::not_here),
            Part::Ask(_) | Part::Await(..) | Part::Click(_) | Part::Wait(_) => None,
        })
    }

    /// Whether something of it that cannot be gone without is not carried out here.
    #[must_use]
    pub fn is_not_whole(&self) -> bool {
        self.not_here().is_some()
    }

    /// Whether it clicks if it comes true, whichever way the page is.
    #[must_use]
    pub fn surely_clicks(&self) -> bool {
        let one_does = |acts: &[Self]| acts.iter().any(Self::surely_clicks);
        !self.optional
            && !self.negated
            && self.parts.iter().any(|part| match part {
                Part::Click(_) => true,
                Part::If { then, otherwise, .. } => one_does(then) && otherwise.as_deref().is_some_and(one_does),
                Part::Any(acts) => !acts.is_empty() && acts.iter().all(Self::surely_clicks),
                Part::Ask(_) | Part::Await(..) | Part::Wait(_) | Part::NotHere(..) => false,
            })
    }
}

/// Whether steps that only ask come true. Where a step waits, what holds now counts: whoever asks asks again.
pub fn holds(acts: &[Act], ask: &mut dyn FnMut(&Condition) -> Held) -> Held {
    let mut all = Held::Yes;
    for act in acts {
        if !act.optional {
            all = all.and(came_true(act, ask));
        }
        if all == Held::No {
            break;
        }
    }
    all
}

fn came_true(act: &Act, ask: &mut dyn FnMut(&Condition) -> Held) -> Held {
    let mut all = Held::Yes;
    for part in &act.parts {
        all = all.and(match part {
            Part::Ask(condition) | Part::Await(condition, _) => ask(condition),
            Part::Wait(_) => Held::Yes,
            Part::Click(_) | Part::NotHere(..) => Held::Untold,
            Part::Any(acts) => acts.iter().fold(Held::No, |one, act| one.or(came_true(act, ask))),
            Part::If { condition, then, otherwise } => match came_true(condition, ask) {
                Held::Yes => holds(then, ask),
                Held::No => otherwise.as_ref().map_or(Held::Yes, |acts| holds(acts, ask)),
                Held::Untold => Held::Untold,
            },
        });
    }
    if act.negated { all.not() } else { all }
}

/// Looks at every part, those inside others too.
fn walk(acts: &[Act], look: &mut dyn FnMut(&Part)) {
    for part in acts.iter().flat_map(|act| &act.parts) {
        look(part);
        match part {
            Part::If { condition, then, otherwise } => {
                walk(std::slice::from_ref(condition), look);
                walk(then, look);
                walk(otherwise.as_deref().unwrap_or_default(), look);
            }
            Part::Any(acts) => walk(acts, look),
            Part::Ask(_) | Part::Await(..) | Part::Click(_) | Part::Wait(_) | Part::NotHere(..) => {}
        }
    }
}

/// Collects what steps ask of a page.
pub fn conditions<'a>(acts: &'a [Act], found: &mut Vec<&'a Condition>) {
    for part in acts.iter().flat_map(|act| &act.parts) {
        match part {
            Part::Ask(condition) | Part::Await(condition, _) => found.push(condition),
            Part::If { condition, then, otherwise } => {
                conditions(std::slice::from_ref(condition), found);
                conditions(then, found);
                conditions(otherwise.as_deref().unwrap_or_default(), found);
            }
            Part::Any(acts) => conditions(acts, found),
            Part::Click(_) | Part::Wait(_) | Part::NotHere(..) => {}
        }
    }
}
