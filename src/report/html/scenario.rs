//! The scenario, its start, consent screens and pictures as the template takes them. Texts of pages get into the page only through the filters of the
//! template; a table shows its first rows and says in which file the rest stands.

use std::collections::BTreeMap;

use minijinja::{
    context,
    value::{Serde, Value as Cell},
};

use super::super::model::ScenarioTables;
use super::linkage::shown;

/// Headings of the columns of each table.
pub(super) fn scenario_heads() -> BTreeMap<&'static str, Vec<&'static str>> {
    BTreeMap::from([
        (
            "t16a",
            vec!["col-nr", "col-screen", "col-screen-when", "col-screen-clicks", "col-screen-options", "col-screen-digests", "col-exhibit"],
        ),
        ("t16b", vec!["col-nr", "col-clicked", "col-clicked-what", "col-clicked-clicks", "col-clicked-step"]),
        ("t16d", vec!["col-nr", "col-rule", "col-rule-file", "col-rule-done", "col-rule-test", "col-clicked-step"]),
        ("t16c", vec!["col-nr", "col-picture", "col-when", "col-picture-size", "col-picture-digest", "col-exhibit"]),
    ])
}

/// The tables.
pub(super) fn scenario(tables: &ScenarioTables) -> Cell {
    context! {
        heads => scenario_heads(),
        not_used => tables.not_used.as_ref().map(|decision| Cell::from(Serde(decision))),
        start => Cell::from(Serde(&tables.start)),
        outcome => Cell::from(Serde(&tables.outcome)),
        operated => Cell::from(Serde(&tables.operated)),
        screens => shown(&tables.consent_screens, "consent-screens.csv", context! {}),
        screens_left_out => tables.consent_screens_left_out,
        clicked => shown(&tables.clicked, "consent-clicks.csv", context! {}),
        clicked_left_out => tables.clicked_left_out,
        rules => shown(&tables.consent_rules, "consent-rules.csv", context! {}),
        rules_left_out => tables.consent_rules_left_out,
        pictures => shown(&tables.pictures, "pictures.csv", context! {}),
        pictures_left_out => tables.pictures_left_out,
        unreadable_exhibits => tables.unreadable_exhibits,
    }
}

#[cfg(test)]
mod tests;
