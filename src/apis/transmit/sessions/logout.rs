//! The action `logout`: a user logs out, of one client or of all.
//!
//! The vendor's guide contradicts itself on whether logout ends the sessions of one application or
//! of all; naming a client chooses the first, leaving it out the second. Refresh tokens stay, as
//! the guide says they do.

use serde_json::Value;
use serde_json::json;

use crate::apis::ActionCall;
use crate::apis::Reply;
use crate::apis::transmit::session;
use crate::apis::transmit::session::Ended;
use crate::store::Transaction;

/// Ends the user's active sessions and counts them.
pub(crate) fn run(call: &ActionCall<'_>, transaction: &mut Transaction<'_>) -> Reply {
    let text = |name: &str| call.body.get(name).and_then(Value::as_str);
    let user_id = text("user_id").unwrap_or_default();
    let ended = session::end(transaction, user_id, text("client_id"), Ended::LoggedOut);
    Reply::ok(&json!({ "ended_count": ended }))
}
