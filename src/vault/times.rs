//! Authorities for timestamps (RFC 3161) as a case or the operator names them, and how they are asked: over HTTP, one after the other, until one answers with
//! a token that holds. Only digests of records leave this machine, never what was recorded. None is asked that nobody named.

use serde::{Deserialize, Serialize};

#[cfg(feature = "download")]
mod ask;

#[cfg(feature = "download")]
pub use ask::{ASK_WITHIN, AskError, Asked, InTurn, ask, ask_in_turn};

/// Whether an authority gives qualified electronic timestamps (eIDAS, Regulation (EU) 910/2014 article 42), as known at stamping.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Qualified {
    /// The trusted list says so.
    Yes,
    /// It does not.
    No,
    /// Nobody looked.
    #[default]
    Unknown,
}

impl Qualified {
    /// As it is written: `yes`, `no` or `unknown`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }
}

impl std::str::FromStr for Qualified {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Yes, Self::No, Self::Unknown]
            .into_iter()
            .find(|known| known.id() == text)
            .ok_or_else(|| "write yes, no or unknown".to_owned())
    }
}

/// `[[time_authority]]` of `case.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeAuthority {
    /// Its address, http or https.
    pub url: String,
    /// Whether it is a qualified one.
    #[serde(default)]
    pub qualified: Qualified,
    /// Where that is taken from: trusted list, day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl TimeAuthority {
    /// Checks what a person wrote.
    ///
    /// # Errors
    ///
    /// The address is none that can be asked, holds a password, or it is called qualified without a source.
    pub fn check(&self) -> Result<(), String> {
        if !(self.url.starts_with("http://") || self.url.starts_with("https://")) || self.url.contains(char::is_whitespace) {
            return Err(format!(
                "{:?} is no address of an authority for timestamps; give one that begins with http:// or https://",
                self.url
            ));
        }
        let host = self.url.split("://").nth(1).and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
        if host.contains('@') {
            return Err("a name and password stand in the address of an authority for timestamps, and the address would stand in the recording; use one without".to_owned());
        }
        if self.qualified == Qualified::Yes && self.source.as_deref().is_none_or(|source| source.trim().is_empty()) {
            return Err(format!(
                "{}: whoever is called qualified needs a source for that, such as the trusted list and the day of looking",
                self.url
            ));
        }
        Ok(())
    }
}
