//! The bodies that a collection shows, and the schemas that they fit.

use std::sync::Arc;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::json::Written;
use crate::message::MediaType;
use crate::pointer::Pointer;
use crate::schema::HINTS;
use crate::spec::dialect::postman::Reader;
use crate::spec::model::Content;
use crate::spec::model::Example;
use crate::spec::model::RequestBody;
use crate::spec::read::items;
use crate::spec::read::text;

/// The body of a request; it may be left out.
pub(super) fn request(reader: &mut Reader, request: &Value, at: &Pointer) -> Option<RequestBody> {
    let body = request.get("body").filter(|body| !body.is_null())?;
    let at = at.child("body");
    let declared = media_type(request);
    let (media_type, schema, place) = match text(body, "mode") {
        Some(mode @ ("urlencoded" | "formdata")) => {
            let usual = if mode == "formdata" {
                "multipart/form-data"
            } else {
                "application/x-www-form-urlencoded"
            };
            let usual = MediaType::parse(usual);
            (declared.or(usual)?, form(body.get(mode)), at.child(mode))
        }
        Some("raw") | None => {
            let place = if body.is_string() { at.clone() } else { at.child("raw") };
            let shown = body.as_str().or_else(|| text(body, "raw"))?;
            let value = serde_json::from_str::<Value>(shown).ok();
            let schema = value.as_ref().map_or(json!({"type": "string"}), inferred);
            (declared.or_else(|| usual(value.as_ref()))?, schema, place)
        }
        // Files and GraphQL: whatever is sent.
        Some(mode) => (declared.or_else(|| MediaType::parse("*/*"))?, json!({}), at.child(mode)),
    };
    let schema = reader.schema(place.clone(), schema);
    let content = Content::new(media_type, schema, place);
    Some(RequestBody { required: false, content: vec![content], pointer: at })
}

/// Lets a body be what either of two requests shows.
pub(super) fn join(reader: &mut Reader, known: &mut RequestBody, other: RequestBody) {
    for content in other.content {
        let same = known.content.iter_mut().find(|each| each.media_type == content.media_type);
        let Some(same) = same else {
            known.content.push(content);
            continue;
        };
        let schemas = [same.schema, content.schema];
        let places = schemas.map(|id| Some(reader.made.place(id?).as_str().to_owned()));
        if let [Some(one), Some(another)] = places {
            // A place that no part of the collection has, so that both keep their own.
            let place = content.pointer.child("or").child(one.replace('/', "."));
            let either = json!({"anyOf": [{"$ref": one}, {"$ref": another}]});
            same.schema = reader.schema(place, either);
        }
    }
}

/// The content of an answer, its body the example.
pub(super) fn response(reader: &mut Reader, response: &Value, at: &Pointer) -> Option<Content> {
    let shown = text(response, "body").filter(|body| !body.is_empty())?;
    let at = at.child("body");
    let value = serde_json::from_str::<Value>(shown).ok();
    let media_type = media_type(response).or_else(|| usual(value.as_ref()))?;
    // What is not JSON by its media type stands for itself.
    let value = value.filter(|_| media_type.is_json()).unwrap_or_else(|| json!(shown));
    let mut schema = inferred(&value);
    // All that is known of an answer is the one that is shown.
    schema[HINTS] = json!({ "const": value });
    let schema = reader.schema(at.clone(), schema);
    let example = Example {
        name: text(response, "name").unwrap_or("example").to_owned(),
        json: Written::of(&value),
        extensions: Map::new(),
        basis: None,
        pointer: at.clone(),
    };
    let content = Content::new(media_type, schema, at);
    Some(Content { examples: vec![Arc::new(example)], ..content })
}

/// The media type that the header fields name.
fn media_type(message: &Value) -> Option<MediaType> {
    let mut fields = items(message.get("header")).map(|(_, field)| field);
    let field = fields.find(|field| {
        text(field, "key").is_some_and(|name| name.eq_ignore_ascii_case("content-type"))
    })?;
    MediaType::parse(text(field, "value")?)
}

/// The media type of a body that has none.
fn usual(value: Option<&Value>) -> Option<MediaType> {
    MediaType::parse(if value.is_some() { "application/json" } else { "text/plain" })
}

/// The schema of a form: of every key the type of its value.
fn form(fields: Option<&Value>) -> Value {
    let mut properties = Map::new();
    for (_, field) in items(fields) {
        let Some(name) = text(field, "key") else { continue };
        let shown = field.get("value").filter(|_| text(field, "type") != Some("file"));
        properties.insert(name.to_owned(), shown.map_or(json!({}), inferred));
    }
    json!({"type": "object", "properties": properties})
}

/// The schema that a value fits: types all the way down, nothing required.
fn inferred(value: &Value) -> Value {
    match value {
        // What may be nothing may be anything.
        Value::Null => json!({}),
        Value::Bool(_) => json!({"type": "boolean"}),
        Value::Number(number) if number.is_f64() => json!({"type": "number"}),
        Value::Number(_) => json!({"type": "integer"}),
        Value::String(_) => json!({"type": "string"}),
        Value::Array(values) => {
            let mut kinds: Vec<Value> = Vec::new();
            for schema in values.iter().map(inferred) {
                if !kinds.contains(&schema) {
                    kinds.push(schema);
                }
            }
            match kinds.len() {
                0 => json!({"type": "array"}),
                1 => json!({"type": "array", "items": kinds.remove(0)}),
                _ => json!({"type": "array", "items": {"anyOf": kinds}}),
            }
        }
        Value::Object(members) => {
            let properties = members.iter().map(|(name, value)| (name.clone(), inferred(value)));
            json!({"type": "object", "properties": properties.collect::<Map<_, _>>()})
        }
    }
}
