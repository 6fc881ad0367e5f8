//! What makes a record checkable: commitments over the parts of an entry, chained logs, sealed documents. Builds and verifies, as values:
//! this room opens no file and judges no content.
//!
//! The formats are described for other implementers in `docs/evidence-format.md`; a change here is a new version there.

mod chain;
mod entry;
mod fingerprint;
mod key;
mod layout;
mod lines;
mod marks;
mod parts;
mod pieces;
mod proof;
mod salts;
mod seal_statement;
mod sealed;
mod signature;
mod timestamp;
mod tree;

pub use chain::{Chain, ChainProblem, ChainReader, ChainSummary, verify_chain};
pub use entry::EntryHasher;
pub use fingerprint::{Fingerprint, Fingerprinter};
pub use key::CaseKey;
pub use lines::{LinesCheck, LinesTree, WithheldNode};
pub use marks::Marks;
pub use proof::{EntryProof, MaskedPart, Opening, ProofProblem, open_part};
pub use salts::{DrawnSalts, FILES, LINES, Salts};
pub use seal_statement::{
    FILES_FORMAT, Rooted, SEAL_FORMAT, SEAL_VERSION, SealedBy, SealedCase, SealedCustody, SealedFile, SealedFiles, SealedSession, Signer,
    Statement, entries_root,
};
pub use sealed::{SealProblem, seal, verify_seal};
pub use signature::{SignatureError, SignerKey, SigningKeys, WaczSignature, verify_wacz};
pub use timestamp::{Anchors, CheckedTime, LONGEST_ANSWER, LONGEST_NONCE, TimeAnswer, TimeToken, TimestampError, check_time, time_request};
