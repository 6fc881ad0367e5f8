//! The demo case as data: personas, paths of choices, targets and scenarios as tables of `case.toml`, and the files of steps that they name, so that
//! all of it can be recorded in the world of the case without anybody at hand. Executes nothing itself and knows nothing of the plan that reads it.
//!
//! It is made for [`super::World::start_case`]; `truth::case` says what has to come out.

use std::fmt::Write as _;

use super::plan::{OTHER_PAGE, PAGE, START};

/// Name of the test account of a visitor. It belongs to nobody.
pub const VISITOR: &str = "bezoeker";
/// Name of the test account that administers the audited Page.
pub const ADMINISTRATOR: &str = "beheerder";
/// The password of both; it opens nothing but the simulated world.
pub const PASSWORD: &str = "SIMULATED-geen-echt-wachtwoord";

/// Name of the scenario that meets the wall.
pub const WALL: &str = "login-wall";
/// Name of the scenario with a profile that is kept.
pub const RETURNING: &str = "terugkerend";
/// Name of the visit to the second site in which the browser sends no cookies in requests from other sites: the control of the one in which it does.
pub const BLOCKED: &str = "no-account.allow.second-site.blocked";

/// How much of the case is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Fourteen cells in which every persona, every path of choices and every target occurs, two of them recorded twice.
    Subset,
    /// All 48 cells of persona, path of choices and target, six of them recorded twice.
    Full,
}

/// A `[[scenario]]`: every persona of it along every path to every target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Its name, with places that are filled for each cell.
    pub name: &'static str,
    /// Identifiers of personas.
    pub personas: &'static [&'static str],
    /// Identifiers of paths of choices.
    pub choices: &'static [&'static str],
    /// Identifiers of targets.
    pub targets: &'static [&'static str],
    /// How often each cell is recorded.
    pub repetitions: u32,
    /// Name of a profile that is kept between its recordings; without one, each has a new one.
    pub kept: Option<&'static str>,
    /// What the browser does with cookies in requests from other sites.
    pub third_party_cookies: &'static str,
}

/// One cell of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Name of its scenario.
    pub name: String,
    /// Identifier of the persona.
    pub persona: &'static str,
    /// Identifier of the path of choices.
    pub choice: &'static str,
    /// Identifier of the target.
    pub target: &'static str,
    /// How often it is recorded.
    pub repetitions: u32,
    /// Whether it is one of the cells of persona × path × target, and not one that stands beside them.
    pub in_matrix: bool,
    /// What the browser does with cookies in requests from other sites.
    pub third_party_cookies: &'static str,
}

const CELL: &str = "{persona}.{choice}.{target}";
const EVERYBODY: &[&str] = &["no-account", "logged-out", "logged-in", "administrator"];
const EVERY_PATH: &[&str] = &["none", "decline", "allow", "withdraw"];
const EVERY_TARGET: &[&str] = &["page", "other-page", "start"];

const fn cells_of(
    personas: &'static [&'static str],
    choices: &'static [&'static str],
    targets: &'static [&'static str],
    repetitions: u32,
) -> Planned {
    Planned { name: CELL, personas, choices, targets, repetitions, kept: None, third_party_cookies: "allow" }
}

const SUBSET: &[Planned] = &[
    cells_of(&["no-account"], &["none", "decline"], &["page"], 2),
    cells_of(&["no-account"], &["none", "decline"], &["other-page", "start"], 1),
    cells_of(&["no-account"], &["allow"], &["page", "start"], 1),
    cells_of(&["no-account"], &["withdraw"], &["page"], 1),
    cells_of(&["logged-out"], &["decline"], &["page"], 1),
    cells_of(&["logged-in"], &["allow"], &["page", "other-page"], 1),
    cells_of(&["administrator"], &["none"], &["page", "start"], 1),
];

const FULL: &[Planned] = &[
    cells_of(&["no-account"], &["none", "decline"], EVERY_TARGET, 2),
    cells_of(&["no-account"], &["allow", "withdraw"], EVERY_TARGET, 1),
    cells_of(&["logged-out", "logged-in", "administrator"], EVERY_PATH, EVERY_TARGET, 1),
];

/// The control of the visits to the second site.
const CONTROL: Planned =
    Planned { name: BLOCKED, third_party_cookies: "block", ..cells_of(&["no-account"], &["allow"], &["second-site"], 1) };

/// What stands beside the cells in the small plan: the wall, the second site with its control, and a visitor who comes back.
const BESIDE: &[Planned] = &[
    Planned { name: WALL, ..cells_of(&["no-account"], &["none"], &["photos"], 1) },
    cells_of(&["no-account"], &["allow"], &["second-site"], 1),
    CONTROL,
    Planned { name: RETURNING, kept: Some("terugkerend"), ..cells_of(&["no-account"], &["none"], &["page"], 2) },
];

/// The same in the full plan.
const FULL_BESIDE: &[Planned] = &[
    Planned { name: WALL, ..cells_of(&["no-account"], &["none"], &["photos"], 1) },
    cells_of(EVERYBODY, &["decline", "allow"], &["second-site"], 1),
    CONTROL,
    Planned { name: RETURNING, kept: Some("terugkerend"), ..cells_of(&["no-account"], &["none"], &["page"], 3) },
];

impl Size {
    /// The scenarios of the cells, and those beside them.
    #[must_use]
    pub const fn scenarios(self) -> (&'static [Planned], &'static [Planned]) {
        match self {
            Self::Subset => (SUBSET, BESIDE),
            Self::Full => (FULL, FULL_BESIDE),
        }
    }
}

/// Every cell of the plan, in its order.
#[must_use]
pub fn cells(size: Size) -> Vec<Cell> {
    let (matrix, beside) = size.scenarios();
    let marked = matrix.iter().map(|planned| (planned, true)).chain(beside.iter().map(|planned| (planned, false)));
    let mut cells = Vec::new();
    for (planned, in_matrix) in marked {
        for &persona in planned.personas {
            for &choice in planned.choices {
                for &target in planned.targets {
                    let name = planned.name.replace("{persona}", persona).replace("{choice}", choice).replace("{target}", target);
                    let Planned { repetitions, third_party_cookies, .. } = *planned;
                    cells.push(Cell { name, persona, choice, target, repetitions, in_matrix, third_party_cookies });
                }
            }
        }
    }
    cells
}

/// The files of steps.
const STEPS: [(&str, &str); 12] = [
    ("steps/persona-logged-out.toml", include_str!("steps/persona-logged-out.toml")),
    ("steps/persona-logged-in.toml", include_str!("steps/persona-logged-in.toml")),
    ("steps/persona-administrator.toml", include_str!("steps/persona-administrator.toml")),
    ("steps/choice-none.toml", include_str!("steps/choice-none.toml")),
    ("steps/choice-decline.toml", include_str!("steps/choice-decline.toml")),
    ("steps/choice-allow.toml", include_str!("steps/choice-allow.toml")),
    ("steps/choice-withdraw.toml", include_str!("steps/choice-withdraw.toml")),
    ("steps/target-page.toml", include_str!("steps/target-page.toml")),
    ("steps/target-other-page.toml", include_str!("steps/target-other-page.toml")),
    ("steps/target-start.toml", include_str!("steps/target-start.toml")),
    ("steps/target-photos.toml", include_str!("steps/target-photos.toml")),
    ("steps/target-second-site.toml", include_str!("steps/target-second-site.toml")),
];

/// The files of the case: paths inside its folder, and their texts. The text for `case.toml` holds tables only and is to be put behind what stands there; the
/// others are whole files.
#[must_use]
pub fn files(size: Size) -> Vec<(&'static str, String)> {
    let steps = STEPS.iter().map(|(path, text)| (*path, (*text).to_owned()));
    [("case.toml", tables(size))].into_iter().chain(steps).collect()
}

/// The tables of `case.toml`.
fn tables(size: Size) -> String {
    let mut text = include_str!("tables.toml").to_owned();
    for (id, kind, url) in [
        ("page", "audited-page", PAGE),
        ("other-page", "control-page", OTHER_PAGE),
        ("start", "start-page", START),
        ("photos", "audited-page", &format!("{PAGE}/photos")),
        ("second-site", "second-site", "https://www.voorbeeldgemeente.example/paspoort"),
    ] {
        // Writing to a text does not fail.
        let _ = write!(text, "\n[[target]]\nid = \"{id}\"\nkind = \"{kind}\"\nurl = \"{url}\"\nsteps = \"steps/target-{id}.toml\"\n");
    }
    let (matrix, beside) = size.scenarios();
    for Planned { name, personas, choices, targets, repetitions, kept, third_party_cookies } in matrix.iter().chain(beside) {
        let profile = kept.map_or_else(|| "fresh".to_owned(), |name| format!("kept:{name}"));
        let _ = write!(
            text,
            "\n[[scenario]]\nname = \"{name}\"\npersonas = {personas:?}\nchoices = {choices:?}\ntargets = {targets:?}\nrepetitions = {repetitions}\n\
             profile = \"{profile}\"\noperated = \"scripted\"\ndevice = \"desktop\"\negress = \"loopback: the simulated world on the same machine\"\n\
             third-party-cookies = \"{third_party_cookies}\"\n"
        );
    }
    text
}
