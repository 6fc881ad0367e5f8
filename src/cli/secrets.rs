//! Options about secrets, and the masker that they come to. Without a case the key of fingerprints is drawn for one recording and never written.

use clap::Args;

use crate::capture::{KEPT, MASKED, SECRETS};
use crate::evidence::{CaseKey, Fingerprinter};
use crate::redact::Masker;
use crate::rules::RuleSet;

/// What becomes of passwords and login tokens.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Secrets {
    /// Record passwords and login tokens as they are sent; by default they are masked before anything reaches the disk. It is recorded.
    #[arg(long)]
    keep_secrets: bool,
}

impl Secrets {
    /// Name and value of the setting, as the session file has it.
    pub(super) fn setting(&self) -> (String, String) {
        (SECRETS.to_owned(), if self.keep_secrets { KEPT } else { MASKED }.to_owned())
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
        Ok(Some(Masker::new(rules.secret_rules().into(), std::sync::Arc::new(move |secret| fingerprints.of(secret).0))))
    }
}
