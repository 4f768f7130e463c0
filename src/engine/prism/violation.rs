//! One violation as Prism lists it.

use std::borrow::Cow;

use serde_json::Value;
use serde_json::json;

use crate::finding::Level;
use crate::finding::Location;
use crate::finding::Side;
use crate::finding::Violation;
use crate::finding::rule;
use crate::json::plain;

/// What Prism holds text of the format `byte` to, beside the format.
const BYTES: &str = r"^[\w\d+\/=]*$";

/// The items of a violation: one, or two where Prism has a pattern beside a format.
pub(super) fn items(violation: &Violation, level: Level, side: Option<Side>) -> Vec<Value> {
    let own = item(violation, level, side);
    let is_format = violation.keyword == "format";
    if !is_format || violation.constraint.as_ref().and_then(Value::as_str) != Some("byte") {
        return vec![own];
    }
    let pattern = Violation {
        keyword: Cow::Borrowed("pattern"),
        constraint: Some(json!(BYTES)),
        ..violation.clone()
    };
    vec![item(&pattern, level, side), own]
}

/// The item of a violation; the side comes before the place where both sides are listed together.
///
/// # Shapes
///
/// `{"location": ["request", "body", "name"], "severity": "Error", "code": "minLength",
/// "message": "Request body property name must NOT have fewer than 1 characters"}`. The code is the
/// keyword that is broken, the status of a refusal, or standin's rule.
fn item(violation: &Violation, level: Level, side: Option<Side>) -> Value {
    let (place, called) = place(violation);
    let mut location: Vec<&str> = Vec::new();
    location.extend(side.map(|side| match side {
        Side::Request => "request",
        Side::Response => "response",
        Side::Document => "document",
    }));
    location.extend(place.iter().map(String::as_str));
    let side = if side == Some(Side::Response) { "Response" } else { "Request" };
    let message = match rest(violation) {
        Some(rest) => format!("{side} {called} {rest}"),
        None => violation.title.clone(),
    };
    let severity = match level {
        Level::Error => "Error",
        Level::Warning => "Warning",
        Level::Info => "Information",
    };
    json!({
        "location": location,
        "severity": severity,
        "code": code(violation),
        "message": message,
    })
}

/// Where a violation stands, token by token and in words.
///
/// A parameter that is missing is missing from the whole of its part of the message.
fn place(violation: &Violation) -> (Vec<String>, String) {
    let (part, noun) = match violation.location {
        Location::Target | Location::Path => ("path", "path parameter"),
        Location::Query => ("query", "query parameter"),
        Location::Header => ("header", "header parameter"),
        Location::Cookie => ("cookie", "cookie parameter"),
        Location::Status => ("statusCode", "status code"),
        Location::Body => ("body", "body property"),
    };
    let mut tokens: Vec<String> = Vec::new();
    if !is_missing_parameter(violation) {
        tokens.extend(name(violation));
    }
    tokens.extend(violation.instance.tokens().map(|token| token.into_owned()));
    let called = match tokens.is_empty() {
        true => part.to_owned(),
        false => format!("{noun} {}", tokens.join(".")),
    };
    let place = std::iter::once(part.to_owned()).chain(tokens).collect();
    (place, called)
}

/// The name of what is broken; those of header fields in lower case.
fn name(violation: &Violation) -> Option<String> {
    let name = violation.name.as_ref()?;
    let is_field = violation.location == Location::Header;
    Some(if is_field { name.to_ascii_lowercase() } else { name.clone() })
}

fn is_missing_parameter(violation: &Violation) -> bool {
    violation.rule == &rule::PARAMETER_MISSING
}

fn code(violation: &Violation) -> Value {
    let rule = violation.rule;
    if rule == &rule::CREDENTIALS_MISSING {
        return json!(401);
    }
    if rule == &rule::MEDIA_TYPE_UNSUPPORTED {
        return json!(415);
    }
    if is_missing_parameter(violation) {
        return json!("required");
    }
    json!(if violation.keyword.is_empty() { rule.id } else { &violation.keyword })
}

/// What is said of a place, where a keyword says it in words of its own.
fn rest(violation: &Violation) -> Option<String> {
    if is_missing_parameter(violation) {
        let name = name(violation)?;
        return Some(format!("must have required property '{name}'"));
    }
    let property = violation.property.as_deref();
    let limit = violation.constraint.as_ref();
    let list = |value: &Value| match value.as_array() {
        Some(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        None => plain(value),
    };
    let bound = |words: &str| limit.map(|limit| format!("must be {words} {}", plain(limit)));
    let count = |words: &str, what: &str| {
        limit.map(|limit| format!("must NOT have {words} than {} {what}", plain(limit)))
    };
    match &*violation.keyword {
        "required" => property.map(|name| format!("must have required property '{name}'")),
        "type" => limit.map(|limit| format!("must be {}", list(limit).replace(", ", ","))),
        "enum" => limit
            .map(|limit| format!("must be equal to one of the allowed values: {}", list(limit))),
        "const" => Some("must be equal to constant".to_owned()),
        "pattern" => limit.map(|limit| format!("must match pattern \"{}\"", plain(limit))),
        "format" => limit.map(|limit| format!("must match format \"{}\"", plain(limit))),
        "minimum" => bound(">="),
        "maximum" => bound("<="),
        "exclusiveMinimum" => bound(">"),
        "exclusiveMaximum" => bound("<"),
        "multipleOf" => bound("multiple of"),
        "minLength" => count("fewer", "characters"),
        "maxLength" => count("more", "characters"),
        "minItems" => count("fewer", "items"),
        "maxItems" => count("more", "items"),
        "minProperties" => count("fewer", "properties"),
        "maxProperties" => count("more", "properties"),
        "contains" => Some("must contain at least 1 valid item(s)".to_owned()),
        "uniqueItems" => Some("must NOT have duplicate items".to_owned()),
        "additionalProperties" => Some(match property {
            Some(name) => format!("must NOT have additional properties; found '{name}'"),
            None => "must NOT have additional properties".to_owned(),
        }),
        "unevaluatedProperties" => Some("must NOT have unevaluated properties".to_owned()),
        "oneOf" => Some("must match exactly one schema in oneOf".to_owned()),
        "anyOf" => Some("must match a schema in anyOf".to_owned()),
        "not" => Some("must NOT be valid".to_owned()),
        _ => None,
    }
}
