//! Bytes of bodies, parameters and header fields → plain fields, with ceilings. Knows no rules.

mod coding;
pub mod cookie;
pub mod cookie_date;
pub mod fields;
mod json;
mod mqtt;
mod multipart;
mod packed;
mod protobuf;
mod resolve;

pub(crate) use coding::without_codings;
pub use fields::{DecodeAnomaly, Decoded, Field, FieldPlace, Limits, fields};
pub use resolve::{ResolveError, resolve};
