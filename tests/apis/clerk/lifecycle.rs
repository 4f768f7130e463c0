//! Reading, revoking and verifying; what the clock does to sessions.

use serde_json::json;
use standin::clients::clerk_sessions::types::SessionStatus;
use standin::clients::clerk_sessions::types::VerifySessionRequest;

use super::Clerk;
use super::code;
use super::is;
use super::text;
use super::told;

const DAY: u64 = 24 * 60 * 60;

#[tokio::test]
async fn a_session_shows_every_member_and_null_where_there_is_nothing() {
    let clerk = Clerk::start().await;
    let url = clerk.server.url("/v1/sessions/sess_revoked");
    let http = super::sending(&[
        ("authorization", "Bearer sk_test_mock"),
        ("clerk-api-version", "2026-05-12"),
    ]);
    let answer = http.get(url).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/json");
    let session: serde_json::Map<String, serde_json::Value> = answer.json().await.unwrap();
    let names: Vec<&str> = session.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "object",
            "id",
            "user_id",
            "client_id",
            "actor",
            "status",
            "last_active_organization_id",
            "last_active_at",
            "latest_activity",
            "expire_at",
            "abandon_at",
            "updated_at",
            "created_at",
            "tasks"
        ]
    );
    assert!(session["actor"].is_null() && session["tasks"].is_null());
    clerk.server.findings().assert_none();
}

#[tokio::test]
async fn an_unknown_session_is_a_404_that_names_it() {
    let clerk = Clerk::start().await;
    let result = clerk.client.get_session().session_id("sess_nobody").send().await;
    let (status, code, message) = told(result);
    assert_eq!((status, code), is(404, "resource_not_found"));
    assert_eq!(message, "No session was found with id sess_nobody");
    clerk.server.findings().assert_none();
}

#[tokio::test]
async fn a_session_expires_and_stays_expired() {
    let clerk = Clerk::start().await;
    let session = clerk.act("sign-in", json!({ "user_id": "user_mary" })).await;
    let id = text(&session, "/session/id");
    clerk.advance(7 * DAY - 1);
    assert_eq!(clerk.session(id).await.status, SessionStatus::Active);
    clerk.advance(1);
    let expired = clerk.session(id).await;
    assert_eq!(expired.status, SessionStatus::Expired);
    assert_eq!(expired.updated_at, expired.expire_at);
    clerk.advance(40 * DAY);
    assert_eq!(clerk.session(id).await.status, SessionStatus::Expired);
}

#[tokio::test]
async fn a_session_is_abandoned_if_that_comes_first() {
    let clerk = Clerk::start().await;
    let engine = clerk.server.engine();
    let mut state = engine.state().await.unwrap();
    let session = &mut state["clerk"]["sessions"]["sess_active"];
    session["expire_at"] = json!(session["created_at"].as_i64().unwrap() + 90 * 86_400_000);
    engine.restore(&state).await.unwrap();
    clerk.advance(29 * DAY);
    assert_eq!(clerk.session("sess_active").await.status, SessionStatus::Active);
    clerk.advance(2 * DAY);
    assert_eq!(clerk.session("sess_active").await.status, SessionStatus::Abandoned);
    clerk.advance(60 * DAY);
    assert_eq!(clerk.session("sess_active").await.status, SessionStatus::Abandoned);
}

#[tokio::test]
async fn revoking_ends_a_session_once() {
    let clerk = Clerk::start().await;
    let revoke = |id| clerk.client.revoke_session().session_id(id).send();
    let revoked = revoke("sess_active").await.unwrap();
    assert_eq!(revoked.status, SessionStatus::Revoked);
    assert_eq!(revoked.updated_at, crate::support::start_instant().as_millis());
    clerk.advance(60);
    let again = revoke("sess_active").await.unwrap();
    assert_eq!(again.headers()["standin-basis"], "assumed");
    assert_eq!(again.into_inner(), revoked.into_inner());
    assert_eq!(revoke("sess_pending").await.unwrap().status, SessionStatus::Revoked);
    assert_eq!(revoke("sess_expired").await.unwrap().status, SessionStatus::Expired);
    assert_eq!(code(revoke("sess_nobody").await), is(404, "resource_not_found"));
    clerk.server.findings().assert_none();
}

#[tokio::test]
async fn bodiless_posts_take_nothing_an_object_and_null() {
    let clerk = Clerk::start().await;
    let http = super::sending(&[("authorization", "Bearer sk_test_mock")]);
    for operation in ["revoke", "verify", "tokens", "tokens/hasura"] {
        for body in ["", "{}", "null"] {
            let session = clerk.act("sign-in", json!({ "user_id": "user_mary" })).await;
            let id = text(&session, "/session/id");
            let url = clerk.server.url(&format!("/v1/sessions/{id}/{operation}"));
            let call = http.post(url).header("content-type", "application/json").body(body);
            let answer = call.send().await.unwrap();
            assert_eq!(answer.status(), 200, "{operation} with {body:?}");
        }
    }
    clerk.server.findings().assert_none();
}

#[tokio::test]
async fn sessions_that_were_over_for_a_year_are_purged() {
    let clerk = Clerk::start().await;
    let http = super::sending(&[("authorization", "Bearer sk_test_mock")]);
    let count = async || {
        let url = clerk.server.url("/v1/sessions?user_id=user_ada&limit=100");
        let list: serde_json::Value = http.get(url).send().await.unwrap().json().await.unwrap();
        list.as_array().unwrap().len()
    };
    // The active one goes on for a week less half an hour, and then counts for a year.
    clerk.advance(370 * DAY);
    assert_eq!(count().await, 1, "what was over at the start is gone");
    assert_eq!(clerk.session("sess_active").await.status, SessionStatus::Expired);
    clerk.advance(10 * DAY);
    assert_eq!(count().await, 0);
    let gone = clerk.client.get_session().session_id("sess_active").send().await;
    assert_eq!(code(gone), is(404, "resource_not_found"));
    clerk.act_for(404, "remove", json!({ "session_id": "sess_active" })).await;
}

#[tokio::test]
async fn a_token_from_a_template_does_not_verify_a_session() {
    let clerk = Clerk::start().await;
    let template = clerk.client.create_session_token_from_template().session_id("sess_active");
    let token = template.template_name("hasura").send().await.unwrap().into_inner();
    let token = token.jwt.unwrap().to_string();
    let verify = |token: String| {
        let body = VerifySessionRequest { token: Some(token) };
        clerk.client.verify_session().session_id("sess_active").body(body).send()
    };
    assert_eq!(code(verify(token.clone()).await), is(400, "invalid_session_token"));
    // Not even one that claims to be of the session, whoever made it.
    let (header, mut claims) = standin::token::decode_unverified(&token).unwrap();
    claims["sid"] = json!("sess_active");
    let forged = standin::token::SigningKey::built_in().sign(header.as_object().unwrap(), &claims);
    assert_eq!(code(verify(forged).await), is(400, "invalid_session_token"));
}

#[tokio::test]
async fn verifying_takes_a_token_of_this_very_session() {
    let clerk = Clerk::start().await;
    let verify = |id: &str, token: Option<&str>| {
        let body = VerifySessionRequest { token: token.map(str::to_owned) };
        clerk.client.verify_session().session_id(id).body(body).send()
    };
    let signed_in = clerk.act("sign-in", json!({ "user_id": "user_ada" })).await;
    let (id, token) = (text(&signed_in, "/session/id"), text(&signed_in, "/session_token"));
    assert_eq!(verify(id, Some(token)).await.unwrap().status, SessionStatus::Active);
    let without = verify(id, None).await.unwrap();
    assert_eq!(without.headers()["standin-basis"], "assumed");
    let wrong = is(400, "invalid_session_token");
    assert_eq!(code(verify("sess_active", Some(token)).await), wrong);
    assert_eq!(code(verify(id, Some("header.claims.signature")).await), wrong);
    clerk.advance(61);
    assert_eq!(code(verify(id, Some(token)).await), wrong);
    assert_eq!(code(verify("sess_ended", None).await), is(401, "authentication_invalid"));
    assert_eq!(code(verify("sess_nobody", None).await), is(404, "resource_not_found"));
    assert_eq!(clerk.found(), ["VerifySession operation-deprecated"]);
}
