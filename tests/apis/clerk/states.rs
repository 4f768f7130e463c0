//! States from outside: what is taken can fail no later call.

use reqwest::Method;
use serde_json::Value;
use serde_json::json;

use super::Clerk;
use super::sending;

/// What is said of a state in which one value was replaced.
async fn refused(clerk: &Clerk, pointer: &str, value: Value) -> String {
    let engine = clerk.server.engine();
    let mut state = engine.state().await.unwrap();
    match state.pointer_mut(pointer) {
        Some(place) => *place = value,
        None => {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            state.pointer_mut(parent).unwrap()[name] = value;
        }
    }
    engine.restore(&state).await.err().map(|error| error.to_string()).unwrap_or_default()
}

#[tokio::test]
async fn values_that_no_record_can_have_are_rejected() {
    let clerk = Clerk::start().await;
    for (pointer, value, said) in [
        ("/clerk/templates/hasura/lifetime", json!(i64::MAX), "lifetime is not from 30 to"),
        ("/clerk/templates/hasura/lifetime", json!(29), "lifetime is not from 30 to"),
        ("/clerk/templates/hasura/allowed_clock_skew", json!(i64::MIN), "not from 0 to 300"),
        ("/clerk/templates/hasura/allowed_clock_skew", json!(301), "not from 0 to 300"),
        ("/clerk/templates/hasura/claims/sid", json!("sess_active"), "define the claim sid"),
        ("/clerk/sessions/sess_active/expire_at", json!(i64::MAX), "expire_at is no instant"),
        ("/clerk/sessions/sess_active/created_at", json!(i64::MIN), "created_at is no instant"),
        ("/clerk/sessions/sess_active/updated_at", json!(-1), "updated_at is no instant"),
        ("/clerk/sessions/sess_active/actor", json!({ "sub": 5 }), "the actor names no user"),
        ("/clerk/users/user_ada/created_at", json!(i64::MAX), "created_at is no instant"),
        ("/clerk/refresh-tokens/sess_active/token", json!(""), "token is empty"),
        ("/clerk/secret-keys", json!({ "mine": { "key": "mine" } }), "key is no sk_test_"),
        ("/clerk/exchanged-tokens", json!({ "x": { "digest": "x", "at": 0 } }), "no SHA-256"),
        ("/clerk/organizations/org_engines/members/0/user_id", json!(""), "user_id is empty"),
        ("/clerk/sequence", json!(u64::MAX), "from 0 to 2^53"),
    ] {
        let text = refused(&clerk, pointer, value).await;
        assert!(text.contains(said), "{pointer}: {text:?}");
    }
}

#[tokio::test]
async fn what_is_taken_at_its_bounds_fails_no_call() {
    let clerk = Clerk::start().await;
    let last = 253_402_300_799_999_i64;
    for (pointer, value) in [
        ("/clerk/templates/hasura/lifetime", json!(315_360_000)),
        ("/clerk/templates/hasura/allowed_clock_skew", json!(300)),
        ("/clerk/sessions/sess_active/created_at", json!(last)),
        ("/clerk/sessions/sess_active/expire_at", json!(last)),
        ("/clerk/sessions/sess_active/abandon_at", json!(last)),
        ("/clerk/sessions/sess_pending/created_at", json!(0)),
        ("/clerk/sequence", json!(1_u64 << 53)),
    ] {
        assert_eq!(refused(&clerk, pointer, value).await, "", "{pointer}");
    }
    clerk.server.engine().clock().set(standin::clock::Instant::from_millis(last));
    let http = sending(&[("authorization", "Bearer sk_test_mock")]);
    for (method, path) in [
        (Method::GET, "/v1/sessions"),
        (Method::GET, "/v1/sessions/sess_active"),
        (Method::POST, "/v1/sessions/sess_active/tokens"),
        (Method::POST, "/v1/sessions/sess_active/tokens/hasura"),
        (Method::POST, "/v1/sessions/sess_active/revoke"),
    ] {
        let answer = http.request(method, clerk.server.url(path)).send().await.unwrap();
        assert!(answer.status().as_u16() < 500, "{path}: {}", answer.status());
    }
    clerk.server.engine().reset().await.unwrap();
    let seeded = http.get(clerk.server.url("/v1/sessions?user_id=user_ada")).send().await.unwrap();
    assert_eq!(seeded.status(), 200, "seeded at the end of time");
}
