//! Bytes of bodies, parameters and header fields → plain fields, with ceilings. Knows no rules.

pub mod cookie;
pub mod cookie_date;
pub mod fields;
mod resolve;

pub use fields::{DecodeAnomaly, Decoded, Field, FieldPlace, Limits, fields};
pub use resolve::{ResolveError, resolve};
