//! `standin serve [SPEC…] [-- COMMAND]`: plays the server, stateful.

use crate::cli::args::Serve;
use crate::cli::exit::Exit;
use crate::cli::layers;
use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::finding::Blame;
use crate::server::Server;

/// Runs the command.
pub(crate) fn run(command: Serve, output: &Output) -> anyhow::Result<Exit> {
    let (config, line) =
        (command.common.judging.config.clone(), command.serving.job.command.clone());
    let typed = command.serving.settings().or(command.common.settings());
    let typed = typed.or(command.taping.settings());
    let settings = layers::merge(command.playing.settings().or(typed), config, output)?;
    layers::start_log(&settings, output);
    let mut specs = command.specs;
    if specs.is_empty() {
        specs = settings.spec.clone().unwrap_or_default();
    }
    let mut builder = Server::builder();
    for played in layers::played(&specs, &settings)? {
        builder = builder.play(played);
    }
    let builder = layers::describe(builder, &settings, !line.is_empty())?;
    Session {
        name: "serve",
        builder,
        upstream: None,
        gate: &[Blame::Client],
        settings,
        command: line,
        unread: Vec::new(),
        watches: false,
    }
    .run(output)
}
