//! Which recording of a case's plan a session is: who visited what, along which path of choices, and which repetition it is. What stands here was
//! planned or told; what was really chosen stands in the marks and requests of the recording.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Mark, SaidBy, Session, Timestamp};

/// Beginning of the note with which a script hands over to a person.
pub const HANDED_OVER: &str = "Handed to the operator";

/// The note with which it takes over again.
pub const HANDED_BACK: &str = "Handed back to the script";

/// The device of a recording in which a driven browser was told to show itself as a telephone. It is none.
pub const EMULATED_MOBILE: &str = "emulated-mobile";

/// A scenario as a recording carries it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Scenario {
    /// Its name in the plan of the case.
    pub name: String,
    /// Which of its repetitions this is, from 1.
    pub repetition: u32,
    /// Who visits: identifier of the persona in the plan.
    pub persona: String,
    /// How the persona stands to the platform.
    pub state: PersonaState,
    /// What is said of the persona, by name of the statement, as the plan has it; never a secret.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub passport: BTreeMap<String, String>,
    /// Identifier of the path of choices in the plan.
    pub choice: String,
    /// What that path is meant to do in the consent screen.
    pub path: ChoicePath,
    /// Identifier of the target in the plan.
    pub target: String,
    /// What the target is in the examination.
    pub kind: TargetKind,
    /// Its address.
    pub url: String,
    /// The browser's profile.
    pub profile: ProfileUse,
    /// Who acts in the browser.
    pub operated: Operated,
    /// The device: `desktop`, [`EMULATED_MOBILE`], or as the auditor calls it.
    pub device: String,
    /// Where requests leave from, and who says so. `None`: nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub egress: Option<String>,
    /// SHA-256 of the file of steps, hexadecimal, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<String>,
}

/// How a persona stands to the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PersonaState {
    /// Has no account.
    NoAccount,
    /// Has one and is logged out.
    LoggedOut,
    /// Is logged in.
    LoggedIn,
    /// Is logged in and administers the audited Page.
    Administrator,
}

/// What a path of choices is meant to do. The literal text of the buttons stands in the recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ChoicePath {
    /// Nothing is chosen.
    NoChoice,
    /// What is optional is declined.
    Decline,
    /// Everything is allowed.
    Allow,
    /// Everything is allowed, and that is taken back later.
    Withdraw,
    /// Something else, as the plan's name of the path says.
    Other,
}

/// What a target is in the examination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum TargetKind {
    /// The Page that is examined.
    AuditedPage,
    /// Another public Page: a control.
    ControlPage,
    /// The platform's start page: a control.
    StartPage,
    /// A site outside the platform.
    SecondSite,
}

/// What profile a browser has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "use")]
pub enum ProfileUse {
    /// A new one, made by the program for this recording and removed after it.
    Fresh,
    /// One that is kept between recordings.
    Kept {
        /// Its name in the case.
        name: String,
        /// How many recordings used it before this one.
        before: u32,
    },
    /// Not made by the program; nothing is known of it.
    Unknown,
}

/// Who acts in the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Operated {
    /// A person.
    Manual,
    /// A script of steps.
    Scripted,
    /// A script that stops where a person has to act.
    Mixed,
}

/// Identifiers of an enumeration of this file, as they stand in captures and outputs.
macro_rules! identifiers {
    ($kind:ident { $($variant:ident => $id:literal),+ $(,)? }) => {
        impl $kind {
            /// Every one, in the order of the examination.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable identifier, as it stands in captures and outputs.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$variant => $id),+
                }
            }
        }
    };
}

identifiers!(PersonaState { NoAccount => "no-account", LoggedOut => "logged-out", LoggedIn => "logged-in", Administrator => "administrator" });
identifiers!(ChoicePath { NoChoice => "no-choice", Decline => "decline", Allow => "allow", Withdraw => "withdraw", Other => "other" });
identifiers!(TargetKind { AuditedPage => "audited-page", ControlPage => "control-page", StartPage => "start-page", SecondSite => "second-site" });
identifiers!(Operated { Manual => "manual", Scripted => "scripted", Mixed => "mixed" });

impl TargetKind {
    /// Whether the audited Page is compared with it to answer the first question.
    #[must_use]
    pub const fn is_control(self) -> bool {
        matches!(self, Self::ControlPage | Self::StartPage)
    }
}

/// Who acted in the browser at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hand {
    /// A script.
    Script,
    /// A person.
    Person,
    /// The recording does not say.
    NotEstablished,
}

impl Hand {
    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Script => "script",
            Self::Person => "person",
            Self::NotEstablished => "not-established",
        }
    }
}

/// Who acted in the browser in the course of a recording, as its plan, its script's marks or its own word about the browser say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acting {
    begins: Hand,
    /// When it changed hands, in order of time.
    changes: Vec<(Timestamp, Hand)>,
}

impl Default for Acting {
    fn default() -> Self {
        Self { begins: Hand::NotEstablished, changes: Vec::new() }
    }
}

impl Acting {
    /// What `session` says. A script that hands over writes a note each time; a person's note of the same text hands nothing over.
    #[must_use]
    pub fn of(session: &Session) -> Self {
        let browser = session.browser.as_deref().unwrap_or_default();
        let begins = match session.planned.as_ref().map(|planned| planned.operated) {
            Some(Operated::Manual) => Hand::Person,
            Some(Operated::Scripted | Operated::Mixed) => Hand::Script,
            None if browser.contains("not driven by a script") => Hand::Person,
            None if browser.contains("driven over ") => Hand::Script,
            None => Hand::NotEstablished,
        };
        let changed = |(at, mark): &(Timestamp, Mark)| match mark.said_by {
            SaidBy::Script if mark.text.starts_with(HANDED_OVER) => Some((*at, Hand::Person)),
            SaidBy::Script if mark.text == HANDED_BACK => Some((*at, Hand::Script)),
            _ => None,
        };
        let mut changes: Vec<_> = if begins == Hand::Script { session.marks.iter().filter_map(changed).collect() } else { Vec::new() };
        changes.sort_by_key(|(at, _)| *at);
        Self { begins, changes }
    }

    /// Who acted at a moment; of a moment that is not known nothing is.
    #[must_use]
    pub fn at(&self, at: Option<Timestamp>) -> Hand {
        let Some(at) = at else {
            return if self.changes.is_empty() { self.begins } else { Hand::NotEstablished };
        };
        let before = self.changes.partition_point(|(since, _)| *since <= at);
        before.checked_sub(1).map_or(self.begins, |last| self.changes[last].1)
    }
}

#[cfg(test)]
mod tests {
    use super::super::MarkKind;
    use super::*;

    #[test]
    fn who_acts_follows_plan_marks_and_browser() {
        let time = Timestamp::from_nanoseconds;
        let note = |at, said_by, text: &str| (time(at), Mark { kind: MarkKind::Note, said_by, text: text.to_owned() });
        let browser = |text: &str| Acting::of(&Session { browser: Some(text.to_owned()), ..Session::default() }).at(Some(time(1)));
        assert_eq!(browser("Chromium 156, headless, driven over the Chrome DevTools Protocol"), Hand::Script);
        assert_eq!(browser("Firefox 153, not driven by a script"), Hand::Person);
        assert_eq!(browser("Firefox 153"), Hand::NotEstablished);
        let session = Session {
            browser: Some("Chromium, driven over WebDriver BiDi".to_owned()),
            marks: vec![
                note(5, SaidBy::Operator, "Handed to the operator: a lie"),
                note(10, SaidBy::Script, "Handed to the operator: type the code"),
                note(20, SaidBy::Script, HANDED_BACK),
            ],
            ..Session::default()
        };
        let acting = Acting::of(&session);
        assert_eq!(
            [1, 5, 10, 19, 20].map(|at| acting.at(Some(time(at)))).map(Hand::id),
            ["script", "script", "person", "person", "script"]
        );
        assert_eq!(acting.at(None), Hand::NotEstablished);
    }

    #[test]
    fn identifiers_are_what_serde_writes() {
        fn same<T: Serialize + Copy>(all: &[T], id: impl Fn(T) -> &'static str) {
            for &value in all {
                assert_eq!(serde_json::to_value(value).expect("plain"), id(value));
            }
        }
        same(PersonaState::ALL, PersonaState::id);
        same(ChoicePath::ALL, ChoicePath::id);
        same(TargetKind::ALL, TargetKind::id);
        same(Operated::ALL, Operated::id);
    }
}
