//! Paths and their operations.

use std::collections::HashSet;
use std::sync::Arc;

use http::Method;
use serde_json::Value;

use crate::finding::rule;
use crate::pointer::Pointer;
use crate::spec::model::Call;
use crate::spec::model::Operation;
use crate::spec::model::RequestBody;
use crate::spec::read::Later;
use crate::spec::read::Library;
use crate::spec::read::Reader;
use crate::spec::read::basis;
use crate::spec::read::extensions;
use crate::spec::read::is_set;
use crate::spec::read::members;
use crate::spec::read::servers;
use crate::spec::read::text;
use crate::spec::resolve::Placed;
use crate::spec::tree::Inner;
use crate::spec::tree::Node;

/// The longest way of path items that refer to each other.
const LONGEST: usize = 32;

/// A path item with what holds for all its operations.
#[derive(Debug)]
pub(crate) struct PathItem<'d> {
    /// The item itself, then what it refers to, each before what that refers to.
    pub(crate) layers: Vec<Placed<'d>>,
}

/// A path item with its template, and its place where that is not among the paths.
type Found<'p, 'd> = (&'p Arc<str>, &'p PathItem<'d>, Option<&'p Pointer>);

impl<'d> Reader<'d> {
    /// Every operation, in the document's order.
    pub(super) fn operations(&mut self, library: &Arc<Library>) -> Vec<Arc<Operation>> {
        let paths = self.library.tree.root().get("paths");
        let mut operations: Vec<Operation> = Vec::new();
        if paths.is_some_and(|paths| !paths.is_object()) {
            self.malformed(Pointer::new("/paths"), "is not an object of paths");
        }
        for (template, _) in paths.into_iter().flat_map(Node::members) {
            let at = Pointer::new("/paths").child(template);
            if template.starts_with("x-") {
                continue;
            }
            if !template.starts_with('/') {
                self.malformed(at, "is a path that does not begin with a slash");
                continue;
            }
            if template.contains('?') {
                let title = "is a path with a query, which is read as parameters of its own";
                self.malformed(at.clone(), title);
            }
            let item = PathItem { layers: self.layers(at, outline) };
            self.operations_of(library, (&template.into(), &item, None), &mut operations);
        }
        self.name_operations(&mut operations);
        operations.into_iter().map(Arc::new).collect()
    }

    /// A path item and what it refers to: what stands beside its reference counts as well, and
    /// before it. Of each, `make` makes what is needed.
    pub(super) fn layers(&mut self, at: Pointer, make: fn(Node<'d>) -> Value) -> Vec<Placed<'d>> {
        let item = self.resolver.part(&at, make);
        let mut layers: Vec<Placed<'d>> = item.map(|item| (item, at)).into_iter().collect();
        while let Some((item, at)) = layers.last()
            && item.get("$ref").is_some_and(Value::is_string)
        {
            let (item, at) = (*item, at.clone());
            let Some(next) = self.resolver.step(item, &at, make) else { break };
            if layers.len() > LONGEST || layers.iter().any(|(_, known)| *known == next.1) {
                let title = "is a reference that leads back to itself, or too far";
                self.resolver.report(&rule::REFERENCE_CYCLIC, at.child("$ref"), title);
                break;
            }
            layers.push(next);
        }
        layers
    }

    /// The operations of a path item that stands elsewhere than among the paths: of a webhook or a
    /// callback, which `name` names.
    pub(super) fn operations_at(
        &mut self,
        library: &Arc<Library>,
        name: &str,
        at: Pointer,
    ) -> Vec<Operation> {
        let item = PathItem { layers: self.layers(at.clone(), outline) };
        let mut operations = Vec::new();
        self.operations_of(library, (&name.into(), &item, Some(&at)), &mut operations);
        for operation in operations.iter_mut().filter(|operation| operation.id.is_empty()) {
            operation.id = made_id(&operation.method, name).into();
        }
        operations
    }

    fn operations_of(
        &mut self,
        library: &Arc<Library>,
        path: Found<'_, 'd>,
        operations: &mut Vec<Operation>,
    ) {
        let first = operations.len();
        let grammar = self.grammar;
        for (value, at) in &path.1.layers {
            if !value.is_object() {
                self.malformed(at.clone(), "is not a path item, an object of operations");
                continue;
            }
            let is_known = |operations: &[Operation], method: &Method| {
                operations[first..].iter().any(|operation| operation.method == *method)
            };
            for (name, value) in members(Some(*value)) {
                let at = at.child(name);
                if grammar.methods.contains(&name.as_str())
                    && let Ok(method) = Method::from_bytes(name.to_ascii_uppercase().as_bytes())
                    && !is_known(operations, &method)
                {
                    operations.extend(self.operation(library, path, method, (value, at)));
                } else if grammar.further_methods == Some(name.as_str()) {
                    for (name, value) in members(Some(value)) {
                        let at = at.child(name);
                        let Ok(method) = Method::from_bytes(name.as_bytes()) else {
                            self.malformed(at, "is not the name of a method");
                            continue;
                        };
                        if !is_known(operations, &method) {
                            operations.extend(self.operation(library, path, method, (value, at)));
                        }
                    }
                }
            }
        }
    }

    fn operation(
        &mut self,
        library: &Arc<Library>,
        (template, item, at_item): Found<'_, 'd>,
        method: Method,
        (value, at): Placed<'d>,
    ) -> Option<Operation> {
        if !value.is_object() {
            self.malformed(at, "is not an operation, an object with `responses`");
            return None;
        }
        Some(Operation {
            id: text(value, "operationId").unwrap_or_default().into(),
            method,
            template: Arc::clone(template),
            base_paths: (self.grammar.base_paths)(self.head(), item, value),
            summary: text(value, "summary").map(str::to_owned),
            deprecated: is_set(value, "deprecated"),
            extensions: extensions(value),
            basis: basis(value),
            pointer: at,
            call: Later::unread(Arc::clone(library), at_item.cloned()),
        })
    }

    fn request_body(&mut self, operation: &'d Value, at: &Pointer) -> Option<RequestBody> {
        let (value, at) = self.follow(operation.get("requestBody")?, at.child("requestBody"))?;
        let content = self.content(value, &at);
        Some(RequestBody { required: is_set(value, "required"), content, pointer: at })
    }

    /// Gives every operation an id of its own.
    fn name_operations(&mut self, operations: &mut [Operation]) {
        let mut taken: HashSet<Arc<str>> = HashSet::new();
        let mut nameless = Vec::new();
        for (number, operation) in operations.iter().enumerate() {
            if operation.id.is_empty() {
                nameless.push(number);
            } else if !taken.insert(operation.id.clone()) {
                nameless.push(number);
                let place = operation.pointer.child("operationId");
                self.malformed(place, "is an operationId that another operation has");
            }
        }
        for number in nameless {
            let operation = &mut operations[number];
            let made = made_id(&operation.method, &operation.template);
            let with_number = (2_usize..).map(|number| format!("{made}{number}"));
            let mut ids = std::iter::once(made.clone()).chain(with_number).map(Arc::from);
            if let Some(id) = ids.find(|id| taken.insert(Arc::clone(id))) {
                operation.id = id;
            }
        }
    }

    /// Reports links of an operation to some that do not exist; `ids` are those of all.
    pub(super) fn check_links(&mut self, operation: &Operation, ids: &HashSet<&str>) {
        let responses = operation.pointer.child("responses");
        let declared = self.resolver.part(&responses, Node::to_value);
        for (status, response) in members(declared) {
            let place = responses.child(status);
            // Reading the responses has told what is wrong with the way there.
            let found = self.quietly(|reader| reader.follow(response, place));
            let Some((response, at)) = found else { continue };
            for (name, link) in members(response.get("links")) {
                let at = at.child("links").child(name);
                let Some((link, at)) = self.follow(link, at) else { continue };
                let Some(id) = text(link, "operationId") else { continue };
                if !ids.contains(id) {
                    let title = format!("links to the operation `{id}`, which does not exist");
                    self.malformed(at.child("operationId"), title);
                }
            }
        }
    }
}

/// Members of an operation that are read when it is called, or by nobody.
const CARRIED: [&str; 6] =
    ["callbacks", "description", "parameters", "requestBody", "responses", "tags"];

/// A path item without what its operations carry.
fn outline(item: Node<'_>) -> Value {
    item.value_with(&mut |name| match name {
        name if CARRIED.contains(&name) => None,
        // What vendors add is kept as it is.
        name if name.starts_with("x-") => Some(Inner::Whole),
        _ => Some(Inner::Chosen),
    })
}

/// What of a path item holds for all its operations.
pub(super) fn shared(item: Node<'_>) -> Value {
    item.value_with(&mut |name| ["$ref", "parameters"].contains(&name).then_some(Inner::Whole))
}

/// The base paths of the servers in force for an operation, as OpenAPI 3 has them.
pub(crate) fn openapi3_base_paths<'d>(
    head: &'d Value,
    item: &PathItem<'d>,
    operation: &'d Value,
) -> Vec<String> {
    let layers = item.layers.iter().map(|(layer, _)| *layer);
    let mut holders = std::iter::once(operation).chain(layers).chain([head]);
    let servers = holders.find_map(|holder| {
        holder.get("servers").filter(|servers| servers.as_array().is_some_and(|s| !s.is_empty()))
    });
    servers::base_paths(servers)
}

/// Reads a call as OpenAPI 3 describes it.
pub(crate) fn openapi3<'d>(
    reader: &mut Reader<'d>,
    item: &PathItem<'d>,
    (operation, at): Placed<'d>,
) -> Call {
    Call {
        parameters: reader.parameters(item, (operation, &at)),
        request_body: reader.request_body(operation, &at),
        responses: reader.responses(operation, &at),
        ..Call::default()
    }
}

/// An id from method and path: `getSessionsSessionId` for `GET /sessions/{session_id}`.
pub(crate) fn made_id(method: &Method, template: &str) -> String {
    let mut id = method.as_str().to_ascii_lowercase();
    for word in template.split(|character: char| !character.is_ascii_alphanumeric()) {
        let mut characters = word.chars();
        if let Some(first) = characters.next() {
            id.push(first.to_ascii_uppercase());
            id.push_str(characters.as_str());
        }
    }
    id
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::made_id;

    #[test]
    fn ids_are_made_from_method_and_path() {
        assert_eq!(made_id(&Method::GET, "/sessions/{session_id}"), "getSessionsSessionId");
        assert_eq!(made_id(&Method::POST, "/"), "post");
    }
}
