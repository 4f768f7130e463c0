//! What a caller is shown of a session, in the words of the API version that it asks for.

use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

use crate::apis::Reply;
use crate::apis::clerk::record::Session;
use crate::apis::clerk::record::Status;
use crate::apis::clerk::version::ApiVersion;
use crate::generated::clerk_sessions::types::SessionActivity;

/// The members in the vendor's order; the generated types know only the alphabet's.
const SESSION: &[&str] = &[
    "object",
    "id",
    "user_id",
    "client_id",
    "actor",
    "status",
    "last_active_organization_id",
    "last_active_at",
    "latest_activity",
    "expire_at",
    "abandon_at",
    "updated_at",
    "created_at",
    "tasks",
];
const ACTIVITY: &[&str] = &[
    "object",
    "id",
    "device_type",
    "is_mobile",
    "browser_name",
    "browser_version",
    "ip_address",
    "city",
    "country",
];

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
    let mut shown = session.clone();
    shown.status = status(session, version);
    let activity = shown.latest_activity.take();
    let mut members = in_order(&shown, SESSION);
    if let Some(activity) = activity {
        members.insert("latest_activity".to_owned(), self::activity(&activity));
    }
    if !version.has_tasks() {
        members.shift_remove("tasks");
    }
    Value::Object(members)
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

fn activity(activity: &SessionActivity) -> Value {
    Value::Object(in_order(activity, ACTIVITY))
}

/// The members of `value`, those in `order` ahead of others.
fn in_order(value: &impl Serialize, order: &[&str]) -> Map<String, Value> {
    let Ok(Value::Object(mut members)) = serde_json::to_value(value) else { return Map::new() };
    let mut ordered = Map::with_capacity(members.len());
    for name in order {
        if let Some((name, member)) = members.shift_remove_entry(*name) {
            ordered.insert(name, member);
        }
    }
    ordered.extend(members);
    ordered
}
