//! How a session comes into being, by whichever way: the API, a sign-in, an impersonation.

use crate::apis::clerk::lifecycle;
use crate::apis::clerk::record::Session;
use crate::apis::clerk::record::Status;
use crate::clock::Instant;
use crate::generated::clerk_sessions::types;
use crate::generated::clerk_sessions::types::SessionActivity;
use crate::generated::clerk_sessions::types::SessionActivityObject;
use crate::generated::clerk_sessions::types::SessionClientId;
use crate::generated::clerk_sessions::types::SessionObject;
use crate::generated::clerk_sessions::types::SessionUserId;
use crate::store::Transaction;

/// A new active session, not yet stored; on a client of its own unless one is given.
pub(super) fn session(
    transaction: &mut Transaction<'_>,
    user_id: SessionUserId,
    client_id: Option<SessionClientId>,
) -> Session {
    let id = format!("sess_{}", transaction.base62(27));
    let client_id = client_id.unwrap_or_else(|| {
        SessionClientId::try_from(format!("client_{}", transaction.base62(27)))
            .expect("the text is not empty")
    });
    at(transaction.now(), id, user_id, client_id)
}

/// An active session that begins at `now`.
pub(super) fn at(
    now: Instant,
    id: String,
    user_id: SessionUserId,
    client_id: SessionClientId,
) -> Session {
    Session::new(types::Session {
        object: SessionObject::Session,
        id,
        user_id,
        client_id,
        actor: None,
        status: Status::Active,
        last_active_organization_id: None,
        last_active_at: now.as_millis(),
        latest_activity: None,
        expire_at: now.after(lifecycle::LIFETIME).as_millis(),
        abandon_at: now.after(lifecycle::ABANDONED_AFTER).as_millis(),
        updated_at: now.as_millis(),
        created_at: now.as_millis(),
        tasks: None,
    })
}

/// What the API shows of a sign-in with a desktop browser, from an address that nobody has.
pub(super) fn activity(transaction: &mut Transaction<'_>) -> SessionActivity {
    SessionActivity {
        object: SessionActivityObject::SessionActivity,
        id: format!("sess_activity_{}", transaction.base62(27)),
        device_type: Some("Macintosh".to_owned()),
        is_mobile: false,
        browser_name: Some("Chrome".to_owned()),
        browser_version: Some("141.0.0.0".to_owned()),
        ip_address: Some("203.0.113.7".to_owned()),
        city: Some("Lisbon".to_owned()),
        country: Some("PT".to_owned()),
    }
}
