//! Auth Sessions: the state machine, device binding, approval data, and every error once.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use serde_json::json;
use standin::apis::AuthMode;
use standin::clients::transmit_auth_sessions::types;
use standin::clients::transmit_auth_sessions::types::AuthSessionStatusCrossDeviceStatus as CrossDevice;
use standin::clients::transmit_auth_sessions::types::AuthSessionStatusSessionStatus as Progress;

use crate::apis::transmit::Transmit;
use crate::apis::transmit::answer;
use crate::support;

const API: &str = "transmit-auth-sessions";
const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";

/// Starts a restricted session: its id and the first device's token.
async fn start(transmit: &Transmit) -> (String, String) {
    let body = types::StartRestrictedAuthSessionRequest::builder().client_id("client_app");
    let started = transmit.browser().start_restricted_auth_session().body(body).send().await;
    let started = started.expect("a session starts");
    let token = &started.headers()["set-device-binding-token"];
    let token = token.to_str().expect("the token is text").to_owned();
    (started.auth_session_id.clone(), token)
}

async fn status(transmit: &Transmit, id: &str, token: &str) -> Told<types::AuthSessionStatus> {
    let body = types::GetSessionStatusRequest::builder().auth_session_id(id);
    let call = transmit.browser();
    let call = call.get_session_status().x_ts_device_binding_token(token).body(body);
    told(answer(call.send().await))
}

async fn attach(transmit: &Transmit, id: &str) -> Told<types::DeviceBindingInfo> {
    let body = types::AttachDeviceToSessionRequest::builder().auth_session_id(id);
    told(answer(transmit.browser().attach_device_to_session().body(body).send().await))
}

async fn detach(transmit: &Transmit, id: &str) -> Told<types::DeviceDetached> {
    let body = types::DetachDeviceFromSessionRequest::builder().auth_session_id(id);
    told(answer(transmit.browser().detach_device_from_session().body(body).send().await))
}

async fn authorize(
    transmit: &Transmit,
    token: &str,
    id: &str,
    username: &str,
) -> Told<types::AuthSessionAuthorized> {
    let body = types::AuthorizeAuthSessionRequest::builder().auth_session_id(id).username(username);
    told(answer(transmit.backend(token).authorize_auth_session().body(body).send().await))
}

/// The content, or status and error code.
type Told<T> = Result<T, (u16, String)>;

fn told<T>(result: Result<T, (u16, types::AuthSessionError)>) -> Told<T> {
    result.map_err(|(status, error)| (status, error.error_code))
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn a_session_goes_from_pending_over_attached_and_registered_to_completed() {
    let transmit = Transmit::start().await;
    let token = transmit.client_token("app").await;
    let (id, first) = start(&transmit).await;
    let now = status(&transmit, &id, &first).await.unwrap();
    assert_eq!(now.session_status, Progress::InProgress);
    assert_eq!(now.cross_device_status, CrossDevice::PendingAttachment);
    assert_eq!(now.cross_device_result, None);

    attach(&transmit, &id).await.unwrap();
    let now = status(&transmit, &id, &first).await.unwrap();
    assert_eq!(now.cross_device_status, CrossDevice::Attached);

    authorize(&transmit, &token, &id, "dora").await.unwrap();
    let (done, outcome) = transmit.act(API, "register", json!({"auth_session_id": id})).await;
    assert_eq!(done, 200, "{outcome}");
    assert_eq!(outcome["username"], "dora");
    let now = status(&transmit, &id, &first).await.unwrap();
    assert_eq!(now.session_status, Progress::InProgress);
    assert_eq!(now.cross_device_status, CrossDevice::Registered);
    let code = now.cross_device_result.expect("the code is there").auth_code.to_string();
    assert_eq!(outcome["auth_code"], code.as_str());

    transmit.exchange(&code).await.expect("the code is good");
    let now = status(&transmit, &id, &first).await.unwrap();
    assert_eq!(now.session_status, Progress::Completed);
    assert_eq!(now.cross_device_status, CrossDevice::Registered);

    detach(&transmit, &id).await.unwrap();
    let now = status(&transmit, &id, &first).await.unwrap();
    assert_eq!(now.cross_device_status, CrossDevice::Completed);
    transmit.0.findings().assert_none();
}

#[tokio::test]
async fn what_the_first_device_gave_reaches_the_second() {
    let transmit = Transmit::start().await;
    let approval = BTreeMap::from([
        ("transaction_id".to_owned(), "t-1".parse::<types::ApprovalValue>().unwrap()),
        ("sum".to_owned(), "200".parse().unwrap()),
    ]);
    let body = types::StartRestrictedAuthSessionRequest::builder()
        .client_id("client_app")
        .cross_device(types::CrossDevice { binding_message: Some("Number 7".to_owned()) })
        .approval_data(types::ApprovalData(approval.clone()));
    let browser = transmit.browser();
    let call = browser.start_restricted_auth_session().user_agent(CHROME).body(body);
    let started = call.send().await.unwrap();
    let body = types::AttachDeviceToSessionRequest::builder()
        .auth_session_id(started.auth_session_id.as_str());
    let attached = browser.attach_device_to_session().body(body).send().await.unwrap();
    assert_ne!(
        started.headers()["set-device-binding-token"],
        attached.headers()["set-device-binding-token"]
    );
    let info = &attached.binding_info;
    assert_eq!(info.binding_message.as_deref(), Some("Number 7"));
    assert_eq!(info.approval_data.as_ref().map(|data| &data.0), Some(&approval));
    let device = &info.originating_device.device_info;
    assert_eq!((device.os_type.as_str(), device.os_version.as_str()), ("Windows", "10"));
    assert_eq!(device.browser_type, "Chrome");
    assert_eq!(device.browser_version, "126.0.0.0");
    assert_eq!(device.extra["os_type"], "Windows", "the older SDK reads snake_case");
    assert_eq!(device.extra["browser_version"], "126.0.0.0");
    transmit.0.findings().assert_none();
}

#[tokio::test]
async fn without_a_user_agent_the_device_is_unknown() {
    let transmit = Transmit::start().await;
    let (id, _) = start(&transmit).await;
    let info = attach(&transmit, &id).await.unwrap().binding_info;
    assert_eq!(info.originating_device.device_info.os_type, "unknown");
    assert_eq!(info.binding_message, None);
}

#[tokio::test]
async fn of_many_devices_that_race_to_attach_one_wins() {
    let transmit = Transmit::start().await;
    let (id, _) = start(&transmit).await;
    let attempts = (0..20).map(|_| attach(&transmit, &id));
    let outcomes = futures::future::join_all(attempts).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for lost in outcomes.into_iter().filter_map(Result::err) {
        assert_eq!(lost, refused(400, "device_already_attached"));
    }
}

#[tokio::test]
async fn status_is_told_to_both_devices_until_the_second_is_detached() {
    let transmit = Transmit::start().await;
    let (id, first) = start(&transmit).await;
    let body = types::AttachDeviceToSessionRequest::builder().auth_session_id(id.as_str());
    let attached = transmit.browser().attach_device_to_session().body(body).send().await.unwrap();
    let second = attached.headers()["set-device-binding-token"].to_str().unwrap().to_owned();
    status(&transmit, &id, &second).await.unwrap();
    detach(&transmit, &id).await.unwrap();
    let lost = status(&transmit, &id, &second).await.unwrap_err();
    assert_eq!(lost, refused(401, "invalid_device_binding_token"));
    status(&transmit, &id, &first).await.unwrap();
}

#[tokio::test]
async fn a_session_started_with_authorization_is_bound_by_its_registration() {
    let transmit = Transmit::start().await;
    let token = transmit.client_token("app").await;
    let body = types::StartAuthorizedAuthSessionRequest::builder().username("dora");
    let backend = transmit.backend(&token);
    let started = backend.start_authorized_auth_session().body(body).send().await.unwrap();
    assert!(started.headers().get("set-device-binding-token").is_none());
    let id = started.auth_session_id.clone();
    let body = json!({"auth_session_id": id, "username": "other"});
    assert_eq!(transmit.act(API, "register", body).await.0, 409, "another username");
    let (done, outcome) = transmit.act(API, "register", json!({"auth_session_id": id})).await;
    assert_eq!(done, 200, "{outcome}");
    let first = outcome["device_binding_token"].as_str().expect("the first device is bound");
    let now = status(&transmit, &id, first).await.unwrap();
    assert_eq!(
        now.cross_device_status,
        CrossDevice::PendingAttachment,
        "no second device took part"
    );
    assert_eq!(now.cross_device_result, None);
    transmit.exchange(outcome["auth_code"].as_str().unwrap()).await.expect("the code is good");
    let now = status(&transmit, &id, first).await.unwrap();
    assert_eq!(now.session_status, Progress::Completed);
}

#[tokio::test]
async fn registration_takes_an_authorized_session_and_happens_once() {
    let transmit = Transmit::start().await;
    let (id, _) = start(&transmit).await;
    let body = json!({"auth_session_id": id, "username": "alice"});
    let (refused, problem) = transmit.act(API, "register", body.clone()).await;
    assert_eq!(refused, 409);
    assert_eq!(problem["type"], "urn:standin:problem:auth-session-not-authorized");
    assert_eq!(transmit.act(API, "authenticate", body.clone()).await.0, 200);
    assert_eq!(transmit.act(API, "authenticate", body).await.0, 409, "the code is out already");
    let unknown = json!({"auth_session_id": "none", "username": "alice"});
    assert_eq!(transmit.act(API, "authenticate", unknown).await.0, 404);
}

#[tokio::test]
async fn an_expired_session_is_not_found() {
    let transmit = Transmit::start().await;
    let (id, first) = start(&transmit).await;
    transmit.0.engine().clock().advance(Duration::from_secs(599));
    status(&transmit, &id, &first).await.unwrap();
    transmit.0.engine().clock().advance(Duration::from_secs(1));
    let gone = status(&transmit, &id, &first).await.unwrap_err();
    assert_eq!(gone, refused(404, "auth_session_not_found"));
    let call = transmit.raw(reqwest::Method::POST, "/cis/v1/auth-session/attach-device");
    let response = call.json(&json!({"auth_session_id": id})).send().await.unwrap();
    assert_eq!(response.status(), 404);
    assert_eq!(response.headers()["standin-basis"], "assumed", "which error is not public");
}

#[tokio::test]
async fn a_session_lives_as_long_as_it_asks() {
    let transmit = Transmit::start().await;
    let body = types::StartRestrictedAuthSessionRequest::builder()
        .client_id("client_app")
        .session_expiration(types::SessionExpiration(30.0));
    let started = transmit.browser().start_restricted_auth_session().body(body).send().await;
    let id = started.unwrap().auth_session_id.clone();
    transmit.0.engine().clock().advance(Duration::from_secs(30));
    assert_eq!(attach(&transmit, &id).await.unwrap_err().0, 404);
}

#[tokio::test]
async fn the_wrong_order_is_an_invalid_auth_session() {
    let transmit = Transmit::start().await;
    let token = transmit.client_token("app").await;
    let wrong = refused(400, "invalid_auth_session");
    let (id, _) = start(&transmit).await;
    assert_eq!(detach(&transmit, &id).await.unwrap_err(), wrong, "before attaching");
    attach(&transmit, &id).await.unwrap();
    detach(&transmit, &id).await.unwrap();
    assert_eq!(detach(&transmit, &id).await.unwrap_err(), wrong, "twice");
    assert_eq!(attach(&transmit, &id).await.unwrap_err(), wrong, "after detaching");
    let (id, _) = start(&transmit).await;
    authorize(&transmit, &token, &id, "alice").await.unwrap();
    let twice = authorize(&transmit, &token, &id, "alice").await.unwrap_err();
    assert_eq!(twice, wrong, "authorized twice");
    let (id, _) = start(&transmit).await;
    transmit.act(API, "authenticate", json!({"auth_session_id": id, "user_id": "user_bob"})).await;
    let late = authorize(&transmit, &token, &id, "bob").await.unwrap_err();
    assert_eq!(late, wrong, "authorized after the code is out");
    let reader = transmit.client_token("reader").await;
    let (id, _) = start(&transmit).await;
    let foreign = authorize(&transmit, &reader, &id, "bob").await.unwrap_err();
    assert_eq!(foreign, wrong, "by another client");
}

#[tokio::test]
async fn a_user_speaks_for_the_own_username_only() {
    let transmit = Transmit::start().await;
    let (_, login) = transmit
        .act(
            "transmit-sessions",
            "login",
            json!({"user_id": "user_alice", "client_id": "client_app"}),
        )
        .await;
    let token = login["access_token"].as_str().unwrap();
    let (id, _) = start(&transmit).await;
    let other = authorize(&transmit, token, &id, "bob").await.unwrap_err();
    assert_eq!(other, refused(401, "unauthorized_request"));
    authorize(&transmit, token, &id, "alice").await.unwrap();
    let identity = login["id_token"].as_str().unwrap();
    let other = authorize(&transmit, identity, &id, "alice").await.unwrap_err();
    assert_eq!(other, refused(401, "unauthorized_request"), "an ID token is no access token");
    transmit.0.engine().clock().advance(Duration::from_secs(3600));
    let body = types::StartAuthorizedAuthSessionRequest::builder().username("alice");
    let late = transmit.backend(token).start_authorized_auth_session().body(body).send().await;
    assert_eq!(told(answer(late)).unwrap_err(), refused(401, "unauthorized_request"));
}

#[tokio::test]
async fn every_error_that_a_start_can_give_is_given() {
    let transmit = Transmit::start().await;
    let restricted = async |client: &str, redirect_uri: Option<&str>| {
        let mut body = types::StartRestrictedAuthSessionRequest::builder().client_id(client);
        if let Some(uri) = redirect_uri {
            body = body.redirect_uri(uri.parse::<types::RedirectUri>().unwrap());
        }
        let browser = transmit.browser();
        told(answer(browser.start_restricted_auth_session().body(body).send().await))
    };
    let error = |result: Told<types::AuthSessionStarted>| result.unwrap_err();
    assert_eq!(
        error(restricted("client_misconfigured", None).await),
        refused(400, "invalid_webauthn_config")
    );
    assert_eq!(
        error(restricted("client_without_redirect", None).await),
        refused(400, "missing_redirect_uri")
    );
    assert_eq!(
        error(restricted("client_app", Some("https://elsewhere.example.com")).await),
        refused(400, "invalid_redirect_uri")
    );
    let own = "https://app.example.com/callback";
    restricted("client_app", Some(own)).await.unwrap();
    restricted("client_nobody_knows", Some("https://anywhere.example.com")).await.unwrap();

    let token = transmit.client_token("app").await;
    let body = types::StartAuthorizedAuthSessionRequest::builder().username("a").client_id(
        "client_reader".parse::<types::StartAuthorizedAuthSessionRequestClientId>().unwrap(),
    );
    let other = transmit.backend(&token).start_authorized_auth_session().body(body).send().await;
    assert_eq!(told(answer(other)).unwrap_err(), refused(400, "invalid_request"));
    let body = types::StartAuthorizedAuthSessionRequest::builder().username("a");
    let anonymous = transmit.browser().start_authorized_auth_session().body(body).send().await;
    assert_eq!(told(answer(anonymous)).unwrap_err(), refused(401, "unauthorized_request"));
}

#[tokio::test]
async fn every_error_that_names_a_session_is_given() {
    let transmit = Transmit::start().await;
    let missing = refused(404, "auth_session_not_found");
    assert_eq!(status(&transmit, "none", "t").await.unwrap_err(), missing);
    assert_eq!(attach(&transmit, "none").await.unwrap_err(), missing);
    assert_eq!(detach(&transmit, "none").await.unwrap_err(), missing);
    assert_eq!(authorize(&transmit, "any", "none", "a").await.unwrap_err(), missing);
    let id = "auth_session_pending";
    let body = types::GetSessionStatusRequest::builder().auth_session_id(id);
    let unbound = transmit.browser().get_session_status().body(body).send().await;
    assert_eq!(
        told(answer(unbound)).unwrap_err(),
        refused(401, "device_binding_token_not_provided")
    );
    assert_eq!(
        status(&transmit, id, "other").await.unwrap_err(),
        refused(401, "invalid_device_binding_token")
    );
    attach(&transmit, id).await.unwrap();
    assert_eq!(attach(&transmit, id).await.unwrap_err(), refused(400, "device_already_attached"));
}

#[tokio::test]
async fn the_strict_mode_takes_only_known_clients_and_issued_tokens() {
    let transmit = Transmit::strict().await;
    let body = types::StartRestrictedAuthSessionRequest::builder().client_id("client_unknown");
    let started = transmit.browser().start_restricted_auth_session().body(body).send().await;
    assert_eq!(told(answer(started)).unwrap_err(), refused(404, "client_not_found"));
    let (id, _) = start(&transmit).await;
    let foreign = authorize(&transmit, "foreign", &id, "alice").await.unwrap_err();
    assert_eq!(foreign, refused(401, "unauthorized_request"));
    let token = transmit.client_token("app").await;
    authorize(&transmit, &token, &id, "alice").await.unwrap();
}

#[tokio::test]
async fn with_checking_off_nobody_has_to_prove_anything() {
    let off = support::builder("transmit").auth(AuthMode::Off);
    let transmit = Transmit(support::start(off).await);
    let body = types::StartAuthorizedAuthSessionRequest::builder().username("dora");
    let browser = transmit.browser();
    let started = browser.start_authorized_auth_session().body(body).send().await.unwrap();
    let id = started.auth_session_id.as_str();
    let body = types::GetSessionStatusRequest::builder().auth_session_id(id);
    browser.get_session_status().body(body).send().await.expect("no binding token either");
    transmit.0.findings().assert_none();
}

#[tokio::test]
async fn a_body_that_breaks_the_contract_is_an_invalid_request() {
    let transmit = Transmit::start().await;
    let eleven: Value = (0..11).map(|n| (format!("k{n}"), json!("v"))).collect();
    let table = [
        ("status", json!({}), "property should not be null or undefined"),
        ("status", json!({"auth_session_id": null}), "property should not be null or undefined"),
        ("attach-device", json!({"auth_session_id": 7}), "Invalid request"),
        (
            "start-restricted",
            json!({"client_id": "c", "session_expiration": 0}),
            "session_expiration",
        ),
        (
            "start-restricted",
            json!({"client_id": "c", "session_expiration": 86401}),
            "session_expiration",
        ),
        ("start-restricted", json!({"client_id": "c", "approval_data": eleven}), "approval_data"),
        (
            "start-restricted",
            json!({"client_id": "c", "approval_data": {"a": "b c"}}),
            "approval_data",
        ),
        (
            "start-restricted",
            json!({"client_id": "c", "approval_data": {"b c": "a"}}),
            "approval_data",
        ),
    ];
    for (operation, body, said) in table {
        let path = format!("/cis/v1/auth-session/{operation}");
        let call = transmit.raw(reqwest::Method::POST, &path).json(&body);
        let response = call.send().await.unwrap();
        assert_eq!(response.status(), 400, "{operation} {body}");
        assert!(response.headers().contains_key("standin-findings"), "{operation} {body}");
        let error: Value = response.json().await.unwrap();
        assert_eq!(error["error_code"], "invalid_request", "{operation} {body}");
        assert!(error["message"].as_str().unwrap().contains(said), "{operation} {body}: {error}");
    }
}

#[tokio::test]
async fn the_older_sdk_finds_its_operations_without_the_base_path() {
    let transmit = Transmit::start().await;
    let call = transmit.raw(reqwest::Method::POST, "/v1/auth-session/detach-device");
    let call = call.header("x-ts-flow-id", "auth_session_attached");
    let response = call.json(&json!({"auth_session_id": "auth_session_attached"})).send().await;
    let response = response.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.json::<Value>().await.unwrap(), json!({}), "the SDK parses the body");
    transmit.0.findings().assert_none();
}
