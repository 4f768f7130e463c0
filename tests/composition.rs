//! Composition: which alternative is judged, what may not travel, and formats.

use serde_json::Value;
use serde_json::json;
use standin::schema::Direction;

use super::dialects::told;
use super::dialects::with_schemas;
use super::schemas::component;
use super::schemas::is_valid;
use super::schemas::violations;

/// Animals that say nothing of their kind: only the tag tells them apart.
fn animals(it: &Value) -> Value {
    json!({
        "Cat": {"type": "object", "required": ["kind"], "properties": {"lives": {"type": "integer"}}},
        "Dog": {"type": "object", "required": ["kind"], "properties": {"tricks": {"type": "array",
            "items": {"type": "string"}}}},
        "Fish": {"type": "object", "properties": {"depth": {"type": "number"}}},
        "It": it,
    })
}

#[test]
fn the_alternative_that_the_tag_names_is_the_one_that_is_judged() {
    let [cat, dog, fish] =
        ["Cat", "Dog", "Fish"].map(|n| json!({"$ref": format!("#/components/schemas/{n}")}));
    let mapping = json!({"hound": "Dog", "puss": "#/components/schemas/Cat"});
    let discriminator = json!({"propertyName": "kind", "mapping": mapping});
    let implicit = json!({"propertyName": "kind"});
    let table = [
        (
            "3.0.4",
            json!({"oneOf": [cat, dog], "discriminator": implicit}),
            vec![
                (json!({"kind": "Cat", "lives": 9, "tricks": 1}), true),
                (json!({"kind": "Dog", "lives": 9, "tricks": []}), true),
                (json!({"kind": "Dog", "tricks": 1}), false),
                // No alternative of that name: all count, and both fit.
                (json!({"kind": "Cow"}), false),
                (json!({"lives": 1}), false),
                (json!(1), false),
            ],
        ),
        (
            "3.1.1",
            json!({"anyOf": [cat, dog], "discriminator": discriminator}),
            vec![
                (json!({"kind": "hound", "tricks": 1}), false),
                (json!({"kind": "puss", "tricks": 1}), true),
                (json!({"kind": "Cat", "tricks": 1}), true),
                (json!({"kind": "Cow", "tricks": 1}), true),
            ],
        ),
        (
            "3.2.0",
            json!({"oneOf": [cat, dog, fish],
            "discriminator": {"propertyName": "kind", "defaultMapping": "Fish"}}),
            vec![
                (json!({"depth": 1}), true),
                (json!({"depth": "deep"}), false),
                (json!({"kind": "Cow", "depth": "deep"}), false),
                (json!({"kind": "Cat", "depth": "deep"}), true),
            ],
        ),
        (
            "3.1.1",
            json!({"oneOf": [cat, {"type": "null"}], "discriminator": implicit}),
            vec![(json!(null), true), (json!({"kind": "Cat", "lives": "x"}), false)],
        ),
    ];
    for (version, it, rows) in table {
        let document = with_schemas(version, &animals(&it));
        assert_eq!(told(&document), [""; 0], "{it}");
        for (value, valid) in rows {
            assert_eq!(is_valid(&document, "It", &value), valid, "{it} {value}");
        }
    }
}

#[test]
fn only_the_alternative_that_the_tag_names_is_told_of_however_deep() {
    let document = with_schemas(
        "3.0.4",
        &json!({
            "Pet": {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Bird"}],
                "discriminator": {"propertyName": "kind", "mapping": {"owl": "Bird", "gull": "Bird"}}},
            "Bird": {"oneOf": [{"$ref": "#/components/schemas/Owl"}, {"$ref": "#/components/schemas/Gull"}],
                "discriminator": {"propertyName": "kind", "mapping": {"owl": "Owl", "gull": "Gull"}}},
            "Cat": {"type": "object"},
            "Owl": {"type": "object", "properties": {"wings": {"type": "integer"}}},
            "Gull": {"type": "object", "required": ["sea"]},
            "Home": {"properties": {"pets": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}}},
        }),
    );
    assert_eq!(told(&document), [""; 0]);
    let home = json!({"pets": [{"kind": "owl", "wings": "two"}, {"kind": "gull"}]});
    let found = violations(&document, "Home", &home);
    let told: Vec<String> = found
        .iter()
        .map(|found| format!("{} {} {}", found.instance, found.place, found.title))
        .collect();
    assert_eq!(
        told,
        [
            "/pets/0/wings /components/schemas/Owl/properties/wings/type is not an integer",
            "/pets/1 /components/schemas/Gull/required misses the required property `sea`",
        ]
    );
    let help = found[0].help.as_deref().expect("which was meant");
    assert!(help.contains("`Bird` comes nearest: the discriminator names it"), "{help}");
    assert!(help.contains("`Owl` comes nearest: the discriminator names it"), "{help}");
}

#[test]
fn mappings_that_lead_nowhere_are_told() {
    let document = with_schemas(
        "3.0.4",
        &animals(&json!({
            "oneOf": [{"$ref": "#/components/schemas/Cat"}],
            "discriminator": {"propertyName": "kind", "mapping": {"cow": "#/components/schemas/Cow"}},
        })),
    );
    assert_eq!(
        told(&document),
        ["reference-broken /components/schemas/It/discriminator/mapping/cow: \
          refers to `#/components/schemas/Cow`, which does not exist"]
    );
}

#[test]
fn what_may_not_travel_is_told() {
    for version in ["3.0.4", "3.1.1"] {
        let document = with_schemas(
            version,
            &json!({
                "It": {"required": ["id", "secret"], "properties": {
                    "id": {"type": "string", "readOnly": true},
                    "secret": {"type": "string", "writeOnly": true},
                    "kept": {"$ref": "#/components/schemas/Kept"},
                    "list": {"type": "array", "items": {"$ref": "#/components/schemas/Inner"}},
                }},
                "Inner": {"properties": {"id": {"type": "integer", "readOnly": true}}},
                "Kept": {"type": "string", "readOnly": true},
            }),
        );
        let id = component(&document, "It");
        let value = json!({"id": "a", "secret": "b", "kept": "c", "list": [{"id": 1}]});
        let told = |direction| -> Vec<String> {
            let found = document.schemas.violations(id, direction, &value);
            found.iter().map(|f| format!("{} {} {}", f.instance, f.keyword, f.title)).collect()
        };
        assert_eq!(
            told(Direction::Request),
            [
                "/id readOnly is read-only, and was sent to the server",
                "/kept readOnly is read-only, and was sent to the server",
                "/list/0/id readOnly is read-only, and was sent to the server",
            ]
        );
        assert_eq!(
            told(Direction::Response),
            ["/secret writeOnly is write-only, and was sent to the client"]
        );
        let places = document.schemas.violations(id, Direction::Response, &value);
        assert_eq!(places[0].place.as_str(), "/components/schemas/It/properties/secret/writeOnly");
        let sent = json!({"secret": "b"});
        assert!(document.schemas.is_valid(id, Direction::Request, &sent), "{version}");
    }
}

#[test]
fn formats_are_judged_as_the_registry_defines_them() {
    let table = [
        ("uint8", json!(255), json!(256)),
        ("int16", json!(-32_768), json!(40_000)),
        ("int64", json!("9223372036854775807"), json!("9223372036854775808")),
        ("uint64", json!(18_446_744_073_709_551_615_u64), json!(-1)),
        ("double-int", json!(1.0), json!(0.5)),
        ("char", json!("x"), json!("xy")),
        ("base64url", json!("_-8"), json!("+/+/")),
        ("http-date", json!("Sun, 06 Nov 1994 08:49:37 GMT"), json!("yesterday")),
        ("time", json!("12:00:00Z"), json!("noon")),
        ("date", json!("2026-01-31"), json!("2026-02-31")),
        ("uuid", json!("00f4d301-b9f4-4366-8907-2b5a03430aa1"), json!("00f4d301")),
        ("media-range", json!("text/*"), json!("text")),
        ("decimal", json!("1.50"), json!("1,50")),
    ];
    for version in ["3.0.4", "3.1.1", "3.2.0"] {
        for (name, right, wrong) in &table {
            let document = with_schemas(version, &json!({"It": {"format": name}}));
            assert!(is_valid(&document, "It", right), "{version} {name} {right}");
            assert!(!is_valid(&document, "It", wrong), "{version} {name} {wrong}");
        }
        for name in ["password", "binary", "commonmark", "a-vendors-own"] {
            let document = with_schemas(version, &json!({"It": {"format": name}}));
            assert!(is_valid(&document, "It", &json!("anything")), "{name} says nothing");
        }
    }
}

#[test]
fn a_pattern_of_property_names_that_no_engine_reads_is_told_and_the_rest_still_counts() {
    let it = json!({"patternProperties": {"(": {"type": "string"}, "^a": {"type": "string"}}});
    let document = with_schemas("3.1.1", &json!({"It": it}));
    assert!(is_valid(&document, "It", &json!({"(": 1, "a": "x"})));
    assert!(!is_valid(&document, "It", &json!({"a": 1})));
    assert_eq!(document.schemas.unusable().len(), 1);
}
