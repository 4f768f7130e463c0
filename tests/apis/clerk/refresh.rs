//! `RefreshSession`: the exchange, and every reason against it.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use standin::clients::clerk_sessions::types::RefreshFormat;
use standin::clients::clerk_sessions::types::RefreshSessionRequest;
use standin::clients::clerk_sessions::types::RefreshedSession;
use standin::token::SigningKey;
use standin::token::decode_unverified;

use super::Clerk;
use super::code;
use super::is;
use super::text;

const ORIGIN: &str = "https://app.example.com";

/// A sign-in whose token has expired by now.
async fn expired(clerk: &Clerk) -> (String, RefreshSessionRequest) {
    expired_of(clerk, json!({ "user_id": "user_ada", "origin": ORIGIN })).await
}

async fn expired_of(clerk: &Clerk, sign_in: Value) -> (String, RefreshSessionRequest) {
    let signed_in = clerk.act("sign-in", sign_in).await;
    clerk.advance(61);
    let body = RefreshSessionRequest {
        expired_token: text(&signed_in, "/session_token").to_owned(),
        refresh_token: text(&signed_in, "/refresh_token").to_owned(),
        request_origin: ORIGIN.to_owned(),
        request_headers: None,
        format: None,
        request_originating_ip: None,
    };
    (text(&signed_in, "/session/id").to_owned(), body)
}

async fn refused(clerk: &Clerk, id: &str, body: RefreshSessionRequest) -> String {
    let result = clerk.client.refresh_session().session_id(id).body(body).send().await;
    let (status, code) = code(result);
    assert_eq!(status, 401);
    code
}

/// The token's claims, changed and signed again with the published key.
fn forged(token: &str, change: impl FnOnce(&mut Map<String, Value>)) -> String {
    let (_, mut claims) = decode_unverified(token).unwrap();
    change(claims.as_object_mut().unwrap());
    SigningKey::built_in().sign(&Map::new(), &claims)
}

#[tokio::test]
async fn an_expired_token_is_exchanged_once() {
    let clerk = Clerk::start().await;
    let (id, body) = expired(&clerk).await;
    let refresh = || clerk.client.refresh_session().session_id(&*id).body(body.clone()).send();
    let RefreshedSession::Token(token) = refresh().await.unwrap().into_inner() else {
        panic!("a token was asked for")
    };
    let (_, claims) = decode_unverified(&token.jwt).unwrap();
    assert_eq!((&claims["sid"], &claims["azp"]), (&json!(id), &json!(ORIGIN)));
    let again = is(401, "session_refresh_expired_session_token_consumed");
    assert_eq!(code(refresh().await), again);
    clerk.server.findings().assert_none();
}

#[tokio::test]
async fn cookies_carry_the_token_where_they_are_asked_for() {
    let clerk = Clerk::start().await;
    let (id, mut body) = expired(&clerk).await;
    body.format = Some(RefreshFormat::Cookie);
    let answer = clerk.client.refresh_session().session_id(&*id).body(body).send().await.unwrap();
    let RefreshedSession::Cookies(cookies) = answer.into_inner() else {
        panic!("cookies were asked for")
    };
    let token = cookies.cookies[0].strip_prefix("__session=").unwrap().split(';').next().unwrap();
    assert!(SigningKey::built_in().verify(token).is_ok());
    clerk.server.findings().assert_none();
}

#[tokio::test]
async fn every_fault_of_a_token_has_its_code() {
    let clerk = Clerk::start().await;
    let (id, body) = expired(&clerk).await;
    let token = body.expired_token.clone();
    let without = |name: &'static str| forged(&token, |claims| drop(claims.remove(name)));
    for (expired_token, expected) in [
        ("header.claims.signature".to_owned(), "expired_session_token_invalid"),
        (without("azp"), "expired_session_token_missing_azp"),
        (without("sid"), "expired_session_token_missing_sid"),
        (without("iat"), "session_refresh_expired_session_token_missing_iat"),
        (
            forged(&token, |claims| drop(claims.insert("sid".to_owned(), json!("sess_other")))),
            "refresh_sid_mismatch",
        ),
        (
            forged(&token, |claims| drop(claims.insert("iat".to_owned(), json!(1)))),
            "session_refresh_expired_session_token_too_old",
        ),
        (
            forged(&token, |claims| drop(claims.insert("exp".to_owned(), json!(i64::MAX)))),
            "session_refresh_session_token_ineligible",
        ),
    ] {
        let body = RefreshSessionRequest { expired_token, ..body.clone() };
        assert_eq!(refused(&clerk, &id, body).await, expected);
    }
}

#[tokio::test]
async fn a_pending_session_is_not_over_and_is_refreshed() {
    let clerk = Clerk::start().await;
    let tasks = ["choose-organization"];
    let sign_in = json!({ "user_id": "user_ada", "origin": ORIGIN, "pending_tasks": tasks });
    let (id, body) = expired_of(&clerk, sign_in).await;
    clerk.client.refresh_session().session_id(id).body(body).send().await.unwrap();
}

#[tokio::test]
async fn every_fault_of_the_request_and_the_state_has_its_code() {
    let clerk = Clerk::start().await;
    let (id, body) = expired(&clerk).await;
    let wrong = RefreshSessionRequest { request_origin: "nowhere".to_owned(), ..body.clone() };
    assert_eq!(refused(&clerk, &id, wrong).await, "refresh_request_origin_invalid");
    let other = "https://elsewhere.example".to_owned();
    let wrong = RefreshSessionRequest { request_origin: other, ..body.clone() };
    assert_eq!(refused(&clerk, &id, wrong).await, "refresh_request_origin_azp_mismatch");
    let wrong = RefreshSessionRequest { refresh_token: "unknown".to_owned(), ..body.clone() };
    assert_eq!(refused(&clerk, &id, wrong).await, "refresh_token_not_found");
    let unknown = RefreshSessionRequest {
        expired_token: forged(&body.expired_token, |claims| {
            claims.insert("sid".to_owned(), json!("sess_nobody"));
        }),
        ..body.clone()
    };
    assert_eq!(refused(&clerk, "sess_nobody", unknown).await, "session_refresh_session_not_found");

    let engine = clerk.server.engine();
    let before = engine.state().await.unwrap();
    let mut state = before.clone();
    state["clerk"]["users"].as_object_mut().unwrap().remove("user_ada");
    engine.restore(&state).await.unwrap();
    assert_eq!(refused(&clerk, &id, body.clone()).await, "session_refresh_user_not_found");
    engine.restore(&before).await.unwrap();

    clerk.client.revoke_session().session_id(&*id).send().await.unwrap();
    assert_eq!(refused(&clerk, &id, body).await, "session_refresh_inactive_session");
    clerk.server.findings().assert_none();
}
