//! A user signs out.

use crate::apis::Action;
use crate::apis::ActionCall;
use crate::apis::Reply;
use crate::apis::clerk::lifecycle::Event;
use crate::store::Transaction;

pub(super) const ACTION: Action = Action {
    id: "sign-out",
    summary: "A user signs out; the client keeps the session, which has ended.",
    run,
};

fn run(call: &ActionCall<'_>, transaction: &mut Transaction<'_>) -> Reply {
    match super::happen(call, transaction, Event::SignOut) {
        Ok(session) => super::shown(&session),
        Err(refused) => refused,
    }
}
