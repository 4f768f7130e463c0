//! Rows of the tables *Style Examples* of OpenAPI 3.0.4, 3.1.1 and 3.2.0, and how they are held.

use serde_json::Value;
use serde_json::json;

use super::one::color;
use super::one::read;

/// The versions whose tables say the same of all styles but `cookie`.
pub(super) const VERSIONS: [&str; 4] = ["3.0.0", "3.0.4", "3.1.1", "3.2.0"];

/// The colors of the tables: a text, a list, an object, by the letter of their schema.
pub(super) fn schema(kind: char) -> Value {
    match kind {
        's' => json!({"type": "string"}),
        'a' => json!({"type": "array", "items": {"type": "string"}}),
        'i' => json!({"type": "array", "items": {"type": "integer"}}),
        'n' => json!({"anyOf": [{"type": "integer"}, {"enum": [null]}]}),
        _ => json!({"type": "object", "properties": {
            "R": {"type": "integer"}, "G": {"type": "integer"}, "B": {"type": "integer"},
        }}),
    }
}

pub(super) fn blue() -> Value {
    json!("blue")
}

pub(super) fn colors() -> Value {
    json!(["blue", "black", "brown"])
}

pub(super) fn rgb() -> Value {
    json!({"R": 100, "G": 200, "B": 150})
}

/// One row: whether it is exploded, what kind of schema, what is sent, what is read.
pub(super) type Row = (bool, char, &'static str, Value);

pub(super) fn check(place: &str, style: &str, rows: Vec<Row>) {
    for version in VERSIONS {
        for (explode, kind, text, expected) in &rows {
            let parameter = color(place, style, *explode, &schema(*kind));
            let (target, cookies) = match place {
                "path" => (format!("/c/{text}"), None),
                "query" => (format!("/c?{text}"), None),
                _ => ("/c".to_owned(), Some(*text)),
            };
            let headers: Vec<_> = cookies.into_iter().map(|text| ("cookie", text)).collect();
            let got = read(version, &parameter, &target, &headers);
            assert_eq!(got, Ok(expected.clone()), "{version} {style} {explode} {kind} {text}");
        }
    }
}

/// Rows of what is wrong: exploded, kind, what is sent, rule and title.
pub(super) fn refuse(place: &str, style: &str, rows: &[(bool, char, &str, &str)]) {
    for (explode, kind, text, expected) in rows {
        let parameter = color(place, style, *explode, &schema(*kind));
        let sign = if place == "path" { '/' } else { '?' };
        let got = read("3.0.4", &parameter, &format!("/c{sign}{text}"), &[]);
        assert_eq!(got, Err((*expected).to_owned()), "{style} {explode} {kind} {text}");
    }
}
