//! What every answer does, whatever the API: media types, base paths, methods, preferences,
//! limits, determinism. Spoken over a socket, by a client that knows nothing of the document.

use reqwest::Method;
use reqwest::Response;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;
use serde_json::json;
use standin::Server;
use standin::engine::Expectation;
use standin::finding::Level;

use crate::support;

const KEY: &str = "Bearer sk_test_mock";

/// Sends a call; `headers` come beside Clerk's key.
async fn call(
    server: &Server,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Response {
    let mut request = reqwest::Client::new()
        .request(method, server.url(path))
        .header("authorization", KEY)
        .body(body.to_owned());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.expect("the server answers")
}

fn header<'r>(response: &'r Response, name: &str) -> &'r str {
    response.headers().get(name).map_or("", |value| value.to_str().expect("header text"))
}

async fn json_of(response: Response) -> Value {
    serde_json::from_str(&response.text().await.expect("a body")).expect("JSON")
}

/// The rules of all findings above level info.
fn rules(server: &Server) -> Vec<String> {
    let findings = server.findings();
    let broken = findings.all().iter().filter(|finding| finding.level > Level::Info);
    broken.map(|finding| finding.rule.to_owned()).collect()
}

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
    assert_eq!(response.status(), 400);
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
                    assert_eq!(answer.body.value(), Some(&example.value));
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
    assert_eq!(preflight.status(), 200);
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
async fn a_finding_names_who_is_to_blame_and_the_line_that_was_broken() {
    let server = support::server("clerk").await;
    let response = call(&server, Method::GET, "/v1/sessions?limit=501&user_id=u", &[], "").await;
    assert_eq!(response.status(), 422);
    assert_eq!(header(&response, "standin-findings"), "1");
    let findings = server.findings();
    let finding = &findings.all()[0];
    assert_eq!(finding.rule, "parameter-mismatch");
    assert_eq!(finding.blame, standin::finding::Blame::Client);
    assert_eq!(finding.instance, "query.limit");
    assert_eq!(finding.places[0].file, "openapi/clerk-sessions.yaml");
    let line = finding.places[0].line.expect("a line");
    let text = standin::apis::named("clerk-sessions")[0].document;
    let text = text.lines().nth(line - 1).expect("that line");
    assert!(text.contains("maximum: 500"), "{text}");
}

#[tokio::test]
async fn a_violation_seen_a_hundred_times_is_one_finding() {
    let server = support::server("clerk").await;
    for limit in 501..511 {
        let path = format!("/v1/sessions?limit={limit}&user_id=u");
        call(&server, Method::GET, &path, &[], "").await;
    }
    let findings = server.findings();
    assert_eq!(findings.all().len(), 1);
    assert_eq!(findings.all()[0].count, 10);
}

#[tokio::test]
async fn an_expected_violation_is_an_info_and_an_unmet_expectation_an_error() {
    let server = support::server("clerk").await;
    let expectation = |times| Expectation {
        operation: Some("GetSessionList".to_owned()),
        rule: "parameter-mismatch".to_owned(),
        times,
        met: 0,
    };
    server.engine().expectations().add(expectation(1));
    assert_eq!(rules(&server), ["expectation-unmet"]);
    call(&server, Method::GET, "/v1/sessions?limit=501&user_id=u", &[], "").await;
    server.findings().assert_none();
    call(&server, Method::GET, "/v1/sessions?limit=501&user_id=u", &[], "").await;
    assert_eq!(rules(&server), ["parameter-mismatch"]);
}

#[tokio::test]
async fn an_answer_that_rests_on_an_assumption_says_so() {
    let server = support::server("transmit-sessions").await;
    let path = "/cis/v1/sessions/user_nobody";
    let response = call(&server, Method::GET, path, &[], "").await;
    assert_eq!(response.status(), 200);
    assert_eq!(header(&response, "standin-basis"), "assumed");
    let counted = server.engine().assumptions().list();
    assert_eq!((counted.len(), counted[0].3), (1, 1));
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
