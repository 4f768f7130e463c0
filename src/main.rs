//! The binary: everything is in the library.

use std::process::ExitCode;

/// Many small allocations by two threads are what a mock is made of.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    standin::cli::run(std::env::args_os(), std::io::stdout(), std::io::stderr())
}
