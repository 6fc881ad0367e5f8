//! What somebody says of a cookie or an endpoint, and where it stands.

use serde::Serialize;

use super::Text;

/// What somebody says about a cookie or an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Claim {
    /// `vendor`, `independent`, `authority`, `own`.
    pub by: &'static str,
    /// Who.
    pub who: String,
    /// Category id; its label stands in [`Text`] form beside it.
    pub category: Option<Category>,
    /// What they say, in our words.
    pub purpose: Option<Text>,
    /// Lifetime they state, as written in the rule.
    pub lifetime: Option<String>,
    /// Identifier of the source in [`Report::sources`](super::Report::sources).
    pub source: String,
    /// `stated`, `derived` or `unverified`: nobody has checked it.
    pub certainty: &'static str,
    /// Identifier of the rule.
    pub rule: String,
    /// Rule file and line: `meta-cookies.toml:12`.
    pub place: String,
    /// What the rule does not prove, beside what no rule proves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<Text>,
}

/// A category with its label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Category {
    /// Identifier.
    pub id: String,
    /// Label in both languages.
    pub label: Text,
}

/// A work that claims refer to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Source {
    /// Identifier as claims give it: `meta-cookies/OCD`.
    pub id: String,
    /// Title.
    pub title: String,
    /// Publisher.
    pub publisher: String,
    /// Where it is found.
    pub reference: String,
    /// Its date.
    pub date: String,
    /// Whether the work itself was read for the rules; else what it says is taken over from another. Left out where it was.
    #[serde(skip_serializing_if = "is_true")]
    pub consulted: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_true(value: &bool) -> bool {
    *value
}
