//! What a caller is shown of a session, in the words of the API version that it asks for.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

use crate::apis::Reply;
use crate::apis::clerk::record::Session;
use crate::apis::clerk::record::Status;
use crate::apis::clerk::version::ApiVersion;
use crate::generated::clerk_sessions::types;
use crate::generated::clerk_sessions::types::SessionActivity;
use crate::generated::clerk_sessions::types::SessionActivityObject;
use crate::generated::clerk_sessions::types::SessionObject;
use crate::generated::clerk_sessions::types::SessionTask;
use crate::message::Fragment;

/// A session as it is written, its members in the vendor's order: the generated types know only the
/// alphabet's.
#[derive(Serialize)]
struct Shown<'s> {
    object: SessionObject,
    id: &'s str,
    user_id: &'s str,
    client_id: &'s str,
    actor: Option<&'s Map<String, Value>>,
    status: Status,
    last_active_organization_id: Option<&'s str>,
    last_active_at: i64,
    latest_activity: Option<Activity<'s>>,
    expire_at: i64,
    abandon_at: i64,
    updated_at: i64,
    created_at: i64,
    /// Left out for versions that have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    tasks: Option<Option<&'s [SessionTask]>>,
}

/// What a session shows of its latest use, in the vendor's order.
#[derive(Serialize)]
struct Activity<'s> {
    object: SessionActivityObject,
    id: &'s str,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_type: Option<&'s str>,
    is_mobile: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    browser_name: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    browser_version: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip_address: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    city: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<&'s str>,
}

/// The status as this version shows it: before there were tasks, a pending session was active.
pub(super) fn status(session: &Session, version: ApiVersion<'_>) -> Status {
    if session.status == Status::Pending && !version.has_tasks() {
        Status::Active
    } else {
        session.status
    }
}

/// The session as this version shows it.
pub(super) fn session(session: &Session, version: ApiVersion<'_>) -> Value {
    let shown = Shown::of(session, status(session, version), version.has_tasks());
    serde_json::to_value(shown).unwrap_or_default()
}

/// The same, written once for all calls that show it.
pub(super) fn fragment(session: &Session, version: ApiVersion<'_>) -> Arc<Fragment> {
    let (status, has_tasks) = (status(session, version), version.has_tasks());
    session.shown(usize::from(has_tasks), |session| {
        Fragment::of(&Shown::of(session, status, has_tasks))
    })
}

/// The reply, resting on an assumption if it shows a pending session to a version that has none.
pub(super) fn noting_pending<'s>(
    reply: Reply,
    shown: impl IntoIterator<Item = &'s Session>,
    version: ApiVersion<'_>,
) -> Reply {
    let is_renamed = |session: &Session| status(session, version) != session.status;
    if shown.into_iter().any(is_renamed) { reply.resting_on("pending_as_active") } else { reply }
}

/// A token's answer, in which the token still has to be signed.
pub(super) fn token() -> Value {
    serde_json::json!({ "object": "token", "jwt": null })
}

impl<'s> Shown<'s> {
    fn of(session: &'s types::Session, status: Status, has_tasks: bool) -> Self {
        Self {
            object: session.object,
            id: &session.id,
            user_id: &session.user_id,
            client_id: &session.client_id,
            actor: session.actor.as_ref(),
            status,
            last_active_organization_id: session.last_active_organization_id.as_deref(),
            last_active_at: session.last_active_at,
            latest_activity: session.latest_activity.as_ref().map(Activity::of),
            expire_at: session.expire_at,
            abandon_at: session.abandon_at,
            updated_at: session.updated_at,
            created_at: session.created_at,
            tasks: has_tasks.then_some(session.tasks.as_deref()),
        }
    }
}

impl<'s> Activity<'s> {
    fn of(activity: &'s SessionActivity) -> Self {
        Self {
            object: activity.object,
            id: &activity.id,
            device_type: activity.device_type.as_deref(),
            is_mobile: activity.is_mobile,
            browser_name: activity.browser_name.as_deref(),
            browser_version: activity.browser_version.as_deref(),
            ip_address: activity.ip_address.as_deref(),
            city: activity.city.as_deref(),
            country: activity.country.as_deref(),
        }
    }
}
