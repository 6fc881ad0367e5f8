//! What was recorded of a plan, as values: each cell with the state of every recording that is wanted, and the recordings that no scenario plans. It is
//! made from what is known of the recordings; what nobody noted is never filled in.

use serde::Serialize;

use super::case_plan::{CasePlan, Cell, Day};
use crate::model::{ProfileUse, Scenario, Timestamp};

/// What is known of one recording of a case: what the ledger, its own files and its annex say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Its number in the ledger.
    pub number: u64,
    /// Its folder, as the ledger names it.
    pub folder: String,
    /// When it was begun.
    pub begun: Option<Timestamp>,
    /// Scenario and repetition that the ledger noted.
    pub planned: Option<(String, u32)>,
    /// How it ended, if the ledger noted an end.
    pub ended: Option<Ended>,
    /// That it is not used, if the ledger says so.
    pub discarded: Option<NotUsed>,
    /// Who made it and how, of a recording that another program made.
    pub imported: Option<String>,
    /// Whether it is of the idle browser, to compare others with.
    pub baseline: bool,
    /// What is there of it.
    pub disk: OnDisk,
    /// What the recording itself says of its scenario.
    pub scenario: Option<Scenario>,
    /// The browser's profile. `None`: nothing is known.
    pub profile: Option<ProfileUse>,
    /// Hosts that were asked, and hosts whose first request carried a cookie, over all stretches. `None`: it was not judged yet.
    pub asked: Option<Asked>,
}

/// How a recording ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Exchanges in it.
    pub entries: u64,
    /// Whether it had been interrupted.
    pub interrupted: bool,
    /// How its steps came out, if it had some: `complete`, `stopped at …`, or the name of a wall.
    pub outcome: Option<String>,
}

/// Who decided when that a recording is not used, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotUsed {
    /// Who.
    pub by: String,
    /// When, RFC 3339 UTC.
    pub at: String,
    /// Why, in their words.
    pub reason: String,
}

/// Hosts of a recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// All that were asked.
    pub hosts: u64,
    /// Those whose first request carried a cookie.
    pub with_cookies: u64,
}

/// What is there of a recording.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum OnDisk {
    /// It is there, and its log ends as the ledger noted it, or the ledger noted no digest.
    #[default]
    There,
    /// It is being recorded.
    Running,
    /// It was interrupted and not taken up yet.
    NotTakenUp,
    /// Nothing is there, and nothing had been recorded.
    Empty,
    /// Nothing is there, though something was recorded.
    Lost,
    /// It was removed, as the ledger notes: when (RFC 3339 UTC) and why.
    Purged(String, String),
    /// It is there, encrypted, and its key was not given.
    Locked,
    /// It is not what the ledger noted: what does not fit.
    Changed(String),
    /// Something else lies there: a recording of another case, or with another number.
    Another(String),
}

/// How a recording began. None of it shows that nobody could recognise the browser: storage, cache validators, TLS tickets and the address may still join
/// visits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "start", rename_all = "kebab-case")]
pub enum Start {
    /// A new profile made by the program; the first request to each host was without cookies.
    New,
    /// A new profile made by the program, and hosts were asked with cookies at once.
    WithCookies {
        /// How many.
        hosts: u64,
    },
    /// A profile kept from earlier recordings.
    Kept {
        /// Its name.
        name: String,
        /// How many recordings used it before.
        before: u32,
    },
    /// The profile was not made by the program, so nothing is known of it.
    Unknown,
    /// A new profile, and what was asked first was not judged yet.
    NotJudged,
}

/// What is to be said of a recording. Several may hold at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum State {
    /// Recorded, and nothing is to be said against it.
    Recorded,
    /// It is being recorded.
    Running,
    /// It is not used.
    NotUsed(NotUsed),
    /// It is in the ledger and not on the disk.
    Lost,
    /// What lies on the disk is not what the ledger noted.
    Changed {
        /// What does not fit.
        what: String,
    },
    /// It was removed when it was not to be kept any longer, or before for a stated reason; the ledger notes it.
    Purged {
        /// When, RFC 3339 UTC.
        at: String,
        /// Why.
        why: String,
    },
    /// It is encrypted, and without its key nothing more can be said of it.
    Locked,
    /// It came to nothing: an end is noted, and no recording is there.
    Empty,
    /// It was interrupted.
    Interrupted {
        /// Whether what is there was taken up again.
        taken_up: bool,
    },
    /// Its steps stopped half-way.
    Stopped {
        /// Where and why.
        outcome: String,
    },
    /// It is older than the plan lets it be.
    TooOld {
        /// Its age in days.
        days: u32,
    },
    /// It began otherwise than with a new profile and first requests without cookies, where the plan wants that.
    NotClean,
    /// Whether it began so is not judged yet.
    NotJudged,
    /// It was recorded by another plan than the present one.
    OtherPlan {
        /// Members of the scenario that differ.
        members: Vec<&'static str>,
    },
    /// It lies in the future, so a clock was wrong.
    AheadOfClock,
}

/// A recording with all that is to be said of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recording {
    /// Its number in the ledger.
    pub number: u64,
    /// Its folder.
    pub folder: String,
    /// When it was begun, RFC 3339 UTC.
    pub begun: Option<String>,
    /// Scenario that the ledger noted.
    pub scenario: Option<String>,
    /// Repetition that the ledger noted.
    pub repetition: Option<u32>,
    /// What is to be said of it, most important first; never empty.
    pub states: Vec<State>,
    /// How it began.
    #[serde(flatten)]
    pub start: Start,
    /// The device, as the recording says: `desktop`, `emulated-mobile`, or the auditor's words. `None`: nothing is said.
    pub device: Option<String>,
    /// Where requests left from, as the recording says. `None`: nothing is said.
    pub egress: Option<String>,
    /// Who made it and how, of a recording that another program made.
    pub imported: Option<String>,
    /// Whether it is of the idle browser.
    pub baseline: bool,
    /// Name of a wall that ended its steps.
    pub wall: Option<String>,
    /// The day for which it was planned, if it was recorded on another.
    pub planned_day: Option<String>,
    /// The day until which it was to be kept, if that has passed.
    pub kept_until: Option<String>,
}

/// One recording that is wanted, with what there is of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Slot {
    /// Which of the cell's recordings, from 1, days counted through.
    pub repetition: u32,
    /// The day for which it is planned.
    pub day: Option<String>,
    /// Whether that day is still to come.
    pub to_come: bool,
    /// Whether it is recorded and nothing is to be said against it.
    pub usable: bool,
    /// Recordings of it by number; empty: it is missing.
    pub recordings: Vec<Recording>,
}

/// A cell of the plan with what there is of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CellState {
    /// Its name.
    pub name: String,
    /// Identifier of the persona.
    pub persona: String,
    /// Identifier of the path of choices.
    pub choice: String,
    /// Identifier of the target.
    pub target: String,
    /// What the target is.
    pub kind: &'static str,
    /// How many recordings are wanted.
    pub wanted: u32,
    /// How many of these are usable.
    pub usable: u32,
    /// Each that is wanted, in order.
    pub slots: Vec<Slot>,
    /// Further recordings of the cell, beyond those that are wanted.
    pub further: Vec<Recording>,
}

/// A plan with what there is of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Matrix {
    /// Whether everything that is planned is usable and nothing that the ledger knows is lost or changed. Without a plan only the latter.
    pub complete: bool,
    /// The cells in the order of the plan.
    pub cells: Vec<CellState>,
    /// Recordings of the case that the plan does not name.
    pub outside_the_plan: Vec<Recording>,
}

impl Matrix {
    /// Sets what is known of a case's recordings beside its plan. `now`: the time; ages and days are counted from it, in UTC.
    #[must_use]
    pub fn of(plan: &CasePlan, known: &[Known], now: Timestamp) -> Self {
        let cells: Vec<CellState> = plan.cells().iter().map(|cell| cell_state(plan, cell, known, now)).collect();
        let planned = |known: &&Known| known.planned.as_ref().is_some_and(|(name, _)| plan.cell(name).is_some());
        let outside_the_plan: Vec<Recording> =
            known.iter().filter(|known| !planned(known)).map(|known| recording(plan, None, known, now)).collect();
        let intact = cells
            .iter()
            .flat_map(CellState::recordings)
            .chain(&outside_the_plan)
            .all(|recording| !recording.states.iter().any(|state| matches!(state, State::Lost | State::Changed { .. })));
        let complete = intact && cells.iter().all(|cell| cell.usable == cell.wanted);
        Self { complete, cells, outside_the_plan }
    }

    /// All recordings, by number.
    #[must_use]
    pub fn recordings(&self) -> Vec<&Recording> {
        let mut all: Vec<&Recording> = self.cells.iter().flat_map(CellState::recordings).chain(&self.outside_the_plan).collect();
        all.sort_by_key(|recording| recording.number);
        all
    }
}

impl CellState {
    /// Its recordings, those beyond the wanted ones last.
    pub fn recordings(&self) -> impl Iterator<Item = &Recording> {
        self.slots.iter().flat_map(|slot| &slot.recordings).chain(&self.further)
    }

    /// How many that are wanted have no recording that could be used, the ones that are running and those whose day is still to come left out.
    #[must_use]
    pub fn missing(&self) -> u32 {
        u32::try_from(self.slots.iter().filter(|slot| slot.is_missing(&[])).count()).unwrap_or(u32::MAX)
    }

    /// The first repetition of which there is no recording that stands for it, planned or beyond the plan.
    #[must_use]
    pub fn next_repetition(&self) -> u32 {
        let stands = |repetition: u32| self.recordings().any(|one| one.repetition == Some(repetition) && one.counts());
        (1..).find(|repetition| !stands(*repetition)).unwrap_or(1)
    }
}

impl Slot {
    /// Whether it is to be recorded now: its day has come, and no recording stands for it. `again`: states of which a recording is to be made once more, by
    /// their identifiers.
    #[must_use]
    pub fn is_missing(&self, again: &[String]) -> bool {
        let once_more = |recording: &Recording| recording.states.iter().any(|state| again.iter().any(|id| id == state.id()));
        !self.to_come && !self.recordings.iter().any(|recording| recording.counts() && !once_more(recording))
    }
}

impl Recording {
    /// Whether nothing is to be said against using it.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.states == [State::Recorded]
    }

    /// Whether something was or is being recorded to its end that stands for its repetition, usable as it is or not. What was broken off half-way stands
    /// for none: it is kept, and its repetition is recorded again.
    #[must_use]
    pub fn counts(&self) -> bool {
        !self.states.iter().any(|state| match state {
            State::NotUsed(_) | State::Lost | State::Changed { .. } | State::Empty | State::Interrupted { .. } | State::Stopped { .. } => {
                true
            }
            State::Recorded | State::Running | State::TooOld { .. } | State::NotClean | State::NotJudged => false,
            State::OtherPlan { .. } | State::AheadOfClock | State::Purged { .. } | State::Locked => false,
        })
    }
}

impl State {
    /// The stable identifier, as it stands in the JSON form.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Running => "running",
            Self::NotUsed(_) => "not-used",
            Self::Lost => "lost",
            Self::Changed { .. } => "changed",
            Self::Purged { .. } => "purged",
            Self::Locked => "locked",
            Self::Empty => "empty",
            Self::Interrupted { .. } => "interrupted",
            Self::Stopped { .. } => "stopped",
            Self::TooOld { .. } => "too-old",
            Self::NotClean => "not-clean",
            Self::NotJudged => "not-judged",
            Self::OtherPlan { .. } => "other-plan",
            Self::AheadOfClock => "ahead-of-clock",
        }
    }
}

fn cell_state(plan: &CasePlan, cell: &Cell, known: &[Known], now: Timestamp) -> CellState {
    let of_cell = |known: &&Known| known.planned.as_ref().is_some_and(|(name, _)| *name == cell.name);
    let mut recordings: Vec<Recording> = known.iter().filter(of_cell).map(|known| recording(plan, Some(cell), known, now)).collect();
    recordings.sort_by_key(|recording| recording.number);
    let today = Day::of(now);
    let slot = |repetition: u32| {
        let recordings: Vec<Recording> = recordings.iter().filter(|recording| recording.repetition == Some(repetition)).cloned().collect();
        let day = cell.day_of(repetition);
        Slot {
            repetition,
            day: day.map(|day| day.to_string()),
            to_come: day.is_some_and(|day| day > today),
            usable: recordings.iter().any(Recording::is_usable),
            recordings,
        }
    };
    let slots: Vec<Slot> = (1..=cell.wanted()).map(slot).collect();
    let beyond = |recording: &Recording| recording.repetition.is_none_or(|repetition| repetition == 0 || repetition > cell.wanted());
    CellState {
        name: cell.name.clone(),
        persona: cell.persona.id.clone(),
        choice: cell.choice.id.clone(),
        target: cell.target.id.clone(),
        kind: cell.target.kind.id(),
        wanted: cell.wanted(),
        usable: u32::try_from(slots.iter().filter(|slot| slot.usable).count()).unwrap_or(u32::MAX),
        slots,
        further: recordings.into_iter().filter(beyond).collect(),
    }
}

/// All that is to be said of a recording. `cell`: what the plan wants of it, if it wants it.
fn recording(plan: &CasePlan, cell: Option<&Cell>, known: &Known, now: Timestamp) -> Recording {
    let start = start(known);
    let (today, day) = (Day::of(now), known.begun.map(Day::of));
    let mut states = Vec::new();
    states.extend(known.discarded.clone().map(State::NotUsed));
    match &known.disk {
        OnDisk::There => {}
        OnDisk::Running => states.push(State::Running),
        OnDisk::NotTakenUp => states.push(State::Interrupted { taken_up: false }),
        OnDisk::Empty => states.push(State::Empty),
        OnDisk::Lost => states.push(State::Lost),
        OnDisk::Purged(at, why) => states.push(State::Purged { at: at.clone(), why: why.clone() }),
        OnDisk::Locked => states.push(State::Locked),
        OnDisk::Changed(what) | OnDisk::Another(what) => states.push(State::Changed { what: what.clone() }),
    }
    let there = matches!(known.disk, OnDisk::There | OnDisk::NotTakenUp);
    if let Some(Ended { interrupted: true, .. }) = known.ended.as_ref().filter(|_| there) {
        states.push(State::Interrupted { taken_up: true });
    }
    let outcome = known.ended.as_ref().and_then(|ended| ended.outcome.as_deref()).filter(|outcome| *outcome != "complete");
    let stopped = outcome.filter(|outcome| outcome.starts_with("stopped"));
    if there {
        states.extend(stopped.map(|outcome| State::Stopped { outcome: outcome.to_owned() }));
    }
    if let (Some(days), Some(day), true) = (plan.too_old_after_days, day, there)
        && day.plus_days(days) < today
    {
        states.push(State::TooOld { days: day.days_until(today) });
    }
    if let (Some(cell), true) = (cell, there) {
        let members = known.scenario.as_ref().map(|scenario| differs(cell, scenario)).unwrap_or_default();
        if !members.is_empty() {
            states.push(State::OtherPlan { members });
        }
        match (&start, cell.is_fresh()) {
            (Start::New, _) | (Start::Kept { .. }, false) => {}
            (Start::NotJudged, _) => states.push(State::NotJudged),
            _ => states.push(State::NotClean),
        }
    }
    if known.begun.is_some_and(|begun| begun > now) {
        states.push(State::AheadOfClock);
    }
    if states.is_empty() {
        states.push(State::Recorded);
    }
    let wanted_day = cell.zip(known.planned.as_ref()).and_then(|(cell, (_, repetition))| cell.day_of(*repetition));
    let until = plan.retention_days.zip(day).map(|(days, day)| day.plus_days(days)).filter(|until| *until < today);
    Recording {
        number: known.number,
        folder: known.folder.clone(),
        begun: known.begun.map(|begun| begun.to_string()),
        scenario: known.planned.as_ref().map(|(name, _)| name.clone()),
        repetition: known.planned.as_ref().map(|(_, repetition)| *repetition),
        states,
        start,
        device: known.scenario.as_ref().map(|scenario| scenario.device.clone()),
        egress: known.scenario.as_ref().and_then(|scenario| scenario.egress.clone()),
        imported: known.imported.clone(),
        baseline: known.baseline,
        wall: outcome.filter(|_| stopped.is_none()).map(str::to_owned),
        planned_day: wanted_day.filter(|wanted| day.is_some_and(|day| day != *wanted)).map(|wanted| wanted.to_string()),
        // What is not there any more is not kept.
        kept_until: until
            .filter(|_| !matches!(known.disk, OnDisk::Lost | OnDisk::Purged { .. } | OnDisk::Empty))
            .map(|until| until.to_string()),
    }
}

fn start(known: &Known) -> Start {
    match &known.profile {
        None | Some(ProfileUse::Unknown) => Start::Unknown,
        Some(ProfileUse::Kept { name, before }) => Start::Kept { name: name.clone(), before: *before },
        Some(ProfileUse::Fresh) => match known.asked {
            None => Start::NotJudged,
            Some(Asked { with_cookies: 0, .. }) => Start::New,
            Some(Asked { with_cookies, .. }) => Start::WithCookies { hosts: with_cookies },
        },
    }
}

/// What a recording says otherwise than the plan does now. What a person did in place of a script stands in the recording and differs from the plan too.
fn differs(cell: &Cell, recorded: &Scenario) -> Vec<&'static str> {
    let planned = cell.scenario(recorded.repetition, 0, None);
    // A new profile that is none is told by the start of the recording.
    let same_profile = match (&planned.profile, &recorded.profile) {
        (ProfileUse::Kept { name, .. }, ProfileUse::Kept { name: used, .. }) => name == used,
        (ProfileUse::Kept { .. }, ProfileUse::Fresh) => false,
        _ => true,
    };
    let members = [
        ("persona", planned.persona == recorded.persona),
        ("state", planned.state == recorded.state),
        ("passport", planned.passport == recorded.passport),
        ("choice", planned.choice == recorded.choice),
        ("path", planned.path == recorded.path),
        ("target", planned.target == recorded.target),
        ("kind", planned.kind == recorded.kind),
        ("url", planned.url == recorded.url),
        ("operated", planned.operated == recorded.operated),
        ("device", planned.device == recorded.device),
        ("egress", planned.egress == recorded.egress),
        ("profile", same_profile),
    ];
    members.into_iter().filter(|(_, same)| !same).map(|(member, _)| member).collect()
}

#[cfg(test)]
mod tests;
