//! A second way to write parameters: a value of the declared type, in the declared style.
//!
//! Written from OpenAPI's table of styles and not from the reader, so that the two can be compared.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use standin::spec::Document;
use standin::spec::model::Parameter;
use standin::spec::model::ParameterLocation;
use standin::spec::model::Style;

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
    match type_of(document, schema) {
        "array" => {
            let kind = schema.get("items").map_or("string", |items| type_of(document, items));
            let items: Vec<Value> = (0..choices.below(4)).map(|_| scalar(kind, choices)).collect();
            let texts: Vec<String> = items.iter().map(text).collect();
            list(parameter, &texts, choices)
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
            object(parameter, &members, choices)
                .map(|pieces| Written { value: Value::Object(members), pieces })
        }
        kind => {
            let value = scalar(kind, choices);
            let text = begun(parameter, written(parameter, &text(&value), choices)?);
            is_carried(parameter, &text)
                .then(|| Written { value, pieces: vec![(parameter.name.clone(), text)] })
        }
    }
}

/// A list: an item a key, or all in one text with something between.
fn list(
    parameter: &Parameter,
    items: &[String],
    choices: &mut Choices<'_>,
) -> Option<Vec<(String, String)>> {
    let name = parameter.name.clone();
    // A lone empty text is what an empty list is written as.
    if items == [String::new()] {
        return None;
    }
    let items: Option<Vec<String>> =
        items.iter().map(|item| written(parameter, item, choices)).collect();
    let items = items?;
    let is_pairs = parameter.explode && matches!(parameter.style, Style::Form | Style::Cookie);
    if is_pairs && !items.is_empty() {
        return Some(items.into_iter().map(|item| (name.clone(), item)).collect());
    }
    let text = match (parameter.style, parameter.explode) {
        (Style::Matrix, true) => items.join(&format!(";{name}=")),
        (Style::Label, true) => items.join("."),
        (style, _) => items.join(between(style)?),
    };
    let text = begun(parameter, text);
    is_carried(parameter, &text).then(|| vec![(name, text)])
}

/// An object: a member a key, or names and values in turn.
fn object(
    parameter: &Parameter,
    members: &Map<String, Value>,
    choices: &mut Choices<'_>,
) -> Option<Vec<(String, String)>> {
    if members.is_empty() {
        return None;
    }
    let mut pairs = Vec::new();
    for (name, value) in members {
        let value = written(parameter, &text(value), choices)?;
        pairs.push((written(parameter, name, choices)?, value));
    }
    let name = &parameter.name;
    let joined = |between: &str| {
        let pairs = pairs.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join(between)
    };
    let text = match (parameter.style, parameter.explode) {
        (Style::Form | Style::Cookie, true) => return Some(pairs),
        (Style::DeepObject, _) => {
            let bracketed = |(member, value)| (format!("{name}%5B{member}]"), value);
            return Some(pairs.into_iter().map(bracketed).collect());
        }
        (Style::Simple, true) => joined(","),
        (Style::Label, true) => format!(".{}", joined(".")),
        (Style::Matrix, true) => format!(";{}", joined(";")),
        (style, _) => {
            let pieces: Vec<String> =
                pairs.into_iter().flat_map(|(name, value)| [name, value]).collect();
            begun(parameter, pieces.join(between(style)?))
        }
    };
    is_carried(parameter, &text).then(|| vec![(name.clone(), text)])
}

/// What stands between items that are in one text.
fn between(style: Style) -> Option<&'static str> {
    let table = [
        (Style::Simple, ","),
        (Style::Form, ","),
        (Style::Label, ","),
        (Style::Matrix, ","),
        (Style::SpaceDelimited, "%20"),
        (Style::PipeDelimited, "|"),
    ];
    table.iter().find(|(known, _)| *known == style).map(|(_, between)| *between)
}

/// A text with what its style begins with.
fn begun(parameter: &Parameter, text: String) -> String {
    if parameter.style == Style::Label {
        format!(".{text}")
    } else if parameter.style == Style::Matrix {
        format!(";{}={text}", parameter.name)
    } else {
        text
    }
}

/// A piece as its place has it; `None` where it can not be written there.
fn written(parameter: &Parameter, text: &str, choices: &mut Choices<'_>) -> Option<String> {
    let is_bare = parameter.style == Style::Cookie;
    if is_bare || parameter.location == ParameterLocation::Header {
        let is_plain = if is_bare {
            text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        } else {
            !text.contains([',', '=']) && text.trim() == text
        };
        return is_plain.then(|| text.to_owned());
    }
    // These delimiters are delimiters when they are encoded, too.
    if parameter.style == Style::SpaceDelimited && text.contains(' ') {
        return None;
    }
    Some(encoded(text, parameter, choices))
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
