//! The actions that stand for WebAuthn: whom they take, and what they leave open.

use serde_json::Value;
use serde_json::json;

use crate::apis::transmit::Transmit;

const API: &str = "transmit-auth-sessions";

/// Posts JSON to an operation of auth sessions: status and content.
async fn post(transmit: &Transmit, operation: &str, body: Value) -> (u16, Value) {
    let path = format!("/cis/v1/auth-session/{operation}");
    let call = transmit.raw(reqwest::Method::POST, &path).bearer_auth("any");
    let response = call.json(&body).send().await.expect("an answer");
    (response.status().as_u16(), response.json().await.expect("JSON"))
}

#[tokio::test]
async fn only_the_user_whom_a_session_was_authorized_for_registers_or_authenticates() {
    let transmit = Transmit::start().await;
    for action in ["register", "authenticate"] {
        let body = json!({"username": "alice", "client_id": "client_app"});
        let (_, started) = post(&transmit, "start-with-authorization", body).await;
        let id = &started["auth_session_id"];
        for other in [
            json!({"auth_session_id": id, "user_id": "user_bob", "username": "alice"}),
            json!({"auth_session_id": id, "user_id": "user_bob"}),
            json!({"auth_session_id": id, "user_id": "user_new", "username": "alice"}),
            json!({"auth_session_id": id, "username": "bob"}),
        ] {
            let (status, problem) = transmit.act(API, action, other.clone()).await;
            assert_eq!(status, 409, "{action} {other}: {problem}");
        }
        let own = json!({"auth_session_id": id, "user_id": "user_alice", "username": "alice"});
        let (status, outcome) = transmit.act(API, action, own).await;
        assert_eq!((status, &outcome["user_id"]), (200, &json!("user_alice")), "{action}");
    }
}

#[tokio::test]
async fn nobody_attaches_after_the_code_was_exchanged() {
    let transmit = Transmit::start().await;
    let body = json!({"client_id": "client_app"});
    let (_, started) = post(&transmit, "start-restricted", body).await;
    let body = json!({"auth_session_id": started["auth_session_id"]});
    assert_eq!(post(&transmit, "attach-device", body.clone()).await.0, 200);
    let user = json!({"auth_session_id": started["auth_session_id"], "user_id": "user_bob"});
    let (_, outcome) = transmit.act(API, "authenticate", user).await;
    let (_, late) = post(&transmit, "attach-device", body.clone()).await;
    assert_eq!(late["error_code"], "device_already_attached", "while it is in progress");
    transmit.exchange(outcome["auth_code"].as_str().unwrap()).await.unwrap();
    let (status, late) = post(&transmit, "attach-device", body).await;
    assert_eq!((status, &late["error_code"]), (400, &json!("invalid_auth_session")));
}
