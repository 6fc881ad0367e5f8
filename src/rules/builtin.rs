//! The rule files that come with the program, put in by `build.rs`.

/// File name and text of every rule file in `rules/`, by name.
pub const BUILTIN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));
