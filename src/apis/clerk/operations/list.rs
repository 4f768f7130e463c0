//! `GetSessionList`: sessions, newest first, as an array or as a page.

use std::sync::Arc;
use std::sync::OnceLock;

use serde_json::Value;
use serde_json::json;

use crate::apis::Call;
use crate::apis::Reply;
use crate::apis::clerk::lifecycle;
use crate::apis::clerk::record::SESSIONS;
use crate::apis::clerk::record::Session;
use crate::apis::clerk::record::USERS;
use crate::apis::clerk::record::User;
use crate::apis::clerk::version::ApiVersion;
use crate::apis::clerk::view;
use crate::apis::clerk::whole;
use crate::finding::Level;
use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::rule;
use crate::message::Listing;
use crate::pointer::Pointer;
use crate::store::Transaction;

/// How many sessions are listed where the caller does not say.
const LIMIT: usize = 10;

pub(super) fn list(call: &Call<'_>, transaction: &mut Transaction<'_>) -> Reply {
    let owner = |name| call.arguments.query_text(name);
    let (user, client) = (owner("user_id"), owner("client_id"));
    let version = ApiVersion::of(call);
    let mut found = owned(transaction, user, client)
        .into_iter()
        .map(|session| lifecycle::at(session, call.now))
        .filter(|session| !lifecycle::is_purged(session, call.now))
        .collect::<Vec<_>>();
    let knows_nobody =
        found.is_empty() && (client.is_some() || user.is_some_and(|id| !is_known(transaction, id)));
    if let Some(status) = owner("status") {
        found.retain(|session| view::status(session, version).to_string() == status);
    }
    let total = found.len();
    let asked = |name| call.arguments.query.get(name).and_then(whole::number);
    let size = |name| asked(name).map(|number| usize::try_from(number).unwrap_or(0));
    let page = found.iter().skip(size("offset").unwrap_or(0)).take(size("limit").unwrap_or(LIMIT));
    let shown = page.clone().map(|session| view::fragment(session, version)).collect();
    let is_paginated = call.arguments.query.get("paginated") == Some(&Value::Bool(true));
    let mut listing = Listing::array(shown);
    if is_paginated {
        listing.frame = json!({ "data": [], "total_count": total });
        listing.at = Pointer::root().child("data");
    }
    let reply = Reply::listing(listing);
    match (user, client) {
        (None, None) => reply.resting_on("unfiltered").report(unfiltered(call)),
        _ if knows_nobody => reply.resting_on("unknown_owner"),
        (Some(_), Some(_)) => reply.resting_on("intersection"),
        (Some(_), None) | (None, Some(_)) => {
            view::noting_pending(reply, page.map(|session| &**session), version)
        }
    }
}

/// The sessions of the owners that are given, newest first.
fn owned(
    transaction: &mut Transaction<'_>,
    user: Option<&str>,
    client: Option<&str>,
) -> Vec<Arc<Session>> {
    match (user, client) {
        (Some(user), client) => {
            let mut sessions: Vec<Arc<Session>> = transaction.find(&SESSIONS, "user_id", user);
            sessions.retain(|session| client.is_none_or(|client| *session.client_id == client));
            sessions
        }
        (None, Some(client)) => transaction.find(&SESSIONS, "client_id", client),
        (None, None) => transaction.list(&SESSIONS),
    }
}

fn is_known(transaction: &mut Transaction<'_>, user: &str) -> bool {
    transaction.get::<User>(&USERS, user).is_some()
}

/// The caller should have named a client or a user: the same of every call, and so said once.
fn unfiltered(call: &Call<'_>) -> Arc<Violation> {
    static SAID: OnceLock<Arc<Violation>> = OnceLock::new();
    let said = SAID.get_or_init(|| {
        let title = "neither client_id nor user_id is given";
        let mut violation = Violation::new(&rule::PARAMETER_MISSING, Location::Query, title);
        violation.level = Some(Level::Warning);
        violation.place = call.operation.pointer.child("parameters");
        violation.expected = Some("at least one of client_id and user_id".to_owned());
        violation.help = Some("Clerk asks for one of the two since 2024-01-01".to_owned());
        Arc::new(violation)
    });
    Arc::clone(said)
}
