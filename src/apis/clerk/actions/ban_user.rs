//! A user is banned: whatever sessions the user has are revoked, and no new one begins.

use serde_json::Value;
use serde_json::json;

use crate::apis::Action;
use crate::apis::ActionCall;
use crate::apis::Reply;
use crate::apis::clerk::actions::NEWEST;
use crate::apis::clerk::record::Bar;
use crate::apis::clerk::record::USERS;
use crate::apis::clerk::record::User;
use crate::apis::clerk::view;
use crate::store::Transaction;

pub(super) const ACTION: Action = Action {
    id: "ban-user",
    summary: "A user is banned; answers with the user and the sessions that were revoked.",
    run,
};

fn run(call: &ActionCall<'_>, transaction: &mut Transaction<'_>) -> Reply {
    let id = super::needed(call, "user_id");
    let Some(user) = transaction.get::<User>(&USERS, id) else {
        return super::unknown("user", id, "add-user");
    };
    let user = User { bar: Some(Bar::Banned), ..User::clone(&user) };
    transaction.put(&USERS, user.clone());
    let revoked: Vec<Value> = super::revoke_all(transaction, id)
        .iter()
        .map(|session| view::session(session, NEWEST))
        .collect();
    Reply::ok(&json!({ "user": user, "revoked": revoked }))
}
