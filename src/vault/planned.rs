//! The plan that stands in the description of a case, held against what else the case has: its Pages, its planted values, its files of steps. Records
//! nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::case::{Case, CaseError};
use super::{CASE_FILE, SeedError};
use crate::model::ChoicePath;
use crate::plan::steps::{Ruled, Typed};
use crate::plan::{CasePlan, PlanTables, Step, Steps};

impl Case {
    /// The checked plan of the case; an empty one where it has none.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, by table and line; or the register of planted values cannot be read.
    pub fn plan(&self) -> Result<CasePlan, CaseError> {
        let path = self.folder().join(CASE_FILE);
        let file = || path.display().to_string();
        let seeds = match self.seeds() {
            Ok(register) => register.seeds.into_iter().map(|seed| seed.id).collect::<Vec<_>>(),
            Err(SeedError::Case(error)) => return Err(error),
            Err(error) => return Err(CaseError::Description { file: file(), cause: error.to_string() }),
        };
        let described = &self.file;
        let tables = PlanTables {
            settings: described.plan.as_ref(),
            personas: &described.personas,
            choices: &described.choices,
            targets: &described.targets,
            scenarios: &described.scenarios,
            pages: &described.pages,
            seeds: &seeds,
        };
        CasePlan::check(&tables, &self.text).map_err(|mistakes| CaseError::Plan { file: file(), mistakes })
    }

    /// What is wrong with the files of steps that a plan names: one that is not there or has a mistake, one that chooses on a path on which nothing is
    /// chosen, one that types a planted value that the scenario does not name, one that uses
    /// rules for consent screens that the case does not keep. Each names the file and the remedy.
    #[must_use]
    pub fn wrong_steps(&self, plan: &CasePlan) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut read = BTreeMap::new();
        for (name, cell) in plan.files_of_steps() {
            let path = self.folder().join(name);
            let file = path.display().to_string();
            match fs::read_to_string(&path) {
                Err(error) => wrong.push(format!(
                    "{file}: the steps of scenario {cell} cannot be read ({error}); put the file there, or name another in {CASE_FILE}"
                )),
                Ok(text) => match Steps::read(&file, &text) {
                    Err(error) => wrong.push(error.to_string()),
                    Ok(steps) => drop(read.insert(name, steps)),
                },
            }
        }
        let mut told = BTreeSet::new();
        let mut rules: Vec<(&Ruled, Option<String>)> = Vec::new();
        for cell in plan.cells() {
            for name in [&cell.persona.steps, &cell.choice.steps, &cell.target.steps].into_iter().flatten() {
                let Some(steps) = read.get(name.as_str()) else { continue };
                let of_choice = cell.choice.steps.as_ref() == Some(name);
                for placed in &steps.steps {
                    let what = match &placed.step {
                        Step::Choose(choose) if of_choice && cell.choice.path == ChoicePath::NoChoice && !choose.leads_on => {
                            format!(
                                "chooses, and the path {:?} is one on which nothing is chosen; name another path, or take the step away",
                                cell.choice.id
                            )
                        }
                        Step::Autoconsent(ruled) => {
                            let against = ruled.choice.against(cell.choice.path).filter(|_| of_choice);
                            // A file of rules is long, and many cells take the same steps.
                            let found = rules.iter().position(|(known, _)| *known == ruled).unwrap_or_else(|| {
                                rules.push((ruled, self.consent_rules(ruled).err().map(|error| error.to_string())));
                                rules.len() - 1
                            });
                            match against.map(str::to_owned).or_else(|| rules[found].1.clone()) {
                                Some(what) => what,
                                None => continue,
                            }
                        }
                        Step::Type(Typed { seed: Some(seed), .. }) if !cell.seeds.contains(seed) => {
                            format!("types {seed:?}, which scenario {} does not name; put it into its seeds", cell.name)
                        }
                        _ => continue,
                    };
                    let line = format!("{}, line {}: {what}", steps.file, placed.line);
                    if told.insert(line.clone()) {
                        wrong.push(line);
                    }
                }
            }
        }
        wrong
    }
}
