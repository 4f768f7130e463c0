//! `standin replay RECORDING… [--spec SPEC] [-- COMMAND]`: serves recordings.

use anyhow::bail;

use crate::cli::args::{Replay, said};
use crate::cli::exit::Exit;
use crate::cli::layers;
use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::finding::Blame;
use crate::server::Server;
use crate::tape::read;
use crate::tape::replay::Tape;

/// Runs the command.
pub(crate) fn run(command: Replay, output: &Output) -> anyhow::Result<Exit> {
    let (config, line) =
        (command.common.judging.config.clone(), command.serving.job.command.clone());
    let mut typed = command.serving.settings().or(command.common.settings());
    typed = typed.or(command.taping.settings());
    typed.spec = said(command.spec);
    let settings = layers::merge(typed, config, output)?;
    layers::start_log(&settings, output);
    let documents = layers::documents(settings.spec.as_deref().unwrap_or_default(), &settings)?;
    let (entries, mut unread) = read::paths(&command.recordings)?;
    let (tape, malformed) = Tape::new(&entries);
    unread.extend(malformed);
    if tape.is_empty() {
        let places: Vec<String> =
            command.recordings.iter().map(|path| path.display().to_string()).collect();
        bail!("there is no recorded exchange in {}", places.join(", "));
    }
    let builder = Server::builder().replay(documents, tape);
    let builder = layers::describe(builder, &settings, !line.is_empty())?;
    Session {
        name: "replay",
        builder,
        upstream: None,
        gate: &[Blame::Client],
        settings,
        command: line,
        unread,
    }
    .run(output)
}
