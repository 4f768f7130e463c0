//! `standin mock SPEC`: plays a document as Prism's command of that name does.

use crate::cli::args::Mock;
use crate::cli::exit::Exit;
use crate::cli::layers;
use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::config::value::FailOn;
use crate::engine::Manner;
use crate::server::Server;
use crate::synth;

/// Runs the command: exit code 0 whatever is found, unless `--fail-on` says otherwise.
pub(crate) fn run(command: Mock, output: &Output) -> anyhow::Result<Exit> {
    let (config, spec) = (command.judging.config.clone(), command.spec.clone());
    let mut making =
        if command.dynamic { synth::Options::dynamic(0) } else { synth::Options::default() };
    making.examples = !command.ignore_examples;
    making.fill_properties = command.fill_properties;
    let errors = command.errors;
    let mut settings = layers::merge(command.settings(), config, output)?;
    settings.fail_on.get_or_insert(FailOn(None));
    layers::start_log(&settings, output);
    let manner = Manner::Prism { errors };
    let mut builder = Server::builder().making(making).manner(manner);
    for played in layers::played(&[spec], &settings)? {
        builder = builder.play(played);
    }
    let builder = layers::describe(builder, &settings, false)?;
    let command = Vec::new();
    Session { name: "mock", builder, settings, command, unread: Vec::new() }.run(output)
}
