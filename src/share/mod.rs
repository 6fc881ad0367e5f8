//! Masked copies of sealed recordings: what is covered for whom, the recording of the copy, the proof that it is the original but for its masks, and
//! the opening of single masks. The copy is a recording like any other, so whatever reads recordings reads it; what links it to the original is the
//! proof (`docs/evidence-format.md`). It judges nothing and changes no original.

mod check;
mod copy;
mod known;
mod proof_file;

use std::path::PathBuf;

pub use check::{CopyChecked, CopyProblem, check};
pub use copy::{Copied, CopyOrder, copy};
pub use known::{Known, KnownValue, accounts};
pub use proof_file::{PROOF_FORMAT, Proofs};

use crate::capture::CaptureError;

/// For whom a copy is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// A court or a regulator: cookies, credentials, account numbers and planted values are covered, answers and pictures left out unless they are released.
    Court,
    /// The vendor: besides, every value that was sent to others than the vendor, and the operator's marks.
    Vendor,
    /// Publication (Woo): besides, every value that no rule allows to show, bodies of requests and the operator's marks.
    Publication,
}

impl Profile {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Court, Self::Vendor, Self::Publication];

    /// As it stands in commands and files.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Court => "court",
            Self::Vendor => "vendor",
            Self::Publication => "publication",
        }
    }

    /// The profile of this name.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.id() == id)
    }
}

/// Why a copy cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShareError {
    /// The original cannot be read, or the copy not written.
    #[error(transparent)]
    Capture(#[from] CaptureError),
    /// Its key could be made by anybody.
    #[error(
        "{0}: this recording belongs to no case, so the key of its salts follows from the recording itself and every mask could be tried out; record in a case \
         (`dataspoor init`), or hand over an annex instead"
    )]
    NoCase(PathBuf),
    /// The case's key is not at hand, or another one's.
    #[error("{0}: the salts of this recording need the key of its case; pass its folder with --case")]
    NoKey(PathBuf),
    /// Its log has no salts.
    #[error(
        "{0}: this recording has format version {1}, whose log holds digests that could be tried out against what is masked; \
         only recordings of version 4 and later can be copied with masks"
    )]
    Unsalted(PathBuf, u32),
    /// Something that must not get out could not be covered.
    #[error(
        "entry {entry}: {what} is still found in the copy after everything was covered ({part}); nothing was written. Please report this"
    )]
    StillThere {
        /// The entry.
        entry: u64,
        /// What, by its label.
        what: String,
        /// Where.
        part: String,
    },
    /// A file of the copy cannot be read or written.
    #[error("{file}: {cause}; check permissions and free space")]
    File {
        /// Path.
        file: String,
        /// Why.
        cause: std::io::Error,
    },
}

#[cfg(test)]
mod tests;
