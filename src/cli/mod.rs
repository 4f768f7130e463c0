//! The command line: reads what was typed, runs one command, tells how it ended.
//!
//! Nothing here prints to the process's own streams: all goes to the two writers that [`run`] is
//! given, machine output to the first, everything else to the second.

mod args;
mod child;
mod commands;
mod comparing;
mod drifting;
mod exit;
mod failure;
mod git;
mod greeting;
mod layers;
mod live;
mod output;
mod pen;
mod prism;
mod progress;
mod proofs;
mod replaying;
mod reports;
mod session;
mod signals;
mod style;
mod taping;
mod tries;
mod trust;
mod verdict;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Command};
use exit::Exit;
use output::Output;

/// Runs standin with the arguments of a process (the first is the program's name).
///
/// # Examples
///
/// ```
/// use std::process::ExitCode;
///
/// let code = standin::cli::run(["standin", "--version"], std::io::sink(), std::io::sink());
/// assert_eq!(code, ExitCode::SUCCESS);
/// ```
pub fn run<A: Into<OsString> + Clone>(
    arguments: impl IntoIterator<Item = A>,
    stdout: impl Write + Send + 'static,
    stderr: impl Write + Send + 'static,
) -> ExitCode {
    let output = Output::new(stdout, stderr);
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(told) => {
            // Help and version are what was asked for; everything else is misuse.
            let text = told.render();
            if told.use_stderr() {
                output.tell(&text.to_string());
                return Exit::Failed.into();
            }
            output.print(&text.to_string());
            return Exit::Clean.into();
        }
    };
    let ended = match arguments.command {
        Command::Serve(command) => commands::serve::run(*command, &output),
        Command::Mock(command) => commands::mock::run(*command, &output),
        Command::Proxy(command) => commands::proxy::run(*command, &output),
        Command::Record(command) => commands::record::run(*command, &output),
        Command::Redact(command) => commands::redact::run(*command, &output),
        Command::Lint(command) => commands::lint::run(command, &output),
        Command::Replay(command) => commands::replay::run(*command, &output),
        Command::Drift(command) => commands::drift::run(*command, &output),
        Command::Diff(command) => commands::diff::run(*command, &output),
        Command::Apis(command) => commands::apis::run(&command, &output),
        Command::Ping(command) => commands::ping::run(&command, &output),
        Command::Completions(command) => commands::completions::run(&command, &output),
    };
    let exit = ended.unwrap_or_else(|error| {
        output.tell_behind(failure::text(&error));
        Exit::Failed
    });
    output.settle();
    exit.into()
}
