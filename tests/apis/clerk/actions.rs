//! What happens behind the API: sign-ins and their ends, users, organizations, templates.

use serde_json::json;
use standin::clients::clerk_sessions::types::SessionStatus;
use standin::token::decode_unverified;

use super::Clerk;
use super::text;

#[tokio::test]
async fn a_sign_in_begins_a_session_with_what_a_browser_gets() {
    let clerk = Clerk::start().await;
    let signed_in = clerk
        .act(
            "sign-in",
            json!({
                "user_id": "user_ada",
                "client_id": "client_mine",
                "active_organization_id": "org_engines",
                "origin": "https://app.example.com",
            }),
        )
        .await;
    let session = clerk.session(text(&signed_in, "/session/id")).await;
    assert_eq!(&**session.client_id, "client_mine");
    assert_eq!(session.last_active_organization_id.as_deref(), Some("org_engines"));
    assert!(session.latest_activity.is_some());
    let (_, claims) = decode_unverified(text(&signed_in, "/session_token")).unwrap();
    assert_eq!(claims["azp"], "https://app.example.com");
    assert_eq!(claims["o"]["rol"], "admin");
    let pending = json!({ "user_id": "user_ada", "pending_tasks": ["choose-organization"] });
    let pending = clerk.act("sign-in", pending).await;
    assert_eq!(pending["session"]["status"], "pending");
}

#[tokio::test]
async fn sessions_end_are_removed_and_are_replaced() {
    let clerk = Clerk::start().await;
    let begin = async || {
        let signed_in = clerk.act("sign-in", json!({ "user_id": "user_ada" })).await;
        text(&signed_in, "/session/id").to_owned()
    };
    let id = begin().await;
    clerk.act("sign-out", json!({ "session_id": id })).await;
    assert_eq!(clerk.session(&id).await.status, SessionStatus::Ended);
    clerk.act_for(409, "sign-out", json!({ "session_id": id })).await;
    clerk.act("remove", json!({ "session_id": id })).await;
    assert_eq!(clerk.session(&id).await.status, SessionStatus::Removed);
    clerk.act_for(409, "remove", json!({ "session_id": id })).await;
    let id = begin().await;
    let replaced = clerk.act("replace", json!({ "session_id": id })).await;
    assert_eq!(replaced["replaced"]["status"], "replaced");
    assert_eq!(replaced["replaced"]["client_id"], replaced["session"]["client_id"]);
    assert_eq!(clerk.session(&id).await.status, SessionStatus::Replaced);
    assert_eq!(clerk.session(text(&replaced, "/session/id")).await.status, SessionStatus::Active);
    clerk.act_for(404, "sign-out", json!({ "session_id": "sess_nobody" })).await;
}

#[tokio::test]
async fn an_impersonated_session_names_its_actor() {
    let clerk = Clerk::start().await;
    let body = json!({ "user_id": "user_ada", "actor_user_id": "user_charles" });
    let session = clerk.act("impersonate", body).await;
    let shown = clerk.session(text(&session, "/session/id")).await;
    let actor = shown.actor.unwrap();
    assert_eq!((&actor["sub"], &actor["sid"]), (&json!("user_charles"), &json!("sess_pending")));
}

#[tokio::test]
async fn a_banned_user_loses_sessions_and_gets_no_new_one() {
    let clerk = Clerk::start().await;
    let banned = clerk.act("ban-user", json!({ "user_id": "user_ada" })).await;
    assert_eq!(banned["revoked"].as_array().unwrap().len(), 1);
    assert_eq!(clerk.session("sess_active").await.status, SessionStatus::Revoked);
    clerk.act_for(409, "sign-in", json!({ "user_id": "user_ada" })).await;
    clerk.act_for(404, "ban-user", json!({ "user_id": "user_nobody" })).await;
}

#[tokio::test]
async fn users_organizations_and_templates_can_be_added() {
    let clerk = Clerk::start().await;
    let user = json!({ "id": "user_grace", "email": "grace@example.com", "first_name": "Grace" });
    clerk.act("add-user", user).await;
    let made = clerk.act("add-user", json!({})).await;
    assert!(text(&made, "/user/id").starts_with("user_"));
    let organization = json!({
        "id": "org_navy",
        "name": "The Navy",
        "members": [{ "user_id": "user_grace", "role": "org:admin" }],
    });
    let organization = clerk.act("add-organization", organization).await;
    assert_eq!(organization["organization"]["slug"], "the-navy");
    let body = json!({ "user_id": "user_grace", "active_organization_id": "org_navy" });
    let signed_in = clerk.act("sign-in", body).await;
    let template = json!({ "name": "t", "claims": { "mail": "{{user.primary_email_address}}" } });
    clerk.act("add-template", template).await;
    let id = text(&signed_in, "/session/id");
    let call = clerk.client.create_session_token_from_template().session_id(id);
    let token = call.template_name("t").send().await.unwrap().into_inner();
    let (_, claims) = decode_unverified(&token.jwt.unwrap()).unwrap();
    assert_eq!(claims["mail"], "grace@example.com");
}

#[tokio::test]
async fn what_can_not_happen_is_told() {
    let clerk = Clerk::start().await;
    for claim in ["sub", "sid", "v", "pla", "fea"] {
        let reserved = json!({ "name": "t", "claims": { claim: "mine" } });
        let problem = clerk.act_for(422, "add-template", reserved).await;
        assert_eq!(problem["type"], "urn:standin:problem:jwt-template-reserved-claim", "{claim}");
    }
    clerk.act_for(404, "sign-in", json!({ "user_id": "user_nobody" })).await;
    clerk.act_for(409, "sign-in", json!({ "user_id": "user_banned" })).await;
    let stranger = json!({ "user_id": "user_mary", "active_organization_id": "org_engines" });
    clerk.act_for(409, "sign-in", stranger).await;
    let nobody = json!({ "name": "x", "members": [{ "user_id": "user_nobody", "role": "r" }] });
    clerk.act_for(404, "add-organization", nobody).await;
}
