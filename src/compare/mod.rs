//! What differs between sets of recordings, as values. Opens no file and judges nothing.

pub mod observer;
