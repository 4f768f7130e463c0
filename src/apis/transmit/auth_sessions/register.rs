//! The action `register`: the user makes a WebAuthn credential in an authorized session.

use crate::apis::ActionCall;
use crate::apis::AuthMode;
use crate::apis::Reply;
use crate::apis::transmit::auth_session::Event;
use crate::apis::transmit::auth_sessions::webauthn;
use crate::apis::transmit::user;
use crate::store::Transaction;

/// Registers under the username that the session was authorized for, whoever the body names.
pub(crate) fn run(call: &ActionCall<'_>, transaction: &mut Transaction<'_>) -> Reply {
    register(call, transaction).unwrap_or_else(|refused| refused)
}

fn register(call: &ActionCall<'_>, transaction: &mut Transaction<'_>) -> Result<Reply, Reply> {
    let session = webauthn::session(call, transaction)?;
    let username = webauthn::text(call, "username")
        .map(str::to_owned)
        .or_else(|| session.username.clone())
        .unwrap_or_default();
    let event = |user_id: String, auth_code: String| Event::Register {
        username: username.clone(),
        user_id,
        auth_code,
    };
    webauthn::demand(&session, event(String::new(), String::new()), call.now)?;
    // Registration is how users come to be, whatever the mode.
    let user_id = webauthn::text(call, "user_id");
    let user = user::find_or_make(transaction, AuthMode::Lenient, user_id, Some(&username))?;
    let auth_code = webauthn::new_code(transaction);
    webauthn::complete(transaction, &session, event(user.user_id.clone(), auth_code), &user)
}
