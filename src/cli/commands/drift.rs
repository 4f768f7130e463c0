//! `standin drift RECORDING… --spec SPEC`: where recorded traffic departs from a description.

use std::fs;
use std::num::NonZero;
use std::path::PathBuf;
use std::thread;

use anyhow::{Context, bail};

use crate::cli::commands::parity;
use crate::cli::drifting::Drift;
use crate::cli::exit::Exit;
use crate::cli::layers;
use crate::cli::output::Output;
use crate::cli::progress::{Progress, Unit};
use crate::cli::proofs;
use crate::cli::style::Stream;
use crate::cli::verdict::Verdict;
use crate::clock::Clock;
use crate::config::Settings;
use crate::config::drifting::Proposal;
use crate::drift::{Coverage, Ignored, Observations, Standard};
use crate::finding::{Blame, mask};
use crate::report::{OperationTally, Report};
use crate::spec::load;
use crate::tape::Entry;
use crate::tape::har::Har;

/// Whose findings fail the job unless `--gate` says otherwise: whoever moved away.
const GATE: [Blame; 3] = [Blame::Client, Blame::Server, Blame::Document];

/// How many exchanges of a running standin are asked for at once.
const PAGE: usize = 100;

/// Runs the command: 0 if the traffic keeps to the description, 1 if not.
pub(crate) fn run(command: Drift, output: &Output) -> anyhow::Result<Exit> {
    let (recordings, config, typed) = command.settings();
    let settings = layers::merge(typed, config, output)?;
    layers::start_log(&settings, output);
    let Some(specs) = settings.spec.as_deref() else {
        bail!("no description was given; add --spec, for example --spec clerk-sessions");
    };
    let verdict = Verdict::open(&settings, &GATE)?;
    if settings.parity == Some(true) {
        return parity::judge(&recordings, specs, &verdict, &settings, output);
    }
    let clock = Clock::real();
    let started = clock.now();
    let documents = layers::documents(specs, &settings)?;
    let ignored = Ignored::with(settings.ignore_headers.as_deref().unwrap_or_default());
    let standard = Standard::new(&documents, ignored)?;
    let observations = observed(&recordings, &standard, &settings, output)?;
    if observations.judged() == 0 {
        let passed_over = observations.passed_over();
        bail!("nothing was tested: no exchange of these APIs, {passed_over} of others");
    }
    if let Some(file) = &settings.summary {
        let summary = observations.to_summary();
        fs::write(file, summary).with_context(|| format!("cannot write {}", file.display()))?;
    }
    propose(&standard, &observations, &settings, output)?;
    let coverage = standard.coverage(&observations);
    let mut findings = standard.findings(&observations);
    let least = settings.min_coverage;
    findings.extend(least.and_then(|least| standard.low(&coverage, least, started)));
    findings.extend(standard.unseen(&coverage, started));
    let paths: Vec<PathBuf> = recordings.iter().map(PathBuf::from).collect();
    let report = Report {
        proofs: proofs::find(&findings, &paths, &settings)?,
        ended: clock.now(),
        requests: observations.judged(),
        operations: operations(&coverage),
        excerpts: layers::excerpts(&findings, &documents),
        findings,
        coverage: Some(Box::new(coverage)),
        ..Report::new("drift", started, verdict.gate.clone())
    };
    verdict.conclude(report, &settings, output, Stream::Stderr)
}

/// Writes what would make the document true, if that is asked for.
fn propose(
    standard: &Standard,
    observations: &Observations,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let Some(file) = &settings.propose else { return Ok(()) };
    let proposals = standard.proposals(observations);
    let [(_, proposal)] = proposals.as_slice() else {
        bail!("--propose is for one description; there are {}", proposals.len());
    };
    let is_patch = file.extension().is_some_and(|ending| ending == "json-patch");
    let named = if is_patch { Proposal::JsonPatch } else { Proposal::Overlay };
    let text = match settings.propose_format.unwrap_or(named) {
        Proposal::Overlay => proposal.overlay(),
        Proposal::JsonPatch => proposal.patch(),
    };
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))?;
    if settings.quiet != Some(true) {
        for title in &proposal.left {
            output.tell(&format!("standin: no proposal for this: {}\n", mask::told(title)));
        }
    }
    Ok(())
}

/// What recordings, running standins and summaries show.
fn observed(
    recordings: &[String],
    standard: &Standard,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<Observations> {
    let is_url = |text: &&String| text.starts_with("http://") || text.starts_with("https://");
    let (urls, paths): (Vec<&String>, Vec<&String>) = recordings.iter().partition(is_url);
    let paths: Vec<PathBuf> = paths.into_iter().map(PathBuf::from).collect();
    let readers = thread::available_parallelism().map_or(1, NonZero::get);
    let progress = Progress::new("reading", Unit::Bytes, settings, output);
    let mut observations =
        standard.recordings_told(&paths, readers, &|done, all| progress.show(done, all))?;
    drop(progress);
    for url in urls {
        observations.merge(standard.entries(&fetched(url)?));
    }
    for file in settings.merge.iter().flatten() {
        let named = || file.display().to_string();
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", named()))?;
        observations.merge(Observations::from_summary(&text).with_context(named)?);
    }
    Ok(observations)
}

/// The exchanges that a running standin remembers.
fn fetched(url: &str) -> anyhow::Result<Vec<Entry>> {
    let base = url.split(['?', '#']).next().unwrap_or(url);
    let base = if base.contains("/_standin/") {
        base.to_owned()
    } else {
        format!("{}/_standin/exchanges", base.trim_end_matches('/'))
    };
    let (mut entries, mut after) = (Vec::new(), 0);
    loop {
        let page = format!("{base}?format=har&limit={PAGE}&after={after}");
        let text = load::fetched(&page).with_context(|| format!("cannot read {page}"))?;
        let har: Har = serde_json::from_str(&text).with_context(|| format!("no HAR at {page}"))?;
        let count = har.log.entries.len();
        for mut entry in har.log.entries {
            let number = entry.own.as_ref().and_then(|own| own.number);
            after = number.unwrap_or(after);
            entry.origin = number.map(|number| format!("{base}/{number}"));
            entries.push(entry);
        }
        if count < PAGE {
            return Ok(entries);
        }
    }
}

/// Every operation, seen or not.
fn operations(coverage: &Coverage) -> Vec<OperationTally> {
    let all = coverage.apis.iter().flat_map(|api| {
        api.operations.iter().map(|operation| OperationTally {
            api: api.api.clone(),
            operation: operation.operation.clone(),
            method: operation.method.clone(),
            path: operation.path.clone(),
            calls: operation.calls,
        })
    });
    all.collect()
}
