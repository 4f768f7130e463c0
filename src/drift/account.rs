//! From observations to what reports tell of the documents themselves: coverage, and what was never
//! seen.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::clock::Instant;
use crate::drift::coverage::ApiCoverage;
use crate::drift::coverage::Coverage;
use crate::drift::coverage::OperationCoverage;
use crate::drift::coverage::Part;
use crate::drift::coverage::PartKind;
use crate::drift::coverage::SchemaCoverage;
use crate::drift::observe::Observations;
use crate::drift::plan::Plan;
use crate::finding;
use crate::finding::Blame;
use crate::finding::Finding;
use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::rule;
use crate::pointer::Pointer;
use crate::route::Mounted;

/// How many properties are named that were never seen.
const MOST_NAMED: usize = 10;

/// Everything that each document promises.
pub(crate) fn plans(mounted: &[Mounted]) -> Vec<Plan<'_>> {
    let mut plans: Vec<Plan<'_>> = mounted.iter().map(|place| Plan::new(&place.document)).collect();
    plans.iter_mut().for_each(Plan::complete);
    plans
}

/// How much of the documents was seen, by what each of them promises.
pub(crate) fn coverage(
    mounted: &[Mounted],
    plans: &[Plan<'_>],
    observations: &Observations,
) -> Coverage {
    let all = mounted.iter().zip(plans);
    Coverage::of(all.map(|(place, plan)| api(place, plan, observations)).collect())
}

fn api(place: &Mounted, plan: &Plan<'_>, observations: &Observations) -> ApiCoverage {
    let document = plan.document;
    let none = BTreeSet::new();
    let seen = observations.seen.get(&*place.id).unwrap_or(&none);
    let mut own: Vec<Vec<Part>> = document.operations.iter().map(|_| Vec::new()).collect();
    let mut shared: BTreeMap<Pointer, Vec<Part>> = BTreeMap::new();
    for item in &plan.shapes.parts.items {
        let part = Part {
            kind: item.kind,
            side: item.side,
            name: item.name.clone(),
            seen: seen.contains(&item.key),
            pointer: item.pointer.clone(),
            line: document.position(&item.pointer).map(|at| at.line),
        };
        let holds = |pointer: &Pointer| {
            let rest = item.pointer.as_str().strip_prefix(pointer.as_str());
            rest.is_some_and(|rest| rest.starts_with('/'))
        };
        let holder = || document.operations.iter().position(|it| holds(&it.pointer));
        match item.operation.or_else(holder) {
            Some(number) => own[number].push(part),
            None => shared.entry(schema(&item.pointer)).or_default().push(part),
        }
    }
    let sorted = |mut parts: Vec<Part>| {
        parts.sort_by(|one, other| (one.kind, &one.name).cmp(&(other.kind, &other.name)));
        parts
    };
    let operations = document.operations.iter().zip(own).map(|(operation, parts)| {
        let base = operation.base_paths.first().map_or("", String::as_str);
        OperationCoverage {
            operation: operation.id.to_string(),
            method: operation.method.to_string(),
            path: format!("{base}{}", operation.template),
            calls: observations.calls(&place.id, &operation.id),
            parts: sorted(parts),
        }
    });
    let operations = operations.collect();
    let schemas = shared.into_iter();
    let schemas = schemas.map(|(pointer, parts)| SchemaCoverage { pointer, parts: sorted(parts) });
    ApiCoverage {
        api: place.id.to_string(),
        document: document.name.to_string(),
        operations,
        schemas: schemas.collect(),
    }
}

/// The schema that a part belongs to: `/components/schemas/Session`, `/definitions/Session`.
fn schema(place: &Pointer) -> Pointer {
    let tokens: Vec<_> = place.tokens().collect();
    let depth = if tokens.first().is_some_and(|first| first == "components") { 3 } else { 2 };
    tokens.iter().take(depth).fold(Pointer::root(), |at, token| at.child(token))
}

/// What the documents have and traffic does not: operations that were never called, and properties
/// of what was seen. What else was not is in the coverage.
pub(crate) fn unseen(mounted: &[Mounted], coverage: &Coverage, now: Instant) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (place, api) in mounted.iter().zip(&coverage.apis) {
        let mut tell = |operation: Option<&str>, pointer: &Pointer, title: String, name: &str| {
            let context = finding::Context {
                api: Some(&api.api),
                operation,
                document: Some(&api.document),
                ..finding::Context::of_no_call(Blame::Document, now)
            };
            let mut violation = Violation::new(&rule::DOCUMENTED_UNSEEN, Location::Target, title);
            violation.place = pointer.clone();
            violation.name = Some(name.to_owned());
            findings.push(Finding::new(&violation, &context));
        };
        for (operation, declared) in api.operations.iter().zip(&place.document.operations) {
            let call = format!("{} {}", operation.method, operation.path);
            let (id, at) = (Some(&*operation.operation), &declared.pointer);
            if operation.calls == 0 {
                tell(id, at, format!("`{call}` was never called"), "operation");
            } else if is_refused(&operation.parts) {
                let title = format!("`{call}` was called, and never with success");
                tell(id, at, title, "success");
            } else if let Some(names) = properties(&operation.parts) {
                tell(id, at, format!("of `{call}` this was never seen: {names}"), "properties");
            }
        }
        for schema in &api.schemas {
            let last = schema.pointer.last().unwrap_or_default();
            if let Some(names) = properties(&schema.parts) {
                let title = format!("of `{last}` this was never seen: {names}");
                tell(None, &schema.pointer, title, "properties");
            }
        }
    }
    findings
}

/// Whether an operation declares that it succeeds, and never did.
fn is_refused(parts: &[Part]) -> bool {
    let successes = parts.iter().filter(|part| {
        let is_success = part.name.starts_with(['2', '3']) || part.name == "default";
        part.kind == PartKind::Status && is_success
    });
    let mut successes = successes.peekable();
    successes.peek().is_some() && successes.all(|part| !part.seen)
}

/// The properties that were never seen where others were.
fn properties(parts: &[Part]) -> Option<String> {
    let properties = || parts.iter().filter(|part| part.kind == PartKind::Property);
    if !properties().any(|part| part.seen) {
        return None;
    }
    let unseen: Vec<&Part> = properties().filter(|part| !part.seen).collect();
    let named: Vec<String> =
        unseen.iter().take(MOST_NAMED).map(|part| format!("`{}`", part.name)).collect();
    let more = unseen.len().saturating_sub(MOST_NAMED);
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    (!named.is_empty()).then(|| format!("{}{more}", named.join(", ")))
}

/// The finding that too little was seen, if it was.
pub(crate) fn low(coverage: &Coverage, least: u8, now: Instant) -> Option<Finding> {
    let percent = coverage.total.percent();
    if percent >= u64::from(least) {
        return None;
    }
    let title = format!("{percent} % of the documents was seen, {least} % were asked for");
    let mut violation = Violation::new(&rule::COVERAGE_LOW, Location::Target, title);
    let shares = coverage.shares();
    let shares =
        shares.iter().map(|(name, share)| format!("{} of {} {name}", share.seen, share.all));
    violation.got = Some(shares.collect::<Vec<_>>().join(", "));
    violation.expected = Some(format!("at least {least} %"));
    violation.help = Some("record more traffic, or ask for less with --min-coverage".to_owned());
    let context = finding::Context::of_no_call(Blame::Document, now);
    Some(Finding::new(&violation, &context))
}
