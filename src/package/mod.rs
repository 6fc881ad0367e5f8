//! Sealed packages: one file that holds a recording with everything that belongs to it, as a WACZ 1.1.1 archive that other programs open. Writes a package
//! once and never again, and checks one where it lies, without unpacking it to the disk.
//!
//! | in the package | what it is |
//! |---|---|
//! | `archive/*.warc.gz` | the files of the recording's archive, one gzip member for each record |
//! | `indexes/index.cdxj`, `pages/pages.jsonl` | by which other programs find their way |
//! | `dataspoor/…` | session, custody log, report, rules, lists, exhibits, texts of the vendor |
//! | `dataspoor/files.json` | every file above, with digest and salt |
//! | `dataspoor/seal.json` and what signs it | the statement |
//! | `datapackage.json`, `datapackage-digest.json` | every other file, for programs that read WACZ |

mod form;
mod index;
mod seal;
mod verify;
mod writer;

pub use seal::{Extra, ExtraBytes, SealError, Sealed, Sealing, Stamp, seal};
pub use verify::{CheckSignature, PackageChecked, Told, ed25519, verify};

/// The statement, below [`crate::capture::OWN_FOLDER`].
pub const SEAL_FILE: &str = "seal.json";

/// Its signature: the 64 bytes of Ed25519.
pub const SIGNATURE_FILE: &str = "seal.ed25519";

/// The public key of whoever signed.
pub const SIGNER_FILE: &str = "signer.pem";

/// The list of files.
pub const FILES_FILE: &str = "files.json";

/// The answer of a time-stamping authority over the signature.
pub const TIME_FILE: &str = "seal.tsr";

/// What the name of a file begins with that holds a time of an outside authority ...
const TIME_BEGINS: &str = "seal";

/// ... and what it ends with.
const TIME_ENDS: &str = ".tsr";

/// The path in a package of a file of ours.
#[must_use]
pub fn own(name: &str) -> String {
    format!("{}/{name}", crate::capture::OWN_FOLDER)
}

/// The files of a package that hold answers of time-stamping authorities, by their paths in it.
#[must_use]
pub fn time_files(package: &crate::capture::PackedCapture) -> Vec<String> {
    let (begins, ends) = (own(TIME_BEGINS), TIME_ENDS);
    let is_time = |name: &&str| name.starts_with(&begins) && name.ends_with(ends);
    package.in_order().map(|(name, _)| name).filter(is_time).map(str::to_owned).collect()
}

/// Whether a file of the package speaks of the package, so that the list of files cannot name it.
fn speaks_of_the_package(path: &str) -> bool {
    use crate::interop::datapackage::{DATAPACKAGE, DATAPACKAGE_DIGEST};
    let below = path.strip_prefix(crate::capture::OWN_FOLDER).and_then(|rest| rest.strip_prefix('/'));
    [DATAPACKAGE, DATAPACKAGE_DIGEST].contains(&path)
        || below.is_some_and(|name| {
            [SEAL_FILE, SIGNATURE_FILE, SIGNER_FILE, FILES_FILE].contains(&name)
                || name.strip_prefix(TIME_BEGINS).is_some_and(|rest| rest.ends_with(TIME_ENDS) && !rest.contains('/'))
        })
}
