//! The plain value and values at random; seeds and directions.

use serde_json::Value;
use serde_json::json;
use standin::schema::Direction;
use standin::spec::load;
use standin::synth;
use standin::synth::Options;

use super::one;

fn plain(schema: &Value) -> Value {
    let (document, id) = one(schema);
    synth::value(&document.schemas, id, Direction::Response).expect("it can be made")
}

#[test]
fn words_of_later_versions_tell_what_values_are_like_and_forbid_nothing() {
    let text = json!({
        "openapi": "3.0.3",
        "info": { "title": "early", "version": "1" },
        "paths": {},
        "components": { "schemas": { "One": { "type": "object", "properties": {
            "const": { "type": "string", "const": "only" },
            "examples": { "type": "string", "examples": ["first", "second"] },
            "contains": { "type": "array", "contains": { "type": "integer", "exclusiveMinimum": 20 } },
        } } } },
    });
    let document = load::from_text("early.json", &text.to_string()).expect("it can be read");
    let id = super::component(&document, "One");
    let made = synth::value(&document.schemas, id, Direction::Response).expect("it can be made");
    assert_eq!(made, json!({ "const": "only", "examples": "first", "contains": [21] }));
    let other = json!({ "const": "other", "examples": "third", "contains": [] });
    assert!(document.schemas.is_valid(id, Direction::Response, &other));
}

#[test]
fn what_prisms_generator_is_told_tells_what_values_at_random_are_like() {
    let schema = json!({ "type": "object", "properties": {
        "who": { "type": "string", "x-faker": "internet.email" },
        "age": { "type": "integer", "x-faker": { "datatype.number": { "min": 30, "max": 32 } } },
        "price": { "type": "string", "x-faker": "commerce.price" },
        "kind": { "type": "string", "x-faker": { "helpers.arrayElement": [["dog", "cat"]] } },
        "when": { "type": "string", "x-faker": "date.past", "format": "date-time" },
        "short": { "type": "string", "maxLength": 2, "x-faker": "internet.email" },
        "odd": { "type": "boolean", "x-faker": "lorem.sentence" },
        "four": { "type": "array", "items": { "type": "integer" }, "x-count": 4 },
        "some": { "type": "array", "items": { "type": "integer" }, "x-count": [5, 7] },
        "few": { "type": "array", "items": { "type": "integer" }, "maxItems": 2, "x-count": 9 },
    } });
    let (document, id) = one(&schema);
    for seed in 0..20 {
        let options = Options::dynamic(seed);
        let made = synth::make(&document.schemas, id, Direction::Response, &options).unwrap();
        let text = |name: &str| made[name].as_str().unwrap_or_default().to_owned();
        let length = |name: &str| made[name].as_array().map_or(0, Vec::len);
        assert!(text("who").ends_with("@example.com"), "{made}");
        assert!((30..=32).contains(&made["age"].as_i64().unwrap_or_default()), "{made}");
        assert!(text("price").parse::<f64>().is_ok_and(|price| price <= 1_000.0), "{made}");
        assert!(["dog", "cat"].contains(&&*text("kind")), "{made}");
        assert!(made["odd"].is_boolean(), "{made}");
        assert_eq!((length("four"), length("few")), (4, 2), "{made}");
        assert!((5..=7).contains(&length("some")), "{made}");
    }
    let made = plain(&schema);
    assert_eq!((&made["who"], &made["four"]), (&json!("string"), &json!([0])), "{made}");
}

#[test]
fn the_plain_value_is_what_the_schema_shows() {
    let table = [
        (json!({"type": "string"}), json!("string")),
        (json!({"type": "integer"}), json!(0)),
        (json!({"type": "integer", "minimum": -3, "maximum": 9}), json!(-3)),
        (json!({"type": "integer", "maximum": 9}), json!(9)),
        (json!({"type": "string", "enum": ["a", "b"], "example": "b"}), json!("a")),
        (json!({"type": "boolean"}), json!(true)),
        (json!({"type": "string", "default": "d", "example": "e"}), json!("d")),
        (json!({"type": "string", "examples": ["x", "y"]}), json!("x")),
        (json!({"type": "string", "enum": ["a", "b"]}), json!("a")),
        (json!({"const": 7}), json!(7)),
        (json!({"type": "string", "format": "date"}), json!("2019-08-24")),
        (json!({"type": "array", "items": {"type": "string"}}), json!(["string"])),
        (
            json!({"type": "array", "items": {"type": "string"}, "minItems": 2}),
            json!(["string", "string"]),
        ),
        (json!({"type": ["string", "null"]}), json!("string")),
        (json!({"type": ["string", "null"], "default": null}), json!(null)),
        (
            json!({"type": "object", "additionalProperties": {"type": "integer"}}),
            json!({"property1": 0, "property2": 0}),
        ),
        (
            json!({"type": "object", "properties": {
                "name": {"type": "string", "example": "Fido"},
                "tags": {"type": "array", "items": {"type": "string", "example": "dog"}},
            }}),
            json!({"name": "Fido", "tags": ["dog"]}),
        ),
    ];
    for (schema, expected) in table {
        assert_eq!(plain(&schema), expected, "{schema}");
    }
}

#[test]
fn what_a_schema_shows_wrongly_is_not_made() {
    let table = [
        json!({"type": "string", "maxLength": 3, "example": "too long"}),
        json!({"type": "object", "properties": {"age": {"type": "integer", "example": "seven"}}}),
        json!({"type": "object", "required": ["age"], "properties": {"age": {"type": "integer"}},
            "example": {"name": "Fido"}}),
        json!({"type": "string", "format": "date", "default": "yesterday"}),
    ];
    for schema in table {
        let (document, id) = one(&schema);
        let made = plain(&schema);
        assert!(document.schemas.is_valid(id, Direction::Response, &made), "{schema} {made}");
    }
}

#[test]
fn a_seed_makes_the_same_value_and_two_make_two() {
    let schema = json!({"type": "object", "properties": {
        "id": {"type": "string", "format": "uuid"}, "name": {"type": "string"},
        "age": {"type": "integer"}, "email": {"type": "string", "format": "email"},
    }});
    let (document, id) = one(&schema);
    let make = |seed| {
        let options = Options::dynamic(seed);
        synth::make(&document.schemas, id, Direction::Response, &options).unwrap()
    };
    assert_eq!(make(1), make(1));
    assert_ne!(make(1), make(2));
    assert_eq!(make(1).as_object().map(serde_json::Map::len), Some(4));
}

#[test]
fn what_does_not_travel_in_a_direction_is_not_made() {
    let schema = json!({"type": "object", "required": ["id", "password"], "properties": {
        "id": {"type": "integer", "readOnly": true},
        "password": {"type": "string", "writeOnly": true},
        "name": {"type": "string"},
    }});
    let (document, id) = one(&schema);
    let made = |direction| synth::value(&document.schemas, id, direction).unwrap();
    assert_eq!(made(Direction::Request), json!({"password": "string", "name": "string"}));
    assert_eq!(made(Direction::Response), json!({"id": 0, "name": "string"}));
}

#[test]
fn members_that_nothing_names_are_left_out_where_nobody_wants_them() {
    let schema = json!({"type": "object", "additionalProperties": {"type": "integer"}});
    let (document, id) = one(&schema);
    let mut options = Options::default();
    options.fill_properties = false;
    let made = synth::make(&document.schemas, id, Direction::Response, &options).unwrap();
    assert_eq!(made, json!({}));
}
