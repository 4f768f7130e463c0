//! A second way to write parameters: a value of the declared type, in the declared style.
//!
//! Written from OpenAPI's table of styles and not from the reader, so that the two can be compared.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use standin::spec::Document;
use standin::spec::model::Parameter;
use standin::spec::model::ParameterLocation;

use super::choices::Choices;

/// A value, and the texts that carry it: one or several, each under its name.
pub(super) struct Written {
    pub(super) value: Value,
    pub(super) pieces: Vec<(String, String)>,
}

/// Chooses a value and writes it; `None` where the call goes without it, or no text means it.
pub(super) fn write(
    document: &Document,
    parameter: &Parameter,
    choices: &mut Choices<'_>,
) -> Option<Written> {
    if choices.below(4) == 0 {
        return None;
    }
    let schema = resolved(document, document.root().pointer(parameter.pointer.as_str())?);
    let schema = resolved(document, schema.get("schema")?);
    let is_form =
        matches!(parameter.location, ParameterLocation::Query | ParameterLocation::Cookie);
    match type_of(document, schema) {
        "array" => {
            let kind = schema.get("items").map_or("string", |items| type_of(document, items));
            let items: Vec<Value> = (0..choices.below(4)).map(|_| scalar(kind, choices)).collect();
            let texts: Vec<String> = items.iter().map(text).collect();
            list(parameter, &texts, is_form, choices)
                .map(|pieces| Written { value: Value::Array(items), pieces })
        }
        "object" => {
            let properties = schema.get("properties").and_then(Value::as_object)?;
            let mut members = Map::new();
            for (name, schema) in properties {
                if choices.below(4) > 0 {
                    members.insert(name.clone(), scalar(type_of(document, schema), choices));
                }
            }
            object(parameter, &members, is_form, choices)
                .map(|pieces| Written { value: Value::Object(members), pieces })
        }
        kind => {
            let value = scalar(kind, choices);
            let text = text(&value);
            let text = if is_form { encoded(&text, parameter, choices) } else { text };
            is_carried(parameter, &text)
                .then(|| Written { value, pieces: vec![(parameter.name.clone(), text)] })
        }
    }
}

/// A list: an item a key, or all in one text with commas between.
fn list(
    parameter: &Parameter,
    items: &[String],
    is_form: bool,
    choices: &mut Choices<'_>,
) -> Option<Vec<(String, String)>> {
    let name = parameter.name.clone();
    // A lone empty text is what an empty list is written as.
    if items == [String::new()] {
        return None;
    }
    if !is_form {
        return commas(parameter, items).map(|text| vec![(name, text)]);
    }
    let items: Vec<String> = items.iter().map(|item| encoded(item, parameter, choices)).collect();
    if items.is_empty() || !parameter.explode {
        return Some(vec![(name, items.join(","))]);
    }
    Some(items.into_iter().map(|item| (name.clone(), item)).collect())
}

/// An object: a member a key, or names and values in turn.
fn object(
    parameter: &Parameter,
    members: &Map<String, Value>,
    is_form: bool,
    choices: &mut Choices<'_>,
) -> Option<Vec<(String, String)>> {
    if members.is_empty() {
        return None;
    }
    let mut write = |text: &str| match is_form {
        true => encoded(text, parameter, choices),
        false => text.to_owned(),
    };
    let members = members.iter().map(|(name, value)| (write(name), write(&text(value))));
    let members: Vec<(String, String)> = members.collect();
    if is_form && parameter.explode {
        return Some(members);
    }
    let pieces: Vec<String> = match parameter.explode {
        true => members.into_iter().map(|(name, value)| format!("{name}={value}")).collect(),
        false => members.into_iter().flat_map(|(name, value)| [name, value]).collect(),
    };
    let text = if is_form { Some(pieces.join(",")) } else { commas(parameter, &pieces) };
    text.map(|text| vec![(parameter.name.clone(), text)])
}

/// Pieces with commas between, where none has a comma of its own or space around it.
fn commas(parameter: &Parameter, pieces: &[String]) -> Option<String> {
    let is_plain = |piece: &String| !piece.contains(',') && piece.trim() == piece;
    let text = pieces.join(",");
    (pieces.iter().all(is_plain) && is_carried(parameter, &text)).then_some(text)
}

/// Whether a header field has room for the text; everything else has.
fn is_carried(parameter: &Parameter, text: &str) -> bool {
    parameter.location != ParameterLocation::Header
        || http::HeaderValue::from_bytes(text.as_bytes()).is_ok()
}

/// Percent-encodes whatever is no letter or digit, and here and there one that is.
fn encoded(text: &str, parameter: &Parameter, choices: &mut Choices<'_>) -> String {
    let every = choices.below(8);
    let has_plus = parameter.location == ParameterLocation::Query && every.is_multiple_of(2);
    let mut written = String::new();
    for (number, byte) in text.bytes().enumerate() {
        let is_chosen = every > 0 && number % every == 0;
        match byte {
            b' ' if has_plus => written.push('+'),
            _ if byte.is_ascii_alphanumeric() && !is_chosen => written.push(char::from(byte)),
            _ => written.push_str(&format!("%{byte:02x}")),
        }
    }
    written
}

fn scalar(kind: &str, choices: &mut Choices<'_>) -> Value {
    match kind {
        "integer" => [
            json!(choices.byte()),
            json!(-i64::from(choices.byte())),
            json!(i64::MAX),
            json!(u64::MAX),
        ][choices.below(4)]
        .clone(),
        "number" => json!(f64::from(choices.byte()) / 8.0),
        "boolean" => json!(choices.below(2) == 1),
        _ => json!(choices.text_line()),
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The one type of a schema; text where it has none of its own.
fn type_of<'d>(document: &'d Document, schema: &'d Value) -> &'d str {
    let schema = resolved(document, schema);
    let whole = schema.get("allOf").and_then(|parts| parts.get(0));
    let part = whole.map_or(schema, |part| resolved(document, part));
    part.get("type").and_then(Value::as_str).unwrap_or("string")
}

/// What a reference in the document refers to.
fn resolved<'d>(document: &'d Document, value: &'d Value) -> &'d Value {
    let target = value.get("$ref").and_then(Value::as_str);
    let target = target.and_then(|target| document.root().pointer(target.strip_prefix('#')?));
    target.unwrap_or(value)
}
