//! Who is who: registrable domains, the page that a recording is about, and how a host relates to it.
//!
//! Knows no rule files: who owns a domain is told by whoever calls (`rules` compiles the table).

mod page;
mod relation;
mod suffix;

pub use page::{Basis, PageSurvey, PageVerdict, Seen};
pub use relation::{Position, Relation};
pub use suffix::{SuffixList, SuffixListError};
