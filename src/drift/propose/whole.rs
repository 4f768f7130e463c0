//! Changes that add whole parts: operations, statuses, media types, header fields, parameters,
//! credentials.

use std::collections::BTreeMap;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::drift::infer::Inferred;
use crate::drift::propose::Change;
use crate::drift::propose::granted::Grant;
use crate::drift::propose::granted::Values;
use crate::pointer::Pointer;

/// What stands where a description has to.
const SEEN: &str = "Seen in traffic.";

/// The name of the security scheme that is added.
const SCHEME: &str = "seenCredentials";

/// Content of these media types, in the way of the document: below a response or a request body, or
/// a lone `schema`.
fn content(grant: &Grant<'_>, values: &Values) -> Map<String, Value> {
    let typed = values.iter().filter(|(media_type, _)| media_type.contains('/'));
    if grant.spelling.has_content {
        let content: Map<String, Value> = typed
            .map(|(media_type, like)| {
                (media_type.clone(), json!({ "schema": schema(grant, media_type, like) }))
            })
            .collect();
        let is_empty = content.is_empty();
        let member = ("content".to_owned(), Value::Object(content));
        return [member].into_iter().filter(|_| !is_empty).collect();
    }
    let mut typed = typed;
    let schema = typed.next().map(|(media_type, like)| schema(grant, media_type, like));
    schema.map(|schema| ("schema".to_owned(), schema)).into_iter().collect()
}

/// A schema of what was seen; of what nobody could read, any.
fn schema(grant: &Grant<'_>, media_type: &str, like: &Inferred) -> Value {
    if media_type.contains("json") { grant.schema(like) } else { json!({}) }
}

fn response(grant: &Grant<'_>, values: &Values) -> Value {
    let mut response = content(grant, values);
    response.insert("description".to_owned(), json!(SEEN));
    Value::Object(response)
}

/// Adds to the lists of media types where schemas do not stand below them.
fn produces(grant: &mut Grant<'_>, at: &Pointer, keyword: &str, values: &Values) {
    if grant.spelling.has_content {
        return;
    }
    let operation = operation_of(at);
    let own = grant.get(&operation.child(keyword)).is_some();
    let inherited = grant.root.get(keyword).and_then(Value::as_array).cloned();
    let inherited = inherited.filter(|_| !own).unwrap_or_default();
    let new = values.keys().filter(|media_type| media_type.contains('/')).map(|it| json!(it));
    let listed: Vec<Value> = inherited.into_iter().chain(new).collect();
    if !listed.is_empty() {
        grant.changes.push(Change::put(&operation, keyword, Value::Array(listed)));
    }
}

/// The operation that a place is in: `/paths/{path}/{method}`.
fn operation_of(at: &Pointer) -> Pointer {
    at.tokens().take(3).fold(Pointer::root(), |at, token| at.child(token))
}

/// Adds a response.
pub(crate) fn status(grant: &mut Grant<'_>, at: &Pointer, status: &str, values: &Values) {
    let response = response(grant, values);
    grant.changes.push(Change::put(at, status, response));
    produces(grant, at, "produces", values);
}

/// Adds media types to a response or a request body.
pub(crate) fn media(grant: &mut Grant<'_>, at: &Pointer, values: &Values) {
    let is_response = at.tokens().any(|token| token == "responses");
    if grant.spelling.has_content {
        let content = content(grant, values);
        if !content.is_empty() {
            grant.changes.push(Change::Update(at.clone(), Value::Object(content)));
        }
        return;
    }
    produces(grant, at, if is_response { "produces" } else { "consumes" }, values);
    if is_response && grant.get(&at.child("schema")).is_none() {
        let content = content(grant, values);
        grant.changes.push(Change::Update(at.clone(), Value::Object(content)));
    }
}

/// Adds content to an operation that takes none.
pub(crate) fn sent(grant: &mut Grant<'_>, at: &Pointer, values: &Values) {
    if grant.spelling.has_content {
        let body = content(grant, values);
        return grant.changes.push(Change::put(at, "requestBody", Value::Object(body)));
    }
    produces(grant, at, "consumes", values);
    let schema = values.values().next().map_or(json!({}), |like| grant.schema(like));
    let body = json!({ "name": "body", "in": "body", "schema": schema });
    grant.changes.push(Change::put(at, "parameters", json!([body])));
}

/// Adds a header field to a response.
pub(crate) fn header(grant: &mut Grant<'_>, at: &Pointer, name: &str) {
    let text = field_schema(grant);
    grant.changes.push(Change::put_deep(at, &["headers", name], text));
}

/// A header field that holds any text.
fn field_schema(grant: &Grant<'_>) -> Value {
    if grant.spelling.has_content {
        json!({ "schema": { "type": "string" } })
    } else {
        json!({ "type": "string" })
    }
}

/// Adds a parameter to an operation.
pub(crate) fn parameter(grant: &mut Grant<'_>, at: &Pointer, place: &str, name: &str) {
    if let Some(parameter) = described(grant, place, name) {
        grant.changes.push(Change::put(at, "parameters", json!([parameter])));
    }
}

/// A parameter that holds any text; a version that has no cookies has none here either.
fn described(grant: &Grant<'_>, place: &str, name: &str) -> Option<Value> {
    if grant.spelling.has_content {
        return Some(json!({ "name": name, "in": place, "schema": { "type": "string" } }));
    }
    (place != "cookie").then(|| json!({ "name": name, "in": place, "type": "string" }))
}

/// Lets an operation go without credentials.
pub(crate) fn anonymous(grant: &mut Grant<'_>, at: &Pointer) {
    let own = grant.get(&at.child("security")).is_some();
    let inherited = grant.root.get("security").and_then(Value::as_array).cloned();
    let inherited = inherited.filter(|_| !own).unwrap_or_default();
    let all: Vec<Value> = inherited.into_iter().chain([json!({})]).collect();
    grant.changes.push(Change::put(at, "security", Value::Array(all)));
}

/// Lets an operation take credentials, and go without them.
pub(crate) fn credentials(grant: &mut Grant<'_>, at: &Pointer, like: &Inferred) {
    let security = scheme(grant, like);
    grant.changes.push(Change::put(at, "security", security));
}

/// Adds the scheme of credentials that were seen; what an operation says that takes them or none.
fn scheme(grant: &mut Grant<'_>, like: &Inferred) -> Value {
    let word = like.words().and_then(|words| words.first()).map(|word| word.to_lowercase());
    let word = word.unwrap_or_else(|| "bearer".to_owned());
    let scheme = match (grant.spelling.has_content, word.as_str()) {
        (true, word) => json!({ "type": "http", "scheme": word }),
        (false, "basic") => json!({ "type": "basic" }),
        (false, _) => json!({ "type": "apiKey", "in": "header", "name": "Authorization" }),
    };
    let way: Vec<&str> = grant.spelling.schemes.iter().copied().chain([SCHEME]).collect();
    grant.changes.push(Change::put_deep(&Pointer::root(), &way, scheme));
    json!([{ SCHEME: [] }, {}])
}

/// Adds an operation.
pub(crate) fn operation(grant: &mut Grant<'_>, method: &str, path: &str, values: &Values) {
    let path = path.strip_prefix(base(grant.root).as_str()).unwrap_or(path);
    let paths = grant.root.get("paths").and_then(Value::as_object);
    let known = paths.into_iter().flatten().map(|(known, _)| known);
    let is_same = |known: &&String| shape(known) == shape(path);
    let existing = known.into_iter().find(is_same).cloned();
    let (template, names) = match existing {
        Some(existing) => (existing, Vec::new()),
        None => numbered(path),
    };
    let mut operation = Map::new();
    let typed = |name: &String| {
        if grant.spelling.has_content {
            json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
        } else {
            json!({ "name": name, "in": "path", "required": true, "type": "string" })
        }
    };
    let mut parameters: Vec<Value> = names.iter().map(typed).collect();
    if names.is_empty() {
        let own = inside(&template);
        let at = Pointer::new("/paths").child(&template).child("parameters");
        if grant.get(&at).is_none() {
            parameters.extend(own.iter().map(typed));
        }
    }
    let (mut responses, mut sent): (BTreeMap<String, Values>, Values) = Default::default();
    let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (what, like) in values {
        let (what, media_type) = what.split_once(' ').unwrap_or((what, ""));
        match what {
            "request" => {
                sent.insert(media_type.to_owned(), like.clone());
            }
            "query" | "header" | "cookie" => {
                parameters.extend(described(grant, what, media_type));
            }
            "credentials" => {
                if grant.root.get("security").is_none() {
                    let security = scheme(grant, like);
                    operation.insert("security".to_owned(), security);
                }
            }
            status => match media_type.strip_prefix("header ") {
                Some(name) => {
                    fields.entry(status.to_owned()).or_default().push(name.to_owned());
                }
                None => {
                    let of = responses.entry(status.to_owned()).or_default();
                    of.insert(media_type.to_owned(), like.clone());
                }
            },
        }
    }
    if grant.spelling.has_content {
        let body = content(grant, &sent);
        if !body.is_empty() {
            operation.insert("requestBody".to_owned(), Value::Object(body));
        }
    } else if let Some((_, like)) = sent.iter().next() {
        let schema = grant.schema(like);
        parameters.push(json!({ "name": "body", "in": "body", "schema": schema }));
    }
    if !parameters.is_empty() {
        operation.insert("parameters".to_owned(), Value::Array(parameters));
    }
    let text = field_schema(grant);
    let listed = responses.iter().map(|(status, of)| {
        let mut response = response(grant, of);
        let names = fields.get(status).into_iter().flatten();
        let names: Map<String, Value> = names.map(|name| (name.clone(), text.clone())).collect();
        if !names.is_empty() {
            response["headers"] = Value::Object(names);
        }
        (status.clone(), response)
    });
    let listed: Map<String, Value> = listed.collect();
    operation.insert("responses".to_owned(), Value::Object(listed));
    if !grant.spelling.has_content {
        let types = |of: &Values| of.keys().filter(|it| it.contains('/')).cloned().collect();
        let made: std::collections::BTreeSet<String> =
            responses.values().flat_map(|of| -> Vec<String> { types(of) }).collect();
        let taken: Vec<String> = types(&sent);
        operation.insert("produces".to_owned(), json!(made));
        operation.insert("consumes".to_owned(), json!(taken));
    }
    let way = ["paths", &template, method];
    grant.changes.push(Change::put_deep(&Pointer::root(), &way, Value::Object(operation)));
}

/// The path that all operations begin with, as the first server has it.
fn base(root: &Value) -> String {
    let server = root.pointer("/servers/0/url").and_then(Value::as_str).map(|url| {
        let rest = url
            .split_once("://")
            .map_or(url, |(_, rest)| rest.find('/').map_or("", |start| &rest[start..]));
        rest.trim_end_matches('/').to_owned()
    });
    let base = root.get("basePath").and_then(Value::as_str);
    server.or_else(|| base.map(|base| base.trim_end_matches('/').to_owned())).unwrap_or_default()
}

/// A template without the names of its parameters.
fn shape(template: &str) -> String {
    let segments = template.split('/');
    let blind = segments.map(|it| if it.starts_with('{') { "{}" } else { it });
    blind.collect::<Vec<_>>().join("/")
}

/// The names of a template's parameters.
fn inside(template: &str) -> Vec<String> {
    let parts = template.split('{').skip(1);
    parts.filter_map(|part| Some(part.split_once('}')?.0.to_owned())).collect()
}

/// A template whose parameters have names of their own, and these names.
fn numbered(path: &str) -> (String, Vec<String>) {
    let mut names: Vec<String> = Vec::new();
    let mut segments = Vec::new();
    for segment in path.split('/') {
        if !segment.starts_with('{') {
            segments.push(segment.to_owned());
            continue;
        }
        let name = segment.trim_matches(['{', '}']);
        let count = names.iter().filter(|known| known.starts_with(name)).count();
        let name = if count == 0 { name.to_owned() } else { format!("{name}{}", count + 1) };
        segments.push(format!("{{{name}}}"));
        names.push(name);
    }
    (segments.join("/"), names)
}
