//! Another session of the same user takes a session's place on its client.

use serde_json::json;

use crate::apis::Action;
use crate::apis::ActionCall;
use crate::apis::Reply;
use crate::apis::clerk::actions::NEWEST;
use crate::apis::clerk::lifecycle::Event;
use crate::apis::clerk::record::SESSIONS;
use crate::apis::clerk::view;
use crate::pointer::Pointer;
use crate::store::Transaction;

pub(super) const ACTION: Action = Action {
    id: "replace",
    summary: "Another session takes a session's place; answers with the new one and the replaced one.",
    run,
};

fn run(call: &ActionCall<'_>, transaction: &mut Transaction<'_>) -> Reply {
    let replaced = match super::happen(call, transaction, Event::Replace) {
        Ok(session) => session,
        Err(refused) => return refused,
    };
    let mut session =
        super::begin(transaction, replaced.user_id.clone(), Some(&replaced.client_id));
    session.last_active_organization_id.clone_from(&replaced.last_active_organization_id);
    transaction.put(&SESSIONS, session.clone());
    let mut reply = super::shown_signed_in(call, transaction, &session);
    let shown = json!(view::session(&replaced, NEWEST));
    reply.patches.push((Pointer::new("/replaced"), shown));
    reply
}
