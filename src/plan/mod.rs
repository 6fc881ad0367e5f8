//! The plan of a case: who visits what along which path of choices, how often and when, and the steps a script takes. Text in, checked values out;
//! what was recorded of it is compared with the plan, never made up from it. Starts nothing, opens no file and knows no finding.

pub mod autoconsent;
mod case_plan;
mod check;
mod example;
mod matrix;
mod scenarios;
pub mod steps;
pub mod tables;
#[cfg(test)]
mod tests;

pub use case_plan::{CasePlan, Cell, Day, PathOfChoices, Persona, PlanMistake, PlanMistakes, ProfilePlan, Target};
pub use example::example;
pub use matrix::{Asked, CellState, Ended, Known, Matrix, NotUsed, OnDisk, Recording, Slot, Start, State};
pub use steps::{Element, Step, Steps, StepsError};
pub use tables::PlanTables;
