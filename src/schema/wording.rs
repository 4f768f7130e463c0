//! What a broken keyword is called in words: predicates without a full stop and without the value.

use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Map;
use serde_json::Value;

/// The mark on alternatives that lowering made from `nullable`.
pub(crate) const NULLABLE: &str = "x-standin-nullable";

/// How many values of a list are named.
const NAMED: usize = 12;

/// What is wrong.
pub(crate) fn title(kind: &Kind, constraint: Option<&Value>) -> String {
    match kind {
        Kind::Type { .. } => format!("is not {}", types(constraint)),
        Kind::Required { property } => {
            format!("misses the required property `{}`", property.as_str().unwrap_or_default())
        }
        Kind::AdditionalProperties { .. } | Kind::UnevaluatedProperties { .. } => {
            "has properties that are not described".to_owned()
        }
        Kind::AdditionalItems { .. } | Kind::UnevaluatedItems { .. } => {
            "has items that are not described".to_owned()
        }
        Kind::Enum { .. } => "is not one of the allowed values".to_owned(),
        Kind::Constant { .. } => "is not the one allowed value".to_owned(),
        Kind::Maximum { limit } => format!("is greater than the maximum of {limit}"),
        Kind::Minimum { limit } => format!("is less than the minimum of {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("is not less than {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("is not greater than {limit}"),
        Kind::MultipleOf { .. } => format!("is not a multiple of {}", shown(constraint)),
        Kind::MaxLength { limit } => {
            format!("is longer than {}", counted(*limit, "character", "characters"))
        }
        Kind::MinLength { limit } => {
            format!("is shorter than {}", counted(*limit, "character", "characters"))
        }
        Kind::MaxItems { limit } => format!("has more than {}", counted(*limit, "item", "items")),
        Kind::MinItems { limit } => format!("has fewer than {}", counted(*limit, "item", "items")),
        Kind::MaxProperties { limit } => {
            format!("has more than {}", counted(*limit, "property", "properties"))
        }
        Kind::MinProperties { limit } => {
            format!("has fewer than {}", counted(*limit, "property", "properties"))
        }
        Kind::UniqueItems => "has items that are equal".to_owned(),
        Kind::Pattern { .. } => "does not match the pattern".to_owned(),
        Kind::Format { format } => format!("does not have the format `{format}`"),
        Kind::Custom { message, .. } if message == "readOnly" => {
            "is read-only, and was sent to the server".to_owned()
        }
        Kind::Custom { message, .. } if message == "writeOnly" => {
            "is write-only, and was sent to the client".to_owned()
        }
        Kind::Custom { message, .. } => format!("does not have the format `{message}`"),
        Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } => of_alternatives(false).to_owned(),
        Kind::OneOfMultipleValid { .. } => of_alternatives(true).to_owned(),
        Kind::Not { .. } => "is what the schema forbids".to_owned(),
        Kind::FalseSchema => "is not allowed at all".to_owned(),
        Kind::Contains => {
            "has no item, or not the right number of items, of the wanted kind".to_owned()
        }
        Kind::PropertyNames { .. } => "has a property with a name that is not allowed".to_owned(),
        Kind::ContentEncoding { content_encoding } => {
            format!("is not encoded as `{content_encoding}`")
        }
        Kind::ContentMediaType { content_media_type } => {
            format!("is not of the media type `{content_media_type}`")
        }
        Kind::FromUtf8 { .. } => "is not UTF-8 when decoded".to_owned(),
        Kind::BacktrackLimitExceeded { .. }
        | Kind::RegexEngineFailure { .. }
        | Kind::Referencing(_) => "can not be judged".to_owned(),
    }
}

/// What is wrong where too many or none of several alternatives fit.
pub(crate) fn of_alternatives(are_many: bool) -> &'static str {
    if are_many {
        "is more than one of the alternatives, of which exactly one is allowed"
    } else {
        "is none of the alternatives"
    }
}

/// What is wrong where a property is not described.
pub(crate) fn unknown_property(name: &str) -> String {
    format!("has the unknown property `{name}`")
}

/// What would have been right; `None` where the title says it.
pub(crate) fn expected(
    kind: &Kind,
    constraint: Option<&Value>,
    siblings: Option<&Map<String, Value>>,
) -> Option<String> {
    let text = match kind {
        Kind::Type { .. } => types(constraint),
        Kind::Required { property } => {
            format!("the property `{}`", property.as_str().unwrap_or_default())
        }
        Kind::AdditionalProperties { .. } | Kind::UnevaluatedProperties { .. } => {
            let properties = siblings.and_then(|siblings| siblings.get("properties"));
            let names: Vec<String> = properties
                .and_then(Value::as_object)
                .map(|members| members.keys().map(|name| format!("`{name}`")).collect())
                .unwrap_or_default();
            match names.is_empty() {
                true => "no properties".to_owned(),
                false => format!("no other properties than {}", listed(&names, "and")),
            }
        }
        Kind::Enum { .. } => {
            let options = constraint.and_then(Value::as_array)?;
            let options: Vec<String> = options.iter().map(quoted).collect();
            match &*options {
                [only] => only.clone(),
                _ => format!("one of {}", listed(&options, "or")),
            }
        }
        Kind::Constant { expected_value } => quoted(expected_value),
        Kind::Maximum { limit } => format!("at most {limit}"),
        Kind::Minimum { limit } => format!("at least {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("less than {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("greater than {limit}"),
        Kind::MultipleOf { .. } => format!("a multiple of {}", shown(constraint)),
        Kind::MaxLength { limit } => {
            format!("at most {}", counted(*limit, "character", "characters"))
        }
        Kind::MinLength { limit } => {
            format!("at least {}", counted(*limit, "character", "characters"))
        }
        Kind::MaxItems { limit } => format!("at most {}", counted(*limit, "item", "items")),
        Kind::MinItems { limit } => format!("at least {}", counted(*limit, "item", "items")),
        Kind::MaxProperties { limit } => {
            format!("at most {}", counted(*limit, "property", "properties"))
        }
        Kind::MinProperties { limit } => {
            format!("at least {}", counted(*limit, "property", "properties"))
        }
        Kind::UniqueItems => "items that all differ".to_owned(),
        Kind::Pattern { pattern } => format!("text that matches `{pattern}`"),
        Kind::Format { format } => described_format(format),
        Kind::Custom { message, .. } if message == "readOnly" || message == "writeOnly" => {
            "nothing".to_owned()
        }
        Kind::Custom { message, .. } => described_format(message),
        Kind::AdditionalItems { .. }
        | Kind::UnevaluatedItems { .. }
        | Kind::AnyOf { .. }
        | Kind::OneOfNotValid { .. }
        | Kind::OneOfMultipleValid { .. }
        | Kind::Not { .. }
        | Kind::FalseSchema
        | Kind::Contains
        | Kind::PropertyNames { .. }
        | Kind::ContentEncoding { .. }
        | Kind::ContentMediaType { .. }
        | Kind::FromUtf8 { .. }
        | Kind::BacktrackLimitExceeded { .. }
        | Kind::RegexEngineFailure { .. }
        | Kind::Referencing(_) => return None,
    };
    Some(text)
}

fn types(constraint: Option<&Value>) -> String {
    let names: Vec<&str> = match constraint {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let named: Vec<String> = names
        .into_iter()
        .map(|name| match name {
            "null" => "null".to_owned(),
            "integer" | "array" | "object" => format!("an {name}"),
            _ => format!("a {name}"),
        })
        .collect();
    listed(&named, "or")
}

fn described_format(format: &str) -> String {
    match format {
        "date-time" => "a date and time as RFC 3339 writes it: 2026-01-31T12:00:00Z".to_owned(),
        "date" => "a date as RFC 3339 writes it: 2026-01-31".to_owned(),
        "uuid" => "a UUID: 8 4 4 4 12 hexadecimal digits".to_owned(),
        "uri" => "a URI with its scheme".to_owned(),
        "email" => "an e-mail address".to_owned(),
        "byte" => "base64".to_owned(),
        "base64url" => "base64 in the alphabet for URLs".to_owned(),
        "char" => "a single character".to_owned(),
        "http-date" => "a date as HTTP writes it: Sun, 06 Nov 1994 08:49:37 GMT".to_owned(),
        "int8" => "a whole number from -128 to 127".to_owned(),
        "int16" => "a whole number from -32768 to 32767".to_owned(),
        "uint8" => "a whole number from 0 to 255".to_owned(),
        "uint16" => "a whole number from 0 to 65535".to_owned(),
        "uint32" => "a whole number from 0 to 4294967295".to_owned(),
        "uint64" => "a whole number of 64 bits, from 0 on".to_owned(),
        "decimal" => "a decimal number".to_owned(),
        "int32" => "a whole number from -2147483648 to 2147483647".to_owned(),
        "int64" => "a whole number of 64 bits".to_owned(),
        _ => format!("the format `{format}`"),
    }
}

fn shown(constraint: Option<&Value>) -> String {
    constraint.map(ToString::to_string).unwrap_or_default()
}

/// A value of the document, as prose names it.
fn quoted(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{text}`"),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    }
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// `a`, `a or b`, `a, b or c`; long lists are cut.
fn listed(items: &[String], word: &str) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        _ if items.len() > NAMED => {
            format!("{} {word} {} more", items[..NAMED].join(", "), items.len() - NAMED)
        }
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::listed;
    use super::types;

    #[test]
    fn lists_read_as_prose() {
        let items: Vec<String> = ["a", "b", "c"].map(str::to_owned).into();
        assert_eq!(listed(&items, "or"), "a, b or c");
        assert_eq!(listed(&items[..1], "or"), "a");
        assert_eq!(types(Some(&json!(["string", "null"]))), "a string or null");
        assert_eq!(types(Some(&json!("integer"))), "an integer");
    }
}
