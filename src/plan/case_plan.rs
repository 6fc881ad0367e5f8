//! The plan of a case, checked: personas, paths of choices, targets, and the cells of the scenarios, each of which is to be recorded so and so often.
//! Says what is meant; what was recorded of it is the matrix' (`matrix.rs`).

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;

use super::check::check;
use super::tables::PlanTables;
use crate::model::{ChoicePath, Operated, PersonaState, ProfileUse, Scenario, TargetKind, Timestamp};

/// A checked plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CasePlan {
    /// Days after which a recording counts as too old. `None`: never.
    pub too_old_after_days: Option<u32>,
    /// Days for which recordings are to be kept. `None`: nothing is said.
    pub retention_days: Option<u32>,
    /// What is doubtful and no mistake.
    pub notices: Vec<PlanMistake>,
    pub(super) cells: Vec<Cell>,
}

/// Who visits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Persona {
    /// Identifier in the plan.
    pub id: String,
    /// How it stands to the platform.
    pub state: PersonaState,
    /// What is said of it, by name of the statement.
    pub passport: BTreeMap<String, String>,
    /// File of the steps that bring the browser into that state, below the folder of the case.
    pub steps: Option<String>,
}

/// A path of choices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathOfChoices {
    /// Identifier in the plan.
    pub id: String,
    /// What it is meant to do.
    pub path: ChoicePath,
    /// File of the steps that choose, below the folder of the case.
    pub steps: Option<String>,
}

/// What is visited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Identifier in the plan.
    pub id: String,
    /// What it is in the examination.
    pub kind: TargetKind,
    /// Its address.
    pub url: String,
    /// File of the steps of a visit, below the folder of the case.
    pub steps: Option<String>,
}

/// What profile the browser is to have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProfilePlan {
    /// A new one for each recording.
    Fresh,
    /// One of this name, kept over all recordings that name it.
    Kept(String),
}

/// A day in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(Date);

/// One cell of the product of a scenario: a persona with a path of choices at a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its name: that of the scenario with its places filled. Unique in the plan.
    pub name: String,
    /// Who visits.
    pub persona: Persona,
    /// Along which path of choices.
    pub choice: PathOfChoices,
    /// What.
    pub target: Target,
    /// How often it is to be recorded; with days, on each of them.
    pub repetitions: u32,
    /// Days on which it is to be recorded, in order. Empty: on any.
    pub days: Vec<Day>,
    /// The browser's profile.
    pub profile: ProfilePlan,
    /// Who acts in the browser.
    pub operated: Operated,
    /// The device.
    pub device: String,
    /// Where requests leave from, and who says so.
    pub egress: Option<String>,
    /// `chromium`, `firefox` or a program.
    pub browser: Option<String>,
    /// `default`, `allow` or `block`.
    pub third_party_cookies: Option<String>,
    /// `virtual`, `headless` or `own`.
    pub window: Option<String>,
    /// Identifiers of planted values that the steps may type.
    pub seeds: Vec<String>,
}

/// Something wrong or doubtful in a plan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlanMistake {
    /// Line of `case.toml`, from 1. 0: no line of its own.
    pub line: u32,
    /// The table, such as `[[scenario]] "x"`.
    pub table: String,
    /// What is wrong, and what to write instead.
    pub what: String,
}

impl fmt::Display for PlanMistake {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(out, "line {}, ", self.line)?;
        }
        write!(out, "{}: {}", self.table, self.what)
    }
}

/// All mistakes of a plan, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct PlanMistakes(pub Vec<PlanMistake>);

impl fmt::Display for PlanMistakes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0[..] {
            [one] => write!(out, "{one}"),
            several => {
                write!(out, "the plan has {} mistakes:", several.len())?;
                several.iter().try_for_each(|mistake| write!(out, "\n  {mistake}"))
            }
        }
    }
}

impl CasePlan {
    /// Checks the tables of a plan. `text`: the file they were read from, for the numbers of lines.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with them.
    pub fn check(tables: &PlanTables<'_>, text: &str) -> Result<Self, PlanMistakes> {
        check(tables, text)
    }

    /// All cells, in the order of the scenarios, and within one of personas, choices and targets.
    #[must_use]
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The cell of that name.
    #[must_use]
    pub fn cell(&self, name: &str) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.name == name)
    }

    /// Whether nothing is to be recorded by it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Files of steps that the cells name, each once, with the name of the first cell that does.
    #[must_use]
    pub fn files_of_steps(&self) -> BTreeMap<&str, &str> {
        let mut files = BTreeMap::new();
        for cell in &self.cells {
            for file in [&cell.persona.steps, &cell.choice.steps, &cell.target.steps].into_iter().flatten() {
                files.entry(file.as_str()).or_insert(cell.name.as_str());
            }
        }
        files
    }
}

impl Cell {
    /// How many recordings of it are wanted: repetitions times days.
    #[must_use]
    pub fn wanted(&self) -> u32 {
        self.repetitions.saturating_mul(u32::try_from(self.days.len().max(1)).unwrap_or(u32::MAX))
    }

    /// The day on which its recording of that number is to be made, if it is to be made on one.
    #[must_use]
    pub fn day_of(&self, repetition: u32) -> Option<Day> {
        let place = repetition.checked_sub(1)? / self.repetitions.max(1);
        self.days.get(usize::try_from(place).ok()?).copied()
    }

    /// Whether each of its recordings is to begin with a new profile.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        self.profile == ProfilePlan::Fresh
    }

    /// What a recording of this cell carries. `repetition`: which of the cell's recordings it is, from 1, days counted through; `kept_before`: how many
    /// recordings used the kept profile before; `steps_digest`: SHA-256 of the steps that a script takes.
    #[must_use]
    pub fn scenario(&self, repetition: u32, kept_before: u32, steps_digest: Option<String>) -> Scenario {
        Scenario {
            name: self.name.clone(),
            repetition,
            persona: self.persona.id.clone(),
            state: self.persona.state,
            passport: self.persona.passport.clone(),
            choice: self.choice.id.clone(),
            path: self.choice.path,
            target: self.target.id.clone(),
            kind: self.target.kind,
            url: self.target.url.clone(),
            profile: match &self.profile {
                ProfilePlan::Fresh => ProfileUse::Fresh,
                ProfilePlan::Kept(name) => ProfileUse::Kept { name: name.clone(), before: kept_before },
            },
            operated: self.operated,
            device: self.device.clone(),
            egress: self.egress.clone(),
            steps: steps_digest,
        }
    }
}

impl Day {
    /// Reads `YYYY-MM-DD`; `None` for any other form and for a day that no calendar has.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let form = text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() });
        if form { text.parse().ok().map(Self) } else { None }
    }

    /// The day of a moment, in UTC.
    #[must_use]
    pub fn of(at: Timestamp) -> Self {
        let moment = jiff::Timestamp::from_nanosecond(i128::from(at.as_nanoseconds())).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        Self(moment.to_zoned(jiff::tz::TimeZone::UTC).date())
    }

    /// Days from this day to another; 0 if that is earlier.
    #[must_use]
    pub fn days_until(self, other: Self) -> u32 {
        u32::try_from(other.0.duration_since(self.0).as_hours() / 24).unwrap_or_default()
    }

    /// The day so many days later.
    #[must_use]
    pub fn plus_days(self, days: u32) -> Self {
        Self(self.0.saturating_add(jiff::Span::new().days(i64::from(days.min(3_000_000)))))
    }
}

impl fmt::Display for Day {
    /// `YYYY-MM-DD`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0)
    }
}
