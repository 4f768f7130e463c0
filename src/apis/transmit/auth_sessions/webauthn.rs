//! What both actions have in common: they stand for WebAuthn's start and complete calls.

use std::sync::Arc;

use http::StatusCode;
use serde_json::Value;
use serde_json::json;

use crate::apis::ActionCall;
use crate::apis::Reply;
use crate::apis::transmit::auth_session::AUTH_SESSIONS;
use crate::apis::transmit::auth_session::AuthSession;
use crate::apis::transmit::auth_session::Event;
use crate::apis::transmit::auth_session::Refused;
use crate::apis::transmit::authorization_code;
use crate::apis::transmit::authorization_code::AUTHORIZATION_CODES;
use crate::apis::transmit::authorization_code::AuthorizationCode;
use crate::apis::transmit::user::User;
use crate::clock::Instant;
use crate::store::Transaction;

/// The session that the action names.
pub(crate) fn session(
    call: &ActionCall<'_>,
    transaction: &mut Transaction<'_>,
) -> Result<Arc<AuthSession>, Reply> {
    let id = text(call, "auth_session_id").unwrap_or_default();
    transaction.get::<AuthSession>(&AUTH_SESSIONS, id).ok_or_else(|| {
        Reply::problem(
            StatusCode::NOT_FOUND,
            "auth-session-unknown",
            "there is no such auth session; start one first",
        )
    })
}

/// A member of the action's body that is text.
pub(crate) fn text<'c>(call: &ActionCall<'c>, name: &str) -> Option<&'c str> {
    call.body.get(name).and_then(Value::as_str)
}

/// A new authorization code, as the session will yield it.
pub(crate) fn new_code(transaction: &mut Transaction<'_>) -> String {
    format!("code_{}", transaction.base62(32))
}

/// Refuses an event that can not happen, before anything is made for it.
pub(crate) fn demand(session: &AuthSession, event: Event, now: Instant) -> Result<(), Reply> {
    session.after(event, now).map(drop).map_err(conflict)
}

/// Lets `event` happen: the session yields its code, and a first device that no call has bound yet
/// is bound.
pub(crate) fn complete(
    transaction: &mut Transaction<'_>,
    session: &AuthSession,
    event: Event,
    user: &User,
) -> Result<Reply, Reply> {
    let now = transaction.now();
    let mut next = session.after(event, now).map_err(conflict)?;
    let binding = next.first_device_token.is_none().then(|| transaction.uuid());
    if let Some(token) = &binding {
        next.first_device_token = Some(token.clone());
    }
    transaction.put(&AUTH_SESSIONS, next.clone());
    let auth_code = next.yielded.as_ref().map(|yielded| yielded.auth_code.clone());
    if let Some(auth_code) = &auth_code {
        let code = AuthorizationCode {
            auth_code: auth_code.clone(),
            auth_session_id: next.auth_session_id.clone(),
            client_id: next.client_id.clone(),
            user_id: user.user_id.clone(),
            redirect_uri: next.redirect_uri.clone(),
            is_redirect_uri_named: next.is_redirect_uri_named,
            approval_data: next.approval_data.clone(),
            issued_at: now,
            expires_at: now.after(authorization_code::LIFETIME),
            is_used: false,
        };
        transaction.put(&AUTHORIZATION_CODES, code);
    }
    let mut outcome = json!({
        "auth_code": auth_code,
        "user_id": user.user_id,
        "username": user.username,
        "redirect_uri": next.redirect_uri,
        "session_status": next.session_status,
        "cross_device_status": next.cross_device_status,
    });
    if let Some(token) = binding {
        outcome["device_binding_token"] = json!(token);
    }
    Ok(Reply::ok(&outcome))
}

/// What the state machine refuses, told to the test that asked for it.
pub(crate) fn conflict(why: Refused) -> Reply {
    let (status, id, title) = match why {
        Refused::Expired => {
            (StatusCode::NOT_FOUND, "auth-session-expired", "the auth session has expired")
        }
        Refused::NotAuthorized => (
            StatusCode::CONFLICT,
            "auth-session-not-authorized",
            "the auth session is restricted: authorize it before a user registers",
        ),
        Refused::OtherUsername => (
            StatusCode::CONFLICT,
            "auth-session-other-username",
            "the auth session was authorized for another username",
        ),
        Refused::WrongState | Refused::AlreadyAttached | Refused::AlreadyAuthorized => (
            StatusCode::CONFLICT,
            "auth-session-wrong-state",
            "the auth session has yielded its code already, or its second device is detached",
        ),
    };
    Reply::problem(status, id, title)
}
