//! Documents that mean harm by what only later versions have.

use std::time::Duration;
use std::time::Instant;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use super::load;
use super::told;
use super::with_schemas;
use crate::schemas::is_valid;

fn schemas(count: usize, schema: impl Fn(usize) -> Value) -> Value {
    let named = (0..count).map(|number| (format!("S{number}"), schema(number)));
    Value::Object(named.collect::<Map<_, _>>())
}

#[test]
fn names_and_scopes_without_end_take_no_time_without_end() {
    let started = Instant::now();
    // Every schema has the same dynamic name, and leads to the next.
    let document = with_schemas(
        "3.1.0",
        &schemas(200, |number| {
            json!({
                "$id": format!("s{number}"), "$dynamicAnchor": "node",
                "properties": {
                    "next": {"$ref": format!("s{}", (number + 1) % 200)},
                    "node": {"$dynamicRef": "#node"},
                },
            })
        }),
    );
    assert!(told(&document).iter().any(|line| line.starts_with("not-judged")), "told");
    assert!(is_valid(&document, "S0", &json!({"next": {"node": {}}})));
    // Every schema has its own hundred names.
    let many = with_schemas(
        "3.1.0",
        &schemas(20, |number| {
            let names = (0..100)
                .map(|name| (format!("d{name}"), json!({"$dynamicAnchor": format!("n{name}")})));
            let names: Map<String, Value> = names.collect();
            let wanted: Vec<Value> = (0..100)
                .map(|name| json!({"properties": {"x": {"$dynamicRef": format!("#n{name}")}}}))
                .collect();
            json!({"$id": format!("s{number}"), "allOf": wanted, "$defs": names})
        }),
    );
    assert!(told(&many).iter().any(|line| line.starts_with("not-judged")), "told");
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}

#[test]
fn circles_of_names_and_of_path_items_end() {
    let document = with_schemas(
        "3.1.0",
        &json!({
            "Circle": {"$anchor": "round", "$ref": "#round"},
            "Dynamic": {"$id": "d", "$dynamicAnchor": "d", "$dynamicRef": "#d"},
            "First": {"$id": "first", "$ref": "second"},
            "Second": {"$id": "second", "allOf": [{"$ref": "first"}]},
        }),
    );
    let told_of = told(&document);
    assert_eq!(told_of.len(), 3, "{told_of:?}");
    assert!(told_of.iter().all(|line| line.starts_with("reference-cyclic")), "{told_of:?}");
    for name in ["Circle", "Dynamic", "First", "Second"] {
        assert!(is_valid(&document, name, &json!(1)), "{name}");
    }
    let chain: Map<String, Value> = (0..5_000)
        .map(|number| {
            let next = format!("#/components/pathItems/P{}", (number + 1) % 5_000);
            (format!("P{number}"), json!({"$ref": next}))
        })
        .collect();
    let document = load(&json!({
        "openapi": "3.1.0",
        "info": {"title": "It", "version": "1"},
        "paths": {"/x": {"$ref": "#/components/pathItems/P0"}},
        "components": {"pathItems": chain},
    }));
    assert_eq!(told(&document).len(), 1);
}
