//! `standin mock SPEC`: plays a document as Prism's command of that name does.

use crate::cli::exit::Exit;
use crate::cli::layers;
use crate::cli::output::Output;
use crate::cli::prism::Mock;
use crate::cli::session::Session;
use crate::config::value::FailOn;
use crate::engine::Manner;
use crate::finding::Blame;
use crate::server::Server;

/// Runs the command: exit code 0 whatever is found, unless `--fail-on` says otherwise.
pub(crate) fn run(command: Mock, output: &Output) -> anyhow::Result<Exit> {
    let (config, spec) = (command.shared.judging.config.clone(), command.spec.clone());
    let making = command.shared.making(command.dynamic);
    let errors = command.shared.errors;
    let mut settings = layers::merge(command.shared.settings(), config, output)?;
    settings.fail_on.get_or_insert(FailOn(None));
    layers::start_log(&settings, output);
    let manner = Manner::Prism { errors };
    let mut builder = Server::builder().making(making).manner(manner);
    for played in layers::played(&[spec], &settings)? {
        builder = builder.play(played);
    }
    let builder = layers::describe(builder, &settings, false)?;
    let command = Vec::new();
    Session {
        name: "mock",
        builder,
        upstream: None,
        gate: &[Blame::Client],
        settings,
        command,
        unread: Vec::new(),
        watches: false,
    }
    .run(output)
}
