//! A user signs in as another user.

use serde_json::Value;

use crate::apis::Action;
use crate::apis::ActionCall;
use crate::apis::Reply;
use crate::apis::clerk::lifecycle;
use crate::apis::clerk::record::SESSIONS;
use crate::apis::clerk::record::Session;
use crate::apis::clerk::token::ISSUER;
use crate::store::Transaction;

pub(super) const ACTION: Action = Action {
    id: "impersonate",
    summary: "A user signs in as another; answers with the session, which names the actor.",
    run,
};

fn run(call: &ActionCall<'_>, transaction: &mut Transaction<'_>) -> Reply {
    attempt(call, transaction).unwrap_or_else(|refused| refused)
}

fn attempt(call: &ActionCall<'_>, transaction: &mut Transaction<'_>) -> Result<Reply, Reply> {
    let user = super::signing_in(transaction, super::needed(call, "user_id"))?;
    let actor = super::signing_in(transaction, super::needed(call, "actor_user_id"))?;
    // The token names the session from which the actor acts; an actor without one gets an id.
    let acting = transaction
        .find::<Session>(&SESSIONS, "user_id", &actor.id)
        .into_iter()
        .map(|session| lifecycle::at(session, call.now))
        .find(|session| lifecycle::is_running(session.status));
    let acting = match acting {
        Some(session) => session.id.to_string(),
        None => format!("sess_{}", transaction.base62(27)),
    };
    let mut session = super::begin(transaction, user.id.clone(), None);
    let members = [("iss", ISSUER), ("sid", &*acting), ("sub", &*actor.id)];
    let members = members.map(|(name, value)| (name.to_owned(), Value::from(value)));
    session.actor = Some(members.into_iter().collect());
    transaction.put(&SESSIONS, session.clone());
    Ok(super::shown_signed_in(call, transaction, &session))
}
