//! Tokens: claims, headers, lifetimes, and the keys that verify them.

use serde_json::Value;
use serde_json::json;
use standin::clients::clerk_sessions::types::SessionTokenRequest;
use standin::token::SigningKey;
use standin::token::decode_unverified;

use super::Clerk;
use super::code;
use super::is;
use super::text;
use super::told;

const NOW: i64 = 1_767_225_600;

async fn session_token(clerk: &Clerk, id: &str, lifetime: Option<i64>) -> (Value, Value) {
    let call = clerk.client.create_session_token().session_id(id).clerk_api_version("2026-05-12");
    let body = SessionTokenRequest { expires_in_seconds: lifetime };
    let token = call.body(body).send().await.expect("a token").into_inner();
    let jwt = token.jwt.expect("a JWT");
    SigningKey::built_in().verify(&jwt).expect("signed by the key");
    decode_unverified(&jwt).expect("a JWT")
}

async fn template_token(clerk: &Clerk, template: &str, lifetime: Option<i64>) -> (Value, Value) {
    let call = clerk.client.create_session_token_from_template().session_id("sess_active");
    let body = SessionTokenRequest { expires_in_seconds: lifetime };
    let token = call.template_name(template).body(body).send().await.expect("a token");
    decode_unverified(&token.into_inner().jwt.expect("a JWT")).expect("a JWT")
}

#[tokio::test]
async fn a_session_token_says_who_is_signed_in_where() {
    let clerk = Clerk::start().await;
    let (header, mut claims) = session_token(&clerk, "sess_active", None).await;
    let keys = clerk.client.get_jwks().send().await.unwrap().into_inner();
    assert_eq!(header["kid"], json!(keys.keys[0].kid));
    assert_eq!(header["cat"], "cl_B7d4PD111AAA");
    assert_eq!((&header["alg"], &header["typ"]), (&json!("RS256"), &json!("JWT")));
    let jti = claims.as_object_mut().unwrap().remove("jti").unwrap();
    assert_eq!(jti.as_str().unwrap().len(), 20);
    assert_eq!(
        claims,
        json!({
            "exp": NOW + 60,
            "fea": "o:programs,o:members",
            "fva": [30, -1],
            "iat": NOW,
            "iss": "https://standin.clerk.accounts.dev",
            "nbf": NOW - 10,
            "o": { "id": "org_engines", "slg": "engines", "rol": "admin", "per": "read,write", "fpm": "3,1" },
            "sid": "sess_active",
            "sts": "active",
            "sub": "user_ada",
            "v": 2,
        })
    );
    clerk.server.findings().assert_none();
}

#[tokio::test]
async fn a_session_token_tells_of_pending_tasks_actors_and_lifetimes() {
    let clerk = Clerk::start().await;
    assert_eq!(session_token(&clerk, "sess_pending", None).await.1["sts"], "pending");
    let impersonated = session_token(&clerk, "sess_impersonated", None).await.1;
    assert_eq!(impersonated["act"]["sub"], "user_charles");
    let long = session_token(&clerk, "sess_active", Some(600)).await.1;
    assert_eq!(long["exp"], NOW + 600);
}

#[tokio::test]
async fn a_lifetime_counts_however_it_is_written() {
    let clerk = Clerk::start().await;
    let http = super::sending(&[("authorization", "Bearer sk_test_mock")]);
    for path in ["tokens", "tokens/hasura"] {
        let url = clerk.server.url(&format!("/v1/sessions/sess_active/{path}"));
        let call = http.post(url).header("content-type", "application/json");
        let answer = call.body(r#"{"expires_in_seconds":120.0}"#).send().await.unwrap();
        let token: Value = answer.json().await.unwrap();
        let (_, claims) = decode_unverified(text(&token, "/jwt")).unwrap();
        assert_eq!(claims["exp"], NOW + 120, "{path}");
    }
}

#[tokio::test]
async fn a_template_token_has_the_claims_of_its_template() {
    let clerk = Clerk::start().await;
    let template = json!({
        "name": "all",
        "lifetime": 300,
        "allowed_clock_skew": 20,
        "claims": {
            "whole": "{{user.public_metadata}}",
            "deep": "{{user.public_metadata.plan}}",
            "inside": "{{user.first_name}} <{{user.primary_email_address}}> {{user.nothing}}",
            "missing": "{{user.nothing}}",
            "fallback": "{{user.nothing || 'none'}}",
            "verified": "{{user.email_verified}}",
            "org": "{{org.role}}",
            "fixed": [1, true],
        },
    });
    clerk.act("add-template", template).await;
    let (header, mut claims) = template_token(&clerk, "all", None).await;
    assert_eq!(header["cat"], "cl_B7d4PD222AAA");
    claims.as_object_mut().unwrap().remove("jti").unwrap();
    assert_eq!(
        claims,
        json!({
            "exp": NOW + 300,
            "iat": NOW,
            "iss": "https://standin.clerk.accounts.dev",
            "nbf": NOW - 20,
            "sub": "user_ada",
            "whole": { "plan": "analytical" },
            "deep": "analytical",
            "inside": "Ada <ada@example.com> null",
            "missing": null,
            "fallback": "none",
            "verified": true,
            "org": "org:admin",
            "fixed": [1, true],
        })
    );
    assert_eq!(template_token(&clerk, "all", Some(3600)).await.1["exp"], NOW + 3600);
    clerk.server.findings().assert_none();
}

#[tokio::test]
async fn tokens_need_a_session_that_runs_and_a_template_that_exists() {
    let clerk = Clerk::start().await;
    let token = |id: &str| clerk.client.create_session_token().session_id(id).send();
    let from = |id: &str, template: &str| {
        let call = clerk.client.create_session_token_from_template().session_id(id);
        call.template_name(template).send()
    };
    for id in ["sess_revoked", "sess_ended", "sess_expired", "sess_removed", "sess_abandoned"] {
        assert_eq!(code(token(id).await), is(401, "authentication_invalid"), "{id}");
        assert_eq!(code(from(id, "hasura").await), is(401, "authentication_invalid"), "{id}");
    }
    assert_eq!(code(token("sess_nobody").await), is(404, "resource_not_found"));
    let (status, missing, message) = told(from("sess_active", "nothing").await);
    assert_eq!((status, missing), is(404, "resource_not_found"));
    assert_eq!(message, "No JWT template exists with name: nothing");
    clerk.server.findings().assert_none();
}

#[tokio::test]
async fn same_seed_same_clock_same_calls_same_bytes() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let clerk = Clerk::start().await;
        let signed_in = clerk.act("sign-in", json!({ "user_id": "user_ada" })).await;
        let http = super::sending(&[("authorization", "Bearer sk_test_mock")]);
        let id = text(&signed_in, "/session/id").to_owned();
        let mut answers = vec![signed_in.to_string()];
        for path in
            [format!("/v1/sessions/{id}/tokens"), format!("/v1/sessions/{id}/tokens/hasura")]
        {
            let answer = http.post(clerk.server.url(&path)).send().await.unwrap();
            answers.push(format!("{:?}", answer.headers()));
            answers.push(answer.text().await.unwrap());
        }
        runs.push(answers);
    }
    assert_eq!(runs[0], runs[1]);
}
