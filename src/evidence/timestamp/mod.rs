//! Timestamps as RFC 3161 describes them: builds a request over a digest, reads an authority's answer, and checks a token (a CMS message, RFC 5652)
//! against the digest, the nonce and, where anchors are given, up to one of them. Values only: it asks nobody and knows no clock. What is
//! checked is whether a token vouches for a digest at a time; whether an authority deserves trust it does not say.

mod algorithm;
mod answer;
mod check;
mod element;
mod request;
mod token;

pub use answer::{LONGEST_ANSWER, TimeAnswer};
pub use check::{Anchors, CheckedTime, check_time};
pub use request::{LONGEST_NONCE, time_request};
pub use token::TimeToken;

/// Why a timestamp is not one, or vouches for nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TimestampError {
    /// Bytes of another shape.
    #[error("this is no timestamp: {0} is not as RFC 3161 and RFC 5652 describe it")]
    Malformed(&'static str),
    /// The authority says no (RFC 3161 section 2.4.2).
    #[error("the authority refuses: status {status} ({meaning}){reasons}")]
    Refused {
        /// Its status.
        status: u64,
        /// What that means.
        meaning: &'static str,
        /// Its reasons and words, after a colon, or nothing.
        reasons: String,
    },
    /// Another digest than the one asked about.
    #[error("the token is over another digest ({found}) than the one that it should vouch for")]
    OtherImprint {
        /// Hexadecimal digits.
        found: String,
    },
    /// An old answer, or one to somebody else.
    #[error("the token has another nonce than the request, or none: it is no answer to it")]
    OtherNonce,
    /// The certificate does not lie in the token.
    #[error("the certificate of whoever signed does not lie in the token")]
    NoCertificate,
    /// The signed reference to the certificate (RFC 5035) names another.
    #[error("what was signed names another certificate than the one that lies in the token (RFC 5035)")]
    OtherCertificate,
    /// The certificate is not one of a time-stamping authority (RFC 3161 section 2.3).
    #[error(
        "the certificate ({0}) is not one for timestamps: its extended key usage must be timeStamping alone, and critical (RFC 3161 section 2.3)"
    )]
    NotForTimestamps(String),
    /// The certificate was not valid at the time that the token gives.
    #[error("the certificate ({subject}) was not valid at the time that the token gives: it holds from {from} to {to}")]
    NotValidThen {
        /// Whose it is.
        subject: String,
        /// First moment.
        from: String,
        /// Last moment.
        to: String,
    },
    /// The content is not what was signed.
    #[error("the content of the token does not fit the digest that was signed")]
    ContentChanged,
    /// The signature is wrong.
    #[error("the signature does not fit the certificate that lies in the token ({0})")]
    Signature(String),
    /// No path to an anchor.
    #[error("the certificate ({subject}) does not lead to any of the given authorities ({why})")]
    Chain {
        /// Whose it is.
        subject: String,
        /// Why.
        why: String,
    },
    /// Something that this program does not know, so it cannot say.
    #[error("{0} is not known to this program, so it cannot check this")]
    Unknown(String),
    /// A given anchor is none.
    #[error("certificate {0} of those given as authorities cannot be read")]
    Anchor(usize),
}

impl TimestampError {
    /// Whether nothing was disproved: only this program cannot check it.
    #[must_use]
    pub fn cannot_be_checked(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }
}

#[cfg(test)]
mod tests;
