//! Scripted exchanges and what is said of each.
