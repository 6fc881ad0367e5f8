//! Options about secrets, and the masker that they come to. Without a case the key of fingerprints is drawn for one recording and never written.

use std::sync::Arc;

use clap::Args;

use crate::capture::{EncryptTo, KEPT, MASKED, SECRETS, SECRETS_TO};
use crate::evidence::{CaseKey, Fingerprinter};
use crate::redact::Masker;
use crate::rules::RuleSet;
use crate::vault::{CASE_FILE, Case, Originals};

/// What becomes of passwords and login tokens.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Secrets {
    /// Record passwords and login tokens as they are sent; by default they are masked before anything reaches the disk. It is recorded.
    #[arg(long)]
    keep_secrets: bool,
    /// Keep what is masked as well, encrypted for this public key of age (age1…), beside each mask. Only who has its private key can read it.
    #[arg(long, value_name = "KEY", conflicts_with = "keep_secrets")]
    secrets_to: Option<Originals>,
    /// Encrypt the recording while it is made, for this public key of age (age1…; repeat for more), beside those that case.toml names (encrypt_to). It can be
    /// read with a private key only (--identity), and no annex is written beside it.
    #[arg(long, value_name = "KEY")]
    encrypt_to: Vec<EncryptTo>,
}

impl Secrets {
    /// Names and values of the settings, as the session file has them.
    pub(super) fn settings(&self) -> impl Iterator<Item = (String, String)> {
        let to = self.secrets_to.as_ref().map(|key| (SECRETS_TO.to_owned(), key.to_string()));
        [(SECRETS.to_owned(), if self.keep_secrets { KEPT } else { MASKED }.to_owned())].into_iter().chain(to)
    }

    /// For whom the recording is encrypted: whom the command names, and whom the case does.
    ///
    /// # Errors
    ///
    /// The case names something that is no public key.
    pub(super) fn encrypt_to(&self, case: Option<&Case>) -> anyhow::Result<Vec<EncryptTo>> {
        let mut all = self.encrypt_to.clone();
        for text in case.iter().flat_map(|case| &case.file.encrypt_to) {
            let of_case = |why| {
                anyhow::anyhow!("{}: encrypt_to: {why}", case.map(|case| case.folder().join(CASE_FILE)).unwrap_or_default().display())
            };
            let to: EncryptTo = text.parse().map_err(of_case)?;
            if !all.contains(&to) {
                all.push(to);
            }
        }
        Ok(all)
    }

    /// Who masks, by the rules of this recording.
    ///
    /// # Errors
    ///
    /// The operating system gives no random numbers.
    pub(super) fn masker(&self, rules: &RuleSet, case: Option<&CaseKey>) -> anyhow::Result<Option<Masker>> {
        if self.keep_secrets {
            return Ok(None);
        }
        let key = match case {
            Some(key) => key.clone(),
            // Whoever holds a recording can make the key that its other fingerprints are made under: with it, a weak password could be guessed.
            None => {
                let mut drawn = [0; 32];
                getrandom::fill(&mut drawn)
                    .map_err(|error| anyhow::anyhow!("the operating system gives no random numbers ({error}); secrets cannot be masked"))?;
                CaseKey::of_case(drawn)
            }
        };
        let fingerprints = Fingerprinter::of_secrets(&key);
        let masker = Masker::new(rules.secret_rules().into(), Arc::new(move |secret| fingerprints.of(secret).0));
        Ok(Some(match self.secrets_to.clone() {
            Some(originals) => masker.sealing(Arc::new(move |secret| originals.seal(secret))),
            None => masker,
        }))
    }
}
