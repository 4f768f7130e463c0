//! The published schema of the report `json`, which every command's report keeps to.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use serde_json::json;
use standin::drift::coverage::ApiCoverage;
use standin::drift::coverage::Coverage;
use standin::drift::coverage::OperationCoverage;
use standin::drift::coverage::Part;
use standin::drift::coverage::PartKind;
use standin::drift::coverage::SchemaCoverage;
use standin::finding::Proof;
use standin::finding::Side;
use standin::pointer::Pointer;
use standin::report::Comparison;
use standin::report::Report;
use standin::report::Step;
use standin::report::Used;

use super::commands::reports;
use super::render;
use super::sample;

fn published() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("openapi/standin-report.schema.json")
}

/// The schema of a report, as the control surface's document has it, standing alone.
fn declared() -> Value {
    let text = include_str!("../../openapi/standin-admin.yaml");
    let whole: Value = serde_saphyr::from_str(text).expect("YAML");
    let schemas = &whole["components"]["schemas"];
    let mut definitions = BTreeMap::new();
    let mut wanted = vec!["Report".to_owned()];
    while let Some(name) = wanted.pop() {
        if definitions.contains_key(&name) {
            continue;
        }
        let schema = alone(&schemas[&name], &mut wanted);
        definitions.insert(name, schema);
    }
    let report = definitions.remove("Report").expect("a report");
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:standin:report",
        "title": "The report `json` of standin",
        "description": "What `--report json` writes, of any command. New members may come; those that are here stay.",
    });
    let members = schema.as_object_mut().expect("an object");
    members.extend(report.as_object().expect("an object").clone());
    members.insert("$defs".to_owned(), json!(definitions));
    schema
}

/// A schema of OpenAPI 3.0 as JSON Schema 2020-12 writes it; adds what it refers to.
fn alone(schema: &Value, wanted: &mut Vec<String>) -> Value {
    match schema {
        Value::Array(items) => items.iter().map(|item| alone(item, wanted)).collect(),
        Value::Object(members) => {
            let mut members = members.clone();
            if members.remove("nullable") == Some(json!(true)) {
                let kind = members["type"].clone();
                members.insert("type".to_owned(), json!([kind, "null"]));
            }
            let lead = "#/components/schemas/";
            for (name, member) in &mut members {
                let name = member.as_str().filter(|_| name == "$ref").unwrap_or_default();
                if let Some(name) = name.strip_prefix(lead).map(str::to_owned) {
                    *member = json!(format!("#/$defs/{name}"));
                    wanted.push(name);
                } else {
                    *member = alone(member, wanted);
                }
            }
            Value::Object(members)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => schema.clone(),
    }
}

/// The same where nothing may be said that the schema does not declare.
fn strict(schema: &Value) -> Value {
    match schema {
        Value::Array(items) => items.iter().map(strict).collect(),
        Value::Object(members) => {
            let mut members: serde_json::Map<String, Value> =
                members.iter().map(|(name, member)| (name.clone(), strict(member))).collect();
            if members.get("properties").is_some_and(Value::is_object)
                && members.contains_key("type")
            {
                members.insert("additionalProperties".to_owned(), json!(false));
            }
            Value::Object(members)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => schema.clone(),
    }
}

/// A report with every member that there can be.
fn full() -> Report {
    let part = |kind, name: &str, line| Part {
        kind,
        side: Side::Document,
        name: name.to_owned(),
        seen: line == Some(3),
        pointer: Pointer::new("/paths/~1a"),
        line,
    };
    let operation = OperationCoverage {
        operation: "get".to_owned(),
        method: "GET".to_owned(),
        path: "/a".to_owned(),
        calls: 2,
        parts: vec![
            part(PartKind::Parameter, "query.a", Some(3)),
            part(PartKind::Status, "200", None),
            part(PartKind::MediaType, "200 application/json", Some(4)),
        ],
    };
    let schema = SchemaCoverage {
        pointer: Pointer::new("/components/schemas/A"),
        parts: vec![
            part(PartKind::Property, "data/*/id", Some(3)),
            part(PartKind::EnumValue, "status = \"active\"", Some(9)),
        ],
    };
    let api = ApiCoverage {
        api: "a".to_owned(),
        document: "a.yaml".to_owned(),
        operations: vec![operation],
        schemas: vec![schema],
    };
    let mut report = sample();
    report.findings[0].known = true;
    (report.findings[0].id, report.findings[0].proof) = (Some("x"), Some(Proof::ByRule));
    report.unserved = Some(1);
    let (base, revision) = ("a.yaml".to_owned(), "b.yaml".to_owned());
    let used = Some(Used { exchanges: 3, called: 1, operations: 2 });
    report.comparison = Some(Comparison { base, revision, step: Step::Major, used });
    report.coverage = Some(Box::new(Coverage::of(vec![api])));
    report
}

#[test]
fn the_published_schema_says_what_the_document_of_the_control_surface_says() {
    let declared = format!("{:#}\n", declared());
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        fs::write(published(), &declared).expect("it is written");
    }
    let published = fs::read_to_string(published()).unwrap_or_default();
    assert_eq!(published, declared, "run this test with UPDATE_SCHEMA=1, and look at what changes");
}

#[test]
fn the_report_of_every_command_keeps_to_the_published_schema() {
    let text = fs::read_to_string(published()).expect("the schema is there");
    let schema = strict(&serde_json::from_str(&text).expect("JSON"));
    let validator = jsonschema::options().build(&schema).expect("a schema");
    let mut all = reports(["json"]);
    all.push(("everything", [render("json", &full())]));
    for (command, [report]) in all {
        let report: Value = serde_json::from_str(&report).expect("JSON");
        assert!(command == "everything" || report["command"] == command, "{report:#}");
        let errors: Vec<String> = validator
            .iter_errors(&report)
            .map(|it| format!("{it} at {}", it.instance_path()))
            .collect();
        assert_eq!(errors, [] as [String; 0], "{command}: {report:#}");
    }
    // It can fail, and does for what it does not know.
    let mut wrong: Value = serde_json::from_str(&render("json", &full())).expect("JSON");
    wrong["findings"][0]["colour"] = json!("red");
    assert!(!validator.is_valid(&wrong));
}
