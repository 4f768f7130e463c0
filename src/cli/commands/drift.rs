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
use crate::config::value::{Severity, Target};
use crate::drift;
use crate::engine::BuildError;
use crate::finding::{Blame, Finding, rule};
use crate::report::{Excerpts, OperationTally, Report};
use crate::spec::Document;
use crate::tape::read;

/// Whose findings fail the job unless `--gate` says otherwise: whoever moved away.
const GATE: [Blame; 3] = [Blame::Client, Blame::Server, Blame::Document];

type Documents = [(String, Arc<Document>)];

/// Runs the command: 0 if the traffic keeps to the description, 1 if not.
pub(crate) fn run(command: Drift, output: &Output) -> anyhow::Result<Exit> {
    let config = command.judging.config.clone();
    let mut typed = command.judging.settings();
    typed.spec = said(command.spec);
    let settings = layers::merge(typed, config, output)?;
    layers::start_log(&settings, output);
    let Some(specs) = settings.spec.as_deref() else {
        bail!("no description was given; add --spec, for example --spec clerk-sessions");
    };
    let clock = Clock::real();
    let started = clock.now();
    let documents = layers::documents(specs)?;
    let (entries, unread) = read::paths(&command.recordings)?;
    let mut drift = drift::judge(&entries, &documents)?;
    if drift.judged == 0 {
        let passed_over = drift.passed_over;
        bail!("nothing was tested: no exchange of these APIs, {passed_over} of others");
    }
    drift.findings.extend(layers::unread(&unread, started));
    let severities = settings.severity.as_deref().unwrap_or_default();
    weigh(&mut drift.findings, severities)?;
    let report = Report {
        command: "drift".to_owned(),
        started,
        ended: clock.now(),
        requests: drift.judged as u64,
        operations: operations(&drift, &documents),
        excerpts: Excerpts::of(&drift.findings, |file, number| {
            let mut files = documents.iter().map(|(_, document)| document);
            files.find(|document| *document.name == *file)?.line(number).map(str::to_owned)
        }),
        findings: drift.findings,
        dropped: 0,
        assumptions: Vec::new(),
        gate: config::gate(&settings, &GATE),
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

/// Gives findings the levels that the user wants.
fn weigh(findings: &mut [Finding], severities: &[Severity]) -> Result<(), BuildError> {
    for Severity(name, level) in severities {
        if rule::find(name).is_none() {
            return Err(BuildError::unknown_rule(name));
        }
        for finding in findings.iter_mut().filter(|finding| finding.rule == name) {
            finding.level = *level;
        }
    }
    Ok(())
}

/// Every operation, seen or not.
fn operations(drift: &drift::Drift, documents: &Documents) -> Vec<OperationTally> {
    let calls = |api: &str, id: &str| {
        let seen = drift.operations.iter().find(|(of, name, _)| of == api && name == id);
        seen.map_or(0, |(_, _, count)| *count as u64)
    };
    let all = documents.iter().flat_map(|(api, document)| {
        document.operations.iter().map(move |operation| OperationTally {
            api: api.clone(),
            operation: operation.id.to_string(),
            method: operation.method.to_string(),
            path: format!(
                "{}{}",
                operation.base_paths.first().map_or("", String::as_str),
                operation.template
            ),
            calls: calls(api, &operation.id),
        })
    });
    all.collect()
}
