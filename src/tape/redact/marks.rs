//! What a document says of the secrets in one call.

use std::collections::BTreeSet;
use std::ops::Range;

use serde_json::Value;

use crate::finding::telling::Way;
use crate::finding::telling::describes;
use crate::pointer::Pointer;
use crate::schema;
use crate::schema::SchemaId;
use crate::schema::walk;
use crate::spec::Document;
use crate::spec::Operation;
use crate::spec::model::Content;
use crate::spec::model::ParameterLocation;

/// The extension that says so of a parameter, header or property.
const EXTENSION: &str = "x-standin-secret";

/// How deep properties are followed; what is deeper is known by its name or shape alone.
const DEPTH: usize = 32;

/// Where one call has secrets, as its document says: keys of security schemes, parameters and
/// properties of the format `password`, properties that are written and never read, and whatever
/// says `x-standin-secret: true`.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    /// Names of security schemes' keys, in small letters.
    keys: BTreeSet<String>,
    /// Properties and fields by the names of what they stand in and of their own.
    sent: BTreeSet<(String, String)>,
    answered: BTreeSet<(String, String)>,
    /// The segments of the path template, with the name of their parameter, and whether it is
    /// marked.
    template: Vec<Option<(String, bool)>>,
}

impl Marks {
    /// Reads what the document says of an operation.
    #[must_use]
    pub fn of(document: &Document, operation: &Operation) -> Self {
        let mut marks = Self::default();
        for requirement in operation.security.iter().flatten() {
            if let Some((name, _)) = requirement.kind.key() {
                marks.keys.insert(name.to_ascii_lowercase());
            }
        }
        let mut path = BTreeSet::new();
        for parameter in &operation.parameters {
            let is_own = parameter.extensions.get(EXTENSION) == Some(&Value::Bool(true));
            let schema = parameter.schema.map(|schema| document.schemas.lowered(schema));
            if is_own || schema.is_some_and(|schema| is_secret(schema, "")) {
                marks.sent.insert((String::new(), parameter.name.to_ascii_lowercase()));
                if parameter.location == ParameterLocation::Path {
                    path.insert(parameter.name.clone());
                }
            }
        }
        for segment in operation.template.split('/') {
            let name = segment.split_once('{').and_then(|(_, rest)| rest.split('}').next());
            marks.template.push(name.map(|name| (name.to_owned(), path.contains(name))));
        }
        let mut walk = Walk { document, found: BTreeSet::new(), seen: BTreeSet::new() };
        operation
            .request_body
            .iter()
            .flat_map(|body| &body.content)
            .for_each(|it| walk.content(it));
        marks.sent.append(&mut walk.found);
        walk.seen.clear();
        for response in &operation.responses {
            response.content.iter().for_each(|content| walk.content(content));
            for header in &response.headers {
                let schema = header.schema.map(|schema| document.schemas.lowered(schema));
                if schema.is_some_and(|schema| is_secret(schema, "")) {
                    walk.found.insert((String::new(), header.name.to_ascii_lowercase()));
                }
            }
        }
        marks.answered.append(&mut walk.found);
        marks
    }

    /// Whether a security scheme has a key of this name.
    #[must_use]
    pub fn is_key(&self, name: &str) -> bool {
        !self.keys.is_empty() && self.keys.contains(&name.to_ascii_lowercase())
    }

    /// Whether a member is marked, by the name of what it stands in and its own.
    #[must_use]
    pub fn has(&self, way: Way, parent: &str, name: &str) -> bool {
        let marked = match way {
            Way::Request => &self.sent,
            Way::Response => &self.answered,
        };
        !marked.is_empty()
            && marked.contains(&(parent.to_ascii_lowercase(), name.to_ascii_lowercase()))
    }

    /// The segments of a path, or of a URL, that are parameters: their names, whether they are
    /// marked, and where they stand. A path begins with whatever stands before the template.
    pub(super) fn segments(&self, path: &str) -> Vec<(String, bool, Range<usize>)> {
        let mut found = Vec::new();
        let mut end = path.len();
        for parameter in self.template.iter().skip(1).rev() {
            let Some(start) = path[..end].rfind('/').map(|at| at + 1) else { break };
            if let Some((name, is_marked)) = parameter {
                found.push((name.clone(), *is_marked, start..end));
            }
            end = start - 1;
        }
        found.reverse();
        found
    }
}

/// Whether a schema says that its value is a secret.
fn is_secret(schema: &Value, name: &str) -> bool {
    said_of(schema, name, 4)
}

/// The same, of a schema or of what it is made of for the very same value.
fn said_of(schema: &Value, name: &str, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let parts = ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|it| schema.get(it)?.as_array());
    if parts.flatten().any(|part| said_of(part, name, depth)) {
        return true;
    }
    let has = |keyword: &str, value: Value| schema.get(keyword) == Some(&value);
    let is_text = || schema.get("type").is_none_or(|it| it == "string");
    has("format", "password".into())
        || has(EXTENSION, true.into())
        || (has("writeOnly", true.into()) && is_text() && !describes(name) && !name.is_empty())
}

struct Walk<'d> {
    document: &'d Document,
    found: BTreeSet<(String, String)>,
    /// Schemas that were walked, each under the name of what it is.
    seen: BTreeSet<(String, String)>,
}

impl Walk<'_> {
    fn content(&mut self, content: &Content) {
        for id in [content.schema, content.item_schema].into_iter().flatten() {
            self.schema(id, "", DEPTH);
        }
    }

    fn schema(&mut self, id: SchemaId, name: &str, depth: usize) {
        let document = self.document;
        let place = document.schemas.pointer(id).as_str().to_owned();
        if self.seen.insert((place, name.to_owned())) {
            self.value(document.schemas.lowered(id), name, depth);
        }
    }

    /// Walks a schema of what is called `name`.
    fn value(&mut self, schema: &Value, name: &str, depth: usize) {
        let (Some(members), Some(depth)) = (schema.as_object(), depth.checked_sub(1)) else {
            return;
        };
        for step in walk::steps(members, &Pointer::root()) {
            match step.path.as_str().strip_prefix("/properties/") {
                Some(_) => {
                    let property = step.path.tokens().last().unwrap_or_default();
                    let property = property.to_ascii_lowercase();
                    if self.is_secret(step.schema, &property) {
                        self.found.insert((name.to_owned(), property.clone()));
                    }
                    self.value(step.schema, &property, depth);
                }
                None => self.value(step.schema, name, depth),
            }
        }
        if let Some(id) = self.referred(schema) {
            self.schema(id, name, depth);
        }
    }

    /// Whether a property's schema says so, or one that it refers to.
    fn is_secret(&self, schema: &Value, name: &str) -> bool {
        let mut schema = schema;
        for _ in 0..DEPTH {
            if is_secret(schema, name) {
                return true;
            }
            let Some(id) = self.referred(schema) else { return false };
            schema = self.document.schemas.lowered(id);
        }
        false
    }

    fn referred(&self, schema: &Value) -> Option<SchemaId> {
        let place = schema.get(schema::REFERENCE)?.as_str()?;
        self.document.schemas.find(&Pointer::new(place))
    }
}
