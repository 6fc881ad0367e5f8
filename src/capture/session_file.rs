//! `session.json`: what is known before the first request. Written once, sealed line by line, never changed.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::source::Source;
use super::{CAPTURE_VERSION, CaptureError, SESSION_FILE};
use crate::evidence::{seal, verify_seal};
use crate::model::{Digest, Scenario, Timestamp};

/// Name of the setting that says what was done with secrets ...
pub const SECRETS: &str = "secrets";

/// Setting: the public key for which originals of what was masked were encrypted.
pub const SECRETS_TO: &str = "secrets-to";

/// ... that they were masked before they were recorded ...
pub const MASKED: &str = "masked";

/// ... or that they were recorded as they are.
pub const KEPT: &str = "kept";

/// Setting: how many mistakes the rule files had with which it was recorded all the same. Absent: none.
pub const RULES_BROKEN: &str = "rules-broken";

/// The case a recording belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRef {
    /// Identifier of the case.
    pub id: String,
    /// Number of this recording in the ledger of the case.
    pub number: u64,
}

/// What a masked copy is a copy of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyOf {
    /// SHA-256 of the statement under which the original was sealed.
    pub seal: String,
    /// For whom it was made: `court`, `vendor` or `publication`.
    pub profile: String,
    /// When, RFC 3339, UTC.
    pub made: String,
}

/// What is known before the first request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionFile {
    /// `dataspoor-capture`.
    pub format: String,
    /// [`CAPTURE_VERSION`].
    pub version: u32,
    /// Drawn at random, so that no two sessions are alike. Hexadecimal.
    pub id: String,
    /// Program and version.
    pub tool: String,
    /// RFC 3339, UTC.
    pub started: String,
    /// The case, if there is one.
    pub case: Option<CaseRef>,
    /// Which recording of the case's plan this is, if it was made by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<Scenario>,
    /// The page that is examined, if the operator named it.
    pub page: Option<String>,
    /// Domains of the audited organisation, as given.
    pub auditee: Vec<String>,
    /// Owner of the platform by its id in the rules, if named.
    pub platform: Option<String>,
    /// Whether the traffic is simulated.
    pub simulated: bool,
    /// What the recording says about itself.
    pub comment: Option<String>,
    /// How the browser was started, or that it was not started by us.
    pub browser: String,
    /// SHA-256 of the certificate of the authority that vouches for the proxy.
    pub authority: String,
    /// Names that were mapped to other addresses, as given.
    pub map: Vec<String>,
    /// Whether private addresses could be reached.
    pub private_upstream: bool,
    /// SHA-256 of the file with further trust anchors for servers, if one was given.
    pub upstream_roots: Option<String>,
    /// Longest time in milliseconds before a record is forced to the disk.
    pub sync_interval: u64,
    /// Drawn when the recording begins, and in no copy: without it, what stands here could be tried out against the digest of this file, which gets into the hands
    /// of others. 32 hexadecimal digits; empty before version 4.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub salt: String,
    /// Of a masked copy: what it is a copy of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<CopyOf>,
    /// Further settings of the operator that bear on what is recorded, by name, as given; never a secret.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, String>,
}

impl SessionFile {
    /// The sealed file.
    ///
    /// # Errors
    ///
    /// None are expected: the value is plain.
    pub(super) fn seal(&self) -> Result<Vec<u8>, serde_json::Error> {
        seal(self)
    }

    /// Reads the session file of a capture, with its digest.
    ///
    /// # Errors
    ///
    /// It cannot be read, does not fit its seal, or is of a newer version.
    pub fn read(folder: &Path) -> Result<(Self, Digest), CaptureError> {
        Self::of(&Source::in_folder(folder)?)
    }

    /// The same for a capture wherever it lies.
    pub(super) fn of(source: &Source) -> Result<(Self, Digest), CaptureError> {
        let path = source.path(SESSION_FILE);
        let mut bytes = Vec::new();
        let read = source.reader(SESSION_FILE).and_then(|mut reader| reader.read_to_end(&mut bytes));
        read.map_err(CaptureError::read(&path))?;
        let damaged = |place: String, what: String| CaptureError::Damaged { file: path.display().to_string(), place, what };
        verify_seal(&bytes).map_err(|problem| damaged(format!("{}, byte {}", problem.record, problem.offset), problem.what.to_owned()))?;
        let session: Self = serde_json::from_slice(&bytes).map_err(|error| damaged(format!("line {}", error.line()), error.to_string()))?;
        if session.format != "dataspoor-capture" || session.version > CAPTURE_VERSION {
            let what = format!(
                "format {} version {}, which this version of dataspoor does not read; use a newer one",
                session.format, session.version
            );
            return Err(damaged("/version".to_owned(), what));
        }
        if let Source::Encrypted(capture) = source {
            capture.check(&session)?;
        }
        Ok((session, Digest::of(&bytes)))
    }

    /// When recording began.
    #[must_use]
    pub fn started(&self) -> Option<Timestamp> {
        Timestamp::parse(&self.started)
    }
}
