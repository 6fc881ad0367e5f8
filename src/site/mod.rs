//! Who is who: registrable domains, the page that a recording is about, how a host relates to it, and which choices were made in which part of a
//! visit.
//!
//! Knows no rule files: who owns a domain is told by whoever calls (`rules` compiles the table).

mod choice;
mod named;
mod page;
mod relation;
mod suffix;

pub use choice::{CLICK_WINDOW, Choice, ChoiceBy, ChoiceRequest, ChoiceState, Given, LATE_MARK, Marked, Says, Scope, Stretch, Visit};
pub use named::host_in;
pub use page::{Basis, PageSurvey, PageVerdict, Seen};
pub use relation::{Position, Relation};
pub use suffix::{SuffixList, SuffixListError};
