//! Any document played: answers from its examples and schemas, its base paths, several on one port.

use std::path::Path;
use std::sync::Arc;

use reqwest::Method;
use serde_json::Value;
use serde_json::json;
use standin::Server;
use standin::spec::Document;
use standin::spec::load;

use crate::support::calls::call;
use crate::support::calls::header;
use crate::support::calls::json_of;
use crate::support::calls::rules;
use crate::support::process::run;
use crate::support::process::standin;

const PETS: &str = "tests/fixtures/playing/pets.yaml";
const BROKEN: &str = "tests/fixtures/playing/broken.yaml";

fn document(file: &str) -> Arc<Document> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    Arc::new(load::from_file(&path).expect("the fixture can be read"))
}

async fn pets() -> Server {
    Server::builder().document("pets", document(PETS)).start().await.expect("the server starts")
}

async fn answer(server: &Server, path: &str, fields: &[(&str, &str)]) -> (u16, Value) {
    let response = call(server, Method::GET, path, fields, "").await;
    (response.status().as_u16(), json_of(response).await)
}

#[tokio::test]
async fn a_declared_example_is_the_answer() {
    let server = pets().await;
    let found = answer(&server, "/v1/pets/1", &[]).await;
    assert_eq!(found, (200, json!({"id": 1, "name": "Fido"})));
    server.findings().assert_none();
}

#[tokio::test]
async fn without_an_example_the_answer_is_made_and_keeps_to_its_schema() {
    let server = pets().await;
    let (status, made) = answer(&server, "/v1/pets", &[]).await;
    assert_eq!(status, 200);
    let pet = json!({"id": 1, "name": "string", "born": "2019-08-24", "kind": "dog"});
    assert_eq!(made, json!([pet]));
    server.findings().assert_none();
}

#[tokio::test]
async fn what_is_neither_json_nor_text_is_written_as_what_it_is() {
    let operation = |id: &str, content: Value| {
        let fine = json!({ "description": "fine", "content": content });
        json!({ "get": { "operationId": id, "responses": { "200": fine } } })
    };
    let pet = json!({
        "type": "object",
        "required": ["id", "tags"],
        "properties": {
            "id": { "type": "integer", "xml": { "attribute": true } },
            "tags": { "type": "array", "minItems": 1, "items": { "type": "string" } },
        },
    });
    let reference = json!({ "$ref": "#/components/schemas/Pet" });
    let event = json!({ "type": "object", "required": ["data"], "properties": {
        "data": { "type": "string" }, "retry": { "type": "integer" },
    } });
    let text = json!({
        "openapi": "3.2.0",
        "info": { "title": "pets", "version": "1" },
        "paths": {
            "/xml": operation("xml", json!({ "application/xml": { "schema": reference } })),
            "/lines": operation("lines", json!({ "application/jsonl": { "itemSchema": reference } })),
            "/events": operation("events", json!({ "text/event-stream": { "itemSchema": event } })),
        },
        "components": { "schemas": { "Pet": pet } },
    });
    let document = load::from_text("pets.json", &text.to_string()).unwrap();
    let builder = Server::builder().document("pets", Arc::new(document));
    let server = builder.start().await.unwrap();
    let table = [
        ("/xml", "application/xml", "<Pet id=\"0\"><tags>string</tags></Pet>"),
        ("/lines", "application/jsonl", "{\"id\":0,\"tags\":[\"string\"]}\n"),
        ("/events", "text/event-stream", "retry: 0\ndata: string\n\n"),
    ];
    for (path, media_type, content) in table {
        let response = call(&server, Method::GET, path, &[], "").await;
        assert_eq!(header(&response, "content-type"), media_type);
        assert_eq!(response.text().await.unwrap(), content, "{path}");
    }
    server.findings().assert_none();
}

#[tokio::test]
async fn examples_can_be_left_aside() {
    let builder = Server::builder().document("pets", document(PETS)).examples(false);
    let server = builder.start().await.unwrap();
    let (_, made) = answer(&server, "/v1/pets/1", &[]).await;
    assert_eq!(made["name"], "string");
}

#[tokio::test]
async fn what_the_client_accepts_chooses_the_content() {
    let server = pets().await;
    let response =
        call(&server, Method::GET, "/v1/pets/1/card", &[("accept", "text/plain")], "").await;
    assert_eq!(header(&response, "content-type"), "text/plain");
    assert_eq!(response.text().await.unwrap(), "Fido, a dog");
    let json = [("accept", "application/json")];
    let (_, json) = answer(&server, "/v1/pets/1/card", &json).await;
    assert_eq!(json, json!({"text": "Fido"}));
}

#[tokio::test]
async fn a_request_that_breaks_the_document_gets_a_problem() {
    let server = pets().await;
    let (status, problem) = answer(&server, "/v1/pets?limit=many", &[]).await;
    assert_eq!((status, &problem["type"]), (422, &json!("urn:standin:problem:request-invalid")));
    assert_eq!(problem["errors"][0]["rule"], "parameter-mismatch");
    assert_eq!(rules(&server), ["parameter-mismatch"]);
}

#[tokio::test]
async fn an_example_that_breaks_its_schema_is_the_documents_fault() {
    let server = pets().await;
    let (_, sent) = answer(&server, "/v1/pets/2/owner", &[]).await;
    assert_eq!(sent, json!({"name": "string"}), "the example has no `name`");
    let (findings, _) = server.engine().total_findings();
    let blame = serde_json::to_value(findings[0].blame).unwrap();
    assert_eq!((findings[0].rule, blame), ("example-mismatch", json!("document")));
}

#[tokio::test]
async fn what_no_value_satisfies_is_told_and_blamed_on_the_document() {
    let server = pets().await;
    let (status, problem) = answer(&server, "/v1/impossible", &[]).await;
    assert_eq!((status, &problem["type"]), (500, &json!("urn:standin:problem:answer-failed")));
    let (findings, _) = server.engine().total_findings();
    let blame = serde_json::to_value(findings[0].blame).unwrap();
    assert_eq!((findings[0].rule, blame), ("schema-unusable", json!("document")));
    assert!(findings[0].title.contains("no value satisfies the schema"), "{}", findings[0].title);
}

#[tokio::test]
async fn a_postman_collection_is_a_document() {
    let collection = document("tests/fixtures/playing/collection.json");
    let ids: Vec<&str> = collection.operations.iter().map(|operation| &*operation.id).collect();
    assert_eq!(ids, ["getPetsId", "postPets"]);
    let wrong: Vec<&str> = collection.violations().iter().map(|each| each.place.as_str()).collect();
    assert_eq!(wrong, ["/item/0/item/2/response/1", "/item/0/item/3/request"]);
    let server = Server::builder().document("pets", collection).start().await.unwrap();

    assert_eq!(answer(&server, "/pets/1", &[]).await.0, 401);
    let found = answer(&server, "/pets/1", &[("x-key", "k")]).await;
    assert_eq!(found, (200, json!({"name": "Fido"})));
    let json = [("content-type", "application/json")];
    for (body, status) in [
        (r#"{"name": "Rex", "age": 4}"#, 201),
        (r#"{"name": {"first": "Kit"}}"#, 201),
        (r#"{"name": 7}"#, 422),
    ] {
        let response = call(&server, Method::POST, "/pets", &json, body).await;
        assert_eq!(response.status(), status, "{body}");
    }
}

#[tokio::test]
async fn documents_and_bundled_apis_stand_side_by_side() {
    let builder = Server::builder().api("clerk").document("pets", document(PETS));
    let server = builder.mount("pets", "/zoo").start().await.unwrap();
    assert_eq!(answer(&server, "/zoo/v1/pets/1", &[]).await.0, 200);
    assert_eq!(answer(&server, "/v1/sessions/sess_active", &[]).await.0, 200);
}

#[tokio::test]
async fn two_documents_of_one_id_and_two_of_one_path_are_refused_at_start() {
    let twice = || Server::builder().document("pets", document(PETS));
    let error = twice().document("pets", document(PETS)).start().await.unwrap_err();
    assert!(format!("{error:?}").contains("RepeatedId"), "{error:?}");
    let error = twice().document("others", document(PETS)).start().await.unwrap_err();
    let told = format!("{:#}", anyhow::Error::from(error));
    assert!(told.contains("pets.yaml:8:5"), "{told}");
    assert!(told.contains("mount one apart: --mount others=/others"), "{told}");
}

#[test]
fn lint_tells_what_is_wrong_with_line_and_caret() {
    let (code, stdout, _) = run(standin(&["lint", BROKEN]).current_dir(env!("CARGO_MANIFEST_DIR")));
    assert_eq!(code, 1);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots/playing");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("lint", stdout));
}

#[test]
fn lint_of_the_bundled_documents_finds_nothing() {
    let (code, stdout, stderr) = run(&mut standin(&["lint", "transmit", "clerk"]));
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert!(
        stdout.ends_with("all of which can be served: 0 errors, 0 warnings, 0 infos\n"),
        "{stdout}"
    );
}

#[test]
fn lint_writes_every_report_and_keeps_to_the_gate() {
    let arguments = ["lint", BROKEN, "--report", "sarif", "--fail-on", "never"];
    let (code, stdout, _) = run(standin(&arguments).current_dir(env!("CARGO_MANIFEST_DIR")));
    assert_eq!(code, 0);
    let log: Value = serde_json::from_str(&stdout).unwrap();
    let result = &log["runs"][0]["results"][1];
    assert_eq!((&log["version"], &result["ruleId"]), (&json!("2.1.0"), &json!("reference-broken")));
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], BROKEN);
    assert_eq!(place["region"], json!({"startLine": 13, "startColumn": 17}));
}

#[test]
fn a_description_that_is_no_file_is_told_with_what_is_bundled() {
    let (code, _, stderr) = run(&mut standin(&["mock", "nowhere.yaml"]));
    assert_eq!(code, 2);
    assert!(
        stderr.contains("`nowhere.yaml` is neither a bundled API (transmit-sessions"),
        "{stderr}"
    );
}
