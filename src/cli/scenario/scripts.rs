//! The files of steps of a scenario, read before anything is recorded.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::model::{ChoicePath, Digest};
use crate::plan::steps::{Part, Placed};
use crate::plan::{Cell, Step, Steps};

/// The steps of a scenario with their texts, which the recording keeps.
pub(super) struct Scripts {
    /// Of the target.
    pub(super) target: Steps,
    /// Of the path of choices.
    pub(super) choice: Option<Steps>,
    /// Of the persona.
    pub(super) persona: Option<Steps>,
    texts: Vec<(String, String)>,
}

impl Scripts {
    /// Reads the steps of a cell, in the folder of its case. `None`: its target has none.
    pub(super) fn of(cell: &Cell, folder: &Path) -> anyhow::Result<Option<Self>> {
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
        Ok(Some(Self { target, choice, persona, texts }))
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
