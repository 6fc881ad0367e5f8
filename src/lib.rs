//! dataspoor: records what a browser sends, decides by readable rules what it is, and turns that into evidence.

pub mod model;

pub mod analysis;
#[cfg(feature = "cli")]
pub mod batch;
#[cfg(feature = "browser")]
pub mod browser;
#[cfg(feature = "cli")]
pub mod capture;
pub mod classify;
#[cfg(feature = "cli")]
pub mod cli;
pub mod compare;
pub mod decode;
#[cfg(feature = "demo")]
pub mod demo;
pub mod evidence;
pub mod interop;
pub mod observe;
#[cfg(feature = "cli")]
pub mod package;
pub mod plan;
#[cfg(feature = "proxy")]
pub mod proxy;
#[cfg(feature = "cli")]
pub mod recorder;
pub mod redact;
pub mod report;
pub mod rules;
#[cfg(feature = "cli")]
pub mod share;
pub mod site;
#[cfg(feature = "cli")]
pub mod vault;
