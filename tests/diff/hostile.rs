//! Documents that go round in circles, go deep or are large: compared all the same, and in time.

use serde_json::Value;
use serde_json::json;
use standin::diff::Options;

use super::compared;

fn api(schemas: Value, schema: Value) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Any", "version": "1"},
        "paths": {"/any": {"post": {
            "operationId": "any",
            "requestBody": {"content": {"application/json": {"schema": schema}}},
            "responses": {"200": {"description": "it"}},
        }}},
        "components": {"schemas": schemas},
    })
}

fn rules(base: &Value, revision: &Value) -> Vec<&'static str> {
    let found = compared(base, revision, &Options::default());
    found.iter().map(|it| it.rule.id).collect()
}

#[test]
fn schemas_that_lead_back_to_themselves_are_compared_once() {
    let node = |kind: &str| {
        json!({"Node": {"type": "object", "properties": {
            "value": {"type": kind},
            "next": {"$ref": "#/components/schemas/Node"},
            "others": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
        }}})
    };
    let root = json!({"$ref": "#/components/schemas/Node"});
    let (base, revision) = (api(node("string"), root.clone()), api(node("boolean"), root));
    assert_eq!(rules(&base, &base), [""; 0]);
    assert_eq!(rules(&base, &revision), ["request-property-type-changed"]);
}

/// How many levels are written inside each other: the JSON of a document nests no deeper than 128.
const INLINE: usize = 35;

#[test]
fn a_hundred_levels_are_compared_to_the_last() {
    let deep = |kind: &str| {
        let leaf = json!({"type": kind});
        (0..INLINE).fold(leaf, |inner, _| json!({"type": "object", "properties": {"in": inner}}))
    };
    let named = |kind: &str| {
        let mut schemas = serde_json::Map::new();
        for level in 0..100 {
            let next = match level {
                99 => json!({"type": kind}),
                _ => json!({"$ref": format!("#/components/schemas/Level{}", level + 1)}),
            };
            let schema = json!({"type": "object", "properties": {"in": next}});
            schemas.insert(format!("Level{level}"), schema);
        }
        Value::Object(schemas)
    };
    let root = json!({"$ref": "#/components/schemas/Level0"});
    let table = [
        (api(named("string"), root.clone()), api(named("boolean"), root)),
        (
            api(json!({}), (0..20).fold(deep("string"), |it, _| json!({"allOf": [it]}))),
            api(json!({}), (0..20).fold(deep("boolean"), |it, _| json!({"allOf": [it]}))),
        ),
    ];
    for (base, revision) in table {
        assert_eq!(rules(&base, &revision), ["request-property-type-changed"]);
    }
}

#[test]
fn many_alternatives_of_many_alternatives_end_in_time() {
    let choices = |from: usize, most: u64| {
        let all: Vec<Value> = (from..from + 8)
            .map(|at| {
                let (own, next) = (format!("m{at}"), (at * 7 + 3) % 36);
                let next = json!({"$ref": format!("#/components/schemas/C{}", next % 12)});
                json!({"type": "object", "required": [own], "properties": {
                    "next": next, "size": {"type": "integer", "maximum": most},
                }})
            })
            .collect();
        json!({"oneOf": all})
    };
    let document = |most: u64| {
        let schemas = (0..12).map(|at| (format!("C{at}"), choices(at, most))).collect();
        api(Value::Object(schemas), json!({"$ref": "#/components/schemas/C0"}))
    };
    let started = std::time::Instant::now();
    let found = rules(&document(10), &document(9));
    assert!(!found.is_empty());
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}
