//! What was masked, kept for somebody: each secret encrypted on its own for a public key (age, age-encryption.org/v1), so that whoever holds the
//! recording learns nothing more and an interruption costs nothing. It never holds the key that opens them.

use std::str::FromStr;

use age::x25519::Recipient;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// For whom originals are encrypted.
#[derive(Clone, Debug)]
pub struct Originals(Recipient);

impl FromStr for Originals {
    type Err = String;

    /// Reads a public key as `age-keygen` prints it: `age1…`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |why| format!("{text:?} is no public key of age ({why}); `age-keygen -o key.txt` makes a pair and prints one (age1…)");
        text.trim().parse().map(Self).map_err(wrong)
    }
}

impl std::fmt::Display for Originals {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}", self.0)
    }
}

impl Originals {
    /// Encrypts a secret: an age file in base64. `None`: it could not be encrypted, which is told, and the mask stands alone.
    #[must_use]
    pub fn seal(&self, secret: &[u8]) -> Option<String> {
        age::encrypt(&self.0, secret)
            .inspect_err(|error| tracing::warn!(%error, "a secret was masked and its original could not be encrypted, so it is not kept"))
            .ok()
            .map(|file| STANDARD.encode(file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_the_key_reads_it_and_nobody_else() {
        let (own, other) = (age::x25519::Identity::generate(), age::x25519::Identity::generate());
        let originals: Originals = own.to_public().to_string().parse().expect("a key");
        let sealed = STANDARD.decode(originals.seal(b"correct horse").expect("encrypted")).expect("base64");
        assert_eq!(age::decrypt(&own, &sealed).expect("opens"), b"correct horse");
        assert!(age::decrypt(&other, &sealed).is_err() && memchr::memmem::find(&sealed, b"horse").is_none());
        let wrong = "age1xyz".parse::<Originals>().expect_err("no key");
        assert!(wrong.contains("age1xyz") && wrong.contains("age-keygen"), "{wrong}");
    }
}
