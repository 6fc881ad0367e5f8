//! The program: hands over to `cli`, where everything it does is laid out.

use std::process::ExitCode;

fn main() -> ExitCode {
    dataspoor::cli::run()
}
