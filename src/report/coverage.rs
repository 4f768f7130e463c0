//! Coverage laid out as a tree, for formats that show it: APIs, their operations and schemas, and
//! the parts of those.
//!
//! A command that counts only calls has the operations alone.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::drift::coverage::ApiCoverage;
use crate::drift::coverage::Part;
use crate::drift::coverage::PartKind;
use crate::drift::coverage::Share;
use crate::finding::Finding;
use crate::finding::Side;
use crate::report::Report;
use crate::report::html::LevelView;
use crate::report::html::levels;
use crate::report::is_about;

/// Most parts that are named: a document may have more than a browser wants to lay out.
const PARTS: usize = 20_000;

/// The whole tree.
#[derive(Serialize)]
pub(super) struct CoverageView<'r> {
    /// Shares by what is counted; empty where only calls are.
    shares: Vec<ShareView>,
    apis: Vec<ApiView<'r>>,
    /// Whether some parts are only counted.
    is_cut: bool,
}

#[derive(Serialize)]
struct ShareView {
    name: &'static str,
    seen: u64,
    all: u64,
    percent: u64,
}

#[derive(Serialize)]
struct ApiView<'r> {
    api: &'r str,
    called: usize,
    operations: Vec<OperationView<'r>>,
    schemas: Vec<SchemaView<'r>>,
}

#[derive(Serialize)]
struct OperationView<'r> {
    operation: &'r str,
    method: &'r str,
    path: &'r str,
    calls: u64,
    counts: Vec<LevelView>,
    parts: PartsView<'r>,
}

#[derive(Serialize)]
struct SchemaView<'r> {
    pointer: &'r str,
    parts: PartsView<'r>,
}

/// Parts of one thing, by kind.
#[derive(Default, Serialize)]
struct PartsView<'r> {
    seen: u64,
    all: u64,
    kinds: Vec<KindView<'r>>,
}

#[derive(Serialize)]
struct KindView<'r> {
    kind: &'static str,
    parts: Vec<PartView<'r>>,
}

#[derive(Serialize)]
struct PartView<'r> {
    name: &'r str,
    side: Option<Side>,
    is_seen: bool,
    line: Option<usize>,
}

/// Lays out what a report knows of coverage.
pub(super) fn view(report: &Report) -> CoverageView<'_> {
    let Some(coverage) = &report.coverage else {
        // What only reads documents calls nothing.
        let has_calls = report.unserved.is_none() && report.comparison.is_none();
        let apis = if has_calls { by_calls(report) } else { Vec::new() };
        return CoverageView { shares: Vec::new(), apis, is_cut: false };
    };
    let total = std::iter::once(("all together", coverage.total));
    let shares = total.chain(coverage.shares()).map(|(name, share)| shown(name, share)).collect();
    let mut room = PARTS;
    let apis = coverage.apis.iter().map(|api| by_parts(report, api, &mut room)).collect();
    CoverageView { shares, apis, is_cut: room == 0 }
}

const fn shown(name: &'static str, share: Share) -> ShareView {
    ShareView { name, seen: share.seen, all: share.all, percent: share.percent() }
}

fn by_parts<'r>(report: &'r Report, api: &'r ApiCoverage, room: &mut usize) -> ApiView<'r> {
    let operations: Vec<OperationView<'_>> = api
        .operations
        .iter()
        .map(|it| OperationView {
            operation: &it.operation,
            method: &it.method,
            path: &it.path,
            calls: it.calls,
            counts: counts(report, &api.api, &it.operation),
            parts: parts(&it.parts, room),
        })
        .collect();
    let schemas = api.schemas.iter();
    let schemas = schemas
        .map(|it| SchemaView { pointer: it.pointer.as_str(), parts: parts(&it.parts, room) })
        .collect();
    let called = operations.iter().filter(|operation| operation.calls > 0).count();
    ApiView { api: &api.api, called, operations, schemas }
}

fn parts<'r>(parts: &'r [Part], room: &mut usize) -> PartsView<'r> {
    let seen = parts.iter().filter(|part| part.seen).count() as u64;
    let mut kinds: BTreeMap<PartKind, Vec<PartView<'_>>> = BTreeMap::new();
    for part in parts.iter().take(*room) {
        kinds.entry(part.kind).or_default().push(PartView {
            name: &part.name,
            side: Some(part.side).filter(|side| *side != Side::Document),
            is_seen: part.seen,
            line: part.line,
        });
    }
    *room = room.saturating_sub(parts.len());
    let kinds = kinds.into_iter();
    let kinds = kinds.map(|(kind, parts)| KindView { kind: named(kind), parts }).collect();
    PartsView { seen, all: parts.len() as u64, kinds }
}

const fn named(kind: PartKind) -> &'static str {
    match kind {
        PartKind::Parameter => "parameters",
        PartKind::Status => "statuses",
        PartKind::MediaType => "media types",
        PartKind::Property => "properties",
        PartKind::EnumValue => "enum values",
    }
}

fn by_calls(report: &Report) -> Vec<ApiView<'_>> {
    let mut apis: Vec<ApiView<'_>> = Vec::new();
    for tally in &report.operations {
        let number = apis.iter().position(|known| known.api == tally.api).unwrap_or(apis.len());
        if number == apis.len() {
            let (operations, schemas) = (Vec::new(), Vec::new());
            apis.push(ApiView { api: &tally.api, called: 0, operations, schemas });
        }
        let api = &mut apis[number];
        api.called += usize::from(tally.calls > 0);
        api.operations.push(OperationView {
            operation: &tally.operation,
            method: &tally.method,
            path: &tally.path,
            calls: tally.calls,
            counts: counts(report, &tally.api, &tally.operation),
            parts: PartsView::default(),
        });
    }
    apis
}

/// How many findings of each level are about an operation.
fn counts(report: &Report, api: &str, operation: &str) -> Vec<LevelView> {
    let is_about = |finding: &&Finding| is_about(finding, api, operation);
    levels(report.findings.iter().filter(is_about))
}
