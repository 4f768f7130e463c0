//! `getSessionStatus`: how far a session has come, told to the devices that are bound to it.

use http::StatusCode;

use crate::apis::AuthMode;
use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::transmit::auth_session::AuthSession;
use crate::apis::transmit::auth_session::CrossDeviceStatus;
use crate::apis::transmit::auth_session::SessionStatus;
use crate::apis::transmit::auth_sessions::lookup;
use crate::apis::transmit::refusals;
use crate::generated::transmit_auth_sessions::types;
use crate::generated::transmit_auth_sessions::types::GetSessionStatusRequest;
use crate::store::Transaction;

/// Tells the status to whoever holds a binding token.
pub(crate) fn operate(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Reply {
    tell(call, transaction).unwrap_or_else(|refused| refused)
}

fn tell(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Result<Reply, Reply> {
    let content = || Reply::example(StatusCode::BAD_REQUEST, "invalid_request_content");
    let request: GetSessionStatusRequest = call.body_as().ok_or_else(content)?;
    let session = lookup::session(transaction, call.settings.auth, &request.auth_session_id)?;
    if call.settings.auth != AuthMode::Off {
        let sent = call.arguments.header_text("x-ts-device-binding-token");
        demand_bound(&session, sent).map_err(refusals::unauthorized)?;
    }
    Ok(Reply::ok(&status(&session)))
}

/// Refuses, by the name of an example, a device that the session does not know.
fn demand_bound(session: &AuthSession, sent: Option<&str>) -> Result<(), &'static str> {
    let Some(sent) = sent.filter(|sent| !sent.is_empty()) else {
        return Err("device_binding_token_not_provided");
    };
    let known = [&session.first_device_token, &session.second_device_token];
    if known.into_iter().flatten().any(|token| token == sent) {
        Ok(())
    } else {
        Err("invalid_device_binding_token")
    }
}

fn status(session: &AuthSession) -> types::AuthSessionStatus {
    let auth_code = session.cross_device_code().and_then(|code| code.parse().ok());
    types::AuthSessionStatus {
        cross_device_result: auth_code.map(|auth_code| types::CrossDeviceResult { auth_code }),
        cross_device_status: match session.cross_device_status {
            CrossDeviceStatus::PendingAttachment => {
                types::AuthSessionStatusCrossDeviceStatus::PendingAttachment
            }
            CrossDeviceStatus::Attached => types::AuthSessionStatusCrossDeviceStatus::Attached,
            CrossDeviceStatus::Registered => types::AuthSessionStatusCrossDeviceStatus::Registered,
            CrossDeviceStatus::Authenticated => {
                types::AuthSessionStatusCrossDeviceStatus::Authenticated
            }
            CrossDeviceStatus::Completed => types::AuthSessionStatusCrossDeviceStatus::Completed,
        },
        session_status: match session.session_status {
            SessionStatus::InProgress => types::AuthSessionStatusSessionStatus::InProgress,
            SessionStatus::Completed => types::AuthSessionStatusSessionStatus::Completed,
        },
    }
}
