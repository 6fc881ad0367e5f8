//! Scenarios that somebody names on the command line: the name is one of the plan, or it is refused with the names that come nearest.

use anyhow::bail;

use super::{complain, plain};
use crate::plan::{CasePlan, Cell};
use crate::vault::{CASE_FILE, Case};

/// How like a name has to be to one of the plan to be named (0 to 1), so that a slip of the keyboard is and another name is not.
const ALIKE: f64 = 0.6;

/// Names that a refusal holds.
const NAMED: usize = 5;

/// The cell of the plan with this name.
///
/// # Errors
///
/// It has none; the names that come nearest are told.
pub(super) fn cell<'p>(case: &Case, plan: &'p CasePlan, name: &str) -> anyhow::Result<&'p Cell> {
    let Some(cell) = plan.cell(name) else {
        bail!("{}: the plan of this case has no scenario {name:?}; {}", case.folder().join(CASE_FILE).display(), near(plan, name));
    };
    Ok(cell)
}

/// Holds the name of a scenario against the plan of a case, for what is put beside its recordings. A case without a plan takes any name, and says so.
///
/// # Errors
///
/// The plan has mistakes, or no scenario of that name.
pub(super) fn check(case: &Case, name: &str) -> anyhow::Result<()> {
    let plan = case.plan()?;
    if plan.is_empty() {
        complain(&format!(
            "{}: this case has no plan, so nothing tells whether {:?} is the scenario that is meant; recordings of other names are not compared with it",
            case.folder().join(CASE_FILE).display(),
            plain(name)
        ));
        return Ok(());
    }
    cell(case, &plan, name).map(|_| ())
}

/// The names of a plan that come nearest to one that it has not, or those that it has.
fn near(plan: &CasePlan, name: &str) -> String {
    let mut alike: Vec<(f64, &str)> = plan
        .cells()
        .iter()
        .map(|cell| (strsim::normalized_damerau_levenshtein(&cell.name.to_lowercase(), &name.to_lowercase()), cell.name.as_str()))
        .collect();
    // The sort is stable, so equals keep the order of the plan.
    alike.sort_by(|one, other| other.0.total_cmp(&one.0));
    let names = |alike: &[(f64, &str)]| alike.iter().take(NAMED).map(|(_, name)| *name).collect::<Vec<_>>().join(", ");
    let nearest: Vec<(f64, &str)> = alike.iter().filter(|(like, _)| *like >= ALIKE).copied().collect();
    match (nearest.is_empty(), alike.len()) {
        (false, _) => format!("the nearest are {}", names(&nearest)),
        (true, 0) => "it has none yet".to_owned(),
        (true, count) => format!("of its {count}, for instance {}; `dataspoor status` lists all", names(&alike)),
    }
}
