//! The least that a first answer of a validated POST takes: axum, and validators of `jsonschema`
//! that are compiled at the start, as many as a server of the benched calls needs. No document is
//! read, nothing is remembered.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::routing::post;
use jsonschema::Validator;
use serde_json::Value;
use serde_json::json;

/// Serves the one call for ever; its address is the first line of standard output.
pub(crate) fn serve() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.expect("a runtime starts").block_on(async {
        let validators = Arc::new(schemas().map(|schema| compiled(&schema)));
        let start = move |body: Bytes| {
            let validators = Arc::clone(&validators);
            async move { answered(&validators[0], &validators[1], &body) }
        };
        let router = Router::new().route("/v1/auth-session/start-restricted", post(start));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        println!("http://{}", listener.local_addr().expect("the port is known"));
        axum::serve(listener, router).await.expect("the server serves");
    });
}

fn answered(request: &Validator, answer: &Validator, body: &[u8]) -> Response {
    let valid = serde_json::from_slice::<Value>(body).is_ok_and(|body| request.is_valid(&body));
    let content = json!({ "auth_session_id": "auth_session_least" });
    if !valid || !answer.is_valid(&content) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    ([(CONTENT_TYPE, "application/json")], content.to_string()).into_response()
}

fn compiled(schema: &Value) -> Validator {
    let options = jsonschema::draft4::options().should_validate_formats(true);
    options.build(schema).expect("the schema is one")
}

/// Body and answer of the call, then what the other calls have: a status, a list and its query.
fn schemas() -> [Value; 9] {
    let text = || json!({ "type": "string" });
    [
        json!({
            "type": "object",
            "required": ["client_id"],
            "properties": {
                "client_id": text(),
                "session_expiration": { "type": "number" },
                "redirect_uri": { "type": "string", "format": "uri" },
                "cross_device": {
                    "type": "object",
                    "properties": { "binding_message": text() },
                },
                "approval_data": { "type": "object", "additionalProperties": text() },
            },
        }),
        object(&["auth_session_id"], text),
        object(&["auth_session_id"], text),
        json!({ "type": "array", "items": object(&["id", "user_id", "client_id", "status"], text) }),
        json!({ "type": "integer", "minimum": 1, "maximum": 500 }),
        json!({ "type": "integer", "minimum": 0 }),
        text(),
        text(),
        json!({ "enum": ["active", "expired", "revoked"] }),
    ]
}

fn object(members: &[&str], schema: impl Fn() -> Value) -> Value {
    let properties: serde_json::Map<String, Value> =
        members.iter().map(|name| ((*name).to_owned(), schema())).collect();
    json!({ "type": "object", "required": members, "properties": properties })
}
