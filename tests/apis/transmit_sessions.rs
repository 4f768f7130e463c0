//! Sessions: listing, revoking, permissions, and what the clock does.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use serde_json::json;
use standin::clients::transmit_sessions::types;

use crate::apis::transmit::Transmit;
use crate::apis::transmit::answer;

const API: &str = "transmit-sessions";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn list(transmit: &Transmit, token: &str, user: &str) -> Told<Vec<String>> {
    let listed = transmit.sessions(token).get_user_sessions().user_id(user).send().await;
    told(answer(listed)).map(|list| list.0.into_iter().map(|one| one.session_id).collect())
}

async fn revoke(transmit: &Transmit, token: &str, user: &str) -> Told<i64> {
    let revoked = transmit.sessions(token).delete_user_sessions().user_id(user).send().await;
    told(answer(revoked)).map(|deleted| deleted.result.deleted_count as i64)
}

/// The content, or status, number and texts.
type Told<T> = Result<T, (u16, i64, Vec<String>)>;

fn told<T>(result: Result<T, (u16, types::HttpError)>) -> Told<T> {
    result.map_err(|(status, error)| (status, error.error_code as i64, error.message))
}

fn refused(status: u16, text: &str) -> (u16, i64, Vec<String>) {
    (status, i64::from(status), vec![text.to_owned()])
}

#[tokio::test]
async fn the_seeded_sessions_that_are_active_are_listed_newest_first() {
    let transmit = Transmit::start().await;
    let listed = list(&transmit, "any", "user_alice").await.unwrap();
    assert_eq!(listed, ["session_alice_phone", "session_alice_laptop"]);
    assert_eq!(list(&transmit, "any", "user_bob").await.unwrap(), ["session_bob_laptop"]);
    assert!(list(&transmit, "any", "user_carol").await.unwrap().is_empty(), "revoked");
    transmit.0.findings().assert_none();
}

#[tokio::test]
async fn a_session_is_written_as_the_vendor_writes_it() {
    let transmit = Transmit::start().await;
    let call = transmit.raw(reqwest::Method::GET, "/cis/v1/sessions/user_bob").bearer_auth("any");
    let response = call.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/json");
    let expected = json!([{
        "user_id": "user_bob",
        "session_id": "session_bob_laptop",
        "client_id": "client_app",
        "start_time": "2025-12-31T00:00:00.000Z",
        "expiration_time": "2026-01-14T00:00:00.000Z",
    }]);
    assert_eq!(response.json::<Value>().await.unwrap(), expected);
}

#[tokio::test]
async fn revoking_ends_sessions_and_refresh_tokens_and_counts_them() {
    let transmit = Transmit::start().await;
    assert_eq!(revoke(&transmit, "any", "user_alice").await.unwrap(), 2);
    assert!(list(&transmit, "any", "user_alice").await.unwrap().is_empty());
    assert_eq!(revoke(&transmit, "any", "user_alice").await.unwrap(), 0, "a second time");
    let (status, error) = transmit.refresh("refresh_alice_phone").await.unwrap_err();
    assert_eq!((status, error.error.to_string().as_str()), (400, "invalid_grant"));
    assert_eq!(list(&transmit, "any", "user_bob").await.unwrap().len(), 1, "others keep theirs");
}

#[tokio::test]
async fn an_unknown_user_has_no_sessions_and_the_answer_says_that_it_is_assumed() {
    let transmit = Transmit::start().await;
    assert!(list(&transmit, "any", "nobody").await.unwrap().is_empty());
    assert_eq!(revoke(&transmit, "any", "nobody").await.unwrap(), 0);
    let call = transmit.raw(reqwest::Method::GET, "/cis/v1/sessions/nobody").bearer_auth("any");
    assert_eq!(call.send().await.unwrap().headers()["standin-basis"], "assumed");
}

#[tokio::test]
async fn logging_out_ends_sessions_and_leaves_refresh_tokens() {
    let transmit = Transmit::start().await;
    let body = json!({"user_id": "user_alice"});
    let (status, outcome) = transmit.act(API, "logout", body).await;
    assert_eq!((status, &outcome["ended_count"]), (200, &json!(2)));
    assert!(list(&transmit, "any", "user_alice").await.unwrap().is_empty());
    transmit.refresh("refresh_alice_phone").await.expect("logout does not revoke it");
    assert!(list(&transmit, "any", "user_alice").await.unwrap().is_empty(), "nor does it revive");
}

#[tokio::test]
async fn a_session_lives_for_fourteen_days_and_refreshing_prolongs_it() {
    let transmit = Transmit::start().await;
    let body = json!({"user_id": "user_dora", "client_id": "client_app"});
    let (_, login) = transmit.act(API, "login", body).await;
    let own = login["session_id"].as_str().unwrap();
    transmit.0.engine().clock().advance(DAY * 13);
    let tokens = transmit.refresh(login["refresh_token"].as_str().unwrap()).await.unwrap();
    transmit.0.engine().clock().advance(DAY * 13);
    assert_eq!(list(&transmit, "any", "user_dora").await.unwrap(), [own]);
    transmit.0.engine().clock().advance(DAY);
    assert!(list(&transmit, "any", "user_dora").await.unwrap().is_empty(), "expired");
    let late = tokens.refresh_token.expect("a new one").to_string();
    transmit.refresh(&late).await.expect_err("the refresh token has expired too");
}

#[tokio::test]
async fn a_token_that_was_issued_here_is_checked_fully() {
    let transmit = Transmit::start().await;
    let all = transmit.client_token("app").await;
    let reader = transmit.client_token("reader").await;
    list(&transmit, &all, "user_alice").await.unwrap();
    list(&transmit, &reader, "user_alice").await.unwrap();
    assert_eq!(
        revoke(&transmit, &reader, "user_alice").await.unwrap_err(),
        refused(403, "Forbidden")
    );
    assert_eq!(revoke(&transmit, &all, "user_alice").await.unwrap(), 2);
    let body = json!({"user_id": "user_alice", "client_id": "client_app"});
    let (_, login) = transmit.act(API, "login", body).await;
    let user = login["access_token"].as_str().unwrap();
    assert_eq!(
        list(&transmit, user, "user_alice").await.unwrap_err(),
        refused(401, "Invalid token"),
        "a user's token is none of a client"
    );
    transmit.0.engine().clock().advance(Duration::from_secs(3600));
    assert_eq!(
        list(&transmit, &all, "user_alice").await.unwrap_err(),
        refused(401, "Invalid token"),
        "an hour later"
    );
}

#[tokio::test]
async fn without_a_token_the_call_is_refused() {
    let transmit = Transmit::start().await;
    let call = transmit.raw(reqwest::Method::GET, "/cis/v1/sessions/user_alice");
    let response = call.send().await.unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!(response.headers()["www-authenticate"], "Bearer");
    let expected = json!({"message": ["Invalid token"], "error_code": 401});
    assert_eq!(response.json::<Value>().await.unwrap(), expected);
}

#[tokio::test]
async fn the_strict_mode_takes_only_issued_tokens() {
    let transmit = Transmit::strict().await;
    assert_eq!(
        list(&transmit, "foreign", "user_alice").await.unwrap_err(),
        refused(401, "Invalid token")
    );
    let token = transmit.client_token("app").await;
    list(&transmit, &token, "user_alice").await.unwrap();
    let (status, problem) = transmit.act(API, "login", json!({"user_id": "nobody"})).await;
    assert_eq!(status, 404, "{problem}");
}

#[tokio::test]
async fn a_path_that_can_not_be_decoded_is_a_bad_request() {
    let transmit = Transmit::start().await;
    let call = transmit.raw(reqwest::Method::GET, "/cis/v1/sessions/%ff").bearer_auth("any");
    let response = call.send().await.unwrap();
    assert_eq!(response.status(), 400);
    let expected = json!({"message": ["Bad request"], "error_code": 400});
    assert_eq!(response.json::<Value>().await.unwrap(), expected);
}

#[tokio::test]
async fn values_that_no_record_can_have_are_rejected() {
    let transmit = Transmit::start().await;
    let engine = transmit.0.engine();
    let login = json!({"user_id": "user_dora", "client_id": "client_app"});
    transmit.act(API, "login", login).await;
    let before = engine.state().await.unwrap();
    engine.restore(&before).await.expect("its own state");
    for (collection, member, value, said) in [
        ("sessions", "start_time", json!(i64::MIN), "start_time is no instant"),
        ("sessions", "expiration_time", json!(i64::MAX), "expiration_time is no instant"),
        ("sessions", "user_id", json!(""), "user_id is empty"),
        ("users", "username", json!(""), "username is empty"),
        ("clients", "app_id", json!(""), "app_id is empty"),
        ("refresh-tokens", "issued_at", json!(-1), "issued_at is no instant"),
        ("authorization-codes", "expires_at", json!(i64::MAX), "expires_at is no instant"),
        ("auth-sessions", "created_at", json!(i64::MIN), "created_at is no instant"),
        ("auth-sessions", "yield", yielded_nothing(), "yield.auth_code is empty"),
    ] {
        let mut state = before.clone();
        let records = state["transmit"][collection].as_object_mut().unwrap();
        let (_, record) = records.iter_mut().next().unwrap_or_else(|| panic!("no {collection}"));
        record[member] = value;
        let told = engine.restore(&state).await.expect_err(member).to_string();
        assert!(told.contains(said), "{collection}: {told}");
    }
}

fn yielded_nothing() -> Value {
    json!({"auth_code": "", "user_id": "user_alice", "device": "first"})
}

#[tokio::test]
async fn a_token_that_says_it_is_of_standins_making_needs_its_signature() {
    let transmit = Transmit::start().await;
    let reader = transmit.client_token("reader").await;
    let (signed, signature) = reader.rsplit_once('.').unwrap();
    let tampered = format!("{signed}.{}AAAAA", &signature[..signature.len() - 5]);
    let (_, payload) = signed.split_once('.').unwrap();
    let encode = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let unsigned = format!("{}.{payload}.", encode(json!({"alg": "none"})));
    let other = encode(json!({"iss": "https://elsewhere.example.com"}));
    let renamed = format!("{}.{other}.AAAA", encode(json!({"kid": "standin-transmit"})));
    for token in [&tampered, &unsigned, &renamed] {
        let refusal = revoke(&transmit, token, "user_alice").await.unwrap_err();
        assert_eq!(refusal, refused(401, "Invalid token"), "{token}");
    }
    // The issuer is the vendor's own, so a token of the vendor's is a foreign one.
    let vendors = encode(json!({"iss": "https://userid.security", "tid": "t"}));
    let vendors = format!("{}.{vendors}.AAAA", encode(json!({"alg": "RS256", "kid": "k"})));
    assert_eq!(revoke(&transmit, &vendors, "user_alice").await.unwrap(), 2);
}

#[tokio::test]
async fn without_checks_whatever_is_sent_may_do_everything() {
    let transmit = Transmit::off().await;
    let reader = transmit.client_token("reader").await;
    let body = json!({"user_id": "user_bob", "client_id": "client_app"});
    let (_, login) = transmit.act(API, "login", body).await;
    let user = login["access_token"].as_str().unwrap();
    assert_eq!(revoke(&transmit, &reader, "user_alice").await.unwrap(), 2);
    assert_eq!(list(&transmit, user, "user_bob").await.unwrap().len(), 2);
    transmit.0.engine().clock().advance(Duration::from_secs(7200));
    assert_eq!(revoke(&transmit, &reader, "user_bob").await.unwrap(), 2, "expired");
}

#[tokio::test]
async fn a_state_that_does_not_fit_is_told_by_its_place() {
    let transmit = Transmit::start().await;
    let engine = transmit.0.engine();
    let before = engine.state().await.unwrap();
    for (place, value) in [
        ("/transmit/sessions/session_bob_laptop/start_time", json!("yesterday")),
        ("/transmit/sessions/session_bob_laptop/color", json!("blue")),
        ("/transmit/clients/client_reader/roles/0/permissions", json!("sessions:read")),
        ("/transmit/auth-sessions/auth_session_authenticated/yield/device", json!("third")),
        ("/transmit/auth-sessions/auth_session_pending/device_info/screen", json!("small")),
        ("/transmit/users/user_bob/nickname", json!("bobby")),
    ] {
        let mut state = before.clone();
        let (parent, member) = place.rsplit_once('/').unwrap();
        state.pointer_mut(parent).expect(parent)[member] = value;
        let told = engine.restore(&state).await.expect_err(place).to_string();
        assert!(told.starts_with(&format!("{place}: ")), "{told}");
    }
}
