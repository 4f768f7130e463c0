//! From an engine's books to a report.

use crate::engine::Engine;
use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::report::AssumptionTally;
use crate::report::Excerpts;
use crate::report::Gate;
use crate::report::OperationTally;
use crate::report::Proof;
use crate::report::Report;
use crate::tape::Entry;

/// Most exchanges that are kept to prove findings.
const PROOFS: usize = 100;

/// Sums up what an engine has seen so far.
///
/// `command` is what ran, as the user typed it: `serve`, `replay`.
#[must_use]
pub fn of(engine: &Engine, command: &str, gate: Gate) -> Report {
    let (mut findings, dropped) = engine.total_findings();
    gate.mark(&mut findings);
    let operations = engine
        .calls()
        .map(|(service, operation, calls)| {
            let base_path = operation.base_paths.first().map_or("", String::as_str);
            OperationTally {
                api: service.mounted.id.to_string(),
                operation: operation.id.to_string(),
                method: operation.method.to_string(),
                path: format!("{}{base_path}{}", service.mounted.prefix, operation.template),
                calls,
            }
        })
        .collect();
    let assumptions = engine
        .assumptions()
        .list()
        .into_iter()
        .map(|(api, operation, note, count)| AssumptionTally { api, operation, note, count })
        .collect();
    let excerpts = Excerpts::of(&findings, |file, number| {
        let mut documents =
            engine.services().iter().map(|service| service.mounted.document.outline());
        documents.find_map(|document| document.line(file, number).map(str::to_owned))
    });
    Report {
        ended: engine.clock().now(),
        requests: engine.requests(),
        operations,
        proofs: proofs(engine, &findings),
        findings,
        dropped,
        assumptions,
        excerpts,
        ..Report::new(command, engine.started(), gate)
    }
}

/// The latest exchange of each finding, as far as the journal still has it.
fn proofs(engine: &Engine, findings: &[Finding]) -> Vec<Proof> {
    let mut numbers: Vec<(u64, Vec<Fingerprint>)> = Vec::new();
    for finding in findings {
        let Some(number) = finding.exchange else { continue };
        if let Some((_, proves)) = numbers.iter_mut().find(|(known, _)| *known == number) {
            proves.push(finding.fingerprint);
        } else if numbers.len() < PROOFS {
            numbers.push((number, vec![finding.fingerprint]));
        }
    }
    let kept = numbers.into_iter().filter_map(|(number, proves)| {
        let exchange = engine.journal().get(number)?;
        Some(Proof::new(Entry::from_exchange(&exchange), proves))
    });
    kept.collect()
}
