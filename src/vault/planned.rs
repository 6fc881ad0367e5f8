//! The plan that stands in the description of a case, held against what else the case has: its Pages, its planted values, its files of steps. Records
//! nothing.

use std::fs;

use super::case::{Case, CaseError};
use super::{CASE_FILE, SeedError};
use crate::plan::{CasePlan, PlanTables, Steps};

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

    /// What is wrong with the files of steps that a plan names: one that is not there or has a mistake. Each names the file and the remedy.
    #[must_use]
    pub fn wrong_steps(&self, plan: &CasePlan) -> Vec<String> {
        let wrong = plan.files_of_steps().into_iter().filter_map(|(name, cell)| {
            let path = self.folder().join(name);
            let file = path.display().to_string();
            match fs::read_to_string(&path) {
                Err(error) => Some(format!(
                    "{file}: the steps of scenario {cell} cannot be read ({error}); put the file there, or name another in {CASE_FILE}"
                )),
                Ok(text) => Steps::read(&file, &text).err().map(|error| error.to_string()),
            }
        });
        wrong.collect()
    }
}
