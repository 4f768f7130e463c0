//! OpenAPI 3.1: JSON Schema 2020-12, names of schemas, path items that refer, webhooks.

use serde_json::Value;
use serde_json::json;
use standin::schema::Direction;

use super::load;
use super::told;
use super::with_schemas;
use crate::schemas::is_valid;
use crate::schemas::violations;

/// A schema, values that it allows and values that it forbids.
type Row = (Value, Vec<Value>, Vec<Value>);

fn check(version: &str, rows: Vec<Row>) {
    for (schema, valid, invalid) in rows {
        let document = with_schemas(version, &json!({"It": schema, "Text": {"type": "string"}}));
        assert_eq!(told(&document), [""; 0], "{schema}");
        assert!(document.schemas.unusable().is_empty(), "{schema}");
        for value in valid {
            assert!(is_valid(&document, "It", &value), "{schema} allows {value}");
        }
        for value in invalid {
            assert!(!is_valid(&document, "It", &value), "{schema} forbids {value}");
        }
    }
}

#[test]
fn keywords_of_json_schema_mean_what_they_mean_there() {
    let rows: Vec<Row> = vec![
        (json!(true), vec![json!(1)], vec![]),
        (json!(false), vec![], vec![json!(1)]),
        (json!({"type": ["string", "null"]}), vec![json!("a"), json!(null)], vec![json!(1)]),
        (json!({"type": "integer"}), vec![json!(1), json!(1.0)], vec![json!(1.5)]),
        (json!({"type": "null"}), vec![json!(null)], vec![json!(0)]),
        (json!({"enum": ["a", null]}), vec![json!(null)], vec![json!("b")]),
        (json!({"const": {"a": [1]}}), vec![json!({"a": [1.0]})], vec![json!({"a": []})]),
        (
            json!({"exclusiveMinimum": 0, "exclusiveMaximum": 2}),
            vec![json!(1)],
            vec![json!(0), json!(2)],
        ),
        (
            json!({"prefixItems": [{"type": "string"}, true], "items": false}),
            vec![json!([]), json!(["a"]), json!(["a", 1])],
            vec![json!([1]), json!(["a", 1, 2])],
        ),
        (
            json!({"contains": {"type": "string"}, "minContains": 2, "maxContains": 3}),
            vec![json!(["a", 1, "b"])],
            vec![json!(["a"]), json!(["a", "b", "c", "d"])],
        ),
        (
            json!({"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"maxProperties": 0}}),
            vec![json!({"a": 1, "b": 1}), json!({})],
            vec![json!({"a": 1}), json!({"c": 1})],
        ),
        (
            json!({"dependentRequired": {"a": ["b"]}, "dependentSchemas": {"c": {"maxProperties": 1}}}),
            vec![json!({"a": 1, "b": 1}), json!({"c": 1})],
            vec![json!({"a": 1}), json!({"c": 1, "d": 1})],
        ),
        (
            json!({"patternProperties": {"^a": {"type": "string"}}, "additionalProperties": false}),
            vec![json!({"ab": "x"})],
            vec![json!({"ab": 1}), json!({"b": "x"})],
        ),
        (json!({"propertyNames": {"maxLength": 1}}), vec![json!({"a": 1})], vec![json!({"ab": 1})]),
        (
            json!({"contentEncoding": "base64", "contentMediaType": "application/json"}),
            vec![json!("no base64 at all, which is for the reader to find out")],
            vec![],
        ),
        (json!({"enum": []}), vec![], vec![json!(1)]),
        (json!({"not": {}}), vec![], vec![json!(1)]),
    ];
    check("3.1.1", rows);
}

#[test]
fn what_stands_beside_a_reference_counts() {
    let rows: Vec<Row> = vec![(
        json!({"$ref": "#/components/schemas/Text", "maxLength": 1, "description": "short"}),
        vec![json!("a")],
        vec![json!("ab"), json!(1)],
    )];
    check("3.1.0", rows);
    let document = with_schemas(
        "3.1.0",
        &json!({
            "It": {"$ref": "#/components/schemas/Text", "maxLength": 1},
            "Text": {"type": "string", "minLength": 3},
        }),
    );
    let found = violations(&document, "It", &json!("ab"));
    let places: Vec<&str> = found.iter().map(|violation| violation.place.as_str()).collect();
    assert_eq!(places, ["/components/schemas/It/maxLength", "/components/schemas/Text/minLength"]);
}

#[test]
fn a_schema_of_a_parameter_or_content_keeps_what_stands_beside_its_reference() {
    let document = load(&json!({
        "openapi": "3.1.0",
        "info": {"title": "It", "version": "1"},
        "paths": {"/x": {"get": {
            "parameters": [{"name": "q", "in": "query", "schema":
                {"$ref": "#/components/schemas/Text", "maxLength": 1}}],
            "responses": {"200": {"description": "x", "content": {"application/json": {"schema":
                {"$ref": "#/components/schemas/Text", "description": "only prose"}}}}},
        }}},
        "components": {"schemas": {"Text": {"type": "string"}}},
    }));
    assert_eq!(told(&document), [""; 0]);
    let operation = &document.operations[0];
    let query = operation.parameters[0].schema.expect("a schema");
    assert!(!document.schemas.is_valid(query, Direction::Request, &json!("ab")));
    let body = operation.responses[0].content[0].schema.expect("a schema");
    assert_eq!(document.schemas.pointer(body).as_str(), "/components/schemas/Text");
}

#[test]
fn unevaluated_keywords_see_through_references() {
    let document = with_schemas(
        "3.1.0",
        &json!({
            "Base": {"properties": {"id": {"type": "string"}}},
            "More": {"anyOf": [
                {"$ref": "#/components/schemas/Base"},
                {"properties": {"n": {"type": "integer"}}, "required": ["n"]},
            ]},
            "It": {"$ref": "#/components/schemas/More", "properties": {"own": true},
                "unevaluatedProperties": false},
            "List": {"allOf": [{"$ref": "#/components/schemas/Pair"}], "unevaluatedItems": false},
            "Pair": {"prefixItems": [{"type": "string"}, {"type": "string"}]},
        }),
    );
    assert_eq!(told(&document), [""; 0]);
    assert!(is_valid(&document, "It", &json!({"id": "a", "n": 1, "own": 1})));
    let found = violations(&document, "It", &json!({"id": "a", "other": 1}));
    assert_eq!(found[0].property.as_deref(), Some("other"));
    assert!(is_valid(&document, "List", &json!(["a", "b"])));
    assert!(!is_valid(&document, "List", &json!(["a", "b", "c"])));
}

#[test]
fn schemas_are_found_by_their_names() {
    let document = with_schemas(
        "3.1.0",
        &json!({
            "It": {"properties": {
                "relative": {"$ref": "tree"},
                "absolute": {"$ref": "https://example.com/schemas/tree"},
                "anchor": {"$ref": "https://example.com/schemas/tree#leaf"},
                "inner": {"$ref": "https://example.com/schemas/tree#/$defs/inner"},
                "own": {"$ref": "#own"},
            }, "$id": "https://example.com/schemas/it",
               "$defs": {"own": {"$anchor": "own", "const": "own"}}},
            "Tree": {
                "$id": "https://example.com/schemas/tree",
                "type": "object",
                "properties": {"child": {"$ref": "#"}, "leaf": {"$ref": "#leaf"}},
                "$defs": {
                    "leaf": {"$anchor": "leaf", "type": "integer"},
                    "inner": {"type": "boolean"},
                },
            },
        }),
    );
    assert_eq!(told(&document), [""; 0]);
    let valid = json!({
        "relative": {"child": {"leaf": 1}}, "absolute": {}, "anchor": 1, "inner": true, "own": "own",
    });
    assert!(is_valid(&document, "It", &valid));
    for (name, value) in [
        ("relative", json!({"child": {"leaf": "x"}})),
        ("absolute", json!(1)),
        ("anchor", json!("x")),
        ("inner", json!(1)),
        ("own", json!("other")),
    ] {
        assert!(!is_valid(&document, "It", &json!({name: value})), "{name}");
    }
}

#[test]
fn names_that_lead_nowhere_are_told() {
    let document = with_schemas(
        "3.1.0",
        &json!({
            "Anchor": {"$ref": "#missing"},
            "First": {"$anchor": "twice"},
            "Second": {"$anchor": "twice"},
            "Inner": {"$id": "inner", "$ref": "#/components/schemas/First"},
            "Nullable": {"type": "string", "nullable": true},
            "Strange": {"$schema": "https://example.com/dialect", "type": "nonsense"},
        }),
    );
    assert_eq!(
        told(&document),
        [
            "document-malformed /components/schemas/Second/$anchor: \
             is the anchor `twice`, which another schema has",
            "not-judged /components/schemas/Strange/$schema: \
             names the dialect `https://example.com/dialect`, by which nothing is judged",
            "reference-broken /components/schemas/Anchor/$ref: \
             refers to the anchor `missing`, which does not exist",
            "document-malformed /components/schemas/Inner/$ref: \
             is resolved against the `$id` around it, where it leads nowhere",
            "document-malformed /components/schemas/Nullable/nullable: \
             says nothing in this version, which has `null` among the types",
        ]
    );
    assert!(!is_valid(&document, "Nullable", &json!(null)));
    assert!(is_valid(&document, "Strange", &json!(1)));
}

#[test]
fn a_dynamic_reference_names_what_the_way_to_it_says() {
    let document = with_schemas(
        "3.1.0",
        &json!({
            "Generic": {
                "$id": "generic-list",
                "type": "array",
                "items": {"$dynamicRef": "#item"},
                "$defs": {"anything": {"$dynamicAnchor": "item"}},
            },
            "Numbers": {
                "$id": "numbers",
                "$ref": "generic-list",
                "$defs": {"number": {"$dynamicAnchor": "item", "type": "number"}},
            },
            "Texts": {
                "$id": "texts",
                "allOf": [{"$ref": "generic-list"}],
                "$defs": {"text": {"$dynamicAnchor": "item", "type": "string"}},
            },
            "Nested": {
                "$id": "nested",
                "properties": {"texts": {"$ref": "texts"}, "any": {"$ref": "generic-list"}},
                "$defs": {"flag": {"$dynamicAnchor": "item", "type": "boolean"}},
            },
            "Tree": {
                "$id": "tree",
                "$dynamicAnchor": "node",
                "type": "object",
                "properties": {"children": {"type": "array", "items": {"$dynamicRef": "#node"}}},
            },
            "StrictTree": {
                "$id": "strict-tree",
                "$dynamicAnchor": "node",
                "$ref": "tree",
                "unevaluatedProperties": false,
            },
        }),
    );
    assert_eq!(told(&document), [""; 0]);
    let table = [
        ("Generic", json!([1, "a"]), true),
        ("Numbers", json!([1, 2]), true),
        ("Numbers", json!([1, "a"]), false),
        ("Texts", json!(["a"]), true),
        ("Texts", json!([1]), false),
        ("Nested", json!({"texts": [true]}), true),
        ("Nested", json!({"texts": ["a"]}), false),
        ("Nested", json!({"any": [true]}), true),
        ("Nested", json!({"any": [1]}), false),
        ("Tree", json!({"children": [{"daat": 1}]}), true),
        ("StrictTree", json!({"children": [{"children": []}]}), true),
        ("StrictTree", json!({"children": [{"daat": 1}]}), false),
        ("StrictTree", json!({"daat": 1}), false),
    ];
    for (name, value, valid) in table {
        assert_eq!(is_valid(&document, name, &value), valid, "{name} {value}");
    }
    let found = violations(&document, "Numbers", &json!([1, "a"]));
    assert_eq!(found[0].place.as_str(), "/components/schemas/Numbers/$defs/number/type");
}

#[test]
fn a_schema_of_another_draft_is_judged_by_it() {
    let document = with_schemas(
        "3.1.0",
        &json!({
            "Four": {
                "$schema": "http://json-schema.org/draft-04/schema#",
                "id": "https://example.com/four",
                "minimum": 0, "exclusiveMinimum": true,
                "items": [{"type": "string"}], "additionalItems": false,
                "dependencies": {"a": ["b"], "c": {"maxProperties": 1}},
                "definitions": {"text": {"type": "string"}},
                "properties": {"t": {"$ref": "#/definitions/text", "maxLength": 0}},
            },
            "Seven": {
                "$schema": "http://json-schema.org/draft-07/schema#",
                "if": {"required": ["a"]}, "then": {"required": ["b"]},
                "exclusiveMaximum": 5,
                "items": [true], "additionalItems": {"type": "string"},
            },
            "Draft2019": {
                "$schema": "https://json-schema.org/draft/2019-09/schema",
                "$id": "draft-2019",
                "items": [{"type": "string"}],
                "properties": {"inner": {"$recursiveRef": "#"}},
            },
        }),
    );
    assert_eq!(told(&document), [""; 0]);
    let table = [
        ("Four", json!(0), false),
        ("Four", json!(1), true),
        ("Four", json!(["a"]), true),
        ("Four", json!([1]), false),
        ("Four", json!(["a", "b"]), false),
        ("Four", json!({"a": 1}), false),
        ("Four", json!({"c": 1, "d": 1}), false),
        ("Four", json!({"t": "long"}), true),
        ("Four", json!({"t": 1}), false),
        ("Seven", json!({"a": 1}), false),
        ("Seven", json!(5), false),
        ("Seven", json!([1, "a"]), true),
        ("Seven", json!([1, 2]), false),
        ("Draft2019", json!([1]), false),
        ("Draft2019", json!({"inner": {"inner": [1]}}), false),
    ];
    for (name, value, valid) in table {
        assert_eq!(is_valid(&document, name, &value), valid, "{name} {value}");
    }
    let found = violations(&document, "Four", &json!(["a", "b"]));
    assert_eq!(found[0].place.as_str(), "/components/schemas/Four/additionalItems");
    let found = violations(&document, "Four", &json!({"a": 1}));
    assert_eq!(found[0].place.as_str(), "/components/schemas/Four/dependencies");
}

#[test]
fn a_recursive_reference_names_the_outermost_schema_that_lets_itself_be_extended() {
    let draft = "https://json-schema.org/draft/2019-09/schema";
    let tree = json!({"children": {"type": "array", "items": {"$recursiveRef": "#"}}, "data": {}});
    let document = with_schemas(
        "3.1.0",
        &json!({
            "Tree": {"$schema": draft, "$id": "tree", "$recursiveAnchor": true, "properties": tree},
            "Strict": {
                "$schema": draft, "$id": "strict", "$recursiveAnchor": true,
                "$ref": "tree", "unevaluatedProperties": false,
            },
            "Fixed": {"$schema": draft, "$id": "fixed", "properties": tree},
            "StrictOfFixed": {
                "$schema": draft, "$id": "strict-of-fixed", "$recursiveAnchor": true,
                "$ref": "fixed", "unevaluatedProperties": false,
            },
            "Unanchored": {
                "$schema": draft, "$id": "unanchored",
                "$ref": "tree", "unevaluatedProperties": false,
            },
        }),
    );
    assert_eq!(told(&document), [""; 0]);
    let misspelled = json!({"children": [{"daat": 1}]});
    let table = [
        ("Tree", &misspelled, true),
        ("Strict", &misspelled, false),
        ("Strict", &json!({"children": [{"data": 1}]}), true),
        ("Strict", &json!({"daat": 1}), false),
        ("StrictOfFixed", &misspelled, true),
        ("Unanchored", &misspelled, true),
        ("Unanchored", &json!({"daat": 1}), false),
    ];
    for (name, value, valid) in table {
        assert_eq!(is_valid(&document, name, value), valid, "{name} {value}");
    }
}

#[test]
fn the_documents_dialect_is_that_of_schemas_that_name_none() {
    let document = load(&json!({
        "openapi": "3.1.0",
        "info": {"title": "It", "version": "1"},
        "jsonSchemaDialect": "http://json-schema.org/draft-07/schema#",
        "components": {"schemas": {"It": {"items": [{"type": "string"}]}}},
    }));
    assert_eq!(told(&document), [""; 0]);
    assert!(!is_valid(&document, "It", &json!([1])));
}

#[test]
fn a_path_item_may_refer_and_say_more() {
    let document = load(&json!({
        "openapi": "3.1.0",
        "info": {"title": "It", "version": "1"},
        "paths": {"/x/{id}": {
            "$ref": "#/components/pathItems/X",
            "summary": "Both",
            "post": {"operationId": "post", "responses": {"200": {"description": "x"}}},
            "parameters": [{"name": "id", "in": "path", "required": true, "schema": true}],
        }},
        "components": {"pathItems": {"X": {
            "get": {"operationId": "get", "responses": {"200":
                {"$ref": "#/components/responses/Ok", "description": "of this operation"}}},
            "post": {"operationId": "hidden"},
        }}, "responses": {"Ok": {"description": "x"}}},
    }));
    assert_eq!(told(&document), [""; 0]);
    let ids: Vec<&str> = document.operations.iter().map(|operation| &*operation.id).collect();
    assert_eq!(ids, ["post", "get"]);
    assert_eq!(document.operations[1].parameters[0].name, "id");
    assert_eq!(document.operations[1].pointer.as_str(), "/components/pathItems/X/get");
}

#[test]
fn a_document_of_webhooks_has_no_operations() {
    let document = load(&json!({
        "openapi": "3.1.0",
        "info": {"title": "It", "version": "1"},
        "webhooks": {"event": {"post": {"responses": {"200": {"description": "x"}}}}},
    }));
    assert_eq!(told(&document), [""; 0]);
    assert!(document.operations.is_empty());
}
