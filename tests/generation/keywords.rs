//! Every keyword, alone and with others.

use serde_json::Value;
use serde_json::json;
use standin::schema::Direction;
use standin::synth;
use standin::synth::Options;
use standin::synth::Unmade;

use super::component;
use super::document;
use super::one;

/// How many values are made of each schema.
const SEEDS: u64 = 40;

/// Makes values in both manners; each is valid.
fn assert_made(schema: &Value) {
    let (document, id) = one(schema);
    let all = (0..SEEDS).map(Options::dynamic).chain([Options::default()]);
    for options in all {
        let made = synth::make(&document.schemas, id, Direction::Response, &options);
        let value = made.unwrap_or_else(|unmade| panic!("{schema} {options:?}: {unmade}"));
        assert!(
            document.schemas.is_valid(id, Direction::Response, &value),
            "{schema} {options:?}: {value}",
        );
    }
}

#[test]
fn numbers_keep_to_bounds_and_steps() {
    let table = [
        json!({"type": "integer", "minimum": 5, "maximum": 5}),
        json!({"type": "integer", "exclusiveMinimum": 5, "exclusiveMaximum": 7}),
        json!({"type": "integer", "minimum": 0.5, "multipleOf": 7}),
        json!({"type": "integer", "multipleOf": 0.5, "maximum": -1}),
        json!({"type": "integer", "minimum": 9_007_199_254_740_993_i64}),
        json!({"type": "integer", "minimum": 18_446_744_073_709_551_610_u64}),
        json!({"type": "integer", "maximum": -9_223_372_036_854_775_807_i64}),
        json!({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.001}),
        json!({"type": "number", "minimum": 0.1, "multipleOf": 0.01, "maximum": 0.13}),
        json!({"type": "number", "exclusiveMinimum": 1, "exclusiveMaximum": 2}),
        json!({"type": "number", "minimum": 1e300}),
        json!({"type": "number", "minimum": -1e-7, "maximum": -1e-8}),
        json!({"type": "number", "not": {"type": "integer"}}),
        json!({"type": "integer", "format": "int8", "minimum": 120}),
        json!({"type": "integer", "format": "uint8"}),
        json!({"type": "integer", "format": "int32", "minimum": 2_147_483_640}),
        json!({"allOf": [{"multipleOf": 4}, {"multipleOf": 6}], "type": "integer", "minimum": 1}),
    ];
    table.iter().for_each(assert_made);
}

#[test]
fn texts_keep_to_lengths_patterns_and_formats() {
    let table = [
        json!({"type": "string", "minLength": 40}),
        json!({"type": "string", "maxLength": 0}),
        json!({"type": "string", "pattern": "^[A-Z]{3}-\\d{4}$"}),
        json!({"type": "string", "pattern": "^(?=.*\\d)(?=.*[a-z])(?=.*[A-Z]).{8,32}$"}),
        json!({"type": "string", "pattern": "^(?!admin)[a-z]+$", "minLength": 8}),
        json!({"type": "string", "pattern": "^[a-z]+$", "minLength": 30, "maxLength": 30}),
        json!({"type": "string", "pattern": "foo", "minLength": 12}),
        json!({"type": "string", "allOf": [{"pattern": "^a"}, {"pattern": "z$"}]}),
        json!({"type": "string", "pattern": "^\\S+@example\\.com$", "format": "email"}),
        json!({"type": "string", "pattern": "^https://", "format": "uri"}),
        json!({"type": "string", "format": "email", "maxLength": 6}),
        json!({"type": "string", "format": "email", "minLength": 120}),
        json!({"type": "string", "format": "hostname", "minLength": 100, "maxLength": 100}),
        json!({"type": "string", "format": "uri", "minLength": 300, "maxLength": 310}),
        json!({"type": "string", "format": "date-time", "minLength": 26}),
        json!({"type": "string", "format": "byte", "minLength": 10, "maxLength": 12}),
        json!({"type": "string", "format": "ipv4", "maxLength": 7}),
        json!({"type": "string", "enum": ["ab", "abc"], "minLength": 3}),
        json!({"type": "string", "not": {"enum": ["string"]}}),
    ];
    table.iter().for_each(assert_made);
}

#[test]
fn every_format_is_known() {
    let formats = [
        "date-time",
        "date",
        "time",
        "duration",
        "email",
        "idn-email",
        "hostname",
        "idn-hostname",
        "ipv4",
        "ipv6",
        "uri",
        "uri-reference",
        "iri",
        "iri-reference",
        "uri-template",
        "uuid",
        "json-pointer",
        "relative-json-pointer",
        "regex",
        "byte",
        "base64url",
        "binary",
        "char",
        "commonmark",
        "date-time-local",
        "decimal",
        "decimal128",
        "html",
        "http-date",
        "int64",
        "media-range",
        "password",
        "sf-binary",
        "sf-boolean",
        "sf-string",
        "sf-token",
        "time-local",
        "uint64",
    ];
    for format in formats {
        assert_made(&json!({"type": "string", "format": format}));
    }
    let widths = [
        "int8",
        "int16",
        "int32",
        "int64",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "float",
        "double",
        "double-int",
        "decimal",
        "decimal128",
        "sf-integer",
        "sf-decimal",
    ];
    for format in widths {
        assert_made(&json!({"type": "number", "format": format}));
    }
}

#[test]
fn arrays_have_the_items_that_are_demanded() {
    let table = [
        json!({"type": "array", "items": {"type": "integer"}, "minItems": 5, "maxItems": 5}),
        json!({"type": "array", "items": {"enum": [1, 2, 3]}, "minItems": 3, "uniqueItems": true}),
        json!({"type": "array", "items": {"type": "boolean"}, "minItems": 2, "uniqueItems": true}),
        json!({"type": "array", "prefixItems": [{"type": "string"}, {"const": 7}], "items": false}),
        json!({"type": "array", "prefixItems": [{"type": "string"}], "minItems": 3}),
        json!({"type": "array", "contains": {"const": "x"}, "items": {"type": "string"}}),
        json!({
            "type": "array", "items": {"type": "integer"}, "contains": {"minimum": 100},
            "minContains": 2, "maxContains": 2, "minItems": 4,
        }),
        json!({"type": "array", "items": {"type": "object", "properties": {"a": {"type": "integer"}},
            "required": ["a"]}, "minItems": 3, "uniqueItems": true}),
        json!({"type": "array", "prefixItems": [{"type": "null"}], "unevaluatedItems": false}),
        json!({"type": "array", "items": false}),
        json!({"type": "array", "maxItems": 0, "items": {"type": "string"}}),
    ];
    table.iter().for_each(assert_made);
}

#[test]
fn objects_have_the_members_that_are_demanded() {
    let table = [
        json!({"type": "object", "required": ["a", "b"], "properties": {"a": {"type": "integer"}}}),
        json!({"type": "object", "minProperties": 4, "properties": {"a": {"type": "integer"}}}),
        json!({"type": "object", "maxProperties": 1, "properties": {"a": {}, "b": {}, "c": {}}}),
        json!({"type": "object", "maxProperties": 1, "required": ["c"],
            "properties": {"a": {}, "b": {}, "c": {}}}),
        json!({"type": "object", "patternProperties": {"^x-": {"type": "integer"}},
            "additionalProperties": false, "minProperties": 2}),
        json!({"type": "object", "properties": {"x-a": {"minimum": 3}},
            "patternProperties": {"^x-": {"type": "integer"}}}),
        json!({"type": "object", "propertyNames": {"pattern": "^[a-c]{2}$"}, "minProperties": 3}),
        json!({"type": "object", "propertyNames": {"enum": ["one", "two"]},
            "additionalProperties": {"type": "integer"}, "minProperties": 2}),
        json!({"type": "object", "properties": {"a": {}, "b": {"type": "integer"}},
            "dependentRequired": {"a": ["b", "c"]}}),
        json!({"type": "object", "properties": {"a": {"type": "string"}}, "dependentSchemas":
            {"a": {"required": ["b"], "properties": {"b": {"const": 1}}}}}),
        json!({"type": "object", "properties": {"a": {"type": "string"}},
            "unevaluatedProperties": false, "allOf": [{"properties": {"b": {"type": "integer"}}}]}),
        json!({"type": "object", "unevaluatedProperties": {"type": "integer"}, "minProperties": 1}),
    ];
    table.iter().for_each(assert_made);
}

#[test]
fn combined_schemas_are_satisfied_together() {
    let table = [
        json!({"allOf": [{"type": "object", "properties": {"a": {"minimum": 3}}},
            {"required": ["a"], "properties": {"a": {"type": "integer", "maximum": 3}}}]}),
        json!({"anyOf": [{"type": "string", "minLength": 3, "maxLength": 2}, {"type": "integer"}]}),
        json!({"oneOf": [{"type": "integer"}, {"type": "number"}]}),
        json!({"type": "object", "properties": {"a": {}, "b": {}},
            "oneOf": [{"required": ["a"]}, {"required": ["b"]}]}),
        json!({"oneOf": [
            {"type": "object", "properties": {"meow": {"type": "string"}}},
            {"type": "object", "properties": {"bark": {"type": "string"}}},
        ]}),
        json!({"oneOf": [{"type": "string"}, {"type": "string", "format": "date"}]}),
        json!({"oneOf": [{"multipleOf": 3}, {"multipleOf": 5}], "type": "integer"}),
        json!({"type": "object", "properties": {"a": {}, "b": {}}, "not": {"required": ["a", "b"]}}),
        json!({"type": ["string", "integer", "null"], "not": {"type": "string"}}),
        json!({"not": {"type": ["object", "array", "null", "boolean"]}}),
        json!({"type": "object", "properties": {"kind": {"enum": ["a", "b"]}}, "required": ["kind"],
            "if": {"properties": {"kind": {"const": "a"}}},
            "then": {"required": ["x"], "properties": {"x": {"type": "integer"}}},
            "else": {"required": ["y"], "properties": {"y": {"type": "string"}}}}),
        json!({"type": "integer", "if": {"minimum": 10}, "then": {"multipleOf": 5}, "else": false}),
        json!({"type": "string", "if": {"maxLength": 6}, "then": false}),
        json!({"anyOf": [{"required": ["a"]}, {"required": ["b"]}], "type": "object",
            "properties": {"a": false, "b": {"type": "integer"}}}),
        json!({"const": {"a": [1, null]}}),
        json!({"enum": [null, 1, "a"], "type": ["integer", "null"]}),
        json!(true),
        json!({}),
    ];
    table.iter().for_each(assert_made);
}

#[test]
fn recursion_ends() {
    let schemas = json!({
        "Tree": {"type": "object", "required": ["children", "parent", "next"], "properties": {
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
            "parent": {"oneOf": [{"$ref": "#/components/schemas/Tree"}, {"type": "null"}]},
            "next": {"anyOf": [{"$ref": "#/components/schemas/Tree"}, {"type": "string"}]},
            "also": {"$ref": "#/components/schemas/Tree"},
        }},
        "Endless": {"type": "object", "required": ["next"], "properties": {
            "next": {"$ref": "#/components/schemas/Endless"},
        }},
    });
    let document = document(&schemas);
    let tree = component(&document, "Tree");
    for seed in 0..SEEDS {
        let options = Options::dynamic(seed);
        let made = synth::make(&document.schemas, tree, Direction::Response, &options).unwrap();
        assert!(document.schemas.is_valid(tree, Direction::Response, &made));
    }
    let endless = component(&document, "Endless");
    let made = synth::value(&document.schemas, endless, Direction::Response);
    assert_eq!(made, Err(Unmade::Endless));
}

#[test]
fn what_nothing_satisfies_is_told() {
    let table = [
        json!(false),
        json!({"type": "integer", "minimum": 3, "maximum": 2}),
        json!({"type": "integer", "exclusiveMinimum": 2, "exclusiveMaximum": 3}),
        json!({"type": "string", "minLength": 3, "maxLength": 2}),
        json!({"type": "string", "enum": [1, 2]}),
        json!({"allOf": [{"type": "string"}, {"type": "integer"}]}),
        json!({"type": "object", "required": ["a"], "properties": {"a": false}}),
        json!({"type": "object", "minProperties": 2, "maxProperties": 1}),
        json!({"type": "array", "minItems": 1, "items": false}),
        json!({"type": "array", "items": {"type": "boolean"}, "minItems": 3, "uniqueItems": true}),
        json!({"not": {}}),
        json!({"oneOf": [true, true]}),
    ];
    for schema in &table {
        let (document, id) = one(schema);
        let made = synth::value(&document.schemas, id, Direction::Response);
        assert!(
            matches!(made, Err(Unmade::Unsatisfiable | Unmade::NotFound)),
            "{schema}: {made:?}",
        );
    }
}

#[test]
fn an_alternative_is_made_with_the_tag_that_names_it() {
    let schemas = json!({
        "Pet": {
            "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
            "discriminator": {"propertyName": "kind",
                "mapping": {"feline": "#/components/schemas/Cat"}},
        },
        "Base": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}},
        "Cat": {"allOf": [{"$ref": "#/components/schemas/Base"}], "required": ["lives"],
            "properties": {"lives": {"type": "integer"}}},
        "Dog": {"allOf": [{"$ref": "#/components/schemas/Base"}], "required": ["barks"],
            "properties": {"barks": {"type": "boolean"}}},
    });
    let document = document(&schemas);
    let pet = component(&document, "Pet");
    let (mut cats, mut dogs) = (0, 0);
    for seed in 0..SEEDS {
        let options = Options::dynamic(seed);
        let made = synth::make(&document.schemas, pet, Direction::Response, &options).unwrap();
        let is_cat = made.get("lives").is_some();
        *(if is_cat { &mut cats } else { &mut dogs }) += 1;
        let kind = if is_cat { "feline" } else { "Dog" };
        assert_eq!(made["kind"], json!(kind), "{made}");
    }
    assert!(cats > 5 && dogs > 5, "{cats} cats, {dogs} dogs");
}
