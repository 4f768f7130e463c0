//! `authorizeAuthSession`: a client's backend lets a user register in a restricted session.

use http::StatusCode;
use serde_json::Map;

use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::transmit::auth_session::AUTH_SESSIONS;
use crate::apis::transmit::auth_session::Event;
use crate::apis::transmit::auth_sessions::lookup;
use crate::apis::transmit::caller::Caller;
use crate::apis::transmit::refusals;
use crate::apis::transmit::user::USERS;
use crate::apis::transmit::user::User;
use crate::generated::transmit_auth_sessions::types::AuthSessionAuthorized;
use crate::generated::transmit_auth_sessions::types::AuthorizeAuthSessionRequest;
use crate::store::Transaction;

/// Authorizes the session for the username.
pub(crate) fn operate(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Reply {
    authorize(call, transaction).unwrap_or_else(|refused| refused)
}

fn authorize(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Result<Reply, Reply> {
    let content = || Reply::example(StatusCode::BAD_REQUEST, "invalid_request_content");
    let request: AuthorizeAuthSessionRequest = call.body_as().ok_or_else(content)?;
    let caller = Caller::of(call).ok_or_else(|| refusals::unauthorized("unauthorized_request"))?;
    demand_same_client(&caller, request.client_id.as_deref().map(String::as_str))?;
    demand_own_username(transaction, &caller, &request.username)?;
    let session = lookup::session(transaction, call.settings.auth, &request.auth_session_id)?;
    if caller.client_id().is_some_and(|id| id != session.client_id) {
        return Err(Reply::example(StatusCode::BAD_REQUEST, "session_of_another_client"));
    }
    let event = Event::Authorize { username: request.username.to_string() };
    let session = session.after(event, call.now).map_err(lookup::refused)?;
    transaction.put(&AUTH_SESSIONS, session.clone());
    Ok(Reply::ok(&AuthSessionAuthorized(Map::new())))
}

/// The client named in the body has to be the token's.
pub(crate) fn demand_same_client(caller: &Caller, named: Option<&str>) -> Result<(), Reply> {
    match (caller.client_id(), named) {
        (Some(own), Some(named)) if own != named => {
            Err(Reply::example(StatusCode::BAD_REQUEST, "client_id_mismatch"))
        }
        _ => Ok(()),
    }
}

/// A user can only speak for the own username.
pub(crate) fn demand_own_username(
    transaction: &mut Transaction<'_>,
    caller: &Caller,
    username: &str,
) -> Result<(), Reply> {
    let Caller::User { user_id, .. } = caller else { return Ok(()) };
    let user = transaction.get::<User>(&USERS, user_id);
    if user.is_some_and(|user| user.username == username) {
        Ok(())
    } else {
        Err(refusals::unauthorized("unauthorized_user"))
    }
}
