//! Secret keys, and the errors that any call may get.

use standin::apis::AuthMode;

use super::Clerk;
use super::code;
use super::is;

#[tokio::test]
async fn without_a_proper_key_nothing_is_answered() {
    let clerk = Clerk::start().await;
    for (header, expected) in [
        (None, "authentication_invalid"),
        (Some("Basic c2s6"), "authorization_header_format_invalid"),
        (Some("Bearer"), "authorization_header_format_invalid"),
        (Some("Bearer pk_test_mock"), "clerk_key_invalid"),
        (Some("Bearer sk_test_"), "clerk_key_invalid"),
    ] {
        let headers: Vec<(&str, &str)> =
            header.iter().map(|value| ("authorization", *value)).collect();
        let client = clerk.client(&headers);
        let read = client.get_session().session_id("sess_active").send().await;
        assert_eq!(code(read), is(401, expected), "{header:?}");
        let keys = client.get_jwks().send().await;
        assert_eq!(code(keys), is(401, expected), "{header:?}");
    }
}

#[tokio::test]
async fn strict_knows_only_the_keys_of_the_state() {
    let clerk = Clerk::with_auth(AuthMode::Strict).await;
    assert!(clerk.client.get_jwks().send().await.is_ok());
    let stranger = clerk.client(&[("authorization", "Bearer sk_test_other")]);
    assert_eq!(code(stranger.get_jwks().send().await), is(401, "clerk_key_invalid"));
    let lenient = Clerk::start().await;
    let stranger = lenient.client(&[("authorization", "Bearer sk_test_other")]);
    assert!(stranger.get_jwks().send().await.is_ok());
}

#[tokio::test]
async fn off_asks_for_no_key() {
    let clerk = Clerk::with_auth(AuthMode::Off).await;
    let nobody = clerk.client(&[]);
    assert!(nobody.get_session().session_id("sess_active").send().await.is_ok());
    clerk.server.findings().assert_none();
}

#[tokio::test]
async fn the_public_keys_need_no_key() {
    let clerk = Clerk::start().await;
    let public = standin::clients::clerk_sessions::Client::new(&clerk.server.url(""));
    let open = public.get_public_jwks().send().await.unwrap().into_inner();
    assert_eq!(open, clerk.client.get_jwks().send().await.unwrap().into_inner());
    assert_eq!(open.keys.len(), 1);
    clerk.server.findings().assert_none();
}

#[tokio::test]
async fn errors_of_clerks_own_making_can_be_asked_for() {
    let clerk = Clerk::start().await;
    for (preference, status, expected) in [
        ("code=403", 403, "authorization_invalid"),
        ("code=429", 429, "too_many_requests"),
        ("code=500", 500, "internal_clerk_error"),
        ("code=503", 503, "service_unavailable"),
        ("example=user_banned", 403, "user_banned"),
        ("code=403, example=user_deactivated", 403, "user_deactivated"),
    ] {
        let client = clerk.preferring(preference);
        let call = client.create_session();
        let result = call.body_map(|body| body.user_id("user_ada")).send().await;
        if let Err(standin::clients::clerk_sessions::Error::ErrorResponse(response)) = &result
            && status == 429
        {
            assert_eq!(response.headers()["retry-after"], "10");
        }
        assert_eq!(code(result), is(status, expected), "{preference}");
    }
    let client = clerk.preferring("example=feature_not_enabled");
    let refresh = client.refresh_session();
    let refresh = refresh.session_id("sess_active").body_map(|body| {
        body.expired_token("a").refresh_token("b").request_origin("http://localhost")
    });
    assert_eq!(code(refresh.send().await), is(401, "feature_not_enabled"));
    clerk.server.findings().assert_none();
}
