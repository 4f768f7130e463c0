//! `standin record UPSTREAM [--spec SPEC] --out DIR [-- COMMAND]`: passes calls on, and writes each
//! down.

use std::fs;

use anyhow::{Context, bail};

use crate::cli::args::said;
use crate::cli::exit::Exit;
use crate::cli::layers;
use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::taping::Record;
use crate::engine::Passing;
use crate::finding::Blame;
use crate::server::Server;
use crate::upstream::{self, Address};

/// Runs the command.
pub(crate) fn run(command: Record, output: &Output) -> anyhow::Result<Exit> {
    let Record { upstream, spec, out, upstream_proxy, upstream_ca, writing, serving, common } =
        command;
    let (config, line) = (common.judging.config.clone(), serving.job.command.clone());
    let address = Address::parse(&upstream)?;
    let told = Some(address.to_string());
    let mut upstream = upstream::Options::new(address);
    if let Some(proxy) = &upstream_proxy {
        upstream = upstream.through(upstream::Proxy::parse(proxy)?);
    }
    let mut typed = serving.settings().or(common.settings()).or(writing.settings());
    (typed.upstream_ca, typed.spec, typed.out) = (upstream_ca, said(spec), out);
    let mut settings = layers::merge(typed, config, output)?;
    let Some(directory) = settings.out.take().or(settings.record.take()) else {
        bail!("no directory was given to record in; add --out, for example --out recording");
    };
    settings.record = Some(directory);
    if let Some(path) = &settings.upstream_ca {
        let authorities = fs::read(path).with_context(|| format!("cannot read {}", path.display()));
        upstream = upstream.trusting(authorities?);
    }
    layers::start_log(&settings, output);
    let mut builder = Server::builder().forward(upstream, Passing::default().faithful());
    let specs = settings.spec.clone().unwrap_or_default();
    for played in layers::played(&specs, &settings)? {
        builder = builder.play(played);
    }
    let builder = layers::describe(builder, &settings, !line.is_empty())?;
    Session {
        name: "record",
        builder,
        upstream: told,
        gate: &[Blame::Client, Blame::Server],
        settings,
        command: line,
        unread: Vec::new(),
        watches: true,
    }
    .run(output)
}
