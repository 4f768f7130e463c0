//! What is served, and how well each fact about it is known.

use serde::Serialize;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::engine::Service;
use crate::message::Answer;
use crate::pointer::Pointer;
use crate::server::admin::call::Call;
use crate::server::admin::call::ok;
use crate::spec::Operation;

/// A service, as the surface shows it.
#[derive(Serialize)]
struct ApiDescription<'a> {
    id: &'a str,
    family: Option<&'a str>,
    title: &'a str,
    document: &'a str,
    prefix: &'a str,
    base_paths: Vec<&'a str>,
    operations: Vec<OperationDescription<'a>>,
    notes: Vec<BasisNote<'a>>,
}

/// An operation, as the surface shows it.
#[derive(Serialize)]
struct OperationDescription<'a> {
    id: &'a str,
    method: &'a str,
    path: &'a str,
    summary: Option<&'a str>,
    deprecated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<&'a str>,
    calls: u64,
}

/// A decision about what a vendor leaves open.
#[derive(Serialize)]
struct BasisNote<'a> {
    basis: &'a str,
    note: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<Pointer>,
}

/// Every API that is served.
pub(super) fn list(call: &Call<'_>) -> Answer {
    let engine = call.engine();
    let calls: Vec<(&Service, &Operation, u64)> = engine.calls().collect();
    let apis: Vec<ApiDescription<'_>> =
        engine.services().iter().map(|service| describe(service, &calls)).collect();
    ok(&json!({ "apis": apis }))
}

fn describe<'a>(
    service: &'a Service,
    calls: &[(&'a Service, &'a Operation, u64)],
) -> ApiDescription<'a> {
    let document = service.mounted.document.outline();
    let own = calls.iter().filter(|(of, _, _)| std::ptr::eq(*of, service));
    let mut base_paths: Vec<&str> = Vec::new();
    for path in document.operations.iter().flat_map(|operation| &operation.base_paths) {
        if !base_paths.contains(&path.as_str()) {
            base_paths.push(path);
        }
    }
    let mut notes = Vec::new();
    gather(service.mounted.document.root(), &Pointer::root(), &mut notes);
    ApiDescription {
        id: &service.mounted.id,
        family: service.api.map(|api| api.family.id),
        title: &document.title,
        document: &document.name,
        prefix: &service.mounted.prefix,
        base_paths,
        operations: own.map(|(_, operation, calls)| operate(operation, *calls)).collect(),
        notes,
    }
}

fn operate(operation: &Operation, calls: u64) -> OperationDescription<'_> {
    OperationDescription {
        id: &operation.id,
        method: operation.method.as_str(),
        path: &operation.template,
        summary: operation.summary.as_deref(),
        deprecated: operation.deprecated,
        basis: operation.extensions.get("x-standin-basis").and_then(Value::as_str),
        calls,
    }
}

/// Collects every note of a document, with its place; those of the root's list have none.
fn gather<'a>(value: &'a Value, place: &Pointer, notes: &mut Vec<BasisNote<'a>>) {
    match value {
        Value::Object(members) => {
            if let Some(note) = members.get("x-standin-note").and_then(Value::as_str) {
                let basis = text(members, "x-standin-basis");
                notes.push(BasisNote { basis, note, pointer: Some(place.clone()) });
            }
            let listed = members.get("x-standin-notes").and_then(Value::as_array);
            for entry in listed.into_iter().flatten().filter_map(Value::as_object) {
                let Some(note) = entry.get("note").and_then(Value::as_str) else { continue };
                let pointer = entry.get("pointer").and_then(Value::as_str).map(Pointer::new);
                notes.push(BasisNote { basis: text(entry, "basis"), note, pointer });
            }
            for (name, member) in members {
                gather(member, &place.child(name), notes);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                gather(item, &place.child(index.to_string()), notes);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What is not said is assumed.
fn text<'a>(members: &'a Map<String, Value>, name: &str) -> &'a str {
    members.get(name).and_then(Value::as_str).unwrap_or("assumed")
}
