//! The program: hands over to `cli`, where everything it does is laid out.

use std::process::ExitCode;

/// A proxy allocates and frees buffers of all sizes on several threads; the system's allocator returns large ones to the kernel each time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    dataspoor::cli::run()
}
