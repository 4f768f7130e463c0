//! Lowering: what OpenAPI 3.0's own keywords come to mean for values.

use serde_json::json;
use standin::schema::Direction;

use super::schemas::component;
use super::schemas::document_of;
use super::schemas::is_valid;
use super::schemas::violations;
use super::spec::fixture;

#[test]
fn null_is_taken_where_the_standard_takes_it() {
    let document = fixture("lowering");
    let table = [
        ("Text", json!(null), true),
        ("Text", json!("ab"), true),
        ("Text", json!("a"), false),
        ("Colour", json!(null), false),
        ("ColourOrNull", json!(null), true),
        ("Maybe", json!(null), true),
        ("Maybe", json!({"name": 1, "password": "x"}), false),
        ("Person", json!(null), false),
    ];
    for (name, value, valid) in table {
        assert_eq!(is_valid(&document, name, &value), valid, "{name} {value}");
    }
}

#[test]
fn bounds_siblings_and_formats_are_lowered() {
    let document = fixture("lowering");
    let table = [
        ("Bounds", json!(0), false),
        ("Bounds", json!(0.5), true),
        ("Bounds", json!(1), true),
        ("Sibling", json!("long enough"), true),
        ("Small", json!(1.0), true),
        ("Small", json!(1.5), false),
        ("Small", json!(2_147_483_648_i64), false),
        ("Moment", json!("2026-01-31T12:00:00Z"), true),
        ("Moment", json!("2026-01-31"), false),
        ("Unknown", json!("anything"), true),
    ];
    for (name, value, valid) in table {
        assert_eq!(is_valid(&document, name, &value), valid, "{name} {value}");
    }
    let text = document.schemas.lowered(component(&document, "Text"));
    assert_eq!(*text, json!({"type": ["string", "null"], "minLength": 2, "example": "x"}));
    let sibling = document.schemas.lowered(component(&document, "Sibling"));
    assert_eq!(*sibling, json!({"x-standin-ref": "/components/schemas/Text"}));
}

#[test]
fn what_is_read_only_need_not_be_sent_and_what_is_write_only_not_answered() {
    let document = fixture("lowering");
    let person = component(&document, "Person");
    let missing = |direction| {
        let violations = document.schemas.violations(person, direction, &json!({"name": "Ada"}));
        violations.into_iter().filter_map(|violation| violation.property).collect::<Vec<_>>()
    };
    assert_eq!(missing(Direction::Request), ["password"]);
    assert_eq!(missing(Direction::Response), ["id"]);
    assert!(is_valid(&document, "Person", &json!({"name": "a", "password": "b", "$ref": "c"})));
}

#[test]
fn keywords_of_a_wrong_shape_are_told_and_the_rest_still_counts() {
    let document = fixture("lowering");
    let told: Vec<String> = document
        .violations()
        .iter()
        .map(|violation| format!("{} {}", violation.place, violation.title))
        .collect();
    assert_eq!(
        told,
        [
            "/components/schemas/Malformed/type is not one of array, boolean, integer, number, object, string",
            "/components/schemas/Malformed/required is not a list of property names",
            "/components/schemas/Malformed/maxLength is not a whole number from 0 on",
            "/components/schemas/Malformed/items is not a schema object",
            "/components/schemas/Malformed/properties/a is not a schema object",
        ]
    );
    assert!(is_valid(&document, "Malformed", &json!("x")));
    assert!(!is_valid(&document, "Malformed", &json!("")));
}

#[test]
fn patterns_that_need_backtracking_are_judged_until_they_take_too_long() {
    let document = fixture("lowering");
    assert!(is_valid(&document, "LookAhead", &json!("yes")));
    assert!(!is_valid(&document, "LookAhead", &json!("nothing")));
    let endless = format!("{}!", "a".repeat(200));
    assert!(is_valid(&document, "Slow", &json!(endless)), "nobody can tell");
}

#[test]
fn a_pattern_that_no_engine_reads_is_told_and_the_rest_still_counts() {
    let document = fixture("lowering");
    assert!(is_valid(&document, "Refused", &json!("abc")));
    assert!(!is_valid(&document, "Refused", &json!("abcd")));
    let unusable = document.schemas.unusable();
    assert_eq!(unusable.len(), 1);
    assert_eq!(unusable[0].place.as_str(), "/components/schemas/Refused");
    assert_eq!(unusable[0].rule.id, "schema-unusable");
}

#[test]
fn a_catastrophic_pattern_is_answered_in_linear_time() {
    let document = document_of(&json!({"type": "string", "pattern": "^(a+)+$"}));
    assert!(!is_valid(&document, "It", &json!(format!("{}!", "a".repeat(100_000)))));
}

#[test]
fn what_lowering_put_in_has_the_place_of_what_the_user_wrote() {
    let document = document_of(&json!({
        "properties": {"a": {"nullable": true, "allOf": [{"nullable": true, "maxLength": 1}]}},
    }));
    let violations = violations(&document, "It", &json!({"a": "long"}));
    let places: Vec<&str> = violations.iter().map(|violation| violation.place.as_str()).collect();
    assert_eq!(places, ["/components/schemas/It/properties/a/allOf/0/maxLength"]);
    assert_eq!(violations[0].help, None, "nobody wrote alternatives");
}
