//! Single statements of a vendor's own texts, and by what in a recording each can be held against what was seen. A statement is quoted or told in our words;
//! whether what was seen bears it out is for a reader to say, never for a rule.

use super::file::{By, Certainty, Text};
use super::request::{RequestFacts, RequestMatch};
use super::subject::Place;
use crate::model::{Digest, Pattern, PersonaState};

/// Longest quotation, in characters: a sentence or two, as a citation needs.
pub const LONGEST_QUOTATION: usize = 300;

/// When a thing must have been seen, relative to the choices that were made for the platform's site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// At any time.
    Any,
    /// Before any choice was made.
    BeforeChoice,
    /// After what is optional was declined.
    AfterDecline,
    /// After everything, or what is optional, was allowed.
    AfterAllow,
    /// After it was taken back.
    AfterWithdrawal,
}

impl When {
    /// Every one.
    pub const ALL: [Self; 5] = [Self::Any, Self::BeforeChoice, Self::AfterDecline, Self::AfterAllow, Self::AfterWithdrawal];

    /// As it stands in rule files and outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::BeforeChoice => "before-choice",
            Self::AfterDecline => "after-decline",
            Self::AfterAllow => "after-allow",
            Self::AfterWithdrawal => "after-withdrawal",
        }
    }
}

/// What can be seen on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// A cookie in an answer.
    CookieSet {
        /// Its name.
        name: Pattern,
        /// Domain it is kept for, or a parent of it.
        domain: String,
    },
    /// A cookie in a request.
    CookieSent {
        /// Its name.
        name: Pattern,
        /// Host it is sent to, or a parent of it.
        domain: String,
    },
    /// A request, and in it a field where one is named.
    Request {
        /// Requests that fit.
        at: RequestMatch,
        /// Place and name of a field, as for rules about fields.
        field: Option<(&'static str, Pattern)>,
    },
}

/// By what a statement can be tested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// What must be seen, in the words of the rule.
    pub written: String,
    /// What must be seen.
    pub sight: Sight,
    /// When.
    pub when: When,
    /// Personas in whose recordings it counts; empty: all.
    pub personas: Vec<PersonaState>,
}

/// A statement of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Identifier.
    pub id: String,
    /// Where it stands.
    pub place: Place,
    /// What kind of speaker.
    pub by: By,
    /// Who says it.
    pub who: String,
    /// What is said, in our words.
    pub text: Text,
    /// The same literally, in the language of the text.
    pub quotation: Option<String>,
    /// SHA-256 of the text as it was kept in a case, where the rule was written from one.
    pub kept: Option<Digest>,
    /// Index in [`super::RuleSet::sources`].
    pub source: usize,
    /// How it follows from the source.
    pub certainty: Certainty,
    /// By what it can be tested, any of them; empty: a proxy cannot observe what it speaks of.
    pub tests: Vec<Test>,
}

/// Whether `host` is `domain` or under it.
fn is_under(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

impl Test {
    /// Whether it is about a cookie of this name set for this domain.
    #[must_use]
    pub fn is_cookie_set(&self, name: &str, domain: &str) -> bool {
        matches!(&self.sight, Sight::CookieSet { name: wanted, domain: under } if is_under(domain, under) && wanted.matches(name))
    }

    /// Whether it is about a cookie of this name sent to this host.
    #[must_use]
    pub fn is_cookie_sent(&self, name: &str, host: &str) -> bool {
        matches!(&self.sight, Sight::CookieSent { name: wanted, domain: under } if is_under(host, under) && wanted.matches(name))
    }

    /// Whether it is about this request. `fields`: places and names of its fields.
    pub fn is_request<'f>(&self, request: &RequestFacts<'_>, mut fields: impl Iterator<Item = (&'static str, &'f str)>) -> bool {
        let Sight::Request { at, field } = &self.sight else { return false };
        at.matches(request)
            && field
                .as_ref()
                .is_none_or(|(place, wanted)| fields.any(|(there, name)| (*place == "any" || *place == there) && wanted.matches(name)))
    }

    /// Whether recordings of this persona count. `None`: it is not known who visited.
    #[must_use]
    pub fn counts_for(&self, persona: Option<PersonaState>) -> bool {
        self.personas.is_empty() || persona.is_some_and(|persona| self.personas.contains(&persona))
    }
}
