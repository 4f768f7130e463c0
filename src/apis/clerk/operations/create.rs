//! `createSession`: an active session for a user, for tests against development instances.

use std::sync::Arc;

use http::StatusCode;

use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::clerk::birth;
use crate::apis::clerk::errors;
use crate::apis::clerk::lifecycle;
use crate::apis::clerk::record::Bar;
use crate::apis::clerk::record::ORGANIZATIONS;
use crate::apis::clerk::record::Organization;
use crate::apis::clerk::record::SESSIONS;
use crate::apis::clerk::record::Session;
use crate::apis::clerk::record::USERS;
use crate::apis::clerk::record::User;
use crate::apis::clerk::version::ApiVersion;
use crate::apis::clerk::view;
use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::rule;
use crate::generated::clerk_sessions::types::CreateSessionRequest;
use crate::store::Transaction;

pub(super) fn create(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Reply {
    if call.credentials.bearer.as_deref().is_some_and(|key| key.starts_with("sk_live_")) {
        let status = StatusCode::BAD_REQUEST;
        return errors::error(call, transaction, status, "request_invalid_for_environment", &[]);
    }
    let Some(asked) = call.body_as::<CreateSessionRequest>() else {
        return without_user(call, transaction);
    };
    let user = match may_sign_in(call, transaction, &asked.user_id) {
        Ok(user) => user,
        Err(refused) => return refused,
    };
    let version = ApiVersion::of(call);
    let (organization, basis) = match asked.active_organization_id {
        Some(_) if !version.creates_with_organization() => (None, "organization_ignored"),
        asked => (asked, "created"),
    };
    if let Some(id) = &organization {
        let found: Option<Arc<Organization>> = transaction.get(&ORGANIZATIONS, id);
        if found.is_none_or(|found| found.member(&asked.user_id).is_none()) {
            let status = StatusCode::NOT_FOUND;
            return errors::error(call, transaction, status, "organization_not_found", &[]);
        }
    }
    let mut session = birth::session(transaction, user.id.clone(), None);
    session.last_active_organization_id = organization;
    let session = Arc::new(session);
    transaction.put_shared(&SESSIONS, &session);
    Reply::ok(&view::session(&session, version)).resting_on(basis)
}

/// The body may be left out by the document, and then nobody is named.
fn without_user(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Reply {
    let mut violation =
        Violation::new(&rule::REQUEST_BODY_MISSING, Location::Body, "the body names no user");
    violation.place = call.operation.pointer.child("requestBody");
    violation.expected = Some("an object with user_id".to_owned());
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    errors::error(call, transaction, status, "form_param_missing", &[("param", "user_id")])
        .report(violation)
}

fn may_sign_in(
    call: &Call<'_>,
    transaction: &mut Transaction<'_>,
    user_id: &str,
) -> Result<Arc<User>, Reply> {
    let Some(user) = transaction.get::<User>(&USERS, user_id) else {
        let values = [("id", user_id)];
        let status = StatusCode::NOT_FOUND;
        return Err(errors::error(call, transaction, status, "user_not_found", &values));
    };
    let barred = match user.bar {
        None => None,
        Some(Bar::Banned) => Some((StatusCode::FORBIDDEN, "user_banned")),
        Some(Bar::Deactivated) => Some((StatusCode::FORBIDDEN, "user_deactivated")),
        Some(Bar::Deprovisioned) => Some((StatusCode::BAD_REQUEST, "deprovisioned")),
    };
    if let Some((status, example)) = barred {
        return Err(errors::error(call, transaction, status, example, &[]));
    }
    let is_impersonated = transaction
        .find::<Session>(&SESSIONS, "user_id", user_id)
        .into_iter()
        .map(|session| lifecycle::at(session, call.now))
        .any(|session| session.actor.is_some() && lifecycle::is_running(session.status));
    if is_impersonated {
        let status = StatusCode::CONFLICT;
        return Err(errors::error(call, transaction, status, "session_creation_not_allowed", &[]));
    }
    Ok(user)
}
