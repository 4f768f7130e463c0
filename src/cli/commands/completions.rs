//! `standin completions SHELL`: writes the completion script to standard output.

use clap::CommandFactory;

use crate::cli::args::{Arguments, Completions};
use crate::cli::exit::Exit;
use crate::cli::output::Output;

/// Runs the command.
pub(crate) fn run(command: &Completions, output: &Output) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(command.shell, &mut Arguments::command(), "standin", &mut script);
    output.print(&String::from_utf8_lossy(&script));
    Ok(Exit::Clean)
}
