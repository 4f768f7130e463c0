//! Postman collections 2.x: requests with their recorded answers, read as a description.
//!
//! A collection declares nothing, it only shows. So types are those of the values shown, nothing is
//! required, and two requests of one method and path are one operation that takes either.

mod body;
mod credentials;
mod made;
mod target;

use std::sync::Arc;

use http::HeaderName;
use http::Method;
use serde_json::Map;
use serde_json::Value;

use crate::finding::Violation;
use crate::finding::rule;
use crate::pointer::Pointer;
use crate::schema::SchemaId;
use crate::spec::dialect::Dialect;
use crate::spec::dialect::postman::made::Made;
use crate::spec::model::Call;
use crate::spec::model::Header;
use crate::spec::model::Operation;
use crate::spec::model::Parameter;
use crate::spec::model::ParameterLocation;
use crate::spec::model::Requirement;
use crate::spec::model::Response;
use crate::spec::model::StatusPattern;
use crate::spec::model::Style;
use crate::spec::read::Later;
use crate::spec::read::Parts;
use crate::spec::read::items;
use crate::spec::read::paths::made_id;
use crate::spec::read::text;
use crate::spec::resolve;
use crate::spec::tree::Tree;
use crate::spec::wrong::Wrong;

/// Postman Collection Format 2.0.0 and 2.1.0.
pub static DIALECT: Dialect = Dialect {
    id: "postman",
    recognises: |members| {
        let is_described = members.contains_key("openapi") || members.contains_key("swagger");
        !is_described
            && members.get("info").is_some_and(Value::is_object)
            && members.get("item").is_some_and(Value::is_array)
    },
    read,
    spelling: None,
};

/// Header fields that have a meaning of their own.
const OWN_MEANING: [&str; 4] = ["accept", "content-type", "authorization", "content-length"];

fn read(tree: &Arc<Tree>, wrong: &Arc<Wrong>) -> Parts {
    let root = &tree.root().to_value();
    let (made, violations) = (Made::new(Arc::clone(wrong)), Vec::new());
    let mut reader = Reader { made, operations: Vec::new(), violations };
    let at = Pointer::root();
    let security = credentials::read(root, &at).unwrap_or_default();
    reader.folder(root, &at, &security);
    let Reader { made, mut operations, violations } = reader;
    name(&mut operations);
    wrong.add(violations);
    let operations = operations.into_iter().map(Arc::new).collect();
    Parts { operations, schemas: made.schemas(), library: None }
}

/// The alternatives of credentials, and where they stand.
type Security = (Vec<Vec<Requirement>>, Pointer);

/// The walk through a collection.
struct Reader {
    made: Arc<Made>,
    operations: Vec<Operation>,
    violations: Vec<Violation>,
}

impl Reader {
    /// The items of a collection or folder; credentials are inherited.
    fn folder(&mut self, folder: &Value, at: &Pointer, security: &Security) {
        for (number, item) in items(folder.get("item")) {
            let at = at.child("item").child(number.to_string());
            let own = credentials::read(item, &at);
            let security = own.as_ref().unwrap_or(security);
            if item.get("item").is_some() {
                self.folder(item, &at, security);
            } else {
                self.item(item, &at, security);
            }
        }
    }

    /// A request with its answers.
    fn item(&mut self, item: &Value, at: &Pointer, security: &Security) {
        let request = item.get("request").unwrap_or(&Value::Null);
        let place = at.child("request");
        let method = text(request, "method").unwrap_or("GET");
        let Ok(method) = Method::from_bytes(method.as_bytes()) else {
            return self.report(place.child("method"), "is no method");
        };
        let url = if request.is_string() { Some(request) } else { request.get("url") };
        let Some(target) = url.and_then(target::read) else {
            return self.report(place, "is a request without a path, which can not be served");
        };
        let own = credentials::read(request, &place);
        let (alternatives, security_pointer) = own.unwrap_or_else(|| security.clone());
        let request_body = body::request(self, request, &place);
        let responses = self.responses(item, at);
        let known = self.operations.iter_mut().position(|operation| {
            operation.method == method && *operation.template == *target.template
        });
        if let Some(number) = known {
            return self.join(number, request_body, responses);
        }
        let mut parameters = self.query(&target, &place.child("url"));
        parameters.extend(self.headers(request, &place));
        parameters.extend(target.variables.iter().map(|variable| {
            self.parameter(variable, ParameterLocation::Path, place.child("url"), None)
        }));
        self.operations.push(Operation {
            id: "".into(),
            method,
            template: target.template.into(),
            base_paths: vec![String::new()],
            summary: text(item, "name").map(str::to_owned),
            deprecated: false,
            extensions: Map::new(),
            basis: None,
            pointer: at.clone(),
            call: Later::read(Call {
                parameters,
                request_body,
                responses,
                security: alternatives,
                security_pointer,
            }),
        });
    }

    /// Adds what another request of the same method and path shows.
    fn join(
        &mut self,
        number: usize,
        request_body: Option<crate::spec::model::RequestBody>,
        responses: Vec<Arc<Response>>,
    ) {
        let mut operation = std::mem::take(&mut self.operations);
        if let Some(known) = operation.get_mut(number).and_then(|known| known.call.get_mut()) {
            match (&mut known.request_body, request_body) {
                (Some(known), Some(other)) => body::join(self, known, other),
                (known @ None, Some(other)) => *known = Some(other),
                (Some(_) | None, None) => {}
            }
            for response in responses {
                if known.responses.iter().all(|other| other.status != response.status) {
                    known.responses.push(response);
                }
            }
        }
        self.operations = operation;
    }

    fn query(&mut self, target: &target::Target, at: &Pointer) -> Vec<Parameter> {
        let query = target.query.iter();
        query
            .map(|(name, number)| {
                let place = match number {
                    Some(number) => at.child("query").child(number.to_string()),
                    None => at.clone(),
                };
                self.parameter(name, ParameterLocation::Query, place, None)
            })
            .collect()
    }

    fn headers(&mut self, request: &Value, at: &Pointer) -> Vec<Parameter> {
        let at = at.child("header");
        let mut parameters = Vec::new();
        for (number, header) in items(request.get("header")) {
            let Some(name) = text(header, "key").filter(|name| is_free(name)) else { continue };
            let Ok(field) = HeaderName::from_bytes(name.as_bytes()) else { continue };
            let place = at.child(number.to_string());
            parameters.push(self.parameter(name, ParameterLocation::Header, place, Some(field)));
        }
        parameters
    }

    /// A parameter of whatever value.
    fn parameter(
        &mut self,
        name: &str,
        location: ParameterLocation,
        pointer: Pointer,
        field: Option<HeaderName>,
    ) -> Parameter {
        let is_form = location == ParameterLocation::Query;
        Parameter {
            name: name.to_owned(),
            field,
            location,
            required: location == ParameterLocation::Path,
            style: if is_form { Style::Form } else { Style::Simple },
            explode: is_form,
            may_be_empty: true,
            media_type: None,
            form: None,
            schema: None,
            deprecated: false,
            extensions: Map::new(),
            pointer,
        }
    }

    fn responses(&mut self, item: &Value, at: &Pointer) -> Vec<Arc<Response>> {
        let at = at.child("response");
        let mut responses: Vec<Arc<Response>> = Vec::new();
        for (number, response) in items(item.get("response")) {
            let place = at.child(number.to_string());
            let code = response.get("code").and_then(Value::as_u64);
            let code = code.and_then(|code| u16::try_from(code).ok());
            let Some(code) = code.filter(|code| (100..=599).contains(code)) else {
                self.report(place, "is an answer without a status code");
                continue;
            };
            let status = StatusPattern::Exact(code);
            let content = body::response(self, response, &place);
            let known = responses.iter_mut().find(|known| known.status == status);
            if let Some(known) = known.and_then(Arc::get_mut) {
                // Of two answers of one status and media type, the first is the example.
                let is_new = |new: &crate::spec::model::Content| {
                    known.content.iter().all(|old| old.media_type != new.media_type)
                };
                let new: Vec<_> = content.into_iter().filter(is_new).collect();
                known.content.extend(new);
                continue;
            }
            responses.push(Arc::new(Response {
                status,
                headers: headers(response, &place),
                content: content.into_iter().collect(),
                extensions: Map::new(),
                basis: None,
                pointer: place,
            }));
        }
        responses
    }

    /// Keeps a schema made from what is shown at a place.
    fn schema(&mut self, pointer: Pointer, schema: Value) -> Option<SchemaId> {
        Some(self.made.add(pointer, schema))
    }

    fn report(&mut self, place: Pointer, title: &str) {
        self.violations.push(resolve::complaint(&rule::DOCUMENT_MALFORMED, place, title));
    }
}

/// The header fields of an answer, sent as they are shown.
fn headers(response: &Value, at: &Pointer) -> Vec<Header> {
    let at = at.child("header");
    let shown = items(response.get("header"));
    shown
        .filter_map(|(number, header)| {
            let name = text(header, "key").filter(|name| is_free(name))?;
            Some(Header {
                name: name.to_owned(),
                field: HeaderName::from_bytes(name.as_bytes()).ok(),
                required: false,
                style: Style::Simple,
                explode: false,
                schema: None,
                media_type: None,
                example: header.get("value").cloned(),
                pointer: at.child(number.to_string()),
            })
        })
        .collect()
}

/// Whether a header field says something that HTTP does not read itself.
fn is_free(name: &str) -> bool {
    !OWN_MEANING.contains(&&*name.to_ascii_lowercase())
}

/// Gives every operation an id of its own, made from method and path.
fn name(operations: &mut [Operation]) {
    let mut taken: Vec<String> = Vec::new();
    for operation in operations {
        let made = made_id(&operation.method, &operation.template);
        let with_number = (2_usize..).map(|number| format!("{made}{number}"));
        let mut ids = std::iter::once(made.clone()).chain(with_number);
        if let Some(id) = ids.find(|id| !taken.contains(id)) {
            operation.id = id.as_str().into();
            taken.push(id);
        }
    }
}
