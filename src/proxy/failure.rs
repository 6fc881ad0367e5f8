//! Why a request has no recorded answer: the stage it came to, and the recorder's words for it. It never guesses a stage that no error shows.

use std::error::Error;
use std::io;
use std::time::Duration;

use super::body::BoxError;
use super::dial_error::DialError;
use super::http1::origin::Silence;
use crate::model::FailureStage;

/// See the head of this file.
pub(super) enum Failure {
    /// There is no connection.
    Dial(DialError),
    /// The connection broke.
    Broken(BoxError),
    /// A kept connection turned out to be closed before a byte of an answer came.
    Stale(BoxError),
    /// The client broke off in its request.
    Client(BoxError),
    /// No head of an answer came within this time.
    NoHead(Duration),
    /// What came is not what the protocol allows.
    Odd(&'static str),
    /// The answer is there and could not be recorded.
    Unkept,
}

impl From<DialError> for Failure {
    fn from(error: DialError) -> Self {
        Self::Dial(error)
    }
}

impl From<Silence> for Failure {
    fn from(silence: Silence) -> Self {
        match silence {
            Silence::Stale(error) => Self::Stale(error),
            Silence::Client(error) => Self::Client(error),
            Silence::Broken(error) => Self::Broken(error),
            Silence::Odd(words) => Self::Odd(words),
        }
    }
}

impl Failure {
    /// The stage and the recorder's words.
    pub(super) fn told(&self) -> (FailureStage, String) {
        match self {
            Self::Dial(error) => (error.stage(), error.to_string()),
            Self::Broken(error) | Self::Stale(error) | Self::Client(error) => stage_of(error.as_ref()),
            Self::NoHead(patience) => (FailureStage::Timeout, format!("no answer within {} seconds", patience.as_secs())),
            Self::Odd(words) => (FailureStage::Protocol, (*words).to_owned()),
            Self::Unkept => (FailureStage::Unknown, super::body::unkept().to_string()),
        }
    }
}

/// What an error in the middle of an exchange says about how far it came, found by walking its sources.
pub(super) fn stage_of(error: &(dyn Error + 'static)) -> (FailureStage, String) {
    let mut stage = FailureStage::Reset;
    let mut cause = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<hyper::Error>() {
            if error.is_parse() {
                stage = FailureStage::Protocol;
            } else if error.is_timeout() {
                stage = FailureStage::Timeout;
            }
        } else if let Some(error) = error.downcast_ref::<io::Error>() {
            stage = match error.kind() {
                io::ErrorKind::TimedOut => FailureStage::Timeout,
                io::ErrorKind::InvalidData if stage != FailureStage::Protocol => FailureStage::Protocol,
                _ => stage,
            };
        }
        let text = error.to_string();
        if !cause.ends_with(&text) {
            cause = if cause.is_empty() { text } else { format!("{cause}: {text}") };
        }
        next = error.source();
    }
    (stage, cause)
}
