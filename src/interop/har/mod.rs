//! HAR (HTTP Archive 1.1 to 1.3) as browsers, proxies and test tools really write it, read as a stream: one entry in memory at a time.

mod convert;
mod extension;
mod mend;
mod reader;
mod schema;

use std::io::Read;

pub use super::{Contents, Options};
use super::{ImportError, Imported};

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
