//! A user signs in with a browser.

use std::sync::Arc;

use serde_json::Value;

use crate::apis::Action;
use crate::apis::ActionCall;
use crate::apis::Reply;
use crate::apis::clerk::record::ORGANIZATIONS;
use crate::apis::clerk::record::Organization;
use crate::apis::clerk::record::SESSIONS;
use crate::apis::clerk::record::Status;
use crate::generated::clerk_sessions::types::SessionTask;
use crate::store::Transaction;

pub(super) const ACTION: Action = Action {
    id: "sign-in",
    summary: "A user signs in with a browser; answers with the session, its token and its refresh token.",
    run,
};

fn run(call: &ActionCall<'_>, transaction: &mut Transaction<'_>) -> Reply {
    attempt(call, transaction).unwrap_or_else(|refused| refused)
}

fn attempt(call: &ActionCall<'_>, transaction: &mut Transaction<'_>) -> Result<Reply, Reply> {
    let user = super::signing_in(transaction, super::needed(call, "user_id"))?;
    let organization = super::text(call, "active_organization_id");
    if let Some(id) = organization {
        let found: Arc<Organization> = transaction
            .get(&ORGANIZATIONS, id)
            .ok_or_else(|| super::unknown("organization", id, "add-organization"))?;
        if found.member(&user.id).is_none() {
            let title = format!("user {} is no member of organization {id}", *user.id);
            return Err(super::conflict("not-a-member", title));
        }
    }
    let mut session = super::begin(transaction, user.id.clone(), super::text(call, "client_id"));
    session.last_active_organization_id = organization.map(str::to_owned);
    let tasks = call.body.get("pending_tasks").and_then(Value::as_array);
    if let Some(keys) = tasks.filter(|keys| !keys.is_empty()) {
        let keys = keys.iter().filter_map(Value::as_str);
        session.tasks = Some(keys.map(|key| SessionTask { key: key.to_owned() }).collect());
        session.status = Status::Pending;
    }
    transaction.put(&SESSIONS, session.clone());
    Ok(super::shown_signed_in(call, transaction, &session))
}
