//! What both ways of starting a session have in common.

use std::time::Duration;

use crate::apis::Reply;
use crate::apis::transmit::auth_session::AUTH_SESSIONS;
use crate::apis::transmit::auth_session::AuthSession;
use crate::apis::transmit::auth_session::CrossDeviceStatus;
use crate::apis::transmit::auth_session::SessionStatus;
use crate::apis::transmit::auth_sessions::lookup;
use crate::apis::transmit::client::Found;
use crate::apis::transmit::device;
use crate::generated::transmit_auth_sessions::types::AuthSessionStarted;
use crate::generated::transmit_auth_sessions::types::SessionExpiration;
use crate::store::Transaction;

/// Seconds that a session lives unless it says otherwise.
const DEFAULT_LIFETIME_SECS: f64 = 600.0;

/// A session at its start, with nothing in it but what every start has.
pub(crate) fn blank(
    transaction: &mut Transaction<'_>,
    client: &Found,
    redirect_uri: Option<&str>,
    lifetime: Option<&SessionExpiration>,
    user_agent: Option<&str>,
) -> Result<AuthSession, Reply> {
    let flow_end = client.redirect_uri(redirect_uri).map_err(lookup::unfit)?;
    let seconds = lifetime.map_or(DEFAULT_LIFETIME_SECS, |lifetime| lifetime.0);
    let now = transaction.now();
    // The schema bounds the number, so the conversion can only fail where nothing was validated.
    let lifetime = Duration::try_from_secs_f64(seconds).unwrap_or_default();
    Ok(AuthSession {
        auth_session_id: transaction.uuid(),
        client_id: client.id().to_owned(),
        username: None,
        redirect_uri: flow_end,
        is_redirect_uri_named: redirect_uri.is_some(),
        binding_message: None,
        approval_data: None,
        device_public_key: None,
        device_info: device::read(user_agent),
        session_status: SessionStatus::InProgress,
        cross_device_status: CrossDeviceStatus::PendingAttachment,
        first_device_token: None,
        second_device_token: None,
        yielded: None,
        created_at: now,
        expires_at: now.after(lifetime),
    })
}

/// Keeps the session and tells its id.
pub(crate) fn store(transaction: &mut Transaction<'_>, session: AuthSession) -> Reply {
    let started = AuthSessionStarted { auth_session_id: session.auth_session_id.clone() };
    transaction.put(&AUTH_SESSIONS, session);
    Reply::ok(&started)
}
