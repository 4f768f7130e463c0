//! What is made where a document shows nothing: contents and header fields, from their schemas.
//!
//! What is made is judged here where the generator can not: a field is judged as it is sent.

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::header;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::engine::compose::Setting;
use crate::finding::Blame;
use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::rule;
use crate::json::plain;
use crate::schema::Direction;
use crate::schema::SchemaId;
use crate::spec::model::Content;
use crate::spec::model::Example;
use crate::spec::model::Header;
use crate::synth;
use crate::synth::Manner;
use crate::synth::Unmade;
use crate::validate;

/// How often a field's value is made until it can be sent.
const TRIES: u64 = 8;

/// Fields that speak of the very connection, or of how the content travels.
const OWN: [HeaderName; 8] = [
    header::CONNECTION,
    header::CONTENT_ENCODING,
    header::CONTENT_LENGTH,
    header::DATE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    HeaderName::from_static("keep-alive"),
];

/// A value of a content's schema; a sequence that is described by its items has one.
pub(super) fn content(setting: Setting<'_>, content: &Content) -> Result<Value, Unmade> {
    match (content.schema, content.item_schema) {
        (None, Some(item)) => value(setting, Some(item), 0).map(|item| json!([item])),
        (None, None) if content.media_type.kind == "text" => Ok(Value::from("string")),
        (schema, _) => value(setting, schema, 0),
    }
}

/// A value of a response's schema; where there is none, any value will do.
fn value(setting: Setting<'_>, schema: Option<SchemaId>, attempt: u64) -> Result<Value, Unmade> {
    let Some(schema) = schema else { return Ok(Value::Object(Map::new())) };
    let mut options = setting.making;
    if attempt > 0 {
        options.manner = Manner::Dynamic;
        options.seed = options.seed.wrapping_add(attempt);
    }
    let mut value = synth::make(&setting.document.schemas, schema, Direction::Response, &options)?;
    if setting.making.manner == Manner::Dynamic {
        // As Prism has it: two answers made of one schema are compared line by line.
        value.sort_all_objects();
    }
    Ok(value)
}

/// What is wrong with an example that is not sent because it breaks its schema; Prism sends it.
pub(super) fn unfit(
    setting: Setting<'_>,
    content: &Content,
    example: &Example,
) -> Option<Box<Violation>> {
    if setting.author == Blame::Standin || setting.manner.is_prism() {
        return None;
    }
    // An example of anything but JSON may be written as it is sent.
    let schema = content.schema.filter(|_| content.media_type.is_json())?;
    let schemas = &setting.document.schemas;
    if schemas.is_valid(schema, Direction::Response, example.value()) {
        return None;
    }
    let title = format!(
        "the example `{}` breaks its schema; an answer was made in its place",
        example.name
    );
    let mut violation = Violation::new(&rule::EXAMPLE_MISMATCH, Location::Body, title);
    violation.place = example.pointer.clone();
    Some(Box::new(violation))
}

/// The declared header fields of a response: as the document shows them, or made.
pub(super) fn headers(setting: Setting<'_>, declared: &[Header], headers: &mut HeaderMap) {
    for header in declared {
        let Some(name) = header.field.as_ref().filter(|name| !OWN.contains(name)) else { continue };
        // A bundled API sends what it means to.
        let is_sent = header.required || setting.author != Blame::Standin;
        let shown = header.example.as_ref().filter(|_| setting.shows_examples());
        let found = match shown {
            Some(example) => HeaderValue::from_str(&text(header, example)).ok(),
            None if is_sent => (0..TRIES).find_map(|attempt| {
                let value = value(setting, header.schema, attempt).ok()?;
                let value = HeaderValue::from_str(&text(header, &value)).ok()?;
                fits(setting, header, name, &value).then_some(value)
            }),
            None => None,
        };
        if let Some(value) = found {
            headers.insert(name, value);
        }
    }
}

/// Whether a field would be found right.
fn fits(setting: Setting<'_>, header: &Header, name: &HeaderName, value: &HeaderValue) -> bool {
    let mut violations = Vec::new();
    let sent = HeaderMap::from_iter([(name.clone(), value.clone())]);
    let declared = std::slice::from_ref(header);
    validate::headers::judge(&setting.document.schemas, declared, &sent, &mut violations);
    violations.is_empty()
}

/// A value as the text of a field, in the style `simple`.
fn text(header: &Header, value: &Value) -> String {
    if header.media_type.is_some() {
        return value.to_string();
    }
    match value {
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        Value::Object(members) => {
            let between = if header.explode { '=' } else { ',' };
            let members =
                members.iter().map(|(name, value)| format!("{name}{between}{}", plain(value)));
            members.collect::<Vec<_>>().join(",")
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => plain(value),
    }
}
