//! Signatures of requests that carry a choice made in a consent screen. Says what such a request looks like, never whether a choice is consent.

use super::file::Certainty;
use super::subject::Place;
use crate::model::Pattern;
use crate::site::{Says, Scope};

/// Values of form fields that are kept are not longer than this (bytes).
pub(super) const LONGEST_VALUE: usize = 16;

/// A rule that says which requests carry a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChoiceRule {
    /// Identifier.
    pub id: String,
    /// Where it stands.
    pub place: Place,
    /// Hosts that fit, with their subdomains.
    pub hosts: Vec<String>,
    /// Paths that fit.
    pub paths: Vec<Pattern>,
    /// Methods that fit; `None`: any.
    pub methods: Option<Vec<String>>,
    /// Query parameters that must be there, with the values that fit; none: any value.
    pub query: Vec<(String, Vec<String>)>,
    /// The same for fields of a form in the request's body.
    pub form: Vec<(String, Vec<String>)>,
    /// Registrable domain for which the choice holds; `None`: that of the host asked.
    pub site: Option<String>,
    /// For whom it holds.
    pub scope: Scope,
    /// What the request says.
    pub says: Says,
    /// Index in [`super::RuleSet::sources`].
    pub source: usize,
    /// How it follows from the source.
    pub certainty: Certainty,
}

impl ChoiceRule {
    /// Whether method and path of a request fit, whose host fits already.
    #[must_use]
    pub fn matches_line(&self, method: &str, path: &str) -> bool {
        self.methods.as_ref().is_none_or(|methods| methods.iter().any(|wanted| wanted == method))
            && self.paths.iter().any(|wanted| wanted.matches(path))
    }

    /// Whether a request fits, whose host fits already. `query` and `form`: names with values, as far as these are known.
    #[must_use]
    pub fn matches(&self, method: &str, path: &str, query: &[(&str, Option<&str>)], form: &[(&str, Option<&str>)]) -> bool {
        self.matches_line(method, path) && has_all(&self.query, query) && has_all(&self.form, form)
    }
}

fn has_all(wanted: &[(String, Vec<String>)], there: &[(&str, Option<&str>)]) -> bool {
    wanted.iter().all(|(name, values)| {
        let fits = |value: Option<&str>| values.is_empty() || value.is_some_and(|value| values.iter().any(|wanted| wanted == value));
        there.iter().any(|(other, value)| other == name && fits(*value))
    })
}

/// Whether a value of a form field can be seen by a rule at all: only short plain ones are kept.
pub(super) fn is_visible(value: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
    !value.is_empty() && value.len() <= LONGEST_VALUE && value.bytes().all(plain)
}
