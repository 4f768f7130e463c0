//! Generated schemas that refer to each other, and generated values.

use proptest::collection::vec;
use proptest::prelude::BoxedStrategy;
use proptest::prelude::Just;
use proptest::prelude::Strategy;
use proptest::prelude::any;
use proptest::prop_oneof;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use standin::schema::Direction;
use standin::spec;

use super::note;
use crate::schemas::component;

/// How many schemas refer to each other.
const SCHEMAS: usize = 4;

/// How many documents are generated for each draft.
const DOCUMENTS: usize = 150;

/// How many values each is asked about.
const VALUES: usize = 25;

/// A draft whose keywords are generated.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Draft {
    Four,
    Latest,
    /// The latest, where schemas are referred to by their `$id`, and dynamically.
    Named,
}

/// Where a schema stands: it may refer in place only to later ones, so that no circle is closed
/// without a step into the value.
#[derive(Clone, Copy, Debug)]
struct At {
    draft: Draft,
    least: usize,
    depth: u32,
}

type Fragment = BoxedStrategy<Map<String, Value>>;

fn fragment(value: Value) -> Map<String, Value> {
    let Value::Object(members) = value else { unreachable!("written as an object") };
    members
}

fn text() -> impl Strategy<Value = String> {
    select(vec!["", "a", "b", "ab"]).prop_map(str::to_owned)
}

fn name() -> impl Strategy<Value = String> {
    select(vec!["a", "b", "ab"]).prop_map(str::to_owned)
}

fn value() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|truth| json!(truth)),
        (-2..4_i64).prop_map(|number| json!(number)),
        Just(json!(0.5)),
        text().prop_map(|text| json!(text)),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(|items| json!(items)),
            vec((name(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
    .boxed()
}

fn reference(at: At, is_in_place: bool) -> Fragment {
    let least = if is_in_place { at.least + 1 } else { 0 };
    if least >= SCHEMAS {
        return Just(Map::new()).boxed();
    }
    let plain = (least..SCHEMAS).prop_map(move |number| {
        let target = match at.draft {
            Draft::Four | Draft::Latest => format!("#/components/schemas/S{number}"),
            Draft::Named => format!("s{number}"),
        };
        fragment(json!({"$ref": target}))
    });
    match at.draft {
        // A dynamic reference may lead anywhere, so it needs a step.
        Draft::Named if !is_in_place => {
            prop_oneof![plain, Just(fragment(json!({"$dynamicRef": "#node"})))].boxed()
        }
        Draft::Named | Draft::Four | Draft::Latest => plain.boxed(),
    }
}

/// A keyword that holds no schema.
fn plain(draft: Draft) -> Fragment {
    let types = select(vec!["null", "boolean", "integer", "number", "string", "array", "object"]);
    let kinds = vec(types, 1..4).prop_map(|mut kinds| {
        kinds.sort_unstable();
        kinds.dedup();
        json!({"type": kinds})
    });
    let count = || 0..3_u64;
    let limit = || -1..3_i64;
    let shared = prop_oneof![
        kinds,
        vec(value(), 1..3).prop_map(|values| json!({"enum": values})),
        limit().prop_map(|limit| json!({"minimum": limit})),
        limit().prop_map(|limit| json!({"maximum": limit})),
        (1..3_i64).prop_map(|step| json!({"multipleOf": step})),
        count().prop_map(|count| json!({"minLength": count})),
        count().prop_map(|count| json!({"maxLength": count})),
        select(vec!["^a", "b$", "^.$"]).prop_map(|pattern| json!({"pattern": pattern})),
        count().prop_map(|count| json!({"minItems": count})),
        count().prop_map(|count| json!({"maxItems": count})),
        Just(json!({"uniqueItems": true})),
        count().prop_map(|count| json!({"minProperties": count})),
        count().prop_map(|count| json!({"maxProperties": count})),
        name().prop_map(|name| json!({"required": [name]})),
    ];
    let own = match draft {
        Draft::Four => prop_oneof![
            limit().prop_map(|limit| json!({"minimum": limit, "exclusiveMinimum": true})),
            limit().prop_map(|limit| json!({"maximum": limit, "exclusiveMaximum": true})),
            (name(), name()).prop_map(|(one, other)| json!({"dependencies": {one: [other]}})),
        ]
        .boxed(),
        Draft::Latest | Draft::Named => prop_oneof![
            value().prop_map(|value| json!({"const": value})),
            limit().prop_map(|limit| json!({"exclusiveMinimum": limit})),
            limit().prop_map(|limit| json!({"exclusiveMaximum": limit})),
            (name(), name()).prop_map(|(one, other)| json!({"dependentRequired": {one: [other]}})),
            Just(json!({"unevaluatedProperties": false})),
            Just(json!({"unevaluatedItems": false})),
        ]
        .boxed(),
    };
    prop_oneof![3 => shared, 1 => own].prop_map(fragment).boxed()
}

/// A keyword that holds schemas.
fn combined(at: At) -> Fragment {
    let inner = At { depth: at.depth - 1, ..at };
    let here = || schema(inner, true);
    let below = || schema(inner, false);
    let lists = prop_oneof![
        (select(vec!["allOf", "anyOf", "oneOf"]), vec(here(), 1..3))
            .prop_map(|(keyword, branches)| json!({keyword: branches})),
        here().prop_map(|schema| json!({"not": schema})),
    ];
    let shared = prop_oneof![
        vec((name(), below()), 1..3).prop_map(|members| {
            json!({"properties": Value::Object(members.into_iter().collect())})
        }),
        below().prop_map(|schema| json!({"patternProperties": {"^a": schema}})),
        below().prop_map(|schema| json!({"additionalProperties": schema})),
        below().prop_map(|schema| json!({"items": schema})),
    ];
    let own = match at.draft {
        Draft::Four => prop_oneof![
            (vec(below(), 1..3), below())
                .prop_map(|(first, rest)| json!({"items": first, "additionalItems": rest})),
            vec(below(), 1..3).prop_map(|first| json!({"items": first, "additionalItems": false})),
            (name(), here()).prop_map(|(name, schema)| json!({"dependencies": {name: schema}})),
        ]
        .boxed(),
        Draft::Latest | Draft::Named => prop_oneof![
            vec(below(), 1..3).prop_map(|first| json!({"prefixItems": first})),
            (below(), 0..2_u64, 1..3_u64).prop_map(|(schema, least, most)| {
                json!({"contains": schema, "minContains": least, "maxContains": most})
            }),
            below().prop_map(|schema| json!({"propertyNames": schema})),
            (here(), here(), here())
                .prop_map(|(one, then, other)| json!({"if": one, "then": then, "else": other})),
            (name(), here()).prop_map(|(name, schema)| json!({"dependentSchemas": {name: schema}})),
            below().prop_map(|schema| json!({"unevaluatedProperties": schema})),
            below().prop_map(|schema| json!({"unevaluatedItems": schema})),
        ]
        .boxed(),
    };
    prop_oneof![lists, shared, own].prop_map(fragment).boxed()
}

fn schema(at: At, is_in_place: bool) -> BoxedStrategy<Value> {
    let at = if is_in_place { at } else { At { least: 0, ..at } };
    let merged = |fragments: Vec<Map<String, Value>>| {
        Value::Object(fragments.into_iter().flatten().collect())
    };
    let refers = reference(at, is_in_place).prop_map(Value::Object);
    if at.depth == 0 {
        return prop_oneof![vec(plain(at.draft), 1..3).prop_map(merged), refers].boxed();
    }
    // A step into the value has been made: what is below may refer to anything.
    let body = vec(prop_oneof![plain(at.draft), combined(at)], 1..4);
    let with_siblings =
        (body.clone(), reference(at, is_in_place)).prop_map(move |(mut body, own)| {
            body.push(own);
            merged(body)
        });
    match at.draft {
        Draft::Four => prop_oneof![3 => body.prop_map(merged), 2 => refers].boxed(),
        Draft::Latest | Draft::Named => prop_oneof![
            3 => body.prop_map(merged),
            2 => with_siblings,
            1 => refers,
            1 => any::<bool>().prop_map(|truth| json!(truth)),
        ]
        .boxed(),
    }
}

/// A document of schemas that refer to each other, each an object.
fn schemas(draft: Draft) -> BoxedStrategy<Value> {
    let each: Vec<BoxedStrategy<Value>> = (0..SCHEMAS)
        .map(|least| {
            schema(At { draft, least, depth: 2 }, true)
                .prop_map(move |mut schema| {
                    if draft == Draft::Named {
                        if schema.is_boolean() {
                            schema = json!({"allOf": [schema]});
                        }
                        let Value::Object(members) = &mut schema else { return schema };
                        members.insert("$id".to_owned(), json!(format!("s{least}")));
                        if least % 2 == 0 {
                            members.insert("$dynamicAnchor".to_owned(), json!("node"));
                        } else {
                            let inner = json!({"$dynamicAnchor": "node", "maxProperties": least});
                            members.insert("$defs".to_owned(), json!({"node": inner}));
                        }
                    }
                    schema
                })
                .boxed()
        })
        .collect();
    each.prop_map(|schemas| {
        let named = schemas.into_iter().enumerate();
        Value::Object(named.map(|(number, schema)| (format!("S{number}"), schema)).collect())
    })
    .boxed()
}

/// The same schemas as a document of JSON Schema alone, beginning with the first.
fn alone(draft: Draft, schemas: &Value) -> Value {
    let (keyword, first) = match draft {
        Draft::Four => ("definitions", "#/definitions/S0"),
        Draft::Latest => ("$defs", "#/$defs/S0"),
        Draft::Named => ("$defs", "s0"),
    };
    let text = schemas.to_string().replace("#/components/schemas/", &format!("#/{keyword}/"));
    let schemas: Value = serde_json::from_str(&text).expect("JSON");
    let mut whole = json!({"$ref": first, keyword: schemas});
    if draft == Draft::Named {
        whole["$id"] = json!("https://example.com/");
    }
    whole
}

fn judge(draft: Draft, name: &str, dialect: &str) {
    let mut runner = TestRunner::deterministic();
    let (mut right, mut wrong) = (0, 0);
    for number in 0..DOCUMENTS {
        let schemas = schemas(draft).new_tree(&mut runner).expect("generated").current();
        let document = json!({
            "openapi": "3.1.0",
            "info": {"title": "It", "version": "1"},
            "jsonSchemaDialect": dialect,
            "components": {"schemas": schemas},
        });
        let document = spec::load::from_text("it.json", &document.to_string()).expect("loads");
        assert_eq!(document.violations().len(), 0, "{schemas}: {:?}", document.violations());
        assert!(document.schemas.unusable().is_empty(), "{schemas}");
        let it = component(&document, "S0");
        let mut verdicts = Vec::new();
        for _ in 0..VALUES {
            let value = value().new_tree(&mut runner).expect("generated").current();
            let found = document.schemas.violations(it, Direction::Request, &value);
            let valid = document.schemas.is_valid(it, Direction::Request, &value);
            assert_eq!(found.is_empty(), valid, "{schemas} {value}: {found:?}");
            *(if valid { &mut right } else { &mut wrong }) += 1;
            verdicts.push((value, valid));
        }
        note(&format!("{name} {number}"), name, &alone(draft, &schemas), &verdicts);
    }
    // Verdicts of one kind would prove little.
    let least = DOCUMENTS * VALUES / 10;
    assert!(right > least && wrong > least, "{right} values are valid, {wrong} are not");
}

#[test]
fn generated_schemas_of_draft_4_explain_what_they_forbid() {
    judge(Draft::Four, "draft-04", "http://json-schema.org/draft-04/schema#");
}

#[test]
fn generated_schemas_of_the_latest_draft_explain_what_they_forbid() {
    judge(Draft::Latest, "2020-12", "https://json-schema.org/draft/2020-12/schema");
}

#[test]
fn generated_schemas_with_names_of_their_own_explain_what_they_forbid() {
    judge(Draft::Named, "2020-12", "https://json-schema.org/draft/2020-12/schema");
}
