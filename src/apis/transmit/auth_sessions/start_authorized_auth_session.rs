//! `startAuthorizedAuthSession`: a client's backend begins a session in which a user may register.

use http::StatusCode;

use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::transmit::auth_sessions::authorize_auth_session;
use crate::apis::transmit::auth_sessions::begin;
use crate::apis::transmit::auth_sessions::lookup;
use crate::apis::transmit::caller::Caller;
use crate::apis::transmit::refusals;
use crate::apis::transmit::seed;
use crate::generated::transmit_auth_sessions::types::StartAuthorizedAuthSessionRequest;
use crate::store::Transaction;

/// Starts the session for the username; the first device is bound later, by its registration.
pub(crate) fn operate(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Reply {
    start(call, transaction).unwrap_or_else(|refused| refused)
}

fn start(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Result<Reply, Reply> {
    let content = || Reply::example(StatusCode::BAD_REQUEST, "invalid_request_content");
    let request: StartAuthorizedAuthSessionRequest = call.body_as().ok_or_else(content)?;
    let caller = Caller::of(call).ok_or_else(|| refusals::unauthorized("unauthorized_request"))?;
    let named = request.client_id.as_deref().map(String::as_str);
    authorize_auth_session::demand_same_client(&caller, named)?;
    authorize_auth_session::demand_own_username(transaction, &caller, &request.username)?;
    // A token from elsewhere names no client; a session has one, so the seed's stands in.
    let client_id = named.or(caller.meant_client_id()).unwrap_or(seed::CLIENT);
    let client = lookup::client(transaction, call.settings.auth, client_id)?;
    let redirect_uri = request.redirect_uri.as_deref().map(String::as_str);
    let lifetime = request.session_expiration.as_ref();
    let mut session = begin::blank(transaction, &client, redirect_uri, lifetime, None)?;
    session.username = Some(request.username.to_string());
    session.device_public_key = request.device_public_key;
    Ok(begin::store(transaction, session))
}
