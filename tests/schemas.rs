//! Schemas: what is valid, and how a breach is told.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::Value;
use serde_json::json;
use standin::pointer::Pointer;
use standin::schema::Direction;
use standin::schema::SchemaId;
use standin::schema::SchemaViolation;
use standin::spec;
use standin::spec::Document;
use standin::spec::model::Content;

use super::spec::fixture;

/// The bundled documents, with the names that they are loaded under.
pub(crate) fn bundled() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("openapi");
    let mut documents: Vec<(String, String)> = std::fs::read_dir(folder)
        .expect("the folder of bundled documents")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (format!("openapi/{name}"), std::fs::read_to_string(&path).expect("text"))
        })
        .collect();
    documents.sort();
    documents
}

/// The schema of a component.
pub(crate) fn component(document: &Document, name: &str) -> SchemaId {
    let pointer = Pointer::new("/components/schemas").child(name);
    document.schemas.find(&pointer).expect("a component")
}

/// What breaks a component, and a check that the fast way agrees.
pub(crate) fn violations(document: &Document, name: &str, value: &Value) -> Vec<SchemaViolation> {
    let id = component(document, name);
    let violations = document.schemas.violations(id, Direction::Request, value);
    assert_eq!(
        violations.is_empty(),
        document.schemas.is_valid(id, Direction::Request, value),
        "{name} {value}"
    );
    violations
}

/// Whether a value satisfies a component.
pub(crate) fn is_valid(document: &Document, name: &str, value: &Value) -> bool {
    violations(document, name, value).is_empty()
}

/// A document with one component, `It`.
pub(crate) fn document_of(schema: &Value) -> Document {
    let document = json!({
        "openapi": "3.0.3",
        "info": {"title": "It", "version": "1"},
        "paths": {},
        "components": {"schemas": {"It": schema}},
    });
    spec::load::from_text("it.json", &document.to_string()).expect("loads")
}

/// `keyword @instance title` of each violation.
fn told(schema: &Value, value: &Value) -> Vec<String> {
    violations(&document_of(schema), "It", value)
        .iter()
        .map(|violation| {
            let mut line =
                format!("{} @{} {}", violation.keyword, violation.instance, violation.title);
            if let Some(expected) = &violation.expected {
                write!(line, " ({expected})").expect("text");
            }
            line
        })
        .collect()
}

#[test]
fn every_keyword_is_told_in_words_and_without_the_value() {
    let table = [
        (json!({"type": "integer"}), json!("x"), "type @ is not an integer (an integer)"),
        (
            json!({"type": "string", "nullable": true}),
            json!(1),
            "type @ is not a string or null (a string or null)",
        ),
        (
            json!({"maximum": 500}),
            json!(501),
            "maximum @ is greater than the maximum of 500 (at most 500)",
        ),
        (json!({"minimum": 1}), json!(0), "minimum @ is less than the minimum of 1 (at least 1)"),
        (
            json!({"minimum": 0, "exclusiveMinimum": true}),
            json!(0),
            "exclusiveMinimum @ is not greater than 0 (greater than 0)",
        ),
        (
            json!({"multipleOf": 5}),
            json!(4),
            "multipleOf @ is not a multiple of 5 (a multiple of 5)",
        ),
        (
            json!({"minLength": 1}),
            json!(""),
            "minLength @ is shorter than 1 character (at least 1 character)",
        ),
        (
            json!({"maxLength": 2}),
            json!("abc"),
            "maxLength @ is longer than 2 characters (at most 2 characters)",
        ),
        (
            json!({"pattern": "^a$"}),
            json!("b"),
            "pattern @ does not match the pattern (text that matches `^a$`)",
        ),
        (
            json!({"enum": ["a", "b"]}),
            json!("c"),
            "enum @ is not one of the allowed values (one of `a` or `b`)",
        ),
        (
            json!({"format": "uuid"}),
            json!("x"),
            "format @ does not have the format `uuid` (a UUID: 8 4 4 4 12 hexadecimal digits)",
        ),
        (
            json!({"type": "integer", "format": "int32"}),
            json!(2_147_483_648_i64),
            "format @ does not have the format `int32` (a whole number from -2147483648 to 2147483647)",
        ),
        (json!({"maxItems": 1}), json!([1, 2]), "maxItems @ has more than 1 item (at most 1 item)"),
        (json!({"minItems": 1}), json!([]), "minItems @ has fewer than 1 item (at least 1 item)"),
        (
            json!({"uniqueItems": true}),
            json!([1, 1]),
            "uniqueItems @ has items that are equal (items that all differ)",
        ),
        (
            json!({"maxProperties": 1}),
            json!({"a": 1, "b": 2}),
            "maxProperties @ has more than 1 property (at most 1 property)",
        ),
        (
            json!({"required": ["user_id"]}),
            json!({}),
            "required @ misses the required property `user_id` (the property `user_id`)",
        ),
        (json!({"not": {"type": "string"}}), json!("x"), "not @ is what the schema forbids"),
        (
            json!({"items": {"type": "string"}}),
            json!(["x", 1]),
            "type @/1 is not a string (a string)",
        ),
    ];
    for (schema, value, line) in table {
        assert_eq!(told(&schema, &value), [line]);
    }
}

#[test]
fn properties_that_are_missing_or_unknown_are_told_one_by_one() {
    let schema = json!({
        "type": "object",
        "required": ["a", "b"],
        "properties": {"a": {}, "b": {}},
        "additionalProperties": false,
    });
    let document = document_of(&schema);
    let violations = violations(&document, "It", &json!({"x": 1, "y": 2}));
    let told: Vec<_> = violations
        .iter()
        .map(|violation| (&*violation.keyword, violation.property.as_deref(), &*violation.title))
        .collect();
    assert_eq!(
        told,
        [
            ("required", Some("a"), "misses the required property `a`"),
            ("required", Some("b"), "misses the required property `b`"),
            ("additionalProperties", Some("x"), "has the unknown property `x`"),
            ("additionalProperties", Some("y"), "has the unknown property `y`"),
        ]
    );
    assert_eq!(violations[0].constraint, Some(json!(["a", "b"])));
    assert_eq!(violations[3].expected.as_deref(), Some("no other properties than `a` and `b`"));
}

#[test]
fn places_lead_through_references_to_the_keyword_in_the_users_document() {
    let document = fixture("cycles");
    let tree = json!({"name": "a", "children": [{"name": "b", "parent": {"name": 1}}]});
    let violations = violations(&document, "Tree", &tree);
    assert_eq!(violations.len(), 1);
    assert_eq!(violations[0].instance.as_str(), "/children/0/parent/name");
    assert_eq!(violations[0].place.as_str(), "/components/schemas/Tree/properties/name/type");
    let position = document.position(&violations[0].place).expect("a position");
    assert_eq!(document.line(&document.name, position.line), Some("        name: {type: string}"));
}

#[test]
fn schemas_that_lead_to_themselves_end() {
    let document = fixture("cycles");
    for name in ["Itself", "First", "Second"] {
        assert!(is_valid(&document, name, &json!({"name": 1})), "{name}");
    }
    assert!(!is_valid(&document, "First", &json!({})), "what stands beside the circle counts");
}

#[test]
fn references_that_double_at_every_step_end() {
    let mut schemas = serde_json::Map::new();
    schemas.insert("S0".to_owned(), json!({"type": "string"}));
    for level in 1..40 {
        let last = format!("#/components/schemas/S{}", level - 1);
        schemas.insert(format!("S{level}"), json!({"allOf": [{"$ref": last}, {"$ref": last}]}));
    }
    let text = json!({"openapi": "3.0.3", "paths": {}, "components": {"schemas": schemas}});
    let document = spec::load::from_text("bomb.json", &text.to_string()).expect("loads");
    assert!(document.violations().iter().any(|violation| violation.rule.id == "schema-unusable"));
    assert!(is_valid(&document, "S39", &json!("x")));
    assert!(!violations(&document, "S10", &json!(1)).is_empty());
}

#[test]
fn the_alternative_that_was_meant_is_told() {
    let document = fixture("alternatives");
    let table = [
        (
            "Tagged",
            json!({"kind": "cat", "lives": 10}),
            "/lives maximum",
            "of the 2 alternatives of oneOf, `Cat` comes nearest: it is the only one with this tag",
        ),
        (
            "Mapped",
            json!({"kind": "ox", "lives": 3, "horns": 2, "weight": 1}),
            " required",
            "of the 2 alternatives of oneOf, `Open` comes nearest: the discriminator names it",
        ),
        (
            "Mixed",
            json!("ab"),
            " minLength",
            "of the 2 alternatives of anyOf, number 1 comes nearest: it is the only one of this type",
        ),
        (
            "Tagged",
            json!({"kind": "bird", "lives": 3}),
            "/kind enum",
            "of the 2 alternatives of oneOf, `Cat` comes nearest: it leaves the least to mend",
        ),
    ];
    for (name, value, told, help) in table {
        let violations = violations(&document, name, &value);
        assert_eq!(violations.len(), 1, "{name}: {violations:?}");
        let violation = &violations[0];
        assert_eq!(format!("{} {}", violation.instance, violation.keyword), told, "{name}");
        assert_eq!(violation.help.as_deref(), Some(help), "{name}");
    }
}

#[test]
fn a_value_of_no_alternatives_type_is_told_all_types() {
    let document = fixture("alternatives");
    let violations = violations(&document, "Mixed", &json!(true));
    assert_eq!(violations.len(), 1);
    assert_eq!(violations[0].title, "is none of the alternatives");
    assert_eq!(violations[0].expected.as_deref(), Some("a string or an integer"));
    assert_eq!(violations[0].place.as_str(), "/components/schemas/Mixed/anyOf");
}

#[test]
fn a_value_of_more_than_one_alternative_is_told() {
    let violations = violations(&fixture("alternatives"), "Both", &json!("abc"));
    assert_eq!(
        violations[0].title,
        "is more than one of the alternatives, of which exactly one is allowed"
    );
}

#[test]
fn the_order_is_the_same_every_time_and_the_number_is_bounded() {
    let schema = json!({"items": {"type": "string"}});
    let document = document_of(&schema);
    let value = json!(vec![1; 1000]);
    let first = violations(&document, "It", &value);
    assert_eq!(first.len(), 200);
    assert_eq!(first[7].instance.as_str(), "/7");
    assert_eq!(first, violations(&document_of(&schema), "It", &value));
}

#[test]
fn secrets_in_values_never_reach_a_title() {
    let document = document_of(&json!({
        "properties": {"a": {"enum": ["x"]}, "b": {"type": "integer"}, "c": {"pattern": "^x$"}},
    }));
    let secret = "hush-hush";
    let value = json!({"a": secret, "b": secret, "c": secret});
    let violations = violations(&document, "It", &value);
    assert_eq!(violations.len(), 3);
    assert!(!format!("{violations:?}").contains(secret));
}

#[test]
fn every_example_of_a_bundled_document_is_valid() {
    for (name, text) in bundled() {
        let document = spec::load::from_text(&name, &text).expect("loads");
        assert!(document.schemas.unusable().is_empty(), "{name}");
        let judge = |operation: &str, content: &Content, direction| {
            for example in &content.examples {
                let Some(schema) = content.schema else { continue };
                let violations = document.schemas.violations(schema, direction, example.value());
                assert!(
                    violations.is_empty(),
                    "{name} {operation} {}: {violations:#?}",
                    example.name
                );
            }
        };
        for operation in &document.operations {
            for content in operation.request_body.iter().flat_map(|body| &body.content) {
                judge(&operation.id, content, Direction::Request);
            }
            for response in &operation.responses {
                for content in &response.content {
                    judge(&operation.id, content, Direction::Response);
                }
                for header in &response.headers {
                    let (Some(schema), Some(example)) = (header.schema, &header.example) else {
                        continue;
                    };
                    assert!(
                        document.schemas.is_valid(schema, Direction::Response, example),
                        "{name} {} {}: {example}",
                        operation.id,
                        header.name
                    );
                }
            }
        }
    }
}
