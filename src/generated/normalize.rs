//! Makes copies of a bundled document that the code generator can digest.
//!
//! progenitor takes a subset of OpenAPI 3.0 and panics on the rest without saying where. The
//! documents stay as the API has them; only these copies are bent. `build.rs` includes this very
//! file, so it depends on `serde_json` alone. What is bent for the clients comes back as notes.
//! One copy is for the program itself: the outline.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// The methods that a path item may hold, in the order of the standard.
pub const METHODS: [&str; 8] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// What a property or parameter is called in the copy when its Rust name is taken (`osType` beside
/// `os_type`).
///
/// The field becomes `also_os_type`; whoever writes the generated source takes the mark out of
/// the strings again, so that the wire keeps the true name.
pub const ALSO: &str = "also~";

/// Bends a document so that progenitor can make a client of it.
///
/// | in the document                          | in the copy                                |
/// |------------------------------------------|--------------------------------------------|
/// | `default` beside a success               | `4XX` and `5XX`, where absent              |
/// | several error (or success) types         | one component, `anyOf` of them             |
/// | a status without body beside one with    | left out: `Error::UnexpectedResponse`      |
/// | several media types of a request body    | JSON, else form, else the first            |
/// | cookie parameters, query styles but form | left out                                   |
/// | `encoding`, a media type without schema  | left out                                   |
/// | two names that are one in Rust           | the later is [`ALSO`] and its name         |
pub fn for_client(document: &mut Value) -> Vec<String> {
    let original = document.clone();
    let mut united = Map::new();
    let mut notes = Vec::new();
    for (id, operation) in operations_mut(document) {
        keep_parameters(&original, &id, operation, &mut notes);
        keep_one_request_body(&original, &id, operation, &mut notes);
        let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else {
            continue;
        };
        for response in responses.values_mut() {
            *response = resolved(&original, response).clone();
            drop_unusable_media(response);
        }
        split_default(responses);
        for (classes, suffix) in [(["1", "2"], "Answer"), (["4", "5"], "Error")] {
            let name = format!("{}{suffix}", capitalised(&id));
            notes.extend(
                unite(responses, classes, &name, &mut united).map(|n| format!("{id}: {n}")),
            );
        }
    }
    if let Some(schemas) = schemas_mut(document) {
        schemas.extend(united);
    }
    tell_apart(document);
    notes
}

/// Bends what only answers carry so that the generated types write what the vendors write.
///
/// Optional, nullable properties become required: an optional `None` is left out, but a required
/// one is written as `null`. Numbers become integers: an `f64` is written as `3.0`. What a request
/// can carry too stays as it is, else reading the request would demand the member. Patterns are
/// left out: whatever is read into these types was judged by the schema before.
pub fn for_server_types(document: &mut Value) {
    let original = document.clone();
    let mut asked = BTreeSet::new();
    let mut answered = BTreeSet::new();
    for (_, operation) in operations_mut(document) {
        for part in ["parameters", "requestBody"] {
            reach(&original, &operation[part], &mut asked);
        }
        reach(&original, &operation["responses"], &mut answered);
        if let Some(responses) = operation.get_mut("responses") {
            as_written(&original, responses);
        }
    }
    let only_answered: Vec<String> = answered.difference(&asked).cloned().collect();
    for reference in only_answered {
        if let Some(component) = document.pointer_mut(&reference) {
            as_written(&original, component);
        }
    }
    without_patterns(document);
}

/// What tells the calls of a document apart, without what they carry, as JSON: the program reads it
/// of every document at its start, and the rest when it is needed.
pub fn outline(document: &Value) -> String {
    let [version, title, servers, paths] = ["openapi", "info", "servers", "paths"]
        .map(|member| document.get(member).cloned().unwrap_or_default());
    let mut outline = json!({ "openapi": version, "info": { "title": title["title"] } });
    outline["servers"] = servers;
    outline["paths"] = paths;
    for item in outline["paths"].as_object_mut().into_iter().flat_map(Map::values_mut) {
        let Some(members) = item.as_object_mut() else { continue };
        members.retain(|name, _| name != "parameters");
        for operation in members.values_mut().filter_map(Value::as_object_mut) {
            let carried = ["description", "parameters", "requestBody", "responses", "security"];
            operation.retain(|name, _| !carried.contains(&name.as_str()));
        }
    }
    outline.to_string()
}

/// All operations as `(path, method, operation)`, in the document's order.
pub fn operations(document: &Value) -> impl Iterator<Item = (&str, &'static str, &Value)> {
    document["paths"].as_object().into_iter().flatten().flat_map(|(path, item)| {
        METHODS
            .into_iter()
            .filter_map(move |method| Some((path.as_str(), method, item.get(method)?)))
    })
}

/// All operations with their ids, to be changed.
fn operations_mut(document: &mut Value) -> Vec<(String, &mut Value)> {
    let mut operations = Vec::new();
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return operations;
    };
    for item in paths.values_mut().filter_map(Value::as_object_mut) {
        for (method, operation) in item {
            if METHODS.contains(&method.as_str()) {
                let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
                operations.push((id, operation));
            }
        }
    }
    operations
}

fn schemas_mut(document: &mut Value) -> Option<&mut Map<String, Value>> {
    let components = document.as_object_mut()?.entry("components").or_insert_with(|| json!({}));
    components.as_object_mut()?.entry("schemas").or_insert_with(|| json!({})).as_object_mut()
}

fn resolved<'a>(root: &'a Value, value: &'a Value) -> &'a Value {
    let target = value.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#'));
    target.and_then(|inside| root.pointer(inside)).unwrap_or(value)
}

fn keep_parameters(root: &Value, id: &str, operation: &mut Value, notes: &mut Vec<String>) {
    let Some(parameters) = operation.get_mut("parameters").and_then(Value::as_array_mut) else {
        return;
    };
    let mut taken = BTreeSet::new();
    for parameter in parameters.iter_mut() {
        *parameter = resolved(root, parameter).clone();
        let name = parameter["name"].as_str().unwrap_or_default().to_owned();
        if !taken.insert(rust_name(&name)) {
            parameter["name"] = json!(format!("{ALSO}{name}"));
        }
    }
    parameters.retain(|parameter| {
        let style = parameter.get("style").and_then(Value::as_str).unwrap_or("form");
        let place = parameter["in"].as_str().unwrap_or_default();
        let unusable = place == "cookie" || (place == "query" && style != "form");
        if unusable {
            notes.push(format!("{id}: parameter {} left out of the client", parameter["name"]));
        }
        !unusable
    });
}

fn keep_one_request_body(root: &Value, id: &str, operation: &mut Value, notes: &mut Vec<String>) {
    let Some(body) = operation.get("requestBody") else { return };
    let mut body = resolved(root, body).clone();
    if let Some(content) = body.get_mut("content").and_then(Value::as_object_mut) {
        let preferred = ["application/json", "application/x-www-form-urlencoded"];
        let kept = preferred.into_iter().find(|media| content.contains_key(*media));
        let kept = kept.map(str::to_owned).or_else(|| content.keys().next().cloned());
        if content.len() > 1 {
            notes.push(format!("{id}: request body kept as {}", kept.as_deref().unwrap_or("-")));
        }
        content.retain(|media, _| Some(media) == kept.as_ref());
    }
    drop_unusable_media(&mut body);
    operation["requestBody"] = body;
}

fn drop_unusable_media(carrier: &mut Value) {
    let Some(content) = carrier.get_mut("content").and_then(Value::as_object_mut) else { return };
    content.retain(|_, media| media.get("schema").is_some());
    for media in content.values_mut().filter_map(Value::as_object_mut) {
        media.remove("encoding");
    }
}

/// progenitor counts `default` as a success *and* as an error.
fn split_default(responses: &mut Map<String, Value>) {
    if responses.keys().any(|status| status.starts_with('2'))
        && let Some(default) = responses.shift_remove("default")
    {
        for status in ["4XX", "5XX"] {
            responses.entry(status).or_insert_with(|| default.clone());
        }
    }
}

/// What progenitor makes of a response's body; of several kinds the greatest is kept.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Body {
    None,
    Raw,
    Typed(String),
}

fn body(response: &Value) -> Body {
    let content = response.get("content").and_then(Value::as_object);
    let Some(content) = content.filter(|content| !content.is_empty()) else { return Body::None };
    match content.iter().find(|(media, _)| media.starts_with("application/json")) {
        Some((_, media)) => Body::Typed(media["schema"].to_string()),
        None => Body::Raw,
    }
}

/// Leaves one kind of body among the statuses of the given classes.
fn unite(
    responses: &mut Map<String, Value>,
    classes: [&str; 2],
    name: &str,
    united: &mut Map<String, Value>,
) -> std::vec::IntoIter<String> {
    let mut notes = Vec::new();
    let of_class = |status: &str| classes.iter().any(|class| status.starts_with(class));
    let bodies: BTreeSet<Body> =
        responses.iter().filter(|(status, _)| of_class(status)).map(|(_, r)| body(r)).collect();
    let Some(greatest) = bodies.last().filter(|_| bodies.len() > 1) else {
        return notes.into_iter();
    };
    let is_typed = |body: &Body| matches!(body, Body::Typed(_));
    responses.retain(|status, response| {
        let body = body(response);
        let kept =
            !of_class(status) || body == *greatest || (is_typed(&body) && is_typed(greatest));
        if !kept {
            notes.push(format!("{status} is left to UnexpectedResponse"));
        }
        kept
    });
    let types: Vec<Value> = bodies
        .iter()
        .filter_map(|body| match body {
            Body::Typed(schema) => serde_json::from_str(schema).ok(),
            Body::None | Body::Raw => None,
        })
        .collect();
    if types.len() > 1 {
        notes.push(format!("{} types are united as {name}", types.len()));
        united.insert(name.to_owned(), json!({ "anyOf": types }));
        let schema = json!({ "$ref": format!("#/components/schemas/{name}") });
        for (_, response) in responses.iter_mut().filter(|(status, _)| of_class(status)) {
            response["content"] = json!({ "application/json": { "schema": schema } });
        }
    }
    notes.into_iter()
}

/// Marks properties whose Rust names would collide, see [`ALSO`].
fn tell_apart(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let mut marked = Vec::new();
            if let Some(properties) = members.get_mut("properties").and_then(Value::as_object_mut) {
                // Names that are Rust's already go first, so that they keep theirs.
                let mut names: Vec<String> = properties.keys().cloned().collect();
                names.sort_by_key(|name| *name != rust_name(name));
                let mut taken = BTreeSet::new();
                marked.extend(names.into_iter().filter(|name| !taken.insert(rust_name(name))));
                let renamed = std::mem::take(properties).into_iter();
                *properties = renamed.map(|(name, schema)| (mark(name, &marked), schema)).collect();
            }
            if let Some(required) = members.get_mut("required").and_then(Value::as_array_mut) {
                for name in required {
                    *name = json!(mark(name.as_str().unwrap_or_default().to_owned(), &marked));
                }
            }
            members.values_mut().for_each(tell_apart);
        }
        Value::Array(items) => items.iter_mut().for_each(tell_apart),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn mark(name: String, marked: &[String]) -> String {
    if marked.contains(&name) { format!("{ALSO}{name}") } else { name }
}

fn rust_name(name: &str) -> String {
    let mut snake = String::new();
    let mut after_small = false;
    for letter in name.chars() {
        if !letter.is_ascii_alphanumeric() || (letter.is_ascii_uppercase() && after_small) {
            snake.push('_');
        }
        snake.extend(letter.is_ascii_alphanumeric().then(|| letter.to_ascii_lowercase()));
        after_small = !letter.is_ascii_uppercase();
    }
    let words: Vec<&str> = snake.split('_').filter(|word| !word.is_empty()).collect();
    words.join("_")
}

/// Collects the pointers of all components that a value refers to, through any depth.
fn reach(root: &Value, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(inside) = value["$ref"].as_str().and_then(|r| r.strip_prefix('#'))
                && found.insert(inside.to_owned())
                && let Some(target) = root.pointer(inside)
            {
                reach(root, target, found);
            }
            members.values().for_each(|member| reach(root, member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| reach(root, item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn as_written(root: &Value, value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.get("type") == Some(&json!("number")) && !members.contains_key("format") {
                members.insert("type".to_owned(), json!("integer"));
            }
            let nullable: Vec<Value> = members
                .get("properties")
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
                .filter(|(_, schema)| resolved(root, schema)["nullable"] == json!(true))
                .map(|(name, _)| json!(name))
                .collect();
            if !nullable.is_empty() {
                let required = members.entry("required").or_insert_with(|| json!([]));
                if let Some(required) = required.as_array_mut() {
                    let missing = nullable.into_iter().filter(|name| !required.contains(name));
                    let missing: Vec<Value> = missing.collect();
                    required.extend(missing);
                }
            }
            members.values_mut().for_each(|member| as_written(root, member));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| as_written(root, item)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Takes the keyword out of every schema; a property of that name is an object and stays.
fn without_patterns(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.get("pattern").is_some_and(Value::is_string) {
                members.remove("pattern");
            }
            members.values_mut().for_each(without_patterns);
        }
        Value::Array(items) => items.iter_mut().for_each(without_patterns),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn capitalised(id: &str) -> String {
    let mut letters = id.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{for_client, for_server_types, outline};

    fn json_body(schema: &str) -> serde_json::Value {
        let schema = json!({ "$ref": format!("#/components/schemas/{schema}") });
        json!({ "content": { "application/json": { "schema": schema } } })
    }

    #[test]
    fn responses_are_left_with_one_type_per_class() {
        let mut document = json!({ "paths": { "/a": { "get": { "operationId": "a", "responses": {
            "200": json_body("A"), "204": {}, "400": json_body("B"), "404": json_body("C"),
        }}}}});
        let notes = for_client(&mut document);
        assert_eq!(
            notes,
            ["a: 204 is left to UnexpectedResponse", "a: 2 types are united as AError"]
        );
        let responses = &document["paths"]["/a"]["get"]["responses"];
        assert_eq!(responses["404"], json_body("AError"));
        assert_eq!(responses.get("204"), None);
        assert_eq!(
            document["components"]["schemas"]["AError"]["anyOf"].as_array().map(Vec::len),
            Some(2)
        );
    }

    #[test]
    fn what_answers_alone_carry_is_bent_to_what_is_written() {
        let nullable = json!({ "properties": { "x": { "nullable": true, "type": "number" } } });
        let mut document = json!({
            "paths": { "/a": { "post": {
                "requestBody": json_body("Both"),
                "responses": { "200": json_body("Answer"), "201": json_body("Both") },
            }}},
            "components": { "schemas": { "Answer": nullable, "Both": nullable } },
        });
        for_server_types(&mut document);
        let schemas = &document["components"]["schemas"];
        assert_eq!(schemas["Answer"]["required"], json!(["x"]));
        assert_eq!(schemas["Answer"]["properties"]["x"]["type"], "integer");
        assert_eq!(schemas["Both"], nullable);
    }

    #[test]
    fn properties_of_one_rust_name_are_told_apart() {
        let schema =
            json!({ "properties": { "osType": {}, "os_type": {} }, "required": ["osType"] });
        let mut document =
            json!({ "paths": {}, "components": { "schemas": { "Device": schema } } });
        for_client(&mut document);
        let device = &document["components"]["schemas"]["Device"];
        assert_eq!(device["properties"], json!({ "also~osType": {}, "os_type": {} }));
        assert_eq!(device["required"], json!(["also~osType"]));
    }

    #[test]
    fn an_outline_leaves_out_what_calls_carry() {
        let call = json!({ "operationId": "a", "description": "long", "responses": {} });
        let document = json!({ "openapi": "3.0.3", "info": { "title": "A", "version": "1" },
            "components": {}, "paths": { "/a": { "parameters": [], "get": call } } });
        let left = json!({ "openapi": "3.0.3", "info": { "title": "A" }, "servers": null,
            "paths": { "/a": { "get": { "operationId": "a" } } } });
        assert_eq!(outline(&document), left.to_string());
    }
}
