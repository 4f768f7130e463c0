//! From an engine's books to a report.

use crate::engine::Engine;
use crate::report::AssumptionTally;
use crate::report::Excerpts;
use crate::report::Gate;
use crate::report::OperationTally;
use crate::report::Report;

/// Sums up what an engine has seen so far.
///
/// `command` is what ran, as the user typed it: `serve`, `replay`.
#[must_use]
pub fn of(engine: &Engine, command: &str, gate: Gate) -> Report {
    let (findings, dropped) = engine.total_findings();
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
        command: command.to_owned(),
        started: engine.started(),
        ended: engine.clock().now(),
        requests: engine.requests(),
        operations,
        unserved: None,
        findings,
        dropped,
        assumptions,
        coverage: None,
        gate,
        excerpts,
    }
}
