//! The program: hands over to [`dataspoor::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    dataspoor::cli::run()
}
