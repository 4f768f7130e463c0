//! `standin drift RECORDING… --spec SPEC`: where recorded traffic departs from a description.

use std::sync::Arc;

use anyhow::bail;

use crate::cli::args::{Drift, said};
use crate::cli::exit::Exit;
use crate::cli::layers;
use crate::cli::output::Output;
use crate::cli::reports;
use crate::cli::style::Style;
use crate::clock::Clock;
use crate::config;
use crate::config::value::Target;
use crate::drift;
use crate::finding::Blame;
use crate::report::{OperationTally, Report};
use crate::spec::Document;
use crate::tape::read;

/// Whose findings fail the job unless `--gate` says otherwise: whoever moved away.
const GATE: [Blame; 3] = [Blame::Client, Blame::Server, Blame::Document];

type Documents = [(String, Arc<Document>)];

/// Runs the command: 0 if the traffic keeps to the description, 1 if not.
pub(crate) fn run(command: Drift, output: &Output) -> anyhow::Result<Exit> {
    let config = command.common.judging.config.clone();
    let mut typed = command.common.settings();
    typed.spec = said(command.spec);
    let settings = layers::merge(typed, config, output)?;
    layers::start_log(&settings, output);
    let Some(specs) = settings.spec.as_deref() else {
        bail!("no description was given; add --spec, for example --spec clerk-sessions");
    };
    let clock = Clock::real();
    let started = clock.now();
    let documents = layers::documents(specs, &settings)?;
    let (entries, unread) = read::paths(&command.recordings)?;
    let mut drift = drift::judge(&entries, &documents)?;
    if drift.judged == 0 {
        let passed_over = drift.passed_over;
        bail!("nothing was tested: no exchange of these APIs, {passed_over} of others");
    }
    drift.findings.extend(layers::told(&unread, Blame::Document, started));
    let severities = settings.severity.as_deref().unwrap_or_default();
    layers::weigh(&mut drift.findings, severities)?;
    let report = Report {
        ended: clock.now(),
        requests: drift.judged as u64,
        operations: operations(&drift, &documents),
        excerpts: layers::excerpts(&drift.findings, &documents),
        findings: drift.findings,
        ..Report::new("drift", started, config::gate(&settings, &GATE))
    };
    let targets: Vec<Target> = settings.report.clone().unwrap_or_default();
    reports::finish(&report, &targets, output, false, settings.color)?;
    let is_told = targets.iter().any(|target| target.format == "text");
    if !is_told && settings.quiet != Some(true) {
        let text = reports::render(&report, "text");
        output.tell(&Style::of(settings.color).report(&text));
    }
    Ok(Exit::of(&report))
}

/// Every operation, seen or not.
fn operations(drift: &drift::Drift, documents: &Documents) -> Vec<OperationTally> {
    layers::operations(documents, |api, id| {
        let seen = drift.operations.iter().find(|(of, name, _)| of == api && name == id);
        seen.map_or(0, |(_, _, count)| *count as u64)
    })
}
