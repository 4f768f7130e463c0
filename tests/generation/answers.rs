//! Answers that are made: in every kind of content, with their header fields, in the place of
//! examples that are wrong.

use std::sync::Arc;

use reqwest::Method;
use serde_json::Value;
use serde_json::json;
use standin::Server;
use standin::engine::Manner;
use standin::spec::load;
use standin::synth::Options;

use crate::support::calls::call;
use crate::support::calls::header;
use crate::support::calls::json_of;
use crate::support::calls::rules;

/// A document with one operation, which answers with this.
fn document(response: &Value) -> Arc<standin::spec::Document> {
    let mut response = response.clone();
    response["description"] = json!("fine");
    let text = json!({
        "openapi": "3.1.0",
        "info": { "title": "answers", "version": "1" },
        "paths": { "/thing": { "get": { "operationId": "get", "responses": { "200": response } } } },
    });
    Arc::new(load::from_text("answers.json", &text.to_string()).expect("it can be read"))
}

fn thing() -> Value {
    json!({
        "type": "object",
        "required": ["id", "tags"],
        "properties": {
            "id": { "type": "integer", "minimum": 7 },
            "name": { "type": "string", "pattern": "^[a-z]{3}&[a-z]$" },
            "tags": { "type": "array", "minItems": 2, "items": { "type": "string" } },
        },
    })
}

#[tokio::test]
async fn every_kind_of_content_is_written_as_it_is_read() {
    let kinds = [
        "application/json",
        "application/hal+json",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/x-ndjson",
        "text/event-stream",
    ];
    for kind in kinds {
        let response = json!({ "content": { kind: { "schema": thing() } } });
        for making in [Options::default(), Options::dynamic(3)] {
            let builder = Server::builder().document("answers", document(&response));
            let server = builder.making(making).start().await.unwrap();
            let answer = call(&server, Method::GET, "/thing", &[], "").await;
            assert_eq!(answer.status(), 200, "{kind}");
            assert!(header(&answer, "content-type").starts_with(kind), "{kind}");
            assert!(!answer.bytes().await.unwrap().is_empty(), "{kind}");
            let mut wrong = rules(&server);
            wrong.retain(|rule| rule != "not-judged");
            assert_eq!(wrong, [""; 0], "{kind}");
        }
    }
}

#[tokio::test]
async fn declared_header_fields_are_made() {
    let response = json!({
        "headers": {
            "X-Rate-Limit": { "schema": { "type": "integer", "minimum": 5 } },
            "X-Shown": { "schema": { "type": "string" }, "example": "as shown" },
            "X-List": { "schema": { "type": "array", "items": { "enum": ["a"] }, "minItems": 2 } },
            "X-Coded": { "required": true, "schema": { "type": "string", "pattern": "^[A-Z]{4}$" } },
        },
        "content": { "application/json": { "schema": thing() } },
    });
    for making in [Options::default(), Options::dynamic(3)] {
        let builder = Server::builder().document("answers", document(&response));
        let server = builder.making(making).start().await.unwrap();
        let answer = call(&server, Method::GET, "/thing", &[], "").await;
        assert!(header(&answer, "x-rate-limit").parse::<i64>().unwrap() >= 5);
        assert_eq!(header(&answer, "x-list"), "a,a");
        assert_eq!(header(&answer, "x-coded").len(), 4);
        assert!(!header(&answer, "x-shown").is_empty());
        server.findings().assert_none();
    }
}

#[tokio::test]
async fn an_example_that_breaks_its_schema_is_replaced_and_told_and_sent_where_prism_would() {
    let wrong = json!({ "id": "seven" });
    let response = json!({
        "content": { "application/json": { "schema": thing(), "example": wrong } },
    });
    let builder = Server::builder().document("answers", document(&response));
    let server = builder.start().await.unwrap();
    let answer = json_of(call(&server, Method::GET, "/thing", &[], "").await).await;
    assert_eq!(answer["id"], json!(7));
    assert_eq!(rules(&server), ["example-mismatch"]);
    let builder = Server::builder().document("answers", document(&response));
    let server = builder.manner(Manner::Prism { errors: false }).start().await.unwrap();
    let answer = json_of(call(&server, Method::GET, "/thing", &[], "").await).await;
    assert_eq!(answer, wrong);
    assert!(!rules(&server).is_empty());
}

#[tokio::test]
async fn the_same_call_is_answered_alike_and_another_is_not() {
    let response = json!({ "content": { "application/json": { "schema": {
        "type": "object", "properties": { "id": { "type": "string", "format": "uuid" } },
    } } } });
    let builder = Server::builder().document("answers", document(&response));
    let server = builder.making(Options::dynamic(0)).start().await.unwrap();
    let mut answers = Vec::new();
    for path in ["/thing", "/thing", "/thing?page=2"] {
        answers.push(json_of(call(&server, Method::GET, path, &[], "").await).await);
    }
    assert_eq!(answers[0], answers[1]);
    assert_ne!(answers[0], answers[2]);
}
