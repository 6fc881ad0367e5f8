//! What differs between recordings, counted over their report models: two sides set beside each other, the classes of the first question, direct
//! answers over all scenarios of a case, and what became of a kept profile. Reads no recording, opens no file, judges nothing: a line says in how
//! many of how many recordings something was recorded, and what could not be told.
//!
//! | step | module |
//! |---|---|
//! | a report → items that can be counted | [`recording`] |
//! | what a recording cannot show | `limits` |
//! | n of N, by scenario; what varies | `tally` |
//! | two sides | `sides` |
//! | classes A to D | `classes`, `joins` |
//! | direct answers, matrix | `answers`, `members`, `logout`, `matrix` |
//! | a kept profile over time | `series` |
//! | the annex over a case: merged rows, sentences that hold | `case_annex` |
//! | all of it | [`mod@document`] |

mod answers;
mod case_annex;
mod classes;
pub mod document;
mod joins;
mod limits;
mod logout;
mod matrix;
mod members;
pub mod observer;
pub mod recording;
mod series;
mod sides;
mod tally;

pub use case_annex::{CaseAbout, HeldTime, RecordingTimes};
pub use document::{Listed, Settings, case_document, document};
pub use recording::Recording;

#[cfg(test)]
mod tests;
