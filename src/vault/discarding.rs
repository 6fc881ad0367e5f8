//! Noting that a recording is not used. Nothing is removed: the recording stays where it is, and the ledger says who decided it, when and why.

use super::LedgerLine;
use super::case::{Case, CaseError};
use crate::model::Timestamp;

/// Longest reason, in bytes. It stands in every list of the case's recordings.
const LONGEST: usize = 2_000;

/// Why it cannot be noted.
#[derive(Debug, thiserror::Error)]
pub enum DiscardError {
    /// Something about the case.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// No recording has the number.
    #[error("{file}: the ledger knows no recording {number}; {known}")]
    Unknown {
        /// The ledger.
        file: String,
        /// The number.
        number: u64,
        /// Which numbers there are.
        known: String,
    },
    /// It is noted already. The first reason stands, so that nobody puts a better one in its place.
    #[error(
        "recording {number} is not used already: {by} decided that at {at}, because: {reason}. The first reason stands; what is to be added belongs into the report"
    )]
    Already {
        /// The number.
        number: u64,
        /// Who decided it.
        by: String,
        /// When.
        at: String,
        /// Why.
        reason: String,
    },
    /// A text that says nothing, or not in one line.
    #[error("{what} {why}")]
    Text {
        /// Which text.
        what: &'static str,
        /// What is wrong with it, and what to write.
        why: &'static str,
    },
}

impl Case {
    /// Notes in the ledger that a recording is not used. `by`: who decided that; `reason`: why, in their words; `at`: now. Gives the folder of the
    /// recording. A case that was closed takes it too: it records nothing.
    ///
    /// # Errors
    ///
    /// No recording has that number, it is noted already, a text says nothing, or the ledger cannot be written.
    pub fn discard(&self, number: u64, by: &str, reason: &str, at: Timestamp) -> Result<String, DiscardError> {
        let text = |what, text: &str| match text.trim() {
            "" => Err(DiscardError::Text { what, why: "is empty; write who decided and why in words that another reader understands" }),
            text if text.len() > LONGEST => Err(DiscardError::Text { what, why: "is longer than 2,000 bytes; shorten it" }),
            text if text.chars().any(char::is_control) => {
                Err(DiscardError::Text { what, why: "has several lines or other control characters; write one line" })
            }
            text => Ok(text.to_owned()),
        };
        let (by, reason) = (text("the name of who decided", by)?, text("the reason", reason)?);
        let mut ledger = self.ledger()?;
        let begun = |line: &LedgerLine| match line {
            LedgerLine::Begun { number: begun, folder, .. } if *begun == number => Some(folder.clone()),
            _ => None,
        };
        let Some(folder) = ledger.lines().iter().find_map(begun) else {
            let known = match ledger.next_number() {
                1 => "nothing was recorded yet".to_owned(),
                2 => "there is recording 1 only".to_owned(),
                next => format!("there are recordings 1 to {}", next - 1),
            };
            return Err(DiscardError::Unknown { file: self.folder().join(super::LEDGER_FILE).display().to_string(), number, known });
        };
        let already = ledger.lines().iter().find_map(|line| match line {
            LedgerLine::Discarded { number: noted, at, by, reason } if *noted == number => {
                Some(DiscardError::Already { number, by: by.clone(), at: at.clone(), reason: reason.clone() })
            }
            _ => None,
        });
        if let Some(already) = already {
            return Err(already);
        }
        ledger.append(&LedgerLine::Discarded { number, at: at.to_string(), by, reason })?;
        Ok(folder)
    }
}
