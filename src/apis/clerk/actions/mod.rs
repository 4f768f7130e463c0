//! What happens outside the Backend API and changes its state, one file each.
//!
//! Bodies were validated against `standin-admin.yaml`, so that here only state can be wrong.

pub(super) mod add_organization;
pub(super) mod add_template;
pub(super) mod add_user;
pub(super) mod ban_user;
pub(super) mod impersonate;
pub(super) mod remove;
pub(super) mod replace;
pub(super) mod sign_in;
pub(super) mod sign_out;

use std::sync::Arc;

use http::StatusCode;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::apis::Action;
use crate::apis::ActionCall;
use crate::apis::Reply;
use crate::apis::clerk::birth;
use crate::apis::clerk::lifecycle;
use crate::apis::clerk::lifecycle::Event;
use crate::apis::clerk::operations::organization_of;
use crate::apis::clerk::operations::session_at;
use crate::apis::clerk::operations::token_id;
use crate::apis::clerk::record::REFRESH_TOKENS;
use crate::apis::clerk::record::RefreshToken;
use crate::apis::clerk::record::SESSIONS;
use crate::apis::clerk::record::Session;
use crate::apis::clerk::record::USERS;
use crate::apis::clerk::record::User;
use crate::apis::clerk::token::Category;
use crate::apis::clerk::token::session;
use crate::apis::clerk::version::ApiVersion;
use crate::apis::clerk::view;
use crate::generated::clerk_sessions::types::SessionUserId;
use crate::store::Transaction;

/// Every action, in the order in which they are shown.
pub(super) static ACTIONS: &[Action] = &[
    sign_in::ACTION,
    sign_out::ACTION,
    remove::ACTION,
    replace::ACTION,
    impersonate::ACTION,
    add_template::ACTION,
    add_user::ACTION,
    ban_user::ACTION,
    add_organization::ACTION,
];

/// What actions show sessions as: the newest version shows all there is.
const NEWEST: ApiVersion<'_> = ApiVersion("2026-05-12");

/// The member of the body that is text.
fn text<'c>(call: &ActionCall<'c>, name: &str) -> Option<&'c str> {
    call.body.get(name).and_then(Value::as_str)
}

/// The member of the body that is text, without which the schema lets no call pass.
fn needed<'c>(call: &ActionCall<'c>, name: &str) -> &'c str {
    text(call, name).unwrap_or_default()
}

/// A user who may sign in.
fn signing_in(transaction: &mut Transaction<'_>, id: &str) -> Result<Arc<User>, Reply> {
    let Some(user) = transaction.get::<User>(&USERS, id) else {
        return Err(unknown("user", id, "add-user"));
    };
    match user.bar {
        None => Ok(user),
        Some(_) => Err(conflict("user-barred", format!("user {id} may not sign in"))),
    }
}

/// The session that the body names, as it stands now.
fn session_of(
    call: &ActionCall<'_>,
    transaction: &mut Transaction<'_>,
) -> Result<Arc<Session>, Reply> {
    let id = needed(call, "session_id");
    session_at(transaction, id, call.now).ok_or_else(|| unknown("session", id, "sign-in"))
}

/// Lets `event` happen to the session that the body names.
fn happen(
    call: &ActionCall<'_>,
    transaction: &mut Transaction<'_>,
    event: Event,
) -> Result<Arc<Session>, Reply> {
    let session = session_of(call, transaction)?;
    let id = session.id.to_string();
    let session = lifecycle::after(session, event, call.now).map_err(|status| {
        conflict("session-over", format!("session {id} is {} already", status))
    })?;
    transaction.put_shared(&SESSIONS, &session);
    Ok(session)
}

/// The answer that shows a session.
fn shown(session: &Session) -> Reply {
    Reply::ok(&json!({ "session": view::session(session, NEWEST) }))
}

/// The answer that shows a session which a browser got: with its token and its refresh token.
fn shown_signed_in(
    call: &ActionCall<'_>,
    transaction: &mut Transaction<'_>,
    session: &Session,
) -> Reply {
    let session_id = session.id.to_string();
    let refresh = RefreshToken { session_id, token: transaction.base62(32) };
    transaction.put(&REFRESH_TOKENS, refresh.clone());
    let organization = organization_of(session, transaction);
    let claims = session::claims(
        session::Making {
            session,
            organization: organization.as_ref().map(|(found, member)| (&**found, member)),
            origin: Some(text(call, "origin").unwrap_or("http://localhost:3000")),
            lifetime: None,
            id: &token_id(transaction),
            now: call.now,
        },
        true,
    );
    Reply::ok(&json!({
        "session": view::session(session, NEWEST),
        "session_token": null,
        "refresh_token": refresh.token,
    }))
    .token("/session_token", Category::Session.header(), claims)
}

/// Begins a session as a browser does.
fn begin(
    transaction: &mut Transaction<'_>,
    user_id: SessionUserId,
    client_id: Option<&str>,
) -> Session {
    let client_id = client_id.and_then(|id| id.parse().ok());
    let mut session = birth::session(transaction, user_id, client_id);
    session.latest_activity = Some(birth::activity(transaction));
    session
}

/// Revokes whatever sessions the user still has.
fn revoke_all(transaction: &mut Transaction<'_>, user_id: &str) -> Vec<Arc<Session>> {
    let now = transaction.now();
    let sessions: Vec<Arc<Session>> = transaction.find(&SESSIONS, "user_id", user_id);
    let revoked: Vec<Arc<Session>> = sessions
        .into_iter()
        .filter_map(|session| {
            lifecycle::after(lifecycle::at(session, now), Event::Revoke, now).ok()
        })
        .collect();
    for session in &revoked {
        transaction.put_shared(&SESSIONS, session);
    }
    revoked
}

fn object(call: &ActionCall<'_>, name: &str) -> Map<String, Value> {
    call.body.get(name).and_then(Value::as_object).cloned().unwrap_or_default()
}

fn unknown(what: &str, id: &str, adds: &str) -> Reply {
    let title = format!("there is no {what} {id}: the action {adds} makes one");
    Reply::problem(StatusCode::NOT_FOUND, "unknown-record", title)
}

fn conflict(id: &str, title: String) -> Reply {
    Reply::problem(StatusCode::CONFLICT, id, title)
}
