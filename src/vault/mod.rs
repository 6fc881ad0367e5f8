//! Secrets and registers at rest: the folder of a case with its description, its key and its ledger. Opens no recording and judges nothing.

mod case;
mod closing;
mod discarding;
mod kept;
mod kept_rules;
mod ledger;
mod lists;
mod originals;
mod planned;
mod purging;
mod seeds;
mod signing_key;
mod times;
#[cfg(feature = "download")]
mod web;

pub use case::{AUTHORITY_DAYS, Auditee, Case, CaseError, CaseFile, Retention};
pub use closing::KeyFate;
pub use discarding::DiscardError;
pub use kept::{ANSWERS_FOLDER, KEPT_FOLDER, KeptError, KeptItem};
pub use kept_rules::{KeptRules, KeptRulesError};
pub use ledger::{ImportedFile, KeptKind, Ledger, LedgerLine, LedgerRead, Planned};
#[cfg(feature = "download")]
pub use lists::{DownloadError, Obtained, download};
pub use lists::{LicenceBy, ListRecord, ListStore, ListVersion, Origin, Said, StoreError, Updated};
pub use originals::Originals;
pub use purging::{PurgeError, Removed};
pub use seeds::{OpenedSeed, SeedError, SeedRecord, SeedRegister, SeedsKey};
pub use signing_key::{KeyFile, KeyFileError, Unlocking};
#[cfg(feature = "download")]
pub use times::{ASK_WITHIN, AskError, Asked, InTurn, ask, ask_in_turn};
pub use times::{Qualified, TimeAuthority};

/// Describes the case; written by a person or by `dataspoor init`.
pub const CASE_FILE: &str = "case.toml";

/// The case's secret, readable by its owner only.
pub const KEY_FILE: &str = "case.key";

/// The register of everything that was recorded for the case.
pub const LEDGER_FILE: &str = "ledger.ndjson";

/// Certificate of the authority that vouches for the proxy in recordings of the case.
pub const AUTHORITY_FILE: &str = "authority.pem";

/// Its key, readable by its owner only.
pub const AUTHORITY_KEY_FILE: &str = "authority.key";

/// Folder of the recordings.
pub const CAPTURES_FOLDER: &str = "captures";

/// Folder of a case in which copies of the lists lie that were used and may be handed over; laid out as a store.
pub const LISTS_FOLDER: &str = "lists";

/// Folder of the planted values, each in a file of its own, encrypted for the auditor.
pub const SEEDS_FOLDER: &str = "seeds";

/// In it, what is known of them without the key.
pub const SEEDS_FILE: &str = "seeds.toml";
