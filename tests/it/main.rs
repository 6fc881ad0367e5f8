//! Tests of the whole: files in, files out, by the library and by the program.

#![allow(clippy::print_stderr, reason = "a test says what it compared, and what it could not find")]

mod bad_input;
mod capture;
mod cookies;
mod corpus;
mod determinism;
mod facts;
mod flips;
mod har;
mod html;
mod leaks;
mod locators;
mod rules;
mod tidy;
