//! States from outside, both vendors': whatever a state says, if it is taken no call fails.

use http::HeaderName;
use http::HeaderValue;
use http::Method;
use serde_json::Value;
use serde_json::json;
use standin::Server;
use standin::finding::Blame;
use standin::message::Request;

use crate::support;

/// A call: what it is sent with, and where to.
struct Call {
    method: Method,
    path: &'static str,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
}

const fn get(path: &'static str) -> Call {
    Call { method: Method::GET, path, headers: &[], body: "" }
}

const fn post(path: &'static str, body: &'static str) -> Call {
    Call { method: Method::POST, path, headers: JSON, body }
}

const JSON: &[(&str, &str)] = &[("content-type", "application/json")];
const FORM: &[(&str, &str)] = &[("content-type", "application/x-www-form-urlencoded")];

const CLERK: &[Call] = &[
    get("/v1/sessions"),
    get("/v1/sessions/sess_active"),
    post("/v1/sessions/sess_active/tokens", ""),
    post("/v1/sessions/sess_active/tokens/hasura", ""),
    post("/v1/sessions", "{\"user_id\":\"user_ada\"}"),
    post("/v1/sessions/sess_active/revoke", ""),
];

const TRANSMIT: &[Call] = &[
    get("/cis/v1/sessions/user_alice"),
    post("/cis/v1/auth-session/status", "{\"auth_session_id\":\"auth_session_authenticated\"}"),
    post("/cis/v1/auth-session/start-restricted", "{\"client_id\":\"client_app\"}"),
    Call {
        method: Method::POST,
        path: "/oidc/token",
        headers: FORM,
        body: "grant_type=refresh_token&refresh_token=refresh_alice_phone\
            &client_id=client_app&client_secret=secret_app",
    },
    Call { method: Method::DELETE, path: "/cis/v1/sessions/user_alice", headers: &[], body: "" },
];

/// The places of all values in `value` that hold no others.
fn leaves(value: &Value, at: &str, found: &mut Vec<String>) {
    let members: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, v)| (name.clone(), v)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(i, v)| (i.to_string(), v)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    if members.is_empty() {
        found.push(at.to_owned());
    }
    for (name, member) in members {
        let name = name.replace('~', "~0").replace('/', "~1");
        leaves(member, &format!("{at}/{name}"), found);
    }
}

async fn send(server: &Server, call: &Call) {
    let mut request = Request::new(call.method.clone(), call.path);
    for (name, value) in call.headers.iter().chain(&[("authorization", "Bearer sk_test_mock")]) {
        let name = HeaderName::from_static(name);
        request.headers.insert(name, HeaderValue::from_static(value));
    }
    let device = HeaderValue::from_static("first_device_authenticated");
    request.headers.insert(HeaderName::from_static("x-ts-device-binding-token"), device);
    request.body = call.body.as_bytes().into();
    server.engine().answer(request).await;
}

/// Puts odd values in the place of every other one; tells what standin then did wrong.
async fn shaken(family: &str, calls: &[Call]) -> Vec<String> {
    let server = support::server(family).await;
    let engine = server.engine();
    let state = engine.state().await.expect("a state");
    let mut places = Vec::new();
    leaves(&state, "", &mut places);
    let (mut wrong, mut known, mut taken) = (Vec::new(), Vec::new(), 0);
    for place in places {
        for odd in [json!(i64::MAX), json!(i64::MIN), json!(0), json!(""), json!("\u{7f}é\n")] {
            let mut changed = state.clone();
            *changed.pointer_mut(&place).expect("a place of the state") = odd.clone();
            if engine.restore(&changed).await.is_err() {
                continue;
            }
            taken += 1;
            for call in calls {
                send(&server, call).await;
            }
            let findings = server.findings();
            let own = findings.all().iter().filter(|finding| finding.blame == Blame::Standin);
            // Findings are grouped, so each is told once, with the first state that it came of.
            let own = own.filter(|finding| !known.contains(&finding.fingerprint));
            for finding in own.cloned().collect::<Vec<_>>() {
                wrong.push(format!("{place} = {odd}: {}", finding.title));
                known.push(finding.fingerprint);
            }
        }
    }
    assert!(taken > 50, "{taken} states were taken");
    wrong
}

#[tokio::test]
async fn no_state_that_is_taken_makes_clerk_fail() {
    assert_eq!(shaken("clerk", CLERK).await, Vec::<String>::new());
}

#[tokio::test]
async fn no_state_that_is_taken_makes_transmit_fail() {
    assert_eq!(shaken("transmit", TRANSMIT).await, Vec::<String>::new());
}
