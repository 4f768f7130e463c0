//! What every answer does, whatever the API: media types, base paths, methods, preferences,
//! limits, determinism. Spoken over a socket, by a client that knows nothing of the document.

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::json;
use standin::Server;
use standin::finding::Level;

use crate::support;
use crate::support::calls::KEY;
use crate::support::calls::call;
use crate::support::calls::header;
use crate::support::calls::json_of;
use crate::support::calls::rules;

#[tokio::test]
async fn json_is_answered_as_exactly_application_json() {
    let server = support::server("clerk").await;
    for path in ["/v1/sessions/sess_active", "/v1/sessions/sess_nobody"] {
        let response = call(&server, Method::GET, path, &[], "").await;
        assert_eq!(header(&response, "content-type"), "application/json");
    }
}

#[tokio::test]
async fn bodiless_posts_accept_nothing_an_empty_object_and_null() {
    let server = support::server("clerk").await;
    for path in ["/v1/sessions/sess_active/revoke", "/v1/sessions/sess_active/verify"] {
        for body in ["", "{}", "null"] {
            let json = [("content-type", "application/json")];
            let response = call(&server, Method::POST, path, &json, body).await;
            assert!(!matches!(response.status().as_u16(), 415 | 422), "{path} {body:?}");
            let response = call(&server, Method::POST, path, &[], body).await;
            assert!(!matches!(response.status().as_u16(), 422), "{path} {body:?} untyped");
        }
    }
}

#[tokio::test]
async fn a_content_type_on_get_is_no_finding() {
    let server = support::server("clerk").await;
    let json = [("content-type", "application/json")];
    let response = call(&server, Method::GET, "/v1/sessions/sess_active", &json, "").await;
    assert_eq!(response.status(), 200);
    assert_eq!(header(&response, "standin-findings"), "0");
    server.findings().assert_none();
}

#[tokio::test]
async fn undeclared_headers_and_query_keys_are_no_finding() {
    let server = support::server("clerk").await;
    let path = "/v1/sessions?user_id=user_ada&utm_source=x";
    let response = call(&server, Method::GET, path, &[("x-whatever", "1")], "").await;
    assert_eq!(response.status(), 200);
    server.findings().assert_none();
}

#[tokio::test]
async fn head_is_answered_as_get_without_content() {
    let server = support::server("clerk").await;
    let path = "/v1/sessions/sess_active";
    let length = call(&server, Method::GET, path, &[], "").await.content_length();
    let response = call(&server, Method::HEAD, path, &[], "").await;
    assert_eq!(response.status(), 200);
    assert_eq!(header(&response, "content-length"), length.expect("a length").to_string());
    assert_eq!(response.text().await.expect("a body"), "");
    server.findings().assert_none();
}

#[tokio::test]
async fn another_method_is_405_with_the_methods_that_there_are() {
    let server = support::server("clerk").await;
    let response = call(&server, Method::PUT, "/v1/sessions", &[], "").await;
    assert_eq!(response.status(), 405);
    let allow = header(&response, "allow").to_owned();
    assert!(allow.contains("GET") && allow.contains("POST"), "{allow}");
    assert_eq!(rules(&server), ["method-not-allowed"]);
}

#[tokio::test]
async fn an_unknown_path_is_404_and_the_nearest_operation_is_named() {
    let server = support::server("clerk").await;
    let response = call(&server, Method::GET, "/v1/session", &[], "").await;
    assert_eq!(response.status(), 404);
    let finding = server.findings().all()[0].clone();
    assert_eq!(finding.rule, "path-unknown");
    assert!(finding.title.contains("GET /v1/sessions"), "{}", finding.title);
}

#[tokio::test]
async fn nothing_acceptable_is_406() {
    let server = support::server("clerk").await;
    let accept = [("accept", "text/html")];
    let response = call(&server, Method::GET, "/v1/sessions/sess_active", &accept, "").await;
    assert_eq!(response.status(), 406);
    assert_eq!(rules(&server), ["not-acceptable"]);
}

#[tokio::test]
async fn an_undeclared_media_type_is_415() {
    let server = support::server("clerk").await;
    let text = [("content-type", "text/plain")];
    let response = call(&server, Method::POST, "/v1/sessions", &text, "{}").await;
    assert_eq!(response.status(), 415);
    let body = json_of(response).await;
    assert_eq!(body["errors"][0]["code"], "unsupported_content_type");
    assert_eq!(rules(&server), ["media-type-unsupported"]);
}

#[tokio::test]
async fn a_compressed_body_is_415_in_the_apis_own_shape_and_says_what_is_taken() {
    let server = support::server("clerk").await;
    let coded = [("content-type", "application/json"), ("content-encoding", "gzip")];
    let response = call(&server, Method::POST, "/v1/sessions", &coded, "\u{1f}").await;
    assert_eq!(response.status(), 415);
    assert_eq!(header(&response, "accept-encoding"), "identity");
    let body = json_of(response).await;
    assert_eq!(body["errors"][0]["code"], "unsupported_content_type");
    assert_eq!(rules(&server), ["content-coding-unsupported"]);
}

#[tokio::test]
async fn a_body_over_the_limit_is_413_in_the_apis_own_shape() {
    let server = support::server("clerk").await;
    let body = format!("{{\"user_id\":\"{}\"}}", "x".repeat(11 * 1024 * 1024));
    let json = [("content-type", "application/json")];
    let response = call(&server, Method::POST, "/v1/sessions", &json, &body).await;
    assert_eq!(response.status(), 413);
    let body = json_of(response).await;
    assert_eq!(body["errors"][0]["code"], "request_body_too_large");
    assert_eq!(rules(&server), ["request-body-too-large"]);
}

#[tokio::test]
async fn a_full_base_path_beats_a_dropped_one() {
    let server =
        support::start(standin::Server::builder().fixed_clock(support::start_instant())).await;
    let response = call(&server, Method::GET, "/v1/sessions/user_alice", &[], "").await;
    assert_eq!(response.status(), 404, "this is Clerk's");
    let response = call(&server, Method::GET, "/cis/v1/sessions/user_alice", &[], "").await;
    assert_eq!(response.status(), 200, "this is Transmit's");
    server.findings().assert_none();
}

#[tokio::test]
async fn a_dropped_base_path_is_found_and_told_where_it_is_unambiguous() {
    let server = support::server("transmit").await;
    let json = [("content-type", "application/json")];
    let path = "/v1/auth-session/start-restricted";
    let response = call(&server, Method::POST, path, &json, r#"{"client_id":"client_app"}"#).await;
    assert_eq!(response.status(), 200);
    let response = call(&server, Method::GET, "/v1/sessions/user_alice", &[], "").await;
    assert_eq!(response.status(), 200);
    let findings = server.findings();
    let level = |operation: &str| {
        let of_operation = |finding: &&standin::finding::Finding| {
            finding.rule == "base-path-dropped" && finding.operation.as_deref() == Some(operation)
        };
        findings.all().iter().find(of_operation).map(|finding| finding.level)
    };
    assert_eq!(level("startRestrictedAuthSession"), Some(Level::Info), "the vendor's SDK does so");
    assert_eq!(level("getUserSessions"), Some(Level::Warning));
}

#[tokio::test]
async fn a_mount_moves_an_api_behind_a_prefix() {
    let builder = support::builder("clerk").mount("clerk", "/clerk");
    let server = support::start(builder).await;
    let response = call(&server, Method::GET, "/clerk/v1/sessions/sess_active", &[], "").await;
    assert_eq!(response.status(), 200);
    let response = call(&server, Method::GET, "/v1/sessions/sess_active", &[], "").await;
    assert_eq!(response.status(), 404);
}

#[tokio::test]
async fn prefer_forces_a_declared_status_or_example() {
    let server = support::server("clerk").await;
    let path = "/v1/sessions/sess_active";
    for (prefer, status, code) in [
        ("code=429", 429, "too_many_requests"),
        ("code=500", 500, "internal_clerk_error"),
        ("example=session_not_found", 404, "resource_not_found"),
    ] {
        let response = call(&server, Method::GET, path, &[("prefer", prefer)], "").await;
        assert_eq!(response.status(), status, "{prefer}");
        if status == 429 {
            assert_ne!(header(&response, "retry-after"), "", "a declared header is sent too");
        }
        assert_eq!(json_of(response).await["errors"][0]["code"], code);
    }
    server.findings().assert_none();
    let response = call(&server, Method::GET, path, &[("prefer", "code=418")], "").await;
    assert_eq!(response.status(), 404);
    assert_eq!(rules(&server), ["preference-unknown"]);
}

#[tokio::test]
async fn every_declared_status_and_example_can_be_forced_and_is_valid() {
    for api in standin::apis::APIS {
        let server = support::start(support::builder(api.id).auth(standin::apis::AuthMode::Off));
        let server = server.await;
        let document = standin::apis::load(api).expect("bundled documents load");
        for operation in &document.operations {
            for response in &operation.responses {
                for example in response.content.iter().flat_map(|content| &content.examples) {
                    let standin::spec::model::StatusPattern::Exact(code) = response.status else {
                        continue;
                    };
                    let mut request = standin::message::Request::new(
                        operation.method.clone(),
                        &format!("{}{}", operation.base_paths[0], concrete(&operation.template)),
                    );
                    let (media_type, body) = body_for(&operation.id);
                    if !body.is_empty() {
                        request.headers.insert(CONTENT_TYPE, media_type.parse().expect("a type"));
                        request.body = body.into();
                    }
                    let prefer = format!("code={code}, example={}", example.name);
                    request.headers.insert("prefer", prefer.parse().expect("a header"));
                    let answer = server.engine().answer(request).await;
                    assert_eq!(answer.status.as_u16(), code, "{} {prefer}", operation.id);
                    assert_eq!(answer.body.value(), Some(example.value()));
                }
            }
        }
        server.findings().assert_none();
    }
}

/// The template with its own name in place of each parameter.
fn concrete(template: &str) -> String {
    template.replace("{session_id}", "sess_active").replace(['{', '}'], "")
}

/// The media type and the smallest valid body of an operation.
fn body_for(operation: &str) -> (&'static str, &'static str) {
    let json = "application/json";
    match operation {
        "oidcToken" => ("application/x-www-form-urlencoded", "grant_type=client_credentials"),
        "createSession" => (json, r#"{"user_id":"user_ada"}"#),
        "RefreshSession" => {
            (json, r#"{"expired_token":"a.b.c","refresh_token":"x","request_origin":"https://x"}"#)
        }
        "startAuthorizedAuthSession" => (json, r#"{"username":"alice"}"#),
        "authorizeAuthSession" => (json, r#"{"auth_session_id":"x","username":"alice"}"#),
        "startRestrictedAuthSession" => (json, r#"{"client_id":"client_app"}"#),
        "getSessionStatus" | "attachDeviceToSession" | "detachDeviceFromSession" => {
            (json, r#"{"auth_session_id":"x"}"#)
        }
        _ => (json, ""),
    }
}

#[tokio::test]
async fn cors_lets_a_page_read_the_device_binding_token() {
    let server = support::start(support::builder("transmit").cors(true)).await;
    let headers = [
        ("origin", "https://app.example.com"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type"),
    ];
    let path = "/cis/v1/auth-session/start-restricted";
    let preflight = call(&server, Method::OPTIONS, path, &headers, "").await;
    assert_eq!(preflight.status(), 204);
    assert_eq!(header(&preflight, "access-control-allow-methods"), "POST");
    let headers = [("origin", "https://app.example.com"), ("content-type", "application/json")];
    let body = r#"{"client_id":"client_app"}"#;
    let response = call(&server, Method::POST, path, &headers, body).await;
    assert_eq!(header(&response, "access-control-allow-origin"), "*");
    assert!(
        header(&response, "access-control-expose-headers").contains("set-device-binding-token")
    );
    server.findings().assert_none();
}

#[tokio::test]
async fn without_cors_no_page_of_another_origin_is_let_in() {
    let server = support::server("transmit").await;
    let headers = [("origin", "https://app.example.com"), ("content-type", "application/json")];
    let path = "/cis/v1/auth-session/start-restricted";
    let body = r#"{"client_id":"client_app"}"#;
    let response = call(&server, Method::POST, path, &headers, body).await;
    assert_eq!(header(&response, "access-control-allow-origin"), "");
    let headers = [("origin", "https://x"), ("access-control-request-method", "POST")];
    let preflight = call(&server, Method::OPTIONS, path, &headers, "").await;
    assert_eq!(preflight.status(), 405);
    server.findings().assert_none(); // a browser asks by itself
}

#[tokio::test]
async fn the_same_seed_clock_and_calls_give_the_same_bytes() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let server = support::start(
            standin::Server::builder().seed(7).fixed_clock(support::start_instant()),
        );
        let server = server.await;
        let json = [("content-type", "application/json")];
        let mut run = Vec::new();
        for (method, path, body) in [
            (Method::POST, "/v1/sessions", r#"{"user_id":"user_ada"}"#),
            (Method::GET, "/v1/sessions?user_id=user_ada", ""),
            (Method::POST, "/v1/sessions/sess_active/tokens", ""),
            (Method::POST, "/v1/sessions/sess_active/tokens/hasura", ""),
            (
                Method::POST,
                "/cis/v1/auth-session/start-restricted",
                r#"{"client_id":"client_app"}"#,
            ),
            (Method::GET, "/v1/sessions/sess_nobody", ""),
        ] {
            let response = call(&server, method, path, &json, body).await;
            let headers = format!("{:?}", response.headers());
            run.push((response.status(), headers, response.text().await.expect("a body")));
        }
        runs.push(run);
    }
    assert_eq!(runs[0], runs[1]);
    assert!(runs[0][0].1.contains("Thu, 01 Jan 2026 00:00:00 GMT"), "the Date is the clock's");
}

#[tokio::test]
async fn a_state_that_was_read_can_be_put_back() {
    let server = support::server("clerk").await;
    let before = server.engine().state().await.expect("state");
    let path = "/v1/sessions/sess_active/revoke";
    call(&server, Method::POST, path, &[], "").await;
    let changed = server.engine().state().await.expect("state");
    assert_ne!(before, changed);
    server.engine().restore(&before).await.expect("what was read can be put back");
    assert_eq!(server.engine().state().await.expect("state"), before);
    let wrong = json!({"clerk": {"sessions": {"sess_1": {"id": 1}}}});
    let refused = server.engine().restore(&wrong).await.expect_err("that is no session");
    assert!(refused.to_string().starts_with("/clerk/sessions/sess_1"), "{refused}");
    assert_eq!(server.engine().state().await.expect("state"), before, "nothing was taken");
}

#[tokio::test]
async fn content_that_an_operation_has_no_use_for_is_left_alone_however_large() {
    let server = support::server("clerk").await;
    let body = "x".repeat(11 * 1024 * 1024);
    let response = call(&server, Method::GET, "/v1/sessions/sess_active", &[], &body).await;
    assert_eq!(response.status(), 200);
    server.findings().assert_none();
}

#[tokio::test]
async fn a_body_that_ends_too_early_is_told_in_the_apis_own_shape() {
    use tokio::io::AsyncReadExt;
    use tokio::io::AsyncWriteExt;

    let server = support::server("clerk").await;
    let mut stream = tokio::net::TcpStream::connect(server.address()).await.expect("a connection");
    let request = format!(
        "POST /v1/sessions HTTP/1.1\r\nhost: x\r\nauthorization: {KEY}\r\n\
         content-type: application/json\r\ncontent-length: 10\r\n\r\n{{\"u"
    );
    stream.write_all(request.as_bytes()).await.expect("sent");
    stream.shutdown().await.expect("half closed");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.contains("request_body_invalid"), "{answer}");
    assert_eq!(rules(&server), ["request-body-malformed"]);
}

#[tokio::test]
async fn a_wrong_key_is_told_before_anything_else_that_is_wrong() {
    let server = support::server("clerk").await;
    let wrong = reqwest::Client::new()
        .get(server.url("/v1/sessions?limit=501"))
        .header("authorization", "Bearer xyz")
        .send()
        .await
        .expect("the server answers");
    assert_eq!(wrong.status(), 401);
}

#[tokio::test]
async fn a_path_that_can_not_be_decoded_is_refused_by_the_api_that_it_belongs_to() {
    let server = support::start(Server::builder().fixed_clock(support::start_instant())).await;
    for path in ["/v1/sessions/%zz", "/v1/sessions/x/foo", "/v1/sessions/sess_active/"] {
        let response = call(&server, Method::GET, path, &[], "").await;
        let status = response.status();
        let body = json_of(response).await;
        assert!(body["errors"][0]["code"].is_string(), "{path} is Clerk's: {status} {body}");
    }
}

#[tokio::test]
async fn preflights_and_refusals_are_dated_by_the_clock_too() {
    let server = support::start(support::builder("clerk").cors(true)).await;
    let headers = [("origin", "https://x"), ("access-control-request-method", "POST")];
    let response = call(&server, Method::OPTIONS, "/v1/sessions", &headers, "").await;
    assert_eq!(header(&response, "date"), "Thu, 01 Jan 2026 00:00:00 GMT");
    let response = call(&server, Method::GET, "/_standin/health", &[], "").await;
    assert_eq!(header(&response, "date"), "Thu, 01 Jan 2026 00:00:00 GMT");
}
