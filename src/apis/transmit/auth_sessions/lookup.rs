//! Finding the session that a call names, and saying why it can not be used.

use std::sync::Arc;

use http::StatusCode;

use crate::apis::AuthMode;
use crate::apis::Reply;
use crate::apis::transmit::auth_session::AUTH_SESSIONS;
use crate::apis::transmit::auth_session::AuthSession;
use crate::apis::transmit::auth_session::Refused;
use crate::apis::transmit::client;
use crate::apis::transmit::client::Found;
use crate::apis::transmit::client::Unfit;
use crate::store::Transaction;

/// The session of that id, alive, whose client exists.
pub(crate) fn session(
    transaction: &mut Transaction<'_>,
    mode: AuthMode,
    id: &str,
) -> Result<Arc<AuthSession>, Reply> {
    let Some(session) = transaction.get::<AuthSession>(&AUTH_SESSIONS, id) else {
        return Err(Reply::example(StatusCode::NOT_FOUND, "auth_session_not_found"));
    };
    client(transaction, mode, &session.client_id)?;
    if session.is_expired(transaction.now()) {
        return Err(refused(Refused::Expired));
    }
    Ok(session)
}

/// The client of that id, if there is one in this mode.
pub(crate) fn client(
    transaction: &mut Transaction<'_>,
    mode: AuthMode,
    id: &str,
) -> Result<Found, Reply> {
    client::find(transaction, mode, id)
        .ok_or_else(|| Reply::example(StatusCode::NOT_FOUND, "client_not_found"))
}

/// The vendor's error for what the state machine refuses.
pub(crate) fn refused(why: Refused) -> Reply {
    let (status, example) = match why {
        Refused::Expired => (StatusCode::NOT_FOUND, "auth_session_expired"),
        Refused::AlreadyAttached => (StatusCode::BAD_REQUEST, "device_already_attached"),
        Refused::AlreadyAuthorized => (StatusCode::BAD_REQUEST, "session_already_authorized"),
        Refused::WrongState | Refused::NotAuthorized | Refused::OtherUsername => {
            (StatusCode::BAD_REQUEST, "invalid_auth_session")
        }
    };
    Reply::example(status, example)
}

/// The vendor's error for a client that can not begin a flow.
pub(crate) fn unfit(why: Unfit) -> Reply {
    let example = match why {
        Unfit::Misconfigured => "invalid_webauthn_config",
        Unfit::WithoutRedirectUris => "missing_redirect_uri",
        Unfit::ForeignRedirectUri => "invalid_redirect_uri",
    };
    Reply::example(StatusCode::BAD_REQUEST, example)
}
