//! The tables of a plan as they stand in `case.toml`, unchecked: every member may be missing and every word may be wrong, so that a half-filled plan
//! can still be opened and all that is wrong with it be said at once. Checks nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml::Spanned;
use toml::value::Datetime;

/// A text with its place in the file. Compared and written without the place.
pub type Text = Spanned<String>;

/// `[plan]`: what holds for all scenarios.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SettingsTable {
    /// Days after which a recording counts as too old.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub too_old_after_days: Option<Spanned<i64>>,
    /// Days for which recordings are to be kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<Spanned<i64>>,
}

/// `[[persona]]`: who visits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PersonaTable {
    /// Identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Text>,
    /// See [`crate::model::PersonaState`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Text>,
    /// File of the steps that bring the browser into that state, below the folder of the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<Text>,
    /// What is said of the persona.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub passport: BTreeMap<String, Text>,
}

/// `[[choice]]`: a path of choices.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ChoiceTable {
    /// Identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Text>,
    /// See [`crate::model::ChoicePath`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<Text>,
    /// File of the steps that choose, below the folder of the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<Text>,
}

/// `[[target]]`: what is visited.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TargetTable {
    /// Identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Text>,
    /// See [`crate::model::TargetKind`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Text>,
    /// Its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Text>,
    /// File of the steps of a visit, below the folder of the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<Text>,
}

/// `[[scenario]]`: what is to be recorded, as a product of personas, paths of choices and targets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ScenarioTable {
    /// Name, with the places `{persona}`, `{choice}` and `{target}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// Identifiers of personas.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub personas: Vec<Text>,
    /// Identifiers of paths of choices.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Text>,
    /// Identifiers of targets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<Text>,
    /// How often each is recorded (on each of the days).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repetitions: Option<Spanned<i64>>,
    /// Days on which each is recorded, in UTC.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<Spanned<DayWritten>>,
    /// `fresh` or `kept:NAME`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Text>,
    /// See [`crate::model::Operated`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operated: Option<Text>,
    /// `desktop`, `emulated-mobile`, or the auditor's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Text>,
    /// Where requests leave from, and who says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub egress: Option<Text>,
    /// `chromium`, `firefox` or a program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub browser: Option<Text>,
    /// `default`, `allow` or `block`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub third_party_cookies: Option<Text>,
    /// `virtual`, `headless` or `own`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Text>,
    /// Identifiers of planted values that the steps may type.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seeds: Vec<Text>,
}

/// A day as it was written: as a text, or as a date of TOML's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum DayWritten {
    /// In quotes.
    Text(String),
    /// Without.
    Date(Datetime),
}

/// All tables of a plan, with what else of the case they are held against.
#[derive(Clone, Copy, Debug)]
pub struct PlanTables<'a> {
    /// `[plan]`.
    pub settings: Option<&'a SettingsTable>,
    /// `[[persona]]`.
    pub personas: &'a [Spanned<PersonaTable>],
    /// `[[choice]]`.
    pub choices: &'a [Spanned<ChoiceTable>],
    /// `[[target]]`.
    pub targets: &'a [Spanned<TargetTable>],
    /// `[[scenario]]`.
    pub scenarios: &'a [Spanned<ScenarioTable>],
    /// Addresses of the Pages of the case.
    pub pages: &'a [String],
    /// Identifiers of its planted values.
    pub seeds: &'a [String],
}
