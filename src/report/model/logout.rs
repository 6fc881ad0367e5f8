//! What a report says of logging out: the answer that did it, and what was set and sent after it. Values only; nothing is decided here.

use serde::Serialize;

use super::Times;

/// Moments of logging out, and what was recorded after them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LogoutTables {
    /// The moments, by time.
    pub moments: Vec<Logout>,
    /// Cookies that were set, deleted or sent after them; by moment, name and domain.
    pub cookies: Vec<LogoutCookie>,
    /// How many rows of these were left out.
    pub cookies_left_out: u64,
    /// Who was sent requests after them; by moment, registrable domain and holder.
    pub recipients: Vec<LogoutRecipient>,
}

impl LogoutTables {
    /// Whether no moment of logging out was recorded.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.moments.is_empty()
    }
}

/// A moment from which on every recorded cookie of being logged in with a site is deleted, and none of them was set again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Logout {
    /// Row, from 1.
    pub nr: u64,
    /// Number of the stretch.
    pub stretch: u64,
    /// Registrable domain of the cookies.
    pub site: String,
    /// When the head of the answer came that deleted the last of them, RFC 3339 UTC.
    pub answered: String,
    /// Entry of that answer.
    pub entry: u64,
    /// The cookies; by name.
    pub deleted: Vec<LoginCookie>,
}

/// A cookie of being logged in that an answer deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LoginCookie {
    /// Its name.
    pub name: String,
    /// Entry of the answer.
    pub entry: u64,
    /// Identifier of the rule that says what it is.
    pub rule: String,
    /// Rule file and line.
    pub place: String,
    /// Identifier of the source in [`super::Report::sources`].
    pub source: String,
    /// `stated`, `derived` or `unverified`.
    pub certainty: &'static str,
}

/// A cookie after logging out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LogoutCookie {
    /// Row, from 1.
    pub nr: u64,
    /// Row in [`LogoutTables::moments`].
    pub logout: u64,
    /// Its name.
    pub name: String,
    /// Its domain; the registrable domain of the host where no line set it.
    pub domain: String,
    /// Set by answers to requests that began after it.
    pub set: Times,
    /// Deleted by such answers.
    pub deleted: Times,
    /// Sent in requests that began after it.
    pub sent: Times,
}

/// Somebody who was sent requests after logging out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LogoutRecipient {
    /// Row, from 1.
    pub nr: u64,
    /// Row in [`LogoutTables::moments`].
    pub logout: u64,
    /// Registrable domain.
    pub site: String,
    /// Name of its holder. `None`: no rule names one.
    pub holder: Option<String>,
    /// Requests that began after it.
    pub requests: Times,
}
