//! What two schemas differ in, and the values that show it.

use serde_json::Value;
use serde_json::json;
use standin::diff::schema::Carrier;
use standin::diff::schema::Change;
use standin::diff::schema::Comparer;
use standin::diff::schema::Seat;
use standin::diff::witness;
use standin::diff::witness::Side;
use standin::finding::Level;
use standin::pointer::Pointer;
use standin::schema::Direction;
use standin::spec::Document;

/// A document with one schema, and others that it may refer to.
fn document(schema: &Value, others: &Value) -> Document {
    let mut schemas = others.as_object().cloned().unwrap_or_default();
    schemas.insert("It".to_owned(), schema.clone());
    let text = json!({
        "openapi": "3.1.0",
        "info": {"title": "It", "version": "1"},
        "paths": {},
        "components": {"schemas": schemas},
    });
    standin::spec::load::from_text("it.json", &text.to_string()).expect("a document")
}

const fn seat(direction: Direction) -> Seat {
    Seat {
        direction,
        carrier: Carrier::Body,
        is_required: false,
        is_repeated: false,
        is_loose: false,
    }
}

fn side(document: &Document) -> Side<'_> {
    let schema = document.schemas.find(&Pointer::new("/components/schemas/It"));
    Side { schemas: &document.schemas, schema }
}

fn compare(base: &Document, revision: &Document, direction: Direction) -> Vec<Change> {
    let mut comparer = Comparer::new(&base.schemas, &revision.schemas);
    comparer.compare(side(base).schema, side(revision).schema, seat(direction))
}

/// What is told of a change in both directions, as `rule at level`.
fn told(base: &Value, revision: &Value, direction: Direction) -> Vec<String> {
    let (base, revision) = (document(base, &json!({})), document(revision, &json!({})));
    let changes = compare(&base, &revision, direction);
    changes.iter().map(|it| format!("{} {} {}", it.rule.id, it.at, it.level)).collect()
}

#[test]
fn each_edit_is_told_by_its_rule_and_level_and_where_values_decide_a_value_shows_it() {
    let object =
        |name: &str, schema: Value| json!({"type": "object", "properties": {name: schema}});
    let of = |schema: Value| object("a", schema);
    #[rustfmt::skip]
    let table: Vec<(Value, Value, &str, &str)> = vec![
        (of(json!({"type": "string", "maxLength": 9})), of(json!({"type": "string", "maxLength": 5})),
            "request-property-max-length-decreased /a error", "response-property-max-length-decreased /a info"),
        (of(json!({"type": "string"})), of(json!({"type": "string", "minLength": 3})),
            "request-property-min-length-set /a error", "response-property-min-length-set /a info"),
        (of(json!({"type": "integer", "minimum": 1})), of(json!({"type": "integer", "exclusiveMinimum": 0})), "", ""),
        (of(json!({"type": "number", "minimum": 1})), of(json!({"type": "number", "minimum": 2})),
            "request-property-min-increased /a error", "response-property-min-increased /a info"),
        (of(json!({"type": "integer"})), of(json!({"type": "number"})),
            "request-property-type-generalized /a info", "response-property-type-generalized /a error"),
        (of(json!({"type": "integer"})), of(json!({"type": "string"})),
            "request-property-type-changed /a error", "response-property-type-changed /a error"),
        (of(json!({"type": ["string", "null"]})), of(json!({"type": "string"})),
            "request-property-became-not-nullable /a error", "response-property-became-not-nullable /a info"),
        (of(json!({"type": "string"})), of(json!({"anyOf": [{"type": "null"}, {"type": "string"}]})),
            "request-property-became-nullable /a info", "response-property-became-nullable /a error"),
        (of(json!({"enum": ["x", "y"]})), of(json!({"enum": ["x"]})),
            "request-property-enum-value-removed /a error", "response-property-enum-value-removed /a info"),
        (of(json!({"enum": ["x"]})), of(json!({"enum": ["x", "y"]})),
            "request-property-enum-value-added /a info", "response-property-enum-value-added /a warning"),
        (of(json!({"enum": ["x"]})), of(json!({"const": "x"})), "", ""),
        (of(json!({"const": "x"})), of(json!({"const": "y"})),
            "request-property-const-changed /a error", "response-property-const-changed /a error"),
        (of(json!({"type": "string", "pattern": "^a+$"})), of(json!({"type": "string", "pattern": "^a{2,}$"})),
            "request-property-pattern-specialized /a error", "response-property-pattern-specialized /a info"),
        (of(json!({"type": "string", "pattern": "^[0-9]$"})), of(json!({"type": "string", "pattern": "^(0|[1-9])$"})), "", ""),
        (json!({"type": "object", "properties": {"a": {}}}),
            json!({"type": "object", "properties": {"a": {}}, "required": ["a"]}),
            "request-property-became-required /a error", "response-property-became-required /a info"),
        (json!({"type": "object"}), json!({"type": "object", "required": ["b"], "properties": {"b": {"type": "string"}}}),
            "new-required-request-property /b error", "response-required-property-added /b info"),
        (json!({"type": "object", "properties": {"a": {}, "b": {}}}), of(json!({})),
            "request-property-removed /b warning", "response-optional-property-removed /b warning"),
        (json!({"type": "object", "properties": {"a": {}, "b": {}}, "additionalProperties": false}),
            json!({"type": "object", "properties": {"a": {}}, "additionalProperties": false}),
            "request-property-removed /b error", "response-optional-property-removed /b warning"),
        (of(json!({})), json!({"type": "object", "properties": {"a": {}}, "additionalProperties": false}),
            "request-body-additional-properties-forbidden  error", "response-body-additional-properties-forbidden  info"),
        (json!({"type": "array", "items": {"type": "string"}}), json!({"type": "array", "items": {"type": "string"}, "uniqueItems": true}),
            "request-body-unique-items-set  error", "response-body-unique-items-set  info"),
        (json!({"type": "array", "items": {"type": "string"}}), json!({"type": "array", "items": {"type": "string", "format": "date"}}),
            "request-property-type-changed /* error", "response-property-type-changed /* info"),
        (json!({"type": "array", "maxItems": 4}), json!({"type": "array", "maxItems": 3}),
            "request-body-max-items-decreased  error", "response-body-max-items-decreased  info"),
        (json!({"oneOf": [{"type": "string"}, {"type": "integer"}]}), json!({"oneOf": [{"type": "string"}, {"type": "boolean"}]}),
            "request-body-type-changed  error", "response-body-type-changed  error"),
        (json!({"oneOf": [{"type": "string", "maxLength": 3}, {"type": "integer"}]}),
            json!({"oneOf": [{"type": "string", "maxLength": 3}, {"type": "boolean"}]}),
            "request-body-one-of-removed  error, request-body-one-of-added  info",
            "response-body-one-of-removed  info, response-body-one-of-added  error"),
        (json!({"type": "string"}), json!({"oneOf": [{"type": "string"}, {"type": "integer"}]}),
            "request-body-list-of-types-widened  info", "response-body-list-of-types-widened  error"),
        (json!({"type": "string"}), json!({"oneOf": [{"type": "string"}, {"type": "integer", "minimum": 1}]}),
            "request-body-wrapped-in-one-of  info", "response-body-wrapped-in-one-of  error"),
        (json!({"allOf": [{"type": "string"}, {"maxLength": 3}]}), json!({"type": "string", "maxLength": 3}), "", ""),
        (json!({"type": "integer", "multipleOf": 2}), json!({"type": "integer", "multipleOf": 4}),
            "request-body-multiple-of-specialized  error", "response-body-multiple-of-specialized  info"),
        (json!({"type": "object", "additionalProperties": {"type": "string"}}), json!({"type": "object", "additionalProperties": {"type": "integer"}}),
            "request-property-type-changed /* error", "response-property-type-changed /* error"),
        (json!({"not": {"type": "string"}}), json!({"not": {"type": ["string", "null"]}}),
            "request-body-not-changed  error", "response-body-not-changed  info"),
        (of(json!({"readOnly": true, "maxLength": 9})), of(json!({"readOnly": true, "maxLength": 5})),
            "request-read-only-property-max-length-decreased /a info", "response-property-max-length-decreased /a info"),
        (json!({"type": "array", "contains": {"type": "integer"}}), json!({"type": "array"}),
            "request-body-contains-removed  info", "response-body-contains-removed  error"),
        (json!({"type": "object", "dependentRequired": {"a": ["b"]}}), json!({"type": "object", "dependentRequired": {"a": ["b", "c"]}}),
            "request-body-dependent-required-changed  error", "response-body-dependent-required-changed  info"),
    ];
    for (base, revision, in_request, in_response) in table {
        for (direction, expected) in
            [(Direction::Request, in_request), (Direction::Response, in_response)]
        {
            let found = told(&base, &revision, direction).join(", ");
            assert_eq!(found, expected, "{direction:?} from {base} to {revision}");
            let [old, new] = [&base, &revision].map(|schema| document(schema, &json!({})));
            for change in compare(&old, &new, direction) {
                if change.level != Level::Error {
                    continue;
                }
                let (allows, forbids) = match direction {
                    Direction::Request => (side(&old), side(&new)),
                    Direction::Response => (side(&new), side(&old)),
                };
                let value = witness::value(allows, forbids, direction, &change);
                let value = value.unwrap_or_else(|| panic!("no witness: {change:?}"));
                assert!(allows.allows(direction, &value) && !forbids.allows(direction, &value));
            }
        }
    }
}

#[test]
fn it_does_not_matter_where_something_is_said_nor_in_which_order() {
    let pet = json!({"type": "object", "required": ["name"], "properties": {
        "name": {"type": "string"}, "friend": {"$ref": "#/components/schemas/Friend"},
    }});
    let friend = json!({"type": "object", "properties": {
        "since": {"type": "string", "format": "date"}, "best": {"$ref": "#/components/schemas/Friend"},
    }});
    let base = document(&pet, &json!({"Friend": friend}));
    let mut inlined = pet.clone();
    inlined["properties"]["friend"] = json!({"type": "object", "properties": {
        "best": {"$ref": "#/components/schemas/Mate"}, "since": {"format": "date", "type": "string"},
    }});
    let mate = friend.to_string().replace("Friend", "Mate");
    let mate: Value = serde_json::from_str(&mate).expect("JSON");
    let whole = json!({"allOf": [{"required": ["name"]}, inlined]});
    let revision = document(&whole, &json!({"Mate": mate}));
    for direction in [Direction::Request, Direction::Response] {
        assert_eq!(compare(&base, &revision, direction), Vec::new());
        assert_eq!(compare(&revision, &base, direction), Vec::new());
    }
}

#[test]
fn a_difference_inside_a_schema_that_contains_itself_is_told_once() {
    let tree = |most: u32| {
        json!({"type": "object", "properties": {
            "label": {"type": "string", "maxLength": most},
            "left": {"$ref": "#/components/schemas/It"},
            "right": {"$ref": "#/components/schemas/It"},
        }})
    };
    let found = told(&tree(9), &tree(5), Direction::Request);
    assert_eq!(found, ["request-property-max-length-decreased /label error"]);
}

#[test]
fn every_rule_has_one_name_and_says_what_it_is_about() {
    let mut seen = std::collections::HashSet::new();
    for rule in standin::diff::schema::rules() {
        assert!(seen.insert(rule.id), "{} is there twice", rule.id);
        assert!(rule.what.ends_with('.') && rule.why.ends_with('.'), "{}", rule.id);
    }
    assert!(seen.len() > 700);
}
