//! What a sealed package says of itself: the list of its files, and the statement that is signed. Values only: who writes or reads the package, and
//! who holds the key, is somebody else's.
//!
//! The statement may be published. So nothing in it is a plain digest of something that could later be masked: whoever knows such a digest could try
//! all values that may have stood there.

use serde::{Deserialize, Serialize};

use super::salts::Salts;
use super::signature::SignatureError;
use super::tree;
use crate::model::Digest;

/// `format` of the statement.
pub const SEAL_FORMAT: &str = "dataspoor-seal";

/// `format` of the list of files.
pub const FILES_FORMAT: &str = "dataspoor-files";

/// Version of both. A verifier refuses a newer one.
pub const SEAL_VERSION: u32 = 1;

/// Whoever signs a package, without saying how its keys are kept.
pub trait Signer {
    /// The public key, Ed25519 (RFC 8032 section 5.1.5).
    fn public_key(&self) -> [u8; 32];

    /// The signature over `message`, Ed25519 (RFC 8032 section 5.1.6).
    fn sign(&self, message: &[u8]) -> [u8; 64];

    /// The public key as SubjectPublicKeyInfo in PEM (RFC 8410).
    fn public_key_pem(&self) -> String;

    /// The public key for the anonymous form of wacz-auth 0.1.0: ECDSA on P-384, SubjectPublicKeyInfo in DER.
    ///
    /// # Errors
    ///
    /// It cannot be encoded.
    fn wacz_public_key(&self) -> Result<Vec<u8>, SignatureError>;

    /// The signature for that form over `message`: ECDSA on P-384 with SHA-256, r and s in 48 bytes each, as wabac.js reads them. It must be the same for
    /// the same message (RFC 6979).
    ///
    /// # Errors
    ///
    /// The key cannot sign.
    fn wacz_sign(&self, message: &[u8]) -> Result<Vec<u8>, SignatureError>;
}

/// A file of the package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedFile {
    /// Its path in the package.
    pub path: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
    /// What hides its digest in the statement: 32 hexadecimal digits.
    pub salt: String,
}

impl SealedFile {
    /// The leaf of the file in the tree. `None`: its salt is none.
    fn leaf(&self) -> Option<[u8; 32]> {
        let salt = data_encoding::HEXLOWER.decode(self.salt.as_bytes()).ok()?.try_into().ok()?;
        Some(tree::leaf(&salt, &[self.path.as_bytes(), &[0], self.sha256.to_string().as_bytes()]))
    }
}

/// `dataspoor/files.json`: all files of a package but those that speak of it. It stays with the original.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedFiles {
    /// [`FILES_FORMAT`].
    pub format: String,
    /// [`SEAL_VERSION`].
    pub version: u32,
    /// The files, in the order of the package.
    pub files: Vec<SealedFile>,
}

impl SealedFiles {
    /// The list of `files` (path, bytes, SHA-256), each with its salt.
    #[must_use]
    pub fn new(files: Vec<(String, u64, Digest)>, salts: &Salts) -> Self {
        let with_salt = |(index, (path, bytes, sha256)): (u64, (String, u64, Digest))| {
            let salt = data_encoding::HEXLOWER.encode(&salts.of_file(index));
            SealedFile { path, bytes, sha256, salt }
        };
        Self { format: FILES_FORMAT.to_owned(), version: SEAL_VERSION, files: (0..).zip(files).map(with_salt).collect() }
    }

    /// What the statement says of the list. `None`: a salt in it is none.
    #[must_use]
    pub fn rooted(&self) -> Option<Rooted> {
        let mut leaves = self.files.iter().map(SealedFile::leaf).collect::<Option<Vec<_>>>()?;
        Some(Rooted { count: leaves.len() as u64, root: tree::root(&mut leaves) })
    }
}

/// A list of something: how many, and the root of the tree over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rooted {
    /// How many.
    pub count: u64,
    /// The root.
    pub root: Digest,
}

/// The custody log in the statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedCustody {
    /// How many records it has.
    pub records: u64,
    /// Digest of the last of them.
    pub head: Digest,
    /// Root of the tree over its salted lines.
    pub root: Digest,
}

/// The recording's place in its case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedCase {
    /// Identifier of the case.
    pub id: String,
    /// Number of the recording in its ledger.
    pub number: u64,
}

/// The session file in the statement. Its digest is no secret: the custody log and every output name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedSession {
    /// Identifier of the session.
    pub id: String,
    /// SHA-256 of the session file.
    pub sha256: Digest,
}

/// By whom the statement is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedBy {
    /// `Ed25519`.
    pub algorithm: String,
    /// The public key in 64 hexadecimal digits.
    pub public_key: Digest,
}

impl SealedBy {
    /// The algorithm that is known.
    pub const ED25519: &str = "Ed25519";

    /// The public key of `signer`.
    #[must_use]
    pub fn of(signer: &dyn Signer) -> Self {
        Self { algorithm: Self::ED25519.to_owned(), public_key: Digest(signer.public_key()) }
    }
}

/// `dataspoor/seal.json`: the statement that is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// [`SEAL_FORMAT`].
    pub format: String,
    /// [`SEAL_VERSION`].
    pub version: u32,
    /// Program and version that sealed it.
    pub tool: String,
    /// When it was sealed, as whoever sealed it declares: RFC 3339, UTC.
    pub sealed: String,
    /// The case, if the recording belongs to one.
    pub case: Option<SealedCase>,
    /// The session.
    pub session: SealedSession,
    /// When the recording began: RFC 3339, UTC.
    pub started: String,
    /// When it ended. `None`: its last record does not say so.
    pub ended: Option<String>,
    /// Whether the traffic is simulated.
    pub simulated: bool,
    /// Its custody log.
    pub custody: SealedCustody,
    /// Its entries: the tree over their digests in the order of their numbers; of an entry without a digest, 32 zero bytes.
    pub entries: Rooted,
    /// The files of the package.
    pub files: Rooted,
    /// Who signs. `None`: nobody.
    pub signer: Option<SealedBy>,
}

/// The tree over the digests of entries in the order of their numbers. `None`: an entry without a digest.
#[must_use]
pub fn entries_root(digests: impl IntoIterator<Item = Option<Digest>>) -> Rooted {
    let mut leaves: Vec<[u8; 32]> = digests.into_iter().map(|digest| digest.map_or([0; 32], |digest| digest.0)).collect();
    Rooted { count: leaves.len() as u64, root: tree::root(&mut leaves) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{CaseKey, LINES, LinesTree};

    fn key() -> CaseKey {
        CaseKey::of_case([7; 32])
    }

    fn salts() -> Salts {
        Salts::new(&key())
    }

    fn leaf(salt: &[u8], bytes: &[u8]) -> Vec<u8> {
        Digest::of(&[&[0][..], salt, bytes].concat()).0.to_vec()
    }

    fn node(children: &[Vec<u8>]) -> Digest {
        Digest::of(&[vec![1], children.concat()].concat())
    }

    #[test]
    fn roots_are_what_the_format_says() {
        let files = SealedFiles::new(vec![("a/b".to_owned(), 1, Digest::of(b"1")), ("c".to_owned(), 2, Digest::of(b"22"))], &salts());
        let of =
            |index: u64, path: &str, content: &[u8]| leaf(&salts().of_file(index), format!("{path}\0{}", Digest::of(content)).as_bytes());
        let expected = node(&[of(0, "a/b", b"1"), of(1, "c", b"22")]);
        assert_eq!(files.rooted(), Some(Rooted { count: 2, root: expected }));

        let mut custody = LinesTree::new(&key());
        custody.line(b"one");
        custody.line(b"two");
        let mut of_lines = salts();
        of_lines.of(LINES);
        let expected = node(&[leaf(&of_lines.at(0), b"one"), leaf(&of_lines.at(1), b"two")]);
        assert_eq!(custody.finish(), Rooted { count: 2, root: expected });

        let digest = Digest::of(b"entry");
        let expected = node(&[digest.0.to_vec(), vec![0; 32]]);
        assert_eq!(entries_root([Some(digest), None]), Rooted { count: 2, root: expected });
    }

    #[test]
    fn no_two_salts_are_the_same() {
        let mut of_lines = salts();
        of_lines.of(LINES);
        let mut all: Vec<_> = (0..100).flat_map(|index| [of_lines.at(index), salts().of_file(index)]).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 200);
    }

    #[test]
    fn a_salt_that_is_none_is_refused() {
        let mut files = SealedFiles::new(vec![("a".to_owned(), 1, Digest::of(b"1"))], &salts());
        files.files[0].salt.pop();
        assert_eq!(files.rooted(), None);
    }

    #[test]
    fn statements_are_read_back() {
        let statement = Statement {
            format: SEAL_FORMAT.to_owned(),
            version: SEAL_VERSION,
            tool: "dataspoor 0".to_owned(),
            sealed: "2026-11-23T00:00:00Z".to_owned(),
            case: Some(SealedCase { id: "c".to_owned(), number: 3 }),
            session: SealedSession { id: "s".to_owned(), sha256: Digest::of(b"session") },
            started: "2026-11-22T00:00:00Z".to_owned(),
            ended: None,
            simulated: true,
            custody: SealedCustody { records: 2, head: Digest::of(b"head"), root: Digest::of(b"root") },
            entries: Rooted { count: 1, root: Digest::of(b"entries") },
            files: Rooted { count: 1, root: Digest::of(b"files") },
            signer: Some(SealedBy { algorithm: SealedBy::ED25519.to_owned(), public_key: Digest([9; 32]) }),
        };
        let sealed = crate::evidence::seal(&statement).expect("JSON");
        assert_eq!(crate::evidence::verify_seal(&sealed), Ok(()));
        assert_eq!(serde_json::from_slice::<Statement>(&sealed).expect("a statement"), statement);
    }
}
