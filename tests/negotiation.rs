//! Which of the answers that a document declares is sent, and what is told where it declares none.

use std::path::Path;
use std::sync::Arc;

use reqwest::Method;
use reqwest::Response;
use serde_json::Value;
use serde_json::json;
use standin::Server;
use standin::engine::Manner;
use standin::spec::load;

use crate::support::calls::call_as_stranger;
use crate::support::calls::header;
use crate::support::calls::rules;

const PRISM: Manner = Manner::Prism { errors: false };

async fn server(manner: Manner) -> Server {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/negotiation/answers.yaml");
    let document = Arc::new(load::from_file(&path).expect("the fixture can be read"));
    let builder = Server::builder().document("answers", document).manner(manner).cors(true);
    builder.start().await.expect("the server starts")
}

/// Calls by a line as HTTP has it and further lines for header fields, an empty one, the content.
async fn ask(server: &Server, text: &str) -> Response {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let (method, path) = lines.next().and_then(|line| line.split_once(' ')).expect("a line");
    let fields: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(": ")).collect();
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    call_as_stranger(server, method, path, &fields, body).await
}

/// Status, media type and content.
async fn answer(server: &Server, text: &str) -> (u16, String, String) {
    let response = ask(server, text).await;
    let media_type = header(&response, "content-type").to_owned();
    (response.status().as_u16(), media_type, response.text().await.expect("a body"))
}

#[tokio::test]
async fn every_call_finds_the_answer_that_is_declared_for_it() {
    let table = [
        // The lowest success, the first content, the first example.
        ("GET /v1/pets/1", 200, "application/xml", "<xml><name>Ada</name></xml>"),
        ("GET /v1/pets/1\naccept: */*", 200, "application/xml", "<xml><name>Ada</name></xml>"),
        ("GET /v1/pets/1\naccept: application/json", 200, "application/json", r#"{"name":"Tom"}"#),
        // Weights before order, order before nothing, and never what weighs nothing.
        (
            "GET /v1/pets/1\naccept: application/xml;q=0.5, application/json;q=0.9",
            200,
            "application/json",
            r#"{"name":"Tom"}"#,
        ),
        (
            "GET /v1/pets/1\naccept: application/json, application/xml",
            200,
            "application/json",
            r#"{"name":"Tom"}"#,
        ),
        (
            "GET /v1/pets/1\naccept: application/*, application/xml;q=0",
            200,
            "application/json",
            r#"{"name":"Tom"}"#,
        ),
        // Asked for in a header field, in all ways that RFC 7240 has.
        ("GET /v1/pets/1\nprefer: code=202", 202, "application/json", "\"later\""),
        (
            "GET /v1/pets/1\naccept: application/json\nprefer: example=dog",
            200,
            "application/json",
            r#"{"name":"Fido"}"#,
        ),
        (
            "GET /v1/pets/1\nprefer: code=\"404\", example=\"never\"",
            404,
            "application/json",
            "\"never\"",
        ),
        ("GET /v1/pets/1\nprefer: wait=10, Code=404", 404, "application/json", "\"gone\""),
        ("GET /v1/pets/1\nprefer: code=202, code=404", 202, "application/json", "\"later\""),
        // A range, then whatever is left.
        ("GET /v1/pets/1\nprefer: code=503", 503, "text/plain", "ours"),
        ("GET /v1/pets/1\nprefer: code=418", 418, "application/json", "\"else\""),
        // In the query, where there is no header field.
        ("GET /v1/pets/1?__code=404&__example=never", 404, "application/json", "\"never\""),
        ("GET /v1/pets/1?__code=202\nprefer: code=404", 404, "application/json", "\"gone\""),
        (
            "GET /v1/pets/1?__server=https://us.example.com/v1",
            200,
            "application/xml",
            "<xml><name>Ada</name></xml>",
        ),
        // With and without the base path; a range of successes; an answer that is no success.
        ("GET /ranges", 200, "text/plain", "fine"),
        ("GET /v1/moved", 301, "", ""),
        // Of contents that are liked alike, one that can be written.
        ("GET /v1/table", 200, "application/json", r#"{"a":"string"}"#),
        // A form without fields.
        (
            "POST /v1/form\ncontent-type: application/x-www-form-urlencoded",
            200,
            "text/plain",
            "sent",
        ),
        // Calls that break the contract.
        ("PUT /v1/pets/1", 401, "", ""),
        (
            "PUT /v1/pets/1\nx-key: k\ncontent-type: application/json\n\n{}",
            400,
            "application/json",
            "\"short\"",
        ),
        (
            "PUT /v1/pets/1\nx-key: k\ncontent-type: application/json\nprefer: code=400, example=bad\n\n{}",
            400,
            "application/json",
            "\"bad\"",
        ),
        (
            "PUT /v1/pets/1\nx-key: k\ncontent-type: application/json\nprefer: code=200\n\n{}",
            400,
            "application/json",
            "\"short\"",
        ),
        (
            "PUT /v1/pets/1\nx-key: k\ncontent-type: text/plain\n\n{}",
            400,
            "application/json",
            "\"short\"",
        ),
        ("GET /v1/pets/one", 422, "application/json", "\"else\""),
    ];
    let server = server(PRISM).await;
    for (call, status, media_type, content) in table {
        let expected = (status, media_type.to_owned(), content.to_owned());
        assert_eq!(answer(&server, call).await, expected, "{call}");
    }
}

#[tokio::test]
async fn where_nothing_is_declared_each_manner_has_problems_of_its_own() {
    let validation = json!([{
        "location": ["body"],
        "severity": "Error",
        "code": "required",
        "message": "Request body must have required property 'a'",
    }]);
    let bare = "POST /v1/bare\nx-key: k\ncontent-type: application/json\n\n{}";
    let table = [
        ("GET /nowhere", 404, "NO_PATH_MATCHED_ERROR", "path-unknown", Value::Null),
        ("DELETE /v1/bare", 405, "NO_METHOD_MATCHED_ERROR", "method-not-allowed", Value::Null),
        ("GET /ranges\naccept: text/html", 406, "NOT_ACCEPTABLE", "not-acceptable", Value::Null),
        ("GET /ranges?__code=404", 404, "NOT_FOUND", "preference-unknown", Value::Null),
        ("GET /ranges?__example=no", 404, "NOT_FOUND", "preference-unknown", Value::Null),
        ("GET /ranges?__code=no", 422, "UNPROCESSABLE_ENTITY", "preference-malformed", Value::Null),
        (
            "GET /ranges?__server=https://asia.example.com/v1",
            404,
            "NO_SERVER_MATCHED_ERROR",
            "server-unknown",
            Value::Null,
        ),
        ("POST /v1/bare\n\n{}", 401, "UNAUTHORIZED", "credentials-missing", Value::Null),
        (
            "POST /v1/bare\nx-key: k\ncontent-type: text/plain\n\n{}",
            415,
            "INVALID_CONTENT_TYPE",
            "media-type-unsupported",
            Value::Null,
        ),
        (bare, 422, "UNPROCESSABLE_ENTITY", "request-invalid", validation),
        (
            "GET /v1/pets/1\naccept: text/html",
            500,
            "NO_COMPLEX_OBJECT_TEXT",
            "content-unwritable",
            Value::Null,
        ),
    ];
    let (prism, standin) = (server(PRISM).await, server(Manner::Standin).await);
    for (call, status, name, id, validation) in table {
        let (told, media_type, problem) = answer(&prism, call).await;
        let problem: Value = serde_json::from_str(&problem).expect("a problem is JSON");
        assert_eq!((told, &*media_type), (status, "application/problem+json"), "{call}");
        assert_eq!(problem["type"], format!("https://stoplight.io/prism/errors#{name}"), "{call}");
        assert_eq!(problem["status"], status, "{call}");
        assert!(problem["title"].is_string() && problem["detail"].is_string(), "{problem}");
        assert_eq!(problem["validation"], validation, "{call}");
        let (told, _, problem) = answer(&standin, call).await;
        let problem: Value = serde_json::from_str(&problem).expect("a problem is JSON");
        let expected = json!(format!("urn:standin:problem:{id}"));
        assert_eq!((told, &problem["type"]), (status, &expected), "{call}");
    }
}

#[tokio::test]
async fn prisms_list_of_violations_comes_with_prisms_manner_alone() {
    let call = "GET /v1/pets/one";
    let response = ask(&server(PRISM).await, call).await;
    let list: Value = serde_json::from_str(header(&response, "sl-violations")).expect("JSON");
    let item = json!({
        "location": ["request", "path", "id"],
        "severity": "Error",
        "code": "type",
        "message": "Request path parameter id must be integer",
    });
    assert_eq!(list[0], item, "{list}");
    assert_eq!(header(&ask(&server(Manner::Standin).await, call).await, "sl-violations"), "");
}

#[tokio::test]
async fn an_answer_that_breaks_the_document_becomes_a_problem_where_that_is_asked_for() {
    let (status, _, content) = answer(&server(PRISM).await, "GET /v1/wrong").await;
    assert_eq!((status, &*content), (200, "[1,2]"));
    let response = ask(&server(Manner::Prism { errors: true }).await, "GET /v1/wrong").await;
    assert_eq!(response.status(), 500);
    let listed: Value = serde_json::from_str(header(&response, "sl-violations")).expect("JSON");
    let problem: Value = response.json().await.expect("JSON");
    assert_eq!(problem["type"], "https://stoplight.io/prism/errors#VIOLATIONS");
    let message = "Response body must NOT have more than 1 items";
    assert_eq!((&problem["validation"], &listed[0]["message"]), (&listed, &json!(message)));
}

#[tokio::test]
async fn head_is_answered_where_prism_would_only_where_it_is_declared() {
    let call = "HEAD /ranges";
    assert_eq!(ask(&server(Manner::Standin).await, call).await.status(), 200);
    let response = ask(&server(PRISM).await, call).await;
    assert_eq!((response.status().as_u16(), header(&response, "allow")), (405, "GET"));
}

#[tokio::test]
async fn a_segment_that_is_left_empty_is_a_parameter_that_is_missing_to_prism() {
    assert_eq!(ask(&server(Manner::Standin).await, "GET /v1/pets/").await.status(), 404);
    let server = server(PRISM).await;
    assert_eq!(ask(&server, "GET /v1/pets/").await.status(), 422);
    assert_eq!(rules(&server), ["parameter-missing"]);
}

#[tokio::test]
async fn a_page_of_another_origin_may_call_and_a_declared_options_is_a_call() {
    let server = server(PRISM).await;
    let preflight = "OPTIONS /v1/bare\norigin: https://app.example.com\n\
                     access-control-request-method: POST\naccess-control-request-headers: x-key";
    let response = ask(&server, preflight).await;
    let fields = |name| header(&response, name);
    assert_eq!(response.status(), 204);
    assert_eq!(fields("access-control-allow-origin"), "https://app.example.com");
    assert_eq!(fields("access-control-allow-credentials"), "true");
    assert_eq!(fields("access-control-allow-methods"), "POST");
    assert_eq!(fields("access-control-allow-headers"), "x-key");
    let (status, _, content) = answer(&server, "OPTIONS /v1/bare").await;
    assert_eq!((status, &*content), (200, "declared"));
    let response = ask(&server, "GET /v1/pets/one\norigin: https://app.example.com").await;
    let exposed = header(&response, "access-control-expose-headers");
    assert!(exposed.contains("sl-violations") && exposed.contains("deprecation"), "{exposed}");
}
