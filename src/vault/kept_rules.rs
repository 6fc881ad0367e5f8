//! Rules of others for consent screens, as they are kept in a case: found for a step that names them, and held against what the step wants. Without such a
//! file nothing is guessed; the message says how to add one.

use std::fs;

use super::KeptKind;
use super::case::{Case, CaseError};
use super::kept::{KeptError, KeptItem};
use crate::plan::autoconsent::{ConsentRules, ConsentRulesError};
use crate::plan::steps::Ruled;

/// A kept file of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptRules {
    /// As the ledger has it.
    pub item: KeptItem,
    /// What it holds.
    pub rules: ConsentRules,
}

/// Why a step cannot use rules of the case.
#[derive(Debug, thiserror::Error)]
pub enum KeptRulesError {
    /// The case.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// None is kept.
    #[error(
        "uses rules for consent screens, and the case keeps none; none come with this program: fetch a file of rules (rules.json of the package \
         @duckduckgo/autoconsent, for instance) and add it with `dataspoor keep autoconsent FILE --case {folder}`, or write steps of your own (click, choose)"
    )]
    None {
        /// Folder of the case.
        folder: String,
    },
    /// There are several, and the step names none.
    #[error("uses rules for consent screens, and the case keeps several ({kept}); name one of them in the step: rules = \"{last}\"")]
    Several {
        /// Their identifiers.
        kept: String,
        /// The last of them.
        last: String,
    },
    /// The named one is not kept.
    #[error("names the rules {wanted:?}, and the case keeps {kept}; name one of them, or add the file with `dataspoor keep autoconsent`")]
    Unknown {
        /// What the step names.
        wanted: String,
        /// Identifiers of those that are kept.
        kept: String,
    },
    /// The file is not there, or is another one.
    #[error(transparent)]
    File(#[from] KeptError),
    /// It cannot be read.
    #[error("{id} ({file}): {cause}")]
    Rules {
        /// Its identifier.
        id: String,
        /// Its file.
        file: String,
        /// Why.
        cause: Box<ConsentRulesError>,
    },
    /// It has no rule of that name.
    #[error(
        "names the rule {rule:?}, and none of the {count} rules of {id} ({file}) is called so; look at the names in that file, or leave rule away"
    )]
    NoRule {
        /// The name.
        rule: String,
        /// How many rules there are.
        count: usize,
        /// Identifier.
        id: String,
        /// File.
        file: String,
    },
    /// The named rule cannot be carried out.
    #[error(
        "names the rule {rule:?} of {id}, which cannot be carried out here: {why}; name another rule, or write steps of your own (click, choose)"
    )]
    NotHere {
        /// The name.
        rule: String,
        /// Identifier of the file.
        id: String,
        /// Why.
        why: String,
    },
}

impl Case {
    /// The rules that a step uses, once the file was found to be the one that the ledger noted.
    ///
    /// # Errors
    ///
    /// There is no such file, it is another one or cannot be read, or has no such rule that can be carried out.
    pub fn consent_rules(&self, step: &Ruled) -> Result<KeptRules, KeptRulesError> {
        // Read without waiting: status asks while something is recorded.
        let kept: Vec<KeptItem> =
            super::kept::items(&self.read_ledger()?.lines).into_iter().filter(|item| item.what == KeptKind::ConsentRules).collect();
        let listed = || kept.iter().map(|item| item.id.as_str()).collect::<Vec<_>>().join(", ");
        let item = match (&step.rules, kept.as_slice()) {
            (_, []) => return Err(KeptRulesError::None { folder: self.folder().display().to_string() }),
            (None, [one]) => one,
            (None, [.., last]) => return Err(KeptRulesError::Several { kept: listed(), last: last.id.clone() }),
            (Some(wanted), all) => all
                .iter()
                .find(|item| item.id == *wanted)
                .ok_or_else(|| KeptRulesError::Unknown { wanted: wanted.clone(), kept: listed() })?,
        };
        let path = self.check_kept(item)?;
        let text = fs::read_to_string(&path).map_err(|cause| KeptError::File { file: path.display().to_string(), cause })?;
        let (id, file) = (item.id.clone(), item.file.clone());
        let rules = ConsentRules::read(&text).map_err(|cause| KeptRulesError::Rules {
            id: id.clone(),
            file: file.clone(),
            cause: Box::new(cause),
        })?;
        if let Some(name) = &step.rule {
            let count = rules.rules.len();
            let rule = rules.rules.iter().find(|rule| rule.name == *name);
            let rule = rule.ok_or_else(|| KeptRulesError::NoRule { rule: name.clone(), count, id: id.clone(), file })?;
            if let Some(why) = rule.hindrance(step.choice) {
                return Err(KeptRulesError::NotHere { rule: name.clone(), id, why });
            }
        }
        Ok(KeptRules { item: item.clone(), rules })
    }
}
