//! Tables about the scenario of a recording as cells: the scenario with its start and outcome, consent screens with their options, clicks,
//! rules of others and pictures. No language: identifiers stand as they are in the model.

use super::super::model::{
    ClickedRow, ConsentOptionRow, ConsentRuleRow, ConsentScreenRow, HandCount, PictureRow, Scenario, ScenarioTables,
};
use super::{joined, known};
use crate::model::Decision;
use crate::report::table::{Cell, Column, Table, cells, flag, text, time, whole};

/// What the table of scenarios has in its rows: a recording is at most one.
const SCENARIO: &[Column] = &[
    text("scenario"),
    whole("repetition"),
    text("persona"),
    text("persona_state"),
    text("passport"),
    text("planned_choice"),
    text("planned_path"),
    text("target"),
    text("position_in_the_examination"),
    text("url"),
    text("device"),
    text("operated"),
    text("steps_sha256"),
    text("outcome"),
    text("wall"),
    text("outcome_place"),
    text("outcome_why"),
    whole("steps_done"),
    whole("handed_to_operator"),
    text("start"),
    flag("start_warning"),
    text("profile"),
    text("profile_said_by"),
    text("kept_profile"),
    whole("kept_profile_used_before"),
    whole("hosts"),
    whole("hosts_first_asked_with_cookies"),
    whole("with_cookies_set_before"),
    whole("with_cookies_from_elsewhere"),
    text("egress_as_the_plan_states"),
    text("not_used_by"),
    time("not_used_at"),
    text("not_used_reason"),
    whole("not_used_ledger_record"),
    whole("requests_while_a_script_acted"),
    whole("requests_while_a_person_acted"),
    whole("requests_of_which_that_is_not_established"),
];

const SCREENS: &[Column] = &[
    whole("nr"),
    text("name"),
    whole("layer"),
    time("time"),
    text("page"),
    whole("clicks"),
    whole("options"),
    whole("options_left_out"),
    text("text_sha256"),
    flag("text_differs"),
    text("picture_sha256"),
    whole("picture"),
    text("rule"),
    whole("exhibit"),
];

const OPTIONS: &[Column] = &[whole("screen"), whole("nr"), text("kind"), text("text"), flag("on"), flag("disabled")];

const CLICKED: &[Column] = &[whole("nr"), text("text"), flag("leads_on"), whole("clicks"), text("step"), whole("exhibit")];

const RULES: &[Column] = &[
    whole("nr"),
    text("rule"),
    text("kept"),
    text("file"),
    text("sha256"),
    whole("rules_in_the_file"),
    text("choice"),
    text("step"),
    text("others_that_fitted"),
    text("done"),
    whole("clicks"),
    text("own_test"),
    text("screen_afterwards"),
    whole("exhibit"),
];

const PICTURES: &[Column] = &[whole("nr"), text("label"), time("time"), text("said_by"), whole("bytes"), text("sha256"), whole("exhibit")];

/// The columns in the table of flows.
pub(super) const OF_A_FLOW: &[Column] =
    &[whole("requests_while_a_script_acted"), whole("requests_while_a_person_acted"), whole("requests_of_which_that_is_not_established")];

/// Every table.
pub(super) fn tables(planned: Option<&Scenario>, rows: &ScenarioTables, simulated: bool) -> [Table; 6] {
    let options: Vec<(u64, u64, &ConsentOptionRow)> =
        rows.consent_screens.iter().flat_map(|screen| screen.options.iter().zip(1..).map(|(option, nr)| (screen.nr, nr, option))).collect();
    [
        Table::of("scenario", SCENARIO, simulated, &[planned], |planned| scenario(*planned, rows)),
        Table::of("consent-screens", SCREENS, simulated, &rows.consent_screens, screen),
        Table::of("consent-options", OPTIONS, simulated, &options, option),
        Table::of("consent-clicks", CLICKED, simulated, &rows.clicked, clicked),
        Table::of("consent-rules", RULES, simulated, &rows.consent_rules, rule),
        Table::of("pictures", PICTURES, simulated, &rows.pictures, picture),
    ]
}

/// The cells of [`OF_A_FLOW`].
pub(super) fn of_a_flow(row: &HandCount) -> Vec<Cell> {
    [row.script, row.person, row.not_established].map(Cell::from).to_vec()
}

fn scenario(planned: Option<&Scenario>, rows: &ScenarioTables) -> Vec<Cell> {
    let of = |cell: &dyn Fn(&Scenario) -> Cell| Cell::from(planned.map(cell));
    let (start, outcome) = (&rows.start, &rows.outcome);
    let passport = |planned: &Scenario| joined(&planned.passport.iter().collect::<Vec<_>>(), |(name, said)| format!("{name}: {said}"));
    let mut cells = cells![
        of(&|planned| planned.name.as_str().into()),
        of(&|planned| planned.repetition.into()),
        of(&|planned| planned.persona.as_str().into()),
        of(&|planned| planned.state.id().into()),
        of(&|planned| passport(planned).into()),
        of(&|planned| planned.choice.as_str().into()),
        of(&|planned| planned.path.id().into()),
        of(&|planned| planned.target.as_str().into()),
        of(&|planned| planned.kind.id().into()),
        of(&|planned| planned.url.as_str().into()),
        of(&|planned| planned.device.as_str().into()),
        of(&|planned| planned.operated.id().into()),
        of(&|planned| planned.steps.as_deref().into()),
        outcome.id,
        outcome.wall.as_deref(),
        outcome.place.as_deref(),
        outcome.why.as_deref(),
        known(outcome.steps_done),
        known(outcome.handed_to_operator),
        start.id,
        start.warning,
        start.profile,
        start.profile_said_by,
        start.kept.as_deref(),
        known(start.used_before),
        start.hosts,
        start.hosts_first_asked_with_cookies,
        start.with_cookies_set_before,
        start.with_cookies_from_elsewhere,
        start.egress.as_deref()
    ];
    let not_used = |of: &dyn Fn(&Decision) -> Cell| Cell::from(rows.not_used.as_ref().map(of));
    cells.extend(cells![
        not_used(&|decision| decision.by.as_str().into()),
        not_used(&|decision| decision.at.as_str().into()),
        not_used(&|decision| decision.reason.as_str().into()),
        not_used(&|decision| decision.ledger_record.into())
    ]);
    cells.extend(of_a_flow(&rows.operated));
    cells
}

fn screen(row: &ConsentScreenRow) -> Vec<Cell> {
    cells![
        row.nr,
        row.name.clone(),
        row.layer,
        row.time.clone(),
        row.page.clone(),
        row.clicks,
        row.options.len(),
        row.options_left_out,
        row.text_sha256.clone(),
        row.text_differs,
        row.picture_sha256.clone().unwrap_or_default(),
        known(row.picture),
        row.rule.clone(),
        row.exhibit
    ]
}

fn option((screen, nr, row): &(u64, u64, &ConsentOptionRow)) -> Vec<Cell> {
    cells![screen, nr, row.kind, row.text.clone(), known(row.on), row.disabled]
}

fn clicked(row: &ClickedRow) -> Vec<Cell> {
    cells![row.nr, row.text.clone(), row.leads_on, row.clicks, row.place.clone(), row.exhibit]
}

fn rule(row: &ConsentRuleRow) -> Vec<Cell> {
    cells![
        row.nr,
        row.rule.clone(),
        row.kept.clone(),
        row.file.clone(),
        row.sha256.clone(),
        row.rules,
        row.choice,
        row.place.clone(),
        joined(&row.also, Clone::clone),
        joined(&row.done, Clone::clone),
        row.clicks,
        row.test,
        row.screen,
        row.exhibit
    ]
}

fn picture(row: &PictureRow) -> Vec<Cell> {
    cells![row.nr, row.label.clone(), row.time.clone(), row.said_by, row.bytes, row.sha256.clone(), row.exhibit]
}
