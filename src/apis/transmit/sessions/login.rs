//! The action `login`: a user logs in through a client, however the client's frontend does it.

use http::StatusCode;
use serde_json::Value;
use serde_json::json;

use crate::apis::ActionCall;
use crate::apis::Reply;
use crate::apis::transmit::client;
use crate::apis::transmit::seed;
use crate::apis::transmit::session;
use crate::apis::transmit::tokens;
use crate::apis::transmit::tokens::Grant;
use crate::apis::transmit::user;
use crate::store::Transaction;

/// Opens a session and gives what the login would have given the client: the tokens.
pub(crate) fn run(call: &ActionCall<'_>, transaction: &mut Transaction<'_>) -> Reply {
    login(call, transaction).unwrap_or_else(|refused| refused)
}

fn login(call: &ActionCall<'_>, transaction: &mut Transaction<'_>) -> Result<Reply, Reply> {
    let text = |name: &str| call.body.get(name).and_then(Value::as_str);
    let mode = call.settings.auth;
    let client_id = text("client_id").unwrap_or(seed::CLIENT);
    let found = client::find(transaction, mode, client_id).ok_or_else(|| {
        Reply::problem(StatusCode::NOT_FOUND, "client-unknown", "there is no such client")
    })?;
    let user = user::find_or_make(transaction, mode, text("user_id"), text("username"))?;
    let session = session::open(transaction, &user.user_id, client_id);
    let grant = Grant {
        user: &user,
        client: &found.client(),
        session: &session,
        scope: tokens::USER_SCOPE,
        narrowed: None,
        resource: None,
        authenticated_at: call.now,
        approval_data: None,
    };
    let told = json!({
        "session_id": session.session_id,
        "user_id": session.user_id,
        "client_id": session.client_id,
        "start_time": session.start_time.to_rfc3339(),
        "expiration_time": session.expiration_time.to_rfc3339(),
    });
    Ok(tokens::of_user(transaction, &grant, told))
}
