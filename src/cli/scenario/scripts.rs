//! The files of steps of a scenario, read before anything is recorded.

use std::fs;

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::model::{ChoicePath, Digest, Operated};
use crate::plan::steps::{Part, Placed, Ruled};
use crate::plan::{Cell, Step, Steps};
use crate::vault::{Case, KeptRules};

/// The steps of a scenario with their texts, which the recording keeps.
pub(super) struct Scripts {
    /// Of the target.
    pub(super) target: Steps,
    /// Of the path of choices.
    pub(super) choice: Option<Steps>,
    /// Of the persona.
    pub(super) persona: Option<Steps>,
    texts: Vec<(String, String)>,
    /// The rules of others that steps use, by the step.
    rules: Vec<(Ruled, KeptRules)>,
}

impl Scripts {
    /// Reads the steps of a cell, in the folder of its case, and what they use of the case. `None`: its target has none.
    pub(super) fn of(cell: &Cell, case: &Case) -> anyhow::Result<Option<Self>> {
        let folder = case.folder();
        let mut texts = Vec::new();
        let mut read = |name: &Option<String>| -> anyhow::Result<Option<Steps>> {
            let Some(name) = name else { return Ok(None) };
            let path = folder.join(name);
            let text = fs::read_to_string(&path).with_context(|| {
                format!("{}: the steps of scenario {} cannot be read; write them, or mend case.toml", path.display(), cell.name)
            })?;
            let steps = Steps::read(name, &text)?;
            texts.push((name.clone(), text));
            Ok(Some(steps))
        };
        let Some(target) = read(&cell.target.steps)? else { return Ok(None) };
        let (choice, persona) = (read(&cell.choice.steps)?, read(&cell.persona.steps)?);
        // On the path of no choice a screen may be looked at, and nothing in it chosen.
        let chooses = |placed: &&Placed| matches!(&placed.step, Step::Choose(choose) if !choose.leads_on);
        if cell.choice.path == ChoicePath::NoChoice
            && let Some(steps) = &choice
            && let Some(placed) = steps.steps.iter().find(chooses)
        {
            anyhow::bail!(
                "{}, line {}: nothing is chosen on the path no-choice ({}); write click, or leads-on = true if the click chooses nothing",
                folder.join(&steps.file).display(),
                placed.line,
                cell.choice.id
            );
        }
        if let Some(steps) = &choice {
            for Placed { line, step } in &steps.steps {
                if let Step::Autoconsent(ruled) = step
                    && let Some(what) = ruled.choice.against(cell.choice.path)
                {
                    anyhow::bail!("{}, line {line}: {what}", folder.join(&steps.file).display());
                }
            }
        }
        let mut rules: Vec<(Ruled, KeptRules)> = Vec::new();
        // A person needs no rules.
        let all = [Some(&target), choice.as_ref(), persona.as_ref()].into_iter().flatten().filter(|_| cell.operated != Operated::Manual);
        for (steps, Placed { line, step }) in all.flat_map(|steps| steps.steps.iter().map(move |placed| (steps, placed))) {
            if let Step::Autoconsent(ruled) = step
                && !rules.iter().any(|(known, _)| known == ruled)
            {
                let kept = case.consent_rules(ruled).with_context(|| format!("{}, line {line}", folder.join(&steps.file).display()))?;
                rules.push((ruled.clone(), kept));
            }
        }
        if choice.is_some()
            && cell.choice.path != ChoicePath::NoChoice
            && !target.takes(Part::Choice)
            && !persona.as_ref().is_some_and(|persona| persona.takes(Part::Choice))
        {
            anyhow::bail!(
                "{}: scenario {} has a path of choices with steps, and these steps never take it; put [[step]] path = \"choice\" where the consent screen is",
                folder.join(&target.file).display(),
                cell.name
            );
        }
        Ok(Some(Self { target, choice, persona, texts, rules }))
    }

    /// The rules of others that a step uses.
    pub(super) fn rules_of(&self, step: &Ruled) -> Option<&KeptRules> {
        self.rules.iter().find_map(|(known, kept)| (known == step).then_some(kept))
    }

    /// The files of rules that steps use, each with its digest, as the session says it from the beginning. `None`: they use none.
    pub(super) fn rules_used(&self) -> Option<String> {
        let mut lines: Vec<String> =
            self.rules.iter().map(|(_, kept)| format!("{} {} {}", kept.item.id, kept.item.file, kept.item.sha256)).collect();
        lines.sort();
        lines.dedup();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// SHA-256 over name and digest of every file, one a line.
    pub(super) fn digest(&self) -> Digest {
        let lines: String = self.texts.iter().map(|(name, text)| format!("{name} {}\n", Digest::of(text.as_bytes()))).collect();
        Digest::of(lines.as_bytes())
    }

    /// The files with their texts.
    pub(super) fn listed(&self) -> Vec<Value> {
        let file =
            |(name, text): &(String, String)| json!({ "file": name, "sha256": Digest::of(text.as_bytes()).to_string(), "text": text });
        self.texts.iter().map(file).collect()
    }
}
