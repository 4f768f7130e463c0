//! A user signs out and the client forgets the session.

use crate::apis::Action;
use crate::apis::ActionCall;
use crate::apis::Reply;
use crate::apis::clerk::lifecycle::Event;
use crate::store::Transaction;

pub(super) const ACTION: Action =
    Action { id: "remove", summary: "A user signs out and the client forgets the session.", run };

fn run(call: &ActionCall<'_>, transaction: &mut Transaction<'_>) -> Reply {
    match super::happen(call, transaction, Event::Remove) {
        Ok(session) => super::shown(&session),
        Err(refused) => refused,
    }
}
