//! `standin proxy SPEC UPSTREAM`: passes calls on and judges both sides, as Prism's command does.

use std::fs;

use anyhow::Context;

use crate::cli::exit::Exit;
use crate::cli::layers;
use crate::cli::output::Output;
use crate::cli::prism::Proxy;
use crate::cli::session::Session;
use crate::config::value::FailOn;
use crate::engine::{Manner, Passing};
use crate::finding::Blame;
use crate::server::Server;
use crate::upstream::{self, Address};

/// Runs the command: exit code 0 whatever is found, unless `--fail-on` says otherwise.
pub(crate) fn run(command: Proxy, output: &Output) -> anyhow::Result<Exit> {
    let Proxy { spec, upstream, validate_request, upstream_proxy, upstream_ca, shared, job } =
        command;
    let (config, line) = (shared.judging.config.clone(), job.command.clone());
    let address = Address::parse(&upstream)?;
    let told = Some(address.to_string());
    let mut upstream = upstream::Options::new(address);
    if let Some(proxy) = &upstream_proxy {
        upstream = upstream.through(upstream::Proxy::parse(proxy)?);
    }
    let passing = Passing::new(validate_request, shared.errors).compacting();
    let manner = Manner::Prism { errors: shared.errors };
    let making = shared.making(false);
    let mut typed = shared.settings().or(job.settings());
    typed.upstream_ca = upstream_ca;
    let mut settings = layers::merge(typed, config, output)?;
    if let Some(path) = &settings.upstream_ca {
        let authorities = fs::read(path).with_context(|| format!("cannot read {}", path.display()));
        upstream = upstream.trusting(authorities?);
    }
    settings.fail_on.get_or_insert(FailOn(None));
    layers::start_log(&settings, output);
    let mut builder = Server::builder().manner(manner).making(making).forward(upstream, passing);
    for played in layers::played(&[spec], &settings)? {
        builder = builder.play(played);
    }
    let builder = layers::describe(builder, &settings, !line.is_empty())?;
    let gate = &[Blame::Client, Blame::Server];
    Session {
        name: "proxy",
        builder,
        upstream: told,
        gate,
        settings,
        command: line,
        unread: Vec::new(),
        watches: true,
    }
    .run(output)
}
