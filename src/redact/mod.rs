//! Secrets: what of a recorded value may stand in an output, and what must not even reach the disk. It holds no list of names (rules hand these
//! in), opens no file and sends nothing.
//!
//! Two things are decided here. Outputs print names and leave values out ([`printable_url`]). And what authenticates whoever browses is
//! overwritten before it is recorded ([`Masker`]): in place, with the same length, each mask with its place, its rule and a keyed fingerprint.

mod cover;
mod form;
mod head;
mod json;
mod mask;
mod multipart;
mod named;
mod printable;
mod search;
mod secrets;
#[cfg(test)]
mod tests;
mod text;

pub use cover::{COOKIE, COPY_REASON, Extent, KNOWN, VALUE};
pub use mask::{Fingerprints, Masker, REASON, REST, Sealing, Target};
pub use named::{field_locator, field_name};
pub use printable::{MASK, parameter_name, printable_path, printable_text, printable_url};
pub use search::BodyKind;
pub use secrets::{SecretPlace, SecretRule, SecretRules};
