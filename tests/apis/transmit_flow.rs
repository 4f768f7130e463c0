//! The whole way through the Transmit family, and what holds for all its operations.

use serde_json::Value;
use serde_json::json;
use standin::clients::transmit_auth_sessions::types;
use standin::clients::transmit_auth_sessions::types::AuthSessionStatusSessionStatus as Progress;

use crate::apis::transmit::Transmit;
use crate::apis::transmit::claims;

#[tokio::test]
async fn a_cross_device_login_ends_in_a_listed_session_that_can_be_revoked() {
    let transmit = Transmit::start().await;
    let browser = transmit.browser();

    // The first device starts and shows a code to scan; the second scans it.
    let approval = types::ApprovalData([("sum".to_owned(), "200".parse().unwrap())].into());
    let body = types::StartRestrictedAuthSessionRequest::builder()
        .client_id("client_app")
        .redirect_uri("https://app.example.com/callback".parse::<types::RedirectUri>().unwrap())
        .approval_data(approval);
    let started = browser.start_restricted_auth_session().body(body).send().await.unwrap();
    let first = started.headers()["set-device-binding-token"].to_str().unwrap().to_owned();
    let id = started.auth_session_id.clone();
    let body = types::AttachDeviceToSessionRequest::builder().auth_session_id(id.as_str());
    browser.attach_device_to_session().body(body).send().await.unwrap();

    // The backend lets the user register, and on the second device the user does.
    let client_token = transmit.client_token("app").await;
    let body =
        types::AuthorizeAuthSessionRequest::builder().auth_session_id(id.as_str()).username("dora");
    transmit.backend(&client_token).authorize_auth_session().body(body).send().await.unwrap();
    let (done, outcome) =
        transmit.act("transmit-auth-sessions", "register", json!({"auth_session_id": id})).await;
    assert_eq!(done, 200, "{outcome}");

    // The first device sees the code; the backend exchanges it.
    let status = async || {
        let body = types::GetSessionStatusRequest::builder().auth_session_id(id.as_str());
        let call = browser.get_session_status().x_ts_device_binding_token(&first).body(body);
        call.send().await.unwrap().into_inner()
    };
    let code = status().await.cross_device_result.expect("the code is there").auth_code;
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "client_app"),
        ("client_secret", "secret_app"),
        ("code", &code),
    ];
    let text: Vec<String> = form.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let exchange = async |redirect_uri: &str| {
        let call = transmit.raw(reqwest::Method::POST, "/oidc/token");
        let call = call.header("content-type", "application/x-www-form-urlencoded");
        let body = format!("{}{redirect_uri}", text.join("&"));
        call.body(body).send().await.unwrap()
    };
    assert_eq!(exchange("").await.status(), 400, "the flow named its redirect URI");
    let redirect_uri = "&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback";
    let tokens: Value = exchange(redirect_uri).await.json().await.unwrap();
    let identity = claims(&transmit, tokens["id_token"].as_str().unwrap());
    assert_eq!(identity["approval_data"], json!({"sum": "200"}));
    assert_eq!(identity["sub"], outcome["user_id"]);
    assert_eq!(status().await.session_status, Progress::Completed);

    // The login stands among the user's sessions, until the backend revokes them.
    let user = outcome["user_id"].as_str().unwrap();
    let sessions = transmit.sessions(&client_token);
    let listed = sessions.get_user_sessions().user_id(user).send().await.unwrap().into_inner();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].client_id, "client_app");
    let deleted = sessions.delete_user_sessions().user_id(user).send().await.unwrap();
    assert_eq!(deleted.result.deleted_count as u64, 1);
    let listed = sessions.get_user_sessions().user_id(user).send().await.unwrap().into_inner();
    assert!(listed.is_empty());
    let refresh = tokens["refresh_token"].as_str().unwrap();
    transmit.refresh(refresh).await.expect_err("revoked with the sessions");
    transmit.0.findings().assert_none();
}

#[tokio::test]
async fn the_same_calls_get_the_same_bytes() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let transmit = Transmit::start().await;
        let call = transmit.raw(reqwest::Method::POST, "/cis/v1/auth-session/start-restricted");
        let started = call.json(&json!({"client_id": "client_app"})).send().await.unwrap();
        let headers = started.headers().clone();
        let token = transmit.client_token("app").await;
        let body = json!({"user_id": "user_dora", "client_id": "client_app"});
        let (_, login) = transmit.act("transmit-sessions", "login", body).await;
        let names = ["set-device-binding-token", "date"];
        let headers = names.map(|name| headers[name].to_str().unwrap().to_owned());
        runs.push((started.text().await.unwrap(), headers, token, login));
    }
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test]
async fn plain_http_refusals_have_each_apis_own_shape() {
    let transmit = Transmit::start().await;
    let table = [
        (
            "GET",
            "/cis/v1/auth-session/status",
            405,
            json!({"error_code": "method_not_allowed", "message": "Method not allowed"}),
        ),
        (
            "PUT",
            "/cis/v1/sessions/user_alice",
            405,
            json!({"message": ["Method not allowed"], "error_code": 405}),
        ),
        (
            "GET",
            "/oidc/token",
            405,
            json!({"error": "invalid_request", "error_description": "Method not allowed"}),
        ),
    ];
    for (method, path, status, expected) in table {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let call = transmit.raw(method, path).bearer_auth("any");
        let response = call.send().await.unwrap();
        assert_eq!(response.status(), status, "{path}");
        assert!(response.headers().contains_key("allow"), "{path}");
        assert_eq!(response.json::<Value>().await.unwrap(), expected, "{path}");
    }
    let call = transmit.raw(reqwest::Method::GET, "/cis/v1/sessions/user_alice");
    let response = call.bearer_auth("any").header("accept", "text/html").send().await.unwrap();
    assert_eq!(response.status(), 406);
    assert_eq!(response.json::<Value>().await.unwrap()["error_code"], 406);
    for path in ["/cis/v1/auth-session/status", "/oidc/token"] {
        let call = transmit.raw(reqwest::Method::POST, path).header("content-type", "text/plain");
        assert_eq!(call.body("x").send().await.unwrap().status(), 415, "{path}");
    }
}

#[tokio::test]
async fn a_declared_answer_can_be_forced() {
    let transmit = Transmit::start().await;
    let call = transmit.raw(reqwest::Method::GET, "/cis/v1/sessions/user_alice");
    let call = call.bearer_auth("any").header("prefer", "code=429");
    let response = call.send().await.unwrap();
    assert_eq!(response.status(), 429);
    assert!(response.headers().contains_key("retry-after"));
    let call = transmit.raw(reqwest::Method::POST, "/cis/v1/auth-session/attach-device");
    let call = call.header("prefer", "code=400, example=device_already_attached");
    let response = call.json(&json!({"auth_session_id": "x"})).send().await.unwrap();
    assert_eq!(response.json::<Value>().await.unwrap()["error_code"], "device_already_attached");
}
