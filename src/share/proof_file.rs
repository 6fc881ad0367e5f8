//! `proof.ndjson`: a chained log that ties a masked copy to the seal of its original. Written while the copy is made, read by whoever verifies it.

use serde::{Deserialize, Serialize};

use crate::evidence::{Chain, EntryProof, LinesTree, WithheldNode};
use crate::model::Digest;

/// What the first record says that it is.
pub const PROOF_FORMAT: &str = "dataspoor-proof";

/// Version of the format.
const VERSION: u32 = 1;

/// First record.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Header {
    pub(super) kind: String,
    pub(super) format: String,
    pub(super) version: u32,
    /// SHA-256 of the statement under which the original was sealed.
    pub(super) seal: String,
    pub(super) profile: String,
    pub(super) made: String,
    pub(super) tool: String,
}

/// A record of the original's log that is shown.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ShownLine {
    pub(super) kind: String,
    /// Its number, from 1.
    pub(super) record: u64,
    pub(super) leaf_salt: String,
    pub(super) text: String,
}

/// Records of the original's log that are not shown.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct WithheldLines {
    pub(super) kind: String,
    /// Number of the first, from 1.
    pub(super) record: u64,
    pub(super) nodes: Vec<WithheldNode>,
}

/// The proof of an entry.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ProofLine {
    pub(super) kind: String,
    /// Whether the seal has no digest of this entry, because the recording was interrupted before it was taken: then nothing ties it to the seal.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(super) unsealed: bool,
    #[serde(flatten)]
    pub(super) proof: EntryProof,
}

/// Last record.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct End {
    pub(super) kind: String,
    pub(super) records: u64,
    pub(super) entries: u64,
}

/// Writes the file.
#[derive(Debug, Default)]
pub struct Proofs {
    chain: Chain,
    text: Vec<u8>,
    entries: u64,
}

impl Proofs {
    fn append(&mut self, line: &impl Serialize) {
        if let Ok(object) = serde_json::to_vec(line) {
            self.chain.append(&object, &mut self.text);
        }
    }

    /// Begins it. `seal`: digest of the original's statement.
    pub(super) fn begin(&mut self, seal: Digest, profile: &str, made: &str) {
        self.append(&Header {
            kind: "header".to_owned(),
            format: PROOF_FORMAT.to_owned(),
            version: VERSION,
            seal: seal.to_string(),
            profile: profile.to_owned(),
            made: made.to_owned(),
            tool: format!("dataspoor {}", env!("CARGO_PKG_VERSION")),
        });
    }

    /// The records of the original's log: those of `shown` (number, salt, text), in order, and nodes for all others.
    pub(super) fn lines(&mut self, tree: &LinesTree, total: u64, shown: Vec<(u64, String, String)>) {
        let mut next = 1;
        for (record, leaf_salt, text) in shown {
            self.withheld(tree, next, record);
            self.append(&ShownLine { kind: "line".to_owned(), record, leaf_salt, text });
            next = record + 1;
        }
        self.withheld(tree, next, total + 1);
    }

    fn withheld(&mut self, tree: &LinesTree, from: u64, to: u64) {
        if from < to {
            let nodes = tree.withheld(from - 1, to - 1);
            self.append(&WithheldLines { kind: "withheld-lines".to_owned(), record: from, nodes });
        }
    }

    /// The proof of an entry.
    pub(super) fn entry(&mut self, proof: EntryProof, sealed: bool) {
        self.entries += 1;
        self.append(&ProofLine { kind: "entry".to_owned(), unsealed: !sealed, proof });
    }

    /// The file.
    pub(super) fn finish(mut self, records: u64) -> Vec<u8> {
        let entries = self.entries;
        self.append(&End { kind: "end".to_owned(), records, entries });
        self.text
    }
}
