//! Which operations of a document can be served, and why the others can not.
//!
//! An operation is served when its parameters, its body and one of its successful responses can
//! be read as far as their own schema: what is wrong inside of a schema leaves the rest usable.

use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;

use crate::finding::Violation;
use crate::finding::rule;
use crate::pointer::Pointer;
use crate::schema::SchemaId;
use crate::spec::Document;
use crate::spec::Operation;
// The latest version has the methods of all.
use crate::spec::dialect::openapi32::FURTHER_METHODS;
use crate::spec::dialect::openapi32::METHODS;
use crate::spec::resolve;
use crate::spec::tree::Node;

/// An operation that is declared and not served.
#[derive(Clone, Debug, PartialEq)]
pub struct Unserved {
    /// Its method in capitals; `*` where the whole path can not be read.
    pub method: String,
    /// Its path template, as written.
    pub path: String,
    /// Where it stands in the document.
    pub place: Pointer,
    /// What keeps it from being served; never empty.
    pub reasons: Vec<Violation>,
}

/// Every operation that is declared and not served.
pub(crate) fn unserved(
    root: &Value,
    operations: &[Arc<Operation>],
    violations: &[Violation],
) -> Vec<Unserved> {
    let mut found = Vec::new();
    let judge = Judge::new(root, operations, violations);
    judge.each(&mut |operation| {
        found.extend(operation.cloned());
        true
    });
    found
}

/// How many operations are looked at one by one before all of a document is read.
const FEW: usize = 8;

/// Whether something of a document can be served, or it declares no operation on purpose. It is
/// read as far as that takes.
pub(crate) fn is_servable(document: &Document) -> bool {
    let (root, operations) = (document.tree().root(), &document.operations);
    match root.get("paths").map(Node::is_object) {
        Some(true) => {}
        Some(false) => return false,
        None => {
            let has_others = |name| root.get(name).is_some();
            return !operations.is_empty() || has_others("webhooks") || has_others("components");
        }
    }
    operations.iter().take(FEW).any(|operation| is_served(document, operation))
        || is_any_served(document)
}

/// Whether one operation can be served, for all that its own parts tell.
fn is_served(document: &Document, operation: &Operation) -> bool {
    schemas(operation).for_each(|schema| document.schemas.lower(schema));
    let known = document.known_since(0);
    if known.is_empty() {
        return true;
    }
    let judge = Judge::new(document.root(), &document.operations, &known);
    let at = &operation.pointer;
    let item_at = at.parent().unwrap_or_default();
    let [item, value] = [&item_at, at].map(|at| at.get(document.root()).unwrap_or(&Value::Null));
    judge.operation(item, value, &item_at, at).is_empty()
}

/// The schemas that the parts of an operation have themselves.
fn schemas(operation: &Operation) -> impl Iterator<Item = SchemaId> {
    let bodies = operation.request_body.iter().flat_map(|body| &body.content);
    let answers = operation.responses.iter().flat_map(|response| &response.content);
    let parameters = operation.parameters.iter().filter_map(|parameter| parameter.schema);
    parameters.chain(bodies.chain(answers).filter_map(|content| content.schema))
}

/// The same of all operations; and whether the document declares one.
fn is_any_served(document: &Document) -> bool {
    let violations = document.violations();
    if violations.is_empty() {
        return true;
    }
    let (mut declares_one, mut serves_one) = (false, false);
    Judge::new(document.root(), &document.operations, violations).each(&mut |unserved| {
        declares_one = true;
        serves_one = unserved.is_none();
        !serves_one
    });
    serves_one || !declares_one
}

struct Judge<'d> {
    root: &'d Value,
    served: HashSet<&'d str>,
    /// What keeps parts from being read, by place.
    wrong: HashMap<&'d str, &'d Violation>,
}

/// Whether a part can be read: what is wrong with it otherwise.
type Reasons<'d> = Vec<&'d Violation>;

impl<'d> Judge<'d> {
    fn new(root: &'d Value, operations: &'d [Arc<Operation>], wrong: &'d [Violation]) -> Self {
        let rules = [&rule::REFERENCE_BROKEN, &rule::REFERENCE_CYCLIC, &rule::DOCUMENT_MALFORMED];
        let wrong = wrong.iter().filter(|violation| rules.contains(&violation.rule));
        Self {
            root,
            served: operations.iter().map(|operation| operation.pointer.as_str()).collect(),
            wrong: wrong.map(|violation| (violation.place.as_str(), violation)).collect(),
        }
    }

    /// Tells `visit` of each declared operation why it is not served, until it returns false.
    fn each(&self, visit: &mut dyn FnMut(Option<&Unserved>) -> bool) {
        let paths = self.root.get("paths").and_then(Value::as_object);
        for (path, item) in paths.into_iter().flatten() {
            if path.starts_with("x-") {
                continue;
            }
            let at = Pointer::new("/paths").child(path);
            let (item, place, mut reasons) = self.follow(item, at.clone());
            for place in [&at, &place] {
                if reasons.is_empty() {
                    reasons = self.at(place);
                }
            }
            let item = item.filter(|item| item.is_object() && reasons.is_empty());
            let Some(item) = item else {
                if !reasons.is_empty() && !visit(Some(&unserved_one("*", path, place, &reasons))) {
                    return;
                }
                continue;
            };
            let usual = METHODS.iter().filter_map(|method| {
                Some((method.to_ascii_uppercase(), item.get(method)?, place.child(method)))
            });
            let further =
                item.get(FURTHER_METHODS).and_then(Value::as_object).into_iter().flatten();
            let further = further.map(|(method, operation)| {
                (method.clone(), operation, place.child(FURTHER_METHODS).child(method))
            });
            for (method, operation, at) in usual.chain(further) {
                let reasons = self.operation(item, operation, &place, &at);
                let unserved = unserved_one(&method, path, at, &reasons);
                if !visit(Some(&unserved).filter(|_| !reasons.is_empty())) {
                    return;
                }
            }
        }
    }

    fn operation(
        &self,
        item: &'d Value,
        operation: &'d Value,
        item_at: &Pointer,
        at: &Pointer,
    ) -> Reasons<'d> {
        let mut reasons = self.at(at);
        if !reasons.is_empty() || !self.served.contains(at.as_str()) {
            return reasons;
        }
        for (holder, at) in [(item, item_at), (operation, at)] {
            let at = at.child("parameters");
            let parameters = holder.get("parameters").and_then(Value::as_array);
            for (number, parameter) in parameters.into_iter().flatten().enumerate() {
                let (value, at, mut wrong) = self.follow(parameter, at.child(number.to_string()));
                if let Some(value) = value {
                    wrong.append(&mut self.content(value, &at));
                }
                reasons.append(&mut wrong);
            }
        }
        if let Some(body) = operation.get("requestBody") {
            reasons.append(&mut self.part(body, at.child("requestBody")));
        }
        reasons.append(&mut self.responses(operation, at));
        reasons
    }

    /// Why no successful response can be read; nothing where one can, or none is declared.
    fn responses(&self, operation: &'d Value, at: &Pointer) -> Reasons<'d> {
        let at = at.child("responses");
        let declared = operation.get("responses").and_then(Value::as_object);
        let all: Vec<_> = declared.into_iter().flatten().collect();
        let mut successes: Vec<_> =
            all.iter().filter(|(status, _)| status.starts_with('2')).collect();
        if successes.is_empty() {
            successes = all.iter().filter(|(status, _)| *status == "default").collect();
        }
        let read = successes.into_iter().map(|(status, value)| self.part(value, at.child(status)));
        all_wrong(read)
    }

    /// Why a body or a response can not be read.
    fn part(&self, value: &'d Value, at: Pointer) -> Reasons<'d> {
        let (value, at, mut reasons) = self.follow(value, at);
        if let Some(value) = value {
            reasons.append(&mut self.content(value, &at));
        }
        reasons
    }

    /// Why none of what a part may hold can be read.
    fn content(&self, part: &'d Value, at: &Pointer) -> Reasons<'d> {
        // A 2.0 response and a parameter have a schema of their own.
        let mut reasons = self.schema(part, at);
        let contents = part.get("content").and_then(Value::as_object);
        let at = at.child("content");
        let contents = contents.into_iter().flatten();
        let read = contents.map(|(kind, content)| self.schema(content, &at.child(kind)));
        reasons.append(&mut all_wrong(read));
        reasons
    }

    fn schema(&self, holder: &'d Value, at: &Pointer) -> Reasons<'d> {
        let Some(schema) = holder.get("schema") else { return Vec::new() };
        let (value, at, mut reasons) = self.follow(schema, at.child("schema"));
        if value.is_some_and(|schema| !schema.is_object()) {
            reasons.append(&mut self.at(&at));
        }
        reasons
    }

    /// What a part is behind its references, and what is wrong with these.
    fn follow(
        &self,
        mut value: &'d Value,
        mut at: Pointer,
    ) -> (Option<&'d Value>, Pointer, Reasons<'d>) {
        for _ in 0..MOST_STEPS {
            let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
                return (Some(value), at, Vec::new());
            };
            let wrong = self.at(&at.child("$ref"));
            let target = resolve::local(reference).ok();
            let found = target.and_then(|target| Some((target.get(self.root)?, target)));
            match found {
                Some((found, target)) if wrong.is_empty() => (value, at) = (found, target),
                _ => return (None, at, wrong),
            }
        }
        (None, at, Vec::new())
    }

    fn at(&self, place: &Pointer) -> Reasons<'d> {
        self.wrong.get(place.as_str()).copied().into_iter().collect()
    }
}

/// Most references in a row; reading has reported longer chains as circles.
const MOST_STEPS: usize = 64;

/// The reasons of all where each has one, else none.
fn all_wrong<'d>(parts: impl Iterator<Item = Reasons<'d>>) -> Reasons<'d> {
    let mut all = Vec::new();
    for mut reasons in parts {
        if reasons.is_empty() {
            return Vec::new();
        }
        all.append(&mut reasons);
    }
    all
}

fn unserved_one(method: &str, path: &str, place: Pointer, reasons: &Reasons<'_>) -> Unserved {
    let reasons = reasons.iter().copied().cloned().collect();
    Unserved { method: method.to_owned(), path: path.to_owned(), place, reasons }
}
