//! `standin replay RECORDING… [--spec SPEC] [-- COMMAND]`: serves recordings.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};

use crate::cli::args::said;
use crate::cli::exit::Exit;
use crate::cli::layers;
use crate::cli::output::Output;
use crate::cli::replaying::Replay;
use crate::cli::session::Session;
use crate::cli::taping;
use crate::clock::Clock;
use crate::config::Settings;
use crate::config::replaying::{Matched, Upstream};
use crate::config::value::ClockChoice;
use crate::engine::Passing;
use crate::finding::Blame;
use crate::route::{Leniency, Mounted, Router};
use crate::server::Server;
use crate::spec::Document;
use crate::tape::replay::{OnMiss, Options, Repeats, Tape};
use crate::token::SigningKey;
use crate::upstream::{self, Address};

/// Runs the command.
pub(crate) fn run(command: Replay, output: &Output) -> anyhow::Result<Exit> {
    let (config, line) =
        (command.common.judging.config.clone(), command.serving.job.command.clone());
    let mut typed = command.serving.settings().or(command.common.settings());
    typed = typed.or(command.taping.settings());
    typed = command.playback.settings().or(typed);
    typed.spec = said(command.spec);
    let settings = layers::merge(typed, config, output)?;
    layers::start_log(&settings, output);
    let documents = layers::documents(settings.spec.as_deref().unwrap_or_default(), &settings)?;
    let options = options(&settings, &documents)?;
    let on_miss = options.on_miss;
    let records = matches!(on_miss, OnMiss::Record | OnMiss::Once | OnMiss::All);
    let directory = if records { Some(directory(&command.recordings)?) } else { None };
    let (tape, unread) = Tape::open(&command.recordings, options)?;
    if tape.is_empty() && !records {
        let places: Vec<String> =
            command.recordings.iter().map(|path| path.display().to_string()).collect();
        bail!("there is no recorded exchange in {}", places.join(", "));
    }
    let passes = tape.passes_misses();
    let mut builder = Server::builder().replay(documents, tape);
    let mut told = None;
    match &settings.upstream {
        Some(Upstream(address)) if passes => {
            let address = Address::parse(address)?;
            told = Some(address.to_string());
            builder = builder.forward(upstream::Options::new(address), Passing::new(true, false));
            if let Some(directory) = directory {
                builder = builder.record_missed(taping::open(&directory, &settings)?);
            }
        }
        Some(_) => {}
        None if passes => bail!("calls that no recording answers go to nobody; add --upstream URL"),
        None => {}
    }
    let builder = layers::describe(builder, &settings, !line.is_empty())?;
    Session {
        name: "replay",
        builder,
        upstream: told,
        gate: &[Blame::Client],
        settings,
        command: line,
        unread,
        watches: false,
    }
    .run(output)
}

/// The directory that is recorded into: the first that is named, made if there is none.
fn directory(recordings: &[PathBuf]) -> anyhow::Result<PathBuf> {
    let found = recordings.iter().find(|path| !path.is_file());
    let Some(directory) = found else {
        bail!("new exchanges are recorded in a directory; name one among the recordings");
    };
    fs::create_dir_all(directory)
        .with_context(|| format!("cannot record in {}", directory.display()))?;
    Ok(directory.clone())
}

/// How recordings are to be played.
fn options(settings: &Settings, documents: &[(String, Arc<Document>)]) -> anyhow::Result<Options> {
    let mut options = Options::default();
    for Matched(parts) in settings.matching.iter().flatten() {
        options.matching.change(parts)?;
    }
    if let Some(mode) = settings.on_miss {
        options.on_miss = mode.on_miss;
        if mode.is_vcrs {
            options.repeats = Repeats::Error;
        }
    }
    options.repeats = settings.repeats.unwrap_or(options.repeats);
    let key = layers::signing_key(settings)?.map(Arc::new);
    options.key = Some(key.unwrap_or_else(|| Arc::clone(SigningKey::built_in())));
    if settings.shift_dates == Some(true) {
        let clock = match settings.clock {
            Some(ClockChoice::Fixed(instant)) => Clock::fixed(instant),
            Some(ClockChoice::Real) | None => Clock::real(),
        };
        options.shift_to = Some(clock.now());
    }
    if options.on_miss == OnMiss::Mock && documents.is_empty() {
        bail!("--on-miss mock answers from a description; add --spec SPEC");
    }
    if !documents.is_empty() {
        let mounted: Vec<Mounted> = documents
            .iter()
            .map(|(id, document)| Mounted::unmoved(id, Arc::clone(document)))
            .collect();
        let leniency = Leniency { head: true, empty_values: false };
        options.router = Some(Router::with(&mounted, leniency)?);
    }
    Ok(options)
}
