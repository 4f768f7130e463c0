//! Paths and operations: which of the base is which of the revision, and what became of the others.

use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;

use http::Method;
use serde_json::Value;

use super::Pair;
use super::Place;
use super::Walk;
use crate::diff::Call;
use crate::diff::Difference;
use crate::diff::rules::operations;
use crate::pointer::Pointer;
use crate::route::template;
use crate::route::template::Segment;
use crate::spec::Operation;

/// Members of a path item that hold for all its operations.
const SHARED: [&str; 3] = ["$ref", "parameters", "servers"];

/// Members of the whole document that hold for all operations.
const HEAD: [&str; 7] =
    ["/security", "/servers", "/basePath", "/host", "/schemes", "/consumes", "/produces"];

/// What makes two operations the same.
type Key = (Vec<Segment>, Method);

impl Walk<'_> {
    /// Compares all operations.
    pub(super) fn operations(&mut self) {
        let (base, revision) = (&self.base.operations, &self.revision.operations);
        let partners = partners(base, revision);
        let paths: HashSet<Vec<Segment>> = revision.iter().map(|it| shape(&it.template)).collect();
        let is_head_same = HEAD.iter().all(|at| {
            let at = Pointer::new(*at);
            self.is_same(&at, &at)
        });
        let mut taken = HashSet::new();
        for (operation, partner) in base.iter().zip(&partners) {
            match partner {
                Some(number) => {
                    taken.insert(*number);
                    let pair = Pair { base: &**operation, revision: &*revision[*number] };
                    let known = is_head_same && self.is_same_operation(pair);
                    if !known {
                        self.operation(pair, &matched(pair, false));
                    }
                }
                None => {
                    let is_path_gone = !paths.contains(&shape(&operation.template));
                    let gone = self.removed(operation, is_path_gone);
                    self.found.push(gone);
                }
            }
        }
        for (number, operation) in revision.iter().enumerate() {
            if !taken.contains(&number) {
                let title = "is a new operation".to_owned();
                let new = alone(operation, None, Some(&operation.pointer))
                    .by_rule(&operations::ENDPOINT_ADDED, title)
                    .between(None, &operation.pointer);
                self.found.push(new);
            }
        }
    }

    /// Whether two operations, and all that holds for them around, are the same text.
    fn is_same_operation(&self, pair: Pair<'_, Operation>) -> bool {
        let around = |operation: &Operation| {
            let item = Pointer::new("/paths").child(&operation.template);
            [item, operation.pointer.parent().unwrap_or_default()]
        };
        self.is_same(&pair.base.pointer, &pair.revision.pointer)
            && pair.base.template == pair.revision.template
            && around(pair.base).iter().zip(around(pair.revision)).all(|(one, other)| {
                SHARED.iter().all(|name| self.is_same(&one.child(name), &other.child(name)))
            })
    }

    /// Compares two operations that are one.
    pub(super) fn operation(&mut self, pair: Pair<'_, Operation>, place: &Place) {
        let written = Pair {
            base: &self.base.part(&pair.base.pointer).unwrap_or_default(),
            revision: &self.revision.part(&pair.revision.pointer).unwrap_or_default(),
        };
        self.names(pair, written, place);
        self.operation_lifecycle(pair, place);
        self.parameters(pair, place);
        self.request_body(pair, place);
        self.responses(pair, place);
        self.security(pair, written, place);
        self.servers(pair, written, place);
        self.callbacks(pair, place);
        self.extensions(written, (&pair.base.pointer, &pair.revision.pointer), Some(place));
        self.documentation(&pair.base.pointer, &pair.revision.pointer);
        let item = |operation: &Operation| Pointer::new("/paths").child(&operation.template);
        self.documentation(&item(pair.base), &item(pair.revision));
    }

    /// `operationId` and tags.
    fn names(&mut self, pair: Pair<'_, Operation>, written: Pair<'_, Value>, place: &Place) {
        let id = |value: &Value| value.get("operationId")?.as_str().map(str::to_owned);
        let (was, is) = (id(written.base), id(written.revision));
        if was != is {
            let (rule, title) = match (&was, &is) {
                (Some(was), Some(is)) => (
                    &operations::API_OPERATION_ID_REMOVED,
                    format!("the operationId `{was}` became `{is}`"),
                ),
                (Some(was), None) => (
                    &operations::API_OPERATION_ID_REMOVED,
                    format!("the operationId `{was}` is gone"),
                ),
                (None, is) => (
                    &operations::API_OPERATION_ID_ADDED,
                    format!("the operationId `{}` is new", is.as_deref().unwrap_or_default()),
                ),
            };
            let member = |pointer: &Pointer| pointer.child("operationId");
            let (base, revision) = (member(&pair.base.pointer), member(&pair.revision.pointer));
            let base = was.as_ref().map_or(&pair.base.pointer, |_| &base);
            let revision = is.as_ref().map_or(&pair.revision.pointer, |_| &revision);
            self.found.push(place.by_rule(rule, title).between(base, revision).changed(was, is));
        }
        let tags = |value: &Value| -> Vec<String> {
            let tags = value.get("tags").and_then(Value::as_array);
            tags.into_iter().flatten().filter_map(|tag| tag.as_str().map(str::to_owned)).collect()
        };
        let (was, is) = (tags(written.base), tags(written.revision));
        let tell = |rule, tag: &String, word: &str| {
            let title = format!("the tag `{tag}` is {word}");
            place.by_rule(rule, title).between(&pair.base.pointer, &pair.revision.pointer)
        };
        for tag in was.iter().filter(|tag| !is.contains(tag)) {
            let gone = tell(&operations::API_TAG_REMOVED, tag, "gone");
            self.found.push(gone.changed(Some(tag.clone()), None));
        }
        for tag in is.iter().filter(|tag| !was.contains(tag)) {
            let new = tell(&operations::API_TAG_ADDED, tag, "new");
            self.found.push(new.changed(None, Some(tag.clone())));
        }
    }

    fn removed(&self, operation: &Operation, is_path_gone: bool) -> Difference {
        let place = alone(operation, Some(&operation.pointer), None);
        let (rule, title) = self.removal(operation, is_path_gone);
        place.by_rule(rule, title).between(&operation.pointer, None)
    }
}

/// The place of two operations that are one.
pub(super) fn matched(pair: Pair<'_, Operation>, is_reversed: bool) -> Place {
    let call = Call {
        operation: Arc::clone(&pair.revision.id),
        method: pair.base.method.to_string(),
        path: pair.base.template.to_string(),
        base: Some(pair.base.pointer.clone()),
        revision: Some(pair.revision.pointer.clone()),
    };
    Place::new(Arc::new(call), is_reversed)
}

/// The place of an operation that is in one document alone.
pub(super) fn alone(
    operation: &Operation,
    base: Option<&Pointer>,
    revision: Option<&Pointer>,
) -> Place {
    let call = Call {
        operation: Arc::clone(&operation.id),
        method: operation.method.to_string(),
        path: operation.template.to_string(),
        base: base.cloned(),
        revision: revision.cloned(),
    };
    Place::new(Arc::new(call), false)
}

/// A template without its parameters' names.
pub(super) fn shape(template: &str) -> Vec<Segment> {
    template::parse(template).0
}

/// The number of each operation's partner in the revision: one with the same template before one
/// with the same shape, and that before one that is found at the same path with other base paths.
fn partners(base: &[Arc<Operation>], revision: &[Arc<Operation>]) -> Vec<Option<usize>> {
    let mut partners: Vec<Option<usize>> = vec![None; base.len()];
    let exact =
        |it: &Operation| (vec![Segment::Literal(it.template.to_string())], it.method.clone());
    let alike = |it: &Operation| (shape(&it.template), it.method.clone());
    let whole = |it: &Operation| {
        let base_path = it.base_paths.first().map_or("", String::as_str);
        (shape(&format!("{base_path}{}", it.template)), it.method.clone())
    };
    let ways: [&dyn Fn(&Operation) -> Key; 3] = [&exact, &alike, &whole];
    for key in ways {
        let taken: HashSet<usize> = partners.iter().flatten().copied().collect();
        let mut open: HashMap<Key, Vec<usize>> = HashMap::new();
        for (number, operation) in revision.iter().enumerate().rev() {
            if !taken.contains(&number) {
                open.entry(key(operation)).or_default().push(number);
            }
        }
        for (operation, partner) in base.iter().zip(&mut partners) {
            if partner.is_none() && !open.is_empty() {
                *partner = open.get_mut(&key(operation)).and_then(Vec::pop);
            }
        }
    }
    partners
}
