//! The program: hands over to `cli`, where everything it does is laid out.

use std::process::ExitCode;

/// Whoever records frees in one thread what another allocated, for every message: docs/performance.md has the measurements.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    dataspoor::cli::run()
}
