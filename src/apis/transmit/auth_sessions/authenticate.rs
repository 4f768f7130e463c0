//! The action `authenticate`: the user proves a WebAuthn credential in a session.

use crate::apis::ActionCall;
use crate::apis::Reply;
use crate::apis::transmit::auth_session::Event;
use crate::apis::transmit::auth_session::Refused;
use crate::apis::transmit::auth_sessions::webauthn;
use crate::apis::transmit::user;
use crate::store::Transaction;

/// Authenticates the user whom the body names, or for whom the session was authorized.
pub(crate) fn run(call: &ActionCall<'_>, transaction: &mut Transaction<'_>) -> Reply {
    authenticate(call, transaction).unwrap_or_else(|refused| refused)
}

fn authenticate(call: &ActionCall<'_>, transaction: &mut Transaction<'_>) -> Result<Reply, Reply> {
    let session = webauthn::session(call, transaction)?;
    let event = |user_id: String, auth_code: String| Event::Authenticate { user_id, auth_code };
    webauthn::demand(&session, event(String::new(), String::new()), call.now)?;
    let username = webauthn::text(call, "username").or(session.username.as_deref());
    if session.username.as_deref().is_some_and(|own| username != Some(own)) {
        return Err(webauthn::conflict(Refused::OtherUsername));
    }
    let user_id = webauthn::text(call, "user_id");
    let user = user::find_or_make(transaction, call.settings.auth, user_id, username)?;
    let auth_code = webauthn::new_code(transaction);
    webauthn::complete(transaction, &session, event(user.user_id.clone(), auth_code), &user)
}
