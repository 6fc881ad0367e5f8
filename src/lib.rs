//! dataspoor: records what a browser sends, decides by readable rules what it is, and turns that into evidence.

pub mod model;

pub mod analysis;
pub mod classify;
pub mod decode;
pub mod evidence;
pub mod interop;
pub mod observe;
pub mod redact;
pub mod rules;
pub mod site;
