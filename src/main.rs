//! The binary: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    standin::cli::run(std::env::args_os(), std::io::stdout(), std::io::stderr())
}
