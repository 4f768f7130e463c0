//! Loading documents: what the model holds, what is wrong with a document, and where.

use std::path::PathBuf;

use http::Method;
use http::StatusCode;
use standin::finding::Violation;
use standin::message::Request;
use standin::pointer::Pointer;
use standin::spec;
use standin::spec::Document;
use standin::spec::LoadError;
use standin::spec::model::ParameterLocation;
use standin::spec::model::SecurityScheme;
use standin::spec::model::Style;
use standin::validate;
use standin::validate::request::Demands;

/// Loads the document of a fixture.
pub(crate) fn fixture(case: &str) -> Document {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join(format!("tests/fixtures/spec/{case}/document.yaml"));
    spec::load::from_file(&path).expect("fixtures load")
}

/// `rule place: title` of each violation.
fn told(violations: &[Violation]) -> Vec<String> {
    let told = |violation: &Violation| {
        format!("{} {}: {}", violation.rule.id, violation.place, violation.title)
    };
    violations.iter().map(told).collect()
}

fn failure(text: &str) -> String {
    spec::load::from_text("sessions.yaml", text).expect_err("does not load").to_string()
}

#[test]
fn references_are_followed_to_every_kind_of_part() {
    let document = fixture("references");
    let operation = document.operation("getSession").expect("behind a path item's reference");
    assert_eq!(&*operation.template, "/sessions/{session_id}");
    assert_eq!(operation.pointer.as_str(), "/components/x-path-items/session/get");
    assert_eq!(operation.parameters[0].name, "session_id");
    assert_eq!(operation.parameters[0].pointer.as_str(), "/components/parameters/session_id");
    assert_eq!(operation.security[0][0].kind, SecurityScheme::Bearer);
    let body = operation.request_body.as_ref().expect("a body");
    assert!(body.required);
    let session = body.content[0].schema.expect("a schema");
    assert_eq!(document.schemas.pointer(session).as_str(), "/components/schemas/Session");
    let response = operation.response(StatusCode::OK).expect("a response");
    assert_eq!(response.pointer.as_str(), "/components/responses/session");
    assert_eq!(response.content[0].schema, Some(session), "an alias is the schema it names");
    assert_eq!(response.headers[0].name, "x-trace");
    assert_eq!(response.headers[0].example, Some("abc".into()));
    let (_, example) = response.example("found").expect("an example");
    assert_eq!(example.pointer.as_str(), "/components/examples/found");
    assert_eq!(example.extensions["x-standin-basis"], "observed");
}

#[test]
fn a_parameter_of_the_operation_replaces_the_path_items() {
    let document = fixture("references");
    let operation = document.operation("getSession").expect("declared");
    let verbose: Vec<_> =
        operation.parameters.iter().filter(|parameter| parameter.name == "verbose").collect();
    assert_eq!(verbose.len(), 1);
    assert!(verbose[0].required);
}

#[test]
fn references_that_lead_nowhere_are_told_with_their_place() {
    assert_eq!(
        told(fixture("references").violations()),
        [
            "reference-broken /paths/~1broken/get/responses/200/content/text~1plain/schema/$ref: \
             refers to `other.yaml#/Text`, which can not be read: no such file or directory",
            "reference-broken /paths/~1broken/get/parameters/0/$ref: \
             refers to `#/components/parameters/missing`, which does not exist",
            "reference-broken \
             /paths/~1broken/get/responses/200/content/application~1json/schema/$ref: \
             refers to `#/components/schemas/Missing`, which does not exist",
        ]
    );
}

#[test]
fn references_that_lead_round_in_a_circle_are_told_and_trees_are_not() {
    let document = fixture("cycles");
    let places: Vec<&str> =
        document.violations().iter().map(|violation| violation.place.as_str()).collect();
    assert_eq!(
        places,
        [
            "/components/parameters/about/$ref",
            "/components/schemas/Itself/$ref",
            "/components/schemas/Second/anyOf/0/$ref",
        ]
    );
    assert!(document.violations().iter().all(|violation| violation.rule.id == "reference-cyclic"));
}

#[test]
fn base_paths_come_from_the_innermost_servers_and_are_normal() {
    let document = fixture("base_paths");
    let base_paths = |id| document.operation(id).map(|operation| operation.base_paths.clone());
    assert_eq!(base_paths("getRoot"), Some(vec!["/v1".into(), "/v2".into(), String::new()]));
    assert_eq!(base_paths("getItem"), Some(vec!["/item".into()]));
    assert_eq!(base_paths("putItem"), Some(vec!["/operation".into()]));
    let without = fixture("cycles");
    assert_eq!(without.operations[0].base_paths, [""]);
}

#[test]
fn places_in_a_document_have_line_and_column() {
    let document = fixture("positions");
    let at = |pointer| {
        document.position(&Pointer::new(pointer)).map(|position| (position.line, position.column))
    };
    assert_eq!(at("/components/schemas/Limit/maximum"), Some((14, 7)));
    assert_eq!(document.line(&document.name, 14), Some("      maximum: 500"));
    assert_eq!(at("/components/schemas/Limit/minimum"), Some((12, 5)), "the nearest that exists");
    assert_eq!(at("/paths/~1b/get/responses/200"), Some((7, 9)), "behind an alias");
}

#[test]
fn operations_without_an_id_of_their_own_are_named_after_method_and_path() {
    let document = fixture("model");
    let ids: Vec<&str> = document.operations.iter().map(|operation| &*operation.id).collect();
    assert_eq!(ids, ["getThingsThingId", "removeThing", "postThingsThingId"]);
}

#[test]
fn operations_hold_what_the_document_says() {
    let document = fixture("model");
    assert_eq!(document.title, "Model");
    assert_eq!(document.extensions()["x-standin-basis"], "documented");
    assert_eq!(document.examples()[0].name, "not_found");
    assert_eq!(document.examples()[0].extensions["x-standin-basis"], "assumed");
    let operation = &document.operations[0];
    assert_eq!(operation.method, Method::GET);
    assert!(operation.deprecated);
    assert_eq!(operation.summary.as_deref(), Some("Gets a thing."));
    assert_eq!(operation.extensions["x-standin-since"], "2025-01-01");
    let parameters: Vec<_> = operation
        .parameters
        .iter()
        .map(|it| (&*it.name, it.location, it.style, it.explode, it.schema.is_some()))
        .collect();
    assert_eq!(
        parameters,
        [
            ("thing_id", ParameterLocation::Path, Style::Simple, false, true),
            ("fields", ParameterLocation::Query, Style::Form, false, true),
            ("filter", ParameterLocation::Query, Style::DeepObject, false, true),
            ("X-Trace", ParameterLocation::Header, Style::Simple, false, true),
            ("X-Deep", ParameterLocation::Header, Style::Simple, false, false),
            ("nowhere", ParameterLocation::Query, Style::Form, true, false),
            ("json", ParameterLocation::Query, Style::Form, true, true),
        ]
    );
    let json = operation.parameters[6].media_type.as_ref().map(ToString::to_string);
    assert_eq!(json.as_deref(), Some("application/json"));
}

#[test]
fn the_most_exact_response_covers_a_status() {
    let document = fixture("model");
    let place = |status| {
        let response = document.operations[0].response(status).expect("covered");
        response.pointer.last().map(std::borrow::Cow::into_owned)
    };
    assert_eq!(place(StatusCode::OK).as_deref(), Some("200"));
    assert_eq!(place(StatusCode::NOT_FOUND).as_deref(), Some("4XX"));
    assert_eq!(place(StatusCode::BAD_GATEWAY).as_deref(), Some("default"));
    let (_, example) = document.operations[0].responses[0].example("example").expect("its own");
    assert_eq!(example.value()["a"], 1);
}

#[test]
fn security_of_the_operation_replaces_the_documents() {
    let document = fixture("model");
    assert_eq!(document.operations[0].security[0][0].kind, SecurityScheme::Bearer);
    assert!(document.operations[1].security.is_empty());
    let alternatives = &document.operations[2].security;
    let key =
        SecurityScheme::ApiKey { name: "x-key".to_owned(), location: ParameterLocation::Header };
    assert_eq!(alternatives[0][0].kind, key);
    assert_eq!(alternatives[1][0].kind, SecurityScheme::Basic);
    assert_eq!(alternatives[1][1].scopes, ["admin"]);
}

#[test]
fn parts_of_a_wrong_shape_are_told_and_passed_over() {
    assert_eq!(
        told(fixture("model").violations()),
        [
            "document-malformed /paths/~1things~1{thing_id}/post/operationId: \
             is an operationId that another operation has",
            "document-malformed /paths/~1things~1{thing_id}/get/parameters/4/style: \
             is `deepObject`, a style for queries and not for header fields; no value is judged",
            "document-malformed /paths/~1things~1{thing_id}/get/parameters/5/style: \
             is `curly`, which is no style; no value is judged",
            "document-malformed /paths/~1things~1{thing_id}/get/parameters/6/content: \
             has several media types; only the first is read",
            "document-malformed /paths/~1things~1{thing_id}/get/responses/nonsense: \
             is neither a status code, a range such as 4XX nor default",
            "reference-broken /paths/~1things~1{thing_id}/post/security/1/ghost: \
             demands the security scheme `ghost`, which is not declared",
        ]
    );
}

#[test]
fn text_that_does_not_parse_is_told_with_line_and_column() {
    let table = [
        ("openapi: 3.0.3\npaths:\n\t/a: {}\n", "sessions.yaml:3:2: "),
        ("openapi: 3.0.3\nopenapi: 3.0.3\n", "sessions.yaml:2:1: "),
        ("{\n  \"openapi\": \"3.0.3\",\n  \"paths\": ]\n", "sessions.yaml:3:12: "),
        ("openapi: 3.0.3\ninfo: *nobody\n", "sessions.yaml:2:7: "),
        ("just text", "sessions.yaml:1:1: the document is not an object"),
        ("", "sessions.yaml:1:1: the document is empty"),
        ("<!doctype html>", "sessions.yaml:1:1: this is HTML or XML"),
    ];
    for (text, told) in table {
        let failure = failure(text);
        assert!(failure.starts_with(told), "{failure}");
        assert!(!failure.contains('\n') && !failure.contains(" at line"), "{failure}");
    }
}

#[test]
fn versions_that_nobody_reads_are_refused_by_name() {
    assert_eq!(
        failure("openapi: 4.0.0\npaths: {}\n"),
        "sessions.yaml: OpenAPI 4.0.0 is not a version that standin reads"
    );
    assert_eq!(
        failure("swagger: '1.2'\n"),
        "sessions.yaml: Swagger 1.2 is not a version that standin reads"
    );
    assert_eq!(
        failure("paths: {}\n"),
        "sessions.yaml: a document without the member `openapi` is not a version that standin reads"
    );
    let missing = spec::load::from_file(&PathBuf::from("no/such/file.yaml"));
    assert!(matches!(missing, Err(LoadError::Unreadable { .. })));
}

#[test]
fn json_and_yaml_give_the_same_model() {
    let yaml = fixture("model");
    let json = serde_json::to_string_pretty(yaml.root()).expect("JSON");
    let json = spec::load::from_text("model.json", &json).expect("the same as JSON");
    assert_eq!(format!("{:?}", yaml.operations), format!("{:?}", json.operations));
}

#[test]
fn words_for_booleans_stay_words() {
    let text = "openapi: 3.0.3\ninfo: {title: no}\npaths: {}\nx-answer: on\n";
    let document = spec::load::from_text("words.yaml", text).expect("loads");
    assert_eq!(document.title, "no");
    assert_eq!(document.extensions()["x-answer"], "on");
}

#[test]
fn bombs_are_refused_and_do_not_explode() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let last = level - 1;
        bomb.push_str(&format!("a{level}: &a{level} ["));
        bomb.push_str(&vec![format!("*a{last}"); 9].join(", "));
        bomb.push_str("]\n");
    }
    assert!(failure(&bomb).contains("sessions.yaml:"), "aliases");
    assert!(failure(&"[".repeat(100_000)).starts_with("sessions.yaml:1:"), "depth of JSON");
    assert!(failure(&format!("a: {}", "[".repeat(100_000))).starts_with("sessions.yaml:1:"));
    assert!(failure(&stairs(5_000)).starts_with("sessions.yaml:65:"), "depth of YAML");
    assert!(failure(&"- ".repeat(100_000)).starts_with("sessions.yaml:1:129:"), "depth in a line");
    assert!(failure(&" ".repeat(5_000_000)).starts_with("sessions.yaml:1:1:"), "nothing but space");
    assert!(failure("a: &a [*a]").starts_with("sessions.yaml:1:"), "an alias of itself");
}

#[test]
fn a_document_as_deep_as_any_that_is_in_use_is_read() {
    let text = format!("openapi: 3.0.3\npaths: {{}}\nx-deep:\n{}", stairs(60));
    let document = spec::load::from_text("deep.yaml", &text).expect("loads");
    assert!(document.position(&Pointer::new(format!("/x-deep{}", "/a".repeat(60)))).is_some());
}

/// Members in members, each on a line of its own.
fn stairs(depth: usize) -> String {
    (1..=depth).map(|step| format!("{}a:\n", " ".repeat(step))).collect()
}

#[test]
fn what_is_written_twice_or_is_no_text_is_told_with_its_place() {
    let twice = "openapi: 3.0.3\npaths:\n  /a: {}\n  /a: {}\n";
    assert!(failure(twice).starts_with("sessions.yaml:4:3: duplicate mapping key: /a"));
    assert!(failure("openapi: 3.0.3\0\n").starts_with("sessions.yaml:1:15:"), "NUL");
    let half = r#"{"openapi": "3.0.3", "info": {"title": "\ud800"}}"#;
    assert!(failure(half).starts_with("sessions.yaml:1:"), "half a surrogate pair");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("latin.yaml");
    std::fs::write(&file, b"openapi: 3.0.3\ninfo: {title: \xe9}\n").expect("written");
    let unreadable = spec::load::from_file(&file).expect_err("no UTF-8");
    assert!(matches!(unreadable, LoadError::NotUtf8 { .. }), "{unreadable}");
}

#[test]
fn no_tag_and_no_variable_makes_the_parser_look_elsewhere() {
    let text = "openapi: 3.0.3\npaths: {}\nx-file: !include /etc/passwd\nx-home: ${HOME}\n";
    let document = spec::load::from_text("tags.yaml", text).expect("loads");
    assert_eq!(document.extensions()["x-file"], "/etc/passwd");
    assert_eq!(document.extensions()["x-home"], "${HOME}");
}

#[test]
fn nothing_but_the_document_is_read_whatever_it_refers_to() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("a listener takes options");
    let address = listener.local_addr().expect("an address");
    let places = [
        &format!("http://{address}/x.json#/A"),
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "/etc/passwd",
        "../../../etc/passwd",
        "//127.0.0.1/x.json",
    ];
    let schemas: serde_json::Map<String, serde_json::Value> = places
        .iter()
        .enumerate()
        .map(|(number, place)| (format!("S{number}"), serde_json::json!({ "$ref": place })))
        .collect();
    let text = serde_json::json!({
        "openapi": "3.0.3",
        "info": {"title": "x", "version": "1"},
        "paths": {"/x": {"post": {
            "operationId": "x",
            "requestBody": {"content": {"application/json": {"schema": {
                "oneOf": schemas.keys().map(|name| {
                    serde_json::json!({"$ref": format!("#/components/schemas/{name}")})
                }).collect::<Vec<_>>(),
            }}}},
            "responses": {"200": {"description": "x"}},
        }}},
        "components": {"schemas": schemas},
    });
    let document = spec::load::from_text("x.json", &text.to_string()).expect("loads");
    let told = told(document.violations()).join("\n");
    for place in places {
        assert!(
            told.contains(&format!("refers to `{place}`, and only this document is read")),
            "{told}"
        );
    }
    let operation = document.operation("x").expect("declared");
    let mut request = Request::new(Method::POST, "/x");
    request.headers.insert("content-type", "application/json".parse().expect("a type"));
    request.body = "{}".into();
    let demands = Demands { credentials: false, ..Demands::default() };
    let reading = validate::request::read(&document, operation, &[], &request, demands);
    let read = reading.body.map(|body| body.view().to_value().into_owned());
    assert_eq!(read, Some(serde_json::json!({})), "what can not be judged is read");
    let called = listener.accept().expect_err("nobody calls while schemas are compiled and judged");
    assert_eq!(called.kind(), std::io::ErrorKind::WouldBlock);
}

#[test]
fn every_dialect_is_the_file_of_its_name() {
    for dialect in spec::dialect::DIALECTS {
        let room = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/spec/dialect");
        let file = room.join(format!("{}.rs", dialect.id));
        let folder = room.join(dialect.id).join("mod.rs");
        assert!(file.is_file() || folder.is_file(), "{}", dialect.id);
    }
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/spec/dialect");
    let files = std::fs::read_dir(folder).expect("the folder").count();
    assert_eq!(files, spec::dialect::DIALECTS.len() + 1);
}

#[test]
fn every_bundled_document_loads_without_violations() {
    for (name, text) in super::schemas::bundled() {
        let document = spec::load::from_text(&name, &text).expect("loads");
        assert_eq!(told(document.violations()), [""; 0], "{name}");
        assert!(!document.operations.is_empty(), "{name}");
    }
}

#[test]
fn what_the_build_read_in_the_bundled_documents_is_what_stands_in_them() {
    for document in spec::bundled::ALL {
        let built = spec::load::bundled(document).expect("loads");
        let written = spec::load::from_text(document.name, document.text).expect("loads");
        // The text too: members have an order.
        let parsed: serde_json::Value = serde_json::from_str(document.json).expect("JSON");
        assert_eq!(parsed.to_string(), written.root().to_string(), "{}", document.name);
        assert_eq!(format!("{:?}", built.operations), format!("{:?}", written.operations));
    }
}
