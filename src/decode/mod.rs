//! Bytes of bodies, parameters and header fields → plain fields, with ceilings. Knows no rules.

pub mod cookie;
pub mod cookie_date;
mod resolve;

pub use resolve::{ResolveError, resolve};
