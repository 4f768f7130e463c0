//! `getUserSessions`: a user's active sessions, newest first.

use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::transmit::session;
use crate::apis::transmit::session::Session;
use crate::generated::transmit_sessions::types::SessionList;
use crate::generated::transmit_sessions::types::SessionResponse;
use crate::store::Transaction;

/// Lists the active sessions; an unknown user has none.
pub(crate) fn operate(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Reply {
    let user_id = call.arguments.path_text("user_id").unwrap_or_default();
    let sessions = session::active(transaction, user_id);
    let mut reply =
        Reply::ok(&SessionList(sessions.iter().map(|session| response(session)).collect()));
    // The generated type writes whole seconds without milliseconds; the document promises three
    // digits always.
    for (index, session) in sessions.iter().enumerate() {
        reply = reply
            .with(&format!("/{index}/start_time"), session.start_time.to_rfc3339())
            .with(&format!("/{index}/expiration_time"), session.expiration_time.to_rfc3339());
    }
    if sessions.is_empty() { reply.resting_on("no_sessions") } else { reply }
}

fn response(session: &Session) -> SessionResponse {
    SessionResponse {
        user_id: session.user_id.clone(),
        session_id: session.session_id.clone(),
        client_id: session.client_id.clone(),
        start_time: session.start_time.to_chrono(),
        expiration_time: session.expiration_time.to_chrono(),
    }
}
