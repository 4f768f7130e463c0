//! The values of keywords: whether they have the form that their standard demands.

use serde_json::Map;
use serde_json::Number;
use serde_json::Value;
use serde_json::json;

/// The types of all versions.
const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

pub(super) fn text(value: &Value) -> Option<Value> {
    value.is_string().then(|| value.clone())
}

pub(super) fn number(value: &Value) -> Option<Value> {
    value.is_number().then(|| value.clone())
}

pub(super) fn positive(value: &Value) -> Option<Value> {
    number(value).filter(|number| number.as_f64() > Some(0.0))
}

/// A count; `3.0` is one.
pub(super) fn count(value: &Value) -> Option<Value> {
    if value.is_u64() {
        return Some(value.clone());
    }
    let float = value.as_f64().filter(|float| float.fract() == 0.0)?;
    (0.0..=9_007_199_254_740_992.0).contains(&float).then(|| {
        #[expect(clippy::cast_possible_truncation, reason = "whole and in range, as just checked")]
        #[expect(clippy::cast_sign_loss, reason = "not negative, as just checked")]
        let whole = float as u64;
        Value::Number(Number::from(whole))
    })
}

/// The name of a type.
pub(super) fn kind(value: &Value) -> Option<Value> {
    value.as_str().filter(|kind| TYPES.contains(kind)).map(|kind| json!(kind))
}

/// The name of a type, or several, null among them.
pub(super) fn kinds(value: &Value) -> Option<Value> {
    let is_kind = |value: &Value| value == "null" || kind(value).is_some();
    if let Value::Array(kinds) = value {
        return (!kinds.is_empty() && kinds.iter().all(is_kind)).then(|| distinct(kinds));
    }
    is_kind(value).then(|| value.clone())
}

/// A list of values, each once.
pub(super) fn values(value: &Value) -> Option<Value> {
    value.as_array().map(|values| distinct(values))
}

/// A list of names, each once.
pub(super) fn names(value: &Value) -> Option<Value> {
    value.as_array().filter(|names| names.iter().all(Value::is_string)).map(|names| distinct(names))
}

/// Lists of names by name.
pub(super) fn name_lists(value: &Value) -> Option<Value> {
    let lists = value.as_object()?.iter();
    let lists: Option<Map<String, Value>> =
        lists.map(|(name, list)| Some((name.clone(), names(list)?))).collect();
    lists.map(Value::Object)
}

fn distinct(values: &[Value]) -> Value {
    let mut kept: Vec<Value> = Vec::with_capacity(values.len());
    // Only few lists are so long that looking through them takes time, and those that are come
    // from generators, which repeat nothing.
    if values.len() > 1_000 {
        let mut seen = std::collections::HashSet::with_capacity(values.len());
        kept.extend(values.iter().filter(|value| seen.insert(value.to_string())).cloned());
        return Value::Array(kept);
    }
    for value in values {
        if !kept.contains(value) {
            kept.push(value.clone());
        }
    }
    Value::Array(kept)
}
