//! Stretches of a visit and the choices made in its consent screens: which there were, by whose word, and in which state a moment lies.
//!
//! Knows no rules and no bytes: that a request carries a choice is told by whoever calls. Whether a choice is consent is a legal judgement and
//! is never said here. Choices of one stretch do not carry over to the next, because a new browser profile begins there.

use std::collections::BTreeMap;

use crate::model::{Mark, MarkKind, SaidBy, Timestamp};

/// For how long after a marked click a choice request is looked for; without one, how long what follows counts as transition. Nanoseconds.
pub const CLICK_WINDOW: i64 = 10_000_000_000;

/// A person marks when a hand is free, a script in the moment of the click: for how long after a choice request a person's mark on a page of
/// the same site is taken for the words of that request. Nanoseconds.
pub const LATE_MARK: i64 = 30_000_000_000;

/// For whom a choice holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// The browser in which it was made.
    Browser,
    /// The account that was logged in.
    Account,
}

impl Scope {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Browser, Self::Account];

    /// As it stands in rules and outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Account => "account",
        }
    }
}

/// What a choice request says, as far as it can be read. No verdict: the literal text of the button stands beside it where it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Says {
    /// Optional cookies are declined.
    DeclineOptional,
    /// Optional cookies are allowed, all of them or some.
    AllowOptional,
    /// All cookies are allowed.
    AllowAll,
    /// A choice was saved; which one cannot be read.
    Saved,
    /// An earlier choice was taken back.
    Withdrawn,
}

impl Says {
    /// All.
    pub const ALL: [Self; 5] = [Self::DeclineOptional, Self::AllowOptional, Self::AllowAll, Self::Saved, Self::Withdrawn];

    /// As it stands in rules and outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::DeclineOptional => "decline-optional",
            Self::AllowOptional => "allow-optional",
            Self::AllowAll => "allow-all",
            Self::Saved => "saved",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Who says that a choice was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceBy {
    /// A recorded request, by the number of its entry.
    Request(u64),
    /// The script that drove the browser.
    Script,
    /// A person, at that moment.
    Operator,
}

impl ChoiceBy {
    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Request(_) => "request",
            Self::Script => SaidBy::Script.id(),
            Self::Operator => SaidBy::Operator.id(),
        }
    }

    /// The entry of the request.
    #[must_use]
    pub const fn entry(self) -> Option<u64> {
        match self {
            Self::Request(entry) => Some(entry),
            Self::Script | Self::Operator => None,
        }
    }
}

/// A request that carries a choice, as whoever knows the signatures found it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChoiceRequest {
    /// Entry number.
    pub entry: u64,
    /// Registrable domain for which the choice holds.
    pub site: String,
    /// For whom it holds.
    pub scope: Scope,
    /// What it says.
    pub says: Says,
    /// Index by which the caller finds the signature again.
    pub signature: usize,
    /// Start of the request.
    pub asked_at: Timestamp,
    /// When the head of its answer came. `None`: no answer was recorded.
    pub answered_at: Option<Timestamp>,
}

/// A choice made in a consent screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its number in the recording, from 1, in order of time.
    pub number: u32,
    /// The stretch in which it was made.
    pub stretch: u32,
    /// Registrable domain for which it holds; empty: not established.
    pub site: String,
    /// For whom it holds; `None`: a mark does not say.
    pub scope: Option<Scope>,
    /// Literal text of the button, with who says so, where a mark gives it.
    pub text: Option<(String, SaidBy)>,
    /// What the request says; `None` without one.
    pub says: Option<Says>,
    /// When the button was clicked, as a mark says.
    pub clicked_at: Option<Timestamp>,
    /// The earliest moment at which it can have been made, for a person's mark without a request: a person may mark after clicking, but has
    /// not clicked before the page was asked for.
    pub earliest: Option<Timestamp>,
    /// Start of the request, or the time of the mark where there is none.
    pub asked_at: Timestamp,
    /// When the head of the answer came. `None`: there is no request, or no answer to it was recorded.
    pub answered_at: Option<Timestamp>,
    /// Who says so.
    pub said_by: ChoiceBy,
    /// The signature of the request, as the caller gave it.
    pub signature: Option<usize>,
}

impl Choice {
    /// When the transition begins: with the click where that is known, else with the request. Where nothing but a person's mark says when,
    /// already with the earliest moment, so that nothing counts as before a choice that may have been made by then.
    #[must_use]
    pub fn begins(&self) -> Timestamp {
        [self.clicked_at, self.earliest].into_iter().flatten().fold(self.asked_at, Timestamp::min)
    }

    /// When what follows counts as after the choice. `None`: never, since no answer to the request was recorded. The request itself always
    /// lies before that, however coarse the recorded times are.
    #[must_use]
    pub fn settles(&self) -> Option<Timestamp> {
        let later = |at: Timestamp, by: i64| Timestamp::from_nanoseconds(at.as_nanoseconds().saturating_add(by));
        match self.said_by {
            ChoiceBy::Request(_) => self.answered_at.map(|answered| answered.max(later(self.asked_at, 1))),
            // Nobody recorded an answer, so the time in which one would have come is left out of "after".
            ChoiceBy::Script | ChoiceBy::Operator => Some(later(self.asked_at, CLICK_WINDOW)),
        }
    }
}

/// The state of a moment with regard to the choices for one site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceState {
    /// None was made yet in this stretch.
    Before,
    /// Choice `n` was made and not yet answered.
    Transition(u32),
    /// Choice `n` was made and answered.
    After(u32),
}

impl ChoiceState {
    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Before => "before-choice",
            Self::Transition(_) => "transition",
            Self::After(_) => "after-choice",
        }
    }

    /// Number of the choice.
    #[must_use]
    pub const fn choice(self) -> Option<u32> {
        match self {
            Self::Before => None,
            Self::Transition(number) | Self::After(number) => Some(number),
        }
    }
}

/// A part of a recording that begins with a new browser profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Its number, from 1.
    pub number: u32,
    /// Its name, as the mark gives it.
    pub name: Option<String>,
    /// When it was marked. `None`: no mark began it; it is simply the beginning of the recording.
    pub began: Option<Timestamp>,
    /// Who marked it.
    pub said_by: Option<SaidBy>,
}

/// A mark in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// When.
    pub at: Timestamp,
    /// The stretch in which it lies (that it begins, for a new profile).
    pub stretch: u32,
    /// The mark.
    pub mark: Mark,
    /// The choice it belongs to, for a mark of a choice.
    pub choice: Option<u32>,
}

/// What a mark gives to a choice that a request made.
struct Words {
    text: String,
    said_by: SaidBy,
    /// `None`: it was marked after the request, so the moment of the click is not known.
    clicked_at: Option<Timestamp>,
}

/// What [`Visit::new`] works with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Given<'a> {
    /// Marks of the recording.
    pub marks: &'a [(Timestamp, Mark)],
    /// Documents that were opened, with their registrable domains, in order of time.
    pub opened: &'a [(Timestamp, String)],
    /// Registrable domain of the examined page.
    pub page: Option<&'a str>,
    /// Start of the first entry.
    pub first: Option<Timestamp>,
}

/// The course of a visit: its stretches, its marks and its choices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visit {
    /// Stretches, in order; at least one.
    pub stretches: Vec<Stretch>,
    /// Marks, in order of time.
    pub marks: Vec<Marked>,
    /// Choices, in order of time.
    pub choices: Vec<Choice>,
    /// Registrable domains for which a choice was made, by name.
    pub sites: Vec<String>,
    /// Index in `sites` of the one that matters most: the examined page's if it has a choice, else that of the first choice.
    pub main_site: Option<usize>,
    /// For each site and stretch, the indices of its choices in order of time.
    by_site: BTreeMap<(usize, u32), Vec<usize>>,
}

impl Visit {
    /// Puts marks and choice requests in order. Both may come in any order; ties are decided by entry numbers and by the order of the marks.
    #[must_use]
    pub fn new(given: Given<'_>, mut requests: Vec<ChoiceRequest>) -> Self {
        let mut marks: Vec<_> = given.marks.to_vec();
        marks.sort_by_key(|(at, _)| *at);
        requests.sort_by_key(|request| (request.asked_at, request.entry));
        let mut visit = Self { stretches: stretches(&marks, given.first), ..Self::default() };
        let mut words: BTreeMap<usize, Words> = BTreeMap::new();
        let mut alone = Vec::new();
        let mut requests_of = BTreeMap::new();
        for (index, (at, mark)) in marks.iter().enumerate().filter(|(_, (_, mark))| mark.kind == MarkKind::Choice) {
            let after = visit.request_after(*at, &requests);
            // A request whose click was marked needs no later words.
            let before = visit.request_before((*at, mark), given, &requests);
            let before = before.filter(|request| words.get(request).is_none_or(|words| words.clicked_at.is_none()));
            let apart = |request: usize| requests[request].asked_at.as_nanoseconds().abs_diff(at.as_nanoseconds());
            let after = after.filter(|&after| before.is_none_or(|before| apart(after) <= apart(before)));
            if let Some(request) = after {
                // Of several clicks before one request the last is the one that sent it.
                words.insert(request, Words { text: mark.text.clone(), said_by: mark.said_by, clicked_at: Some(*at) });
                requests_of.insert(index, request);
            } else if let Some(request) = before {
                words.entry(request).or_insert(Words { text: mark.text.clone(), said_by: mark.said_by, clicked_at: None });
                requests_of.insert(index, request);
            } else {
                alone.push(index);
            }
        }
        let asked = requests.iter().enumerate().map(|(index, request)| visit.by_request(request, words.get(&index)));
        let mut choices: Vec<Choice> = asked.collect();
        choices.extend(alone.iter().map(|&index| visit.by_mark(&marks[index], given)));
        choices.sort_by_key(|choice| (choice.asked_at, choice.said_by.entry().unwrap_or_default()));
        for (choice, number) in choices.iter_mut().zip(1..) {
            choice.number = number;
        }
        visit.choices = choices;
        visit.index(given.page);
        let entry_of = |index: usize| requests_of.get(&index).map(|&request: &usize| requests[request].entry);
        visit.marks = marks.into_iter().enumerate().map(|(index, (at, mark))| visit.place(at, mark, entry_of(index))).collect();
        visit
    }

    /// Whether the recording says nothing of stretches, marks or choices.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.marks.is_empty() && self.choices.is_empty()
    }

    /// Number of the stretch in which a moment lies.
    #[must_use]
    pub fn stretch_at(&self, at: Timestamp) -> u32 {
        let begun = self.stretches.partition_point(|stretch| stretch.began.is_none_or(|began| began <= at));
        begun.max(1) as u32
    }

    /// The state of a moment with regard to the site with this index in `sites`.
    #[must_use]
    pub fn state(&self, site: usize, stretch: u32, at: Timestamp) -> ChoiceState {
        let choices = self.by_site.get(&(site, stretch)).map_or(&[][..], Vec::as_slice);
        let begun = choices.partition_point(|&index| self.choices[index].begins() <= at);
        let Some(choice) = begun.checked_sub(1).map(|last| &self.choices[choices[last]]) else { return ChoiceState::Before };
        match choice.settles() {
            Some(settled) if settled <= at => ChoiceState::After(choice.number),
            _ => ChoiceState::Transition(choice.number),
        }
    }

    /// The states of a moment with regard to each of `sites`.
    #[must_use]
    pub fn states(&self, stretch: u32, at: Timestamp) -> Vec<ChoiceState> {
        (0..self.sites.len()).map(|site| self.state(site, stretch, at)).collect()
    }

    /// The state of a moment with regard to a registrable domain. `None`: no choice for it was recorded.
    #[must_use]
    pub fn state_for(&self, site: &str, stretch: u32, at: Timestamp) -> Option<ChoiceState> {
        let index = self.sites.binary_search_by(|known| known.as_str().cmp(site)).ok()?;
        Some(self.state(index, stretch, at))
    }

    /// Index of the first request within [`CLICK_WINDOW`] after a click in the same stretch.
    fn request_after(&self, clicked: Timestamp, requests: &[ChoiceRequest]) -> Option<usize> {
        let index = requests.partition_point(|request| request.asked_at < clicked);
        let request = requests.get(index)?;
        let waited = request.asked_at.as_nanoseconds().saturating_sub(clicked.as_nanoseconds());
        (waited <= CLICK_WINDOW && self.stretch_at(request.asked_at) == self.stretch_at(clicked)).then_some(index)
    }

    /// Index of the last request within [`LATE_MARK`] before a person's mark, in the same stretch and for the site of the page that is open.
    fn request_before(&self, (at, mark): (Timestamp, &Mark), given: Given<'_>, requests: &[ChoiceRequest]) -> Option<usize> {
        if mark.said_by != SaidBy::Operator {
            return None;
        }
        let index = requests.partition_point(|request| request.asked_at < at).checked_sub(1)?;
        let request = &requests[index];
        let late = at.as_nanoseconds().saturating_sub(request.asked_at.as_nanoseconds());
        let stretch = self.stretch_at(at);
        let here = self.open_at(at, stretch, given).map(|(_, site)| site).or(given.page);
        (late <= LATE_MARK && self.stretch_at(request.asked_at) == stretch && here == Some(&request.site)).then_some(index)
    }

    /// The document that is open at a moment: when it was opened, and its registrable domain.
    fn open_at<'g>(&self, at: Timestamp, stretch: u32, given: Given<'g>) -> Option<(Timestamp, &'g str)> {
        let opened = given.opened.iter().rev().find(|(opened, _)| *opened <= at && self.stretch_at(*opened) == stretch);
        opened.map(|(opened, site)| (*opened, site.as_str()))
    }

    fn by_request(&self, request: &ChoiceRequest, words: Option<&Words>) -> Choice {
        Choice {
            number: 0,
            stretch: self.stretch_at(request.asked_at),
            site: request.site.clone(),
            scope: Some(request.scope),
            text: words.map(|words| (words.text.clone(), words.said_by)),
            says: Some(request.says),
            clicked_at: words.and_then(|words| words.clicked_at),
            earliest: None,
            asked_at: request.asked_at,
            answered_at: request.answered_at,
            said_by: ChoiceBy::Request(request.entry),
            signature: Some(request.signature),
        }
    }

    fn by_mark(&self, (at, mark): &(Timestamp, Mark), given: Given<'_>) -> Choice {
        let stretch = self.stretch_at(*at);
        // A consent screen belongs to the page that is open.
        let opened = self.open_at(*at, stretch, given);
        let site = opened.map(|(_, site)| site).or(given.page).unwrap_or_default().to_owned();
        let before = Timestamp::from_nanoseconds(at.as_nanoseconds().saturating_sub(CLICK_WINDOW));
        // The document itself was asked for before anything could be clicked in it.
        let after = |opened: Timestamp| Timestamp::from_nanoseconds(opened.as_nanoseconds().saturating_add(1));
        let earliest = (mark.said_by == SaidBy::Operator).then(|| opened.map_or(before, |(opened, _)| after(opened).max(before)).min(*at));
        Choice {
            number: 0,
            stretch,
            site,
            scope: None,
            text: Some((mark.text.clone(), mark.said_by)),
            says: None,
            clicked_at: Some(*at),
            earliest,
            asked_at: *at,
            answered_at: None,
            said_by: match mark.said_by {
                SaidBy::Operator => ChoiceBy::Operator,
                SaidBy::Script => ChoiceBy::Script,
            },
            signature: None,
        }
    }

    fn index(&mut self, page: Option<&str>) {
        self.sites = self.choices.iter().map(|choice| choice.site.clone()).collect();
        self.sites.sort();
        self.sites.dedup();
        let place = |wanted: &str| self.sites.iter().position(|site| site == wanted);
        self.main_site = page.and_then(place).or_else(|| self.choices.first().and_then(|choice| place(&choice.site)));
        for (index, choice) in self.choices.iter().enumerate() {
            if let Ok(site) = self.sites.binary_search(&choice.site) {
                self.by_site.entry((site, choice.stretch)).or_default().push(index);
            }
        }
        // By when they begin: a click may lie before the request of an earlier choice.
        for choices in self.by_site.values_mut() {
            choices.sort_by_key(|&index| (self.choices[index].begins(), index));
        }
    }

    /// `request`: the entry of the request whose words the mark gives.
    fn place(&self, at: Timestamp, mark: Mark, request: Option<u64>) -> Marked {
        let choice = (mark.kind == MarkKind::Choice).then(|| {
            let fits = |choice: &&Choice| match request {
                Some(entry) => choice.said_by.entry() == Some(entry),
                None => {
                    choice.said_by.entry().is_none()
                        && choice.asked_at == at
                        && choice.text.as_ref().is_some_and(|(text, _)| *text == mark.text)
                }
            };
            self.choices.iter().find(fits).map(|choice| choice.number)
        });
        Marked { at, stretch: self.stretch_at(at), mark, choice: choice.flatten() }
    }
}

/// Stretches from marks in order of time. What lies before the first mark is a stretch of its own only if there is something in it.
fn stretches(marks: &[(Timestamp, Mark)], first: Option<Timestamp>) -> Vec<Stretch> {
    let fresh = || marks.iter().filter(|(_, mark)| mark.kind == MarkKind::FreshProfile);
    let leading = fresh().next().is_none_or(|(at, _)| first.is_some_and(|first| first < *at));
    let unmarked = leading.then_some(Stretch { number: 0, name: None, began: None, said_by: None });
    let marked = fresh().map(|(at, mark)| Stretch {
        number: 0,
        name: (!mark.text.is_empty()).then(|| mark.text.clone()),
        began: Some(*at),
        said_by: Some(mark.said_by),
    });
    let mut stretches: Vec<Stretch> = unmarked.into_iter().chain(marked).collect();
    for (stretch, number) in stretches.iter_mut().zip(1..) {
        stretch.number = number;
    }
    stretches
}

#[cfg(test)]
mod tests;
