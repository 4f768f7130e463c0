//! What depends on the API version, and how a call names it.

use standin::clients::clerk_sessions::types::SessionStatus;
use standin::token::decode_unverified;

use super::Clerk;
use super::code;
use super::is;
use super::told;

#[tokio::test]
async fn before_there_were_tasks_a_pending_session_was_active() {
    let clerk = Clerk::start().await;
    for (version, status, tasks) in [
        (None, SessionStatus::Active, None),
        (Some("2024-10-01"), SessionStatus::Active, None),
        (Some("2025-03-12"), SessionStatus::Pending, Some("choose-organization")),
        (Some("2026-05-12"), SessionStatus::Pending, Some("choose-organization")),
    ] {
        let mut call = clerk.client.get_session().session_id("sess_pending");
        if let Some(version) = version {
            call = call.clerk_api_version(version);
        }
        let session = call.send().await.unwrap().into_inner();
        assert_eq!(session.status, status, "{version:?}");
        let shown = session.tasks.unwrap_or_default();
        assert_eq!(shown.first().map(|task| &*task.key), tasks, "{version:?}");
    }
    clerk.server.findings().assert_none();
}

#[tokio::test]
async fn the_query_names_a_version_too_but_not_together_with_the_header() {
    let clerk = Clerk::start().await;
    let by_query = clerk.client.get_session().session_id("sess_pending");
    let session = by_query.also_clerk_api_version("2025-03-12").send().await.unwrap();
    assert_eq!(session.status, SessionStatus::Pending);
    let both = clerk.client.get_session().session_id("sess_pending");
    let both = both.also_clerk_api_version("2025-03-12").clerk_api_version("2025-03-12");
    assert_eq!(code(both.send().await), is(400, "api_version_invalid"));
    let wrong = clerk
        .client(&[("authorization", "Bearer sk_test_mock"), ("clerk-api-version", "2020-01-01")]);
    let (status, code, message) = told(wrong.get_session().session_id("sess_active").send().await);
    assert_eq!((status, code), is(400, "api_version_invalid"));
    assert!(message.starts_with("Invalid Clerk API version: "), "{message}");
}

#[tokio::test]
async fn verifying_is_gone_since_2025_04_10() {
    let clerk = Clerk::start().await;
    let verify = |version: &str| {
        clerk.client.verify_session().session_id("sess_active").clerk_api_version(version).send()
    };
    assert!(verify("2025-03-12").await.is_ok());
    for version in ["2025-04-10", "2025-11-10", "2026-05-12"] {
        assert_eq!(code(verify(version).await), is(410, "operation_deprecated"), "{version}");
    }
    let found = clerk.found();
    assert!(found.contains(&"VerifySession operation-retired".to_owned()), "{found:?}");
}

#[tokio::test]
async fn a_retired_operation_is_gone_for_malformed_calls_too() {
    let clerk = Clerk::start().await;
    let call = async |version: &str, media_type: &str, body: &'static str| {
        let headers = [("authorization", "Bearer sk_test_mock"), ("clerk-api-version", version)];
        let url = clerk.server.url("/v1/sessions/sess_active/verify");
        let call = super::sending(&headers).post(url).header("content-type", media_type);
        call.body(body).send().await.unwrap().status().as_u16()
    };
    for (media_type, body) in [("application/json", "{\"token\":5}"), ("text/plain", "token")] {
        assert_eq!(call("2026-05-12", media_type, body).await, 410, "{media_type}");
        let known = call("2025-03-12", media_type, body).await;
        assert!([415, 422].contains(&known), "{media_type}: {known}");
    }
    let found = clerk.found();
    assert!(found.contains(&"VerifySession operation-retired".to_owned()), "{found:?}");
    assert_eq!(call("2999-01-01", "application/json", "{}").await, 400, "no such version");
}

#[tokio::test]
async fn session_tokens_are_of_version_2_since_2025_04_10() {
    let clerk = Clerk::start().await;
    for (version, second) in [("2025-03-12", false), ("2025-04-10", true)] {
        let call = clerk.client.create_session_token().session_id("sess_active");
        let token = call.clerk_api_version(version).send().await.unwrap().into_inner();
        let (_, claims) = decode_unverified(&token.jwt.unwrap()).unwrap();
        assert_eq!(claims.get("v").is_some(), second, "{version}");
        assert_eq!(claims.get("o").is_some(), second, "{version}");
        assert_eq!(claims.get("org_id").is_some(), !second, "{version}");
        assert_eq!(claims.get("jti").is_some(), second, "{version}");
        assert_eq!(claims["sid"], "sess_active", "{version}");
    }
}
