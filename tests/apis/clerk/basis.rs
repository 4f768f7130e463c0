//! Answers that rest on an assumption say so, and 401s say how to authenticate.

use reqwest::Method;
use reqwest::Response;
use serde_json::json;

use super::Clerk;
use super::sending;
use super::text;

const TEST: &[(&str, &str)] = &[("authorization", "Bearer sk_test_mock")];
const NEWEST: &[(&str, &str)] =
    &[("authorization", "Bearer sk_test_mock"), ("clerk-api-version", "2026-05-12")];

async fn call(
    clerk: &Clerk,
    headers: &[(&str, &str)],
    method: Method,
    path: &str,
    body: &str,
) -> Response {
    let mut call = sending(headers).request(method, clerk.server.url(path));
    if !body.is_empty() {
        call = call.header("content-type", "application/json").body(body.to_owned());
    }
    call.send().await.unwrap()
}

fn is_assumed(answer: &Response) -> bool {
    answer.headers().get("standin-basis").is_some_and(|basis| basis == "assumed")
}

#[tokio::test]
async fn answers_that_rest_on_an_assumption_say_so() {
    let clerk = Clerk::start().await;
    let user = r#"{"user_id":"user_ada"}"#;
    let banned = r#"{"user_id":"user_banned"}"#;
    let wrong = r#"{"user_id":5}"#;
    for (headers, method, path, body, status, assumed) in [
        (TEST, Method::POST, "/v1/sessions", user, 200, true),
        (TEST, Method::POST, "/v1/sessions", banned, 403, true),
        (TEST, Method::POST, "/v1/sessions", wrong, 422, true),
        (TEST, Method::POST, "/v1/sessions", "{", 400, false),
        (TEST, Method::POST, "/v1/sessions", "[]", 400, true),
        (TEST, Method::GET, "/v1/sessions/sess_active", "", 200, false),
        (TEST, Method::GET, "/v1/sessions/sess_pending", "", 200, true),
        (NEWEST, Method::GET, "/v1/sessions/sess_pending", "", 200, false),
        (TEST, Method::GET, "/v1/sessions?user_id=user_charles", "", 200, true),
        (NEWEST, Method::GET, "/v1/sessions?user_id=user_charles", "", 200, false),
        (TEST, Method::GET, "/v1/sessions?user_id=user_ada&status=pending", "", 422, true),
        (TEST, Method::GET, "/v1/sessions?user_id=user_ada&status=asleep", "", 422, false),
        (TEST, Method::POST, "/v1/sessions/sess_active/revoke", "", 200, true),
    ] {
        let answer = call(&clerk, headers, method, path, body).await;
        let what = format!("{path} {body}");
        assert_eq!((answer.status().as_u16(), is_assumed(&answer)), (status, assumed), "{what}");
    }
}

#[tokio::test]
async fn refreshed_cookies_and_foreign_refresh_tokens_are_assumed() {
    let clerk = Clerk::start().await;
    let signed_in = clerk.act("sign-in", json!({ "user_id": "user_ada" })).await;
    clerk.advance(61);
    let path = format!("/v1/sessions/{}/refresh", text(&signed_in, "/session/id"));
    let body = |token: &str| {
        json!({
            "expired_token": text(&signed_in, "/session_token"),
            "refresh_token": token,
            "request_origin": "http://localhost:3000",
            "format": "cookie",
        })
        .to_string()
    };
    for (token, status, assumed) in [
        ("refresh_of_nobody", 401, false),
        ("refresh_of_sess_active", 401, true),
        (text(&signed_in, "/refresh_token"), 200, true),
    ] {
        let answer = call(&clerk, TEST, Method::POST, &path, &body(token)).await;
        assert_eq!((answer.status().as_u16(), is_assumed(&answer)), (status, assumed), "{token}");
    }
}

#[tokio::test]
async fn an_organization_that_the_version_does_not_know_is_ignored() {
    let clerk = Clerk::start().await;
    let body = r#"{"user_id":"user_ada","active_organization_id":"org_engines"}"#;
    for (version, expected) in [("2025-03-12", json!(null)), ("2025-04-10", json!("org_engines"))] {
        let headers = [TEST[0], ("clerk-api-version", version)];
        let answer = call(&clerk, &headers, Method::POST, "/v1/sessions", body).await;
        assert!(is_assumed(&answer), "{version}");
        let session: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(session["last_active_organization_id"], expected, "{version}");
    }
}

#[tokio::test]
async fn every_401_carries_a_challenge() {
    let clerk = Clerk::start().await;
    let refresh = r#"{"expired_token":"a","refresh_token":"b","request_origin":"c"}"#;
    let (nobody, wrong) = ([("accept", "*/*")], [("authorization", "Bearer pk_test_mock")]);
    for (headers, method, path, body) in [
        (&nobody[..], Method::GET, "/v1/sessions/sess_active", ""),
        (&wrong[..], Method::GET, "/v1/sessions/sess_active", ""),
        (TEST, Method::POST, "/v1/sessions/sess_ended/tokens", ""),
        (TEST, Method::POST, "/v1/sessions/sess_active/refresh", refresh),
        (&[TEST[0], ("prefer", "code=401")], Method::GET, "/v1/sessions/sess_active", ""),
    ] {
        let answer = call(&clerk, headers, method, path, body).await;
        assert_eq!(answer.status(), 401, "{path}");
        assert_eq!(answer.headers()["www-authenticate"], "Bearer", "{path} {headers:?}");
    }
}
