//! What exhibits of the structured kinds say of a consent screen and of the steps of a visit (JSON). What is read here was written beside hostile
//! pages: members that are missing are nothing said, unknown ones are left alone, and what cannot be read is no error but nothing.

use serde::{Deserialize, Serialize};

use super::{BROWSER_REPORT, ExhibitKind, JarReport, RecordedExhibit};

/// A layer of a consent screen as it was shown (exhibits of kind `consent-screen`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConsentScreen {
    /// What the steps call the screen; the same for all its layers.
    pub name: String,
    /// Which layer, from 1.
    pub layer: u32,
    /// Address of the page, without query and fragment.
    pub page: String,
    /// Clicks since the screen was first recorded.
    pub clicks: u32,
    /// What can be chosen, in the order of the screen.
    pub options: Vec<ConsentOption>,
    /// What it reads.
    pub text: String,
    /// SHA-256 of that text in UTF-8, hexadecimal.
    pub text_sha256: String,
    /// SHA-256 of the picture that was taken with it, hexadecimal.
    pub picture_sha256: Option<String>,
    /// The rule of others by which it was found, if it was.
    pub rule: Option<NamedRule>,
}

/// A rule for consent screens that others made, in a file that the auditor added to the case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NamedRule {
    /// Identifier of the file in the ledger of the case.
    pub kept: String,
    /// The file, below the folder of the case.
    pub file: String,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
    /// Name of the rule. Empty: none of the file.
    pub name: String,
}

/// How a rule was used, or looked for (in exhibits of kind `outcome`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RuleUse {
    /// The rule; without a name if none fitted.
    pub rule: NamedRule,
    /// `decline` or `allow`.
    pub choice: String,
    /// The step that wanted it.
    pub place: String,
    /// Rules in the file.
    pub rules: u64,
    /// Others that fitted the page too, each with why it was not used.
    pub also: Vec<String>,
    /// What was done, in order: its place in the rule, what, and what came of it.
    pub done: Vec<String>,
    /// Clicks.
    pub clicks: u32,
    /// What the rule's own test says: `passed`, `failed`, `none`, `not-carried-out`, `not-for-this-choice`, `not-reached`.
    pub test: String,
    /// Whether the screen is still there a little later, as the rule tells it: `gone`, `there`, `not-told`.
    pub screen: String,
}

/// An option of a consent screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConsentOption {
    /// `button`, `link`, `checkbox`, `switch`, `radio`.
    pub role: String,
    /// Its literal text, or accessible name.
    pub text: String,
    /// Of a checkbox and the like: whether it was on.
    pub on: Option<bool>,
    /// Whether it cannot be changed.
    pub disabled: bool,
}

/// What the steps of a visit did (exhibits of kind `outcome`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VisitOutcome {
    /// How they came out. `None`: not said.
    pub outcome: Option<VisitEnd>,
    /// Steps that were done.
    pub steps_done: u64,
    /// How often they handed over to a person.
    pub handed_to_operator: u64,
    /// Buttons of consent screens that were clicked, in order.
    pub clicked: Vec<ClickedButton>,
    /// Rules of others for consent screens that steps used, in order.
    pub consent_rules: Vec<RuleUse>,
}

/// How the steps of a visit came out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VisitEnd {
    /// `complete`, `ended` (by a wall), `stopped`.
    pub result: String,
    /// Name of the wall.
    pub name: String,
    /// The step that found the wall, or that could not be done.
    pub place: String,
    /// Why it could not.
    pub why: String,
}

/// A button that was clicked in a consent screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClickedButton {
    /// Its literal text.
    pub text: String,
    /// Whether it only leads on and chooses nothing.
    pub leads_on: bool,
    /// Clicks in this screen up to and with this one.
    pub clicks: u32,
    /// The step that clicked it.
    pub place: String,
}

impl RecordedExhibit {
    fn json<T: for<'a> Deserialize<'a>>(&self, kind: ExhibitKind) -> Option<T> {
        (self.kind == kind).then_some(())?;
        serde_json::from_slice(self.content.as_deref()?).ok()
    }

    /// The layer of a consent screen that it is. `None`: it is of another kind, or cannot be read.
    #[must_use]
    pub fn consent_screen(&self) -> Option<ConsentScreen> {
        self.json(ExhibitKind::ConsentScreen)
    }

    /// What the steps of a visit did. `None`: it is of another kind, or cannot be read.
    #[must_use]
    pub fn outcome(&self) -> Option<VisitOutcome> {
        self.json(ExhibitKind::Outcome)
    }

    /// What the browser itself says. `None`: it is of another kind, or cannot be read.
    #[must_use]
    pub fn browser_report(&self) -> Option<JarReport> {
        self.json(ExhibitKind::BrowserReport).filter(|report: &JarReport| report.format == BROWSER_REPORT)
    }

    /// Whether it is of a structured kind and cannot be read: it is too long, or no such JSON.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        match self.kind {
            ExhibitKind::Screenshot => false,
            ExhibitKind::ConsentScreen => self.consent_screen().is_none(),
            ExhibitKind::Outcome => self.outcome().is_none(),
            ExhibitKind::BrowserReport => self.browser_report().is_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Digest, SaidBy, Timestamp};
    use super::*;

    fn exhibit(kind: ExhibitKind, content: Option<&str>) -> RecordedExhibit {
        RecordedExhibit {
            number: 1,
            at: Timestamp::from_nanoseconds(1),
            kind,
            said_by: SaidBy::Script,
            about: String::new(),
            media_type: "application/json".to_owned(),
            length: content.map_or(0, |text| text.len() as u64),
            digest: Digest::of(content.unwrap_or_default().as_bytes()),
            content: content.map(|text| text.as_bytes().to_vec()),
        }
    }

    #[test]
    fn what_is_missing_is_nothing_said_and_what_is_broken_is_nothing() {
        let screen = exhibit(ExhibitKind::ConsentScreen, Some(r#"{"name":"cookies","options":[{"text":"Ja"}],"new":1}"#));
        let read = screen.consent_screen().expect("read");
        assert_eq!((read.name.as_str(), read.layer, read.options[0].text.as_str(), read.options[0].on), ("cookies", 0, "Ja", None));
        assert!(!screen.is_unreadable() && screen.outcome().is_none());
        for content in [None, Some(""), Some("[]x"), Some(r#"{"options":7}"#), Some(r#"{"layer":-1}"#), Some("\u{0}")] {
            assert!(exhibit(ExhibitKind::ConsentScreen, content).is_unreadable(), "{content:?}");
        }
        assert!(exhibit(ExhibitKind::BrowserReport, Some("{}")).is_unreadable(), "another format");
        assert!(!exhibit(ExhibitKind::BrowserReport, Some(r#"{"format":"dataspoor-browser-report"}"#)).is_unreadable());
        assert!(!exhibit(ExhibitKind::Screenshot, None).is_unreadable());
        let outcome =
            exhibit(ExhibitKind::Outcome, Some(r#"{"outcome":{"result":"ended","name":"login-wall","place":"steps/a.toml, line 3"}}"#));
        assert_eq!(outcome.outcome().and_then(|read| read.outcome).map(|end| end.name), Some("login-wall".to_owned()));
    }
}
