//! `createSession`: who gets a session, and who does not.

use serde_json::json;
use standin::clients::clerk_sessions::types::CreateSessionRequest;
use standin::clients::clerk_sessions::types::SessionStatus;

use super::Clerk;
use super::code;
use super::is;
use super::told;

fn asking(user: &str, organization: Option<&str>) -> CreateSessionRequest {
    CreateSessionRequest {
        user_id: user.to_owned(),
        active_organization_id: organization.map(str::to_owned),
    }
}

#[tokio::test]
async fn a_created_session_is_active_and_has_a_client_of_its_own() {
    let clerk = Clerk::start().await;
    let create = || clerk.client.create_session().body(asking("user_ada", None)).send();
    let (first, second) = (create().await.unwrap(), create().await.unwrap());
    assert_eq!(first.status, SessionStatus::Active);
    assert_eq!(first.id.len(), "sess_".len() + 27);
    assert_eq!(first.expire_at - first.created_at, 7 * 86_400_000);
    assert_ne!(first.client_id, second.client_id);
    assert_eq!(clerk.session(&first.id).await, first.into_inner());
    clerk.server.findings().assert_none();
}

#[tokio::test]
async fn an_organization_is_active_if_the_user_belongs_to_it_and_the_version_knows_it() {
    let clerk = Clerk::start().await;
    let create = |user: &str, organization: &str, version: &str| {
        let call = clerk.client.create_session().clerk_api_version(version);
        call.body(asking(user, Some(organization))).send()
    };
    let new = create("user_ada", "org_engines", "2025-04-10").await.unwrap();
    assert_eq!(new.last_active_organization_id.as_deref(), Some("org_engines"));
    let old = create("user_ada", "org_engines", "2025-03-12").await.unwrap();
    assert_eq!(old.last_active_organization_id, None);
    let (status, code, message) = told(create("user_ada", "org_none", "2026-05-12").await);
    assert_eq!((status, code), is(404, "resource_not_found"));
    assert_eq!(message, "Given organization not found.");
    clerk.act("add-user", json!({ "id": "user_stranger" })).await;
    let stranger = create("user_stranger", "org_engines", "2026-05-12").await;
    assert_eq!(super::code(stranger), is(404, "resource_not_found"));
}

#[tokio::test]
async fn every_reason_against_a_session_has_its_error() {
    let clerk = Clerk::start().await;
    let create = |user: &str| clerk.client.create_session().body(asking(user, None)).send();
    let (status, unknown, message) = told(create("user_nobody").await);
    assert_eq!((status, unknown), is(404, "resource_not_found"));
    assert_eq!(message, "No user was found with id user_nobody");
    assert_eq!(code(create("user_banned").await), is(403, "user_banned"));
    assert_eq!(code(create("user_deactivated").await), is(403, "user_deactivated"));
    assert_eq!(code(create("user_deprovisioned").await), is(400, "deprovisioned"));
    assert_eq!(code(create("user_mary").await), is(409, "session_creation_not_allowed"));
    clerk.client.revoke_session().session_id("sess_impersonated").send().await.unwrap();
    assert!(create("user_mary").await.is_ok());
    clerk.server.findings().assert_none();
}

#[tokio::test]
async fn production_instances_create_no_sessions() {
    let clerk = Clerk::start().await;
    let live = clerk.client(&[("authorization", "Bearer sk_live_mock")]);
    let create = live.create_session().body(asking("user_ada", None)).send();
    assert_eq!(code(create.await), is(400, "request_invalid_for_environment"));
    assert!(live.get_session().session_id("sess_active").send().await.is_ok());
}

#[tokio::test]
async fn a_body_without_user_is_told_what_is_missing() {
    let clerk = Clerk::start().await;
    let http = super::sending(&[("authorization", "Bearer sk_test_mock")]);
    let url = clerk.server.url("/v1/sessions");
    for body in ["", "{}"] {
        let call = http.post(&url).header("content-type", "application/json").body(body);
        let answer = call.send().await.unwrap();
        assert_eq!(answer.status(), 422, "{body:?}");
        let errors: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(errors["errors"][0]["code"], "form_param_missing", "{body:?}");
        assert_eq!(errors["errors"][0]["long_message"], "user_id must be included.");
        assert_eq!(errors["errors"][0]["meta"], json!({ "param_name": "user_id" }));
    }
    let number = http.post(&url).json(&json!({ "user_id": 7 })).send().await.unwrap();
    assert_eq!(number.status(), 422);
    let errors: serde_json::Value = number.json().await.unwrap();
    assert_eq!(errors["errors"][0]["code"], "form_param_value_invalid");
    assert_eq!(
        errors["errors"][0]["long_message"],
        "user_id is invalid. Received number, must be of type string."
    );
}
