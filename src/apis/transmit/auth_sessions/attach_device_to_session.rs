//! `attachDeviceToSession`: a second device joins. Of several that race, one does.

use std::collections::BTreeMap;

use http::StatusCode;

use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::transmit::auth_session::AUTH_SESSIONS;
use crate::apis::transmit::auth_session::AuthSession;
use crate::apis::transmit::auth_session::Event;
use crate::apis::transmit::auth_sessions::lookup;
use crate::generated::transmit_auth_sessions::types;
use crate::generated::transmit_auth_sessions::types::AttachDeviceToSessionRequest;
use crate::store::Transaction;

/// Binds the device and tells it what to show.
pub(crate) fn operate(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Reply {
    attach(call, transaction).unwrap_or_else(|refused| refused)
}

fn attach(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Result<Reply, Reply> {
    let content = || Reply::example(StatusCode::BAD_REQUEST, "invalid_request_content");
    let request: AttachDeviceToSessionRequest = call.body_as().ok_or_else(content)?;
    let session = lookup::session(transaction, call.settings.auth, &request.auth_session_id)?;
    let token = transaction.uuid();
    let event = Event::Attach { token: token.clone() };
    let session = session.after(event, call.now).map_err(lookup::refused)?;
    transaction.put(&AUTH_SESSIONS, session.clone());
    Ok(Reply::ok(&binding_info(&session)).header("set-device-binding-token", &token))
}

fn binding_info(session: &AuthSession) -> types::DeviceBindingInfo {
    let info = &session.device_info;
    // The older SDK reads these spellings, which the schema takes as additional properties.
    let snake_case = BTreeMap::from([
        ("os_type".to_owned(), info.os_type.to_string()),
        ("os_version".to_owned(), info.os_version.to_string()),
        ("browser_type".to_owned(), info.browser_type.to_string()),
        ("browser_version".to_owned(), info.browser_version.to_string()),
    ]);
    types::DeviceBindingInfo {
        binding_info: types::BindingInfo {
            approval_data: session.approval_data.clone(),
            binding_message: session.binding_message.clone(),
            originating_device: types::OriginatingDevice {
                device_info: types::DeviceInfo {
                    browser_type: info.browser_type.to_string(),
                    browser_version: info.browser_version.to_string(),
                    os_type: info.os_type.to_string(),
                    os_version: info.os_version.to_string(),
                    extra: snake_case,
                },
            },
        },
    }
}
