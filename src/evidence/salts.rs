//! Salts of leaves: AES-256 over pairs of numbers, a pseudo-random function of the case's secret. One of them can be shown without any other
//! becoming known.

use aes::Aes256;
use aes::cipher::{Array, BlockCipherEncrypt, KeyInit};

use super::key::CaseKey;
use super::tree::SALT;

/// How many salts are made in one call.
const AT_ONCE: usize = 128;

/// First number of the blocks of salts for lines of the custody log; no entry has it.
pub const LINES: u64 = u64::MAX;

/// First number of the blocks of salts for files of a package.
pub const FILES: u64 = u64::MAX - 1;

/// Makes the salts of one recording.
pub struct Salts {
    cipher: Aes256,
    number: u64,
    /// Those from `until - made.len()` on.
    made: Vec<Array<u8, aes::cipher::consts::U16>>,
    until: u64,
}

/// Nothing of it is shown.
impl std::fmt::Debug for Salts {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Salts(…)")
    }
}

impl Salts {
    /// Salts under `key`, at first those of entry 0.
    #[must_use]
    pub fn new(key: &CaseKey) -> Self {
        Self { cipher: Aes256::new(&Array(key.derive(b"salts 1"))), number: 0, made: Vec::new(), until: 0 }
    }

    /// From here on those of the entry `number`, or of [`LINES`] or [`FILES`].
    pub fn of(&mut self, number: u64) {
        self.number = number;
        self.made.clear();
        self.until = 0;
    }

    /// The salt of a leaf. Quick where leaves come in order.
    pub fn at(&mut self, leaf: u64) -> [u8; SALT] {
        let from = self.until - self.made.len() as u64;
        if leaf < from || leaf >= self.until {
            self.until = leaf + AT_ONCE as u64;
            self.made.clear();
            self.made.extend((leaf..self.until).map(|leaf| {
                let mut block = [0_u8; SALT];
                block[..8].copy_from_slice(&self.number.to_be_bytes());
                block[8..].copy_from_slice(&leaf.to_be_bytes());
                Array(block)
            }));
            self.cipher.encrypt_blocks(&mut self.made);
        }
        self.made[self.made.len() - (self.until - leaf) as usize].0
    }
}

impl Salts {
    /// The salt of a file of the package, counted from 0 in the order of the list of files.
    #[must_use]
    pub fn of_file(&self, index: u64) -> [u8; SALT] {
        let mut block = [0_u8; SALT];
        block[..8].copy_from_slice(&FILES.to_be_bytes());
        block[8..].copy_from_slice(&index.to_be_bytes());
        let mut block = Array(block);
        self.cipher.encrypt_block(&mut block);
        block.0
    }
}

/// Draws salts for lines of a log from a seed of the operating system, so that no line can be guessed from its digest.
pub struct DrawnSalts(Salts, u64);

/// Nothing of it is shown.
impl std::fmt::Debug for DrawnSalts {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("DrawnSalts(…)")
    }
}

impl DrawnSalts {
    /// From `seed`, 32 random bytes.
    #[must_use]
    pub fn new(seed: [u8; 32]) -> Self {
        Self(Salts::new(&CaseKey::of_case(seed)), 0)
    }

    /// The next one, in 32 lower-case hexadecimal digits.
    pub fn draw(&mut self) -> [u8; 32] {
        let salt = self.0.at(self.1);
        self.1 += 1;
        let mut digits = [0; 32];
        for (two, byte) in digits.chunks_exact_mut(2).zip(salt) {
            two[0] = b"0123456789abcdef"[usize::from(byte >> 4)];
            two[1] = b"0123456789abcdef"[usize::from(byte & 15)];
        }
        digits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Digest;

    #[test]
    fn a_salt_is_the_same_in_whatever_order_they_are_asked_for() {
        let mut salts = Salts::new(&CaseKey::of_capture(Digest::of(b"capture")));
        salts.of(3);
        let in_order: Vec<_> = (0..400).map(|leaf| salts.at(leaf)).collect();
        for leaf in [399, 0, 127, 128, 5, 300] {
            assert_eq!(salts.at(leaf), in_order[leaf as usize], "leaf {leaf}");
        }
        let mut distinct = in_order.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), 400);
        salts.of(4);
        assert!(!in_order.contains(&salts.at(0)), "another entry has other salts");
    }

    #[test]
    fn drawn_salts_differ_from_line_to_line_and_from_seed_to_seed() {
        let (mut one, mut other) = (DrawnSalts::new([1; 32]), DrawnSalts::new([2; 32]));
        let drawn = [one.draw(), one.draw(), other.draw()];
        assert!(drawn[0] != drawn[1] && drawn[0] != drawn[2]);
        assert!(drawn.iter().flatten().all(|digit| digit.is_ascii_hexdigit() && !digit.is_ascii_uppercase()));
    }
}
