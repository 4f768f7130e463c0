//! `standin lint SPEC…`: what is wrong with descriptions, with line and column.

use crate::cli::args::Lint;
use crate::cli::exit::Exit;
use crate::cli::layers;
use crate::cli::output::Output;
use crate::cli::progress::{Progress, Unit};
use crate::cli::style::Stream;
use crate::cli::verdict::Verdict;
use crate::clock::Clock;
use crate::finding::{Blame, Finding, rule};
use crate::lint;
use crate::report::Report;

/// Runs the command: 0 if the descriptions keep to their standard, 1 if not.
pub(crate) fn run(command: Lint, output: &Output) -> anyhow::Result<Exit> {
    let config = command.common.judging.config.clone();
    let settings = layers::merge(command.common.settings(), config, output)?;
    layers::start_log(&settings, output);
    let verdict = Verdict::open(&settings, &[Blame::Document])?;
    let progress = Progress::new("reading", Unit::Things("descriptions"), &settings, output);
    let all = command.specs.len() as u64;
    let documents =
        layers::documents_told(&command.specs, &settings, |done| progress.show(done as u64, all))?;
    drop(progress);
    let clock = Clock::real();
    let started = clock.now();
    let judging = Progress::new("judging", Unit::Things("descriptions"), &settings, output);
    let judged = documents.iter().enumerate().flat_map(|(number, (id, document))| {
        judging.show(number as u64, documents.len() as u64);
        lint::judge(id, document, started)
    });
    let findings: Vec<Finding> = judged.collect();
    drop(judging);
    let is_unserved = |finding: &&Finding| finding.rule == rule::OPERATION_UNSERVED.id;
    let unserved = findings.iter().filter(is_unserved).count();
    let report = Report {
        ended: clock.now(),
        operations: layers::operations(&documents, |_, _| 0),
        unserved: Some(unserved as u64),
        excerpts: layers::excerpts(&findings, &documents),
        findings,
        ..Report::new("lint", started, verdict.gate.clone())
    };
    verdict.conclude(report, &settings, output, Stream::Stdout)
}
