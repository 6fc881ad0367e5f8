//! HAR (HTTP Archive 1.1 to 1.3) as browsers, proxies and test tools really write it, read as a stream: one entry in memory at a time.

mod convert;
mod mend;
mod reader;
mod schema;

use std::io::Read;

use super::{ImportError, Imported};
use crate::model::{Gap, Session};

/// How to read.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// No single element may be larger, in bytes.
    pub max_entry_bytes: u64,
    /// Use what is whole of a file that ends in the middle; the missing end becomes a gap.
    pub partial: bool,
}

impl Default for Options {
    /// One GiB, whole files only.
    fn default() -> Self {
        Self { max_entry_bytes: 1 << 30, partial: false }
    }
}

/// What stands in a HAR file apart from its entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// The session.
    pub session: Session,
    /// What the file does not hold.
    pub gaps: Vec<Gap>,
    /// Elements of the entry list, readable or not.
    pub elements: u64,
    /// Wrappings that were taken off, outermost first.
    pub wrappings: Vec<&'static str>,
    /// Length of the JSON text in bytes, wrappings taken off.
    pub text_bytes: u64,
}

/// Reads a HAR file from `source` and hands every exchange to `each`, in the order of the file.
///
/// # Errors
///
/// Says where the text stops being a HAR file. What was handed to `each` before stays valid.
pub fn read<'a>(
    source: impl Read + 'a,
    options: Options,
    each: &mut dyn FnMut(Imported) -> std::io::Result<()>,
) -> Result<Contents, ImportError> {
    reader::read(source, options, each)
}
