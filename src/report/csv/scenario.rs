//! Tables about the scenario of a recording as CSV cells: the scenario with its start and outcome, consent screens with their options, clicks,
//! rules of others and pictures. No language: identifiers stand as they are in the model.

use super::super::model::{
    ClickedRow, ConsentOptionRow, ConsentRuleRow, ConsentScreenRow, HandCount, PictureRow, Scenario, ScenarioTables,
};
use super::{joined, known, table};
use crate::model::Decision;

/// What the table of scenarios has in its rows: a recording is at most one.
const SCENARIO: &[&str] = &[
    "scenario",
    "repetition",
    "persona",
    "persona_state",
    "passport",
    "planned_choice",
    "planned_path",
    "target",
    "position_in_the_examination",
    "url",
    "device",
    "operated",
    "steps_sha256",
    "outcome",
    "wall",
    "outcome_place",
    "outcome_why",
    "steps_done",
    "handed_to_operator",
    "start",
    "start_warning",
    "profile",
    "profile_said_by",
    "kept_profile",
    "kept_profile_used_before",
    "hosts",
    "hosts_first_asked_with_cookies",
    "with_cookies_set_before",
    "with_cookies_from_elsewhere",
    "egress_as_the_plan_states",
    "not_used_by",
    "not_used_at",
    "not_used_reason",
    "not_used_ledger_record",
    "requests_while_a_script_acted",
    "requests_while_a_person_acted",
    "requests_of_which_that_is_not_established",
];

const SCREENS: &[&str] = &[
    "nr",
    "name",
    "layer",
    "time",
    "page",
    "clicks",
    "options",
    "options_left_out",
    "text_sha256",
    "text_differs",
    "picture_sha256",
    "picture",
    "rule",
    "exhibit",
];

const OPTIONS: &[&str] = &["screen", "nr", "kind", "text", "on", "disabled"];

const CLICKED: &[&str] = &["nr", "text", "leads_on", "clicks", "step", "exhibit"];

const RULES: &[&str] = &[
    "nr",
    "rule",
    "kept",
    "file",
    "sha256",
    "rules_in_the_file",
    "choice",
    "step",
    "others_that_fitted",
    "done",
    "clicks",
    "own_test",
    "screen_afterwards",
    "exhibit",
];

const PICTURES: &[&str] = &["nr", "label", "time", "said_by", "bytes", "sha256", "exhibit"];

/// The columns in the table of flows.
pub(super) const OF_A_FLOW: &[&str] =
    &["requests_while_a_script_acted", "requests_while_a_person_acted", "requests_of_which_that_is_not_established"];

/// Name and bytes of every table.
pub(super) fn tables(
    planned: Option<&Scenario>,
    rows: &ScenarioTables,
    simulated: bool,
) -> Result<[(&'static str, Vec<u8>); 6], csv::Error> {
    let options: Vec<(u64, u64, &ConsentOptionRow)> =
        rows.consent_screens.iter().flat_map(|screen| screen.options.iter().zip(1..).map(|(option, nr)| (screen.nr, nr, option))).collect();
    Ok([
        ("scenario.csv", table(SCENARIO, simulated, &[planned], |planned| scenario(*planned, rows))?),
        ("consent-screens.csv", table(SCREENS, simulated, &rows.consent_screens, screen)?),
        ("consent-options.csv", table(OPTIONS, simulated, &options, option)?),
        ("consent-clicks.csv", table(CLICKED, simulated, &rows.clicked, clicked)?),
        ("consent-rules.csv", table(RULES, simulated, &rows.consent_rules, rule)?),
        ("pictures.csv", table(PICTURES, simulated, &rows.pictures, picture)?),
    ])
}

/// The cells of [`OF_A_FLOW`].
pub(super) fn of_a_flow(row: &HandCount) -> Vec<String> {
    [row.script, row.person, row.not_established].map(|count| count.to_string()).to_vec()
}

fn scenario(planned: Option<&Scenario>, rows: &ScenarioTables) -> Vec<String> {
    let of = |cell: &dyn Fn(&Scenario) -> String| planned.map(cell).unwrap_or_default();
    let (start, outcome) = (&rows.start, &rows.outcome);
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let passport = |planned: &Scenario| joined(&planned.passport.iter().collect::<Vec<_>>(), |(name, said)| format!("{name}: {said}"));
    let mut cells = vec![
        of(&|planned| planned.name.clone()),
        of(&|planned| planned.repetition.to_string()),
        of(&|planned| planned.persona.clone()),
        of(&|planned| planned.state.id().to_owned()),
        of(&passport),
        of(&|planned| planned.choice.clone()),
        of(&|planned| planned.path.id().to_owned()),
        of(&|planned| planned.target.clone()),
        of(&|planned| planned.kind.id().to_owned()),
        of(&|planned| planned.url.clone()),
        of(&|planned| planned.device.clone()),
        of(&|planned| planned.operated.id().to_owned()),
        of(&|planned| planned.steps.clone().unwrap_or_default()),
        outcome.id.to_owned(),
        text(&outcome.wall),
        text(&outcome.place),
        text(&outcome.why),
        known(outcome.steps_done),
        known(outcome.handed_to_operator),
        start.id.to_owned(),
        start.warning.to_string(),
        start.profile.to_owned(),
        start.profile_said_by.unwrap_or_default().to_owned(),
        text(&start.kept),
        known(start.used_before),
        start.hosts.to_string(),
        start.hosts_first_asked_with_cookies.to_string(),
        start.with_cookies_set_before.to_string(),
        start.with_cookies_from_elsewhere.to_string(),
        text(&start.egress),
    ];
    let not_used = |of: &dyn Fn(&Decision) -> String| rows.not_used.as_ref().map(of).unwrap_or_default();
    cells.extend([
        not_used(&|decision| decision.by.clone()),
        not_used(&|decision| decision.at.clone()),
        not_used(&|decision| decision.reason.clone()),
        not_used(&|decision| decision.ledger_record.to_string()),
    ]);
    cells.extend(of_a_flow(&rows.operated));
    cells
}

fn screen(row: &ConsentScreenRow) -> Vec<String> {
    vec![
        row.nr.to_string(),
        row.name.clone(),
        row.layer.to_string(),
        row.time.clone(),
        row.page.clone(),
        row.clicks.to_string(),
        row.options.len().to_string(),
        row.options_left_out.to_string(),
        row.text_sha256.clone(),
        row.text_differs.to_string(),
        row.picture_sha256.clone().unwrap_or_default(),
        known(row.picture),
        row.rule.clone().unwrap_or_default(),
        row.exhibit.to_string(),
    ]
}

fn option((screen, nr, row): &(u64, u64, &ConsentOptionRow)) -> Vec<String> {
    vec![screen.to_string(), nr.to_string(), row.kind.to_owned(), row.text.clone(), known(row.on), row.disabled.to_string()]
}

fn clicked(row: &ClickedRow) -> Vec<String> {
    vec![row.nr.to_string(), row.text.clone(), row.leads_on.to_string(), row.clicks.to_string(), row.place.clone(), row.exhibit.to_string()]
}

fn rule(row: &ConsentRuleRow) -> Vec<String> {
    vec![
        row.nr.to_string(),
        row.rule.clone().unwrap_or_default(),
        row.kept.clone(),
        row.file.clone(),
        row.sha256.clone(),
        row.rules.to_string(),
        row.choice.to_owned(),
        row.place.clone(),
        joined(&row.also, Clone::clone),
        joined(&row.done, Clone::clone),
        row.clicks.to_string(),
        row.test.to_owned(),
        row.screen.to_owned(),
        row.exhibit.to_string(),
    ]
}

fn picture(row: &PictureRow) -> Vec<String> {
    vec![
        row.nr.to_string(),
        row.label.clone(),
        row.time.clone(),
        row.said_by.to_owned(),
        row.bytes.to_string(),
        row.sha256.clone(),
        row.exhibit.to_string(),
    ]
}
