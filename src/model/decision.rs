//! The decision not to use a recording, as a noun of its own: a person takes it, the ledger of the case keeps it, and what is made of the recording
//! afterwards says it.

use serde::{Deserialize, Serialize};

/// That a recording is not used: who decided it, when and why, and which record of the case's ledger says so. Nothing of the recording changes by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Decision {
    /// Who decided it.
    pub by: String,
    /// When, RFC 3339 UTC.
    pub at: String,
    /// Why, in their words.
    pub reason: String,
    /// Number of the record in the ledger, from 1.
    pub ledger_record: u64,
    /// Digest of that record, hexadecimal: it stands for everything that the ledger held up to it.
    pub ledger_digest: String,
}
