//! What a report says of the scenario of a recording: how it began, how its steps came out, the consent screens and pictures on the way, and who acted.
//! What was planned stands in [`super::Capture::planned`]; what was chosen stands in [`super::Choice`]. Values only; nothing is decided here.

use serde::Serialize;

use crate::model::{Decision, Hand};

/// The scenario of a recording as it was carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ScenarioTables {
    /// That the recording is not used, as the ledger of its case noted when the annex was made. `None`: it noted nothing of the kind then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_used: Option<Decision>,
    /// How it began.
    pub start: Start,
    /// How its steps came out.
    pub outcome: OutcomeRow,
    /// Requests of all flows by who acted.
    pub operated: HandCount,
    /// Layers of consent screens, in order of the exhibits.
    pub consent_screens: Vec<ConsentScreenRow>,
    /// How many layers there was no room for.
    pub consent_screens_left_out: u64,
    /// Buttons that were clicked in them, in order.
    pub clicked: Vec<ClickedRow>,
    /// How many buttons there was no room for.
    pub clicked_left_out: u64,
    /// Rules of others for consent screens that steps used, in order.
    pub consent_rules: Vec<ConsentRuleRow>,
    /// How many uses there was no room for.
    pub consent_rules_left_out: u64,
    /// Pictures of the window, in order of the exhibits. The pictures themselves lie in the recording.
    pub pictures: Vec<PictureRow>,
    /// How many pictures there was no room for.
    pub pictures_left_out: u64,
    /// Exhibits of a structured kind that cannot be read, without reports of the browser.
    pub unreadable_exhibits: u64,
}

/// How a recording began.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Start {
    /// `clean`: a new profile made by the tool, and no host asked first with a cookie from elsewhere. `cookies-at-start`: a new profile, and such a
    /// host. `kept-profile`, `unknown-profile`. `no-scenario`: the recording belongs to no scenario.
    pub id: &'static str,
    /// Whether it carries a warning: a scenario that does not begin `clean`.
    pub warning: bool,
    /// `fresh`: a new one, made for the recording. `kept`, `unknown`; `not-established`: nothing is said.
    pub profile: &'static str,
    /// Who says so: `program`, `operator`, `script`.
    pub profile_said_by: Option<&'static str>,
    /// Name of a kept profile in the case.
    pub kept: Option<String>,
    /// How many recordings used it before this one.
    pub used_before: Option<u32>,
    /// Hosts that were asked.
    pub hosts: u64,
    /// Of these, hosts to which the first request carried a cookie.
    pub hosts_first_asked_with_cookies: u64,
    /// Of these, hosts to which it carried only cookies that an earlier answer of the recording had set.
    pub with_cookies_set_before: u64,
    /// Of these, hosts to which it carried a cookie that no recorded answer had set, before anything of their registrable domain was asked.
    pub with_cookies_from_elsewhere: u64,
    /// The first of these requests, by number of entry.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entries_from_elsewhere: Vec<u64>,
    /// Where requests leave from, as the plan of the case states. `None`: not recorded by the tool, and nobody states it.
    pub egress: Option<String>,
}

/// How the steps of a scenario came out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OutcomeRow {
    /// `complete`; `wall`: a wall stood in the way; `stopped`: a step could not be done; `not-recorded`.
    pub id: &'static str,
    /// Name of the wall.
    pub wall: Option<String>,
    /// The step that found it, or that could not be done.
    pub place: Option<String>,
    /// Why it could not be done.
    pub why: Option<String>,
    /// How many steps were done.
    pub steps_done: Option<u64>,
    /// How often the script handed over to a person.
    pub handed_to_operator: Option<u64>,
    /// Number of the exhibit that says so.
    pub exhibit: Option<u64>,
}

/// Requests by who acted in the browser when they began. A page may send requests while nobody acts; this is no word about their cause.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct HandCount {
    /// Requests while a script acted.
    pub script: u64,
    /// Requests while a person acted.
    pub person: u64,
    /// Requests of which that is not established.
    pub not_established: u64,
}

impl HandCount {
    /// Counts a request.
    pub fn see(&mut self, hand: Hand) {
        match hand {
            Hand::Script => self.script += 1,
            Hand::Person => self.person += 1,
            Hand::NotEstablished => self.not_established += 1,
        }
    }
}

/// A layer of a consent screen as it was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ConsentScreenRow {
    /// Row, from 1.
    pub nr: u64,
    /// What the steps call the screen.
    pub name: String,
    /// Which layer, from 1.
    pub layer: u32,
    /// When it was recorded, RFC 3339 UTC.
    pub time: String,
    /// Address of the page, as it may be printed.
    pub page: String,
    /// How many clicks lead from the first layer to this one.
    pub clicks: u32,
    /// What could be chosen, in the order of the screen.
    pub options: Vec<ConsentOptionRow>,
    /// How many options there was no room for.
    pub options_left_out: u64,
    /// SHA-256 of the text of the screen, taken from the text that was recorded.
    pub text_sha256: String,
    /// Whether the recording gives another digest for that text.
    pub text_differs: bool,
    /// SHA-256 of the picture that was taken with it. `None`: none was taken, or the digest is none.
    pub picture_sha256: Option<String>,
    /// Row of that picture in [`ScenarioTables::pictures`].
    pub picture: Option<u64>,
    /// The rule of others by which it was found, with the identifier of its file. `None`: the steps name the screen themselves.
    pub rule: Option<String>,
    /// Number of the exhibit.
    pub exhibit: u64,
}

/// An option of a consent screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ConsentOptionRow {
    /// `button`, `link`, `checkbox`, `switch`, `radio`, `other`.
    pub kind: &'static str,
    /// Its literal text, as it may be printed.
    pub text: String,
    /// Whether it was on; `None`: it is of a kind that is not on or off.
    pub on: Option<bool>,
    /// Whether it cannot be changed.
    pub disabled: bool,
}

/// A button that was clicked in a consent screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ClickedRow {
    /// Row, from 1.
    pub nr: u64,
    /// Its literal text, as it may be printed.
    pub text: String,
    /// Whether it only leads on and chooses nothing, as the steps say.
    pub leads_on: bool,
    /// How many clicks there were in this screen up to and with this one.
    pub clicks: u32,
    /// The step that clicked it.
    pub place: String,
    /// Number of the exhibit that says so.
    pub exhibit: u64,
}

/// How a rule of others for consent screens was used, or looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ConsentRuleRow {
    /// Row, from 1.
    pub nr: u64,
    /// Name of the rule. `None`: none of the file fitted, or none could be carried out.
    pub rule: Option<String>,
    /// Identifier of the file in the ledger of the case.
    pub kept: String,
    /// The file, below the folder of the case.
    pub file: String,
    /// SHA-256 of the file as the recording gives it; empty: it gives none.
    pub sha256: String,
    /// Rules in the file.
    pub rules: u64,
    /// `decline`, `allow`, `not-recorded`.
    pub choice: &'static str,
    /// The step that wanted it.
    pub place: String,
    /// Others that fitted the page too, with why they were not used.
    pub also: Vec<String>,
    /// What was done, in order.
    pub done: Vec<String>,
    /// How many clicks.
    pub clicks: u32,
    /// What the rule's own test says: `passed`, `failed`, `none`, `not-carried-out`, `not-for-this-choice`, `not-reached`.
    pub test: &'static str,
    /// Whether the screen was still there a little later, as the rule tells it: `gone`, `there`, `not-told`.
    pub screen: &'static str,
    /// Number of the exhibit that says so.
    pub exhibit: u64,
}

/// A picture of the window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PictureRow {
    /// Row, from 1.
    pub nr: u64,
    /// What it shows, in the words of whoever took it.
    pub label: String,
    /// When it was recorded, RFC 3339 UTC.
    pub time: String,
    /// Who put it there: `operator`, `script`.
    pub said_by: &'static str,
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
    /// Number of the exhibit.
    pub exhibit: u64,
}
