//! The program that only verifies: the part of `dataspoor` that whoever receives a package needs, without what records, asks or writes.

use std::process::ExitCode;

fn main() -> ExitCode {
    dataspoor::cli::run_verify()
}
