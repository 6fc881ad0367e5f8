//! Salts of what stands beside the entries of a recording in a sealed package: lines of its custody log, files of the package.

use aes::Aes256;
use aes::cipher::{Array, BlockCipherEncrypt as _, KeyInit as _};

use super::CaseKey;
use super::tree::SALT;

/// In place of the number of an entry: the salts of lines of the custody log.
const LINES: u64 = u64::MAX;

/// In place of the number of an entry: the salts of files of the package.
const FILES: u64 = u64::MAX - 1;

/// Makes salts under one key, as the salts of an entry's parts are made: AES-256 of a block that no other salt of the recording has. No entry has
/// a number as high as those that stand here in its place.
pub struct Salts(Aes256);

impl Salts {
    /// The salts of a recording. `key`: the one from which the salts of its entries are made.
    #[must_use]
    pub fn new(key: &CaseKey) -> Self {
        Self(Aes256::new(&Array(key.derive(b"salts 1"))))
    }

    /// The salt of a line of the custody log, counted from 0.
    #[must_use]
    pub fn of_line(&self, index: u64) -> [u8; SALT] {
        self.of(LINES, index)
    }

    /// The salt of a file of the package, counted from 0 in the order of the list of files.
    #[must_use]
    pub fn of_file(&self, index: u64) -> [u8; SALT] {
        self.of(FILES, index)
    }

    fn of(&self, what: u64, index: u64) -> [u8; SALT] {
        let mut block = [0; SALT];
        block[..8].copy_from_slice(&what.to_be_bytes());
        block[8..].copy_from_slice(&index.to_be_bytes());
        let mut block = Array(block);
        self.0.encrypt_block(&mut block);
        block.0
    }
}
