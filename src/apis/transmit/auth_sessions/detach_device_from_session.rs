//! `detachDeviceFromSession`: the second device leaves, and its binding token with it.

use http::StatusCode;
use serde_json::Map;

use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::transmit::auth_session::AUTH_SESSIONS;
use crate::apis::transmit::auth_session::Event;
use crate::apis::transmit::auth_sessions::lookup;
use crate::generated::transmit_auth_sessions::types::DetachDeviceFromSessionRequest;
use crate::generated::transmit_auth_sessions::types::DeviceDetached;
use crate::store::Transaction;

/// Detaches the second device. An empty object answers, because the older SDK parses what comes.
pub(crate) fn operate(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Reply {
    detach(call, transaction).unwrap_or_else(|refused| refused)
}

fn detach(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Result<Reply, Reply> {
    let content = || Reply::example(StatusCode::BAD_REQUEST, "invalid_request_content");
    let request: DetachDeviceFromSessionRequest = call.body_as().ok_or_else(content)?;
    let session = lookup::session(transaction, call.settings.auth, &request.auth_session_id)?;
    let session = session.after(Event::Detach, call.now).map_err(lookup::refused)?;
    transaction.put(&AUTH_SESSIONS, session.clone());
    Ok(Reply::ok(&DeviceDetached(Map::new())))
}
