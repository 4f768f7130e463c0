//! `standin drift --parity RECORDING…`: where the bundled mock answers otherwise than the vendor did.

use std::path::PathBuf;

use anyhow::{Context, bail};

use crate::apis;
use crate::cli::exit::Exit;
use crate::cli::layers;
use crate::cli::output::Output;
use crate::cli::progress::{Progress, Unit};
use crate::cli::proofs;
use crate::cli::style::Stream;
use crate::cli::verdict::Verdict;
use crate::clock::Clock;
use crate::config::Settings;
use crate::drift::parity;
use crate::drift::parity::Parity;
use crate::finding::Blame;
use crate::report::Report;
use crate::tape::read;

/// Judges recordings of a vendor: 0 if the mock answers alike, 1 if not.
pub(crate) fn judge(
    recordings: &[String],
    specs: &[String],
    verdict: &Verdict,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<Exit> {
    if !specs.iter().all(|spec| !apis::named(spec).is_empty()) {
        bail!("--parity is for bundled APIs; `standin apis` lists them");
    }
    let clock = Clock::real();
    let started = clock.now();
    let paths: Vec<PathBuf> = recordings.iter().map(PathBuf::from).collect();
    let (parity, mut findings) = measured(&paths, specs, settings, output)?;
    if parity.fidelity.is_empty() {
        bail!("nothing was tested: no exchange of these APIs, {} of others", parity.passed_over);
    }
    findings.extend(parity.findings);
    let documents = layers::documents(specs, settings)?;
    let calls = |api: &str, operation: &str| {
        let asked = parity.fidelity.iter();
        let asked = asked.filter(|it| it.api == api && it.operation == operation);
        asked.map(|it| it.exchanges).sum()
    };
    let report = Report {
        proofs: proofs::find(&findings, &paths, settings)?,
        ended: clock.now(),
        requests: parity.fidelity.iter().map(|it| it.exchanges).sum(),
        operations: layers::operations(&documents, calls),
        excerpts: layers::excerpts(&findings, &documents),
        findings,
        fidelity: parity.fidelity,
        ..Report::new("drift", started, verdict.gate.clone())
    };
    verdict.conclude(report, settings, output, Stream::Stderr)
}

/// Asks the mock all that some recordings hold; what could not be read of them beside it.
pub(crate) fn measured(
    paths: &[PathBuf],
    names: &[String],
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<(Parity, Vec<crate::finding::Finding>)> {
    let (entries, unread) = read::paths(paths)?;
    let progress = Progress::new("asking", Unit::Things("exchanges"), settings, output);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.context("cannot start the mock")?;
    let all = entries.len() as u64;
    let told = |done: usize| progress.show(done as u64, all);
    let parity = runtime.block_on(parity::judge(names, &entries, &told))?;
    let unread = layers::told(&unread, Blame::Document, Clock::real().now());
    Ok((parity, unread))
}
